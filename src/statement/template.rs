//! Templates: a form of a statement as a TOML file, which explains itself and is filled in with any editor.
//!
//! ```text
//! # Titel  (blijft in huis)
//! # Wat er mis is, in één regel.
//! # één regel van hoogstens 200 tekens; "" als er niets vast te leggen is
//! title = "INVULLEN"
//! ```
//!
//! TOML, because it has comments and text over several lines, and JSON has neither. It is what a person edits; what is
//! signed is always the canonical JSON of [`super::Draft`]. Every comment comes from the declarations of the types.

use crate::json::{JsonError, Object, Value};

use super::form::{PLACEHOLDER, allowed, is_file, is_placeholder};
use super::predicate::{BasisRule, Filing, Type};
use super::schema::{FieldInfo, Language, Phrase, Shape};

/// Makes the template of a type; `signers` says in words who may sign it.
pub fn template(kind: Type, language: Language, signers: &str) -> String {
    let mut writer = Writer {
        language,
        text: String::new(),
    };
    writer.introduction(kind, signers);
    for field in kind.info().fields {
        writer.line("", "");
        writer.field(field, field.name, Place::TOP);
    }
    writer.text
}

/// Reads a template that was filled in, as the body of a statement of type `kind`.
///
/// What people write in such a file becomes what a draft has: text loses the white space at its ends, a day may stand
/// without quotes, a number and *true* may stand in quotes, and `""` leaves an optional or confidential field
/// empty. What was not filled in stays as it is; [`super::form::review`] tells.
///
/// # Errors
/// [`TemplateError`] when it is not TOML, or holds what no statement can.
pub fn read(kind: Type, text: &str) -> Result<Value, TemplateError> {
    let table: toml::Table =
        text.parse()
            .map_err(|error: toml::de::Error| TemplateError::Toml {
                reason: error.to_string().trim_end().to_owned(),
            })?;
    let mut members = serde_json::Map::new();
    for (name, value) in table {
        let value = plain(value, &name)?;
        members.insert(name, value);
    }
    let bytes = serde_json::Value::Object(members).to_string();
    let value = Value::parse(bytes.as_bytes())?;
    Ok(settle_record(kind.info().fields, value))
}

/// Returns a value as JSON has it; `at` is its place in the file.
fn plain(value: toml::Value, at: &str) -> Result<serde_json::Value, TemplateError> {
    use serde_json::Value as Json;
    Ok(match value {
        toml::Value::String(text) => Json::String(text.replace("\r\n", "\n").trim().to_owned()),
        toml::Value::Integer(number) => Json::from(number),
        toml::Value::Boolean(truth) => Json::Bool(truth),
        toml::Value::Datetime(moment) => Json::String(moment.to_string()),
        toml::Value::Float(found) => {
            let at = at.to_owned();
            return Err(TemplateError::Fraction { at, found });
        }
        toml::Value::Array(items) => {
            let items = items.into_iter().enumerate();
            let items = items.map(|(index, item)| plain(item, &format!("{at}[{index}]")));
            Json::Array(items.collect::<Result<_, _>>()?)
        }
        toml::Value::Table(table) => {
            let members = table.into_iter().map(|(name, value)| {
                let value = plain(value, &format!("{at}.{name}"))?;
                Ok((name, value))
            });
            Json::Object(members.collect::<Result<_, TemplateError>>()?)
        }
    })
}

fn settle_record(fields: &'static [FieldInfo], value: Value) -> Value {
    let Value::Object(object) = value else {
        return value;
    };
    let mut settled = Object::default();
    for (name, value) in object.iter() {
        let field = fields.iter().find(|field| field.name == name);
        let empty = value.as_str() == Some("");
        match field {
            Some(field) if field.is_optional() && empty => {}
            Some(field) if field.is_confidential() && empty => settled.insert(name, Value::Null),
            Some(field) => settled.insert(name, settle(&field.shape, value.clone())),
            None => settled.insert(name, value.clone()),
        }
    }
    Value::Object(settled)
}

