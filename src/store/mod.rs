//! Stores: a chain of commits, write-once objects and one published note.
//!
//! The one primitive is *put if absent*: [`Store::put`] gives bytes to a name that has none, durably,
//! or answers that the name is taken. Commit `n` is the object `commits/<n as 16 hex digits>`,
//! so [`Store::create`] is the same primitive and [`probe`] tests both at once:
//!
//! ```text
//! commits/0000000000000029     a commit: created once, in order, without gaps
//! tile/0/x001/067              any other write-once object
//! checkpoint                   the published note, the one thing that is replaced again and again
//! ```
//!
//! One thing more can happen to an object: [`Store::redact`] takes text out of it that the law forbids to keep.
//!
//! Here are the contract ([`Store`]), the stores ([`MemoryStore`], and on disk those of
//! [`create_store`] and [`open_store`]: a plain directory, or sled with the feature `sled`),
//! the start-up [`probe`], and [`faulty`], which makes a store fail on schedule.
//! What the bytes mean is elsewhere: a store knows no log.
//! `docs/design/store.md` has the layout on disk and what happens at each crash.
//!
//! ```
//! use bewijs::store::{Create, Store, StoreError, MemoryStore};
//! let store = MemoryStore::new();
//! assert_eq!(store.create(0, b"genesis")?, Create::Created);
//! assert_eq!(store.create(0, b"another")?, Create::Exists);
//! assert_eq!(store.read(0)?.as_deref(), Some(&b"genesis"[..]));
//! # Ok::<(), StoreError>(())
//! ```

use std::fmt;
use std::io;
use std::path::{Path, PathBuf};
use std::str::FromStr;
use std::sync::Arc;

use crate::hash::{Hash, excerpt};

mod directory;
pub mod faulty;
mod high_water;
mod local;
mod lock;
mod marker;
mod memory;
mod probe;
#[cfg(feature = "sled")]
mod sled;

pub use local::{create_store, danger_accept_newest, open_store, open_store_for_reading};
pub use marker::{Kind, Marker, MarkerError};
pub use memory::MemoryStore;
pub use probe::{ProbeError, probe};

/// The most bytes of one object: 32 MiB.
///
/// A commit is limited to 4 MiB by who writes it; the rest is room for large objects.
pub const MAX_OBJECT_BYTES: usize = 32 << 20;

/// A chain of commits, write-once objects, and the newest published note.
///
/// All stores keep this contract, and one suite tests them for it (`tests/store.rs`):
///
/// - Of all puts of one name at most one is answered [`Create::Created`], whoever puts.
///   The bytes of a name never change and are never removed, except by [`Store::redact`].
/// - What was answered [`Create::Created`] is durable, and what can be read after
///   [`Create::Exists`] is durable too.
/// - An error of a write is *undecided*: the bytes may be there, now or later. The caller reads
///   the name. Its own bytes there mean that the write took effect; nothing there means that the
///   same bytes, and no others, may be put again.
/// - [`Create::Exists`] is not yet defeat: something on the way may have repeated the put.
///   The caller reads the name and compares.
/// - A store on this machine's disk fails stop: after an error whose effect is unknown each further
///   call is answered [`StoreError::Poisoned`], reads too, since what this process could read might
///   not be on disk. Opening it again settles what is there.
pub trait Store: Send + Sync {
    /// Gives `bytes` to `name` if it has none; durable when this returns.
    ///
    /// At most [`MAX_OBJECT_BYTES`].
    ///
    /// # Errors
    /// Any [`StoreError`]. Only `TooLarge` and `Full` say that nothing was written;
    /// after any other the outcome is undecided.
    fn put(&self, name: &ObjectName, bytes: &[u8]) -> Result<Create, StoreError>;

    /// Returns the bytes of `name`, or `None` where it has none.
    ///
    /// # Errors
    /// Any [`StoreError`]; `Damaged` where there were bytes that are there no longer.
    fn get(&self, name: &ObjectName) -> Result<Option<Vec<u8>>, StoreError>;

    /// Replaces the bytes of `name`, which have the SHA-256 `old`, by `new`; durable when this returns.
    ///
    /// For text that the law forbids to keep, and for nothing else: a commit means the same without it.
    /// Who reads meanwhile, or after a crash, sees the bytes before or those after. When this has
    /// returned, those before stand in no file of the store any more; what a file system or a disk
    /// keeps of files that are gone is beyond it.
    ///
    /// # Errors
    /// Any [`StoreError`], as for [`Store::put`]; after one the outcome is undecided, and the caller reads the name.
    fn redact(&self, name: &ObjectName, old: &Hash, new: &[u8]) -> Result<Redact, StoreError>;

