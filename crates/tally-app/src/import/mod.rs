//! Importing: files become patches in the journal, all of them or none. What differs from what is known is appended;
//! the same input twice appends nothing.

mod finding;
mod input;
mod known;
mod records;
mod report;
mod run;
mod upsert;

use tally_model::Instant;

pub use records::{record_bytes, records};
pub use report::{Change, Import, Told};
pub(crate) use run::LAKE;
pub use run::{ToolImport, tool_run};

/// How to import.
#[derive(Clone, Debug)]
pub struct Options {
    /// Who imports.
    pub actor: String,
    /// When.
    pub at: Instant,
    /// Show the changes, write nothing.
    pub dry_run: bool,
    /// Leave bad rows out instead of refusing all.
    pub skip_bad: bool,
    /// Longest line or element in bytes.
    pub longest: usize,
    /// Most bytes that one compressed file may unfold to.
    pub unfolded_max: u64,
    /// Most changes that are listed one by one.
    pub listed_max: usize,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            actor: "unknown".to_owned(),
            at: Instant::from_micros(0),
            dry_run: false,
            skip_bad: false,
            longest: 64 << 20,
            unfolded_max: 64 << 30,
            listed_max: 50,
        }
    }
}

/// What a run says that got to its end.
pub const COMPLETE: tally_import::Completeness = tally_import::Completeness::Complete;

/// Why a run did not get to its end; `None` where it did.
pub fn partial(run: &tally_import::ToolRun) -> Option<&str> {
    match &run.completeness {
        tally_import::Completeness::Complete => None,
        tally_import::Completeness::Partial(reason) => Some(reason),
    }
}
