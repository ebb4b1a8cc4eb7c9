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
use super::condition::*;
use super::dissent::*;
use super::fact::*;
use super::finding::*;
use super::frame::*;
use super::head::{Id, Target};
use super::independence::*;
use super::openness::*;
use super::party::*;
use super::policy::*;
use super::reassessment::*;
use super::register::*;
use super::repair::*;
use super::risk::*;
use super::schema::{At, Field, FieldInfo, Leaf, Phrase, SchemaError, Shape, Walker, Word};

/// What the name of every predicate type begins with; `:v1` ends it.
pub const PREFIX: &str = "urn:bewijs:";

/// Which statements stand together in lists for people.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Family {
    /// The ledger itself: charter, parties, keys, rules, anchors.
    Register,
    /// Groups of parties, and by whom parties are recognised.
    Party,
    /// What is assessed, by whom, and by which rules.
    Frame,
    /// What happened around the assessment.
    Fact,
    /// Weaknesses, repairs and tests of repairs.
    Finding,
    /// Findings looked at again, and disputed.
    Reassessment,
    /// Risks that stay, accepted for a time.
    Risk,
    /// What assessors conclude, and on which conditions.
    Conclusion,
    /// What parties say against what is on record.
    Dissent,
    /// What is decided and done.
    Act,
    /// What is asked, given and refused.
    Openness,
}

impl Family {
    /// What people call the family.
    pub const fn label(self) -> Phrase {
        match self {
            Family::Register => Phrase {
                en: "The ledger",
                nl: "Het register",
            },
            Family::Party => Phrase {
                en: "Groups and credentials",
                nl: "Groepen en erkenningen",
            },
            Family::Frame => Phrase {
                en: "The frame",
                nl: "Het kader",
            },
            Family::Fact => Phrase {
                en: "Facts around it",
                nl: "Feiten eromheen",
            },
            Family::Finding => Phrase {
                en: "Findings and repair",
                nl: "Bevindingen en herstel",
            },
            Family::Reassessment => Phrase {
                en: "Findings looked at again",
                nl: "Bevindingen opnieuw bekeken",
            },
            Family::Risk => Phrase {
                en: "Residual risk",
                nl: "Restrisico",
            },
            Family::Conclusion => Phrase {
                en: "Conclusions and conditions",
                nl: "Oordelen en voorwaarden",
            },
            Family::Dissent => Phrase {
                en: "Dissent, withdrawal, correction",
                nl: "Afwijkend standpunt, intrekking, correctie",
            },
            Family::Act => Phrase {
                en: "Acts",
                nl: "Handelingen",
            },
            Family::Openness => Phrase {
                en: "Openness",
                nl: "Openbaarheid",
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
    /// What else a person who writes one should know, in English.
    pub notes: &'static [&'static str],
    /// Where it stands in lists.
    pub family: Family,
    /// The thread it belongs to.
    pub filing: Filing,
    /// What ids begin with.
    pub id_prefix: &'static str,
    /// What they may begin with instead.
    pub other_prefixes: &'static [&'static str],
    /// What every id ends with: nothing, or text that begins with a slash.
    pub id_suffix: &'static str,
    /// What it demands of the basis.
    pub basis: BasisRule,
    /// The fields of the body.
    pub fields: &'static [FieldInfo],
}

impl TypeInfo {
    /// Goes through all that ids may begin with, the usual one first.
    pub fn prefixes(&self) -> impl Iterator<Item = &'static str> {
        std::iter::once(self.id_prefix).chain(self.other_prefixes.iter().copied())
    }
}

