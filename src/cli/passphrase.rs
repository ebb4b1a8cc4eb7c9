//! Passphrases and PINs: from a file descriptor, the environment or the terminal, never from an
//! argument.
//!
//! What is given by descriptor or environment holds for every key file of the command, or for one
//! token; on the terminal each key is asked for. A new passphrase is asked for twice.

use std::cell::{Cell, OnceCell};
use std::fs::File;
use std::io::{self, IsTerminal as _, Read as _};
use std::path::Path;

use zeroize::Zeroizing;

use super::answer::{About as _, Failure, say};
use super::args::Passphrases;
use super::words;
use crate::signer::{FileSigner, KeyLocation, Passphrase, PassphraseSource, Signer, TokenUri};
use crate::statement::Language;

/// The shortest passphrase for a new key, in characters.
const MIN_NEW_CHARACTERS: usize = 8;

/// The longest line that is read from a descriptor, in bytes.
const MAX_LINE_BYTES: usize = 4096;

/// Opens keys with the passphrases of one command.
pub struct KeyRing {
    from: Passphrases,
    language: Language,
    /// What was given without asking; read once, because a pipe can be read once.
    given: OnceCell<Option<Zeroizing<String>>>,
    /// What it was used for already.
    used: Cell<Option<Use>>,
}

/// What a secret that was given without asking is used for.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Use {
    /// Key files, which take any number of tries.
    Files,
    /// A token, which locks itself after a few wrong ones.
    #[cfg(feature = "pkcs11")]
    Token,
}

impl KeyRing {
    /// Makes the key ring of a command.
    pub fn new(from: Passphrases, language: Language) -> KeyRing {
        KeyRing {
            from,
            language,
            given: OnceCell::new(),
            used: Cell::new(None),
        }
    }

    /// Opens a key, wherever it is.
    pub fn open(&self, key: &KeyLocation) -> Result<Box<dyn Signer>, Failure> {
        Ok(match key {
            KeyLocation::File(path) => Box::new(self.open_file(path)?),
            KeyLocation::Agent(wanted) => self.open_agent(wanted)?,
            KeyLocation::Token(uri) => self.open_token(&uri.parse()?)?,
        })
    }

    fn open_file(&self, path: &Path) -> Result<FileSigner, Failure> {
        let given = self.given_for(Use::Files)?;
        let ask = |_: &str| match given {
            Some(given) => Ok(given.as_str().to_owned()),
            None => ask(&words::passphrase_of(self.language, path.display())),
        };
        let signer = FileSigner::open(path, &PassphraseSource::Prompt(&ask))?;
        if let Some(name) = signer.public_key().demo_name() {
            // Who may read the file does not matter any more.
            say(&words::warning_demo(self.language, path.display(), name));
            return Ok(signer);
        }
        for warning in signer.warnings() {
            say(&words::warning(self.language, warning));
        }
        Ok(signer)
    }

    #[cfg(unix)]
    fn open_agent(&self, wanted: &str) -> Result<Box<dyn Signer>, Failure> {
        let signer = crate::signer::Agent::from_environment()?.signer(wanted)?;
        if io::stderr().is_terminal() {
            say(words::AGENT_MAY_ASK.text(self.language));
        }
        Ok(Box::new(signer))
    }

    #[cfg(not(unix))]
    fn open_agent(&self, _: &str) -> Result<Box<dyn Signer>, Failure> {
        Err(Failure::not_run(
            "expected a system with Unix sockets for an ssh-agent, found none",
        ))
    }

    #[cfg(feature = "pkcs11")]
    fn open_token(&self, uri: &TokenUri) -> Result<Box<dyn Signer>, Failure> {
        use crate::signer::{Login, Token, Tries};
        let token = Token::find(uri)?;
        let pin = match token.login() {
            Login::Open => None,
            Login::OnDevice => {
                say(&words::pin_on_device(self.language, uri.token()));
                None
            }
            Login::Pin(tries) => {
                let given = self.given_for(Use::Token)?;
                match (tries, given) {
                    (Tries::Last, Some(_)) => {
                        let last = format!(
                            "token {:?}: expected more than one try before it locks, found the last",
                            uri.token()
                        );
                        let hint =
                            "no PIN was tried: give it on a terminal, where you see what you risk";
                        return Err(Failure::not_run(last).hint(hint));
                    }
                    (Tries::Last, None) => say(&words::pin_last(self.language, uri.token())),
                    (Tries::Fewer, None) => say(&words::pin_fewer(self.language, uri.token())),
                    _ => {}
                }
                let pin = match given {
                    Some(given) => given.clone(),
                    None => Zeroizing::new(ask(&words::pin_of(self.language, uri.token()))?),
                };
                Some(Passphrase::new(pin.as_str())?)
            }
        };
        Ok(Box::new(token.open(pin.as_ref())?))
    }

    #[cfg(not(feature = "pkcs11"))]
    fn open_token(&self, uri: &TokenUri) -> Result<Box<dyn Signer>, Failure> {
        let none =
            format!("expected a program with the feature pkcs11 for {uri}, found one without");
        Err(Failure::not_run(none).hint("cargo install bewijs --features pkcs11 makes one"))
    }

    /// Returns the language in which questions are asked.
    pub fn language(&self) -> Language {
        self.language
    }

    /// Returns the passphrase of a file that is not a key.
    pub fn text_for(&self, path: &Path) -> Result<Zeroizing<String>, Failure> {
        Ok(match self.given_for(Use::Files)? {
            Some(given) => given.clone(),
            None => Zeroizing::new(ask(&words::passphrase_of(self.language, path.display()))?),
        })
    }

    /// Returns the passphrase for a new key.
    pub fn choose(&self, path: &Path) -> Result<Passphrase, Failure> {
        Ok(Passphrase::new(self.choose_text(path)?.as_str())?)
    }

    /// Returns the passphrase for a new file.
    pub fn choose_text(&self, path: &Path) -> Result<Zeroizing<String>, Failure> {
        let chosen = match self.given_for(Use::Files)? {
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
        Ok(chosen)
    }

    /// Returns what was given without asking, for one use only: a passphrase that is tried as
    /// a PIN uses up a try.
    fn given_for(&self, wanted: Use) -> Result<Option<&Zeroizing<String>>, Failure> {
        let given = self.given()?;
        if given.is_some() {
            let before = self.used.replace(Some(wanted));
            if before.is_some_and(|before| (before, wanted) != (Use::Files, Use::Files)) {
                let one = "expected a token alone, when its PIN is given without asking, found another key beside it";
                let hint = "sign with one key, then `bewijs cosign` with the other";
                return Err(Failure::not_run(one).hint(hint));
            }
        }
        Ok(given)
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
