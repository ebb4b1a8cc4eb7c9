//! Hashes of complete subtrees: where they are, who has them, and the roots they make.
//!
//! ```text
//! level 2         (2,0)                 a tree of 7 entries holds 7 + 3 + 1 complete
//! level 1     (1,0)   (1,1)   (1,2)     subtrees; its root is made of the three
//! level 0     0   1   2   3   4   5  6  (2,0), (1,2) and (0,6), from the right
//! ```
//!
//! A complete subtree never changes once it is there, so its hash is kept; every other hash of
//! any tree, of any size, is made of at most 53 of them.

use std::ops::Range;

use super::{Index, Size, empty_root, node_hash};
use crate::hash::Hash;

/// The place of a complete subtree: the `index`th of those of 2^`level` leaves, from zero.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Node {
    level: u8,
    index: u64,
}

impl Node {
    /// Takes a place; `None` when its leaves do not fit a tree of [`Size::MAX`] entries.
    pub fn new(level: u8, index: u64) -> Option<Node> {
        let most = Size::MAX.get().checked_shr(u32::from(level))?;
        (index < most).then_some(Node { level, index })
    }

    /// Takes the place of a leaf.
    pub fn leaf(index: Index) -> Node {
        Node {
            level: 0,
            index: index.get(),
        }
    }

    /// Returns the height above the leaves, 0 to 52.
    pub fn level(self) -> u8 {
        self.level
    }

    /// Returns the place among the nodes of this level, from the left.
    pub fn index(self) -> u64 {
        self.index
    }

    /// Returns the range of leaves below it.
    pub fn leaves(self) -> Range<u64> {
        self.index << self.level..(self.index + 1) << self.level
    }
}

/// Whoever has the hashes of complete subtrees: a tree in memory, a store, a set of tiles.
pub trait HashReader {
    /// Why hashes could not be read.
    type Error;

    /// Returns the hash of each of `nodes`, in their order.
    ///
    /// It is called once for each proof or root, so that one round trip is enough.
    ///
    /// # Errors
    /// When one of `nodes` is not there or cannot be read.
    fn hashes(&self, nodes: &[Node]) -> Result<Vec<Hash>, Self::Error>;
}

/// A tree in memory with the hashes of all its complete subtrees: 64 bytes an entry.
///
/// ```
/// use bewijs::merkle::{Tree, leaf_hash};
/// let mut tree = Tree::new();
/// tree.append(leaf_hash(b"0"));
/// tree.append(leaf_hash(b"1"));
/// assert_eq!(tree.root().to_base64(), "ywCYnZSlacCmeK4EK2Pc1GJduWRAUX83put5duok7Us=");
/// ```
#[derive(Clone, Debug, Default)]
pub struct Tree {
    /// `levels[l][i]` is the hash of node `i` at level `l`; no level is empty.
    levels: Vec<Vec<Hash>>,
}

impl Tree {
    /// Makes the empty tree.
    pub fn new() -> Tree {
        Tree::default()
    }

    /// Appends a leaf and returns its place. One node hash on average, at most 52.
    ///
    /// # Panics
    /// When there are [`Size::MAX`] leaves: no memory holds so many.
    pub fn append(&mut self, leaf: Hash) -> Index {
        let index = self.size().next().expect("a tree in memory is never full");
        let mut hash = leaf;
        for level in 0.. {
            if self.levels.len() == level {
                self.levels.push(Vec::new());
            }
            let row = &mut self.levels[level];
            row.push(hash);
            // An even number of nodes: the last two have a new node above them.
            match row.as_slice() {
                [.., left, right] if row.len().is_multiple_of(2) => hash = node_hash(left, right),
                _ => break,
            }
        }
        index
    }

    /// Returns the number of leaves.
    pub fn size(&self) -> Size {
        let leaves = self.levels.first().map_or(0, Vec::len);
        Size::new(leaves as u64).expect("a tree in memory is never full")
    }

    /// Returns the leaf at `index`.
    pub fn leaf(&self, index: Index) -> Option<Hash> {
        self.hash(Node::leaf(index))
    }

    /// Returns the hash of a complete subtree.
    pub fn hash(&self, node: Node) -> Option<Hash> {
        let row = self.levels.get(usize::from(node.level))?;
        row.get(usize::try_from(node.index).ok()?).copied()
    }

    /// Returns the root. At most 52 node hashes, nothing allocated.
    pub fn root(&self) -> Hash {
        self.root_at(self.size())
            .expect("a tree has the subtrees of its own size")
    }

    /// Returns the root that the tree had at `size`; `None` when it was never so large.
    pub fn root_at(&self, size: Size) -> Option<Hash> {
        let mut hashes = subtrees(0..size.get()).rev().map(|node| self.hash(node));
        let Some(last) = hashes.next() else {
            return Some(empty_root());
        };
        hashes.try_fold(last?, |right, left| Some(node_hash(&left?, &right)))
    }
}

impl FromIterator<Hash> for Tree {
    fn from_iter<I: IntoIterator<Item = Hash>>(leaves: I) -> Tree {
        let mut tree = Tree::new();
        tree.extend(leaves);
        tree
    }
}

impl Extend<Hash> for Tree {
    fn extend<I: IntoIterator<Item = Hash>>(&mut self, leaves: I) {
        for leaf in leaves {
            self.append(leaf);
        }
    }
}

impl HashReader for Tree {
    type Error = MissingNode;

