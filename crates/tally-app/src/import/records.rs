//! Importing program records: JSON Lines, JSON array, CSV; files, folders, standard input.

use std::collections::{HashMap, HashSet};
use std::io::BufRead;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use tally_import::records::is_nested;
use tally_model::problem::{nearest, printable};
use tally_model::{Kind, Problem, Weight};
use tally_store::{Commit, Store, StoreError};

use super::ahead::{Reading, Row, read_ahead};
use super::input::{Meter, expand, open, shown, total, unfold};
use super::upsert::{Open, Origin, Upsert};
use super::{Import, Options, Progress};
use crate::{Error, Programme};

/// Imports record files: all of them in one commit, or nothing.
///
/// # Errors
/// Where a file cannot be read or the journal cannot be written. What is wrong with the content is in the report.
pub fn records(programme: &mut Programme, paths: &[PathBuf], options: &Options) -> Result<Import, Error> {
    let paths = expand(paths)?;
    if options.skip_bad && paths.iter().any(|path| path == Path::new("-")) {
        return Err(Error::Invalid(
            "standard input is read once and --skip-bad reads twice; save it to a file first".to_owned(),
        ));
    }
    let source = paths.iter().map(|path| shown(path)).collect::<Vec<_>>().join(", ");
    let fill = |reading: &mut Reading<'_>| {
        // Nested sheets come first: their rows are parts of records in other sheets.
        let (nested, plain): (Vec<&PathBuf>, Vec<&PathBuf>) =
            paths.iter().partition(|path| is_sheet(path) && is_nested(&shown(path)));
        for path in nested.into_iter().chain(plain) {
            let name = shown(path);
            let raw = reading.meter.over(open(path)?);
            let mut input = unfold(raw, options.unfolded_max).map_err(Error::file("reading", path))?;
            refuse_other(&mut *input, &name)?;
            reading.read(&mut *input, &name, is_sheet(path))?;
        }
        Ok(())
    };
    import(programme, &Input { source: &source, total: total(&paths), fill: &fill }, options)
}

/// Imports record lines that are in memory.
///
/// # Errors
/// Where the journal cannot be written.
pub fn record_bytes(programme: &mut Programme, source: &str, bytes: &[u8], options: &Options) -> Result<Import, Error> {
    let fill = |reading: &mut Reading<'_>| reading.read(&mut &bytes[..], source, false);
    import(programme, &Input { source, total: None, fill: &fill }, options)
}

/// A tool's report given as records would be one problem a line; better said once.
fn refuse_other(input: &mut dyn BufRead, name: &str) -> Result<(), Error> {
    let first = input.fill_buf().map_err(Error::file("reading", name))?;
    let Some(format) = tally_import::detect(first, name.strip_suffix(".gz").unwrap_or(name)) else { return Ok(()) };
    let help = match tally_import::importer(format) {
        Some(importer) => Some(format!(
            "looks like a {}; import it with `tally import {} FILE --system ID`, where ID is the system that was tested",
            format.name(),
            importer.tool
        )),
        None => format.refusal(),
    };
    help.map_or(Ok(()), |help| Err(Error::Invalid(format!("{}: {help}", printable(name)))))
}

fn is_sheet(path: &Path) -> bool {
    let name = shown(path).to_lowercase();
    name.strip_suffix(".gz").unwrap_or(&name).ends_with(".csv")
}

/// What is imported: its name in the journal, its bytes where they are known, and who reads it.
struct Input<'i> {
    source: &'i str,
    total: Option<u64>,
    fill: &'i (dyn Fn(&mut Reading<'_>) -> Result<(), Error> + Sync),
}

/// Takes rows into a batch.
struct Taking<'r, 'b> {
    upsert: &'r mut Upsert<'b>,
    skip: &'r HashSet<(String, u64)>,
    /// The row of the last problem: one row may have several, which come one after the other.
    last: Option<(String, u64)>,
}

impl Taking<'_, '_> {
    fn take(&mut self, row: &Row) -> Result<(), StoreError> {
        match row {
            Row::Record(file, line, ready) => {
                if !self.skip.is_empty() && self.skip.contains(&(file.as_ref().to_owned(), *line)) {
                    self.upsert.import.read += 1;
                    return Ok(());
                }
                self.upsert.take_ready(ready, Origin { file, line: *line })?;
            }
            Row::Problem(problem) if problem.weight == Weight::Error => self.refuse(problem),
            Row::Problem(problem) => self.upsert.import.problem(problem.as_ref().clone()),
        }
        Ok(())
    }

