//! Rules about SQL: a metric is a function of its point, so it must not ask for the time of day or for chance.
//! A check of words, not a parser: whether the SQL runs is for `tally-measure` to say.

use crate::catalog::Entry;
use crate::metric::Metric;
use crate::{Finding, Level, Source};

/// Words that depend on more than the point, and whether they do so only when called.
const FORBIDDEN: [(&str, bool); 8] = [
    ("now", true),
    ("today", true),
    ("random", true),
    ("uuid", true),
    ("current_date", false),
    ("current_time", false),
    ("current_timestamp", false),
    ("localtimestamp", false),
];

/// Where SQL stands in a metric's file.
const PLACES: [&[&str]; 5] = [
    &["population", "sql"],
    &["quotient", "numerator", "sql"],
    &["quotient", "denominator", "sql"],
    &["extras", "applicability_unknown", "sql"],
    &["extras", "survival", "sql"],
];

/// A word of SQL outside of texts and comments.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Word<'a> {
    /// Where it begins, in bytes.
    pub at: usize,
    /// The word as written.
    pub text: &'a str,
    /// Whether a parenthesis follows.
    pub called: bool,
}

pub fn check(entry: &Entry<Metric>, findings: &mut Vec<Finding>) {
    for (place, text) in PLACES.into_iter().zip(texts(&entry.definition)) {
        if text.is_some_and(asks_more) {
            repeatable(&entry.source, place, findings);
        }
    }
}

/// The SQL at `place`, where there is one, is a function of its point.
pub fn repeatable(source: &Source, place: &[&str], findings: &mut Vec<Finding>) {
    let Some((start, sql)) = written(source, place) else { return };
    for word in words(sql) {
        if let Some((name, called)) = forbidden(word) {
            let call = if *called { "()" } else { "" };
            let message =
                format!("found `{name}{call}` in SQL, expected a function of the point alone; use the columns of `points`");
            findings.push(source.at("unrepeatable-sql", Level::Error, start + word.at, message));
        }
    }
}

/// Whether SQL asks for more than the point: quicker than [`repeatable`], which has to find the place in the file.
pub fn asks_more(sql: &str) -> bool {
    words(sql).into_iter().any(|word| forbidden(word).is_some())
}

fn forbidden(word: Word<'_>) -> Option<&'static (&'static str, bool)> {
    FORBIDDEN.iter().find(|(name, only_called)| word.text.eq_ignore_ascii_case(name) && (word.called || !only_called))
}

/// The SQL of a metric's file that names `table`, as its place.
pub fn reads(metric: &Metric, table: &str) -> Option<&'static [&'static str]> {
    let named = |sql: &str| words(sql).iter().any(|word| word.text.eq_ignore_ascii_case(table) && !word.called);
    PLACES.into_iter().zip(texts(metric)).find_map(|(place, text)| text.is_some_and(named).then_some(place))
}

/// The SQL of a metric, in the order of [`PLACES`].
fn texts(metric: &Metric) -> [Option<&str>; 5] {
    let quotient = &metric.quotient;
    let extras = &metric.extras;
    [
        Some(metric.population.sql.as_str()),
        quotient.numerator.as_ref().map(|beside| beside.sql.as_str()),
        quotient.denominator.as_ref().map(|beside| beside.sql.as_str()),
        extras.applicability_unknown.as_ref().map(|beside| beside.sql.as_str()),
        extras.survival.as_ref().map(|survival| survival.sql.as_str()),
    ]
}

/// The SQL at `place` as the file writes it, without its quotes, and where it begins.
fn written<'a>(source: &'a Source, place: &[&str]) -> Option<(usize, &'a str)> {
    let span = source.value(place)?;
    let raw = source.text.get(span.clone())?;
    let quote =
        ["'''", "\"\"\"", "'", "\""].into_iter().find(|quote| raw.starts_with(quote) && raw.len() >= 2 * quote.len())?;
    Some((span.start + quote.len(), &raw[quote.len()..raw.len() - quote.len()]))
}

/// The words of SQL; texts, quoted names and comments are passed over.
pub fn words(sql: &str) -> Vec<Word<'_>> {
    let bytes = sql.as_bytes();
    let mut words = Vec::new();
    let mut at = 0;
    while at < bytes.len() {
        let rest = &sql[at..];
        let length = match bytes[at] {
            b'\'' | b'"' => rest[1..].find(char::from(bytes[at])).map_or(rest.len(), |end| end + 2),
            b'-' if rest.starts_with("--") => rest.find('\n').unwrap_or(rest.len()),
            b'/' if rest.starts_with("/*") => rest.find("*/").map_or(rest.len(), |end| end + 2),
            byte if is_word(byte) => {
                let length = rest.bytes().position(|byte| !is_word(byte)).unwrap_or(rest.len());
                let called = rest[length..].trim_start().starts_with('(');
                words.push(Word { at, text: &rest[..length], called });
                length
            }
            _ => rest.chars().next().map_or(1, char::len_utf8),
        };
        at += length;
    }
    words
}

/// Bytes beyond ASCII count as letters, so that a cut never falls inside a character.
fn is_word(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte == b'_' || !byte.is_ascii()
}
