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
            Err(Turn::Stop) => {
                talk.tell(&[""])?;
                return Err(not_signed());
            }
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
    /// What the next question stands under: the fields that hold it.
    under: Vec<String>,
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
            under: Vec::new(),
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
        let under = std::mem::take(&mut self.under);
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
            self.put(&under, question, place)?;
            let Some(text) = self.hear(question.several)? else {
                return Err(Turn::Stop);
            };
            // What was answered before may stand after all.
            let text = match self.given.get(place).filter(|_| text.trim() == "=") {
                Some(given) => given.text.clone(),
                None => text,
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

    fn put(&mut self, under: &[String], question: &Question, place: usize) -> Result<(), Failure> {
        let mut lines = vec![String::new()];
        lines.extend(under.iter().cloned());
        lines.push(super::answer::bold(&question.title));
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
                true if line.trim() == "." || (first && ["", "<", "="].contains(&line.trim())) => {
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
    /// Whether it is public.
    mark: &'static str,
    help: Vec<String>,
    /// Whether nothing is an answer, and what it means.
    empty: Option<Phrase>,
}

impl Spot {
    fn heading(&self) -> String {
        format!("{}  {}", self.title, self.mark)
            .trim_end()
            .to_owned()
    }
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
            mark: "",
            help: Vec::new(),
            empty: (filing == Filing::Either).then_some(words::FORM_OR_NOTHING),
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
            title: format!("{before}{}", field.label.text(language)),
            mark: mark.text(language),
            help: vec![field.help.text(language).to_owned()],
            empty: (field.is_confidential() || field.is_optional())
                .then_some(words::FORM_OR_NOTHING),
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
            help.push(words::FORM_NUMBER.text(language).to_owned());
            help.extend(
                choices.map(|(number, word)| format!("{number:>3}  {}", word.label.text(language))),
            );
        } else {
            help.push(allowed(shape, language));
        }
        let several = matches!(shape, Shape::Prose { .. } | Shape::Note { .. });
        if several {
            help.push(self.word(words::FORM_SEVERAL));
        }
        help.extend(spot.empty.map(|empty| self.word(empty)));
        Question {
            at: spot.at.clone(),
            title: spot.heading(),
            help,
            several,
        }
    }

    fn leaf(&mut self, shape: &'static Shape, spot: &Spot) -> Result<Option<Value>, Turn> {
        let question = self.question(shape, spot);
        let (language, label, empty) = (self.talk.language, spot.label, spot.empty.is_some());
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
                title: format!("{}, {}", spot.title, self.word(name)),
                // Who begins has to do both.
                empty: spot.empty.filter(|_| both.is_empty()),
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
            let empty = match (items.is_empty(), items.len() >= min) {
                (true, enough) => spot.empty.or(enough.then_some(words::FORM_NONE)),
                (false, enough) => enough.then_some(words::FORM_DONE),
            };
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
                empty,
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
        let absent = items.is_empty() && spot.empty.is_some();
        Ok((!absent).then_some(Value::Array(items)))
    }

    fn record(&mut self, fields: &'static [FieldInfo], spot: &Spot) -> Result<Option<Value>, Turn> {
        match spot.empty {
            Some(_) if !self.wants(spot)? => return Ok(None),
            Some(_) => {}
            None => {
                let heading = super::answer::bold(spot.heading());
                let help = spot.help.iter().map(|line| format!("  {line}"));
                self.talk.under.push(heading);
                self.talk.under.extend(help);
            }
        }
        let mut record = Object::default();
        // The place outlives the loop as text.
        let place = spot.at.clone();
        let before = format!("{}: ", spot.title);
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
            title: spot.heading(),
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
        let (language, label, empty) = (self.talk.language, spot.label, spot.empty.is_some());
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
        let (language, label, empty) = (self.talk.language, spot.label, spot.empty.is_some());
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
            let value = pin_of(found.id.print(), found.sha256.print());
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
        let mut question = self.question(shape, spot);
        question.at = format!("{}.id", spot.at);
        let (language, label, empty) = (self.talk.language, spot.label, spot.empty.is_some());
        let id = self.talk.ask(&question, |answer| {
            let answer = answer.trim();
            if answer.is_empty() && empty {
                return Ok(None);
            }
            let whole = pin_of(Value::string(answer), Hash::ZERO.print());
            let gaps = form::review_value(shape, &whole, &At::Root(&spot.at), label);
            match gaps.first() {
                None => Ok(Some(Value::string(answer))),
                Some(gap) => Err(gap.say(language)),
            }
        })?;
        let Some(id) = id else {
            return Ok(None);
        };
        let digest = Spot {
            at: format!("{}.sha256", spot.at),
            help: vec![self.word(words::FORM_DIGEST)],
            empty: None,
            ..spot.clone()
        };
        let digest = self.leaf(&DIGEST, &digest)?;
        Ok(digest.map(|digest| pin_of(id, digest)))
    }

    /// Asks where a file is; its name, length and digest are taken.
    fn file(&mut self, shape: &'static Shape, spot: &Spot) -> Result<Option<Value>, Turn> {
        let mut question = self.question(shape, spot);
        question.help.push(self.word(words::FORM_WHERE_FILE));
        let (language, label, empty) = (self.talk.language, spot.label, spot.empty.is_some());
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
            let found = words::lint_found_and_remedy(language, hit);
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
                words::lint_found_and_remedy(language, hit)
                    .trim()
                    .to_owned(),
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

fn pin_of(id: Value, sha256: Value) -> Value {
    Value::object([("id", id), ("sha256", sha256)])
}

fn yes_or_no(answer: &str) -> Result<bool, String> {
    Ok(is_yes(answer))
}

/// How many statements to choose from are shown.
const MAX_CHOICES: usize = 20;

static CASE: Shape = CaseName::SHAPE;
static DIGEST: Shape = Hash::SHAPE;

#[cfg(test)]
mod tests {
    use std::io::Cursor;

    use super::*;
    use crate::statement::Basis;
    use crate::statement::predicate::BasisRule;
    use crate::trust::TrustPolicy;

    const TRUST: &str = r#"
format = "bewijs trust v1"
genesis = "0000000000000000000000000000000000000000000000000000000000000000"
maximum_age_days = 7
policy = '''
log bewijs.example/voorbeeld+ed43eb94+AQfxDtlsYbe3L5wl7NnPs9o9o3/cHzNxW0FiHsSTVXJs
quorum none
'''
"#;

    /// The draft of a type as it is written by hand for the vectors.
    struct Example {
        id: Id,
        case: Option<CaseName>,
        basis: Option<Basis>,
        body: Value,
        /// Where its files are.
        folder: tempfile::TempDir,
    }

    impl Example {
        fn of(kind: Type) -> Example {
            let path = format!(
                "{}/tests/vectors/statement/drafts/{kind}.json",
                env!("CARGO_MANIFEST_DIR")
            );
            let Ok(Value::Object(mut file)) = Value::parse(&std::fs::read(path).unwrap()) else {
                panic!("{kind}: a draft is an object");
            };
            let at = At::Root("draft");
            Example {
                id: Id::parse(file.remove("id").unwrap(), &at).unwrap(),
                case: Option::parse_member(file.remove("case"), &at).unwrap(),
                basis: Option::parse_member(file.remove("basis"), &at).unwrap(),
                body: file.remove("predicate").unwrap(),
                folder: tempfile::tempdir().unwrap(),
            }
        }

        fn making(&self, kind: Type) -> Making {
            let known = match kind {
                Type::Charter => Known::Charter,
                _ => Known::Trust(Box::new(TrustPolicy::parse(TRUST).unwrap())),
            };
            let signer = "06eb5dedebf6c90b8928f53d5ef2e5d70cf1e24fe0443d842c06f34f3bdcbae0";
            Making {
                known,
                basis: self.basis.clone(),
                keys: Vec::new(),
                with: vec![signer.parse().unwrap()],
                yes: false,
                output: "out".into(),
                sealing: None,
            }
        }

        fn start(&self, kind: Type) -> Start {
            Start {
                kind,
                id: Some(self.id.clone()),
                case: self.case.clone(),
                exceptions: Vec::new(),
            }
        }

        /// What a person types to say what the draft says; the files that it speaks of are written.
        fn answers(&self, kind: Type) -> Vec<String> {
            let mut answers = Vec::new();
            if kind.info().filing == Filing::Either && self.case.is_none() {
                answers.push(String::new());
            }
            self.record(kind.info().fields, &self.body, &mut answers);
            answers
        }

        fn record(&self, fields: &'static [FieldInfo], value: &Value, answers: &mut Vec<String>) {
            let members = value.as_object().unwrap();
            for field in fields {
                let mut shape = &field.shape;
                while let Shape::Optional { of } | Shape::Committed { of } = shape {
                    shape = of;
                }
                let empty = field.is_optional() || field.is_confidential();
                match members.get(field.name) {
                    None | Some(Value::Null) => answers.push(String::new()),
                    Some(value) => self.value(shape, value, empty, answers),
                }
            }
        }

        fn value(
            &self,
            shape: &'static Shape,
            value: &Value,
            empty: bool,
            answers: &mut Vec<String>,
        ) {
            let member = |name: &str| value.as_object().unwrap().get(name).unwrap();
            match (shape, value) {
                (Shape::Localised { of }, _) => {
                    self.value(of, member("en"), empty, answers);
                    self.value(of, member("nl"), false, answers);
                }
                (Shape::List { of, min, max }, Value::Array(items)) => {
                    for (index, item) in items.iter().enumerate() {
                        self.value(of, item, index >= *min || (empty && index == 0), answers);
                    }
                    // A full list ends by itself.
                    if items.len() < *max {
                        answers.push(String::new());
                    }
                }
                (shape, _) if is_file(shape) => {
                    let path = self.folder.path().join(member("name").as_str().unwrap());
                    std::fs::write(&path, "FICTIEF VOORBEELD").unwrap();
                    answers.push(format!("\"{}\"", path.display()));
                }
                (Shape::Record { fields }, _) => {
                    if empty {
                        answers.push("j".to_owned());
                    }
                    self.record(fields, value, answers);
                }
                (Shape::Pin { .. }, _) => {
                    answers.extend(
                        ["id", "sha256"].map(|name| member(name).as_str().unwrap().to_owned()),
                    );
                }
                (Shape::Word { words }, Value::String(code)) => {
                    let place = words.iter().position(|word| word.code == code).unwrap();
                    answers.push((place + 1).to_string());
                }
                (Shape::Boolean, Value::Bool(truth)) => {
                    answers.push(if *truth { "ja" } else { "nee" }.to_owned())
                }
                (Shape::Integer { .. }, Value::Integer(number)) => answers.push(number.to_string()),
                (Shape::Prose { .. } | Shape::Note { .. }, Value::String(text)) => {
                    answers.extend(text.trim_end().split('\n').map(str::to_owned));
                    answers.push(".".to_owned());
                }
                (_, value) => answers.push(value.as_str().unwrap().to_owned()),
            }
        }
    }

    fn talk(
        lines: &[String],
        making: &Making,
        start: &Start,
    ) -> (Result<Composed, Failure>, String) {
        let input = lines
            .iter()
            .map(|line| format!("{line}\n"))
            .collect::<String>();
        let mut output = Vec::new();
        let talk = Talk::new(Cursor::new(input), &mut output, Language::English);
        let composed = lead(talk, start, making);
        (composed, String::from_utf8(output).unwrap())
    }

    /// Returns the body with plain values in its confidential fields; files by their names.
    fn said(composed: &Composed) -> Value {
        let kind = composed.statement.kind();
        let Value::Object(mut body) = composed.statement.predicate().print() else {
            panic!("a body is an object");
        };
        for field in kind.confidential() {
            body.remove(field.name);
            let opening = composed
                .openings
                .iter()
                .find(|it| it.field() == field.name)
                .unwrap();
            let value = match opening.value().as_object().and_then(|it| it.get("name")) {
                Some(name) => name.clone(),
                None => opening.value().clone(),
            };
            body.insert(field.name, value);
        }
        Value::Object(body)
    }

    fn expected(kind: Type, body: &Value) -> Value {
        let Value::Object(mut body) = body.clone() else {
            panic!("a body is an object");
        };
        for field in kind.confidential() {
            let value = body.remove(field.name).unwrap();
            let name = value.as_object().and_then(|it| it.get("name")).cloned();
            body.insert(field.name, name.unwrap_or(value));
        }
        Value::Object(body)
    }

    #[test]
    fn every_type_is_filled_in_by_answering() {
        for kind in Type::ALL {
            let example = Example::of(*kind);
            assert_eq!(
                example.basis.is_some(),
                kind.info().basis != BasisRule::Optional,
                "{kind}"
            );
            let (making, start) = (example.making(*kind), example.start(*kind));
            let mut answers = example.answers(*kind);
            let (unfinished, _) = talk(&answers, &making, &start);
            assert_eq!(
                unfinished.err().unwrap().message(),
                not_signed().message(),
                "{kind}"
            );
            answers.push("y".to_owned());
            let (composed, shown) = talk(&answers, &making, &start);
            let composed =
                composed.unwrap_or_else(|failure| panic!("{kind}: {}\n{shown}", failure.message()));
            assert_eq!(said(&composed), expected(*kind, &example.body), "{kind}");
            for field in kind.info().fields {
                assert!(
                    shown.contains(field.label.en) && shown.contains(field.help.en),
                    "{kind} {}",
                    field.name
                );
            }
            assert!(
                shown.contains("This leaves the house, and nothing else:"),
                "{shown}"
            );
            let hidden = shown
                .matches("(stays in the house; only a digest becomes public)")
                .count();
            assert!(hidden >= kind.confidential().count(), "{kind}");
        }
    }

    /// Whoever goes back at every question, and keeps what was answered, comes to the same end.
    #[test]
    fn going_back_changes_nothing_by_itself() {
        for kind in [
            Type::Finding,
            Type::Independence,
            Type::Attestation,
            Type::Charter,
        ] {
            let example = Example::of(kind);
            let (making, start) = (example.making(kind), example.start(kind));
            let mut answers = Vec::new();
            let mut inside_text = false;
            let plain = example.answers(kind);
            for answer in &plain {
                answers.push(answer.clone());
                // Between the lines of a text, `<` is text.
                let lines = plain.iter().filter(|line| *line == ".").count();
                inside_text = lines > 0 && (inside_text || answer.contains(' ')) && answer != ".";
                if !inside_text {
                    answers.extend(["<", "="].map(str::to_owned));
                }
            }
            answers.push("n".to_owned());
            let (composed, shown) = talk(&answers, &making, &start);
            assert_eq!(
                composed.err().unwrap().message(),
                not_signed().message(),
                "{shown}"
            );
            *answers.last_mut().unwrap() = "yes".to_owned();
            let (composed, shown) = talk(&answers, &making, &start);
            let composed =
                composed.unwrap_or_else(|failure| panic!("{kind}: {}\n{shown}", failure.message()));
            assert_eq!(said(&composed), expected(kind, &example.body), "{kind}");
        }
    }

    #[test]
    fn whoever_stops_anywhere_signs_nothing() {
        let example = Example::of(Type::Independence);
        let (making, start) = (
            example.making(Type::Independence),
            example.start(Type::Independence),
        );
        let answers = example.answers(Type::Independence);
        for end in 0..=answers.len() {
            let (composed, _) = talk(&answers[..end], &making, &start);
            assert_eq!(composed.err().unwrap().message(), not_signed().message());
        }
    }

    fn script(text: &str) -> Vec<String> {
        text.lines().map(|line| line.trim().to_owned()).collect()
    }

    fn suspension(script_of: &str) -> (Result<Composed, Failure>, String) {
        let kind = Type::Suspension;
        let example = Example::of(kind);
        let (making, start) = (example.making(kind), example.start(kind));
        talk(&script(script_of), &making, &start)
    }

    const SERVICE: &str =
        "DN-1\n0000000000000000000000000000000000000000000000000000000000000000\n\n2023-11-21";

    #[test]
    fn wrong_answers_are_asked_again() {
        let (composed, shown) = suspension(&format!(
            "B-1\nDN-1\nnonsense\n{}\n\n21 november\n2023-11-21\ntwo\tthings\n.\nText.\n.\nTekst.\n.\ny",
            "0".repeat(64)
        ));
        assert!(composed.is_ok(), "{shown}");
        for wrong in [
            "expected a SHA-256 digest, like ",
            "found \"nonsense\"",
            "expected a day, like 2024-02-05, found \"21 november\"",
            "such as an arrow key or a tab",
        ] {
            assert!(shown.contains(wrong), "{wrong}\n{shown}");
        }
        // The id of another type is found when id and digest stand together.
        assert!(
            shown.contains("expected a reference to Service (DN-…), found \"B-1\""),
            "{shown}"
        );
    }

    #[test]
    fn what_the_lint_finds_is_changed_or_excused() {
        // A citizen service number has to be taken out; a web site may stand with its reason.
        let (composed, shown) = suspension(&format!(
            "{SERVICE}\nBSN 999990019\n.\nZie www.voorbeeld.nl.\n.\nThe services stop.\n.\nthe public web site of the programme\ny"
        ));
        let composed = composed.unwrap_or_else(|failure| panic!("{}\n{shown}", failure.message()));
        let exceptions = composed.statement.head().lint.clone().unwrap();
        let all: Vec<_> = exceptions
            .iter()
            .map(|it| (it.at.to_string(), it.kind.code()))
            .collect();
        assert_eq!(all, [("predicate.text.nl".to_owned(), "host-name")]);
        assert_eq!(lint::check(&composed.statement), Ok(()));
        assert!(
            shown.contains("999990019 looks like a citizen service number (BSN)"),
            "{shown}"
        );
        assert!(
            shown.contains("(you answered: BSN 999990019; = keeps that)"),
            "{shown}"
        );
        assert!(shown.contains("Kept on purpose: 1"), "{shown}");

        // Whoever gives no reason is asked for another text.
        let (composed, shown) = suspension(&format!(
            "{SERVICE}\nText.\n.\nZie www.voorbeeld.nl.\n.\n\nTekst.\n.\ny"
        ));
        let composed = composed.unwrap_or_else(|failure| panic!("{}\n{shown}", failure.message()));
        assert_eq!(composed.statement.head().lint, None);
    }

    #[test]
    fn fields_that_disagree_are_asked_again() {
        let kind = Type::Standstill;
        let example = Example::of(kind);
        let (making, start) = (example.making(kind), example.start(kind));
        let service = "DN-1\n0000000000000000000000000000000000000000000000000000000000000000\n";
        // The last answer is asked again; from there one goes back to the day that is wrong.
        let (composed, shown) = talk(
            &script(&format!(
                "{service}\n2024-02-05\n2024-01-31\nText.\n.\nTekst.\n.\n\n<\n<\n<\n2024-02-29\n=\n=\n=\ny"
            )),
            &making,
            &start,
        );
        let composed = composed.unwrap_or_else(|failure| panic!("{}\n{shown}", failure.message()));
        assert!(
            shown.contains("expected no day before 2024-02-05"),
            "{shown}"
        );
        assert!(
            String::from_utf8(composed.statement.to_payload())
                .unwrap()
                .contains("2024-02-29")
        );
    }

    #[test]
    fn id_and_case_are_asked_when_they_were_not_given() {
        let kind = Type::FindingClosed;
        let example = Example::of(kind);
        let start = Start {
            kind,
            id: None,
            case: None,
            exceptions: Vec::new(),
        };
        let digest = "0".repeat(64);
        let (composed, shown) = talk(
            &script(&format!(
                "Zaak 1\nzaak:2024-001\nB-1\nSL-1\nB-1\n{digest}\nH-1\n{digest}\ny"
            )),
            &example.making(kind),
            &start,
        );
        let composed = composed.unwrap_or_else(|failure| panic!("{}\n{shown}", failure.message()));
        let statement = &composed.statement;
        assert_eq!(statement.id().as_str(), "SL-1");
        assert_eq!(statement.thread().name(), "case/zaak:2024-001");
        assert!(shown.contains("expected a reference like SL-…"), "{shown}");
    }
}
