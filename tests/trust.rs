//! The vectors of `docs/formats/trust.md`.

use bewijs::time::Seconds;
use bewijs::trust::{Age, Doubt, Quorum, TlogPolicy, TrustPolicy};
use proptest::prelude::*;
use serde::Deserialize;

const POLICIES: &str = include_str!("vectors/trust/policies.json");
const FILES: &str = include_str!("vectors/trust/files.json");
const EVALUATIONS: &str = include_str!("vectors/trust/evaluations.json");

#[derive(Deserialize)]
struct Vectors<C> {
    cases: Vec<C>,
}

#[derive(Deserialize)]
struct PolicyCase {
    comment: String,
    policy: String,
    expected: String,
}

#[test]
fn policies() {
    let vectors: Vectors<PolicyCase> = serde_json::from_str(POLICIES).unwrap();
    assert!(vectors.cases.len() > 50);
    for case in vectors.cases {
        match (case.expected.as_str(), TlogPolicy::parse(&case.policy)) {
            ("valid", Ok(policy)) => assert_eq!(policy.text(), case.policy, "{}", case.comment),
            ("invalid", Err(_)) => {}
            (expected, found) => panic!("{}: expected {expected}, found {found:?}", case.comment),
        }
    }
}

#[derive(Deserialize)]
struct FileCase {
    comment: String,
    trust: String,
    expected: String,
}

#[test]
fn files() {
    let vectors: Vectors<FileCase> = serde_json::from_str(FILES).unwrap();
    assert!(vectors.cases.len() > 35);
    for case in vectors.cases {
        match (case.expected.as_str(), TrustPolicy::parse(&case.trust)) {
            ("valid", Ok(trust)) => {
                let printed = trust.print();
                assert_eq!(TrustPolicy::parse(&printed), Ok(trust), "{}", case.comment);
            }
            ("invalid", Err(_)) => {}
            (expected, found) => panic!("{}: expected {expected}, found {found:?}", case.comment),
        }
    }
}

#[test]
fn the_example_of_the_documentation() {
    let example = include_str!("vectors/trust/example.toml");
    assert!(TrustPolicy::parse(example).is_ok());
    let shown: String = include_str!("../src/trust.rs")
        .lines()
        .skip_while(|line| *line != "//! ```toml")
        .skip(1)
        .take_while(|line| *line != "//! ```")
        .map(|line| format!("{}\n", line.trim_start_matches("//!").trim_start()))
        .collect();
    assert_eq!(shown, example);
    let page = include_str!("../docs/formats/trust.md");
    assert!(page.contains(&format!("```toml\n{example}```\n")));
}

#[derive(Deserialize)]
struct EvaluationCase {
    comment: String,
    trust: String,
    note: String,
    now: i64,
    expected: String,
    quorum: Option<Times>,
    #[serde(default)]
    doubts: Vec<String>,
    #[serde(default)]
    missing: Vec<String>,
    audit: Option<String>,
}

#[derive(Debug, PartialEq, Deserialize)]
struct Times {
    newest: i64,
    first: i64,
}

fn evaluations() -> Vec<EvaluationCase> {
    let vectors: Vectors<_> = serde_json::from_str(EVALUATIONS).unwrap();
    vectors.cases
}

fn seconds(seconds: i64) -> Seconds {
    Seconds::from_unix_seconds(seconds).unwrap()
}

