//! A programme: a data directory with its journal, evidence, lake, own definitions and settings. The journal may be in a
//! PostgreSQL database instead; the directory then names it, without a secret.

use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};

use tally_catalog::{Catalog, Finding};
use tally_store::{Access, Address, FileEvidence, Opening, Signer, Store, Verifier, checkpoint, new_journal_id};

use crate::{Error, Settings};

/// The data directory's name, looked for from the working directory upwards as git looks for its own.
pub const FOLDER: &str = ".tally";
/// The journal's file in it.
pub(crate) const JOURNAL: &str = "journal.db";
/// The file that names the journal's database, where the journal is not in the directory.
pub(crate) const ELSEWHERE: &str = "database";

/// An open programme.
pub struct Programme {
    root: PathBuf,
    database: Option<Address>,
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
    let found = from.ancestors().map(|folder| folder.join(FOLDER)).find(|folder| is_programme(folder));
    found.ok_or_else(|| Error::NoProgramme { from: from.to_owned() })
}

/// The data directory that a user names: itself, or the folder that holds it.
pub fn named(folder: &Path) -> PathBuf {
    let inside = folder.join(FOLDER);
    if !is_programme(folder) && is_programme(&inside) { inside } else { folder.to_owned() }
}

fn is_programme(folder: &Path) -> bool {
    folder.join(JOURNAL).is_file() || folder.join(ELSEWHERE).is_file()
}

impl Programme {
    /// Begins a programme in `root`, which must not hold one. Makes the journal and the key that signs it.
    ///
    /// # Errors
    /// Where there is one already, or the directory cannot be written.
    pub fn init(root: &Path) -> Result<Self, Error> {
        Self::init_at(root, None)
    }

    /// As `init`, with the journal in a database, which must not hold one either.
    ///
    /// # Errors
    /// As `init`, and where the database cannot be written.
    pub fn init_at(root: &Path, database: Option<&Address>) -> Result<Self, Error> {
        if is_programme(root) {
            return Err(Error::Exists { path: root.to_owned() });
        }
        for folder in ["keys", "evidence", "lake/attempts", "catalog"] {
            let folder = root.join(folder);
            fs::create_dir_all(&folder).map_err(Error::file("making", &folder))?;
        }
        let id = new_journal_id()?;
        let signer = Signer::generate(&checkpoint::origin(&id))?;
        if let Some(database) = database {
            // Before the key: whoever cannot reach the database finds the directory as it was.
            tally_store::connect(database, &Opening::create(id.clone()))?;
        }
        write_secret(&root.join("keys/journal.key"), &signer.to_secret_text())?;
        let public = root.join("keys/journal.pub");
        fs::write(&public, format!("{}\n", signer.verifier().to_text())).map_err(Error::file("writing", &public))?;
        match database {
            Some(database) => name_database(root, database)?,
            None => drop(tally_store::open(&root.join(JOURNAL), &Opening::create(id))?),
        }
        Self::open_at(root, database)
    }

    /// Opens the programme in `root`.
    ///
    /// # Errors
    /// Where there is none, its journal is in a database, or something of it cannot be read.
    pub fn open(root: &Path) -> Result<Self, Error> {
        Self::open_at(root, None)
    }

    /// As `open`, with the journal in a database where one is given.
    ///
    /// # Errors
    /// As `open`; and where the directory has a journal of its own, or the database has that of another programme.
    pub fn open_at(root: &Path, database: Option<&Address>) -> Result<Self, Error> {
        let store = match database {
            Some(database) => remote(root, database)?,
            None => local(root)?,
        };
        let settings = Settings::read(&root.join("settings.toml"))?;
        let (catalog, catalog_findings) = Catalog::with(own_definitions(&root.join("catalog"))?);
        Ok(Self { root: root.to_owned(), database: database.cloned(), store, catalog, catalog_findings, settings })
    }

    /// Opens one more connection on the same programme, for a thread of its own.
    ///
    /// # Errors
    /// As `open`.
    pub fn another(&self) -> Result<Self, Error> {
        Self::open_at(&self.root, self.database.as_ref())
    }

    /// The data directory.
    pub fn root(&self) -> &Path {
        &self.root
    }

    /// The database that its journal is in; `None` where that is in the data directory.
    pub const fn database(&self) -> Option<&Address> {
        self.database.as_ref()
    }

    /// A connection to where people, sessions and tokens are kept: beside the journal.
    ///
    /// # Errors
    /// Where it cannot be opened.
    pub fn access(&self) -> Result<Box<dyn Access>, Error> {
        Ok(match &self.database {
            Some(database) => tally_store::connect_access(database)?,
            None => tally_store::open_access(&self.root)?,
        })
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
        public_key(&self.root)
    }
}

/// The journal in the directory itself.
fn local(root: &Path) -> Result<Box<dyn Store>, Error> {
    let journal = root.join(JOURNAL);
    let elsewhere = root.join(ELSEWHERE);
    if !journal.exists()
        && let Ok(name) = fs::read_to_string(&elsewhere)
    {
        let name = tally_model::problem::printable(name.trim());
        let text = format!("the journal of this programme is in {name}; name it with --database, or in TALLY_DATABASE");
        return Err(Error::Invalid(text));
    }
    // A copy that may only be read, an auditor's for one, is opened for reading; its first write says so.
    let store = tally_store::open(&journal, &Opening::write())
        .or_else(|error| tally_store::open(&journal, &Opening::read()).map_err(|_| error))?;
    Ok(store)
}

/// The journal in a database, where it is that of this directory.
fn remote(root: &Path, database: &Address) -> Result<Box<dyn Store>, Error> {
    if root.join(JOURNAL).exists() {
        let text = format!(
            "{} has a journal of its own; leave --database and TALLY_DATABASE out, or move it with `tally migrate --to`",
            root.display()
        );
        return Err(Error::Invalid(text));
    }
    let key = public_key(root)?;
    let store = tally_store::connect(database, &Opening::write())?;
    let origin = checkpoint::origin(store.journal());
    if key.name() != origin {
        let text = format!("{} has the journal `{origin}`, this directory is of `{}`", database.name(), key.name());
        return Err(Error::Invalid(format!("{text}; check --database and --data")));
    }
    Ok(store)
}

/// The public key in a data directory, or in a backup of one.
pub(crate) fn public_key(root: &Path) -> Result<Verifier, Error> {
    let path = root.join("keys/journal.pub");
    let text = fs::read_to_string(&path).map_err(Error::file("reading the journal's public key", &path))?;
    Ok(Verifier::from_text(&text)?)
}

/// Notes in a data directory where its journal is, without user or password.
pub(crate) fn name_database(root: &Path, database: &Address) -> Result<(), Error> {
    let path = root.join(ELSEWHERE);
    fs::write(&path, format!("{}\n", database.name())).map_err(Error::file("writing", &path))
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
    for kind in tally_catalog::FOLDERS {
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
