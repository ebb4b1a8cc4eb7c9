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
pub mod roles;

use std::collections::{BTreeMap, HashMap, HashSet};

use crate::entry::ThreadName;
use crate::hash::Hash;
use crate::key::{KeyId, PublicKey};
use crate::merkle::Index;
use crate::note::VerifierKey;
use crate::statement::register::Role;
use crate::statement::{CaseName, Holder, Id, LedgerId, PartyId, Predicate, Statement, Type};

pub use admit::{Admitted, Refusal, RootReader};
pub use chain::{Chain, ChainFault};

/// The version of the rules that this program replays.
pub const RULES_VERSION: u32 = 1;

/// What the statements so far amount to.
#[derive(Clone, Debug, Default)]
pub struct State {
    ledger: Option<LedgerId>,
    log_key: Option<VerifierKey>,
    operator: Option<PartyId>,
    rules_version: u32,
    rules_parties: usize,
    parties: BTreeMap<PartyId, Party>,
    keys: HashMap<KeyId, EnrolledKey>,
    recovery: HashMap<KeyId, (PartyId, PublicKey)>,
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
    /// The entry that revoked it; it signs nothing that stands later.
    pub revoked: Option<Index>,
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

/// The statements of one thread.
#[derive(Clone, Debug, Default)]
struct ThreadState {
    /// By id in lower case.
    statements: HashMap<String, Recorded>,
    /// The digests of confidential fields.
    digests: HashSet<Hash>,
    /// Payload digests of withheld statements, with the place that their `withheld` statement names.
    withheld: BTreeMap<Hash, Index>,
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

    /// Returns the key of the log that the charter names.
    pub fn log_key(&self) -> Option<&VerifierKey> {
        self.log_key.as_ref()
    }

    /// Returns the party that runs the ledger.
    pub fn operator(&self) -> Option<&PartyId> {
        self.operator.as_ref()
    }

    /// Returns the version of the rules for the next entry.
    pub fn rules_version(&self) -> u32 {
        self.rules_version
    }

    /// Finds a public key by its id, whether it may still sign or not: enrolled or for recovery.
    pub fn public_key(&self, id: &KeyId) -> Option<PublicKey> {
        let enrolled = self.keys.get(id).map(|enrolled| enrolled.key);
        enrolled.or_else(|| self.recovery.get(id).map(|(_, key)| *key))
    }

    /// Finds an enrolled key.
    pub fn key(&self, id: &KeyId) -> Option<&EnrolledKey> {
        self.keys.get(id)
    }

    /// Finds the party whose recovery key this is.
    pub fn recovery_party(&self, id: &KeyId) -> Option<&PartyId> {
        self.recovery.get(id).map(|(party, _)| party)
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

    /// Returns where the statement with this payload digest stands, when a `withheld` statement of the
    /// thread names it.
    fn withheld(&self, thread: &ThreadName, payload: &Hash) -> Option<Index> {
        self.threads.get(thread)?.withheld.get(payload).copied()
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

    /// Takes in a statement that nobody can read any more; `payload` is what its `withheld` statement says
    /// it was. What it did is unknown, except that pins to it resolve and that it stands already.
    pub fn fold_withheld(&mut self, thread: &ThreadName, index: Index, payload: Hash) {
        let thread = self.threads.entry(thread.clone()).or_default();
        thread.withheld.entry(payload).or_insert(index);
    }

    fn fold(&mut self, statement: &Statement, index: Index, digests: Digests) {
        let head = statement.head();
        let thread = self.threads.entry(thread_name(statement)).or_default();
        thread.digests.extend(statement.predicate().digests());
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
        match statement.predicate() {
            Predicate::Charter(charter) => {
                self.ledger = Some(LedgerId {
                    origin: charter.origin.clone(),
                    genesis: digests.payload,
                });
                self.log_key = Some(charter.log_key.clone());
                self.operator = Some(charter.operator.clone());
                self.rules_parties = charter.thresholds.rules.get() as usize;
                for party in charter.parties.iter() {
                    self.enrol_party(
                        &party.id,
                        party.name.as_str(),
                        party.role,
                        &party.recovery_keys,
                    );
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
                self.enrol_party(&id, party.name.as_str(), party.role, &party.recovery_keys);
            }
            Predicate::Key(key) => self.enrol_key(key.public_key, key.holder.clone(), index),
            Predicate::KeyRevoked(revoked) => {
                if let Some(key) = self.keys.get_mut(&revoked.key) {
                    key.revoked.get_or_insert(index);
                }
            }
            Predicate::Withheld(withheld) => {
                let first = thread.withheld.entry(withheld.payload);
                first.or_insert(withheld.index);
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

    fn enrol_party(&mut self, id: &PartyId, name: &str, role: Role, recovery: &[PublicKey]) {
        let party = Party {
            name: name.to_owned(),
            role,
        };
        self.parties.insert(id.clone(), party);
        for key in recovery {
            self.recovery.insert(key.id(), (id.clone(), *key));
        }
    }

    fn enrol_key(&mut self, key: PublicKey, holder: Holder, index: Index) {
        let enrolled = EnrolledKey {
            key,
            holder,
            enrolled: index,
            revoked: None,
        };
        self.keys.insert(key.id(), enrolled);
    }
}

/// Returns the thread that `statement` is filed in.
pub fn thread_name(statement: &Statement) -> ThreadName {
    let name = statement.head().thread().name();
    name.parse()
        .expect("a statement's thread has a lawful name")
}
