//! Broken variants of the example: the same story with one change to the world.
//!
//! `variants.json` lists them, each with the conditions that must fail and what admission says of it:
//!
//! ```json
//! {"id":"x03","what":{"en":"…","nl":"…"},"fails":["C09"],"admission":"admitted","edits":[{"edit":"remove","id":"H-014.2"}]}
//! ```
//!
//! | Edit | What it does |
//! |---|---|
//! | `{"edit":"remove","id":…}` | leaves a step out |
//! | `{"edit":"set","id":…,"members":{…}}` | replaces members of a body |
//! | `{"edit":"sign","id":…,"signers":[…]}` | lets other keys sign |
//! | `{"edit":"insert","after":…,"step":{…}}` | adds a step |
//! | `{"edit":"copy","of":…,"after":…,"id":…,"at":…,"members":{…}}` | adds a step that is like another, but for some members |
//! | `{"edit":"move","id":…,"before":…,"at":…}` | moves a step |
//!
//! Pins and citations follow, since a step is resolved when it is played: what pinned a changed statement
//! pins the changed one. Where a statement is gone or not yet there, a list forgets it, a member that
//! may be absent is left out, and a statement that cannot do without it goes too.
//! Imported findings are one step and cannot be edited one by one.

use std::collections::BTreeSet;

use super::json::{Object, Value};
use super::story::{self, Step, What};
use bewijs::statement::Type;

/// A variant.
pub struct Variant {
    /// Its id, such as `x03`.
    pub id: String,
    /// The change in English.
    pub what_en: String,
    /// The change in Dutch.
    pub what_nl: String,
    /// The conditions that must fail; none when it is a mark and no failure.
    pub fails: Vec<String>,
    /// What admission says of it.
    pub admission: Admission,
    /// The change.
    pub edits: Vec<Edit>,
}

/// What admission says of a variant.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Admission {
    /// Every step is admitted: a ledger records what happened, right or wrong.
    Admitted,
    /// The changed step is refused.
    Refused,
    /// The change is made to what is published, after everything was admitted.
    Afterwards,
}

/// A change to the list of steps.
pub enum Edit {
    /// Leaves a step out.
    Remove(String),
    /// Replaces members of a body.
    Set {
        /// The step.
        id: String,
        /// The members.
        members: Object,
    },
    /// Lets other keys sign.
    Sign {
        /// The step.
        id: String,
        /// The names of their demo keys.
        signers: Vec<String>,
    },
    /// Adds a step.
    Insert {
        /// The step before it.
        after: String,
        /// The step.
        step: Box<Step>,
    },
    /// Adds a step that is like another.
    Copy {
        /// The other.
        of: String,
        /// The step before it.
        after: String,
        /// Its own id.
        id: String,
        /// Its own moment.
        at: String,
        /// The members that differ.
        members: Object,
    },
    /// Moves a step.
    Move {
        /// The step.
        id: String,
        /// The step after it.
        before: String,
        /// Its new moment.
        at: String,
    },
}

/// Returns all variants.
pub fn variants() -> Vec<Variant> {
    let value = Value::parse(include_bytes!("variants.json")).expect("variants are JSON");
    let variants = value.as_array().expect("variants are a list").iter();
    variants.map(variant).collect()
}

/// Applies edits to the steps of a story.
///
/// # Panics
/// When an edit names a step that is not there: a variant that changes nothing is none.
pub fn edited(steps: &[Step], edits: &[Edit]) -> Vec<Step> {
    let mut steps = steps.to_vec();
    for edit in edits {
        apply(&mut steps, edit);
    }
    follow(steps)
}

fn apply(steps: &mut Vec<Step>, edit: &Edit) {
    let at = |steps: &[Step], id: &str| {
        let found = steps.iter().position(|step| step_id(step) == Some(id));
        found.unwrap_or_else(|| panic!("expected a step {id}"))
    };
    match edit {
        Edit::Remove(id) => {
            steps.remove(at(steps, id));
        }
        Edit::Set { id, members } => {
            let place = at(steps, id);
            set(&mut steps[place], members);
        }
        Edit::Sign { id, signers } => {
            let place = at(steps, id);
            steps[place].signers.clone_from(signers);
        }
        Edit::Insert { after, step } => steps.insert(at(steps, after) + 1, (**step).clone()),
        Edit::Copy {
            of,
            after,
            id,
            at: moment,
            members,
        } => {
            let mut step = steps[at(steps, of)].clone();
            step.at.clone_from(moment);
            set(&mut step, members);
            if let What::Statement { id: own, .. } = &mut step.what {
                own.clone_from(id);
            }
            steps.insert(at(steps, after) + 1, step);
        }
        Edit::Move {
            id,
            before,
            at: moment,
        } => {
            let mut step = steps.remove(at(steps, id));
            step.at.clone_from(moment);
            steps.insert(at(steps, before), step);
        }
    }
}

