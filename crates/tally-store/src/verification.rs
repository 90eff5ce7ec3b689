//! What a walk through the whole journal found. Plain data; whoever shows it decides what to do.

use std::fmt;

use crate::{EntryNo, Head};

/// What was found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Verification {
    /// The journal's id.
    pub journal: String,
    /// The number of entries walked over.
    pub entries: u64,
    /// The number of commits walked over.
    pub commits: u64,
    /// The number of payloads that were redacted, each by an entry that says so.
    pub redacted: u64,
    /// The head, as the last entry has it.
    pub head: Head,
    /// What is wrong, up to a limit.
    pub faults: Vec<Fault>,
    /// The number of further faults beyond that limit.
    pub more: u64,
}

impl Verification {
    /// The most faults that are listed.
    pub const MOST: usize = 200;

    /// Whether nothing is wrong.
    pub fn holds(&self) -> bool {
        self.faults.is_empty()
    }

    pub(crate) fn fault(&mut self, entry: Option<u64>, wrong: Wrong, found: impl Into<String>) {
        if self.faults.len() < Self::MOST {
            self.faults.push(Fault { entry: entry.map(EntryNo), wrong, found: found.into() });
        } else {
            self.more += 1;
        }
    }
}

/// One thing that is wrong.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fault {
    /// The entry where it shows, where it is one entry's.
    pub entry: Option<EntryNo>,
    /// What kind of fault it is.
    pub wrong: Wrong,
    /// What was found, in words.
    pub found: String,
}

/// Kinds of fault.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Wrong {
    /// A payload is not the one that was hashed.
    AlteredPayload,
    /// Number, time, actor, source, operation, kind, id or a hash is not what the chain says.
    AlteredHeader,
    /// An entry is not there.
    MissingEntry,
    /// An entry is there that no commit holds.
    AddedEntry,
    /// An entry stands in another's place.
    Reordered,
    /// A payload is gone and no redaction says so, or is there although one says it is gone.
    Redaction,
    /// The links between the entries of one record are not right.
    BrokenLink,
    /// A commit's own row is not right.
    AlteredCommit,
    /// A signed head is not signed by the given key, or signs something else.
    BadSignature,
    /// History is not what a kept head says it was.
    Rewritten,
    /// A current record is not what its patches add up to.
    RecordDiffers,
    /// The tables, indexes or triggers are not those that this program makes.
    AlteredSchema,
    /// Part of the file cannot be read.
    Unreadable,
}

impl Wrong {
    /// Its name, for people and machines.
    pub const fn word(self) -> &'static str {
        match self {
            Self::AlteredPayload => "altered payload",
            Self::AlteredHeader => "altered header",
            Self::MissingEntry => "missing entry",
            Self::AddedEntry => "added entry",
            Self::Reordered => "reordered entry",
            Self::Redaction => "redaction",
            Self::BrokenLink => "broken link",
            Self::AlteredCommit => "altered commit",
            Self::BadSignature => "bad signature",
            Self::Rewritten => "rewritten history",
            Self::RecordDiffers => "record differs from the journal",
            Self::AlteredSchema => "altered schema",
            Self::Unreadable => "unreadable",
        }
    }
}

impl fmt::Display for Fault {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(entry) = self.entry {
            write!(out, "entry {entry}: ")?;
        }
        write!(out, "{}: {}", self.wrong.word(), self.found)
    }
}
