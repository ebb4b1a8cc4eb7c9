//! Openings on disk: sealed to recipients or with a passphrase, and opened again.
//!
//! A file of openings is sealed unless the person says otherwise, in words that have `danger` in them.

use std::path::{Path, PathBuf};

use zeroize::Zeroizing;

use super::answer::{About as _, Failure, say};
use super::args::{OpenWith, SealTo};
use super::files;
use super::passphrase::KeyRing;
use super::words;
use crate::seal::{self, Identity, Lock, Recipient};
use crate::statement::opening::MAX_OPENINGS_BYTES;
use crate::statement::{Language, Openings};

/// How openings are written.
#[derive(Clone)]
pub enum Sealing {
    /// As they are, for whoever reads the file.
    Plain,
    /// For each of these.
    Recipients(Vec<Recipient>),
    /// For whoever knows a passphrase, which is asked for when it is needed.
    Passphrase,
}

impl Sealing {
    /// Takes what the person said, or what `BEWIJS_RECIPIENTS` says once for all.
    ///
    /// Recipients win over everything else, so that no mistake makes a file less private.
    pub fn of(to: &SealTo) -> Result<Option<Sealing>, Failure> {
        let mut recipients = Vec::new();
        for typed in &to.recipient {
            recipients.push(typed.parse::<Recipient>().about("--recipient")?);
        }
        if let Some(file) = &to.recipients_file {
            recipients.extend(read_recipients(file)?);
        }
        if recipients.is_empty() && to.seal_passphrase {
            return Ok(Some(Sealing::Passphrase));
        }
        if recipients.is_empty() && is_set(RECIPIENTS) {
            let file = std::env::var_os(RECIPIENTS).unwrap_or_default();
            recipients.extend(read_recipients(Path::new(&file)).about(RECIPIENTS)?);
        }
        Ok(match recipients.is_empty() {
            false => Some(Sealing::Recipients(recipients)),
            true if to.danger_plain_openings || is_set(DANGER) => Some(Sealing::Plain),
            true => None,
        })
    }

    /// As [`Sealing::of`], where openings will be written.
    pub fn demanded(to: &SealTo) -> Result<Sealing, Failure> {
        let none = || {
            let none = Failure::not_run(
                "expected --recipient, for whom the confidential values are sealed, found none",
            );
            none.hint("`bewijs openings key -o FILE` makes an identity and prints its recipient; BEWIJS_RECIPIENTS names a file of recipients once for all\n--seal-passphrase seals with a passphrase; --danger-plain-openings leaves the values readable")
        };
        Sealing::of(to)?.ok_or_else(none)
    }

    /// Returns the name of the file that holds openings sealed so.
    pub fn path(&self, plain: PathBuf) -> PathBuf {
        match self {
            Sealing::Plain => plain,
            Sealing::Recipients(_) | Sealing::Passphrase => {
                let mut name = plain.into_os_string();
                name.push(SUFFIX);
                PathBuf::from(name)
            }
        }
    }

    /// Says for whom, in words.
    pub fn describe(&self, language: Language) -> String {
        match self {
            Sealing::Plain => words::SEALED_TO_NOBODY.text(language).to_owned(),
            Sealing::Passphrase => words::SEALED_WITH_PASSPHRASE.text(language).to_owned(),
            Sealing::Recipients(recipients) => {
                let names: Vec<String> = recipients.iter().map(Recipient::to_string).collect();
                words::sealed_to(language, names.join(", "))
            }
        }
    }

    /// Returns the bytes of the file at `path`; a plain one is warned about.
    pub fn seal(
        &self,
        openings: &Openings,
        path: &Path,
        ring: &KeyRing,
        language: Language,
    ) -> Result<Zeroizing<Vec<u8>>, Failure> {
        let plain = Zeroizing::new(openings.print());
        Ok(match self {
            Sealing::Plain => {
                say(&words::openings_plain(language, path.display()));
                plain
            }
            Sealing::Recipients(recipients) => Zeroizing::new(seal::seal(&plain, recipients)?),
            Sealing::Passphrase => {
                let passphrase = ring.choose_text(path)?;
                Zeroizing::new(seal::seal_with_passphrase(&plain, &passphrase))
            }
        })
    }
}

fn read_recipients(file: &Path) -> Result<Vec<Recipient>, Failure> {
    Recipient::parse_file(&files::read_text(file)?).about(file.display())
}

/// Openings that were read, and whether their file was sealed.
pub struct Read {
    /// What was in the file.
    pub openings: Openings,
    /// Whether it was sealed.
    pub sealed: bool,
}

/// Reads a file of openings, sealed or not.
pub fn read_openings(path: &Path, with: &OpenWith, ring: &KeyRing) -> Result<Read, Failure> {
    let bytes = Zeroizing::new(files::read(path)?);
    let lock = seal::lock(&bytes).about(path.display())?;
    let plain = match lock {
        None => bytes,
        Some(Lock::Passphrase) => {
            let passphrase = ring.text_for(path)?;
            seal::open_with_passphrase(&bytes, &passphrase, MAX_OPENINGS_BYTES)
                .about(path.display())?
        }
        Some(Lock::Identity) => {
            if with.identity.is_empty() {
                let none = Failure::not_run(
                    "expected --identity, because this file is sealed to age recipients, found none",
                );
                return Err(none.about(path.display()));
            }
            let mut identities = Vec::new();
            for file in &with.identity {
                identities.extend(read_identities(file, ring)?);
            }
            seal::open(&bytes, &identities, MAX_OPENINGS_BYTES).about(path.display())?
        }
    };
    Ok(Read {
        openings: Openings::parse(&plain).about(path.display())?,
        sealed: lock.is_some(),
    })
}

/// Reads an identity file: as `age-keygen` writes it, or that sealed with a passphrase.
fn read_identities(file: &Path, ring: &KeyRing) -> Result<Vec<Identity>, Failure> {
    let bytes = Zeroizing::new(files::read(file)?);
    let plain = match seal::lock(&bytes).about(file.display())? {
        Some(Lock::Passphrase) => {
            let passphrase = ring.text_for(file)?;
            seal::open_with_passphrase(&bytes, &passphrase, MAX_IDENTITY_BYTES)
                .about(file.display())?
        }
        Some(Lock::Identity) => {
            let sealed = "expected an identity, plain or sealed with a passphrase, found a file sealed to recipients";
            return Err(Failure::not_run(sealed).about(file.display()));
        }
        None => {
            if let Some(mode) = files::open_to_others(file) {
                say(&words::warning_open(
                    ring.language(),
                    file.display(),
                    format!("{mode:03o}"),
                ));
            }
            bytes
        }
    };
    let text = std::str::from_utf8(&plain)
        .map_err(|_| Failure::not_run("expected UTF-8 text").about(file.display()))?;
    Identity::parse_file(text).about(file.display())
}

/// Says whether an environment variable says anything.
fn is_set(name: &str) -> bool {
    std::env::var_os(name).is_some_and(|text| !text.is_empty())
}

/// Names a file of recipients for every command.
const RECIPIENTS: &str = "BEWIJS_RECIPIENTS";

/// Says the same as `--danger-plain-openings`, for every command of an exercise.
const DANGER: &str = "BEWIJS_DANGER_PLAIN_OPENINGS";

const SUFFIX: &str = ".age";

/// Longer than any file of identities that is of use.
const MAX_IDENTITY_BYTES: usize = 1 << 20;
