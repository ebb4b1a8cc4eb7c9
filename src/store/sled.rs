//! The engine of sled 0.34.7, made durable. The only file that names sled's types.
//!
//! sled as it is shipped does not sync: its `flush` asks the kernel to start writing and no more.
//! So here, in order, for every put:
//!
//! 1. one batch in one tree: the object in chunks of at most 4 KiB, below
//! 2. `flush`, which hands everything to the kernel
//! 3. `sync_data` on our own handle to sled's file `db`
//!
//! ```text
//! key                          value
//! <name> 00 <chunk, u32 BE>    chunk 0: <bytes in all, u64 BE> <SHA-256 of the object> <first bytes>
//!                              chunk k: the bytes that follow
//! ```
//!
//! A value above a quarter of a segment would go to a file of its own under `blobs`, which sled
//! never syncs: segments of 4 MiB and small values keep every leaf below that.
//! sled appends and gives nothing back, so a redaction writes everything else anew into the folder
//! `sled.next`, which then takes the place of `sled`.
//! An object counts only when it is whole, down to its digest. `docs/decisions/sled.md` says what was
//! measured and why each measure is there.

use std::any::Any;
use std::cell::Cell;
use std::fs::{self, File, OpenOptions};
use std::panic::{self, AssertUnwindSafe};
use std::path::{Path, PathBuf};
use std::sync::{Mutex, Once, RwLock};

use super::directory::{create_folder, sync_folder};
use super::local::Engine;
use super::{COMMITS, Create, MAX_OBJECT_BYTES, ObjectName, Redact, StoreError};
use crate::hash::Hash;

/// The size of sled's segments; it is fixed when a store is created.
pub(super) const SEGMENT_BYTES: usize = 4 << 20;

/// The engine of sled.
pub(super) struct Sled {
    /// `None` once sled has panicked: it is never called again.
    db: RwLock<Option<::sled::Db>>,
    /// One put at a time: looking for a name, giving it bytes and syncing them belong together.
    putting: Mutex<()>,
    /// Our own handle to sled's file.
    file: RwLock<File>,
    folder: PathBuf,
}

impl Sled {
    /// Opens sled in the folder `sled` of the store `dir`, whose lock the caller holds.
    pub(super) fn open(dir: &Path) -> Result<Sled, StoreError> {
        let folder = dir.join(FOLDER);
        finish_exchange(dir)?;
        let (db, file) = open_folder(&folder)?;
        sync_folder(dir)?;
        Ok(Sled {
            db: RwLock::new(Some(db)),
            putting: Mutex::new(()),
            file: RwLock::new(file),
            folder,
        })
    }

    /// Calls sled. A panic ends this handle: sled's state is unknown after it.
    fn call<T>(
        &self,
        call: impl FnOnce(&::sled::Db) -> Result<T, ::sled::Error>,
    ) -> Result<T, StoreError> {
        let guard = self.db.read().expect("panics are caught below");
        let Some(db) = &*guard else {
            return Err(StoreError::Poisoned {
                why: "sled panicked".to_owned(),
            });
        };
        match catch(|| call(db)) {
            Ok(result) => result.map_err(|error| refused(&self.folder, error)),
            Err(panic) => {
                drop(guard);
                // Dropping sled after a panic may wait for ever: leave it to the end of the process.
                std::mem::forget(self.db.write().expect("panics are caught above").take());
                Err(panicked(&self.folder, &*panic))
            }
        }
    }

    /// Syncs what sled has flushed.
    fn sync(&self) -> Result<(), StoreError> {
        let file = self.file.read().expect("nothing panics with the file");
        sync_file(&file, &self.folder)
    }

    /// Returns the folder of the store.
    fn store(&self) -> &Path {
        let store = self.folder.parent();
        store.expect("sled's folder is in that of the store")
    }

