//! The vectors of `docs/formats/tree.md`, `thread-index.md` and `walk.md`, and other
//! implementations as oracles.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use bewijs::hash::Hash;
use bewijs::json;
use bewijs::merkle::map::IndexProofError;
use bewijs::merkle::tile::{Tile, tiles_added, tiles_for};
use bewijs::merkle::walk::{self, WalkError};
use bewijs::merkle::{
    ConsistencyProof, HashReader, InclusionProof, Index, IndexProof, Node, Size, ThreadIndex, Tree,
    empty_root, leaf_hash, prove_consistency, prove_inclusion, root_at,
};
use proptest::prelude::*;
use serde::Deserialize;
use serde::de::DeserializeOwned;

fn size(size: u64) -> Size {
    Size::new(size).unwrap()
}

fn index(index: u64) -> Index {
    Index::new(index).unwrap()
}

/// The tree over the decimal numbers from 0.
fn tree(size: u64) -> Tree {
    (0..size)
        .map(|i| leaf_hash(i.to_string().as_bytes()))
        .collect()
}

fn flip(hash: &Hash, bit: usize) -> Hash {
    let mut bytes = *hash.as_bytes();
    bytes[bit / 8] ^= 1 << (bit % 8);
    Hash::from_bytes(bytes)
}

/// Reads every JSON file below a directory of `tests/vectors/merkle`.
fn vectors<T: DeserializeOwned>(directory: &str) -> Vec<(PathBuf, T)> {
    let mut found = Vec::new();
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/vectors/merkle");
    let mut ahead = vec![root.join(directory)];
    while let Some(path) = ahead.pop() {
        if path.is_dir() {
            ahead.extend(
                fs::read_dir(&path)
                    .unwrap()
                    .map(|file| file.unwrap().path()),
            );
        } else {
            let case = serde_json::from_slice(&fs::read(&path).unwrap());
            found.push((
                path.clone(),
                case.unwrap_or_else(|e| panic!("{path:?}: {e}")),
            ));
        }
    }
    found
}

mod published {
    //! What others publish: roots, proofs and tiles.

    use super::*;

    #[derive(Deserialize)]
    #[serde(rename_all = "camelCase")]
    struct Inclusion {
        leaf_idx: u64,
        tree_size: u64,
        root: String,
        leaf_hash: String,
        proof: Option<Vec<String>>,
        want_err: bool,
    }

    #[derive(Deserialize)]
    #[serde(rename_all = "camelCase")]
    struct Consistency {
        size1: u64,
        size2: u64,
        root1: String,
        root2: String,
        proof: Option<Vec<String>>,
        want_err: bool,
    }

    /// Takes base64 of 1 to 32 bytes, filled up with zeros: some roots are just text.
    fn digest(text: &str) -> Option<Hash> {
        let bytes = STANDARD.decode(text).unwrap();
        if bytes.is_empty() {
            return None;
        }
        let mut hash = [0; 32];
        hash.get_mut(..bytes.len())?.copy_from_slice(&bytes);
        Some(Hash::from_bytes(hash))
    }

    fn digests(proof: &Option<Vec<String>>) -> Option<Vec<Hash>> {
        proof.iter().flatten().map(|text| digest(text)).collect()
    }

    impl Inclusion {
        fn verify(&self) -> Option<()> {
            let proof = InclusionProof::from_hashes(digests(&self.proof)?);
            let (index, size) = (Index::new(self.leaf_idx)?, Size::new(self.tree_size)?);
            let (leaf, root) = (digest(&self.leaf_hash)?, digest(&self.root)?);
            proof.verify(&leaf, index, size, &root).ok()
        }
    }

    impl Consistency {
        fn verify(&self) -> Option<()> {
            let proof = ConsistencyProof::from_hashes(digests(&self.proof)?);
            let (old, new) = (Size::new(self.size1)?, Size::new(self.size2)?);
            let (old_root, new_root) = (digest(&self.root1)?, digest(&self.root2)?);
            proof.verify(old, &old_root, new, &new_root).ok()
        }
    }

