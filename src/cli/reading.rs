//! Reading a ledger: its entries, one entry in plain words, its keys.

use std::path::Path;

use super::answer::{
    About as _, Answer, Exit, Failure, bold, json_count, json_object, json_optional, json_text,
    json_texts, visible,
};
use super::args::{Log, Show};
use super::ledger_commands::{index, reader};
use super::passphrase::KeyRing;
use super::sealing::read_openings;
use super::words;
use crate::entry::Entry;
use crate::envelope::Envelope;
use crate::json::Value;
use crate::ledger::Reader;
use crate::ledger::commit::Record;
use crate::merkle::{Index, leaf_hash};
use crate::state::State;
use crate::statement::describe::Line;
use crate::statement::field::{self, Localised};
use crate::statement::schema::Field;
use crate::statement::{
    CaseName, Language, Openings, Predicate, SignedStatement, Statement, Thread, describe_opened,
};

/// How many entries are read at once.
const PIECE: u64 = 256;

/// An entry as it was recorded, parsed.
pub struct Recorded {
    /// The entry.
    pub entry: Entry,
    /// Its statement with the envelope; none when the text is withheld.
    pub statement: Option<(Statement, Envelope)>,
}

impl Recorded {
    fn parse(record: &Record) -> Result<Recorded, Failure> {
        let entry = Entry::parse(&record.entry)?;
        let statement = match record.envelope.is_empty() {
            true => None,
            false => {
                let envelope = Envelope::parse_stored(&record.envelope)?;
                Some((Statement::parse(envelope.payload())?, envelope))
            }
        };
        Ok(Recorded { entry, statement })
    }
}

/// Reads the entries from `first` up to `end`.
pub fn read_entries(reader: &Reader, first: u64, end: u64) -> Result<Vec<Recorded>, Failure> {
    let mut entries = Vec::new();
    let mut next = first;
    while let Some(from) = Index::new(next).filter(|_| next < end) {
        let records = reader.records(from, (end - next) as usize)?;
        if records.is_empty() {
            break;
        }
        next += records.len() as u64;
        for record in &records {
            entries.push(Recorded::parse(record)?);
        }
    }
    Ok(entries)
}

/// Parses the name of a case that a person typed.
pub fn case_name(typed: &str) -> Result<CaseName, Failure> {
    typed.parse().about("--case")
}

/// Says who holds a key, as its number or, when the ledger does not know it, its id.
pub fn holder(state: &State, key: &crate::key::KeyId) -> String {
    match state.key(key) {
        Some(enrolled) => enrolled.holder.to_string(),
        None => key.to_string(),
    }
}

/// Lists entries, newest first.
pub fn log(it: Log, language: Language) -> Result<Answer, Failure> {
    let case = it.case.as_deref().map(case_name).transpose()?;
    let thread = case.map(|case| Thread::Case(case).name());
    let reader = reader(&it.ledger)?;
    let mut rows: Vec<[String; 6]> = Vec::new();
    let mut entries = Vec::new();
    let mut end = reader.size().get();
    let most = it.limit.unwrap_or(usize::MAX);
    while end > 0 && entries.len() < most {
        let first = end.saturating_sub(PIECE);
        for recorded in read_entries(&reader, first, end)?.into_iter().rev() {
            let here = recorded.entry.thread.name.as_str();
            if thread.as_deref().is_some_and(|thread| thread != here) || entries.len() >= most {
                continue;
            }
            rows.push(reader.state(|state| row(&recorded, state, language)));
            entries.push(entry_json(&recorded));
        }
        end = first;
    }
    let text = match rows.is_empty() {
        true => words::NO_ENTRIES.text(language).to_owned(),
        false => table(words::log_head(language), &rows),
    };
    let json = json_object([
        ("size", json_count(reader.size().get())),
        ("entries", Value::Array(entries)),
    ]);
    Ok(Answer::yes(text, json))
}

fn row(recorded: &Recorded, state: &State, language: Language) -> [String; 6] {
    let Recorded { entry, statement } = recorded;
    let (label, id, signers) = match statement {
        None => (
            words::TEXT_WITHHELD.text(language),
            String::new(),
            String::new(),
        ),
        Some((statement, _)) => {
            let signers = statement.head().signers.iter();
            let signers: Vec<_> = signers.map(|key| holder(state, key)).collect();
            (
                statement.kind().info().label.text(language),
                statement.id().to_string(),
                signers.join(", "),
            )
        }
    };
    [
        entry.index.to_string(),
        entry.time.seconds().to_string(),
        entry.thread.name.to_string(),
        label.to_owned(),
        id,
        signers,
    ]
}

