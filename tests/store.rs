//! One suite for every store, and what each kind of damage on disk leads to.

#![cfg(feature = "host")]

use std::fs;
use std::path::Path;
use std::sync::Arc;

use bewijs::hash::Hash;
use bewijs::store::faulty::{Fault, FaultyStore, Schedule, Unconditional, Unlocked};
use bewijs::store::{
    Create, Kind, MAX_OBJECT_BYTES, Marker, MarkerError, MemoryStore, ObjectName, ProbeError,
    Redact, Store, StoreError, create_store, danger_accept_newest, open_store,
    open_store_for_reading, probe,
};

/// Opens one and the same store, again and again.
type Open<'a> = &'a dyn Fn() -> Box<dyn Store>;

#[test]
fn memory_conforms() {
    let store = Arc::new(MemoryStore::new());
    conforms(&|| Box::new(Arc::clone(&store)));
}

#[test]
fn faulty_without_faults_conforms() {
    let store = Arc::new(FaultyStore::new(MemoryStore::new(), Schedule::never()));
    conforms(&|| Box::new(Arc::clone(&store)));
}

#[test]
fn directory_conforms() {
    on_disk(Kind::Directory, |_, open| conforms(open));
}

#[cfg(feature = "sled")]
#[test]
fn sled_conforms() {
    on_disk(Kind::Sled, |path, open| {
        conforms(open);
        // sled never syncs what it puts here.
        assert_eq!(fs::read_dir(path.join("sled/blobs")).unwrap().count(), 0);
    });
}

