//! Drafts of findings from an OSCAL assessment-results document.
//!
//! Source: OSCAL 1.x (NIST), assessment-results model in JSON. An OSCAL document speaks of
//! controls, risks and parties in its own words; the [`Map`] says what they are called here. The
//! format of both is in `docs/formats/oscal.md`.
//!
//! ```text
//! document + map  --import-->  drafts, or the list of everything that is missing
//! ```
//!
//! - All or nothing: while anything is missing there are no drafts, so nobody signs half a report.
//! - Persons are never imported. Each is replaced by their organisation, also where a text has
//!   their name, and reported by uuid; contact data is reported and left out.
//! - The digest of the document's bytes is kept, because OSCAL has no canonical form.
//!
//! A draft is not signed and not linted: that happens when its author signs it. Writing OSCAL
//! is elsewhere.

mod document;
mod map;

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::rc::Rc;

use self::document::{Document, Finding, Mark, Party, Reference, Risk, Subject, own};
pub use self::map::{DomainRules, Map, MarkName, MarkRule, SeverityRules, States};
use super::finding::Severity;
use super::finding_draft::{FindingDraft, MAX_CONTROLS, Shortened, file_value};
use super::frame::Domain;
use super::head::{Id, PartyId};
use super::map_word::Word;
use super::predicate::Type;
use crate::hash::{Hash, excerpt};
use crate::json::{Value, forbidden};

/// The largest document, in bytes: 16 MiB.
pub const MAX_DOCUMENT_BYTES: usize = 16 << 20;

/// The most that the drafts of one document may hold, in bytes: 64 MiB.
///
/// Many findings may point to one long text, so this is not bounded by the length of the document.
pub const MAX_DRAFTS_BYTES: usize = 64 << 20;

/// The largest map, in bytes: 1 MiB.
pub const MAX_MAP_BYTES: usize = 1 << 20;

/// The namespace of properties, facets and identifiers that are ours: what it says is known without a map.
pub const NAMESPACE: &str = "urn:bewijs:oscal";

/// Turns the findings of an assessment-results document into drafts.
///
/// # Errors
/// [`OscalError`] when the bytes are no such document. What a good document and its map
/// leave open is not an error but listed in [`Import::missing`].
pub fn import(document: &[u8], map: &Map) -> Result<Import, OscalError> {
    if document.len() > MAX_DOCUMENT_BYTES {
        return Err(OscalError::TooLong {
            found: document.len(),
        });
    }
    let parsed = Document::parse(document)?;
    let mut importer = Importer::new(&parsed, map);
    let (counts, mut drafts) = importer.drafts()?;
    if !importer.missing.is_empty() {
        drafts.clear();
    }
    Ok(Import {
        drafts,
        missing: importer.missing,
        left_out: importer.left_out,
        counts,
        document_bytes: document.len(),
        document_sha256: Hash::of(document),
    })
}

/// What an import gives.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Import {
    /// The findings in the order of the document; none while anything is missing.
    pub drafts: Vec<FindingDraft>,
    /// What neither the document nor the map says.
    pub missing: Vec<Missing>,
    /// What the document says and no draft holds.
    pub left_out: Vec<LeftOut>,
    /// How many findings there are.
    pub counts: Counts,
    /// The length of the document in bytes.
    pub document_bytes: usize,
    /// The SHA-256 of the document's bytes.
    pub document_sha256: Hash,
}

/// How many findings a document has.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Counts {
    /// Every finding, whatever its state.
    pub in_document: usize,
    /// Those whose state counts: what a completeness statement on this report has to say.
    pub counted: usize,
}

impl Import {
    /// Returns the document as the value of a confidential file field, under a name.
    ///
    /// It belongs in the statement that says how many findings the report has: OSCAL has no
    /// canonical form, so these are the bytes to keep.
    pub fn file(&self, name: &str) -> Value {
        file_value(name, self.document_bytes, &self.document_sha256)
    }
}

/// Something that a draft needs and that neither the document nor the map says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Missing {
    /// What is missing.
    pub what: What,
    /// Where in the document, as a JSON pointer; empty for the whole document.
    pub place: String,
    /// The uuid of the finding or party that lacks it, or that a reference names.
    pub uuid: Option<String>,
    /// What the map would have to say.
    pub remedy: String,
}

