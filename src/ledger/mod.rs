//! The ledger.
pub mod commit;
