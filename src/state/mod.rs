//! State: what earlier statements make of the next one, and admission.
//!
//! State is computed, never written. It is folded from the statements of the charter and of the cases,
//! and admission of a statement depends on nothing but earlier entries of the charter and of the
//! statement's own thread, so that whoever holds these two can replay it.
//!
//! ```text
//! SignedStatement --admit--> Admitted --apply--> State
//! ```
//!
//! Admission asks little: whose words these are, whether that role may say this, whether what it refers to
//! is there. It has no opinion on content: a ledger records what happened, a bad decision too.
//! Judgement is elsewhere. `docs/formats/admission.md` has the rules in the order in which they are asked.

mod admit;
mod chain;
pub mod log_keys;
pub mod roles;

use std::collections::{BTreeMap, HashMap, HashSet};

use crate::checkpoint::Checkpoint;
use crate::entry::ThreadName;
use crate::hash::Hash;
use crate::key::{KeyId, PublicKey};
use crate::merkle::Index;
use crate::note::VerifierKey;
use crate::statement::register::{Role, Withheld};
use crate::statement::{CaseName, Holder, Id, LedgerId, PartyId, Predicate, Statement, Type};
use crate::time::Seconds;

pub use admit::{Admitted, NEVER_WITHHELD, Refusal, RootReader};
pub use chain::{Chain, ChainFault};
pub use log_keys::{LogKey, LogKeys};

/// The version of the rules that this program replays.
pub const RULES_VERSION: u32 = 1;

/// What the statements so far amount to.
#[derive(Clone, Debug, Default)]
pub struct State {
    ledger: Option<LedgerId>,
    log_keys: LogKeys,
    operator: Option<PartyId>,
    closed: Option<Index>,
    rules_version: u32,
    thresholds: Thresholds,
    parties: BTreeMap<PartyId, Party>,
    keys: HashMap<KeyId, EnrolledKey>,
    recovery: HashMap<KeyId, RecoveryKey>,
    /// Since when others may have used a key, as each statement says it.
    compromised: BTreeMap<KeyId, BTreeMap<Index, Seconds>>,
    /// Keys of statements that nobody can read any more: they have had their one use.
    spent: HashSet<KeyId>,
    /// The keys that each statement brought in or revoked, where there are any.
    keys_of: BTreeMap<Index, Vec<KeyId>>,
    /// The entries whose texts are withheld, with the first entry that says so.
    withheld: BTreeMap<Index, Index>,
    services: BTreeMap<String, Option<CaseName>>,
    cases: BTreeMap<CaseName, Index>,
    threads: HashMap<ThreadName, ThreadState>,
}

/// A party as the charter or a `party` statement names it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Party {
    /// What it is called.
    pub name: String,
    /// What it does here.
    pub role: Role,
}

/// A public key that speaks for a person of a party; enrolled once, for ever.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EnrolledKey {
    /// The key.
    pub key: PublicKey,
    /// The person, by number.
    pub holder: Holder,
    /// The entry that enrolled it.
    pub enrolled: Index,
    /// The entry that revoked it or put another in its place; it signs nothing that stands later.
    pub revoked: Option<Index>,
    /// The key that its holder put in its place.
    pub replaced_by: Option<KeyId>,
    /// From when on others may have used it, as its party's recovery key says; the earliest that was said.
    pub compromised_since: Option<Seconds>,
}

/// A key, kept apart, with which a party revokes its other keys and changes the operator.
#[derive(Clone, Debug, PartialEq, Eq)]
struct RecoveryKey {
    party: PartyId,
    key: PublicKey,
    /// Whether the charter names it, which all founders signed.
    founding: bool,
}

/// How many parties besides the operator must sign an act of the charter.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Thresholds {
    /// New rules.
    pub rules: usize,
    /// A handover to another operator.
    pub operator: usize,
    /// The closing of the ledger.
    pub closing: usize,
}

/// The two digests by which a statement is named.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Digests {
    /// The SHA-256 of its payload, which pins name.
    pub payload: Hash,
    /// The SHA-256 of its stored envelope, which its entry names.
    pub envelope: Hash,
}

/// One statement of a thread, as far as later ones depend on it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Recorded {
    /// Its id, as it is spelled there.
    pub id: Id,
    /// Where its entry stands.
    pub index: Index,
    /// The SHA-256 of its payload.
    pub payload: Hash,
    /// The SHA-256 of its stored envelope.
    pub statement: Hash,
    /// Its type.
    pub kind: Type,
}

