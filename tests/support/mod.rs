//! A small world for tests: parties with keys from seeds, a charter, statements of every type,
//! and a log in memory that can be broken in any place.
//!
//! ```ignore
//! mod support;
//! use support::{ASSESSOR, CASE, Log};
//! let mut log = Log::with_case();
//! log.append(log.world.finding("B-001").envelope());
//! let facts = log.verify();
//! ```
//!
//! Nothing is random: keys come from seeds, nonces and commitments from a counter, time from a counter.

// Each test binary uses a part of this.
#![allow(dead_code)]

use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use ed25519_dalek::{Signer as _, SigningKey};

use bewijs::checkpoint::{Checkpoint, SignedCheckpoint};
use bewijs::entry::{Entry, ThreadName};
use bewijs::envelope::{Envelope, PAYLOAD_TYPE, pae};
use bewijs::hash::Hash;
use bewijs::json::Value;
use bewijs::key::{KeyId, PublicKey, Signature};
use bewijs::ledger::commit::{self, Commit};
use bewijs::ledger::{Ledger, OpenLedgerError, SystemClock};
use bewijs::merkle::{Index, Size, empty_root, leaf_hash};
use bewijs::note::{KeyKind, Note, VerifierKey};
use bewijs::signer::{Signer, SignerError};
use bewijs::state::{Chain, Refusal, State, thread_name};
use bewijs::statement::field::Nonce;
use bewijs::statement::lint::{Exception, ExceptionKind, Exceptions};
use bewijs::statement::schema::At;
use bewijs::statement::{
    Basis, Head, LedgerId, Predicate, SignedStatement, Signers, Statement, Type,
};
use bewijs::store::{Create, Kind, Store, create_store, open_store};
use bewijs::time::{Seconds, Timestamp};
use bewijs::verify::{Facts, Keep, Options, Record, Source, SourceError, verify_log};

/// The name of the ledger.
pub const ORIGIN: &str = "bewijs.example/test";

/// The case that [`Log::with_case`] opens.
pub const CASE: &str = "zaak:2024-001";

/// When the first entry is made, in milliseconds since 1970: 2024-01-31T09:00:00Z.
pub const START_MILLIS: i64 = 1_706_691_600_000;

/// A person of a party, and the seed of the key.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Person {
    pub party: &'static str,
    pub role: &'static str,
    pub number: u16,
    pub seed: u8,
}

const fn person(party: &'static str, role: &'static str, number: u16, seed: u8) -> Person {
    Person {
        party,
        role,
        number,
        seed,
    }
}

pub const SCREENING: Person = person("org:bevolkingsonderzoek", "screening", 1, 1);
pub const SCREENING_2: Person = person("org:bevolkingsonderzoek", "screening", 2, 2);
pub const LAB: Person = person("org:lab-voorbeeld", "lab", 1, 3);
pub const LAB_RECOVERY: Person = person("org:lab-voorbeeld", "lab", 0, 4);
pub const ASSESSOR: Person = person("org:toetser", "assessor", 1, 5);
pub const ASSESSOR_2: Person = person("org:toetser", "assessor", 2, 6);
pub const SUPERVISOR: Person = person("org:inspectie", "supervisor", 1, 7);
pub const REGISTRAR: Person = person("org:griffie", "registrar", 1, 8);

/// The people whose keys the charter names, in its order.
pub const FOUNDERS: &[Person] = &[
    SCREENING,
    SCREENING_2,
    LAB,
    ASSESSOR,
    ASSESSOR_2,
    SUPERVISOR,
    REGISTRAR,
];

/// The seed of the log key.
pub const LOG_SEED: u8 = 100;

/// Returns the secret key of a seed.
pub fn secret(seed: u8) -> SigningKey {
    SigningKey::from_bytes(&[seed; 32])
}

/// Returns the public key of a seed.
pub fn public(seed: u8) -> PublicKey {
    PublicKey::from_bytes(secret(seed).verifying_key().as_bytes()).unwrap()
}

/// Signs bytes with the key of a seed.
pub fn sign(seed: u8, message: &[u8]) -> Signature {
    Signature::from_bytes(secret(seed).sign(message).to_bytes())
}

/// Signs with the key of a seed.
pub struct SeedSigner(pub u8);

impl Signer for SeedSigner {
    fn public_key(&self) -> PublicKey {
        public(self.0)
    }

