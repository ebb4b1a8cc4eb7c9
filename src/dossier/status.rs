//! What each statement does to the status of the risk of a finding: one row a type.
//!
//! Source: OSCAL 1.2, allowed values of `risk/status`. Each row is one entry of a risk log, so the ledger
//! and the log have the same history. Which finding a statement is about follows from its pins.

use std::collections::BTreeMap;

use crate::statement::finding::RetestResult;
use crate::statement::head::Pin;
use crate::statement::schema::{At, Leaf};
use crate::statement::{Id, Predicate, Type};

/// What a statement of one type does.
pub(super) struct Change {
    /// The type.
    pub kind: Type,
    /// The status from then on; `None` when it stays as it was.
    pub status: fn(&Predicate) -> Option<&'static str>,
}

const fn change(kind: Type, status: fn(&Predicate) -> Option<&'static str>) -> Change {
    Change { kind, status }
}

/// To add a type: one row. What it says is found by itself.
#[rustfmt::skip]
const CHANGES: &[Change] = &[
    change(Type::Finding,       |_| Some("open")),
    change(Type::Remediation,   |_| Some("remediating")),
    change(Type::Retest,        retested),
    change(Type::FindingClosed, |_| Some("closed")),
];

/// A repair that works is closed by another statement; one that does not leaves the risk open.
fn retested(predicate: &Predicate) -> Option<&'static str> {
    match predicate {
        Predicate::Retest(retest) if retest.result == RetestResult::Fixed => None,
        _ => Some("open"),
    }
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
