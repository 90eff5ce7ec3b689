//! Importing a tool's run: evidence kept, attempts into the lake, eval runs and findings into the journal.
//!
//! A later run of the same suite updates what is known. Failing again is failing still; passing is evidence for a fix
//! that was claimed; not being tried is never a fix.

use std::io::{BufRead, Read};
use std::path::{Path, PathBuf};

use serde_json::json;
use tally_catalog::{Catalog, Severity};
use tally_import::{Format, Importer, Mapped, Mapping, ToolRun, detect, importer};
use tally_measure::{Attempt, AttemptsFile, attempts_file};
use tally_model::problem::{nearest, printable};
use tally_model::{Instant, Kind, Problem, Record, Value};
use tally_store::{Batch, Commit, Digest, Evidence, FileEvidence, Tee};

use super::Options;
use super::finding::news;
use super::input::{open, shown, unfold};
use super::report::{Import, Told};
use super::upsert::{Origin, Upsert};
use crate::{Error, Programme};

/// The topic of the notes that name imported files.
pub(crate) const IMPORTED: &str = "import";
/// The topic of the notes that name attempt files in the lake.
pub(crate) const LAKE: &str = "lake/attempts";

/// The outcome of importing a run.
#[derive(Debug)]
pub struct ToolImport {
    /// The run.
    pub run: ToolRun,
    /// What it did to the records.
    pub import: Import,
    /// What became of each finding.
    pub told: Vec<Told>,
    /// When the same bytes had been imported before: by whom and when.
    pub before: Option<String>,
    /// Digest of the report.
    pub sha256: String,
}

/// Imports one report. `tool` names the tool where the user did; else the format is detected.
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
    known_system(programme, system)?;
    let name = shown(path);
    // A dry run works on evidence that goes away with it.
    let passing = options.dry_run.then(Passing::new);
    let evidence = passing.as_ref().map_or_else(|| programme.evidence(), |passing| FileEvidence::new(passing.0.clone()));
    let tee = Tee::new(open(path)?, evidence.begin()?);
    let shared = std::rc::Rc::new(std::cell::RefCell::new(tee));
    let mut input =
        unfold(Box::new(Shared(std::rc::Rc::clone(&shared))), options.unfolded_max).map_err(Error::file("reading", path))?;
    let importer = choose(&mut *input, &name, tool)?;
    let draft = programme.attempts_folder().join(format!("{}-{}.parquet", importer.tool, std::process::id()));
    let mut lake = Lake { file: Some(attempts_file(&draft)?), failed: None };
    let words = Words::of(programme.catalog(), importer.tool);
    let read_options = tally_import::Options { longest: options.longest, ..tally_import::Options::default() };
    let mut run = (importer.read)(&mut *input, &name, &read_options, &words, &mut |attempt| {
        lake.push(importer.tool, &name, system, attempt)
    })?;
    if let Some(suite) = suite {
        run.suite = suite.to_owned();
    }
    drop(input);
    let tee = std::rc::Rc::into_inner(shared).map(std::cell::RefCell::into_inner);
    let digest = tee.ok_or_else(|| Error::Invalid("the report is still being read".to_owned()))?.finish()?;
    let key = format!("{digest}/{system}");
    if let Some(before) = imported_before(programme, &key)? {
        return Ok(ToolImport {
            run,
            import: Import { size: programme.store.head()?.size, ..Import::default() },
            told: Vec::new(),
            before: Some(before),
            sha256: digest.to_string(),
        });
    }
    of_one_system(programme, &run, system, options.at)?;
    let parquet = lake.finish(programme, &draft, &digest, options.dry_run)?;
    let written = write(programme, &run, system, &name, &digest, parquet.as_deref(), options)?;
    Ok(ToolImport { run, import: written.0, told: written.1, before: None, sha256: digest.to_string() })
}

/// A folder for the length of a dry run.
struct Passing(PathBuf);

impl Passing {
    fn new() -> Self {
        Self(std::env::temp_dir().join(format!("tally-dry-run-{}", std::process::id())))
    }
}

