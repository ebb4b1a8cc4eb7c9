//! A disk that fills up and a disk that turns read-only, on a small file system of their own.
//!
//! Mounting needs root: without it the tests print `skipped: why`.

mod support;

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::Arc;

use bewijs::envelope::Envelope;
use bewijs::hash::Hash;
use bewijs::ledger::{AppendError, Ledger, OpenLedgerError, ReadError, Reader};
use bewijs::merkle::Index;
use bewijs::store::{Kind, Store, StoreError, create_store, open_store_for_reading};
use support::{World, found, open};

/// A small file system in memory, unmounted when dropped.
struct Disk {
    folder: tempfile::TempDir,
}

impl Disk {
    const MEGABYTES: u64 = 200;

    fn mount() -> Option<Disk> {
        let folder = tempfile::tempdir().unwrap();
        let size = format!("size={}m", Disk::MEGABYTES);
        let mounted = mount(&["-t", "tmpfs", "-o", &size, "tmpfs"], folder.path());
        match mounted {
            true => Some(Disk { folder }),
            false => {
                println!("skipped: mounting a small file system needs root");
                None
            }
        }
    }

    fn path(&self) -> PathBuf {
        self.folder.path().join("ledger")
    }

    fn remount(&self, options: &str) {
        assert!(
            mount(&["-o", &format!("remount,{options}")], self.folder.path()),
            "{options}"
        );
    }

    /// Takes all the space that is left, or gives it back.
    fn fill(&self) {
        let mut chunk = vec![0; 1 << 20];
        let mut filler = fs::File::create(self.folder.path().join("filler")).unwrap();
        while !chunk.is_empty() {
            match std::io::Write::write_all(&mut filler, &chunk) {
                Ok(()) => {}
                Err(_) => chunk.truncate(chunk.len() / 2),
            }
        }
    }

    fn empty(&self) {
        fs::remove_file(self.folder.path().join("filler")).unwrap();
    }
}

impl Drop for Disk {
    fn drop(&mut self) {
        let _ = Command::new("umount")
            .arg("-l")
            .arg(self.folder.path())
            .status();
    }
}

fn mount(arguments: &[&str], folder: &Path) -> bool {
    let output = Command::new("mount").args(arguments).arg(folder).output();
    output.is_ok_and(|output| output.status.success())
}

fn kinds() -> Vec<Kind> {
    #[cfg(feature = "sled")]
    return vec![Kind::Directory, Kind::Sled];
    #[cfg(not(feature = "sled"))]
    return vec![Kind::Directory];
}

/// Appends findings until one is not acknowledged; returns the digests of those that were.
fn append_until_refused(
    ledger: &Ledger,
    world: &World,
    from: usize,
) -> (Vec<(Index, Hash)>, AppendError) {
    let mut acknowledged = Vec::new();
    for number in from..from + 100_000 {
        let finding = world.finding(&format!("B-{number}")).envelope();
        let digest = finding.digest();
        match ledger.append(finding) {
            Ok(appended) => acknowledged.push((appended.index, digest)),
            Err(error) => return (acknowledged, error),
        }
    }
    panic!("the disk never filled up");
}

fn check(reader: &Reader, acknowledged: &[(Index, Hash)]) {
    for (index, digest) in acknowledged {
        let record = reader
            .record(*index)
            .unwrap()
            .expect("an acknowledged entry is there");
        assert_eq!(
            Envelope::parse_stored(&record.envelope).unwrap().digest(),
            *digest
        );
    }
}

#[test]
fn a_full_disk_loses_nothing_and_the_ledger_goes_on_when_there_is_room() {
    for kind in kinds() {
        let Some(disk) = Disk::mount() else { return };
        let world = World::new();
        let ledger = found(&disk.path(), kind);
        let mut acknowledged = Vec::new();
        for number in 0..5 {
            let finding = world.finding(&format!("B-{number}")).envelope();
            let digest = finding.digest();
            acknowledged.push((ledger.append(finding).unwrap().index, digest));
        }
        disk.fill();
        let (more, error) = append_until_refused(&ledger, &world, 5);
        assert!(
            matches!(error, AppendError::Undecided { .. }),
            "{kind:?}: {error}"
        );
        assert!(error.to_string().contains("free"), "{kind:?}: {error}");
        acknowledged.extend(more);
        drop(ledger);

        // Still full: refused in words, and what was acknowledged can be read where reading needs no room.
        match open(&disk.path()).err() {
            Some(OpenLedgerError::Store(StoreError::Full { .. })) => {}
            other => panic!("{kind:?}: {other:?}"),
        }
        disk.empty();
        let ledger = open(&disk.path()).unwrap();
        check(&ledger.reader(), &acknowledged);
        ledger.append(world.finding("B-later").envelope()).unwrap();
    }
}

#[test]
fn a_read_only_disk_is_read_and_never_written() {
    for kind in kinds() {
        let Some(disk) = Disk::mount() else { return };
        let world = World::new();
        let ledger = found(&disk.path(), kind);
        let finding = world.finding("B-1").envelope();
        let acknowledged = [(
            ledger.append(finding.clone()).unwrap().index,
            finding.digest(),
        )];
        drop(ledger);
        disk.remount("ro");
        match open(&disk.path()).err() {
            Some(OpenLedgerError::Store(StoreError::ReadOnly { .. })) => {}
            other => panic!("{kind:?}: {other:?}"),
        }
        match open_store_for_reading(&disk.path()).map(|store| Reader::open(store.into())) {
            Ok(reader) => check(&reader.unwrap(), &acknowledged),
            // sled writes when it opens; it says so.
            Err(StoreError::ReadOnly { .. }) if kind != Kind::Directory => {}
            Err(other) => panic!("{kind:?}: {other:?}"),
        }
        match create_store(&disk.path().with_file_name("another"), kind).err() {
            Some(StoreError::ReadOnly { .. }) => {}
            other => panic!("{kind:?}: {other:?}"),
        }
        disk.remount("rw");
        check(&open(&disk.path()).unwrap().reader(), &acknowledged);
    }
}

#[test]
fn a_missing_ledger_is_said_to_be_missing() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("ledger");
    assert!(matches!(
        open(&path).err(),
        Some(OpenLedgerError::Store(StoreError::Missing { .. }))
    ));
    let empty: Arc<dyn Store> = create_store(&path, Kind::Directory).unwrap().into();
    assert!(matches!(Reader::open(empty), Err(ReadError::Empty)));
}
