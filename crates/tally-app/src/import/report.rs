//! What an import did, or would do. Plain data for the faces.

use tally_model::Problem;

/// A change to one record.
#[derive(Clone, Debug, PartialEq)]
pub struct Change {
    /// Kind and id.
    pub record: String,
    /// Whether the record is new.
    pub new: bool,
    /// The fields that it changes; empty for a new record.
    pub fields: Vec<String>,
}

/// Something worth telling about a tool run.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Told {
    /// The finding or group.
    pub about: String,
    /// What became of it.
    pub what: &'static str,
}

/// The outcome of an import.
#[derive(Clone, Debug, Default)]
pub struct Import {
    /// Records read.
    pub read: u64,
    /// Records that were new.
    pub created: u64,
    /// Records that changed.
    pub changed: u64,
    /// Records that said nothing new.
    pub unchanged: u64,
    /// Rows left out because they are bad and the user said so.
    pub skipped: u64,
    /// Errors found, also those not listed.
    pub errors: u64,
    /// Problems, errors first come first listed, up to a limit; notes among them.
    pub problems: Vec<Problem>,
    /// The first changes.
    pub changes: Vec<Change>,
    /// Entries appended to the journal.
    pub entries: u64,
    /// Size of the journal afterwards.
    pub size: u64,
    /// Whether anything was written.
    pub written: bool,
}

impl Import {
    /// Most problems that are listed.
    pub const LISTED: usize = 1_000;

    /// Adds a problem; beyond the limit it is only counted.
    pub(crate) fn problem(&mut self, problem: Problem) {
        if problem.weight == tally_model::Weight::Error {
            self.errors += 1;
        }
        if self.problems.len() < Self::LISTED {
            self.problems.push(problem);
        }
    }
}
