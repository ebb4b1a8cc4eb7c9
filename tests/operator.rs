//! What only an operator does, over every store and through every fault: a log key is replaced, a ledger
//! taken over, a text withheld.

#![cfg(feature = "host")]

mod support;

use std::fs;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use bewijs::client::{Published, Stored, export, load};
use bewijs::envelope::Envelope;
use bewijs::hash::Hash;
use bewijs::ledger::commit::{self, Commit};
use bewijs::ledger::{AppendError, Appended, Clock, Ledger, LogSigners, OpenLedgerError, Reader};
use bewijs::merkle::{Index, Size, empty_root, leaf_hash};
use bewijs::signer::Signer;
use bewijs::state::Refusal;
use bewijs::statement::SignedStatement;
use bewijs::store::faulty::{Fault, FaultyStore, Schedule};
use bewijs::store::{Kind, MemoryStore, Store, create_store, open_store};
use bewijs::time::Timestamp;
use bewijs::verify::{Facts, Options, Source, verify_log};
use support::*;

const NEW: u8 = LOG_SEED + 1;
const OLD: u8 = LOG_SEED;

/// What must not stay.
const UNLAWFUL: &str = "rap-van-jan-jansen";

struct Ticking(AtomicI64);

impl Clock for Ticking {
    fn now(&mut self) -> Timestamp {
        Timestamp::from_unix_millis(self.0.fetch_add(1000, Ordering::Relaxed)).unwrap()
    }
}

fn clock() -> Box<dyn Clock> {
    Box::new(Ticking(AtomicI64::new(START_MILLIS)))
}

fn signers(seeds: &[u8]) -> LogSigners {
    let signer = |seed: &u8| Box::new(SeedSigner(*seed)) as Box<dyn Signer>;
    seeds.iter().map(signer).collect::<Vec<_>>().into()
}

fn create(store: Arc<dyn Store>, world: &World) -> Ledger {
    let charter = SignedStatement::open(world.charter(), |_| None).unwrap();
    Ledger::create(store, charter, signers(&[OLD]), clock()).unwrap()
}

fn open(store: Arc<dyn Store>, seeds: &[u8]) -> Result<Ledger, OpenLedgerError> {
    Ledger::open(store, signers(seeds), clock(), &[])
}

/// Runs `test` over an empty store of each kind, with its folder; a second call gives the same store, opened again.
fn each_store(test: impl Fn(Option<&Path>, &dyn Fn() -> Arc<dyn Store>)) {
    let memory: Arc<dyn Store> = Arc::new(MemoryStore::new());
    test(None, &|| memory.clone());
    let sled = cfg!(feature = "sled").then_some(Kind::Sled);
    for kind in [Kind::Directory].into_iter().chain(sled) {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("ledger");
        drop(create_store(&path, kind).unwrap());
        test(Some(&path), &|| open_store(&path).unwrap().into());
    }
}

/// Replays everything in a store and says nothing is wrong with it.
fn sound(store: &dyn Store) -> Facts {
    let facts = verify_log(&Stored::new(store), &Options::default(), &mut |_| {}).unwrap();
    assert!(facts.is_sound(), "{:#?}", facts.defects());
    assert_eq!(facts.uncovered(), 0);
    facts
}

/// Returns the newest checkpoint of a ledger with the line of each of these log keys.
fn note_by(reader: &Reader, seeds: &[u8]) -> Vec<u8> {
    let checkpoint = reader.checkpoint().unwrap().checkpoint().clone();
    checkpoint_by(seeds, checkpoint.size, checkpoint.root).print()
}

// ---------------------------------------------------------------------------
// Log keys.

