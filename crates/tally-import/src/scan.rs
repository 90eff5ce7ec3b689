//! Walks one JSON document of any size, value by value, holding no more than the value that is asked for.
//!
//! It finds where values end (strings and escapes honoured) and leaves their grammar to the real parser, so that one
//! bad element costs one element. Never builds a tree, never recurses.

use std::io::{self, BufRead};

/// A place in a JSON document.
pub struct Scanner<'r> {
    input: &'r mut dyn BufRead,
    line: u64,
    column: u64,
    buffer: Vec<u8>,
    longest: usize,
}

/// Why a document cannot be walked any further.
#[derive(Debug)]
pub enum Fault {
    /// The reader failed.
    Read(io::Error),
    /// The document ends in the middle of a value that began on this line.
    Ends(u64),
    /// Something else stands where a structural character should.
    Unexpected {
        /// Line, from 1.
        line: u64,
        /// Column in bytes, from 1.
        column: u64,
        /// What stands there.
        found: char,
        /// What should.
        expected: &'static str,
    },
}

/// One value, as it stands in the document.
pub struct Taken<'a> {
    /// The line where it starts.
    pub line: u64,
    /// Bytes before it on that line.
    pub column: u64,
    /// Its bytes; where it is too long, only the beginning.
    pub bytes: &'a [u8],
    /// Its whole length in bytes.
    pub length: u64,
}

impl Taken<'_> {
    /// Whether all of it is there.
    pub fn is_whole(&self) -> bool {
        self.length == self.bytes.len() as u64
    }
}

impl<'r> Scanner<'r> {
    /// Walks the document in `input`; of a value longer than `longest` bytes only the beginning is kept.
    pub fn new(input: &'r mut dyn BufRead, longest: usize) -> Self {
        Self { input, line: 1, column: 0, buffer: Vec::new(), longest }
    }

    /// The line it stands on.
    pub fn line(&self) -> u64 {
        self.line
    }

    /// The first byte of what comes next; `None` at the end of the file.
    ///
    /// # Errors
    /// What the reader says.
    pub fn peek(&mut self) -> Result<Option<u8>, Fault> {
        loop {
            let chunk = fill(self.input)?;
            if chunk.is_empty() {
                return Ok(None);
            }
            let start_of_file = self.line == 1 && self.column == 0;
            let blank = |byte: u8| byte.is_ascii_whitespace() || (start_of_file && matches!(byte, 0xef | 0xbb | 0xbf));
            let used = chunk.iter().position(|byte| !blank(*byte));
            let next = used.map(|at| chunk[at]);
            let used = used.unwrap_or(chunk.len());
            (self.line, self.column) = moved(self.line, self.column, &chunk[..used]);
            self.input.consume(used);
            if next.is_some() {
                return Ok(next);
            }
        }
    }

    /// Steps into an object (`{`) or an array (`[`).
    ///
    /// # Errors
    /// Where something else stands there.
    pub fn enter(&mut self, bracket: u8) -> Result<(), Fault> {
        self.expect(bracket, if bracket == b'{' { "an object" } else { "an array" })
    }

    /// Inside an object: the next key; `None` after its end. `first` is true before the first call.
    ///
    /// # Errors
    /// Where the object is not well formed.
    pub fn key(&mut self, first: &mut bool) -> Result<Option<String>, Fault> {
        if !self.another(first, b'}', "`,` or `}`")? {
            return Ok(None);
        }
        if self.peek()? != Some(b'"') {
            return Err(self.unexpected("a key"));
        }
        let taken = self.take()?;
        let key = serde_json::from_slice(taken.bytes).unwrap_or_default();
        self.expect(b':', "`:`")?;
        Ok(Some(key))
    }

    /// Inside an array: whether an element comes next. `first` is true before the first call.
    ///
    /// # Errors
    /// Where the array is not well formed.
    pub fn element(&mut self, first: &mut bool) -> Result<bool, Fault> {
        self.another(first, b']', "`,` or `]`")
    }

