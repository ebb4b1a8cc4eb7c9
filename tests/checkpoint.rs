//! The vectors of `docs/formats/note-checkpoint.md` for checkpoints, cosignatures,
//! fingerprints and requests to cosign, and another implementation beside ours.

use bewijs::checkpoint::{Checkpoint, CheckpointError, Fingerprint, SignedCheckpoint, Submission};
use bewijs::hash::Hash;
use bewijs::merkle::{Size, Tree, leaf_hash, prove_consistency};
use bewijs::note::{Note, VerifierKey};
use bewijs::time::Seconds;
use proptest::prelude::*;
use serde::Deserialize;

const CHECKPOINTS: &str = include_str!("vectors/checkpoint/checkpoints.json");
const FINGERPRINTS: &str = include_str!("vectors/checkpoint/fingerprints.json");
const SUBMISSIONS: &str = include_str!("vectors/checkpoint/add-checkpoint.json");
const SUBMISSION: &[u8] = include_bytes!("vectors/checkpoint/257-70000.add-checkpoint");

#[derive(Deserialize)]
struct Vectors<C> {
    cases: Vec<C>,
}

#[derive(Deserialize)]
struct CheckpointCase {
    comment: String,
    note: String,
    log: String,
    cosigners: Vec<String>,
    expected: String,
    size: Option<u64>,
    root: Option<String>,
    fingerprint: Option<String>,
    #[serde(default)]
    cosignatures: Vec<Cosigned>,
}

#[derive(Debug, PartialEq, Deserialize)]
struct Cosigned {
    name: String,
    time: i64,
}

fn checkpoints() -> Vec<CheckpointCase> {
    let vectors: Vectors<_> = serde_json::from_str(CHECKPOINTS).unwrap();
    vectors.cases
}

fn open(case: &CheckpointCase, note: &[u8]) -> Result<(SignedCheckpoint, Vec<Cosigned>), Refused> {
    let log: VerifierKey = case.log.parse().unwrap();
    let cosigners: Vec<VerifierKey> = case.cosigners.iter().map(|k| k.parse().unwrap()).collect();
    let signed = SignedCheckpoint::open(note, &log).map_err(Refused::Log)?;
    let cosignatures = signed
        .cosignatures(&cosigners)
        .map_err(Refused::Cosigners)?;
    let cosigned = cosignatures.iter().map(|cosignature| Cosigned {
        name: cosignature.name().to_string(),
        time: cosignature.time().unix_seconds(),
    });
    let cosigned = cosigned.collect();
    Ok((signed, cosigned))
}

#[derive(Debug)]
#[expect(dead_code, reason = "shown when a case fails")]
enum Refused {
    Log(CheckpointError),
    Cosigners(CheckpointError),
}

#[test]
fn vectors() {
    let cases = checkpoints();
    assert!(cases.len() > 35);
    for case in &cases {
        let opened = open(case, case.note.as_bytes());
        let found = match &opened {
            Ok(_) => "signed",
            Err(Refused::Log(_)) => "refused",
            Err(Refused::Cosigners(_)) => "cosigners refused",
        };
        assert_eq!(found, case.expected, "{}: {opened:?}", case.comment);
        let Ok((signed, cosigned)) = opened else {
            continue;
        };
        let checkpoint = signed.checkpoint();
        assert_eq!(signed.print(), case.note.as_bytes(), "{}", case.comment);
        assert_eq!(checkpoint.body(), signed.note().text(), "{}", case.comment);
        assert_eq!(Some(checkpoint.size.get()), case.size, "{}", case.comment);
        assert_eq!(
            Some(checkpoint.root.to_base64()),
            case.root,
            "{}",
            case.comment
        );
        let fingerprint = checkpoint.fingerprint().to_string();
        assert_eq!(Some(fingerprint), case.fingerprint, "{}", case.comment);
        assert_eq!(cosigned, case.cosignatures, "{}", case.comment);
    }
}

#[test]
fn every_changed_bit_loses_a_signature() {
    let case = &checkpoints()[0];
    let note = case.note.as_bytes();
    assert_eq!(open(case, note).unwrap().1.len(), 1);
    let (mut refused, mut uncosigned) = (0, 0);
    for at in 0..note.len() {
        for bit in 0..8 {
            let mut changed = note.to_vec();
            changed[at] ^= 1 << bit;
            match open(case, &changed) {
                Err(_) => refused += 1,
                // The witness's line became that of somebody unknown.
                Ok((_, cosigned)) if cosigned.is_empty() => uncosigned += 1,
                Ok(opened) => panic!("byte {at}, bit {bit}: {opened:?}"),
            }
        }
    }
    assert_eq!(refused + uncosigned, 8 * note.len());
    assert!(uncosigned > 0);
}

