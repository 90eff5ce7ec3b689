//! The store: an append-only, hash-chained journal, the current records that it adds up to, its signed head, and the
//! bytes of evidence.
//!
//! An entry is never changed and never deleted; a redaction takes a payload away, says so in an entry of its own, and
//! leaves the hash. This room never reads the clock or the environment: instants come in as arguments. Everything that
//! one database alone knows stays in its folder (`sqlite/`, `postgres/`); the rest of the program sees the traits.
//!
//! - `chain` — how an entry is hashed, byte by byte, and a script that does it again.
//! - `checkpoint` — the signed head, and why it is not a Merkle root.
//! - `Store`, `Batch` — reading and writing; `open` gives one.
//! - `Verification` — what `Store::verify` finds.
//! - `evidence` — raw reports by SHA-256.

pub mod access;
pub mod chain;
pub mod change;
pub mod checkpoint;
mod copy;
mod entry;
mod error;
pub mod evidence;
mod key;
mod ledger;
mod postgres;
mod prepared;
mod replay;
mod sqlite;
mod store;
mod verification;
mod verify;

use std::path::{Path, PathBuf};
use std::time::Duration;

pub use access::{Access, open_access};
pub use change::{FieldChange, changes};
pub use checkpoint::Checkpoint;
pub use entry::{Changed, Commit, Committed, Entry, EntryNo, Hash, Head, Known, Op, Redacted, Unresolved, Waiting};
pub use error::{Cause, StoreError};
pub use evidence::{Digest, Evidence, FileEvidence, Incoming, Tee};
pub use key::{Signer, Verifier};
pub use postgres::Address;
pub use prepared::Prepared;
pub use store::{Batch, EachEntry, EachRecord, Store};
pub use verification::{Fault, Verification, Wrong};

/// How a journal is opened.
#[derive(Clone, Debug)]
pub struct Opening {
    pub(crate) mode: Mode,
    pub(crate) wait: Duration,
    pub(crate) most_bytes: Option<u64>,
}

#[derive(Clone, Debug)]
pub(crate) enum Mode {
    Create(String),
    Write,
    Read,
}

impl Opening {
    /// Begins a new journal with this id; see `new_journal_id`.
    pub fn create(journal: impl Into<String>) -> Self {
        Self::with(Mode::Create(journal.into()))
    }

    /// Opens an existing journal to read and write.
    pub const fn write() -> Self {
        Self::with(Mode::Write)
    }

    /// Opens an existing journal to read only.
    pub const fn read() -> Self {
        Self::with(Mode::Read)
    }

    /// How long to wait for another writer before giving up; 5 seconds where nothing is said.
    #[must_use]
    pub const fn waiting(mut self, wait: Duration) -> Self {
        self.wait = wait;
        self
    }

    /// The size that the journal's file must not outgrow; writes beyond it fail as on a full disk.
    #[must_use]
    pub const fn no_larger_than(mut self, bytes: u64) -> Self {
        self.most_bytes = Some(bytes);
        self
    }

    const fn with(mode: Mode) -> Self {
        Self { mode, wait: Duration::from_secs(5), most_bytes: None }
    }
}

/// Opens the journal in a file.
///
/// # Errors
/// Where there is none (or already one, when creating), it is something else, or of a newer format.
pub fn open(path: &Path, opening: &Opening) -> Result<Box<dyn Store>, StoreError> {
    Ok(Box::new(sqlite::Sqlite::open(path, opening)?))
}

/// Opens the journal in a PostgreSQL database, in the first schema of its search path.
///
/// Its calls wait for the network: none may be made on a thread that runs futures.
///
/// # Errors
/// As `open`, and where there is no connection to be had.
pub fn connect(address: &Address, opening: &Opening) -> Result<Box<dyn Store>, StoreError> {
    Ok(Box::new(postgres::Postgres::open(address, opening)?))
}

/// Opens the access tables beside the journal in a PostgreSQL database, and makes them where there are none.
///
/// # Errors
/// Where there is no connection to be had, or they cannot be made.
pub fn connect_access(address: &Address) -> Result<Box<dyn Access>, StoreError> {
    Ok(Box::new(postgres::access::Desk::open(address)?))
}

/// The files that a journal at `path` may consist of: a backup copies all that exist, with no writer at work.
pub fn files(path: &Path) -> Vec<PathBuf> {
    sqlite::files(path)
}

/// A new journal id: 16 random bytes as hexadecimal digits.
///
/// # Errors
/// Where the system has no random bytes.
pub fn new_journal_id() -> Result<String, StoreError> {
    let mut bytes = [0; 16];
    getrandom::fill(&mut bytes).map_err(|error| StoreError::NoRandom(Box::new(error)))?;
    Ok(hex(&bytes))
}

/// Bytes as lowercase hexadecimal digits.
pub fn hex(bytes: &[u8]) -> String {
    const DIGITS: &[u8; 16] = b"0123456789abcdef";
    bytes.iter().flat_map(|b| [b >> 4, b & 15]).map(|digit| char::from(DIGITS[usize::from(digit)])).collect()
}
