//! A case as an OSCAL assessment-results document, for the working file of an assessor.
//!
//! Source: OSCAL 1.2.3 (NIST), assessment-results model in JSON. Which statement stands where is in
//! `docs/formats/oscal.md`.
//!
//! ```text
//! Facts of the whole log + openings --export--> document
//! ```
//!
//! - Only what was verified goes in: [`Facts`] come from the verifier, and they must be sound.
//! - What is only committed to and not opened is replaced by its commitment.
//! - Parties are organisations; persons have numbers on the ledger, and not even these go in.
//! - The same facts and openings give the same bytes: uuids are digests of names.
//! - OSCAL has no signatures; each part points to the entry that has them.
//!
//! [`crate::statement::oscal`] reads what this writes, without a map.

mod node;
mod status;

use std::collections::{BTreeMap, BTreeSet};

use crate::entry::ThreadName;
use crate::hash::Hash;
use crate::json::Value;
use crate::merkle::Index;
use crate::statement::conclusion::Attestation;
use crate::statement::describe::{Line, describe_opened};
use crate::statement::finding::{Evidence, Finding, Method, Remediation, Retest};
use crate::statement::opening::{File, print_digest};
use crate::statement::oscal::NAMESPACE;
use crate::statement::register::Role;
use crate::statement::repair::RemediationPlan;
use crate::statement::schema::{At, Leaf, Phrase, Shape};
use crate::statement::{
    CaseName, Id, Language, Opening, Openings, PartyId, Predicate, Statement, Thread, Type,
};
use crate::time::{Day, Seconds};
use crate::verify::{Facts, KeptStatement};

use self::node::{Node, of_class, property, reference, token, uuid};
use self::status::{ADJUSTED, Subjects, change_of, deadline, planned};

/// The version of OSCAL that is written.
pub const OSCAL_VERSION: &str = "1.2.3";

/// What stands in place of a text that is only committed to, before the digest.
pub const COMMITMENT: &str = "urn:bewijs:commitment:";

/// A document, and what is not in it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Dossier {
    /// The document: canonical JSON and a line feed.
    pub document: Vec<u8>,
    /// How many findings it has.
    pub findings: usize,
    /// How many confidential fields of the case are opened in it.
    pub opened: usize,
    /// How many confidential fields the case has.
    pub confidential: usize,
    /// The paths of openings that open nothing of this case.
    pub unreferenced: Vec<String>,
    /// The places of entries of the case whose text is withheld.
    pub withheld: Vec<Index>,
}

/// Why there is no document.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum DossierError {
    /// The ledger is not sound.
    #[error("expected a ledger without defects, found some\n`bewijs verify` lists them")]
    Defects,
    /// The ledger has no such case, or nothing is recorded in it.
    #[error("expected a case with statements, found {case} without any")]
    Empty {
        /// The case.
        case: CaseName,
    },
    /// The statements of the case were verified and not kept.
    #[error("expected facts that keep the statements of {case}, found others")]
    NotKept {
        /// The case.
        case: CaseName,
    },
    /// Openings that do not fit what was registered.
    #[error("expected openings of what was registered, found others: {}", paths.join(", "))]
    Mismatch {
        /// Their paths.
        paths: Vec<String>,
    },
}

/// Writes the findings of a case and their chain as an OSCAL document, with fixed texts in `language`.
///
/// # Errors
/// [`DossierError`] when the facts are not sound, do not have the case, or the openings do not fit.
pub fn export(
    facts: &Facts,
    case: &CaseName,
    openings: &Openings,
    language: Language,
) -> Result<Dossier, DossierError> {
    let ledger = facts.ledger().filter(|_| facts.is_sound());
    let ledger = ledger.ok_or(DossierError::Defects)?;
    let thread: ThreadName = Thread::Case(case.clone())
        .name()
        .parse()
        .expect("a case is a thread");
    let entries = facts
        .threads()
        .get(&thread)
        .map_or(0, |thread| thread.entries);
    if entries == 0 {
        return Err(DossierError::Empty { case: case.clone() });
    }
    let of_case =
        |kept: &&KeptStatement| kept.signed.statement().thread() == Thread::Case(case.clone());
    let chain: Vec<&KeptStatement> = facts.statements().iter().filter(of_case).collect();
    let withheld = facts.withheld().iter().filter(|it| it.thread == thread);
    let mut withheld: Vec<Index> = withheld.map(|it| it.index).collect();
    withheld.sort();
    if (chain.len() + withheld.len()) as u64 != entries {
        return Err(DossierError::NotKept { case: case.clone() });
    }
    let matches = openings.match_against(chain.iter().map(|kept| kept.signed.statement()));
    let misfits = matches.misfits.iter().map(|(opening, _)| *opening);
    let wrong: Vec<String> = matches
        .mismatched
        .iter()
        .copied()
        .chain(misfits)
        .map(Opening::path)
        .collect();
    if !wrong.is_empty() {
        return Err(DossierError::Mismatch { paths: wrong });
    }
    let confidential = chain
        .iter()
        .map(|kept| kept.signed.statement().predicate().digests().len());
    let confidential = confidential.sum();
    let mut writer = Writer {
        facts,
        genesis: ledger.genesis,
        language,
        openings,
        parties: BTreeSet::new(),
        files: Vec::new(),
        named_by: BTreeMap::new(),
    };
    for kept in &chain {
        let statement = kept.signed.statement();
        for (_, pin, _) in statement.predicate().pins() {
            let ids = writer.named_by.entry(pin.sha256).or_default();
            // One statement may point to another from several of its fields.
            if ids.last() != Some(&statement.id()) {
                ids.push(statement.id());
            }
        }
    }
    let (document, findings) = writer.document(case, &chain, &withheld);
    let mut bytes = document.to_canonical();
    bytes.push(b'\n');
    Ok(Dossier {
        document: bytes,
        findings,
        opened: matches.opened.len(),
        confidential,
        unreferenced: matches
            .unreferenced
            .iter()
            .map(|opening| opening.path())
            .collect(),
        withheld,
    })
}

