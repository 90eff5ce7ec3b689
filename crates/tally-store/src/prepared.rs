//! A record made ready for the journal on whatever thread has time: its canonical bytes and their hash, made once.
//! Only the hash of the chain has to wait for the entry before. Never touches a database.

use tally_model::Record;

use crate::Hash;
use crate::chain::payload_hash;

/// A whole record with the payload of its first entry. Bytes and hash are always those of the record.
#[derive(Clone, Debug)]
pub struct Prepared {
    record: Record,
    payload: Vec<u8>,
    payload_sha256: Hash,
}

impl Prepared {
    /// Writes the record out and hashes it. The record must be settled (see `Record::settled`) before it is appended.
    pub fn new(record: Record) -> Self {
        let mut payload = Vec::with_capacity(512);
        record.write(&mut payload);
        let payload_sha256 = payload_hash(&payload);
        Self { record, payload, payload_sha256 }
    }

    /// The record.
    pub const fn record(&self) -> &Record {
        &self.record
    }

    /// Its canonical bytes: what the journal keeps.
    pub fn payload(&self) -> &[u8] {
        &self.payload
    }

    /// Their SHA-256.
    pub const fn payload_sha256(&self) -> &Hash {
        &self.payload_sha256
    }
}
