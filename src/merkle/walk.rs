//! One walk that proves many entries and many earlier roots.