#[test]
fn a_log_key_takes_the_place_of_another() {
    each_store(|_, store| {
        let world = World::new();
        let ledger = create(store(), &world);
        let announcement = world
            .log_key("LK-2", NEW, &note_by(&ledger.reader(), &[OLD, NEW]))
            .envelope();
        // Who could not sign what comes after does not let it in, and goes on.
        match ledger.append(announcement.clone()) {
            Err(AppendError::LogKeys { missing }) => assert_eq!(missing, [log_key_of(NEW)]),
            other => panic!("{other:?}"),
        }
        ledger.append(world.service("DN-1").envelope()).unwrap();
        drop(ledger);

        // In whatever order the keys are given.
        let ledger = open(store(), &[NEW, OLD]).unwrap();
        let announced = ledger.append(announcement).unwrap();
        assert_eq!(announced.receipt.note().signatures().len(), 2);
        let leaf = leaf(&ledger.reader(), announced.index);
        for key in [log_key_of(OLD), log_key_of(NEW)] {
            assert!(announced.receipt.verify(&leaf, &key).is_ok());
        }
        assert_eq!(
            ledger.reader().log_keys(),
            [log_key_of(OLD), log_key_of(NEW)]
        );
        drop(ledger);

        // With one of the two nothing is written but the end of the other.
        for (seeds, missing) in [([OLD], NEW), ([NEW], OLD)] {
            let ledger = open(store(), &seeds).unwrap();
            match ledger.append(world.service("DN-2").envelope()) {
                Err(AppendError::LogKeys { missing: found }) => {
                    assert_eq!(found, [log_key_of(missing)]);
                }
                other => panic!("{other:?}"),
            }
            assert_eq!(ledger.stopped(), None);
        }
        let ledger = open(store(), &[NEW]).unwrap();
        let note = ledger.reader().checkpoint().unwrap().print();
        let ended = world.log_key_ended("LK-1/x", OLD, &note).envelope();
        let ended = ledger.append(ended).unwrap();
        assert_eq!(ended.receipt.note().signatures().len(), 1);
        ledger.append(world.service("DN-3").envelope()).unwrap();
        assert_eq!(ledger.reader().log_keys(), [log_key_of(NEW)]);
        drop(ledger);

        match open(store(), &[OLD]) {
            Err(OpenLedgerError::LogKey { expected }) => {
                assert_eq!(expected, [log_key_of(NEW)]);
            }
            other => panic!("{:?}", other.err()),
        }
        // An old key at hand as well does no harm.
        let ledger = open(store(), &[OLD, NEW]).unwrap();
        ledger.append(world.service("DN-4").envelope()).unwrap();
        drop(ledger);
        let facts = sound(store().as_ref());
        assert_eq!(facts.checkpoint().unwrap().log_keys(), [log_key_of(NEW)]);
    });
}

fn leaf(reader: &Reader, index: Index) -> bewijs::hash::Hash {
    leaf_hash(&reader.record(index).unwrap().unwrap().entry)
}

/// Every write failing once in every way while a log key is replaced.
#[test]
fn a_fault_while_a_log_key_is_replaced_loses_nothing() {
    let world = World::new();
    for fault in Fault::ALL {
        for write in 2..12 {
            let about = format!("{fault:?} at write {write}");
            let schedule = Schedule::at(write, fault);
            let store = Arc::new(FaultyStore::new(MemoryStore::new(), schedule));
            let mut ledger = create(store.clone(), &world);
            let step = |ledger: &mut Ledger, make: &dyn Fn(&Reader) -> Envelope| {
                let envelope = make(&ledger.reader());
                loop {
                    match ledger.append(envelope.clone()) {
                        Ok(appended) => return appended,
                        Err(AppendError::Undecided { .. } | AppendError::Stopped { .. }) => {
                            *ledger = open(store.clone(), &[OLD, NEW])
                                .unwrap_or_else(|error| panic!("{about}: {error}"));
                        }
                        Err(error) => panic!("{about}: {error}"),
                    }
                }
            };
            step(&mut ledger, &|_| world.service("DN-1").envelope());
            // The first process had the old key only.
            ledger = open(store.clone(), &[OLD, NEW]).unwrap();
            step(&mut ledger, &|reader| {
                let note = note_by(reader, &[OLD, NEW]);
                world.log_key("LK-2", NEW, &note).envelope()
            });
            step(&mut ledger, &|_| world.service("DN-2").envelope());
            step(&mut ledger, &|reader| {
                let note = reader.checkpoint().unwrap().print();
                world.log_key_ended("LK-1/x", OLD, &note).envelope()
            });
            step(&mut ledger, &|_| world.service("DN-3").envelope());
            drop(ledger);
            store.arrive();
            let facts = sound(store.inner());
            assert_eq!(facts.size().get(), 6, "{about}");
        }
    }
}

