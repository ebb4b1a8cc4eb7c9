//! The closed schemas: what a field is, and the declarations from which everything about
//! a statement type follows.
//!
//! ```text
//! record! {
//!     pub struct Service => "A service of the programme.", "Een dienst van het programma." {
//!         needs: List<Domain, 1, 4>
//!             => "Domains needed": "The domains that …", "Nodige domeinen": "De domeinen die …";
//!     }
//! }
//! ```
//!
//! One such declaration gives the typed struct, the parser that refuses unknown and missing
//! members and names the place, the printer, the walk over pins, commitments and public keys,
//! and the metadata ([`FieldInfo`], [`Shape`]) from which pages, forms, schemas and
//! plain-language renderings are made. Every word that people read about a field stands there,
//! English and Dutch beside each other.

use std::fmt;

use crate::hash::{Hash, excerpt};
use crate::json::{Object, Value};
use crate::key::PublicKey;

use super::head::Pin;
use super::predicate::Type;

/// A language in which people read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Language {
    /// English.
    English,
    /// Dutch.
    Dutch,
}

/// The same words in English and in Dutch.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Phrase {
    /// The English words.
    pub en: &'static str,
    /// The Dutch words.
    pub nl: &'static str,
}

impl Phrase {
    /// Returns the words in `language`.
    pub const fn text(&self, language: Language) -> &'static str {
        match language {
            Language::English => self.en,
            Language::Dutch => self.nl,
        }
    }
}

/// What one member of a record is.
#[derive(Clone, Copy, Debug)]
pub struct FieldInfo {
    /// The member name.
    pub name: &'static str,
    /// What may stand there.
    pub shape: Shape,
    /// What people call it.
    pub label: Phrase,
    /// One line that explains it.
    pub help: Phrase,
}

impl FieldInfo {
    /// Says whether the ledger holds only a commitment to the value.
    pub const fn is_confidential(&self) -> bool {
        matches!(self.shape, Shape::Committed { .. })
    }

    /// Says whether the member may be absent.
    pub const fn is_optional(&self) -> bool {
        matches!(self.shape, Shape::Optional { .. })
    }
}

/// What may stand in one place of a statement.
#[derive(Clone, Copy, Debug)]
pub enum Shape {
    /// One line of text of 1 to `max` characters, without space at its ends.
    Line {
        /// The most characters.
        max: usize,
    },
    /// Paragraphs of 1 to `max` characters, without white space at their ends.
    Prose {
        /// The most characters.
        max: usize,
    },
    /// A signed note ([`crate::note`]) as one string.
    Note {
        /// The most bytes.
        max: usize,
    },
    /// The same text in English and Dutch: an object with `en` and `nl`.
    Localised {
        /// The shape of each text.
        of: &'static Shape,
    },
    /// A string in one fixed form.
    Form {
        /// What it is, for people.
        what: Phrase,
        /// The form as a regular expression over the whole string.
        pattern: &'static str,
        /// One that is valid.
        example: &'static str,
        /// Says whether text has the form.
        fits: fn(&str) -> bool,
    },
    /// A word of a closed list.
    Word {
        /// The words.
        words: &'static [Word],
    },
    /// An integer.
    Integer {
        /// The least.
        min: i64,
        /// The most.
        max: i64,
    },
    /// `true` or `false`.
    Boolean,
    /// A reference to an earlier statement: an object with its `id` and the `sha256` of its payload.
    Pin {
        /// The types that it may refer to; empty when any.
        to: &'static [Type],
    },
    /// A list without repetitions.
    List {
        /// What the list holds.
        of: &'static Shape,
        /// The fewest.
        min: usize,
        /// The most.
        max: usize,
    },
    /// An object of fields of its own.
    Record {
        /// The fields.
        fields: &'static [FieldInfo],
    },
    /// May be absent.
    Optional {
        /// What stands there when it is present.
        of: &'static Shape,
    },
    /// A salted commitment: `{"_sd":["<digest>"]}` in place of the value.
    Committed {
        /// What the committed value is; `null` is allowed as well.
        of: &'static Shape,
    },
}

