//! The thread index: a verifiable map from a thread's name to its length and newest entry.
//!
//! ```text
//! leaf    SHA-256(00 ‖ 20 ‖ SHA-256(name) ‖ 28 ‖ count, 8 bytes big-endian ‖ newest leaf hash)
//! inner   SHA-256(01 ‖ varint(bit) ‖ left ‖ right)
//! empty   SHA-256 of nothing
//! ```
//!
//! It is a prefix tree over the 256 bits of SHA-256(name), bit 0 the most significant. An inner
//! node stands at the first bit in which the names below it differ; those with a 0 there are on
//! its left. So the tree depends on what it holds and not on how it came about.
//! The hashing is that of the Merkle prefix tree of `FiloSottile/torchwood: mpt`.
//!
//! A proof is the way down that a name leads to, with the hashes beside it:
//!
//! ```text
//! {"end":{"count":16,"name":"<SHA-256 of a name>","newest":"<leaf hash>"},
//!  "path":[{"bit":0,"hash":"<the other side>"}]}
//! ```
//!
//! Where the way ends at the name itself, the proof shows its value; where it ends at another
//! name, or the map is empty (`"end":null`), the name is not in the map.
//! What a thread is, and that its entries are linked, is the matter of [`crate::entry`].

use crate::hash::Hash;
use crate::json::{MAX_INTEGER, Object, Value};

/// The map from thread names to (number of entries, leaf hash of the newest entry).
///
/// Names are given as the SHA-256 of the name. At most 250 bytes a thread.
///
/// ```
/// use bewijs::hash::Hash;
/// use bewijs::merkle::ThreadIndex;
/// let mut threads = ThreadIndex::new();
/// let charter = Hash::of(b"charter");
/// let newest = Hash::from_bytes([0x11; 32]);
/// threads.set(&charter, 16, newest);
/// let proof = threads.prove(&charter);
/// assert_eq!(proof.verify(&charter, &threads.root()), Ok(Some((16, newest))));
/// let absent = Hash::of(b"case/zaak:2023-002");
/// assert_eq!(threads.prove(&absent).verify(&absent, &threads.root()), Ok(None));
/// ```
#[derive(Clone, Debug, Default)]
pub struct ThreadIndex {
    /// Leaves and inner nodes in the order in which they came.
    nodes: Vec<MapNode>,
    root: Option<NodeId>,
}

/// The place of a node in the arena.
type NodeId = u32;

#[derive(Clone, Debug)]
struct MapNode {
    hash: Hash,
    kind: Kind,
}

#[derive(Clone, Debug)]
enum Kind {
    Leaf(Leaf),
    Inner { bit: u8, sides: [NodeId; 2] },
}

/// What the map holds of one thread.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Leaf {
    name: Hash,
    count: u64,
    newest: Hash,
}

/// The inner nodes from the root down to a leaf; their bits rise, so there are at most 256.
struct Way {
    ids: [NodeId; 256],
    length: usize,
}

impl ThreadIndex {
    /// Makes the empty map.
    pub fn new() -> ThreadIndex {
        ThreadIndex::default()
    }

    /// Counts the threads.
    pub fn len(&self) -> usize {
        // Each leaf but the first came with one inner node.
        self.nodes.len().div_ceil(2)
    }

    /// Says whether there is no thread.
    pub fn is_empty(&self) -> bool {
        self.nodes.is_empty()
    }

    /// Returns the root hash. Nothing is computed.
    pub fn root(&self) -> Hash {
        match self.root {
            Some(id) => self.node(id).hash,
            None => Hash::of(&[]),
        }
    }

    /// Returns the number of entries and the newest leaf hash of the thread called `name`.
    pub fn get(&self, name: &Hash) -> Option<(u64, Hash)> {
        let (_, leaf) = self.descend(name)?;
        (leaf.name == *name).then_some((leaf.count, leaf.newest))
    }

