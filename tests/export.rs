//! Export, load and reading what was published: same bytes all the way round, and no changed byte unnoticed.
//! `tests/damage.rs` changes the bytes of ledgers.

#![cfg(feature = "host")]

mod support;

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use bewijs::client::{
    ExportError, Fetch, Folder, LoadError, OpenPublishedError, Published, Stored, export, load,
};
use bewijs::layout::Resource;
use bewijs::merkle::Size;
use bewijs::store::{Kind, MemoryStore, Store, StoreError, create_store};
use bewijs::verify::{Facts, Options, Place, Source, SourceError, verify_log};
use support::*;
use tempfile::tempdir;

/// The files of a folder by path.
type Files = BTreeMap<String, Vec<u8>>;

#[test]
fn what_was_exported_and_loaded_exports_to_the_same_bytes() {
    let dir = tempdir().unwrap();
    let mut log = Log::of_size(300);
    log.publish();
    let first = exported(&log, &dir.path().join("first"));
    assert!(first.contains_key("tile/entries/000"));
    assert!(first.contains_key("tile/entries/001.p/44"));
    assert!(first.contains_key("tile/1/000.p/1"));

    for kind in ["memory", "directory", "sled"] {
        let place = dir.path().join(kind);
        let store: Box<dyn Store> = match kind {
            "directory" => create_store(&place, Kind::Directory).unwrap(),
            "sled" if cfg!(feature = "sled") => create_store(&place, Kind::Sled).unwrap(),
            _ => Box::new(MemoryStore::new()),
        };
        let source = Published::folder(&dir.path().join("first")).unwrap();
        let facts = load(&source, &store, &Options::default(), &mut |_| {}).unwrap();
        assert!(facts.is_sound());
        let again = exported(
            &Stored::new(&store),
            &dir.path().join(format!("{kind}-again")),
        );
        assert!(again == first, "{kind}");
        let stored = verify(&Stored::new(&store)).unwrap();
        assert_eq!(stored.root(), log.chain.root());
        assert!(stored.is_sound());
    }
}

#[test]
fn an_export_is_continued_and_never_rewritten() {
    let dir = tempdir().unwrap();
    let whole = Log::of_size(700);
    let mut files = Files::new();
    for size in [1, 255, 256, 300, 300, 700] {
        let log = prefix(&whole, size);
        let done = export(&log, &dir.path().join("grown"), &mut |_| {}).unwrap();
        let fresh = exported(
            &log,
            &dir.path().join(format!("fresh-{size}-{}", files.len())),
        );
        files = read_folder(&dir.path().join("grown"));
        for (path, bytes) in &fresh {
            assert_eq!(files.get(path), Some(bytes), "{path} at size {size}");
        }
        // Marker and checkpoint are not counted among what was compared.
        assert_eq!(done.written + done.compared, fresh.len() as u64 - 1);
        let source = Published::folder(&dir.path().join("grown")).unwrap();
        let facts = verify(&source).unwrap();
        assert!(facts.is_sound());
        assert_eq!(source.compare_tiles(facts.tree()), Ok(()));
    }
    let again = export(&prefix(&whole, 700), &dir.path().join("grown"), &mut |_| {}).unwrap();
    assert_eq!(again.written, 1, "the checkpoint");

    // An older log, and another one.
    let older = export(&prefix(&whole, 300), &dir.path().join("grown"), &mut |_| {});
    assert!(
        matches!(older, Err(ExportError::Earlier { .. })),
        "{older:?}"
    );
    let mut fork = prefix(&whole, 600);
    while fork.size().get() < 710 {
        let number = fork.size().get();
        fork.append(fork.world.finding(&format!("B-x{number}")).envelope());
    }
    fork.publish();
    let fork = export(&fork, &dir.path().join("grown"), &mut |_| {});
    assert!(matches!(fork, Err(ExportError::Root { .. })), "{fork:?}");
    assert_eq!(read_folder(&dir.path().join("grown")), files);

    // A file that is not what it was is left alone.
    for path in ["tile/0/001", "tile/entries/001", "tile/statements/001"] {
        let mut changed = files[path].clone();
        changed[5000] ^= 1;
        fs::write(dir.path().join("grown").join(path), &changed).unwrap();
        let again = export(&prefix(&whole, 700), &dir.path().join("grown"), &mut |_| {});
        let Err(ExportError::Differs { path: named }) = again else {
            panic!("{path}: {again:?}");
        };
        assert_eq!(named, path);
        fs::write(dir.path().join("grown").join(path), &files[path]).unwrap();
    }
}

