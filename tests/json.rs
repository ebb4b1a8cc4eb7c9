//! Runs `tests/vectors/json/cases.json` (page: `docs/formats/json.md`).

use bewijs::json::Value;
use serde_json::Value as Vector;

#[test]
fn every_case_has_its_outcome() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/vectors/json/cases.json");
    let file = std::fs::read(path).expect("the vectors");
    let file: Vector = serde_json::from_slice(&file).expect("JSON");
    let cases = file["cases"].as_array().expect("cases");
    assert!(
        cases.len() > 100,
        "expected the cases, found {}",
        cases.len()
    );
    for case in cases {
        check(&input(case), &case["expected"], &case["comment"]);
    }
}

#[test]
fn depth_is_judged_before_the_stack_ends() {
    let deep = "[".repeat(1_000_000);
    Value::parse(deep.as_bytes()).expect_err("a million levels");
}

fn input(case: &Vector) -> Vec<u8> {
    match case["input"].as_str() {
        Some(text) => text.as_bytes().to_vec(),
        None => hex::decode(case["input_hex"].as_str().expect("input or input_hex")).expect("hex"),
    }
}

fn check(input: &[u8], expected: &Vector, comment: &Vector) {
    let free = Value::parse(input);
    let canonical = Value::parse_canonical(input);
    let shown = input.escape_ascii();
    match (expected["canonical"].as_str(), expected["refused"].as_str()) {
        (None, None) => {
            assert_eq!(expected, "canonical", "{comment}: an unknown outcome");
            let value = canonical.unwrap_or_else(|error| panic!("{comment}: {shown}: {error}"));
            assert_eq!(value.to_canonical(), input, "{comment}");
        }
        (Some(other), None) => {
            let value = free.unwrap_or_else(|error| panic!("{comment}: {shown}: {error}"));
            assert_eq!(value.to_canonical(), other.as_bytes(), "{comment}");
            assert!(
                canonical.is_err(),
                "{comment}: {shown} is not canonical, and was accepted"
            );
            assert_eq!(
                Value::parse_canonical(other.as_bytes()),
                Ok(value),
                "{comment}"
            );
        }
        (_, rule) => {
            let Err(error) = free else {
                panic!("{comment}: {shown} was accepted")
            };
            let rule = rule.expect("a rule");
            let (_, words) = RULES.iter().find(|(name, _)| *name == rule).expect(rule);
            let error = error.to_string();
            assert!(
                words.iter().any(|words| error.contains(words)),
                "{comment}: {rule}: {error}"
            );
            assert!(
                canonical.is_err(),
                "{comment}: {shown} was accepted as canonical"
            );
        }
    }
}

/// The rules that vectors name, and what our errors say when one is broken.
const RULES: &[(&str, &[&str])] = &[
    ("UTF-8", &["expected UTF-8"]),
    ("no value", &["expected JSON"]),
    (
        "integers only",
        &["expected an integer", "number out of range"],
    ),
    ("each name once", &["occurs twice"]),
    ("ASCII names", &["ASCII member name"]),
    ("16 levels", &["levels of nesting", "recursion limit"]),
    ("visible text", &["expected visible text"]),
];
