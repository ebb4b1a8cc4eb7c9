//! The JSON Schemas in `docs/schemas`, made from the declarations.
//!
//! `<type>.json` is of a whole payload; `drafts/<type>.json` is of what a person writes: the body with
//! plain values in the confidential fields. What a schema cannot say (that a day exists,
//! that signers are sorted, that a period runs forward) is said by the parser alone.

use bewijs::hash::Hash;
use bewijs::statement::head::Head;
use bewijs::statement::predicate::{BasisRule, Filing};
use bewijs::statement::schema::{Field, FieldInfo, Phrase, Shape};
use bewijs::statement::{Id, Origin, STATEMENT_TYPE, Type};
use serde_json::{Value, json};

/// Returns the schema of the payload of a statement of type `kind`.
pub fn payload(kind: Type) -> Value {
    let info = kind.info();
    let mut predicate = record(info.fields, Confidential::Committed);
    predicate["properties"]["head"] = head_of(kind);
    require(&mut predicate, "head");
    let subject = json!({
        "type": "array",
        "minItems": 1,
        "maxItems": 1,
        "items": closed([
            ("digest", closed([("sha256", plain::<Hash>())])),
            ("name", plain::<Origin>()),
        ]),
    });
    let mut schema = closed([
        ("_type", json!({"const": STATEMENT_TYPE})),
        ("predicate", predicate),
        ("predicateType", json!({"const": kind.predicate_type()})),
        ("subject", subject),
    ]);
    entitle(&mut schema, info.label, info.purpose);
    dialect(schema, &format!("{kind}.json"))
}

/// Returns the schema of the body that a person writes.
pub fn draft(kind: Type) -> Value {
    let info = kind.info();
    let mut schema = record(info.fields, Confidential::Plain);
    entitle(&mut schema, info.label, info.purpose);
    dialect(schema, &format!("drafts/{kind}.json"))
}

/// Returns the schema of the head, whatever the type.
pub fn head() -> Value {
    let mut schema = record(Head::FIELDS, Confidential::Committed);
    entitle(&mut schema, HEAD, Head::PURPOSE);
    dialect(schema, "head.json")
}

/// The head with what `kind` asks of it.
fn head_of(kind: Type) -> Value {
    let info = kind.info();
    let mut head = record(Head::FIELDS, Confidential::Committed);
    narrow(&mut head["properties"]["id"], &[kind]);
    match info.filing {
        Filing::Charter => drop(head["properties"].as_object_mut().unwrap().remove("case")),
        Filing::Case => require(&mut head, "case"),
        Filing::Either => {}
    }
    if info.basis != BasisRule::Optional {
        require(&mut head, "basis");
    }
    if info.basis == BasisRule::WithNote {
        require(&mut head["properties"]["basis"], "note");
    }
    head
}

/// Where confidential fields stand as commitments, and where in plain.
#[derive(Clone, Copy, PartialEq)]
enum Confidential {
    Committed,
    Plain,
}

fn record(fields: &[FieldInfo], how: Confidential) -> Value {
    let mut schema = closed([]);
    for field in fields {
        let mut value = shape(&field.shape, how);
        entitle(&mut value, field.label, field.help);
        let object = schema["properties"].as_object_mut().unwrap();
        object.insert(field.name.to_owned(), value);
        if !field.is_optional() {
            let required = schema["required"].as_array_mut().unwrap();
            required.push(json!(field.name));
        }
    }
    schema
}

