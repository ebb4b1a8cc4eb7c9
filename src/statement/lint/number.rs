//! Numbers that point to a person: citizen service numbers, telephone numbers, dates of birth.

use std::ops::Range;

use super::text::{Text, digit, space};

/// Finds citizen service numbers: nine digits that pass the elfproef, in one piece or in the groups
/// in which people write them; eight behind the word BSN, whose leading zero was dropped.
pub(super) fn citizen_numbers(text: &Text) -> Vec<Range<usize>> {
    let mut found: Vec<Range<usize>> = Vec::new();
    for start in starts_of_digits(text) {
        if found.last().is_some_and(|last| start < last.end) || is_inside_number(text, start) {
            continue;
        }
        let forms: [&[usize]; 6] = [
            &[9],
            &[3, 3, 3],
            &[4, 2, 3],
            &[2, 2, 2, 3],
            &[8],
            &[4, 2, 2],
        ];
        let fits = forms
            .iter()
            .filter_map(|form| Some((*form, grouped(text, start, form)?)))
            .find(|(form, (digits, end))| {
                let short = digits.len() == 8;
                ends_number(text, *end, form.len() > 1)
                    && passes_elfproef(digits)
                    && (!short || speaks_of_citizen_number(text, start))
                    && !(form.len() > 1 && is_amount(text, start, *end))
            });
        if let Some((_, (_, end))) = fits {
            found.push(start..end);
        }
    }
    found
}

/// Finds telephone numbers: with a country code, Dutch ones and those of neighbours with their leading zero,
/// American ones, and any number behind a word such as *tel.*
pub(super) fn telephones(text: &Text) -> Vec<Range<usize>> {
    let mut found: Vec<Range<usize>> = Vec::new();
    for start in starts_of_digits(text) {
        if found.last().is_some_and(|last| start < last.end) {
            continue;
        }
        if let Some(range) = telephone(text, start) {
            found.push(range);
        }
    }
    found
}

/// Finds dates beside a word that says that somebody was born then.
pub(super) fn birth_dates(text: &Text) -> Vec<Range<usize>> {
    let mut found: Vec<Range<usize>> = Vec::new();
    let mut from = 0;
    while from < text.len() {
        let Some(end) = date(text, from) else {
            from += 1;
            continue;
        };
        if born_before(text, from) || born_after(text, end) {
            found.push(from..end);
        }
        from = end;
    }
    found
}

/// The places where a group of digits begins.
fn starts_of_digits(text: &Text) -> impl Iterator<Item = usize> + '_ {
    text.runs(digit).map(|run| run.start)
}

// Citizen service numbers.

/// Reads digits in groups of these lengths with the same separator between; `None` when they are grouped otherwise.
fn grouped(text: &Text, start: usize, lengths: &[usize]) -> Option<(Vec<u8>, usize)> {
    let mut digits = Vec::with_capacity(9);
    let mut place = start;
    let mut separator = None;
    for (at, length) in lengths.iter().enumerate() {
        if at > 0 {
            let found = text.at(place).filter(|c| space(*c) || ".-".contains(*c))?;
            if separator.is_some_and(|separator| separator != found) {
                return None;
            }
            separator = Some(found);
            place += 1;
        }
        let end = text.run(place, length + 1, digit);
        if end - place != *length {
            return None;
        }
        let values = (place..end).filter_map(|place| text.at(place)?.to_digit(10));
        digits.extend(values.map(|value| value as u8));
        place = end;
    }
    Some((digits, place))
}

/// Says whether what stands before makes the digits a part of something longer: a hex digest, a decimal
/// fraction, a telephone number.
fn is_inside_number(text: &Text, start: usize) -> bool {
    let Some(before) = text.before(start) else {
        return false;
    };
    if before.is_alphanumeric() {
        return !text.word_before(start, 0, "").ends_with("bsn");
    }
    let joined = start
        .checked_sub(1)
        .is_some_and(|place| text.is_before(place, digit));
    match before {
        '+' => true,
        '.' | ',' => joined,
        c if space(c) && joined => {
            // `+31 123 456 782`, `0031 123456782` and `1 123 456 782` are one number.
            let end = start - 1;
            let group = text.run_back(end, 5, digit);
            text.is_before(group, |c| c == '+') || text.goes_on(group, "00") || end - group <= 3
        }
        _ => false,
    }
}

/// Says whether the digits end here and do not go on behind a separator.
fn ends_number(text: &Text, end: usize, in_groups: bool) -> bool {
    let Some(next) = text.at(end) else {
        return true;
    };
    let then_digit = text.is(end + 1, digit);
    match next {
        c if c.is_alphanumeric() => false,
        '.' | ',' => !then_digit,
        '-' if in_groups => !then_digit,
        c if space(c) && in_groups => {
            // A group of three behind the last is a longer number.
            text.run(end + 1, 4, digit) != end + 4
        }
        _ => true,
    }
}

