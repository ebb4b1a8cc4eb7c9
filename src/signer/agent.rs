//! Keys that an ssh-agent holds: OpenSSH's own, or a program that speaks for a device.
//!
//! Source: SSH agent protocol, draft-ietf-sshm-ssh-agent, sections 3, 4.4 and 4.5; key blobs
//! and signatures of `ssh-ed25519` per RFC 8709. A message is its length in four bytes, big end
//! first, its number in one, and its contents; a string is its length in four bytes and its bytes.
//!
//! ```text
//! 11                                   which keys?
//! 12 count (string key, string comment)…
//! 13 string key, string data, flags 0  sign this
//! 14 string (string "ssh-ed25519", string signature of 64 bytes)
//!  5                                   no
//! ```
//!
//! With a key of type `ssh-ed25519` an agent signs the bytes it is given, so what it gives is
//! a signature as any other here, and is verified before it leaves. With a security key (`sk-…`)
//! it signs bytes of its own, in which ours are only a digest: such a key cannot be used, and
//! is refused by name.

use std::fmt;
use std::io::{self, Read as _, Write as _};
use std::os::unix::net::UnixStream;
use std::path::{Path, PathBuf};
use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD_NO_PAD;

use super::{Signer, SignerError, verified};
use crate::hash::{Hash, excerpt};
use crate::key::{KeyId, PublicKey, Signature};

/// An ssh-agent, by its socket; a connection is made for each request.
#[derive(Clone, Debug)]
pub struct Agent {
    socket: PathBuf,
    patience: Duration,
}

/// A key that an agent offers, of any algorithm.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Identity {
    /// The public key as SSH writes it.
    blob: Vec<u8>,
    /// The algorithm that it begins with.
    algorithm: String,
    /// What its owner called it.
    comment: String,
}

/// An Ed25519 key that an agent holds.
#[derive(Clone, Debug)]
pub struct AgentSigner {
    agent: Agent,
    blob: Vec<u8>,
    public: PublicKey,
}

impl Agent {
    /// How long an agent may take to answer: a person may have to touch a device.
    pub const PATIENCE: Duration = Duration::from_secs(120);

    /// Takes the agent whose socket the environment variable `SSH_AUTH_SOCK` names.
    ///
    /// # Errors
    /// [`AgentError::NoAgent`] when it names none.
    pub fn from_environment() -> Result<Agent, AgentError> {
        match std::env::var_os(VARIABLE) {
            Some(socket) if !socket.is_empty() => Ok(Agent::at(socket)),
            _ => Err(AgentError::NoAgent),
        }
    }

    /// Takes the agent that listens at `socket`.
    pub fn at(socket: impl Into<PathBuf>) -> Agent {
        Agent {
            socket: socket.into(),
            patience: Agent::PATIENCE,
        }
    }

    /// Changes how long the agent may take to answer; more than nothing.
    pub fn with_patience(self, patience: Duration) -> Agent {
        Agent { patience, ..self }
    }

    /// Returns where it listens.
    pub fn socket(&self) -> &Path {
        &self.socket
    }

    /// Asks which keys the agent offers; a locked one offers none.
    ///
    /// # Errors
    /// [`AgentError`] when it is not there or does not answer.
    pub fn identities(&self) -> Result<Vec<Identity>, AgentError> {
        let answer = self.ask(REQUEST_IDENTITIES, &[])?;
        let body = self.answer(IDENTITIES_ANSWER, "its list of keys", &answer)?;
        identities(body).ok_or_else(|| self.malformed("its list of keys", "other bytes"))
    }

