//! The witness: the order of its checks, its memory, and that it never signs two inconsistent trees.

mod support;

use std::sync::{Arc, Mutex};

use bewijs::checkpoint::SignedCheckpoint;
use bewijs::checkpoint::submission::Submission;
use bewijs::hash::Hash;
use bewijs::merkle::{ConsistencyProof, Size, Tree, leaf_hash, prove_consistency};
use bewijs::note::{KeyKind, VerifierKey};
use bewijs::store::faulty::{Fault, FaultyStore, Schedule};
use bewijs::store::{Create, MemoryStore, ObjectName, Redact, Store, StoreError};
use bewijs::time::Seconds;
use bewijs::witness::{Refused, Witness, WitnessError};
use support::{
    LOG_SEED, SeedSigner, checkpoint_by, log_key, log_key_of, signed_checkpoint, witness_key,
};

const SEED: u8 = 60;
const NAME: &str = "witness.example/w1";

fn witness(store: Arc<dyn Store>) -> Witness {
    Witness::new(
        store,
        vec![log_key()],
        NAME.parse().unwrap(),
        Box::new(SeedSigner(SEED)),
    )
    .unwrap()
}

fn now(second: i64) -> Seconds {
    Seconds::from_unix_seconds(1_700_000_000 + second).unwrap()
}

/// A tree whose leaves depend on `history`.
fn tree(history: &str, size: u64) -> Tree {
    let mut tree = Tree::new();
    for leaf in 0..size {
        tree.append(leaf_hash(format!("{history} {leaf}").as_bytes()));
    }
    tree
}

fn size(size: u64) -> Size {
    Size::new(size).unwrap()
}

/// A request for the tree of `history` at `new`, with the proof from `old`.
fn request(history: &str, old: u64, new: u64) -> Submission {
    let tree = tree(history, new);
    let proof = match old {
        0 => ConsistencyProof::from_hashes(Vec::new()),
        old => prove_consistency(&tree, size(old), size(new)).unwrap(),
    };
    let note = signed_checkpoint(size(new), tree.root()).note().clone();
    Submission::new(size(old), proof, note).unwrap()
}

fn refused(outcome: Result<bewijs::note::NoteSignature, WitnessError>) -> Refused {
    match outcome {
        Err(WitnessError::Refused(refused)) => refused,
        other => panic!("{other:?}"),
    }
}

#[test]
fn it_follows_a_growing_log_and_each_line_verifies() {
    let witness = witness(Arc::new(MemoryStore::new()));
    let mut old = 0;
    for (second, new) in [1, 1, 2, 7, 7, 8, 300, 300].into_iter().enumerate() {
        let submission = request("one", old, new);
        let line = witness
            .add_checkpoint(&submission.print(), now(second as i64))
            .unwrap();
        let signed = SignedCheckpoint::from_note(submission.note, &log_key()).unwrap();
        let key = witness_key(NAME, SEED);
        let cosigned = signed.with_cosignature(line, &key).unwrap();
        let cosignatures = cosigned.cosignatures([&key]).unwrap();
        assert_eq!(cosignatures[0].time(), now(second as i64));
        old = new;
    }
    let newest = witness.newest().unwrap().unwrap();
    assert_eq!(newest.checkpoint().size, size(300));
}

