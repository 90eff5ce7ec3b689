//! Evidence: raw reports by their SHA-256, compressed, in plain files. Never holds a report in memory, never leaves a
//! half-written one, and gives nothing back that is not what was put in.
//!
//! `<dir>/sha256/<first two digits>/<digest>.zst` begins with a skippable frame of 16 bytes (`50 2a 4d 18`, `08 00 00 00`,
//! the length of the report as 8 bytes, little-endian) that `zstd -d` passes over, then one zstd frame.

mod file;
mod read;
mod tee;

use std::fmt;
use std::io::{self, Read, Write};

use crate::{Hash, StoreError, hex};

pub use file::FileEvidence;
pub use tee::Tee;

/// The SHA-256 of a report.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Digest(pub Hash);

impl Digest {
    /// Reads 64 hexadecimal digits.
    pub fn parse(text: &str) -> Option<Self> {
        let bytes = text.as_bytes();
        if bytes.len() != 64 || !bytes.iter().all(u8::is_ascii_hexdigit) {
            return None;
        }
        let mut hash = [0; 32];
        for (byte, at) in hash.iter_mut().zip((0..64).step_by(2)) {
            *byte = u8::from_str_radix(text.get(at..at + 2)?, 16).ok()?;
        }
        Some(Self(hash))
    }
}

impl fmt::Display for Digest {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(&hex(&self.0))
    }
}

impl fmt::Debug for Digest {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "Digest({self})")
    }
}

/// Bytes of evidence, by digest.
pub trait Evidence: Send + Sync {
    /// Begins a report: write to it, then `finish`. Dropped without that, nothing is kept.
    ///
    /// # Errors
    /// Where no file can be made.
    fn begin(&self) -> Result<Box<dyn Incoming>, StoreError>;

    /// Opens a report. Reading it to its end fails where it is not what was put in, so nothing that was read may be
    /// trusted before the end was reached.
    ///
    /// # Errors
    /// Where there is none, or its file is damaged.
    fn get(&self, digest: &Digest) -> Result<Box<dyn Read + Send>, StoreError>;

    /// The length of a report in bytes, as it was put in; `None` where there is none.
    ///
    /// # Errors
    /// Where its file cannot be read.
    fn length(&self, digest: &Digest) -> Result<Option<u64>, StoreError>;

    /// Whether there is such a report.
    ///
    /// # Errors
    /// Where that cannot be found out.
    fn has(&self, digest: &Digest) -> Result<bool, StoreError> {
        Ok(self.length(digest)?.is_some())
    }

    /// Puts a whole report in.
    ///
    /// # Errors
    /// Where it cannot be read or written.
    fn put(&self, input: &mut dyn Read) -> Result<Digest, StoreError> {
        let mut incoming = self.begin()?;
        let mut chunk = vec![0; CHUNK];
        loop {
            match input.read(&mut chunk) {
                Ok(0) => return incoming.finish(),
                Ok(count) => incoming.add(&chunk[..count])?,
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) => return Err(StoreError::Input(error)),
            }
        }
    }
}

/// A report on its way in. What `Write` cannot say, `add` does: which file, and what to do.
pub trait Incoming: Write + Send {
    /// Adds bytes.
    ///
    /// # Errors
    /// Where they cannot be written.
    fn add(&mut self, bytes: &[u8]) -> Result<(), StoreError>;

    /// Ends the report: it is on the disk, under its digest, when this returns.
    ///
    /// # Errors
    /// Where it cannot be written; nothing is kept then.
    fn finish(self: Box<Self>) -> Result<Digest, StoreError>;
}

/// Bytes read at once.
const CHUNK: usize = 128 * 1024;
/// Compression: fast, since reports come in once and are rarely read.
const LEVEL: i32 = 3;
/// The most memory that reading may take, as a power of two: what level 3 never exceeds.
const WINDOW: u32 = 23;
/// The skippable frame that holds the length: magic number and size of what follows.
const PREFIX: [u8; 8] = [0x50, 0x2a, 0x4d, 0x18, 8, 0, 0, 0];

/// The SHA-256 of what a reader yields.
///
/// # Errors
/// Where the reader fails.
pub fn digest(input: &mut dyn Read) -> io::Result<Digest> {
    use sha2::Digest as _;
    let mut hasher = sha2::Sha256::new();
    let mut chunk = vec![0; CHUNK];
    loop {
        match input.read(&mut chunk) {
            Ok(0) => return Ok(Digest(hasher.finalize().into())),
            Ok(count) => hasher.update(&chunk[..count]),
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
    }
}
