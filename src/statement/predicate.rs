//! The table of statement types: one row each.
//!
//! To add a type: declare its record in the file of its family, and add its row here.
//! The parser, the printer, the id form, the thread and the demand for a basis follow from the row;
//! a test then asks for its example and its page.

use std::fmt;

use crate::hash::excerpt;
use crate::json::Value;

use super::act::*;
use super::conclusion::*;
use super::finding::*;
use super::frame::*;
use super::head::{Id, Target};
use super::independence::*;
use super::policy::*;
use super::register::*;
use super::schema::{At, Field, FieldInfo, Leaf, Phrase, SchemaError, Walker};

/// What the name of every predicate type begins with; `:v1` ends it.
pub const PREFIX: &str = "urn:bewijs:";

/// Type names that mean something in the life of a ledger and are not statements yet.
pub const RESERVED: &[&str] = &["closed", "log-key", "operator"];

/// Which statements stand together in lists for people.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Family {
    /// The ledger itself: charter, parties, keys, rules, anchors.
    Register,
    /// What is assessed, by whom, and by which rules.
    Frame,
    /// Weaknesses, repairs and tests of repairs.
    Finding,
    /// What assessors conclude.
    Conclusion,
    /// What is decided and done.
    Act,
}

impl Family {
    /// What people call the family.
    pub const fn label(self) -> Phrase {
        match self {
            Family::Register => Phrase {
                en: "The ledger",
                nl: "Het register",
            },
            Family::Frame => Phrase {
                en: "The frame",
                nl: "Het kader",
            },
            Family::Finding => Phrase {
                en: "Findings",
                nl: "Bevindingen",
            },
            Family::Conclusion => Phrase {
                en: "Conclusions",
                nl: "Oordelen",
            },
            Family::Act => Phrase {
                en: "Acts",
                nl: "Handelingen",
            },
        }
    }
}

/// Which thread statements of a type belong to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Filing {
    /// Always the charter: the head has no `case`.
    Charter,
    /// Always a case: the head has a `case`.
    Case,
    /// Either.
    Either,
}

/// What a type demands of the head's `basis`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BasisRule {
    /// It may be absent.
    Optional,
    /// It must be there.
    Demanded,
    /// It must be there, with the cosigned checkpoint.
    WithNote,
}

/// One row of the table.
#[derive(Clone, Copy, Debug)]
pub struct TypeInfo {
    /// The name, such as `finding-closed`.
    pub name: &'static str,
    /// What people call it.
    pub label: Phrase,
    /// What it is, in one sentence.
    pub purpose: Phrase,
    /// Where it stands in lists.
    pub family: Family,
    /// The thread it belongs to.
    pub filing: Filing,
    /// What every id begins with.
    pub id_prefix: &'static str,
    /// What every id ends with: nothing, or text that begins with a slash.
    pub id_suffix: &'static str,
    /// What it demands of the basis.
    pub basis: BasisRule,
    /// The fields of the body.
    pub fields: &'static [FieldInfo],
}

macro_rules! predicates {
    ($($name:ident : $code:literal, $family:ident, $filing:ident, $prefix:literal $suffix:literal,
       $basis:ident, $en:literal, $nl:literal;)*) => {
        /// A type of statement.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        #[non_exhaustive]
        pub enum Type {
            $(#[doc = $en] $name,)*
        }

        /// What a statement says: one of the types, without the head.
        #[derive(Clone, Debug, PartialEq, Eq)]
        #[non_exhaustive]
        #[allow(clippy::large_enum_variant)]
        pub enum Predicate {
            $(#[doc = $en] $name($name),)*
        }

        impl Type {
            /// Every type, in the order of the table.
            pub const ALL: &'static [Type] = &[$(Type::$name),*];

            const TABLE: &'static [TypeInfo] = &[
                $(TypeInfo {
                    name: $code,
                    label: Phrase { en: $en, nl: $nl },
                    purpose: $name::PURPOSE,
                    family: Family::$family,
                    filing: Filing::$filing,
                    id_prefix: $prefix,
                    id_suffix: $suffix,
                    basis: BasisRule::$basis,
                    fields: $name::FIELDS,
                },)*
            ];

            /// Checks the value behind the commitment in the field called `name`;
            /// `None` when the type has no confidential field of that name.
            pub fn check_opened(
                self,
                name: &str,
                value: &Value,
                at: &At,
            ) -> Option<Result<(), SchemaError>> {
                match self {
                    $(Type::$name => $name::check_opened(name, value, at),)*
                }
            }
        }

        impl Predicate {
            /// Returns the type.
            pub const fn kind(&self) -> Type {
                match self {
                    $(Predicate::$name(_) => Type::$name,)*
                }
            }

            /// Takes the body of a statement of type `kind`: the members of the predicate
            /// other than `head`.
            ///
            /// # Errors
            /// [`SchemaError`] with the place, what was expected and what was found.
            pub fn parse(kind: Type, body: Value, at: &At) -> Result<Predicate, SchemaError> {
                match kind {
                    $(Type::$name => $name::parse(body, at).map(Predicate::$name),)*
                }
            }

            /// Returns the body.
            pub fn print(&self) -> Value {
                match self {
                    $(Predicate::$name(body) => body.print(),)*
                }
            }

            /// Hands every pin, commitment and public key to `walker`.
            pub fn walk<'a>(&'a self, walker: &mut Walker<'a, '_>) {
                let at = At::Root("predicate");
                match self {
                    $(Predicate::$name(body) => body.walk(&at, walker),)*
                }
            }
        }

        $(
            impl From<$name> for Predicate {
                fn from(body: $name) -> Predicate {
                    Predicate::$name(body)
                }
            }

            impl Target for $name {
                const TYPES: &'static [Type] = &[Type::$name];
            }
        )*
    };
}

