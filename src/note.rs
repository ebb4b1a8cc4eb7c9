//! Signed notes: text with signature lines below it.
//!
//! Source: C2SP signed-note v1.0.0; the signature types `0x01` (Ed25519 over the text) and
//! `0x04` (timestamped Ed25519 cosignature, C2SP tlog-cosignature v1.0.1).
//!
//! ```text
//! This is an example message.
//!
//! — example.com/foo Uw2QOkn8srV1yJGh2VYRlL1Tnagv1YEq6TfXppzi2ONncAlTgK7Ztg1ERYNZXsYjOBH3mFXmRKuwHjG1Yu72IneyaQM=
//! ```
//!
//! The text ends with the line feed before the **last** empty line. A signature line is
//! an em dash, a space, the key's name, a space, and base64 of the 4-byte key id and
//! the signature. A verifier key travels as `<name>+<id in hex>+<base64 of type and key>`.
//!
//! ```
//! use bewijs::note::{Note, VerifierKey};
//! let key: VerifierKey = "example.com/foo+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k".parse()?;
//! let note = Note::parse("This is an example message.\n\n— example.com/foo Uw2QOkn8srV1yJGh2VYRlL1Tnagv1YEq6TfXppzi2ONncAlTgK7Ztg1ERYNZXsYjOBH3mFXmRKuwHjG1Yu72IneyaQM=\n".as_bytes())?;
//! assert_eq!(note.verify(&[key])?.len(), 1);
//! # Ok::<(), bewijs::note::NoteError>(())
//! ```
//!
//! What the text means is not known here: [`crate::checkpoint`] reads it. Secret keys are not
//! here either: signing is an effect, and a signature made elsewhere is attached.

use std::fmt;
use std::str::FromStr;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use crate::hash::{Hash, excerpt, lower_hex};
use crate::json;
use crate::key::{KeyError, PublicKey, Signature};
use crate::time::Seconds;

/// The most signature lines that a note may have.
pub const MAX_SIGNATURES: usize = 100;

/// The most bytes that a note may have, signatures included.
pub const MAX_NOTE_BYTES: usize = 1_000_000;

/// The name of a key: not empty, without Unicode space, `+` or ASCII control character.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct KeyName(String);

/// The name of a log: a key name of at most 255 bytes in which every character can be seen.
///
/// The log's key carries the same name.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Origin(String);

/// The signature types that are understood here, with their byte in key ids and key strings.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum KeyKind {
    /// `0x01`: Ed25519 over the text of the note; the key of a log.
    Ed25519,
    /// `0x04`: timestamped Ed25519 cosignature; the key of a witness or an auditor.
    CosignatureV1,
}

/// A public key with its name and signature type; printed as the C2SP verifier key string.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct VerifierKey {
    name: KeyName,
    kind: KeyKind,
    key: PublicKey,
}

/// One signature line, not yet verified.
#[derive(Clone, PartialEq, Eq)]
pub struct NoteSignature {
    name: KeyName,
    id: [u8; 4],
    bytes: Vec<u8>,
}

/// Text with at least one signature line; nothing is verified yet.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Note {
    text: String,
    signatures: Vec<NoteSignature>,
}

/// A signature of a note that verified; made only by [`Note::verify`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Verified<'k> {
    key: &'k VerifierKey,
    time: Option<Seconds>,
}

impl KeyName {
    /// Returns the name as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for KeyName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl FromStr for KeyName {
    type Err = NoteError;

    fn from_str(text: &str) -> Result<KeyName, NoteError> {
        let bad = |c: char| c.is_whitespace() || c == '+' || c < ' ';
        if text.is_empty() || text.contains(bad) {
            return Err(NoteError::KeyName {
                found: excerpt(text),
            });
        }
        Ok(KeyName(text.to_owned()))
    }
}

impl Origin {
    /// The most bytes of an origin: cosignature formats give its length in one byte.
    pub const MAX_BYTES: usize = 255;

    /// Returns the origin as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Returns the name of the log's keys, which is the origin.
    pub fn key_name(&self) -> KeyName {
        KeyName(self.0.clone())
    }
}

impl fmt::Display for Origin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl FromStr for Origin {
    type Err = NoteError;

