//! The life of keys, of log keys, of operators and of a ledger: each path as it is meant, and as an attacker tries it.

mod support;

use bewijs::merkle::Size;
use bewijs::note::VerifierKey;
use bewijs::state::Refusal;
use bewijs::statement::Type;
use bewijs::trust::TrustPolicy;
use bewijs::verify::{Facts, Options, Place, Rule, verify_log};
use support::*;

const fn person(party: &'static str, role: &'static str, number: u16, seed: u8) -> Person {
    Person {
        party,
        role,
        number,
        seed,
    }
}

/// Another person of the laboratory.
const LAB_2: Person = person(LAB.party, "lab", 2, 30);

/// The same person of the laboratory with another key.
const LAB_AGAIN: Person = person(LAB.party, "lab", 1, 31);

/// Whoever stole a key, with a key of their own.
const THIEF: Person = person(LAB.party, "lab", 1, 32);

/// The party that takes the ledger over.
const ARCHIVE: Person = person("org:archief", "registrar", 1, 33);

const NEW_LOG_SEED: u8 = LOG_SEED + 1;

fn refused(log: &mut Log, draft: &Draft) -> Refusal {
    let size = log.size();
    let refusal = log
        .try_append(draft.envelope())
        .expect_err(&format!("{} {}", draft.kind, draft.id));
    assert_eq!(log.size(), size);
    refusal
}

fn threshold(refusal: &Refusal, of: Type) -> bool {
    matches!(refusal, Refusal::Threshold { kind, .. } if *kind == of)
}

fn since(draft: Draft, moment: &str) -> Draft {
    draft.with("compromised_since", &format!("\"{moment}\""))
}

/// Verifies the log and says nothing is wrong with it.
fn sound(log: &Log) -> Facts {
    let facts = log.verify();
    assert!(facts.is_sound(), "{:#?}", facts.defects());
    facts
}

// ---------------------------------------------------------------------------
// Keys of persons.

#[test]
fn a_key_is_requested_enrolled_replaced_and_revoked() {
    let mut log = Log::with_case();
    let world = log.world.clone();
    // Enrolment: the holder, and a key of the party.
    log.append(world.key("K-LAB-2", LAB_2, &[LAB]).envelope());
    // Replacement: by its holder alone, with both keys.
    log.append(world.key_rotated("K-LAB-1/r", LAB, LAB_AGAIN).envelope());
    let old = log.state.key(&LAB.key_id()).unwrap();
    assert_eq!(old.revoked.map(|index| index.get()), Some(4));
    assert_eq!(old.replaced_by, Some(LAB_AGAIN.key_id()));
    let finding = world.finding("B-1").envelope();
    log.append(finding.clone());
    log.append(
        world
            .remediation("M-1", &finding)
            .by(&[LAB_AGAIN])
            .envelope(),
    );
    // Revocation, by a colleague.
    let revoked = world.key_revoked("K-LAB-1.2/x", LAB_AGAIN).by(&[LAB_2]);
    log.append(revoked.envelope());
    let late = world.remediation("M-2", &finding).by(&[LAB_AGAIN]);
    assert!(matches!(
        refused(&mut log, &late),
        Refusal::RevokedKey { .. }
    ));
    sound(&log);
}

#[test]
fn a_replaced_key_signs_nothing_more() {
    let mut log = Log::with_case();
    let world = log.world.clone();
    let finding = world.finding("B-1").envelope();
    log.append(finding.clone());
    let at = log.append(world.key_rotated("K-LAB-1/r", LAB, LAB_AGAIN).envelope());
    for late in [
        world.remediation("M-1", &finding).by(&[LAB]),
        world.key("K-LAB-2", LAB_2, &[LAB]),
        world.key_rotated("K-LAB-1.2/r", LAB, THIEF),
        world.key_revoked("K-LAB-1.3/x", LAB_AGAIN).by(&[LAB]),
    ] {
        match refused(&mut log, &late) {
            Refusal::RevokedKey { key, index } => {
                assert_eq!((key, index), (LAB.key_id(), at));
            }
            other => panic!("{}: {other:?}", late.kind),
        }
    }
    // Nor does it come back, for anyone.
    for again in [
        world.key("K-LAB-9", LAB, &[LAB_AGAIN]),
        world.key_rotated("K-LAB-9/r", LAB_AGAIN, LAB),
    ] {
        assert!(matches!(
            refused(&mut log, &again),
            Refusal::KeyTaken { .. }
        ));
    }
}

#[test]
fn a_key_is_replaced_by_its_own_holder_with_both_keys_and_nobody_else() {
    let mut log = Log::with_case();
    let world = log.world.clone();
    let rotation = world.key_rotated("K-LAB-1/r", LAB, LAB_AGAIN);
    // Without the old key a stranger takes a name over, without the new one nobody shows that it is held.
    let without_new = refused(&mut log, &rotation.clone().by(&[LAB]));
    assert!(matches!(without_new, Refusal::Possession { .. }));
    for signers in [
        &[LAB_AGAIN][..],
        &[LAB_AGAIN, ASSESSOR],
        &[LAB_AGAIN, REGISTRAR],
        &[LAB_AGAIN, SCREENING, SUPERVISOR],
        &[LAB, LAB_AGAIN, REGISTRAR],
    ] {
        let refusal = refused(&mut log, &rotation.clone().by(signers));
        assert!(threshold(&refusal, Type::KeyRotated), "{refusal:?}");
    }
    // A key stays with its person.
    let given_away = rotation.clone().with("holder", "\"org:lab-voorbeeld#2\"");
    assert!(matches!(
        refused(&mut log, &given_away),
        Refusal::OtherHolder { .. }
    ));
    let other_party = world
        .key_rotated("K-LAB-1/r", LAB, LAB_AGAIN)
        .with("holder", "\"org:toetser#1\"");
    assert!(matches!(
        refused(&mut log, &other_party),
        Refusal::OtherHolder { .. }
    ));
    // Not to a key that has a use already.
    for taken in [ASSESSOR.seed, LAB_RECOVERY.seed, LOG_SEED, SCREENING.seed] {
        let draft = world.key_rotated("K-LAB-1/r", LAB, Person { seed: taken, ..LAB });
        assert!(matches!(
            refused(&mut log, &draft),
            Refusal::KeyTaken { .. }
        ));
    }
    log.append(rotation.envelope());
}

