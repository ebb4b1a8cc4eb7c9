//! Where things stand: what was recorded, counted, and what comes next for whom.
//!
//! This counts; it judges nothing. A step is listed when something that is there asks for it.

use std::collections::{BTreeMap, BTreeSet};

use super::answer::{Answer, Failure, bold, json_count, json_object, json_text, json_texts};
use super::args::Status;
use super::ledger_commands::reader;
use super::reading::{case_name, read_entries};
use super::words;
use crate::json::Value;
use crate::ledger::Reader;
use crate::statement::act::Outcome;
use crate::statement::finding::RetestResult;
use crate::statement::register::Role;
use crate::statement::{Language, Predicate, Statement, Thread, Type};

/// How many entries are read at once.
const PIECE: u64 = 1024;

/// What one finding has come to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Stage {
    /// Nobody claims that it is repaired, or a retest said that it is not.
    Open,
    /// The laboratory claims that it is repaired.
    Claimed,
    /// A retest said that it is fixed.
    Retested,
    /// An assessor closed it.
    Closed,
}

/// What may come next.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
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
    /// Test a repair.
    Retest,
    /// Close a finding.
    Close,
    /// Conclude.
    Attest,
    /// Decide.
    Decide,
    /// Start again.
    Resume,
    /// Ask a witness.
    Cosign,
}

impl Step {
    /// Returns the name for programs.
    fn code(self) -> &'static str {
        match self {
            Step::Scope => "scope",
            Step::Policy => "policy",
            Step::Engage => "engagement",
            Step::Answer => "engagement-answer",
            Step::Independence => "independence",
            Step::Completeness => "completeness",
            Step::Repair => "remediation",
            Step::Retest => "retest",
            Step::Close => "finding-closed",
            Step::Attest => "attestation",
            Step::Decide => "decision",
            Step::Resume => "resumption",
            Step::Cosign => "cosignature",
        }
    }

    /// Returns whose step it is.
    fn role(self) -> Role {
        match self {
            Step::Scope | Step::Policy | Step::Engage | Step::Decide | Step::Resume => {
                Role::Screening
            }
            Step::Repair => Role::Lab,
            Step::Cosign => Role::Registrar,
            Step::Answer
            | Step::Independence
            | Step::Completeness
            | Step::Retest
            | Step::Close
            | Step::Attest => Role::Assessor,
        }
    }
}

/// One thing that somebody may do next, and what it is about.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Next {
    step: Step,
    about: Vec<String>,
}

/// The statements of one case, counted.
#[derive(Default)]
struct CaseCount {
    types: BTreeMap<Type, u64>,
    findings: BTreeMap<String, Stage>,
    sources: BTreeSet<String>,
    complete: BTreeSet<String>,
    unanswered: BTreeSet<String>,
    /// Proposed, with nobody's declaration yet: an acceptance names those that were on record.
    undeclared: BTreeSet<String>,
    concluded: bool,
    decided: bool,
    resuming: bool,
    resumed: bool,
    withheld: u64,
}

impl CaseCount {
    fn take(&mut self, statement: &Statement) {
        *self.types.entry(statement.kind()).or_default() += 1;
        let id = statement.id().to_string();
        match statement.predicate() {
            Predicate::Finding(finding) => {
                self.findings.insert(id, Stage::Open);
                self.sources.insert(finding.source.to_string());
            }
            Predicate::Remediation(claim) => self.stage(claim.finding.id.as_str(), Stage::Claimed),
            Predicate::Retest(retest) => {
                let stage = match retest.result {
                    RetestResult::Fixed => Stage::Retested,
                    _ => Stage::Open,
                };
                self.stage(retest.finding.id.as_str(), stage);
            }
            Predicate::FindingClosed(closed) => {
                self.stage(closed.finding.id.as_str(), Stage::Closed);
            }
            Predicate::Completeness(complete) => {
                self.complete.insert(complete.source.to_string());
            }
            Predicate::Engagement(_) => {
                self.undeclared.insert(id.clone());
                self.unanswered.insert(id);
            }
            Predicate::EngagementAccepted(_) | Predicate::EngagementRefused(_) => {
                let engagement = id.rsplit_once('/').map_or(id.as_str(), |(id, _)| id);
                self.unanswered.remove(engagement);
                self.undeclared.remove(engagement);
            }
            Predicate::Independence(declared) => {
                for engagement in declared.engagements.iter() {
                    self.undeclared.remove(engagement.id.as_str());
                }
            }
            Predicate::Attestation(_) => {
                self.concluded = true;
                self.decided = false;
            }
            Predicate::Decision(decision) => {
                self.decided = true;
                self.resuming = matches!(decision.outcome, Outcome::Partial | Outcome::Full);
                self.resumed = false;
            }
            Predicate::Resumption(_) => self.resumed = true,
            _ => {}
        }
    }

