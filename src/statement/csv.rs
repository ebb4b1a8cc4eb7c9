//! Drafts of findings from a sheet, as spreadsheets save it: CSV in UTF-8.
//!
//! Source: RFC 4180. The format is in `docs/formats/csv.md`.
//!
//! ```text
//! Kenmerk;Domein;Zwaarte;Titel;Beschrijving;Normen
//! B-001;IT-systemen;Hoog;Geen tweede factor;"Het portaal vraagt
//! alleen een wachtwoord.";8.5; 5.17
//! ```
//!
//! - The header names the columns; a [`Map`] says what else they and their words are called here.
//! - All or nothing: while anything is missing there are no drafts, so nobody signs half a report.
//! - Persons are never imported: a column that names them, or how to reach them, is left out.
//! - A cell that a spreadsheet would compute is text, and is reported. Nothing here writes a sheet.
//! - The digest of the sheet's bytes is kept.
//!
//! A draft is not signed and not linted: that happens when its author signs it.

mod column;
mod map;
mod sheet;

use std::collections::{BTreeMap, BTreeSet, HashMap};

pub use self::column::Column;
pub use self::map::{Between, Map};
pub use self::sheet::Delimiter;
pub use super::finding_draft::MAX_CONTROLS;

use self::column::{is_of_persons, normal};
use self::sheet::Row;
use super::field::Line;
use super::finding::Severity;
use super::finding_draft::{FindingDraft, Shortened, file_value, visible_text};
use super::frame::Domain;
use super::head::Id;
use super::map_word::Word;
use super::predicate::Type;
use super::schema::Phrase;
use crate::hash::{Hash, excerpt};
use crate::json::Value;

/// The largest sheet, in bytes: 64 MiB.
pub const MAX_SHEET_BYTES: usize = 64 << 20;

/// The most rows below the header.
pub const MAX_ROWS: usize = 100_000;

/// The largest map, in bytes: 1 MiB.
pub const MAX_MAP_BYTES: usize = 1 << 20;

/// Turns the rows of a sheet into drafts. The work is linear in its length.
///
/// # Errors
/// [`CsvError`] when the bytes are no sheet with a header. What a good sheet and its map leave open is
/// not an error but listed in [`Import::missing`].
pub fn import(sheet: &[u8], map: &Map) -> Result<Import, CsvError> {
    let text = sheet::text(sheet)?;
    let delimiter = sheet::delimiter(text, |name| column_of(name, map).is_some())?;
    let mut rows = sheet::rows(text, delimiter);
    let header = rows.next().transpose()?;
    let header = header.expect("a sheet with a delimiter has a header");
    let mut importer = Importer::new(&header, map)?;
    for row in rows {
        importer.take(&row?);
    }
    importer.note_gaps();
    let missing = importer.missing.into_iter();
    let mut missing: Vec<Missing> = missing
        .map(|(about, rows)| Missing { about, rows })
        .collect();
    let left_out = importer.left_out.into_iter();
    let mut left_out: Vec<LeftOut> = left_out
        .map(|(reason, rows)| LeftOut { reason, rows })
        .collect();
    // What is about the whole sheet comes first, then what a reader meets from above.
    missing.sort_by_key(|it| it.rows.first.first().copied());
    left_out.sort_by_key(|it| it.rows.first.first().copied());
    if !missing.is_empty() {
        importer.drafts.clear();
    }
    Ok(Import {
        drafts: importer.drafts,
        missing,
        left_out,
        columns: importer
            .columns
            .into_values()
            .map(|taken| taken.name)
            .collect(),
        delimiter,
        rows: importer.rows,
        sheet_bytes: sheet.len(),
        sheet_sha256: Hash::of(sheet),
    })
}

/// What an import gives.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Import {
    /// The findings in the order of the sheet; none while anything is missing.
    pub drafts: Vec<RowDraft>,
    /// What neither the sheet nor the map says.
    pub missing: Vec<Missing>,
    /// What the sheet says and no draft holds, or holds otherwise.
    pub left_out: Vec<LeftOut>,
    /// The names of the columns that were taken, in the order of [`Column::ALL`].
    pub columns: Vec<String>,
    /// What stands between the cells.
    pub delimiter: Delimiter,
    /// How many rows below the header hold something.
    pub rows: usize,
    /// The length of the sheet in bytes.
    pub sheet_bytes: usize,
    /// The SHA-256 of the sheet's bytes.
    pub sheet_sha256: Hash,
}

