//! Admission: the questions that every statement must answer before it gets a place.

use std::collections::BTreeSet;

use crate::checkpoint::SignedCheckpoint;
use crate::envelope::Envelope;
use crate::hash::Hash;
use crate::key::{KeyId, PublicKey};
use crate::merkle::{Index, Size};
use crate::note::{KeyKind, Note, VerifierKey};
use crate::statement::frame::Case;
use crate::statement::register::{
    Charter, Key, KeyRevoked, KeyRotated, LogKeyEnded, Operator, Party, Role, Rules, Withheld,
};
use crate::statement::{
    Holder, Id, LedgerId, PartyId, Pin, Predicate, SignedStatement, Statement, Type,
};

use super::log_keys::MAX_LOG_KEYS;
use super::roles::{NOT_THE_OPERATOR, signing_rule};
use super::{EnrolledKey, RULES_VERSION, Recorded, State, thread_name};

/// Types whose statements stay readable: they hold no free text, or everything rests on what they say.
pub const NEVER_WITHHELD: &[Type] = &[
    Type::Charter,
    Type::KeyRotated,
    Type::LogKey,
    Type::LogKeyEnded,
    Type::Operator,
    Type::Closed,
    Type::Rules,
    Type::Withheld,
];

/// Answers for the root hash of every earlier size of the log.
pub trait RootReader {
    /// Returns the root of the tree of `size` entries, or `None` where that is not known here.
    fn root_at(&self, size: Size) -> Option<Hash>;
}

impl RootReader for crate::merkle::Tree {
    fn root_at(&self, size: Size) -> Option<Hash> {
        crate::merkle::Tree::root_at(self, size)
    }
}

/// A signed statement that may take the next place; made by [`State::admit`] alone.
#[derive(Clone, Debug)]
pub struct Admitted(SignedStatement);

impl Admitted {
    /// Returns the statement.
    pub fn statement(&self) -> &Statement {
        self.0.statement()
    }

    /// Returns the envelope.
    pub fn envelope(&self) -> &Envelope {
        self.0.envelope()
    }

    /// Returns the SHA-256 of the payload.
    pub fn payload_digest(&self) -> Hash {
        self.0.payload_digest()
    }

    /// Returns the SHA-256 of the stored envelope.
    pub fn envelope_digest(&self) -> Hash {
        self.0.envelope().digest()
    }
}

impl State {
    /// Asks whether `signed` may take place `index`.
    ///
    /// # Errors
    /// The first [`Refusal`], in the order of `docs/formats/admission.md`.
    pub fn admit(
        &self,
        signed: SignedStatement,
        index: Index,
        roots: &impl RootReader,
    ) -> Result<Admitted, Refusal> {
        let question = Question {
            state: self,
            statement: signed.statement(),
            payload: signed.payload_digest(),
            index,
        };
        question.ask(roots)?;
        Ok(Admitted(signed))
    }
}

/// One statement before the state that it meets.
struct Question<'a> {
    state: &'a State,
    statement: &'a Statement,
    payload: Hash,
    index: Index,
}

