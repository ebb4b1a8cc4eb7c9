//! Objects, names and uuids of an OSCAL document in the making.

use crate::hash::Hash;
use crate::json::{Object, Value};
use crate::statement::oscal::NAMESPACE;

/// An object: what is absent or empty is left out, because OSCAL allows no empty list.
#[derive(Default)]
pub(super) struct Node(Object);

impl Node {
    pub fn new() -> Node {
        Node::default()
    }

    pub fn with(self, name: &str, value: Value) -> Node {
        self.maybe(name, Some(value))
    }

    pub fn text(self, name: &str, text: impl std::fmt::Display) -> Node {
        self.with(name, Value::string(text))
    }

    pub fn maybe(mut self, name: &str, value: Option<Value>) -> Node {
        if let Some(value) = value {
            self.0.insert(name, value);
        }
        self
    }

    pub fn list(self, name: &str, items: Vec<Value>) -> Node {
        let items = (!items.is_empty()).then_some(Value::Array(items));
        self.maybe(name, items)
    }

    pub fn done(self) -> Value {
        Value::Object(self.0)
    }
}

/// Makes a property of our namespace.
pub(super) fn property(name: &str, value: impl std::fmt::Display) -> Value {
    of_class(name, value, None)
}

/// Makes a property of our namespace that is about one field.
pub(super) fn of_class(name: &str, value: impl std::fmt::Display, class: Option<&str>) -> Value {
    Node::new()
        .text("name", name)
        .text("ns", NAMESPACE)
        .text("value", value)
        .maybe("class", class.map(Value::string))
        .done()
}

/// Returns the uuid of what `kind` and `name` name in the ledger with this genesis digest.
///
/// The first 16 bytes of SHA-256("bewijs oscal uuid v1\n" ‖ genesis "\n" ‖ kind "\n" ‖ name "\n"), with the
/// bits of a name-based uuid (version 5). RFC 9562 keeps version 8 for digests other than SHA-1, which
/// OSCAL's schema does not let pass.
pub(super) fn uuid(genesis: &Hash, kind: &str, name: impl std::fmt::Display) -> String {
    let digest = Hash::of(format!("bewijs oscal uuid v1\n{genesis}\n{kind}\n{name}\n").as_bytes());
    let mut bytes = [0; 16];
    bytes.copy_from_slice(&digest.as_bytes()[..16]);
    bytes[6] = bytes[6] & 0x0F | 0x50;
    bytes[8] = bytes[8] & 0x3F | 0x80;
    let hex = hex::encode(bytes);
    let group = |from: usize, to: usize| &hex[from..to];
    format!(
        "{}-{}-{}-{}-{}",
        group(0, 8),
        group(8, 12),
        group(12, 16),
        group(16, 20),
        group(20, 32)
    )
}

/// Makes an OSCAL token of a text: letters, digits, `.`, `-` and `_`, not beginning with a digit or sign.
pub(super) fn token(text: &str) -> String {
    let token: String = text
        .chars()
        .map(|c| match c.is_ascii_alphanumeric() || ".-_".contains(c) {
            true => c.to_ascii_lowercase(),
            false => '-',
        })
        .collect();
    match token.starts_with(|c: char| c.is_ascii_alphabetic()) {
        true => token,
        false => format!("_{token}"),
    }
}

/// Writes the name of a file as a relative reference (RFC 3986): what is not unreserved is escaped.
pub(super) fn reference(name: &str) -> String {
    let escaped = name.bytes().map(|byte| match byte {
        b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' => {
            char::from(byte).to_string()
        }
        other => format!("%{other:02X}"),
    });
    escaped.collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn uuids_are_functions_of_their_names() {
        let made = uuid(&Hash::ZERO, "party", "org:lab-voorbeeld");
        // By hand: printf 'bewijs oscal uuid v1\n<64 zeros>\nparty\norg:lab-voorbeeld\n' | sha256sum
        assert_eq!(made, "329acbb6-0561-52ef-a897-df9e2fc4113f");
        assert_ne!(made, uuid(&Hash::ZERO, "party", "org:audit-voorbeeld"));
        assert_ne!(made, uuid(&Hash::of(b""), "party", "org:lab-voorbeeld"));
    }

    #[test]
    fn tokens_and_references_are_as_oscal_wants_them() {
        assert_eq!(token("ISO 27001 A.8.5"), "iso-27001-a.8.5");
        assert_eq!(token("8.5"), "_8.5");
        assert_eq!(token("é"), "_-");
        assert_eq!(reference("a b/ë.txt"), "a%20b%2F%C3%AB.txt");
    }
}
