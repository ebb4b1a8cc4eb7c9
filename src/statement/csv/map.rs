//! The map of a sheet: other names of its columns and other words in its cells.
//!
//! ```toml
//! version = 1
//! report = "RAP-2024-01"
//! [columns]
//! "Risico" = "severity"
//! [severity]
//! "Ernstig" = "Hoog"
//! [domain]
//! "Netwerk" = "it-infrastructuur"
//! ```
//!
//! TOML, closed: a member that is not known is refused. Every member but `version` may be left out.

use std::collections::BTreeMap;

use serde::Deserialize;
use serde::de::{Deserializer, Error as _};

use super::column::{Column, normal};
use super::{MAX_MAP_BYTES, MapError};
use crate::statement::field::Line;
use crate::statement::finding::Severity;
use crate::statement::frame::Domain;
use crate::statement::map_word::{FirstId, FromWord, Version, Word};

/// How the columns and words of one sheet become those of this ledger.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Map {
    #[serde(rename = "version")]
    _version: Version,
    /// The id of the first row, where the sheet's own ids are not used; the others count on from it.
    pub first_id: Option<Word<FirstId>>,
    /// The reference of the report that the findings come from, for rows that do not say it.
    pub report: Option<Word<Line<63>>>,
    /// The domain of rows that do not say it.
    pub other_domain: Option<Word<Domain>>,
    /// What stands between controls in one cell, besides a line end; a semicolon unless said otherwise.
    #[serde(default)]
    pub between_controls: Between,
    /// The field by name of a column.
    #[serde(default)]
    pub columns: BTreeMap<String, Word<Column>>,
    /// The severity class by word in a cell; of likelihood and impact as well.
    #[serde(default)]
    pub severity: BTreeMap<String, Word<Severity>>,
    /// The domain by word in a cell.
    #[serde(default)]
    pub domain: BTreeMap<String, Word<Domain>>,
}

impl Map {
    /// Parses a map.
    ///
    /// # Errors
    /// [`MapError`] when the text is too long, is not TOML, holds a member that is not known, or says
    /// something twice.
    pub fn parse(text: &str) -> Result<Map, MapError> {
        if text.len() > MAX_MAP_BYTES {
            return Err(MapError::TooLong { found: text.len() });
        }
        let map: Map = toml::from_str(text).map_err(|error| MapError::Toml {
            reason: error.to_string().trim_end().to_owned(),
        })?;
        Ok(Map {
            columns: normal_keys("columns", map.columns)?,
            severity: normal_keys("severity", map.severity)?,
            domain: normal_keys("domain", map.domain)?,
            ..map
        })
    }
}

/// What stands between two controls in one cell.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Between(pub char);

impl Default for Between {
    fn default() -> Between {
        Between(';')
    }
}

impl<'de> Deserialize<'de> for Between {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Between, D::Error> {
        let text = String::deserialize(deserializer)?;
        let mut characters = text.chars();
        match (characters.next(), characters.next()) {
            (Some(between), None) if between.is_ascii_punctuation() => Ok(Between(between)),
            _ => Err(D::Error::custom(format_args!(
                "expected one character such as \",\" between controls, found {text:?}"
            ))),
        }
    }
}

impl FromWord for Column {
    fn from_word(word: &str) -> Result<Column, String> {
        let found = Column::ALL
            .iter()
            .copied()
            .find(|column| column.name() == word);
        found.ok_or_else(|| {
            let names: Vec<&str> = Column::ALL.iter().map(|column| column.name()).collect();
            format!("one of {}", names.join(", "))
        })
    }
}

/// Spells the keys of a table as cells are compared.
fn normal_keys<T>(
    table: &'static str,
    values: BTreeMap<String, T>,
) -> Result<BTreeMap<String, T>, MapError> {
    let mut normalised = BTreeMap::new();
    for (key, value) in values {
        let spelled = normal(&key);
        if normalised.insert(spelled, value).is_some() {
            return Err(MapError::Twice { table, key });
        }
    }
    Ok(normalised)
}
