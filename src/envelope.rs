//! DSSE envelopes: a payload and the signatures over it.
//!
//! Source: DSSE 1.0.2, `protocol.md` and `envelope.md`. What is signed is the
//! pre-authentication encoding ([`pae`]), which begins with `DSSEv1` and names its type:
//!
//! ```text
//! DSSEv1 28 application/vnd.in-toto+json 2 {}
//! ```
//!
//! There are two spellings. At the door ([`Envelope::parse_door`]) stands what DSSE lets anyone
//! write: either base64 alphabet, with or without padding, fields that we do not know, any order,
//! any white space. Stored ([`Envelope::parse_stored`]) is the one spelling that we build ourselves:
//! canonical JSON, closed, signatures sorted by key id, each key once, on one line:
//!
//! ```text
//! {"payload":"e30=","payloadType":"application/vnd.in-toto+json",
//!  "signatures":[{"keyid":"21fe31df…","sig":"…"}]}
//! ```
//!
//! An [`Envelope`] is parsed and nothing more; a [`VerifiedEnvelope`] holds signatures that all
//! verify. What the payload says is [`crate::statement`]'s; who may sign what, [`crate::state`]'s.
//! `docs/formats/envelope.md` is this page for implementers.

use std::fmt;

use base64::Engine as _;
use base64::alphabet;
use base64::engine::DecodePaddingMode;
use base64::engine::general_purpose::{GeneralPurpose, GeneralPurposeConfig, STANDARD};
use serde::de::{Deserialize, Deserializer, Error as _, IgnoredAny, MapAccess, Visitor};

use crate::hash::{Hash, excerpt};
use crate::key::{KeyId, PublicKey, Signature, Signed, Verifier};

/// The payload type of every envelope here: an in-toto statement.
pub const PAYLOAD_TYPE: &str = "application/vnd.in-toto+json";

/// The longest payload: 45 KiB, so that any stored envelope fits [`MAX_STORED_BYTES`].
pub const MAX_PAYLOAD_BYTES: usize = 46_080;

/// The most signatures that one envelope carries.
pub const MAX_SIGNATURES: usize = 16;

/// The longest stored envelope: what a bundle's 16-bit length prefix can say.
pub const MAX_STORED_BYTES: usize = 65_535;

/// The longest envelope read at the door: room for white space and unknown fields.
pub const MAX_DOOR_BYTES: usize = 131_072;

/// A payload and its signatures, parsed and not verified.
///
/// The payload is at most [`MAX_PAYLOAD_BYTES`] long; there are 1 to [`MAX_SIGNATURES`]
/// signatures, sorted by key id, one a key.
#[derive(Clone, PartialEq, Eq)]
pub struct Envelope {
    payload: Vec<u8>,
    signatures: Vec<(KeyId, Signature)>,
    /// The SHA-256 of the stored bytes, which readers ask for more than once.
    digest: Hash,
}

/// An envelope whose signatures all verify, with the keys under which they do.
///
/// Only [`Envelope::verify_all`] makes it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct VerifiedEnvelope {
    envelope: Envelope,
    keys: Vec<PublicKey>,
}

/// Returns the pre-authentication encoding: the bytes that are signed.
///
/// Lengths are counts of bytes in decimal. Source: DSSE 1.0.2, `protocol.md`, signature definition.
pub fn pae(payload_type: &str, payload: &[u8]) -> Vec<u8> {
    let head = format!(
        "DSSEv1 {} {} {} ",
        payload_type.len(),
        payload_type,
        payload.len()
    );
    [head.as_bytes(), payload].concat()
}

