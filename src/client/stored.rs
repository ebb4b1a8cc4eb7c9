//! The log in a store, commit by commit.

use std::cell::RefCell;
use std::fmt;

use crate::hash::Hash;
use crate::ledger::commit::{Commit, Tip};
use crate::merkle::{Index, Size};
use crate::store::{Store, StoreError};
use crate::verify::{Record, Source, SourceError};

/// The records of a ledger as its store holds them.
///
/// Reads nothing but commits and the published checkpoint. That each commit follows the one before
/// is checked on the way; what is in them is left to [`crate::verify`].
pub struct Stored<'a> {
    store: &'a dyn Store,
    way: RefCell<Way>,
}

/// How far commits have been read.
#[derive(Default)]
struct Way {
    /// What the next commit has to name; `None` before the first.
    tip: Option<Tip>,
    /// For each commit the size of the log before it.
    starts: Vec<u64>,
    /// The commit that was read last, with its number.
    last: Option<(u64, Vec<Record>)>,
    /// The size of the log when it was asked for last.
    size: Option<Size>,
}

impl<'a> Stored<'a> {
    /// Takes an open store.
    pub fn new(store: &'a dyn Store) -> Stored<'a> {
        Stored {
            store,
            way: RefCell::default(),
        }
    }

    fn commit(&self, number: u64) -> Result<(Commit, Hash), SourceError> {
        let place = format!("commit {number}");
        let failed = |error: &dyn fmt::Display| SourceError::new(&place, error);
        let bytes = self.store.read(number);
        let bytes = bytes.map_err(|error| store_error(&place, &error))?;
        let bytes = bytes.ok_or_else(|| failed(&"expected this commit, found none"))?;
        Commit::parse_with_digest(&bytes).map_err(|error| failed(&error))
    }

    /// Reads the commit that holds `index`, and every one before that has not been read.
    fn holding(&self, index: Index) -> Result<u64, SourceError> {
        let way = &mut *self.way.borrow_mut();
        loop {
            let size = way.tip.as_ref().map_or(0, |tip| tip.size.get());
            if index.get() < size {
                let commits = way.starts.partition_point(|start| *start <= index.get());
                return Ok(commits as u64 - 1);
            }
            let number = way.starts.len() as u64;
            let (commit, digest) = self
                .commit(number)
                .map_err(|error| error.missing(size..index.get() + 1))?;
            let first = || Tip {
                log: commit.log.clone(),
                number: 0,
                previous: Hash::ZERO,
                size: Size::ZERO,
                root: crate::merkle::empty_root(),
            };
            let tip = way.tip.take().unwrap_or_else(first);
            commit.follows(&tip).map_err(|error| {
                SourceError::new(format!("commit {number}"), error).missing(size..index.get() + 1)
            })?;
            way.tip = Some(Tip {
                number: number + 1,
                previous: digest,
                size: commit.sizes[1],
                root: commit.roots[1],
                log: tip.log,
            });
            way.starts.push(commit.sizes[0].get());
            way.last = Some((number, records(commit)));
        }
    }

    /// Returns up to `most` records from `from` on, none of them from the commit after.
    fn of_one_commit(&self, from: Index, most: usize) -> Result<Vec<Record>, SourceError> {
        let number = self.holding(from)?;
        let mut way = self.way.borrow_mut();
        let skip = (from.get() - way.starts[number as usize]) as usize;
        let all = match way.last.take_if(|(last, _)| *last == number) {
            Some((_, records)) => records,
            None => records(self.commit(number)?.0),
        };
        if skip == 0 && most >= all.len() {
            return Ok(all);
        }
        let end = all.len().min(skip.saturating_add(most));
        let some = all[skip..end].to_vec();
        // What is left of it is asked for next, mostly.
        way.last = Some((number, all));
        Ok(some)
    }
}

impl Source for Stored<'_> {
    fn checkpoint(&self) -> Result<Option<Vec<u8>>, SourceError> {
        let note = self.store.published();
        note.map_err(|error| store_error("checkpoint", &error))
    }

    fn size(&self) -> Result<Size, SourceError> {
        let newest = self.store.newest();
        let size = match newest.map_err(|error| store_error("the store", &error))? {
            None => Size::ZERO,
            Some(newest) => self.commit(newest)?.0.sizes[1],
        };
        self.way.borrow_mut().size = Some(size);
        Ok(size)
    }

    fn records(&self, from: Index, most: usize) -> Result<Vec<Record>, SourceError> {
        let size = self.way.borrow().size;
        let size = size.map_or_else(|| self.size(), Ok)?;
        let mut found = self.of_one_commit(from, most)?;
        // Commits may be small, and whoever asks for many records has many hands for them.
        while let Some(next) = Index::new(from.get() + found.len() as u64)
            && size.contains(next)
            && found.len() < most
        {
            found.extend(self.of_one_commit(next, most - found.len())?);
        }
        Ok(found)
    }
}

/// What is damaged is wrong; whatever else a store says, nothing is known of what it holds.
fn store_error(place: &str, error: &StoreError) -> SourceError {
    match error {
        StoreError::Damaged { .. } | StoreError::Engine { .. } | StoreError::Behind { .. } => {
            SourceError::new(place, error)
        }
        _ => SourceError::refused(place, error),
    }
}

fn records(commit: Commit) -> Vec<Record> {
    let records = commit.batch.into_iter();
    records
        .map(|record| Record {
            entry: record.entry,
            envelope: Some(record.envelope).filter(|envelope| !envelope.is_empty()),
        })
        .collect()
}
