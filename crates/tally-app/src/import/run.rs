//! Importing tools' runs: evidence kept, attempts into the lake, eval runs and findings into the journal.
//!
//! A later run of the same suite updates what is known. Failing again is failing still; passing is evidence for a fix
//! that was claimed; not being tried is never a fix. However many reports there are, they are one commit or nothing.

use std::path::{Path, PathBuf};

use tally_import::ToolRun;
use tally_model::problem::{nearest, printable};
use tally_model::{Instant, Kind, Problem};

use super::Options;
use super::input::{Meter, expand_reports, open, shown, total};
use super::report::{Import, Told};
use super::stage::{Source, Staged, stage};
use super::twice::look;
use super::write::write;
use crate::{Error, Programme};

/// What is said of reports beside their bytes.
#[derive(Clone, Copy, Debug)]
pub struct Ask<'a> {
    /// The tool, where the user named it; else the format of each file is detected.
    pub tool: Option<&'a str>,
    /// The system that was tested.
    pub system: &'a str,
    /// The suite, where the report's own name does not serve.
    pub suite: Option<&'a str>,
    /// Import for this system although the same run was imported for another.
    pub also: bool,
}

/// The outcome of importing one report.
#[derive(Debug)]
pub struct ToolImport {
    /// Name of the report's file.
    pub file: String,
    /// The run.
    pub run: ToolRun,
    /// What it did to the records; of several reports in one import, what all of them did.
    pub import: Import,
    /// What became of each finding.
    pub told: Vec<Told>,
    /// When the same bytes had been imported before for the same system: by whom and when.
    pub before: Option<String>,
    /// Digest of the report.
    pub sha256: String,
}

/// The outcome of importing several reports.
#[derive(Debug, Default)]
pub struct ToolImports {
    /// Each report, in the order in which the runs ended.
    pub reports: Vec<ToolImport>,
    /// What all of them did to the records.
    pub import: Import,
}

/// A report in memory, for programmes that are made up.
pub(crate) struct MadeUp {
    pub name: &'static str,
    pub bytes: &'static [u8],
    /// When the run is to have ended.
    pub ended: Instant,
}

/// Imports one report.
///
/// # Errors
/// Where the file cannot be read, is of no known format, or names an unknown system.
pub fn tool_run(
    programme: &mut Programme,
    path: &Path,
    tool: Option<&str>,
    system: &str,
    suite: Option<&str>,
    options: &Options,
) -> Result<ToolImport, Error> {
    let ask = Ask { tool, system, suite, also: false };
    let ToolImports { mut reports, import } = tool_runs(programme, &[path.to_owned()], &ask, options)?;
    let one = reports.pop().ok_or_else(|| Error::Invalid("no report was named".to_owned()))?;
    Ok(ToolImport { import, ..one })
}

/// Imports reports, those in folders included, in one commit.
///
/// # Errors
/// Where a file cannot be read or is of no known format; where the system is unknown, or another was named for the same
/// run before.
pub fn tool_runs(programme: &mut Programme, paths: &[PathBuf], ask: &Ask<'_>, options: &Options) -> Result<ToolImports, Error> {
    known_system(programme, ask.system)?;
    let (files, left_out) = expand_reports(paths, ask.tool)?;
    let evidence = super::stage::Keeping::new(programme, options.dry_run);
    let meter = std::sync::Arc::new(Meter::default());
    let total = total(&files);
    let mut staged = Vec::new();
    for path in &files {
        let source = Source { name: shown(path), raw: meter.over(open(path)?), meter: &meter, total };
        staged.push(stage(programme, source, &evidence, ask, options)?);
    }
    take(programme, staged, left_out, ask, options)
}

/// Imports reports that are in memory, as if their runs had ended when they are said to have.
pub(crate) fn made_up_runs(
    programme: &mut Programme,
    reports: &[MadeUp],
    system: &str,
    options: &Options,
) -> Result<ToolImports, Error> {
    let ask = Ask { tool: None, system, suite: None, also: false };
    let evidence = super::stage::Keeping::new(programme, options.dry_run);
    let meter = std::sync::Arc::new(Meter::default());
    let mut staged = Vec::new();
    for report in reports {
        let raw = meter.over(Box::new(report.bytes));
        let source = Source { name: report.name.to_owned(), raw, meter: &meter, total: None };
        let mut one = stage(programme, source, &evidence, &ask, options)?;
        (one.run.started_at, one.run.finished_at) = (None, Some(report.ended));
        staged.push(one);
    }
    take(programme, staged, Vec::new(), &ask, options)
}

/// Holds what was read against what was imported before, and writes the rest.
fn take(
    programme: &mut Programme,
    mut staged: Vec<Staged>,
    left_out: Vec<Problem>,
    ask: &Ask<'_>,
    options: &Options,
) -> Result<ToolImports, Error> {
    // A run is held against what runs before it found, whatever the order of the files.
    staged.sort_by_key(|one| (one.run.finished_at.is_none(), one.run.finished_at));
    look(programme, &mut staged, ask)?;
    let (mut import, mut reports) = write(programme, staged, ask, options)?;
    for problem in left_out {
        import.problem(problem);
    }
    if let [only] = reports.as_mut_slice() {
        only.import = import.clone();
    }
    Ok(ToolImports { reports, import })
}

fn known_system(programme: &Programme, system: &str) -> Result<(), Error> {
    let kind = Kind::named("system").ok_or_else(|| Error::Invalid("no kind system".to_owned()))?;
    if programme.store.record(kind, system)?.is_some() {
        return Ok(());
    }
    let mut ids = Vec::new();
    programme.store.records(Some(kind), &mut |record| {
        ids.push(record.id().to_owned());
        Ok(())
    })?;
    let help = match nearest(system, ids.iter().map(String::as_str)) {
        Some(near) => format!("did you mean `{near}`?"),
        None => "add it to the inventory first: import a record such as {\"kind\":\"system\",\"id\":\"support-bot\",...} (`tally schema system`)".to_owned(),
    };
    Err(Error::Unknown { what: "system", name: printable(system), help: Some(help) })
}
