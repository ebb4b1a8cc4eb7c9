//! Bad input gets a clear error, and nothing is lost: each kind of it is handed to one open ledger.
//!
//! What the machine does to a ledger is in `disk.rs` (full, read-only), `crash.rs` (kill -9), `cli/walk.rs`
//! (a second process) and `export.rs` (changed bytes).

mod support;

use std::sync::Arc;

use bewijs::envelope::{Envelope, MAX_DOOR_BYTES, MAX_PAYLOAD_BYTES};
use bewijs::hash::Hash;
use bewijs::ledger::{Appended, Ledger, SystemClock};
use bewijs::merkle::{Size, leaf_hash};
use bewijs::statement::SignedStatement;
use bewijs::store::MemoryStore;
use support::{
    ASSESSOR, ASSESSOR_2, CASE, Draft, LAB, LOG_SEED, Person, REGISTRAR, SeedSigner, World,
    envelope, log_key, sign,
};

/// A person whom nobody enrolled.
const STRANGER: Person = Person {
    party: "org:lab-voorbeeld",
    role: "lab",
    number: 9,
    seed: 50,
};

/// Bytes that somebody hands in, and what the answer says.
struct Bad {
    about: &'static str,
    bytes: Vec<u8>,
    says: &'static [&'static str],
}

