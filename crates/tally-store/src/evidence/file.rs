//! Evidence in a directory. A report is written under a passing name, brought to the disk, then renamed: whoever looks
//! sees all of it or nothing.

use std::fs::{self, File, OpenOptions};
use std::io::{self, BufWriter, Read, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};

use sha2::{Digest as _, Sha256};
use zstd::stream::write::Encoder;

use super::read::Report;
use super::{CHUNK, Digest, Evidence, Incoming, LEVEL, PREFIX};
use crate::{StoreError, hex};

/// Evidence in the files of a directory.
#[derive(Clone, Debug)]
pub struct FileEvidence {
    dir: PathBuf,
}

impl FileEvidence {
    /// The evidence in `dir`, which need not exist yet.
    pub fn new(dir: impl Into<PathBuf>) -> Self {
        Self { dir: dir.into() }
    }

    /// The file of a report, whether it is there or not.
    pub fn path(&self, digest: &Digest) -> PathBuf {
        let name = digest.to_string();
        self.dir.join("sha256").join(&name[..2]).join(format!("{name}.zst"))
    }

    /// Removes what interrupted imports left behind, and gives the number of files. Only for whoever knows that no
    /// other program is importing: a report on its way in is such a file too.
    ///
    /// # Errors
    /// Where a file cannot be removed.
    pub fn sweep(&self) -> Result<u64, StoreError> {
        let dir = self.dir.join(PASSING);
        let list = match fs::read_dir(&dir) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(0),
            list => list.map_err(at("read", &dir))?,
        };
        let mut count = 0;
        for file in list {
            let path = file.map_err(at("read", &dir))?.path();
            fs::remove_file(&path).map_err(at("remove", &path))?;
            count += 1;
        }
        Ok(count)
    }
}

impl Evidence for FileEvidence {
    fn begin(&self) -> Result<Box<dyn Incoming>, StoreError> {
        Ok(Box::new(Writing::begin(self.clone())?))
    }

    fn get(&self, digest: &Digest) -> Result<Box<dyn Read + Send>, StoreError> {
        let path = self.path(digest);
        match File::open(&path) {
            Ok(file) => Ok(Box::new(Report::open(file, *digest, &path)?)),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Err(StoreError::NoEvidence(digest.to_string())),
            Err(error) => Err(at("read evidence", &path)(error)),
        }
    }

    fn length(&self, digest: &Digest) -> Result<Option<u64>, StoreError> {
        let path = self.path(digest);
        match File::open(&path) {
            Ok(file) => super::read::length(&file, digest, &path).map(Some),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
            Err(error) => Err(at("read evidence", &path)(error)),
        }
    }
}

/// Where reports are while they come in.
const PASSING: &str = "incoming";

/// A report on its way in.
struct Writing {
    home: FileEvidence,
    passing: Passing,
    encoder: Encoder<'static, BufWriter<File>>,
    hasher: Sha256,
    length: u64,
}

/// A file that goes away with its owner.
struct Passing(PathBuf);

impl Drop for Passing {
    fn drop(&mut self) {
        // Renamed or gone already is as good; what cannot be removed waits for `sweep`.
        let _gone = fs::remove_file(&self.0);
    }
}

impl Writing {
    fn begin(home: FileEvidence) -> Result<Self, StoreError> {
        let dir = home.dir.join(PASSING);
        fs::create_dir_all(&dir).map_err(at("make the directory", &dir))?;
        let mut name = [0; 16];
        getrandom::fill(&mut name).map_err(|error| StoreError::NoRandom(Box::new(error)))?;
        let path = dir.join(hex(&name));
        let writing = at("write evidence to", &path);
        let mut file = OpenOptions::new().read(true).write(true).create_new(true).open(&path).map_err(&writing)?;
        let passing = Passing(path.clone());
        file.write_all(&PREFIX).and_then(|()| file.write_all(&[0; 8])).map_err(&writing)?;
        let encoder = Encoder::new(BufWriter::with_capacity(CHUNK, file), LEVEL).map_err(&writing)?;
        Ok(Self { home, passing, encoder, hasher: Sha256::new(), length: 0 })
    }

    /// Brings the file to the disk, its length at its beginning.
    fn settle(encoder: Encoder<'static, BufWriter<File>>, length: u64) -> io::Result<u64> {
        let mut file = encoder.finish()?.into_inner().map_err(io::IntoInnerError::into_error)?;
        file.seek(SeekFrom::Start(PREFIX.len() as u64))?;
        file.write_all(&length.to_le_bytes())?;
        file.sync_all()?;
        Ok(file.metadata()?.len())
    }
}

impl Write for Writing {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let count = self.encoder.write(bytes)?;
        self.hasher.update(&bytes[..count]);
        self.length += count as u64;
        Ok(count)
    }

    fn flush(&mut self) -> io::Result<()> {
        // Frames are cut where zstd likes; `finish` brings all to the disk.
        Ok(())
    }
}

impl Incoming for Writing {
    fn add(&mut self, bytes: &[u8]) -> Result<(), StoreError> {
        self.write_all(bytes).map_err(at("write evidence to", &self.passing.0))
    }

    fn finish(self: Box<Self>) -> Result<Digest, StoreError> {
        let Self { home, passing, encoder, hasher, length } = *self;
        let size = Self::settle(encoder, length).map_err(at("write evidence to", &passing.0))?;
        let digest = Digest(hasher.finalize().into());
        let path = home.path(&digest);
        // A file of another size is damaged, or by another zstd: the new one takes its place.
        if fs::metadata(&path).is_ok_and(|there| there.len() == size) {
            return Ok(digest);
        }
        let dir = path.parent().unwrap_or(&home.dir);
        fs::create_dir_all(dir).map_err(at("make the directory", dir))?;
        fs::rename(&passing.0, &path).map_err(at("write evidence to", &path))?;
        for dir in path.ancestors().skip(1).take(3) {
            sync(dir).map_err(at("write the directory", dir))?;
        }
        Ok(digest)
    }
}

/// Brings a directory's own entries to the disk.
#[cfg(unix)]
fn sync(dir: &Path) -> io::Result<()> {
    File::open(dir)?.sync_all()
}

/// Only Unix opens directories; elsewhere the rename itself has to do.
#[cfg(not(unix))]
fn sync(_dir: &Path) -> io::Result<()> {
    Ok(())
}

fn at<'p>(doing: &'static str, path: &'p Path) -> impl Fn(io::Error) -> StoreError + use<'p> {
    move |source| StoreError::File { doing, path: path.to_owned(), source }
}