    /// Moves a finding on; one that is closed stays closed.
    fn stage(&mut self, id: &str, stage: Stage) {
        if let Some(now) = self
            .findings
            .get_mut(id)
            .filter(|now| **now != Stage::Closed)
        {
            *now = stage;
        }
    }

    fn count(&self, stage: Stage) -> u64 {
        self.findings.values().filter(|now| **now == stage).count() as u64
    }

    fn next(&self) -> Vec<Next> {
        let has = |kind| self.types.contains_key(&kind);
        let at = |stage| {
            let there = self.findings.iter().filter(move |(_, now)| **now == stage);
            there.map(|(id, _)| id.clone()).collect::<Vec<_>>()
        };
        let undeclared = self.sources.difference(&self.complete).cloned().collect();
        let all_closed = !self.findings.is_empty()
            && self.findings.values().all(|stage| *stage == Stage::Closed);
        let lists = [
            (Step::Answer, self.unanswered.iter().cloned().collect()),
            (
                Step::Independence,
                self.undeclared.iter().cloned().collect(),
            ),
            (Step::Completeness, undeclared),
            (Step::Repair, at(Stage::Open)),
            (Step::Retest, at(Stage::Claimed)),
            (Step::Close, at(Stage::Retested)),
        ];
        let single = [
            (Step::Scope, !has(Type::Scope)),
            (Step::Policy, !has(Type::Policy)),
            (Step::Engage, !has(Type::Engagement)),
        ];
        let last = [
            (Step::Attest, all_closed && !self.concluded),
            (Step::Decide, self.concluded && !self.decided),
            (Step::Resume, self.decided && self.resuming && !self.resumed),
        ];
        let plain = |(step, due): (Step, bool)| {
            let about = Vec::new();
            due.then_some(Next { step, about })
        };
        let listed = |(step, about): (Step, Vec<String>)| {
            (!about.is_empty()).then_some(Next { step, about })
        };
        let first = single.into_iter().filter_map(plain);
        let middle = lists.into_iter().filter_map(listed);
        first
            .chain(middle)
            .chain(last.into_iter().filter_map(plain))
            .collect()
    }
}

