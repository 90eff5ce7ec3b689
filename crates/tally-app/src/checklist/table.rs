//! A small table of text (CSV, RFC 4180): quoted cells may hold commas, quotes and line ends. Never guesses at a broken one.

use tally_model::Problem;

/// A row and the line that it begins on, from 1.
pub(super) type Row = (u64, Vec<String>);

/// Reads all rows; empty lines are passed over.
pub(super) fn rows(text: &str) -> Result<Vec<Row>, Problem> {
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let mut found: Vec<Row> = Vec::new();
    let (mut cells, mut cell, mut quoted, mut was_quoted) = (Vec::new(), String::new(), false, false);
    let (mut line, mut first) = (1, 1);
    let mut letters = text.chars().peekable();
    while let Some(letter) = letters.next() {
        line += u64::from(letter == '\n');
        match letter {
            '"' if quoted && letters.peek() == Some(&'"') => {
                cell.push('"');
                letters.next();
            }
            '"' if quoted => quoted = false,
            '"' if cell.is_empty() && !was_quoted => (quoted, was_quoted) = (true, true),
            _ if quoted => cell.push(letter),
            '"' => return Err(broken(line, "a quote inside a cell that does not begin with one")),
            ',' => {
                cells.push(std::mem::take(&mut cell));
                was_quoted = false;
            }
            '\n' => {
                end(&mut found, first, &mut cells, &mut cell);
                (first, was_quoted) = (line, false);
            }
            '\r' if letters.peek() == Some(&'\n') => {}
            letter => cell.push(letter),
        }
    }
    if quoted {
        return Err(broken(first, "a quoted cell without an end"));
    }
    end(&mut found, first, &mut cells, &mut cell);
    Ok(found)
}

fn end(found: &mut Vec<Row>, line: u64, cells: &mut Vec<String>, cell: &mut String) {
    cells.push(std::mem::take(cell));
    let row = std::mem::take(cells);
    if row.iter().any(|cell| !cell.is_empty()) {
        found.push((line, row));
    }
}

fn broken(line: u64, found: &str) -> Problem {
    Problem::error(found, "a table of comma-separated values")
        .at_line(super::exchange::FILE, line)
        .with_help("export the review and fill that file in")
}

/// A cell as it was before it was made safe for spreadsheets.
pub(super) fn plain(cell: &str) -> &str {
    let risky = |rest: &&str| rest.starts_with(['=', '+', '-', '@', '\t', '\r']);
    cell.strip_prefix('\'').filter(risky).unwrap_or(cell).trim()
}
