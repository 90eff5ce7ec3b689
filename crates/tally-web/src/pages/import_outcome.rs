//! Where an upload stands: how far it is, what it would change, what it changed, or why it was not read.

use askama::Template;
use tally_app::import::{Change, Import, Progress, ToolImport, partial};
use tally_model::{Problem, Weight};
use tally_report::number::count;

use super::links;
use crate::failure::Failure;
use crate::reply::Reply;
use crate::shell::Shell;
use crate::staging::{Lot, Outcome, State};
use crate::visit::Visit;
use crate::words::{self, many, size};

/// Problems that are listed.
const PROBLEMS: usize = 200;

#[derive(Template)]
#[template(path = "import_outcome.html")]
struct Page {
    shell: Shell,
    upload: String,
    files: Vec<(String, String)>,
    system: String,
    system_path: String,
    working: Option<String>,
    failed: Option<String>,
    seen: Option<Seen>,
}

/// What an import did or would do.
struct Seen {
    written: bool,
    title: String,
    class: &'static str,
    words: String,
    counts: Vec<(String, &'static str)>,
    problems: Vec<ProblemRow>,
    more_problems: Option<String>,
    changes: Vec<ChangeRow>,
    more_changes: Option<String>,
    reports: Vec<Report>,
    entries: Option<(u64, String)>,
    /// The button that writes it.
    confirm: Option<String>,
    /// The button that looks again without what is bad.
    skip: Option<String>,
}

struct ProblemRow {
    state: words::State,
    place: String,
    record: String,
    field: String,
    found: String,
    expected: String,
    help: String,
}

struct ChangeRow {
    record: String,
    path: Option<String>,
    new: bool,
    fields: String,
}

struct Report {
    file: String,
    words: String,
    before: Option<String>,
    partial: Option<String>,
    told: Vec<(&'static str, String, String)>,
}

/// Where an upload stands.
pub(super) fn page(visit: &Visit) -> Result<Reply, Failure> {
    let lot = visit.house.staging.find(visit.param("token"), &visit.viewer()?.person, visit.now)?;
    let (state, skips) = lot.state();
    let mut page = Page {
        shell: visit.shell("Import").below(&[("Import", "/import")]),
        upload: lot.token.clone(),
        files: lot.files.iter().map(|(name, bytes)| (name.clone(), size(*bytes))).collect(),
        system: lot.asked.system.clone(),
        system_path: links::record("system", &lot.asked.system).unwrap_or_default(),
        working: None,
        failed: None,
        seen: None,
    };
    match state {
        State::Working(writes, progress) => {
            page.shell = retitled(page.shell, if writes { "Importing" } else { "Reading" });
            page.working = Some(how_far(writes, progress));
            return Ok(Reply::html(page.render()?).with("refresh", "2"));
        }
        State::Failed(text) => {
            page.shell = retitled(page.shell, "Not imported");
            page.failed = Some(words::capital(&text));
        }
        State::Looked(outcome) => {
            page.shell = retitled(page.shell, "What would change");
            page.seen = Some(seen(&lot, &outcome, false, skips));
        }
        State::Written(outcome) => {
            let title = if outcome.import().written { "Imported" } else { "Nothing was written" };
            page.shell = retitled(page.shell, title);
            page.seen = Some(seen(&lot, &outcome, true, skips));
        }
    }
    Ok(Reply::html(page.render()?))
}

fn retitled(mut shell: Shell, title: &str) -> Shell {
    title.clone_into(&mut shell.title);
    if let Some(last) = shell.crumbs.last_mut() {
        title.clone_into(&mut last.title);
    }
    shell
}

fn how_far(writes: bool, progress: Option<Progress>) -> String {
    let Some(progress) = progress else { return "It waits for its turn.".to_owned() };
    let what = if writes { "Being written" } else { "Being read" };
    let of = match progress.total {
        Some(total) if total > 0 => format!("{} of {}", size(progress.bytes.min(total)), size(total)),
        _ => size(progress.bytes),
    };
    format!("{what}: {of}, {} taken so far.", many(progress.records, "row"))
}

fn seen(lot: &Lot, outcome: &Outcome, written: bool, skips: bool) -> Seen {
    let import = outcome.import();
    let changes = import.created + import.changed;
    let stands = import.errors == 0 || skips;
    let reports: &[ToolImport] = if let Outcome::Runs(runs) = outcome { &runs.reports } else { &[] };
    let fresh = reports.iter().any(|report| report.before.is_none());
    let wanted = stands && !written && (changes > 0 || fresh);
    let left = if import.skipped > 0 { format!(", {} left out", many(import.skipped, "bad row")) } else { String::new() };
    let class = if written && import.written {
        "good"
    } else if import.errors > 0 && !skips {
        "bad"
    } else {
        ""
    };
    let told = import.changes.len() as u64;
    let first = (import.size + 1).saturating_sub(import.entries);
    Seen {
        written,
        title: title(import, stands, written),
        class,
        words: summary(import, stands, written, reports),
        counts: vec![
            (count(import.read), "rows read"),
            (count(import.created), "new"),
            (count(import.changed), "changed"),
            (count(import.unchanged), "unchanged"),
            (count(import.skipped), "left out"),
            (count(import.errors), "problems"),
        ],
        problems: import.problems.iter().take(PROBLEMS).map(problem).collect(),
        more_problems: more(import),
        changes: import.changes.iter().map(change).collect(),
        more_changes: (changes > told).then(|| format!("and {} more", many(changes - told, "record"))),
        reports: reports.iter().map(report).collect(),
        entries: (written && import.written).then(|| (first, many(import.entries, "entry"))),
        confirm: wanted.then(|| format!("Import: {} new, {} changed{left}", count(import.created), count(import.changed))),
        skip: (import.errors > 0 && !skips && !written && !lot.asked.reports)
            .then(|| format!("Look again without the rows of {}", many(import.errors, "problem"))),
    }
}

fn title(import: &Import, stands: bool, written: bool) -> String {
    match (written, import.written) {
        (true, true) => format!("{} new, {} changed.", count(import.created), count(import.changed)),
        _ if !stands => format!("{} in {}.", many(import.errors, "problem"), many(import.read, "row")),
        (true, false) => "Nothing was written.".to_owned(),
        (false, _) => format!("{} would be new, {} would change.", count(import.created), count(import.changed)),
    }
}

fn summary(import: &Import, stands: bool, written: bool, reports: &[ToolImport]) -> String {
    let known = !reports.is_empty() && reports.iter().all(|report| report.before.is_some());
    let words = match (written, import.written) {
        (true, true) => "It stands in the journal; the numbers follow.",
        _ if !stands => "Nothing was written. Mend the file and send it again, or leave the bad rows out.",
        _ if known => "These very bytes were imported before. Nothing is left to do.",
        (true, false) => "Somebody else wrote meanwhile, or there was nothing new. Send it again to see.",
        (false, _) if import.read == 0 && reports.is_empty() => "There are no records in it.",
        (false, _) if import.created + import.changed == 0 => "All of it is known already.",
        (false, _) => "Nothing is written yet.",
    };
    words.to_owned()
}

fn more(import: &Import) -> Option<String> {
    let errors = import.problems.iter().take(PROBLEMS).filter(|problem| problem.weight == Weight::Error).count() as u64;
    (import.errors > errors).then(|| format!("and {} more", many(import.errors - errors, "problem")))
}

fn problem(problem: &Problem) -> ProblemRow {
    let place = &problem.place;
    ProblemRow {
        state: match problem.weight {
            Weight::Error => words::State::new("✗", "error", "bad"),
            Weight::Note => words::State::new("·", "note", "none"),
        },
        place: place.line.map_or_else(|| place.file.clone(), |line| format!("{}:{line}", place.file)),
        record: place.record.clone().unwrap_or_default(),
        field: place.field.clone().unwrap_or_default(),
        found: problem.found.clone(),
        expected: problem.expected.clone(),
        help: problem.help.clone().unwrap_or_default(),
    }
}

fn change(change: &Change) -> ChangeRow {
    let path = change.record.split_once(' ').and_then(|(kind, id)| links::record(kind, id));
    ChangeRow {
        record: change.record.clone(),
        path: path.filter(|_| !change.new),
        new: change.new,
        fields: change.fields.join(", "),
    }
}

fn report(report: &ToolImport) -> Report {
    let run = &report.run;
    let totals = &run.totals;
    Report {
        file: report.file.clone(),
        words: format!(
            "{} {} against {}, suite {}: {} passed, {} failed, {} not judged, in {}",
            run.tool,
            run.tool_version.as_deref().unwrap_or("of unknown version"),
            run.target,
            run.suite,
            count(totals.passed),
            count(totals.failed),
            count(totals.errors),
            many(run.attempts, "attempt")
        ),
        before: report.before.clone(),
        partial: partial(run).map(str::to_owned),
        told: report
            .told
            .iter()
            .map(|told| (told.what, told.about.clone(), links::record("finding", &told.about).unwrap_or_default()))
            .collect(),
    }
}
