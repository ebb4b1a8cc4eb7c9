//! Statements as files: the vectors in `tests/vectors/statement`, the pages in
//! `docs/statements`, and what every type must keep.
//!
//! `tests/vectors/statement/drafts/<type>.json` is written by hand: one draft a type. From it and the
//! metadata of the type come the vectors and the page; `BEWIJS_BLESS=1 cargo test --test statement`
//! writes them again, and without it the tests fail when they are stale.

#[path = "statement/example.rs"]
mod example;
#[path = "statement/fill.rs"]
mod fill;
#[path = "statement/json_schema.rs"]
mod json_schema;
#[path = "statement/mutation.rs"]
mod mutation;
#[path = "statement/page.rs"]
mod page;
#[path = "statement/sample.rs"]
mod sample;

use std::fs;
use std::path::Path;

use bewijs::hash::Hash;
use bewijs::json::Value;
use bewijs::key::{KeyId, PublicKey, Signature};
use bewijs::statement::form;
use bewijs::statement::lint;
use bewijs::statement::predicate::{BasisRule, Filing};
use bewijs::statement::schema::{FieldInfo, Language, Leaf, Shape};
use bewijs::statement::{
    Draft, Id, MAX_PAYLOAD_BYTES, OpenError, Opening, Openings, Salt, SignedStatement, Signers,
    Statement, Type, describe, describe_opened,
};

use example::Example;
use mutation::{Change, Mutation};

const VECTORS: &str = "tests/vectors/statement";

#[test]
fn every_type_has_an_example_that_comes_back_byte_for_byte() {
    for kind in Type::ALL {
        let Example {
            statement,
            openings,
        } = Example::of(*kind);
        let payload = statement.to_payload();
        assert_eq!(
            Statement::parse(&payload).as_ref(),
            Ok(&statement),
            "{kind}"
        );
        assert_eq!(openings.len(), kind.confidential().count(), "{kind}");
        let matches = openings.match_against([&statement]);
        assert_eq!(matches.opened.len(), openings.len(), "{kind}");
        // Examples are what people copy: the lint has nothing to say about them.
        assert_eq!(lint::check(&statement), Ok(()), "{kind}");
        assert_eq!(lint::report(&statement).warnings, [], "{kind}");
        assert_eq!(lint::confidential(&statement, &openings), [], "{kind}");
    }
}

#[test]
fn every_draft_is_of_a_type() {
    for file in fs::read_dir(format!("{VECTORS}/drafts")).unwrap() {
        let path = file.unwrap().path();
        let name = path.file_stem().unwrap().to_str().unwrap();
        assert!(Type::from_name(name).is_some(), "{}", path.display());
    }
}

/// Every vector file is what the example and the metadata give, and every case in it comes out as
/// it says. What a case says follows from the mutation, not from the parser.
#[test]
fn vectors_are_fresh_and_true() {
    for kind in Type::ALL {
        let base = Example::of(*kind).statement.to_payload();
        let mutations = mutation::of_body(*kind, &Value::parse(&base).unwrap());
        check_vectors(kind.name(), &base, mutations);
    }
    let base = Example::of(Type::Decision).statement.to_payload();
    let mutations = mutation::of_head(&Value::parse(&base).unwrap());
    check_vectors("_head", &base, mutations);
}

fn check_vectors(name: &str, base: &[u8], mutations: Vec<Mutation>) {
    let mut cases =
        vec!["    {\"comment\":\"the payload as it is\",\"expected\":\"accepted\"}".to_owned()];
    for mutation in mutations {
        let payload = mutation.apply(base);
        let error = match Statement::parse(&payload) {
            Ok(_) => panic!("{name}: accepted although {}", mutation.comment),
            Err(error) => error.to_string(),
        };
        assert!(
            error.starts_with(&mutation.place),
            "{name}: {}: expected the place {}, found {error}",
            mutation.comment,
            mutation.place
        );
        cases.push(format!("    {}", mutation.print(&error)));
    }
    let text = format!(
        "{{\n  \"comment\": {},\n  \"payload\": {},\n  \"cases\": [\n{}\n  ]\n}}\n",
        json(
            "Each case changes the payload at a JSON pointer and canonicalises it; see docs/formats/statement.md"
        ),
        json(std::str::from_utf8(base).unwrap()),
        cases.join(",\n")
    );
    bless(&format!("{VECTORS}/{name}.json"), &text);
}

