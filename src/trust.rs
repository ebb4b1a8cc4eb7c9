//! The reader's own trust: which log, which witnesses, how many of them, and how old at most.
//!
//! It stands in a file on the reader's machine, `trust.toml`; nothing that comes from the operator
//! can change it. `policy` is a C2SP tlog-policy, read by [`policy`].
//!
//! ```toml
//! format = "bewijs trust v1"
//! genesis = "8399e57405627368722830c9ff3db81fba0afa6120a439c7a2568a5be31b8295"
//! maximum_age_days = 7
//! policy = '''
//! log ledger.example/test+7a864099+AQOhB7/zzhC+HXDdGOdLwJln5NYwm6UNXx3chmQSVTG4
//! witness w1 witness.example/w1+20324abe+BCmsuuFBvMrwsi4alNNNC8c2HlJtC/4SyJeUvJMilm3X https://w1.witness.example/
//! quorum w1
//! '''
//!
//! [auditors]
//! quorum = 1
//! keys = ["auditor.example/a+dd9b4212+BE/QmczUfXiT3+nsJEFOyw2bVCAjKq0w2RxGW+M8vmXE"]
//! ```
//!
//! A member `log_keys` may list further keys of the same log, such as one that came before: a receipt from
//! that time holds then as well. Who verifies a whole log needs none: from the log key in the policy it follows
//! to the one in force, as far as each vouched for the next.
//!
//! Everything fails closed. [`TrustPolicy::evaluate`] says what it found on a checkpoint and
//! gives a [`TrustedCheckpoint`] only when the log signed, no known signature is bad, and the
//! quorum cosigned. `quorum none` and `demo = true` are valid files under which nothing is
//! ever trusted, and a file with one of the [`DEMO_KEYS`](crate::key::DEMO_KEYS) is a demo file
//! whatever it says. How old the checkpoint is matters only to who asks about *now*.
//!
//! Witnesses never read entries. That a bundle leaves nothing out holds only when the auditors' quorum
//! is met too, or when the reader replays the whole log.

pub mod policy;

use std::fmt;

use serde::Deserialize;

use crate::checkpoint::{CheckpointError, SignedCheckpoint};
use crate::hash::{Hash, HashError, excerpt};
use crate::key::PublicKey;
use crate::note::{KeyKind, Note, NoteError, VerifierKey};
use crate::time::Seconds;

pub use policy::{PolicyError, Quorum, QuorumTimes, Shortfall, TlogPolicy, Witness};

/// The value of `format` in a trust file.
pub const FORMAT: &str = "bewijs trust v1";

/// The longest maximum age, in days: a century.
pub const MAX_AGE_DAYS: u32 = 36_525;

/// How far a quorum time may lie ahead of the reader's clock: one hour, in seconds.
pub const CLOCK_TOLERANCE_SECONDS: i64 = 3600;

/// The contents of a trust file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TrustPolicy {
    genesis: Hash,
    policy: TlogPolicy,
    /// The log key of the policy, and further ones of the same log.
    log_keys: Vec<VerifierKey>,
    auditors: Option<Auditors>,
    maximum_age_days: u32,
    demo: bool,
}

/// The auditors that a reader knows, and how many of them must have cosigned.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Auditors {
    keys: Vec<VerifierKey>,
    quorum: usize,
}

/// What [`TrustPolicy::evaluate`] found on one note.
///
/// When the log's signature is missing or bad, nothing further was looked at: `log` says why
/// and every cosigner is [`Finding::Absent`].
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Evaluation {
    /// The checkpoint that the log signed, or why there is none.
    pub log: Result<SignedCheckpoint, CheckpointError>,
    /// The witnesses of the policy, in its order.
    pub witnesses: Vec<CosignerReport>,
    /// Whether the witnesses' quorum cosigned.
    pub quorum: Quorum,
    /// The auditors, in the order of the file.
    pub auditors: Vec<CosignerReport>,
    /// Whether the auditors' quorum cosigned.
    pub audit: Quorum,
    /// How old the checkpoint is; `None` without a quorum.
    pub age: Option<Age>,
    trust: Result<TrustedCheckpoint, Vec<Doubt>>,
}

/// One witness or auditor, and what the note carries of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CosignerReport {
    /// The witness's name in the policy; of an auditor, the name of its key.
    pub name: String,
    /// The key.
    pub key: VerifierKey,
    /// What was found.
    pub finding: Finding,
}

/// What a note carries of one cosigner.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Finding {
    /// No signature line.
    Absent,
    /// A valid cosignature, made at this time by the cosigner's clock.
    Valid(Seconds),
    /// A line that does not verify, or two lines: the whole note fails.
    Invalid(CheckpointError),
}

