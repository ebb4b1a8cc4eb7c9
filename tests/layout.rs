//! The vectors of `docs/formats/layout.md`, and another implementation beside ours.

use bewijs::hash::Hash;
use bewijs::layout::{
    BUNDLE_WIDTH, BundleId, Resource, decode_entries, decode_statements, encode_entries,
    encode_statements,
};
use bewijs::merkle::Size;
use proptest::prelude::*;
use serde::Deserialize;

#[derive(Deserialize)]
struct Vectors<C> {
    cases: Vec<C>,
}

#[derive(Deserialize)]
struct PathCase {
    comment: String,
    path: String,
    expected: String,
    kind: Option<String>,
    level: Option<u8>,
    n: Option<u64>,
    width: Option<u16>,
}

#[test]
fn paths() {
    let vectors: Vectors<PathCase> =
        serde_json::from_str(include_str!("vectors/layout/paths.json")).unwrap();
    assert!(vectors.cases.len() > 50);
    for case in vectors.cases {
        match (case.expected.as_str(), case.path.parse::<Resource>()) {
            ("valid", Ok(resource)) => {
                assert_eq!(resource.path(), case.path, "{}", case.comment);
                let found = match resource {
                    Resource::Checkpoint => ("checkpoint", None, None, None),
                    Resource::Tile(tile) => (
                        "tile",
                        Some(tile.level()),
                        Some(tile.n()),
                        Some(tile.width()),
                    ),
                    Resource::Entries(b) => ("entries", None, Some(b.n()), Some(b.width())),
                    Resource::Statements(b) => ("statements", None, Some(b.n()), Some(b.width())),
                };
                let kind = case.kind.as_deref().unwrap();
                let expected = (kind, case.level, case.n, case.width);
                assert_eq!(found, expected, "{}", case.comment);
            }
            ("invalid", Err(_)) => {}
            (expected, found) => panic!("{}: expected {expected}, found {found:?}", case.comment),
        }
    }
}

#[derive(Deserialize)]
struct BundleCase {
    comment: String,
    kind: String,
    width: u16,
    hex: String,
    expected: String,
    items: Option<Vec<Option<String>>>,
}

#[test]
fn bundles() {
    let vectors: Vectors<BundleCase> =
        serde_json::from_str(include_str!("vectors/layout/bundles.json")).unwrap();
    assert!(vectors.cases.len() > 12);
    for case in vectors.cases {
        let bytes = hex::decode(&case.hex).unwrap();
        let decoded = match case.kind.as_str() {
            "entries" => decode_entries(&bytes, case.width)
                .map(|items| items.into_iter().map(Some).collect()),
            _ => decode_statements(&bytes, case.width),
        };
        match (case.expected.as_str(), decoded) {
            ("valid", Ok(items)) => {
                let encoded = match case.kind.as_str() {
                    "entries" => encode_entries(&items.iter().flatten().collect::<Vec<_>>()),
                    _ => encode_statements(&items),
                };
                assert_eq!(encoded, Ok(bytes.clone()), "{}", case.comment);
                let items = items.iter().map(|item| item.map(hex::encode)).collect();
                assert_eq!(Some(items), case.items, "{}", case.comment);
            }
            ("invalid", Err(_)) => {}
            (expected, found) => panic!("{}: expected {expected}, found {found:?}", case.comment),
        }
    }
}

#[test]
fn the_bundles_of_a_tree_of_70_000_entries() {
    let entry = |index: u64| index.to_string();
    for (path, bytes, digest) in [
        (
            "tile/entries/000",
            1_170,
            "94693d5c6d6a0355ec07bac8214516c1ce6a5100b0588f226fd95f26571157d7",
        ),
        (
            "tile/entries/273.p/112",
            784,
            "36c3ec44895d1b8098dbe8523078d6750bf09e0f12cd64671ebfe165b7647405",
        ),
    ] {
        let Ok(Resource::Entries(id)) = path.parse() else {
            panic!("{path}");
        };
        assert!(BundleId::all(Size::new(70_000).unwrap()).any(|other| other == id));
        let entries: Vec<_> = id.indexes().map(entry).collect();
        let bundle = encode_entries(&entries).unwrap();
        assert_eq!(
            (bundle.len(), Hash::of(&bundle).to_string()),
            (bytes, digest.to_owned())
        );
        let decoded = decode_entries(&bundle, id.width()).unwrap();
        assert!(decoded.into_iter().eq(entries.iter().map(String::as_bytes)));
    }
}

proptest! {
    /// `tlog_tiles` writes the same numbers, below the height that Go's paths begin with.
    #[test]
    fn another_implementation_writes_the_same_places(n in 0u64..1 << 45, width in 1u16..=256) {
        let theirs = tlog_tiles::Tile::new(8, 0, n, width.into(), true).path();
        let place = theirs.strip_prefix("tile/8/data/").unwrap();
        if let Some(id) = BundleId::new(n, width) {
            prop_assert_eq!(id.to_string(), place);
            let path = format!("tile/entries/{place}");
            prop_assert_eq!(path.parse(), Ok(Resource::Entries(id)));
        }
    }

    #[test]
    fn any_path_is_refused_or_comes_back(
        path in "(checkpoint|tile/(entries|statements|[0-9]{1,2})/)((x[0-9]{3}|[0-9x]{1,4})/){0,3}[0-9]{1,3}(\\.p/[0-9]{0,3})?",
    ) {
        if let Ok(resource) = path.parse::<Resource>() {
            prop_assert_eq!(resource.path(), path);
        }
    }

    #[test]
    fn any_bytes_are_refused_or_come_back(
        bytes in prop::collection::vec(prop_oneof![4 => 0u8..3, 1 => any::<u8>()], 0..60),
        width in 0u16..9,
    ) {
        if let Ok(entries) = decode_entries(&bytes, width) {
            prop_assert_eq!(encode_entries(&entries), Ok(bytes.clone()));
        }
        if let Ok(statements) = decode_statements(&bytes, width) {
            prop_assert_eq!(encode_statements(&statements), Ok(bytes));
        }
    }

    #[test]
    fn items_come_back(
        statements in prop::collection::vec(
            prop::option::of(prop::collection::vec(any::<u8>(), 1..300)),
            1..=BUNDLE_WIDTH.into(),
        ),
    ) {
        let bytes = encode_statements(&statements).unwrap();
        let width = statements.len() as u16;
        let decoded = decode_statements(&bytes, width).unwrap();
        prop_assert!(decoded.into_iter().eq(statements.iter().map(Option::as_deref)));
        prop_assert!(decode_statements(&bytes, width + 1).is_err());
    }
}
