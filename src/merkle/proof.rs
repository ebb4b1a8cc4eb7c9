//! Inclusion and consistency proofs: an entry lies in a tree, a tree extends a tree.
//!
//! ```text
//! root of 7          inclusion of entry 5: leaf 4, node (1,3 leaf 6), node of 0 to 3
//! ├─ 0 to 3
//! └─ 4 to 6          consistency of 4 with 7: the node of 4 to 6, as the root of 4
//!    ├─ 4, 5         is itself a node of the tree
//!    └─ 6
//! ```
//!
//! Source: RFC 6962, sections 2.1.1 and 2.1.2. Hashes go from the leaves up.
//! How a proof is written down is the matter of the format that carries it.

use std::ops::Range;

use super::tree::{HashReader, range_hashes};
use super::{Index, Size, node_hash, split};
use crate::hash::Hash;

/// Proof that an entry lies in a tree: at most 53 hashes, leaf side first.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct InclusionProof(Vec<Hash>);

/// Proof that a tree extends an earlier one: at most 54 hashes, leaf side first.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ConsistencyProof(Vec<Hash>);

/// Returns the inclusion proof of the entry at `index` in the tree of `size` entries.
///
/// Leaf side first; `reader` is asked once. Source: RFC 6962, section 2.1.1.
///
/// # Errors
/// [`ProveError::OutOfRange`] when `index >= size`; any error of `reader`.
pub fn prove_inclusion<R: HashReader>(
    reader: &R,
    index: Index,
    size: Size,
) -> Result<InclusionProof, ProveError<R::Error>> {
    check_index(index, size)?;
    let hashes = range_hashes(reader, inclusion_ranges(index.get(), size.get()));
    hashes.map(InclusionProof).map_err(ProveError::Reader)
}

/// Returns the proof that the tree of `new` entries begins with that of `old` entries.
///
/// Leaf side first; `reader` is asked once. Source: RFC 6962, section 2.1.2.
///
/// # Errors
/// [`ProveError::OutOfRange`] when `old > new`, or when `old` is zero: every tree extends the
/// empty one, and RFC 6962 has no proof of it. Any error of `reader`.
pub fn prove_consistency<R: HashReader>(
    reader: &R,
    old: Size,
    new: Size,
) -> Result<ConsistencyProof, ProveError<R::Error>> {
    check_sizes(old, new)?;
    let hashes = range_hashes(reader, consistency_ranges(old.get(), new.get()));
    hashes.map(ConsistencyProof).map_err(ProveError::Reader)
}

impl InclusionProof {
    /// Takes the hashes of a proof, leaf side first; nothing is verified yet.
    pub fn from_hashes(hashes: Vec<Hash>) -> InclusionProof {
        InclusionProof(hashes)
    }

    /// Returns the hashes, leaf side first.
    pub fn hashes(&self) -> &[Hash] {
        &self.0
    }

    /// Verifies that `leaf` is at `index` in the tree of `size` entries with `root`.
    ///
    /// # Errors
    /// [`ProofError`] when it is not shown.
    pub fn verify(
        &self,
        leaf: &Hash,
        index: Index,
        size: Size,
        root: &Hash,
    ) -> Result<(), ProofError> {
        check_index(index, size)?;
        let (inner, border) = path_shape(index.get(), size.get());
        check_length(inner + border, &self.0)?;
        let (inner, border) = self.0.split_at(inner);
        let hash = climb_border(climb_inner(*leaf, inner, index.get()), border);
        check_root(size, &hash, root)
    }
}

impl ConsistencyProof {
    /// Takes the hashes of a proof, leaf side first; nothing is verified yet.
    pub fn from_hashes(hashes: Vec<Hash>) -> ConsistencyProof {
        ConsistencyProof(hashes)
    }

    /// Returns the hashes, leaf side first.
    pub fn hashes(&self) -> &[Hash] {
        &self.0
    }

    /// Verifies that the tree of `new` entries with `new_root` begins with the tree of `old`
    /// entries with `old_root`.
    ///
    /// # Errors
    /// [`ProofError`] when it is not shown; so too when `old` is zero, of which there is no proof.
    pub fn verify(
        &self,
        old: Size,
        old_root: &Hash,
        new: Size,
        new_root: &Hash,
    ) -> Result<(), ProofError> {
        check_sizes(old, new)?;
        if old == new {
            check_length(0, &self.0)?;
            return check_root(new, old_root, new_root);
        }
        // Both trees hold the subtree where the old one ends: its 2^shift last entries.
        // From there the way up to the new root is that of the old tree's last entry,
        // without its first `shift` steps. All hashes on the left of it are in both trees,
        // those on the right in the new one only.
        let shift = old.get().trailing_zeros() as usize;
        let (inner, border) = path_shape(old.get() - 1, new.get());
        let inner = inner - shift;
        // The old tree is that subtree alone: its hash is the old root and not in the proof.
        let alone = old.get().is_power_of_two();
        check_length(usize::from(!alone) + inner + border, &self.0)?;
        let (seed, path) = match self.0.split_first() {
            Some((seed, path)) if !alone => (seed, path),
            _ => (old_root, self.0.as_slice()),
        };
        let (inner, border) = path.split_at(inner);
        let turns = (old.get() - 1) >> shift;
        let old_hash = climb_border(climb_inner_left(*seed, inner, turns), border);
        check_root(old, &old_hash, old_root)?;
        let new_hash = climb_border(climb_inner(*seed, inner, turns), border);
        check_root(new, &new_hash, new_root)
    }
}

