//! Exact decimal amounts. Money never becomes a float on its way in, and sums are exact.

use std::fmt;

/// Most decimal places an amount may carry.
pub const DECIMALS_MAX: u8 = 9;
const SCALE: i128 = 1_000_000_000;
/// Most digits before the point: enough for any budget, small enough that a billion of them still sum exactly.
const DIGITS_MAX: usize = 18;

/// An amount of the programme's one currency, exact to nine decimal places.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Money {
    /// Billionths of the unit.
    nanos: i128,
    /// Decimal places as written (`"1250.00"` has two); a sum keeps the most of its parts.
    decimals: u8,
}

impl Money {
    /// Nothing, written without decimal places.
    pub const ZERO: Self = Self { nanos: 0, decimals: 0 };

    /// Builds an amount from billionths and the decimal places to print.
    pub fn from_nanos(nanos: i128, decimals: u8) -> Self {
        Self { nanos, decimals: decimals.min(DECIMALS_MAX) }
    }

    /// Reads a plain decimal such as `"1250.00"`; no exponent, no thousands separator, no plus sign.
    pub fn parse(text: &str) -> Option<Self> {
        let (negative, digits) = match text.strip_prefix('-') {
            Some(rest) => (true, rest),
            None => (false, text),
        };
        let (whole, part) = digits.split_once('.').unwrap_or((digits, ""));
        let plain = |part: &str| part.bytes().all(|b| b.is_ascii_digit());
        if whole.is_empty() || whole.len() > DIGITS_MAX || !plain(whole) || !plain(part) {
            return None;
        }
        if digits.ends_with('.') || part.len() > usize::from(DECIMALS_MAX) {
            return None;
        }
        let whole: i128 = whole.parse().ok()?;
        let nanos: i128 = format!("{part:0<9}").parse().ok()?;
        let size = whole * SCALE + nanos;
        let decimals = u8::try_from(part.len()).ok()?;
        Some(Self { nanos: if negative { -size } else { size }, decimals })
    }

    /// Billionths of the unit.
    pub const fn nanos(self) -> i128 {
        self.nanos
    }

    /// Decimal places it is written with.
    pub const fn decimals(self) -> u8 {
        self.decimals
    }

    /// The exact sum; `None` where it leaves 128 bits.
    pub fn plus(self, other: Self) -> Option<Self> {
        let nanos = self.nanos.checked_add(other.nanos)?;
        Some(Self { nanos, decimals: self.decimals.max(other.decimals) })
    }

    /// The nearest double, for quotients only.
    #[expect(clippy::cast_precision_loss, reason = "a quotient is a double by definition")]
    pub fn to_f64(self) -> f64 {
        // Whole units and the fraction convert apart so that amounts under 2^53 keep every digit.
        (self.nanos / SCALE) as f64 + (self.nanos % SCALE) as f64 / SCALE as f64
    }
}

impl fmt::Display for Money {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let sign = if self.nanos < 0 { "-" } else { "" };
        let size = self.nanos.unsigned_abs();
        let whole = size / SCALE.unsigned_abs();
        let digits = format!("{:09}", size % SCALE.unsigned_abs());
        match self.decimals {
            0 => write!(out, "{sign}{whole}"),
            n => write!(out, "{sign}{whole}.{}", &digits[..usize::from(n)]),
        }
    }
}