#[test]
fn nothing_is_exported_over_something_else() {
    let dir = tempdir().unwrap();
    let mut log = Log::of_size(5);
    let unpublished = export(&log, &dir.path().join("a"), &mut |_| {});
    assert!(matches!(unpublished, Err(ExportError::NoCheckpoint)));
    log.publish();
    let store = dir.path().join("store");
    drop(create_store(&store, Kind::Directory).unwrap());
    let onto = export(&log, &store, &mut |_| {});
    assert!(
        matches!(onto, Err(ExportError::NotAnExport { .. })),
        "{onto:?}"
    );
    let stuff = dir.path().join("stuff");
    fs::create_dir(&stuff).unwrap();
    fs::write(stuff.join("letter.txt"), "dear").unwrap();
    assert!(export(&log, &stuff, &mut |_| {}).is_err());
    assert_eq!(read_folder(&stuff).len(), 1);
    let mut wrong = log.clone();
    wrong.records[3].entry.push(b' ');
    let wrong = export(&wrong, &dir.path().join("wrong"), &mut |_| {});
    assert!(matches!(wrong, Err(ExportError::Root { .. })), "{wrong:?}");
    assert!(!dir.path().join("wrong/checkpoint").exists());
    assert!(matches!(
        Published::folder(&store),
        Err(OpenPublishedError::Folder(_))
    ));
}

#[test]
fn what_is_withheld_later_disappears_from_every_file() {
    let dir = tempdir().unwrap();
    let mut log = Log::with_case();
    let finding = log.world.finding("B-1").envelope();
    log.append(finding.clone());
    export(log.publish(), dir.path(), &mut |_| {}).unwrap();
    log.append(log.world.finding("B-2").envelope());
    export(log.publish(), dir.path(), &mut |_| {}).unwrap();
    log.append(
        log.world
            .withheld("AG-1", 3, &finding)
            .case(CASE)
            .envelope(),
    );
    log.records[3].envelope = None;
    export(log.publish(), dir.path(), &mut |_| {}).unwrap();

    let text = finding.print_stored();
    for (path, bytes) in read_folder(dir.path()) {
        assert!(
            !bytes.windows(text.len()).any(|window| window == text),
            "{path}"
        );
    }
    let source = Published::folder(dir.path()).unwrap();
    let facts = verify(&source).unwrap();
    assert!(facts.is_sound(), "{:?}", facts.defects());
    assert_eq!(facts.withheld().len(), 1);
    // And it stays empty when an older copy that has it is exported again.
    log.records[3].envelope = Some(text);
    export(log.publish(), dir.path(), &mut |_| {}).unwrap();
    assert_eq!(verify(&source).unwrap().withheld().len(), 1);
    let store = MemoryStore::new();
    load(&source, &store, &Options::default(), &mut |_| {}).unwrap();
    assert!(verify(&Stored::new(&store)).unwrap().is_sound());
}

#[test]
fn full_files_stand_in_for_partial_ones() {
    let dir = tempdir().unwrap();
    let whole = Log::of_size(520);
    let large = exported(&prefix(&whole, 520), &dir.path().join("large"));
    let mut small = exported(&prefix(&whole, 200), &dir.path().join("small"));
    for path in ["tile/entries/000", "tile/statements/000", "tile/0/000"] {
        small.remove(&format!("{path}.p/200")).unwrap();
        small.insert(path.to_owned(), large[path].clone());
    }
    let source = Published::open(Memory(small.clone())).unwrap();
    let facts = verify(&source).unwrap();
    assert!(facts.is_sound());
    assert_eq!(facts.size().get(), 200);
    assert_eq!(source.compare_tiles(facts.tree()), Ok(()));
    small.remove("tile/0/000");
    let source = Published::open(Memory(small)).unwrap();
    let missing = source.compare_tiles(facts.tree()).unwrap_err();
    assert_eq!(
        missing[0].to_string(),
        "tile/0/000.p/200: expected this file, found none; entries 0 to 199 are missing"
    );
}

