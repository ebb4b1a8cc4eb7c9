//! The example of `examples/voorbeeld` in memory: every step made, signed and admitted, and both witnesses
//! cosigning as they do in the demo, so that the root is the same.
//!
//! ```ignore
//! #[path = "support/voorbeeld.rs"]
//! mod voorbeeld;
//! let example = Example::whole();
//! let without = Example::play(&variant::edited(&story::steps(), &[Edit::Remove("H-014.2".into())]));
//! let facts = example.verify();
//! ```
//!
//! Nothing is random: keys follow from their names, nonces and salts are counted, time is that of the story.

// Each test binary uses a part of this.
#![allow(dead_code)]

use std::collections::BTreeMap;

use bewijs::checkpoint::{Checkpoint, SignedCheckpoint};
use bewijs::entry::ThreadName;
use bewijs::envelope::{Envelope, PAYLOAD_TYPE, pae};
use bewijs::hash::Hash;
use bewijs::json::Value;
use bewijs::key::{PublicKey, Signature};
use bewijs::merkle::{Index, Size};
use bewijs::note::{KeyKind, VerifierKey};
use bewijs::state::{Chain, RULES_VERSION, Refusal, State};
use bewijs::statement::draft::Draft;
use bewijs::statement::field::Nonce;
use bewijs::statement::oscal::{Import, Map, import};
use bewijs::statement::predicate::BasisRule;
use bewijs::statement::{
    Basis, Head, LedgerId, Openings, Predicate, Salt, SignedStatement, Signers, Statement, Type,
};
use bewijs::time::{Seconds, Timestamp};
use bewijs::verify::{Facts, Keep, Options, Record, Source, SourceError, verify_log};
// The story finds these here.
use bewijs::{hash, json};
use ed25519_dalek::{Signer as _, SigningKey};

#[path = "../../examples/voorbeeld/story.rs"]
pub mod story;
#[path = "../../examples/voorbeeld/variant.rs"]
pub mod variant;

use story::{Step, What, World};

/// The name of the ledger.
pub const ORIGIN: &str = "bewijs.example/voorbeeld";

/// The witnesses: the name of each in signatures, and its demo key.
const WITNESSES: [(&str, &str); 2] = [
    ("deelneemsters.example/getuige", "K-WIT-1"),
    ("archief.example/getuige", "K-WIT-2"),
];

/// How long after the last step the witnesses cosign once more, in seconds.
const LAST_COSIGNATURE_AFTER: i64 = 60;

/// Says how the seed of a demo key follows from its name; `keys/README.md` says that they are worthless.
pub fn demo_key(name: &str) -> SigningKey {
    let seed = Hash::of_parts(&[b"bewijs demo key, worthless\n", name.as_bytes(), b"\n"]);
    SigningKey::from_bytes(seed.as_bytes())
}

/// Returns the public key of a demo key.
pub fn public(name: &str) -> PublicKey {
    PublicKey::from_bytes(demo_key(name).verifying_key().as_bytes()).unwrap()
}

/// Returns the verifier key of the log.
pub fn log_key() -> VerifierKey {
    VerifierKey::new(ORIGIN.parse().unwrap(), KeyKind::Ed25519, public("K-LOG"))
}

fn sign(name: &str, message: &[u8]) -> Signature {
    Signature::from_bytes(demo_key(name).sign(message).to_bytes())
}

/// Imports a document of the story by a map of the story.
pub fn imported(document: &str, map: &str) -> Import {
    let map = std::str::from_utf8(story::file(map).unwrap()).unwrap();
    import(story::file(document).unwrap(), &Map::parse(map).unwrap()).unwrap()
}

/// Returns the steps of all chapters.
pub fn steps() -> Vec<Step> {
    let chapters = story::chapters().into_iter();
    chapters.flat_map(|chapter| chapter.steps).collect()
}

/// A statement that was admitted, with what opens its confidential fields.
#[derive(Clone)]
pub struct Said {
    /// The statement.
    pub statement: Statement,
    /// What opens it.
    pub openings: Openings,
    /// The names of the demo keys that signed, in the order of the story.
    pub signers: Vec<String>,
}

