//! Sheets of findings and their maps: the example, and the vectors of `tests/vectors/csv`.

use bewijs::hash::Hash;
use bewijs::json;
use bewijs::statement::csv::{
    About, CsvError, Import, LeftOut, MAX_ROWS, MAX_SHEET_BYTES, Map, Missing, Reason, RowDraft,
    import,
};
use bewijs::statement::draft::Draft;
use bewijs::statement::{Type, csv::Rows};
use serde_json::{Value, json};

const EXAMPLE: &[u8] = include_bytes!("../examples/csv/voorbeeld_bevindingen.csv");
const EXAMPLE_MAP: &str = include_str!("../examples/csv/voorbeeld_map.toml");
const VECTORS: &str = include_str!("vectors/csv/import.json");

#[test]
fn the_example_gives_four_drafts_and_no_person() {
    let import = import(EXAMPLE, &Map::parse(EXAMPLE_MAP).unwrap()).unwrap();
    assert_eq!(import.missing, []);
    assert_eq!((import.rows, import.drafts.len()), (4, 4));
    assert_eq!(import.sheet_sha256, Hash::of(EXAMPLE));
    assert!(!format!("{import:?}").contains("Robin"));
    let file = import.file("bevindingen.csv");
    let bytes = file.as_object().unwrap().get("bytes").unwrap();
    assert_eq!(bytes.as_integer(), Some(EXAMPLE.len() as i64));
}

