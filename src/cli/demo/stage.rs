//! The stage: keys, clock, ledger and witnesses of the story, each the real one.
//!
//! A step becomes a statement as `bewijs sign` makes one, goes in through [`Ledger::append`], and comes
//! back with a receipt that its signer checks. Where a statement says what its signers had seen, the
//! log's newest checkpoint is submitted to both witnesses first, with a consistency proof from the
//! size that each cosigned last.
//!
//! What is special is what a demonstration needs to say the same every time: secret keys that everybody
//! has, nonces and salts that are counted, and a clock that shows the moments of the story.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use super::super::answer::Failure;
use super::story::{self, Step, What, World};
use crate::checkpoint::{SignedCheckpoint, Submission};
use crate::envelope::{Envelope, PAYLOAD_TYPE, pae};
use crate::hash::Hash;
use crate::json::Value;
use crate::key::DEMO_KEYS;
use crate::ledger::{Clock, Ledger};
use crate::merkle::{ConsistencyProof, Index, Size, leaf_hash, prove_consistency};
use crate::note::{KeyKind, VerifierKey};
use crate::signer::{SecretKey, Signer as _};
use crate::state::State;
use crate::statement::draft::Draft;
use crate::statement::field::Nonce;
use crate::statement::finding_draft::FindingDraft;
use crate::statement::oscal::{self, Counts, Map, Reason};
use crate::statement::predicate::BasisRule;
use crate::statement::{
    Basis, Head, Id, LedgerId, Opening, Openings, Predicate, Salt, SignedStatement, Signers,
    Statement, Type,
};
use crate::store::{Kind, create_store};
use crate::time::{Seconds, Timestamp};
use crate::witness::{Witness, WitnessError};

/// The demo key of the log.
const LOG: &str = "K-LOG";

/// The witnesses: the folder of each, its name in signatures, and its demo key.
const WITNESSES: [(&str, &str, &str); 2] = [
    ("deelneemsters", "deelneemsters.example/getuige", "K-WIT-1"),
    ("archief", "archief.example/getuige", "K-WIT-2"),
];

/// Keys, clock, ledger and witnesses, in one folder.
pub struct Stage {
    store: (PathBuf, Kind),
    clock: StoryClock,
    /// None before the charter.
    ledger: Option<Ledger>,
    witnesses: Vec<Witness>,
    payloads: BTreeMap<String, Hash>,
    openings: Vec<Opening>,
    statements: u128,
    /// How many checkpoints both witnesses cosigned.
    pub cosigned: usize,
    /// How many receipts were given out and checked.
    pub receipts: usize,
}

/// A statement that stands on the ledger.
pub struct Played {
    /// The place of its entry.
    pub index: Index,
    /// The statement.
    pub statement: Statement,
}

/// What became of one step.
pub struct Scene {
    /// What was recorded.
    pub played: Vec<Played>,
    /// What was imported, for a step that imports.
    pub imported: Option<Imported>,
}

/// An OSCAL document that became drafts.
pub struct Imported {
    /// The name of the document.
    pub document: String,
    /// How many findings it has.
    pub counts: Counts,
    /// How many persons in it were replaced by their organisation.
    pub persons: usize,
}

impl Stage {
    /// Sets up the witnesses in `folder`, which exists; the ledger comes with the charter.
    pub fn new(folder: &Path, kind: Kind) -> Result<Stage, Failure> {
        let log = verifier_key(LOG, ORIGIN, KeyKind::Ed25519);
        std::fs::create_dir(folder.join(WITNESS_FOLDER))?;
        let witness = |(own, name, key): (&str, &str, &str)| {
            let place = folder.join(WITNESS_FOLDER).join(own);
            let store = Arc::from(create_store(&place, Kind::Directory)?);
            let name = name.parse().expect("the name of a witness is a key name");
            let witness = Witness::new(store, vec![log.clone()], name, Box::new(demo_key(key)))?;
            Ok::<_, Failure>(witness)
        };
        Ok(Stage {
            store: (folder.join(LEDGER_FOLDER), kind),
            clock: StoryClock::default(),
            ledger: None,
            witnesses: WITNESSES
                .into_iter()
                .map(witness)
                .collect::<Result<_, _>>()?,
            payloads: BTreeMap::new(),
            openings: Vec::new(),
            statements: 0,
            cosigned: 0,
            receipts: 0,
        })
    }

    /// Plays one step.
    pub fn play(&mut self, step: &Step) -> Result<Scene, Failure> {
        self.clock.set(moment(&step.at));
        match &step.what {
            What::Statement { id, body } => {
                let kind = Type::from_name(&step.kind).expect("a step has a known type");
                if kind.info().basis != BasisRule::Optional {
                    self.cosign(moment(&step.at))?;
                }
                let body = story::resolve(body, self).expect("the story says what it speaks of");
                Ok(Scene {
                    played: vec![self.record(step, id, body)?],
                    imported: None,
                })
            }
            What::Import { document, map } => {
                let (imported, drafts) = import(document, map);
                let mut played = Vec::new();
                for draft in drafts {
                    played.push(self.record(step, draft.id.as_str(), draft.body())?);
                }
                Ok(Scene {
                    played,
                    imported: Some(imported),
                })
            }
        }
    }

