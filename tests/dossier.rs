//! Cases as OSCAL documents: they validate against NIST's schema, nothing that was mapped is lost on the way
//! from a document over statements to a document, and nothing is shown that was not opened.

mod support;

use std::collections::{BTreeMap, BTreeSet};

use bewijs::dossier::{COMMITMENT, Dossier, DossierError, export};
use bewijs::envelope::Envelope;
use bewijs::hash::Hash;
use bewijs::json;
use bewijs::statement::draft;
use bewijs::statement::finding_draft::FindingDraft;
use bewijs::statement::opening::{Opening, Openings, Salt};
use bewijs::statement::oscal::{Map, What, import};
use bewijs::statement::{Id, Language, Type};
use serde_json::{Value, json};

use support::{CASE, LAB, Log, Person, REGISTRAR, SCREENING, World, founding_parties, pin};

const SCHEMA: &str = include_str!("vectors/oscal/oscal_assessment-results_schema.json");
const IFA: &[u8] = include_bytes!("../examples/oscal/ifa_assessment-results-example.json");
const IFA_MAP: &str = include_str!("../examples/oscal/ifa_map.toml");
const EXAMPLE: &[u8] = include_bytes!("../examples/oscal/voorbeeld_assessment-results.json");
const EXAMPLE_MAP: &str = include_str!("../examples/oscal/voorbeeld_map.toml");

const AUDIT: Person = Person {
    party: "org:audit-voorbeeld",
    role: "assessor",
    number: 1,
    seed: 31,
};
const PENTEST: Person = Person {
    party: "org:pentest-voorbeeld",
    role: "assessor",
    number: 1,
    seed: 32,
};
const PEOPLE: &[Person] = &[SCREENING, LAB, AUDIT, PENTEST, REGISTRAR];

/// A log with one case, and the openings of what was committed to in it.
struct Bench {
    log: Log,
    openings: Vec<Opening>,
    salt: u128,
}

impl Bench {
    fn new() -> Bench {
        let world = World::founded(|charter| {
            let parties = format!("[{}]", founding_parties(PEOPLE));
            *charter = charter.clone().with("parties", &parties).by(PEOPLE);
        });
        let mut log = Log::empty(world);
        log.append(log.world.charter());
        let service = log.world.service("DN-1").envelope();
        log.append(service.clone());
        log.append(log.world.case(CASE, &[&service]).envelope());
        Bench {
            log,
            openings: Vec::new(),
            salt: 0,
        }
    }

    /// Commits to a body with plain values and appends it; keeps the openings. What is confidential and not
    /// there is nothing.
    fn record(&mut self, kind: &str, id: &str, body: &str, by: Person) -> Envelope {
        let kind = Type::from_name(kind).unwrap();
        let mut body =
            json::Value::parse(body.as_bytes()).unwrap_or_else(|error| panic!("{id}: {error}"));
        if let json::Value::Object(members) = &mut body {
            for field in kind.confidential() {
                if members.get(field.name).is_none() {
                    members.insert(field.name, json::Value::Null);
                }
            }
        }
        let draft = draft::Draft::parse(kind, body).unwrap_or_else(|error| panic!("{id}: {error}"));
        let named: Id = id.parse().unwrap();
        let (predicate, openings) = draft.commit(&named, || {
            self.salt += 1;
            Salt::from_bytes(self.salt.to_be_bytes())
        });
        self.openings.extend(openings.iter().cloned());
        let body = String::from_utf8(predicate.print().to_canonical()).unwrap();
        let mut statement = self
            .log
            .world
            .draft(kind.name(), id, &body)
            .case(CASE)
            .by(&[by]);
        if kind.info().basis != bewijs::statement::predicate::BasisRule::Optional {
            let note = self.log.checkpoint().print();
            let (size, root) = (self.log.size(), self.log.chain.root());
            statement = statement.basis(size, root, Some(&note));
        }
        let envelope = statement.envelope();
        self.log.append(envelope.clone());
        envelope
    }

    fn finding(&mut self, draft: &FindingDraft, by: Person) -> Envelope {
        let body = String::from_utf8(draft.body().to_canonical()).unwrap();
        self.record("finding", draft.id.as_str(), &body, by)
    }

