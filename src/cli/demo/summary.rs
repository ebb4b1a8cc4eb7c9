//! What a verified ledger says of a case, in plain language: what was established, and what was not.
//!
//! Everything here is counted from [`Facts`], so from statements that were verified and admitted; nothing is
//! known from the story. It is no verdict: whether the rules of a policy were met is judged elsewhere.

use std::collections::{BTreeMap, BTreeSet};

use super::super::answer::{
    bold, json_count, json_object, json_optional, json_text, json_texts, visible,
};
use super::super::words::{self, demo as say};
use crate::checkpoint::SignedCheckpoint;
use crate::json::Value;
use crate::merkle::Index;
use crate::statement::act::{Outcome, Resumption};
use crate::statement::conclusion::{Attestation, AttestationKind, Depth, Opinion};
use crate::statement::condition::Condition;
use crate::statement::field::Localised;
use crate::statement::finding::{Retest, RetestResult};
use crate::statement::frame;
use crate::statement::independence::RelationKind;
use crate::statement::reassessment::{Dispute, FindingReopened};
use crate::statement::register::KeyRevoked;
use crate::statement::{Language, PartyId, Predicate, Statement, Type};
use crate::time::Day;
use crate::trust::{Quorum, TrustPolicy};
use crate::verify::{Facts, KeptStatement};

/// Takes what statements of one type say.
macro_rules! pick {
    ($kind:ident) => {
        |it| match it {
            Predicate::$kind(it) => Some(it),
            _ => None,
        }
    };
}

/// A case as its ledger has it.
pub struct Summary<'f> {
    facts: &'f Facts,
    trust: &'f TrustPolicy,
    language: Language,
}

