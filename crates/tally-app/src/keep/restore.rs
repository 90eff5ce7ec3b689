//! Restoring a backup: into a new data directory, whole or not at all. Every file must be what the backup says it is, the
//! journal's chain must hold, and its head must be the one that was signed.

use std::path::Path;

use tally_store::{Head, Opening, files, hex};

use super::backup::KEY;
use super::folder::{self, Draft};
use super::manifest::Manifest;
use crate::Error;
use crate::programme::{JOURNAL, public_key};

/// What was restored.
#[derive(Debug)]
pub struct Restored {
    /// The journal's head.
    pub head: Head,
    /// When the backup was made, as it says.
    pub made: String,
    /// Whether the key that signs came with it: without, nothing can be written.
    pub key: bool,
}

/// Restores a backup into `target`, which must not be there, or be an empty folder.
///
/// # Errors
/// Where it is no backup, or anything in it is not as it was; nothing is left then.
pub fn restore(backup: &Path, target: &Path) -> Result<Restored, Error> {
    let manifest = Manifest::read(backup)?;
    let draft = Draft::begin(target)?;
    let damaged =
        |what: &str| Err(Error::Invalid(format!("{}: {what}; nothing was restored, use another backup", backup.display())));
    for file in &manifest.files {
        let Some(copied) = folder::copy(backup, draft.path(), &file.path)? else {
            return damaged(&format!("{} is missing", file.path));
        };
        if copied.bytes != file.bytes || copied.sha256 != file.sha256 {
            return damaged(&format!("{} is not what was put in", file.path));
        }
    }
    let path = draft.path().join(JOURNAL);
    let store = tally_store::open(&path, &Opening::write())?;
    let found = store.verify(&[public_key(draft.path())?], manifest.signed_head.as_deref())?;
    if let Some(fault) = found.faults.first() {
        return damaged(&format!("its journal does not hold: {fault}"));
    }
    if found.head.size != manifest.entries || hex(&found.head.hash) != manifest.head || store.journal() != manifest.journal {
        return damaged("its journal has another head than the backup says");
    }
    if store.signed_head()? != manifest.signed_head {
        return damaged("its signed head is another than the backup says");
    }
    drop(store);
    for file in files(&path).iter().skip(1) {
        // What reading left behind belongs to nobody.
        let _ = std::fs::remove_file(file);
    }
    for folder in ["keys", "evidence", "lake/attempts", "catalog"] {
        let folder = draft.path().join(folder);
        std::fs::create_dir_all(&folder).map_err(Error::file("making", &folder))?;
    }
    draft.finish()?;
    let key = manifest.files.iter().any(|file| file.path == KEY);
    Ok(Restored { head: found.head, made: manifest.made, key })
}