predicates! {
    // name             code                   family      thread   id              basis     for people
    Charter:            "charter",             Register,   Charter, "REG-" "",      Optional, "Charter", "Oprichtingsakte";
    Party:              "party",               Register,   Charter, "org:" "",      Optional, "Party", "Partij";
    Key:                "key",                 Register,   Charter, "K-" "",        Optional, "Key enrolled", "Sleutel ingeschreven";
    KeyRevoked:         "key-revoked",         Register,   Charter, "K-" "/x",      Optional, "Key revoked", "Sleutel ingetrokken";
    Rules:              "rules",               Register,   Charter, "REGELS-" "",   Optional, "Rules of admission", "Toelatingsregels";
    Anchor:             "anchor",              Register,   Either,  "AN-" "",       Demanded, "Anchor", "Verankering";
    Withheld:           "withheld",            Register,   Either,  "AG-" "",       Optional, "Text withheld", "Tekst achtergehouden";
    Service:            "service",             Frame,      Charter, "DN-" "",       Optional, "Service", "Dienst";
    Case:               "case",                Frame,      Charter, "zaak:" "",     Optional, "Case opened", "Zaak geopend";
    Scope:              "scope",               Frame,      Case,    "SC-" "",       Optional, "Scope", "Scope";
    Policy:             "policy",              Frame,      Case,    "BEL-" "",      Optional, "Assessment policy", "Toetsingsbeleid";
    Engagement:         "engagement",          Frame,      Case,    "OPD-" "",      Optional, "Engagement proposed", "Opdracht voorgesteld";
    EngagementAccepted: "engagement-accepted", Frame,      Case,    "OPD-" "/a",    Optional, "Engagement accepted", "Opdracht aanvaard";
    EngagementRefused:  "engagement-refused",  Frame,      Case,    "OPD-" "/r",    Optional, "Engagement refused", "Opdracht geweigerd";
    Independence:       "independence",        Frame,      Case,    "ONV-" "",      Optional, "Independence declared", "Onafhankelijkheidsverklaring";
    Finding:            "finding",             Finding,    Case,    "B-" "",        Optional, "Finding", "Bevinding";
    Evidence:           "evidence",            Finding,    Case,    "E-" "",        Optional, "Evidence", "Bewijsstuk";
    Remediation:        "remediation",         Finding,    Case,    "M-" "",        Optional, "Remediation claimed", "Herstel gemeld";
    Retest:             "retest",              Finding,    Case,    "H-" "",        Optional, "Retest", "Hertest";
    FindingClosed:      "finding-closed",      Finding,    Case,    "SL-" "",       Optional, "Finding closed", "Bevinding gesloten";
    Completeness:       "completeness",        Finding,    Case,    "VOL-" "",      Demanded, "Completeness declared", "Volledigheidsverklaring";
    Attestation:        "attestation",         Conclusion, Case,    "T-" "",        WithNote, "Attestation", "Oordeel";
    Suspension:         "suspension",          Act,        Case,    "OPS-" "",      Optional, "Suspension", "Opschorting";
    Standstill:         "standstill",          Act,        Case,    "SV-" "",       Optional, "Standstill declared", "Stilstandsverklaring";
    Decision:           "decision",            Act,        Case,    "BES-" "",      WithNote, "Decision", "Besluit";
    Resumption:         "resumption",          Act,        Case,    "HV-" "",       WithNote, "Resumption", "Hervatting";
}

