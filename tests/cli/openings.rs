//! Openings: sealed when they are made, shown to who may, handed out, checked, destroyed.

use bewijs::seal::Identity;

use super::bench::{Bench, CASE, FINDING, P, Said, names, said, text};
#[cfg(unix)]
use super::terminal::on_terminal;

/// The folder with a ledger, two identities and their recipients.
struct Openings {
    bench: Bench,
    mine: String,
    theirs: String,
}

impl Openings {
    fn new() -> Openings {
        let bench = Bench::founded("directory");
        bench.open_case();
        // Plain, as `age-keygen` makes them: a passphrase takes a second each time.
        let key = |name: &str| {
            let identity = Identity::generate();
            let mut outputs = std::fs::OpenOptions::new();
            #[cfg(unix)]
            std::os::unix::fs::OpenOptionsExt::mode(&mut outputs, 0o600);
            let file = outputs
                .write(true)
                .create_new(true)
                .open(bench.path(&format!("{name}.key")));
            std::io::Write::write_all(&mut file.unwrap(), identity.print_file().as_bytes())
                .unwrap();
            identity.recipient().to_string()
        };
        let (mine, theirs) = (key("mine"), key("theirs"));
        Openings {
            bench,
            mine,
            theirs,
        }
    }

    /// Signs a finding with its openings sealed to `mine`, and appends it.
    fn finding(&self, id: &str) {
        let bench = &self.bench;
        bench.write(&format!("{id}.json"), FINDING);
        bench.yes(&format!(
            "sign finding --case {CASE} --id {id} --file {id}.json --key aud1.pem --ledger ledger -y --recipient {} -o {id}.statement.json {P}",
            self.mine
        ));
        bench.append(&format!("{id}.statement.json"));
    }

    /// Runs the program without the leave to leave openings plain.
    fn strict(&self, arguments: &str) -> Said {
        let mut command = self.bench.command(arguments);
        said(
            &command
                .env_remove("BEWIJS_DANGER_PLAIN_OPENINGS")
                .output()
                .unwrap(),
        )
    }
}

const SEALED: &str = "B-002.statement.json.openings.age";

#[test]
fn what_is_sealed_is_read_by_its_recipients_only() {
    let it = Openings::new();
    let bench = &it.bench;
    bench.write("B-002.json", FINDING);
    let signed = bench.yes(&format!(
        "sign finding --case {CASE} --id B-002 --file B-002.json --key aud1.pem --ledger ledger -y --recipient {} --recipient {} -o B-002.statement.json {P}",
        it.mine, it.theirs
    ));
    assert!(
        signed
            .err
            .contains(&format!("It is sealed to {}, {}.", it.mine, it.theirs)),
        "{signed:?}"
    );
    assert!(signed.out.contains(SEALED), "{signed:?}");
    bench.append("B-002.statement.json");
    let bytes = bench.read(SEALED);
    assert!(bytes.starts_with(b"age-encryption.org/v1\n-> X25519 "));
    assert!(!bytes.windows(9).any(|part| part == b"No second"));
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        let mode = std::fs::metadata(bench.path(SEALED))
            .unwrap()
            .permissions()
            .mode();
        assert_eq!(mode & 0o777, 0o600);
    }

    for identity in ["mine", "theirs"] {
        let shown = bench.yes(&format!(
            "show ledger 4 --openings {SEALED} --identity {identity}.key {P}"
        ));
        assert!(shown.out.contains("No second factor"), "{shown:?}");
    }
    let none = bench
        .ends(&format!("show ledger 4 --openings {SEALED}"), 3)
        .err;
    assert!(
        none.contains(&format!(
            "{SEALED}: expected --identity, because this file is sealed"
        )),
        "{none}"
    );
    let made = bench.json(&format!("openings key -o other.key {P}"));
    bench.yes(&format!(
        "openings select {SEALED} --field B-002/title --identity mine.key --recipient {} -o other.age",
        text(&made, "recipient")
    ));
    let shown = bench
        .yes(&format!("openings show other.age --identity other.key {P}"))
        .out;
    assert!(
        shown.starts_with(
            "openings in other.age: 1
"
        ),
        "{shown}"
    );
    let other = bench
        .ends(
            &format!("openings show {SEALED} --identity other.key {P}"),
            3,
        )
        .err;
    assert!(
        other.contains("expected an identity to which this file was sealed, found none"),
        "{other}"
    );
    let mut wrong =
        bench.command("openings show other.age --identity other.key --passphrase-env WRONG");
    let wrong = said(&wrong.env("WRONG", "correct horsf").output().unwrap());
    assert_eq!(wrong.status, 3);
    assert!(
        wrong.err.contains("other.key: expected another passphrase"),
        "{wrong:?}"
    );
    // An identity that anyone can read is warned about, and so is a file that is none.
    bench.write("plain.key", "AGE-SECRET-KEY-1\n");
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        let open = std::fs::Permissions::from_mode(0o644);
        std::fs::set_permissions(bench.path("plain.key"), open).unwrap();
        let said = bench
            .ends(&format!("openings show {SEALED} --identity plain.key"), 3)
            .err;
        assert!(
            said.contains("warning: plain.key: others may read or change this key file (mode 644)"),
            "{said}"
        );
    }
    let plain = bench
        .ends(&format!("openings show {SEALED} --identity plain.key"), 3)
        .err;
    assert!(
        plain.contains("plain.key: line 1: expected an age identity"),
        "{plain}"
    );
    assert!(!plain.contains("SECRET-KEY-1\n"), "{plain}");
    let file = bench
        .ends(&format!("openings show {SEALED} --identity {SEALED}"), 3)
        .err;
    assert!(file.contains("found a file sealed to recipients"), "{file}");
}

