//! The ledger over every store: order, receipts, asking again, faults, recovery.

mod support;

use std::sync::atomic::{AtomicI64, Ordering};
use std::sync::mpsc::{Receiver, Sender, channel};
use std::sync::{Arc, Mutex};

use bewijs::entry::Entry;
use bewijs::envelope::Envelope;
use bewijs::hash::Hash;
use bewijs::ledger::commit::{Commit, Record};
use bewijs::ledger::door::DoorError;
use bewijs::ledger::{
    AppendError, Appended, Clock, CosignError, Door, Ledger, OpenLedgerError, Quota, ReadError,
    Reader,
};
use bewijs::merkle::{Index, Size, empty_root, leaf_hash};
use bewijs::note::Note;
use bewijs::state::Refusal;
use bewijs::statement::SignedStatement;
use bewijs::statement::lint::ExceptionKind;
use bewijs::store::faulty::{Fault, FaultyStore, Schedule};
use bewijs::store::{
    Create, Kind, MemoryStore, ObjectName, Redact, Store, StoreError, create_store, open_store,
};
use bewijs::time::{Seconds, Timestamp};
use support::{
    CASE, LOG_SEED, Log, ORIGIN, START_MILLIS, SeedSigner, World, cosign, envelope, log_key,
    witness_key,
};

/// A clock that goes on by a second at each look.
struct Ticking(AtomicI64);

impl Clock for Ticking {
    fn now(&mut self) -> Timestamp {
        Timestamp::from_unix_millis(self.0.fetch_add(1000, Ordering::Relaxed)).unwrap()
    }
}

fn clock() -> Box<dyn Clock> {
    Box::new(Ticking(AtomicI64::new(START_MILLIS)))
}

fn create(store: Arc<dyn Store>, world: &World) -> Ledger {
    let charter = SignedStatement::open(world.charter(), |_| None).unwrap();
    Ledger::create(store, charter, Box::new(SeedSigner(LOG_SEED)), clock()).unwrap()
}

fn open(store: Arc<dyn Store>) -> Result<Ledger, OpenLedgerError> {
    Ledger::open(store, Box::new(SeedSigner(LOG_SEED)), clock(), &[])
}

/// A service, a case about it, and findings: all envelopes in an order in which they can be appended.
fn statements(world: &World, findings: usize) -> Vec<Envelope> {
    let service = world.service("DN-1").envelope();
    let case = world.case(CASE, &[&service]).envelope();
    let findings = (0..findings).map(|number| world.finding(&format!("B-{number}")).envelope());
    [service, case].into_iter().chain(findings).collect()
}

/// Checks a receipt against the entry that the ledger gives for it, and the entry against the statement.
fn check(reader: &Reader, appended: &Appended, envelope: &Envelope) {
    let record = reader
        .record(appended.index)
        .unwrap()
        .expect("an acknowledged entry is there");
    assert_eq!(record.envelope, envelope.print_stored());
    let entry = Entry::parse(&record.entry).unwrap();
    assert_eq!(
        (entry.index, entry.statement),
        (appended.index, envelope.digest())
    );
    let proven = appended
        .receipt
        .verify(&leaf_hash(&record.entry), &log_key())
        .unwrap();
    assert_eq!(proven.index(), appended.index);
    let checkpoint = proven.checkpoint().checkpoint();
    assert_eq!(reader.root_at(checkpoint.size), Some(checkpoint.root));
}

/// Runs `test` over an empty store of each kind; a second call gives the same store, opened again.
fn each_store(test: impl Fn(&dyn Fn() -> Arc<dyn Store>)) {
    let memory: Arc<dyn Store> = Arc::new(MemoryStore::new());
    test(&|| memory.clone());
    #[cfg(feature = "sled")]
    let kinds = [Kind::Directory, Kind::Sled];
    #[cfg(not(feature = "sled"))]
    let kinds = [Kind::Directory];
    for kind in kinds {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("ledger");
        drop(create_store(&path, kind).unwrap());
        test(&|| open_store(&path).unwrap().into());
    }
}