    /// Finds the one `ssh-ed25519` key that is `wanted`: a key id, a fingerprint as `ssh-add -l`
    /// prints it (`SHA256:…`), or a comment; empty for the only one that there is.
    ///
    /// # Errors
    /// [`AgentError`] when there is no such key, more than one, or one that is of no use here;
    /// and as [`Agent::identities`].
    pub fn signer(&self, wanted: &str) -> Result<AgentSigner, AgentError> {
        let all = self.identities()?;
        let list = || all.iter().map(Identity::to_string).collect();
        let socket = || self.socket.clone();
        let named: Vec<&Identity> = all.iter().filter(|key| key.answers_to(wanted)).collect();
        let mut usable = named.iter().filter(|key| key.algorithm == ALGORITHM);
        let key = match (usable.next(), usable.next()) {
            (Some(only), None) => only,
            (Some(_), Some(_)) => {
                return Err(AgentError::Several {
                    socket: socket(),
                    wanted: excerpt(wanted),
                    present: list(),
                });
            }
            (None, _) => {
                return Err(match named.first() {
                    Some(key) if key.algorithm.starts_with("sk-") => AgentError::SecurityKey {
                        key: key.to_string(),
                    },
                    Some(key) if !wanted.is_empty() => AgentError::OtherAlgorithm {
                        key: key.to_string(),
                    },
                    _ => AgentError::Absent {
                        socket: socket(),
                        wanted: excerpt(wanted),
                        present: list(),
                    },
                });
            }
        };
        Ok(AgentSigner {
            agent: self.clone(),
            blob: key.blob.clone(),
            public: key.public_key().ok_or_else(|| AgentError::Unusable {
                key: key.to_string(),
            })?,
        })
    }

    /// Sends one message and returns the answer: its number and its contents.
    fn ask(&self, number: u8, parts: &[&[u8]]) -> Result<Vec<u8>, AgentError> {
        let io = |error: io::Error| self.unreachable(&error);
        let mut contents = vec![number];
        for part in parts {
            contents.extend_from_slice(part);
        }
        if contents.len() > MAX_MESSAGE_BYTES {
            return Err(AgentError::TooLong {
                bytes: contents.len(),
            });
        }
        let mut stream = UnixStream::connect(&self.socket).map_err(io)?;
        stream.set_read_timeout(Some(self.patience)).map_err(io)?;
        stream.set_write_timeout(Some(self.patience)).map_err(io)?;
        let mut message = length(contents.len()).to_vec();
        message.append(&mut contents);
        stream.write_all(&message).map_err(io)?;

        let mut prefix = [0; 4];
        stream.read_exact(&mut prefix).map_err(io)?;
        let bytes = u32::from_be_bytes(prefix) as usize;
        if !(1..=MAX_MESSAGE_BYTES).contains(&bytes) {
            let expected = "an answer of 1 to 262144 bytes";
            return Err(self.malformed(expected, &format!("one of {bytes}")));
        }
        let mut answer = vec![0; bytes];
        stream.read_exact(&mut answer).map_err(io)?;
        Ok(answer)
    }

    /// Returns the contents of an answer that must have this number.
    fn answer<'a>(
        &self,
        number: u8,
        what: &'static str,
        answer: &'a [u8],
    ) -> Result<&'a [u8], AgentError> {
        match answer.split_first() {
            Some((found, body)) if *found == number => Ok(body),
            Some((&FAILURE, _)) => Err(AgentError::Refused {
                socket: self.socket.clone(),
                what,
            }),
            found => {
                let found = found.map(|(number, _)| *number).unwrap_or_default();
                Err(self.malformed(what, &format!("message {found}")))
            }
        }
    }

    fn unreachable(&self, error: &io::Error) -> AgentError {
        let socket = self.socket.clone();
        match error.kind() {
            io::ErrorKind::WouldBlock | io::ErrorKind::TimedOut => AgentError::Silent {
                socket,
                patience: self.patience,
            },
            io::ErrorKind::UnexpectedEof
            | io::ErrorKind::BrokenPipe
            | io::ErrorKind::ConnectionReset => AgentError::Gone { socket },
            _ => AgentError::Unreachable {
                socket,
                reason: error.to_string(),
            },
        }
    }

    fn malformed(&self, expected: &'static str, found: &str) -> AgentError {
        AgentError::Malformed {
            socket: self.socket.clone(),
            expected,
            found: found.to_owned(),
        }
    }
}

impl Identity {
    /// Makes the identity of a key, as an agent offers it.
    pub fn of(key: &PublicKey, comment: &str) -> Identity {
        Identity {
            blob: [string(ALGORITHM.as_bytes()), string(key.as_bytes())].concat(),
            algorithm: ALGORITHM.to_owned(),
            comment: comment.to_owned(),
        }
    }

    /// Returns the algorithm, such as `ssh-ed25519`.
    pub fn algorithm(&self) -> &str {
        &self.algorithm
    }