    /// Lets both witnesses cosign the newest checkpoint at a moment, and publishes it so.
    pub fn cosign(&mut self, at: Seconds) -> Result<(), Failure> {
        self.clock.set(at);
        let signed = self.checkpoint();
        let size = signed.checkpoint().size;
        let mut note = signed.note().clone();
        for witness in &self.witnesses {
            let old = newest(witness)?;
            let proof = match old {
                Size::ZERO => ConsistencyProof::from_hashes(Vec::new()),
                old => self
                    .ledger()
                    .reader()
                    .tree(|tree| prove_consistency(tree, old, size))?,
            };
            let request = Submission::new(old, proof, signed.note().clone())?;
            let line = witness.add_checkpoint(&request.print(), at)?;
            note = note.with_signature(line)?;
        }
        let keys: Vec<_> = self.witnesses.iter().map(|it| it.key().clone()).collect();
        self.ledger().attach(&note.print(), &keys)?;
        self.cosigned += 1;
        Ok(())
    }

    /// Returns the name of each witness and what it says to another history.
    ///
    /// The request is the best one there is: from the size cosigned last if the tree is large enough.
    pub fn refusals(&self, forged: &SignedCheckpoint) -> Result<Vec<(String, String)>, Failure> {
        let ask = |witness: &Witness| {
            let old = newest(witness)?.min(forged.checkpoint().size);
            let none = ConsistencyProof::from_hashes(Vec::new());
            let request = Submission::new(old, none, forged.note().clone())?;
            match witness.add_checkpoint(&request.print(), self.clock.seconds()) {
                Err(WitnessError::Refused(refused)) => {
                    Ok((witness.key().name().to_string(), refused.to_string()))
                }
                Err(error) => Err(error.into()),
                Ok(_) => Err(Failure::no(format!(
                    "{}: expected a refusal of another history, found a cosignature",
                    witness.key().name()
                ))),
            }
        };
        self.witnesses.iter().map(ask).collect()
    }

    /// Returns the newest checkpoint.
    pub fn checkpoint(&self) -> SignedCheckpoint {
        let checkpoint = self.ledger().reader().checkpoint();
        checkpoint.expect("the ledger signed a checkpoint over each of its entries")
    }

    /// Returns the openings of every confidential field.
    pub fn openings(&self) -> Openings {
        Openings::new(self.openings.iter().cloned())
    }

    /// Closes the ledger, so that others can open its store.
    pub fn close(&mut self) {
        drop(self.ledger.take());
    }

    fn ledger(&self) -> &Ledger {
        let ledger = self.ledger.as_ref();
        ledger.expect("the story begins with the charter")
    }

    /// Makes a statement, lets the demo keys sign it, and appends it.
    fn record(&mut self, step: &Step, id: &str, body: Value) -> Result<Played, Failure> {
        let kind = Type::from_name(&step.kind).expect("a step has a known type");
        let draft = Draft::parse(kind, body)?;
        let id: Id = id.parse()?;
        let mut salts = (self.openings.len() as u128..).map(counted);
        let fresh = || Salt::from_bytes(salts.next().expect("there are more numbers"));
        let (predicate, openings) = draft.commit(&id, fresh);
        let keys: Vec<SecretKey> = step.signers.iter().map(|name| demo_key(name)).collect();
        let head = Head {
            id: id.clone(),
            case: step.case.as_deref().map(str::parse).transpose()?,
            signers: Signers::new(keys.iter().map(|key| key.public_key().id())),
            claimed_at: moment(&step.at),
            nonce: Nonce::from_bytes(counted(self.statements)),
            basis: (kind.info().basis != BasisRule::Optional).then(|| self.basis()),
            lint: None,
        };
        let statement = Statement::compose(self.ledger_id(&predicate), head, predicate)?;
        let payload = statement.to_payload();
        let message = pae(PAYLOAD_TYPE, &payload);
        let mut signatures = Vec::new();
        for key in &keys {
            signatures.push((key.public_key().id(), key.sign(&message)?));
        }
        let envelope = Envelope::new(payload, signatures)?;
        let index = self.append(envelope.clone())?;
        self.openings.extend(openings.iter().cloned());
        self.payloads
            .insert(id.to_string(), envelope.payload_digest());
        self.statements += 1;
        Ok(Played { index, statement })
    }

    /// Hands a statement in, and checks the receipt as its signer would.
    fn append(&mut self, envelope: Envelope) -> Result<Index, Failure> {
        let receipt = match &self.ledger {
            Some(ledger) => ledger.append(envelope)?.receipt,
            None => {
                let charter = SignedStatement::open(envelope, |_| None)?;
                let store = Arc::from(create_store(&self.store.0, self.store.1)?);
                let clock = Box::new(self.clock.clone());
                let ledger = Ledger::create(store, charter, Box::new(demo_key(LOG)), clock)?;
                let receipt = ledger.reader().receipt(Index::FIRST);
                self.ledger = Some(ledger);
                receipt.expect("a ledger is created with a checkpoint over its charter")
            }
        };
        let reader = self.ledger().reader();
        let record = reader.record(receipt.index())?;
        let record = record.expect("what was acknowledged can be read");
        receipt.verify_under(&leaf_hash(&record.entry), &reader.log_keys())?;
        self.receipts += 1;
        Ok(receipt.index())
    }

