//! What a verified log amounts to.

use std::collections::{BTreeMap, BTreeSet};

use crate::checkpoint::{Checkpoint, Fingerprint, SignedCheckpoint};
use crate::entry::ThreadName;
use crate::hash::Hash;
use crate::key::KeyId;
use crate::merkle::{Index, Size, Tree};
use crate::note::VerifierKey;
use crate::state::{Chain, State};
use crate::statement::{Holder, Id, LedgerId, PartyId, SignedStatement, Type};
use crate::time::Timestamp;
use crate::trust::Evaluation;

use super::defect::{Defect, Place};

/// What was read to make [`Facts`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Read {
    /// Every entry and every statement of a log: what is not there does not exist.
    WholeLog,
}

/// Which statements [`Facts`] keep; all of them are verified.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Keep {
    /// None: memory stays small.
    #[default]
    Nothing,
    /// Those of these threads.
    Threads(BTreeSet<ThreadName>),
    /// All.
    Everything,
}

impl Keep {
    pub(super) fn keeps(&self, thread: &ThreadName) -> bool {
        match self {
            Keep::Nothing => false,
            Keep::Threads(threads) => threads.contains(thread),
            Keep::Everything => true,
        }
    }
}

/// What [`super::verify_log`] found, right and wrong; nothing else makes it.
///
/// There is no *yes* here: who reads facts says what they rest on, and has to look at
/// [`Facts::sound_size`] and [`Facts::defects`].
#[derive(Clone, Debug)]
pub struct Facts {
    pub(super) read: Read,
    pub(super) chain: Chain,
    pub(super) state: State,
    pub(super) checkpoint: Option<SignedCheckpoint>,
    pub(super) trust: Option<Evaluation>,
    pub(super) followed: Option<Followed>,
    pub(super) counts: BTreeMap<Type, u64>,
    pub(super) threads: BTreeMap<ThreadName, ThreadFacts>,
    pub(super) statements: Vec<KeptStatement>,
    pub(super) withheld: Vec<WithheldStatement>,
    pub(super) defects: Vec<Defect>,
    pub(super) unlisted: u64,
    pub(super) followers: BTreeMap<Index, u64>,
    pub(super) first_unsound: Option<Index>,
}

/// One thread of the log.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ThreadFacts {
    /// How many entries it has.
    pub entries: u64,
    /// The place of its newest entry.
    pub newest: Index,
}

/// A statement that was verified and admitted at its place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KeptStatement {
    /// The place of its entry.
    pub index: Index,
    /// The time of its entry, by the operator's clock.
    pub time: Timestamp,
    /// The leaf hash of its entry.
    pub leaf: Hash,
    /// The statement.
    pub signed: SignedStatement,
    /// Who signed it, in the order of the key ids.
    pub signers: Vec<Signer>,
}

/// Whose key made a signature.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Signer {
    /// The key.
    pub key: KeyId,
    /// The party that it signs for.
    pub party: PartyId,
    /// The person; `None` for a recovery key.
    pub holder: Option<Holder>,
}

/// A statement that nobody can read any more, lawfully so.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WithheldStatement {
    /// The place of its entry.
    pub index: Index,
    /// Its thread.
    pub thread: ThreadName,
    /// Its id, as the `withheld` statement has it.
    pub id: Id,
    /// Its type, as the `withheld` statement has it.
    pub kind: Type,
    /// The place of the `withheld` statement that says so.
    pub by: Index,
}

/// A log key of the reader's trust file that has been replaced, and the one to which it leads.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Followed {
    /// The key that the reader trusts.
    pub from: VerifierKey,
    /// The key in force: the tree that the reader's key signed last announces it.
    pub to: VerifierKey,
}

impl Facts {
    /// Returns what was read.
    pub fn read(&self) -> Read {
        self.read
    }

    /// Returns the name of the ledger and its genesis digest, as its charter has them; `None` when no
    /// charter could be replayed.
    pub fn ledger(&self) -> Option<&LedgerId> {
        self.state.ledger()
    }

