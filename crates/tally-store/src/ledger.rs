//! What a batch knows before any database does: whose it is, the chain so far, who may sign it. One for all drivers, so
//! that none of them has an opinion on hashes. Never touches a database.

use tally_model::json::write_text;
use tally_model::{Record, Value};

use crate::chain::{Header, payload_hash};
use crate::{Checkpoint, Commit, Entry, EntryNo, Hash, Head, Known, Op, Signer, StoreError, Verifier, checkpoint};

/// Kinds of records, in `kinds.family`.
pub(crate) const RECORDS: i64 = 0;
/// Topics of notes, in `kinds.family`.
pub(crate) const TOPICS: i64 = 1;
/// The topic under which a new key is noted, and the note's id.
pub(crate) const KEY_NOTE: (&str, &str) = ("journal/key", "current");

/// The chain of one batch.
pub(crate) struct Ledger {
    origin: String,
    pub(crate) commit: Commit,
    pub(crate) commit_no: u64,
    /// The head before the batch.
    pub(crate) before: Head,
    /// The head so far.
    pub(crate) head: Head,
    new_key: Option<String>,
    /// Whether a write failed: the batch can only be given up, since half of it may be there.
    pub(crate) broken: bool,
}

/// What the chain adds to an entry.
pub(crate) struct Stamp {
    pub(crate) no: u64,
    pub(crate) payload_sha256: Hash,
    pub(crate) hash: Hash,
}

impl Ledger {
    pub(crate) fn new(journal: &str, commit: Commit, commit_no: u64, before: Head) -> Self {
        let origin = checkpoint::origin(journal);
        Self { origin, commit, commit_no, before, head: before, new_key: None, broken: false }
    }

    /// The number of entries so far.
    pub(crate) const fn size(&self) -> u64 {
        self.head.size
    }

    /// The number of entries that the batch added.
    pub(crate) const fn appended(&self) -> u64 {
        self.head.size - self.before.size
    }

    /// Number and hashes of the entry that comes next; `advance` once it is written.
    pub(crate) fn stamp(&self, op: Op, kind: &str, id: &str, payload: &[u8]) -> Stamp {
        self.stamp_hashed(op, kind, id, payload_hash(payload))
    }

    /// The same, of a payload whose hash was made ahead.
    pub(crate) fn stamp_hashed(&self, op: Op, kind: &str, id: &str, payload_sha256: Hash) -> Stamp {
        let no = self.head.size + 1;
        let Commit { actor, source, at } = &self.commit;
        let header = Header { no, previous: &self.head.hash, op, at: *at, actor, source, kind, id, payload: &payload_sha256 };
        Stamp { no, payload_sha256, hash: header.hash() }
    }

    /// The entry is written: it is the head now.
    pub(crate) const fn advance(&mut self, stamp: &Stamp) -> EntryNo {
        self.head = Head { size: stamp.no, hash: stamp.hash };
        EntryNo(stamp.no)
    }

    /// How the batch finds a record: what it wrote itself shows by the numbers of entries.
    pub(crate) const fn known(&self, record: Record, first: u64, last: u64, slot: i64) -> Known {
        Known {
            record,
            first: EntryNo(first),
            last: EntryNo(last),
            created_here: first > self.before.size,
            touched_here: last > self.before.size,
            slot,
        }
    }

    /// The payload of the note that names a new key.
    pub(crate) fn key_note(key: &Verifier) -> Vec<u8> {
        let mut payload = b"{\"verifier\":".to_vec();
        write_text(&mut payload, &key.to_text());
        payload.push(b'}');
        payload
    }

    /// From here on the batch is signed with this key.
    pub(crate) fn renew(&mut self, key: &Verifier) {
        self.new_key = Some(key.label());
    }

    /// Whether an earlier write failed.
    pub(crate) const fn whole(&self) -> Result<(), StoreError> {
        if self.broken { Err(StoreError::Broken) } else { Ok(()) }
    }

    /// The signed head. The key must be the one that signed `last`, unless it is renewed on purpose.
    pub(crate) fn sign(&self, signer: &Signer, last: Option<&str>) -> Result<String, StoreError> {
        let found = signer.verifier().label();
        let expected = match (&self.new_key, last) {
            (Some(new), _) => vec![new.clone()],
            (None, Some(last)) => Checkpoint::signers(last)?,
            (None, None) => vec![found.clone()],
        };
        if !expected.contains(&found) {
            return Err(StoreError::OtherKey { expected: expected.join(", "), found });
        }
        Ok(Checkpoint::sign(&self.origin, &self.head, signer))
    }
}

/// Whether a patch and the record that it leads to belong together, and the record is settled.
pub(crate) fn fits(patch: &Record, merged: &Record) -> Result<(), StoreError> {
    if patch.kind() != merged.kind() || patch.id() != merged.id() {
        let name = |record: &Record| format!("{} {}", record.kind().name, record.id());
        return Err(StoreError::Mismatch { patch: name(patch), merged: name(merged) });
    }
    if holds_cleared(merged) {
        return Err(StoreError::Unsettled { kind: merged.kind().name.to_owned(), id: merged.id().to_owned() });
    }
    Ok(())
}

/// Whether the record is what its one patch says: an empty body stands for it then.
pub(crate) fn is_plain(patch: &Record, merged: &Record, known: Option<&Known>) -> bool {
    known.is_none() && (std::ptr::eq(patch, merged) || patch == merged)
}

/// The record is not as the caller looked it up.
pub(crate) fn stale(record: &Record) -> StoreError {
    StoreError::Stale { kind: record.kind().name.to_owned(), id: record.id().to_owned() }
}

/// Whether a field or label is `null`, which only patches may have.
fn holds_cleared(record: &Record) -> bool {
    record.members().iter().any(|(_, value)| match value {
        Value::Null => true,
        Value::Labels(labels) => labels.is_empty() || labels.values().any(Option::is_none),
        _ => false,
    })
}

/// The payload of a redaction.
pub(crate) fn redaction(no: EntryNo, reason: &str) -> Vec<u8> {
    let mut payload = format!("{{\"entry\":{no},\"reason\":").into_bytes();
    write_text(&mut payload, reason);
    payload.push(b'}');
    payload
}

/// Whether an entry has a payload that can be taken away.
pub(crate) fn may_be_redacted(entry: &Entry) -> Result<(), StoreError> {
    let reason = match entry {
        Entry { op: Op::Redaction, .. } => "it is a redaction itself, and says who redacted what",
        Entry { payload: None, .. } => "its payload is gone already",
        _ => return Ok(()),
    };
    Err(StoreError::NotRedactable { no: entry.no, reason })
}
