//! The paths of published files, and the bundles that some of them hold.
//!
//! Source: C2SP tlog-tiles v0.1.0. `statements` is ours and stands beside `entries` in the same
//! encoding. Full files never change; partial ones carry their width.
//!
//! ```text
//! checkpoint                              the newest checkpoint, a signed note
//! tile/0/x001/x234/067                    256 hashes of level 0, the tile with number 1234067
//! tile/0/273.p/112                        the first 112 hashes of tile 273
//! tile/entries/273.p/112                  the 112 entries below them
//! tile/statements/273.p/112               the 112 stored envelopes of these entries
//! ```
//!
//! A bundle is its items in order, each with its length in two bytes, big-endian, before it:
//! `0002 "69" 0002 "70"`. An entry is never empty; an empty statement has been withheld.
//!
//! What the items say is not known here, nor where the files are kept.

use std::fmt;
use std::ops::Range;
use std::str::FromStr;

use crate::hash::excerpt;
use crate::merkle::{Index, Node, Size, Tile};

/// The most bytes of one item of a bundle: its length is two bytes.
pub const MAX_ITEM_BYTES: usize = u16::MAX as usize;

/// The most items of a bundle.
pub const BUNDLE_WIDTH: u16 = 256;

/// A published file, by its path.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Resource {
    /// The newest checkpoint: the one file that changes.
    Checkpoint,
    /// Hashes of one level of the tree.
    Tile(Tile),
    /// Entries.
    Entries(BundleId),
    /// The stored envelopes of the same entries.
    Statements(BundleId),
}

/// Which entries a bundle holds: those below one tile of level 0, 1 to 256 of them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct BundleId(Tile);

impl Resource {
    /// Returns the path below the log's prefix, without a slash in front.
    pub fn path(&self) -> String {
        self.to_string()
    }

    /// Says whether the file never changes once it exists.
    pub fn is_immutable(&self) -> bool {
        *self != Resource::Checkpoint
    }
}

impl fmt::Display for Resource {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Resource::Checkpoint => f.write_str("checkpoint"),
            Resource::Tile(tile) => f.write_str(&tile.path()),
            Resource::Entries(bundle) => write!(f, "tile/entries/{bundle}"),
            Resource::Statements(bundle) => write!(f, "tile/statements/{bundle}"),
        }
    }
}

impl FromStr for Resource {
    type Err = PathError;

    fn from_str(text: &str) -> Result<Resource, PathError> {
        let error = || PathError {
            found: excerpt(text),
        };
        if text == "checkpoint" {
            return Ok(Resource::Checkpoint);
        }
        if let Some(bundle) = text.strip_prefix("tile/entries/") {
            let bundle = BundleId::parse(bundle).ok_or_else(error)?;
            return Ok(Resource::Entries(bundle));
        }
        if let Some(bundle) = text.strip_prefix("tile/statements/") {
            let bundle = BundleId::parse(bundle).ok_or_else(error)?;
            return Ok(Resource::Statements(bundle));
        }
        let tile = Tile::parse_path(text).map_err(|_| error())?;
        Ok(Resource::Tile(tile))
    }
}

impl BundleId {
    /// Names the bundle of `width` entries from index 256·`n`; `None` when `width` is not 1 to
    /// 256 or no tree is that large.
    pub fn new(n: u64, width: u16) -> Option<BundleId> {
        Tile::new(0, n, width).map(BundleId)
    }

    /// Returns the bundle that holds the entry at `index` in the tree of `size` entries; `None`
    /// when the tree has no such entry.
    pub fn holding(index: Index, size: Size) -> Option<BundleId> {
        Tile::holding(Node::leaf(index), size).map(BundleId)
    }

    /// Goes through the bundles of the tree of `size` entries; only the last may be partial.
    pub fn all(size: Size) -> impl Iterator<Item = BundleId> {
        let count = size.get().div_ceil(u64::from(BUNDLE_WIDTH));
        let first = |n| Index::new(n * u64::from(BUNDLE_WIDTH));
        (0..count).filter_map(move |n| BundleId::holding(first(n)?, size))
    }

    /// Returns the number of the bundle.
    pub fn n(self) -> u64 {
        self.0.n()
    }

    /// Returns how many entries the bundle holds: 1 to 256.
    pub fn width(self) -> u16 {
        self.0.width()
    }

    /// Returns the indexes of the entries.
    pub fn indexes(self) -> Range<u64> {
        let first = self.n() * u64::from(BUNDLE_WIDTH);
        first..first + u64::from(self.width())
    }

    /// Says whether the bundle holds fewer than 256 entries.
    pub fn is_partial(self) -> bool {
        !self.0.is_full()
    }

    /// Returns the full bundle of the same number, which may stand in for a partial one.
    pub fn full(self) -> Option<BundleId> {
        self.0.full().map(BundleId)
    }