    fn openings(&self) -> Openings {
        Openings::new(self.openings.iter().cloned())
    }

    fn export(&self, openings: &Openings) -> Result<Dossier, DossierError> {
        export(
            &self.log.verify(),
            &CASE.parse().unwrap(),
            openings,
            Language::Dutch,
        )
    }

    fn document(&self, openings: &Openings) -> Value {
        serde_json::from_slice(&self.export(openings).unwrap().document).unwrap()
    }
}

fn drafts(document: &[u8], map: &str) -> Vec<FindingDraft> {
    let import = import(document, &Map::parse(map).unwrap()).unwrap();
    assert_eq!(import.missing, []);
    import.drafts
}

/// Both documents in one case, and a chain behind some findings.
fn whole() -> (Bench, Vec<FindingDraft>) {
    let mut bench = Bench::new();
    let scope = bench.record(
        "scope",
        "SC-1",
        r#"{"boundary":{"en":"All.","nl":"Alles."},"domains":[{"domain":"it-systemen","objects":9}],"exclusions":[],"subservices":[],
            "objects":{"name":"objecten lijst.csv","bytes":12,"sha256":"0000000000000000000000000000000000000000000000000000000000000001"}}"#,
        SCREENING,
    );
    let engagement = bench.record(
        "engagement",
        "OPD-001",
        &format!(
            r#"{{"assessor":"org:audit-voorbeeld","commissioner":"org:bevolkingsonderzoek","payer":"org:bevolkingsonderzoek","kinds":["baseline"],
            "purpose":{{"en":"A baseline.","nl":"Een nulmeting."}},"standard":"NOREA 3000D","level":"reasonable","scope":{},"contingent":false,
            "fee_band":"klasse 2","publication":{{"en":"A text.","nl":"Een tekst."}},"letter":null,"fee":null}}"#,
            pin(&scope)
        ),
        SCREENING,
    );
    let mut all = drafts(EXAMPLE, EXAMPLE_MAP);
    // The example says it of none, and the fields have to come back all the same.
    all[0].exploit_path = Some("Eerst dit.\n\nDan dat.".to_owned());
    let mut findings: Vec<Envelope> = all
        .iter()
        .map(|draft| bench.finding(draft, AUDIT))
        .collect();
    let other = drafts(IFA, IFA_MAP);
    findings.extend(other.iter().map(|draft| bench.finding(draft, PENTEST)));
    all.extend(other);

    // B-001 is repaired, tested and closed; B-002 is repaired, and the repair does not work.
    let evidence = bench.record(
        "evidence",
        "E-001.1",
        &format!(
            r#"{{"findings":[{},{}],"kind":"procedure","method":"examine","tlp":"amber","supplied_by":"org:lab-voorbeeld",
            "covers":{{"from":"2024-01-01","until":"2024-01-31"}},"description":"De nieuwe analyse.",
            "file":{{"name":"analyse ë.pdf","bytes":34,"sha256":"0000000000000000000000000000000000000000000000000000000000000002"}}}}"#,
            pin(&findings[0]),
            pin(&findings[1])
        ),
        LAB,
    );
    for (at, number, result) in [(0, "001", "fixed"), (1, "002", "not-fixed")] {
        let claim = bench.record(
            "remediation",
            &format!("M-{number}.1"),
            &format!(
                r#"{{"finding":{},"done":"2024-02-01","implemented_by":"org:it-diensten","evidence":[{}],"description":"Hersteld.","change_ticket":"RFC 12"}}"#,
                pin(&findings[at]),
                pin(&evidence)
            ),
            LAB,
        );
        let retest = bench.record(
            "retest",
            &format!("H-{number}.1"),
            &format!(
                r#"{{"finding":{},"claim":{},"evidence":[{}],"result":"{result}","tested":"2024-02-02","depth":"existence","method":"test",
                "detail":"Nagelopen.","working_paper":{{"name":"werkpapier.txt","bytes":56,"sha256":"0000000000000000000000000000000000000000000000000000000000000003"}}}}"#,
                pin(&findings[at]),
                pin(&claim),
                pin(&evidence)
            ),
            AUDIT,
        );
        if result == "fixed" {
            let body = format!(
                r#"{{"finding":{},"retest":{}}}"#,
                pin(&findings[at]),
                pin(&retest)
            );
            bench.record("finding-closed", "SL-001", &body, AUDIT);
        }
    }
    reassess(&mut bench, &findings);
    bench.record(
        "attestation",
        "T-001",
        &format!(
            r#"{{"kind":"baseline","opinion":"adverse","domains":["it-systemen"],"text":{{"en":"Adverse.","nl":"Afkeurend."}},"scope":{},"engagement":{},
            "standard":"NOREA 3000D","level":"reasonable","depth":"existence","as_of":"2024-01-31","fieldwork":{{"from":"2024-01-08","until":"2024-01-31"}},
            "retests":[],"remaining":[],"unaffected":[],"report_reference":"RAP-2024-01","report":null}}"#,
            pin(&scope),
            pin(&engagement)
        ),
        AUDIT,
    );
    (bench, all)
}

