//! The map: what an OSCAL document does not say, in the words of the person who imports it.
//!
//! ```toml
//! version = 1
//! first_id = "B-001"
//! [parties]
//! "3a675986-b4ff-4030-b178-e953c2e55d64" = "org:audit-voorbeeld"
//! [domain.targets]
//! "ac-*" = "it-infrastructuur"
//! [[severity.marks]]
//! name = "severity"
//! system = "urn:bewijs:voorbeeld:ernst"
//! values = { high = "Hoog" }
//! ```
//!
//! TOML, closed: a member that is not known is refused. Every member but `version` may be left
//! out; what is then not known is listed by the import.

use std::collections::BTreeMap;

use serde::Deserialize;

use super::document::is_uuid;
use super::{MAX_MAP_BYTES, MapError};
use crate::statement::PartyId;
use crate::statement::field::Line;
use crate::statement::finding::Severity;
use crate::statement::finding_draft::MAX_CONTROLS;
use crate::statement::frame::Domain;
use crate::statement::map_word::{FirstId, FromWord, Version, Word};

/// How the words of one document become the words of this ledger.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Map {
    #[serde(rename = "version")]
    _version: Version,
    /// The id of the first finding; the others count on from it.
    pub first_id: Option<Word<FirstId>>,
    /// The reference of the report that the findings come from; else the uuid of the document.
    pub report: Option<Word<Line<63>>>,
    /// The states of a target that make a finding.
    #[serde(default)]
    pub states: States,
    /// Our party id, where the document names no assessor.
    pub assessor: Option<Word<PartyId>>,
    /// Our party id by OSCAL uuid, or by the exact name of an organisation.
    #[serde(default)]
    pub parties: BTreeMap<String, Word<PartyId>>,
    /// Where a finding's domain is known from.
    #[serde(default)]
    pub domain: DomainRules,
    /// Where a finding's severity class is known from.
    #[serde(default)]
    pub severity: SeverityRules,
    /// The controls as our reports name them, by target id.
    #[serde(default)]
    pub controls: BTreeMap<String, Vec<Word<Line<100>>>>,
    /// The object as our reports name it, by subject uuid.
    #[serde(default)]
    pub objects: BTreeMap<String, Word<Line<300>>>,
    /// The facet or property that holds the CVSS vector.
    pub cvss: Option<MarkName>,
    /// The facets and properties that say how likely a finding is to be used.
    #[serde(default)]
    pub likelihood: Vec<MarkRule<Severity>>,
    /// The facets and properties that say how bad that would be.
    #[serde(default)]
    pub impact: Vec<MarkRule<Severity>>,
}

/// Where a finding's domain is known from: the first line below that knows it decides.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DomainRules {
    /// By uuid of the finding.
    #[serde(default)]
    pub findings: BTreeMap<String, Word<Domain>>,
    /// By facet or property.
    #[serde(default)]
    pub marks: Vec<MarkRule<Domain>>,
    /// By target id; a `*` at the end stands for any end, and the longest beginning counts.
    #[serde(default)]
    pub targets: BTreeMap<String, Word<Domain>>,
    /// By uuid of a subject of an observation that the finding rests on.
    #[serde(default)]
    pub subjects: BTreeMap<String, Word<Domain>>,
    /// For every other finding.
    pub otherwise: Option<Word<Domain>>,
}

/// Where a finding's severity class is known from: the first line below that knows it decides.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SeverityRules {
    /// By uuid of the finding.
    #[serde(default)]
    pub findings: BTreeMap<String, Word<Severity>>,
    /// By facet or property.
    #[serde(default)]
    pub marks: Vec<MarkRule<Severity>>,
    /// By uuid of a risk that the finding is related to.
    #[serde(default)]
    pub risks: BTreeMap<String, Word<Severity>>,
}

/// What the values of one facet or property mean.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields, bound(deserialize = "T: FromWord"))]
pub struct MarkRule<T> {
    /// The name of the facet or property.
    pub name: String,
    /// The `system` of the facet, or the `ns` of the property.
    pub system: String,
    /// Our word by value of the document.
    pub values: BTreeMap<String, Word<T>>,
}

/// The name of a facet or property.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct MarkName {
    /// The name of the facet or property.
    pub name: String,
    /// The `system` of the facet, or the `ns` of the property.
    pub system: String,
}

impl Map {
    /// Parses a map.
    ///
    /// # Errors
    /// [`MapError`] when the text is too long, is not TOML, holds a member that is not known, or
    /// names a uuid that is none.
    pub fn parse(text: &str) -> Result<Map, MapError> {
        if text.len() > MAX_MAP_BYTES {
            return Err(MapError::TooLong { found: text.len() });
        }
        let mut map: Map = toml::from_str(text).map_err(|error| MapError::Toml {
            reason: error.to_string().trim_end().to_owned(),
        })?;
        lower_case_uuids("domain.findings", &mut map.domain.findings)?;
        lower_case_uuids("domain.subjects", &mut map.domain.subjects)?;
        lower_case_uuids("severity.findings", &mut map.severity.findings)?;
        lower_case_uuids("severity.risks", &mut map.severity.risks)?;
        lower_case_uuids("objects", &mut map.objects)?;
        let (by_uuid, by_name) = map.parties.into_iter().partition(|(key, _)| is_uuid(key));
        map.parties = by_uuid;
        lower_case_uuids("parties", &mut map.parties)?;
        map.parties.extend::<BTreeMap<_, _>>(by_name);
        let too_many = map
            .controls
            .iter()
            .find(|(_, list)| list.len() > MAX_CONTROLS);
        match too_many {
            Some((target, list)) => Err(MapError::Controls {
                target: target.clone(),
                found: list.len(),
            }),
            None => Ok(map),
        }
    }
}

/// The states of a target that make a finding; `not-satisfied` unless the map says otherwise.
#[derive(Clone, Debug, Deserialize)]
#[serde(transparent)]
pub struct States(pub Vec<String>);

impl Default for States {
    fn default() -> States {
        States(vec!["not-satisfied".to_owned()])
    }
}

fn lower_case_uuids<T>(
    table: &'static str,
    values: &mut BTreeMap<String, T>,
) -> Result<(), MapError> {
    for (uuid, value) in std::mem::take(values) {
        if !is_uuid(&uuid) {
            return Err(MapError::Uuid { table, found: uuid });
        }
        let uuid = uuid.to_ascii_lowercase();
        if values.insert(uuid.clone(), value).is_some() {
            return Err(MapError::Twice { table, uuid });
        }
    }
    Ok(())
}
