//! `tally import`.

use std::path::{Path, PathBuf};

use clap::Args;
use tally_app::Error;
use tally_app::import::{Import, Options, ToolImport, records, tool_run};
use tally_model::Problem;
use tally_model::problem::{nearest, printable};

use crate::cli::{Common, Format};
use crate::exit;
use crate::output::{err, json, out};

/// Take in what tools and people wrote: all of it or nothing.
#[derive(Args)]
pub struct ImportArgs {
    /// `records`, `garak` or `promptfoo` (else the format is detected), then files, folders, or - for standard input.
    #[arg(value_name = "[FORMAT] FILE", required = true, num_args = 1..)]
    words: Vec<PathBuf>,
    /// For a tool's report: the system that was tested.
    #[arg(long, value_name = "ID")]
    system: Option<String>,
    /// For a tool's report: the name of the suite, where the report's own does not serve.
    #[arg(long, value_name = "NAME")]
    suite: Option<String>,
    /// Show the changes, write nothing.
    #[arg(long)]
    dry_run: bool,
    /// Leave bad rows out instead of refusing the whole import.
    #[arg(long)]
    skip_bad: bool,
    /// Most bytes that one compressed file may unfold to.
    #[arg(long, value_name = "BYTES", hide_short_help = true)]
    unfolded_max: Option<u64>,
    /// How the outcome is written.
    #[arg(long, value_enum, default_value_t = Format::Human)]
    format: Format,
}

/// What the first word may say.
const RECORDS: &str = "records";
const TOOLS: [&str; 2] = ["garak", "promptfoo"];

pub fn run(common: &Common, args: &ImportArgs) -> Result<u8, Error> {
    let first = args.words[0].to_string_lossy().into_owned();
    let named = args.words.len() > 1 && (first == RECORDS || TOOLS.contains(&first.as_str()));
    let (format, files) = if named { (Some(first.clone()), &args.words[1..]) } else { (None, &args.words[..]) };
    if args.words.len() == 1
        && !args.words[0].exists()
        && (TOOLS.contains(&&*args.words[0].to_string_lossy()) || args.words[0] == Path::new(RECORDS))
    {
        return Err(Error::Invalid(format!("`{}` names a format; name a file after it", args.words[0].display())));
    }
    if !named && args.words.len() > 1 && !args.words[0].exists() && first != "-" {
        let near = nearest(&first, TOOLS.into_iter().chain([RECORDS]));
        let help = near.map(|near| format!("; did you mean the format `{near}`?")).unwrap_or_default();
        return Err(Error::Invalid(format!("no file `{}`{help}", printable(&first))));
    }
    let mut programme = common.programme()?;
    let default = Options::default();
    let options = Options {
        actor: common.actor(),
        at: tally_app::now(),
        dry_run: args.dry_run,
        skip_bad: args.skip_bad,
        unfolded_max: args.unfolded_max.unwrap_or(default.unfolded_max),
        ..default
    };
    let tool = format.as_deref().filter(|format| *format != RECORDS);
    let is_run = tool.is_some() || (format.is_none() && args.system.is_some());
    if !is_run {
        let import = records(&mut programme, files, &options)?;
        return show_records(&import, args);
    }
    let Some(system) = &args.system else {
        return Err(Error::Invalid("a tool's report does not say which system it tested; name it with --system".to_owned()));
    };
    let mut code = exit::HOLDS;
    for file in files {
        let done = tool_run(&mut programme, file, tool, system, args.suite.as_deref(), &options)?;
        code = code.max(show_run(&done, file, args)?);
    }
    Ok(code)
}

fn show_records(import: &Import, args: &ImportArgs) -> Result<u8, Error> {
    problems(&import.problems, import.errors);
    let code = if import.errors > 0 && !args.skip_bad { exit::ERROR } else { exit::HOLDS };
    if args.format != Format::Human {
        return json(&import_json(import)).map(|()| code);
    }
    if code == exit::ERROR {
        let plural = |count: u64| if count == 1 { "" } else { "s" };
        err(&format!(
            "{} problem{} in {} record{}; nothing was written. Mend them, or leave bad rows out with --skip-bad",
            import.errors,
            plural(import.errors),
            import.read,
            plural(import.read)
        ));
        return Ok(code);
    }
    if args.dry_run {
        list_changes(import)?;
    }
    out(&summary(import, args.dry_run)).map(|()| code)
}

