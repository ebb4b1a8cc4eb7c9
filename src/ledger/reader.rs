//! Reading a ledger from its store, and what is held in memory of it.

use std::collections::BTreeSet;
use std::sync::Arc;

use rayon::prelude::*;

use crate::checkpoint::{Checkpoint, CheckpointError, SignedCheckpoint};
use crate::entry::Entry;
use crate::envelope::Envelope;
use crate::hash::Hash;
use crate::merkle::{InclusionProof, Index, Size, Tree, leaf_hash, prove_inclusion};
use crate::note::{Note, VerifierKey};
use crate::receipt::Receipt;
use crate::state::{Chain, Digests, State, thread_name};
use crate::statement::predicate::TypeError;
use crate::statement::{Predicate, SignedStatement, Statement, StatementError};
use crate::store::{Store, StoreError};
use crate::time::Timestamp;

use super::Shared;
use super::commit::{Commit, CommitError, Record, Tip};

/// How many bytes of commits are parsed at once when a ledger is opened, and one commit more.
///
/// Parsed they are several times as large, so this bounds the memory that opening takes beyond what stays.
const BYTES_AT_ONCE: usize = 2 << 20;

/// What is held in memory: the tree (64 bytes an entry), the state, and where each commit begins.
pub(super) struct Memory {
    state: State,
    chain: Chain,
    tip: Tip,
    /// For each commit the size of the log before it.
    starts: Vec<u64>,
    published: Option<SignedCheckpoint>,
    /// Entries whose text is withheld by a later statement and still in the store.
    still_there: BTreeSet<Index>,
    /// Entries whose text is not in the store.
    emptied: BTreeSet<Index>,
}

/// A view of a ledger for reading.
#[derive(Clone)]
pub struct Reader(Arc<Shared>);

impl Memory {
    pub(super) fn empty(origin: String) -> Memory {
        let chain = Chain::new();
        Memory {
            state: State::new(),
            tip: Tip {
                log: origin,
                number: 0,
                previous: Hash::ZERO,
                size: chain.size(),
                root: chain.root(),
            },
            chain,
            starts: Vec::new(),
            published: None,
            still_there: BTreeSet::new(),
            emptied: BTreeSet::new(),
        }
    }

    /// Reads every commit of `store`.
    ///
    /// Links, digests and roots are checked; signatures and admission are not, since this program
    /// admitted what stands here. [`crate::verify`] takes nobody's word.
    pub(super) fn replay(store: &dyn Store) -> Result<Memory, ReadError> {
        let newest = store.newest()?.ok_or(ReadError::Empty)?;
        let mut commits = 0..=newest;
        let mut piece = read_piece(store, &mut commits)?;
        let origin = piece.first().map(|first| first.commit.log.clone());
        let mut memory = Memory::empty(origin.ok_or(ReadError::Empty)?);
        while !piece.is_empty() {
            // While one piece is taken in, which needs an order, the next is parsed.
            let (recalled, next) = rayon::join(
                || piece.into_iter().try_for_each(|it| memory.recall(it)),
                || read_piece(store, &mut commits),
            );
            recalled?;
            piece = next?;
        }
        if let Some(note) = store.published()? {
            // A note torn by a power cut is signed again; what it said is in the commits.
            let note = Note::parse(&note).ok();
            memory.published = note.and_then(|note| memory.state.log_keys().open(note).ok());
        }
        Ok(memory)
    }

    fn recall(&mut self, parsed: Parsed) -> Result<(), ReadError> {
        let Parsed {
            commit,
            digest,
            records,
        } = parsed;
        let number = commit.number;
        let wrong = |reason: String| ReadError::Commit { number, reason };
        commit
            .follows(&self.tip)
            .map_err(|error| wrong(error.to_string()))?;
        self.starts.push(commit.sizes[0].get());
        for record in records {
            let faults = self.chain.faults(&record.entry);
            if let Some(fault) = faults.first() {
                return Err(wrong(format!("entry {}: {fault}", record.entry.index)));
            }
            let index = record.entry.index;
            self.chain.push(&record.entry, record.leaf);
            let Some((statement, payload)) = record.statement else {
                self.emptied.insert(index);
                continue;
            };
            let digests = Digests {
                payload,
                envelope: record.entry.statement,
            };
            self.state.recall(&statement, index, digests);
            if let Predicate::Withheld(withheld) = statement.predicate()
                && !self.emptied.contains(&withheld.index)
            {
                self.still_there.insert(withheld.index);
            }
        }
        if (self.chain.size(), self.chain.root()) != (commit.sizes[1], commit.roots[1]) {
            return Err(wrong(format!(
                "expected root {} after it, found {}",
                commit.roots[1],
                self.chain.root()
            )));
        }
        self.advance(&commit, digest);
        Ok(())
    }