    fn sign(&self, message: &[u8]) -> Result<Signature, SignerError> {
        Ok(sign(self.0, message))
    }
}

/// Creates a store and in it a ledger with a service and [`CASE`] about it: entries 0 to 2.
pub fn found(path: &Path, kind: Kind) -> Ledger {
    let world = World::new();
    let charter = SignedStatement::open(world.charter(), |_| None).unwrap();
    let store = create_store(path, kind).unwrap();
    let log = Box::new(SeedSigner(LOG_SEED));
    let ledger = Ledger::create(store.into(), charter, log, Box::new(SystemClock)).unwrap();
    let service = world.service("DN-1").envelope();
    ledger.append(service.clone()).unwrap();
    ledger
        .append(world.case(CASE, &[&service]).envelope())
        .unwrap();
    ledger
}

/// Opens the ledger that [`found`] created.
pub fn open(path: &Path) -> Result<Ledger, OpenLedgerError> {
    let store = open_store(path)?;
    Ledger::open(
        store.into(),
        Box::new(SeedSigner(LOG_SEED)),
        Box::new(SystemClock),
        &[],
    )
}

/// Returns the verifier key of a log called [`ORIGIN`].
pub fn log_key() -> VerifierKey {
    log_key_of(LOG_SEED)
}

/// Returns the verifier key of a log called [`ORIGIN`] that signs with the key of a seed.
pub fn log_key_of(seed: u8) -> VerifierKey {
    VerifierKey::new(ORIGIN.parse().unwrap(), KeyKind::Ed25519, public(seed))
}

/// Returns the verifier key of a witness.
pub fn witness_key(name: &str, seed: u8) -> VerifierKey {
    VerifierKey::new(name.parse().unwrap(), KeyKind::CosignatureV1, public(seed))
}

impl Person {
    pub fn key(&self) -> PublicKey {
        public(self.seed)
    }

    pub fn key_id(&self) -> KeyId {
        self.key().id()
    }

    pub fn holder(&self) -> String {
        format!("{}#{}", self.party, self.number)
    }
}

/// A ledger's name, and a counter in place of randomness.
#[derive(Clone, Debug)]
pub struct World {
    pub ledger: LedgerId,
    charter: Envelope,
    /// Shared with clones, so that none repeats another's numbers.
    fresh: Arc<AtomicU64>,
}

impl Default for World {
    fn default() -> World {
        World::new()
    }
}

impl World {
    /// Makes the world of [`FOUNDERS`].
    pub fn new() -> World {
        World::founded(|_| {})
    }

