//! Imports: other people's documents become drafts, which their authors sign.

use std::fs;
use std::path::Path;

use super::answer::{
    About as _, Answer, Exit, Failure, json_count, json_object, json_optional, json_text,
    json_texts, visible,
};
use super::args::Import;
use super::files::{self, Outputs, Readers};
use super::words;
use crate::json::Value;
use crate::statement::Language;
use crate::statement::oscal::{self, Map};

/// Turns a document into drafts of findings.
pub fn import(it: Import, language: Language) -> Result<Answer, Failure> {
    match it {
        Import::Oscal {
            document,
            map,
            output,
        } => import_oscal(&document, map.as_deref(), output.as_deref(), language),
    }
}

fn import_oscal(
    document: &Path,
    map: Option<&Path>,
    output: Option<&Path>,
    language: Language,
) -> Result<Answer, Failure> {
    let map = match map {
        Some(path) => Map::parse(&files::read_text(path)?).about(path.display())?,
        None => Map::default(),
    };
    let import = oscal::import(&files::read(document)?, &map).about(document.display())?;
    let mut text = vec![words::oscal_counts(
        language,
        import.counts.in_document,
        import.counts.counted,
        import.drafts.len(),
    )];
    if !import.missing.is_empty() {
        text.push(words::OSCAL_MISSING.text(language).to_owned());
        let missing = import.missing.iter();
        text.extend(missing.map(|missing| format!("  {}", visible(&missing.to_string()))));
    }
    if !import.left_out.is_empty() {
        text.push(words::OSCAL_LEFT_OUT.text(language).to_owned());
        let left_out = import.left_out.iter();
        text.extend(left_out.map(|left_out| format!("  {}", visible(&left_out.to_string()))));
    }
    if let Some(folder) = output.filter(|_| import.missing.is_empty()) {
        write_drafts(folder, &import)?;
        text.push(words::drafts_written(
            language,
            import.drafts.len(),
            folder.display(),
        ));
    }
    let drafts = import.drafts.iter().map(|draft| {
        json_object([
            ("id", json_text(&draft.id)),
            ("found_by", json_texts(&draft.found_by)),
            ("uuid", json_optional(draft.finding_uuid.as_ref())),
            ("body", draft.body()),
        ])
    });
    let json = json_object([
        ("sha256", json_text(import.document_sha256)),
        ("findings", json_count(import.counts.in_document as u64)),
        ("counted", json_count(import.counts.counted as u64)),
        ("drafts", Value::Array(drafts.collect())),
        ("missing", json_texts(&import.missing)),
        ("left_out", json_texts(&import.left_out)),
        ("folder", json_optional(output.map(Path::display))),
    ]);
    let exit = match import.missing.is_empty() {
        true => Exit::Yes,
        false => Exit::Undetermined,
    };
    Ok(Answer::yes(text.join("\n"), json).with_exit(exit))
}

/// Writes one file a draft into a new folder that only its owner may enter: drafts are confidential.
fn write_drafts(folder: &Path, import: &oscal::Import) -> Result<(), Failure> {
    if fs::symlink_metadata(folder).is_ok() {
        return Err(Failure::not_run(format!(
            "{}: expected nothing there, found something\nchoose another folder",
            folder.display()
        )));
    }
    let mut outputs = Outputs::default();
    let beside = files::beside(folder, "drafts")?;
    outputs.create_folder(&beside)?;
    for draft in &import.drafts {
        let name = beside.join(format!("{}.json", draft.id));
        let mut bytes = draft.body().to_canonical();
        bytes.push(b'\n');
        outputs.write_new(&name, &bytes, Readers::Owner)?;
    }
    fs::rename(&beside, folder).about(folder.display())?;
    outputs.keep();
    files::sync_parent(folder)
}
