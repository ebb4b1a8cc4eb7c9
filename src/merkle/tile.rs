//! Tiles: the hashes of the tree as published files that never change.
//!
//! ```text
//! tile/0/000             the leaf hashes 0 to 255, 8,192 bytes
//! tile/0/273.p/112       the leaf hashes 69,888 to 69,999: partial, 112 wide, 3,584 bytes
//! tile/1/x001/234        hashes of 256 leaves each, the 1,234th such tile from zero
//! ```
//!
//! Source: C2SP tlog-tiles v0.1.0. Tile `n` at level `l` holds the hashes of the complete
//! subtrees of 256^l leaves, from the 256·`n`th on. A partial tile grows with the tree, each
//! width being another file; a level that has nothing yet has no file.
//!
//! A tile proves nothing by itself: hashes that a [`TileReader`] takes from tiles are
//! verified by the proof or root they make. The other published files are in [`crate::layout`].

use std::collections::BTreeMap;

use super::tree::{HashReader, MissingNode, Node};
use super::{Size, decimal, node_hash};
use crate::hash::{Hash, excerpt};

/// The place and width of a tile.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Tile {
    level: u8,
    n: u64,
    width: u16,
}

impl Tile {
    /// The number of hashes in a full tile.
    pub const FULL: u16 = 256;

    /// Takes a place and a width from 1 to [`Tile::FULL`].
    ///
    /// `None` when no tree of at most [`Size::MAX`] entries has the tile, so above level 6.
    pub fn new(level: u8, n: u64, width: u16) -> Option<Tile> {
        let tile = Tile { level, n, width };
        let hashes = Size::MAX.get().checked_shr(8 * u32::from(level))?;
        let end = n.checked_mul(256)?.checked_add(width.into())?;
        ((1..=Tile::FULL).contains(&width) && end <= hashes).then_some(tile)
    }

    /// Returns the level, 0 to 6: each hash stands for 256^level leaves.
    pub fn level(self) -> u8 {
        self.level
    }

    /// Returns the place among the tiles of its level, from zero.
    pub fn n(self) -> u64 {
        self.n
    }

    /// Returns the number of hashes, 1 to 256.
    pub fn width(self) -> u16 {
        self.width
    }

    /// Says whether it has all its 256 hashes.
    pub fn is_full(self) -> bool {
        self.width == Tile::FULL
    }

    /// Returns the full tile at the same place, which may be served instead of a partial one.
    pub fn full(self) -> Option<Tile> {
        Tile::new(self.level, self.n, Tile::FULL)
    }

    /// Returns the path, such as `tile/0/273.p/112`, without a leading slash.
    pub fn path(self) -> String {
        format!("tile/{}/{}", self.level, self.place())
    }

    /// Parses what [`Tile::path`] prints, and nothing else.
    ///
    /// # Errors
    /// [`TileError::Path`].
    pub fn parse_path(path: &str) -> Result<Tile, TileError> {
        let parse = || {
            let (level, place) = path.strip_prefix("tile/")?.split_once('/')?;
            let level = u8::try_from(decimal(level)?).ok()?;
            Tile::parse_place(level, place)
        };
        parse().ok_or_else(|| TileError::Path {
            found: excerpt(path),
        })
    }

    /// Returns the end of the path, such as `x001/234.p/5`, which entry bundles share with the
    /// tiles of level 0.
    pub fn place(self) -> String {
        let mut place = format!("{:03}", self.n % 1000);
        let mut rest = self.n / 1000;
        while rest > 0 {
            place = format!("x{:03}/{place}", rest % 1000);
            rest /= 1000;
        }
        match self.is_full() {
            true => place,
            false => format!("{place}.p/{}", self.width),
        }
    }

