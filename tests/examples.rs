//! The example world: both OSCAL documents become drafts, every step of the story is admitted in its
//! order, and nothing in it looks like personal data.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;

use bewijs::checkpoint::Checkpoint;
use bewijs::entry::ThreadName;
use bewijs::envelope::{Envelope, pae};
use bewijs::hash::Hash;
use bewijs::key::{PublicKey, Signature};
use bewijs::merkle::Size;
use bewijs::note::{KeyKind, Note, VerifierKey};
use bewijs::state::{Chain, RULES_VERSION, State};
use bewijs::statement::draft::Draft;
use bewijs::statement::field::Nonce;
use bewijs::statement::finding::Severity;
use bewijs::statement::lint;
use bewijs::statement::opening::Salt;
use bewijs::statement::oscal::{Import, Map, Reason, import};
use bewijs::statement::predicate::BasisRule;
use bewijs::statement::{
    Basis, Head, LedgerId, Predicate, SignedStatement, Signers, Statement, Type,
};
use bewijs::{hash, json};
use ed25519_dalek::{Signer as _, SigningKey};

#[path = "../examples/voorbeeld/story.rs"]
#[allow(dead_code)]
mod story;

use story::{Step, What, World};

/// Says how the seed of a demo key follows from its name; `keys/README.md` says that they are worthless.
fn demo_key(name: &str) -> SigningKey {
    let seed = Hash::of_parts(&[b"bewijs demo key, worthless\n", name.as_bytes(), b"\n"]);
    SigningKey::from_bytes(seed.as_bytes())
}

fn public(name: &str) -> PublicKey {
    PublicKey::from_bytes(demo_key(name).verifying_key().as_bytes()).unwrap()
}

/// A ledger without a disk: what the story has made so far.
#[derive(Default)]
struct Ledger {
    state: State,
    chain: Chain,
    pins: BTreeMap<String, Hash>,
    statements: u64,
}

impl Ledger {
    fn new() -> Ledger {
        Ledger {
            state: State::new(),
            chain: Chain::new(),
            ..Ledger::default()
        }
    }

    fn log_key(&self) -> VerifierKey {
        let name = "bewijs.example/voorbeeld".parse().unwrap();
        VerifierKey::new(name, KeyKind::Ed25519, public("K-LOG"))
    }

    fn play(&mut self, step: &Step) {
        match &step.what {
            What::Statement { id, body } => {
                let body = story::resolve(body, self).unwrap_or_else(|word| panic!("{id}: {word}"));
                self.append(step, id, body);
            }
            What::Import { document, map } => {
                for draft in imported(document, map).drafts {
                    self.append(step, draft.id.as_str(), draft.body());
                }
            }
        }
    }

