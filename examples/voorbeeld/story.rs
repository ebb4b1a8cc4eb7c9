//! The story of the example: its chapters and files, embedded, and how a step becomes the body of a statement.
//!
//! The demo and the tests share this file; whoever includes it has `json` and `hash` of the library in
//! scope. A broken variant is the same story with a few steps edited before they are played (`variant.rs`).
//!
//! ```json
//! {"title":{"en":"…","nl":"…"},"steps":[
//!   {"type":"scope","id":"SC-1","case":"zaak:2023-001","at":"2023-12-05T09:00:00Z","signers":["K-SCR-1"],"body":{…}},
//!   {"type":"finding","import":{"document":"…json","map":"…toml"},"case":"…","at":"…","signers":["K-AUD-1"]}]}
//! ```
//!
//! A body is what `bewijs sign --file` takes, with a few words that stand for what is known only
//! when the story is played; each is an object with one member:
//!
//! | Word | Stands for |
//! |---|---|
//! | `{"$pin":"SC-1"}` | a pin to the statement with that id: `{"id":…,"sha256":…}` |
//! | `{"$file":"scope-objecten.csv"}` | a file of the story: `{"bytes":…,"name":…,"sha256":…}` |
//! | `{"$public_key":"K-SCR-1"}` | the public key of a demo key, in hex |
//! | `{"$key_id":"K-PEN-1"}` | the key id of a demo key, in hex |
//! | `{"$verifier_key":"K-LOG"}` | the verifier key of the log |
//! | `{"$cosigned_checkpoint":true}` | the newest cosigned checkpoint |

use super::hash::Hash;
use super::json::{Object, Value};

/// One chapter of the story.
#[derive(Clone)]
pub struct Chapter {
    /// What happens, in English.
    pub title_en: String,
    /// What happens, in Dutch.
    pub title_nl: String,
    /// The steps in order.
    pub steps: Vec<Step>,
}

/// One or more statements of one type, signed by the same keys.
#[derive(Clone)]
pub struct Step {
    /// The type, such as `finding`.
    pub kind: String,
    /// The case; none for the charter.
    pub case: Option<String>,
    /// When the signers say they signed.
    pub at: String,
    /// The names of the demo keys that sign.
    pub signers: Vec<String>,
    /// What is signed.
    pub what: What,
}

/// What is signed in a step.
#[derive(Clone)]
pub enum What {
    /// One statement.
    Statement {
        /// Its id.
        id: String,
        /// Its body, with words to be resolved.
        body: Value,
    },
    /// One finding for each draft of an OSCAL document.
    Import {
        /// The name of the document among the files.
        document: String,
        /// The name of its map among the files.
        map: String,
    },
}

/// What the player of the story knows and the story does not.
pub trait World {
    /// Returns the SHA-256 of the payload of the statement with an id.
    fn payload(&self, id: &str) -> Option<Hash>;
    /// Returns the public key of a demo key, in hex.
    fn public_key(&self, name: &str) -> Option<String>;
    /// Returns the key id of a demo key, in hex.
    fn key_id(&self, name: &str) -> Option<String>;
    /// Returns the verifier key of the log.
    fn verifier_key(&self, name: &str) -> Option<String>;
    /// Returns the newest cosigned checkpoint.
    fn cosigned_checkpoint(&self) -> Option<String>;
}

/// Parses the chapters.
pub fn chapters() -> Vec<Chapter> {
    CHAPTERS.iter().map(|text| chapter(text)).collect()
}

/// Finds a file of the story.
pub fn file(name: &str) -> Option<&'static [u8]> {
    let found = FILES.iter().find(|(other, _)| *other == name);
    found.map(|(_, bytes)| *bytes)
}

/// Replaces the words in a body.
///
/// # Errors
/// The word that the world or the story does not know.
pub fn resolve(body: &Value, world: &impl World) -> Result<Value, String> {
    match body {
        Value::Array(values) => {
            let values: Result<_, _> = values.iter().map(|it| resolve(it, world)).collect();
            Ok(Value::Array(values?))
        }
        Value::Object(object) => match object.iter().next() {
            Some((word, value)) if word.starts_with('$') => {
                let found = word_value(word, value.as_str().unwrap_or_default(), world);
                found.ok_or_else(|| format!("{word} {value:?}"))
            }
            _ => {
                let mut resolved = Object::default();
                for (name, value) in object.iter() {
                    resolved.insert(name, resolve(value, world)?);
                }
                Ok(Value::Object(resolved))
            }
        },
        other => Ok(other.clone()),
    }
}

fn word_value(word: &str, name: &str, world: &impl World) -> Option<Value> {
    match word {
        "$pin" => Some(Value::object([
            ("id", Value::string(name)),
            ("sha256", Value::string(world.payload(name)?)),
        ])),
        "$file" => {
            let bytes = file(name)?;
            Some(Value::object([
                ("bytes", Value::Integer(bytes.len() as i64)),
                ("name", Value::string(name)),
                ("sha256", Value::string(Hash::of(bytes))),
            ]))
        }
        "$public_key" => world.public_key(name).map(Value::String),
        "$key_id" => world.key_id(name).map(Value::String),
        "$verifier_key" => world.verifier_key(name).map(Value::String),
        "$cosigned_checkpoint" => world.cosigned_checkpoint().map(Value::String),
        _ => None,
    }
}

