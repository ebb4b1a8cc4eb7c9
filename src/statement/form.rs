//! Filling in: what a person is told about a field, and everything that is wrong with what was written.
//!
//! A parser stops at the first thing that is wrong. Whoever filled in a form wants to know all of it at
//! once, each with its place and the name by which people know the field. Both come from the declarations
//! of the types, so they are there for every type.

use std::fmt::Write as _;

use crate::hash::{Hash, excerpt};
use crate::json::Value;
use crate::note::Note;

use super::head::Id;
use super::opening::File;
use super::predicate::Type;
use super::schema::{At, FieldInfo, Language, Phrase, Shape};

/// What stands in a template where something is to be filled in.
pub const PLACEHOLDER: Phrase = phrase("FILL IN", "INVULLEN");

/// One thing that is wrong with what was filled in.
#[derive(Clone, Debug)]
pub struct Gap {
    /// The place, such as `predicate.answers[0].rule`.
    pub at: String,
    /// What people call the field, and the fields around it, outermost first.
    pub labels: Vec<Phrase>,
    expected: Expected,
    found: Found,
}

#[derive(Clone, Debug)]
enum Expected {
    Shape(&'static Shape),
    Length { min: usize, max: usize },
    NoRepetition,
    Members(String),
    PinId(&'static [Type]),
}

#[derive(Clone, Debug)]
enum Found {
    Nothing,
    Placeholder,
    Text(String),
    Named(Phrase),
    Items(usize),
}

impl Gap {
    /// Says what is wrong: field, place, what was expected and what was found.
    pub fn say(&self, language: Language) -> String {
        let labels: Vec<&str> = self
            .labels
            .iter()
            .map(|label| label.text(language))
            .collect();
        // The body as a whole has no name but its place.
        let place = match labels.is_empty() {
            true => self.at.clone(),
            false => format!("{} ({})", labels.join(", "), self.at),
        };
        let expected = match &self.expected {
            Expected::Shape(shape) => allowed(shape, language),
            Expected::Length { min, max } => length(*min, *max, language),
            Expected::NoRepetition => phrase("no repetition", "geen herhaling")
                .text(language)
                .to_owned(),
            Expected::Members(known) => match language {
                Language::English => format!("nothing but {known}"),
                Language::Dutch => format!("niets anders dan {known}"),
            },
            Expected::PinId(to) => allowed(&Shape::Pin { to }, language),
        };
        let found = match &self.found {
            Found::Nothing => phrase("nothing", "niets").text(language).to_owned(),
            Found::Placeholder => PLACEHOLDER.text(language).to_owned(),
            Found::Text(text) => format!("{text:?}"),
            Found::Named(what) => what.text(language).to_owned(),
            Found::Items(count) => match language {
                Language::English => format!("a list of {count}"),
                Language::Dutch => format!("een lijst van {count}"),
            },
        };
        match language {
            Language::English => format!("{place}: expected {expected}, found {found}"),
            Language::Dutch => format!("{place}: verwacht {expected}, gevonden {found}"),
        }
    }
}

/// Says whether a text is a place of a template that nobody has filled in.
pub fn is_placeholder(text: &str) -> bool {
    [PLACEHOLDER.en, PLACEHOLDER.nl].contains(&text.trim())
}

/// Says whether what stands here is the name, length and SHA-256 of a file.
pub fn is_file(shape: &Shape) -> bool {
    let Shape::Record { fields } = shape else {
        return false;
    };
    let names = |fields: &[FieldInfo]| fields.iter().map(|field| field.name).collect::<Vec<_>>();
    names(fields) == names(File::FIELDS)
}

/// Says what may stand in a place.
pub fn allowed(shape: &Shape, language: Language) -> String {
    let dutch = language == Language::Dutch;
    match shape {
        Shape::Line { max } if dutch => format!("één regel van hoogstens {max} tekens"),
        Shape::Line { max } => format!("one line of at most {max} characters"),
        Shape::Prose { max } if dutch => format!("tekst van hoogstens {max} tekens"),
        Shape::Prose { max } => format!("text of at most {max} characters"),
        Shape::Note { max } if dutch => {
            format!("een ondertekende stand, letterlijk overgenomen, hoogstens {max} bytes")
        }
        Shape::Note { max } => format!("a signed checkpoint, copied whole, of at most {max} bytes"),
        Shape::Localised { of } if dutch => {
            format!(
                "in het Nederlands en in het Engels {}",
                allowed(of, language)
            )
        }
        Shape::Localised { of } => format!("in Dutch and in English {}", allowed(of, language)),
        Shape::Form { what, example, .. } => {
            let like = if dutch { "zoals" } else { "like" };
            format!("{}, {like} {example}", what.text(language))
        }
        Shape::Word { words } => {
            let codes: Vec<&str> = words.iter().map(|word| word.code).collect();
            let one_of = if dutch { "een van" } else { "one of" };
            format!("{one_of} {}", codes.join(", "))
        }
        Shape::Integer { min, max } if dutch => {
            format!("een heel getal van {min} tot en met {max}")
        }
        Shape::Integer { min, max } => format!("a whole number from {min} to {max}"),
        Shape::Boolean if dutch => "true (ja) of false (nee)".to_owned(),
        Shape::Boolean => "true or false".to_owned(),
        Shape::Pin { to: [] } if dutch => "een verwijzing naar een eerdere verklaring".to_owned(),
        Shape::Pin { to: [] } => "a reference to an earlier statement".to_owned(),
        Shape::Pin { to } => {
            let mut text = if dutch {
                "een verwijzing naar"
            } else {
                "a reference to"
            }
            .to_owned();
            for (at, kind) in to.iter().enumerate() {
                let or = match (at, dutch) {
                    (0, _) => "",
                    (_, true) => " of",
                    (_, false) => " or",
                };
                let label = kind.info().label.text(language);
                let _ = write!(text, "{or} {label} ({})", kind.id_form());
            }
            text
        }
        Shape::List { of, min, max } => {
            format!("{}, {}", length(*min, *max, language), each(of, language))
        }
        shape if is_file(shape) && dutch => "een bestand: naam, lengte en SHA-256".to_owned(),
        shape if is_file(shape) => "a file: name, length and SHA-256".to_owned(),
        Shape::Record { fields } => {
            let labels: Vec<&str> = fields
                .iter()
                .map(|field| field.label.text(language))
                .collect();
            labels.join(", ")
        }
        Shape::Optional { of } => allowed(of, language),
        Shape::Committed { of } if dutch => {
            format!("{}, of niets (\"\" of null)", allowed(of, language))
        }
        Shape::Committed { of } => {
            format!("{}, or nothing (\"\" or null)", allowed(of, language))
        }
    }
}

fn length(min: usize, max: usize, language: Language) -> String {
    match (language, min == max) {
        (Language::English, true) => format!("a list of {min}"),
        (Language::English, false) => format!("a list of {min} to {max}"),
        (Language::Dutch, true) => format!("een lijst van {min}"),
        (Language::Dutch, false) => format!("een lijst van {min} tot en met {max}"),
    }
}

fn each(of: &Shape, language: Language) -> String {
    match language {
        Language::English => format!("each {}", allowed(of, language)),
        Language::Dutch => format!("elk {}", allowed(of, language)),
    }
}

/// Finds everything that is wrong with the body of a statement, whose confidential fields are plain.
///
/// How fields agree with each other is left to [`super::Draft::parse`], which asks that when each is right.
pub fn review(kind: Type, body: &Value) -> Vec<Gap> {
    let mut review = Review::default();
    let fields = kind.info().fields;
    match body {
        Value::Object(_) => review.record(fields, body, &At::Root("predicate")),
        other => review.gap(
            &At::Root("predicate"),
            Expected::Members(names(fields)),
            found(other),
        ),
    }
    review.gaps
}

/// Finds everything that is wrong with one value.
pub fn review_value(shape: &'static Shape, value: &Value, at: &At, label: Phrase) -> Vec<Gap> {
    let mut review = Review::default();
    review.labels.push(label);
    review.value(shape, value, at);
    review.gaps
}

#[derive(Default)]
struct Review {
    labels: Vec<Phrase>,
    gaps: Vec<Gap>,
}

impl Review {
    fn gap(&mut self, at: &At, expected: Expected, found: Found) {
        self.gaps.push(Gap {
            at: at.to_string(),
            labels: self.labels.clone(),
            expected,
            found,
        });
    }

    fn record(&mut self, fields: &'static [FieldInfo], value: &Value, at: &At) {
        let Value::Object(object) = value else {
            return;
        };
        for field in fields {
            self.labels.push(field.label);
            let place = at.member(field.name);
            match object.get(field.name) {
                Some(value) => self.value(&field.shape, value, &place),
                None if field.is_optional() => {}
                None => self.gap(&place, Expected::Shape(&field.shape), Found::Nothing),
            }
            self.labels.pop();
        }
        let known = |name: &str| fields.iter().any(|field| field.name == name);
        for (name, _) in object.iter().filter(|(name, _)| !known(name)) {
            self.gap(
                at,
                Expected::Members(names(fields)),
                Found::Text(excerpt(name)),
            );
        }
    }

    fn value(&mut self, shape: &'static Shape, value: &Value, at: &At) {
        if value.as_str().is_some_and(is_placeholder) {
            return self.gap(at, Expected::Shape(shape), Found::Placeholder);
        }
        let fits = match (shape, value) {
            (Shape::Optional { of }, value) => return self.value(of, value, at),
            (Shape::Committed { .. }, Value::Null) => true,
            (Shape::Committed { of }, value) => return self.value(of, value, at),
            (Shape::Localised { of }, Value::Object(both)) => {
                for language in ["nl", "en"] {
                    match both.get(language) {
                        Some(text) => self.value(of, text, &at.member(language)),
                        None => self.gap(&at.member(language), Expected::Shape(of), Found::Nothing),
                    }
                }
                for (name, _) in both.iter().filter(|(name, _)| !["en", "nl"].contains(name)) {
                    self.gap(
                        at,
                        Expected::Members("en, nl".to_owned()),
                        Found::Text(excerpt(name)),
                    );
                }
                true
            }
            (Shape::Pin { to }, Value::Object(_)) => {
                self.pin(to, value, at);
                true
            }
            (Shape::List { of, min, max }, Value::Array(items)) => {
                if !(*min..=*max).contains(&items.len()) {
                    let expected = Expected::Length {
                        min: *min,
                        max: *max,
                    };
                    return self.gap(at, expected, Found::Items(items.len()));
                }
                for (index, item) in items.iter().enumerate() {
                    let before = self.gaps.len();
                    self.value(of, item, &at.item(index));
                    // Two blocks that nobody filled in are no repetition.
                    if self.gaps.len() == before && items[..index].contains(item) {
                        self.gap(&at.item(index), Expected::NoRepetition, found(item));
                    }
                }
                true
            }
            (Shape::Record { fields }, Value::Object(_)) => {
                self.record(fields, value, at);
                true
            }
            (Shape::Line { max }, Value::String(text)) => {
                !text.contains('\n') && is_text(text, *max)
            }
            (Shape::Prose { max }, Value::String(text)) => is_text(text, *max),
            (Shape::Note { max }, Value::String(text)) => {
                text.len() <= *max && Note::parse(text.as_bytes()).is_ok()
            }
            (Shape::Form { fits, .. }, Value::String(text)) => fits(text),
            (Shape::Word { words }, Value::String(text)) => {
                words.iter().any(|word| word.code == text)
            }
            (Shape::Integer { min, max }, Value::Integer(number)) => (min..=max).contains(&number),
            (Shape::Boolean, Value::Bool(_)) => true,
            _ => false,
        };
        if !fits {
            self.gap(at, Expected::Shape(shape), found(value));
        }
    }

    fn pin(&mut self, to: &'static [Type], value: &Value, at: &At) {
        let members = value.as_object();
        for name in ["id", "sha256"] {
            let place = at.member(name);
            let member = members.and_then(|object| object.get(name));
            let text = member.and_then(Value::as_str).unwrap_or_default();
            let fits = match name {
                "id" => text
                    .parse::<Id>()
                    .is_ok_and(|id| to.is_empty() || to.iter().any(|kind| kind.takes(&id))),
                _ => text.parse::<Hash>().is_ok(),
            };
            let found = match member {
                None => Found::Nothing,
                Some(_) if is_placeholder(text) => Found::Placeholder,
                Some(value) => found(value),
            };
            if !fits {
                let expected = match name {
                    "id" => Expected::PinId(to),
                    _ => Expected::Shape(&DIGEST),
                };
                self.gap(&place, expected, found);
            }
        }
        let unknown = members.into_iter().flat_map(|object| object.iter());
        for (name, _) in unknown.filter(|(name, _)| !["id", "sha256"].contains(name)) {
            self.gap(
                at,
                Expected::Members("id, sha256".to_owned()),
                Found::Text(excerpt(name)),
            );
        }
    }
}

const DIGEST: Shape = <Hash as super::schema::Field>::SHAPE;

/// Says whether text has 1 to `max` characters and no white space at its ends.
fn is_text(text: &str, max: usize) -> bool {
    text.trim() == text && (1..=max).contains(&text.chars().count())
}

fn names(fields: &[FieldInfo]) -> String {
    let names: Vec<&str> = fields.iter().map(|field| field.name).collect();
    names.join(", ")
}

fn found(value: &Value) -> Found {
    match value {
        Value::String(text) => Found::Text(excerpt(text)),
        Value::Integer(number) => Found::Text(number.to_string()),
        Value::Array(items) => Found::Items(items.len()),
        Value::Null => Found::Named(phrase("null", "null")),
        Value::Bool(true) => Found::Named(phrase("true", "true")),
        Value::Bool(false) => Found::Named(phrase("false", "false")),
        Value::Object(_) => Found::Named(phrase("an object", "een object")),
    }
}

const fn phrase(en: &'static str, nl: &'static str) -> Phrase {
    Phrase { en, nl }
}
