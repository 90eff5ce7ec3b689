//! The conformance suite of access: what every driver does. A driver passes it with `access_suite!(name, place)`.

pub mod comings;
pub mod file;
pub mod keeping;
pub mod people;

use std::sync::Barrier;

use tally_model::Instant;
use tally_store::Access;
use tally_store::Hash;
use tally_store::access::{Person, Role, digest};

use crate::postgres::Postgres;

/// Somewhere that access is kept; made anew, empty, for every test. Each `open` is a connection of its own.
pub trait Place: Sync {
    fn open(&self) -> Box<dyn Access>;
}

/// Access in a SQLite file of a directory of its own.
pub struct Sqlite(pub tempfile::TempDir);

impl Sqlite {
    pub fn new() -> Self {
        Self(tempfile::tempdir().unwrap())
    }
}

impl Place for Sqlite {
    fn open(&self) -> Box<dyn Access> {
        tally_store::open_access(self.0.path()).unwrap()
    }
}

/// Seconds after the epoch.
pub fn at(seconds: i64) -> Instant {
    Instant::from_micros(seconds * 1_000_000)
}

pub fn hash(text: &str) -> Hash {
    digest(text.as_bytes())
}

pub fn person(id: &str, role: Role) -> Person {
    Person {
        id: id.to_owned(),
        name: format!("{id}, the {}", role.word()),
        email: None,
        role,
        teams: None,
        disabled: false,
        password: None,
        outside: None,
        totp: None,
        created: at(1),
        version: 1,
    }
}

/// Does the same at the same moment on eight connections.
pub fn race<T: Send>(place: &dyn Place, act: impl Fn(&mut dyn Access, usize) -> T + Sync) -> Vec<T> {
    let open: Vec<_> = (0..8).map(|_| place.open()).collect();
    at_once(open, |access, no| act(&mut **access, no))
}

/// Runs a thread on each of these, all at the same moment.
pub fn at_once<S: Send, T: Send>(starts: Vec<S>, act: impl Fn(&mut S, usize) -> T + Sync) -> Vec<T> {
    let start = Barrier::new(starts.len());
    std::thread::scope(|scope| {
        let (start, act) = (&start, &act);
        let run = |(no, mut with): (usize, S)| {
            scope.spawn(move || {
                start.wait();
                act(&mut with, no)
            })
        };
        let runs: Vec<_> = starts.into_iter().enumerate().map(run).collect();
        runs.into_iter().map(|run| run.join().unwrap()).collect()
    })
}

/// Runs the suite on one kind of place.
#[macro_export]
macro_rules! access_suite {
    ($name:ident, $place:expr) => {
        mod $name {
            use super::*;
            $crate::access_suite!(@ $place, people: nobody, comes_back_as_it_went_in, names_are_taken_once,
                only_one_is_first, changes_need_the_version, an_administrator_stays,
                two_administrators_do_not_remove_each_other, steps_go_forward, recovery_codes_go);
            $crate::access_suite!(@ $place, comings: sessions, sessions_of_a_person_end, tokens, a_token_needs_a_person, links,
                one_taker, attempts_wait, attempts_race, attempts_are_forgotten, attempts_taken_back, events);
            $crate::access_suite!(@ $place, keeping: views, replies, one_acts, claims_run_out, sweep);
        }
    };
    (@ $place:expr, $part:ident: $($test:ident),*) => {
        mod $part {
            use super::*;
            $(#[test] fn $test() {
                // A driver whose server is not here says so itself.
                let Some(place) = $place else { return };
                $crate::access::$part::$test(&place);
            })*
        }
    };
}

access_suite!(sqlite, Some(Sqlite::new()));
access_suite!(on_postgres, Postgres::empty());
