//! Templates, drafts, and what the lint keeps out, from the command line.

use super::bench::{Bench, CASE, P, names, text};

/// Every type has a template, in both languages, and unfilled it is refused with all of its places.
#[test]
fn every_template_is_written_and_asks_to_be_filled_in() {
    let bench = Bench::new();
    for kind in bewijs::statement::Type::ALL {
        for (language, placeholder) in [("en", "FILL IN"), ("nl", "INVULLEN")] {
            let name = format!("{kind}-{language}.toml");
            bench.yes(&format!("template {kind} --lang {language} -o {name}"));
            let printed = bench.yes(&format!("template {kind} --lang {language}")).out;
            assert_eq!(printed.as_bytes(), bench.read(&name), "{kind}");
            let on = printed
                .lines()
                .filter(|line| !line.trim_start().starts_with('#'));
            let places = on.filter(|line| line.contains(placeholder)).count();
            let refused = bench.ends(
                &format!(
                    "sign {kind} --id B-1 --file {name} --key none.pem --lang {language} -o out"
                ),
                3,
            );
            let told = refused
                .err
                .lines()
                .skip(1)
                .filter(|line| line.ends_with(placeholder));
            assert_eq!(told.count(), places, "{kind}: {}", refused.err);
        }
    }
    let again = bench.ends("template finding -o finding-nl.toml", 3);
    assert!(
        again.err.contains("a file is never overwritten"),
        "{again:?}"
    );
}

/// From template to ledger: earlier statements by id, files by path, a day without quotes.
#[test]
fn a_template_that_was_filled_in_is_signed_and_recorded() {
    let bench = Bench::founded("directory");
    bench.open_case();
    bench.yes("template evidence --lang nl -o E-001.toml");
    bench.write("scan.txt", "FICTIEF VOORBEELD\n");
    let form = String::from_utf8(bench.read("E-001.toml")).unwrap();
    let filled = form
        .replace(
            "findings = [\n  #\"INVULLEN\",\n]",
            "findings = [\"B-001\"]",
        )
        .replace("kind = \"INVULLEN\"", "kind = \"scan\"")
        .replace("method = \"INVULLEN\"", "method = \"test\"")
        .replace("#covers.from = \"INVULLEN\"", "covers.from = 2024-02-01")
        .replace("#covers.until = \"INVULLEN\"", "covers.until = 2024-02-02")
        .replace("tlp = \"INVULLEN\"", "tlp = \"red\"")
        .replace(
            "supplied_by = \"INVULLEN\"",
            "supplied_by = \"org:lab-voorbeeld\"",
        )
        .replace("file = \"INVULLEN\"", "file = \"scan.txt\"");
    let sign = format!(
        "sign evidence --case {CASE} --id E-001 --file E-001.toml --key lab1.pem --ledger ledger -y -o E-001.statement.json {P}"
    );
    // Filled in half: what is left is told, with what cannot be found.
    bench.write(
        "E-001.toml",
        &filled
            .replace("B-001", "B-009")
            .replace("scan.txt", "gone.txt"),
    );
    let half = bench.ends(&format!("{sign} --lang nl"), 3).err;
    for told in [
        "verwacht een ingevuld formulier (Bewijsstuk), gevonden plaatsen die niet kloppen: 3",
        "Beschrijving (predicate.description): verwacht tekst van hoogstens 4000 tekens, of niets (\"\" of null), gevonden INVULLEN",
        "Bevindingen (predicate.findings[0]): verwacht een verklaring uit de zaak of de oprichtingsakte in het register, geen gevonden met kenmerk B-009",
        "Bestand (predicate.file): verwacht een bestand dat te lezen is, niet gevonden: gone.txt",
    ] {
        assert!(half.contains(told), "{told}\n{half}");
    }
    let whole = filled.replace("'''\nINVULLEN\n'''", "'''\nUitslag van een scan.\n'''");
    bench.write("E-001.toml", &whole);
    let said = bench.json(&sign);
    assert_eq!(text(&said, "id"), "E-001");
    bench.append("E-001.statement.json");
    let shown = bench
        .yes("show ledger 4 --openings E-001.statement.json.openings")
        .out;
    for part in [
        "Findings: 1",
        "B-001 (SHA-256 ",
        "Name: scan.txt",
        "Length: 18",
        "From: 2024-02-01",
    ] {
        assert!(shown.contains(part), "{part}\n{shown}");
    }

    // Without a ledger an id alone is not enough, and that is said.
    let genesis = text(&bench.json("show ledger 0"), "payload_sha256").to_owned();
    bench.write_trust(&genesis);
    let apart = bench
        .ends(&sign.replace("--ledger ledger", "--trust trust.toml"), 3)
        .err;
    assert!(
        apart.contains("expected id and sha256, or the id with --ledger, found only B-001"),
        "{apart}"
    );
}

