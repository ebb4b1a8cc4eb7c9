//! The form in the terminal: leads a person through a statement, question by question.
//!
//! The questions follow from the declarations of the types, so every type has its form. Answers are kept as they were
//! typed, and each pass through the form replays them: going back is taking the last answer out and beginning
//! anew, which comes to a halt at the question without an answer. At the end stand the page that is shown before
//! every signature, a question for each thing that the lint finds, and the question whether to sign.
//!
//! It reads from any reader and writes to any writer; [`on_the_terminal`] gives it those of the process.

use std::io::{BufRead, IsTerminal as _, Write};
use std::path::Path;

use super::answer::{Failure, visible};
use super::drafts;
use super::sign::{Composed, Content, Known, Making, compose, is_yes, not_signed, preview};
use super::words;
use crate::entry::ThreadName;
use crate::hash::Hash;
use crate::json::{Object, Value, forbidden};
use crate::statement::form::{self, allowed, is_file};
use crate::statement::lint::{self, Exception, ExceptionKind};
use crate::statement::predicate::Filing;
use crate::statement::schema::{At, Field as _, FieldInfo, Phrase, Shape};
use crate::statement::{CaseName, Draft, Id, Language, Type};

/// What is known before the first question.
pub struct Start {
    /// The type.
    pub kind: Type,
    /// The id, when it was given.
    pub id: Option<Id>,
    /// The case, when it was given.
    pub case: Option<CaseName>,
    /// Exceptions that were given.
    pub exceptions: Vec<Exception>,
}

/// Checks that there is somebody to ask.
pub fn expect_terminal() -> Result<(), Failure> {
    match std::io::stdin().is_terminal() && std::io::stderr().is_terminal() {
        true => Ok(()),
        false => {
            let none =
                Failure::not_run("expected --file, or a terminal on which to ask, found neither");
            Err(none.hint("`bewijs template TYPE -o FILE` writes a file to fill in, for --file"))
        }
    }
}

/// Asks the person at the terminal, up to the question whether to sign.
pub fn on_the_terminal(
    start: Start,
    making: &Making,
    language: Language,
) -> Result<Composed, Failure> {
    let input = std::io::stdin().lock();
    lead(
        Talk::new(input, anstream::stderr(), language),
        &start,
        making,
    )
}

/// Leads through the whole form.
fn lead<R: BufRead, W: Write>(
    mut talk: Talk<R, W>,
    start: &Start,
    making: &Making,
) -> Result<Composed, Failure> {
    talk.tell(&[words::FORM_HOW.text(talk.language)])?;
    loop {
        talk.next = 0;
        let mut form = Form {
            talk: &mut talk,
            known: &making.known,
            case: start.case.clone(),
        };
        match form.pass(start, making) {
            Ok(composed) => return Ok(composed),
            Err(Turn::Back) => {}
            Err(Turn::Stop) => return Err(not_signed()),
            Err(Turn::Failed(failure)) => return Err(failure),
        }
    }
}

/// Why a pass through the form ends before its end.
enum Turn {
    /// An answer was taken out: begin anew.
    Back,
    /// The person does not want to go on.
    Stop,
    /// It cannot go on.
    Failed(Failure),
}

impl<E: Into<Failure>> From<E> for Turn {
    fn from(error: E) -> Turn {
        Turn::Failed(error.into())
    }
}

/// One question.
#[derive(Clone, Default)]
struct Question {
    /// Where the answer goes.
    at: String,
    /// What is asked for.
    title: String,
    /// What helps to answer: one line each.
    help: Vec<String>,
    /// Whether the answer may have several lines, up to a line with a point.
    several: bool,
}

/// A conversation: questions go out, answers come in, and answers given before are replayed.
struct Talk<R, W> {
    input: R,
    output: W,
    language: Language,
    given: Vec<Given>,
    /// The place of the next question among the answers.
    next: usize,
}

/// An answer as it was typed.
struct Given {
    /// Where it goes, by which its question is known.
    at: String,
    text: String,
    /// Whether it is replayed; otherwise its question is asked again.
    stands: bool,
}

