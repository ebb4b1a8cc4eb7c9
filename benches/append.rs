//! Durable appends by 1, 64 and 1,024 writers at once, beside a plain file that is synced once a batch.
//!
//! Every answer comes after the commit is durable and its checkpoint published. *With checks* each
//! writer hands in an envelope, whose statement is parsed and whose signatures are verified on the
//! writer's thread; *without checks* it hands in what was opened before, so that only the ledger's
//! own work is left. The plain file takes the very bytes of the same entries and statements, in
//! batches of as many as there are writers, each with one `fdatasync`: a floor, not a ledger.
//!
//! Prints min / median / max over the rounds. Ratios travel between machines, times do not; a machine that
//! has both cores busy with other things delays every sync. Run with `cargo bench --bench append`.

use std::fs::File;
use std::io::Write as _;
use std::path::Path;
use std::sync::Barrier;
use std::time::Instant;

use bewijs::envelope::Envelope;
use bewijs::ledger::Ledger;
use bewijs::merkle::Index;
use bewijs::statement::SignedStatement;
use bewijs::store::{Kind, open_store};
use measure::{Spread, Target, amount, folder, report, rounds};
use support::{World, found};

mod measure;
#[path = "../tests/support/mod.rs"]
mod support;

const ROUNDS: usize = 5;

/// How many write at once, and how many entries each of them appends.
const WRITERS: [(usize, usize); 3] = [(1, 400), (64, 100), (1024, 16)];

/// Entries that a new ledger has: its charter, a service and a case.
const FOUNDED: u64 = 3;

fn main() {
    let rounds = rounds(ROUNDS);
    println!("{rounds} rounds; min / median / max\n");
    for kind in [Kind::Sled, Kind::Directory] {
        let mut rows: Vec<Row> = WRITERS
            .into_iter()
            .flat_map(|(writers, each)| [false, true].map(|checks| Row::new(writers, each, checks)))
            .collect();
        for _ in 0..rounds {
            rows.iter_mut().for_each(|row| row.measure(kind));
        }
        print(kind, &rows);
    }
}

/// One number of writers, with checks or without, and what was measured of it.
struct Row {
    writers: usize,
    each: usize,
    checks: bool,
    /// Entries a second, by round.
    rates: Vec<f64>,
    /// The same of the plain file.
    plain: Vec<f64>,
    /// Entries a commit, by round.
    batches: Vec<f64>,
    /// Seconds that an append took, of all rounds.
    waits: Vec<f64>,
}

impl Row {
    fn new(writers: usize, each: usize, checks: bool) -> Row {
        Row {
            writers,
            each: amount(each, 2),
            checks,
            rates: Vec::new(),
            plain: Vec::new(),
            batches: Vec::new(),
            waits: Vec::new(),
        }
    }

    /// Fills a new ledger, then a plain file with the same bytes.
    fn measure(&mut self, kind: Kind) {
        let folder = folder();
        let path = folder.path().join("ledger");
        let ledger = found(&path, kind);
        let world = World::new();
        let work: Vec<Vec<Envelope>> = (0..self.writers)
            .map(|writer| {
                (0..self.each)
                    .map(|number| world.finding(&format!("B-{writer}.{number}")).envelope())
                    .collect()
            })
            .collect();
        let entries = self.writers * self.each;

        let (seconds, waits) = match self.checks {
            true => race(work, |envelope| drop(ledger.append(envelope).unwrap())),
            false => {
                let signed: Vec<Vec<SignedStatement>> = work
                    .into_iter()
                    .map(|work| work.into_iter().map(|it| opened(&ledger, it)).collect())
                    .collect();
                race(signed, |it| drop(ledger.append_signed(it).unwrap()))
            }
        };
        self.rates.push(entries as f64 / seconds);
        self.waits.extend(waits);

        let bytes = bytes(&ledger);
        assert_eq!(bytes.len(), entries);
        drop(ledger);
        let newest = open_store(&path).unwrap().newest().unwrap().unwrap();
        self.batches
            .push(entries as f64 / (newest + 1 - FOUNDED) as f64);
        let seconds = plain_file(&folder.path().join("plain"), &bytes, self.writers);
        self.plain.push(entries as f64 / seconds);
    }