impl Envelope {
    /// Makes an envelope of a payload and signatures in any order, unverified.
    ///
    /// # Errors
    /// [`EnvelopeError`] when the payload is too long, when there are no signatures or too many,
    /// or two by one key.
    pub fn new(
        payload: Vec<u8>,
        signatures: impl IntoIterator<Item = (KeyId, Signature)>,
    ) -> Result<Envelope, EnvelopeError> {
        let envelope = Envelope::unprinted(payload, signatures.into_iter().collect())?;
        let digest = Hash::of(&envelope.print_stored());
        Ok(Envelope { digest, ..envelope })
    }

    /// Makes an envelope whose digest is still to be set.
    fn unprinted(
        payload: Vec<u8>,
        mut signatures: Vec<(KeyId, Signature)>,
    ) -> Result<Envelope, EnvelopeError> {
        if payload.len() > MAX_PAYLOAD_BYTES {
            return Err(EnvelopeError::PayloadTooLong {
                bytes: payload.len(),
            });
        }
        if !(1..=MAX_SIGNATURES).contains(&signatures.len()) {
            return Err(EnvelopeError::SignatureCount {
                found: signatures.len(),
            });
        }
        signatures.sort_by_key(|(key, _)| *key);
        if let Some(pair) = signatures.windows(2).find(|pair| pair[0].0 == pair[1].0) {
            return Err(EnvelopeError::SignedTwice { key: pair[0].0 });
        }
        Ok(Envelope {
            payload,
            signatures,
            digest: Hash::ZERO,
        })
    }

    /// Parses an envelope as DSSE lets anyone write it.
    ///
    /// Every signature must name its key by our key id, although DSSE lets `keyid` out: the
    /// statement inside says which keys sign, and trying every known key would make the answer
    /// depend on who is asked.
    ///
    /// # Errors
    /// [`EnvelopeError`] that names the first rule broken.
    pub fn parse_door(bytes: &[u8]) -> Result<Envelope, EnvelopeError> {
        at_most(MAX_DOOR_BYTES, bytes)?;
        let door: Door = serde_json::from_slice(bytes).map_err(|error| EnvelopeError::Json {
            reason: error.to_string(),
        })?;
        if door.payload_type != PAYLOAD_TYPE {
            return Err(EnvelopeError::PayloadType {
                found: excerpt(&door.payload_type),
            });
        }
        let payload = either_base64(&door.payload).ok_or(EnvelopeError::PayloadBase64)?;
        let signatures = door
            .signatures
            .iter()
            .enumerate()
            .map(|(at, signature)| signature.parse(at))
            .collect::<Result<Vec<_>, _>>()?;
        Envelope::new(payload, signatures)
    }

    /// Parses an envelope in the one spelling that is stored.
    ///
    /// # Errors
    /// [`EnvelopeError`], mostly [`EnvelopeError::NotStored`] with what the spelling asks for and
    /// where.
    pub fn parse_stored(bytes: &[u8]) -> Result<Envelope, EnvelopeError> {
        at_most(MAX_STORED_BYTES, bytes)?;
        let mut cursor = Cursor { bytes, offset: 0 };
        cursor.expect("{\"payload\":\"")?;
        let payload = cursor.base64()?;
        cursor.expect(AFTER_PAYLOAD)?;
        let mut signatures = Vec::new();
        loop {
            cursor.expect(BEFORE_KEY_ID)?;
            let start = cursor.offset;
            let key: Option<KeyId> = cursor.string()?.parse().ok();
            let key = key.ok_or(NOT_A_KEY_ID.at(start))?;
            if signatures.last().is_some_and(|(last, _)| *last >= key) {
                return Err(NOT_SORTED.at(start));
            }
            cursor.expect(BEFORE_SIGNATURE)?;
            let start = cursor.offset;
            let signature = cursor.base64()?.try_into();
            let signature = signature.map_err(|_| NOT_A_SIGNATURE.at(start))?;
            signatures.push((key, Signature::from_bytes(signature)));
            if !cursor.skip("\"},") {
                break;
            }
        }
        cursor.expect(AFTER_SIGNATURES)?;
        if cursor.offset != bytes.len() {
            return Err(Expected("the end").at(cursor.offset));
        }
        let envelope = Envelope::unprinted(payload, signatures)?;
        let digest = Hash::of(bytes);
        Ok(Envelope { digest, ..envelope })
    }