fn on_disk(kind: Kind, check: impl Fn(&Path, Open<'_>)) {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("store");
    drop(create_store(&path, kind).unwrap());
    check(&path, &|| open_store(&path).unwrap());
}

/// The contract of [`Store`], on a store that is empty at first.
fn conforms(open: Open<'_>) {
    let store = open();
    assert_eq!(store.newest().unwrap(), None);
    assert_eq!(store.read(0).unwrap(), None);
    assert_eq!(store.published().unwrap(), None);

    // Commits of every size that matters, each created once.
    let sizes = [
        0,
        1,
        1000,
        4 << 10,
        (4 << 10) - 40,
        (4 << 10) - 39,
        100_000,
        (4 << 20) + 999,
    ];
    for (n, size) in (0..).zip(sizes) {
        assert_eq!(store.read(n).unwrap(), None);
        assert_eq!(store.create(n, &bytes(n, size)).unwrap(), Create::Created);
        assert_eq!(store.create(n, b"others").unwrap(), Create::Exists);
        assert_eq!(store.create(n, &bytes(n, size)).unwrap(), Create::Exists);
        assert_eq!(store.read(n).unwrap(), Some(bytes(n, size)));
        assert_eq!(store.newest().unwrap(), Some(n));
    }

    // Objects, one of them large, away from the commits.
    let objects = [
        ("tile/0/000", 8192),
        ("tile/entries/x001/000.p/9", 0),
        ("blob/a", 17 << 20),
    ];
    for (text, size) in objects {
        let name = name(text);
        assert_eq!(store.get(&name).unwrap(), None);
        assert_eq!(store.put(&name, &bytes(7, size)).unwrap(), Create::Created);
        assert_eq!(store.put(&name, b"others").unwrap(), Create::Exists);
        assert_eq!(store.get(&name).unwrap(), Some(bytes(7, size)));
    }
    let newest = sizes.len() as u64 - 1;
    assert_eq!(store.newest().unwrap(), Some(newest));

    // Commits are objects under their own names.
    let commit = store.get(&ObjectName::commit(2)).unwrap();
    assert_eq!(commit, Some(bytes(2, sizes[2])));

    // A redaction changes bytes that are known, of a name that is there, and nothing else.
    let redact = |name: &ObjectName, old: &[u8], new: &[u8]| {
        let old = Hash::of(old);
        store.redact(name, &old, new).unwrap()
    };
    for n in [3, newest] {
        let commit = ObjectName::commit(n);
        let (old, new) = (bytes(n, sizes[n as usize]), bytes(n + 50, 500));
        assert_eq!(redact(&commit, &new, b"others"), Redact::Other);
        assert_eq!(store.read(n).unwrap(), Some(old.clone()));
        assert_eq!(redact(&commit, &old, &new), Redact::Done);
        assert_eq!(redact(&commit, &old, &new), Redact::Other);
        assert_eq!(store.read(n).unwrap(), Some(new.clone()));
        assert_eq!(store.create(n, b"others").unwrap(), Create::Exists);
        assert_eq!(redact(&commit, &new, &old), Redact::Done);
    }
    let missing = ObjectName::commit(newest + 1);
    assert_eq!(redact(&missing, b"", b"others"), Redact::Other);
    assert_eq!(store.get(&missing).unwrap(), None);
    let object = name("tile/0/000");
    assert_eq!(
        redact(&object, &bytes(7, 8192), &bytes(7, 100_000)),
        Redact::Done
    );
    assert_eq!(store.get(&object).unwrap(), Some(bytes(7, 100_000)));
    assert_eq!(
        redact(&object, &bytes(7, 100_000), &bytes(7, 8192)),
        Redact::Done
    );
    assert_eq!(store.newest().unwrap(), Some(newest));

    // The published note is replaced.
    for note in [&b"one\n"[..], b"a longer one\n", b"", b"short\n"] {
        store.publish(note).unwrap();
        assert_eq!(store.published().unwrap().as_deref(), Some(note));
    }

    // Too much is refused before anything happens, and the store goes on.
    let large = vec![0; MAX_OBJECT_BYTES + 1];
    let refused = store.create(newest + 1, &large);
    assert!(matches!(refused, Err(StoreError::TooLarge { .. })));
    let refused = store.redact(&object, &Hash::of(&bytes(7, 8192)), &large);
    assert!(matches!(refused, Err(StoreError::TooLarge { .. })));
    probe(&store).unwrap();
    assert_eq!(store.newest().unwrap(), Some(newest));

    // Everything outlives the handle.
    drop(store);
    let store = open();
    for (n, size) in (0..).zip(sizes) {
        assert_eq!(store.read(n).unwrap(), Some(bytes(n, size)));
    }
    for (text, size) in objects {
        assert_eq!(store.get(&name(text)).unwrap(), Some(bytes(7, size)));
    }
    assert_eq!(store.published().unwrap().as_deref(), Some(&b"short\n"[..]));
    assert_eq!(store.newest().unwrap(), Some(newest));
    assert_eq!(store.create(newest, b"others").unwrap(), Create::Exists);
    assert_eq!(store.create(newest + 1, b"next").unwrap(), Create::Created);
}

#[test]
fn the_probe_finds_a_store_that_overwrites() {
    let found = probe(&Unconditional::default());
    assert!(
        matches!(
            found,
            Err(ProbeError::Unfit {
                what: "a second put",
                ..
            })
        ),
        "{found:?}"
    );
}

#[test]
fn the_probe_finds_a_store_that_lets_two_win() {
    let found = probe(&Unlocked::default());
    let race = matches!(
        found,
        Err(ProbeError::Unfit {
            what: "winners of a race",
            ..
        })
    );
    assert!(race, "{found:?}");
}

#[test]
fn the_probe_passes_errors_on() {
    let store = FaultyStore::new(MemoryStore::new(), Schedule::at(30, Fault::Before));
    assert!(matches!(probe(&store), Err(ProbeError::Store(_))));
}

/// What each fault leaves behind, told and done.
#[test]
fn faults_do_what_they_say() {
    let check = |fault, answer: Option<Create>, at_once: bool, later: bool| {
        let store = FaultyStore::new(MemoryStore::new(), Schedule::at(1, fault));
        store.create(0, b"genesis").unwrap();
        assert_eq!(store.create(1, b"ours").ok(), answer, "{fault:?}");
        assert_eq!(
            store.inner().read(1).unwrap().is_some(),
            at_once,
            "{fault:?}"
        );
        for _ in 0..2 {
            store.read(0).unwrap();
        }
        assert_eq!(
            store.inner().read(1).unwrap().is_some(),
            at_once,
            "{fault:?}"
        );
        store.read(0).unwrap();
        assert_eq!(store.inner().read(1).unwrap().is_some(), later, "{fault:?}");
        assert_eq!((store.writes(), store.reads()), (2, 3));
    };
    check(Fault::Before, None, false, false);
    check(Fault::AnswerLost, None, true, true);
    check(Fault::Repeated, Some(Create::Exists), true, true);
    check(Fault::Delayed(2), None, false, true);
}

#[test]
fn a_delayed_write_loses_to_a_later_one() {
    let store = FaultyStore::new(MemoryStore::new(), Schedule::at(0, Fault::Delayed(5)));
    store.create(0, b"late").unwrap_err();
    assert_eq!(store.create(0, b"early").unwrap(), Create::Created);
    store.arrive();
    assert_eq!(store.read(0).unwrap().as_deref(), Some(&b"early"[..]));
}

/// The writer's rule for an unclear answer gets every commit in, whatever fails.
#[test]
fn the_rule_for_unclear_answers_holds_under_any_seed() {
    let mut writes = 0;
    for seed in 0..50 {
        let store = FaultyStore::new(MemoryStore::new(), Schedule::seeded(seed, 40));
        for n in 0..20 {
            let ours = bytes(seed + n, 100);
            while store.create(n, &ours).ok() != Some(Create::Created)
                && store.read(n).ok().flatten().as_ref() != Some(&ours)
            {}
        }
        store.arrive();
        for n in 0..20 {
            assert_eq!(store.inner().read(n).unwrap(), Some(bytes(seed + n, 100)));
        }
        writes += store.writes();
    }
    assert!(writes > 50 * 20 + 100, "{writes}: hardly anything failed");
}

#[test]
fn a_schedule_follows_from_its_seed() {
    let answers = |seed, percent| -> Vec<bool> {
        let store = FaultyStore::new(MemoryStore::new(), Schedule::seeded(seed, percent));
        (0..1000).map(|n| store.create(n, b"").is_ok()).collect()
    };
    assert_eq!(answers(1, 30), answers(1, 30));
    assert_ne!(answers(1, 30), answers(2, 30));
    assert!(answers(1, 0).iter().all(|ok| *ok));
    // One in four faults of a write still answers.
    let failed = answers(3, 100).iter().filter(|ok| !**ok).count();
    assert!((700..800).contains(&failed), "{failed}");
}

fn for_each_kind(check: impl Fn(Kind, &Path)) {
    for kind in kinds() {
        let dir = tempfile::tempdir().unwrap();
        check(kind, &dir.path().join("store"));
    }
}

fn kinds() -> impl Iterator<Item = Kind> {
    let sled = cfg!(feature = "sled").then_some(Kind::Sled);
    [Kind::Directory].into_iter().chain(sled)
}

#[test]
fn one_writer_at_a_time() {
    for_each_kind(|kind, path| {
        let store = create_store(path, kind).unwrap();
        match open_store(path).err() {
            Some(StoreError::Locked { pid, .. }) => assert_eq!(pid, Some(std::process::id())),
            other => panic!("{kind}: {other:?}"),
        }
        drop(store);
        open_store(path).unwrap();
    });
}

#[test]
fn nothing_is_overwritten() {
    for_each_kind(|kind, path| {
        drop(create_store(path, kind).unwrap());
        for again in kinds() {
            let error = create_store(path, again).err().unwrap().to_string();
            assert!(error.contains("found bewijs.toml"), "{error}");
        }
        let file = path.join("bewijs.toml");
        let error = create_store(&file, kind).err().unwrap().to_string();
        assert!(error.contains("found a file"), "{error}");
        open_store(path).unwrap();
    });
    let dir = tempfile::tempdir().unwrap();
    fs::write(dir.path().join("letter.txt"), "").unwrap();
    let error = create_store(dir.path(), Kind::Directory)
        .err()
        .unwrap()
        .to_string();
    assert!(error.contains("found letter.txt"), "{error}");
    assert_eq!(fs::read_dir(dir.path()).unwrap().count(), 1);
}

#[test]
fn an_empty_folder_will_do() {
    let dir = tempfile::tempdir().unwrap();
    create_store(dir.path(), Kind::Directory).unwrap();
    open_store(dir.path()).unwrap();
}

#[test]
fn what_is_no_store_is_refused_by_name() {
    let dir = tempfile::tempdir().unwrap();
    for open in [open_store, open_store_for_reading] {
        let missing = open(&dir.path().join("no")).err();
        assert!(
            matches!(missing, Some(StoreError::Missing { .. })),
            "{missing:?}"
        );
        let strange = open(dir.path()).err();
        let no_marker = matches!(
            strange,
            Some(StoreError::Marker(MarkerError::NoMarker { .. }))
        );
        assert!(no_marker, "{strange:?}");
    }
    let nowhere = create_store(&dir.path().join("a/b"), Kind::Directory).err();
    assert!(
        matches!(nowhere, Some(StoreError::Missing { .. })),
        "{nowhere:?}"
    );

    let marker = Marker {
        kind: Kind::Export,
        origin: Some("example.org/log".to_owned()),
    };
    marker.write_new(dir.path()).unwrap();
    for open in [open_store, open_store_for_reading] {
        let error = open(dir.path()).err().unwrap().to_string();
        assert!(error.contains("found an export\nuse load"), "{error}");
    }
    let export = create_store(&dir.path().join("c"), Kind::Export)
        .err()
        .unwrap();
    assert!(matches!(
        export,
        StoreError::Marker(MarkerError::Export { .. })
    ));
    assert!(!dir.path().join("c").exists());
}

#[test]
fn a_directory_is_read_while_it_is_written() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("store");
    let writer = create_store(&path, Kind::Directory).unwrap();
    writer.create(0, b"genesis").unwrap();
    let reader = open_store_for_reading(&path).unwrap();
    for n in 1..20 {
        assert_eq!(reader.newest().unwrap(), Some(n - 1));
        assert_eq!(reader.read(n).unwrap(), None);
        writer.create(n, b"more").unwrap();
        writer.publish(b"note").unwrap();
        assert_eq!(reader.read(n).unwrap().as_deref(), Some(&b"more"[..]));
        assert_eq!(reader.published().unwrap().as_deref(), Some(&b"note"[..]));
    }
    for refused in [
        reader.create(20, b"").err(),
        reader.put(&name("tile/0"), b"").err(),
        reader.publish(b"").err(),
    ] {
        assert!(
            matches!(refused, Some(StoreError::ReadOnly { .. })),
            "{refused:?}"
        );
    }
    assert_eq!(
        reader.newest().unwrap(),
        Some(19),
        "a refusal stops nothing"
    );
}