    /// Writes every object anew into `next`, but `name` with the bytes `new`.
    fn copy(&self, next: &Path, name: &ObjectName, new: &[u8]) -> Result<(), StoreError> {
        let (copy, file) = open_folder(next)?;
        let copied = self.call(|db| {
            let mut some = ::sled::Batch::default();
            let mut bytes = 0;
            for pair in db.iter() {
                let (key, value) = pair?;
                if name_of(&key).as_ref() == Some(name) {
                    continue;
                }
                bytes += value.len();
                some.insert(key, value);
                if bytes >= SEGMENT_BYTES {
                    copy.apply_batch(std::mem::take(&mut some))?;
                    bytes = 0;
                }
            }
            copy.apply_batch(some)?;
            copy.apply_batch(batch(name, new))?;
            copy.flush()
        });
        // sled flushes once more when it is dropped, so only then is there no more to sync.
        catch(|| drop(copy)).map_err(|panic| panicked(next, &*panic))?;
        copied?;
        sync_file(&file, next)?;
        sync_folder(&next.join("blobs"))?;
        sync_folder(next)?;
        sync_folder(self.store())
    }

    /// Puts `next` into the place of sled's folder, and opens it.
    fn exchange(&self, next: &Path) -> Result<(), StoreError> {
        let mut db = self.db.write().expect("panics are caught below");
        let mut file = self.file.write().expect("nothing panics with the file");
        let Some(open) = db.take() else {
            return Err(StoreError::Poisoned {
                why: "sled panicked".to_owned(),
            });
        };
        catch(|| drop(open)).map_err(|panic| panicked(&self.folder, &*panic))?;
        let old = self.store().join(OLD);
        rename(&self.folder, &old)?;
        sync_folder(self.store())?;
        rename(next, &self.folder)?;
        sync_folder(self.store())?;
        let (opened, opened_file) = open_folder(&self.folder)?;
        *db = Some(opened);
        *file = opened_file;
        remove_folder(&old)?;
        sync_folder(self.store())
    }
}

/// Opens sled in `folder`, with a handle of our own to its file.
fn open_folder(folder: &Path) -> Result<(::sled::Db, File), StoreError> {
    create_folder(folder)?;
    remove_unfinished_snapshots(folder)?;
    let open = || {
        ::sled::Config::new()
            .path(folder)
            .segment_size(SEGMENT_BYTES)
            .cache_capacity(CACHE_BYTES)
            .flush_every_ms(None)
            .open()
    };
    let db = catch(open)
        .map_err(|panic| panicked(folder, &*panic))?
        .map_err(|error| refused(folder, error))?;
    let path = folder.join("db");
    let file = OpenOptions::new().read(true).write(true).open(&path);
    let file = file.map_err(|source| StoreError::io("open", &path, source))?;
    for made in [&folder.join("blobs"), folder] {
        sync_folder(made)?;
    }
    Ok((db, file))
}

/// Ends what a crash left of an exchange of sled's folder: the old one until the new one is whole.
fn finish_exchange(dir: &Path) -> Result<(), StoreError> {
    let [folder, next, old] = [FOLDER, NEXT, OLD].map(|name| dir.join(name));
    if !folder.exists() && old.exists() {
        // The old folder moves away only when the new one is whole.
        rename(if next.exists() { &next } else { &old }, &folder)?;
        sync_folder(dir)?;
    }
    for left in [next, old] {
        if left.exists() {
            remove_folder(&left)?;
            sync_folder(dir)?;
        }
    }
    Ok(())
}

fn rename(from: &Path, to: &Path) -> Result<(), StoreError> {
    fs::rename(from, to).map_err(|source| StoreError::io("rename", from, source))
}

fn remove_folder(path: &Path) -> Result<(), StoreError> {
    fs::remove_dir_all(path).map_err(|source| StoreError::io("remove", path, source))
}

fn sync_file(file: &File, folder: &Path) -> Result<(), StoreError> {
    file.sync_data()
        .map_err(|source| StoreError::io("sync", &folder.join("db"), source))
}