/// How old a checkpoint is, by the newest time at which its quorum held.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Age {
    /// Not older than the reader's maximum.
    Current,
    /// Older than the reader's maximum.
    TooOld {
        /// The newest time at which the quorum held.
        quorum_time: Seconds,
        /// The moment asked about.
        now: Seconds,
        /// The reader's maximum.
        maximum_days: u32,
    },
    /// Made more than [`CLOCK_TOLERANCE_SECONDS`] after the moment asked about.
    Ahead {
        /// The newest time at which the quorum held.
        quorum_time: Seconds,
        /// The moment asked about.
        now: Seconds,
    },
}

/// A checkpoint that the reader's log signed and the reader's quorum cosigned.
///
/// Made only by [`TrustPolicy::evaluate`], and never under `quorum none` or with demo keys.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TrustedCheckpoint {
    signed: SignedCheckpoint,
    times: QuorumTimes,
    audit: Quorum,
}

/// Why a checkpoint is not trusted: what follows from it cannot be determined.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Doubt {
    /// The trust file is one with demo keys, whose secrets everybody has.
    #[error("the trust file is for demo keys, whose secrets everybody has: they prove nothing")]
    DemoKeys,
    /// The note is no checkpoint that the log signed.
    #[error("no checkpoint signed by the log: {0}")]
    Log(CheckpointError),
    /// A known cosigner's signature is bad: the whole note fails.
    #[error("a known cosigner's signature is not valid: {0}")]
    Cosigner(CheckpointError),
    /// The reader asks for no witnesses.
    #[error("the trust file asks for no witnesses (quorum none), so nobody but the log vouches")]
    QuorumNone,
    /// Too few witnesses cosigned.
    #[error("the quorum is not met: {}", join(.0))]
    Quorum(Vec<Shortfall>),
    /// The quorum is too old, or from the future, for who asks about *now*.
    #[error("{0}")]
    Age(Age),
}

impl TrustPolicy {
    /// Puts a policy together; one with a demo key is a demo policy even if `demo` is not set.
    ///
    /// # Errors
    /// [`TrustError`] when a public key occurs twice or the maximum age is not 1 to [`MAX_AGE_DAYS`] days.
    pub fn new(
        genesis: Hash,
        policy: TlogPolicy,
        auditors: Option<Auditors>,
        maximum_age_days: u32,
        demo: bool,
    ) -> Result<TrustPolicy, TrustError> {
        if !(1..=MAX_AGE_DAYS).contains(&maximum_age_days) {
            return Err(TrustError::Age {
                found: maximum_age_days,
            });
        }
        let mut known: Vec<&PublicKey> = policy.keys().map(VerifierKey::public_key).collect();
        for auditor in auditors.iter().flat_map(Auditors::keys) {
            if known.contains(&auditor.public_key()) {
                return Err(TrustError::Duplicate {
                    name: auditor.name().to_string(),
                });
            }
            known.push(auditor.public_key());
        }
        let demo = demo || known.iter().any(|key| key.demo_name().is_some());
        Ok(TrustPolicy {
            genesis,
            log_keys: vec![policy.log().clone()],
            policy,
            auditors,
            maximum_age_days,
            demo,
        })
    }

    /// Adds further keys of the log, such as one that came before the policy's.
    ///
    /// # Errors
    /// [`TrustError`] when one is no log's key, has another name, or occurs in the policy already.
    pub fn with_log_keys(
        mut self,
        keys: impl IntoIterator<Item = VerifierKey>,
    ) -> Result<TrustPolicy, TrustError> {
        for key in keys {
            let name = || key.name().to_string();
            if key.kind() != KeyKind::Ed25519 || key.name() != self.policy.log().name() {
                return Err(TrustError::LogKey {
                    expected: self.policy.log().name().to_string(),
                    found: name(),
                });
            }
            let auditors = self.auditors.iter().flat_map(Auditors::keys);
            let mut known = self.policy.keys().chain(&self.log_keys).chain(auditors);
            let taken = known.any(|known| known.public_key() == key.public_key());
            drop(known);
            if taken {
                return Err(TrustError::Duplicate { name: name() });
            }
            self.demo |= key.public_key().demo_name().is_some();
            self.log_keys.push(key);
        }
        Ok(self)
    }

