//! The high-water mark: the newest commit that was acknowledged, remembered outside the store.
//!
//! An engine that loses its end opens without complaint and would let a writer sign a fork.
//! So each commit, once durable, is noted in the file `high-water` before it is acknowledged,
//! and opening demands that the store still reaches it.
//!
//! The file has two slots of 4,096 bytes, each text padded with zero bytes:
//!
//! ```text
//! bewijs high-water v1
//! newest 41
//! sha256 <SHA-256 of the bytes of commit 41, 64 hex digits>
//! check <SHA-256 of the three lines before, their newlines included>
//! ```
//!
//! Before the first commit it says `newest none` and 64 zeros. Writing replaces the slot that does
//! not hold the newest mark, so a write torn by a power cut leaves the mark before it.
//! The mark with the highest number counts. A file without any good slot is damage, never a beginning.
//!
//! While the newest commit is redacted its bytes change, so for that time both slots hold its number, one
//! with the SHA-256 of before and one with that of after, and either will do.

use std::fmt;
use std::fs::{File, OpenOptions};
use std::io::{self, Read as _, Seek as _, SeekFrom, Write as _};
use std::path::{Path, PathBuf};

use super::StoreError;
use super::directory::replace_file;
use crate::hash::Hash;

/// A commit's number and the SHA-256 of its bytes; `None` before the first commit.
pub(super) type Mark = Option<(u64, Hash)>;

/// The high-water file, open for writing.
#[derive(Debug)]
pub(super) struct HighWater {
    file: File,
    path: PathBuf,
    mark: Mark,
    /// The hash in the other slot, where that is of the same commit.
    or: Option<Hash>,
    /// The slot that holds `mark`.
    slot: u64,
}

/// A mark as it was read: the commit's number, and its hash or, in the middle of a redaction, one of two.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Found {
    pub(super) mark: Mark,
    pub(super) or: Option<Hash>,
}

impl HighWater {
    /// Makes the file in `dir`, durably except for its name in the folder.
    pub(super) fn create(dir: &Path) -> Result<(), StoreError> {
        let path = dir.join(FILE);
        let write = || {
            let mut file = OpenOptions::new()
                .write(true)
                .create_new(true)
                .open(&path)?;
            file.write_all(&print(None))?;
            file.write_all(&print(None))?;
            file.sync_all()
        };
        write().map_err(|source| StoreError::io("write", &path, source))
    }

    /// Replaces the file by one that says `mark`, whatever it said before.
    pub(super) fn danger_reset(dir: &Path, mark: Mark) -> Result<(), StoreError> {
        let slots = print(mark).repeat(2);
        replace_file(&dir.join(".high-water"), &dir.join(FILE), &slots)
    }

    /// Opens the file for writing.
    pub(super) fn open(dir: &Path) -> Result<HighWater, StoreError> {
        let path = dir.join(FILE);
        let mut file = OpenOptions::new()
            .read(true)
            .write(true)
            .open(&path)
            .map_err(|source| open_error(&path, source))?;
        let (Found { mark, or }, slot) = read_newest(&mut file, &path)?;
        Ok(HighWater {
            file,
            path,
            mark,
            or,
            slot,
        })
    }

    /// Reads the mark, as somebody who does not write.
    pub(super) fn read(dir: &Path) -> Result<Found, StoreError> {
        let path = dir.join(FILE);
        let mut file = File::open(&path).map_err(|source| open_error(&path, source))?;
        Ok(read_newest(&mut file, &path)?.0)
    }

    /// Returns the mark.
    pub(super) fn mark(&self) -> Mark {
        self.mark
    }

    /// Returns the mark as it was read.
    pub(super) fn found(&self) -> Found {
        Found {
            mark: self.mark,
            or: self.or,
        }
    }

    /// Lets the newest commit have another hash as well, durably, before its bytes change.
    pub(super) fn allow(&mut self, hash: Hash) -> Result<(), StoreError> {
        let (n, before) = self.mark.expect("a commit is redacted after it was made");
        self.replace(Some((n, hash)))?;
        self.or = Some(before);
        Ok(())
    }