    #[test]
    fn inclusion_cases() {
        let cases = vectors::<Inclusion>("inclusion");
        assert_eq!(cases.len(), 98);
        for (path, case) in cases {
            assert_eq!(case.verify().is_none(), case.want_err, "{path:?}");
        }
    }

    #[test]
    fn consistency_cases() {
        let cases = vectors::<Consistency>("consistency");
        assert_eq!(cases.len(), 98);
        for (path, case) in cases {
            assert_eq!(case.verify().is_none(), case.want_err, "{path:?}");
        }
    }

    #[derive(Deserialize)]
    struct File {
        cases: Vec<Case>,
    }

    #[derive(Deserialize)]
    struct Case {
        comment: String,
        #[serde(flatten)]
        question: Question,
        hashes: Option<usize>,
        bytes: Option<usize>,
        expected: serde_json::Value,
    }

    #[derive(Deserialize)]
    #[serde(rename_all = "lowercase")]
    enum Question {
        Root(u64),
        Inclusion(u64, u64),
        Consistency(u64, u64),
        Tile(String),
    }

    /// Says what a proof is in `tree.json`: its hashes, or their number and digest.
    fn answer(hashes: &[Hash], case: &Case) -> serde_json::Value {
        match case.hashes {
            None => hashes.iter().map(Hash::to_base64).collect(),
            Some(expected) => {
                assert_eq!(hashes.len(), expected, "{}", case.comment);
                let bytes: Vec<u8> = hashes.iter().flat_map(|h| *h.as_bytes()).collect();
                Hash::of(&bytes).to_string().into()
            }
        }
    }

    #[test]
    fn roots_proofs_and_tiles_of_70_000_entries() {
        let tree = tree(70_000);
        let file: File = serde_json::from_str(include_str!("vectors/merkle/tree.json")).unwrap();
        assert_eq!(file.cases.len(), 23);
        let tiles: Vec<Tile> = tiles_for(tree.size()).collect();
        for case in &file.cases {
            let found = match &case.question {
                Question::Root(n) => tree.root_at(size(*n)).unwrap().to_base64().into(),
                Question::Inclusion(i, n) => {
                    let proof = prove_inclusion(&tree, index(*i), size(*n)).unwrap();
                    let (leaf, root) = (tree.leaf(index(*i)), tree.root_at(size(*n)));
                    let shown = proof.verify(&leaf.unwrap(), index(*i), size(*n), &root.unwrap());
                    assert_eq!(shown, Ok(()), "{}", case.comment);
                    answer(proof.hashes(), case)
                }
                Question::Consistency(old, new) => {
                    let (old, new) = (size(*old), size(*new));
                    let proof = prove_consistency(&tree, old, new).unwrap();
                    let [old_root, new_root] = [old, new].map(|n| tree.root_at(n).unwrap());
                    let shown = proof.verify(old, &old_root, new, &new_root);
                    assert_eq!(shown, Ok(()), "{}", case.comment);
                    answer(proof.hashes(), case)
                }
                Question::Tile(path) => {
                    let tile = Tile::parse_path(path).unwrap();
                    assert!(tiles.contains(&tile), "{path}");
                    let bytes = tile.bytes(&tree).unwrap();
                    assert_eq!(Some(bytes.len()), case.bytes, "{path}");
                    Hash::of(&bytes).to_string().into()
                }
            };
            assert_eq!(found, case.expected, "{}", case.comment);
        }
    }
}

mod proofs {
    //! Inclusion and consistency proofs against the definition and two other implementations.

    use super::*;