    /// Parses a trust file.
    ///
    /// # Errors
    /// [`TrustError`] when a member is missing, unknown or out of range, when the policy is not
    /// in the common subset of C2SP tlog-policy, or when a public key occurs twice.
    pub fn parse(text: &str) -> Result<TrustPolicy, TrustError> {
        // An editor may have ended the lines as Windows does; the policy allows line feeds only.
        let text = text.replace("\r\n", "\n");
        let file: File = toml::from_str(&text).map_err(|error| TrustError::Toml {
            reason: error.to_string().trim_end().to_owned(),
        })?;
        if file.format != FORMAT {
            return Err(TrustError::Format {
                found: excerpt(&file.format),
            });
        }
        let auditors = match file.auditors {
            None => None,
            Some(auditors) => {
                let keys = auditors.keys.iter().map(|key| key.parse());
                let keys = keys.collect::<Result<Vec<VerifierKey>, _>>()?;
                Some(Auditors::new(keys, auditors.quorum)?)
            }
        };
        let log_keys = file.log_keys.iter().map(|key| key.parse());
        let log_keys = log_keys.collect::<Result<Vec<VerifierKey>, _>>();
        TrustPolicy::new(
            file.genesis.parse()?,
            TlogPolicy::parse(&file.policy)?,
            auditors,
            file.maximum_age_days,
            file.demo,
        )?
        .with_log_keys(log_keys.map_err(TrustError::LogKeyText)?)
    }

    /// Returns a trust file that says the same, without the comments of the one that was parsed.
    pub fn print(&self) -> String {
        let mut text = format!(
            "format = \"{FORMAT}\"\ngenesis = \"{}\"\nmaximum_age_days = {}\n",
            self.genesis, self.maximum_age_days
        );
        if self.demo {
            text.push_str("demo = true\n");
        }
        if let [_, further @ ..] = &self.log_keys[..]
            && !further.is_empty()
        {
            push_keys(&mut text, "log_keys", further);
        }
        let policy = escape(self.policy.text());
        text.push_str(&format!("policy = \"\"\"\n{policy}\"\"\"\n"));
        if let Some(auditors) = &self.auditors {
            let quorum = auditors.quorum;
            text.push_str(&format!("\n[auditors]\nquorum = {quorum}\n"));
            push_keys(&mut text, "keys", &auditors.keys);
        }
        text
    }

    /// Evaluates the bytes of a note at the moment `now`.
    pub fn evaluate(&self, note: &[u8], now: Seconds) -> Evaluation {
        self.evaluate_under(&self.log_keys, note, now)
    }

    /// Evaluates a parsed note at the moment `now`.
    pub fn evaluate_note(&self, note: &Note, now: Seconds) -> Evaluation {
        self.judge(Ok(note.clone()), &self.log_keys, now)
    }

    /// Evaluates the bytes of a note that one of `log_keys` must have signed.
    ///
    /// For who has replayed the log and found which keys those of this policy lead to
    /// ([`crate::verify`]). Keys from anywhere else would be somebody else's trust.
    pub fn evaluate_under(
        &self,
        log_keys: &[VerifierKey],
        note: &[u8],
        now: Seconds,
    ) -> Evaluation {
        let note = Note::parse(note).map_err(CheckpointError::from);
        self.judge(note, log_keys, now)
    }

    /// Returns the digest of entry 0's payload, by which the reader knows the ledger.
    pub fn genesis(&self) -> &Hash {
        &self.genesis
    }

    /// Returns log, witnesses and quorum.
    pub fn policy(&self) -> &TlogPolicy {
        &self.policy
    }

    /// Returns the log keys that the reader trusts: that of the policy first, then further ones.
    pub fn log_keys(&self) -> &[VerifierKey] {
        &self.log_keys
    }

    /// Returns the auditors; `None` when the reader asks for none.
    pub fn auditors(&self) -> Option<&Auditors> {
        self.auditors.as_ref()
    }

    /// Returns how old a checkpoint may be, in days, for the view *now*.
    pub fn maximum_age_days(&self) -> u32 {
        self.maximum_age_days
    }

    /// Says whether the keys are demo keys, under which nothing is ever trusted.
    pub fn is_demo(&self) -> bool {
        self.demo
    }

