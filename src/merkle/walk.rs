//! One walk over the tree that proves many entries and many earlier roots at once.
//!
//! The verifier knows the size of the tree, which entries are *included* (he has their bytes,
//! so their leaf hashes), and at which earlier sizes, the *cuts*, he wants the root. The proof
//! is a row of hashes. Walking over a range [a, b) of leaves, from [0, size):
//!
//! ```text
//! no included index in [a, b) and no cut c with a < c < b    takes the next hash
//! else, a single leaf (then it is included)                  takes nothing
//! else                                                       splits [a, b) as RFC 6962:
//!                                                            first the left, then the right
//! ```
//!
//! At the end no hash may be left over. Size 7, entry 4 included, cut 6:
//!
//! ```text
//! [0,7) ── [0,4)  hash 1        root at 7 = H(hash 1, H(H(leaf 4, hash 2), hash 3))
//!       └─ [4,7) ── [4,6) ── [4,5)  leaf 4
//!                 │       └─ [5,6)  hash 2
//!                 └─ [6,7)  hash 3    root at 6 = H(hash 1, H(leaf 4, hash 2))
//! ```
//!
//! **Why each cut can be computed.** Let the walk split [a, b) at m, and a < c < b. Then
//! m - a is the largest power of two below b - a.
//! - c = m: the hash of [a, c) is that of the left side.
//! - c < m: c lies strictly inside the left side, which therefore is not one hash in the
//!   proof; [a, c) is found there in the same way.
//! - c > m: m - a < c - a < b - a, so the largest power of two below c - a is m - a as well, and
//!   the tree over [a, c) splits at m too. Its left side is [a, m), whole, and its right side is
//!   [m, c), where c lies strictly inside [m, b), and so is found there in the same way.
//!
//! Ranges shrink, so this ends; for [0, size) it gives the root at c. As all that is used on
//! the way are hashes of nodes of the tree itself, the root of the tree binds every earlier root.
//!
//! A walk does not show the size: size and root belong together because one checkpoint names
//! both. How the hashes are written down is the matter of the proof bundle.

use std::ops::Range;

use super::tree::{HashReader, range_hashes};
use super::{Index, Size, empty_root, node_hash, split};
use crate::hash::Hash;

/// The roots that a walk shows. Only [`verify`] makes them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WalkRoots {
    /// The root of the whole tree: nothing is shown until it equals a trusted one.
    pub root: Hash,
    /// The root at each cut, in the order of the cuts.
    pub cuts: Vec<(Size, Hash)>,
}

impl WalkRoots {
    /// Returns the root at a cut; `None` when `size` is not one.
    pub fn root_at(&self, size: Size) -> Option<Hash> {
        let at = self.cuts.binary_search_by_key(&size, |(cut, _)| *cut);
        Some(self.cuts[at.ok()?].1)
    }
}

/// Returns the hashes of the walk over the tree of `size` entries. `reader` is asked once.
///
/// `included` and `cuts` rise strictly; cuts are from 0 to `size`.
///
/// # Errors
/// [`ProveWalkError::Walk`] when they do not; any error of `reader`.
pub fn prove<R: HashReader>(
    reader: &R,
    size: Size,
    included: &[Index],
    cuts: &[Size],
) -> Result<Vec<Hash>, ProveWalkError<R::Error>> {
    let ranges = given_ranges(size, included, cuts)?;
    range_hashes(reader, ranges).map_err(ProveWalkError::Reader)
}

/// Computes the root of the tree of `size` entries, and those at the cuts, from the hashes of a walk.
///
/// `included` are the entries with their leaf hashes. It and `cuts` rise strictly. Costs one node
/// hash for each split, and at most one more for each cut and level.
///
/// # Errors
/// [`WalkError`] when `included` or `cuts` do not rise or are out of range, or hashes are missing or
/// left over. Whether the root is the right one is for the caller to compare.
pub fn verify(
    size: Size,
    included: &[(Index, Hash)],
    cuts: &[Size],
    hashes: &[Hash],
) -> Result<WalkRoots, WalkError> {
    let indices: Vec<Index> = included.iter().map(|(index, _)| *index).collect();
    let expected = given_ranges(size, &indices, cuts)?.len();
    let found = hashes.len();
    if found != expected {
        return Err(WalkError::Length { expected, found });
    }
    let mut roots = vec![empty_root(); cuts.len()];
    let inside = strictly_inside(cuts, &(0..size.get()));
    let root = match size {
        Size::ZERO => empty_root(),
        _ => Walk(hashes.iter()).hash(
            0..size.get(),
            included,
            &cuts[inside.clone()],
            &mut roots[inside.clone()],
        ),
    };
    // Beside those inside there can be the cut 0, of the empty tree, and that of the whole.
    roots[inside.end..].fill(root);
    let cuts = cuts.iter().copied().zip(roots).collect();
    Ok(WalkRoots { root, cuts })
}

