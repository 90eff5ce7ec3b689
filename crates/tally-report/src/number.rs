//! Numbers and instants as people read them: the same number looks the same wherever it is shown.

use tally_model::{Amount, Instant};

/// What stands where there is no value.
pub const NO_DATA: &str = "no data";

/// A value with its unit: one decimal for percent, two for small quotients, none for counts.
pub fn value(value: Option<f64>, unit: &str) -> String {
    let Some(value) = value else { return NO_DATA.to_owned() };
    match unit {
        "percent" => format!("{value:.1}%"),
        _ if value.fract() == 0.0 => format!("{} {unit}", grouped(value, 0)),
        _ if value.abs() >= 10.0 => format!("{} {unit}", grouped(value, 1)),
        _ => format!("{value:.2} {unit}"),
    }
}

/// A bare number with thousands set apart.
pub fn grouped(value: f64, decimals: usize) -> String {
    let text = format!("{value:.decimals$}");
    let (whole, part) = text.split_once('.').map_or((text.as_str(), None), |(whole, part)| (whole, Some(part)));
    let (sign, digits) = whole.strip_prefix('-').map_or(("", whole), |digits| ("-", digits));
    let mut out = String::from(sign);
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at) % 3 == 0 {
            out.push(',');
        }
        out.push(digit);
    }
    if let Some(part) = part {
        out.push('.');
        out.push_str(part);
    }
    out
}

/// A count with thousands set apart.
#[expect(clippy::cast_precision_loss, reason = "counts are far below 2^53")]
pub fn count(count: u64) -> String {
    grouped(count as f64, 0)
}

/// An amount: money exact, a number at its shortest.
pub fn amount(amount: Amount) -> String {
    match amount {
        Amount::Money(money) => money.to_string(),
        Amount::Number(number) => format!("{number}"),
    }
}

/// The day of an instant.
pub fn day(at: Instant) -> String {
    at.to_string().chars().take(10).collect()
}
