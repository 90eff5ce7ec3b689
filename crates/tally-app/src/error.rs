//! Errors of the verbs. Each has a kind, which maps once to an exit code and once to an HTTP status.

use std::path::PathBuf;

use tally_measure::MeasureError;
use tally_store::StoreError;

/// What sort of error it is, for exit codes and HTTP statuses.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// The caller asked for something that does not exist.
    NotFound,
    /// The caller's input is wrong.
    Invalid,
    /// Somebody else changed it since the caller looked.
    Conflict,
    /// Somebody has to do it, but not this caller.
    Denied,
    /// Somebody else is writing.
    Busy,
    /// The machine or the data directory failed.
    Failed,
}

/// An error of a verb.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// No data directory was found.
    #[error("no data directory here or above {}; run `tally init`, or name one with --data or TALLY_DATA", from.display())]
    NoProgramme {
        /// Where the search began.
        from: PathBuf,
    },
    /// A data directory is there already.
    #[error("{} is a data directory already; nothing was changed", path.display())]
    Exists {
        /// The directory.
        path: PathBuf,
    },
    /// A file could not be read or written.
    #[error("{what} {}: {source}", path.display())]
    File {
        /// What was being done.
        what: &'static str,
        /// The file.
        path: PathBuf,
        /// What the system said.
        source: std::io::Error,
    },
    /// Something that was named does not exist.
    #[error("no {what} `{name}`{}", help.as_ref().map(|help| format!("; {help}")).unwrap_or_default())]
    Unknown {
        /// What sort of thing.
        what: &'static str,
        /// The name, printable.
        name: String,
        /// What to do.
        help: Option<String>,
    },
    /// Input that cannot be used, with what to do about it.
    #[error("{0}")]
    Invalid(String),
    /// An act cannot be done now, or not by this actor.
    #[error(transparent)]
    Act(#[from] crate::act::ActError),
    /// Somebody is not let in, or a change of access is not made.
    #[error(transparent)]
    Access(#[from] crate::access::Refusal),
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// Measuring failed.
    #[error(transparent)]
    Measure(#[from] MeasureError),
    /// An import's input could not be read.
    #[error("{error}: {source}")]
    Import {
        /// What failed.
        error: String,
        /// What the system said.
        source: std::io::Error,
    },
    /// The definitions that the program was built with are broken.
    #[error(transparent)]
    Catalog(#[from] tally_catalog::CatalogError),
    /// A target of a definition is broken.
    #[error("metric `{metric}`: {source}; run `tally catalog check`")]
    Target {
        /// The metric.
        metric: String,
        /// What is wrong.
        source: tally_judge::TargetError,
    },
}

impl Error {
    /// What sort of error it is.
    pub fn kind(&self) -> Kind {
        match self {
            Self::NoProgramme { .. } | Self::Unknown { .. } => Kind::NotFound,
            Self::Store(StoreError::Busy { .. }) => Kind::Busy,
            Self::Act(error) => error.kind(),
            Self::Access(refusal) => refusal.kind(),
            Self::Invalid(_) | Self::Exists { .. } | Self::Target { .. } => Kind::Invalid,
            Self::Measure(MeasureError::Sql(_) | MeasureError::NotAQuery(_) | MeasureError::TooLong(_)) => Kind::Invalid,
            _ => Kind::Failed,
        }
    }

    pub(crate) fn file(what: &'static str, path: impl Into<PathBuf>) -> impl FnOnce(std::io::Error) -> Self {
        let path = path.into();
        move |source| Self::File { what, path, source }
    }
}

impl From<tally_import::Error> for Error {
    fn from(error: tally_import::Error) -> Self {
        let text = error.to_string();
        let tally_import::Error::Read { source, .. } = error;
        Self::Import { error: text, source }
    }
}
