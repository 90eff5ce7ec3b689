//! Moving the journal, and who may come in, to another database: entry by entry with their hashes and signatures. The
//! copy is verified before it is used, and what it was copied from stays where it was, out of use.

use std::path::{Path, PathBuf};

use tally_model::Instant;
use tally_store::{Access, Commit, Head, Opening, Store, StoreError, access, files, hex};

use crate::programme::{ELSEWHERE, JOURNAL, name_database};
use crate::{Database, Error, Programme};

/// What was moved.
#[derive(Debug)]
pub struct Moved {
    /// The journal's head, the same here and there.
    pub head: Head,
    /// Rows of people, sessions, tokens and the like.
    pub access: usize,
    /// What is out of use now, and may go once nobody misses it.
    pub left: String,
}

/// Moves the journal from the data directory to a database. No other program may have the programme open.
///
/// # Errors
/// Where the journal is in a database already, the target is not empty, or the copy does not hold; the programme stays as
/// it was then.
pub fn to_database(programme: Programme, database: &Database, now: Instant) -> Result<Moved, Error> {
    if let Some(known) = programme.database() {
        return Err(Error::Invalid(format!("the journal is in {} already; `--to sqlite` moves it back", known.name())));
    }
    let root = programme.root().to_owned();
    let mut access = tally_store::connect_access(database)?;
    let people = nobody(&mut *access)?;
    let mut target = empty(database, programme.store.journal())?;
    let head = copied(&programme, &mut *target, now)?;
    let mut rows = 0;
    if root.join(access::FILE).exists() {
        let whole = programme.access()?.take_out()?;
        rows = whole.rows();
        people.put_in(&whole)?;
    }
    drop(programme);
    name_database(&root, database)?;
    let mut left = Vec::new();
    for file in files(&root.join(JOURNAL)).into_iter().chain(access::files(&root)) {
        left.extend(set_aside(&file, &head)?);
    }
    Ok(Moved { head, access: rows, left: left.join(", ") })
}

/// Moves the journal from a database into the data directory. No other program may have the programme open.
///
/// # Errors
/// Where the journal is in the directory already, or the copy does not hold; the programme stays as it was then.
pub fn to_file(programme: Programme, now: Instant) -> Result<Moved, Error> {
    let Some(database) = programme.database().cloned() else {
        return Err(Error::Invalid("the journal is in a SQLite file of the data directory already".to_owned()));
    };
    let root = programme.root().to_owned();
    let mut access = tally_store::open_access(&root)?;
    let people = nobody(&mut *access)?;
    let draft = root.join(format!("{JOURNAL}.draft"));
    forget(&files(&draft))?;
    let mut target = tally_store::open(&draft, &Opening::create(programme.store.journal()))?;
    let copied = copied(&programme, &mut *target, now);
    drop(target);
    let head = match copied {
        Ok(head) => head,
        Err(error) => {
            forget(&files(&draft))?;
            return Err(error);
        }
    };
    let whole = programme.access()?.take_out()?;
    people.put_in(&whole)?;
    drop(programme);
    let journal = root.join(JOURNAL);
    std::fs::rename(&draft, &journal).map_err(Error::file("making", &journal))?;
    let marker = root.join(ELSEWHERE);
    match std::fs::remove_file(&marker) {
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => return Err(Error::file("removing", marker)(error)),
        _ => {}
    }
    Ok(Moved { head, access: whole.rows(), left: format!("the tables in {}", database.name()) })
}

/// Copies all of the journal, while nobody can write to it.
fn copied(programme: &Programme, target: &mut dyn Store, now: Instant) -> Result<Head, Error> {
    let mut other = programme.another()?;
    let commit = Commit { actor: "migrate".to_owned(), source: "migrate".to_owned(), at: now };
    // Holds the place of the one writer; nothing is written.
    let hold = other.store.begin(commit)?;
    let found = target.receive(&*programme.store, &[programme.verifier()?])?;
    if programme.store.head()? != found.head {
        return Err(Error::Invalid("the journal grew while it was copied; stop what writes to it and try again".to_owned()));
    }
    hold.rollback();
    Ok(found.head)
}

/// A journal without entries in a database: one left by a copy that failed will do.
fn empty(database: &Database, journal: &str) -> Result<Box<dyn Store>, Error> {
    match tally_store::connect(database, &Opening::create(journal)) {
        Err(StoreError::Exists { .. }) => Ok(tally_store::connect(database, &Opening::write())?),
        made => Ok(made?),
    }
}

/// Refuses a place where somebody may come in already.
fn nobody(access: &mut dyn Access) -> Result<&mut dyn Access, Error> {
    match access.people()?.len() {
        0 => Ok(access),
        people => Err(StoreError::NotEmpty { size: people as u64 }.into()),
    }
}

/// Renames a file out of use, by the head it has, so that none takes another's place; gives its new name.
fn set_aside(file: &Path, head: &Head) -> Result<Option<String>, Error> {
    let Some(name) = file.file_name().map(|name| name.to_string_lossy().into_owned()) else { return Ok(None) };
    let hash: String = hex(&head.hash).chars().take(12).collect();
    let new = file.with_file_name(format!("moved-{hash}-{name}"));
    match std::fs::rename(file, &new) {
        Ok(()) => Ok(Some(new.display().to_string())),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(Error::file("renaming", file)(error)),
    }
}

fn forget(files: &[PathBuf]) -> Result<(), Error> {
    for file in files {
        match std::fs::remove_file(file) {
            Err(error) if error.kind() != std::io::ErrorKind::NotFound => return Err(Error::file("removing", file)(error)),
            _ => {}
        }
    }
    Ok(())
}
