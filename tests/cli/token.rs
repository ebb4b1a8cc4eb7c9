//! A key on a token: SoftHSM, asked through OpenSC's spy, which writes down every call.

use super::bench::Bench;
#[cfg(feature = "pkcs11")]
use super::bench::{CASE, FINDING, Said, names, said};
#[cfg(feature = "pkcs11")]
use super::terminal::on_terminal;

#[cfg(not(feature = "pkcs11"))]
#[test]
fn without_the_feature_a_token_is_refused_by_name() {
    let bench = Bench::new();
    let uri = "pkcs11:token=Bewijs;object=board?module-path=/usr/lib/softhsm/libsofthsm2.so";
    let none = bench.ends(&format!("key show {uri}"), 3).err;
    assert!(
        none.contains("expected a program with the feature pkcs11")
            && none.contains("--features pkcs11"),
        "{none}"
    );
    // What is misspelt is told first.
    let wrong = bench.ends("key show pkcs11:token=Bewijs", 3).err;
    assert!(wrong.contains("expected a key on a token like"), "{wrong}");
}

#[cfg(feature = "pkcs11")]
const MODULE: &str = "/usr/lib/softhsm/libsofthsm2.so";
#[cfg(feature = "pkcs11")]
const PIN: &str = "1234";

/// A folder with SoftHSM's tokens, and the spy's notes of the last command.
#[cfg(feature = "pkcs11")]
struct SoftHsm {
    folder: tempfile::TempDir,
    spy: std::path::PathBuf,
}

#[cfg(feature = "pkcs11")]
impl SoftHsm {
    /// Makes one without tokens, or says why the test is skipped.
    fn new() -> Option<SoftHsm> {
        let spy = std::fs::read_dir("/usr/lib")
            .into_iter()
            .flatten()
            .filter_map(|entry| Some(entry.ok()?.path().join("pkcs11-spy.so")))
            .find(|path| path.exists());
        let tools = ["softhsm2-util", "pkcs11-tool"].map(|program| {
            std::process::Command::new(program)
                .arg("--help")
                .output()
                .is_ok()
        });
        let (Some(spy), [true, true], true) = (spy, tools, std::path::Path::new(MODULE).exists())
        else {
            println!("skipped: softhsm2 and opensc are needed");
            return None;
        };
        let folder = tempfile::tempdir().unwrap();
        std::fs::create_dir(folder.path().join("tokens")).unwrap();
        let tokens = folder.path().join("tokens");
        let tokens = tokens.display();
        let conf = format!(
            "directories.tokendir = {tokens}\nobjectstore.backend = file\nlog.level = ERROR\n"
        );
        std::fs::write(folder.path().join("softhsm2.conf"), conf).unwrap();
        Some(SoftHsm { folder, spy })
    }

    /// Makes one with a token of this label.
    fn with_token(label: &str) -> Option<SoftHsm> {
        let hsm = SoftHsm::new()?;
        hsm.init(label);
        Some(hsm)
    }

    fn init(&self, label: &str) {
        let init = [
            "--init-token",
            "--free",
            "--label",
            label,
            "--pin",
            PIN,
            "--so-pin",
            "5678",
        ];
        self.tool("softhsm2-util", &init);
    }

    /// Generates a key inside the token.
    fn generate(&self, label: &str, id: &str, kind: &str, more: &[&str]) {
        let generate = [
            "--module",
            MODULE,
            "--login",
            "--pin",
            PIN,
            "--keypairgen",
            "--key-type",
            kind,
            "--label",
            label,
            "--id",
            id,
        ];
        self.tool("pkcs11-tool", &[&generate[..], more].concat());
    }

