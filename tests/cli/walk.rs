//! One walk through the main job, and what is refused on the way.

use super::bench::{Bench, CASE, FINDING, ORIGIN, P, names, number, text};

/// Every step, on a store of each kind.
fn walk(store: &str) {
    let bench = Bench::founded(store);
    let genesis = {
        let said = bench.yes("show ledger 0 --json").out;
        let at = said.find("\"payload_sha256\":\"").unwrap() + 18;
        said[at..at + 64].to_owned()
    };
    bench.write_trust(&genesis);

    // A second person of the laboratory is enrolled, on the word of the first.
    bench.yes(&format!("key new -o lab2.pem {P}"));
    bench.yes(&format!(
        "key request --key lab2.pem --holder org:lab-voorbeeld#2 --function CISO --id K-LAB-2 --vouched-by {} --trust trust.toml -y -o K-LAB-2.statement.json {P}",
        bench.key("lab1")
    ));
    let early = bench.ends(
        &format!("append ledger K-LAB-2.statement.json --log-key log.pem {P}"),
        1,
    );
    assert!(
        early
            .err
            .contains("K-LAB-2.statement.json: expected a signature by key"),
        "{early:?}"
    );
    // Whoever cosigns and names the ledger is not led to another one of the same name.
    let trust = String::from_utf8(bench.read("trust.toml")).unwrap();
    bench.write("twin.toml", &trust.replace(&genesis, &"0".repeat(64)));
    let cosign = format!("cosign K-LAB-2.statement.json --key lab1.pem -y {P}");
    let twin = bench.ends(&format!("{cosign} --trust twin.toml"), 1);
    assert!(
        twin.err
            .contains(&format!("found one for {ORIGIN} with genesis {genesis}")),
        "{twin:?}"
    );
    bench.yes(&format!("{cosign} --trust trust.toml"));
    bench.append("K-LAB-2.statement.json");
    let keys = bench.yes("key list ledger").out;
    assert!(keys.contains("org:lab-voorbeeld#2"), "{keys}");

    let finding = bench.open_case();
    let status = bench.yes("status ledger").out;
    assert!(status.contains("Findings: 1 registered; 0 closed, 0 retested as fixed, 0 claimed to be repaired, 0 accepted and not fixed, 1 open"), "{status}");
    assert!(
        status.contains("laboratory: repair, and claim it: B-001"),
        "{status}"
    );

    let claim = bench.record(
        "remediation",
        "M-001",
        &format!(r#"{{"finding":{finding},"done":"2024-02-01","implemented_by":"org:lab-voorbeeld","evidence":[],"description":"Second factor enforced.","change_ticket":null}}"#),
        &["lab1"],
    );
    let waiting = bench.yes("status ledger --role lab --lang nl").out;
    assert!(waiting.contains("geclaimd, wacht op hertest"), "{waiting}");
    assert!(waiting.contains("B-001"), "{waiting}");
    let mine = bench.yes("status ledger --role assessor").out;
    assert!(
        mine.contains("retest what is claimed to be repaired"),
        "{mine}"
    );
    let retest = bench.record(
        "retest",
        "H-001.1",
        &format!(r#"{{"finding":{finding},"claim":{claim},"evidence":[],"result":"fixed","tested":"2024-02-02","depth":"existence","method":"test","object":null,"detail":null,"working_paper":null}}"#),
        &["aud1"],
    );
    bench.record(
        "finding-closed",
        "SL-001",
        &format!(r#"{{"finding":{finding},"retest":{retest}}}"#),
        &["aud1"],
    );
    // A completeness statement demands a basis: the newest checkpoint of the ledger is taken.
    bench.record(
        "completeness",
        "VOL-001",
        r#"{"source":"RAP-1","count":1,"total":1,"report":null}"#,
        &["aud1"],
    );
    let status = bench.json("status ledger --case zaak:2024-001");
    let case = status
        .as_object()
        .unwrap()
        .get("cases")
        .unwrap()
        .as_array()
        .unwrap();
    assert_eq!(number(&case[0], "findings_closed"), 1);

    let log = bench.yes("log ledger --limit 3").out;
    let lines: Vec<&str> = log.lines().collect();
    assert_eq!(lines.len(), 4, "{log}");
    assert!(lines[1].starts_with("8"), "{log}");
    assert!(
        lines[1].ends_with("Completeness declared  VOL-001  org:audit-voorbeeld#1"),
        "{log}"
    );
    let of_case = bench.yes(&format!("log ledger --case {CASE}")).out;
    assert_eq!(of_case.lines().count(), 6, "{of_case}");

    // Confidential fields are shown to who has the openings, and to nobody else.
    let closed = bench.yes("show ledger 4").out;
    assert!(closed.contains("Title: committed, not shown"), "{closed}");
    let open = bench
        .yes("show ledger 4 --openings B-001.statement.json.openings --lang nl")
        .out;
    assert!(open.contains("No second factor"), "{open}");
    let wrong = String::from_utf8(bench.read("B-001.statement.json.openings")).unwrap();
    bench.write("wrong.openings", &wrong.replace("No second", "A secound"));
    let wrong = bench
        .ends("show ledger 4 --openings wrong.openings --lang nl", 1)
        .out;
    assert!(wrong.contains("Komt niet overeen met wat op"), "{wrong}");

    // Nobody but the log stands behind it yet; that is said, and the reader who asks for more is not told yes.
    let alone = bench.yes("verify ledger").out;
    assert!(
        alone.contains("Nobody but the log vouches for it here"),
        "{alone}"
    );
    let early = bench.ends("verify ledger --trust trust.toml", 2).out;
    assert!(
        early.contains("Cannot be determined from what you hold"),
        "{early}"
    );
    witness(&bench);
    receipts(&bench);
    verified(&bench);
    copies(&bench, store);
}

fn verified(bench: &Bench) {
    let good = bench.yes("verify ledger --trust trust.toml").out;
    assert!(
        good.contains("the witnesses that you ask for cosigned its checkpoint"),
        "{good}"
    );
    let json = bench.json("verify ledger --trust trust.toml");
    assert_eq!(number(&json, "size"), 9);
    let old = bench
        .ends(
            "verify ledger --trust trust.toml --now 2099-01-01T00:00:00Z",
            2,
        )
        .out;
    assert!(
        old.contains("longer ago than the 7 days that you allow"),
        "{old}"
    );
    let trust = String::from_utf8(bench.read("trust.toml")).unwrap();
    let at = trust.find("genesis = \"").unwrap() + 11;
    bench.write(
        "other.toml",
        &format!("{}{}{}", &trust[..at], "0".repeat(64), &trust[at + 64..]),
    );
    let other = bench
        .ends("verify ledger --trust other.toml --lang nl", 1)
        .out;
    assert!(other.contains("Niet aangetoond"), "{other}");
}

fn copies(bench: &Bench, store: &str) {
    let said = bench.yes("export ledger copy").out;
    assert!(said.contains("exported to copy; entries: 9"), "{said}");
    let again = bench.yes("export ledger copy").out;
    assert!(
        again.contains("files written: 1, there already: 3"),
        "{again}"
    );
    bench.yes("verify copy --trust trust.toml");
    let other = match store {
        "directory" if cfg!(feature = "sled") => "sled",
        _ => "directory",
    };
    let said = bench
        .yes(&format!("load copy restored --store {other}"))
        .out;
    assert!(said.contains("loaded 9 entries into restored"), "{said}");
    bench.yes("verify restored --trust trust.toml");
    bench.yes("export restored copy2");
    for name in [
        "checkpoint",
        "tile/entries/000.p/9",
        "tile/statements/000.p/9",
        "tile/0/000.p/9",
    ] {
        assert_eq!(
            bench.read(&format!("copy/{name}")),
            bench.read(&format!("copy2/{name}"))
        );
    }
    bench.ends("load copy restored", 3);
    // What was loaded is written to as any other ledger.
    bench.yes(&format!(
        "append restored B-001.statement.json --log-key log.pem {P}"
    ));

    // A changed byte of an entry is named, and nothing is loaded from such a copy.
    let mut bytes = bench.read("copy/tile/entries/000.p/9");
    let at = bytes
        .windows(7)
        .position(|part| part == b"index\":")
        .unwrap()
        + 7;
    bytes[at] = b'7';
    std::fs::write(bench.path("copy/tile/entries/000.p/9"), bytes).unwrap();
    let changed = bench.ends("verify copy", 1).out;
    assert!(changed.contains("entry 0: chain.index"), "{changed}");
    assert!(
        changed.contains("Not shown: the ledger is not whole and consistent."),
        "{changed}"
    );
    let before = names(&bench.path(""));
    bench.ends("load copy damaged", 1);
    assert_eq!(names(&bench.path("")), before);
    // A missing file is named with the entries that it held.
    std::fs::remove_file(bench.path("copy/tile/entries/000.p/9")).unwrap();
    let missing = bench.ends("verify copy", 1).err;
    assert!(
        missing.contains("tile/entries/000.p/9") && missing.contains("entries 0 to 8"),
        "{missing}"
    );
}

fn witness(bench: &Bench) {
    bench.cosign_by_witness(0);
    let status = bench.yes("status ledger").out;
    assert!(
        status.contains("cosignatures by witness.example/w1"),
        "{status}"
    );
    // The witness remembers: another first request is not cosigned.
    let log = bench.vkey("log", ORIGIN, "log_vkey");
    let again = bench.ends(
        &format!("witness once request-0 --memory memory --log {log} --name witness.example/w1 --key witness.pem {P}"),
        1,
    );
    assert!(again.err.contains("expected old size 9"), "{again:?}");
    bench.yes("witness request ledger --old 9 -o request-again");
    let again = bench.yes(&format!(
        "witness once request-again --memory memory --log {log} --name witness.example/w1 --key witness.pem {P}"
    ));
    assert!(again.out.starts_with("— witness.example/w1 "), "{again:?}");
}

fn receipts(bench: &Bench) {
    // What `append` wrote holds, but no witness stands behind that checkpoint.
    let old = "receipt check receipts/4.tlog-proof --entry receipts/4.entry.json --statement B-001.statement.json --trust trust.toml";
    let old = bench.ends(old, 2);
    assert!(
        old.out
            .contains("too few cosignatures: w1 needs 1 and has 0"),
        "{old:?}"
    );
    bench.yes("receipt get ledger 4 -o 4.tlog-proof");
    let new = "receipt check 4.tlog-proof --entry 4.entry.json --statement 4.statement.json --trust trust.toml";
    let good = bench.yes(new);
    assert!(good.out.contains("B-001 stands at position 4"), "{good:?}");
    let bare = bench.yes("receipt get ledger 4").out;
    assert_eq!(bare.as_bytes(), bench.read("4.tlog-proof"));
    // Another statement, another entry, a changed proof: no.
    let other = new.replace("4.statement.json", "M-001.statement.json");
    assert!(bench.ends(&other, 1).err.contains("which entry 4 names"));
    let other = new
        .replace("4.entry.json", "receipts/5.entry.json")
        .replace("4.statement", "M-001.statement");
    assert!(
        bench
            .ends(&other, 1)
            .err
            .contains("expected the receipt of entry 5, found that of entry 4")
    );
    bench.write(
        "changed.tlog-proof",
        &bare.replacen("index 4", "index 5", 1),
    );
    let changed = new.replace("4.tlog-proof", "changed.tlog-proof");
    bench.ends(&changed, 1);
}

#[test]
fn a_walk_on_a_directory() {
    walk("directory");
}

#[cfg(feature = "sled")]
#[test]
fn a_walk_on_sled() {
    walk("sled");
}

#[test]
fn a_ledger_is_never_overwritten_and_a_failed_init_leaves_nothing() {
    let bench = Bench::new();
    bench.make_keys();
    bench.sign_charter();
    let init = format!(
        "init ledger --charter charter.statement.json --log-key log.pem --store directory {P}"
    );
    let before = names(&bench.path(""));
    // Not the log key of the charter.
    let wrong = bench.ends(&init.replace("log.pem", "witness.pem"), 3);
    assert!(
        wrong
            .err
            .contains("expected the log key that the charter names"),
        "{wrong:?}"
    );
    // What is no signed charter is refused: nobody has signed this, and that has no second role.
    let alone = bench.ends(&init.replace("charter.statement.json", "charter.json"), 1);
    assert!(alone.err.starts_with("bewijs: charter.json: "), "{alone:?}");
    let charter = String::from_utf8(bench.read("charter.json")).unwrap();
    let one_role = charter
        .replace("\"lab\"", "\"screening\"")
        .replace("\"assessor\"", "\"screening\"");
    bench.write("one-role.json", &one_role);
    bench.yes(&format!(
        "sign charter --file one-role.json --key scr1.pem --key scr2.pem --key lab1.pem --key aud1.pem -y -o one-role.statement.json {P}"
    ));
    let one_role = bench.ends(&init.replace("charter.statement", "one-role.statement"), 1);
    assert!(
        one_role
            .err
            .contains("founding keys of two roles besides the registrar's"),
        "{one_role:?}"
    );
    std::fs::remove_file(bench.path("one-role.json")).unwrap();
    std::fs::remove_file(bench.path("one-role.statement.json")).unwrap();
    let origin = bench.ends(&format!("{init} --origin other.example/x"), 1);
    assert!(
        origin.err.contains("expected a charter of other.example/x"),
        "{origin:?}"
    );
    assert_eq!(names(&bench.path("")), before);

    let said = bench.yes(&init).out;
    assert!(
        said.contains("created ledger bewijs.example/voorbeeld in ledger (directory)"),
        "{said}"
    );
    assert!(said.contains("first official letter"), "{said}");
    // The store was asked whether it creates only what does not exist; that leaves 21 small objects.
    let probed = names(&bench.path("ledger/probe"));
    assert_eq!(
        names(&bench.path("ledger/probe").join(&probed[0])).len(),
        21
    );
    let again = bench.ends(&init, 3);
    assert!(
        again.err.contains("a ledger is never overwritten"),
        "{again:?}"
    );
    bench.write("file", "");
    bench.ends(&init.replace("ledger ", "file "), 3);
    std::fs::create_dir(bench.path("empty")).unwrap();
    bench.yes(&init.replace("ledger ", "empty "));
}

#[test]
fn appending_again_gives_the_same_place() {
    let bench = Bench::founded("directory");
    bench.open_case();
    let receipt = bench.read("receipts/3.tlog-proof");
    let again = bench.append("B-001.statement.json DN-1.statement.json").out;
    assert_eq!(
        again,
        "3  B-001  stands there already  B-001.statement.json\n1  DN-1  stands there already  DN-1.statement.json\n"
    );
    assert_eq!(bench.read("receipts/3.tlog-proof"), receipt);
}

#[test]
fn an_old_backup_is_not_written_when_somebody_shows_what_they_have_seen() {
    let bench = Bench::founded("directory");
    let copy = |from: &str, to: &str| {
        let cp = std::process::Command::new("cp")
            .args(["-r", from, to])
            .current_dir(bench.path(""))
            .status();
        assert!(cp.unwrap().success());
    };
    copy("ledger", "backup");
    bench.open_case();
    let first = bench.cosign_by_witness(0);
    assert!(
        first
            .err
            .contains("note: memory held nothing of this log before"),
        "{first:?}"
    );
    let log = bench.vkey("log", ORIGIN, "log_vkey");
    let newest = format!("witness newest --memory memory --log {log} -o seen");
    bench.yes(&newest);
    assert_eq!(
        number(&bench.json(&newest.replace(" -o seen", "")), "size"),
        4
    );

    // Nothing inside the folder tells that it is an old copy.
    bench.write("B-2.json", FINDING);
    for seen in ["seen", "receipts/3.tlog-proof"] {
        let append =
            format!("append backup DN-1.statement.json --seen {seen} --log-key log.pem {P}");
        let said = bench.ends(&append, 3);
        assert!(
            said.err
                .contains("this is an older copy: writing would sign a second history"),
            "{said:?}"
        );
    }
    let append = format!("append ledger DN-1.statement.json --seen seen --log-key log.pem {P}");
    bench.yes(&append);
    let none = bench.ends(&append.replace("--seen seen", "--seen B-2.json"), 3);
    assert!(none.err.contains("B-2.json: "), "{none:?}");
}

#[test]
fn what_is_refused_says_why_and_the_rest_is_recorded() {
    let bench = Bench::founded("directory");
    bench.open_case();
    // The laboratory may not sign a finding; signing for a ledger at hand says so at once.
    bench.write("B-2.json", FINDING);
    let by_lab = format!(
        "sign finding --case {CASE} --id B-2 --file B-2.json --key lab1.pem --ledger ledger -y -o B-2.statement.json {P}"
    );
    let said = bench.yes(&by_lab);
    assert!(
        said.err.contains(
            "warning: the ledger would refuse this now: a finding may not be signed by the role lab"
        ),
        "{said:?}"
    );
    bench.sign("finding", "B-3", FINDING, &["aud1"]);
    let tampered = String::from_utf8(bench.read("B-3.statement.json")).unwrap();
    let at = tampered.rfind("\"sig\":\"").unwrap() + 8;
    let other = if &tampered[at..=at] == "A" { "B" } else { "A" };
    bench.write(
        "B-3x.statement.json",
        &format!("{}{other}{}", &tampered[..at], &tampered[at + 1..]),
    );
    bench.write("garbage", "{}");
    let said = bench.ends(
        &format!("append ledger B-2.statement.json B-3x.statement.json garbage B-3.statement.json --log-key log.pem {P}"),
        1,
    );
    assert_eq!(said.out, "4  B-3  recorded  B-3.statement.json\n");
    for reason in [
        "bewijs: B-2.statement.json: a finding may not be signed by the role lab",
        "bewijs: B-3x.statement.json: ",
        "bewijs: garbage: ",
    ] {
        assert!(said.err.contains(reason), "{said:?}");
    }
    bench.ends(&format!("append ledger missing --log-key log.pem {P}"), 3);
}

#[test]
fn a_statement_is_shown_before_it_is_signed_and_nothing_is_left_when_it_is_not() {
    let bench = Bench::founded("directory");
    bench.open_case();
    bench.write("B-2.json", FINDING);
    let before = names(&bench.path(""));
    let sign = format!(
        "sign finding --case {CASE} --id B-2 --file B-2.json --key aud1.pem --ledger ledger -o B-2.statement.json {P}"
    );
    let unasked = bench.ends(&sign, 3);
    for shown in [
        "This becomes public",
        "Source: RAP-1",
        "Of this only a digest becomes public (committed):",
        "No second factor",
        "B-2.statement.json.openings",
        "expected a terminal on which to ask",
    ] {
        assert!(unasked.err.contains(shown), "{shown}: {unasked:?}");
    }
    let (public, confidential) = unasked.err.split_once("Of this only").unwrap();
    assert!(
        !public.contains("No second factor") && !public.contains("Severity"),
        "{public}"
    );
    assert!(!confidential.contains("Source"), "{confidential}");
    assert_eq!(names(&bench.path("")), before);

    // An output that is there already stays as it is, and no openings are left beside it.
    bench.write("B-2.statement.json", "mine");
    let taken = bench.ends(&format!("{sign} -y"), 3);
    assert!(
        taken.err.contains("a file is never overwritten"),
        "{taken:?}"
    );
    assert_eq!(bench.read("B-2.statement.json"), b"mine");
    assert!(!bench.path("B-2.statement.json.openings").exists());

    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        let openings = std::fs::metadata(bench.path("B-001.statement.json.openings")).unwrap();
        assert_eq!(openings.permissions().mode() & 0o777, 0o600);
    }
}

#[test]
fn only_named_signers_cosign() {
    let bench = Bench::new();
    bench.make_keys();
    bench.sign_charter();
    let before = bench.read("charter.statement.json");
    let stranger = bench.ends(
        &format!("cosign charter.statement.json --key witness.pem -y {P}"),
        1,
    );
    assert!(
        stranger
            .err
            .contains("expected one of the signers that the statement names"),
        "{stranger:?}"
    );
    let again = bench.json(&format!(
        "cosign charter.statement.json --key lab1.pem -y {P}"
    ));
    assert_eq!(
        again.as_object().unwrap().get("changed"),
        Some(&bewijs::json::Value::Bool(false))
    );
    assert_eq!(bench.read("charter.statement.json"), before);
    assert_eq!(text(&again, "id"), "REG-0");
}

#[test]
fn a_second_process_is_told_who_has_the_store() {
    let bench = Bench::founded("directory");
    let held = bewijs::store::open_store(&bench.path("ledger")).unwrap();
    let said = bench.ends(
        &format!("append ledger charter.statement.json --log-key log.pem {P}"),
        3,
    );
    let pid = format!("is in use by process {}", std::process::id());
    assert!(said.err.contains(&pid), "{said:?}");
    // Reading a directory needs no lock.
    bench.yes("log ledger");
    drop(held);
}

#[cfg(feature = "sled")]
#[test]
fn a_reader_of_sled_is_told_who_has_it() {
    let bench = Bench::founded("sled");
    let held = bewijs::store::open_store(&bench.path("ledger")).unwrap();
    for command in ["log ledger", "verify ledger", "export ledger copy"] {
        let said = bench.ends(command, 3);
        let pid = format!("is in use by process {}", std::process::id());
        assert!(said.err.contains(&pid), "{said:?}");
    }
    assert!(!bench.path("copy").exists());
    drop(held);
    bench.yes("verify ledger");
}

#[test]
fn a_passphrase_comes_from_a_descriptor_or_the_environment_and_is_not_short() {
    let bench = Bench::new();
    let short = bench.ends("key new -o short.pem --passphrase-env SHORT_PASSPHRASE", 3);
    assert!(
        short.err.contains("environment variable SHORT_PASSPHRASE"),
        "{short:?}"
    );
    let mut command = bench.command("key new -o short.pem --passphrase-env SHORT_PASSPHRASE");
    let output = command.env("SHORT_PASSPHRASE", "short").output().unwrap();
    assert_eq!(output.status.code(), Some(3));
    assert!(!bench.path("short.pem").exists());

    bench.write("passphrase", "from a descriptor\nand more\n");
    let with_file = |arguments: &str| {
        let file = std::fs::File::open(bench.path("passphrase")).unwrap();
        let output = bench.command(arguments).stdin(file).output().unwrap();
        output.status.code()
    };
    assert_eq!(with_file("key new -o key.pem --passphrase-fd 0"), Some(0));
    assert_eq!(with_file("key show key.pem --passphrase-fd 0"), Some(0));
    let wrong = bench.ends(&format!("key show key.pem {P}"), 3);
    assert!(
        wrong.err.contains("expected another passphrase"),
        "{wrong:?}"
    );
    let again = bench.ends(&format!("key new -o key.pem {P}"), 3);
    assert!(again.err.contains("never overwritten"), "{again:?}");
}

#[test]
fn openssl_reads_our_key() {
    let bench = Bench::new();
    let said = bench.json(&format!("key new -o key.pem {P}"));
    let openssl = std::process::Command::new("openssl")
        .args([
            "pkey",
            "-in",
            "key.pem",
            "-passin",
            "env:BEWIJS_TEST_PASSPHRASE",
            "-pubout",
            "-outform",
            "DER",
        ])
        .env("BEWIJS_TEST_PASSPHRASE", "correct horse battery staple")
        .current_dir(bench.path(""))
        .output();
    let output = match openssl {
        Ok(output) => output,
        Err(_) => {
            assert_ne!(
                std::env::var("BEWIJS_TESTS").as_deref(),
                Ok("all"),
                "openssl is missing"
            );
            println!("skipped: no openssl to read a key file with");
            return;
        }
    };
    assert!(
        output.status.success(),
        "{}",
        String::from_utf8_lossy(&output.stderr)
    );
    assert_eq!(
        bewijs::hash::Hash::of(&output.stdout).to_string(),
        text(&said, "key")
    );
}

#[test]
fn a_draft_of_an_import_is_signed_and_a_receipt_that_cannot_be_written_loses_nothing() {
    let bench = Bench::founded("directory");
    bench.open_case();
    let oscal = concat!(env!("CARGO_MANIFEST_DIR"), "/examples/oscal");
    let import = format!(
        "import oscal {oscal}/ifa_assessment-results-example.json --map {oscal}/ifa_map.toml -o drafts"
    );
    bench.yes(&import);
    let drafts = names(&bench.path("drafts"));
    assert_eq!(drafts, ["B-101.json"]);
    assert!(bench.ends(&import, 3).err.contains("choose another folder"));
    bench.yes(&format!(
        "sign finding --case {CASE} --id B-9 --file drafts/B-101.json --key aud1.pem --ledger ledger -y -o B-9.statement.json {P}"
    ));
    // From standard input; in the folder for receipts stands something else already.
    bench.write("receipts/4.tlog-proof", "mine");
    let file = std::fs::File::open(bench.path("B-9.statement.json")).unwrap();
    let append = format!("append ledger - --log-key log.pem --receipts receipts {P}");
    let output = bench.command(&append).stdin(file).output().unwrap();
    assert_eq!(output.status.code(), Some(3), "{output:?}");
    assert_eq!(
        String::from_utf8_lossy(&output.stdout),
        "4  B-9  recorded  -\n"
    );
    assert!(String::from_utf8_lossy(&output.stderr).contains("B-9 is recorded"));
    assert_eq!(bench.read("receipts/4.tlog-proof"), b"mine");
    assert!(!bench.path("receipts/4.entry.json").exists());
    bench.yes("receipt get ledger 4 -o B-9.tlog-proof");
}
