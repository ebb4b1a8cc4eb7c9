//! OSCAL documents and their maps: the two examples, and the vectors of `tests/vectors/oscal`.

use bewijs::hash::Hash;
use bewijs::json;
use bewijs::statement::Type;
use bewijs::statement::draft::Draft;
use bewijs::statement::finding::Severity;
use bewijs::statement::finding_draft::FindingDraft;
use bewijs::statement::frame::Domain;
use bewijs::statement::oscal::{
    Import, LeftOut, MAX_DOCUMENT_BYTES, Map, Missing, OscalError, Reason, What, import,
};
use serde_json::{Value, json};

const IFA: &[u8] = include_bytes!("../examples/oscal/ifa_assessment-results-example.json");
const IFA_MAP: &str = include_str!("../examples/oscal/ifa_map.toml");
const VECTORS: &str = include_str!("vectors/oscal/import.json");

#[test]
fn nist_example_without_a_map_lists_everything_missing() {
    let import = import(IFA, &Map::default()).unwrap();
    assert_eq!(import.drafts, []);
    let missing: Vec<_> = import
        .missing
        .iter()
        .map(|it| (it.what, &*it.place))
        .collect();
    assert_eq!(
        missing,
        [
            (What::FirstId, ""),
            (What::Organisation, "/assessment-results/metadata/parties/1"),
            (What::Domain, "/assessment-results/results/0/findings/0"),
            (What::Severity, "/assessment-results/results/0/findings/0"),
        ]
    );
}

#[test]
fn nist_example_with_its_map_gives_one_draft() {
    let import = import(IFA, &Map::parse(IFA_MAP).unwrap()).unwrap();
    assert_eq!(import.missing, []);
    assert_eq!(import.document_sha256, Hash::of(IFA));
    let [draft] = &import.drafts[..] else {
        panic!("expected one draft, found {}", import.drafts.len())
    };
    assert_eq!(draft.id.as_str(), "B-101");
    assert_eq!(draft.domain, Domain::Infrastructure);
    assert_eq!(draft.severity, Severity::High);
    assert_eq!(draft.controls, ["NIST SP 800-53 AC-6(1)"]);
    assert_eq!(draft.source, "RAP-IFA-2023-06");
    // The assessor of the document is a person: her organisation stands in her place.
    assert!(
        draft
            .found_by
            .iter()
            .map(|id| id.as_str())
            .eq(["org:pentest-voorbeeld"])
    );
    let person = Reason::Person {
        uuid: "e7730080-71ce-4b20-bec4-84f33136fd58".to_owned(),
        replaced_by: Some("3a675986-b4ff-4030-b178-e953c2e55d64".to_owned()),
    };
    assert_eq!(import.left_out[0].reason, person);
    assert!(!format!("{import:?}").contains("Amy"));
}

#[test]
fn vectors() {
    let vectors: Value = serde_json::from_str(VECTORS).unwrap();
    let cases = vectors["cases"].as_array().unwrap();
    assert!(cases.len() >= 60);
    for case in cases {
        let found = outcome(case);
        let expected = &case["expected"];
        let name = &case["name"];
        if let Some(begins) = expected["message_begins"].as_str() {
            let message = found["message"].as_str().unwrap_or_default();
            assert!(message.starts_with(begins), "{name}: {found}");
        } else if let Some(part) = expected["message_holds"].as_str() {
            let message = found["message"].as_str().unwrap_or_default();
            assert!(message.contains(part), "{name}: {found}");
        } else {
            assert_eq!(&found, expected, "{name}");
        }
    }
}

fn outcome(case: &Value) -> Value {
    let map = match case["map"].as_str().map(Map::parse) {
        None => Map::default(),
        Some(Ok(map)) => map,
        Some(Err(error)) => return json!({"outcome": "map error", "message": error.to_string()}),
    };
    match import(case["document"].as_str().unwrap().as_bytes(), &map) {
        Ok(import) => shown(&import),
        Err(error) => json!({"outcome": "document error", "message": error.to_string()}),
    }
}

fn shown(import: &Import) -> Value {
    let left_out: Vec<Value> = import.left_out.iter().map(left_out).collect();
    if import.missing.is_empty() {
        let drafts: Vec<Value> = import.drafts.iter().map(draft).collect();
        assert_eq!(import.counts.counted, drafts.len());
        let in_document = import.counts.in_document;
        return json!({"outcome": "drafts", "in_document": in_document, "drafts": drafts, "left_out": left_out});
    }
    assert_eq!(import.drafts, []);
    let missing: Vec<Value> = import.missing.iter().map(missing).collect();
    json!({"outcome": "missing", "missing": missing, "left_out": left_out})
}

fn draft(draft: &FindingDraft) -> Value {
    fits_its_schema(draft);
    let class = |class: Severity| class.label().nl;
    let found_by: Vec<&str> = draft.found_by.iter().map(|id| id.as_str()).collect();
    json!({
        "id": draft.id.as_str(), "domain": draft.domain.code(), "severity": class(draft.severity),
        "title": draft.title, "description": draft.description, "controls": draft.controls,
        "object": draft.object, "cvss": draft.cvss, "likelihood": draft.likelihood.map(class),
        "impact": draft.impact.map(class), "found_by": found_by, "report": draft.source,
        "finding_uuid": draft.finding_uuid,
    })
}

