//! What every parser must hold for any bytes: it does not panic, and what it accepts it prints
//! back, byte for byte.
//!
//! The fuzz targets call these functions, and so does `tests/corpus.rs`, which needs no nightly
//! toolchain. Each says whether the bytes were accepted, so that a corpus which reaches nothing
//! is noticed.

use std::fmt::{Debug, Display};
use std::str::FromStr;
use std::sync::LazyLock;

use bewijs::checkpoint::{Checkpoint, Fingerprint, Submission};
use bewijs::entry::{Entry, ThreadName};
use bewijs::envelope::Envelope;
use bewijs::hash::Hash;
use bewijs::json::Value;
use bewijs::key::{KeyId, PublicKey};
use bewijs::layout::{self, BUNDLE_WIDTH, Resource};
use bewijs::merkle::{ConsistencyProof, InclusionProof, Index, IndexProof, Size, Tile, walk};
use bewijs::note::{KeyName, Note, NoteSignature, Origin, VerifierKey};
use bewijs::receipt::Receipt;
use bewijs::statement::draft::Draft;
use bewijs::statement::opening::Openings;
use bewijs::statement::{LedgerId, Statement, Type, csv, lint, oscal};
use bewijs::time::{Day, Seconds, Timestamp};
use bewijs::trust::{TlogPolicy, TrustPolicy};

/// A check: whether the bytes were accepted. It panics when a law is broken.
pub type Check = fn(&[u8]) -> bool;

/// Every check by the name of its target and of its folder in `tests/corpus`.
pub const CHECKS: &[(&str, Check)] = &[
    ("bundle", bundle),
    ("checkpoint", checkpoint),
    ("csv", csv),
    ("entry", entry),
    ("envelope", envelope),
    ("index_proof", index_proof),
    ("json", json),
    ("lint", lint),
    ("note", note),
    ("openings", openings),
    ("oscal", oscal),
    ("path", path),
    ("proof", proof),
    ("receipt", receipt),
    ("statement", statement),
    ("submission", submission),
    ("trust", trust),
    ("word", word),
];

/// Canonical JSON, and JSON as people write it.
pub fn json(bytes: &[u8]) -> bool {
    if let Ok(value) = Value::parse(bytes) {
        let canonical = value.to_canonical();
        assert_eq!(Value::parse_canonical(&canonical).as_ref(), Ok(&value));
    }
    same(bytes, Value::parse_canonical(bytes), Value::to_canonical)
}

/// Values that are one word: digests, keys, moments, numbers, names.
pub fn word(bytes: &[u8]) -> bool {
    let Ok(text) = str::from_utf8(bytes) else {
        return false;
    };
    [
        same_word::<Hash>(text),
        same_word::<PublicKey>(text),
        same_word::<KeyId>(text),
        same_word::<Timestamp>(text),
        same_word::<Seconds>(text),
        same_word::<Day>(text),
        same_word::<Index>(text),
        same_word::<Size>(text),
        same_word::<KeyName>(text),
        same_word::<Origin>(text),
        same_word::<VerifierKey>(text),
        same_word::<Fingerprint>(text),
        same_word::<ThreadName>(text),
        same(bytes, Hash::from_base64(text), |hash| {
            hash.to_base64().into_bytes()
        }),
    ]
    .contains(&true)
}

/// Signed notes, whole and line by line.
pub fn note(bytes: &[u8]) -> bool {
    if let Ok(text) = str::from_utf8(bytes) {
        same(bytes, NoteSignature::parse_line(text), |line| {
            line.line().into_bytes()
        });
    }
    same(bytes, Note::parse(bytes), Note::print)
}

/// The text of a checkpoint.
pub fn checkpoint(bytes: &[u8]) -> bool {
    let Ok(text) = str::from_utf8(bytes) else {
        return false;
    };
    let parsed = Checkpoint::parse(text);
    if let Ok(checkpoint) = &parsed {
        let fingerprint = checkpoint.fingerprint();
        assert_eq!(fingerprint.to_string().parse().as_ref(), Ok(&fingerprint));
    }
    same(bytes, parsed, |checkpoint| checkpoint.body().into_bytes())
}

/// Receipts.
pub fn receipt(bytes: &[u8]) -> bool {
    same(bytes, Receipt::parse(bytes), Receipt::print)
}