/// One word of a closed list.
#[derive(Clone, Copy, Debug)]
pub struct Word {
    /// How it is written in a statement.
    pub code: &'static str,
    /// What people read.
    pub label: Phrase,
}

/// Something that has a place in a statement.
pub trait Field: Sized {
    /// What may stand there.
    const SHAPE: Shape;

    /// Takes the value that stands `at` a place.
    ///
    /// # Errors
    /// [`SchemaError`] with the place, what was expected and what was found.
    fn parse(value: Value, at: &At) -> Result<Self, SchemaError>;

    /// Returns the value that [`Field::parse`] takes.
    fn print(&self) -> Value;

    /// Takes the member of a record: a value, or nothing when the member is absent.
    ///
    /// # Errors
    /// [`SchemaError`] when it is absent and may not be, or as [`Field::parse`].
    fn parse_member(value: Option<Value>, at: &At) -> Result<Self, SchemaError> {
        match value {
            Some(value) => Self::parse(value, at),
            None => Err(SchemaError {
                at: at.to_string(),
                expected: Self::SHAPE.to_string(),
                found: "nothing".to_owned(),
            }),
        }
    }

    /// Returns the member of a record, or nothing when it is absent.
    fn print_member(&self) -> Option<Value> {
        Some(self.print())
    }

    /// Hands every [`Leaf`] in it to `walker`, in the order of the declaration.
    fn walk<'a>(&'a self, at: &At, walker: &mut Walker<'a, '_>) {
        let _ = (at, walker);
    }

    /// Checks the value behind a commitment; `None` when this field is public.
    fn check_opened(value: &Value, at: &At) -> Option<Result<(), SchemaError>> {
        let _ = (value, at);
        None
    }
}

/// What a [`Field::walk`] calls with each leaf and its place.
pub type Walker<'a, 'w> = dyn FnMut(&At, Leaf<'a>) + 'w;

/// What replay needs to know about, wherever it stands in a statement.
#[derive(Clone, Copy, Debug)]
pub enum Leaf<'a> {
    /// A reference to an earlier statement.
    Pin {
        /// Where it points.
        pin: &'a Pin,
        /// The types that it may refer to; empty when any.
        to: &'static [Type],
    },
    /// The digest of a confidential field; occurs once in a ledger.
    Digest(&'a Hash),
    /// A public key that the statement brings in.
    PublicKey(&'a PublicKey),
}

/// A place in a statement, printed like `predicate.head.signers[2]`.
#[derive(Clone, Copy)]
pub enum At<'a> {
    /// The outermost value; printed as its name.
    Root(&'a str),
    /// A member of an object.
    Member(&'a At<'a>, &'a str),
    /// An item of a list, from 0.
    Item(&'a At<'a>, usize),
}

impl<'a> At<'a> {
    /// The place of a member of this.
    pub const fn member(&'a self, name: &'a str) -> At<'a> {
        At::Member(self, name)
    }

    /// The place of an item of this.
    pub const fn item(&'a self, index: usize) -> At<'a> {
        At::Item(self, index)
    }

    /// Makes the error that `found` stands here instead of `expected`.
    pub fn expected(&self, expected: impl fmt::Display, found: &Value) -> SchemaError {
        SchemaError {
            at: self.to_string(),
            expected: expected.to_string(),
            found: match found {
                Value::String(text) => format!("{:?}", excerpt(text)),
                Value::Integer(number) => number.to_string(),
                Value::Bool(truth) => truth.to_string(),
                other => other.kind().to_owned(),
            },
        }
    }
}

impl fmt::Display for At<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            At::Root(name) => f.write_str(name),
            At::Member(parent, name) => write!(f, "{parent}.{name}"),
            At::Item(parent, index) => write!(f, "{parent}[{index}]"),
        }
    }
}

/// A value that its schema does not allow.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{at}: expected {expected}, found {found}")]
pub struct SchemaError {
    /// The place, such as `predicate.head.signers[2]`.
    pub at: String,
    /// What the schema allows there.
    pub expected: String,
    /// What stands there.
    pub found: String,
}

/// The members of an object that have not been taken yet.
pub struct Members<'a> {
    object: Object,
    at: &'a At<'a>,
}

