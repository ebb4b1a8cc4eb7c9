//! State and admission.

mod chain;

pub use chain::{Chain, ChainFault};
