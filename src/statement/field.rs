//! The leaves of the schemas: texts, lists, numbers, moments, names and keys.
//!
//! Each has one spelling, and says in its [`Shape`] what it allows. Texts are counted in
//! characters (Unicode scalar values); [`crate::json`] has refused invisible ones before.

use std::fmt;
use std::ops::Deref;
use std::str::FromStr;

use crate::hash::{Hash, excerpt, lower_hex};
use crate::json::Value;
use crate::key::{KeyId, PublicKey};
use crate::note::{Note, Origin, VerifierKey};
use crate::time::{Day, Seconds};

use super::schema::{At, Field, Leaf, Members, SchemaError, Shape, Walker};

/// One line of text of 1 to `MAX` characters, without space at its ends.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Line<const MAX: usize>(String);

/// Paragraphs of 1 to `MAX` characters, without white space at their ends.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Prose<const MAX: usize>(String);

/// The same text in English and in Dutch.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Localised<T> {
    /// The English text.
    pub en: T,
    /// The Dutch text.
    pub nl: T,
}

/// A list of `MIN` to `MAX` different things, in the order in which they were written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct List<T, const MIN: usize, const MAX: usize>(Vec<T>);

/// An integer from `MIN` to `MAX`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Count<const MIN: i64, const MAX: i64>(i64);

/// Text that does not have the form which its place asks for.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("expected {expected}, found {found:?}")]
pub struct FormError {
    /// What was expected.
    pub expected: String,
    /// The beginning of what was found.
    pub found: String,
}

impl FormError {
    pub(super) fn new(expected: impl fmt::Display, found: impl fmt::Display) -> FormError {
        FormError {
            expected: expected.to_string(),
            found: excerpt(&found.to_string()),
        }
    }
}

macro_rules! text {
    ($name:ident, $shape:ident, $fits:expr) => {
        impl<const MAX: usize> $name<MAX> {
            /// Takes text.
            ///
            /// # Errors
            /// [`FormError`] when it is empty, too long, or has white space where it may not.
            pub fn new(text: impl Into<String>) -> Result<$name<MAX>, FormError> {
                let text: String = text.into();
                match Self::fits(&text) {
                    true => Ok($name(text)),
                    false => Err(FormError::new(Self::SHAPE, text)),
                }
            }

            fn fits(text: &str) -> bool {
                let fits: fn(&str) -> bool = $fits;
                fits(text) && (1..=MAX).contains(&text.chars().count())
            }

            /// Returns the text.
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl<const MAX: usize> Field for $name<MAX> {
            const SHAPE: Shape = Shape::$shape { max: MAX };

            fn parse(value: Value, at: &At) -> Result<Self, SchemaError> {
                match value {
                    Value::String(text) if Self::fits(&text) => Ok($name(text)),
                    other => Err(at.expected(Self::SHAPE, &other)),
                }
            }

            fn print(&self) -> Value {
                Value::String(self.0.clone())
            }
        }

        impl<const MAX: usize> fmt::Display for $name<MAX> {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }

        impl<const MAX: usize> FromStr for $name<MAX> {
            type Err = FormError;

            fn from_str(text: &str) -> Result<Self, FormError> {
                Self::new(text)
            }
        }
    };
}

text!(Line, Line, |text| !text.contains('\n')
    && text.trim() == text);
text!(Prose, Prose, |text| text.trim() == text);

impl<T: Field> Field for Localised<T> {
    const SHAPE: Shape = Shape::Localised { of: &T::SHAPE };

    fn parse(value: Value, at: &At) -> Result<Self, SchemaError> {
        let mut members = Members::open(value, at)?;
        let both = Localised {
            en: members.take("en")?,
            nl: members.take("nl")?,
        };
        members.close("en, nl")?;
        Ok(both)
    }

    fn print(&self) -> Value {
        Value::object([("en", self.en.print()), ("nl", self.nl.print())])
    }
}

impl<T, const MIN: usize, const MAX: usize> List<T, MIN, MAX> {
    /// Takes items; the bounds and that no item occurs twice are checked when
    /// the statement is composed.
    pub const fn new(items: Vec<T>) -> Self {
        List(items)
    }
}

impl<T, const MIN: usize, const MAX: usize> Deref for List<T, MIN, MAX> {
    type Target = [T];

    fn deref(&self) -> &[T] {
        &self.0
    }
}

impl<T, const MIN: usize, const MAX: usize> FromIterator<T> for List<T, MIN, MAX> {
    fn from_iter<I: IntoIterator<Item = T>>(items: I) -> Self {
        List(items.into_iter().collect())
    }
}

impl<T: Field + PartialEq, const MIN: usize, const MAX: usize> Field for List<T, MIN, MAX> {
    const SHAPE: Shape = Shape::List {
        of: &T::SHAPE,
        min: MIN,
        max: MAX,
    };

    fn parse(value: Value, at: &At) -> Result<Self, SchemaError> {
        let values = match value {
            Value::Array(values) => values,
            other => return Err(at.expected(Self::SHAPE, &other)),
        };
        if !(MIN..=MAX).contains(&values.len()) {
            return Err(SchemaError {
                at: at.to_string(),
                expected: Self::SHAPE.to_string(),
                found: format!("a list of {}", values.len()),
            });
        }
        let mut items: Vec<T> = Vec::with_capacity(values.len());
        for (index, value) in values.into_iter().enumerate() {
            let item = T::parse(value, &at.item(index))?;
            if let Some(first) = items.iter().position(|other| *other == item) {
                return Err(SchemaError {
                    at: at.item(index).to_string(),
                    expected: "no repetition".to_owned(),
                    found: format!("the same as {}", at.item(first)),
                });
            }
            items.push(item);
        }
        Ok(List(items))
    }

    fn print(&self) -> Value {
        Value::Array(self.0.iter().map(T::print).collect())
    }

    fn walk<'a>(&'a self, at: &At, walker: &mut Walker<'a, '_>) {
        for (index, item) in self.0.iter().enumerate() {
            item.walk(&at.item(index), walker);
        }
    }
}

