//! Statements: what a party says, about which ledger, in which schema.
//!
//! Source: in-toto attestation framework, Statement v1. The payload of an envelope is canonical
//! JSON ([`crate::json`]) of at most [`MAX_PAYLOAD_BYTES`]:
//!
//! ```text
//! {"_type":"https://in-toto.io/Statement/v1",
//!  "predicate":{"head":{"case":"zaak:2023-001","claimed_at":"2024-01-31T09:00:00Z","id":"B-006",
//!                       "nonce":"<32 hex digits>","signers":["<key id>"]},
//!               "domain":"it-systemen","severity":{"_sd":["<digest>"]},…},
//!  "predicateType":"urn:bewijs:finding:v1",
//!  "subject":[{"digest":{"sha256":"<genesis digest>"},"name":"<origin>"}]}
//! ```
//!
//! Every schema is closed: a member that it does not know is refused, as is a missing one.
//! `subject` names the ledger and nothing else, so nothing that was signed for one ledger is valid
//! on another. [`head`] is what every predicate begins with; [`predicate`] is the table of
//! types; [`schema`] makes parser, printer and metadata from one declaration; [`opening`] has
//! confidential fields.
//!
//! A [`Statement`] is well formed and nothing more. A [`SignedStatement`] is one whose
//! signatures are exactly those of the keys it names, and verify. Who may sign
//! what, whether pins resolve and whether ids are new is [`crate::state`]'s.
//! `docs/formats/statement.md` is this page for implementers, `docs/statements/` has one page a type.

pub mod act;
pub mod conclusion;
pub mod condition;
pub mod csv;
pub mod describe;
pub mod dissent;
pub mod draft;
pub mod fact;
pub mod field;
pub mod finding;
pub mod finding_draft;
pub mod form;
pub mod frame;
pub mod head;
pub mod independence;
pub mod lint;
pub mod map_word;
pub mod opening;
pub mod openness;
pub mod oscal;
pub mod party;
pub mod policy;
pub mod predicate;
pub mod reassessment;
pub mod register;
pub mod repair;
pub mod risk;
pub mod schema;
pub mod template;

pub use crate::envelope::MAX_PAYLOAD_BYTES;
pub use crate::note::Origin;
pub use describe::{describe, describe_opened, describe_opening};
pub use draft::Draft;
pub use head::{Basis, CaseName, Head, Holder, Id, LedgerId, PartyId, Pin, PinTo, Signers, Thread};
pub use opening::{Committed, Opening, Openings, Salt};
pub use predicate::{Predicate, Type};
pub use schema::{Language, SchemaError};

use crate::envelope::{Envelope, VerifyError};
use crate::hash::Hash;
use crate::json::{JsonError, Value};
use crate::key::{KeyId, PublicKey, Verifier};

use predicate::{BasisRule, Filing, TypeError};
use register::Charter;
use schema::{At, Field, Members};

/// The in-toto statement type.
pub const STATEMENT_TYPE: &str = "https://in-toto.io/Statement/v1";

/// A well-formed statement: a ledger, a head and a predicate that agree with each other.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Statement {
    ledger: LedgerId,
    head: Head,
    predicate: Predicate,
}

/// A statement parsed from an envelope, whose signatures nobody has looked at yet.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UnverifiedStatement {
    statement: Statement,
    envelope: Envelope,
    payload_digest: Hash,
}

/// A statement from an envelope whose signatures verify and are exactly those that it names.
///
/// Only [`SignedStatement::open`] and the ways to verify an [`UnverifiedStatement`] make it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SignedStatement {
    statement: Statement,
    envelope: Envelope,
    payload_digest: Hash,
}

impl Statement {
    /// Makes a statement of its parts, by the same way as one that arrives.
    ///
    /// # Errors
    /// [`StatementError`] when the parts do not make a well-formed statement.
    pub fn compose(
        ledger: LedgerId,
        head: Head,
        predicate: Predicate,
    ) -> Result<Statement, StatementError> {
        let statement = Statement {
            ledger,
            head,
            predicate,
        };
        Statement::parse(&statement.to_payload())
    }

