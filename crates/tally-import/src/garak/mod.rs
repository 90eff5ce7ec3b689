//! garak reports (`*.report.jsonl`), versions 0.9 to 0.17.
//!
//! Counts come from attempt lines. The hitlog is refused: it holds hits only, so no rate can be made of it.

mod fold;
mod row;
mod summary;

use std::io::BufRead;

use serde_json::error::Category;
use tally_model::Problem;

use crate::Error;
use crate::lines::Lines;
use crate::loose::complaint;
use crate::run::{Attempts, Mapping, Options, ToolRun};
use fold::Fold;
use row::Row;

/// Reads a report, line by line.
///
/// # Errors
/// Only where the reader fails; bad lines are problems of the run.
pub fn read(
    input: &mut dyn BufRead,
    file: &str,
    options: &Options,
    mapping: &dyn Mapping,
    attempts: &mut Attempts<'_>,
) -> Result<ToolRun, Error> {
    let mut lines = Lines::new(input, options.longest);
    let mut fold = Fold::new(file, options.threshold);
    loop {
        let line = match lines.read() {
            Ok(Some(line)) => line,
            Ok(None) => break,
            Err(source) => return Err(Error::read(file, source)),
        };
        if !line.is_whole() {
            let problem = line.too_long(options.longest);
            fold.problem(problem.with_help("it was skipped"), line.number);
        } else if !line.is_blank() {
            let mut spare = Vec::new();
            match Row::read(line.bytes, &mut spare) {
                Ok(Some(row)) => fold.take(&row, line.number, attempts),
                Ok(None) => fold.problem(not_an_object(), line.number),
                Err(error) if error.classify() == Category::Eof && !line.ended => fold.cut(line.number),
                Err(error) => fold.problem(not_a_row(&error), line.number),
            }
        }
    }
    Ok(fold.finish(mapping, attempts))
}

fn not_a_row(error: &serde_json::Error) -> Problem {
    let found = format!("a line that cannot be read ({})", complaint(error));
    Problem::error(found, "one JSON object a line").with_help("the line was left out")
}

fn not_an_object() -> Problem {
    Problem::error("a line that is no object", "one JSON object a line").with_help("the line was left out")
}
