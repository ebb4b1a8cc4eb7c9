//! Load: a verified log into an empty store of any kind.

use crate::hash::Hash;
use crate::ledger::commit::{Commit, MAX_BATCH_ENTRIES, MAX_COMMIT_BYTES, Record};
use crate::merkle::tile::tiles_for;
use crate::merkle::{Index, Size, leaf_hash};
use crate::store::{Create, ObjectName, Store, StoreError};
use crate::verify::{Facts, Options, Progress, Source, SourceError, verify_log};

/// Room in a commit for its first two lines.
const HEAD_BYTES: usize = 4096;

/// Verifies the log of `source` and creates its commits in `store`, which must be empty.
///
/// The checkpoint is published first, as found: until the last commit is there the store ends before
/// what it has published, and no ledger opens it for writing. Batches need not be those of the store
/// that the log came from; the entries are. A text that is withheld is left out.
///
/// `progress` is called for the verification.
///
/// # Errors
/// [`LoadError`]. After an error the store is of no use and must be made anew.
pub fn load(
    source: &impl Source,
    store: &dyn Store,
    options: &Options<'_>,
    progress: &mut dyn FnMut(Progress),
) -> Result<Facts, LoadError> {
    if store.newest()?.is_some() || store.published()?.is_some() {
        return Err(LoadError::NotEmpty);
    }
    let facts = verify_log(source, options, progress)?;
    let Some(checkpoint) = facts.checkpoint().filter(|_| facts.is_sound()) else {
        return Err(LoadError::Defects(Box::new(facts)));
    };
    store.publish(&checkpoint.print())?;
    let mut loader = Loader {
        store,
        facts: &facts,
        log: checkpoint.checkpoint().origin.to_string(),
        number: 0,
        previous: Hash::ZERO,
        size: Size::ZERO,
        batch: Vec::new(),
        bytes: HEAD_BYTES,
    };
    let mut next = Index::FIRST;
    while facts.size().contains(next) {
        let most = facts.size().get() - next.get();
        let records = source.records(next, most.min(MAX_BATCH_ENTRIES as u64) as usize)?;
        if records.is_empty() {
            return Err(LoadError::Changed { index: next });
        }
        for record in records {
            // A copy from before may still hold what has been withheld since.
            let withheld = facts.state().withheld_by(next).is_some();
            let kept = record.envelope.filter(|_| !withheld);
            let envelope = kept.unwrap_or_default();
            loader.take(next, record.entry, envelope)?;
            next = Index::new(next.get() + 1).expect("a log in memory is never full");
        }
    }
    loader.commit()?;
    for tile in tiles_for(facts.size()).filter(|tile| tile.is_full()) {
        let bytes = tile
            .bytes(facts.tree())
            .expect("a tree holds its own tiles");
        let name: ObjectName = tile.path().parse().expect("a tile path is an object name");
        store.put(&name, &bytes)?;
    }
    Ok(facts)
}

struct Loader<'a> {
    store: &'a dyn Store,
    facts: &'a Facts,
    log: String,
    number: u64,
    previous: Hash,
    size: Size,
    batch: Vec<Record>,
    bytes: usize,
}

impl Loader<'_> {
    /// Takes an entry into the batch; it must be the one that was verified.
    fn take(&mut self, index: Index, entry: Vec<u8>, envelope: Vec<u8>) -> Result<(), LoadError> {
        let named = crate::entry::Entry::parse(&entry).map(|entry| entry.statement);
        let same = self.facts.tree().leaf(index) == Some(leaf_hash(&entry))
            && (envelope.is_empty() || named == Ok(Hash::of(&envelope)));
        if !same {
            return Err(LoadError::Changed { index });
        }
        let record = Record { entry, envelope };
        let bytes = record.stored_bytes();
        if self.bytes + bytes > MAX_COMMIT_BYTES || self.batch.len() == MAX_BATCH_ENTRIES {
            self.commit()?;
        }
        self.bytes += bytes;
        self.batch.push(record);
        Ok(())
    }

    fn commit(&mut self) -> Result<(), LoadError> {
        let after = Size::new(self.size.get() + self.batch.len() as u64);
        let sizes = [self.size, after.expect("a log in memory is never full")];
        let tree = self.facts.tree();
        let mut id = [0; 16];
        getrandom::fill(&mut id).map_err(|error| LoadError::Random {
            reason: error.to_string(),
        })?;
        let commit = Commit {
            number: self.number,
            previous: self.previous,
            log: self.log.clone(),
            id,
            sizes,
            roots: sizes.map(|size| {
                tree.root_at(size)
                    .expect("a tree has its own earlier roots")
            }),
            batch: std::mem::take(&mut self.batch),
        };
        if self.store.create(self.number, &commit.to_bytes())? == Create::Exists {
            return Err(LoadError::NotEmpty);
        }
        self.number += 1;
        self.previous = commit.digest();
        self.size = commit.sizes[1];
        self.bytes = HEAD_BYTES;
        Ok(())
    }
}

/// Why a log was not loaded.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum LoadError {
    /// There is something in the store.
    #[error(
        "expected an empty store, found a ledger in it, or the beginning of one\na ledger is never overwritten: make a new store"
    )]
    NotEmpty,
    /// The log is not sound.
    #[error("expected a sound log, found {}", .0.defects().first().map_or_else(|| "no checkpoint".to_owned(), ToString::to_string))]
    Defects(Box<Facts>),
    /// The log was another when it was read again.
    #[error("expected the entry {index} that was verified, found another when it was read again")]
    Changed {
        /// The place.
        index: Index,
    },
    /// The log cannot be read.
    #[error(transparent)]
    Source(#[from] SourceError),
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The operating system gave no random numbers.
    #[error("no random numbers: {reason}")]
    Random {
        /// What it said.
        reason: String,
    },
}