/// The statement at which admission stopped the story.
#[derive(Debug)]
pub struct Refused {
    /// Its id.
    pub id: String,
    /// Why.
    pub refusal: Refusal,
}

/// A ledger without a disk: what the story has made.
#[derive(Clone)]
pub struct Example {
    /// What admission knows.
    pub state: State,
    /// Chain, threads and tree.
    pub chain: Chain,
    /// What was admitted, by position.
    pub said: Vec<Said>,
    /// What is stored, by position.
    pub records: Vec<Record>,
    payloads: BTreeMap<String, Hash>,
    confidential: u128,
    newest: Option<SignedCheckpoint>,
    time: Timestamp,
}

impl Example {
    /// Plays the story as it is.
    pub fn whole() -> Example {
        let played = Example::play(&steps());
        played.unwrap_or_else(|refused| panic!("{}: {}", refused.id, refused.refusal))
    }

    /// Plays steps, and lets the witnesses cosign the end.
    ///
    /// # Errors
    /// The first statement that is not admitted.
    pub fn play(steps: &[Step]) -> Result<Example, Refused> {
        let mut example = Example {
            state: State::new(),
            chain: Chain::new(),
            said: Vec::new(),
            records: Vec::new(),
            payloads: BTreeMap::new(),
            confidential: 0,
            newest: None,
            time: Timestamp::from_unix_millis(0).unwrap(),
        };
        for step in steps {
            example.step(step)?;
        }
        let last = example.time.seconds().unix_seconds() + LAST_COSIGNATURE_AFTER;
        example.cosign(Seconds::from_unix_seconds(last).unwrap());
        Ok(example)
    }

    /// Returns the position of the statement with an id.
    pub fn position(&self, id: &str) -> Option<u64> {
        let mut said = self.said.iter();
        let at = said.position(|it| it.statement.id().as_str() == id)?;
        Some(at as u64)
    }

    /// Returns the newest cosigned checkpoint.
    pub fn checkpoint(&self) -> &SignedCheckpoint {
        self.newest.as_ref().unwrap()
    }

    /// Verifies everything as a stranger would, and keeps it.
    pub fn verify(&self) -> Facts {
        let options = Options {
            keep: Keep::Everything,
            ..Options::default()
        };
        verify_log(self, &options, &mut |_| {}).unwrap()
    }

    fn step(&mut self, step: &Step) -> Result<(), Refused> {
        match &step.what {
            What::Statement { id, body } => {
                let kind = kind(step);
                if kind.info().basis != BasisRule::Optional {
                    self.cosign(step.at.parse().unwrap());
                }
                let body = story::resolve(body, self).unwrap_or_else(|word| panic!("{id}: {word}"));
                self.append(step, id, body)
            }
            What::Import { document, map } => {
                let mut drafts = imported(document, map).drafts.into_iter();
                drafts.try_for_each(|draft| self.append(step, draft.id.as_str(), draft.body()))
            }
        }
    }

