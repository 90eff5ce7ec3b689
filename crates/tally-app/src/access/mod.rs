//! Access: who may come in, and as what. People, sign-in, sessions, API tokens, one-time links, one-time codes; saved
//! views, and requests that are sent twice.
//!
//! Nothing here speaks HTTP or the protocol of a sign-in service, and nothing reads the clock: `now` is an argument.
//! No secret leaves but the moment it is made; what is stored are hashes; decision 10 says why.
//! What changes who may do what is a note in the journal, under topic `access`, before it is done.

mod account;
mod codes;
mod hashing;
mod keep;
mod links;
mod note;
mod outside;
mod outward;
mod people;
mod permission;
mod refusal;
mod secret;
mod session;
mod sign_in;
mod token;
mod viewer;

use std::sync::{Mutex, MutexGuard, PoisonError};

use tally_model::Instant;
pub use tally_store::Access;
pub use tally_store::access::{Event, Link, Outside, Person, Reply, Reservation, Role, Saved, Token, TokenScope};

use crate::{Error, Programme};
pub use codes::NewCodes;
pub use hashing::Hashing;
pub use links::{LINK_PATH, Offer, Purpose};
pub use outside::{Claims, OutsideRule};
pub use people::{Alter, Invite};
pub use permission::Permission;
pub use refusal::Refusal;
pub use secret::{fresh, same, seal, seal_holds};
pub use session::SeenSession;
pub use sign_in::{Opened, SignIn, SignedIn};
pub use token::{MadeToken, NewToken};
pub use viewer::{Means, Viewer};

const SECOND: i64 = 1_000_000;
const MINUTE: i64 = 60 * SECOND;
const HOUR: i64 = 60 * MINUTE;

/// The desk at which everybody is asked who they are. One serves all threads.
pub struct Desk {
    access: Mutex<Box<dyn Access>>,
    hashing: Hashing,
}

impl Desk {
    /// A desk over an open access database.
    pub fn new(access: Box<dyn Access>) -> Self {
        Self::with_hashing(access, Hashing::strong())
    }

    /// A desk that hashes passwords in its own way; for tests, whose passwords guard nothing.
    pub fn with_hashing(access: Box<dyn Access>, hashing: Hashing) -> Self {
        Self { access: Mutex::new(access), hashing }
    }

    /// The desk of a programme: its people are kept where its journal is.
    ///
    /// # Errors
    /// Where the database cannot be opened.
    pub fn of(programme: &Programme) -> Result<Self, Error> {
        Ok(Self::new(programme.access()?))
    }

    /// The database, one asker at a time; never held while a password is hashed.
    fn access(&self) -> MutexGuard<'_, Box<dyn Access>> {
        self.access.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The person behind a viewer.
    fn person_of(&self, viewer: &Viewer) -> Result<Person, Error> {
        self.person(&viewer.person)
    }

    /// A person by account name.
    fn person(&self, account: &str) -> Result<Person, Error> {
        self.access().person(account)?.ok_or_else(|| account::unknown(account))
    }
}

/// The instant so many microseconds later.
fn after(now: Instant, micros: i64) -> Instant {
    Instant::from_micros(now.micros().saturating_add(micros))
}
