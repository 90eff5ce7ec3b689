//! From the driver's errors to the store's: which of them has a remedy that can be named.

use std::path::Path;

use rusqlite::{Error, ErrorCode, ffi};

use crate::StoreError;

/// Turns a driver's error into the store's; `doing` says what failed.
pub(super) fn failed(doing: &'static str) -> impl Fn(Error) -> StoreError {
    move |error| sort(doing, error)
}

/// Whether the file itself cannot be read, as against its content not being right.
pub(super) fn is_damage(error: &Error) -> bool {
    matches!(error.sqlite_error_code(), Some(ErrorCode::DatabaseCorrupt | ErrorCode::NotADatabase | ErrorCode::SystemIoFailure))
}

/// Codes of writes that the file system refused: a full disk often says no more than this.
const UNWRITTEN: [i32; 7] = [
    ffi::SQLITE_IOERR_WRITE,
    ffi::SQLITE_IOERR_FSYNC,
    ffi::SQLITE_IOERR_TRUNCATE,
    ffi::SQLITE_IOERR_SHMOPEN,
    ffi::SQLITE_IOERR_SHMSIZE,
    ffi::SQLITE_IOERR_SHMMAP,
    ffi::SQLITE_IOERR_DIR_FSYNC,
];

/// A failure to open for want of room names the file; others stay as they are.
pub(super) fn no_room(path: &Path, error: StoreError) -> StoreError {
    match error {
        StoreError::Full { source, .. } => StoreError::NoRoom { path: path.to_owned(), said: source },
        other => other,
    }
}

fn sort(doing: &'static str, error: Error) -> StoreError {
    let code = error.sqlite_error_code();
    let unwritten = error.sqlite_extended_error_code().is_some_and(|code| UNWRITTEN.contains(&code));
    let source = Box::new(error);
    match code {
        Some(ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked) => StoreError::Busy { doing, source },
        _ if unwritten => StoreError::Full { doing, source },
        Some(ErrorCode::DiskFull) => StoreError::Full { doing, source },
        Some(ErrorCode::ReadOnly) => StoreError::ReadOnly { doing, source },
        Some(ErrorCode::DatabaseCorrupt | ErrorCode::NotADatabase) => StoreError::Corrupt { doing, source },
        _ => StoreError::Database { doing, source },
    }
}
