//! Keeping a programme: backups, restoring them, moving the journal from one database to another; and how a database is
//! named. Every copy is verified before it is called one. Never deletes what it copied.

mod backup;
mod folder;
mod manifest;
mod migrate;
mod passfile;
mod restore;

use std::path::Path;

pub use backup::{Backup, backup};
pub use migrate::{Moved, to_database, to_file};
pub use restore::{Restored, restore};

use crate::{Database, Error};

/// Reads the address of a database, and takes the password from a password file where the address has none.
///
/// # Errors
/// Where it is no such address, or the password file is there and cannot be read, or others can read it.
pub fn database(url: &str, user: Option<&str>, passfile: Option<&Path>) -> Result<Database, Error> {
    let mut database = Database::parse(url)?;
    if let Some(user) = user {
        database = database.as_user(user);
    }
    if database.has_password() {
        return Ok(database);
    }
    let password = match passfile {
        Some(path) => passfile::password(path, &database.whereabouts())?,
        None => None,
    };
    Ok(match password {
        Some(password) => database.with_password(&password),
        None => database,
    })
}
