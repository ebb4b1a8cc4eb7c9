//! What parties say.
