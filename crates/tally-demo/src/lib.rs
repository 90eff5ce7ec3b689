//! Made-up programmes as program records, JSON Lines: one that tells a story and one as large as a bench needs.
//!
//! This room is pure: the same arguments give the same bytes on every machine. It never reads a clock, a file, an
//! environment or a network, never opens what it writes to, and never decides what a number means: no metric is
//! computed here. The organisations, systems and people are invented.

mod calendar;
mod dice;
mod page;
mod remedy;
mod scale;
mod story;

use std::io;

/// A believable programme of two years with 40 systems that ends at `as_of`.
///
/// Writes one program record a line (UTF-8, `\n` after each, `kind` and `id` first) and returns how many. What the
/// programme has lived through lies before `as_of`; due dates, planned assessments and planned releases may lie after.
/// Its plot: a coverage push whose depth dips and recovers; more findings after an agent platform goes live; an incident
/// in a class that had never been tested; fixes that come faster but for some months hold less often; a leaked key
/// revoked slowly once and quickly later; retrieval indexes that learn to check the asker's rights.
///
/// # Errors
/// Those of `out`, and [`io::ErrorKind::InvalidInput`] where `as_of` is not between the years 2000 and 9000.
pub fn story(as_of: jiff::Timestamp, out: &mut dyn io::Write) -> io::Result<u64> {
    story::tell(as_of, out)
}

/// One report of a real run against a made-up bot, as its tool wrote it (`reports/README.md`).
#[derive(Clone, Copy, Debug)]
pub struct Report {
    /// Name of its file.
    pub name: &'static str,
    /// Its bytes.
    pub bytes: &'static [u8],
}

/// The reports of two tools, each before and after the bot was hardened.
pub const REPORTS: [Report; 4] = [
    Report { name: "garak-before.report.jsonl", bytes: include_bytes!("../reports/garak-before.report.jsonl") },
    Report { name: "promptfoo-before.json", bytes: include_bytes!("../reports/promptfoo-before.json") },
    Report { name: "garak-after.report.jsonl", bytes: include_bytes!("../reports/garak-after.report.jsonl") },
    Report { name: "promptfoo-after.json", bytes: include_bytes!("../reports/promptfoo-after.json") },
];

/// How large a programme [`scale`] writes.
///
/// The other kinds follow from `systems`: two years with 2 assessments, 3 releases, 3 scans, 4 eval runs, 2 credentials
/// and 3 monitors a system, about 22 records a system without the findings.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Scale {
    /// Systems in all, about nine of ten in production at the end. At least 1 where there are findings.
    pub systems: u32,
    /// Findings in all, spread evenly over the systems; about 450 bytes each.
    pub findings: u32,
    /// Another seed, another programme of the same size and shape.
    pub seed: u64,
}

/// A large programme for benches, of two years that end at `as_of`: the shape of [`story`] without its plot.
///
/// Writes one program record a line, as [`story`] does, and returns how many. Memory stays constant: nothing of the
/// programme is held, every fact is drawn again from the seed where another record needs it.
///
/// # Errors
/// Those of `out`, and [`io::ErrorKind::InvalidInput`] where there are findings but no system to hold them, or `as_of` is
/// not between the years 2000 and 9000.
pub fn scale(as_of: jiff::Timestamp, size: Scale, out: &mut dyn io::Write) -> io::Result<u64> {
    scale::write(as_of, size, out)
}
