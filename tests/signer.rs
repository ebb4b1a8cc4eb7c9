//! Key files: ours, those of `tests/vectors/signer`, and those of the `openssl` program where
//! there is one.

#![cfg(feature = "host")]

use std::path::{Path, PathBuf};
use std::process::Command;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use bewijs::key::PublicKey;
use bewijs::signer::{
    FileSigner, KeyFileError, Passphrase, PassphraseError, PassphraseSource, SecretKey, Signer,
    Warning,
};
use tempfile::TempDir;

const PASSPHRASE: &str = "correct horse";
const RFC_8410: &str = "19bf44096984cdfe8541bac167dc3b96c85086aa30b6b6cb0c5c38ad703166e1";

#[test]
fn what_is_written_is_read() {
    let folder = TempDir::new().unwrap();
    let path = folder.path().join("key.pem");
    let key = SecretKey::generate().unwrap();
    key.create_file(&path, &passphrase()).unwrap();
    let signer = with_passphrase(&path, PASSPHRASE).unwrap();
    assert_eq!(signer.public_key(), key.public_key());
    assert_eq!(signer.warnings(), []);
    assert_eq!(signer.path(), path);
    let signature = signer.sign(b"bewijs").unwrap();
    assert!(key.public_key().verify(b"bewijs", &signature).is_ok());
    assert_eq!(signature, key.sign(b"bewijs").unwrap());
}

#[test]
fn no_two_keys_and_no_two_files_are_alike() {
    let (one, two) = (
        SecretKey::generate().unwrap(),
        SecretKey::generate().unwrap(),
    );
    assert_ne!(one.public_key(), two.public_key());
    let pem = || one.to_encrypted_pem(&passphrase()).unwrap();
    assert_ne!(*pem(), *pem());
}

#[test]
fn a_wrong_passphrase_is_an_error_of_its_own() {
    for file in ["openssl-pbkdf2.pem", "openssl-scrypt.pem"] {
        for wrong in ["correct horsf", "Correct horse", "correct horse "] {
            let error = with_passphrase(&vector(file), wrong).unwrap_err();
            assert!(
                matches!(error, KeyFileError::WrongPassphrase { .. }),
                "{error}"
            );
        }
    }
}

/// One wrong passphrase in 256 leaves good padding by chance: still the same error.
#[test]
fn hundreds_of_wrong_passphrases() {
    for at in 0..400 {
        let error = with_passphrase(&vector("openssl-pbkdf2.pem"), &at.to_string()).unwrap_err();
        assert!(
            matches!(error, KeyFileError::WrongPassphrase { .. }),
            "{error}"
        );
    }
}

#[test]
fn nothing_is_overwritten() {
    let folder = TempDir::new().unwrap();
    let path = folder.path().join("key.pem");
    std::fs::write(&path, "precious").unwrap();
    let key = SecretKey::danger_from_seed(&[1; 32]);
    for outcome in [
        key.create_file(&path, &passphrase()),
        key.danger_create_plain_file(&path),
    ] {
        assert!(matches!(outcome, Err(KeyFileError::Exists { .. })));
    }
    assert_eq!(std::fs::read(&path).unwrap(), b"precious");
    let missing = folder.path().join("missing").join("key.pem");
    assert!(matches!(
        key.create_file(&missing, &passphrase()),
        Err(KeyFileError::Io { .. })
    ));
}

#[cfg(unix)]
#[test]
fn a_key_file_is_for_its_owner() {
    use std::os::unix::fs::PermissionsExt as _;
    let folder = TempDir::new().unwrap();
    let path = folder.path().join("key.pem");
    let key = SecretKey::danger_from_seed(&[1; 32]);
    key.create_file(&path, &passphrase()).unwrap();
    let mode = |path: &Path| std::fs::metadata(path).unwrap().permissions().mode() & 0o777;
    assert_eq!(mode(&path), 0o600);
    for open in [0o640, 0o604, 0o620, 0o666] {
        std::fs::set_permissions(&path, std::fs::Permissions::from_mode(open)).unwrap();
        let signer = with_passphrase(&path, PASSPHRASE).unwrap();
        let path = path.clone();
        assert_eq!(
            signer.warnings(),
            [Warning::OpenToOthers { path, mode: open }]
        );
    }
    let plain = folder.path().join("plain.pem");
    key.danger_create_plain_file(&plain).unwrap();
    assert_eq!(mode(&plain), 0o600);
    let signer = FileSigner::danger_open_plain(&plain, &nobody_asks()).unwrap();
    assert_eq!(signer.public_key(), key.public_key());
    assert_eq!(signer.warnings(), [Warning::Plain { path: plain }]);
}

