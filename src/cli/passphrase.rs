//! Passphrases: from a file descriptor, the environment or the terminal, never from an argument.
//!
//! What is given by descriptor or environment holds for every key of the command; on the terminal
//! each key is asked for. A new passphrase is asked for twice.

use std::cell::OnceCell;
use std::fs::File;
use std::io::{self, Read as _};
use std::path::Path;

use zeroize::Zeroizing;

use super::answer::{About as _, Failure, say};
use super::args::Passphrases;
use super::words;
use crate::signer::{FileSigner, Passphrase, PassphraseSource};
use crate::statement::Language;

/// The shortest passphrase for a new key, in characters.
const MIN_NEW_CHARACTERS: usize = 8;

/// The longest line that is read from a descriptor, in bytes.
const MAX_LINE_BYTES: usize = 4096;

/// Opens key files with the passphrases of one command.
pub struct KeyRing {
    from: Passphrases,
    language: Language,
    /// What was given without asking; read once, because a pipe can be read once.
    given: OnceCell<Option<Zeroizing<String>>>,
}

impl KeyRing {
    /// Makes the key ring of a command.
    pub fn new(from: Passphrases, language: Language) -> KeyRing {
        KeyRing {
            from,
            language,
            given: OnceCell::new(),
        }
    }

    /// Opens a key file.
    pub fn open(&self, path: &Path) -> Result<FileSigner, Failure> {
        let given = self.given()?;
        let ask = |_: &str| match given {
            Some(given) => Ok(given.as_str().to_owned()),
            None => ask(&words::passphrase_of(self.language, path.display())),
        };
        let signer = FileSigner::open(path, &PassphraseSource::Prompt(&ask))?;
        for warning in signer.warnings() {
            say(&words::warning(self.language, warning));
        }
        Ok(signer)
    }

    /// Returns the passphrase for a new key.
    pub fn choose(&self, path: &Path) -> Result<Passphrase, Failure> {
        let chosen = match self.given()? {
            Some(given) => given.clone(),
            None => {
                let question = words::new_passphrase_of(self.language, path.display());
                let first = Zeroizing::new(ask(&question)?);
                let second = Zeroizing::new(ask(&words::passphrase_again(self.language))?);
                if first != second {
                    return Err(Failure::not_run("expected the same passphrase twice"));
                }
                first
            }
        };
        if chosen.chars().count() < MIN_NEW_CHARACTERS {
            return Err(Failure::not_run(format!(
                "expected a passphrase of at least {MIN_NEW_CHARACTERS} characters for a new key"
            )));
        }
        Ok(Passphrase::new(chosen.as_str())?)
    }

    fn given(&self) -> Result<Option<&Zeroizing<String>>, Failure> {
        if self.given.get().is_none() {
            let given = match (&self.from.passphrase_fd, &self.from.passphrase_env) {
                (Some(number), _) => {
                    let place = format!("file descriptor {number}");
                    Some(first_line(*number).about(place)?)
                }
                (None, Some(name)) => {
                    let none = || {
                        Failure::not_run(format!(
                            "expected a passphrase in the environment variable {name}, found none"
                        ))
                    };
                    Some(Zeroizing::new(std::env::var(name).map_err(|_| none())?))
                }
                (None, None) => None,
            };
            let _ = self.given.set(given);
        }
        Ok(self.given.get().and_then(Option::as_ref))
    }
}

fn ask(question: &str) -> io::Result<String> {
    rpassword::prompt_password(question)
        .map_err(|error| io::Error::new(error.kind(), format!("{error}\n{HOW_TO_GIVE}")))
}

/// Reads one line from a descriptor, opened by its name because that is safe Rust.
fn first_line(number: u32) -> io::Result<Zeroizing<String>> {
    let mut file = File::open(format!("/dev/fd/{number}"))?;
    let mut line = Zeroizing::new(Vec::with_capacity(MAX_LINE_BYTES));
    // Byte by byte: what follows the line is somebody else's.
    let mut byte = [0];
    while line.len() < MAX_LINE_BYTES && file.read(&mut byte)? == 1 && byte != *b"\n" {
        line.push(byte[0]);
    }
    if line.last() == Some(&b'\r') {
        line.pop();
    }
    let text = std::str::from_utf8(&line)
        .map_err(|_| io::Error::new(io::ErrorKind::InvalidData, "expected UTF-8"))?;
    Ok(Zeroizing::new(text.to_owned()))
}

const HOW_TO_GIVE: &str =
    "without a terminal, give the passphrase with --passphrase-fd or --passphrase-env";