/// The check of a citizen service number: the digits, weighed 9 to 2 and -1, add up to a multiple of eleven.
fn passes_elfproef(digits: &[u8]) -> bool {
    let weights = [9, 8, 7, 6, 5, 4, 3, 2, -1];
    let weights = &weights[9 - digits.len().min(9)..];
    let sum: i32 = digits
        .iter()
        .zip(weights)
        .map(|(digit, weight)| i32::from(*digit) * weight)
        .sum();
    sum % 11 == 0 && digits.iter().any(|digit| *digit != 0)
}

fn speaks_of_citizen_number(text: &Text, start: usize) -> bool {
    let before = text.lower(start.saturating_sub(40)..start);
    [
        "bsn",
        "burgerservicenummer",
        "sofi",
        "citizen service number",
    ]
    .iter()
    .any(|word| before.contains(word))
}

/// Says whether grouped digits are an amount of money.
fn is_amount(text: &Text, start: usize, end: usize) -> bool {
    let before = text.lower(start.saturating_sub(5)..start);
    let after = text.lower(end..text.len().min(end + 8));
    let before = before.trim_end();
    let after = after.trim_start();
    ["€", "eur", "euro", "$"]
        .iter()
        .any(|mark| before.ends_with(mark))
        || ["euro", "eur", "€", "mln", "mld"]
            .iter()
            .any(|mark| after.starts_with(mark))
}

// Telephone numbers.

/// The most digits of a telephone number with `00` and country code.
const MOST_DIGITS: usize = 17;

/// One group of digits.
struct Group {
    end: usize,
    digits: String,
}

/// Finds the telephone number whose first digit stands at `start`.
fn telephone(text: &Text, start: usize) -> Option<Range<usize>> {
    let signed = start - usize::from(text.is_before(start, |c| c == '+'));
    let begin = signed - usize::from(text.is_before(signed, |c| c == '('));
    if is_glued(text, begin) || is_day(text, start) {
        return None;
    }
    let international = signed < start;
    let groups = groups(text, start);
    let first = &groups.first()?.digits;
    let announced = is_announced(text, begin);
    let mut digits = 0;
    let mut last = None;
    for (count, group) in (1..).zip(&groups) {
        digits += group.digits.len();
        let fits = match international {
            true => (8..=15).contains(&digits) && !first.starts_with('0'),
            false => is_national(&groups[..count], digits),
        };
        let announced = match announced {
            Announced::No => false,
            Announced::Number => (6..=15).contains(&digits),
            Announced::Extension => (3..=6).contains(&digits),
        };
        if fits || announced {
            last = Some(group.end);
        }
    }
    last.map(|end| begin..end)
}

/// Says whether digits without a country code are a telephone number.
fn is_national(groups: &[Group], digits: usize) -> bool {
    let first = groups[0].digits.as_str();
    let lengths: Vec<usize> = groups.iter().map(|group| group.digits.len()).collect();
    let zero = first.starts_with('0') && !first.starts_with("00");
    let last_zero = groups
        .iter()
        .skip(1)
        .filter(|group| group.digits.starts_with('0'))
        .count();
    match (first, lengths.as_slice()) {
        // 00 and the country code.
        (first, _) if first.starts_with("00") => {
            first.len() > 2 && !first.starts_with("000") && (11..=MOST_DIGITS).contains(&digits)
        }
        // A number in one piece.
        (_, [10]) => zero,
        // The service numbers, such as 0800-0480.
        ("0800" | "0900" | "0906" | "0909", [_, _, ..]) => matches!(digits, 8 | 11),
        ("06", [_, _, ..]) => digits == 10,
        // The area code, then the rest: ten digits here, eleven in some countries around.
        (_, [3..=5, _, ..]) if zero => matches!(digits, 10 | 11),
        // Belgium and France.
        (_, [2, 3, 2, 2]) => zero,
        (_, [2, 2, 2, 2, 2]) => zero && last_zero < 2,
        // North America.
        (_, [3, 3, 4]) => first.starts_with(|c: char| ('2'..='9').contains(&c)),
        _ => false,
    }
}

/// Reads groups of digits with one or a few separators between, up to what a telephone number can hold.
fn groups(text: &Text, start: usize) -> Vec<Group> {
    let mut groups = Vec::new();
    let mut place = start;
    let mut total = 0;
    loop {
        let end = text.run(place, MOST_DIGITS + 1, digit);
        total += end - place;
        if total > MOST_DIGITS {
            return groups;
        }
        let digits = text.piece(place..end);
        groups.push(Group { end, digits });
        let next = text.run(end, 3, |c| space(c) || "-./()".contains(c));
        if next == end || !text.is(next, digit) {
            // Letters behind the last digit make it something else.
            if text.is(end, |c| c.is_alphanumeric() || c == '_') {
                groups.pop();
            }
            return groups;
        }
        place = next;
    }
}

