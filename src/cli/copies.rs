//! Copies: a ledger as plain files, and plain files as a ledger again.

use std::fs;
use std::path::Path;

use super::answer::{About as _, Answer, Failure, json_count, json_object, json_text};
use super::args::{Export, Load};
use super::files::{self, Outputs};
use super::ledger_commands::{expect_free, new_store};
use super::verify_command::{LogFolder, ProgressLine, report, source_failure};
use super::words;
use crate::client::{self, LoadError};
use crate::statement::Language;
use crate::store::Kind;
use crate::verify::Options;

/// Writes a ledger as plain files, or brings an earlier copy up to date.
pub fn export(it: Export, language: Language) -> Result<Answer, Failure> {
    let folder = LogFolder::open(&it.ledger)?;
    let mut outputs = Outputs::default();
    if fs::symlink_metadata(&it.copy).is_err() {
        outputs.expect(&it.copy);
    }
    let mut line = ProgressLine::new(language);
    let exported =
        folder.read(|source| client::export(&source, &it.copy, &mut |done| line.show(done)));
    line.clear();
    let exported = exported?;
    outputs.keep();
    let checkpoint = &exported.checkpoint;
    let place = it.copy.display();
    let text = [
        words::exported(
            language,
            checkpoint.size,
            place,
            exported.written,
            exported.compared,
        ),
        words::fingerprint_line(language, checkpoint.size, checkpoint.fingerprint()),
    ];
    let json = json_object([
        ("origin", json_text(&checkpoint.origin)),
        ("size", json_count(checkpoint.size.get())),
        ("root", json_text(checkpoint.root)),
        ("fingerprint", json_text(checkpoint.fingerprint())),
        ("written", json_count(exported.written)),
        ("compared", json_count(exported.compared)),
    ]);
    Ok(Answer::yes(text.join("\n"), json))
}

/// Verifies a copy and fills a new store with it: beside its place, and moved there when it is whole.
pub fn load(it: Load, language: Language) -> Result<Answer, Failure> {
    let folder = LogFolder::open(&it.copy)?;
    expect_free(&it.ledger)?;
    let kind = Kind::from(it.store);
    let mut outputs = Outputs::default();
    let beside = files::beside(&it.ledger, "load")?;
    outputs.expect(&beside);
    let store = new_store(&beside, kind)?;
    let mut line = ProgressLine::new(language);
    let loaded = folder.read(|source| {
        let options = Options::default();
        client::load(&source, store.as_ref(), &options, &mut |done| {
            line.show(done)
        })
    });
    line.clear();
    let facts = match loaded {
        Ok(facts) => facts,
        // What is wrong is said as `verify` says it.
        Err(LoadError::Defects(facts)) if !facts.is_sound() => {
            return Ok(report(&facts, &[], &[], language));
        }
        Err(LoadError::Source(error)) => return Err(source_failure(error)),
        Err(error) => return Err(error.into()),
    };
    drop(store);
    move_into_place(&beside, &it.ledger, outputs)?;
    let mut text = vec![words::loaded(
        language,
        facts.size(),
        it.ledger.display(),
        kind,
    )];
    if let Some(fingerprint) = facts.fingerprint() {
        text.push(words::fingerprint_line(language, facts.size(), fingerprint));
    }
    let json = json_object([
        ("size", json_count(facts.size().get())),
        ("root", json_text(facts.root())),
        (
            "fingerprint",
            super::answer::json_optional(facts.fingerprint()),
        ),
        ("store", json_text(kind)),
    ]);
    Ok(Answer::yes(text.join("\n"), json))
}

/// Gives a store that was made beside its place its name.
pub fn move_into_place(beside: &Path, place: &Path, outputs: Outputs) -> Result<(), Failure> {
    fs::rename(beside, place).about(place.display())?;
    outputs.keep();
    files::sync_parent(place)
}