#[test]
fn one_person_with_an_old_and_a_new_key_counts_once() {
    let mut log = Log::with_case();
    let world = log.world.clone();
    let second = Person {
        seed: 40,
        ..SCREENING
    };
    log.append(world.key("K-SCR-3", second, &[SCREENING]).envelope());
    // Two keys of one person, in an act that two parties must sign, and in one that two persons must.
    let closing = world.closed("EINDE-1", &[SCREENING, second]);
    assert!(threshold(&refused(&mut log, &closing), Type::Closed));
    let rules = world.rules("REGELS-2", 2, &[SCREENING, second]);
    assert!(threshold(&refused(&mut log, &rules), Type::Rules));
    let third = Person {
        seed: 41,
        ..SCREENING
    };
    log.append(world.key_rotated("K-SCR-1/r", SCREENING, third).envelope());
    let closing = world.closed("EINDE-1", &[second, third]);
    assert!(threshold(&refused(&mut log, &closing), Type::Closed));
}

#[test]
fn a_stolen_key_reaches_no_further_than_its_party() {
    let mut log = Log::with_case();
    let world = log.world.clone();
    // Alone against others: nothing.
    for victim in [ASSESSOR, SCREENING, REGISTRAR] {
        let refusal = refused(&mut log, &world.key_revoked("K-1/x", victim).by(&[LAB]));
        assert!(threshold(&refusal, Type::KeyRevoked), "{refusal:?}");
    }
    // With the operator: still nothing.
    let refusal = refused(
        &mut log,
        &world.key_revoked("K-1/x", ASSESSOR).by(&[LAB, REGISTRAR]),
    );
    assert!(threshold(&refusal, Type::KeyRevoked), "{refusal:?}");
    // Within the party the thief can lock the others out, and replace the stolen key by one of their own.
    log.append(world.key("K-LAB-2", LAB_2, &[LAB]).envelope());
    log.append(world.key_revoked("K-LAB-2/x", LAB_2).by(&[LAB]).envelope());
    log.append(world.key_rotated("K-LAB-1/r", LAB, THIEF).envelope());
    let finding = world.finding("B-1").envelope();
    log.append(finding.clone());
    let forged = world.remediation("M-1", &finding).by(&[THIEF]);
    log.append(forged.envelope());

    // The recovery key ends the thief's key and reaches back, for the stolen one too though it ended before.
    let theft = "2024-01-20T00:00:00Z";
    let recover = |id: &str, key: Person| since(world.key_revoked(id, key), theft);
    for (id, key) in [("K-LAB-1/x", LAB), ("K-LAB-1.2/x", THIEF)] {
        let by_thief = recover(id, key).by(&[THIEF]);
        let refusal = refused(&mut log, &by_thief);
        assert!(threshold(&refusal, Type::KeyRevoked), "{refusal:?}");
        log.append(recover(id, key).by(&[LAB_RECOVERY]).envelope());
        let known = log.state.key(&key.key_id()).unwrap();
        assert_eq!(known.compromised_since, Some(theft.parse().unwrap()));
    }
    // Two other parties let the laboratory in again.
    let fresh = person(LAB.party, "lab", 3, 42);
    let alone = world.key("K-LAB-3", fresh, &[REGISTRAR, SCREENING]);
    assert!(threshold(&refused(&mut log, &alone), Type::Key));
    log.append(
        world
            .key("K-LAB-3", fresh, &[SCREENING, SUPERVISOR])
            .envelope(),
    );
    log.append(world.remediation("M-2", &finding).by(&[fresh]).envelope());
    sound(&log);
}

#[test]
fn reaching_back_needs_the_partys_own_recovery_key_and_only_reaches_further() {
    let mut log = Log::with_case();
    let world = log.world.clone();
    let back = |id: &str, moment: &str| since(world.key_revoked(id, LAB), moment);
    for signers in [
        &[LAB][..],
        &[SCREENING, SUPERVISOR],
        &[SCREENING, SUPERVISOR, REGISTRAR],
    ] {
        let refusal = refused(
            &mut log,
            &back("K-LAB-1/x", "2024-01-20T00:00:00Z").by(signers),
        );
        assert!(threshold(&refusal, Type::KeyRevoked), "{refusal:?}");
    }
    // Revoked first in a hurry, by two other parties; the party says later since when.
    log.append(
        world
            .key_revoked("K-LAB-1/x", LAB)
            .by(&[SCREENING, SUPERVISOR])
            .envelope(),
    );
    let moment = |log: &Log| log.state.key(&LAB.key_id()).unwrap().compromised_since;
    assert_eq!(moment(&log), None);
    let recover = |id: &str, when: &str| back(id, when).by(&[LAB_RECOVERY]);
    log.append(recover("K-LAB-1.2/x", "2024-01-20T00:00:00Z").envelope());
    log.append(recover("K-LAB-1.3/x", "2024-01-10T00:00:00Z").envelope());
    assert_eq!(moment(&log), Some("2024-01-10T00:00:00Z".parse().unwrap()));
    // Never back again to a later moment, and not without one.
    for again in [
        recover("K-LAB-1.4/x", "2024-01-10T00:00:00Z"),
        recover("K-LAB-1.4/x", "2024-01-15T00:00:00Z"),
        world.key_revoked("K-LAB-1.4/x", LAB).by(&[LAB_RECOVERY]),
    ] {
        assert!(matches!(
            refused(&mut log, &again),
            Refusal::RevokedKey { .. }
        ));
    }
    sound(&log);
}