/// Findings that go other ways than repair: each a line of the table of status changes.
fn reassess(bench: &mut Bench, findings: &[Envelope]) {
    let text = r#"{"en":"Text.","nl":"Tekst."}"#;
    let plan = format!(
        r#"{{"repairs":[{{"finding":{},"planned":"2024-03-01","owner":"org:lab-voorbeeld"}},{{"finding":{},"planned":"2024-04-01","owner":"org:lab-voorbeeld"}}],"plan":null}}"#,
        pin(&findings[2]),
        pin(&findings[3])
    );
    bench.record("remediation-plan", "HP-001", &plan, LAB);
    let dispute = format!(
        r#"{{"finding":{},"asks":"lower-rating","severity":"medium","argument":"Te hoog."}}"#,
        pin(&findings[2])
    );
    let dispute = bench.record("dispute", "DIS-001", &dispute, LAB);
    let rating = format!(
        r#"{{"finding":{},"direction":"lowered","dispute":{},"severity":"medium","reason":"Lager."}}"#,
        pin(&findings[2]),
        pin(&dispute)
    );
    let rating = bench.record("rating-changed", "B-003/w", &rating, AUDIT);
    let resolved = format!(
        r#"{{"dispute":{},"outcome":"re-rated","follow_up":[{}],"text":{text},"reasoning":null}}"#,
        pin(&dispute),
        pin(&rating)
    );
    bench.record("dispute-resolved", "DIS-001/r", &resolved, PENTEST);
    let request = format!(
        r#"{{"finding":{},"until":"2025-01-15","owner":"org:lab-voorbeeld","compensating":true,"text":{text},"reasoning":"Vervanging duurt."}}"#,
        pin(&findings[3])
    );
    let request = bench.record("risk-request", "RR-001", &request, LAB);
    let accepted = format!(
        r#"{{"request":{},"severity":"medium","owner":"org:lab-voorbeeld","expires":"2025-01-15","compensating":true,"conditions":[],"text":{text},"reasoning":null}}"#,
        pin(&request)
    );
    bench.record("risk-accepted", "RR-001/a", &accepted, SCREENING);
}

fn results(document: &Value) -> &Value {
    &document["assessment-results"]["results"][0]
}

/// Finds what a property of ours points to.
fn of_id<'v>(list: &'v Value, id: &str) -> &'v Value {
    let list = list.as_array().unwrap();
    let found = list.iter().find(|it| ours(it, "id") == [id]);
    found.unwrap_or_else(|| panic!("{id}"))
}

fn ours<'v>(node: &'v Value, name: &str) -> Vec<&'v str> {
    let props = node["props"].as_array().into_iter().flatten();
    let named = props.filter(|prop| prop["ns"] == "urn:bewijs:oscal" && prop["name"] == name);
    named.map(|prop| prop["value"].as_str().unwrap()).collect()
}

/// The properties of a risk that are OSCAL's own.
fn marks(risk: &Value) -> Vec<&str> {
    let props = risk["props"].as_array().unwrap().iter();
    let own = props.filter(|prop| prop["ns"].is_null());
    own.map(|prop| prop["name"].as_str().unwrap()).collect()
}