    /// Parses what [`Tile::place`] prints for a tile of `level`; `None` for anything else.
    pub fn parse_place(level: u8, place: &str) -> Option<Tile> {
        let (groups, width) = match place.split_once(".p/") {
            None => (place, Tile::FULL),
            Some((groups, width)) => (groups, u16::try_from(decimal(width)?).ok()?),
        };
        let mut n: u64 = 0;
        for group in groups.split('/') {
            let digits = group.trim_start_matches('x');
            let digits = digits
                .bytes()
                .all(|b| b.is_ascii_digit())
                .then_some(digits)?;
            n = n.checked_mul(1000)?.checked_add(digits.parse().ok()?)?;
        }
        let tile = Tile::new(level, n, width)?;
        // What is left of other spellings: groups of other lengths, leading zeros, misplaced x.
        (tile.place() == place).then_some(tile)
    }

    /// Goes through the subtrees whose hashes it holds.
    pub fn nodes(self) -> impl ExactSizeIterator<Item = Node> {
        let node = move |i| Node::new(8 * self.level, 256 * self.n + u64::from(i));
        (0..self.width).map(move |i| node(i).expect("the hashes of a tile are those of subtrees"))
    }

    /// Returns the bytes of the file: the hashes one after another. `reader` is asked once.
    ///
    /// # Errors
    /// Any error of `reader`, unchanged.
    pub fn bytes<R: HashReader>(self, reader: &R) -> Result<Vec<u8>, R::Error> {
        let nodes: Vec<Node> = self.nodes().collect();
        let hashes = reader.hashes(&nodes)?;
        Ok(hashes.iter().flat_map(|hash| *hash.as_bytes()).collect())
    }

    /// Parses the bytes of the file.
    ///
    /// # Errors
    /// [`TileError::Length`] when they are not exactly `width` hashes.
    pub fn parse_bytes(self, bytes: &[u8]) -> Result<Vec<Hash>, TileError> {
        let (hashes, rest) = bytes.as_chunks::<{ Hash::LEN }>();
        match rest.is_empty() && hashes.len() == usize::from(self.width) {
            true => Ok(hashes.iter().copied().map(Hash::from_bytes).collect()),
            false => Err(TileError::Length {
                tile: self,
                found: bytes.len(),
            }),
        }
    }

    /// Returns the tile that has, or makes, the hash of `node` in the tree of `size` entries.
    ///
    /// `None` when that tree does not hold the subtree.
    pub fn holding(node: Node, size: Size) -> Option<Tile> {
        if node.leaves().end > size.get() {
            return None;
        }
        let level = node.level() / 8;
        let n = (node.index() << (node.level() % 8)) / 256;
        let width = (size.get() >> (8 * level)) - 256 * n;
        Tile::new(level, n, width.min(Tile::FULL.into()) as u16)
    }

    /// Returns the hash of a node from the hashes of the tile that is [`Tile::holding`] it.
    fn hash(node: Node, hashes: &[Hash]) -> Hash {
        let height = node.level() % 8;
        let start = (node.index() << height) as usize % 256;
        let mut row = hashes[start..start + (1 << height)].to_vec();
        while row.len() > 1 {
            let (pairs, _) = row.as_chunks::<2>();
            row = pairs.iter().map(|[a, b]| node_hash(a, b)).collect();
        }
        row[0]
    }
}

/// Goes through all tiles of the tree of `size` entries: by level, then from the left.
pub fn tiles_for(size: Size) -> impl Iterator<Item = Tile> {
    tiles_added(Size::ZERO, size)
}

/// Goes through the tiles that the tree of `new` entries has and that of `old` entries has not.
///
/// There are none when `new` is not larger than `old`.
pub fn tiles_added(old: Size, new: Size) -> impl Iterator<Item = Tile> {
    (0..7).flat_map(move |level| {
        let [old, new] = [old, new].map(|size| size.get() >> (8 * level));
        let first = old / 256;
        let end = if new > old { new.div_ceil(256) } else { first };
        (first..end).map(move |n| {
            let width = (new - 256 * n).min(Tile::FULL.into()) as u16;
            Tile::new(level, n, width).expect("the tiles of a tree are tiles")
        })
    })
}

/// Reads hashes from the tiles of a tree of a given size.
///
/// The hashes are as good as the tiles: what they make must be verified against a trusted root.
#[derive(Clone, Debug)]
pub struct TileReader<F> {
    size: Size,
    read: F,
}

