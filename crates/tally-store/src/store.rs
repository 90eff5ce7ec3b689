//! What every driver of the store can do: read the journal and the records, append in batches, redact, verify.
//!
//! Nothing here updates or deletes an entry; a redaction takes a payload away and says so in an entry of its own.

use std::ops::RangeInclusive;

use tally_model::{Kind, Record};

use crate::{
    Changed, Commit, Committed, Entry, EntryNo, Head, Known, Prepared, Redacted, Signer, StoreError, Unresolved, Verification,
    Verifier, Waiting,
};

/// Takes one record of a walk; an error stops the walk and comes back from it (see `StoreError::stopped`).
pub type EachRecord<'a> = &'a mut dyn FnMut(Record) -> Result<(), StoreError>;
/// Takes one entry of a walk.
pub type EachEntry<'a> = &'a mut dyn FnMut(Entry) -> Result<(), StoreError>;

/// A journal and the records that it adds up to.
///
/// Records come in the order in which the journal first names them, which never changes. One `Store` is one
/// connection: it can move between threads, and each thread that reads at the same time opens its own.
pub trait Store: Send {
    /// The journal's id.
    fn journal(&self) -> &str;

    /// The end of the chain.
    ///
    /// # Errors
    /// Where the database fails.
    fn head(&self) -> Result<Head, StoreError>;

    /// The signed head that the last commit stored; `None` where there is no commit.
    ///
    /// # Errors
    /// Where the database fails.
    fn signed_head(&self) -> Result<Option<String>, StoreError>;

    /// Commits, newest first: at most `most` of those numbered below `before` (all where `None`).
    ///
    /// # Errors
    /// Where the database fails.
    fn commits(&self, before: Option<u64>, most: u32) -> Result<Vec<Committed>, StoreError>;

