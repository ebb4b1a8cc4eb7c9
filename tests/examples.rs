//! The example of `examples/voorbeeld`: 235 statements admitted at their documented places, what they add up
//! to, and its broken variants.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;
use std::sync::LazyLock;

use bewijs::checkpoint::SignedCheckpoint;
use bewijs::envelope::Envelope;
use bewijs::key::KeyId;
use bewijs::merkle::Size;
use bewijs::statement::finding::{RetestResult, Severity};
use bewijs::statement::frame::Domain;
use bewijs::statement::lint;
use bewijs::statement::oscal::Reason;
use bewijs::statement::{Predicate, Statement, Type};
use bewijs::verify::Place;

#[path = "support/voorbeeld.rs"]
mod voorbeeld;

use voorbeeld::variant::{Admission, Variant, edited, variants};
use voorbeeld::{Example, demo_key, imported, public, steps, story};

/// The root of the finished ledger. A change of one byte in the story changes it; so does the demo's.
const ROOT: &str = "d0e5f109784e9dcb8420e46a61ddf47a9a31bf39ddd8ee1168ea90a2e832c8f6";

/// The story as it is, played once.
fn example() -> &'static Example {
    static EXAMPLE: LazyLock<Example> = LazyLock::new(Example::whole);
    &EXAMPLE
}

/// What a table of places says of one entry.
struct Row<'t> {
    position: u64,
    /// The positions in the outline that the entry stands for.
    outline: Vec<u64>,
    date: &'t str,
    kind: &'t str,
    id: &'t str,
    /// The keys that the outline asks for.
    signers: Vec<&'t str>,
    /// The keys that vouch, and the second persons.
    added: Vec<&'t str>,
}

/// Reads `posities.csv`.
fn places() -> Vec<Row<'static>> {
    let mut lines = include_str!("../examples/voorbeeld/posities.csv").lines();
    let head = "positie,domein,datum,type,kenmerk,ondertekenaars,toegevoegd";
    assert_eq!(lines.next(), Some(head));
    let row = |line: &'static str| {
        let cells: Vec<&str> = line.split(',').collect();
        let [position, outline, date, kind, id, signers, added] = cells[..] else {
            panic!("expected 7 cells: {line}")
        };
        Row {
            position: position.parse().unwrap(),
            outline: outline
                .split_whitespace()
                .map(|it| it.parse().unwrap())
                .collect(),
            date,
            kind,
            id,
            signers: signers.split_whitespace().collect(),
            added: added.split_whitespace().collect(),
        }
    };
    lines.map(row).collect()
}

#[test]
fn every_step_is_admitted_at_its_documented_place() {
    let example = example();
    let places = places();
    assert_eq!(example.chain.size(), Size::new(235).unwrap());
    assert_eq!(places.len(), 235);
    for (at, row) in places.iter().enumerate() {
        let said = &example.said[at];
        let head = said.statement.head();
        assert_eq!(row.position, at as u64);
        assert_eq!(row.id, head.id.as_str());
        assert_eq!(row.kind, said.statement.kind().name(), "{}", row.id);
        let claimed = head.claimed_at.to_string();
        assert!(claimed.starts_with(row.date), "{}: {claimed}", row.id);
        let mut documented: Vec<&str> = row.signers.iter().chain(&row.added).copied().collect();
        let mut signers: Vec<&str> = said.signers.iter().map(String::as_str).collect();
        documented.sort();
        signers.sort();
        assert_eq!(documented, signers, "{}", row.id);
    }
    // Nothing of the outline is lost, and from 16 on nothing is shifted.
    let outline = places
        .iter()
        .flat_map(|row| row.outline.iter().map(|it| (*it, row.position)));
    let outline: BTreeMap<u64, u64> = outline.collect();
    assert!(outline.keys().copied().eq(0..235));
    assert!(outline.iter().all(|(from, to)| *from < 16 || from == to));
    let shift: Vec<(u64, u64)> = outline.into_iter().filter(|(from, _)| *from < 16).collect();
    assert_eq!(shift, story::PLACES);
}