fn valid(document: &Value) {
    let schema: Value = serde_json::from_str(SCHEMA).unwrap();
    let validator = jsonschema::validator_for(&schema).unwrap();
    let errors: Vec<String> = validator
        .iter_errors(document)
        .map(|error| format!("{}: {error}", error.instance_path()))
        .collect();
    assert!(errors.is_empty(), "{}", errors.join("\n"));
}

#[test]
fn documents_validate_against_the_schema_of_nist() {
    let (bench, _) = whole();
    let every_third = bench.openings.iter().step_by(3).cloned();
    for openings in [
        bench.openings(),
        Openings::default(),
        Openings::new(every_third),
    ] {
        for language in [Language::English, Language::Dutch] {
            let case = CASE.parse().unwrap();
            let dossier = export(&bench.log.verify(), &case, &openings, language).unwrap();
            valid(&serde_json::from_slice(&dossier.document).unwrap());
        }
    }
    // The schema refuses something at all.
    let mut broken = bench.document(&Openings::default());
    broken["assessment-results"]["uuid"] = json!("00000000-0000-8000-8000-000000000000");
    let schema: Value = serde_json::from_str(SCHEMA).unwrap();
    assert!(
        !jsonschema::validator_for(&schema)
            .unwrap()
            .is_valid(&broken)
    );
    for example in [IFA, EXAMPLE] {
        valid(&serde_json::from_slice(example).unwrap());
    }
}

#[test]
fn what_is_imported_again_are_the_same_drafts() {
    let (bench, before) = whole();
    let document = bench.export(&bench.openings()).unwrap().document;
    // No map: what we wrote we understand.
    let again = import(&document, &Map::default()).unwrap();
    assert_eq!(again.missing, []);
    let without_uuid = |draft: &FindingDraft| FindingDraft {
        finding_uuid: None,
        ..draft.clone()
    };
    let before: Vec<_> = before.iter().map(without_uuid).collect();
    let after: Vec<_> = again.drafts.iter().map(without_uuid).collect();
    assert_eq!(after, before);
}