#[test]
fn a_recovery_key_signs_nothing_but_what_it_is_for() {
    let mut log = Log::with_case();
    let world = log.world.clone();
    let finding = world.finding("B-1").envelope();
    log.append(finding.clone());
    let service = log.envelope(1);
    for (draft, signers) in [
        (world.remediation("M-1", &finding), &[LAB_RECOVERY][..]),
        (
            world.standstill("SV-1", &[&service]),
            &[LAB_RECOVERY, SCREENING],
        ),
        (world.key("K-LAB-2", LAB_2, &[]), &[LAB_RECOVERY, LAB_2]),
        (
            world.key_rotated("K-LAB-1/r", LAB, LAB_AGAIN),
            &[LAB_RECOVERY, LAB_AGAIN],
        ),
        (world.closed("EINDE-1", &[]), &[LAB_RECOVERY, SCREENING]),
        (
            world.key_revoked("K-AUD-1/x", ASSESSOR),
            &[LAB_RECOVERY, SCREENING],
        ),
    ] {
        let refusal = refused(&mut log, &draft.clone().by(signers));
        let stopped =
            matches!(refusal, Refusal::UnknownKey { .. }) || threshold(&refusal, Type::KeyRotated);
        assert!(stopped, "{}: {refusal:?}", draft.kind);
    }
}

// ---------------------------------------------------------------------------
// Log keys.

/// A log with a case, then the announcement of a second log key at entry 3.
fn announced() -> Log {
    let mut log = Log::with_case();
    let note = log.note_by(&[LOG_SEED, NEW_LOG_SEED]);
    let draft = log.world.log_key("LK-2", NEW_LOG_SEED, &note);
    assert_eq!(log.append(draft.envelope()).get(), 3);
    log
}

/// The same, then the end of the first log key at entry 5.
fn rotated() -> Log {
    let mut log = announced();
    log.append(log.world.finding("B-1").envelope());
    let note = log.note_by(&[LOG_SEED, NEW_LOG_SEED]);
    let draft = log.world.log_key_ended("LK-1/x", LOG_SEED, &note);
    assert_eq!(log.append(draft.envelope()).get(), 5);
    log
}

fn policy(log: &Log, key: &VerifierKey, further: &[VerifierKey]) -> TrustPolicy {
    let witness = witness_key("w1.example", 50);
    let text = format!(
        "format = \"bewijs trust v1\"\ngenesis = \"{}\"\nmaximum_age_days = 7\npolicy = '''\nlog {key}\nwitness w1 {witness} https://w1.example/\nquorum w1\n'''\n",
        log.world.ledger.genesis
    );
    let policy = TrustPolicy::parse(&text).unwrap();
    policy.with_log_keys(further.iter().cloned()).unwrap()
}

/// Verifies a log whose checkpoint these log keys sign and the witness cosigns, by who trusts `policy`.
fn judged(log: &Log, seeds: &[u8], policy: &TrustPolicy) -> (Facts, bool) {
    let now = "2024-02-01T00:00:00Z".parse().unwrap();
    let checkpoint = checkpoint_by(seeds, log.size(), log.chain.root());
    let mut log = log.clone();
    log.note = Some(cosign(checkpoint, "w1.example", 50, now).print());
    let options = Options {
        trust: Some((policy, now)),
        ..Options::default()
    };
    let facts = verify_log(&log, &options, &mut |_| {}).unwrap();
    let trusted = facts.trust().unwrap().current().is_ok();
    (facts, trusted)
}

#[test]
fn both_log_keys_sign_from_the_announcement_to_the_end() {
    const OLD: u8 = LOG_SEED;
    const NEW: u8 = NEW_LOG_SEED;
    for (log, right) in [
        (Log::with_case(), &[OLD][..]),
        (announced(), &[OLD, NEW]),
        (rotated(), &[NEW]),
    ] {
        for seeds in [&[OLD][..], &[NEW], &[OLD, NEW], &[NEW, OLD]] {
            let mut log = log.clone();
            log.note = Some(log.note_by(seeds));
            let facts = log.verify();
            // A line too many says nothing; one too few is missed.
            let enough = right.iter().all(|seed| seeds.contains(seed));
            let found: Vec<_> = facts
                .defects()
                .iter()
                .map(|it| (it.place, it.rule))
                .collect();
            let expected = match enough {
                true => vec![],
                false => vec![(Place::Checkpoint, Rule::CheckpointSignature)],
            };
            assert_eq!(found, expected, "{right:?} by {seeds:?}");
            assert_eq!(facts.checkpoint().is_some(), enough);
        }
    }
}

#[test]
fn who_trusts_either_log_key_follows_the_log() {
    let (old, new) = (log_key(), log_key_of(NEW_LOG_SEED));
    let both = [LOG_SEED, NEW_LOG_SEED];
    // While both sign, each reader finds the own one.
    let log = announced();
    for key in [&old, &new] {
        let (facts, trusted) = judged(&log, &both, &policy(&log, key, &[]));
        assert!(facts.is_sound() && trusted, "{key}: {:#?}", facts.defects());
        assert_eq!(facts.followed(), None);
    }
    // Afterwards the old one leads to the new one, because it vouched for the tree that announces it.
    let log = rotated();
    let (facts, trusted) = judged(&log, &[NEW_LOG_SEED], &policy(&log, &old, &[]));
    assert!(facts.is_sound() && trusted, "{:#?}", facts.defects());
    let followed = facts.followed().unwrap();
    assert_eq!((&followed.from, &followed.to), (&old, &new));
    let (facts, trusted) = judged(&log, &[NEW_LOG_SEED], &policy(&log, &new, &[]));
    assert!(facts.is_sound() && trusted && facts.followed().is_none());
    let (facts, trusted) = judged(
        &log,
        &[NEW_LOG_SEED],
        &policy(&log, &old, std::slice::from_ref(&new)),
    );
    assert!(facts.is_sound() && trusted && facts.followed().is_none());

    // A copy from before the announcement is not vouched for by the new key alone.
    let log = Log::with_case();
    let (facts, trusted) = judged(&log, &[LOG_SEED], &policy(&log, &new, &[]));
    let found: Vec<_> = facts.defects().iter().map(|it| it.rule).collect();
    assert_eq!(found, [Rule::TrustLogKey]);
    assert!(!trusted);
    let (facts, trusted) = judged(
        &log,
        &[LOG_SEED],
        &policy(&log, &new, std::slice::from_ref(&old)),
    );
    assert!(facts.is_sound() && trusted, "{:#?}", facts.defects());
}