#[test]
fn a_crash_between_the_announcement_and_its_checkpoint_is_made_good_with_both_keys() {
    let world = World::new();
    let store = Arc::new(MemoryStore::new());
    drop(create(store.clone(), &world));
    let before = store.published().unwrap().unwrap();
    let ledger = open(store.clone(), &[OLD, NEW]).unwrap();
    let note = note_by(&ledger.reader(), &[OLD, NEW]);
    ledger
        .append(world.log_key("LK-2", NEW, &note).envelope())
        .unwrap();
    drop(ledger);
    store.publish(&before).unwrap();
    for one in [OLD, NEW] {
        let error = open(store.clone(), &[one]).err().unwrap().to_string();
        assert!(error.contains("expected the log key"), "{error}");
    }
    drop(open(store.clone(), &[OLD, NEW]).unwrap());
    assert_eq!(sound(store.as_ref()).size().get(), 2);
}

// ---------------------------------------------------------------------------
// Handover.

/// The party that takes the ledger over.
const ARCHIVE: Person = Person {
    party: "org:archief",
    role: "registrar",
    number: 1,
    seed: 33,
};

/// What the others sign to take a ledger from its operator, whose newest checkpoint this is.
fn takeover(world: &World, reader: &Reader) -> Vec<Envelope> {
    let note = note_by(reader, &[OLD, NEW]);
    let new = format!(
        r#"{{"log_key":"{}","note":{}}}"#,
        log_key_of(NEW),
        text(&note)
    );
    let handover = world.operator("BEH-1", ARCHIVE.party, &[LAB, SUPERVISOR, ARCHIVE]);
    vec![
        world
            .party(ARCHIVE.party, ARCHIVE.role)
            .by(&[SCREENING])
            .envelope(),
        world
            .key("K-ARC-1", ARCHIVE, &[SCREENING, SUPERVISOR])
            .envelope(),
        handover.with("log", &new).envelope(),
    ]
}

#[test]
fn a_ledger_is_taken_over_without_the_old_operator() {
    each_store(|_, store| {
        // The old operator's ledger, and the copy of it that somebody kept.
        let world = World::new();
        let theirs = Arc::new(MemoryStore::new());
        let ledger = create(theirs.clone(), &world);
        ledger.append(world.service("DN-1").envelope()).unwrap();
        let early = ledger.append(world.service("DN-2").envelope()).unwrap();
        drop(ledger);
        let copy = tempfile::tempdir().unwrap();
        export(&Stored::new(theirs.as_ref()), copy.path(), &mut |_| {}).unwrap();
        let source = Published::folder(copy.path()).unwrap();
        load(&source, store().as_ref(), &Options::default(), &mut |_| {}).unwrap();

        assert!(matches!(
            open(store(), &[NEW]),
            Err(OpenLedgerError::LogKey { .. })
        ));
        let reader = Reader::open(store()).unwrap();
        let statements = takeover(&world, &reader);
        drop(reader);
        let take = |seeds: &[u8], statements: &[Envelope]| {
            let seen = [];
            let statements = statements.to_vec();
            Ledger::take_over(store(), signers(seeds), clock(), &seen, statements)
        };
        // All of them or none: without the last nobody can sign, and a refused one takes the others along.
        match take(&[NEW], &statements[..2]) {
            Err(OpenLedgerError::First(AppendError::LogKeys { missing })) => {
                assert_eq!(missing, [log_key_of(OLD)]);
            }
            other => panic!("{:?}", other.err()),
        }
        match take(&[NEW], &[statements[0].clone(), statements[2].clone()]) {
            Err(OpenLedgerError::First(AppendError::Open(_))) => {}
            other => panic!("{:?}", other.err()),
        }
        let mut twice = statements.clone();
        twice.insert(1, world.service("DN-2").envelope());
        match take(&[NEW], &twice) {
            Err(OpenLedgerError::First(AppendError::Refused(Refusal::IdTaken { .. }))) => {}
            other => panic!("{:?}", other.err()),
        }
        match take(&[NEW + 1], &statements) {
            Err(OpenLedgerError::First(AppendError::LogKeys { .. })) => {}
            other => panic!("{:?}", other.err()),
        }
        assert_eq!(Reader::open(store()).unwrap().size().get(), 3);

        let (ledger, appended) = take(&[NEW], &statements).unwrap();
        let places: Vec<_> = appended.iter().map(|it| it.index.get()).collect();
        assert_eq!(places, [3, 4, 5]);
        let proof = &appended[2].receipt;
        let handover = leaf(&ledger.reader(), appended[2].index);
        assert!(proof.verify(&handover, &log_key_of(NEW)).is_ok());
        assert!(proof.verify(&handover, &log_key_of(OLD)).is_err());
        // The new operator goes on; the old one's key opens nothing here, and its receipts still hold.
        let party = world.party("org:nieuw", "witness").by(&[ARCHIVE]);
        ledger.append(party.envelope()).unwrap();
        let reader = ledger.reader();
        assert!(
            early
                .receipt
                .verify(&leaf(&reader, early.index), &log_key())
                .is_ok()
        );
        drop((ledger, reader));
        assert!(open(store(), &[OLD]).is_err());
        drop(open(store(), &[NEW]).unwrap());
        sound(store().as_ref());
    });
}