    fn tool(&self, program: &str, arguments: &[&str]) {
        let mut command = std::process::Command::new(program);
        let output = self.env(command.args(arguments)).output().unwrap();
        let errors = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success(), "{program} {arguments:?}: {errors}");
    }

    fn env<'c>(&self, command: &'c mut std::process::Command) -> &'c mut std::process::Command {
        command
            .env("SOFTHSM2_CONF", self.folder.path().join("softhsm2.conf"))
            .env("PKCS11SPY", MODULE)
            .env("PKCS11SPY_OUTPUT", self.folder.path().join("spy"))
            .env("BEWIJS_TEST_PIN", PIN)
            .env("BEWIJS_TEST_WRONG_PIN", "9999")
    }

    /// Runs the program for these tokens; ` @ ` ends a URI with the spy as its library.
    fn run(&self, bench: &Bench, arguments: &str) -> Said {
        self.forget();
        let spy = self.spy.display();
        let arguments = arguments.replace(" @", &format!("?module-path={spy} "));
        said(&self.env(&mut bench.command(&arguments)).output().unwrap())
    }

    /// Forgets what was called before.
    fn forget(&self) {
        let _ = std::fs::remove_file(self.folder.path().join("spy"));
    }

    /// How often the last command called a function of the library.
    fn calls(&self, function: &str) -> usize {
        let notes = std::fs::read_to_string(self.folder.path().join("spy")).unwrap_or_default();
        let ends = format!(": {function}");
        notes.lines().filter(|line| line.ends_with(&ends)).count()
    }

    /// Sets flags of the only token, as a device does that has counted wrong PINs.
    fn set_flags(&self, flags: u64) {
        let token = std::fs::read_dir(self.folder.path().join("tokens")).unwrap();
        let file = token.last().unwrap().unwrap().path().join("token.object");
        let mut bytes = std::fs::read(&file).unwrap();
        // Attribute CKA_OS_TOKENFLAGS, kind unsigned long, value.
        let head = [0, 0, 0, 0, 0x80, 0, 0x53, 0x4B, 0, 0, 0, 0, 0, 0, 0, 2];
        let at = bytes.windows(16).position(|part| part == head).unwrap() + 16;
        let value = u64::from_be_bytes(bytes[at..at + 8].try_into().unwrap()) | flags;
        bytes[at..at + 8].copy_from_slice(&value.to_be_bytes());
        std::fs::write(file, bytes).unwrap();
    }
}

#[cfg(feature = "pkcs11")]
const BY_PIN: &str = "--passphrase-env BEWIJS_TEST_PIN";

#[cfg(feature = "pkcs11")]
#[test]
fn a_person_enrols_and_signs_with_a_key_on_a_token() {
    let Some(hsm) = SoftHsm::with_token("Bewijs") else {
        return;
    };
    hsm.generate("aud2", "02", "EC:edwards25519", &[]);
    let bench = Bench::founded("directory");
    bench.open_case();
    let key = "--key pkcs11:token=Bewijs;object=aud2 @";
    let made = hsm.run(
        &bench,
        &format!(
            "key request {key} --custody hardware --holder org:audit-voorbeeld#2 --function RE --id K-AUD-2 --vouched-by {} --ledger ledger -y -o K-AUD-2.statement.json {BY_PIN}",
            bench.key("aud1")
        ),
    );
    assert_eq!(made.status, 0, "{made:?}");
    assert_eq!((hsm.calls("C_Login"), hsm.calls("C_SignInit")), (1, 1));
    bench.yes(&format!(
        "cosign K-AUD-2.statement.json --key aud1.pem -y {}",
        super::bench::P
    ));
    bench.append("K-AUD-2.statement.json");
    bench.write("B-002.json", FINDING);
    let signed = hsm.run(
        &bench,
        &format!("sign finding --case {CASE} --id B-002 --file B-002.json {key} --ledger ledger -y -o B-002.statement.json {BY_PIN}"),
    );
    assert_eq!(signed.status, 0, "{signed:?}");
    let recorded = bench.append("B-002.statement.json").out;
    assert_eq!(recorded, "5  B-002  recorded  B-002.statement.json\n");
    bench.yes("verify ledger");
}

