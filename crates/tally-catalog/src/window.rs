//! A metric's window as its file writes it: a number of calendar months or of days.
//!
//! It says how long a window is; where it begins is worked out in `tally-measure`, never here.

use std::fmt;
use std::str::FromStr;

use crate::Metric;

/// How far back a metric looks from T.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Window {
    /// Calendar months: the day clamped to the month's length, the clock time kept.
    Months(u32),
    /// Days of 86,400 s.
    Days(u32),
}

/// A window that cannot be read.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("found window `{found}`, expected a number from 1 and a unit; write it as `12 months` or `7 days`")]
pub struct WindowError {
    /// What the file says.
    pub found: String,
}

impl Metric {
    /// The window; `None` where the metric looks at the state at T or at all time.
    ///
    /// # Errors
    /// Where the text is no window.
    pub fn window(&self) -> Result<Option<Window>, WindowError> {
        self.window.as_deref().map(str::parse).transpose()
    }
}

impl FromStr for Window {
    type Err = WindowError;

    fn from_str(text: &str) -> Result<Self, WindowError> {
        let bad = || WindowError { found: text.to_owned() };
        let (count, unit) = text.split_once(' ').ok_or_else(bad)?;
        // `parse` alone would take `+12`.
        let digits = count.bytes().all(|byte| byte.is_ascii_digit());
        let count: u32 = count.parse().ok().filter(|count| digits && *count > 0).ok_or_else(bad)?;
        match unit {
            "month" | "months" => Ok(Self::Months(count)),
            "day" | "days" => Ok(Self::Days(count)),
            _ => Err(bad()),
        }
    }
}

impl fmt::Display for Window {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (count, unit) = match self {
            Self::Months(count) => (count, "month"),
            Self::Days(count) => (count, "day"),
        };
        write!(out, "{count} {unit}{}", if *count == 1 { "" } else { "s" })
    }
}