    fn append(&mut self, step: &Step, id: &str, body: json::Value) {
        let kind = Type::from_name(&step.kind).unwrap_or_else(|| panic!("{id}: {}", step.kind));
        let draft = Draft::parse(kind, body).unwrap_or_else(|error| panic!("{id}: {error}"));
        let mut salt = self.statements as u128 * 1000;
        let id = id.parse().unwrap();
        let (predicate, openings) = draft.commit(&id, || {
            salt += 1;
            Salt::from_bytes(salt.to_be_bytes())
        });
        let ledger = match (&predicate, self.state.ledger()) {
            (Predicate::Charter(charter), None) => LedgerId {
                origin: charter.origin.clone(),
                genesis: charter.text_digest(),
            },
            (_, Some(ledger)) => ledger.clone(),
            (_, None) => panic!("{id}: the charter comes first"),
        };
        let head = Head {
            id: id.clone(),
            case: step.case.as_ref().map(|case| case.parse().unwrap()),
            signers: Signers::new(step.signers.iter().map(|name| public(name).id())),
            claimed_at: step.at.parse().unwrap(),
            nonce: Nonce::from_bytes((self.statements as u128).to_be_bytes()),
            basis: (kind.info().basis != BasisRule::Optional).then(|| self.basis()),
            lint: None,
        };
        let statement = Statement::compose(ledger, head, predicate);
        let statement = statement.unwrap_or_else(|error| panic!("{id}: {error}"));
        // Neither what becomes public nor what stays in the house alarms the lint.
        assert_eq!(lint::check(&statement), Ok(()), "{id}");
        assert_eq!(lint::report(&statement).warnings, [], "{id}");
        assert_eq!(lint::confidential(&statement, &openings), [], "{id}");
        let payload = statement.to_payload();
        let message = pae("application/vnd.in-toto+json", &payload);
        let sign = |name: &String| {
            let signature = demo_key(name).sign(&message);
            (
                public(name).id(),
                Signature::from_bytes(signature.to_bytes()),
            )
        };
        let envelope = Envelope::new(payload, step.signers.iter().map(sign)).unwrap();
        let signed = SignedStatement::open(envelope, |key| self.state.public_key(key)).unwrap();
        let index = self.chain.size().next().unwrap();
        let admitted = self.state.admit(signed, index, self.chain.tree());
        let admitted = admitted.unwrap_or_else(|refusal| panic!("{id}: {refusal}"));
        self.state.apply(&admitted, index);
        self.pins.insert(id.to_string(), admitted.payload_digest());
        self.statements += 1;
        let thread: ThreadName = admitted.statement().thread().name().parse().unwrap();
        let time = admitted.statement().head().claimed_at.timestamp();
        let digest = admitted.envelope_digest();
        let entry = self.chain.next(digest, thread, time, RULES_VERSION);
        self.chain.push(&entry, entry.leaf_hash());
    }

    fn basis(&self) -> Basis {
        Basis {
            size: self.chain.size(),
            root: self.chain.root(),
            note: Some(Note::parse(self.cosigned_checkpoint().unwrap().as_bytes()).unwrap()),
        }
    }
}

impl World for Ledger {
    fn payload(&self, id: &str) -> Option<Hash> {
        self.pins.get(id).copied()
    }

    fn public_key(&self, name: &str) -> Option<String> {
        Some(hex::encode(public(name).as_bytes()))
    }

    fn verifier_key(&self, name: &str) -> Option<String> {
        (name == "K-LOG").then(|| self.log_key().to_string())
    }

    fn cosigned_checkpoint(&self) -> Option<String> {
        let checkpoint = Checkpoint {
            origin: "bewijs.example/voorbeeld".parse().unwrap(),
            size: self.chain.size(),
            root: self.chain.root(),
        };
        let signature = demo_key("K-LOG").sign(&checkpoint.log_message());
        let signature = Signature::from_bytes(signature.to_bytes());
        let signed = checkpoint.with_log_signature(&self.log_key(), &signature);
        Some(String::from_utf8(signed.unwrap().print()).unwrap())
    }
}

fn imported(document: &str, map: &str) -> Import {
    let map = std::str::from_utf8(story::file(map).unwrap()).unwrap();
    import(story::file(document).unwrap(), &Map::parse(map).unwrap()).unwrap()
}

#[test]
fn every_step_of_the_story_is_admitted() {
    let mut ledger = Ledger::new();
    for chapter in story::chapters() {
        assert!(!chapter.title_en.is_empty() && !chapter.title_nl.is_empty());
        for step in &chapter.steps {
            ledger.play(step);
        }
    }
    assert_eq!(ledger.chain.size(), Size::new(175).unwrap());
    let of = |prefix: &str| {
        ledger
            .pins
            .keys()
            .filter(|id| id.starts_with(prefix))
            .count()
    };
    assert_eq!((of("B-"), of("H-"), of("SL-")), (22, 23, 20));
}

#[test]
fn the_keys_page_tells_how_they_are_made() {
    let page = include_str!("../keys/README.md");
    assert!(page.contains(&hex::encode(demo_key("K-LOG").to_bytes())));
    assert!(page.contains(&hex::encode(public("K-LOG").as_bytes())));
    for chapter in story::chapters() {
        for signer in chapter.steps.iter().flat_map(|step| &step.signers) {
            assert!(page.contains(&format!("`{signer}`")), "{signer}");
        }
    }
}