impl Engine for Sled {
    fn put(&self, name: &ObjectName, bytes: &[u8]) -> Result<Create, StoreError> {
        let _one_at_a_time = self.putting.lock().expect("panics are caught below");
        let created = self.call(|db| {
            // An object that is not whole was never acknowledged, or is damaged: put it again.
            if let Ok(Some(_)) = whole(db, name)? {
                return Ok(Create::Exists);
            }
            db.apply_batch(batch(name, bytes))?;
            db.flush()?;
            Ok(Create::Created)
        })?;
        if created == Create::Created {
            self.sync()?;
        }
        Ok(created)
    }

    fn get(&self, name: &ObjectName) -> Result<Option<Vec<u8>>, StoreError> {
        self.call(|db| whole(db, name))?
            .map_err(|why| StoreError::Damaged {
                place: format!("{name} in {}", self.folder.display()),
                why,
            })
    }

    fn redact(&self, name: &ObjectName, old: &Hash, new: &[u8]) -> Result<Redact, StoreError> {
        let _one_at_a_time = self.putting.lock().expect("panics are caught below");
        match self.get(name)? {
            Some(bytes) if Hash::of(&bytes) == *old => {}
            _ => return Ok(Redact::Other),
        }
        let next = self.store().join(NEXT);
        if next.exists() {
            remove_folder(&next)?;
        }
        self.copy(&next, name, new)?;
        self.exchange(&next)?;
        Ok(Redact::Done)
    }

    /// As much as there is, since all of it is written anew.
    fn room_to_redact(&self) -> Result<u64, StoreError> {
        let path = self.folder.join("db");
        let found = fs::metadata(&path).map_err(|source| StoreError::io("measure", &path, source));
        Ok(found?.len())
    }

    fn newest(&self, _: Option<u64>) -> Result<Option<u64>, StoreError> {
        self.call(|db| {
            // What stands last may not be whole; then it was never made.
            let mut above = format!("{COMMITS}0").into_bytes();
            while let Some((key, _)) = db.get_lt(&above)? {
                let Some(name) = name_of(&key).filter(|name| name.commit_number().is_some()) else {
                    break;
                };
                if let Ok(Some(_)) = whole(db, &name)? {
                    return Ok(name.commit_number());
                }
                above = chunk_key(&name, 0).to_vec();
            }
            Ok(None)
        })
    }

    fn settle(&self) -> Result<(), StoreError> {
        self.call(|db| db.flush().map(|_| ()))?;
        self.sync()
    }
}

impl Drop for Sled {
    fn drop(&mut self) {
        if let Ok(db) = self.db.get_mut() {
            let db = db.take();
            // sled flushes when it is dropped. What that could fail to write was never acknowledged.
            let _ = catch(|| drop(db));
        }
    }
}

/// Splits an object into the values of its keys.
fn batch(name: &ObjectName, bytes: &[u8]) -> ::sled::Batch {
    let mut batch = ::sled::Batch::default();
    let (first, rest) = bytes.split_at(bytes.len().min(CHUNK_BYTES - HEADER_BYTES));
    let mut value = Vec::with_capacity(HEADER_BYTES + first.len());
    value.extend((bytes.len() as u64).to_be_bytes());
    value.extend(Hash::of(bytes).as_bytes());
    value.extend(first);
    batch.insert(chunk_key(name, 0), value);
    for (chunk, value) in (1..).zip(rest.chunks(CHUNK_BYTES)) {
        batch.insert(chunk_key(name, chunk), value);
    }
    batch
}

