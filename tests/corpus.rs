//! Replays `tests/corpus/<target>/*` through the functions that the fuzz targets call, as it
//! stands and in many changed forms: the fuzzing that fits in a test run.
//!
//! `BEWIJS_SOAK_ROUNDS` asks for so many times as many changed forms, `BEWIJS_SOAK_SEED` for others.
//! What `cargo fuzz` finds is added to the corpus under a name that says what it is.

use std::collections::BTreeSet;
use std::panic::catch_unwind;
use std::path::{Path, PathBuf};

use bewijs::hash::Hash;

#[path = "../fuzz/src/lib.rs"]
mod checks;

/// Changed forms of each seed.
const MUTATIONS: u64 = 2_000;

#[test]
fn every_seed_and_its_mutations_keep_the_law() {
    std::thread::scope(|scope| {
        for (target, check) in checks::CHECKS {
            scope.spawn(|| mutate(target, *check));
        }
    });
}

fn mutate(target: &str, check: checks::Check) {
    let rounds = std::env::var("BEWIJS_SOAK_ROUNDS");
    let rounds: u64 = rounds.map_or(1, |asked| asked.parse().expect("a number of rounds"));
    let first = std::env::var("BEWIJS_SOAK_SEED").map_or(0, |seed| {
        let seed = *Hash::of(seed.as_bytes()).as_bytes();
        u64::from_be_bytes(*seed.first_chunk().expect("32 bytes"))
    });
    let mutations = MUTATIONS * rounds;
    let seeds = seeds(target);
    for (at, seed) in seeds.iter().enumerate() {
        for number in 0..mutations {
            let number = at as u64 * mutations + number;
            let mut random = Random::new(first.wrapping_add(number));
            run(target, check, &mutated(seed, &seeds, &mut random));
        }
    }
    let forms = seeds.len() as u64 * mutations;
    println!("{target}: {forms} forms keep the law");
}

/// Vectors are made to reach the corners of one format; what they do to the others is free.
#[test]
fn every_text_in_the_vectors_keeps_the_law() {
    let mut texts = BTreeSet::new();
    collect_texts(&root().join("tests/vectors"), &mut texts);
    assert!(texts.len() > 10, "expected texts, found {}", texts.len());
    for text in &texts {
        for (target, check) in checks::CHECKS {
            run(target, *check, text.as_bytes());
        }
    }
}

/// Which seeds are accepted is part of the corpus: a seed that turns is a format that changed.
#[test]
fn seeds_are_accepted_as_their_names_say() {
    for (target, check) in checks::CHECKS {
        for path in paths(&root().join("tests/corpus").join(target)) {
            let name = path.file_name().expect("a name").to_string_lossy();
            let accepted = run(target, *check, &std::fs::read(&path).expect("a seed"));
            assert_eq!(
                accepted,
                !name.starts_with("refused-"),
                "{target}/{name}: seeds that are refused are called refused-…"
            );
        }
    }
}

#[test]
fn every_target_has_its_file_and_its_corpus() {
    let manifest =
        std::fs::read_to_string(root().join("fuzz/Cargo.toml")).expect("fuzz/Cargo.toml");
    let expected: BTreeSet<String> = checks::CHECKS
        .iter()
        .map(|(target, _)| target.to_string())
        .collect();
    let files = names(&root().join("fuzz/fuzz_targets"));
    let files = files
        .iter()
        .map(|name| name.trim_end_matches(".rs").to_owned())
        .collect();
    assert_eq!(expected, files, "fuzz/fuzz_targets");
    assert_eq!(
        expected,
        names(&root().join("tests/corpus")),
        "tests/corpus"
    );
    for target in expected {
        assert!(
            manifest.contains(&format!("fuzz_targets/{target}.rs")),
            "fuzz/Cargo.toml lists {target}"
        );
    }
}

