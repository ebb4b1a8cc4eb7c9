//! Confidential fields: commitments, and the openings that show what is behind them.
//!
//! Source: RFC 9901, sections 4.2.1 and 4.2.3, used outside of JWT. In the statement stands
//!
//! ```text
//! "severity":{"_sd":["lqsK3nv6u-kQG2o_GGxvCVmSyPItJIvjhOQriq8XAJ8"]}
//! ```
//!
//! and the signer keeps the disclosure, a canonical JSON array of salt, path and value:
//!
//! ```text
//! ["AAAAAAAAAAAAAAAAAAAAAA","B-006/severity","high"]
//! ```
//!
//! The digest is the base64url SHA-256 of the ASCII bytes of the base64url of the disclosure. SHA-256
//! is the only hash, there is one digest a field and there are no decoys: every confidential field
//! of a type is always there, so what is present tells nothing. A commitment without a salt
//! cannot be written down. Salts are arguments; no randomness is here.

use std::fmt;
use std::marker::PhantomData;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

use crate::hash::Hash;
use crate::json::Value;

use super::field::{Count, Line};
use super::head::Id;
use super::schema::{At, Field, Leaf, SchemaError, Shape, Walker, record};

/// A commitment to a value of the shape of `T`, or to `null`.
pub struct Committed<T> {
    digest: Hash,
    value: PhantomData<fn() -> T>,
}

record! {
    pub struct File => "A file, by name, length and SHA-256.", "Een bestand, met naam, lengte en SHA-256." {
        name: Line<200>
            => "Name": "The name of the file, without folders.",
               "Naam": "De naam van het bestand, zonder mappen.";
        bytes: Count<0, { crate::json::MAX_INTEGER }>
            => "Length": "The length in bytes.",
               "Lengte": "De lengte in bytes.";
        sha256: Hash
            => "SHA-256": "The SHA-256 of its bytes.",
               "SHA-256": "De SHA-256 van de bytes.";
    }
}

/// What opens a commitment: salt, path and value.
#[derive(Clone, PartialEq, Eq)]
pub struct Opening {
    salt: Salt,
    id: Id,
    field: String,
    value: Value,
}

/// 16 fresh random bytes, for one commitment only; printed as 22 characters of base64url.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Salt([u8; Salt::LEN]);

impl Salt {
    /// The length in bytes.
    pub const LEN: usize = 16;

    /// Takes 16 fresh random bytes.
    pub const fn from_bytes(bytes: [u8; Salt::LEN]) -> Salt {
        Salt(bytes)
    }
}

impl<T> Committed<T> {
    /// Returns the digest.
    pub const fn digest(&self) -> &Hash {
        &self.digest
    }

    /// Takes a digest that an [`Opening`] made.
    pub const fn from_digest(digest: Hash) -> Committed<T> {
        Committed {
            digest,
            value: PhantomData,
        }
    }
}

impl<T> Clone for Committed<T> {
    fn clone(&self) -> Committed<T> {
        Committed::from_digest(self.digest)
    }
}

impl<T> PartialEq for Committed<T> {
    fn eq(&self, other: &Committed<T>) -> bool {
        self.digest == other.digest
    }
}

impl<T> Eq for Committed<T> {}

impl<T> fmt::Debug for Committed<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Committed({})", print_digest(&self.digest))
    }
}

impl<T: Field> Field for Committed<T> {
    const SHAPE: Shape = Shape::Committed { of: &T::SHAPE };

    fn parse(value: Value, at: &At) -> Result<Committed<T>, SchemaError> {
        let digest = match value.as_object().filter(|object| object.len() == 1) {
            Some(object) => match object.get("_sd").and_then(Value::as_array) {
                Some([Value::String(digest)]) => parse_digest(digest),
                _ => None,
            },
            None => None,
        };
        let digest = digest.ok_or_else(|| at.expected(Self::SHAPE, &value))?;
        Ok(Committed::from_digest(digest))
    }

    fn print(&self) -> Value {
        commitment(&self.digest)
    }

