//! Entries, commits and heads: the words of the journal. Plain data; nothing here touches a database.

use std::fmt;

use tally_model::{Instant, Kind, Record};

/// SHA-256 of something.
pub type Hash = [u8; 32];

/// The number of a journal entry; the first is 1.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct EntryNo(pub u64);

impl fmt::Display for EntryNo {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(out)
    }
}

/// Who writes, from where, and when: the same for all entries of one batch.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Commit {
    /// The person or tool.
    pub actor: String,
    /// Where it comes from: a file's name, a tool, a page.
    pub source: String,
    /// When.
    pub at: Instant,
}

/// A commit as the journal holds it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Committed {
    /// Its number; the first is 1.
    pub no: u64,
    /// Who, from where, when.
    pub commit: Commit,
    /// Its first entry.
    pub first: EntryNo,
    /// Its last entry.
    pub last: EntryNo,
    /// The signed head after it.
    pub checkpoint: String,
}

/// The end of the chain: how many entries there are, and the hash of the last.
///
/// This is the head of a hash chain, not the root of a Merkle tree: it proves that nothing before it has changed to
/// whoever walks the whole chain, and offers no short proof of a single entry.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Head {
    /// The number of entries.
    pub size: u64,
    /// The hash of the last entry; of the journal's id where there is none (see `chain::genesis`).
    pub hash: Hash,
}

/// What an entry does.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Op {
    /// Says something about a record; the payload is a patch, a record line in canonical JSON.
    Patch,
    /// Takes the payload of an earlier entry away; the payload is `{"entry":N,"reason":"..."}`.
    Redaction,
    /// Holds a JSON payload of the application's own; `kind` is its topic.
    Note,
}

impl Op {
    /// The byte that stands for it in the chain and in the database.
    pub const fn code(self) -> u8 {
        match self {
            Self::Patch => 1,
            Self::Redaction => 2,
            Self::Note => 3,
        }
    }

    /// The operation that this byte stands for.
    pub const fn from_code(code: u8) -> Option<Self> {
        match code {
            1 => Some(Self::Patch),
            2 => Some(Self::Redaction),
            3 => Some(Self::Note),
            _ => None,
        }
    }

    /// Its word, for people.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Patch => "patch",
            Self::Redaction => "redaction",
            Self::Note => "note",
        }
    }
}

/// One entry of the journal.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// Its number.
    pub no: EntryNo,
    /// The number of the commit that it is part of.
    pub commit: u64,
    /// When it was written.
    pub at: Instant,
    /// Who wrote it.
    pub actor: String,
    /// Where it came from.
    pub source: String,
    /// What it does.
    pub op: Op,
    /// Kind of the record, or topic of the note.
    pub kind: String,
    /// Id of the record, or of the note.
    pub id: String,
    /// The entry of the same record before this one.
    pub previous: Option<EntryNo>,
    /// What it says; `None` where it was redacted.
    pub payload: Option<Vec<u8>>,
    /// SHA-256 of the payload, kept when the payload is redacted.
    pub payload_sha256: Hash,
    /// Its hash in the chain.
    pub hash: Hash,
}

/// A record as a batch finds it.
#[derive(Clone, Debug, PartialEq)]
pub struct Known {
    /// The record as it stands, what this batch wrote included.
    pub record: Record,
    /// Its first entry.
    pub first: EntryNo,
    /// Its last entry.
    pub last: EntryNo,
    /// Whether this batch created it.
    pub created_here: bool,
    /// Whether this batch wrote to it.
    pub touched_here: bool,
    /// The driver's own key of it.
    pub(crate) slot: i64,
}

/// A reference that could not be resolved when it was read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Waiting<'a> {
    /// The record that holds it: kind and id.
    pub from: (&'static Kind, &'a str),
    /// Path of the field that holds it.
    pub field: &'a str,
    /// Kinds it may point to.
    pub kinds: &'a [&'a str],
    /// The id it names.
    pub id: &'a str,
    /// The file it was read from.
    pub file: &'a str,
    /// The line in that file, from 1.
    pub line: u64,
}

/// A reference that no record answers to at the end of a batch.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unresolved {
    /// Kind of the record that holds it.
    pub from_kind: String,
    /// Id of the record that holds it.
    pub from_id: String,
    /// Path of the field that holds it.
    pub field: String,
    /// Kinds it may point to.
    pub kinds: Vec<String>,
    /// The id it names.
    pub id: String,
    /// The file it was read from.
    pub file: String,
    /// The line in that file, from 1.
    pub line: u64,
}

/// What happened after an entry.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Changed {
    /// The head that the walk saw; ask again from its size next time.
    pub head: Head,
    /// Records walked over.
    pub records: u64,
    /// Whether a payload was redacted: what was derived from earlier entries may hold it still.
    pub redacted: bool,
}

/// What a redaction did.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Redacted {
    /// The entry that records it.
    pub entry: EntryNo,
    /// The head after it.
    pub head: Head,
    /// Whether the bytes are gone from the files already. Where another program was reading, they go when it is done
    /// and the journal is next written to.
    pub erased: bool,
}
