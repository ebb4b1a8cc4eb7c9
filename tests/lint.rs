//! The lint against its vectors: what must be found, what must not, and what any text may do to it.

use std::fs;

use bewijs::hash::Hash;
use bewijs::statement::LedgerId;
use bewijs::statement::lint::{Hit, Kind, scan};

const VECTORS: &str = "tests/vectors/lint";

fn ledger(origin: &str) -> LedgerId {
    LedgerId {
        origin: origin.parse().unwrap(),
        genesis: Hash::of(b"genesis"),
    }
}

/// Reads a vector file: its origin, and each text with the kinds and pieces that are expected.
fn cases(name: &str) -> (LedgerId, Vec<(String, Vec<(String, String)>)>) {
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