macro_rules! predicates {
    ($($name:ident : $code:literal, $family:ident, $filing:ident, $prefix:literal $(| $other:literal)* $suffix:literal,
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

            /// The names, as words that a statement may use.
            const WORDS: &'static [Word] = &[
                $(Word { code: $code, label: Phrase { en: $en, nl: $nl } },)*
            ];

            const TABLE: &'static [TypeInfo] = &[
                $(TypeInfo {
                    name: $code,
                    label: Phrase { en: $en, nl: $nl },
                    purpose: $name::PURPOSE,
                    notes: $name::NOTES,
                    family: Family::$family,
                    filing: Filing::$filing,
                    id_prefix: $prefix,
                    other_prefixes: &[$($other),*],
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
    // name              code                     family      thread   id               basis     for people
    Charter:             "charter",               Register,   Charter, "REG-" "",       Optional, "Charter", "Oprichtingsakte";
    Party:               "party",                 Register,   Charter, "org:" "",       Optional, "Party", "Partij";
    Key:                 "key",                   Register,   Charter, "K-" "",         Optional, "Key enrolled", "Sleutel ingeschreven";
    KeyRevoked:          "key-revoked",           Register,   Charter, "K-" "/x",       Optional, "Key revoked", "Sleutel ingetrokken";
    KeyRotated:          "key-rotated",           Register,   Charter, "K-" "/r",       Optional, "Key replaced", "Sleutel vervangen";
    LogKey:              "log-key",               Register,   Charter, "LK-" "",        Optional, "Log key announced", "Registersleutel aangekondigd";
    LogKeyEnded:         "log-key-ended",         Register,   Charter, "LK-" "/x",      Optional, "Log key ended", "Registersleutel beëindigd";
    Operator:            "operator",              Register,   Charter, "BEH-" "",       Optional, "Ledger handed over", "Register overgedragen";
    Closed:              "closed",                Register,   Charter, "EINDE-" "",     Optional, "Ledger closed", "Register gesloten";
    Rules:               "rules",                 Register,   Charter, "REGELS-" "",    Optional, "Rules of admission", "Toelatingsregels";
    Anchor:              "anchor",                Register,   Either,  "AN-" "",        Demanded, "Anchor", "Verankering";
    Witness:             "witness",               Register,   Either,  "GV-" "",        Demanded, "Witness statement", "Getuigenverklaring";
    Withheld:            "withheld",              Register,   Either,  "AG-" "",        Optional, "Text withheld", "Tekst achtergehouden";

    Group:               "group",                 Party,      Charter, "GR-" "",        Optional, "Group declared", "Groep opgegeven";
    Credential:          "credential",            Party,      Charter, "ERK-" "",       Optional, "Credential declared", "Erkenning opgegeven";
    CredentialChecked:   "credential-checked",    Party,      Charter, "ERK-" "/c",     Optional, "Credential checked", "Erkenning nagekeken";
    CredentialStatus:    "credential-status",     Party,      Charter, "ERK-" "/s",     Optional, "Credential status", "Status van een erkenning";

    Programme:           "programme",             Frame,      Charter, "prog:" "",      Optional, "Programme", "Programma";
    Service:             "service",               Frame,      Charter, "DN-" "",        Optional, "Service", "Dienst";
    Case:                "case",                  Frame,      Charter, "zaak:" "",      Optional, "Case opened", "Zaak geopend";
    Scope:               "scope",                 Frame,      Case,    "SC-" "",        Optional, "Scope", "Scope";
    Policy:              "policy",                Frame,      Case,    "BEL-" "",       Optional, "Assessment policy", "Toetsingsbeleid";
    Engagement:          "engagement",            Frame,      Case,    "OPD-" "",       Optional, "Engagement proposed", "Opdracht voorgesteld";
    EngagementAccepted:  "engagement-accepted",   Frame,      Case,    "OPD-" "/a",     Optional, "Engagement accepted", "Opdracht aanvaard";
    EngagementRefused:   "engagement-refused",    Frame,      Case,    "OPD-" "/r",     Optional, "Engagement refused", "Opdracht geweigerd";
    EngagementTerminated: "engagement-terminated", Frame,     Case,    "OPD-" "/b",     Optional, "Engagement terminated", "Opdracht beëindigd";
    Independence:        "independence",          Frame,      Case,    "ONV-" "",       Optional, "Independence declared", "Onafhankelijkheidsverklaring";

    Incident:            "incident",              Fact,       Case,    "INC-" "",       Optional, "Incident", "Incident";
    Change:              "change",                Fact,       Case,    "WW-" "",        Optional, "Change", "Wijziging";
    RootCause:           "root-cause",            Fact,       Case,    "OZ-" "",        Optional, "Root cause", "Oorzaak";
    SupervisoryNotice:   "supervisory-notice",    Fact,       Case,    "TB-" "",        Optional, "Notice of a supervisor", "Bericht van een toezichthouder";
    Privacy:             "privacy",               Fact,       Case,    "DP-" | "VO-" | "FG-" "", Optional, "Privacy document", "Privacydocument";

    Finding:             "finding",               Finding,    Case,    "B-" "",         Optional, "Finding", "Bevinding";
    Completeness:        "completeness",          Finding,    Case,    "VOL-" "",       Demanded, "Completeness declared", "Volledigheidsverklaring";
    RemediationPlan:     "remediation-plan",      Finding,    Case,    "HP-" "",        Optional, "Remediation plan", "Herstelplan";
    Evidence:            "evidence",              Finding,    Case,    "E-" "",         Optional, "Evidence", "Bewijsstuk";
    EvidenceReceived:    "evidence-received",     Finding,    Case,    "OB-" "",        Optional, "Evidence received", "Bewijsstuk ontvangen";
    EvidenceDestroyed:   "evidence-destroyed",    Finding,    Case,    "VN-" "",        Optional, "Evidence destroyed", "Bewijsstuk vernietigd";
    Remediation:         "remediation",           Finding,    Case,    "M-" "",         Optional, "Remediation claimed", "Herstel gemeld";
    RemediationRejected: "remediation-rejected",  Finding,    Case,    "M-" "/r",       Optional, "Remediation sent back", "Herstelmelding teruggestuurd";
    Retest:              "retest",                Finding,    Case,    "H-" "",         Optional, "Retest", "Hertest";
    FindingClosed:       "finding-closed",        Finding,    Case,    "SL-" "",        Optional, "Finding closed", "Bevinding gesloten";

    FindingReopened:     "finding-reopened",      Reassessment, Case,  "B-" "/h",       Optional, "Finding reopened", "Bevinding heropend";
    FindingWithdrawn:    "finding-withdrawn",     Reassessment, Case,  "B-" "/i",       Optional, "Finding withdrawn", "Bevinding ingetrokken";
    FindingMerged:       "finding-merged",        Reassessment, Case,  "B-" "/s",       Optional, "Finding merged", "Bevinding samengevoegd";
    RatingChanged:       "rating-changed",        Reassessment, Case,  "B-" "/w",       Optional, "Rating changed", "Weging gewijzigd";
    Dispute:             "dispute",               Reassessment, Case,  "DIS-" "",       Optional, "Dispute", "Betwisting";
    DisputeResolved:     "dispute-resolved",      Reassessment, Case,  "DIS-" | "AS-" "/r", Optional, "Dispute resolved", "Betwisting beslecht";

    RiskRequest:         "risk-request",          Risk,       Case,    "RR-" "",        Optional, "Risk acceptance requested", "Risicoacceptatie gevraagd";
    RiskOpinion:         "risk-opinion",          Risk,       Case,    "RR-" "/o",      Optional, "Opinion on a risk", "Mening over een risico";
    RiskAccepted:        "risk-accepted",         Risk,       Case,    "RR-" "/a",      Demanded, "Risk accepted", "Risico geaccepteerd";
    RiskRevoked:         "risk-revoked",          Risk,       Case,    "RR-" "/x",      Optional, "Risk not accepted", "Risico niet geaccepteerd";

    Attestation:         "attestation",           Conclusion, Case,    "T-" "",         WithNote, "Attestation", "Oordeel";
    Condition:           "condition",             Conclusion, Case,    "VW-" "",        Optional, "Condition", "Voorwaarde";
    ConditionFulfilled:  "condition-fulfilled",   Conclusion, Case,    "VW-" "/v",      Optional, "Condition fulfilled", "Aan voorwaarde voldaan";
    ConditionWaived:     "condition-waived",      Conclusion, Case,    "VW-" "/k",      Optional, "Condition dropped", "Voorwaarde vervallen";

    Dissent:             "dissent",               Dissent,    Case,    "AS-" "",        Demanded, "Dissent", "Afwijkend standpunt";
    Withdrawal:          "withdrawal",            Dissent,    Either,  "INT-" "",       Demanded, "Withdrawal", "Intrekking";
    Correction:          "correction",            Dissent,    Either,  "COR-" "",       Optional, "Correction", "Correctie";

    Suspension:          "suspension",            Act,        Case,    "OPS-" "",       Optional, "Suspension", "Opschorting";
    Standstill:          "standstill",            Act,        Case,    "SV-" "",        Optional, "Standstill declared", "Stilstandsverklaring";
    Decision:            "decision",              Act,        Case,    "BES-" "",       WithNote, "Decision", "Besluit";
    Resumption:          "resumption",            Act,        Case,    "HV-" "",        WithNote, "Resumption", "Hervatting";

    Request:             "request",               Openness,   Case,    "VZ-" "",        Optional, "Request", "Verzoek";
    View:                "view",                  Openness,   Case,    "ZW-" "",        Optional, "View", "Zienswijze";
    Disclosure:          "disclosure",            Openness,   Case,    "DV-" | "VI-" "", Optional, "Disclosure", "Verstrekking";
    Refusal:             "refusal",               Openness,   Case,    "VZ-" "/r",      Optional, "Refusal", "Weigering";
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
        })
    }

    /// Says whether `id` has the form of ids of this type.
    ///
    /// The form is a prefix, one or more of `[0-9A-Za-z.-]`, and the suffix; the id of a
    /// case is a case name as well, so it has no capitals.
    pub fn takes(self, id: &Id) -> bool {
        let info = self.info();
        let rest = info
            .prefixes()
            .find_map(|prefix| id.as_str().strip_prefix(prefix));
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

    /// Says in words which ids this type takes, such as `B-…`, `OPD-…/a` or `DV-… or VI-…`.
    pub fn id_form(self) -> String {
        let info = self.info();
        let forms = info
            .prefixes()
            .map(|prefix| format!("{prefix}…{}", info.id_suffix));
        forms.collect::<Vec<_>>().join(" or ")
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

impl Field for Type {
    const SHAPE: Shape = Shape::Word { words: Type::WORDS };

    fn parse(value: Value, at: &At) -> Result<Type, SchemaError> {
        let kind = value.as_str().and_then(Type::from_name);
        kind.ok_or_else(|| at.expected("the name of a type of statement", &value))
    }

    fn print(&self) -> Value {
        Value::string(self.name())
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
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("expected a predicate type like urn:bewijs:finding:v1, found {found:?}")]
pub struct TypeError {
    /// The beginning of what was found.
    pub found: String,
}
