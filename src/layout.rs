//! Where the published files of a log lie.