impl<R: BufRead, W: Write> Talk<R, W> {
    fn new(input: R, output: W, language: Language) -> Talk<R, W> {
        Talk {
            input,
            output,
            language,
            given: Vec::new(),
            next: 0,
        }
    }

    fn tell(&mut self, lines: &[impl AsRef<str>]) -> Result<(), Failure> {
        for line in lines.iter().flat_map(|text| text.as_ref().split('\n')) {
            writeln!(self.output, "{line}")?;
        }
        Ok(())
    }

    /// Returns what `read` makes of the answer; asks until it makes something of it.
    fn ask<T>(
        &mut self,
        question: &Question,
        read: impl Fn(&str) -> Result<T, String>,
    ) -> Result<T, Turn> {
        let place = self.next;
        self.next += 1;
        // Behind another answer there may be other questions.
        if self
            .given
            .get(place)
            .is_some_and(|given| given.at != question.at)
        {
            self.given.truncate(place);
        }
        let standing = self.given.get(place).filter(|given| given.stands);
        if let Some(Ok(value)) = standing.map(|given| read(&given.text)) {
            return Ok(value);
        }
        loop {
            self.put(question, place)?;
            let Some(text) = self.hear(question.several)? else {
                return Err(Turn::Stop);
            };
            if text.trim() == "<" {
                match place.checked_sub(1) {
                    Some(before) => {
                        self.given[before].stands = false;
                        return Err(Turn::Back);
                    }
                    None => self.tell(&[words::FORM_NO_FURTHER_BACK.text(self.language)])?,
                }
                continue;
            }
            let wrong = match unseen(&text) {
                true => words::FORM_UNSEEN.text(self.language).to_owned(),
                false => match read(&text) {
                    Ok(value) => {
                        let at = question.at.clone();
                        let stands = true;
                        self.given.splice(
                            place..self.given.len().min(place + 1),
                            [Given { at, text, stands }],
                        );
                        return Ok(value);
                    }
                    Err(wrong) => wrong,
                },
            };
            self.complain(&wrong)?;
        }
    }

    fn complain(&mut self, why: &str) -> Result<(), Failure> {
        self.tell(&[format!("  ! {}", why.replace('\n', "\n    "))])
    }

    /// Says why the last answer cannot stand, and has it asked again.
    fn retract(&mut self, why: &str) -> Turn {
        let last = self
            .next
            .checked_sub(1)
            .and_then(|last| self.given.get_mut(last));
        match last {
            Some(last) => last.stands = false,
            // Everything was given with the command.
            None => return Turn::Failed(Failure::not_run(why)),
        }
        match self.complain(why) {
            Ok(()) => Turn::Back,
            Err(failure) => Turn::Failed(failure),
        }
    }

    /// Has what stands `at` a place asked again, and keeps the other answers.
    fn ask_again(&mut self, at: &str, why: &str) -> Turn {
        match self.given.iter_mut().rfind(|given| given.at == at) {
            Some(given) => given.stands = false,
            None => return self.retract(why),
        }
        Turn::Back
    }

    fn put(&mut self, question: &Question, place: usize) -> Result<(), Failure> {
        let mut lines = vec![String::new(), super::answer::bold(&question.title)];
        lines.extend(question.help.iter().map(|line| format!("  {line}")));
        if let Some(earlier) = self.given.get(place) {
            let earlier = earlier.text.replace('\n', " ");
            lines.push(words::form_earlier(self.language, visible(&earlier)));
        }
        self.tell(&lines)?;
        write!(self.output, "> ")?;
        Ok(self.output.flush()?)
    }

