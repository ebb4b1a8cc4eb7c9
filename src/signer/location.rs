//! Where a secret key is: a file, an ssh-agent, or a token.

use std::ffi::OsString;
use std::fmt;
use std::path::PathBuf;

use super::uri::TokenUri;

/// Where a secret key is, as a person names it.
///
/// ```text
/// board.pem                                   a file; ./agent:x for one with such a name
/// agent:                                      the only Ed25519 key that the ssh-agent holds
/// agent:SHA256:…  agent:<key id>  agent:board the one with this fingerprint, id or comment
/// pkcs11:token=…;object=…?module-path=…       a key on a token
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum KeyLocation {
    /// A key file.
    File(PathBuf),
    /// A key of the ssh-agent: its key id, fingerprint or comment; empty for the only one.
    Agent(String),
    /// A key on a token, by a URI that nobody has parsed yet.
    Token(String),
}

impl From<OsString> for KeyLocation {
    fn from(typed: OsString) -> KeyLocation {
        let text = typed.to_str().unwrap_or_default();
        match text.strip_prefix(AGENT) {
            Some(wanted) => KeyLocation::Agent(wanted.to_owned()),
            None if text.starts_with(TokenUri::SCHEME) => KeyLocation::Token(text.to_owned()),
            None => KeyLocation::File(typed.into()),
        }
    }
}

impl fmt::Display for KeyLocation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            KeyLocation::File(path) => path.display().fmt(f),
            KeyLocation::Agent(wanted) => write!(f, "{AGENT}{wanted}"),
            KeyLocation::Token(uri) => f.write_str(uri),
        }
    }
}

const AGENT: &str = "agent:";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_location_is_told_by_its_beginning() {
        let of = |text: &str| KeyLocation::from(OsString::from(text));
        for (text, location) in [
            ("board.pem", KeyLocation::File("board.pem".into())),
            ("./agent:x", KeyLocation::File("./agent:x".into())),
            ("Agent:x", KeyLocation::File("Agent:x".into())),
            ("agent", KeyLocation::File("agent".into())),
            ("agent:", KeyLocation::Agent(String::new())),
            ("agent:agent:", KeyLocation::Agent("agent:".into())),
            ("pkcs11:", KeyLocation::Token("pkcs11:".into())),
        ] {
            assert_eq!(of(text), location);
            assert_eq!(location.to_string(), text);
        }
    }
}