#[cfg(feature = "sled")]
#[test]
fn sled_is_read_by_one_process_only() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("store");
    let writer = create_store(&path, Kind::Sled).unwrap();
    writer.create(0, b"genesis").unwrap();
    let refused = open_store_for_reading(&path).err();
    assert!(
        matches!(refused, Some(StoreError::Locked { .. })),
        "{refused:?}"
    );
    drop(writer);
    let reader = open_store_for_reading(&path).unwrap();
    assert_eq!(reader.newest().unwrap(), Some(0));
    assert!(matches!(
        reader.create(1, b""),
        Err(StoreError::ReadOnly { .. })
    ));
}

/// A store of twelve commits, as a writer left it.
fn filled(path: &Path, kind: Kind) {
    let store = create_store(path, kind).unwrap();
    for n in 0..COMMITS {
        store.create(n, &commit(n)).unwrap();
    }
}

fn commit(n: u64) -> Vec<u8> {
    bytes(n, 3000 + 9000 * n as usize)
}

const COMMITS: u64 = 12;

#[test]
fn an_older_copy_is_behind() {
    for_each_kind(|kind, path| {
        filled(path, kind);
        let copy = path.with_extension("copy");
        copy_folder(path, &copy);
        open_store(path)
            .unwrap()
            .create(COMMITS, b"one more")
            .unwrap();
        fs::copy(path.join("high-water"), copy.join("high-water")).unwrap();
        for open in [open_store, open_store_for_reading] {
            match open(&copy).err() {
                Some(StoreError::Behind {
                    expected: COMMITS,
                    found: Some(found),
                }) => {
                    assert_eq!(found, COMMITS - 1);
                }
                other => panic!("{kind}: {other:?}"),
            }
        }
        // Whoever knows better says so.
        assert_eq!(danger_accept_newest(&copy).unwrap(), Some(COMMITS - 1));
        let store = open_store(&copy).unwrap();
        assert_eq!(store.create(COMMITS, b"another").unwrap(), Create::Created);
        assert!(
            danger_accept_newest(&copy).is_err(),
            "not while it is in use"
        );
    });
}

