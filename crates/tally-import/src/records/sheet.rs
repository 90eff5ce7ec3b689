//! Rows of a CSV file: quotes, line breaks inside them, CRLF, a byte order mark. Knows nothing of records.

use std::io::{self, BufRead};

use tally_model::Problem;

const BOM: &[u8] = b"\xef\xbb\xbf";

/// Reads rows and counts lines; none is held that is longer than allowed.
pub(super) struct Rows<'r> {
    input: &'r mut dyn BufRead,
    line: u64,
    longest: usize,
}

/// One row.
pub(super) struct Row {
    /// The line where it starts.
    pub(super) line: u64,
    /// Its cells, quotes taken off.
    pub(super) cells: Vec<Vec<u8>>,
    /// What is wrong with it as a row.
    pub(super) problem: Option<Problem>,
}

#[derive(Clone, Copy, PartialEq)]
enum State {
    Start,
    Plain,
    Quoted,
    Closed,
}

/// A row in the making.
struct Draft {
    cells: Vec<Vec<u8>>,
    cell: Vec<u8>,
    state: State,
    length: usize,
    problem: Option<Problem>,
}

impl<'r> Rows<'r> {
    /// Reads from `input`; a row longer than `longest` bytes is dropped with a problem.
    pub(super) fn new(input: &'r mut dyn BufRead, longest: usize) -> Self {
        Self { input, line: 0, longest }
    }

    /// The next row that is not blank; `None` at the end of the file.
    pub(super) fn read(&mut self) -> io::Result<Option<Row>> {
        loop {
            let line = self.line + 1;
            let Some(draft) = self.draft()? else {
                return Ok(None);
            };
            let blank = draft.cells.len() == 1 && draft.cells[0].iter().all(u8::is_ascii_whitespace);
            if !blank || draft.problem.is_some() {
                return Ok(Some(Row { line, cells: draft.cells, problem: draft.problem }));
            }
        }
    }

    fn draft(&mut self) -> io::Result<Option<Draft>> {
        let mut draft = Draft { cells: Vec::new(), cell: Vec::new(), state: State::Start, length: 0, problem: None };
        let mut any = false;
        loop {
            let chunk = match self.input.fill_buf() {
                Ok(chunk) => chunk,
                Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
                Err(error) => return Err(error),
            };
            if self.line == 0 && !any && chunk.starts_with(BOM) {
                self.input.consume(BOM.len());
                any = true;
                continue;
            }
            if chunk.is_empty() {
                if !any {
                    return Ok(None);
                }
                self.line += 1;
                draft.end_of_file();
                return Ok(Some(draft));
            }
            any = true;
            let mut used = 0;
            let mut done = false;
            for &byte in chunk {
                used += 1;
                self.line += u64::from(byte == b'\n');
                done = draft.take(byte, self.longest);
                if done {
                    break;
                }
            }
            self.input.consume(used);
            if done {
                return Ok(Some(draft));
            }
        }
    }
}

impl Draft {
    /// Takes one byte; true where it ends the row.
    fn take(&mut self, byte: u8, longest: usize) -> bool {
        self.length += 1;
        if self.length > longest {
            self.too_long(longest);
        }
        match (self.state, byte) {
            (State::Quoted, b'"') => self.state = State::Closed,
            (State::Closed, b'"') => {
                self.state = State::Quoted;
                self.cell.push(byte);
            }
            (State::Quoted, _) => self.cell.push(byte),
            (_, b',') => self.end_cell(),
            (_, b'\n') => {
                self.end_cell();
                return true;
            }
            (State::Start, b'"') => self.state = State::Quoted,
            (State::Closed, b'\r') => {}
            (State::Closed, _) => {
                self.problem.get_or_insert_with(|| {
                    Problem::error("text after a closing quote", "a comma or the end of the row")
                        .with_help("write a quote inside a quoted cell twice (`\"\"`)")
                });
                self.state = State::Plain;
            }
            (State::Start | State::Plain, _) => {
                self.state = State::Plain;
                self.cell.push(byte);
            }
        }
        false
    }

    fn end_cell(&mut self) {
        if self.state == State::Plain && self.cell.last() == Some(&b'\r') {
            self.cell.pop();
        }
        self.cells.push(std::mem::take(&mut self.cell));
        self.state = State::Start;
    }

    fn end_of_file(&mut self) {
        if self.state == State::Quoted {
            self.problem.get_or_insert_with(|| {
                Problem::error("the end of the file inside a quoted cell", "a closing quote")
                    .with_help("was the file cut, or does a quote lack its end?")
            });
        }
        self.end_cell();
    }

    fn too_long(&mut self, longest: usize) {
        self.cells.clear();
        self.cell.clear();
        self.problem.get_or_insert_with(|| {
            Problem::error(format!("a row of more than {longest} bytes"), format!("at most {longest} bytes"))
                .with_help("does a quote lack its end?")
        });
    }
}