impl<F, E> TileReader<F>
where
    F: Fn(&[Tile]) -> Result<Vec<Vec<u8>>, E>,
{
    /// Takes the size, and a function that returns the bytes of each tile that it is given.
    pub fn new(size: Size, read: F) -> TileReader<F> {
        TileReader { size, read }
    }
}

impl<F, E> HashReader for TileReader<F>
where
    F: Fn(&[Tile]) -> Result<Vec<Vec<u8>>, E>,
{
    type Error = ReadTileError<E>;

    /// Reads each tile once, all of them in one call.
    fn hashes(&self, nodes: &[Node]) -> Result<Vec<Hash>, ReadTileError<E>> {
        let size = self.size;
        let mut needed = Vec::with_capacity(nodes.len());
        for node in nodes.iter().copied() {
            needed.push(Tile::holding(node, size).ok_or(MissingNode { node, size })?);
        }
        let mut tiles = needed.clone();
        tiles.sort_unstable();
        tiles.dedup();
        let files = (self.read)(&tiles).map_err(ReadTileError::Read)?;
        if files.len() != tiles.len() {
            let (expected, found) = (tiles.len(), files.len());
            return Err(ReadTileError::Count { expected, found });
        }
        let mut read = BTreeMap::new();
        for (tile, bytes) in tiles.into_iter().zip(files) {
            read.insert(tile, tile.parse_bytes(&bytes)?);
        }
        let pairs = nodes.iter().zip(&needed);
        Ok(pairs
            .map(|(node, tile)| Tile::hash(*node, &read[tile]))
            .collect())
    }
}

/// What is not a tile.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum TileError {
    /// Not the path of a tile.
    #[error("expected the path of a tile like tile/0/x001/234.p/5, found {found:?}")]
    Path {
        /// The path, or its beginning.
        found: String,
    },
    /// The file has another length.
    #[error("expected {} bytes in {}, found {found}", 32 * u32::from(.tile.width), .tile.path())]
    Length {
        /// The tile.
        tile: Tile,
        /// How many bytes there are.
        found: usize,
    },
}