#[test]
fn plain_keys_are_read_only_where_they_are_asked_for() {
    for file in ["rfc8410-v1.pem", "rfc8410-v2.pem"] {
        let path = vector(file);
        let error = FileSigner::open(&path, &nobody_asks()).unwrap_err();
        assert!(matches!(error, KeyFileError::Plain { .. }), "{error}");
        let signer = FileSigner::danger_open_plain(&path, &nobody_asks()).unwrap();
        assert_eq!(signer.public_key().to_string(), RFC_8410);
    }
}

#[test]
fn a_public_key_that_does_not_belong_is_refused() {
    let pem = std::fs::read_to_string(vector("rfc8410-v2.pem")).unwrap();
    let mut der = der_of(&pem);
    *der.last_mut().unwrap() ^= 1;
    let error = plain_error(&pem_of(&der, "PRIVATE KEY"));
    assert!(error.contains("belongs to another private key"), "{error}");
}

#[test]
fn files_of_openssl() {
    for (file, expected) in [
        ("openssl-pbkdf2.pem", Ok(())),
        ("openssl-pbkdf2-sha512-aes128.pem", Ok(())),
        ("openssl-scrypt.pem", Ok(())),
        ("openssl-scrypt-p5.pem", Ok(())),
        (
            "openssl-3des.pem",
            Err("encryption other than PBES2 with AES"),
        ),
        (
            "openssl-pbkdf2-sha1.pem",
            Err("encryption other than PBES2 with AES"),
        ),
        ("openssl-x25519.pem", Err("a key of another algorithm")),
        ("README.md", Err("no such PEM")),
    ] {
        match (with_passphrase(&vector(file), PASSPHRASE), expected) {
            (Ok(signer), Ok(())) => {
                assert_eq!(signer.public_key().to_string(), RFC_8410, "{file}");
            }
            (Err(error), Err(part)) => {
                assert!(error.to_string().contains(part), "{file}: {error}");
            }
            (outcome, _) => panic!("{file}: {outcome:?}"),
        }
    }
}

/// A file that would take a gigabyte or an hour to open is refused before anyone is asked.
#[test]
fn the_cost_of_opening_a_file_is_bounded() {
    let key = SecretKey::danger_from_seed(&[1; 32]);
    let der = der_of(&key.to_encrypted_pem(&passphrase()).unwrap());
    let scrypt = [0x02, 0x02, 0x40, 0x00, 0x02, 0x01, 0x08, 0x02, 0x01, 0x05];
    let at = der.windows(10).position(|bytes| bytes == scrypt).unwrap();
    for costly in [
        [0x02, 0x02, 0x7F, 0x00, 0x02, 0x01, 0x7F, 0x02, 0x01, 0x05],
        [0x02, 0x02, 0x40, 0x00, 0x02, 0x01, 0x08, 0x02, 0x01, 0x7F],
    ] {
        let mut der = der.clone();
        der[at..at + 10].copy_from_slice(&costly);
        let error = plain_error(&pem_of(&der, "ENCRYPTED PRIVATE KEY"));
        assert!(error.contains("too much memory or time"), "{error}");
    }
}

#[test]
fn damaged_files_give_errors() {
    let folder = TempDir::new().unwrap();
    let path = folder.path().join("key.pem");
    let pem = std::fs::read_to_string(vector("openssl-pbkdf2.pem")).unwrap();
    let der = der_of(&pem);
    for at in 0..der.len() {
        let mut damaged = der.clone();
        damaged[at] ^= 0x01;
        std::fs::write(&path, pem_of(&damaged, "ENCRYPTED PRIVATE KEY")).unwrap();
        if let Ok(signer) = with_passphrase(&path, PASSPHRASE) {
            // CBC protects no bytes, so a changed vector may change the seed: another key, which
            // nobody enrolled.
            assert_ne!(signer.public_key().to_string(), RFC_8410, "byte {at}");
        }
    }
    for at in 0..pem.len() {
        std::fs::write(&path, &pem[..at]).unwrap();
        let outcome = with_passphrase(&path, PASSPHRASE);
        // What may be missing is the last line feed.
        assert!(outcome.is_err() || at + 1 == pem.len(), "cut at {at}");
    }
}