/// The kind of thing that is missing.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
#[non_exhaustive]
pub enum What {
    /// The id of the first finding.
    FirstId,
    /// The organisation of a person, or our party id of an organisation.
    Organisation,
    /// The domain of a finding.
    Domain,
    /// The severity class of a finding.
    Severity,
    /// The observation, risk or party that a reference names.
    Reference,
    /// An id of its own that a finding can have.
    Id,
    /// A field that is only committed to in the document.
    Undisclosed,
}

/// Something of the document that no draft holds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LeftOut {
    /// Where in the document, as a JSON pointer.
    pub place: String,
    /// What was done.
    pub reason: Reason,
}

/// Why something was left out.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Reason {
    /// A person, replaced by an organisation.
    Person {
        /// The uuid of the person.
        uuid: String,
        /// The uuid or party id of the organisation, when it is known.
        replaced_by: Option<String>,
    },
    /// The name of a person in a text, replaced by that of their organisation.
    NameInText {
        /// The uuid of the person.
        uuid: String,
        /// How many times.
        times: usize,
    },
    /// E-mail addresses, telephone numbers, addresses, locations or personal identifiers.
    Contact,
    /// The end of a text that is longer than the field of a finding.
    Shortened {
        /// The field.
        field: &'static str,
        /// How many characters were left out.
        characters: usize,
    },
    /// Characters that cannot be seen, dropped from a text.
    Invisible {
        /// How many.
        characters: usize,
    },
    /// A finding whose state does not count.
    State {
        /// The uuid of the finding.
        uuid: String,
        /// Its state.
        state: String,
    },
    /// A risk or observation that belongs to no draft.
    Unrelated {
        /// Its uuid.
        uuid: String,
    },
}

impl fmt::Display for Missing {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let what = match self.what {
            What::FirstId => "the id of the first finding",
            What::Organisation => "an organisation",
            What::Domain => "a domain",
            What::Severity => "a severity class",
            What::Reference => "what a reference names",
            What::Id => "an id",
            What::Undisclosed => "the value behind a commitment",
        };
        write!(f, "{what} is missing")?;
        if !self.place.is_empty() {
            write!(f, " at {}", self.place)?;
        }
        if let Some(uuid) = &self.uuid {
            write!(f, " ({uuid})")?;
        }
        write!(f, ": {}", self.remedy)
    }
}

impl fmt::Display for LeftOut {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let place = &self.place;
        match &self.reason {
            Reason::Person {
                uuid,
                replaced_by: Some(organisation),
            } => write!(f, "{place}: person {uuid} replaced by {organisation}"),
            Reason::Person { uuid, .. } => write!(f, "{place}: person {uuid} left out"),
            Reason::NameInText { uuid, times } => write!(
                f,
                "{place}: name of person {uuid} replaced {times} times by their organisation"
            ),
            Reason::Contact => write!(f, "{place}: contact data left out"),
            Reason::Shortened { field, characters } => {
                write!(
                    f,
                    "{place}: the last {characters} characters of the {field} left out"
                )
            }
            Reason::Invisible { characters } => {
                write!(f, "{place}: {characters} invisible characters dropped")
            }
            Reason::State { uuid, state } => {
                write!(f, "{place}: finding {uuid} is {state:?} and not imported")
            }
            Reason::Unrelated { uuid } => write!(f, "{place}: {uuid} belongs to no draft"),
        }
    }
}