#[test]
fn a_statement_gets_a_place_and_a_receipt_and_the_same_ones_again() {
    each_store(|store| {
        let world = World::new();
        let statements = statements(&world, 20);
        let ledger = create(store(), &world);
        let first: Vec<Appended> = statements
            .iter()
            .map(|it| ledger.append(it.clone()).unwrap())
            .collect();
        for (number, (appended, envelope)) in first.iter().zip(&statements).enumerate() {
            assert_eq!(
                (appended.index.get(), appended.known),
                (number as u64 + 1, false)
            );
            check(&ledger.reader(), appended, envelope);
        }
        drop(ledger);
        let ledger = open(store()).unwrap();
        for (earlier, envelope) in first.iter().zip(&statements) {
            let again = ledger.append(envelope.clone()).unwrap();
            assert_eq!((again.index, again.known), (earlier.index, true));
            check(&ledger.reader(), &again, envelope);
            check(&ledger.reader(), earlier, envelope);
        }
        assert_eq!(ledger.reader().size().get(), statements.len() as u64 + 1);
        let next = world.finding("B-next").envelope();
        assert_eq!(
            ledger.append(next).unwrap().index.get(),
            statements.len() as u64 + 1
        );
    });
}

#[test]
fn many_writers_get_dense_places_in_few_commits() {
    each_store(|store| {
        const WRITERS: usize = 16;
        const EACH: usize = 12;
        let world = World::new();
        let shared = store();
        let ledger = create(shared.clone(), &world);
        for envelope in statements(&world, 0) {
            ledger.append(envelope).unwrap();
        }
        let findings: Vec<Envelope> = (0..WRITERS * EACH)
            .map(|number| world.finding(&format!("B-{number}")).envelope())
            .collect();
        let answers: Vec<(Appended, &Envelope)> = std::thread::scope(|scope| {
            let writers: Vec<_> = findings
                .chunks(EACH)
                .map(|chunk| {
                    let ledger = &ledger;
                    scope.spawn(move || {
                        let append = |envelope: &Envelope| ledger.append(envelope.clone()).unwrap();
                        chunk
                            .iter()
                            .map(|envelope| (append(envelope), envelope))
                            .collect::<Vec<_>>()
                    })
                })
                .collect();
            writers
                .into_iter()
                .flat_map(|writer| writer.join().unwrap())
                .collect()
        });
        let mut places: Vec<u64> = answers
            .iter()
            .map(|(appended, _)| appended.index.get())
            .collect();
        places.sort();
        assert_eq!(places, (3..3 + (WRITERS * EACH) as u64).collect::<Vec<_>>());
        for (appended, envelope) in &answers {
            check(&ledger.reader(), appended, envelope);
        }
        let commits = shared.newest().unwrap().unwrap() + 1;
        assert!(
            commits < 3 + (WRITERS * EACH) as u64,
            "{commits} commits: nothing was grouped"
        );
    });
}

#[test]
fn the_same_statement_from_two_writers_at_once_is_recorded_once() {
    let world = World::new();
    let ledger = create(Arc::new(MemoryStore::new()), &world);
    let service = world.service("DN-1").envelope();
    let answers: Vec<Appended> = std::thread::scope(|scope| {
        let append = || ledger.append(service.clone()).unwrap();
        let writers: Vec<_> = (0..8).map(|_| scope.spawn(append)).collect();
        writers
            .into_iter()
            .map(|writer| writer.join().unwrap())
            .collect()
    });
    assert!(answers.iter().all(|answer| answer.index.get() == 1));
    assert_eq!(answers.iter().filter(|answer| !answer.known).count(), 1);
    assert_eq!(ledger.reader().size().get(), 2);
}