impl<T: Field> Field for Option<T> {
    const SHAPE: Shape = Shape::Optional { of: &T::SHAPE };

    fn parse(value: Value, at: &At) -> Result<Self, SchemaError> {
        T::parse(value, at).map(Some)
    }

    /// Prints `null` for nothing; as a member of a record, nothing is absent instead.
    fn print(&self) -> Value {
        self.print_member().unwrap_or(Value::Null)
    }

    fn parse_member(value: Option<Value>, at: &At) -> Result<Self, SchemaError> {
        value.map(|value| T::parse(value, at)).transpose()
    }

    fn print_member(&self) -> Option<Value> {
        self.as_ref().map(T::print)
    }

    fn walk<'a>(&'a self, at: &At, walker: &mut Walker<'a, '_>) {
        if let Some(item) = self {
            item.walk(at, walker);
        }
    }
}

impl<const MIN: i64, const MAX: i64> Count<MIN, MAX> {
    /// Takes a number; `None` outside the bounds.
    pub fn new(number: i64) -> Option<Self> {
        (MIN..=MAX).contains(&number).then_some(Count(number))
    }

    /// Returns the number.
    pub const fn get(self) -> i64 {
        self.0
    }
}

impl<const MIN: i64, const MAX: i64> Field for Count<MIN, MAX> {
    const SHAPE: Shape = Shape::Integer { min: MIN, max: MAX };

    fn parse(value: Value, at: &At) -> Result<Self, SchemaError> {
        let number = value.as_integer().and_then(Count::new);
        number.ok_or_else(|| at.expected(Self::SHAPE, &value))
    }

    fn print(&self) -> Value {
        Value::Integer(self.0)
    }
}

impl Field for bool {
    const SHAPE: Shape = Shape::Boolean;

    fn parse(value: Value, at: &At) -> Result<bool, SchemaError> {
        match value {
            Value::Bool(truth) => Ok(truth),
            other => Err(at.expected(Self::SHAPE, &other)),
        }
    }

    fn print(&self) -> Value {
        Value::Bool(*self)
    }
}

/// Makes a type with one text form a field.
macro_rules! form {
    ($type:ty, $en:literal, $nl:literal, $pattern:literal, $example:literal $(, $leaf:expr)?) => {
        impl $crate::statement::schema::Field for $type {
            const SHAPE: $crate::statement::schema::Shape =
                $crate::statement::schema::Shape::Form {
                    what: $crate::statement::schema::Phrase { en: $en, nl: $nl },
                    pattern: $pattern,
                    example: $example,
                    fits: |text| text.parse::<$type>().is_ok(),
                };

            fn parse(
                value: $crate::json::Value,
                at: &$crate::statement::schema::At,
            ) -> Result<Self, $crate::statement::schema::SchemaError> {
                let parsed = value.as_str().and_then(|text| text.parse().ok());
                parsed.ok_or_else(|| at.expected(Self::SHAPE, &value))
            }

            fn print(&self) -> $crate::json::Value {
                $crate::json::Value::string(self)
            }

            $(fn walk<'a>(
                &'a self,
                at: &$crate::statement::schema::At,
                walker: &mut $crate::statement::schema::Walker<'a, '_>,
            ) {
                let leaf: fn(&'a $type) -> $crate::statement::schema::Leaf<'a> = $leaf;
                walker(at, leaf(self));
            })?
        }
    };
}
pub(super) use form;