/// Bytes that are not an assessment-results document.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum OscalError {
    /// Longer than [`MAX_DOCUMENT_BYTES`].
    #[error("expected a document of at most {MAX_DOCUMENT_BYTES} bytes, found {found}")]
    TooLong {
        /// The length in bytes.
        found: usize,
    },
    /// Not UTF-8.
    #[error("expected UTF-8, found another byte at offset {offset}")]
    Utf8 {
        /// The offset of the first byte that is not UTF-8.
        offset: usize,
    },
    /// OSCAL, as it seems, in another of its formats.
    #[error(
        "expected OSCAL in JSON, found {found}\nconvert the document with oscal-cli, which NIST publishes, and import what that writes:\noscal-cli convert --to=json DOCUMENT DOCUMENT.json"
    )]
    Format {
        /// XML or YAML.
        found: &'static str,
    },
    /// Not JSON, nested too deep, or with a member twice.
    #[error("expected JSON: {reason}")]
    Syntax {
        /// What is wrong, with line and column.
        reason: String,
    },
    /// Another model of OSCAL.
    #[error("expected OSCAL assessment-results, found {found}")]
    Model {
        /// The model that was found.
        found: &'static str,
    },
    /// A member that the model demands is not there.
    #[error("expected member {name:?} in {}, found none", shown(place))]
    Absent {
        /// The JSON pointer of the object.
        place: String,
        /// The member.
        name: &'static str,
    },
    /// A value is not what the model demands.
    #[error("expected {expected} at {}, found {found}", shown(place))]
    Unexpected {
        /// The JSON pointer of the value.
        place: String,
        /// What the model demands.
        expected: &'static str,
        /// What is there.
        found: String,
    },
    /// The drafts would hold more than [`MAX_DRAFTS_BYTES`].
    #[error("expected drafts of at most {MAX_DRAFTS_BYTES} bytes in all, found more at {place}")]
    TooMuch {
        /// The JSON pointer of the finding that is too much.
        place: String,
    },
    /// Two parties, observations, risks or findings have one uuid.
    #[error("expected each uuid once, found {uuid} again at {place}")]
    Twice {
        /// The uuid.
        uuid: String,
        /// The JSON pointer of the second.
        place: String,
    },
}

/// Text that is not a map.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum MapError {
    /// Longer than [`MAX_MAP_BYTES`].
    #[error("expected a map of at most {MAX_MAP_BYTES} bytes, found {found}")]
    TooLong {
        /// The length in bytes.
        found: usize,
    },
    /// Not TOML, or not the members of a map.
    #[error("expected a map: {reason}")]
    Toml {
        /// What is wrong, with line and column.
        reason: String,
    },
    /// A name in a table of uuids is none.
    #[error("expected a uuid in [{table}], found {found:?}")]
    Uuid {
        /// The table.
        table: &'static str,
        /// What stands there.
        found: String,
    },
    /// A target with more controls than a finding can name.
    #[error("expected at most {MAX_CONTROLS} controls of {target:?} in [controls], found {found}")]
    Controls {
        /// The target.
        target: String,
        /// How many the map gives it.
        found: usize,
    },
    /// One uuid stands twice in a table, in upper and in lower case.
    #[error("expected each uuid once in [{table}], found {uuid} twice")]
    Twice {
        /// The table.
        table: &'static str,
        /// The uuid.
        uuid: String,
    },
}

fn shown(place: &str) -> &str {
    match place {
        "" => "the document",
        _ => place,
    }
}

/// Goes through the document once and gathers what it misses and what it leaves out.
struct Importer<'a> {
    document: &'a Document,
    map: &'a Map,
    parties: BTreeMap<&'a str, &'a Party>,
    names: Names<'a>,
    missing: Vec<Missing>,
    /// What is in `missing`, so that it is there once.
    missed: BTreeSet<(What, String, Option<String>)>,
    left_out: Vec<LeftOut>,
    /// The ids, in lower case, that findings bring themselves.
    own_ids: BTreeSet<String>,
    /// What is left of [`MAX_DRAFTS_BYTES`].
    budget: usize,
}

