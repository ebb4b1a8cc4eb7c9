//! Commits: the immutable objects of which a store keeps a chain.
//!
//! Source: `docs/formats/commit.md`. Creating commit *n* where it does not exist *is* the durable append;
//! tiles, bundles, indexes and the signed checkpoint follow from it.
//!
//! ```text
//! bewijs commit v1
//! {"entries":{"bytes":1052,"count":2,"sha256":"…"},"id":"<32 hex digits>","log":"<origin>","number":7,
//!  "previous":"<digest of commit 6>","root_after":"…","root_before":"…","size_after":43,"size_before":41}
//! <entries: for each u16 length ‖ entry> <statements: for each u16 length ‖ stored envelope>
//! ```
//!
//! The header is one line of canonical JSON (broken here for reading only); lengths are big-endian.
//! The digest of a commit is the SHA-256 of its first two lines. They fix the entries, and these
//! fix the statements by digest, so an unlawful statement can be emptied without breaking the chain.

use std::fmt;

use crate::hash::Hash;
use crate::json::{Object, Value};
use crate::merkle::Size;

/// The largest number of bytes of a commit.
pub const MAX_COMMIT_BYTES: usize = 4 << 20;

/// The largest number of entries in a commit.
pub const MAX_BATCH_ENTRIES: usize = 1024;

const FIRST_LINE: &[u8] = b"bewijs commit v1\n";

/// One commit, parsed; whether it continues the chain is [`Commit::follows`]'s question.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Commit {
    /// The place in the chain, from 0.
    pub number: u64,
    /// The digest of the commit before, zero for number 0.
    pub previous: Hash,
    /// The origin of the log.
    pub log: String,
    /// 128 random bits that tell this attempt from every other.
    pub id: [u8; 16],
    /// The size of the log before and after.
    pub sizes: [Size; 2],
    /// The root of the tree before and after.
    pub roots: [Hash; 2],
    /// The entries and their stored envelopes, in order.
    pub batch: Vec<Record>,
}

/// An entry and the stored envelope that it names.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Record {
    /// The bytes of the entry.
    pub entry: Vec<u8>,
    /// The bytes of the stored envelope; empty when the statement is withheld.
    pub envelope: Vec<u8>,
}

impl Commit {
    /// Returns the bytes to be stored.
    ///
    /// # Panics
    /// When an entry or envelope is longer than 65,535 bytes: none can be.
    pub fn to_bytes(&self) -> Vec<u8> {
        let mut bytes = self.head();
        bytes.reserve(self.batch.iter().map(Record::stored_bytes).sum());
        append_parts(
            &mut bytes,
            self.batch.iter().map(|record| record.entry.as_slice()),
        );
        append_parts(
            &mut bytes,
            self.batch.iter().map(|record| record.envelope.as_slice()),
        );
        bytes
    }

    /// Returns the digest by which the next commit names this one.
    pub fn digest(&self) -> Hash {
        Hash::of(&self.head())
    }

    /// Returns the first two lines.
    fn head(&self) -> Vec<u8> {
        let mut entries = Vec::new();
        append_parts(
            &mut entries,
            self.batch.iter().map(|record| record.entry.as_slice()),
        );
        let header = Value::object([
            (
                "entries",
                Value::object([
                    ("bytes", integer(entries.len() as u64)),
                    ("count", integer(self.batch.len() as u64)),
                    ("sha256", Value::string(Hash::of(&entries))),
                ]),
            ),
            ("id", Value::string(hex::encode(self.id))),
            ("log", Value::string(&self.log)),
            ("number", integer(self.number)),
            ("previous", Value::string(self.previous)),
            ("root_after", Value::string(self.roots[1])),
            ("root_before", Value::string(self.roots[0])),
            ("size_after", integer(self.sizes[1].get())),
            ("size_before", integer(self.sizes[0].get())),
        ]);
        let mut head = FIRST_LINE.to_vec();
        head.extend(header.to_canonical());
        head.push(b'\n');
        head
    }

    /// Parses a commit.
    ///
    /// # Errors
    /// [`CommitError`] unless the bytes are what [`Commit::to_bytes`] prints.
    pub fn parse(bytes: &[u8]) -> Result<Commit, CommitError> {
        Ok(Commit::parse_with_digest(bytes)?.0)
    }

