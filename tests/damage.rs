//! A changed byte of a ledger on disk is reported, or it has no effect.
//!
//! Every byte of a small ledger and two thousand seeded places of a larger one are changed, one at a
//! time, in a directory store and in a sled store. *Reported* is an error that names a file, a commit or
//! entries, or a defect that names a place. *Without effect* is that every entry is the one that was
//! acknowledged, and so is the head. `tests/export.rs` does the same to exports.

#![cfg(feature = "host")]

mod support;

use std::collections::BTreeMap;
use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::sync::Mutex;

use bewijs::client::Stored;
use bewijs::hash::Hash;
use bewijs::ledger::{Ledger, SystemClock};
use bewijs::merkle::{Index, Size};
use bewijs::statement::SignedStatement;
use bewijs::store::{Kind, create_store, open_store_for_reading};
use bewijs::verify::{Facts, Options, Place, Record, Source, SourceError, verify_log};
use support::{CASE, LOG_SEED, Log, SeedSigner, World, open, store_log};
use tempfile::TempDir;

/// Every byte of a ledger that was written as any other.
#[test]
fn no_changed_byte_of_a_small_ledger_in_a_directory_goes_unnoticed() {
    every_byte(Kind::Directory, |_| true);
}

/// Every byte of sled's own files; around them are the same files as in a directory store.
#[cfg(feature = "sled")]
#[test]
fn no_changed_byte_of_a_small_ledger_in_sled_goes_unnoticed() {
    every_byte(Kind::Sled, |file| file.starts_with("sled/"));
}

fn every_byte(kind: Kind, of: impl Fn(&str) -> bool) {
    let ledger = Whole::of(kind, |path| {
        let world = World::of_few();
        let charter = SignedStatement::open(world.charter(), |_| None).unwrap();
        let store = create_store(path, kind).unwrap().into();
        let log = Box::new(SeedSigner(LOG_SEED));
        let ledger = Ledger::create(store, charter, log, Box::new(SystemClock)).unwrap();
        let service = world.service("DN-1").envelope();
        let case = world.case(CASE, &[&service]).envelope();
        let standstill = world.standstill("SV-1", &[&service]).envelope();
        for statement in [service, case, standstill] {
            ledger.append(statement).unwrap();
        }
    });
    let places: Vec<(&str, usize)> = ledger
        .files
        .iter()
        .filter(|(file, _)| of(file))
        .flat_map(|(file, content)| (0..content.bytes.len()).map(move |at| (file.as_str(), at)))
        .collect();
    let reported = ledger.change_each(&places, |path, about, found| match found {
        Found::Error => true,
        Found::Same => {
            // Whoever writes may look at more, and stop; or goes on where the ledger ended.
            if let Ok(opened) = open(path) {
                let reader = opened.reader();
                assert_eq!((reader.size(), reader.root()), ledger.head(), "{about}");
            }
            false
        }
        Found::Other(found) => {
            let changed = ledger.changed(&found);
            match verify_log(&found, &Options::default(), &mut |_| {}) {
                Ok(facts) => expect_named(&facts, &changed, about),
                Err(error) => panic!("{about}: {error}"),
            }
            true
        }
    });
    println!(
        "{kind}: {} bytes changed, {reported} reported",
        places.len()
    );
    assert!(reported * 4 > places.len(), "{reported}");
}

#[test]
fn no_changed_byte_of_a_larger_ledger_in_a_directory_goes_unnoticed() {
    seeded_places(Kind::Directory);
}

#[cfg(feature = "sled")]
#[test]
fn no_changed_byte_of_a_larger_ledger_in_sled_goes_unnoticed() {
    seeded_places(Kind::Sled);
}