fn list_changes(import: &Import) -> Result<(), Error> {
    for change in &import.changes {
        let what = if change.new { "new".to_owned() } else { change.fields.join(", ") };
        out(&format!("{}: {what}", change.record))?;
    }
    let more = (import.created + import.changed).saturating_sub(import.changes.len() as u64);
    if more > 0 { out(&format!("and {more} more")) } else { Ok(()) }
}

fn summary(import: &Import, dry_run: bool) -> String {
    if import.read == 0 {
        return "no records in it; nothing was written".to_owned();
    }
    let counts = format!("{} new, {} changed, {} unchanged", import.created, import.changed, import.unchanged);
    let skipped = if import.skipped > 0 { format!(", {} left out", import.skipped) } else { String::new() };
    match (dry_run, import.written) {
        (true, _) => format!("would be {counts}{skipped}; nothing was written"),
        (false, true) => format!("{counts}{skipped}; journal has {} entries", import.size),
        (false, false) => format!("{counts}{skipped}; nothing new, nothing was written"),
    }
}

fn problems(problems: &[Problem], errors: u64) {
    for problem in problems {
        let word = if problem.weight == tally_model::Weight::Error { "error" } else { "note" };
        err(&format!("{word}: {problem}"));
    }
    let listed = problems.iter().filter(|problem| problem.weight == tally_model::Weight::Error).count() as u64;
    if errors > listed {
        err(&format!("and {} more problems", errors - listed));
    }
}

fn import_json(import: &Import) -> serde_json::Value {
    let problems: Vec<serde_json::Value> = import
        .problems
        .iter()
        .map(|problem| {
            serde_json::json!({
                "weight": if problem.weight == tally_model::Weight::Error { "error" } else { "note" },
                "file": problem.place.file, "line": problem.place.line, "record": problem.place.record,
                "field": problem.place.field, "found": problem.found, "expected": problem.expected, "help": problem.help
            })
        })
        .collect();
    let changes: Vec<serde_json::Value> = import
        .changes
        .iter()
        .map(|change| serde_json::json!({"record": change.record, "new": change.new, "fields": change.fields}))
        .collect();
    serde_json::json!({
        "read": import.read, "created": import.created, "changed": import.changed, "unchanged": import.unchanged,
        "skipped": import.skipped, "errors": import.errors, "entries": import.entries, "journal_size": import.size,
        "written": import.written, "changes": changes, "problems": problems
    })
}

fn show_run(done: &ToolImport, file: &Path, args: &ImportArgs) -> Result<u8, Error> {
    let run = &done.run;
    if args.format != Format::Human {
        let mut value = import_json(&done.import);
        value["run"] = serde_json::json!({
            "tool": run.tool, "tool_version": run.tool_version, "id": run.run_id, "target": run.target, "suite": run.suite,
            "passed": run.totals.passed, "failed": run.totals.failed, "errors": run.totals.errors, "attempts": run.attempts,
            "unevaluated": run.unevaluated, "complete": run.completeness == tally_app::import::COMPLETE,
            "groups": run.groups.iter().map(|group| serde_json::json!({
                "target": group.target, "probe": group.probe, "detector": group.detector, "category": group.category,
                "class": group.class, "severity": group.severity, "passed": group.passed, "failed": group.failed,
                "errors": group.errors})).collect::<Vec<_>>()
        });
        value["sha256"] = serde_json::json!(done.sha256);
        value["imported_before"] = serde_json::json!(done.before);
        value["findings"] =
            done.told.iter().map(|told| serde_json::json!({"finding": told.about, "what": told.what})).collect();
        let code = if done.import.errors > 0 { exit::ERROR } else { exit::HOLDS };
        return json(&value).map(|()| code);
    }
    if let Some(before) = &done.before {
        out(&format!(
            "{}: these very bytes were imported before ({before}); nothing was written",
            printable(&file.to_string_lossy())
        ))?;
        return Ok(exit::HOLDS);
    }
    problems(&done.import.problems, done.import.errors);
    let totals = &run.totals;
    let version = run.tool_version.as_deref().unwrap_or("of unknown version");
    out(&format!(
        "{} {} against {}: {} passed, {} failed, {} not judged, in {} attempts",
        run.tool,
        printable(version),
        printable(&run.target),
        totals.passed,
        totals.failed,
        totals.errors,
        run.attempts
    ))?;
    if let Some(reason) = tally_app::import::partial(run) {
        out(&format!("partial run: {}", printable(reason)))?;
    }
    for told in &done.told {
        out(&format!("  {}: {}", told.what, told.about))?;
    }
    if done.import.errors > 0 {
        err("nothing was written");
        return Ok(exit::ERROR);
    }
    out(&summary(&done.import, args.dry_run))?;
    Ok(exit::HOLDS)
}
