//! Lines of a file, one at a time, none held that is longer than allowed. Never holds two lines.

use std::io::{self, BufRead};

use tally_model::Problem;

/// Longest line or element that is read: 64 MiB.
pub const LONGEST: usize = 64 << 20;

const BOM: &[u8] = b"\xef\xbb\xbf";

/// Reads lines and counts them.
pub struct Lines<'r> {
    input: &'r mut dyn BufRead,
    buffer: Vec<u8>,
    number: u64,
    longest: usize,
}

/// One line, without its line feed.
pub struct Line<'a> {
    /// Its number in the file, from 1.
    pub number: u64,
    /// Its bytes; where it is too long, only the beginning.
    pub bytes: &'a [u8],
    /// Its whole length in bytes.
    pub length: u64,
    /// Whether a line feed ended it; the last line of a file may lack one.
    pub ended: bool,
}

impl Line<'_> {
    /// Whether all of it is there.
    pub fn is_whole(&self) -> bool {
        self.length == self.bytes.len() as u64
    }

    /// Whether it holds nothing but white space.
    pub fn is_blank(&self) -> bool {
        self.bytes.iter().all(u8::is_ascii_whitespace)
    }

    /// What is wrong with a line that is longer than allowed.
    pub fn too_long(&self, longest: usize) -> Problem {
        Problem::error(format!("a line of {} bytes", self.length), format!("at most {longest} bytes"))
    }
}

impl<'r> Lines<'r> {
    /// Reads from `input`; a line longer than `longest` bytes is cut.
    pub fn new(input: &'r mut dyn BufRead, longest: usize) -> Self {
        Self { input, buffer: Vec::new(), number: 0, longest }
    }

    /// The next line; `None` at the end of the file.
    ///
    /// # Errors
    /// What the reader says.
    pub fn read(&mut self) -> io::Result<Option<Line<'_>>> {
        self.buffer.clear();
        let mut length = 0u64;
        let mut ended = false;
        while !ended {
            let chunk = match self.input.fill_buf() {
                Ok(chunk) => chunk,
                Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
                Err(error) => return Err(error),
            };
            if chunk.is_empty() {
                break;
            }
            let end = memchr::memchr(b'\n', chunk);
            ended = end.is_some();
            let part = &chunk[..end.unwrap_or(chunk.len())];
            let room = self.longest.saturating_sub(self.buffer.len());
            self.buffer.extend_from_slice(&part[..part.len().min(room)]);
            length += part.len() as u64;
            let used = part.len() + usize::from(ended);
            self.input.consume(used);
        }
        if length == 0 && !ended {
            return Ok(None);
        }
        self.number += 1;
        let mut bytes = self.buffer.as_slice();
        if self.number == 1
            && let Some(rest) = bytes.strip_prefix(BOM)
        {
            bytes = rest;
            length -= BOM.len() as u64;
        }
        Ok(Some(Line { number: self.number, bytes, length, ended }))
    }
}