fn settle(shape: &'static Shape, value: Value) -> Value {
    match (shape, value) {
        (Shape::Optional { of } | Shape::Committed { of }, value) => settle(of, value),
        (Shape::Integer { .. }, Value::String(text)) => {
            let number: Option<i64> = text.parse().ok();
            number
                .filter(|number| {
                    number.to_string() == text && number.abs() <= crate::json::MAX_INTEGER
                })
                .map_or(Value::String(text), Value::Integer)
        }
        (Shape::Boolean, Value::String(text)) => match text.as_str() {
            "true" => Value::Bool(true),
            "false" => Value::Bool(false),
            _ => Value::String(text),
        },
        // A note ends with a line feed.
        (Shape::Note { .. }, Value::String(text)) if !is_placeholder(&text) => {
            Value::String(text + "\n")
        }
        (Shape::List { of, .. }, Value::Array(items)) => {
            Value::Array(items.into_iter().map(|item| settle(of, item)).collect())
        }
        (Shape::Record { fields }, value) => settle_record(fields, value),
        (_, value) => value,
    }
}

/// Where a field stands while it is written.
#[derive(Clone, Copy)]
struct Place<'p> {
    /// What every line begins with.
    indent: &'p str,
    /// Whether it is switched off: it may be left out.
    off: bool,
    /// Whether it stands in a list, where members end with a comma.
    listed: bool,
    /// Whether all of it was explained before.
    explained: bool,
}

impl Place<'_> {
    const TOP: Place<'static> = Place {
        indent: "",
        off: false,
        listed: false,
        explained: false,
    };

    fn off(self) -> Self {
        Place { off: true, ..self }
    }
}

struct Writer {
    language: Language,
    text: String,
}

impl Writer {
    fn line(&mut self, indent: &str, text: &str) {
        let line = format!("{indent}{text}");
        self.text.push_str(line.trim_end());
        self.text.push('\n');
    }

    fn comment(&mut self, indent: &str, text: &str) {
        for line in text.lines() {
            self.line(indent, &format!("# {line}"));
        }
    }

