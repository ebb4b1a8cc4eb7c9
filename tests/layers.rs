//! Holds the architecture: which module may use which, and what each must not know.
//!
//! The table and the sentences below are the rules; `docs/architecture.md` explains them.
//! The test reads the paths in `src/**/*.rs` (`use crate::key::KeyId`, `super::tile`,
//! `std::fs::read`), leaves comments, strings and `#[cfg(test)]` items out, and reports each
//! path that breaks a rule with file, line, rule and remedy.
//!
//! It reads tokens, not types: a path hidden by a macro, or by renaming a whole crate, would
//! escape it. That is enough against accidents, which is what it is for.

use std::collections::BTreeSet;
use std::fmt;
use std::path::Path;

/// One module: what it may use of ours, and why no more.
struct Row {
    module: &'static str,
    uses: &'static [&'static str],
    why: &'static str,
}

impl Row {
    fn may_use(&self, other: &str) -> bool {
        let above_the_lowest = !LOWEST.contains(&self.module);
        self.uses == ANY
            || self.uses.contains(&other)
            || (above_the_lowest && LOWEST.contains(&other))
    }
}

const fn row(module: &'static str, uses: &'static [&'static str], why: &'static str) -> Row {
    Row { module, uses, why }
}

/// The lowest layer: values that every module above it may use.
const LOWEST: &[&str] = &["hash", "json", "time"];

/// Every module of the crate, lowest first, in the order of `src/lib.rs`.
///
/// What is in [`LOWEST`] goes without saying.
#[rustfmt::skip]
const TABLE: &[Row] = &[
    // Formats.
    row("hash", &[], "the lowest layer"),
    row("json", &["hash"], "the lowest layer"),
    row("time", &["hash"], "the lowest layer"),
    row("key", &[], "a key is a value; who holds it and for what is `state`"),
    row("merkle", &[], "the tree hashes leaves and does not read them"),
    row("envelope", &["key"], "an envelope signs bytes and does not read them"),
    row("layout", &["merkle"], "paths and bundles of published files"),
    row("note", &["key"], "a note is a signed text, whatever it says"),
    row("checkpoint", &["key", "merkle", "note"], "a checkpoint commits to a tree, not to what is in it"),
    row("entry", &["merkle"], "an entry names a statement by its digest"),
    row("statement", &["key", "merkle", "envelope", "note"], "a statement is a party's own words, signed before any log took them in"),
    row("receipt", &["key", "merkle", "note", "checkpoint"], "a receipt places one leaf under one checkpoint"),
    row("trust", &["key", "merkle", "note", "checkpoint"], "whom the reader believes is said before anything is read"),
    // Judgement.
    row("state", &["key", "merkle", "envelope", "note", "checkpoint", "entry", "statement"], "admission is replayed by every verifier from entries alone"),
    row("verify", &["key", "merkle", "envelope", "layout", "note", "checkpoint", "entry", "statement", "receipt", "trust", "state"], "the checker shares formats and arithmetic with the writer, never the writer's code"),
    row("dossier", &["merkle", "envelope", "entry", "statement", "state", "verify"], "a dossier shows what was verified, and judges nothing"),
    // Effects.
    row("seal", &[], "whoever seals bytes does not read them"),
    row("signer", &["key"], "a signer signs bytes and does not read them"),
    row("store", &["layout"], "a store keeps bytes under numbers and names"),
    row("ledger", &["key", "merkle", "envelope", "layout", "note", "checkpoint", "entry", "statement", "receipt", "trust", "state", "signer", "store"], "the writer; what it wrote is checked by `verify`, from outside"),
    row("witness", &["key", "merkle", "note", "checkpoint", "layout", "signer", "store"], "a witness compares trees and never reads what is in them"),
    row("client", &["merkle", "layout", "note", "checkpoint", "entry", "verify", "store", "ledger"], "a client believes nothing that it reads; it hands it to `verify`"),
    // Faces.
    row("cli", ANY, "the face that gathers everything"),
];

/// May use every module above it in the table.
const ANY: &[&str] = &["*"];

/// What one module must never come to know, whatever the table says later.
struct Ignorance {
    module: &'static str,
    of: &'static [&'static str],
    sentence: &'static str,
}

#[rustfmt::skip]
const IGNORANCE: &[Ignorance] = &[
    Ignorance { module: "store", of: &["merkle", "note", "checkpoint", "entry", "envelope", "statement", "receipt", "trust", "state", "verify", "ledger"], sentence: "store knows no log" },
    Ignorance { module: "envelope", of: &["statement", "entry", "checkpoint"], sentence: "envelope knows no statement" },
    Ignorance { module: "statement", of: &["entry", "checkpoint", "layout", "receipt", "trust", "state", "verify", "ledger"], sentence: "statement knows no log" },
    Ignorance { module: "witness", of: &["entry", "envelope", "statement", "state", "ledger"], sentence: "witness knows no entries" },
    Ignorance { module: "verify", of: &["ledger", "store", "signer"], sentence: "verify knows neither ledger nor store nor signer" },
];

