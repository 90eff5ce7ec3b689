//! Who may come in: people, sessions, API tokens, one-time links, saved views, and what is kept so that a request which
//! is sent twice acts once.
//!
//! None of it is in the journal: it holds secrets' hashes and addresses, and it may be deleted. What the journal has to
//! know (a role changed, a token revoked) the application writes there as a note. Nothing here hashes a password, reads
//! the clock, or decides who may do what: instants and hashes come in as arguments. Every method that decides and
//! writes does both in one transaction, so that two servers on one database never both say yes.

pub(crate) mod over;
pub(crate) mod whole;
mod words;

use std::path::{Path, PathBuf};

use tally_model::Instant;

use crate::{Hash, StoreError, sqlite};
pub use whole::Whole;
pub use words::{
    Attempt, Change, Event, Link, Outside, Pace, Person, Reply, Reservation, Role, Saved, Session, Token, TokenScope, Totp,
};

/// The file beside the journal that SQLite keeps access in.
pub const FILE: &str = "access.db";

/// People, sessions, tokens, links, saved views and replies.
///
/// One `Access` is one connection; it moves between threads, and is used by one at a time.
pub trait Access: Send {
    // people

    /// One person by account name.
    ///
    /// # Errors
    /// Where the database fails.
    fn person(&mut self, id: &str) -> Result<Option<Person>, StoreError>;

    /// The person whom a sign-in service knows under this name.
    ///
    /// # Errors
    /// Where the database fails.
    fn outsider(&mut self, outside: &Outside) -> Result<Option<Person>, StoreError>;

    /// All people, by account name in byte order.
    ///
    /// # Errors
    /// Where the database fails.
    fn people(&mut self) -> Result<Vec<Person>, StoreError>;

    /// Adds a person, whose version becomes 1 whatever it says; `Change::Stale` where the account name or the outside
    /// identity is taken. With `first`, `Change::Refused` where there is anybody already.
    ///
    /// # Errors
    /// Where the database fails.
    fn add_person(&mut self, person: &Person, first: bool) -> Result<Change, StoreError>;

    /// Puts a person in the place of the one with the same account name and version, which goes up by one. `Stale`
    /// where there is none (somebody else changed it), or the outside identity is another's; `Refused` where this would
    /// leave no administrator who is not disabled.
    /// The last step of a one-time code (`Totp::step`) stays, where the secret stays.
    ///
    /// # Errors
    /// Where the database fails.
    fn change_person(&mut self, person: &Person) -> Result<Change, StoreError>;

    /// Marks a step of the person's one-time codes as used; false where it, or a later one, was used before.
    ///
    /// # Errors
    /// Where the database fails.
    fn use_step(&mut self, person: &str, step: u64) -> Result<bool, StoreError>;

    /// Puts these recovery codes (hashed) in the place of all that the person has.
    ///
    /// # Errors
    /// Where the database fails, or there is no such person.
    fn put_recovery(&mut self, person: &str, codes: &[Hash]) -> Result<(), StoreError>;

    /// Uses up a recovery code; false where the person has no such code (any more).
    ///
    /// # Errors
    /// Where the database fails.
    fn use_recovery(&mut self, person: &str, code: &Hash) -> Result<bool, StoreError>;

    /// How many recovery codes the person has left.
    ///
    /// # Errors
    /// Where the database fails.
    fn recovery_left(&mut self, person: &str) -> Result<u32, StoreError>;

    // sessions

    /// Keeps a session.
    ///
    /// # Errors
    /// Where the database fails, or there is no such person.
    fn add_session(&mut self, session: &Session) -> Result<(), StoreError>;

    /// A session by its hashed id, however old it is.
    ///
    /// # Errors
    /// Where the database fails.
    fn session(&mut self, id: &Hash) -> Result<Option<Session>, StoreError>;

    /// The sessions of a person, the last seen first.
    ///
    /// # Errors
    /// Where the database fails.
    fn sessions(&mut self, person: &str) -> Result<Vec<Session>, StoreError>;

