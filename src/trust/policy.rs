//! Log, witnesses and quorum, in the form that other tools for transparency logs read.
//!
//! Source: C2SP tlog-policy (2026-06-22), narrowed to what its readers agree on: exactly one `log`,
//! a URL on every `witness`, comments on lines of their own, a line feed at the end.
//!
//! ```text
//! log <vkey> [<url>]
//! witness <name> <vkey> <url>
//! group <name> all|any|<k> <member>…      members are witnesses or groups defined above
//! quorum <name>|none                      exactly once
//! ```
//!
//! What a quorum says about a note is here too; which notes are looked at is [`super`]'s.

use crate::hash::excerpt;
use crate::note::{KeyKind, NoteError, Origin, VerifierKey};
use crate::time::Seconds;

/// The most bytes of a policy.
pub const MAX_POLICY_BYTES: usize = 65_536;

/// A policy: one log, its witnesses, and which of them suffice.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TlogPolicy {
    text: String,
    log: VerifierKey,
    log_url: Option<String>,
    origin: Origin,
    witnesses: Vec<Witness>,
    groups: Vec<Group>,
    quorum: Option<Member>,
}

/// A witness of a policy.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Witness {
    name: String,
    key: VerifierKey,
    url: String,
}

/// Whether enough cosigners cosigned.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Quorum {
    /// The reader asks for none: `quorum none`, or no auditors in the file.
    NotAsked,
    /// Enough, at these times.
    Met(QuorumTimes),
    /// Not enough: each group that falls short, the one asked for first.
    Missing(Vec<Shortfall>),
}

/// When a quorum cosigned, by its own clocks.
///
/// Neither is moved by fewer liars than the quorum tolerates.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct QuorumTimes {
    /// The newest time at which the quorum held: the cosignatures of this time or later suffice
    /// alone. The checkpoint was still the largest then, and the note was made *not earlier*.
    pub newest: Seconds,
    /// The time at which the quorum first held: the cosignatures of this time or earlier suffice
    /// alone. The checkpoint existed then: it was made *not later*.
    pub first: Seconds,
}

/// A group, or the witness that is the quorum, with too few cosignatures.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{name} needs {needed} and has {found}; missing: {}", .missing.join(", "))]
pub struct Shortfall {
    /// The name of the group or witness.
    pub name: String,
    /// How many members must have cosigned.
    pub needed: usize,
    /// How many have.
    pub found: usize,
    /// The members that have not.
    pub missing: Vec<String>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
struct Group {
    name: String,
    threshold: usize,
    members: Vec<Member>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Member {
    Witness(usize),
    Group(usize),
}

impl TlogPolicy {
    /// Parses a policy.
    ///
    /// # Errors
    /// [`PolicyError`] with the number of the line that is wrong.
    pub fn parse(text: &str) -> Result<TlogPolicy, PolicyError> {
        if text.len() > MAX_POLICY_BYTES {
            return Err(PolicyError::TooLong { bytes: text.len() });
        }
        let lines = text.strip_suffix('\n').ok_or(PolicyError::Unfinished)?;
        let mut draft = Draft::default();
        for (at, line) in lines.split('\n').enumerate() {
            draft.line(line).map_err(|reason| PolicyError::Line {
                line: at + 1,
                reason,
            })?;
        }
        let (log, log_url) = draft.log.ok_or(PolicyError::NoLog)?;
        Ok(TlogPolicy {
            text: text.to_owned(),
            origin: log.name().as_str().parse()?,
            log,
            log_url,
            witnesses: draft.witnesses,
            groups: draft.groups,
            quorum: draft.quorum.ok_or(PolicyError::NoQuorum)?,
        })
    }

    /// Returns the text that was parsed.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// Returns the log's key.
    pub fn log(&self) -> &VerifierKey {
        &self.log
    }

    /// Returns where the log is served, if the policy says so.
    pub fn log_url(&self) -> Option<&str> {
        self.log_url.as_deref()
    }

    /// Returns the name of the log, which is that of its key.
    pub fn origin(&self) -> &Origin {
        &self.origin
    }

    /// Returns the witnesses in the order of the policy.
    pub fn witnesses(&self) -> &[Witness] {
        &self.witnesses
    }

    /// Goes through the keys of the log and the witnesses.
    pub fn keys(&self) -> impl Iterator<Item = &VerifierKey> {
        let witnesses = self.witnesses.iter().map(|witness| &witness.key);
        std::iter::once(&self.log).chain(witnesses)
    }

    /// Says whether any witness is asked for.
    pub fn asks_for_witnesses(&self) -> bool {
        self.quorum.is_some()
    }

