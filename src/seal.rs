//! Sealed files: bytes encrypted to recipients, or with a passphrase, in the format of age.
//!
//! Source: C2SP age (`age-encryption.org/v1`), binary, as the programs `age` and `rage` write and
//! read it:
//!
//! ```text
//! age-encryption.org/v1
//! -> X25519 54hTRifnD0v/lEF3ZgFmRSuCTYwmwPeCcDzbiWjRyBo
//! SIMCBD+TVl9A/zLMWFVRXXIXyrXWfPcbcCsqdYQfABw
//! --- G4BIKQcIrxO6Yq/wyckwrTGgAXOXXgVhL/q8kvrpXw8
//! <nonce and encrypted bytes>
//! ```
//!
//! Recipients are `age1…` (X25519), and `age1tag1…` and `age1tagpq1…` (keys in a device, to which
//! anyone can seal); identities, which open, are `AGE-SECRET-KEY-1…` in a file as `age-keygen`
//! writes it. What is sealed is not signed: whoever knows a recipient can seal to it, so what
//! is inside is trusted only as far as something else vouches for it, as commitments do for openings.
//! Everything is kept in memory, and what was opened is wiped when it is dropped.

use std::fmt;
use std::io::{self, Read as _, Write as _};
use std::str::FromStr;

use age::secrecy::{ExposeSecret as _, SecretString};
use age::{DecryptError, Decryptor, EncryptError, Encryptor, scrypt, tag, tagpq, x25519};
use zeroize::Zeroizing;

use crate::hash::excerpt;

/// Somebody who can open what is sealed to it.
#[derive(Clone, Debug)]
pub struct Recipient(Kind);

#[derive(Clone, Debug)]
enum Kind {
    X25519(x25519::Recipient),
    Tag(tag::Recipient),
    TagPq(Box<tagpq::Recipient>),
}

/// The secret that opens what was sealed to its recipient; wiped when it is dropped.
#[derive(Clone)]
pub struct Identity(x25519::Identity);

/// How a sealed file is opened.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Lock {
    /// By an identity.
    Identity,
    /// By a passphrase.
    Passphrase,
}

impl Recipient {
    /// Reads a file of recipients, one a line; empty lines and those that begin with `#` are
    /// passed over.
    ///
    /// # Errors
    /// [`SealError::Recipient`] and [`SealError::NoRecipients`].
    pub fn parse_file(text: &str) -> Result<Vec<Recipient>, SealError> {
        let recipients: Vec<Recipient> = lines(text)
            .map(|(_, line)| line.parse())
            .collect::<Result<_, _>>()?;
        match recipients.is_empty() {
            true => Err(SealError::NoRecipients),
            false => Ok(recipients),
        }
    }

    fn inner(&self) -> &dyn age::Recipient {
        match &self.0 {
            Kind::X25519(recipient) => recipient,
            Kind::Tag(recipient) => recipient,
            Kind::TagPq(recipient) => recipient.as_ref(),
        }
    }
}

impl FromStr for Recipient {
    type Err = SealError;

    fn from_str(text: &str) -> Result<Recipient, SealError> {
        let x25519 = || text.parse().map(Kind::X25519).ok();
        let tag = || text.parse().map(Kind::Tag).ok();
        let tagpq = || text.parse().map(Box::new).map(Kind::TagPq).ok();
        let kind = x25519().or_else(tag).or_else(tagpq).map(Recipient);
        // A spelling in capitals is the same key, and not the one that people compare.
        kind.filter(|recipient| recipient.to_string() == text)
            .ok_or_else(|| SealError::Recipient {
                found: match text.starts_with("AGE-SECRET-KEY") {
                    true => "an identity, which is secret".to_owned(),
                    false => format!("{:?}", excerpt(text)),
                },
            })
    }
}

impl fmt::Display for Recipient {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.0 {
            Kind::X25519(recipient) => recipient.fmt(f),
            Kind::Tag(recipient) => recipient.fmt(f),
            Kind::TagPq(recipient) => recipient.fmt(f),
        }
    }
}

