//! Every way in which a schema can be broken, made from the metadata.
//!
//! That a mutated payload must be refused, and where, follows from how it was made; the parser is
//! not asked what it thinks.

use bewijs::json::{Object, Value};
use bewijs::statement::head::Head;
use bewijs::statement::schema::{FieldInfo, Shape};
use bewijs::statement::{Id, Type};

/// One change of a payload, after which it must be refused.
pub struct Mutation {
    /// What is wrong then.
    pub comment: String,
    /// What the error begins with: the place.
    pub place: String,
    path: Vec<String>,
    /// What to put there; nothing removes the member.
    value: Option<Value>,
}

impl Mutation {
    /// Makes the mutated payload.
    pub fn apply(&self, base: &[u8]) -> Vec<u8> {
        let mut change = Change::new(&Value::parse(base).unwrap());
        let path: Vec<&str> = self.path.iter().map(String::as_str).collect();
        match &self.value {
            Some(value) => change.set(&path, value.clone()),
            None => change.remove(&path),
        }
        change.payload()
    }

    /// Makes the same change in a draft; `None` where a draft has something else: a plain value in place of
    /// a commitment, or the type itself.
    pub fn apply_to_draft(&self, kind: Type, draft: &Value) -> Option<Value> {
        let (first, path) = self.path.split_first()?;
        let field = path.first().filter(|_| first == "predicate")?;
        let confidential = kind.confidential().any(|it| it.name == field);
        let mut change = Change::new(draft);
        let path: Vec<&str> = path.iter().map(String::as_str).collect();
        match (&self.value, confidential) {
            (_, true) => return None,
            (Some(value), _) => change.set(&path, value.clone()),
            (None, _) => change.remove(&path),
        }
        Some(change.0)
    }

    /// Prints the case of a vector file, on one line.
    pub fn print(&self, error: &str) -> String {
        let pointer: String = self.path.iter().map(|part| format!("/{part}")).collect();
        let mut case = Object::default();
        case.insert("at", Value::string(pointer));
        case.insert("comment", Value::string(&self.comment));
        case.insert("error", Value::string(error));
        case.insert("expected", Value::string("refused"));
        match &self.value {
            Some(value) => case.insert("set", value.clone()),
            None => case.insert("remove", Value::Bool(true)),
        }
        String::from_utf8(Value::Object(case).to_canonical()).unwrap()
    }
}

/// A payload that is being changed.
pub struct Change(Value);

impl Change {
    pub fn new(base: &Value) -> Change {
        Change(base.clone())
    }

    /// Puts `value` at a path of member names and list positions.
    pub fn set(&mut self, path: &[&str], value: Value) {
        self.0 = put(self.0.clone(), path, Some(value));
    }

    pub fn remove(&mut self, path: &[&str]) {
        self.0 = put(self.0.clone(), path, None);
    }

    pub fn payload(&self) -> Vec<u8> {
        self.0.to_canonical()
    }
}

fn put(parent: Value, path: &[&str], value: Option<Value>) -> Value {
    let (name, rest) = path.split_first().expect("a path has a part");
    match parent {
        Value::Object(mut object) => {
            let old = object.remove(name);
            let new = match rest {
                [] => value,
                rest => Some(put(old.expect("the path exists"), rest, value)),
            };
            if let Some(new) = new {
                object.insert(name, new);
            }
            Value::Object(object)
        }
        Value::Array(mut items) => {
            let at: usize = name.parse().unwrap();
            match rest {
                [] if at == items.len() => items.push(value.unwrap()),
                [] => items[at] = value.unwrap(),
                rest => items[at] = put(items[at].clone(), rest, value),
            }
            Value::Array(items)
        }
        other => panic!("{name} in {}", other.kind()),
    }
}

/// Mutations of the body of `base`, a statement of type `kind`: those that fit into a file for people,
/// without long texts and long lists.
pub fn of_body(kind: Type, base: &Value) -> Vec<Mutation> {
    let mut all = Mutations::of(base, false);
    all.record(vec!["predicate".to_owned()], kind.info().fields);
    for other in Type::ALL {
        // A statement with the body of one type and the name of another of its family.
        if other != &kind && other.info().family == kind.info().family {
            let name = Value::string(other.predicate_type());
            all.add(
                &["predicateType".to_owned()],
                "predicate",
                "another type",
                Some(name),
            );
        }
    }
    all.list
}