    /// Returns what its owner called it.
    pub fn comment(&self) -> &str {
        &self.comment
    }

    /// Returns the public key as SSH writes it.
    pub fn blob(&self) -> &[u8] {
        &self.blob
    }

    /// Returns the fingerprint as `ssh-add -l` prints it.
    pub fn fingerprint(&self) -> String {
        let digest = Hash::of(&self.blob);
        format!("{FINGERPRINT}{}", STANDARD_NO_PAD.encode(digest.as_bytes()))
    }

    /// Returns the public key; none when it is of another algorithm, or no key that is taken here.
    pub fn public_key(&self) -> Option<PublicKey> {
        let mut parts = Parts(&self.blob);
        let algorithm = parts.string()?;
        let raw = parts.string()?.try_into().ok()?;
        let whole = algorithm == ALGORITHM.as_bytes() && parts.0.is_empty();
        PublicKey::from_bytes(raw).ok().filter(|_| whole)
    }

    /// Says whether it is the one that somebody named; an empty name means any of use.
    fn answers_to(&self, wanted: &str) -> bool {
        if wanted.is_empty() {
            return self.algorithm == ALGORITHM || self.algorithm.starts_with("sk-");
        }
        match wanted.parse::<KeyId>() {
            Ok(id) => self.public_key().is_some_and(|key| key.id() == id),
            Err(_) if wanted.starts_with(FINGERPRINT) => self.fingerprint() == wanted,
            Err(_) => self.comment == wanted,
        }
    }
}

impl fmt::Display for Identity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (algorithm, comment) = (excerpt(&self.algorithm), excerpt(&self.comment));
        let algorithm = algorithm.escape_debug();
        write!(f, "{} {comment:?} ({algorithm})", self.fingerprint())
    }
}

impl AgentSigner {
    /// Returns the agent that holds the key.
    pub fn agent(&self) -> &Agent {
        &self.agent
    }

    fn signature(&self, message: &[u8]) -> Result<Signature, AgentError> {
        let agent = &self.agent;
        let no_flags = [0; 4];
        let (key, data) = (string(&self.blob), string(message));
        let answer = agent.ask(SIGN_REQUEST, &[&key, &data, &no_flags])?;
        let body = agent.answer(SIGN_RESPONSE, "a signature", &answer)?;
        signature(body).ok_or_else(|| agent.malformed("an ssh-ed25519 signature", "other bytes"))
    }
}

impl Signer for AgentSigner {
    fn public_key(&self) -> PublicKey {
        self.public
    }

    fn sign(&self, message: &[u8]) -> Result<Signature, SignerError> {
        let signature = self
            .signature(message)
            .map_err(|error| SignerError::Refused {
                reason: error.to_string(),
            })?;
        let holder = || format!("the ssh-agent at {}", self.agent.socket.display());
        verified(&self.public, message, signature, holder)
    }
}

