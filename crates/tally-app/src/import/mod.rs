//! Importing: files become patches in the journal, all of them or none. What differs from what is known is appended;
//! the same input twice appends nothing.

mod ahead;
mod example;
mod finding;
mod input;
mod known;
mod lake;
mod lately;
mod progress;
mod records;
mod report;
mod run;
mod sealed;
mod stage;
mod twice;
mod upsert;
mod words;
mod write;

use tally_model::Instant;

pub use example::example;
pub use input::tool_of;
pub use input::{expand as files, expand_reports as reports};
pub(crate) use input::{open, shown};
pub use lately::{Lately, lately};
pub use progress::{Progress, Watch};
pub use records::{record_bytes, records};
pub use report::{Change, Import, Told};
pub use run::{Ask, ToolImport, ToolImports, tool_run, tool_runs};
pub(crate) use run::{MadeUp, made_up_runs};
pub(crate) use upsert::{Origin, Upsert};
pub(crate) use write::{IMPORTED, LAKE};

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
    /// Who looks at how far it is.
    pub watch: Watch,
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
            watch: Watch::default(),
        }
    }
}

/// SHA-256 of a file that is to be imported, hexadecimal: two requests with it are the same.
///
/// # Errors
/// Where the file cannot be read.
pub fn digest(path: &std::path::Path) -> Result<String, crate::Error> {
    let mut file = std::fs::File::open(path).map_err(crate::Error::file("reading", path))?;
    let digest = tally_store::evidence::digest(&mut file).map_err(crate::Error::file("reading", path))?;
    Ok(digest.to_string())
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
