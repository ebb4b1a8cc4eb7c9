//! The example of a type: its draft, made a statement with fixed nonce, salts and signer.

use std::fs;

use bewijs::hash::Hash;
use bewijs::json::Value;
use bewijs::statement::field::Nonce;
use bewijs::statement::register::Charter;
use bewijs::statement::schema::{At, Field};
use bewijs::statement::{
    Draft, Head, LedgerId, Openings, Predicate, Salt, Signers, Statement, Type,
};

/// A statement and the openings of its confidential fields.
pub struct Example {
    pub statement: Statement,
    pub openings: Openings,
}

/// The ids of the first two keys of RFC 8032, section 7.1.
const SIGNERS: [&str; 2] = [
    "06e3fd8fda29bb60ab59557de61edb0aecdb231134be30e75b455f8e1b792fa9",
    "deb2ded39dc26fce0e6085b6fc34bf6b5941913bbfe2ea614113cff9e004c170",
];

impl Example {
    /// Returns the body as it is written by hand, with plain values in its confidential fields.
    pub fn draft(kind: Type) -> Value {
        let path = format!("tests/vectors/statement/drafts/{kind}.json");
        let Value::Object(mut file) = Value::parse(&fs::read(path).unwrap()).unwrap() else {
            panic!("{kind}: expected an object");
        };
        file.remove("predicate").unwrap()
    }

    /// Makes the example of `kind` from `tests/vectors/statement/drafts/<kind>.json`.
    pub fn of(kind: Type) -> Example {
        let path = format!("tests/vectors/statement/drafts/{kind}.json");
        let bytes = fs::read(&path).unwrap_or_else(|error| panic!("{path}: {error}"));
        let Value::Object(mut file) = Value::parse(&bytes).unwrap() else {
            panic!("{path}: expected an object");
        };
        let body = file.remove("predicate").unwrap();
        let draft = Draft::parse(kind, body).unwrap_or_else(|error| panic!("{path}: {error}"));
        let seed = Hash::of(kind.name().as_bytes());
        let mut salt = [0; Salt::LEN];
        salt.copy_from_slice(&seed.as_bytes()[..Salt::LEN]);
        let mut nonce = [0; Nonce::LEN];
        nonce.copy_from_slice(&seed.as_bytes()[Salt::LEN..]);
        let salts = || {
            salt[0] = salt[0].wrapping_add(1);
            Salt::from_bytes(salt)
        };

        let at = At::Root("head");
        let id = file.remove("id").unwrap();
        let id = bewijs::statement::Id::parse(id, &at).unwrap();
        let (predicate, openings) = draft.commit(&id, salts);
        let head = Head {
            id,
            case: Field::parse_member(file.remove("case"), &at).unwrap(),
            signers: Signers::new(SIGNERS.iter().map(|id| id.parse().unwrap())),
            claimed_at: "2024-07-17T09:00:00Z".parse().unwrap(),
            nonce: Nonce::from_bytes(nonce),
            basis: Field::parse_member(file.remove("basis"), &at).unwrap(),
            lint: None,
        };
        assert!(file.is_empty(), "{path}: unknown members {file:?}");
        let genesis = match &predicate {
            Predicate::Charter(charter) => Charter::text_digest(charter),
            _ => Hash::of(b"genesis"),
        };
        let ledger = LedgerId {
            origin: "bewijs.example/voorbeeld".parse().unwrap(),
            genesis,
        };
        let statement = Statement::compose(ledger, head, predicate)
            .unwrap_or_else(|error| panic!("{path}: {error}"));
        Example {
            statement,
            openings,
        }
    }
}