#[test]
fn what_is_missing_is_named_with_its_entries() {
    let dir = tempdir().unwrap();
    let files = exported(&prefix(&Log::of_size(300), 300), dir.path());
    for (path, entries) in [
        ("tile/entries/000", "entries 0 to 255 are missing"),
        ("tile/entries/001.p/44", "entries 256 to 299 are missing"),
        ("tile/statements/000", "entries 0 to 255 are missing"),
    ] {
        let mut files = files.clone();
        files.remove(path);
        let error = verify(&Published::open(Memory(files)).unwrap()).unwrap_err();
        assert_eq!(
            error.to_string(),
            format!("{path}: expected this file, found none; {entries}")
        );
    }
    let mut files = files.clone();
    let cut = files.get_mut("tile/entries/001.p/44").unwrap();
    cut.truncate(cut.len() - 1);
    let error = verify(&Published::open(Memory(files)).unwrap()).unwrap_err();
    assert_eq!(
        error.to_string(),
        "tile/entries/001.p/44: expected 44 items in a bundle, found an end within item 43; \
         entries 256 to 299 are missing"
    );
}

#[test]
fn a_wrong_tile_is_named_with_the_entries_it_is_wrong_about() {
    let dir = tempdir().unwrap();
    let log = prefix(&Log::of_size(300), 300);
    let files = exported(&log, dir.path());
    let said = |path: &str, edit: &dyn Fn(&mut Vec<u8>)| {
        let mut files = files.clone();
        edit(files.get_mut(path).unwrap());
        let source = Published::open(Memory(files)).unwrap();
        let faults = source.compare_tiles(log.chain.tree()).unwrap_err();
        assert_eq!(faults.len(), 1, "{faults:?}");
        faults[0].to_string()
    };
    let others = "expected the hashes that the entries make, found others";
    assert_eq!(
        said("tile/0/000", &|tile| tile[7 * 32 + 31] ^= 1),
        format!("tile/0/000: {others}; this is about entry 7")
    );
    assert_eq!(
        said("tile/0/001.p/44", &|tile| {
            tile[0] ^= 1;
            tile[43 * 32] ^= 1;
        }),
        format!("tile/0/001.p/44: {others}; this is about entries 256 to 299")
    );
    assert_eq!(
        said("tile/1/000.p/1", &|tile| tile[0] ^= 1),
        format!("tile/1/000.p/1: {others}; this is about entries 0 to 255")
    );
    assert_eq!(
        said("tile/0/000", &|tile| tile.truncate(8191)),
        "tile/0/000: expected 8192 bytes, found 8191; this is about entries 0 to 255"
    );
}

/// What somebody hands over may hold more than files.
#[cfg(unix)]
#[test]
fn what_is_no_file_or_too_large_is_refused_and_nobody_waits_for_it() {
    use std::os::unix::fs::symlink;

    let dir = tempdir().unwrap();
    exported(Log::of_size(5).publish(), dir.path());
    let path = "tile/statements/000.p/5";
    let place = dir.path().join(path);
    let said = || {
        let source = Published::folder(dir.path()).unwrap();
        let error = verify(&source).unwrap_err();
        assert_eq!(error.place(), path);
        (error.to_string(), error.is_refused())
    };
    let missing = "entries 0 to 4 are missing";

    fs::remove_file(&place).unwrap();
    let made = std::process::Command::new("mkfifo").arg(&place).status();
    assert!(made.unwrap().success());
    let no_file = format!("{path}: expected a file, found something else; {missing}");
    assert_eq!(said(), (no_file.clone(), false));
    let onto = export(Log::of_size(5).publish(), dir.path(), &mut |_| {});
    assert!(onto.is_err(), "{onto:?}");

    fs::remove_file(&place).unwrap();
    fs::create_dir(&place).unwrap();
    assert_eq!(said(), (no_file, false));

    fs::remove_dir(&place).unwrap();
    let large = fs::File::create(&place).unwrap();
    large.set_len(1 << 40).unwrap();
    let most = bewijs::client::MAX_BUNDLE_BYTES;
    let too_large = format!("{path}: expected at most {most} bytes, found more; {missing}");
    assert_eq!(said(), (too_large, false));

    // A link to itself: the machine does not say what is there.
    fs::remove_file(&place).unwrap();
    symlink("5", &place).unwrap();
    assert!(said().1);
}

