//! Drafts and templates: what a person writes before signing.
//!
//! A draft is JSON, or a template (TOML) that was filled in. In both an earlier statement may stand as its id, which
//! the ledger at hand resolves, and a file as its path, of which name, length and SHA-256 are taken. Everything
//! that is wrong is told at once.

use std::fs::File;
use std::io;
use std::path::Path;

use super::answer::{About as _, Answer, Failure, json_object, json_text};
use super::args::Template;
use super::files::{self, Outputs, Readers};
use super::sign::{Known, statement_type};
use super::words;
use crate::entry::ThreadName;
use crate::hash::{Hash, Hasher};
use crate::json::{Object, Value};
use crate::state::roles::signing_rule;
use crate::statement::form::{self, is_file, is_placeholder};
use crate::statement::head::Pin;
use crate::statement::schema::{At, Field as _, FieldInfo, Phrase, Shape};
use crate::statement::{CaseName, Draft, Language, Type, template};

/// Prints the template of a type, or writes it into a file.
pub fn template(it: Template, language: Language) -> Result<Answer, Failure> {
    let kind = statement_type(&it.kind)?;
    let text = template::template(kind, language, &signers(kind, language));
    let Some(path) = &it.output else {
        let json = json_object([
            ("type", json_text(kind)),
            ("template", Value::string(&text)),
        ]);
        return Ok(Answer::yes(text, json));
    };
    let mut outputs = Outputs::default();
    outputs.write_new(path, text.as_bytes(), Readers::Anyone)?;
    files::sync_parent(path)?;
    outputs.keep();
    let json = json_object([
        ("type", json_text(kind)),
        ("file", json_text(path.display())),
    ]);
    let said = words::template_written(language, kind.info().label.text(language), path.display());
    Ok(Answer::yes(said, json))
}

/// Says who may sign statements of a type.
pub fn signers(kind: Type, language: Language) -> String {
    let Some(rule) = signing_rule(kind) else {
        let own = match kind {
            Type::Charter => words::SIGNED_BY_FOUNDERS,
            Type::Key => words::SIGNED_BY_NEW_KEY,
            _ => words::SIGNED_BY_VOUCHERS,
        };
        return own.text(language).to_owned();
    };
    let needs = rule.needs.iter().map(|need| {
        let roles: Vec<&str> = need
            .roles
            .iter()
            .map(|role| role.label().text(language))
            .collect();
        words::persons_of(language, need.persons, roles.join(", "))
    });
    let needs: Vec<String> = needs.collect();
    words::to_be_signed_by(language, needs.join("; "))
}

/// Reads the draft in a file, with all that it takes from the ledger and from other files.
pub fn read(
    kind: Type,
    path: &Path,
    case: Option<&CaseName>,
    known: &Known,
    language: Language,
) -> Result<Draft, Failure> {
    let text = files::read_text(path)?;
    let place = path.display();
    let body = match is_json(path, &text) {
        true => Value::parse(text.as_bytes()).about(place)?,
        false => template::read(kind, &text).about(place)?,
    };
    let mut settler = Settler {
        case,
        known,
        folder: path.parent().unwrap_or(Path::new("")),
        language,
        wrong: Vec::new(),
    };
    let body = settler.record(kind.info().fields, body, &At::Root("predicate"));
    let gaps = form::review(kind, &body);
    let mut wrong: Vec<String> = gaps.iter().map(|gap| gap.say(language)).collect();
    wrong.append(&mut settler.wrong);
    if !wrong.is_empty() {
        let label = kind.info().label.text(language);
        let first = words::draft_has_gaps(language, label, wrong.len());
        let failure = Failure::not_run(first).about(path.display());
        return Err(wrong
            .iter()
            .fold(failure, |failure, line| failure.hint(line)));
    }
    Draft::parse(kind, body).about(path.display())
}

/// JSON by its name, or by its first character when the name says neither.
fn is_json(path: &Path, text: &str) -> bool {
    match path.extension().and_then(|end| end.to_str()) {
        Some("json") => true,
        Some("toml") => false,
        _ => text.trim_start().starts_with('{'),
    }
}

