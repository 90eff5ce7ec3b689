//! The signed head: a checkpoint (c2sp.org/tlog-checkpoint) in a signed note (c2sp.org/signed-note). Never knows where
//! it is kept.
//!
//! ```text
//! tallystick/<journal id>
//! <number of entries>
//! <base64 of the head's hash>
//!
//! — <key name> <base64 of key id and signature>
//! ```
//!
//! The hash is the head of a hash chain and not the root of a Merkle tree: tools that read checkpoints can check the
//! signature and compare two of them, but there are no inclusion or consistency proofs. To check consistency, verify
//! the journal against the older checkpoint.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;

use crate::{Head, Signer, StoreError, Verifier};

/// What a checkpoint says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Checkpoint {
    /// Its origin line: which journal.
    pub origin: String,
    /// The head that was signed.
    pub head: Head,
}

/// The origin line of a journal.
pub fn origin(journal: &str) -> String {
    format!("tallystick/{journal}")
}

impl Checkpoint {
    /// Signs a head.
    pub fn sign(origin: &str, head: &Head, signer: &Signer) -> String {
        let text = format!("{origin}\n{}\n{}\n", head.size, STANDARD.encode(head.hash));
        let line = signer.sign(&text);
        format!("{text}\n{line}")
    }

    /// Reads a checkpoint and checks that one of `keys` signed it; signatures of others (witnesses) are passed over.
    ///
    /// # Errors
    /// Where it is no checkpoint, or none of the keys signed it.
    pub fn open(note: &str, keys: &[Verifier]) -> Result<Self, StoreError> {
        let (text, lines) = split(note)?;
        let checkpoint = Self::parse(text)?;
        for line in lines {
            let (name, signature) = signature_line(line)?;
            if keys.iter().any(|key| key.holds(name, &signature, text)) {
                return Ok(checkpoint);
            }
        }
        Err(StoreError::BadCheckpoint("no signature of the given key holds"))
    }

    /// Reads what a checkpoint says without looking at who signed it.
    ///
    /// # Errors
    /// Where it is no checkpoint.
    pub fn read_unchecked(note: &str) -> Result<Self, StoreError> {
        Self::parse(split(note)?.0)
    }

    /// `<name>+<key id>` of the keys that a checkpoint says it is signed with.
    ///
    /// # Errors
    /// Where it is no checkpoint.
    pub fn signers(note: &str) -> Result<Vec<String>, StoreError> {
        let mut labels = Vec::new();
        for line in split(note)?.1 {
            let (name, signature) = signature_line(line)?;
            let id = signature.first_chunk::<4>().ok_or(StoreError::BadCheckpoint("a signature is too short"))?;
            labels.push(format!("{name}+{:08x}", u32::from_be_bytes(*id)));
        }
        Ok(labels)
    }

    fn parse(text: &str) -> Result<Self, StoreError> {
        let mut lines = text.split('\n');
        let (Some(origin), Some(size), Some(hash)) = (lines.next(), lines.next(), lines.next()) else {
            return Err(StoreError::BadCheckpoint("it has fewer than three lines"));
        };
        let number = size.parse::<u64>().ok().filter(|number| number.to_string() == size);
        let size = number.ok_or(StoreError::BadCheckpoint("its second line is not a number of entries"))?;
        let hash = STANDARD.decode(hash).ok().and_then(|hash| hash.try_into().ok());
        let hash = hash.ok_or(StoreError::BadCheckpoint("its third line is not base64 of 32 bytes"))?;
        if origin.is_empty() {
            return Err(StoreError::BadCheckpoint("its first line is empty"));
        }
        Ok(Self { origin: origin.to_owned(), head: Head { size, hash } })
    }
}

/// The signed text with its last newline, and the lines of signatures.
fn split(note: &str) -> Result<(&str, std::str::Lines<'_>), StoreError> {
    if note.chars().any(|c| c.is_control() && c != '\n') {
        return Err(StoreError::BadCheckpoint("it holds control characters"));
    }
    let at = note.rfind("\n\n").ok_or(StoreError::BadCheckpoint("no empty line before the signatures"))?;
    let (text, signatures) = (&note[..=at], &note[at + 2..]);
    if !signatures.ends_with('\n') {
        return Err(StoreError::BadCheckpoint("it does not end with a line of signature"));
    }
    Ok((text, signatures.lines()))
}

fn signature_line(line: &str) -> Result<(&str, Vec<u8>), StoreError> {
    let parts = line.strip_prefix("— ").and_then(|line| line.split_once(' '));
    let (name, signature) = parts.ok_or(StoreError::BadCheckpoint("a line of signature is not `— <name> <base64>`"))?;
    let signature = STANDARD.decode(signature).map_err(|_| StoreError::BadCheckpoint("a signature is not base64"))?;
    Ok((name, signature))
}
