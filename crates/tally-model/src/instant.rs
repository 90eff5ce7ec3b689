//! Instants and months: what RECORDS.md and METRICS.md call time. Never reads the clock.
//!
//! An instant is a count of microseconds since 1970-01-01T00:00:00Z; finer fractions are cut off.

use std::fmt;

use jiff::civil::{Date, DateTime, Time};
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};

/// Microseconds in a day of 86,400 seconds.
pub const DAY: i64 = 86_400_000_000;

/// A point in time, in microseconds since the Unix epoch, UTC.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Instant(i64);

impl Instant {
    /// The instant that lies `micros` microseconds after the Unix epoch.
    pub const fn from_micros(micros: i64) -> Self {
        Self(micros)
    }

    /// Microseconds since the Unix epoch.
    pub const fn micros(self) -> i64 {
        self.0
    }

    /// Reads an RFC 3339 instant with an offset, or a bare date as midnight UTC.
    ///
    /// Returns `None` for anything else, a clock time without an offset included.
    pub fn parse(text: &str) -> Option<Self> {
        let bytes = text.as_bytes();
        if let Some(instant) = parse_plain(bytes) {
            return Some(instant);
        }
        if bytes.len() == 10 {
            let date: Date = text.parse().ok()?;
            return midnight(date);
        }
        if !looks_like_rfc3339(bytes) {
            return None;
        }
        let stamp: Timestamp = text.parse().ok()?;
        Some(Self(stamp.as_microsecond()))
    }

    /// The same clock time `months` calendar months earlier, the day clamped to the month's length (METRICS.md).
    pub fn months_before(self, months: u32) -> Self {
        let civil = self.civil();
        let earlier = civil.date().checked_sub(jiff::Span::new().months(i64::from(months)));
        let date = earlier.unwrap_or(Date::MIN);
        from_civil(DateTime::from_parts(date, civil.time()))
    }

    /// The instant `days` days of 86,400 s earlier.
    pub const fn days_before(self, days: i64) -> Self {
        Self(self.0.saturating_sub(days.saturating_mul(DAY)))
    }

    /// The calendar month (UTC) in which this instant lies.
    pub fn month(self) -> Month {
        let date = self.civil().date();
        Month { year: date.year(), month: date.month() }
    }

    fn civil(self) -> DateTime {
        let stamp = Timestamp::from_microsecond(self.0).unwrap_or(Timestamp::UNIX_EPOCH);
        TimeZone::UTC.to_datetime(stamp)
    }
}

impl fmt::Display for Instant {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let civil = self.civil();
        write!(
            out,
            "{:04}-{:02}-{:02}T{:02}:{:02}:{:02}",
            civil.year(),
            civil.month(),
            civil.day(),
            civil.hour(),
            civil.minute(),
            civil.second()
        )?;
        let micros = self.0.rem_euclid(1_000_000);
        if micros != 0 {
            let digits = format!("{micros:06}");
            write!(out, ".{}", digits.trim_end_matches('0'))?;
        }
        out.write_str("Z")
    }
}

/// A calendar month in UTC, written `2026-03`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Month {
    year: i16,
    month: i8,
}

impl Month {
    /// Reads `YYYY-MM`; `None` for anything else.
    pub fn parse(text: &str) -> Option<Self> {
        let (year, month) = text.split_once('-')?;
        if year.len() != 4 || month.len() != 2 || !text.bytes().all(|b| b.is_ascii_digit() || b == b'-') {
            return None;
        }
        let month = Self { year: year.parse().ok()?, month: month.parse().ok()? };
        (1..=12).contains(&month.month).then_some(month)
    }

    /// The month's first instant.
    pub fn start(self) -> Instant {
        let date = Date::new(self.year, self.month, 1).unwrap_or(Date::ZERO);
        midnight(date).unwrap_or(Instant(0))
    }

    /// The month after this one.
    pub fn next(self) -> Self {
        self.plus(1)
    }