#[test]
#[should_panic(expected = "breaks its law, or panics, on\n\\xffx")]
fn a_broken_law_names_the_bytes() {
    run("made-up", |_| unreachable!("a law is broken"), b"\xffx");
}

/// Runs one check, and names the bytes when it panics.
fn run(target: &str, check: checks::Check, bytes: &[u8]) -> bool {
    catch_unwind(|| check(bytes)).unwrap_or_else(|_| {
        panic!(
            "{target} breaks its law, or panics, on\n{}",
            bytes.escape_ascii()
        );
    })
}

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn names(folder: &Path) -> BTreeSet<String> {
    paths(folder)
        .iter()
        .filter_map(|path| path.file_name())
        .map(|name| name.to_string_lossy().into_owned())
        .collect()
}

fn paths(folder: &Path) -> BTreeSet<PathBuf> {
    std::fs::read_dir(folder)
        .unwrap_or_else(|error| panic!("{}: {error}", folder.display()))
        .map(|entry| entry.expect("a folder entry").path())
        .collect()
}

fn collect_texts(folder: &Path, texts: &mut BTreeSet<String>) {
    for path in paths(folder) {
        if path.is_dir() {
            collect_texts(&path, texts);
        } else if path
            .extension()
            .is_some_and(|extension| extension == "json")
        {
            let bytes = std::fs::read(&path).expect("a vector file");
            let value: serde_json::Value = serde_json::from_slice(&bytes)
                .unwrap_or_else(|error| panic!("{}: {error}", path.display()));
            texts_of(&value, texts);
        }
    }
}

fn texts_of(value: &serde_json::Value, texts: &mut BTreeSet<String>) {
    match value {
        serde_json::Value::String(text) => drop(texts.insert(text.clone())),
        serde_json::Value::Array(values) => values.iter().for_each(|value| texts_of(value, texts)),
        serde_json::Value::Object(members) => {
            members.values().for_each(|value| texts_of(value, texts));
        }
        _ => {}
    }
}

fn seeds(target: &str) -> Vec<Vec<u8>> {
    paths(&root().join("tests/corpus").join(target))
        .iter()
        .map(|path| std::fs::read(path).expect("a seed"))
        .collect()
}

/// Changes `seed` in one to four places, the way parsers are usually wrong about.
fn mutated(seed: &[u8], seeds: &[Vec<u8>], random: &mut Random) -> Vec<u8> {
    let mut bytes = seed.to_vec();
    for _ in 0..=random.below(4) {
        let at = random.below(bytes.len() + 1);
        let end = (at + random.below(8)).min(bytes.len());
        match random.below(8) {
            0 => bytes.truncate(at),
            1 => drop(bytes.drain(at..end)),
            2 => {
                let piece = bytes[at..end].to_vec();
                bytes.splice(at..at, piece);
            }
            3 => bytes.insert(at, random.next() as u8),
            4 => bytes.insert(
                at,
                *random.one_of(b"\0\n\r\t \"\\{}[]:,+-/=0019.azAZ\x7f\x80\xff"),
            ),
            5 if at < bytes.len() => bytes[at] ^= 1 << random.below(8),
            6 if at < bytes.len() => {
                bytes[at] = *random.one_of(b"\0\n\r \"\\0123456789+-/=AZaz\xff")
            }
            _ => {
                let other = random.one_of(seeds);
                let from = random.below(other.len() + 1);
                let until = (from + random.below(64)).min(other.len());
                bytes.splice(at..end, other[from..until].iter().copied());
            }
        }
    }
    bytes
}

/// A small generator with a fixed seed: the same run every time (SplitMix64).
struct Random(u64);

impl Random {
    fn new(seed: u64) -> Random {
        Random(seed)
    }

    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        z ^ (z >> 31)
    }

    fn below(&mut self, end: usize) -> usize {
        (self.next() % end as u64) as usize
    }

    fn one_of<'a, T>(&mut self, choices: &'a [T]) -> &'a T {
        &choices[self.below(choices.len())]
    }
}
