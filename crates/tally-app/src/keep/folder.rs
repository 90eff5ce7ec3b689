//! Folders that appear whole or not at all, and files copied with their digest. Never follows a symbolic link.

use std::fs::{self, File, OpenOptions};
use std::io::{self, Read, Write};
use std::path::{Path, PathBuf};

use tally_store::{Digest, evidence};

use super::manifest::Held;
use crate::Error;

/// A folder being made beside the place where it is to stand; gone unless `finish` is called.
pub(super) struct Draft {
    path: PathBuf,
    target: PathBuf,
    done: bool,
}

impl Draft {
    /// Begins a folder that is to stand at `target`, where nothing or an empty folder is.
    pub(super) fn begin(target: &Path) -> Result<Self, Error> {
        if fs::symlink_metadata(target).is_ok() && !is_empty(target) {
            return Err(Error::Invalid(format!(
                "{} is there already, and is not an empty folder; nothing was changed",
                target.display()
            )));
        }
        let Some(name) = target.file_name() else {
            return Err(Error::Invalid(format!("{} is no name of a folder", target.display())));
        };
        let path = target.with_file_name(format!(".{}.draft-{}", name.to_string_lossy(), std::process::id()));
        if let Some(parent) = path.parent() {
            fs::create_dir_all(parent).map_err(Error::file("making", parent))?;
        }
        make_private(&path).map_err(Error::file("making", &path))?;
        Ok(Self { path, target: target.to_owned(), done: false })
    }

    pub(super) fn path(&self) -> &Path {
        &self.path
    }

    /// Puts the folder in its place.
    pub(super) fn finish(mut self) -> Result<(), Error> {
        sync(&self.path).map_err(Error::file("writing", &self.path))?;
        if is_empty(&self.target) {
            fs::remove_dir(&self.target).map_err(Error::file("replacing", &self.target))?;
        }
        fs::rename(&self.path, &self.target).map_err(Error::file("making", &self.target))?;
        self.done = true;
        match self.target.parent().filter(|parent| !parent.as_os_str().is_empty()) {
            Some(parent) => sync(parent).map_err(Error::file("writing", parent)),
            None => Ok(()),
        }
    }
}

impl Drop for Draft {
    fn drop(&mut self) {
        if !self.done {
            // What failed is what is told; a draft that stays is named as one.
            let _ = fs::remove_dir_all(&self.path);
        }
    }
}

fn is_empty(folder: &Path) -> bool {
    fs::read_dir(folder).is_ok_and(|mut entries| entries.next().is_none())
}

/// The files below `folder`, by path from `root`, in order; those for which `leave` holds are left out, folders with all
/// that is in them.
pub(super) fn files(root: &Path, folder: &Path, leave: &dyn Fn(&str) -> bool, found: &mut Vec<PathBuf>) -> Result<(), Error> {
    let entries = match fs::read_dir(root.join(folder)) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(()),
        entries => entries.map_err(Error::file("reading", root.join(folder)))?,
    };
    let mut names = entries.collect::<io::Result<Vec<_>>>().map_err(Error::file("reading", root.join(folder)))?;
    names.sort_by_key(fs::DirEntry::file_name);
    for entry in names {
        let path = folder.join(entry.file_name());
        if leave(&entry.file_name().to_string_lossy()) {
            continue;
        }
        let kind = entry.file_type().map_err(Error::file("reading", entry.path()))?;
        if kind.is_dir() {
            files(root, &path, leave, found)?;
        } else if kind.is_file() {
            found.push(path);
        }
    }
    Ok(())
}

/// Copies a file, on the disk when this returns; only its owner can read the copy. `None` where it went meanwhile.
pub(super) fn copy(from: &Path, to: &Path, path: &str) -> Result<Option<Held>, Error> {
    let (source, target) = (from.join(path), to.join(path));
    let mut input = match File::open(&source) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
        input => input.map_err(Error::file("reading", &source))?,
    };
    if let Some(folder) = target.parent() {
        fs::create_dir_all(folder).map_err(Error::file("making", folder))?;
    }
    let mut output = private(&target).map_err(Error::file("writing", &target))?;
    let mut tee = Tee { input: &mut input, output: &mut output, bytes: 0 };
    let sha256 = evidence::digest(&mut tee).map_err(Error::file("copying", &source))?;
    let bytes = tee.bytes;
    output.sync_all().map_err(Error::file("writing", &target))?;
    Ok(Some(Held { path: path.to_owned(), bytes, sha256: sha256.to_string() }))
}

/// What a file is, that is there already.
pub(super) fn held(folder: &Path, path: &str) -> Result<Held, Error> {
    let file = folder.join(path);
    let mut input = File::open(&file).map_err(Error::file("reading", &file))?;
    input.sync_all().map_err(Error::file("writing", &file))?;
    let bytes = input.metadata().map_err(Error::file("reading", &file))?.len();
    let sha256: Digest = evidence::digest(&mut input).map_err(Error::file("reading", &file))?;
    Ok(Held { path: path.to_owned(), bytes, sha256: sha256.to_string() })
}

/// A path with `/` between names, on every machine.
pub(super) fn slashed(path: &Path) -> String {
    path.components().map(|part| part.as_os_str().to_string_lossy()).collect::<Vec<_>>().join("/")
}

struct Tee<'t> {
    input: &'t mut File,
    output: &'t mut File,
    bytes: u64,
}

impl Read for Tee<'_> {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        let count = self.input.read(out)?;
        self.output.write_all(&out[..count])?;
        self.bytes += count as u64;
        Ok(count)
    }
}

fn private(path: &Path) -> io::Result<File> {
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    {
        use std::os::unix::fs::OpenOptionsExt;
        options.mode(0o600);
    }
    options.open(path)
}

fn make_private(path: &Path) -> io::Result<()> {
    let mut builder = fs::DirBuilder::new();
    #[cfg(unix)]
    {
        use std::os::unix::fs::DirBuilderExt;
        builder.mode(0o700);
    }
    builder.create(path)
}

/// Brings a folder's own entries to the disk.
#[cfg(unix)]
fn sync(folder: &Path) -> io::Result<()> {
    File::open(folder)?.sync_all()
}

/// Only Unix opens folders; elsewhere the rename itself has to do.
#[cfg(not(unix))]
fn sync(_folder: &Path) -> io::Result<()> {
    Ok(())
}
