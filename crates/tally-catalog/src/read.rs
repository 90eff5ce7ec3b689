//! From the text of a definition file to a definition, or to everything that keeps it from being one.
//!
//! An unknown key does not hide the next one: it is taken out and the rest is read again. A file with any
//! such finding is never used in part.

use serde::de::DeserializeOwned;
use tally_model::problem::{nearest, shorten};
use toml::Spanned;
use toml::de::{DeString, DeTable, DeValue, Deserializer, Error};

use crate::words::row;
use crate::{Finding, Level, Source};

/// Root keys whose absence has a rule of its own, with what they are for.
pub const NEEDED: [(&str, &str, &str); 4] = [
    ("owner", "no-owner", "the team function that answers for it"),
    ("data_source", "no-data-source", "which records and tools the facts come from"),
    ("decision", "no-decision", "the decision that it informs"),
    ("companion", "no-companion", "the metric that would show that it is gamed"),
];

/// More findings than this in one file say nothing new.
const MOST: usize = 50;

/// Reads a definition; what is wrong comes back as findings, at least one.
pub fn read<T: DeserializeOwned>(source: &Source) -> Result<T, Vec<Finding>> {
    let (mut table, errors) = DeTable::parse_recoverable(&source.text);
    if !errors.is_empty() {
        return Err(errors.iter().take(MOST).map(|error| syntax(source, error)).collect());
    }
    let mut findings = Vec::new();
    loop {
        match T::deserialize(Deserializer::from(table.clone())) {
            Ok(definition) if findings.is_empty() => return Ok(definition),
            Ok(_) => return Err(findings),
            Err(error) => {
                findings.push(explain(source, &error));
                if findings.len() == MOST || !repair(&mut table, &error) {
                    return Err(findings);
                }
            }
        }
    }
}

fn syntax(source: &Source, error: &Error) -> Finding {
    let offset = error.span().map_or(0, |span| span.start);
    let message = format!("found text that is not TOML: {}; correct the line", one_line(error.message()));
    source.at("syntax", Level::Error, offset, message)
}

fn explain(source: &Source, error: &Error) -> Finding {
    let span = error.span().unwrap_or(0..0);
    let finding = |rule, message| source.at(rule, Level::Error, span.start, message);
    let message = one_line(error.message());
    if let Some((name, known)) = named(&message, "unknown field `") {
        return finding("unknown-key", format!("found unknown key `{}`, expected {}", shorten(&name), choice(&name, &known)));
    }
    if let Some((name, known)) = named(&message, "unknown variant `") {
        return finding("bad-value", format!("found `{}`, expected {}", shorten(&name), choice(&name, &known)));
    }
    if let Some((name, _)) = named(&message, "missing field `") {
        return match NEEDED.iter().find(|(key, ..)| *key == name) {
            Some((key, rule, what)) => source.at(rule, Level::Error, 0, missing(key, what)),
            None => finding("missing-key", format!("found no key `{name}`, expected one; add it")),
        };
    }
    finding("bad-value", format!("found a value that does not fit: {message}; correct it"))
}

/// The message for a root key that is absent or empty.
pub fn missing(key: &str, what: &str) -> String {
    format!("found no `{key}`, expected {what}; add `{key} = \"...\"`")
}

fn choice(name: &str, known: &[String]) -> String {
    let known = known.iter().map(String::as_str);
    match nearest(name, known.clone()) {
        Some(near) => format!("a known one; did you mean `{near}`?"),
        None => format!("{}; correct or remove it", row(known)),
    }
}

/// The name after `lead`, and the names in backticks behind it.
fn named(message: &str, lead: &str) -> Option<(String, Vec<String>)> {
    let (name, rest) = message.strip_prefix(lead)?.split_once('`')?;
    let known = rest.split('`').skip(1).step_by(2).map(str::to_owned).collect();
    Some((name.to_owned(), known))
}

/// Takes out what the error is about, so that the rest can be read; false where that cannot be done.
fn repair(table: &mut Spanned<DeTable<'_>>, error: &Error) -> bool {
    let message = one_line(error.message());
    if named(&message, "unknown field `").is_some() {
        return error.span().is_some_and(|span| remove(table.get_mut(), span.start));
    }
    let Some((name, _)) = named(&message, "missing field `") else { return false };
    let absent = !table.get_ref().contains_key(name.as_str());
    if !absent || !NEEDED.iter().any(|(key, ..)| *key == name) {
        return false;
    }
    let key = Spanned::new(0..0, DeString::from(name));
    table.get_mut().insert(key, Spanned::new(0..0, DeValue::String("-".into())));
    true
}

/// Removes the key that begins at `start`, at any depth.
fn remove(table: &mut DeTable<'_>, start: usize) -> bool {
    let key = table.keys().find(|key| key.span().start == start).cloned();
    if let Some(key) = key {
        return table.remove(key.get_ref().as_ref()).is_some();
    }
    table.iter_mut().any(|(_, value)| remove_inside(value, start))
}

fn remove_inside(value: &mut Spanned<DeValue<'_>>, start: usize) -> bool {
    match value.get_mut() {
        DeValue::Table(table) => remove(table, start),
        DeValue::Array(values) => values.iter_mut().any(|value| remove_inside(value, start)),
        _ => false,
    }
}

fn one_line(message: &str) -> String {
    message.split_whitespace().collect::<Vec<_>>().join(" ")
}