/// Every field that any type can have, at any depth, is wrong in each way that its shape forbids, one
/// at a time, and refused at its place.
#[test]
fn every_field_is_refused_in_every_way_that_its_shape_forbids() {
    let mut refused = 0;
    for kind in Type::ALL {
        let base = sample::full(*kind);
        Statement::parse(&base).unwrap_or_else(|error| panic!("{kind}: {error}"));
        for mutation in mutation::of_every_field(*kind, &Value::parse(&base).unwrap()) {
            let payload = mutation.apply(&base);
            let error = match Statement::parse(&payload) {
                Ok(_) => panic!("{kind}: accepted although {}", mutation.comment),
                Err(error) => error.to_string(),
            };
            let place = &mutation.place;
            // A payload over the limit is refused before anyone looks for a place.
            let long = payload.len() > MAX_PAYLOAD_BYTES;
            assert!(
                long || error.starts_with(place),
                "{kind}: {}: expected {place}, found {error}",
                mutation.comment
            );
            refused += 1;
        }
    }
    assert!(refused > 3_500, "{refused}");
}

/// The same for drafts, where the confidential fields stand in plain.
#[test]
fn every_field_of_a_draft_is_refused_in_every_way_that_its_shape_forbids() {
    for kind in Type::ALL {
        let base = Value::object([("predicate", sample::full_draft(*kind))]);
        let parse = |value: &Value| {
            let body = value.as_object().unwrap().get("predicate").unwrap();
            Draft::parse(*kind, body.clone())
        };
        parse(&base).unwrap_or_else(|error| panic!("{kind}: {error}"));
        for mutation in mutation::of_every_field_of_a_draft(*kind, &base) {
            let changed = Value::parse(&mutation.apply(&base.to_canonical())).unwrap();
            let error = match parse(&changed) {
                Ok(_) => panic!("{kind}: accepted although {}", mutation.comment),
                Err(error) => error.to_string(),
            };
            assert!(
                error.starts_with(&mutation.place),
                "{kind}: {}: expected {}, found {error}",
                mutation.comment,
                mutation.place
            );
        }
    }
}

/// Payloads that are wrong as bytes, before any schema is asked.
#[test]
fn payload_vectors() {
    let file = fs::read(format!("{VECTORS}/_payloads.json")).unwrap();
    let file: serde_json::Value = serde_json::from_slice(&file).unwrap();
    let cases = file["cases"].as_array().unwrap();
    assert!(cases.len() >= 15);
    for case in cases {
        let payload = case["payload"].as_str().unwrap();
        let found = match Statement::parse(payload.as_bytes()) {
            Ok(_) => "accepted".to_owned(),
            Err(error) => error.to_string(),
        };
        let expected = case["expected"].as_str().unwrap();
        let error = case["error"].as_str().unwrap_or_default();
        match expected {
            "accepted" => assert_eq!(found, "accepted", "{}", case["comment"]),
            "refused" => assert!(found.contains(error), "{}: {found}", case["comment"]),
            other => panic!("{other}"),
        }
    }
}

/// The limit is on the payload, to the byte.
#[test]
fn one_byte_over_the_limit_is_refused() {
    let base = Example::of(Type::Decision).statement.to_payload();
    let value = Value::parse(&base).unwrap();
    let pins = |count: usize, prefix: &str, suffix: &str| {
        let pins = (0..count).map(|index| {
            let id = format!("{prefix}{index:057}{suffix}");
            Value::object([
                ("id", Value::string(id)),
                ("sha256", Value::string(Hash::of(&index.to_be_bytes()))),
            ])
        });
        Value::Array(pins.collect())
    };
    let note = |length: usize| {
        let text = "e".repeat(length);
        Value::object([("en", Value::string(&text)), ("nl", Value::string(&text))])
    };
    let mut change = Change::new(&value);
    for (list, prefix, suffix) in [
        ("risks", "RR-", "/a"),
        ("conditions", "VW-", ""),
        ("objections", "DIS-", ""),
        ("considered", "X-", ""),
    ] {
        change.set(&["predicate", list], pins(64, prefix, suffix));
    }
    change.set(&["predicate", "reasons"], note(1));
    let room = MAX_PAYLOAD_BYTES - change.payload().len();
    assert!(room > 0, "the lists alone are over the limit");
    // Each character counts twice; one more in one language makes the odd byte.
    change.set(&["predicate", "reasons"], note(1 + room / 2));
    if room % 2 == 1 {
        let longer = Value::string("e".repeat(2 + room / 2));
        change.set(&["predicate", "reasons", "en"], longer);
    }
    let full = change.payload();
    assert_eq!(full.len(), MAX_PAYLOAD_BYTES);
    assert!(Statement::parse(&full).is_ok());
    let over = [full.as_slice(), b" "].concat();
    assert_eq!(
        Statement::parse(&over).unwrap_err().to_string(),
        "expected a statement of at most 46080 bytes (45 KiB), found 46081"
    );
}