#[test]
fn every_refusal_has_its_status_and_leaves_the_memory_as_it_was() {
    let store = Arc::new(MemoryStore::new());
    let witness = witness(store.clone());
    let first = request("one", 0, 5);
    witness.add_checkpoint(&first.print(), now(0)).unwrap();
    let before = store.newest().unwrap();

    let mut cases: Vec<(&str, u16, Vec<u8>)> = Vec::new();
    cases.push(("no request", 400, b"old\n".to_vec()));
    let mut above = request("one", 5, 9);
    above.old = size(10);
    cases.push(("old above new", 400, above.print()));
    let text = String::from_utf8(request("one", 5, 9).print()).unwrap();
    cases.push((
        "another log",
        404,
        text.replace(support::ORIGIN, "other.example/log")
            .into_bytes(),
    ));
    cases.push((
        "another size under the signature",
        403,
        text.replace("\n9\n", "\n8\n").into_bytes(),
    ));
    cases.push(("old size forgotten", 409, request("one", 0, 9).print()));
    cases.push((
        "old size of another memory",
        409,
        request("one", 3, 9).print(),
    ));
    cases.push(("another history", 422, request("two", 5, 9).print()));
    cases.push((
        "another tree of the same size",
        422,
        request("two", 5, 5).print(),
    ));
    let mut cut = request("one", 5, 9);
    let hashes = cut.proof.hashes()[1..].to_vec();
    cut.proof = ConsistencyProof::from_hashes(hashes);
    cases.push(("a proof cut short", 422, cut.print()));
    let mut long = request("one", 5, 9);
    let mut hashes = long.proof.hashes().to_vec();
    hashes.push(Hash::ZERO);
    long.proof = ConsistencyProof::from_hashes(hashes);
    cases.push(("a proof with one hash too many", 422, long.print()));
    cases.push(("an older tree", 409, request("one", 0, 3).print()));

    for (about, status, body) in cases {
        let refused = refused(witness.add_checkpoint(&body, now(1)));
        assert_eq!(refused.status(), status, "{about}: {refused}");
        assert_eq!(store.newest().unwrap(), before, "{about}");
    }
    witness
        .add_checkpoint(&request("one", 5, 9).print(), now(2))
        .unwrap();
}

#[test]
fn a_new_witness_refuses_a_proof_with_nothing_to_start_from_and_a_false_empty_tree() {
    let witness = witness(Arc::new(MemoryStore::new()));
    let mut proven = request("one", 0, 9);
    proven.proof = ConsistencyProof::from_hashes(vec![Hash::ZERO]);
    assert_eq!(
        refused(witness.add_checkpoint(&proven.print(), now(0))).status(),
        422
    );
    let note = signed_checkpoint(Size::ZERO, Hash::ZERO).note().clone();
    let empty =
        Submission::new(Size::ZERO, ConsistencyProof::from_hashes(Vec::new()), note).unwrap();
    assert_eq!(
        refused(witness.add_checkpoint(&empty.print(), now(0))).status(),
        422
    );
}

/// Whatever write of its memory fails in whatever way, two histories never both get a cosignature.
#[test]
fn it_never_signs_two_trees_whatever_its_store_does() {
    for fault in Fault::ALL {
        for write in 0..3 {
            let store = Arc::new(FaultyStore::new(
                MemoryStore::new(),
                Schedule::at(write, fault),
            ));
            let mut signed = Vec::new();
            for round in 0..4 {
                for history in ["one", "two"] {
                    // A new process each time: what it knows is what is stored.
                    let witness = witness(store.clone());
                    let old = witness
                        .newest()
                        .unwrap()
                        .map_or(0, |newest| newest.checkpoint().size.get());
                    let new = 5 + 4 * round;
                    if old <= new
                        && witness
                            .add_checkpoint(&request(history, old, new).print(), now(0))
                            .is_ok()
                    {
                        signed.push((history, new));
                    }
                }
            }
            assert!(!signed.is_empty(), "{fault:?} at {write}");
            assert!(
                signed.iter().all(|(history, _)| *history == signed[0].0),
                "{fault:?} at {write}: {signed:?}"
            );
        }
    }
}

/// A store in which another process with the same key gets its checkpoint in at the worst moment.
struct Shared {
    inner: MemoryStore,
    /// What the other process remembers right after the first look at the newest number.
    other: Mutex<Option<Vec<u8>>>,
}

impl Store for Shared {
    fn put(&self, name: &ObjectName, bytes: &[u8]) -> Result<Create, StoreError> {
        self.inner.put(name, bytes)
    }

    fn get(&self, name: &ObjectName) -> Result<Option<Vec<u8>>, StoreError> {
        self.inner.get(name)
    }

    fn redact(&self, name: &ObjectName, old: &Hash, new: &[u8]) -> Result<Redact, StoreError> {
        self.inner.redact(name, old, new)
    }

    fn publish(&self, note: &[u8]) -> Result<(), StoreError> {
        self.inner.publish(note)
    }

    fn published(&self) -> Result<Option<Vec<u8>>, StoreError> {
        self.inner.published()
    }

    fn newest(&self) -> Result<Option<u64>, StoreError> {
        let newest = self.inner.newest()?;
        if let Some(note) = self.other.lock().unwrap().take() {
            let next = newest.map_or(0, |newest| newest + 1);
            assert_eq!(self.inner.create(next, &note)?, Create::Created);
        }
        Ok(newest)
    }
}

