//! Where things stand: what was recorded, counted, and what comes next for whom.
//!
//! This counts; it judges nothing. A step is listed when something that is there asks for it. With a role
//! given, one list says what is open for that role: what it can do, and what it waits for and from whom.

use std::collections::BTreeMap;

use super::answer::{
    Answer, Failure, bold, json_count, json_object, json_optional, json_text, json_texts,
};
use super::args::Status;
use super::ledger_commands::reader;
use super::reading::{case_name, read_entries, table};
use super::words;
use crate::json::Value;
use crate::ledger::Reader;
use crate::merkle::Index;
use crate::state::State;
use crate::statement::act::Outcome;
use crate::statement::finding::RetestResult;
use crate::statement::register::Role;
use crate::statement::{Language, Predicate, Statement, Thread, Type};
use crate::time::Seconds;

/// How many entries are read at once.
const PIECE: u64 = 1024;

/// What may come next.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Step {
    /// Say what is assessed.
    Scope,
    /// Say by which rules.
    Policy,
    /// Ask an assessor.
    Engage,
    /// Accept or refuse an engagement.
    Answer,
    /// Declare independence.
    Independence,
    /// Declare how many findings a report has.
    Completeness,
    /// Claim that a finding is repaired.
    Repair,
    /// Claim it again, because a retest said that it is not.
    RepairAgain,
    /// Test a repair.
    Retest,
    /// Close a finding.
    Close,
    /// Say what is thought of a risk that is to be accepted.
    Opine,
    /// Accept a risk, or refuse to.
    AcceptRisk,
    /// Keep an eye on a risk that is accepted until a day.
    WatchRisk,
    /// Resolve a dispute or a dissent.
    Resolve,
    /// Confirm that a condition is fulfilled.
    Fulfil,
    /// Answer a request.
    Disclose,
    /// Conclude.
    Attest,
    /// Decide.
    Decide,
    /// Start again.
    Resume,
    /// Enrol a key for a party that has none left.
    Enrol,
    /// Ask a witness.
    Cosign,
    /// End one of two log keys.
    EndLogKey,
}

/// Whose step it is, and who waits for it.
struct StepRow {
    step: Step,
    /// The name for programs.
    code: &'static str,
    by: Role,
    waiting: &'static [Role],
}

const fn row(step: Step, code: &'static str, by: Role, waiting: &'static [Role]) -> StepRow {
    StepRow {
        step,
        code,
        by,
        waiting,
    }
}

/// The steps, in the order in which they are listed. To add one: a row here, its words in [`words`], and
/// in [`moves`] the statements that lead to it and settle it.
#[rustfmt::skip]
const STEPS: &[StepRow] = &[
    row(Step::Scope,        "scope",             Role::Screening, &[Role::Lab, Role::Assessor]),
    row(Step::Policy,       "policy",            Role::Screening, &[Role::Lab, Role::Assessor]),
    row(Step::Engage,       "engagement",        Role::Screening, &[Role::Lab]),
    row(Step::Answer,       "engagement-answer", Role::Assessor,  &[Role::Screening]),
    row(Step::Independence, "independence",      Role::Assessor,  &[Role::Screening, Role::Lab]),
    row(Step::Completeness, "completeness",      Role::Assessor,  &[Role::Screening, Role::Lab]),
    row(Step::Repair,       "remediation",       Role::Lab,       &[Role::Assessor, Role::Screening]),
    row(Step::RepairAgain,  "remediation-again", Role::Lab,       &[Role::Assessor, Role::Screening]),
    row(Step::Retest,       "retest",            Role::Assessor,  &[Role::Lab, Role::Screening]),
    row(Step::Close,        "finding-closed",    Role::Assessor,  &[Role::Lab, Role::Screening]),
    row(Step::Opine,        "risk-opinion",      Role::Assessor,  &[Role::Lab, Role::Screening]),
    row(Step::AcceptRisk,   "risk-accepted",     Role::Screening, &[Role::Lab, Role::Assessor]),
    row(Step::WatchRisk,    "risk-watched",      Role::Screening, &[Role::Lab, Role::Assessor]),
    row(Step::Resolve,      "dispute-resolved",  Role::Assessor,  &[Role::Lab, Role::Screening]),
    row(Step::Fulfil,       "condition-fulfilled", Role::Assessor, &[Role::Lab, Role::Screening]),
    row(Step::Disclose,     "disclosure",        Role::Screening, &[Role::Parliament, Role::Ministry]),
    row(Step::Attest,       "attestation",       Role::Assessor,  &[Role::Lab, Role::Screening]),
    row(Step::Decide,       "decision",          Role::Screening, &[Role::Lab, Role::Assessor]),
    row(Step::Resume,       "resumption",        Role::Screening, &[Role::Lab]),
    // Whose it is says the party.
    row(Step::Enrol,        "key",               Role::Registrar, &[]),
    row(Step::Cosign,       "cosignature",       Role::Registrar, &[Role::Witness]),
    row(Step::EndLogKey,    "log-key-ended",     Role::Registrar, &[Role::Witness]),
];

