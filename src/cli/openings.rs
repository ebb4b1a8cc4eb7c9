//! Openings in the hands of a person: shown, handed out, checked, destroyed.

use std::collections::BTreeMap;
use std::fs;
use std::io::IsTerminal as _;
use std::path::{Path, PathBuf};

use super::answer::{
    About as _, Answer, Exit, Failure, bold, json_count, json_object, json_optional, json_text,
    json_texts, visible,
};
use super::args::{OpenWith, Openings as Command, Passphrases, SealTo};
use super::drafts::digest;
use super::files::{self, Outputs, Readers};
use super::ledger_commands::reader;
use super::passphrase::KeyRing;
use super::reading::{print_lines, read_entries, table};
use super::sealing::{Read, Sealing, read_openings};
use super::words;
use crate::envelope::Envelope;
use crate::json::Value;
use crate::ledger::{Clock as _, SystemClock};
use crate::seal::{self, Identity};
use crate::statement::form::{PLACEHOLDER, is_file};
use crate::statement::repair::Destroyed;
use crate::statement::schema::{At, Field as _, Shape};
use crate::statement::{Language, Opening, Openings, Statement, describe_opening, opening};
use crate::time::Seconds;

/// Makes an identity, or shows, hands out, checks or destroys openings.
pub fn openings(it: Command, language: Language) -> Result<Answer, Failure> {
    match it {
        Command::Key {
            output,
            passphrases,
        } => key(&output, passphrases, language),
        Command::Show {
            file,
            open_with,
            values,
            passphrases,
        } => {
            let ring = KeyRing::new(passphrases, language);
            let read = read_openings(&file, &open_with, &ring)?;
            Ok(show(&file, &read, values, language))
        }
        Command::Select {
            file,
            open_with,
            fields,
            output,
            seal_to,
            passphrases,
        } => {
            let ring = KeyRing::new(passphrases, language);
            let selection = Selection {
                file: &file,
                open_with: &open_with,
                fields: &fields,
                output: &output,
                seal_to: &seal_to,
            };
            select(&selection, &ring, language)
        }
        Command::Check {
            file,
            open_with,
            ledger,
            statement,
            files,
            passphrases,
        } => {
            let ring = KeyRing::new(passphrases, language);
            let read = read_openings(&file, &open_with, &ring)?;
            let against = match ledger {
                Some(folder) => recorded(&folder)?,
                None => given(&statement)?,
            };
            check(&read.openings, &against, &files, language)
        }
        Command::Destroy {
            file,
            open_with,
            fields,
            all,
            draft,
            yes,
            seal_to,
            passphrases,
        } => {
            let ring = KeyRing::new(passphrases, language);
            let destruction = Destruction {
                file,
                open_with,
                fields: (!all).then_some(fields),
                draft,
                yes,
                seal_to,
            };
            destroy(&destruction, &ring, language)
        }
    }
}

fn key(output: &Path, passphrases: Passphrases, language: Language) -> Result<Answer, Failure> {
    if output.exists() {
        let place = output.display();
        return Err(Failure::not_run(format!(
            "{place}: expected nothing there, found a file\nan identity is never overwritten: choose another name"
        )));
    }
    let passphrase = KeyRing::new(passphrases, language).choose_text(output)?;
    let identity = Identity::generate();
    let recipient = identity.recipient();
    let sealed = seal::seal_with_passphrase(identity.print_file().as_bytes(), &passphrase);
    let mut outputs = Outputs::default();
    outputs.write_new(output, &sealed, Readers::Owner)?;
    files::sync_parent(output)?;
    outputs.keep();
    let text = [
        words::identity_written(language, output.display()),
        words::recipient_is(language, &recipient),
        words::KEEP_THE_KEY.text(language).to_owned(),
    ];
    let json = json_object([
        ("file", json_text(output.display())),
        ("recipient", json_text(&recipient)),
    ]);
    Ok(Answer::yes(text.join("\n"), json))
}