impl Identity {
    /// Makes an identity from the operating system's randomness.
    pub fn generate() -> Identity {
        Identity(x25519::Identity::generate())
    }

    /// Returns who can be sealed to.
    pub fn recipient(&self) -> Recipient {
        Recipient(Kind::X25519(self.0.to_public()))
    }

    /// Returns the file of this identity, as `age-keygen` writes it, without a date.
    pub fn print_file(&self) -> Zeroizing<String> {
        let secret = self.0.to_string();
        Zeroizing::new(format!(
            "# public key: {}\n{}\n",
            self.recipient(),
            secret.expose_secret()
        ))
    }

    /// Reads a file of identities, one a line; empty lines and those that begin with `#` are
    /// passed over.
    ///
    /// # Errors
    /// [`SealError::Identity`] and [`SealError::NoIdentities`]; neither shows what it found.
    pub fn parse_file(text: &str) -> Result<Vec<Identity>, SealError> {
        let parse = |(line, text): (usize, &str)| match text.parse() {
            Ok(identity) => Ok(Identity(identity)),
            Err(_) => Err(SealError::Identity {
                line,
                found: match text {
                    _ if text.starts_with("age1") => "a recipient",
                    _ if text.starts_with("AGE-PLUGIN-") => {
                        "an identity in a device, which only age itself can use"
                    }
                    _ if text.starts_with("-----BEGIN") => "a key of another kind",
                    _ => "something else",
                },
            }),
        };
        let identities: Vec<Identity> = lines(text).map(parse).collect::<Result<_, _>>()?;
        match identities.is_empty() {
            true => Err(SealError::NoIdentities),
            false => Ok(identities),
        }
    }
}

impl fmt::Debug for Identity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Identity(of {})", self.recipient())
    }
}

/// Seals `bytes` so that each of `recipients` can open them; one is enough.
///
/// # Errors
/// [`SealError::NoRecipients`], and [`SealError::Mixed`] when a recipient that withstands a quantum
/// computer stands beside one that does not.
pub fn seal(bytes: &[u8], recipients: &[Recipient]) -> Result<Vec<u8>, SealError> {
    let all = recipients.iter().map(Recipient::inner);
    let encryptor = Encryptor::with_recipients(all).map_err(|error| match error {
        EncryptError::IncompatibleRecipients { .. } => SealError::Mixed,
        _ => SealError::NoRecipients,
    })?;
    Ok(wrapped(encryptor, bytes))
}

/// Seals `bytes` so that whoever knows `passphrase` can open them.
///
/// It takes about a second and 256 MiB of memory, as does opening.
pub fn seal_with_passphrase(bytes: &[u8], passphrase: &str) -> Vec<u8> {
    let mut recipient = scrypt::Recipient::new(SecretString::from(passphrase));
    recipient.set_work_factor(SCRYPT_LOG_N);
    let all = std::iter::once(&recipient as &dyn age::Recipient);
    let encryptor = Encryptor::with_recipients(all).expect("one passphrase is one recipient");
    wrapped(encryptor, bytes)
}

fn wrapped(encryptor: Encryptor, bytes: &[u8]) -> Vec<u8> {
    let mut sealed = Vec::with_capacity(bytes.len() + 1_024);
    let written = encryptor.wrap_output(&mut sealed).and_then(|mut writer| {
        writer.write_all(bytes)?;
        writer.finish()
    });
    written.expect("memory can be written to");
    sealed
}

/// Says how a file is opened; nothing when it does not begin as a sealed file does.
///
/// # Errors
/// [`SealError`] when it begins so and is none, or is wrapped in text.
pub fn lock(bytes: &[u8]) -> Result<Option<Lock>, SealError> {
    if bytes.starts_with(ARMOR) {
        return Err(SealError::Armored);
    }
    if !bytes.starts_with(MAGIC) {
        return Ok(None);
    }
    let decryptor = Decryptor::new(bytes).map_err(SealError::opening)?;
    Ok(Some(match decryptor.is_scrypt() {
        true => Lock::Passphrase,
        false => Lock::Identity,
    }))
}