    /// One record as it stands.
    ///
    /// # Errors
    /// Where the database fails.
    fn record(&self, kind: &'static Kind, id: &str) -> Result<Option<Record>, StoreError>;

    /// The records as they stand, of one kind or of all.
    ///
    /// # Errors
    /// Where the database fails, or the caller stops.
    fn records(&self, kind: Option<&'static Kind>, each: EachRecord<'_>) -> Result<(), StoreError>;

    /// The number of records of every kind, in the order of `tally_model::kinds::KINDS`.
    ///
    /// # Errors
    /// Where the database fails.
    fn counts(&self) -> Result<Vec<(&'static Kind, u64)>, StoreError>;

    /// Entries in order; numbers beyond the head are passed over.
    ///
    /// # Errors
    /// Where the database fails, or the caller stops.
    fn entries(&self, range: RangeInclusive<EntryNo>, each: EachEntry<'_>) -> Result<(), StoreError>;

    /// The life of one record, oldest first.
    ///
    /// # Errors
    /// Where the database fails.
    fn log(&self, kind: &'static Kind, id: &str) -> Result<Vec<Entry>, StoreError>;

    /// The notes on a topic and their redactions, oldest first.
    ///
    /// # Errors
    /// Where the database fails, or the caller stops.
    fn notes(&self, topic: &str, each: EachEntry<'_>) -> Result<(), StoreError>;

    /// The life of one note, oldest first: its last entry is how it stands.
    ///
    /// # Errors
    /// Where the database fails.
    fn note(&self, topic: &str, id: &str) -> Result<Vec<Entry>, StoreError>;

    /// The records that entries after `no` touched, as they stand now.
    ///
    /// # Errors
    /// Where the database fails, or the caller stops.
    fn changed_after(&self, no: EntryNo, each: EachRecord<'_>) -> Result<Changed, StoreError>;

    /// The records as they stood after entry `no`, but for what has been redacted since. Works from the patches, one
    /// record at a time, so memory does not grow with the journal.
    ///
    /// # Errors
    /// Where the database fails, or the caller stops.
    fn at_entry(&self, no: EntryNo, each: EachRecord<'_>) -> Result<(), StoreError>;

    /// Runs several reads on one and the same state of the journal, whatever others write meanwhile.
    ///
    /// # Errors
    /// Where the database fails, or `read` does.
    fn snapshot(&self, read: &mut dyn FnMut(&dyn Store) -> Result<(), StoreError>) -> Result<(), StoreError>;

    /// Walks the whole journal and says all that is wrong with it: entries, chain, signatures (each head must be signed
    /// by one of `keys`; none given: signatures are not looked at), records against patches, the file's own structure;
    /// and whether history up to `kept`, a signed head kept elsewhere, is still the same.
    ///
    /// # Errors
    /// Where the journal cannot be read at all; damage is a fault in what is returned.
    fn verify(&self, keys: &[Verifier], kept: Option<&str>) -> Result<Verification, StoreError>;

    /// Begins a batch: one transaction, one writer at a time.
    ///
    /// # Errors
    /// `Busy` where another program is writing.
    fn begin(&mut self, commit: Commit) -> Result<Box<dyn Batch + '_>, StoreError>;

    /// Takes the payload of an entry away, for good: an entry says that, who did it and why; the hash stays; the record
    /// becomes what its other patches add up to, and may lack required fields then.
    ///
    /// Kind and id stay, and so does `reason`: none of them may hold what is to be forgotten.
    ///
    /// # Errors
    /// Where there is no such payload, or the database fails.
    fn redact(&mut self, no: EntryNo, reason: &str, commit: Commit, signer: &Signer) -> Result<Redacted, StoreError>;

    /// Takes over all of another journal with the same id, byte for byte: entries, redactions, commits with their
    /// signatures, records. Verifies the copy with `keys` before it is kept, and gives what that found.
    ///
    /// # Errors
    /// `NotEmpty` where this one has entries or another id; `NotCopied` where the copy does not hold or has another
    /// head; where a database fails. Nothing is kept then.
    fn receive(&mut self, from: &dyn Store, keys: &[Verifier]) -> Result<Verification, StoreError>;
}

/// Writes of one commit. Nothing is kept before `commit`; dropping it gives all up.
pub trait Batch {
    /// The record as it stands, what this batch wrote included.
    ///
    /// # Errors
    /// Where the database fails.
    fn find(&mut self, kind: &'static Kind, id: &str) -> Result<Option<Known>, StoreError>;

    /// Whether there is such a record; cheaper than `find`.
    ///
    /// # Errors
    /// Where the database fails.
    fn exists(&mut self, kind: &'static Kind, id: &str) -> Result<bool, StoreError>;

    /// Appends a patch, and puts `merged` in the place of the record that it was laid over. `known` is what `find`
    /// last returned, `None` for a new record; `merged` must be `known` (nothing where new) merged with `patch`.
    ///
    /// # Errors
    /// `Stale` where `known` is no longer how the record stands; where the database fails.
    fn append(&mut self, patch: &Record, merged: &Record, known: Option<&Known>) -> Result<EntryNo, StoreError>;

    /// Appends the first entry of a new record, whose bytes and hash were made ahead; `None` where there is a record of
    /// this kind and id already, and nothing was written.
    ///
    /// # Errors
    /// Where the record holds cleared fields; where the database fails.
    fn create(&mut self, new: &Prepared) -> Result<Option<EntryNo>, StoreError> {
        let record = new.record();
        if self.exists(record.kind(), record.id())? {
            return Ok(None);
        }
        self.append(record, record, None).map(Some)
    }

    /// Appends a note of the application's own.
    ///
    /// # Errors
    /// Where the database fails.
    fn note(&mut self, topic: &str, id: &str, payload: &[u8]) -> Result<EntryNo, StoreError>;

    /// Keeps a reference that no record answers to yet; memory does not grow with their number.
    ///
    /// # Errors
    /// Where the database fails.
    fn defer_reference(&mut self, reference: &Waiting<'_>) -> Result<(), StoreError>;

    /// Walks the kept references that still no record answers to, in the order they were kept.
    ///
    /// # Errors
    /// Where the database fails, or the caller stops.
    fn unresolved(&mut self, each: &mut dyn FnMut(Unresolved) -> Result<(), StoreError>) -> Result<(), StoreError>;

    /// The number of entries appended so far.
    fn appended(&self) -> u64;

    /// Allows this batch to be signed with another key than the last, and notes the new one under topic
    /// `journal/key`.
    ///
    /// # Errors
    /// Where the database fails.
    fn renew_key(&mut self, key: &Verifier) -> Result<EntryNo, StoreError>;

    /// Signs the new head and makes all of it durable. A batch without entries writes nothing and returns the old head.
    ///
    /// # Errors
    /// Where the database fails, an earlier write failed, or the key is not the one that signed last. Nothing is
    /// written then.
    fn commit(self: Box<Self>, signer: &Signer) -> Result<Head, StoreError>;

    /// Gives all up.
    fn rollback(self: Box<Self>);
}
