//! Who may say what: the rules of admission, each broken once.

mod support;

use bewijs::envelope::Envelope;
use bewijs::json::Value;
use bewijs::merkle::Index;
use bewijs::state::roles::TABLE;
use bewijs::state::{Digests, Refusal, State};
use bewijs::statement::predicate::{BasisRule, Family};
use bewijs::statement::register::Role;
use bewijs::statement::{SignedStatement, Statement, Type};
use support::{
    ASSESSOR, ASSESSOR_2, CASE, Draft, LAB, LAB_RECOVERY, LOG_SEED, Log, Person, REGISTRAR,
    SCREENING, SCREENING_2, SUPERVISOR, World, envelope, json, public,
};

/// Someone whom the ledger does not know yet.
const NEWCOMER: Person = Person {
    party: "org:lab-voorbeeld",
    role: "lab",
    number: 2,
    seed: 30,
};

/// Someone of a party that the ledger does not know yet.
const STRANGER: Person = Person {
    party: "org:pentest",
    role: "assessor",
    number: 1,
    seed: 31,
};

fn refused(log: &mut Log, draft: &Draft) -> Refusal {
    let size = log.size();
    let refusal = log
        .try_append(draft.envelope())
        .expect_err(&format!("{} {}", draft.kind, draft.id));
    assert_eq!(log.size(), size);
    assert!(!refusal.to_string().is_empty());
    refusal
}

/// A log in which one person of every role has a key.
fn with_every_role() -> (Log, Vec<(Role, Person)>) {
    let mut log = Log::with_case();
    let world = log.world.clone();
    let mut people = vec![
        (Role::Screening, SCREENING),
        (Role::Lab, LAB),
        (Role::Assessor, ASSESSOR),
        (Role::Supervisor, SUPERVISOR),
        (Role::Registrar, REGISTRAR),
    ];
    for (role, party, seed) in [
        (Role::Ministry, "org:ministerie", 40),
        (Role::Parliament, "org:parlement", 41),
        (Role::Witness, "org:deelneemsters", 42),
        (Role::Subservice, "org:toeleverancier", 43),
    ] {
        let person = Person {
            party,
            role: role.code(),
            number: 1,
            seed,
        };
        log.append(world.party(party, role.code()).envelope());
        let key = world.key(&format!("K-{seed}"), person, &[SCREENING, SUPERVISOR]);
        log.append(key.envelope());
        people.push((role, person));
    }
    assert_eq!(people.len(), Role::ALL.len());
    (log, people)
}

/// A statement of type `kind` with the body of its example; its pins lead nowhere.
fn example(log: &Log, kind: Type) -> Draft {
    let path = format!("tests/vectors/statement/drafts/{kind}.json");
    let file = json(&std::fs::read_to_string(path).unwrap());
    let file = file.as_object().unwrap();
    let mut body = file.get("predicate").unwrap().as_object().unwrap().clone();
    for field in kind.confidential() {
        body.remove(field.name);
    }
    let info = kind.info();
    let id = format!("{}999{}", info.id_prefix, info.id_suffix);
    let body = String::from_utf8(Value::Object(body).to_canonical()).unwrap();
    let mut draft = log.world.draft(kind.name(), &id, &body);
    if file.get("case").is_some() {
        draft = draft.case(CASE);
    }
    match info.basis {
        BasisRule::Optional => draft,
        _ => {
            let note = log.checkpoint().print();
            draft.basis(log.size(), log.chain.root(), Some(&note))
        }
    }
}

