//! The example: 235 statements built, signed and appended, in memory and to a ledger on the disk.
//!
//! *In memory* everything is made from the story: drafts and an OSCAL import, commitments, signatures,
//! both witnesses, admission, chain and tree. *To a ledger* the very envelopes are opened, checked and
//! appended durably, one after the other, as signers would hand them in.
//!
//! Prints min / median / max over the rounds, and the sum of the two against the 2 seconds that it may take.
//! Run with `cargo bench --bench example`.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Instant;

use bewijs::entry::Entry;
use bewijs::envelope::Envelope;
use bewijs::ledger::{Clock, Ledger};
use bewijs::signer::SecretKey;
use bewijs::statement::SignedStatement;
use bewijs::store::{Kind, create_store};
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
    let mut memory = Vec::new();
    let mut disk = Vec::new();
    for _ in 0..rounds {
        let start = Instant::now();
        let example = Example::play(&steps).expect("every step is admitted");
        memory.push(start.elapsed().as_secs_f64() * 1e3);
        disk.push(append(&example));
    }
    let sums = memory.iter().zip(&disk).map(|(memory, disk)| memory + disk);
    let sum = Spread::of(sums);
    println!("{rounds} rounds; min / median / max, in milliseconds\n");
    println!("in memory    {:>23}", Spread::of(memory.iter().copied()));
    println!("to a ledger  {:>23}", Spread::of(disk.iter().copied()));
    println!("together     {sum:>23}");
    println!("{:.2} of what it may take", sum.middle / MOST);
}

/// Appends every statement of the example to a new ledger, and returns the milliseconds.
fn append(example: &Example) -> f64 {
    let folder = folder();
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
    let store = create_store(&folder.path().join("ledger"), Kind::Sled).expect("a store");
    let charter = envelopes.next().expect("a charter");
    let charter = SignedStatement::open(charter, |_| None).expect("a charter");
    let log = SecretKey::danger_from_seed(&demo_key("K-LOG").to_bytes());
    let ledger = Ledger::create(
        store.into(),
        charter,
        Box::new(log),
        Box::new(clock.clone()),
    );
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
