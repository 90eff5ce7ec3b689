//! Foreign formats: bytes in, records and problems out.
//!
//! Pure: opens no file, reads no clock and no environment, and never fails whole for one row. A bad row is a problem
//! beside good rows. A new tool is a folder of its own, a line in `IMPORTERS` and a look in `detect`.
//!
//! Every parser reads from `&mut dyn BufRead`, and `&[u8]` is one: `garak::read(&mut &bytes[..], ...)`.

mod board;
mod candidates;
pub mod detect;
pub mod garak;
pub mod lines;
mod loose;
pub mod promptfoo;
pub mod records;
mod run;
mod scan;

use std::io::{self, BufRead};

pub use candidates::{eval_run_id, fingerprint, records};
pub use detect::{Format, detect};
pub use run::{Attempt, Attempts, Completeness, Group, Mapped, Mapping, Options, Outcome, Outcomes, ToolRun};

/// Reads one run of a tool: input, the file's name, options, mapping, and who takes the attempts.
pub type Read = fn(&mut dyn BufRead, &str, &Options, &dyn Mapping, &mut Attempts<'_>) -> Result<ToolRun, Error>;

/// An importer of tool runs.
pub struct Importer {
    /// The tool.
    pub tool: &'static str,
    /// The format it reads.
    pub format: Format,
    /// Reads it.
    pub read: Read,
}

/// Every importer of tool runs. Program records have their own readers, in `records`.
pub const IMPORTERS: &[Importer] = &[
    Importer { tool: "garak", format: Format::GarakReport, read: garak::read },
    Importer { tool: "promptfoo", format: Format::PromptfooExport, read: promptfoo::read },
    Importer { tool: "promptfoo", format: Format::PromptfooRows, read: promptfoo::read_rows },
];

/// The importer of a format; `None` for records and for what is not read.
pub fn importer(format: Format) -> Option<&'static Importer> {
    IMPORTERS.iter().find(|importer| importer.format == format)
}

/// Why an input could not be read to its end.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The reader failed.
    #[error("cannot read `{file}`")]
    Read {
        /// The file.
        file: String,
        /// What the reader said.
        source: io::Error,
    },
}

impl Error {
    fn read(file: &str, source: io::Error) -> Self {
        Self::Read { file: file.to_owned(), source }
    }
}