/// Two keys on one token, of which one was imported and has its point spelt otherwise: the PIN
/// is given once. A key file beside it would be opened with the PIN, or the token with
/// the passphrase, so that is refused before anything is tried.
#[cfg(feature = "pkcs11")]
#[test]
fn a_pin_is_given_once_and_for_the_token_alone() {
    let Some(hsm) = SoftHsm::with_token("Bewijs") else {
        return;
    };
    let bench = Bench::new();
    bewijs::signer::SecretKey::danger_from_seed(&[7; 32])
        .danger_create_plain_file(&bench.path("plain.pem"))
        .unwrap();
    let plain = bench.path("plain.pem").display().to_string();
    let import = [
        "--import", &plain, "--token", "Bewijs", "--label", "one", "--id", "01", "--pin", PIN,
    ];
    hsm.tool("softhsm2-util", &import);
    hsm.generate("two", "02", "EC:edwards25519", &[]);
    let shown = hsm.run(
        &bench,
        &format!("key show pkcs11:token=Bewijs;object=one @ {BY_PIN}"),
    );
    let public = bewijs::signer::SecretKey::danger_from_seed(&[7; 32]);
    let public = bewijs::signer::Signer::public_key(&public);
    assert!(shown.out.contains(&public.to_string()), "{shown:?}");

    bench.make_keys();
    let both = "--key pkcs11:token=Bewijs;object=one @ --key pkcs11:token=Bewijs;object=two @";
    let sign = format!("sign charter --file charter.json {both} -y -o two.statement.json {BY_PIN}");
    bench.sign_charter();
    let signed = hsm.run(&bench, &sign);
    assert_eq!(signed.status, 0, "{signed:?}");
    assert_eq!((hsm.calls("C_Login"), hsm.calls("C_SignInit")), (1, 2));

    for keys in [
        "--key pkcs11:token=Bewijs;object=one @ --key lab1.pem",
        "--key lab1.pem --key pkcs11:token=Bewijs;object=one @",
    ] {
        let mixed = format!(
            "sign charter --file charter.json {keys} -y -o mixed.statement.json {}",
            super::bench::P
        );
        let mixed = hsm.run(&bench, &mixed);
        assert_eq!(mixed.status, 3, "{mixed:?}");
        assert!(hsm.calls("C_Login") <= 1);
        assert!(!names(&bench.path("")).contains(&"mixed.statement.json".to_owned()));
    }
    // The second order is told before the PIN is tried.
    assert_eq!(hsm.calls("C_Login"), 0);
}

#[cfg(feature = "pkcs11")]
#[test]
fn a_wrong_pin_is_tried_once_and_a_locked_token_not_at_all() {
    let Some(hsm) = SoftHsm::with_token("Bewijs") else {
        return;
    };
    hsm.generate("board", "01", "EC:edwards25519", &[]);
    let bench = Bench::new();
    let show = "key show pkcs11:token=Bewijs;object=board @";
    let wrong = hsm.run(
        &bench,
        &format!("{show} --passphrase-env BEWIJS_TEST_WRONG_PIN"),
    );
    assert_eq!(wrong.status, 3);
    assert!(
        wrong.err.contains("it was tried once and counts as wrong"),
        "{wrong:?}"
    );
    assert!(!wrong.err.contains("9999"), "{wrong:?}");
    assert_eq!(hsm.calls("C_Login"), 1);
    let right = hsm.run(&bench, &format!("{show} {BY_PIN}"));
    assert_eq!(right.status, 0, "{right:?}");
    let unasked = hsm.run(&bench, show);
    assert_eq!(
        (unasked.status, hsm.calls("C_Login")),
        (3, 0),
        "{unasked:?}"
    );

    const FINAL_TRY: u64 = 0x0002_0000;
    hsm.set_flags(FINAL_TRY);
    let last = hsm.run(&bench, &format!("{show} {BY_PIN}"));
    assert_eq!((last.status, hsm.calls("C_Login")), (3, 0), "{last:?}");
    assert!(
        last.err
            .contains("expected more than one try before it locks, found the last"),
        "{last:?}"
    );
    // A person sees what is at stake, and is asked once.
    let program = env!("CARGO_BIN_EXE_bewijs");
    let uri = format!(
        "pkcs11:token=Bewijs;object=board?module-path={}",
        hsm.spy.display()
    );
    hsm.forget();
    let shown = on_terminal(
        &format!("'{program}' key show '{uri}'"),
        "9999\n1234\n",
        |script| hsm.env(script),
    );
    assert!(
        shown.contains("warning: token Bewijs takes one more PIN: a wrong one locks it"),
        "{shown}"
    );
    assert!(shown.contains("PIN for token Bewijs: "), "{shown}");
    assert!(
        shown.contains("it was tried once and counts as wrong"),
        "{shown}"
    );
    assert_eq!(hsm.calls("C_Login"), 1);
    const LOCKED: u64 = 0x0004_0000;
    hsm.set_flags(LOCKED);
    let locked = hsm.run(&bench, &format!("{show} {BY_PIN}"));
    assert_eq!((locked.status, hsm.calls("C_Login")), (3, 0), "{locked:?}");
    assert!(
        locked
            .err
            .contains("found it locked after too many wrong ones"),
        "{locked:?}"
    );
}

