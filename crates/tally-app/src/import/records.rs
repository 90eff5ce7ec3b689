//! Importing program records: JSON Lines, JSON array, CSV; files, folders, standard input.

use std::collections::HashSet;
use std::io::BufRead;
use std::path::{Path, PathBuf};

use tally_import::records::{Item, Sheets, is_nested, read_json};
use tally_store::{Commit, StoreError};

use super::input::{expand, open, shown, unfold};
use super::upsert::{Origin, Upsert};
use super::{Import, Options};
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
    import(programme, &source, options, &mut |reader| {
        // Nested sheets come first: their rows are parts of records in other sheets.
        let (nested, plain): (Vec<&PathBuf>, Vec<&PathBuf>) =
            paths.iter().partition(|path| is_sheet(path) && is_nested(&shown(path)));
        for path in nested.into_iter().chain(plain) {
            let name = shown(path);
            let mut input = unfold(open(path)?, options.unfolded_max).map_err(Error::file("reading", path))?;
            reader.read(&mut *input, &name, is_sheet(path))?;
        }
        Ok(())
    })
}

/// Imports record lines that are in memory.
///
/// # Errors
/// Where the journal cannot be written.
pub fn record_bytes(programme: &mut Programme, source: &str, bytes: &[u8], options: &Options) -> Result<Import, Error> {
    import(programme, source, options, &mut |reader| reader.read(&mut &bytes[..], source, false))
}

fn is_sheet(path: &Path) -> bool {
    let name = shown(path).to_lowercase();
    name.strip_suffix(".gz").unwrap_or(&name).ends_with(".csv")
}

/// Reads inputs into a batch.
struct Reader<'r, 'b> {
    upsert: &'r mut Upsert<'b>,
    sheets: Option<Sheets>,
    skip: &'r HashSet<(String, u64)>,
    failed: Option<StoreError>,
    longest: usize,
}

impl Reader<'_, '_> {
    fn read(&mut self, input: &mut dyn BufRead, name: &str, sheet: bool) -> Result<(), Error> {
        if sheet {
            let mut sheets = self.sheets.take().unwrap_or_else(|| Sheets::new(self.longest));
            let read = sheets.read(input, name, &mut |item| self.take(item));
            self.sheets = Some(sheets);
            read?;
        } else {
            read_json(input, name, self.longest, &mut |item| self.take(item))?;
        }
        self.failed.take().map_or(Ok(()), |error| Err(error.into()))
    }

    fn finish(&mut self) -> Result<(), Error> {
        if let Some(sheets) = self.sheets.take() {
            sheets.finish(&mut |item| self.take(item));
        }
        self.failed.take().map_or(Ok(()), |error| Err(error.into()))
    }

    /// After the journal failed the rest of the input is passed over: the first failure is what is told.
    fn take(&mut self, item: Item<'_>) {
        if self.failed.is_some() {
            return;
        }
        match item {
            Item::Record { file, line, record } => {
                if self.skip.contains(&(file.to_owned(), line)) {
                    self.upsert.import.skipped += 1;
                } else if let Err(error) = self.upsert.take(record, Origin { file, line }) {
                    self.failed = Some(error);
                }
            }
            Item::Problem(problem) => {
                if problem.weight == tally_model::Weight::Error {
                    self.upsert.bad.push((problem.place.file.clone(), problem.place.line.unwrap_or(0)));
                }
                self.upsert.import.problem(problem);
            }
        }
    }
}

type Fill<'f> = &'f mut dyn FnMut(&mut Reader<'_, '_>) -> Result<(), Error>;

/// One pass; with `skip_bad` as many as it takes until what is left stands without what was left out.
fn import(programme: &mut Programme, source: &str, options: &Options, fill: Fill<'_>) -> Result<Import, Error> {
    let signer = programme.signer()?;
    let mut skip: HashSet<(String, u64)> = HashSet::new();
    let before = programme.store.head()?.size;
    let mut found = None;
    loop {
        let commit = Commit { actor: options.actor.clone(), source: source.to_owned(), at: options.at };
        let mut upsert = Upsert::new(programme.store.begin(commit)?, options.listed_max);
        let mut reader = Reader { upsert: &mut upsert, sheets: None, skip: &skip, failed: None, longest: options.longest };
        fill(&mut reader)?;
        reader.finish()?;
        upsert.resolve()?;
        let Upsert { batch, mut import, bad, .. } = upsert;
        import.entries = batch.appended();
        let fresh: Vec<_> = bad.into_iter().filter(|line| !skip.contains(line)).collect();
        let first = found.get_or_insert_with(|| (import.errors, import.problems.clone()));
        if options.skip_bad && !fresh.is_empty() {
            batch.rollback();
            skip.extend(fresh);
            continue;
        }
        if options.skip_bad {
            (import.errors, import.problems) = first.clone();
        }
        let refused = import.errors > 0 && !options.skip_bad;
        if refused || options.dry_run {
            batch.rollback();
            import.size = before;
            return Ok(import);
        }
        import.size = batch.commit(&signer)?.size;
        import.written = import.entries > 0;
        return Ok(import);
    }
}