/// Opens what was sealed to one of `identities`; at most `most` bytes.
///
/// # Errors
/// [`SealError::OtherRecipients`] when it was sealed to others, [`SealError::Damaged`] when a byte
/// was changed or is missing.
pub fn open(
    sealed: &[u8],
    identities: &[Identity],
    most: usize,
) -> Result<Zeroizing<Vec<u8>>, SealError> {
    let identities = identities
        .iter()
        .map(|identity| &identity.0 as &dyn age::Identity);
    opened(sealed, identities, most)
}

/// Opens what was sealed with `passphrase`; at most `most` bytes.
///
/// # Errors
/// [`SealError::WrongPassphrase`]; [`SealError::TooCostly`] before more than 1 GiB of memory is taken.
pub fn open_with_passphrase(
    sealed: &[u8],
    passphrase: &str,
    most: usize,
) -> Result<Zeroizing<Vec<u8>>, SealError> {
    let mut identity = scrypt::Identity::new(SecretString::from(passphrase));
    identity.set_max_work_factor(MAX_SCRYPT_LOG_N);
    let identities = std::iter::once(&identity as &dyn age::Identity);
    opened(sealed, identities, most).map_err(|error| match error {
        SealError::OtherRecipients => SealError::WrongPassphrase,
        error => error,
    })
}

fn opened<'i>(
    sealed: &[u8],
    identities: impl Iterator<Item = &'i dyn age::Identity>,
    most: usize,
) -> Result<Zeroizing<Vec<u8>>, SealError> {
    if sealed.starts_with(ARMOR) {
        return Err(SealError::Armored);
    }
    let decryptor = Decryptor::new(sealed).map_err(SealError::opening)?;
    let reader = decryptor.decrypt(identities).map_err(SealError::opening)?;
    // Room for all at once: growing would leave copies behind that nobody wipes.
    let room = sealed.len().min(most + 1);
    let mut bytes = Zeroizing::new(Vec::with_capacity(room));
    let read = reader.take(most as u64 + 1).read_to_end(&mut bytes);
    read.map_err(|_| SealError::Damaged)?;
    match bytes.len() > most {
        true => Err(SealError::TooLong { most }),
        false => Ok(bytes),
    }
}

/// Goes through the lines that say something, with their numbers from 1.
fn lines(text: &str) -> impl Iterator<Item = (usize, &str)> {
    let lines = (1..).zip(text.lines());
    lines.filter(|(_, line)| !line.is_empty() && !line.starts_with('#'))
}

/// Why something is not sealed or not opened.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum SealError {
    /// Text that is no recipient.
    #[error(
        "expected an age recipient (age1…), found {found}\n`bewijs openings key` and `age-keygen` make an identity and print its recipient"
    )]
    Recipient {
        /// What was found.
        found: String,
    },
    /// Nobody to seal to.
    #[error("expected at least one age recipient, found none")]
    NoRecipients,
    /// Recipients of two kinds that do not go together.
    #[error(
        "expected recipients that all withstand a quantum computer (age1tagpq1…), or none that does, found both"
    )]
    Mixed,
    /// A line that is no identity.
    #[error("line {line}: expected an age identity (AGE-SECRET-KEY-1…), found {found}")]
    Identity {
        /// The line, from 1.
        line: usize,
        /// What was found, without showing it.
        found: &'static str,
    },
    /// No identity to open with.
    #[error("expected at least one age identity (AGE-SECRET-KEY-1…), found none")]
    NoIdentities,
    /// Sealed bytes wrapped in text.
    #[error(
        "expected a sealed file as bytes, found one wrapped in text\n`age --decrypt` reads it, and `age --encrypt` without --armor seals it again"
    )]
    Armored,
    /// No sealed file.
    #[error("expected a file sealed in the format of age (version 1), found another")]
    NotSealed,
    /// Sealed to others.
    #[error(
        "expected an identity to which this file was sealed, found none\nit was sealed to others, or to another identity of yours"
    )]
    OtherRecipients,
    /// Another passphrase is needed.
    #[error("expected another passphrase")]
    WrongPassphrase,
    /// A passphrase that costs too much to try.
    #[error("expected a passphrase that takes at most 1 GiB of memory to try, found more")]
    TooCostly,
    /// The file is not as it was sealed.
    #[error("expected a sealed file as it was made, found it changed or cut short")]
    Damaged,
    /// More inside than is of use.
    #[error("expected at most {most} bytes in the sealed file, found more")]
    TooLong {
        /// The most that is taken.
        most: usize,
    },
}

