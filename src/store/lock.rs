//! The lock of a store's folder: one writer at a time.
//!
//! The file `lock` holds the writer's process id as text, for the error that a second one gets:
//!
//! ```text
//! 4711
//! ```
//!
//! The lock is the operating system's (`flock` on Linux): it ends with the process, however that ends,
//! so a left-over file means nothing. It holds between machines only where the file system says so;
//! a ledger belongs on a local disk.

use std::fs::{File, OpenOptions, TryLockError};
use std::io::{Read as _, Write as _};
use std::path::Path;

use super::StoreError;

/// The lock, held until this is dropped.
#[derive(Debug)]
pub(super) struct Lock {
    _file: File,
}

impl Lock {
    /// Takes the lock of the store in `dir`, at once or not at all.
    pub(super) fn take(dir: &Path) -> Result<Lock, StoreError> {
        let path = dir.join("lock");
        let io = |doing| {
            let path = path.clone();
            move |source| StoreError::io(doing, &path, source)
        };
        let mut file = OpenOptions::new()
            .read(true)
            .write(true)
            .create(true)
            .truncate(false)
            .open(&path)
            .map_err(io("open"))?;
        match file.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => {
                let mut text = String::new();
                let pid = match file.read_to_string(&mut text) {
                    Ok(_) => text.trim_end().parse().ok(),
                    Err(_) => None,
                };
                return Err(StoreError::Locked { path, pid });
            }
            Err(TryLockError::Error(source)) => return Err(io("lock")(source)),
        }
        file.set_len(0).map_err(io("write"))?;
        writeln!(file, "{}", std::process::id()).map_err(io("write"))?;
        Ok(Lock { _file: file })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_second_is_told_who_holds_it() {
        let dir = tempfile::tempdir().unwrap();
        // A longer text of an earlier writer leaves nothing behind.
        std::fs::write(dir.path().join("lock"), "99999999999999999999\n").unwrap();
        let first = Lock::take(dir.path()).unwrap();
        match Lock::take(dir.path()) {
            Err(StoreError::Locked { pid, .. }) => assert_eq!(pid, Some(std::process::id())),
            other => panic!("{other:?}"),
        }
        drop(first);
        Lock::take(dir.path()).unwrap();
    }
}