/// Random statements of every type print and parse, and so does their description.
#[test]
fn random_statements_come_back() {
    let mut digest = Hash::ZERO;
    for kind in Type::ALL {
        for seed in 0..64 {
            let payload = sample::payload(*kind, seed);
            let statement = match Statement::parse(&payload) {
                Ok(statement) => statement,
                Err(error) => panic!("{kind} {seed}: {error}"),
            };
            assert_eq!(statement.to_payload(), payload, "{kind} {seed}");
            assert_eq!(statement.kind(), *kind);
            for language in [Language::English, Language::Dutch] {
                assert!(describe(&statement, language).len() > kind.info().fields.len());
            }
            digest = Hash::of_parts(&[digest.as_bytes(), &payload]);
        }
    }
    // The run is the same on every machine: schemas and sampling are part of it.
    bless(&format!("{VECTORS}/_random.txt"), &format!("{digest}\n"));
}

/// Whatever byte is changed, what still parses prints as it was received.
#[test]
fn a_changed_payload_is_refused_or_prints_as_it_is() {
    let (mut refused, mut taken) = (0, 0);
    for (step, kind) in Type::ALL.iter().enumerate() {
        let payload = Example::of(*kind).statement.to_payload();
        for at in (step % 5..payload.len()).step_by(5) {
            let mut changed = payload.clone();
            changed[at] ^= 1;
            match Statement::parse(&changed) {
                Ok(statement) => {
                    assert_eq!(statement.to_payload(), changed, "{kind}, byte {at}");
                    taken += 1;
                }
                Err(_) => refused += 1,
            }
        }
    }
    // Letters of texts and digits of digests may change; structure may not.
    assert!(
        refused > 1000 && taken > 1000,
        "{refused} refused, {taken} taken"
    );
}

/// What the walk finds is what stands there.
#[test]
fn the_walk_finds_every_pin_commitment_and_key() {
    fn count(shape: &Shape, value: &Value, found: &mut [usize; 3]) {
        match (shape, value) {
            (Shape::Optional { of }, value) => count(of, value, found),
            (Shape::Pin { .. }, _) => found[0] += 1,
            (Shape::Committed { .. }, _) => found[1] += 1,
            (Shape::Form { what, .. }, _) if what.en == "an Ed25519 public key" => found[2] += 1,
            (Shape::List { of, .. }, Value::Array(items)) => {
                items.iter().for_each(|item| count(of, item, found));
            }
            (Shape::Record { fields }, Value::Object(object)) => {
                for field in fields.iter() {
                    if let Some(value) = object.get(field.name) {
                        count(&field.shape, value, found);
                    }
                }
            }
            _ => {}
        }
    }
    for kind in Type::ALL {
        for seed in 0..16 {
            let statement = Statement::parse(&sample::payload(*kind, seed)).unwrap();
            let predicate = statement.predicate();
            let mut expected = [0; 3];
            let fields = kind.info().fields;
            count(&Shape::Record { fields }, &predicate.print(), &mut expected);
            let mut found = [0; 3];
            predicate.walk(&mut |_, leaf| match leaf {
                Leaf::Pin { .. } => found[0] += 1,
                Leaf::Digest(_) => found[1] += 1,
                Leaf::PublicKey(_) => found[2] += 1,
            });
            assert_eq!(found, expected, "{kind}");
            assert_eq!(predicate.pins().len(), expected[0]);
            assert_eq!(predicate.digests().len(), expected[1]);
            assert_eq!(predicate.public_keys().len(), expected[2]);
        }
    }
}