/// Puts an object together again; the inner error says why it is not whole.
fn whole(
    db: &::sled::Db,
    name: &ObjectName,
) -> Result<Result<Option<Vec<u8>>, String>, ::sled::Error> {
    let Some(value) = db.get(chunk_key(name, 0))? else {
        return Ok(Ok(None));
    };
    let Some((header, first)) = value.split_at_checked(HEADER_BYTES) else {
        return Ok(Err(format!(
            "expected {HEADER_BYTES} bytes of header, found {}",
            value.len()
        )));
    };
    let (length, digest) = header.split_at(8);
    let length = u64::from_be_bytes(length.try_into().expect("split at 8"));
    if length > MAX_OBJECT_BYTES as u64 {
        return Ok(Err(format!(
            "expected at most {MAX_OBJECT_BYTES} bytes, found {length}"
        )));
    }
    let length = length as usize;
    let mut bytes = Vec::with_capacity(length);
    bytes.extend(first);
    let mut chunk = 0;
    while bytes.len() < length {
        chunk += 1;
        match db.get(chunk_key(name, chunk))? {
            Some(value) if !value.is_empty() => bytes.extend(&*value),
            _ => {
                return Ok(Err(format!(
                    "expected {length} bytes, found {}",
                    bytes.len()
                )));
            }
        }
    }
    let found = Hash::of(&bytes);
    if bytes.len() != length || found.as_bytes() != digest {
        return Ok(Err(format!(
            "expected the SHA-256 it was stored with, found {found}"
        )));
    }
    Ok(Ok(Some(bytes)))
}

fn chunk_key(name: &ObjectName, chunk: u32) -> Vec<u8> {
    let mut key = name.as_str().as_bytes().to_vec();
    key.push(0);
    key.extend(chunk.to_be_bytes());
    key
}

fn name_of(key: &[u8]) -> Option<ObjectName> {
    let (name, _) = key.split_last_chunk::<5>()?;
    std::str::from_utf8(name).ok()?.parse().ok()
}

/// Removes what sled leaves when it is killed while opening, and would read as a snapshot.
fn remove_unfinished_snapshots(folder: &Path) -> Result<(), StoreError> {
    let entries = fs::read_dir(folder).map_err(|source| StoreError::io("read", folder, source))?;
    for entry in entries {
        let entry = entry.map_err(|source| StoreError::io("read", folder, source))?;
        let name = entry.file_name();
        let name = name.to_string_lossy();
        if name.starts_with("snap.") && name.ends_with(".generating") {
            let path = entry.path();
            fs::remove_file(&path).map_err(|source| StoreError::io("remove", &path, source))?;
        }
    }
    Ok(())
}

fn refused(folder: &Path, error: ::sled::Error) -> StoreError {
    match error {
        ::sled::Error::Io(source) => StoreError::io("use sled in", folder, source),
        error => StoreError::Engine {
            place: folder.to_owned(),
            why: format!("sled says: {error}"),
        },
    }
}

fn panicked(folder: &Path, panic: &(dyn Any + Send)) -> StoreError {
    let text = panic.downcast_ref::<String>().map(String::as_str);
    let text = text.or_else(|| panic.downcast_ref::<&str>().copied());
    StoreError::Engine {
        place: folder.to_owned(),
        why: format!("sled panicked: {}", text.unwrap_or("without a message")),
    }
}

/// Calls sled, which panics on damaged files, and keeps the panic's message off the terminal.
///
/// The hook is the process's: it is put in front of the one there is, once, and is silent only
/// for a thread that is in here.
fn catch<T>(call: impl FnOnce() -> T) -> Result<T, Box<dyn Any + Send>> {
    static HOOK: Once = Once::new();
    HOOK.call_once(|| {
        let earlier = panic::take_hook();
        panic::set_hook(Box::new(move |info| {
            if !QUIET.get() {
                earlier(info);
            }
        }));
    });
    let before = QUIET.replace(true);
    let result = panic::catch_unwind(AssertUnwindSafe(call));
    QUIET.set(before);
    result
}

thread_local! {
    static QUIET: Cell<bool> = const { Cell::new(false) };
}

const FOLDER: &str = "sled";
const NEXT: &str = "sled.next";
const OLD: &str = "sled.old";
/// What sled may keep in memory of what it has read.
const CACHE_BYTES: u64 = 32 << 20;
/// Pages, of 8 to 27 values, have to be small: sled looks at what it keeps only after every 64 reads
/// in one of 256 shards, and always leaves one page in each.
const CHUNK_BYTES: usize = 4 << 10;
const HEADER_BYTES: usize = 8 + Hash::LEN;