    /// Records that the thread called `name` now has `count` entries, the newest being `newest`.
    ///
    /// One leaf hash and one hash for each inner node above it: about log2 of the number of
    /// threads. Nothing is allocated for a thread that is there.
    ///
    /// # Panics
    /// When `count` is not from 1 to 2^53-1: a thread in the index has entries.
    pub fn set(&mut self, name: &Hash, count: u64, newest: Hash) {
        assert!(
            valid_count(count),
            "a thread in the index has 1 to 2^53-1 entries, found {count}"
        );
        let name = *name;
        let leaf = Leaf {
            name,
            count,
            newest,
        };
        let mut way = Way::new();
        let Some(end) = self.walk(&name, &mut way) else {
            self.root = Some(self.push(leaf.hash(), Kind::Leaf(leaf)));
            return;
        };
        let Kind::Leaf(other) = &self.node(end).kind else {
            unreachable!("a way ends at a leaf");
        };
        match first_difference(&name, &other.name) {
            None => {
                let node = &mut self.nodes[end as usize];
                node.hash = leaf.hash();
                node.kind = Kind::Leaf(leaf);
            }
            Some(bit) => self.insert(leaf, bit, end, &mut way),
        }
        for id in way.ids().iter().rev() {
            self.rehash(*id);
        }
    }

    /// Returns the proof of what the map holds under `name`, or that it holds nothing.
    pub fn prove(&self, name: &Hash) -> IndexProof {
        let mut way = Way::new();
        let Some(end) = self.walk(name, &mut way) else {
            return IndexProof {
                end: None,
                path: Vec::new(),
            };
        };
        let Kind::Leaf(leaf) = &self.node(end).kind else {
            unreachable!("a way ends at a leaf");
        };
        let step = |id: &NodeId| match self.node(*id).kind {
            Kind::Inner { bit, sides } => {
                let other = sides[1 - side(name, bit)];
                let hash = self.node(other).hash;
                Step { bit, hash }
            }
            Kind::Leaf(_) => unreachable!("a way leads through inner nodes"),
        };
        IndexProof {
            end: Some(leaf.clone()),
            path: way.ids().iter().map(step).collect(),
        }
    }

    /// Adds a leaf that differs first at `bit` from those where its way ends; the way then leads
    /// to the new inner node.
    fn insert(&mut self, leaf: Leaf, bit: u8, end: NodeId, way: &mut Way) {
        // The new inner node comes below those of smaller bits, above all else.
        let above = |id: &NodeId| self.bit(*id) < bit;
        let depth = way.ids().partition_point(above);
        let below = way.ids().get(depth).copied().unwrap_or(end);
        let right = side(&leaf.name, bit);
        let new = self.push(leaf.hash(), Kind::Leaf(leaf));
        let mut sides = [below; 2];
        sides[right] = new;
        let inner = self.push(Hash::ZERO, Kind::Inner { bit, sides });
        match depth.checked_sub(1).map(|parent| way.ids[parent]) {
            None => self.root = Some(inner),
            Some(parent) => match &mut self.nodes[parent as usize].kind {
                Kind::Inner { sides, .. } => {
                    let link = sides.iter_mut().find(|id| **id == below);
                    *link.expect("a parent is linked to its child") = inner;
                }
                Kind::Leaf(_) => unreachable!("a way leads through inner nodes"),
            },
        }
        way.length = depth;
        way.push(inner);
    }

    /// Finds the leaf that the bits of `name` lead to.
    fn descend(&self, name: &Hash) -> Option<(NodeId, &Leaf)> {
        let mut id = self.root?;
        loop {
            match &self.node(id).kind {
                Kind::Leaf(leaf) => return Some((id, leaf)),
                Kind::Inner { bit, sides } => id = sides[side(name, *bit)],
            }
        }
    }

