//! Statements of every family, written by hand after `docs/statements` alone.
//!
//! `tests/cli/by_hand/<number>-<type>.json` are the files that a person would save. What nobody can write from
//! a page, the SHA-256 of earlier statements, is looked up as the page says: `bewijs log` gives
//! the position, `bewijs show` the digest.

use std::collections::{BTreeMap, BTreeSet};

use bewijs::json::{Object, Value};
use bewijs::statement::Type;
use bewijs::statement::predicate::{Family, Filing};

use super::bench::{Bench, CASE, P, file_name};

/// What a pin says before it is looked up.
const UNKNOWN: &str = "to be looked up";

/// The files in order, each with an id of its form and the keys of who signs.
const WRITTEN: &[(&str, &str, &[&str])] = &[
    ("01-party", "org:toezicht-proef", &["scr1"]),
    ("02-programme", "prog:proef", &["scr1"]),
    ("03-group", "GR-001", &["lab1"]),
    ("04-credential", "ERK-001", &["aud1"]),
    ("05-credential-checked", "ERK-001/c", &["scr2"]),
    ("06-scope", "SC-1", &["scr1"]),
    ("07-policy", "BEL-1", &["scr1", "scr2"]),
    ("08-engagement", "OPD-001", &["scr1"]),
    ("09-independence", "ONV-001", &["aud1"]),
    ("10-engagement-accepted", "OPD-001/a", &["aud1"]),
    ("11-incident", "INC-001", &["lab1"]),
    ("12-root-cause", "OZ-001", &["aud1"]),
    ("13-privacy", "VO-001", &["scr1", "lab1"]),
    ("14-remediation-plan", "HP-001", &["lab1"]),
    ("15-dispute", "DIS-001", &["lab1"]),
    ("16-dispute-resolved", "DIS-001/r", &["aud1"]),
    ("17-risk-request", "RR-001", &["lab1"]),
    ("18-risk-opinion", "RR-001/o", &["aud1"]),
    ("19-risk-accepted", "RR-001/a", &["scr1"]),
    ("20-suspension", "OPS-001", &["scr1"]),
    ("21-standstill", "SV-2024-02", &["lab1", "scr2"]),
    ("22-attestation", "T-001", &["aud1"]),
    ("23-condition", "VW-001", &["aud1"]),
    ("24-condition-fulfilled", "VW-001/v", &["aud1"]),
    ("25-dissent", "AS-001", &["lab1"]),
    ("26-withdrawal", "INT-001", &["aud1"]),
    ("27-decision", "BES-001", &["scr1"]),
    ("28-request", "VZ-001", &["scr2"]),
    ("29-view", "ZW-001", &["lab1"]),
    ("30-disclosure", "DV-001", &["scr2"]),
];

#[test]
fn what_is_written_by_hand_after_the_pages_is_accepted() {
    let bench = Bench::founded("directory");
    bench.open_case();
    let mut found = BTreeMap::new();
    let mut families = BTreeSet::new();
    for (name, id, keys) in WRITTEN {
        let (_, kind) = name.split_once('-').unwrap();
        let kind = Type::from_name(kind).unwrap();
        families.insert(kind.info().family);
        let body = looked_up(&bench, &mut found, &read(name));
        bench.write(
            "body.json",
            &String::from_utf8(body.to_canonical()).unwrap(),
        );
        let case = match kind.info().filing {
            Filing::Charter => String::new(),
            _ => format!(" --case {CASE}"),
        };
        let keys: String = keys.iter().map(|key| format!(" --key {key}.pem")).collect();
        let file = format!("{}.statement.json", file_name(id));
        // As on the page, but for the questions that nobody answers here.
        bench.yes(&format!(
            "sign {kind} --id {id}{case} --file body.json --ledger ledger{keys} -o {file} -y {P}"
        ));
        bench.append(&file);
    }
    let all: BTreeSet<Family> = Type::ALL.iter().map(|kind| kind.info().family).collect();
    assert_eq!(
        families, all,
        "a family of which nothing was written by hand"
    );
    bench.yes("verify ledger");

    // What the pages say of refusals is so as well.
    let dispute = looked_up(&bench, &mut found, &read("15-dispute"));
    let dispute = String::from_utf8(dispute.to_canonical()).unwrap();
    for (id, from, to, error) in [
        ("DIS-002", "severity", "ernst", "predicate.severity"),
        (
            "DIS-002",
            "lower-rating",
            "lager",
            "(predicate.asks): expected one of",
        ),
        ("B-002", "", "", "the id of a dispute, DIS-…"),
    ] {
        bench.write("body.json", &dispute.replacen(from, to, 1));
        let said = bench.ends(
            &format!("sign dispute --id {id} --case {CASE} --file body.json --ledger ledger --key lab1.pem -o no.json -y {P}"),
            3,
        );
        assert!(said.err.contains(error), "{said:?}");
    }
}

fn read(name: &str) -> Value {
    let path = format!("tests/cli/by_hand/{name}.json");
    Value::parse(&std::fs::read(path).unwrap()).unwrap()
}

/// Fills in the pins, as a person does who asks `bewijs log` and `bewijs show` and keeps a note of what
/// was `found`.
fn looked_up(bench: &Bench, found: &mut BTreeMap<String, String>, value: &Value) -> Value {
    match value {
        Value::Object(object) => {
            let text = |name| object.get(name).and_then(Value::as_str);
            if let (Some(id), Some(UNKNOWN)) = (text("id"), text("sha256")) {
                let digest = found.entry(id.to_owned());
                let digest = digest.or_insert_with(|| digest_of(bench, id));
                return Value::object([
                    ("id", Value::string(id)),
                    ("sha256", Value::string(digest)),
                ]);
            }
            let mut filled = Object::default();
            for (name, value) in object.iter() {
                filled.insert(name, looked_up(bench, found, value));
            }
            Value::Object(filled)
        }
        Value::Array(items) => {
            let items = items.iter().map(|item| looked_up(bench, found, item));
            Value::Array(items.collect())
        }
        other => other.clone(),
    }
}

/// Reads the digest of the statement called `id` from what the program prints for people.
fn digest_of(bench: &Bench, id: &str) -> String {
    let log = bench.yes("log ledger").out;
    let here = |line: &&str| line.split_whitespace().any(|word| word == id);
    let line = log.lines().find(here);
    let line = line.unwrap_or_else(|| panic!("{id} in\n{log}"));
    let position = line.split_whitespace().next().unwrap();
    let shown = bench.yes(&format!("show ledger {position}")).out;
    let line = shown.lines().find_map(|line| line.strip_prefix("payload "));
    line.unwrap_or_else(|| panic!("{shown}")).trim().to_owned()
}
