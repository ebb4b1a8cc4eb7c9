//! Drafts: the body of a statement before its confidential fields are committed to.
//!
//! A draft is what a person writes: the body of the predicate, in any spelling of JSON, with
//! plain values in the confidential fields. Each of them must be there; `null` says
//! that there is nothing to commit to.
//!
//! ```text
//! { "domain": "it-systemen", "severity": "high", "title": "…", "cvss": null, … }
//! ```

use crate::hash::Hash;
use crate::json::Value;

use super::head::Id;
use super::opening::{Opening, Openings, Salt, commitment};
use super::predicate::{Predicate, Type};
use super::schema::{At, FieldInfo, SchemaError};

/// The body of a statement with plain values in its confidential fields; fits its schema.
#[derive(Clone, PartialEq, Eq)]
pub struct Draft {
    kind: Type,
    /// The body without its confidential fields.
    public: Value,
    confidential: Vec<(&'static str, Value)>,
}

impl Draft {
    /// Takes a body that a person wrote.
    ///
    /// # Errors
    /// [`SchemaError`] when a field breaks the schema, is unknown or is missing.
    pub fn parse(kind: Type, body: Value) -> Result<Draft, SchemaError> {
        let at = At::Root("predicate");
        let mut public = body;
        let mut confidential = Vec::new();
        if let Value::Object(object) = &mut public {
            for field in kind.confidential() {
                let value = object.remove(field.name);
                let value = value.ok_or_else(|| missing(field, &at.member(field.name)))?;
                kind.check_opened(field.name, &value, &at.member(field.name))
                    .expect("the field is confidential")?;
                confidential.push((field.name, value));
            }
        }
        let draft = Draft {
            kind,
            public,
            confidential,
        };
        // What is public must fit with any commitments beside it.
        let digests = draft.confidential.iter().map(|_| Hash::ZERO);
        Predicate::parse(kind, draft.body(digests), &at)?;
        Ok(draft)
    }

    /// Returns the type.
    pub fn kind(&self) -> Type {
        self.kind
    }

    /// Goes through the confidential fields and their plain values.
    pub fn confidential(&self) -> impl Iterator<Item = (&'static str, &Value)> {
        self.confidential.iter().map(|(name, value)| (*name, value))
    }

    /// Commits to every confidential field of the statement that will be called `id`.
    ///
    /// `salts` must give fresh random bytes at every call, one call a confidential field.
    pub fn commit(self, id: &Id, mut salts: impl FnMut() -> Salt) -> (Predicate, Openings) {
        let fields = self.confidential.iter();
        let openings: Vec<Opening> = fields
            .map(|(name, value)| Opening::new(salts(), id, name, value.clone()))
            .collect();
        let body = self.body(openings.iter().map(Opening::digest));
        let predicate = Predicate::parse(self.kind, body, &At::Root("predicate"))
            .expect("a draft fits its schema with any digests");
        (predicate, Openings::new(openings))
    }

    fn body(&self, digests: impl Iterator<Item = Hash>) -> Value {
        let mut body = self.public.clone();
        if let Value::Object(object) = &mut body {
            for ((name, _), digest) in self.confidential.iter().zip(digests) {
                object.insert(name, commitment(&digest));
            }
        }
        body
    }
}

fn missing(field: &FieldInfo, at: &At) -> SchemaError {
    SchemaError {
        at: at.to_string(),
        expected: format!("a value to commit to ({}), or null", field.label.en),
        found: "nothing".to_owned(),
    }
}

impl std::fmt::Debug for Draft {
    /// Shows the public part only.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Draft({}, {:?})", self.kind, self.public)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::statement::Statement;
    use crate::statement::describe::describe_opened;
    use crate::statement::finding::{Finding, Severity};
    use crate::statement::opening::Reading;
    use crate::statement::schema::Language;

    fn value(text: &str) -> Value {
        Value::parse(text.as_bytes()).unwrap()
    }

    const FINDING: &str = r#"{
        "domain": "it-systemen", "source": "AV-2024-01", "severity": "high",
        "title": "No second factor", "description": null, "object": null, "controls": ["8.5"],
        "cvss": null, "likelihood": null, "impact": null, "exploit_path": null
    }"#;

    fn commit(id: &str) -> (Finding, Openings) {
        let mut salt = 0;
        let salts = || {
            salt += 1;
            Salt::from_bytes([salt; Salt::LEN])
        };
        let draft = Draft::parse(Type::Finding, value(FINDING)).unwrap();
        match draft.commit(&id.parse().unwrap(), salts) {
            (Predicate::Finding(finding), openings) => (finding, openings),
            other => panic!("{other:?}"),
        }
    }