#[test]
fn another_newest_commit_is_damage() {
    for_each_kind(|kind, path| {
        filled(path, kind);
        let copy = path.with_extension("copy");
        copy_folder(path, &copy);
        open_store(path).unwrap().create(COMMITS, b"one").unwrap();
        open_store(&copy)
            .unwrap()
            .create(COMMITS, b"other")
            .unwrap();
        fs::copy(path.join("high-water"), copy.join("high-water")).unwrap();
        for open in [open_store, open_store_for_reading] {
            let error = open(&copy).err();
            assert!(
                matches!(error, Some(StoreError::Damaged { .. })),
                "{kind}: {error:?}"
            );
        }
    });
}

#[test]
fn a_commit_that_was_never_acknowledged_is_settled_by_opening() {
    for_each_kind(|kind, path| {
        filled(path, kind);
        let high_water = path.join("high-water");
        let before = fs::read(&high_water).unwrap();
        open_store(path).unwrap().create(COMMITS, b"more").unwrap();
        let after = fs::read(&high_water).unwrap();

        // As after a crash between the commit and its mark.
        fs::write(&high_water, &before).unwrap();
        let reader = open_store_for_reading(path).unwrap();
        assert_eq!(reader.newest().unwrap(), Some(COMMITS));
        drop(reader);
        assert_eq!(
            fs::read(&high_water).unwrap(),
            before,
            "a reader settles nothing"
        );
        assert_eq!(open_store(path).unwrap().newest().unwrap(), Some(COMMITS));
        assert_eq!(fs::read(&high_water).unwrap(), after);
    });
}