impl Step {
    fn row(self) -> &'static StepRow {
        let row = STEPS.iter().find(|row| row.step == self);
        row.expect("every step has a row")
    }
}

/// What an open thing is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Topic {
    Scope,
    Policy,
    Assessor,
    Engagement,
    Independence,
    Source,
    Finding,
    Risk,
    Dispute,
    Condition,
    Decision,
    Resumption,
    Request,
}

/// What a statement does to one thing.
enum Move {
    /// It is open, and this comes next.
    Open(Topic, String, Step),
    /// If it is open, this comes next.
    Next(Topic, String, Step),
    /// Nothing more comes.
    Settle(Topic, String),
    /// This statement is about a finding, of which later ones name only the statement.
    About(String, String),
    /// If the finding that this statement is about is open, this comes next.
    NextOf(String, Step),
}

/// Says what a statement opens, moves on and settles; to add a type is to add a row.
fn moves(statement: &Statement) -> Vec<Move> {
    use Move::{About, Next, NextOf, Open, Settle};
    let own = statement.id().to_string();
    // Of these a case has one at a time.
    let only = String::new;
    match statement.predicate() {
        Predicate::Scope(_) => vec![Settle(Topic::Scope, only())],
        Predicate::Policy(_) => vec![Settle(Topic::Policy, only())],
        Predicate::Engagement(_) => vec![
            Settle(Topic::Assessor, only()),
            Open(Topic::Engagement, own.clone(), Step::Answer),
            Open(Topic::Independence, own, Step::Independence),
        ],
        // An acceptance names the declarations that were on record.
        Predicate::EngagementAccepted(it) => answered(it.engagement.id.to_string()),
        Predicate::EngagementRefused(it) => answered(it.engagement.id.to_string()),
        Predicate::EngagementTerminated(it) => answered(it.engagement.id.to_string()),
        Predicate::Independence(it) => {
            let engagements = it.engagements.iter();
            engagements
                .map(|engagement| Settle(Topic::Independence, engagement.id.to_string()))
                .collect()
        }
        Predicate::Finding(it) => vec![
            Open(Topic::Finding, own, Step::Repair),
            Open(Topic::Source, it.source.to_string(), Step::Completeness),
        ],
        Predicate::Completeness(it) => vec![Settle(Topic::Source, it.source.to_string())],
        Predicate::Remediation(it) => {
            let finding = it.finding.id.to_string();
            vec![
                About(own, finding.clone()),
                Next(Topic::Finding, finding, Step::Retest),
            ]
        }
        Predicate::RemediationRejected(it) => {
            vec![NextOf(it.claim.id.to_string(), Step::RepairAgain)]
        }
        Predicate::Retest(it) => {
            let next = match it.result {
                RetestResult::Fixed => Step::Close,
                _ => Step::RepairAgain,
            };
            vec![Next(Topic::Finding, it.finding.id.to_string(), next)]
        }
        Predicate::FindingClosed(it) => vec![Settle(Topic::Finding, it.finding.id.to_string())],
        Predicate::FindingWithdrawn(it) => vec![Settle(Topic::Finding, it.finding.id.to_string())],
        Predicate::FindingMerged(it) => vec![Settle(Topic::Finding, it.finding.id.to_string())],
        Predicate::FindingReopened(it) => {
            vec![Open(
                Topic::Finding,
                it.finding.id.to_string(),
                Step::Repair,
            )]
        }
        Predicate::RiskRequest(it) => vec![
            About(own.clone(), it.finding.id.to_string()),
            Open(Topic::Risk, own, Step::Opine),
        ],
        Predicate::RiskOpinion(it) => {
            vec![Next(
                Topic::Risk,
                it.request.id.to_string(),
                Step::AcceptRisk,
            )]
        }
        // Accepted is not fixed: the finding stays on the list until the day on which that ends.
        Predicate::RiskAccepted(it) => vec![
            Settle(Topic::Risk, it.request.id.to_string()),
            NextOf(it.request.id.to_string(), Step::WatchRisk),
        ],
        Predicate::RiskRevoked(it) => {
            // The id of an acceptance is that of its request and a suffix.
            let request = it.risk.id.as_str().split('/').next().unwrap_or_default();
            vec![
                Settle(Topic::Risk, request.to_owned()),
                NextOf(request.to_owned(), Step::Repair),
            ]
        }
        Predicate::Dispute(_) | Predicate::Dissent(_) => {
            vec![Open(Topic::Dispute, own, Step::Resolve)]
        }
        Predicate::DisputeResolved(it) => vec![Settle(Topic::Dispute, it.dispute.id.to_string())],
        Predicate::Condition(_) => vec![Open(Topic::Condition, own, Step::Fulfil)],
        Predicate::ConditionFulfilled(it) => {
            vec![Settle(Topic::Condition, it.condition.id.to_string())]
        }
        Predicate::ConditionWaived(it) => {
            vec![Settle(Topic::Condition, it.condition.id.to_string())]
        }
        Predicate::Request(_) => vec![Open(Topic::Request, own, Step::Disclose)],
        Predicate::Disclosure(it) => match &it.request {
            Some(request) => vec![Settle(Topic::Request, request.id.to_string())],
            None => Vec::new(),
        },
        Predicate::Refusal(it) => vec![Settle(Topic::Request, it.request.id.to_string())],
        // What was decided rested on it.
        Predicate::Withdrawal(it) if Type::Attestation.takes(&it.target.id) => {
            vec![Open(Topic::Decision, only(), Step::Decide)]
        }
        Predicate::Attestation(_) => vec![Open(Topic::Decision, only(), Step::Decide)],
        Predicate::Decision(it) => {
            let resumes = matches!(it.outcome, Outcome::Partial | Outcome::Full);
            let decided = Settle(Topic::Decision, only());
            match resumes {
                true => vec![decided, Open(Topic::Resumption, own, Step::Resume)],
                false => vec![decided],
            }
        }
        Predicate::Resumption(it) => match &it.decision {
            Some(decision) => vec![Settle(Topic::Resumption, decision.id.to_string())],
            None => Vec::new(),
        },
        _ => Vec::new(),
    }
}

