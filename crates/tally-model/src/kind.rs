//! What a kind of record is made of: its fields, their types, and the orders of time that hold among them.
//!
//! One table (`kinds`) feeds the reader, the checks, CSV, JSON Schema, the fact tables and the reference docs.
//! Nothing here knows how a record is stored or shown.

use crate::kinds::KINDS;

/// What a field may hold.
#[derive(Clone, Copy, Debug)]
pub enum Type {
    /// Any text that is not empty.
    Text,
    /// A key inside a list of objects: text that is unique within its list.
    Key,
    /// The id of a record of this kind.
    Ref(&'static str),
    /// The id of a record of one of these kinds.
    RefAny(&'static [&'static str]),
    /// The id of a record of the kind that the sibling field `kind` names.
    RefByKind,
    /// One of these words.
    OneOf(&'static [&'static str]),
    /// One of these words, or a word of the programme's own.
    Known(&'static [&'static str]),
    /// True or false.
    Bool,
    /// A whole number, not negative.
    Count,
    /// A whole number from 0 to 4.
    Score,
    /// A number, not negative.
    Number,
    /// An exact decimal amount, written as a string.
    Money,
    /// RFC 3339 with an offset, or a date (midnight UTC).
    Instant,
    /// A month, `YYYY-MM`.
    Month,
    /// 64 hexadecimal digits.
    Sha256,
    /// A list of plain values.
    List(&'static Type),
    /// A list of objects with these fields.
    Objects(&'static [Field]),
    /// One object with these fields.
    Object(&'static [Field]),
    /// A flat map of text to text: the programme's own fields.
    Labels,
}

/// One field of a kind.
#[derive(Clone, Copy, Debug)]
pub struct Field {
    /// Its name, snake_case.
    pub name: &'static str,
    /// What it may hold.
    pub ty: Type,
    /// Whether every record has it.
    pub required: bool,
    /// What it says, one line.
    pub doc: &'static str,
}

/// Two instants of which the first cannot come after the second.
#[derive(Clone, Copy, Debug)]
pub struct Order {
    /// The field that comes first (or at the same instant).
    pub first: &'static str,
    /// The field that comes second.
    pub then: &'static str,
}

/// A kind of record.
#[derive(Debug)]
pub struct Kind {
    /// Its name in `kind`.
    pub name: &'static str,
    /// The name of its fact table.
    pub table: &'static str,
    /// What it records, one line.
    pub doc: &'static str,
    /// Its fields in the order of RECORDS.md; `kind` and `id` are understood, `labels` is the last of every kind.
    pub fields: &'static [Field],
    /// Orders of time among its own instants.
    pub orders: &'static [Order],
}

impl Kind {
    /// The kind of this name.
    pub fn named(name: &str) -> Option<&'static Self> {
        KINDS.iter().copied().find(|kind| kind.name == name)
    }

    /// Whether its records belong to one system each, and so do the records that refer to them. References among findings,
    /// assessments and runs are not followed: each of these names its system itself.
    pub fn bears_system(&self) -> bool {
        const BEARERS: [&str; 6] = ["system", "release", "credential", "retrieval_index", "checklist_review", "threat_model"];
        BEARERS.contains(&self.name)
    }

    /// Whether its records tell of all systems together, in words and counts: who sees some systems sees none of them in
    /// lists and counts.
    pub fn tells_of_all(&self) -> bool {
        const OF_ALL: [&str; 7] =
            ["evidence", "metric_review", "published_value", "maturity_round", "maturity_answer", "improvement", "duty_done"];
        OF_ALL.contains(&self.name)
    }

    /// The position of a field, its key in a record.
    pub fn position(&self, name: &str) -> Option<u8> {
        position(self.fields, name)
    }

    /// This kind's place in the table of kinds: a small number for indexes in memory, never stored.
    pub fn ordinal(&self) -> usize {
        KINDS.iter().position(|kind| kind.name == self.name).unwrap_or(0)
    }
}

/// `a` or `an`, as the word after it asks for.
pub fn article(word: &str) -> &'static str {
    if word.starts_with(['a', 'e', 'i', 'o']) { "an" } else { "a" }
}

impl PartialEq for Kind {
    fn eq(&self, other: &Self) -> bool {
        self.name == other.name
    }
}
impl Eq for Kind {}

/// The position of a field among `fields`.
pub fn position(fields: &[Field], name: &str) -> Option<u8> {
    fields.iter().position(|field| field.name == name).and_then(|at| u8::try_from(at).ok())
}

/// Orders of time inside the objects of a list, by the list's name (RECORDS.md, "a time order that cannot be").
pub const INNER_ORDERS: &[(&str, Order)] = &[
    ("remediations", Order { first: "claimed_at", then: "retested_at" }),
    ("actions", Order { first: "closed_at", then: "verified_at" }),
    ("risk_accepted", Order { first: "at", then: "until" }),
];