impl Type {
    /// Returns the row of the table.
    pub const fn info(self) -> &'static TypeInfo {
        &Type::TABLE[self as usize]
    }

    /// Returns the name, such as `finding-closed`.
    pub const fn name(self) -> &'static str {
        self.info().name
    }

    /// Finds the type called `name`.
    pub fn from_name(name: &str) -> Option<Type> {
        Type::ALL.iter().copied().find(|kind| kind.name() == name)
    }

    /// Returns the in-toto predicate type, such as `urn:bewijs:finding:v1`.
    pub fn predicate_type(self) -> String {
        format!("{PREFIX}{}:v1", self.name())
    }

    /// Finds the type whose in-toto predicate type is `uri`.
    ///
    /// # Errors
    /// [`TypeError`] when there is none.
    pub fn from_predicate_type(uri: &str) -> Result<Type, TypeError> {
        let name = uri
            .strip_prefix(PREFIX)
            .and_then(|rest| rest.strip_suffix(":v1"));
        name.and_then(Type::from_name).ok_or_else(|| TypeError {
            found: excerpt(uri),
            reserved: name.is_some_and(|name| RESERVED.contains(&name)),
        })
    }

    /// Says whether `id` has the form of ids of this type.
    ///
    /// The form is the prefix, one or more of `[0-9A-Za-z.-]`, and the suffix; the id of a
    /// case is a case name as well, so it has no capitals.
    pub fn takes(self, id: &Id) -> bool {
        let info = self.info();
        let rest = id.as_str().strip_prefix(info.id_prefix);
        let middle = rest.and_then(|rest| rest.strip_suffix(info.id_suffix));
        middle.is_some_and(|middle| {
            !middle.is_empty()
                && middle.bytes().all(|byte| match byte {
                    b'A'..=b'Z' => self != Type::Case,
                    b'0'..=b'9' | b'a'..=b'z' | b'.' | b'-' => true,
                    _ => false,
                })
        })
    }

    /// Says in words which ids this type takes, such as `B-…` or `OPD-…/a`.
    pub fn id_form(self) -> String {
        let info = self.info();
        format!("{}…{}", info.id_prefix, info.id_suffix)
    }

    /// Goes through the names of the confidential fields.
    pub fn confidential(self) -> impl Iterator<Item = &'static FieldInfo> {
        self.info()
            .fields
            .iter()
            .filter(|field| field.is_confidential())
    }
}

impl fmt::Display for Type {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

impl Predicate {
    /// Lists the references to earlier statements: place, pin, and the types it may refer to
    /// (none when any).
    pub fn pins(&self) -> Vec<(String, &super::head::Pin, &'static [Type])> {
        let mut pins = Vec::new();
        self.walk(&mut |at, leaf| {
            if let Leaf::Pin { pin, to } = leaf {
                pins.push((at.to_string(), pin, to));
            }
        });
        pins
    }

    /// Lists the digests of the confidential fields.
    pub fn digests(&self) -> Vec<&crate::hash::Hash> {
        let mut digests = Vec::new();
        self.walk(&mut |_, leaf| {
            if let Leaf::Digest(digest) = leaf {
                digests.push(digest);
            }
        });
        digests
    }

    /// Lists the public keys that the statement brings in, recovery keys among them.
    pub fn public_keys(&self) -> Vec<&crate::key::PublicKey> {
        let mut keys = Vec::new();
        self.walk(&mut |_, leaf| {
            if let Leaf::PublicKey(key) = leaf {
                keys.push(key);
            }
        });
        keys
    }
}

/// A predicate type that this version does not know.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TypeError {
    /// The beginning of what was found.
    pub found: String,
    /// Whether the name is kept for later.
    pub reserved: bool,
}

impl fmt::Display for TypeError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "expected a predicate type like urn:bewijs:finding:v1, found {:?}",
            self.found
        )?;
        match self.reserved {
            true => f.write_str(", which is reserved"),
            false => Ok(()),
        }
    }
}

impl std::error::Error for TypeError {}
