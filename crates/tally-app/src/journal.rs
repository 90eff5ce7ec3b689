//! The journal's verbs: verify, show, the life of one record, the signed head, redaction.

use tally_model::problem::printable;
use tally_model::{Instant, Kind};
use tally_store::{Commit, EntryNo, changes};
pub use tally_store::{Entry, FieldChange, Redacted, Verification, hex};

use crate::{Error, Programme};

/// Walks the whole journal; `kept` is a signed head that was kept elsewhere.
///
/// # Errors
/// Where the journal cannot be read at all, or `kept` is no head.
pub fn verify(programme: &Programme, kept: Option<&str>) -> Result<Verification, Error> {
    if let Some(text) = kept {
        // A file that is no head at all says nothing about the journal.
        tally_store::Checkpoint::read_unchecked(text).map_err(|error| Error::Invalid(error.to_string()))?;
    }
    Ok(programme.store.verify(&[programme.verifier()?], kept)?)
}

/// The signed head of the last commit; `None` before the first.
///
/// # Errors
/// Where the journal cannot be read.
pub fn head(programme: &Programme) -> Result<Option<String>, Error> {
    Ok(programme.store.signed_head()?)
}

/// The public key with which heads can be checked anywhere.
///
/// # Errors
/// Where it cannot be read.
pub fn key(programme: &Programme) -> Result<String, Error> {
    Ok(programme.verifier()?.to_text())
}

/// The journal's id, made with it.
pub fn id(programme: &Programme) -> String {
    programme.store.journal().to_string()
}

/// Entries from `first` on, at most `most`.
///
/// # Errors
/// Where the journal cannot be read.
pub fn show(programme: &Programme, first: u64, most: u64) -> Result<Vec<Entry>, Error> {
    let mut found = Vec::new();
    let last = first.saturating_add(most.saturating_sub(1));
    programme.store.entries(EntryNo(first.max(1))..=EntryNo(last), &mut |entry| {
        found.push(entry);
        Ok(())
    })?;
    Ok(found)
}

/// How many entries there are.
///
/// # Errors
/// Where the journal cannot be read.
pub fn size(programme: &Programme) -> Result<u64, Error> {
    Ok(programme.store.head()?.size)
}

/// The life of one record: its entries, and what each changed from what to what.
///
/// # Errors
/// Where there is no such record.
pub fn log(programme: &Programme, kind: &str, id: &str) -> Result<(Vec<Entry>, Vec<FieldChange>), Error> {
    let names = tally_model::kinds::KINDS.iter().map(|kind| kind.name);
    let found = Kind::named(kind).ok_or_else(|| Error::Unknown {
        what: "kind",
        name: printable(kind),
        help: tally_model::problem::nearest(kind, names).map(|near| format!("did you mean `{near}`?")),
    })?;
    let entries = programme.store.log(found, id)?;
    if entries.is_empty() {
        return Err(Error::Unknown { what: "record", name: format!("{kind} {}", printable(id)), help: None });
    }
    let changes = changes(&entries)?;
    Ok((entries, changes))
}

/// Takes the payload of an entry away for good.
///
/// # Errors
/// Where there is no such payload.
pub fn redact(programme: &mut Programme, entry: u64, reason: &str, actor: &str, at: Instant) -> Result<Redacted, Error> {
    let signer = programme.signer()?;
    let commit = Commit { actor: actor.to_owned(), source: "redact".to_owned(), at };
    let done = programme.store.redact(EntryNo(entry), reason, commit, &signer)?;
    // The facts are made from the records: what was taken away must not live on in their files.
    let facts = programme.facts_folder();
    match std::fs::remove_dir_all(&facts) {
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => Err(Error::file("clearing", facts)(error)),
        _ => Ok(done),
    }
}