impl<'a> Members<'a> {
    /// Begins taking the members of `value`.
    ///
    /// # Errors
    /// [`SchemaError`] when it is no object.
    pub fn open(value: Value, at: &'a At<'a>) -> Result<Members<'a>, SchemaError> {
        match value {
            Value::Object(object) => Ok(Members { object, at }),
            other => Err(at.expected("an object", &other)),
        }
    }

    /// Takes the member called `name`.
    ///
    /// # Errors
    /// As [`Field::parse_member`].
    pub fn take<T: Field>(&mut self, name: &str) -> Result<T, SchemaError> {
        T::parse_member(self.object.remove(name), &self.at.member(name))
    }

    /// Takes the member called `name` as it is.
    ///
    /// # Errors
    /// [`SchemaError`] when it is absent.
    pub fn take_value(&mut self, name: &str) -> Result<Value, SchemaError> {
        self.object.remove(name).ok_or_else(|| SchemaError {
            at: self.at.member(name).to_string(),
            expected: format!("the member {name:?}"),
            found: "nothing".to_owned(),
        })
    }

    /// Ends: every member must have been taken.
    ///
    /// # Errors
    /// [`SchemaError`] that names the first member that the schema does not know.
    pub fn close(self, known: impl fmt::Display) -> Result<(), SchemaError> {
        match self.object.iter().next() {
            None => Ok(()),
            Some((unknown, _)) => Err(SchemaError {
                at: self.at.to_string(),
                expected: format!("no members but {known}"),
                found: format!("{:?}", excerpt(unknown)),
            }),
        }
    }
}

/// The names of fields, as a list for people.
pub struct Names(pub &'static [FieldInfo]);

impl fmt::Display for Names {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (at, field) in self.0.iter().enumerate() {
            let comma = if at > 0 { ", " } else { "" };
            write!(f, "{comma}{}", field.name)?;
        }
        Ok(())
    }
}

impl fmt::Display for Shape {
    /// Says in plain English what may stand there, for error messages and pages.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Shape::Line { max } => write!(f, "one line of at most {max} characters"),
            Shape::Prose { max } => write!(f, "text of at most {max} characters"),
            Shape::Note { max } => write!(f, "a signed note of at most {max} bytes"),
            Shape::Localised { of } => write!(f, "an object with en and nl, each {of}"),
            Shape::Form { what, example, .. } => write!(f, "{} like {example}", what.en),
            Shape::Word { words } => {
                let codes: Vec<&str> = words.iter().map(|word| word.code).collect();
                write!(f, "one of {}", codes.join(", "))
            }
            Shape::Integer { min, max } => write!(f, "an integer from {min} to {max}"),
            Shape::Boolean => f.write_str("true or false"),
            Shape::Pin { to: [] } => f.write_str("a pin to an earlier statement"),
            Shape::Pin { to } => {
                let types: Vec<&str> = to.iter().map(|kind| kind.name()).collect();
                write!(f, "a pin to an earlier {}", types.join(" or "))
            }
            Shape::List { of, min, max } if min == max => {
                write!(f, "a list of {min}, without repetition, each {of}")
            }
            Shape::List { of, min, max } => {
                write!(f, "a list of {min} to {max}, without repetition, each {of}")
            }
            Shape::Record { fields } => write!(f, "an object with {}", Names(fields)),
            Shape::Optional { of } => write!(f, "{of}"),
            Shape::Committed { .. } => f.write_str(r#"a commitment {"_sd":["<digest>"]}"#),
        }
    }
}

