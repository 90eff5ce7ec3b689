//! A report read and kept, before anything is written to the journal: the run, the evidence, the draft of its attempts.

use std::cell::RefCell;
use std::io::{BufRead, Read};
use std::path::PathBuf;
use std::rc::Rc;
use std::sync::Arc;

use tally_import::{Format, Importer, ToolRun, detect, importer};
use tally_model::problem::printable;
use tally_store::{Digest, Evidence, FileEvidence, Tee};

use super::input::{Meter, unfold};
use super::lake::Lake;
use super::run::Ask;
use super::words::Words;
use super::{Options, Progress};
use crate::{Error, Programme};

/// Attempts between two looks at how far the import is.
const LOOKS: u64 = 256;

/// One report to be read.
pub(super) struct Source<'m> {
    pub name: String,
    pub raw: Box<dyn Read>,
    pub meter: &'m Arc<Meter>,
    pub total: Option<u64>,
}

/// One report that was read.
pub(super) struct Staged {
    pub name: String,
    pub run: ToolRun,
    pub digest: Digest,
    pub lake: Lake,
    /// When and by whom the same bytes were imported for the same system.
    pub before: Option<String>,
    /// Whether the lake has the attempts of these bytes under another system's name.
    pub shared: bool,
}

/// Where reports are kept: for good, or for the length of a dry run.
pub(super) struct Keeping {
    evidence: FileEvidence,
    passing: Option<PathBuf>,
}

impl Keeping {
    pub(super) fn new(programme: &Programme, dry_run: bool) -> Self {
        let passing = dry_run.then(|| std::env::temp_dir().join(format!("tally-dry-run-{}", std::process::id())));
        let evidence = passing.as_ref().map_or_else(|| programme.evidence(), |folder| FileEvidence::new(folder.clone()));
        Self { evidence, passing }
    }
}

impl Drop for Keeping {
    fn drop(&mut self) {
        if let Some(folder) = &self.passing {
            // What stays behind holds nothing that is not in the report.
            let _ = std::fs::remove_dir_all(folder);
        }
    }
}

/// The parser and the hand-over at the end read through the same tee.
struct Shared(Rc<RefCell<Tee<Box<dyn Read>>>>);

impl Read for Shared {
    fn read(&mut self, out: &mut [u8]) -> std::io::Result<usize> {
        self.0.borrow_mut().read(out)
    }
}

/// Reads one report to its end.
pub(super) fn stage(
    programme: &Programme,
    source: Source<'_>,
    keeping: &Keeping,
    ask: &Ask<'_>,
    options: &Options,
) -> Result<Staged, Error> {
    let Source { name, raw, meter, total } = source;
    let tee = Rc::new(RefCell::new(Tee::new(raw, keeping.evidence.begin()?)));
    let mut input =
        unfold(Box::new(Shared(Rc::clone(&tee))), options.unfolded_max).map_err(Error::file("reading", name.as_str()))?;
    let importer = choose(&mut *input, &name, ask.tool)?;
    let mut lake = Lake::new(programme, importer.tool)?;
    let words = Words::of(programme.catalog(), importer.tool);
    let read_options = tally_import::Options { longest: options.longest, ..tally_import::Options::default() };
    let mut attempts = 0u64;
    let mut run = (importer.read)(&mut *input, &name, &read_options, &words, &mut |attempt| {
        lake.push(importer.tool, &name, ask.system, attempt);
        attempts += 1;
        if attempts.is_multiple_of(LOOKS) {
            options.watch.tell(Progress { bytes: meter.bytes(), total, records: attempts });
        }
    })?;
    if let Some(suite) = ask.suite {
        suite.clone_into(&mut run.suite);
    }
    drop(input);
    let tee = Rc::into_inner(tee).map(RefCell::into_inner);
    let digest = tee.ok_or_else(|| Error::Invalid("the report is still being read".to_owned()))?.finish()?;
    lake.check()?;
    Ok(Staged { name, run, digest, lake, before: None, shared: false })
}

fn choose(input: &mut dyn BufRead, name: &str, tool: Option<&str>) -> Result<&'static Importer, Error> {
    let first = input.fill_buf().map_err(Error::file("reading", name))?;
    let bare = name.strip_suffix(".gz").unwrap_or(name);
    let format = detect(first, bare);
    let found = format.map_or("no format that is known", Format::name);
    if let Some(help) = format.and_then(Format::refusal) {
        return Err(Error::Invalid(format!("{}: {help}", printable(name))));
    }
    match format.and_then(importer) {
        Some(importer) if tool.is_none_or(|tool| tool == importer.tool) => Ok(importer),
        _ => {
            let wanted = tool.map_or_else(|| "a report of garak or promptfoo".to_owned(), |tool| format!("a {tool} report"));
            Err(Error::Invalid(format!(
                "{}: looks like {found}, expected {wanted}; program records go through `tally import records`",
                printable(name)
            )))
        }
    }
}