/// The place of `part` in any file below a folder.
fn holds(folder: &Path, part: &[u8]) -> bool {
    fs::read_dir(folder).unwrap().any(|entry| {
        let path = entry.unwrap().path();
        match path.is_dir() {
            true => holds(&path, part),
            false => {
                let bytes = fs::read(&path).unwrap();
                bytes.windows(part.len()).any(|window| window == part)
            }
        }
    })
}

#[test]
fn what_is_redacted_stands_in_no_file_any_more() {
    for_each_kind(|kind, path| {
        const UNLAWFUL: &[u8] = b"the name of somebody";
        filled(path, kind);
        let with = |text: &[u8]| [&bytes(5, 50_000)[..], text, &bytes(6, 50_000)].concat();
        let store = open_store(path).unwrap();
        store.create(COMMITS, &with(UNLAWFUL)).unwrap();
        store.create(COMMITS + 1, b"more").unwrap();
        assert!(holds(path, UNLAWFUL), "{kind}: the search finds it");
        let name = ObjectName::commit(COMMITS);
        let done = store.redact(&name, &Hash::of(&with(UNLAWFUL)), &with(b""));
        assert_eq!(done.unwrap(), Redact::Done);
        // The handle goes on.
        assert_eq!(store.create(COMMITS + 2, b"last").unwrap(), Create::Created);
        assert_eq!(store.read(COMMITS).unwrap(), Some(with(b"")));
        drop(store);
        assert!(!holds(path, UNLAWFUL), "{kind}");
        let store = open_store(path).unwrap();
        for n in 0..COMMITS {
            assert_eq!(store.read(n).unwrap(), Some(commit(n)), "{kind}");
        }
        assert_eq!(store.read(COMMITS).unwrap(), Some(with(b"")));
        assert_eq!(store.newest().unwrap(), Some(COMMITS + 2));
    });
}

