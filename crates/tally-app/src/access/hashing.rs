//! Hashing passwords: Argon2id, one at a time, so that a crowd at the door costs time and not memory.

use std::sync::{Mutex, PoisonError};

use argon2::{Algorithm, Argon2, Params, PasswordHasher as _, PasswordVerifier as _, Version};
use tally_store::access::random;

use crate::Error;

/// How passwords are hashed.
pub struct Hashing {
    params: Params,
    turn: Mutex<()>,
}

impl Hashing {
    /// As OWASP advises: 19 MiB, two passes, one lane.
    pub fn strong() -> Self {
        Self::with(19 * 1024, 2)
    }

    /// The least that Argon2 allows; for tests.
    pub fn weakest() -> Self {
        Self::with(8, 1)
    }

    fn with(memory: u32, passes: u32) -> Self {
        Self { params: Params::new(memory, passes, 1, None).unwrap_or_default(), turn: Mutex::new(()) }
    }

    /// A password's hash, as a PHC string.
    pub(super) fn hash(&self, password: &str) -> Result<String, Error> {
        let salt = random::<16>()?;
        let _turn = self.turn.lock().unwrap_or_else(PoisonError::into_inner);
        match self.argon().hash_password_with_salt(password.as_bytes(), salt.as_slice()) {
            Ok(hash) => Ok(hash.to_string()),
            Err(error) => Err(Error::Invalid(format!("this password cannot be hashed: {error}"))),
        }
    }

    /// Whether a password is the one that was hashed. Where there is no hash, the same work is done for nothing, so
    /// that the time taken does not tell.
    pub(super) fn holds(&self, password: &str, hash: Option<&str>) -> bool {
        let _turn = self.turn.lock().unwrap_or_else(PoisonError::into_inner);
        match hash {
            Some(hash) => self.argon().verify_password(password.as_bytes(), hash).is_ok(),
            None => {
                let done = self.argon().hash_password_with_salt(password.as_bytes(), b"nobody's own salt");
                std::hint::black_box(done).is_err_and(|_| false)
            }
        }
    }

    fn argon(&self) -> Argon2<'static> {
        Argon2::new(Algorithm::Argon2id, Version::V0x13, self.params.clone())
    }
}
