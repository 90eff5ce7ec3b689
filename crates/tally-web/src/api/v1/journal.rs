//! The journal: its head, its entries, what a walk through it found.

use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;
use tally_app::journal::{self, hex};
use utoipa::ToSchema;

/// The journal's head.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct Head {
    /// Number of entries.
    pub entries: u64,
    /// The signed head of the last commit; null before the first. Kept elsewhere, it proves that history was not rewritten.
    pub signed: Option<String>,
    /// The public key with which it can be checked.
    pub key: String,
}

/// Entries of the journal.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct Entries {
    /// Number of entries that there are.
    pub size: u64,
    /// Those asked for, oldest first.
    pub entries: Vec<Entry>,
    /// The number to go on from; null: that was all.
    pub next: Option<u64>,
}

/// One entry.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct Entry {
    /// Its number.
    pub entry: u64,
    /// The commit that it is part of.
    pub commit: u64,
    /// When it was written.
    #[schema(format = "date-time")]
    pub at: String,
    /// Who wrote it.
    pub actor: String,
    /// Through what: a face, or the file it was read from.
    pub source: String,
    /// patch, note or redaction.
    pub op: String,
    /// Kind of the record, or topic of the note.
    pub kind: String,
    /// Id of the record, or of the note.
    pub id: String,
    /// Whether its payload was taken away.
    pub redacted: bool,
    /// What it says.
    #[schema(value_type = Option<Value>)]
    pub payload: Option<Box<RawValue>>,
    /// SHA-256 of the payload, kept when that is redacted.
    pub payload_sha256: String,
    /// Its hash in the chain.
    pub hash: String,
}

impl From<&journal::Entry> for Entry {
    fn from(entry: &journal::Entry) -> Self {
        let payload = entry.payload.as_deref().and_then(|bytes| serde_json::from_slice(bytes).ok());
        Self {
            entry: entry.no.0,
            commit: entry.commit,
            at: entry.at.to_string(),
            actor: entry.actor.clone(),
            source: entry.source.clone(),
            op: entry.op.word().to_owned(),
            kind: entry.kind.clone(),
            id: entry.id.clone(),
            redacted: entry.payload.is_none(),
            payload,
            payload_sha256: hex(&entry.payload_sha256),
            hash: hex(&entry.hash),
        }
    }
}

/// What a walk through the journal is held against.
#[derive(Clone, Debug, Default, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Verify {
    /// A signed head that was kept elsewhere.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub kept: Option<String>,
}

/// What a walk through the whole journal found.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct Verification {
    /// The journal's id.
    pub journal: String,
    /// Entries walked over.
    pub entries: u64,
    /// Commits walked over.
    pub commits: u64,
    /// Payloads that were redacted, each by an entry that says so.
    pub redacted: u64,
    /// SHA-256 of the last entry.
    pub head: String,
    /// Whether nothing is wrong.
    pub holds: bool,
    /// What is wrong, up to a limit.
    pub faults: Vec<Fault>,
    /// Further faults beyond that.
    pub more: u64,
}

/// One thing that is wrong.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct Fault {
    /// The entry where it shows.
    pub entry: Option<u64>,
    /// What kind of fault it is.
    pub wrong: String,
    /// What was found.
    pub found: String,
}

impl std::fmt::Display for Fault {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        if let Some(entry) = self.entry {
            write!(out, "entry {entry}: ")?;
        }
        write!(out, "{}: {}", self.wrong, self.found)
    }
}

impl From<&journal::Verification> for Verification {
    fn from(found: &journal::Verification) -> Self {
        let faults = found.faults.iter();
        Self {
            journal: found.journal.clone(),
            entries: found.entries,
            commits: found.commits,
            redacted: found.redacted,
            head: hex(&found.head.hash),
            holds: found.holds(),
            faults: faults
                .map(|fault| Fault {
                    entry: fault.entry.map(|no| no.0),
                    wrong: fault.wrong.word().to_owned(),
                    found: fault.found.clone(),
                })
                .collect(),
            more: found.more,
        }
    }
}
