//! The demo: the story of `examples/voorbeeld`, played from the founding of a ledger to a tampered copy being caught.
//!
//! ```text
//! story --stage--> ledger --export--> copy --verify--> facts --> summary
//!                                      └── tampered copies --verify--> which entry breaks which rule
//! ```
//!
//! What other commands do is done here by the same code: importing, appending, cosigning, exporting, verifying,
//! checking a receipt. The demo ends with yes only when all of that went as it must, and no tampered
//! copy passed.

mod stage;
mod summary;
mod tamper;

#[path = "../../examples/voorbeeld/story.rs"]
mod story;

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use self::stage::{Imported, LEDGER_FOLDER, Played, Scene, Stage};
use self::story::Chapter;
use self::summary::{Summary, civil, local, name};
use self::tamper::{Way, tamper};
use super::answer::{
    Answer, Exit, Failure, bold, json_count, json_object, json_optional, json_text,
};
use super::args::{Demo, Export, Receipt, StoreKind};
use super::copies::{self, move_into_place};
use super::files::{self, Outputs, Readers};
use super::ledger_commands::{self, expect_free};
use super::verify_command::{ProgressLine, Verified};
use super::words::{self, demo as say};
use crate::hash::Hash;
use crate::json::{Object, Value};
use crate::merkle::Index;
use crate::state::State;
use crate::statement::finding::RetestResult;
use crate::statement::opening::Reading;
use crate::statement::oscal;
use crate::statement::{Language, Openings, Predicate, Type};
use crate::store::Kind;
use crate::time::Seconds;
use crate::trust::{Doubt, TrustPolicy};
use crate::verify::{Facts, Keep, Options};
// The story is shared with the tests, and finds these here.
use crate::{hash, json};

/// The trust file of the demo; its keys are demo keys, so it vouches for nothing.
const TRUST: &str = include_str!("../../keys/demo-trust.toml");

/// A report of others, and its map: NIST's own example, which becomes drafts before the story begins.
const ELSEWHERE: [&str; 2] = ["ifa_assessment-results-example.json", "ifa_map.toml"];

/// How long after the last step the witnesses cosign once more, in seconds.
const LAST_COSIGNATURE_AFTER: i64 = 60;

/// How many broken rules of a tampered copy are shown.
const SHOWN_DEFECTS: usize = 2;

/// Lines are broken here, in characters; in a narrow terminal earlier.
const WIDTH: usize = 92;

/// A line that is longer by no more than this is left whole, such as one that ends in a fingerprint,
/// unless the terminal would break it.
const SLACK: usize = 10;

/// Plays the demo.
pub fn demo(it: Demo, language: Language) -> Result<Answer, Failure> {
    let place = match &it.keep {
        Some(place) => {
            expect_free(place)?;
            place.clone()
        }
        None => std::env::temp_dir().join("bewijs"),
    };
    let mut outputs = Outputs::default();
    let folder = files::beside(&place, "demo")?;
    outputs.create_folder(&folder)?;
    let mut show = Show {
        folder: &folder,
        language,
        trust: TrustPolicy::parse(TRUST)?,
        width: terminal_size::terminal_size_of(std::io::stdout())
            .map_or(usize::MAX, |(width, _)| usize::from(width.0)),
        text: Vec::new(),
        json: Object::default(),
        titles: 0,
        assessors: BTreeMap::new(),
    };
    show.play()?;
    show.paragraph("");
    match &it.keep {
        Some(place) => {
            move_into_place(&folder, place, outputs)?;
            show.paragraph(&say::kept(language, place.display()));
            show.paragraph(say::HEAD_TRY.text(language));
            show.text.extend(commands(&place.display().to_string()));
        }
        None => show.paragraph(say::NOTHING_KEPT.text(language)),
    }
    let kept = it.keep.as_deref().map(Path::display);
    show.json.insert("folder", json_optional(kept));
    Ok(Answer::yes(show.text.join("\n"), Value::Object(show.json)))
}

/// Commands that look inside what was kept.
fn commands(folder: &str) -> [String; 4] {
    [
        format!("  bewijs verify {folder}/export --trust {folder}/trust.toml"),
        format!("  bewijs status {folder}/ledger"),
        format!("  bewijs show {folder}/ledger 38 --openings {folder}/confidential.openings"),
        format!("  bewijs verify {folder}/tampered/rewritten --trust {folder}/trust.toml"),
    ]
}

