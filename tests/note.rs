//! The vectors of `docs/formats/note-checkpoint.md` for notes and keys, and another
//! implementation beside ours.

use bewijs::note::{KeyName, MAX_SIGNATURES, Note, NoteError, NoteSignature, Origin, VerifierKey};
use proptest::prelude::*;
use serde::Deserialize;
use serde::de::DeserializeOwned;

#[derive(Deserialize)]
struct Vectors<C> {
    cases: Vec<C>,
}

fn cases<C: DeserializeOwned>(json: &str) -> Vec<C> {
    serde_json::from_str::<Vectors<C>>(json).unwrap().cases
}

#[derive(Deserialize)]
struct NoteCase {
    comment: String,
    note: Option<String>,
    note_hex: Option<String>,
    keys: Vec<String>,
    expected: String,
    #[serde(default)]
    verified: Vec<Signer>,
}

#[derive(Debug, PartialEq, Deserialize)]
struct Signer {
    name: String,
    time: Option<i64>,
}

#[test]
fn notes() {
    let cases: Vec<NoteCase> = cases(include_str!("vectors/note/notes.json"));
    assert!(cases.len() > 50);
    for case in cases {
        let bytes = match (&case.note, &case.note_hex) {
            (Some(text), None) => text.clone().into_bytes(),
            (None, Some(digits)) => hex::decode(digits).unwrap(),
            _ => panic!("{}: expected note or note_hex", case.comment),
        };
        let keys: Vec<VerifierKey> = case.keys.iter().map(|key| key.parse().unwrap()).collect();
        let note = Note::parse(&bytes);
        if let Ok(note) = &note {
            assert_eq!(note.print(), bytes, "{}", case.comment);
        }
        let signers = note.as_ref().ok().map(|note| {
            note.verify(&keys).map(|verified| {
                let signers = verified.iter().map(|verified| Signer {
                    name: verified.key().name().to_string(),
                    time: verified.time().map(|time| time.unix_seconds()),
                });
                signers.collect::<Vec<_>>()
            })
        });
        let found = match &signers {
            None => "malformed",
            Some(Err(_)) => "refused",
            Some(Ok(signers)) if signers.is_empty() => "unverified",
            Some(Ok(_)) => "verified",
        };
        assert_eq!(found, case.expected, "{}: {note:?}", case.comment);
        if let Some(Ok(signers)) = signers {
            assert_eq!(signers, case.verified, "{}", case.comment);
        }
    }
}

#[derive(Deserialize)]
struct KeyCase {
    comment: String,
    vkey: String,
    expected: String,
    name: Option<String>,
    r#type: Option<u8>,
    id: Option<String>,
}

