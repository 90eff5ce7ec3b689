//! A programme: a data directory with its journal, evidence, lake, own definitions and settings.

use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};

use tally_catalog::{Catalog, Finding};
use tally_store::{FileEvidence, Opening, Signer, Store, Verifier, new_journal_id};

use crate::{Error, Settings};

/// The data directory's name, looked for from the working directory upwards as git looks for its own.
pub const FOLDER: &str = ".tally";

/// An open programme.
pub struct Programme {
    root: PathBuf,
    pub(crate) store: Box<dyn Store>,
    catalog: Catalog,
    catalog_findings: Vec<Finding>,
    settings: Settings,
}

/// The nearest data directory from `from` upwards.
///
/// # Errors
/// Where there is none.
pub fn find(from: &Path) -> Result<PathBuf, Error> {
    let found = from.ancestors().map(|folder| folder.join(FOLDER)).find(|folder| folder.join("journal.db").is_file());
    found.ok_or_else(|| Error::NoProgramme { from: from.to_owned() })
}

/// The data directory that a user names: itself, or the folder that holds it.
pub fn named(folder: &Path) -> PathBuf {
    let inside = folder.join(FOLDER);
    if !folder.join("journal.db").exists() && inside.join("journal.db").is_file() { inside } else { folder.to_owned() }
}

impl Programme {
    /// Begins a programme in `root`, which must not hold one. Makes the journal and the key that signs it.
    ///
    /// # Errors
    /// Where there is one already, or the directory cannot be written.
    pub fn init(root: &Path) -> Result<Self, Error> {
        if root.join("journal.db").exists() {
            return Err(Error::Exists { path: root.to_owned() });
        }
        for folder in ["keys", "evidence", "lake/attempts", "catalog"] {
            let folder = root.join(folder);
            fs::create_dir_all(&folder).map_err(Error::file("making", &folder))?;
        }
        let id = new_journal_id()?;
        let signer = Signer::generate(&format!("tallystick/{id}"))?;
        write_secret(&root.join("keys/journal.key"), &signer.to_secret_text())?;
        let public = root.join("keys/journal.pub");
        fs::write(&public, format!("{}\n", signer.verifier().to_text())).map_err(Error::file("writing", &public))?;
        tally_store::open(&root.join("journal.db"), &Opening::create(id))?;
        Self::open(root)
    }

    /// Opens the programme in `root`.
    ///
    /// # Errors
    /// Where there is none, or something of it cannot be read.
    pub fn open(root: &Path) -> Result<Self, Error> {
        let journal = root.join("journal.db");
        // A copy that may only be read, an auditor's for one, is opened for reading; its first write says so.
        let store = tally_store::open(&journal, &Opening::write())
            .or_else(|error| tally_store::open(&journal, &Opening::read()).map_err(|_| error))?;
        let settings = Settings::read(&root.join("settings.toml"))?;
        let (catalog, catalog_findings) = Catalog::with(own_definitions(&root.join("catalog"))?);
        Ok(Self { root: root.to_owned(), store, catalog, catalog_findings, settings })
    }

    /// The data directory.
    pub fn root(&self) -> &Path {
        &self.root
    }

    /// The definitions, built-in and own.
    pub fn catalog(&self) -> &Catalog {
        &self.catalog
    }

    /// What was wrong with own definitions when they were loaded.
    pub fn catalog_findings(&self) -> &[Finding] {
        &self.catalog_findings
    }

    /// The programme's settings.
    pub fn settings(&self) -> &Settings {
        &self.settings
    }

    pub(crate) fn evidence(&self) -> FileEvidence {
        FileEvidence::new(self.root.join("evidence"))
    }

    pub(crate) fn attempts_folder(&self) -> PathBuf {
        self.root.join("lake/attempts")
    }

    pub(crate) fn facts_folder(&self) -> PathBuf {
        self.root.join("facts")
    }

    pub(crate) fn signer(&self) -> Result<Signer, Error> {
        let path = self.root.join("keys/journal.key");
        let text = fs::read_to_string(&path).map_err(Error::file("reading the journal's key", &path))?;
        Ok(Signer::from_secret_text(&text)?)
    }

    pub(crate) fn verifier(&self) -> Result<Verifier, Error> {
        let path = self.root.join("keys/journal.pub");
        let text = fs::read_to_string(&path).map_err(Error::file("reading the journal's public key", &path))?;
        Ok(Verifier::from_text(&text)?)
    }
}

/// A file that only its owner can read, from the moment it exists.
fn write_secret(path: &Path, text: &str) -> Result<(), Error> {
    let mut options = fs::OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    {
        use std::os::unix::fs::OpenOptionsExt;
        options.mode(0o600);
    }
    let mut file = options.open(path).map_err(Error::file("making the journal's key", path))?;
    file.write_all(format!("{text}\n").as_bytes()).map_err(Error::file("writing the journal's key", path))?;
    file.sync_all().map_err(Error::file("writing the journal's key", path))
}

/// The programme's own definition files, as (path within `catalog/`, text).
fn own_definitions(folder: &Path) -> Result<Vec<(String, String)>, Error> {
    let mut found = Vec::new();
    for kind in ["metrics", "scorecards", "mappings"] {
        let folder = folder.join(kind);
        let Ok(entries) = fs::read_dir(&folder) else { continue };
        for entry in entries {
            let path = entry.map_err(Error::file("reading", &folder))?.path();
            if path.extension().is_some_and(|ending| ending == "toml") {
                let text = fs::read_to_string(&path).map_err(Error::file("reading", &path))?;
                let name = path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
                found.push((format!("{kind}/{name}"), text));
            }
        }
    }
    found.sort();
    Ok(found)
}
