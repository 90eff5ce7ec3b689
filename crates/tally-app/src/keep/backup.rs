//! A backup: a folder with a verified copy of the journal in a SQLite file, whatever database it is in, and of all that the
//! data directory holds but what can be made again (facts). Made while others write: the journal is copied at one
//! moment and the files after it, so that every file which that journal names is in.

use std::path::{Path, PathBuf};

use serde_json::Value;
use tally_model::Instant;
use tally_store::{Digest, FileEvidence, Head, Opening, Store, StoreError, access, files, hex};

use super::folder::{self, Draft};
use super::manifest::{FORMAT, Manifest};
use crate::import::{IMPORTED, LAKE};
use crate::programme::JOURNAL;
use crate::{Error, Programme};

/// The key that signs, which is a secret.
pub(super) const KEY: &str = "keys/journal.key";

/// What was kept.
#[derive(Debug)]
pub struct Backup {
    /// The head that the backup is of.
    pub head: Head,
    /// Files in it.
    pub files: usize,
    /// Their bytes.
    pub bytes: u64,
    /// Whether the secret key is among them.
    pub key: bool,
    /// Files that the journal names and that were not there to be kept.
    pub missing: Vec<String>,
}

/// Makes a backup in the folder `target`, which must not be there. Without `key`, what is restored from it can be read and
/// verified, and needs the key from elsewhere to be written to.
///
/// # Errors
/// Where the journal does not hold, or something cannot be read or written; nothing is kept then.
pub fn backup(programme: &Programme, target: &Path, key: bool, now: Instant) -> Result<Backup, Error> {
    let draft = Draft::begin(target)?;
    let Copied { head, signed_head, named } = databases(programme, draft.path())?;
    let root = programme.root();
    let leave = |name: &str| {
        let secret = name == "journal.key" && !key;
        secret || name == "incoming" || name.ends_with(".draft") || name.starts_with('.')
    };
    let mut paths = Vec::new();
    for part in ["keys", "evidence", "lake", "catalog"] {
        folder::files(root, Path::new(part), &leave, &mut paths)?;
    }
    paths.push(PathBuf::from("settings.toml"));
    let mut held = vec![folder::held(draft.path(), JOURNAL)?];
    if draft.path().join(access::FILE).exists() {
        held.push(folder::held(draft.path(), access::FILE)?);
    }
    for path in paths {
        held.extend(folder::copy(root, draft.path(), &folder::slashed(&path))?);
    }
    let missing = named.into_iter().filter(|path| !held.iter().any(|file| file.path == *path)).collect();
    let (files, bytes) = (held.len(), held.iter().map(|file| file.bytes).sum());
    let has_key = held.iter().any(|file| file.path == KEY);
    Manifest {
        format: FORMAT,
        program: env!("CARGO_PKG_VERSION").to_owned(),
        made: now.to_string(),
        journal: programme.store.journal().to_owned(),
        entries: head.size,
        head: hex(&head.hash),
        signed_head,
        key: has_key,
        files: held,
    }
    .write(draft.path())?;
    draft.finish()?;
    Ok(Backup { head, files, bytes, key: has_key, missing })
}

/// What was copied of the databases.
struct Copied {
    head: Head,
    signed_head: Option<String>,
    /// Paths of the files that the journal names.
    named: Vec<String>,
}

/// Copies journal and access into files of `folder`.
fn databases(programme: &Programme, folder: &Path) -> Result<Copied, Error> {
    let path = folder.join(JOURNAL);
    let mut copy = tally_store::open(&path, &Opening::create(programme.store.journal()))?;
    let found = copy.receive(&*programme.store, &[programme.verifier()?])?;
    let copied = Copied { head: found.head, signed_head: copy.signed_head()?, named: named(&*copy)? };
    drop(copy);
    settled(&files(&path))?;
    if programme.database().is_some() || programme.root().join(access::FILE).exists() {
        let whole = programme.access()?.take_out()?;
        tally_store::open_access(folder)?.put_in(&whole)?;
        settled(&access::files(folder))?;
    }
    Ok(copied)
}

/// A database that nobody has open is one file; the others are empty, or gone.
fn settled(files: &[PathBuf]) -> Result<(), Error> {
    match files.iter().skip(1).find(|file| file.metadata().is_ok_and(|meta| meta.len() > 0)) {
        None => Ok(()),
        Some(file) => Err(Error::Invalid(format!("{} is in use by another program; try again", file.display()))),
    }
}

/// The files of evidence and of the lake that a journal names.
fn named(store: &dyn Store) -> Result<Vec<String>, Error> {
    let evidence = FileEvidence::new("evidence");
    let mut named = Vec::new();
    store.notes(IMPORTED, &mut |note| {
        let digest = note.id.split('/').next().and_then(Digest::parse);
        named.extend(digest.map(|digest| folder::slashed(&evidence.path(&digest))));
        Ok::<(), StoreError>(())
    })?;
    store.notes(LAKE, &mut |note| {
        let said: Option<Value> = note.payload.as_deref().and_then(|bytes| serde_json::from_slice(bytes).ok());
        let file = said.as_ref().and_then(|said| said["file"].as_str());
        named.extend(file.map(|file| format!("lake/attempts/{file}")));
        Ok::<(), StoreError>(())
    })?;
    named.sort();
    named.dedup();
    Ok(named)
}