/// Says whether a number is a part of something longer to its left.
fn is_glued(text: &Text, begin: usize) -> bool {
    let Some(before) = text.before(begin) else {
        return false;
    };
    let inner = begin - 1;
    before.is_alphanumeric()
        || (before == '-' && text.is_before(inner, char::is_alphanumeric))
        || (".,/".contains(before) && text.is_before(inner, digit))
        // An account number: NL91 ABNA 0417 1643 00.
        || (space(before)
            && text.run_back(inner, 5, |c| c.is_ascii_uppercase()) == inner.saturating_sub(4)
            && text.is_before(inner.saturating_sub(5), digit))
}

/// Whether a word before says that a number follows.
enum Announced {
    No,
    Number,
    Extension,
}

fn is_announced(text: &Text, begin: usize) -> Announced {
    const NUMBER: [&str; 16] = [
        "tel",
        "telefoon",
        "telefoonnummer",
        "telnr",
        "telefoonnr",
        "phone",
        "telephone",
        "mobile",
        "mobiel",
        "mob",
        "gsm",
        "fax",
        "doorkiesnummer",
        "whatsapp",
        "cell",
        "landline",
    ];
    const EXTENSION: [&str; 4] = ["toestel", "extension", "ext", "doorkies"];
    let mut word = text.word_before(begin, 3, " .:\u{A0}");
    if ["nr", "nummer", "number", "no"].contains(&word.as_str()) {
        let end = text.run_back(begin, 3, |c| " .:\u{A0}".contains(c));
        word = text.word_before(end - word.chars().count(), 3, " .:-");
    }
    match word.as_str() {
        word if NUMBER.contains(&word) => Announced::Number,
        word if EXTENSION.contains(&word) => Announced::Extension,
        _ => Announced::No,
    }
}

// Dates of birth.

/// Says whether a day is written here in digits, and not the beginning of a longer number.
fn is_day(text: &Text, start: usize) -> bool {
    numeric_date(text, start).is_some_and(|end| {
        // `06-12-24-56-78` goes on with the separator of the day, `06-12-24 10.30` does not.
        let goes_on = text.at(end) == text.at(end - 3) && text.is(end + 1, digit);
        end - start >= 10 || (end - start == 8 && !goes_on)
    })
}

/// Reads a date and returns its end.
fn date(text: &Text, start: usize) -> Option<usize> {
    let first = text
        .at(start)
        .filter(|_| !text.is_before(start, char::is_alphanumeric))?;
    match first {
        c if digit(c) => numeric_date(text, start).or_else(|| day_and_month(text, start)),
        c if c.is_alphabetic() => month_first(text, start),
        _ => None,
    }
}

/// `31-12-1980`, `12/31/80`, `1980-12-31`, `19801231`.
fn numeric_date(text: &Text, start: usize) -> Option<usize> {
    let (first, end) = number(text, start)?;
    let length = end - start;
    if length == 8 {
        let [year, month, day] = [first / 10_000, first / 100 % 100, first % 100];
        return (is_year(year) && is_month_and_day(month, day)).then_some(end);
    }
    let separator = text.at(end).filter(|c| "-/. \u{A0}".contains(*c))?;
    let (second, end) = number(text, end + 1)?;
    let third = text.at(end).filter(|c| *c == separator).map(|_| end + 1)?;
    let (last, end_of_last) = number(text, third)?;
    let last_length = end_of_last - third;
    let fits = match (length, last_length) {
        (4, 1..=2) => is_year(first) && is_month_and_day(second, last),
        (1..=2, 4) => {
            is_year(last) && (is_month_and_day(second, first) || is_month_and_day(first, second))
        }
        (1..=2, 2) => is_month_and_day(second, first) || is_month_and_day(first, second),
        _ => false,
    };
    fits.then_some(end_of_last)
}

/// `31 december 1980`, `3e mrt. '80`.
fn day_and_month(text: &Text, start: usize) -> Option<usize> {
    let (day, end) = number(text, start)?;
    if !(1..=31).contains(&day) {
        return None;
    }
    let suffix = ["st", "nd", "rd", "th", "ste", "de", "e"]
        .iter()
        .filter(|suffix| {
            text.goes_on(end, suffix) && !text.is(end + suffix.len(), char::is_alphabetic)
        })
        .map(|suffix| end + suffix.len())
        .next();
    let place = skip_spaces(text, suffix.unwrap_or(end));
    let place = match text.goes_on(place, "of ") {
        true => place + 3,
        false => place,
    };
    let place = month(text, place)?;
    year(text, place)
}