/// Every mutation of the body of `base`, a statement of type `kind`: each field wrong in each way that
/// its shape forbids.
pub fn of_every_field(kind: Type, base: &Value) -> Vec<Mutation> {
    let mut all = Mutations::of(base, true);
    all.record(vec!["predicate".to_owned()], kind.info().fields);
    all.list
}

/// The same for what a person writes: `base` has the member `predicate`, with plain values in the
/// confidential fields.
pub fn of_every_field_of_a_draft(kind: Type, base: &Value) -> Vec<Mutation> {
    let mut all = Mutations::of(base, true);
    all.plain = true;
    all.record(vec!["predicate".to_owned()], kind.info().fields);
    all.list
}

/// Every mutation of what stands around the body.
pub fn of_head(base: &Value) -> Vec<Mutation> {
    let mut all = Mutations::of(base, false);
    let path = |parts: &[&str]| -> Vec<String> { parts.iter().map(|p| (*p).to_owned()).collect() };
    let head = path(&["predicate", "head"]);
    all.add(&head, "predicate.head", "no head", None);
    all.record(head.clone(), Head::FIELDS);
    for (id, comment) in [
        ("B-002", "the id of another type"),
        ("BES-", "an id without a middle"),
        ("BES-002/a", "an id with a suffix"),
        ("bes-002", "an id with another prefix"),
        (
            "BES-00:2",
            "an id with a character that its type does not have",
        ),
    ] {
        let at = path(&["predicate", "head", "id"]);
        all.add(&at, "predicate.head.id", comment, Some(text(id)));
    }
    let at = path(&["predicate", "head", "case"]);
    all.add(&at, "predicate.head.case", "no case", None);
    all.add(&at, "predicate.head.case", "capitals", Some(text("Zaak:1")));
    let at = path(&["predicate", "head", "basis"]);
    all.add(&at, "predicate.head.basis", "no basis", None);
    let at = path(&["predicate", "head", "basis", "note"]);
    all.add(
        &at,
        "predicate.head.basis.note",
        "no cosigned checkpoint",
        None,
    );
    let keys = all.at(&path(&["predicate", "head", "signers"])).clone();
    let mut keys = keys.as_array().unwrap().to_vec();
    keys.reverse();
    let at = path(&["predicate", "head", "signers"]);
    all.add(
        &at,
        "predicate.head.signers[1]",
        "signers not sorted",
        Some(Value::Array(keys)),
    );
    let many = (10..27).map(|n| text(format!("{n:064}"))).collect();
    all.add(
        &at,
        "predicate.head.signers",
        "17 signers",
        Some(Value::Array(many)),
    );

    for member in ["_type", "predicate", "predicateType", "subject"] {
        let at = path(&[member]);
        all.add(&at, &format!("statement.{member}"), "missing", None);
        let place = match member {
            "predicate" => "predicate",
            other => &format!("statement.{other}"),
        };
        all.add(&at, place, "null", Some(Value::Null));
    }
    all.add(
        &path(&["colour"]),
        "statement",
        "an unknown member",
        Some(text("red")),
    );
    let at = path(&["_type"]);
    let other = text("https://in-toto.io/Statement/v0.1");
    all.add(
        &at,
        "statement._type",
        "another statement type",
        Some(other),
    );
    for uri in [
        "urn:bewijs:decision:v2",
        "urn:bewijs:decision",
        "urn:bewijs:novel:v1",
        "https://in-toto.io/attestation/svr/v0.2",
    ] {
        let at = path(&["predicateType"]);
        all.add(&at, "expected a predicate type", uri, Some(text(uri)));
    }
    let subject = all.at(&path(&["subject", "0"])).clone();
    let at = path(&["subject"]);
    let two = Value::Array(vec![subject.clone(), subject]);
    all.add(&at, "statement.subject", "two subjects", Some(two));
    all.add(
        &at,
        "statement.subject",
        "no subject",
        Some(Value::Array(Vec::new())),
    );
    let at = path(&["subject", "0", "uri"]);
    all.add(
        &at,
        "statement.subject[0]",
        "an unknown member",
        Some(text("x")),
    );
    let at = path(&["subject", "0", "digest", "sha512"]);
    all.add(
        &at,
        "statement.subject[0].digest",
        "a second digest",
        Some(text("00")),
    );
    let at = path(&["subject", "0", "digest", "sha256"]);
    let capitals = text("A".repeat(64));
    all.add(
        &at,
        "statement.subject[0].digest.sha256",
        "capitals",
        Some(capitals),
    );
    let at = path(&["subject", "0", "name"]);
    all.add(
        &at,
        "statement.subject[0].name",
        "an origin with a space",
        Some(text("a b")),
    );
    all.add(
        &at,
        "statement.subject[0].name",
        "an empty origin",
        Some(text("")),
    );
    all.list
}

