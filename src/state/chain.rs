//! The chain: where the next entry of a whole log has to stand.
//!
//! Entries link to the entry before them, to the entry before them in their thread, and to the root
//! of the thread index. [`Chain::next`] makes an entry that links so; [`Chain::faults`] says where a
//! given one does not. Whoever holds only some threads of a log cannot have a `Chain`.

use std::fmt;

use crate::entry::{Entry, ThreadName, ThreadPlace};
use crate::hash::Hash;
use crate::merkle::{Index, Size, ThreadIndex, Tree};
use crate::time::Timestamp;

/// The tree and the thread index over the entries so far, and what links to them.
#[derive(Clone, Debug, Default)]
pub struct Chain {
    tree: Tree,
    threads: ThreadIndex,
    time: Option<Timestamp>,
}

/// A place where an entry does not fit the entries before it.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("expected member {member:?} to be {expected}, found {found}")]
pub struct ChainFault {
    /// The member of the entry.
    pub member: &'static str,
    /// What the entries before demand.
    pub expected: String,
    /// What the entry says.
    pub found: String,
}

impl Chain {
    /// Starts an empty log.
    pub fn new() -> Chain {
        Chain::default()
    }

    /// Returns the number of entries.
    pub fn size(&self) -> Size {
        self.tree.size()
    }

    /// Returns the root of the tree.
    pub fn root(&self) -> Hash {
        self.tree.root()
    }

    /// Returns the tree, which answers for every earlier size.
    pub fn tree(&self) -> &Tree {
        &self.tree
    }

    /// Returns the thread index.
    pub fn threads(&self) -> &ThreadIndex {
        &self.threads
    }

    /// Returns the time of the newest entry.
    pub fn time(&self) -> Option<Timestamp> {
        self.time
    }

    /// Makes the entry that links to what is here.
    ///
    /// A clock that lags behind the newest entry is not followed back.
    pub fn next(&self, statement: Hash, thread: ThreadName, now: Timestamp, version: u32) -> Entry {
        let (seq, prev) = self.thread_tip(&thread);
        Entry {
            index: self.next_index(),
            prev: self.newest(),
            statement,
            thread: ThreadPlace {
                name: thread,
                prev,
                seq,
            },
            threads: self.threads.root(),
            time: self.time.map_or(now, |time| time.max(now)),
            version,
        }
    }

    /// Lists where `entry` does not link to what is here; nothing when it does.
    pub fn faults(&self, entry: &Entry) -> Vec<ChainFault> {
        let mut faults = Vec::new();
        let (seq, prev) = self.thread_tip(&entry.thread.name);
        compare(&mut faults, "index", self.next_index(), entry.index);
        compare(&mut faults, "prev", self.newest(), entry.prev);
        compare(&mut faults, "thread.prev", prev, entry.thread.prev);
        compare(&mut faults, "thread.seq", seq, entry.thread.seq);
        compare(&mut faults, "threads", self.threads.root(), entry.threads);
        if let Some(time) = self.time.filter(|time| *time > entry.time) {
            faults.push(ChainFault {
                member: "time",
                expected: format!("not before {time}"),
                found: entry.time.to_string(),
            });
        }
        faults
    }

    /// Takes an entry in as it is, whether it links or not: what follows is measured against what is there.
    pub fn push(&mut self, entry: &Entry, leaf: Hash) {
        let name = entry.thread.name.hash();
        let (count, _) = self.threads.get(&name).unwrap_or((0, Hash::ZERO));
        self.threads.set(&name, count + 1, leaf);
        self.time = self.time.max(Some(entry.time));
        self.tree.append(leaf);
    }

    /// Takes a leaf in whose bytes are no entry.
    pub fn push_unreadable(&mut self, leaf: Hash) {
        self.tree.append(leaf);
    }

    fn next_index(&self) -> Index {
        Index::new(self.size().get()).expect("a log holds fewer than 2^53 entries")
    }

    fn newest(&self) -> Hash {
        let newest = self.size().get().checked_sub(1).and_then(Index::new);
        newest.map_or(Hash::ZERO, |index| {
            self.tree
                .leaf(index)
                .expect("the newest leaf is in the tree")
        })
    }

    fn thread_tip(&self, thread: &ThreadName) -> (u64, Hash) {
        self.threads.get(&thread.hash()).unwrap_or((0, Hash::ZERO))
    }
}

/// Notes a member that is not what it must be.
fn compare<T: PartialEq + fmt::Display>(
    faults: &mut Vec<ChainFault>,
    member: &'static str,
    expected: T,
    found: T,
) {
    if expected != found {
        faults.push(ChainFault {
            member,
            expected: expected.to_string(),
            found: found.to_string(),
        });
    }
}