    /// Moves the tip behind `commit`, whose entries are in the chain.
    fn advance(&mut self, commit: &Commit, digest: Hash) {
        self.tip.number = commit.number + 1;
        self.tip.previous = digest;
        self.tip.size = commit.sizes[1];
        self.tip.root = commit.roots[1];
    }

    /// Takes in a commit that was created just now.
    pub(super) fn committed(&mut self, commit: &Commit) {
        self.starts.push(commit.sizes[0].get());
        self.advance(commit, commit.digest());
    }

    /// Returns the entries whose text has to be taken out of the store.
    pub(super) fn still_there(&self) -> &BTreeSet<Index> {
        &self.still_there
    }

    /// Checks that this history holds what was published.
    pub(super) fn reaches_published(&self) -> Result<(), ReadError> {
        let published = self.published().map(SignedCheckpoint::checkpoint);
        published.map_or(Ok(()), |checkpoint| self.reaches(checkpoint))
    }

    /// Checks that this history holds `checkpoint`.
    pub(super) fn reaches(&self, checkpoint: &Checkpoint) -> Result<(), ReadError> {
        let found = self
            .chain
            .tree()
            .root_at(checkpoint.size)
            .filter(|_| checkpoint.size <= self.tip.size);
        match found {
            None => Err(ReadError::Behind {
                seen: checkpoint.size,
                found: self.tip.size,
            }),
            Some(root) if root != checkpoint.root => Err(ReadError::Forked {
                size: checkpoint.size,
                seen: checkpoint.root,
                found: root,
            }),
            Some(_) => Ok(()),
        }
    }

    /// Returns the sizes before and after the newest commit.
    pub(super) fn last_commit(&self) -> Option<(Size, Size)> {
        let start = self.starts.last().copied().and_then(Size::new)?;
        Some((start, self.tip.size))
    }

    pub(super) fn prove(&self, index: Index) -> Option<InclusionProof> {
        prove_inclusion(self.chain.tree(), index, self.tip.size).ok()
    }

    pub(super) fn state(&self) -> &State {
        &self.state
    }

    /// Says whether this very statement stands in the ledger.
    pub(super) fn holds(&self, signed: &SignedStatement) -> bool {
        let thread = thread_name(signed.statement());
        let id = signed.statement().id().as_str();
        let there = self.state.statement(&thread, id);
        there.is_some_and(|there| there.payload == signed.payload_digest())
    }

    pub(super) fn chain(&self) -> &Chain {
        &self.chain
    }

    pub(super) fn parts(&mut self) -> (&mut State, &mut Chain) {
        (&mut self.state, &mut self.chain)
    }

    pub(super) fn tip(&self) -> &Tip {
        &self.tip
    }

    pub(super) fn origin(&self) -> &str {
        &self.tip.log
    }

    pub(super) fn size(&self) -> Size {
        self.tip.size
    }

    /// Returns the time of the newest entry.
    pub(super) fn time(&self) -> Timestamp {
        self.chain.time().expect("a ledger has an entry")
    }

    pub(super) fn published(&self) -> Option<&SignedCheckpoint> {
        self.published.as_ref()
    }

    pub(super) fn set_published(&mut self, checkpoint: SignedCheckpoint) {
        self.published = Some(checkpoint);
    }

    /// Finds the commit that holds `index`.
    pub(super) fn commit_of(&self, index: Index) -> Option<u64> {
        let commits = self.starts.partition_point(|start| *start <= index.get());
        (index.get() < self.tip.size.get()).then(|| commits as u64 - 1)
    }
}

impl Reader {
    /// Opens a ledger for reading only, from what its store holds now.
    ///
    /// # Errors
    /// [`ReadError`] when the store fails or does not hold a chain of commits.
    pub fn open(store: Arc<dyn Store>) -> Result<Reader, ReadError> {
        let memory = Memory::replay(store.as_ref())?;
        if memory.state.ledger().is_none() {
            return Err(ReadError::Empty);
        }
        memory.reaches_published()?;
        Ok(Reader(Arc::new(Shared::new(store, memory))))
    }