    /// Parses the payload of an envelope.
    ///
    /// # Errors
    /// [`StatementError`] when it is too long, not canonical, of an unknown type, or breaks its schema.
    pub fn parse(payload: &[u8]) -> Result<Statement, StatementError> {
        if payload.len() > MAX_PAYLOAD_BYTES {
            return Err(StatementError::TooLong {
                bytes: payload.len(),
            });
        }
        let root = At::Root("statement");
        let mut members = Members::open(Value::parse_canonical(payload)?, &root)?;
        let marker = members.take_value("_type")?;
        if marker.as_str() != Some(STATEMENT_TYPE) {
            return Err(root
                .member("_type")
                .expected(STATEMENT_TYPE, &marker)
                .into());
        }
        let predicate_type = members.take_value("predicateType")?;
        let kind = match predicate_type.as_str() {
            Some(uri) => Type::from_predicate_type(uri)?,
            None => {
                let at = root.member("predicateType");
                return Err(at.expected("a string", &predicate_type).into());
            }
        };
        let subject = members.take_value("subject")?;
        let mut body = members.take_value("predicate")?;
        members.close("_type, predicate, predicateType, subject")?;

        let ledger = parse_subject(subject, &root.member("subject"))?;
        let at = At::Root("predicate");
        let head = match &mut body {
            Value::Object(object) => object.remove("head"),
            _ => None,
        };
        let head = Head::parse_member(head, &at.member("head"))?;
        let predicate = Predicate::parse(kind, body, &at)?;
        let statement = Statement {
            ledger,
            head,
            predicate,
        };
        statement.check_agreement()?;
        Ok(statement)
    }

    /// Returns the payload: the canonical bytes that [`Statement::parse`] takes.
    pub fn to_payload(&self) -> Vec<u8> {
        let mut predicate = self.predicate.print();
        if let Value::Object(object) = &mut predicate {
            object.insert("head", self.head.print());
        }
        let subject = Value::object([
            (
                "digest",
                Value::object([("sha256", self.ledger.genesis.print())]),
            ),
            ("name", self.ledger.origin.print()),
        ]);
        Value::object([
            ("_type", Value::string(STATEMENT_TYPE)),
            ("predicate", predicate),
            ("predicateType", Value::string(self.kind().predicate_type())),
            ("subject", Value::Array(vec![subject])),
        ])
        .to_canonical()
    }

    /// Returns the ledger that the statement is for.
    pub fn ledger(&self) -> &LedgerId {
        &self.ledger
    }

    /// Returns what it begins with.
    pub fn head(&self) -> &Head {
        &self.head
    }

    /// Returns the id.
    pub fn id(&self) -> &Id {
        &self.head.id
    }

    /// Returns what it says.
    pub fn predicate(&self) -> &Predicate {
        &self.predicate
    }

    /// Returns the type.
    pub fn kind(&self) -> Type {
        self.predicate.kind()
    }

    /// Returns the thread that it is filed in.
    pub fn thread(&self) -> Thread {
        self.head.thread()
    }

    /// Returns the pin by which later statements name it.
    pub fn pin(&self) -> Pin {
        Pin {
            id: self.head.id.clone(),
            sha256: Hash::of(&self.to_payload()),
        }
    }

    /// Checks what the head owes to the type.
    fn check_agreement(&self) -> Result<(), SchemaError> {
        let kind = self.kind();
        let info = kind.info();
        let root = At::Root("predicate");
        let head = root.member("head");
        let wrong = |at: At, expected: String, found: &str| SchemaError {
            at: at.to_string(),
            expected,
            found: found.to_owned(),
        };
        if !kind.takes(&self.head.id) {
            let expected = format!("the id of a {kind}, {}", kind.id_form());
            return Err(head.member("id").expected(expected, &self.head.id.print()));
        }
        match (info.filing, &self.head.case) {
            (Filing::Charter, Some(case)) => {
                let expected = format!("no case, because a {kind} belongs to the charter");
                return Err(head.member("case").expected(expected, &case.print()));
            }
            (Filing::Case, None) => {
                let expected = format!("a case, because a {kind} belongs to one");
                return Err(wrong(head.member("case"), expected, "nothing"));
            }
            _ => {}
        }
        let note = self.head.basis.as_ref().map(|basis| basis.note.is_some());
        match (info.basis, note) {
            (BasisRule::Demanded | BasisRule::WithNote, None) => {
                let expected = format!("a basis, because a {kind} says what the signer had seen");
                return Err(wrong(head.member("basis"), expected, "nothing"));
            }
            (BasisRule::WithNote, Some(false)) => {
                let expected =
                    format!("the cosigned checkpoint, because a {kind} must not be older");
                let basis = head.member("basis");
                return Err(wrong(basis.member("note"), expected, "nothing"));
            }
            _ => {}
        }
        match &self.predicate {
            Predicate::Charter(charter) => self.check_charter(charter),
            _ => Ok(()),
        }
    }

