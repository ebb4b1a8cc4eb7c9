//! The Merkle tree of RFC 6962, its proofs and tiles, and the thread index.
//!
//! ```text
//! empty tree   SHA-256 of nothing
//! leaf hash    SHA-256(00 ‖ entry)
//! node hash    SHA-256(01 ‖ left ‖ right)
//! ```
//!
//! Source: RFC 6962, section 2.1; C2SP tlog-tiles for [`tile`].
//! A tree of `n > 1` entries is a node whose left side holds the largest power of two below `n`.
//!
//! - [`tree`]: hashes of complete subtrees, in memory or behind a [`HashReader`].
//! - [`proof`]: an entry in a tree, a tree that extends a tree.
//! - [`tile`]: the same hashes as published files.
//! - [`walk`]: many entries and many earlier roots proven at once.
//! - [`map`]: the thread index, which proves how long a thread is, or that it is not there.
//!
//! Nothing here is signed: who vouches for a root is in [`crate::checkpoint`].

pub mod map;
pub mod proof;
pub mod tile;
pub mod tree;
pub mod walk;

use std::fmt;
use std::str::FromStr;

use crate::hash::{Hash, excerpt};
use crate::json::MAX_INTEGER;

pub use map::{IndexProof, ThreadIndex};
pub use proof::{
    ConsistencyProof, InclusionProof, ProofError, ProveError, prove_consistency, prove_inclusion,
};
pub use tile::Tile;
pub use tree::{HashReader, Node, Tree, root_at};

/// The place of an entry, from zero; at most 2^53-2, so that [`Index::size_after`] is a [`Size`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Index(u64);

/// The number of entries of a tree; at most 2^53-1, which every JSON reader holds exactly.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Size(u64);

impl Index {
    /// The place of the first entry.
    pub const FIRST: Index = Index(0);

    /// The largest place there can be.
    pub const MAX: Index = Index(Size::MAX.0 - 1);

    /// Takes a place; `None` above [`Index::MAX`].
    pub const fn new(index: u64) -> Option<Index> {
        match index <= Index::MAX.0 {
            true => Some(Index(index)),
            false => None,
        }
    }

    /// Returns the place as a number.
    pub const fn get(self) -> u64 {
        self.0
    }

    /// Returns the size of the tree whose last entry this is.
    pub const fn size_after(self) -> Size {
        Size(self.0 + 1)
    }

    /// Returns the size of the tree that this entry was appended to.
    pub const fn size_before(self) -> Size {
        Size(self.0)
    }
}

impl Size {
    /// The size of the empty tree.
    pub const ZERO: Size = Size(0);

    /// The largest size there can be.
    pub const MAX: Size = Size(MAX_INTEGER as u64);

    /// Takes a size; `None` above [`Size::MAX`].
    pub const fn new(size: u64) -> Option<Size> {
        match size <= Size::MAX.0 {
            true => Some(Size(size)),
            false => None,
        }
    }

    /// Returns the size as a number.
    pub const fn get(self) -> u64 {
        self.0
    }

    /// Returns the place of the last entry; `None` in the empty tree.
    pub const fn last(self) -> Option<Index> {
        match self.0 {
            0 => None,
            size => Some(Index(size - 1)),
        }
    }

    /// Returns the place that the next entry gets; `None` when the tree is full.
    pub const fn next(self) -> Option<Index> {
        Index::new(self.0)
    }

    /// Says whether a tree of this size holds an entry at `index`.
    pub const fn contains(self, index: Index) -> bool {
        index.0 < self.0
    }
}

impl fmt::Display for Index {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl fmt::Display for Size {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl FromStr for Index {
    type Err = NumberError;

    /// Parses a decimal number without sign or leading zeros.
    fn from_str(text: &str) -> Result<Index, NumberError> {
        let error = || NumberError::new("an index", Index::MAX.0, text);
        decimal(text).and_then(Index::new).ok_or_else(error)
    }
}

impl FromStr for Size {
    type Err = NumberError;

