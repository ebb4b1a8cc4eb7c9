//! Verification of a ledger or of an exported copy: everything is computed again.

use std::io::{IsTerminal as _, Write as _};
use std::path::Path;
use std::time::{Duration, Instant};

use super::answer::{
    Answer, Exit, Failure, bold, json_count, json_object, json_optional, json_text, json_texts,
    visible,
};
use super::args::Verify;
use super::ledger_commands::{moment, read_trust, trust_exit};
use super::words;
use crate::client::{Folder, OpenPublishedError, Published, Stored};
use crate::json::Value;
use crate::statement::Language;
use crate::store::{Kind, Marker, MarkerError, Store, StoreError, open_store_for_reading};
use crate::trust::{CosignerReport, Doubt, Evaluation, Finding, Quorum};
use crate::verify::{
    Defect, Facts, Options, Place, Progress, Rule, Source, SourceError, verify_log,
};

/// A folder with a log in it.
pub enum LogFolder {
    /// A store.
    Store(Box<dyn Store>),
    /// Published files.
    Published(Published<Folder>),
}

impl LogFolder {
    /// Opens a ledger, an export, or a mirror that somebody else made.
    pub fn open(folder: &Path) -> Result<LogFolder, Failure> {
        let published = match Marker::read(folder) {
            Ok(marker) => marker.kind == Kind::Export,
            Err(StoreError::Marker(MarkerError::NoMarker { .. })) => {
                folder.join("checkpoint").exists()
            }
            Err(error) => return Err(error.into()),
        };
        if !published {
            return match open_store_for_reading(folder) {
                Ok(store) => Ok(LogFolder::Store(store)),
                Err(error) => Err(store_failure(error)),
            };
        }
        match Published::folder(folder) {
            Ok(published) => Ok(LogFolder::Published(published)),
            Err(OpenPublishedError::Checkpoint(error)) => Err(source_failure(error)),
            Err(error) => Err(Failure::not_run(error)),
        }
    }

    /// Calls `read` with what is in the folder.
    pub fn read<T>(&self, read: impl FnOnce(&dyn Source) -> T) -> T {
        match self {
            LogFolder::Store(store) => read(&Stored::new(store.as_ref())),
            LogFolder::Published(published) => read(published),
        }
    }
}

/// What is damaged is not whole, which is a no; what cannot be opened says nothing.
fn store_failure(error: StoreError) -> Failure {
    match error {
        StoreError::Damaged { .. } | StoreError::Engine { .. } | StoreError::Behind { .. } => {
            Failure::no(error)
        }
        _ => Failure::not_run(error),
    }
}

/// What is missing or cannot be decoded is a no; what this machine does not let be read says nothing.
pub fn source_failure(error: SourceError) -> Failure {
    match error.is_refused() {
        true => Failure::not_run(error),
        false => Failure::no(error),
    }
}

/// Verifies a ledger.
pub fn verify(it: Verify, language: Language) -> Result<Answer, Failure> {
    let trust = it.trust.as_deref().map(read_trust).transpose()?;
    let now = moment(it.now.as_deref())?;
    let options = Options {
        trust: trust.as_ref().map(|policy| (policy, now)),
        ..Options::default()
    };
    Ok(Verified::read(&it.ledger, &options, language)?.report(language))
}

/// What was found in a folder.
pub struct Verified {
    /// What its entries amount to.
    pub facts: Facts,
    /// The tiles that are wrong, in published files.
    tiles: Vec<SourceError>,
    /// What keeps the reader's trust file from vouching for it now.
    pub doubts: Vec<Doubt>,
}

impl Verified {
    /// Verifies what is in a folder.
    pub fn read(folder: &Path, options: &Options, language: Language) -> Result<Verified, Failure> {
        let folder = LogFolder::open(folder)?;
        let mut line = ProgressLine::new(language);
        let facts = folder.read(|source| verify_log(&source, options, &mut |done| line.show(done)));
        line.clear();
        let facts = facts.map_err(source_failure)?;
        let tiles = match &folder {
            LogFolder::Published(published) => published.compare_tiles(facts.tree()).err(),
            LogFolder::Store(_) => None,
        };
        let doubts = facts.trust().and_then(|trust| trust.current().err());
        Ok(Verified {
            facts,
            tiles: tiles.unwrap_or_default(),
            doubts: doubts.unwrap_or_default(),
        })
    }

    /// Says it to people and programs.
    pub fn report(&self, language: Language) -> Answer {
        report(&self.facts, &self.tiles, &self.doubts, language)
    }
}