#[cfg(unix)]
#[test]
fn an_export_never_writes_through_a_link() {
    let dir = tempdir().unwrap();
    let mine = dir.path().join("mine");
    fs::write(&mine, "dear").unwrap();
    let copy = dir.path().join("copy");
    let whole = Log::of_size(6);
    export(&prefix(&whole, 5), &copy, &mut |_| {}).unwrap();
    std::os::unix::fs::symlink(&mine, copy.join(".partial")).unwrap();
    export(&prefix(&whole, 6), &copy, &mut |_| {}).unwrap();
    assert_eq!(fs::read(&mine).unwrap(), b"dear");
    assert!(
        verify(&Published::folder(&copy).unwrap())
            .unwrap()
            .is_sound()
    );
}

#[test]
fn a_broken_log_is_not_loaded() {
    let mut log = Log::of_size(20);
    log.records[7].envelope.as_mut().unwrap()[50] ^= 1;
    log.publish();
    let store = MemoryStore::new();
    let Err(LoadError::Defects(facts)) = load(&log, &store, &Options::default(), &mut |_| {})
    else {
        panic!("a broken log was loaded");
    };
    assert_eq!(facts.sound_size().get(), 7);
    assert_eq!(store.newest().unwrap(), None);
    assert_eq!(store.published().unwrap(), None);

    let mut log = Log::of_size(20);
    log.publish();
    load(&log, &store, &Options::default(), &mut |_| {}).unwrap();
    let twice = load(&log, &store, &Options::default(), &mut |_| {});
    assert!(matches!(twice, Err(LoadError::NotEmpty)));
}

/// Every byte of every file of a small export, changed.
#[test]
fn no_changed_byte_of_an_export_goes_unnoticed() {
    let dir = tempdir().unwrap();
    let mut log = small();
    let files = exported(log.publish(), dir.path());
    let entries = records_at(&files["tile/entries/000.p/4"]);
    let statements = records_at(&files["tile/statements/000.p/4"]);

    let places: Vec<(&String, usize)> = files
        .iter()
        .flat_map(|(path, bytes)| (0..bytes.len()).map(move |at| (path, at)))
        .filter(|(path, _)| *path != "bewijs.toml")
        .collect();
    in_parallel(&places, |&(path, at)| {
        let mut changed = files.clone();
        changed.get_mut(path).unwrap()[at] ^= 1 << (at % 8);
        let about = format!("{path}, byte {at}");
        match outcome(changed, log.size()) {
            Outcome::File(place) => assert_eq!(&place, path, "{about}"),
            Outcome::Facts(facts) => {
                let record = match path.as_str() {
                    "tile/statements/000.p/4" => statements[at],
                    "tile/entries/000.p/4" => entries[at],
                    "checkpoint" => {
                        assert!(facts.defects_at(Place::Checkpoint).count() > 0, "{about}");
                        return;
                    }
                    _ => panic!("{about}: unnoticed"),
                };
                assert!(
                    names(&facts, record.expect("lengths shift items")),
                    "{about}: {:#?}",
                    facts.defects()
                );
            }
        }
    });

    // The marker is not evidence: it is refused, or it has no effect.
    let marker = fs::read(dir.path().join("bewijs.toml")).unwrap();
    for at in 0..marker.len() {
        let mut changed = marker.clone();
        changed[at] ^= 1;
        fs::write(dir.path().join("bewijs.toml"), &changed).unwrap();
        if let Ok(source) = Published::folder(dir.path()) {
            let facts = verify(&source).unwrap();
            assert!(facts.is_sound());
            assert_eq!((facts.size(), facts.root()), (log.size(), log.chain.root()));
        }
    }
}

