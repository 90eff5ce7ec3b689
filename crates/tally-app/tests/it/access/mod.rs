//! Access: who gets in and how, who is kept out and why, and what the journal is told of it.

mod codes;
mod links;
mod outside;
mod outward;
mod people;
mod permission;
mod sign_in;
mod tokens;

use tally_app::access::{Access, Desk, Hashing, Invite, Refusal, Role, SignIn, SignedIn, Viewer};
use tally_app::{Error, Programme};
use tally_model::Instant;
use tempfile::TempDir;

pub const PASSWORD: &str = "three words and a fish";
pub const SECOND: i64 = 1_000_000;
pub const HOUR: i64 = 3_600 * SECOND;

/// A programme with its desk; one person, the administrator `ada`.
pub struct Place {
    pub programme: Programme,
    pub desk: Desk,
    _dir: TempDir,
}

impl Place {
    /// Nobody is there yet.
    pub fn bare() -> Self {
        let dir = tempfile::tempdir().unwrap();
        let programme = Programme::init(&dir.path().join(".tally")).unwrap();
        let desk = Desk::with_hashing(access(&programme), Hashing::weakest());
        Self { programme, desk, _dir: dir }
    }

    pub fn new() -> Self {
        let mut place = Self::bare();
        let link = place.desk.first_link(at(0)).unwrap().unwrap();
        place.desk.accept_link(&mut place.programme, &link, "ada", PASSWORD, at(0)).unwrap();
        place
    }

    /// A person with the usual password.
    pub fn person(&mut self, account: &str, role: Role, teams: Option<&[&str]>) {
        let teams = teams.map(|teams| teams.iter().map(|team| (*team).to_owned()).collect());
        let invite = Invite { account: account.to_owned(), name: String::new(), email: None, role, teams };
        let link = self.desk.invite(&mut self.programme, &machine(), &invite, at(0)).unwrap();
        self.desk.accept_link(&mut self.programme, &link, "", PASSWORD, at(0)).unwrap();
    }

    /// Signs in at an instant; gives the session's secret.
    pub fn session(&self, account: &str, now: Instant) -> String {
        match self.desk.sign_in(&asked(account, PASSWORD, ""), now).unwrap() {
            SignedIn::Open(opened) => opened.secret,
            SignedIn::CodeWanted => panic!("{account} is asked for a code"),
        }
    }

    /// Somebody signed in just now.
    pub fn viewer(&self, account: &str, now: Instant) -> Viewer {
        self.desk.session(&self.session(account, now), now).unwrap().unwrap()
    }

    /// What the journal was told: `actor: payload`.
    pub fn notes(&self) -> Vec<String> {
        let entries = tally_app::journal::show(&self.programme, 1, 1_000).unwrap();
        let text = |entry: &tally_app::journal::Entry| String::from_utf8(entry.payload.clone().unwrap()).unwrap();
        entries.iter().filter(|entry| entry.kind == "access").map(|entry| format!("{}: {}", entry.actor, text(entry))).collect()
    }

    /// Everything that lies in the data directory, as bytes.
    pub fn bytes(&self) -> Vec<u8> {
        let mut all = Vec::new();
        for name in ["journal.db", "journal.db-wal", "access.db", "access.db-wal"] {
            all.extend(std::fs::read(self.programme.root().join(name)).unwrap_or_default());
        }
        all
    }
}

fn access(programme: &Programme) -> Box<dyn Access> {
    programme.access().unwrap()
}

pub fn machine() -> Viewer {
    Viewer::at_machine("root")
}

/// Microseconds after an instant that is no round number of anything.
pub fn at(micros: i64) -> Instant {
    Instant::from_micros(1_790_000_000_000_000 + micros)
}

pub fn asked<'a>(account: &'a str, password: &'a str, code: &'a str) -> SignIn<'a> {
    SignIn { account, password, code, address: "192.0.2.7", agent: "a browser" }
}

/// The refusal in an answer.
#[track_caller]
pub fn refusal<T>(answer: Result<T, Error>) -> Refusal {
    match answer {
        Err(Error::Access(refusal)) => refusal,
        Err(error) => panic!("another error: {error}"),
        Ok(_) => panic!("it was allowed"),
    }
}

/// The words of an error that is no refusal.
#[track_caller]
pub fn said<T>(answer: Result<T, Error>) -> String {
    match answer {
        Err(Error::Access(refusal)) => panic!("a refusal: {refusal}"),
        Err(error) => error.to_string(),
        Ok(_) => panic!("it was allowed"),
    }
}
