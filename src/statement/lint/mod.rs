//! The lint: finds what looks like personal data, or tells where systems are, in what becomes public.
//!
//! A ledger forgets nothing, so whoever signs is told before signing, and the door of a ledger refuses
//! what is found. It is not part of admission: nobody replays it, and it may become sharper without
//! making an entry invalid.
//!
//! ```text
//! predicate.text.nl, characters 13 to 21: looks like a citizen service number (BSN)
//! ```
//!
//! It goes over every public string of the head and the body, which the declarations of the
//! types ([`super::schema`]) tell apart from committed ones, and, on request, over what openings show.
//! What it takes for a personal name is a warning only. What the other kinds find is refused, unless the statement
//! has an [`Exception`] for this place and kind; one that nothing needs is refused as well, so that every
//! exception says something true about the text.
//!
//! A hit shows what it found to the author and to nobody else: printed, it is masked.
//! `docs/decisions/lint.md` says why the kinds are what they are and what each pattern leaves out.

mod address;
pub mod exception;
mod name;
mod number;
mod text;

use std::fmt;
use std::ops::Range;

use crate::json::Value;
use crate::note::{Origin, VerifierKey};

use super::head::Head;
use super::opening::Openings;
use super::schema::{At, Field as _, FieldInfo, Phrase, Shape};
use super::{LedgerId, Statement};

pub use exception::{Exception, ExceptionKind, Exceptions, Place};
use text::Text;

/// What the lint takes a piece of text for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Kind {
    /// A citizen service number: nine digits that pass the elfproef.
    CitizenNumber,
    /// A date of birth: a date beside a word about birth.
    BirthDate,
    /// An IP address, version 4 or 6.
    IpAddress,
    /// An e-mail address.
    Email,
    /// The name of a machine, or a URL.
    HostName,
    /// The path of a file.
    FilePath,
    /// A telephone number.
    Telephone,
    /// The name of a person; a warning only.
    PersonalName,
}

/// One piece of text that the lint found.
#[derive(Clone, PartialEq, Eq)]
pub struct Hit {
    /// The place of the text, such as `predicate.text.nl`.
    pub at: String,
    /// Which characters of it (Unicode scalar values, from 0).
    pub characters: Range<usize>,
    /// What it looks like.
    pub kind: Kind,
    found: String,
}

/// What the lint says about a statement.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Report {
    /// What may not become public as it stands.
    pub refused: Vec<Hit>,
    /// What would be refused if the statement had no exception for it.
    pub excepted: Vec<Hit>,
    /// What the author should look at again.
    pub warnings: Vec<Hit>,
    /// Exceptions for what the lint does not find.
    pub idle: Vec<Exception>,
}