    /// Says whether witnesses that cosigned at `times` are a quorum; `times` is in the order of
    /// [`TlogPolicy::witnesses`].
    pub(super) fn quorum(&self, times: &[Option<Seconds>]) -> Quorum {
        let Some(quorum) = self.quorum else {
            return Quorum::NotAsked;
        };
        let witnessed = |at: usize| times.get(at).copied().flatten().map(QuorumTimes::at);
        // Groups name only what stands above them, so one pass suffices.
        let mut groups: Vec<Result<QuorumTimes, Shortfall>> = Vec::new();
        for group in &self.groups {
            let members = group.members.iter().map(|member| match *member {
                Member::Witness(at) => (self.witnesses[at].name.as_str(), witnessed(at)),
                Member::Group(at) => (self.groups[at].name.as_str(), groups[at].clone().ok()),
            });
            let outcome = threshold(&group.name, group.threshold, members);
            groups.push(outcome);
        }
        let mut shortfalls = Vec::new();
        let mut ask = vec![quorum];
        while let Some(member) = ask.pop() {
            let outcome = match member {
                Member::Group(at) => groups[at].clone(),
                Member::Witness(at) if member == quorum => {
                    let name = self.witnesses[at].name.as_str();
                    threshold(name, 1, [(name, witnessed(at))])
                }
                // What a group misses names its witnesses already.
                Member::Witness(_) => continue,
            };
            match outcome {
                Ok(times) if member == quorum => return Quorum::Met(times),
                Ok(_) => {}
                Err(shortfall) => {
                    shortfalls.push(shortfall);
                    if let Member::Group(at) = member {
                        ask.extend(self.groups[at].members.iter().rev());
                    }
                }
            }
        }
        Quorum::Missing(shortfalls)
    }
}

impl QuorumTimes {
    /// Makes the times of one cosignature.
    pub(super) fn at(time: Seconds) -> QuorumTimes {
        QuorumTimes {
            newest: time,
            first: time,
        }
    }
}

impl Witness {
    /// Returns the name that the policy uses.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Returns the key.
    pub fn key(&self) -> &VerifierKey {
        &self.key
    }

    /// Returns the URL to submit checkpoints to.
    pub fn url(&self) -> &str {
        &self.url
    }
}

/// Decides whether `needed` of `members` cosigned, each with its times when it did.
pub(super) fn threshold<'a>(
    name: &str,
    needed: usize,
    members: impl IntoIterator<Item = (&'a str, Option<QuorumTimes>)>,
) -> Result<QuorumTimes, Shortfall> {
    let (mut newest, mut first, mut missing) = (Vec::new(), Vec::new(), Vec::new());
    for (member, times) in members {
        match times {
            Some(times) => {
                newest.push(times.newest);
                first.push(times.first);
            }
            None => missing.push(member.to_owned()),
        }
    }
    newest.sort_by(|a, b| b.cmp(a));
    first.sort();
    match needed
        .checked_sub(1)
        .map(|at| (newest.get(at), first.get(at)))
    {
        Some((Some(newest), Some(first))) => Ok(QuorumTimes {
            newest: *newest,
            first: *first,
        }),
        _ => Err(Shortfall {
            name: name.to_owned(),
            needed,
            found: newest.len(),
            missing,
        }),
    }
}

/// What the lines so far define.
#[derive(Default)]
struct Draft {
    log: Option<(VerifierKey, Option<String>)>,
    witnesses: Vec<Witness>,
    groups: Vec<Group>,
    grouped: Vec<Member>,
    quorum: Option<Option<Member>>,
}

impl Draft {
    fn line(&mut self, line: &str) -> Result<(), LineError> {
        if let Some(c) = line.chars().find(|c| c.is_ascii_control() && *c != '\t') {
            return Err(LineError::Control { found: c });
        }
        let items: Vec<&str> = line.split([' ', '\t']).filter(|i| !i.is_empty()).collect();
        if items.first().is_some_and(|first| first.starts_with('#')) {
            return Ok(());
        }
        if items.iter().any(|item| item.starts_with('#')) {
            return Err(LineError::Comment);
        }
        match items[..] {
            [] => Ok(()),
            ["log", key] => self.log(key, None),
            ["log", key, url] => self.log(key, Some(url)),
            ["witness", name, key, url] => self.witness(name, key, url),
            ["witness", _, _] => Err(LineError::NoUrl),
            ["group", name, threshold, ref members @ ..] => self.group(name, threshold, members),
            ["quorum", name] => self.quorum(name),
            _ => Err(LineError::Unknown {
                found: excerpt(line),
            }),
        }
    }

    fn log(&mut self, key: &str, url: Option<&str>) -> Result<(), LineError> {
        if self.log.is_some() {
            return Err(LineError::SecondLog);
        }
        let key = self.key(key, KeyKind::Ed25519)?;
        self.log = Some((key, url.map(str::to_owned)));
        Ok(())
    }

    fn witness(&mut self, name: &str, key: &str, url: &str) -> Result<(), LineError> {
        self.unused(name)?;
        let key = self.key(key, KeyKind::CosignatureV1)?;
        self.witnesses.push(Witness {
            name: name.to_owned(),
            key,
            url: url.to_owned(),
        });
        Ok(())
    }