fn set(step: &mut Step, members: &Object) {
    let What::Statement {
        body: Value::Object(body),
        ..
    } = &mut step.what
    else {
        panic!("expected a statement with a body")
    };
    let mut changed = members.clone();
    for (name, value) in body.iter() {
        if members.get(name).is_none() {
            changed.insert(name, value.clone());
        }
    }
    *body = changed;
}

/// Lets pins follow: leaves out what pins a statement that is not there.
fn follow(steps: Vec<Step>) -> Vec<Step> {
    let mut known = BTreeSet::new();
    let mut kept = Vec::new();
    for mut step in steps {
        match &mut step.what {
            What::Import { document, map } => {
                let drafts = super::imported(document, map).drafts;
                known.extend(drafts.iter().map(|draft| draft.id.to_string()));
            }
            What::Statement { id, body } => {
                let kind = Type::from_name(&step.kind).expect("a step has a known type");
                let Some(pruned) = prune(body, Some(kind), &known) else {
                    continue;
                };
                *body = pruned;
                known.insert(id.clone());
            }
        }
        kept.push(step);
    }
    kept
}

/// Leaves out what pins an unknown statement; `None` when nothing is left without it.
fn prune(value: &Value, kind: Option<Type>, known: &BTreeSet<String>) -> Option<Value> {
    match value {
        Value::Array(values) => {
            let values = values.iter().filter_map(|it| prune(it, None, known));
            Some(Value::Array(values.collect()))
        }
        Value::Object(object) => {
            if let Some(pinned) = object.get("$pin").and_then(Value::as_str) {
                return known.contains(pinned).then(|| value.clone());
            }
            let optional = |name: &str| {
                let fields = kind.map_or(&[][..], |kind| kind.info().fields);
                let mut fields = fields.iter();
                fields.any(|field| field.name == name && field.is_optional())
            };
            let mut pruned = Object::default();
            for (name, value) in object.iter() {
                match prune(value, None, known) {
                    Some(value) => pruned.insert(name, value),
                    None if optional(name) => continue,
                    None => return None,
                };
            }
            Some(Value::Object(pruned))
        }
        other => Some(other.clone()),
    }
}

fn step_id(step: &Step) -> Option<&str> {
    match &step.what {
        What::Statement { id, .. } => Some(id),
        What::Import { .. } => None,
    }
}

fn variant(value: &Value) -> Variant {
    let what = |language| text(member(value, "what"), language);
    let edits = member(value, "edits").as_array().expect("edits").iter();
    Variant {
        id: text(value, "id"),
        what_en: what("en"),
        what_nl: what("nl"),
        fails: texts(member(value, "fails")),
        admission: match text(value, "admission").as_str() {
            "admitted" => Admission::Admitted,
            "refused" => Admission::Refused,
            "afterwards" => Admission::Afterwards,
            other => panic!("expected what admission says, found {other}"),
        },
        edits: edits.map(edit).collect(),
    }
}

fn edit(value: &Value) -> Edit {
    let text = |name| text(value, name);
    let members = || {
        member(value, "members")
            .as_object()
            .expect("members")
            .clone()
    };
    match text("edit").as_str() {
        "remove" => Edit::Remove(text("id")),
        "set" => Edit::Set {
            id: text("id"),
            members: members(),
        },
        "sign" => Edit::Sign {
            id: text("id"),
            signers: texts(member(value, "signers")),
        },
        "insert" => Edit::Insert {
            after: text("after"),
            step: Box::new(story::step(member(value, "step"))),
        },
        "copy" => Edit::Copy {
            of: text("of"),
            after: text("after"),
            id: text("id"),
            at: text("at"),
            members: members(),
        },
        "move" => Edit::Move {
            id: text("id"),
            before: text("before"),
            at: text("at"),
        },
        other => panic!("expected an edit, found {other}"),
    }
}

fn member<'v>(value: &'v Value, name: &str) -> &'v Value {
    let found = value.as_object().and_then(|object| object.get(name));
    found.unwrap_or_else(|| panic!("a variant has {name}"))
}

fn text(value: &Value, name: &str) -> String {
    member(value, name).as_str().expect("text").to_owned()
}

fn texts(value: &Value) -> Vec<String> {
    let texts = value.as_array().expect("a list").iter();
    texts
        .map(|it| it.as_str().expect("text").to_owned())
        .collect()
}