impl Question<'_> {
    fn ask(&self, roots: &impl RootReader) -> Result<(), Refusal> {
        if self.state.rules_version != RULES_VERSION {
            return Err(Refusal::UnknownRules {
                version: self.state.rules_version,
            });
        }
        self.ledger()?;
        self.case()?;
        self.id()?;
        self.still_open()?;
        self.signers()?;
        self.pins()?;
        self.basis(roots)?;
        self.digests()?;
        self.content(roots)
    }

    fn ledger(&self) -> Result<(), Refusal> {
        let found = self.statement.ledger();
        match (&self.state.ledger, self.statement.predicate()) {
            (None, Predicate::Charter(charter)) if charter.origin != found.origin => {
                Err(Refusal::OtherLedger {
                    expected: charter.origin.to_string(),
                    found: found.origin.to_string(),
                })
            }
            // That the subject names the charter's own text is checked where statements are parsed.
            (None, Predicate::Charter(_)) => Ok(()),
            (None, _) => Err(Refusal::NoCharter),
            (Some(_), Predicate::Charter(_)) => Err(Refusal::SecondCharter),
            (Some(ledger), _) if ledger != found => {
                let name = |ledger: &LedgerId| {
                    format!("{} with genesis {}", ledger.origin, ledger.genesis)
                };
                Err(Refusal::OtherLedger {
                    expected: name(ledger),
                    found: name(found),
                })
            }
            (Some(_), _) => Ok(()),
        }
    }

    fn case(&self) -> Result<(), Refusal> {
        // What a court forbids may be the text that opened the case.
        let withheld = self.statement.kind() == Type::Withheld;
        match &self.statement.head().case {
            Some(case) if !withheld && !self.state.cases.contains_key(case) => {
                Err(Refusal::UnknownCase {
                    case: case.to_string(),
                })
            }
            _ => Ok(()),
        }
    }

    fn id(&self) -> Result<(), Refusal> {
        let id = &self.statement.head().id;
        let thread = thread_name(self.statement);
        match self.state.statement(&thread, id.as_str()) {
            Some(earlier) if earlier.payload == self.payload => Err(Refusal::Duplicate {
                index: earlier.index,
            }),
            Some(earlier) => Err(Refusal::IdTaken {
                id: id.to_string(),
                index: earlier.index,
            }),
            None => Ok(()),
        }
    }

    /// After a ledger is closed a text may still have to be withheld, and nothing else is said.
    fn still_open(&self) -> Result<(), Refusal> {
        match self.state.closed {
            Some(index) if self.statement.kind() != Type::Withheld => {
                Err(Refusal::Closed { index })
            }
            _ => Ok(()),
        }
    }

    fn signers(&self) -> Result<(), Refusal> {
        let thresholds = self.state.thresholds;
        match self.statement.predicate() {
            Predicate::Charter(charter) => self.founders(charter),
            Predicate::Key(key) => self.enrolment(key),
            Predicate::KeyRotated(rotated) => self.rotation(rotated),
            Predicate::KeyRevoked(revoked) => self.revocation(revoked),
            Predicate::Party(party) => self.registration(party),
            Predicate::Operator(handover) => self.handover(handover),
            Predicate::Rules(_) => self.parties(thresholds.rules),
            Predicate::Closed(_) => self.parties(thresholds.closing),
            _ => self.roles(&[]).map(drop),
        }
    }

    /// Checks the signers against the table, and that they are of `needed` parties, the operator not counted.
    fn parties(&self, needed: usize) -> Result<(), Refusal> {
        let persons = self.roles(&[])?.into_iter();
        let parties: BTreeSet<&PartyId> = persons.map(|person| &person.party).collect();
        let others = parties
            .into_iter()
            .filter(|party| self.state.operator.as_ref() != Some(party))
            .count();
        match others < needed {
            true => Err(Refusal::Threshold {
                kind: self.statement.kind(),
                expected: format!("{needed} parties besides the operator, as the charter says"),
                found: others.to_string(),
            }),
            false => Ok(()),
        }
    }

    /// Checks the signers other than `besides` against the table and returns the persons.
    fn roles(&self, besides: &[KeyId]) -> Result<BTreeSet<&Holder>, Refusal> {
        let kind = self.statement.kind();
        let rule = signing_rule(kind).expect("every type but those asked before has a row");
        let mut persons = BTreeSet::new();
        let mut signers = Vec::new();
        for id in self.signers_besides(besides) {
            let (key, role) = self.active(id)?;
            self.runs_the_ledger(key, role)?;
            let allowed = rule.may.contains(&role)
                || rule.needs.iter().any(|need| need.roles.contains(&role));
            if !allowed {
                return Err(Refusal::Role {
                    kind,
                    role,
                    key: *id,
                });
            }
            if persons.insert(&key.holder) {
                signers.push(role);
            }
        }
        for need in rule.needs {
            let found = signers
                .iter()
                .filter(|role| need.roles.contains(role))
                .count();
            if found < need.persons {
                let roles: Vec<&str> = need.roles.iter().map(|role| role.code()).collect();
                return Err(Refusal::Threshold {
                    kind,
                    expected: format!("{} of the role {}", need.persons, roles.join(" or ")),
                    found: found.to_string(),
                });
            }
        }
        Ok(persons)
    }

    /// Of the parties with the role registrar one runs the ledger, and only that one acts in this role.
    fn runs_the_ledger(&self, key: &EnrolledKey, role: Role) -> Result<(), Refusal> {
        match &self.state.operator {
            Some(operator) if role == Role::Registrar && key.holder.party != *operator => {
                Err(Refusal::NotOperator {
                    party: key.holder.party.to_string(),
                    operator: operator.to_string(),
                })
            }
            _ => Ok(()),
        }
    }

    /// Finds an enrolled key that may still sign, and the role of its party.
    fn active(&self, id: &KeyId) -> Result<(&EnrolledKey, Role), Refusal> {
        let key = self
            .state
            .keys
            .get(id)
            .ok_or(Refusal::UnknownKey { key: *id })?;
        if let Some(index) = key.revoked {
            return Err(Refusal::RevokedKey { key: *id, index });
        }
        let party = self
            .state
            .parties
            .get(&key.holder.party)
            // Its registration may be withheld from who recalls this state.
            .ok_or_else(|| Refusal::UnknownParty {
                party: key.holder.party.to_string(),
            })?;
        Ok((key, party.role))
    }

    /// The charter is signed by all founding keys, of at least two roles besides the operator's.
    fn founders(&self, charter: &Charter) -> Result<(), Refusal> {
        let (founding, roles) = self.founding_keys(charter)?;
        let signing: BTreeSet<KeyId> = self.statement.head().signers.iter().copied().collect();
        if founding != signing {
            return Err(Refusal::Threshold {
                kind: Type::Charter,
                expected: format!("all {} founding keys and no other", founding.len()),
                found: format!("{} of them", founding.intersection(&signing).count()),
            });
        }
        let others = roles.iter().filter(|role| **role != Role::Registrar);
        if others.clone().count() < 2 {
            return Err(Refusal::Threshold {
                kind: Type::Charter,
                expected: "founding keys of two roles besides the registrar's".to_owned(),
                found: others.count().to_string(),
            });
        }
        let operator = charter
            .parties
            .iter()
            .find(|party| party.id == charter.operator);
        if operator.is_none_or(|party| party.role != Role::Registrar) {
            return Err(Refusal::Operator {
                party: charter.operator.to_string(),
            });
        }
        let log_key = &charter.log_key;
        if log_key.kind() != KeyKind::Ed25519 || log_key.name().as_str() != charter.origin.as_str()
        {
            return Err(Refusal::LogKey);
        }
        match charter.rules_version.get() == i64::from(RULES_VERSION) {
            true => Ok(()),
            false => Err(Refusal::RulesVersion {
                expected: i64::from(RULES_VERSION),
                found: charter.rules_version.get(),
            }),
        }
    }

    /// Returns the founding keys and the roles that they speak for; no party, person or key occurs twice.
    fn founding_keys(
        &self,
        charter: &Charter,
    ) -> Result<(BTreeSet<KeyId>, BTreeSet<Role>), Refusal> {
        let mut founding = BTreeSet::new();
        let mut roles = BTreeSet::new();
        let mut parties = BTreeSet::new();
        let mut holders = BTreeSet::new();
        let mut keys = BTreeSet::from([charter.log_key.public_key().id()]);
        for party in charter.parties.iter() {
            if !parties.insert(Id::from(party.id.clone()).folded()) {
                return Err(Refusal::PartyTaken {
                    party: party.id.to_string(),
                });
            }
            for key in party.keys.iter() {
                let id = key.public_key.id();
                self.holder_is_of(&key.holder, &party.id)?;
                if !keys.insert(id) || !holders.insert(&key.holder) {
                    return Err(Refusal::KeyTaken { key: id });
                }
                founding.insert(id);
                roles.insert(party.role);
            }
            for id in party.recovery_keys.iter().map(PublicKey::id) {
                if !keys.insert(id) {
                    return Err(Refusal::KeyTaken { key: id });
                }
            }
        }
        Ok((founding, roles))
    }

    /// A party is registered as the table says. Its recovery keys are new, sign as well, and are vouched for
    /// like any other key: whoever could name them alone could later revoke the keys of the party.
    fn registration(&self, party: &Party) -> Result<(), Refusal> {
        let mut recovery = Vec::new();
        for key in party.recovery_keys.iter() {
            self.new_key(key)?;
            recovery.push(key.id());
        }
        self.roles(&recovery)?;
        let signers = &self.statement.head().signers;
        if let Some(key) = recovery.iter().find(|id| !signers.contains(id)) {
            return Err(Refusal::Possession { key: *key });
        }
        match recovery.is_empty() {
            true => Ok(()),
            false => self.vouched_by_others(Type::Party, &recovery),
        }
    }

    /// A key is enrolled by its holder, and by an active key of its party or two parties of
    /// different roles, neither the operator.
    fn enrolment(&self, enrolled: &Key) -> Result<(), Refusal> {
        let id = enrolled.public_key.id();
        let party = &enrolled.party;
        self.holder_is_of(&enrolled.holder, party)?;
        if !self.state.parties.contains_key(party) {
            return Err(Refusal::UnknownParty {
                party: party.to_string(),
            });
        }
        self.new_key(&enrolled.public_key)?;
        if !self.statement.head().signers.contains(&id) {
            return Err(Refusal::Possession { key: id });
        }
        self.vouched(party, Type::Key, &[id])
    }

    /// A key is replaced by the person who holds it: the old key says so, the new one shows that it is held.
    fn rotation(&self, rotated: &KeyRotated) -> Result<(), Refusal> {
        let (old, _) = self.active(&rotated.key)?;
        if old.holder != rotated.holder {
            return Err(Refusal::OtherHolder {
                expected: old.holder.to_string(),
                found: rotated.holder.to_string(),
            });
        }
        self.new_key(&rotated.public_key)?;
        let signers = self.statement.head().signers.as_slice();
        let new = rotated.public_key.id();
        if !signers.contains(&new) {
            return Err(Refusal::Possession { key: new });
        }
        match signers.contains(&rotated.key) && signers.len() == 2 {
            true => Ok(()),
            false => Err(Refusal::Threshold {
                kind: Type::KeyRotated,
                expected: "the old key and the new key, and no other".to_owned(),
                found: format!("{} signer(s)", signers.len()),
            }),
        }
    }

    /// The ledger is handed over by as many parties as the charter says, each with an active key or with
    /// a recovery key of the charter, to a party that wants it.
    fn handover(&self, handover: &Operator) -> Result<(), Refusal> {
        let kind = Type::Operator;
        let new = &handover.operator;
        let party = self.state.parties.get(new);
        let party = party.ok_or_else(|| Refusal::UnknownParty {
            party: new.to_string(),
        })?;
        let same = self.state.operator.as_ref() == Some(new);
        if party.role != Role::Registrar || (same && handover.log.is_none()) {
            return Err(Refusal::Handover {
                party: new.to_string(),
            });
        }
        let mut parties = BTreeSet::new();
        for id in self.statement.head().signers.iter() {
            let party = match self.state.recovery.get(id) {
                // Whoever registers a party names its recovery keys, so only those of the charter count.
                Some(recovery) if recovery.founding || recovery.party == *new => &recovery.party,
                Some(_) => return Err(Refusal::LaterRecoveryKey { key: *id }),
                None => {
                    let (key, role) = self.active(id)?;
                    let party = &key.holder.party;
                    let operators = [self.state.operator.as_ref(), Some(new)];
                    if !NOT_THE_OPERATOR.contains(&role) && !operators.contains(&Some(party)) {
                        return Err(Refusal::Role {
                            kind,
                            role,
                            key: *id,
                        });
                    }
                    party
                }
            };
            parties.insert(party);
        }
        if !parties.remove(new) {
            return Err(Refusal::Threshold {
                kind,
                expected: format!("a key of {new}, which takes the ledger over"),
                found: "none".to_owned(),
            });
        }
        if let Some(operator) = &self.state.operator {
            parties.remove(operator);
        }
        let needed = self.state.thresholds.operator;
        match parties.len() < needed {
            true => Err(Refusal::Threshold {
                kind,
                expected: format!("{needed} parties besides the operators, as the charter says"),
                found: parties.len().to_string(),
            }),
            false => Ok(()),
        }
    }

    /// A key is revoked by a key of its party, the party's recovery key, or two parties of different
    /// roles, neither the operator; reaching back takes the recovery key, which can do so later as well.
    fn revocation(&self, revoked: &KeyRevoked) -> Result<(), Refusal> {
        let key = self
            .state
            .keys
            .get(&revoked.key)
            .ok_or(Refusal::UnknownKey { key: revoked.key })?;
        let said = key.compromised_since;
        let further = (revoked.compromised_since)
            .is_some_and(|since| said.is_none_or(|earlier| since < earlier));
        if let Some(index) = key.revoked.filter(|_| !further) {
            return Err(Refusal::RevokedKey {
                key: revoked.key,
                index,
            });
        }
        let party = &revoked.party;
        self.holder_is_of(&key.holder, party)?;
        let recovery: Vec<KeyId> = self
            .statement
            .head()
            .signers
            .iter()
            .copied()
            .filter(|id| self.recovers(id, party))
            .collect();
        if revoked.compromised_since.is_some() && recovery.is_empty() {
            return Err(Refusal::Threshold {
                kind: Type::KeyRevoked,
                expected:
                    "the party's recovery key, without which compromised_since does not reach back"
                        .to_owned(),
                found: "0".to_owned(),
            });
        }
        match recovery.is_empty() {
            true => self.vouched(party, Type::KeyRevoked, &[]),
            false => {
                let mut others = self.signers_besides(&recovery);
                others.try_for_each(|id| self.active(id).map(drop))
            }
        }
    }

    fn signers_besides<'s>(&'s self, besides: &'s [KeyId]) -> impl Iterator<Item = &'s KeyId> {
        let signers = self.statement.head().signers.iter();
        signers.filter(|id| !besides.contains(id))
    }

    fn recovers(&self, id: &KeyId, party: &PartyId) -> bool {
        self.state.recovery_party(id) == Some(party)
    }

    /// Checks that the signers other than `besides` speak for `party`: one of its own, or two parties of different roles.
    fn vouched(&self, party: &PartyId, kind: Type, besides: &[KeyId]) -> Result<(), Refusal> {
        let mut own = false;
        for id in self.signers_besides(besides) {
            own |= self.active(id)?.0.holder.party == *party;
        }
        match own {
            true => Ok(()),
            false => self.vouched_by_others(kind, besides),
        }
    }

    /// Checks that two parties of different roles, neither the operator, are among the signers other than `besides`.
    fn vouched_by_others(&self, kind: Type, besides: &[KeyId]) -> Result<(), Refusal> {
        let mut roles = BTreeSet::new();
        for id in self.signers_besides(besides) {
            let (_, role) = self.active(id)?;
            roles.extend(NOT_THE_OPERATOR.contains(&role).then_some(role));
        }
        match roles.len() >= 2 {
            true => Ok(()),
            false => Err(Refusal::Threshold {
                kind,
                expected: "an active key of the party, or of two other parties of different roles, neither the operator".to_owned(),
                found: format!("{} such role(s)", roles.len()),
            }),
        }
    }

    fn holder_is_of(&self, holder: &Holder, party: &PartyId) -> Result<(), Refusal> {
        match holder.party == *party {
            true => Ok(()),
            false => Err(Refusal::Holder {
                holder: holder.to_string(),
                party: party.to_string(),
            }),
        }
    }

    /// A public key has one use in a ledger, for ever.
    fn new_key(&self, key: &PublicKey) -> Result<(), Refusal> {
        let id = key.id();
        let known = self.state.keys.contains_key(&id)
            || self.state.recovery.contains_key(&id)
            || self.state.spent.contains(&id)
            || self.state.log_keys.knows(key);
        match known {
            true => Err(Refusal::KeyTaken { key: id }),
            false => Ok(()),
        }
    }

    fn pins(&self) -> Result<(), Refusal> {
        for (place, pin, kinds) in self.statement.predicate().pins() {
            self.pin(place, pin, kinds)?;
        }
        Ok(())
    }

    /// A pin resolves to one earlier entry of the own thread or of the charter.
    fn pin(&self, place: String, pin: &Pin, kinds: &[Type]) -> Result<(), Refusal> {
        let own = thread_name(self.statement);
        let charter = crate::entry::ThreadName::charter();
        let mut other = None;
        for thread in [&own, &charter] {
            match self.state.statement(thread, pin.id.as_str()) {
                Some(found)
                    if found.payload == pin.sha256
                        && found.id == pin.id
                        && (kinds.is_empty() || kinds.contains(&found.kind)) =>
                {
                    return Ok(());
                }
                Some(found) => other = Some(found.clone()),
                None => {}
            }
        }
        Err(Refusal::Pin {
            place,
            id: pin.id.to_string(),
            sha256: pin.sha256,
            found: other.map(Box::new),
        })
    }

    fn basis(&self, roots: &impl RootReader) -> Result<(), Refusal> {
        let Some(basis) = &self.statement.head().basis else {
            return Ok(());
        };
        if basis.size.get() > self.index.get() {
            return Err(Refusal::BasisAhead {
                size: basis.size,
                index: self.index,
            });
        }
        let root = roots
            .root_at(basis.size)
            .ok_or(Refusal::BasisUnknown { size: basis.size })?;
        if root != basis.root {
            return Err(Refusal::BasisRoot {
                size: basis.size,
                expected: root,
                found: basis.root,
            });
        }
        let Some(note) = &basis.note else {
            return Ok(());
        };
        let wrong = |reason: String| Refusal::BasisNote { reason };
        let checkpoint = (self.state.log_keys)
            .open(note.clone())
            .map_err(|error| wrong(error.to_string()))?;
        let checkpoint = checkpoint.checkpoint();
        match (checkpoint.size, checkpoint.root) == (basis.size, basis.root) {
            true => Ok(()),
            false => Err(wrong(format!(
                "expected size {} and that root, found size {}",
                basis.size, checkpoint.size
            ))),
        }
    }

    fn digests(&self) -> Result<(), Refusal> {
        let mut seen = BTreeSet::new();
        let own = thread_name(self.statement);
        for digest in self.statement.predicate().digests() {
            let earlier = self
                .state
                .threads
                .get(&own)
                .is_some_and(|thread| thread.digests.contains_key(digest));
            if earlier || !seen.insert(digest) {
                return Err(Refusal::DigestTaken { digest: *digest });
            }
        }
        Ok(())
    }

    fn content(&self, roots: &impl RootReader) -> Result<(), Refusal> {
        match self.statement.predicate() {
            Predicate::LogKey(new) => {
                let in_force = self.state.log_keys.in_force().len();
                match in_force < MAX_LOG_KEYS {
                    true => self.new_log_key(&new.log_key, &new.note, roots),
                    false => Err(Refusal::LogKeys {
                        expected: "at most two log keys at once: end one first".to_owned(),
                        found: format!("{in_force} in force already"),
                    }),
                }
            }
            Predicate::LogKeyEnded(ended) => self.last_signed(ended, roots),
            Predicate::Operator(handover) => match &handover.log {
                Some(new) => self.new_log_key(&new.log_key, &new.note, roots),
                None => Ok(()),
            },
            Predicate::Party(_) => self.new_party(),
            Predicate::Rules(rules) => self.next_rules(rules),
            Predicate::Case(case) => self.new_case(case),
            Predicate::Withheld(withheld) => self.withheld(withheld),
            _ => Ok(()),
        }
    }

    /// A log key carries the origin's name, has had no use, and signed a checkpoint of this log as well.
    fn new_log_key(
        &self,
        key: &VerifierKey,
        note: &Note,
        roots: &impl RootReader,
    ) -> Result<(), Refusal> {
        let ledger = self.state.ledger.as_ref().ok_or(Refusal::NoCharter)?;
        if key.kind() != KeyKind::Ed25519 || *key.name() != ledger.origin.key_name() {
            return Err(Refusal::LogKey);
        }
        self.new_key(key.public_key())?;
        self.checkpoint_here(note, roots)?;
        let also = SignedCheckpoint::from_note(note.clone(), key);
        also.map(drop).map_err(|error| Refusal::LogKeyNote {
            reason: format!("by the new key: {error}"),
        })
    }

    /// A log key ends while another is in force, and after both signed a tree that announced both.
    fn last_signed(&self, ended: &LogKeyEnded, roots: &impl RootReader) -> Result<(), Refusal> {
        let in_force = self.state.log_keys.in_force();
        if !in_force.contains(&ended.log_key) || in_force.len() < 2 {
            return Err(Refusal::LogKeys {
                expected: "a log key in force beside which another stays".to_owned(),
                found: format!("{} in force", in_force.len()),
            });
        }
        let shown = self.checkpoint_here(&ended.note, roots)?;
        match self.state.log_keys.at(shown.checkpoint().size) == in_force {
            true => Ok(()),
            false => Err(Refusal::LogKeyNote {
                reason: format!(
                    "expected one of a size that both log keys sign, found size {}",
                    shown.checkpoint().size
                ),
            }),
        }
    }

    /// Checks that `note` is a checkpoint of this log, of a size that it has, signed by the log.
    fn checkpoint_here(
        &self,
        note: &Note,
        roots: &impl RootReader,
    ) -> Result<SignedCheckpoint, Refusal> {
        let wrong = |reason: String| Refusal::LogKeyNote { reason };
        let signed = self.state.log_keys.open(note.clone());
        let signed = signed.map_err(|error| wrong(error.to_string()))?;
        let found = signed.checkpoint();
        if found.size.get() > self.index.get() {
            let most = self.index;
            return Err(wrong(format!(
                "expected at most {most} entries, found {}",
                found.size
            )));
        }
        match roots.root_at(found.size) {
            Some(root) if root == found.root => Ok(signed),
            Some(root) => Err(wrong(format!(
                "expected root {root} at size {}, found {}",
                found.size, found.root
            ))),
            None => Err(Refusal::BasisUnknown { size: found.size }),
        }
    }

    fn new_party(&self) -> Result<(), Refusal> {
        let folded = self.statement.head().id.folded();
        let taken = |party: &PartyId| Id::from(party.clone()).folded() == folded;
        match self.state.parties.keys().any(taken) {
            true => Err(Refusal::PartyTaken { party: folded }),
            false => Ok(()),
        }
    }

    fn next_rules(&self, rules: &Rules) -> Result<(), Refusal> {
        let expected = i64::from(self.state.rules_version) + 1;
        match rules.rules_version.get() {
            found if found == expected => Ok(()),
            found => Err(Refusal::RulesVersion { expected, found }),
        }
    }

    fn new_case(&self, case: &Case) -> Result<(), Refusal> {
        match self.state.parties.get(&case.lab) {
            None => {
                return Err(Refusal::UnknownParty {
                    party: case.lab.to_string(),
                });
            }
            Some(party) if party.role != Role::Lab => {
                return Err(Refusal::NotALab {
                    party: case.lab.to_string(),
                });
            }
            Some(_) => {}
        }
        for service in case.services.iter() {
            if let Some(Some(other)) = self.state.services.get(&service.id.folded()) {
                return Err(Refusal::ServiceTaken {
                    service: service.id.to_string(),
                    case: other.to_string(),
                });
            }
        }
        Ok(())
    }

    /// What is withheld is named by all that stays true of it.
    fn withheld(&self, withheld: &Withheld) -> Result<(), Refusal> {
        let unknown = || Refusal::WithheldUnknown {
            index: withheld.index,
        };
        let thread = thread_name(self.statement);
        let found = self.state.restated(&thread, withheld.index);
        let found = found.ok_or_else(unknown)?;
        let Recorded {
            id,
            payload,
            statement,
            kind,
            ..
        } = &found.recorded;
        let named = (&withheld.id, &withheld.payload, &withheld.statement);
        if named != (id, payload, statement) || withheld.kind != *kind {
            return Err(unknown());
        }
        if NEVER_WITHHELD.contains(kind) {
            return Err(Refusal::NeverWithheld { kind: *kind });
        }
        let mut keys = withheld.keys.to_vec();
        keys.sort();
        let mut commitments = withheld.commitments.to_vec();
        commitments.sort();
        match (&keys, &commitments) == (&found.keys, &found.commitments) {
            true => Ok(()),
            false => Err(Refusal::WithheldInPart {
                index: withheld.index,
                keys: found.keys.len(),
                commitments: found.commitments.len(),
            }),
        }
    }
}

