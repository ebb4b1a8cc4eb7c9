//! A finding before anybody signed it: what an import makes of other people's documents.
//!
//! ```text
//! document + map  --import-->  FindingDraft  --body-->  Draft::parse  --sign-->  finding
//! ```
//!
//! Texts are made such that a statement can hold them, and what that changes is told to whoever
//! imports. Where the values come from is elsewhere: [`super::oscal`] and [`super::csv`].

use std::collections::BTreeSet;

use super::finding::{self, Severity};
use super::frame::Domain;
use super::head::{Id, PartyId};
use super::schema::{Field as _, Shape};
use crate::hash::Hash;
use crate::json::{Value, forbidden};

/// One finding, before anybody signed it: the values behind its fields, confidential ones too.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FindingDraft {
    /// The id.
    pub id: Id,
    /// The domain.
    pub domain: Domain,
    /// The reference of the report that it comes from.
    pub source: String,
    /// The severity class.
    pub severity: Severity,
    /// What is wrong, in one line.
    pub title: String,
    /// What is wrong, and how it was found.
    pub description: Option<String>,
    /// What it was found in.
    pub object: Option<String>,
    /// The controls that it breaks.
    pub controls: Vec<String>,
    /// The CVSS vector.
    pub cvss: Option<String>,
    /// How likely it is to be used.
    pub likelihood: Option<Severity>,
    /// How bad that would be.
    pub impact: Option<Severity>,
    /// How it could be used.
    pub exploit_path: Option<String>,
    /// The organisations that found it, one of which has to sign it; none where that is not said.
    pub found_by: BTreeSet<PartyId>,
    /// The uuid of the finding in an OSCAL document.
    pub finding_uuid: Option<String>,
}

/// The end of a text that was longer than its field.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Shortened {
    /// The field.
    pub field: &'static str,
    /// How many characters were left out.
    pub characters: usize,
}

/// The most controls that a finding names; the schema says the same.
pub const MAX_CONTROLS: usize = 32;

impl FindingDraft {
    /// Returns the members of the predicate other than its head, with plain values where
    /// the signed statement has commitments.
    pub fn body(&self) -> Value {
        let optional = |text: &Option<String>| text.as_ref().map_or(Value::Null, Value::string);
        let class = |class: Option<Severity>| class.map_or(Value::Null, |class| class.print());
        let controls = match &self.controls[..] {
            [] => Value::Null,
            controls => Value::Array(controls.iter().map(Value::string).collect()),
        };
        Value::object([
            ("domain", self.domain.print()),
            ("source", Value::string(&self.source)),
            ("severity", self.severity.print()),
            ("title", Value::string(&self.title)),
            ("description", optional(&self.description)),
            ("object", optional(&self.object)),
            ("controls", controls),
            ("cvss", optional(&self.cvss)),
            ("likelihood", class(self.likelihood)),
            ("impact", class(self.impact)),
            ("exploit_path", optional(&self.exploit_path)),
        ])
    }

    /// Goes through the texts that come from a document, each with the name of its field.
    pub(super) fn texts(&mut self) -> impl Iterator<Item = (&'static str, &mut String)> {
        fn named<'t>(
            name: &'static str,
            texts: impl IntoIterator<Item = &'t mut String>,
        ) -> impl Iterator<Item = (&'static str, &'t mut String)> {
            texts.into_iter().map(move |text| (name, text))
        }
        named("title", [&mut self.title])
            .chain(named("description", &mut self.description))
            .chain(named("controls", &mut self.controls))
            .chain(named("object", &mut self.object))
            .chain(named("cvss", &mut self.cvss))
            .chain(named("exploit_path", &mut self.exploit_path))
    }

    /// Makes every text as short as its field, and of one line where the field is; names each control once.
    pub(super) fn fit(&mut self) -> Vec<Shortened> {
        let mut shortened = Vec::new();
        for (field, text) in self.texts() {
            let (max, one_line) = length_of(field);
            if one_line {
                *text = text.split_whitespace().collect::<Vec<_>>().join(" ");
            }
            let cut = text.chars().count().saturating_sub(max);
            if cut > 0 {
                let kept: String = text.chars().take(max - 1).collect();
                *text = format!("{}…", kept.trim_end());
                let characters = cut + 1;
                shortened.push(Shortened { field, characters });
            }
        }
        let mut seen = BTreeSet::new();
        self.controls.retain(|control| seen.insert(control.clone()));
        shortened
    }
}

/// Returns text as a statement can hold it, and how many characters were dropped because they cannot be
/// seen: line ends are line feeds, tabs are blanks, and there is no white space at the ends.
pub(super) fn visible_text(text: &str) -> (String, usize) {
    let text = text.replace("\r\n", "\n").replace('\r', "\n");
    let text = text.replace('\t', " ");
    let visible: String = text.chars().filter(|c| !forbidden(*c)).collect();
    let dropped = text.chars().count() - visible.chars().count();
    (visible.trim().to_owned(), dropped)
}

/// Returns a document as the value of a confidential file field, under a name.
pub(super) fn file_value(name: &str, bytes: usize, sha256: &Hash) -> Value {
    Value::object([
        // Documents are a few MiB at most.
        ("bytes", Value::Integer(bytes as i64)),
        ("name", Value::string(name)),
        ("sha256", sha256.print()),
    ])
}

/// Returns the most characters of a text field of a finding, and whether it is one line.
fn length_of(field: &str) -> (usize, bool) {
    let info = finding::Finding::FIELDS
        .iter()
        .find(|info| info.name == field);
    let mut shape = info.map(|info| info.shape);
    loop {
        shape = match shape {
            Some(Shape::Committed { of } | Shape::List { of, .. }) => Some(*of),
            Some(Shape::Line { max }) => return (max, true),
            Some(Shape::Prose { max }) => return (max, false),
            other => panic!("a finding has the text field {field}, found {other:?}"),
        };
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn as_many_controls_as_the_schema_allows() {
        let controls = finding::Finding::FIELDS
            .iter()
            .find(|field| field.name == "controls");
        let Some(Shape::Committed {
            of: Shape::List { max, .. },
        }) = controls.map(|field| field.shape)
        else {
            panic!("expected a committed list of controls");
        };
        assert_eq!(*max, MAX_CONTROLS);
    }

    #[test]
    fn text_is_what_is_seen() {
        let seen = |text| visible_text(text);
        assert_eq!(seen(" a\r\nb\rc\td "), ("a\nb\nc d".to_owned(), 0));
        assert_eq!(seen("\u{200B}a\u{0}"), ("a".to_owned(), 2));
    }
}