    fn judge(
        &self,
        note: Result<Note, CheckpointError>,
        log_keys: &[VerifierKey],
        now: Seconds,
    ) -> Evaluation {
        let log = note.and_then(|note| SignedCheckpoint::by_any(note, log_keys));
        let look = |name: &str, key: &VerifierKey| CosignerReport {
            name: name.to_owned(),
            key: key.clone(),
            finding: log.as_ref().map_or(Finding::Absent, |signed| {
                match signed.cosignatures([key]).as_deref() {
                    Ok([]) => Finding::Absent,
                    Ok([cosignature, ..]) => Finding::Valid(cosignature.time()),
                    Err(error) => Finding::Invalid(error.clone()),
                }
            }),
        };
        let witnesses = self.policy.witnesses().iter();
        let witnesses: Vec<_> = witnesses.map(|w| look(w.name(), w.key())).collect();
        let times: Vec<_> = witnesses.iter().map(CosignerReport::time).collect();
        let quorum = self.policy.quorum(&times);
        let auditors = self.auditors.iter().flat_map(Auditors::keys);
        let auditors: Vec<_> = auditors.map(|key| look(key.name().as_str(), key)).collect();
        let audit = match &self.auditors {
            None => Quorum::NotAsked,
            Some(asked) => asked.audit(&auditors),
        };

        let mut doubts = Vec::new();
        if self.demo {
            doubts.push(Doubt::DemoKeys);
        }
        for cosigner in witnesses.iter().chain(&auditors) {
            if let Finding::Invalid(error) = &cosigner.finding {
                doubts.push(Doubt::Cosigner(error.clone()));
            }
        }
        let trust = match (&log, &quorum) {
            (Err(error), _) => Err(Doubt::Log(error.clone())),
            (_, Quorum::NotAsked) => Err(Doubt::QuorumNone),
            (_, Quorum::Missing(shortfalls)) => Err(Doubt::Quorum(shortfalls.clone())),
            (Ok(signed), Quorum::Met(times)) => Ok(TrustedCheckpoint {
                signed: signed.clone(),
                times: *times,
                audit: audit.clone(),
            }),
        };
        let trust = match trust {
            Ok(trusted) if doubts.is_empty() => Ok(trusted),
            Ok(_) => Err(doubts),
            Err(doubt) => {
                doubts.push(doubt);
                Err(doubts)
            }
        };
        let age = match &quorum {
            Quorum::Met(times) => Some(self.age(times.newest, now)),
            _ => None,
        };
        Evaluation {
            log,
            witnesses,
            quorum,
            auditors,
            audit,
            age,
            trust,
        }
    }

    fn age(&self, quorum_time: Seconds, now: Seconds) -> Age {
        const SECONDS_A_DAY: i64 = 86_400;
        let age_seconds = now.unix_seconds() - quorum_time.unix_seconds();
        if age_seconds < -CLOCK_TOLERANCE_SECONDS {
            Age::Ahead { quorum_time, now }
        } else if age_seconds > i64::from(self.maximum_age_days) * SECONDS_A_DAY {
            Age::TooOld {
                quorum_time,
                now,
                maximum_days: self.maximum_age_days,
            }
        } else {
            Age::Current
        }
    }
}

impl Auditors {
    /// Asks for `quorum` of the auditors with these keys.
    ///
    /// # Errors
    /// [`TrustError`] when the quorum is not 1 to the number of keys, a key is no cosigner's, or
    /// a public key occurs twice.
    pub fn new(keys: Vec<VerifierKey>, quorum: usize) -> Result<Auditors, TrustError> {
        if !(1..=keys.len()).contains(&quorum) {
            return Err(TrustError::AuditorQuorum {
                found: quorum,
                keys: keys.len(),
            });
        }
        for (at, key) in keys.iter().enumerate() {
            let name = || key.name().to_string();
            if key.kind() != KeyKind::CosignatureV1 {
                return Err(TrustError::AuditorKind { name: name() });
            }
            let earlier = keys[..at].iter().map(VerifierKey::public_key);
            if earlier.into_iter().any(|other| other == key.public_key()) {
                return Err(TrustError::Duplicate { name: name() });
            }
        }
        Ok(Auditors { keys, quorum })
    }

    /// Returns the keys.
    pub fn keys(&self) -> &[VerifierKey] {
        &self.keys
    }

    /// Returns how many auditors must have cosigned.
    pub fn quorum(&self) -> usize {
        self.quorum
    }

    fn audit(&self, reports: &[CosignerReport]) -> Quorum {
        let members = reports.iter().map(|report| {
            let times = report.time().map(QuorumTimes::at);
            (report.name.as_str(), times)
        });
        match policy::threshold("auditors", self.quorum, members) {
            Ok(times) => Quorum::Met(times),
            Err(shortfall) => Quorum::Missing(vec![shortfall]),
        }
    }
}

impl Evaluation {
    /// Returns the checkpoint when it is trusted, whatever its age.
    ///
    /// # Errors
    /// Every [`Doubt`] there is; at least one.
    pub fn trusted(&self) -> Result<&TrustedCheckpoint, &[Doubt]> {
        self.trust.as_ref().map_err(Vec::as_slice)
    }

    /// Returns the checkpoint when it is trusted and not too old: what the view *now* rests on.
    ///
    /// # Errors
    /// Every [`Doubt`] there is; at least one.
    pub fn current(&self) -> Result<&TrustedCheckpoint, Vec<Doubt>> {
        let age = match self.age {
            Some(Age::Current) | None => None,
            Some(age) => Some(Doubt::Age(age)),
        };
        match (&self.trust, age) {
            (Ok(trusted), None) => Ok(trusted),
            (Ok(_), Some(doubt)) => Err(vec![doubt]),
            (Err(doubts), age) => Err(doubts.iter().cloned().chain(age).collect()),
        }
    }
}

