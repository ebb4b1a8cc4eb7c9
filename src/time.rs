//! Moments and days as the formats write them. No clock is read here.
//!
//! ```text
//! 2024-02-05T10:00:00.123Z   an entry's time: milliseconds, exactly three digits
//! 2024-02-05T10:00:00Z       a moment in a statement: seconds
//! 2024-02-05                 a day in a statement
//! ```
//!
//! Source: RFC 3339 section 5.6, narrowed to one spelling: upper-case `T` and
//! `Z`, no offset, no leap second, years 1970 to 9999. Days carry no zone: they are
//! calendar days of Europe/Amsterdam, and comparing them with moments belongs
//! to the rules that judge.

use std::fmt;
use std::str::FromStr;

use crate::hash::excerpt;

/// A moment in milliseconds since 1970-01-01T00:00:00Z, leap seconds not counted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Timestamp(i64);

/// A moment in whole seconds since 1970-01-01T00:00:00Z, leap seconds not counted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Seconds(i64);

/// A calendar day, as days since 1970-01-01.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Day(i64);

/// The first moment after the year 9999, in seconds.
const END_SECONDS: i64 = 253_402_300_800;
const SECONDS_A_DAY: i64 = 86_400;

impl Timestamp {
    /// Takes milliseconds since 1970; `None` outside the years 1970 to 9999.
    pub fn from_unix_millis(millis: i64) -> Option<Timestamp> {
        (0..END_SECONDS * 1000)
            .contains(&millis)
            .then_some(Timestamp(millis))
    }

    /// Returns milliseconds since 1970.
    pub const fn unix_millis(self) -> i64 {
        self.0
    }

    /// Returns the second that this moment lies in.
    pub const fn seconds(self) -> Seconds {
        Seconds(self.0.div_euclid(1000))
    }
}

impl Seconds {
    /// Takes seconds since 1970; `None` outside the years 1970 to 9999.
    pub fn from_unix_seconds(seconds: i64) -> Option<Seconds> {
        (0..END_SECONDS)
            .contains(&seconds)
            .then_some(Seconds(seconds))
    }

    /// Returns seconds since 1970.
    pub const fn unix_seconds(self) -> i64 {
        self.0
    }

    /// Returns the moment at the beginning of this second.
    pub const fn timestamp(self) -> Timestamp {
        Timestamp(self.0 * 1000)
    }
}

impl Day {
    /// Returns the days since 1970-01-01.
    pub const fn unix_days(self) -> i64 {
        self.0
    }

    /// Returns year, month (1 to 12) and day of the month (1 to 31).
    pub fn civil(self) -> (i64, u32, u32) {
        civil_from_days(self.0)
    }

    /// Returns the day that lies `days` later (earlier when negative); `None` outside 1970 to 9999.
    pub fn plus_days(self, days: i64) -> Option<Day> {
        let day = self.0.checked_add(days)?;
        (0..END_SECONDS / SECONDS_A_DAY)
            .contains(&day)
            .then_some(Day(day))
    }
}

impl fmt::Display for Timestamp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write_moment(f, self.0.div_euclid(1000))?;
        write!(f, ".{:03}Z", self.0.rem_euclid(1000))
    }
}

impl fmt::Display for Seconds {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write_moment(f, self.0)?;
        f.write_str("Z")
    }
}

impl fmt::Display for Day {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (year, month, day) = self.civil();
        write!(f, "{year:04}-{month:02}-{day:02}")
    }
}

impl FromStr for Timestamp {
    type Err = TimeError;

    fn from_str(text: &str) -> Result<Timestamp, TimeError> {
        let error = || TimeError::new("a moment like 2024-02-05T10:00:00.123Z", text);
        let bytes = text.as_bytes();
        if bytes.len() != 24 || bytes[19] != b'.' || bytes[23] != b'Z' {
            return Err(error());
        }
        let seconds = parse_moment(&bytes[..19]).ok_or_else(error)?;
        let millis = digits(&bytes[20..23]).ok_or_else(error)?;
        Ok(Timestamp(seconds * 1000 + millis))
    }
}

impl FromStr for Seconds {
    type Err = TimeError;

    fn from_str(text: &str) -> Result<Seconds, TimeError> {
        let error = || TimeError::new("a moment like 2024-02-05T10:00:00Z", text);
        let bytes = text.as_bytes();
        if bytes.len() != 20 || bytes[19] != b'Z' {
            return Err(error());
        }
        parse_moment(&bytes[..19]).map(Seconds).ok_or_else(error)
    }
}

impl FromStr for Day {
    type Err = TimeError;

    fn from_str(text: &str) -> Result<Day, TimeError> {
        let error = || TimeError::new("a day like 2024-02-05", text);
        parse_day(text.as_bytes()).map(Day).ok_or_else(error)
    }
}

/// Text that is not a moment or a day in the one spelling.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("expected {expected}, found {found:?}")]
pub struct TimeError {
    expected: &'static str,
    found: String,
}

impl TimeError {
    fn new(expected: &'static str, found: &str) -> TimeError {
        TimeError {
            expected,
            found: excerpt(found),
        }
    }
}

fn write_moment(f: &mut fmt::Formatter<'_>, seconds: i64) -> fmt::Result {
    let day = Day(seconds.div_euclid(SECONDS_A_DAY));
    let second = seconds.rem_euclid(SECONDS_A_DAY);
    write!(
        f,
        "{day}T{:02}:{:02}:{:02}",
        second / 3600,
        second / 60 % 60,
        second % 60
    )
}