    /// Reads a line, or lines up to one with a point; `None` at the end of the input.
    fn hear(&mut self, several: bool) -> Result<Option<String>, Turn> {
        let mut answer = String::new();
        loop {
            let mut line = String::new();
            if self.input.read_line(&mut line)? == 0 {
                return Ok(None);
            }
            if line.len() >= MAX_TERMINAL_LINE {
                self.tell(&[words::FORM_LINE_TOO_LONG.text(self.language)])?;
            }
            let line = line.trim_end_matches(['\n', '\r']);
            let first = answer.is_empty();
            match several {
                false => return Ok(Some(line.to_owned())),
                true if line.trim() == "." || (first && ["", "<"].contains(&line.trim())) => {
                    let last = if first {
                        line.replace('.', "")
                    } else {
                        String::new()
                    };
                    return Ok(Some(format!("{answer}{last}").trim().to_owned()));
                }
                true => answer.extend([line, "\n"]),
            }
        }
    }
}

/// The longest line that a terminal hands over whole, in bytes.
const MAX_TERMINAL_LINE: usize = 4095;

/// Says whether text holds what nobody sees, such as the arrow keys of a terminal that does not know them.
fn unseen(text: &str) -> bool {
    text.chars().any(forbidden)
}

/// One pass through the form.
struct Form<'t, R, W> {
    talk: &'t mut Talk<R, W>,
    known: &'t Known,
    case: Option<CaseName>,
}

/// What surrounds a value while it is asked for.
#[derive(Clone)]
struct Spot {
    at: String,
    label: Phrase,
    title: String,
    help: Vec<String>,
    /// Whether nothing is an answer.
    empty: bool,
}