/// Formats and judgement: no file, socket, clock, random number, thread or async runtime.
const CORE: &[&str] = &[
    "hash",
    "json",
    "time",
    "key",
    "merkle",
    "envelope",
    "layout",
    "note",
    "checkpoint",
    "entry",
    "statement",
    "receipt",
    "trust",
    "state",
    "verify",
    "dossier",
];

/// What the core must not name, with what to do instead.
#[rustfmt::skip]
const EFFECTS: &[(&str, &str)] = &[
    ("std::fs", "let the caller read the file and pass the bytes"),
    ("std::net", "let the caller fetch and pass the bytes"),
    ("std::os", "let a module of the effects layer do it"),
    ("std::process", "return an error and let the face decide"),
    ("std::env", "take it as an argument"),
    ("std::thread", "stay sequential, or use rayon in `verify` behind the feature `host`"),
    ("std::sync::mpsc", "stay sequential"),
    ("std::io::stdin", "take the bytes as an argument"),
    ("std::io::stdout", "return the value and let the face print it"),
    ("std::io::stderr", "return the value and let the face print it"),
    ("std::time::SystemTime", "take the moment as an argument (`crate::time`)"),
    ("std::time::Instant", "take the moment as an argument (`crate::time`)"),
    ("std::time::UNIX_EPOCH", "take the moment as an argument (`crate::time`)"),
    ("std::hash::RandomState", "use BTreeMap, or take the seed as an argument"),
    ("std::collections::hash_map::RandomState", "use BTreeMap, or take the seed as an argument"),
    ("getrandom", "take the random bytes as an argument"),
    ("rand", "take the random bytes as an argument"),
    ("rand_core", "take the random bytes as an argument"),
    ("tokio", "stay synchronous"),
    ("futures", "stay synchronous"),
    ("async_std", "stay synchronous"),
    ("sled", "store it through `store`"),
    ("clap", "leave arguments to `cli`"),
    ("anstream", "leave the terminal to `cli`"),
    ("rpassword", "leave the terminal to `cli`"),
    ("pkcs8", "leave key files to `signer`"),
    ("age", "leave encryption to `seal`"),
    ("cryptoki", "leave tokens to `signer`"),
];

/// Macros that write to a terminal; only a face has one.
const PRINTERS: &[&str] = &["print", "println", "eprint", "eprintln", "dbg"];

/// Modules that speak to people.
const FACES: &[&str] = &["cli", "main"];

/// Names that say nothing about what is inside.
const EMPTY_NAMES: &[&str] = &[
    "util", "utils", "common", "types", "error", "errors", "helpers", "misc",
];

/// The one file that may name the embedded store's crate.
const SLED_FILE: &str = "src/store/sled.rs";

// ---------------------------------------------------------------------------
// The tests.

#[test]
fn sources_keep_the_architecture() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut files = Vec::new();
    read_sources(&root.join("src"), "src", &mut files);
    assert!(
        files.len() > 10,
        "expected the sources, found {} files",
        files.len()
    );
    let broken = check(&files);
    assert!(broken.is_empty(), "\n{}", lines(&broken));
}

#[test]
fn the_table_keeps_its_own_sentences() {
    for (at, row) in TABLE.iter().enumerate() {
        for used in row.uses.iter().filter(|used| **used != "*") {
            assert!(
                TABLE[..at].iter().any(|below| below.module == *used),
                "`{}` uses `{used}`, which does not stand above it in TABLE",
                row.module
            );
        }
        assert!(
            at + 1 == TABLE.len() || row.uses != ANY,
            "only the last row may use any"
        );
    }
    for rule in IGNORANCE {
        let row = TABLE
            .iter()
            .find(|row| row.module == rule.module)
            .expect(rule.module);
        for unknown in rule.of {
            assert!(
                !row.may_use(unknown),
                "{}: TABLE lets it use `{unknown}`",
                rule.sentence
            );
        }
    }
    for module in CORE {
        let row = TABLE
            .iter()
            .find(|row| row.module == *module)
            .expect(module);
        for used in row.uses {
            assert!(
                CORE.contains(used),
                "`{module}` is core and uses `{used}`, which is not"
            );
        }
    }
}

#[test]
fn library_lists_the_modules_in_the_order_of_the_table() {
    let library = std::fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("src/lib.rs"))
        .expect("src/lib.rs");
    let listed: Vec<String> = scan("src/lib.rs", &library)
        .modules
        .into_iter()
        .map(|(name, _)| name)
        .collect();
    let table: Vec<&str> = TABLE.iter().map(|row| row.module).collect();
    assert_eq!(
        listed, table,
        "src/lib.rs and TABLE list the same modules, lowest first"
    );
}

