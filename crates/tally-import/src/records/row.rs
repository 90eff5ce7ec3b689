//! One record from its JSON text: what is wrong with the bytes, the JSON or the fields becomes problems.

use serde_json::error::Category;
use tally_model::json::Json;
use tally_model::{Problem, Record};

use super::{Item, Sink, ends_within};

/// Where the text of a record stands.
pub(super) struct Place<'a> {
    pub(super) file: &'a str,
    /// The line where it starts.
    pub(super) line: u64,
    /// Bytes before it on that line.
    pub(super) column: u64,
    /// Whether the file ends right after it, without a line feed.
    pub(super) last: bool,
}

/// Reads one record; it or its problems go to `sink`.
pub(super) fn read(bytes: &[u8], place: &Place<'_>, sink: &mut Sink<'_>) {
    let json = match Json::parse(bytes) {
        Ok(json) => json,
        Err(error) => {
            let (line, problem) = syntax(bytes, place, &error);
            return sink(Item::Problem(problem.at_line(place.file, line)));
        }
    };
    give(&json, place.file, place.line, sink);
}

/// Hands over the record in `json`, or what is wrong with it.
pub(super) fn give(json: &Json<'_>, file: &str, line: u64, sink: &mut Sink<'_>) {
    match Record::read(json) {
        Ok(record) => sink(Item::Record { file, line, record }),
        Err(problems) => {
            for problem in problems {
                sink(Item::Problem(problem.at_line(file, line)));
            }
        }
    }
}

fn syntax(bytes: &[u8], place: &Place<'_>, error: &serde_json::Error) -> (u64, Problem) {
    if let Some(problem) = not_text(bytes, place) {
        return (place.line, problem);
    }
    let inner = error.line().max(1) as u64 - 1;
    let line = place.line + inner;
    if error.classify() == Category::Eof {
        let problem = if place.last { ends_within("a record") } else { unfinished() };
        return (line, problem);
    }
    let message = error.to_string();
    let message = match message.split(" at line ").next().unwrap_or_default() {
        "expected ident" => "expected `true`, `false`, `null` or a value in quotes",
        message => message,
    };
    // serde_json counts a column up to and with the byte it stumbled over, which may stand inside a word.
    let (column, rest) = word_at(line_of(bytes, error.line()), error.column().max(1) - 1);
    let shown = column as u64 + 1 + if inner == 0 { place.column } else { 0 };
    let found = match rest {
        "" => format!("the end of the line at column {shown}"),
        rest => format!("`{}` at column {shown}", rest.chars().take(30).collect::<String>()),
    };
    let problem = Problem::error(found, format!("JSON ({message})"));
    if ["NaN", "Infinity", "-Infinity"].iter().any(|word| rest.starts_with(word)) {
        (line, problem.with_help("JSON has no NaN and no infinity; leave the field out"))
    } else {
        (line, problem)
    }
}

fn unfinished() -> Problem {
    Problem::error("a line that ends in the middle of a record", "one record a line")
        .with_help("put each record on a line of its own, or all of them in one array")
}

/// Bytes that are not text at all, so that what the JSON parser says of them would mislead.
fn not_text(bytes: &[u8], place: &Place<'_>) -> Option<Problem> {
    if let Some(at) = memchr::memchr(0, bytes) {
        let found = format!("a NUL byte at column {}", place.column + at as u64 + 1);
        return Some(Problem::error(found, "UTF-8 text").with_help("save the file as UTF-8 (not UTF-16)"));
    }
    let error = std::str::from_utf8(bytes).err()?;
    if place.last && error.error_len().is_none() {
        return Some(ends_within("a record"));
    }
    let at = error.valid_up_to();
    let found = format!("byte 0x{:02x} at column {}", bytes[at], place.column + at as u64 + 1);
    Some(Problem::error(found, "UTF-8 text").with_help("save the file as UTF-8"))
}

fn line_of(bytes: &[u8], line: usize) -> &str {
    std::str::from_utf8(bytes).unwrap_or_default().lines().nth(line.max(1) - 1).unwrap_or_default()
}

/// The rest of a line from a byte on, from the beginning of the word in which it stands.
fn word_at(line: &str, at: usize) -> (usize, &str) {
    let mut at = line.floor_char_boundary(at);
    let within = |byte: &u8| byte.is_ascii_alphanumeric() || *byte == b'-';
    if line.as_bytes().get(at).is_some_and(within) {
        while at > 0 && line.as_bytes().get(at - 1).is_some_and(within) {
            at -= 1;
        }
    }
    (at, line.get(at..).unwrap_or_default())
}
