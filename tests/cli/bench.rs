//! A folder with keys, a charter and a ledger, made by the program itself.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use bewijs::json::Value;

/// The passphrase of every key here.
pub const PASSPHRASE: &str = "correct horse battery staple";

/// The name of the ledger.
pub const ORIGIN: &str = "bewijs.example/voorbeeld";

/// The name of the case.
pub const CASE: &str = "zaak:2024-001";

/// A folder in which the program is run.
pub struct Bench {
    folder: tempfile::TempDir,
    /// The key ids by the names of their files.
    keys: RefCell<BTreeMap<String, String>>,
}

/// What the program said.
#[derive(Debug)]
pub struct Said {
    pub status: i32,
    pub out: String,
    pub err: String,
}

impl Bench {
    /// Makes an empty folder.
    pub fn new() -> Bench {
        Bench {
            folder: tempfile::tempdir().unwrap(),
            keys: RefCell::default(),
        }
    }

    /// Makes a folder with the keys, the charter signed by all founders, and a ledger in `ledger`.
    pub fn founded(store: &str) -> Bench {
        let bench = Bench::new();
        bench.make_keys();
        bench.sign_charter();
        bench.yes(&format!(
            "init ledger --charter charter.statement.json --log-key log.pem --store {store} {P}"
        ));
        bench
    }

    /// Makes keys for the log, a witness and four persons.
    pub fn make_keys(&self) {
        for name in ["log", "witness", "scr1", "scr2", "lab1", "aud1"] {
            let said = self.json(&format!("key new -o {name}.pem {P}"));
            let id = text(&said, "key").to_owned();
            self.keys.borrow_mut().insert(name.to_owned(), id);
        }
    }

