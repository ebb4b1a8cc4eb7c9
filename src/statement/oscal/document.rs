//! An OSCAL assessment-results document in JSON: the parts that a finding needs.
//!
//! Source: OSCAL 1.x, assessment-results model, names as in the JSON metaschema.
//!
//! ```json
//! {"assessment-results":{"uuid":"…","metadata":{"oscal-version":"1.1.2","parties":[…],…},
//!  "results":[{"observations":[…],"risks":[…],"findings":[…],…}],…}}
//! ```
//!
//! OSCAL has no canonical form, so white space and member order are free. A member that occurs
//! twice is refused: two readers must not see two documents. Members that are not named here
//! are not looked at. Every error names its place as a JSON pointer (RFC 6901).

use std::collections::BTreeMap;
use std::fmt;

use serde::de::{Deserialize, Deserializer, Error as _, MapAccess, SeqAccess, Visitor};

use super::{NAMESPACE, OscalError};
use crate::hash::excerpt;
use crate::statement::finding_draft::visible_text;

/// The namespace of a property that names none.
const OSCAL_NAMESPACE: &str = "http://csrc.nist.gov/ns/oscal";

/// The parts of a document that a finding needs, with lower-case uuids.
#[derive(Debug)]
pub(super) struct Document {
    pub uuid: String,
    pub parties: Vec<Party>,
    /// The parties with the role `assessor` of the whole document.
    pub assessors: Vec<Reference>,
    pub findings: Vec<Finding>,
    pub observations: BTreeMap<String, Observation>,
    pub risks: BTreeMap<String, Risk>,
    /// Places of e-mail addresses, telephone numbers, addresses and locations.
    pub contacts: Vec<Place>,
    /// Places of text from which characters were dropped, with their number.
    pub dropped: Vec<(Place, usize)>,
}

/// A JSON pointer (RFC 6901) into the document.
pub(super) type Place = String;

/// The uuid that stands at a place.
#[derive(Clone, Debug)]
pub(super) struct Reference {
    pub uuid: String,
    pub place: Place,
}

/// An organisation, or a person who acts for one.
#[derive(Debug)]
pub(super) struct Party {
    pub uuid: String,
    pub place: Place,
    pub person: bool,
    pub name: String,
    /// For a person: the organisations that they belong to.
    pub organisations: Vec<Reference>,
    /// For an organisation: what a property of our own says that its id is.
    pub own_id: Option<String>,
}

#[derive(Debug)]
pub(super) struct Finding {
    pub uuid: String,
    pub place: Place,
    pub title: String,
    pub description: String,
    pub target: String,
    pub state: String,
    pub marks: Vec<Mark>,
    pub actors: Vec<Reference>,
    pub observations: Vec<Reference>,
    pub risks: Vec<Reference>,
}

#[derive(Debug)]
pub(super) struct Observation {
    pub place: Place,
    pub subjects: Vec<Subject>,
    pub actors: Vec<Reference>,
}

#[derive(Debug)]
pub(super) struct Subject {
    pub uuid: String,
    pub kind: String,
    pub title: Option<String>,
}

#[derive(Debug)]
pub(super) struct Risk {
    pub place: Place,
    pub marks: Vec<Mark>,
    /// Empty when there is none.
    pub statement: String,
}

/// A facet of a risk, or a property: a value under a name of a system.
#[derive(Debug)]
pub(super) struct Mark {
    pub name: String,
    pub system: String,
    pub value: String,
    pub place: Place,
}

impl Mark {
    /// Says whether this mark has a name of a system.
    pub fn is(&self, name: &str, system: &str) -> bool {
        self.name == name && self.system == system
    }
}

/// Goes through the values of the marks that have a name of our own namespace.
pub(super) fn own<'m>(
    marks: impl IntoIterator<Item = &'m Mark>,
    name: &str,
) -> impl Iterator<Item = &'m str> {
    let named = marks
        .into_iter()
        .filter(move |mark| mark.is(name, NAMESPACE));
    named.map(|mark| mark.value.as_str())
}

impl Document {
    /// Parses the bytes of a document.
    pub fn parse(bytes: &[u8]) -> Result<Document, OscalError> {
        let text = std::str::from_utf8(bytes).map_err(|error| OscalError::Utf8 {
            offset: error.valid_up_to(),
        })?;
        // Some editors write a byte order mark, which RFC 8259 lets a reader ignore.
        let text = text.strip_prefix('\u{FEFF}').unwrap_or(text);
        if let Some(found) = other_format(text) {
            return Err(OscalError::Format { found });
        }
        let node: Node = serde_json::from_str(text).map_err(|error| OscalError::Syntax {
            reason: error.to_string(),
        })?;
        let root = At {
            node: &node,
            place: String::new(),
        };
        for other in OTHER_MODELS {
            if root.member(other)?.is_some() {
                return Err(OscalError::Model { found: other });
            }
        }
        Reader::default().document(&root.required(MODEL)?)
    }
}