impl Drop for Passing {
    fn drop(&mut self) {
        // What stays behind holds nothing that is not in the report.
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

/// The parser and the hand-over at the end read through the same tee.
struct Shared(std::rc::Rc<std::cell::RefCell<Tee<Box<dyn Read>>>>);

impl Read for Shared {
    fn read(&mut self, out: &mut [u8]) -> std::io::Result<usize> {
        self.0.borrow_mut().read(out)
    }
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

fn imported_before(programme: &Programme, key: &str) -> Result<Option<String>, Error> {
    let entries = programme.store.note(IMPORTED, key)?;
    Ok(entries.last().map(|entry| format!("entry {} of {} by {}", entry.no, entry.at, printable(&entry.actor))))
}

/// The words of the catalog's mapping, in the form that the importers ask for.
struct Words<'c> {
    mapping: Option<&'c tally_catalog::Mapping>,
    rule: String,
}

impl<'c> Words<'c> {
    fn of(catalog: &'c Catalog, tool: &str) -> Self {
        let mapping = catalog.mapping(tool);
        let rule = mapping.map_or_else(String::new, |mapping| {
            let rule = &mapping.severity;
            format!(
                "mapping `{}`: one step up from a failure rate of {}, one step down below {}",
                mapping.id, rule.raise_at, rule.lower_below
            )
        });
        Self { mapping, rule }
    }
}

impl Mapping for Words<'_> {
    fn group(&self, probe: &str, _tags: &[String]) -> Mapped {
        let Some(mapping) = self.mapping else {
            return Mapped {
                category: "other".to_owned(),
                class: "unclassified".to_owned(),
                techniques: Vec::new(),
                severity: "medium".to_owned(),
            };
        };
        let rule = mapping.rule(probe);
        Mapped {
            category: rule.category.clone(),
            class: rule.class.clone(),
            techniques: rule.techniques.clone(),
            severity: rule.severity.as_str().to_owned(),
        }
    }

    fn severity(&self, base: &str, failed: u64, passed: u64) -> String {
        let all = [Severity::Info, Severity::Low, Severity::Medium, Severity::High, Severity::Critical];
        let base = all.into_iter().find(|severity| severity.as_str() == base);
        match (self.mapping, base) {
            (Some(mapping), Some(base)) => mapping.severity.severity(base, failed, failed + passed).as_str().to_owned(),
            (_, base) => base.unwrap_or(Severity::Medium).as_str().to_owned(),
        }
    }

    fn rule(&self) -> &str {
        &self.rule
    }
}

/// The attempts of a run on their way into the lake.
struct Lake {
    file: Option<AttemptsFile>,
    failed: Option<tally_measure::MeasureError>,
}

impl Lake {
    fn push(&mut self, tool: &str, report: &str, system: &str, attempt: &tally_import::Attempt<'_>) {
        let Some(file) = &mut self.file else { return };
        let outcome = match attempt.outcome {
            tally_import::Outcome::Pass => "pass",
            tally_import::Outcome::Fail => "fail",
            tally_import::Outcome::Error(_) => "error",
        };
        let row = Attempt {
            tool,
            report,
            target: attempt.target,
            system,
            probe: attempt.probe,
            detector: attempt.detector,
            test: attempt.key,
            generation: i64::from(attempt.generation),
            outcome,
            score: attempt.score.filter(|score| score.is_finite()),
        };
        if let Err(error) = file.push(&row) {
            self.failed = Some(error);
            self.file = None;
        }
    }

