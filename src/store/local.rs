//! Stores on this machine's disk: what every engine needs around it.
//!
//! ```text
//! bewijs.toml    what this folder is
//! lock           held by the writer, names its process
//! high-water     the newest acknowledged commit
//! checkpoint     the published note
//! .partial/      files being written
//! ...            the engine's files: plain ones, or sled's in the folder sled
//! ```
//!
//! Around the engine stand the lock, the high-water mark, the reserve of free space, and the rule
//! that a handle is unfit for use after an error whose effect is unknown. `docs/design/store.md`
//! goes through each crash and each kind of damage.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Mutex, MutexGuard};

use super::directory::{Directory, create_folder, read_file, replace_file, sync_folder};
use super::high_water::{Found, HighWater};
use super::lock::Lock;
#[cfg(feature = "sled")]
use super::sled::Sled;
use super::{
    Create, Kind, MAX_OBJECT_BYTES, Marker, MarkerError, ObjectName, Redact, Store, StoreError,
};
use crate::hash::Hash;

/// What keeps the objects.
pub(super) trait Engine: Send + Sync {
    /// As [`Store::put`]: at most one `Created` a name, durable.
    fn put(&self, name: &ObjectName, bytes: &[u8]) -> Result<Create, StoreError>;

    /// As [`Store::get`].
    fn get(&self, name: &ObjectName) -> Result<Option<Vec<u8>>, StoreError>;

    /// As [`Store::redact`]; one at a time.
    fn redact(&self, name: &ObjectName, old: &Hash, new: &[u8]) -> Result<Redact, StoreError>;

    /// Returns the free bytes that a redaction needs beside those of the object.
    fn room_to_redact(&self) -> Result<u64, StoreError>;

    /// Returns the newest commit's number; commits up to `known` are there.
    fn newest(&self, known: Option<u64>) -> Result<Option<u64>, StoreError>;

    /// Makes durable whatever can be read.
    fn settle(&self) -> Result<(), StoreError>;
}

/// Creates an empty store in `dir`, which is made if it does not exist, and opens it for writing.
///
/// # Errors
/// [`StoreError::NotEmpty`] when there is anything in `dir` already: nothing is ever overwritten.
/// [`StoreError::Marker`] when `kind` is no store or not built in; what opening may say.
pub fn create_store(dir: &Path, kind: Kind) -> Result<Box<dyn Store>, StoreError> {
    expect_store_kind(dir, kind)?;
    match fs::create_dir(dir) {
        Ok(()) => {}
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => expect_empty(dir)?,
        Err(error) if error.kind() == io::ErrorKind::NotFound => {
            return Err(StoreError::Missing {
                path: dir.parent().unwrap_or(dir).to_owned(),
            });
        }
        Err(error) => return Err(StoreError::io("create", dir, error)),
    }
    let lock = Lock::take(dir)?;
    HighWater::create(dir)?;
    let store = Local::open_for_writing(dir, kind, lock)?;
    // The marker comes last: a folder without one is no store, however far its making came.
    Marker { kind, origin: None }.write_new(dir)?;
    let dir = fs::canonicalize(dir).map_err(|source| StoreError::io("find", dir, source))?;
    if let Some(parent) = dir.parent() {
        sync_folder(parent)?;
    }
    Ok(Box::new(store))
}

/// Opens the store in `dir` for writing, and settles what an earlier writer left unclear.
///
/// # Errors
/// [`StoreError::Missing`] and [`StoreError::Marker`] when there is no store that this program knows;
/// [`StoreError::Locked`] while another writer has it; [`StoreError::Behind`] and
/// [`StoreError::Damaged`] when it does not hold what was acknowledged;
/// [`StoreError::Full`] and [`StoreError::ReadOnly`] when it cannot be written.
pub fn open_store(dir: &Path) -> Result<Box<dyn Store>, StoreError> {
    let Marker { kind, .. } = Marker::read(dir)?;
    expect_store_kind(dir, kind)?;
    let lock = Lock::take(dir)?;
    Ok(Box::new(Local::open_for_writing(dir, kind, lock)?))
}

/// Opens the store in `dir` for reading only.
///
/// A directory store can be read while another process writes it. sled cannot: it is opened
/// with the lock held, and the error names the process that has it.
///
/// # Errors
/// As for [`open_store`].
pub fn open_store_for_reading(dir: &Path) -> Result<Box<dyn Store>, StoreError> {
    let Marker { kind, .. } = Marker::read(dir)?;
    expect_store_kind(dir, kind)?;
    let lock = match kind {
        Kind::Sled => Some(Lock::take(dir)?),
        _ => None,
    };
    Ok(Box::new(Local::open_for_reading(dir, kind, lock)?))
}