    pub(super) fn of(shared: Arc<Shared>) -> Reader {
        Reader(shared)
    }

    /// Returns the number of entries that are committed.
    pub fn size(&self) -> Size {
        self.0.read().size()
    }

    /// Returns the root of the tree of the committed entries.
    pub fn root(&self) -> Hash {
        self.0.read().tip.root
    }

    /// Returns the root of the tree of the first `size` entries; `None` beyond [`Reader::size`].
    pub fn root_at(&self, size: Size) -> Option<Hash> {
        let memory = self.0.read();
        memory
            .chain
            .tree()
            .root_at(size)
            .filter(|_| size <= memory.size())
    }

    /// Returns the name of the log.
    pub fn origin(&self) -> String {
        self.0.read().origin().to_owned()
    }

    /// Returns the verifier keys of the log: those that sign the next checkpoint.
    pub fn log_keys(&self) -> Vec<VerifierKey> {
        self.0.read().state().log_keys().in_force()
    }

    /// Verifies that the log signed a note, with each key that signs checkpoints of its size.
    ///
    /// # Errors
    /// [`CheckpointError`] when it is no checkpoint, or one of these keys has not signed it.
    pub fn open_checkpoint(&self, note: Note) -> Result<SignedCheckpoint, CheckpointError> {
        self.0.read().state().log_keys().open(note)
    }

    /// Calls `look` with the state after the newest entry.
    pub fn state<T>(&self, look: impl FnOnce(&State) -> T) -> T {
        look(self.0.read().state())
    }

    /// Calls `look` with the tree; it may be ahead of [`Reader::size`] while a commit is under way.
    pub fn tree<T>(&self, look: impl FnOnce(&Tree) -> T) -> T {
        look(self.0.read().chain.tree())
    }

    /// Returns the newest checkpoint with its cosignatures; `None` before the first was signed.
    pub fn checkpoint(&self) -> Option<SignedCheckpoint> {
        self.0.read().published().cloned()
    }

    /// Returns an entry and its stored envelope; `None` beyond the end.
    ///
    /// # Errors
    /// [`ReadError`] when the store fails or holds something else by now.
    pub fn record(&self, index: Index) -> Result<Option<Record>, ReadError> {
        Ok(self.records(index, 1)?.pop())
    }

    /// Returns up to `most` entries from `first` on, with their stored envelopes; at least one if there is one.
    ///
    /// # Errors
    /// [`ReadError`] when the store fails or holds something else by now.
    pub fn records(&self, first: Index, most: usize) -> Result<Vec<Record>, ReadError> {
        let Some((number, start)) = ({
            let memory = self.0.read();
            memory
                .commit_of(first)
                .map(|number| (number, memory.starts[number as usize]))
        }) else {
            return Ok(Vec::new());
        };
        let commit = read_commit(self.0.store.as_ref(), number)?;
        let skip = usize::try_from(first.get() - start).unwrap_or(usize::MAX);
        Ok(commit.batch.into_iter().skip(skip).take(most).collect())
    }

    /// Returns the receipt of an entry under the newest checkpoint; `None` where either is missing.
    pub fn receipt(&self, index: Index) -> Option<Receipt> {
        let memory = self.0.read();
        let checkpoint = memory
            .published()
            .filter(|published| published.checkpoint().size == memory.size())?;
        Some(Receipt::new(index, memory.prove(index)?, checkpoint))
    }
}

/// A commit with everything in it parsed.
struct Parsed {
    /// The commit without its batch.
    commit: Commit,
    digest: Hash,
    records: Vec<ParsedRecord>,
}

struct ParsedRecord {
    entry: Entry,
    leaf: Hash,
    /// The statement and the SHA-256 of its payload; none when it is withheld.
    statement: Option<(Statement, Hash)>,
}