#[test]
fn the_page_for_maintainers_lists_the_modules_of_the_table() {
    let page = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/architecture.md");
    let page = std::fs::read_to_string(page).expect("docs/architecture.md");
    let listed: Vec<&str> = page
        .lines()
        .skip_while(|line| !line.starts_with("| Module |"))
        .skip(2)
        .map_while(|line| line.strip_prefix("| `")?.split('`').next())
        .collect();
    let table: Vec<&str> = TABLE.iter().map(|row| row.module).collect();
    assert_eq!(
        listed, table,
        "docs/architecture.md and TABLE list the same modules"
    );
}

/// Each rule is broken once by a made-up source, so that a test that sees nothing is noticed.
#[test]
fn each_broken_rule_is_reported() {
    #[rustfmt::skip]
    let cases: &[(&str, &str, &str)] = &[
        // Imports, in every way of writing a path.
        ("src/envelope.rs", "use crate::statement::Statement;", "`envelope` uses `statement`"),
        ("src/hash.rs", "use crate::{json::Value, key};", "`hash` uses `key`"),
        ("src/note.rs", "fn f() -> crate::checkpoint::Checkpoint { todo!() }", "`note` uses `checkpoint`"),
        ("src/merkle/tile.rs", "use super::super::note::Note;", "`merkle` uses `note`"),
        ("src/merkle/mod.rs", "mod inner { use super::super::key::KeyId; }", "`merkle` uses `key`"),
        ("src/statement/head.rs", "use crate::entry::Entry;", "statement knows no log"),
        ("src/store/mod.rs", "use crate::checkpoint;", "store knows no log"),
        ("src/witness.rs", "use crate::entry::Entry;", "witness knows no entries"),
        ("src/verify.rs", "use crate::ledger::Ledger;", "verify knows neither ledger nor store nor signer"),
        ("src/verify.rs", "use crate::store::Store;", "verify knows neither"),
        ("src/verify.rs", "use crate::signer::Signer;", "verify knows neither"),
        ("src/ledger.rs", "use crate::cli::run;", "`ledger` uses `cli`"),
        ("src/ledger.rs", "pub use bewijs::verify::Facts;", "`ledger` uses `verify`"),
        ("src/novel.rs", "", "`novel` has no row"),
        // Names.
        ("src/key.rs", "mod util {}", "called `util`"),
        ("src/merkle/common.rs", "", "called `common`"),
        ("src/statement/types/mod.rs", "", "called `types`"),
        ("src/store/error.rs", "", "called `error`"),
        // The core.
        ("src/trust.rs", "use std::fs;", "core knows no `std::fs`"),
        ("src/trust.rs", "use std::{fmt, fs::File};", "core knows no `std::fs`"),
        ("src/entry.rs", "let now = std::time::SystemTime::now();", "core knows no `std::time::SystemTime`"),
        ("src/entry.rs", "use std::time; fn f() { time::Instant::now(); }", "core knows no `std::time`"),
        ("src/entry.rs", "use std::time::{Duration, Instant};", "core knows no `std::time::Instant`"),
        ("src/state.rs", "use std::net::TcpStream;", "core knows no `std::net`"),
        ("src/state.rs", "fn f() { std::thread::spawn(|| ()); }", "core knows no `std::thread`"),
        ("src/key.rs", "use getrandom::fill;", "core knows no `getrandom`"),
        ("src/key.rs", "use rand;", "core knows no `rand`"),
        ("src/key.rs", "fn f() { ::rand::random::<u8>(); }", "core knows no `rand`"),
        ("src/note.rs", "use tokio::task;", "core knows no `tokio`"),
        ("src/note.rs", "async fn open() {}", "core knows no `async`"),
        ("src/merkle/tree.rs", "use rayon::prelude::*;", "core knows no `rayon`"),
        ("src/verify.rs", "use rayon::prelude::*;", "behind the feature `host`"),
        ("src/key.rs", "struct A { #[cfg(test)] pub(crate) a: u8, b: rand::Rng }", "core knows no `rand`"),
        ("src/key.rs", "#[cfg(test)]\nfn f<A, B>() {}\nfn g() { rand::random::<u8>(); }", "core knows no `rand`"),
        ("src/key.rs", "fn f() { println!(\"{}\", 1); }", "`println!` outside the faces"),
        ("src/ledger.rs", "fn f() { eprintln!(\"late\"); }", "`eprintln!` outside the faces"),
        // sled.
        ("src/ledger.rs", "use sled::Db;", "sled is named in"),
        ("src/store/mod.rs", "mod sled; pub use ::sled::Db;", "sled is named in"),
        ("src/cli/mod.rs", "fn f(db: sled::Db) {}", "sled is named in"),
    ];
    for (path, source, expected) in cases {
        let found = lines(&check(&[(path.to_string(), source.to_string())]));
        assert!(
            found.contains(expected) && found.contains(path),
            "{path}: {source}\nexpected a report of: {expected}\nfound: {found:?}"
        );
    }
}

