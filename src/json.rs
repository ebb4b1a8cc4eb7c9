//! Canonical JSON: the one spelling in which statements, entries and stored envelopes are written.
//!
//! Source: RFC 8785 (JCS), narrowed so that two parsers cannot disagree:
//!
//! - member names are ASCII, each once in an object, printed in byte order;
//! - numbers are integers of magnitude at most 2^53-1, without `-0`, fraction or exponent;
//! - nesting is at most [`MAX_DEPTH`] levels, the outermost object being the first;
//! - text is UTF-8 without byte order mark, and holds no control character other
//!   than line feed and no code point of [`forbidden`]'s list, so that what is
//!   signed is what is seen.
//!
//! [`Value::parse_canonical`] takes what travels: the bytes must equal their own
//! re-canonicalisation. [`Value::parse`] takes what people write by hand (white space and
//! member order are free) under the same rules otherwise.

use std::fmt;

use serde::de::{Deserialize, Deserializer, Error as _, MapAccess, SeqAccess, Visitor};

/// The deepest nesting of arrays and objects.
pub const MAX_DEPTH: usize = 16;

/// The largest magnitude of an integer: 2^53-1, which every JSON reader holds exactly.
pub const MAX_INTEGER: i64 = (1 << 53) - 1;

/// A JSON value that keeps the rules of this module.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Value {
    /// `null`.
    Null,
    /// `true` or `false`.
    Bool(bool),
    /// An integer of magnitude at most [`MAX_INTEGER`].
    Integer(i64),
    /// Text without forbidden code points.
    String(String),
    /// Values in order.
    Array(Vec<Value>),
    /// Members by name.
    Object(Object),
}

/// Members sorted by name, each name once.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Object(Vec<(String, Value)>);

impl Value {
    /// Parses bytes that must be canonical.
    ///
    /// # Errors
    /// [`JsonError`], with the place of the first difference when the bytes are
    /// valid but spelled otherwise.
    pub fn parse_canonical(bytes: &[u8]) -> Result<Value, JsonError> {
        let value = Value::parse(bytes)?;
        let mut rest = bytes;
        let mut same = true;
        value.print_to(&mut |piece| match rest.strip_prefix(piece) {
            Some(after) if same => rest = after,
            _ => same = false,
        });
        if same && rest.is_empty() {
            return Ok(value);
        }
        let canonical = value.to_canonical();
        let agree = canonical
            .iter()
            .zip(bytes)
            .take_while(|(a, b)| a == b)
            .count();
        Err(JsonError::NotCanonical { offset: agree })
    }

    /// Parses JSON under the rules of this module, with free white space and member order.
    ///
    /// # Errors
    /// [`JsonError`] when the bytes are not JSON or break a rule.
    pub fn parse(bytes: &[u8]) -> Result<Value, JsonError> {
        let text = std::str::from_utf8(bytes).map_err(|error| JsonError::Utf8 {
            offset: error.valid_up_to(),
        })?;
        let value: Value = serde_json::from_str(text).map_err(|error| JsonError::Syntax {
            reason: error.to_string(),
        })?;
        match value.depth() {
            depth if depth > MAX_DEPTH => Err(JsonError::TooDeep { depth }),
            _ => Ok(value),
        }
    }

    /// Returns the canonical bytes.
    pub fn to_canonical(&self) -> Vec<u8> {
        let mut bytes = Vec::new();
        self.print_to(&mut |piece| bytes.extend_from_slice(piece));
        bytes
    }

    /// Makes an object of `members`, sorted.
    ///
    /// # Panics
    /// When a name occurs twice: names here are written in the code, not by a stranger.
    pub fn object<const N: usize>(members: [(&str, Value); N]) -> Value {
        let mut object = Object::default();
        for (name, value) in members {
            object.insert(name, value);
        }
        Value::Object(object)
    }

    /// Makes a string value.
    pub fn string(text: impl fmt::Display) -> Value {
        Value::String(text.to_string())
    }

