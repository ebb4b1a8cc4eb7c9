//! What a command answers, and how it ends.

use std::fmt;
use std::io::{self, Write as _};
use std::process::ExitCode;

use crate::json::{MAX_INTEGER, Object, Value};

/// What the exit status says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Exit {
    /// Yes; or done.
    Yes = 0,
    /// No.
    No = 1,
    /// Cannot be determined.
    Undetermined = 2,
    /// Could not run.
    NotRun = 3,
}

/// The answer of a command: the same for people and for programs.
#[derive(Clone, Debug)]
pub struct Answer {
    exit: Exit,
    text: String,
    json: Value,
    complaints: Vec<String>,
}

/// Why there is no answer, or why it is no.
#[derive(Clone, Debug)]
pub struct Failure {
    exit: Exit,
    message: String,
}

impl Answer {
    /// Makes the answer *yes*.
    pub fn yes(text: impl Into<String>, json: Value) -> Answer {
        Answer {
            exit: Exit::Yes,
            text: text.into(),
            json,
            complaints: Vec::new(),
        }
    }

    /// Makes an answer that is text and nothing else.
    pub fn text(text: impl Into<String>) -> Answer {
        let text = text.into();
        Answer::yes(text.clone(), json_object([("text", json_text(&text))]))
    }

    /// Changes what the exit status says.
    pub fn with_exit(self, exit: Exit) -> Answer {
        Answer { exit, ..self }
    }

    /// Adds what people are told on stderr, beside the answer.
    pub fn with_complaints(self, complaints: Vec<String>) -> Answer {
        Answer { complaints, ..self }
    }

    /// Takes the answer apart, to make it part of another: how it ends, its text, its JSON.
    pub fn into_parts(self) -> (Exit, String, Value) {
        (self.exit, self.text, self.json)
    }

    /// Prints the answer on stdout and returns the exit status.
    pub fn print(self, json: bool) -> ExitCode {
        let mut text = match json {
            true => json_line(&self.json),
            false => self.text,
        };
        if !text.is_empty() && !text.ends_with('\n') {
            text.push('\n');
        }
        let mut out = anstream::stdout();
        let exit = match out.write_all(text.as_bytes()).and_then(|()| out.flush()) {
            Ok(()) => self.exit,
            // Who reads no further has read enough, as `head` does.
            Err(error) if error.kind() == io::ErrorKind::BrokenPipe => self.exit,
            Err(error) => {
                say(&format!("standard output: {error}"));
                Exit::NotRun
            }
        };
        for complaint in &self.complaints {
            say(complaint);
        }
        ExitCode::from(exit as u8)
    }
}

impl Failure {
    /// Says that the command could not run.
    pub fn not_run(message: impl fmt::Display) -> Failure {
        Failure::new(Exit::NotRun, message)
    }

    /// Says no.
    pub fn no(message: impl fmt::Display) -> Failure {
        Failure::new(Exit::No, message)
    }

    /// Says that it cannot be determined.
    pub fn undetermined(message: impl fmt::Display) -> Failure {
        Failure::new(Exit::Undetermined, message)
    }

    /// Puts before the message what it is about, such as a file.
    pub fn about(self, what: impl fmt::Display) -> Failure {
        Failure {
            message: format!("{what}: {}", self.message),
            ..self
        }
    }

    /// Adds a line that says what to do.
    pub fn hint(self, hint: impl fmt::Display) -> Failure {
        Failure {
            message: format!("{}\n{hint}", self.message),
            ..self
        }
    }

    /// Returns how the command ends.
    pub fn exit(&self) -> Exit {
        self.exit
    }

    /// Returns the reason.
    pub fn message(&self) -> &str {
        &self.message
    }

    /// Prints the reason on stderr, and for programs on stdout, and returns the exit status.
    pub fn print(self, json: bool) -> ExitCode {
        let answer = json_object([
            ("error", json_text(&self.message)),
            ("exit", Value::Integer(self.exit as i64)),
        ]);
        if json {
            let _ = writeln!(anstream::stdout(), "{}", json_line(&answer));
        }
        say(&self.message);
        ExitCode::from(self.exit as u8)
    }

    fn new(exit: Exit, message: impl fmt::Display) -> Failure {
        Failure {
            exit,
            message: message.to_string(),
        }
    }
}

/// Every error of the library means that the command could not run, unless it is answered where it arises.
impl<E: std::error::Error> From<E> for Failure {
    fn from(error: E) -> Failure {
        Failure::not_run(error)
    }
}

/// Names what a result is about, such as a file.
pub trait About<T> {
    /// Puts `what` before the message of a failure.
    fn about(self, what: impl fmt::Display) -> Result<T, Failure>;
}

impl<T, E: Into<Failure>> About<T> for Result<T, E> {
    fn about(self, what: impl fmt::Display) -> Result<T, Failure> {
        self.map_err(|error| error.into().about(what))
    }
}

/// Tells a person something on stderr: one line, and hints below it.
pub fn say(message: &str) {
    let mut lines = message.lines();
    let first = lines.next().unwrap_or_default();
    // Nobody is left to be told when stderr is closed.
    let _ = writeln!(anstream::stderr(), "bewijs: {}", visible(first));
    for hint in lines {
        let _ = writeln!(anstream::stderr(), "  {}", visible(hint));
    }
}

/// Makes a JSON object for an answer.
pub fn json_object<const N: usize>(members: [(&str, Value); N]) -> Value {
    let mut object = Object::default();
    for (name, value) in members {
        object.insert(name, value);
    }
    Value::Object(object)
}

/// Makes a JSON integer of a count.
pub fn json_count(count: u64) -> Value {
    Value::Integer(i64::try_from(count).map_or(MAX_INTEGER, |count| count.min(MAX_INTEGER)))
}

/// Makes a JSON string of text that may come from a stranger.
pub fn json_text(text: impl fmt::Display) -> Value {
    Value::string(visible(&text.to_string()))
}

/// Makes a JSON string, or `null`.
pub fn json_optional(text: Option<impl fmt::Display>) -> Value {
    text.map_or(Value::Null, json_text)
}

/// Makes a JSON array of strings.
pub fn json_texts(texts: impl IntoIterator<Item = impl fmt::Display>) -> Value {
    Value::Array(texts.into_iter().map(json_text).collect())
}

/// Replaces what a terminal or a reader could not see: text from files is shown, never obeyed.
pub fn visible(text: &str) -> String {
    let show = |c| match crate::json::forbidden(c) {
        true => '\u{FFFD}',
        false => c,
    };
    text.chars().map(show).collect()
}

/// Makes text stand out on a terminal; elsewhere it is plain.
pub fn bold(text: impl fmt::Display) -> String {
    format!("\x1b[1m{text}\x1b[0m")
}

fn json_line(value: &Value) -> String {
    String::from_utf8_lossy(&value.to_canonical()).into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_from_a_stranger_is_seen_and_not_obeyed() {
        assert_eq!(
            visible("a\u{1b}[2J\u{202e}b\nc"),
            "a\u{FFFD}[2J\u{FFFD}b\nc"
        );
    }

    #[test]
    fn a_failure_names_what_it_is_about_and_keeps_its_hint() {
        let failure = Failure::no("expected a, found b\ndo c").about("file");
        assert_eq!(failure.message, "file: expected a, found b\ndo c");
        assert_eq!(failure.exit, Exit::No);
        let missing = std::fs::read("/nonexistent/file").about("it");
        assert_eq!(missing.unwrap_err().exit, Exit::NotRun);
    }
}