/// Each row of the table of mapped fields, from the documents that came in to the one that goes out.
#[test]
fn every_mapped_field_comes_back() {
    let (bench, drafts) = whole();
    let out = bench.document(&bench.openings());
    let body = &out["assessment-results"];
    let result = results(&out);

    // Case and scope.
    let plan = body["import-ap"]["href"]
        .as_str()
        .unwrap()
        .trim_start_matches('#')
        .to_owned();
    let resources = &body["back-matter"]["resources"];
    let scope = resources
        .as_array()
        .unwrap()
        .iter()
        .find(|it| it["uuid"] == plan.as_str());
    assert_eq!(ours(scope.unwrap(), "id"), ["SC-1"]);
    assert_eq!(ours(&body["metadata"], "case"), [CASE]);

    // Organisations.
    let parties: BTreeMap<&str, &Value> = body["metadata"]["parties"]
        .as_array()
        .unwrap()
        .iter()
        .map(|party| (ours(party, "id")[0], party))
        .collect();
    for party in [
        "org:audit-voorbeeld",
        "org:pentest-voorbeeld",
        "org:lab-voorbeeld",
        "org:bevolkingsonderzoek",
    ] {
        assert_eq!(parties[party]["type"], "organization");
    }
    assert!(!out.to_string().contains("\"person\"") && !out.to_string().contains("voorbeeld#1"));

    // Findings, raw results and severity, finding by finding.
    let mut position = 0;
    for (document, map) in [(EXAMPLE, EXAMPLE_MAP), (IFA, IFA_MAP)] {
        let came: Value = serde_json::from_slice(document).unwrap();
        let came = results(&came);
        let map: toml::Table = map.parse().unwrap();
        let counted = came["findings"].as_array().unwrap().iter();
        let counted =
            counted.filter(|finding| finding["target"]["status"]["state"] == "not-satisfied");
        for before in counted {
            let draft = &drafts[position];
            let after = &result["findings"][position];
            position += 1;
            assert_eq!(ours(after, "id"), [draft.id.as_str()]);
            assert_eq!(before["title"], after["title"]);
            // A name of a person in it became that of an organisation.
            if !before["description"].to_string().contains("Robin Fictief") {
                assert_eq!(before["description"], after["description"]);
            }
            for member in ["state", "reason"] {
                let (before, after) = (&before["target"]["status"], &after["target"]["status"]);
                assert!(before[member].is_null() || before[member] == after[member]);
            }
            let target = before["target"]["target-id"].as_str().unwrap();
            let controls: Vec<&str> = map["controls"][target]
                .as_array()
                .unwrap()
                .iter()
                .map(|control| control.as_str().unwrap())
                .collect();
            assert_eq!(ours(after, "control"), controls);
            let object = subject(result, after).unwrap_or_default();
            if map.contains_key("objects") {
                assert_eq!(object, "cloud account, role of the system engineers");
            } else {
                assert_eq!(Some(object.clone()), subject(came, before));
            }
            let origin = &result["findings"][position - 1]["origins"][0]["actors"];
            let by = draft.found_by.first().unwrap().as_str();
            assert_eq!(origin[0]["actor-uuid"], parties[by]["uuid"]);
            let risk = related(result, after, "risks", "risk");
            let severity = facets(risk)["severity"].clone();
            assert_eq!(severity, draft.severity.code());
            if position <= 20 {
                let before = facets(related(came, before, "risks", "risk"));
                assert_eq!(severity, before["ernst"]);
                assert_eq!(facets(risk).get("likelihood"), before.get("kans"));
                assert_eq!(facets(risk).get("impact"), before.get("gevolg"));
                assert_eq!(facets(risk).get("cvss-vector"), before.get("cvss-vector"));
            }
        }
    }
    assert_eq!(position, 21);

    // Raw results.
    let evidence = of_id(&result["observations"], "E-001.1");
    assert_eq!(evidence["methods"], json!(["EXAMINE"]));
    assert_eq!(
        evidence["relevant-evidence"][0]["description"],
        "analyse ë.pdf"
    );
    let retest = of_id(&result["observations"], "H-001.1");
    assert_eq!(
        (&retest["methods"], &retest["collected"]),
        (&json!(["TEST"]), &json!("2024-02-02T00:00:00Z"))
    );

    // Status history, one to one.
    let history = |id: &str| -> Vec<(String, Value)> {
        let risk = of_id(&result["risks"], id);
        let log = risk["risk-log"]["entries"].as_array().unwrap().iter();
        let entry = |entry: &Value| {
            (
                ours(entry, "id")[0].to_owned(),
                entry["status-change"].clone(),
            )
        };
        log.map(entry).collect()
    };
    let entry = |id: &str, status: Value| (id.to_owned(), status);
    assert_eq!(
        history("B-001"),
        [
            entry("B-001", json!("open")),
            entry("M-001.1", json!("remediating")),
            entry("H-001.1", Value::Null),
            entry("SL-001", json!("closed")),
        ]
    );
    assert_eq!(
        history("B-002"),
        [
            entry("B-002", json!("open")),
            entry("M-002.1", json!("remediating")),
            entry("H-002.1", json!("open")),
        ]
    );
    assert_eq!(
        history("B-003"),
        [
            entry("B-003", json!("open")),
            entry("HP-001", Value::Null),
            entry("DIS-001", json!("investigating")),
            entry("B-003/w", Value::Null),
            entry("DIS-001/r", json!("open")),
        ]
    );
    assert_eq!(
        history("B-004"),
        [
            entry("B-004", json!("open")),
            entry("HP-001", Value::Null),
            entry("RR-001", json!("deviation-requested")),
            entry("RR-001/a", json!("deviation-approved")),
        ]
    );
    let status = |id| of_id(&result["risks"], id)["status"].clone();
    assert_eq!(
        ["B-001", "B-002", "B-003", "B-004", "B-005"].map(status),
        ["closed", "open", "open", "deviation-approved", "open"].map(|status| json!(status))
    );
    // What OSCAL has properties and facets for: accepted until a day, and rated anew.
    let (rated, accepted) = (
        of_id(&result["risks"], "B-003"),
        of_id(&result["risks"], "B-004"),
    );
    assert_eq!(
        (marks(rated), marks(accepted)),
        (vec!["risk-adjusted"], vec!["accepted"])
    );
    assert_eq!(accepted["deadline"], "2025-01-15T00:00:00Z");
    assert_eq!(
        rated["characterizations"][1]["facets"][0]["value"],
        "medium"
    );
    assert_eq!(rated["remediations"][0]["lifecycle"], "planned");

    // Repair.
    let repair = &of_id(&result["risks"], "B-001")["remediations"][0];
    assert_eq!(repair["lifecycle"], "completed");
    assert_eq!(
        repair["tasks"][0]["timing"]["on-date"]["date"],
        "2024-02-01T00:00:00Z"
    );
    assert_eq!(ours(repair, "change-ticket"), ["RFC 12"]);

    // Attestations and documents.
    let attestation = &result["attestations"][0]["parts"][0];
    assert_eq!(ours(attestation, "opinion"), ["adverse"]);
    assert_eq!(attestation["parts"][0]["prose"], "Afkeurend.");
    let file = resources
        .as_array()
        .unwrap()
        .iter()
        .find(|it| it["title"] == "analyse ë.pdf")
        .unwrap();
    assert_eq!(file["rlinks"][0]["href"], "analyse%20%C3%AB.pdf");
    assert_eq!(
        file["rlinks"][0]["hashes"][0]["value"],
        format!("{:064}", 2)
    );

    // Pointers into the ledger.
    let facts = bench.log.verify();
    for kept in facts
        .statements()
        .iter()
        .filter(|kept| kept.signed.statement().head().case.is_some())
    {
        let resource = of_id(resources, kept.signed.statement().id().as_str());
        assert_eq!(ours(resource, "entry"), [kept.index.to_string()]);
        assert_eq!(ours(resource, "leaf"), [kept.leaf.to_string()]);
        let payload = kept.signed.payload_digest().to_string();
        assert_eq!(resource["rlinks"][0]["hashes"][0]["value"], payload);
    }
}