#[test]
fn a_fault_while_a_ledger_is_taken_over_leaves_it_taken_over_or_as_it_was() {
    let world = World::new();
    for fault in Fault::ALL {
        for write in 0..3 {
            let store = Arc::new(FaultyStore::new(MemoryStore::new(), Schedule::never()));
            drop(create(store.clone(), &world));
            let statements = takeover(&world, &Reader::open(store.clone()).unwrap());
            let next = store.writes() + write;
            store.reschedule(Schedule::at(next, fault));
            let taken = Ledger::take_over(
                store.clone(),
                signers(&[NEW]),
                clock(),
                &[],
                statements.clone(),
            );
            drop(taken);
            store.arrive();
            let ledger = match open(store.clone(), &[NEW]) {
                Ok(ledger) => ledger,
                Err(OpenLedgerError::LogKey { .. }) => {
                    let (ledger, _) =
                        Ledger::take_over(store.clone(), signers(&[NEW]), clock(), &[], statements)
                            .unwrap();
                    ledger
                }
                Err(error) => panic!("{fault:?} at write {write}: {error}"),
            };
            drop(ledger);
            assert_eq!(sound(store.inner()).size().get(), 4);
        }
    }
}

#[test]
fn a_copy_that_witnesses_have_seen_more_of_is_not_taken_over() {
    let world = World::new();
    let store = Arc::new(MemoryStore::new());
    let ledger = create(store.clone(), &world);
    let statements = takeover(&world, &ledger.reader());
    let copy = Arc::new(MemoryStore::new());
    copy.create(0, &store.read(0).unwrap().unwrap()).unwrap();
    copy.publish(&store.published().unwrap().unwrap()).unwrap();
    ledger.append(world.service("DN-1").envelope()).unwrap();
    let seen = [ledger.reader().checkpoint().unwrap().note().clone()];
    let taken = Ledger::take_over(copy, signers(&[NEW]), clock(), &seen, statements);
    assert!(matches!(taken, Err(OpenLedgerError::Read(_))));
}

// ---------------------------------------------------------------------------
// Withheld texts.

/// A ledger with a case in which finding 3 must not stay, and findings around it.
fn with_unlawful(store: Arc<dyn Store>, world: &World) -> (Ledger, Vec<(Appended, Envelope)>) {
    let ledger = create(store, world);
    let service = world.service("DN-1").envelope();
    let case = world.case(CASE, &[&service]).envelope();
    let unlawful = world
        .finding("B-1")
        .with("source", &format!("\"{UNLAWFUL}\""));
    let mut envelopes = vec![service, case, unlawful.envelope()];
    envelopes.extend((2..6).map(|number| world.finding(&format!("B-{number}")).envelope()));
    let append = |envelope: Envelope| (ledger.append(envelope.clone()).unwrap(), envelope);
    let appended = envelopes.into_iter().map(append).collect();
    (ledger, appended)
}

fn withheld(world: &World, appended: &[(Appended, Envelope)]) -> Envelope {
    let (place, envelope) = &appended[2];
    world
        .withheld("AG-1", place.index.get(), envelope)
        .case(CASE)
        .envelope()
}