/// Declares a record: the struct, its parser and printer, its walk and its metadata.
///
/// `check` names a function that looks at how the fields agree with each other.
macro_rules! record {
    (
        $(#[doc = $note:literal])*
        pub struct $name:ident => $en:literal, $nl:literal $(, check $check:path)? {
            $($field:ident : $type:ty
                => $label_en:literal : $help_en:literal, $label_nl:literal : $help_nl:literal ;)*
        }
    ) => {
        #[doc = $en]
        ///
        $(#[doc = $note])*
        #[derive(Clone, Debug, PartialEq, Eq)]
        pub struct $name {
            $(#[doc = $help_en] pub $field: $type,)*
        }

        impl $name {
            /// What it is, in one sentence.
            pub const PURPOSE: $crate::statement::schema::Phrase =
                $crate::statement::schema::Phrase { en: $en, nl: $nl };

            /// What else there is to know about it, a line each, as in the documentation above.
            pub const NOTES: &'static [&'static str] = &[$($note),*];

            /// The fields, in the order in which people read them.
            pub const FIELDS: &'static [$crate::statement::schema::FieldInfo] = &[
                $($crate::statement::schema::FieldInfo {
                    name: stringify!($field),
                    shape: <$type as $crate::statement::schema::Field>::SHAPE,
                    label: $crate::statement::schema::Phrase { en: $label_en, nl: $label_nl },
                    help: $crate::statement::schema::Phrase { en: $help_en, nl: $help_nl },
                },)*
            ];

            /// Checks the value behind the commitment in the field called `name`;
            /// `None` when there is no confidential field of that name.
            pub fn check_opened(
                name: &str,
                value: &$crate::json::Value,
                at: &$crate::statement::schema::At,
            ) -> Option<Result<(), $crate::statement::schema::SchemaError>> {
                match name {
                    $(stringify!($field) =>
                        <$type as $crate::statement::schema::Field>::check_opened(value, at),)*
                    _ => None,
                }
            }
        }

        impl $crate::statement::schema::Field for $name {
            const SHAPE: $crate::statement::schema::Shape =
                $crate::statement::schema::Shape::Record { fields: $name::FIELDS };

            fn parse(
                value: $crate::json::Value,
                at: &$crate::statement::schema::At,
            ) -> Result<$name, $crate::statement::schema::SchemaError> {
                let mut members = $crate::statement::schema::Members::open(value, at)?;
                let record = $name { $($field: members.take(stringify!($field))?,)* };
                members.close($crate::statement::schema::Names($name::FIELDS))?;
                $($check(&record, at)?;)?
                Ok(record)
            }

            fn print(&self) -> $crate::json::Value {
                let mut object = $crate::json::Object::default();
                $(if let Some(value) = self.$field.print_member() {
                    object.insert(stringify!($field), value);
                })*
                $crate::json::Value::Object(object)
            }

            fn walk<'a>(
                &'a self,
                at: &$crate::statement::schema::At,
                walker: &mut $crate::statement::schema::Walker<'a, '_>,
            ) {
                $(self.$field.walk(&at.member(stringify!($field)), walker);)*
            }
        }
    };
}

/// Declares a closed list of words: the enum, its codes, and what people read.
macro_rules! words {
    (
        $(#[$meta:meta])*
        pub enum $name:ident {
            $($variant:ident = $code:literal => $en:literal, $nl:literal;)*
        }
    ) => {
        $(#[$meta])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum $name {
            $(#[doc = $en] $variant,)*
        }

        impl $name {
            /// Every word, in the order of the declaration.
            pub const ALL: &'static [$name] = &[$($name::$variant),*];

            /// The words as they are written and read.
            pub const WORDS: &'static [$crate::statement::schema::Word] = &[
                $($crate::statement::schema::Word {
                    code: $code,
                    label: $crate::statement::schema::Phrase { en: $en, nl: $nl },
                },)*
            ];

            /// Returns the word as it is written in a statement.
            pub const fn code(self) -> &'static str {
                $name::WORDS[self as usize].code
            }

            /// Returns what people read.
            pub const fn label(self) -> $crate::statement::schema::Phrase {
                $name::WORDS[self as usize].label
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str(self.code())
            }
        }

        impl $crate::statement::schema::Field for $name {
            const SHAPE: $crate::statement::schema::Shape =
                $crate::statement::schema::Shape::Word { words: $name::WORDS };

            fn parse(
                value: $crate::json::Value,
                at: &$crate::statement::schema::At,
            ) -> Result<$name, $crate::statement::schema::SchemaError> {
                let found = value.as_str().and_then(|code| {
                    $name::ALL.iter().find(|word| word.code() == code)
                });
                found.copied().ok_or_else(|| at.expected(Self::SHAPE, &value))
            }

            fn print(&self) -> $crate::json::Value {
                $crate::json::Value::string(self.code())
            }
        }
    };
}

pub(crate) use {record, words};