    /// Names the kind of value, for error messages.
    pub fn kind(&self) -> &'static str {
        match self {
            Value::Null => "null",
            Value::Bool(_) => "true or false",
            Value::Integer(_) => "an integer",
            Value::String(_) => "a string",
            Value::Array(_) => "an array",
            Value::Object(_) => "an object",
        }
    }

    /// Returns the text of a string.
    pub fn as_str(&self) -> Option<&str> {
        match self {
            Value::String(text) => Some(text),
            _ => None,
        }
    }

    /// Returns the members of an object.
    pub fn as_object(&self) -> Option<&Object> {
        match self {
            Value::Object(object) => Some(object),
            _ => None,
        }
    }

    /// Returns the values of an array.
    pub fn as_array(&self) -> Option<&[Value]> {
        match self {
            Value::Array(values) => Some(values),
            _ => None,
        }
    }

    /// Returns an integer.
    pub fn as_integer(&self) -> Option<i64> {
        match self {
            Value::Integer(number) => Some(*number),
            _ => None,
        }
    }

    fn depth(&self) -> usize {
        match self {
            Value::Array(values) => 1 + values.iter().map(Value::depth).max().unwrap_or(0),
            Value::Object(object) => {
                1 + object
                    .iter()
                    .map(|(_, value)| value.depth())
                    .max()
                    .unwrap_or(0)
            }
            _ => 0,
        }
    }

    fn print_to(&self, sink: &mut impl FnMut(&[u8])) {
        match self {
            Value::Null => sink(b"null"),
            Value::Bool(true) => sink(b"true"),
            Value::Bool(false) => sink(b"false"),
            Value::Integer(number) => sink(number.to_string().as_bytes()),
            Value::String(text) => print_string(text, sink),
            Value::Array(values) => {
                sink(b"[");
                for (at, value) in values.iter().enumerate() {
                    if at > 0 {
                        sink(b",");
                    }
                    value.print_to(sink);
                }
                sink(b"]");
            }
            Value::Object(object) => {
                sink(b"{");
                for (at, (name, value)) in object.0.iter().enumerate() {
                    if at > 0 {
                        sink(b",");
                    }
                    print_string(name, sink);
                    sink(b":");
                    value.print_to(sink);
                }
                sink(b"}");
            }
        }
    }
}

impl Object {
    /// Returns the member called `name`.
    pub fn get(&self, name: &str) -> Option<&Value> {
        let at = self.position(name).ok()?;
        Some(&self.0[at].1)
    }

    /// Adds a member.
    ///
    /// # Panics
    /// When `name` is there already or is not ASCII: an invariant of our own code.
    pub fn insert(&mut self, name: &str, value: Value) {
        assert!(name.is_ascii(), "member names are ASCII, found {name:?}");
        match self.position(name) {
            Ok(_) => panic!("member names occur once, found {name:?} twice"),
            Err(at) => self.0.insert(at, (name.to_owned(), value)),
        }
    }

    /// Takes the member called `name` out.
    pub fn remove(&mut self, name: &str) -> Option<Value> {
        let at = self.position(name).ok()?;
        Some(self.0.remove(at).1)
    }

    /// Goes through the members in the order of their names.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &Value)> {
        self.0.iter().map(|(name, value)| (name.as_str(), value))
    }

    /// Counts the members.
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// Says whether there is no member.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    fn position(&self, name: &str) -> Result<usize, usize> {
        self.0
            .binary_search_by(|(other, _)| other.as_str().cmp(name))
    }
}

/// Says whether text may not hold `c`: it cannot be seen, or changes how its neighbours are seen.
///
/// Controls other than line feed, format and filler characters, direction
/// marks and overrides, variation selectors, tags, line and paragraph separators, blanks that
/// look like nothing, private use and noncharacters.
pub const fn forbidden(c: char) -> bool {
    matches!(c,
        '\u{0}'..='\u{9}' | '\u{B}'..='\u{1F}' | '\u{7F}'..='\u{9F}'
        | '\u{AD}' | '\u{34F}' | '\u{61C}' | '\u{115F}'..='\u{1160}' | '\u{17B4}'..='\u{17B5}'
        | '\u{180B}'..='\u{180F}' | '\u{200B}'..='\u{200F}' | '\u{2028}'..='\u{202E}'
        | '\u{2060}'..='\u{206F}' | '\u{2800}' | '\u{3164}' | '\u{E000}'..='\u{F8FF}'
        | '\u{FDD0}'..='\u{FDEF}' | '\u{FE00}'..='\u{FE0F}' | '\u{FEFF}' | '\u{FFA0}'
        | '\u{FFF0}'..='\u{FFFB}' | '\u{13430}'..='\u{1345F}' | '\u{1BCA0}'..='\u{1BCA3}'
        | '\u{1D173}'..='\u{1D17A}' | '\u{E0000}'..='\u{E0FFF}' | '\u{F0000}'..='\u{10FFFF}'
    ) || (c as u32) & 0xFFFE == 0xFFFE
}