/// Reads the next commits of `numbers`, about [`BYTES_AT_ONCE`], and parses them; none at the end.
///
/// Parsing is most of the work of opening, so it is done on all cores.
fn read_piece(
    store: &dyn Store,
    numbers: &mut impl Iterator<Item = u64>,
) -> Result<Vec<Parsed>, ReadError> {
    let mut read = Vec::new();
    let mut left = BYTES_AT_ONCE;
    while left > 0
        && let Some(number) = numbers.next()
    {
        let bytes = store.read(number)?;
        let bytes = bytes.ok_or_else(|| ReadError::missing(number))?;
        left = left.saturating_sub(bytes.len());
        read.push((number, bytes));
    }
    let parse = |(number, bytes): (u64, Vec<u8>)| parse_commit(number, &bytes);
    read.into_par_iter().map(parse).collect()
}

fn parse_commit(number: u64, bytes: &[u8]) -> Result<Parsed, ReadError> {
    let wrong = |reason: String| ReadError::Commit { number, reason };
    let parsed = Commit::parse_with_digest(bytes);
    let (mut commit, digest) = parsed.map_err(|error| wrong(error.to_string()))?;
    let records = std::mem::take(&mut commit.batch)
        .into_par_iter()
        .map(|record| parse_record(&record, wrong))
        .collect::<Result<_, _>>()?;
    Ok(Parsed {
        commit,
        digest,
        records,
    })
}

fn parse_record(
    record: &Record,
    wrong: impl Fn(String) -> ReadError,
) -> Result<ParsedRecord, ReadError> {
    let entry = Entry::parse(&record.entry).map_err(|error| wrong(error.to_string()))?;
    let leaf = leaf_hash(&record.entry);
    if record.envelope.is_empty() {
        return Ok(ParsedRecord {
            entry,
            leaf,
            statement: None,
        });
    }
    let place = |error: &dyn std::fmt::Display| {
        wrong(format!("statement of entry {}: {error}", entry.index))
    };
    let envelope = Envelope::parse_stored(&record.envelope);
    let digest = envelope
        .as_ref()
        .map_or_else(|_| Hash::of(&record.envelope), Envelope::digest);
    if digest != entry.statement {
        return Err(place(
            &"expected the digest that the entry names, found another",
        ));
    }
    let envelope = envelope.map_err(|error| place(&error))?;
    let statement = Statement::parse(envelope.payload()).map_err(|error| match error {
        StatementError::Type(found) => ReadError::Newer {
            index: entry.index,
            found,
        },
        error => place(&error),
    })?;
    Ok(ParsedRecord {
        leaf,
        statement: Some((statement, envelope.payload_digest())),
        entry,
    })
}

/// Reads one commit, for streaming through a ledger without holding it.
///
/// # Errors
/// [`ReadError`] when it is missing or is no commit.
pub(super) fn read_commit(store: &dyn Store, number: u64) -> Result<Commit, ReadError> {
    let bytes = store
        .read(number)?
        .ok_or_else(|| ReadError::missing(number))?;
    Commit::parse(&bytes).map_err(|error: CommitError| ReadError::Commit {
        number,
        reason: error.to_string(),
    })
}

/// Why a ledger cannot be read.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ReadError {
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// There is no commit.
    #[error(
        "expected a ledger, found an empty store\ncreate one with `bewijs init`, or `bewijs load` an export into it"
    )]
    Empty,
    /// A commit is missing, damaged, or does not follow the one before.
    #[error("commit {number}: {reason}\nthe store is damaged: restore a backup, or load an export")]
    Commit {
        /// The commit.
        number: u64,
        /// What is wrong.
        reason: String,
    },
    /// A statement of a type that this program does not know.
    #[error("entry {index}: {found}\nuse a newer version of this program, which knows that type")]
    Newer {
        /// The entry.
        index: Index,
        /// The type.
        found: TypeError,
    },
    /// The store ends before a checkpoint that others hold.
    #[error(
        "expected at least {seen} entries, which a checkpoint shows, found {found}\nthis is an older copy: writing would sign a second history; restore the newest one"
    )]
    Behind {
        /// The size of the checkpoint.
        seen: Size,
        /// The size here.
        found: Size,
    },
    /// The store holds another history than a checkpoint that others hold.
    #[error(
        "expected root {seen} at size {size}, which a checkpoint shows, found {found}\nthis is another history: keep both, write to neither, and compare them"
    )]
    Forked {
        /// The size of the checkpoint.
        size: Size,
        /// Its root.
        seen: Hash,
        /// The root here.
        found: Hash,
    },
}

impl ReadError {
    fn missing(number: u64) -> ReadError {
        ReadError::Commit {
            number,
            reason: "it is missing".to_owned(),
        }
    }
}