/// Trust files, which people write: another spelling of the same is accepted, and printed in ours.
pub fn trust(bytes: &[u8]) -> bool {
    let Ok(text) = str::from_utf8(bytes) else {
        return false;
    };
    if let Ok(policy) = TlogPolicy::parse(text) {
        assert_eq!(policy.text(), text);
    }
    let Ok(trust) = TrustPolicy::parse(text) else {
        return false;
    };
    assert_eq!(TrustPolicy::parse(&trust.print()).as_ref(), Ok(&trust));
    let now = Seconds::from_unix_seconds(1_700_000_000).expect("a moment");
    assert!(
        trust.evaluate(bytes, now).trusted().is_err(),
        "a trust file is no checkpoint"
    );
    true
}

/// The body of a request for a cosignature.
pub fn submission(bytes: &[u8]) -> bool {
    same(bytes, Submission::parse(bytes), Submission::print)
}

/// Envelopes as they come to the door, and as they are stored.
pub fn envelope(bytes: &[u8]) -> bool {
    let door = Envelope::parse_door(bytes);
    if let Ok(envelope) = &door {
        let stored = envelope.print_stored();
        assert_eq!(Envelope::parse_stored(&stored).as_ref(), Ok(envelope));
        // Nobody has keys, so nothing verifies, and nothing panics.
        assert!(envelope.verify_all(|_| None).is_err());
    }
    let stored = same(bytes, Envelope::parse_stored(bytes), Envelope::print_stored);
    assert!(door.is_ok() || !stored, "what is stored passes the door");
    stored || door.is_ok()
}

/// Entries, which are leaves.
pub fn entry(bytes: &[u8]) -> bool {
    same(bytes, Entry::parse(bytes), Entry::to_bytes)
}

/// The payload of an envelope.
pub fn statement(bytes: &[u8]) -> bool {
    same(bytes, Statement::parse(bytes), Statement::to_payload)
}

/// Any text before the lint: what it finds lies in the text, and what stands in paragraphs around it
/// changes nothing. Accepted means that something is found.
pub fn lint(bytes: &[u8]) -> bool {
    const BEFORE: &str = "\u{2014}\n\n";
    const BEHIND: &str = "\n\n\u{2014}";
    static LEDGER: LazyLock<LedgerId> = LazyLock::new(|| LedgerId {
        origin: "bewijs.example/voorbeeld".parse().expect("an origin"),
        genesis: Hash::of(b"genesis"),
    });
    let Ok(text) = str::from_utf8(bytes) else {
        return false;
    };
    let hits = lint::scan(text, &LEDGER, "here");
    for hit in &hits {
        let characters = hit.characters.clone();
        let piece = text.chars().skip(characters.start).take(characters.len());
        assert_eq!(piece.collect::<String>(), hit.for_the_author());
        assert!(!characters.is_empty());
        // Printed for a log, a hit is masked.
        let masked = format!("{hit:?}");
        assert!(hit.for_the_author().len() < 6 || !masked.contains(hit.for_the_author()));
    }
    let within = format!("{BEFORE}{text}{BEHIND}");
    let mut again = lint::scan(&within, &LEDGER, "here");
    for hit in &mut again {
        let moved = |place: usize| place - BEFORE.chars().count();
        hit.characters = moved(hit.characters.start)..moved(hit.characters.end);
    }
    assert_eq!(hits, again);
    !hits.is_empty()
}

/// Files of openings.
pub fn openings(bytes: &[u8]) -> bool {
    same(bytes, Openings::parse(bytes), Openings::print)
}

/// Sheets of assessors: what becomes a draft can be signed as it is.
pub fn csv(bytes: &[u8]) -> bool {
    const MAP: &str = include_str!("../../examples/csv/voorbeeld_map.toml");
    static READ: LazyLock<csv::Map> = LazyLock::new(|| csv::Map::parse(MAP).expect("a map"));
    let Ok(import) = csv::import(bytes, &READ) else {
        return false;
    };
    for it in &import.drafts {
        Draft::parse(Type::Finding, it.draft.body()).expect("a draft is a finding");
    }
    true
}

