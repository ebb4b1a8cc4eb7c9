//! Who may sign what: role, type and threshold, as one table.
//!
//! Replayed by every verifier. Each row says for one type which persons are *needed* and who *may*
//! sign beside them; a signer of any other role makes the statement inadmissible. A person is a
//! holder number (`org:lab-voorbeeld#1`), so one person with two keys counts once.
//!
//! The role registrar counts for the party that runs the ledger and for no other.
//!
//! Five types have no row because their rule is not one of roles: `charter` is signed by all
//! founding keys, `key`, `key-revoked` and `operator` by those who vouch, `key-rotated` by the old and the
//! new key ([`State::admit`](super::State::admit)). `rules` and `closed` have a row and a threshold in the
//! charter, and a `party` with recovery keys a row and those who vouch for them; the stricter holds.

use crate::statement::Type;
use crate::statement::register::Role;

use Role::{Assessor, Lab, Ministry, Parliament, Registrar, Screening, Supervisor, Witness};

/// The persons that a statement needs: at least `persons` different ones, each of one of `roles`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Need {
    /// How many different persons.
    pub persons: usize,
    /// The roles of which each is one.
    pub roles: &'static [Role],
}

/// The row of one type.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SigningRule {
    /// The type.
    pub kind: Type,
    /// All of these are needed.
    pub needs: &'static [Need],
    /// Who may sign beside them.
    pub may: &'static [Role],
}

/// Everyone but the operator: who may vouch, and who may change the rules.
pub const NOT_THE_OPERATOR: &[Role] = &[
    Screening, Lab, Assessor, Supervisor, Ministry, Parliament, Witness,
];

/// Every role that signs.
pub const ANYONE: &[Role] = &[
    Screening, Lab, Assessor, Supervisor, Ministry, Parliament, Witness, Registrar,
];

const fn one(roles: &'static [Role]) -> Need {
    Need { persons: 1, roles }
}

const fn two(roles: &'static [Role]) -> Need {
    Need { persons: 2, roles }
}