impl Kind {
    /// Every kind; where a piece of text looks like two, the earlier one is told.
    pub const ALL: &'static [Kind] = &[
        Kind::CitizenNumber,
        Kind::BirthDate,
        Kind::IpAddress,
        Kind::Email,
        Kind::HostName,
        Kind::FilePath,
        Kind::Telephone,
        Kind::PersonalName,
    ];

    /// Returns the word for it in exceptions and in answers for programs.
    pub const fn code(self) -> &'static str {
        match (self, self.exception()) {
            (_, Some(kind)) => kind.code(),
            (Kind::CitizenNumber, None) => "bsn",
            (Kind::BirthDate, None) => "date-of-birth",
            (_, None) => "personal-name",
        }
    }

    /// Returns what an exception calls it; `None` when there is no exception for it.
    pub const fn exception(self) -> Option<ExceptionKind> {
        match self {
            Kind::IpAddress => Some(ExceptionKind::IpAddress),
            Kind::Email => Some(ExceptionKind::Email),
            Kind::HostName => Some(ExceptionKind::HostName),
            Kind::FilePath => Some(ExceptionKind::FilePath),
            Kind::Telephone => Some(ExceptionKind::Telephone),
            Kind::CitizenNumber | Kind::BirthDate | Kind::PersonalName => None,
        }
    }

    /// Says whether it is a warning only.
    pub const fn is_warning(self) -> bool {
        matches!(self, Kind::PersonalName)
    }

    /// What people call it.
    pub const fn label(self) -> Phrase {
        match (self, self.exception()) {
            (_, Some(kind)) => kind.label(),
            (Kind::CitizenNumber, None) => phrase(
                "a citizen service number (BSN)",
                "een burgerservicenummer (BSN)",
            ),
            (Kind::BirthDate, None) => phrase("a date of birth", "een geboortedatum"),
            (_, None) => phrase("the name of a person", "een naam van een persoon"),
        }
    }

    /// Why it is taken for that.
    pub const fn reason(self) -> Phrase {
        match self {
            Kind::CitizenNumber => phrase(
                "its digits pass the check of such numbers (elfproef)",
                "de cijfers voldoen aan de elfproef",
            ),
            Kind::BirthDate => phrase(
                "a date stands beside a word about birth",
                "een datum staat bij een woord over geboorte",
            ),
            Kind::IpAddress => phrase(
                "it has the form of such an address",
                "het heeft de vorm van zo'n adres",
            ),
            Kind::Email => phrase(
                "an at sign stands between a name and a domain",
                "een apenstaartje staat tussen een naam en een domein",
            ),
            Kind::HostName => phrase(
                "it ends like a domain, begins like a web address, or is called as servers are",
                "het eindigt als een domein, begint als een webadres of heet zoals servers heten",
            ),
            Kind::FilePath => phrase(
                "folders stand behind each other, from a root, a drive or a share",
                "mappen staan achter elkaar, vanaf een wortel, een schijf of een gedeelde map",
            ),
            Kind::Telephone => phrase(
                "its digits are grouped or announced as those of such a number",
                "de cijfers zijn gegroepeerd of aangekondigd als die van zo'n nummer",
            ),
            Kind::PersonalName => phrase(
                "a title or a common given name stands before a surname",
                "een aanspreektitel of gangbare voornaam staat voor een achternaam",
            ),
        }
    }

    /// What to do about it.
    pub const fn remedy(self) -> Phrase {
        match self {
            Kind::CitizenNumber => phrase(
                "leave the number out; an organisation has a number in the trade register",
                "laat het nummer weg; een organisatie heeft een KvK-nummer",
            ),
            Kind::BirthDate => phrase(
                "leave out when anyone was born; give other dates without a word about birth",
                "laat weg wanneer iemand is geboren; noem andere data zonder woord over geboorte",
            ),
            Kind::IpAddress | Kind::HostName | Kind::FilePath => phrase(
                "say what the system does, and put its address into a confidential field",
                "zeg wat het systeem doet en zet het adres in een vertrouwelijk veld",
            ),
            Kind::Email | Kind::Telephone => phrase(
                "name the organisation and the function; contact data stay outside the ledger",
                "noem de organisatie en de functie; contactgegevens blijven buiten het register",
            ),
            Kind::PersonalName => phrase(
                "if it is a person, name the organisation, the function and the number of the person, such as org:audit-voorbeeld#1",
                "noem, als het een persoon is, de organisatie, de functie en het nummer van de persoon, zoals org:audit-voorbeeld#1",
            ),
        }
    }
}

impl Hit {
    /// Returns what was found. For the author, who wrote it, and for nobody else: no log, no answer to a stranger.
    pub fn for_the_author(&self) -> &str {
        &self.found
    }
}

impl fmt::Display for Hit {
    /// Says place and kind, and not what was found.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "{}, characters {} to {}: looks like {}: {}",
            self.at,
            self.characters.start + 1,
            self.characters.end,
            self.kind.label().en,
            self.kind.remedy().en
        )
    }
}

impl fmt::Debug for Hit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Hit({} {:?} {:?})", self.at, self.characters, self.kind)
    }
}

