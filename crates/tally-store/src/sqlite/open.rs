//! Opening a journal's file: is it one, is it ours, do we know its format. Never changes a file that is not.

use std::fs;
use std::io::Read;
use std::path::{Path, PathBuf};

use rusqlite::{Connection, OpenFlags};

use super::Sqlite;
use super::fail::{failed, is_damage, no_room};
use crate::{Mode, Opening, StoreError};

/// "tall": the application id in the file's header.
const APPLICATION: i64 = 0x7461_6c6c;
/// The format that this program writes.
const FORMAT: i64 = 1;
/// The tables.
pub(super) const SCHEMA: &str = include_str!("schema.sql");
/// Bytes in a page.
const PAGE: u32 = 8192;

/// The database, its write-ahead log and its shared memory.
pub(crate) fn files(path: &Path) -> Vec<PathBuf> {
    let beside = |end: &str| {
        let mut name = path.as_os_str().to_owned();
        name.push(end);
        PathBuf::from(name)
    };
    vec![path.to_owned(), beside("-wal"), beside("-shm")]
}

impl Sqlite {
    /// Opens the journal in a file.
    pub(crate) fn open(path: &Path, opening: &Opening) -> Result<Self, StoreError> {
        Self::opened(path, opening).map_err(|error| no_room(path, error))
    }

    fn opened(path: &Path, opening: &Opening) -> Result<Self, StoreError> {
        if !matches!(opening.mode, Mode::Create(_)) {
            look_at(path)?;
        }
        let conn = connect(path, opening)?;
        if let Mode::Create(journal) = &opening.mode {
            create(&conn, path, journal)?;
        }
        check(&conn, path)?;
        settle(&conn, opening).map_err(failed("open the journal"))?;
        let journal =
            conn.query_row("SELECT id FROM journal_name", [], |row| row.get(0)).map_err(failed("read the journal's id"))?;
        Ok(Self::new(conn, journal))
    }
}

/// Says in plain words what is wrong before the driver says it in its own.
fn look_at(path: &Path) -> Result<(), StoreError> {
    let not = |found: &str| StoreError::NotJournal { path: path.to_owned(), found: found.to_owned() };
    let open = |error| StoreError::Open { path: path.to_owned(), source: Box::new(error) };
    match fs::metadata(path) {
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => {
            return Err(StoreError::Missing { path: path.to_owned() });
        }
        Err(error) => return Err(open(error)),
        Ok(meta) if meta.is_dir() => return Err(not("it is a directory")),
        Ok(meta) if meta.len() == 0 => return Err(not("the file is empty")),
        Ok(_) => {}
    }
    let mut head = Vec::new();
    fs::File::open(path).and_then(|file| file.take(16).read_to_end(&mut head)).map_err(open)?;
    if head == b"SQLite format 3\0" { Ok(()) } else { Err(not("the file is no SQLite database")) }
}

fn connect(path: &Path, opening: &Opening) -> Result<Connection, StoreError> {
    let access = match opening.mode {
        Mode::Create(_) => OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_CREATE,
        Mode::Write => OpenFlags::SQLITE_OPEN_READ_WRITE,
        Mode::Read => OpenFlags::SQLITE_OPEN_READ_ONLY,
    };
    let flags = access | OpenFlags::SQLITE_OPEN_NO_MUTEX | OpenFlags::SQLITE_OPEN_NOFOLLOW;
    let flags = if path.is_symlink() || !path.is_absolute() { flags - OpenFlags::SQLITE_OPEN_NOFOLLOW } else { flags };
    let open = |error| StoreError::Open { path: path.to_owned(), source: Box::new(error) };
    let conn = Connection::open_with_flags(path, flags).map_err(open)?;
    conn.busy_timeout(opening.wait).map_err(open)?;
    conn.set_prepared_statement_cache_capacity(64);
    Ok(conn)
}