/// Two thousand seeded places of a larger export, changed; many at once, and each is found.
#[test]
fn no_changed_byte_of_a_larger_export_goes_unnoticed() {
    const PLACES: usize = 2000;
    const AT_ONCE: usize = 250;
    let dir = tempdir().unwrap();
    let mut log = Log::of_size(600);
    let files = exported(log.publish(), dir.path());
    let all: Vec<(&String, usize)> = files
        .iter()
        .filter(|(path, _)| *path != "bewijs.toml" && *path != "checkpoint")
        .map(|(path, bytes)| (path, bytes.len()))
        .collect();
    let total: usize = all.iter().map(|(_, length)| length).sum();
    let mut seed = 2024;
    let places: Vec<(&String, usize)> = (0..PLACES)
        .map(|_| {
            let mut at = random(&mut seed) as usize % total;
            let found = all.iter().find(|(_, length)| match at < *length {
                true => true,
                false => {
                    at -= length;
                    false
                }
            });
            (found.unwrap().0, at)
        })
        .collect();
    let groups: Vec<_> = places.chunks(AT_ONCE).collect();
    in_parallel(&groups, |group| {
        let mut changed = files.clone();
        let mut touched = Vec::new();
        for (path, at) in group.iter() {
            let bytes = &files[*path];
            let record = match path.contains("/entries/") || path.contains("/statements/") {
                true => records_at(bytes)[*at],
                false => None,
            };
            if path.contains("/entries/") || path.contains("/statements/") {
                let Some(record) = record else {
                    // A length shifts what follows: the file is refused.
                    let mut changed = files.clone();
                    changed.get_mut(*path).unwrap()[*at] ^= 1;
                    match outcome(changed, log.size()) {
                        Outcome::File(place) => assert_eq!(&place, *path, "byte {at}"),
                        Outcome::Facts(facts) => assert!(!facts.is_sound(), "{path}, byte {at}"),
                    }
                    continue;
                };
                let bundle: u64 = match path.split('/').nth(2).unwrap() {
                    name if name.starts_with("000") => 0,
                    name if name.starts_with("001") => 256,
                    _ => 512,
                };
                touched.push((*path, *at, Some(bundle + record)));
            } else {
                touched.push((*path, *at, None));
            }
            changed.get_mut(*path).unwrap()[*at] ^= 1 << (at % 8);
        }
        let source = Published::open(Memory(changed)).unwrap();
        let facts = verify(&source).unwrap();
        let tiles = source
            .compare_tiles(log.chain.tree())
            .err()
            .unwrap_or_default();
        for (path, at, record) in touched {
            match record {
                Some(record) => assert!(
                    names(&facts, record),
                    "{path}, byte {at}: {:#?}",
                    facts.defects()
                ),
                None => assert!(
                    tiles.iter().any(|tile| tile.place() == path),
                    "{path}, byte {at}"
                ),
            }
        }
    });
}

/// A ledger of four entries, three founders and two threads.
fn small() -> Log {
    let mut log = Log::empty(World::of_few());
    log.append(log.world.charter());
    let service = log.world.service("DN-1").envelope();
    log.append(service.clone());
    log.append(log.world.case(CASE, &[&service]).envelope());
    log.append(log.world.standstill("SV-1", &[&service]).envelope());
    log
}

/// What is said of changed files.
enum Outcome {
    /// A file cannot be read, or a tile is wrong.
    File(String),
    /// What was found.
    Facts(Box<Facts>),
}

fn outcome(files: Files, size: Size) -> Outcome {
    let source = match Published::open(Memory(files)) {
        Ok(source) => source,
        Err(error) => return Outcome::File(error.place().to_owned()),
    };
    let facts = match verify(&source) {
        Ok(facts) => facts,
        // A checkpoint that asks for more names the first file that is not there.
        Err(error) if source.size() != Ok(size) && error.entries().is_some() => {
            return Outcome::File("checkpoint".to_owned());
        }
        Err(error) => return file(&error),
    };
    match source.compare_tiles(facts.tree()) {
        Err(tiles) if facts.is_sound() => file(&tiles[0]),
        _ => Outcome::Facts(Box::new(facts)),
    }
}

