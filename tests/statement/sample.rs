//! Random statements, made from the metadata: whatever a schema allows must come back.

use bewijs::hash::Hash;
use bewijs::json::{Object, Value};
use bewijs::key::PublicKey;
use bewijs::statement::predicate::{BasisRule, Filing};
use bewijs::statement::register::Charter;
use bewijs::statement::schema::{At, Field, FieldInfo, Shape};
use bewijs::statement::{Predicate, STATEMENT_TYPE, Type};

use crate::example::Example;

/// Makes the payload of a statement of type `kind`; the same for the same seed, everywhere.
pub fn payload(kind: Type, seed: u64) -> Vec<u8> {
    make(kind, seed, false)
}

/// Makes the payload of a statement of type `kind` in which nothing is absent and no list empty.
pub fn full(kind: Type) -> Vec<u8> {
    make(kind, 0, true)
}

/// Makes what a person writes of a type, with nothing absent, no list empty and plain values in the
/// confidential fields.
pub fn full_draft(kind: Type) -> Value {
    let payload = Value::parse(&full(kind)).unwrap();
    let Value::Object(mut body) = payload
        .as_object()
        .unwrap()
        .get("predicate")
        .unwrap()
        .clone()
    else {
        panic!("{kind}: the predicate is an object");
    };
    body.remove("head");
    let mut random = Random {
        state: 0,
        full: true,
    };
    for field in kind.confidential() {
        let Shape::Committed { of } = field.shape else {
            panic!("{}: a confidential field is a commitment", field.name);
        };
        body.remove(field.name);
        body.insert(field.name, random.value(of));
    }
    Value::Object(body)
}

fn make(kind: Type, seed: u64, full: bool) -> Vec<u8> {
    let mut random = Random {
        state: seed ^ (kind.name().len() as u64) << 32,
        full,
    };
    let info = kind.info();
    let mut body = random.record(info.fields);
    let mut origin = Value::string("bewijs.example/voorbeeld");
    let mut genesis = Value::string(random.digest());
    match kind {
        Type::Charter => {
            // Two fields that must agree with others: the log key, and the holders of keys.
            let example = Example::of(kind).statement.predicate().print();
            let mut object = body.as_object().unwrap().clone();
            for name in ["log_key", "origin", "parties"] {
                object.remove(name);
                object.insert(
                    name,
                    example.as_object().unwrap().get(name).unwrap().clone(),
                );
            }
            origin = object.get("origin").unwrap().clone();
            body = Value::Object(object);
            let charter = Predicate::parse(kind, body.clone(), &At::Root("predicate"));
            let Ok(Predicate::Charter(charter)) = charter else {
                panic!("{charter:?}");
            };
            genesis = Charter::text_digest(&charter).print();
        }
        Type::Key => {
            let mut object = body.as_object().unwrap().clone();
            let party = object.get("party").unwrap().as_str().unwrap().to_owned();
            object.remove("holder");
            object.insert("holder", Value::string(format!("{party}#7")));
            body = Value::Object(object);
        }
        _ => {}
    }
    let mut head = Object::default();
    let id = random.id(kind);
    head.insert("id", Value::string(id));
    let in_case = match info.filing {
        Filing::Charter => false,
        Filing::Case => true,
        Filing::Either => random.below(2) == 0,
    };
    if in_case {
        head.insert("case", Value::string(format!("zaak:{}", random.name(12))));
    }
    let mut signers: Vec<String> = (0..1 + random.below(16)).map(|_| random.digest()).collect();
    signers.sort();
    let signers = signers.iter().map(Value::string).collect();
    head.insert("signers", Value::Array(signers));
    head.insert("claimed_at", Value::string("2024-07-17T09:00:00Z"));
    head.insert("nonce", Value::string(&random.digest()[..32]));
    if info.basis != BasisRule::Optional || random.below(2) == 0 {
        let example = Example::of(Type::Decision).statement.head().basis.print();
        head.insert("basis", example);
    }
    if let Value::Object(object) = &mut body {
        object.insert("head", Value::Object(head));
    }
    let digest = Value::object([("sha256", genesis)]);
    let subject = Value::object([("digest", digest), ("name", origin)]);
    Value::object([
        ("_type", Value::string(STATEMENT_TYPE)),
        ("predicate", body),
        ("predicateType", Value::string(kind.predicate_type())),
        ("subject", Value::Array(vec![subject])),
    ])
    .to_canonical()
}

/// A small generator (splitmix64): seeded, the same everywhere, good enough for shapes.
struct Random {
    state: u64,
    /// Whether everything is there that can be.
    full: bool,
}

impl Random {
    fn next(&mut self) -> u64 {
        self.state = self.state.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.state;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        z ^ (z >> 31)
    }

    fn below(&mut self, bound: usize) -> usize {
        (self.next() % bound as u64) as usize
    }