/// The mark names the newest commit by hash, and a redaction changes that.
#[test]
fn a_crash_while_the_newest_commit_is_redacted_leaves_one_of_the_two() {
    const SLOT: usize = 4096;
    for_each_kind(|kind, path| {
        filled(path, kind);
        let mark = path.join("high-water");
        let newest = format!("newest {}\n", COMMITS - 1);
        let slot_of = |file: &[u8]| {
            let slots = file.chunks(SLOT).map(<[u8]>::to_vec);
            let mut named = slots.filter(|slot| {
                let text = String::from_utf8_lossy(slot).into_owned();
                text.contains(&newest)
            });
            named.next().unwrap()
        };
        let old_mark = slot_of(&fs::read(&mark).unwrap());
        let old = path.with_extension("old");
        copy_folder(path, &old);
        let name = ObjectName::commit(COMMITS - 1);
        let store = open_store(path).unwrap();
        let done = store.redact(&name, &Hash::of(&commit(COMMITS - 1)), b"redacted");
        assert_eq!(done.unwrap(), Redact::Done);
        drop(store);
        let new_mark = slot_of(&fs::read(&mark).unwrap());
        assert_ne!(old_mark, new_mark);
        for (folder, bytes) in [
            (&old, commit(COMMITS - 1)),
            (&path.to_owned(), b"redacted".to_vec()),
        ] {
            for both in [[&old_mark[..], &new_mark], [&new_mark[..], &old_mark]] {
                fs::write(folder.join("high-water"), both.concat()).unwrap();
                let reader = open_store_for_reading(folder).unwrap();
                assert_eq!(reader.read(COMMITS - 1).unwrap(), Some(bytes.clone()));
                drop(reader);
                // The writer settles it, so that the other is damage from here on.
                drop(open_store(folder).unwrap());
                let settled = fs::read(folder.join("high-water")).unwrap();
                let kept = slot_of(&settled);
                assert!(kept == old_mark || kept == new_mark);
                assert_eq!(settled, kept.repeat(2), "{kind}");
            }
        }
        fs::write(mark, old_mark.repeat(2)).unwrap();
        let error = open_store(path).err();
        assert!(
            matches!(error, Some(StoreError::Damaged { .. })),
            "{kind}: {error:?}"
        );
    });
}

#[cfg(feature = "sled")]
#[test]
fn a_crash_while_sled_is_written_anew_leaves_the_old_or_the_new() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("store");
    filled(&path, Kind::Sled);
    let old = dir.path().join("old");
    copy_folder(&path.join("sled"), &old);
    let store = open_store(&path).unwrap();
    let done = store.redact(&ObjectName::commit(3), &Hash::of(&commit(3)), b"redacted");
    assert_eq!(done.unwrap(), Redact::Done);
    drop(store);
    let new = dir.path().join("new");
    copy_folder(&path.join("sled"), &new);
    // Each folder as a crash may leave it: what stands under `sled`, `sled.next` and `sled.old`.
    let half = dir.path().join("half");
    fs::create_dir(&half).unwrap();
    fs::write(half.join("db"), "half").unwrap();
    for (now, next, away, redacted) in [
        (Some(&old), Some(&half), None, false),
        (Some(&old), Some(&new), None, false),
        (None, Some(&new), Some(&old), true),
        (Some(&new), None, Some(&old), true),
        (None, None, Some(&old), false),
    ] {
        for (folder, name) in [(now, "sled"), (next, "sled.next"), (away, "sled.old")] {
            let place = path.join(name);
            if place.exists() {
                fs::remove_dir_all(&place).unwrap();
            }
            if let Some(folder) = folder {
                copy_folder(folder, &place);
            }
        }
        let store = open_store(&path).unwrap();
        let expected = match redacted {
            true => b"redacted".to_vec(),
            false => commit(3),
        };
        assert_eq!(store.read(3).unwrap(), Some(expected));
        assert_eq!(store.read(4).unwrap(), Some(commit(4)));
        drop(store);
        assert!(!path.join("sled.next").exists() && !path.join("sled.old").exists());
    }
}

#[test]
fn a_store_without_its_mark_is_damaged() {
    for_each_kind(|kind, path| {
        filled(path, kind);
        fs::remove_file(path.join("high-water")).unwrap();
        for open in [open_store, open_store_for_reading] {
            let error = open(path).err();
            assert!(
                matches!(error, Some(StoreError::Damaged { .. })),
                "{kind}: {error:?}"
            );
        }
    });
}

#[test]
fn a_missing_commit_in_a_directory_is_loud() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("store");
    filled(&path, Kind::Directory);
    fs::remove_file(path.join(ObjectName::commit(3).as_str())).unwrap();
    let store = open_store(&path).unwrap();
    assert!(matches!(store.read(3), Err(StoreError::Damaged { .. })));
    // Reading may go on, to see what is left; writing may not.
    assert!(store.read(4).unwrap().is_some());
    assert!(matches!(
        store.create(3, b"forged"),
        Err(StoreError::Poisoned { .. })
    ));
}

