//! Numbers read as they were written: the quick way of reading JSON may miss the last digit, and a number that travels must not
//! change on the way.

use serde::{Deserialize, Deserializer};
use serde_json::Value;
use serde_json::value::RawValue;

/// A number, or null.
pub(super) fn number<'de, D: Deserializer<'de>>(from: D) -> Result<Option<f64>, D::Error> {
    let raw = Option::<Box<RawValue>>::deserialize(from)?;
    raw.map(|raw| raw.get().parse().map_err(serde::de::Error::custom)).transpose()
}

/// Rows of a query's answer.
pub(super) fn rows<'de, D: Deserializer<'de>>(from: D) -> Result<Vec<Vec<Value>>, D::Error> {
    let rows = Vec::<Vec<Box<RawValue>>>::deserialize(from)?;
    let row = |row: Vec<Box<RawValue>>| row.iter().map(|raw| cell(raw.get())).collect::<Result<Vec<_>, _>>();
    rows.into_iter().map(row).collect::<Result<_, _>>().map_err(serde::de::Error::custom)
}

fn cell(text: &str) -> Result<Value, serde_json::Error> {
    let is_number = text.starts_with(|c: char| c == '-' || c.is_ascii_digit());
    match text.parse::<f64>() {
        Ok(number) if is_number && text.contains(['.', 'e', 'E']) => Ok(Value::from(number)),
        _ => serde_json::from_str(text),
    }
}
