//! Checkpoints and cosignatures.
