//! Secrets: 256 random bits each, told once, stored as their SHA-256. Never logged, never part of a debug text.

use subtle::ConstantTimeEq as _;
use tally_store::access::{digest, random};
use tally_store::{Hash, hex};

use crate::Error;

/// What the text of an API token begins with, so that scanners of repositories know it.
pub(super) const TOKEN: &str = "tally_";

/// A new secret: 64 hexadecimal digits.
///
/// # Errors
/// Where the system gives no random bytes.
pub fn fresh() -> Result<String, Error> {
    Ok(hex(random::<32>()?.as_slice()))
}

/// The hash under which a secret is stored.
pub(super) fn hashed(secret: &str) -> Hash {
    digest(secret.as_bytes())
}

/// Whether two texts are the same, in a time that depends on their lengths alone.
pub fn same(one: &str, other: &str) -> bool {
    one.as_bytes().ct_eq(other.as_bytes()).into()
}

/// What forms sent within a session carry, to show that they come from a page of ours: it follows from the session's
/// secret, and the secret does not follow from it.
pub fn seal(session: &str) -> String {
    hex(&digest(format!("tallystick form seal\n{session}").as_bytes()))
}

/// Whether `given` is the session's seal.
pub fn seal_holds(session: &str, given: &str) -> bool {
    same(&seal(session), given)
}
