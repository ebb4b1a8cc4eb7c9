//! Exceptions: what the lint finds in a statement and its signers let stand, each with a reason.

use crate::json::Value;

use crate::statement::field::{FormError, Line, List, form};
use crate::statement::schema::{At, Field, SchemaError, Shape, record, words};

/// The most exceptions of one statement.
pub const MAX_EXCEPTIONS: usize = 16;

record! {
    pub struct Exception
        => "A text that stays although the lint hits it.",
           "Een tekst die blijft staan hoewel de controle erop aanslaat."
    {
        at: Place
            => "Place": "Where it stands in the statement.",
               "Plaats": "Waar het in de verklaring staat.";
        kind: ExceptionKind
            => "Looks like": "What the lint takes it for.",
               "Lijkt op": "Waar de controle het voor aanziet.";
        reason: Line<300>
            => "Reason": "Why it may be public for good.",
               "Reden": "Waarom het voorgoed openbaar mag zijn.";
    }
}

words! {
    /// What an exception may let stand. Citizen service numbers and dates of birth are not among them.
    pub enum ExceptionKind {
        Email = "e-mail" => "an e-mail address", "een e-mailadres";
        FilePath = "file-path" => "the path of a file", "een pad van een bestand";
        HostName = "host-name" => "the name of a machine or a web address", "een naam van een machine of een webadres";
        IpAddress = "ip-address" => "an IP address", "een IP-adres";
        Telephone = "telephone" => "a telephone number", "een telefoonnummer";
    }
}

/// A place in a statement, as error messages name it: `predicate.text.nl`, `predicate.parties[2].name`.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Place(String);

/// The exceptions of a statement: 1 to [`MAX_EXCEPTIONS`], in rising order of place and kind, each once.
///
/// ```text
/// [{"at":"predicate.text.nl","kind":"host-name","reason":"the public web site of the programme"}]
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Exceptions(List<Exception, 1, MAX_EXCEPTIONS>);

impl Place {
    /// Returns the place.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl std::str::FromStr for Place {
    type Err = FormError;

    fn from_str(text: &str) -> Result<Place, FormError> {
        let rest = text.strip_prefix("predicate.");
        let fits = text.len() <= 200
            && rest.is_some_and(|rest| {
                !rest.is_empty()
                    && rest.bytes().all(|byte| match byte {
                        b'a'..=b'z' | b'0'..=b'9' => true,
                        other => b"_.[]".contains(&other),
                    })
            });
        match fits {
            true => Ok(Place(text.to_owned())),
            false => Err(FormError::new(Place::SHAPE, text)),
        }
    }
}

impl std::fmt::Display for Place {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.0)
    }
}

form!(
    Place,
    "a place in the statement",
    "een plaats in de verklaring",
    r"predicate\.[a-z0-9_.\[\]]{1,190}",
    "predicate.text.nl"
);

impl Exceptions {
    /// Takes exceptions in any order; `None` when there are none. Their number and that none
    /// occurs twice are checked when the statement is composed.
    pub fn new(exceptions: impl IntoIterator<Item = Exception>) -> Option<Exceptions> {
        let mut exceptions: Vec<Exception> = exceptions.into_iter().collect();
        exceptions.sort_by(|a, b| a.key().cmp(&b.key()));
        let some = !exceptions.is_empty();
        some.then(|| Exceptions(List::new(exceptions)))
    }

    /// Goes through the exceptions in their order.
    pub fn iter(&self) -> impl ExactSizeIterator<Item = &Exception> {
        self.0.iter()
    }
}

impl Exception {
    /// What no two exceptions of a statement have in common.
    fn key(&self) -> (&str, &str) {
        (self.at.as_str(), self.kind.code())
    }
}

impl Field for Exceptions {
    const SHAPE: Shape = <List<Exception, 1, MAX_EXCEPTIONS>>::SHAPE;

    fn parse(value: Value, at: &At) -> Result<Exceptions, SchemaError> {
        let list = List::<Exception, 1, MAX_EXCEPTIONS>::parse(value, at)?;
        let unsorted = list
            .windows(2)
            .position(|pair| pair[0].key() >= pair[1].key());
        match unsorted {
            None => Ok(Exceptions(list)),
            Some(before) => Err(SchemaError {
                at: at.item(before + 1).to_string(),
                expected: "exceptions in rising order of place and kind, each once".to_owned(),
                found: format!("{} {}", list[before + 1].at, list[before + 1].kind),
            }),
        }
    }

    fn print(&self) -> Value {
        self.0.print()
    }
}
