//! promptfoo results: the JSON export (versions 2 and 3), and the rows alone (JSON Lines).
//!
//! Outcomes come from rows. An HTTP error page that was graded is an error. Keys in a configuration are counted, so
//! that a user can be told, and never copied.

mod document;
mod fold;
mod row;

use std::io::BufRead;

use serde_json::error::Category;
use tally_model::Problem;

use crate::Error;
use crate::lines::Lines;
use crate::loose::{Maybe, complaint};
use crate::run::{Attempts, Mapping, Options, ToolRun};
use crate::scan::{Fault, Scanner};
use document::Document;
use fold::Fold;
use row::Row;

/// Reads a JSON export.
///
/// # Errors
/// Only where the reader fails; bad rows are problems of the run.
pub fn read(
    input: &mut dyn BufRead,
    file: &str,
    options: &Options,
    mapping: &dyn Mapping,
    attempts: &mut Attempts<'_>,
) -> Result<ToolRun, Error> {
    let mut fold = Fold::new(file);
    let scan = Scanner::new(input, options.longest);
    match (Document { scan, fold: &mut fold, attempts }).walk() {
        Ok(()) => {}
        Err(Fault::Read(source)) => return Err(Error::read(file, source)),
        Err(Fault::Ends(line)) => {
            let problem = Problem::error("the end of the file in the middle of the document", "the whole document");
            fold.cut(problem.with_help("export it again, or copy it again; the rows before were read"), line);
        }
        Err(Fault::Unexpected { line, column, found, expected }) => {
            let problem = Problem::error(format!("`{found}` at column {column}"), expected);
            fold.cut(problem.with_help("nothing after this place was read"), line);
        }
    }
    Ok(fold.finish(mapping, attempts))
}

/// Reads rows alone, one a line.
///
/// # Errors
/// Only where the reader fails; bad rows are problems of the run.
pub fn read_rows(
    input: &mut dyn BufRead,
    file: &str,
    options: &Options,
    mapping: &dyn Mapping,
    attempts: &mut Attempts<'_>,
) -> Result<ToolRun, Error> {
    let mut fold = Fold::new(file);
    fold.about.rows_only = true;
    let mut lines = Lines::new(input, options.longest);
    loop {
        let line = match lines.read() {
            Ok(Some(line)) => line,
            Ok(None) => break,
            Err(source) => return Err(Error::read(file, source)),
        };
        if !line.is_whole() {
            let problem = line.too_long(options.longest);
            fold.bad_row(problem.with_help("it was left out"), line.number);
        } else if !line.is_blank() {
            match serde_json::from_slice::<Maybe<Row<'_>>>(line.bytes) {
                Ok(Maybe(Some(row))) => fold.take(&row, attempts),
                Ok(Maybe(None)) => fold.bad_row(not_an_object(), line.number),
                Err(error) if error.classify() == Category::Eof && !line.ended => {
                    let found = "the end of the file in the middle of a row";
                    fold.cut(Problem::note(found, "whole rows; the half row was left out"), line.number);
                }
                Err(error) => fold.bad_row(not_a_row(&error), line.number),
            }
        }
    }
    Ok(fold.finish(mapping, attempts))
}

fn not_a_row(error: &serde_json::Error) -> Problem {
    let found = format!("a row that cannot be read ({})", complaint(error));
    Problem::error(found, "a result of promptfoo").with_help("the row was left out")
}

fn not_an_object() -> Problem {
    Problem::error("a row that is no object", "a result of promptfoo").with_help("the row was left out")
}
