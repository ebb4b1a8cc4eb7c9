//! What every statement begins with: which ledger, which case, who signs, what the signer had seen;
//! and how one statement names another.

use std::fmt;
use std::marker::PhantomData;
use std::str::FromStr;

use crate::hash::Hash;
use crate::json::Value;
use crate::key::KeyId;
use crate::merkle::{Index, Size};
use crate::note::{Note, Origin};
use crate::time::Seconds;

use super::field::{FormError, List, Nonce, form};
use super::lint::Exceptions;
use super::predicate::Type;
use super::schema::{At, Field, Leaf, SchemaError, Shape, Walker, record};

/// The most keys that sign one statement; [`crate::envelope`] has room for as many.
pub const MAX_SIGNERS: usize = 16;

record! {
    pub struct Head => "What every statement begins with.", "Waarmee elke verklaring begint." {
        id: Id
            => "Reference": "The name of this statement, unique in its thread.",
               "Kenmerk": "De naam van deze verklaring, uniek in haar draad.";
        case: Option<CaseName>
            => "Case": "The case it belongs to; absent when it belongs to the charter.",
               "Zaak": "De zaak waartoe zij behoort; afwezig als zij tot de oprichtingsakte behoort.";
        signers: Signers
            => "Signed by": "The ids of exactly the keys that sign, sorted.",
               "Ondertekend door": "De nummers van precies de sleutels die ondertekenen, gesorteerd.";
        claimed_at: Seconds
            => "Signed at, as stated": "When it was signed, by the signer's own clock.",
               "Ondertekend op, volgens opgave": "Wanneer zij is ondertekend, volgens de klok van de ondertekenaar.";
        nonce: Nonce
            => "Nonce": "128 random bits that keep the text from being guessed from its digest.",
               "Willekeurig getal": "128 willekeurige bits, zodat de tekst niet uit haar vingerafdruk te raden is.";
        basis: Option<Basis>
            => "Basis": "The state of the ledger that the signer had seen.",
               "Uitgangspunt": "De stand van het register die de ondertekenaar had gezien.";
        lint: Option<Exceptions>
            => "Kept on purpose": "What looks like personal data or the address of a system and may stand, with the reason.",
               "Bewust vermeld": "Wat op een persoonsgegeven of het adres van een systeem lijkt en mag blijven staan, met de reden.";
    }
}

record! {
    pub struct Basis => "A state of the ledger that the signer had seen.", "Een stand van het register die de ondertekenaar had gezien." {
        size: Size
            => "Size": "The number of entries.",
               "Aantal vermeldingen": "Het aantal vermeldingen.";
        root: Hash
            => "Root hash": "The root hash of the tree of that size.",
               "Wortel": "De wortel van de boom van die grootte.";
        note: Option<Note>
            => "Checkpoint": "The cosigned checkpoint of that size, byte for byte; shows that the statement is not older.",
               "Meegetekende stand": "De meegetekende stand van die grootte, letterlijk; toont dat de verklaring niet ouder is.";
    }
}

/// The ledger that a statement is for: the `subject` of the in-toto statement.
///
/// ```text
/// [{"digest":{"sha256":"<genesis>"},"name":"<origin>"}]
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LedgerId {
    /// The name of the ledger.
    pub origin: Origin,
    /// The SHA-256 of entry 0's payload; in entry 0 itself that of the canonical JSON
    /// of the charter's `text`.
    pub genesis: Hash,
}

/// The thread that a statement is filed in: a function of its head.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Thread {
    /// What is not of one case.
    Charter,
    /// One case.
    Case(CaseName),
}

/// The name of a statement: `[A-Za-z0-9][A-Za-z0-9:._/-]{0,62}`, with a form per type.
///
/// Unique in its thread, ignoring the case of letters: [`Id::folded`] is what to compare.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Id(String);

/// The name of a case: `[a-z0-9][a-z0-9:._-]{0,62}`.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct CaseName(String);

/// The name of a party: the id of its `party` statement, such as `org:lab-voorbeeld`.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct PartyId(String);

/// The public number of a person of a party, such as `org:lab-voorbeeld#2`; never a name.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Holder {
    /// The party that the person acts for.
    pub party: PartyId,
    /// The number, 1 to 999: two persons of one party have two numbers.
    pub number: u16,
}

/// The keys that sign a statement: 1 to [`MAX_SIGNERS`] ids, sorted, each once.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Signers(List<KeyId, 1, MAX_SIGNERS>);

/// A reference to an earlier statement: its id, and the SHA-256 of its payload.
///
/// ```text
/// {"id":"B-006","sha256":"<hex>"}
/// ```
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Pin {
    /// The id of the statement.
    pub id: Id,
    /// The SHA-256 of its payload bytes.
    pub sha256: Hash,
}

/// A [`Pin`] to a statement of a type that `T` names; its id has the form of that type.
pub struct PinTo<T> {
    pin: Pin,
    target: PhantomData<fn() -> T>,
}

/// What a [`PinTo`] may refer to.
pub trait Target {
    /// The types; empty when any.
    const TYPES: &'static [Type];
}