impl CosignerReport {
    /// Returns the time of a valid cosignature.
    pub fn time(&self) -> Option<Seconds> {
        match self.finding {
            Finding::Valid(time) => Some(time),
            Finding::Absent | Finding::Invalid(_) => None,
        }
    }
}

impl TrustedCheckpoint {
    /// Returns the checkpoint with its log signature.
    pub fn signed(&self) -> &SignedCheckpoint {
        &self.signed
    }

    /// Returns when the quorum cosigned.
    pub fn times(&self) -> QuorumTimes {
        self.times
    }

    /// Says whether the auditors that the reader asks for cosigned too.
    ///
    /// Only [`Quorum::Met`] means that a bundle under this checkpoint leaves nothing out.
    pub fn audit(&self) -> &Quorum {
        &self.audit
    }
}

impl fmt::Display for Age {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Age::Current => f.write_str("not older than the trust file allows"),
            Age::TooOld {
                quorum_time,
                now,
                maximum_days,
            } => write!(
                f,
                "expected a quorum at most {maximum_days} days before {now}, found one of {quorum_time}"
            ),
            Age::Ahead { quorum_time, now } => write!(
                f,
                "expected a quorum before {now}, found one of {quorum_time}"
            ),
        }
    }
}

/// A file that is no trust file.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum TrustError {
    /// Not TOML, or a member is missing, unknown or of another kind.
    #[error("expected a trust file: {reason}")]
    Toml {
        /// What the reader of TOML said, with the place.
        reason: String,
    },
    /// Another format.
    #[error("expected format {FORMAT:?} in a trust file, found {found:?}")]
    Format {
        /// The beginning of what was found.
        found: String,
    },
    /// The genesis digest is no digest.
    #[error("no genesis digest: {0}")]
    Genesis(#[from] HashError),
    /// The policy is wrong.
    #[error(transparent)]
    Policy(#[from] PolicyError),
    /// A further log key is no verifier key.
    #[error("no further log key: {0}")]
    LogKeyText(NoteError),
    /// A further log key that is no key of the same log.
    #[error(
        "expected further log keys of type 0x01 with the name {expected}, found one of {found}"
    )]
    LogKey {
        /// The name of the log.
        expected: String,
        /// The name of the key.
        found: String,
    },
    /// An auditor's key is no verifier key.
    #[error("no key of an auditor: {0}")]
    AuditorKey(#[from] NoteError),
    /// An auditor's key that makes no cosignatures.
    #[error("expected a key of type 0x04 for auditor {name}, found another type")]
    AuditorKind {
        /// The name of the key.
        name: String,
    },
    /// An auditors' quorum that nobody can fulfil, or that is fulfilled by nobody.
    #[error("expected an auditors' quorum from 1 to the {keys} keys, found {found}")]
    AuditorQuorum {
        /// The quorum.
        found: usize,
        /// How many keys there are.
        keys: usize,
    },
    /// One public key in two roles, or twice in one.
    #[error("expected each public key once in a trust file, found that of {name} twice")]
    Duplicate {
        /// The name of the second key.
        name: String,
    },
    /// A maximum age that is no age.
    #[error("expected a maximum age of 1 to {MAX_AGE_DAYS} days, found {found}")]
    Age {
        /// The number of days.
        found: u32,
    },
}

/// A trust file as TOML has it.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    format: String,
    genesis: String,
    maximum_age_days: u32,
    policy: String,
    #[serde(default)]
    demo: bool,
    #[serde(default)]
    log_keys: Vec<String>,
    auditors: Option<AuditorsTable>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct AuditorsTable {
    quorum: usize,
    keys: Vec<String>,
}

/// Escapes text for a TOML basic string; line feeds and tabs stay.
fn escape(text: &str) -> String {
    text.replace('\\', "\\\\").replace('"', "\\\"")
}

/// Adds a member with one key a line.
fn push_keys(text: &mut String, member: &str, keys: &[VerifierKey]) {
    text.push_str(&format!("{member} = [\n"));
    for key in keys {
        text.push_str(&format!("  \"{}\",\n", escape(&key.to_string())));
    }
    text.push_str("]\n");
}

fn join(shortfalls: &[Shortfall]) -> String {
    let all: Vec<_> = shortfalls.iter().map(Shortfall::to_string).collect();
    all.join("; ")
}

#[cfg(test)]
mod tests {
    use std::str::FromStr as _;

    use ed25519_dalek::{Signer as _, SigningKey};