    /// The month `months` later (earlier where negative).
    pub fn plus(self, months: i32) -> Self {
        let count = i32::from(self.year) * 12 + i32::from(self.month) - 1 + months;
        let year = i16::try_from(count.div_euclid(12)).unwrap_or(self.year);
        let month = i8::try_from(count.rem_euclid(12) + 1).unwrap_or(1);
        Self { year, month }
    }
}

impl fmt::Display for Month {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "{:04}-{:02}", self.year, self.month)
    }
}

/// One monthly point: the month and the instant at which it is evaluated.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Point {
    /// The month that the point stands for.
    pub month: Month,
    /// The instant T at which it is evaluated.
    pub at: Instant,
}

/// The last `months` monthly points up to `as_of`, oldest first (METRICS.md, "a monthly point").
///
/// Each is evaluated at the first instant of the month after; the running month at `as_of` itself. Where `as_of` is
/// the first instant of a month, the newest point is the month before.
pub fn monthly_points(as_of: Instant, months: u32) -> Vec<Point> {
    let running = as_of.month();
    let newest = if as_of == running.start() { running.plus(-1) } else { running };
    let count = i32::try_from(months).unwrap_or(i32::MAX);
    (0..count).rev().map(|back| newest.plus(-back)).map(|month| Point { month, at: month.next().start().min(as_of) }).collect()
}

/// `YYYY-MM-DDTHH:MM:SSZ`, the form of nearly every instant: read without the general parser.
fn parse_plain(b: &[u8]) -> Option<Instant> {
    if b.len() != 20 || b[4] != b'-' || b[7] != b'-' || b[10] != b'T' || b[13] != b':' || b[16] != b':' || b[19] != b'Z' {
        return None;
    }
    let number = |from: usize, to: usize| -> Option<i64> {
        b[from..to].iter().try_fold(0i64, |sum, digit| digit.is_ascii_digit().then(|| sum * 10 + i64::from(digit - b'0')))
    };
    let (year, month, day) = (number(0, 4)?, number(5, 7)?, number(8, 10)?);
    let (hour, minute, second) = (number(11, 13)?, number(14, 16)?, number(17, 19)?);
    if !(1..=12).contains(&month) || day < 1 || day > days_in(year, month) || hour > 23 || minute > 59 || second > 59 {
        return None;
    }
    let seconds = days_from_epoch(year, month, day) * 86_400 + hour * 3_600 + minute * 60 + second;
    Some(Instant(seconds * 1_000_000))
}

fn days_in(year: i64, month: i64) -> i64 {
    match month {
        4 | 6 | 9 | 11 => 30,
        2 if year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) => 29,
        2 => 28,
        _ => 31,
    }
}

/// Days from 1970-01-01 in the proleptic Gregorian calendar, counted from March so that the leap day comes last.
fn days_from_epoch(year: i64, month: i64, day: i64) -> i64 {
    let year = if month <= 2 { year - 1 } else { year };
    let era = year.div_euclid(400);
    let of_era = year.rem_euclid(400);
    let of_year = (153 * ((month + 9) % 12) + 2) / 5 + day - 1;
    era * 146_097 + of_era * 365 + of_era / 4 - of_era / 100 + of_year - 719_468
}

fn looks_like_rfc3339(bytes: &[u8]) -> bool {
    bytes.len() > 19
        && matches!(bytes[10], b'T' | b't' | b' ')
        && bytes[13] == b':'
        && bytes[16] == b':'
        && !bytes.contains(&b'[')
}

fn midnight(date: Date) -> Option<Instant> {
    let micros = days_from_epoch(date.year().into(), date.month().into(), date.day().into()).checked_mul(DAY)?;
    Some(Instant(micros))
}

fn from_civil(civil: DateTime) -> Instant {
    let day = midnight(civil.date()).unwrap_or(Instant(0));
    let clock: SignedDuration = civil.time().duration_since(Time::midnight());
    Instant(day.0 + i64::try_from(clock.as_micros()).unwrap_or(0))
}