#[test]
fn a_refused_statement_takes_no_place_and_harms_no_other() {
    let world = World::new();
    let ledger = create(Arc::new(MemoryStore::new()), &world);
    let early = world.finding("B-1a").envelope();
    assert!(matches!(
        ledger.append(early.clone()),
        Err(AppendError::Refused(Refusal::UnknownCase { .. }))
    ));
    for envelope in statements(&world, 0) {
        ledger.append(envelope).unwrap();
    }
    assert_eq!(ledger.append(early).unwrap().index.get(), 3);
    let other = world.finding("B-1A").with("source", "\"RAP-2\"").envelope();
    match ledger.append(other) {
        Err(AppendError::Refused(Refusal::IdTaken { index, .. })) => assert_eq!(index.get(), 3),
        other => panic!("{other:?}"),
    }
    assert_eq!(ledger.stopped(), None);
}

/// Every write of the store, failing once in every way, at every place.
#[test]
fn one_fault_at_any_write_loses_nothing_and_records_nothing_twice() {
    let world = World::new();
    let statements = statements(&world, 6);
    for fault in Fault::ALL {
        for write in 2..22 {
            let store = Arc::new(FaultyStore::new(
                MemoryStore::new(),
                Schedule::at(write, fault),
            ));
            survive(
                store,
                &world,
                &statements,
                &format!("{fault:?} at write {write}"),
            );
        }
    }
}

/// Five of a hundred operations fail. `BEWIJS_SOAK_ROUNDS` asks for more seeds, `BEWIJS_SOAK_SEED` for others.
#[test]
fn faults_everywhere_lose_nothing_and_record_nothing_twice() {
    let world = World::new();
    let statements = statements(&world, 12);
    let rounds = std::env::var("BEWIJS_SOAK_ROUNDS").map_or(8, |asked| asked.parse().unwrap());
    let first = std::env::var("BEWIJS_SOAK_SEED").map_or(0, |seed| {
        let seed = *bewijs::hash::Hash::of(seed.as_bytes()).as_bytes();
        u64::from_be_bytes(*seed.first_chunk().unwrap())
    });
    let (mut reopened, mut kept) = (0, 0);
    for seed in (0..rounds).map(|round| first.wrapping_add(round)) {
        let store = Arc::new(FaultyStore::new(MemoryStore::new(), Schedule::never()));
        // A ledger that cannot be created is tried again by its operator; here the faults begin after that.
        drop(create(store.clone(), &world));
        store.reschedule(Schedule::seeded(seed, 5));
        let mut acknowledged: Vec<(Appended, Envelope)> = Vec::new();
        let mut waiting = statements.clone();
        for _ in 0..400 {
            let Ok(ledger) = open(store.clone()) else {
                continue;
            };
            reopened += 1;
            while let Some(envelope) = waiting.first() {
                match ledger.append(envelope.clone()) {
                    Ok(appended) => acknowledged.push((appended, waiting.remove(0))),
                    Err(AppendError::Refused(refusal)) => panic!("seed {seed}: {refusal}"),
                    Err(_) => break,
                }
            }
        }
        assert!(waiting.is_empty(), "seed {seed}: {} left", waiting.len());
        store.reschedule(Schedule::never());
        kept += acknowledged.len();
        whole(store, &acknowledged, statements.len() as u64 + 1);
    }
    println!("{rounds} seeds, opened {reopened} times, {kept} acknowledged entries, none lost");
}

/// Appends everything, opening again after each error, and checks what was acknowledged.
fn survive(
    store: Arc<FaultyStore<MemoryStore>>,
    world: &World,
    statements: &[Envelope],
    about: &str,
) {
    let mut ledger = create(store.clone(), world);
    let mut acknowledged = Vec::new();
    for envelope in statements {
        let appended = loop {
            match ledger.append(envelope.clone()) {
                Ok(appended) => break appended,
                Err(AppendError::Undecided { .. } | AppendError::Stopped { .. }) => {
                    assert!(
                        ledger.stopped().is_some(),
                        "{about}: undecided and still writing"
                    );
                    drop(ledger);
                    ledger = open(store.clone()).unwrap_or_else(|error| panic!("{about}: {error}"));
                }
                Err(error) => panic!("{about}: {error}"),
            }
        };
        acknowledged.push((appended, envelope.clone()));
    }
    drop(ledger);
    store.arrive();
    whole(store, &acknowledged, statements.len() as u64 + 1);
}