#[test]
fn vectors() {
    let cases = evaluations();
    assert!(cases.len() > 30);
    for case in cases {
        let trust = TrustPolicy::parse(&case.trust).unwrap();
        let evaluation = trust.evaluate(case.note.as_bytes(), seconds(case.now));
        let found = match (evaluation.trusted(), evaluation.current(), evaluation.age) {
            (Ok(_), Ok(_), Some(Age::Current)) => "current",
            (Ok(_), Err(_), Some(Age::TooOld { .. })) => "too old",
            (Ok(_), Err(_), Some(Age::Ahead { .. })) => "ahead",
            (Err(_), Err(_), _) => "doubt",
            contradiction => panic!("{}: {contradiction:?}", case.comment),
        };
        assert_eq!(found, case.expected, "{}: {evaluation:?}", case.comment);

        let kind = |doubt: &Doubt| match doubt {
            Doubt::DemoKeys => "demo",
            Doubt::Log(_) => "log",
            Doubt::Cosigner(_) => "cosigner",
            Doubt::QuorumNone => "quorum none",
            Doubt::Quorum(_) => "quorum",
            other => panic!("{}: {other:?}", case.comment),
        };
        let doubts = evaluation.trusted().err().unwrap_or_default();
        let doubts: Vec<_> = doubts.iter().map(kind).collect();
        assert_eq!(doubts, case.doubts, "{}", case.comment);
        let times = evaluation.trusted().ok().map(|trusted| {
            let times = trusted.times();
            Times {
                newest: times.newest.unix_seconds(),
                first: times.first.unix_seconds(),
            }
        });
        assert_eq!(times, case.quorum, "{}", case.comment);
        let mut missing = match &evaluation.quorum {
            Quorum::Missing(shortfalls) => {
                shortfalls.iter().flat_map(|s| s.missing.clone()).collect()
            }
            _ => Vec::new(),
        };
        missing.sort();
        if evaluation.log.is_ok() {
            assert_eq!(missing, case.missing, "{}", case.comment);
        }
        if let Some(audit) = case.audit {
            let found = match evaluation.audit {
                Quorum::NotAsked => "not asked",
                Quorum::Met(_) => "met",
                Quorum::Missing(_) => "missing",
            };
            assert_eq!(found, audit, "{}", case.comment);
        }
    }
}

#[test]
fn removing_a_line_never_adds_trust() {
    for case in evaluations() {
        let trust = TrustPolicy::parse(&case.trust).unwrap();
        let now = seconds(case.now);
        let before = trust.evaluate(case.note.as_bytes(), now);
        // A bad line of a known key may be taken out by whoever put it there.
        let bad = |doubt: &Doubt| matches!(doubt, Doubt::Cosigner(_) | Doubt::Log(_));
        if before.trusted().is_err_and(|doubts| doubts.iter().any(bad)) {
            continue;
        }
        for line in case.note.lines().filter(|line| line.starts_with("— ")) {
            let note = case.note.replace(&format!("{line}\n"), "");
            let after = trust.evaluate(note.as_bytes(), now);
            assert!(after.trusted().is_err() || before.trusted().is_ok());
            if let (Ok(before), Ok(after)) = (before.trusted(), after.trusted()) {
                assert!(
                    after.times().newest <= before.times().newest,
                    "{}",
                    case.comment
                );
                assert!(
                    after.times().first >= before.times().first,
                    "{}",
                    case.comment
                );
            }
        }
    }
}

proptest! {
    #[test]
    fn any_text_is_refused_or_parses_to_the_same_again(
        lines in prop::collection::vec(
            prop_oneof![
                prop::sample::select(
                    evaluations()
                        .iter()
                        .flat_map(|case| case.trust.lines())
                        .map(str::to_owned)
                        .collect::<Vec<_>>(),
                ),
                "(group|quorum|witness|log|#)[ \t]\\PC{0,10}",
            ],
            0..12,
        ),
    ) {
        let text = lines.join("\n") + "\n";
        if let Ok(policy) = TlogPolicy::parse(&text) {
            prop_assert_eq!(TlogPolicy::parse(policy.text()), Ok(policy.clone()));
        }
        if let Ok(trust) = TrustPolicy::parse(&text) {
            prop_assert_eq!(TrustPolicy::parse(&trust.print()), Ok(trust));
        }
    }

    #[test]
    fn any_note_is_evaluated(
        note in prop::collection::vec(any::<u8>(), 0..200),
        at in any::<prop::sample::Index>(),
        byte in any::<u8>(),
    ) {
        let cases = evaluations();
        let trust = TrustPolicy::parse(&cases[0].trust).unwrap();
        let now = seconds(cases[0].now);
        prop_assert!(trust.evaluate(&note, now).trusted().is_err());
        let mut changed = cases[0].note.clone().into_bytes();
        let at = at.index(changed.len());
        let same = changed[at] == byte;
        changed[at] = byte;
        prop_assert_eq!(trust.evaluate(&changed, now).trusted().is_ok(), same);
    }
}