/// Documents of assessors: what becomes a draft can be signed as it is.
pub fn oscal(bytes: &[u8]) -> bool {
    const MAP: &str = include_str!("../../examples/oscal/voorbeeld_map.toml");
    static READ: LazyLock<oscal::Map> = LazyLock::new(|| oscal::Map::parse(MAP).expect("a map"));
    let Ok(import) = oscal::import(bytes, &READ) else {
        return false;
    };
    for draft in &import.drafts {
        Draft::parse(Type::Finding, draft.body()).expect("a draft is a finding");
    }
    true
}

/// Paths of published files.
pub fn path(bytes: &[u8]) -> bool {
    let Ok(text) = str::from_utf8(bytes) else {
        return false;
    };
    let tile = same(bytes, Tile::parse_path(text), |tile| {
        tile.path().into_bytes()
    });
    let resource = same(bytes, text.parse(), |resource: &Resource| {
        resource.path().into_bytes()
    });
    assert!(resource || !tile, "a tile is a published file");
    resource
}

/// Bundles of entries and of statements; the first byte is their width, less one.
pub fn bundle(bytes: &[u8]) -> bool {
    let Some((width, bytes)) = bytes.split_first() else {
        return false;
    };
    let width = u16::from(*width) + 1;
    assert!(width <= BUNDLE_WIDTH);
    let entries = same(bytes, layout::decode_entries(bytes, width), |entries| {
        layout::encode_entries(entries).expect("decoded entries fit a bundle")
    });
    let statements = same(
        bytes,
        layout::decode_statements(bytes, width),
        |statements| {
            layout::encode_statements(statements).expect("decoded statements fit a bundle")
        },
    );
    entries || statements
}

/// Proofs of the thread index, as canonical JSON.
pub fn index_proof(bytes: &[u8]) -> bool {
    let Ok(value) = Value::parse_canonical(bytes) else {
        return false;
    };
    let proof = IndexProof::from_value(&value);
    if let Ok(proof) = &proof {
        // No root is the digest of these bytes.
        let outcome = proof.verify(&Hash::of(b"charter"), &Hash::of(bytes));
        assert!(outcome.is_err());
    }
    same(bytes, proof, |proof| proof.to_value().to_canonical())
}

/// Proofs of the tree: index or old size, size, leaf or old root, root, then the hashes.
///
/// Accepted means that one of the three kinds holds.
pub fn proof(bytes: &[u8]) -> bool {
    const HEAD: usize = 8 + 8 + Hash::LEN + Hash::LEN;
    if bytes.len() < HEAD || bytes.len() > 100 * Hash::LEN {
        return false;
    }
    let number = |at: usize| u64::from_be_bytes(bytes[at..at + 8].try_into().expect("8 bytes"));
    let hash = |bytes: &[u8]| Hash::from_bytes(bytes.try_into().expect("32 bytes"));
    let (first, root) = (hash(&bytes[16..48]), hash(&bytes[48..80]));
    let hashes: Vec<Hash> = bytes[HEAD..].chunks_exact(Hash::LEN).map(hash).collect();
    let (Some(size), Some(old), Some(index)) = (
        Size::new(number(8)),
        Size::new(number(0)),
        Index::new(number(0)),
    ) else {
        return false;
    };
    let inclusion = InclusionProof::from_hashes(hashes.clone()).verify(&first, index, size, &root);
    let consistency =
        ConsistencyProof::from_hashes(hashes.clone()).verify(old, &first, size, &root);
    let walked = walk::verify(size, &[(index, first)], &[], &hashes);
    // A walk to one leaf is an inclusion proof in another order, so they need the same number.
    if let Ok(walked) = &walked {
        assert_eq!(walked.cuts.len(), 0);
    }
    inclusion.is_ok() || consistency.is_ok() || walked.is_ok_and(|walked| walked.root == root)
}

/// Whether the bytes were accepted; then printing gives them back.
fn same<T, E>(bytes: &[u8], parsed: Result<T, E>, print: impl Fn(&T) -> Vec<u8>) -> bool {
    let Ok(value) = parsed else {
        return false;
    };
    let printed = print(&value);
    assert!(
        printed == bytes,
        "printed is not what was parsed\nparsed:  {}\nprinted: {}",
        bytes.escape_ascii(),
        printed.escape_ascii()
    );
    true
}

fn same_word<T: FromStr<Err: Debug> + Display>(text: &str) -> bool {
    same(text.as_bytes(), text.parse::<T>(), |value| {
        value.to_string().into_bytes()
    })
}