/// Says what was checked, what was found, and what that does not show.
pub fn report(
    facts: &Facts,
    tiles: &[SourceError],
    doubts: &[Doubt],
    language: Language,
) -> Answer {
    let defects = facts.defects();
    let whole = facts.is_sound() && tiles.is_empty();
    let undetermined = tiles.is_empty()
        && facts.unlisted_defects() == 0
        && defects.iter().all(Defect::is_undetermined);
    let exit = match (whole, undetermined) {
        (false, false) => Exit::No,
        (false, true) => Exit::Undetermined,
        (true, _) => trust_exit(doubts),
    };

    // A good ledger may be another than the reader's.
    let of_trust = [
        Rule::GenesisDigest,
        Rule::TrustLogKey,
        Rule::TrustCosignerKey,
    ];
    let another = |defect: &Defect| of_trust.contains(&defect.rule);
    let another = tiles.is_empty() && !defects.is_empty() && defects.iter().all(another);

    let mut text = vec![words::checked(
        language,
        facts.size(),
        facts.threads().len(),
    )];
    text.extend(head(facts, language));
    if !whole {
        text.push(String::new());
        text.push(bold(words::DEFECTS.text(language)));
        text.extend(
            defects
                .iter()
                .flat_map(|defect| defect_text(defect, language)),
        );
        text.extend(
            tiles
                .iter()
                .map(|tile| format!("  {}", visible(&tile.to_string()))),
        );
        if facts.unlisted_defects() > 0 {
            text.push(words::unlisted_defects(language, facts.unlisted_defects()));
        }
        for (index, followers) in facts.followers() {
            text.push(words::followers(language, followers, index));
        }
    }
    if let Some(evaluation) = facts.trust() {
        text.push(String::new());
        text.extend(trust_text(evaluation, doubts, language));
        text.extend(
            facts
                .followed()
                .map(|followed| words::log_key_followed(language, &followed.from, &followed.to)),
        );
    }
    text.push(String::new());
    let conclusion = match (exit, facts.trust().is_some()) {
        (Exit::Yes, true) => words::WHOLE_AND_TRUSTED,
        (Exit::Yes, false) => words::WHOLE_ONLY,
        (Exit::No, _) if !whole && !another => words::NOT_WHOLE,
        (Exit::No, _) => words::NOT_YOUR_LOG,
        (_, _) if !whole => words::WHOLE_UNDETERMINED,
        (_, _) if *doubts == [Doubt::DemoKeys] => words::WHOLE_WITH_DEMO_KEYS,
        (_, _) => words::WHOLE_NOT_TRUSTED,
    };
    text.push(bold(conclusion.text(language)));
    text.push(words::VERIFY_DOES_NOT_SHOW.text(language).to_owned());
    Answer::yes(text.join("\n"), json(facts, tiles, doubts)).with_exit(exit)
}

fn head(facts: &Facts, language: Language) -> Vec<String> {
    let mut text = Vec::new();
    if let Some(ledger) = facts.ledger() {
        text.push(words::ledger_named(
            language,
            &ledger.origin,
            ledger.genesis,
        ));
    }
    text.push(words::root(language, facts.root()));
    if let Some(fingerprint) = facts.fingerprint() {
        text.push(words::fingerprint_line(language, facts.size(), fingerprint));
    }
    // Under a wrong checkpoint nothing is covered; that is said as what is wrong, and "yet" would mislead.
    if facts.uncovered() > 0 && facts.defects_at(Place::Checkpoint).next().is_none() {
        text.push(words::uncovered(language, facts.uncovered()));
    }
    let withheld = facts
        .withheld()
        .iter()
        .map(|withheld| withheld.index.to_string());
    let withheld = withheld.collect::<Vec<_>>().join(", ");
    if !withheld.is_empty() {
        text.push(words::withheld_at(language, withheld));
    }
    text
}

fn defect_text(defect: &Defect, language: Language) -> [String; 2] {
    let detail = visible(&defect.detail).replace('\n', "\n    ");
    [
        format!("  {}", words::defect(language, defect.place, defect.rule)),
        format!("    {detail}"),
    ]
}