/// What is known of one confidential field.
enum Known<'o> {
    /// The value; `null` when nothing was committed to.
    Opened(&'o Value),
    /// The commitment alone.
    Committed,
}

/// The confidential fields of one statement, each with its digest.
struct Confidential<'o>(BTreeMap<String, (Hash, Known<'o>)>);

impl<'o> Confidential<'o> {
    fn of(statement: &Statement, openings: &'o Openings) -> Confidential<'o> {
        let mut fields = BTreeMap::new();
        statement.predicate().walk(&mut |at, leaf| {
            if let (Leaf::Digest(digest), At::Member(_, field)) = (leaf, at) {
                let known = match openings.find(digest) {
                    Some(opening) => Known::Opened(opening.value()),
                    None => Known::Committed,
                };
                fields.insert((*field).to_owned(), (*digest, known));
            }
        });
        Confidential(fields)
    }

    /// Returns the opened value of a field; `None` when it is not opened or nothing was committed to.
    fn value(&self, field: &str) -> Option<&'o Value> {
        match self.0.get(field) {
            Some((_, Known::Opened(value))) if **value != Value::Null => Some(value),
            _ => None,
        }
    }

    /// Returns the text of a field, or its commitment in place of it; `None` when nothing was committed to.
    fn text(&self, field: &str) -> Option<String> {
        match self.0.get(field)? {
            (_, Known::Opened(value)) => value.as_str().map(str::to_owned),
            (digest, Known::Committed) => Some(format!("{COMMITMENT}{}", print_digest(digest))),
        }
    }

    /// Says whether something was committed to, as far as is known.
    fn holds_something(&self, field: &str) -> bool {
        let nothing = |(_, known): &(Hash, Known)| matches!(known, Known::Opened(Value::Null));
        self.0.get(field).is_some_and(|known| !nothing(known))
    }

    /// Returns a property for each field: its digest, and whether it is opened here.
    fn properties(&self) -> impl Iterator<Item = Value> {
        self.0.iter().map(|(field, (digest, known))| {
            let name = match known {
                Known::Opened(_) => "commitment",
                Known::Committed => "undisclosed",
            };
            of_class(name, print_digest(digest), Some(field))
        })
    }
}

/// Goes through the chain of a case once and gathers what belongs together.
struct Writer<'a> {
    facts: &'a Facts,
    genesis: Hash,
    language: Language,
    openings: &'a Openings,
    /// The parties that the document names.
    parties: BTreeSet<PartyId>,
    /// The files that statements commit to, as resources.
    files: Vec<Value>,
    /// The ids of the statements of the case that pin a payload.
    named_by: BTreeMap<Hash, Vec<&'a Id>>,
}

/// What becomes of one finding.
struct Chain<'a> {
    kept: &'a KeptStatement,
    finding: &'a Finding,
    observations: Vec<Value>,
    remediations: Vec<Value>,
    log: Vec<Value>,
    status: &'static str,
    /// The properties that OSCAL has for a status.
    marks: BTreeSet<&'static str>,
    deadline: Option<Day>,
    /// Later ratings.
    ratings: Vec<Value>,
}

