//! The cells of a sheet: encoding, delimiter, header and rows.
//!
//! Source: RFC 4180, as the spreadsheets write it: the delimiter is a comma, a semicolon or a tab,
//! line ends are any, quotes may enclose line ends, and rows may be shorter than the header.
//!
//! Rows are numbered as a spreadsheet shows them: the header is row 1, an empty line is a row, and
//! a line end between quotes begins none.

use std::fmt;

use csv::{ReaderBuilder, StringRecord};

use super::{CsvError, MAX_ROWS, MAX_SHEET_BYTES};
use crate::hash::excerpt;

/// What stands between the cells of a row.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Delimiter {
    /// `;`, which spreadsheets write where the decimal mark is a comma.
    Semicolon,
    /// `,`.
    Comma,
    /// A tab.
    Tab,
}

impl Delimiter {
    /// Every delimiter; what comes first wins where the header leaves it open.
    pub const ALL: [Delimiter; 3] = [Delimiter::Semicolon, Delimiter::Comma, Delimiter::Tab];

    fn byte(self) -> u8 {
        match self {
            Delimiter::Semicolon => b';',
            Delimiter::Comma => b',',
            Delimiter::Tab => b'\t',
        }
    }
}

impl fmt::Display for Delimiter {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Delimiter::Semicolon => ";",
            Delimiter::Comma => ",",
            Delimiter::Tab => "tab",
        })
    }
}

/// One row with its number, 1 for the header.
pub(super) struct Row {
    pub number: usize,
    pub cells: StringRecord,
}

/// Returns the text of a sheet without its byte order mark.
pub(super) fn text(sheet: &[u8]) -> Result<&str, CsvError> {
    if sheet.len() > MAX_SHEET_BYTES {
        return Err(CsvError::TooLong { found: sheet.len() });
    }
    for (beginning, what) in OTHER_FORMATS {
        if sheet.starts_with(beginning) {
            return Err(CsvError::Format { what });
        }
    }
    match std::str::from_utf8(sheet) {
        Ok(text) => Ok(text.strip_prefix('\u{FEFF}').unwrap_or(text)),
        Err(error) => {
            let offset = error.valid_up_to();
            Err(CsvError::Utf8 {
                byte: sheet[offset],
                line: sheet[..offset]
                    .iter()
                    .filter(|byte| **byte == b'\n')
                    .count()
                    + 1,
            })
        }
    }
}

/// What a sheet that is no CSV begins with.
const OTHER_FORMATS: [(&[u8], &str); 5] = [
    (b"PK\x03\x04", "a workbook (xlsx or ods)"),
    (b"\xD0\xCF\x11\xE0", "a workbook (xls)"),
    (b"\xFF\xFE", "text in UTF-16"),
    (b"\xFE\xFF", "text in UTF-16"),
    (b"%PDF", "a PDF"),
];

/// Finds the delimiter with which the header has the most columns for which `known` says yes; of equals the
/// one with the most columns.
pub(super) fn delimiter(text: &str, known: impl Fn(&str) -> bool) -> Result<Delimiter, CsvError> {
    let mut best = (0, 0, Delimiter::Comma);
    // The last of equal maxima wins, so the first delimiter is looked at last.
    for delimiter in Delimiter::ALL.into_iter().rev() {
        let header = rows(text, delimiter).next().transpose();
        // A quote that one delimiter leaves open closes under another.
        let Ok(Some(header)) = header else { continue };
        let count = header.cells.iter().filter(|cell| known(cell)).count();
        if (count, header.cells.len()) >= (best.0, best.1) {
            best = (count, header.cells.len(), delimiter);
        }
    }
    match best {
        (0, ..) => {
            let line = text.lines().find(|line| !line.trim().is_empty());
            Err(CsvError::NoHeader {
                found: excerpt(line.unwrap_or_default()),
            })
        }
        (_, _, delimiter) => Ok(delimiter),
    }
}

