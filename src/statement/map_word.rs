//! Words of this ledger, as a map has them: what a document of other people says, in ours.
//!
//! ```toml
//! version = 1
//! first_id = "B-001"
//! otherwise = "it-infrastructuur"
//! values = { high = "Hoog" }
//! ```
//!
//! Both maps use them, that of [`super::oscal`] and that of [`super::csv`].

use serde::Deserialize;
use serde::de::{Deserializer, Error as _};

use super::field::Line;
use super::finding::Severity;
use super::frame::Domain;
use super::head::PartyId;
use crate::json::forbidden;

/// The one version of maps.
#[derive(Clone, Copy, Debug, Default, Deserialize)]
#[serde(try_from = "u32")]
pub(super) struct Version;

impl TryFrom<u32> for Version {
    type Error = String;

    fn try_from(version: u32) -> Result<Version, String> {
        match version {
            1 => Ok(Version),
            _ => Err(format!("expected version 1 of the map, found {version}")),
        }
    }
}

/// A word of this ledger, written in a map.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Word<T>(pub T);

/// What can be written as one word in a map.
pub trait FromWord: Sized {
    /// Takes the word.
    ///
    /// # Errors
    /// What was expected.
    fn from_word(word: &str) -> Result<Self, String>;
}

impl<'de, T: FromWord> Deserialize<'de> for Word<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Word<T>, D::Error> {
        let word = String::deserialize(deserializer)?;
        T::from_word(&word).map(Word).map_err(|expected| {
            D::Error::custom(format_args!("expected {expected}, found {word:?}"))
        })
    }
}

impl FromWord for Domain {
    fn from_word(word: &str) -> Result<Domain, String> {
        one_of(Domain::ALL, |domain| domain.code(), word)
    }
}

impl FromWord for Severity {
    fn from_word(word: &str) -> Result<Severity, String> {
        one_of(Severity::ALL, |severity| severity.label().nl, word)
    }
}

impl FromWord for PartyId {
    fn from_word(word: &str) -> Result<PartyId, String> {
        word.parse()
            .map_err(|_| "the id of a party like org:lab-voorbeeld".to_owned())
    }
}

impl<const MAX: usize> FromWord for Line<MAX> {
    fn from_word(word: &str) -> Result<Line<MAX>, String> {
        let visible = !word.contains(forbidden);
        match word.parse() {
            Ok(line) if visible => Ok(line),
            _ => Err(format!("one line of 1 to {MAX} visible characters")),
        }
    }
}

fn one_of<T: Copy>(all: &[T], name: impl Fn(T) -> &'static str, word: &str) -> Result<T, String> {
    let found = all.iter().copied().find(|it| name(*it) == word);
    found.ok_or_else(|| {
        let names: Vec<&str> = all.iter().map(|it| name(*it)).collect();
        format!("one of {}", names.join(", "))
    })
}

/// The id of the first finding: `B-` and one to nine digits.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FirstId {
    number: u64,
    digits: usize,
}

impl FirstId {
    /// Returns the id of the finding that is `count` after the first, as many digits wide.
    pub fn plus(&self, count: usize) -> String {
        let number = self.number + count as u64;
        format!("B-{number:0digits$}", digits = self.digits)
    }
}

impl FromWord for FirstId {
    fn from_word(word: &str) -> Result<FirstId, String> {
        let digits = word.strip_prefix("B-").unwrap_or_default();
        let fits =
            (1..=9).contains(&digits.len()) && digits.bytes().all(|byte| byte.is_ascii_digit());
        match digits.parse() {
            Ok(number) if fits => Ok(FirstId {
                number,
                digits: digits.len(),
            }),
            _ => Err("an id like B-001".to_owned()),
        }
    }
}