    /// Notes when a session was last seen and, where given, when its person last proved who it is. Neither goes back.
    ///
    /// # Errors
    /// Where the database fails.
    fn touch_session(&mut self, id: &Hash, seen: Instant, proved: Option<Instant>) -> Result<(), StoreError>;

    /// Ends a session; false where there is none.
    ///
    /// # Errors
    /// Where the database fails.
    fn end_session(&mut self, id: &Hash) -> Result<bool, StoreError>;

    /// Ends all sessions of a person but one; gives how many.
    ///
    /// # Errors
    /// Where the database fails.
    fn end_sessions(&mut self, person: &str, but: Option<&Hash>) -> Result<u64, StoreError>;

    // tokens

    /// Keeps an API token.
    ///
    /// # Errors
    /// Where the database fails, there is no such person, or the id or the secret is taken.
    fn add_token(&mut self, token: &Token) -> Result<(), StoreError>;

    /// A token by its hashed secret, expired and revoked ones included.
    ///
    /// # Errors
    /// Where the database fails.
    fn token(&mut self, secret: &Hash) -> Result<Option<Token>, StoreError>;

    /// The tokens of one person or of all, by creation and id.
    ///
    /// # Errors
    /// Where the database fails.
    fn tokens(&mut self, person: Option<&str>) -> Result<Vec<Token>, StoreError>;

    /// Notes when a token was last used; never goes back.
    ///
    /// # Errors
    /// Where the database fails.
    fn touch_token(&mut self, id: &str, used: Instant) -> Result<(), StoreError>;

    /// Revokes a token for good; false where there is none, or it was revoked before.
    ///
    /// # Errors
    /// Where the database fails.
    fn revoke_token(&mut self, id: &str, at: Instant) -> Result<bool, StoreError>;

    // links

    /// Keeps a one-time link. With `alone`, links of the same purpose and person are dropped first.
    ///
    /// # Errors
    /// Where the database fails, or the id is taken.
    fn add_link(&mut self, link: &Link, alone: bool) -> Result<(), StoreError>;

    /// A link that has not expired, left in place.
    ///
    /// # Errors
    /// Where the database fails.
    fn link(&mut self, id: &Hash, now: Instant) -> Result<Option<Link>, StoreError>;

    /// Takes a link that has not expired: of all who ask for it one gets it.
    ///
    /// # Errors
    /// Where the database fails.
    fn take_link(&mut self, id: &Hash, now: Instant) -> Result<Option<Link>, StoreError>;

    /// Drops all links of a purpose that are for this person; gives how many.
    ///
    /// # Errors
    /// Where the database fails.
    fn drop_links(&mut self, purpose: &str, person: &str) -> Result<u64, StoreError>;

    // attempts

    /// Asks to try something under a key. `Wait` (and nothing is counted) before the delay of the last attempt is over;
    /// else the attempt is counted, the next delay begins, and it may `Go`. The count begins anew after `Pace::forget`.
    ///
    /// # Errors
    /// Where the database fails.
    fn attempt(&mut self, key: &str, now: Instant, pace: &Pace) -> Result<Attempt, StoreError>;

    /// Forgets the attempts under a key.
    ///
    /// # Errors
    /// Where the database fails.
    fn forgive(&mut self, key: &str) -> Result<(), StoreError>;

    /// Takes the last attempt under a key back, its delay included: it turned out well. Those before it still count.
    ///
    /// # Errors
    /// Where the database fails.
    fn take_back(&mut self, key: &str) -> Result<(), StoreError>;

    // the log of sign-ins

    /// Keeps an event; its number is given by the database.
    ///
    /// # Errors
    /// Where the database fails.
    fn log(&mut self, event: &Event) -> Result<(), StoreError>;

