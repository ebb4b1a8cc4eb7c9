//! The vectors of `docs/formats/log-keys.md`: lives of a log key, each built as a log of admitted statements.

mod support;

use std::collections::BTreeMap;

use bewijs::merkle::Size;
use bewijs::note::VerifierKey;
use serde::Deserialize;
use support::*;

const LIVES: &str = include_str!("vectors/log-keys/lives.json");

#[derive(Deserialize)]
struct Vectors {
    cases: Vec<Case>,
}

#[derive(Deserialize)]
struct Case {
    comment: String,
    entries: Vec<String>,
    signs: BTreeMap<String, String>,
    leads: Vec<String>,
}

fn seed(name: &str) -> u8 {
    assert_eq!(name.len(), 1, "{name}");
    LOG_SEED + (name.as_bytes()[0] - b'A')
}

fn keys(names: &str) -> Vec<VerifierKey> {
    let names = names.split(' ').filter(|name| *name != "nothing");
    names.map(|name| log_key_of(seed(name))).collect()
}

fn size(text: &str) -> Size {
    text.parse().unwrap()
}

/// Appends what one word of a case says; `in_force` are the seeds of the log keys so far.
fn append(log: &mut Log, entry: &str, in_force: &mut Vec<u8>) {
    let world = log.world.clone();
    let number = log.size();
    let Some((what, name)) = entry.split_once(' ') else {
        assert_eq!(entry, "other");
        log.append(world.service(&format!("DN-{number}")).envelope());
        return;
    };
    let key = seed(name);
    let with = [&in_force[..], &[key]].concat();
    let draft = match what {
        "charter" => {
            in_force.push(key);
            log.append(world.charter());
            return;
        }
        "announce" => {
            in_force.push(key);
            world.log_key(&format!("LK-{name}"), key, &log.note_by(&with))
        }
        "end" => {
            let note = log.note_by(in_force);
            in_force.retain(|other| *other != key);
            world.log_key_ended(&format!("LK-{name}/x"), key, &note)
        }
        "replace" => {
            let new = format!(
                r#"{{"log_key":"{}","note":{}}}"#,
                log_key_of(key),
                text(&log.note_by(&with))
            );
            *in_force = vec![key];
            let signers = [REGISTRAR, LAB, SUPERVISOR];
            world
                .operator(&format!("BEH-{name}"), REGISTRAR.party, &signers)
                .with("log", &new)
        }
        other => panic!("{other}"),
    };
    log.append(draft.envelope());
}

#[test]
fn lives() {
    let vectors: Vectors = serde_json::from_str(LIVES).unwrap();
    assert!(vectors.cases.len() >= 7);
    for case in vectors.cases {
        let mut log = Log::empty(World::new());
        let mut in_force = Vec::new();
        for entry in &case.entries {
            append(&mut log, entry, &mut in_force);
        }
        log.note = Some(log.note_by(&in_force));
        let facts = log.verify();
        assert!(facts.is_sound(), "{}: {:#?}", case.comment, facts.defects());
        let found = facts.state().log_keys();
        for (at, names) in &case.signs {
            assert_eq!(found.at(size(at)), keys(names), "{}: {at}", case.comment);
        }
        for lead in &case.leads {
            let (from, to) = lead.split_once(" to ").unwrap();
            let (name, at) = from.split_once(" at ").unwrap();
            let reached = found.follow(&log_key_of(seed(name)), size(at));
            assert_eq!(reached, keys(to), "{}: {lead}", case.comment);
        }
    }
}