/// Takes the newest commit that is there for the newest that was acknowledged, whatever was noted
/// before; returns its number.
///
/// This gives up the proof that nothing was lost. It is for an operator who has compared the ledger
/// with its witnesses, or who wants to read what is left in a *copy* of a damaged store:
/// sled cuts off what it cannot use when it is opened.
///
/// # Errors
/// As for [`open_store`], but for [`StoreError::Behind`].
pub fn danger_accept_newest(dir: &Path) -> Result<Option<u64>, StoreError> {
    let Marker { kind, .. } = Marker::read(dir)?;
    expect_store_kind(dir, kind)?;
    let _lock = Lock::take(dir)?;
    let engine = open_engine(dir, kind)?;
    engine.settle()?;
    let newest = engine.newest(None)?;
    let mark = match newest {
        None => None,
        Some(n) => {
            let bytes = engine.get(&ObjectName::commit(n))?;
            Some((n, Hash::of(&bytes.ok_or_else(|| missing_commit(n))?)))
        }
    };
    HighWater::danger_reset(dir, mark)?;
    Ok(newest)
}

/// A store on this machine's disk. The engine is dropped before the lock.
struct Local {
    dir: PathBuf,
    engine: Box<dyn Engine>,
    /// The number of commits known to be there.
    commits: AtomicU64,
    /// `None` for a reader.
    high_water: Option<Mutex<HighWater>>,
    publishing: Mutex<()>,
    fault: Mutex<Option<Fault>>,
    /// Free bytes that writing leaves untouched.
    reserve: u64,
    _lock: Option<Lock>,
}

/// Why a handle is unfit for use.
struct Fault {
    why: String,
    /// Whether reading may go on: nothing that was written is in doubt.
    readable: bool,
}

impl Local {
    fn open_for_writing(dir: &Path, kind: Kind, lock: Lock) -> Result<Local, StoreError> {
        let partial = dir.join(PARTIAL);
        match fs::remove_dir_all(&partial) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => {
                return Err(StoreError::io("remove", &partial, error));
            }
            _ => create_folder(&partial)?,
        }
        let mut high_water = HighWater::open(dir)?;
        let reserve = reserve(kind);
        expect_space(dir, reserve)?;
        let engine = open_engine(dir, kind)?;
        let (newest, found) = expect_mark(&*engine, high_water.found())?;
        // A crash in the middle of a redaction left two hashes for one commit.
        if let (Some(_), Some(found)) = (high_water.found().or, found) {
            engine.settle()?;
            high_water.settle(found)?;
        }

        // A commit above the mark was never acknowledged, yet may have been: settle it now.
        engine.settle()?;
        let first = high_water.mark().map_or(0, |(n, _)| n.saturating_add(1));
        for n in newest.into_iter().flat_map(|newest| first..=newest) {
            let bytes = engine.get(&ObjectName::commit(n))?;
            let bytes = bytes.ok_or_else(|| missing_commit(n))?;
            high_water.raise(n, Hash::of(&bytes))?;
        }
        let high_water = Some(Mutex::new(high_water));
        Ok(Local::new(
            dir,
            engine,
            newest,
            high_water,
            reserve,
            Some(lock),
        ))
    }

    fn open_for_reading(dir: &Path, kind: Kind, lock: Option<Lock>) -> Result<Local, StoreError> {
        // The mark first: a writer may go on while we look, and the store never falls back.
        let mark = HighWater::read(dir)?;
        let engine = open_engine(dir, kind)?;
        let (newest, _) = expect_mark(&*engine, mark)?;
        Ok(Local::new(dir, engine, newest, None, 0, lock))
    }

    fn new(
        dir: &Path,
        engine: Box<dyn Engine>,
        newest: Option<u64>,
        high_water: Option<Mutex<HighWater>>,
        reserve: u64,
        lock: Option<Lock>,
    ) -> Local {
        Local {
            dir: dir.to_owned(),
            engine,
            commits: AtomicU64::new(newest.map_or(0, |n| n.saturating_add(1))),
            high_water,
            publishing: Mutex::new(()),
            fault: Mutex::new(None),
            reserve,
            _lock: lock,
        }
    }

    /// Refuses what a reader may not do and what an earlier error forbids; gives what a writer needs.
    fn writer(&self, bytes: usize) -> Result<&Mutex<HighWater>, StoreError> {
        let Some(high_water) = &self.high_water else {
            return Err(StoreError::ReadOnly {
                path: self.dir.clone(),
                why: "the store was opened for reading".to_owned(),
            });
        };
        self.expect_fit(|_| false)?;
        expect_space(&self.dir, self.reserve.saturating_add(bytes as u64))?;
        Ok(high_water)
    }

    fn expect_fit(&self, despite: impl Fn(&Fault) -> bool) -> Result<(), StoreError> {
        match &*self.fault() {
            Some(fault) if !despite(fault) => Err(StoreError::Poisoned {
                why: fault.why.clone(),
            }),
            _ => Ok(()),
        }
    }

    /// Remembers a failure, so that nothing more is tried; `readable` unless a write is in doubt.
    fn remember(&self, error: &StoreError, readable: bool) {
        let mut fault = self.fault();
        let readable = readable && fault.as_ref().is_none_or(|fault| fault.readable);
        let why = match fault.take() {
            Some(first) => first.why,
            None => error.to_string(),
        };
        *fault = Some(Fault { why, readable });
    }

    fn fault(&self) -> MutexGuard<'_, Option<Fault>> {
        self.fault
            .lock()
            .expect("nothing panics while it holds the fault")
    }
}

