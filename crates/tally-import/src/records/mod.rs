//! Program records (RECORDS.md) as JSON Lines, as a JSON array, and as CSV.
//!
//! Every record goes to the caller as soon as it is read, with its file and line; every problem likewise. Nothing here
//! merges, checks a whole record or resolves a reference: that takes the records already known.

mod cell;
mod cells;
mod csv;
mod nested;
mod row;
mod sheet;

use std::io::BufRead;

use tally_model::{Problem, Record};

use crate::Error;
use crate::lines::Lines;
use crate::scan::{Fault, Scanner};

pub use cells::{EachCells, read_cells};
pub use csv::{Sheets, is_nested};

/// One thing that was read.
#[derive(Debug)]
pub enum Item<'a> {
    /// A record, or a patch of one.
    Record {
        /// The file it stands in.
        file: &'a str,
        /// The line where it starts.
        line: u64,
        /// The record.
        record: Record,
    },
    /// A problem, with file and line.
    Problem(Problem),
}

/// Takes what is read, one by one.
pub type Sink<'s> = dyn FnMut(Item<'_>) + 's;

/// Reads records as JSON: lines, or one array, whichever the first character says.
///
/// # Errors
/// Only where the reader fails; what is wrong with the content goes to `sink`.
pub fn read_json(input: &mut dyn BufRead, file: &str, longest: usize, sink: &mut Sink<'_>) -> Result<(), Error> {
    // A peek that consumes nothing would need the whole leading white space in one buffer; white space in front of
    // the first record is no part of any line that matters, so the scanner may take it.
    let mut scanner = Scanner::new(input, longest);
    match scanner.peek() {
        Ok(Some(b'[')) => read_elements(&mut scanner, file, sink),
        Ok(_) => {
            let before = scanner.line() - 1;
            read_rest(input, file, longest, before, sink)
        }
        Err(fault) => give_up(fault, file, sink),
    }
}

/// Reads JSON Lines.
///
/// # Errors
/// Only where the reader fails.
pub fn read_lines(input: &mut dyn BufRead, file: &str, longest: usize, sink: &mut Sink<'_>) -> Result<(), Error> {
    read_rest(input, file, longest, 0, sink)
}

/// Reads one JSON array of records, element by element.
///
/// # Errors
/// Only where the reader fails.
pub fn read_array(input: &mut dyn BufRead, file: &str, longest: usize, sink: &mut Sink<'_>) -> Result<(), Error> {
    read_elements(&mut Scanner::new(input, longest), file, sink)
}

fn read_rest(input: &mut dyn BufRead, file: &str, longest: usize, before: u64, sink: &mut Sink<'_>) -> Result<(), Error> {
    let mut lines = Lines::new(input, longest);
    loop {
        let line = match lines.read() {
            Ok(Some(line)) => line,
            Ok(None) => return Ok(()),
            Err(source) => return Err(Error::read(file, source)),
        };
        let number = before + line.number;
        if !line.is_whole() {
            sink(Item::Problem(too_long("a line", line.length, longest).at_line(file, number)));
        } else if !line.is_blank() {
            let place = row::Place { file, line: number, column: 0, last: !line.ended };
            row::read(line.bytes, &place, sink);
        }
    }
}

fn read_elements(scanner: &mut Scanner<'_>, file: &str, sink: &mut Sink<'_>) -> Result<(), Error> {
    match walk(scanner, file, sink) {
        Ok(()) => Ok(()),
        Err(fault) => give_up(fault, file, sink),
    }
}

fn walk(scanner: &mut Scanner<'_>, file: &str, sink: &mut Sink<'_>) -> Result<(), Fault> {
    scanner.enter(b'[')?;
    let mut first = true;
    while scanner.element(&mut first)? {
        let taken = scanner.take()?;
        if taken.is_whole() {
            let place = row::Place { file, line: taken.line, column: taken.column, last: false };
            row::read(taken.bytes, &place, sink);
        } else {
            let problem = too_long("an element", taken.length, taken.bytes.len());
            sink(Item::Problem(problem.at_line(file, taken.line)));
        }
    }
    if scanner.peek()?.is_some() {
        let problem = Problem::error("more after the end of the array", "nothing").with_help("put all records in one array");
        sink(Item::Problem(problem.at_line(file, scanner.line())));
    }
    Ok(())
}

fn give_up(fault: Fault, file: &str, sink: &mut Sink<'_>) -> Result<(), Error> {
    let problem = match fault {
        Fault::Read(source) => return Err(Error::read(file, source)),
        Fault::Ends(line) => ends_within("a record").at_line(file, line),
        Fault::Unexpected { line, column, found, expected } => {
            let found = format!("`{found}` at column {column}");
            let help = "nothing after this place was read";
            Problem::error(found, expected).with_help(help).at_line(file, line)
        }
    };
    sink(Item::Problem(problem));
    Ok(())
}

fn ends_within(what: &str) -> Problem {
    Problem::error(format!("the file ends in the middle of {what}"), "the whole of it")
        .with_help("was the file still being written, or cut while it was copied?")
}

fn too_long(what: &str, length: u64, longest: usize) -> Problem {
    Problem::error(format!("{what} of {length} bytes"), format!("at most {longest} bytes")).with_help("it was skipped")
}