impl<'a> Importer<'a> {
    fn new(document: &'a Document, map: &'a Map) -> Importer<'a> {
        let by_uuid = |party: &'a Party| (party.uuid.as_str(), party);
        Importer {
            document,
            map,
            parties: document.parties.iter().map(by_uuid).collect(),
            names: Names::default(),
            missing: Vec::new(),
            missed: BTreeSet::new(),
            left_out: Vec::new(),
            own_ids: BTreeSet::new(),
            budget: MAX_DRAFTS_BYTES,
        }
    }

    fn drafts(&mut self) -> Result<(Counts, Vec<FindingDraft>), OscalError> {
        let document = self.document;
        let counts = |finding: &&Finding| self.map.states.0.contains(&finding.state);
        let (counted, others): (Vec<_>, Vec<_>) = document.findings.iter().partition(counts);
        let unnumbered = |finding: &&&Finding| own(&finding.marks, "id").next().is_none();
        if self.map.first_id.is_none()
            && (counted.is_empty() || counted.iter().any(|it| unnumbered(&it)))
        {
            let remedy = "set first_id in the map, as in first_id = \"B-001\"".to_owned();
            self.miss(What::FirstId, "", None, remedy);
        }
        self.persons();
        for place in &document.contacts {
            self.leave(place, Reason::Contact);
        }
        for &(ref place, characters) in &document.dropped {
            self.leave(place, Reason::Invisible { characters });
        }
        let mut drafts = Vec::new();
        for (at, finding) in counted.iter().enumerate() {
            drafts.extend(self.draft(finding, at)?);
        }
        for finding in others {
            let (uuid, state) = (finding.uuid.clone(), finding.state.clone());
            self.leave(&finding.place, Reason::State { uuid, state });
        }
        self.unrelated(&counted);
        let counts = Counts {
            in_document: document.findings.len(),
            counted: counted.len(),
        };
        Ok((counts, drafts))
    }

    /// Replaces each person by an organisation.
    fn persons(&mut self) {
        let document = self.document;
        for person in document.parties.iter().filter(|party| party.person) {
            let replaced_by = match (self.map.parties.get(&person.uuid), self.employer(person)) {
                (Some(Word(id)), _) => Some((id.as_str(), id.as_str())),
                (None, Some(party)) => Some((party.uuid.as_str(), party.name.as_str())),
                (None, None) => None,
            };
            if let Some((id, name)) = replaced_by {
                self.names.add(person, name, id);
            }
            let uuid = person.uuid.clone();
            let replaced_by = replaced_by.map(|(id, _)| id.to_owned());
            self.leave(&person.place, Reason::Person { uuid, replaced_by });
        }
    }

    /// Returns the one organisation that a person belongs to; of several, the one in the map.
    fn employer(&mut self, person: &Party) -> Option<&'a Party> {
        if self.map.parties.contains_key(&person.uuid) {
            return None;
        }
        let mut employers = Vec::new();
        for reference in &person.organisations {
            match self.parties.get(reference.uuid.as_str()) {
                Some(party) if !party.person => employers.push(*party),
                _ => self.dangling(reference, "an organisation in metadata.parties"),
            }
        }
        if employers.len() > 1 {
            employers.retain(|party| self.mapped(party).is_some());
        }
        employers.dedup_by_key(|party| party.uuid.as_str());
        if let [party] = employers[..] {
            return Some(party);
        }
        let why = match person.organisations.len() {
            0 => "this person belongs to no organisation",
            _ => "this person belongs to no single organisation of the map",
        };
        let remedy = format!("{why}; add {:?} = \"org:…\" under [parties]", person.uuid);
        self.miss(
            What::Organisation,
            &person.place,
            Some(&person.uuid),
            remedy,
        );
        None
    }

    /// Returns our id of an organisation: that of the map, else its own.
    fn mapped(&self, party: &Party) -> Option<PartyId> {
        let parties = &self.map.parties;
        let id = parties.get(&party.uuid).or_else(|| match party.person {
            true => None,
            false => parties.get(&party.name),
        });
        let own = || party.own_id.as_ref().and_then(|id| id.parse().ok());
        id.map(|word| word.0.clone()).or_else(own)
    }

    fn draft(&mut self, finding: &Finding, at: usize) -> Result<Option<FindingDraft>, OscalError> {
        let map = self.map;
        let found_by = self.found_by(finding)?;
        let subjects = self.subjects(finding)?;
        let marks = self.marks(finding)?;
        let domain = self.domain(finding, &marks, &subjects);
        let severity = self.severity(finding, &marks);
        let likelihood = self.class("likelihood", finding, &map.likelihood, &marks);
        let impact = self.class("impact", finding, &map.impact, &marks);
        let exploit_path = self.exploit_path(finding)?;
        for mark in finding
            .marks
            .iter()
            .filter(|mark| mark.is("undisclosed", NAMESPACE))
        {
            let remedy = "the document has a commitment there; export it again with the openings";
            let uuid = Some(finding.uuid.as_str());
            self.miss(What::Undisclosed, &mark.place, uuid, remedy.to_owned());
        }
        let id = self.id(finding, at);
        let (Some(domain), Some(severity), Some(id)) = (domain, severity, id) else {
            return Ok(None);
        };
        let ours = own(&finding.marks, "id").next().is_some();
        let controls = match map.controls.get(&finding.target) {
            Some(controls) => controls.iter().map(|line| line.0.to_string()).collect(),
            None if ours => own(&finding.marks, "control").map(str::to_owned).collect(),
            None => vec![finding.target.clone()],
        };
        let own_source = own(&finding.marks, "source").find_map(|it| it.parse().ok());
        let report = map
            .report
            .as_ref()
            .map(|word| word.0.clone())
            .or(own_source);
        let source = match report {
            Some(report) => report.to_string(),
            None => self.document.uuid.clone(),
        };
        let own_cvss = own(marks.iter().copied(), "cvss-vector").next();
        let cvss = values_of(&map.cvss, &marks).or(own_cvss.map(str::to_owned));
        let mut draft = FindingDraft {
            id,
            domain,
            source,
            severity,
            title: finding.title.clone(),
            description: Some(finding.description.clone()),
            object: joined(subjects.iter().map(|subject| self.object(subject))),
            controls,
            cvss,
            likelihood,
            impact,
            exploit_path,
            found_by,
            finding_uuid: Some(finding.uuid.clone()),
        };
        self.remove_names(finding, &mut draft)?;
        for Shortened { field, characters } in draft.fit() {
            self.leave(&finding.place, Reason::Shortened { field, characters });
        }
        Ok(Some(draft))
    }

    /// Returns the id of a finding: numbered by the map, else its own.
    fn id(&mut self, finding: &Finding, at: usize) -> Option<Id> {
        if let Some(first) = &self.map.first_id {
            let id = first.0.plus(at).parse();
            return Some(id.expect("B- and digits are an id"));
        }
        let text = own(&finding.marks, "id").next()?;
        let id: Option<Id> = text.parse().ok().filter(|id| Type::Finding.takes(id));
        let new = id.filter(|id| self.own_ids.insert(id.folded()));
        if new.is_none() {
            let found = excerpt(text);
            let remedy = format!(
                "expected an id like B-001, once in the document, found {found:?}; or set first_id in the map"
            );
            self.miss(What::Id, &finding.place, Some(&finding.uuid), remedy);
        }
        new
    }

    /// Returns the severest class that the rules give, else that of our own mark.
    fn class(
        &mut self,
        name: &str,
        finding: &Finding,
        rules: &[MarkRule<Severity>],
        marks: &[&Mark],
    ) -> Option<Severity> {
        let (classes, _) = self.values(What::Severity, finding, rules, marks);
        classes.into_iter().max().or_else(|| own_class(name, marks))
    }

    /// Returns what the statement of a risk says, where we wrote it.
    fn exploit_path(&mut self, finding: &Finding) -> Result<Option<String>, OscalError> {
        let document = self.document;
        for reference in different(&finding.risks) {
            let risk = document.risks.get(&reference.uuid);
            let ours = |risk: &&Risk| own(&risk.marks, "statement").any(|it| it == "exploit_path");
            if let Some(risk) = risk.filter(ours) {
                self.spend(risk.statement.len(), finding)?;
                return Ok(Some(risk.statement.clone()).filter(|text| !text.is_empty()));
            }
        }
        Ok(None)
    }

    fn object(&self, subject: &Subject) -> String {
        match (self.map.objects.get(&subject.uuid), &subject.title) {
            (Some(object), _) => object.0.to_string(),
            (None, Some(title)) => title.clone(),
            (None, None) => format!("{} {}", subject.kind, subject.uuid),
        }
    }

    /// Replaces the names of persons in every text of a draft.
    fn remove_names(
        &mut self,
        finding: &Finding,
        draft: &mut FindingDraft,
    ) -> Result<(), OscalError> {
        let mut counts = BTreeMap::new();
        for (_, text) in draft.texts() {
            let found = self.names.find(text);
            let longer = found.iter().map(|name| name.replacement.len()).sum();
            self.spend(longer, finding)?;
            for name in &found {
                *counts.entry(name.uuid).or_default() += 1;
            }
            *text = replaced(text, &found);
        }
        for (uuid, times) in counts {
            let uuid = uuid.to_owned();
            self.leave(&finding.place, Reason::NameInText { uuid, times });
        }
        Ok(())
    }

    /// Returns who found it: whom the finding names, else its observations, the document, the map.
    fn found_by(&mut self, finding: &Finding) -> Result<BTreeSet<PartyId>, OscalError> {
        let document = self.document;
        let mut actors: Vec<&Reference> = finding.actors.iter().collect();
        if actors.is_empty() {
            for reference in different(&finding.observations) {
                if let Some(observation) = document.observations.get(&reference.uuid) {
                    self.spend(size_of_val(&observation.actors[..]), finding)?;
                    actors.extend(&observation.actors);
                }
            }
        }
        if actors.is_empty() {
            actors.extend(&document.assessors);
        }
        if !actors.is_empty() {
            let ids = actors.into_iter().filter_map(|actor| self.party_id(actor));
            return Ok(ids.collect());
        }
        if self.map.assessor.is_none() {
            let remedy = "the document names no assessor; set assessor = \"org:…\" in the map";
            let uuid = Some(finding.uuid.as_str());
            self.miss(What::Organisation, &finding.place, uuid, remedy.to_owned());
        }
        Ok(self
            .map
            .assessor
            .iter()
            .map(|word| word.0.clone())
            .collect())
    }

    /// Returns our id of a party: of an organisation, or of the one that a person acts for.
    fn party_id(&mut self, reference: &Reference) -> Option<PartyId> {
        let Some(&party) = self.parties.get(reference.uuid.as_str()) else {
            self.dangling(reference, "a party in metadata.parties");
            return None;
        };
        if let Some(id) = self.mapped(party) {
            return Some(id);
        }
        let organisation = match party.person {
            true => self.employer(party)?,
            false => party,
        };
        if let Some(id) = self.mapped(organisation) {
            return Some(id);
        }
        let remedy = format!(
            "add {:?} = \"org:…\" under [parties], which is {:?} in the document",
            organisation.uuid,
            excerpt(&organisation.name)
        );
        self.miss(
            What::Organisation,
            &organisation.place,
            Some(&organisation.uuid),
            remedy,
        );
        None
    }

    fn subjects(&mut self, finding: &Finding) -> Result<Vec<&'a Subject>, OscalError> {
        let document = self.document;
        let mut subjects = Vec::new();
        for reference in different(&finding.observations) {
            let Some(observation) = document.observations.get(&reference.uuid) else {
                self.dangling(reference, "an observation of the document");
                continue;
            };
            for subject in &observation.subjects {
                self.spend(self.object(subject).len() + size_of::<Subject>(), finding)?;
                subjects.push(subject);
            }
        }
        Ok(subjects)
    }

    /// Returns the marks of a finding and of the risks that it is related to.
    fn marks<'f>(&mut self, finding: &'f Finding) -> Result<Vec<&'f Mark>, OscalError>
    where
        'a: 'f,
    {
        let document = self.document;
        let mut marks: Vec<&Mark> = finding.marks.iter().collect();
        for reference in different(&finding.risks) {
            let Some(risk) = document.risks.get(&reference.uuid) else {
                self.dangling(reference, "a risk of the document");
                continue;
            };
            for mark in &risk.marks {
                self.spend(mark.value.len() + size_of::<Mark>(), finding)?;
                marks.push(mark);
            }
        }
        Ok(marks)
    }

    fn spend(&mut self, bytes: usize, finding: &Finding) -> Result<(), OscalError> {
        let left = self.budget.checked_sub(bytes);
        self.budget = left.ok_or_else(|| OscalError::TooMuch {
            place: finding.place.clone(),
        })?;
        Ok(())
    }

    fn domain(
        &mut self,
        finding: &Finding,
        marks: &[&Mark],
        subjects: &[&Subject],
    ) -> Option<Domain> {
        let rules = &self.map.domain;
        let complete = self.values(What::Domain, finding, &rules.marks, marks);
        let (by_mark, true) = complete else {
            return None;
        };
        let by_uuid = rules.findings.get(&finding.uuid).map(|word| word.0);
        let subject = |subject: &&Subject| rules.subjects.get(&subject.uuid).map(|word| word.0);
        let steps: [Vec<Domain>; 6] = [
            by_uuid.into_iter().collect(),
            by_mark,
            own(marks.iter().copied(), "domain")
                .filter_map(|code| Domain::ALL.iter().find(|it| it.code() == code).copied())
                .collect(),
            by_target(&rules.targets, &finding.target)
                .into_iter()
                .collect(),
            subjects.iter().filter_map(subject).collect(),
            rules.otherwise.iter().map(|word| word.0).collect(),
        ];
        let known = steps
            .iter()
            .find(|step| !step.is_empty())
            .map(Vec::as_slice);
        let why = match known {
            Some([first, rest @ ..]) => match rest.iter().find(|domain| *domain != first) {
                None => return Some(*first),
                Some(other) => format!("the map gives both {} and {}", first.code(), other.code()),
            },
            _ => format!(
                "nothing in the map knows target {:?}",
                excerpt(&finding.target)
            ),
        };
        let remedy = format!(
            "{why}; add {:?} = \"…\" under [domain.findings]",
            finding.uuid
        );
        self.miss(What::Domain, &finding.place, Some(&finding.uuid), remedy);
        None
    }

    /// Returns the severest class that the map gives a finding.
    fn severity(&mut self, finding: &Finding, marks: &[&Mark]) -> Option<Severity> {
        let rules = &self.map.severity;
        if let Some(Word(severity)) = rules.findings.get(&finding.uuid) {
            return Some(*severity);
        }
        let (mut classes, true) = self.values(What::Severity, finding, &rules.marks, marks) else {
            return None;
        };
        classes.extend(own_class("severity", marks).filter(|_| classes.is_empty()));
        if classes.is_empty() {
            let by_risk = finding
                .risks
                .iter()
                .filter_map(|risk| rules.risks.get(&risk.uuid));
            classes.extend(by_risk.map(|word| word.0));
        }
        let severest = classes.into_iter().max();
        if severest.is_none() {
            let remedy = format!(
                "no facet, property or risk of it is in the map; add {:?} = \"…\" under [severity.findings]",
                finding.uuid
            );
            self.miss(What::Severity, &finding.place, Some(&finding.uuid), remedy);
        }
        severest
    }

    /// Returns what the rules make of the marks, and whether they knew every value.
    fn values<T: Copy>(
        &mut self,
        what: What,
        finding: &Finding,
        rules: &[MarkRule<T>],
        marks: &[&Mark],
    ) -> (Vec<T>, bool) {
        let mut values = Vec::new();
        let mut complete = true;
        for rule in rules {
            for mark in marks
                .iter()
                .filter(|mark| mark.is(&rule.name, &rule.system))
            {
                match rule.values.get(&mark.value) {
                    Some(value) => values.push(value.0),
                    None => {
                        complete = false;
                        let remedy = format!(
                            "the map has no value {:?} for {:?} of {:?}",
                            excerpt(&mark.value),
                            rule.name,
                            rule.system
                        );
                        self.miss(what, &mark.place, Some(&finding.uuid), remedy);
                    }
                }
            }
        }
        (values, complete)
    }

    /// Reports the risks and observations that no counted finding rests on.
    fn unrelated(&mut self, counted: &[&Finding]) {
        let used: BTreeSet<&str> = counted
            .iter()
            .flat_map(|finding| finding.observations.iter().chain(&finding.risks))
            .map(|reference| reference.uuid.as_str())
            .collect();
        let document = self.document;
        let observations = document
            .observations
            .iter()
            .map(|(uuid, at)| (uuid, &at.place));
        let risks = document.risks.iter().map(|(uuid, at)| (uuid, &at.place));
        for (uuid, place) in observations.chain(risks) {
            if !used.contains(uuid.as_str()) {
                self.leave(place, Reason::Unrelated { uuid: uuid.clone() });
            }
        }
    }

    fn dangling(&mut self, reference: &Reference, expected: &str) {
        let remedy = format!("expected the uuid of {expected}; correct the document");
        self.miss(
            What::Reference,
            &reference.place,
            Some(&reference.uuid),
            remedy,
        );
    }

    fn miss(&mut self, what: What, place: &str, uuid: Option<&str>, remedy: String) {
        let uuid = uuid.map(str::to_owned);
        if self.missed.insert((what, place.to_owned(), uuid.clone())) {
            let place = place.to_owned();
            self.missing.push(Missing {
                what,
                place,
                uuid,
                remedy,
            });
        }
    }

    fn leave(&mut self, place: &str, reason: Reason) {
        let place = place.to_owned();
        self.left_out.push(LeftOut { place, reason });
    }
}