    fn hashes(&self, nodes: &[Node]) -> Result<Vec<Hash>, MissingNode> {
        let missing = |node: &Node| MissingNode {
            node: *node,
            size: self.size(),
        };
        let hash = |node: &Node| self.hash(*node).ok_or_else(|| missing(node));
        nodes.iter().map(hash).collect()
    }
}

/// A subtree that a tree is too small to hold.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("expected a tree with the subtree {} at level {}, found one of {size} entries", .node.index, .node.level)]
pub struct MissingNode {
    /// The subtree that was asked for.
    pub node: Node,
    /// The size of the tree.
    pub size: Size,
}

/// Returns the root of the tree of `size` entries. `reader` is asked once.
///
/// # Errors
/// Any error of `reader`, unchanged.
pub fn root_at<R: HashReader>(reader: &R, size: Size) -> Result<Hash, R::Error> {
    match size {
        Size::ZERO => Ok(empty_root()),
        _ => Ok(range_hashes(reader, std::iter::once(0..size.get()))?[0]),
    }
}

/// Returns the hash of each of `ranges`, all of them ranges that the splits of RFC 6962 make.
///
/// `reader` is asked once, and not at all when there are no ranges.
pub(super) fn range_hashes<R: HashReader>(
    reader: &R,
    ranges: impl IntoIterator<Item = Range<u64>>,
) -> Result<Vec<Hash>, R::Error> {
    let mut nodes = Vec::new();
    let mut ends = Vec::new();
    for range in ranges {
        nodes.extend(subtrees(range));
        ends.push(nodes.len());
    }
    if nodes.is_empty() {
        return Ok(Vec::new());
    }
    let hashes = reader.hashes(&nodes)?;
    assert_eq!(hashes.len(), nodes.len(), "a reader answers each node");
    let starts = [0].into_iter().chain(ends.iter().copied());
    let fold = |(start, end): (usize, &usize)| {
        let hashes = hashes[start..*end].iter().copied().rev();
        let root = hashes.reduce(|right, left| node_hash(&left, &right));
        root.expect("a range is not empty")
    };
    Ok(starts.zip(&ends).map(fold).collect())
}

/// Goes through the complete subtrees that make up a range, largest and leftmost first.
///
/// The range is one that the splits of RFC 6962 make: its start is a multiple of a power
/// of two that is at least its length. So each bit of the length stands for one subtree.
fn subtrees(range: Range<u64>) -> impl DoubleEndedIterator<Item = Node> {
    let length = range.end - range.start;
    debug_assert!(
        length == 0 || range.start.is_multiple_of(length.next_power_of_two()),
        "a range comes from the splits of a tree"
    );
    let bits = (0..u64::BITS as u8).rev();
    bits.filter(move |level| length >> level & 1 == 1)
        .map(move |level| {
            let before = length & (u64::MAX << level) & !(1 << level);
            Node {
                level,
                index: (range.start + before) >> level,
            }
        })
}

#[cfg(test)]
mod tests {
    use super::super::{leaf_hash, split};
    use super::*;

    /// RFC 6962, section 2.1, word for word.
    fn root_by_definition(leaves: &[Hash]) -> Hash {
        match leaves {
            [] => empty_root(),
            [leaf] => *leaf,
            _ => {
                let (left, right) = leaves.split_at(split(leaves.len() as u64) as usize);
                node_hash(&root_by_definition(left), &root_by_definition(right))
            }
        }
    }

    #[test]
    fn roots_of_all_sizes_are_those_of_the_definition() {
        let mut leaves = Vec::new();
        let mut roots = Vec::new();
        let mut tree = Tree::new();
        for size in 0..300_u64 {
            let root = root_by_definition(&leaves);
            roots.push(root);
            assert_eq!(tree.size().get(), size);
            assert_eq!(tree.root(), root, "{size}");
            assert_eq!(root_at(&tree, tree.size()), Ok(root), "{size}");
            for (earlier, root) in (0..).zip(&roots) {
                let earlier = Size::new(earlier).unwrap();
                assert_eq!(tree.root_at(earlier), Some(*root), "{earlier} of {size}");
            }
            let leaf = leaf_hash(size.to_string().as_bytes());
            leaves.push(leaf);
            assert_eq!(tree.append(leaf).get(), size);
            assert_eq!(tree.leaf(Index::new(size).unwrap()), Some(leaf));
        }
    }

    #[test]
    fn what_is_not_there_is_not_invented() {
        let tree: Tree = (0..7).map(|i: u8| leaf_hash(&[i])).collect();
        assert_eq!(tree.root_at(Size::new(8).unwrap()), None);
        assert_eq!(tree.leaf(Index::new(7).unwrap()), None);
        let node = Node::new(1, 3).unwrap();
        let size = tree.size();
        assert_eq!(tree.hashes(&[node]), Err(MissingNode { node, size }));
        assert_eq!(
            root_at(&tree, Size::new(8).unwrap())
                .unwrap_err()
                .to_string(),
            "expected a tree with the subtree 0 at level 3, found one of 7 entries"
        );
        assert_eq!(tree.root_at(Size::MAX), None);
        assert_eq!(Node::new(53, 0), None);
        assert_eq!(Node::new(52, 1), None);
        assert_eq!(Node::new(52, 0).unwrap().leaves(), 0..1 << 52);
        assert_eq!(Node::new(200, 0), None);
    }
}