    #[test]
    fn every_index_and_size_up_to_100_with_every_hash_flipped() {
        let tree = tree(100);
        for n in (1..=100).map(size) {
            let root = tree.root_at(n).unwrap();
            for i in (0..n.get()).map(index) {
                let leaf = tree.leaf(i).unwrap();
                let proof = prove_inclusion(&tree, i, n).unwrap();
                assert_eq!(proof.verify(&leaf, i, n, &root), Ok(()));
                for at in 0..proof.hashes().len() {
                    let mut hashes = proof.hashes().to_vec();
                    hashes[at] = flip(&hashes[at], at);
                    let bad = InclusionProof::from_hashes(hashes);
                    assert!(bad.verify(&leaf, i, n, &root).is_err(), "{i} {n} {at}");
                }

                let old = i.size_after();
                let old_root = tree.root_at(old).unwrap();
                let proof = prove_consistency(&tree, old, n).unwrap();
                assert_eq!(proof.verify(old, &old_root, n, &root), Ok(()));
                assert!(proof.verify(old, &flip(&old_root, 0), n, &root).is_err());
                assert!(proof.verify(old, &old_root, n, &flip(&root, 0)).is_err());
                for at in 0..proof.hashes().len() {
                    let mut hashes = proof.hashes().to_vec();
                    hashes[at] = flip(&hashes[at], at);
                    let bad = ConsistencyProof::from_hashes(hashes);
                    assert!(
                        bad.verify(old, &old_root, n, &root).is_err(),
                        "{old} {n} {at}"
                    );
                }
            }
        }
    }

    #[test]
    fn an_entry_is_shown_at_its_own_index_only() {
        let tree = tree(40);
        for n in (1..=40).map(size) {
            let root = tree.root_at(n).unwrap();
            for i in (0..n.get()).map(index) {
                let proof = prove_inclusion(&tree, i, n).unwrap();
                let leaf = tree.leaf(i).unwrap();
                for other in (0..45).map(index) {
                    let shown = proof.verify(&leaf, other, n, &root).is_ok();
                    assert_eq!(shown, other == i, "{i} as {other} in {n}");
                }
            }
        }
    }

    #[test]
    fn many_random_proofs_make_one_expected_digest() {
        let tree = tree(500);
        let mut random = Random(1);
        let mut all = Vec::new();
        for _ in 0..2000 {
            let n = size(1 + random.below(500));
            let i = index(random.below(n.get()));
            let old = size(1 + random.below(n.get()));
            all.extend_from_slice(prove_inclusion(&tree, i, n).unwrap().hashes());
            all.extend_from_slice(prove_consistency(&tree, old, n).unwrap().hashes());
            all.push(root_at(&tree, n).unwrap());
        }
        let bytes: Vec<u8> = all.iter().flat_map(|hash| *hash.as_bytes()).collect();
        assert_eq!(
            Hash::of(&bytes).to_string(),
            "88226a92a3060581b3647515fcbed18512d6da0bfa70df91a64d74d9f964073f"
        );
    }

    /// The hashes that `tlog_tiles` keeps, in its own order.
    struct Stored(Vec<tlog_tiles::Hash>);

    impl tlog_tiles::HashReader for Stored {
        fn read_hashes(&self, at: &[u64]) -> Result<Vec<tlog_tiles::Hash>, tlog_tiles::Error> {
            Ok(at.iter().map(|at| self.0[*at as usize]).collect())
        }
    }

    fn stored(entries: &[Vec<u8>]) -> Stored {
        let mut stored = Stored(Vec::new());
        for (n, entry) in (0..).zip(entries) {
            let new = tlog_tiles::stored_hashes(n, entry, &stored).unwrap();
            stored.0.extend(new);
        }
        stored
    }