#[test]
fn the_finished_ledger_has_its_root() {
    let example = example();
    let facts = example.verify();
    assert_eq!(facts.defects(), []);
    assert!(facts.is_sound());
    assert_eq!(facts.root(), example.chain.root());
    assert_eq!(facts.root().to_string(), ROOT);
    // It is the one that the demo shows, whose entries and witnesses are those of a real ledger.
    let transcript = include_str!("cli/demo.trycmd");
    assert!(transcript.contains(&format!("root hash {ROOT}")));
}

#[test]
fn nothing_in_it_alarms_the_lint() {
    for said in &example().said {
        let id = said.statement.id();
        // Neither what becomes public nor what stays in the house.
        assert_eq!(lint::check(&said.statement), Ok(()), "{id}");
        assert_eq!(lint::report(&said.statement).warnings, [], "{id}");
        assert_eq!(
            lint::confidential(&said.statement, &said.openings),
            [],
            "{id}"
        );
    }
}

/// Takes what statements of one type say, with their places.
macro_rules! all {
    ($example:expr, $kind:ident) => {
        $example
            .said
            .iter()
            .enumerate()
            .filter_map(|(at, said)| match said.statement.predicate() {
                Predicate::$kind(it) => Some((at, said, it)),
                _ => None,
            })
    };
}

#[test]
fn the_findings_and_their_chains_add_up() {
    let example = example();
    let count = |kind: Type| {
        let of = |it: &&voorbeeld::Said| it.statement.kind() == kind;
        example.said.iter().filter(of).count()
    };
    let kinds = [
        Type::Finding,
        Type::Evidence,
        Type::Remediation,
        Type::Retest,
        Type::FindingClosed,
    ];
    assert_eq!(kinds.map(count), [21, 28, 24, 25, 22]);
    let kinds = [
        Type::Independence,
        Type::Attestation,
        Type::Decision,
        Type::Resumption,
        Type::Anchor,
    ];
    assert_eq!(kinds.map(count), [19, 7, 3, 2, 7]);

    let mut severities: BTreeMap<String, usize> = BTreeMap::new();
    let mut domains: BTreeMap<Domain, usize> = BTreeMap::new();
    for (_, said, finding) in all!(example, Finding) {
        *domains.entry(finding.domain).or_default() += 1;
        let opened = said.openings.iter().find(|it| it.field() == "severity");
        let severity = opened.unwrap().value().as_str().unwrap().to_owned();
        *severities.entry(severity).or_default() += 1;
    }
    let of = |severity: Severity| severities[severity.code()];
    let classes = [
        Severity::Critical,
        Severity::High,
        Severity::Medium,
        Severity::Low,
    ];
    assert_eq!(classes.map(of), [3, 8, 7, 3]);
    assert_eq!(Domain::ALL.iter().map(|it| domains[it]).sum::<usize>(), 21);
    let codes = ["operationeel-proces", "it-systemen", "datastromen"];
    for (domain, count) in &domains {
        let expected = if codes.contains(&domain.code()) { 5 } else { 6 };
        assert_eq!(*count, expected, "{domain}");
    }

    let not_fixed: BTreeMap<&str, RetestResult> = all!(example, Retest)
        .filter(|(_, _, it)| it.result != RetestResult::Fixed)
        .map(|(_, said, it)| (said.statement.id().as_str(), it.result))
        .collect();
    let expected = [
        ("H-012.1", RetestResult::Partial),
        ("H-016.1", RetestResult::NotFixed),
        ("H-019.1", RetestResult::Compensating),
    ];
    assert_eq!(not_fixed, BTreeMap::from(expected));
    // Evidence, claim, retest, closure: each in its turn, and each retest names all evidence of its claim.
    for (at, said, retest) in all!(example, Retest) {
        let id = said.statement.id();
        let claim = retest.claim.as_ref().unwrap();
        let place = example.position(claim.id.as_str()).unwrap() as usize;
        let Predicate::Remediation(claimed) = example.said[place].statement.predicate() else {
            panic!("{id} tests a claim")
        };
        assert!(place < at && claimed.finding == retest.finding, "{id}");
        assert_eq!(claimed.evidence, retest.evidence, "{id}");
    }
}

/// What each finding has come to after the entries before `size`.
fn states(example: &Example, size: u64) -> BTreeMap<&str, &'static str> {
    let mut states = BTreeMap::new();
    for said in &example.said[..size as usize] {
        match said.statement.predicate() {
            Predicate::Finding(_) => states.insert(said.statement.id().as_str(), "open"),
            Predicate::Retest(it) => states.insert(it.finding.id.as_str(), it.result.code()),
            Predicate::FindingClosed(it) => states.insert(it.finding.id.as_str(), "closed"),
            Predicate::FindingReopened(it) => states.insert(it.finding.id.as_str(), "reopened"),
            _ => None,
        };
    }
    states
}