/// Says whether the signers are the right ones; what else is wrong does not matter.
fn may_sign(log: &Log, draft: &Draft) -> Result<(), Refusal> {
    let signed = log.open(draft.envelope());
    match log.state.admit(signed, log.next(), log.chain.tree()) {
        Err(refusal @ (Refusal::Role { .. } | Refusal::Threshold { .. })) => Err(refusal),
        Ok(_) | Err(Refusal::Pin { .. } | Refusal::UnknownParty { .. }) => Ok(()),
        Err(Refusal::WithheldUnknown { .. } | Refusal::RulesVersion { .. }) => Ok(()),
        // Whoever vouches for recovery keys is asked after who may register a party.
        Err(Refusal::Possession { .. }) => Ok(()),
        // What a log key is and signed is asked after who announces it.
        Err(Refusal::LogKey | Refusal::LogKeys { .. } | Refusal::LogKeyNote { .. }) => Ok(()),
        Err(other) => panic!("{} {}: {other}", draft.kind, draft.id),
    }
}

#[test]
fn every_role_that_may_not_sign_a_type_is_refused() {
    let (log, people) = with_every_role();
    for rule in TABLE {
        let draft = example(&log, rule.kind);
        for (role, person) in &people {
            let allowed =
                rule.may.contains(role) || rule.needs.iter().any(|need| need.roles.contains(role));
            let alone = rule
                .needs
                .iter()
                .all(|need| need.persons == 1 && need.roles.contains(role));
            match may_sign(&log, &draft.clone().by(&[*person])) {
                Err(Refusal::Role {
                    kind, role: found, ..
                }) => {
                    assert_eq!((kind, found), (rule.kind, *role));
                    assert!(!allowed, "{kind}: {role} may sign");
                }
                Err(Refusal::Threshold { kind, .. }) => {
                    assert_eq!(kind, rule.kind);
                    assert!(allowed && !alone, "{kind}: {role} suffices");
                }
                Ok(()) => assert!(alone, "{}: {role} does not suffice", rule.kind),
                Err(other) => panic!("{other}"),
            }
        }
    }
}

/// What the parties were promised of each other, spelled out apart from the table.
#[test]
fn nobody_signs_what_is_anothers_to_say() {
    let (log, people) = with_every_role();
    let refused = |role: Role, kinds: &[Type]| {
        let (_, person) = people.iter().find(|(other, _)| *other == role).unwrap();
        for kind in kinds {
            let draft = example(&log, *kind).by(&[*person]);
            let found = may_sign(&log, &draft);
            assert!(matches!(found, Err(Refusal::Role { .. })), "{kind}: {role}");
        }
    };
    // A laboratory does not judge itself, and the risk is not its to accept.
    refused(
        Role::Lab,
        &[
            Type::Finding,
            Type::FindingClosed,
            Type::FindingReopened,
            Type::FindingWithdrawn,
            Type::FindingMerged,
            Type::RatingChanged,
            Type::Retest,
            Type::DisputeResolved,
            Type::RiskOpinion,
            Type::RiskAccepted,
            Type::Attestation,
            Type::ConditionFulfilled,
            Type::ConditionWaived,
            Type::Policy,
            Type::Decision,
            Type::Refusal,
        ],
    );
    // Whoever wants to resume does not establish that it may.
    refused(
        Role::Screening,
        &[
            Type::Finding,
            Type::FindingClosed,
            Type::FindingWithdrawn,
            Type::RatingChanged,
            Type::Retest,
            Type::DisputeResolved,
            Type::RiskOpinion,
            Type::Attestation,
            Type::Condition,
            Type::ConditionFulfilled,
            Type::ConditionWaived,
            Type::RootCause,
            Type::Completeness,
        ],
    );
    // Whoever establishes does not decide.
    refused(
        Role::Assessor,
        &[
            Type::Scope,
            Type::Policy,
            Type::Engagement,
            Type::RiskAccepted,
            Type::Decision,
            Type::Suspension,
            Type::Disclosure,
            Type::Remediation,
        ],
    );
    let substance: Vec<Type> = TABLE
        .iter()
        .map(|rule| rule.kind)
        .filter(|kind| kind.info().family != Family::Register)
        .collect();
    refused(Role::Registrar, &substance);
    let everything: Vec<Type> = TABLE.iter().map(|rule| rule.kind).collect();
    refused(Role::Subservice, &everything);
}

