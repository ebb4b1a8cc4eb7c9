//! Names of keys on tokens: PKCS#11 URIs, a subset of RFC 7512 in one spelling.
//!
//! ```text
//! pkcs11:token=Bewijs;object=K-AUD-1?module-path=/usr/lib/softhsm/libsofthsm2.so
//! pkcs11:token=Bewijs;serial=011d15703516dc7c;object=K-AUD-1;id=%01%A0?module-path=…
//! ```
//!
//! The attributes stand in this order; `serial` and `id` may be absent. `module-path` is the
//! whole path of the library that speaks for the token. Of a value, letters, digits and
//! `-._~:[]@!$'()*+,=` stand as they are, in the path of the module `/` as well; every other byte
//! is `%` and two hex digits, capitals, and of an `id` every byte is. No PIN ever stands in a
//! URI: `pin-value` and `pin-source` are refused, as every attribute that is not named here.

use std::fmt;
use std::path::Path;
use std::str::FromStr;

use crate::hash::excerpt;

/// The name of a private key on a token.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TokenUri {
    token: String,
    serial: Option<String>,
    object: String,
    id: Option<Vec<u8>>,
    module: String,
}

impl TokenUri {
    /// What every URI of a token begins with.
    pub const SCHEME: &str = "pkcs11:";

    /// Returns the label of the token.
    pub fn token(&self) -> &str {
        &self.token
    }

    /// Returns the serial number of the token, when it is named.
    pub fn serial(&self) -> Option<&str> {
        self.serial.as_deref()
    }

    /// Returns the label of the key.
    pub fn object(&self) -> &str {
        &self.object
    }

    /// Returns the id of the key on the token, when it is named.
    pub fn id(&self) -> Option<&[u8]> {
        self.id.as_deref()
    }

    /// Returns the path of the library that speaks for the token.
    pub fn module(&self) -> &Path {
        Path::new(&self.module)
    }

    /// Spells an id as it stands in a URI.
    pub fn spell_id(id: &[u8]) -> String {
        id.iter().map(|byte| format!("%{byte:02X}")).collect()
    }
}

impl FromStr for TokenUri {
    type Err = UriError;

    fn from_str(text: &str) -> Result<TokenUri, UriError> {
        let wrong = |why| UriError {
            why,
            found: excerpt(text),
        };
        let rest = text.strip_prefix(TokenUri::SCHEME);
        let rest = rest.ok_or_else(|| wrong("it begins with pkcs11:"))?;
        if rest.contains("pin-value") || rest.contains("pin-source") {
            // What follows may be a secret: nothing of it is shown.
            return Err(UriError {
                why: "a PIN never stands in it",
                found: "one".to_owned(),
            });
        }
        let (path, query) = rest
            .split_once('?')
            .ok_or_else(|| wrong("?module-path= ends it"))?;
        let mut attributes = path.split(';').peekable();
        let mut next = |name: &str| {
            let value = attributes.peek()?.strip_prefix(name)?.strip_prefix('=')?;
            attributes.next();
            Some(value)
        };
        let text_of = |value: &str| {
            let bytes = decode(value, is_bare)?;
            String::from_utf8(bytes)
                .ok()
                .filter(|text| !text.is_empty())
        };
        let spelling = "values are not empty, and spelt with % and capital hex digits where they must be, and nowhere else";
        let token = next("token").ok_or_else(|| wrong("token= stands first"))?;
        let serial = next("serial");
        let object = next("object");
        let object = object.ok_or_else(|| wrong("object= stands after token and serial"))?;
        let id = next("id");
        if attributes.next().is_some() {
            return Err(wrong(
                "it has no attributes but token, serial, object, id, in this order",
            ));
        }
        let module = query.strip_prefix("module-path=");
        let module = module.ok_or_else(|| wrong("?module-path= ends it"))?;
        let module = decode(module, |byte| byte == b'/' || is_bare(byte))
            .and_then(|bytes| String::from_utf8(bytes).ok())
            .ok_or_else(|| wrong(spelling))?;
        if !module.starts_with('/') || module.contains('\0') {
            return Err(wrong("module-path is a whole path, from /"));
        }
        let id = id.map(|id| decode(id, |_| false).filter(|id| !id.is_empty()));
        Ok(TokenUri {
            token: text_of(token).ok_or_else(|| wrong(spelling))?,
            serial: match serial.map(text_of) {
                Some(None) => return Err(wrong(spelling)),
                serial => serial.flatten(),
            },
            object: text_of(object).ok_or_else(|| wrong(spelling))?,
            id: match id {
                Some(None) => return Err(wrong("of an id every byte is % and two hex digits")),
                id => id.flatten(),
            },
            module,
        })
    }
}

impl fmt::Display for TokenUri {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "{}token={}",
            TokenUri::SCHEME,
            encode(&self.token, is_bare)
        )?;
        if let Some(serial) = &self.serial {
            write!(f, ";serial={}", encode(serial, is_bare))?;
        }
        write!(f, ";object={}", encode(&self.object, is_bare))?;
        if let Some(id) = &self.id {
            write!(f, ";id={}", TokenUri::spell_id(id))?;
        }
        let module = encode(&self.module, |byte| byte == b'/' || is_bare(byte));
        write!(f, "?module-path={module}")
    }
}

/// Text that is no name of a key on a token.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "expected a key on a token like pkcs11:token=Bewijs;object=K-AUD-1?module-path=/usr/lib/softhsm/libsofthsm2.so, found {found:?}\n{why}"
)]
pub struct UriError {
    /// The rule that it breaks.
    pub why: &'static str,
    /// The beginning of what was found.
    pub found: String,
}

