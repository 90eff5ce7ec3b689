//! One pass over a report: whoever parses it reads, and what was read goes into the evidence. Never reads ahead.

use std::io::{self, Read};

use super::{CHUNK, Digest, Incoming};
use crate::StoreError;

/// Reads from `input` and keeps what was read as evidence.
pub struct Tee<R> {
    input: R,
    incoming: Box<dyn Incoming>,
}

impl<R: Read> Tee<R> {
    /// Joins an input to a report that was begun.
    pub fn new(input: R, incoming: Box<dyn Incoming>) -> Self {
        Self { input, incoming }
    }

    /// Reads what the parser left, so that the evidence is the whole report, and ends it.
    ///
    /// # Errors
    /// Where the rest cannot be read, or the report cannot be written.
    pub fn finish(mut self) -> Result<Digest, StoreError> {
        let mut chunk = vec![0; CHUNK];
        loop {
            match self.input.read(&mut chunk) {
                Ok(0) => return self.incoming.finish(),
                Ok(count) => self.incoming.add(&chunk[..count])?,
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) => return Err(StoreError::Input(error)),
            }
        }
    }
}

impl<R: Read> Read for Tee<R> {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        let count = self.input.read(out)?;
        self.incoming.add(&out[..count]).map_err(io::Error::other)?;
        Ok(count)
    }
}