/// The names of persons, word by word in lower case.
#[derive(Default)]
struct Names<'a> {
    by_words: BTreeMap<Vec<String>, (&'a str, Rc<str>)>,
    most_words: usize,
}

/// More words than a name has; of a longer one the first words count.
const MAX_NAME_WORDS: usize = 12;

/// A name of a person in a text.
struct FoundName<'a> {
    start: usize,
    end: usize,
    uuid: &'a str,
    replacement: Rc<str>,
}

impl<'a> Names<'a> {
    fn add(&mut self, person: &'a Party, name: &str, id: &str) {
        let lower = words(&person.name).map(|(_, word)| word.to_lowercase());
        let words: Vec<String> = lower.take(MAX_NAME_WORDS).collect();
        // A single letter is no name, and would be found everywhere.
        if words.iter().map(String::len).sum::<usize>() < 2 {
            return;
        }
        self.most_words = self.most_words.max(words.len());
        let visible: String = name.chars().filter(|c| !forbidden(*c)).collect();
        let replacement = match visible.trim() {
            "" => id,
            name => name,
        };
        let entry = self.by_words.entry(words);
        entry.or_insert((&person.uuid, replacement.into()));
    }

    /// Finds each name in `text`, the longest where several begin.
    fn find(&self, text: &str) -> Vec<FoundName<'a>> {
        let mut found = Vec::new();
        if self.by_words.is_empty() {
            return found;
        }
        let spoken: Vec<(usize, &str)> = words(text).collect();
        let lower: Vec<String> = spoken.iter().map(|(_, word)| word.to_lowercase()).collect();
        let mut at = 0;
        while at < lower.len() {
            let longest = self.most_words.min(lower.len() - at);
            let name = |count: usize| Some((count, self.by_words.get(&lower[at..at + count])?));
            let Some((count, (uuid, replacement))) = (1..=longest).rev().find_map(name) else {
                at += 1;
                continue;
            };
            let (last_start, last_word) = spoken[at + count - 1];
            found.push(FoundName {
                start: spoken[at].0,
                end: last_start + last_word.len(),
                uuid,
                replacement: replacement.clone(),
            });
            at += count;
        }
        found
    }
}