/// The text in any commit of a store.
fn is_there(store: &dyn Store) -> bool {
    let newest = store.newest().unwrap().unwrap();
    (0..=newest).any(|number| {
        let commit = store.read(number).unwrap().unwrap();
        String::from_utf8_lossy(&commit).contains(&in_envelope())
    })
}

/// How the text stands in stored envelopes, whose payload is base64: the part that no neighbour changes.
fn in_envelope() -> String {
    use base64::Engine as _;
    use base64::engine::general_purpose::STANDARD;
    let finding = World::new()
        .finding("B-1")
        .with("source", &format!("\"{UNLAWFUL}\""));
    let payload = String::from_utf8(finding.payload()).unwrap();
    let at = payload.find(UNLAWFUL).unwrap();
    // Three bytes are four digits, from a multiple of three on.
    let from = at.div_ceil(3) * 3;
    let until = (at + UNLAWFUL.len()) / 3 * 3;
    STANDARD.encode(&payload[from..until])
}

fn folder_holds(folder: &Path, part: &str) -> bool {
    fs::read_dir(folder).unwrap().any(|entry| {
        let path = entry.unwrap().path();
        match path.is_dir() {
            true => folder_holds(&path, part),
            false => String::from_utf8_lossy(&fs::read(&path).unwrap()).contains(part),
        }
    })
}

#[test]
fn a_withheld_text_is_gone_and_everything_else_is_as_it_was() {
    each_store(|folder, store| {
        let world = World::new();
        let (ledger, appended) = with_unlawful(store(), &world);
        let copies = tempfile::tempdir().unwrap();
        let copy = copies.path().join("copy");
        drop(ledger);
        export(&Stored::new(store().as_ref()), &copy, &mut |_| {}).unwrap();
        assert!(folder_holds(&copy, &in_envelope()));
        assert!(folder.is_none_or(|folder| folder_holds(folder, &in_envelope())));

        let ledger = open(store(), &[OLD]).unwrap();
        let root = ledger
            .reader()
            .root_at(appended.last().unwrap().0.index.size_before());
        let said = withheld(&world, &appended);
        let place = ledger.append(said.clone()).unwrap();
        let reader = ledger.reader();
        let record = reader.record(appended[2].0.index).unwrap().unwrap();
        assert!(record.envelope.is_empty());
        // The entry, every other statement and every receipt are as they were.
        for (number, (before, envelope)) in appended.iter().enumerate() {
            let record = reader.record(before.index).unwrap().unwrap();
            let expected = match number {
                2 => Vec::new(),
                _ => envelope.print_stored(),
            };
            assert_eq!(record.envelope, expected);
            let leaf = leaf_hash(&record.entry);
            assert!(before.receipt.verify(&leaf, &log_key()).is_ok());
        }
        assert_eq!(
            reader.root_at(appended.last().unwrap().0.index.size_before()),
            root
        );
        // Asked again, both get their places; the text does not come back by that way.
        let again = ledger.append(appended[2].1.clone()).unwrap();
        assert_eq!((again.index, again.known), (appended[2].0.index, true));
        let again = ledger.append(said).unwrap();
        assert_eq!((again.index, again.known), (place.index, true));
        drop((ledger, reader));
        assert!(!is_there(store().as_ref()));
        assert!(folder.is_none_or(|folder| !folder_holds(folder, &in_envelope())));
        let facts = sound(store().as_ref());
        assert_eq!(facts.withheld().len(), 1);
        assert_eq!(facts.withheld()[0].id.as_str(), "B-1");

        // A copy follows at the next export, in the bundles of earlier sizes too; and so does what is loaded of it.
        let ledger = open(store(), &[OLD]).unwrap();
        ledger.append(world.finding("B-9").envelope()).unwrap();
        drop(ledger);
        export(&Stored::new(store().as_ref()), &copy, &mut |_| {}).unwrap();
        assert!(!folder_holds(&copy, &in_envelope()));
        let source = Published::folder(&copy).unwrap();
        let facts = verify_log(&source, &Options::default(), &mut |_| {}).unwrap();
        assert!(facts.is_sound(), "{:#?}", facts.defects());
        let loaded = MemoryStore::new();
        load(&source, &loaded, &Options::default(), &mut |_| {}).unwrap();
        let ledger = open(Arc::new(loaded), &[OLD]).unwrap();
        let taken = ledger.append(world.finding("B-1").envelope());
        assert!(matches!(
            taken,
            Err(AppendError::Refused(Refusal::IdTaken { .. }))
        ));
    });
}

