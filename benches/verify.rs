//! Full verification of a ledger, beside the bare `verify_strict` loop over the same signatures.
//!
//! A ledger of 20,000 entries, each with one signature by one of 20 keys, is verified from sled, in large
//! commits and with a commit for each entry, and from an export: opened, read, every digest, link, signature, admission, index root
//! and checkpoint re-computed; of an export the tiles as well. The loop has its messages and keys ready and
//! does nothing but `verify_strict`. Both run on one core and on two, one after the other in each
//! round; the files are in the page cache.
//!
//! Prints min / median / max over the rounds. Ratios travel between machines, times do not. Processor
//! time tells more than the clock on a busy machine. Run with `cargo bench --bench verify`.

use std::path::Path;
use std::time::Instant;

use bewijs::client::{Published, Stored, export};
use bewijs::key::{PublicKey, Signature};
use bewijs::ledger::commit::MAX_BATCH_ENTRIES;
use bewijs::store::{Kind, create_store, open_store_for_reading};
use bewijs::verify::{Facts, Options, Source, verify_log};
use measure::{Spread, Target, amount, folder, processor_seconds, report, rounds};
use rayon::ThreadPool;
use rayon::prelude::*;
use support::{ASSESSOR, ASSESSOR_2, Log, Person, store_log};

mod measure;
#[path = "../tests/support/mod.rs"]
mod support;

const ROUNDS: usize = 9;
const ENTRIES: usize = 20_000;
const KEYS: u8 = 20;

fn main() {
    let rounds = rounds(ROUNDS);
    let log = signed_by_many(amount(ENTRIES, 200) as u64);
    let signatures = signatures(&log);
    let folder = folder();
    let [large, small, copy] = ["large", "small", "copy"].map(|name| folder.path().join(name));
    for (path, batch) in [(&large, MAX_BATCH_ENTRIES), (&small, 1)] {
        let store = create_store(path, Kind::Sled).unwrap();
        store_log(store.as_ref(), &log, batch);
    }
    export(&log, &copy, &mut |_| {}).unwrap();
    println!(
        "{} entries, {} signatures by {KEYS} keys; {rounds} rounds; min / median / max\n",
        log.size(),
        signatures.len(),
    );

    for cores in [1, 2] {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(cores).build();
        let mut bench = Bench {
            pool: pool.unwrap(),
            signatures: signatures.len() as f64,
        };
        let mut rows: [Vec<Figure>; 4] = Default::default();
        for _ in 0..rounds {
            rows[0].push(bench.measure(|| verify_strict(&signatures)));
            rows[1].push(bench.measure(|| sound(&log, &from_sled(&large))));
            rows[2].push(bench.measure(|| sound(&log, &from_sled(&small))));
            rows[3].push(bench.measure(|| sound(&log, &from_export(&copy))));
        }
        print(cores, &rows);
    }
}

/// Microseconds a signature.
#[derive(Clone, Copy)]
struct Figure {
    clock: f64,
    processor: Option<f64>,
}

struct Bench {
    pool: ThreadPool,
    signatures: f64,
}

impl Bench {
    fn measure(&mut self, run: impl FnOnce() + Send) -> Figure {
        let each = |seconds: f64| 1e6 * seconds / self.signatures;
        let before = processor_seconds();
        let start = Instant::now();
        self.pool.install(run);
        let clock = each(start.elapsed().as_secs_f64());
        let used = before.zip(processor_seconds());
        Figure {
            clock,
            processor: used.map(|(before, after)| each(after - before)),
        }
    }
}

/// Makes a published log whose findings are signed by [`KEYS`] people in turn.
fn signed_by_many(size: u64) -> Log {
    let mut people = vec![ASSESSOR, ASSESSOR_2];
    let mut log = Log::with_case();
    for number in 3..=u16::from(KEYS) {
        let person = Person {
            number,
            seed: 20 + number as u8,
            ..ASSESSOR
        };
        let key = log.world.key(&format!("K-{number}"), person, &[ASSESSOR]);
        log.append(key.envelope());
        people.push(person);
    }
    while log.size().get() < size {
        let number = log.size().get();
        let person = people[number as usize % people.len()];
        let finding = log.world.finding(&format!("B-{number}")).by(&[person]);
        log.append(finding.envelope());
    }
    log.publish();
    log
}

/// Returns every signature of the log with its key and the bytes that were signed.
fn signatures(log: &Log) -> Vec<(PublicKey, Vec<u8>, Signature)> {
    let mut all = Vec::new();
    for index in 0..log.size().get() {
        let envelope = log.envelope(index);
        let message = envelope.pae();
        for (id, signature) in envelope.signatures() {
            let key = log.state.public_key(id).unwrap();
            all.push((key, message.clone(), *signature));
        }
    }
    all
}

fn verify_strict(signatures: &[(PublicKey, Vec<u8>, Signature)]) {
    let accepted = signatures
        .par_iter()
        .with_min_len(64)
        .filter(|(key, message, signature)| key.verify(message, signature).is_ok())
        .count();
    assert_eq!(accepted, signatures.len());
}

fn from_sled(path: &Path) -> Facts {
    let store = open_store_for_reading(path).unwrap();
    facts(&Stored::new(&store))
}

fn from_export(path: &Path) -> Facts {
    let source = Published::folder(path).unwrap();
    let facts = facts(&source);
    assert_eq!(source.compare_tiles(facts.tree()), Ok(()));
    facts
}

fn facts(source: &impl Source) -> Facts {
    verify_log(source, &Options::default(), &mut |_| {}).unwrap()
}

fn sound(log: &Log, facts: &Facts) {
    assert!(facts.is_sound(), "{:?}", facts.defects());
    assert_eq!(facts.root(), log.chain.root());
}

/// What is measured; the first is what the others are compared with.
const NAMES: [&str; 4] = [
    "verify_strict, bare",
    "sled, large commits",
    "sled, one by one",
    "export",
];

fn print(cores: usize, rows: &[Vec<Figure>; 4]) {
    let cores = match cores {
        1 => "one core".to_owned(),
        cores => format!("{cores} cores"),
    };
    println!("{cores}, microseconds a signature");
    println!(
        "{:<22}  {:<20}  {:<20}",
        "", "by the clock", "of processor time"
    );
    for (name, row) in NAMES.into_iter().zip(rows) {
        let clock = Spread::of(row.iter().map(|figure| figure.clock));
        let processor: Option<Vec<f64>> = row.iter().map(|figure| figure.processor).collect();
        let processor = processor.map_or("-".to_owned(), |it| Spread::of(it).to_string());
        println!("{name:<22}  {clock:<20}  {processor:<20}");
    }
    for (name, row) in NAMES.into_iter().zip(rows).skip(1) {
        let against = |figure: fn(&Figure) -> f64| {
            let pairs = row.iter().zip(&rows[0]);
            Spread::of(pairs.map(|(it, bare)| figure(it) / figure(bare)))
        };
        let processor = against(|figure| figure.processor.unwrap_or(f64::NAN));
        report(
            &format!("{name} against verify_strict, {cores}"),
            "x",
            against(|figure| figure.clock),
            Target::AtMost(1.3),
        );
        println!("    of processor time: {processor}x");
    }
    println!();
}