fn replaced(text: &str, found: &[FoundName]) -> String {
    let mut replaced = String::new();
    let mut kept_to = 0;
    for name in found {
        replaced.push_str(&text[kept_to..name.start]);
        replaced.push_str(&name.replacement);
        kept_to = name.end;
    }
    replaced + &text[kept_to..]
}

/// Splits a text into its words of letters and digits, each with its offset.
fn words(text: &str) -> impl Iterator<Item = (usize, &str)> {
    let mut offset = 0;
    text.split_inclusive(|c: char| !c.is_alphanumeric())
        .map(move |piece| {
            let start = offset;
            offset += piece.len();
            (
                start,
                piece.trim_end_matches(|c: char| !c.is_alphanumeric()),
            )
        })
        .filter(|(_, word)| !word.is_empty())
}

/// Returns the domain of a target: its own line, else the line with the longest beginning.
fn by_target(targets: &BTreeMap<String, Word<Domain>>, target: &str) -> Option<Domain> {
    let begins = |(pattern, domain): (&'_ String, &'_ Word<Domain>)| {
        let beginning = pattern.strip_suffix('*')?;
        let begins = target.starts_with(beginning);
        begins.then_some((beginning.len(), domain.0))
    };
    match targets.get(target) {
        Some(domain) => Some(domain.0),
        None => {
            let longest = targets.iter().filter_map(begins).max();
            longest.map(|(_, domain)| domain)
        }
    }
}

/// Returns the class that our own mark names.
fn own_class(name: &str, marks: &[&Mark]) -> Option<Severity> {
    let code = own(marks.iter().copied(), name).next()?;
    Severity::ALL
        .iter()
        .find(|class| class.code() == code)
        .copied()
}

/// Returns the values of the marks with a name, joined.
fn values_of(name: &Option<MarkName>, marks: &[&Mark]) -> Option<String> {
    let MarkName { name, system } = name.as_ref()?;
    let named = marks.iter().filter(|mark| mark.is(name, system));
    joined(named.map(|mark| mark.value.clone()))
}

/// Joins different texts in their order; `None` when there is none.
fn joined(texts: impl Iterator<Item = String>) -> Option<String> {
    let mut seen = BTreeSet::new();
    let different: Vec<String> = texts.filter(|text| seen.insert(text.clone())).collect();
    (!different.is_empty()).then(|| different.join("; "))
}

/// Returns the first of the references to each uuid.
fn different(references: &[Reference]) -> impl Iterator<Item = &Reference> {
    let mut seen = BTreeSet::new();
    references
        .iter()
        .filter(move |reference| seen.insert(&reference.uuid))
}