#[test]
fn every_removed_or_doubled_byte_loses_a_signature() {
    let case = &checkpoints()[0];
    let note = case.note.as_bytes();
    for at in 0..note.len() {
        let removed = [&note[..at], &note[at + 1..]].concat();
        let doubled = [&note[..=at], &note[at..]].concat();
        for changed in [removed, doubled] {
            if let Ok((_, cosigned)) = open(case, &changed) {
                assert_eq!(cosigned, [], "byte {at}");
            }
        }
    }
}

#[test]
fn the_message_that_a_witness_signs() {
    let checkpoint = Checkpoint {
        origin: "ledger.example/test".parse().unwrap(),
        size: Size::new(70_000).unwrap(),
        root: Hash::from_base64("Gkzfy2Y3SgwNy+9JrL1JdtE+6GT7PLJB/JQ8rQTwL34=").unwrap(),
    };
    let time = Seconds::from_unix_seconds(1_700_000_000).unwrap();
    assert_eq!(
        Hash::of(&checkpoint.cosignature_message(time)).to_string(),
        "3651cdbdab58cdd8f87895f53e4de56f337221f82c4c8f2bde0cafdfaf572ad4"
    );
    assert_eq!(
        Hash::of(checkpoint.origin.as_str().as_bytes()).to_string(),
        "c5a1cf2aed2df88cf6e064d3142ad6a3c4c87f76a70ee331fe6e301478b36714"
    );
}

#[derive(Deserialize)]
struct Typed {
    text: String,
    fingerprint: String,
    cases: Vec<TypedCase>,
}

#[derive(Deserialize)]
struct TypedCase {
    comment: String,
    typed: String,
    expected: String,
}

#[test]
fn fingerprints() {
    let vectors: Typed = serde_json::from_str(FINGERPRINTS).unwrap();
    let fingerprint = Checkpoint::parse(&vectors.text).unwrap().fingerprint();
    assert_eq!(fingerprint.to_string(), vectors.fingerprint);
    assert!(vectors.cases.len() > 12);
    for case in vectors.cases {
        let found = match fingerprint.matches_typed(&case.typed) {
            true => "match",
            false => "no match",
        };
        assert_eq!(found, case.expected, "{}", case.comment);
        // What is not printed so is not parsed as printed.
        let printed = case.typed.parse::<Fingerprint>().map(|f| f.to_string());
        assert!(
            printed.is_err() || printed == Ok(case.typed.clone()),
            "{}",
            case.comment
        );
    }
}

#[derive(Deserialize)]
struct SubmissionCase {
    comment: String,
    body: String,
    expected: String,
    old: Option<u64>,
    hashes: Option<usize>,
}

#[test]
fn submissions() {
    let vectors: Vectors<SubmissionCase> = serde_json::from_str(SUBMISSIONS).unwrap();
    assert!(vectors.cases.len() > 25);
    for case in vectors.cases {
        match (
            case.expected.as_str(),
            Submission::parse(case.body.as_bytes()),
        ) {
            ("valid", Ok(submission)) => {
                assert_eq!(submission.print(), case.body.as_bytes(), "{}", case.comment);
                assert_eq!(Some(submission.old.get()), case.old, "{}", case.comment);
                let hashes = submission.proof.hashes().len();
                assert_eq!(Some(hashes), case.hashes, "{}", case.comment);
            }
            ("invalid", Err(_)) => {}
            (expected, found) => panic!("{}: expected {expected}, found {found:?}", case.comment),
        }
    }
}