    /// Says that the newest commit has this hash and no other, durably.
    pub(super) fn settle(&mut self, hash: Hash) -> Result<(), StoreError> {
        let (n, _) = self.mark.expect("a commit is redacted after it was made");
        self.replace(Some((n, hash)))?;
        self.replace(Some((n, hash)))?;
        self.or = None;
        Ok(())
    }

    /// Raises the mark to commit `n`, durably; a lower one changes nothing.
    pub(super) fn raise(&mut self, n: u64, hash: Hash) -> Result<(), StoreError> {
        match self.mark {
            Some((newest, _)) if newest >= n => Ok(()),
            _ => {
                self.replace(Some((n, hash)))?;
                self.or = None;
                Ok(())
            }
        }
    }

    fn replace(&mut self, mark: Mark) -> Result<(), StoreError> {
        let slot = 1 - self.slot;
        let mut write = || {
            self.file.seek(SeekFrom::Start(slot * SLOT_BYTES as u64))?;
            self.file.write_all(&print(mark))?;
            self.file.sync_data()
        };
        write().map_err(|source| StoreError::io("write", &self.path, source))?;
        (self.mark, self.slot) = (mark, slot);
        Ok(())
    }
}

/// Reads the newest mark and its slot.
fn read_newest(file: &mut File, path: &Path) -> Result<(Found, u64), StoreError> {
    let mut bytes = Vec::new();
    file.take(2 * SLOT_BYTES as u64)
        .read_to_end(&mut bytes)
        .map_err(|source| StoreError::io("read", path, source))?;
    newest_slot(&bytes).ok_or_else(|| StoreError::Damaged {
        place: path.display().to_string(),
        why: "expected a mark in one of two slots, found none that is whole".to_owned(),
    })
}

/// Returns the newest mark and its slot, where one is whole.
fn newest_slot(bytes: &[u8]) -> Option<(Found, u64)> {
    let whole = bytes
        .chunks(SLOT_BYTES)
        .zip(0..2)
        .filter_map(|(slot, number)| Some((parse(slot)?, number)));
    let whole: Vec<(Mark, u64)> = whole.collect();
    let (mark, slot) = *whole.iter().max_by_key(|(mark, _)| mark.map(|(n, _)| n))?;
    let others = whole.iter().filter_map(|(other, _)| *other);
    let or = others
        .filter(|(n, hash)| mark.is_some_and(|(newest, found)| *n == newest && *hash != found))
        .map(|(_, hash)| hash)
        .next();
    Some((Found { mark, or }, slot))
}

fn open_error(path: &Path, source: io::Error) -> StoreError {
    match source.kind() {
        io::ErrorKind::NotFound => StoreError::Damaged {
            place: path.display().to_string(),
            why: "expected the mark of the newest commit, found no file".to_owned(),
        },
        _ => StoreError::io("open", path, source),
    }
}

fn print(mark: Mark) -> [u8; SLOT_BYTES] {
    let newest: &dyn fmt::Display = match &mark {
        Some((n, _)) => n,
        None => &"none",
    };
    let hash = mark.map_or(Hash::ZERO, |(_, hash)| hash);
    let lines = format!("bewijs high-water v1\nnewest {newest}\nsha256 {hash}\n");
    let text = format!("{lines}check {}\n", Hash::of(lines.as_bytes()));
    let mut slot = [0; SLOT_BYTES];
    slot[..text.len()].copy_from_slice(text.as_bytes());
    slot
}

/// Parses a slot; accepts only what [`print`] prints.
fn parse(slot: &[u8]) -> Option<Mark> {
    let text = std::str::from_utf8(slot).ok()?;
    let mut lines = text.lines().skip(1);
    let newest = lines.next()?.strip_prefix("newest ")?;
    let hash = lines.next()?.strip_prefix("sha256 ")?.parse().ok()?;
    let mark = match newest {
        "none" => None,
        n => Some((n.parse().ok()?, hash)),
    };
    (print(mark) == slot).then_some(mark)
}

const FILE: &str = "high-water";
const SLOT_BYTES: usize = 4096;

#[cfg(test)]
mod tests {
    use super::*;

    fn hash(n: u64) -> Hash {
        Hash::of(&n.to_be_bytes())
    }