fn show(file: &Path, read: &Read, values: bool, language: Language) -> Answer {
    let openings = &read.openings;
    let mut text = vec![words::openings_listed(
        language,
        openings.len(),
        file.display(),
    )];
    if values {
        for opening in openings.iter() {
            text.push(String::new());
            text.push(bold(visible(&opening.path())));
            text.extend(print_lines(&describe_opening(opening, language)));
        }
    } else if !openings.is_empty() {
        let rows: Vec<[String; 3]> = openings
            .iter()
            .map(|opening| row(opening, language))
            .collect();
        text.push(table(words::openings_head(language), &rows));
    }
    let list = openings.iter().map(|opening| {
        let mut object = named(opening);
        if let (Value::Object(object), true) = (&mut object, values) {
            object.insert("value", opening.value().clone());
        }
        object
    });
    let json = json_object([
        ("file", json_text(file.display())),
        ("sealed", Value::Bool(read.sealed)),
        ("openings", Value::Array(list.collect())),
    ]);
    Answer::yes(text.join("\n"), json)
}

fn row(opening: &Opening, language: Language) -> [String; 3] {
    let field = opening.field_info().map(|(_, field)| field);
    let label = field.map_or("", |field| field.label.text(language));
    [
        opening.id().to_string(),
        opening.field().to_owned(),
        label.to_owned(),
    ]
}

/// Names an opening without giving anything away: its digest stands on the ledger.
fn named(opening: &Opening) -> Value {
    json_object([
        ("id", json_text(opening.id())),
        ("field", json_text(opening.field())),
        ("digest", json_text(opening.digest_text())),
    ])
}

/// Which openings go to whom.
struct Selection<'a> {
    file: &'a Path,
    open_with: &'a OpenWith,
    fields: &'a [String],
    output: &'a Path,
    seal_to: &'a SealTo,
}

fn select(it: &Selection, ring: &KeyRing, language: Language) -> Result<Answer, Failure> {
    let sealing = Sealing::demanded(it.seal_to)?;
    let read = read_openings(it.file, it.open_with, ring)?;
    let (selected, _) = read
        .openings
        .part(it.fields)
        .map_err(Failure::no)
        .about(it.file.display())?;
    let bytes = sealing.seal(&selected, it.output, ring, language)?;
    let mut outputs = Outputs::default();
    outputs.write_new(it.output, &bytes, Readers::Owner)?;
    files::sync_parent(it.output)?;
    outputs.keep();
    let mut text = vec![words::openings_selected(
        language,
        selected.len(),
        it.output.display(),
    )];
    text.extend(paths(&selected));
    text.push(sealing.describe(language));
    let json = json_object([
        ("file", json_text(it.output.display())),
        ("sealed", Value::Bool(!matches!(sealing, Sealing::Plain))),
        (
            "openings",
            Value::Array(selected.iter().map(named).collect()),
        ),
    ]);
    Ok(Answer::yes(text.join("\n"), json))
}

fn paths(openings: &Openings) -> impl Iterator<Item = String> {
    let line = |opening: &Opening| format!("  {}", visible(&opening.path()));
    openings.iter().map(line)
}

/// What openings are checked against.
struct Against {
    statements: Vec<Statement>,
    /// Where a mismatch is, by the id of the statement: a day of the ledger, or a file.
    places: BTreeMap<String, Place>,
}

#[derive(Clone, PartialEq, Eq, PartialOrd, Ord)]
enum Place {
    Recorded(Seconds),
    File(PathBuf),
}

impl Place {
    fn mismatch(&self, language: Language) -> String {
        match self {
            Place::Recorded(moment) => words::mismatch(language, words::day(language, *moment)),
            Place::File(path) => words::mismatch_of_file(language, path.display()),
        }
    }
}

fn recorded(folder: &Path) -> Result<Against, Failure> {
    let reader = reader(folder)?;
    let mut against = Against {
        statements: Vec::new(),
        places: BTreeMap::new(),
    };
    for recorded in read_entries(&reader, 0, reader.size().get())? {
        if let Some((statement, _)) = recorded.statement {
            let place = Place::Recorded(recorded.entry.time.seconds());
            against.places.insert(statement.id().to_string(), place);
            against.statements.push(statement);
        }
    }
    Ok(against)
}

fn given(files: &[PathBuf]) -> Result<Against, Failure> {
    let mut against = Against {
        statements: Vec::new(),
        places: BTreeMap::new(),
    };
    for file in files {
        let envelope = Envelope::parse_door(&files::read(file)?).about(file.display())?;
        let statement = Statement::parse(envelope.payload()).about(file.display())?;
        let place = Place::File(file.clone());
        against.places.insert(statement.id().to_string(), place);
        against.statements.push(statement);
    }
    Ok(against)
}