/// One assessor withdraws and dissents without anyone's leave; two take a finding back.
#[test]
fn doubt_takes_one_signature_and_taking_a_finding_back_takes_two_persons() {
    let (log, _) = with_every_role();
    for kind in [Type::Withdrawal, Type::Dissent, Type::FindingReopened] {
        let draft = example(&log, kind).by(&[ASSESSOR]);
        assert_eq!(may_sign(&log, &draft), Ok(()), "{kind}");
    }
    let back = example(&log, Type::FindingWithdrawn);
    let alone = may_sign(&log, &back.clone().by(&[ASSESSOR]));
    assert!(matches!(alone, Err(Refusal::Threshold { .. })), "{alone:?}");
    assert_eq!(may_sign(&log, &back.by(&[ASSESSOR, ASSESSOR_2])), Ok(()));
}

#[test]
fn one_person_is_not_two_and_one_side_is_not_both() {
    let mut log = Log::with_case();
    let world = log.world.clone();
    let service = log.envelope(1);
    let standstill = world.standstill("SV-1", &[&service]);
    for signers in [&[LAB][..], &[SCREENING], &[SCREENING, SCREENING_2]] {
        let refusal = refused(&mut log, &standstill.clone().by(signers));
        assert!(
            matches!(
                refusal,
                Refusal::Threshold {
                    kind: Type::Standstill,
                    ..
                }
            ),
            "{refusal:?}"
        );
    }
    // A second key of the same person does not make two persons.
    let second = Person {
        seed: 33,
        ..SCREENING
    };
    log.append(world.key("K-SCR-3", second, &[SCREENING]).envelope());
    let rules = world.rules("REGELS-2", 2, &[SCREENING, second]);
    let refusal = refused(&mut log, &rules);
    assert!(
        matches!(
            refusal,
            Refusal::Threshold {
                kind: Type::Rules,
                ..
            }
        ),
        "{refusal:?}"
    );
    // Two persons of one party are two persons and one party.
    let refusal = refused(&mut log, &rules.clone().by(&[SCREENING, SCREENING_2]));
    assert!(
        matches!(
            refusal,
            Refusal::Threshold {
                kind: Type::Rules,
                ..
            }
        ),
        "{refusal:?}"
    );
    log.append(rules.by(&[SCREENING, SUPERVISOR]).envelope());
    // This program does not know version 2 and admits nothing under it.
    let refusal = refused(&mut log, &world.service("DN-2"));
    assert_eq!(refusal, Refusal::UnknownRules { version: 2 });
}

#[test]
fn a_key_needs_its_holder_and_someone_to_vouch() {
    let mut log = Log::new();
    let world = log.world.clone();
    log.append(world.party(STRANGER.party, STRANGER.role).envelope());
    let enrol = |person, vouchers: &[Person]| world.key("K-NEW-1", person, vouchers);

    for vouchers in [
        &[][..],
        &[REGISTRAR],
        &[SUPERVISOR],
        &[SUPERVISOR, REGISTRAR],
        &[SCREENING, SCREENING_2],
    ] {
        let refusal = refused(&mut log, &enrol(STRANGER, vouchers));
        assert!(
            matches!(
                refusal,
                Refusal::Threshold {
                    kind: Type::Key,
                    ..
                }
            ),
            "{vouchers:?}: {refusal:?}"
        );
    }
    let without_holder = enrol(STRANGER, &[SCREENING, SUPERVISOR]).by(&[SCREENING, SUPERVISOR]);
    assert!(matches!(
        refused(&mut log, &without_holder),
        Refusal::Possession { .. }
    ));
    let unknown = Person {
        party: "org:niemand",
        ..STRANGER
    };
    assert!(matches!(
        refused(&mut log, &enrol(unknown, &[SCREENING, SUPERVISOR])),
        Refusal::UnknownParty { .. }
    ));

    log.append(enrol(STRANGER, &[SCREENING, SUPERVISOR]).envelope());
    log.append(world.key("K-LAB-2", NEWCOMER, &[LAB]).envelope());
    // Once, for ever: not again for the same person, not for another, not after it was revoked.
    for again in [
        STRANGER,
        Person {
            number: 2,
            ..STRANGER
        },
        Person {
            seed: STRANGER.seed,
            ..NEWCOMER
        },
    ] {
        let draft = world.key("K-NEW-2", again, &[LAB, SCREENING, SUPERVISOR]);
        assert!(matches!(
            refused(&mut log, &draft),
            Refusal::KeyTaken { .. }
        ));
    }
    log.append(world.key_revoked("K-NEW-1/x", STRANGER).envelope());
    let draft = world.key("K-NEW-3", STRANGER, &[SCREENING, SUPERVISOR]);
    assert!(matches!(
        refused(&mut log, &draft),
        Refusal::KeyTaken { .. }
    ));
    let log_key = Person {
        seed: LOG_SEED,
        number: 3,
        ..NEWCOMER
    };
    assert!(matches!(
        refused(&mut log, &world.key("K-LAB-3", log_key, &[LAB])),
        Refusal::KeyTaken { .. }
    ));
    let recovery = Person {
        number: 4,
        ..LAB_RECOVERY
    };
    assert!(matches!(
        refused(&mut log, &world.key("K-LAB-4", recovery, &[LAB])),
        Refusal::KeyTaken { .. }
    ));
}