    fn from_str(text: &str) -> Result<Origin, NoteError> {
        let name = text.parse::<KeyName>();
        match name {
            Ok(KeyName(name))
                if name.len() <= Origin::MAX_BYTES && !name.chars().any(json::forbidden) =>
            {
                Ok(Origin(name))
            }
            _ => Err(NoteError::Origin {
                found: excerpt(text),
            }),
        }
    }
}

impl KeyKind {
    /// Returns the byte that stands for the type in key ids and key strings.
    pub const fn byte(self) -> u8 {
        match self {
            KeyKind::Ed25519 => 0x01,
            KeyKind::CosignatureV1 => 0x04,
        }
    }
}

impl VerifierKey {
    /// Names a public key.
    pub fn new(name: KeyName, kind: KeyKind, key: PublicKey) -> VerifierKey {
        VerifierKey { name, kind, key }
    }

    /// Returns the name.
    pub fn name(&self) -> &KeyName {
        &self.name
    }

    /// Returns the signature type.
    pub fn kind(&self) -> KeyKind {
        self.kind
    }

    /// Returns the public key.
    pub fn public_key(&self) -> &PublicKey {
        &self.key
    }

    /// Returns the key id: the first 4 bytes of SHA-256(name ‖ `0x0A` ‖ type ‖ public key).
    ///
    /// It finds a key and identifies none: four bytes are soon made to collide.
    pub fn id(&self) -> [u8; 4] {
        let digest = Hash::of_parts(&[
            self.name.0.as_bytes(),
            b"\n",
            &[self.kind.byte()],
            self.key.as_bytes(),
        ]);
        let [a, b, c, d, ..] = *digest.as_bytes();
        [a, b, c, d]
    }

    /// Makes the signature line of an `0x01` signature that this key's holder made over the text.
    ///
    /// # Errors
    /// [`NoteError::Kind`] unless this is a key of type [`KeyKind::Ed25519`].
    pub fn signature(&self, signature: &Signature) -> Result<NoteSignature, NoteError> {
        self.expect(KeyKind::Ed25519)?;
        Ok(NoteSignature {
            name: self.name.clone(),
            id: self.id(),
            bytes: signature.as_bytes().to_vec(),
        })
    }

    /// Makes the signature line of a cosignature that this key's holder made at `time`.
    ///
    /// # Errors
    /// [`NoteError::Kind`] unless this is a key of type [`KeyKind::CosignatureV1`].
    pub fn cosignature(
        &self,
        time: Seconds,
        signature: &Signature,
    ) -> Result<NoteSignature, NoteError> {
        self.expect(KeyKind::CosignatureV1)?;
        let time = time.unix_seconds().to_be_bytes();
        Ok(NoteSignature {
            name: self.name.clone(),
            id: self.id(),
            bytes: [&time[..], signature.as_bytes()].concat(),
        })
    }

    /// Verifies one signature line of this key over `text` and returns the time it carries, if its type has one.
    ///
    /// # Errors
    /// [`NoteError::BadSignature`] when it does not verify.
    fn verify(&self, text: &str, signature: &NoteSignature) -> Result<Option<Seconds>, NoteError> {
        let bad = |reason| NoteError::BadSignature {
            name: self.name.clone(),
            id: hex::encode(self.id()),
            reason,
        };
        let verify = |message: &[u8], signature: &[u8]| {
            let signature = signature
                .try_into()
                .map_err(|_| bad("the signature has the wrong length"))?;
            self.key
                .verify(message, &Signature::from_bytes(signature))
                .map_err(|_| bad("it does not verify over this text"))
        };
        match self.kind {
            KeyKind::Ed25519 => {
                verify(text.as_bytes(), &signature.bytes)?;
                Ok(None)
            }
            KeyKind::CosignatureV1 => {
                let (time, signature) = signature
                    .bytes
                    .split_first_chunk()
                    .ok_or_else(|| bad("the signature has the wrong length"))?;
                let time = i64::try_from(u64::from_be_bytes(*time))
                    .ok()
                    .filter(|time| *time > 0)
                    .and_then(Seconds::from_unix_seconds)
                    .ok_or_else(|| bad("its time is not between 1970 and 9999"))?;
                verify(cosignature_message(text, time).as_bytes(), signature)?;
                Ok(Some(time))
            }
        }
    }

    fn expect(&self, expected: KeyKind) -> Result<(), NoteError> {
        match self.kind == expected {
            true => Ok(()),
            false => Err(NoteError::Kind {
                name: self.name.clone(),
                expected: expected.byte(),
                found: self.kind.byte(),
            }),
        }
    }
}

