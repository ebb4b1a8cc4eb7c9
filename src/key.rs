//! Ed25519 public keys, signatures and key ids.
//!
//! Source: RFC 8032; SPKI per RFC 8410. The accept set is exactly that of
//! `verify_strict` of ed25519-dalek 3, everywhere: `S` is canonical (below the group order),
//! neither the key nor `R` is of small order, `R` is compared byte for byte, and the equation
//! is the one without cofactor. `docs/formats/keys.md` has the table of special cases.
//!
//! A key of small order is refused when it is parsed, so no [`PublicKey`] verifies
//! a signature that nobody made; so is a second spelling of a key. Many signatures are checked
//! faster by a [`Verifier`], with the same answers. Secret keys are not here: signing is an effect.

mod demo;
mod fast;

use std::fmt;
use std::str::FromStr;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use ed25519_dalek::VerifyingKey;

pub use self::demo::DEMO_KEYS;
pub use self::fast::{Signed, Verifier};
use crate::hash::{Hash, HashError, excerpt, lower_hex};

/// An Ed25519 public key that is a point of large order; 32 bytes, printed as 64 lowercase hex digits.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct PublicKey(VerifyingKey);

/// The SHA-256 of a public key's SPKI DER; printed as 64 lowercase hex digits.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct KeyId(Hash);

/// An Ed25519 signature, not yet verified; 64 bytes.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Signature([u8; Signature::LEN]);

impl PublicKey {
    /// The length of the raw key in bytes.
    pub const LEN: usize = 32;

    /// The SPKI DER of an Ed25519 key up to the raw key (RFC 8410, section 4).
    const SPKI_PREFIX: [u8; 12] = [
        0x30, 0x2A, 0x30, 0x05, 0x06, 0x03, 0x2B, 0x65, 0x70, 0x03, 0x21, 0x00,
    ];

    /// Parses a raw key.
    ///
    /// # Errors
    /// [`KeyError`] when the bytes are no point of the curve in its one spelling, or one of
    /// small order.
    pub fn from_bytes(bytes: &[u8; PublicKey::LEN]) -> Result<PublicKey, KeyError> {
        if !is_reduced(bytes) {
            return Err(KeyError::NotCanonical);
        }
        let key = VerifyingKey::from_bytes(bytes).map_err(|_| KeyError::NotAPoint)?;
        if key.is_weak() {
            return Err(KeyError::SmallOrder);
        }
        Ok(PublicKey(key))
    }

    /// Returns the raw key.
    pub fn as_bytes(&self) -> &[u8; PublicKey::LEN] {
        self.0.as_bytes()
    }

    /// Returns the SPKI DER, 44 bytes.
    pub fn to_spki_der(&self) -> [u8; 44] {
        let mut der = [0; 44];
        der[..12].copy_from_slice(&PublicKey::SPKI_PREFIX);
        der[12..].copy_from_slice(self.as_bytes());
        der
    }

    /// Returns the SPKI in PEM, as `openssl pkey -pubout` prints it.
    pub fn to_spki_pem(&self) -> String {
        let base64 = STANDARD.encode(self.to_spki_der());
        format!("-----BEGIN PUBLIC KEY-----\n{base64}\n-----END PUBLIC KEY-----\n")
    }

    /// Returns the SHA-256 of the SPKI DER.
    pub fn id(&self) -> KeyId {
        KeyId(Hash::of(&self.to_spki_der()))
    }

    /// Verifies a signature strictly.
    ///
    /// # Errors
    /// [`SignatureError`] unless `verify_strict` accepts.
    pub fn verify(&self, message: &[u8], signature: &Signature) -> Result<(), SignatureError> {
        let signature = ed25519_dalek::Signature::from_bytes(&signature.0);
        self.0
            .verify_strict(message, &signature)
            .map_err(|_| SignatureError { key: self.id() })
    }
}

impl fmt::Display for PublicKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&hex::encode(self.as_bytes()))
    }
}

impl fmt::Debug for PublicKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "PublicKey({self})")
    }
}

impl FromStr for PublicKey {
    type Err = KeyError;

    /// Parses 64 lowercase hex digits.
    fn from_str(text: &str) -> Result<PublicKey, KeyError> {
        let bytes = lower_hex(text).ok_or_else(|| KeyError::NotHex {
            found: excerpt(text),
        })?;
        PublicKey::from_bytes(&bytes)
    }
}

impl KeyId {
    /// Returns the digest.
    pub const fn hash(&self) -> &Hash {
        &self.0
    }
}

impl fmt::Display for KeyId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl fmt::Debug for KeyId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "KeyId({self})")
    }
}

impl FromStr for KeyId {
    type Err = HashError;

    fn from_str(text: &str) -> Result<KeyId, HashError> {
        text.parse().map(KeyId)
    }
}

impl Signature {
    /// The length in bytes.
    pub const LEN: usize = 64;

    /// Takes 64 bytes.
    pub const fn from_bytes(bytes: [u8; Signature::LEN]) -> Signature {
        Signature(bytes)
    }

    /// Returns the 64 bytes.
    pub const fn as_bytes(&self) -> &[u8; Signature::LEN] {
        &self.0
    }

    /// Returns `R` and `S`.
    fn halves(&self) -> ([u8; 32], [u8; 32]) {
        let (mut r, mut s) = ([0; 32], [0; 32]);
        r.copy_from_slice(&self.0[..32]);
        s.copy_from_slice(&self.0[32..]);
        (r, s)
    }
}

impl fmt::Debug for Signature {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Signature({})", hex::encode(self.0))
    }
}

/// Says whether the y coordinate is below the prime 2^255-19; the highest bit is the sign of x.
fn is_reduced(bytes: &[u8; PublicKey::LEN]) -> bool {
    let [lowest, middle @ .., highest] = bytes;
    *lowest < 0xED || middle.iter().any(|byte| *byte != 0xFF) || highest & 0x7F != 0x7F
}

/// Bytes that are no usable public key.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum KeyError {
    /// Not 64 lowercase hex digits.
    #[error("expected an Ed25519 public key as 64 lowercase hex digits, found {found:?}")]
    NotHex {
        /// The beginning of what was found.
        found: String,
    },
    /// Not a point of the curve.
    #[error("expected an Ed25519 public key, found bytes that are no point of the curve")]
    NotAPoint,
    /// A coordinate above the field's prime: another spelling of the same key.
    #[error(
        "expected an Ed25519 public key, found its y coordinate spelled above the prime 2^255-19"
    )]
    NotCanonical,
    /// A point of small order: anyone can make signatures that it seems to have made.
    #[error(
        "expected an Ed25519 public key, found a point of small order, for which anyone can make signatures"
    )]
    SmallOrder,
}

/// A signature that does not verify.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the signature by key {key} does not verify over these bytes")]
pub struct SignatureError {
    /// The key under which it was checked.
    pub key: KeyId,
}