/// A walk that does not fit the tree.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum WalkError {
    /// The included indices or the cuts are not in strictly rising order.
    #[error("expected {what} that rise strictly, found {second} after {first}")]
    NotRising {
        /// Indices or cuts.
        what: &'static str,
        /// A number.
        first: u64,
        /// The number after it, not larger.
        second: u64,
    },
    /// An included index or a cut lies outside the tree.
    #[error("expected {what} inside the tree of {size} entries, found {found}")]
    OutOfRange {
        /// Indices or cuts.
        what: &'static str,
        /// The size of the tree.
        size: Size,
        /// What lies outside.
        found: u64,
    },
    /// Hashes are missing or left over.
    #[error("expected a walk of {expected} hashes, found {found}")]
    Length {
        /// How many hashes size, indices and cuts ask for.
        expected: usize,
        /// How many there are.
        found: usize,
    },
}

/// Why a walk could not be made.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ProveWalkError<E> {
    /// The indices or the cuts do not fit the tree.
    #[error(transparent)]
    Walk(#[from] WalkError),
    /// The reader failed.
    #[error(transparent)]
    Reader(E),
}

/// The hashes of a walk that are still to come.
struct Walk<'a>(std::slice::Iter<'a, Hash>);

impl Walk<'_> {
    /// Returns the hash of `range`, and in `roots` the hash from its start to each of `cuts`.
    ///
    /// `included` are those in the range, `cuts` those strictly inside it.
    fn hash(
        &mut self,
        range: Range<u64>,
        included: &[(Index, Hash)],
        cuts: &[Size],
        roots: &mut [Hash],
    ) -> Hash {
        match included {
            [] if cuts.is_empty() => {
                return *self.0.next().expect("the hashes of a walk were counted");
            }
            [(_, leaf)] if range.end - range.start == 1 => return *leaf,
            _ => {}
        }
        let middle = range.start + split(range.end - range.start);
        let (left, right) = (range.start..middle, middle..range.end);
        let half = included.partition_point(|(index, _)| index.get() < middle);
        let (in_left, in_right) = (strictly_inside(cuts, &left), strictly_inside(cuts, &right));
        let left = self.hash(
            left,
            &included[..half],
            &cuts[in_left.clone()],
            &mut roots[in_left.clone()],
        );
        let right = self.hash(
            right,
            &included[half..],
            &cuts[in_right.clone()],
            &mut roots[in_right.clone()],
        );
        // Between those on the left and on the right there can be one cut, in the middle.
        roots[in_left.end..in_right.start].fill(left);
        for root in &mut roots[in_right] {
            *root = node_hash(&left, root);
        }
        node_hash(&left, &right)
    }
}

/// Returns the ranges that a walk gives hashes of, left to right.
fn given_ranges(
    size: Size,
    included: &[Index],
    cuts: &[Size],
) -> Result<Vec<Range<u64>>, WalkError> {
    check(
        "indices",
        included.iter().map(|index| index.get()),
        size,
        size.get(),
    )?;
    check(
        "cuts",
        cuts.iter().map(|cut| cut.get()),
        size,
        size.get() + 1,
    )?;
    let mut given = Vec::new();
    // Ranges still to be walked over, the next one last.
    let mut ahead = vec![(0..size.get(), included, cuts)];
    ahead.retain(|(range, ..)| !range.is_empty());
    while let Some((range, included, cuts)) = ahead.pop() {
        let cuts = &cuts[strictly_inside(cuts, &range)];
        if included.is_empty() && cuts.is_empty() {
            given.push(range);
        } else if range.end - range.start > 1 {
            let middle = range.start + split(range.end - range.start);
            let half = included.partition_point(|index| index.get() < middle);
            ahead.push((middle..range.end, &included[half..], cuts));
            ahead.push((range.start..middle, &included[..half], cuts));
        }
    }
    Ok(given)
}

/// Returns which of `cuts` lie strictly inside `range`: both sides of them are in it.
fn strictly_inside(cuts: &[Size], range: &Range<u64>) -> Range<usize> {
    let start = cuts.partition_point(|cut| cut.get() <= range.start);
    let end = cuts.partition_point(|cut| cut.get() < range.end);
    start..end.max(start)
}