/// Says that an engagement was answered, with which its declarations were looked at.
fn answered(engagement: String) -> Vec<Move> {
    vec![
        Move::Settle(Topic::Engagement, engagement.clone()),
        Move::Settle(Topic::Independence, engagement),
    ]
}

/// Where something stands since which entry; nothing comes next when it is settled.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Standing {
    next: Option<Step>,
    since: Option<Since>,
}

/// The entry since which something stands as it does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Since {
    index: Index,
    time: Seconds,
}

/// One open thing: what comes next, from whom, and since when.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Item {
    case: Option<String>,
    about: String,
    step: Step,
    by: Role,
    since: Option<Since>,
}

impl Item {
    fn of(step: Step, about: String, since: Option<Since>) -> Item {
        Item {
            case: None,
            about,
            step,
            by: step.row().by,
            since,
        }
    }

    /// Says whether `role` waits for it.
    fn is_awaited_by(&self, role: Role) -> bool {
        self.by != role && self.step.row().waiting.contains(&role)
    }
}

/// The statements of one case, counted, and what is open in it.
struct CaseCount {
    types: BTreeMap<Type, u64>,
    things: BTreeMap<(Topic, String), Standing>,
    /// The findings that statements are about, by the ids of these.
    about: BTreeMap<String, String>,
    withheld: u64,
}

impl Default for CaseCount {
    fn default() -> CaseCount {
        let first = [
            (Topic::Scope, Step::Scope),
            (Topic::Policy, Step::Policy),
            (Topic::Assessor, Step::Engage),
        ];
        let open = |(topic, step)| {
            let next = Some(step);
            ((topic, String::new()), Standing { next, since: None })
        };
        CaseCount {
            types: BTreeMap::new(),
            things: first.into_iter().map(open).collect(),
            about: BTreeMap::new(),
            withheld: 0,
        }
    }
}

