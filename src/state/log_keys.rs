//! Log keys: which of them sign a checkpoint of which size.
//!
//! A ledger has one log key, or two while one takes the place of the other. A key signs every checkpoint
//! whose tree holds the entry that brought it in and not the entry that ended it:
//!
//! ```text
//! entry      0        41                  58
//!            charter  log-key B           log-key-ended A
//! sizes      1 ─────41│42 ─────────────58│59 ────────
//! signed by  A        │A and B           │B
//! ```
//!
//! So a checkpoint is *signed by the log* when each of these keys has signed it, and a second history
//! needs all of them. `docs/formats/log-keys.md` is this page for implementers.

use crate::checkpoint::{Checkpoint, CheckpointError, SignedCheckpoint};
use crate::key::PublicKey;
use crate::merkle::{Index, Size};
use crate::note::{Note, VerifierKey};

/// The most log keys that are in force at once.
pub const MAX_LOG_KEYS: usize = 2;

/// A key of the log, with the entries between which it signs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LogKey {
    /// The key.
    pub key: VerifierKey,
    /// The entry that brought it in.
    pub since: Index,
    /// The entry that ended it; it signs no checkpoint whose tree holds that entry.
    pub ended: Option<Index>,
    /// The size of a checkpoint that it signed together with the key after it, as the entry that ended it shows.
    pub vouched: Option<Size>,
}

/// Every log key that a ledger has had, in their order.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct LogKeys(Vec<LogKey>);

impl LogKeys {
    /// Goes through all of them, in their order.
    pub fn iter(&self) -> impl Iterator<Item = &LogKey> {
        self.0.iter()
    }

    /// Returns the keys that sign the next checkpoint, in their order; none before entry 0.
    pub fn in_force(&self) -> Vec<VerifierKey> {
        let now = self.0.iter().filter(|key| key.ended.is_none());
        now.map(|key| key.key.clone()).collect()
    }

    /// Returns the keys that sign a checkpoint of `size` entries.
    pub fn at(&self, size: Size) -> Vec<VerifierKey> {
        let holds = |index: Index| index.get() < size.get();
        let signs = |key: &&LogKey| {
            // The empty tree is signed by the key of the charter.
            (holds(key.since) || key.since == Index::FIRST) && !key.ended.is_some_and(holds)
        };
        let keys = self.0.iter().filter(signs);
        keys.map(|key| key.key.clone()).collect()
    }

    /// Verifies that the log signed a note: that each key did which signs checkpoints of its size.
    ///
    /// # Errors
    /// [`CheckpointError`] when it is no checkpoint, or one of these keys has not signed it.
    pub fn open(&self, note: Note) -> Result<SignedCheckpoint, CheckpointError> {
        let size = Checkpoint::parse(note.text())?.size;
        SignedCheckpoint::by_all(note, &self.at(size))
    }

    /// Follows `key` to those that have taken its place and sign checkpoints of `size` entries.
    ///
    /// A key leads to another only when it signed a tree that holds the other's announcement.
    /// A key that itself signs checkpoints of that size leads to itself alone. Nothing is found
    /// where a key was replaced without its own signature.
    pub fn follow(&self, key: &VerifierKey, size: Size) -> Vec<VerifierKey> {
        let signing = self.at(size);
        if signing.contains(key) {
            return vec![key.clone()];
        }
        let Some(first) = self.0.iter().find(|known| known.key == *key) else {
            return Vec::new();
        };
        // What is reached stands later in the list, so one pass suffices.
        let mut reached = vec![first];
        for next in &self.0 {
            let announced = |by: &&LogKey| by.vouched.is_some_and(|tree| tree.contains(next.since));
            if next.since > first.since && reached.iter().any(announced) {
                reached.push(next);
            }
        }
        let reached = reached.into_iter().map(|key| &key.key);
        reached
            .filter(|key| signing.contains(key))
            .cloned()
            .collect()
    }