    /// Returns the share of appends that were answered within the returned milliseconds.
    fn millis(&self, share: f64) -> f64 {
        let mut waits = self.waits.clone();
        waits.sort_by(f64::total_cmp);
        1e3 * waits[((waits.len() - 1) as f64 * share) as usize]
    }
}

fn opened(ledger: &Ledger, envelope: Envelope) -> SignedStatement {
    let reader = ledger.reader();
    reader.state(|state| SignedStatement::open(envelope, |id| state.public_key(id)).unwrap())
}

/// Lets each writer do its work on a thread of its own, all at once.
///
/// Returns the seconds from the start to the last answer, and those of each append.
fn race<T: Send>(work: Vec<Vec<T>>, append: impl Fn(T) + Sync) -> (f64, Vec<f64>) {
    let ready = Barrier::new(work.len() + 1);
    std::thread::scope(|scope| {
        let writers: Vec<_> = work
            .into_iter()
            .map(|work| {
                scope.spawn(|| {
                    let mut waits = Vec::with_capacity(work.len());
                    ready.wait();
                    for it in work {
                        let start = Instant::now();
                        append(it);
                        waits.push(start.elapsed().as_secs_f64());
                    }
                    (Instant::now(), waits)
                })
            })
            .collect();
        ready.wait();
        let start = Instant::now();
        let mut all = Vec::new();
        let mut last = start;
        for writer in writers {
            let (end, waits) = writer.join().unwrap();
            last = last.max(end);
            all.extend(waits);
        }
        ((last - start).as_secs_f64(), all)
    })
}

/// Returns the bytes of each entry that was appended, with its statement.
fn bytes(ledger: &Ledger) -> Vec<Vec<u8>> {
    let reader = ledger.reader();
    let mut all = Vec::new();
    while let Some(next) =
        Index::new(FOUNDED + all.len() as u64).filter(|it| reader.size().contains(*it))
    {
        let records = reader.records(next, usize::MAX).unwrap();
        all.extend(
            records
                .into_iter()
                .map(|record| [record.entry, record.envelope].concat()),
        );
    }
    all
}

/// Returns the seconds that it takes to append `entries` to a new file, synced after each batch.
fn plain_file(path: &Path, entries: &[Vec<u8>], batch: usize) -> f64 {
    let mut file = File::create(path).unwrap();
    let start = Instant::now();
    for entries in entries.chunks(batch) {
        file.write_all(&entries.concat()).unwrap();
        file.sync_data().unwrap();
    }
    start.elapsed().as_secs_f64()
}

fn print(kind: Kind, rows: &[Row]) {
    println!(
        "{kind}\n{:>7}  {:<7}  {:<24}  {:<20}  {:>8}  {:>8}  plain file, entries/s",
        "writers", "checks", "entries/s", "entries a commit", "p50 ms", "p99 ms",
    );
    for row in rows {
        println!(
            "{:>7}  {:<7}  {:<24}  {:<20}  {:>8.2}  {:>8.2}  {}",
            row.writers,
            if row.checks { "with" } else { "without" },
            Spread::of(row.rates.clone()),
            Spread::of(row.batches.clone()),
            row.millis(0.50),
            row.millis(0.99),
            Spread::of(row.plain.clone()),
        );
    }
    for (checks, least) in [(false, 20.0), (true, 6.0)] {
        let rates = |writers| {
            let row = rows
                .iter()
                .find(|row| (row.writers, row.checks) == (writers, checks));
            &row.expect("each number of writers is measured").rates
        };
        let ratios = rates(64).iter().zip(rates(1)).map(|(many, one)| many / one);
        let words = if checks { "with" } else { "without" };
        report(
            &format!("64 writers against 1, {words} checks"),
            "x",
            Spread::of(ratios),
            Target::AtLeast(least),
        );
    }
    println!();
}