    /// Takes the next value.
    ///
    /// # Errors
    /// Where no value stands there, or the document ends inside it.
    pub fn take(&mut self) -> Result<Taken<'_>, Fault> {
        self.value(true)
    }

    /// Steps over the next value, whatever its size.
    ///
    /// # Errors
    /// Where no value stands there, or the document ends inside it.
    pub fn skip(&mut self) -> Result<(), Fault> {
        self.value(false).map(|_| ())
    }

    fn another(&mut self, first: &mut bool, end: u8, expected: &'static str) -> Result<bool, Fault> {
        let next = self.peek()?;
        let begins = std::mem::take(first);
        match next {
            Some(byte) if byte == end => {
                self.step();
                Ok(false)
            }
            Some(_) if begins => Ok(true),
            Some(b',') => {
                self.step();
                match self.peek()? {
                    Some(byte) if byte == end => Err(self.unexpected("a value after the comma")),
                    _ => Ok(true),
                }
            }
            _ => Err(self.unexpected(expected)),
        }
    }

    fn expect(&mut self, byte: u8, expected: &'static str) -> Result<(), Fault> {
        if self.peek()? != Some(byte) {
            return Err(self.unexpected(expected));
        }
        self.step();
        Ok(())
    }

    fn step(&mut self) {
        self.input.consume(1);
        self.column += 1;
    }

    fn unexpected(&mut self, expected: &'static str) -> Fault {
        match self.peek() {
            Err(fault) => fault,
            Ok(None) => Fault::Ends(self.line),
            Ok(Some(byte)) => {
                let found = if byte.is_ascii() { char::from(byte) } else { char::REPLACEMENT_CHARACTER };
                Fault::Unexpected { line: self.line, column: self.column + 1, found, expected }
            }
        }
    }

    fn value(&mut self, keep: bool) -> Result<Taken<'_>, Fault> {
        if matches!(self.peek()?, None | Some(b',' | b':' | b'}' | b']')) {
            return Err(self.unexpected("a value"));
        }
        let (line, column) = (self.line, self.column);
        self.buffer.clear();
        let mut length = 0u64;
        let mut end = End::default();
        loop {
            let chunk = fill(self.input)?;
            if chunk.is_empty() {
                if end.may_end() {
                    break;
                }
                return Err(Fault::Ends(line));
            }
            let (used, done) = end.find(chunk);
            if keep {
                let room = self.longest.saturating_sub(self.buffer.len());
                self.buffer.extend_from_slice(&chunk[..used.min(room)]);
            }
            length += used as u64;
            (self.line, self.column) = moved(self.line, self.column, &chunk[..used]);
            self.input.consume(used);
            if done {
                break;
            }
        }
        Ok(Taken { line, column, bytes: &self.buffer, length })
    }
}

/// Finds the end of one value across chunks.
#[derive(Default)]
struct End {
    depth: u64,
    text: bool,
    escaped: bool,
    scalar: bool,
}

impl End {
    /// Bytes of `chunk` that belong to the value, and whether it ends there.
    fn find(&mut self, chunk: &[u8]) -> (usize, bool) {
        let mut at = 0;
        while let Some(&byte) = chunk.get(at) {
            if self.text {
                at = self.in_text(chunk, at);
                if !self.text && self.depth == 0 {
                    return (at, true);
                }
                continue;
            }
            match byte {
                b'"' if !self.scalar => self.text = true,
                b'{' | b'[' if !self.scalar => self.depth += 1,
                b'}' | b']' if self.depth > 0 => {
                    self.depth -= 1;
                    if self.depth == 0 {
                        return (at + 1, true);
                    }
                }
                b',' | b']' | b'}' if self.depth == 0 => return (at, true),
                _ if self.depth == 0 && byte.is_ascii_whitespace() => return (at, true),
                _ if self.depth == 0 => self.scalar = true,
                _ => {}
            }
            at += 1;
        }
        (at, false)
    }

    fn in_text(&mut self, chunk: &[u8], at: usize) -> usize {
        if std::mem::take(&mut self.escaped) {
            return at + 1;
        }
        let Some(found) = memchr::memchr2(b'"', b'\\', &chunk[at..]) else {
            return chunk.len();
        };
        if chunk[at + found] == b'"' {
            self.text = false;
        } else {
            self.escaped = true;
        }
        at + found + 1
    }

    /// Whether the file may end here: only after a bare number or word.
    fn may_end(&self) -> bool {
        self.scalar
    }
}

fn fill(input: &mut dyn BufRead) -> Result<&[u8], Fault> {
    // The first look ends the borrow, so that an interrupted read can be tried again.
    while let Err(error) = input.fill_buf() {
        if error.kind() != io::ErrorKind::Interrupted {
            return Err(Fault::Read(error));
        }
    }
    input.fill_buf().map_err(Fault::Read)
}

fn moved(line: u64, column: u64, bytes: &[u8]) -> (u64, u64) {
    match memchr::memrchr(b'\n', bytes) {
        None => (line, column + bytes.len() as u64),
        Some(last) => {
            let feeds = memchr::memchr_iter(b'\n', bytes).count() as u64;
            (line + feeds, (bytes.len() - last - 1) as u64)
        }
    }
}