#[test]
fn half_written_files_are_swept_away() {
    for_each_kind(|kind, path| {
        filled(path, kind);
        fs::write(path.join(".partial/7"), "half").unwrap();
        drop(open_store_for_reading(path).unwrap());
        assert!(path.join(".partial/7").exists(), "a reader sweeps nothing");
        let store = open_store(path).unwrap();
        assert!(!path.join(".partial/7").exists());
        assert_eq!(store.create(COMMITS, b"more").unwrap(), Create::Created);
        store.publish(b"note").unwrap();
        assert_eq!(fs::read_dir(path.join(".partial")).unwrap().count(), 0);
    });
}

/// An error whose effect is unknown ends the handle; opening again finds out.
#[test]
fn a_failed_write_stops_the_handle() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("store");
    filled(&path, Kind::Directory);
    let store = open_store(&path).unwrap();
    fs::remove_dir(path.join(".partial")).unwrap();
    let failed = store.create(COMMITS, b"more");
    assert!(matches!(failed, Err(StoreError::Io { .. })), "{failed:?}");
    fs::create_dir(path.join(".partial")).unwrap();
    for stopped in [
        store.create(COMMITS, b"more").err(),
        store.read(0).err(),
        store.newest().err(),
        store.publish(b"note").err(),
        store.published().err(),
    ] {
        assert!(
            matches!(stopped, Some(StoreError::Poisoned { .. })),
            "{stopped:?}"
        );
    }
    drop(store);
    let store = open_store(&path).unwrap();
    assert_eq!(store.create(COMMITS, b"more").unwrap(), Create::Created);
}

fn name(text: &str) -> ObjectName {
    text.parse().unwrap()
}

/// Bytes that do not compress and differ everywhere.
fn bytes(seed: u64, size: usize) -> Vec<u8> {
    let mut state = seed.wrapping_mul(0x9E37_79B9_7F4A_7C15) | 1;
    let mut bytes = Vec::with_capacity(size + 8);
    while bytes.len() < size {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        bytes.extend(state.to_le_bytes());
    }
    bytes.truncate(size);
    bytes
}

fn copy_folder(from: &Path, to: &Path) {
    fs::create_dir(to).unwrap();
    for entry in fs::read_dir(from).unwrap() {
        let entry = entry.unwrap();
        let target = to.join(entry.file_name());
        if entry.file_type().unwrap().is_dir() {
            copy_folder(&entry.path(), &target);
        } else {
            fs::copy(entry.path(), target).unwrap();
        }
    }
}

/// Damage to sled's own files: all is there, or an error says that it is not.
#[cfg(feature = "sled")]
mod sled_damage {
    use super::*;

    /// What is done to the folder of sled's files.
    type Damage = Box<dyn Fn(&Path)>;

    #[derive(Debug, PartialEq)]
    enum Outcome {
        Whole,
        Loud(String),
    }

    /// Damages copies of one store and reads everything back.
    fn outcomes(damages: Vec<Damage>) -> Vec<Outcome> {
        outcomes_in(|_| (), damages)
    }

    /// The same, in a store that holds more than the commits.
    fn outcomes_in(more: impl Fn(&Path), damages: Vec<Damage>) -> Vec<Outcome> {
        let dir = tempfile::tempdir().unwrap();
        let whole = dir.path().join("whole");
        filled(&whole, Kind::Sled);
        more(&whole);
        let read_back = |(number, damage): (usize, Damage)| {
            let copy = dir.path().join(number.to_string());
            copy_folder(&whole, &copy);
            damage(&copy.join("sled"));
            let outcome = outcome(&copy);
            fs::remove_dir_all(&copy).unwrap();
            outcome
        };
        damages.into_iter().enumerate().map(read_back).collect()
    }

    /// Reads everything and goes on. What is wrong without an error is silent loss, and fails the test.
    fn outcome(path: &Path) -> Outcome {
        let go_on = || -> Result<(), StoreError> {
            let store = open_store(path)?;
            for n in 0..COMMITS {
                let found = store.read(n)?;
                assert!(found == Some(commit(n)), "silent loss of commit {n}");
            }
            assert_eq!(store.newest()?, Some(COMMITS - 1));
            assert_eq!(store.create(COMMITS, b"more")?, Create::Created);
            drop(store);
            assert_eq!(open_store(path)?.newest()?, Some(COMMITS));
            Ok(())
        };
        match go_on() {
            Ok(()) => Outcome::Whole,
            Err(error) => Outcome::Loud(error.to_string()),
        }
    }