/// Parses `YYYY-MM-DDTHH:MM:SS` into seconds since 1970.
fn parse_moment(bytes: &[u8]) -> Option<i64> {
    let [day @ .., b'T', h1, h2, b':', m1, m2, b':', s1, s2] = bytes else {
        return None;
    };
    let days = parse_day(day)?;
    let hour = digits(&[*h1, *h2]).filter(|hour| *hour < 24)?;
    let minute = digits(&[*m1, *m2]).filter(|minute| *minute < 60)?;
    let second = digits(&[*s1, *s2]).filter(|second| *second < 60)?;
    Some(days * SECONDS_A_DAY + hour * 3600 + minute * 60 + second)
}

/// Parses `YYYY-MM-DD` into days since 1970.
fn parse_day(bytes: &[u8]) -> Option<i64> {
    let [y1, y2, y3, y4, b'-', m1, m2, b'-', d1, d2] = bytes else {
        return None;
    };
    let year = digits(&[*y1, *y2, *y3, *y4]).filter(|year| *year >= 1970)?;
    let month = digits(&[*m1, *m2])?;
    let day = digits(&[*d1, *d2])?;
    let days = days_from_civil(year, month, day);
    // A day that does not exist, such as 30 February, comes back as another one.
    (civil_from_days(days) == (year, month as u32, day as u32)).then_some(days)
}

fn digits(bytes: &[u8]) -> Option<i64> {
    bytes.iter().try_fold(0, |number, byte| {
        byte.is_ascii_digit()
            .then(|| number * 10 + i64::from(byte - b'0'))
    })
}

/// Counts days since 1970-01-01 in the proleptic Gregorian calendar, for years from 0.
///
/// The year is taken to begin in March, so that the leap day is its last.
fn days_from_civil(year: i64, month: i64, day: i64) -> i64 {
    let year = if month <= 2 { year - 1 } else { year };
    let century_cycle = year.div_euclid(400);
    let year_of_cycle = year.rem_euclid(400);
    let month_from_march = (month + 9) % 12;
    let day_of_year = (153 * month_from_march + 2) / 5 + day - 1;
    let day_of_cycle = year_of_cycle * 365 + year_of_cycle / 4 - year_of_cycle / 100 + day_of_year;
    century_cycle * 146_097 + day_of_cycle - 719_468
}

/// The inverse of [`days_from_civil`].
fn civil_from_days(days: i64) -> (i64, u32, u32) {
    let shifted = days + 719_468;
    let century_cycle = shifted.div_euclid(146_097);
    let day_of_cycle = shifted.rem_euclid(146_097);
    let year_of_cycle =
        (day_of_cycle - day_of_cycle / 1460 + day_of_cycle / 36_524 - day_of_cycle / 146_096) / 365;
    let day_of_year =
        day_of_cycle - (365 * year_of_cycle + year_of_cycle / 4 - year_of_cycle / 100);
    let month_from_march = (5 * day_of_year + 2) / 153;
    let day = (day_of_year - (153 * month_from_march + 2) / 5 + 1) as u32;
    let month = if month_from_march < 10 {
        month_from_march + 3
    } else {
        month_from_march - 9
    };
    let year = century_cycle * 400 + year_of_cycle + i64::from(month <= 2);
    (year, month as u32, day)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_day_of_the_calendar_prints_and_parses() {
        for days in 0..END_SECONDS / SECONDS_A_DAY {
            let day = Day(days);
            assert_eq!(day.to_string().parse(), Ok(day));
        }
        assert_eq!(Day(0).to_string(), "1970-01-01");
        assert_eq!(Day(19_782).to_string(), "2024-02-29");
        assert_eq!(
            Day(END_SECONDS / SECONDS_A_DAY - 1).to_string(),
            "9999-12-31"
        );
    }

    #[test]
    fn moments_have_one_spelling() {
        let moment: Timestamp = "2024-02-05T10:00:00.123Z".parse().unwrap();
        assert_eq!(moment.unix_millis(), 1_707_127_200_123);
        assert_eq!(moment.to_string(), "2024-02-05T10:00:00.123Z");
        assert_eq!(moment.seconds().to_string(), "2024-02-05T10:00:00Z");
        for text in [
            "2024-02-05T10:00:00Z",
            "2024-02-05T10:00:00.12Z",
            "2024-02-05T10:00:00.123+00:00",
            "2024-02-05t10:00:00.123Z",
            "2024-02-05 10:00:00.123Z",
            "2024-02-30T10:00:00.123Z",
            "2023-02-29T10:00:00.123Z",
            "2024-02-05T24:00:00.000Z",
            "2024-12-31T23:59:60.000Z",
            "1969-12-31T23:59:59.999Z",
            "+024-02-05T10:00:00.123Z",
            "2024-00-05T10:00:00.123Z",
            "2024-13-05T10:00:00.123Z",
        ] {
            assert!(text.parse::<Timestamp>().is_err(), "{text}");
        }
        assert!("2024-02-05T10:00:00.123Z".parse::<Seconds>().is_err());
        assert!("2024-2-5".parse::<Day>().is_err());
    }

    #[test]
    fn moments_end_with_the_year_9999() {
        assert_eq!(Seconds::from_unix_seconds(END_SECONDS), None);
        assert_eq!(Seconds::from_unix_seconds(-1), None);
        let last = Timestamp::from_unix_millis(END_SECONDS * 1000 - 1).unwrap();
        assert_eq!(last.to_string(), "9999-12-31T23:59:59.999Z");
        assert_eq!(last.to_string().parse(), Ok(last));
    }
}