#[cfg(test)]
mod tests {
    use super::super::{Kind, create_store, open_store};
    use super::*;

    /// Leaves the first chunk of an object of three, as no batch ever should.
    fn tear(sled: &Sled, name: &ObjectName) {
        let tear = sled.call(|db| {
            db.apply_batch(batch(name, &[7; 3 * CHUNK_BYTES]))?;
            db.remove(chunk_key(name, 2))?;
            db.flush()
        });
        tear.unwrap();
    }

    #[test]
    fn an_object_that_is_not_whole_can_be_put_again() {
        let dir = tempfile::tempdir().unwrap();
        let sled = Sled::open(dir.path()).unwrap();
        let name: ObjectName = "tile/0/000".parse().unwrap();
        tear(&sled, &name);
        let damaged = sled.get(&name);
        assert!(
            matches!(damaged, Err(StoreError::Damaged { .. })),
            "{damaged:?}"
        );
        assert_eq!(sled.put(&name, b"new").unwrap(), Create::Created);
        assert_eq!(sled.get(&name).unwrap().as_deref(), Some(&b"new"[..]));
        assert_eq!(sled.put(&name, b"newer").unwrap(), Create::Exists);
    }

    #[test]
    fn a_commit_that_is_not_whole_and_was_not_acknowledged_was_never_made() {
        let dir = tempfile::tempdir().unwrap();
        let store = create_store(dir.path(), Kind::Sled).unwrap();
        store.create(0, b"genesis").unwrap();
        drop(store);
        tear(&Sled::open(dir.path()).unwrap(), &ObjectName::commit(1));
        let store = open_store(dir.path()).unwrap();
        assert_eq!(store.newest().unwrap(), Some(0));
        assert_eq!(store.read(1).unwrap(), None);
        assert_eq!(store.create(1, b"one").unwrap(), Create::Created);
        drop(store);

        // One that was acknowledged is another matter.
        tear(&Sled::open(dir.path()).unwrap(), &ObjectName::commit(1));
        let damaged = open_store(dir.path()).err();
        assert!(
            matches!(damaged, Some(StoreError::Damaged { .. })),
            "{damaged:?}"
        );
    }

    #[test]
    fn a_panic_ends_the_handle_and_says_why() {
        let dir = tempfile::tempdir().unwrap();
        let sled = Sled::open(dir.path()).unwrap();
        let name = ObjectName::commit(0);
        let panicked = sled.call(|_| -> Result<(), _> { panic!("page {} is gone", 7) });
        let error = panicked.unwrap_err().to_string();
        assert!(error.contains("sled panicked: page 7 is gone"), "{error}");
        for stopped in [sled.get(&name).err(), sled.put(&name, b"").err()] {
            assert!(
                matches!(stopped, Some(StoreError::Poisoned { .. })),
                "{stopped:?}"
            );
        }
    }

    #[test]
    fn values_stay_small_enough_to_be_synced() {
        for size in [0, 1, CHUNK_BYTES - HEADER_BYTES, CHUNK_BYTES, 5 << 20] {
            let dir = tempfile::tempdir().unwrap();
            let sled = Sled::open(dir.path()).unwrap();
            sled.put(&ObjectName::commit(0), &vec![7; size]).unwrap();
            let sizes = sled.call(|db| db.iter().values().map(|value| Ok(value?.len())).collect());
            let sizes: Vec<usize> = sizes.unwrap();
            assert!(sizes.iter().all(|size| *size <= CHUNK_BYTES), "{sizes:?}");
            assert_eq!(sizes.iter().sum::<usize>(), size + HEADER_BYTES);
            assert_eq!(
                fs::read_dir(dir.path().join("sled/blobs")).unwrap().count(),
                0
            );
        }
    }
}