/// What stays true of a statement when its text is withheld.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Restated {
    /// Its id, its type, its place and its digests.
    pub recorded: Recorded,
    /// The keys that it brought in or revoked, sorted.
    pub keys: Vec<KeyId>,
    /// The digests of its confidential fields, sorted.
    pub commitments: Vec<Hash>,
}

/// The statements of one thread.
#[derive(Clone, Debug, Default)]
struct ThreadState {
    /// By id in lower case.
    statements: HashMap<String, Recorded>,
    /// The digests of confidential fields, with the entry that each stands in.
    digests: HashMap<Hash, Index>,
}

impl State {
    /// Starts before entry 0.
    pub fn new() -> State {
        State {
            rules_version: RULES_VERSION,
            ..State::default()
        }
    }

    /// Returns the name of the ledger; `None` before entry 0.
    pub fn ledger(&self) -> Option<&LedgerId> {
        self.ledger.as_ref()
    }

    /// Returns the log keys, from that of the charter on.
    pub fn log_keys(&self) -> &LogKeys {
        &self.log_keys
    }

    /// Returns the keys that would sign checkpoints after a statement that says `predicate`.
    pub fn log_keys_after(&self, predicate: &Predicate) -> Vec<VerifierKey> {
        let mut keys = self.log_keys.in_force();
        match predicate {
            Predicate::Charter(charter) => keys = vec![charter.log_key.clone()],
            Predicate::LogKey(new) => keys.push(new.log_key.clone()),
            Predicate::LogKeyEnded(ended) => keys.retain(|key| *key != ended.log_key),
            Predicate::Operator(handover) => {
                if let Some(new) = &handover.log {
                    keys = vec![new.log_key.clone()];
                }
            }
            _ => {}
        }
        keys
    }

    /// Returns the party that runs the ledger.
    pub fn operator(&self) -> Option<&PartyId> {
        self.operator.as_ref()
    }

    /// Returns the entry that closed the ledger.
    pub fn closed(&self) -> Option<Index> {
        self.closed
    }

    /// Returns the entry that says that the text of the entry at `index` is withheld: then it is not kept.
    pub fn withheld_by(&self, index: Index) -> Option<Index> {
        self.withheld.get(&index).copied()
    }

    /// Returns how many parties must sign an act of the charter.
    pub fn thresholds(&self) -> Thresholds {
        self.thresholds
    }

    /// Returns the version of the rules for the next entry.
    pub fn rules_version(&self) -> u32 {
        self.rules_version
    }

    /// Finds a public key by its id, whether it may still sign or not: enrolled or for recovery.
    pub fn public_key(&self, id: &KeyId) -> Option<PublicKey> {
        let enrolled = self.keys.get(id).map(|enrolled| enrolled.key);
        enrolled.or_else(|| self.recovery.get(id).map(|recovery| recovery.key))
    }

    /// Finds an enrolled key.
    pub fn key(&self, id: &KeyId) -> Option<&EnrolledKey> {
        self.keys.get(id)
    }

    /// Finds the party whose recovery key this is.
    pub fn recovery_party(&self, id: &KeyId) -> Option<&PartyId> {
        self.recovery.get(id).map(|recovery| &recovery.party)
    }

    /// Goes through the enrolled keys, in no order.
    pub fn keys(&self) -> impl Iterator<Item = (&KeyId, &EnrolledKey)> {
        self.keys.iter()
    }

    /// Finds a party.
    pub fn party(&self, id: &PartyId) -> Option<&Party> {
        self.parties.get(id)
    }

    /// Goes through the parties by id.
    pub fn parties(&self) -> impl Iterator<Item = (&PartyId, &Party)> {
        self.parties.iter()
    }

    /// Goes through the cases by name, with the entry that opened each.
    pub fn cases(&self) -> impl Iterator<Item = (&CaseName, Index)> {
        self.cases.iter().map(|(name, index)| (name, *index))
    }

    /// Finds a statement by its id, ignoring the case of letters.
    pub fn statement(&self, thread: &ThreadName, id: &str) -> Option<&Recorded> {
        self.threads
            .get(thread)?
            .statements
            .get(&id.to_ascii_lowercase())
    }

    /// Goes through the statements of a thread, in no order.
    pub fn statements(&self, thread: &ThreadName) -> impl Iterator<Item = &Recorded> {
        let thread = self.threads.get(thread).into_iter();
        thread.flat_map(|thread| thread.statements.values())
    }

    /// Takes in a statement that was admitted, with the index that it got.
    pub fn apply(&mut self, admitted: &Admitted, index: Index) {
        let digests = Digests {
            payload: admitted.payload_digest(),
            envelope: admitted.envelope_digest(),
        };
        self.fold(admitted.statement(), index, digests);
    }