    /// A row that could not be read; what an earlier pass told of is not told again.
    fn refuse(&mut self, problem: &Problem) {
        let row = (problem.place.file.clone(), problem.place.line.unwrap_or(0));
        if self.last.as_ref() != Some(&row) {
            self.upsert.import.read += 1;
            self.last = Some(row.clone());
        }
        if !self.skip.contains(&row) {
            self.upsert.bad.push(row);
            self.upsert.import.problem(problem.clone());
        }
    }
}

/// One pass; with `skip_bad` as many as it takes until what is left stands without what was left out.
fn import(programme: &mut Programme, input: &Input<'_>, options: &Options) -> Result<Import, Error> {
    let mut skip: HashSet<(String, u64)> = HashSet::new();
    let mut told = Import::default();
    loop {
        let Pass { mut import, bad, open, names } = pass(programme, input, options, &skip)?;
        suggest(&*programme.store, &mut import, &open, &names)?;
        tell(&mut told, &import);
        if options.skip_bad && !bad.is_empty() {
            skip.extend(bad);
            continue;
        }
        (import.errors, import.problems, import.skipped) = (told.errors, told.problems, skip.len() as u64);
        return Ok(import);
    }
}

/// What one pass found.
struct Pass {
    import: Import,
    bad: Vec<(String, u64)>,
    open: Vec<Open>,
    names: HashMap<&'static str, Vec<String>>,
}

/// Reads all inputs into one batch, which is kept only where nothing was wrong.
fn pass(programme: &mut Programme, input: &Input<'_>, options: &Options, skip: &HashSet<(String, u64)>) -> Result<Pass, Error> {
    let signer = programme.signer()?;
    let before = programme.store.head()?.size;
    let commit = Commit { actor: options.actor.clone(), source: input.source.to_owned(), at: options.at };
    let mut upsert = Upsert::new(programme.store.begin(commit)?, options.listed_max);
    let meter = Arc::new(Meter::default());
    let mut taking = Taking { upsert: &mut upsert, skip, last: None };
    read_ahead(&meter, options.longest, input.fill, &mut |rows| {
        let created = taking.upsert.import.created;
        for row in rows {
            taking.take(row)?;
        }
        meter.set_all_known(taking.upsert.import.created == created);
        let records = taking.upsert.import.read;
        options.watch.tell(Progress { bytes: meter.bytes(), total: input.total, records });
        Ok(())
    })?;
    upsert.resolve()?;
    let Upsert { batch, mut import, bad, open, names, .. } = upsert;
    import.entries = batch.appended();
    if import.errors > 0 || options.dry_run {
        batch.rollback();
        import.size = before;
    } else {
        import.size = batch.commit(&signer)?.size;
        import.written = import.entries > 0;
    }
    Ok(Pass { import, bad, open, names })
}

/// Adds what a pass found; notes are the same in every pass.
fn tell(told: &mut Import, pass: &Import) {
    let first = told.errors == 0;
    for problem in pass.problems.iter().filter(|problem| first || problem.weight == Weight::Error) {
        if told.problems.len() < Import::LISTED {
            told.problems.push(problem.clone());
        }
    }
    told.errors += pass.errors;
}

/// Names the nearest known id beside references that nothing answers to.
fn suggest(
    store: &dyn Store,
    import: &mut Import,
    open: &[Open],
    names: &HashMap<&'static str, Vec<String>>,
) -> Result<(), Error> {
    let mut known: HashMap<&str, Vec<String>> = HashMap::new();
    for reference in open {
        for kind in reference.kinds.iter().filter_map(|name| Kind::named(name)) {
            if !known.contains_key(kind.name) {
                let mut ids = names.get(kind.name).cloned().unwrap_or_default();
                ids.extend(some_ids(store, kind)?);
                known.insert(kind.name, ids);
            }
        }
        let ids = reference.kinds.iter().filter_map(|kind| known.get(kind.as_str())).flatten();
        if let (Some(near), Some(problem)) =
            (nearest(&reference.id, ids.map(String::as_str)), import.problems.get_mut(reference.problem))
        {
            problem.help = Some(format!("did you mean `{near}`?"));
        }
    }
    Ok(())
}

/// The first ids of a kind: enough for the kinds that others refer to by hand.
fn some_ids(store: &dyn Store, kind: &'static Kind) -> Result<Vec<String>, Error> {
    const MOST: usize = 20_000;
    let mut ids = Vec::new();
    let walked = store.records(Some(kind), &mut |record| {
        ids.push(record.id().to_owned());
        if ids.len() < MOST { Ok(()) } else { Err(StoreError::stopped("enough")) }
    });
    match walked {
        Ok(()) | Err(StoreError::Stopped(_)) => Ok(ids),
        Err(error) => Err(error.into()),
    }
}