    /// Lets every founder sign the charter.
    pub fn sign_charter(&self) {
        let party = |id: &str, role: &str, keys: &[&str]| {
            let keys: Vec<String> = (1..)
                .zip(keys)
                .map(|(number, key)| {
                    let shown = self.json(&format!("key show {key}.pem {P}"));
                    format!(
                        r#"{{"public_key":"{}","holder":"{id}#{number}","function":"bestuur","custody":"software"}}"#,
                        text(&shown, "public_key")
                    )
                })
                .collect();
            format!(
                r#"{{"id":"{id}","name":"{id}","role":"{role}","keys":[{}],"recovery_keys":[]}}"#,
                keys.join(",")
            )
        };
        let parties = [
            party("org:screening-voorbeeld", "screening", &["scr1", "scr2"]),
            party("org:lab-voorbeeld", "lab", &["lab1"]),
            party("org:audit-voorbeeld", "assessor", &["aud1"]),
            party("org:registerbeheer-voorbeeld", "registrar", &[]),
        ];
        let log = self.vkey("log", ORIGIN, "log_vkey");
        let charter = format!(
            r#"{{"text":{{"nl":"FICTIEF VOORBEELD","en":"FICTIONAL EXAMPLE"}},"origin":"{ORIGIN}","log_key":"{log}",
            "operator":"org:registerbeheer-voorbeeld","parties":[{}],
            "thresholds":{{"rules":2,"operator":2,"closing":2}},"rules_version":1}}"#,
            parties.join(",")
        );
        self.write("charter.json", &charter);
        let with: Vec<String> = ["scr2", "lab1", "aud1"]
            .iter()
            .map(|name| format!("--with {}", self.key(name)))
            .collect();
        self.yes(&format!(
            "sign charter --file charter.json --key scr1.pem {} -y -o charter.statement.json {P}",
            with.join(" ")
        ));
        self.yes(&format!(
            "cosign charter.statement.json --key scr2.pem --key lab1.pem --key aud1.pem -y {P}"
        ));
    }

    /// Signs a statement for the ledger and returns the pin to it.
    pub fn sign(&self, kind: &str, id: &str, body: &str, keys: &[&str]) -> String {
        let file = file_name(id);
        self.write(&format!("{file}.json"), body);
        let keys: Vec<String> = keys.iter().map(|key| format!("--key {key}.pem")).collect();
        let case = match kind {
            "service" | "case" => String::new(),
            _ => format!("--case {CASE}"),
        };
        let said = self.json(&format!(
            "sign {kind} {case} --id {id} --file {file}.json {} --ledger ledger -y -o {file}.statement.json {P}",
            keys.join(" ")
        ));
        assert_eq!(
            said.as_object().unwrap().get("warnings"),
            Some(&Value::Array(vec![]))
        );
        format!(
            r#"{{"id":"{id}","sha256":"{}"}}"#,
            text(&said, "payload_sha256")
        )
    }

    /// Signs a statement and appends it.
    pub fn record(&self, kind: &str, id: &str, body: &str, keys: &[&str]) -> String {
        let pin = self.sign(kind, id, body, keys);
        self.append(&format!("{}.statement.json", file_name(id)));
        pin
    }

    /// Appends files, writing receipts.
    pub fn append(&self, files: &str) -> Said {
        self.yes(&format!(
            "append ledger {files} --log-key log.pem --receipts receipts {P}"
        ))
    }

    /// Appends a service, the case about it, and a finding; returns the pin to the finding.
    pub fn open_case(&self) -> String {
        let service = self.record(
            "service",
            "DN-1",
            r#"{"description":{"nl":"Een dienst.","en":"A service."},"needs":["it-systemen"],"sites":null,"volumes":null}"#,
            &["scr1"],
        );
        self.record(
            "case",
            CASE,
            &format!(
                r#"{{"lab":"org:lab-voorbeeld","services":[{service}],"incident":{{"nl":"Een inbraak.","en":"A break-in."}},"opened":"2024-01-31","summary":null}}"#
            ),
            &["scr1"],
        );
        self.record("finding", "B-001", FINDING, &["aud1"])
    }

    /// Returns the id of a key.
    pub fn key(&self, name: &str) -> String {
        self.keys.borrow()[name].clone()
    }

    /// Returns a verifier key: `log_vkey` or `witness_vkey`.
    pub fn vkey(&self, key: &str, name: &str, form: &str) -> String {
        let shown = self.json(&format!("key show {key}.pem --name {name} {P}"));
        text(&shown, form).to_owned()
    }

    /// Writes a trust file that asks for the one witness.
    pub fn write_trust(&self, genesis: &str) {
        let log = self.vkey("log", ORIGIN, "log_vkey");
        let witness = self.vkey("witness", "witness.example/w1", "witness_vkey");
        let policy = format!("log {log}\nwitness w1 {witness} https://w1.example/\nquorum w1\n");
        self.write(
            "trust.toml",
            &format!(
                "format = \"bewijs trust v1\"\ngenesis = \"{genesis}\"\nmaximum_age_days = 7\npolicy = '''\n{policy}'''\n"
            ),
        );
    }

    /// Asks the witness, and attaches what it gives; returns what it said.
    pub fn cosign_by_witness(&self, old: u64) -> Said {
        let log = self.vkey("log", ORIGIN, "log_vkey");
        let witness = self.vkey("witness", "witness.example/w1", "witness_vkey");
        self.yes(&format!(
            "witness request ledger --old {old} -o request-{old}"
        ));
        let said = self.yes(&format!(
            "witness once request-{old} --memory memory --log {log} --name witness.example/w1 --key witness.pem -o cosignature-{old} {P}"
        ));
        self.yes(&format!(
            "witness attach ledger cosignature-{old} --witness {witness} --log-key log.pem {P}"
        ));
        said
    }

    /// Returns a path in the folder.
    pub fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// Writes a file in the folder.
    pub fn write(&self, name: &str, text: &str) {
        std::fs::write(self.path(name), text).unwrap();
    }

    /// Reads a file of the folder.
    pub fn read(&self, name: &str) -> Vec<u8> {
        std::fs::read(self.path(name)).unwrap_or_else(|error| panic!("{name}: {error}"))
    }

    /// Runs the program with arguments that hold no spaces.
    pub fn run(&self, arguments: &str) -> Said {
        let output = self.command(arguments).output().unwrap();
        said(&output)
    }

    /// Returns the command that [`Bench::run`] runs.
    pub fn command(&self, arguments: &str) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_bewijs"));
        command
            .args(arguments.split_whitespace())
            .current_dir(self.folder.path())
            .env("BEWIJS_TEST_PASSPHRASE", PASSPHRASE)
            .env("BEWIJS_DANGER_PLAIN_OPENINGS", "true")
            .env_remove("BEWIJS_RECIPIENTS")
            .env_remove("BEWIJS_LANG")
            .stdin(std::process::Stdio::null());
        command
    }

    /// Runs the program, which must say yes.
    pub fn yes(&self, arguments: &str) -> Said {
        self.ends(arguments, 0)
    }

    /// Runs the program, which must end with `status`.
    pub fn ends(&self, arguments: &str, status: i32) -> Said {
        let said = self.run(arguments);
        assert_eq!(
            said.status, status,
            "bewijs {arguments}\n{}\n{}",
            said.out, said.err
        );
        said
    }

    /// Runs the program with `--json`; it must say yes.
    pub fn json(&self, arguments: &str) -> Value {
        let said = self.yes(&format!("{arguments} --json"));
        Value::parse_canonical(said.out.trim_end().as_bytes()).unwrap()
    }
}

/// Where passphrases come from here.
pub const P: &str = "--passphrase-env BEWIJS_TEST_PASSPHRASE";

/// A finding with some confidential fields.
pub const FINDING: &str = r#"{"domain":"it-systemen","source":"RAP-1","severity":"high","title":"No second factor",
"description":null,"object":null,"controls":["8.5"],"cvss":null,"likelihood":null,"impact":null,"exploit_path":null}"#;

/// Returns a file name for the statement called `id`.
pub fn file_name(id: &str) -> String {
    id.replace([':', '/'], "-")
}

/// Returns a text member of an answer.
pub fn text<'v>(value: &'v Value, name: &str) -> &'v str {
    let member = value.as_object().and_then(|object| object.get(name));
    let found = member.and_then(Value::as_str);
    found.unwrap_or_else(|| panic!("no {name} in {value:?}"))
}

/// Returns a number of an answer.
pub fn number(value: &Value, name: &str) -> i64 {
    let member = value.as_object().and_then(|object| object.get(name));
    let found = member.and_then(Value::as_integer);
    found.unwrap_or_else(|| panic!("no {name} in {value:?}"))
}

/// Lists the names in a folder.
pub fn names(folder: &Path) -> Vec<String> {
    let names = std::fs::read_dir(folder).unwrap();
    let mut names: Vec<String> = names
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    names.sort();
    names
}

/// Takes what a run of the program said.
pub fn said(output: &Output) -> Said {
    Said {
        status: output.status.code().unwrap_or(-1),
        out: String::from_utf8(output.stdout.clone()).unwrap(),
        err: String::from_utf8(output.stderr.clone()).unwrap(),
    }
}