    fn plain(hashes: &[tlog_tiles::Hash]) -> Vec<Hash> {
        hashes.iter().map(|h| Hash::from_bytes(h.0)).collect()
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(64))]

        #[test]
        fn two_other_implementations_make_the_same(
            entries in prop::collection::vec(prop::collection::vec(any::<u8>(), 0..40), 1..600),
            choice in any::<[prop::sample::Index; 3]>(),
        ) {
            let tree: Tree = entries.iter().map(|entry| leaf_hash(entry)).collect();
            let stored = stored(&entries);
            let n = 1 + choice[0].index(entries.len()) as u64;
            let i = choice[1].index(n as usize) as u64;
            let old = 1 + choice[2].index(n as usize) as u64;
            let mut other = ct_merkle::mem_backed_tree::MemoryBackedTree::<sha2::Sha256, _>::new();
            for entry in &entries[..n as usize] {
                other.push(entry);
            }

            let root = tree.root_at(size(n)).unwrap();
            prop_assert_eq!(root.as_bytes(), &tlog_tiles::tree_hash(n, &stored).unwrap().0);
            let theirs = other.root();
            prop_assert_eq!(root.as_bytes().as_slice(), theirs.as_bytes().as_slice());

            let proof = prove_inclusion(&tree, index(i), size(n)).unwrap();
            let theirs = tlog_tiles::prove_record(n, i, &stored).unwrap();
            prop_assert_eq!(proof.hashes(), plain(&theirs));
            let bytes: Vec<u8> = proof.hashes().iter().flat_map(|h| *h.as_bytes()).collect();
            let theirs = other.prove_inclusion(i as usize);
            prop_assert_eq!(bytes.as_slice(), theirs.as_bytes());

            let proof = prove_consistency(&tree, size(old), size(n)).unwrap();
            let theirs = tlog_tiles::prove_tree(n, old, &stored).unwrap();
            prop_assert_eq!(proof.hashes(), plain(&theirs));
            let bytes: Vec<u8> = proof.hashes().iter().flat_map(|h| *h.as_bytes()).collect();
            let theirs = other.prove_consistency((n - old) as usize);
            prop_assert_eq!(bytes.as_slice(), theirs.as_bytes());
        }

        #[test]
        fn tiles_are_those_of_the_other_implementation(
            old in 0_u64..2000,
            new in 0_u64..2000,
        ) {
            let ours: Vec<_> = tiles_added(size(old), size(new)).collect();
            let theirs = match old < new {
                true => tlog_tiles::Tile::new_tiles(8, old, new),
                false => Vec::new(),
            };
            let path = |tile: &tlog_tiles::Tile| tile.path().replacen("tile/8/", "tile/", 1);
            let ours: Vec<_> = ours.iter().map(|tile| tile.path()).collect();
            prop_assert_eq!(ours, theirs.iter().map(path).collect::<Vec<_>>());
        }

        #[test]
        fn any_proof_for_any_place_is_refused_without_panic(
            hashes in prop::collection::vec(any::<[u8; 32]>(), 0..60),
            numbers in any::<[u64; 2]>(),
            shift in 11_u32..64,
        ) {
            let hashes: Vec<_> = hashes.into_iter().map(Hash::from_bytes).collect();
            let (i, n) = (index(numbers[0] >> 12), size(numbers[1] >> shift));
            let inclusion = InclusionProof::from_hashes(hashes.clone());
            prop_assert!(inclusion.verify(&Hash::ZERO, i, n, &Hash::ZERO).is_err());
            let consistency = ConsistencyProof::from_hashes(hashes.clone());
            let old = i.size_after();
            let roots = [Hash::of(b"old"), Hash::of(b"new")];
            prop_assert!(consistency.verify(old, &roots[0], n, &roots[1]).is_err());
            let roots = walk::verify(n, &[(i, Hash::ZERO)], &[old], &hashes);
            prop_assert!(roots.is_err() || n.contains(i));
        }

        #[test]
        fn a_path_of_a_tile_comes_back_and_anything_else_is_refused(
            path in "tile/[0-9]{1,3}/(x?[0-9]{1,4}/){0,3}[0-9]{3}(\\.p/[0-9]{1,3})?|.{0,40}",
        ) {
            if let Ok(tile) = Tile::parse_path(&path) {
                prop_assert_eq!(tile.path(), path);
            }
        }

        #[test]
        fn every_tile_has_a_path(
            level in 0_u8..=6,
            n in any::<u64>(),
            shift in 0_u32..64,
            width in 1_u16..=256,
        ) {
            if let Some(tile) = Tile::new(level, n >> shift, width) {
                prop_assert_eq!(Tile::parse_path(&tile.path()), Ok(tile));
                prop_assert_eq!(tile.nodes().len(), usize::from(width));
                prop_assert!(tile.nodes().last().unwrap().leaves().end <= Size::MAX.get());
            }
        }
    }
}