    /// Makes a world whose charter is changed by `edit`; nobody asks whether it is admissible.
    pub fn founded(edit: impl FnOnce(&mut Draft)) -> World {
        let text = r#"{"en":"We keep this ledger.","nl":"Wij houden dit register."}"#;
        let mut charter = Draft {
            ledger: LedgerId {
                origin: ORIGIN.parse().unwrap(),
                genesis: Hash::of(text.as_bytes()),
            },
            kind: Type::Charter,
            id: "REG-0".to_owned(),
            case: None,
            body: json(&format!(
                r#"{{"log_key":"{}","operator":"{}","origin":"{ORIGIN}","parties":[{}],
                "rules_version":1,"text":{text},"thresholds":{{"closing":2,"operator":2,"rules":2}}}}"#,
                log_key(),
                REGISTRAR.party,
                founding_parties(FOUNDERS)
            )),
            signers: FOUNDERS.to_vec(),
            basis: None,
            exceptions: Vec::new(),
            nonce: 0,
        };
        edit(&mut charter);
        let charter = charter.envelope();
        World {
            ledger: LedgerId {
                origin: ORIGIN.parse().unwrap(),
                genesis: charter.payload_digest(),
            },
            charter,
            fresh: Arc::new(AtomicU64::new(1)),
        }
    }

    /// Makes a world of three founders, for ledgers that have to be small.
    pub fn of_few() -> World {
        let few = [SCREENING, LAB, REGISTRAR];
        World::founded(|charter| {
            let parties = format!("[{}]", founding_parties(&few));
            *charter = charter.clone().with("parties", &parties).by(&few);
        })
    }

    /// Returns the envelope of entry 0.
    pub fn charter(&self) -> Envelope {
        self.charter.clone()
    }

    /// Starts a statement of the type called `kind` from its members as JSON; confidential fields that
    /// are not there get commitments.
    pub fn draft(&self, kind: &str, id: &str, body: &str) -> Draft {
        let kind = Type::from_name(kind).unwrap_or_else(|| panic!("a type {kind}"));
        let mut body = json(body);
        if let Value::Object(members) = &mut body {
            for field in kind.confidential() {
                if members.get(field.name).is_none() {
                    let digest = self.commitment(&format!("{id}/{}", field.name));
                    let digest = Value::Array(vec![Value::string(digest)]);
                    members.insert(field.name, Value::object([("_sd", digest)]));
                }
            }
        }
        Draft {
            ledger: self.ledger.clone(),
            kind,
            id: id.to_owned(),
            case: None,
            body,
            signers: Vec::new(),
            basis: None,
            exceptions: Vec::new(),
            nonce: self.fresh(),
        }
    }

    /// Returns a commitment that stands nowhere else.
    pub fn commitment(&self, about: &str) -> String {
        let digest = Hash::of(format!("{about} {}", self.fresh()).as_bytes());
        URL_SAFE_NO_PAD.encode(digest.as_bytes())
    }

    fn fresh(&self) -> u128 {
        self.fresh.fetch_add(1, Ordering::Relaxed).into()
    }

    /// A new party, by the registrar.
    pub fn party(&self, id: &str, role: &str) -> Draft {
        let body = format!(r#"{{"name":"Partij {id}","recovery_keys":[],"role":"{role}"}}"#);
        self.draft("party", id, &body).by(&[REGISTRAR])
    }

    /// A new key of `person`, by its holder and `vouchers`.
    pub fn key(&self, id: &str, person: Person, vouchers: &[Person]) -> Draft {
        let body = format!(
            r#"{{"custody":"hardware","function":"CISO","holder":"{}","party":"{}","public_key":"{}"}}"#,
            person.holder(),
            person.party,
            person.key()
        );
        let signers: Vec<Person> = vouchers.iter().copied().chain([person]).collect();
        self.draft("key", id, &body).by(&signers)
    }

    /// The key of `person` does not count any more, by that same person.
    pub fn key_revoked(&self, id: &str, person: Person) -> Draft {
        let body = format!(
            r#"{{"key":"{}","party":"{}","reason":"lost","text":{{"en":"It was lost.","nl":"Hij is verloren."}}}}"#,
            person.key_id(),
            person.party
        );
        self.draft("key-revoked", id, &body).by(&[person])
    }

    /// New rules, by `signers`.
    pub fn rules(&self, id: &str, version: u32, signers: &[Person]) -> Draft {
        let body = format!(
            r#"{{"rules_version":{version},"text":{{"en":"New rules.","nl":"Nieuwe regels."}}}}"#
        );
        self.draft("rules", id, &body).by(signers)
    }

    /// A service, by the screening body.
    pub fn service(&self, id: &str) -> Draft {
        let body =
            r#"{"description":{"en":"A service.","nl":"Een dienst."},"needs":["it-systemen"]}"#;
        self.draft("service", id, body).by(&[SCREENING])
    }

    /// A case about `services` of the laboratory, by the screening body.
    pub fn case(&self, id: &str, services: &[&Envelope]) -> Draft {
        let services: Vec<String> = services.iter().map(|service| pin(service)).collect();
        let body = format!(
            r#"{{"incident":{{"en":"A hack.","nl":"Een hack."}},"lab":"{}","opened":"2024-01-31","services":[{}]}}"#,
            LAB.party,
            services.join(",")
        );
        self.draft("case", id, &body).by(&[SCREENING])
    }

    /// A finding in [`CASE`], by an assessor.
    pub fn finding(&self, id: &str) -> Draft {
        let body = r#"{"domain":"it-systemen","source":"RAP-1"}"#;
        self.draft("finding", id, body).case(CASE).by(&[ASSESSOR])
    }

    /// A claim in [`CASE`] that `finding` is repaired, by the laboratory.
    pub fn remediation(&self, id: &str, finding: &Envelope) -> Draft {
        let body = format!(
            r#"{{"done":"2024-02-01","evidence":[],"finding":{},"implemented_by":"{}"}}"#,
            pin(finding),
            LAB.party
        );
        self.draft("remediation", id, &body).case(CASE).by(&[LAB])
    }

    /// A standstill of `services` in [`CASE`], by the laboratory and the screening body.
    pub fn standstill(&self, id: &str, services: &[&Envelope]) -> Draft {
        let services: Vec<String> = services.iter().map(|service| pin(service)).collect();
        let body = format!(
            r#"{{"period":{{"from":"2024-01-31","until":"2024-02-05"}},"services":[{}],
            "text":{{"en":"Nothing was analysed.","nl":"Er is niets geanalyseerd."}}}}"#,
            services.join(",")
        );
        self.draft("standstill", id, &body)
            .case(CASE)
            .by(&[LAB, SCREENING])
    }

    /// An anchor in the charter that carries the cosigned checkpoint `note`, by the supervisor.
    pub fn anchor(&self, id: &str, note: &[u8]) -> Draft {
        self.draft("anchor", id, &format!(r#"{{"note":{}}}"#, text(note)))
            .by(&[SUPERVISOR])
    }

    /// Says that the statement of the entry at `index` is withheld, by the registrar.
    pub fn withheld(&self, id: &str, index: u64, envelope: &Envelope) -> Draft {
        let statement = Statement::parse(envelope.payload()).unwrap();
        let predicate = statement.predicate();
        let mut keys: Vec<KeyId> = predicate.public_keys().iter().map(|key| key.id()).collect();
        if let Predicate::KeyRevoked(revoked) = predicate {
            keys.push(revoked.key);
        }
        let body = format!(
            r#"{{"commitments":{},"ground":{{"en":"A court said so.","nl":"De rechter heeft dit bepaald."}},
            "id":"{}","index":{index},"keys":{},"kind":"{}","payload":"{}","statement":"{}"}}"#,
            texts(predicate.digests()),
            statement.id(),
            texts(keys),
            statement.kind(),
            envelope.payload_digest(),
            envelope.digest()
        );
        self.draft("withheld", id, &body).by(&[REGISTRAR])
    }

    /// Puts the key of `new` in the place of that of `old`, by both.
    pub fn key_rotated(&self, id: &str, old: Person, new: Person) -> Draft {
        let body = format!(
            r#"{{"custody":"hardware","holder":"{}","key":"{}","public_key":"{}"}}"#,
            old.holder(),
            old.key_id(),
            new.key()
        );
        self.draft("key-rotated", id, &body).by(&[old, new])
    }

    /// Announces the log key of a seed, with the checkpoint `note` that all log keys signed, by the registrar.
    pub fn log_key(&self, id: &str, seed: u8, note: &[u8]) -> Draft {
        let body = format!(
            r#"{{"log_key":"{}","note":{}}}"#,
            log_key_of(seed),
            text(note)
        );
        self.draft("log-key", id, &body).by(&[REGISTRAR])
    }

    /// Ends the log key of a seed, with the checkpoint `note` that both log keys signed, by the registrar.
    pub fn log_key_ended(&self, id: &str, seed: u8, note: &[u8]) -> Draft {
        let body = format!(
            r#"{{"log_key":"{}","note":{},"reason":"replaced"}}"#,
            log_key_of(seed),
            text(note)
        );
        self.draft("log-key-ended", id, &body).by(&[REGISTRAR])
    }

    /// Hands the ledger over to `operator`, by `signers`.
    pub fn operator(&self, id: &str, operator: &str, signers: &[Person]) -> Draft {
        let body = format!(r#"{{"operator":"{operator}"}}"#);
        self.draft("operator", id, &body).by(signers)
    }

    /// Closes the ledger, by `signers`.
    pub fn closed(&self, id: &str, signers: &[Person]) -> Draft {
        let body = r#"{"reason":"done"}"#;
        self.draft("closed", id, body).by(signers)
    }
}