impl CaseCount {
    fn take(&mut self, statement: &Statement, since: Since) {
        *self.types.entry(statement.kind()).or_default() += 1;
        for step in moves(statement) {
            self.go(step, since);
        }
    }

    fn go(&mut self, step: Move, since: Since) {
        let (thing, next, opens) = match step {
            Move::Open(topic, id, step) => ((topic, id), Some(step), true),
            Move::Next(topic, id, step) => ((topic, id), Some(step), false),
            Move::Settle(topic, id) => ((topic, id), None, false),
            Move::About(statement, finding) => {
                self.about.insert(statement, finding);
                return;
            }
            Move::NextOf(statement, step) => match self.about.get(&statement) {
                Some(finding) => ((Topic::Finding, finding.clone()), Some(step), false),
                None => return,
            },
        };
        let known = self.things.get(&thing);
        let settled = known.is_some_and(|known| known.next.is_none());
        // A report whose findings were counted stays counted, and what is closed stays closed.
        let moves_on = match opens {
            true => !(settled && thing.0 == Topic::Source),
            false => known.is_some() && !settled,
        };
        if moves_on {
            let since = Some(since);
            self.things.insert(thing, Standing { next, since });
        }
    }

    fn findings(&self) -> impl Iterator<Item = Option<Step>> {
        let findings = self.things.iter();
        let findings = findings.filter(|((topic, _), _)| *topic == Topic::Finding);
        findings.map(|(_, standing)| standing.next)
    }

    /// Counts the findings that are closed, retested as fixed, claimed to be repaired, accepted, and open.
    fn stages(&self) -> [u64; 5] {
        let count = |of: fn(Option<Step>) -> bool| self.findings().filter(|next| of(*next)).count();
        [
            count(|next| next.is_none()) as u64,
            count(|next| next == Some(Step::Close)) as u64,
            count(|next| next == Some(Step::Retest)) as u64,
            count(|next| next == Some(Step::WatchRisk)) as u64,
            count(|next| matches!(next, Some(Step::Repair | Step::RepairAgain))) as u64,
        ]
    }

    /// Lists what is open, in the order of the steps.
    fn items(&self) -> Vec<Item> {
        let open = self.things.iter().filter_map(|((_, id), standing)| {
            Some(Item::of(standing.next?, id.clone(), standing.since))
        });
        let mut items: Vec<Item> = open.collect();
        let all_closed = self.findings().next().is_some() && self.findings().all(|it| it.is_none());
        if all_closed && !self.types.contains_key(&Type::Attestation) {
            items.push(Item::of(Step::Attest, String::new(), None));
        }
        items.sort_by_key(|item| item.step);
        items
    }
}

/// Says where a ledger and its cases stand, or what is open for one role.
pub fn status(it: Status, language: Language) -> Result<Answer, Failure> {
    let asked = it.case.as_deref().map(case_name).transpose()?;
    let role = it.role.as_deref().map(role_name).transpose()?;
    let reader = reader(&it.ledger)?;
    let mut cases: BTreeMap<String, CaseCount> = reader.state(|state| {
        let names = state.cases().map(|(name, _)| name.to_string());
        names.map(|name| (name, CaseCount::default())).collect()
    });
    if let Some(case) = &asked {
        if !cases.contains_key(case.as_str()) {
            let known = cases.into_keys().collect::<Vec<_>>().join(", ");
            return Err(
                Failure::no(format!("expected a case of this ledger, found {case}"))
                    .hint(format!("the cases are: {known}")),
            );
        }
        cases.retain(|name, _| name == case.as_str());
    }
    count(&reader, &mut cases)?;
    if let Some(role) = role {
        let mut items = match asked {
            Some(_) => Vec::new(),
            None => ledger_items(&reader),
        };
        for (name, case) in &cases {
            let case = case.items().into_iter().map(|item| Item {
                case: Some(name.clone()),
                ..item
            });
            items.extend(case);
        }
        return Ok(role_list(&reader, role, items, language));
    }

    let (mut text, mut json) = head(&reader, language);
    let mut list = Vec::new();
    for (name, case) in &cases {
        text.push(String::new());
        text.extend(case_text(name, case, language));
        list.push(case_json(name, case));
    }
    text.push(String::new());
    text.push(words::STATUS_IS_NO_VERDICT.text(language).to_owned());
    if let Value::Object(object) = &mut json {
        object.insert("cases", Value::Array(list));
    }
    Ok(Answer::yes(text.join("\n"), json))
}