/// Goes over every public string of a statement.
pub fn report(statement: &Statement) -> Report {
    let mut hits = Vec::new();
    let mut visit = |at: &At, text: &str, part: Part| {
        hits.extend(scan_part(text, part, statement.ledger(), &at.to_string()));
    };
    let at = At::Root("predicate");
    let head = statement.head().print();
    record(Head::FIELDS, &head, &at.member("head"), &mut visit);
    let fields = statement.kind().info().fields;
    record(fields, &statement.predicate().print(), &at, &mut visit);

    let exceptions: Vec<&Exception> = statement
        .head()
        .lint
        .iter()
        .flat_map(Exceptions::iter)
        .collect();
    let covers = |exception: &Exception, hit: &Hit| {
        exception.at.as_str() == hit.at && Some(exception.kind) == hit.kind.exception()
    };
    let idle = exceptions
        .iter()
        .filter(|exception| !hits.iter().any(|hit| covers(exception, hit)));
    let idle = idle.map(|exception| (*exception).clone()).collect();
    let (warnings, hits): (Vec<Hit>, Vec<Hit>) =
        hits.into_iter().partition(|hit| hit.kind.is_warning());
    let (excepted, refused) = hits
        .into_iter()
        .partition(|hit| exceptions.iter().any(|exception| covers(exception, hit)));
    Report {
        refused,
        excepted,
        warnings,
        idle,
    }
}

/// Goes over what `openings` show of the confidential fields of a statement: it stays in the house, so
/// whatever is found is for the author to weigh.
pub fn confidential(statement: &Statement, openings: &Openings) -> Vec<Hit> {
    let mut hits = Vec::new();
    let mut visit = |at: &At, text: &str, part: Part| {
        hits.extend(scan_part(text, part, statement.ledger(), &at.to_string()));
    };
    let at = At::Root("predicate");
    for field in statement.kind().confidential() {
        let here = openings
            .iter()
            .filter(|opening| opening.id() == statement.id() && opening.field() == field.name);
        for opening in here {
            if let Shape::Committed { of } = field.shape {
                strings(of, opening.value(), &at.member(field.name), &mut visit);
            }
        }
    }
    hits
}

/// Asks what the door of a ledger asks.
///
/// # Errors
/// [`LintError`] with every place that may not become public, and every exception that nothing needs.
pub fn check(statement: &Statement) -> Result<(), LintError> {
    let Report { refused, idle, .. } = report(statement);
    match refused.is_empty() && idle.is_empty() {
        true => Ok(()),
        false => Err(LintError { refused, idle }),
    }
}

/// Goes over one text, as if it stood at `at` in a statement for `ledger`.
pub fn scan(text: &str, ledger: &LedgerId, at: &str) -> Vec<Hit> {
    scan_part(text, Part::Free, ledger, at)
}

/// How freely a string is written.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Part {
    /// By a person, or in a form that leaves room.
    Free,
    /// The name of a ledger, a note, a place: these look like host names and paths by their kind.
    Name,
}

type Visit<'v> = dyn FnMut(&At, &str, Part) + 'v;

fn record(fields: &'static [FieldInfo], value: &Value, at: &At, visit: &mut Visit) {
    for field in fields {
        let member = value.as_object().and_then(|object| object.get(field.name));
        if let Some(value) = member {
            strings(&field.shape, value, &at.member(field.name), visit);
        }
    }
}

/// Hands every string that is not committed to `visit`.
fn strings(shape: &Shape, value: &Value, at: &At, visit: &mut Visit) {
    match (shape, value) {
        (Shape::Optional { of }, value) => strings(of, value, at, visit),
        (Shape::Localised { of }, Value::Object(both)) => {
            for (language, text) in both.iter() {
                strings(of, text, &at.member(language), visit);
            }
        }
        (Shape::List { of, .. }, Value::Array(items)) => {
            for (index, item) in items.iter().enumerate() {
                strings(of, item, &at.item(index), visit);
            }
        }
        (Shape::Record { fields }, value) => record(fields, value, at, visit),
        (Shape::Pin { .. }, Value::Object(pin)) => {
            if let Some(Value::String(id)) = pin.get("id") {
                visit(&at.member("id"), id, Part::Free);
            }
        }
        (Shape::Note { .. }, Value::String(text)) => visit(at, text, Part::Name),
        (Shape::Form { what, .. }, Value::String(text)) => {
            let part = match [Origin::SHAPE, VerifierKey::SHAPE, Place::SHAPE]
                .iter()
                .any(|shape| is_form(shape, what))
            {
                true => Part::Name,
                false => Part::Free,
            };
            visit(at, text, part);
        }
        (Shape::Line { .. } | Shape::Prose { .. }, Value::String(text)) => {
            visit(at, text, Part::Free);
        }
        // Words and numbers come from closed lists and short ranges; commitments show nothing.
        _ => {}
    }
}