#[test]
fn sources_of_passphrases() {
    let asked = |purpose: &str| {
        assert_eq!(purpose, "passphrase of x");
        Ok(PASSPHRASE.to_owned())
    };
    assert!(
        PassphraseSource::Prompt(&asked)
            .read("passphrase of x")
            .is_ok()
    );
    let fails = |_: &str| Err(std::io::Error::other("no terminal"));
    assert_eq!(
        PassphraseSource::Prompt(&fails)
            .read("")
            .unwrap_err()
            .to_string(),
        "expected a passphrase from the prompt: no terminal"
    );
    // Cargo sets the first for every test.
    assert!(
        PassphraseSource::Environment("CARGO_PKG_NAME")
            .read("")
            .is_ok()
    );
    assert!(
        PassphraseSource::Environment("BEWIJS_TEST_MISSING")
            .read("")
            .is_err()
    );
    assert_eq!(Passphrase::new("").unwrap_err(), PassphraseError::Empty);
    assert_eq!(
        Passphrase::new([b'x'; 1_025]).unwrap_err(),
        PassphraseError::TooLong
    );
    assert_eq!(format!("{:?}", passphrase()), "Passphrase(…)");
}

#[cfg(unix)]
#[test]
fn a_passphrase_from_a_file_descriptor_is_its_first_line() {
    use std::os::fd::AsRawFd as _;
    let folder = TempDir::new().unwrap();
    let path = folder.path().join("passphrase");
    for (text, opens) in [
        (format!("{PASSPHRASE}\n"), true),
        (PASSPHRASE.to_owned(), true),
        (format!("{PASSPHRASE}\r\nmore"), true),
        (format!(" {PASSPHRASE}\n"), false),
        ("\n".to_owned(), false),
    ] {
        std::fs::write(&path, &text).unwrap();
        let file = std::fs::File::open(&path).unwrap();
        let source = PassphraseSource::FileDescriptor(file.as_raw_fd() as u32);
        let outcome = FileSigner::open(&vector("openssl-pbkdf2.pem"), &source);
        assert_eq!(outcome.is_ok(), opens, "{text:?}");
    }
    let closed = PassphraseSource::FileDescriptor(9_999).read("");
    assert!(matches!(closed, Err(PassphraseError::Read { .. })));
}

#[test]
fn openssl_reads_what_is_written_here() {
    let Some(openssl) = Openssl::find() else {
        return;
    };
    let folder = TempDir::new().unwrap();
    let at = |name: &str| {
        folder
            .path()
            .join(name)
            .into_os_string()
            .into_string()
            .unwrap()
    };
    let key = SecretKey::generate().unwrap();
    key.create_file(at("key.pem").as_ref(), &passphrase())
        .unwrap();
    key.danger_create_plain_file(at("plain.pem").as_ref())
        .unwrap();
    let pass = format!("pass:{PASSPHRASE}");
    let spki = key.public_key().to_spki_der();
    let as_der = ["-pubout", "-outform", "DER"];
    let (encrypted, plain) = (at("key.pem"), at("plain.pem"));
    let read = openssl.run(&[&["pkey", "-in", &encrypted, "-passin", &pass], &as_der[..]].concat());
    assert_eq!(read, spki);
    let read = openssl.run(&[&["pkey", "-in", &plain], &as_der[..]].concat());
    assert_eq!(read, spki);

    let signature = key.sign(b"bewijs").unwrap();
    std::fs::write(at("message"), b"bewijs").unwrap();
    std::fs::write(at("signature"), signature.as_bytes()).unwrap();
    std::fs::write(at("public.pem"), key.public_key().to_spki_pem()).unwrap();
    let verdict = openssl.run(&[
        "pkeyutl",
        "-verify",
        "-pubin",
        "-inkey",
        &at("public.pem"),
        "-rawin",
        "-in",
        &at("message"),
        "-sigfile",
        &at("signature"),
    ]);
    assert!(verdict.starts_with(b"Signature Verified Successfully"));
}