#[test]
fn at_each_decision_every_finding_is_accounted_for() {
    let example = example();
    let sum = |size: u64| {
        let states = states(example, size);
        let closed = states.values().filter(|it| **it == "closed").count();
        let mut rest = states;
        rest.retain(|_, state| *state != "closed");
        (closed, rest)
    };
    let after = |id: &str| example.position(id).unwrap() + 1;
    let partial = BTreeMap::from([("B-012", "partial"), ("B-019", "compensating")]);
    assert_eq!(sum(after("BES-002")), (19, partial.clone()));
    let mut reopened = partial;
    reopened.insert("B-018", "reopened");
    assert_eq!(sum(after("B-018/h")), (18, reopened));
    let accepted = BTreeMap::from([("B-019", "compensating")]);
    assert_eq!(sum(after("BES-003")), (20, accepted));

    // The one risk was accepted after advice on a tested measure, and before either decision.
    let (at, _, risk) = all!(example, RiskAccepted).next().unwrap();
    assert_eq!(all!(example, RiskAccepted).count(), 1);
    assert_eq!(risk.expires.to_string(), "2025-01-15");
    assert!(risk.opinion.is_some() && risk.measure.is_some());
    assert!((at as u64) < example.position("BES-002").unwrap());
}

#[test]
fn each_decision_rests_on_what_stood_before_it() {
    let example = example();
    let basis = |statement: &Statement| statement.head().basis.as_ref().unwrap().size.get();
    let decision = &example.said[199].statement;
    assert_eq!(decision.id().as_str(), "BES-002");
    assert_eq!(basis(decision), 199);
    for (at, said, _) in all!(example, Decision) {
        assert_eq!(basis(&said.statement), at as u64);
    }
    // A later cosigned checkpoint stands on record too: the decision is not younger than the anchor says.
    for (decision, anchor) in [("BES-002", "AN-005"), ("BES-003", "AN-006")] {
        let at = example.position(anchor).unwrap() as usize;
        let Predicate::Anchor(anchor) = example.said[at].statement.predicate() else {
            panic!("{anchor} is an anchor")
        };
        let signed = SignedCheckpoint::from_note(anchor.note.clone(), &voorbeeld::log_key());
        let size = signed.unwrap().checkpoint().size;
        assert!(size.get() > example.position(decision).unwrap());
    }
}

#[test]
fn what_the_lost_key_signed_before_an_anchor_stands() {
    let example = example();
    let (at, _, revoked) = all!(example, KeyRevoked).next().unwrap();
    assert_eq!(at, 180);
    let since = revoked.compromised_since.unwrap();
    let lost: KeyId = public("K-PEN-1").id();
    assert_eq!(revoked.key, lost);
    let time = |at: usize| example.said[at].statement.head().claimed_at;
    assert_eq!(example.said[177].statement.id().as_str(), "AN-004");
    assert!(time(177) < since);
    let signed_by_it = |at: &usize| {
        let signers = &example.said[*at].statement.head().signers;
        signers.contains(&lost)
    };
    let after: Vec<usize> = (0..235)
        .filter(signed_by_it)
        .filter(|at| *at > 177)
        .collect();
    assert_eq!(after, [178, 179]);
    assert!(after.iter().all(|at| time(*at) >= since));
    // The same test was done again with a new key, under a new id.
    assert_eq!(example.said[183].statement.id().as_str(), "H-014.2");
    assert_eq!(example.said[183].signers, ["K-PEN-2"]);
}