    fn digest(&mut self) -> String {
        Hash::of(&self.next().to_be_bytes()).to_string()
    }

    fn name(&mut self, most: usize) -> String {
        let length = 1 + self.below(most);
        self.digest()[..length].to_owned()
    }

    /// An id of a statement of type `kind`.
    fn id(&mut self, kind: Type) -> String {
        let info = kind.info();
        let prefixes: Vec<&str> = info.prefixes().collect();
        let prefix = prefixes[self.below(prefixes.len())];
        format!("{prefix}{}{}", self.name(8), info.id_suffix)
    }

    /// Text of at most `max` characters, of one or of several bytes each.
    fn text(&mut self, max: usize, lines: bool) -> String {
        const CHARACTERS: [char; 12] = [
            'a', 'b', 'é', '漢', '😀', '"', '\\', '/', '<', '~', ' ', '\n',
        ];
        let length = 1 + self.below(max.min(60));
        let usable = if lines { 12 } else { 11 };
        let mut text: Vec<char> = (0..length)
            .map(|_| CHARACTERS[self.below(usable)])
            .collect();
        for end in [0, length - 1] {
            if text[end].is_whitespace() {
                text[end] = 'x';
            }
        }
        text.into_iter().collect()
    }

    fn record(&mut self, fields: &'static [FieldInfo]) -> Value {
        let mut object = Object::default();
        for field in fields {
            if !field.is_optional() || self.full || self.below(2) == 0 {
                let value = self.value(&field.shape);
                object.insert(field.name, value);
            }
        }
        // A norm that did not occur has a footnote.
        let bare = object.get("note").is_none();
        if bare && object.get("result").and_then(Value::as_str) == Some("not-occurred") {
            object.insert(
                "note",
                Value::object([("en", Value::string("x")), ("nl", Value::string("x"))]),
            );
        }
        // A period does not run backwards.
        if let (Some(from), true) = (object.get("from").cloned(), fields.len() == 2) {
            object.remove("until");
            object.insert("until", from);
        }
        Value::Object(object)
    }

    fn value(&mut self, shape: &Shape) -> Value {
        match shape {
            Shape::Line { max } => Value::string(self.text(*max, false)),
            Shape::Prose { max } => Value::string(self.text(*max, true)),
            Shape::Note { .. } => Example::of(Type::Anchor)
                .statement
                .predicate()
                .print()
                .as_object()
                .and_then(|object| object.get("note").cloned())
                .unwrap(),
            Shape::Localised { of } => {
                Value::object([("en", self.value(of)), ("nl", self.value(of))])
            }
            Shape::Form { what, example, .. } => self.form(what.en, example),
            Shape::Word { words } => Value::string(words[self.below(words.len())].code),
            Shape::Integer { min, max } => {
                let span = (max - min).unsigned_abs() + 1;
                Value::Integer(min + (self.next() % span) as i64)
            }
            Shape::Boolean => Value::Bool(self.below(2) == 0),
            Shape::Pin { to } => {
                let to = if to.is_empty() { Type::ALL } else { to };
                let kind = to[self.below(to.len())];
                let id = self.id(kind);
                let digest = Value::string(self.digest());
                Value::object([("id", Value::string(id)), ("sha256", digest)])
            }
            Shape::List { of, min, max } => {
                let wanted = match self.full {
                    true => (*min).max(1),
                    false => min + self.below(4.min(max - min + 1)),
                };
                let mut items: Vec<Value> = Vec::new();
                while items.len() < wanted {
                    let item = self.value(of);
                    if !items.contains(&item) {
                        items.push(item);
                    }
                }
                Value::Array(items)
            }
            Shape::Record { fields } => self.record(fields),
            Shape::Optional { of } => self.value(of),
            Shape::Committed { .. } => {
                // 43 characters of base64url whose last has no bits too many.
                let digest = format!(
                    "{}{}",
                    &self.digest()[..42],
                    ["A", "Q", "g", "w"][self.below(4)]
                );
                Value::object([("_sd", Value::Array(vec![Value::string(digest)]))])
            }
        }
    }

    fn form(&mut self, what: &str, example: &str) -> Value {
        match what {
            "a SHA-256 digest" | "a key id" => Value::string(self.digest()),
            "an Ed25519 public key" => loop {
                let text = self.digest();
                if text.parse::<PublicKey>().is_ok() {
                    return Value::string(text);
                }
            },
            "the id of a party" => Value::string(format!("org:{}", self.name(20))),
            "a short name" => Value::string(self.name(20)),
            "the name of a field" => Value::string(format!("f{}", self.name(20))),
            "the number of a person of a party" => {
                Value::string(format!("org:{}#{}", self.name(20), 1 + self.below(999)))
            }
            "a day" => Value::string(format!(
                "20{:02}-{:02}-{:02}",
                10 + self.below(80),
                1 + self.below(12),
                1 + self.below(28)
            )),
            _ => Value::string(example),
        }
    }
}