impl fmt::Display for VerifierKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let key = [&[self.kind.byte()], &self.key.as_bytes()[..]].concat();
        write!(
            f,
            "{}+{}+{}",
            self.name,
            hex::encode(self.id()),
            STANDARD.encode(key)
        )
    }
}

impl FromStr for VerifierKey {
    type Err = NoteError;

    /// Parses a verifier key string; its id must be that of its name, type and key.
    fn from_str(text: &str) -> Result<VerifierKey, NoteError> {
        let malformed = || NoteError::VerifierKey {
            found: excerpt(text),
        };
        let mut parts = text.splitn(3, '+');
        let (Some(name), Some(id), Some(key)) = (parts.next(), parts.next(), parts.next()) else {
            return Err(malformed());
        };
        let name: KeyName = name.parse()?;
        let id: [u8; 4] = lower_hex(id).ok_or_else(malformed)?;
        let key = STANDARD.decode(key).map_err(|_| malformed())?;
        let (kind, key) = match key.split_first() {
            Some((0x01, key)) => (KeyKind::Ed25519, key),
            Some((0x04, key)) => (KeyKind::CosignatureV1, key),
            Some((byte, _)) => return Err(NoteError::UnknownType { name, byte: *byte }),
            None => return Err(malformed()),
        };
        let key = PublicKey::from_bytes(key.try_into().map_err(|_| malformed())?)?;
        let key = VerifierKey { name, kind, key };
        if key.id() != id {
            return Err(NoteError::KeyId {
                name: key.name.clone(),
                expected: hex::encode(key.id()),
                found: hex::encode(id),
            });
        }
        Ok(key)
    }
}

impl NoteSignature {
    /// Parses one signature line without its line feed.
    ///
    /// # Errors
    /// [`NoteError::SignatureLine`] unless the line is spelled as [`NoteSignature::line`] spells it.
    pub fn parse_line(line: &str) -> Result<NoteSignature, NoteError> {
        let malformed = || NoteError::SignatureLine {
            found: excerpt(line),
        };
        let (name, base64) = line
            .strip_prefix("— ")
            .and_then(|rest| rest.split_once(' '))
            .ok_or_else(malformed)?;
        let name = name.parse().map_err(|_| malformed())?;
        let decoded = STANDARD.decode(base64).map_err(|_| malformed())?;
        match decoded.split_first_chunk() {
            Some((id, bytes)) if !bytes.is_empty() => Ok(NoteSignature {
                name,
                id: *id,
                bytes: bytes.to_vec(),
            }),
            _ => Err(malformed()),
        }
    }

    /// Parses signature lines, each ending with a line feed: what a witness answers.
    ///
    /// # Errors
    /// [`NoteError`] when a line is malformed, or there is none, or there are more than [`MAX_SIGNATURES`].
    pub fn parse_lines(bytes: &[u8]) -> Result<Vec<NoteSignature>, NoteError> {
        parse_lines(parse_text(bytes)?)
    }

    /// Returns the signature line without its line feed.
    pub fn line(&self) -> String {
        let decoded = [&self.id[..], &self.bytes].concat();
        format!("— {} {}", self.name, STANDARD.encode(decoded))
    }

    /// Returns the name of the key that is said to have signed.
    pub fn name(&self) -> &KeyName {
        &self.name
    }

    /// Returns the id of the key that is said to have signed.
    pub fn id(&self) -> [u8; 4] {
        self.id
    }

    /// Returns what follows the id: the signature in the encoding of the key's type.
    pub fn bytes(&self) -> &[u8] {
        &self.bytes
    }

    /// Says whether the line names `key` by name and id.
    pub fn names(&self, key: &VerifierKey) -> bool {
        self.name == key.name && self.id == key.id()
    }
}

impl fmt::Debug for NoteSignature {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "NoteSignature({})", self.line())
    }
}

impl Note {
    /// Puts a first signature line below `text`.
    ///
    /// # Errors
    /// [`NoteError`] when the text does not end with a line feed, holds an ASCII control
    /// character other than line feed, or is too long.
    pub fn new(text: String, signature: NoteSignature) -> Result<Note, NoteError> {
        parse_text(text.as_bytes())?;
        if !text.ends_with('\n') {
            return Err(NoteError::Unfinished);
        }
        let note = Note {
            text,
            signatures: vec![signature],
        };
        note.within_limits()
    }