fn chapter(text: &str) -> Chapter {
    let value = Value::parse(text.as_bytes());
    let value = value.expect("a chapter is JSON");
    let title = |language| text_of(member(member(&value, "title"), language));
    let steps = member(&value, "steps").as_array().expect("steps");
    Chapter {
        title_en: title("en"),
        title_nl: title("nl"),
        steps: steps.iter().map(step).collect(),
    }
}

/// Takes one step.
pub fn step(value: &Value) -> Step {
    let object = value.as_object().expect("a step is an object");
    let signers = member(value, "signers").as_array().expect("signers");
    Step {
        kind: text_of(member(value, "type")),
        case: object.get("case").map(text_of),
        at: text_of(member(value, "at")),
        signers: signers.iter().map(text_of).collect(),
        what: match object.get("import") {
            Some(import) => What::Import {
                document: text_of(member(import, "document")),
                map: text_of(member(import, "map")),
            },
            None => What::Statement {
                id: text_of(member(value, "id")),
                body: member(value, "body").clone(),
            },
        },
    }
}

fn member<'v>(value: &'v Value, name: &str) -> &'v Value {
    let found = value.as_object().and_then(|object| object.get(name));
    found.unwrap_or_else(|| panic!("a step of the story has {name}"))
}

fn text_of(value: &Value) -> String {
    value.as_str().expect("text").to_owned()
}

/// Where a position of the outline of this example stands, for those that moved: the charter names the
/// founders and their keys itself. From 16 on every position is what it is in the outline.
///
/// `posities.csv` lists all positions.
#[allow(dead_code)] // The tests and whoever compares with the outline.
pub const PLACES: [(u64, u64); 16] = [
    (0, 0),
    (1, 0),
    (2, 0),
    (3, 0),
    (4, 1),
    (5, 2),
    (6, 3),
    (7, 4),
    (8, 0),
    (9, 0),
    (10, 0),
    (11, 0),
    (12, 0),
    (13, 5),
    (14, 7),
    (15, 8),
];

const CHAPTERS: &[&str] = &[
    include_str!("story/1-oprichting.json"),
    include_str!("story/2-nulmeting.json"),
    include_str!("story/3-spelregels.json"),
    include_str!("story/4-herstel.json"),
    include_str!("story/5-besluit.json"),
    include_str!("story/6-vragen.json"),
    include_str!("story/7-volledig.json"),
];

macro_rules! files {
    ($($folder:literal: $($name:literal)*;)*) => {
        /// Every file that the story speaks of, by name.
        pub const FILES: &[(&str, &[u8])] = &[
            $($(($name, include_bytes!(concat!($folder, $name))),)*)*
        ];
    };
}

files! {
    "../oscal/":
        "ifa_assessment-results-example.json"
        "ifa_map.toml"
        "voorbeeld_assessment-results.json"
        "voorbeeld_map.toml";
    "files/":
        "DP-001-dpia.txt"
        "E-001.1-risicoanalyse.txt"
        "E-002.1-accounts-na-vertrek.csv"
        "E-003.1-draaiboek-incidenten.txt"
        "E-004.1-opleidingsregistratie.csv"
        "E-005.1-verslag-vernietiging.txt"
        "E-006.1-portaal-aanmelding.json"
        "E-006.2-aanmeldlog.log"
        "E-007.1-beheerrollen.csv"
        "E-008.1-updatestand.txt"
        "E-009.1-wijziging-testomgeving.txt"
        "E-010.1-sessie-instellingen.json"
        "E-011.1-export-uitslagen.json"
        "E-011.2-toegangstest-export.txt"
        "E-012.1-bewaartermijnen.txt"
        "E-012.2-vervallen-kopieen.csv"
        "E-013.1-koppeling-versleuteling.txt"
        "E-014.1-uitgaand-verkeer.log"
        "E-014.2-drempels.json"
        "E-015.1-subverwerkers.csv"
        "E-016.1-netwerkregels-mei.csv"
        "E-016.2-netwerkregels-juni.csv"
        "E-017.1-hersteltest.txt"
        "E-017.2-vergrendeling-kopie.json"
        "E-018.1-logbewaring.json"
        "E-018.2-logbewaring-nieuw.json"
        "E-019.1-afzondering-analyse-pcs.txt"
        "E-020.1-basisconfiguratie.txt"
        "E-021.1-springserver.json"
        "ERK-001-registerpagina.txt"
        "ERK-002-registerpagina.txt"
        "H-006.1-werkpapier-portaal.txt"
        "H-011.1-werkpapier-export.txt"
        "H-016.2-werkpapier-netwerk.txt"
        "HP-001-herstelplan.txt"
        "OZ-001-oorzaak.txt"
        "TB-001-brief.txt"
        "TB-002-brief.txt"
        "VO-001-verwerkersovereenkomst.txt"
        "opdrachtbrief-opd-001.txt"
        "opdrachtbrief-opd-002.txt"
        "opdrachtbrief-opd-003.txt"
        "opdrachtbrief-opd-004.txt"
        "rapport-ht-2024-06.txt"
        "rapport-t-001.txt"
        "rapport-t-002.txt"
        "rapport-t-003.txt"
        "rapport-t-004.txt"
        "rapport-t-005.txt"
        "rapport-t-006.txt"
        "rapport-t-007.txt"
        "scope-objecten.csv";
}
