//! Files as input: plain or gzip, a folder, standard input. Bounds what a compressed file may unfold to.

use std::fs::File;
use std::io::{self, BufRead, BufReader, Read};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};

use flate2::read::MultiGzDecoder;
use tally_import::{Format, detect, importer};
use tally_model::Problem;

use crate::Error;

/// Bytes of a read-ahead buffer.
const BUFFER: usize = 1 << 20;

/// The files that a user's words name: folders become the record files in them, sorted.
///
/// # Errors
/// Where a folder cannot be read, or holds no such file.
pub fn expand(words: &[PathBuf]) -> Result<Vec<PathBuf>, Error> {
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

/// The tool reports that a user's words name: folders become the reports in them, sorted; what else lies there and
/// could have been meant is told as a note.
///
/// # Errors
/// Where a file or folder cannot be read, or a folder holds no report.
pub fn expand_reports(words: &[PathBuf], tool: Option<&str>) -> Result<(Vec<PathBuf>, Vec<Problem>), Error> {
    let (mut files, mut left_out) = (Vec::new(), Vec::new());
    for word in words {
        if !word.is_dir() {
            files.push(word.clone());
            continue;
        }
        let before = files.len();
        for path in expand(std::slice::from_ref(word))? {
            let name = shown(&path);
            let format = format_of(&path)?;
            match format.and_then(importer) {
                Some(importer) if tool.is_none_or(|tool| tool == importer.tool) => files.push(path),
                _ => {
                    let found = format.map_or("no format that is known", Format::name);
                    let expected = tool.map_or_else(|| "a tool's report".to_owned(), |tool| format!("a {tool} report"));
                    let mut problem = Problem::note(found, expected).with_help("the file was left out");
                    problem.place.file = name;
                    left_out.push(problem);
                }
            }
        }
        if files.len() == before {
            let wanted = tool.map_or_else(|| "report of garak or promptfoo".to_owned(), |tool| format!("{tool} report"));
            return Err(Error::Invalid(format!("{}: no {wanted} in this folder", word.display())));
        }
    }
    Ok((files, left_out))
}

/// What the first bytes of a file and its name say it is.
fn format_of(path: &Path) -> Result<Option<Format>, Error> {
    let name = shown(path);
    let mut input = unfold(open(path)?, 1 << 30).map_err(Error::file("reading", path))?;
    let first = input.fill_buf().map_err(Error::file("reading", path))?;
    Ok(detect(first, name.strip_suffix(".gz").unwrap_or(&name)))
}

/// The tool whose report a file is, as its first bytes and its name say; `None` for program records and all else.
///
/// # Errors
/// Where the file cannot be read.
pub fn tool_of(path: &Path) -> Result<Option<&'static str>, Error> {
    Ok(format_of(path)?.and_then(importer).map(|importer| importer.tool))
}

fn is_records(path: &Path) -> bool {
    let name = path.file_name().map(|name| name.to_string_lossy().to_lowercase()).unwrap_or_default();
    let name = name.strip_suffix(".gz").unwrap_or(&name);
    [".jsonl", ".json", ".ndjson", ".csv"].iter().any(|ending| name.ends_with(ending)) && !name.starts_with('.')
}

/// Bytes of all files; `None` where one of them is not a plain file.
pub(crate) fn total(paths: &[PathBuf]) -> Option<u64> {
    let size = |path: &PathBuf| std::fs::metadata(path).ok().filter(std::fs::Metadata::is_file).map(|meta| meta.len());
    paths.iter().map(size).sum()
}

/// Counts the bytes that are read of files, and ends the reading where nobody wants it any more.
#[derive(Default)]
pub(crate) struct Meter {
    bytes: AtomicU64,
    stopped: AtomicBool,
    all_known: AtomicBool,
}

impl Meter {
    pub(crate) fn bytes(&self) -> u64 {
        self.bytes.load(Ordering::Relaxed)
    }

    /// From here on every file ends where it is.
    pub(crate) fn stop(&self) {
        self.stopped.store(true, Ordering::Relaxed);
    }

    /// Whether the last records that were taken were all known: a hint to who reads ahead, no more.
    pub(crate) fn all_known(&self) -> bool {
        self.all_known.load(Ordering::Relaxed)
    }

    pub(crate) fn set_all_known(&self, known: bool) {
        self.all_known.store(known, Ordering::Relaxed);
    }

    /// The same input through this meter.
    pub(crate) fn over(self: &Arc<Self>, inner: Box<dyn Read>) -> Box<dyn Read> {
        Box::new(Metered { inner, meter: Arc::clone(self) })
    }
}

struct Metered {
    inner: Box<dyn Read>,
    meter: Arc<Meter>,
}

impl Read for Metered {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        if self.meter.stopped.load(Ordering::Relaxed) {
            return Ok(0);
        }
        let count = self.inner.read(out)?;
        self.meter.bytes.fetch_add(count as u64, Ordering::Relaxed);
        Ok(count)
    }
}

/// Opens a file, `-` being standard input.
pub(crate) fn open(path: &Path) -> Result<Box<dyn Read>, Error> {
    if path == Path::new("-") {
        // Not its lock, which belongs to one thread: it is read from the thread that reads ahead.
        return Ok(Box::new(io::stdin()));
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