/// No id is of two types, whatever the case of its letters.
#[test]
fn nobody_occupies_the_ids_of_another_type() {
    for one in Type::ALL {
        for other in Type::ALL {
            let (a, b) = (one.info(), other.info());
            let begins = |long: &str, short: &str| {
                let (long, short) = (long.to_ascii_lowercase(), short.to_ascii_lowercase());
                long.starts_with(&short)
            };
            let overlap = a
                .prefixes()
                .any(|a| b.prefixes().any(|b| begins(a, b) || begins(b, a)))
                && a.id_suffix.eq_ignore_ascii_case(b.id_suffix);
            assert!(one == other || !overlap, "{one} and {other}");
        }
        let info = one.info();
        assert!(info.id_suffix.is_empty() || info.id_suffix.starts_with('/'));
        for prefix in info.prefixes() {
            let id = |middle: &str| -> Option<Id> {
                format!("{prefix}{middle}{}", info.id_suffix).parse().ok()
            };
            for (middle, takes) in [
                ("006.1-a", true),
                ("", false),
                ("1/2", false),
                ("1:2", false),
            ] {
                let found = id(middle).is_some_and(|id| one.takes(&id));
                assert_eq!(found, takes, "{one} {prefix} {middle:?}");
            }
        }
    }
}

/// What the metadata promises holds for every type, so that pages, forms and schemas can rely on it.
#[test]
fn the_declarations_are_complete() {
    fn check(fields: &'static [FieldInfo], top: bool, place: &str) {
        for (at, field) in fields.iter().enumerate() {
            let place = format!("{place}.{}", field.name);
            assert!(
                fields[..at].iter().all(|other| other.name != field.name),
                "{place}"
            );
            assert!(field.name != "head" || !top, "{place}");
            assert!(
                top || !field.is_confidential(),
                "{place}: confidential below the top"
            );
            for text in [field.help.en, field.help.nl] {
                assert!(text.ends_with('.') && text.len() > 6, "{place}: {text:?}");
                assert!(
                    text.starts_with(char::is_uppercase) || text.starts_with('1'),
                    "{place}"
                );
            }
            assert!(!field.label.en.is_empty() && !field.label.nl.is_empty());
            check_shape(&field.shape, &place);
        }
    }
    fn check_shape(shape: &'static Shape, place: &str) {
        match shape {
            Shape::Optional { of } | Shape::List { of, .. } => check_shape(of, place),
            Shape::Committed { of } => check_shape(of, place),
            Shape::Record { fields } => check(fields, false, place),
            Shape::Word { words } => {
                for (at, word) in words.iter().enumerate() {
                    let same = words[..at].iter().any(|other| other.code == word.code);
                    assert!(!same && !word.label.nl.is_empty(), "{place}: {}", word.code);
                }
            }
            _ => {}
        }
    }
    for kind in Type::ALL {
        let info = kind.info();
        assert_eq!(Type::from_name(info.name), Some(*kind));
        assert_eq!(Type::from_predicate_type(&kind.predicate_type()), Ok(*kind));
        assert!(
            info.purpose.nl.ends_with('.') && info.purpose.en.ends_with('.'),
            "{kind}"
        );
        // An act that says what the signer had seen belongs to a case, or stands outside of it.
        assert!(info.basis == BasisRule::Optional || info.filing != Filing::Charter);
        check(info.fields, true, info.name);
    }
}

#[test]
fn pages_are_fresh() {
    for kind in Type::ALL {
        let example = Example::of(*kind);
        bless(
            &format!("docs/statements/{kind}.md"),
            &page::page(*kind, &example),
        );
    }
    bless("docs/statements/README.md", &page::index());
}

/// The schemas for other people's tools say the same as the parser, except for what they cannot say.
#[test]
fn schemas_are_fresh_and_agree_with_the_parser() {
    let print = |schema: &serde_json::Value| serde_json::to_string_pretty(schema).unwrap() + "\n";
    let head = json_schema::head();
    bless("docs/schemas/head.json", &print(&head));
    jsonschema::validator_for(&head).unwrap();
    for kind in Type::ALL {
        let Example { statement, .. } = Example::of(*kind);
        let base = statement.to_payload();
        let schema = json_schema::payload(*kind);
        bless(&format!("docs/schemas/{kind}.json"), &print(&schema));
        let schema = jsonschema::validator_for(&schema).unwrap();
        let valid = |payload: &[u8]| schema.is_valid(&serde_json::from_slice(payload).unwrap());
        assert!(valid(&base), "{kind}");
        for seed in 0..8 {
            assert!(valid(&sample::payload(*kind, seed)), "{kind} {seed}");
        }
        let value = Value::parse(&base).unwrap();
        for mutation in mutation::of_body(*kind, &value) {
            let payload = mutation.apply(&base);
            assert!(!valid(&payload), "{kind}: {}", mutation.comment);
        }
        if *kind == Type::Decision {
            for mutation in mutation::of_head(&value) {
                let beyond = mutation.comment == "signers not sorted";
                let payload = mutation.apply(&base);
                assert_eq!(valid(&payload), beyond, "head: {}", mutation.comment);
            }
        }

        let schema = json_schema::draft(*kind);
        bless(&format!("docs/schemas/drafts/{kind}.json"), &print(&schema));
        let schema = jsonschema::validator_for(&schema).unwrap();
        let draft = fs::read(format!("{VECTORS}/drafts/{kind}.json")).unwrap();
        let draft: serde_json::Value = serde_json::from_slice(&draft).unwrap();
        let mut body = draft["predicate"].clone();
        assert!(schema.is_valid(&body), "{kind}");
        body["colour"] = "red".into();
        assert!(!schema.is_valid(&body), "{kind}");
    }
}