fn entry_json(recorded: &Recorded) -> Value {
    let Recorded { entry, statement } = recorded;
    let statement = statement.as_ref().map(|(statement, _)| statement);
    let head = statement.map(Statement::head);
    json_object([
        ("index", json_count(entry.index.get())),
        ("time", json_text(entry.time)),
        ("thread", json_text(&entry.thread.name)),
        ("seq", json_count(entry.thread.seq)),
        ("statement", json_text(entry.statement)),
        ("type", json_optional(statement.map(Statement::kind))),
        ("id", json_optional(head.map(|head| &head.id))),
        (
            "signers",
            json_texts(head.iter().flat_map(|head| head.signers.iter())),
        ),
    ])
}

/// Sets rows below a head, each column as wide as its widest cell; the last is not padded.
pub fn table<const N: usize>(head: [&str; N], rows: &[[String; N]]) -> String {
    let width = |column: usize| {
        let cells = rows.iter().map(|row| row[column].chars().count());
        cells
            .chain([head[column].chars().count()])
            .max()
            .unwrap_or(0)
    };
    let widths: [usize; N] = std::array::from_fn(width);
    let line = |cells: [&str; N]| {
        let padded = cells.iter().zip(widths).map(|(cell, width)| {
            let gap = width - cell.chars().count();
            visible(cell) + &" ".repeat(gap)
        });
        padded.collect::<Vec<_>>().join("  ").trim_end().to_owned()
    };
    let mut lines = vec![bold(line(head))];
    lines.extend(
        rows.iter()
            .map(|row| line(row.each_ref().map(String::as_str))),
    );
    lines.join("\n")
}

/// Shows one entry: where it stands, who signed, and all that it says.
pub fn show(it: Show, language: Language) -> Result<Answer, Failure> {
    let openings = match &it.openings {
        Some(path) => {
            let ring = KeyRing::new(it.passphrases, language);
            read_openings(path, &it.open_with, &ring)?.openings
        }
        None => Openings::default(),
    };
    let reader = reader(&it.ledger)?;
    let at = index(it.index)?;
    let record = reader.record(at)?.ok_or_else(|| {
        let size = reader.size();
        Failure::no(format!(
            "expected a position below {size}, the number of entries, found {at}"
        ))
    })?;
    let recorded = Recorded::parse(&record)?;
    let entry = &recorded.entry;
    let mut text = vec![
        bold(words::position(language, entry.index)),
        words::recorded_at(language, words::moment(language, entry.time.seconds())),
        words::thread(language, &entry.thread.name, entry.thread.seq),
        words::leaf(language, leaf_hash(&record.entry)),
        words::envelope_digest(language, entry.statement),
    ];
    let Some((statement, envelope)) = recorded.statement else {
        text.push(String::new());
        text.push(words::WITHHELD_EXPLAINED.text(language).to_owned());
        let by = reader.state(|state| state.withheld_by(at));
        let ground = by.map(|by| ground(&reader, by)).transpose()?.flatten();
        if let (Some(by), Some(ground)) = (by, &ground) {
            let said = match language {
                Language::English => ground.en.as_str(),
                Language::Dutch => ground.nl.as_str(),
            };
            text.push(words::withheld_because(language, by, visible(said)));
        }
        let json = json_object([
            ("entry", Value::parse_canonical(&record.entry)?),
            ("statement", Value::Null),
            (
                "withheld_by",
                by.map_or(Value::Null, |by| json_count(by.get())),
            ),
            (
                "ground",
                ground.map_or(Value::Null, |ground| Field::print(&ground)),
            ),
        ]);
        return Ok(Answer::yes(text.join("\n"), json));
    };
    text.push(words::payload(language, envelope.payload_digest()));
    text.push(String::new());
    let opened = SignedStatement::open(envelope.clone(), |id| {
        reader.state(|state| state.public_key(id))
    });
    text.extend(print_lines(&describe_opened(
        &statement, &openings, language,
    )));
    text.push(String::new());
    text.push(bold(words::SIGNATURES.text(language)));
    let mut exit = Exit::Yes;
    match opened {
        Ok(_) => text.extend(reader.state(|state| signers(&statement, state, language))),
        Err(error) => {
            exit = Exit::No;
            text.push(words::signatures_wrong(language, error));
        }
    }
    let fits = openings.match_against([&statement]);
    let wrong = fits
        .mismatched
        .iter()
        .chain(fits.misfits.iter().map(|(opening, _)| opening));
    let wrong: Vec<String> = wrong.map(|opening| opening.path()).collect();
    if !wrong.is_empty() {
        exit = Exit::No;
        let day = words::day(language, entry.time.seconds());
        text.push(String::new());
        text.push(words::mismatch(language, day));
        text.extend(wrong.iter().map(|path| format!("  {}", visible(path))));
    }
    let shown = fits.opened.iter().map(|opening| {
        json_object([
            ("field", json_text(opening.field())),
            ("value", opening.value().clone()),
        ])
    });
    let json = json_object([
        ("entry", Value::parse_canonical(&record.entry)?),
        ("leaf", json_text(leaf_hash(&record.entry))),
        ("statement", Value::parse_canonical(envelope.payload())?),
        ("payload_sha256", json_text(envelope.payload_digest())),
        (
            "signatures_verify",
            Value::Bool(exit == Exit::Yes || !wrong.is_empty()),
        ),
        ("opened", Value::Array(shown.collect())),
        ("mismatched", json_texts(&wrong)),
    ]);
    Ok(Answer::yes(text.join("\n"), json).with_exit(exit))
}

