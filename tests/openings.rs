//! Sealed openings and the programs of others: what `age` seals is opened here, and the other way round.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use bewijs::json::Value;
use bewijs::seal::{self, Identity, Lock, Recipient};
use bewijs::statement::opening::MAX_OPENINGS_BYTES;
use bewijs::statement::{Id, Opening, Openings, Salt};
use tempfile::TempDir;

#[path = "support/terminal.rs"]
mod terminal;

use terminal::on_terminal;

#[test]
fn age_opens_what_is_sealed_here() {
    let Some(age) = Age::find() else {
        return;
    };
    let one = age.keygen("one.key");
    age.keygen("two.key");
    let openings = openings(1_000);
    let sealed = seal::seal(&openings.print(), &[one.parse().unwrap()]).unwrap();
    std::fs::write(age.path("sealed"), &sealed).unwrap();
    let opened = age.run(&["--decrypt", "-i", "one.key", "sealed"]);
    assert_eq!(opened.unwrap(), openings.print());
    assert!(age.run(&["--decrypt", "-i", "two.key", "sealed"]).is_err());

    // Our identity is one of age's.
    let identity = Identity::generate();
    std::fs::write(age.path("ours.key"), identity.print_file().as_bytes()).unwrap();
    let sealed = seal::seal(b"secret", &[identity.recipient(), one.parse().unwrap()]).unwrap();
    std::fs::write(age.path("both"), sealed).unwrap();
    for key in ["ours.key", "one.key"] {
        let opened = age.run(&["--decrypt", "-i", key, "both"]);
        assert_eq!(opened.unwrap(), b"secret", "{key}");
    }
}

#[test]
fn what_age_seals_is_opened_here() {
    let Some(age) = Age::find() else {
        return;
    };
    let recipient = age.keygen("one.key");
    let openings = openings(1_000);
    std::fs::write(age.path("plain"), openings.print()).unwrap();
    std::fs::write(age.path("recipients"), format!("# ours\n{recipient}\n")).unwrap();
    age.run(&["-R", "recipients", "-o", "sealed", "plain"])
        .unwrap();
    let sealed = std::fs::read(age.path("sealed")).unwrap();
    assert_eq!(seal::lock(&sealed), Ok(Some(Lock::Identity)));
    let keys = std::fs::read_to_string(age.path("one.key")).unwrap();
    let identities = Identity::parse_file(&keys).unwrap();
    let opened = seal::open(&sealed, &identities, MAX_OPENINGS_BYTES).unwrap();
    assert_eq!(Openings::parse(&opened).unwrap(), openings);
    let list = std::fs::read_to_string(age.path("recipients")).unwrap();
    let named = &Recipient::parse_file(&list).unwrap()[0];
    assert_eq!(named.to_string(), identities[0].recipient().to_string());

    age.run(&["-r", &recipient, "--armor", "-o", "text", "plain"])
        .unwrap();
    let text = std::fs::read(age.path("text")).unwrap();
    assert_eq!(seal::lock(&text), Err(seal::SealError::Armored));
}

/// `age` asks for a passphrase on a terminal, so it gets one from `script`.
#[test]
fn age_knows_our_passphrases_and_we_know_its() {
    let Some(age) = Age::find() else {
        return;
    };
    let sealed = seal::seal_with_passphrase(b"secret", "correct horse");
    std::fs::write(age.path("sealed"), sealed).unwrap();
    let said = age.on_terminal("age --decrypt -o opened sealed", "correct horse\n");
    let opened = std::fs::read(age.path("opened")).unwrap_or_else(|_| panic!("{said}"));
    assert_eq!(opened, b"secret");
    let said = age.on_terminal(
        "age --passphrase -o theirs opened",
        "battery staple\nbattery staple\n",
    );
    let theirs = std::fs::read(age.path("theirs")).unwrap_or_else(|_| panic!("{said}"));
    assert_eq!(seal::lock(&theirs), Ok(Some(Lock::Passphrase)));
    let opened = seal::open_with_passphrase(&theirs, "battery staple", 100).unwrap();
    assert_eq!(opened.as_slice(), b"secret");
}

/// The programs `age` and `age-keygen`, in a folder of their own.
struct Age(TempDir);

impl Age {
    /// Finds them, or says why the test is skipped.
    fn find() -> Option<Age> {
        for program in ["age", "age-keygen"] {
            if let Err(error) = Command::new(program).arg("--version").output() {
                println!("skipped: {program} is needed: {error}");
                return None;
            }
        }
        Some(Age(tempfile::tempdir().unwrap()))
    }

    /// Makes an identity and returns its recipient.
    fn keygen(&self, name: &str) -> String {
        let output = Command::new("age-keygen")
            .args(["-o", name])
            .current_dir(self.0.path())
            .output()
            .unwrap();
        let said = String::from_utf8(output.stderr).unwrap();
        let (_, recipient) = said.split_once("Public key: ").unwrap();
        recipient.trim_end().to_owned()
    }

    /// Returns what it wrote to standard output, or what it complained about.
    fn run(&self, arguments: &[&str]) -> Result<Vec<u8>, String> {
        let output = Command::new("age")
            .args(arguments)
            .current_dir(self.0.path())
            .stdin(Stdio::null())
            .output()
            .unwrap();
        match output.status.success() {
            true => Ok(output.stdout),
            false => Err(String::from_utf8_lossy(&output.stderr).into_owned()),
        }
    }

    /// Runs a command on a terminal of its own, on which this is typed.
    fn on_terminal(&self, command: &str, typed: &str) -> String {
        on_terminal(command, typed, |script| script.current_dir(self.0.path()))
    }

    fn path(&self, name: &str) -> PathBuf {
        let folder: &Path = self.0.path();
        folder.join(name)
    }
}

/// Openings of as many findings, from a counter.
fn openings(count: u64) -> Openings {
    let opening = |number: u64| {
        let salt = Salt::from_bytes(u128::from(number).to_be_bytes());
        let id: Id = format!("B-{number:04}").parse().unwrap();
        Opening::new(salt, &id, "title", Value::string(format!("Title {number}")))
    };
    Openings::new((0..count).map(opening))
}