/// The target of a pin to a statement of any type.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Any {}

impl Target for Any {
    const TYPES: &'static [Type] = &[];
}

impl Head {
    /// Returns the thread that the statement belongs to.
    pub fn thread(&self) -> Thread {
        match &self.case {
            None => Thread::Charter,
            Some(case) => Thread::Case(case.clone()),
        }
    }
}

impl Thread {
    /// Returns the name: `charter`, or `case/` and the name of the case.
    pub fn name(&self) -> String {
        match self {
            Thread::Charter => "charter".to_owned(),
            Thread::Case(case) => format!("case/{case}"),
        }
    }
}

impl fmt::Display for Thread {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.name())
    }
}

impl FromStr for Thread {
    type Err = FormError;

    fn from_str(text: &str) -> Result<Thread, FormError> {
        if text == "charter" {
            return Ok(Thread::Charter);
        }
        let case = text
            .strip_prefix("case/")
            .and_then(|case| case.parse().ok());
        case.map(Thread::Case)
            .ok_or_else(|| FormError::new("charter, or case/ and the name of a case", text))
    }
}

impl Id {
    /// Returns the id.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Returns the id in lower case, under which it is unique in its thread.
    pub fn folded(&self) -> String {
        self.0.to_ascii_lowercase()
    }
}

impl CaseName {
    /// Returns the name.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl PartyId {
    /// Returns the name.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl From<PartyId> for Id {
    fn from(party: PartyId) -> Id {
        Id(party.0)
    }
}

impl From<CaseName> for Id {
    fn from(case: CaseName) -> Id {
        Id(case.0)
    }
}

/// Says whether `text` is 1 to 63 characters of `first` and then `rest`.
fn is_name(text: &str, first: fn(u8) -> bool, rest: fn(u8) -> bool) -> bool {
    match text.as_bytes() {
        [head, tail @ ..] => {
            tail.len() <= 62 && first(*head) && tail.iter().all(|byte| rest(*byte))
        }
        [] => false,
    }
}

impl FromStr for Id {
    type Err = FormError;

    fn from_str(text: &str) -> Result<Id, FormError> {
        let rest = |byte: u8| byte.is_ascii_alphanumeric() || b":._/-".contains(&byte);
        match is_name(text, |byte| byte.is_ascii_alphanumeric(), rest) {
            true => Ok(Id(text.to_owned())),
            false => Err(FormError::new(Id::SHAPE, text)),
        }
    }
}

impl FromStr for CaseName {
    type Err = FormError;

    fn from_str(text: &str) -> Result<CaseName, FormError> {
        let first = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit();
        let rest = |byte: u8| {
            byte.is_ascii_lowercase() || byte.is_ascii_digit() || b":._-".contains(&byte)
        };
        match is_name(text, first, rest) {
            true => Ok(CaseName(text.to_owned())),
            false => Err(FormError::new(CaseName::SHAPE, text)),
        }
    }
}

impl FromStr for PartyId {
    type Err = FormError;

    fn from_str(text: &str) -> Result<PartyId, FormError> {
        let id: Option<Id> = text.parse().ok();
        match id.filter(|id| Type::Party.takes(id)) {
            Some(id) => Ok(PartyId(id.0)),
            None => Err(FormError::new(PartyId::SHAPE, text)),
        }
    }
}

impl FromStr for Holder {
    type Err = FormError;

    fn from_str(text: &str) -> Result<Holder, FormError> {
        let error = || FormError::new(Holder::SHAPE, text);
        let (party, digits) = text.split_once('#').ok_or_else(error)?;
        let party = party.parse().map_err(|_| error())?;
        let plain = digits.bytes().all(|byte| byte.is_ascii_digit()) && !digits.starts_with('0');
        let number = digits.parse().ok().filter(|number| plain && *number <= 999);
        let number = number.ok_or_else(error)?;
        Ok(Holder { party, number })
    }
}

impl fmt::Display for Id {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl fmt::Display for CaseName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl fmt::Display for PartyId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl fmt::Display for Holder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}#{}", self.party, self.number)
    }
}

form!(
    Id,
    "an id",
    "een kenmerk",
    "[A-Za-z0-9][A-Za-z0-9:._/-]{0,62}",
    "B-006"
);
form!(
    CaseName,
    "the name of a case",
    "de naam van een zaak",
    "[a-z0-9][a-z0-9:._-]{0,62}",
    "zaak:2023-001"
);
form!(
    PartyId,
    "the id of a party",
    "het kenmerk van een partij",
    "org:[0-9A-Za-z.-]{1,59}",
    "org:lab-voorbeeld"
);
form!(
    Holder,
    "the number of a person of a party",
    "het nummer van een persoon van een partij",
    "org:[0-9A-Za-z.-]{1,59}#[1-9][0-9]{0,2}",
    "org:lab-voorbeeld#1"
);