    /// Returns the bytes that are stored, at most [`MAX_STORED_BYTES`].
    pub fn print_stored(&self) -> Vec<u8> {
        let mut text = String::with_capacity(self.payload.len() * 4 / 3 + 256);
        text.push_str("{\"payload\":\"");
        STANDARD.encode_string(&self.payload, &mut text);
        text.push_str(AFTER_PAYLOAD);
        for (at, (key, signature)) in self.signatures.iter().enumerate() {
            if at > 0 {
                text.push(',');
            }
            text.push_str(BEFORE_KEY_ID);
            text.push_str(&key.to_string());
            text.push_str(BEFORE_SIGNATURE);
            STANDARD.encode_string(signature.as_bytes(), &mut text);
            text.push_str("\"}");
        }
        text.push_str("]}");
        text.into_bytes()
    }

    /// Returns the bytes that were signed.
    pub fn payload(&self) -> &[u8] {
        &self.payload
    }

    /// Returns the signatures, sorted by key id.
    pub fn signatures(&self) -> &[(KeyId, Signature)] {
        &self.signatures
    }

    /// Returns the SHA-256 of the stored bytes: what an entry names.
    pub fn digest(&self) -> Hash {
        self.digest
    }

    /// Returns the SHA-256 of the payload: what a reference in another statement pins.
    pub fn payload_digest(&self) -> Hash {
        Hash::of(&self.payload)
    }

    /// Returns the SHA-256 of the pre-authentication encoding: one value for one payload,
    /// whoever signed, so that a payload occurs once in a ledger.
    pub fn pae_digest(&self) -> Hash {
        Hash::of(&self.pae())
    }

    /// Returns the pre-authentication encoding of the payload.
    pub fn pae(&self) -> Vec<u8> {
        pae(PAYLOAD_TYPE, &self.payload)
    }

    /// Verifies every signature strictly under the key that `keys` knows by its id.
    ///
    /// A key whose own id is another than the one asked for counts as unknown, so one key
    /// never signs under two ids. All signatures are looked at, also after a bad one.
    ///
    /// # Errors
    /// [`VerifyError`] with every signature that does not verify and every key that is unknown.
    pub fn verify_all(
        &self,
        keys: impl Fn(&KeyId) -> Option<PublicKey>,
    ) -> Result<VerifiedEnvelope, VerifyError> {
        let pae = self.pae();
        let mut known = Vec::with_capacity(self.signatures.len());
        let mut error = VerifyError::default();
        for (id, signature) in &self.signatures {
            match keys(id).filter(|key| key.id() == *id) {
                None => error.unknown.push(*id),
                Some(key) if key.verify(&pae, signature).is_ok() => known.push(key),
                Some(_) => error.invalid.push(*id),
            }
        }
        match error == VerifyError::default() {
            true => Ok(VerifiedEnvelope {
                envelope: self.clone(),
                keys: known,
            }),
            false => Err(error),
        }
    }

