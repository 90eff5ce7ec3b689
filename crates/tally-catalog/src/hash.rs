//! The definition hash: which definition a number or an answer came from. Never depends on comments, layout or the order of
//! keys.
//!
//! The canonical form is the definition as it was read, a metric's cases left out (they test it and change no number),
//! written without a gap after the line `tallystick metric 1` (`tallystick maturity 1`, `tallystick checklist 1`):
//!
//! - text: `s`, its length in bytes, `:`, the text
//! - a number: `n`, its shortest decimal form, `;` (80 and 80.0 are the same)
//! - true and false: `b1` and `b0`
//! - a list: `[`, its values in order, `]`
//! - a table: `{`, for each key in order of its bytes the key as text and the value, `}`; absent keys do not appear

use std::fmt::Write as _;

use serde::Serialize;
use sha2::{Digest, Sha256};
use toml::{Table, Value};

use crate::{Checklist, MaturityModel, Metric};

// The first lines of the canonical forms. Another form gets another number.
const METRIC: &str = "tallystick metric 1\n";
const MATURITY: &str = "tallystick maturity 1\n";
const CHECKLIST: &str = "tallystick checklist 1\n";

impl Metric {
    /// SHA-256 of the canonical form, in hexadecimal.
    pub fn hash(&self) -> String {
        hexadecimal(&self.canonical())
    }

    /// The canonical form itself, so that a hash can be worked out with other tools.
    pub fn canonical(&self) -> String {
        write(METRIC, self, &["cases"])
    }
}

impl MaturityModel {
    /// SHA-256 of the canonical form, in hexadecimal: which text the answers of a round were given to.
    pub fn hash(&self) -> String {
        hexadecimal(&self.canonical())
    }

    /// The canonical form itself.
    pub fn canonical(&self) -> String {
        write(MATURITY, self, &[])
    }
}

impl Checklist {
    /// SHA-256 of the canonical form, in hexadecimal: which text the answers of a review were given to.
    pub fn hash(&self) -> String {
        hexadecimal(&self.canonical())
    }

    /// The canonical form itself.
    pub fn canonical(&self) -> String {
        write(CHECKLIST, self, &[])
    }
}

fn hexadecimal(canonical: &str) -> String {
    let digest = Sha256::digest(canonical.as_bytes());
    digest.iter().fold(String::with_capacity(64), |mut out, byte| {
        let _ = write!(out, "{byte:02x}");
        out
    })
}

fn write<T: Serialize>(form: &str, definition: &T, left_out: &[&str]) -> String {
    let mut out = String::from(form);
    // A definition is text, numbers and tables: each of them is a TOML value, so this cannot fail.
    let mut table = Table::try_from(definition).unwrap_or_default();
    for key in left_out {
        table.remove(*key);
    }
    write_table(&table, &mut out);
    out
}

fn write_table(table: &Table, out: &mut String) {
    let mut members: Vec<_> = table.iter().collect();
    members.sort_by(|a, b| a.0.as_bytes().cmp(b.0.as_bytes()));
    out.push('{');
    for (key, value) in members {
        write_text(key, out);
        write_value(value, out);
    }
    out.push('}');
}

fn write_value(value: &Value, out: &mut String) {
    match value {
        Value::String(text) => write_text(text, out),
        Value::Integer(number) => out.push_str(&format!("n{number};")),
        Value::Float(number) => out.push_str(&format!("n{number};")),
        Value::Boolean(truth) => out.push_str(if *truth { "b1" } else { "b0" }),
        Value::Datetime(time) => write_text(&time.to_string(), out),
        Value::Array(values) => {
            out.push('[');
            for value in values {
                write_value(value, out);
            }
            out.push(']');
        }
        Value::Table(table) => write_table(table, out),
    }
}

fn write_text(text: &str, out: &mut String) {
    out.push_str(&format!("s{}:{text}", text.len()));
}