fn check(
    openings: &Openings,
    against: &Against,
    attached: &[PathBuf],
    language: Language,
) -> Result<Answer, Failure> {
    let matches = openings.match_against(&against.statements);
    let misfits = matches.misfits.iter().map(|(opening, _)| *opening);
    let wrong: Vec<&Opening> = matches.mismatched.iter().copied().chain(misfits).collect();
    let mut text = vec![words::matches(language, matches.opened.len())];

    let mut by_place: BTreeMap<Option<&Place>, Vec<&Opening>> = BTreeMap::new();
    for opening in &wrong {
        let place = against.places.get(opening.id().as_str());
        by_place.entry(place).or_default().push(opening);
    }
    for (place, openings) in by_place {
        text.push(match place {
            Some(place) => place.mismatch(language),
            None => words::NOT_RECORDED_HERE.text(language).to_owned(),
        });
        text.extend(
            openings
                .iter()
                .map(|opening| format!("  {}", visible(&opening.path()))),
        );
    }
    if !matches.unreferenced.is_empty() {
        text.push(words::NOT_RECORDED_HERE.text(language).to_owned());
        let paths = matches.unreferenced.iter();
        text.extend(paths.map(|opening| format!("  {}", visible(&opening.path()))));
    }

    // A file counts only with an opening that matches: of any other nobody knows what was registered.
    let mut compared = Vec::new();
    let mut strangers = Vec::new();
    for file in attached {
        let (bytes, sha256) = digest(file)?;
        let found = matches.opened.iter().find(|opening| {
            let described = described(opening);
            described.is_some_and(|it| it.sha256 == sha256 && it.bytes.get() as u64 == bytes)
        });
        let path = found.map(|opening| opening.path());
        match &path {
            Some(path) => text.push(words::file_is(language, file.display(), visible(path))),
            None => strangers.push(format!(
                "{}: expected a file that one of these openings describes, found another (SHA-256 {sha256})",
                file.display()
            )),
        }
        compared.push(json_object([
            ("file", json_text(file.display())),
            ("sha256", json_text(sha256)),
            ("opening", json_optional(path)),
        ]));
    }

    let exit = match (wrong.is_empty() && strangers.is_empty(), &matches) {
        (false, _) => Exit::No,
        (true, matches) if matches.unreferenced.is_empty() && !matches.opened.is_empty() => {
            Exit::Yes
        }
        (true, _) => Exit::Undetermined,
    };
    let all = |openings: &[&Opening]| json_texts(openings.iter().map(|opening| opening.path()));
    let json = json_object([
        ("matched", all(&matches.opened)),
        ("mismatched", all(&wrong)),
        ("unreferenced", all(&matches.unreferenced)),
        ("files", Value::Array(compared)),
    ]);
    Ok(Answer::yes(text.join("\n"), json)
        .with_exit(exit)
        .with_complaints(strangers))
}

/// Reads the value of an opening as the description of a file.
fn described(opening: &Opening) -> Option<opening::File> {
    let (_, field) = opening.field_info()?;
    match field.shape {
        Shape::Committed { of } if is_file(of) => {
            opening::File::parse(opening.value().clone(), &At::Root("file")).ok()
        }
        _ => None,
    }
}

/// What goes for good.
struct Destruction {
    file: PathBuf,
    open_with: OpenWith,
    /// The fields; all when none are named.
    fields: Option<Vec<String>>,
    /// Where the draft of the statement about it goes.
    draft: Option<PathBuf>,
    yes: bool,
    seal_to: SealTo,
}