/// Every write failing once in every way while a text is withheld.
#[test]
fn a_fault_while_a_text_is_withheld_leaves_it_gone_in_the_end() {
    let world = World::new();
    for fault in Fault::ALL {
        for write in 0..6 {
            let about = format!("{fault:?} at write {write}");
            let store = Arc::new(FaultyStore::new(MemoryStore::new(), Schedule::never()));
            let (mut ledger, appended) = with_unlawful(store.clone(), &world);
            assert!(is_there(store.inner()));
            let next = store.writes() + write;
            store.reschedule(Schedule::at(next, fault));
            let said = withheld(&world, &appended);
            while ledger.append(said.clone()).is_err() {
                ledger =
                    open(store.clone(), &[OLD]).unwrap_or_else(|error| panic!("{about}: {error}"));
            }
            ledger.append(world.finding("B-9").envelope()).ok();
            drop(ledger);
            drop(open(store.clone(), &[OLD]).unwrap());
            store.arrive();
            assert!(!is_there(store.inner()), "{about}");
            let facts = sound(store.inner());
            assert_eq!(facts.withheld().len(), 1, "{about}");
        }
    }
}

/// A copy from before, or one that was made in between, brings the text back; opening takes it out again.
#[test]
fn a_text_that_an_older_copy_brings_back_is_taken_out_when_the_ledger_is_opened() {
    each_store(|_, store| {
        let world = World::new();
        let finding = world
            .finding("B-1")
            .with("source", &format!("\"{UNLAWFUL}\""))
            .envelope();
        let mut log = Log::empty(world.clone());
        log.append(world.charter());
        let service = world.service("DN-1").envelope();
        log.append(service.clone());
        log.append(world.case(CASE, &[&service]).envelope());
        log.append(finding.clone());
        log.append(world.withheld("AG-1", 3, &finding).case(CASE).envelope());
        log.publish();
        // A load leaves it out.
        let loaded = MemoryStore::new();
        load(&log, &loaded, &Options::default(), &mut |_| {}).unwrap();
        assert!(!is_there(&loaded));
        assert_eq!(sound(&loaded).withheld().len(), 1);
        // All of it in one commit, which is the newest.
        let batch = log.records.iter().map(|record| commit::Record {
            entry: record.entry.clone(),
            envelope: record.envelope.clone().unwrap(),
        });
        let all = Commit {
            number: 0,
            previous: Hash::ZERO,
            log: ORIGIN.to_owned(),
            id: [7; 16],
            sizes: [Size::ZERO, log.size()],
            roots: [empty_root(), log.chain.root()],
            batch: batch.collect(),
        };
        {
            let store = store();
            store.create(0, &all.to_bytes()).unwrap();
            store.publish(log.note.as_ref().unwrap()).unwrap();
        }
        assert_eq!(store().newest().unwrap(), Some(0));
        assert!(is_there(store().as_ref()));
        // Who only reads changes nothing.
        drop(Reader::open(store()).unwrap());
        assert!(is_there(store().as_ref()));
        let ledger = open(store(), &[OLD]).unwrap();
        ledger.append(world.finding("B-2").envelope()).unwrap();
        drop(ledger);
        assert!(!is_there(store().as_ref()));
        drop(open(store(), &[OLD]).unwrap());
        let store = store();
        let facts = sound(store.as_ref());
        assert_eq!(facts.root(), {
            let source = Stored::new(store.as_ref());
            let mut tree = bewijs::merkle::Tree::new();
            while tree.size() < facts.size() {
                let next = Index::new(tree.size().get()).unwrap();
                let records = source.records(next, 10).unwrap();
                tree.extend(records.iter().map(|it| leaf_hash(&it.entry)));
            }
            tree.root()
        });
    });
}
