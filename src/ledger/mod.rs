//! The ledger: takes signed statements in, in one order, durably.

pub mod commit;