fn bad(about: &'static str, bytes: Vec<u8>, says: &'static [&'static str]) -> Bad {
    Bad { about, bytes, says }
}

/// An envelope that its signer signed, whatever its payload has become.
fn resigned(draft: &Draft, edit: impl FnOnce(String) -> String) -> Vec<u8> {
    let payload = edit(String::from_utf8(draft.payload()).unwrap());
    envelope(payload.into_bytes(), &[ASSESSOR]).print_stored()
}

/// What is wrong with the bytes, before anyone looks at the ledger.
fn malformed(world: &World) -> Vec<Bad> {
    let finding = world.finding("B-9");
    let stored = finding.envelope().print_stored();
    let mut oversized = stored.clone();
    oversized.resize(MAX_DOOR_BYTES + 1, b' ');
    let twice = String::from_utf8(stored.clone()).unwrap();
    let twice = twice.replacen("{\"payload\":", "{\"payload\":\"\",\"payload\":", 1);
    let long = |bytes: usize| {
        let payload = vec![b' '; bytes];
        let text = base64(&payload);
        let (key, signature) = (ASSESSOR.key_id(), base64(&[0; 64]));
        format!(
            r#"{{"payload":"{text}","payloadType":"application/vnd.in-toto+json","signatures":[{{"keyid":"{key}","sig":"{signature}"}}]}}"#
        )
    };
    vec![
        bad(
            "truncated",
            stored[..stored.len() / 2].to_vec(),
            &["expected a DSSE envelope", "line 1 column"],
        ),
        bad(
            "oversized",
            oversized,
            &["expected an envelope of at most 131072 bytes, found 131073"],
        ),
        bad(
            "a member of the envelope twice",
            twice.into_bytes(),
            &["duplicate field `payload`"],
        ),
        bad(
            "a payload one byte over the limit",
            long(MAX_PAYLOAD_BYTES + 1).into_bytes(),
            &["expected a payload of at most 46080 bytes (45 KiB), found 46081"],
        ),
        bad(
            "a payload at the limit that says nothing",
            long(MAX_PAYLOAD_BYTES).into_bytes(),
            &["expected JSON"],
        ),
        bad(
            "another spelling of the payload",
            resigned(&finding, |text| text.replacen(":", ": ", 1)),
            &["expected canonical JSON (RFC 8785), found another spelling at byte 9"],
        ),
        bad(
            "a member of the payload twice",
            resigned(&finding, |text| {
                text.replacen("\"_type\"", "\"_type\":\"\",\"_type\"", 1)
            }),
            &["member \"_type\" occurs twice"],
        ),
        bad(
            "nested deeper than anything that is said",
            resigned(&finding, |_| "[".repeat(17) + &"]".repeat(17)),
            &["expected at most 16 levels of nesting, found 17"],
        ),
        bad(
            "nested without end",
            resigned(&finding, |_| "[".repeat(40_000)),
            &["expected JSON"],
        ),
        bad(
            "an invisible code point",
            resigned(&finding, |text| text.replacen("RAP-1", "RAP\u{200B}-1", 1)),
            &["expected visible text, found U+200B"],
        ),
        bad(
            "a code point that turns the text round",
            resigned(&finding, |text| text.replacen("RAP-1", "RAP\u{202E}-1", 1)),
            &["expected visible text, found U+202E"],
        ),
        bad(
            "an unknown member",
            resigned(&finding, |text| {
                text.replacen("\"exploit_path\"", "\"dz\":1,\"exploit_path\"", 1)
            }),
            &["predicate: expected no members but domain", "found \"dz\""],
        ),
    ]
}

/// What is wrong with the signatures.
fn missigned(world: &World) -> Vec<Bad> {
    let finding = world.finding("B-9").by(&[ASSESSOR, ASSESSOR_2]).envelope();
    let edited = |edit: &dyn Fn(&mut Vec<_>)| {
        let mut signatures = finding.signatures().to_vec();
        edit(&mut signatures);
        let edited = Envelope::new(finding.payload().to_vec(), signatures);
        edited.unwrap().print_stored()
    };
    vec![
        bad(
            "wrongly signed",
            edited(&|signatures| signatures[0].1 = sign(ASSESSOR.seed, b"something else")),
            &["expected valid signatures by known keys", "does not verify"],
        ),
        bad(
            "a stripped signature",
            edited(&|signatures| signatures.truncate(1)),
            &["expected a signature by key", "found none"],
        ),
        bad(
            "an added signature",
            edited(&|signatures| {
                let message = finding.pae();
                signatures.push((LAB.key_id(), sign(LAB.seed, &message)));
            }),
            &["expected signatures by the named signers only, found one by key"],
        ),
        bad(
            "an unknown key",
            world
                .finding("B-9")
                .by(&[STRANGER])
                .envelope()
                .print_stored(),
            &["is by an unknown key"],
        ),
        bad(
            "a revoked key",
            world
                .finding("B-9")
                .by(&[ASSESSOR_2])
                .envelope()
                .print_stored(),
            &["expected signatures by active keys", "ended by entry 4"],
        ),
        bad(
            "a wrong role",
            world.finding("B-9").by(&[LAB]).envelope().print_stored(),
            &["a finding may not be signed by the role lab"],
        ),
        bad(
            "a key enrolled twice",
            world.key("K-9", LAB, &[]).envelope().print_stored(),
            &[
                "expected a key that this ledger does not know",
                "make a new key",
            ],
        ),
        bad(
            "a key that the operator alone vouches for",
            world
                .key("K-9", STRANGER, &[REGISTRAR])
                .envelope()
                .print_stored(),
            &["a key needs an active key of the party, or of two other parties"],
        ),
    ]
}

/// What does not fit the ledger that is there.
fn misplaced(world: &World, log_size: Size) -> Vec<Bad> {
    let elsewhere = {
        let mut draft = world.finding("B-9");
        draft.ledger.genesis = Hash::of(b"another ledger");
        draft.envelope().print_stored()
    };
    let nowhere = world.finding("B-8").envelope();
    let basis = world.finding("B-9").basis(log_size, Hash::ZERO, None);
    let ahead = Size::new(log_size.get() + 1).unwrap();
    let ahead = world.finding("B-9").basis(ahead, Hash::ZERO, None);
    vec![
        bad(
            "for another ledger",
            elsewhere,
            &[
                "expected a statement for bewijs.example/test with genesis",
                "sign it again",
            ],
        ),
        bad(
            "for another case",
            world
                .finding("B-9")
                .case("zaak:2024-999")
                .envelope()
                .print_stored(),
            &["expected a case that the charter thread opened, found zaak:2024-999"],
        ),
        bad(
            "before what it refers to",
            world.remediation("M-9", &nowhere).envelope().print_stored(),
            &[
                "predicate.finding: expected an earlier statement B-8",
                "found none",
            ],
        ),
        bad(
            "a basis with a wrong root",
            basis.envelope().print_stored(),
            &["expected root", "the signer has seen another history"],
        ),
        bad(
            "a basis in the future",
            ahead.envelope().print_stored(),
            &["expected a basis of at most 5 entries, found 6"],
        ),
        bad(
            "another statement under the same id in other capitals",
            world.finding("B-A").envelope().print_stored(),
            &["expected a new id, found B-A, which entry 3 has"],
        ),
    ]
}

#[test]
fn bad_input_gets_a_clear_error_and_nothing_is_lost() {
    let world = World::new();
    let store = Arc::new(MemoryStore::new());
    let charter = SignedStatement::open(world.charter(), |_| None).unwrap();
    let log = Box::new(SeedSigner(LOG_SEED));
    let ledger = Ledger::create(store, charter, log, Box::new(SystemClock)).unwrap();
    let service = world.service("DN-1").envelope();
    let good = [
        service.clone(),
        world.case(CASE, &[&service]).envelope(),
        world.finding("B-a").envelope(),
        world.key_revoked("K-AUD-2/x", ASSESSOR_2).envelope(),
    ];
    let acknowledged: Vec<Appended> = good
        .iter()
        .map(|envelope| ledger.append(envelope.clone()).unwrap())
        .collect();
    let size = ledger.reader().size();
    let checkpoint = ledger.reader().checkpoint();

    let all = [
        malformed(&world),
        missigned(&world),
        misplaced(&world, size),
    ];
    for Bad { about, bytes, says } in all.into_iter().flatten() {
        let answer = match Envelope::parse_door(&bytes) {
            Ok(envelope) => ledger.append(envelope).map_err(|error| error.to_string()),
            Err(error) => Err(error.to_string()),
        };
        let said = match answer {
            Ok(appended) => panic!("{about}: recorded as entry {}", appended.index),
            Err(said) => said,
        };
        for part in says {
            assert!(said.contains(part), "{about}: {said}");
        }
        assert!(said.len() < 1000, "{about}: {} bytes", said.len());
        assert_eq!(ledger.reader().size(), size, "{about}");
        assert_eq!(ledger.reader().checkpoint(), checkpoint, "{about}");
        assert_eq!(ledger.stopped(), None, "{about}");
    }

    // The same again is no bad input: it gets the place that it has.
    for (appended, envelope) in acknowledged.iter().zip(&good) {
        let again = ledger.append(envelope.clone()).unwrap();
        assert_eq!((again.index, again.known), (appended.index, true));
        let record = ledger.reader().record(again.index).unwrap().unwrap();
        assert_eq!(record.envelope, envelope.print_stored());
        let leaf = leaf_hash(&record.entry);
        appended.receipt.verify(&leaf, &log_key()).unwrap();
    }
    ledger.append(world.finding("B-9").envelope()).unwrap();
}

fn base64(bytes: &[u8]) -> String {
    use base64::Engine as _;
    base64::engine::general_purpose::STANDARD.encode(bytes)
}
