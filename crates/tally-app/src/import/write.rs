//! Runs that were read become records, evidence and notes: one batch for all of them. Decides nothing about findings;
//! that is `finding`.

use std::path::Path;

use serde_json::json;
use tally_import::ToolRun;
use tally_model::{Instant, Kind, Problem, Record, Value, Weight};
use tally_store::{Batch, Commit, Digest};

use super::Options;
use super::finding::news;
use super::lake::Pending;
use super::report::{Import, Told};
use super::run::{Ask, ToolImport};
use super::stage::Staged;
use super::upsert::{Origin, Upsert};
use crate::{Error, Programme};

/// The topic of the notes that name imported files.
pub(crate) const IMPORTED: &str = "import";
/// The topic of the notes that name attempt files in the lake.
pub(crate) const LAKE: &str = "lake/attempts";

/// A run whose attempts are in the lake.
struct Ready {
    name: String,
    run: ToolRun,
    digest: Digest,
    parquet: Option<(String, Pending)>,
    before: Option<String>,
}

/// Writes what is new of these runs; those imported before are only told.
pub(super) fn write(
    programme: &mut Programme,
    staged: Vec<Staged>,
    ask: &Ask<'_>,
    options: &Options,
) -> Result<(Import, Vec<ToolImport>), Error> {
    let mut runs = Vec::new();
    for one in staged {
        let Staged { name, run, digest, lake, before, shared } = one;
        let wanted = before.is_none() && !options.dry_run;
        let parquet = if wanted {
            let file = lake_name(&digest, ask.system, shared)?;
            let pending = lake.finish(programme, &file)?;
            Some((file, pending))
        } else {
            None
        };
        runs.push(Ready { name, run, digest, parquet, before });
    }
    if runs.iter().all(|run| run.before.is_some()) {
        let import = Import { size: programme.store.head()?.size, ..Import::default() };
        return Ok((import, runs.into_iter().map(|run| told(run, Vec::new())).collect()));
    }
    commit(programme, runs, ask, options)
}

fn told(run: Ready, told: Vec<Told>) -> ToolImport {
    let Ready { name: file, run, digest, before, .. } = run;
    ToolImport { file, run, import: Import::default(), told, before, sha256: digest.to_string() }
}

/// The attempts of one file and one system: named by the file's digest, so that the same bytes are there once, unless
/// they were imported for two systems.
fn lake_name(digest: &Digest, system: &str, shared: bool) -> Result<String, Error> {
    if !shared {
        return Ok(format!("{digest}.parquet"));
    }
    let of = tally_store::evidence::digest(&mut system.as_bytes()).map_err(Error::file("naming", system))?.to_string();
    Ok(format!("{digest}-{}.parquet", of.get(..8).unwrap_or(&of)))
}

fn commit(
    programme: &mut Programme,
    mut runs: Vec<Ready>,
    ask: &Ask<'_>,
    options: &Options,
) -> Result<(Import, Vec<ToolImport>), Error> {
    let signer = programme.signer()?;
    let fresh = runs.iter().filter(|run| run.before.is_none());
    let source = fresh.map(|run| format!("{} {}", run.run.tool, run.name)).collect::<Vec<_>>().join(", ");
    let commit = Commit { actor: options.actor.clone(), source, at: options.at };
    let mut upsert = Upsert::new(programme.store.begin(commit)?, options.listed_max);
    upsert.in_turn = true;
    let mut news = Vec::new();
    for run in &runs {
        news.push(if run.before.is_none() { take(&mut upsert, run, ask.system, options.at)? } else { Vec::new() });
    }
    upsert.resolve()?;
    let Upsert { mut batch, mut import, .. } = upsert;
    for problem in runs.iter().filter(|run| run.before.is_none()).flat_map(|run| &run.run.problems) {
        import.problem(Problem { weight: Weight::Note, ..problem.clone() });
    }
    if import.errors > 0 || options.dry_run {
        import.entries = batch.appended();
        batch.rollback();
    } else {
        for run in runs.iter().filter(|run| run.before.is_none()) {
            keep_notes(&mut *batch, run, ask.system)?;
        }
        import.entries = batch.appended();
        import.size = batch.commit(&signer)?.size;
        import.written = true;
        runs.iter_mut().filter_map(|run| run.parquet.take()).for_each(|(_, pending)| pending.keep());
    }
    Ok((import, runs.into_iter().zip(news).map(|(run, news)| told(run, news)).collect()))
}