    /// Takes in again what this program admitted before.
    ///
    /// For the writer that reads its own store when it opens: nothing is checked here. A verifier
    /// never calls this; it admits.
    pub fn recall(&mut self, statement: &Statement, index: Index, digests: Digests) {
        self.fold(statement, index, digests);
    }

    /// Takes in, before it comes, what a `withheld` statement says of an entry whose statement nobody can
    /// read any more: its id, keys and commitments stay taken, what it revoked stays revoked, and pins
    /// to it resolve. What it allowed is unknown.
    pub fn fold_withheld(&mut self, thread: &ThreadName, withheld: &Withheld) {
        let place = self.threads.entry(thread.clone()).or_default();
        place
            .statements
            .entry(withheld.id.folded())
            .or_insert_with(|| Recorded {
                id: withheld.id.clone(),
                index: withheld.index,
                payload: withheld.payload,
                statement: withheld.statement,
                kind: withheld.kind,
            });
        for digest in withheld.commitments.iter() {
            place.digests.entry(*digest).or_insert(withheld.index);
        }
        let keys = withheld.keys.to_vec();
        if !keys.is_empty() {
            self.keys_of.entry(withheld.index).or_insert(keys);
        }
        for id in withheld.keys.iter() {
            match self.keys.get_mut(id) {
                Some(key) if withheld.kind == Type::KeyRevoked => {
                    key.revoked.get_or_insert(withheld.index);
                }
                Some(_) => {}
                None if self.recovery.contains_key(id) => {}
                None => drop(self.spent.insert(*id)),
            }
        }
    }

    /// Finds what a `withheld` statement has to say of the entry at `index`, but for the ground.
    pub fn restated(&self, thread: &ThreadName, index: Index) -> Option<Restated> {
        let place = self.threads.get(thread)?;
        let recorded = place.statements.values().find(|it| it.index == index)?;
        let digests = place.digests.iter().filter(|(_, at)| **at == index);
        let mut commitments: Vec<Hash> = digests.map(|(digest, _)| *digest).collect();
        commitments.sort();
        let mut keys = self.keys_of.get(&index).cloned().unwrap_or_default();
        keys.sort();
        Some(Restated {
            recorded: recorded.clone(),
            keys,
            commitments,
        })
    }

    fn fold(&mut self, statement: &Statement, index: Index, digests: Digests) {
        let head = statement.head();
        let name = thread_name(statement);
        let thread = self.threads.entry(name.clone()).or_default();
        let commitments = statement.predicate().digests().into_iter();
        thread
            .digests
            .extend(commitments.map(|digest| (*digest, index)));
        thread.statements.insert(
            head.id.folded(),
            Recorded {
                id: head.id.clone(),
                index,
                payload: digests.payload,
                statement: digests.envelope,
                kind: statement.kind(),
            },
        );
        let keys = keys_of(statement.predicate());
        if !keys.is_empty() {
            self.keys_of.insert(index, keys);
        }
        match statement.predicate() {
            Predicate::Charter(charter) => {
                self.ledger = Some(LedgerId {
                    origin: charter.origin.clone(),
                    genesis: digests.payload,
                });
                self.log_keys.announce(charter.log_key.clone(), index);
                self.operator = Some(charter.operator.clone());
                self.thresholds = Thresholds {
                    rules: charter.thresholds.rules.get() as usize,
                    operator: charter.thresholds.operator.get() as usize,
                    closing: charter.thresholds.closing.get() as usize,
                };
                for party in charter.parties.iter() {
                    let name = party.name.as_str();
                    self.enrol_party(&party.id, name, party.role, &party.recovery_keys, true);
                    for founding in party.keys.iter() {
                        self.enrol_key(founding.public_key, founding.holder.clone(), index);
                    }
                }
            }
            Predicate::Party(party) => {
                let id = head
                    .id
                    .as_str()
                    .parse()
                    .expect("the id of a party statement is a party id");
                let name = party.name.as_str();
                self.enrol_party(&id, name, party.role, &party.recovery_keys, false);
            }
            Predicate::Key(key) => self.enrol_key(key.public_key, key.holder.clone(), index),
            Predicate::KeyRotated(rotated) => {
                self.enrol_key(rotated.public_key, rotated.holder.clone(), index);
                if let Some(old) = self.keys.get_mut(&rotated.key) {
                    old.revoked.get_or_insert(index);
                    old.replaced_by = Some(rotated.public_key.id());
                }
            }
            Predicate::KeyRevoked(revoked) => {
                if let Some(key) = self.keys.get_mut(&revoked.key) {
                    key.revoked.get_or_insert(index);
                }
                if let Some(since) = revoked.compromised_since {
                    let said = self.compromised.entry(revoked.key).or_default();
                    said.insert(index, since);
                }
                self.earliest(&revoked.key);
            }
            Predicate::LogKey(new) => self.log_keys.announce(new.log_key.clone(), index),
            Predicate::LogKeyEnded(ended) => {
                let shown = Checkpoint::parse(ended.note.text()).ok();
                let shown = shown.map(|checkpoint| checkpoint.size);
                self.log_keys.end(&ended.log_key, index, shown);
            }
            Predicate::Operator(handover) => {
                self.operator = Some(handover.operator.clone());
                if let Some(new) = &handover.log {
                    self.log_keys.replace_all(new.log_key.clone(), index);
                }
            }
            Predicate::Closed(_) => self.closed = Some(index),
            Predicate::Withheld(withheld) => {
                self.withheld.entry(withheld.index).or_insert(index);
                self.fold_withheld(&name, withheld);
                self.take_back(withheld, index);
            }
            Predicate::Rules(rules) => self.rules_version = rules.rules_version.get() as u32,
            Predicate::Service(_) => {
                self.services.insert(head.id.folded(), None);
            }
            Predicate::Case(case) => {
                let name: CaseName = head
                    .id
                    .as_str()
                    .parse()
                    .expect("the id of a case statement is a case name");
                for service in case.services.iter() {
                    self.services
                        .insert(service.id.folded(), Some(name.clone()));
                }
                self.cases.insert(name, index);
            }
            _ => {}
        }
    }