    /// Verifies the signatures of many envelopes, faster than one by one and with the same answers.
    ///
    /// `keys` is asked with the place of the envelope in `batch`. Batches of 64 to 512 are fastest.
    ///
    /// Each answer is that of [`Envelope::verify_all`].
    pub fn verify_batch(
        batch: &[&Envelope],
        keys: impl Fn(usize, &KeyId) -> Option<PublicKey>,
        verifier: &Verifier,
    ) -> Vec<Result<(), VerifyError>> {
        let messages: Vec<_> = batch.iter().map(|envelope| envelope.pae()).collect();
        let mut found = Vec::new();
        let mut errors: Vec<_> = batch.iter().map(|_| VerifyError::default()).collect();
        for (at, envelope) in batch.iter().enumerate() {
            for (id, signature) in &envelope.signatures {
                match keys(at, id).filter(|key| key.id() == *id) {
                    Some(key) => found.push((at, id, key, signature)),
                    None => errors[at].unknown.push(*id),
                }
            }
        }
        let signed: Vec<_> = found
            .iter()
            .map(|(at, _, key, signature)| Signed {
                key,
                message: &messages[*at],
                signature,
            })
            .collect();
        let answers = verifier.verify_known(&signed);
        for ((at, id, ..), good) in found.iter().zip(answers) {
            if !good {
                errors[*at].invalid.push(**id);
            }
        }
        let answer = |error: VerifyError| match error == VerifyError::default() {
            true => Ok(()),
            false => Err(error),
        };
        errors.into_iter().map(answer).collect()
    }

    /// Adds the signature of one more key, which must verify.
    ///
    /// # Errors
    /// [`CosignError`] when it does not verify, when the key has signed already, or when there
    /// is no room.
    pub fn with_signature(
        &self,
        key: &PublicKey,
        signature: Signature,
    ) -> Result<Envelope, CosignError> {
        key.verify(&self.pae(), &signature)?;
        let more = self.signatures.iter().copied();
        let more = more.chain([(key.id(), signature)]);
        Ok(Envelope::new(self.payload.clone(), more)?)
    }
}

impl fmt::Debug for Envelope {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Envelope")
            .field("payload", &String::from_utf8_lossy(&self.payload))
            .field("signatures", &self.signatures)
            .finish()
    }
}

impl VerifiedEnvelope {
    /// Returns the envelope.
    pub fn envelope(&self) -> &Envelope {
        &self.envelope
    }

    /// Returns the bytes that were signed: exactly those over which the signatures verified.
    pub fn payload(&self) -> &[u8] {
        &self.envelope.payload
    }

    /// Returns the keys that signed, sorted by key id: all of them, and no other.
    pub fn keys(&self) -> &[PublicKey] {
        &self.keys
    }

    /// Goes through the ids of the keys that signed, sorted.
    pub fn key_ids(&self) -> impl ExactSizeIterator<Item = KeyId> {
        self.envelope.signatures.iter().map(|(id, _)| *id)
    }

    /// Gives the envelope back.
    pub fn into_envelope(self) -> Envelope {
        self.envelope
    }
}

/// Bytes that are no envelope, or none that we take.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum EnvelopeError {
    /// Longer than any envelope that is read here.
    #[error("expected an envelope of at most {most} bytes, found {bytes}")]
    TooLong {
        /// The most bytes read: [`MAX_DOOR_BYTES`] or [`MAX_STORED_BYTES`].
        most: usize,
        /// The length in bytes.
        bytes: usize,
    },
    /// Not JSON, or a field is missing, doubled or of another kind.
    #[error("expected a DSSE envelope: {reason}")]
    Json {
        /// What is wrong, with line and column.
        reason: String,
    },
    /// Another payload type.
    #[error("expected the payload type {PAYLOAD_TYPE:?}, found {found:?}")]
    PayloadType {
        /// The beginning of what was found.
        found: String,
    },
    /// The payload is no base64 of one alphabet.
    #[error(
        "expected the payload in base64, standard or URL-safe and not both, found another spelling"
    )]
    PayloadBase64,
    /// The payload is too long.
    #[error("expected a payload of at most {MAX_PAYLOAD_BYTES} bytes (45 KiB), found {bytes}")]
    PayloadTooLong {
        /// The length in bytes.
        bytes: usize,
    },
    /// No signature, or too many.
    #[error("expected 1 to {MAX_SIGNATURES} signatures, found {found}")]
    SignatureCount {
        /// How many there are.
        found: usize,
    },
    /// A signature does not say whose it is.
    #[error(
        "expected a keyid in signature {at}, found none\nthe keyid is the hex SHA-256 of the public key's SPKI DER"
    )]
    NoKeyId {
        /// The zero-based place among the signatures.
        at: usize,
    },
    /// A signature names its key in another way.
    #[error(
        "expected the keyid of signature {at} as 64 lowercase hex digits, found {found:?}\nthe keyid is the hex SHA-256 of the public key's SPKI DER"
    )]
    KeyId {
        /// The zero-based place among the signatures.
        at: usize,
        /// The beginning of what was found.
        found: String,
    },
    /// A signature is not 64 bytes in base64.
    #[error("expected signature {at} as 64 bytes in base64, found another length or spelling")]
    Signature {
        /// The zero-based place among the signatures.
        at: usize,
    },
    /// Two signatures by one key.
    #[error("expected one signature by key {key}, found two")]
    SignedTwice {
        /// The key.
        key: KeyId,
    },
    /// Not the spelling in which envelopes are stored.
    #[error("expected a stored envelope with {expected} at byte {offset}, found another spelling")]
    NotStored {
        /// What should stand there.
        expected: &'static str,
        /// The byte where it should begin.
        offset: usize,
    },
}