#[test]
fn from_257_to_70_000() {
    let tree: Tree = (0..70_000)
        .map(|n: u32| leaf_hash(n.to_string().as_bytes()))
        .collect();
    let old = Size::new(257).unwrap();
    let log = checkpoints()[0].log.parse().unwrap();
    let submission = Submission::parse(SUBMISSION).unwrap();
    let signed = SignedCheckpoint::from_note(submission.note.clone(), &log).unwrap();
    assert_eq!(signed.checkpoint().root, tree.root());
    let proof = prove_consistency(&tree, old, tree.size()).unwrap();
    let made = Submission::new(old, proof, signed.note().clone()).unwrap();
    assert_eq!(made.print(), SUBMISSION);
    assert_eq!(
        (SUBMISSION.len(), Hash::of(SUBMISSION).to_string().as_str()),
        (
            1008,
            "def9391bcb055523ed11fb5b510639940085ca8e72f992650dbf2498d4f07439"
        )
    );
    let old_root = tree.root_at(old).unwrap();
    let new = &submission.checkpoint;
    assert_eq!(
        submission.proof.verify(old, &old_root, new.size, &new.root),
        Ok(())
    );
}

fn text() -> impl Strategy<Value = String> {
    let origin = prop_oneof!["[a-z./]{0,8}", "\\PC{0,4}"];
    let size = prop_oneof!["(0|[1-9][0-9]{0,20})", "[0-9+ -]{0,4}"];
    let root = prop_oneof![
        any::<[u8; 32]>().prop_map(|bytes| Hash::from_bytes(bytes).to_base64()),
        "[A-Za-z0-9+/]{40,44}={0,2}",
    ];
    let rest = prop_oneof![4 => Just("\n"), 1 => Just(""), 1 => Just("\nx\n"), 1 => Just("\n\n")];
    (origin, size, root, rest)
        .prop_map(|(origin, size, root, rest)| format!("{origin}\n{size}\n{root}{rest}"))
}

proptest! {
    /// `tlog_tiles` agrees on every text that is a checkpoint here; it takes extension lines,
    /// larger sizes and more origins.
    #[test]
    fn another_implementation_agrees(text in text()) {
        let theirs = tlog_tiles::Checkpoint::from_bytes(text.as_bytes());
        match Checkpoint::parse(&text) {
            Ok(ours) => {
                prop_assert_eq!(ours.body(), text);
                let theirs = theirs.unwrap();
                prop_assert_eq!(ours.origin.as_str(), theirs.origin());
                prop_assert_eq!(ours.size.get(), theirs.size());
                prop_assert_eq!(ours.root.as_bytes(), &theirs.hash().0);
            }
            Err(_) => {
                let narrower = theirs.map_or(true, |theirs| {
                    !theirs.extension().is_empty()
                        || Size::new(theirs.size()).is_none()
                        || theirs.origin().parse::<bewijs::note::Origin>().is_err()
                });
                prop_assert!(narrower, "{text:?}");
            }
        }
    }

    #[test]
    fn any_bytes_are_refused_or_come_back(
        head in prop::collection::vec(any::<u8>(), 0..80),
        at in any::<prop::sample::Index>(),
        remove in 0usize..40,
    ) {
        for mut bytes in [head.clone(), {
            let mut bytes = SUBMISSION.to_vec();
            let at = at.index(bytes.len());
            let end = bytes.len().min(at + remove);
            bytes.splice(at..end, head.iter().copied().take(3));
            bytes
        }] {
            if let Ok(submission) = Submission::parse(&bytes) {
                prop_assert_eq!(submission.print(), bytes.clone());
            }
            bytes.truncate(60);
            let text = String::from_utf8_lossy(&bytes);
            let _ = Checkpoint::parse(&text);
            if let Ok(fingerprint) = Fingerprint::parse_typed(&text) {
                prop_assert!(fingerprint.matches_typed(&text));
            }
        }
    }

    #[test]
    fn fingerprints_come_back(origin in "[a-z]{1,8}", size in 0..1u64 << 53, root in any::<[u8; 32]>()) {
        let checkpoint = Checkpoint {
            origin: origin.parse().unwrap(),
            size: Size::new(size).unwrap(),
            root: Hash::from_bytes(root),
        };
        let fingerprint = checkpoint.fingerprint();
        prop_assert_eq!(fingerprint.to_string().parse(), Ok(fingerprint));
        prop_assert_eq!(Checkpoint::parse(&checkpoint.body()), Ok(checkpoint));
    }
}

#[test]
fn a_note_is_not_yet_a_checkpoint() {
    let note = Note::parse(checkpoints()[0].note.as_bytes()).unwrap();
    let other = "example.com/foo+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k";
    let answer = SignedCheckpoint::from_note(note, &other.parse().unwrap());
    assert!(matches!(answer, Err(CheckpointError::Origin { .. })));
}
