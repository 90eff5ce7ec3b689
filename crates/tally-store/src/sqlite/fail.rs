//! From the driver's errors to the store's: which of them has a remedy that can be named.

use rusqlite::{Error, ErrorCode};

use crate::StoreError;

/// Turns a driver's error into the store's; `doing` says what failed.
pub(super) fn failed(doing: &'static str) -> impl Fn(Error) -> StoreError {
    move |error| sort(doing, error)
}

/// Whether the file itself cannot be read, as against its content not being right.
pub(super) fn is_damage(error: &Error) -> bool {
    matches!(error.sqlite_error_code(), Some(ErrorCode::DatabaseCorrupt | ErrorCode::NotADatabase | ErrorCode::SystemIoFailure))
}

fn sort(doing: &'static str, error: Error) -> StoreError {
    let code = error.sqlite_error_code();
    let source = Box::new(error);
    match code {
        Some(ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked) => StoreError::Busy { doing, source },
        Some(ErrorCode::DiskFull) => StoreError::Full { doing, source },
        Some(ErrorCode::ReadOnly) => StoreError::ReadOnly { doing, source },
        Some(ErrorCode::DatabaseCorrupt | ErrorCode::NotADatabase) => StoreError::Corrupt { doing, source },
        _ => StoreError::Database { doing, source },
    }
}