/// The demo on its way, and what is told of it at the end.
struct Show<'a> {
    folder: &'a Path,
    language: Language,
    trust: TrustPolicy,
    /// The width of the terminal, in characters.
    width: usize,
    /// Lines; what is indented belongs to the title above.
    text: Vec<String>,
    /// The answer for programs.
    json: Object,
    /// How many chapters have been told.
    titles: usize,
    /// The names of the assessors that were asked, by engagement.
    assessors: BTreeMap<String, String>,
}

impl Show<'_> {
    fn play(&mut self) -> Result<(), Failure> {
        self.paragraph(say::INTRODUCTION.text(self.language));
        self.paragraph(say::FICTIONAL.text(self.language));
        self.lay_out()?;
        self.import_elsewhere()?;
        let mut stage = Stage::new(self.folder, Kind::from(StoreKind::DEFAULT))?;
        let now = self.play_story(&mut stage)?;
        let facts = self.verify(now)?;
        self.open(&stage.openings(), &facts)?;
        self.check_receipts(&facts)?;
        self.tamper(&stage, &facts, now)?;
        self.title(say::TITLE_SUMMARY.text(self.language));
        let summary = Summary::new(&facts, &self.trust, self.language);
        let (text, json) = (summary.text(), summary.json());
        for line in text {
            self.line(line);
        }
        self.json.insert("summary", json);
        Ok(())
    }

    /// Writes what the parties have before anything is signed: the trust file, and the files they commit to.
    fn lay_out(&self) -> Result<(), Failure> {
        let mut outputs = Outputs::default();
        let folder = self.folder.join(FILES_FOLDER);
        outputs.create_folder(&folder)?;
        for (name, bytes) in story::FILES {
            fs::write(folder.join(name), bytes)?;
        }
        let trust = self.folder.join("trust.toml");
        outputs.write_new(&trust, TRUST.as_bytes(), Readers::Anyone)?;
        outputs.keep();
        Ok(())
    }

    /// Makes drafts of a report that others wrote, and says what it does not say itself; none of it is recorded.
    fn import_elsewhere(&mut self) -> Result<(), Failure> {
        let language = self.language;
        let [document, map] = ELSEWHERE;
        let file = |name| story::file(name).expect("the story has its documents");
        let bare = oscal::import(file(document), &oscal::Map::default())?;
        let (imported, drafts) = stage::import(document, map);
        let Imported {
            counts, persons, ..
        } = imported;
        self.title(say::TITLE_IMPORT.text(language));
        self.line(say::imported_elsewhere(language, document, drafts.len()));
        self.line(say::import_missing(language, bare.missing.len()));
        self.line(say::import_persons(language, persons));
        self.line(say::IMPORT_ELSEWHERE_ONLY.text(language));
        let json = json_object([
            ("document", json_text(document)),
            ("findings", json_count(counts.in_document as u64)),
            ("drafts", json_count(drafts.len() as u64)),
            ("missing_without_map", json_count(bare.missing.len() as u64)),
            ("persons_replaced", json_count(persons as u64)),
        ]);
        self.json.insert("imported", json);
        Ok(())
    }

    /// Plays every chapter, lets the witnesses cosign the end, and returns that moment.
    fn play_story(&mut self, stage: &mut Stage) -> Result<Seconds, Failure> {
        let language = self.language;
        let mut line = ProgressLine::new(language);
        let mut chapters = Vec::new();
        let mut last = None;
        for chapter in story::chapters() {
            let cosigned = stage.cosigned;
            let mut scenes = Vec::new();
            for step in &chapter.steps {
                line.say(&say::playing(language, stage.receipts));
                scenes.push(stage.play(step)?);
            }
            let cosigned = stage.cosigned - cosigned;
            let played = scenes.iter().flat_map(|scene| &scene.played);
            last = played.last().map(|it| it.statement.head().claimed_at);
            chapters.push(self.tell(&chapter, &scenes, cosigned, &stage.state()));
        }
        line.clear();
        let last = last.expect("the story has statements").unix_seconds();
        let now = Seconds::from_unix_seconds(last + LAST_COSIGNATURE_AFTER);
        let now = now.expect("the story ends before the year 9999");
        stage.cosign(now)?;
        let mut outputs = Outputs::default();
        let openings = self.folder.join("confidential.openings");
        outputs.write_new(&openings, &stage.openings().print(), Readers::Owner)?;
        outputs.keep();
        stage.close();
        self.json.insert("chapters", Value::Array(chapters));
        self.json
            .insert("receipts", json_count(stage.receipts as u64));
        self.json
            .insert("cosigned", json_count(stage.cosigned as u64));
        self.paragraph("");
        self.paragraph(&say::receipts(language, stage.receipts, stage.cosigned));
        Ok(now)
    }

    /// Tells a chapter: where it stands, how many statements of each type, and what was said that matters most.
    fn tell(
        &mut self,
        chapter: &Chapter,
        scenes: &[Scene],
        cosigned: usize,
        state: &State,
    ) -> Value {
        let language = self.language;
        let title = match language {
            Language::English => &chapter.title_en,
            Language::Dutch => &chapter.title_nl,
        };
        self.title(title);
        let played: Vec<&Played> = scenes.iter().flat_map(|scene| &scene.played).collect();
        let ([first, ..], [.., last]) = (&played[..], &played[..]) else {
            return Value::Null;
        };
        let [from, until] = [first, last].map(|it| it.statement.head().claimed_at);
        let mut types: BTreeMap<Type, u64> = BTreeMap::new();
        for it in &played {
            *types.entry(it.statement.kind()).or_default() += 1;
        }
        self.line(say::chapter_span(
            language,
            first.index,
            last.index,
            words::day(language, from),
            words::day(language, until),
            cosigned,
        ));
        let counts = types
            .iter()
            .map(|(kind, count)| format!("{} {count}", kind.info().label.text(language)));
        self.line(counts.collect::<Vec<_>>().join(", "));
        for scene in scenes {
            self.tell_scene(scene, state);
        }
        let types = types.iter().map(|(kind, count)| {
            json_object([("type", json_text(kind)), ("count", json_count(*count))])
        });
        json_object([
            ("title", json_text(title)),
            ("first", json_count(first.index.get())),
            ("last", json_count(last.index.get())),
            ("from", json_text(from)),
            ("until", json_text(until)),
            ("statements", Value::Array(types.collect())),
            ("cosigned", json_count(cosigned as u64)),
        ])
    }

    fn tell_scene(&mut self, scene: &Scene, state: &State) {
        let language = self.language;
        let item = |it: &Played, what: String, id: String, index: String| {
            let day = words::day(language, it.statement.head().claimed_at);
            let who = signers(it, state, language);
            format!("- {}", say::said(language, day, who, what, id, index))
        };
        let id = |it: &Played| it.statement.id().to_string();
        let ends = (scene.played.first(), scene.played.last());
        if let (Some(imported), (Some(first), Some(last))) = (&scene.imported, ends) {
            let Imported {
                document,
                counts,
                persons,
            } = imported;
            let all = counts.in_document;
            let what = say::imported(language, document, all, counts.counted, persons);
            let range = |from: String, to: String| match from == to {
                true => from,
                false => format!("{from}–{to}"),
            };
            let places = range(first.index.to_string(), last.index.to_string());
            self.line(item(first, what, range(id(first), id(last)), places));
        }
        for it in &scene.played {
            if let Predicate::Engagement(asked) = it.statement.predicate() {
                self.assessors.insert(id(it), name(state, &asked.assessor));
            }
            if let Some(what) = self.told(it) {
                self.line(item(it, what, id(it), it.index.to_string()));
            }
        }
    }

    /// Says what matters most of a statement; nothing of most.
    fn told(&self, played: &Played) -> Option<String> {
        let language = self.language;
        let statement = &played.statement;
        Some(match statement.predicate() {
            Predicate::Charter(it) => {
                let persons = statement.head().signers.iter().len();
                let parties = it.parties.iter();
                let parties = parties.filter(|party| !party.keys.is_empty()).count();
                say::founded(language, persons, parties)
            }
            Predicate::Incident(it) => say::quoted(language, local(&it.text, language)),
            Predicate::Suspension(it) => say::quoted(language, local(&it.text, language)),
            Predicate::DisputeResolved(it) => say::quoted(language, local(&it.text, language)),
            Predicate::KeyRevoked(it) => say::quoted(language, local(&it.text, language)),
            Predicate::RiskAccepted(it) => {
                let until = civil(it.expires, language);
                say::risk_accepted(language, until, local(&it.text, language))
            }
            Predicate::RootCause(it) => say::quoted(language, local(&it.text, language)),
            Predicate::SupervisoryNotice(it) => say::quoted(language, local(&it.text, language)),
            Predicate::Change(it) => say::quoted(language, local(&it.text, language)),
            Predicate::FindingReopened(it) => {
                let text = local(it.text.as_ref()?, language);
                say::reopened(language, &it.finding.id, text)
            }
            Predicate::ConditionFulfilled(it) => {
                say::fulfilled(language, &it.condition.id, civil(it.seen, language))
            }
            Predicate::Request(it) => {
                let due = civil(it.deadline, language);
                say::asked(language, local(&it.question, language), due)
            }
            Predicate::View(it) => say::quoted(language, local(it.summary.as_ref()?, language)),
            Predicate::Disclosure(it) => say::quoted(language, local(&it.text, language)),
            Predicate::EngagementRefused(it) => {
                let assessor = self.assessors.get(it.engagement.id.as_str())?;
                let rule = it.rule.map_or("-", |rule| rule.code());
                say::refused(language, assessor, rule, local(&it.reason, language))
            }
            Predicate::Policy(it) => match &it.predecessor {
                None => say::POLICY_ADOPTED.text(language).to_owned(),
                Some(earlier) => say::policy_replaced(language, &earlier.id),
            },
            Predicate::Completeness(it) => {
                say::counted(language, &it.source, it.count.get(), it.total.get())
            }
            Predicate::Retest(it) if it.result != RetestResult::Fixed => {
                say::retested(language, &it.finding.id, it.result.label().text(language))
            }
            Predicate::Finding(it) => {
                let retest = it.retest.as_ref()?;
                say::found_in_retest(language, statement.id(), &retest.id)
            }
            Predicate::Attestation(it) => {
                let opinion = it.opinion.label().text(language);
                say::concluded(language, opinion, local(&it.text, language))
            }
            Predicate::Anchor(it) => say::published(language, local(it.place.as_ref()?, language)),
            Predicate::Decision(it) => say::quoted(language, local(&it.reasons, language)),
            Predicate::Resumption(it) => say::quoted(language, local(&it.text, language)),
            _ => return None,
        })
    }

    /// Exports the ledger, and verifies it and the copy as a stranger would.
    fn verify(&mut self, now: Seconds) -> Result<Facts, Failure> {
        let language = self.language;
        let [ledger, copy] = [LEDGER_FOLDER, EXPORT_FOLDER].map(|name| self.folder.join(name));
        let export = Export {
            ledger: ledger.clone(),
            copy: copy.clone(),
        };
        copies::export(export, language)?;
        let [ledger, copy] = [ledger, copy].map(|folder| self.verified(&folder, now));
        let (ledger, copy) = (ledger?, copy?);
        let (exit, text, json) = ledger.report(language).into_parts();
        let (copy_exit, _, copy_json) = copy.report(language).into_parts();
        let same = ledger.facts.root() == copy.facts.root() && exit == copy_exit;
        if !ledger.facts.is_sound() || ledger.doubts != [Doubt::DemoKeys] || !same {
            let wrong = "expected a ledger of the demo of which only the keys are in doubt, and the same in its copy, found:";
            return Err(Failure::no(format!("{wrong}\n{}", plain(&text))));
        }
        self.title(say::TITLE_VERIFY.text(language));
        for line in text.lines() {
            self.line(line);
        }
        self.line(say::COPY_SAME.text(language));
        self.json.insert("ledger", json);
        self.json.insert("export", copy_json);
        Ok(ledger.facts)
    }

    fn verified(&self, folder: &Path, now: Seconds) -> Result<Verified, Failure> {
        let options = Options {
            trust: Some((&self.trust, now)),
            keep: Keep::Everything,
            ..Options::default()
        };
        Verified::read(folder, &options, self.language)
    }

    /// Opens every confidential field, and compares the evidence with the files that are committed to.
    fn open(&mut self, openings: &Openings, facts: &Facts) -> Result<(), Failure> {
        let statements = facts.statements().iter();
        let statements: Vec<_> = statements.map(|kept| kept.signed.statement()).collect();
        let matches = openings.match_against(statements.iter().copied());
        let mut files = [0, 0];
        for statement in statements {
            let Predicate::Evidence(evidence) = statement.predicate() else {
                continue;
            };
            let opened = openings.read(statement.id(), "file", &evidence.file);
            let same = match opened {
                Reading::Opened(Some(file)) => {
                    let path = self.folder.join(FILES_FOLDER).join(file.name.as_str());
                    Hash::of(&files::read(&path)?) == file.sha256
                }
                _ => false,
            };
            files[0] += usize::from(same);
            files[1] += 1;
        }
        let [same, all] = files;
        if matches.opened.len() != openings.len() || same != all {
            let found = format!("{} and {same}", matches.opened.len());
            return Err(Failure::no(format!(
                "expected {} openings that fit and {all} files that are the evidence, found {found}",
                openings.len()
            )));
        }
        self.line(say::opened(self.language, openings.len(), same, all));
        self.json
            .insert("opened", json_count(openings.len() as u64));
        self.json.insert("evidence", json_count(same as u64));
        Ok(())
    }

    /// Writes the receipts of conclusions, decisions and resumptions, and checks that of the last decision.
    fn check_receipts(&mut self, facts: &Facts) -> Result<(), Failure> {
        let language = self.language;
        let folder = self.folder.join("receipts");
        fs::create_dir(&folder)?;
        let mut check = None;
        for kept in facts.statements() {
            let kind = kept.signed.statement().kind();
            if !matches!(kind, Type::Attestation | Type::Decision | Type::Resumption) {
                continue;
            }
            let file = |end: &str| folder.join(format!("{}.{end}", kept.index));
            let get = Receipt::Get {
                ledger: self.folder.join(LEDGER_FOLDER),
                index: kept.index.get(),
                output: Some(file("tlog-proof")),
            };
            ledger_commands::receipt(get, language)?;
            if kind == Type::Decision {
                check = Some(Receipt::Check {
                    receipt: file("tlog-proof"),
                    entry: file("entry.json"),
                    statement: file("statement.json"),
                    trust: self.folder.join("trust.toml"),
                });
            }
        }
        let check = check.expect("the story has a decision");
        let (exit, text, json) = ledger_commands::receipt(check, language)?.into_parts();
        if exit != Exit::Undetermined {
            let wrong =
                "expected a receipt that holds and of which only the keys are in doubt, found:";
            return Err(Failure::no(format!("{wrong}\n{}", plain(&text))));
        }
        self.title(say::TITLE_RECEIPT.text(language));
        for line in text.lines() {
            self.line(line);
        }
        self.json.insert("receipt", json);
        Ok(())
    }

    /// Tampers with copies in each way, and verifies them.
    fn tamper(&mut self, stage: &Stage, facts: &Facts, now: Seconds) -> Result<(), Failure> {
        let language = self.language;
        self.title(say::TITLE_TAMPER.text(language));
        let bad = facts.statements().iter().find_map(|kept| {
            let statement = kept.signed.statement();
            match statement.predicate() {
                Predicate::Retest(it) if it.result == RetestResult::NotFixed => {
                    Some((kept.index, statement.id(), &it.finding.id))
                }
                _ => None,
            }
        });
        let (at, id, finding) = bad.expect("the story has a repair that failed its retest");
        let result = RetestResult::NotFixed.label().text(language);
        self.line(say::tamper_intro(language, id, at, finding, result));
        let tampered = self.folder.join("tampered");
        fs::create_dir(&tampered)?;
        let mut list = Vec::new();
        for way in Way::ALL {
            list.push(self.tamper_in_one_way(way, stage, at, now)?);
        }
        self.json.insert("tampered", Value::Array(list));
        Ok(())
    }

    fn tamper_in_one_way(
        &mut self,
        way: Way,
        stage: &Stage,
        at: Index,
        now: Seconds,
    ) -> Result<Value, Failure> {
        let language = self.language;
        let forged = self.folder.join("tampered").join(way.code());
        let signed = tamper(way, &self.folder.join(EXPORT_FOLDER), at, &forged)?;
        let found = self.verified(&forged, now)?;
        let defects = found.facts.defects();
        if defects.is_empty() {
            let wrong = format!(
                "expected a broken rule in the tampered copy {}, found none",
                way.code()
            );
            return Err(Failure::no(wrong));
        }
        let way_text = match way {
            Way::Changed => say::WAY_CHANGED,
            Way::Rewritten => say::WAY_REWRITTEN,
            Way::LeftOut => say::WAY_LEFT_OUT,
        };
        self.line(format!("- {}", bold(way_text.text(language))));
        for defect in defects.iter().take(SHOWN_DEFECTS) {
            self.line(format!(
                "  {}",
                words::defect(language, defect.place, defect.rule)
            ));
        }
        let more = (defects.len() as u64 + found.facts.unlisted_defects())
            .saturating_sub(SHOWN_DEFECTS as u64);
        if more > 0 {
            self.line(format!("  {}", say::caught_more(language, more)));
        }
        for doubt in found
            .doubts
            .iter()
            .filter(|doubt| **doubt != Doubt::DemoKeys)
        {
            let doubt = words::doubt(language, doubt);
            self.line(format!("  {}", say::caught_trust(language, doubt)));
        }
        let refusals = match &signed {
            Some(signed) => stage.refusals(signed)?,
            None => Vec::new(),
        };
        let mut refused: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
        for (name, refusal) in &refusals {
            refused.entry(refusal).or_default().push(name);
        }
        for (refusal, names) in refused {
            let refusal = refusal.replace('\n', "; ");
            let refusal = say::caught_witnesses(language, names.join(", "), refusal);
            self.line(format!("  {refusal}"));
        }
        let witnesses = refusals.iter().map(|(name, refusal)| {
            json_object([("name", json_text(name)), ("refused", json_text(refusal))])
        });
        let (_, _, json) = found.report(language).into_parts();
        Ok(json_object([
            ("way", json_text(way.code())),
            ("verified", json),
            ("witnesses", Value::Array(witnesses.collect())),
        ]))
    }

    fn title(&mut self, title: &str) {
        self.titles += 1;
        let title = say::chapter(self.language, self.titles, title);
        self.paragraph("");
        self.paragraph(&bold(title));
    }

    fn line(&mut self, line: impl AsRef<str>) {
        match line.as_ref() {
            "" => self.paragraph(""),
            line => self.paragraph(&format!("   {line}")),
        }
    }

    fn paragraph(&mut self, text: &str) {
        self.text.push(wrap(text, self.width));
    }
}