impl<'a> Writer<'a> {
    fn document(
        &mut self,
        case: &CaseName,
        chain: &[&'a KeptStatement],
        withheld: &[Index],
    ) -> (Value, usize) {
        let mut findings: BTreeMap<String, Chain<'a>> = BTreeMap::new();
        let mut order = Vec::new();
        let mut observations = Vec::new();
        let mut attestations = Vec::new();
        let mut resources = Vec::new();
        let mut subjects = Subjects::default();
        let mut plan = None;
        for kept in chain {
            let statement = kept.signed.statement();
            let about: Vec<String> = subjects
                .take(statement.id(), statement.predicate())
                .iter()
                .map(Id::folded)
                .collect();
            let resource = self.resource(kept);
            resources.push(resource);
            let mut observed = None;
            let mut repaired = None;
            match statement.predicate() {
                Predicate::Finding(finding) => {
                    observed = Some(self.found(kept));
                    order.push(statement.id().folded());
                    findings.insert(
                        statement.id().folded(),
                        Chain {
                            kept,
                            finding,
                            observations: Vec::new(),
                            remediations: Vec::new(),
                            log: Vec::new(),
                            status: "open",
                            marks: BTreeSet::new(),
                            deadline: None,
                            ratings: Vec::new(),
                        },
                    );
                }
                Predicate::Evidence(evidence) => observed = Some(self.evidence(kept, evidence)),
                Predicate::Retest(retest) => observed = Some(self.retest(kept, retest)),
                Predicate::Remediation(claim) => repaired = Some(self.remediation(kept, claim)),
                Predicate::Attestation(it) => attestations.push(self.attestation(kept, it)),
                Predicate::Scope(_) => plan = Some(*kept),
                _ => {}
            }
            let change = change_of(statement.kind());
            for about in &about {
                let Some(chain) = findings.get_mut(about) else {
                    continue;
                };
                if let Some((uuid, _)) = &observed {
                    let related = Node::new().text("observation-uuid", uuid);
                    chain.observations.push(related.done());
                }
                if let Predicate::RemediationPlan(plan) = statement.predicate() {
                    repaired = self.planned(kept, plan, about);
                }
                if let Some(change) = change {
                    let status = (change.status)(statement.predicate(), chain.status);
                    if let Some(status) = status {
                        chain.status = status;
                        chain.deadline = None;
                        chain.marks.retain(|mark| *mark == ADJUSTED);
                    }
                    chain.marks.extend(change.property);
                    let day = deadline(statement.predicate(), about);
                    chain.deadline = day.or(chain.deadline);
                    let response = repaired.as_ref().map(|(uuid, _)| uuid.as_str());
                    let entry = self.log_entry(kept, about, status, response);
                    chain.log.push(entry);
                }
                if statement.kind() == Type::RatingChanged {
                    let secret = self.confidential(kept);
                    let rating = self.characterization(kept, &secret, "adjusted");
                    chain.ratings.extend(rating);
                }
                if let Some((_, response)) = &repaired {
                    chain.remediations.push(response.clone());
                }
            }
            observations.extend(observed.map(|(_, observation)| observation));
        }
        let chains: Vec<Chain> = order.iter().filter_map(|id| findings.remove(id)).collect();
        let risks = chains.iter().map(|chain| self.risk(chain)).collect();
        let found: Vec<Value> = chains.iter().map(|chain| self.finding(chain)).collect();
        let time = |kept: Option<&&KeptStatement>| kept.map(|kept| kept.time.seconds());
        let case_uuid = uuid(&self.genesis, "plan", case);
        let plan = match plan {
            Some(kept) => self.statement_uuid(kept),
            None => {
                let title = self.words(NO_SCOPE).to_owned();
                let missing = Node::new().text("uuid", &case_uuid).text("title", title);
                resources.push(missing.done());
                case_uuid
            }
        };
        let result = Node::new()
            .text("uuid", uuid(&self.genesis, "result", case))
            .text("title", format!("{}: {case}", self.words(TITLE)))
            .text("description", self.words(DESCRIPTION))
            .maybe("start", time(chain.first()).map(Value::string))
            .maybe("end", time(chain.last()).map(Value::string))
            .with("reviewed-controls", self.reviewed(&found))
            .list("attestations", attestations)
            .list("observations", observations)
            .list("risks", risks)
            .list("findings", found)
            .maybe("remarks", self.withheld(withheld));
        let metadata = self.metadata(case, time(chain.last()));
        resources.append(&mut self.files);
        let body = Node::new()
            .text("uuid", uuid(&self.genesis, "document", case))
            .with("metadata", metadata)
            .with(
                "import-ap",
                Node::new().text("href", format!("#{plan}")).done(),
            )
            .list("results", vec![result.done()])
            .with(
                "back-matter",
                Node::new().list("resources", resources).done(),
            );
        let document = Node::new().with("assessment-results", body.done()).done();
        (document, chains.len())
    }

    /// Called last, when every party is known.
    fn metadata(&self, case: &CaseName, modified: Option<Seconds>) -> Value {
        let state = self.facts.state();
        let ledger = self.facts.ledger();
        let mut by_role: BTreeMap<Role, Vec<Value>> = BTreeMap::new();
        let mut parties = Vec::new();
        for id in &self.parties {
            let party_uuid = uuid(&self.genesis, "party", id);
            let party = state.party(id);
            let mut props = vec![property("id", id)];
            if let Some(party) = party {
                props.push(property("role", party.role));
                by_role
                    .entry(party.role)
                    .or_default()
                    .push(Value::string(&party_uuid));
            }
            let name = party.map_or(id.as_str(), |party| party.name.as_str());
            let node = Node::new()
                .text("uuid", party_uuid)
                .text("type", "organization")
                .text("name", name)
                .list("props", props);
            parties.push(node.done());
        }
        let role = |role: &Role| {
            let title = role.label().text(self.language);
            Node::new().text("id", role).text("title", title).done()
        };
        let roles = by_role.keys().map(role).collect();
        let responsible = by_role.into_iter().map(|(role, uuids)| {
            Node::new()
                .text("role-id", role)
                .list("party-uuids", uuids)
                .done()
        });
        let origin = ledger.map(|ledger| property("ledger", &ledger.origin));
        let props = origin.into_iter().chain([
            property("genesis", self.genesis),
            property("case", case),
            property("size", self.facts.size()),
            property("root", self.facts.root()),
        ]);
        Node::new()
            .text("title", format!("{}: {case}", self.words(TITLE)))
            .maybe("last-modified", modified.map(Value::string))
            .text("version", self.facts.size())
            .text("oscal-version", OSCAL_VERSION)
            .list("props", props.collect())
            .list("roles", roles)
            .list("parties", parties)
            .list("responsible-parties", responsible.collect())
            .text("remarks", self.words(REMARKS))
            .done()
    }

    /// The controls that findings are about: what was reviewed besides is not on the ledger.
    fn reviewed(&self, findings: &[Value]) -> Value {
        let target = |finding: &Value| {
            let target = finding.as_object()?.get("target")?.as_object()?;
            target.get("target-id")?.as_str().map(str::to_owned)
        };
        let mut controls: BTreeSet<String> = findings.iter().filter_map(target).collect();
        if controls.is_empty() {
            controls.insert(NO_CONTROL.to_owned());
        }
        let controls = controls
            .iter()
            .map(|control| Node::new().text("control-id", control).done());
        let selection = Node::new()
            .text("description", self.words(REVIEWED))
            .list("include-controls", controls.collect());
        Node::new()
            .list("control-selections", vec![selection.done()])
            .done()
    }

    fn withheld(&self, withheld: &[Index]) -> Option<Value> {
        let places: Vec<String> = withheld.iter().map(ToString::to_string).collect();
        let text = || format!("{}: {}", self.words(WITHHELD), places.join(", "));
        (!withheld.is_empty()).then(|| Value::string(text()))
    }

    fn finding(&mut self, chain: &Chain) -> Value {
        let Chain { kept, finding, .. } = chain;
        let secret = self.confidential(kept);
        let mut props = self.pointers(kept);
        props.push(property("source", &finding.source));
        props.push(property("domain", finding.domain));
        let controls: Vec<&str> = match secret.value("controls") {
            Some(Value::Array(controls)) => controls.iter().filter_map(Value::as_str).collect(),
            _ => Vec::new(),
        };
        props.extend(controls.iter().map(|control| property("control", control)));
        let retest = finding.retest.as_ref();
        props.extend(retest.map(|retest| property("found-in-retest", &retest.id)));
        props.extend(secret.properties());
        let status = Node::new()
            .text("state", "not-satisfied")
            .text("reason", "fail");
        let target = Node::new()
            .text("type", "objective-id")
            .text(
                "target-id",
                controls
                    .first()
                    .map_or(NO_CONTROL.to_owned(), |it| token(it)),
            )
            .maybe(
                "title",
                (!controls.is_empty()).then(|| Value::string(controls.join("; "))),
            )
            .with("status", status.done());
        let risk = Node::new()
            .text("risk-uuid", self.uuid("risk", kept))
            .done();
        Node::new()
            .text("uuid", self.uuid("finding", kept))
            .text("title", self.or_nothing(secret.text("title")))
            .text("description", self.or_nothing(secret.text("description")))
            .list("props", props)
            .list("links", self.links(kept))
            .list("origins", self.origins(kept))
            .with("target", target.done())
            .list("related-observations", chain.observations.clone())
            .list("related-risks", vec![risk])
            .done()
    }

    fn risk(&mut self, chain: &Chain) -> Value {
        let Chain { kept, .. } = chain;
        let secret = self.confidential(kept);
        let origins = self.origins(kept);
        let first = self.characterization(kept, &secret, "initial");
        let ratings = first.into_iter().chain(chain.ratings.iter().cloned());
        let characterizations = ratings.collect();
        let mut props = self.pointers(kept);
        for mark in &chain.marks {
            // A property of OSCAL's own, whose name says it.
            let mark = Node::new().text("name", mark).text("value", "approved");
            props.push(mark.done());
        }
        let path = secret.value("exploit_path").is_some();
        props.extend(path.then(|| property("statement", "exploit_path")));
        let exploit_path = secret.text("exploit_path");
        let log = Node::new().list("entries", chain.log.clone());
        Node::new()
            .text("uuid", self.uuid("risk", kept))
            .text("title", self.or_nothing(secret.text("title")))
            .text("description", self.or_nothing(secret.text("description")))
            .text(
                "statement",
                exploit_path.unwrap_or_else(|| self.words(NO_PATH).to_owned()),
            )
            .list("props", props)
            .list("links", self.links(kept))
            .text("status", chain.status)
            .list("origins", origins)
            .list("characterizations", characterizations)
            .maybe(
                "deadline",
                chain.deadline.map(|day| Value::string(midnight(day))),
            )
            .list("remediations", chain.remediations.clone())
            .with("risk-log", log.done())
            .list("related-observations", chain.observations.clone())
            .done()
    }

    /// How the signers of a statement rate a finding, as far as that is opened.
    fn characterization(
        &mut self,
        kept: &KeptStatement,
        secret: &Confidential,
        state: &str,
    ) -> Option<Value> {
        let state = Node::new()
            .text("name", "state")
            .text("value", state)
            .done();
        let facet = |(name, field): (&str, &str)| {
            let value = secret.value(field)?.as_str()?;
            let facet = Node::new()
                .text("name", name)
                .text("system", NAMESPACE)
                .text("value", value)
                .list("props", vec![state.clone()]);
            Some(facet.done())
        };
        let facets: Vec<Value> = [
            ("severity", "severity"),
            ("likelihood", "likelihood"),
            ("impact", "impact"),
            ("cvss-vector", "cvss"),
        ]
        .into_iter()
        .filter_map(facet)
        .collect();
        let origin = self.origins(kept).into_iter().next();
        let characterization = Node::new()
            .list("props", self.pointers(kept))
            .maybe("origin", origin)
            .list("facets", facets.clone());
        (!facets.is_empty()).then(|| characterization.done())
    }

    /// What a plan says of one finding.
    fn planned(
        &mut self,
        kept: &KeptStatement,
        plan: &RemediationPlan,
        finding: &str,
    ) -> Option<(String, Value)> {
        let repair = planned(plan, finding)?;
        let name = format!("{} {finding}", kept.signed.payload_digest());
        let date = Node::new().text("date", midnight(repair.planned));
        let task = Node::new()
            .text("uuid", uuid(&self.genesis, "task", &name))
            .text("type", "milestone")
            .text("title", self.words(PLANNED))
            .with("timing", Node::new().with("on-date", date.done()).done())
            .list("responsible-roles", self.responsible(&repair.owner));
        let mut props = self.pointers(kept);
        props.push(property("owner", &repair.owner));
        let uuid = uuid(&self.genesis, "remediation", &name);
        let response = Node::new()
            .text("uuid", &uuid)
            .text("lifecycle", "planned")
            .text("title", self.name_of(kept))
            .text("description", self.words(PLANNED))
            .list("props", props)
            .list("links", self.links(kept))
            .list("origins", self.origins(kept))
            .list("tasks", vec![task.done()]);
        Some((uuid, response.done()))
    }

    /// A party, in its role, that carries something out.
    fn responsible(&mut self, party: &PartyId) -> Vec<Value> {
        let party_uuid = self.party(party);
        let role = self.facts.state().party(party);
        let role = role.map_or("other", |party| party.role.code());
        let responsible = Node::new()
            .text("role-id", role)
            .list("party-uuids", vec![Value::string(party_uuid)]);
        vec![responsible.done()]
    }

    fn log_entry(
        &mut self,
        kept: &KeptStatement,
        about: &str,
        status: Option<&'static str>,
        response: Option<&str>,
    ) -> Value {
        let title = self.name_of(kept);
        let logged = self.signing_parties(kept).into_iter().map(|party| {
            let role = self
                .facts
                .state()
                .party(&party)
                .map(|party| Value::string(party.role));
            let party_uuid = self.party(&party);
            Node::new()
                .text("party-uuid", party_uuid)
                .maybe("role-id", role)
                .done()
        });
        let logged = logged.collect();
        let response = response.map(|uuid| Node::new().text("response-uuid", uuid).done());
        let moment = kept.time.seconds();
        // One statement may be about several findings, and each has a log of its own.
        let name = format!("{} {about}", kept.signed.payload_digest());
        Node::new()
            .text("uuid", uuid(&self.genesis, "log", name))
            .text("title", title)
            .text("start", moment)
            .text("end", moment)
            .list("props", self.pointers(kept))
            .list("links", self.links(kept))
            .list("logged-by", logged)
            .maybe("status-change", status.map(Value::string))
            .list("related-responses", response.into_iter().collect())
            .done()
    }

    fn remediation(&mut self, kept: &KeptStatement, claim: &Remediation) -> (String, Value) {
        let secret = self.confidential(kept);
        let date = Node::new().text("date", midnight(claim.done));
        let task = Node::new()
            .text("uuid", self.uuid("task", kept))
            .text("type", "action")
            .text("title", self.words(REPAIRED))
            .with("timing", Node::new().with("on-date", date.done()).done())
            .list("responsible-roles", self.responsible(&claim.implemented_by));
        let mut props = self.pointers(kept);
        props.push(
            Node::new()
                .text("name", "type")
                .text("value", "mitigate")
                .done(),
        );
        props.push(property("implemented-by", &claim.implemented_by));
        let designer = claim.designed_by.as_ref();
        props.extend(designer.map(|party| property("designed-by", party)));
        let ticket = secret.value("change_ticket").and_then(Value::as_str);
        props.extend(ticket.map(|ticket| property("change-ticket", ticket)));
        props.extend(
            claim
                .evidence
                .iter()
                .map(|pin| property("evidence", &pin.id)),
        );
        props.extend(secret.properties());
        let uuid = self.uuid("remediation", kept);
        let response = Node::new()
            .text("uuid", &uuid)
            .text("lifecycle", "completed")
            .text("title", self.name_of(kept))
            .text("description", self.or_nothing(secret.text("description")))
            .list("props", props)
            .list("links", self.links(kept))
            .list("origins", self.origins(kept))
            .list("tasks", vec![task.done()])
            .text("remarks", self.words(CLAIMED));
        (uuid, response.done())
    }

    /// The observation that a finding itself is.
    fn found(&mut self, kept: &KeptStatement) -> (String, Value) {
        let secret = self.confidential(kept);
        let subject = secret.text("object").map(|object| {
            Node::new()
                .text("subject-uuid", self.uuid("object", kept))
                .text("type", "component")
                .text("title", object)
                .done()
        });
        let description = format!("{}: {}", self.words(OBSERVED), self.name_of(kept));
        let claimed = kept.signed.statement().head().claimed_at;
        let props = self.pointers(kept);
        let observation =
            self.observation(kept, "finding", description, &["UNKNOWN"], claimed, props);
        let observation = observation.list("subjects", subject.into_iter().collect());
        (self.uuid("observation", kept), observation.done())
    }

    fn evidence(&mut self, kept: &KeptStatement, evidence: &Evidence) -> (String, Value) {
        let secret = self.confidential(kept);
        self.party(&evidence.supplied_by);
        let mut props = self.pointers(kept);
        props.push(property("kind", evidence.kind));
        props.push(property("tlp", evidence.tlp));
        props.push(property("supplied-by", &evidence.supplied_by));
        if let Some(period) = &evidence.covers {
            props.push(property("covers-from", period.from));
            props.push(property("covers-until", period.until));
        }
        props.extend(secret.properties());
        let description = self.or_nothing(secret.text("description"));
        let claimed = kept.signed.statement().head().claimed_at;
        let methods = [method(evidence.method)];
        let file = self.file(kept, "file", &secret);
        let observation = self.observation(kept, "evidence", description, &methods, claimed, props);
        let observation = observation.list("relevant-evidence", file.into_iter().collect());
        (self.uuid("observation", kept), observation.done())
    }

    fn retest(&mut self, kept: &KeptStatement, retest: &Retest) -> (String, Value) {
        let secret = self.confidential(kept);
        let mut props = self.pointers(kept);
        props.push(property("result", retest.result));
        props.push(property("depth", retest.depth));
        props.push(property("tested", retest.tested));
        props.extend(retest.claim.iter().map(|pin| property("claim", &pin.id)));
        props.extend(secret.properties());
        let mut used: Vec<Value> = Vec::new();
        for pin in retest.evidence.iter() {
            let evidence = Node::new()
                .text(
                    "href",
                    format!("#{}", uuid(&self.genesis, "statement", pin.sha256)),
                )
                .text("description", &pin.id);
            used.push(evidence.done());
        }
        used.extend(self.file(kept, "working_paper", &secret));
        let result = retest.result.label().text(self.language);
        let detail = self.or_nothing(secret.text("detail"));
        let description = format!("{result}\n\n{detail}");
        let methods = [method(retest.method)];
        let tested = midnight(retest.tested);
        let observation = self.observation(kept, "retest", description, &methods, tested, props);
        let observation = observation.list("relevant-evidence", used);
        (self.uuid("observation", kept), observation.done())
    }

    fn observation(
        &mut self,
        kept: &KeptStatement,
        kind: &str,
        description: String,
        methods: &[&str],
        collected: Seconds,
        props: Vec<Value>,
    ) -> Node {
        let methods = methods.iter().map(Value::string).collect();
        Node::new()
            .text("uuid", self.uuid("observation", kept))
            .text("title", self.name_of(kept))
            .text("description", description)
            .list("props", props)
            .list("links", self.links(kept))
            .list("methods", methods)
            .list("types", vec![Value::string(kind)])
            .list("origins", self.origins(kept))
            .text("collected", collected)
    }

    fn attestation(&mut self, kept: &KeptStatement, attestation: &Attestation) -> Value {
        let parties = self.signing_parties(kept);
        let uuids = parties.iter().map(|party| Value::string(self.party(party)));
        let responsible = Node::new()
            .text("role-id", Role::Assessor)
            .list("party-uuids", uuids.collect());
        let mut props = self.pointers(kept);
        props.push(property("kind", attestation.kind));
        props.push(property("opinion", attestation.opinion));
        props.push(property("level", attestation.level));
        props.push(property("depth", attestation.depth));
        props.push(property("as-of", attestation.as_of));
        props.extend(
            attestation
                .domains
                .iter()
                .map(|domain| property("domain", domain)),
        );
        props.push(property("report", &attestation.report_reference));
        props.extend(self.named_by(kept));
        props.extend(self.confidential(kept).properties());
        let text = |class: &str, prose: &str| {
            let part = Node::new().text("name", "text").text("ns", NAMESPACE);
            part.text("class", class).text("prose", prose).done()
        };
        let texts = vec![
            text("nl", attestation.text.nl.as_str()),
            text("en", attestation.text.en.as_str()),
        ];
        let opinion = attestation.opinion.label().text(self.language);
        let statement = Node::new()
            .text("uuid", self.uuid("attestation", kept))
            .text("name", "statement")
            .text("ns", NAMESPACE)
            .text("title", format!("{}: {opinion}", self.name_of(kept)))
            .list("props", props)
            .list("links", self.links(kept))
            .list("parts", texts);
        Node::new()
            .list("responsible-parties", vec![responsible.done()])
            .list("parts", vec![statement.done()])
            .done()
    }

    /// A statement as a resource: where it stands on the ledger, and the digest of its payload.
    fn resource(&mut self, kept: &KeptStatement) -> Value {
        let secret = self.confidential(kept);
        let statement = kept.signed.statement();
        for field in statement.kind().confidential() {
            let of_file = matches!(field.shape, Shape::Committed { of } if is_file(of));
            if of_file && secret.holds_something(field.name) {
                let file = self.file_resource(kept, field.name, &secret);
                self.files.push(file);
            }
        }
        let mut props = self.pointers(kept);
        props.push(property("type", statement.kind()));
        props.extend(self.named_by(kept));
        props.extend(secret.properties());
        for party in self.signing_parties(kept) {
            self.party(&party);
            props.push(property("signed-by", &party));
        }
        let link = Node::new()
            .text("href", format!("urn:bewijs:entry:{}", kept.index))
            .text("media-type", crate::envelope::PAYLOAD_TYPE)
            .list("hashes", vec![sha256(kept.signed.payload_digest())]);
        Node::new()
            .text("uuid", self.statement_uuid(kept))
            .text("title", self.name_of(kept))
            .text("description", self.described(statement))
            .list("props", props)
            .list("rlinks", vec![link.done()])
            .done()
    }

    /// All that a statement says, in plain language.
    fn described(&self, statement: &Statement) -> String {
        let lines = describe_opened(statement, self.openings, self.language);
        let line = |line: &Line| {
            let indent = "  ".repeat(line.depth);
            let text = line.text.replace('\n', &format!("\n{indent}"));
            match line.label.is_empty() {
                true => format!("{indent}- {text}"),
                false => format!("{indent}{}: {text}", line.label),
            }
        };
        let lines: Vec<String> = lines.iter().map(line).collect();
        lines.join("\n")
    }

    /// The later statements of the case that point to this one, such as a withdrawal.
    fn named_by(&self, kept: &KeptStatement) -> Vec<Value> {
        let ids = self.named_by.get(&kept.signed.payload_digest());
        let ids = ids.into_iter().flatten();
        ids.map(|id| property("named-by", id)).collect()
    }

    /// A file that a statement commits to, as a resource: with its digest when it is opened.
    fn file_resource(&self, kept: &KeptStatement, field: &str, secret: &Confidential) -> Value {
        let uuid = self.file_uuid(kept, field);
        let id = kept.signed.statement().id();
        let mut props = vec![property("id", id), property("entry", kept.index)];
        let digest = secret.0.get(field).map(|(digest, _)| digest);
        let opened = secret.value(field).and_then(Value::as_object);
        let name = match opened {
            Some(_) => "commitment",
            None => "undisclosed",
        };
        props.extend(digest.map(|digest| of_class(name, print_digest(digest), Some(field))));
        let part = |name| opened.and_then(|file| file.get(name));
        let name = part("name").and_then(Value::as_str);
        let bytes = part("bytes").and_then(Value::as_integer);
        props.extend(bytes.map(|bytes| property("bytes", bytes)));
        let hash = part("sha256").and_then(Value::as_str).map(|hash| {
            Node::new()
                .text("algorithm", "SHA-256")
                .text("value", hash)
                .done()
        });
        let link = name.map(|name| {
            let link = Node::new().text("href", reference(name));
            link.list("hashes", hash.into_iter().collect()).done()
        });
        let title = name.map(str::to_owned);
        let title = title.unwrap_or_else(|| self.or_nothing(secret.text(field)));
        Node::new()
            .text("uuid", uuid)
            .text("title", title)
            .list("props", props)
            .list("rlinks", link.into_iter().collect())
            .done()
    }

    /// A file as evidence of an observation; none when nothing was committed to.
    fn file(&self, kept: &KeptStatement, field: &str, secret: &Confidential) -> Option<Value> {
        let name = secret
            .value(field)
            .and_then(|file| file.as_object()?.get("name")?.as_str());
        let committed = || secret.text(field);
        let description = name.map(str::to_owned).or_else(committed)?;
        let evidence = Node::new()
            .text("href", format!("#{}", self.file_uuid(kept, field)))
            .text("description", description);
        Some(evidence.done())
    }

    /// The properties that point to an entry.
    fn pointers(&self, kept: &KeptStatement) -> Vec<Value> {
        let statement = kept.signed.statement();
        vec![
            property("id", statement.id()),
            property("entry", kept.index),
            property("leaf", kept.leaf),
            property("statement", kept.signed.payload_digest()),
            property("envelope", kept.signed.envelope().digest()),
        ]
    }

    fn links(&self, kept: &KeptStatement) -> Vec<Value> {
        let href = format!("#{}", self.statement_uuid(kept));
        vec![
            Node::new()
                .text("href", href)
                .text("rel", "reference")
                .done(),
        ]
    }

    /// Who signed it, one party after the other.
    fn origins(&mut self, kept: &KeptStatement) -> Vec<Value> {
        let actors = self.signing_parties(kept).into_iter().map(|party| {
            let actor = Node::new().text("type", "party");
            actor.text("actor-uuid", self.party(&party)).done()
        });
        let actors = actors.collect();
        vec![Node::new().list("actors", actors).done()]
    }

    fn signing_parties(&self, kept: &KeptStatement) -> BTreeSet<PartyId> {
        kept.signers
            .iter()
            .map(|signer| signer.party.clone())
            .collect()
    }

    /// Names a party in the document, and returns its uuid.
    fn party(&mut self, id: &PartyId) -> String {
        self.parties.insert(id.clone());
        uuid(&self.genesis, "party", id)
    }

    fn uuid(&self, kind: &str, kept: &KeptStatement) -> String {
        uuid(&self.genesis, kind, kept.signed.payload_digest())
    }

    fn statement_uuid(&self, kept: &KeptStatement) -> String {
        self.uuid("statement", kept)
    }

    fn file_uuid(&self, kept: &KeptStatement, field: &str) -> String {
        let name = format!("{} {field}", kept.signed.payload_digest());
        uuid(&self.genesis, "file", name)
    }

    fn confidential(&self, kept: &KeptStatement) -> Confidential<'a> {
        Confidential::of(kept.signed.statement(), self.openings)
    }