#[test]
fn what_another_process_cosigned_meanwhile_is_not_passed_over() {
    for old in [0, 5] {
        let store = Arc::new(Shared {
            inner: MemoryStore::new(),
            other: Mutex::default(),
        });
        let witness = witness(store.clone());
        if old > 0 {
            let first = request("one", 0, old);
            witness.add_checkpoint(&first.print(), now(0)).unwrap();
        }
        let other = signed_checkpoint(size(9), tree("two", 9).root());
        *store.other.lock().unwrap() = Some(other.print());
        let outcome = witness.add_checkpoint(&request("one", old, 7).print(), now(1));
        assert!(
            matches!(outcome, Err(WitnessError::Undecided)),
            "{outcome:?}"
        );
        assert_eq!(witness.newest().unwrap(), Some(other));
    }
}

#[test]
fn the_log_key_is_not_a_witness_key() {
    let own = Witness::new(
        Arc::new(MemoryStore::new()),
        vec![log_key()],
        NAME.parse().unwrap(),
        Box::new(SeedSigner(LOG_SEED)),
    );
    assert!(own.is_err());
}

/// While one log key takes the place of another, the witness's own people give it both.
#[test]
fn a_witness_of_two_log_keys_follows_the_log_from_one_to_the_other() {
    const OLD: u8 = LOG_SEED;
    const NEW: u8 = LOG_SEED + 1;
    let store: Arc<dyn Store> = Arc::new(MemoryStore::new());
    let of = |seeds: &[u8]| {
        Witness::new(
            store.clone(),
            seeds.iter().map(|seed| log_key_of(*seed)).collect(),
            NAME.parse().unwrap(),
            Box::new(SeedSigner(SEED)),
        )
        .unwrap()
    };
    let request = |old: u64, new: u64, seeds: &[u8]| {
        let note = checkpoint_by(seeds, size(new), tree("one", new).root());
        let submission = request("one", old, new);
        Submission::new(submission.old, submission.proof, note.note().clone()).unwrap()
    };
    let ask = |witness: &Witness, old, new, seeds: &[u8]| {
        witness.add_checkpoint(&request(old, new, seeds).print(), now(1))
    };
    ask(&of(&[OLD]), 0, 3, &[OLD]).unwrap();
    // Nobody but its own people tells it of another key.
    assert!(matches!(
        refused(ask(&of(&[OLD]), 3, 5, &[NEW])),
        Refused::Signature { .. }
    ));
    ask(&of(&[OLD]), 3, 5, &[OLD, NEW]).unwrap();
    ask(&of(&[OLD, NEW]), 5, 7, &[OLD, NEW]).unwrap();
    // What it remembers carries both, so it may forget the old one; and go on under the new one alone.
    ask(&of(&[NEW]), 7, 9, &[NEW]).unwrap();
    assert!(matches!(
        refused(ask(&of(&[NEW]), 9, 11, &[OLD])),
        Refused::Signature { .. }
    ));
    // Without a checkpoint under both, the old key is still needed to read what was cosigned last.
    let store: Arc<dyn Store> = Arc::new(MemoryStore::new());
    let of = |seeds: &[u8]| {
        Witness::new(
            store.clone(),
            seeds.iter().map(|seed| log_key_of(*seed)).collect(),
            NAME.parse().unwrap(),
            Box::new(SeedSigner(SEED)),
        )
    };
    ask(&of(&[OLD]).unwrap(), 0, 3, &[OLD]).unwrap();
    assert!(matches!(
        ask(&of(&[NEW]).unwrap(), 3, 5, &[NEW]),
        Err(WitnessError::Memory(_))
    ));
    ask(&of(&[OLD, NEW]).unwrap(), 3, 5, &[NEW]).unwrap();

    assert!(matches!(of(&[]), Err(WitnessError::Logs { .. })));
    let other = VerifierKey::new(
        "another.example/log".parse().unwrap(),
        KeyKind::Ed25519,
        support::public(OLD),
    );
    let two = Witness::new(
        store.clone(),
        vec![log_key(), other],
        NAME.parse().unwrap(),
        Box::new(SeedSigner(SEED)),
    );
    assert!(matches!(two, Err(WitnessError::Logs { .. })));
}
