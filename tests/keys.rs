//! The demo keys in `keys/`: files that hold what their names say, and a trust file that trusts nothing.
//!
//! `BEWIJS_BLESS=1 cargo test --test keys` writes key files that are not there.

#![cfg(feature = "host")]

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use bewijs::hash::Hash;
use bewijs::key::DEMO_KEYS;
use bewijs::signer::{FileSigner, Passphrase, PassphraseSource, SecretKey, Signer as _};

const PASSPHRASE: &str = "worthless";

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("keys")
}

fn demo_key(name: &str) -> SecretKey {
    let seed = Hash::of_parts(&[b"bewijs demo key, worthless\n", name.as_bytes(), b"\n"]);
    SecretKey::danger_from_seed(seed.as_bytes())
}

#[test]
fn each_file_holds_the_key_of_its_name() {
    for (name, public) in DEMO_KEYS {
        let path = folder().join(format!("{name}.worthless.pem"));
        if !path.exists() && std::env::var_os("BEWIJS_BLESS").is_some() {
            let passphrase = Passphrase::new(PASSPHRASE).unwrap();
            demo_key(name).create_file(&path, &passphrase).unwrap();
        }
        let ask = |_: &str| Ok(PASSPHRASE.to_owned());
        let opened = FileSigner::open(&path, &PassphraseSource::Prompt(&ask));
        let opened = opened.unwrap_or_else(|error| panic!("{error}"));
        assert_eq!(opened.public_key(), demo_key(name).public_key(), "{name}");
        assert_eq!(opened.public_key().to_string(), *public, "{name}");
    }
}

#[test]
fn the_folder_has_no_other_key() {
    let files = fs::read_dir(folder()).unwrap();
    let files = files.map(|file| file.unwrap().file_name().into_string().unwrap());
    let found: BTreeSet<String> = files.filter(|name| name.ends_with(".pem")).collect();
    let named = DEMO_KEYS
        .iter()
        .map(|(name, _)| format!("{name}.worthless.pem"));
    assert_eq!(found, named.collect());
    let page = fs::read_to_string(folder().join("README.md")).unwrap();
    for (name, _) in DEMO_KEYS {
        assert!(page.contains(&format!("`{name}`")), "{name}");
    }
}