impl SealError {
    fn opening(error: DecryptError) -> SealError {
        match error {
            DecryptError::UnknownFormat => SealError::NotSealed,
            DecryptError::NoMatchingKeys => SealError::OtherRecipients,
            // Of a passphrase the only sign of a wrong one is that the key does not decrypt.
            DecryptError::DecryptionFailed | DecryptError::KeyDecryptionFailed => {
                SealError::OtherRecipients
            }
            DecryptError::ExcessiveWork { .. } => SealError::TooCostly,
            DecryptError::Io(error) if error.kind() == io::ErrorKind::InvalidData => {
                SealError::NotSealed
            }
            _ => SealError::Damaged,
        }
    }
}

const MAGIC: &[u8] = b"age-encryption.org/v1\n";
const ARMOR: &[u8] = b"-----BEGIN AGE ENCRYPTED FILE-----";

/// 256 MiB of memory, what age itself takes.
const SCRYPT_LOG_N: u8 = 18;

/// 1 GiB of memory.
const MAX_SCRYPT_LOG_N: u8 = 20;

#[cfg(test)]
mod tests {
    use super::*;

    const MOST: usize = 1 << 20;

    #[test]
    fn each_recipient_opens_and_nobody_else() {
        let all = [(); 3].map(|()| Identity::generate());
        let recipients = [all[0].recipient(), all[1].recipient()];
        let sealed = seal(b"secret", &recipients).unwrap();
        assert_eq!(lock(&sealed), Ok(Some(Lock::Identity)));
        assert!(!sealed.windows(6).any(|part| part == b"secret"));
        for (identity, opens) in all.iter().zip([true, true, false]) {
            let opened = open(&sealed, std::slice::from_ref(identity), MOST);
            match opens {
                true => assert_eq!(opened.unwrap().as_slice(), b"secret"),
                false => assert_eq!(opened, Err(SealError::OtherRecipients)),
            }
        }
        assert_eq!(open(&sealed, &all, MOST).unwrap().as_slice(), b"secret");
        assert_ne!(seal(b"secret", &recipients).unwrap(), sealed);
        assert_eq!(seal(b"secret", &[]), Err(SealError::NoRecipients));
    }

    #[test]
    fn a_changed_byte_or_a_missing_one_opens_nothing() {
        let identity = [Identity::generate()];
        let sealed = seal(&[7; 300], &[identity[0].recipient()]).unwrap();
        for at in 0..sealed.len() {
            let mut changed = sealed.clone();
            changed[at] ^= 1;
            assert!(open(&changed, &identity, MOST).is_err(), "byte {at}");
            assert!(open(&sealed[..at], &identity, MOST).is_err(), "cut at {at}");
        }
        let longer = [sealed.as_slice(), b"x"].concat();
        assert_eq!(open(&longer, &identity, MOST), Err(SealError::Damaged));
        let last = sealed.len() - 1;
        assert_eq!(
            open(&sealed[..last], &identity, MOST),
            Err(SealError::Damaged)
        );
    }

    #[test]
    fn what_is_too_long_is_not_opened() {
        let identity = [Identity::generate()];
        let sealed = seal(&[7; 300], &[identity[0].recipient()]).unwrap();
        assert_eq!(open(&sealed, &identity, 300).unwrap().len(), 300);
        assert_eq!(
            open(&sealed, &identity, 299),
            Err(SealError::TooLong { most: 299 })
        );
    }

