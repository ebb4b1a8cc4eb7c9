//! The lint against its vectors: what must be found, what must not, and what any text may do to it.

use std::fs;

use bewijs::hash::Hash;
use bewijs::json::Value;
use bewijs::statement::lint::{self, Hit, Kind, scan};
use bewijs::statement::schema::Shape;
use bewijs::statement::{LedgerId, Statement, Type};

const VECTORS: &str = "tests/vectors/lint";

fn ledger(origin: &str) -> LedgerId {
    LedgerId {
        origin: origin.parse().unwrap(),
        genesis: Hash::of(b"genesis"),
    }
}

/// A text, and the kinds and pieces that are to be found in it.
type Case = (String, Vec<(String, String)>);

/// Reads a vector file: the ledger that it is for, and its cases.
fn cases(name: &str) -> (LedgerId, Vec<Case>) {
    let file = fs::read(format!("{VECTORS}/{name}.json")).unwrap();
    let file: serde_json::Value = serde_json::from_slice(&file).unwrap();
    let text = |value: &serde_json::Value| value.as_str().unwrap().to_owned();
    let cases = file["cases"].as_array().unwrap().iter().map(|case| {
        let expected = case["expected"].as_array().unwrap();
        let expected = expected
            .iter()
            .map(|hit| (text(&hit["kind"]), text(&hit["found"])));
        (text(&case["text"]), expected.collect())
    });
    (ledger(file["origin"].as_str().unwrap()), cases.collect())
}

/// Returns what was found, as the vectors write it, after checking the ranges against the text.
fn found(text: &str, hits: &[Hit]) -> Vec<(String, String)> {
    let pairs = hits.iter().map(|hit| {
        let range = hit.characters.clone();
        let piece: String = text.chars().skip(range.start).take(range.len()).collect();
        assert_eq!(piece, hit.for_the_author(), "{text}");
        (hit.kind.code().to_owned(), piece)
    });
    pairs.collect()
}

fn run(name: &str, at_least: usize) {
    let (ledger, cases) = cases(name);
    assert!(cases.len() >= at_least, "{name}: {} cases", cases.len());
    let wrong: Vec<String> = cases
        .iter()
        .filter_map(|(text, expected)| {
            let hits = found(text, &scan(text, &ledger, "predicate.text.nl"));
            (hits != *expected)
                .then(|| format!("{text:?}\n  expected {expected:?}\n  found    {hits:?}"))
        })
        .collect();
    assert!(wrong.is_empty(), "{name}:\n{}", wrong.join("\n"));
}

#[test]
fn every_planted_leak_is_found() {
    run("leaks", 150);
    let (_, cases) = cases("leaks");
    for kind in Kind::ALL.iter().filter(|kind| !kind.is_warning()) {
        let of_kind = cases
            .iter()
            .flat_map(|(_, expected)| expected)
            .filter(|(code, _)| code == kind.code());
        assert!(of_kind.count() >= 15, "{kind:?}");
    }
}

#[test]
fn nothing_is_found_where_nothing_is() {
    run("near-misses", 100);
}

#[test]
fn names_are_warned_about() {
    run("names", 10);
}

/// Texts on which a pattern that looks back, or tries everywhere, would take time that grows with the
/// square of the length: each piece would take minutes.
#[test]
fn long_texts_take_no_longer_than_many_short_ones() {
    let ledger = ledger("bewijs.example/voorbeeld");
    let (_, cases) = cases("leaks");
    let pieces = cases.iter().step_by(8).map(|(text, _)| text.as_str());
    let hostile = [
        "@",
        "a@",
        "1",
        "1 ",
        "1.",
        "1-",
        "0",
        "06-",
        "+",
        "+3",
        "(",
        "://",
        "a://",
        "a:",
        ":",
        "::",
        "/",
        "/a",
        "=/a",
        ".",
        "a.",
        "\\",
        "\\\\a",
        "~/",
        "./",
        "[at]",
        "a [at] ",
        "geb. ",
        "1-1-",
        "mei ",
        "van ",
        "Jan ",
        "mr. ",
        "A.",
        "x",
        "é",
        "\u{1F600}",
        "-",
        "a-",
        "%",
        "'",
        "\n",
        "urn:",
        "srv",
        "0x",
    ];
    for piece in pieces.chain(hostile) {
        let text = piece.repeat(50_000 / piece.len());
        let hits = scan(&text, &ledger, "predicate.text.nl");
        assert!(hits.iter().all(|hit| hit.characters.end <= text.len()));
    }
}