/// Opens the store again and checks that it holds what was acknowledged and nothing else.
fn whole(store: Arc<dyn Store>, acknowledged: &[(Appended, Envelope)], size: u64) {
    let reader = Reader::open(store).unwrap();
    assert_eq!(reader.size().get(), size);
    for (appended, envelope) in acknowledged {
        check(&reader, appended, envelope);
    }
}

#[test]
fn a_store_restored_from_an_old_backup_is_not_written() {
    let world = World::new();
    let store = Arc::new(MemoryStore::new());
    let ledger = create(store.clone(), &world);
    let old = ledger.reader().checkpoint().unwrap();
    ledger.append(world.service("DN-1").envelope()).unwrap();
    let new = ledger.reader().checkpoint().unwrap();
    drop(ledger);

    // The first commit alone, with the newest published checkpoint beside it.
    let restored = Arc::new(MemoryStore::new());
    restored
        .create(0, &store.read(0).unwrap().unwrap())
        .unwrap();
    restored.publish(&new.print()).unwrap();
    match open(restored.clone()) {
        Err(OpenLedgerError::Read(ReadError::Behind { seen, found })) => {
            assert_eq!((seen.get(), found.get()), (2, 1))
        }
        other => panic!("{:?}", other.err()),
    }
    // The published checkpoint is as old as the backup, but a witness has seen more.
    restored.publish(&old.print()).unwrap();
    assert!(open(restored.clone()).is_ok());
    let open = |seen: &[Note]| {
        let log = Box::new(SeedSigner(LOG_SEED));
        Ledger::open(restored.clone(), log, clock(), seen).err()
    };
    let behind = open(&[old.note().clone(), new.note().clone()]);
    assert!(
        matches!(
            behind,
            Some(OpenLedgerError::Read(ReadError::Behind { .. }))
        ),
        "{behind:?}"
    );
    // What the log did not sign proves nothing, and is not passed over.
    let text = new.note().text().to_owned();
    let line = witness_key(ORIGIN, 50);
    let time = Seconds::from_unix_seconds(START_MILLIS / 1000).unwrap();
    let line = line
        .cosignature(time, &support::sign(50, text.as_bytes()))
        .unwrap();
    let unsigned = open(&[Note::new(text, line).unwrap()]);
    assert!(
        matches!(unsigned, Some(OpenLedgerError::Seen(_))),
        "{unsigned:?}"
    );
    assert!(open(&[old.note().clone()]).is_none());
}

#[test]
fn another_history_of_the_same_size_is_not_written() {
    let [one, other] = [World::new(), World::new()].map(|world| {
        let store = Arc::new(MemoryStore::new());
        let ledger = create(store.clone(), &world);
        (world, store, ledger)
    });
    one.2.append(one.0.service("DN-1").envelope()).unwrap();
    other.2.append(other.0.service("DN-2").envelope()).unwrap();
    let published = other.2.reader().checkpoint().unwrap();
    drop(one.2);
    one.1.publish(&published.print()).unwrap();
    assert!(matches!(
        open(one.1),
        Err(OpenLedgerError::Read(ReadError::Forked { .. }))
    ));
}

#[test]
fn a_changed_commit_is_found_when_the_ledger_is_opened() {
    let world = World::new();
    let store = Arc::new(MemoryStore::new());
    let ledger = create(store.clone(), &world);
    for envelope in statements(&world, 2) {
        ledger.append(envelope).unwrap();
    }
    drop(ledger);
    let commits: Vec<Vec<u8>> = (0..5)
        .map(|number| store.read(number).unwrap().unwrap())
        .collect();
    let bytes = commits[2].len();
    for at in (0..bytes).step_by(7) {
        let changed = MemoryStore::new();
        for (number, commit) in commits.iter().enumerate() {
            let mut commit = commit.clone();
            if number == 2 {
                commit[at] ^= 0x20;
            }
            changed.create(number as u64, &commit).unwrap();
        }
        assert!(
            Reader::open(Arc::new(changed)).is_err(),
            "byte {at} of {bytes}"
        );
    }
}

