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

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::marker::PhantomData;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

use crate::hash::{Hash, excerpt};
use crate::json::{JsonError, Value};

use super::Statement;
use super::field::{Count, Line};
use super::head::Id;
use super::predicate::Type;
use super::schema::{At, Field, FieldInfo, Leaf, Members, SchemaError, Shape, Walker, record};

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

/// Openings that travel together, apart from the ledger; sorted by path and salt.
///
/// ```text
/// {"format":"bewijs-openings","openings":[["<salt>","B-006/severity","high"],…],"version":1}
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Openings {
    openings: Vec<Opening>,
    /// Digest and place in `openings`, sorted by digest.
    by_digest: Vec<(Hash, usize)>,
}

/// The longest openings file, in bytes.
pub const MAX_OPENINGS_BYTES: usize = 16 << 20;

/// The most openings in one file.
pub const MAX_OPENINGS: usize = 65_536;

/// What the openings at hand say about one confidential field.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Reading<T> {
    /// No opening at hand fits the commitment.
    Undisclosed,
    /// The value that was committed to; nothing when it was `null`.
    Opened(Option<T>),
    /// The opening fits the commitment, but what was committed to breaks the schema or
    /// names another field: the signer committed to something else than the type asks for.
    Misfit(SchemaError),
}

/// How openings relate to statements.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Matches<'o> {
    /// Those that open a field: what they say is what was registered.
    pub opened: Vec<&'o Opening>,
    /// Those whose path names a field here that commits to something else: they do not match
    /// what was registered.
    pub mismatched: Vec<&'o Opening>,
    /// Those that fit a commitment, but not its field: wrong path, or a value that the schema refuses.
    pub misfits: Vec<(&'o Opening, SchemaError)>,
    /// Those that nothing here refers to.
    pub unreferenced: Vec<&'o Opening>,
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
        let digest = parse_commitment(&value).ok_or_else(|| at.expected(Self::SHAPE, &value))?;
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

    /// Returns the type and the field that its path names; none when no type has such a field.
    pub fn field_info(&self) -> Option<(Type, &'static FieldInfo)> {
        let mut kinds = Type::ALL.iter().filter(|kind| kind.takes(&self.id));
        kinds.find_map(|kind| {
            let mut fields = kind.confidential();
            let field = fields.find(|field| field.name == self.field)?;
            Some((*kind, field))
        })
    }

    /// Says whether the value has the shape of the field that its path names.
    pub fn fits(&self) -> bool {
        self.field_info().is_some_and(|(kind, _)| {
            let path = self.path();
            let checked = kind.check_opened(&self.field, &self.value, &At::Root(&path));
            checked.is_some_and(|checked| checked.is_ok())
        })
    }

    /// Returns the disclosure: compact canonical JSON of salt, path and value.
    pub fn disclosure(&self) -> Vec<u8> {
        self.print().to_canonical()
    }

    /// Returns the digest that stands in the statement.
    pub fn digest(&self) -> Hash {
        Hash::of(URL_SAFE_NO_PAD.encode(self.disclosure()).as_bytes())
    }

    /// Returns the digest as it stands in the statement: 43 characters of base64url.
    pub fn digest_text(&self) -> String {
        print_digest(&self.digest())
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

impl Openings {
    /// Takes openings in any order; the same one twice is kept once.
    pub fn new(openings: impl IntoIterator<Item = Opening>) -> Openings {
        let mut openings: Vec<Opening> = openings.into_iter().collect();
        openings.sort_by_cached_key(Opening::order);
        openings.dedup();
        let digests = openings.iter().map(Opening::digest);
        let mut by_digest: Vec<_> = digests.zip(0..).collect();
        by_digest.sort();
        Openings {
            openings,
            by_digest,
        }
    }

    /// Parses an openings file.
    ///
    /// # Errors
    /// [`OpeningsError`] when it is too long, not canonical, or not of this format.
    pub fn parse(bytes: &[u8]) -> Result<Openings, OpeningsError> {
        if bytes.len() > MAX_OPENINGS_BYTES {
            return Err(OpeningsError::TooLong { bytes: bytes.len() });
        }
        let root = At::Root("openings file");
        let mut members = Members::open(Value::parse_canonical(bytes)?, &root)?;
        let format = members.take_value("format")?;
        if format.as_str() != Some(FORMAT) {
            return Err(root.member("format").expected(FORMAT, &format).into());
        }
        let version = members.take_value("version")?;
        if version != Value::Integer(VERSION) {
            return Err(root.member("version").expected(VERSION, &version).into());
        }
        let list = members.take_value("openings")?;
        members.close("format, openings, version")?;
        let at = root.member("openings");
        let list = match list {
            Value::Array(list) if list.len() <= MAX_OPENINGS => list,
            other => {
                let expected = format!("a list of at most {MAX_OPENINGS} openings");
                return Err(at.expected(expected, &other).into());
            }
        };
        let items = list.into_iter().enumerate();
        let openings: Vec<Opening> = items
            .map(|(index, value)| Opening::parse(value, &at.item(index)))
            .collect::<Result<_, _>>()?;
        let unsorted = openings
            .windows(2)
            .position(|pair| pair[0].order() >= pair[1].order());
        if let Some(before) = unsorted {
            let path = Value::string(openings[before + 1].path());
            let expected = "openings in rising order of path and salt";
            return Err(at.item(before + 1).expected(expected, &path).into());
        }
        Ok(Openings::new(openings))
    }

    /// Returns the openings file.
    pub fn print(&self) -> Vec<u8> {
        let openings = self.openings.iter().map(Opening::print).collect();
        Value::object([
            ("format", Value::string(FORMAT)),
            ("openings", Value::Array(openings)),
            ("version", Value::Integer(VERSION)),
        ])
        .to_canonical()
    }

    /// Parts them by path: those of the fields in `paths`, and the rest.
    ///
    /// A path is the id of a statement, a slash and the name of a field, such as `B-006/severity`.
    ///
    /// # Errors
    /// [`NoOpening`] for the first path of which there is none: what is named must be there.
    pub fn part(&self, paths: &[impl AsRef<str>]) -> Result<(Openings, Openings), NoOpening> {
        let wanted: BTreeSet<&str> = paths.iter().map(AsRef::as_ref).collect();
        let present: BTreeSet<String> = self.iter().map(Opening::path).collect();
        if let Some(path) = wanted.iter().find(|path| !present.contains(**path)) {
            return Err(NoOpening {
                path: excerpt(path),
            });
        }
        let (named, rest): (Vec<Opening>, Vec<Opening>) = self
            .openings
            .iter()
            .cloned()
            .partition(|opening| wanted.contains(opening.path().as_str()));
        Ok((Openings::new(named), Openings::new(rest)))
    }

    /// Goes through the openings, sorted by path and salt.
    pub fn iter(&self) -> impl ExactSizeIterator<Item = &Opening> {
        self.openings.iter()
    }

    /// Counts the openings.
    pub fn len(&self) -> usize {
        self.openings.len()
    }

    /// Says whether there are none.
    pub fn is_empty(&self) -> bool {
        self.openings.is_empty()
    }

    /// Finds the opening whose digest is `digest`.
    pub fn find(&self, digest: &Hash) -> Option<&Opening> {
        let at = self
            .by_digest
            .binary_search_by(|(other, _)| other.cmp(digest))
            .ok()?;
        Some(&self.openings[self.by_digest[at].1])
    }

    /// Reads what is behind the commitment in `field` of the statement `id`.
    pub fn read<T: Field>(&self, id: &Id, field: &str, committed: &Committed<T>) -> Reading<T> {
        let Some(opening) = self.find(&committed.digest) else {
            return Reading::Undisclosed;
        };
        let path = format!("{id}/{field}");
        let at = At::Root(&path);
        if opening.path() != path {
            return Reading::Misfit(opening.misplaced(&at));
        }
        match &opening.value {
            Value::Null => Reading::Opened(None),
            value => match T::parse(value.clone(), &at) {
                Ok(value) => Reading::Opened(Some(value)),
                Err(error) => Reading::Misfit(error),
            },
        }
    }

    /// Sorts the openings by how they relate to `statements`.
    pub fn match_against<'o, 's>(
        &'o self,
        statements: impl IntoIterator<Item = &'s Statement>,
    ) -> Matches<'o> {
        let mut fits: BTreeMap<usize, Result<(), SchemaError>> = BTreeMap::new();
        let mut fields: BTreeSet<String> = BTreeSet::new();
        for statement in statements {
            statement.predicate().walk(&mut |at, leaf| {
                let (Leaf::Digest(digest), At::Member(_, field)) = (leaf, at) else {
                    return;
                };
                let path = format!("{}/{field}", statement.id());
                let found = self
                    .by_digest
                    .binary_search_by(|(other, _)| other.cmp(digest));
                if let Ok(found) = found {
                    let place = self.by_digest[found].1;
                    let opening = &self.openings[place];
                    let fit = opening.check(&path, statement.kind(), field);
                    fits.insert(place, fit);
                }
                fields.insert(path);
            });
        }
        let mut matches = Matches {
            opened: Vec::new(),
            mismatched: Vec::new(),
            misfits: Vec::new(),
            unreferenced: Vec::new(),
        };
        for (place, opening) in self.openings.iter().enumerate() {
            match fits.remove(&place) {
                Some(Ok(())) => matches.opened.push(opening),
                Some(Err(error)) => matches.misfits.push((opening, error)),
                None if fields.contains(&opening.path()) => matches.mismatched.push(opening),
                None => matches.unreferenced.push(opening),
            }
        }
        matches
    }
}

impl Opening {
    fn order(&self) -> (String, [u8; Salt::LEN]) {
        (self.path(), self.salt.0)
    }

    /// Checks that it belongs to `path`, a confidential field of a statement of type `kind`.
    fn check(&self, path: &str, kind: Type, field: &str) -> Result<(), SchemaError> {
        let at = At::Root(path);
        if self.path() != path {
            return Err(self.misplaced(&at));
        }
        kind.check_opened(field, &self.value, &at).unwrap_or(Ok(()))
    }

    fn misplaced(&self, at: &At) -> SchemaError {
        at.expected("an opening of this field", &Value::string(self.path()))
    }
}

/// An opening that was named and is not there.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("expected an opening of {path:?}, like B-006/severity, found none")]
pub struct NoOpening {
    /// The beginning of the path.
    pub path: String,
}

/// Bytes that are no openings file.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum OpeningsError {
    /// Too long.
    #[error("expected openings of at most {MAX_OPENINGS_BYTES} bytes (16 MiB), found {bytes}")]
    TooLong {
        /// Its length in bytes.
        bytes: usize,
    },
    /// Not canonical JSON.
    #[error(transparent)]
    Json(#[from] JsonError),
    /// Not of this format.
    #[error(transparent)]
    Schema(#[from] SchemaError),
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

/// Takes the digest out of `{"_sd":["<digest>"]}`; `None` when it is anything else.
pub(super) fn parse_commitment(value: &Value) -> Option<Hash> {
    let object = value.as_object().filter(|object| object.len() == 1)?;
    match object.get("_sd")?.as_array()? {
        [Value::String(digest)] => parse_digest(digest),
        _ => None,
    }
}

const FORMAT: &str = "bewijs-openings";
const VERSION: i64 = 1;

/// Returns a digest as it stands in a statement: 43 characters of base64url.
pub fn print_digest(digest: &Hash) -> String {
    URL_SAFE_NO_PAD.encode(digest.as_bytes())
}

fn parse_digest(text: &str) -> Option<Hash> {
    let bytes = URL_SAFE_NO_PAD.decode(text).ok()?;
    Some(Hash::from_bytes(bytes.try_into().ok()?))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn opening(path: &str, value: Value) -> Opening {
        let value = Value::Array(vec![
            Value::string("AAAAAAAAAAAAAAAAAAAAAA"),
            Value::string(path),
            value,
        ]);
        Opening::parse(value, &At::Root("opening")).unwrap()
    }

    /// The digest of a disclosure as RFC 9901 counts it.
    fn digest(disclosure: &str) -> String {
        print_digest(&Hash::of(URL_SAFE_NO_PAD.encode(disclosure).as_bytes()))
    }

    #[test]
    fn digests_are_those_of_rfc_9901() {
        for (disclosure, expected) in [
            (
                r#"["_26bc4LT-ac6q2KI6cBW5es", "family_name", "Möbius"]"#,
                "X9yH0Ajrdm1Oij4tWso9UzzKJvPoDxwmuEcO3XAdRC0",
            ),
            (
                r#"["lklxF5jMYlGTPUovMNIvCA", "FR"]"#,
                "w0I8EKcdCtUPkGCNUrfwVp2xEgNjtoIDlOxc9-PlOhs",
            ),
            (
                r#"["AAAAAAAAAAAAAAAAAAAAAA","severity","high"]"#,
                "WKmUnhvQICBPgfnB0Zvd5WaRGiUs0xrp1IP9vN4gMUw",
            ),
        ] {
            assert_eq!(digest(disclosure), expected);
        }
        let severity = opening("B-006/severity", Value::string("high"));
        assert_eq!(
            String::from_utf8(severity.disclosure()).unwrap(),
            r#"["AAAAAAAAAAAAAAAAAAAAAA","B-006/severity","high"]"#
        );
        assert_eq!(
            print_digest(&severity.digest()),
            "lqsK3nv6u-kQG2o_GGxvCVmSyPItJIvjhOQriq8XAJ8"
        );
    }

    #[test]
    fn the_path_of_an_opening_ends_with_the_field() {
        let opening = opening("OPD-002/r/reason", Value::Null);
        assert_eq!(opening.id().as_str(), "OPD-002/r");
        assert_eq!(opening.field(), "reason");
    }

    #[test]
    fn commitments_and_openings_have_one_spelling() {
        let at = At::Root("x");
        for text in [
            r#"{"_sd":[]}"#,
            r#"{"_sd":"lqsK3nv6u-kQG2o_GGxvCVmSyPItJIvjhOQriq8XAJ8"}"#,
            r#"{"_sd":["lqsK3nv6u-kQG2o_GGxvCVmSyPItJIvjhOQriq8XAJ8="]}"#,
            // The last character has bits that no digest has.
            r#"{"_sd":["lqsK3nv6u-kQG2o_GGxvCVmSyPItJIvjhOQriq8XAJ9"]}"#,
            r#"{"_sd":["lqsK3nv6u+kQG2o/GGxvCVmSyPItJIvjhOQriq8XAJ8"]}"#,
            r#"{"_sd":["lqsK3nv6u-kQG2o_GGxvCVmSyPItJIvjhOQriq8XAJ8"],"_sd_alg":"sha-256"}"#,
            r#""high""#,
            "null",
        ] {
            let value = Value::parse(text.as_bytes()).unwrap();
            assert!(<Committed<bool>>::parse(value, &at).is_err(), "{text}");
        }
        for text in [
            r#"["AAAAAAAAAAAAAAAAAAAAAA","B-006/severity"]"#,
            r#"["AAAAAAAAAAAAAAAAAAAAA","B-006/severity",1]"#,
            r#"["AAAAAAAAAAAAAAAAAAAAAB","B-006/severity",1]"#,
            r#"["AAAAAAAAAAAAAAAAAAAAAA==","B-006/severity",1]"#,
            r#"["AAAAAAAAAAAAAAAAAAAAAA","severity",1]"#,
            r#"["AAAAAAAAAAAAAAAAAAAAAA","B-006/",1]"#,
            r#"["AAAAAAAAAAAAAAAAAAAAAA","/severity",1]"#,
            r#"["","B-006/severity",1]"#,
        ] {
            let value = Value::parse(text.as_bytes()).unwrap();
            assert!(Opening::parse(value, &at).is_err(), "{text}");
        }
    }

    #[test]
    fn openings_are_parted_by_what_is_named() {
        let of = |path: &str| opening(path, Value::Null);
        let all = Openings::new(["B-006/title", "B-006/severity", "B-007/title"].map(of));
        let (named, rest) = all.part(&["B-006/title", "B-007/title"]).unwrap();
        assert_eq!(named, Openings::new(["B-006/title", "B-007/title"].map(of)));
        assert_eq!(rest, Openings::new([of("B-006/severity")]));
        assert_eq!(
            all.part(&[""; 0]).unwrap(),
            (Openings::default(), all.clone())
        );
        for path in [
            "B-006",
            "B-006/",
            "B-006/cvss",
            "b-006/title",
            "B-006/title ",
        ] {
            let error = all.part(&["B-006/title", path]).unwrap_err();
            assert_eq!(error.path, path);
        }
    }

    #[test]
    fn an_openings_file_comes_back_byte_for_byte() {
        let openings = Openings::new([
            opening("B-006/title", Value::string("No second factor")),
            opening("B-006/severity", Value::string("high")),
        ]);
        let bytes = openings.print();
        assert_eq!(Openings::parse(&bytes).unwrap().print(), bytes);
        assert_eq!(openings.iter().next().unwrap().field(), "severity");
        let text = String::from_utf8(bytes).unwrap();
        for (from, to) in [
            (r#""version":1"#, r#""version":2"#),
            ("bewijs-openings", "bewijs-opening"),
            ("B-006/severity", "B-006/zeverity"),
            (r#""version":1"#, r#""version":1,"zzz":0"#),
            ("B-006/title", "B-006/severity"),
        ] {
            let mutated = text.replace(from, to);
            assert!(Openings::parse(mutated.as_bytes()).is_err(), "{to}");
        }
    }
}