/// What an exception covers, and what it does not, as changes of one payload.
#[test]
fn exceptions_cover_what_is_found_and_nothing_else() {
    let file = fs::read(format!("{VECTORS}/exceptions.json")).unwrap();
    let file: serde_json::Value = serde_json::from_slice(&file).unwrap();
    let base: serde_json::Value = serde_json::from_str(file["payload"].as_str().unwrap()).unwrap();
    let mut outcomes = std::collections::BTreeMap::new();
    for case in file["cases"].as_array().unwrap() {
        let comment = &case["comment"];
        let mut payload = base.clone();
        for (pointer, value) in case["set"].as_object().unwrap() {
            let (parent, name) = pointer.rsplit_once('/').unwrap();
            let parent = payload.pointer_mut(parent).unwrap();
            parent
                .as_object_mut()
                .unwrap()
                .insert(name.to_owned(), value.clone());
        }
        let payload = Value::parse(payload.to_string().as_bytes()).unwrap();
        let outcome = match Statement::parse(&payload.to_canonical()) {
            Err(error) => ("malformed", error.to_string()),
            Ok(statement) => match lint::check(&statement) {
                Err(error) => ("refused at the door", error.to_string()),
                Ok(()) => ("accepted", String::new()),
            },
        };
        assert_eq!(
            outcome.0,
            case["expected"].as_str().unwrap(),
            "{comment}: {}",
            outcome.1
        );
        let error = case["error"].as_str().unwrap_or_default();
        assert!(outcome.1.contains(error), "{comment}: {}", outcome.1);
        *outcomes.entry(outcome.0).or_insert(0) += 1;
    }
    assert!(
        outcomes["accepted"] >= 4
            && outcomes["malformed"] >= 10
            && outcomes["refused at the door"] >= 8
    );
}

/// What is found is told to the author alone.
#[test]
fn messages_do_not_carry_what_was_found() {
    let (ledger, cases) = cases("leaks");
    for (text, expected) in cases {
        let hits = scan(&text, &ledger, "predicate.text.nl");
        let refused: Vec<Hit> = hits
            .into_iter()
            .filter(|hit| !hit.kind.is_warning())
            .collect();
        let error = lint::LintError {
            refused,
            idle: Vec::new(),
        };
        let said = format!("{error} {error:?}");
        for (_, found) in expected.iter().filter(|(_, found)| found.len() > 5) {
            assert!(!said.contains(found), "{said}");
        }
        assert!(said.contains("predicate.text.nl, characters "), "{said}");
    }
}

/// Whatever is public is looked at: a leak in any free text of any type is found where it stands.
#[test]
fn every_free_text_of_every_type_is_looked_at() {
    const LEAK: &str = "bsn 999990019";
    for kind in Type::ALL {
        let file = fs::read(format!("tests/vectors/statement/{kind}.json")).unwrap();
        let file: serde_json::Value = serde_json::from_slice(&file).unwrap();
        let payload = Value::parse(file["payload"].as_str().unwrap().as_bytes()).unwrap();
        let body = payload.as_object().unwrap().get("predicate").unwrap();
        let mut places = Vec::new();
        let shape = Shape::Record {
            fields: kind.info().fields,
        };
        texts(&shape, body, "predicate", &mut places);
        for place in places {
            let planted = plant(&payload, &format!("{place}."), LEAK);
            // In a charter the text is pinned by the subject; it is a leak all the same.
            let Ok(statement) = Statement::parse(&planted.to_canonical()) else {
                assert!(place.starts_with("predicate.text"), "{kind} {place}");
                continue;
            };
            let error = lint::check(&statement).unwrap_err();
            assert_eq!(error.refused.len(), 1, "{kind} {place}: {error}");
            assert_eq!(error.refused[0].at, place, "{kind}");
        }
    }
}

/// Lists the places of lines and texts that are public and present.
fn texts(shape: &Shape, value: &Value, at: &str, places: &mut Vec<String>) {
    match (shape, value) {
        (Shape::Optional { of }, value) => texts(of, value, at, places),
        (Shape::Line { .. } | Shape::Prose { .. }, _) => places.push(at.to_owned()),
        (Shape::Localised { of }, Value::Object(both)) => {
            for (language, text) in both.iter() {
                texts(of, text, &format!("{at}.{language}"), places);
            }
        }
        (Shape::List { of, .. }, Value::Array(items)) => {
            for (index, item) in items.iter().enumerate() {
                texts(of, item, &format!("{at}[{index}]"), places);
            }
        }
        (Shape::Record { fields }, Value::Object(members)) => {
            for field in fields.iter() {
                if let Some(value) = members.get(field.name) {
                    texts(&field.shape, value, &format!("{at}.{}", field.name), places);
                }
            }
        }
        _ => {}
    }
}

/// Puts `text` where `place`, like `predicate.parties[0].name.`, points.
fn plant(value: &Value, place: &str, text: &str) -> Value {
    let (step, rest) = place.split_once('.').unwrap();
    let (name, indexes) = step.split_at(step.find('[').unwrap_or(step.len()));
    let mut object = value.as_object().unwrap().clone();
    let member = object.remove(name).unwrap();
    let changed = plant_item(&member, indexes, rest, text);
    object.insert(name, changed);
    Value::Object(object)
}

fn plant_item(value: &Value, indexes: &str, rest: &str, text: &str) -> Value {
    match indexes.strip_prefix('[').and_then(|it| it.split_once(']')) {
        Some((index, indexes)) => {
            let mut items = value.as_array().unwrap().to_vec();
            let index: usize = index.parse().unwrap();
            items[index] = plant_item(&items[index], indexes, rest, text);
            Value::Array(items)
        }
        None if rest.is_empty() => Value::string(text),
        None => plant(value, rest, text),
    }
}
