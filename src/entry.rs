//! Entries: what the log holds, one record a statement.
//!
//! Source: `docs/formats/entry.md`. An entry is canonical JSON ([`crate::json`]), closed, and its bytes
//! are the leaf of the tree (RFC 6962). It names its statement by digest and never contains it,
//! so that one unlawful statement can be withheld while everything else keeps verifying.
//!
//! ```json
//! {"index":41,"prev":"<leaf hash of entry 40>","statement":"<SHA-256 of the stored envelope>",
//!  "thread":{"name":"case/zaak:2023-001","prev":"<leaf hash of the thread's entry 11>","seq":12},
//!  "threads":"<root of the thread index over entries 0 to 40>","time":"2024-02-05T10:00:00.123Z","v":1}
//! ```
//!
//! `prev` of the first entry of the log or of a thread is 32 zero bytes. Whether an entry is
//! in its right place is not known here: [`crate::state`] says that.

use std::fmt;
use std::str::FromStr;

use crate::hash::{Hash, excerpt};
use crate::json::{JsonError, MAX_INTEGER, Object, Value};
use crate::merkle::{Index, leaf_hash};
use crate::time::Timestamp;

/// The largest number of bytes of an entry; one in version 1 has at most about 550.
pub const MAX_ENTRY_BYTES: usize = 1024;

/// One record of the log.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// The place in the log, from 0.
    pub index: Index,
    /// The leaf hash of the entry before, zero for the first.
    pub prev: Hash,
    /// The SHA-256 of the stored envelope.
    pub statement: Hash,
    /// The place in its thread.
    pub thread: ThreadPlace,
    /// The root of the thread index over all earlier entries.
    pub threads: Hash,
    /// The operator's clock, never stepping back.
    pub time: Timestamp,
    /// The version of the rules by which the entry is replayed, from 1.
    pub version: u32,
}

/// An entry's place in its thread.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ThreadPlace {
    /// The name of the thread.
    pub name: ThreadName,
    /// The leaf hash of the thread's entry before, zero for its first.
    pub prev: Hash,
    /// The place in the thread, dense from 0.
    pub seq: u64,
}

/// The name of a thread: `charter`, or `case/` and a case name `[a-z0-9][a-z0-9:._-]{0,62}`.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ThreadName(String);

impl Entry {
    /// Parses an entry.
    ///
    /// # Errors
    /// [`EntryError`] unless the bytes are what [`Entry::to_bytes`] prints.
    pub fn parse(bytes: &[u8]) -> Result<Entry, EntryError> {
        if bytes.len() > MAX_ENTRY_BYTES {
            return Err(EntryError::TooLong { found: bytes.len() });
        }
        match Entry::read(bytes) {
            Some(entry) => Ok(entry),
            None => Entry::parse_members(bytes),
        }
    }

    /// Reads what [`Entry::to_bytes`] prints, and nothing else, without making JSON values of it:
    /// a log has as many entries as statements.
    fn read(bytes: &[u8]) -> Option<Entry> {
        let mut rest = std::str::from_utf8(bytes).ok()?;
        let mut member = |before: &str, end: char| {
            let value;
            (value, rest) = rest.strip_prefix(before)?.split_once(end)?;
            Some(value)
        };
        let entry = Entry {
            index: Index::new(member("{\"index\":", ',')?.parse().ok()?)?,
            prev: member("\"prev\":\"", '"')?.parse().ok()?,
            statement: member(",\"statement\":\"", '"')?.parse().ok()?,
            thread: ThreadPlace {
                name: member(",\"thread\":{\"name\":\"", '"')?.parse().ok()?,
                prev: member(",\"prev\":\"", '"')?.parse().ok()?,
                seq: member(",\"seq\":", '}')?.parse().ok().filter(in_json)?,
            },
            threads: member(",\"threads\":\"", '"')?.parse().ok()?,
            time: member(",\"time\":\"", '"')?.parse().ok()?,
            version: member(",\"v\":", '}')?
                .parse()
                .ok()
                .filter(|version| *version >= 1)?,
        };
        // Whatever was read too generously is not printed so.
        (entry.to_bytes() == bytes).then_some(entry)
    }