    fn basis(&self) -> Basis {
        let signed = self.checkpoint();
        Basis {
            size: signed.checkpoint().size,
            root: signed.checkpoint().root,
            note: Some(signed.note().clone()),
        }
    }

    fn ledger_id(&self, predicate: &Predicate) -> LedgerId {
        match predicate {
            Predicate::Charter(charter) => LedgerId {
                origin: charter.origin.clone(),
                genesis: charter.text_digest(),
            },
            _ => {
                let id = self
                    .ledger()
                    .reader()
                    .state(|state| state.ledger().cloned());
                id.expect("a ledger has its charter")
            }
        }
    }

    /// Returns what admission knows.
    pub fn state(&self) -> State {
        self.ledger().reader().state(State::clone)
    }
}

impl World for Stage {
    fn payload(&self, id: &str) -> Option<Hash> {
        self.payloads.get(id).copied()
    }

    fn public_key(&self, name: &str) -> Option<String> {
        let found = DEMO_KEYS.iter().find(|(other, _)| *other == name);
        found.map(|(_, key)| (*key).to_owned())
    }

    fn key_id(&self, name: &str) -> Option<String> {
        let found = DEMO_KEYS.iter().any(|(other, _)| *other == name);
        found.then(|| demo_key(name).public_key().id().to_string())
    }

    fn verifier_key(&self, name: &str) -> Option<String> {
        (name == LOG).then(|| verifier_key(LOG, ORIGIN, KeyKind::Ed25519).to_string())
    }

    fn cosigned_checkpoint(&self) -> Option<String> {
        String::from_utf8(self.checkpoint().print()).ok()
    }
}

/// Makes a demo key from its name, as `keys/README.md` says.
pub fn demo_key(name: &str) -> SecretKey {
    let seed = Hash::of_parts(&[b"bewijs demo key, worthless\n", name.as_bytes(), b"\n"]);
    SecretKey::danger_from_seed(seed.as_bytes())
}

/// Returns the verifier key of the log.
pub fn log_key() -> VerifierKey {
    verifier_key(LOG, ORIGIN, KeyKind::Ed25519)
}

/// Signs a checkpoint with the demo key of the log: what an operator who cheats can do too.
pub fn sign_as_log(
    checkpoint: &crate::checkpoint::Checkpoint,
) -> Result<SignedCheckpoint, Failure> {
    let signature = demo_key(LOG).sign(&checkpoint.log_message())?;
    Ok(checkpoint.with_log_signature(&log_key(), &signature)?)
}

fn verifier_key(key: &str, name: &str, kind: KeyKind) -> VerifierKey {
    let name = name.parse().expect("the name of a demo key is a key name");
    VerifierKey::new(name, kind, demo_key(key).public_key())
}

/// Returns the size that a witness cosigned last.
fn newest(witness: &Witness) -> Result<Size, Failure> {
    let newest = witness.newest()?;
    Ok(newest.map_or(Size::ZERO, |signed| signed.checkpoint().size))
}

/// Imports a document of the story by a map of the story.
pub fn import(document: &str, map: &str) -> (Imported, Vec<FindingDraft>) {
    let file = |name| story::file(name).expect("the story has its documents");
    let map = std::str::from_utf8(file(map)).expect("a map is text");
    let map = Map::parse(map).expect("the story has good maps");
    let import = oscal::import(file(document), &map).expect("the story has good documents");
    assert!(import.missing.is_empty(), "the maps of the story say all");
    let person = |reason: &Reason| matches!(reason, Reason::Person { .. });
    let left_out = import.left_out.iter();
    let imported = Imported {
        document: document.to_owned(),
        counts: import.counts,
        persons: left_out.filter(|it| person(&it.reason)).count(),
    };
    (imported, import.drafts)
}

fn moment(text: &str) -> Seconds {
    text.parse().expect("a step has a moment")
}

fn counted(number: u128) -> [u8; 16] {
    number.to_be_bytes()
}

/// A clock that shows the moments of the story.
#[derive(Clone, Default)]
struct StoryClock(Arc<AtomicI64>);

impl StoryClock {
    fn set(&self, at: Seconds) {
        self.0.store(at.unix_seconds(), Ordering::SeqCst);
    }

    fn seconds(&self) -> Seconds {
        let seconds = Seconds::from_unix_seconds(self.0.load(Ordering::SeqCst));
        seconds.expect("a moment of the story is a moment")
    }
}

impl Clock for StoryClock {
    fn now(&mut self) -> Timestamp {
        self.seconds().timestamp()
    }
}

/// The name of the ledger.
const ORIGIN: &str = "bewijs.example/voorbeeld";

/// Where the ledger is, in the folder of the demo.
pub const LEDGER_FOLDER: &str = "ledger";

/// Where the witnesses keep what they cosigned.
const WITNESS_FOLDER: &str = "witnesses";