    /// The charter names the ledger itself, which no entry before it can.
    fn check_charter(&self, charter: &Charter) -> Result<(), SchemaError> {
        let at = At::Root("statement.subject[0]");
        if charter.origin != self.ledger.origin {
            let expected = format!("the charter's origin {}", charter.origin);
            return Err(at
                .member("name")
                .expected(expected, &self.ledger.origin.print()));
        }
        let text = charter.text_digest();
        if text != self.ledger.genesis {
            let expected =
                format!("the SHA-256 {text} of the canonical JSON of the charter's text");
            let digest = at.member("digest");
            return Err(digest
                .member("sha256")
                .expected(expected, &self.ledger.genesis.print()));
        }
        Ok(())
    }
}

impl Charter {
    /// Returns the SHA-256 of the canonical JSON of `text`, which stands in the subject of entry 0
    /// where later statements have the digest of entry 0 itself.
    pub fn text_digest(&self) -> Hash {
        Hash::of(&self.text.print().to_canonical())
    }
}

impl UnverifiedStatement {
    /// Parses the payload of `envelope`.
    ///
    /// # Errors
    /// [`StatementError`] when it is no statement.
    pub fn parse(envelope: Envelope) -> Result<UnverifiedStatement, StatementError> {
        let statement = Statement::parse(envelope.payload())?;
        Ok(UnverifiedStatement {
            statement,
            payload_digest: envelope.payload_digest(),
            envelope,
        })
    }

    /// Returns the statement, which anyone may have written.
    pub fn statement(&self) -> &Statement {
        &self.statement
    }

    /// Returns the envelope.
    pub fn envelope(&self) -> &Envelope {
        &self.envelope
    }

    /// Verifies every signature strictly, as [`SignedStatement::open`] does.
    ///
    /// # Errors
    /// [`OpenError`] when the signatures are not exactly those of `head.signers`, or one of them
    /// does not verify.
    pub fn verify(
        self,
        keys: impl Fn(&KeyId) -> Option<PublicKey>,
    ) -> Result<SignedStatement, OpenError> {
        self.is_signed_as_named()?;
        self.envelope
            .verify_all(|id| keys(id).or_else(|| self.introduced(id)))?;
        Ok(self.verified())
    }

    /// Verifies many statements, faster than one by one and with the same answers.
    ///
    /// `keys` is asked with the place of the statement in `batch`. Batches of 64 to 512 are fastest.
    ///
    /// Each answer is that of [`UnverifiedStatement::verify`].
    pub fn verify_batch(
        batch: Vec<UnverifiedStatement>,
        keys: impl Fn(usize, &KeyId) -> Option<PublicKey>,
        verifier: &Verifier,
    ) -> Vec<Result<SignedStatement, OpenError>> {
        let envelopes: Vec<_> = batch.iter().map(|statement| &statement.envelope).collect();
        let keys = |at: usize, id: &KeyId| keys(at, id).or_else(|| batch[at].introduced(id));
        let answers = Envelope::verify_batch(&envelopes, keys, verifier);
        let both = batch.into_iter().zip(answers);
        both.map(|(statement, answer)| {
            statement.is_signed_as_named()?;
            answer?;
            Ok(statement.verified())
        })
        .collect()
    }

    /// Checks that the signatures are those of the keys that the statement names, and no others.
    fn is_signed_as_named(&self) -> Result<(), OpenError> {
        let named = self.statement.head.signers.as_slice();
        let signed = self.envelope.signatures();
        let missing = |key: &&KeyId| !signed.iter().any(|(id, _)| id == *key);
        if let Some(key) = named.iter().find(missing) {
            return Err(OpenError::Missing { key: *key });
        }
        match signed.iter().find(|(id, _)| !named.contains(id)) {
            Some((key, _)) => Err(OpenError::Unnamed { key: *key }),
            None => Ok(()),
        }
    }