#[test]
fn what_openssl_writes_is_read_here() {
    let Some(openssl) = Openssl::find() else {
        return;
    };
    let folder = TempDir::new().unwrap();
    let at = |name: &str| {
        folder
            .path()
            .join(name)
            .into_os_string()
            .into_string()
            .unwrap()
    };
    let pass = format!("pass:{PASSPHRASE}");
    let (made, scrypt) = (at("made.pem"), at("scrypt.pem"));
    openssl.run(&[
        "genpkey",
        "-algorithm",
        "ed25519",
        "-aes-256-cbc",
        "-pass",
        &pass,
        "-out",
        &made,
    ]);
    openssl.run(&[
        "pkcs8", "-topk8", "-in", &made, "-passin", &pass, "-passout", &pass, "-scrypt", "-out",
        &scrypt,
    ]);
    let public = openssl.run(&["pkey", "-in", &made, "-passin", &pass, "-pubout"]);
    for file in [made, scrypt] {
        let signer = with_passphrase(file.as_ref(), PASSPHRASE).unwrap();
        assert_eq!(
            signer.public_key().to_spki_pem().as_bytes(),
            public,
            "{file}"
        );
    }
}

/// The `openssl` program, version 3 or later.
struct Openssl;

impl Openssl {
    /// Finds it, or says why the test is skipped; with `BEWIJS_TESTS=all` nothing may be skipped.
    fn find() -> Option<Openssl> {
        let why = match Command::new("openssl").arg("version").output() {
            Ok(output) if output.stdout.starts_with(b"OpenSSL 3") => return Some(Openssl),
            Ok(output) => String::from_utf8_lossy(&output.stdout).into_owned(),
            Err(error) => error.to_string(),
        };
        assert!(
            std::env::var("BEWIJS_TESTS").as_deref() != Ok("all"),
            "openssl 3 is needed: {why}"
        );
        eprintln!("skipped: openssl 3 is needed: {why}");
        None
    }

    fn run(&self, arguments: &[&str]) -> Vec<u8> {
        let output = Command::new("openssl").args(arguments).output().unwrap();
        let errors = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success(), "{arguments:?}: {errors}");
        output.stdout
    }
}

fn with_passphrase(path: &Path, passphrase: &str) -> Result<FileSigner, KeyFileError> {
    let ask = |_: &str| Ok(passphrase.to_owned());
    FileSigner::open(path, &PassphraseSource::Prompt(&ask))
}

fn nobody_asks() -> PassphraseSource<'static> {
    PassphraseSource::Prompt(&|_| panic!("nobody should be asked for a passphrase"))
}

fn plain_error(pem: &str) -> String {
    let folder = TempDir::new().unwrap();
    let path = folder.path().join("key.pem");
    std::fs::write(&path, pem).unwrap();
    let error = FileSigner::danger_open_plain(&path, &nobody_asks()).unwrap_err();
    assert!(matches!(error, KeyFileError::Unreadable { .. }), "{error}");
    error.to_string()
}

fn passphrase() -> Passphrase {
    Passphrase::new(PASSPHRASE).unwrap()
}

fn vector(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("tests/vectors/signer")
        .join(name)
}

fn der_of(pem: &str) -> Vec<u8> {
    let lines = pem.lines().filter(|line| !line.starts_with('-'));
    STANDARD.decode(lines.collect::<String>()).unwrap()
}

fn pem_of(der: &[u8], label: &str) -> String {
    let text = STANDARD.encode(der);
    let lines: Vec<&str> = text
        .as_bytes()
        .chunks(64)
        .map(|line| std::str::from_utf8(line).unwrap())
        .collect();
    let lines = lines.join("\n");
    format!("-----BEGIN {label}-----\n{lines}\n-----END {label}-----\n")
}

#[test]
fn a_seed_gives_the_key_of_rfc_8032() {
    let seed = hex::decode("9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60");
    let key = SecretKey::danger_from_seed(&seed.unwrap().try_into().unwrap());
    let public = "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a";
    assert_eq!(public.parse(), Ok::<PublicKey, _>(key.public_key()));
    assert!(!format!("{key:?}").contains("9d61"));
}