struct Mutations<'b> {
    base: &'b Value,
    /// Whether long texts and long lists are among them.
    long: bool,
    /// Whether confidential fields stand there in plain.
    plain: bool,
    list: Vec<Mutation>,
}

impl Mutations<'_> {
    fn of(base: &Value, long: bool) -> Mutations<'_> {
        Mutations {
            base,
            long,
            plain: false,
            list: Vec::new(),
        }
    }

    fn at(&self, path: &[String]) -> &Value {
        path.iter().fold(self.base, |value, part| match value {
            Value::Object(object) => object.get(part).unwrap(),
            Value::Array(items) => &items[part.parse::<usize>().unwrap()],
            _ => panic!("{path:?}"),
        })
    }

    fn add(&mut self, path: &[String], place: &str, comment: &str, value: Option<Value>) {
        self.list.push(Mutation {
            comment: comment.to_owned(),
            place: place.to_owned(),
            path: path.to_vec(),
            value,
        });
    }

    fn set(&mut self, path: &[String], comment: &str, value: Value) {
        self.add(path, &print(path), comment, Some(value));
    }

    fn record(&mut self, path: Vec<String>, fields: &'static [FieldInfo]) {
        let unknown = child(&path, "colour");
        self.add(
            &unknown,
            &print(&path),
            "an unknown member",
            Some(Value::string("red")),
        );
        for field in fields {
            let at = child(&path, field.name);
            if !field.is_optional() {
                self.add(&at, &print(&at), "missing", None);
            }
            let there = self
                .at(&path)
                .as_object()
                .unwrap()
                .get(field.name)
                .is_some();
            match there {
                true => self.shape(at, &field.shape),
                false => self.set(&at, "null", Value::Null),
            }
        }
    }

    /// Mutates what stands at `path`, which has the shape `shape`.
    fn shape(&mut self, path: Vec<String>, shape: &'static Shape) {
        if let Shape::Optional { of } = shape {
            return self.shape(path, of);
        }
        let shape = match shape {
            // What a person commits to may be null.
            Shape::Committed { of } if self.plain => of,
            shape => {
                self.set(&path, "null", Value::Null);
                shape
            }
        };
        let another_kind = match shape {
            Shape::Boolean => text("true"),
            _ => Value::Bool(true),
        };
        self.set(&path, "a value of another kind", another_kind);
        match shape {
            Shape::Optional { .. } => unreachable!("looked into above"),
            Shape::Line { max } => {
                self.set(&path, "empty", text(""));
                self.set(&path, "one character too many", text("é".repeat(max + 1)));
                self.set(&path, "two lines", text("a\nb"));
                self.set(&path, "a space at the end", text("a "));
            }
            Shape::Prose { max } => {
                self.set(&path, "empty", text(""));
                // One long text a file is enough to see the limit.
                if self.long || *max <= 400 {
                    self.set(&path, "one character too many", text("é".repeat(max + 1)));
                }
                self.set(&path, "a line feed at the end", text("a\n"));
            }
            Shape::Note { max } => {
                self.set(&path, "empty", text(""));
                if self.long {
                    let note = self.at(&path).as_str().unwrap();
                    let long = format!("{}{note}", "x".repeat(max + 1 - note.len()));
                    self.set(&path, "one byte too many", text(long));
                }
                self.set(&path, "no signature line", text("a\n1\n"));
            }
            Shape::Localised { of } => {
                self.add(
                    &child(&path, "nl"),
                    &print(&child(&path, "nl")),
                    "missing",
                    None,
                );
                let de = child(&path, "de");
                self.add(&de, &print(&path), "a third language", Some(text("x")));
                self.shape(child(&path, "en"), of);
                if self.long {
                    self.shape(child(&path, "nl"), of);
                }
            }
            Shape::Form { .. } => {
                self.set(&path, "empty", text(""));
                self.set(&path, "no such form", text("no such form"));
            }
            Shape::Word { .. } => self.set(&path, "no word of the list", text("misschien")),
            Shape::Integer { min, max } => {
                for (number, comment) in [(min - 1, "too small"), (max + 1, "too large")] {
                    // Beyond the integers of the format, the JSON itself is refused.
                    if number.abs() <= bewijs::json::MAX_INTEGER {
                        self.set(&path, comment, Value::Integer(number));
                    }
                }
            }
            Shape::Boolean => self.set(&path, "a number", Value::Integer(1)),
            Shape::Pin { to } => {
                for member in ["id", "sha256"] {
                    let at = child(&path, member);
                    self.add(&at, &print(&at), "missing", None);
                }
                let unknown = child(&path, "leaf");
                self.add(
                    &unknown,
                    &print(&path),
                    "an unknown member",
                    Some(text("x")),
                );
                let wrong = Type::ALL.iter().map(|kind| kind.info());
                let wrong = wrong.map(|info| format!("{}1{}", info.id_prefix, info.id_suffix));
                let wrong = wrong.map(|id| id.parse::<Id>().unwrap());
                let wrong = wrong
                    .into_iter()
                    .find(|id| to.iter().all(|kind| !kind.takes(id)));
                if let Some(id) = wrong.filter(|_| !to.is_empty()) {
                    self.set(&child(&path, "id"), "the id of another type", text(id));
                }
            }
            Shape::List { of, min, max } => {
                let items = self.at(&path).as_array().unwrap().to_vec();
                if *min > 0 {
                    self.set(&path, "too few", Value::Array(items[..min - 1].to_vec()));
                }
                if let Some(first) = items.first() {
                    let twice = [items.clone(), vec![first.clone()]].concat();
                    let repeated = child(&path, &items.len().to_string());
                    let place = match twice.len() > *max {
                        true => print(&path),
                        false => print(&repeated),
                    };
                    self.add(&path, &place, "an item twice", Some(Value::Array(twice)));
                    let many = vec![first.clone(); max + 1];
                    // The length is looked at before the items; long lists would only be long.
                    if self.long || *max <= 16 {
                        self.set(&path, "too many", Value::Array(many));
                    }
                    self.shape(child(&path, "0"), of);
                }
            }
            Shape::Record { fields } => self.record(path, fields),
            Shape::Committed { .. } => {
                let digest = self.at(&path).as_object().unwrap().get("_sd").unwrap();
                let digest = digest.as_array().unwrap()[0].clone();
                let two = Value::Array(vec![digest.clone(), text("A".repeat(43))]);
                self.set(&path, "a plain value", text("plain"));
                self.set(&path, "two digests", Value::object([("_sd", two)]));
                self.set(
                    &path,
                    "no list of digests",
                    Value::object([("_sd", digest)]),
                );
                let short = Value::Array(vec![text("A".repeat(42))]);
                self.set(&path, "a short digest", Value::object([("_sd", short)]));
                let unknown = child(&path, "_sd_alg");
                let algorithm = Some(text("sha-256"));
                self.add(&unknown, &print(&path), "an unknown member", algorithm);
            }
        }
    }
}

fn text(text: impl std::fmt::Display) -> Value {
    Value::string(text)
}

fn child(path: &[String], name: &str) -> Vec<String> {
    let mut path = path.to_vec();
    path.push(name.to_owned());
    path
}

/// Prints a path as errors do.
fn print(path: &[String]) -> String {
    let mut text = String::new();
    for part in path {
        match part.bytes().all(|byte| byte.is_ascii_digit()) {
            true => text.push_str(&format!("[{part}]")),
            false if text.is_empty() => text.push_str(part),
            false => text.push_str(&format!(".{part}")),
        }
    }
    text
}