    /// Replaces the published note atomically: a reader sees the old one or the new one.
    ///
    /// # Errors
    /// Any [`StoreError`], as for [`Store::put`].
    fn publish(&self, note: &[u8]) -> Result<(), StoreError>;

    /// Returns the published note, or `None` before the first.
    ///
    /// # Errors
    /// Any [`StoreError`].
    fn published(&self) -> Result<Option<Vec<u8>>, StoreError>;

    /// Creates commit `n` if it does not exist; durable when this returns. Creating it *is* the commit.
    ///
    /// # Errors
    /// As for [`Store::put`].
    fn create(&self, n: u64, bytes: &[u8]) -> Result<Create, StoreError> {
        self.put(&ObjectName::commit(n), bytes)
    }

    /// Returns commit `n`, or `None` where it does not exist.
    ///
    /// # Errors
    /// As for [`Store::get`].
    fn read(&self, n: u64) -> Result<Option<Vec<u8>>, StoreError> {
        self.get(&ObjectName::commit(n))
    }

    /// Returns the number of the newest commit, or `None` before the first.
    ///
    /// Numbers have no gaps, so about 2 log2 n reads find it; most stores know it more cheaply.
    ///
    /// # Errors
    /// As for [`Store::get`].
    fn newest(&self) -> Result<Option<u64>, StoreError> {
        newest_after(None, |n| Ok(self.read(n)?.is_some()))
    }
}

/// What became of a put.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Create {
    /// The name had no bytes and now has these, durably.
    Created,
    /// The name has bytes already: other ones, or these from an earlier try.
    Exists,
}

/// What became of a redaction.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Redact {
    /// The name had the old bytes and now has the new ones, durably.
    Done,
    /// The name has other bytes than the old ones, or none; nothing was changed.
    Other,
}

/// The name of a write-once object, such as `tile/0/x001/067`.
///
/// At least two segments joined by `/`, at most 200 bytes; a segment is `[a-z0-9][a-z0-9._-]*`,
/// so that no file system folds two names into one or reads a name as a way out of its folder.
/// No name is a folder of another. `commits/` holds nothing but commits, `commits/<16 hex digits>`.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ObjectName(String);

impl ObjectName {
    /// The most bytes of a name.
    pub const MAX_BYTES: usize = 200;

    /// Returns the name of commit `n`.
    pub fn commit(n: u64) -> ObjectName {
        ObjectName(format!("{COMMITS}/{n:016x}"))
    }

    /// Returns the number of the commit that this names, if it names one.
    pub fn commit_number(&self) -> Option<u64> {
        let digits = self.0.strip_prefix(COMMITS)?.strip_prefix('/')?;
        u64::from_str_radix(digits, 16).ok()
    }

    /// Returns the text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for ObjectName {
    type Err = ObjectNameError;

    fn from_str(text: &str) -> Result<ObjectName, ObjectNameError> {
        let segment = |segment: &str| {
            segment.starts_with(|c: char| c.is_ascii_lowercase() || c.is_ascii_digit())
                && segment
                    .bytes()
                    .all(|byte| matches!(byte, b'a'..=b'z' | b'0'..=b'9' | b'.' | b'_' | b'-'))
        };
        let name = ObjectName(text.to_owned());
        let good = text.len() <= ObjectName::MAX_BYTES
            && text.contains('/')
            && text.split('/').all(segment)
            && (!text.starts_with("commits/")
                || name.commit_number().map(ObjectName::commit).as_ref() == Some(&name));
        match good {
            true => Ok(name),
            false => Err(ObjectNameError {
                found: excerpt(text),
            }),
        }
    }
}

impl fmt::Display for ObjectName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl fmt::Debug for ObjectName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "ObjectName({})", self.0)
    }
}

/// Text that names no object.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "expected an object name of two or more segments of lowercase letters, digits and ._-, \
     at most {max} bytes, found {found:?}",
    max = ObjectName::MAX_BYTES
)]
pub struct ObjectNameError {
    found: String,
}

