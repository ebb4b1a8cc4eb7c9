//! Verification of a whole log: everything is computed again, and ends in [`Facts`].
//!
//! For every entry: its one spelling; its links to the entry before, to its thread and to the thread
//! index ([`crate::state::Chain`]); the envelope that it names; every signature, strictly;
//! admission, replayed at its place. At the end genesis, root and checkpoint, and what the reader's
//! own trust policy says.
//!
//! ```text
//! Source --verify_log--> Facts { what is there, and Defects { place, rule } }
//! ```
//!
//! A log is read in pieces, so one of a million entries never stands in memory as a whole; of each
//! entry stay 64 bytes of tree. With the feature `host` pieces are parsed and signatures
//! verified on all cores; the answer is the same without.
//!
//! The checker shares formats and arithmetic with the writer, and none of the writer's code.
//! `docs/formats/facts.md` lists the rules by their codes.

mod defect;
mod facts;
mod log;
mod source;

pub use defect::{Defect, Place, Rule};
pub use facts::{
    Facts, Followed, Keep, KeptStatement, Read, Signer, ThreadFacts, WithheldStatement,
};
pub use log::{MAX_DEFECTS, Options, Progress, verify_log};
pub use source::{Record, Source, SourceError};