/// Lays one run over what is known.
fn take(upsert: &mut Upsert<'_>, ready: &Ready, system: &str, at: Instant) -> Result<Vec<Told>, Error> {
    let Ready { name, run, digest, .. } = ready;
    let origin = Origin { file: name, line: 0 };
    let (mut evals, mut candidates) = (Vec::new(), Vec::new());
    for record in tally_import::records(run, system, at) {
        if record.kind().name == "finding" {
            candidates.push(record);
        } else {
            evals.push(record.id().to_owned());
            upsert.take(record, origin)?;
        }
    }
    let report = evidence(&mut *upsert.batch, name, digest, &evals, at)?;
    upsert.take(report, origin)?;
    let mut told = Vec::new();
    let ended = run.finished_at.unwrap_or(at);
    for group in run.groups.iter().filter(|group| group.passed + group.failed > 0) {
        let id = tally_import::fingerprint(run, system, group);
        let candidate = candidates.iter().find(|record| record.id() == id);
        let Some(news) = news(&mut *upsert.batch, run, group, &id, candidate, ended)? else { continue };
        told.push(Told { about: news.about, what: news.what });
        if let Some(record) = news.record {
            upsert.take(record, origin)?;
        }
    }
    Ok(told)
}

/// What was imported, and which file of the lake holds its attempts.
fn keep_notes(batch: &mut dyn Batch, ready: &Ready, system: &str) -> Result<(), Error> {
    let Ready { name, run, digest, parquet, .. } = ready;
    let totals = &run.totals;
    let note = json!({
        "file": name, "sha256": digest.to_string(), "tool": run.tool, "tool_version": run.tool_version, "run": run.run_id,
        "system": system, "passed": totals.passed, "failed": totals.failed, "errors": totals.errors
    });
    batch.note(IMPORTED, &format!("{digest}/{system}"), note.to_string().as_bytes())?;
    if let Some((file, path)) = parquet.as_ref().and_then(|(file, pending)| Some((file, pending.path()?))) {
        let manifest = json!({"file": file, "sha256": file_digest(path)?, "run": run.run_id, "system": system});
        batch.note(LAKE, &format!("{digest}/{system}"), manifest.to_string().as_bytes())?;
    }
    Ok(())
}

fn file_digest(path: &Path) -> Result<String, Error> {
    let mut file = std::fs::File::open(path).map_err(Error::file("reading", path))?;
    let digest = tally_store::evidence::digest(&mut file).map_err(Error::file("reading", path))?;
    Ok(digest.to_string())
}

/// The report as evidence of these eval runs, beside those that it supports already.
fn evidence(batch: &mut dyn Batch, name: &str, digest: &Digest, evals: &[String], at: Instant) -> Result<Record, Error> {
    let Some(kind) = Kind::named("evidence") else { unreachable_kind() };
    let id = format!("sha256:{digest}");
    let media_type = if name.ends_with(".gz") {
        "application/gzip"
    } else if name.ends_with(".jsonl") {
        "application/jsonl"
    } else {
        "application/json"
    };
    let known = batch.find(kind, &id)?;
    let mut record = Record::new(kind, id.as_str());
    if known.is_none() {
        let sha256 = digest.to_string();
        record = record.with("name", name).with("sha256", sha256).with("media_type", media_type).with("collected_at", at);
    }
    let supports = kind.fields.iter().find(|field| field.name == "supports").map(|field| field.ty);
    if let Some(tally_model::Type::Objects(fields)) = supports {
        let known = known.as_ref().and_then(|known| known.record.get("supports")).map(Value::objects).unwrap_or_default();
        let mut objects = known.to_vec();
        for id in evals {
            let mut object = tally_model::Object::new(fields);
            object.set("kind", "eval_run");
            object.set("id", id.as_str());
            if !objects.contains(&object) {
                objects.push(object);
            }
        }
        record.set("supports", Value::Objects(objects));
    }
    Ok(record)
}

/// The table of kinds is part of the program, so a kind that it names is there.
fn unreachable_kind() -> ! {
    unreachable!("the table of kinds has this kind")
}