#[test]
fn only_the_log_key_of_the_charter_writes_and_never_over_a_ledger() {
    let world = World::new();
    let store = Arc::new(MemoryStore::new());
    let charter = || SignedStatement::open(world.charter(), |_| None).unwrap();
    let other = Ledger::create(
        store.clone(),
        charter(),
        Box::new(SeedSigner(LOG_SEED + 1)),
        clock(),
    );
    assert!(matches!(other, Err(OpenLedgerError::LogKey { .. })));
    assert_eq!(store.newest().unwrap(), None);
    drop(create(store.clone(), &world));
    let other = Ledger::open(
        store.clone(),
        Box::new(SeedSigner(LOG_SEED + 1)),
        clock(),
        &[],
    );
    assert!(matches!(other, Err(OpenLedgerError::LogKey { .. })));
    let again = Ledger::create(store, charter(), Box::new(SeedSigner(LOG_SEED)), clock());
    assert!(matches!(again, Err(OpenLedgerError::NotEmpty)));
}

#[test]
fn cosignatures_are_attached_to_the_published_checkpoint() {
    each_store(|store| {
        let world = World::new();
        let shared = store();
        let ledger = create(shared.clone(), &world);
        ledger.append(world.service("DN-1").envelope()).unwrap();
        let checkpoint = ledger.reader().checkpoint().unwrap();
        let time = Seconds::from_unix_seconds(START_MILLIS / 1000 + 60).unwrap();
        let witnesses = [witness_key("w1.example", 50), witness_key("w2.example", 51)];
        for (name, seed) in [("w1.example", 50), ("w2.example", 51)] {
            let note = cosign(checkpoint.clone(), name, seed, time).print();
            ledger.attach(&note, &witnesses).unwrap();
        }
        let published = ledger.reader().checkpoint().unwrap();
        assert_eq!(published.cosignatures(&witnesses).unwrap().len(), 2);
        assert_eq!(shared.published().unwrap().unwrap(), published.print());

        let unknown = cosign(checkpoint.clone(), "w3.example", 52, time).print();
        assert!(matches!(
            ledger.attach(&unknown, &witnesses),
            Err(CosignError::None)
        ));
        let forked =
            support::signed_checkpoint(checkpoint.checkpoint().size, bewijs::hash::Hash::ZERO);
        let forked = cosign(forked, "w1.example", 50, time).print();
        assert!(matches!(
            ledger.attach(&forked, &witnesses),
            Err(CosignError::Read(ReadError::Forked { .. }))
        ));
        assert_eq!(ledger.stopped(), None);

        let early = Seconds::from_unix_seconds(START_MILLIS / 1000 - 3600).unwrap();
        let note = cosign(checkpoint, "w1.example", 50, early).print();
        assert!(matches!(
            ledger.attach(&note, &witnesses),
            Err(CosignError::Clock { .. })
        ));
        let stopped = ledger.append(world.service("DN-2").envelope());
        assert!(matches!(stopped, Err(AppendError::Stopped { .. })));
    });
}

/// A clock that is set by hand.
struct Hand(Arc<AtomicI64>);

impl Clock for Hand {
    fn now(&mut self) -> Timestamp {
        Timestamp::from_unix_millis(self.0.load(Ordering::Relaxed)).unwrap()
    }
}

