//! What each statement does to the status of the risk of a finding: one row a type.
//!
//! Source: OSCAL 1.2, allowed values of `risk/status`. Each row is one entry of a risk log, so the ledger
//! and the log have the same history. Which finding a statement is about follows from its pins.

use std::collections::BTreeMap;

use crate::statement::finding::RetestResult;
use crate::statement::head::Pin;
use crate::statement::repair::{PlannedRepair, RemediationPlan};
use crate::statement::schema::{At, Leaf};
use crate::statement::{Id, Predicate, Type};
use crate::time::Day;

/// What statements of one type do to the risk of the finding that they are about.
pub(super) struct Change {
    kind: Type,
    /// The status from then on, from what is said and the status before; `None` when it stays.
    pub status: fn(&Predicate, &str) -> Option<&'static str>,
    /// The property that OSCAL has for it, until another status comes.
    pub property: Option<&'static str>,
}

const fn change(kind: Type, status: fn(&Predicate, &str) -> Option<&'static str>) -> Change {
    let property = None;
    Change {
        kind,
        status,
        property,
    }
}

const fn marked(change: Change, property: &'static str) -> Change {
    Change {
        property: Some(property),
        ..change
    }
}

/// To add a type: one row.
#[rustfmt::skip]
const CHANGES: &[Change] = &[
    change(Type::Finding,             |_, _| Some("open")),
    change(Type::RemediationPlan,     |_, _| None),
    change(Type::Remediation,         |_, _| Some("remediating")),
    change(Type::RemediationRejected, |_, _| Some("open")),
    change(Type::Retest,              retested),
    change(Type::FindingClosed,       |_, _| Some("closed")),
    change(Type::FindingReopened,     |_, _| Some("open")),
    change(Type::FindingMerged,       |_, _| Some("closed")),
    marked(change(Type::FindingWithdrawn, |_, _| Some("closed")), "false-positive"),
    marked(change(Type::RatingChanged, |_, _| None), ADJUSTED),
    change(Type::Dispute,             |_, _| Some("investigating")),
    change(Type::DisputeResolved,     resolved),
    change(Type::RiskRequest,         |_, _| Some("deviation-requested")),
    change(Type::RiskOpinion,         |_, _| None),
    marked(change(Type::RiskAccepted, |_, _| Some("deviation-approved")), "accepted"),
    change(Type::RiskRevoked,         |_, _| Some("open")),
];

/// The property of a risk that was rated anew; it stays whatever the status is.
pub(super) const ADJUSTED: &str = "risk-adjusted";

/// A repair that works is closed by another statement; one that does not leaves the risk open.
fn retested(predicate: &Predicate, _: &str) -> Option<&'static str> {
    match predicate {
        Predicate::Retest(retest) if retest.result == RetestResult::Fixed => None,
        _ => Some("open"),
    }
}

/// The end of a dissent ends no dispute.
fn resolved(_: &Predicate, before: &str) -> Option<&'static str> {
    (before == "investigating").then_some("open")
}

/// Returns the day by which a statement says that a finding is handled, or handled again.
pub(super) fn deadline(predicate: &Predicate, finding: &str) -> Option<Day> {
    match predicate {
        Predicate::RiskAccepted(accepted) => Some(accepted.expires),
        Predicate::RemediationPlan(plan) => planned(plan, finding).map(|repair| repair.planned),
        _ => None,
    }
}

/// Finds what a plan says of a finding, whose id is in lower case.
pub(super) fn planned<'p>(plan: &'p RemediationPlan, finding: &str) -> Option<&'p PlannedRepair> {
    let mut repairs = plan.repairs.iter();
    repairs.find(|repair| repair.finding.id.folded() == finding)
}

/// Finds the row of a type.
pub(super) fn change_of(kind: Type) -> Option<&'static Change> {
    CHANGES.iter().find(|change| change.kind == kind)
}

/// Knows which findings the statements of a case are about, in their order.
#[derive(Default)]
pub(super) struct Subjects(BTreeMap<String, Vec<Id>>);

impl Subjects {
    /// Takes the next statement and returns the findings that it is about.
    ///
    /// A finding is about itself. Any other statement is about what its member `finding` or `findings` names;
    /// without one it is about what the first statement is about that it pins and that is about a finding.
    pub fn take(&mut self, id: &Id, predicate: &Predicate) -> &[Id] {
        let mut named = Vec::new();
        let mut pinned = Vec::new();
        if predicate.kind() == Type::Finding {
            named.push(id.clone());
        } else {
            predicate.walk(&mut |at, leaf| {
                if let Leaf::Pin { pin, .. } = leaf {
                    match names_finding(at) {
                        true => named.push(pin.id.clone()),
                        false => pinned.push(pin),
                    }
                }
            });
        }
        if named.is_empty() {
            let of = |pin: &&Pin| self.0.get(&pin.id.folded()).filter(|it| !it.is_empty());
            named = pinned.iter().find_map(of).cloned().unwrap_or_default();
        }
        let known = self.0.entry(id.folded()).or_default();
        *known = named;
        known
    }
}

fn names_finding(at: &At) -> bool {
    match at {
        At::Member(_, name) => *name == "finding",
        At::Item(list, _) => matches!(list, At::Member(_, "findings")),
        At::Root(_) => false,
    }
}