    /// Parses a decimal number without sign or leading zeros.
    fn from_str(text: &str) -> Result<Size, NumberError> {
        let error = || NumberError::new("a size", Size::MAX.0, text);
        decimal(text).and_then(Size::new).ok_or_else(error)
    }
}

/// Text that is not an index or a size.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("expected {what} in decimal without leading zeros, at most {most}, found {found:?}")]
pub struct NumberError {
    what: &'static str,
    most: u64,
    found: String,
}

impl NumberError {
    fn new(what: &'static str, most: u64, found: &str) -> NumberError {
        NumberError {
            what,
            most,
            found: excerpt(found),
        }
    }
}

/// Returns the hash of an entry's bytes as a leaf.
///
/// Source: RFC 6962, section 2.1.
pub fn leaf_hash(bytes: &[u8]) -> Hash {
    Hash::of_parts(&[&[0], bytes])
}

/// Returns the hash of the node above `left` and `right`.
///
/// Source: RFC 6962, section 2.1.
pub fn node_hash(left: &Hash, right: &Hash) -> Hash {
    let mut bytes = [1; 1 + 2 * Hash::LEN];
    bytes[1..=Hash::LEN].copy_from_slice(left.as_bytes());
    bytes[1 + Hash::LEN..].copy_from_slice(right.as_bytes());
    Hash::of(&bytes)
}

/// Returns the root of the tree without entries: the SHA-256 of nothing.
///
/// Source: RFC 6962, section 2.1.
pub fn empty_root() -> Hash {
    Hash::of(&[])
}

/// Returns where a tree of `size > 1` entries splits: the largest power of two below `size`.
fn split(size: u64) -> u64 {
    1 << (u64::BITS - 1 - (size - 1).leading_zeros())
}

/// Parses a decimal number in its one spelling.
fn decimal(text: &str) -> Option<u64> {
    let digits = text.bytes().all(|byte| byte.is_ascii_digit());
    let zeros = text.len() > 1 && text.starts_with('0');
    (digits && !zeros).then(|| text.parse().ok()).flatten()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_have_one_spelling() {
        for text in ["0", "1", "10", "9007199254740990"] {
            assert_eq!(text.parse::<Index>().unwrap().to_string(), text);
            assert_eq!(text.parse::<Size>().unwrap().to_string(), text);
        }
        assert_eq!("9007199254740991".parse(), Ok(Size::MAX));
        for text in [
            "",
            "-1",
            "+1",
            "00",
            "01",
            " 1",
            "1 ",
            "1.0",
            "0x1",
            "1_0",
            "٣",
            "9007199254740992",
            "18446744073709551616",
        ] {
            assert!(text.parse::<Index>().is_err(), "{text}");
            assert!(text.parse::<Size>().is_err(), "{text}");
        }
        assert!("9007199254740991".parse::<Index>().is_err());
    }

    #[test]
    fn every_index_has_a_size_after_it() {
        assert_eq!(Index::MAX.size_after(), Size::MAX);
        assert_eq!(Size::MAX.last(), Some(Index::MAX));
        assert_eq!(Size::MAX.next(), None);
        assert_eq!(Size::ZERO.last(), None);
        assert_eq!(Size::ZERO.next(), Some(Index::FIRST));
        assert_eq!(Size::new(1 << 53), None);
        assert_eq!(Index::new((1 << 53) - 1), None);
    }

    #[test]
    fn a_tree_splits_at_the_largest_power_of_two_below_its_size() {
        let expected = [1, 2, 2, 4, 4, 4, 4, 8, 8];
        assert_eq!(Vec::from_iter((2..=10).map(split)), expected);
        assert_eq!(split(1 << 53), 1 << 52);
        assert_eq!(split((1 << 52) + 1), 1 << 52);
    }

    #[test]
    fn hashes_of_rfc_6962() {
        assert_eq!(
            empty_root().to_base64(),
            "47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU="
        );
        // The roots over the entries "0" and "1".
        let left = leaf_hash(b"0");
        assert_eq!(
            left.to_base64(),
            "2zQm6HgGjSjSabbIcXIyLOU3K2V1bQeJAB00g19gHAM="
        );
        assert_eq!(
            node_hash(&left, &leaf_hash(b"1")).to_base64(),
            "ywCYnZSlacCmeK4EK2Pc1GJduWRAUX83put5duok7Us="
        );
    }
}