    /// Parses an entry as any JSON, and so finds out what is wrong with one that is not as printed.
    fn parse_members(bytes: &[u8]) -> Result<Entry, EntryError> {
        let value = Value::parse_canonical(bytes)?;
        let members = Members::of(&value, "the entry", 7)?;
        let thread = Members::of(members.get("thread")?, "member \"thread\"", 3)?;
        Ok(Entry {
            index: Index::new(members.count("index")?)
                .ok_or(EntryError::member("index", "an index of at most 2^53-2"))?,
            prev: members.text("prev")?,
            statement: members.text("statement")?,
            thread: ThreadPlace {
                name: thread.text("name")?,
                prev: thread.text("prev")?,
                seq: thread.count("seq")?,
            },
            threads: members.text("threads")?,
            time: members.text("time")?,
            version: u32::try_from(members.count("v")?)
                .ok()
                .filter(|version| *version >= 1)
                .ok_or(EntryError::member("v", "a rules version from 1"))?,
        })
    }

    /// Returns the canonical bytes, the leaf of the tree.
    pub fn to_bytes(&self) -> Vec<u8> {
        // Members stand in the order of their names and no value needs escaping, so this is
        // RFC 8785 without a detour; a test holds it to the general printer.
        format!(
            "{{\"index\":{},\"prev\":\"{}\",\"statement\":\"{}\",\
             \"thread\":{{\"name\":\"{}\",\"prev\":\"{}\",\"seq\":{}}},\
             \"threads\":\"{}\",\"time\":\"{}\",\"v\":{}}}",
            self.index,
            self.prev,
            self.statement,
            self.thread.name,
            self.thread.prev,
            self.thread.seq,
            self.threads,
            self.time,
            self.version
        )
        .into_bytes()
    }

    /// Returns the leaf hash, by which later entries name this one.
    pub fn leaf_hash(&self) -> Hash {
        leaf_hash(&self.to_bytes())
    }
}

impl ThreadName {
    /// Returns the thread of everything that is not of one case.
    pub fn charter() -> ThreadName {
        ThreadName("charter".to_owned())
    }

    /// Returns the text.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Returns the name's SHA-256, its key in the thread index.
    pub fn hash(&self) -> Hash {
        Hash::of(self.0.as_bytes())
    }
}

impl fmt::Display for ThreadName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl FromStr for ThreadName {
    type Err = EntryError;

    fn from_str(text: &str) -> Result<ThreadName, EntryError> {
        let lawful = text == "charter" || text.strip_prefix("case/").is_some_and(is_case_name);
        lawful
            .then(|| ThreadName(text.to_owned()))
            .ok_or_else(|| EntryError::Thread {
                found: excerpt(text),
            })
    }
}

/// Bytes that are no entry.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum EntryError {
    /// Longer than any entry.
    #[error("expected an entry of at most {MAX_ENTRY_BYTES} bytes, found {found}")]
    TooLong {
        /// The length that was found.
        found: usize,
    },
    /// Not canonical JSON.
    #[error("the entry: {0}")]
    Json(#[from] JsonError),
    /// A member is missing, of another kind, or not in its one spelling.
    #[error("expected member {name:?} of the entry to be {expected}")]
    Member {
        /// The member.
        name: &'static str,
        /// What it has to be.
        expected: String,
    },
    /// A member that entries do not have, or too few of them.
    #[error("expected {place} to have exactly {expected} members, found {found}")]
    Members {
        /// The object.
        place: &'static str,
        /// How many it has to have.
        expected: usize,
        /// How many it has.
        found: usize,
    },
    /// Not the name of a thread.
    #[error("expected a thread, charter or case/<case name>, found {found:?}")]
    Thread {
        /// The beginning of what was found.
        found: String,
    },
}

impl EntryError {
    fn member(name: &'static str, expected: impl fmt::Display) -> EntryError {
        EntryError::Member {
            name,
            expected: expected.to_string(),
        }
    }
}

/// Says whether JSON here holds this number.
fn in_json(number: &u64) -> bool {
    *number <= MAX_INTEGER as u64
}

/// Reads the members of a closed object by name.
struct Members<'a>(&'a Object);