#[test]
fn what_is_allowed_is_not_reported() {
    #[rustfmt::skip]
    let cases: &[(&str, &str)] = &[
        ("src/envelope.rs", "use crate::key::{KeyId, PublicKey};\nuse std::fmt;"),
        ("src/envelope.rs", "//! [`crate::statement`]\n/* crate::ledger /* nested */ std::fs */\n// use crate::cli;"),
        ("src/envelope.rs", "const A: &str = \"crate::cli std::fs\"; const B: &str = r#\"\"crate::cli\"#; const C: char = '\"'; const D: u8 = b'\\'';"),
        ("src/envelope.rs", "fn f<'a>(x: &'a str) -> &'a str { x }\n#[cfg(test)]\nmod tests { use crate::statement::Statement; use std::fs; }"),
        ("src/envelope.rs", "#[cfg(test)]\nuse crate::ledger::Ledger;\n#[cfg(all(test, feature = \"host\"))]\nfn f() { std::fs::read(\"x\"); }"),
        ("src/envelope.rs", "#[cfg(test)]\nconst CASES: [u8; 2] = [1, 2];\nuse crate::key::KeyId;"),
        ("src/merkle/mod.rs", "mod tile; use self::tile::Tile; use tile::Path; fn f() { super::hash::Hash::of(b\"\"); }"),
        ("src/verify.rs", "#[cfg(feature = \"host\")]\nuse rayon::prelude::*;"),
        ("src/verify.rs", "#[cfg(feature = \"host\")]\nfn map<T: Send, U: Send>(items: Vec<T>) { use rayon::prelude::*; }"),
        ("src/envelope.rs", "#[cfg(test)]\nimpl<T, U> Fake<T, U> { fn f() { std::fs::read(\"x\"); } }"),
        ("src/time.rs", "use std::time::Duration;"),
        ("src/store/mod.rs", "#[cfg(feature = \"sled\")]\npub mod sled;\npub use self::sled::SledStore; fn f() { sled::open(); }"),
        ("src/store/sled.rs", "use sled::Db;"),
        ("src/cli/mod.rs", "use crate::ledger::Ledger; fn f() { println!(); std::fs::read(\"x\"); }"),
        ("src/main.rs", "fn main() { bewijs::cli::main() }"),
    ];
    for (path, source) in cases {
        let broken = check(&[(path.to_string(), source.to_string())]);
        assert!(broken.is_empty(), "{path}: {source}\n{}", lines(&broken));
    }
}

#[test]
fn a_test_module_in_its_own_file_is_left_out() {
    let files = [
        (
            "src/note.rs".to_string(),
            "#[cfg(test)]\nmod tests;".to_string(),
        ),
        (
            "src/note/tests.rs".to_string(),
            "use crate::cli; use std::fs;".to_string(),
        ),
    ];
    assert!(check(&files).is_empty());
    let counted = [files[1].clone()];
    assert_eq!(check(&counted).len(), 2);
}

// ---------------------------------------------------------------------------
// The rules.

/// A place that breaks a rule.
struct Broken {
    path: String,
    line: usize,
    rule: String,
    remedy: String,
}

impl fmt::Display for Broken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Broken {
            path,
            line,
            rule,
            remedy,
        } = self;
        write!(f, "{path}:{line}: {rule}\n    remedy: {remedy}")
    }
}

fn lines(broken: &[Broken]) -> String {
    broken.iter().map(|broken| format!("{broken}\n")).collect()
}

fn check(files: &[(String, String)]) -> Vec<Broken> {
    let scans: Vec<(&str, Scan)> = files
        .iter()
        .map(|(path, source)| (path.as_str(), scan(path, source)))
        .collect();
    let tests: BTreeSet<Vec<String>> = scans
        .iter()
        .flat_map(|(_, scan)| scan.test_modules.iter().cloned())
        .collect();
    let mut broken = Vec::new();
    for (path, scan) in &scans {
        let place = module_path(path);
        if tests.iter().any(|test| place.starts_with(test)) {
            continue;
        }
        let mut report = |line: usize, rule: String, remedy: &str| {
            let (path, remedy) = (path.to_string(), remedy.to_owned());
            broken.push(Broken {
                path,
                line,
                rule,
                remedy,
            });
        };
        let module = match place.first() {
            Some(first) => first.as_str(),
            None if *path == "src/lib.rs" => "lib",
            None => "main",
        };
        check_names(&place, scan, &mut report);
        check_imports(module, scan, &mut report);
        check_effects(module, scan, &mut report);
        check_sled(path, scan, &mut report);
    }
    broken
}