/// Names the parties that signed, or counts them where they are many.
fn signers(played: &Played, state: &State, language: Language) -> String {
    let mut names: Vec<String> = Vec::new();
    for key in played.statement.head().signers.iter() {
        let holder = state.key(key).map(|enrolled| &enrolled.holder.party);
        let Some(party) = holder.or_else(|| state.recovery_party(key)) else {
            continue;
        };
        let name = name(state, party);
        if !names.contains(&name) {
            names.push(name);
        }
    }
    match names.len() {
        0..=2 => names.join(", "),
        many => say::parties(language, many),
    }
}

/// Breaks a line at spaces; what follows is indented as it is, and a list item below its text.
fn wrap(line: &str, terminal: usize) -> String {
    let body = line.trim_start_matches(' ');
    let mut margin = line.len() - body.len();
    let longest = WIDTH.min(terminal);
    if width(line) <= (longest + SLACK).min(terminal) {
        return line.to_owned();
    }
    let mut text = " ".repeat(margin);
    let mut length = margin;
    if body.starts_with("- ") {
        margin += 2;
    }
    for (at, word) in body.split(' ').enumerate() {
        let width = width(word);
        if at > 0 && length + 1 + width > longest {
            text.push('\n');
            text.push_str(&" ".repeat(margin));
            length = margin;
        } else if at > 0 {
            text.push(' ');
            length += 1;
        }
        text.push_str(word);
        length += width;
    }
    text
}

