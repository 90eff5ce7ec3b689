//! From the driver's errors to the store's: which of them has a remedy that can be named. Never shows a password: the
//! driver's messages do not hold one, and addresses are shown by their name only.

use std::error::Error as _;
use std::io;

use postgres::Error;
use postgres::error::SqlState;

use crate::StoreError;

/// Turns a driver's error into the store's; `doing` says what failed.
pub(super) fn failed(doing: &'static str) -> impl Fn(Error) -> StoreError {
    move |error| sort(doing, error)
}

/// Whether the connection is gone, as against a statement having failed.
pub(super) fn is_lost(error: &Error) -> bool {
    let by_server = |code: &SqlState| {
        let code = code.code();
        code.starts_with("08") || matches!(code, "57P01" | "57P02" | "57P03" | "57P05" | "25P03")
    };
    let by_socket = error.source().is_some_and(|source| source.is::<io::Error>());
    error.is_closed() || by_socket || error.code().is_some_and(by_server)
}

/// Whether the database itself cannot be read, as against its content not being right.
pub(super) fn is_damage(error: &Error) -> bool {
    error.code().is_some_and(|code| matches!(code.code(), "XX001" | "XX002"))
}

fn sort(doing: &'static str, error: Error) -> StoreError {
    let code = error.code().map(|code| code.code().to_owned());
    let source = Box::new(Said(error));
    match code.as_deref() {
        Some("55P03" | "40001" | "40P01") => StoreError::Busy { doing, source },
        Some("53100" | "53200") => StoreError::Full { doing, source },
        Some("25006" | "42501") => StoreError::ReadOnly { doing, source },
        Some("XX001" | "XX002") => StoreError::Corrupt { doing, source },
        _ => StoreError::Database { doing, source },
    }
}

/// The server's own words, which the driver's error keeps from its text.
#[derive(Debug)]
pub(super) struct Said(pub(super) Error);

impl std::fmt::Display for Said {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self.0.as_db_error() {
            Some(said) => write!(out, "{} (code {})", said.message(), said.code().code()),
            None => match self.0.source() {
                Some(cause) => write!(out, "{}: {cause}", self.0),
                None => self.0.fmt(out),
            },
        }
    }
}

impl std::error::Error for Said {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        // Its words are in ours already.
        None
    }
}