/// Verifying takes long, so what is still readable is verified many changes at once.
fn seeded_places(kind: Kind) {
    const PLACES: usize = 2000;
    let ledger = Whole::of(kind, |path| {
        let log = Log::of_size(300);
        let store = create_store(path, kind).unwrap();
        store_log(store.as_ref(), &log, 10);
        drop(store);
        // Opening for writing stores what tiles there are.
        drop(open(path).unwrap());
    });
    let total: usize = ledger.files.values().map(|it| it.bytes.len()).sum();
    let mut seed = 2024;
    let places: Vec<(&str, usize)> = (0..PLACES)
        .map(|_| {
            let mut at = random(&mut seed) as usize % total;
            let found = ledger.files.iter().find(|(_, content)| {
                let here = at < content.bytes.len();
                at -= if here { 0 } else { content.bytes.len() };
                here
            });
            (found.unwrap().0.as_str(), at)
        })
        .collect();
    let others = Mutex::new(Vec::new());
    let reported = ledger.change_each(&places, |_, about, found| match found {
        Found::Error => true,
        Found::Same => false,
        Found::Other(found) => {
            others.lock().unwrap().push((about.to_owned(), found));
            true
        }
    });
    for group in others.into_inner().unwrap().chunks(200) {
        let mut all = ledger.read.clone();
        for (_, found) in group {
            for place in ledger.changed(found) {
                match place {
                    Place::Entry(index) => {
                        let index = index.get() as usize;
                        all.records[index] = found.records[index].clone();
                    }
                    _ => all.note.clone_from(&found.note),
                }
            }
        }
        let facts = verify_log(&all, &Options::default(), &mut |_| {}).unwrap();
        for (about, found) in group {
            expect_named(&facts, &ledger.changed(found), about);
        }
    }
    println!("{kind}: {PLACES} places changed, {reported} reported");
    assert!(reported * 4 > PLACES, "{reported}");
}

/// A ledger on disk, and what can be read of it.
struct Whole {
    kind: Kind,
    files: BTreeMap<String, Content>,
    read: Read,
    facts: Facts,
}

/// The bytes of a file up to the last that is not zero, and its length: sled's file is mostly zeros.
struct Content {
    bytes: Vec<u8>,
    length: u64,
}

/// Everything that verifying asks for.
#[derive(Clone, Debug, PartialEq)]
struct Read {
    records: Vec<Record>,
    note: Option<Vec<u8>>,
}

/// What can be read of a ledger of which a byte was changed.
enum Found {
    /// An error; it names the commit, or a file or folder.
    Error,
    /// What there was.
    Same,
    /// Something else.
    Other(Read),
}

impl Whole {
    fn of(kind: Kind, make: impl FnOnce(&Path)) -> Whole {
        let folder = folder();
        let path = folder.path().join("ledger");
        make(&path);
        let mut files = BTreeMap::new();
        // As reading leaves it: sled writes a snapshot.
        let read = read(&path).unwrap();
        collect(&path, "", &mut files);
        let facts = verify_log(&read, &Options::default(), &mut |_| {}).unwrap();
        assert!(facts.is_sound(), "{:?}", facts.defects());
        Whole {
            kind,
            files,
            read,
            facts,
        }
    }

    fn head(&self) -> (Size, Hash) {
        (self.facts.size(), self.facts.root())
    }

    /// Changes one bit at each of `places`, one after the other, and says what can then be read.
    ///
    /// Returns how often `check` does.
    fn change_each(
        &self,
        places: &[(&str, usize)],
        check: impl Fn(&Path, &str, Found) -> bool + Sync,
    ) -> usize {
        let check = |folder: &Path, (file, at): (&str, usize)| {
            let about = format!("{}: {file}, byte {at}", self.kind);
            let path = folder.join("ledger");
            self.write_file(&path, file, Some(at));
            let found = match read(&path) {
                Ok(found) if found == self.read => Found::Same,
                Ok(found) => Found::Other(found),
                Err(error) => {
                    let named = error.contains("commit") || error.contains(path.to_str().unwrap());
                    assert!(named, "{about}: {error}");
                    Found::Error
                }
            };
            let reported = check(&path, &about, found);
            // sled writes when it is opened.
            match file.starts_with("sled/") {
                true => self.write(&path),
                false => self.write_file(&path, file, None),
            }
            reported
        };
        let half = places.len().div_ceil(2).max(1);
        std::thread::scope(|scope| {
            let halves = places.chunks(half).map(|places| {
                scope.spawn(|| {
                    let folder = folder();
                    self.write(&folder.path().join("ledger"));
                    let reported = places.iter().filter(|place| check(folder.path(), **place));
                    reported.count()
                })
            });
            let halves: Vec<_> = halves.collect();
            halves.into_iter().map(|half| half.join().unwrap()).sum()
        })
    }