/// The table.
#[rustfmt::skip]
pub const TABLE: &[SigningRule] = &[
    // type                         needed                                        may sign as well
    row(Type::Party,                &[one(&[Registrar, Screening])],              NOT_THE_OPERATOR),
    row(Type::Rules,                &[two(NOT_THE_OPERATOR)],                     &[Registrar]),
    row(Type::Closed,               &[two(NOT_THE_OPERATOR)],                     &[Registrar]),
    row(Type::LogKey,               &[one(&[Registrar])],                         NOT_THE_OPERATOR),
    row(Type::LogKeyEnded,          &[one(&[Registrar])],                         NOT_THE_OPERATOR),
    row(Type::Anchor,               &[one(ANYONE)],                               ANYONE),
    row(Type::Witness,              &[one(&[Witness])],                           &[]),
    row(Type::Withheld,             &[one(&[Registrar])],                         NOT_THE_OPERATOR),

    row(Type::Group,                &[one(NOT_THE_OPERATOR)],                     &[]),
    row(Type::Credential,           &[one(&[Assessor, Lab, Supervisor])],         &[]),
    // That the checker is not the holder is judged; here it is one of those who have no credential to show.
    row(Type::CredentialChecked,    &[one(&[Screening, Supervisor, Ministry])],   &[]),
    row(Type::CredentialStatus,     &[one(&[Assessor, Lab, Screening, Supervisor, Ministry])], &[]),

    row(Type::Programme,            &[one(&[Screening])],                         &[Ministry]),
    row(Type::Service,              &[one(&[Screening])],                         &[]),
    row(Type::Case,                 &[one(&[Screening])],                         &[]),
    row(Type::Scope,                &[one(&[Screening])],                         &[]),
    // The rules by which a case is judged bind two persons of who sets them.
    row(Type::Policy,               &[two(&[Screening])],                         &[]),
    row(Type::Engagement,           &[one(&[Screening])],                         &[]),
    row(Type::EngagementAccepted,   &[one(&[Assessor])],                          &[]),
    row(Type::EngagementRefused,    &[one(&[Screening, Assessor])],               &[]),
    row(Type::EngagementTerminated, &[one(&[Screening, Assessor])],               &[]),
    row(Type::Independence,         &[one(&[Assessor, Lab, Screening])],          &[]),

    // An incident is not the laboratory's to keep silent about.
    row(Type::Incident,             &[one(&[Lab, Screening, Supervisor])],        &[]),
    row(Type::Change,               &[one(&[Lab, Screening])],                    &[]),
    row(Type::RootCause,            &[one(&[Assessor])],                          &[]),
    // A supervisor that takes no part is told about by others; who signed shows how well it is known.
    row(Type::SupervisoryNotice,    &[one(&[Supervisor, Screening, Ministry])],   &[]),
    row(Type::Privacy,              &[one(&[Screening])],                         &[Lab]),

    row(Type::Finding,              &[one(&[Assessor])],                          &[]),
    row(Type::Completeness,         &[one(&[Assessor])],                          &[]),
    row(Type::RemediationPlan,      &[one(&[Lab])],                               &[]),
    row(Type::Evidence,             &[one(&[Lab, Assessor])],                     &[]),
    row(Type::EvidenceReceived,     &[one(&[Assessor])],                          &[]),
    // Whoever keeps an original says that it is gone.
    row(Type::EvidenceDestroyed,    &[one(&[Lab, Assessor, Screening])],          &[]),
    row(Type::Remediation,          &[one(&[Lab])],                               &[]),
    row(Type::RemediationRejected,  &[one(&[Assessor])],                          &[]),
    row(Type::Retest,               &[one(&[Assessor])],                          &[]),
    // A claim by the laboratory never closes a finding.
    row(Type::FindingClosed,        &[one(&[Assessor])],                          &[]),

    // Reopening can only cast doubt, so the supervisor may.
    row(Type::FindingReopened,      &[one(&[Assessor, Supervisor])],              &[]),
    // To take a finding away takes two persons who assess.
    row(Type::FindingWithdrawn,     &[two(&[Assessor])],                          &[]),
    row(Type::FindingMerged,        &[one(&[Assessor])],                          &[]),
    row(Type::RatingChanged,        &[one(&[Assessor])],                          &[]),
    row(Type::Dispute,              &[one(&[Lab, Screening])],                    &[]),
    row(Type::DisputeResolved,      &[one(&[Assessor, Supervisor])],              &[]),

    row(Type::RiskRequest,          &[one(&[Lab])],                               &[]),
    row(Type::RiskOpinion,          &[one(&[Assessor])],                          &[]),
    // The risk is that of who answers for the data, never the laboratory's to accept.
    row(Type::RiskAccepted,         &[one(&[Screening])],                         &[]),
    row(Type::RiskRevoked,          &[one(&[Screening])],                         &[]),

    row(Type::Attestation,          &[one(&[Assessor])],                          &[]),
    // Whoever wants to resume neither sets nor lifts the condition on it.
    row(Type::Condition,            &[one(&[Assessor])],                          &[]),
    row(Type::ConditionFulfilled,   &[one(&[Assessor])],                          &[]),
    row(Type::ConditionWaived,      &[one(&[Assessor])],                          &[]),

    // One signature, and nobody's leave.
    row(Type::Dissent,              &[one(NOT_THE_OPERATOR)],                     &[]),
    row(Type::Withdrawal,           &[one(NOT_THE_OPERATOR)],                     &[]),
    row(Type::Correction,           &[one(NOT_THE_OPERATOR)],                     &[]),

    row(Type::Suspension,           &[one(&[Screening])],                         &[]),
    row(Type::Standstill,           &[one(&[Lab]), one(&[Screening])],            &[]),
    row(Type::Decision,             &[one(&[Screening])],                         &[]),
    row(Type::Resumption,           &[one(&[Screening]), one(&[Lab])],            &[]),

    // The public asks through the screening body, which records what it was asked.
    row(Type::Request,              &[one(&[Parliament, Ministry, Screening])],   &[]),
    row(Type::View,                 &[one(&[Lab, Assessor])],                     &[]),
    row(Type::Disclosure,           &[one(&[Screening])],                         &[]),
    row(Type::Refusal,              &[one(&[Screening])],                         &[]),
];

const fn row(kind: Type, needs: &'static [Need], may: &'static [Role]) -> SigningRule {
    SigningRule { kind, needs, may }
}

/// Returns the row of `kind`; `None` for the types whose rule is not one of roles.
pub fn signing_rule(kind: Type) -> Option<&'static SigningRule> {
    TABLE.iter().find(|rule| rule.kind == kind)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_type_has_one_row_or_a_rule_of_its_own() {
        for kind in Type::ALL {
            let rows = TABLE.iter().filter(|rule| rule.kind == *kind).count();
            let own = [
                Type::Charter,
                Type::Key,
                Type::KeyRotated,
                Type::KeyRevoked,
                Type::Operator,
            ];
            let own = own.contains(kind);
            assert_eq!(rows, usize::from(!own), "{kind}");
        }
    }

    #[test]
    fn the_operator_alone_signs_nothing_of_substance() {
        for rule in TABLE {
            let operator_alone = rule
                .needs
                .iter()
                .all(|need| need.persons == 1 && need.roles.contains(&Registrar));
            let procedural = matches!(
                rule.kind,
                Type::Party | Type::Withheld | Type::Anchor | Type::LogKey | Type::LogKeyEnded
            );
            assert_eq!(operator_alone, procedural, "{}", rule.kind);
        }
    }
}