/// Why hashes could not be read from tiles.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum ReadTileError<E> {
    /// The tree is too small.
    #[error(transparent)]
    Missing(#[from] MissingNode),
    /// A file is not a tile.
    #[error(transparent)]
    Tile(#[from] TileError),
    /// Not one file for each tile.
    #[error("expected {expected} tiles, found {found}")]
    Count {
        /// How many tiles were asked for.
        expected: usize,
        /// How many files came.
        found: usize,
    },
    /// The tiles could not be read.
    #[error(transparent)]
    Read(E),
}

#[cfg(test)]
mod tests {
    use super::super::{Index, Tree, leaf_hash, prove_consistency, prove_inclusion, root_at};
    use super::*;

    fn size(size: u64) -> Size {
        Size::new(size).unwrap()
    }

    #[test]
    fn paths_have_one_spelling() {
        for (tile, path) in [
            ((0, 0, 256), "tile/0/000"),
            ((0, 999, 256), "tile/0/999"),
            ((0, 1000, 256), "tile/0/x001/000"),
            ((3, 1_234_067, 255), "tile/3/x001/x234/067.p/255"),
            ((0, 273, 112), "tile/0/273.p/112"),
            ((6, 0, 31), "tile/6/000.p/31"),
        ] {
            let tile = Tile::new(tile.0, tile.1, tile.2).unwrap();
            assert_eq!(tile.path(), path);
            assert_eq!(Tile::parse_path(path), Ok(tile));
        }
        for path in [
            "",
            "tile",
            "tile/0",
            "tile/0/",
            "tile//000",
            "/tile/0/000",
            "tile/0/000/",
            "tile/0/0",
            "tile/0/0000",
            "tile/0/x000/000",
            "tile/0/x001",
            "tile/0/001/000",
            "tile/0/xx01/000",
            "tile/0/x001/x000",
            "tile/0/+01",
            "tile/0/-01",
            "tile/00/000",
            "tile/-1/000",
            "tile/0/000.p/0",
            "tile/0/000.p/00",
            "tile/0/000.p/01",
            "tile/0/000.p/256",
            "tile/0/000.p/257",
            "tile/0/000.p/65537",
            "tile/0/000.p/1.p/1",
            "tile/0/000.p/",
            "tile/0/000.P/1",
            "tile/6/000",
            "tile/6/000.p/32",
            "tile/7/000.p/1",
            "tile/8/81/000",
            "tile/63/000.p/1",
            "tile/256/000",
            "tile/0/x999/x999/x999/x999/x999/x999/x999/999",
            "tile/entries/000",
            "tile/8/000",
            "tile/0/٠٠٠",
        ] {
            let error = Tile::parse_path(path).unwrap_err();
            assert!(matches!(error, TileError::Path { .. }), "{path}");
        }
    }

    #[test]
    fn tiles_of_a_size() {
        let paths = |size| Vec::from_iter(tiles_for(size).map(Tile::path));
        assert!(paths(size(0)).is_empty());
        assert_eq!(paths(size(1)), ["tile/0/000.p/1"]);
        assert_eq!(paths(size(256)), ["tile/0/000", "tile/1/000.p/1"]);
        let tiles = paths(size(70_000));
        assert_eq!(tiles.len(), 273 + 1 + 1 + 1 + 1);
        assert_eq!(
            tiles[272..],
            [
                "tile/0/272",
                "tile/0/273.p/112",
                "tile/1/000",
                "tile/1/001.p/17",
                "tile/2/000.p/1"
            ]
        );
        assert_eq!(tiles_for(Size::MAX).nth(2).unwrap().path(), "tile/0/002");
        assert_eq!(Tile::new(6, 0, 32), None);
    }

    #[test]
    fn what_a_new_size_adds_is_the_difference() {
        let sizes = [
            0, 1, 2, 255, 256, 257, 511, 512, 65_535, 65_536, 65_537, 70_000,
        ];
        for old in sizes.map(size) {
            for new in sizes.map(size) {
                let before = Vec::from_iter(tiles_for(old));
                let expected = tiles_for(new).filter(|tile| !before.contains(tile));
                let expected = Vec::from_iter(expected.filter(|_| old < new));
                assert_eq!(Vec::from_iter(tiles_added(old, new)), expected);
            }
        }
    }

    #[test]
    fn tiles_give_the_hashes_that_the_tree_has() {
        let tree: Tree = (0..700_u32).map(|i| leaf_hash(&i.to_be_bytes())).collect();
        for end in [1, 2, 255, 256, 257, 600, 700].map(size) {
            let reader = TileReader::new(end, |tiles: &[Tile]| {
                tiles.iter().map(|tile| tile.bytes(&tree)).collect()
            });
            assert_eq!(root_at(&reader, end), Ok(tree.root_at(end).unwrap()));
            let index = Index::new(end.get() / 2).unwrap();
            assert_eq!(
                prove_inclusion(&reader, index, end).unwrap(),
                prove_inclusion(&tree, index, end).unwrap()
            );
            let old = index.size_after();
            assert_eq!(
                prove_consistency(&reader, old, end).unwrap(),
                prove_consistency(&tree, old, end).unwrap()
            );
            for level in 0..10 {
                let nodes = (0..).map_while(|i| Node::new(level, i));
                for node in nodes.take_while(|node| node.leaves().end <= end.get()) {
                    assert_eq!(reader.hashes(&[node]).unwrap()[0], tree.hash(node).unwrap());
                }
            }
            let node = Node::leaf(Index::new(end.get()).unwrap());
            assert_eq!(Tile::holding(node, end), None);
            assert!(reader.hashes(&[node]).is_err());
        }
    }

    #[test]
    fn files_of_another_length_are_refused() {
        let tile = Tile::new(0, 273, 2).unwrap();
        assert_eq!(tile.parse_bytes(&[0; 64]).unwrap(), [Hash::ZERO; 2]);
        for found in [0, 32, 63, 65, 96] {
            let error = tile.parse_bytes(&vec![0; found]).unwrap_err();
            assert_eq!(error, TileError::Length { tile, found });
        }
        let error = tile.parse_bytes(&[]).unwrap_err().to_string();
        assert_eq!(error, "expected 64 bytes in tile/0/273.p/2, found 0");
    }
}
