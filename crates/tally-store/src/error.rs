//! What can go wrong in the store, and what to do about it. Never hides its cause: every variant keeps its source.

use std::error::Error;
use std::io;
use std::path::PathBuf;

use crate::EntryNo;

/// The cause beneath an error.
pub type Cause = Box<dyn Error + Send + Sync>;

/// Why the store could not do what it was asked to.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum StoreError {
    /// There is no journal where one was to be opened.
    #[error("no journal at {}; run `tally init` to begin one", path.display())]
    Missing {
        /// Where it was looked for.
        path: PathBuf,
    },
    /// There is a journal where one was to be begun.
    #[error("{} already holds a journal; open it, or begin the new one elsewhere", path.display())]
    Exists {
        /// Where it is.
        path: PathBuf,
    },
    /// The file is something else.
    #[error("{} is no journal: {found}; check the path of the data directory", path.display())]
    NotJournal {
        /// The file.
        path: PathBuf,
        /// What it seems to be.
        found: String,
    },
    /// The file was written by a newer program.
    #[error(
        "{} has journal format {found}, this program knows formats up to {known}; install a newer tally, nothing was changed",
        path.display()
    )]
    NewerFormat {
        /// The file.
        path: PathBuf,
        /// Its format.
        found: i64,
        /// The newest format that this program knows.
        known: i64,
    },
    /// The file could not be opened.
    #[error("cannot open {}: {source}", path.display())]
    Open {
        /// The file.
        path: PathBuf,
        /// Why.
        source: Cause,
    },
    /// Another program is writing.
    #[error("{doing}: another program is writing to this journal; wait until it is done, or stop it, and try again")]
    Busy {
        /// What was being done.
        doing: &'static str,
        /// The driver's own words.
        source: Cause,
    },
    /// There is no room left.
    #[error(
        "{doing}: the disk is full, or the journal has reached its size limit; nothing was written, free some space and try again"
    )]
    Full {
        /// What was being done.
        doing: &'static str,
        /// The driver's own words.
        source: Cause,
    },
    /// There is no room to open it: even reading needs a few bytes beside the journal.
    #[error(
        "cannot open {}: its disk is full, or takes no more writes; free some space there and try again, \
         nothing was changed",
        path.display()
    )]
    NoRoom {
        /// The journal's file.
        path: PathBuf,
        /// The driver's own words: a code that says less than the message, so it is no source that is printed after it.
        said: Cause,
    },
    /// The journal may only be read.
    #[error("{doing}: the journal is open for reading only, or its file or directory is write-protected")]
    ReadOnly {
        /// What was being done.
        doing: &'static str,
        /// The driver's own words.
        source: Cause,
    },
    /// The file is damaged.
    #[error("{doing}: the journal's file is damaged; run `tally journal verify` to see where, then restore a backup")]
    Corrupt {
        /// What was being done.
        doing: &'static str,
        /// The driver's own words.
        source: Cause,
    },
    /// The database failed in another way.
    #[error("{doing}: {source}")]
    Database {
        /// What was being done.
        doing: &'static str,
        /// The driver's own words.
        source: Cause,
    },
    /// The connection was lost before the server said whether the commit stands.
    #[error(
        "{doing}: the connection was lost before the database said whether it holds; look at the last entries with \
         `tally journal show`, then do it again where they are not there (importing the same file twice adds nothing)"
    )]
    Uncertain {
        /// What was being done.
        doing: &'static str,
        /// The driver's own words.
        source: Cause,
    },
    /// The address of a database cannot be used.
    #[error("not the address of a database: {0}; expected postgres://user@host/database")]
    BadAddress(String),
    /// A journal was to be copied to where there is something already.
    #[error(
        "the target is not empty: it has {size} entries, or another journal's id; begin with an empty one, nothing was changed"
    )]
    NotEmpty {
        /// The number of entries there.
        size: u64,
    },
    /// A copy is not what it was made of, or what it was made of is damaged.
    #[error("the copy does not hold, so it was not kept: {found}; run `tally journal verify` on the source")]
    NotCopied {
        /// What was found.
        found: String,
    },
    /// Something stored cannot be understood.
    #[error("{what} cannot be read: {found}; run `tally journal verify` to see what else is wrong, then restore a backup")]
    Malformed {
        /// Which part of the journal.
        what: String,
        /// What was found there.
        found: String,
    },
    /// A record of a kind that this program does not know.
    #[error("the journal holds records of kind `{name}`, which this program does not know; install a newer tally")]
    UnknownKind {
        /// The kind.
        name: String,
    },
    /// There is no such entry.
    #[error("the journal has no entry {0}; its entries are 1 to {1}")]
    NoEntry(EntryNo, u64),
    /// The entry cannot be redacted.
    #[error("entry {no} cannot be redacted: {reason}")]
    NotRedactable {
        /// The entry.
        no: EntryNo,
        /// Why not.
        reason: &'static str,
    },
    /// The record has changed since it was looked up, or exists although it was said to be new.
    #[error("{kind} {id} is not as it was looked up; look it up again in the same batch before appending")]
    Stale {
        /// Kind of the record.
        kind: String,
        /// Its id.
        id: String,
    },
    /// A patch and the record it is said to lead to do not belong together.
    #[error("a patch of {patch} was given with the record {merged}")]
    Mismatch {
        /// What the patch is of.
        patch: String,
        /// What the record is.
        merged: String,
    },
    /// A record that is to be current still holds cleared fields.
    #[error("{kind} {id} still holds a field that is cleared; `Record::settled` takes those out")]
    Unsettled {
        /// Kind of the record.
        kind: String,
        /// Its id.
        id: String,
    },
    /// The batch failed before and can only be given up.
    #[error("an earlier write of this batch failed, so none of it is kept; begin a new batch")]
    Broken,
    /// The key that signs is not the journal's.
    #[error(
        "the journal's head is signed with key {expected}, this key is {found}; use the journal's own key, or renew the key on purpose"
    )]
    OtherKey {
        /// Name and id of the key that signed last.
        expected: String,
        /// Name and id of the key that was given.
        found: String,
    },
    /// The text of a key cannot be read.
    #[error("not a key: {0}")]
    BadKey(&'static str),
    /// The text of a signed head cannot be read, or its signature does not hold.
    #[error("not a signed head: {0}")]
    BadCheckpoint(&'static str),
    /// No random bytes were to be had.
    #[error("the system gave no random bytes: {0}")]
    NoRandom(Cause),
    /// A file of the evidence store could not be read or written.
    #[error("{doing} {}: {source}", path.display())]
    File {
        /// What was being done.
        doing: &'static str,
        /// The file.
        path: PathBuf,
        /// Why it failed.
        source: io::Error,
    },
    /// The evidence store does not have these bytes.
    #[error("no evidence with digest {0}; it was removed, or belongs to another data directory")]
    NoEvidence(String),
    /// The bytes are not those that were put in.
    #[error("evidence {digest} is damaged: {found}; restore its file from a backup, or import the report again")]
    DamagedEvidence {
        /// Digest of what was put in.
        digest: String,
        /// What was found instead.
        found: String,
    },
    /// The input could not be read.
    #[error("cannot read the input: {0}")]
    Input(io::Error),
    /// The caller's own function stopped the walk.
    #[error(transparent)]
    Stopped(Cause),
}

impl StoreError {
    /// Wraps an error of the caller's, to stop a walk through records or entries with it.
    pub fn stopped(cause: impl Into<Cause>) -> Self {
        Self::Stopped(cause.into())
    }

    /// What is wrong, without the advice: for a list of faults, whose reader knows what to do.
    pub(crate) fn plain(&self) -> String {
        match self {
            Self::Malformed { what, found } => format!("{what}: {found}"),
            Self::UnknownKind { name } => format!("`{name}` is no kind of record that this program knows"),
            Self::Corrupt { doing, source } | Self::Database { doing, source } => format!("{doing}: {source}"),
            other => other.to_string(),
        }
    }

    pub(crate) fn malformed(what: impl Into<String>, found: impl Into<String>) -> Self {
        Self::Malformed { what: what.into(), found: found.into() }
    }
}