fn destroy(it: &Destruction, ring: &KeyRing, language: Language) -> Result<Answer, Failure> {
    // Behind a link is the file that holds them; replacing the link would leave it.
    let file = fs::canonicalize(&it.file).about(it.file.display())?;
    let read = read_openings(&file, &it.open_with, ring)?;
    let (gone, left) = match &it.fields {
        None => (read.openings.clone(), Openings::default()),
        Some(fields) => read
            .openings
            .part(fields)
            .map_err(Failure::no)
            .about(it.file.display())?,
    };
    // What is left is sealed again before anything is asked; nobody can tell to whom it was sealed.
    let remainder = match (left.is_empty(), Sealing::of(&it.seal_to)?) {
        (true, _) => None,
        (false, None | Some(Sealing::Plain)) if !read.sealed => Some(left.print()),
        (false, Some(sealing @ (Sealing::Recipients(_) | Sealing::Passphrase))) => {
            Some(sealing.seal(&left, &file, ring, language)?.to_vec())
        }
        // What was sealed is never left plain by this.
        (false, None | Some(Sealing::Plain)) => {
            let none = Failure::not_run(
                "expected --recipient, for whom the openings that stay are sealed again, found none",
            );
            return Err(none.about(it.file.display()));
        }
    };
    let mut page = vec![words::openings_listed(
        language,
        read.openings.len(),
        it.file.display(),
    )];
    page.extend(paths(&gone));
    anstream::eprintln!("{}", page.join("\n"));
    confirm(it.yes, language)?;

    let mut outputs = Outputs::default();
    if let Some(path) = &it.draft {
        let mut bytes = draft(&gone).to_canonical();
        bytes.push(b'\n');
        outputs.write_new(path, &bytes, Readers::Anyone)?;
    }
    let other_names = other_names(&file);
    match &remainder {
        Some(bytes) => files::replace(&file, bytes)?,
        None => {
            fs::remove_file(&file).about(it.file.display())?;
            files::sync_parent(&file)?;
        }
    }
    outputs.keep();
    let mut text = vec![words::destroyed(
        language,
        gone.len(),
        it.file.display(),
        left.len(),
    )];
    text.extend(paths(&gone));
    text.push(words::DESTROYED_HERE_ONLY.text(language).to_owned());
    if let Some(path) = &it.draft {
        text.push(words::destroyed_draft(language, path.display()));
    }
    let mut complaints = Vec::new();
    if other_names > 0 {
        complaints.push(words::other_names(language, it.file.display(), other_names));
    }
    let json = json_object([
        ("file", json_text(it.file.display())),
        ("destroyed", Value::Array(gone.iter().map(named).collect())),
        ("left", json_count(left.len() as u64)),
        (
            "draft",
            json_optional(it.draft.as_ref().map(|path| path.display())),
        ),
        ("other_names", json_count(other_names)),
    ]);
    Ok(Answer::yes(text.join("\n"), json).with_complaints(complaints))
}

/// Returns a draft of the statement which records that openings are gone; its ground is to be filled in.
fn draft(gone: &Openings) -> Value {
    let mut fields: BTreeMap<&str, Vec<Value>> = BTreeMap::new();
    for opening in gone.iter() {
        let of_statement = fields.entry(opening.id().as_str()).or_default();
        of_statement.push(Value::string(opening.field()));
    }
    let items = fields.into_iter().map(|(id, fields)| {
        Value::object([
            ("statement", Value::string(id)),
            ("fields", Value::Array(fields)),
        ])
    });
    let today = SystemClock.now().seconds().to_string();
    Value::object([
        ("items", Value::Array(items.collect())),
        ("destroyed", Value::string(&today[..10])),
        ("gone", Value::string(Destroyed::Salt)),
        (
            "ground",
            Value::object([
                ("en", Value::string(PLACEHOLDER.en)),
                ("nl", Value::string(PLACEHOLDER.nl)),
            ]),
        ),
        ("record", Value::Null),
    ])
}

/// Counts the other names under which the same bytes stand on this disk.
#[cfg(unix)]
fn other_names(file: &Path) -> u64 {
    use std::os::unix::fs::MetadataExt as _;
    fs::metadata(file).map_or(0, |metadata| metadata.nlink().saturating_sub(1))
}

#[cfg(not(unix))]
fn other_names(_: &Path) -> u64 {
    0
}

/// Asks before destroying.
fn confirm(yes: bool, language: Language) -> Result<(), Failure> {
    if yes {
        return Ok(());
    }
    if !std::io::stdin().is_terminal() || !std::io::stderr().is_terminal() {
        let none = Failure::not_run("expected a terminal on which to ask, found none");
        return Err(none.hint("--yes destroys what is named without asking"));
    }
    anstream::eprint!("{}", words::DESTROY_THESE.text(language));
    let mut line = String::new();
    std::io::stdin().read_line(&mut line)?;
    match line.trim().to_lowercase().as_str() {
        "y" | "yes" | "j" | "ja" => Ok(()),
        _ => Err(Failure::no("nothing was destroyed")),
    }
}