    /// Parses a note; verifies no signature.
    ///
    /// # Errors
    /// [`NoteError`] unless the bytes are what [`Note::print`] prints.
    pub fn parse(bytes: &[u8]) -> Result<Note, NoteError> {
        let all = parse_text(bytes)?;
        let split = all.rfind("\n\n").ok_or(NoteError::NoSignatures)?;
        let (text, lines) = (&all[..=split], &all[split + 2..]);
        Ok(Note {
            text: text.to_owned(),
            signatures: parse_lines(lines)?,
        })
    }

    /// Returns the bytes: text, empty line, signature lines.
    pub fn print(&self) -> Vec<u8> {
        let mut note = format!("{}\n", self.text);
        for signature in &self.signatures {
            note.push_str(&signature.line());
            note.push('\n');
        }
        note.into_bytes()
    }

    /// Returns the text, with its last line feed.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// Returns the signature lines in their order; at least one.
    pub fn signatures(&self) -> &[NoteSignature] {
        &self.signatures
    }

    /// Adds a signature line at the end, in place of one of the same name and id.
    ///
    /// # Errors
    /// [`NoteError`] when the note becomes too long or has too many lines.
    pub fn with_signature(mut self, signature: NoteSignature) -> Result<Note, NoteError> {
        self.signatures
            .retain(|other| (&other.name, other.id) != (&signature.name, signature.id));
        self.signatures.push(signature);
        self.within_limits()
    }

    /// Verifies the signatures of those `keys` that signed; the lines of other keys say nothing.
    ///
    /// The answer follows the order of the lines and may be empty: which keys must be in it is
    /// for the caller to say.
    ///
    /// # Errors
    /// The whole note fails when a line names one of `keys` by name and id and does not verify
    /// ([`NoteError::BadSignature`]), or when two lines name the same key
    /// ([`NoteError::Repeated`]), because two times of one witness leave open which one it meant.
    pub fn verify<'k>(
        &self,
        keys: impl IntoIterator<Item = &'k VerifierKey>,
    ) -> Result<Vec<Verified<'k>>, NoteError> {
        let keys: Vec<_> = keys.into_iter().map(|key| (key.id(), key)).collect();
        let mut verified: Vec<Verified<'k>> = Vec::new();
        for signature in &self.signatures {
            let known = keys
                .iter()
                .find(|(id, key)| signature.id == *id && signature.name == key.name);
            let Some((_, key)) = known else { continue };
            if verified.iter().any(|other| other.key == *key) {
                return Err(NoteError::Repeated {
                    name: key.name.clone(),
                });
            }
            let time = key.verify(&self.text, signature)?;
            verified.push(Verified { key, time });
        }
        Ok(verified)
    }

    fn within_limits(self) -> Result<Note, NoteError> {
        if self.signatures.len() > MAX_SIGNATURES {
            return Err(NoteError::TooManySignatures);
        }
        match self.print().len() {
            bytes if bytes > MAX_NOTE_BYTES => Err(NoteError::TooLong { bytes }),
            _ => Ok(self),
        }
    }
}

impl<'k> Verified<'k> {
    /// Returns the key that signed.
    pub fn key(&self) -> &'k VerifierKey {
        self.key
    }

    /// Returns the time that a cosignature carries; `None` for a signature of type `0x01`.
    pub fn time(&self) -> Option<Seconds> {
        self.time
    }
}

/// Returns the message that a cosigner signs at `time` over the text of a checkpoint.
///
/// Source: C2SP tlog-cosignature v1.0.1, Ed25519 signed message.
pub(crate) fn cosignature_message(text: &str, time: Seconds) -> String {
    format!("cosignature/v1\ntime {}\n{text}", time.unix_seconds())
}

