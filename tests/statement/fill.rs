//! Templates, filled in as a person does: the lines of a field are replaced by what it is to say.

use bewijs::json::Value;
use bewijs::statement::form::{PLACEHOLDER, review};
use bewijs::statement::schema::{FieldInfo, Language};
use bewijs::statement::template::{read, template};
use bewijs::statement::{Draft, Type};

use crate::example::Example;

pub const LANGUAGES: [Language; 2] = [Language::English, Language::Dutch];

/// A template in the hands of a person.
pub struct Form {
    kind: Type,
    language: Language,
    text: String,
}

impl Form {
    pub fn new(kind: Type, language: Language) -> Form {
        Form {
            kind,
            language,
            text: template(kind, language, "Te ondertekenen door wie mag."),
        }
    }

    /// Puts what `draft` says into the fields that `which` picks by their place.
    pub fn fill(&mut self, draft: &Value, which: impl Fn(usize) -> bool) {
        let members = draft.as_object().unwrap();
        let fields = self.kind.info().fields;
        for (at, field) in fields.iter().enumerate().filter(|(at, _)| which(*at)) {
            let lines = match members.get(field.name) {
                // What may be left out stays switched off.
                None => continue,
                Some(Value::Null) => format!("{} = \"\"", field.name),
                Some(value) => format!("{} = {}", field.name, toml(value)),
            };
            self.replace(fields, at, &lines);
        }
    }

    /// Switches everything on that may be left out, without filling it in.
    pub fn switch_on(&mut self) {
        let lines = self.text.lines().map(|line| {
            let code = line.trim_start().strip_prefix('#');
            match code.is_some_and(|code| !code.is_empty() && !code.starts_with(' ')) {
                true => line.replacen('#', "", 1),
                false => line.to_owned(),
            }
        });
        self.text = lines.map(|line| line + "\n").collect();
    }

    /// Replaces the lines of the field at a place: from its first line up to the empty line behind it.
    fn replace(&mut self, fields: &[FieldInfo], at: usize, lines: &str) {
        let name = fields[at].name;
        let begins = |line: &str| {
            let code = line.strip_prefix('#').unwrap_or(line);
            code.strip_prefix(name)
                .is_some_and(|rest| rest.starts_with([' ', '.']))
        };
        let all: Vec<&str> = self.text.lines().collect();
        let first = all
            .iter()
            .position(|line| begins(line))
            .unwrap_or_else(|| panic!("{name}\n{}", self.text));
        let length = all[first..]
            .iter()
            .take_while(|line| !line.is_empty())
            .count();
        let new = [&all[..first], &[lines], &all[first + length..]].concat();
        self.text = new.join("\n") + "\n";
    }

    pub fn body(&self) -> Value {
        read(self.kind, &self.text)
            .unwrap_or_else(|error| panic!("{}: {error}\n{}", self.kind, self.text))
    }

    /// What is told about it, one line a place.
    pub fn gaps(&self) -> Vec<String> {
        let gaps = review(self.kind, &self.body());
        gaps.iter().map(|gap| gap.say(self.language)).collect()
    }

    /// Counts the places that are still to be filled in.
    fn places(&self) -> usize {
        let on = self
            .text
            .lines()
            .filter(|line| !line.trim_start().starts_with('#'));
        on.map(|line| line.matches(PLACEHOLDER.text(self.language)).count())
            .sum()
    }
}

/// Writes a value as TOML; strings of JSON are strings of TOML.
fn toml(value: &Value) -> String {
    match value {
        Value::Object(object) => {
            let members = object
                .iter()
                .map(|(name, value)| format!("{name} = {}", toml(value)));
            format!("{{ {} }}", members.collect::<Vec<_>>().join(", "))
        }
        Value::Array(items) => {
            let items = items.iter().map(toml).collect::<Vec<_>>();
            format!("[{}]", items.join(", "))
        }
        other => String::from_utf8(other.to_canonical()).unwrap(),
    }
}

