//! Reading a report back: never more bytes than were put in, in bounded memory, and its digest checked at its end.

use std::fs::File;
use std::io::{self, BufReader, Read};
use std::path::Path;

use sha2::{Digest as _, Sha256};
use zstd::stream::read::Decoder;

use super::{Digest, PREFIX, WINDOW};
use crate::StoreError;

/// A report being read.
pub(super) struct Report {
    decoder: Decoder<'static, BufReader<File>>,
    digest: Digest,
    hasher: Option<Sha256>,
    left: u64,
}

impl Report {
    pub(super) fn open(file: File, digest: Digest, path: &Path) -> Result<Self, StoreError> {
        let left = length(&file, &digest, path)?;
        let reading = |source| StoreError::File { doing: "read evidence", path: path.to_owned(), source };
        let mut decoder = Decoder::new(file).map_err(reading)?.single_frame();
        decoder.window_log_max(WINDOW).map_err(reading)?;
        Ok(Self { decoder, digest, hasher: Some(Sha256::new()), left })
    }

    fn damaged(&self, found: &str) -> io::Error {
        let error = StoreError::DamagedEvidence { digest: self.digest.to_string(), found: found.to_owned() };
        io::Error::new(io::ErrorKind::InvalidData, error)
    }

    /// The end of the report: nothing may follow, and the digest must be right. Asked once; after that it is the end.
    fn end(&mut self) -> io::Result<usize> {
        let Some(hasher) = self.hasher.take() else { return Ok(0) };
        if self.decode(&mut [0])? != 0 {
            return Err(self.damaged("it is longer than recorded"));
        }
        if Digest(hasher.finalize().into()) != self.digest {
            return Err(self.damaged("its bytes have another digest"));
        }
        Ok(0)
    }

    fn decode(&mut self, out: &mut [u8]) -> io::Result<usize> {
        self.decoder.read(out).map_err(|error| match error.kind() {
            io::ErrorKind::Interrupted => error,
            _ => self.damaged(&format!("it cannot be decompressed: {error}")),
        })
    }
}

impl Read for Report {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        if out.is_empty() {
            return Ok(0);
        }
        if self.left == 0 {
            return self.end();
        }
        let most = usize::try_from(self.left).map_or(out.len(), |left| left.min(out.len()));
        let count = self.decode(&mut out[..most])?;
        if count == 0 {
            return Err(self.damaged("it is shorter than recorded"));
        }
        if let Some(hasher) = &mut self.hasher {
            hasher.update(&out[..count]);
        }
        self.left -= count as u64;
        Ok(count)
    }
}

/// The recorded length; the file is left at the frame after it.
pub(super) fn length(mut file: &File, digest: &Digest, path: &Path) -> Result<u64, StoreError> {
    let mut head = [0; 16];
    match file.read_exact(&mut head) {
        Err(error) if error.kind() == io::ErrorKind::UnexpectedEof => {}
        Err(source) => return Err(StoreError::File { doing: "read evidence", path: path.to_owned(), source }),
        Ok(()) => {
            if let (prefix, Some(length)) = (&head[..8], head.last_chunk::<8>())
                && prefix == PREFIX
            {
                return Ok(u64::from_le_bytes(*length));
            }
        }
    }
    let found = "its first 16 bytes do not say how long it is".to_owned();
    Err(StoreError::DamagedEvidence { digest: digest.to_string(), found })
}