/// Why a store did not do what was asked.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum StoreError {
    /// There is nothing at the path.
    #[error("expected a store at {}, found nothing\ncreate one there first, or correct the path", path.display())]
    Missing {
        /// The path asked for.
        path: PathBuf,
    },
    /// A store may be created only where there is nothing, or in an empty folder.
    #[error("expected nothing or an empty folder at {}, found {found}\na store is never overwritten: choose another path", path.display())]
    NotEmpty {
        /// The path asked for.
        path: PathBuf,
        /// What is there.
        found: String,
    },
    /// The folder's marker is missing, unreadable, or of another kind or format.
    #[error(transparent)]
    Marker(#[from] MarkerError),
    /// Another process, or another handle of this one, has the store open.
    #[error("{} is in use by {}\nstop it, or ask it instead", path.display(), holder(*.pid))]
    Locked {
        /// The lock file.
        path: PathBuf,
        /// The process that holds it, where it could be read.
        pid: Option<u32>,
    },
    /// The place cannot be read or written, or the store was opened for reading.
    #[error("no access to {}: {why}", path.display())]
    ReadOnly {
        /// The file or folder.
        path: PathBuf,
        /// Why not.
        why: String,
    },
    /// Too little free space is left to go on safely. Nothing was written.
    #[error("{} has {free} bytes free, and {needed} are needed to write safely\nfree some space and try again", path.display())]
    Full {
        /// The store's folder.
        path: PathBuf,
        /// Bytes wanted, the reserve included.
        needed: u64,
        /// Bytes found.
        free: u64,
    },
    /// More bytes than an object may have. Nothing was written.
    #[error("{name} may have at most {MAX_OBJECT_BYTES} bytes, found {found}")]
    TooLarge {
        /// The object.
        name: String,
        /// Its bytes.
        found: usize,
    },
    /// The newest commit that was acknowledged is not in the store: its end was lost, or an older copy was put back.
    #[error("expected commit {expected}, the newest that was acknowledged, found {}\nthe end of the store was lost, or this is an older copy: restore the newest backup, and do not write before", newest(*.found))]
    Behind {
        /// The number in the high-water file.
        expected: u64,
        /// The newest commit that is there.
        found: Option<u64>,
    },
    /// Something that was stored cannot be read as it was written.
    #[error("{place} is damaged: {why}")]
    Damaged {
        /// The file or object.
        place: String,
        /// What was expected and found.
        why: String,
    },
    /// The engine within gave up on its files.
    #[error("the files in {} cannot be used: {why}\nthey are damaged: restore a backup, or load an export", place.display())]
    Engine {
        /// The engine's folder.
        place: PathBuf,
        /// What it said.
        why: String,
    },
    /// The operating system refused.
    #[error("{doing}: {source}")]
    Io {
        /// What was being done, to which file.
        doing: String,
        /// The refusal.
        source: io::Error,
    },
    /// An earlier error left this handle unfit for use; nothing more was tried.
    #[error(
        "stopped after an earlier error: {why}\nopen the store again: that finds out what was stored"
    )]
    Poisoned {
        /// The earlier error.
        why: String,
    },
}

impl StoreError {
    /// Names what `source` stopped, and tells apart what the operator can mend.
    fn io(doing: &str, path: &Path, source: io::Error) -> StoreError {
        match source.kind() {
            io::ErrorKind::PermissionDenied | io::ErrorKind::ReadOnlyFilesystem => {
                StoreError::ReadOnly {
                    path: path.to_owned(),
                    why: format!("{doing}: {source}"),
                }
            }
            _ => StoreError::Io {
                doing: format!("{doing} {}", path.display()),
                source,
            },
        }
    }
}

macro_rules! delegate {
    ($owner:ty) => {
        impl<S: Store + ?Sized> Store for $owner {
            fn put(&self, name: &ObjectName, bytes: &[u8]) -> Result<Create, StoreError> {
                (**self).put(name, bytes)
            }
            fn get(&self, name: &ObjectName) -> Result<Option<Vec<u8>>, StoreError> {
                (**self).get(name)
            }
            fn redact(
                &self,
                name: &ObjectName,
                old: &Hash,
                new: &[u8],
            ) -> Result<Redact, StoreError> {
                (**self).redact(name, old, new)
            }
            fn publish(&self, note: &[u8]) -> Result<(), StoreError> {
                (**self).publish(note)
            }
            fn published(&self) -> Result<Option<Vec<u8>>, StoreError> {
                (**self).published()
            }
            fn newest(&self) -> Result<Option<u64>, StoreError> {
                (**self).newest()
            }
        }
    };
}

