//! What a backup says of itself: `backup.json`, format 1. The digests find damage; what finds intent is the signed head.

use std::fs;
use std::path::{Component, Path};

use serde::{Deserialize, Serialize};

use crate::Error;

/// Its name in the backup's folder.
pub(super) const NAME: &str = "backup.json";
/// The format that this program writes.
pub(super) const FORMAT: u32 = 1;

/// What a backup holds.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Manifest {
    pub(super) format: u32,
    /// The version of the program that made it.
    pub(super) program: String,
    /// When it was made.
    pub(super) made: String,
    /// The journal's id, number of entries, and hash of the last one.
    pub(super) journal: String,
    pub(super) entries: u64,
    pub(super) head: String,
    /// The signed head of the last commit; none where there is no entry.
    pub(super) signed_head: Option<String>,
    /// Whether the key that signs is in it.
    pub(super) key: bool,
    pub(super) files: Vec<Held>,
}

/// A file in a backup.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Held {
    /// Its path in the backup, with `/` between names.
    pub(super) path: String,
    pub(super) bytes: u64,
    pub(super) sha256: String,
}

impl Manifest {
    pub(super) fn read(folder: &Path) -> Result<Self, Error> {
        let path = folder.join(NAME);
        let text = match fs::read_to_string(&path) {
            Ok(text) => text,
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => {
                return Err(Error::Invalid(format!("{} is no backup: it has no {NAME}", folder.display())));
            }
            Err(error) => return Err(Error::file("reading", path)(error)),
        };
        let not = |found: String| Error::Invalid(format!("{}: {found}", path.display()));
        let value: serde_json::Value = serde_json::from_str(&text).map_err(|error| not(error.to_string()))?;
        if value["format"].as_u64().is_none_or(|format| format > u64::from(FORMAT)) {
            return Err(not(format!("its format is {}, this program knows {FORMAT}; install a newer tally", value["format"])));
        }
        let manifest: Self = serde_json::from_value(value).map_err(|error| not(error.to_string()))?;
        match manifest.files.iter().find(|file| !stays_inside(&file.path)) {
            Some(file) => Err(not(format!("the path {:?} leads out of the backup", file.path))),
            None => Ok(manifest),
        }
    }

    pub(super) fn write(&self, folder: &Path) -> Result<(), Error> {
        let path = folder.join(NAME);
        let text = serde_json::to_string_pretty(self).map_err(|error| Error::Invalid(error.to_string()))?;
        fs::write(&path, text + "\n").map_err(Error::file("writing", path))
    }
}

fn stays_inside(path: &str) -> bool {
    !path.is_empty() && !path.contains('\\') && Path::new(path).components().all(|part| matches!(part, Component::Normal(_)))
}
