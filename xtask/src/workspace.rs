//! Where the repository is and which files it has. Never writes.

use std::path::{Path, PathBuf};

use crate::Complaint;

/// The top of the repository.
pub fn root() -> PathBuf {
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    here.parent().unwrap_or(here).to_owned()
}

/// The cargo that runs this.
pub fn cargo() -> std::ffi::OsString {
    std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into())
}

/// Folders that hold nothing of ours.
const PASSED_OVER: [&str; 6] = [".git", "target", ".tally", "corpus", "artifacts", "node_modules"];

/// Every file below `folder`, sorted, as paths relative to `root`.
///
/// # Errors
/// Where a folder cannot be read.
pub fn files(root: &Path, folder: &str) -> Result<Vec<PathBuf>, Vec<Complaint>> {
    let mut found = Vec::new();
    let mut folders = vec![root.join(folder)];
    while let Some(folder) = folders.pop() {
        let failed = |error: std::io::Error| vec![format!("{}: {error}", folder.display())];
        for entry in std::fs::read_dir(&folder).map_err(failed)? {
            let entry = entry.map_err(failed)?;
            let name = entry.file_name();
            let kind = entry.file_type().map_err(failed)?;
            if kind.is_dir() && !PASSED_OVER.iter().any(|passed| name == *passed) {
                folders.push(entry.path());
            } else if kind.is_file() {
                found.push(entry.path().strip_prefix(root).unwrap_or(&entry.path()).to_owned());
            }
        }
    }
    found.sort();
    Ok(found)
}

/// The text of a file.
///
/// # Errors
/// Where it cannot be read.
pub fn read(root: &Path, path: &Path) -> Result<String, Vec<Complaint>> {
    let text = std::fs::read(root.join(path)).map_err(|error| vec![format!("{}: {error}", path.display())])?;
    Ok(String::from_utf8_lossy(&text).into_owned())
}