fn check_names(place: &[String], scan: &Scan, report: &mut impl FnMut(usize, String, &str)) {
    let inline = scan.modules.iter().map(|(name, line)| (name, *line));
    let file = place.last().into_iter().map(|name| (name, 1));
    // A directory is a module too: `types/mod.rs` ends in `types`.
    let above = place.iter().rev().skip(1).map(|name| (name, 1));
    for (name, line) in inline.chain(file).chain(above) {
        if EMPTY_NAMES.contains(&name.as_str()) {
            report(
                line,
                format!("a module is called `{name}`"),
                "name it after the one idea it holds; errors live beside what fails",
            );
        }
    }
}

fn check_imports(module: &str, scan: &Scan, report: &mut impl FnMut(usize, String, &str)) {
    if module == "lib" {
        return;
    }
    let row = TABLE.iter().find(|row| row.module == module);
    if row.is_none() && module != "main" {
        let rule = format!("`{module}` has no row in TABLE of tests/layers.rs");
        report(1, rule, "give it a row: what it may use, and why no more");
        return;
    }
    for path in &scan.paths {
        let Some(used) = path.own_module() else {
            continue;
        };
        let known = TABLE.iter().any(|row| row.module == used);
        if used == module || !known {
            continue;
        }
        let allowed = match row {
            Some(row) => row.may_use(used),
            None => used == "cli",
        };
        if allowed {
            continue;
        }
        let sentence = IGNORANCE
            .iter()
            .find(|rule| rule.module == module && rule.of.contains(&used))
            .map(|rule| rule.sentence)
            .or(row.map(|row| row.why))
            .unwrap_or("main only starts the command line");
        report(
            path.line,
            format!("`{module}` uses `{used}`: {sentence}"),
            "move the code to a layer that may know both, or name the third thing they both mean; \
             if the table is wrong, change it here and in docs/architecture.md with the reason",
        );
    }
}

fn check_effects(module: &str, scan: &Scan, report: &mut impl FnMut(usize, String, &str)) {
    for (name, line) in &scan.macros {
        if PRINTERS.contains(&name.as_str()) && !FACES.contains(&module) {
            report(
                *line,
                format!("`{name}!` outside the faces"),
                "return the value and let `cli` print it",
            );
        }
    }
    if !CORE.contains(&module) {
        return;
    }
    for line in &scan.asyncs {
        report(
            *line,
            "the core knows no `async`".into(),
            "stay synchronous",
        );
    }
    for path in &scan.paths {
        if path.own_module().is_some() {
            continue;
        }
        let text = path.text();
        for (effect, remedy) in EFFECTS {
            if text == *effect || text.starts_with(&format!("{effect}::")) {
                report(path.line, format!("the core knows no `{effect}`"), remedy);
            }
        }
        if matches!(text.as_str(), "std::time" | "std::time::*" | "std::*") {
            report(
                path.line,
                format!("the core knows no `{text}` as a whole"),
                "name what is needed, such as std::time::Duration",
            );
        }
        if path.segments[0] == "rayon" {
            if module != "verify" {
                let remedy = "stay sequential; `verify` alone works in parallel";
                report(path.line, "the core knows no `rayon`".into(), remedy);
            } else if !path.host_only {
                report(
                    path.line,
                    "`rayon` in `verify` stands behind the feature `host`".into(),
                    "put #[cfg(feature = \"host\")] on the item, and a sequential twin beside it",
                );
            }
        }
    }
}

fn check_sled(file: &str, scan: &Scan, report: &mut impl FnMut(usize, String, &str)) {
    let own = scan.modules.iter().any(|(name, _)| name == "sled");
    for path in &scan.paths {
        let named = path.segments[0] == "sled" && path.own_module().is_none();
        if named && (path.global || !own) && file != SLED_FILE {
            report(
                path.line,
                format!("sled is named in {SLED_FILE} only"),
                "use the trait `Store`; a type that must come out is wrapped there",
            );
        }
    }
}

// ---------------------------------------------------------------------------
// Reading sources.

fn read_sources(directory: &Path, name: &str, files: &mut Vec<(String, String)>) {
    let mut entries: Vec<_> = std::fs::read_dir(directory)
        .and_then(|entries| entries.collect::<Result<_, _>>())
        .unwrap_or_else(|error| panic!("{}: {error}", directory.display()));
    entries.sort_by_key(|entry| entry.file_name());
    for entry in entries {
        let path = entry.path();
        let name = format!("{name}/{}", entry.file_name().to_string_lossy());
        if path.is_dir() {
            read_sources(&path, &name, files);
        } else if name.ends_with(".rs") {
            let source = std::fs::read_to_string(&path).expect(&name);
            files.push((name, source));
        }
    }
}

