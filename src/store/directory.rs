//! The engine of plain files: an object is a file, put if absent is a hard link.
//!
//! ```text
//! commits/0000000000000029   commit 41, its bytes and nothing else
//! tile/0/x001/067            any other object, under its own name
//! .partial/7                 a file being written; swept away when the store is opened
//! ```
//!
//! A put writes the bytes under `.partial`, syncs that file, links it to its name, which fails where
//! the name exists, and syncs the folder. So a name never has part of its bytes, and the loser of a race
//! changes nothing. A redaction puts another file in the place of the old one by a rename. The files are what an object store or a static web server would hold;
//! whether their bytes are still the ones written, the reader's own hashes tell.

use std::collections::BTreeSet;
use std::fs::{self, File};
use std::io::{self, Read as _, Write as _};
use std::path::{Path, PathBuf};
use std::sync::Mutex;
use std::sync::atomic::{AtomicU64, Ordering};

use super::local::{Engine, PARTIAL};
use super::{COMMITS, Create, MAX_OBJECT_BYTES, ObjectName, Redact, StoreError, newest_after};
use crate::hash::Hash;

/// The engine of plain files.
#[derive(Debug)]
pub(super) struct Directory {
    dir: PathBuf,
    /// Counts the partial files of this handle.
    partial: AtomicU64,
    /// Folders whose own name is known to be durable.
    durable: Mutex<BTreeSet<PathBuf>>,
}

impl Directory {
    /// Opens the files in `dir`.
    pub(super) fn open(dir: &Path) -> Directory {
        Directory {
            dir: dir.to_owned(),
            partial: AtomicU64::new(0),
            durable: Mutex::new(BTreeSet::from([dir.to_owned()])),
        }
    }

    fn path(&self, name: &ObjectName) -> PathBuf {
        self.dir.join(name.as_str())
    }

    /// Returns the path of a file to be written.
    fn next_partial(&self) -> PathBuf {
        let number = self.partial.fetch_add(1, Ordering::Relaxed);
        self.dir.join(PARTIAL).join(number.to_string())
    }

    /// Makes `folder` and those above it exist, durably, up to the store's own.
    fn prepare(&self, folder: &Path) -> Result<(), StoreError> {
        let known = |folder: &Path| {
            let durable = self.durable.lock().expect("nothing panics with the set");
            durable.contains(folder)
        };
        if known(folder) {
            return Ok(());
        }
        let parent = folder
            .parent()
            .expect("a folder of an object is below the store's");
        self.prepare(parent)?;
        create_folder(folder)?;
        sync_folder(parent)?;
        let mut durable = self.durable.lock().expect("nothing panics with the set");
        durable.insert(folder.to_owned());
        Ok(())
    }
}

impl Engine for Directory {
    fn put(&self, name: &ObjectName, bytes: &[u8]) -> Result<Create, StoreError> {
        let path = self.path(name);
        let folder = path.parent().expect("an object has a folder");
        self.prepare(folder)?;
        let created = if path.is_file() {
            Create::Exists
        } else {
            put_file(&self.next_partial(), &path, bytes)?
        };
        // Also for a name that exists: who made it might not have come this far yet.
        sync_folder(folder)?;
        Ok(created)
    }

    fn get(&self, name: &ObjectName) -> Result<Option<Vec<u8>>, StoreError> {
        read_file(&self.path(name))
    }

    fn redact(&self, name: &ObjectName, old: &Hash, new: &[u8]) -> Result<Redact, StoreError> {
        match self.get(name)? {
            Some(bytes) if Hash::of(&bytes) == *old => {}
            _ => return Ok(Redact::Other),
        }
        replace_file(&self.next_partial(), &self.path(name), new)?;
        Ok(Redact::Done)
    }

    fn room_to_redact(&self) -> Result<u64, StoreError> {
        Ok(0)
    }

    fn newest(&self, known: Option<u64>) -> Result<Option<u64>, StoreError> {
        newest_after(known, |n| {
            let path = self.path(&ObjectName::commit(n));
            path.try_exists()
                .map_err(|source| StoreError::io("look for", &path, source))
        })
    }

    /// Syncs the commits' folder: a link that is there was made from a synced file.
    fn settle(&self) -> Result<(), StoreError> {
        let folder = self.dir.join(COMMITS);
        self.prepare(&folder)?;
        sync_folder(&folder)
    }
}

/// Writes `bytes` to a file named `path` if there is none: whole and synced, or not at all.
/// The name itself is durable when its folder is synced.
pub(super) fn put_file(partial: &Path, path: &Path, bytes: &[u8]) -> Result<Create, StoreError> {
    write_synced(partial, bytes)?;
    let linked = fs::hard_link(partial, path);
    fs::remove_file(partial).map_err(|source| StoreError::io("remove", partial, source))?;
    match linked {
        Ok(()) => Ok(Create::Created),
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists && path.is_file() => {
            Ok(Create::Exists)
        }
        Err(error) => Err(StoreError::io("link", path, error)),
    }
}

/// Replaces the file `path` atomically and durably.
pub(super) fn replace_file(partial: &Path, path: &Path, bytes: &[u8]) -> Result<(), StoreError> {
    write_synced(partial, bytes)?;
    fs::rename(partial, path).map_err(|source| StoreError::io("replace", path, source))?;
    sync_folder(path.parent().expect("a file has a folder"))
}

fn write_synced(path: &Path, bytes: &[u8]) -> Result<(), StoreError> {
    let write = || {
        let mut file = File::create(path)?;
        file.write_all(bytes)?;
        file.sync_all()
    };
    write().map_err(|source| StoreError::io("write", path, source))
}

/// Reads the file `path`, or `None` where there is none.
pub(super) fn read_file(path: &Path) -> Result<Option<Vec<u8>>, StoreError> {
    let mut bytes = Vec::new();
    let read = File::open(path).and_then(|file| {
        file.take(MAX_OBJECT_BYTES as u64 + 1)
            .read_to_end(&mut bytes)
    });
    match read {
        Ok(_) if bytes.len() > MAX_OBJECT_BYTES => Err(StoreError::Damaged {
            place: path.display().to_string(),
            why: format!("expected at most {MAX_OBJECT_BYTES} bytes, found more"),
        }),
        Ok(_) => Ok(Some(bytes)),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(StoreError::io("read", path, error)),
    }
}

/// Makes the folder `path` if there is none.
pub(super) fn create_folder(path: &Path) -> Result<(), StoreError> {
    match fs::create_dir(path) {
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists && path.is_dir() => Ok(()),
        Err(error) => Err(StoreError::io("create", path, error)),
        Ok(()) => Ok(()),
    }
}

/// Makes the names in a folder durable.
pub(super) fn sync_folder(path: &Path) -> Result<(), StoreError> {
    // Elsewhere a folder cannot be opened as a file, and renames are the file system's own care.
    if cfg!(unix) {
        let sync = File::open(path).and_then(|folder| folder.sync_all());
        sync.map_err(|source| StoreError::io("sync", path, source))?;
    }
    Ok(())
}