#[test]
fn keys() {
    let cases: Vec<KeyCase> = cases(include_str!("vectors/note/keys.json"));
    assert!(cases.len() > 25);
    for case in cases {
        match (case.expected.as_str(), case.vkey.parse::<VerifierKey>()) {
            ("valid", Ok(key)) => {
                assert_eq!(key.to_string(), case.vkey, "{}", case.comment);
                assert_eq!(Some(key.name().to_string()), case.name, "{}", case.comment);
                assert_eq!(Some(key.kind().byte()), case.r#type, "{}", case.comment);
                assert_eq!(Some(hex::encode(key.id())), case.id, "{}", case.comment);
            }
            ("invalid", Err(_)) => {}
            (expected, found) => panic!("{}: expected {expected}, found {found:?}", case.comment),
        }
    }
}

/// A valid note of several lines, for tests that change it.
fn samples() -> Vec<Vec<u8>> {
    let cases: Vec<NoteCase> = cases(include_str!("vectors/note/notes.json"));
    let valid = cases.into_iter().filter(|case| case.expected == "verified");
    let notes = valid.filter_map(|case| case.note).map(String::into_bytes);
    notes.filter(|note| note.len() < 2_000).collect()
}

#[test]
fn every_changed_byte_of_the_example_leaves_nothing_verified() {
    let cases: Vec<NoteCase> = cases(include_str!("vectors/note/notes.json"));
    let example = cases[0].note.clone().unwrap().into_bytes();
    let key: VerifierKey = cases[0].keys[0].parse().unwrap();
    assert_eq!(
        Note::parse(&example).unwrap().verify([&key]).unwrap().len(),
        1
    );
    for at in 0..example.len() {
        for bit in 0..8 {
            let mut changed = example.clone();
            changed[at] ^= 1 << bit;
            let Ok(note) = Note::parse(&changed) else {
                continue;
            };
            assert_eq!(note.print(), changed);
            let verified = note.verify([&key]).map_or(0, |verified| verified.len());
            assert_eq!(verified, 0, "byte {at}, bit {bit}");
        }
    }
}

fn changed_note() -> impl Strategy<Value = Vec<u8>> {
    let insertions = prop::collection::vec((any::<prop::sample::Index>(), insertion()), 0..3);
    let deletion = (any::<prop::sample::Index>(), 0usize..4);
    (prop::sample::select(samples()), insertions, deletion).prop_map(
        |(mut note, insertions, (from, bytes))| {
            for (at, insertion) in insertions {
                let at = at.index(note.len());
                note.splice(at..at, insertion);
            }
            let from = from.index(note.len());
            let end = note.len().min(from + bytes);
            note.drain(from..end);
            note
        },
    )
}

fn insertion() -> impl Strategy<Value = Vec<u8>> {
    prop_oneof![
        prop::sample::select(vec![
            "\n",
            "\n\n",
            " ",
            "+",
            "=",
            "A",
            "— ",
            "— n YWJjZGU=\n",
            "\u{a0}",
            "\u{7f}",
            "\t",
            "\0",
        ])
        .prop_map(|text| text.as_bytes().to_vec()),
        prop::collection::vec(any::<u8>(), 1..3),
    ]
}

proptest! {
    #[test]
    fn any_bytes_are_refused_or_come_back(bytes in prop::collection::vec(any::<u8>(), 0..300)) {
        if let Ok(note) = Note::parse(&bytes) {
            prop_assert_eq!(note.print(), bytes);
        }
    }

    #[test]
    fn any_text_is_a_name_only_as_it_is(text in "\\PC{0,12}") {
        for printed in [
            text.parse::<KeyName>().map(|name| name.to_string()),
            text.parse::<Origin>().map(|name| name.to_string()),
            text.parse::<VerifierKey>().map(|key| key.to_string()),
            NoteSignature::parse_line(&text).map(|line| line.line()),
        ].into_iter().flatten() {
            prop_assert_eq!(&printed, &text);
        }
    }

    /// `signed_note`, a port of Go's `x/mod/sumdb/note`, agrees on which bytes are a note and what is in it.
    #[test]
    fn another_implementation_agrees_on_the_form(bytes in changed_note()) {
        let ours = Note::parse(&bytes);
        let theirs = signed_note::Note::from_bytes(&bytes);
        prop_assert_eq!(ours.is_ok(), theirs.is_ok(), "{:?}", ours);
        if let (Ok(ours), Ok(theirs)) = (ours, theirs) {
            prop_assert_eq!(ours.text().as_bytes(), theirs.text());
            prop_assert_eq!(ours.print(), theirs.to_bytes());
        }
    }

    /// It agrees on what verifies under an `0x01` key too, except that one known key twice is refused here and dropped there.
    #[test]
    fn another_implementation_agrees_on_signatures(bytes in changed_note()) {
        let cases: Vec<KeyCase> = cases(include_str!("vectors/note/keys.json"));
        for vkey in cases[..2].iter().map(|case| case.vkey.as_str()) {
            let key: VerifierKey = vkey.parse().unwrap();
            let verifier = signed_note::StandardVerifier::new(vkey).unwrap();
            let known = signed_note::VerifierList::new(vec![Box::new(verifier)]);
            let theirs = signed_note::Note::from_bytes(&bytes)
                .is_ok_and(|note| note.verify(&known).is_ok());
            match Note::parse(&bytes).and_then(|note| Ok(note.verify([&key])?.len())) {
                Err(NoteError::Repeated { .. }) => {}
                ours => prop_assert_eq!(ours.unwrap_or(0) > 0, theirs),
            }
        }
    }
}

#[test]
fn lines_of_a_witness_answer() {
    let cases: Vec<NoteCase> = cases(include_str!("vectors/note/notes.json"));
    let note = cases[0].note.clone().unwrap();
    let line = note.split_once("\n\n").unwrap().1;
    let twice = line.repeat(2);
    for (answer, expected) in [
        (line.to_owned(), Some(1)),
        (twice, Some(2)),
        (line.repeat(MAX_SIGNATURES), Some(MAX_SIGNATURES)),
        (line.repeat(MAX_SIGNATURES + 1), None),
        (String::new(), None),
        ("\n".to_owned(), None),
        (line.trim_end().to_owned(), None),
        (format!("\n{line}"), None),
        (format!("{line}\n"), None),
        (line.replace('\n', "\r\n"), None),
        ("accepted\n".to_owned(), None),
    ] {
        let lines = NoteSignature::parse_lines(answer.as_bytes());
        assert_eq!(lines.ok().map(|lines| lines.len()), expected, "{answer:?}");
    }
}