/// Bytes that are no note, or a note that does not verify.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum NoteError {
    /// Longer than [`MAX_NOTE_BYTES`].
    #[error("expected a note of at most {MAX_NOTE_BYTES} bytes, found {bytes}")]
    TooLong {
        /// The length.
        bytes: usize,
    },
    /// Not UTF-8.
    #[error("expected UTF-8 in a note, found another byte at offset {offset}")]
    Utf8 {
        /// The offset of the first byte that is not UTF-8.
        offset: usize,
    },
    /// An ASCII control character other than line feed.
    #[error("expected no control character in a note, found 0x{byte:02x} at offset {offset}")]
    Control {
        /// The character.
        byte: u8,
        /// Where it stands.
        offset: usize,
    },
    /// The text or the last signature line does not end with a line feed.
    #[error("expected a line feed at the end of a note")]
    Unfinished,
    /// No empty line with signature lines below it.
    #[error("expected an empty line and signature lines below the text of a note")]
    NoSignatures,
    /// More than [`MAX_SIGNATURES`].
    #[error("expected at most {MAX_SIGNATURES} signature lines in a note")]
    TooManySignatures,
    /// A line below the text that is no signature line.
    #[error("expected a signature line \"— <name> <base64>\", found {found:?}")]
    SignatureLine {
        /// The beginning of the line.
        found: String,
    },
    /// Text that cannot name a key.
    #[error("expected the name of a key without space, plus or control character, found {found:?}")]
    KeyName {
        /// The beginning of what was found.
        found: String,
    },
    /// Text that cannot name a log.
    #[error(
        "expected an origin of 1 to 255 bytes of visible text without space or plus, found {found:?}"
    )]
    Origin {
        /// The beginning of what was found.
        found: String,
    },
    /// Text that is no verifier key string.
    #[error(
        "expected a verifier key \"<name>+<8 lowercase hex digits>+<base64 of type and key>\", found {found:?}"
    )]
    VerifierKey {
        /// The beginning of what was found.
        found: String,
    },
    /// A verifier key of a type that is not understood here.
    #[error("expected a verifier key of type 0x01 or 0x04 for {name}, found 0x{byte:02x}")]
    UnknownType {
        /// The name of the key.
        name: KeyName,
        /// The type.
        byte: u8,
    },
    /// A verifier key whose id belongs to something else.
    #[error("expected key id {expected} in the verifier key of {name}, found {found}")]
    KeyId {
        /// The name of the key.
        name: KeyName,
        /// The id that follows from name, type and key.
        expected: String,
        /// The id that was written.
        found: String,
    },
    /// A verifier key whose public key is unusable.
    #[error(transparent)]
    PublicKey(#[from] KeyError),
    /// A key that makes signatures of another type.
    #[error("expected a key of type 0x{expected:02x}, found {name} of type 0x{found:02x}")]
    Kind {
        /// The name of the key.
        name: KeyName,
        /// The type that is needed.
        expected: u8,
        /// The type of the key.
        found: u8,
    },
    /// A known key's signature that does not verify; the whole note fails.
    #[error("the signature of {name} (key id {id}) is not valid: {reason}")]
    BadSignature {
        /// The name of the key.
        name: KeyName,
        /// The key id in hex.
        id: String,
        /// What is wrong with it.
        reason: &'static str,
    },
    /// Two signature lines of one known key; the whole note fails.
    #[error("expected one signature of {name}, found two")]
    Repeated {
        /// The name of the key.
        name: KeyName,
    },
}

/// Checks length, encoding and control characters.
fn parse_text(bytes: &[u8]) -> Result<&str, NoteError> {
    if bytes.len() > MAX_NOTE_BYTES {
        return Err(NoteError::TooLong { bytes: bytes.len() });
    }
    let control = |byte: &u8| *byte < b' ' && *byte != b'\n';
    if let Some(offset) = bytes.iter().position(control) {
        let byte = bytes[offset];
        return Err(NoteError::Control { byte, offset });
    }
    std::str::from_utf8(bytes).map_err(|error| NoteError::Utf8 {
        offset: error.valid_up_to(),
    })
}