#[test]
fn nobody_takes_over_another_partys_recovery_key() {
    let mut log = Log::new();
    let world = log.world.clone();
    for taken in [LAB_RECOVERY.key(), LAB.key(), public(LOG_SEED)] {
        let party = world
            .party("org:kaper", "lab")
            .with("recovery_keys", &format!("[\"{taken}\"]"));
        assert!(matches!(
            refused(&mut log, &party),
            Refusal::KeyTaken { .. }
        ));
    }
    // The laboratory still revokes with it, back to an earlier moment.
    let reach_back = world
        .key_revoked("K-LAB-1/x", LAB)
        .with("compromised_since", "\"2024-01-30T00:00:00Z\"");
    assert!(matches!(
        refused(&mut log, &reach_back),
        Refusal::Threshold {
            kind: Type::KeyRevoked,
            ..
        }
    ));
    log.append(reach_back.by(&[LAB_RECOVERY]).envelope());
}

#[test]
fn nobody_alone_gives_a_party_its_recovery_key() {
    let mut log = Log::new();
    let world = log.world.clone();
    let recovery = Person {
        number: 0,
        seed: 34,
        ..STRANGER
    };
    let party = world
        .party(STRANGER.party, STRANGER.role)
        .with("recovery_keys", &format!("[\"{}\"]", recovery.key()));
    assert!(matches!(
        refused(&mut log, &party.clone().by(&[SCREENING, SUPERVISOR])),
        Refusal::Possession { key } if key == recovery.key_id()
    ));
    for vouchers in [
        &[REGISTRAR][..],
        &[SCREENING],
        &[SCREENING, SCREENING_2],
        &[REGISTRAR, SUPERVISOR],
    ] {
        let signers = [vouchers, &[recovery]].concat();
        let refusal = refused(&mut log, &party.clone().by(&signers));
        let too_few = matches!(
            refusal,
            Refusal::Threshold {
                kind: Type::Party,
                ..
            }
        );
        assert!(too_few, "{vouchers:?}: {refusal:?}");
    }
    // The row of the table holds as well: somebody who may register a party signs.
    let without = party.clone().by(&[LAB, SUPERVISOR, recovery]);
    assert!(matches!(
        refused(&mut log, &without),
        Refusal::Threshold { .. }
    ));
    log.append(party.by(&[REGISTRAR, LAB, SUPERVISOR, recovery]).envelope());

    // It revokes back to an earlier moment, the operator cosigning, and signs nothing else.
    let enrolled = world.key("K-PEN-1", STRANGER, &[SCREENING, SUPERVISOR]);
    log.append(enrolled.envelope());
    let back = world
        .key_revoked("K-PEN-1/x", STRANGER)
        .with("compromised_since", "\"2024-01-30T00:00:00Z\"");
    let cosigned = back.clone().by(&[REGISTRAR, LAB]);
    assert!(matches!(
        refused(&mut log, &cosigned),
        Refusal::Threshold { .. }
    ));
    log.append(back.by(&[REGISTRAR, recovery]).envelope());
    assert!(matches!(
        refused(&mut log, &world.service("DN-1").by(&[recovery])),
        Refusal::UnknownKey { .. }
    ));
}

