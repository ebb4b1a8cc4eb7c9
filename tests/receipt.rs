//! The vectors of `docs/formats/receipt.md`.

use bewijs::hash::Hash;
use bewijs::merkle::{Index, Tree, leaf_hash, prove_inclusion};
use bewijs::receipt::{Receipt, ReceiptError};
use proptest::prelude::*;
use serde::Deserialize;

#[derive(Deserialize)]
struct Vectors {
    cases: Vec<Case>,
}

#[derive(Deserialize)]
struct Case {
    comment: String,
    receipt: String,
    entry: String,
    log: String,
    expected: String,
    index: Option<u64>,
    size: Option<u64>,
}

fn cases() -> Vec<Case> {
    let vectors: Vectors =
        serde_json::from_str(include_str!("vectors/receipt/receipts.json")).unwrap();
    vectors.cases
}

#[test]
fn vectors() {
    let cases = cases();
    assert!(cases.len() > 45);
    for case in cases {
        let leaf = leaf_hash(case.entry.as_bytes());
        let parsed = Receipt::parse(case.receipt.as_bytes());
        if let Ok(receipt) = &parsed {
            assert_eq!(receipt.print(), case.receipt.as_bytes(), "{}", case.comment);
        }
        let opened = Receipt::open(case.receipt.as_bytes(), &leaf, &case.log.parse().unwrap());
        let found = match (&parsed, &opened) {
            (Err(_), Err(_)) => "malformed",
            (Ok(_), Err(_)) => "not proven",
            (Ok(_), Ok(_)) => "proven",
            (Err(_), Ok(_)) => "proven and malformed",
        };
        assert_eq!(found, case.expected, "{}: {opened:?}", case.comment);
        if let Ok(proven) = opened {
            assert_eq!(Some(proven.index().get()), case.index, "{}", case.comment);
            assert_eq!(proven.leaf(), &leaf, "{}", case.comment);
            let size = proven.checkpoint().checkpoint().size.get();
            assert_eq!(Some(size), case.size, "{}", case.comment);
        }
    }
}

#[test]
fn three_receipts_of_a_tree_of_70_000_entries() {
    let tree: Tree = (0..70_000)
        .map(|n: u32| leaf_hash(n.to_string().as_bytes()))
        .collect();
    for (case, (index, hashes, bytes, digest)) in cases().into_iter().zip([
        (
            0,
            17,
            1_114,
            "ca20754a7ec1d721c4dd5626114f5f3d6ca1724693498ae616096e43cd0f78b2",
        ),
        (
            12_345,
            17,
            1_118,
            "826c2fb1db3b628718a7ee8456cd45515c590f5588a526ec319d7d1290e4ae7d",
        ),
        (
            69_999,
            9,
            758,
            "faa8e1fa98ffe58397d9da60df7035de6d1947717a9536123ee689feb83aa8f1",
        ),
    ]) {
        let index = Index::new(index).unwrap();
        let leaf = tree.leaf(index).unwrap();
        let log = case.log.parse().unwrap();
        let proven = Receipt::open(case.receipt.as_bytes(), &leaf, &log).unwrap();
        let proof = prove_inclusion(&tree, index, tree.size()).unwrap();
        assert_eq!(proof.hashes().len(), hashes);
        let printed = Receipt::new(index, proof, proven.checkpoint()).print();
        assert_eq!(printed, case.receipt.as_bytes());
        assert_eq!(
            (printed.len(), Hash::of(&printed).to_string()),
            (bytes, digest.to_owned())
        );
    }
}

#[test]
fn every_changed_bit_proves_nothing() {
    let cases = cases();
    let small = cases
        .iter()
        .find(|case| case.comment.starts_with("the smallest"))
        .unwrap();
    let bytes = small.receipt.as_bytes();
    let leaf = leaf_hash(small.entry.as_bytes());
    let log = small.log.parse().unwrap();
    assert!(Receipt::open(bytes, &leaf, &log).is_ok());
    for at in 0..bytes.len() {
        for bit in 0..8 {
            let mut changed = bytes.to_vec();
            changed[at] ^= 1 << bit;
            let opened = Receipt::open(&changed, &leaf, &log);
            assert!(opened.is_err(), "byte {at}, bit {bit}: {opened:?}");
        }
    }
}

#[test]
fn many_hashes_are_refused_early() {
    let line = format!("{}\n", Hash::ZERO.to_base64());
    let receipt = format!("c2sp.org/tlog-proof@v1\nindex 0\n{}\n", line.repeat(20_000));
    let answer = Receipt::parse(receipt.as_bytes());
    assert!(
        matches!(answer, Err(ReceiptError::TooManyHashes)),
        "{answer:?}"
    );
}

proptest! {
    #[test]
    fn any_bytes_are_refused_or_come_back(
        case in prop::sample::select(cases().into_iter().map(|case| case.receipt).collect::<Vec<_>>()),
        at in any::<prop::sample::Index>(),
        remove in 0usize..60,
        insert in prop_oneof![
            prop::collection::vec(any::<u8>(), 0..3),
            "(\n|\n\n|extra YQ==\n|index 0\n| |=|0)".prop_map(String::into_bytes),
        ],
    ) {
        let mut bytes = case.into_bytes();
        let at = if bytes.is_empty() { 0 } else { at.index(bytes.len()) };
        let end = bytes.len().min(at + remove);
        bytes.splice(at..end, insert);
        if let Ok(receipt) = Receipt::parse(&bytes) {
            prop_assert_eq!(receipt.print(), bytes);
        }
    }
}
