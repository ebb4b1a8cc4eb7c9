//! Lets other people's tools, written in Go, read what we publish: `tests/interop/go.sh`.
//!
//! The log has a full bundle, a partial one and two levels of tiles; its receipts are cosigned.

mod support;

use std::path::{Path, PathBuf};
use std::process::Command;

use bewijs::checkpoint::SignedCheckpoint;
use bewijs::client::export;
use bewijs::merkle::{Index, prove_inclusion};
use bewijs::receipt::Receipt;
use bewijs::time::Seconds;
use support::{Log, cosign, log_key, witness_key};

const WITNESS: &str = "witness.example/w1";
const WITNESS_SEED: u8 = 200;

#[test]
fn tools_in_go_read_our_files() {
    if Command::new("go").arg("version").output().is_err() {
        println!("skipped: no Go toolchain for the tools of other people");
        return;
    }
    // The script has an example of its own, and a changed one that must be refused.
    go(&[]);

    let mut log = Log::of_size(300);
    let time = Seconds::from_unix_seconds(1_706_700_000).expect("a moment");
    let checkpoint = cosign(log.checkpoint(), WITNESS, WITNESS_SEED, time);
    let folder = tempfile::tempdir().expect("a folder");
    let path = |name: &str| folder.path().join(name);

    log.note = Some(checkpoint.print());
    export(&log, &path("export"), &mut |_| {}).expect("an export");
    let vkey = path("vkey");
    write(&vkey, log_key().to_string().as_bytes());
    let policy = path("policy");
    write(&policy, trust(&checkpoint).as_bytes());
    for index in [0, 255, 256, 299] {
        let receipt = path(&format!("{index}.tlog-proof"));
        write(&receipt, &receipt_of(&log, &checkpoint, index));
        let entry = path(&format!("{index}.entry"));
        write(&entry, &log.records[index as usize].entry);
        go(&[&path("export"), &vkey, &receipt, &entry, &policy]);
    }
}

fn receipt_of(log: &Log, checkpoint: &SignedCheckpoint, index: u64) -> Vec<u8> {
    let index = Index::new(index).expect("an index");
    let proof = prove_inclusion(log.chain.tree(), index, log.size()).expect("a proof");
    Receipt::new(index, proof, checkpoint).print()
}

/// A policy in the words that all implementations understand.
fn trust(checkpoint: &SignedCheckpoint) -> String {
    let log = &checkpoint.log_keys()[0];
    let witness = witness_key(WITNESS, WITNESS_SEED);
    format!(
        "log {log}\nwitness w1 {witness} https://w1.witness.example/\ngroup any any w1\nquorum any\n"
    )
}

fn write(path: &PathBuf, bytes: &[u8]) {
    std::fs::create_dir_all(path.parent().expect("a folder")).expect("a folder");
    std::fs::write(path, bytes).expect("a file");
}

fn go(arguments: &[&Path]) {
    let script = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/interop/go.sh");
    let output = Command::new("bash")
        .arg(script)
        .args(arguments)
        .output()
        .expect("bash");
    let shown = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    println!("{}{}", shown(&output.stdout), shown(&output.stderr));
    assert!(
        output.status.success(),
        "go.sh {arguments:?}: {}",
        output.status
    );
}
