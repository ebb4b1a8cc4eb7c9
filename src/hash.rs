//! SHA-256 digests, the one hash of every format here.
//!
//! Source: FIPS 180-4. In our own JSON a digest is 64 lowercase hex digits;
//! where a named standard says base64, it is RFC 4648 section 4, padded.
//!
//! ```
//! use bewijs::hash::Hash;
//! let empty = Hash::of(b"");
//! assert_eq!(empty.to_base64(), "47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=");
//! assert_eq!(empty.to_string().parse(), Ok(empty));
//! ```
//!
//! Tree hashing, which prefixes what it hashes, is in [`crate::merkle`].

use std::fmt;
use std::str::FromStr;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use sha2::{Digest as _, Sha256};

/// A SHA-256 digest: 32 bytes, printed as 64 lowercase hex digits.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Hash([u8; Hash::LEN]);

impl Hash {
    /// The length in bytes.
    pub const LEN: usize = 32;

    /// 32 zero bytes: what stands where there is no earlier entry.
    pub const ZERO: Hash = Hash([0; Hash::LEN]);

    /// Returns the SHA-256 of `bytes`.
    pub fn of(bytes: &[u8]) -> Hash {
        Hash(Sha256::digest(bytes).into())
    }

    /// Returns the SHA-256 of the concatenation of `parts`.
    pub fn of_parts(parts: &[&[u8]]) -> Hash {
        let mut hasher = Sha256::new();
        for part in parts {
            hasher.update(part);
        }
        Hash(hasher.finalize().into())
    }

    /// Takes 32 bytes that are a digest already.
    pub const fn from_bytes(bytes: [u8; Hash::LEN]) -> Hash {
        Hash(bytes)
    }

    /// Returns the 32 bytes.
    pub const fn as_bytes(&self) -> &[u8; Hash::LEN] {
        &self.0
    }

    /// Returns the padded base64 form, 44 characters.
    pub fn to_base64(&self) -> String {
        STANDARD.encode(self.0)
    }

    /// Parses the padded base64 form.
    ///
    /// # Errors
    /// [`HashError`] unless `text` is exactly what [`Hash::to_base64`] prints.
    pub fn from_base64(text: &str) -> Result<Hash, HashError> {
        let bytes = STANDARD.decode(text).map_err(|_| HashError::base64(text))?;
        let bytes = bytes.try_into().map_err(|_| HashError::base64(text))?;
        Ok(Hash(bytes))
    }
}

impl fmt::Display for Hash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut digits = [0; 2 * Hash::LEN];
        hex::encode_to_slice(self.0, &mut digits).expect("two digits a byte");
        f.write_str(std::str::from_utf8(&digits).expect("hex digits are ASCII"))
    }
}

impl fmt::Debug for Hash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Hash({self})")
    }
}

impl FromStr for Hash {
    type Err = HashError;

    /// Parses 64 lowercase hex digits.
    fn from_str(text: &str) -> Result<Hash, HashError> {
        let bytes = lower_hex(text).ok_or_else(|| HashError::hex(text))?;
        Ok(Hash(bytes))
    }
}

/// A digest in the making, of bytes that are not all at hand at once.
#[derive(Clone, Default)]
pub struct Hasher(Sha256);

impl Hasher {
    /// Begins with no bytes.
    pub fn new() -> Hasher {
        Hasher::default()
    }

    /// Takes the next bytes.
    pub fn update(&mut self, bytes: &[u8]) {
        self.0.update(bytes);
    }

    /// Returns the SHA-256 of all bytes taken.
    pub fn finish(self) -> Hash {
        Hash(self.0.finalize().into())
    }
}

/// Text that is not a digest.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("expected a SHA-256 digest as {expected}, found {found:?}")]
pub struct HashError {
    expected: &'static str,
    found: String,
}

impl HashError {
    fn hex(found: &str) -> HashError {
        HashError {
            expected: "64 lowercase hex digits",
            found: excerpt(found),
        }
    }

    fn base64(found: &str) -> HashError {
        HashError {
            expected: "44 characters of padded base64",
            found: excerpt(found),
        }
    }
}

/// Decodes `N` bytes of lowercase hex, and only lowercase: one spelling a value.
pub(crate) fn lower_hex<const N: usize>(text: &str) -> Option<[u8; N]> {
    let (pairs, []) = text.as_bytes().as_chunks::<2>() else {
        return None;
    };
    let mut bytes = [0; N];
    if pairs.len() != N {
        return None;
    }
    // Digits are looked up and judged at the end, all at once: an entry has hundreds of them.
    let mut wrong = 0;
    for (byte, [high, low]) in bytes.iter_mut().zip(pairs) {
        let (high, low) = (DIGITS[usize::from(*high)], DIGITS[usize::from(*low)]);
        wrong |= high | low;
        *byte = high << 4 | low;
    }
    (wrong & NO_DIGIT == 0).then_some(bytes)
}

/// What an ASCII character is worth as a lowercase hex digit.
const DIGITS: [u8; 256] = {
    let mut digits = [NO_DIGIT; 256];
    let mut value = 0;
    while value < 16 {
        digits[b"0123456789abcdef"[value as usize] as usize] = value;
        value += 1;
    }
    digits
};

/// A bit that no digit has.
const NO_DIGIT: u8 = 0x80;

/// Shortens hostile text before it is shown in an error.
pub(crate) fn excerpt(text: &str) -> String {
    const MOST: usize = 80;
    match text.char_indices().nth(MOST) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_hash_as_their_concatenation() {
        let mut hasher = Hasher::new();
        hasher.update(b"be");
        hasher.update(b"");
        hasher.update(b"wijs");
        assert_eq!(hasher.finish(), Hash::of(b"bewijs"));
        assert_eq!(Hash::of_parts(&[b"be", b"", b"wijs"]), Hash::of(b"bewijs"));
    }

    #[test]
    fn one_spelling_only() {
        let hash = Hash::of(b"abc");
        let hex = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";
        assert_eq!(hash.to_string(), hex);
        assert_eq!(hex.parse(), Ok(hash));
        for other in [
            hex.to_uppercase(),
            hex[1..].to_owned(),
            format!("{hex}0"),
            format!(" {hex}"),
        ] {
            assert!(other.parse::<Hash>().is_err(), "{other}");
        }
        let base64 = hash.to_base64();
        assert_eq!(Hash::from_base64(&base64), Ok(hash));
        // The last character carries four unused bits, which must be zero.
        let loose = format!("{}1=", &base64[..42]);
        for other in [
            base64[..43].to_owned(),
            base64.replace('=', ""),
            loose,
            base64.replace('/', "_") + "\n",
        ] {
            assert!(Hash::from_base64(&other).is_err(), "{other}");
        }
    }
}