    /// What people call a statement, and its id.
    fn name_of(&self, kept: &KeptStatement) -> String {
        let statement = kept.signed.statement();
        let label = statement.kind().info().label.text(self.language);
        format!("{label} {}", statement.id())
    }

    fn or_nothing(&self, text: Option<String>) -> String {
        text.unwrap_or_else(|| self.words(NOTHING).to_owned())
    }

    fn words(&self, phrase: Phrase) -> &'static str {
        phrase.text(self.language)
    }
}

/// The target of a finding that names no control, or whose controls are not opened.
const NO_CONTROL: &str = "_none";

fn is_file(shape: &Shape) -> bool {
    let names = |shape: &Shape| match shape {
        Shape::Record { fields } => fields.iter().map(|field| field.name).collect(),
        _ => Vec::new(),
    };
    !names(shape).is_empty()
        && names(shape)
            == names(&Shape::Record {
                fields: File::FIELDS,
            })
}

fn sha256(digest: Hash) -> Value {
    Node::new()
        .text("algorithm", "SHA-256")
        .text("value", digest)
        .done()
}

const fn method(method: Method) -> &'static str {
    match method {
        Method::Examine => "EXAMINE",
        Method::Interview => "INTERVIEW",
        Method::Test => "TEST",
    }
}

/// Writes a day as OSCAL has moments; the hour says nothing.
fn midnight(day: Day) -> Seconds {
    Seconds::from_unix_seconds(day.unix_days() * 86_400).expect("a day has a first second")
}