    /// Events, newest first: at most `most` of those numbered below `before`, of one person or of all.
    ///
    /// # Errors
    /// Where the database fails.
    fn events(&mut self, person: Option<&str>, before: Option<u64>, most: u32) -> Result<Vec<Event>, StoreError>;

    // saved views

    /// Keeps a saved view, in the place of the one with the same owner, page and name.
    ///
    /// # Errors
    /// Where the database fails, or there is no such person.
    fn put_view(&mut self, view: &Saved) -> Result<(), StoreError>;

    /// The views that a person sees: own and shared ones, of one page or of all; by page, name and owner.
    ///
    /// # Errors
    /// Where the database fails.
    fn views(&mut self, person: &str, page: Option<&str>) -> Result<Vec<Saved>, StoreError>;

    /// Removes a person's own view; false where there is none.
    ///
    /// # Errors
    /// Where the database fails.
    fn remove_view(&mut self, owner: &str, page: &str, name: &str) -> Result<bool, StoreError>;

    // replies

    /// Claims a request's key for a person until `until`. `New`: act, then `answer` (or `release`); `Running`: another
    /// is at it; `Other`: the key was used for another request; `Done`: this is what was answered. A claim or a reply
    /// whose time is over at `now` is as if it never was.
    ///
    /// # Errors
    /// Where the database fails.
    fn reserve(
        &mut self,
        person: &str,
        key: &str,
        request: &Hash,
        now: Instant,
        until: Instant,
    ) -> Result<Reservation, StoreError>;

    /// Keeps the reply to a claimed request until `until`; nothing where the claim is gone.
    ///
    /// # Errors
    /// Where the database fails.
    fn answer(&mut self, person: &str, key: &str, reply: &Reply, until: Instant) -> Result<(), StoreError>;

    /// Gives a claim up that has no reply, so that the request may be sent again.
    ///
    /// # Errors
    /// Where the database fails.
    fn release(&mut self, person: &str, key: &str) -> Result<(), StoreError>;

    // all

    /// Removes what time has passed over at `now`: links, replies, attempts not touched for a day; sessions begun before
    /// `sessions`; events before `events`. Gives how many rows went.
    ///
    /// # Errors
    /// Where the database fails.
    fn sweep(&mut self, now: Instant, sessions: Instant, events: Instant) -> Result<u64, StoreError>;

    /// Everything, as it is at one moment, to be put into another database.
    ///
    /// # Errors
    /// Where the database fails.
    fn take_out(&mut self) -> Result<Whole, StoreError>;

    /// Puts everything in that came out of another database, or nothing.
    ///
    /// # Errors
    /// `NotEmpty` where there is anybody; where the database fails.
    fn put_in(&mut self, whole: &Whole) -> Result<(), StoreError>;
}

/// Opens the access database in a data directory, and makes it where there is none. Only its owner can read its file.
///
/// # Errors
/// Where it cannot be made or opened, is something else, or of a newer format.
pub fn open_access(root: &Path) -> Result<Box<dyn Access>, StoreError> {
    Ok(Box::new(sqlite::access::open(&root.join(FILE))?))
}

/// The files that access may consist of in a data directory.
pub fn files(root: &Path) -> Vec<PathBuf> {
    sqlite::files(&root.join(FILE))
}

/// SHA-256: how ids of sessions, secrets of tokens and links, and recovery codes are stored. They are random and long,
/// so that a slow hash would add nothing; a password is none of them.
pub fn digest(bytes: &[u8]) -> Hash {
    use sha2::Digest as _;
    sha2::Sha256::digest(bytes).into()
}

/// Random bytes from the system.
///
/// # Errors
/// Where the system has none.
pub fn random<const N: usize>() -> Result<zeroize::Zeroizing<[u8; N]>, StoreError> {
    let mut bytes = zeroize::Zeroizing::new([0; N]);
    getrandom::fill(bytes.as_mut()).map_err(|error| StoreError::NoRandom(Box::new(error)))?;
    Ok(bytes)
}