/// Signatures that cannot be believed; each list is sorted, and one of them is not empty.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct VerifyError {
    /// The known keys whose signatures do not verify.
    pub invalid: Vec<KeyId>,
    /// The key ids that nobody knows.
    pub unknown: Vec<KeyId>,
}

impl fmt::Display for VerifyError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let invalid = self.invalid.iter().map(|key| ("does not verify", key));
        let unknown = self.unknown.iter().map(|key| ("is by an unknown key", key));
        f.write_str("expected valid signatures by known keys")?;
        for (what, key) in invalid.chain(unknown) {
            write!(f, "; the one by {key} {what}")?;
        }
        Ok(())
    }
}

impl std::error::Error for VerifyError {}

/// A signature that cannot be added.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum CosignError {
    /// It does not verify.
    #[error(transparent)]
    Signature(#[from] crate::key::SignatureError),
    /// The key has signed already, or there is no room.
    #[error(transparent)]
    Envelope(#[from] EnvelopeError),
}

fn at_most(most: usize, bytes: &[u8]) -> Result<(), EnvelopeError> {
    match bytes.len() {
        length if length > most => Err(EnvelopeError::TooLong {
            most,
            bytes: length,
        }),
        _ => Ok(()),
    }
}

/// Decodes base64 of either alphabet, padded or not; unused bits are zero.
fn either_base64(text: &str) -> Option<Vec<u8>> {
    let url_safe = text.contains(['-', '_']);
    let engine = if url_safe { &URL_SAFE } else { &LENIENT };
    engine.decode(text).ok()
}

/// An envelope at the door, fields unread.
struct Door {
    payload: String,
    payload_type: String,
    signatures: Vec<DoorSignature>,
}

struct DoorSignature {
    keyid: Option<String>,
    sig: String,
}

impl DoorSignature {
    fn parse(&self, at: usize) -> Result<(KeyId, Signature), EnvelopeError> {
        let key = self.keyid.as_deref().unwrap_or_default();
        if key.is_empty() {
            return Err(EnvelopeError::NoKeyId { at });
        }
        let key = key.parse().map_err(|_| EnvelopeError::KeyId {
            at,
            found: excerpt(key),
        })?;
        let bytes = either_base64(&self.sig).and_then(|bytes| bytes.try_into().ok());
        let bytes = bytes.ok_or(EnvelopeError::Signature { at })?;
        Ok((key, Signature::from_bytes(bytes)))
    }
}

impl<'de> Deserialize<'de> for Door {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Door, D::Error> {
        // Written out, because a derived reader would take an array for an object.
        deserializer.deserialize_map(DoorVisitor)
    }
}

impl<'de> Deserialize<'de> for DoorSignature {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<DoorSignature, D::Error> {
        deserializer.deserialize_map(DoorSignatureVisitor)
    }
}

struct DoorVisitor;

impl<'de> Visitor<'de> for DoorVisitor {
    type Value = Door;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object with payload, payloadType and signatures")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut access: A) -> Result<Door, A::Error> {
        let (mut payload, mut payload_type, mut signatures) = (None, None, None);
        while let Some(name) = access.next_key::<String>()? {
            match name.as_str() {
                "payload" => once(&mut payload, "payload", &mut access)?,
                "payloadType" => once(&mut payload_type, "payloadType", &mut access)?,
                "signatures" => once(&mut signatures, "signatures", &mut access)?,
                _ => drop(access.next_value::<IgnoredAny>()?),
            }
        }
        Ok(Door {
            payload: payload.ok_or(A::Error::missing_field("payload"))?,
            payload_type: payload_type.ok_or(A::Error::missing_field("payloadType"))?,
            signatures: signatures.ok_or(A::Error::missing_field("signatures"))?,
        })
    }
}

