//! All of access at once, so that it can move to another database or into a backup: tables as plain cells, in an order in
//! which nobody is named before they are known.

use crate::StoreError;

/// What a column holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Sort {
    Number,
    Text,
    Bytes,
}

/// A cell; `None` where there is nothing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Cell {
    Number(Option<i64>),
    Text(Option<String>),
    Bytes(Option<Vec<u8>>),
}

/// A table: its name and its columns.
pub(crate) type Table = (&'static str, &'static [(&'static str, Sort)]);

use Sort::{Bytes, Number, Text};

/// All tables; both databases have them, with these columns.
pub(crate) const TABLES: &[Table] = &[
    (
        "people",
        &[
            ("id", Text),
            ("name", Text),
            ("email", Text),
            ("role", Text),
            ("teams", Text),
            ("disabled", Number),
            ("password", Text),
            ("issuer", Text),
            ("subject", Text),
            ("totp_secret", Bytes),
            ("totp_confirmed", Number),
            ("totp_step", Number),
            ("created", Number),
            ("version", Number),
        ],
    ),
    ("recovery", &[("person", Text), ("code", Bytes)]),
    (
        "sessions",
        &[
            ("id", Bytes),
            ("person", Text),
            ("created", Number),
            ("seen", Number),
            ("proved", Number),
            ("means", Text),
            ("address", Text),
            ("agent", Text),
        ],
    ),
    (
        "tokens",
        &[
            ("id", Text),
            ("secret", Bytes),
            ("person", Text),
            ("name", Text),
            ("role", Text),
            ("scope", Text),
            ("teams", Text),
            ("created", Number),
            ("expires", Number),
            ("used", Number),
            ("revoked", Number),
        ],
    ),
    ("links", &[("id", Bytes), ("purpose", Text), ("person", Text), ("payload", Text), ("expires", Number)]),
    ("attempts", &[("key", Text), ("count", Number), ("last", Number), ("until", Number)]),
    ("events", &[("no", Number), ("at", Number), ("person", Text), ("what", Text), ("address", Text)]),
    ("views", &[("owner", Text), ("page", Text), ("name", Text), ("query", Text), ("shared", Number), ("saved", Number)]),
    ("replies", &[("person", Text), ("key", Text), ("request", Bytes), ("status", Number), ("body", Bytes), ("until", Number)]),
];

/// The rows of all tables, in the order of `TABLES`. Holds hashes and keys: it is never shown and never written as it is.
pub struct Whole(pub(crate) Vec<Vec<Vec<Cell>>>);

impl Whole {
    /// How many rows there are in all.
    pub fn rows(&self) -> usize {
        self.0.iter().map(Vec::len).sum()
    }
}

/// The names of a table's columns, as SQL lists them.
pub(crate) fn columns(table: &Table) -> String {
    table.1.iter().map(|(name, _)| *name).collect::<Vec<_>>().join(", ")
}

/// There is somebody already.
pub(crate) const fn taken(rows: u64) -> StoreError {
    StoreError::NotEmpty { size: rows }
}
