//! Passphrases: what keeps a key from being used by who finds it, and where one is read from.

use std::fmt;
use std::fs::File;
use std::io::{self, Read as _};

use zeroize::Zeroizing;

/// What keeps a key file from being read by who finds it; wiped when it is dropped.
///
/// At most [`Passphrase::MAX_BYTES`] long, not empty.
#[derive(Clone)]
pub struct Passphrase(Zeroizing<Vec<u8>>);

/// Where a passphrase comes from.
///
/// Reading it is up to one line, without the line feed at its end.
#[non_exhaustive]
pub enum PassphraseSource<'a> {
    /// A person who is asked; the function gets what to ask for, and answers with one line.
    Prompt(&'a dyn Fn(&str) -> io::Result<String>),
    /// An open file descriptor, as in `3<passphrase.txt`; 0 is standard input.
    FileDescriptor(u32),
    /// An environment variable. Other processes of the same user can read it.
    Environment(&'a str),
}

impl Passphrase {
    /// The longest passphrase in bytes.
    pub const MAX_BYTES: usize = 1_024;

    /// Takes a passphrase.
    ///
    /// # Errors
    /// [`PassphraseError`] when it is empty or too long.
    pub fn new(text: impl Into<Vec<u8>>) -> Result<Passphrase, PassphraseError> {
        let text = Zeroizing::new(text.into());
        match text.len() {
            0 => Err(PassphraseError::Empty),
            length if length > Passphrase::MAX_BYTES => Err(PassphraseError::TooLong),
            _ => Ok(Passphrase(text)),
        }
    }

    /// Returns the bytes as they were typed.
    pub(super) fn as_bytes(&self) -> &[u8] {
        &self.0
    }
}

impl fmt::Debug for Passphrase {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Passphrase(…)")
    }
}

impl PassphraseSource<'_> {
    /// Reads the passphrase; `purpose` is what a person is asked for.
    ///
    /// # Errors
    /// [`PassphraseError`] when there is none, or none that is of use.
    pub fn read(&self, purpose: &str) -> Result<Passphrase, PassphraseError> {
        match self {
            PassphraseSource::Prompt(ask) => {
                let line = ask(purpose).map_err(|error| PassphraseError::Read {
                    source_name: "the prompt".to_owned(),
                    reason: error.to_string(),
                })?;
                Passphrase::new(line)
            }
            PassphraseSource::FileDescriptor(number) => {
                first_line(*number).map_err(|error| PassphraseError::Read {
                    source_name: format!("file descriptor {number}"),
                    reason: error.to_string(),
                })?
            }
            PassphraseSource::Environment(name) => match std::env::var(name) {
                Ok(text) => Passphrase::new(text),
                Err(error) => Err(PassphraseError::Read {
                    source_name: format!("the environment variable {name}"),
                    reason: error.to_string(),
                }),
            },
        }
    }
}

/// Why there is no passphrase.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum PassphraseError {
    /// It is empty.
    #[error("expected a passphrase, found an empty one")]
    Empty,
    /// It is too long.
    #[error(
        "expected a passphrase of at most {} bytes, found a longer one",
        Passphrase::MAX_BYTES
    )]
    TooLong,
    /// Its source could not be read.
    #[error("expected a passphrase from {source_name}: {reason}")]
    Read {
        /// The source.
        source_name: String,
        /// What the system said.
        reason: String,
    },
}

/// Reads one line from a file descriptor, opened by its name because that is safe Rust.
fn first_line(number: u32) -> io::Result<Result<Passphrase, PassphraseError>> {
    let mut source: Box<dyn io::Read> = match number {
        0 => Box::new(io::stdin().lock()),
        _ => Box::new(File::open(format!("/dev/fd/{number}"))?),
    };
    // Room for one byte more than allowed, and a carriage return.
    let most = Passphrase::MAX_BYTES + 2;
    let mut line = Zeroizing::new(Vec::with_capacity(most));
    let mut byte = Zeroizing::new([0]);
    // Byte by byte: what follows the line in a pipe is somebody else's.
    while line.len() < most && source.read(byte.as_mut_slice())? == 1 && *byte != *b"\n" {
        line.push(byte[0]);
    }
    if line.last() == Some(&b'\r') {
        line.pop();
    }
    Ok(Passphrase::new(line.as_slice()))
}