mod thread_index {
    use super::*;

    #[derive(Deserialize)]
    struct Case {
        expected: Expected,
        reason: Option<String>,
        name: String,
        root: String,
        proof: serde_json::Value,
    }

    #[derive(Debug, PartialEq, Deserialize)]
    #[serde(rename_all = "lowercase", untagged)]
    enum Expected {
        Present { count: u64, newest: String },
        Otherwise(String),
    }

    #[test]
    fn cases() {
        let cases = vectors::<Case>("thread-index");
        assert_eq!(cases.len(), 55);
        for (path, case) in cases {
            let (name, root) = (case.name.parse().unwrap(), case.root.parse().unwrap());
            let value = json::Value::parse(case.proof.to_string().as_bytes()).unwrap();
            let proof = IndexProof::from_value(&value);
            if let Ok(proof) = &proof {
                assert_eq!(proof.to_value(), value, "{path:?}");
            }
            let shown = proof.and_then(|proof| proof.verify(&name, &root));
            let reason = shown.as_ref().err().map(|error| match error {
                IndexProofError::Form { .. } => "form",
                IndexProofError::Root { .. } => "root",
                IndexProofError::OtherWay { .. } => "way",
                _ => "another reason",
            });
            assert_eq!(reason, case.reason.as_deref(), "{path:?}");
            let found = match shown {
                Ok(Some((count, newest))) => Expected::Present {
                    count,
                    newest: newest.to_string(),
                },
                Ok(None) => Expected::Otherwise("absent".into()),
                Err(_) => Expected::Otherwise("refused".into()),
            };
            assert_eq!(found, case.expected, "{path:?}");
        }
    }

    #[test]
    fn many_random_updates_and_proofs_make_one_expected_digest() {
        let mut random = Random(3);
        let mut threads = ThreadIndex::new();
        let mut all = Vec::new();
        for step in 0..1000 {
            let name = Hash::of(random.below(200).to_string().as_bytes());
            let count = 1 + random.below(1000);
            threads.set(&name, count, Hash::of(step.to_string().as_bytes()));
            all.extend_from_slice(threads.root().as_bytes());
            let name = Hash::of(random.below(400).to_string().as_bytes());
            all.extend(threads.prove(&name).to_value().to_canonical());
        }
        assert_eq!(
            Hash::of(&all).to_string(),
            "9ae245ea222f63dc1ef9ee92658037271c28a3f1ff6eb0389689b413770a2112"
        );
    }

    type Model = BTreeMap<[u8; 32], (u64, Hash)>;

    fn bit(name: &[u8; 32], bit: u32) -> bool {
        name[bit as usize / 8] << (bit % 8) & 0x80 != 0
    }

    /// The root by its definition, over names in order that agree in all bits before `from`.
    fn root(model: &[(&[u8; 32], &(u64, Hash))], from: u32) -> Hash {
        match model {
            [] => Hash::of(b""),
            [(name, (count, newest))] => Hash::of_parts(&[
                b"\x00\x20",
                name.as_slice(),
                b"\x28",
                &count.to_be_bytes(),
                newest.as_bytes(),
            ]),
            _ => {
                let half = model.partition_point(|(name, _)| !bit(name, from));
                if half == 0 || half == model.len() {
                    return root(model, from + 1);
                }
                let varint = match from {
                    0..128 => vec![from as u8],
                    _ => vec![(from % 128) as u8 | 0x80, (from / 128) as u8],
                };
                let left = root(&model[..half], from + 1);
                let right = root(&model[half..], from + 1);
                Hash::of_parts(&[b"\x01", &varint, left.as_bytes(), right.as_bytes()])
            }
        }
    }