impl Store for Local {
    fn put(&self, name: &ObjectName, bytes: &[u8]) -> Result<Create, StoreError> {
        if bytes.len() > MAX_OBJECT_BYTES {
            return Err(StoreError::TooLarge {
                name: name.to_string(),
                found: bytes.len(),
            });
        }
        let high_water = self.writer(bytes.len())?;
        let put = || {
            let created = self.engine.put(name, bytes)?;
            if let (Create::Created, Some(n)) = (created, name.commit_number()) {
                let mut high_water = high_water.lock().expect("nothing panics with the mark");
                high_water.raise(n, Hash::of(bytes))?;
                self.commits
                    .fetch_max(n.saturating_add(1), Ordering::SeqCst);
            }
            Ok(created)
        };
        put().inspect_err(|error| self.remember(error, false))
    }

    fn get(&self, name: &ObjectName) -> Result<Option<Vec<u8>>, StoreError> {
        self.expect_fit(|fault| fault.readable)?;
        let found = self.engine.get(name);
        let Some(n) = name.commit_number() else {
            // A damaged object can be put again, so damage alone stops nothing.
            return found.inspect_err(|error| {
                if !matches!(error, StoreError::Damaged { .. }) {
                    self.remember(error, true);
                }
            });
        };
        let known = n < self.commits.load(Ordering::SeqCst);
        let found = match found {
            Ok(None) if known => Err(missing_commit(n)),
            // Not whole and never acknowledged: it was never made.
            Err(StoreError::Damaged { .. }) if !known => Ok(None),
            found => found,
        };
        found.inspect_err(|error| self.remember(error, true))
    }

    fn redact(&self, name: &ObjectName, old: &Hash, new: &[u8]) -> Result<Redact, StoreError> {
        if new.len() > MAX_OBJECT_BYTES {
            return Err(StoreError::TooLarge {
                name: name.to_string(),
                found: new.len(),
            });
        }
        let room = usize::try_from(self.engine.room_to_redact()?).unwrap_or(usize::MAX);
        let high_water = self.writer(new.len().saturating_add(room))?;
        let redact = || {
            let mut high_water = high_water.lock().expect("nothing panics with the mark");
            // The newest commit keeps its number and gets another hash.
            let newest = high_water.mark();
            let marked = newest.filter(|(n, _)| name.commit_number() == Some(*n));
            if marked.is_some() {
                high_water.allow(Hash::of(new))?;
            }
            let done = self.engine.redact(name, old, new)?;
            if let Some((_, hash)) = marked {
                high_water.settle(match done {
                    Redact::Done => Hash::of(new),
                    Redact::Other => hash,
                })?;
            }
            Ok(done)
        };
        redact().inspect_err(|error| self.remember(error, false))
    }

    fn publish(&self, note: &[u8]) -> Result<(), StoreError> {
        self.writer(note.len())?;
        let _one_at_a_time = self.publishing.lock().expect("nothing panics with this");
        let partial = self.dir.join(PARTIAL).join(PUBLISHED);
        replace_file(&partial, &self.dir.join(PUBLISHED), note)
            .inspect_err(|error| self.remember(error, false))
    }

    fn published(&self) -> Result<Option<Vec<u8>>, StoreError> {
        self.expect_fit(|fault| fault.readable)?;
        read_file(&self.dir.join(PUBLISHED)).inspect_err(|error| self.remember(error, true))
    }