    /// What a withheld statement allowed ends at `index`, where it is withheld: who can still read it and
    /// who cannot then say the same of everything later.
    fn take_back(&mut self, withheld: &Withheld, index: Index) {
        let id = withheld.id.as_str();
        match withheld.kind {
            Type::Key => {
                for id in withheld.keys.iter() {
                    if let Some(key) = self.keys.get_mut(id) {
                        key.revoked.get_or_insert(index);
                    }
                }
            }
            // The keys stay revoked; since when is not said any more, and may be said again.
            Type::KeyRevoked => {
                for id in withheld.keys.iter() {
                    if let Some(said) = self.compromised.get_mut(id) {
                        said.remove(&withheld.index);
                    }
                    self.earliest(id);
                }
            }
            Type::Party => {
                let Ok(party) = id.parse::<PartyId>() else {
                    return;
                };
                self.parties.remove(&party);
                let keys = self.keys.values_mut();
                for key in keys.filter(|key| key.holder.party == party) {
                    key.revoked.get_or_insert(index);
                }
                self.recovery.retain(|_, recovery| recovery.party != party);
                self.spent.extend(withheld.keys.iter());
            }
            Type::Case => {
                let Ok(case) = id.parse::<CaseName>() else {
                    return;
                };
                let services = self.services.values_mut();
                for service in services.filter(|in_case| in_case.as_ref() == Some(&case)) {
                    *service = None;
                }
                self.cases.remove(&case);
            }
            _ => {}
        }
    }

    /// Notes the earliest of the moments that were said of a key.
    fn earliest(&mut self, id: &KeyId) {
        let said = self.compromised.get(id);
        if let Some(key) = self.keys.get_mut(id) {
            key.compromised_since = said.and_then(|said| said.values().min().copied());
        }
    }

    fn enrol_party(
        &mut self,
        id: &PartyId,
        name: &str,
        role: Role,
        recovery: &[PublicKey],
        founding: bool,
    ) {
        let party = Party {
            name: name.to_owned(),
            role,
        };
        self.parties.insert(id.clone(), party);
        for key in recovery {
            let recovery = RecoveryKey {
                party: id.clone(),
                key: *key,
                founding,
            };
            self.recovery.insert(key.id(), recovery);
        }
    }

    fn enrol_key(&mut self, key: PublicKey, holder: Holder, index: Index) {
        let enrolled = EnrolledKey {
            key,
            holder,
            enrolled: index,
            revoked: None,
            replaced_by: None,
            compromised_since: None,
        };
        self.keys.insert(key.id(), enrolled);
    }
}

/// Lists the keys that a statement brings in or revokes.
fn keys_of(predicate: &Predicate) -> Vec<KeyId> {
    let brought = predicate.public_keys().into_iter().map(PublicKey::id);
    let mut keys: Vec<KeyId> = brought.collect();
    if let Predicate::KeyRevoked(revoked) = predicate {
        keys.push(revoked.key);
    }
    keys
}

/// Returns the thread that `statement` is filed in.
pub fn thread_name(statement: &Statement) -> ThreadName {
    let name = statement.head().thread().name();
    name.parse()
        .expect("a statement's thread has a lawful name")
}
