//! Problems: what is wrong with input, where, what was found, what was expected and what to do.
//!
//! A problem is data. Rooms return problems beside good rows; only the faces turn them into text.

use std::fmt;

/// Where in the input something was found.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Place {
    /// The file's name as the user gave it (`-` for standard input).
    pub file: String,
    /// Line in the file, from 1; for an array element or a CSV row, the line where it starts.
    pub line: Option<u64>,
    /// The record, as `kind id`, where that much could be read.
    pub record: Option<String>,
    /// Path of the field inside the record, such as `remediations[1].retested_at`.
    pub field: Option<String>,
}

/// How much a problem weighs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Weight {
    /// Worth knowing; nothing is refused for it.
    Note,
    /// Nothing is written while an error stands.
    Error,
}

/// One thing that is wrong, or worth knowing, about the input.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    /// Where it is.
    pub place: Box<Place>,
    /// How much it weighs.
    pub weight: Weight,
    /// What was found, shortened where it is long.
    pub found: String,
    /// What was expected instead.
    pub expected: String,
    /// What to do about it, where that is known (the nearest known name, for one).
    pub help: Option<String>,
}

impl Problem {
    /// An error with what was found and what was expected; the place is filled in with the `at_*` methods.
    pub fn error(found: impl Into<String>, expected: impl Into<String>) -> Self {
        Self { place: Box::default(), weight: Weight::Error, found: found.into(), expected: expected.into(), help: None }
    }

    /// A note: what was found and what it means.
    pub fn note(found: impl Into<String>, expected: impl Into<String>) -> Self {
        Self { weight: Weight::Note, ..Self::error(found, expected) }
    }

    /// Adds what to do.
    #[must_use]
    pub fn with_help(mut self, help: impl Into<String>) -> Self {
        self.help = Some(help.into());
        self
    }

    /// Names the field.
    #[must_use]
    pub fn at_field(mut self, field: impl Into<String>) -> Self {
        self.place.field = Some(field.into());
        self
    }

    /// Names the record.
    #[must_use]
    pub fn at_record(mut self, kind: &str, id: &str) -> Self {
        self.place.record = Some(format!("{kind} {}", shorten(id)));
        self
    }

    /// Names file and line.
    #[must_use]
    pub fn at_line(mut self, file: &str, line: u64) -> Self {
        self.place.file = file.to_owned();
        self.place.line = Some(line);
        self
    }
}

impl fmt::Display for Problem {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let place = &self.place;
        if !place.file.is_empty() {
            write!(out, "{}", printable(&place.file))?;
            if let Some(line) = place.line {
                write!(out, ":{line}")?;
            }
            out.write_str(": ")?;
        }
        if let Some(record) = &place.record {
            write!(out, "{}: ", printable(record))?;
        }
        if let Some(field) = &place.field {
            write!(out, "`{}`: ", printable(field))?;
        }
        write!(out, "found {}", printable(&self.found))?;
        if !self.expected.is_empty() {
            write!(out, ", expected {}", printable(&self.expected))?;
        }
        if let Some(help) = &self.help {
            write!(out, "; {}", printable(help))?;
        }
        Ok(())
    }
}

/// Cuts text from input to a length that fits a message.
pub fn shorten(text: &str) -> String {
    const LONGEST: usize = 80;
    match text.char_indices().nth(LONGEST) {
        Some((end, _)) => format!("{}… ({} bytes)", &text[..end], text.len()),
        None => text.to_owned(),
    }
}

/// Untrusted text for a terminal or a log: control and bidirectional-override characters become visible escapes.
pub fn printable(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        let hidden = c.is_control() || matches!(c, '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}');
        if hidden {
            out.extend(c.escape_unicode());
        } else {
            out.push(c);
        }
    }
    out
}

/// The known name nearest to `found`, where one is near enough to be meant.
pub fn nearest<'a>(found: &str, known: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let short = shorten(found).to_lowercase();
    known
        .into_iter()
        .map(|name| (strsim::damerau_levenshtein(&short, &name.to_lowercase()), name))
        .filter(|(distance, name)| *distance <= (name.len() / 3).max(1))
        .min_by_key(|(distance, _)| *distance)
        .map(|(_, name)| name)
}