    /// Closes the file and names it by the digest of the report; gives its path.
    fn finish(self, programme: &Programme, draft: &Path, report: &Digest, dry_run: bool) -> Result<Option<PathBuf>, Error> {
        if let Some(error) = self.failed {
            return Err(error.into());
        }
        let Some(file) = self.file.filter(|_| !dry_run) else { return Ok(None) };
        file.finish()?;
        let path = programme.attempts_folder().join(format!("{report}.parquet"));
        std::fs::rename(draft, &path).map_err(Error::file("naming", &path))?;
        Ok(Some(path))
    }
}

fn write(
    programme: &mut Programme,
    run: &ToolRun,
    system: &str,
    name: &str,
    digest: &Digest,
    parquet: Option<&Path>,
    options: &Options,
) -> Result<(Import, Vec<Told>), Error> {
    let signer = programme.signer()?;
    let parquet = parquet.map(file_digest).transpose()?;
    let commit = Commit { actor: options.actor.clone(), source: format!("{} {name}", run.tool), at: options.at };
    let mut upsert = Upsert::new(programme.store.begin(commit)?, options.listed_max);
    let origin = Origin { file: name, line: 0 };
    let mut runs = Vec::new();
    let mut candidates = Vec::new();
    for record in tally_import::records(run, system, options.at) {
        if record.kind().name == "finding" {
            candidates.push(record);
        } else {
            runs.push(record.id().to_owned());
            upsert.take(record, origin)?;
        }
    }
    upsert.take(evidence(name, digest, &runs, options.at), origin)?;
    let mut told = Vec::new();
    let at = run.finished_at.unwrap_or(options.at);
    for group in run.groups.iter().filter(|group| group.passed + group.failed > 0) {
        let id = tally_import::fingerprint(run, system, group);
        let candidate = candidates.iter().find(|record| record.id() == id);
        let Some(news) = news(&mut *upsert.batch, run, group, &id, candidate, at)? else { continue };
        told.push(Told { about: news.about, what: news.what });
        if let Some(record) = news.record {
            upsert.take(record, origin)?;
        }
    }
    upsert.resolve()?;
    let Upsert { mut batch, mut import, .. } = upsert;
    for problem in &run.problems {
        import.problem(Problem { weight: tally_model::Weight::Note, ..problem.clone() });
    }
    if import.errors > 0 || options.dry_run {
        import.entries = batch.appended();
        batch.rollback();
        return Ok((import, told));
    }
    keep_notes(&mut *batch, run, system, name, digest, parquet)?;
    import.entries = batch.appended();
    import.size = batch.commit(&signer)?.size;
    import.written = true;
    Ok((import, told))
}

/// What was imported, and which file of the lake holds its attempts.
fn keep_notes(
    batch: &mut dyn Batch,
    run: &ToolRun,
    system: &str,
    name: &str,
    digest: &Digest,
    parquet: Option<String>,
) -> Result<(), Error> {
    let totals = &run.totals;
    let note = json!({
        "file": name, "sha256": digest.to_string(), "tool": run.tool, "tool_version": run.tool_version, "run": run.run_id,
        "system": system, "passed": totals.passed, "failed": totals.failed, "errors": totals.errors
    });
    batch.note(IMPORTED, &format!("{digest}/{system}"), note.to_string().as_bytes())?;
    if let Some(sha256) = parquet {
        let manifest = json!({"file": format!("{digest}.parquet"), "sha256": sha256, "run": run.run_id, "system": system});
        batch.note(LAKE, &digest.to_string(), manifest.to_string().as_bytes())?;
    }
    Ok(())
}

/// A run tested one system: the same run under another name would take its results away from the first.
fn of_one_system(programme: &Programme, run: &ToolRun, system: &str, at: Instant) -> Result<(), Error> {
    for record in tally_import::records(run, system, at).iter().filter(|record| record.kind().name == "eval_run") {
        let known = programme.store.record(record.kind(), record.id())?;
        if let Some(other) = known.as_ref().and_then(|known| known.text("system")).filter(|known| *known != system) {
            return Err(Error::Invalid(format!(
                "this run was imported for system `{}` before, and a run tests one system; nothing was written",
                printable(other)
            )));
        }
    }
    Ok(())
}

fn file_digest(path: &Path) -> Result<String, Error> {
    let mut file = std::fs::File::open(path).map_err(Error::file("reading", path))?;
    let digest = tally_store::evidence::digest(&mut file).map_err(Error::file("reading", path))?;
    Ok(digest.to_string())
}

fn evidence(name: &str, digest: &Digest, runs: &[String], at: Instant) -> Record {
    let Some(kind) = Kind::named("evidence") else { unreachable_kind() };
    let media_type = if name.ends_with(".gz") {
        "application/gzip"
    } else if name.ends_with(".jsonl") {
        "application/jsonl"
    } else {
        "application/json"
    };
    let supports = kind.fields.iter().find(|field| field.name == "supports").map(|field| field.ty);
    let mut record = Record::new(kind, format!("sha256:{digest}"))
        .with("name", name)
        .with("sha256", digest.to_string())
        .with("media_type", media_type)
        .with("collected_at", at);
    if let Some(tally_model::Type::Objects(fields)) = supports {
        let objects = runs.iter().map(|id| {
            let mut object = tally_model::Object::new(fields);
            object.set("kind", "eval_run");
            object.set("id", id.as_str());
            object
        });
        record.set("supports", Value::Objects(objects.collect()));
    }
    record
}

/// The table of kinds is part of the program, so a kind that it names is there.
fn unreachable_kind() -> ! {
    unreachable!("the table of kinds has this kind")
}