/// Finds a role by the name that a person typed.
fn role_name(typed: &str) -> Result<Role, Failure> {
    let found = Role::ALL.iter().find(|role| role.code() == typed);
    match (found, typed) {
        (Some(role), _) => Ok(*role),
        (None, "operator") => Ok(Role::Registrar),
        (None, _) => {
            let names: Vec<_> = Role::ALL.iter().map(|role| role.code()).collect();
            Err(
                Failure::not_run(format!("--role: expected a role, found {typed:?}"))
                    .hint(format!("the roles are: {}, operator", names.join(", "))),
            )
        }
    }
}

/// Lists what is open for one role: first its own steps, then what it waits for, the oldest first.
fn role_list(reader: &Reader, role: Role, items: Vec<Item>, language: Language) -> Answer {
    let concerns = |item: &Item| item.by == role || item.is_awaited_by(role);
    let mut items: Vec<Item> = items.into_iter().filter(concerns).collect();
    items.sort_by_key(|item| {
        let since = item.since.map(|since| since.index);
        (item.by != role, item.case.clone(), since, item.step)
    });
    let own = items.iter().filter(|item| item.by == role).count();
    let rows: Vec<[String; 5]> = items
        .iter()
        .map(|item| {
            let (act, wait) = words::step(item.step);
            let since = item.since.map(|since| {
                let day = words::day(language, since.time);
                words::since(language, since.index, day)
            });
            [
                item.case.clone().unwrap_or_default(),
                item.about.clone(),
                if item.by == role { act } else { wait }
                    .text(language)
                    .to_owned(),
                item.by.label().text(language).to_owned(),
                since.unwrap_or_default(),
            ]
        })
        .collect();
    let mut text = vec![bold(words::open_items(
        language,
        role.label().text(language),
        items.len(),
        own,
    ))];
    if !rows.is_empty() {
        text.push(table(words::open_items_head(language), &rows));
    }
    text.push(words::STATUS_IS_NO_VERDICT.text(language).to_owned());
    let list = items.iter().map(|item| {
        json_object([
            ("case", json_optional(item.case.as_ref())),
            ("about", json_text(&item.about)),
            ("step", json_text(item.step.row().code)),
            ("by", json_text(item.by)),
            ("yours", Value::Bool(item.by == role)),
            (
                "since",
                item.since
                    .map_or(Value::Null, |since| json_count(since.index.get())),
            ),
            (
                "since_time",
                json_optional(item.since.map(|since| since.time)),
            ),
        ])
    });
    let json = json_object([
        ("origin", json_text(reader.origin())),
        ("size", json_count(reader.size().get())),
        ("role", json_text(role)),
        ("items", Value::Array(list.collect())),
    ]);
    Answer::yes(text.join("\n"), json)
}

/// Lists what is open in the ledger itself, whatever the case.
fn ledger_items(reader: &Reader) -> Vec<Item> {
    let mut items = Vec::new();
    if cosigners(reader).is_empty() {
        items.push(Item::of(Step::Cosign, String::new(), None));
    }
    reader.state(|state| {
        if let [old, _, ..] = &state.log_keys().in_force()[..] {
            items.push(Item::of(Step::EndLogKey, old.to_string(), None));
        }
        for (id, party) in state.parties() {
            let keys = state.keys().filter(|(_, key)| key.holder.party == *id);
            let active: Vec<bool> = keys.map(|(_, key)| key.revoked.is_none()).collect();
            if !active.is_empty() && !active.contains(&true) {
                items.push(Item {
                    by: party.role,
                    ..Item::of(Step::Enrol, id.to_string(), None)
                });
            }
        }
    });
    items
}

/// Names those whose lines stand on the newest checkpoint beside the log's own.
fn cosigners(reader: &Reader) -> Vec<String> {
    let Some(signed) = reader.checkpoint() else {
        return Vec::new();
    };
    let logs = signed.log_keys();
    let lines = signed.note().signatures().iter();
    let others = lines.filter(|line| !logs.iter().any(|log| line.names(log)));
    others.map(|line| line.name().to_string()).collect()
}

