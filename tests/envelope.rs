//! Runs `tests/vectors/envelope`: bytes in, one expected outcome a case.

use bewijs::envelope::{Envelope, EnvelopeError, pae};
use bewijs::hash::Hash;
use bewijs::key::{KeyId, PublicKey, Signature};
use serde_json::Value;

#[test]
fn pre_authentication_encodings() {
    for case in cases(include_str!("vectors/envelope/pae.json")) {
        let payload = hex::decode(text(&case["payload"])).unwrap();
        let encoded = pae(text(&case["payload_type"]), &payload);
        let expected = &case["expected"];
        assert_eq!(hex::encode(&encoded), text(&expected["pae"]), "{case}");
        let digest = Hash::of(&encoded).to_string();
        assert_eq!(digest, text(&expected["sha256"]), "{case}");
        if let Some(signature) = expected["signature"].as_str() {
            let key: PublicKey = text(&expected["public_key"]).parse().unwrap();
            let signature = hex::decode(signature).unwrap().try_into().unwrap();
            assert!(
                key.verify(&encoded, &Signature::from_bytes(signature))
                    .is_ok(),
                "{case}"
            );
        }
    }
}

#[test]
fn at_the_door() {
    for case in cases(include_str!("vectors/envelope/door.json")) {
        let outcome = Envelope::parse_door(text(&case["input"]).as_bytes());
        let expected = &case["expected"];
        let Some(stored) = expected["stored"].as_str() else {
            assert_eq!(
                outcome.map_err(rule),
                Err(text(&expected["refused"])),
                "{case}"
            );
            continue;
        };
        let envelope = outcome.unwrap_or_else(|error| panic!("{case}: {error}"));
        assert_eq!(envelope.print_stored(), stored.as_bytes(), "{case}");
        for (field, digest) in [
            ("digest", envelope.digest()),
            ("payload_digest", envelope.payload_digest()),
            ("pae_digest", envelope.pae_digest()),
        ] {
            assert_eq!(
                digest.to_string(),
                text(&expected[field]),
                "{field}: {case}"
            );
        }
    }
}

#[test]
fn stored() {
    for case in cases(include_str!("vectors/envelope/stored.json")) {
        let input = text(&case["input"]).as_bytes();
        let expected = &case["expected"];
        match Envelope::parse_stored(input) {
            Ok(envelope) => {
                assert_eq!(envelope.print_stored(), input, "{case}");
                assert_eq!(envelope.digest().to_string(), text(&expected["digest"]));
            }
            Err(error) => assert_eq!(rule(error), text(&expected["refused"]), "{case}"),
        }
    }
}

#[test]
fn verification() {
    for case in cases(include_str!("vectors/envelope/verify.json")) {
        let envelope = Envelope::parse_stored(text(&case["envelope"]).as_bytes()).unwrap();
        let keys: Vec<PublicKey> = list(&case["keys"], |key| key.parse().unwrap());
        let find = |id: &KeyId| keys.iter().copied().find(|key| key.id() == *id);
        let ids = |field: &str| -> Vec<KeyId> {
            list(&case["expected"][field], |id| id.parse().unwrap())
        };
        match envelope.verify_all(find) {
            Ok(verified) => {
                assert!(verified.key_ids().eq(ids("verified")), "{case}");
                assert_eq!(verified.payload(), envelope.payload());
            }
            Err(error) => {
                assert!(case["expected"]["verified"].is_null(), "{case}: {error}");
                assert_eq!(error.invalid, ids("invalid"), "{case}");
                assert_eq!(error.unknown, ids("unknown"), "{case}");
            }
        }
    }
}

/// The name of the rule that was broken, as in `docs/formats/envelope.md`.
fn rule(error: EnvelopeError) -> &'static str {
    match error {
        EnvelopeError::TooLong { .. } => "too-long",
        EnvelopeError::Json { .. } => "json",
        EnvelopeError::PayloadType { .. } => "payload-type",
        EnvelopeError::PayloadBase64 => "payload-base64",
        EnvelopeError::PayloadTooLong { .. } => "payload-too-long",
        EnvelopeError::SignatureCount { .. } => "signature-count",
        EnvelopeError::NoKeyId { .. } => "no-keyid",
        EnvelopeError::KeyId { .. } => "keyid",
        EnvelopeError::Signature { .. } => "signature",
        EnvelopeError::SignedTwice { .. } => "signed-twice",
        EnvelopeError::NotStored { .. } => "not-stored",
        other => panic!("no rule for {other:?}"),
    }
}

fn cases(file: &str) -> Vec<Value> {
    let mut file: Value = serde_json::from_str(file).unwrap();
    let Value::Array(cases) = file["cases"].take() else {
        panic!("expected an array of cases");
    };
    assert!(!cases.is_empty());
    cases
}

fn text(value: &Value) -> &str {
    value
        .as_str()
        .unwrap_or_else(|| panic!("expected text, found {value}"))
}

fn list<T>(value: &Value, parse: impl Fn(&str) -> T) -> Vec<T> {
    value
        .as_array()
        .map(|values| values.iter().map(|value| parse(text(value))).collect())
        .unwrap_or_default()
}
