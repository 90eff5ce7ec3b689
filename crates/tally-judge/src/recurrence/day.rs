//! A day of the calendar, and the months and quarters around it. Never knows which day it is today.

use std::fmt;

use tally_model::Instant;
use tally_model::instant::DAY;

/// Days on either side of 1970-01-01 that a day may lie away: some 270,000 years, within what an instant can hold.
const FAR: i64 = 100_000_000;

/// A day of the proleptic Gregorian calendar in UTC, written `2026-03-31`. Kept as days since 1970-01-01. A day too far
/// away to be an instant becomes the last one that can be.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Day(i64);

impl Day {
    /// The day `days` days after 1970-01-01.
    pub const fn from_epoch(days: i64) -> Self {
        Self(if days > FAR {
            FAR
        } else if days < -FAR {
            -FAR
        } else {
            days
        })
    }

    /// Days since 1970-01-01.
    pub const fn epoch_days(self) -> i64 {
        self.0
    }

    /// The day (UTC) in which an instant lies.
    pub const fn of(instant: Instant) -> Self {
        Self::from_epoch(instant.micros().div_euclid(DAY))
    }

    /// The day's first instant.
    pub const fn start(self) -> Instant {
        Instant::from_micros(self.0 * DAY)
    }

    /// The day that these numbers name, month and day counted from 1; `None` where there is no such day.
    pub fn new(year: i32, month: u8, day: u8) -> Option<Self> {
        let first = month_start(i64::from(year) * 12 + i64::from(month.checked_sub(1)?));
        let found = first.plus(i64::from(day) - 1);
        (found.parts() == (i64::from(year), month, day)).then_some(found)
    }

    /// The day `days` days later, earlier where negative.
    pub const fn plus(self, days: i64) -> Self {
        Self::from_epoch(self.0.saturating_add(days))
    }

    /// Year, month and day.
    ///
    /// Years are counted from March, so that the leap day comes last and the months before it always have the same
    /// lengths: 31, 30, 31, 30, 31 days and again, 153 days for five of them.
    pub const fn parts(self) -> (i64, u8, u8) {
        // Days from 0000-03-01, in eras of 400 years with 146,097 days.
        let days = self.0 + 719_468;
        let (era, of_era) = (days.div_euclid(146_097), days.rem_euclid(146_097));
        let year = (of_era - of_era / 1_460 + of_era / 36_524 - of_era / 146_096) / 365;
        let of_year = of_era - (365 * year + year / 4 - year / 100);
        let month = (5 * of_year + 2) / 153;
        let day = of_year - (153 * month + 2) / 5 + 1;
        let (month, turn) = if month < 10 { (month + 3, 0) } else { (month - 9, 1) };
        (era * 400 + year + turn, month as u8, day as u8)
    }

    /// Months since January of the year 0.
    pub(super) const fn month(self) -> i64 {
        let (year, month, _) = self.parts();
        year * 12 + month as i64 - 1
    }
}

/// The first day of a month counted from January of the year 0.
pub(super) const fn month_start(month: i64) -> Day {
    let (year, month) = ((month - 2).div_euclid(12), (month - 2).rem_euclid(12));
    let leap_days = year.div_euclid(4) - year.div_euclid(100) + year.div_euclid(400);
    Day::from_epoch(year * 365 + leap_days + (153 * month + 2) / 5 - 719_468)
}

impl fmt::Display for Day {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (year, month, day) = self.parts();
        write!(out, "{year:04}-{month:02}-{day:02}")
    }
}
