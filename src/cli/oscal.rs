//! A case as an OSCAL document, for the working file of an assessor.

use super::answer::{Answer, Failure, json_count, json_object, json_text, json_texts, visible};
use super::args::Oscal;
use super::files::{self, Outputs, Readers};
use super::passphrase::KeyRing;
use super::reading::case_name;
use super::sealing::read_openings;
use super::verify_command::{LogFolder, ProgressLine, report};
use super::words;
use crate::dossier::{self, DossierError};
use crate::hash::Hash;
use crate::statement::{Language, Openings, Thread};
use crate::verify::{Keep, Options, verify_log};

/// Verifies a ledger and writes one of its cases.
pub fn oscal(it: Oscal, language: Language) -> Result<Answer, Failure> {
    let case = case_name(&it.case)?;
    let mut openings = Vec::new();
    let ring = KeyRing::new(it.passphrases, language);
    for path in &it.openings {
        let read = read_openings(path, &it.open_with, &ring)?;
        openings.extend(read.openings.iter().cloned());
    }
    let openings = Openings::new(openings);
    let folder = LogFolder::open(&it.ledger)?;
    let thread = Thread::Case(case.clone()).name().parse()?;
    let options = Options {
        keep: Keep::Threads([thread].into()),
        ..Options::default()
    };
    let mut line = ProgressLine::new(language);
    let facts = folder.read(|source| verify_log(&source, &options, &mut |done| line.show(done)));
    line.clear();
    let facts = facts.map_err(Failure::no)?;
    let dossier = match dossier::export(&facts, &case, &openings, language) {
        Ok(dossier) => dossier,
        // What is wrong is said as `verify` says it.
        Err(DossierError::Defects) => return Ok(report(&facts, &[], &[], language)),
        Err(error) => return Err(Failure::no(error)),
    };
    let readers = match openings.is_empty() {
        true => Readers::Anyone,
        false => Readers::Owner,
    };
    let mut outputs = Outputs::default();
    outputs.write_new(&it.output, &dossier.document, readers)?;
    outputs.keep();
    files::sync_parent(&it.output)?;

    let sha256 = Hash::of(&dossier.document);
    let (opened, confidential) = (dossier.opened, dossier.confidential);
    let place = it.output.display();
    let mut text = vec![
        words::oscal_written(language, &place, dossier.findings),
        words::oscal_opened(language, opened, confidential),
        words::oscal_sha256(language, sha256),
    ];
    if let Some(fingerprint) = facts.fingerprint() {
        text.push(words::fingerprint_line(language, facts.size(), fingerprint));
    }
    if !dossier.withheld.is_empty() {
        let withheld: Vec<String> = dossier.withheld.iter().map(ToString::to_string).collect();
        text.push(words::oscal_withheld(language, withheld.join(", ")));
    }
    if !dossier.unreferenced.is_empty() {
        let paths = visible(&dossier.unreferenced.join(", "));
        text.push(words::oscal_unreferenced(language, paths));
    }
    text.push(words::OSCAL_DOES_NOT_SHOW.text(language).to_owned());
    let json = json_object([
        ("file", json_text(place)),
        ("sha256", json_text(sha256)),
        ("size", json_count(facts.size().get())),
        ("findings", json_count(dossier.findings as u64)),
        ("opened", json_count(opened as u64)),
        ("confidential", json_count(confidential as u64)),
        ("withheld", json_texts(&dossier.withheld)),
        ("unreferenced", json_texts(&dossier.unreferenced)),
    ]);
    Ok(Answer::yes(text.join("\n"), json))
}