const fn phrase(en: &'static str, nl: &'static str) -> Phrase {
    Phrase { en, nl }
}

const TITLE: Phrase = phrase("Findings and their chain", "Bevindingen en hun keten");
const DESCRIPTION: Phrase = phrase(
    "What the statements of this case on the ledger say of its findings: found, repaired, retested, closed, concluded.",
    "Wat de verklaringen van deze zaak in het register zeggen over haar bevindingen: gevonden, hersteld, getest, gesloten, beoordeeld.",
);
const REMARKS: Phrase = phrase(
    "Made from the ledger after verifying all of it. OSCAL has no signatures: they stand in the entries to which each part points. A text that begins with urn:bewijs:commitment: is committed to and not shown. This says what parties signed, not whether it is right, and is not a statement that data are safe.",
    "Gemaakt uit het register nadat dat geheel is gecontroleerd. OSCAL kent geen handtekeningen: die staan in de vermeldingen waarnaar elk deel verwijst. Een tekst die begint met urn:bewijs:commitment: is vastgelegd zonder inhoud te tonen. Dit zegt wat partijen hebben ondertekend, niet of het klopt, en is geen uitspraak dat gegevens veilig zijn.",
);
const REVIEWED: Phrase = phrase(
    "The controls that the findings here break. The ledger does not say which others were reviewed.",
    "De normen waarvan de bevindingen hier afwijken. Het register zegt niet welke andere zijn beoordeeld.",
);
const WITHHELD: Phrase = phrase(
    "Entries of this case whose text is withheld",
    "Vermeldingen van deze zaak waarvan de tekst is achtergehouden",
);
const NO_SCOPE: Phrase = phrase("No scope is on record", "Er is geen scope vastgelegd");
const NO_PATH: Phrase = phrase(
    "How it could be used is not stated",
    "Hoe er gebruik van kan worden gemaakt, is niet opgegeven",
);
const NOTHING: Phrase = phrase("not stated", "niet opgegeven");
const REPAIRED: Phrase = phrase(
    "Repaired, by its own word",
    "Hersteld, volgens eigen opgave",
);
const PLANNED: Phrase = phrase("Planned repair", "Gepland herstel");
const CLAIMED: Phrase = phrase(
    "A claim closes nothing: only a retest by another party does.",
    "Een herstelmelding sluit niets: dat doet alleen een hertest door een andere partij.",
);
const OBSERVED: Phrase = phrase("What it was found in", "Waarin het is gevonden");
