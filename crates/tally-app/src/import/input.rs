//! Files as input: plain or gzip, a folder, standard input. Bounds what a compressed file may unfold to.

use std::fs::File;
use std::io::{self, BufRead, BufReader, Read};
use std::path::{Path, PathBuf};

use flate2::read::MultiGzDecoder;

use crate::Error;

/// Bytes of a read-ahead buffer.
const BUFFER: usize = 1 << 20;

/// The files that a user's words name: folders become the record files in them, sorted.
pub(crate) fn expand(words: &[PathBuf]) -> Result<Vec<PathBuf>, Error> {
    let mut files = Vec::new();
    for word in words {
        if !word.is_dir() {
            files.push(word.clone());
            continue;
        }
        let mut inside = Vec::new();
        for entry in std::fs::read_dir(word).map_err(Error::file("reading", word))? {
            let path = entry.map_err(Error::file("reading", word))?.path();
            if path.is_file() && is_records(&path) {
                inside.push(path);
            }
        }
        if inside.is_empty() {
            return Err(Error::Invalid(format!("{}: no .jsonl, .json, .ndjson or .csv file in this folder", word.display())));
        }
        inside.sort();
        files.extend(inside);
    }
    Ok(files)
}

fn is_records(path: &Path) -> bool {
    let name = path.file_name().map(|name| name.to_string_lossy().to_lowercase()).unwrap_or_default();
    let name = name.strip_suffix(".gz").unwrap_or(&name);
    [".jsonl", ".json", ".ndjson", ".csv"].iter().any(|ending| name.ends_with(ending)) && !name.starts_with('.')
}

/// Opens a file, `-` being standard input.
pub(crate) fn open(path: &Path) -> Result<Box<dyn Read>, Error> {
    if path == Path::new("-") {
        return Ok(Box::new(io::stdin().lock()));
    }
    if path.is_dir() {
        return Err(Error::Invalid(format!("{} is a folder, expected a file", path.display())));
    }
    let file = File::open(path).map_err(Error::file("opening", path))?;
    Ok(Box::new(file))
}

/// Unfolds gzip where the first bytes say so.
pub(crate) fn unfold(raw: Box<dyn Read>, unfolded_max: u64) -> io::Result<Box<dyn BufRead>> {
    let mut raw = BufReader::with_capacity(BUFFER, raw);
    if !raw.fill_buf()?.starts_with(&[0x1f, 0x8b]) {
        return Ok(Box::new(raw));
    }
    let bounded = Bounded { inner: MultiGzDecoder::new(raw), left: unfolded_max };
    Ok(Box::new(BufReader::with_capacity(BUFFER, bounded)))
}

/// Fails, rather than filling the disk, where more comes out than is allowed.
struct Bounded<R> {
    inner: R,
    left: u64,
}

impl<R: Read> Read for Bounded<R> {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        let count = self.inner.read(out)?;
        match self.left.checked_sub(count as u64) {
            Some(left) => {
                self.left = left;
                Ok(count)
            }
            None => {
                Err(io::Error::other("the compressed file unfolds to more than is allowed; unpack it yourself if you trust it"))
            }
        }
    }
}

/// The name that a file goes by in problems and in the journal: never a path of somebody's machine.
pub(crate) fn shown(path: &Path) -> String {
    path.file_name().map_or_else(|| path.to_string_lossy().into_owned(), |name| name.to_string_lossy().into_owned())
}