fn shape(of: &Shape, how: Confidential) -> Value {
    match of {
        Shape::Line { max } => {
            json!({"type": "string", "minLength": 1, "maxLength": max, "pattern": r"^\S([^\n]*\S)?$"})
        }
        Shape::Prose { max } => {
            json!({"type": "string", "minLength": 1, "maxLength": max, "pattern": r"^\S([\s\S]*\S)?$"})
        }
        Shape::Note { max } => {
            json!({"type": "string", "maxLength": max, "pattern": "^[\\s\\S]+\\n\\n(\u{2014} [^\\n]+\\n)+$"})
        }
        Shape::Localised { of } => closed([("en", shape(of, how)), ("nl", shape(of, how))]),
        Shape::Form {
            pattern, example, ..
        } => {
            json!({"type": "string", "pattern": whole(pattern), "examples": [example]})
        }
        Shape::Word { words } => {
            let words = words.iter().map(|word| {
                json!({"const": word.code, "title": word.label.en, "$comment": word.label.nl})
            });
            json!({"oneOf": words.collect::<Vec<_>>()})
        }
        Shape::Integer { min, max } => json!({"type": "integer", "minimum": min, "maximum": max}),
        Shape::Boolean => json!({"type": "boolean"}),
        Shape::Pin { to } => {
            let mut id = plain::<Id>();
            narrow(&mut id, to);
            closed([("id", id), ("sha256", plain::<Hash>())])
        }
        Shape::List { of, min, max } => json!({
            "type": "array",
            "minItems": min,
            "maxItems": max,
            "uniqueItems": true,
            "items": shape(of, how),
        }),
        Shape::Record { fields } => record(fields, how),
        Shape::Optional { of } => shape(of, how),
        Shape::Committed { of } => match how {
            Confidential::Plain => json!({"anyOf": [shape(of, how), {"type": "null"}]}),
            Confidential::Committed => closed([(
                "_sd",
                json!({
                    "type": "array",
                    "minItems": 1,
                    "maxItems": 1,
                    // 32 bytes as base64url: the last character carries four bits.
                    "items": {"type": "string", "pattern": "^[A-Za-z0-9_-]{42}[AEIMQUYcgkosw048]$"},
                }),
            )]),
        },
    }
}

/// The schema of a value that has one text form.
fn plain<T: Field>() -> Value {
    shape(&T::SHAPE, Confidential::Committed)
}

/// An object of these members, all of them required, and no others.
fn closed<const N: usize>(members: [(&str, Value); N]) -> Value {
    let names: Vec<&str> = members.iter().map(|(name, _)| *name).collect();
    let properties = members
        .into_iter()
        .map(|(name, value)| (name.to_owned(), value));
    json!({
        "type": "object",
        "additionalProperties": false,
        "required": names,
        "properties": properties.collect::<serde_json::Map<_, _>>(),
    })
}

fn require(object: &mut Value, name: &str) {
    object["required"].as_array_mut().unwrap().push(json!(name));
}

/// Allows only ids of these types; of all types when there are none.
fn narrow(id: &mut Value, to: &[Type]) {
    if !to.is_empty() {
        let forms: Vec<String> = to.iter().flat_map(|kind| id_forms(*kind)).collect();
        id["pattern"] = json!(whole(&forms.join("|")));
        id["maxLength"] = json!(MAX_ID);
        id["examples"] = json!([example_id(to[0])]);
    }
}

/// The forms of the ids of a type, as regular expressions.
fn id_forms(kind: Type) -> Vec<String> {
    let info = kind.info();
    let middle = match kind {
        Type::Case => "[0-9a-z.-]+",
        _ => "[0-9A-Za-z.-]+",
    };
    let form = |prefix| format!("{prefix}{middle}{}", info.id_suffix);
    info.prefixes().map(form).collect()
}

fn example_id(kind: Type) -> String {
    let info = kind.info();
    format!("{}001{}", info.id_prefix, info.id_suffix)
}

/// A regular expression over the whole string.
fn whole(pattern: &str) -> String {
    format!("^(?:{pattern})$")
}

/// Adds what people read: English where tools show it, Dutch as a comment.
fn entitle(schema: &mut Value, label: Phrase, help: Phrase) {
    schema["title"] = json!(label.en);
    schema["description"] = json!(help.en);
    schema["$comment"] = json!(format!("{}: {}", label.nl, help.nl));
}

fn dialect(mut schema: Value, name: &str) -> Value {
    schema["$schema"] = json!("https://json-schema.org/draft/2020-12/schema");
    schema["$id"] = json!(format!("urn:bewijs:schema:{name}"));
    schema
}

/// The most characters of an id.
const MAX_ID: usize = 63;

const HEAD: Phrase = Phrase {
    en: "Head",
    nl: "Kop",
};