form!(
    Hash,
    "a SHA-256 digest",
    "een SHA-256-waarde",
    "[0-9a-f]{64}",
    "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
);
form!(
    KeyId,
    "a key id",
    "een sleutelnummer",
    "[0-9a-f]{64}",
    "06eb5dedebf6c90b8928f53d5ef2e5d70cf1e24fe0443d842c06f34f3bdcbae0"
);
form!(
    PublicKey,
    "an Ed25519 public key",
    "een publieke Ed25519-sleutel",
    "[0-9a-f]{64}",
    "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a",
    Leaf::PublicKey
);
form!(
    Seconds,
    "a moment",
    "een tijdstip",
    "[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}Z",
    "2024-02-05T10:00:00Z"
);
form!(
    Day,
    "a day",
    "een dag",
    "[0-9]{4}-[0-9]{2}-[0-9]{2}",
    "2024-02-05"
);

/// The random 128 bits in every head: two statements that say the same still differ, and
/// nobody can guess what stood in one that was withheld; printed as 32 lowercase hex digits.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Nonce([u8; Nonce::LEN]);

impl Nonce {
    /// The length in bytes.
    pub const LEN: usize = 16;

    /// Takes 16 random bytes.
    pub const fn from_bytes(bytes: [u8; Nonce::LEN]) -> Nonce {
        Nonce(bytes)
    }
}

impl fmt::Display for Nonce {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&hex::encode(self.0))
    }
}

impl FromStr for Nonce {
    type Err = FormError;

    fn from_str(text: &str) -> Result<Nonce, FormError> {
        lower_hex(text)
            .map(Nonce)
            .ok_or_else(|| FormError::new(Nonce::SHAPE, text))
    }
}

form!(
    Nonce,
    "a nonce of 128 random bits",
    "een willekeurig getal van 128 bits",
    "[0-9a-f]{32}",
    "000102030405060708090a0b0c0d0e0f"
);

/// A short name that other statements use: `[a-z0-9][a-z0-9-]{0,62}`.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Label(String);

impl Label {
    /// Returns the name.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Label {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl FromStr for Label {
    type Err = FormError;

    fn from_str(text: &str) -> Result<Label, FormError> {
        let plain = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit();
        let fits = (1..=63).contains(&text.len())
            && plain(text.as_bytes()[0])
            && text.bytes().all(|byte| plain(byte) || byte == b'-');
        match fits {
            true => Ok(Label(text.to_owned())),
            false => Err(FormError::new(Label::SHAPE, text)),
        }
    }
}

form!(
    Label,
    "a short name",
    "een korte naam",
    "[a-z0-9][a-z0-9-]{0,62}",
    "research-laboratory"
);

/// The name of a confidential field, such as `working_paper`: `[a-z][a-z0-9_]{0,62}`.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct FieldName(String);

impl FieldName {
    /// Returns the name.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for FieldName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl FromStr for FieldName {
    type Err = FormError;

    fn from_str(text: &str) -> Result<FieldName, FormError> {
        let plain = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'_';
        let fits = (1..=63).contains(&text.len())
            && text.as_bytes()[0].is_ascii_lowercase()
            && text.bytes().all(plain);
        match fits {
            true => Ok(FieldName(text.to_owned())),
            false => Err(FormError::new(FieldName::SHAPE, text)),
        }
    }
}

form!(
    FieldName,
    "the name of a field",
    "de naam van een veld",
    "[a-z][a-z0-9_]{0,62}",
    "severity"
);

form!(
    Origin,
    "an origin",
    "een registernaam",
    r"[^\s+]{1,255}",
    "bewijs.example/voorbeeld"
);

form!(
    VerifierKey,
    "a verifier key",
    "een controlesleutel",
    r"[^\s+]+\+[0-9a-f]{8}\+[A-Za-z0-9+/=]+",
    "example.com/foo+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k"
);

/// The longest note inside a statement, in bytes: a checkpoint with about 60 cosignatures.
pub const MAX_NOTE_BYTES: usize = 8_192;

impl Field for Note {
    const SHAPE: Shape = Shape::Note {
        max: MAX_NOTE_BYTES,
    };

    fn parse(value: Value, at: &At) -> Result<Note, SchemaError> {
        let text = value.as_str().filter(|text| text.len() <= MAX_NOTE_BYTES);
        let note = text.and_then(|text| Note::parse(text.as_bytes()).ok());
        note.ok_or_else(|| at.expected(Self::SHAPE, &value))
    }

    fn print(&self) -> Value {
        let text = String::from_utf8(self.print()).expect("a note is UTF-8");
        Value::String(text)
    }
}