/// Returns text as a JSON string.
pub fn text(bytes: &[u8]) -> String {
    let text = Value::string(String::from_utf8(bytes.to_vec()).unwrap());
    String::from_utf8(text.to_canonical()).unwrap()
}

/// Returns what is printed as a JSON list of strings.
fn texts(items: impl IntoIterator<Item = impl ToString>) -> String {
    let items = items
        .into_iter()
        .map(|item| Value::string(item.to_string()));
    String::from_utf8(Value::Array(items.collect()).to_canonical()).unwrap()
}

/// Returns the members of the charter's list of parties: `people` by party, each with their keys.
pub fn founding_parties(people: &[Person]) -> String {
    let mut parties: Vec<String> = Vec::new();
    let mut seen: Vec<&str> = Vec::new();
    for first in people {
        if seen.contains(&first.party) {
            continue;
        }
        seen.push(first.party);
        let keys: Vec<String> = people
            .iter()
            .filter(|person| person.party == first.party)
            .map(|person| {
                format!(
                    r#"{{"custody":"hardware","function":"bestuur","holder":"{}","public_key":"{}"}}"#,
                    person.holder(),
                    person.key()
                )
            })
            .collect();
        let recovery = match first.party == LAB_RECOVERY.party {
            true => format!("\"{}\"", LAB_RECOVERY.key()),
            false => String::new(),
        };
        parties.push(format!(
            r#"{{"id":"{}","keys":[{}],"name":"{}","recovery_keys":[{recovery}],"role":"{}"}}"#,
            first.party,
            keys.join(","),
            first.party,
            first.role
        ));
    }
    parties.join(",")
}