/// The module that a file holds: `src/merkle/tile.rs` is `[merkle, tile]`; the roots are `[]`.
fn module_path(file: &str) -> Vec<String> {
    let inner = file.trim_start_matches("src/").trim_end_matches(".rs");
    let mut path: Vec<String> = inner.split('/').map(str::to_owned).collect();
    if matches!(
        path.last().map(String::as_str),
        Some("mod" | "lib" | "main")
    ) {
        path.pop();
    }
    path
}

/// What a source file says, comments, strings and test items left out.
#[derive(Default)]
struct Scan {
    /// Every path of two or more segments, and the single names of `use`.
    paths: Vec<UsedPath>,
    /// `name!` with its line.
    macros: Vec<(String, usize)>,
    /// Lines with the keyword `async`.
    asyncs: Vec<usize>,
    /// Modules declared here, inline or as files.
    modules: Vec<(String, usize)>,
    /// Modules that exist in tests only.
    test_modules: Vec<Vec<String>>,
}

struct UsedPath {
    /// Without `crate`, `self` and `super`, which are resolved.
    segments: Vec<String>,
    line: usize,
    /// Starts at the root of this crate.
    own: bool,
    /// Starts with `::`, so it names another crate.
    global: bool,
    /// Stands in an item with `#[cfg(feature = "host")]`.
    host_only: bool,
}

impl UsedPath {
    /// The top-level module of this crate that the path enters.
    fn own_module(&self) -> Option<&str> {
        (self.own).then(|| self.segments[0].as_str())
    }

    fn text(&self) -> String {
        self.segments.join("::")
    }
}

#[derive(Clone, Debug, PartialEq)]
enum Token {
    Word(String),
    /// `::`
    Colons,
    /// What a string literal held; only `cfg` attributes look at it.
    Text(String),
    Mark(char),
}

fn scan(file: &str, source: &str) -> Scan {
    let tokens = tokens(source);
    let mut reader = Reader {
        tokens: &tokens,
        at: 0,
        place: module_path(file),
        open: Vec::new(),
        scan: Scan::default(),
        host_until: 0,
    };
    reader.read();
    reader.scan
}

/// What a definition begins with.
const DEFINITIONS: &[&str] = &[
    "const",
    "enum",
    "extern",
    "fn",
    "impl",
    "macro_rules",
    "mod",
    "static",
    "struct",
    "trait",
    "type",
    "unsafe",
    "use",
];

struct Reader<'a> {
    tokens: &'a [(Token, usize)],
    at: usize,
    place: Vec<String>,
    /// For every open brace: whether it opened an inline module.
    open: Vec<bool>,
    scan: Scan,
    /// Up to this token, everything stands behind the feature `host`.
    host_until: usize,
}