fn count(reader: &Reader, cases: &mut BTreeMap<String, CaseCount>) -> Result<(), Failure> {
    let size = reader.size().get();
    for first in (0..size).step_by(PIECE as usize) {
        for recorded in read_entries(reader, first, size.min(first + PIECE))? {
            let thread: Option<Thread> = recorded.entry.thread.name.as_str().parse().ok();
            let Some(Thread::Case(case)) = thread else {
                continue;
            };
            if let Some(case) = cases.get_mut(case.as_str()) {
                let since = Since {
                    index: recorded.entry.index,
                    time: recorded.entry.time.seconds(),
                };
                match &recorded.statement {
                    Some((statement, _)) => case.take(statement, since),
                    None => case.withheld += 1,
                }
            }
        }
    }
    Ok(())
}

fn head(reader: &Reader, language: Language) -> (Vec<String>, Value) {
    let origin = reader.origin();
    let size = reader.size();
    let mut text = vec![bold(words::ledger_with_entries(language, &origin, size))];
    let checkpoint = reader.checkpoint();
    let cosigners = cosigners(reader);
    let mut fingerprint = None;
    match &checkpoint {
        None => text.push(words::NO_CHECKPOINT.text(language).to_owned()),
        Some(signed) => {
            let checkpoint = signed.checkpoint();
            fingerprint = Some(checkpoint.fingerprint());
            let print = checkpoint.fingerprint();
            text.push(words::fingerprint_line(language, checkpoint.size, print));
            text.push(match cosigners.is_empty() {
                true => words::NO_COSIGNATURES.text(language).to_owned(),
                false => words::cosignature_lines(language, cosigners.join(", ")),
            });
        }
    }
    let (operator, active, revoked) = reader.state(|state| {
        let operator = state
            .operator()
            .map(ToString::to_string)
            .unwrap_or_default();
        let revoked = state
            .keys()
            .filter(|(_, key)| key.revoked.is_some())
            .count();
        (operator, state.keys().count() - revoked, revoked)
    });
    text.push(words::operator_and_keys(
        language, &operator, active, revoked,
    ));
    let closed = reader.state(State::closed);
    text.extend(closed.map(|index| words::ledger_closed(language, index)));
    text.extend(
        grouped(ledger_items(reader))
            .iter()
            .map(|next| step_text(next, "", language)),
    );
    let json = json_object([
        ("origin", json_text(&origin)),
        ("size", json_count(size.get())),
        ("root", json_text(reader.root())),
        ("fingerprint", json_optional(fingerprint)),
        ("cosignature_lines", json_texts(&cosigners)),
        ("operator", json_text(operator)),
        ("keys", json_count(active as u64)),
        ("keys_revoked", json_count(revoked as u64)),
        ("log_keys", json_texts(reader.log_keys())),
        (
            "closed",
            closed.map_or(Value::Null, |index| json_count(index.get())),
        ),
    ]);
    (text, json)
}

fn case_text(name: &str, case: &CaseCount, language: Language) -> Vec<String> {
    let mut text = vec![bold(name)];
    let [closed, retested, claimed, accepted, open] = case.stages();
    let all = case.findings().count();
    text.push(words::finding_counts(
        language, all, closed, retested, claimed, accepted, open,
    ));
    if case.withheld > 0 {
        text.push(words::withheld_count(language, case.withheld));
    }
    let types = case
        .types
        .iter()
        .map(|(kind, count)| format!("{} {count}", kind.info().label.text(language)));
    text.push(words::statement_counts(
        language,
        types.collect::<Vec<_>>().join(", "),
    ));
    let next = grouped(case.items());
    text.push(match next.is_empty() {
        true => words::NOTHING_NEXT.text(language).to_owned(),
        false => words::NEXT.text(language).to_owned(),
    });
    text.extend(next.iter().map(|next| step_text(next, "    ", language)));
    text
}

/// One step, and all that it is about.
struct Next {
    step: Step,
    by: Role,
    about: Vec<String>,
}

/// Puts together what the same role may do.
fn grouped(items: Vec<Item>) -> Vec<Next> {
    let mut list: Vec<Next> = Vec::new();
    for item in items {
        let about = Some(item.about).filter(|about| !about.is_empty());
        match list
            .iter_mut()
            .find(|next| (next.step, next.by) == (item.step, item.by))
        {
            Some(next) => next.about.extend(about),
            None => list.push(Next {
                step: item.step,
                by: item.by,
                about: about.into_iter().collect(),
            }),
        }
    }
    list
}

fn step_text(next: &Next, indent: &str, language: Language) -> String {
    let role = next.by.label().text(language);
    let (act, _) = words::step(next.step);
    let what = act.text(language);
    match next.about.is_empty() {
        true => format!("{indent}{role}: {what}"),
        false => format!("{indent}{role}: {what}: {}", next.about.join(", ")),
    }
}