    fn append(&mut self, step: &Step, id: &str, body: Value) -> Result<(), Refused> {
        let kind = kind(step);
        let draft = Draft::parse(kind, body).unwrap_or_else(|error| panic!("{id}: {error}"));
        let parsed = id.parse().unwrap();
        let (predicate, openings) = draft.commit(&parsed, || {
            let salt = Salt::from_bytes(self.confidential.to_be_bytes());
            self.confidential += 1;
            salt
        });
        let ledger = match (&predicate, self.state.ledger()) {
            (Predicate::Charter(charter), None) => LedgerId {
                origin: charter.origin.clone(),
                genesis: charter.text_digest(),
            },
            (_, Some(ledger)) => ledger.clone(),
            (_, None) => panic!("{id}: the charter comes first"),
        };
        let head = Head {
            id: parsed,
            case: step.case.as_ref().map(|case| case.parse().unwrap()),
            signers: Signers::new(step.signers.iter().map(|name| public(name).id())),
            claimed_at: step.at.parse().unwrap(),
            nonce: Nonce::from_bytes((self.said.len() as u128).to_be_bytes()),
            basis: (kind.info().basis != BasisRule::Optional).then(|| self.basis()),
            lint: None,
        };
        let statement = Statement::compose(ledger, head, predicate);
        let statement = statement.unwrap_or_else(|error| panic!("{id}: {error}"));
        let payload = statement.to_payload();
        let message = pae(PAYLOAD_TYPE, &payload);
        let signatures = step.signers.iter();
        let signatures = signatures.map(|name| (public(name).id(), sign(name, &message)));
        let envelope = Envelope::new(payload, signatures).unwrap();
        let stored = envelope.print_stored();
        let signed = SignedStatement::open(envelope, |key| self.state.public_key(key)).unwrap();
        let index = self.chain.size().next().unwrap();
        let admitted = self.state.admit(signed, index, self.chain.tree());
        let admitted = admitted.map_err(|refusal| Refused {
            id: id.to_owned(),
            refusal,
        })?;
        self.state.apply(&admitted, index);
        self.payloads
            .insert(id.to_owned(), admitted.payload_digest());
        let thread: ThreadName = admitted.statement().thread().name().parse().unwrap();
        // The clock of a ledger never steps back.
        self.time = self.time.max(statement.head().claimed_at.timestamp());
        let digest = admitted.envelope_digest();
        let entry = self.chain.next(digest, thread, self.time, RULES_VERSION);
        self.chain.push(&entry, entry.leaf_hash());
        self.records.push(Record {
            entry: entry.to_bytes(),
            envelope: Some(stored),
        });
        self.said.push(Said {
            statement,
            openings,
            signers: step.signers.clone(),
        });
        Ok(())
    }

    /// Lets both witnesses cosign the tree so far.
    fn cosign(&mut self, time: Seconds) {
        let checkpoint = Checkpoint {
            origin: ORIGIN.parse().unwrap(),
            size: self.chain.size(),
            root: self.chain.root(),
        };
        let signature = sign("K-LOG", &checkpoint.log_message());
        let signed = checkpoint.with_log_signature(&log_key(), &signature);
        let mut signed = signed.unwrap();
        for (name, key) in WITNESSES {
            let witness =
                VerifierKey::new(name.parse().unwrap(), KeyKind::CosignatureV1, public(key));
            let signature = sign(key, &checkpoint.cosignature_message(time));
            let line = witness.cosignature(time, &signature).unwrap();
            signed = signed.with_cosignature(line, &witness).unwrap();
        }
        self.newest = Some(signed);
    }

    fn basis(&self) -> Basis {
        let signed = self.checkpoint();
        Basis {
            size: signed.checkpoint().size,
            root: signed.checkpoint().root,
            note: Some(signed.note().clone()),
        }
    }
}

impl World for Example {
    fn payload(&self, id: &str) -> Option<Hash> {
        self.payloads.get(id).copied()
    }

    fn public_key(&self, name: &str) -> Option<String> {
        Some(public(name).to_string())
    }

    fn key_id(&self, name: &str) -> Option<String> {
        Some(public(name).id().to_string())
    }

    fn verifier_key(&self, name: &str) -> Option<String> {
        (name == "K-LOG").then(|| log_key().to_string())
    }

    fn cosigned_checkpoint(&self) -> Option<String> {
        String::from_utf8(self.checkpoint().print()).ok()
    }
}

impl Source for Example {
    fn checkpoint(&self) -> Result<Option<Vec<u8>>, SourceError> {
        Ok(Some(self.checkpoint().print()))
    }

    fn size(&self) -> Result<Size, SourceError> {
        Ok(self.chain.size())
    }

    fn records(&self, from: Index, most: usize) -> Result<Vec<Record>, SourceError> {
        let records = self.records.iter().skip(from.get() as usize);
        Ok(records.take(most).cloned().collect())
    }
}

fn kind(step: &Step) -> Type {
    Type::from_name(&step.kind).unwrap_or_else(|| panic!("{}", step.kind))
}
