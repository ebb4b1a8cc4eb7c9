//! A text as its characters, with the small questions that all patterns ask.

use std::ops::Range;

/// The characters of a text; every place and range counts them (Unicode scalar values).
pub(super) struct Text(Vec<char>);

impl Text {
    pub(super) fn new(text: &str) -> Text {
        Text(text.chars().collect())
    }

    pub(super) fn len(&self) -> usize {
        self.0.len()
    }

    /// Returns the character at a place.
    pub(super) fn at(&self, place: usize) -> Option<char> {
        self.0.get(place).copied()
    }

    /// Returns the character before a place.
    pub(super) fn before(&self, place: usize) -> Option<char> {
        self.at(place.checked_sub(1)?)
    }

    /// Says whether the character at a place is one of those.
    pub(super) fn is(&self, place: usize, fits: impl Fn(char) -> bool) -> bool {
        self.at(place).is_some_and(fits)
    }

    /// Says whether the character before a place is one of those.
    pub(super) fn is_before(&self, place: usize, fits: impl Fn(char) -> bool) -> bool {
        self.before(place).is_some_and(fits)
    }

    /// Returns where the characters that fit end, at most `most` of them, from a place on.
    pub(super) fn run(&self, from: usize, most: usize, fits: impl Fn(char) -> bool) -> usize {
        let end = self.len().min(from.saturating_add(most));
        let stop = (from..end).find(|place| !fits(self.0[*place]));
        stop.unwrap_or(end.max(from))
    }

    /// Returns where the characters that fit begin, at most `most` of them, up to a place.
    pub(super) fn run_back(&self, until: usize, most: usize, fits: impl Fn(char) -> bool) -> usize {
        let begin = until.saturating_sub(most);
        let stop = (begin..until).rev().find(|place| !fits(self.0[*place]));
        stop.map_or(begin, |place| place + 1)
    }

    /// Returns a piece.
    pub(super) fn piece(&self, range: Range<usize>) -> String {
        self.0[range].iter().collect()
    }

    /// Returns a piece in lower case.
    pub(super) fn lower(&self, range: Range<usize>) -> String {
        self.piece(range).to_lowercase()
    }

    /// Says whether the text goes on with `word` here, whatever the case of its ASCII letters.
    pub(super) fn goes_on(&self, from: usize, word: &str) -> bool {
        let mut place = from;
        word.chars().all(|c| {
            let same = self.is(place, |found| found.eq_ignore_ascii_case(&c));
            place += 1;
            same
        })
    }

    /// Returns the word of letters that ends before a place, over at most `gap` other characters of
    /// `between`, in lower case; empty when there is none.
    pub(super) fn word_before(&self, place: usize, gap: usize, between: &str) -> String {
        let end = self.run_back(place, gap, |c| between.contains(c));
        let start = self.run_back(end, LONGEST_WORD, char::is_alphabetic);
        self.lower(start..end)
    }

    /// Goes through the longest runs of characters that fit.
    pub(super) fn runs<'t>(
        &'t self,
        fits: impl Fn(char) -> bool + Copy + 't,
    ) -> impl Iterator<Item = Range<usize>> + 't {
        let mut from = 0;
        std::iter::from_fn(move || {
            let start = (from..self.len()).find(|place| fits(self.0[*place]))?;
            from = self.run(start, usize::MAX, fits);
            Some(start..from)
        })
    }
}

/// The longest word that a pattern knows, and some room.
const LONGEST_WORD: usize = 24;

/// A space that people type between groups of digits: the plain one, and those that do not break.
pub(super) fn space(c: char) -> bool {
    matches!(c, ' ' | '\u{A0}' | '\u{202F}')
}

/// A decimal digit as numbers are written in.
pub(super) fn digit(c: char) -> bool {
    c.is_ascii_digit()
}