fn case_json(name: &str, case: &CaseCount) -> Value {
    let types = case.types.iter().map(|(kind, count)| {
        json_object([("type", json_text(kind)), ("count", json_count(*count))])
    });
    let next = grouped(case.items()).into_iter().map(|next| {
        json_object([
            ("role", json_text(next.by)),
            ("step", json_text(next.step.row().code)),
            ("about", json_texts(&next.about)),
        ])
    });
    let [closed, retested, claimed, accepted, open] = case.stages();
    json_object([
        ("case", json_text(name)),
        ("statements", Value::Array(types.collect())),
        ("findings", json_count(case.findings().count() as u64)),
        ("findings_open", json_count(open)),
        ("findings_claimed", json_count(claimed)),
        ("findings_retested", json_count(retested)),
        ("findings_closed", json_count(closed)),
        ("findings_accepted", json_count(accepted)),
        ("withheld", json_count(case.withheld)),
        ("next", Value::Array(next.collect())),
    ])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_step_has_one_row_and_a_role_that_does_not_wait_for_itself() {
        let mut seen = Vec::new();
        for row in STEPS {
            assert!(!seen.contains(&row.step), "{:?}", row.step);
            assert!(!row.waiting.contains(&row.by), "{:?}", row.step);
            seen.push(row.step);
            let (act, wait) = words::step(row.step);
            assert_ne!(act, wait, "{:?}", row.step);
        }
        // The last one there is.
        assert_eq!(seen.len(), Step::EndLogKey as usize + 1);
    }

    fn since(index: u64) -> Since {
        Since {
            index: Index::new(index).unwrap(),
            time: Seconds::from_unix_seconds(1_700_000_000).unwrap(),
        }
    }

    #[test]
    fn what_comes_next_follows_from_what_is_there() {
        let mut case = CaseCount::default();
        let steps = |case: &CaseCount| -> Vec<Step> {
            case.items().into_iter().map(|item| item.step).collect()
        };
        let go = |case: &mut CaseCount, step: Move| case.go(step, since(7));
        assert_eq!(steps(&case), [Step::Scope, Step::Policy, Step::Engage]);
        for topic in [Topic::Scope, Topic::Policy, Topic::Assessor] {
            go(&mut case, Move::Settle(topic, String::new()));
        }
        assert_eq!(steps(&case), []);
        let finding = || "B-1".to_owned();
        go(
            &mut case,
            Move::Open(Topic::Finding, finding(), Step::Repair),
        );
        assert_eq!(steps(&case), [Step::Repair]);
        assert_eq!(case.stages(), [0, 0, 0, 0, 1]);
        go(
            &mut case,
            Move::Next(Topic::Finding, finding(), Step::Retest),
        );
        assert_eq!(case.stages(), [0, 0, 1, 0, 0]);
        let item = &case.items()[0];
        assert_eq!((item.by, item.since), (Role::Assessor, Some(since(7))));
        assert!(item.is_awaited_by(Role::Lab) && !item.is_awaited_by(Role::Assessor));
        go(
            &mut case,
            Move::Next(Topic::Finding, finding(), Step::RepairAgain),
        );
        assert_eq!(case.stages(), [0, 0, 0, 0, 1]);
        // Accepted is counted apart, and open again when it is revoked.
        let request = || "RR-1".to_owned();
        go(&mut case, Move::About(request(), finding()));
        go(&mut case, Move::NextOf(request(), Step::WatchRisk));
        assert_eq!(case.stages(), [0, 0, 0, 1, 0]);
        go(&mut case, Move::NextOf("RR-2".to_owned(), Step::Repair));
        assert_eq!(case.stages(), [0, 0, 0, 1, 0]);
        go(&mut case, Move::NextOf(request(), Step::Repair));
        assert_eq!(case.stages(), [0, 0, 0, 0, 1]);
        go(
            &mut case,
            Move::Next(Topic::Finding, finding(), Step::Close),
        );
        assert_eq!(case.stages(), [0, 1, 0, 0, 0]);
        go(&mut case, Move::Settle(Topic::Finding, finding()));
        assert_eq!(case.stages(), [1, 0, 0, 0, 0]);
        assert_eq!(steps(&case), [Step::Attest]);
    }
}