/// Finds the statement called `id` in the case or the charter of a ledger.
pub fn pin(known: &Known, case: Option<&CaseName>, id: &str) -> Option<Pin> {
    let threads = case.map(|case| format!("case/{case}"));
    let threads = threads.into_iter().chain(["charter".to_owned()]);
    let threads: Vec<ThreadName> = threads.filter_map(|name| name.parse().ok()).collect();
    known.look(|state| {
        let found = threads
            .iter()
            .find_map(|thread| state.statement(thread, id))?;
        Some(Pin {
            id: found.id.clone(),
            sha256: found.payload,
        })
    })?
}

/// Returns the value of a file of any length: its name, length and SHA-256.
pub fn file(path: &Path) -> Result<Value, Failure> {
    let (bytes, sha256) = digest(path)?;
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    Ok(Value::object([
        ("bytes", super::answer::json_count(bytes)),
        ("name", Value::string(super::answer::visible(&name))),
        ("sha256", sha256.print()),
    ]))
}

/// Reads a file once, in pieces, and returns its length and its SHA-256.
pub fn digest(path: &Path) -> Result<(u64, Hash), Failure> {
    let mut sink = Sink(Hasher::new());
    let read = File::open(path).and_then(|mut file| io::copy(&mut file, &mut sink));
    let bytes = read.about(path.display())?;
    Ok((bytes, sink.0.finish()))
}

/// Takes bytes in.
struct Sink(Hasher);

impl io::Write for Sink {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.update(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// Replaces ids and paths in a draft by what they stand for.
struct Settler<'k> {
    case: Option<&'k CaseName>,
    known: &'k Known,
    folder: &'k Path,
    language: Language,
    wrong: Vec<String>,
}

impl Settler<'_> {
    fn record(&mut self, fields: &'static [FieldInfo], value: Value, at: &At) -> Value {
        let Value::Object(object) = value else {
            return value;
        };
        let mut settled = Object::default();
        for (name, value) in object.iter() {
            let field = fields.iter().find(|field| field.name == name);
            let value = match field {
                Some(field) => {
                    self.value(&field.shape, field.label, value.clone(), &at.member(name))
                }
                None => value.clone(),
            };
            settled.insert(name, value);
        }
        Value::Object(settled)
    }

    fn value(&mut self, shape: &'static Shape, label: Phrase, value: Value, at: &At) -> Value {
        match (shape, value) {
            (Shape::Optional { of } | Shape::Committed { of }, value) => {
                self.value(of, label, value, at)
            }
            // The review tells about these.
            (_, Value::String(text)) if is_placeholder(&text) => Value::String(text),
            (Shape::Pin { .. }, Value::String(id)) => self.pin(label, &id, at),
            (shape, Value::String(path)) if is_file(shape) => self.file(label, path, at),
            (Shape::List { of, .. }, Value::Array(items)) => {
                let items = items.into_iter().enumerate();
                let settled =
                    items.map(|(index, item)| self.value(of, label, item, &at.item(index)));
                Value::Array(settled.collect())
            }
            (Shape::Record { fields }, value) => self.record(fields, value, at),
            (_, value) => value,
        }
    }

    fn pin(&mut self, label: Phrase, id: &str, at: &At) -> Value {
        let found = pin(self.known, self.case, id);
        if found.is_none() {
            let label = label.text(self.language);
            let line = match self.known {
                Known::Ledger(_) => words::pin_not_found(self.language, label, at, id),
                _ => words::pin_without_ledger(self.language, label, at, id),
            };
            self.wrong.push(line);
        }
        // The form of the id is reviewed with everything else.
        let sha256 = found.map_or(Hash::ZERO, |pin| pin.sha256);
        Value::object([("id", Value::string(id)), ("sha256", sha256.print())])
    }

    fn file(&mut self, label: Phrase, path: String, at: &At) -> Value {
        let read = file(&self.folder.join(&path));
        match read {
            Ok(value) => value,
            Err(failure) => {
                let label = label.text(self.language);
                let why = failure.message().to_owned();
                self.wrong
                    .push(words::file_not_read(self.language, label, at, why));
                // Reviewed as well, which finds nothing more.
                Value::object([
                    ("bytes", Value::Integer(0)),
                    ("name", Value::string("-")),
                    ("sha256", Hash::ZERO.print()),
                ])
            }
        }
    }
}