    /// Parses a commit and returns its digest as well, which costs less than asking for it later.
    ///
    /// # Errors
    /// As for [`Commit::parse`].
    pub fn parse_with_digest(bytes: &[u8]) -> Result<(Commit, Hash), CommitError> {
        if bytes.len() > MAX_COMMIT_BYTES {
            return Err(CommitError::new(
                "at most 4 MiB",
                format_args!("{} bytes", bytes.len()),
            ));
        }
        let rest = bytes
            .strip_prefix(FIRST_LINE)
            .ok_or_else(|| CommitError::new("the first line \"bewijs commit v1\"", "another"))?;
        let end = rest
            .iter()
            .position(|byte| *byte == b'\n')
            .ok_or_else(|| CommitError::new("a header line", "no line feed"))?;
        let digest = Hash::of(&bytes[..FIRST_LINE.len() + end + 1]);
        let (header, rest) = (&rest[..end], &rest[end + 1..]);
        let header = Value::parse_canonical(header)
            .map_err(|error| CommitError::new("a canonical header", error))?;
        let header = Header::of(&header, 9)?;
        let about = Header::of(header.get("entries")?, 3)?;
        let length = usize::try_from(about.count("bytes")?).unwrap_or(usize::MAX);
        let (entries, statements) = rest.split_at_checked(length).ok_or_else(|| {
            CommitError::new(
                format_args!("{length} bytes of entries"),
                format_args!("{} bytes", rest.len()),
            )
        })?;
        if about.hash("sha256")? != Hash::of(entries) {
            return Err(CommitError::new(
                "entries with the header's digest",
                "others",
            ));
        }
        let (entries, statements) = (parse_parts(entries)?, parse_parts(statements)?);
        let sizes = [header.size("size_before")?, header.size("size_after")?];
        let counted = sizes[1].get().checked_sub(sizes[0].get());
        let count = about.count("count")?;
        let parts = [entries.len(), statements.len()];
        if counted != Some(count)
            || parts != [count as usize; 2]
            || count > MAX_BATCH_ENTRIES as u64
        {
            return Err(CommitError::new(
                format_args!(
                    "{count} entries and statements, the difference of the sizes, at most {MAX_BATCH_ENTRIES}"
                ),
                format_args!("{} and {}", parts[0], parts[1]),
            ));
        }
        let records = entries.into_iter().zip(statements);
        let batch = records
            .map(|(entry, envelope)| Record { entry, envelope })
            .collect();
        let id = header.text("id")?;
        let id = crate::hash::lower_hex(id);
        let commit = Commit {
            number: header.count("number")?,
            previous: header.hash("previous")?,
            log: header.text("log")?.to_owned(),
            id: id
                .ok_or_else(|| CommitError::new("an id of 32 lowercase hex digits", "another"))?,
            sizes,
            roots: [header.hash("root_before")?, header.hash("root_after")?],
            batch,
        };
        Ok((commit, digest))
    }

    /// Checks that this commit stands right after `tip`.
    ///
    /// # Errors
    /// [`CommitError`] naming the first member that does not fit.
    pub fn follows(&self, tip: &Tip) -> Result<(), CommitError> {
        let differ = |what, expected: &dyn fmt::Display, found: &dyn fmt::Display| {
            Err(CommitError {
                expected: format!("{what} {expected}"),
                found: found.to_string(),
            })
        };
        if self.log != tip.log {
            return differ("log", &tip.log, &self.log);
        }
        if self.number != tip.number {
            return differ("commit number", &tip.number, &self.number);
        }
        if self.previous != tip.previous {
            return differ("previous commit", &tip.previous, &self.previous);
        }
        if self.sizes[0] != tip.size {
            return differ("size before", &tip.size, &self.sizes[0]);
        }
        if self.roots[0] != tip.root {
            return differ("root before", &tip.root, &self.roots[0]);
        }
        Ok(())
    }
}

/// What the next commit of a chain has to name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Tip {
    /// The origin of the log.
    pub log: String,
    /// The number of the next commit.
    pub number: u64,
    /// The digest of the newest commit, zero before the first.
    pub previous: Hash,
    /// The size of the log.
    pub size: Size,
    /// The root of the tree.
    pub root: Hash,
}

impl Record {
    /// Returns the bytes that this record takes in a batch.
    pub fn stored_bytes(&self) -> usize {
        4 + self.entry.len() + self.envelope.len()
    }
}

/// Bytes that are no commit, or one that does not continue the chain.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("expected {expected}, found {found}")]
pub struct CommitError {
    expected: String,
    found: String,
}

impl CommitError {
    fn new(expected: impl fmt::Display, found: impl fmt::Display) -> CommitError {
        CommitError {
            expected: format!("a commit with {expected}"),
            found: found.to_string(),
        }
    }
}

fn append_parts<'a>(bytes: &mut Vec<u8>, parts: impl Iterator<Item = &'a [u8]>) {
    for part in parts {
        let length = u16::try_from(part.len()).expect("entries and envelopes fit a u16 length");
        bytes.extend_from_slice(&length.to_be_bytes());
        bytes.extend_from_slice(part);
    }
}

fn parse_parts(mut rest: &[u8]) -> Result<Vec<Vec<u8>>, CommitError> {
    let mut parts = Vec::new();
    while !rest.is_empty() {
        let split = rest.split_first_chunk().and_then(|(length, after)| {
            after.split_at_checked(usize::from(u16::from_be_bytes(*length)))
        });
        let (part, after) =
            split.ok_or_else(|| CommitError::new("whole parts", "one that is cut off"))?;
        parts.push(part.to_vec());
        rest = after;
    }
    Ok(parts)
}

