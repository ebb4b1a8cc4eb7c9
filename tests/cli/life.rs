//! A bad year for an operator, step by step as `docs/operations.md` has it: keys lost and stolen, a log key
//! replaced, a text withheld, the ledger handed over and closed.

use super::bench::{Bench, ORIGIN, P, text};

const LAB: &str = "org:lab-voorbeeld";

/// A ledger whose parties have recovery keys, with another party that could run it.
struct Life {
    bench: Bench,
}

impl Life {
    fn founded(store: &str) -> Life {
        let bench = Bench::new();
        for key in [
            "log", "log2", "log3", "witness", "scr1", "scr2", "scr-r", "lab1", "lab1b", "lab2",
            "lab-r", "aud1", "reg1", "arc1",
        ] {
            bench.yes(&format!("key new -o {key}.pem {P}"));
        }
        let life = Life { bench };
        let parties = [
            life.party(
                "org:screening-voorbeeld",
                "screening",
                &["scr1", "scr2"],
                &["scr-r"],
            ),
            life.party(LAB, "lab", &["lab1"], &["lab-r"]),
            life.party("org:audit-voorbeeld", "assessor", &["aud1"], &[]),
            life.party("org:registerbeheer-voorbeeld", "registrar", &["reg1"], &[]),
            life.party("org:archief-voorbeeld", "registrar", &["arc1"], &[]),
        ];
        let charter = format!(
            r#"{{"text":{{"nl":"FICTIEF VOORBEELD","en":"FICTIONAL EXAMPLE"}},"origin":"{ORIGIN}","log_key":"{}",
            "operator":"org:registerbeheer-voorbeeld","parties":[{}],
            "thresholds":{{"rules":2,"operator":2,"closing":2}},"rules_version":1}}"#,
            life.vkey("log"),
            parties.join(",")
        );
        life.bench.write("charter.json", &charter);
        let founders = ["scr1", "scr2", "lab1", "aud1", "reg1", "arc1"];
        let keys = founders.map(|key| format!("--key {key}.pem"));
        life.bench.yes(&format!(
            "sign charter --file charter.json {} -y -o charter.statement.json {P}",
            keys.join(" ")
        ));
        life.bench.yes(&format!(
            "init ledger --charter charter.statement.json --log-key log.pem --store {store} {P}"
        ));
        life
    }

    fn party(&self, id: &str, role: &str, keys: &[&str], recovery: &[&str]) -> String {
        let keys = (1..).zip(keys).map(|(number, key)| {
            format!(
                r#"{{"public_key":"{}","holder":"{id}#{number}","function":"bestuur","custody":"software"}}"#,
                self.shown(key, "public_key")
            )
        });
        let recovery = recovery
            .iter()
            .map(|key| format!("\"{}\"", self.shown(key, "public_key")));
        format!(
            r#"{{"id":"{id}","name":"{id}","role":"{role}","keys":[{}],"recovery_keys":[{}]}}"#,
            keys.collect::<Vec<_>>().join(","),
            recovery.collect::<Vec<_>>().join(",")
        )
    }

    fn shown(&self, key: &str, form: &str) -> String {
        let shown = self.bench.json(&format!("key show {key}.pem {P}"));
        text(&shown, form).to_owned()
    }

    fn vkey(&self, key: &str) -> String {
        self.bench.vkey(key, ORIGIN, "log_vkey")
    }

    /// Writes a trust file that names one log key, further ones, and the witness.
    fn trust(&self, file: &str, log: &str, further: &[&str]) {
        let shown = self.bench.json("show ledger 0");
        let genesis = text(&shown, "payload_sha256");
        let witness = self
            .bench
            .vkey("witness", "witness.example/w1", "witness_vkey");
        let further: Vec<String> = further
            .iter()
            .map(|key| format!("\"{}\"", self.vkey(key)))
            .collect();
        let log = self.vkey(log);
        self.bench.write(
            file,
            &format!(
                "format = \"bewijs trust v1\"\ngenesis = \"{genesis}\"\nmaximum_age_days = 7\nlog_keys = [{}]\npolicy = '''\nlog {log}\nwitness w1 {witness} https://w1.example/\nquorum w1\n'''\n",
                further.join(",")
            ),
        );
    }

    fn append(&self, file: &str, log_keys: &[&str], status: i32) -> String {
        let keys: Vec<String> = log_keys
            .iter()
            .map(|key| format!("--log-key {key}.pem"))
            .collect();
        let said = self.bench.ends(
            &format!(
                "append ledger {file} --receipts receipts {} {P}",
                keys.join(" ")
            ),
            status,
        );
        said.out + &said.err
    }

    /// Lets the witness, which was told these log keys, cosign the newest checkpoint.
    fn cosign(&self, ledger: &str, old: u64, witness_knows: &[&str], log_keys: &[&str]) {
        let logs: Vec<String> = witness_knows
            .iter()
            .map(|key| format!("--log {}", self.vkey(key)))
            .collect();
        let keys: Vec<String> = log_keys
            .iter()
            .map(|key| format!("--log-key {key}.pem"))
            .collect();
        let witness = self
            .bench
            .vkey("witness", "witness.example/w1", "witness_vkey");
        let bench = &self.bench;
        bench.yes(&format!(
            "witness request {ledger} --old {old} -o request-{old}"
        ));
        bench.yes(&format!(
            "witness once request-{old} --memory memory {} --name witness.example/w1 --key witness.pem -o cosignature-{old} {P}",
            logs.join(" ")
        ));
        bench.yes(&format!(
            "witness attach {ledger} cosignature-{old} --witness {witness} {} {P}",
            keys.join(" ")
        ));
    }
}