    /// Finds the same leaf and notes the inner nodes on the way.
    fn walk(&self, name: &Hash, way: &mut Way) -> Option<NodeId> {
        let mut id = self.root?;
        while let Kind::Inner { bit, sides } = self.node(id).kind {
            way.push(id);
            id = sides[side(name, bit)];
        }
        Some(id)
    }

    fn rehash(&mut self, id: NodeId) {
        if let Kind::Inner { bit, sides } = self.node(id).kind {
            let [left, right] = sides.map(|id| self.node(id).hash);
            self.nodes[id as usize].hash = inner_hash(bit, &left, &right);
        }
    }

    fn bit(&self, id: NodeId) -> u8 {
        match self.node(id).kind {
            Kind::Inner { bit, .. } => bit,
            Kind::Leaf(_) => unreachable!("a way leads through inner nodes"),
        }
    }

    fn node(&self, id: NodeId) -> &MapNode {
        &self.nodes[id as usize]
    }

    fn push(&mut self, hash: Hash, kind: Kind) -> NodeId {
        let id = NodeId::try_from(self.nodes.len()).expect("an index holds below 2^31 threads");
        self.nodes.push(MapNode { hash, kind });
        id
    }
}

impl Way {
    fn new() -> Way {
        Way {
            ids: [0; 256],
            length: 0,
        }
    }

    fn push(&mut self, id: NodeId) {
        self.ids[self.length] = id;
        self.length += 1;
    }

    fn ids(&self) -> &[NodeId] {
        &self.ids[..self.length]
    }
}

impl Leaf {
    fn hash(&self) -> Hash {
        let mut bytes = [0; 2 + Hash::LEN + 1 + 8 + Hash::LEN];
        bytes[1] = 32;
        bytes[2..34].copy_from_slice(self.name.as_bytes());
        bytes[34] = 8 + 32;
        bytes[35..43].copy_from_slice(&self.count.to_be_bytes());
        bytes[43..].copy_from_slice(self.newest.as_bytes());
        Hash::of(&bytes)
    }
}

/// Proof of what the thread index holds under a name, or that it holds nothing.
///
/// The bits of its path rise strictly, so it has at most 256 hashes; about log2 of the
/// number of threads are usual.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct IndexProof {
    end: Option<Leaf>,
    path: Vec<Step>,
}

/// An inner node on the way down: its bit, and the hash of the side not taken.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Step {
    bit: u8,
    hash: Hash,
}

impl IndexProof {
    /// Verifies the proof for `name`, the SHA-256 of a thread's name, against an index root.
    ///
    /// Returns the number of entries of the thread and the leaf hash of its newest entry, or
    /// `None` when it is shown that the index has no such thread.
    ///
    /// # Errors
    /// [`IndexProofError`] when neither is shown.
    pub fn verify(&self, name: &Hash, root: &Hash) -> Result<Option<(u64, Hash)>, IndexProofError> {
        let found = self.root();
        if found != *root {
            let expected = *root;
            return Err(IndexProofError::Root { expected, found });
        }
        let Some(end) = &self.end else {
            return Ok(None);
        };
        // The way down is that of `end`. Only a name that agrees at each of its bits
        // would have been there.
        let strays = |step: &&Step| side(name, step.bit) != side(&end.name, step.bit);
        match self.path.iter().find(strays) {
            Some(step) => Err(IndexProofError::OtherWay {
                bit: step.bit,
                name: *name,
            }),
            None => Ok((end.name == *name).then_some((end.count, end.newest))),
        }
    }

    /// Makes the JSON value.
    pub fn to_value(&self) -> Value {
        let end = |leaf: &Leaf| {
            Value::object([
                ("count", Value::Integer(leaf.count as i64)),
                ("name", Value::string(leaf.name)),
                ("newest", Value::string(leaf.newest)),
            ])
        };
        let step = |step: &Step| {
            Value::object([
                ("bit", Value::Integer(step.bit.into())),
                ("hash", Value::string(step.hash)),
            ])
        };
        Value::object([
            ("end", self.end.as_ref().map_or(Value::Null, end)),
            ("path", Value::Array(self.path.iter().map(step).collect())),
        ])
    }