    use super::*;
    use crate::checkpoint::Checkpoint;
    use crate::key::Signature;

    /// A party of these tests: a key whose seed counts up from a byte.
    struct Party(SigningKey, VerifierKey);

    fn party(seed: u8, kind: KeyKind, name: &str) -> Party {
        let key = SigningKey::from_bytes(&std::array::from_fn(|at| seed.wrapping_add(at as u8)));
        let public = PublicKey::from_bytes(key.verifying_key().as_bytes()).unwrap();
        Party(key, VerifierKey::new(name.parse().unwrap(), kind, public))
    }

    fn log() -> Party {
        party(0, KeyKind::Ed25519, "ledger.example/test")
    }

    fn witness(n: u8) -> Party {
        party(
            32 * n,
            KeyKind::CosignatureV1,
            &format!("witness.example/w{n}"),
        )
    }

    fn auditor() -> Party {
        party(0xA0, KeyKind::CosignatureV1, "auditor.example/a")
    }

    fn at(day: i64) -> Seconds {
        Seconds::from_unix_seconds(1_700_000_000 + 86_400 * day).unwrap()
    }

    /// A checkpoint signed by the log and cosigned by these parties at these days.
    fn signed(cosigners: &[(Party, i64)]) -> SignedCheckpoint {
        let checkpoint = Checkpoint {
            origin: "ledger.example/test".parse().unwrap(),
            size: "7".parse().unwrap(),
            root: Hash::of(b"root"),
        };
        let sign =
            |party: &Party, message: &[u8]| Signature::from_bytes(party.0.sign(message).to_bytes());
        let signature = sign(&log(), &checkpoint.log_message());
        let mut signed = checkpoint.with_log_signature(&log().1, &signature).unwrap();
        for (party, day) in cosigners {
            let signature = sign(party, &checkpoint.cosignature_message(at(*day)));
            let line = party.1.cosignature(at(*day), &signature).unwrap();
            signed = signed.with_cosignature(line, &party.1).unwrap();
        }
        signed
    }

    fn policy(rest: &str) -> String {
        let mut text = format!("# Ours.\nlog {}\n", log().1);
        for n in 1..=4 {
            let key = witness(n).1;
            text.push_str(&format!("witness w{n} {key} https://w{n}.example/\n"));
        }
        text + rest
    }

    fn trust(rest: &str, audited: bool, demo: bool) -> TrustPolicy {
        let auditors = audited.then(|| Auditors::new(vec![auditor().1], 1).unwrap());
        let policy = TlogPolicy::parse(&policy(rest)).unwrap();
        TrustPolicy::new(Hash::of(b"charter"), policy, auditors, 7, demo).unwrap()
    }

    #[test]
    fn a_quorum_has_two_times() {
        let cosigned = signed(&[(witness(1), 1), (witness(2), 2), (witness(3), 3)]);
        let times = |rest: &str| {
            let evaluation = trust(rest, false, false).evaluate(&cosigned.print(), at(3));
            let times = evaluation.trusted().unwrap().times();
            (times.newest, times.first)
        };
        assert_eq!(times("quorum w2\n"), (at(2), at(2)));
        assert_eq!(times("group g any w1 w2 w3\nquorum g\n"), (at(3), at(1)));
        assert_eq!(times("group g 2 w1 w2 w3 w4\nquorum g\n"), (at(2), at(2)));
        assert_eq!(times("group g all w1 w2 w3\nquorum g\n"), (at(1), at(3)));
        let nested = "group a any w1 w3\ngroup b any w2 w4\ngroup g all a b\nquorum g\n";
        assert_eq!(times(nested), (at(2), at(2)));
    }

    #[test]
    fn what_is_missing_is_named() {
        let trust = trust(
            "group a 2 w1 w2\ngroup b any w3\ngroup g all a b\nquorum g\n",
            false,
            false,
        );
        let evaluation = trust.evaluate(&signed(&[(witness(1), 0)]).print(), at(0));
        let Quorum::Missing(shortfalls) = &evaluation.quorum else {
            panic!("{:?}", evaluation.quorum);
        };
        let lines: Vec<_> = shortfalls.iter().map(Shortfall::to_string).collect();
        assert_eq!(
            lines,
            [
                "g needs 2 and has 0; missing: a, b",
                "a needs 2 and has 1; missing: w2",
                "b needs 1 and has 0; missing: w3",
            ]
        );
        let doubts = evaluation.trusted().unwrap_err();
        assert_eq!(doubts, [Doubt::Quorum(shortfalls.clone())]);
        let findings = evaluation.witnesses.iter().map(|report| &report.finding);
        let absent = Finding::Absent;
        assert!(findings.eq([&Finding::Valid(at(0)), &absent, &absent, &absent]));
        assert_eq!(evaluation.age, None);
    }

