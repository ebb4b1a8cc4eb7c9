//! The RFC 6962 tree, its proofs and tiles, and the thread index.