/// A proof that does not show what it should.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum ProofError {
    /// The tree holds no such entry, or there is no such earlier tree.
    #[error(transparent)]
    OutOfRange(#[from] OutOfRange),
    /// Hashes are missing or left over.
    #[error("expected a proof of {expected} hashes, found {found}")]
    Length {
        /// How many hashes the sizes ask for.
        expected: usize,
        /// How many there are.
        found: usize,
    },
    /// The hashes lead to another root.
    #[error("expected the proof to lead to root {expected} at size {size}, found {found}")]
    Root {
        /// The size of the tree that the root belongs to.
        size: Size,
        /// The root to be shown.
        expected: Hash,
        /// The root that the hashes make.
        found: Hash,
    },
}

/// Why a proof could not be made.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ProveError<E> {
    /// The tree holds no such entry, or there is no such earlier tree.
    #[error(transparent)]
    OutOfRange(#[from] OutOfRange),
    /// The reader failed.
    #[error(transparent)]
    Reader(E),
}

/// A question outside the tree.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum OutOfRange {
    /// The tree holds no such entry.
    #[error("expected an index below size {size}, found {index}")]
    Index {
        /// The index asked about.
        index: Index,
        /// The size of the tree.
        size: Size,
    },
    /// The earlier tree is empty or the larger one.
    #[error("expected an earlier size from 1 to {new}, found {old}")]
    Size {
        /// The earlier size asked about.
        old: Size,
        /// The size of the tree.
        new: Size,
    },
}

fn check_index(index: Index, size: Size) -> Result<(), OutOfRange> {
    match size.contains(index) {
        true => Ok(()),
        false => Err(OutOfRange::Index { index, size }),
    }
}

fn check_sizes(old: Size, new: Size) -> Result<(), OutOfRange> {
    match Size::ZERO < old && old <= new {
        true => Ok(()),
        false => Err(OutOfRange::Size { old, new }),
    }
}

fn check_length(expected: usize, hashes: &[Hash]) -> Result<(), ProofError> {
    let found = hashes.len();
    match found == expected {
        true => Ok(()),
        false => Err(ProofError::Length { expected, found }),
    }
}

fn check_root(size: Size, found: &Hash, expected: &Hash) -> Result<(), ProofError> {
    let (expected, found) = (*expected, *found);
    match found == expected {
        true => Ok(()),
        false => Err(ProofError::Root {
            size,
            expected,
            found,
        }),
    }
}

/// Returns the ranges beside the way from the root to the entry at `index`, leaf side first.
///
/// PATH of RFC 6962, section 2.1.1, from the root down and then turned round.
fn inclusion_ranges(index: u64, size: u64) -> Vec<Range<u64>> {
    let mut ranges = Vec::new();
    let (mut start, mut end) = (0, size);
    while end - start > 1 {
        let middle = start + split(end - start);
        if index < middle {
            ranges.push(middle..end);
            end = middle;
        } else {
            ranges.push(start..middle);
            start = middle;
        }
    }
    ranges.reverse();
    ranges
}

/// Returns the ranges that, with the root of `old` entries, make that of `new`, leaf side first.
///
/// SUBPROOF of RFC 6962, section 2.1.2, from the root down and then turned round.
fn consistency_ranges(old: u64, new: u64) -> Vec<Range<u64>> {
    let mut ranges = Vec::new();
    let (mut start, mut end) = (0, new);
    while end != old {
        let middle = start + split(end - start);
        if old <= middle {
            ranges.push(middle..end);
            end = middle;
        } else {
            ranges.push(start..middle);
            start = middle;
        }
    }
    // What is left ends where the old tree ends. When it is the old tree, its hash is known.
    if start > 0 {
        ranges.push(start..end);
    }
    ranges.reverse();
    ranges
}

/// Returns the two lengths of the way from the entry at `index` up to the root.
///
/// The *inner* steps lead to where the way meets that of the last entry: each turns left or
/// right as the bits of `index` say. The *border* steps follow the right border of the tree,
/// where only the set bits of `index` are steps and every sibling is on the left.
fn path_shape(index: u64, size: u64) -> (usize, usize) {
    let apart = index ^ (size - 1);
    let inner = u64::BITS - apart.leading_zeros();
    let border = (index >> inner).count_ones();
    (inner as usize, border as usize)
}