/// Why a statement does not get a place.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Refusal {
    /// The rules in force are newer than this program.
    #[error(
        "expected rules version {RULES_VERSION}, found {version} in force\nuse a newer version of this program"
    )]
    UnknownRules {
        /// The version in force.
        version: u32,
    },
    /// Nothing but a charter can stand first.
    #[error("expected a charter as the first statement of a ledger")]
    NoCharter,
    /// A charter stands first and nowhere else.
    #[error("expected no second charter")]
    SecondCharter,
    /// Signed for another ledger.
    #[error(
        "expected a statement for {expected}, found one for {found}\nsign it again for this ledger"
    )]
    OtherLedger {
        /// This ledger.
        expected: String,
        /// The ledger that it names.
        found: String,
    },
    /// No such case has been opened.
    #[error(
        "expected a case that the charter thread opened, found {case}\nopen the case first, or correct the name"
    )]
    UnknownCase {
        /// The case that it names.
        case: String,
    },
    /// The same statement stands already.
    #[error("the same statement is entry {index} already")]
    Duplicate {
        /// Where it stands.
        index: Index,
    },
    /// Another statement has this id.
    #[error(
        "expected a new id, found {id}, which entry {index} has\nchoose the next free id and sign again"
    )]
    IdTaken {
        /// The id.
        id: String,
        /// The entry that has it.
        index: Index,
    },
    /// A signer is not enrolled.
    #[error(
        "expected signatures by enrolled keys, found key {key}\nenrol the key first, or sign with another"
    )]
    UnknownKey {
        /// The key.
        key: KeyId,
    },
    /// A signer has been revoked or replaced.
    #[error("expected signatures by active keys, found key {key}, ended by entry {index}")]
    RevokedKey {
        /// The key.
        key: KeyId,
        /// The entry that ended it.
        index: Index,
    },
    /// The ledger is closed.
    #[error(
        "expected nothing after entry {index}, which closed the ledger, but that a text is withheld\nrecord it in the ledger that continues this one"
    )]
    Closed {
        /// The entry that closed it.
        index: Index,
    },
    /// A party with the role registrar that does not run the ledger.
    #[error("expected signatures by {operator}, which runs the ledger, found one by {party}")]
    NotOperator {
        /// The signer's party.
        party: String,
        /// The operator.
        operator: String,
    },
    /// A recovery key that one party alone brought in.
    #[error(
        "expected a recovery key that the charter names, found {key}\nsign with an active key of that party"
    )]
    LaterRecoveryKey {
        /// The key.
        key: KeyId,
    },
    /// A role that may not sign this.
    #[error("a {kind} may not be signed by the role {role} (key {key})")]
    Role {
        /// The type.
        kind: Type,
        /// The role of the signer's party.
        role: Role,
        /// The key.
        key: KeyId,
    },
    /// Too few of the right signers.
    #[error("a {kind} needs {expected}; found {found}\nlet the others cosign the same file")]
    Threshold {
        /// The type.
        kind: Type,
        /// What the rules ask.
        expected: String,
        /// What the signatures give.
        found: String,
    },
    /// A new key, or recovery key, did not sign its own enrolment.
    #[error(
        "expected the new key {key} to sign its own enrolment\nlet its holder sign the same file"
    )]
    Possession {
        /// The key.
        key: KeyId,
    },
    /// A key is enrolled once per ledger, for ever, and a log or recovery key signs no statements.
    #[error("expected a key that this ledger does not know, found {key}\nmake a new key")]
    KeyTaken {
        /// The key.
        key: KeyId,
    },
    /// A party id is registered once.
    #[error("expected a new party, found {party}, which is registered")]
    PartyTaken {
        /// The id of the party.
        party: String,
    },
    /// No such party.
    #[error("expected a registered party, found {party}\nregister the party first")]
    UnknownParty {
        /// The id of the party.
        party: String,
    },
    /// A holder number of another party.
    #[error("expected a person of {party}, found {holder}")]
    Holder {
        /// The person.
        holder: String,
        /// The party.
        party: String,
    },
    /// A key is replaced by its own holder.
    #[error("expected {expected}, who holds the old key, found {found}")]
    OtherHolder {
        /// The holder of the old key.
        expected: String,
        /// The person that the statement names.
        found: String,
    },
    /// The ledger is not handed over to such a party.
    #[error(
        "expected to hand over to another registered party with the role registrar, or to the operator with a new log key, found {party}"
    )]
    Handover {
        /// The id of the party.
        party: String,
    },
    /// The operator is not among the parties with the role registrar.
    #[error("expected the operator {party} to be a founding party with the role registrar")]
    Operator {
        /// The operator that the charter names.
        party: String,
    },
    /// The log key does not carry the origin's name.
    #[error("expected an Ed25519 log key whose name is the origin")]
    LogKey,
    /// One log key too many or too few.
    #[error("expected {expected}, found {found}")]
    LogKeys {
        /// What the rules ask.
        expected: String,
        /// What there is.
        found: String,
    },
    /// The checkpoint that shows who holds a log key is not what it must be.
    #[error("the checkpoint that the log keys signed: {reason}")]
    LogKeyNote {
        /// What is wrong with it.
        reason: String,
    },
    /// The party of a case is no laboratory.
    #[error("expected a party with the role lab, found {party}")]
    NotALab {
        /// The party.
        party: String,
    },
    /// A service is in one open case only.
    #[error("expected a service that is in no open case, found {service}, which is in {case}")]
    ServiceTaken {
        /// The service.
        service: String,
        /// The case that has it.
        case: String,
    },
    /// A reference that resolves to nothing.
    #[error("{place}: expected an earlier statement {id} with payload digest {sha256} in this thread or the charter, found {}",
        match found { Some(found) => format!("a {} with digest {}", found.kind, found.payload), None => "none".to_owned() })]
    Pin {
        /// The member with the pin.
        place: String,
        /// The id that it names.
        id: String,
        /// The digest that it names.
        sha256: Hash,
        /// What stands under that id.
        found: Option<Box<Recorded>>,
    },
    /// A basis that lies in the future.
    #[error("expected a basis of at most {index} entries, found {size}")]
    BasisAhead {
        /// The size that it names.
        size: Size,
        /// The place of the statement.
        index: Index,
    },
    /// A basis whose root is not known here.
    #[error("the root at size {size} is not known here")]
    BasisUnknown {
        /// The size that it names.
        size: Size,
    },
    /// A basis with a wrong root: the signer saw another history.
    #[error(
        "expected root {expected} at size {size}, found {found}\nthe signer has seen another history: compare checkpoints before going on"
    )]
    BasisRoot {
        /// The size that it names.
        size: Size,
        /// The root of this log.
        expected: Hash,
        /// The root that it names.
        found: Hash,
    },
    /// A basis whose checkpoint is not one of this log.
    #[error("the checkpoint in the basis: {reason}")]
    BasisNote {
        /// What is wrong with it.
        reason: String,
    },
    /// A commitment occurs once.
    #[error(
        "expected a new commitment, found {digest}, which stands already\ncommit again with a fresh salt"
    )]
    DigestTaken {
        /// The digest.
        digest: Hash,
    },
    /// Rules versions rise by one.
    #[error("expected rules version {expected}, found {found}")]
    RulesVersion {
        /// The next version.
        expected: i64,
        /// The version that it names.
        found: i64,
    },
    /// Nothing here is what the statement says is withheld.
    #[error(
        "expected an entry of this thread with this id, this type and these digests, found none at index {index}"
    )]
    WithheldUnknown {
        /// The index that it names.
        index: Index,
    },
    /// Some statements stay readable.
    #[error(
        "a {kind} is never withheld: the ledger rests on what it says, and it holds no text of its own or one that all founders signed"
    )]
    NeverWithheld {
        /// The type.
        kind: Type,
    },
    /// What stays true of a withheld statement is not said in full.
    #[error(
        "expected the {keys} key(s) and {commitments} commitment(s) of entry {index}, found others\n`bewijs withhold` lists them"
    )]
    WithheldInPart {
        /// The index that it names.
        index: Index,
        /// How many keys it brought in or revoked.
        keys: usize,
        /// How many commitments it holds.
        commitments: usize,
    },
}