#[test]
fn parliament_gets_an_answer_in_time_and_each_opened_field_exists() {
    let example = example();
    let mut opened = 0;
    for (_, said, disclosure) in all!(example, Disclosure) {
        let id = said.statement.id();
        for item in disclosure.items.iter() {
            let at = example.position(item.statement.id.as_str()).unwrap() as usize;
            for field in item.fields.iter() {
                let mut openings = example.said[at].openings.iter();
                assert!(openings.any(|it| it.field() == field.as_str()), "{id}");
                opened += 1;
            }
        }
        let request = disclosure.request.as_ref().unwrap();
        let asked = example.position(request.id.as_str()).unwrap() as usize;
        let Predicate::Request(asked) = example.said[asked].statement.predicate() else {
            panic!("{id} answers a request")
        };
        let answered = said.statement.head().claimed_at.to_string();
        assert!(answered < asked.deadline.to_string(), "{id}");
    }
    assert_eq!(opened, 10);
    let (_, _, refused) = all!(example, Disclosure).last().unwrap();
    assert_eq!(refused.withheld.len(), 1);
    assert!(refused.remains.is_some());
}

#[test]
fn each_variant_is_admitted_or_refused_as_its_list_says() {
    let steps = steps();
    let whole = example();
    let mut seen = BTreeSet::new();
    for variant in variants() {
        let Variant {
            id,
            admission,
            edits,
            ..
        } = &variant;
        assert!(seen.insert(id.clone()), "{id} once");
        assert!(!variant.what_en.is_empty() && !variant.what_nl.is_empty());
        let played = Example::play(&edited(&steps, edits));
        match (admission, played) {
            (Admission::Admitted, Ok(played)) => {
                assert_ne!(played.chain.root(), whole.chain.root(), "{id}");
                let facts = played.verify();
                assert_eq!(facts.defects(), [], "{id}: a ledger records what happened");
                assert!(played.position("HV-002").is_some(), "{id} goes to the end");
            }
            (Admission::Refused, Err(refused)) => {
                assert_eq!((id.as_str(), refused.id.as_str()), ("x02", "H-006.1"));
                let expected = "a retest may not be signed by the role lab";
                let found = refused.refusal.to_string();
                assert!(found.starts_with(expected), "{found}");
            }
            (Admission::Afterwards, Ok(played)) => {
                assert_eq!(id, "x01");
                assert!(edits.is_empty());
                assert_eq!(one_byte_altered(played), "entry 100: statement.digest");
            }
            (_, Ok(_)) => panic!("{id}: expected a refusal, but it was admitted"),
            (_, Err(refused)) => panic!("{id}: {}: {}", refused.id, refused.refusal),
        }
    }
    assert_eq!(seen.len(), 19);
}

/// Alters one byte of the statement at 100, and says what is found there.
fn one_byte_altered(mut example: Example) -> String {
    let stored = example.records[100].envelope.as_mut().unwrap();
    let envelope = Envelope::parse_stored(stored).unwrap();
    let mut payload = envelope.payload().to_vec();
    let digit = payload.iter().rposition(u8::is_ascii_digit).unwrap();
    payload[digit] ^= 1;
    let altered = Envelope::new(payload, envelope.signatures().iter().copied()).unwrap();
    *stored = altered.print_stored();
    let facts = example.verify();
    assert!(!facts.is_sound());
    let defect = &facts.defects()[0];
    assert_eq!(
        defect.place,
        Place::Entry(bewijs::merkle::Index::new(100).unwrap())
    );
    format!("entry 100: {}", defect.rule.code())
}

#[test]
fn a_variant_changes_what_it_says_and_citations_follow() {
    let steps = steps();
    let played = |id: &str| {
        let variants = variants();
        let variant = variants.iter().find(|it| it.id == id).unwrap();
        Example::play(&edited(&steps, &variant.edits)).unwrap()
    };
    let pins = |example: &Example, id: &str| -> BTreeSet<String> {
        let at = example.position(id).unwrap() as usize;
        let pins = example.said[at].statement.predicate().pins();
        pins.iter().map(|(_, pin, _)| pin.id.to_string()).collect()
    };
    // A retest is left out: its closure goes with it, and the attestation no longer cites it.
    let x03 = played("x03");
    assert_eq!(x03.position("SL-014.2"), None);
    assert_eq!(x03.chain.size().get(), 233);
    assert!(!pins(&x03, "T-004").contains("H-014.2"));
    // An attestation is left out: the later one replaces nothing.
    let x13 = played("x13");
    assert_eq!(x13.position("T-002"), None);
    assert!(!pins(&x13, "T-006").contains("T-002"));
    // Another policy is pinned where the variant says so, and in no other place.
    let x04 = played("x04");
    assert!(pins(&x04, "BES-002").contains("BEL-3") && pins(&x04, "T-002").contains("BEL-2"));
    // The resumption stands before the decision, which it cannot cite.
    let x15 = played("x15");
    assert!(x15.position("HV-001") < x15.position("BES-002"));
    assert!(!pins(&x15, "HV-001").contains("BES-002"));
    // A second history is the same up to the decision.
    let whole = example();
    let x26 = played("x26");
    assert_eq!(x26.records[..199], whole.records[..199]);
    assert_ne!(x26.records[199], whole.records[199]);
}