#[test]
fn the_second_document_gives_twenty_findings() {
    let import = imported("voorbeeld_assessment-results.json", "voorbeeld_map.toml");
    assert_eq!(import.missing, []);
    assert_eq!((import.counts.in_document, import.counts.counted), (21, 20));
    let ids: Vec<String> = import.drafts.iter().map(|it| it.id.to_string()).collect();
    let expected: Vec<String> = (1..=20).map(|n| format!("B-{n:03}")).collect();
    assert_eq!(ids, expected);
    let of = |class| {
        import
            .drafts
            .iter()
            .filter(|it| it.severity == class)
            .count()
    };
    let classes = [
        Severity::Critical,
        Severity::High,
        Severity::Medium,
        Severity::Low,
    ];
    assert_eq!(classes.map(of), [3, 7, 7, 3]);
    let domains: BTreeMap<&str, usize> =
        import.drafts.iter().fold(BTreeMap::new(), |mut all, it| {
            *all.entry(it.domain.code()).or_default() += 1;
            all
        });
    assert!(domains.len() == 4 && domains.values().all(|count| *count == 5));
    // Its one person is gone: as a party, as who found it, and from the text.
    let person = |reason: &Reason| {
        matches!(
            reason,
            Reason::Person {
                replaced_by: Some(_),
                ..
            }
        )
    };
    let name = |reason: &Reason| matches!(reason, Reason::NameInText { times: 1, .. });
    assert!(import.left_out.iter().any(|it| person(&it.reason)));
    assert!(import.left_out.iter().any(|it| name(&it.reason)));
    assert!(!format!("{import:?}").contains("Robin"));
}

#[test]
fn every_file_is_embedded_and_used_and_marked() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("examples/voorbeeld/files");
    let on_disk: BTreeSet<String> = fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    let text = fs::read_dir(Path::new(env!("CARGO_MANIFEST_DIR")).join("examples/voorbeeld/story"));
    let story: String = text
        .unwrap()
        .map(|entry| fs::read_to_string(entry.unwrap().path()).unwrap())
        .collect();
    let mut embedded = BTreeSet::new();
    for (name, bytes) in story::FILES {
        assert!(story.contains(&format!("\"{name}\"")), "{name} is used");
        let text = std::str::from_utf8(bytes).unwrap();
        if !name.starts_with("ifa_") {
            assert!(
                text.contains("FICTIEF VOORBEELD / FICTIONAL EXAMPLE"),
                "{name}"
            );
            embedded.insert(name.to_string());
        }
    }
    embedded.retain(|name| !name.starts_with("voorbeeld_"));
    assert_eq!(embedded, on_disk);
}

#[test]
fn nothing_of_ours_looks_like_personal_data() {
    let chapters = fs::read_dir(Path::new(env!("CARGO_MANIFEST_DIR")).join("examples/voorbeeld/story"));
    let chapters: Vec<String> = chapters
        .unwrap()
        .map(|entry| fs::read_to_string(entry.unwrap().path()).unwrap())
        .collect();
    let files = story::FILES
        .iter()
        .filter(|(name, _)| !name.starts_with("ifa_"));
    let files = files.map(|(_, bytes)| String::from_utf8(bytes.to_vec()).unwrap());
    for text in chapters.into_iter().chain(files) {
        for word in text.split(|c: char| c.is_whitespace() || "\"'(),;=".contains(c)) {
            let digits = word.split(|c: char| !c.is_ascii_digit());
            // Uuids have long runs of digits; nothing else does.
            let long = digits.map(str::len).max().unwrap_or_default() >= 9 && word.len() != 36;
            let dotted = word
                .split('.')
                .filter(|part| part.parse::<u8>().is_ok())
                .count();
            let path = word.contains('\\') && !word.contains("\\n")
                || word.starts_with('/') && word.len() > 1;
            assert!(
                !word.contains('@') && !long && dotted < 4 && !path,
                "{word}"
            );
            let host = [".nl", ".com", ".eu", ".org", ".net", ".local"];
            assert!(!host.iter().any(|end| word.ends_with(end)), "{word}");
        }
    }
}