/// Returns the pin by which another statement refers to this one, as JSON.
pub fn pin(envelope: &Envelope) -> String {
    let statement = Statement::parse(envelope.payload()).unwrap();
    format!(
        r#"{{"id":"{}","sha256":"{}"}}"#,
        statement.id(),
        envelope.payload_digest()
    )
}

/// Parses JSON as people write it.
pub fn json(text: &str) -> Value {
    Value::parse(text.as_bytes()).unwrap_or_else(|error| panic!("{error}: {text}"))
}

/// A statement in the making.
#[derive(Clone, Debug)]
pub struct Draft {
    pub ledger: LedgerId,
    pub kind: Type,
    pub id: String,
    pub case: Option<String>,
    pub body: Value,
    pub signers: Vec<Person>,
    pub basis: Option<Basis>,
    pub exceptions: Vec<Exception>,
    pub nonce: u128,
}

impl Draft {
    /// Files it in a case.
    pub fn case(mut self, case: &str) -> Draft {
        self.case = Some(case.to_owned());
        self
    }

    /// Files it in the charter.
    pub fn charter(mut self) -> Draft {
        self.case = None;
        self
    }

    /// Lets these people sign.
    pub fn by(mut self, signers: &[Person]) -> Draft {
        self.signers = signers.to_vec();
        self
    }

    /// Says what the signers had seen.
    pub fn basis(mut self, size: Size, root: Hash, note: Option<&[u8]>) -> Draft {
        let note = note.map(|note| Note::parse(note).unwrap());
        self.basis = Some(Basis { size, root, note });
        self
    }

    /// Lets something stand that the lint finds.
    pub fn excepting(mut self, at: &str, kind: ExceptionKind) -> Draft {
        self.exceptions.push(Exception {
            at: at.parse().unwrap(),
            kind,
            reason: "it is public already".parse().unwrap(),
        });
        self
    }

    /// Replaces one member of the body.
    pub fn with(mut self, member: &str, value: &str) -> Draft {
        let Value::Object(members) = &mut self.body else {
            panic!("a body is an object");
        };
        members.remove(member);
        members.insert(member, json(value));
        self
    }

    /// Makes the statement.
    pub fn statement(&self) -> Statement {
        let at = At::Root("predicate");
        let predicate = Predicate::parse(self.kind, self.body.clone(), &at)
            .unwrap_or_else(|error| panic!("{} {}: {error}", self.kind, self.id));
        let head = Head {
            id: self.id.parse().unwrap(),
            case: self.case.as_ref().map(|case| case.parse().unwrap()),
            signers: Signers::new(self.signers.iter().map(Person::key_id)),
            claimed_at: "2024-01-31T09:00:00Z".parse().unwrap(),
            nonce: Nonce::from_bytes(self.nonce.to_be_bytes()),
            basis: self.basis.clone(),
            lint: Exceptions::new(self.exceptions.iter().cloned()),
        };
        Statement::compose(self.ledger.clone(), head, predicate)
            .unwrap_or_else(|error| panic!("{} {}: {error}", self.kind, self.id))
    }

    /// Returns the payload.
    pub fn payload(&self) -> Vec<u8> {
        self.statement().to_payload()
    }

    /// Makes the statement and lets everyone sign.
    pub fn envelope(&self) -> Envelope {
        envelope(self.payload(), &self.signers)
    }
}

/// Puts the signatures of `signers` on a payload.
pub fn envelope(payload: Vec<u8>, signers: &[Person]) -> Envelope {
    let message = pae(PAYLOAD_TYPE, &payload);
    let signatures = signers
        .iter()
        .map(|person| (person.key_id(), sign(person.seed, &message)));
    Envelope::new(payload, signatures.collect::<Vec<_>>()).unwrap()
}