    fn parse(text: &str) -> Option<BundleId> {
        Tile::parse_place(0, text).map(BundleId)
    }
}

impl fmt::Display for BundleId {
    /// Prints the end of the path: `<N>` or `<N>.p/<W>`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0.place())
    }
}

/// A path at which nothing is ever published.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "expected checkpoint, tile/<level>/<N>, tile/entries/<N> or tile/statements/<N>, each with .p/<W> when partial, found {found:?}"
)]
pub struct PathError {
    found: String,
}

/// Encodes 1 to 256 entries as a bundle.
///
/// # Errors
/// [`BundleError`] when there are none or too many, or one is empty or longer than 65,535 bytes.
pub fn encode_entries<T: AsRef<[u8]>>(entries: &[T]) -> Result<Vec<u8>, BundleError> {
    let items = entries.iter().map(AsRef::as_ref);
    encode(items, |at, item| match item.is_empty() {
        true => Err(BundleError::Empty { at }),
        false => Ok(()),
    })
}

/// Decodes a bundle of exactly `width` entries.
///
/// # Errors
/// [`BundleError`] when there are fewer or more, or one is empty.
pub fn decode_entries(bytes: &[u8], width: u16) -> Result<Vec<&[u8]>, BundleError> {
    let items = decode(bytes, width)?;
    match items.iter().position(|item| item.is_empty()) {
        Some(at) => Err(BundleError::Empty { at }),
        None => Ok(items),
    }
}

/// Encodes 1 to 256 stored envelopes as a bundle; `None` stands for one that is withheld.
///
/// # Errors
/// [`BundleError`] when there are none or too many, or one is empty or longer than 65,535 bytes.
pub fn encode_statements<T: AsRef<[u8]>>(statements: &[Option<T>]) -> Result<Vec<u8>, BundleError> {
    let items = statements
        .iter()
        .map(|statement| statement.as_ref().map_or(&[][..], AsRef::as_ref));
    encode(items, |at, item| {
        match statements[at].is_some() && item.is_empty() {
            true => Err(BundleError::Empty { at }),
            false => Ok(()),
        }
    })
}

/// Decodes a bundle of exactly `width` stored envelopes; `None` stands for one that is withheld.
///
/// # Errors
/// [`BundleError`] when there are fewer or more.
pub fn decode_statements(bytes: &[u8], width: u16) -> Result<Vec<Option<&[u8]>>, BundleError> {
    let items = decode(bytes, width)?.into_iter();
    Ok(items
        .map(|item| (!item.is_empty()).then_some(item))
        .collect())
}

/// Bytes that are no bundle, or items that make none.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum BundleError {
    /// Not 1 to 256 items.
    #[error("expected a bundle of 1 to {BUNDLE_WIDTH} items, found {found}")]
    Width {
        /// How many there are.
        found: usize,
    },
    /// An item whose length does not fit in two bytes.
    #[error("expected at most {MAX_ITEM_BYTES} bytes in item {at} of a bundle, found {bytes}")]
    TooLong {
        /// The place of the item in the bundle, from zero.
        at: usize,
        /// Its length.
        bytes: usize,
    },
    /// An item that may not be empty.
    #[error("expected bytes in item {at} of a bundle, found none")]
    Empty {
        /// The place of the item in the bundle, from zero.
        at: usize,
    },
    /// The bytes end too early.
    #[error("expected {width} items in a bundle, found an end within item {at}")]
    Truncated {
        /// The place of the item that is cut off, from zero.
        at: usize,
        /// How many items there should be.
        width: u16,
    },
    /// Bytes after the last item.
    #[error("expected nothing after the {width} items of a bundle, found {bytes} bytes")]
    LeftOver {
        /// How many bytes are left over.
        bytes: usize,
        /// How many items there should be.
        width: u16,
    },
}

fn encode<'a>(
    items: impl ExactSizeIterator<Item = &'a [u8]>,
    check: impl Fn(usize, &[u8]) -> Result<(), BundleError>,
) -> Result<Vec<u8>, BundleError> {
    if items.len() == 0 || items.len() > usize::from(BUNDLE_WIDTH) {
        return Err(BundleError::Width { found: items.len() });
    }
    let mut bytes = Vec::new();
    for (at, item) in items.enumerate() {
        check(at, item)?;
        let length = u16::try_from(item.len()).map_err(|_| BundleError::TooLong {
            at,
            bytes: item.len(),
        })?;
        bytes.extend_from_slice(&length.to_be_bytes());
        bytes.extend_from_slice(item);
    }
    Ok(bytes)
}