    #[test]
    fn it_fails_closed() {
        let note = signed(&[(witness(1), 0)]).print();
        let doubts = |trust: TrustPolicy, note: &[u8]| {
            let evaluation = trust.evaluate(note, at(0));
            assert!(evaluation.current().is_err());
            evaluation.trusted().unwrap_err().to_vec()
        };
        assert!(
            trust("quorum w1\n", false, false)
                .evaluate(&note, at(0))
                .trusted()
                .is_ok()
        );
        assert_eq!(
            doubts(trust("quorum none\n", false, false), &note),
            [Doubt::QuorumNone]
        );
        assert_eq!(
            doubts(trust("quorum w1\n", false, true), &note),
            [Doubt::DemoKeys]
        );
        assert_eq!(
            doubts(trust("quorum none\n", false, true), &note),
            [Doubt::DemoKeys, Doubt::QuorumNone]
        );
        assert!(matches!(
            doubts(trust("quorum w1\n", false, false), b"")[..],
            [Doubt::Log(_)]
        ));

        // One flipped bit in a known cosigner's line spoils a quorum that does not need it.
        let two = signed(&[(witness(1), 0), (witness(2), 0)]);
        let line = two.note().signatures()[2].line();
        let bad = line.replace(&line[line.len() - 20..line.len() - 16], "AAAA");
        let text = String::from_utf8(two.print()).unwrap().replace(&line, &bad);
        assert!(matches!(
            doubts(trust("quorum w1\n", false, false), text.as_bytes())[..],
            [Doubt::Cosigner(_)]
        ));
        // So does a second line of one witness, with another time.
        let later = signed(&[(witness(1), 1)]).note().signatures()[1].line();
        let text = format!("{}{later}\n", String::from_utf8(note).unwrap());
        assert!(matches!(
            doubts(trust("quorum w1\n", false, false), text.as_bytes())[..],
            [Doubt::Cosigner(_), Doubt::Quorum(_)]
        ));
    }

    #[test]
    fn age_matters_only_to_now() {
        let trust = trust("quorum w1\n", false, false);
        let note = signed(&[(witness(1), 0)]).print();
        let second =
            |day, seconds| Seconds::from_unix_seconds(at(day).unix_seconds() + seconds).unwrap();
        for (now, current) in [
            (at(0), true),
            (at(7), true),
            (second(7, 1), false),
            (at(3000), false),
            (second(0, -CLOCK_TOLERANCE_SECONDS), true),
            (second(0, -CLOCK_TOLERANCE_SECONDS - 1), false),
        ] {
            let evaluation = trust.evaluate(&note, now);
            assert!(evaluation.trusted().is_ok());
            assert_eq!(evaluation.current().is_ok(), current, "{now}");
            assert_eq!(evaluation.age == Some(Age::Current), current, "{now}");
        }
    }

    #[test]
    fn auditors_are_counted_apart() {
        let plain = signed(&[(witness(1), 0)]).print();
        let audited = signed(&[(witness(1), 0), (auditor(), 1)]).print();
        let audit = |asked, note: &[u8]| {
            let evaluation = trust("quorum w1\n", asked, false).evaluate(note, at(1));
            let trusted = evaluation.trusted().unwrap();
            assert_eq!(trusted.audit(), &evaluation.audit);
            evaluation.audit
        };
        assert_eq!(audit(false, &audited), Quorum::NotAsked);
        assert_eq!(audit(true, &audited), Quorum::Met(QuorumTimes::at(at(1))));
        assert!(matches!(audit(true, &plain), Quorum::Missing(_)));
        // An auditor is no witness: its cosignature helps no quorum of witnesses.
        let only = signed(&[(auditor(), 1)]).print();
        let evaluation = trust("quorum w1\n", true, false).evaluate(&only, at(1));
        assert!(evaluation.trusted().is_err());
    }