    #[test]
    fn what_is_not_sealed_is_told_apart() {
        assert_eq!(lock(b"{}"), Ok(None));
        assert_eq!(lock(b""), Ok(None));
        assert_eq!(
            lock(b"-----BEGIN AGE ENCRYPTED FILE-----\n"),
            Err(SealError::Armored)
        );
        assert!(lock(b"age-encryption.org/v1\nnonsense").is_err());
        let identity = [Identity::generate()];
        for bytes in [b"{}".as_slice(), b"", b"age-encryption.org/v2\n-> X\n"] {
            assert!(open(bytes, &identity, MOST).is_err());
        }
    }

    #[test]
    fn recipients_and_identities_have_one_spelling() {
        let identity = Identity::generate();
        let recipient = identity.recipient();
        let parsed: Recipient = recipient.to_string().parse().unwrap();
        assert_eq!(parsed.to_string(), recipient.to_string());
        let file = identity.print_file();
        let read = Identity::parse_file(&file).unwrap();
        assert_eq!(read[0].recipient().to_string(), recipient.to_string());
        let secret = file.lines().nth(1).unwrap();
        for wrong in [
            recipient.to_string().to_uppercase(),
            format!("{recipient} "),
            "age1".to_owned(),
            "ssh-ed25519 AAAA".to_owned(),
            String::new(),
        ] {
            assert!(wrong.parse::<Recipient>().is_err(), "{wrong}");
        }
        // Whoever hands in a secret for a recipient does not see it printed.
        let error = secret.parse::<Recipient>().unwrap_err().to_string();
        assert!(
            !error.contains(secret) && error.contains("which is secret"),
            "{error}"
        );
        let shown = format!("{identity:?}");
        assert!(!shown.contains(secret), "{shown}");
        let list = format!("# ours\n\n{recipient}\n");
        assert_eq!(Recipient::parse_file(&list).unwrap().len(), 1);
        assert!(matches!(
            Recipient::parse_file("# nobody\n"),
            Err(SealError::NoRecipients)
        ));
        for (text, line) in [
            (format!("# x\n{recipient}\n"), 2),
            ("AGE-PLUGIN-YUBIKEY-1XXX\n".to_owned(), 1),
            (
                format!("{secret}\n-----BEGIN OPENSSH PRIVATE KEY-----\n"),
                2,
            ),
            (format!("{secret}x\n"), 1),
        ] {
            let error = Identity::parse_file(&text).unwrap_err();
            assert!(
                matches!(error, SealError::Identity { line: at, .. } if at == line),
                "{error}"
            );
            assert!(!error.to_string().contains("SECRET-KEY-1Q"), "{error}");
        }
        assert!(matches!(
            Identity::parse_file(""),
            Err(SealError::NoIdentities)
        ));
    }

    #[test]
    fn a_passphrase_opens_what_it_sealed() {
        let sealed = seal_with_passphrase(b"secret", "correct horse");
        assert_eq!(lock(&sealed), Ok(Some(Lock::Passphrase)));
        let opened = open_with_passphrase(&sealed, "correct horse", MOST).unwrap();
        assert_eq!(opened.as_slice(), b"secret");
        let wrong = open_with_passphrase(&sealed, "correct horsf", MOST);
        assert_eq!(wrong, Err(SealError::WrongPassphrase));
        let other = open(&sealed, &[Identity::generate()], MOST);
        assert_eq!(other, Err(SealError::OtherRecipients));
        // A cost that would take the machine down is refused before it is paid.
        let text = String::from_utf8_lossy(&sealed).replacen(" 18\n", " 30\n", 1);
        let costly = text.as_bytes();
        assert!(costly.starts_with(MAGIC));
        assert_eq!(
            open_with_passphrase(costly, "correct horse", MOST),
            Err(SealError::TooCostly)
        );
    }
}