    fn word(&self, phrase: Phrase) -> &'static str {
        phrase.text(self.language)
    }

    fn introduction(&mut self, kind: Type, signers: &str) {
        let info = kind.info();
        let placeholder = self.word(PLACEHOLDER);
        let mut command = format!("bewijs sign {kind}");
        if info.filing != Filing::Charter {
            command.push_str(" --case zaak:…");
        }
        let ledger = match kind {
            Type::Charter => String::new(),
            _ => {
                command.push_str(&format!(" --id {}", kind.id_form()));
                " --ledger …".to_owned()
            }
        };
        command.push_str(&format!(" --file … --key …{ledger} -o …"));
        let basis = match info.basis {
            BasisRule::Optional => "",
            _ => self.word(BASIS),
        };
        let text = format!(
            "{} ({kind})\n{}\n{signers}\n\n{}\n{command}\n{basis}",
            self.word(info.label),
            self.word(info.purpose),
            self.word(HOW).replace("{placeholder}", placeholder),
        );
        self.comment("", text.trim_end());
    }

    /// Writes the explanation of a field and the lines to fill in.
    fn field(&mut self, field: &'static FieldInfo, key: &str, place: Place) {
        let optional = field.is_optional();
        let mut shape = &field.shape;
        while let Shape::Optional { of } | Shape::Committed { of } = shape {
            shape = of;
        }
        if !place.explained {
            self.explain_field(field, key, place);
            self.explain(shape, place.indent, field.is_confidential());
        }
        self.assign(key, shape, if optional { place.off() } else { place });
    }

    /// Says what a field is for, and whether it is public.
    fn explain_field(&mut self, field: &'static FieldInfo, key: &str, place: Place) {
        let optional = field.is_optional();
        let marks = match (field.is_confidential(), optional) {
            (true, _) => self.word(IN_THE_HOUSE),
            (false, true) => self.word(MAY_BE_LEFT_OUT),
            (false, false) => self.word(PUBLIC),
        };
        // Within a record only what differs is said again.
        let heading = match place.listed || key.contains('.') {
            true if optional => format!("{} {marks}", self.word(field.label)),
            true => self.word(field.label).to_owned(),
            false => format!("{} {marks}", self.word(field.label)),
        };
        self.comment(place.indent, &heading);
        self.comment(place.indent, self.word(field.help));
    }

    /// Says what may stand there.
    fn explain(&mut self, shape: &'static Shape, indent: &str, confidential: bool) {
        let empty = match confidential {
            true => self.word(EMPTY),
            false => "",
        };
        let inner = match shape {
            Shape::List { of, .. } => of,
            other => other,
        };
        match inner {
            Shape::Word { words } => {
                let head = match shape {
                    Shape::List { .. } => {
                        let list = allowed(shape, self.language);
                        // The words themselves stand below.
                        list.split(',').next().unwrap_or_default().to_owned() + self.word(OF_THESE)
                    }
                    _ => self.word(ONE_OF_THESE).to_owned(),
                };
                self.comment(indent, &format!("{head}{empty}"));
                let longest = words.iter().map(|word| word.code.len()).max().unwrap_or(0);
                for word in *words {
                    let label = self.word(word.label);
                    self.comment(
                        indent,
                        &format!(
                            "  \"{}\"{:2$}{label}",
                            word.code,
                            "",
                            longest - word.code.len() + 2
                        ),
                    );
                }
            }
            Shape::Record { fields } if !is_file(inner) => {
                if let Shape::List { .. } = shape {
                    let list = allowed(shape, self.language);
                    let length = list.split(',').next().unwrap_or_default();
                    self.comment(indent, &format!("{length}{}", self.word(OF_BLOCKS)));
                }
                debug_assert!(!fields.is_empty(), "a record has fields");
            }
            _ => {
                self.comment(indent, &format!("{}{empty}", allowed(shape, self.language)));
                match inner {
                    Shape::Pin { .. } => self.comment(indent, self.word(PIN)),
                    inner if is_file(inner) => self.comment(indent, self.word(FILE)),
                    _ => {}
                }
            }
        }
    }

    /// Writes the lines to fill in; `shape` is neither optional nor committed.
    fn assign(&mut self, key: &str, shape: &'static Shape, place: Place) {
        let placeholder = self.word(PLACEHOLDER);
        match shape {
            Shape::Optional { of } | Shape::Committed { of } => self.assign(key, of, place.off()),
            Shape::Localised { of } => {
                for language in ["nl", "en"] {
                    self.assign(&format!("{key}.{language}"), of, place);
                }
            }
            Shape::Record { fields } if !is_file(shape) => {
                for field in *fields {
                    self.field(field, &format!("{key}.{}", field.name), place);
                }
            }
            Shape::List { of, min, .. } => {
                self.put(place, &format!("{key} = ["));
                let indent = format!("{}  ", place.indent);
                let item = Place {
                    indent: &indent,
                    off: place.off || *min == 0,
                    listed: true,
                    explained: place.explained,
                };
                self.item(of, item);
                for _ in 1..*min {
                    self.item(
                        of,
                        Place {
                            explained: true,
                            ..item
                        },
                    );
                }
                let comma = if place.listed { "," } else { "" };
                self.put(place, &format!("]{comma}"));
            }
            Shape::Prose { .. } | Shape::Note { .. } => {
                let comma = if place.listed { "," } else { "" };
                self.put(place, &format!("{key} = '''"));
                // Text begins at the margin, or its first line would be indented.
                let margin = Place {
                    indent: "",
                    ..place
                };
                self.put(margin, placeholder);
                self.put(margin, &format!("'''{comma}"));
            }
            _ => {
                let comma = if place.listed { "," } else { "" };
                self.put(place, &format!("{key} = \"{placeholder}\"{comma}"));
            }
        }
    }

    /// Writes one item of a list.
    fn item(&mut self, shape: &'static Shape, place: Place) {
        let placeholder = self.word(PLACEHOLDER);
        match shape {
            Shape::Record { fields } if !is_file(shape) => {
                self.put(place, "{");
                let indent = format!("{}  ", place.indent);
                let inner = Place {
                    indent: &indent,
                    ..place
                };
                for field in *fields {
                    self.field(field, field.name, inner);
                }
                self.put(place, "},");
            }
            Shape::Localised { .. } => {
                self.put(
                    place,
                    &format!("{{ nl = \"{placeholder}\", en = \"{placeholder}\" }},"),
                );
            }
            _ => self.put(place, &format!("\"{placeholder}\",")),
        }
    }

    /// Writes a line, switched off by a mark without a space behind it.
    fn put(&mut self, place: Place, text: &str) {
        match place.off {
            true => self.line(place.indent, &format!("#{text}")),
            false => self.line(place.indent, text),
        }
    }
}

const fn phrase(en: &'static str, nl: &'static str) -> Phrase {
    Phrase { en, nl }
}

