//! Whole logs, sound and broken in one place: which rule is said to be broken where.

mod support;

use std::collections::BTreeSet;

use bewijs::entry::{Entry, ThreadName};
use bewijs::envelope::Envelope;
use bewijs::hash::Hash;
use bewijs::json::Value;
use bewijs::key::{KeyId, Signature};
use bewijs::merkle::{Index, Size};
use bewijs::note::{KeyKind, VerifierKey};
use bewijs::statement::Type;
use bewijs::trust::TrustPolicy;
use bewijs::verify::{Facts, Keep, Options, Place, Read, Rule, verify_log};
use support::*;

/// A person whom no charter names.
const STRANGER: Person = Person {
    party: "org:lab-voorbeeld",
    role: "lab",
    number: 9,
    seed: 50,
};

#[test]
fn a_sound_log_has_no_defects() {
    let log = Log::of_size(40);
    let facts = log.verify();
    assert_eq!(facts.defects(), []);
    assert!(facts.is_sound());
    assert_eq!(facts.read(), Read::WholeLog);
    assert_eq!(facts.size().get(), 40);
    assert_eq!(facts.sound_size(), facts.size());
    assert_eq!(facts.root(), log.chain.root());
    assert_eq!(facts.ledger(), Some(&log.world.ledger));
    assert_eq!(facts.uncovered(), 0);
    assert_eq!(facts.counts()[&Type::Finding], 19);
    assert_eq!(facts.threads().len(), 2);
    assert_eq!(facts.threads()[&"charter".parse().unwrap()].entries, 3);
    let fingerprint = log.checkpoint().checkpoint().fingerprint();
    assert_eq!(facts.fingerprint(), Some(fingerprint));

    assert_eq!(facts.statements().len(), 40);
    let finding = &facts.statements()[3];
    assert_eq!(finding.index.get(), 3);
    assert_eq!(finding.signers.len(), 1);
    let holder = finding.signers[0].holder.as_ref().unwrap();
    assert_eq!(holder.to_string(), ASSESSOR.holder());
}

#[test]
fn keeps_the_statements_that_were_asked_for() {
    let log = Log::of_size(10);
    let keep = |keep| {
        let options = Options {
            keep,
            ..Options::default()
        };
        let facts = verify_log(&log, &options, &mut |_| {}).unwrap();
        facts.statements().len()
    };
    assert_eq!(keep(Keep::Nothing), 0);
    let charter = BTreeSet::from(["charter".parse().unwrap()]);
    assert_eq!(keep(Keep::Threads(charter)), 3);
    assert_eq!(keep(Keep::Everything), 10);
}