/// Says which bytes stand as they are: those of RFC 7512's pk11-path-res-avail but `&`, which
/// a shell takes, and the unreserved ones.
fn is_bare(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || b"-._~:[]@!$'()*+,=".contains(&byte)
}

fn encode(text: &str, bare: impl Fn(u8) -> bool) -> String {
    let spell = |byte| match bare(byte) {
        true => char::from(byte).to_string(),
        false => format!("%{byte:02X}"),
    };
    text.bytes().map(spell).collect()
}

/// Takes one spelling only: what may stand as it is must, and the rest must not.
fn decode(text: &str, bare: impl Fn(u8) -> bool) -> Option<Vec<u8>> {
    let mut bytes = Vec::new();
    let mut rest = text.as_bytes();
    while let Some((&first, after)) = rest.split_first() {
        let (byte, after) = match first {
            b'%' => {
                let (digits, after) = after.split_first_chunk::<2>()?;
                let digit = |digit: u8| match digit {
                    b'0'..=b'9' => Some(digit - b'0'),
                    b'A'..=b'F' => Some(digit - b'A' + 10),
                    _ => None,
                };
                let byte = digit(digits[0])? << 4 | digit(digits[1])?;
                (Some(byte).filter(|byte| !bare(*byte))?, after)
            }
            byte => (Some(byte).filter(|byte| bare(*byte))?, after),
        };
        bytes.push(byte);
        rest = after;
    }
    Some(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_uri_has_one_spelling() {
        for text in [
            "pkcs11:token=Bewijs;object=K-AUD-1?module-path=/usr/lib/softhsm/libsofthsm2.so",
            "pkcs11:token=A%20B;serial=01;object=b%C3%A9;id=%00%FF?module-path=/m%20x.so",
            "pkcs11:token=a=b;object=%25%3B%3F%26%2F?module-path=/m",
        ] {
            let uri: TokenUri = text.parse().unwrap();
            assert_eq!(uri.to_string(), text);
        }
        let uri: TokenUri =
            "pkcs11:token=A%20B;serial=01;object=b%C3%A9;id=%00%FF?module-path=/m%20x.so"
                .parse()
                .unwrap();
        assert_eq!((uri.token(), uri.serial()), ("A B", Some("01")));
        assert_eq!((uri.object(), uri.id()), ("bé", Some([0, 0xFF].as_slice())));
        assert_eq!(uri.module(), Path::new("/m x.so"));
    }

    /// Any byte in any place: what is still taken prints as it was typed.
    #[test]
    fn what_is_parsed_prints_as_it_was_typed() {
        let text = "pkcs11:token=A%20B;serial=01;object=b%C3%A9;id=%00%FF?module-path=/m%20x.so";
        let mut taken = 0;
        for at in 0..text.len() {
            for byte in 0..0x80 {
                let mut changed = text.as_bytes().to_vec();
                changed[at] = byte;
                let changed = String::from_utf8(changed).unwrap();
                if let Ok(uri) = changed.parse::<TokenUri>() {
                    assert_eq!(uri.to_string(), changed);
                    taken += 1;
                }
            }
            let shorter = [&text[..at], &text[at + 1..]].concat();
            if let Ok(uri) = shorter.parse::<TokenUri>() {
                assert_eq!(uri.to_string(), shorter);
            }
        }
        assert!(taken > 500, "{taken}");
    }

    #[test]
    fn what_is_refused_says_why() {
        for (text, why) in [
            ("pkcs12:token=a;object=b?module-path=/m", "begins with"),
            ("pkcs11:token=a;object=b", "module-path"),
            ("pkcs11:token=a;object=b?module-name=m", "module-path"),
            ("pkcs11:token=a;object=b?module-path=m.so", "whole path"),
            ("pkcs11:token=a;object=b?module-path=/m%00", "whole path"),
            ("pkcs11:token=a;object=b?module-path=/m?x", "spelt"),
            ("pkcs11:object=b;token=a?module-path=/m", "token="),
            ("pkcs11:token=a?module-path=/m", "object="),
            (
                "pkcs11:token=a;object=b;serial=1?module-path=/m",
                "in this order",
            ),
            (
                "pkcs11:token=a;object=b;type=private?module-path=/m",
                "in this order",
            ),
            ("pkcs11:token=a;object=b;?module-path=/m", "in this order"),
            ("pkcs11:token=a;token=a;object=b?module-path=/m", "object="),
            ("pkcs11:token=;object=b?module-path=/m", "not empty"),
            (
                "pkcs11:token=a;serial=;object=b?module-path=/m",
                "not empty",
            ),
            ("pkcs11:token=a b;object=b?module-path=/m", "spelt"),
            ("pkcs11:token=%61;object=b?module-path=/m", "spelt"),
            ("pkcs11:token=%2f;object=b?module-path=/m", "spelt"),
            ("pkcs11:token=%2;object=b?module-path=/m", "spelt"),
            ("pkcs11:token=%FF;object=b?module-path=/m", "spelt"),
            ("pkcs11:token=a;object=b;id=01?module-path=/m", "every byte"),
            ("pkcs11:token=a;object=b;id=?module-path=/m", "every byte"),
        ] {
            let error = text.parse::<TokenUri>().unwrap_err();
            assert!(error.why.contains(why), "{text}: {error}");
            assert_eq!(error.found, text);
        }
        let error = "pkcs11:token=a;object=b?module-path=/m&pin-value=1234".parse::<TokenUri>();
        let error = error.unwrap_err().to_string();
        assert!(
            error.contains("a PIN never stands in it") && !error.contains("1234"),
            "{error}"
        );
    }
}