#[test]
fn an_ended_log_key_signs_no_second_history() {
    let log = rotated();
    let both = [log_key(), log_key_of(NEW_LOG_SEED)];
    // The thief of the old key, to readers of every kind.
    for policy in [
        policy(&log, &both[0], &[]),
        policy(&log, &both[1], &[]),
        policy(&log, &both[1], &both[..1]),
    ] {
        let (facts, trusted) = judged(&log, &[LOG_SEED], &policy);
        let found: Vec<_> = facts.defects().iter().map(|it| it.rule).collect();
        assert_eq!(found, [Rule::CheckpointSignature]);
        assert!(!trusted);
    }
}

/// A published checkpoint carries a line of the old key for anyone, so the announcement alone shows nothing.
#[test]
fn the_thief_of_the_operators_own_key_announces_nothing_that_counts() {
    let mut log = Log::with_case();
    let world = log.world.clone();
    let published = log.note_by(&[LOG_SEED, NEW_LOG_SEED]);
    log.append(world.log_key("LK-2", NEW_LOG_SEED, &published).envelope());
    let thiefs = log.note_by(&[NEW_LOG_SEED]);
    let end = world.log_key_ended("LK-1/x", LOG_SEED, &thiefs);
    assert!(matches!(
        refused(&mut log, &end),
        Refusal::LogKeyNote { .. }
    ));
    for key in [log_key(), log_key_of(NEW_LOG_SEED)] {
        let (facts, trusted) = judged(&log, &[NEW_LOG_SEED], &policy(&log, &key, &[]));
        assert_eq!(facts.defects()[0].rule, Rule::CheckpointSignature);
        assert!(key == log_key_of(NEW_LOG_SEED) || !trusted);
    }
}

#[test]
fn a_log_key_is_announced_by_the_operator_with_a_checkpoint_that_both_signed() {
    let mut log = Log::with_case();
    let world = log.world.clone();
    let both = [LOG_SEED, NEW_LOG_SEED];
    let good = world.log_key("LK-2", NEW_LOG_SEED, &log.note_by(&both));
    for signers in [&[SCREENING][..], &[LAB, SUPERVISOR], &[ASSESSOR]] {
        let refusal = refused(&mut log, &good.clone().by(signers));
        assert!(threshold(&refusal, Type::LogKey), "{refusal:?}");
    }
    let (size, root) = (log.size(), log.chain.root());
    let zero = bewijs::hash::Hash::ZERO;
    let ahead = Size::new(size.get() + 1).unwrap();
    for (about, note) in [
        ("the old one alone", log.note_by(&[LOG_SEED])),
        ("the new one alone", log.note_by(&[NEW_LOG_SEED])),
        ("a third one", log.note_by(&[LOG_SEED, LOG_SEED + 2])),
        ("another history", checkpoint_by(&both, size, zero).print()),
        ("the future", checkpoint_by(&both, ahead, root).print()),
    ] {
        let refusal = refused(&mut log, &world.log_key("LK-2", NEW_LOG_SEED, &note));
        assert!(
            matches!(refusal, Refusal::LogKeyNote { .. }),
            "{about}: {refusal:?}"
        );
    }
    // A log key is used for nothing else, and named as the log is.
    for taken in [LAB.seed, LAB_RECOVERY.seed, LOG_SEED] {
        let note = log.note_by(&[LOG_SEED, taken]);
        let refusal = refused(&mut log, &world.log_key("LK-2", taken, &note));
        assert!(matches!(refusal, Refusal::KeyTaken { .. }), "{refusal:?}");
    }
    let elsewhere = VerifierKey::new(
        "another.example/log".parse().unwrap(),
        bewijs::note::KeyKind::Ed25519,
        public(NEW_LOG_SEED),
    );
    let refusal = refused(
        &mut log,
        &good.clone().with("log_key", &format!("\"{elsewhere}\"")),
    );
    assert_eq!(refusal, Refusal::LogKey);

    log.append(good.envelope());
    // It signs no statements, now or later, and no third one comes before one has ended.
    let person = Person {
        seed: NEW_LOG_SEED,
        ..LAB_2
    };
    assert!(matches!(
        refused(&mut log, &world.key("K-LAB-2", person, &[LAB])),
        Refusal::KeyTaken { .. }
    ));
    let note = log.note_by(&[LOG_SEED, NEW_LOG_SEED, LOG_SEED + 2]);
    assert!(matches!(
        refused(&mut log, &world.log_key("LK-3", LOG_SEED + 2, &note)),
        Refusal::LogKeys { .. }
    ));
}

#[test]
fn a_log_key_ends_after_it_vouched_and_never_the_last_one() {
    let mut log = Log::with_case();
    let world = log.world.clone();
    let alone = log.note_by(&[LOG_SEED]);
    let refusal = refused(&mut log, &world.log_key_ended("LK-1/x", LOG_SEED, &alone));
    assert!(matches!(refusal, Refusal::LogKeys { .. }), "{refusal:?}");

    let both = [LOG_SEED, NEW_LOG_SEED];
    let before = log.note_by(&both);
    log.append(world.log_key("LK-2", NEW_LOG_SEED, &before).envelope());
    let good = log.note_by(&both);
    let end = |note: &[u8]| world.log_key_ended("LK-1/x", LOG_SEED, note);
    // A tree from before the announcement says nothing of the new key.
    for (about, note) in [
        ("before the announcement", before),
        ("one of the two", log.note_by(&[NEW_LOG_SEED])),
    ] {
        let refusal = refused(&mut log, &end(&note));
        assert!(
            matches!(refusal, Refusal::LogKeyNote { .. }),
            "{about}: {refusal:?}"
        );
    }
    let refusal = refused(&mut log, &end(&good).by(&[SCREENING, SUPERVISOR]));
    assert!(threshold(&refusal, Type::LogKeyEnded), "{refusal:?}");
    let unknown = world.log_key_ended("LK-1/x", LOG_SEED + 2, &good);
    assert!(matches!(
        refused(&mut log, &unknown),
        Refusal::LogKeys { .. }
    ));
    log.append(end(&good).envelope());
    // Once ended, for ever.
    let note = log.note_by(&[NEW_LOG_SEED, LOG_SEED]);
    assert!(matches!(
        refused(&mut log, &world.log_key("LK-3", LOG_SEED, &note)),
        Refusal::KeyTaken { .. }
    ));
    assert!(matches!(
        refused(
            &mut log,
            &world.log_key_ended("LK-2/x", NEW_LOG_SEED, &note)
        ),
        Refusal::LogKeys { .. }
    ));
}

