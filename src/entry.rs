//! Entries of the log.