impl<'f> Summary<'f> {
    /// Takes the facts of a log, with every statement kept, and whose cosignatures count.
    pub fn new(facts: &'f Facts, trust: &'f TrustPolicy, language: Language) -> Summary<'f> {
        Summary {
            facts,
            trust,
            language,
        }
    }

    /// Says it to people, one paragraph an item; what is indented is an item of a list.
    pub fn text(&self) -> Vec<String> {
        let language = self.language;
        let mut text = Vec::new();
        let newest = self.facts.statements().last();
        if let Some(newest) = newest {
            let day = words::day(language, newest.time.seconds());
            text.push(say::as_of(language, day, self.facts.size(), self.lab()));
        }
        text.extend(
            self.services()
                .iter()
                .map(|service| service.text(language))
                .map(item),
        );
        let mut list = |head: &str, items: Vec<String>| {
            text.push(bold(head));
            text.extend(items.into_iter().map(item));
        };
        list(say::HEAD_OPEN.text(language), self.open());
        list(say::HEAD_FINDINGS.text(language), self.findings_text());
        list(say::HEAD_WHO.text(language), self.who());
        list(say::HEAD_ORDER.text(language), self.order_text());
        list(say::HEAD_ASKED.text(language), self.asked());
        let not_shown = [
            say::NOT_OFF_RECORD,
            say::NOT_JUDGED,
            say::DEMO_KEYS_SHOW_NOTHING,
        ];
        let not_shown = not_shown.map(|phrase| phrase.text(language).to_owned());
        list(say::HEAD_NOT_SHOWN.text(language), not_shown.to_vec());
        text.push(bold(say::ALWAYS.text(language)));
        text
    }

    /// Says it to programs.
    pub fn json(&self) -> Value {
        let services = self.services().into_iter().map(|service| {
            json_object([
                ("id", json_text(service.id)),
                ("resumed", json_optional(service.resumed)),
            ])
        });
        let findings = self.findings();
        let of = |state: State| {
            let ids = findings.iter().filter(|(_, now)| **now == state);
            json_texts(ids.map(|(id, _)| id))
        };
        let rest = RetestResult::ALL.iter().map(|result| {
            json_object([
                ("result", json_text(result)),
                ("findings", of(State::Retested(*result))),
            ])
        });
        let [others, retests] = self.retests_by_others();
        let engagements = self.engagements().into_iter().map(|it| {
            json_object([
                ("id", json_text(it.id)),
                ("assessor", json_text(it.assessor)),
                ("commissioner", json_text(it.commissioner)),
                ("payer", json_text(it.payer)),
                ("accepted", Value::Bool(it.accepted)),
                ("refused_by_rule", json_optional(it.refused)),
            ])
        });
        let order = self.order().into_iter().map(|(statement, index)| {
            json_object([
                ("id", json_text(statement.id())),
                ("index", json_count(index.get())),
            ])
        });
        let standstill = self
            .standstill()
            .into_iter()
            .map(|(service, count, whole)| {
                json_object([
                    ("service", json_text(service)),
                    ("declarations", json_count(count as u64)),
                    ("from", json_optional(whole.map(|[from, _]| from))),
                    ("until", json_optional(whole.map(|[_, until]| until))),
                ])
            });
        let risks = self.risks().into_iter().map(|risk| {
            json_object([
                ("id", json_text(risk.id)),
                ("finding", json_text(risk.finding)),
                ("until", json_text(risk.until)),
            ])
        });
        let resumptions = self.all(pick!(Resumption));
        let resumptions = resumptions.into_iter().map(|(_, id, it)| {
            json_object([
                ("id", json_text(id)),
                ("from", json_text(it.from)),
                (
                    "services",
                    json_texts(it.services.iter().map(|pin| &pin.id)),
                ),
            ])
        });
        let fallen = self.fallen();
        let fallen = fallen.iter().filter_map(|index| {
            let (_, statement) = self.statements().find(|(kept, _)| kept.index == *index)?;
            Some(statement.id())
        });
        json_object([
            ("services", Value::Array(services.collect())),
            ("findings", json_count(findings.len() as u64)),
            ("findings_closed", of(State::Closed)),
            ("findings_retested", Value::Array(rest.collect())),
            ("findings_open", of(State::Open)),
            ("retests", json_count(retests as u64)),
            ("retests_by_others", json_count(others as u64)),
            ("engagements", Value::Array(engagements.collect())),
            ("order", Value::Array(order.collect())),
            ("resumptions", Value::Array(resumptions.collect())),
            ("risks_accepted", Value::Array(risks.collect())),
            ("fallen_with_a_key", json_texts(fallen)),
            ("standstill", Value::Array(standstill.collect())),
        ])
    }

    fn statements(&self) -> impl DoubleEndedIterator<Item = (&'f KeptStatement, &'f Statement)> {
        let statements = self.facts.statements().iter();
        statements.map(|kept| (kept, kept.signed.statement()))
    }

    /// Goes through the statements of a type, by what `of` takes from them.
    fn all<T: 'f>(
        &self,
        of: impl Fn(&'f Predicate) -> Option<T>,
    ) -> Vec<(&'f KeptStatement, &'f str, T)> {
        let statements = self.statements().filter_map(|(kept, statement)| {
            Some((kept, statement.id().as_str(), of(statement.predicate())?))
        });
        statements.collect()
    }

    fn name(&self, party: &PartyId) -> String {
        name(self.facts.state(), party)
    }

    fn who_signed(&self, kept: &KeptStatement) -> String {
        let names: BTreeSet<String> = kept.signers.iter().map(|it| self.name(&it.party)).collect();
        names.into_iter().collect::<Vec<_>>().join(", ")
    }

    fn lab(&self) -> String {
        let cases = self.all(|it| match it {
            Predicate::Case(case) => Some(self.name(&case.lab)),
            _ => None,
        });
        let labs: Vec<String> = cases.into_iter().map(|(_, _, lab)| lab).collect();
        labs.join(", ")
    }

    fn services(&self) -> Vec<Service> {
        let decided = |id: &str| {
            let decisions = self.all(pick!(Decision));
            decisions.iter().any(|(_, _, decision)| {
                matches!(decision.outcome, Outcome::Partial | Outcome::Full)
                    && decision.services.iter().any(|pin| pin.id.as_str() == id)
            })
        };
        let resumed = |id: &str| {
            let resumptions = self.all(pick!(Resumption));
            let of = resumptions
                .iter()
                .find(|(_, _, it)| it.services.iter().any(|pin| pin.id.as_str() == id));
            of.map(|(_, _, it)| it.from)
        };
        let services = self.all(pick!(Service));
        let service = |(_, id, service): (_, &str, &frame::Service)| Service {
            id: id.to_owned(),
            what: local(&service.description, self.language),
            decided: decided(id),
            resumed: resumed(id),
        };
        services.into_iter().map(service).collect()
    }

    /// What each finding has come to, by its id.
    fn findings(&self) -> BTreeMap<&'f str, State> {
        let mut findings = BTreeMap::new();
        let fallen = self.fallen();
        for (kept, statement) in self.statements() {
            if fallen.contains(&kept.index) {
                continue;
            }
            match statement.predicate() {
                Predicate::Finding(_) => {
                    findings.insert(statement.id().as_str(), State::Open);
                }
                Predicate::FindingReopened(it) => {
                    findings.insert(it.finding.id.as_str(), State::Open);
                }
                Predicate::Retest(retest) => {
                    let state = State::Retested(retest.result);
                    findings.insert(retest.finding.id.as_str(), state);
                }
                Predicate::FindingClosed(closed) => {
                    findings.insert(closed.finding.id.as_str(), State::Closed);
                }
                _ => {}
            }
        }
        findings
    }

    /// Where statements stand that a key signed which was compromised, unless an anchor older than that covers them.
    fn fallen(&self) -> BTreeSet<Index> {
        let mut fallen = BTreeSet::new();
        for (_, _, revoked) in self.all(pick!(KeyRevoked)) {
            let Some(since) = revoked.compromised_since else {
                continue;
            };
            let anchors = self.all(pick!(Anchor));
            let covered = anchors.into_iter().filter_map(|(kept, _, anchor)| {
                let evaluation = self.trust.evaluate_note(&anchor.note, kept.time.seconds());
                let size = evaluation.log.as_ref().ok()?.checkpoint().size;
                match &evaluation.quorum {
                    Quorum::Met(times) if times.first < since => Some(size),
                    _ => None,
                }
            });
            let covered = covered.max();
            let signed = self.statements().filter(|(kept, statement)| {
                let signers = &statement.head().signers;
                signers.contains(&revoked.key) && !covered.is_some_and(|it| it.contains(kept.index))
            });
            fallen.extend(signed.map(|(kept, _)| kept.index));
        }
        fallen
    }

    /// The accepted risks, each with the finding that it is about.
    fn risks(&self) -> Vec<Risk<'f>> {
        let requests = self.all(pick!(RiskRequest));
        let accepted = self.all(pick!(RiskAccepted)).into_iter();
        let accepted = accepted.filter_map(|(kept, id, it)| {
            let mut requests = requests.iter();
            let (_, _, request) = requests.find(|(_, id, _)| *id == it.request.id.as_str())?;
            Some(Risk {
                kept,
                id,
                finding: request.finding.id.as_str(),
                until: it.expires,
            })
        });
        accepted.collect()
    }

    fn retests(&self) -> Vec<(&'f KeptStatement, &'f str, &'f Retest)> {
        self.all(pick!(Retest))
    }

    /// How many retests were made by another party than the one that repaired, and how many there are.
    fn retests_by_others(&self) -> [usize; 2] {
        let repairs: BTreeMap<&str, (&PartyId, BTreeSet<&PartyId>)> = self
            .all(pick!(Remediation))
            .into_iter()
            .map(|(kept, id, it)| {
                let claimed = kept.signers.iter().map(|signer| &signer.party);
                (id, (&it.implemented_by, claimed.collect()))
            })
            .collect();
        let retests = self.retests();
        let others = retests.iter().filter(|(kept, _, retest)| {
            let claim = retest.claim.as_ref().map(|pin| pin.id.as_str());
            let repair = claim.and_then(|id| repairs.get(id));
            repair.is_some_and(|(repaired, claimed)| {
                let mut testers = kept.signers.iter().map(|signer| &signer.party);
                testers.all(|tester| tester != *repaired && !claimed.contains(tester))
            })
        });
        [others.count(), retests.len()]
    }

    /// What stands open or speaks against resumption: it comes first.
    fn open(&self) -> Vec<String> {
        let language = self.language;
        let findings = self.findings();
        let mut open = Vec::new();
        for (id, state) in &findings {
            let State::Retested(result) = state else {
                continue;
            };
            let last = self.retests().into_iter().rev();
            for (kept, retest, _) in last
                .filter(|(_, _, it)| it.finding.id.as_str() == *id)
                .take(1)
            {
                let result = result.label().text(language);
                let who = self.who_signed(kept);
                open.push(say::open_finding(
                    language, id, result, who, retest, kept.index,
                ));
            }
        }
        open.extend(self.risks().into_iter().map(|risk| self.risk_text(risk)));
        open.extend(self.reopened());
        let conclusions = self.conclusions();
        let closing = |kind| kind != AttestationKind::Baseline;
        for (kept, id, it) in &conclusions {
            if it.opinion != Opinion::Unqualified {
                let opinion = it.opinion.label().text(language);
                let text = local(&it.text, language);
                let who = self.who_signed(kept);
                let replaced = conclusions.iter().filter(|(_, _, later)| {
                    let supersedes = later.supersedes.as_ref();
                    supersedes.is_some_and(|pin| pin.id.as_str() == *id)
                });
                let by: Vec<&str> = replaced.map(|(_, later, _)| *later).collect();
                open.push(match by.is_empty() {
                    true => say::open_conclusion(language, who, opinion, text, id, kept.index),
                    false => {
                        let by = by.join(", ");
                        say::open_replaced(language, who, opinion, text, by, id, kept.index)
                    }
                });
            }
        }
        open.extend(self.conditions());
        open.extend(self.disputes());
        open.extend(self.compromised());
        let depths = conclusions.iter().filter(|(_, _, it)| closing(it.kind));
        let depths: BTreeSet<Depth> = depths.map(|(_, _, it)| it.depth).collect();
        if !depths.contains(&Depth::Operation) && !depths.is_empty() {
            let depths: Vec<_> = depths.iter().map(|it| it.label().text(language)).collect();
            open.push(say::untested(language, depths.join(", ")));
        }
        let scopes = self.all(pick!(Scope));
        for (_, _, scope) in scopes.iter().rev().take(1) {
            let exclusions = scope.exclusions.iter();
            open.extend(
                exclusions.map(|it| say::open_excluded(language, local(&it.text, language))),
            );
        }
        open.extend(self.interest());
        open
    }

    fn risk_text(&self, risk: Risk<'f>) -> String {
        let language = self.language;
        let Risk {
            kept,
            id,
            finding,
            until,
        } = risk;
        let newest = self.facts.statements().last();
        let now = newest.map_or(kept.time, |newest| newest.time);
        let who = self.who_signed(kept);
        let day = civil(until, language);
        let today = now.seconds().unix_seconds().div_euclid(86_400);
        match today <= until.unix_days() {
            true => say::open_risk(language, finding, day, who, id, kept.index),
            false => say::open_risk_expired(language, finding, day, who, id, kept.index),
        }
    }

    fn reopened(&self) -> Vec<String> {
        let language = self.language;
        let reopened = self.all(pick!(FindingReopened)).into_iter();
        let line = |(kept, id, it): (&KeptStatement, &str, &FindingReopened)| {
            let text = it.text.as_ref().map(|text| local(text, language));
            let text = text.unwrap_or_else(|| it.reason.label().text(language).to_owned());
            say::open_reopened(language, &it.finding.id, text, id, kept.index)
        };
        reopened.map(line).collect()
    }

    /// What became of each condition.
    fn conditions(&self) -> Vec<String> {
        let language = self.language;
        let fulfilled = self.all(pick!(ConditionFulfilled));
        let line = |(_, id, it): (_, &str, &Condition)| {
            let mut seen = fulfilled.iter();
            let seen = seen.find(|(_, _, seen)| seen.condition.id.as_str() == id);
            let due = civil(it.due, language);
            let text = local(&it.text, language);
            match seen.map(|(_, _, seen)| seen.seen) {
                None => say::open_condition(language, id, due, text),
                Some(day) if day <= it.due => {
                    say::open_condition_met(language, id, due, civil(day, language), text)
                }
                Some(day) => {
                    say::open_condition_late(language, id, due, civil(day, language), text)
                }
            }
        };
        self.all(pick!(Condition)).into_iter().map(line).collect()
    }

    fn disputes(&self) -> Vec<String> {
        let language = self.language;
        let resolved = self.all(pick!(DisputeResolved));
        let line = |(kept, id, it): (&KeptStatement, &str, &Dispute)| {
            let who = self.who_signed(kept);
            let mut outcome = resolved.iter();
            match outcome.find(|(_, _, end)| end.dispute.id.as_str() == id) {
                None => say::open_dispute_open(language, who, &it.finding.id, id, kept.index),
                Some((end, settled, outcome)) => say::open_dispute(
                    language,
                    who,
                    &it.finding.id,
                    outcome.outcome.label().text(language),
                    local(&outcome.text, language),
                    settled,
                    end.index,
                ),
            }
        };
        self.all(pick!(Dispute)).into_iter().map(line).collect()
    }

    /// The keys that others may have used, and what falls with each.
    fn compromised(&self) -> Vec<String> {
        let language = self.language;
        let fallen = self.fallen();
        let line = |(kept, id, it): (&KeptStatement, &str, &KeyRevoked)| {
            let since = words::day(language, it.compromised_since?);
            let of = self.statements().filter(|(kept, statement)| {
                fallen.contains(&kept.index) && statement.head().signers.contains(&it.key)
            });
            let of: Vec<&str> = of.map(|(_, statement)| statement.id().as_str()).collect();
            let list = match of.is_empty() {
                true => say::NOTHING_FELL.text(language).to_owned(),
                false => of.join(", "),
            };
            let key = id.trim_end_matches("/x");
            let who = self.name(&it.party);
            Some(say::open_key(
                language, key, who, since, list, id, kept.index,
            ))
        };
        let revoked = self.all(pick!(KeyRevoked)).into_iter();
        revoked.filter_map(line).collect()
    }

    /// Who asked what, and what was given and withheld.
    fn asked(&self) -> Vec<String> {
        let language = self.language;
        let disclosed = self.all(pick!(Disclosure));
        let mut lines = Vec::new();
        for (kept, id, request) in self.all(pick!(Request)) {
            let answers = disclosed.iter().filter(|(_, _, it)| {
                let answered = it.request.as_ref();
                answered.is_some_and(|pin| pin.id.as_str() == id)
            });
            let answers: Vec<_> = answers.collect();
            let asker = request.asked_by.label().text(language);
            let day = civil(request.received, language);
            let question = local(&request.question, language);
            lines.push(match answers.is_empty() {
                true => {
                    let due = civil(request.deadline, language);
                    say::question_open(language, asker, day, question, due, id, kept.index)
                }
                false => say::question(language, asker, day, question, id, kept.index),
            });
            for (kept, id, it) in answers {
                let day = words::day(language, kept.signed.statement().head().claimed_at);
                let audience = it.audience.label().text(language);
                let text = local(&it.text, language);
                let mut line = say::answer(language, audience, day, text, id, kept.index);
                let opened: usize = it.items.iter().map(|item| item.fields.iter().count()).sum();
                if opened > 0 {
                    let tlp = it.tlp.label().text(language);
                    line = format!("{line}; {}", say::answer_opened(language, opened, tlp));
                }
                for withheld in it.withheld.iter() {
                    let what = local(&withheld.what, language);
                    let ground = withheld.ground.label().text(language);
                    line = format!("{line}; {}", say::answer_withheld(language, what, ground));
                }
                if let Some(remains) = &it.remains {
                    let remains = say::answer_remains(language, local(remains, language));
                    line = format!("{line}; {remains}");
                }
                lines.push(line);
            }
        }
        lines
    }

    /// Who decides and has an interest, by its own declaration.
    fn interest(&self) -> Option<String> {
        let deciders = self.all(pick!(Decision));
        let decides = |party: &PartyId| {
            let mut signers = deciders.iter().flat_map(|(kept, _, _)| &kept.signers);
            signers.any(|signer| signer.party == *party)
        };
        let declared = self.all(pick!(Independence));
        let (kept, id, it) = declared.into_iter().find(|(_, _, it)| {
            let mut relations = it.relations.iter();
            decides(&it.party)
                && relations.any(|relation| {
                    relation.kind == RelationKind::Interest && relation.provider == it.party
                })
        })?;
        let who = self.name(&it.party);
        Some(say::open_interest(self.language, who, id, kept.index))
    }

    fn findings_text(&self) -> Vec<String> {
        let language = self.language;
        let findings = self.findings();
        let ids = |state: State| {
            let of = findings.iter().filter(|(_, now)| **now == state);
            of.map(|(id, _)| *id).collect::<Vec<_>>()
        };
        let mut groups = vec![say::findings_closed(language, ids(State::Closed).len())];
        for result in RetestResult::ALL {
            let ids = ids(State::Retested(*result));
            if !ids.is_empty() {
                let label = result.label().text(language);
                let list = ids.join(", ");
                groups.push(say::findings_rest(language, ids.len(), label, list));
            }
        }
        let untested = ids(State::Open);
        if !untested.is_empty() {
            let list = untested.join(", ");
            groups.push(say::findings_open(language, untested.len(), list));
        }
        let sum = groups.join(" + ");
        let mut text = vec![say::findings_sum(language, findings.len(), sum)];
        text.extend(self.sources());
        let [others, all] = self.retests_by_others();
        text.push(say::retests_by_others(language, others, all));
        text
    }

    /// Compares how many findings each report has with what an assessor declared.
    fn sources(&self) -> Option<String> {
        let language = self.language;
        let mut found: BTreeMap<&str, i64> = BTreeMap::new();
        let mut declared: BTreeMap<&str, i64> = BTreeMap::new();
        for (_, statement) in self.statements() {
            match statement.predicate() {
                Predicate::Finding(it) => *found.entry(it.source.as_str()).or_default() += 1,
                Predicate::Completeness(it) => {
                    declared.insert(it.source.as_str(), it.count.get());
                }
                _ => {}
            }
        }
        if found.is_empty() {
            return None;
        }
        let list = found
            .iter()
            .map(|(source, count)| say::source_count(language, source, count));
        let list = list.collect::<Vec<_>>().join(", ");
        Some(match found == declared {
            true => say::findings_sources(language, list),
            false => say::findings_sources_differ(language, list),
        })
    }

    fn engagements(&self) -> Vec<Engaged<'f>> {
        let answers = self.all(|it| match it {
            Predicate::EngagementAccepted(it) => Some((it.engagement.id.as_str(), None)),
            Predicate::EngagementRefused(it) => Some((it.engagement.id.as_str(), Some(it.rule))),
            _ => None,
        });
        let engagements = self.all(pick!(Engagement));
        let engaged = |(_, id, it): (_, &'f str, &frame::Engagement)| {
            let of = answers
                .iter()
                .filter(|(_, _, (engagement, _))| *engagement == id);
            let refused = of.clone().find_map(|(_, _, (_, refused))| *refused);
            Engaged {
                id,
                assessor: self.name(&it.assessor),
                commissioner: self.name(&it.commissioner),
                payer: self.name(&it.payer),
                accepted: of.clone().any(|(_, _, (_, refused))| refused.is_none()),
                refused: refused.map(|rule| rule.map_or("-", |rule| rule.code())),
            }
        };
        engagements.into_iter().map(engaged).collect()
    }

    fn who(&self) -> Vec<String> {
        let language = self.language;
        let line = |it: Engaged| match it.refused {
            Some(rule) => say::who_refused(language, it.assessor, it.id, rule),
            None if it.commissioner == it.payer => {
                say::who_paid_itself(language, it.assessor, it.id, it.payer)
            }
            None => say::who_accepted(language, it.assessor, it.id, it.commissioner, it.payer),
        };
        self.engagements().into_iter().map(line).collect()
    }

    fn conclusions(&self) -> Vec<(&'f KeptStatement, &'f str, &'f Attestation)> {
        self.all(pick!(Attestation))
    }

    /// The milestones in the order in which they stand.
    fn order(&self) -> Vec<(&'f Statement, Index)> {
        let milestone = |kind: Type| {
            matches!(
                kind,
                Type::Scope | Type::Policy | Type::Attestation | Type::Decision | Type::Resumption
            )
        };
        let mut first_evidence = true;
        let statements = self.statements().filter(|(_, statement)| {
            let evidence = statement.kind() == Type::Evidence;
            milestone(statement.kind()) || evidence && std::mem::take(&mut first_evidence)
        });
        statements
            .map(|(kept, statement)| (statement, kept.index))
            .collect()
    }

    fn order_text(&self) -> Vec<String> {
        let language = self.language;
        let order = self.order().into_iter();
        let order = order.map(|(statement, index)| {
            let label = statement.kind().info().label.text(language);
            say::order_item(language, label, statement.id(), index)
        });
        let mut text = vec![order.collect::<Vec<_>>().join(", ")];
        text.extend(self.resumptions());
        text.extend(self.decisions_cosigned());
        let standstill = self.standstill().into_iter();
        text.extend(standstill.map(|(service, count, whole)| match whole {
            Some([from, until]) => {
                let [from, until] = [from, until].map(|day| civil(day, language));
                say::standstill(language, service, from, until, count)
            }
            None => say::standstill_gaps(language, service, count),
        }));
        text
    }

    /// Each resumption, with the decision that it cites.
    fn resumptions(&self) -> Vec<String> {
        let language = self.language;
        let decisions = self.all(pick!(Decision));
        let line = |(_, id, it): (_, &str, &Resumption)| {
            let services: Vec<&str> = it.services.iter().map(|pin| pin.id.as_str()).collect();
            let services = services.join(", ");
            let day = civil(it.from, language);
            let decided = it.decision.as_ref().map(|pin| pin.id.as_str());
            let mut decisions = decisions.iter();
            match decisions.find(|(_, id, _)| decided == Some(id)) {
                None => say::resumed_by_none(language, id, day, services),
                Some((_, decision, it)) => {
                    let outcome = it.outcome.label().text(language);
                    say::resumed_by(language, id, day, services, decision, outcome)
                }
            }
        };
        self.all(pick!(Resumption)).into_iter().map(line).collect()
    }

    /// Finds when the quorum had cosigned each decision to resume, from the first anchor after it.
    fn decisions_cosigned(&self) -> Vec<String> {
        let language = self.language;
        let anchors = self.all(pick!(Anchor));
        let decisions = self.all(pick!(Decision)).into_iter();
        let resuming =
            decisions.filter(|(_, _, it)| matches!(it.outcome, Outcome::Partial | Outcome::Full));
        let cosigned = resuming.filter_map(|(decision, id, _)| {
            let first = anchors.iter().find_map(|(kept, _, anchor)| {
                let evaluation = self.trust.evaluate_note(&anchor.note, kept.time.seconds());
                let signed: &SignedCheckpoint = evaluation.log.as_ref().ok()?;
                let covers = signed.checkpoint().size.contains(decision.index);
                match &evaluation.quorum {
                    Quorum::Met(times) if covers => Some(times.first),
                    _ => None,
                }
            })?;
            let moment = words::moment(language, first);
            Some(say::order_cosigned(language, id, moment))
        });
        cosigned.collect()
    }

    /// For each service how many standstills of it were declared, and the first and last day if there is no gap.
    fn standstill(&self) -> Vec<(String, usize, Option<[Day; 2]>)> {
        let declared = self.all(pick!(Standstill));
        let services = self.services().into_iter();
        let of = services.filter_map(|service| {
            let named = declared.iter().filter(|(_, _, it)| {
                let mut services = it.services.iter();
                services.any(|pin| pin.id.as_str() == service.id)
            });
            let periods = named.map(|(_, _, it)| [it.period.from, it.period.until]);
            let mut periods: Vec<[Day; 2]> = periods.collect();
            periods.sort();
            let ([first, _], [_, last]) = (*periods.first()?, *periods.last()?);
            let follows = |pair: &[[Day; 2]]| pair[0][1].plus_days(1) == Some(pair[1][0]);
            let whole = periods.windows(2).all(follows);
            Some((service.id, periods.len(), whole.then_some([first, last])))
        });
        of.collect()
    }
}

