//! Opening the access database: made where it is missing, with a file that only its owner can read. Never changes a file
//! that is something else.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::time::Duration;

use rusqlite::{Connection, OpenFlags};

use super::super::fail::failed;
use super::Desk;
use crate::StoreError;

/// "tala": the application id in the file's header.
const APPLICATION: i64 = 0x7461_6c61;
/// The format that this program writes.
const FORMAT: i64 = 1;
const DOING: &str = "open the access database";

/// Opens the database in a file, and makes it where there is none.
pub(crate) fn open(path: &Path) -> Result<Desk, StoreError> {
    let cannot = |source: crate::Cause| StoreError::Open { path: path.to_owned(), source };
    if !path.exists() {
        create(path)?;
    }
    let conn = connect(path)?;
    match state(&conn).map_err(|error| cannot(Box::new(error)))? {
        State::Ours => {}
        State::Newer(found) => {
            let words =
                format!("it has access format {found}, this program knows formats up to {FORMAT}; install a newer tally");
            return Err(cannot(words.into()));
        }
        State::Other => {
            return Err(cannot("it is a database of another program; check the path of the data directory".into()));
        }
    }
    conn.execute_batch(
        "PRAGMA trusted_schema = OFF; PRAGMA cell_size_check = ON; PRAGMA foreign_keys = ON;
         PRAGMA secure_delete = ON; PRAGMA synchronous = FULL;",
    )
    .map_err(failed(DOING))?;
    Ok(Desk { conn })
}

fn connect(path: &Path) -> Result<Connection, StoreError> {
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let open = |error| StoreError::Open { path: path.to_owned(), source: Box::new(error) };
    let conn = Connection::open_with_flags(path, flags).map_err(open)?;
    conn.busy_timeout(Duration::from_secs(5)).map_err(open)?;
    conn.set_prepared_statement_cache_capacity(64);
    Ok(conn)
}

enum State {
    Ours,
    Newer(i64),
    Other,
}

fn state(conn: &Connection) -> rusqlite::Result<State> {
    let number = |sql: &str| conn.query_row(sql, [], |row| row.get::<_, i64>(0));
    match (number("PRAGMA application_id")?, number("PRAGMA user_version")?) {
        (APPLICATION, FORMAT) => Ok(State::Ours),
        (APPLICATION, found) if found > FORMAT => Ok(State::Newer(found)),
        _ => Ok(State::Other),
    }
}

/// Makes the database under another name and gives it its own when it is whole: two programs that begin at the same
/// moment never see half of one, and the second leaves the first one's alone.
fn create(path: &Path) -> Result<(), StoreError> {
    let mut name = path.as_os_str().to_owned();
    name.push(format!(".{}", crate::hex(crate::access::random::<8>()?.as_slice())));
    let draft = PathBuf::from(name);
    let made = fill(&draft).and_then(|()| match fs::hard_link(&draft, path) {
        Err(error) if error.kind() != io::ErrorKind::AlreadyExists => Err(file(path)(error)),
        _ => Ok(()),
    });
    match fs::remove_file(&draft) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => made.and(Err(file(&draft)(error))),
        _ => made,
    }
}

fn fill(draft: &Path) -> Result<(), StoreError> {
    // Closed to others before SQLite writes to it; its log gets the same mode from SQLite.
    private().open(draft).map_err(file(draft))?;
    let conn = connect(draft)?;
    let filled = || -> rusqlite::Result<()> {
        conn.query_row("PRAGMA journal_mode = WAL", [], |_| Ok(()))?;
        conn.execute_batch(include_str!("schema.sql"))?;
        conn.pragma_update(None, "application_id", APPLICATION)?;
        conn.pragma_update(None, "user_version", FORMAT)
    };
    filled().map_err(failed(DOING))?;
    // Its log goes back into it, so that the one file is all of it.
    conn.close().map_err(|(_, error)| failed(DOING)(error))
}

fn file(path: &Path) -> impl FnOnce(io::Error) -> StoreError {
    let path = path.to_owned();
    move |error| StoreError::Open { path, source: Box::new(error) }
}

/// How a file is made that only its owner can read.
fn private() -> fs::OpenOptions {
    let mut options = fs::OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    {
        use std::os::unix::fs::OpenOptionsExt;
        options.mode(0o600);
    }
    options
}