/// The template of every type, filled in with its example, is the draft of that example.
#[test]
fn every_template_can_be_filled_in() {
    for kind in Type::ALL {
        let draft = Example::draft(*kind);
        for language in LANGUAGES {
            let mut form = Form::new(*kind, language);
            form.fill(&draft, |_| true);
            assert_eq!(form.gaps(), Vec::<String>::new(), "{kind}");
            assert_eq!(form.body(), draft, "{kind}");
            Draft::parse(*kind, form.body()).unwrap_or_else(|error| panic!("{kind}: {error}"));
        }
    }
}

/// Every place that was not filled in is told, at once, and nothing else.
#[test]
fn what_is_not_filled_in_is_told_at_once() {
    for kind in Type::ALL {
        let draft = Example::draft(*kind);
        for language in LANGUAGES {
            let placeholder = format!("INVULLEN FILL IN {}", PLACEHOLDER.text(language));
            let only_places = |form: &Form| {
                let gaps = form.gaps();
                for gap in &gaps {
                    let found = gap.rsplit([',']).next().unwrap();
                    assert!(
                        placeholder.contains(found.split_whitespace().last().unwrap()),
                        "{kind}: {gap}"
                    );
                }
                assert_eq!(
                    gaps.len(),
                    form.places(),
                    "{kind}: {gaps:#?}\n{}",
                    form.text
                );
                gaps.len()
            };
            let mut form = Form::new(*kind, language);
            let all = only_places(&form);
            assert!(all > 0, "{kind}");
            // A member that the template did not name would be missed here.
            form.switch_on();
            assert!(only_places(&form) >= all, "{kind}");

            let halves = [0, 1].map(|rest| {
                let mut half = Form::new(*kind, language);
                half.fill(&draft, |at| at % 2 == rest);
                let left = only_places(&half);
                let fields = kind.info().fields.iter().enumerate();
                for (_, field) in fields.filter(|(at, _)| at % 2 == rest) {
                    let place = format!("(predicate.{}", field.name);
                    assert!(!half.gaps().iter().any(|gap| {
                        let told = gap.split(')').next().unwrap();
                        told.split_once(&place).is_some_and(|(_, rest)| {
                            rest.is_empty() || rest.starts_with(['.', '['])
                        })
                    }));
                }
                left
            });
            // Each place belongs to one half.
            assert_eq!(halves[0] + halves[1], all, "{kind}");
        }
    }
}

/// A template explains every field: what it is called, what it is for, whether it is public.
#[test]
fn templates_explain_every_field() {
    fn check(fields: &[FieldInfo], text: &str, language: Language) {
        use bewijs::statement::schema::Shape;
        for field in fields {
            for words in [field.label, field.help] {
                assert!(text.contains(words.text(language)), "{}", words.en);
            }
            let mut shape = &field.shape;
            while let Shape::Optional { of } | Shape::Committed { of } | Shape::List { of, .. } =
                shape
            {
                shape = of;
            }
            match shape {
                Shape::Record { fields } if !bewijs::statement::form::is_file(shape) => {
                    check(fields, text, language)
                }
                Shape::Word { words } => {
                    for word in *words {
                        assert!(
                            text.contains(word.code) && text.contains(word.label.text(language))
                        );
                    }
                }
                Shape::Form { example, .. } => assert!(text.contains(example)),
                _ => {}
            }
        }
    }
    for kind in Type::ALL {
        for (language, public, private) in [
            (Language::English, "(public", "(stays in the house; "),
            (Language::Dutch, "(openbaar", "(blijft in huis; "),
        ] {
            let text = Form::new(*kind, language).text;
            check(kind.info().fields, &text, language);
            let count = |marks: &str| {
                text.lines()
                    .filter(|line| line.starts_with("# ") && line.contains(marks))
                    .count()
            };
            assert_eq!(count(private), kind.confidential().count(), "{kind}");
            assert!(
                count(public) >= kind.info().fields.len() - kind.confidential().count(),
                "{kind}"
            );
        }
    }
}