/// What a person filled in is composed, signed and opened like anything else.
#[test]
fn every_filled_in_template_is_signed() {
    use ed25519_dalek::{Signer as _, SigningKey};
    let secret = SigningKey::from_bytes(&[42; 32]);
    let key = PublicKey::from_bytes(secret.verifying_key().as_bytes()).unwrap();
    for kind in Type::ALL {
        let mut form = fill::Form::new(*kind, Language::Dutch);
        form.fill(&Example::draft(*kind), |_| true);
        let draft = Draft::parse(*kind, form.body()).unwrap();
        let example = Example::of(*kind).statement;
        let mut salt = 0;
        let (predicate, openings) = draft.commit(example.id(), || {
            salt += 1;
            Salt::from_bytes([salt; Salt::LEN])
        });
        let mut head = example.head().clone();
        head.signers = Signers::new([key.id()]);
        let statement = Statement::compose(example.ledger().clone(), head, predicate).unwrap();
        assert_eq!(
            openings.match_against([&statement]).opened.len(),
            openings.len()
        );
        let payload = statement.to_payload();
        let pae = bewijs::envelope::pae(bewijs::envelope::PAYLOAD_TYPE, &payload);
        let signature = Signature::from_bytes(secret.sign(&pae).to_bytes());
        let envelope = bewijs::envelope::Envelope::new(payload, [(key.id(), signature)]).unwrap();
        let signed =
            SignedStatement::open(envelope, |id| (*id == key.id()).then_some(key)).unwrap();
        assert_eq!(signed.statement(), &statement, "{kind}");
    }
}

/// What a parser would refuse in a draft is found when all of it is looked at, and at the same place.
#[test]
fn a_review_finds_what_a_parser_refuses() {
    let mut found = 0;
    for kind in Type::ALL {
        let draft = Example::draft(*kind);
        assert_eq!(form::review(*kind, &draft).len(), 0, "{kind}");
        let base = Value::parse(&Example::of(*kind).statement.to_payload()).unwrap();
        for mutation in mutation::of_body(*kind, &base) {
            let Some(body) = mutation.apply_to_draft(*kind, &draft) else {
                continue;
            };
            let error = match Draft::parse(*kind, body.clone()) {
                Err(error) => error.to_string(),
                Ok(_) => panic!("{kind}: accepted although {}", mutation.comment),
            };
            let gaps = form::review(*kind, &body);
            let said: Vec<String> = gaps.iter().map(|gap| gap.say(Language::English)).collect();
            let place = error.split(": ").next().unwrap();
            assert!(
                gaps.iter().any(|gap| gap.at == place),
                "{kind}: {}: expected {error}, found {said:?}",
                mutation.comment
            );
            found += 1;
        }
    }
    assert!(found > 1000, "{found}");
}

/// The charter and key statements bring their keys along; nothing else does.
#[test]
fn signed_statements_open_with_keys_of_their_own_or_not_at_all() {
    use ed25519_dalek::{Signer as _, SigningKey};
    let secret = SigningKey::from_bytes(&[42; 32]);
    let key = PublicKey::from_bytes(secret.verifying_key().as_bytes()).unwrap();
    for kind in Type::ALL {
        let base = Value::parse(&Example::of(*kind).statement.to_payload()).unwrap();
        let mut change = Change::new(&base);
        let signers = Value::Array(vec![Value::string(key.id())]);
        change.set(&["predicate", "head", "signers"], signers);
        let own = matches!(kind, Type::Key | Type::KeyRotated);
        if own {
            change.set(&["predicate", "public_key"], Value::string(key));
        }
        let payload = change.payload();
        let pae = bewijs::envelope::pae(bewijs::envelope::PAYLOAD_TYPE, &payload);
        let signature = Signature::from_bytes(secret.sign(&pae).to_bytes());
        let envelope = bewijs::envelope::Envelope::new(payload, [(key.id(), signature)]).unwrap();
        let known = |id: &KeyId| (*id == key.id()).then_some(key);
        let signed = SignedStatement::open(envelope.clone(), known).unwrap();
        assert_eq!(signed.pin(), signed.statement().pin());
        assert_eq!(signed.payload_digest(), envelope.payload_digest());
        let alone = SignedStatement::open(envelope, |_| None);
        match own {
            true => assert_eq!(alone, Ok(signed)),
            false => assert!(matches!(alone, Err(OpenError::Signatures(_))), "{kind}"),
        }
    }
}

