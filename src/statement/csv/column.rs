//! The columns of a sheet: which field each is, by its name in Dutch or English.
//!
//! The names are those of the fields of a finding and their labels, so a sheet that is made from the page
//! of the type needs no map. A column that names a person is never a field.

use crate::statement::finding::Finding;
use crate::statement::head::Head;
use crate::statement::schema::{FieldInfo, Phrase};

/// What a column holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Column {
    /// The id.
    Id,
    /// The domain.
    Domain,
    /// The reference of the report.
    Source,
    /// The severity class.
    Severity,
    /// What is wrong, in one line.
    Title,
    /// What is wrong, and how it was found.
    Description,
    /// What it was found in.
    Object,
    /// The controls that it breaks.
    Controls,
    /// The CVSS vector.
    Cvss,
    /// How likely it is to be used.
    Likelihood,
    /// How bad that would be.
    Impact,
    /// How it could be used.
    ExploitPath,
}

impl Column {
    /// Every field, in the order in which people read them.
    pub const ALL: [Column; 12] = [
        Column::Id,
        Column::Domain,
        Column::Source,
        Column::Severity,
        Column::Title,
        Column::Description,
        Column::Object,
        Column::Controls,
        Column::Cvss,
        Column::Likelihood,
        Column::Impact,
        Column::ExploitPath,
    ];

    /// Returns the name of the member of a statement.
    pub const fn name(self) -> &'static str {
        match self {
            Column::Id => "id",
            Column::Domain => "domain",
            Column::Source => "source",
            Column::Severity => "severity",
            Column::Title => "title",
            Column::Description => "description",
            Column::Object => "object",
            Column::Controls => "controls",
            Column::Cvss => "cvss",
            Column::Likelihood => "likelihood",
            Column::Impact => "impact",
            Column::ExploitPath => "exploit_path",
        }
    }

    /// Returns what people call it.
    pub fn label(self) -> Phrase {
        self.info().label
    }

    /// Finds the field whose name or label, in either language, this is.
    pub fn of_name(name: &str) -> Option<Column> {
        let name = normal(name);
        let is = |column: &&Column| {
            let label = column.label();
            [column.name(), label.en, label.nl]
                .iter()
                .any(|other| normal(other) == name)
        };
        Column::ALL.iter().find(is).copied()
    }

    fn info(self) -> &'static FieldInfo {
        let fields = match self {
            Column::Id => Head::FIELDS,
            _ => Finding::FIELDS,
        };
        let info = fields.iter().find(|info| info.name == self.name());
        info.expect("a field of a finding, or the id of its head")
    }
}

/// Returns a word as it is compared: in lower case, with one blank between its parts, whatever stood there.
pub(super) fn normal(word: &str) -> String {
    let lower = word.to_lowercase();
    let parts = lower
        .split(|c: char| !c.is_alphanumeric())
        .filter(|part| !part.is_empty());
    parts.collect::<Vec<_>>().join(" ")
}

/// Says whether the name of a column tells that it holds persons, or how to reach them.
pub(super) fn is_of_persons(name: &str) -> bool {
    let name = normal(name);
    PERSON_NAMES.contains(&name.as_str())
        || name.split(' ').any(|word| PERSON_WORDS.contains(&word))
}

/// Whole names of columns that hold persons; the same words beside others need not.
const PERSON_NAMES: &[&str] = &[
    "contact", "door", "by", "naam", "name", "namen", "names", "wie", "who",
];

/// Words that tell it wherever they stand.
const PERSON_WORDS: &[&str] = &[
    "aanspreekpunt",
    "achternaam",
    "adres",
    "address",
    "assignee",
    "auteur",
    "author",
    "behandelaar",
    "birth",
    "bsn",
    "contactgegevens",
    "contactpersoon",
    "eigenaar",
    "email",
    "employee",
    "firstname",
    "geboortedatum",
    "gsm",
    "initialen",
    "initials",
    "lastname",
    "mail",
    "medewerker",
    "melder",
    "mobiel",
    "mobile",
    "owner",
    "persoon",
    "person",
    "phone",
    "reporter",
    "reviewer",
    "surname",
    "tel",
    "telefoon",
    "telefoonnummer",
    "telephone",
    "tester",
    "verantwoordelijke",
    "voornaam",
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_field_of_a_finding_that_a_sheet_can_hold_is_a_column() {
        let names: Vec<&str> = Column::ALL.iter().map(|column| column.name()).collect();
        let left: Vec<&str> = Finding::FIELDS
            .iter()
            .map(|field| field.name)
            .filter(|name| !names.contains(name))
            .collect();
        assert_eq!(left, ["retest"], "a pin cannot stand in a sheet");
        for column in Column::ALL {
            assert!(!is_of_persons(column.name()));
            assert!(!is_of_persons(column.label().nl) && !is_of_persons(column.label().en));
        }
    }

    #[test]
    fn columns_are_known_by_name_and_label() {
        for (name, column) in [
            ("Kenmerk", Some(Column::Id)),
            (" ID ", Some(Column::Id)),
            ("Reference", Some(Column::Id)),
            ("ZWAARTE", Some(Column::Severity)),
            ("exploit_path", Some(Column::ExploitPath)),
            ("Exploit  path:", Some(Column::ExploitPath)),
            ("Normen", Some(Column::Controls)),
            ("Risico", None),
            ("", None),
        ] {
            assert_eq!(Column::of_name(name), column, "{name}");
        }
    }

    #[test]
    fn persons_are_known_by_the_name_of_their_column() {
        for name in [
            "Naam",
            "E-mail",
            "Gevonden door tester",
            "Tel.",
            "Contactpersoon",
            "owner",
        ] {
            assert!(is_of_persons(name), "{name}");
        }
        for name in ["Naam bevinding", "Titel", "Omschrijving", "Systeem"] {
            assert!(!is_of_persons(name), "{name}");
        }
    }
}