#[test]
fn the_writer_stops_when_its_clock_is_more_than_a_minute_from_a_witnesss() {
    let world = World::new();
    // Seconds after the start: the entry is made, the witness cosigns, the cosignature is attached.
    for (entry, cosigned, attached, ahead_seconds) in [
        (0, 30, 40, None),
        (0, -60, 40, None),
        (0, -61, 40, Some(61)),
        (0, 100, 40, None),
        (0, 101, 40, Some(-61)),
        // A cosignature may wait for days.
        (0, 30, 400_000, None),
        // The clock ran ahead and was set right: what is on record stays, and the ledger goes on.
        (3600, 30, 40, None),
        (3600, 30, 3640, Some(3570)),
    ] {
        let now = Arc::new(AtomicI64::new(START_MILLIS + 1000 * entry));
        let charter = SignedStatement::open(world.charter(), |_| None).unwrap();
        let ledger = Ledger::create(
            Arc::new(MemoryStore::new()),
            charter,
            Box::new(SeedSigner(LOG_SEED)),
            Box::new(Hand(now.clone())),
        )
        .unwrap();
        let time = Seconds::from_unix_seconds(START_MILLIS / 1000 + cosigned).unwrap();
        let checkpoint = ledger.reader().checkpoint().unwrap();
        let note = cosign(checkpoint, "w1.example", 50, time).print();
        now.store(START_MILLIS + 1000 * attached, Ordering::Relaxed);
        let about = format!("{entry} {cosigned} {attached}");
        match (
            ledger.attach(&note, &[witness_key("w1.example", 50)]),
            ahead_seconds,
        ) {
            (Ok(_), None) => assert_eq!(ledger.stopped(), None, "{about}"),
            (
                Err(CosignError::Clock {
                    ahead_seconds: found,
                }),
                Some(expected),
            ) => {
                assert_eq!(found, expected, "{about}");
                let stopped = ledger.append(world.service("DN-1").envelope());
                assert!(
                    matches!(stopped, Err(AppendError::Stopped { .. })),
                    "{about}"
                );
            }
            (other, _) => panic!("{about}: {other:?}"),
        }
    }
}

#[test]
fn rules_that_this_program_does_not_know_are_not_recorded_by_it() {
    let world = World::new();
    let ledger = create(Arc::new(MemoryStore::new()), &world);
    let rules = world.rules("REGELS-2", 2, &[support::SCREENING, support::SUPERVISOR]);
    let refused = ledger.append(rules.envelope());
    assert!(
        matches!(refused, Err(AppendError::NewerRules { version: 2 })),
        "{refused:?}"
    );
    ledger.append(world.service("DN-1").envelope()).unwrap();
}

#[test]
fn a_type_of_the_future_asks_for_a_newer_program_and_not_for_a_backup() {
    let mut log = Log::with_case();
    let finding = log.world.finding("B-1").payload();
    let novel = String::from_utf8(finding).unwrap();
    let novel = novel.replace("urn:bewijs:finding:v1", "urn:bewijs:novel:v1");
    let novel = envelope(novel.into_bytes(), &[support::ASSESSOR]);
    log.push(novel.print_stored(), |_| {});
    let records = log.records.iter().map(|record| Record {
        entry: record.entry.clone(),
        envelope: record.envelope.clone().unwrap(),
    });
    let commit = Commit {
        number: 0,
        previous: Hash::ZERO,
        log: ORIGIN.to_owned(),
        id: [0; 16],
        sizes: [Size::ZERO, log.size()],
        roots: [empty_root(), log.chain.root()],
        batch: records.collect(),
    };
    let store = Arc::new(MemoryStore::new());
    store.create(0, &commit.to_bytes()).unwrap();
    let error = Reader::open(store).err().unwrap();
    assert!(matches!(error, ReadError::Newer { .. }), "{error}");
    assert_eq!(
        error.to_string(),
        "entry 3: expected a predicate type like urn:bewijs:finding:v1, found \"urn:bewijs:novel:v1\"\n\
         use a newer version of this program, which knows that type"
    );
}

/// A store in which a commit waits for leave.
struct Slow {
    inner: MemoryStore,
    commit: u64,
    begun: Sender<()>,
    leave: Mutex<Receiver<()>>,
}

impl Store for Slow {
    fn put(&self, name: &ObjectName, bytes: &[u8]) -> Result<Create, StoreError> {
        if name.commit_number() == Some(self.commit) {
            self.begun.send(()).unwrap();
            self.leave.lock().unwrap().recv().unwrap();
        }
        self.inner.put(name, bytes)
    }