#[test]
fn a_revoked_key_signs_nothing_more_and_an_unknown_one_nothing() {
    let mut log = Log::with_case();
    let world = log.world.clone();
    log.append(world.key_revoked("K-AUD-1/x", ASSESSOR).envelope());
    match refused(&mut log, &world.finding("B-1")) {
        Refusal::RevokedKey { key, index } => {
            assert_eq!((key, index.get()), (ASSESSOR.key_id(), 3))
        }
        other => panic!("{other:?}"),
    }
    assert!(matches!(
        refused(&mut log, &world.key_revoked("K-AUD-1.2/x", ASSESSOR)),
        Refusal::RevokedKey { .. }
    ));
    log.append(world.finding("B-1").by(&[ASSESSOR_2]).envelope());
    // A key that the lookup knows and the state does not: refused at admission, not only when opened.
    let unknown = world.finding("B-2").by(&[STRANGER]).envelope();
    let signed = SignedStatement::open(unknown, |_| Some(STRANGER.key())).unwrap();
    let refusal = log
        .state
        .admit(signed, log.next(), log.chain.tree())
        .unwrap_err();
    assert_eq!(
        refusal,
        Refusal::UnknownKey {
            key: STRANGER.key_id()
        }
    );
}

#[test]
fn a_charter_is_signed_by_all_founders_of_two_other_roles() {
    let refused = |edit: &dyn Fn(&mut Draft)| {
        let mut log = Log::empty(World::founded(|charter| edit(charter)));
        let charter: Envelope = log.world.charter();
        log.try_append(charter).unwrap_err()
    };
    let without_one = refused(&|charter| charter.signers.truncate(6));
    assert!(
        matches!(
            without_one,
            Refusal::Threshold {
                kind: Type::Charter,
                ..
            }
        ),
        "{without_one:?}"
    );
    let parties = |people: &[Person]| format!("[{}]", support::founding_parties(people));
    let few = [REGISTRAR, SCREENING, SCREENING_2];
    let one_role =
        refused(&|charter| *charter = charter.clone().with("parties", &parties(&few)).by(&few));
    assert!(
        matches!(
            one_role,
            Refusal::Threshold {
                kind: Type::Charter,
                ..
            }
        ),
        "{one_role:?}"
    );
    let operator =
        refused(&|charter| *charter = charter.clone().with("operator", "\"org:toetser\""));
    assert!(matches!(operator, Refusal::Operator { .. }), "{operator:?}");
    let version = refused(&|charter| *charter = charter.clone().with("rules_version", "2"));
    assert!(
        matches!(
            version,
            Refusal::RulesVersion {
                expected: 1,
                found: 2
            }
        ),
        "{version:?}"
    );
}

#[test]
fn a_ledger_has_one_charter_and_it_stands_first() {
    let mut log = Log::empty(World::new());
    let world = log.world.clone();
    let early = world.service("DN-1").envelope();
    let signed = SignedStatement::open(early, |_| Some(SCREENING.key())).unwrap();
    assert_eq!(
        log.state
            .admit(signed, log.next(), log.chain.tree())
            .unwrap_err(),
        Refusal::NoCharter
    );
    log.append(world.charter());
    assert_eq!(
        log.try_append(world.charter()).unwrap_err(),
        Refusal::SecondCharter
    );
}