impl Import {
    /// Returns the sheet as the value of a confidential file field, under a name.
    ///
    /// It belongs in the statement that says how many findings the report has.
    pub fn file(&self, name: &str) -> Value {
        file_value(name, self.sheet_bytes, &self.sheet_sha256)
    }
}

/// A draft and the row that it comes from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RowDraft {
    /// The row as a spreadsheet numbers it: the header is 1.
    pub row: usize,
    /// The draft.
    pub draft: FindingDraft,
}

/// Something that drafts need and that neither the sheet nor the map says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Missing {
    /// What is missing.
    pub about: About,
    /// Where.
    pub rows: Rows,
}

/// What is missing in some rows.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
#[non_exhaustive]
pub enum About {
    /// No column holds a field that every finding needs, and the map does not say it either.
    NoColumn {
        /// The field.
        column: Column,
    },
    /// A field that every finding needs is empty.
    Empty {
        /// The field.
        column: Column,
        /// The name of its column.
        name: String,
    },
    /// A word that is none of this ledger, and not in the map.
    Word {
        /// The field.
        column: Column,
        /// The name of its column.
        name: String,
        /// The beginning of the word.
        found: String,
    },
    /// An id that no finding can have.
    IdForm {
        /// The beginning of it.
        found: String,
    },
    /// An id that stands in several rows.
    IdTwice {
        /// The id.
        id: String,
    },
    /// More controls than a finding can name.
    Controls,
    /// More cells than the header has names.
    Cells,
}

/// Something of the sheet that no draft holds, or holds otherwise.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LeftOut {
    /// What was done.
    pub reason: Reason,
    /// Where; no row when it is a whole column.
    pub rows: Rows,
}

/// Why something was left out or is worth a look.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
#[non_exhaustive]
pub enum Reason {
    /// A column that names persons, or how to reach them.
    Persons {
        /// Its name.
        name: String,
    },
    /// A column that is no field of a finding.
    UnknownColumn {
        /// Its name.
        name: String,
    },
    /// The sheet's own ids, where the map has others.
    OwnIds {
        /// The name of the column.
        name: String,
    },
    /// Cells that begin as a formula does. They are text.
    Formula {
        /// The name of the column.
        name: String,
    },
    /// Characters that cannot be seen, dropped.
    Invisible {
        /// The name of the column.
        name: String,
    },
    /// The end of texts that are longer than the field.
    Shortened {
        /// The name of the field.
        field: &'static str,
    },
    /// Ids between two that are there; ids of one report have no gaps.
    Gap {
        /// The id before the gap.
        after: Id,
        /// The id behind the gap.
        before: Id,
        /// How many ids are not there.
        lacking: u64,
    },
}

/// Rows as a spreadsheet numbers them: the first ten, and how many there are.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Rows {
    /// The first [`Rows::LISTED`].
    pub first: Vec<usize>,
    /// How many.
    pub count: usize,
}

impl Rows {
    /// How many rows are listed one by one.
    pub const LISTED: usize = 10;

    fn of(row: usize) -> Rows {
        Rows {
            first: vec![row],
            count: 1,
        }
    }

    fn add(&mut self, row: usize) {
        if self.first.len() < Rows::LISTED {
            self.first.push(row);
        }
        self.count += 1;
    }
}