#[test]
fn vectors() {
    let vectors: Value = serde_json::from_str(VECTORS).unwrap();
    let cases = vectors["cases"].as_array().unwrap();
    assert!(cases.len() >= 45);
    for case in cases {
        let found = outcome(case);
        let expected = &case["expected"];
        let name = &case["name"];
        let message = found["message"].as_str().unwrap_or_default();
        if let Some(begins) = expected["message_begins"].as_str() {
            assert!(message.starts_with(begins), "{name}: {found}");
            assert_eq!(found["outcome"], expected["outcome"], "{name}");
        } else if let Some(part) = expected["message_holds"].as_str() {
            assert!(message.contains(part), "{name}: {found}");
            assert_eq!(found["outcome"], expected["outcome"], "{name}");
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
    let sheet = match case["sheet_hex"].as_str() {
        Some(hex) => hex::decode(hex).unwrap(),
        None => case["sheet"].as_str().unwrap().as_bytes().to_vec(),
    };
    match import(&sheet, &map) {
        Ok(import) => shown(&import),
        Err(error) => json!({"outcome": "sheet error", "message": error.to_string()}),
    }
}

fn shown(import: &Import) -> Value {
    let left_out: Vec<Value> = import.left_out.iter().map(left_out).collect();
    if !import.missing.is_empty() {
        assert_eq!(import.drafts, []);
        let missing: Vec<Value> = import.missing.iter().map(missing).collect();
        return json!({"outcome": "missing", "missing": missing, "left_out": left_out});
    }
    assert_eq!(import.rows, import.drafts.len());
    let drafts: Vec<Value> = import.drafts.iter().map(draft).collect();
    let delimiter = import.delimiter.to_string();
    json!({"outcome": "drafts", "delimiter": delimiter, "drafts": drafts, "left_out": left_out})
}

/// Whatever was imported can be signed as it is.
fn draft(it: &RowDraft) -> Value {
    assert!(Type::Finding.takes(&it.draft.id));
    let body = it.draft.body();
    assert_eq!(json::Value::parse(&body.to_canonical()).as_ref(), Ok(&body));
    Draft::parse(Type::Finding, body.clone()).unwrap();
    let mut shown: Value = serde_json::from_slice(&body.to_canonical()).unwrap();
    shown["row"] = json!(it.row);
    shown["id"] = json!(it.draft.id.as_str());
    shown
}

fn with_rows(mut what: Value, rows: &Rows) -> Value {
    if rows.count > 0 {
        what["rows"] = json!(rows.first);
        what["count"] = json!(rows.count);
    }
    what
}

fn missing(missing: &Missing) -> Value {
    let what = match &missing.about {
        About::NoColumn { column } => json!({"what": "no column", "column": column.name()}),
        About::Empty { column, .. } => json!({"what": "empty", "column": column.name()}),
        About::Word { column, found, .. } => {
            json!({"what": "word", "column": column.name(), "found": found})
        }
        About::IdForm { found } => json!({"what": "id form", "found": found}),
        About::IdTwice { id } => json!({"what": "id twice", "id": id}),
        About::Controls => json!({"what": "controls"}),
        About::Cells => json!({"what": "cells"}),
        other => panic!("{other:?}"),
    };
    with_rows(what, &missing.rows)
}

fn left_out(left_out: &LeftOut) -> Value {
    let what = match &left_out.reason {
        Reason::Persons { name } => json!({"what": "persons", "name": name}),
        Reason::UnknownColumn { name } => json!({"what": "unknown column", "name": name}),
        Reason::OwnIds { name } => json!({"what": "own ids", "name": name}),
        Reason::Formula { name } => json!({"what": "formula", "name": name}),
        Reason::Invisible { name } => json!({"what": "invisible", "name": name}),
        Reason::Shortened { field } => json!({"what": "shortened", "field": field}),
        Reason::Gap {
            after,
            before,
            lacking,
        } => {
            json!({"what": "gap", "after": after.as_str(), "before": before.as_str(), "lacking": lacking})
        }
        other => panic!("{other:?}"),
    };
    with_rows(what, &left_out.rows)
}

#[test]
fn as_many_rows_as_a_sheet_may_have_and_one_more() {
    let row = |n| format!("B-{n},datastromen,RAP-1,low,t\n");
    let mut sheet = "id,domain,source,severity,title\n".to_owned();
    sheet.extend((0..MAX_ROWS).map(row));
    let whole = import(sheet.as_bytes(), &Map::default()).unwrap();
    assert_eq!((whole.drafts.len(), whole.missing.len()), (MAX_ROWS, 0));
    assert_eq!(whole.drafts.last().unwrap().row, MAX_ROWS + 1);
    sheet.push_str(&row(MAX_ROWS));
    let more = import(sheet.as_bytes(), &Map::default());
    assert_eq!(more, Err(CsvError::TooManyRows));
}

#[test]
fn what_stands_in_many_rows_is_told_once() {
    let row = |n| format!("B-{n},datastromen,RAP-1,Ernstig,t\n");
    let mut sheet = "id,domain,source,severity,title\n".to_owned();
    sheet.extend((0..5_000).map(row));
    let import = import(sheet.as_bytes(), &Map::default()).unwrap();
    let [only] = &import.missing[..] else {
        panic!("expected one line, found {}", import.missing.len())
    };
    assert_eq!(
        (only.rows.first.len(), only.rows.count),
        (Rows::LISTED, 5_000)
    );
}

#[test]
fn a_sheet_one_byte_too_long_is_refused() {
    let found = MAX_SHEET_BYTES + 1;
    let sheet = vec![b'\n'; found];
    assert_eq!(
        import(&sheet, &Map::default()),
        Err(CsvError::TooLong { found })
    );
}

#[test]
fn every_changed_byte_gives_an_answer() {
    let map = Map::parse(EXAMPLE_MAP).unwrap();
    let mut bytes = EXAMPLE.to_vec();
    for at in (0..bytes.len()).step_by(5) {
        for byte in [0, b'"', b';', b'\n', 0xFF] {
            let kept = std::mem::replace(&mut bytes[at], byte);
            if let Ok(import) = import(&bytes, &map) {
                assert_eq!(import.sheet_sha256, Hash::of(&bytes));
                assert!(import.drafts.is_empty() || import.missing.is_empty());
            }
            bytes[at] = kept;
        }
    }
}

#[test]
fn the_map_of_the_documentation_is_one() {
    let page = include_str!("../docs/formats/csv.md");
    let (_, rest) = page.split_once("```toml\n").unwrap();
    let (map, _) = rest.split_once("```").unwrap();
    Map::parse(map).unwrap();
}