impl<R: BufRead, W: Write> Form<'_, R, W> {
    fn word(&self, phrase: Phrase) -> String {
        phrase.text(self.talk.language).to_owned()
    }

    fn pass(&mut self, start: &Start, making: &Making) -> Result<Composed, Turn> {
        let kind = start.kind;
        self.case = match &start.case {
            Some(case) => Some(case.clone()),
            None => self.case(kind)?,
        };
        let id = match &start.id {
            Some(id) => id.clone(),
            None => self.id(kind)?,
        };
        let mut body = Object::default();
        let fields = kind.info().fields;
        for (number, field) in (1..).zip(fields) {
            let count = format!("{number}/{}  ", fields.len());
            if let Some(value) = self.field(field, &count, &At::Root("predicate"))? {
                body.insert(field.name, value);
            }
        }
        // What each field asks for has been asked; how they agree is asked here.
        let draft = Draft::parse(kind, Value::Object(body));
        let draft = draft.map_err(|error| self.talk.retract(&error.to_string()))?;
        let mut content = Content {
            draft,
            id,
            case: self.case.clone(),
            exceptions: start.exceptions.clone(),
        };
        let composed = compose(&content, making)?;
        let excused = self.excuse(&composed)?;
        let composed = match excused.is_empty() {
            true => composed,
            false => {
                content.exceptions.extend(excused);
                compose(&content, making)?
            }
        };
        self.talk.tell(&[
            "".to_owned(),
            preview(&composed, making, self.talk.language),
        ])?;
        lint::check(&composed.statement).map_err(|error| self.talk.retract(&error.to_string()))?;
        self.agree(making.yes)?;
        Ok(composed)
    }

    fn case(&mut self, kind: Type) -> Result<Option<CaseName>, Turn> {
        let filing = kind.info().filing;
        if filing == Filing::Charter {
            return Ok(None);
        }
        let cases = self
            .known
            .look(|state| state.cases().map(|(case, _)| case.to_string()).collect());
        let spot = Spot {
            at: "predicate.head.case".to_owned(),
            label: words::FORM_CASE,
            title: self.word(words::FORM_CASE),
            help: Vec::new(),
            empty: filing == Filing::Either,
        };
        let case = self.choose(&CASE, &spot, cases.unwrap_or_default())?;
        Ok(case.and_then(|case| case.parse().ok()))
    }

    fn id(&mut self, kind: Type) -> Result<Id, Turn> {
        let language = self.talk.language;
        let form = kind.id_form();
        let question = Question {
            at: "predicate.head.id".to_owned(),
            title: self.word(words::FORM_ID),
            help: vec![words::form_id_of(
                language,
                kind.info().label.text(language),
                &form,
            )],
            several: false,
        };
        let (known, case) = (self.known, self.case.clone());
        self.talk.ask(&question, |answer| {
            let id: Option<Id> = answer.trim().parse().ok().filter(|id| kind.takes(id));
            let id = id.ok_or_else(|| words::form_id_expected(language, &form))?;
            match drafts::pin(known, case.as_ref(), id.as_str()) {
                Some(taken) => Err(words::form_id_taken(language, taken.id)),
                None => Ok(id),
            }
        })
    }

    /// Asks for a field; `None` when it is absent.
    fn field(
        &mut self,
        field: &'static FieldInfo,
        before: &str,
        at: &At,
    ) -> Result<Option<Value>, Turn> {
        let language = self.talk.language;
        let mark = match (field.is_confidential(), field.is_optional()) {
            (true, _) => words::FORM_IN_THE_HOUSE,
            (false, true) => words::FORM_MAY_BE_LEFT_OUT,
            (false, false) => words::FORM_PUBLIC,
        };
        let mut shape = &field.shape;
        while let Shape::Optional { of } | Shape::Committed { of } = shape {
            shape = of;
        }
        let spot = Spot {
            at: at.member(field.name).to_string(),
            label: field.label,
            title: format!(
                "{before}{}  {}",
                field.label.text(language),
                mark.text(language)
            ),
            help: vec![field.help.text(language).to_owned()],
            empty: field.is_confidential() || field.is_optional(),
        };
        let value = self.value(shape, &spot)?;
        Ok(match value {
            None if field.is_confidential() => Some(Value::Null),
            value => value,
        })
    }

    /// Asks for a value of a shape that is neither optional nor committed; `None` for nothing.
    fn value(&mut self, shape: &'static Shape, spot: &Spot) -> Result<Option<Value>, Turn> {
        match shape {
            Shape::Optional { of } | Shape::Committed { of } => self.value(of, spot),
            Shape::Localised { of } => self.both_languages(of, spot),
            Shape::List { of, min, max } => self.list(of, *min, *max, spot),
            Shape::Record { fields } if !is_file(shape) => self.record(fields, spot),
            Shape::Pin { .. } if self.known.look(|_| ()).is_none() => self.pin_in_two(shape, spot),
            Shape::Pin { to } => self.pin(shape, to, spot),
            shape if is_file(shape) => self.file(shape, spot),
            _ => self.leaf(shape, spot),
        }
    }

    /// Says what may be answered.
    fn question(&self, shape: &Shape, spot: &Spot) -> Question {
        let language = self.talk.language;
        let mut help = spot.help.clone();
        if let Shape::Word { words } = shape {
            let choices = (1..).zip(*words);
            help.extend(
                choices.map(|(number, word)| format!("{number:>3}  {}", word.label.text(language))),
            );
        } else {
            help.push(allowed(shape, language));
        }
        let several = matches!(shape, Shape::Prose { .. } | Shape::Note { .. });
        match (several, spot.empty) {
            (true, true) => help.push(self.word(words::FORM_SEVERAL_OR_NOTHING)),
            (true, false) => help.push(self.word(words::FORM_SEVERAL)),
            (false, true) => help.push(self.word(words::FORM_OR_NOTHING)),
            (false, false) => {}
        }
        Question {
            at: spot.at.clone(),
            title: spot.title.clone(),
            help,
            several,
        }
    }

    fn leaf(&mut self, shape: &'static Shape, spot: &Spot) -> Result<Option<Value>, Turn> {
        let question = self.question(shape, spot);
        let (language, label, empty) = (self.talk.language, spot.label, spot.empty);
        self.talk.ask(&question, |answer| {
            let answer = answer.trim();
            if answer.is_empty() && empty {
                return Ok(None);
            }
            let value = match shape {
                Shape::Word { words } => {
                    let chosen = (1..).zip(*words).find(|(number, word)| {
                        let same = |text: &str| text.eq_ignore_ascii_case(answer);
                        answer == number.to_string()
                            || same(word.code)
                            || same(word.label.en)
                            || same(word.label.nl)
                    });
                    Value::string(chosen.map_or(answer, |(_, word)| word.code))
                }
                Shape::Boolean => match answer.to_lowercase().as_str() {
                    "y" | "yes" | "j" | "ja" | "true" => Value::Bool(true),
                    "n" | "no" | "nee" | "false" => Value::Bool(false),
                    _ => Value::string(answer),
                },
                Shape::Integer { min, max } => match answer.parse() {
                    Ok(number) if (min..=max).contains(&&number) => Value::Integer(number),
                    _ => Value::string(answer),
                },
                // A note ends with a line feed, which the typing of it does not show.
                Shape::Note { .. } => Value::string(format!("{answer}\n")),
                _ => Value::string(answer),
            };
            let gaps = form::review_value(shape, &value, &At::Root(&question.at), label);
            match gaps.first() {
                None => Ok(Some(value)),
                Some(gap) => Err(gap.say(language)),
            }
        })
    }

    fn both_languages(&mut self, of: &'static Shape, spot: &Spot) -> Result<Option<Value>, Turn> {
        let mut languages = [("nl", words::FORM_IN_DUTCH), ("en", words::FORM_IN_ENGLISH)];
        if self.talk.language == Language::English {
            languages.reverse();
        }
        let mut both = Object::default();
        for (code, name) in languages {
            let spot = Spot {
                at: format!("{}.{code}", spot.at),
                title: format!("{}  {}", spot.title, self.word(name)),
                // Who begins has to do both.
                empty: spot.empty && both.is_empty(),
                ..spot.clone()
            };
            match self.value(of, &spot)? {
                Some(text) => both.insert(code, text),
                None => return Ok(None),
            }
        }
        Ok(Some(Value::Object(both)))
    }

    fn list(
        &mut self,
        of: &'static Shape,
        min: usize,
        max: usize,
        spot: &Spot,
    ) -> Result<Option<Value>, Turn> {
        let language = self.talk.language;
        let mut items: Vec<Value> = Vec::new();
        while items.len() < max {
            let number = items.len() + 1;
            let enough = items.len() >= min || (spot.empty && items.is_empty());
            let item = Spot {
                at: format!("{}[{}]", spot.at, items.len()),
                title: format!("{}  {number}", spot.title),
                help: match number {
                    1 => [
                        spot.help.clone(),
                        vec![words::form_list(language, min, max)],
                    ]
                    .concat(),
                    _ => Vec::new(),
                },
                empty: enough,
                ..spot.clone()
            };
            let Some(value) = self.value(of, &item)? else {
                break;
            };
            if items.contains(&value) {
                let twice = self.word(words::FORM_TWICE);
                return Err(self.talk.retract(&twice));
            }
            items.push(value);
        }
        let absent = items.is_empty() && spot.empty;
        Ok((!absent).then_some(Value::Array(items)))
    }

    fn record(&mut self, fields: &'static [FieldInfo], spot: &Spot) -> Result<Option<Value>, Turn> {
        if spot.empty && !self.wants(spot)? {
            return Ok(None);
        }
        let mut record = Object::default();
        // The place outlives the loop as text.
        let place = spot.at.clone();
        let before = format!("{}: ", self.word(spot.label));
        for field in fields {
            if let Some(value) = self.field(field, &before, &At::Root(&place))? {
                record.insert(field.name, value);
            }
        }
        Ok(Some(Value::Object(record)))
    }

    /// Asks whether something that may be left out is to be filled in.
    fn wants(&mut self, spot: &Spot) -> Result<bool, Turn> {
        let mut help = spot.help.clone();
        help.push(self.word(words::FORM_FILL_IN));
        let question = Question {
            at: spot.at.clone(),
            title: spot.title.clone(),
            help,
            several: false,
        };
        self.talk.ask(&question, yes_or_no)
    }

    /// Asks for one of `choices` by its number, or for text of a shape.
    fn choose(
        &mut self,
        shape: &'static Shape,
        spot: &Spot,
        choices: Vec<String>,
    ) -> Result<Option<String>, Turn> {
        let mut question = self.question(shape, spot);
        let numbered = (1..).zip(&choices);
        question
            .help
            .extend(numbered.map(|(number, choice)| format!("{number:>3}  {choice}")));
        let (language, label, empty) = (self.talk.language, spot.label, spot.empty);
        self.talk.ask(&question, |answer| {
            let answer = answer.trim();
            let chosen = (1..)
                .zip(&choices)
                .find(|(number, _)| answer == number.to_string());
            let text = chosen.map_or(answer, |(_, choice)| choice);
            if text.is_empty() && empty {
                return Ok(None);
            }
            let gaps =
                form::review_value(shape, &Value::string(text), &At::Root(&question.at), label);
            match gaps.first() {
                None => Ok(Some(text.to_owned())),
                Some(gap) => Err(gap.say(language)),
            }
        })
    }

    /// Asks for an earlier statement of the ledger at hand.
    fn pin(
        &mut self,
        shape: &'static Shape,
        to: &'static [Type],
        spot: &Spot,
    ) -> Result<Option<Value>, Turn> {
        let candidates = self.candidates(to);
        let mut question = self.question(shape, spot);
        let shown = (1..).zip(&candidates).take(MAX_CHOICES);
        question
            .help
            .extend(shown.map(|(number, id)| format!("{number:>3}  {id}")));
        if let Some(more) = candidates
            .len()
            .checked_sub(MAX_CHOICES)
            .filter(|more| *more > 0)
        {
            question
                .help
                .push(words::form_more(self.talk.language, more));
        }
        let (language, label, empty) = (self.talk.language, spot.label, spot.empty);
        let (known, case) = (self.known, self.case.clone());
        self.talk.ask(&question, |answer| {
            let answer = answer.trim();
            if answer.is_empty() && empty {
                return Ok(None);
            }
            let number: Option<usize> = answer.parse().ok();
            let chosen = number.and_then(|number| candidates.get(number.checked_sub(1)?));
            let id = chosen.map_or(answer, String::as_str);
            let found = drafts::pin(known, case.as_ref(), id);
            let found = found.ok_or_else(|| {
                words::pin_not_found(language, label.text(language), &question.at, id)
            })?;
            let value = Value::object([("id", found.id.print()), ("sha256", found.sha256.print())]);
            let gaps = form::review_value(shape, &value, &At::Root(&question.at), label);
            match gaps.first() {
                None => Ok(Some(value)),
                Some(gap) => Err(gap.say(language)),
            }
        })
    }

    /// Lists the statements that a pin may refer to, the newest first.
    fn candidates(&self, to: &[Type]) -> Vec<String> {
        let case = self.case.as_ref().map(|case| format!("case/{case}"));
        let threads = case.into_iter().chain(["charter".to_owned()]);
        let threads: Vec<ThreadName> = threads.filter_map(|name| name.parse().ok()).collect();
        let found = self.known.look(|state| {
            let all = threads.iter().flat_map(|thread| state.statements(thread));
            let mut fitting: Vec<_> = all
                .filter(|recorded| to.is_empty() || to.contains(&recorded.kind))
                .map(|recorded| (recorded.index, recorded.id.to_string()))
                .collect();
            fitting.sort_by(|a, b| b.cmp(a));
            fitting.into_iter().map(|(_, id)| id).collect()
        });
        found.unwrap_or_default()
    }

    /// Asks for an earlier statement without a ledger: its id, then its digest.
    fn pin_in_two(&mut self, shape: &'static Shape, spot: &Spot) -> Result<Option<Value>, Turn> {
        let id = Spot {
            at: format!("{}.id", spot.at),
            help: [spot.help.clone(), vec![allowed(shape, self.talk.language)]].concat(),
            ..spot.clone()
        };
        let Some(id) = self.value(&ID, &id)? else {
            return Ok(None);
        };
        let digest = Spot {
            at: format!("{}.sha256", spot.at),
            help: vec![self.word(words::FORM_DIGEST)],
            empty: false,
            ..spot.clone()
        };
        let digest = self.value(&DIGEST, &digest)?.unwrap_or(Value::Null);
        let value = Value::object([("id", id), ("sha256", digest)]);
        let gaps = form::review_value(shape, &value, &At::Root(&spot.at), spot.label);
        match gaps.first() {
            None => Ok(Some(value)),
            Some(gap) => {
                let why = gap.say(self.talk.language);
                Err(self.talk.retract(&why))
            }
        }
    }

    /// Asks where a file is; its name, length and digest are taken.
    fn file(&mut self, shape: &'static Shape, spot: &Spot) -> Result<Option<Value>, Turn> {
        let mut question = self.question(shape, spot);
        question.help.push(self.word(words::FORM_WHERE_FILE));
        let (language, label, empty) = (self.talk.language, spot.label, spot.empty);
        self.talk.ask(&question, |answer| {
            let path = answer.trim().trim_matches(['"', '\'']);
            if path.is_empty() && empty {
                return Ok(None);
            }
            let value =
                drafts::file(Path::new(path)).map_err(|failure| failure.message().to_owned())?;
            let gaps = form::review_value(shape, &value, &At::Root(&question.at), label);
            match gaps.first() {
                None => Ok(Some(value)),
                Some(gap) => Err(gap.say(language)),
            }
        })
    }

    /// Asks why what the lint found may become public, or for another text.
    fn excuse(&mut self, composed: &Composed) -> Result<Vec<Exception>, Turn> {
        let language = self.talk.language;
        let mut excused: Vec<Exception> = Vec::new();
        for hit in &composed.report.refused {
            let found = words::lint_found(language, hit);
            let Some(kind) = hit.kind.exception() else {
                self.talk
                    .tell(&["".to_owned(), self.word(words::LINT_REFUSES), found.clone()])?;
                return Err(self.talk.ask_again(&hit.at, found.trim()));
            };
            let asked = |it: &Exception| it.at.as_str() == hit.at && it.kind == kind;
            if excused.iter().any(asked) {
                continue;
            }
            match self.reason(hit, kind)? {
                Some(exception) => excused.push(exception),
                None => return Err(self.talk.ask_again(&hit.at, found.trim())),
            }
        }
        Ok(excused)
    }

    fn reason(&mut self, hit: &lint::Hit, kind: ExceptionKind) -> Result<Option<Exception>, Turn> {
        let language = self.talk.language;
        let question = Question {
            // The answer is not a part of the text that it is about.
            at: format!("lint {} {kind}", hit.at),
            title: self.word(words::LINT_REFUSES),
            help: vec![
                words::lint_found(language, hit).trim().to_owned(),
                self.word(words::FORM_REASON),
            ],
            several: false,
        };
        let exception = self.talk.ask(&question, |answer| match answer.trim() {
            "" => Ok(None),
            reason => Ok(Some(Exception {
                at: hit
                    .at
                    .parse()
                    .map_err(|error: crate::statement::field::FormError| error.to_string())?,
                kind,
                reason: reason
                    .parse()
                    .map_err(|error: crate::statement::field::FormError| error.to_string())?,
            })),
        })?;
        if exception.is_none() {
            // The next pass asks again, should the new text be found as well.
            self.talk.given.truncate(self.talk.next - 1);
        }
        Ok(exception)
    }

    fn agree(&mut self, yes: bool) -> Result<(), Turn> {
        if yes {
            return Ok(());
        }
        let question = Question {
            at: String::new(),
            title: self.word(words::SIGN_THIS).trim().to_owned(),
            help: Vec::new(),
            several: false,
        };
        match self.talk.ask(&question, yes_or_no)? {
            true => Ok(()),
            false => Err(Turn::Stop),
        }
    }
}

fn yes_or_no(answer: &str) -> Result<bool, String> {
    Ok(is_yes(answer))
}

/// How many statements to choose from are shown.
const MAX_CHOICES: usize = 20;

static CASE: Shape = CaseName::SHAPE;
static ID: Shape = Id::SHAPE;
static DIGEST: Shape = Hash::SHAPE;
