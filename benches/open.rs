//! Opening a ledger of 100,000 entries for writing: seconds, and memory of the whole process.
//!
//! Each opening is a process of its own, this program started again, so that nothing is warm but the
//! page cache and memory is that of the opening alone: the most that was resident, as Linux tells it.
//! The ledger is opened from a store in which each commit holds up to 1,024 entries, as a busy or a
//! loaded ledger has them, and from one in which every entry is a commit of its own, the most there can be.
//!
//! Prints min / median / max over the rounds. Run with `cargo bench --bench open`.

use std::path::Path;
use std::process::Command;
use std::sync::Arc;
use std::time::Instant;

use bewijs::ledger::commit::MAX_BATCH_ENTRIES;
use bewijs::store::{Kind, Store, create_store};
use measure::{Spread, Target, amount, folder, report, rounds};
use support::{Log, open, store_log};

mod measure;
#[path = "../tests/support/mod.rs"]
mod support;

const ROUNDS: usize = 5;
const ENTRIES: usize = 100_000;

/// Set in the process that opens: the folder.
const CHILD: &str = "BEWIJS_BENCH_OPEN";

fn main() {
    if let Some(path) = std::env::var_os(CHILD) {
        return child(Path::new(&path));
    }
    let rounds = rounds(ROUNDS);
    let log = Log::of_size(amount(ENTRIES, 300) as u64);
    let folder = folder();
    println!(
        "{} entries; {rounds} rounds; min / median / max",
        log.size()
    );
    for (kind, batch) in [
        (Kind::Sled, MAX_BATCH_ENTRIES),
        (Kind::Sled, 1),
        (Kind::Directory, MAX_BATCH_ENTRIES),
    ] {
        let name = format!("{kind}, {batch} entries a commit");
        let path = folder.path().join(&name);
        let store: Arc<dyn Store> = create_store(&path, kind).unwrap().into();
        store_log(store.as_ref(), &log, batch);
        drop(store);
        // The first opening stores tiles; every later one finds them there.
        drop(open(&path).unwrap());
        let figures: Vec<[f64; 2]> = (0..rounds).map(|_| opened(&path)).collect();
        let of = |which: usize| Spread::of(figures.iter().map(|figures| figures[which]));
        report(&format!("{name}: opened"), " s", of(0), Target::AtMost(1.0));
        report(
            &format!("{name}: resident"),
            " MB",
            of(1),
            Target::AtMost(200.0),
        );
    }
}

/// Opens the ledger and says how long that took and how much memory.
fn child(path: &Path) {
    let start = Instant::now();
    let ledger = open(path).unwrap();
    let seconds = start.elapsed().as_secs_f64();
    let size = ledger.reader().size();
    println!("{seconds} {} {size}", resident_megabytes());
}

/// Returns the most memory that this process has had resident, in units of 1,000,000 bytes; 0 where
/// nobody tells.
fn resident_megabytes() -> f64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    let kibibytes = line.and_then(|line| line.trim().strip_suffix(" kB")?.parse::<f64>().ok());
    kibibytes.unwrap_or(0.0) * 1024.0 / 1e6
}

fn opened(path: &Path) -> [f64; 2] {
    let output = Command::new(std::env::current_exe().unwrap())
        .env(CHILD, path)
        .output()
        .unwrap();
    let text = String::from_utf8(output.stdout).unwrap();
    let figures: Vec<f64> = text
        .split_whitespace()
        .map(|figure| figure.parse().unwrap())
        .collect();
    assert!(output.status.success() && figures.len() == 3, "{text}");
    [figures[0], figures[1]]
}