#[test]
fn a_service_is_in_one_open_case_and_a_case_is_about_a_laboratory() {
    let mut log = Log::with_case();
    let world = log.world.clone();
    let taken = log.envelope(1);
    assert!(matches!(
        refused(&mut log, &world.case("zaak:2024-002", &[&taken])),
        Refusal::ServiceTaken { .. }
    ));
    let free = world.service("DN-2").envelope();
    log.append(free.clone());
    let case = world.case("zaak:2024-002", &[&free]);
    let no_lab = case.clone().with("lab", &format!("\"{}\"", ASSESSOR.party));
    assert!(matches!(
        refused(&mut log, &no_lab),
        Refusal::NotALab { .. }
    ));
    let nobody = case.clone().with("lab", "\"org:niemand\"");
    assert!(matches!(
        refused(&mut log, &nobody),
        Refusal::UnknownParty { .. }
    ));
    log.append(case.envelope());
    let elsewhere = world.finding("B-1").case("zaak:2024-003");
    assert!(matches!(
        refused(&mut log, &elsewhere),
        Refusal::UnknownCase { .. }
    ));
}

#[test]
fn a_pin_resolves_in_its_own_thread_or_the_charter_and_to_the_right_type() {
    let mut log = Log::with_case();
    let world = log.world.clone();
    let other_service = world.service("DN-2").envelope();
    log.append(other_service.clone());
    log.append(world.case("zaak:2024-002", &[&other_service]).envelope());
    let finding = world.finding("B-1").envelope();
    log.append(finding.clone());

    let claim = world.remediation("M-1", &finding);
    let other_case = claim.clone().case("zaak:2024-002");
    assert!(matches!(
        refused(&mut log, &other_case),
        Refusal::Pin { .. }
    ));
    let never_appended = world.finding("B-2").envelope();
    assert!(matches!(
        refused(&mut log, &world.remediation("M-2", &never_appended)),
        Refusal::Pin { .. }
    ));
    let other_text = world.finding("B-1").with("source", "\"RAP-2\"").envelope();
    match refused(&mut log, &world.remediation("M-3", &other_text)) {
        Refusal::Pin { id, found, .. } => {
            assert_eq!((id.as_str(), found.unwrap().kind), ("B-1", Type::Finding))
        }
        other => panic!("{other:?}"),
    }
    log.append(claim.envelope());
}

#[test]
fn a_pin_spells_the_id_as_the_statement_does() {
    let mut log = Log::with_case();
    let finding = log.world.finding("B-Abc").envelope();
    log.append(finding.clone());
    let claim = log.world.remediation("M-1", &finding);
    let payload = String::from_utf8(claim.payload()).unwrap();
    let otherwise = payload.replace("\"B-Abc\"", "\"B-aBC\"");
    assert_ne!(otherwise, payload);
    let otherwise = envelope(otherwise.into_bytes(), &[LAB]);
    match log.try_append(otherwise) {
        Err(Refusal::Pin { id, .. }) => assert_eq!(id.as_str(), "B-aBC"),
        other => panic!("{other:?}"),
    }
    log.append(claim.envelope());
}

#[test]
fn a_key_whose_party_nobody_can_read_any_more_is_refused() {
    let mut log = Log::with_case();
    let world = log.world.clone();
    let party = world.party(STRANGER.party, STRANGER.role).envelope();
    log.append(party);
    log.append(
        world
            .key("K-1", STRANGER, &[SCREENING, SUPERVISOR])
            .envelope(),
    );
    log.append(world.finding("B-1").by(&[STRANGER]).envelope());

    // A writer that opens its store when the registration has been emptied.
    let mut recalled = State::new();
    for index in [0, 1, 2, 4] {
        let envelope = log.envelope(index);
        let digests = Digests {
            payload: envelope.payload_digest(),
            envelope: envelope.digest(),
        };
        let statement = Statement::parse(envelope.payload()).unwrap();
        recalled.recall(&statement, Index::new(index).unwrap(), digests);
    }
    let signed = log.open(world.finding("B-2").by(&[STRANGER]).envelope());
    let refusal = recalled.admit(signed, log.next(), log.chain.tree());
    let party = STRANGER.party.to_owned();
    assert_eq!(refusal.err(), Some(Refusal::UnknownParty { party }));
}