/// A log in memory. What is appended is admitted; what is forced is not asked.
#[derive(Clone, Debug)]
pub struct Log {
    pub world: World,
    pub records: Vec<Record>,
    pub chain: Chain,
    pub state: State,
    /// The published checkpoint; [`Log::publish`] makes it.
    pub note: Option<Vec<u8>>,
    millis: i64,
}

impl Default for Log {
    fn default() -> Log {
        Log::new()
    }
}

impl Log {
    /// Makes a log that holds its charter.
    pub fn new() -> Log {
        let mut log = Log::empty(World::new());
        log.append(log.world.charter());
        log
    }

    /// Makes a log that holds nothing.
    pub fn empty(world: World) -> Log {
        Log {
            world,
            records: Vec::new(),
            chain: Chain::new(),
            state: State::new(),
            note: None,
            millis: START_MILLIS,
        }
    }

    /// Makes a log with a charter (0), service DN-1 (1) and [`CASE`] about it (2).
    pub fn with_case() -> Log {
        let mut log = Log::new();
        let service = log.world.service("DN-1").envelope();
        log.append(service.clone());
        log.append(log.world.case(CASE, &[&service]).envelope());
        log
    }

    /// Makes a log of `size` entries: that of [`Log::with_case`], then findings and claims of repair.
    pub fn of_size(size: u64) -> Log {
        let mut log = Log::with_case();
        while log.size().get() < size {
            let number = log.size().get();
            let finding = log.world.finding(&format!("B-{number}")).envelope();
            log.append(finding.clone());
            if log.size().get() < size {
                log.append(
                    log.world
                        .remediation(&format!("M-{number}"), &finding)
                        .envelope(),
                );
            }
        }
        log
    }

    /// Returns the number of entries.
    pub fn size(&self) -> Size {
        self.chain.size()
    }

    /// Returns the place of the next entry.
    pub fn next(&self) -> Index {
        Index::new(self.size().get()).unwrap()
    }

    /// Appends a statement that must be admitted.
    pub fn append(&mut self, envelope: Envelope) -> Index {
        self.try_append(envelope)
            .unwrap_or_else(|refusal| panic!("{refusal}"))
    }

    /// Appends a statement if it is admitted.
    pub fn try_append(&mut self, envelope: Envelope) -> Result<Index, Refusal> {
        let signed = self.open(envelope.clone());
        let index = self.next();
        let admitted = self.state.admit(signed, index, self.chain.tree())?;
        // The entry carries the rules in force before its own statement.
        let index = self.push(envelope.print_stored(), |_| {});
        self.state.apply(&admitted, index);
        Ok(index)
    }

    /// Opens an envelope whose signatures must verify.
    pub fn open(&self, envelope: Envelope) -> SignedStatement {
        SignedStatement::open(envelope, |id| self.state.public_key(id))
            .unwrap_or_else(|error| panic!("{error}"))
    }

    /// Appends a statement that nobody admits; the entry links as it must.
    pub fn force(&mut self, envelope: &Envelope) -> Index {
        self.push(envelope.print_stored(), |_| {})
    }

    /// Appends stored bytes in an entry that `edit` changes; what follows links to it as it is.
    pub fn push(&mut self, envelope: Vec<u8>, edit: impl FnOnce(&mut Entry)) -> Index {
        let thread = Envelope::parse_stored(&envelope)
            .ok()
            .and_then(|envelope| Statement::parse(envelope.payload()).ok())
            .map_or(ThreadName::charter(), |statement| thread_name(&statement));
        self.millis += 1000;
        let now = Timestamp::from_unix_millis(self.millis).unwrap();
        let version = self.state.rules_version();
        let mut entry = self.chain.next(Hash::of(&envelope), thread, now, version);
        edit(&mut entry);
        let bytes = entry.to_bytes();
        self.chain.push(&entry, leaf_hash(&bytes));
        self.push_record(bytes, Some(envelope))
    }

    /// Appends bytes that need not be an entry.
    pub fn push_bytes(&mut self, entry: Vec<u8>, envelope: Option<Vec<u8>>) -> Index {
        self.chain.push_unreadable(leaf_hash(&entry));
        self.push_record(entry, envelope)
    }

    fn push_record(&mut self, entry: Vec<u8>, envelope: Option<Vec<u8>>) -> Index {
        self.records.push(Record { entry, envelope });
        Index::new(self.records.len() as u64 - 1).unwrap()
    }