/// Bytes that are no sheet with a header.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum CsvError {
    /// Longer than [`MAX_SHEET_BYTES`].
    #[error(
        "expected a sheet of at most {MAX_SHEET_BYTES} bytes, found {found}\nsplit it, and import the parts"
    )]
    TooLong {
        /// The length in bytes.
        found: usize,
    },
    /// More rows than [`MAX_ROWS`].
    #[error(
        "expected at most {MAX_ROWS} rows below the header, found more\nsplit the sheet, and import the parts"
    )]
    TooManyRows,
    /// Another format.
    #[error(
        "expected CSV in UTF-8, found {what}\nin the spreadsheet program save the sheet as \"CSV UTF-8\""
    )]
    Format {
        /// What it is.
        what: &'static str,
    },
    /// Text in another encoding.
    #[error(
        "expected UTF-8, found byte 0x{byte:02X} in line {line}\nthis is probably Windows-1252: save the sheet as \"CSV UTF-8\", or convert it with\niconv -f WINDOWS-1252 -t UTF-8 sheet.csv > sheet-utf-8.csv"
    )]
    Utf8 {
        /// The first byte that is not UTF-8.
        byte: u8,
        /// The line of the file that it stands in, from 1.
        line: usize,
    },
    /// A quote that is not closed.
    #[error(
        "row {row}: expected quotes in pairs, found one without its other\nput the whole cell between quotes, and double each quote inside"
    )]
    Quote {
        /// The row where the quote opens.
        row: usize,
    },
    /// A first row that names no column of a finding.
    #[error(
        "expected a first row with the names of columns, such as Kenmerk, Domein, Zwaarte and Titel, found {found:?}\nremove what stands above the header, or give the names under [columns] in a map"
    )]
    NoHeader {
        /// The beginning of the first line.
        found: String,
    },
    /// Two columns for one field.
    #[error(
        "expected one column for {}, found {first:?} and {second:?}\nremove one, or rename it",
        column.name()
    )]
    Twice {
        /// The field.
        column: Column,
        /// The name of the first column.
        first: String,
        /// The name of the second.
        second: String,
    },
    /// The map wants a column that holds persons.
    #[error(
        "expected columns about findings in [columns], found {name:?}, which names persons\nif it holds none, rename it in the sheet"
    )]
    Persons {
        /// The name of the column.
        name: String,
    },
}

/// Text that is not a map.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum MapError {
    /// Longer than [`MAX_MAP_BYTES`].
    #[error("expected a map of at most {MAX_MAP_BYTES} bytes, found {found}")]
    TooLong {
        /// The length in bytes.
        found: usize,
    },
    /// Not TOML, or not the members of a map.
    #[error("expected a map: {reason}")]
    Toml {
        /// What is wrong, with line and column.
        reason: String,
    },
    /// One name stands twice in a table, spelled in two ways.
    #[error(
        "expected each name once in [{table}], whatever its capitals and signs, found {key:?} again"
    )]
    Twice {
        /// The table.
        table: &'static str,
        /// The second spelling.
        key: String,
    },
}

/// A column that is taken.
struct Taken {
    /// Its place in a row, from 0.
    at: usize,
    /// Its name in the header.
    name: String,
}

/// Goes through the rows once and gathers what is missing and what is left out.
struct Importer<'a> {
    map: &'a Map,
    columns: BTreeMap<Column, Taken>,
    /// How many cells the header has.
    width: usize,
    severities: HashMap<String, Severity>,
    domains: HashMap<String, Domain>,
    rows: usize,
    drafts: Vec<RowDraft>,
    /// The row by id in lower case.
    ids: HashMap<String, usize>,
    missing: BTreeMap<About, Rows>,
    left_out: BTreeMap<Reason, Rows>,
}