delegate!(&S);
delegate!(Box<S>);
delegate!(Arc<S>);

/// Finds the newest commit by doubling and bisecting, starting above one that is known to exist.
fn newest_after(
    known: Option<u64>,
    mut exists: impl FnMut(u64) -> Result<bool, StoreError>,
) -> Result<Option<u64>, StoreError> {
    // Everything below `low` exists; the search stops when `high`, if there is any, is `low`.
    let mut low = known.map_or(0, |n| n.saturating_add(1));
    let mut high = None;
    let mut step = 1;
    while high != Some(low) {
        let middle = match high {
            Some(high) => low + (high - low) / 2,
            None => low.saturating_add(step - 1),
        };
        if exists(middle)? {
            let Some(next) = middle.checked_add(1) else {
                return Ok(Some(middle));
            };
            low = next;
            step = step.saturating_mul(2);
        } else {
            high = Some(middle);
        }
    }
    Ok(low.checked_sub(1))
}

fn holder(pid: Option<u32>) -> String {
    match pid {
        Some(pid) => format!("process {pid}"),
        None => "another process".to_owned(),
    }
}

fn newest(found: Option<u64>) -> String {
    match found {
        Some(n) => format!("{n} as the newest"),
        None => "no commit".to_owned(),
    }
}

const COMMITS: &str = "commits";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_have_one_spelling() {
        for good in [
            "tile/0/x001/067",
            "tile/entries/000.p/8",
            "probe/0af3/commit",
            "commits/00000000000000ff",
        ] {
            assert_eq!(good.parse::<ObjectName>().unwrap().as_str(), good);
        }
        let long = format!("a/{}", "b".repeat(199));
        for bad in [
            "",
            "tile",
            "/tile",
            "tile/",
            "tile//0",
            "../up",
            "tile/..",
            "tile/.p",
            "Tile/0",
            "tile/0\\1",
            "tile/é",
            "tile/\0",
            "commits/ff",
            "commits/00000000000000FF",
            "commits/+0000000000000ff",
            "commits/000000000000000ff",
            "commits/0000000000000000/a",
            &long,
        ] {
            assert!(bad.parse::<ObjectName>().is_err(), "{bad}");
        }
    }

    #[test]
    fn a_commit_name_gives_its_number() {
        for n in [0, 41, u64::MAX] {
            let name = ObjectName::commit(n);
            assert_eq!(name.commit_number(), Some(n));
            assert_eq!(name.as_str().parse(), Ok(name));
        }
        assert_eq!(
            "tile/0/000".parse::<ObjectName>().unwrap().commit_number(),
            None
        );
    }

    #[test]
    fn the_newest_is_found_from_any_hint_in_few_steps() {
        for count in (0..200_u64).chain([1 << 20, (1 << 20) + 1, (1 << 40) - 1]) {
            for known in [None, Some(0), Some(count / 2), Some(count.wrapping_sub(1))] {
                if known.is_some_and(|n| n >= count) {
                    continue;
                }
                let mut reads = 0;
                let found = newest_after(known, |n| {
                    reads += 1;
                    Ok(n < count)
                });
                assert_eq!(found.unwrap(), count.checked_sub(1));
                assert!(
                    reads <= 2 * (64 - u64::leading_zeros(count)) + 2,
                    "{count}: {reads}"
                );
            }
        }
    }

    #[test]
    fn the_last_number_ends_the_search() {
        for known in [None, Some(u64::MAX - 1), Some(u64::MAX)] {
            assert_eq!(newest_after(known, |_| Ok(true)).unwrap(), Some(u64::MAX));
        }
    }

    #[test]
    fn what_the_operator_can_mend_has_its_own_error() {
        for kind in [
            io::ErrorKind::PermissionDenied,
            io::ErrorKind::ReadOnlyFilesystem,
        ] {
            let error = StoreError::io("write", Path::new("a"), kind.into());
            assert!(matches!(error, StoreError::ReadOnly { .. }));
        }
        let error = StoreError::io("write", Path::new("a"), io::ErrorKind::StorageFull.into());
        assert_eq!(error.to_string(), "write a: no storage space");
    }
}
