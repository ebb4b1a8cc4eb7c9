//! The vectors of `docs/formats/entry.md`.

use bewijs::entry::Entry;

#[derive(serde::Deserialize)]
struct Vectors {
    cases: Vec<Case>,
}

#[derive(serde::Deserialize)]
struct Case {
    comment: String,
    entry: String,
    expected: String,
    leaf_hash: Option<String>,
}

#[test]
fn vectors() {
    let vectors: Vectors = serde_json::from_str(include_str!("vectors/entry/cases.json")).unwrap();
    for case in vectors.cases {
        match (case.expected.as_str(), Entry::parse(case.entry.as_bytes())) {
            ("valid", Ok(entry)) => {
                assert_eq!(entry.to_bytes(), case.entry.as_bytes(), "{}", case.comment);
                assert_eq!(
                    Some(entry.leaf_hash().to_string()),
                    case.leaf_hash,
                    "{}",
                    case.comment
                );
            }
            ("invalid", Err(_)) => {}
            (expected, outcome) => {
                panic!("{}: expected {expected}, found {outcome:?}", case.comment)
            }
        }
    }
}