fn parse_lines(lines: &str) -> Result<Vec<NoteSignature>, NoteError> {
    if lines.is_empty() {
        return Err(NoteError::NoSignatures);
    }
    let lines = lines.strip_suffix('\n').ok_or(NoteError::Unfinished)?;
    if lines.split('\n').nth(MAX_SIGNATURES).is_some() {
        return Err(NoteError::TooManySignatures);
    }
    lines.split('\n').map(NoteSignature::parse_line).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    const VKEY: &str = "example.com/foo+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k";
    const NOTE: &str = "This is an example message.\n\n— example.com/foo Uw2QOkn8srV1yJGh2VYRlL1Tnagv1YEq6TfXppzi2ONncAlTgK7Ztg1ERYNZXsYjOBH3mFXmRKuwHjG1Yu72IneyaQM=\n";

    fn unknown(name: &str, bytes: &[u8]) -> NoteSignature {
        NoteSignature {
            name: name.parse().unwrap(),
            id: [1, 2, 3, 4],
            bytes: bytes.to_vec(),
        }
    }

    #[test]
    fn the_example_of_the_specification_verifies() {
        let key: VerifierKey = VKEY.parse().unwrap();
        assert_eq!(key.to_string(), VKEY);
        let note = Note::parse(NOTE.as_bytes()).unwrap();
        assert_eq!(note.print(), NOTE.as_bytes());
        let verified = note.verify([&key]).unwrap();
        assert_eq!((verified[0].key(), verified[0].time()), (&key, None));
    }

    #[test]
    fn a_known_bad_or_repeated_signature_fails_the_note_and_an_unknown_one_does_not() {
        let key: VerifierKey = VKEY.parse().unwrap();
        let note = Note::parse(NOTE.as_bytes()).unwrap();
        let mut stranger = note.signatures()[0].clone();
        stranger.id[0] ^= 1;
        let with = note.clone().with_signature(stranger).unwrap();
        assert_eq!(with.verify([&key]).unwrap().len(), 1);

        let mut bad = note.clone();
        bad.signatures[0].bytes[7] ^= 1;
        assert!(matches!(
            bad.verify([&key]),
            Err(NoteError::BadSignature { .. })
        ));
        bad.signatures[0].bytes.pop();
        assert!(matches!(
            bad.verify([&key]),
            Err(NoteError::BadSignature { .. })
        ));
        let mut twice = note.clone();
        twice.signatures.push(note.signatures()[0].clone());
        assert!(matches!(
            twice.verify([&key]),
            Err(NoteError::Repeated { .. })
        ));
        assert_eq!(twice.verify([]), Ok(vec![]));
    }

    #[test]
    fn the_last_empty_line_ends_the_text() {
        for text in ["\n", "\n\n", "\n\n\n", "a\n\nb\n", "a\n\n\n", "— a b\n"] {
            let note = Note::new(text.to_owned(), unknown("n", b"s")).unwrap();
            let parsed = Note::parse(&note.print()).unwrap();
            assert_eq!(parsed.text(), text);
            assert_eq!(parsed, note);
        }
        let unfinished = Note::new("a".to_owned(), unknown("n", b"s"));
        assert_eq!(unfinished, Err(NoteError::Unfinished));
    }

    #[test]
    fn one_signature_a_key_and_a_limit_on_all() {
        let mut note = Note::new("a\n".to_owned(), unknown("n", b"old")).unwrap();
        note = note.with_signature(unknown("n", b"new")).unwrap();
        assert_eq!(note.signatures(), [unknown("n", b"new")]);
        for at in 1..MAX_SIGNATURES {
            note = note
                .with_signature(unknown(&format!("n{at}"), b"s"))
                .unwrap();
        }
        let full = note.print();
        assert_eq!(Note::parse(&full), Ok(note.clone()));
        let more = note.with_signature(unknown("more", b"s"));
        assert_eq!(more, Err(NoteError::TooManySignatures));
        let more = [&full[..], unknown("more", b"s").line().as_bytes(), b"\n"].concat();
        assert_eq!(Note::parse(&more), Err(NoteError::TooManySignatures));
        let long = "a".repeat(MAX_NOTE_BYTES) + "\n";
        assert!(matches!(
            Note::new(long, unknown("n", b"s")),
            Err(NoteError::TooLong { .. })
        ));
    }

    #[test]
    fn names_and_origins_can_be_seen() {
        for name in ["", "a b", "a+b", "a\u{a0}b", "a\u{3000}", "a\tb", "a\u{1}"] {
            assert!(name.parse::<KeyName>().is_err(), "{name:?}");
            assert!(name.parse::<Origin>().is_err(), "{name:?}");
        }
        let long = "a".repeat(256);
        for name in ["a\u{202e}b", "a\u{200b}", "a\u{7f}", &long] {
            assert!(name.parse::<KeyName>().is_ok(), "{name:?}");
            assert!(name.parse::<Origin>().is_err(), "{name:?}");
        }
        assert!(long[1..].parse::<Origin>().is_ok());
    }
}