    /// Takes what [`IndexProof::to_value`] makes, and nothing else.
    ///
    /// # Errors
    /// [`IndexProofError::Form`] when members are missing, unknown or of another kind, the bits
    /// do not rise, or there is a path without an end.
    pub fn from_value(value: &Value) -> Result<IndexProof, IndexProofError> {
        let [end, path] = members(value, "the proof", ["end", "path"])?;
        let end = match end {
            Value::Null => None,
            end => Some(parse_end(end)?),
        };
        let path = path.as_array().ok_or(form("an array", "path"))?;
        let path: Vec<Step> = path.iter().map(parse_step).collect::<Result<_, _>>()?;
        if !path.is_sorted_by(|a, b| a.bit < b.bit) {
            return Err(form("bits that rise strictly", "path"));
        }
        if end.is_none() && !path.is_empty() {
            return Err(form("no step where there is no end", "path"));
        }
        Ok(IndexProof { end, path })
    }

    fn root(&self) -> Hash {
        let Some(end) = &self.end else {
            return Hash::of(&[]);
        };
        let steps = self.path.iter().rev();
        steps.fold(end.hash(), |hash, step| match side(&end.name, step.bit) {
            0 => inner_hash(step.bit, &hash, &step.hash),
            _ => inner_hash(step.bit, &step.hash, &hash),
        })
    }
}

/// A proof that does not show what the index holds under a name.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum IndexProofError {
    /// The value is not an index proof.
    #[error("expected {expected} as {place} of an index proof")]
    Form {
        /// What should be there.
        expected: &'static str,
        /// Where.
        place: &'static str,
    },
    /// The proof leads to another root.
    #[error("expected an index proof that leads to root {expected}, found {found}")]
    Root {
        /// The root to be shown.
        expected: Hash,
        /// The root that the proof makes.
        found: Hash,
    },
    /// The proof follows another way than the name would.
    #[error(
        "expected the way of thread {name} in the index, found one that turns off at bit {bit}"
    )]
    OtherWay {
        /// The first bit in which the name differs from the way.
        bit: u8,
        /// The SHA-256 of the thread's name.
        name: Hash,
    },
}

fn parse_end(value: &Value) -> Result<Leaf, IndexProofError> {
    let [count, name, newest] = members(value, "end", ["count", "name", "newest"])?;
    let number = count.as_integer().and_then(|n| u64::try_from(n).ok());
    let count = number.filter(|count| valid_count(*count));
    Ok(Leaf {
        name: parse_hash(name, "name")?,
        count: count.ok_or(form("a number from 1", "count"))?,
        newest: parse_hash(newest, "newest")?,
    })
}

fn parse_step(value: &Value) -> Result<Step, IndexProofError> {
    let [bit, hash] = members(value, "a step", ["bit", "hash"])?;
    let number = bit.as_integer().and_then(|bit| u8::try_from(bit).ok());
    Ok(Step {
        bit: number.ok_or(form("a number from 0 to 255", "bit"))?,
        hash: parse_hash(hash, "hash")?,
    })
}

fn parse_hash(value: &Value, place: &'static str) -> Result<Hash, IndexProofError> {
    let hash = value.as_str().and_then(|text| text.parse().ok());
    hash.ok_or(form("64 lowercase hex digits", place))
}

/// Returns the members of an object that has these and no others.
fn members<'a, const N: usize>(
    value: &'a Value,
    place: &'static str,
    names: [&'static str; N],
) -> Result<[&'a Value; N], IndexProofError> {
    let object = value.as_object().filter(|object| object.len() == N);
    let object: &Object = object.ok_or(form("an object of the known members", place))?;
    let mut found = [value; N];
    for (name, found) in names.iter().zip(&mut found) {
        *found = object.get(name).ok_or(form("a value", name))?;
    }
    Ok(found)
}