    fn on_db(damage: impl Fn(&mut Vec<u8>) + 'static) -> Damage {
        Box::new(move |sled| {
            let mut db = fs::read(sled.join("db")).unwrap();
            damage(&mut db);
            fs::write(sled.join("db"), db).unwrap();
        })
    }

    /// Where the last byte is that is not zero.
    fn end(db: &[u8]) -> usize {
        db.iter()
            .rposition(|byte| *byte != 0)
            .map_or(0, |last| last + 1)
    }

    /// Flips one bit of one byte that `seed` chooses.
    fn flip(seed: u64) -> Damage {
        on_db(move |db| {
            let place = bytes(seed, 8).try_into().map(u64::from_be_bytes).unwrap();
            let place = place as usize % end(db);
            db[place] ^= 1 << (seed % 8);
        })
    }

    /// Removes the files whose name begins so.
    fn remove(prefix: &'static str) -> Damage {
        Box::new(move |sled| {
            for entry in fs::read_dir(sled).unwrap() {
                let entry = entry.unwrap();
                if entry.file_name().to_string_lossy().starts_with(prefix) {
                    fs::remove_file(entry.path()).unwrap();
                }
            }
        })
    }

    #[test]
    fn flipped_bytes() {
        let outcomes = outcomes((0..40).map(flip).collect());
        let loud = outcomes
            .iter()
            .filter(|outcome| **outcome != Outcome::Whole)
            .count();
        assert!(loud > 10, "only {loud} of 40 flips were noticed");
    }

    /// Without its snapshot sled reads the whole log, and panics at what it cannot place.
    #[test]
    fn flipped_bytes_in_several_segments_without_a_snapshot() {
        let more = |path: &Path| {
            let store = open_store(path).unwrap();
            for n in 0..4 {
                store
                    .put(&name(&format!("blob/{n}")), &bytes(n, 2 << 20))
                    .unwrap();
            }
        };
        let flip = |seed: u64| -> Damage {
            let remove = remove("snap.");
            let flip = flip(seed);
            Box::new(move |sled| {
                remove(sled);
                flip(sled);
            })
        };
        let outcomes = outcomes_in(more, (100..112).map(flip).collect());
        assert!(outcomes.iter().any(|outcome| *outcome != Outcome::Whole));
    }

    #[test]
    fn cut_tails() {
        let cut = |parts: usize| on_db(move |db| db.truncate(end(db) * parts / 20));
        let zero = |parts: usize| {
            on_db(move |db| {
                let from = end(db) * parts / 20;
                db[from..].fill(0);
            })
        };
        let outcomes = outcomes((0..20).map(cut).chain((0..20).map(zero)).collect());
        let whole = outcomes
            .iter()
            .filter(|outcome| **outcome == Outcome::Whole);
        assert!(whole.count() < 10, "most cuts take something away");
    }

    #[test]
    fn what_sled_can_do_without() {
        let left_over: Damage = Box::new(|sled| {
            fs::write(sled.join("snap.00000000000000FF.generating"), "").unwrap();
            fs::write(sled.join("snap.0000000000000000.generating"), "").unwrap();
        });
        let outcomes = outcomes(vec![remove("conf"), remove("snap."), left_over]);
        assert_eq!(outcomes, [Outcome::Whole, Outcome::Whole, Outcome::Whole]);
    }

    #[test]
    fn files_gone() {
        let remove_db: Damage = Box::new(|sled| fs::remove_file(sled.join("db")).unwrap());
        let remove_all: Damage = Box::new(|sled| fs::remove_dir_all(sled).unwrap());
        let garble = |file: &'static str| -> Damage {
            Box::new(move |sled| fs::write(sled.join(file), "garbled, and long enough").unwrap())
        };
        let outcomes = outcomes(vec![remove_db, remove_all, garble("conf"), garble("db")]);
        assert!(!outcomes.contains(&Outcome::Whole));
    }
}