/// What is said in public at the turning points, word for word, in both languages.
#[test]
fn the_turning_points_are_said_in_these_words() {
    let example = example();
    let words = [
        (
            "OPS-001",
            "Screening Voorbeeld schort de samenwerking met Laboratorium Voorbeeld op voor alle diensten.",
            "Screening Voorbeeld suspends the cooperation with Laboratorium Voorbeeld for all services.",
        ),
        (
            "SV-2024-03",
            "In de periode 1 tot en met 29 maart 2024 zijn geen monsters van het programma geanalyseerd.",
            "No samples of the programme were analysed from 1 to 29 March 2024.",
        ),
        (
            "BES-001",
            "Voornemen tot hervatting. Dit is geen besluit tot hervatting; eerst moet aan BEL-1 zijn voldaan.",
            "Intention to resume. This is not a decision to resume; BEL-1 must be met first.",
        ),
        (
            "K-PEN-1/x",
            "Sleutel ingetrokken: apparaat verloren, mogelijk misbruik vanaf 4 juli 2024.",
            "Key revoked: device lost, possible misuse from 4 July 2024.",
        ),
        (
            "BES-002",
            "Gedeeltelijke hervatting: alleen DN-1, vanaf 29 juli 2024. DN-2 blijft stilstaan.",
            "Partial resumption: DN-1 only, from 29 July 2024. DN-2 stays on hold.",
        ),
        (
            "VZ-001",
            "Kan de Kamer bevestigd krijgen dat alle kritieke bevindingen voor 29 juli door een onafhankelijke partij zijn hertest?",
            "Can Parliament get confirmation that every critical finding was retested by an independent party before 29 July?",
        ),
        (
            "DV-001",
            "3 van 3. Niet aangetoond: dat er geen andere kritieke punten waren.",
            "3 of 3. Not shown: that there were no other critical points.",
        ),
        (
            "BES-003",
            "Volledige hervatting: DN-1 en DN-2, vanaf 21 oktober 2024; een restrisico (RR-001).",
            "Full resumption: DN-1 and DN-2 from 21 October 2024; one residual risk (RR-001).",
        ),
    ];
    for (id, dutch, english) in words {
        let at = example.position(id).unwrap() as usize;
        let payload = example.said[at].statement.to_payload();
        let payload = String::from_utf8(payload).unwrap();
        for text in [dutch, english] {
            assert!(payload.contains(&format!("\"{text}\"")), "{id}: {text}");
        }
    }
}

/// Both sides declare every day without the service, and no day twice.
#[test]
fn standstill_has_no_gap_until_each_service_resumes() {
    let example = example();
    for (service, from) in [("DN-1", "2024-07-29"), ("DN-2", "2024-10-21")] {
        let mut next = "2023-11-21".parse::<bewijs::time::Day>().unwrap();
        for (_, _, standstill) in all!(example, Standstill) {
            let mut services = standstill.services.iter();
            if services.any(|pin| pin.id.as_str() == service) {
                assert_eq!(standstill.period.from, next, "{service}");
                next = standstill.period.until.plus_days(1).unwrap();
            }
        }
        assert_eq!(next.to_string(), from, "{service}");
    }
}

#[test]
fn the_keys_page_tells_how_they_are_made() {
    let page = include_str!("../keys/README.md");
    assert!(page.contains(&hex::encode(demo_key("K-LOG").to_bytes())));
    assert!(page.contains(&hex::encode(public("K-LOG").as_bytes())));
    for signer in steps().iter().flat_map(|step| &step.signers) {
        assert!(page.contains(&format!("`{signer}`")), "{signer}");
    }
}

#[test]
fn each_chapter_has_a_title_in_both_languages() {
    for chapter in story::chapters() {
        assert!(!chapter.title_en.is_empty() && !chapter.title_nl.is_empty());
        assert!(!chapter.steps.is_empty());
    }
}

