//! Tables whose keys are whole numbers, such as `{ 1 = "...", 2 = "..." }`. TOML keys are texts: they are read and written here.
//!
//! For `#[serde(with = "crate::numbered")]`. A key that is no number is an error at its place; nothing is left out.

use std::collections::BTreeMap;
use std::fmt;

use serde::de::{Error, Visitor};
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use tally_model::problem::shorten;

/// A key.
#[derive(PartialEq, Eq, PartialOrd, Ord)]
struct Number(u8);

impl<'de> Deserialize<'de> for Number {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        from.deserialize_str(Digits)
    }
}

struct Digits;

impl Visitor<'_> for Digits {
    type Value = Number;

    fn expecting(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str("a whole number as the key")
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<Number, E> {
        // Written in one way only, so that `1` and `01` cannot both be there.
        let number = text.parse::<u8>().ok().filter(|number| number.to_string() == text);
        number.map(Number).ok_or_else(|| E::custom(format!("key `{}`, expected a whole number from 0 to 255", shorten(text))))
    }
}

/// Writes the keys as texts.
pub fn serialize<T: Serialize, S: Serializer>(table: &BTreeMap<u8, T>, to: S) -> Result<S::Ok, S::Error> {
    to.collect_map(table.iter().map(|(number, value)| (number.to_string(), value)))
}

/// Reads the keys as numbers.
pub fn deserialize<'de, T: Deserialize<'de>, D: Deserializer<'de>>(from: D) -> Result<BTreeMap<u8, T>, D::Error> {
    let table = BTreeMap::<Number, T>::deserialize(from)?;
    Ok(table.into_iter().map(|(number, value)| (number.0, value)).collect())
}