/// Returns the title of what a finding was found in.
fn subject(result: &Value, finding: &Value) -> Option<String> {
    let observations = finding["related-observations"].as_array()?.iter();
    let titles = observations.filter_map(|reference| {
        let all = result["observations"].as_array()?.iter();
        let observation = all
            .into_iter()
            .find(|it| it["uuid"] == reference["observation-uuid"])?;
        observation["subjects"][0]["title"]
            .as_str()
            .map(str::to_owned)
    });
    titles.into_iter().next()
}

fn related<'v>(result: &'v Value, finding: &Value, list: &str, name: &str) -> &'v Value {
    let uuid = &finding[format!("related-{list}")][0][format!("{name}-uuid")];
    let found = result[list]
        .as_array()
        .unwrap()
        .iter()
        .find(|it| it["uuid"] == *uuid);
    found.unwrap()
}

fn facets(risk: &Value) -> BTreeMap<&str, Value> {
    let facets = risk["characterizations"][0]["facets"]
        .as_array()
        .into_iter()
        .flatten();
    facets
        .map(|facet| (facet["name"].as_str().unwrap(), facet["value"].clone()))
        .collect()
}

#[test]
fn nothing_is_shown_that_is_not_opened() {
    let (bench, drafts) = whole();
    let dossier = bench.export(&Openings::default()).unwrap();
    assert_eq!(
        (dossier.opened, dossier.confidential),
        (0, bench.openings.len())
    );
    let text = String::from_utf8(dossier.document.clone()).unwrap();
    for opening in &bench.openings {
        if let Some(secret) = opening.value().as_str().filter(|secret| secret.len() > 8) {
            assert!(!text.contains(secret), "{}", opening.path());
        }
        if *opening.value() != json::Value::Null {
            assert!(text.contains(&opening.digest_text()), "{}", opening.path());
        }
    }
    assert!(!text.contains("analyse") && !text.contains(&format!("{:064}", 2)));
    let document: Value = serde_json::from_slice(&dossier.document).unwrap();
    let title = results(&document)["findings"][0]["title"].as_str().unwrap();
    assert!(title.starts_with(COMMITMENT), "{title}");

    // Who imports this gets no draft, and is told of each field what is missing.
    let again = import(&dossier.document, &Map::default()).unwrap();
    let undisclosed = again
        .missing
        .iter()
        .filter(|it| it.what == What::Undisclosed);
    assert_eq!(undisclosed.count(), drafts.len() * 9);
    assert_eq!(again.drafts, []);
}

