//! Where text goes: data to standard output, everything else to standard error.

use std::io::{IsTerminal, Write};

use tally_app::Error;

/// Writes data to standard output, with a newline at the end.
pub fn out(text: &str) -> Result<(), Error> {
    let mut stdout = anstream::stdout().lock();
    let written =
        stdout.write_all(text.as_bytes()).and_then(|()| if text.ends_with('\n') { Ok(()) } else { stdout.write_all(b"\n") });
    written.and_then(|()| stdout.flush()).map_err(|source| Error::File {
        what: "writing to",
        path: "standard output".into(),
        source,
    })
}

/// Writes a message to standard error; where nobody can read it there is nobody to tell.
pub fn err(text: &str) {
    let _ = writeln!(anstream::stderr().lock(), "{text}");
}

/// JSON to standard output, indented.
pub fn json(value: &serde_json::Value) -> Result<(), Error> {
    escaped(serde_json::to_string_pretty(value).unwrap_or_default())
}

/// JSON text to standard output, indented alike; every number stays as it was written.
pub fn json_text(text: &str) -> Result<(), Error> {
    let mut laid = String::with_capacity(text.len() * 2);
    let (mut depth, mut within, mut after) = (0usize, false, '\0');
    let mut letters = text.chars().filter(|c| *c != '\n').peekable();
    while let Some(letter) = letters.next() {
        if within {
            laid.push(letter);
            within = after == '\\' || letter != '"';
            after = if after == '\\' { '\0' } else { letter };
            continue;
        }
        let line = |depth: usize| format!("\n{}", "  ".repeat(depth));
        match letter {
            '{' | '[' if letters.peek().is_some_and(|next| matches!(next, '}' | ']')) => {
                laid.push(letter);
                laid.extend(letters.next());
            }
            '{' | '[' => {
                depth += 1;
                laid.push(letter);
                laid.push_str(&line(depth));
            }
            '}' | ']' => {
                depth = depth.saturating_sub(1);
                laid.push_str(&line(depth));
                laid.push(letter);
            }
            ',' => laid.push_str(&format!(",{}", line(depth))),
            ':' => laid.push_str(": "),
            _ => {
                (within, after) = (letter == '"', '\0');
                laid.push(letter);
            }
        }
    }
    escaped(laid)
}

fn escaped(text: String) -> Result<(), Error> {
    // Outside of texts there is nothing to hide but line feeds, and within them every character may be escaped.
    let hidden = |c: char| match c {
        '\n' | ' '..='~' => false,
        c => tally_model::problem::printable(c.encode_utf8(&mut [0; 4])).len() > c.len_utf8(),
    };
    if !text.contains(hidden) {
        return out(&text);
    }
    let escaped: String =
        text.chars().map(|c| if hidden(c) { format!("\\u{:04x}", u32::from(c)) } else { c.to_string() }).collect();
    out(&escaped)
}

/// The width to lay tables out for: the terminal's, or none where output goes to a file or a pipe.
pub fn width() -> Option<u16> {
    if !std::io::stdout().is_terminal() {
        return Some(200);
    }
    std::env::var("COLUMNS").ok().and_then(|columns| columns.parse().ok())
}
