//! What the benchmarks share: rounds, their spread, and how a target is reported.
//!
//! Ratios travel between machines, times do not: what is compared is measured in the same run, one
//! after the other in each round, and the ratio of a round is what counts.

// Each benchmark uses a part of this.
#![allow(dead_code)]

use std::fmt;
use std::path::Path;

use tempfile::TempDir;

/// Says whether this is `cargo bench`; anything else, such as `cargo test --benches`, only shows that it runs.
pub fn is_bench() -> bool {
    std::env::args().any(|argument| argument == "--bench")
}

/// Returns how often everything is measured: `usual`, or `BEWIJS_BENCH_ROUNDS`.
pub fn rounds(usual: usize) -> usize {
    match std::env::var("BEWIJS_BENCH_ROUNDS") {
        Ok(asked) => asked
            .parse()
            .expect("a number of rounds in BEWIJS_BENCH_ROUNDS"),
        Err(_) if is_bench() => usual,
        Err(_) => 1,
    }
}

/// Returns `full` in a benchmark, `little` where it only shows that it runs.
pub fn amount(full: usize, little: usize) -> usize {
    match is_bench() {
        true => full,
        false => little,
    }
}

/// Makes a folder on the disk that holds the build, not in `/tmp`, which may be memory.
pub fn folder() -> TempDir {
    let place = Path::new(env!("CARGO_TARGET_TMPDIR"));
    std::fs::create_dir_all(place).expect("the build's folder can be written");
    tempfile::tempdir_in(place).expect("the build's folder can be written")
}

/// The lowest, middle and highest of some figures; prints as `lowest / middle / highest`.
#[derive(Clone, Copy, Debug)]
pub struct Spread {
    pub lowest: f64,
    pub middle: f64,
    pub highest: f64,
}

impl Spread {
    pub fn of(figures: impl IntoIterator<Item = f64>) -> Spread {
        let mut figures: Vec<f64> = figures.into_iter().collect();
        figures.sort_by(f64::total_cmp);
        Spread {
            lowest: figures[0],
            middle: (figures[(figures.len() - 1) / 2] + figures[figures.len() / 2]) / 2.0,
            highest: figures[figures.len() - 1],
        }
    }
}

impl fmt::Display for Spread {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // As many digits as tell something.
        let digits = match self.middle {
            ..10.0 => 2,
            ..100.0 => 1,
            _ => 0,
        };
        let text = format!(
            "{:.digits$} / {:.digits$} / {:.digits$}",
            self.lowest, self.middle, self.highest
        );
        f.pad(&text)
    }
}

/// What is demanded of a figure's middle value.
#[derive(Clone, Copy, Debug)]
pub enum Target {
    AtLeast(f64),
    AtMost(f64),
}

/// Prints a figure with its target, and whether it is met.
pub fn report(what: &str, unit: &str, figure: Spread, target: Target) {
    let (words, bound, met) = match target {
        Target::AtLeast(bound) => ("at least", bound, figure.middle >= bound),
        Target::AtMost(bound) => ("at most", bound, figure.middle <= bound),
    };
    let met = match (met, is_bench()) {
        (_, false) => "not judged: too little was measured",
        (true, true) => "met",
        (false, true) => "NOT met",
    };
    println!("{what}: {figure}{unit}; target {words} {bound}{unit}: {met}");
}

/// Returns the processor time that this process has used, all threads together, to a hundredth of a
/// second; `None` where nobody tells.
pub fn processor_seconds() -> Option<f64> {
    /// What Linux counts in, for programs, on every machine.
    const TICKS_A_SECOND: f64 = 100.0;
    let stat = std::fs::read_to_string("/proc/self/stat").ok()?;
    // The name of the program stands in brackets and may hold anything.
    let (_, fields) = stat.rsplit_once(") ")?;
    let mut fields = fields.split(' ').skip(11);
    let mut ticks = || fields.next()?.parse::<f64>().ok();
    Some((ticks()? + ticks()?) / TICKS_A_SECOND)
}