#[test]
fn the_second_document_gives_twenty_findings() {
    let import = imported("voorbeeld_assessment-results.json", "voorbeeld_map.toml");
    assert_eq!(import.missing, []);
    assert_eq!((import.counts.in_document, import.counts.counted), (21, 20));
    let ids: Vec<String> = import.drafts.iter().map(|it| it.id.to_string()).collect();
    let expected: Vec<String> = (1..=20).map(|n| format!("B-{n:03}")).collect();
    assert_eq!(ids, expected);
    let of = |class| {
        import
            .drafts
            .iter()
            .filter(|it| it.severity == class)
            .count()
    };
    let classes = [
        Severity::Critical,
        Severity::High,
        Severity::Medium,
        Severity::Low,
    ];
    assert_eq!(classes.map(of), [3, 7, 7, 3]);
    let domains: BTreeMap<&str, usize> =
        import.drafts.iter().fold(BTreeMap::new(), |mut all, it| {
            *all.entry(it.domain.code()).or_default() += 1;
            all
        });
    assert!(domains.len() == 4 && domains.values().all(|count| *count == 5));
    // Its one person is gone: as a party, as who found it, and from the text.
    let person = |reason: &Reason| {
        matches!(
            reason,
            Reason::Person {
                replaced_by: Some(_),
                ..
            }
        )
    };
    let name = |reason: &Reason| matches!(reason, Reason::NameInText { times: 1, .. });
    assert!(import.left_out.iter().any(|it| person(&it.reason)));
    assert!(import.left_out.iter().any(|it| name(&it.reason)));
    assert!(!format!("{import:?}").contains("Robin"));
}

#[test]
fn every_file_is_embedded_and_used_and_marked() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("examples/voorbeeld/files");
    let on_disk: BTreeSet<String> = fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    let text = fs::read_dir(Path::new(env!("CARGO_MANIFEST_DIR")).join("examples/voorbeeld/story"));
    let story: String = text
        .unwrap()
        .map(|entry| fs::read_to_string(entry.unwrap().path()).unwrap())
        .collect();
    let mut embedded = BTreeSet::new();
    for (name, bytes) in story::FILES {
        // NIST's document is nobody's statement; the demo imports it before the story begins.
        let used = story.contains(&format!("\"{name}\"")) || name.starts_with("ifa_");
        assert!(used, "{name} is used");
        let text = std::str::from_utf8(bytes).unwrap();
        if !name.starts_with("ifa_") {
            assert!(
                text.contains("FICTIEF VOORBEELD / FICTIONAL EXAMPLE"),
                "{name}"
            );
            embedded.insert(name.to_string());
        }
    }
    embedded.retain(|name| !name.starts_with("voorbeeld_"));
    assert_eq!(embedded, on_disk);
}

#[test]
fn nothing_of_ours_looks_like_personal_data() {
    let chapters =
        fs::read_dir(Path::new(env!("CARGO_MANIFEST_DIR")).join("examples/voorbeeld/story"));
    let chapters: Vec<String> = chapters
        .unwrap()
        .map(|entry| fs::read_to_string(entry.unwrap().path()).unwrap())
        .collect();
    let files = story::FILES
        .iter()
        .filter(|(name, _)| !name.starts_with("ifa_"));
    let files = files.map(|(_, bytes)| String::from_utf8(bytes.to_vec()).unwrap());
    for text in chapters.into_iter().chain(files) {
        for word in text.split(|c: char| c.is_whitespace() || "\"'(),;=".contains(c)) {
            let digits = word.split(|c: char| !c.is_ascii_digit());
            // Uuids have long runs of digits; nothing else does.
            let long = digits.map(str::len).max().unwrap_or_default() >= 9 && word.len() != 36;
            let dotted = word
                .split('.')
                .filter(|part| part.parse::<u8>().is_ok())
                .count();
            let path = word.contains('\\') && !word.contains("\\n")
                || word.starts_with('/') && word.len() > 1;
            assert!(
                !word.contains('@') && !long && dotted < 4 && !path,
                "{word}"
            );
            let host = [".nl", ".com", ".eu", ".org", ".net", ".local"];
            assert!(!host.iter().any(|end| word.ends_with(end)), "{word}");
        }
    }
}
