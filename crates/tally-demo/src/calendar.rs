//! Days counted from the end of the programme, and how an instant and a month are written.
//!
//! Day 0 is the UTC date of the end, day -1 the one before; a moment is in seconds since 1970. It never asks what time it
//! is, and knows no time zone but UTC.

use std::io;

use crate::dice::Dice;

/// Seconds since 1970-01-01T00:00:00Z.
pub(crate) type Moment = i64;

/// Seconds.
pub(crate) const HOUR: i64 = 3_600;
/// Seconds.
pub(crate) const DAY: i64 = 86_400;

/// Points (day, value) in the order of their days; see [`along`].
pub(crate) type Curve = [(i64, f64)];

/// The end of the programme, from which all days are counted.
#[derive(Clone, Copy)]
pub(crate) struct Calendar {
    end: Moment,
}

impl Calendar {
    /// # Errors
    /// Where `as_of` is outside the years that four digits can write with room for two years on either side.
    pub(crate) fn ending(as_of: jiff::Timestamp) -> io::Result<Self> {
        let end = as_of.as_second();
        let (year, _, _) = civil(end);
        if (2000..9000).contains(&year) {
            return Ok(Self { end });
        }
        let message = format!("as_of is in the year {year}; expected a year from 2000 to 8999");
        Err(io::Error::new(io::ErrorKind::InvalidInput, message))
    }

    /// The instant at which the programme ends: what lies at or after it has not happened.
    pub(crate) fn end(&self) -> Moment {
        self.end
    }

    /// Midnight of a day.
    pub(crate) fn day(&self, day: i64) -> Moment {
        (self.end.div_euclid(DAY) + day) * DAY
    }

    /// Which day a moment falls on.
    pub(crate) fn day_of(&self, moment: Moment) -> i64 {
        moment.div_euclid(DAY) - self.end.div_euclid(DAY)
    }

    /// A moment in the working hours of a day; Saturday and Sunday become the Friday before.
    pub(crate) fn work(&self, day: i64, dice: &mut Dice) -> Moment {
        let date = self.day(day);
        // 1970-01-01 was a Thursday: with Monday as 0, Saturday is 5 and Sunday 6.
        let weekday = (date / DAY + 3).rem_euclid(7);
        let friday = (weekday - 4).max(0);
        date - friday * DAY + 8 * HOUR + dice.between(0, 10 * HOUR - 1)
    }

    /// The moment, where it has happened.
    pub(crate) fn past(&self, moment: Moment) -> Option<Moment> {
        (moment < self.end).then_some(moment)
    }

    /// The first instant of a calendar month; 0 is the newest month that began before the end, 1 the one before it.
    pub(crate) fn month(&self, back: i64) -> Moment {
        let (year, month, _) = civil(self.end - 1);
        let months = year * 12 + month - 1 - back;
        days_of(months.div_euclid(12), months.rem_euclid(12) + 1, 1) * DAY
    }

    /// How many months back the newest month lies that is over.
    pub(crate) fn newest_full_month(&self) -> i64 {
        i64::from(self.month(-1) > self.end)
    }
}

/// The value of a curve at a day: straight between its points, flat before the first and after the last.
pub(crate) fn along(curve: &Curve, day: i64) -> f64 {
    let mut before: Option<(i64, f64)> = None;
    for &(at, value) in curve {
        if day <= at {
            return match before {
                Some((from, low)) => low + (value - low) * (day - from) as f64 / (at - from) as f64,
                None => value,
            };
        }
        before = Some((at, value));
    }
    before.map_or(0.0, |(_, value)| value)
}

/// Year, month and day of a moment (Hinnant, `civil_from_days`).
pub(crate) fn civil(moment: Moment) -> (i64, i64, i64) {
    let shifted = moment.div_euclid(DAY) + 719_468;
    let era = shifted.div_euclid(146_097);
    let of_era = shifted.rem_euclid(146_097);
    let year_of_era = (of_era - of_era / 1_460 + of_era / 36_524 - of_era / 146_096) / 365;
    let of_year = of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let march_month = (5 * of_year + 2) / 153;
    let day = of_year - (153 * march_month + 2) / 5 + 1;
    let month = if march_month < 10 { march_month + 3 } else { march_month - 9 };
    (year_of_era + era * 400 + i64::from(month <= 2), month, day)
}

/// Days since 1970 of a date (Hinnant, `days_from_civil`).
fn days_of(year: i64, month: i64, day: i64) -> i64 {
    let year = year - i64::from(month <= 2);
    let era = year.div_euclid(400);
    let year_of_era = year.rem_euclid(400);
    let of_year = (153 * ((month + 9) % 12) + 2) / 5 + day - 1;
    let of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + of_year;
    era * 146_097 + of_era - 719_468
}

/// `2026-03-31T17:20:00Z`.
pub(crate) fn write_instant(text: &mut String, moment: Moment) {
    let (year, month, day) = civil(moment);
    let seconds = moment.rem_euclid(DAY);
    two_digits(text, year / 100);
    two_digits(text, year % 100);
    text.push('-');
    two_digits(text, month);
    text.push('-');
    two_digits(text, day);
    text.push('T');
    two_digits(text, seconds / HOUR);
    text.push(':');
    two_digits(text, seconds / 60 % 60);
    text.push(':');
    two_digits(text, seconds % 60);
    text.push('Z');
}

/// `2026-03`.
pub(crate) fn month_name(moment: Moment) -> String {
    let (year, month, _) = civil(moment);
    format!("{year:04}-{month:02}")
}

fn two_digits(text: &mut String, number: i64) {
    text.push((b'0' + (number / 10) as u8) as char);
    text.push((b'0' + (number % 10) as u8) as char);
}