/// Why an agent's key cannot be used.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum AgentError {
    /// No agent is named.
    #[error(
        "expected the socket of an ssh-agent in the environment variable {VARIABLE}, found none\nstart an ssh-agent, or the program that speaks for your device; `ssh-add -l` lists its keys"
    )]
    NoAgent,
    /// Nobody listens at the socket.
    #[error("{}: expected an ssh-agent, found none: {reason}", .socket.display())]
    Unreachable {
        /// The socket.
        socket: PathBuf,
        /// What the system said.
        reason: String,
    },
    /// The agent went away in the middle.
    #[error(
        "{}: expected an answer of the ssh-agent, found the connection closed\nit may have ended: `ssh-add -l` shows whether it still holds the key", .socket.display()
    )]
    Gone {
        /// The socket.
        socket: PathBuf,
    },
    /// The agent did not answer.
    #[error(
        "{}: expected an answer of the ssh-agent within {} s, found none\na device may be waiting for a touch or a PIN: try again beside it", .socket.display(), .patience.as_secs()
    )]
    Silent {
        /// The socket.
        socket: PathBuf,
        /// How long was waited.
        patience: Duration,
    },
    /// The agent said no.
    #[error(
        "{}: expected {what} from the ssh-agent, found a refusal\nits user may have said no, or it is locked, has lost the key, or its device takes no message of this length", .socket.display()
    )]
    Refused {
        /// The socket.
        socket: PathBuf,
        /// What it was asked for.
        what: &'static str,
    },
    /// What answers is no agent.
    #[error("{}: expected {expected} from the ssh-agent, found {found}", .socket.display())]
    Malformed {
        /// The socket.
        socket: PathBuf,
        /// What was expected.
        expected: &'static str,
        /// What was found.
        found: String,
    },
    /// More than an agent takes.
    #[error("expected at most {MAX_MESSAGE_BYTES} bytes for an ssh-agent, found {bytes}")]
    TooLong {
        /// The length of the message.
        bytes: usize,
    },
    /// The agent does not offer the key.
    #[error("{}: expected the key {wanted:?} in the ssh-agent, found {}", .socket.display(), several(.present))]
    Absent {
        /// The socket.
        socket: PathBuf,
        /// What was wanted; empty for the only one.
        wanted: String,
        /// What is there.
        present: Vec<String>,
    },
    /// The agent offers more than one.
    #[error("{}: expected one key {wanted:?} in the ssh-agent, found more: name one by its fingerprint\nit holds {}", .socket.display(), several(.present))]
    Several {
        /// The socket.
        socket: PathBuf,
        /// What was wanted; empty for the only one.
        wanted: String,
        /// What is there.
        present: Vec<String>,
    },
    /// The key signs other bytes than it is given.
    #[error(
        "expected an ssh-ed25519 key, found the security key {key}\na security key signs a message of its own, in which the statement is only a digest: nobody could verify that as a signature on the statement\nkeep an Ed25519 key in the device's PIV or OpenPGP part instead, or in an encrypted file"
    )]
    SecurityKey {
        /// The key.
        key: String,
    },
    /// The key is of another algorithm.
    #[error(
        "expected an ssh-ed25519 key, found {key}\n`ssh-keygen -t ed25519` makes one that can be used"
    )]
    OtherAlgorithm {
        /// The key.
        key: String,
    },
    /// The key is no point that is taken here.
    #[error("expected an Ed25519 public key of large order, found {key}")]
    Unusable {
        /// The key.
        key: String,
    },
}

/// Lists keys for people.
fn several(keys: &[String]) -> String {
    match keys {
        [] => "no keys; a locked agent shows none, `ssh-add -X` unlocks it".to_owned(),
        keys => keys.join("; "),
    }
}

/// Takes the contents of an answer that lists keys.
fn identities(body: &[u8]) -> Option<Vec<Identity>> {
    let mut parts = Parts(body);
    let count = parts.number()?;
    let mut identities = Vec::new();
    for _ in 0..count {
        let blob = parts.string()?.to_vec();
        let comment = String::from_utf8_lossy(parts.string()?).into_owned();
        let algorithm = Parts(&blob).string()?;
        identities.push(Identity {
            algorithm: String::from_utf8_lossy(algorithm).into_owned(),
            blob,
            comment,
        });
    }
    parts.0.is_empty().then_some(identities)
}

/// Takes the contents of an answer that brings a signature.
fn signature(body: &[u8]) -> Option<Signature> {
    let mut outer = Parts(body);
    let mut inner = Parts(outer.string()?);
    let algorithm = inner.string()?;
    let raw = inner.string()?.try_into().ok()?;
    let whole = algorithm == ALGORITHM.as_bytes() && inner.0.is_empty() && outer.0.is_empty();
    whole.then_some(Signature::from_bytes(raw))
}

/// The parts of a message that have not been taken yet.
struct Parts<'a>(&'a [u8]);

impl<'a> Parts<'a> {
    fn number(&mut self) -> Option<u32> {
        let (number, rest) = self.0.split_first_chunk()?;
        self.0 = rest;
        Some(u32::from_be_bytes(*number))
    }

    fn string(&mut self) -> Option<&'a [u8]> {
        let length = self.number()? as usize;
        let (string, rest) = self.0.split_at_checked(length)?;
        self.0 = rest;
        Some(string)
    }
}

fn string(bytes: &[u8]) -> Vec<u8> {
    [&length(bytes.len()), bytes].concat()
}