fn check(
    what: &'static str,
    numbers: impl Iterator<Item = u64>,
    size: Size,
    end: u64,
) -> Result<(), WalkError> {
    let mut last = None;
    for found in numbers {
        match last {
            Some(first) if first >= found => {
                let second = found;
                return Err(WalkError::NotRising {
                    what,
                    first,
                    second,
                });
            }
            _ if found >= end => return Err(WalkError::OutOfRange { what, size, found }),
            _ => last = Some(found),
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::super::{Tree, leaf_hash};
    use super::*;

    fn size(size: u64) -> Size {
        Size::new(size).unwrap()
    }

    fn tree(size: u64) -> Tree {
        (0..size)
            .map(|i| leaf_hash(i.to_string().as_bytes()))
            .collect()
    }

    /// Proves and verifies, and compares every root with the tree's.
    fn check_walk(tree: &Tree, n: u64, included: &[u64], cuts: &[u64]) -> usize {
        let indices: Vec<_> = included.iter().map(|i| Index::new(*i).unwrap()).collect();
        let cuts: Vec<_> = cuts.iter().map(|c| size(*c)).collect();
        let hashes = prove(tree, size(n), &indices, &cuts).unwrap();
        let leaf = |index: &Index| (*index, tree.leaf(*index).unwrap());
        let included: Vec<_> = indices.iter().map(leaf).collect();
        let roots = verify(size(n), &included, &cuts, &hashes).unwrap();
        assert_eq!(Some(roots.root), tree.root_at(size(n)));
        let expected: Vec<_> = cuts
            .iter()
            .map(|cut| (*cut, tree.root_at(*cut).unwrap()))
            .collect();
        assert_eq!(roots.cuts, expected, "{n} {included:?}");
        hashes.len()
    }

    #[test]
    fn every_single_cut_and_entry_up_to_40() {
        let tree = tree(40);
        for n in 0..=40 {
            check_walk(&tree, n, &[], &[]);
            check_walk(&tree, n, &[], &Vec::from_iter(0..=n));
            check_walk(&tree, n, &Vec::from_iter(0..n), &[]);
            for cut in 0..=n {
                check_walk(&tree, n, &[], &[cut]);
                for index in 0..n {
                    check_walk(&tree, n, &[index], &[cut]);
                }
            }
        }
    }

    #[test]
    fn every_set_of_entries_and_cuts_up_to_6() {
        let tree = tree(6);
        let members = |set: u64, end: u64| Vec::from_iter((0..end).filter(|i| set >> i & 1 == 1));
        for n in 0..=6 {
            for included in 0..1 << n {
                for cuts in 0..1 << (n + 1) {
                    check_walk(&tree, n, &members(included, n), &members(cuts, n + 1));
                }
            }
        }
    }

    #[test]
    fn the_example_of_the_module_takes_three_hashes() {
        assert_eq!(check_walk(&tree(7), 7, &[4], &[6]), 3);
    }

    #[test]
    fn all_included_needs_no_hash_and_no_included_one() {
        let tree = tree(100);
        assert_eq!(
            check_walk(&tree, 100, &Vec::from_iter(0..100), &[1, 50, 99]),
            0
        );
        assert_eq!(check_walk(&tree, 100, &[], &[0, 100]), 1);
        assert_eq!(check_walk(&tree, 0, &[], &[0]), 0);
    }

    #[test]
    fn what_does_not_fit_is_refused() {
        let tree = tree(8);
        let index = |index| Index::new(index).unwrap();
        let (one, leaf) = ([index(3)], tree.leaf(index(3)).unwrap());
        let hashes = prove(&tree, size(8), &one, &[]).unwrap();
        let expected = hashes.len();
        for found in [expected - 1, expected + 1] {
            let mut other = hashes.clone();
            other.resize(found, Hash::ZERO);
            assert_eq!(
                verify(size(8), &[(index(3), leaf)], &[], &other),
                Err(WalkError::Length { expected, found })
            );
        }
        for (included, cuts) in [
            (vec![3, 3], vec![]),
            (vec![4, 3], vec![]),
            (vec![8], vec![]),
            (vec![], vec![2, 2]),
            (vec![], vec![2, 1]),
            (vec![], vec![9]),
        ] {
            let included: Vec<_> = included.into_iter().map(|i| (index(i), leaf)).collect();
            let cuts: Vec<_> = cuts.into_iter().map(size).collect();
            assert!(verify(size(8), &included, &cuts, &hashes).is_err());
        }
        assert!(prove(&tree, size(9), &one, &[]).is_err());
        assert!(verify(Size::MAX, &[(Index::MAX, leaf)], &[size(1)], &[]).is_err());
    }
}