#[cfg(feature = "pkcs11")]
#[test]
fn what_is_absent_ambiguous_or_of_no_use_is_named() {
    let Some(hsm) = SoftHsm::new() else {
        return;
    };
    let bench = Bench::new();
    let error = |key: &str| {
        let said = hsm.run(&bench, &format!("key show {key} @ {BY_PIN}"));
        assert_eq!(said.status, 3, "{said:?}");
        said.err
    };
    let none = error("pkcs11:token=Bewijs;object=board");
    assert!(
        none.contains("expected the token \"Bewijs\", found no token"),
        "{none}"
    );
    hsm.init("Bewijs");
    let absent = error("pkcs11:token=Bewijs;object=board");
    assert!(
        absent.contains("expected a private key \"board\", found no private keys"),
        "{absent}"
    );
    hsm.generate("board", "01", "EC:edwards25519", &[]);
    hsm.generate("board", "02", "EC:edwards25519", &[]);
    hsm.generate("rsa", "03", "rsa:1024", &[]);
    hsm.generate("always", "04", "EC:edwards25519", &["--always-auth"]);
    let several = error("pkcs11:token=Bewijs;object=board");
    assert!(
        several.contains("found more: \"board\" with id=%0") && several.contains("add id="),
        "{several}"
    );
    let one = hsm.run(
        &bench,
        &format!("key show pkcs11:token=Bewijs;object=board;id=%02 @ {BY_PIN}"),
    );
    assert_eq!(one.status, 0, "{one:?}");
    let id = error("pkcs11:token=Bewijs;object=board;id=%05");
    assert!(
        id.contains("expected a private key \"board;id=%05\""),
        "{id}"
    );
    let rsa = error("pkcs11:token=Bewijs;object=rsa");
    assert!(rsa.contains("expected the type CKK_EC_EDWARDS"), "{rsa}");
    let always = error("pkcs11:token=Bewijs;object=always");
    assert!(
        always.contains("wants the PIN again for every signature"),
        "{always}"
    );

    let serial = error("pkcs11:token=Bewijs;serial=00;object=board");
    let (_, found) = serial
        .split_once("with serial number \"00\", found")
        .unwrap();
    let (_, found) = found.split_once("serial number \"").unwrap();
    let (real, _) = found.split_once('"').unwrap();
    hsm.init("Bewijs");
    let two = error("pkcs11:token=Bewijs;object=board;id=%02");
    assert!(
        two.contains("expected one token \"Bewijs\"") && two.contains("add serial="),
        "{two}"
    );
    let by_serial =
        format!("key show pkcs11:token=Bewijs;serial={real};object=board;id=%02 @ {BY_PIN}");
    let one = hsm.run(&bench, &by_serial);
    assert_eq!(one.status, 0, "{one:?}");

    let nowhere = bench
        .ends(
            "key show pkcs11:token=t;object=k?module-path=/nonexistent.so",
            3,
        )
        .err;
    assert!(
        nowhere
            .contains("/nonexistent.so: expected a PKCS#11 library, found none: there is no file"),
        "{nowhere}"
    );
    bench.write("not.so", "not a library");
    let text = bench.path("not.so");
    let text = text.display();
    let text = bench
        .ends(
            &format!("key show pkcs11:token=t;object=k?module-path={text}"),
            3,
        )
        .err;
    assert!(
        text.contains("not.so: expected a PKCS#11 library"),
        "{text}"
    );
}