#[test]
fn what_may_not_be_public_is_not_signed_unless_it_is_said_why() {
    let bench = Bench::founded("directory");
    let draft = r#"{"description":{"nl":"Zie www.lab-voorbeeld.nl.","en":"Ask Jan Jansen, bsn 999990019."},"needs":["it-systemen"],"sites":"tel. 06-12345678","volumes":null}"#;
    bench.write("DN-1.json", draft);
    let before = names(&bench.path(""));
    let sign = format!(
        "sign service --id DN-1 --file DN-1.json --key scr1.pem --ledger ledger -y -o DN-1.statement.json {P}"
    );
    let refused = bench.ends(&sign, 1).err;
    for part in [
        "This may not become public as it stands:",
        "predicate.description.nl, characters 5 to 24: www.lab-voorbeeld.nl looks like the name of a machine or a web address",
        "999990019 looks like a citizen service number (BSN)",
        "Look at this again before it becomes public; nothing is refused for it:",
        "Jan Jansen looks like the name of a person",
        "Seen in what stays in the house; nothing is refused for it:",
        "06-12345678 looks like a telephone number",
        "not signed, and nothing was written",
        "--allow \"predicate.text.nl host-name",
    ] {
        assert!(refused.contains(part), "{part}\n{refused}");
    }
    assert_eq!(names(&bench.path("")), before);
    // Programs are told where and what, and not the text.
    let json = bench.ends(&format!("{sign} --json"), 1).out;
    assert!(
        json.contains("predicate.description.nl")
            && !json.contains("999990019")
            && !json.contains("www."),
        "{json}"
    );

    let draft = draft.replace(", bsn 999990019", "");
    bench.write("DN-1.json", &draft);
    let allowed = |allow: &str, status: i32| {
        let mut command = bench.command(&sign);
        let output = command.args(["--allow", allow, "--json"]).output().unwrap();
        assert_eq!(output.status.code(), Some(status), "{allow}: {output:?}");
        String::from_utf8([output.stdout, output.stderr].concat()).unwrap()
    };
    let wrong = allowed("predicate.description.nl bsn it is nothing", 3);
    assert!(
        wrong.contains("the kinds are: e-mail, file-path, host-name, ip-address, telephone"),
        "{wrong}"
    );
    let wrong = allowed("predicate.description.nl", 3);
    assert!(wrong.contains("expected PLACE KIND REASON"), "{wrong}");
    let idle = allowed("predicate.description.en host-name the public web site", 1);
    assert!(
        idle.contains("predicate.description.en: nothing there looks like the name of a machine"),
        "{idle}"
    );
    let signed = allowed("predicate.description.nl host-name the public web site", 0);
    assert!(
        signed.contains(r#""kind":"host-name","outcome":"excepted""#),
        "{signed}"
    );
    assert!(
        signed.contains(r#""kind":"personal-name","outcome":"warning""#),
        "{signed}"
    );
    assert!(
        signed.contains(r#""kind":"telephone","outcome":"in-the-house""#),
        "{signed}"
    );
    assert!(
        signed.contains("Kept on purpose: 1") && signed.contains("Reason: the public web site"),
        "{signed}"
    );
    bench.append("DN-1.statement.json");
    let shown = bench.yes("show ledger 1 --lang nl").out;
    assert!(
        shown.contains("Bewust vermeld: 1") && shown.contains("Reden: the public web site"),
        "{shown}"
    );
}

/// A request for a key is asked as any other statement is.
#[test]
fn a_key_is_not_requested_with_a_telephone_number() {
    let bench = Bench::founded("directory");
    bench.yes(&format!("key new -o lab2.pem {P}"));
    let before = names(&bench.path(""));
    let refused = bench.ends(
        &format!(
            "key request --key lab2.pem --holder org:lab-voorbeeld#2 --function CISO,06-12345678 --id K-LAB-2 --vouched-by {} --ledger ledger -y -o K-LAB-2.statement.json {P}",
            bench.key("lab1")
        ),
        1,
    );
    assert!(
        refused.err.contains(
            "predicate.function, characters 6 to 16: 06-12345678 looks like a telephone number"
        ),
        "{refused:?}"
    );
    assert_eq!(names(&bench.path("")), before);
}

/// A statement from another program meets the same question at the door.
#[test]
fn the_door_refuses_what_another_program_signed() {
    use super::support::{LOG_SEED, World, found};
    use bewijs::signer::{Passphrase, SecretKey};
    let bench = Bench::new();
    drop(found(&bench.path("ledger"), bewijs::store::Kind::Directory));
    let log = SecretKey::danger_from_seed(&[LOG_SEED; 32]);
    let passphrase = Passphrase::new(super::bench::PASSPHRASE).unwrap();
    log.create_file(&bench.path("log.pem"), &passphrase)
        .unwrap();
    let world = World::new();
    let leak = world.service("DN-2").with(
        "description",
        r#"{"en":"Mail anna@lab-voorbeeld.nl.","nl":"Bel 06-12345678."}"#,
    );
    std::fs::write(bench.path("leak.json"), leak.envelope().print_stored()).unwrap();
    let refused = bench
        .ends(
            &format!("append ledger leak.json --log-key log.pem --lang nl {P}"),
            1,
        )
        .err;
    for part in [
        "leak.json: niet vastgelegd: er staat iets in dat niet openbaar mag worden",
        "predicate.description.en, tekens 6 tot en met 26: lijkt op een e-mailadres: noem de organisatie en de functie",
        "predicate.description.nl, tekens 5 tot en met 15: lijkt op een telefoonnummer",
    ] {
        assert!(refused.contains(part), "{part}\n{refused}");
    }
    assert!(
        !refused.contains("anna") && !refused.contains("12345678"),
        "{refused}"
    );
}