/// Says where a ledger and its cases stand.
pub fn status(it: Status, language: Language) -> Result<Answer, Failure> {
    let asked = it.case.as_deref().map(case_name).transpose()?;
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

fn count(reader: &Reader, cases: &mut BTreeMap<String, CaseCount>) -> Result<(), Failure> {
    let size = reader.size().get();
    for first in (0..size).step_by(PIECE as usize) {
        for recorded in read_entries(reader, first, size.min(first + PIECE))? {
            let thread: Option<Thread> = recorded.entry.thread.name.as_str().parse().ok();
            let Some(Thread::Case(case)) = thread else {
                continue;
            };
            if let Some(case) = cases.get_mut(case.as_str()) {
                match &recorded.statement {
                    Some((statement, _)) => case.take(statement),
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
    let mut cosigners = Vec::new();
    let mut fingerprint = None;
    match &checkpoint {
        None => text.push(words::NO_CHECKPOINT.text(language).to_owned()),
        Some(signed) => {
            let checkpoint = signed.checkpoint();
            fingerprint = Some(checkpoint.fingerprint());
            let print = checkpoint.fingerprint();
            text.push(words::fingerprint_line(language, checkpoint.size, print));
            let logs = signed.log_keys();
            let lines = signed
                .note()
                .signatures()
                .iter()
                .filter(|line| !logs.iter().any(|log| line.names(log)));
            cosigners = lines.map(|line| line.name().to_string()).collect();
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
    if checkpoint.is_none() || cosigners.is_empty() {
        let step = Next {
            step: Step::Cosign,
            about: Vec::new(),
        };
        text.push(step_text(&step, "", language));
    }
    let json = json_object([
        ("origin", json_text(&origin)),
        ("size", json_count(size.get())),
        ("root", json_text(reader.root())),
        ("fingerprint", super::answer::json_optional(fingerprint)),
        ("cosignature_lines", json_texts(&cosigners)),
        ("operator", json_text(operator)),
        ("keys", json_count(active as u64)),
        ("keys_revoked", json_count(revoked as u64)),
    ]);
    (text, json)
}

fn case_text(name: &str, case: &CaseCount, language: Language) -> Vec<String> {
    let mut text = vec![bold(name)];
    let counts = [Stage::Closed, Stage::Retested, Stage::Claimed, Stage::Open];
    let [closed, retested, claimed, open] = counts.map(|stage| case.count(stage));
    let all = case.findings.len();
    text.push(words::finding_counts(
        language, all, closed, retested, claimed, open,
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
    let next = case.next();
    text.push(match next.is_empty() {
        true => words::NOTHING_NEXT.text(language).to_owned(),
        false => words::NEXT.text(language).to_owned(),
    });
    text.extend(next.iter().map(|next| step_text(next, "    ", language)));
    text
}

fn step_text(next: &Next, indent: &str, language: Language) -> String {
    let role = next.step.role().label().text(language);
    let what = words::step(next.step).text(language);
    match next.about.is_empty() {
        true => format!("{indent}{role}: {what}"),
        false => format!("{indent}{role}: {what}: {}", next.about.join(", ")),
    }
}

fn case_json(name: &str, case: &CaseCount) -> Value {
    let types = case.types.iter().map(|(kind, count)| {
        json_object([("type", json_text(kind)), ("count", json_count(*count))])
    });
    let next = case.next().into_iter().map(|next| {
        json_object([
            ("role", json_text(next.step.role())),
            ("step", json_text(next.step.code())),
            ("about", json_texts(&next.about)),
        ])
    });
    json_object([
        ("case", json_text(name)),
        ("statements", Value::Array(types.collect())),
        ("findings", json_count(case.findings.len() as u64)),
        ("findings_open", json_count(case.count(Stage::Open))),
        ("findings_claimed", json_count(case.count(Stage::Claimed))),
        ("findings_retested", json_count(case.count(Stage::Retested))),
        ("findings_closed", json_count(case.count(Stage::Closed))),
        ("withheld", json_count(case.withheld)),
        ("next", Value::Array(next.collect())),
    ])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_comes_next_follows_from_what_is_there() {
        let mut case = CaseCount::default();
        let steps = |case: &CaseCount| -> Vec<Step> {
            case.next().into_iter().map(|next| next.step).collect()
        };
        assert_eq!(steps(&case), [Step::Scope, Step::Policy, Step::Engage]);
        for kind in [Type::Scope, Type::Policy, Type::Engagement] {
            case.types.insert(kind, 1);
        }
        case.findings.insert("B-1".to_owned(), Stage::Open);
        case.sources.insert("RAP-1".to_owned());
        assert_eq!(steps(&case), [Step::Completeness, Step::Repair]);
        case.complete.insert("RAP-1".to_owned());
        case.stage("B-1", Stage::Claimed);
        assert_eq!(steps(&case), [Step::Retest]);
        case.stage("B-1", Stage::Retested);
        assert_eq!(steps(&case), [Step::Close]);
        case.stage("B-1", Stage::Closed);
        case.stage("B-1", Stage::Claimed);
        assert_eq!(steps(&case), [Step::Attest]);
        case.concluded = true;
        assert_eq!(steps(&case), [Step::Decide]);
        (case.decided, case.resuming) = (true, true);
        assert_eq!(steps(&case), [Step::Resume]);
        case.resumed = true;
        assert_eq!(steps(&case), []);
    }
}