/// Counts the characters that are seen.
fn width(text: &str) -> usize {
    plain(text).chars().count()
}

fn plain(text: &str) -> String {
    anstream::adapter::strip_str(text).to_string()
}

/// Where the export is, in the folder of the demo.
const EXPORT_FOLDER: &str = "export";

/// Where the files are that statements commit to.
const FILES_FOLDER: &str = "files";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_is_broken_at_spaces() {
        let words = ["word"; 30].join(" ");
        let wrapped = wrap(&format!("  - {words}"), usize::MAX);
        let lines: Vec<&str> = wrapped.lines().collect();
        assert_eq!(lines.len(), 2);
        assert!(lines[0].starts_with("  - word") && lines[1].starts_with("    word"));
        assert!(lines.iter().all(|line| line.len() <= WIDTH));
        assert_eq!(wrapped.split_whitespace().count(), 31);
        assert_eq!(wrap("", usize::MAX), "");
        let narrow = wrap(&format!("  - {words}"), 40);
        assert!(narrow.lines().all(|line| line.len() <= 40), "{narrow}");
        let longer = "a".repeat(50) + " " + &"b".repeat(WIDTH + SLACK - 51);
        assert_eq!(wrap(&longer, usize::MAX), longer);
        assert_eq!(wrap(&longer, WIDTH + SLACK - 1).lines().count(), 2);
    }
}