    /// Lists the entries, and the checkpoint, that are others than here.
    fn changed(&self, found: &Read) -> Vec<Place> {
        assert_eq!(found.records.len(), self.read.records.len());
        let pairs = found.records.iter().zip(&self.read.records);
        let changed = (0..).zip(pairs).filter(|(_, (found, here))| found != here);
        let entries = changed.map(|(index, _)| Place::Entry(Index::new(index).unwrap()));
        let note = (found.note != self.read.note).then_some(Place::Checkpoint);
        entries.chain(note).collect()
    }

    fn write(&self, path: &Path) {
        let _ = fs::remove_dir_all(path);
        for folder in ["", ".partial", "sled", "sled/blobs"] {
            if self.kind == Kind::Sled || !folder.starts_with("sled") {
                fs::create_dir(path.join(folder)).unwrap();
            }
        }
        for file in self.files.keys() {
            fs::create_dir_all(path.join(file).parent().unwrap()).unwrap();
            self.write_file(path, file, None);
        }
    }

    /// Writes a file, with a bit of one byte changed.
    fn write_file(&self, path: &Path, file: &str, changed: Option<usize>) {
        let content = &self.files[file];
        let mut bytes = content.bytes.clone();
        if let Some(at) = changed {
            bytes[at] ^= 1 << (at % 8);
        }
        let path = path.join(file);
        fs::write(&path, bytes).unwrap();
        let file = File::options().write(true).open(&path).unwrap();
        file.set_len(content.length).unwrap();
    }
}

impl Source for Read {
    fn checkpoint(&self) -> Result<Option<Vec<u8>>, SourceError> {
        Ok(self.note.clone())
    }

    fn size(&self) -> Result<Size, SourceError> {
        Ok(Size::new(self.records.len() as u64).unwrap())
    }

    fn records(&self, from: Index, most: usize) -> Result<Vec<Record>, SourceError> {
        let records = self.records.iter().skip(from.get() as usize);
        Ok(records.take(most).cloned().collect())
    }
}

/// Reads everything that verifying the ledger in `path` asks for.
fn read(path: &Path) -> Result<Read, String> {
    let store = open_store_for_reading(path).map_err(|error| error.to_string())?;
    let source = Stored::new(&*store);
    let read = || {
        let size = source.size()?;
        let mut records = Vec::new();
        while let Some(next) = Index::new(records.len() as u64).filter(|next| size.contains(*next))
        {
            records.extend(source.records(next, usize::MAX)?);
        }
        Ok(Read {
            records,
            note: source.checkpoint()?,
        })
    };
    read().map_err(|error: SourceError| {
        let text = error.to_string();
        assert!(!error.place().is_empty(), "{text}");
        text
    })
}

/// Demands that a defect names each of `places`, or the entry after it, whose links then do not fit.
fn expect_named(facts: &Facts, places: &[Place], about: &str) {
    assert!(!places.is_empty(), "{about}");
    for place in places {
        let next = match place {
            Place::Entry(index) => index.get().checked_add(1).and_then(Index::new),
            _ => None,
        };
        let named = facts.defects().iter().any(|defect| {
            defect.place == *place || next.is_some_and(|next| defect.place == Place::Entry(next))
        });
        assert!(named, "{about}: {:#?}", facts.defects());
    }
}

fn collect(path: &Path, prefix: &str, files: &mut BTreeMap<String, Content>) {
    for entry in fs::read_dir(path).unwrap() {
        let entry = entry.unwrap();
        let name = format!("{prefix}{}", entry.file_name().into_string().unwrap());
        if entry.file_type().unwrap().is_dir() {
            collect(&entry.path(), &format!("{name}/"), files);
            continue;
        }
        let mut bytes = fs::read(entry.path()).unwrap();
        let length = bytes.len() as u64;
        bytes.truncate(
            bytes
                .iter()
                .rposition(|byte| *byte != 0)
                .map_or(0, |last| last + 1),
        );
        files.insert(name, Content { bytes, length });
    }
}

/// Makes a folder in memory where there is such a place: thousands of ledgers are written and read, and
/// none has to last.
fn folder() -> TempDir {
    let memory = PathBuf::from("/dev/shm");
    tempfile::tempdir_in(memory)
        .or_else(|_| tempfile::tempdir())
        .unwrap()
}

/// xorshift64*: every run is the same.
fn random(seed: &mut u64) -> u64 {
    *seed ^= *seed >> 12;
    *seed ^= *seed << 25;
    *seed ^= *seed >> 27;
    seed.wrapping_mul(0x2545_F491_4F6C_DD1D)
}