    /// Returns how many entries were read.
    pub fn size(&self) -> Size {
        self.chain.size()
    }

    /// Returns the root that the entries make.
    pub fn root(&self) -> Hash {
        self.chain.root()
    }

    /// Returns the tree over the entries, which has the root of every earlier size.
    pub fn tree(&self) -> &Tree {
        self.chain.tree()
    }

    /// Returns tree and thread index, from which proofs are made.
    pub fn chain(&self) -> &Chain {
        &self.chain
    }

    /// Returns how many entries stand before the first that is not sound; all when every one is.
    ///
    /// What comes later rests on a broken history.
    pub fn sound_size(&self) -> Size {
        self.first_unsound.map_or(self.size(), Index::size_before)
    }

    /// Returns the published checkpoint, when the entries make its root and the log signed it: with each
    /// log key in force at its size or, without a charter, with one that the reader trusts.
    pub fn checkpoint(&self) -> Option<&SignedCheckpoint> {
        self.checkpoint.as_ref()
    }

    /// Returns how many entries the checkpoint does not cover yet.
    ///
    /// Not a defect: they were committed and a newer checkpoint will cover them.
    pub fn uncovered(&self) -> u64 {
        let covered = self
            .checkpoint
            .as_ref()
            .map_or(0, |signed| signed.checkpoint().size.get());
        self.size().get().saturating_sub(covered)
    }

    /// Returns the fingerprint of the entries that were read; `None` without a charter.
    ///
    /// It is that of the checkpoint when this covers all of them.
    pub fn fingerprint(&self) -> Option<Fingerprint> {
        let checkpoint = Checkpoint {
            origin: self.ledger()?.origin.as_str().parse().ok()?,
            size: self.size(),
            root: self.root(),
        };
        Some(checkpoint.fingerprint())
    }

    /// Returns what the reader's own trust policy says of the checkpoint; `None` when none was given.
    pub fn trust(&self) -> Option<&Evaluation> {
        self.trust.as_ref()
    }

    /// Returns how the reader's log key led to the one that signed, when it did not sign itself.
    pub fn followed(&self) -> Option<&Followed> {
        self.followed.as_ref()
    }

    /// Returns parties, keys, cases and everything else that admission knows at the end.
    pub fn state(&self) -> &State {
        &self.state
    }

    /// Returns how many statements of each type were admitted.
    pub fn counts(&self) -> &BTreeMap<Type, u64> {
        &self.counts
    }

    /// Returns the threads by name.
    pub fn threads(&self) -> &BTreeMap<ThreadName, ThreadFacts> {
        &self.threads
    }

    /// Returns the statements that were asked for, in order; only such as were admitted.
    pub fn statements(&self) -> &[KeptStatement] {
        &self.statements
    }

    /// Returns the withheld statements, in the order in which they were withheld.
    pub fn withheld(&self) -> &[WithheldStatement] {
        &self.withheld
    }

    /// Returns what is wrong, by place; at most [`super::MAX_DEFECTS`].
    pub fn defects(&self) -> &[Defect] {
        &self.defects
    }

    /// Returns how many defects are not listed because there are too many.
    pub fn unlisted_defects(&self) -> u64 {
        self.unlisted
    }

    /// Returns for each broken entry how many later ones could not be judged because of it.
    pub fn followers(&self) -> &BTreeMap<Index, u64> {
        &self.followers
    }

    /// Says whether nothing at all is wrong: no defect at any entry, genesis or checkpoint.
    ///
    /// Not whether the reader trusts the log: that is [`Facts::trust`].
    pub fn is_sound(&self) -> bool {
        self.defects.is_empty() && self.first_unsound.is_none()
    }

    /// Returns the defects at one place.
    pub fn defects_at(&self, place: Place) -> impl Iterator<Item = &Defect> {
        self.defects
            .iter()
            .filter(move |defect| defect.place == place)
    }
}