fn trust_text(evaluation: &Evaluation, doubts: &[Doubt], language: Language) -> Vec<String> {
    let mut text = vec![bold(words::YOUR_TRUST.text(language))];
    text.push(match evaluation.log {
        Ok(_) => words::LOG_SIGNED.text(language).to_owned(),
        Err(_) => words::LOG_DID_NOT_SIGN.text(language).to_owned(),
    });
    let cosigner = |report: &CosignerReport| match &report.finding {
        Finding::Absent => words::cosigner_absent(language, &report.name),
        Finding::Valid(time) => {
            words::cosigner_valid(language, &report.name, words::moment(language, *time))
        }
        Finding::Invalid(error) => words::cosigner_invalid(language, &report.name, error),
    };
    text.extend(evaluation.witnesses.iter().map(cosigner));
    text.extend(evaluation.auditors.iter().map(cosigner));
    if let Quorum::Met(times) = &evaluation.quorum {
        text.push(words::quorum_met(
            language,
            words::moment(language, times.newest),
        ));
    }
    text.extend(
        doubts
            .iter()
            .map(|doubt| format!("  {}", words::doubt(language, doubt))),
    );
    text
}

fn json(facts: &Facts, tiles: &[SourceError], doubts: &[Doubt]) -> Value {
    let defects = facts.defects().iter().map(|defect| {
        json_object([
            ("place", json_text(defect.place)),
            ("rule", json_text(defect.rule.code())),
            ("demand", json_text(defect.rule.demand())),
            ("detail", json_text(&defect.detail)),
            ("undetermined", Value::Bool(defect.is_undetermined())),
        ])
    });
    let files = tiles.iter().map(|tile| {
        let entries = tile
            .entries()
            .map(|range| format!("{}-{}", range.start, range.end - 1));
        json_object([
            ("file", json_text(tile.place())),
            ("entries", json_optional(entries)),
            ("detail", json_text(tile)),
        ])
    });
    let trusted = match facts.trust() {
        None => Value::Null,
        Some(_) => Value::Bool(doubts.is_empty()),
    };
    let ledger = facts.ledger();
    json_object([
        ("origin", json_optional(ledger.map(|ledger| &ledger.origin))),
        (
            "genesis",
            json_optional(ledger.map(|ledger| ledger.genesis)),
        ),
        ("size", json_count(facts.size().get())),
        ("sound_size", json_count(facts.sound_size().get())),
        ("root", json_text(facts.root())),
        ("fingerprint", json_optional(facts.fingerprint())),
        ("uncovered", json_count(facts.uncovered())),
        (
            "withheld",
            Value::Array(
                facts
                    .withheld()
                    .iter()
                    .map(|withheld| json_count(withheld.index.get()))
                    .collect(),
            ),
        ),
        ("whole", Value::Bool(facts.is_sound() && tiles.is_empty())),
        ("defects", Value::Array(defects.collect())),
        ("unlisted_defects", json_count(facts.unlisted_defects())),
        ("files", Value::Array(files.collect())),
        ("log_keys", json_texts(facts.state().log_keys().in_force())),
        (
            "log_key_followed",
            json_optional(facts.followed().map(|it| &it.to)),
        ),
        ("trusted", trusted),
        ("doubts", json_texts(doubts)),
    ])
}

/// One line on a terminal that says how far a long command has come; elsewhere nothing.
pub struct ProgressLine {
    language: Language,
    shown: Option<Instant>,
    terminal: bool,
}

impl ProgressLine {
    /// Makes a line that nothing stands on yet.
    pub fn new(language: Language) -> ProgressLine {
        ProgressLine {
            language,
            shown: None,
            terminal: std::io::stderr().is_terminal(),
        }
    }

    /// Shows how far it is, at most ten times a second.
    pub fn show(&mut self, progress: Progress) {
        let fresh = self
            .shown
            .is_some_and(|shown| shown.elapsed() < Duration::from_millis(100));
        if self.terminal && !fresh {
            let line = words::progress(self.language, progress.done, progress.of);
            let _ = write!(std::io::stderr(), "\r{line}\x1b[K");
            self.shown = Some(Instant::now());
        }
    }

    /// Shows something else.
    pub fn say(&mut self, line: &str) {
        if self.terminal {
            let _ = write!(std::io::stderr(), "\r{line}\x1b[K");
            self.shown = Some(Instant::now());
        }
    }

    /// Leaves the line empty.
    pub fn clear(&mut self) {
        if self.shown.take().is_some() {
            let _ = write!(std::io::stderr(), "\r\x1b[K");
        }
    }
}

/// What failed is said on an empty line.
impl Drop for ProgressLine {
    fn drop(&mut self) {
        self.clear();
    }
}