/// Says which other format of OSCAL this is; JSON begins with a brace and neither of them does.
fn other_format(text: &str) -> Option<&'static str> {
    if text.trim_start().starts_with('<') {
        return Some("XML");
    }
    let mut lines = text.lines().map(str::trim_end);
    let first = lines.find(|line| {
        let passed_over = line.is_empty() || line.starts_with(['#', '%']) || *line == "---";
        !passed_over
    });
    let name = first?.split_once(':')?.0.trim_matches(['"', '\'']);
    let models = OTHER_MODELS.into_iter().chain([MODEL]);
    models
        .into_iter()
        .any(|model| model == name)
        .then_some("YAML")
}

const MODEL: &str = "assessment-results";

const OTHER_MODELS: [&str; 7] = [
    "assessment-plan",
    "catalog",
    "component-definition",
    "mapping-collection",
    "plan-of-action-and-milestones",
    "profile",
    "system-security-plan",
];

const CONTACT_MEMBERS: [&str; 5] = [
    "email-addresses",
    "telephone-numbers",
    "addresses",
    "location-uuids",
    "external-ids",
];

/// Reads the tree from the top down and notes what it leaves behind.
#[derive(Default)]
struct Reader {
    contacts: Vec<Place>,
    dropped: Vec<(Place, usize)>,
}

impl Reader {
    fn document(mut self, root: &At) -> Result<Document, OscalError> {
        let metadata = root.required("metadata")?;
        let version = metadata.required("oscal-version")?;
        if !version.text()?.starts_with("1.") {
            return Err(version.unexpected("OSCAL version 1.x"));
        }
        let parties = self.parties(&metadata)?;
        let mut document = Document {
            uuid: root.required("uuid")?.uuid()?,
            parties,
            assessors: assessors(&metadata)?,
            findings: Vec::new(),
            observations: BTreeMap::new(),
            risks: BTreeMap::new(),
            contacts: Vec::new(),
            dropped: Vec::new(),
        };
        let results = root.required("results")?;
        for result in results.items()? {
            for at in result.list("observations")? {
                let observation = self.observation(&at)?;
                once(&mut document.observations, &at, observation)?;
            }
            for at in result.list("risks")? {
                let risk = self.risk(&at)?;
                once(&mut document.risks, &at, risk)?;
            }
            for at in result.list("findings")? {
                document.findings.push(self.finding(&at)?);
            }
        }
        let mut seen = BTreeMap::new();
        for finding in &document.findings {
            if seen.insert(&finding.uuid, ()).is_some() {
                return Err(OscalError::Twice {
                    uuid: finding.uuid.clone(),
                    place: finding.place.clone(),
                });
            }
        }
        document.contacts = self.contacts;
        document.dropped = self.dropped;
        Ok(document)
    }

    fn parties(&mut self, metadata: &At) -> Result<Vec<Party>, OscalError> {
        if let Some(locations) = metadata.member("locations")? {
            self.contacts.push(locations.place);
        }
        let mut parties = BTreeMap::new();
        let mut order = Vec::new();
        for at in metadata.list("parties")? {
            let kind = at.required("type")?;
            let person = match kind.text()? {
                "person" => true,
                "organization" => false,
                _ => return Err(kind.unexpected("person or organization")),
            };
            let mut organisations = Vec::new();
            for member in at.list("member-of-organizations")? {
                organisations.push(member.reference()?);
            }
            for contact in CONTACT_MEMBERS {
                if let Some(found) = at.member(contact)? {
                    self.contacts.push(found.place);
                }
            }
            let name = match at.member("name")? {
                Some(name) => name.text()?.trim().to_owned(),
                None => String::new(),
            };
            let own_id = match person {
                true => None,
                false => own(&self.properties(&at)?, "id").next().map(str::to_owned),
            };
            let uuid = at.required("uuid")?.uuid()?;
            order.push(uuid.clone());
            let party = Party {
                uuid,
                place: at.place.clone(),
                person,
                name,
                organisations,
                own_id,
            };
            once(&mut parties, &at, party)?;
        }
        Ok(order
            .iter()
            .filter_map(|uuid| parties.remove(uuid))
            .collect())
    }