/// A broken log, and what is to be found: entry and code.
struct Case {
    about: &'static str,
    log: Log,
    expected: Vec<(u64, &'static str)>,
}

/// Appends to the log of [`Log::with_case`], whose next entry is 3.
fn case(
    about: &'static str,
    expected: &[(u64, &'static str)],
    edit: impl FnOnce(&mut Log),
) -> Case {
    let mut log = Log::with_case();
    edit(&mut log);
    Case {
        about,
        log,
        expected: expected.to_vec(),
    }
}

/// Takes entry 3 for broken: the statement that `make` gives is forced in there.
fn refused(
    about: &'static str,
    code: &'static str,
    make: impl FnOnce(&mut Log) -> Envelope,
) -> Case {
    case(about, &[(3, code)], |log| {
        let envelope = make(log);
        assert_eq!(log.next().get(), 3, "{about}");
        log.force(&envelope);
    })
}

/// The signatures of an envelope.
type Signatures = Vec<(KeyId, Signature)>;

/// Returns a checkpoint of this log that another key signed.
fn forged_checkpoint(size: Size, root: Hash) -> Vec<u8> {
    let good = signed_checkpoint(size, root);
    let key = VerifierKey::new(ORIGIN.parse().unwrap(), KeyKind::Ed25519, public(101));
    let signature = sign(101, &good.checkpoint().log_message());
    let forged = good.checkpoint().with_log_signature(&key, &signature);
    forged.unwrap().print()
}

/// Takes entry 3 for broken: its entry is changed by `edit`, and later ones follow it.
fn relinked(about: &'static str, code: &'static str, edit: impl FnOnce(&mut Entry)) -> Case {
    case(about, &[(3, code)], |log| {
        let finding = log.world.finding("B-1").envelope();
        log.push(finding.print_stored(), edit);
    })
}

fn admission() -> Vec<Case> {
    vec![
        refused("a second charter", "admission.second-charter", |log| {
            log.world.charter()
        }),
        refused(
            "a statement for another ledger",
            "admission.ledger",
            |log| {
                let mut draft = log.world.finding("B-1");
                draft.ledger.genesis = Hash::of(b"another ledger");
                draft.envelope()
            },
        ),
        refused(
            "a statement for a case that nobody opened",
            "admission.case",
            |log| log.world.finding("B-1").case("zaak:2024-999").envelope(),
        ),
        case(
            "the same statement twice",
            &[(4, "admission.duplicate")],
            |log| {
                let finding = log.world.finding("B-1").envelope();
                log.append(finding.clone());
                log.force(&finding);
            },
        ),
        case("one id twice", &[(4, "admission.id")], |log| {
            log.append(log.world.finding("B-1").envelope());
            log.force(&log.world.finding("B-1").envelope());
        }),
        case("one id in two spellings", &[(4, "admission.id")], |log| {
            log.append(log.world.finding("B-a").envelope());
            log.force(&log.world.finding("B-A").envelope());
        }),
        refused(
            "a signature by a recovery key",
            "admission.key-unknown",
            |log| log.world.finding("B-1").by(&[LAB_RECOVERY]).envelope(),
        ),
        case(
            "a signature by a revoked key",
            &[(4, "admission.key-revoked")],
            |log| {
                log.append(log.world.key_revoked("K-T-1/x", ASSESSOR).envelope());
                log.force(&log.world.finding("B-1").envelope());
            },
        ),
        refused("a finding by the laboratory", "admission.role", |log| {
            log.world.finding("B-1").by(&[LAB]).envelope()
        }),
        refused(
            "a finding cosigned by the laboratory",
            "admission.role",
            |log| log.world.finding("B-1").by(&[ASSESSOR, LAB]).envelope(),
        ),
        refused("a standstill by one side", "admission.threshold", |log| {
            let service = log.envelope(1);
            log.world
                .standstill("SV-1", &[&service])
                .by(&[LAB])
                .envelope()
        }),
        refused(
            "a key vouched for by the operator alone",
            "admission.threshold",
            |log| log.world.key("K-1", STRANGER, &[REGISTRAR]).envelope(),
        ),
        refused(
            "a key vouched for by one other role",
            "admission.threshold",
            |log| {
                log.world
                    .key("K-1", STRANGER, &[SCREENING, SCREENING_2])
                    .envelope()
            },
        ),
        refused("rules by one party", "admission.threshold", |log| {
            log.world
                .rules("REGELS-2", 2, &[SCREENING, SCREENING_2])
                .envelope()
        }),
        refused("a key that did not sign", "admission.possession", |log| {
            log.world.key("K-1", STRANGER, &[LAB]).by(&[LAB]).envelope()
        }),
        refused("a key enrolled twice", "admission.key-taken", |log| {
            log.world.key("K-1", LAB, &[]).envelope()
        }),
        case(
            "a revoked key enrolled again",
            &[(4, "admission.key-taken")],
            |log| {
                log.append(log.world.key_revoked("K-T-1/x", ASSESSOR).envelope());
                log.force(&log.world.key("K-T-2", ASSESSOR, &[ASSESSOR_2]).envelope());
            },
        ),
        refused("the log key enrolled", "admission.key-taken", |log| {
            let person = Person {
                seed: LOG_SEED,
                ..STRANGER
            };
            log.world.key("K-1", person, &[LAB]).envelope()
        }),
        refused("a party twice", "admission.party-taken", |log| {
            log.world.party("org:TOETSER", "assessor").envelope()
        }),
        refused(
            "a key of a party that nobody registered",
            "admission.party-unknown",
            |log| {
                let person = Person {
                    party: "org:nieuw",
                    ..STRANGER
                };
                log.world
                    .key("K-1", person, &[SCREENING, SUPERVISOR])
                    .envelope()
            },
        ),
        refused(
            "a key revoked for another party",
            "admission.holder",
            |log| {
                let draft = log.world.key_revoked("K-L-1/x", LAB);
                draft
                    .with("party", "\"org:toetser\"")
                    .by(&[ASSESSOR])
                    .envelope()
            },
        ),
        case(
            "a party with the role registrar that does not run the ledger",
            &[(5, "admission.not-operator")],
            |log| {
                let other = Person {
                    party: "org:archief",
                    role: "registrar",
                    ..STRANGER
                };
                log.append(log.world.party(other.party, other.role).envelope());
                log.append(
                    log.world
                        .key("K-1", other, &[SCREENING, SUPERVISOR])
                        .envelope(),
                );
                log.force(
                    &log.world
                        .party("org:nieuw", "witness")
                        .by(&[other])
                        .envelope(),
                );
            },
        ),
        refused(
            "a key replaced for somebody else",
            "admission.holder",
            |log| {
                let draft = log.world.key_rotated("K-L-1/r", LAB, STRANGER);
                draft.with("holder", "\"org:lab-voorbeeld#9\"").envelope()
            },
        ),
        refused(
            "a handover to the laboratory",
            "admission.operator",
            |log| {
                log.world
                    .operator("BEH-1", LAB.party, &[LAB, SUPERVISOR, SCREENING])
                    .envelope()
            },
        ),
        case(
            "a finding after the end",
            &[(4, "admission.closed")],
            |log| {
                log.append(log.world.closed("EINDE-1", &[SCREENING, LAB]).envelope());
                log.force(&log.world.finding("B-1").envelope());
            },
        ),
        refused("a log key of another name", "admission.log-key", |log| {
            let note = log.note_by(&[LOG_SEED, 101]);
            let other = VerifierKey::new(
                "another.example/log".parse().unwrap(),
                KeyKind::Ed25519,
                public(101),
            );
            let draft = log.world.log_key("LK-2", 101, &note);
            draft.with("log_key", &format!("\"{other}\"")).envelope()
        }),
        refused(
            "a log key that nobody shows to hold",
            "admission.log-key-note",
            |log| {
                let note = log.note_by(&[LOG_SEED]);
                log.world.log_key("LK-2", 101, &note).envelope()
            },
        ),
        refused("the end of the only log key", "admission.log-keys", |log| {
            let note = log.note_by(&[LOG_SEED]);
            log.world
                .log_key_ended("LK-1/x", LOG_SEED, &note)
                .envelope()
        }),
        refused("a charter that is withheld", "admission.withheld", |log| {
            log.world.withheld("AG-1", 0, &log.envelope(0)).envelope()
        }),
        refused("a case about an assessor", "admission.lab", |log| {
            let draft = log.world.case("zaak:2024-002", &[&log.envelope(1)]);
            draft.with("lab", "\"org:toetser\"").envelope()
        }),
        refused("a service in two cases", "admission.service", |log| {
            log.world
                .case("zaak:2024-002", &[&log.envelope(1)])
                .envelope()
        }),
        refused("a reference to nothing", "admission.pin", |log| {
            let finding = log.world.finding("B-1").envelope();
            log.world.remediation("M-1", &finding).envelope()
        }),
        case(
            "a reference to another text under that id",
            &[(4, "admission.pin")],
            |log| {
                let other = log.world.finding("B-1").envelope();
                log.append(log.world.finding("B-1").envelope());
                log.force(&log.world.remediation("M-1", &other).envelope());
            },
        ),
        case(
            "a reference into another case",
            &[(6, "admission.pin")],
            |log| {
                let service = log.world.service("DN-2").envelope();
                log.append(service.clone());
                log.append(log.world.case("zaak:2024-002", &[&service]).envelope());
                let finding = log.world.finding("B-1").case("zaak:2024-002").envelope();
                log.append(finding.clone());
                log.force(&log.world.remediation("M-1", &finding).envelope());
            },
        ),
        refused("a basis in the future", "admission.basis-ahead", |log| {
            let basis = log.world.finding("B-1");
            basis
                .basis(Size::new(4).unwrap(), Hash::ZERO, None)
                .envelope()
        }),
        refused(
            "a basis of another history",
            "admission.basis-root",
            |log| {
                let basis = log.world.finding("B-1");
                basis
                    .basis(Size::new(2).unwrap(), Hash::of(b"fork"), None)
                    .envelope()
            },
        ),
        refused(
            "a basis with the note of another log",
            "admission.basis-note",
            |log| {
                let (size, root) = (log.size(), log.chain.root());
                let note = forged_checkpoint(size, root);
                log.world
                    .finding("B-1")
                    .basis(size, root, Some(&note))
                    .envelope()
            },
        ),
        refused(
            "a basis with the note of another size",
            "admission.basis-note",
            |log| {
                let note = signed_checkpoint(Size::new(2).unwrap(), log.chain.root()).print();
                let (size, root) = (log.size(), log.chain.root());
                log.world
                    .finding("B-1")
                    .basis(size, root, Some(&note))
                    .envelope()
            },
        ),
        case(
            "one commitment in two statements",
            &[(4, "admission.digest")],
            |log| {
                let first = log.world.finding("B-1");
                let Value::Object(members) = &first.body else {
                    unreachable!("a body is an object");
                };
                let digest = members.get("severity").unwrap().to_canonical();
                let second = log.world.finding("B-2");
                let second = second.with("title", std::str::from_utf8(&digest).unwrap());
                log.append(first.envelope());
                log.force(&second.envelope());
            },
        ),
        refused(
            "rules that skip a version",
            "admission.rules-version",
            |log| {
                log.world
                    .rules("REGELS-3", 3, &[SCREENING, SUPERVISOR])
                    .envelope()
            },
        ),
        case(
            "an entry under rules of the future",
            &[(4, "admission.rules-unknown")],
            |log| {
                log.append(
                    log.world
                        .rules("REGELS-2", 2, &[SCREENING, SUPERVISOR])
                        .envelope(),
                );
                log.force(&log.world.finding("B-1").envelope());
                log.force(&log.world.finding("B-2").envelope());
            },
        ),
        refused(
            "a withheld statement about another one",
            "admission.withheld",
            |log| log.world.withheld("AG-1", 2, &log.envelope(1)).envelope(),
        ),
        refused(
            "a withheld statement from another thread",
            "admission.withheld",
            |log| {
                let service = log.envelope(1);
                log.world
                    .withheld("AG-1", 1, &service)
                    .case(CASE)
                    .envelope()
            },
        ),
    ]
}

fn founding() -> Vec<Case> {
    let founded = |about, code, edit: &dyn Fn(&mut Draft)| {
        let mut log = Log::empty(World::founded(edit));
        log.force(&log.world.charter());
        Case {
            about,
            log,
            expected: vec![(0, code)],
        }
    };
    let mut first = Log::empty(World::new());
    first.force(&first.world.key("K-1", STRANGER, &[]).envelope());
    vec![
        Case {
            about: "a key before the charter",
            log: first,
            expected: vec![(0, "admission.first")],
        },
        founded(
            "a founder who did not sign",
            "admission.threshold",
            &|charter| {
                charter.signers.pop();
            },
        ),
        founded("founders of one role", "admission.threshold", &|charter| {
            let few = [LAB, REGISTRAR];
            let parties = format!("[{}]", founding_parties(&few));
            *charter = charter.clone().with("parties", &parties).by(&few);
        }),
        founded(
            "one key for two persons",
            "admission.key-taken",
            &|charter| {
                let twin = Person { number: 2, ..LAB };
                let parties = format!("[{}]", founding_parties(&[LAB, twin, SCREENING, REGISTRAR]));
                *charter = charter
                    .clone()
                    .with("parties", &parties)
                    .by(&[LAB, SCREENING, REGISTRAR]);
            },
        ),
        founded(
            "an operator who is the laboratory",
            "admission.operator",
            &|charter| {
                *charter = charter.clone().with("operator", "\"org:lab-voorbeeld\"");
            },
        ),
        founded(
            "rules that nobody knows yet",
            "admission.rules-version",
            &|charter| {
                *charter = charter.clone().with("rules_version", "2");
            },
        ),
    ]
}

fn links() -> Vec<Case> {
    let zero = Hash::ZERO;
    vec![
        relinked("an entry of another index", "chain.index", |entry| {
            entry.index = Index::new(7).unwrap();
        }),
        relinked("an entry after another one", "chain.prev", |entry| {
            entry.prev = zero
        }),
        relinked(
            "an entry after another one of its thread",
            "chain.thread-prev",
            |entry| {
                entry.thread.prev = Hash::of(b"other");
            },
        ),
        relinked(
            "an entry of another number in its thread",
            "chain.thread-seq",
            |entry| {
                entry.thread.seq = 1;
            },
        ),
        relinked(
            "an entry with another thread index",
            "chain.threads",
            |entry| {
                entry.threads = zero;
            },
        ),
        relinked("an entry from the past", "chain.time", |entry| {
            entry.time = "2020-01-01T00:00:00.000Z".parse().unwrap();
        }),
        relinked("an entry of other rules", "rules.version", |entry| {
            entry.version = 2
        }),
        case(
            "an entry from the future, then one of today",
            &[(4, "chain.time")],
            |log| {
                let finding = log.world.finding("B-1").envelope();
                log.push(finding.print_stored(), |entry| {
                    entry.time = "2999-01-01T00:00:00.000Z".parse().unwrap();
                });
                for number in 2..5 {
                    let finding = log.world.finding(&format!("B-{number}")).envelope();
                    log.push(finding.print_stored(), |entry| {
                        entry.time = "2024-02-01T00:00:00.000Z".parse().unwrap();
                    });
                }
            },
        ),
        case(
            "a statement filed in the charter",
            &[(3, "statement.thread")],
            |log| {
                let finding = log.world.finding("B-1").envelope();
                let charter = ThreadName::charter();
                let (seq, prev) = log.chain.threads().get(&charter.hash()).unwrap();
                log.push(finding.print_stored(), |entry| {
                    entry.thread.name = charter;
                    entry.thread.prev = prev;
                    entry.thread.seq = seq;
                });
            },
        ),
        case("a leaf that is no entry", &[(3, "entry.form")], |log| {
            log.push_bytes(
                b"{}".to_vec(),
                Some(log.world.finding("B-1").envelope().print_stored()),
            );
            log.force(&log.world.finding("B-2").envelope());
        }),
    ]
}

fn statements() -> Vec<Case> {
    let stored = |about, code, make: &dyn Fn(&Log) -> Vec<u8>| {
        case(about, &[(3, code)], |log| {
            let bytes = make(log);
            log.push(bytes, |entry| {
                entry.thread.name = format!("case/{CASE}").parse().unwrap();
                entry.thread.seq = 0;
                entry.thread.prev = Hash::ZERO;
            });
        })
    };
    let signatures = |log: &Log, edit: &dyn Fn(&mut Signatures)| {
        let finding = log
            .world
            .finding("B-1")
            .by(&[ASSESSOR, ASSESSOR_2])
            .envelope();
        let mut signatures = finding.signatures().to_vec();
        edit(&mut signatures);
        Envelope::new(finding.payload().to_vec(), signatures)
            .unwrap()
            .print_stored()
    };
    let payload = |log: &Log, edit: &dyn Fn(String) -> String| {
        let payload = log.world.finding("B-1").payload();
        let payload = edit(String::from_utf8(payload).unwrap());
        envelope(payload.into_bytes(), &[ASSESSOR]).print_stored()
    };
    vec![
        stored(
            "an envelope in another spelling",
            "statement.envelope",
            &|log| {
                let mut bytes = log.world.finding("B-1").envelope().print_stored();
                bytes.push(b'\n');
                bytes
            },
        ),
        stored("no envelope at all", "statement.envelope", &|_| {
            b"hello".to_vec()
        }),
        stored("a payload in another spelling", "statement.form", &|log| {
            payload(log, &|text| text.replace(",\"", ", \""))
        }),
        stored("a member twice", "statement.form", &|log| {
            payload(log, &|text| {
                text.replacen("\"_type\"", "\"_type\":\"\",\"_type\"", 1)
            })
        }),
        stored("an unknown member", "statement.form", &|log| {
            payload(log, &|text| {
                text.replacen("\"domain\"", "\"a\":1,\"domain\"", 1)
            })
        }),
        stored("nothing but brackets", "statement.form", &|_| {
            envelope(b"[".repeat(40_000), &[ASSESSOR]).print_stored()
        }),
        stored("an invisible character", "statement.form", &|log| {
            payload(log, &|text| text.replacen("RAP-1", "RAP\u{200B}-1", 1))
        }),
        stored("a type of the future", "statement.type", &|log| {
            payload(log, &|text| {
                text.replacen("urn:bewijs:finding:v1", "urn:bewijs:novel:v1", 1)
            })
        }),
        stored("a stripped signature", "signature.missing", &|log| {
            signatures(log, &|signatures| signatures.truncate(1))
        }),
        stored("an added signature", "signature.unnamed", &|log| {
            let message = b"whatever";
            signatures(log, &|signatures| {
                signatures.push((LAB.key_id(), sign(LAB.seed, message)));
            })
        }),
        stored(
            "a signature over something else",
            "signature.invalid",
            &|log| {
                signatures(log, &|signatures| {
                    signatures[0].1 = sign(ASSESSOR.seed, b"else")
                })
            },
        ),
        stored("two signatures exchanged", "signature.invalid", &|log| {
            signatures(log, &|signatures| {
                let (first, second) = (signatures[0].1, signatures[1].1);
                signatures[0].1 = second;
                signatures[1].1 = first;
            })
        }),
        stored(
            "a signature by a key that nobody enrolled",
            "signature.unknown-key",
            &|log| {
                log.world
                    .finding("B-1")
                    .by(&[STRANGER])
                    .envelope()
                    .print_stored()
            },
        ),
        case(
            "a signature by a key that is enrolled later",
            &[(3, "signature.unknown-key")],
            |log| {
                log.force(&log.world.finding("B-1").by(&[STRANGER]).envelope());
                log.append(log.world.key("K-1", STRANGER, &[LAB]).envelope());
            },
        ),
        case(
            "another envelope than the entry names",
            &[(3, "statement.digest")],
            |log| {
                log.append(log.world.finding("B-1").envelope());
                log.records[3].envelope = Some(log.world.finding("B-1").envelope().print_stored());
            },
        ),
        case(
            "an empty statement that nobody withheld",
            &[(3, "statement.missing")],
            |log| {
                log.append(log.world.finding("B-1").envelope());
                log.records[3].envelope = None;
            },
        ),
        case(
            "an empty statement that the laboratory says is withheld",
            &[(3, "statement.missing"), (4, "admission.threshold")],
            |log| {
                let finding = log.world.finding("B-1").envelope();
                log.append(finding.clone());
                log.force(
                    &log.world
                        .withheld("AG-1", 3, &finding)
                        .case(CASE)
                        .by(&[LAB])
                        .envelope(),
                );
                log.records[3].envelope = None;
            },
        ),
    ]
}

#[test]
fn every_rule_is_found_broken_where_it_is() {
    let mut broken = BTreeSet::new();
    let cases = [admission(), founding(), links(), statements()];
    for Case {
        about,
        log,
        expected,
    } in cases.into_iter().flatten()
    {
        let facts = log.verify();
        let found: Vec<_> = facts
            .defects()
            .iter()
            .filter_map(|defect| match defect.place {
                Place::Entry(index) => Some((index.get(), defect.rule.code())),
                _ => None,
            })
            .collect();
        assert_eq!(found, expected, "{about}: {:#?}", facts.defects());
        assert_eq!(facts.sound_size().get(), expected[0].0, "{about}");
        assert!(!facts.is_sound(), "{about}");
        broken.extend(facts.defects().iter().map(|defect| defect.rule));
    }
    broken.extend(checkpoints());
    let never: BTreeSet<_> = Rule::ALL
        .iter()
        .filter(|rule| !broken.contains(rule))
        .collect();
    // Who has the whole log knows every earlier root.
    let expected = [Rule::AdmissionBasisUnknown];
    assert_eq!(never, expected.iter().collect());
}

/// Checks what is said of the checkpoint and of genesis; returns the rules that were found broken.
fn checkpoints() -> Vec<Rule> {
    let log = Log::of_size(6);
    let cosigned_by = |genesis: Hash, key: String, witness: u8, auditor: u8| {
        let witness = witness_key("witness.example/w1", witness);
        let auditor = witness_key("auditor.example/a", auditor);
        let text = format!(
            "format = \"bewijs trust v1\"\ngenesis = \"{genesis}\"\nmaximum_age_days = 7\npolicy = '''\nlog {key}\nwitness w1 {witness} https://w1.example/\nquorum none\n'''\n[auditors]\nquorum = 1\nkeys = [\"{auditor}\"]\n"
        );
        TrustPolicy::parse(&text).unwrap()
    };
    let policy = |genesis, key| cosigned_by(genesis, key, 200, 201);
    let verify = |note: Option<Vec<u8>>, genesis, trust: Option<&TrustPolicy>| {
        let mut log = log.clone();
        log.note = note;
        let options = Options {
            genesis,
            trust: trust.map(|trust| (trust, "2024-02-01T00:00:00Z".parse().unwrap())),
            ..Options::default()
        };
        verify_log(&log, &options, &mut |_| {}).unwrap()
    };
    let good = log.checkpoint().print();
    let note = |size: u64, root| Some(signed_checkpoint(Size::new(size).unwrap(), root).print());
    let mut unsigned = good.clone();
    let last = unsigned.len() - 10;
    unsigned[last] ^= 1;
    let own = policy(log.world.ledger.genesis, log_key().to_string());
    let other_key = VerifierKey::new(ORIGIN.parse().unwrap(), KeyKind::Ed25519, public(101));
    let other = policy(log.world.ledger.genesis, other_key.to_string());
    let elsewhere = policy(Hash::of(b"elsewhere"), log_key().to_string());
    let genesis = log.world.ledger.genesis;
    let signing_witness = cosigned_by(genesis, log_key().to_string(), LAB.seed, 201);
    let recovery_auditor = cosigned_by(genesis, log_key().to_string(), 200, LAB_RECOVERY.seed);

    let facts = verify(
        Some(good.clone()),
        Some(log.world.ledger.genesis),
        Some(&own),
    );
    assert!(facts.is_sound(), "{:?}", facts.defects());
    assert!(facts.trust().unwrap().log.is_ok());
    let shorter = verify(
        note(4, log.chain.tree().root_at(Size::new(4).unwrap()).unwrap()),
        None,
        None,
    );
    assert!(shorter.is_sound());
    assert_eq!(shorter.uncovered(), 2);

    let all: [(Facts, Place, Rule); 10] = [
        (
            verify(None, None, None),
            Place::Checkpoint,
            Rule::CheckpointMissing,
        ),
        (
            verify(Some(unsigned), None, None),
            Place::Checkpoint,
            Rule::CheckpointSignature,
        ),
        (
            verify(Some(b"note".to_vec()), None, None),
            Place::Checkpoint,
            Rule::CheckpointSignature,
        ),
        (
            verify(note(7, Hash::ZERO), None, None),
            Place::Checkpoint,
            Rule::CheckpointSize,
        ),
        (
            verify(note(6, Hash::ZERO), None, None),
            Place::Checkpoint,
            Rule::CheckpointRoot,
        ),
        (
            verify(Some(good.clone()), Some(Hash::ZERO), None),
            Place::Genesis,
            Rule::GenesisDigest,
        ),
        (
            verify(Some(good.clone()), None, Some(&elsewhere)),
            Place::Genesis,
            Rule::GenesisDigest,
        ),
        (
            verify(Some(good.clone()), None, Some(&other)),
            Place::Checkpoint,
            Rule::TrustLogKey,
        ),
        (
            verify(Some(good.clone()), None, Some(&signing_witness)),
            Place::Checkpoint,
            Rule::TrustCosignerKey,
        ),
        (
            verify(Some(good), None, Some(&recovery_auditor)),
            Place::Checkpoint,
            Rule::TrustCosignerKey,
        ),
    ];
    let mut rules = Vec::new();
    for (facts, place, rule) in all {
        let found: Vec<_> = facts
            .defects()
            .iter()
            .map(|defect| (defect.place, defect.rule))
            .collect();
        assert_eq!(found, [(place, rule)], "{:#?}", facts.defects());
        assert_eq!(facts.sound_size(), facts.size());
        rules.push(rule);
    }
    rules.push(Rule::GenesisMissing);
    rules
}

#[test]
fn without_a_charter_nothing_is_replayed_and_little_is_said() {
    let mut log = Log::of_size(30);
    log.records[0].envelope.as_mut().unwrap()[100] ^= 1;
    let facts = log.verify();
    let found: Vec<_> = facts
        .defects()
        .iter()
        .map(|defect| (defect.place, defect.rule))
        .collect();
    let first = Place::Entry(Index::FIRST);
    assert_eq!(
        found,
        [
            (first, Rule::StatementDigest),
            (Place::Genesis, Rule::GenesisMissing)
        ]
    );
    assert_eq!(facts.followers().get(&Index::FIRST), Some(&29));
    assert_eq!(facts.sound_size(), Size::ZERO);
    assert_eq!(facts.ledger(), None);
    assert_eq!(facts.fingerprint(), None);
}

#[test]
fn what_follows_from_a_break_does_not_drown_it() {
    let mut log = Log::of_size(200);
    log.records[2].envelope.as_mut().unwrap()[100] ^= 1;
    let facts = log.verify();
    let case = Index::new(2).unwrap();
    let found: Vec<_> = facts
        .defects()
        .iter()
        .map(|defect| (defect.place, defect.rule))
        .collect();
    assert_eq!(found, [(Place::Entry(case), Rule::StatementDigest)]);
    assert_eq!(facts.followers().get(&case), Some(&197));
    assert_eq!(facts.sound_size().get(), 2);
}

#[test]
fn entries_out_of_place_are_found_where_they_are() {
    let codes = |edit: &dyn Fn(&mut Log)| {
        let mut log = Log::of_size(30);
        log.publish();
        edit(&mut log);
        let facts = log.verify();
        let first = facts.defects()[0].clone();
        (facts.sound_size().get(), first.place, first.rule)
    };
    let entry = |index| Place::Entry(Index::new(index).unwrap());

    let swapped = codes(&|log| log.records.swap(10, 11));
    assert_eq!(swapped, (10, entry(10), Rule::ChainIndex));
    let removed = codes(&|log| drop(log.records.remove(10)));
    assert_eq!(removed, (10, entry(10), Rule::ChainIndex));
    let duplicated = codes(&|log| log.records.insert(10, log.records[9].clone()));
    assert_eq!(duplicated, (10, entry(10), Rule::ChainIndex));
    let reversed = codes(&|log| log.records[5..].reverse());
    assert_eq!(reversed.0, 5);
    let exchanged = codes(&|log| {
        let envelope = log.records[10].envelope.clone();
        log.records[10].envelope = log.records[12].envelope.clone();
        log.records[12].envelope = envelope;
    });
    assert_eq!(exchanged, (10, entry(10), Rule::StatementDigest));
    let shortened = codes(&|log| log.records.truncate(20));
    assert_eq!(shortened, (20, Place::Checkpoint, Rule::CheckpointSize));
    let truncated = codes(&|log| log.records[10].entry.truncate(100));
    assert_eq!(truncated, (10, entry(10), Rule::EntryForm));
    let extended = codes(&|log| {
        let mut longer = Log::of_size(31);
        longer.note = log.note.take();
        *log = longer;
        log.records[30] = log.records[29].clone();
    });
    assert_eq!(extended, (30, entry(30), Rule::ChainIndex));
}

#[test]
fn a_withheld_statement_leaves_everything_else_verifiable() {
    let mut log = Log::with_case();
    let finding = log.world.finding("B-1").envelope();
    log.append(finding.clone());
    // It is referred to before it is withheld.
    log.append(log.world.remediation("M-1", &finding).envelope());
    log.append(log.world.finding("B-2").envelope());
    log.append(
        log.world
            .withheld("AG-1", 3, &finding)
            .case(CASE)
            .envelope(),
    );
    // And after.
    log.append(log.world.remediation("M-2", &finding).envelope());
    let whole = log.verify();
    assert!(whole.is_sound());
    assert_eq!(whole.withheld(), []);

    log.records[3].envelope = None;
    let facts = log.verify();
    assert!(facts.is_sound(), "{:#?}", facts.defects());
    assert_eq!(facts.root(), whole.root());
    let withheld = &facts.withheld()[0];
    assert_eq!((withheld.index.get(), withheld.by.get()), (3, 6));
    assert_eq!(facts.statements().len(), 7);
    assert_eq!(facts.counts()[&Type::Finding], 1);
}

#[test]
fn what_was_withheld_stands_once_for_who_holds_it_and_who_does_not() {
    let mut log = Log::with_case();
    let finding = log.world.finding("B-1").envelope();
    log.append(finding.clone());
    let withheld = log.world.withheld("AG-1", 3, &finding).case(CASE);
    log.append(withheld.envelope());
    log.force(&finding);
    let again = |log: &Log| {
        let facts = log.verify();
        let defect = facts.defects()[0].clone();
        assert_eq!(facts.defects().len(), 1, "{:?}", facts.defects());
        assert_eq!(facts.sound_size().get(), 5);
        (defect.rule, defect.is_undetermined())
    };
    assert_eq!(again(&log), (Rule::AdmissionDuplicate, false));
    // Without the text there is only the operator's word for what it was.
    log.records[3].envelope = None;
    assert_eq!(again(&log), (Rule::AdmissionDuplicate, true));
}

#[test]
fn what_a_withheld_statement_may_have_done_cannot_be_determined() {
    let mut log = Log::with_case();
    let key = log.world.key("K-1", STRANGER, &[LAB]).envelope();
    let finding = log.world.finding("B-1").envelope();
    log.append(key.clone());
    log.append(finding.clone());
    log.append(
        log.world
            .remediation("M-1", &finding)
            .by(&[STRANGER])
            .envelope(),
    );
    log.append(log.world.withheld("AG-1", 3, &key).envelope());
    log.records[3].envelope = None;
    let facts = log.verify();
    let defect = &facts.defects()[0];
    assert_eq!(defect.rule, Rule::SignatureUnknownKey);
    assert_eq!(defect.follows, Index::new(3));
    assert!(defect.is_undetermined());
    assert_eq!(facts.sound_size().get(), 5);
}

#[test]
fn the_answer_does_not_depend_on_how_the_log_is_read() {
    // Longer than one piece, and given in pieces of other lengths.
    struct Slow<'a>(&'a Log, usize);
    impl bewijs::verify::Source for Slow<'_> {
        fn checkpoint(&self) -> Result<Option<Vec<u8>>, bewijs::verify::SourceError> {
            bewijs::verify::Source::checkpoint(self.0)
        }
        fn size(&self) -> Result<Size, bewijs::verify::SourceError> {
            bewijs::verify::Source::size(self.0)
        }
        fn records(
            &self,
            from: Index,
            most: usize,
        ) -> Result<Vec<bewijs::verify::Record>, bewijs::verify::SourceError> {
            self.0.records(from, most.min(self.1))
        }
    }
    let mut log = Log::of_size(60);
    log.force(&log.world.finding("B-9").by(&[STRANGER]).envelope());
    log.append(log.world.key("K-1", STRANGER, &[LAB]).envelope());
    log.force(&log.world.finding("B-10").by(&[STRANGER]).envelope());
    log.records[30].entry[10] ^= 1;
    log.records[40].envelope = None;
    log.publish();
    let verify = |most| {
        let facts = verify_log(&Slow(&log, most), &Options::default(), &mut |_| {}).unwrap();
        (facts.defects().to_vec(), facts.sound_size(), facts.root())
    };
    let expected = verify(1);
    for most in [2, 7, 61, 1000] {
        assert_eq!(verify(most), expected, "pieces of {most}");
    }
}