#[test]
fn a_basis_carries_the_signatures_of_its_size() {
    let mut log = rotated();
    let world = log.world.clone();
    let roots = |log: &Log, size: u64| {
        let size = Size::new(size).unwrap();
        (size, log.chain.tree().root_at(size).unwrap())
    };
    for (number, (at, seeds, fits)) in (1..).zip([
        (3, &[LOG_SEED][..], true),
        (3, &[NEW_LOG_SEED], false),
        (4, &[LOG_SEED, NEW_LOG_SEED], true),
        (4, &[LOG_SEED], false),
        (5, &[NEW_LOG_SEED], false),
        (6, &[NEW_LOG_SEED], true),
        (6, &[LOG_SEED], false),
    ]) {
        let (size, root) = roots(&log, at);
        let note = checkpoint_by(seeds, size, root).print();
        let finding = world
            .finding(&format!("B-1{number}"))
            .basis(size, root, Some(&note));
        match fits {
            true => drop(log.append(finding.envelope())),
            false => assert!(matches!(
                refused(&mut log, &finding),
                Refusal::BasisNote { .. }
            )),
        }
    }
}

// ---------------------------------------------------------------------------
// The operator.

/// A log with a case and a registered party that can take it over: entry 3, and its key at entry 4.
fn with_archive() -> Log {
    let mut log = Log::with_case();
    let world = log.world.clone();
    log.append(world.party(ARCHIVE.party, ARCHIVE.role).envelope());
    log.append(
        world
            .key("K-ARC-1", ARCHIVE, &[SCREENING, SUPERVISOR])
            .envelope(),
    );
    log
}

#[test]
fn a_handover_ends_the_powers_of_the_old_operator() {
    let mut log = with_archive();
    let world = log.world.clone();
    let finding = world.finding("B-1").envelope();
    let index = log.append(finding.clone()).get();
    let withheld = |by: Person| {
        let draft = world.withheld("AG-1", index, &finding).case(CASE);
        draft.by(&[by])
    };
    // The role alone gives nothing: one party runs the ledger.
    let note = log.note_by(&[LOG_SEED, NEW_LOG_SEED]);
    let powers = |by: Person| {
        [
            world.party("org:nieuw", "witness").by(&[by]),
            world.log_key("LK-2", NEW_LOG_SEED, &note).by(&[by]),
            withheld(by),
        ]
    };
    for draft in powers(ARCHIVE) {
        match refused(&mut log, &draft) {
            Refusal::NotOperator { operator, .. } => assert_eq!(operator, REGISTRAR.party),
            other => panic!("{}: {other:?}", draft.kind),
        }
    }
    let handover = world.operator("BEH-1", ARCHIVE.party, &[LAB, SUPERVISOR, ARCHIVE]);
    log.append(handover.envelope());
    assert_eq!(
        log.state.operator().map(|operator| operator.as_str()),
        Some(ARCHIVE.party)
    );
    for draft in powers(REGISTRAR) {
        match refused(&mut log, &draft) {
            Refusal::NotOperator { operator, .. } => assert_eq!(operator, ARCHIVE.party),
            other => panic!("{}: {other:?}", draft.kind),
        }
    }
    // Nor does it add to what others sign, and it cannot take the ledger back.
    let anchor = world.anchor("AN-1", &note);
    let anchor = anchor
        .basis(Size::new(1).unwrap(), root_at(&log, 1), None)
        .by(&[REGISTRAR]);
    assert!(matches!(
        refused(&mut log, &anchor),
        Refusal::NotOperator { .. }
    ));
    let back = world.operator("BEH-2", REGISTRAR.party, &[REGISTRAR]);
    assert!(threshold(&refused(&mut log, &back), Type::Operator));
    for draft in powers(ARCHIVE) {
        log.append(draft.envelope());
    }
    log.note = Some(log.note_by(&[LOG_SEED, NEW_LOG_SEED]));
    sound(&log);
}

fn root_at(log: &Log, size: u64) -> bewijs::hash::Hash {
    log.chain.tree().root_at(Size::new(size).unwrap()).unwrap()
}

#[test]
fn the_operator_alone_hands_nothing_over_and_nobody_takes_it_alone() {
    let mut log = with_archive();
    let world = log.world.clone();
    let to = |signers: &[Person]| world.operator("BEH-1", ARCHIVE.party, signers);
    // Two parties besides the operators, and the new one; persons and recovery keys of one party count once.
    for signers in [
        &[REGISTRAR, ARCHIVE][..],
        &[REGISTRAR, ARCHIVE, LAB],
        &[ARCHIVE, SCREENING, SCREENING_2],
        &[ARCHIVE, LAB, LAB_RECOVERY],
        &[LAB, SUPERVISOR],
        &[LAB, SUPERVISOR, REGISTRAR],
    ] {
        let refusal = refused(&mut log, &to(signers));
        assert!(
            threshold(&refusal, Type::Operator),
            "{signers:?}: {refusal:?}"
        );
    }
    // To a registered party with that role, and not to itself for nothing.
    for party in [LAB.party, "org:niemand", REGISTRAR.party] {
        let draft = world.operator("BEH-1", party, &[LAB, SUPERVISOR, REGISTRAR]);
        let refusal = refused(&mut log, &draft);
        let refused = match party {
            "org:niemand" => matches!(refusal, Refusal::UnknownParty { .. }),
            _ => matches!(refusal, Refusal::Handover { .. }),
        };
        assert!(refused, "{refusal:?}");
    }
    log.append(to(&[ARCHIVE, LAB, SUPERVISOR]).envelope());
}