    /// Names that agree in long prefixes now and then, as no SHA-256 does.
    fn name() -> impl Strategy<Value = [u8; 32]> {
        prop_oneof![
            any::<[u8; 32]>(),
            (0..32_usize, any::<u8>()).prop_map(|(at, byte)| {
                let mut name = [0; 32];
                name[at] = byte;
                name
            }),
        ]
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(100))]

        #[test]
        fn the_index_is_that_of_the_definition(
            updates in prop::collection::vec((name(), 1_u64..1 << 53, any::<[u8; 32]>()), 0..30),
            absent in prop::collection::vec(name(), 0..10),
        ) {
            let mut threads = ThreadIndex::new();
            let mut model = Model::new();
            for (name, count, newest) in updates {
                let newest = Hash::from_bytes(newest);
                threads.set(&Hash::from_bytes(name), count, newest);
                model.insert(name, (count, newest));
                let expected = root(&Vec::from_iter(&model), 0);
                prop_assert_eq!(threads.root(), expected);
            }
            prop_assert_eq!(threads.len(), model.len());
            prop_assert_eq!(threads.is_empty(), model.is_empty());

            let root = threads.root();
            let asked: Vec<_> = model.keys().copied().chain(absent).collect();
            for bytes in &asked {
                let name = Hash::from_bytes(*bytes);
                let expected = model.get(bytes).copied();
                prop_assert_eq!(threads.get(&name), expected);
                let proof = threads.prove(&name);
                prop_assert_eq!(proof.verify(&name, &root), Ok(expected));
                prop_assert_eq!(IndexProof::from_value(&proof.to_value()), Ok(proof.clone()));
                prop_assert!(proof.verify(&name, &flip(&root, 7)).is_err());
                // Whatever another name is shown by this proof is true.
                for bytes in &asked {
                    let other = Hash::from_bytes(*bytes);
                    if let Ok(shown) = proof.verify(&other, &root) {
                        prop_assert_eq!(shown, threads.get(&other));
                    }
                }
            }
        }
    }
}

mod walks {
    use super::*;

    #[derive(Deserialize)]
    struct Case {
        expected: String,
        reason: Option<String>,
        size: u64,
        included: Vec<Included>,
        cuts: Vec<Cut>,
        hashes: Vec<String>,
        root: String,
    }

    #[derive(Deserialize)]
    struct Included {
        index: u64,
        leaf: String,
    }

    #[derive(Deserialize)]
    struct Cut {
        size: u64,
        root: String,
    }