/// Climbs with a sibling on the left where the bit of `turns` is set, else on the right.
fn climb_inner(hash: Hash, siblings: &[Hash], turns: u64) -> Hash {
    let steps = siblings.iter().enumerate();
    steps.fold(hash, |hash, (step, sibling)| match turns >> step & 1 {
        0 => node_hash(&hash, sibling),
        _ => node_hash(sibling, &hash),
    })
}

/// Climbs with the siblings on the left only, as if those on the right were not there yet.
fn climb_inner_left(hash: Hash, siblings: &[Hash], turns: u64) -> Hash {
    let steps = siblings.iter().enumerate();
    steps.fold(hash, |hash, (step, sibling)| match turns >> step & 1 {
        0 => hash,
        _ => node_hash(sibling, &hash),
    })
}

/// Climbs with every sibling on the left.
fn climb_border(hash: Hash, siblings: &[Hash]) -> Hash {
    siblings
        .iter()
        .fold(hash, |hash, sibling| node_hash(sibling, &hash))
}

#[cfg(test)]
mod tests {
    use super::super::{Tree, leaf_hash};
    use super::*;

    #[test]
    fn every_entry_and_every_earlier_tree_up_to_20() {
        let tree: Tree = (0..20_u8).map(|i| leaf_hash(&[i])).collect();
        for size in (1..=20).map(|size| Size::new(size).unwrap()) {
            let root = tree.root_at(size).unwrap();
            for index in (0..size.get()).map(|index| Index::new(index).unwrap()) {
                let leaf = tree.leaf(index).unwrap();
                let proof = prove_inclusion(&tree, index, size).unwrap();
                assert_eq!(proof.verify(&leaf, index, size, &root), Ok(()));
                for (_, bad) in spoiled(proof.hashes()) {
                    let bad = InclusionProof::from_hashes(bad);
                    assert!(bad.verify(&leaf, index, size, &root).is_err());
                }
                assert!(proof.verify(&flip(leaf), index, size, &root).is_err());
                assert!(proof.verify(&leaf, index, size, &flip(root)).is_err());

                let old = index.size_after();
                let old_root = tree.root_at(old).unwrap();
                let proof = prove_consistency(&tree, old, size).unwrap();
                assert_eq!(proof.verify(old, &old_root, size, &root), Ok(()));
                for (_, bad) in spoiled(proof.hashes()) {
                    let bad = ConsistencyProof::from_hashes(bad);
                    assert!(bad.verify(old, &old_root, size, &root).is_err());
                }
                assert!(proof.verify(old, &flip(old_root), size, &root).is_err());
                assert!(proof.verify(old, &old_root, size, &flip(root)).is_err());
            }
        }
    }

    #[test]
    fn questions_outside_the_tree() {
        let tree: Tree = (0..7_u8).map(|i| leaf_hash(&[i])).collect();
        let size = |size| Size::new(size).unwrap();
        let error = prove_inclusion(&tree, Index::new(7).unwrap(), size(7)).unwrap_err();
        assert_eq!(error.to_string(), "expected an index below size 7, found 7");
        assert!(prove_inclusion(&tree, Index::new(6).unwrap(), size(8)).is_err());
        let error = prove_consistency(&tree, size(0), size(7)).unwrap_err();
        assert_eq!(
            error.to_string(),
            "expected an earlier size from 1 to 7, found 0"
        );
        assert!(prove_consistency(&tree, size(5), size(4)).is_err());
        assert!(prove_consistency(&tree, size(4), size(8)).is_err());
    }

    #[test]
    fn the_largest_sizes_are_answered_without_overflow() {
        let (zero, max) = (Hash::ZERO, Size::MAX);
        let hashes = |length| vec![zero; length];
        for index in [Index::FIRST, Index::new(1 << 52).unwrap(), Index::MAX] {
            for length in 0..60 {
                let proof = InclusionProof::from_hashes(hashes(length));
                assert!(proof.verify(&zero, index, max, &zero).is_err());
                let proof = ConsistencyProof::from_hashes(hashes(length));
                let old = index.size_after();
                assert_eq!(
                    proof.verify(old, &zero, max, &zero).is_ok(),
                    old == max && length == 0
                );
            }
        }
    }

    fn flip(hash: Hash) -> Hash {
        let mut bytes = *hash.as_bytes();
        bytes[31] ^= 1;
        Hash::from_bytes(bytes)
    }

    /// Returns what is one step from `hashes`: one flipped, left out, repeated, or one more.
    fn spoiled(hashes: &[Hash]) -> Vec<(usize, Vec<Hash>)> {
        let mut all = Vec::new();
        for at in 0..hashes.len() {
            let mut flipped = hashes.to_vec();
            flipped[at] = flip(flipped[at]);
            let mut shorter = hashes.to_vec();
            let removed = shorter.remove(at);
            let mut longer = hashes.to_vec();
            longer.insert(at, removed);
            all.extend([flipped, shorter, longer].map(|bad| (at, bad)));
        }
        let mut longer = hashes.to_vec();
        longer.push(Hash::ZERO);
        all.push((hashes.len(), longer));
        all
    }
}