fn form(expected: &'static str, place: &'static str) -> IndexProofError {
    IndexProofError::Form { expected, place }
}

/// Says whether a thread can have so many entries; JSON holds no larger number.
fn valid_count(count: u64) -> bool {
    (1..=MAX_INTEGER as u64).contains(&count)
}

/// Returns the hash of the inner node at `bit`.
fn inner_hash(bit: u8, left: &Hash, right: &Hash) -> Hash {
    let mut bytes = [1; 3 + 2 * Hash::LEN];
    // An unsigned LEB128 number: seven bits a byte, the lowest first.
    let start = match bit {
        0..=127 => {
            bytes[1] = bit;
            2
        }
        _ => {
            bytes[1] = bit;
            bytes[2] = 1;
            3
        }
    };
    let end = start + 2 * Hash::LEN;
    bytes[start..start + Hash::LEN].copy_from_slice(left.as_bytes());
    bytes[start + Hash::LEN..end].copy_from_slice(right.as_bytes());
    Hash::of(&bytes[..end])
}

/// Returns a bit of a name, as the side it leads to: 0 is left. Bit 0 is the most significant.
fn side(name: &Hash, bit: u8) -> usize {
    let byte = name.as_bytes()[usize::from(bit / 8)];
    usize::from(byte >> (7 - bit % 8) & 1)
}

/// Returns the first bit in which two names differ.
fn first_difference(a: &Hash, b: &Hash) -> Option<u8> {
    let pairs = a.as_bytes().iter().zip(b.as_bytes());
    let (byte, differing) = pairs
        .map(|(a, b)| a ^ b)
        .enumerate()
        .find(|(_, differing)| *differing != 0)?;
    u8::try_from(8 * byte + differing.leading_zeros() as usize).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn bytes(byte: u8) -> Hash {
        Hash::from_bytes([byte; 32])
    }

    #[test]
    fn roots_of_the_vectors() {
        let (charter, case) = (Hash::of(b"charter"), Hash::of(b"case/zaak:2023-001"));
        let mut one = ThreadIndex::new();
        assert_eq!(one.root(), Hash::of(b""));
        one.set(&charter, 16, bytes(0x11));
        assert_eq!(
            one.root().to_string(),
            "6b8d76990a778343614dedd74870b528d219ffc38c13167ddc52162b8822a09a"
        );
        let mut other = ThreadIndex::new();
        other.set(&case, 12, bytes(0x22));
        assert_eq!(
            other.root().to_string(),
            "c9657f7566decd1fe57ebb88708df3b435c5d8ba0f4abb92c0f49a5c58f2af06"
        );
        one.set(&case, 12, bytes(0x22));
        other.set(&charter, 16, bytes(0x11));
        let both = "6949907873526acc838cf6976169c9927a27f4c14960393cc44845c23c31dd51";
        assert_eq!(one.root().to_string(), both);
        assert_eq!(other.root().to_string(), both);
        assert_eq!(one.prove(&case).path[0].bit, 0);
        assert_eq!(one.len(), 2);
    }

    #[test]
    fn bits_from_128_on_take_two_bytes() {
        // 200 = 0xC8: low seven bits 0x48 with the continuation bit, then 1.
        let (left, right) = (bytes(1), bytes(2));
        let expected = Hash::of_parts(&[&[1, 0xC8, 0x01], left.as_bytes(), right.as_bytes()]);
        assert_eq!(inner_hash(200, &left, &right), expected);
        let expected = Hash::of_parts(&[&[1, 0x7F], left.as_bytes(), right.as_bytes()]);
        assert_eq!(inner_hash(127, &left, &right), expected);
        let expected = Hash::of_parts(&[&[1, 0x80, 0x01], left.as_bytes(), right.as_bytes()]);
        assert_eq!(inner_hash(128, &left, &right), expected);
    }
}