impl<'a> Importer<'a> {
    fn new(header: &Row, map: &'a Map) -> Result<Importer<'a>, CsvError> {
        let mut importer = Importer {
            map,
            columns: BTreeMap::new(),
            width: header.cells.len(),
            severities: words(Severity::ALL, |it| (it.code(), it.label()), &map.severity),
            domains: words(Domain::ALL, |it| (it.code(), it.label()), &map.domain),
            rows: 0,
            drafts: Vec::new(),
            ids: HashMap::new(),
            missing: BTreeMap::new(),
            left_out: BTreeMap::new(),
        };
        for (at, name) in header.cells.iter().enumerate() {
            importer.take_column(at, name)?;
        }
        let needed = [
            (Column::Id, map.first_id.is_some()),
            (Column::Domain, map.other_domain.is_some()),
            (Column::Source, map.report.is_some()),
            (Column::Severity, false),
            (Column::Title, false),
        ];
        for (column, known) in needed {
            if !known && !importer.columns.contains_key(&column) {
                let rows = Rows::default();
                importer.missing.insert(About::NoColumn { column }, rows);
            }
        }
        Ok(importer)
    }

    fn take_column(&mut self, at: usize, name: &str) -> Result<(), CsvError> {
        let name = excerpt(&visible_text(name).0);
        let persons = is_of_persons(&name);
        if persons && self.map.columns.contains_key(&normal(&name)) {
            return Err(CsvError::Persons { name });
        }
        let left_out = match column_of(&name, self.map) {
            _ if persons => Reason::Persons { name },
            Some(Column::Id) if self.map.first_id.is_some() => Reason::OwnIds { name },
            None if name.is_empty() => return Ok(()),
            None => Reason::UnknownColumn { name },
            Some(column) => {
                return match self.columns.get(&column) {
                    Some(first) => Err(CsvError::Twice {
                        column,
                        first: first.name.clone(),
                        second: name,
                    }),
                    None => {
                        self.columns.insert(column, Taken { at, name });
                        Ok(())
                    }
                };
            }
        };
        self.left_out.insert(left_out, Rows::default());
        Ok(())
    }

    /// Takes one row; a row of blanks is none.
    fn take(&mut self, row: &Row) {
        if row.cells.iter().all(is_blank) {
            return;
        }
        let place = self.rows;
        self.rows += 1;
        if !row.cells.iter().skip(self.width).all(is_blank) {
            self.miss(About::Cells, row);
        }
        let id = self.id(row, place);
        let other_domain = self.map.other_domain.as_ref().map(|word| word.0);
        let domain = self.word(row, Column::Domain, |it, word| {
            it.domains.get(word).copied()
        });
        let severity = |it: &Importer, word: &str| it.severities.get(word).copied();
        let classes = [Column::Severity, Column::Likelihood, Column::Impact];
        let [severity, likelihood, impact] = classes.map(|column| self.word(row, column, severity));
        let source = self.source(row);
        let title = self.cell(row, Column::Title);
        let needed = [
            (Column::Domain, domain.is_some() || other_domain.is_some()),
            (Column::Severity, severity.is_some()),
            (Column::Source, source.is_some()),
            (Column::Title, title.is_some()),
        ];
        for (column, known) in needed {
            if !known {
                self.miss_empty(row, column);
            }
        }
        let [description, object, cvss, exploit_path] = [
            Column::Description,
            Column::Object,
            Column::Cvss,
            Column::ExploitPath,
        ]
        .map(|column| self.cell(row, column));
        let controls = self.controls(row);
        let (Some(id), Some(domain), Some(severity), Some(source), Some(title)) =
            (id, domain.or(other_domain), severity, source, title)
        else {
            return;
        };
        let mut draft = FindingDraft {
            id,
            domain,
            source,
            severity,
            title,
            description,
            object,
            controls,
            cvss,
            likelihood,
            impact,
            exploit_path,
            found_by: BTreeSet::new(),
            finding_uuid: None,
        };
        for Shortened { field, .. } in draft.fit() {
            self.leave(Reason::Shortened { field }, row);
        }
        let row = row.number;
        self.drafts.push(RowDraft { row, draft });
    }

    /// Returns the id of a row that is the `place`-th finding, from 0.
    fn id(&mut self, row: &Row, place: usize) -> Option<Id> {
        if let Some(first) = &self.map.first_id {
            return first.0.plus(place).parse().ok();
        }
        let Some(text) = self.cell(row, Column::Id) else {
            self.miss_empty(row, Column::Id);
            return None;
        };
        let id = text.parse().ok().filter(|id| Type::Finding.takes(id));
        let Some(id) = id else {
            let found = excerpt(&text);
            self.miss(About::IdForm { found }, row);
            return None;
        };
        if let Some(&earlier) = self.ids.get(&id.folded()) {
            let about = About::IdTwice { id: id.folded() };
            let rows = self
                .missing
                .entry(about)
                .or_insert_with(|| Rows::of(earlier));
            rows.add(row.number);
            return None;
        }
        self.ids.insert(id.folded(), row.number);
        Some(id)
    }

    /// Returns the reference of the report: that of the row, else that of the map.
    fn source(&mut self, row: &Row) -> Option<String> {
        let Some(text) = self.cell(row, Column::Source) else {
            return self.map.report.as_ref().map(|line| line.0.to_string());
        };
        let line = text.split_whitespace().collect::<Vec<_>>().join(" ");
        let line: Option<Line<63>> = line.parse().ok();
        if line.is_none() {
            self.miss_word(row, Column::Source, &text);
        }
        line.map(|line| line.to_string())
    }

    /// Returns the controls of a row.
    fn controls(&mut self, row: &Row) -> Vec<String> {
        let text = self.cell(row, Column::Controls).unwrap_or_default();
        let Between(between) = self.map.between_controls;
        let controls = text.split([between, '\n']).map(str::trim);
        let controls: Vec<String> = controls
            .filter(|control| !control.is_empty())
            .map(str::to_owned)
            .collect();
        if controls.len() > MAX_CONTROLS {
            self.miss(About::Controls, row);
        }
        controls
    }

    /// Returns what a word in a cell means here; a word that means nothing is missing.
    fn word<T>(
        &mut self,
        row: &Row,
        column: Column,
        known: impl Fn(&Importer, &str) -> Option<T>,
    ) -> Option<T> {
        let text = self.cell(row, column)?;
        let found = known(self, &normal(&text));
        if found.is_none() {
            self.miss_word(row, column, &text);
        }
        found
    }

    /// Returns the text in a cell, as a statement can hold it; `None` when there is none.
    fn cell(&mut self, row: &Row, column: Column) -> Option<String> {
        let taken = self.columns.get(&column)?;
        let cell = row.cells.get(taken.at)?;
        let (text, dropped) = visible_text(cell);
        let name = &taken.name;
        let formula = cell.starts_with(FORMULA_BEGINNINGS).then(|| name.clone());
        let invisible = (dropped > 0).then(|| name.clone());
        if let Some(name) = formula {
            self.leave(Reason::Formula { name }, row);
        }
        if let Some(name) = invisible {
            self.leave(Reason::Invisible { name }, row);
        }
        (!text.is_empty()).then_some(text)
    }

    fn miss_word(&mut self, row: &Row, column: Column, found: &str) {
        let name = self.columns[&column].name.clone();
        let found = excerpt(found);
        self.miss(
            About::Word {
                column,
                name,
                found,
            },
            row,
        );
    }

    /// Says that a row lacks a field, unless its cell holds something or there is no such column at all.
    fn miss_empty(&mut self, row: &Row, column: Column) {
        let Some(taken) = self.columns.get(&column) else {
            return;
        };
        if row.cells.get(taken.at).is_none_or(is_blank) {
            let name = taken.name.clone();
            self.miss(About::Empty { column, name }, row);
        }
    }

    fn miss(&mut self, about: About, row: &Row) {
        self.missing.entry(about).or_default().add(row.number);
    }

    fn leave(&mut self, reason: Reason, row: &Row) {
        self.left_out.entry(reason).or_default().add(row.number);
    }

    /// Notes where the numbered ids of one report skip some.
    fn note_gaps(&mut self) {
        let mut numbered: BTreeMap<(&str, &str), BTreeMap<u64, &RowDraft>> = BTreeMap::new();
        for it in &self.drafts {
            let id = it.draft.id.as_str();
            let digits = id.trim_start_matches(|c: char| !c.is_ascii_digit()).len();
            let (series, number) = id.split_at(id.len() - digits);
            if let Ok(number) = number.parse() {
                let series = numbered.entry((&it.draft.source, series)).or_default();
                series.insert(number, it);
            }
        }
        let mut gaps = Vec::new();
        for series in numbered.values() {
            for ((low, after), (high, before)) in series.iter().zip(series.iter().skip(1)) {
                if high - low > 1 {
                    let gap = Reason::Gap {
                        after: after.draft.id.clone(),
                        before: before.draft.id.clone(),
                        lacking: high - low - 1,
                    };
                    gaps.push((gap, [after.row, before.row]));
                }
            }
        }
        for (gap, places) in gaps {
            let rows = self.left_out.entry(gap).or_default();
            places.into_iter().for_each(|row| rows.add(row));
        }
    }
}

/// What a spreadsheet takes for the beginning of a formula.
const FORMULA_BEGINNINGS: [char; 6] = ['=', '+', '-', '@', '\t', '\r'];

fn is_blank(cell: &str) -> bool {
    cell.trim().is_empty()
}

/// Returns the field of a column: by the map, else by its own name.
fn column_of(name: &str, map: &Map) -> Option<Column> {
    let mapped = map.columns.get(&normal(name)).map(|word| word.0);
    mapped.or_else(|| Column::of_name(name))
}

/// Returns the words of a closed list by code and by label, in both languages, and those of the map.
fn words<T: Copy>(
    all: &[T],
    names: impl Fn(T) -> (&'static str, Phrase),
    map: &BTreeMap<String, Word<T>>,
) -> HashMap<String, T> {
    let own = all.iter().flat_map(|it| {
        let (code, label) = names(*it);
        [code, label.en, label.nl].map(|name| (normal(name), *it))
    });
    let mapped = map.iter().map(|(name, word)| (name.clone(), word.0));
    own.chain(mapped).collect()
}