/// Reads why a text is withheld, from the entry that says so.
fn ground(reader: &Reader, by: Index) -> Result<Option<Localised<field::Line<400>>>, Failure> {
    let record = reader.record(by)?;
    let said = record.as_ref().map(Recorded::parse).transpose()?;
    let statement = said.and_then(|said| said.statement);
    Ok(
        statement.and_then(|(statement, _)| match statement.predicate() {
            Predicate::Withheld(withheld) => Some(withheld.ground.clone()),
            _ => None,
        }),
    )
}

fn signers(statement: &Statement, state: &State, language: Language) -> Vec<String> {
    let signers = statement.head().signers.iter().map(|key| {
        let Some(enrolled) = state.key(key) else {
            return words::signed_by_other_key(language, key);
        };
        let party = state.party(&enrolled.holder.party);
        let name = party.map_or_else(String::new, |party| visible(&party.name));
        let role = party.map_or("", |party| party.role.label().text(language));
        words::signed_by(language, &enrolled.holder, name, role, key)
    });
    signers.collect()
}

/// Prints the lines of a description, indented.
pub fn print_lines(lines: &[Line]) -> Vec<String> {
    let print = |line: &Line| {
        let indent = "  ".repeat(line.depth);
        let text = visible(&line.text).replace('\n', &format!("\n{indent}  "));
        let label = visible(&line.label);
        match (label.is_empty(), text.is_empty()) {
            (true, _) => format!("{indent}- {text}"),
            (false, true) => format!("{indent}{label}:"),
            (false, false) => format!("{indent}{label}: {text}"),
        }
    };
    lines.iter().map(print).collect()
}

/// Lists the keys of a ledger by holder.
pub fn keys(ledger: &Path, language: Language) -> Result<Answer, Failure> {
    let reader = reader(ledger)?;
    let (rows, json) = reader.state(|state| {
        let mut keys: Vec<_> = state.keys().collect();
        keys.sort_by_key(|(id, key)| (key.holder.clone(), key.enrolled, **id));
        let rows = keys.iter().map(|(id, key)| {
            let party = state.party(&key.holder.party);
            let revoked = key.revoked.map(|index| match key.compromised_since {
                Some(since) => {
                    words::revoked_since(language, index, words::moment(language, since))
                }
                None if key.replaced_by.is_some() => words::replaced_by(language, index),
                None => words::revoked_by(language, index),
            });
            [
                key.holder.to_string(),
                party
                    .map_or("", |party| party.role.label().text(language))
                    .to_owned(),
                id.to_string(),
                key.enrolled.to_string(),
                revoked.unwrap_or_else(|| words::ACTIVE.text(language).to_owned()),
            ]
        });
        let json = keys.iter().map(|(id, key)| {
            json_object([
                ("key", json_text(id)),
                ("public_key", json_text(key.key)),
                ("holder", json_text(&key.holder)),
                ("enrolled", json_count(key.enrolled.get())),
                (
                    "revoked",
                    key.revoked
                        .map_or(Value::Null, |index| json_count(index.get())),
                ),
                ("replaced_by", json_optional(key.replaced_by)),
                ("compromised_since", json_optional(key.compromised_since)),
            ])
        });
        (rows.collect::<Vec<_>>(), Value::Array(json.collect()))
    });
    let text = table(words::key_head(language), &rows);
    Ok(Answer::yes(text, json_object([("keys", json)])))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_table_is_as_wide_as_its_cells() {
        let rows = [
            ["1".to_owned(), "één".to_owned()],
            ["10".to_owned(), String::new()],
        ];
        let text = anstream::adapter::strip_str(&table(["n", "name"], &rows)).to_string();
        assert_eq!(text, "n   name\n1   één\n10");
    }

    #[test]
    fn lines_are_indented_and_cannot_move_the_cursor() {
        let line = |depth, label: &str, text: &str| Line {
            depth,
            label: label.to_owned(),
            text: text.to_owned(),
        };
        let lines = [
            line(0, "Text", "a\nb\u{1b}c"),
            line(1, "", "d"),
            line(1, "Pin", ""),
        ];
        assert_eq!(
            print_lines(&lines),
            ["Text: a\n  b\u{FFFD}c", "  - d", "  Pin:"]
        );
    }
}