/// The disclosures of the design and of RFC 9901, as files for other implementations.
#[test]
fn disclosure_vectors() {
    let file = fs::read("tests/vectors/statement/_disclosures.json").unwrap();
    let file: serde_json::Value = serde_json::from_slice(&file).unwrap();
    let cases = file["cases"].as_array().unwrap();
    assert!(cases.len() >= 8);
    for case in cases {
        let text = case["openings"].as_str().unwrap();
        let found = Openings::parse(text.as_bytes());
        match case["expected"].as_str().unwrap() {
            "accepted" => {
                let openings = found.unwrap();
                assert_eq!(openings.print(), text.as_bytes());
                let digests = openings.iter().map(Opening::digest_text);
                let expected = case["digests"].as_array().unwrap();
                let expected: Vec<&str> = expected.iter().map(|d| d.as_str().unwrap()).collect();
                assert_eq!(digests.collect::<Vec<_>>(), expected, "{}", case["comment"]);
            }
            "refused" => {
                let error = found.unwrap_err().to_string();
                let expected = case["error"].as_str().unwrap();
                assert!(error.contains(expected), "{}: {error}", case["comment"]);
            }
            other => panic!("{other}"),
        }
    }
}

/// A misprint in any byte of an openings file is refused, or does not open the field.
#[test]
fn a_changed_opening_opens_nothing() {
    let Example {
        statement,
        openings,
    } = Example::of(Type::Finding);
    let bytes = openings.print();
    let total = openings.len();
    for at in 0..bytes.len() {
        let mut changed = bytes.clone();
        changed[at] ^= 1;
        if let Ok(changed) = Openings::parse(&changed) {
            let matches = changed.match_against([&statement]);
            assert_eq!(matches.opened.len(), total - 1, "byte {at}");
        }
    }
}

#[test]
fn descriptions_name_what_openings_show() {
    for kind in Type::ALL {
        let Example {
            statement,
            openings,
        } = Example::of(*kind);
        let closed = describe(&statement, Language::Dutch);
        let hidden = closed
            .iter()
            .filter(|line| line.text.starts_with("vastgelegd zonder"));
        assert_eq!(hidden.count(), openings.len(), "{kind}");
        let opened = describe_opened(&statement, &openings, Language::Dutch);
        let hidden = opened
            .iter()
            .any(|line| line.text.starts_with("vastgelegd zonder"));
        assert!(!hidden, "{kind}");
    }
}

/// Salts are secrets: no output for people or logs carries them.
#[test]
fn debug_output_keeps_secrets() {
    let id: Id = "B-006".parse().unwrap();
    let salt = Salt::from_bytes([0; Salt::LEN]);
    let opening = Opening::new(salt, &id, "severity", Value::string("high"));
    let text = format!("{opening:?} {salt:?}");
    assert!(
        !text.contains("high") && !text.contains("AAAA") && !text.contains("0, 0"),
        "{text}"
    );
}

/// Compares a generated file, or writes it when asked to.
fn bless(path: &str, text: &str) {
    if std::env::var_os("BEWIJS_BLESS").is_some() {
        fs::create_dir_all(Path::new(path).parent().unwrap()).unwrap();
        return fs::write(path, text).unwrap();
    }
    let found = fs::read_to_string(path).unwrap_or_default();
    let line = found.lines().zip(text.lines()).position(|(a, b)| a != b);
    assert!(
        found == text,
        "{path} is stale from line {}: run BEWIJS_BLESS=1 cargo test --test statement",
        line.map_or(0, |line| line + 1)
    );
}

fn json(text: &str) -> String {
    String::from_utf8(Value::string(text).to_canonical()).unwrap()
}
