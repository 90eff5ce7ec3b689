//! What can go wrong while measuring. Each variant names the operation; user-written SQL keeps its own message.

use std::path::PathBuf;

/// An error of this room.
#[derive(Debug, thiserror::Error)]
pub enum MeasureError {
    /// A metric's population query does not run.
    #[error("the query of metric `{metric}` does not run: {message}")]
    Population {
        /// The metric's id.
        metric: String,
        /// What the query engine says.
        message: String,
    },
    /// A metric's population lacks a column that its mode needs, or has it in another type.
    #[error("the query of metric `{metric}` yields no usable column `{column}`, expected {expected}")]
    Column {
        /// The metric's id.
        metric: String,
        /// The column.
        column: String,
        /// What it should be.
        expected: &'static str,
    },
    /// The user's own SQL does not run.
    #[error("{0}")]
    Sql(String),
    /// The user's own SQL is not a query.
    #[error("only queries are run here, found {0}; write a SELECT")]
    NotAQuery(String),
    /// A query took too long.
    #[error("the query was stopped after {0} s; narrow it, or raise --timeout")]
    TooLong(u64),
    /// Building fact tables failed.
    #[error("building the fact tables failed: {0}")]
    Facts(String),
    /// A file of the lake or of the facts could not be read or written.
    #[error("{what} {path}: {message}")]
    File {
        /// What was being done.
        what: &'static str,
        /// The file.
        path: PathBuf,
        /// What went wrong.
        message: String,
    },
}

impl MeasureError {
    pub(crate) fn facts(error: impl std::fmt::Display) -> Self {
        Self::Facts(error.to_string())
    }
}