/// Bytes that are not JSON in the one spelling.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum JsonError {
    /// Not UTF-8.
    #[error("expected UTF-8, found another byte at offset {offset}")]
    Utf8 {
        /// The offset of the first byte that is not UTF-8.
        offset: usize,
    },
    /// Not JSON, or a rule on names, numbers or text is broken.
    #[error("expected JSON: {reason}")]
    Syntax {
        /// What is wrong, with line and column.
        reason: String,
    },
    /// Nested too deep.
    #[error("expected at most {MAX_DEPTH} levels of nesting, found {depth}")]
    TooDeep {
        /// The depth that was found.
        depth: usize,
    },
    /// Valid, but not in the one spelling.
    #[error("expected canonical JSON (RFC 8785), found another spelling at byte {offset}")]
    NotCanonical {
        /// The first byte that differs from the canonical spelling.
        offset: usize,
    },
}

fn print_string(text: &str, sink: &mut impl FnMut(&[u8])) {
    sink(b"\"");
    let bytes = text.as_bytes();
    let mut start = 0;
    for (at, byte) in bytes.iter().enumerate() {
        // Other controls cannot occur: the value refused them.
        let escape: &[u8] = match byte {
            b'"' => b"\\\"",
            b'\\' => b"\\\\",
            b'\n' => b"\\n",
            _ => continue,
        };
        sink(&bytes[start..at]);
        sink(escape);
        start = at + 1;
    }
    sink(&bytes[start..]);
    sink(b"\"");
}

impl<'de> Deserialize<'de> for Value {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Value, D::Error> {
        deserializer.deserialize_any(ValueVisitor)
    }
}

struct ValueVisitor;