    /// Returns the envelope of the entry at `index`.
    pub fn envelope(&self, index: u64) -> Envelope {
        let stored = self.records[index as usize].envelope.as_ref().unwrap();
        Envelope::parse_stored(stored).unwrap()
    }

    /// Returns the checkpoint over the entries so far.
    pub fn checkpoint(&self) -> SignedCheckpoint {
        signed_checkpoint(self.size(), self.chain.root())
    }

    /// Returns the checkpoint over the entries so far, signed with the log keys of these seeds.
    pub fn note_by(&self, seeds: &[u8]) -> Vec<u8> {
        checkpoint_by(seeds, self.size(), self.chain.root()).print()
    }

    /// Signs and publishes the checkpoint over the entries so far.
    pub fn publish(&mut self) -> &mut Log {
        self.note = Some(self.checkpoint().print());
        self
    }

    /// Verifies the log under its newest checkpoint, keeping everything.
    pub fn verify(&self) -> Facts {
        let mut log = self.clone();
        if log.note.is_none() {
            log.publish();
        }
        let options = Options {
            genesis: Some(log.world.ledger.genesis),
            keep: Keep::Everything,
            ..Options::default()
        };
        verify_log(&log, &options, &mut |_| {}).unwrap()
    }
}

/// Creates every entry of `log` in an empty store, `batch` to a commit, and publishes its checkpoint.
pub fn store_log(store: &dyn Store, log: &Log, batch: usize) {
    let mut previous = Hash::ZERO;
    let mut after = (Size::ZERO, empty_root());
    for (number, records) in (0..).zip(log.records.chunks(batch)) {
        let before = after;
        let size = Size::new(before.0.get() + records.len() as u64).unwrap();
        after = (size, log.chain.tree().root_at(size).unwrap());
        let records = records.iter().map(|record| commit::Record {
            entry: record.entry.clone(),
            envelope: record.envelope.clone().unwrap_or_default(),
        });
        let commit = Commit {
            number,
            previous,
            log: ORIGIN.to_owned(),
            id: [7; 16],
            sizes: [before.0, after.0],
            roots: [before.1, after.1],
            batch: records.collect(),
        };
        let created = store.create(number, &commit.to_bytes()).unwrap();
        assert_eq!(created, Create::Created);
        previous = commit.digest();
    }
    store.publish(&log.checkpoint().print()).unwrap();
}

/// Signs a checkpoint of the log called [`ORIGIN`].
pub fn signed_checkpoint(size: Size, root: Hash) -> SignedCheckpoint {
    checkpoint_by(&[LOG_SEED], size, root)
}

/// Signs a checkpoint of the log called [`ORIGIN`] with the keys of these seeds.
pub fn checkpoint_by(seeds: &[u8], size: Size, root: Hash) -> SignedCheckpoint {
    let origin = ORIGIN.parse().unwrap();
    let checkpoint = Checkpoint { origin, size, root };
    let (first, others) = seeds.split_first().expect("a log key");
    let signature = |seed: u8| sign(seed, &checkpoint.log_message());
    let signed = checkpoint.with_log_signature(&log_key_of(*first), &signature(*first));
    others.iter().fold(signed.unwrap(), |signed, seed| {
        let added = signed.with_log_signature(&log_key_of(*seed), &signature(*seed));
        added.unwrap()
    })
}

/// Adds the cosignature of the witness called `name`.
pub fn cosign(
    checkpoint: SignedCheckpoint,
    name: &str,
    seed: u8,
    time: Seconds,
) -> SignedCheckpoint {
    let witness = witness_key(name, seed);
    let signature = sign(seed, &checkpoint.checkpoint().cosignature_message(time));
    let line = witness.cosignature(time, &signature).unwrap();
    checkpoint.with_cosignature(line, &witness).unwrap()
}

impl Source for Log {
    fn checkpoint(&self) -> Result<Option<Vec<u8>>, SourceError> {
        Ok(self.note.clone())
    }

    fn size(&self) -> Result<Size, SourceError> {
        Ok(Size::new(self.records.len() as u64).unwrap())
    }

    fn records(&self, from: Index, most: usize) -> Result<Vec<Record>, SourceError> {
        let records = self.records.iter().skip(from.get() as usize);
        Ok(records.take(most).cloned().collect())
    }
}