#[test]
fn nothing_is_signed_before_it_is_said_for_whom_the_values_are() {
    let it = Openings::new();
    let bench = &it.bench;
    bench.write("B-002.json", FINDING);
    let sign = format!(
        "sign finding --case {CASE} --id B-002 --file B-002.json --key aud1.pem --ledger ledger -y -o B-002.statement.json {P}"
    );
    bench.write("nobody", "# none yet\n");
    let before = names(&bench.path(""));
    let unsaid = it.strict(&sign);
    assert_eq!(unsaid.status, 3);
    assert!(
        unsaid.err.contains(
            "expected --recipient, for whom the confidential values are sealed, found none"
        ),
        "{unsaid:?}"
    );
    assert!(!unsaid.err.contains("No second factor"), "{unsaid:?}");
    let wrong = it.strict(&format!("{sign} --recipient age1nobody"));
    assert!(
        wrong
            .err
            .contains("--recipient: expected an age recipient (age1…), found \"age1nobody\""),
        "{wrong:?}"
    );
    let nobody = it.strict(&format!("{sign} --recipients-file nobody"));
    assert!(
        nobody
            .err
            .contains("nobody: expected at least one age recipient"),
        "{nobody:?}"
    );
    let both = it.strict(&format!("{sign} --recipient {} --seal-passphrase", it.mine));
    assert_eq!(both.status, 3);
    assert_eq!(names(&bench.path("")), before);

    // Once for all, and still less than what is said on the command line.
    bench.write("recipients", &format!("# ours\n{}\n", it.mine));
    let mut once = bench.command(&sign);
    let once = said(
        &once
            .env("BEWIJS_RECIPIENTS", "recipients")
            .output()
            .unwrap(),
    );
    assert_eq!(once.status, 0, "{once:?}");
    assert!(
        once.err.contains(&format!("It is sealed to {}.", it.mine)),
        "{once:?}"
    );
    let mut named = bench.command(&format!("openings select {SEALED} --field B-002/title --identity mine.key --recipient {} -o theirs.age {P}", it.theirs));
    let named = said(
        &named
            .env("BEWIJS_RECIPIENTS", "recipients")
            .output()
            .unwrap(),
    );
    assert_eq!(named.status, 0, "{named:?}");
    bench.yes(&format!(
        "openings show theirs.age --identity theirs.key {P}"
    ));
    bench.ends(
        &format!("openings show theirs.age --identity mine.key {P}"),
        3,
    );

    // A statement without confidential fields needs nobody.
    bench.write("DN-2.json", r#"{"description":{"nl":"Een dienst.","en":"A service."},"needs":["it-systemen"],"sites":null,"volumes":null}"#);
    let closed = it.strict(&format!("sign finding-closed --case {CASE} --id SL-1 --file DN-2.json --key aud1.pem --ledger ledger -y -o SL-1.statement.json {P}"));
    assert!(
        closed.err.contains("DN-2.json: ") && !closed.err.contains("--recipient"),
        "{closed:?}"
    );
}

#[test]
fn a_passphrase_seals_and_plain_is_warned_about() {
    let it = Openings::new();
    let bench = &it.bench;
    bench.write("B-002.json", FINDING);
    let sign = format!(
        "sign finding --case {CASE} --id B-002 --file B-002.json --key aud1.pem --ledger ledger -y -o B-002.statement.json {P}"
    );
    let signed = it.strict(&format!("{sign} --seal-passphrase"));
    assert_eq!(signed.status, 0, "{signed:?}");
    assert!(
        signed.err.contains("It is sealed with a passphrase."),
        "{signed:?}"
    );
    let shown = bench.yes(&format!("openings show {SEALED} {P}")).out;
    assert!(
        shown.starts_with(&format!("openings in {SEALED}: 9\n")),
        "{shown}"
    );
    let plain = bench.yes(
        &sign
            .replace("B-002", "B-003")
            .replace("--file B-003", "--file B-002"),
    );
    assert!(
        plain
            .err
            .contains("warning: B-003.statement.json.openings is not sealed"),
        "{plain:?}"
    );
    let shown = bench
        .yes("openings show B-003.statement.json.openings --lang nl")
        .out;
    assert!(shown.contains("verklaring  veld"), "{shown}");
    assert!(
        shown.contains("B-003       severity      Zwaarte"),
        "{shown}"
    );
    assert!(!shown.contains("No second factor"), "{shown}");
    let values = bench
        .yes("openings show B-003.statement.json.openings --values")
        .out;
    for line in [
        "B-003/controls\nControls: 1\n  - 8.5\n",
        "Severity: High\n",
        "CVSS: nothing\n",
        "Title: No second factor\n",
    ] {
        assert!(values.contains(line), "{line}: {values}");
    }
    let json = bench.json("openings show B-003.statement.json.openings");
    assert!(!format!("{json:?}").contains("second factor"));
}

#[test]
fn only_what_is_named_is_handed_out() {
    let it = Openings::new();
    let bench = &it.bench;
    it.finding("B-002");
    let select = format!(
        "openings select {SEALED} --identity mine.key --recipient {} -o out.age {P}",
        it.theirs
    );
    let said = bench.yes(&format!(
        "{select} --field B-002/severity --field B-002/title"
    ));
    assert!(
        said.out.starts_with(
            "wrote 2 openings, and nothing else, to out.age\n  B-002/severity\n  B-002/title\n"
        ),
        "{said:?}"
    );
    let shown = bench
        .yes(&format!(
            "openings show out.age --identity theirs.key --values {P}"
        ))
        .out;
    assert!(
        shown.starts_with("openings in out.age: 2\n") && shown.contains("Severity: High"),
        "{shown}"
    );
    assert!(!shown.contains("controls"), "{shown}");
    let again = bench.ends(&format!("{select} --field B-002/title"), 3).err;
    assert!(
        again.contains("out.age: expected nothing there, found a file"),
        "{again}"
    );
    let before = names(&bench.path(""));
    for field in ["B-002/colour", "B-002", "B-001/title", "/title"] {
        let none = bench
            .ends(
                &format!(
                    "{} --field B-002/title --field {field}",
                    select.replace("out.age", "none.age")
                ),
                1,
            )
            .err;
        assert!(
            none.contains(&format!("expected an opening of \"{field}\"")),
            "{none}"
        );
    }
    let unsaid = it.strict(&format!(
        "openings select {SEALED} --identity mine.key -o none.age --field B-002/title {P}"
    ));
    assert!(unsaid.err.contains("expected --recipient"), "{unsaid:?}");
    assert_eq!(names(&bench.path("")), before);
}

#[test]
fn openings_are_checked_against_what_was_recorded() {
    let it = Openings::new();
    let bench = &it.bench;
    it.finding("B-002");
    let check = format!("openings check {SEALED} --identity mine.key {P}");
    for against in ["--ledger ledger", "--statement B-002.statement.json"] {
        let good = bench.yes(&format!("{check} {against}")).out;
        assert_eq!(
            good, "Openings that match what was registered: 9\n",
            "{against}"
        );
    }
    // The first finding was signed with plain openings.
    let plain = "B-001.statement.json.openings";
    let other = bench
        .ends(
            &format!("openings check {plain} --statement B-002.statement.json"),
            2,
        )
        .out;
    assert!(
        other.contains("Nothing here refers to these:\n  B-001/controls"),
        "{other}"
    );
    let text = String::from_utf8(bench.read(plain)).unwrap();
    bench.write("changed", &text.replace("No second", "A secound"));
    let changed = bench
        .ends("openings check changed --ledger ledger --lang nl", 1)
        .out;
    assert!(
        changed.contains(
            "Openingen die overeenkomen met wat is vastgelegd: 8\nKomt niet overeen met wat op "
        ),
        "{changed}"
    );
    assert!(
        changed
            .trim_end()
            .ends_with("is vastgelegd:\n  B-001/title"),
        "{changed}"
    );
    let changed = bench
        .ends("openings check changed --statement B-001.statement.json", 1)
        .out;
    assert!(
        changed.contains("Does not match B-001.statement.json:\n  B-001/title"),
        "{changed}"
    );
    bench.ends("openings check changed", 3);
    let spoilt = bench.read(SEALED);
    std::fs::write(bench.path("spoilt"), &spoilt[..spoilt.len() - 1]).unwrap();
    let spoilt = bench
        .ends(
            &format!("openings check spoilt --ledger ledger --identity mine.key {P}"),
            3,
        )
        .err;
    assert!(
        spoilt.contains("spoilt: expected a sealed file as it was made"),
        "{spoilt}"
    );
}

#[test]
fn what_is_destroyed_is_gone_from_the_file_and_from_no_other() {
    let it = Openings::new();
    let bench = &it.bench;
    it.finding("B-002");
    let destroy = format!("openings destroy {SEALED} --identity mine.key {P}");
    let before = bench.read(SEALED);
    let asked = bench
        .ends(
            &format!("{destroy} --field B-002/title --recipient {}", it.mine),
            3,
        )
        .err;
    assert!(
        asked.contains("expected a terminal on which to ask"),
        "{asked}"
    );
    // Nobody can tell to whom it was sealed, and it is never left plain.
    let unsaid = bench
        .ends(&format!("{destroy} --field B-002/title -y"), 3)
        .err;
    assert!(
        unsaid.contains("for whom the openings that stay are sealed again"),
        "{unsaid}"
    );
    let absent = bench
        .ends(&format!("{destroy} --field B-002/colour -y"), 1)
        .err;
    assert!(
        absent.contains("expected an opening of \"B-002/colour\""),
        "{absent}"
    );
    assert_eq!(bench.read(SEALED), before);

    let gone = bench.yes(&format!(
        "{destroy} --field B-002/title --field B-002/cvss -y --recipient {}",
        it.mine
    ));
    assert!(
        gone.out.starts_with(&format!(
            "destroyed 2 openings in {SEALED}; left: 7\n  B-002/cvss\n  B-002/title\n"
        )),
        "{gone:?}"
    );
    assert!(
        gone.out.contains("Copies elsewhere are not touched"),
        "{gone:?}"
    );
    let left = bench
        .yes(&format!("openings show {SEALED} --identity mine.key {P}"))
        .out;
    assert!(
        left.starts_with(&format!("openings in {SEALED}: 7\n")) && !left.contains("title"),
        "{left}"
    );
    // What is left still opens, and nothing else does.
    let shown = bench
        .yes(&format!(
            "show ledger 4 --openings {SEALED} --identity mine.key {P}"
        ))
        .out;
    assert!(
        shown.contains("Severity: committed, not public; you see"),
        "{shown}"
    );
    assert!(shown.contains("Title: committed, not shown"), "{shown}");
    let all = bench.yes(&format!("{destroy} --all -y"));
    assert!(
        all.out
            .starts_with(&format!("destroyed 7 openings in {SEALED}; left: 0\n")),
        "{all:?}"
    );
    assert!(
        !names(&bench.path(""))
            .iter()
            .any(|name| name.contains("B-002.statement.json.openings"))
    );
}

#[cfg(unix)]
#[test]
fn nothing_is_destroyed_without_a_yes() {
    let it = Openings::new();
    let bench = &it.bench;
    let plain = "B-001.statement.json.openings";
    let program = env!("CARGO_BIN_EXE_bewijs");
    let destroy = format!("'{program}' openings destroy {plain} --field B-001/title --lang nl");
    let before = bench.read(plain);
    for (typed, gone) in [("\n", false), ("nee\n", false), ("ja\n", true)] {
        let shown = on_terminal(&destroy, typed, |script| script.current_dir(bench.path("")));
        assert!(shown.contains("  B-001/title\n"), "{shown}");
        assert!(
            shown.contains("Deze voorgoed vernietigen? [j/N]"),
            "{shown}"
        );
        assert!(!shown.contains("second factor"), "{shown}");
        assert_eq!(bench.read(plain) != before, gone, "{typed:?}: {shown}");
    }
}

#[cfg(unix)]
#[test]
fn links_hide_no_copy() {
    use std::os::unix::fs::PermissionsExt as _;
    let it = Openings::new();
    let bench = &it.bench;
    let plain = "B-001.statement.json.openings";
    std::os::unix::fs::symlink(plain, bench.path("link")).unwrap();
    let gone = bench.yes("openings destroy link --field B-001/title -y");
    assert!(!gone.err.contains("other names"), "{gone:?}");
    assert!(
        !String::from_utf8(bench.read(plain))
            .unwrap()
            .contains("second factor")
    );
    assert!(bench.path("link").is_symlink());
    let mode = std::fs::metadata(bench.path(plain))
        .unwrap()
        .permissions()
        .mode();
    assert_eq!(mode & 0o777, 0o600);
    std::fs::hard_link(bench.path(plain), bench.path("other")).unwrap();
    let gone = bench.yes("openings destroy link --all -y");
    assert!(
        gone.err.contains("had 1 other names on this disk"),
        "{gone:?}"
    );
    assert!(!bench.path(plain).exists() && bench.path("other").exists());
}

#[test]
fn evidence_is_handed_in_as_a_commitment_to_a_real_file() {
    let it = Openings::new();
    let bench = &it.bench;
    let body = r#"{"findings":[],"kind":"configuration","method":"examine","tlp":"amber","supplied_by":"org:lab-voorbeeld","file":"in-house/portaal.json","description":"Settings of the portal."}"#;
    bench.write("E-001.json", body);
    let sign = format!(
        "sign evidence --case {CASE} --id E-001 --file E-001.json --key lab1.pem --ledger ledger -y --recipient {} -o E-001.statement.json {P}",
        it.mine
    );
    let before = names(&bench.path(""));
    let missing = bench.ends(&sign, 3).err;
    assert!(
        missing.contains("in-house/portaal.json: No such file"),
        "{missing}"
    );
    assert_eq!(names(&bench.path("")), before);
    std::fs::create_dir(bench.path("in-house")).unwrap();
    let long: Vec<u8> = (0..300_000_u32).flat_map(u32::to_be_bytes).collect();
    std::fs::write(bench.path("in-house/portaal.json"), &long).unwrap();

    let signed = bench.yes(&sign);
    let (public, confidential) = signed.err.split_once("Of this only").unwrap();
    assert!(!public.contains("portaal.json"), "{public}");
    for line in ["Name: portaal.json", "Length: 1200000"] {
        assert!(confidential.contains(line), "{line}: {confidential}");
    }
    let statement = String::from_utf8(bench.read("E-001.statement.json")).unwrap();
    assert!(!statement.contains("portaal") && !statement.contains("in-house"));
    bench.append("E-001.statement.json");

    // Whoever receives the file and its opening sees that it is the one.
    let sealed = "E-001.statement.json.openings.age";
    let check = format!("openings check {sealed} --identity mine.key --ledger ledger {P}");
    let same = bench
        .yes(&format!("{check} --file in-house/portaal.json"))
        .out;
    assert!(
        same.ends_with("in-house/portaal.json is the file that E-001/file describes\n"),
        "{same}"
    );
    let mut changed = long;
    changed[700_000] ^= 1;
    std::fs::write(bench.path("changed.json"), changed).unwrap();
    let other = bench.ends(
        &format!("{check} --file in-house/portaal.json --file changed.json"),
        1,
    );
    assert!(other.err.contains("changed.json: expected a file that one of these openings describes, found another (SHA-256 "), "{other:?}");
}

#[test]
fn what_was_destroyed_is_recorded() {
    let it = Openings::new();
    let bench = &it.bench;
    it.finding("B-002");
    let destroy = format!(
        "openings destroy {SEALED} --identity mine.key --field B-002/title --field B-002/cvss -y --recipient {} {P}",
        it.mine
    );
    // A draft that cannot be written keeps the openings.
    bench.write("draft.json", "mine");
    let before = bench.read(SEALED);
    bench.ends(&format!("{destroy} --draft draft.json"), 3);
    assert_eq!(bench.read(SEALED), before);
    let gone = bench.yes(&format!("{destroy} --draft VN-1.json")).out;
    assert!(gone.ends_with("a draft of the statement that records it is in VN-1.json: fill in the ground, then sign it as evidence-destroyed\n"), "{gone}");

    let sign = format!(
        "sign evidence-destroyed --case {CASE} --id VN-1 --file VN-1.json --key aud1.pem --ledger ledger -y -o VN-1.statement.json {P}"
    );
    let unfilled = bench.ends(&sign, 3).err;
    assert!(unfilled.contains("predicate.ground.en"), "{unfilled}");
    let draft = String::from_utf8(bench.read("VN-1.json")).unwrap();
    let filled = draft
        .replace("FILL IN", "Five years are over.")
        .replace("INVULLEN", "Vijf jaar zijn voorbij.");
    bench.write("VN-1.json", &filled);
    let signed = bench.yes(&sign);
    assert!(signed.err.contains("Fields: 2"), "{signed:?}");
    bench.append("VN-1.statement.json");
    bench.yes("verify ledger");
}