#[test]
fn a_commitment_stands_once_in_its_thread() {
    let mut log = Log::with_case();
    let world = log.world.clone();
    let finding = world.finding("B-1");
    log.append(finding.envelope());
    let commitment = String::from_utf8(
        finding
            .body
            .as_object()
            .unwrap()
            .get("severity")
            .unwrap()
            .to_canonical(),
    )
    .unwrap();
    let copied = world.finding("B-2").with("severity", &commitment);
    assert!(matches!(
        refused(&mut log, &copied),
        Refusal::DigestTaken { .. }
    ));
    let twice = world
        .finding("B-3")
        .with("title", &commitment.clone())
        .with("severity", &commitment);
    assert!(matches!(
        refused(&mut log, &twice),
        Refusal::DigestTaken { .. }
    ));
    assert_eq!(json(&commitment).as_object().unwrap().len(), 1);
}

#[test]
fn a_basis_names_a_root_of_this_log_and_a_note_of_that_root() {
    let mut log = Log::of_size(6);
    let world = log.world.clone();
    let root = log.chain.root();
    let size = log.size();
    let anchor = |note: &[u8]| world.anchor("AN-1", note);
    let checkpoint = log.checkpoint();
    let good = anchor(&checkpoint.print()).basis(size, root, None);

    let ahead = bewijs::merkle::Size::new(size.get() + 1).unwrap();
    assert!(matches!(
        refused(&mut log, &good.clone().basis(ahead, root, None)),
        Refusal::BasisAhead { .. }
    ));
    let wrong = bewijs::hash::Hash::ZERO;
    assert!(matches!(
        refused(&mut log, &good.clone().basis(size, wrong, None)),
        Refusal::BasisRoot { .. }
    ));
    let other_size = support::signed_checkpoint(ahead, root).print();
    let note_of_other = good.clone().basis(size, root, Some(&other_size));
    assert!(matches!(
        refused(&mut log, &note_of_other),
        Refusal::BasisNote { .. }
    ));
    log.append(good.basis(size, root, Some(&checkpoint.print())).envelope());
}

#[test]
fn withholding_names_an_entry_of_the_same_thread() {
    let mut log = Log::with_case();
    let world = log.world.clone();
    let finding = world.finding("B-1").envelope();
    log.append(finding.clone());
    let in_charter = world.withheld("AG-1", 3, &finding);
    assert!(matches!(
        refused(&mut log, &in_charter),
        Refusal::WithheldUnknown { .. }
    ));
    let other_place = world.withheld("AG-1", 2, &finding).case(CASE);
    assert!(matches!(
        refused(&mut log, &other_place),
        Refusal::WithheldUnknown { .. }
    ));
    log.append(world.withheld("AG-1", 3, &finding).case(CASE).envelope());
}

#[test]
fn what_was_withheld_does_not_come_in_again() {
    let mut log = Log::with_case();
    let finding = log.world.finding("B-1").envelope();
    log.append(finding.clone());
    let withheld = log.world.withheld("AG-1", 3, &finding).case(CASE);
    log.append(withheld.envelope());

    // The writer whose store has the text still, and the one whose store has it no longer.
    let mut emptied = State::new();
    for index in [0, 1, 2, 4] {
        let envelope = log.envelope(index);
        let digests = Digests {
            payload: envelope.payload_digest(),
            envelope: envelope.digest(),
        };
        let statement = Statement::parse(envelope.payload()).unwrap();
        emptied.recall(&statement, Index::new(index).unwrap(), digests);
    }
    for state in [&log.state, &emptied] {
        let signed = log.open(finding.clone());
        let refusal = state.admit(signed, log.next(), log.chain.tree());
        let index = Index::new(3).unwrap();
        assert_eq!(refusal.err(), Some(Refusal::Duplicate { index }));
    }
}