impl Signers {
    /// Takes key ids in any order; their number is checked when the statement is composed.
    pub fn new(keys: impl IntoIterator<Item = KeyId>) -> Signers {
        let mut keys: Vec<KeyId> = keys.into_iter().collect();
        keys.sort();
        keys.dedup();
        Signers(List::new(keys))
    }

    /// Returns the key ids, sorted.
    pub fn as_slice(&self) -> &[KeyId] {
        &self.0
    }

    /// Says whether `key` signs.
    pub fn contains(&self, key: &KeyId) -> bool {
        self.0.binary_search(key).is_ok()
    }

    /// Goes through the key ids, sorted.
    pub fn iter(&self) -> impl ExactSizeIterator<Item = &KeyId> {
        self.0.iter()
    }
}

impl Field for Signers {
    const SHAPE: Shape = <List<KeyId, 1, MAX_SIGNERS>>::SHAPE;

    fn parse(value: Value, at: &At) -> Result<Signers, SchemaError> {
        let keys = List::<KeyId, 1, MAX_SIGNERS>::parse(value, at)?;
        match keys.windows(2).position(|pair| pair[0] > pair[1]) {
            None => Ok(Signers(keys)),
            Some(before) => Err(SchemaError {
                at: at.item(before + 1).to_string(),
                expected: "key ids in rising order".to_owned(),
                found: keys[before + 1].to_string(),
            }),
        }
    }

    fn print(&self) -> Value {
        self.0.print()
    }
}

impl Pin {
    /// Takes the members of a pin.
    fn parse(value: Value, at: &At) -> Result<Pin, SchemaError> {
        let mut members = super::schema::Members::open(value, at)?;
        let pin = Pin {
            id: members.take("id")?,
            sha256: members.take("sha256")?,
        };
        members.close("id, sha256")?;
        Ok(pin)
    }
}

impl<T> PinTo<T> {
    /// Takes a pin; that its id has the form of the type is checked when the statement is composed.
    pub const fn new(pin: Pin) -> PinTo<T> {
        PinTo {
            pin,
            target: PhantomData,
        }
    }

    /// Returns the pin.
    pub const fn pin(&self) -> &Pin {
        &self.pin
    }
}

impl<T> std::ops::Deref for PinTo<T> {
    type Target = Pin;

    fn deref(&self) -> &Pin {
        &self.pin
    }
}

impl<T> Clone for PinTo<T> {
    fn clone(&self) -> PinTo<T> {
        PinTo::new(self.pin.clone())
    }
}

impl<T> PartialEq for PinTo<T> {
    fn eq(&self, other: &PinTo<T>) -> bool {
        self.pin == other.pin
    }
}

impl<T> Eq for PinTo<T> {}

impl<T> fmt::Debug for PinTo<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.pin.fmt(f)
    }
}

impl<T: Target> Field for PinTo<T> {
    const SHAPE: Shape = Shape::Pin { to: T::TYPES };

    fn parse(value: Value, at: &At) -> Result<PinTo<T>, SchemaError> {
        let pin = Pin::parse(value, at)?;
        match T::TYPES.is_empty() || T::TYPES.iter().any(|kind| kind.takes(&pin.id)) {
            true => Ok(PinTo::new(pin)),
            false => Err(at.member("id").expected(Ids(T::TYPES), &pin.id.print())),
        }
    }

    fn print(&self) -> Value {
        Value::object([
            ("id", self.pin.id.print()),
            ("sha256", self.pin.sha256.print()),
        ])
    }

    fn walk<'a>(&'a self, at: &At, walker: &mut Walker<'a, '_>) {
        walker(
            at,
            Leaf::Pin {
                pin: &self.pin,
                to: T::TYPES,
            },
        );
    }
}

/// The forms of ids of some types, for error messages.
struct Ids(&'static [Type]);

impl fmt::Display for Ids {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (at, kind) in self.0.iter().enumerate() {
            let or = if at > 0 { " or " } else { "" };
            write!(f, "{or}the id of a {}, {}", kind.name(), kind.id_form())?;
        }
        Ok(())
    }
}

impl Field for Size {
    const SHAPE: Shape = Shape::Integer {
        min: 0,
        max: crate::json::MAX_INTEGER,
    };

    fn parse(value: Value, at: &At) -> Result<Size, SchemaError> {
        let number = value
            .as_integer()
            .and_then(|number| u64::try_from(number).ok());
        let size = number.and_then(Size::new);
        size.ok_or_else(|| at.expected(Self::SHAPE, &value))
    }

    fn print(&self) -> Value {
        // Every size is at most 2^53-1.
        Value::Integer(self.get() as i64)
    }
}

impl Field for Index {
    const SHAPE: Shape = Shape::Integer {
        min: 0,
        max: crate::json::MAX_INTEGER - 1,
    };

    fn parse(value: Value, at: &At) -> Result<Index, SchemaError> {
        let number = value
            .as_integer()
            .and_then(|number| u64::try_from(number).ok());
        let index = number.and_then(Index::new);
        index.ok_or_else(|| at.expected(Self::SHAPE, &value))
    }

    fn print(&self) -> Value {
        Value::Integer(self.get() as i64)
    }
}