fn is_form(shape: &Shape, named: &Phrase) -> bool {
    matches!(shape, Shape::Form { what, .. } if what == named)
}

fn scan_part(text: &str, part: Part, ledger: &LedgerId, at: &str) -> Vec<Hit> {
    let characters = Text::new(text);
    let origin = ledger.origin.as_str().to_lowercase();
    let own = origin.split('/').next().unwrap_or_default();
    let known = |name: &str| name == own || STANDARDS.contains(&name);
    let mut found: Vec<(Kind, Range<usize>)> = Vec::new();
    for kind in Kind::ALL {
        let ranges = match kind {
            Kind::CitizenNumber => number::citizen_numbers(&characters),
            Kind::BirthDate => number::birth_dates(&characters),
            Kind::IpAddress => address::ips(&characters),
            Kind::Email => address::emails(&characters),
            Kind::Telephone => number::telephones(&characters),
            Kind::HostName | Kind::FilePath | Kind::PersonalName if part == Part::Name => continue,
            Kind::HostName => {
                let mut ranges = address::urls(&characters, &known);
                ranges.extend(address::hosts(&characters, &known));
                ranges
            }
            Kind::FilePath => address::paths(&characters),
            Kind::PersonalName => name::names(&characters),
        };
        found.extend(ranges.into_iter().map(|range| (*kind, range)));
    }
    let mut hits = without_inner(found);
    hits.sort_by_key(|(kind, range)| (range.start, range.end, *kind));
    let hits = hits.into_iter().map(|(kind, characters_of)| Hit {
        at: at.to_owned(),
        found: characters.piece(characters_of.clone()),
        characters: characters_of,
        kind,
    });
    hits.collect()
}

/// Leaves out what lies within something of an earlier kind, such as the domain of an e-mail address.
fn without_inner(found: Vec<(Kind, Range<usize>)>) -> Vec<(Kind, Range<usize>)> {
    // The ranges of one kind do not overlap, except URLs and the hosts within; so few reach over a place.
    let mut by_start = found.clone();
    by_start.sort_by_key(|(kind, range)| (range.start, std::cmp::Reverse(range.end), *kind));
    let mut kept: Vec<(Kind, Range<usize>)> = Vec::new();
    let mut open: Vec<(Kind, Range<usize>)> = Vec::new();
    for (kind, range) in by_start {
        open.retain(|(_, outer)| outer.end > range.start);
        let inner = open.iter().any(|(outer_kind, outer)| {
            let within = outer.start <= range.start && range.end <= outer.end;
            within && *outer_kind <= kind
        });
        if !inner {
            open.push((kind, range.clone()));
            kept.push((kind, range));
        }
    }
    kept
}

const fn phrase(en: &'static str, nl: &'static str) -> Phrase {
    Phrase { en, nl }
}

/// Hosts that are parts of the names of formats.
const STANDARDS: &[&str] = &["in-toto.io", "c2sp.org", "slsa.dev"];

/// A statement that may not become public as it stands.
///
/// Printed, it has a line for each place and does not show what stands there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LintError {
    /// What was found, in the order of the statement.
    pub refused: Vec<Hit>,
    /// Exceptions for what is not found.
    pub idle: Vec<Exception>,
}

impl fmt::Display for LintError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let places = self.refused.len();
        match places {
            0 => f.write_str("expected exceptions for what the lint finds only, found others")?,
            1 => f.write_str("expected nothing that looks like personal data or the address of a system, found one place")?,
            _ => write!(f, "expected nothing that looks like personal data or the address of a system, found {places} places")?,
        }
        for hit in &self.refused {
            write!(f, "\n{hit}")?;
        }
        for Exception { at, kind, .. } in &self.idle {
            write!(
                f,
                "\n{at}: nothing there looks like {}: leave the exception out",
                kind.label().en
            )?;
        }
        Ok(())
    }
}

impl std::error::Error for LintError {}