    /// Finds a key that the statement itself brings in.
    fn introduced(&self, id: &KeyId) -> Option<PublicKey> {
        let keys = self.statement.predicate.public_keys();
        keys.into_iter().find(|key| key.id() == *id).copied()
    }

    fn verified(self) -> SignedStatement {
        SignedStatement {
            statement: self.statement,
            envelope: self.envelope,
            payload_digest: self.payload_digest,
        }
    }
}

impl SignedStatement {
    /// Parses the payload and verifies every signature strictly.
    ///
    /// Keys come from `keys`, which knows those enrolled so far, or, for a charter or key
    /// statement, from the statement itself.
    ///
    /// # Errors
    /// [`OpenError`] when the payload is no statement, when its signatures are not exactly those
    /// of `head.signers`, or one of them does not verify.
    pub fn open(
        envelope: Envelope,
        keys: impl Fn(&KeyId) -> Option<PublicKey>,
    ) -> Result<SignedStatement, OpenError> {
        UnverifiedStatement::parse(envelope)?.verify(keys)
    }

    /// Returns the statement.
    pub fn statement(&self) -> &Statement {
        &self.statement
    }

    /// Returns the envelope that it came in.
    pub fn envelope(&self) -> &Envelope {
        &self.envelope
    }

    /// Returns the SHA-256 of the payload, by which pins name the statement.
    pub fn payload_digest(&self) -> Hash {
        self.payload_digest
    }

    /// Returns the pin by which later statements name it.
    pub fn pin(&self) -> Pin {
        Pin {
            id: self.statement.head.id.clone(),
            sha256: self.payload_digest(),
        }
    }
}

/// Takes `[{"digest":{"sha256":"…"},"name":"…"}]`, exactly.
fn parse_subject(value: Value, at: &At) -> Result<LedgerId, SchemaError> {
    let subject = match value {
        Value::Array(subjects) if subjects.len() == 1 => subjects.into_iter().next(),
        _ => None,
    };
    let subject = subject.ok_or_else(|| SchemaError {
        at: at.to_string(),
        expected: "a list of one subject, the ledger".to_owned(),
        found: "something else".to_owned(),
    })?;
    let at = at.item(0);
    let mut members = Members::open(subject, &at)?;
    let origin = members.take("name")?;
    let digest_at = at.member("digest");
    let mut digest = Members::open(members.take_value("digest")?, &digest_at)?;
    let genesis = digest.take("sha256")?;
    digest.close("sha256")?;
    members.close("digest, name")?;
    Ok(LedgerId { origin, genesis })
}