impl<'a> Members<'a> {
    /// Takes an object of exactly `expected` members; reading each by name then shows that there is no other.
    fn of(
        value: &'a Value,
        place: &'static str,
        expected: usize,
    ) -> Result<Members<'a>, EntryError> {
        match value.as_object() {
            Some(object) if object.len() == expected => Ok(Members(object)),
            object => Err(EntryError::Members {
                place,
                expected,
                found: object.map_or(0, Object::len),
            }),
        }
    }

    fn get(&self, name: &'static str) -> Result<&'a Value, EntryError> {
        self.0
            .get(name)
            .ok_or_else(|| EntryError::member(name, "there"))
    }

    fn count(&self, name: &'static str) -> Result<u64, EntryError> {
        let number = self
            .get(name)?
            .as_integer()
            .and_then(|number| u64::try_from(number).ok());
        number.ok_or_else(|| EntryError::member(name, "an integer from 0"))
    }

    fn text<T: FromStr<Err: fmt::Display>>(&self, name: &'static str) -> Result<T, EntryError> {
        let text = self
            .get(name)?
            .as_str()
            .ok_or_else(|| EntryError::member(name, "a string"))?;
        text.parse()
            .map_err(|error| EntryError::member(name, format_args!("valid: {error}")))
    }
}

/// Says whether `text` is a case name, `[a-z0-9][a-z0-9:._-]{0,62}`.
fn is_case_name(text: &str) -> bool {
    let word = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit();
    let bytes = text.as_bytes();
    bytes.len() <= 63
        && bytes.first().is_some_and(|byte| word(*byte))
        && bytes
            .iter()
            .all(|byte| word(*byte) || b":._-".contains(byte))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn example() -> Entry {
        Entry {
            index: Index::new(41).unwrap(),
            prev: Hash::of(b"entry 40"),
            statement: Hash::of(b"envelope"),
            thread: ThreadPlace {
                name: "case/zaak:2023-001".parse().unwrap(),
                prev: Hash::of(b"entry 11 of the thread"),
                seq: 12,
            },
            threads: Hash::of(b"root"),
            time: "2024-02-05T10:00:00.123Z".parse().unwrap(),
            version: 1,
        }
    }

    #[test]
    fn the_template_is_canonical_json() {
        let entry = example();
        let bytes = entry.to_bytes();
        assert_eq!(
            Value::parse_canonical(&bytes).unwrap().to_canonical(),
            bytes
        );
        assert_eq!(Entry::parse(&bytes), Ok(entry));
    }

    /// Every entry with one byte changed is read, or refused, in both ways alike.
    #[test]
    fn reading_and_parsing_agree() {
        let printed = example().to_bytes();
        let mut read = 0;
        for at in 0..printed.len() {
            for byte in 0..=u8::MAX {
                let mut bytes = printed.clone();
                bytes[at] = byte;
                let found = Entry::read(&bytes);
                assert_eq!(found, Entry::parse_members(&bytes).ok(), "{at}, {byte}");
                read += usize::from(found.is_some());
            }
        }
        // Most are digits of digests.
        assert!(read > 16 * 4 * 64, "{read}");
        for (from, to) in [
            ("41", "041"),
            ("41", "+41"),
            ("41", " 41"),
            ("41", "9007199254740991"),
            ("12", "9007199254740992"),
            ("12", "9007199254740991"),
            ("\"v\":1}", "\"v\":0}"),
            ("\"v\":1}", "\"v\":1}}"),
            ("\"v\":1}", "\"v\":4294967295}"),
            ("\"v\":1}", "\"v\":4294967296}"),
            ("zaak", "za\\u0061k"),
        ] {
            let bytes = String::from_utf8(printed.clone()).unwrap();
            let bytes = bytes.replacen(from, to, 1).into_bytes();
            let parsed = Entry::parse_members(&bytes).ok();
            assert_eq!(Entry::read(&bytes), parsed, "{from} {to}");
        }
    }

    #[test]
    fn thread_names() {
        let longest = format!("case/{}", "a".repeat(63));
        for name in ["charter", "case/zaak:2023-001", "case/0", &longest] {
            assert_eq!(name.parse::<ThreadName>().unwrap().as_str(), name);
        }
        let too_long = format!("case/{}", "a".repeat(64));
        for name in [
            "", "Charter", "case/", "case/-a", "case/A", "case/a/b", "case/a b", "zaak:1",
            &too_long,
        ] {
            assert!(name.parse::<ThreadName>().is_err(), "{name}");
        }
    }
}