    /// Says whether `key` is or was a log key here, under whatever name.
    pub fn knows(&self, key: &PublicKey) -> bool {
        self.0.iter().any(|known| known.key.public_key() == key)
    }

    pub(super) fn announce(&mut self, key: VerifierKey, since: Index) {
        self.0.push(LogKey {
            key,
            since,
            ended: None,
            vouched: None,
        });
    }

    pub(super) fn end(&mut self, key: &VerifierKey, ended: Index, vouched: Option<Size>) {
        let now = self.0.iter_mut().filter(|known| known.ended.is_none());
        for known in now.filter(|known| known.key == *key) {
            known.ended = Some(ended);
            known.vouched = vouched;
        }
    }

    pub(super) fn replace_all(&mut self, key: VerifierKey, since: Index) {
        for known in self.0.iter_mut().filter(|known| known.ended.is_none()) {
            known.ended = Some(since);
        }
        self.announce(key, since);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::note::KeyKind;
    use ed25519_dalek::SigningKey;

    fn key(seed: u8) -> VerifierKey {
        let public = SigningKey::from_bytes(&[seed; 32]).verifying_key();
        let public = PublicKey::from_bytes(public.as_bytes()).unwrap();
        VerifierKey::new(
            "ledger.example/test".parse().unwrap(),
            KeyKind::Ed25519,
            public,
        )
    }

    fn index(number: u64) -> Index {
        Index::new(number).unwrap()
    }

    fn size(number: u64) -> Size {
        Size::new(number).unwrap()
    }

    /// A from 0 to 58, B from 41 to 90, C from 70; D replaces all at 100 without their word.
    fn keys() -> LogKeys {
        let mut keys = LogKeys::default();
        keys.announce(key(1), index(0));
        keys.announce(key(2), index(41));
        keys.end(&key(1), index(58), Some(size(50)));
        keys.announce(key(3), index(70));
        keys.end(&key(2), index(90), Some(size(80)));
        keys.replace_all(key(4), index(100));
        keys
    }

    #[test]
    fn each_key_signs_from_the_tree_that_holds_its_announcement_to_the_one_that_holds_its_end() {
        for (at, expected) in [
            (0, &[1][..]),
            (1, &[1]),
            (41, &[1]),
            (42, &[1, 2]),
            (58, &[1, 2]),
            (59, &[2]),
            (70, &[2]),
            (71, &[2, 3]),
            (91, &[3]),
            (100, &[3]),
            (101, &[4]),
            (5000, &[4]),
        ] {
            let expected: Vec<_> = expected.iter().map(|seed| key(*seed)).collect();
            assert_eq!(keys().at(size(at)), expected, "size {at}");
        }
        assert_eq!(keys().in_force(), [key(4)]);
    }

    #[test]
    fn a_key_leads_to_those_that_it_vouched_for_and_to_no_other() {
        let follow = |seed, at| keys().follow(&key(seed), size(at));
        assert_eq!(follow(1, 42), [key(1)]);
        assert_eq!(follow(1, 60), [key(2)]);
        assert_eq!(follow(1, 80), [key(2), key(3)]);
        assert_eq!(follow(1, 95), [key(3)]);
        assert_eq!(follow(2, 95), [key(3)]);
        // Nobody vouched for what replaced all of them.
        for seed in [1, 2, 3] {
            assert_eq!(follow(seed, 101), []);
        }
        // A later key says nothing of a time before it, and a stranger nothing at all.
        assert_eq!(follow(3, 60), []);
        assert_eq!(follow(9, 60), []);
    }

    #[test]
    fn a_tree_without_the_announcement_vouches_for_nothing() {
        let mut keys = LogKeys::default();
        keys.announce(key(1), index(0));
        keys.announce(key(2), index(41));
        keys.end(&key(1), index(58), Some(size(41)));
        assert_eq!(keys.follow(&key(1), size(60)), []);
    }
}