impl Reader<'_> {
    fn read(&mut self) {
        while let Some((token, line)) = self.tokens.get(self.at) {
            match token {
                Token::Mark('#') => self.read_attribute(),
                Token::Mark('{') => {
                    self.open.push(false);
                    self.at += 1;
                }
                Token::Mark('}') => {
                    if self.open.pop() == Some(true) {
                        self.place.pop();
                    }
                    self.at += 1;
                }
                Token::Word(word) if word == "mod" => self.read_module(*line),
                Token::Word(word) if word == "use" => {
                    self.at += 1;
                    self.read_path(Vec::new(), true);
                }
                Token::Word(word) => {
                    if word == "async" {
                        self.scan.asyncs.push(*line);
                    }
                    match self.peek(1) {
                        Some(Token::Colons) => self.read_path(Vec::new(), false),
                        Some(Token::Mark('!')) if self.peek(2) != Some(&Token::Mark('=')) => {
                            self.scan.macros.push((word.clone(), *line));
                            self.at += 2;
                        }
                        _ => self.at += 1,
                    }
                }
                Token::Colons if matches!(self.peek(1), Some(Token::Word(_))) => {
                    self.read_path(Vec::new(), false);
                }
                _ => self.at += 1,
            }
        }
    }

    fn peek(&self, ahead: usize) -> Option<&Token> {
        self.tokens.get(self.at + ahead).map(|(token, _)| token)
    }

    /// `#[cfg(test)]` skips the item; `#[cfg(feature = "host")]` marks it.
    fn read_attribute(&mut self) {
        let inner = self.peek(1) == Some(&Token::Mark('!'));
        let start = self.at + 1 + usize::from(inner);
        if self.tokens.get(start).map(|(token, _)| token) != Some(&Token::Mark('[')) {
            self.at += 1;
            return;
        }
        let end = self.matching(start);
        let inside = &self.tokens[start + 1..end];
        let word = |name: &str| {
            inside
                .iter()
                .any(|(token, _)| *token == Token::Word(name.to_owned()))
        };
        let cfg = inside.first().map(|(token, _)| token) == Some(&Token::Word("cfg".into()));
        let negated = word("not") || word("any");
        let for_tests = cfg && word("test") && !negated;
        let for_host = cfg
            && !negated
            && inside
                .iter()
                .any(|(token, _)| *token == Token::Text("host".into()));
        self.at = end + 1;
        if for_tests && !inner {
            self.note_test_module();
            self.at = self.item_end();
        } else if for_host {
            let end = if inner {
                self.tokens.len()
            } else {
                self.item_end()
            };
            self.host_until = self.host_until.max(end);
        }
    }

    /// Remembers `#[cfg(test)] mod name;`, whose file is then left out.
    fn note_test_module(&mut self) {
        let words: Vec<&Token> = self.tokens[self.at..]
            .iter()
            .take(6)
            .map(|(t, _)| t)
            .collect();
        let name = words.windows(3).find_map(|three| match three {
            [Token::Word(keyword), Token::Word(name), Token::Mark(';')] if keyword == "mod" => {
                Some(name)
            }
            _ => None,
        });
        if let Some(name) = name {
            let mut path = self.place.clone();
            path.push(name.clone());
            self.scan.test_modules.push(path);
        }
    }

    /// The token after the item that begins here: after its `;`, or after its braces.
    fn item_end(&self) -> usize {
        // A comma ends a field, a variant or a match arm; in `fn map<T, U>` it ends nothing.
        let mut first = self.at;
        if self.peek(0) == Some(&Token::Word("pub".into())) {
            first += 1;
            if self.peek(1) == Some(&Token::Mark('(')) {
                first = self.matching(first) + 1;
            }
        }
        let definition = matches!(
            self.tokens.get(first),
            Some((Token::Word(word), _)) if DEFINITIONS.contains(&word.as_str())
        );
        let mut at = self.at;
        while let Some((token, _)) = self.tokens.get(at) {
            match token {
                Token::Mark(',') if definition => at += 1,
                Token::Mark(';' | ',') => return at + 1,
                Token::Mark('{') => {
                    let end = self.matching(at) + 1;
                    let goes_on = matches!(
                        self.tokens.get(end).map(|(token, _)| token),
                        Some(Token::Mark(';' | ','))
                    );
                    return end + usize::from(goes_on);
                }
                Token::Mark('(' | '[') => at = self.matching(at) + 1,
                // The item was the last one of its block.
                Token::Mark('}' | ')' | ']') => return at,
                _ => at += 1,
            }
        }
        at
    }

    /// The place of the bracket that closes the one at `start`.
    fn matching(&self, start: usize) -> usize {
        let mut depth = 0;
        for (at, (token, _)) in self.tokens.iter().enumerate().skip(start) {
            match token {
                Token::Mark('(' | '[' | '{') => depth += 1,
                Token::Mark(')' | ']' | '}') => depth -= 1,
                _ => {}
            }
            if depth == 0 {
                return at;
            }
        }
        self.tokens.len().saturating_sub(1)
    }

    fn read_module(&mut self, line: usize) {
        self.at += 1;
        let Some(Token::Word(name)) = self.peek(0).cloned() else {
            return;
        };
        self.scan.modules.push((name.clone(), line));
        self.at += 1;
        if self.peek(0) == Some(&Token::Mark('{')) {
            self.open.push(true);
            self.place.push(name);
            self.at += 1;
        }
    }

    /// Reads one path or use tree that begins with `prefix`; groups are taken apart.
    fn read_path(&mut self, prefix: Vec<String>, in_use: bool) {
        let nested = !prefix.is_empty();
        let global = !nested && self.peek(0) == Some(&Token::Colons);
        if global {
            self.at += 1;
        }
        let mut segments = prefix;
        let mut line = self.tokens.get(self.at).map_or(0, |(_, line)| *line);
        loop {
            match self.peek(0).cloned() {
                Some(Token::Word(word)) => {
                    line = self.tokens[self.at].1;
                    segments.push(word);
                    self.at += 1;
                }
                Some(Token::Mark('*')) if in_use => {
                    segments.push("*".into());
                    self.at += 1;
                }
                Some(Token::Mark('{')) if in_use => {
                    self.at += 1;
                    while !matches!(self.peek(0), None | Some(Token::Mark('}'))) {
                        match self.peek(0) {
                            Some(Token::Mark(',')) => self.at += 1,
                            Some(Token::Word(_) | Token::Mark('{' | '*') | Token::Colons) => {
                                self.read_path(segments.clone(), true);
                            }
                            _ => self.at += 1,
                        }
                    }
                    self.at += 1;
                    return;
                }
                // `::<Type>` or the end of what was cut off.
                _ => break,
            }
            match self.peek(0) {
                Some(Token::Colons) => self.at += 1,
                _ => break,
            }
        }
        if in_use && self.peek(0) == Some(&Token::Word("as".into())) {
            self.at += 2;
        }
        self.push_path(segments, line, global);
    }

    fn push_path(&mut self, mut segments: Vec<String>, line: usize, global: bool) {
        let own = match segments.first().map(String::as_str) {
            _ if global => false,
            Some("crate" | "bewijs") => {
                segments.remove(0);
                true
            }
            Some("self" | "super") => {
                let mut from = self.place.clone();
                while matches!(segments.first().map(String::as_str), Some("self" | "super")) {
                    if segments.remove(0) == "super" {
                        from.pop();
                    }
                }
                from.append(&mut segments);
                segments = from;
                true
            }
            _ => false,
        };
        // `use std::fmt::{self, Display}` ends in `self`.
        if segments.last().is_some_and(|last| last == "self") {
            segments.pop();
        }
        if segments.is_empty() {
            return;
        }
        let host_only = self.at <= self.host_until;
        self.scan.paths.push(UsedPath {
            segments,
            line,
            own,
            global,
            host_only,
        });
    }
}