/// Whatever names a file of the log also names the entries that are missing with it.
fn file(error: &SourceError) -> Outcome {
    assert!(error.entries().is_some(), "{error}");
    Outcome::File(error.place().to_owned())
}

/// Says whether a defect names this record, or the one after it, whose links then do not fit.
fn names(facts: &Facts, record: u64) -> bool {
    let last = record + 1 == facts.size().get();
    facts.defects().iter().any(|defect| match defect.place {
        Place::Entry(index) => index.get() == record || index.get() == record + 1,
        // Nothing but the checkpoint stands after the last entry.
        Place::Checkpoint => last,
        Place::Genesis => false,
    })
}

/// Returns for each byte of a bundle the record that it belongs to; `None` for lengths.
fn records_at(bundle: &[u8]) -> Vec<Option<u64>> {
    let mut records = Vec::new();
    for record in 0.. {
        let Some(length) = bundle.get(records.len()..records.len() + 2) else {
            return records;
        };
        let length = usize::from(u16::from_be_bytes([length[0], length[1]]));
        records.extend([None, None]);
        records.extend(std::iter::repeat_n(Some(record), length));
    }
    unreachable!("a bundle ends")
}

fn verify(source: &impl Source) -> Result<Facts, SourceError> {
    verify_log(source, &Options::default(), &mut |_| {})
}

/// Exports into a new folder and returns its files.
fn exported(source: &impl Source, dir: &Path) -> Files {
    export(source, dir, &mut |_| {}).unwrap();
    read_folder(dir)
}

/// Returns the log as it was at an earlier size, published.
fn prefix(log: &Log, size: u64) -> Log {
    let mut earlier = Log::empty(log.world.clone());
    for record in &log.records[..size as usize] {
        let envelope = record.envelope.clone().unwrap();
        earlier.append(bewijs::envelope::Envelope::parse_stored(&envelope).unwrap());
    }
    assert_eq!(earlier.size(), Size::new(size).unwrap());
    earlier.publish();
    earlier
}

fn read_folder(dir: &Path) -> Files {
    fn walk(dir: &Path, prefix: &str, files: &mut Files) {
        for entry in fs::read_dir(dir).unwrap() {
            let entry = entry.unwrap();
            let path = format!("{prefix}{}", entry.file_name().into_string().unwrap());
            match entry.file_type().unwrap().is_dir() {
                true => walk(&entry.path(), &format!("{path}/"), files),
                false => drop(files.insert(path, fs::read(entry.path()).unwrap())),
            }
        }
    }
    let mut files = Files::new();
    walk(dir, "", &mut files);
    files
}

/// Published files in memory.
struct Memory(Files);

impl Fetch for Memory {
    fn get(&self, resource: &Resource, most: usize) -> Result<Option<Vec<u8>>, SourceError> {
        let bytes = self.0.get(&resource.path()).cloned();
        assert!(bytes.as_ref().is_none_or(|bytes| bytes.len() <= most));
        Ok(bytes)
    }
}

/// Checks each item, on two threads.
fn in_parallel<T: Sync>(items: &[T], check: impl Fn(&T) + Sync) {
    let half = items.len().div_ceil(2);
    std::thread::scope(|scope| {
        for items in items.chunks(half.max(1)) {
            scope.spawn(|| items.iter().for_each(&check));
        }
    });
}

/// xorshift64*: every run is the same.
fn random(seed: &mut u64) -> u64 {
    *seed ^= *seed >> 12;
    *seed ^= *seed << 25;
    *seed ^= *seed >> 27;
    seed.wrapping_mul(0x2545_F491_4F6C_DD1D)
}

#[test]
fn a_folder_that_is_not_there_is_said_to_be_missing() {
    let dir = tempdir().unwrap();
    assert!(matches!(
        Folder::open(&dir.path().join("nowhere")),
        Err(StoreError::Missing { .. })
    ));
    // An empty folder is a mirror without a checkpoint.
    let error = Published::folder(dir.path()).unwrap_err().to_string();
    assert_eq!(error, "checkpoint: expected this file, found none");
}