struct DoorSignatureVisitor;

impl<'de> Visitor<'de> for DoorSignatureVisitor {
    type Value = DoorSignature;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object with keyid and sig")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut access: A) -> Result<DoorSignature, A::Error> {
        let (mut keyid, mut sig) = (None, None);
        while let Some(name) = access.next_key::<String>()? {
            match name.as_str() {
                "keyid" => once(&mut keyid, "keyid", &mut access)?,
                "sig" => once(&mut sig, "sig", &mut access)?,
                _ => drop(access.next_value::<IgnoredAny>()?),
            }
        }
        Ok(DoorSignature {
            keyid,
            sig: sig.ok_or(A::Error::missing_field("sig"))?,
        })
    }
}

fn once<'de, T: Deserialize<'de>, A: MapAccess<'de>>(
    slot: &mut Option<T>,
    name: &'static str,
    access: &mut A,
) -> Result<(), A::Error> {
    match slot {
        Some(_) => Err(A::Error::duplicate_field(name)),
        None => {
            *slot = Some(access.next_value()?);
            Ok(())
        }
    }
}

/// Reads the stored spelling, which has no choices: literals, base64 and hex.
struct Cursor<'a> {
    bytes: &'a [u8],
    offset: usize,
}

impl<'a> Cursor<'a> {
    fn skip(&mut self, literal: &str) -> bool {
        let found = self.bytes[self.offset..].starts_with(literal.as_bytes());
        if found {
            self.offset += literal.len();
        }
        found
    }

    fn expect(&mut self, literal: &'static str) -> Result<(), EnvelopeError> {
        match self.skip(literal) {
            true => Ok(()),
            false => Err(Expected(literal).at(self.offset)),
        }
    }

    /// Takes what stands before the next quotation mark; what is stored never escapes one.
    fn string(&mut self) -> Result<&'a str, EnvelopeError> {
        let rest = &self.bytes[self.offset..];
        let end = rest.iter().position(|byte| *byte == b'"');
        let text = end.and_then(|end| std::str::from_utf8(&rest[..end]).ok());
        let text = text.ok_or(Expected("text in quotation marks").at(self.offset))?;
        self.offset += text.len();
        Ok(text)
    }

    fn base64(&mut self) -> Result<Vec<u8>, EnvelopeError> {
        let start = self.offset;
        let bytes = STANDARD.decode(self.string()?);
        bytes.map_err(|_| Expected("padded standard base64").at(start))
    }
}