fn length(bytes: usize) -> [u8; 4] {
    let bytes = u32::try_from(bytes).expect("a message is shorter than 4 GiB");
    bytes.to_be_bytes()
}

const VARIABLE: &str = "SSH_AUTH_SOCK";
const ALGORITHM: &str = "ssh-ed25519";
const FINGERPRINT: &str = "SHA256:";

const FAILURE: u8 = 5;
const REQUEST_IDENTITIES: u8 = 11;
const IDENTITIES_ANSWER: u8 = 12;
const SIGN_REQUEST: u8 = 13;
const SIGN_RESPONSE: u8 = 14;

/// What OpenSSH's agent takes and gives at most.
const MAX_MESSAGE_BYTES: usize = 256 << 10;

#[cfg(test)]
mod tests {
    use super::*;
    use crate::signer::SecretKey;

    fn listed() -> (Vec<u8>, Vec<Identity>) {
        let keys = [1, 2].map(|seed| SecretKey::danger_from_seed(&[seed; 32]).public_key());
        let mut both = keys.map(|key| Identity::of(&key, "board")).to_vec();
        both[1].comment = String::new();
        let mut body = 2_u32.to_be_bytes().to_vec();
        for key in &both {
            body.extend(string(&key.blob));
            body.extend(string(key.comment.as_bytes()));
        }
        (body, both)
    }

    #[test]
    fn a_list_of_keys_is_taken_whole_or_not_at_all() {
        let (body, both) = listed();
        assert_eq!(identities(&body).as_ref(), Some(&both));
        for end in 0..body.len() {
            assert_eq!(identities(&body[..end]), None, "cut at {end}");
        }
        let more = [body.as_slice(), &[0]].concat();
        assert_eq!(identities(&more), None);
        // Lengths that are not there give no list and take no memory.
        for at in 0..4 {
            let mut long = body.clone();
            long[at] = 0xFF;
            assert_eq!(identities(&long), None);
        }
        assert_eq!(identities(&[0; 4]), Some(Vec::new()));
    }

    #[test]
    fn a_signature_is_taken_whole_or_not_at_all() {
        let inner = |algorithm: &[u8], raw: &[u8]| [string(algorithm), string(raw)].concat();
        let good = string(&inner(b"ssh-ed25519", &[7; 64]));
        assert_eq!(signature(&good), Some(Signature::from_bytes([7; 64])));
        for end in 0..good.len() {
            assert_eq!(signature(&good[..end]), None, "cut at {end}");
        }
        for bad in [
            [good.as_slice(), &[0]].concat(),
            string(&[inner(b"ssh-ed25519", &[7; 64]), vec![0]].concat()),
            string(&inner(b"ssh-ed25519", &[7; 63])),
            string(&inner(b"ssh-ed25519", &[7; 65])),
            string(&inner(b"sk-ssh-ed25519@openssh.com", &[7; 64])),
        ] {
            assert_eq!(signature(&bad), None);
        }
    }

    #[test]
    fn a_key_answers_to_its_id_its_fingerprint_and_its_comment() {
        let public = SecretKey::danger_from_seed(&[1; 32]).public_key();
        let key = Identity::of(&public, "board");
        for name in ["", "board", &public.id().to_string(), &key.fingerprint()] {
            assert!(key.answers_to(name), "{name}");
        }
        let other = Identity::of(&public, &public.id().to_string());
        assert!(other.answers_to(&public.id().to_string()));
        let stranger = SecretKey::danger_from_seed(&[2; 32]).public_key();
        // Whoever calls a key by the id of another is not believed.
        let liar = Identity::of(&stranger, &public.id().to_string());
        for name in ["boar", "board ", "Board", &key.fingerprint()] {
            assert!(!liar.answers_to(name), "{name}");
        }
        assert!(!liar.answers_to(&public.id().to_string()));
    }

    #[test]
    fn text_of_a_key_is_shortened_and_cannot_move_the_cursor() {
        let public = SecretKey::danger_from_seed(&[1; 32]).public_key();
        let key = Identity::of(&public, &format!("\u{1b}[2J{}", "x".repeat(500)));
        let text = key.to_string();
        assert!(text.len() < 300 && !text.contains('\u{1b}'), "{text}");
    }
}