/// A payload that is no well-formed statement.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum StatementError {
    /// Too long.
    #[error("expected a statement of at most {MAX_PAYLOAD_BYTES} bytes (45 KiB), found {bytes}")]
    TooLong {
        /// Its length in bytes.
        bytes: usize,
    },
    /// Not canonical JSON.
    #[error(transparent)]
    Json(#[from] JsonError),
    /// Of a type that this version does not know.
    #[error(transparent)]
    Type(#[from] TypeError),
    /// Against its schema.
    #[error(transparent)]
    Schema(#[from] SchemaError),
}

/// An envelope that is no signed statement.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum OpenError {
    /// The payload is no statement.
    #[error(transparent)]
    Statement(#[from] StatementError),
    /// A key that the statement names has not signed.
    #[error("expected a signature by key {key}, which the statement names as a signer, found none")]
    Missing {
        /// The key.
        key: KeyId,
    },
    /// A key has signed that the statement does not name.
    #[error("expected signatures by the named signers only, found one by key {key}")]
    Unnamed {
        /// The key.
        key: KeyId,
    },
    /// A signature does not verify, or its key is unknown.
    #[error(transparent)]
    Signatures(#[from] VerifyError),
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::key::Signature;
    use ed25519_dalek::{Signer as _, SigningKey};
    use field::Nonce;

    fn secret(seed: u8) -> SigningKey {
        SigningKey::from_bytes(&[seed; 32])
    }

    fn public(seed: u8) -> PublicKey {
        PublicKey::from_bytes(secret(seed).verifying_key().as_bytes()).unwrap()
    }

    fn ledger() -> LedgerId {
        LedgerId {
            origin: "bewijs.example/voorbeeld".parse().unwrap(),
            genesis: Hash::of(b"genesis"),
        }
    }

    fn head(id: &str, case: Option<&str>, signers: &[u8]) -> Head {
        Head {
            id: id.parse().unwrap(),
            case: case.map(|case| case.parse().unwrap()),
            signers: Signers::new(signers.iter().map(|seed| public(*seed).id())),
            claimed_at: "2024-01-31T09:00:00Z".parse().unwrap(),
            nonce: Nonce::from_bytes([7; 16]),
            basis: None,
            lint: None,
        }
    }

    fn key() -> Predicate {
        let value = Value::object([
            ("custody", Value::string("hardware")),
            ("function", Value::string("CISO")),
            ("holder", Value::string("org:lab-voorbeeld#1")),
            ("party", Value::string("org:lab-voorbeeld")),
            ("public_key", Value::string(public(1))),
        ]);
        Predicate::parse(Type::Key, value, &At::Root("predicate")).unwrap()
    }

    fn envelope(statement: &Statement, seeds: &[u8]) -> Envelope {
        let payload = statement.to_payload();
        let pae = crate::envelope::pae(crate::envelope::PAYLOAD_TYPE, &payload);
        let signatures = seeds.iter().map(|seed| {
            let signature = secret(*seed).sign(&pae).to_bytes();
            (public(*seed).id(), Signature::from_bytes(signature))
        });
        Envelope::new(payload, signatures).unwrap()
    }

    #[test]
    fn a_composed_statement_comes_back_from_its_payload() {
        let statement =
            Statement::compose(ledger(), head("K-LAB-1", None, &[1, 2]), key()).unwrap();
        let payload = statement.to_payload();
        let again = Statement::parse(&payload).unwrap();
        assert_eq!(again, statement);
        assert_eq!(again.to_payload(), payload);
        assert_eq!(again.thread().name(), "charter");
        assert_eq!(again.predicate().public_keys(), [&public(1)]);
        assert_eq!(again.pin().sha256, Hash::of(&payload));
    }

    #[test]
    fn signatures_are_exactly_those_named() {
        let statement =
            Statement::compose(ledger(), head("K-LAB-1", None, &[1, 2]), key()).unwrap();
        let known = |id: &KeyId| (*id == public(2).id()).then(|| public(2));
        assert!(SignedStatement::open(envelope(&statement, &[1, 2]), known).is_ok());
        assert_eq!(
            SignedStatement::open(envelope(&statement, &[1]), known),
            Err(OpenError::Missing {
                key: public(2).id()
            })
        );
        assert_eq!(
            SignedStatement::open(envelope(&statement, &[1, 2, 3]), known),
            Err(OpenError::Unnamed {
                key: public(3).id()
            })
        );
        // The key that is enrolled comes from the statement; the one that vouches does not.
        let unknown = SignedStatement::open(envelope(&statement, &[1, 2]), |_| None);
        assert_eq!(
            unknown,
            Err(OpenError::Signatures(VerifyError {
                invalid: Vec::new(),
                unknown: vec![public(2).id()],
            }))
        );
        let mut forged = envelope(&statement, &[1, 2]).signatures().to_vec();
        forged.swap(0, 1);
        let swapped = [(forged[0].0, forged[1].1), (forged[1].0, forged[0].1)];
        let forged = Envelope::new(statement.to_payload(), swapped).unwrap();
        assert!(matches!(
            SignedStatement::open(forged, known),
            Err(OpenError::Signatures(_))
        ));
    }

    #[test]
    fn the_head_must_suit_the_type() {
        let compose = |head| {
            Statement::compose(ledger(), head, key())
                .unwrap_err()
                .to_string()
        };
        assert_eq!(
            compose(head("B-001", None, &[1])),
            "predicate.head.id: expected the id of a key, K-…, found \"B-001\""
        );
        assert_eq!(
            compose(head("K-1/x", None, &[1])),
            "predicate.head.id: expected the id of a key, K-…, found \"K-1/x\""
        );
        assert_eq!(
            compose(head("K-LAB-1", Some("zaak:2023-001"), &[1])),
            "predicate.head.case: expected no case, because a key belongs to the charter, \
             found \"zaak:2023-001\""
        );
        assert_eq!(
            compose(head("K-LAB-1", None, &[])),
            "predicate.head.signers: expected a list of 1 to 16, without repetition, each a key id \
             like 06eb5dedebf6c90b8928f53d5ef2e5d70cf1e24fe0443d842c06f34f3bdcbae0, found a list of 0"
        );
    }
}