fn decode(bytes: &[u8], width: u16) -> Result<Vec<&[u8]>, BundleError> {
    if !(1..=BUNDLE_WIDTH).contains(&width) {
        return Err(BundleError::Width {
            found: usize::from(width),
        });
    }
    let mut rest = bytes;
    let mut items = Vec::with_capacity(usize::from(width));
    for at in 0..usize::from(width) {
        let truncated = || BundleError::Truncated { at, width };
        let (length, after) = rest.split_first_chunk().ok_or_else(truncated)?;
        let length = usize::from(u16::from_be_bytes(*length));
        let (item, after) = after.split_at_checked(length).ok_or_else(truncated)?;
        items.push(item);
        rest = after;
    }
    match rest.len() {
        0 => Ok(items),
        bytes => Err(BundleError::LeftOver { bytes, width }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_have_one_spelling() {
        for path in [
            "checkpoint",
            "tile/0/000",
            "tile/0/273.p/112",
            "tile/0/x001/x234/067",
            "tile/entries/000",
            "tile/entries/999.p/1",
            "tile/entries/x001/000.p/255",
            "tile/statements/x001/x234/067",
        ] {
            let resource: Resource = path.parse().unwrap();
            assert_eq!(resource.path(), path);
        }
        for path in [
            "",
            "/checkpoint",
            "checkpoint/",
            "tile/entries/0",
            "tile/entries/1000",
            "tile/entries/x000/001",
            "tile/entries/x001/x000",
            "tile/entries/001/000",
            "tile/entries/xx001/000",
            "tile/entries/x1/000",
            "tile/entries/+01",
            "tile/entries/000.p/0",
            "tile/entries/000.p/01",
            "tile/entries/000.p/256",
            "tile/entries/000.p/+1",
            "tile/entries/000.p/",
            "tile/entries/000/",
            "tile/entries/000.p/1/",
            "tile/entries/x999/x999/x999/x999/x999/x999/999",
            "tile/entry/000",
            "tile/statements/../000",
            "tile/64/000",
            "tile/8/81/000",
        ] {
            assert!(path.parse::<Resource>().is_err(), "{path}");
        }
    }

    #[test]
    fn a_tree_lies_in_full_bundles_and_a_partial_one() {
        let size = Size::new(70_000).unwrap();
        let all: Vec<_> = BundleId::all(size).collect();
        assert_eq!(all.len(), 274);
        assert_eq!(all[273].to_string(), "273.p/112");
        assert!(all[..273].iter().all(|bundle| !bundle.is_partial()));
        let entries = all.iter().flat_map(|bundle| bundle.indexes());
        assert!(entries.eq(0..70_000));
        assert_eq!(BundleId::all(Size::ZERO).count(), 0);
        assert_eq!(BundleId::holding(Index::new(70_000).unwrap(), size), None);
        let last = BundleId::holding(Index::MAX, Size::MAX).unwrap();
        assert_eq!(last.indexes().end, Size::MAX.get());
        assert_eq!(last.to_string(), "x035/x184/x372/x088/831.p/255");
        assert_eq!(BundleId::new(last.n() + 1, 1), None);
    }

    #[test]
    fn what_is_withheld_is_empty_and_an_entry_never_is() {
        let statements = [Some(&b"a"[..]), None];
        let bytes = encode_statements(&statements).unwrap();
        assert_eq!(bytes, b"\x00\x01a\x00\x00");
        assert_eq!(decode_statements(&bytes, 2).unwrap(), statements);
        assert_eq!(decode_entries(&bytes, 2), Err(BundleError::Empty { at: 1 }));
        assert_eq!(
            encode_entries(&["a", ""]),
            Err(BundleError::Empty { at: 1 })
        );
        assert_eq!(
            encode_statements(&[Some("")]),
            Err(BundleError::Empty { at: 0 })
        );
    }

    #[test]
    fn the_count_is_exact() {
        let bytes = encode_entries(&["a", "bc"]).unwrap();
        assert_eq!(decode_entries(&bytes, 2).unwrap(), [&b"a"[..], b"bc"]);
        assert_eq!(
            decode_entries(&bytes, 1),
            Err(BundleError::LeftOver { bytes: 4, width: 1 })
        );
        for end in 0..bytes.len() {
            assert!(matches!(
                decode_entries(&bytes[..end], 2),
                Err(BundleError::Truncated { width: 2, .. })
            ));
        }
        for width in [0, 257] {
            assert!(decode_entries(&bytes, width).is_err());
        }
        assert!(encode_entries::<&str>(&[]).is_err());
        assert!(encode_entries(&["a"; 257]).is_err());
        let longest = vec![7; MAX_ITEM_BYTES];
        let bytes = encode_entries(&[&longest]).unwrap();
        assert_eq!(decode_entries(&bytes, 1).unwrap(), [&longest[..]]);
        assert!(encode_entries(&[vec![7; MAX_ITEM_BYTES + 1]]).is_err());
    }
}
