//! The fingerprint: one line that stands for a checkpoint and that people can compare.
//!
//! SHA-256 over a fixed first line and the text of the checkpoint, printed as RFC 4648 base32
//! without padding in 13 groups of four, always all of it: eyes compare only the ends.
//!
//! ```text
//! bewijs fingerprint v1
//! ledger.example/test
//! 70000
//! Gkzfy2Y3SgwNy+9JrL1JdtE+6GT7PLJB/JQ8rQTwL34=
//!
//! 4D5T 7FLL 2HJJ XVDJ 4SVT VJEB 54E3 LENL UW7W F6UA 74UE N6WQ PJTA
//! ```
//!
//! Because eyes are weak, [`Fingerprint::matches_typed`] compares with what somebody typed.

use std::fmt;
use std::str::FromStr;

use super::Checkpoint;
use crate::hash::{Hash, excerpt};

/// The digest of a checkpoint, printed as 13 groups of four characters A to Z and 2 to 7.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Fingerprint(Hash);

impl Fingerprint {
    /// Returns the fingerprint of a checkpoint.
    pub fn of(checkpoint: &Checkpoint) -> Fingerprint {
        let first = b"bewijs fingerprint v1\n";
        Fingerprint(Hash::of_parts(&[first, checkpoint.body().as_bytes()]))
    }

    /// Parses what a person typed: white space is left out and case does not matter.
    ///
    /// # Errors
    /// [`FingerprintError`] unless all 52 characters are there.
    pub fn parse_typed(text: &str) -> Result<Fingerprint, FingerprintError> {
        let typed = text.chars().filter(|c| !c.is_whitespace());
        let symbols: Vec<char> = typed.map(|c| c.to_ascii_uppercase()).collect();
        if symbols.len() != SYMBOLS {
            return Err(FingerprintError::Length {
                found: symbols.len(),
            });
        }
        let mut bytes = [0; Hash::LEN];
        for (at, symbol) in symbols.into_iter().enumerate() {
            let value = ALPHABET
                .iter()
                .position(|known| char::from(*known) == symbol)
                .ok_or(FingerprintError::Symbol { found: symbol })?;
            for bit in 0..5 {
                let place = 5 * at + bit;
                let set = value >> (4 - bit) & 1 == 1;
                match bytes.get_mut(place / 8) {
                    Some(byte) => *byte |= u8::from(set) << (7 - place % 8),
                    // The last symbol has four bits more than there are bytes for.
                    None if set => return Err(FingerprintError::Symbol { found: symbol }),
                    None => {}
                }
            }
        }
        Ok(Fingerprint(Hash::from_bytes(bytes)))
    }

    /// Says whether a person typed this fingerprint, all of it.
    pub fn matches_typed(&self, text: &str) -> bool {
        Fingerprint::parse_typed(text) == Ok(*self)
    }
}

impl fmt::Display for Fingerprint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let bytes = self.0.as_bytes();
        for at in 0..SYMBOLS {
            let value = (5 * at..5 * at + 5).fold(0, |value, place| {
                let byte = bytes.get(place / 8).copied().unwrap_or(0);
                value << 1 | byte >> (7 - place % 8) & 1
            });
            let space = if at > 0 && at % 4 == 0 { " " } else { "" };
            write!(f, "{space}{}", char::from(ALPHABET[usize::from(value)]))?;
        }
        Ok(())
    }
}

impl fmt::Debug for Fingerprint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Fingerprint({self})")
    }
}

impl FromStr for Fingerprint {
    type Err = FingerprintError;

    /// Parses the printed form only; [`Fingerprint::parse_typed`] is for people.
    fn from_str(text: &str) -> Result<Fingerprint, FingerprintError> {
        let fingerprint = Fingerprint::parse_typed(text)?;
        match fingerprint.to_string() == text {
            true => Ok(fingerprint),
            false => Err(FingerprintError::Spelling {
                found: excerpt(text),
            }),
        }
    }
}

/// Text that is no fingerprint.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum FingerprintError {
    /// Characters are missing or left over.
    #[error("expected the 52 characters of a fingerprint, found {found}")]
    Length {
        /// How many there are, white space left out.
        found: usize,
    },
    /// A character that does not occur, or cannot occur at the end.
    #[error("expected the characters A to Z and 2 to 7 of a fingerprint, found {found:?}")]
    Symbol {
        /// The character.
        found: char,
    },
    /// The right characters, not as they are printed.
    #[error("expected 13 groups of four upper-case characters, found {found:?}")]
    Spelling {
        /// The beginning of the text.
        found: String,
    },
}

/// Base32 (RFC 4648, section 6).
const ALPHABET: &[u8; 32] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
/// Five bits each, for 256 bits.
const SYMBOLS: usize = 52;

#[cfg(test)]
mod tests {
    use super::*;

    const PRINTED: &str = "4D5T 7FLL 2HJJ XVDJ 4SVT VJEB 54E3 LENL UW7W F6UA 74UE N6WQ PJTA";

    #[test]
    fn the_checkpoint_of_size_70_000() {
        let text = "ledger.example/test\n70000\nGkzfy2Y3SgwNy+9JrL1JdtE+6GT7PLJB/JQ8rQTwL34=\n";
        let fingerprint = Checkpoint::parse(text).unwrap().fingerprint();
        assert_eq!(fingerprint.to_string(), PRINTED);
        assert_eq!(PRINTED.parse(), Ok(fingerprint));
    }

    #[test]
    fn people_type_spaces_and_small_letters_but_all_of_it() {
        let fingerprint: Fingerprint = PRINTED.parse().unwrap();
        for typed in [
            PRINTED.to_lowercase(),
            PRINTED.replace(' ', ""),
            PRINTED.replace(' ', "\n"),
            format!("  {PRINTED} "),
        ] {
            assert!(fingerprint.matches_typed(&typed), "{typed}");
            assert!(typed.parse::<Fingerprint>().is_err(), "{typed}");
        }
        for typed in [
            "",
            "4D5T",
            &PRINTED[..PRINTED.len() - 1],
            &format!("{PRINTED}A"),
            // The last character carries one bit: A or Q.
            &PRINTED.replace("PJTA", "PJTB"),
            &PRINTED.replace("PJTA", "PJTQ"),
            &PRINTED.replace('D', "0"),
            // A Kelvin sign and a dotless i are no Latin letters.
            &PRINTED.replace('J', "\u{212A}"),
        ] {
            assert!(!fingerprint.matches_typed(typed), "{typed}");
        }
    }
}