    fn group(&mut self, name: &str, threshold: &str, names: &[&str]) -> Result<(), LineError> {
        self.unused(name)?;
        let mut members = Vec::new();
        for name in names {
            let member = self.defined(name)?;
            if self.grouped.contains(&member) {
                return Err(LineError::GroupedTwice {
                    name: excerpt(name),
                });
            }
            self.grouped.push(member);
            members.push(member);
        }
        let threshold = match threshold {
            "all" => members.len(),
            "any" => 1,
            number => number
                .parse()
                .ok()
                .filter(|k: &usize| k.to_string() == number)
                .unwrap_or(0),
        };
        if !(1..=members.len()).contains(&threshold) {
            return Err(LineError::Threshold {
                members: members.len(),
            });
        }
        self.groups.push(Group {
            name: name.to_owned(),
            threshold,
            members,
        });
        Ok(())
    }

    fn quorum(&mut self, name: &str) -> Result<(), LineError> {
        if self.quorum.is_some() {
            return Err(LineError::SecondQuorum);
        }
        self.quorum = Some(match name {
            "none" => None,
            name => Some(self.defined(name)?),
        });
        Ok(())
    }

    /// Parses a key that no line so far has, under whatever name.
    fn key(&self, text: &str, kind: KeyKind) -> Result<VerifierKey, LineError> {
        let key: VerifierKey = text.parse()?;
        if key.kind() != kind {
            return Err(LineError::Kind {
                expected: kind.byte(),
                found: key.kind().byte(),
            });
        }
        let mut known = (self.log.iter().map(|(log, _)| log))
            .chain(self.witnesses.iter().map(|witness| &witness.key));
        match known.any(|known| known.public_key() == key.public_key()) {
            true => Err(LineError::DuplicateKey {
                name: key.name().to_string(),
            }),
            false => Ok(key),
        }
    }

    fn unused(&self, name: &str) -> Result<(), LineError> {
        match name == "none" || self.defined(name).is_ok() {
            true => Err(LineError::NameTaken {
                name: excerpt(name),
            }),
            false => Ok(()),
        }
    }

    fn defined(&self, name: &str) -> Result<Member, LineError> {
        let witness = self.witnesses.iter().position(|known| known.name == name);
        let group = self.groups.iter().position(|known| known.name == name);
        witness
            .map(Member::Witness)
            .or(group.map(Member::Group))
            .ok_or_else(|| LineError::Undefined {
                name: excerpt(name),
            })
    }
}

/// Text that is no policy.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum PolicyError {
    /// Longer than [`MAX_POLICY_BYTES`].
    #[error("expected a policy of at most {MAX_POLICY_BYTES} bytes, found {bytes}")]
    TooLong {
        /// The length.
        bytes: usize,
    },
    /// No line feed at the end.
    #[error("expected a line feed at the end of a policy")]
    Unfinished,
    /// No `log` line.
    #[error("expected a line \"log <vkey>\" in a policy, found none")]
    NoLog,
    /// No `quorum` line.
    #[error("expected a line \"quorum <name>\" in a policy, found none")]
    NoQuorum,
    /// The name of the log's key is no origin.
    #[error(transparent)]
    Origin(#[from] NoteError),
    /// A line that is wrong.
    #[error("line {line} of the policy: {reason}")]
    Line {
        /// The number of the line, from one.
        line: usize,
        /// What is wrong with it.
        reason: LineError,
    },
}

/// What is wrong with one line of a policy.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum LineError {
    /// A control character other than tab.
    #[error("expected no control character but tab, found {found:?}")]
    Control {
        /// The character.
        found: char,
    },
    /// A comment after something else, which readers of policies take differently.
    #[error("expected a comment on a line of its own, found an item that begins with #")]
    Comment,
    /// Not a line of a policy.
    #[error("expected log, witness, group or quorum with its items, found {found:?}")]
    Unknown {
        /// The beginning of the line.
        found: String,
    },
    /// A witness without URL, which some readers of policies refuse.
    #[error("expected a URL after the key of a witness")]
    NoUrl,
    /// Text that is no verifier key.
    #[error(transparent)]
    Key(#[from] NoteError),
    /// A key of the wrong type for its role.
    #[error("expected a key of type 0x{expected:02x} here, found 0x{found:02x}")]
    Kind {
        /// The type that the role needs.
        expected: u8,
        /// The type of the key.
        found: u8,
    },
    /// A public key that another line has.
    #[error("expected each public key once, found that of {name} twice")]
    DuplicateKey {
        /// The name of the second key.
        name: String,
    },
    /// A name that is defined already, or `none`.
    #[error("expected an unused name, found {name:?}")]
    NameTaken {
        /// The name.
        name: String,
    },
    /// A name that no line above defines.
    #[error("expected a witness or group defined on a line above, found {name:?}")]
    Undefined {
        /// The name.
        name: String,
    },
    /// A member of two groups, or twice of one.
    #[error("expected each name in one group, found {name:?} twice")]
    GroupedTwice {
        /// The name.
        name: String,
    },
    /// A group that nobody can fulfil, or that is fulfilled by nobody.
    #[error("expected all, any or a number from 1 to the {members} members of the group")]
    Threshold {
        /// How many members there are.
        members: usize,
    },
    /// A second log.
    #[error("expected one log, found a second")]
    SecondLog,
    /// A second quorum.
    #[error("expected one quorum, found a second")]
    SecondQuorum,
}
