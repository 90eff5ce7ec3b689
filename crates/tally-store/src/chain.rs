//! The hash chain, byte by byte, so that an auditor can compute it again with any tool. Never reads a database.
//!
//! All numbers are big-endian. `text(x)` is the length of `x` in bytes (UTF-8) as 4 bytes, then `x`.
//!
//! ```text
//! genesis = SHA-256( "tallystick journal v1\n" text(journal id) )
//!
//! hash(N) = SHA-256(
//!     "tallystick entry v1\n"      20 bytes
//!     N                             8 bytes, unsigned; the first entry is 1
//!     hash(N-1)                    32 bytes; genesis where N is 1
//!     op                            1 byte: 1 patch, 2 redaction, 3 note
//!     at                            8 bytes, signed; microseconds since 1970-01-01T00:00:00Z
//!     text(actor) text(source)
//!     text(kind) text(id)          kind of the record, or topic of the note
//!     SHA-256(payload)             32 bytes; kept when the payload is redacted
//! )
//! ```
//!
//! The payload of a patch is the record line in canonical JSON (RFC 8785). Each commit stores a signed head (see
//! `checkpoint`) whose hash is the hash of the commit's last entry. This script computes a SQLite journal's chain
//! again with nothing but Python's standard library, and prints the head:
//!
//! ```python
#![doc = include_str!("chain.py")]
//! ```

use sha2::{Digest, Sha256};
use tally_model::Instant;

use crate::{Hash, Op};

/// What every entry's hash begins with.
pub const ENTRY_PREFIX: &[u8] = b"tallystick entry v1\n";
/// What the hash of the empty journal begins with.
pub const GENESIS_PREFIX: &[u8] = b"tallystick journal v1\n";

/// The hash before the first entry: binds the chain to its journal.
pub fn genesis(journal: &str) -> Hash {
    let mut hasher = Sha256::new();
    hasher.update(GENESIS_PREFIX);
    add_text(&mut hasher, journal);
    hasher.finalize().into()
}

/// SHA-256 of a payload.
pub fn payload_hash(payload: &[u8]) -> Hash {
    Sha256::digest(payload).into()
}

/// All that an entry's hash covers.
#[derive(Clone, Copy, Debug)]
pub struct Header<'a> {
    /// Number of the entry.
    pub no: u64,
    /// Hash of the entry before.
    pub previous: &'a Hash,
    /// What it does.
    pub op: Op,
    /// When it was written.
    pub at: Instant,
    /// Who wrote it.
    pub actor: &'a str,
    /// Where it came from.
    pub source: &'a str,
    /// Kind of the record, or topic of the note.
    pub kind: &'a str,
    /// Id of the record, or of the note.
    pub id: &'a str,
    /// SHA-256 of the payload.
    pub payload: &'a Hash,
}

impl Header<'_> {
    /// The entry's hash.
    pub fn hash(&self) -> Hash {
        let mut hasher = Sha256::new();
        hasher.update(ENTRY_PREFIX);
        hasher.update(self.no.to_be_bytes());
        hasher.update(self.previous);
        hasher.update([self.op.code()]);
        hasher.update(self.at.micros().to_be_bytes());
        for text in [self.actor, self.source, self.kind, self.id] {
            add_text(&mut hasher, text);
        }
        hasher.update(self.payload);
        hasher.finalize().into()
    }
}

/// No text of the journal comes near 4 GiB; the database refuses far shorter ones.
fn add_text(hasher: &mut Sha256, text: &str) {
    hasher.update(u32::try_from(text.len()).unwrap_or(u32::MAX).to_be_bytes());
    hasher.update(text.as_bytes());
}