/// `December 31, 1980`.
fn month_first(text: &Text, start: usize) -> Option<usize> {
    let place = month(text, start)?;
    let (day, end) = number(text, skip_spaces(text, place))?;
    if !(1..=31).contains(&day) {
        return None;
    }
    let suffix = ["st", "nd", "rd", "th"]
        .iter()
        .find(|suffix| text.goes_on(end, suffix));
    let end = end + suffix.map_or(0, |suffix| suffix.len());
    year(text, end + usize::from(text.is(end, |c| c == ',')))
}

fn month(text: &Text, start: usize) -> Option<usize> {
    const MONTHS: [&str; 36] = [
        "januari",
        "january",
        "jan",
        "februari",
        "february",
        "feb",
        "maart",
        "march",
        "mrt",
        "mar",
        "april",
        "apr",
        "mei",
        "may",
        "juni",
        "june",
        "jun",
        "juli",
        "july",
        "jul",
        "augustus",
        "august",
        "aug",
        "september",
        "sept",
        "sep",
        "oktober",
        "october",
        "okt",
        "oct",
        "november",
        "nov",
        "december",
        "dec",
        "juin",
        "juil",
    ];
    let end = text.run(start, 10, char::is_alphabetic);
    let word = text.lower(start..end);
    let known = MONTHS.contains(&word.as_str());
    known.then(|| end + usize::from(text.is(end, |c| c == '.')))
}

/// A year with four digits, or with two behind an apostrophe or a space.
fn year(text: &Text, from: usize) -> Option<usize> {
    let place = skip_spaces(text, from);
    let short = text.is(place, |c| c == '\'' || c == '\u{2019}');
    let (number, end) = number(text, place + usize::from(short))?;
    let fits = match end - place - usize::from(short) {
        4 => is_year(number),
        2 => true,
        _ => false,
    };
    fits.then_some(end)
}

/// Reads at most eight digits that nothing continues.
fn number(text: &Text, start: usize) -> Option<(u32, usize)> {
    let end = text.run(start, 9, digit);
    let value = text.piece(start..end).parse().ok()?;
    (end - start <= 8).then_some((value, end))
}

fn skip_spaces(text: &Text, from: usize) -> usize {
    text.run(from, 2, space)
}

fn is_year(year: u32) -> bool {
    (1900..=2100).contains(&year)
}

fn is_month_and_day(month: u32, day: u32) -> bool {
    (1..=12).contains(&month) && (1..=31).contains(&day)
}

/// How far a word about birth may stand before the date, in characters.
const BEFORE: usize = 48;

/// How far it may stand behind the date.
const BEHIND: usize = 24;

const BORN: [&str; 15] = [
    "geb",
    "geboren",
    "geboortedatum",
    "geboortedata",
    "geboortedag",
    "geboorte",
    "gebdatum",
    "gebdat",
    "verjaardag",
    "born",
    "birth",
    "birthdate",
    "birthday",
    "dob",
    "dateofbirth",
];

/// Says whether a word before speaks of birth, in the same sentence.
fn born_before(text: &Text, date: usize) -> bool {
    let from = date.saturating_sub(BEFORE);
    let before = text.lower(from..date);
    let mut rest = before.as_str();
    if rest.contains("d.o.b") || rest.contains("geb.dat") {
        return true;
    }
    // What a new sentence or paragraph says is about something else.
    for end in ["\n\n", ";", "! ", "? "] {
        rest = rest.rsplit(end).next().unwrap_or(rest);
    }
    let sentence = rest.rfind(". ").filter(|at| {
        let word = rest[..*at].rsplit(|c: char| !c.is_alphabetic()).next();
        // The point of an abbreviation ends no sentence.
        word.is_some_and(|word| {
            word.chars().count() > 4 || !BORN.contains(&word) && word.chars().count() > 3
        })
    });
    let rest = &rest[sentence.map_or(0, |at| at + 2)..];
    let words = rest.split(|c: char| !c.is_alphabetic());
    // The first word may have been cut off.
    let cut = rest.len() == before.len() && text.is_before(from, char::is_alphabetic);
    words
        .skip(usize::from(cut))
        .any(|word| BORN.contains(&word))
}

/// Says whether a word behind speaks of birth, in the same sentence: `31-12-1980 (geboortedatum)`.
fn born_after(text: &Text, date: usize) -> bool {
    let end = text.len().min(date + BEHIND);
    let after = text.lower(date..end);
    let rest = after.split(['.', ';', '\n']).next().unwrap_or_default();
    let rest = rest.trim_start_matches([' ', '(', ',', ':', '-']);
    let mut words = rest.split(|c: char| !c.is_alphabetic());
    words.next().is_some_and(|word| BORN.contains(&word))
}