/// What a finding has come to.
#[derive(Clone, Copy, PartialEq, Eq)]
enum State {
    /// No retest, or reopened after the last one.
    Open,
    /// The last retest said this, and nobody closed it.
    Retested(RetestResult),
    /// Closed.
    Closed,
}

/// An accepted risk.
struct Risk<'f> {
    kept: &'f KeptStatement,
    id: &'f str,
    finding: &'f str,
    until: Day,
}

struct Service {
    id: String,
    what: String,
    decided: bool,
    resumed: Option<Day>,
}

impl Service {
    fn text(&self, language: Language) -> String {
        let Service { id, what, .. } = self;
        match (self.resumed, self.decided) {
            (Some(day), _) => say::service_resumed(language, id, what, civil(day, language)),
            (None, true) => say::service_decided(language, id, what),
            (None, false) => say::service_still(language, id, what),
        }
    }
}

/// An engagement and its answer.
struct Engaged<'f> {
    id: &'f str,
    assessor: String,
    commissioner: String,
    payer: String,
    accepted: bool,
    refused: Option<&'static str>,
}

/// Returns the name of a party, as the ledger has it.
pub fn name(state: &crate::state::State, party: &PartyId) -> String {
    let found = state.party(party);
    visible(found.map_or(party.as_str(), |found| found.name.as_str()))
}

/// Returns a text in the language asked for.
pub fn local<T: std::fmt::Display>(text: &Localised<T>, language: Language) -> String {
    visible(&match language {
        Language::English => text.en.to_string(),
        Language::Dutch => text.nl.to_string(),
    })
}

/// Writes a day as people do.
pub fn civil(day: Day, language: Language) -> String {
    let seconds = crate::time::Seconds::from_unix_seconds(day.unix_days() * 86_400);
    words::day(language, seconds.expect("a day begins with a moment"))
}

fn item(text: String) -> String {
    format!("  - {text}")
}
