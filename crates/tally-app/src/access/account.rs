//! What an account is made of: which names, passwords and mail addresses are taken.

use std::collections::BTreeSet;

use tally_model::problem::printable;

use crate::Error;

/// Fewest characters of a password.
const LEAST: usize = 12;
/// Most bytes of a password: a hash of more would only cost time.
const MOST: usize = 1024;
/// Long passwords that everybody tries first; compared without case.
const COMMON: [&str; 12] = [
    "123456789012",
    "1234567890123",
    "administrator",
    "changeme1234",
    "correcthorsebatterystaple",
    "letmeinletmein",
    "password1234",
    "passwordpassword",
    "qwertyuiop12",
    "qwertyuiop123",
    "tallystick123",
    "welcome12345",
];

/// An account name in the one form that it has: lowercase.
pub(super) fn folded(name: &str) -> String {
    name.trim().to_ascii_lowercase()
}

/// Whether a folded text can be an account name.
pub(super) fn is_name(name: &str) -> bool {
    let inner = |c: u8| c.is_ascii_lowercase() || c.is_ascii_digit() || b"._-@".contains(&c);
    (1..=64).contains(&name.len()) && name.bytes().all(inner) && name.as_bytes()[0].is_ascii_alphanumeric()
}

/// An account name, folded.
pub(super) fn name(text: &str) -> Result<String, Error> {
    let name = folded(text);
    if is_name(&name) {
        return Ok(name);
    }
    let found = printable(text);
    Err(Error::Invalid(format!(
        "`{found}` is no account name; expected 1 to 64 of a-z, 0-9, `.`, `_`, `-`, `@`, a letter or digit first"
    )))
}

/// A name to be shown, or the name of a token or a view.
pub(super) fn shown(what: &str, text: &str) -> Result<String, Error> {
    let text = text.trim();
    let hidden =
        |c: char| c.is_control() || matches!(c, '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}');
    if text.is_empty() || text.chars().count() > 200 || text.contains(hidden) {
        return Err(Error::Invalid(format!("`{}` is no {what}; expected 1 to 200 printable characters", printable(text))));
    }
    Ok(text.to_owned())
}

/// A mail address; nothing is ever sent to it from here.
pub(super) fn email(text: &str) -> Result<String, Error> {
    let text = text.trim();
    let parts = text.split_once('@').filter(|(local, host)| !local.is_empty() && !host.is_empty());
    if parts.is_none() || text.len() > 254 || text.contains(|c: char| c.is_control() || c.is_whitespace()) {
        return Err(Error::Invalid(format!("`{}` is no mail address; expected one such as ada@example.org", printable(text))));
    }
    Ok(text.to_owned())
}

/// Whether a password may guard this account.
pub(super) fn password(text: &str, account: &str) -> Result<(), Error> {
    let folded = text.to_lowercase();
    let distinct: BTreeSet<char> = folded.chars().collect();
    let wrong = if text.chars().count() < LEAST {
        "it is too short"
    } else if text.len() > MOST {
        "it is too long"
    } else if distinct.len() < 5 {
        "it repeats too few characters"
    } else if COMMON.contains(&folded.as_str()) || folded.replace(account, "").chars().count() < LEAST / 2 {
        "it is one of the first that would be tried"
    } else {
        return Ok(());
    };
    Err(Error::Invalid(format!(
        "this password cannot be used: {wrong}; choose {LEAST} characters or more, a few words for one"
    )))
}

/// There is no such person.
pub(super) fn unknown(account: &str) -> Error {
    Error::Unknown { what: "person", name: printable(account), help: None }
}