    fn observation(&mut self, at: &At) -> Result<Observation, OscalError> {
        let mut subjects = Vec::new();
        for subject in at.list("subjects")? {
            subjects.push(Subject {
                uuid: subject.required("subject-uuid")?.uuid()?,
                kind: self.prose(&subject.required("type")?)?,
                title: match subject.member("title")? {
                    Some(title) => Some(self.prose(&title)?).filter(|title| !title.is_empty()),
                    None => None,
                },
            });
        }
        Ok(Observation {
            place: at.place.clone(),
            subjects,
            actors: actors(at)?,
        })
    }

    fn risk(&mut self, at: &At) -> Result<Risk, OscalError> {
        let mut marks = self.properties(at)?;
        for characterization in at.list("characterizations")? {
            for facet in characterization.list("facets")? {
                let system = facet.required("system")?;
                let system = system.text()?.to_owned();
                marks.push(self.mark(&facet, system)?);
            }
        }
        let statement = match at.member("statement")? {
            Some(statement) => self.prose(&statement)?,
            None => String::new(),
        };
        Ok(Risk {
            place: at.place.clone(),
            marks,
            statement,
        })
    }

    fn finding(&mut self, at: &At) -> Result<Finding, OscalError> {
        let target = at.required("target")?;
        let status = target.required("status")?;
        let mut observations = Vec::new();
        for related in at.list("related-observations")? {
            observations.push(related.required("observation-uuid")?.reference()?);
        }
        // Up to OSCAL 1.0 a finding called its risks `associated-risks`.
        let mut risks = Vec::new();
        for name in ["related-risks", "associated-risks"] {
            for related in at.list(name)? {
                risks.push(related.required("risk-uuid")?.reference()?);
            }
        }
        Ok(Finding {
            uuid: at.required("uuid")?.uuid()?,
            place: at.place.clone(),
            title: self.some_prose(&at.required("title")?)?,
            description: self.some_prose(&at.required("description")?)?,
            target: self.some_prose(&target.required("target-id")?)?,
            state: self.prose(&status.required("state")?)?,
            marks: self.properties(at)?,
            actors: actors(at)?,
            observations,
            risks,
        })
    }

    fn properties(&mut self, at: &At) -> Result<Vec<Mark>, OscalError> {
        let mut marks = Vec::new();
        for property in at.list("props")? {
            let system = match property.member("ns")? {
                Some(namespace) => namespace.text()?.to_owned(),
                None => OSCAL_NAMESPACE.to_owned(),
            };
            marks.push(self.mark(&property, system)?);
        }
        Ok(marks)
    }

    fn mark(&mut self, at: &At, system: String) -> Result<Mark, OscalError> {
        Ok(Mark {
            name: at.required("name")?.text()?.to_owned(),
            system,
            value: self.prose(&at.required("value")?)?,
            place: at.place.clone(),
        })
    }

    fn some_prose(&mut self, at: &At) -> Result<String, OscalError> {
        match self.prose(at)? {
            text if text.is_empty() => Err(at.unexpected("some text")),
            text => Ok(text),
        }
    }

    /// Reads text as a statement can hold it, and notes what was dropped.
    fn prose(&mut self, at: &At) -> Result<String, OscalError> {
        let (text, dropped) = visible_text(at.text()?);
        if dropped > 0 {
            self.dropped.push((at.place.clone(), dropped));
        }
        Ok(text)
    }
}

fn assessors(metadata: &At) -> Result<Vec<Reference>, OscalError> {
    let mut assessors = Vec::new();
    for responsible in metadata.list("responsible-parties")? {
        if responsible.required("role-id")?.text()? == "assessor" {
            for party in responsible.required("party-uuids")?.items()? {
                assessors.push(party.reference()?);
            }
        }
    }
    Ok(assessors)
}

fn actors(at: &At) -> Result<Vec<Reference>, OscalError> {
    let mut actors = Vec::new();
    for origin in at.list("origins")? {
        for actor in origin.list("actors")? {
            if actor.required("type")?.text()? == "party" {
                actors.push(actor.required("actor-uuid")?.reference()?);
            }
        }
    }
    Ok(actors)
}

/// Files `value` under the uuid at `at`, which may occur once.
fn once<T>(map: &mut BTreeMap<String, T>, at: &At, value: T) -> Result<(), OscalError> {
    let uuid = at.required("uuid")?.uuid()?;
    match map.insert(uuid.clone(), value) {
        None => Ok(()),
        Some(_) => Err(OscalError::Twice {
            uuid,
            place: at.place.clone(),
        }),
    }
}

/// A node of the tree and its place.
struct At<'a> {
    node: &'a Node,
    place: Place,
}