    fn statement(id: &str, finding: &Finding) -> Statement {
        let head = value(
            r#"{"id":"B-006","case":"zaak:2023-001","claimed_at":"2024-01-31T09:00:00Z",
                "nonce":"000102030405060708090a0b0c0d0e0f",
                "signers":["06eb5dedebf6c90b8928f53d5ef2e5d70cf1e24fe0443d842c06f34f3bdcbae0"]}"#,
        );
        use crate::statement::schema::Field;
        let mut head = crate::statement::Head::parse(head, &At::Root("head")).unwrap();
        head.id = id.parse().unwrap();
        let ledger = crate::statement::LedgerId {
            origin: "bewijs.example/voorbeeld".parse().unwrap(),
            genesis: Hash::ZERO,
        };
        Statement::compose(ledger, head, finding.clone().into()).unwrap()
    }

    #[test]
    fn a_draft_commits_to_every_confidential_field() {
        let (finding, openings) = commit("B-006");
        assert_eq!(openings.len(), 9);
        let id = "B-006".parse().unwrap();
        assert_eq!(
            openings.read(&id, "severity", &finding.severity),
            Reading::Opened(Some(Severity::High))
        );
        assert_eq!(
            openings.read(&id, "cvss", &finding.cvss),
            Reading::Opened(None)
        );
        let none = Openings::default();
        assert_eq!(none.read(&id, "cvss", &finding.cvss), Reading::Undisclosed);
        let other = "B-007".parse().unwrap();
        assert!(matches!(
            openings.read(&other, "severity", &finding.severity),
            Reading::Misfit(_)
        ));
    }

    #[test]
    fn openings_are_sorted_by_what_they_open() {
        let (finding, openings) = commit("B-006");
        let (_, others) = commit("B-007");
        let (mut forged, _) = commit("B-008");
        // Another assessor copies the commitments: their openings name the first statement.
        forged.severity = finding.severity.clone();
        let wrong = Opening::new(
            Salt::from_bytes([9; Salt::LEN]),
            &"B-006".parse().unwrap(),
            "severity",
            Value::string("low"),
        );
        let mixed = openings.iter().chain(others.iter()).chain([&wrong]);
        let mixed = Openings::new(mixed.cloned());

        let matches = mixed.match_against([&statement("B-006", &finding)]);
        assert_eq!(matches.opened.len(), 9);
        assert_eq!(matches.mismatched, [&wrong]);
        assert_eq!(matches.unreferenced.len(), 9);
        assert!(matches.misfits.is_empty());

        let matches = mixed.match_against([&statement("B-008", &forged)]);
        assert_eq!(matches.opened, Vec::<&Opening>::new());
        assert_eq!(
            matches.misfits[0].1.to_string(),
            "B-008/severity: expected an opening of this field, found \"B-006/severity\""
        );
    }

    #[test]
    fn what_was_committed_against_the_schema_is_a_misfit() {
        let id = "B-006".parse().unwrap();
        let salt = Salt::from_bytes([1; Salt::LEN]);
        let bad = Opening::new(salt, &id, "severity", Value::string("terrible"));
        let (mut finding, _) = commit("B-006");
        finding.severity = crate::statement::opening::Committed::from_digest(bad.digest());
        let openings = Openings::new([bad]);
        let matches = openings.match_against([&statement("B-006", &finding)]);
        assert_eq!(
            matches.misfits[0].1.to_string(),
            "B-006/severity: expected one of low, medium, high, critical, found \"terrible\""
        );
        assert!(matches!(
            openings.read(&id, "severity", &finding.severity),
            Reading::Misfit(_)
        ));
    }

    #[test]
    fn drafts_are_as_closed_as_statements() {
        for (from, to, error) in [
            (
                "\"cvss\": null,",
                "",
                "predicate.cvss: expected a value to commit to (CVSS), or null, found nothing",
            ),
            (
                "\"high\"",
                "\"hoog\"",
                "predicate.severity: expected one of low, medium, high, critical, found \"hoog\"",
            ),
            (
                "\"source\"",
                "\"sauce\"",
                "predicate.source: expected one line of at most 63 characters, found nothing",
            ),
            (
                "\"cvss\"",
                "\"colour\": 1, \"cvss\"",
                "predicate: expected no members but domain, source, retest, severity, title, \
                 description, object, controls, cvss, likelihood, impact, exploit_path, \
                 found \"colour\"",
            ),
        ] {
            let text = FINDING.replace(from, to);
            let found = Draft::parse(Type::Finding, value(&text)).unwrap_err();
            assert_eq!(found.to_string(), error);
        }
    }

    #[test]
    fn a_description_shows_all_that_is_signed() {
        let (finding, openings) = commit("B-006");
        let statement = statement("B-006", &finding);
        let print = |openings: &Openings, language| {
            let lines = describe_opened(&statement, openings, language);
            let lines = lines.iter().map(|line| {
                let indent = "  ".repeat(line.depth);
                format!("{indent}{}: {}\n", line.label, line.text)
            });
            lines.collect::<String>()
        };
        assert_eq!(
            print(&Openings::default(), Language::Dutch),
            "\
Verklaring: Bevinding
Betekenis: Een zwakke plek die een beoordelaar vond, vastgelegd voordat zij is hersteld.
Register: bewijs.example/voorbeeld
Kenmerk: B-006
Zaak: zaak:2023-001
Ondertekend door: 1
  : 06eb5dedebf6c90b8928f53d5ef2e5d70cf1e24fe0443d842c06f34f3bdcbae0
Ondertekend op, volgens opgave: 2024-01-31T09:00:00Z
Willekeurig getal: 000102030405060708090a0b0c0d0e0f
Uitgangspunt: niet opgegeven
Bewust vermeld: niet opgegeven
Domein: IT-systemen
Bron: AV-2024-01
Gevonden bij hertest: niet opgegeven
Zwaarte: vastgelegd zonder inhoud te tonen
Titel: vastgelegd zonder inhoud te tonen
Beschrijving: vastgelegd zonder inhoud te tonen
Object: vastgelegd zonder inhoud te tonen
Normen: vastgelegd zonder inhoud te tonen
CVSS: vastgelegd zonder inhoud te tonen
Kans: vastgelegd zonder inhoud te tonen
Gevolg: vastgelegd zonder inhoud te tonen
Aanvalspad: vastgelegd zonder inhoud te tonen
"
        );
        let opened = print(&openings, Language::English);
        assert!(opened.contains("Severity: committed, not public; you see\n  : High\n"));
        assert!(opened.contains("CVSS: committed, not public; you see\n  : nothing\n"));
        assert!(opened.contains("Controls: committed, not public; you see\n  : 1\n    : 8.5\n"));
    }
}