struct Expected(&'static str);

impl Expected {
    fn at(self, offset: usize) -> EnvelopeError {
        EnvelopeError::NotStored {
            expected: self.0,
            offset,
        }
    }
}

const NOT_A_KEY_ID: Expected = Expected("a key id");
const NOT_SORTED: Expected = Expected("a key id above the one before");
const NOT_A_SIGNATURE: Expected = Expected("a signature of 64 bytes");

const AFTER_PAYLOAD: &str = "\",\"payloadType\":\"application/vnd.in-toto+json\",\"signatures\":[";
const BEFORE_KEY_ID: &str = "{\"keyid\":\"";
const BEFORE_SIGNATURE: &str = "\",\"sig\":\"";
const AFTER_SIGNATURES: &str = "\"}]}";

const EITHER_PADDING: GeneralPurposeConfig =
    GeneralPurposeConfig::new().with_decode_padding_mode(DecodePaddingMode::Indifferent);
const LENIENT: GeneralPurpose = GeneralPurpose::new(&alphabet::STANDARD, EITHER_PADDING);
const URL_SAFE: GeneralPurpose = GeneralPurpose::new(&alphabet::URL_SAFE, EITHER_PADDING);

#[cfg(test)]
mod tests {
    use ed25519_dalek::{Signer as _, SigningKey};

    use super::*;
    use crate::json::Value;

    fn signed(payload: &[u8], seeds: impl IntoIterator<Item = u8>) -> Envelope {
        let message = pae(PAYLOAD_TYPE, payload);
        let signatures = seeds.into_iter().map(|seed| {
            let signature = SigningKey::from_bytes(&[seed; 32]).sign(&message);
            (key(seed).id(), Signature::from_bytes(signature.to_bytes()))
        });
        Envelope::new(payload.to_vec(), signatures).unwrap()
    }

    fn key(seed: u8) -> PublicKey {
        let key = SigningKey::from_bytes(&[seed; 32]).verifying_key();
        PublicKey::from_bytes(key.as_bytes()).unwrap()
    }

    fn known(id: &KeyId) -> Option<PublicKey> {
        (0..32).map(key).find(|key| key.id() == *id)
    }

    #[test]
    fn the_longest_envelope_fits_a_bundle_slot() {
        let envelope = signed(&vec![0xFF; MAX_PAYLOAD_BYTES], 0..MAX_SIGNATURES as u8);
        let stored = envelope.print_stored();
        assert_eq!(stored.len(), 64_298);
        const { assert!(64_298 <= MAX_STORED_BYTES) };
        assert_eq!(Envelope::parse_stored(&stored), Ok(envelope.clone()));
        assert_eq!(Envelope::parse_door(&stored), Ok(envelope));
    }

    #[test]
    fn one_byte_or_one_signature_more_is_refused() {
        let signatures = signed(b"{}", [1]).signatures;
        let long = Envelope::new(vec![0; MAX_PAYLOAD_BYTES + 1], signatures.clone());
        assert_eq!(
            long.unwrap_err().to_string(),
            "expected a payload of at most 46080 bytes (45 KiB), found 46081"
        );
        let many = (0..17).map(|seed| (key(seed).id(), signatures[0].1));
        assert_eq!(
            Envelope::new(b"{}".to_vec(), many),
            Err(EnvelopeError::SignatureCount { found: 17 })
        );
        assert_eq!(
            Envelope::parse_door(&[b' '; MAX_DOOR_BYTES + 1]),
            Err(EnvelopeError::TooLong {
                most: MAX_DOOR_BYTES,
                bytes: MAX_DOOR_BYTES + 1
            })
        );
    }

    #[test]
    fn stored_bytes_are_canonical_json_and_come_back() {
        for payload in [&b""[..], b"{}", b"\"", b"\xFF\xFE\xFB"] {
            let envelope = signed(payload, [9, 4, 30, 2]);
            let stored = envelope.print_stored();
            assert_eq!(Envelope::parse_stored(&stored), Ok(envelope.clone()));
            assert_eq!(Envelope::parse_door(&stored), Ok(envelope));
            let json = Value::parse_canonical(&stored).unwrap();
            assert_eq!(json.to_canonical(), stored);
        }
    }

    #[test]
    fn no_changed_byte_parses_to_the_same_envelope() {
        let envelope = signed(br#"{"a":1}"#, [1, 2]);
        let stored = envelope.print_stored();
        for at in 0..stored.len() {
            for flip in [1, 0x20, 0x80] {
                let mut other = stored.clone();
                other[at] ^= flip;
                if let Ok(parsed) = Envelope::parse_stored(&other) {
                    assert_ne!(parsed, envelope, "byte {at}");
                    assert_eq!(parsed.print_stored(), other, "byte {at}");
                    assert!(parsed.verify_all(known).is_err(), "byte {at}");
                }
            }
            assert!(Envelope::parse_stored(&stored[..at]).is_err());
            assert!(Envelope::parse_door(&stored[..at]).is_err());
        }
    }

    #[test]
    fn verification_names_every_bad_signature_and_every_unknown_key() {
        let envelope = signed(b"{}", [1, 2, 3, 40]);
        let mut broken = envelope.clone();
        let bad = key(2).id();
        for (id, signature) in &mut broken.signatures {
            if *id == bad {
                *signature = Signature::from_bytes([0; 64]);
            }
        }
        let error = broken.verify_all(known).unwrap_err();
        assert_eq!(error.invalid, [bad]);
        assert_eq!(error.unknown, [key(40).id()]);
        assert_eq!(
            error.to_string(),
            format!(
                "expected valid signatures by known keys; the one by {bad} does not verify; the one by {} is by an unknown key",
                key(40).id()
            )
        );
        let verified = signed(b"{}", [3, 1]).verify_all(known).unwrap();
        assert!(verified.key_ids().is_sorted());
        assert!(
            verified
                .keys()
                .iter()
                .map(PublicKey::id)
                .eq(verified.key_ids())
        );
    }

    #[test]
    fn many_are_verified_as_one_by_one() {
        let good = signed(b"{}", [1, 2]);
        let (id, first) = good.signatures[0];
        let mixed = [good.signatures[1].0, id].map(|id| (id, first));
        let envelopes = [
            good.clone(),
            Envelope::new(b"{}".to_vec(), mixed).unwrap(),
            signed(b"{}", [3, 40]),
            Envelope::new(b"[]".to_vec(), [(id, first)]).unwrap(),
            good,
        ];
        let batch: Vec<&Envelope> = envelopes.iter().collect();
        let each = Envelope::verify_batch(&batch, |_, id| known(id), &Verifier::new());
        assert!(each[0].is_ok() && each[1..4].iter().all(Result::is_err) && each[4].is_ok());
        let one_by_one = envelopes.iter().map(|one| one.verify_all(known).map(drop));
        assert!(one_by_one.eq(each));
    }

    #[test]
    fn a_key_answers_to_its_own_id_only() {
        let envelope = signed(b"{}", [1]);
        let (_, signature) = envelope.signatures[0];
        let twice = [(key(1).id(), signature), (key(2).id(), signature)];
        let twice = Envelope::new(b"{}".to_vec(), twice).unwrap();
        let error = twice.verify_all(|_| Some(key(1))).unwrap_err();
        assert_eq!(error.unknown, [key(2).id()]);
    }

    #[test]
    fn a_signature_is_added_only_when_it_verifies_and_is_new() {
        let envelope = signed(b"{}", [1]);
        let (_, second) = signed(b"{}", [2]).signatures[0];
        let both = envelope.with_signature(&key(2), second).unwrap();
        assert_eq!(both, signed(b"{}", [1, 2]));
        assert_eq!(both.pae_digest(), envelope.pae_digest());
        assert_ne!(both.digest(), envelope.digest());
        assert!(matches!(
            envelope.with_signature(&key(3), second),
            Err(CosignError::Signature(_))
        ));
        assert!(matches!(
            both.with_signature(&key(2), second),
            Err(CosignError::Envelope(EnvelopeError::SignedTwice { .. }))
        ));
    }
}
