//! The example: 235 statements built, signed and appended, in memory and to a ledger on the disk.
//!
//! *Built and signed* makes everything from the story: drafts and an OSCAL import, commitments, signatures,
//! both witnesses, admission, chain and tree. *To a ledger* the very envelopes are opened, checked and
//! appended one after the other, as signers would hand them in, each with its own checkpoint and receipt: once
//! to a store in memory, which shows the work, and once to sled, which waits for the disk 235 times.
//!
//! Prints min / median / max over the rounds, and both sums against the 2 seconds that it may take.
//! Run with `cargo bench --bench example`.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Instant;

use bewijs::entry::Entry;
use bewijs::envelope::Envelope;
use bewijs::ledger::{Clock, Ledger};
use bewijs::signer::SecretKey;
use bewijs::statement::SignedStatement;
use bewijs::store::{Kind, MemoryStore, Store, create_store};
use bewijs::time::Timestamp;
use measure::{Spread, folder, rounds};
use voorbeeld::{Example, demo_key, steps};

mod measure;
#[path = "../tests/support/voorbeeld.rs"]
mod voorbeeld;

const ROUNDS: usize = 5;

/// What building, signing and appending may take, in milliseconds.
const MOST: f64 = 2_000.0;

fn main() {
    let rounds = rounds(ROUNDS);
    let steps = steps();
    let [mut built, mut memory, mut disk] = [const { Vec::new() }; 3];
    for _ in 0..rounds {
        let start = Instant::now();
        let example = Example::play(&steps).expect("every step is admitted");
        built.push(start.elapsed().as_secs_f64() * 1e3);
        memory.push(append(&example, Arc::new(MemoryStore::new())));
        let folder = folder();
        let store = create_store(&folder.path().join("ledger"), Kind::Sled).expect("a store");
        disk.push(append(&example, store.into()));
    }
    println!("{rounds} rounds; min / median / max, in milliseconds\n");
    println!("built and signed  {}", Spread::of(built.iter().copied()));
    for (name, appended) in [("memory", memory), ("sled  ", disk)] {
        let sums = built.iter().zip(&appended).map(|(built, it)| built + it);
        let sum = Spread::of(sums).middle / MOST;
        let spread = Spread::of(appended);
        println!("to {name}         {spread}, together {sum:.2} of what it may take");
    }
}

/// Appends every statement of the example to a new ledger, and returns the milliseconds.
fn append(example: &Example, store: Arc<dyn Store>) -> f64 {
    let records = &example.records;
    let envelopes = records.iter().map(|record| {
        let stored = record.envelope.as_ref().expect("nothing is withheld");
        Envelope::parse_stored(stored).expect("what was stored")
    });
    let mut envelopes = envelopes.collect::<Vec<_>>().into_iter();
    let times = records.iter().map(|record| {
        let entry = Entry::parse(&record.entry).expect("what was stored");
        entry.time
    });
    let clock = StoryClock {
        times: times.collect(),
        at: Arc::default(),
    };
    let start = Instant::now();
    let charter = envelopes.next().expect("a charter");
    let charter = SignedStatement::open(charter, |_| None).expect("a charter");
    let log = SecretKey::danger_from_seed(&demo_key("K-LOG").to_bytes());
    let ledger = Ledger::create(store, charter, Box::new(log), Box::new(clock.clone()));
    let ledger = ledger.expect("a ledger");
    for (at, envelope) in envelopes.enumerate() {
        clock.at.store(at + 1, Ordering::Relaxed);
        ledger
            .append(envelope)
            .expect("every statement is admitted");
    }
    let millis = start.elapsed().as_secs_f64() * 1e3;
    let root = ledger.reader().tree(bewijs::merkle::Tree::root);
    assert_eq!(root, example.chain.root());
    millis
}

/// A clock that shows the moments of the story.
#[derive(Clone)]
struct StoryClock {
    times: Arc<[Timestamp]>,
    at: Arc<AtomicUsize>,
}

impl Clock for StoryClock {
    fn now(&mut self) -> Timestamp {
        self.times[self.at.load(Ordering::Relaxed)]
    }
}