#[test]
fn openings_that_do_not_fit_are_refused_and_others_are_named() {
    let (bench, _) = whole();
    let first = &bench.openings[0];
    let forged = Opening::new(
        Salt::from_bytes([9; 16]),
        first.id(),
        first.field(),
        json::Value::Null,
    );
    let paths = vec![forged.path()];
    let openings = Openings::new([forged]);
    assert_eq!(
        bench.export(&openings),
        Err(DossierError::Mismatch { paths })
    );
    let other = Opening::new(
        Salt::from_bytes([9; 16]),
        &"B-999".parse().unwrap(),
        "title",
        json::Value::Null,
    );
    let dossier = bench.export(&Openings::new([other])).unwrap();
    assert_eq!(dossier.unreferenced, ["B-999/title"]);
}

#[test]
fn uuids_are_unique_and_references_resolve() {
    let (bench, _) = whole();
    let document = bench.document(&bench.openings());
    let (mut made, mut used) = (Vec::new(), Vec::new());
    collect(&document, "", &mut made, &mut used);
    let different: BTreeSet<&String> = made.iter().collect();
    assert_eq!(different.len(), made.len());
    assert!(used.len() > 100, "{}", used.len());
    for reference in used {
        assert!(different.contains(&reference), "{reference}");
    }
}

fn collect(value: &Value, name: &str, made: &mut Vec<String>, used: &mut Vec<String>) {
    match value {
        Value::Object(members) => members
            .iter()
            .for_each(|(name, value)| collect(value, name, made, used)),
        Value::Array(items) => items
            .iter()
            .for_each(|item| collect(item, name, made, used)),
        Value::String(text) => match (name, text.strip_prefix('#')) {
            ("uuid", _) => made.push(text.clone()),
            // What a subject is stands in no part of the document.
            ("subject-uuid", _) => {}
            ("href", Some(uuid)) => used.push(uuid.to_owned()),
            (name, _) if name.ends_with("-uuid") || name.ends_with("-uuids") => {
                used.push(text.clone())
            }
            _ => {}
        },
        _ => {}
    }
}

#[test]
fn the_same_ledger_gives_the_same_bytes() {
    let (one, _) = whole();
    let (other, _) = whole();
    let bytes = |bench: &Bench| bench.export(&bench.openings()).unwrap().document;
    assert_eq!(Hash::of(&bytes(&one)), Hash::of(&bytes(&other)));
    assert_eq!(
        json::Value::parse(&bytes(&one)).unwrap().to_canonical(),
        bytes(&one)[..bytes(&one).len() - 1]
    );
}

#[test]
fn a_case_without_statements_and_a_broken_ledger_have_no_document() {
    let bench = Bench::new();
    let none = bench.export(&Openings::default());
    let case = CASE.parse().unwrap();
    assert_eq!(none, Err(DossierError::Empty { case }));

    let (mut bench, _) = whole();
    let again = bench.log.envelope(3);
    bench.log.force(&again);
    assert_eq!(
        bench.export(&Openings::default()),
        Err(DossierError::Defects)
    );
}

#[test]
fn withheld_statements_are_named_by_their_place() {
    let (mut bench, drafts) = whole();
    // The finding at place 5 is withheld.
    let finding = bench.log.envelope(5);
    let withheld = bench.log.world.withheld("AG-1", 5, &finding).case(CASE);
    bench.log.append(withheld.envelope());
    bench.log.records[5].envelope = None;
    let dossier = bench.export(&Openings::default()).unwrap();
    assert_eq!(
        dossier
            .withheld
            .iter()
            .map(|index| index.get())
            .collect::<Vec<_>>(),
        [5]
    );
    assert_eq!(dossier.findings, drafts.len() - 1);
    let document: Value = serde_json::from_slice(&dossier.document).unwrap();
    valid(&document);
    assert!(
        results(&document)["remarks"]
            .as_str()
            .unwrap()
            .ends_with(": 5")
    );
}
