//! The cells of any sheet, row by row: for forms of the program's own. Knows nothing of records.

use std::io::BufRead;

use tally_model::Problem;

use super::sheet::Rows;
use crate::Error;

/// Takes a row: the line where it starts, and its cells or what is wrong with it.
pub type EachCells<'s> = &'s mut dyn FnMut(u64, Result<Vec<String>, Problem>);

/// Reads a sheet; a row longer than `longest` bytes is a problem, as is text that is not UTF-8.
///
/// # Errors
/// Only where the reader fails.
pub fn read_cells(input: &mut dyn BufRead, file: &str, longest: usize, each: EachCells<'_>) -> Result<(), Error> {
    let mut rows = Rows::new(input, longest);
    while let Some(row) = rows.read().map_err(|source| Error::read(file, source))? {
        let cells = match row.problem {
            Some(problem) => Err(problem.at_line(file, row.line)),
            None => row.cells.into_iter().map(String::from_utf8).collect::<Result<Vec<_>, _>>().map_err(|_| {
                Problem::error("a cell that is not UTF-8", "text in UTF-8")
                    .with_help("save the sheet as CSV in UTF-8")
                    .at_line(file, row.line)
            }),
        };
        each(row.line, cells);
    }
    Ok(())
}
