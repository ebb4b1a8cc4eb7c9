//! How the import of a sheet grows with its rows: ten times the rows should cost ten times the time.
//!
//! Prints milliseconds and ratios; ratios travel between machines, times do not. Sheets of 1,000,
//! 10,000 and 100,000 findings with texts of about 500 bytes. Run with `cargo bench --bench csv`.

use std::hint::black_box;
use std::time::Instant;

use bewijs::statement::csv::{Map, import};

const ROUNDS: usize = 5;

fn main() {
    let mut thousand = None;
    for rows in [1_000, 10_000, 100_000] {
        let sheet = sheet(rows);
        let millis = best(|| {
            let import = import(sheet.as_bytes(), &Map::default()).expect("a sheet");
            assert_eq!(black_box(import).drafts.len(), rows);
        });
        let base = *thousand.get_or_insert(millis);
        println!(
            "{rows:>7} rows  {:>5.1} MB  {millis:>9.2} ms  {:>6.2}x the time of 1,000 rows",
            sheet.len() as f64 / 1e6,
            millis / base
        );
    }
}

fn sheet(rows: usize) -> String {
    let mut sheet =
        "Kenmerk;Domein;Bron;Zwaarte;Titel;Beschrijving;Object;Normen;Opmerking\r\n".to_owned();
    for number in 1..=rows {
        let text = "Het portaal vraagt alleen een wachtwoord; \"\"overal\"\".\r\n".repeat(7);
        sheet.push_str(&format!(
            "B-{number};IT-systemen;RAP-{};Hoog;Geen tweede factor ({number});\"{text}\";Portaal {number};8.5;-\r\n",
            number % 10
        ));
    }
    sheet
}

/// Returns the milliseconds of the fastest round.
fn best(mut run: impl FnMut()) -> f64 {
    let round = |_| {
        let start = Instant::now();
        run();
        start.elapsed().as_secs_f64() * 1e3
    };
    (0..ROUNDS).map(round).fold(f64::INFINITY, f64::min)
}