    #[test]
    fn a_demo_key_makes_a_demo_file_whatever_it_says() {
        let key = |at: usize| PublicKey::from_str(crate::key::DEMO_KEYS[at].1).unwrap();
        let [log, one, two] = [0, 1, 2].map(key);
        let vkey = |name: &str, kind, key| VerifierKey::new(name.parse().unwrap(), kind, key);
        let demo_log = vkey("ledger.example/test", KeyKind::Ed25519, log);
        let demo_witness = vkey("w.example/w", KeyKind::CosignatureV1, one);
        let trust = |log: &VerifierKey, witness: &VerifierKey, auditors| {
            let text = format!("log {log}\nwitness w {witness} https://w.example/\nquorum w\n");
            let policy = TlogPolicy::parse(&text).unwrap();
            TrustPolicy::new(Hash::ZERO, policy, auditors, 7, false).unwrap()
        };
        let auditors = |key| {
            let key = vkey("a.example/a", KeyKind::CosignatureV1, key);
            Auditors::new(vec![key], 1).ok()
        };
        let real = (super::tests::log().1, witness(1).1);
        assert!(!trust(&real.0, &real.1, None).is_demo());
        assert!(trust(&demo_log, &real.1, None).is_demo());
        assert!(trust(&real.0, &demo_witness, None).is_demo());
        assert!(trust(&real.0, &real.1, auditors(two)).is_demo());
        let doubts = trust(&demo_log, &real.1, None).evaluate(b"", at(0));
        assert_eq!(doubts.trusted().unwrap_err()[0], Doubt::DemoKeys);
    }

    #[test]
    fn a_further_log_key_is_one_of_the_same_log() {
        let other = || party(0xC0, KeyKind::Ed25519, "ledger.example/test");
        let trust = || trust("quorum w1\n", true, false);
        let checkpoint = signed(&[(witness(1), 0)]).checkpoint().clone();
        let signature = other().0.sign(&checkpoint.log_message()).to_bytes();
        let note = checkpoint.with_log_signature(&other().1, &Signature::from_bytes(signature));
        let time = checkpoint.cosignature_message(at(0));
        let cosignature = Signature::from_bytes(witness(1).0.sign(&time).to_bytes());
        let line = witness(1).1.cosignature(at(0), &cosignature).unwrap();
        let note = note.unwrap().with_cosignature(line, &witness(1).1);
        let note = note.unwrap().print();

        // A receipt from the time of another key holds for who names that key too.
        assert!(trust().evaluate(&note, at(0)).trusted().is_err());
        let both = trust().with_log_keys([other().1]).unwrap();
        assert!(both.evaluate(&note, at(0)).trusted().is_ok());
        let own = signed(&[(witness(1), 0)]).print();
        assert!(both.evaluate(&own, at(0)).trusted().is_ok());
        // Followed to a key, only that key counts.
        let under = |note: &[u8]| {
            let evaluation = both.evaluate_under(&[other().1], note, at(0));
            evaluation.trusted().is_ok()
        };
        assert!(under(&note) && !under(&own));

        for wrong in [
            party(0xC0, KeyKind::Ed25519, "another.example/log").1,
            party(0xC0, KeyKind::CosignatureV1, "ledger.example/test").1,
        ] {
            let answer = trust().with_log_keys([wrong]);
            assert!(matches!(answer, Err(TrustError::LogKey { .. })));
        }
        for taken in [
            log().1,
            party(32, KeyKind::Ed25519, "ledger.example/test").1,
        ] {
            let answer = trust().with_log_keys([taken]);
            assert!(matches!(answer, Err(TrustError::Duplicate { .. })));
        }
        let twice = trust().with_log_keys([other().1, other().1]);
        assert!(matches!(twice, Err(TrustError::Duplicate { .. })));
    }

    #[test]
    fn nobody_has_two_roles() {
        let policy = TlogPolicy::parse(&policy("quorum w1\n")).unwrap();
        let new = |keys: Vec<VerifierKey>| {
            let auditors = Auditors::new(keys, 1)?;
            TrustPolicy::new(Hash::ZERO, policy.clone(), Some(auditors), 7, false)
        };
        assert!(new(vec![auditor().1]).is_ok());
        for taken in [party(0, KeyKind::CosignatureV1, "other"), witness(2)] {
            let answer = new(vec![taken.1]);
            assert!(matches!(answer, Err(TrustError::Duplicate { .. })));
        }
        let twice = vec![auditor().1, party(0xA0, KeyKind::CosignatureV1, "other").1];
        assert!(matches!(new(twice), Err(TrustError::Duplicate { .. })));
        let kind = vec![party(0xA0, KeyKind::Ed25519, "other").1];
        assert!(matches!(new(kind), Err(TrustError::AuditorKind { .. })));
    }

    #[test]
    fn what_is_printed_parses_to_the_same() {
        for trust in [
            trust("group g 2 w1 w2 w3\n\t# \"\\ '''\nquorum g\n", true, false),
            trust("quorum none\n", false, true),
            trust("quorum w1\n", true, true)
                .with_log_keys(
                    [1, 2].map(|n| party(0xC0 + n, KeyKind::Ed25519, "ledger.example/test").1),
                )
                .unwrap(),
        ] {
            let text = trust.print();
            assert_eq!(TrustPolicy::parse(&text), Ok(trust.clone()), "{text}");
            assert_eq!(TrustPolicy::parse(&text.replace('\n', "\r\n")), Ok(trust));
        }
    }
}
