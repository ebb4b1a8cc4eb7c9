//! Imports: other people's documents become drafts, which their authors sign.

use std::fs;
use std::path::Path;

use super::answer::{
    About as _, Answer, Exit, Failure, json_count, json_object, json_optional, json_text,
    json_texts, visible,
};
use super::args::Import;
use super::files::{self, Outputs};
use super::words;
use crate::json::Value;
use crate::statement::Language;
use crate::statement::csv::{self, Rows};
use crate::statement::finding_draft::FindingDraft;
use crate::statement::oscal::{self, Map};

/// How many lines of one list people are shown; programs get all.
const LINES: usize = 100;

/// Turns a document into drafts of findings.
pub fn import(it: Import, language: Language) -> Result<Answer, Failure> {
    match it {
        Import::Oscal {
            document,
            map,
            output,
        } => import_oscal(&document, map.as_deref(), output.as_deref(), language),
        Import::Csv { sheet, map, output } => {
            import_csv(&sheet, map.as_deref(), output.as_deref(), language)
        }
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
    let missing: Vec<String> = import.missing.iter().map(ToString::to_string).collect();
    let left_out: Vec<String> = import.left_out.iter().map(ToString::to_string).collect();
    text.extend(list(
        words::OSCAL_MISSING.text(language),
        &missing,
        language,
    ));
    text.extend(list(words::LEFT_OUT.text(language), &left_out, language));
    if let Some(folder) = output.filter(|_| missing.is_empty()) {
        text.push(write_drafts(folder, &import.drafts, language)?);
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
        ("missing", json_texts(&missing)),
        ("left_out", json_texts(&left_out)),
        ("folder", json_optional(output.map(Path::display))),
    ]);
    Ok(answer(text, json, missing.is_empty()))
}

fn import_csv(
    sheet: &Path,
    map: Option<&Path>,
    output: Option<&Path>,
    language: Language,
) -> Result<Answer, Failure> {
    let map = match map {
        Some(path) => csv::Map::parse(&files::read_text(path)?).about(path.display())?,
        None => csv::Map::default(),
    };
    let import = csv::import(&files::read(sheet)?, &map).about(sheet.display())?;
    let delimiter = words::delimiter(import.delimiter).text(language);
    let mut text = vec![words::csv_counts(
        language,
        import.rows,
        delimiter,
        import.drafts.len(),
        visible(&import.columns.join(", ")),
    )];
    let missing = import.missing.iter();
    let missing: Vec<(&Rows, String)> = missing
        .map(|it| (&it.rows, words::csv_missing(language, it)))
        .collect();
    let left_out = import.left_out.iter();
    let left_out: Vec<(&Rows, String)> = left_out
        .map(|it| (&it.rows, words::csv_left_out(language, it)))
        .collect();
    let sentences = |list: &[(&Rows, String)]| -> Vec<String> {
        list.iter().map(|(_, sentence)| sentence.clone()).collect()
    };
    text.extend(list(
        words::CSV_MISSING.text(language),
        &sentences(&missing),
        language,
    ));
    text.extend(list(
        words::LEFT_OUT.text(language),
        &sentences(&left_out),
        language,
    ));
    if let Some(folder) = output.filter(|_| missing.is_empty()) {
        let drafts = import.drafts.iter().map(|it| &it.draft);
        text.push(write_drafts(folder, drafts, language)?);
    }
    let drafts = import.drafts.iter().map(|it| {
        json_object([
            ("id", json_text(&it.draft.id)),
            ("row", json_count(it.row as u64)),
            ("body", it.draft.body()),
        ])
    });
    let json = json_object([
        ("sha256", json_text(import.sheet_sha256)),
        ("rows", json_count(import.rows as u64)),
        ("delimiter", json_text(import.delimiter)),
        ("columns", json_texts(&import.columns)),
        ("drafts", Value::Array(drafts.collect())),
        ("missing", by_row(&missing)),
        ("left_out", by_row(&left_out)),
        ("folder", json_optional(output.map(Path::display))),
    ]);
    Ok(answer(text, json, missing.is_empty()))
}

/// What is missing is for somebody to find out: until then there is no answer.
fn answer(text: Vec<String>, json: Value, complete: bool) -> Answer {
    let exit = match complete {
        true => Exit::Yes,
        false => Exit::Undetermined,
    };
    Answer::yes(text.join("\n"), json).with_exit(exit)
}

/// Puts a list under its head; a long one ends with how much more there is.
fn list(head: &str, lines: &[String], language: Language) -> Vec<String> {
    if lines.is_empty() {
        return Vec::new();
    }
    let mut text = vec![head.to_owned()];
    text.extend(
        lines
            .iter()
            .take(LINES)
            .map(|line| format!("  {}", visible(line))),
    );
    if lines.len() > LINES {
        text.push(format!(
            "  {}",
            words::more_lines(language, lines.len() - LINES)
        ));
    }
    text
}

fn by_row(lines: &[(&Rows, String)]) -> Value {
    let lines = lines.iter().map(|(rows, text)| {
        let first = rows.first.iter().map(|row| json_count(*row as u64));
        json_object([
            ("text", json_text(text)),
            ("rows", Value::Array(first.collect())),
            ("count", json_count(rows.count as u64)),
        ])
    });
    Value::Array(lines.collect())
}

/// Writes one file a draft into a new folder that only its owner may enter, since drafts are confidential,
/// and says so.
fn write_drafts<'d>(
    folder: &Path,
    drafts: impl IntoIterator<Item = &'d FindingDraft>,
    language: Language,
) -> Result<String, Failure> {
    if fs::symlink_metadata(folder).is_ok() {
        return Err(Failure::not_run(format!(
            "{}: expected nothing there, found something\nchoose another folder",
            folder.display()
        )));
    }
    let mut outputs = Outputs::default();
    let beside = files::beside(folder, "drafts")?;
    outputs.create_folder(&beside)?;
    let mut count = 0;
    for draft in drafts {
        let name = beside.join(format!("{}.json", draft.id));
        let mut bytes = draft.body().to_canonical();
        bytes.push(b'\n');
        outputs.write_draft(&name, &bytes)?;
        count += 1;
    }
    fs::rename(&beside, folder).about(folder.display())?;
    outputs.keep();
    files::sync_parent(folder)?;
    Ok(words::drafts_written(language, count, folder.display()))
}