/// Goes through the rows, the header first; empty lines are passed over and counted.
pub(super) fn rows(text: &str, delimiter: Delimiter) -> Rows<'_> {
    let reader = ReaderBuilder::new()
        .has_headers(false)
        .flexible(true)
        .delimiter(delimiter.byte())
        .from_reader(text.as_bytes());
    Rows {
        text,
        reader,
        number: 0,
        filled: 0,
    }
}

pub(super) struct Rows<'t> {
    text: &'t str,
    reader: csv::Reader<&'t [u8]>,
    number: usize,
    /// Rows that were not empty lines.
    filled: usize,
}

impl Iterator for Rows<'_> {
    type Item = Result<Row, CsvError>;

    fn next(&mut self) -> Option<Result<Row, CsvError>> {
        let start = self.reader.position().byte() as usize;
        let mut cells = StringRecord::new();
        match self.reader.read_record(&mut cells) {
            Ok(true) => {}
            // The text is UTF-8 and rows have any length, so nothing else can be wrong.
            Ok(false) | Err(_) => return None,
        }
        let end = self.reader.position().byte() as usize;
        let mut raw = &self.text[start..end];
        // A row ends with its carriage return, and the line feed belongs to that.
        if self.text[..start].ends_with('\r') {
            raw = raw.strip_prefix('\n').unwrap_or(raw);
        }
        self.number += 1 + empty_lines(raw);
        self.filled += 1;
        if self.filled > MAX_ROWS + 1 {
            return Some(Err(CsvError::TooManyRows));
        }
        // What is between quotes has them doubled, so each row has an even number of them.
        if raw.bytes().filter(|byte| *byte == b'"').count() % 2 == 1 {
            return Some(Err(CsvError::Quote { row: self.number }));
        }
        Some(Ok(Row {
            number: self.number,
            cells,
        }))
    }
}

/// Counts the line ends with which the bytes of a row begin.
fn empty_lines(raw: &str) -> usize {
    let mut count = 0;
    let mut rest = raw;
    while let Some(next) = rest
        .strip_prefix("\r\n")
        .or_else(|| rest.strip_prefix(['\n', '\r']))
    {
        rest = next;
        count += 1;
    }
    count
}

#[cfg(test)]
mod tests {
    use super::*;

    fn numbered(text: &str) -> Vec<(usize, Vec<String>)> {
        let row = |row: Row| (row.number, row.cells.iter().map(str::to_owned).collect());
        let rows: Result<Vec<Row>, CsvError> = rows(text, Delimiter::Semicolon).collect();
        rows.unwrap().into_iter().map(row).collect()
    }

    #[test]
    fn rows_have_the_numbers_of_a_spreadsheet() {
        for end in ["\n", "\r\n", "\r"] {
            let text = format!("a;b{end}{end}1;\"x{end}y\"{end}{end}{end}2;z");
            let rows = numbered(&text);
            assert_eq!(
                rows.iter().map(|row| row.0).collect::<Vec<_>>(),
                [1, 3, 6],
                "{end:?}"
            );
            assert_eq!(rows[1].1, ["1".to_owned(), format!("x{end}y")]);
        }
        assert_eq!(numbered("\n\na\n").len(), 1);
        assert_eq!(numbered("\n\na\n")[0].0, 3);
        assert_eq!(numbered("a\n\n\n").len(), 1);
    }

    #[test]
    fn a_quote_that_is_not_closed_is_found_where_it_opens() {
        let text = "a;b\n1;2\n3;\"4\n5;6\n7;8";
        let found: Vec<_> = rows(text, Delimiter::Semicolon).collect();
        assert!(matches!(found[2], Err(CsvError::Quote { row: 3 })));
        let inches = "a;b\n1;3.5\" disk\n";
        let found: Vec<_> = rows(inches, Delimiter::Semicolon).collect();
        assert!(matches!(found[1], Err(CsvError::Quote { row: 2 })));
        assert_eq!(numbered("a\n\"3.5\"\" disk\"\n")[1].1, ["3.5\" disk"]);
    }
}