    fn get(&self, name: &ObjectName) -> Result<Option<Vec<u8>>, StoreError> {
        self.inner.get(name)
    }

    fn redact(&self, name: &ObjectName, old: &Hash, new: &[u8]) -> Result<Redact, StoreError> {
        self.inner.redact(name, old, new)
    }

    fn publish(&self, note: &[u8]) -> Result<(), StoreError> {
        self.inner.publish(note)
    }

    fn published(&self) -> Result<Option<Vec<u8>>, StoreError> {
        self.inner.published()
    }
}

/// A clock that goes on by an hour at each look.
struct Hourly(i64);

impl Clock for Hourly {
    fn now(&mut self) -> Timestamp {
        self.0 += 3_600_000;
        Timestamp::from_unix_millis(self.0).unwrap()
    }
}

#[test]
fn a_cosignature_that_arrives_while_a_commit_is_under_way_stops_nothing() {
    let world = World::new();
    let (begun, has_begun) = channel();
    let (leave, may_go) = channel();
    let store = Slow {
        inner: MemoryStore::new(),
        commit: 1,
        begun,
        leave: Mutex::new(may_go),
    };
    let charter = SignedStatement::open(world.charter(), |_| None).unwrap();
    let log = Box::new(SeedSigner(LOG_SEED));
    let clock = Box::new(Hourly(START_MILLIS));
    let ledger = Ledger::create(Arc::new(store), charter, log, clock).unwrap();
    let checkpoint = ledger.reader().checkpoint().unwrap();
    std::thread::scope(|scope| {
        let append = scope.spawn(|| ledger.append(world.service("DN-1").envelope()));
        has_begun.recv().unwrap();
        // A second after entry 0, an hour before the entry that is being written.
        let time = Seconds::from_unix_seconds(START_MILLIS / 1000 + 3601).unwrap();
        let note = cosign(checkpoint, "w1.example", 50, time).print();
        let attached = ledger.attach(&note, &[witness_key("w1.example", 50)]);
        leave.send(()).unwrap();
        attached.unwrap();
        assert_eq!(append.join().unwrap().unwrap().index.get(), 1);
    });
    assert_eq!(ledger.stopped(), None);
}

#[test]
fn of_an_earlier_checkpoint_only_the_lines_that_verify_are_kept() {
    let world = World::new();
    let store = Arc::new(MemoryStore::new());
    let ledger = create(store.clone(), &world);
    let earlier = ledger.reader().checkpoint().unwrap();
    ledger.append(world.service("DN-1").envelope()).unwrap();

    let time = Seconds::from_unix_seconds(START_MILLIS / 1000 + 60).unwrap();
    let cosigned = cosign(earlier.clone(), "w1.example", 50, time);
    let strange = cosign(cosigned.clone(), "stranger.example", 51, time);
    let witnesses = [witness_key("w1.example", 50)];
    let kept = ledger.attach(&strange.print(), &witnesses).unwrap();
    assert_eq!(kept, cosigned);
    assert_ne!(
        ledger.reader().checkpoint().unwrap().checkpoint(),
        earlier.checkpoint()
    );
}

#[test]
fn what_was_handed_in_is_answered_before_the_ledger_closes() {
    let world = World::new();
    let store = Arc::new(MemoryStore::new());
    let ledger = create(store.clone(), &world);
    ledger.append(world.service("DN-1").envelope()).unwrap();
    drop(ledger);
    let reader = Reader::open(store).unwrap();
    assert_eq!(reader.size().get(), 2);
    assert!(reader.record(Index::new(2).unwrap()).unwrap().is_none());
    assert_eq!(reader.receipt(Index::FIRST).unwrap().index(), Index::FIRST);
}