/// Whoever registers a party names its recovery keys, so they prove nothing about anyone else.
#[test]
fn parties_made_up_for_the_purpose_do_not_help() {
    let mut log = with_archive();
    let world = log.world.clone();
    let puppets = [
        person("org:pop-1", "witness", 0, 60),
        person("org:pop-2", "parliament", 0, 61),
    ];
    for puppet in puppets {
        let recovery = format!("[\"{}\"]", puppet.key());
        let party = world
            .party(&format!("{}-p", puppet.party), puppet.role)
            .with("recovery_keys", &recovery)
            .by(&[REGISTRAR, SCREENING, LAB, puppet]);
        log.append(party.envelope());
    }
    let draft = world.operator("BEH-1", ARCHIVE.party, &[ARCHIVE, puppets[0], puppets[1]]);
    let refusal = refused(&mut log, &draft);
    assert!(
        matches!(refusal, Refusal::LaterRecoveryKey { .. }),
        "{refusal:?}"
    );
}

/// A founding where the screening body and the laboratory have recovery keys, and the archive is there.
fn with_recovery() -> Log {
    let recovery = [
        (LAB.party, LAB_RECOVERY.key()),
        (SCREENING.party, public(70)),
    ];
    let world = World::founded(|charter| {
        let mut parties = founding_parties(&[&[ARCHIVE], FOUNDERS].concat());
        for (party, key) in recovery {
            let from = format!(r#""name":"{party}","recovery_keys":["#);
            let (before, after) = parties.split_once(&from).unwrap();
            let (_, after) = after.split_once(']').unwrap();
            parties = format!("{before}{from}\"{key}\"]{after}");
        }
        let signers = [&[ARCHIVE], FOUNDERS].concat();
        *charter = charter
            .clone()
            .with("parties", &format!("[{parties}]"))
            .by(&signers);
    });
    let mut log = Log::empty(world);
    log.append(log.world.charter());
    log
}

#[test]
fn recovery_keys_alone_hand_the_ledger_over_with_a_new_log_key() {
    let mut log = with_recovery();
    let world = log.world.clone();
    log.append(world.service("DN-1").envelope());
    let screening_recovery = person(SCREENING.party, "screening", 0, 70);
    // The old operator gives nothing: the last checkpoint that it published carries the new key's line too.
    let (size, root) = (log.size(), log.chain.root());
    let note = checkpoint_by(&[LOG_SEED, NEW_LOG_SEED], size, root).print();
    let handover = |note: &[u8], signers: &[Person]| {
        let draft = world.operator("BEH-1", ARCHIVE.party, signers);
        let log = format!(
            r#"{{"log_key":"{}","note":{}}}"#,
            log_key_of(NEW_LOG_SEED),
            text(note)
        );
        draft.with("log", &log)
    };
    let signers = [LAB_RECOVERY, screening_recovery, ARCHIVE];
    for wrong in [
        checkpoint_by(&[LOG_SEED], size, root).print(),
        checkpoint_by(&[NEW_LOG_SEED], size, root).print(),
    ] {
        let refusal = refused(&mut log, &handover(&wrong, &signers));
        assert!(matches!(refusal, Refusal::LogKeyNote { .. }), "{refusal:?}");
    }
    let one_party = handover(&note, &[LAB_RECOVERY, ARCHIVE]);
    assert!(threshold(&refused(&mut log, &one_party), Type::Operator));
    log.append(handover(&note, &signers).envelope());
    assert_eq!(log.state.log_keys().in_force(), [log_key_of(NEW_LOG_SEED)]);

    // From here on the old log key signs nothing, and who trusts it has to be told of the new one.
    let old = policy(&log, &log_key(), &[]);
    let (facts, trusted) = judged(&log, &[LOG_SEED], &old);
    assert_eq!(facts.defects()[0].rule, Rule::CheckpointSignature);
    assert!(!trusted);
    let (facts, trusted) = judged(&log, &[NEW_LOG_SEED], &old);
    let found: Vec<_> = facts.defects().iter().map(|it| it.rule).collect();
    assert_eq!(found, [Rule::TrustLogKey]);
    assert!(
        facts.defects()[0]
            .detail
            .contains("replaced without its own signature")
    );
    assert!(!trusted);
    let (facts, trusted) = judged(
        &log,
        &[NEW_LOG_SEED],
        &policy(&log, &log_key_of(NEW_LOG_SEED), &[]),
    );
    assert!(facts.is_sound() && trusted, "{:#?}", facts.defects());
}

#[test]
fn an_operator_who_lost_the_log_key_gets_a_new_one_from_the_others() {
    let mut log = Log::with_case();
    let world = log.world.clone();
    let note = log.note_by(&[LOG_SEED, NEW_LOG_SEED]);
    let new = format!(
        r#"{{"log_key":"{}","note":{}}}"#,
        log_key_of(NEW_LOG_SEED),
        text(&note)
    );
    let handover = |signers: &[Person]| {
        let draft = world.operator("BEH-1", REGISTRAR.party, signers);
        draft.with("log", &new)
    };
    assert!(threshold(
        &refused(&mut log, &handover(&[REGISTRAR])),
        Type::Operator
    ));
    log.append(handover(&[REGISTRAR, LAB, SUPERVISOR]).envelope());
    log.note = Some(log.note_by(&[NEW_LOG_SEED]));
    sound(&log);
}

// ---------------------------------------------------------------------------
// The end.

#[test]
fn a_closed_ledger_takes_nothing_in_but_that_a_text_is_withheld() {
    let mut log = Log::with_case();
    let world = log.world.clone();
    let finding = world.finding("B-1").envelope();
    let index = log.append(finding.clone()).get();
    for signers in [
        &[REGISTRAR][..],
        &[SCREENING, SCREENING_2],
        &[REGISTRAR, SCREENING],
    ] {
        let refusal = refused(&mut log, &world.closed("EINDE-1", signers));
        let few = threshold(&refusal, Type::Closed);
        assert!(few, "{signers:?}: {refusal:?}");
    }
    let closing = world.closed("EINDE-1", &[SCREENING, LAB]);
    let at = log.append(closing.envelope());
    assert_eq!(log.state.closed(), Some(at));
    let note = log.note_by(&[LOG_SEED, NEW_LOG_SEED]);
    for late in [
        world.finding("B-2"),
        world.service("DN-2"),
        world.key("K-LAB-2", LAB_2, &[LAB]),
        world.key_rotated("K-LAB-1/r", LAB, LAB_AGAIN),
        world.key_revoked("K-LAB-1/x", LAB),
        world.rules("REGELS-2", 2, &[SCREENING, LAB]),
        world.log_key("LK-2", NEW_LOG_SEED, &note),
        world.operator("BEH-1", ARCHIVE.party, &[LAB, SUPERVISOR, SCREENING]),
        world.closed("EINDE-2", &[SCREENING, LAB]),
    ] {
        let refusal = refused(&mut log, &late);
        assert_eq!(refusal, Refusal::Closed { index: at }, "{}", late.kind);
    }
    // What stands there is still answered with its place.
    assert!(matches!(
        log.try_append(finding.clone()),
        Err(Refusal::Duplicate { .. })
    ));
    log.append(
        world
            .withheld("AG-1", index, &finding)
            .case(CASE)
            .envelope(),
    );
    log.records[index as usize].envelope = None;
    let facts = sound(&log);
    assert_eq!(facts.withheld().len(), 1);
    let mut forced = log.clone();
    forced.force(&world.finding("B-3").envelope());
    assert_eq!(forced.verify().defects()[0].rule, Rule::AdmissionClosed);
}

// ---------------------------------------------------------------------------
// Withheld texts.

#[test]
fn what_may_be_withheld_is_named_by_all_that_stays_true_of_it() {
    let mut log = announced();
    let world = log.world.clone();
    let finding = world.finding("B-1").envelope();
    let index = log.append(finding.clone()).get();
    let good = world.withheld("AG-1", index, &finding).case(CASE);
    let others = format!("[\"{}\"]", bewijs::hash::Hash::ZERO);
    for (member, value) in [
        ("id", "\"B-2\""),
        ("kind", "\"evidence\""),
        ("payload", &others[1..67]),
        ("statement", &others[1..67]),
        ("index", "1"),
    ] {
        let refusal = refused(&mut log, &good.clone().with(member, value));
        assert!(
            matches!(refusal, Refusal::WithheldUnknown { .. }),
            "{member}: {refusal:?}"
        );
    }
    for (member, value) in [
        ("keys", format!("[\"{}\"]", LAB.key_id())),
        ("commitments", "[]".to_owned()),
        ("commitments", others),
    ] {
        let refusal = refused(&mut log, &good.clone().with(member, &value));
        assert!(
            matches!(refusal, Refusal::WithheldInPart { .. }),
            "{member}: {refusal:?}"
        );
    }
    log.append(good.envelope());
    // Everything rests on some statements, and a reason for a gap is no gap.
    let newest = log.size().get() - 1;
    for (kept, case) in [(0, None), (3, None), (newest, Some(CASE))] {
        let statement = log.envelope(kept);
        let mut draft = world.withheld("AG-2", kept, &statement);
        draft.case = case.map(str::to_owned);
        let refusal = refused(&mut log, &draft);
        assert!(
            matches!(refusal, Refusal::NeverWithheld { .. }),
            "{kept}: {refusal:?}"
        );
    }
}

/// A log in which the statement that `make` gives is withheld; with its text, and without.
fn withheld(make: impl FnOnce(&mut Log) -> u64) -> (Log, Log) {
    let mut log = Log::with_case();
    let index = make(&mut log);
    let statement = log.envelope(index);
    let mut draft = log.world.withheld("AG-1", index, &statement);
    draft.case = bewijs::statement::Statement::parse(statement.payload())
        .unwrap()
        .head()
        .case
        .as_ref()
        .map(ToString::to_string);
    log.append(draft.envelope());
    let mut without = log.clone();
    without.records[index as usize].envelope = None;
    (log, without)
}

/// What comes after a withheld statement, to who has its text and to who has not.
fn same_after(logs: (Log, Log), later: &Draft, rule: Rule) {
    let (mut with, mut without) = logs;
    for log in [&mut with, &mut without] {
        log.force(&later.envelope());
        let facts = log.verify();
        let last = facts.defects().last().map(|defect| defect.rule);
        assert_eq!(last, Some(rule), "{:#?}", facts.defects());
        assert_eq!(facts.sound_size().get(), log.size().get() - 1);
    }
}

#[test]
fn withholding_frees_nothing_and_revives_nothing() {
    // An id, a commitment and the statement itself stay taken.
    let world_of = |logs: &(Log, Log)| logs.0.world.clone();
    let finding = |log: &mut Log| {
        let finding = log.world.finding("B-1").envelope();
        log.append(finding).get()
    };
    let logs = withheld(finding);
    let again = world_of(&logs).finding("B-1");
    same_after(logs, &again, Rule::AdmissionId);

    let logs = withheld(finding);
    let severity = {
        let statement = logs.0.envelope(3);
        let statement = bewijs::statement::Statement::parse(statement.payload()).unwrap();
        let body = statement.predicate().print();
        let severity = body.as_object().unwrap().get("severity").unwrap();
        String::from_utf8(severity.to_canonical()).unwrap()
    };
    let copied = world_of(&logs).finding("B-2").with("severity", &severity);
    same_after(logs, &copied, Rule::AdmissionDigest);

    let (with, without) = withheld(finding);
    let again = with.envelope(3);
    for log in [with, without] {
        let mut log = log;
        log.force(&again);
        let facts = log.verify();
        assert_eq!(facts.defects()[0].rule, Rule::AdmissionDuplicate);
    }

    // What was revoked stays revoked.
    let logs = withheld(|log| {
        let revoked = log.world.key_revoked("K-AUD-1/x", ASSESSOR);
        log.append(revoked.envelope()).get()
    });
    let late = world_of(&logs).finding("B-1");
    same_after(logs, &late, Rule::AdmissionKeyRevoked);

    // Since when is not said any more; it may be said again, by the recovery key.
    let since_when = |log: &mut Log| {
        let revoked = since(
            log.world.key_revoked("K-LAB-1/x", LAB),
            "2024-01-20T00:00:00Z",
        );
        log.append(revoked.by(&[LAB_RECOVERY]).envelope()).get()
    };
    let (with, without) = withheld(since_when);
    for mut log in [with, without] {
        let again = since(
            log.world.key_revoked("K-LAB-1.2/x", LAB),
            "2024-01-20T00:00:00Z",
        );
        log.force(&again.by(&[LAB_RECOVERY]).envelope());
        let facts = sound(&log);
        let known = facts.state().key(&LAB.key_id()).unwrap();
        assert_eq!(known.revoked.map(|it| it.get()), Some(3));
        assert!(known.compromised_since.is_some());
    }

    // A key that was enrolled in it ends, and does not come back.
    let enrolled = |log: &mut Log| {
        let key = log.world.key("K-LAB-2", LAB_2, &[LAB]);
        log.append(key.envelope()).get()
    };
    let logs = withheld(enrolled);
    let again = world_of(&logs).key("K-LAB-3", LAB_2, &[LAB]);
    same_after(logs, &again, Rule::AdmissionKeyTaken);
    let (with, without) = withheld(enrolled);
    for (log, rule) in [
        (with, Rule::AdmissionKeyRevoked),
        (without, Rule::SignatureUnknownKey),
    ] {
        let mut log = log;
        log.force(&log.world.key("K-LAB-3", LAB_AGAIN, &[LAB_2]).envelope());
        assert_eq!(log.verify().defects()[0].rule, rule);
    }

    // A party that was registered in it is gone, with its recovery keys.
    let registered = |log: &mut Log| {
        let party = log.world.party("org:toeleverancier", "subservice");
        let recovery = format!("[\"{}\"]", public(80));
        let signers = [REGISTRAR, SCREENING, LAB, person(LAB.party, "lab", 0, 80)];
        let party = party.with("recovery_keys", &recovery).by(&signers);
        log.append(party.envelope()).get()
    };
    let joined = person("org:toeleverancier", "subservice", 1, 81);
    let logs = withheld(registered);
    let key = world_of(&logs).key("K-TOE-1", joined, &[SCREENING, SUPERVISOR]);
    same_after(logs, &key, Rule::AdmissionPartyUnknown);
    let logs = withheld(registered);
    let recovery = person(LAB.party, "lab", 5, 80);
    let key = world_of(&logs).key("K-LAB-5", recovery, &[LAB]);
    same_after(logs, &key, Rule::AdmissionKeyTaken);

    // A case that it opened takes no more, and its services may be in another.
    let opened = |log: &mut Log| {
        let service = log.world.service("DN-2").envelope();
        log.append(service.clone());
        let case = log.world.case("zaak:2024-002", &[&service]);
        log.append(case.envelope()).get()
    };
    let logs = withheld(opened);
    let late = world_of(&logs).finding("B-1").case("zaak:2024-002");
    same_after(logs, &late, Rule::AdmissionCase);
    let (with, without) = withheld(opened);
    for mut log in [with, without] {
        let service = log.envelope(3);
        log.force(&log.world.case("zaak:2024-003", &[&service]).envelope());
        sound(&log);
    }
}

/// The text of a finding in a case whose opening is withheld can be withheld as well.
#[test]
fn a_text_in_a_withheld_case_can_still_be_withheld() {
    let mut log = Log::with_case();
    let world = log.world.clone();
    let finding = world.finding("B-1").envelope();
    let index = log.append(finding.clone()).get();
    let case = log.envelope(2);
    log.append(world.withheld("AG-1", 2, &case).envelope());
    log.append(
        world
            .withheld("AG-2", index, &finding)
            .case(CASE)
            .envelope(),
    );
    sound(&log);
    log.records[2].envelope = None;
    log.records[index as usize].envelope = None;
    let facts = log.verify();
    assert_eq!(facts.withheld().len(), 2);
    assert!(facts.is_sound(), "{:#?}", facts.defects());
}

/// What a withheld statement of the charter allowed cannot be determined, log keys and operators among it.
#[test]
fn what_depends_on_a_withheld_text_cannot_be_determined() {
    let mut log = with_archive();
    let world = log.world.clone();
    log.append(
        world
            .operator("BEH-1", ARCHIVE.party, &[LAB, SUPERVISOR, ARCHIVE])
            .envelope(),
    );
    log.append(
        world
            .party("org:nieuw", "witness")
            .by(&[ARCHIVE])
            .envelope(),
    );
    let both = [LOG_SEED, NEW_LOG_SEED];
    let announced = world.log_key("LK-2", NEW_LOG_SEED, &log.note_by(&both));
    log.append(announced.by(&[ARCHIVE]).envelope());
    let ended = world.log_key_ended("LK-1/x", LOG_SEED, &log.note_by(&both));
    log.append(ended.by(&[ARCHIVE]).envelope());
    // The registration of the new operator held a name.
    let party = log.envelope(3);
    log.append(world.withheld("AG-1", 3, &party).by(&[ARCHIVE]).envelope());
    log.note = Some(log.note_by(&[NEW_LOG_SEED]));
    sound(&log);
    log.records[3].envelope = None;
    let facts = log.verify();
    let checkpoint = facts.defects_at(Place::Checkpoint).next();
    assert_eq!(
        checkpoint.map(|it| it.rule),
        Some(Rule::CheckpointSignature)
    );
    assert!(
        facts
            .defects()
            .iter()
            .all(|defect| defect.is_undetermined()),
        "{:#?}",
        facts.defects()
    );
}

/// A withheld text explains nothing that it could not have said: log keys stand in statements that stay readable.
#[test]
fn a_withheld_text_is_no_excuse_for_a_wrong_log_key() {
    let mut log = Log::with_case();
    let service = log.envelope(1);
    log.append(log.world.withheld("AG-1", 1, &service).envelope());
    log.records[1].envelope = None;
    log.note = Some(log.note_by(&[NEW_LOG_SEED]));
    let facts = log.verify();
    assert_eq!(facts.defects()[0].rule, Rule::CheckpointSignature);
    assert!(!facts.defects()[0].is_undetermined());
}