    #[test]
    fn the_mark_only_rises_and_outlives_the_handle() {
        let dir = tempfile::tempdir().unwrap();
        HighWater::create(dir.path()).unwrap();
        assert_eq!(HighWater::read(dir.path()).unwrap().mark, None);
        for n in [0, 1, 2, 7, 9, 8, 9, u64::MAX] {
            let mut high_water = HighWater::open(dir.path()).unwrap();
            let newest = high_water.mark().map_or(n, |(newest, _)| newest.max(n));
            high_water.raise(n, hash(n)).unwrap();
            assert_eq!(high_water.mark(), Some((newest, hash(newest))));
            assert_eq!(HighWater::read(dir.path()).unwrap().mark, high_water.mark());
        }
        assert!(HighWater::create(dir.path()).is_err(), "never overwritten");
    }

    #[test]
    fn a_torn_write_leaves_the_mark_before_it() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join(FILE);
        HighWater::create(dir.path()).unwrap();
        let mut high_water = HighWater::open(dir.path()).unwrap();
        high_water.raise(4, hash(4)).unwrap();
        high_water.raise(6, hash(6)).unwrap();
        let whole = std::fs::read(&path).unwrap();
        let mut seen = [0, 0];
        for place in 0..whole.len() {
            let mut torn = whole.clone();
            torn[place] ^= 1;
            match newest_slot(&torn).unwrap().0.mark {
                Some((4, found)) if found == hash(4) => seen[0] += 1,
                Some((6, found)) if found == hash(6) => seen[1] += 1,
                other => panic!("{other:?}"),
            }
        }
        assert_eq!(seen, [SLOT_BYTES, SLOT_BYTES]);
    }

    #[test]
    fn no_mark_is_damage() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join(FILE);
        for bytes in [
            None,
            Some(vec![]),
            Some(vec![0; 2 * SLOT_BYTES]),
            Some(print(None)[..99].to_vec()),
        ] {
            if let Some(bytes) = bytes {
                std::fs::write(&path, bytes).unwrap();
            }
            assert!(matches!(
                HighWater::open(dir.path()),
                Err(StoreError::Damaged { .. })
            ));
            assert!(matches!(
                HighWater::read(dir.path()),
                Err(StoreError::Damaged { .. })
            ));
        }
        HighWater::danger_reset(dir.path(), Some((3, hash(3)))).unwrap();
        assert_eq!(
            HighWater::read(dir.path()).unwrap().mark,
            Some((3, hash(3)))
        );
    }

    #[test]
    fn while_a_commit_is_redacted_it_may_have_either_hash() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join(FILE);
        HighWater::create(dir.path()).unwrap();
        let mut high_water = HighWater::open(dir.path()).unwrap();
        high_water.raise(4, hash(4)).unwrap();
        high_water.raise(5, hash(5)).unwrap();
        let either = |found: Found| {
            let (n, first) = found.mark.unwrap();
            let mut hashes: Vec<Hash> = found.or.into_iter().chain([first]).collect();
            hashes.sort();
            (n, hashes)
        };
        let sorted = |mut hashes: Vec<Hash>| {
            hashes.sort();
            hashes
        };
        assert_eq!(either(high_water.found()), (5, vec![hash(5)]));
        high_water.allow(hash(50)).unwrap();
        let both = (5, sorted(vec![hash(5), hash(50)]));
        assert_eq!(either(high_water.found()), both);
        assert_eq!(either(HighWater::read(dir.path()).unwrap()), both);
        // Torn in the middle, one of the two is left.
        let whole = std::fs::read(&path).unwrap();
        for place in 0..whole.len() {
            let mut torn = whole.clone();
            torn[place] ^= 1;
            let (n, hashes) = either(newest_slot(&torn).unwrap().0);
            assert!(n == 5 && hashes.len() == 1 && both.1.contains(&hashes[0]));
        }
        let mut again = HighWater::open(dir.path()).unwrap();
        again.settle(hash(50)).unwrap();
        assert_eq!(
            either(HighWater::read(dir.path()).unwrap()),
            (5, vec![hash(50)])
        );
        again.raise(6, hash(6)).unwrap();
        assert_eq!(
            either(HighWater::read(dir.path()).unwrap()),
            (6, vec![hash(6)])
        );
    }
}