fn integer(number: u64) -> Value {
    Value::Integer(i64::try_from(number).expect("counts lie below 2^53"))
}

/// Reads the members of a closed object by name.
struct Header<'a>(&'a Object);

impl<'a> Header<'a> {
    fn of(value: &'a Value, members: usize) -> Result<Header<'a>, CommitError> {
        match value.as_object() {
            Some(object) if object.len() == members => Ok(Header(object)),
            _ => Err(CommitError::new(
                format_args!("a header object of {members} members"),
                "another",
            )),
        }
    }

    fn get(&self, name: &str) -> Result<&'a Value, CommitError> {
        self.0
            .get(name)
            .ok_or_else(|| CommitError::new(format_args!("header member {name:?}"), "none"))
    }

    fn text(&self, name: &str) -> Result<&'a str, CommitError> {
        let value = self.get(name)?;
        value
            .as_str()
            .ok_or_else(|| CommitError::new(format_args!("a string in {name:?}"), value.kind()))
    }

    fn hash(&self, name: &str) -> Result<Hash, CommitError> {
        self.text(name)?
            .parse()
            .map_err(|error| CommitError::new(format_args!("a digest in {name:?}"), error))
    }

    fn count(&self, name: &str) -> Result<u64, CommitError> {
        let number = self
            .get(name)?
            .as_integer()
            .and_then(|number| u64::try_from(number).ok());
        number.ok_or_else(|| {
            CommitError::new(format_args!("an integer from 0 in {name:?}"), "another")
        })
    }

    fn size(&self, name: &str) -> Result<Size, CommitError> {
        Size::new(self.count(name)?).ok_or_else(|| CommitError::new("a size below 2^53", "another"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn example() -> Commit {
        let record = |number: u8| Record {
            entry: vec![b'a' + number; 3],
            envelope: vec![number; usize::from(number)],
        };
        Commit {
            number: 7,
            previous: Hash::of(b"commit 6"),
            log: "ledger.example/test".to_owned(),
            id: [9; 16],
            sizes: [Size::new(41).unwrap(), Size::new(44).unwrap()],
            roots: [Hash::of(b"before"), Hash::of(b"after")],
            batch: (0..3).map(record).collect(),
        }
    }

    #[test]
    fn prints_what_it_parses() {
        let commit = example();
        assert_eq!(Commit::parse(&commit.to_bytes()), Ok(commit.clone()));
        let digest = commit.digest();
        assert_eq!(
            Commit::parse_with_digest(&commit.to_bytes()),
            Ok((commit, digest))
        );
        let mut empty = example();
        empty.batch.clear();
        empty.sizes[1] = empty.sizes[0];
        assert_eq!(Commit::parse(&empty.to_bytes()), Ok(empty));
    }

    #[test]
    fn an_emptied_statement_leaves_the_digest() {
        let commit = example();
        let mut emptied = commit.clone();
        emptied.batch[2].envelope.clear();
        assert_eq!(emptied.digest(), commit.digest());
        assert_eq!(Commit::parse(&emptied.to_bytes()), Ok(emptied));
        let mut other = commit.clone();
        other.batch[2].entry.push(0);
        assert_ne!(other.digest(), commit.digest());
    }

    #[test]
    fn every_changed_byte_and_every_truncation_is_found_or_makes_another_commit() {
        let commit = example();
        let bytes = commit.to_bytes();
        for at in 0..bytes.len() {
            assert!(Commit::parse(&bytes[..at]).is_err(), "cut at {at}");
            let mut changed = bytes.clone();
            changed[at] ^= 1;
            if let Ok(other) = Commit::parse(&changed) {
                assert_ne!(other, commit, "byte {at}");
                assert_eq!(other.to_bytes(), changed, "byte {at}");
            }
        }
    }

    #[test]
    fn follows_only_its_tip() {
        let commit = example();
        let tip = Tip {
            log: commit.log.clone(),
            number: 7,
            previous: commit.previous,
            size: commit.sizes[0],
            root: commit.roots[0],
        };
        assert_eq!(commit.follows(&tip), Ok(()));
        for other in [
            Tip {
                log: "other.example".to_owned(),
                ..tip.clone()
            },
            Tip {
                number: 8,
                ..tip.clone()
            },
            Tip {
                previous: Hash::ZERO,
                ..tip.clone()
            },
            Tip {
                size: commit.sizes[1],
                ..tip.clone()
            },
            Tip {
                root: Hash::ZERO,
                ..tip.clone()
            },
        ] {
            assert!(commit.follows(&other).is_err(), "{other:?}");
        }
    }
}