/// Whatever was imported can be signed as it is.
fn fits_its_schema(draft: &FindingDraft) {
    assert!(Type::Finding.takes(&draft.id));
    let body = draft.body();
    assert_eq!(json::Value::parse(&body.to_canonical()).as_ref(), Ok(&body));
    Draft::parse(Type::Finding, body).unwrap();
}

fn missing(missing: &Missing) -> Value {
    let what = match missing.what {
        What::FirstId => "first id",
        What::Organisation => "organisation",
        What::Domain => "domain",
        What::Severity => "severity",
        What::Reference => "reference",
        What::Id => "id",
        What::Undisclosed => "undisclosed",
        other => panic!("{other:?}"),
    };
    json!({"what": what, "place": missing.place, "uuid": missing.uuid})
}

fn left_out(left_out: &LeftOut) -> Value {
    let place = &left_out.place;
    match &left_out.reason {
        Reason::Person { uuid, replaced_by } => {
            json!({"place": place, "kind": "person", "uuid": uuid, "replaced_by": replaced_by})
        }
        Reason::NameInText { uuid, times } => {
            json!({"place": place, "kind": "name in text", "uuid": uuid, "times": times})
        }
        Reason::Shortened { field, characters } => {
            json!({"place": place, "kind": "shortened", "field": field, "characters": characters})
        }
        Reason::Contact => json!({"place": place, "kind": "contact"}),
        Reason::Invisible { characters } => {
            json!({"place": place, "kind": "invisible", "characters": characters})
        }
        Reason::State { uuid, state } => {
            json!({"place": place, "kind": "state", "uuid": uuid, "state": state})
        }
        Reason::Unrelated { uuid } => json!({"place": place, "kind": "unrelated", "uuid": uuid}),
        other => panic!("{other:?}"),
    }
}

#[test]
fn every_prefix_and_every_changed_byte_gives_an_answer() {
    let map = Map::parse(IFA_MAP).unwrap();
    for end in (0..IFA.len()).step_by(37) {
        assert!(
            import(&IFA[..end.min(IFA.len() - 2)], &map).is_err(),
            "first {end} bytes"
        );
    }
    let mut bytes = IFA.to_vec();
    for at in (0..bytes.len()).step_by(11) {
        for byte in [0, b'"', b'9'] {
            let kept = std::mem::replace(&mut bytes[at], byte);
            // Whatever comes out, it is an answer, and it names the bytes that it was made from.
            if let Ok(import) = import(&bytes, &map) {
                assert_eq!(import.document_sha256, Hash::of(&bytes));
                assert!(import.drafts.is_empty() || import.missing.is_empty());
            }
            bytes[at] = kept;
        }
    }
}

#[test]
fn a_document_one_byte_too_long_is_refused() {
    let mut bytes = IFA.to_vec();
    bytes.resize(MAX_DOCUMENT_BYTES, b' ');
    assert!(import(&bytes, &Map::default()).is_ok());
    bytes.push(b' ');
    let found = bytes.len();
    assert_eq!(
        import(&bytes, &Map::default()),
        Err(OscalError::TooLong { found })
    );
}

#[test]
fn a_small_document_cannot_make_large_drafts() {
    // Many findings that all point to one observation with a long title.
    let uuid = |kind: u32, n: u32| format!("{kind:08x}-0000-4000-8000-{n:012x}");
    let finding = |n| {
        json!({
            "uuid": uuid(7, n), "title": "t", "description": "d",
            "target": {"target-id": "ac-6", "status": {"state": "not-satisfied"}},
            "related-observations": [{"observation-uuid": uuid(4, 0)}],
        })
    };
    let document = json!({"assessment-results": {
        "uuid": uuid(1, 0),
        "metadata": {"oscal-version": "1.1.2"},
        "results": [{
            "observations": [{"uuid": uuid(4, 0), "subjects": [
                {"subject-uuid": uuid(6, 0), "type": "component", "title": "x".repeat(1 << 20)},
            ]}],
            "findings": (0..100).map(finding).collect::<Vec<_>>(),
        }],
    }});
    let result = import(document.to_string().as_bytes(), &Map::default());
    let place = "/assessment-results/results/0/findings/63".to_owned();
    assert_eq!(result, Err(OscalError::TooMuch { place }));
}

#[test]
fn the_map_of_the_documentation_is_one() {
    let page = include_str!("../docs/formats/oscal.md");
    let (_, rest) = page.split_once("```toml\n").unwrap();
    let (map, _) = rest.split_once("```").unwrap();
    Map::parse(map).unwrap();
}

#[test]
fn bytes_that_are_not_utf_8_are_refused() {
    assert_eq!(
        import(b"{\"\xFF", &Map::default()),
        Err(OscalError::Utf8 { offset: 2 })
    );
}