impl<'a> At<'a> {
    fn member(&self, name: &str) -> Result<Option<At<'a>>, OscalError> {
        match self.node {
            Node::Object(members) => Ok(members.get(name).map(|node| At {
                node,
                place: format!("{}/{name}", self.place),
            })),
            _ => Err(self.unexpected("an object")),
        }
    }

    fn required(&self, name: &'static str) -> Result<At<'a>, OscalError> {
        self.member(name)?.ok_or_else(|| OscalError::Absent {
            place: self.place.clone(),
            name,
        })
    }

    /// Returns the items of a member that may be absent.
    fn list(&self, name: &str) -> Result<Vec<At<'a>>, OscalError> {
        match self.member(name)? {
            Some(at) => at.items(),
            None => Ok(Vec::new()),
        }
    }

    fn items(&self) -> Result<Vec<At<'a>>, OscalError> {
        let Node::Array(nodes) = self.node else {
            return Err(self.unexpected("an array"));
        };
        let at = |(index, node)| At {
            node,
            place: format!("{}/{index}", self.place),
        };
        Ok(nodes.iter().enumerate().map(at).collect())
    }

    fn text(&self) -> Result<&'a str, OscalError> {
        match self.node {
            Node::String(text) => Ok(text),
            _ => Err(self.unexpected("a string")),
        }
    }

    fn reference(&self) -> Result<Reference, OscalError> {
        Ok(Reference {
            uuid: self.uuid()?,
            place: self.place.clone(),
        })
    }

    /// Returns a uuid in lower case.
    fn uuid(&self) -> Result<String, OscalError> {
        let text = self.text()?;
        match is_uuid(text) {
            true => Ok(text.to_ascii_lowercase()),
            false => Err(self.unexpected("a uuid")),
        }
    }

    fn unexpected(&self, expected: &'static str) -> OscalError {
        OscalError::Unexpected {
            place: self.place.clone(),
            expected,
            found: self.node.to_string(),
        }
    }
}

/// Says whether `text` is 8-4-4-4-12 hexadecimal digits (RFC 9562, section 4).
pub(super) fn is_uuid(text: &str) -> bool {
    let groups: Vec<&str> = text.split('-').collect();
    let lengths = groups.iter().map(|group| group.len());
    lengths.eq([8, 4, 4, 4, 12])
        && groups
            .iter()
            .all(|group| group.bytes().all(|byte| byte.is_ascii_hexdigit()))
}

/// Any JSON value; what OSCAL never reads as a number is not kept.
#[derive(Debug)]
enum Node {
    Scalar,
    String(String),
    Array(Vec<Node>),
    Object(BTreeMap<String, Node>),
}

/// Names the kind, and for text its beginning.
impl fmt::Display for Node {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Node::Scalar => f.write_str("null, a number, true or false"),
            Node::String(text) => write!(f, "{:?}", excerpt(text)),
            Node::Array(_) => f.write_str("an array"),
            Node::Object(_) => f.write_str("an object"),
        }
    }
}

impl<'de> Deserialize<'de> for Node {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Node, D::Error> {
        deserializer.deserialize_any(NodeVisitor)
    }
}

struct NodeVisitor;

impl<'de> Visitor<'de> for NodeVisitor {
    type Value = Node;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("JSON")
    }

    fn visit_unit<E>(self) -> Result<Node, E> {
        Ok(Node::Scalar)
    }

    fn visit_bool<E>(self, _: bool) -> Result<Node, E> {
        Ok(Node::Scalar)
    }

    fn visit_i64<E>(self, _: i64) -> Result<Node, E> {
        Ok(Node::Scalar)
    }

    fn visit_u64<E>(self, _: u64) -> Result<Node, E> {
        Ok(Node::Scalar)
    }

    fn visit_f64<E>(self, _: f64) -> Result<Node, E> {
        Ok(Node::Scalar)
    }

    fn visit_str<E>(self, text: &str) -> Result<Node, E> {
        Ok(Node::String(text.to_owned()))
    }

    fn visit_string<E>(self, text: String) -> Result<Node, E> {
        Ok(Node::String(text))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut access: A) -> Result<Node, A::Error> {
        let mut nodes = Vec::new();
        while let Some(node) = access.next_element()? {
            nodes.push(node);
        }
        Ok(Node::Array(nodes))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut access: A) -> Result<Node, A::Error> {
        let mut members = BTreeMap::new();
        while let Some((name, node)) = access.next_entry::<String, Node>()? {
            if members.contains_key(&name) {
                return Err(A::Error::custom(format_args!(
                    "member {:?} occurs twice",
                    excerpt(&name)
                )));
            }
            members.insert(name, node);
        }
        Ok(Node::Object(members))
    }
}