fn bad_year(store: &str) {
    let life = Life::founded(store);
    let bench = &life.bench;
    life.trust("old.toml", "log", &[]);
    life.trust("new.toml", "log2", &[]);
    life.trust("both.toml", "log2", &["log"]);

    // 1: a key is replaced by its holder.
    bench.yes(&format!(
        "key rotate --old lab1.pem --new lab1b.pem --id K-LAB-1/r --ledger ledger -y -o rotated.json {P}"
    ));
    life.append("rotated.json", &["log"], 0);
    let listed = bench.yes("key list ledger").out;
    assert!(listed.contains("replaced by entry 1"), "{listed}");
    bench.yes(&format!(
        "key request --key lab2.pem --holder {LAB}#2 --function CISO --id K-LAB-2 --vouched-by {} --ledger ledger -y -o late.json {P}",
        life.shown("lab1", "key")
    ));
    bench.yes(&format!("cosign late.json --key lab1.pem -y {P}"));
    let refused = life.append("late.json", &["log"], 1);
    assert!(refused.contains("ended by entry 1"), "{refused}");
    bench.yes(&format!(
        "key request --key lab2.pem --holder {LAB}#2 --function CISO --id K-LAB-2 --vouched-by {} --ledger ledger -y -o lab2.json {P}",
        life.shown("lab1b", "key")
    ));
    bench.yes(&format!("cosign lab2.json --key lab1b.pem -y {P}"));
    life.append("lab2.json", &["log"], 0);

    // 2: a key is stolen. A colleague revokes it at once; since when, the recovery key says.
    let stolen = life.shown("lab2", "key");
    let revoke = |id: &str, more: &str, key: &str, file: &str| {
        bench.yes(&format!(
            "key revoke {stolen} --reason compromised --en Stolen. --nl Gestolen. --id {id} {more} --key {key}.pem --ledger ledger -y -o {file} {P}"
        ))
    };
    let since = "--compromised-since 2024-01-01T00:00:00Z";
    let warned = revoke("K-LAB-2/x", since, "lab1b", "no.json").err;
    assert!(
        warned.contains("the ledger would refuse this now"),
        "{warned}"
    );
    revoke("K-LAB-2/x", "", "lab1b", "revoked.json");
    life.append("revoked.json", &["log"], 0);
    revoke("K-LAB-2.2/x", since, "lab-r", "since.json");
    life.append("since.json", &["log"], 0);
    let listed = bench.yes("key list ledger --lang nl").out;
    assert!(
        listed.contains("ingetrokken door vermelding 3, gecompromitteerd sinds 1 januari 2024"),
        "{listed}"
    );

    // 3: the log key is replaced.
    life.cosign("ledger", 0, &["log"], &["log"]);
    let before = bench.yes("receipt get ledger 1 -o 1.tlog-proof");
    drop(before);
    bench.yes(&format!(
        "log-key announce ledger --new log2.pem --log-key log.pem --key reg1.pem -y {P}"
    ));
    let open = bench.yes("status ledger --role operator").out;
    assert!(open.contains("two log keys are in force"), "{open}");
    let keys = bench.yes("log-key list ledger").out;
    assert_eq!(keys.matches("active").count(), 2, "{keys}");
    let alone = bench.ends(
        &format!("append ledger revoked.json late.json --log-key log.pem {P}"),
        1,
    );
    assert!(alone.out.contains("stands there already"), "{alone:?}");
    bench.write("service.json", SERVICE);
    bench.yes(&format!(
        "sign service --id DN-1 --file service.json --key scr1.pem --ledger ledger -y -o DN-1.json {P}"
    ));
    let alone = life.append("DN-1.json", &["log"], 3);
    assert!(alone.contains("give --log-key for each"), "{alone}");
    life.append("DN-1.json", &["log", "log2"], 0);
    life.cosign("ledger", 5, &["log", "log2"], &["log2", "log"]);
    for trust in ["old", "new", "both"] {
        bench.yes(&format!("verify ledger --trust {trust}.toml"));
    }
    let ended = life.vkey("log");
    bench.yes(&format!(
        "log-key end ledger --ended {ended} --reason replaced --log-key log2.pem --key reg1.pem -y {P}"
    ));
    life.cosign("ledger", 7, &["log", "log2"], &["log2"]);
    let followed = bench.yes("verify ledger --trust old.toml").out;
    assert!(
        followed.contains("put the new one into your trust file"),
        "{followed}"
    );
    let own = bench.yes("verify ledger --trust new.toml").out;
    assert!(!own.contains("put the new one"), "{own}");
    let wrong = bench.ends(&format!("append ledger DN-1.json --log-key log.pem {P}"), 3);
    assert!(
        wrong.err.contains("or the one that took its place"),
        "{wrong:?}"
    );

    // Receipts outlive log keys; a trust file that names both holds for all of them.
    bench.yes("receipt get ledger 6 -o 6.tlog-proof");
    let check = |index: u64, trust: &str, status| {
        bench.ends(
            &format!(
                "receipt check {index}.tlog-proof --entry {index}.entry.json --statement {index}.statement.json --trust {trust}.toml"
            ),
            status,
        )
    };
    check(1, "old", 0);
    let unknown = check(1, "new", 1).err;
    assert!(
        unknown.contains("add it to log_keys in the trust file"),
        "{unknown}"
    );
    check(6, "old", 1);
    check(6, "new", 0);
    for index in [1, 6] {
        check(index, "both", 0);
    }

    // 4: a text is withheld.
    bench.yes("export ledger copy");
    let held = |ledger: &str| {
        let shown = bench.yes(&format!("show {ledger} 6")).out;
        shown.contains("Jan Jansen")
    };
    assert!(held("ledger"));
    let never = bench.ends(&withhold(0), 1).err;
    assert!(never.contains("is never withheld"), "{never}");
    let said = bench.yes(&withhold(6));
    assert!(
        said.err.contains("Jan Jansen"),
        "what goes is shown: {said:?}"
    );
    assert!(!held("ledger"));
    let shown = bench.yes("show ledger 6 --lang nl").out;
    assert!(
        shown.contains("Vermelding 8 zegt dit, met deze grond: Noemt-een-persoon."),
        "{shown}"
    );
    let again = bench.ends(&withhold(6), 1).err;
    assert!(again.contains("withheld already"), "{again}");
    bench.yes("export ledger copy");
    life.cosign("ledger", 8, &["log2"], &["log2"]);
    let verified = bench.yes("verify ledger --trust new.toml").out;
    assert!(verified.contains("texts withheld"), "{verified}");
    bench.yes("verify copy");
    check(6, "both", 0);

    // 5: the operator is gone. The others take a copy over, with recovery keys and a log key of their own.
    bench.yes("export ledger copy");
    bench.yes(&format!("load copy taken --store {store}"));
    bench.yes(&format!(
        "handover draft copy/checkpoint --operator org:archief-voorbeeld --log-key log3.pem --trust new.toml -o handover.json {P}"
    ));
    let sign = |keys: &[&str], file: &str| {
        let keys: Vec<String> = keys.iter().map(|key| format!("--key {key}.pem")).collect();
        bench.yes(&format!(
            "sign operator --id BEH-1 --file handover.json {} --ledger taken -y -o {file} {P}",
            keys.join(" ")
        ))
    };
    sign(&["lab-r", "arc1"], "too-few.json");
    let few = bench.ends(
        &format!("handover record taken too-few.json --log-key log3.pem {P}"),
        1,
    );
    assert!(
        few.err.contains("2 parties besides the operators"),
        "{few:?}"
    );
    sign(&["lab-r", "scr-r", "arc1"], "handover.statement.json");
    let early = bench.ends(
        &format!("append taken handover.statement.json --log-key log3.pem {P}"),
        3,
    );
    assert!(
        early.err.contains("or the one that took its place"),
        "{early:?}"
    );
    let taken = bench.yes(&format!(
        "handover record taken handover.statement.json --log-key log3.pem --seen copy/checkpoint {P}"
    ));
    assert!(
        taken.out.contains("org:archief-voorbeeld runs the ledger"),
        "{taken:?}"
    );
    life.cosign("taken", 9, &["log2", "log3"], &["log3"]);
    let untold = bench.ends("verify taken --trust new.toml", 1).out;
    assert!(
        untold.contains("replaced without its own signature"),
        "{untold}"
    );
    life.trust("told.toml", "log3", &["log", "log2"]);
    bench.yes("verify taken --trust told.toml");

    // 6: the end.
    bench.write("closed.json", r#"{"reason":"done"}"#);
    bench.yes(&format!(
        "sign closed --id EINDE-1 --file closed.json --key scr1.pem --key aud1.pem --ledger taken -y -o closed.statement.json {P}"
    ));
    bench.yes(&format!(
        "append taken closed.statement.json --log-key log3.pem {P}"
    ));
    bench.yes(&format!(
        "sign service --id DN-9 --file service.json --key scr1.pem --ledger taken -y -o DN-9.json {P}"
    ));
    let late = bench.ends(&format!("append taken DN-9.json --log-key log3.pem {P}"), 1);
    assert!(late.err.contains("which closed the ledger"), "{late:?}");
    bench.yes("verify taken");
}

/// A service whose description names a person.
const SERVICE: &str = r#"{"description":{"nl":"Een dienst van Jan Jansen.","en":"A service of Jan Jansen."},"needs":["it-systemen"],"sites":null,"volumes":null}"#;

fn withhold(index: u64) -> String {
    format!(
        "withhold ledger {index} --en Names-a-person. --nl Noemt-een-persoon. --key reg1.pem --log-key log2.pem -y {P}"
    )
}

/// Once, because every key file takes its time to open; `tests/operator.rs` goes through every store.
#[test]
fn a_bad_year() {
    bad_year(if cfg!(feature = "sled") {
        "sled"
    } else {
        "directory"
    });
}