#[test]
fn the_door_refuses_what_may_not_be_public() {
    const LEAK: &str = r#"{"en":"Ask anna@lab-voorbeeld.nl.","nl":"Vraag het na."}"#;
    each_store(|store| {
        let world = World::new();
        let ledger = create(store(), &world);
        let leak = world.service("DN-1").with("description", LEAK);
        let at = "predicate.description.en";
        let refused = ledger.append(leak.envelope()).unwrap_err();
        assert!(matches!(refused, AppendError::Door(DoorError::Lint(_))));
        let said = refused.to_string();
        assert!(
            said.contains(&format!(
                "{at}, characters 5 to 25: looks like an e-mail address"
            )),
            "{said}"
        );
        assert!(
            !said.contains("anna") && !format!("{refused:?}").contains("anna"),
            "{said}"
        );
        assert_eq!(ledger.reader().size().get(), 1);

        // An exception that says something true opens it, one that does not is refused.
        let idle = leak
            .clone()
            .excepting(at, ExceptionKind::Email)
            .excepting(at, ExceptionKind::Telephone);
        assert!(matches!(
            ledger.append(idle.envelope()),
            Err(AppendError::Door(_))
        ));
        let excepted = leak.clone().excepting(at, ExceptionKind::Email);
        assert_eq!(ledger.append(excepted.envelope()).unwrap().index.get(), 1);

        // What stands there is answered as before, whatever the door asks by now.
        let envelope = world.service("DN-2").with("description", LEAK).envelope();
        ledger.set_door(Door {
            lint: false,
            quota: None,
        });
        assert_eq!(ledger.append(envelope.clone()).unwrap().index.get(), 2);
        ledger.set_door(Door::default());
        let again = ledger.append(envelope.clone()).unwrap();
        assert!(again.known && again.index.get() == 2);
        drop(ledger);
        let ledger = open(store()).unwrap();
        assert!(ledger.append(envelope).unwrap().known);
        assert!(ledger.append(leak.envelope()).is_err());
    });
}

#[test]
fn the_door_looks_at_the_charter_as_well() {
    let world = World::founded(|charter| {
        let body = String::from_utf8(charter.body.to_canonical()).unwrap();
        charter.body = support::json(
            &body
                .replace("\"CISO\"", "\"CISO, tel. 06-12345678\"")
                .replace("\"bestuur\"", "\"tel. 06-12345678\""),
        );
    });
    let charter = SignedStatement::open(world.charter(), |_| None).unwrap();
    let store = Arc::new(MemoryStore::new());
    let refused = Ledger::create(
        store.clone(),
        charter,
        Box::new(SeedSigner(LOG_SEED)),
        clock(),
    );
    let refused = refused.err().expect("a telephone number is refused");
    assert!(matches!(refused, OpenLedgerError::Door(_)), "{refused}");
    assert!(
        refused.to_string().contains("telephone number"),
        "{refused}"
    );
    assert_eq!(store.newest().unwrap(), None);
}

#[test]
fn a_key_has_a_quota_of_new_statements() {
    let world = World::new();
    let ledger = create(Arc::new(MemoryStore::new()), &world);
    let all = statements(&world, 4);
    for envelope in &all[..3] {
        ledger.append(envelope.clone()).unwrap();
    }
    // The clock goes on by a second at each commit.
    let quota = Some(Quota {
        statements: 2,
        within_millis: 3_600_000,
    });
    ledger.set_door(Door { lint: true, quota });
    ledger.append(all[3].clone()).unwrap();
    ledger.append(all[4].clone()).unwrap();
    let refused = ledger.append(all[5].clone());
    assert!(
        matches!(refused, Err(AppendError::Door(DoorError::Quota { .. }))),
        "{refused:?}"
    );
    // What stands there costs nothing, nor does what the rules refuse; another key has its own.
    assert!(ledger.append(all[3].clone()).unwrap().known);
    let taken = world.service("DN-1").envelope();
    assert!(matches!(ledger.append(taken), Err(AppendError::Refused(_))));
    ledger.append(world.service("DN-9").envelope()).unwrap();
    ledger.set_door(Door {
        lint: true,
        quota: None,
    });
    ledger.append(all[5].clone()).unwrap();
}
