//! A statement in plain words: what is about to be signed, or was.
//!
//! Everything that is signed is shown: the head, every public field, every reference, and of
//! confidential fields that they are committed to. What is not stated is shown as not stated, because
//! leaving out can mean as much as saying. Words come from the declarations of the types.

use crate::json::Value;

use super::Statement;
use super::head::{Head, Id};
use super::opening::{Opening, Openings, parse_commitment};
use super::schema::{Field, FieldInfo, Language, Phrase, Shape};

/// One line of a description.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Line {
    /// How far to indent, from 0.
    pub depth: usize,
    /// What people call the thing; empty for an item of a list.
    pub label: String,
    /// What it is; empty when the lines below tell. May hold line feeds.
    pub text: String,
}

/// Describes a statement; confidential fields are shown as committed.
pub fn describe(statement: &Statement, language: Language) -> Vec<Line> {
    describe_opened(statement, &Openings::default(), language)
}

/// Describes a statement with the confidential values that `openings` show.
pub fn describe_opened(
    statement: &Statement,
    openings: &Openings,
    language: Language,
) -> Vec<Line> {
    let info = statement.kind().info();
    let mut page = Page {
        id: statement.id(),
        openings,
        language,
        lines: Vec::new(),
    };
    page.line(0, STATEMENT, info.label.text(language));
    page.line(0, MEANING, info.purpose.text(language));
    page.line(0, LEDGER, statement.ledger().origin.as_str());
    page.record(0, Head::FIELDS, &statement.head().print());
    page.record(0, info.fields, &statement.predicate().print());
    page.lines
}

/// Describes the value of an opening, by the field of the type that its path names.
///
/// Where no type has such a field, or the value does not fit it, nothing but its JSON can be shown.
pub fn describe_opening(opening: &Opening, language: Language) -> Vec<Line> {
    let mut page = Page {
        id: opening.id(),
        openings: &Openings::default(),
        language,
        lines: Vec::new(),
    };
    let field = opening.field_info();
    let label = field.map_or(opening.field(), |(_, field)| field.label.text(language));
    match (field.map(|(_, field)| field.shape), opening.value()) {
        (_, Value::Null) => page.push(0, label, NOTHING.text(language).to_owned()),
        (Some(Shape::Committed { of }), value) if opening.fits() => {
            page.value(0, label, of, value);
        }
        (_, value) => {
            let json = String::from_utf8_lossy(&value.to_canonical()).into_owned();
            page.push(0, label, json);
        }
    }
    page.lines
}

struct Page<'s> {
    id: &'s Id,
    openings: &'s Openings,
    language: Language,
    lines: Vec<Line>,
}

impl Page<'_> {
    fn line(&mut self, depth: usize, label: Phrase, text: &str) {
        self.push(depth, label.text(self.language), text.to_owned());
    }

    fn push(&mut self, depth: usize, label: &str, text: String) {
        self.lines.push(Line {
            depth,
            label: label.to_owned(),
            text,
        });
    }

    fn record(&mut self, depth: usize, fields: &'static [FieldInfo], value: &Value) {
        for field in fields {
            let label = field.label.text(self.language);
            let value = value.as_object().and_then(|object| object.get(field.name));
            match (value, &field.shape) {
                (None, _) => self.push(depth, label, self.word(NOT_STATED)),
                (Some(value), Shape::Committed { of }) => self.committed(depth, field, of, value),
                (Some(value), shape) => self.value(depth, label, shape, value),
            }
        }
    }

    fn committed(&mut self, depth: usize, field: &'static FieldInfo, of: &Shape, value: &Value) {
        let label = field.label.text(self.language);
        let openings = self.openings;
        let opening = parse_commitment(value).and_then(|digest| openings.find(&digest));
        let here = |opening: &&Opening| opening.field() == field.name && opening.id() == self.id;
        let Some(opening) = opening.filter(here) else {
            return self.push(depth, label, self.word(COMMITTED));
        };
        self.push(depth, label, self.word(OPENED));
        match opening.value() {
            Value::Null => self.push(depth + 1, "", self.word(NOTHING)),
            value => self.value(depth + 1, "", of, value),
        }
    }

    fn value(&mut self, depth: usize, label: &str, shape: &Shape, value: &Value) {
        match (shape, value) {
            (Shape::Optional { of }, value) => self.value(depth, label, of, value),
            (Shape::Word { words }, Value::String(code)) => {
                let word = words.iter().find(|word| word.code == code);
                let text = word.map_or(code.as_str(), |word| word.label.text(self.language));
                self.push(depth, label, text.to_owned());
            }
            (Shape::Boolean, Value::Bool(truth)) => {
                self.push(depth, label, self.word(if *truth { YES } else { NO }));
            }
            (Shape::Integer { .. }, Value::Integer(number)) => {
                self.push(depth, label, number.to_string());
            }
            (Shape::Pin { .. }, Value::Object(pin)) => {
                let part = |name| pin.get(name).and_then(Value::as_str).unwrap_or_default();
                self.push(
                    depth,
                    label,
                    format!("{} (SHA-256 {})", part("id"), part("sha256")),
                );
            }
            (Shape::Localised { of }, Value::Object(both)) => {
                self.push(depth, label, String::new());
                for (name, of_language) in [("nl", IN_DUTCH), ("en", IN_ENGLISH)] {
                    if let Some(text) = both.get(name) {
                        self.value(depth + 1, of_language.text(self.language), of, text);
                    }
                }
            }
            (Shape::List { .. }, Value::Array(items)) if items.is_empty() => {
                self.push(depth, label, self.word(NONE));
            }
            (Shape::List { of, .. }, Value::Array(items)) => {
                self.push(depth, label, items.len().to_string());
                for item in items {
                    self.value(depth + 1, "", of, item);
                }
            }
            (Shape::Record { fields }, value) => {
                self.push(depth, label, String::new());
                self.record(depth + 1, fields, value);
            }
            (_, Value::String(text)) => self.push(depth, label, text.clone()),
            // A statement fits its shape, so nothing else occurs.
            (_, other) => self.push(depth, label, other.kind().to_owned()),
        }
    }

    fn word(&self, phrase: Phrase) -> String {
        phrase.text(self.language).to_owned()
    }
}

const fn phrase(en: &'static str, nl: &'static str) -> Phrase {
    Phrase { en, nl }
}

const STATEMENT: Phrase = phrase("Statement", "Verklaring");
const MEANING: Phrase = phrase("Meaning", "Betekenis");
const LEDGER: Phrase = phrase("Ledger", "Register");
const NOT_STATED: Phrase = phrase("not stated", "niet opgegeven");
const COMMITTED: Phrase = phrase("committed, not shown", "vastgelegd zonder inhoud te tonen");
const OPENED: Phrase = phrase(
    "committed, not public; you see",
    "vastgelegd, niet openbaar; u ziet",
);
const NOTHING: Phrase = phrase("nothing", "niets");
const NONE: Phrase = phrase("none", "geen");
const YES: Phrase = phrase("yes", "ja");
const NO: Phrase = phrase("no", "nee");
const IN_DUTCH: Phrase = phrase("In Dutch", "In het Nederlands");
const IN_ENGLISH: Phrase = phrase("In English", "In het Engels");
