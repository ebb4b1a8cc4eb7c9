//! An append-only, hash-chained ledger on which a hacked laboratory, independent assessors
//! and a screening body sign what they found, repaired, tested and decided, so that anyone can
//! verify offline that safety was independently established before testing resumed.
//!
//! The modules stand in layers, lowest first; each uses only those above it in this list
//! (`tests/layers.rs` holds them to it). Formats and judgement are the core: no file, socket,
//! clock or random number. It builds without features and is what the browser gets.

#![forbid(unsafe_code)]
#![deny(missing_docs)]
#![warn(rustdoc::broken_intra_doc_links)]

// Formats: bytes in, values out, and back.
pub mod hash;
pub mod json;
pub mod time;

pub mod key;
pub mod merkle;

pub mod envelope;
pub mod layout;
pub mod note;

pub mod checkpoint;
pub mod entry;
pub mod statement;

pub mod receipt;
pub mod trust;

// Judgement: values in, values out; decide.
pub mod state;
pub mod verify;

pub mod dossier;

// Effects: touch disk, network, keys, clock.
#[cfg(feature = "seal")]
pub mod seal;
#[cfg(feature = "host")]
pub mod signer;
#[cfg(feature = "host")]
pub mod store;

#[cfg(feature = "host")]
pub mod ledger;
#[cfg(feature = "host")]
pub mod witness;

#[cfg(feature = "host")]
pub mod client;

// Faces: speak to people and programs.
#[cfg(feature = "cli")]
pub mod cli;