    fn walk<'a>(&'a self, at: &At, walker: &mut Walker<'a, '_>) {
        walker(at, Leaf::Digest(&self.digest));
    }

    fn check_opened(value: &Value, at: &At) -> Option<Result<(), SchemaError>> {
        Some(match value {
            Value::Null => Ok(()),
            value => T::parse(value.clone(), at).map(drop),
        })
    }
}

impl Opening {
    /// Makes the opening of `field` of the statement `id`.
    pub fn new(salt: Salt, id: &Id, field: &str, value: Value) -> Opening {
        Opening {
            salt,
            id: id.clone(),
            field: field.to_owned(),
            value,
        }
    }

    /// Returns the id of the statement.
    pub fn id(&self) -> &Id {
        &self.id
    }

    /// Returns the name of the field.
    pub fn field(&self) -> &str {
        &self.field
    }

    /// Returns the path: the id of the statement, a slash and the name of the field.
    pub fn path(&self) -> String {
        format!("{}/{}", self.id, self.field)
    }

    /// Returns the value; `null` when the signer committed to nothing.
    pub fn value(&self) -> &Value {
        &self.value
    }

    /// Returns the disclosure: compact canonical JSON of salt, path and value.
    pub fn disclosure(&self) -> Vec<u8> {
        self.print().to_canonical()
    }

    /// Returns the digest that stands in the statement.
    pub fn digest(&self) -> Hash {
        Hash::of(URL_SAFE_NO_PAD.encode(self.disclosure()).as_bytes())
    }

    fn print(&self) -> Value {
        Value::Array(vec![
            Value::string(URL_SAFE_NO_PAD.encode(self.salt.0)),
            Value::string(self.path()),
            self.value.clone(),
        ])
    }

    fn parse(value: Value, at: &At) -> Result<Opening, SchemaError> {
        const SHAPE: &str = r#"an opening ["<salt>","<statement id>/<field>",value]"#;
        let Value::Array(parts) = value else {
            return Err(at.expected(SHAPE, &value));
        };
        let Ok([salt, path, value]) = <[Value; 3]>::try_from(parts) else {
            return Err(at.expected(SHAPE, &Value::Array(Vec::new())));
        };
        let bytes = salt
            .as_str()
            .and_then(|text| URL_SAFE_NO_PAD.decode(text).ok());
        let bytes = bytes.and_then(|bytes| bytes.try_into().ok());
        let bytes = bytes.ok_or_else(|| {
            let place = at.item(0);
            SchemaError {
                at: place.to_string(),
                expected: "a salt of 16 bytes as 22 characters of base64url".to_owned(),
                // A salt is a secret: it is not shown.
                found: salt.kind().to_owned(),
            }
        })?;
        let parts = path.as_str().and_then(|text| text.rsplit_once('/'));
        let parts = parts.and_then(|(id, field)| Some((id.parse().ok()?, field.to_owned())));
        let (id, field) = parts
            .filter(|(_, field)| !field.is_empty())
            .ok_or_else(|| at.item(1).expected("a path <statement id>/<field>", &path))?;
        Ok(Opening {
            salt: Salt(bytes),
            id,
            field,
            value,
        })
    }
}

impl fmt::Debug for Opening {
    /// Shows the path, and neither salt nor value.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Opening({})", self.path())
    }
}

impl fmt::Debug for Salt {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Salt(…)")
    }
}

/// Makes `{"_sd":["<digest>"]}`.
pub(super) fn commitment(digest: &Hash) -> Value {
    Value::object([(
        "_sd",
        Value::Array(vec![Value::String(print_digest(digest))]),
    )])
}

fn print_digest(digest: &Hash) -> String {
    URL_SAFE_NO_PAD.encode(digest.as_bytes())
}

fn parse_digest(text: &str) -> Option<Hash> {
    let bytes = URL_SAFE_NO_PAD.decode(text).ok()?;
    Some(Hash::from_bytes(bytes.try_into().ok()?))
}