    impl Case {
        /// Verifies as a reader does: the roots must be those he knows.
        fn verify(&self) -> Result<(), &'static str> {
            let hash = |text: &String| text.parse::<Hash>().unwrap();
            let size = Size::new(self.size).ok_or("range")?;
            let mut included = Vec::new();
            for entry in &self.included {
                let index = Index::new(entry.index).ok_or("range")?;
                included.push((index, hash(&entry.leaf)));
            }
            let mut cuts = Vec::new();
            for cut in &self.cuts {
                cuts.push(Size::new(cut.size).ok_or("range")?);
            }
            let hashes: Vec<Hash> = self.hashes.iter().map(hash).collect();
            let roots =
                walk::verify(size, &included, &cuts, &hashes).map_err(|error| match error {
                    WalkError::NotRising { .. } => "rising",
                    WalkError::OutOfRange { .. } => "range",
                    WalkError::Length { .. } => "length",
                    _ => "another reason",
                })?;
            let expected = self.cuts.iter().map(|cut| hash(&cut.root));
            let cuts = roots.cuts.iter().map(|(_, root)| *root);
            match roots.root == hash(&self.root) && cuts.eq(expected) {
                true => Ok(()),
                false => Err("root"),
            }
        }
    }

    #[test]
    fn cases() {
        let cases = vectors::<Case>("walk");
        assert_eq!(cases.len(), 52);
        for (path, case) in cases {
            assert_eq!(case.verify().err(), case.reason.as_deref(), "{path:?}");
            let expected = if case.reason.is_some() {
                "refused"
            } else {
                "shown"
            };
            assert_eq!(case.expected, expected, "{path:?}");
        }
    }

    #[test]
    fn many_random_walks_make_one_expected_digest() {
        let tree = tree(300);
        let mut random = Random(2);
        let mut all = Vec::new();
        for _ in 0..1000 {
            let n = random.below(300);
            let (one_in, cut_in) = (1 + random.below(20), 1 + random.below(40));
            let chosen = (0..n).filter(|_| random.below(one_in) == 0);
            let included: Vec<_> = chosen.map(index).collect();
            let chosen = (0..=n).filter(|_| random.below(cut_in) == 0);
            let cuts: Vec<_> = chosen.map(size).collect();
            let hashes = walk::prove(&tree, size(n), &included, &cuts).unwrap();
            let included: Vec<_> = included
                .into_iter()
                .map(|i| (i, tree.leaf(i).unwrap()))
                .collect();
            let roots = walk::verify(size(n), &included, &cuts, &hashes).unwrap();
            assert_eq!(Some(roots.root), tree.root_at(size(n)));
            all.extend(hashes);
            all.push(roots.root);
            all.extend(roots.cuts.iter().map(|(_, root)| *root));
        }
        let bytes: Vec<u8> = all.iter().flat_map(|hash| *hash.as_bytes()).collect();
        assert_eq!(
            Hash::of(&bytes).to_string(),
            "c6db1058c7b8d9194a179bdd4b22832e4bba707bd157cc50b9ed628764da6be5"
        );
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(100))]

        #[test]
        fn every_hash_leaf_and_cut_counts(
            n in 0_u64..=300,
            included in prop::collection::btree_set(0_u64..300, 0..12),
            cuts in prop::collection::btree_set(0_u64..=300, 0..6),
            bit in 0_usize..256,
        ) {
            let tree = tree(n);
            let indices: Vec<_> = included.into_iter().filter(|i| *i < n).map(index).collect();
            let cuts: Vec<_> = cuts.into_iter().filter(|c| *c <= n).map(size).collect();
            let hashes = walk::prove(&tree, size(n), &indices, &cuts).unwrap();
            let leaf = |i: Index| (i, tree.leaf(i).unwrap());
            let included: Vec<_> = indices.iter().copied().map(leaf).collect();
            let roots = walk::verify(size(n), &included, &cuts, &hashes).unwrap();
            prop_assert_eq!(roots.root, tree.root());
            for cut in &cuts {
                prop_assert_eq!(roots.root_at(*cut), tree.root_at(*cut));
            }
            prop_assert_eq!(roots.cuts.len(), cuts.len());

            for at in 0..hashes.len() {
                let mut bad = hashes.clone();
                bad[at] = flip(&bad[at], bit);
                let found = walk::verify(size(n), &included, &cuts, &bad).unwrap();
                prop_assert_ne!(found.root, roots.root);
                bad.remove(at);
                prop_assert!(walk::verify(size(n), &included, &cuts, &bad).is_err());
            }
            for at in 0..included.len() {
                let mut bad = included.clone();
                bad[at].1 = flip(&bad[at].1, bit);
                let found = walk::verify(size(n), &bad, &cuts, &hashes).unwrap();
                prop_assert_ne!(found.root, roots.root);
            }
        }
    }

    #[test]
    fn hashes_of_a_bundle_in_a_million() {
        // The number that `docs/formats/walk.md` gives.
        struct Zeros;
        impl HashReader for Zeros {
            type Error = std::convert::Infallible;
            fn hashes(&self, nodes: &[Node]) -> Result<Vec<Hash>, Self::Error> {
                Ok(vec![Hash::ZERO; nodes.len()])
            }
        }
        let included: Vec<_> = (0..235).map(|i| index(i * 1_000_000 / 235)).collect();
        let hashes = walk::prove(&Zeros, size(1_000_000), &included, &[]).unwrap();
        assert_eq!(hashes.len(), 2830);
    }
}

#[test]
fn the_empty_tree_is_the_empty_map_is_nothing() {
    assert_eq!(empty_root(), Tree::new().root());
    assert_eq!(empty_root(), ThreadIndex::new().root());
    assert_eq!(tiles_for(Size::ZERO).count(), 0);
}

/// splitmix64: the same numbers in every implementation of the random runs.
struct Random(u64);

impl Random {
    fn below(&mut self, end: u64) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let z = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        let z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        (z ^ (z >> 31)) % end
    }
}