const HOW: Phrase = phrase(
    "Replace {placeholder} everywhere. What stands behind a # does not count: a line without a space behind the #\n\
     may be left out, and is switched on by taking the # away. Text between ''' may have several lines.\n\
     Then show it in plain words and sign it:",
    "Vervang overal {placeholder}. Wat achter een # staat, telt niet mee: een regel zonder spatie achter de # mag\n\
     ontbreken, en gaat aan door de # weg te halen. Tekst tussen ''' mag meer regels hebben.\n\
     Laat daarna in gewone taal zien wat er staat, en onderteken:",
);
const BASIS: Phrase = phrase(
    "It also says which checkpoint you had seen: --basis, or the newest of --ledger.",
    "Er hoort ook bij welke stand u had gezien: --basis, of de nieuwste van --ledger.",
);
const PUBLIC: Phrase = phrase("(public)", "(openbaar)");
const MAY_BE_LEFT_OUT: Phrase = phrase("(public; may be left out)", "(openbaar; mag ontbreken)");
const IN_THE_HOUSE: Phrase = phrase(
    "(stays in the house; only a digest becomes public)",
    "(blijft in huis; alleen een vingerafdruk wordt openbaar)",
);
const EMPTY: Phrase = phrase(
    "; \"\" when there is nothing to commit to",
    "; \"\" als er niets vast te leggen is",
);
const ONE_OF_THESE: Phrase = phrase("one of these words", "een van deze woorden");
const OF_THESE: Phrase = phrase(" of these words", " van deze woorden");
const OF_BLOCKS: Phrase = phrase(
    "; repeat what stands between { and }, for each",
    "; herhaal wat tussen { en } staat, voor elk",
);
const PIN: Phrase = phrase(
    "its id, when you sign with --ledger; otherwise { id = \"…\", sha256 = \"…\" }",
    "het kenmerk, als u ondertekent met --ledger; anders { id = \"…\", sha256 = \"…\" }",
);
const FILE: Phrase = phrase(
    "where the file is; its name, length and SHA-256 are taken from it",
    "waar het bestand staat; naam, lengte en SHA-256 worden daaruit overgenomen",
);

/// A file that is no template.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum TemplateError {
    /// Not TOML.
    #[error("expected TOML: {reason}")]
    Toml {
        /// What the parser says, with line and column.
        reason: String,
    },
    /// A number with a fraction.
    #[error(
        "{at}: expected a whole number or text, found {found}\nwrite it as text, between quotes"
    )]
    Fraction {
        /// Where it stands in the file.
        at: String,
        /// The number.
        found: f64,
    },
    /// What no statement can hold.
    #[error(transparent)]
    Json(#[from] JsonError),
}

#[cfg(test)]
mod tests {
    use super::*;

    fn finding(text: &str) -> Result<String, String> {
        let value = read(Type::Finding, text).map_err(|error| error.to_string())?;
        Ok(String::from_utf8(value.to_canonical()).unwrap())
    }

    #[test]
    fn what_people_write_becomes_what_a_draft_has() {
        for (text, expected) in [
            (
                "title = '''\r\nTwo\r\nlines \r\n'''",
                r#"{"title":"Two\nlines"}"#,
            ),
            (
                "title = \"\"\nretest = \"\"\nsource = \"\"",
                r#"{"source":"","title":null}"#,
            ),
            ("source = 2024-02-05", r#"{"source":"2024-02-05"}"#),
            ("source = 12", r#"{"source":12}"#),
            ("colour.red = true", r#"{"colour":{"red":true}}"#),
        ] {
            assert_eq!(finding(text).as_deref(), Ok(expected), "{text}");
        }
        let settled = |text: &str| read(Type::Completeness, text).unwrap().to_canonical();
        assert_eq!(
            settled("count = \"20\"\ntotal = \"020\""),
            br#"{"count":20,"total":"020"}"#
        );
    }

    #[test]
    fn what_no_statement_can_hold_is_refused_with_its_place() {
        for (text, expected) in [
            ("title = ", "expected TOML: "),
            ("title = \"a\"\ntitle = \"b\"", "duplicate key"),
            (
                "object.size = [1, 2.5]",
                "object.size[1]: expected a whole number or text, found 2.5",
            ),
            ("count = 9007199254740992", "9007199254740992"),
            ("\"é\" = 1", "ASCII"),
            ("title = \"a\\u202Eb\"", "U+202E"),
        ] {
            let error = finding(text).unwrap_err();
            assert!(error.contains(expected), "{text}: {error}");
        }
    }
}
