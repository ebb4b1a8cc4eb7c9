//! Where a log is read from: a store, published files, or memory.

use std::fmt;
use std::ops::Range;

use crate::hash::excerpt;
use crate::merkle::{Index, Size};

/// An entry and the stored envelope that it names, as found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Record {
    /// The bytes of the entry.
    pub entry: Vec<u8>,
    /// The bytes of the stored envelope; `None` when the statement is withheld.
    pub envelope: Option<Vec<u8>>,
}

/// Whoever has the records of a log and the checkpoint that was published over them.
///
/// Nothing that it returns is believed.
pub trait Source {
    /// Returns the bytes of the published checkpoint; `None` when there is none.
    ///
    /// # Errors
    /// [`SourceError`] when that cannot be found out.
    fn checkpoint(&self) -> Result<Option<Vec<u8>>, SourceError>;

    /// Returns how many records there are.
    ///
    /// # Errors
    /// [`SourceError`] when that cannot be found out.
    fn size(&self) -> Result<Size, SourceError>;

    /// Returns records from `from` on, in order: at least one and at most `most`.
    ///
    /// Called with places below [`Source::size`] only, mostly in rising order.
    ///
    /// # Errors
    /// [`SourceError`] when they cannot be read.
    fn records(&self, from: Index, most: usize) -> Result<Vec<Record>, SourceError>;
}

impl<S: Source + ?Sized> Source for &S {
    fn checkpoint(&self) -> Result<Option<Vec<u8>>, SourceError> {
        (**self).checkpoint()
    }

    fn size(&self) -> Result<Size, SourceError> {
        (**self).size()
    }

    fn records(&self, from: Index, most: usize) -> Result<Vec<Record>, SourceError> {
        (**self).records(from, most)
    }
}

/// Something of the log that cannot be read, so nothing can be said about it.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{place}: {reason}{}", Entries(.entries, *.there))]
pub struct SourceError {
    place: String,
    entries: Option<Range<u64>>,
    /// Whether the entries are there, and something about them is wrong.
    there: bool,
    refused: bool,
    reason: String,
}

impl SourceError {
    /// Names the file or object, and what was expected and found there.
    pub fn new(place: impl fmt::Display, reason: impl fmt::Display) -> SourceError {
        SourceError {
            place: excerpt(&place.to_string()),
            entries: None,
            there: false,
            refused: false,
            reason: reason.to_string(),
        }
    }

    /// Names the file or object that this machine did not let be read, and what it said.
    pub fn refused(place: impl fmt::Display, reason: impl fmt::Display) -> SourceError {
        SourceError {
            refused: true,
            ..SourceError::new(place, reason)
        }
    }

    /// Adds which entries are not there.
    pub fn missing(self, entries: Range<u64>) -> SourceError {
        SourceError {
            entries: Some(entries),
            ..self
        }
    }

    /// Adds which entries it is about, when they are there.
    pub fn about(self, entries: Range<u64>) -> SourceError {
        SourceError {
            entries: Some(entries),
            there: true,
            ..self
        }
    }

    /// Says whether this machine did not let it be read, so that nothing is known about what is there.
    pub fn is_refused(&self) -> bool {
        self.refused
    }

    /// Returns the file or object.
    pub fn place(&self) -> &str {
        &self.place
    }

    /// Returns the entries that could not be read, or that it is about.
    pub fn entries(&self) -> Option<&Range<u64>> {
        self.entries.as_ref()
    }
}

struct Entries<'a>(&'a Option<Range<u64>>, bool);

impl fmt::Display for Entries<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Some(range) = self.0 else {
            return Ok(());
        };
        let (first, last) = (range.start, range.end.saturating_sub(1));
        match (self.1, range.end - range.start) {
            (false, 1) => write!(f, "; entry {first} is missing"),
            (false, _) => write!(f, "; entries {first} to {last} are missing"),
            (true, 1) => write!(f, "; this is about entry {first}"),
            (true, _) => write!(f, "; this is about entries {first} to {last}"),
        }
    }
}
