//! The folder in which `reading.trycmd` runs: a small exported log from seeds, whole and changed, and trust files.
//!
//! It is made anew here and compared; `BEWIJS_BLESS=1 cargo test --test cli fixture` writes it.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use bewijs::client::export;
use bewijs::time::Seconds;

use super::support::{Log, cosign, log_key, witness_key};

const WITNESS: &str = "witness.example/w1";
const WITNESS_SEED: u8 = 200;

#[test]
fn the_folder_of_the_transcript_is_what_the_seeds_make() {
    let made = tempfile::tempdir().unwrap();
    make(made.path());
    let kept = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/cli/reading.in");
    if std::env::var_os("BEWIJS_BLESS").is_some() {
        let _ = std::fs::remove_dir_all(&kept);
        for (name, bytes) in files(made.path()) {
            let path = kept.join(name);
            std::fs::create_dir_all(path.parent().unwrap()).unwrap();
            std::fs::write(path, bytes).unwrap();
        }
    }
    assert!(
        files(&kept) == files(made.path()),
        "{} is not up to date",
        kept.display()
    );
}

fn make(folder: &Path) {
    let mut log = Log::with_case();
    let finding = log.world.finding("B-001").envelope();
    log.append(finding.clone());
    log.append(log.world.remediation("M-001", &finding).envelope());
    let cosigned_at = Seconds::from_unix_seconds(1_706_700_000).unwrap();
    let checkpoint = cosign(log.checkpoint(), WITNESS, WITNESS_SEED, cosigned_at);
    log.note = Some(checkpoint.print());
    export(&log, &folder.join("copy"), &mut |_| {}).unwrap();

    // One digit of the last entry's time.
    log.note = Some(checkpoint.print());
    export(&log, &folder.join("changed"), &mut |_| {}).unwrap();
    let bundle = folder.join("changed/tile/entries/000.p/5");
    let mut bytes = std::fs::read(&bundle).unwrap();
    let at = bytes
        .windows(7)
        .rposition(|part| part == b"\"time\":")
        .unwrap()
        + 8;
    bytes[at + 3] ^= 1;
    std::fs::write(&bundle, bytes).unwrap();

    let witness = witness_key(WITNESS, WITNESS_SEED);
    let genesis = log.envelope(0).payload_digest().to_string();
    let trust = |genesis: &str, quorum: &str| {
        format!(
            "format = \"bewijs trust v1\"\ngenesis = \"{genesis}\"\nmaximum_age_days = 7\npolicy = '''\nlog {}\nwitness w1 {witness} https://w1.example/\nquorum {quorum}\n'''\n",
            log_key()
        )
    };
    let write = |name: &str, text: String| std::fs::write(folder.join(name), text).unwrap();
    write("trust.toml", trust(&genesis, "w1"));
    write("nobody.toml", trust(&genesis, "none"));
    write("other.toml", trust(&"0".repeat(64), "w1"));
    write(
        "finding.json",
        super::bench::FINDING.replace('\n', " ") + "\n",
    );
}

/// Reads every file below a folder.
fn files(folder: &Path) -> BTreeMap<PathBuf, Vec<u8>> {
    let mut files = BTreeMap::new();
    let mut folders = vec![folder.to_owned()];
    while let Some(next) = folders.pop() {
        for entry in std::fs::read_dir(&next).into_iter().flatten() {
            let path = entry.unwrap().path();
            match path.is_dir() {
                true => folders.push(path),
                false => {
                    let name = path.strip_prefix(folder).unwrap().to_owned();
                    files.insert(name, std::fs::read(&path).unwrap());
                }
            }
        }
    }
    files
}