/// Splits Rust source into tokens; comments and the content of numbers are dropped.
fn tokens(source: &str) -> Vec<(Token, usize)> {
    let chars: Vec<char> = source.chars().collect();
    let peek = |at: usize| chars.get(at).copied().unwrap_or('\0');
    let is_word = |c: char| c.is_alphanumeric() || c == '_';
    let mut tokens = Vec::new();
    let (mut at, mut line) = (0, 1);
    while at < chars.len() {
        let (c, start) = (chars[at], at);
        match c {
            '/' if peek(at + 1) == '/' => {
                while at < chars.len() && chars[at] != '\n' {
                    at += 1;
                }
            }
            '/' if peek(at + 1) == '*' => {
                let mut depth = 0;
                while at < chars.len() {
                    match (chars[at], peek(at + 1)) {
                        ('/', '*') => (depth, at) = (depth + 1, at + 2),
                        ('*', '/') => (depth, at) = (depth - 1, at + 2),
                        _ => at += 1,
                    }
                    if depth == 0 {
                        break;
                    }
                }
            }
            '"' => {
                at = string_end(&chars, at);
                let text: String = chars[start + 1..at.saturating_sub(1).max(start + 1)]
                    .iter()
                    .collect();
                tokens.push((Token::Text(text), line));
            }
            // A character is closed by a quote, a lifetime is not.
            '\'' if peek(at + 1) == '\\' || peek(at + 2) == '\'' => {
                at += if peek(at + 1) == '\\' { 3 } else { 2 };
                while at < chars.len() && chars[at] != '\'' {
                    at += 1;
                }
                at += 1;
            }
            '\'' => at += 1,
            ':' if peek(at + 1) == ':' => {
                tokens.push((Token::Colons, line));
                at += 2;
            }
            c if is_word(c) => {
                while at < chars.len() && is_word(chars[at]) {
                    at += 1;
                }
                let word: String = chars[start..at].iter().collect();
                match (word.as_str(), peek(at)) {
                    ("r" | "br" | "cr", '"' | '#') if raw_string_end(&chars, at).is_some() => {
                        at = raw_string_end(&chars, at).expect("just seen");
                    }
                    ("b" | "c", '"' | '\'') => {}
                    // A raw identifier: `r#type` is the word `type`.
                    ("r", '#') => at += 1,
                    _ if c.is_ascii_digit() => {}
                    _ => tokens.push((Token::Word(word), line)),
                }
            }
            c if c.is_whitespace() => at += 1,
            c => {
                tokens.push((Token::Mark(c), line));
                at += 1;
            }
        }
        line += chars[start..at.min(chars.len())]
            .iter()
            .filter(|c| **c == '\n')
            .count();
    }
    tokens
}

/// The place after the string that opens at `at`.
fn string_end(chars: &[char], mut at: usize) -> usize {
    at += 1;
    while at < chars.len() && chars[at] != '"' {
        at += if chars[at] == '\\' { 2 } else { 1 };
    }
    at + 1
}

/// The place after the raw string whose hashes or quote stand at `at`.
fn raw_string_end(chars: &[char], at: usize) -> Option<usize> {
    let hashes = chars[at..].iter().take_while(|c| **c == '#').count();
    if chars.get(at + hashes) != Some(&'"') {
        return None;
    }
    let mut end = at + hashes + 1;
    while end < chars.len() {
        let closes = chars[end] == '"'
            && chars[end + 1..]
                .iter()
                .take(hashes)
                .filter(|c| **c == '#')
                .count()
                == hashes;
        if closes {
            return Some(end + 1 + hashes);
        }
        end += 1;
    }
    Some(end)
}