fn create(conn: &Connection, path: &Path, journal: &str) -> Result<(), StoreError> {
    let doing = "begin the journal";
    let number = |pragma: &str| conn.query_row(pragma, [], |row| row.get::<_, i64>(0));
    let not = |found: &str| StoreError::NotJournal { path: path.to_owned(), found: found.to_owned() };
    match number("SELECT count(*) FROM sqlite_schema") {
        Ok(0) => {}
        Ok(_) if number("PRAGMA application_id").is_ok_and(|id| id == APPLICATION) => {
            return Err(StoreError::Exists { path: path.to_owned() });
        }
        Ok(_) => return Err(not("it is a database of another program")),
        Err(error) if is_damage(&error) => return Err(not("the file is no SQLite database")),
        Err(error) => return Err(failed(doing)(error)),
    }
    conn.pragma_update(None, "page_size", PAGE).map_err(failed(doing))?;
    conn.query_row("PRAGMA journal_mode = WAL", [], |_| Ok(())).map_err(failed(doing))?;
    conn.execute_batch("BEGIN IMMEDIATE").map_err(failed(doing))?;
    let made = fill(conn, path, journal);
    let end = if made.is_ok() { "COMMIT" } else { "ROLLBACK" };
    let ended = conn.execute_batch(end).map_err(failed(doing));
    made.and(ended)
}

fn fill(conn: &Connection, path: &Path, journal: &str) -> Result<(), StoreError> {
    let write = || -> rusqlite::Result<bool> {
        // Two programs may have found the file empty; only one of them holds the lock first.
        let tables: i64 = conn.query_row("SELECT count(*) FROM sqlite_schema", [], |row| row.get(0))?;
        if tables > 0 {
            return Ok(false);
        }
        conn.execute_batch(SCHEMA)?;
        conn.execute("INSERT INTO journal_name (one, id) VALUES (1, ?1)", [journal])?;
        conn.pragma_update(None, "application_id", APPLICATION)?;
        conn.pragma_update(None, "user_version", FORMAT)?;
        Ok(true)
    };
    match write().map_err(failed("begin the journal"))? {
        true => Ok(()),
        false => Err(StoreError::Exists { path: path.to_owned() }),
    }
}

/// Whether the file is a journal of a format that this program knows.
fn check(conn: &Connection, path: &Path) -> Result<(), StoreError> {
    let not = |found: String| StoreError::NotJournal { path: path.to_owned(), found };
    let number = |pragma: &str| -> Result<i64, StoreError> {
        match conn.query_row(pragma, [], |row| row.get(0)) {
            Ok(number) => Ok(number),
            Err(error) if error.sqlite_error_code() == Some(rusqlite::ErrorCode::NotADatabase) => {
                Err(not("the file is no SQLite database, or its first page is damaged".to_owned()))
            }
            Err(error) => Err(failed("open the journal")(error)),
        }
    };
    let application = number("PRAGMA application_id")?;
    if application != APPLICATION {
        return Err(not(format!("it is a database of another program (application id {application:#x})")));
    }
    match number("PRAGMA user_version")? {
        found if found > FORMAT => Err(StoreError::NewerFormat { path: path.to_owned(), found, known: FORMAT }),
        FORMAT => Ok(()),
        found => Err(not(format!("its format is {found}, which never was"))),
    }
}

/// Settings of one connection; none of them changes what the file says.
fn settle(conn: &Connection, opening: &Opening) -> rusqlite::Result<()> {
    conn.execute_batch(
        "PRAGMA trusted_schema = OFF;
         PRAGMA cell_size_check = ON;
         PRAGMA foreign_keys = ON;
         PRAGMA secure_delete = ON;
         PRAGMA synchronous = FULL;
         PRAGMA cache_size = -65536;",
    )?;
    if !matches!(opening.mode, Mode::Read) {
        conn.execute_batch("PRAGMA journal_size_limit = 67108864;")?;
    }
    if let Some(bytes) = opening.most_bytes {
        let pages = i64::try_from(bytes / u64::from(PAGE)).unwrap_or(i64::MAX).max(1);
        conn.query_row(&format!("PRAGMA max_page_count = {pages}"), [], |_| Ok(()))?;
    }
    Ok(())
}