impl<'de> Visitor<'de> for ValueVisitor {
    type Value = Value;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("null, true, false, an integer, a string, an array or an object")
    }

    fn visit_unit<E>(self) -> Result<Value, E> {
        Ok(Value::Null)
    }

    fn visit_bool<E>(self, value: bool) -> Result<Value, E> {
        Ok(Value::Bool(value))
    }

    fn visit_i64<E: serde::de::Error>(self, number: i64) -> Result<Value, E> {
        match (-MAX_INTEGER..=MAX_INTEGER).contains(&number) {
            true => Ok(Value::Integer(number)),
            false => Err(E::custom(format_args!(
                "expected an integer of magnitude at most 2^53-1, found {number}"
            ))),
        }
    }

    fn visit_u64<E: serde::de::Error>(self, number: u64) -> Result<Value, E> {
        self.visit_i64(i64::try_from(number).unwrap_or(i64::MAX))
    }

    fn visit_f64<E: serde::de::Error>(self, number: f64) -> Result<Value, E> {
        Err(E::custom(format_args!(
            "expected an integer, found {number:?}"
        )))
    }

    fn visit_str<E: serde::de::Error>(self, text: &str) -> Result<Value, E> {
        self.visit_string(text.to_owned())
    }

    fn visit_string<E: serde::de::Error>(self, text: String) -> Result<Value, E> {
        // Nearly all text is printable ASCII, which needs no look at code points.
        let plain = text.bytes().all(|byte| matches!(byte, b' '..=b'~'));
        match text.chars().find(|c| !plain && forbidden(*c)) {
            Some(c) => Err(E::custom(format_args!(
                "expected visible text, found U+{:04X}",
                c as u32
            ))),
            None => Ok(Value::String(text)),
        }
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut access: A) -> Result<Value, A::Error> {
        let mut values = Vec::new();
        while let Some(value) = access.next_element()? {
            values.push(value);
        }
        Ok(Value::Array(values))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut access: A) -> Result<Value, A::Error> {
        let mut members: Vec<(String, Value)> = Vec::new();
        while let Some(name) = access.next_key::<String>()? {
            if !name.bytes().all(|byte| matches!(byte, b' '..=b'~')) {
                return Err(A::Error::custom(format_args!(
                    "expected a printable ASCII member name, found {name:?}"
                )));
            }
            members.push((name, access.next_value()?));
        }
        // What is canonical arrives sorted. Sorting once keeps any other order as cheap.
        members.sort_by(|(one, _), (other, _)| one.cmp(other));
        match members.windows(2).find(|pair| pair[0].0 == pair[1].0) {
            Some(pair) => Err(A::Error::custom(format_args!(
                "member {:?} occurs twice",
                pair[0].0
            ))),
            None => Ok(Value::Object(Object(members))),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn canonical_text_comes_back_byte_for_byte() {
        for text in [
            "{}",
            "[]",
            r#"{"":0,"a":[null,true,false,-1,9007199254740991],"b":{"c":"d"}}"#,
            r#""quote \" backslash \\ line\nfeed, é, 漢, 😀, / and ~""#,
        ] {
            let value = Value::parse_canonical(text.as_bytes()).unwrap();
            assert_eq!(value.to_canonical(), text.as_bytes());
        }
    }

    #[test]
    fn other_spellings_are_valid_but_not_canonical() {
        for (text, offset) in [
            (r#"{"a": 1}"#, 5),
            (r#"{"b":1,"a":2}"#, 2),
            ("{}\n", 2),
            (r#""\u0041""#, 1),
            (r#""\/""#, 1),
            ("[-0]", 1),
        ] {
            match Value::parse_canonical(text.as_bytes()) {
                Err(JsonError::NotCanonical { offset: found }) => {
                    assert_eq!(found, offset, "{text}")
                }
                // -0 is a float to the parser: refused earlier.
                Err(JsonError::Syntax { .. }) if text == "[-0]" => {}
                other => panic!("{text}: {other:?}"),
            }
        }
    }

    #[test]
    fn rules_on_names_numbers_text_and_depth() {
        let deep = |levels: usize| format!("{}{}", "[".repeat(levels), "]".repeat(levels));
        assert!(Value::parse(deep(MAX_DEPTH).as_bytes()).is_ok());
        for text in [
            deep(MAX_DEPTH + 1),
            deep(10_000),
            r#"{"a":1,"a":1}"#.to_owned(),
            r#"{"b":1,"a":1,"b":1}"#.to_owned(),
            r#"{"é":1}"#.to_owned(),
            "9007199254740992".to_owned(),
            "-9007199254740992".to_owned(),
            "18446744073709551616".to_owned(),
            "1.0".to_owned(),
            "1e2".to_owned(),
            "\u{FEFF}{}".to_owned(),
            "\"a\u{202E}b\"".to_owned(),
            r#""a\u200bb""#.to_owned(),
            r#""\t""#.to_owned(),
            r#""\ud800""#.to_owned(),
            "{} {}".to_owned(),
            String::new(),
        ] {
            assert!(Value::parse(text.as_bytes()).is_err(), "{text:.40}");
        }
        assert_eq!(
            Value::parse(b"\"\xFF\""),
            Err(JsonError::Utf8 { offset: 1 })
        );
    }

    #[test]
    fn members_in_any_order_make_the_same_object_and_none_stands_twice() {
        // Putting each of so many in its place as it comes would take minutes.
        let names = 0..100_000;
        let print = |names: &mut dyn Iterator<Item = u32>| {
            let members: Vec<_> = names.map(|name| format!("\"{name:05}\":{name}")).collect();
            format!("{{{}}}", members.join(","))
        };
        let rising = print(&mut names.clone());
        let falling = print(&mut names.clone().rev());
        let value = Value::parse(falling.as_bytes()).unwrap();
        assert_eq!(value.to_canonical(), rising.as_bytes());
        assert_eq!(Value::parse_canonical(rising.as_bytes()), Ok(value));
        assert!(Value::parse_canonical(falling.as_bytes()).is_err());
        let twice = print(&mut names.chain([7]));
        let error = Value::parse(twice.as_bytes()).unwrap_err().to_string();
        assert!(error.contains("\"00007\" occurs twice"), "{error}");
    }

    #[test]
    fn every_forbidden_code_point_is_refused_and_every_other_comes_back() {
        for c in (0..=0x10FFFF).filter_map(char::from_u32) {
            let canonical = Value::String(c.to_string()).to_canonical();
            let escaped = if c.is_control() && c != '\n' {
                format!("\"\\u{:04x}\"", c as u32).into_bytes()
            } else {
                canonical
            };
            let parsed = Value::parse(&escaped);
            assert_eq!(parsed.is_err(), forbidden(c), "U+{:04X}", c as u32);
        }
    }
}