    fn newest(&self) -> Result<Option<u64>, StoreError> {
        self.expect_fit(|fault| fault.readable)?;
        let known = self.commits.load(Ordering::SeqCst).checked_sub(1);
        if self.high_water.is_some() {
            return Ok(known);
        }
        let newest = self.engine.newest(known);
        let newest = newest.inspect_err(|error| self.remember(error, true))?;
        if let Some(n) = newest {
            self.commits
                .fetch_max(n.saturating_add(1), Ordering::SeqCst);
        }
        Ok(newest)
    }
}

fn open_engine(dir: &Path, kind: Kind) -> Result<Box<dyn Engine>, StoreError> {
    match kind {
        #[cfg(feature = "sled")]
        Kind::Sled => Ok(Box::new(Sled::open(dir)?)),
        _ => Ok(Box::new(Directory::open(dir))),
    }
}

/// Demands that the engine holds the commit at the high-water mark; returns the newest commit, and the
/// hash of the marked one.
fn expect_mark(
    engine: &dyn Engine,
    expected: Found,
) -> Result<(Option<u64>, Option<Hash>), StoreError> {
    let Some((n, hash)) = expected.mark else {
        return Ok((engine.newest(None)?, None));
    };
    let Some(bytes) = engine.get(&ObjectName::commit(n))? else {
        return Err(StoreError::Behind {
            expected: n,
            found: engine.newest(None)?,
        });
    };
    let found = Hash::of(&bytes);
    if found != hash && Some(found) != expected.or {
        return Err(StoreError::Damaged {
            place: format!("commit {n}"),
            why: format!("expected SHA-256 {hash}, as acknowledged, found {found}"),
        });
    }
    Ok((engine.newest(Some(n))?, Some(found)))
}

fn expect_store_kind(path: &Path, kind: Kind) -> Result<(), MarkerError> {
    let path = path.to_owned();
    match kind {
        Kind::Export => Err(MarkerError::Export { path }),
        Kind::Sled if cfg!(not(feature = "sled")) => Err(MarkerError::NoSled { path }),
        Kind::Sled | Kind::Directory => Ok(()),
    }
}

fn expect_empty(dir: &Path) -> Result<(), StoreError> {
    let not_empty = |found: String| StoreError::NotEmpty {
        path: dir.to_owned(),
        found,
    };
    let mut entries = match fs::read_dir(dir) {
        Ok(entries) => entries,
        Err(error) if error.kind() == io::ErrorKind::NotADirectory => {
            return Err(not_empty("a file".to_owned()));
        }
        Err(error) => return Err(StoreError::io("read", dir, error)),
    };
    match entries.next() {
        None => Ok(()),
        Some(Ok(entry)) => {
            let name = match dir.join(Marker::FILE).exists() {
                true => Marker::FILE.into(),
                false => entry.file_name(),
            };
            Err(not_empty(name.to_string_lossy().into_owned()))
        }
        Some(Err(error)) => Err(StoreError::io("read", dir, error)),
    }
}

fn expect_space(dir: &Path, needed: u64) -> Result<(), StoreError> {
    let free =
        fs2::available_space(dir).map_err(|source| StoreError::io("measure", dir, source))?;
    match free < needed {
        true => Err(StoreError::Full {
            path: dir.to_owned(),
            needed,
            free,
        }),
        false => Ok(()),
    }
}

/// Returns the free bytes that writing leaves untouched.
fn reserve(kind: Kind) -> u64 {
    match kind {
        #[cfg(feature = "sled")]
        Kind::Sled => RESERVE + 4 * super::sled::SEGMENT_BYTES as u64,
        _ => RESERVE,
    }
}

fn missing_commit(n: u64) -> StoreError {
    StoreError::Damaged {
        place: format!("commit {n}"),
        why: "expected it, since a later one was acknowledged, found nothing".to_owned(),
    }
}

/// The folder of files being written.
pub(super) const PARTIAL: &str = ".partial";
const PUBLISHED: &str = "checkpoint";
const RESERVE: u64 = 64 << 20;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn too_little_space_is_refused_and_stops_nothing() {
        let dir = tempfile::tempdir().unwrap();
        drop(create_store(dir.path(), Kind::Directory).unwrap());
        let lock = Lock::take(dir.path()).unwrap();
        let mut store = Local::open_for_writing(dir.path(), Kind::Directory, lock).unwrap();
        let reserve = std::mem::replace(&mut store.reserve, u64::MAX);
        for refused in [store.create(0, b"genesis").err(), store.publish(b"").err()] {
            assert!(
                matches!(refused, Some(StoreError::Full { .. })),
                "{refused:?}"
            );
        }
        assert_eq!(store.read(0).unwrap(), None);
        store.reserve = reserve;
        assert_eq!(store.create(0, b"genesis").unwrap(), Create::Created);
    }
}
