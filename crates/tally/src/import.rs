//! `tally import`.

use std::path::{Path, PathBuf};

use clap::Args;
use tally_app::Error;
use tally_app::import::{Ask, Options, records, tool_runs};
use tally_model::problem::{nearest, printable};
use tally_web::api::v1::{Imported, Problem, Report, Weight};

use crate::cli::{Common, Format};
use crate::exit;
use crate::output::{err, json, out};
use crate::progress::Bar;
use crate::remote::{Query, Server};

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
    /// For a tool's report: import it for this system although the same run was imported for another.
    #[arg(long)]
    also: bool,
    /// Show the changes, write nothing.
    #[arg(long)]
    dry_run: bool,
    /// Leave bad rows out instead of refusing the whole import.
    #[arg(long)]
    skip_bad: bool,
    /// No progress bar on a terminal.
    #[arg(long, short)]
    quiet: bool,
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
    if let Some(server) = common.server()? {
        return remote(&server, args, format.as_deref(), files);
    }
    let mut programme = common.programme()?;
    let default = Options::default();
    let bar = Bar::new(args.quiet);
    let options = Options {
        actor: common.actor(),
        at: tally_app::now(),
        dry_run: args.dry_run,
        skip_bad: args.skip_bad,
        unfolded_max: args.unfolded_max.unwrap_or(default.unfolded_max),
        watch: bar.watch(),
        ..default
    };
    let tool = format.as_deref().filter(|format| *format != RECORDS);
    let is_run = tool.is_some() || (format.is_none() && args.system.is_some());
    if !is_run {
        let import = records(&mut programme, files, &options);
        bar.clear();
        return show_records(&Imported::from(&import?), args);
    }
    let Some(system) = &args.system else {
        return Err(Error::Invalid("a tool's report does not say which system it tested; name it with --system".to_owned()));
    };
    let ask = Ask { tool, system, suite: args.suite.as_deref(), also: args.also };
    let done = tool_runs(&mut programme, files, &ask, &options);
    bar.clear();
    show_runs(&Imported::from(&done?), args)
}

fn remote(server: &Server, args: &ImportArgs, format: Option<&str>, files: &[PathBuf]) -> Result<u8, Error> {
    if args.unfolded_max.is_some() {
        return Err(Error::Invalid(
            "--unfolded-max is a limit of the machine that reads: it works on a data directory only".to_owned(),
        ));
    }
    let is_run = format.map_or(args.system.is_some(), |format| format != RECORDS);
    if is_run && args.system.is_none() {
        return Err(Error::Invalid("a tool's report does not say which system it tested; name it with --system".to_owned()));
    }
    let mut query: Query = Vec::new();
    query.extend(args.system.iter().filter(|_| is_run).map(|system| ("system", system.clone())));
    query.extend(args.suite.iter().filter(|_| is_run).map(|suite| ("suite", suite.clone())));
    let flags = [("also", args.also && is_run), ("dry_run", args.dry_run), ("skip_bad", args.skip_bad)];
    query.extend(flags.into_iter().filter(|(_, wanted)| *wanted).map(|(name, _)| (name, "yes".to_owned())));
    let done = crate::remote::import(server, files, format, query)?;
    if is_run { show_runs(&done, args) } else { show_records(&done, args) }
}

fn show_records(import: &Imported, args: &ImportArgs) -> Result<u8, Error> {
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

fn list_changes(import: &Imported) -> Result<(), Error> {
    for change in &import.changes {
        let what = if change.new { "new".to_owned() } else { change.fields.join(", ") };
        out(&format!("{}: {what}", change.record))?;
    }
    let more = (import.created + import.changed).saturating_sub(import.changes.len() as u64);
    if more > 0 { out(&format!("and {more} more")) } else { Ok(()) }
}

fn summary(import: &Imported, dry_run: bool) -> String {
    if import.read == 0 {
        return "no records in it; nothing was written".to_owned();
    }
    let counts = format!("{} new, {} changed, {} unchanged", import.created, import.changed, import.unchanged);
    let skipped = if import.skipped > 0 { format!(", {} left out", import.skipped) } else { String::new() };
    match (dry_run, import.written) {
        (true, _) => format!("would be {counts}{skipped}; nothing was written"),
        (false, true) => format!("{counts}{skipped}; journal has {} entries", import.journal_size),
        (false, false) => format!("{counts}{skipped}; nothing new, nothing was written"),
    }
}

fn problems(problems: &[Problem], errors: u64) {
    for problem in problems {
        let word = if problem.weight == Weight::Error { "error" } else { "note" };
        err(&format!("{word}: {}", problem.to_model()));
    }
    let listed = problems.iter().filter(|problem| problem.weight == Weight::Error).count() as u64;
    if errors > listed {
        err(&format!("and {} more problems", errors - listed));
    }
}

fn import_json(import: &Imported) -> serde_json::Value {
    let mut value = serde_json::to_value(import).unwrap_or_default();
    if let serde_json::Value::Object(members) = &mut value {
        members.remove("reports");
    }
    value
}

/// One report keeps its own shape; several are one document with a list of them.
fn show_runs(import: &Imported, args: &ImportArgs) -> Result<u8, Error> {
    let code = if import.errors > 0 { exit::ERROR } else { exit::HOLDS };
    if args.format != Format::Human {
        let mut value = import_json(import);
        let mut reports: Vec<serde_json::Value> = import.reports.iter().map(|report| serde_json::json!(report)).collect();
        match (reports.pop(), reports.is_empty(), &mut value) {
            (Some(serde_json::Value::Object(mut only)), true, serde_json::Value::Object(members)) => {
                only.remove("file");
                members.extend(only);
            }
            (last, ..) => {
                reports.extend(last);
                value["reports"] = reports.into();
            }
        }
        return json(&value).map(|()| code);
    }
    problems(&import.problems, import.errors);
    for report in &import.reports {
        show_run(report, args, import.reports.len() > 1)?;
    }
    if import.errors > 0 {
        err("nothing was written");
    } else if import.reports.iter().any(|report| report.imported_before.is_none()) {
        out(&summary(import, args.dry_run))?;
    }
    Ok(code)
}

fn show_run(done: &Report, args: &ImportArgs, several: bool) -> Result<(), Error> {
    let run = &done.run;
    let file = printable(&done.file);
    if let Some(before) = &done.imported_before {
        let system = printable(args.system.as_deref().unwrap_or_default());
        return out(&format!(
            "{file}: these very bytes were imported before ({before}) for system `{system}`; to import them for another \
             system too, name it with --system and add --also; nothing was written"
        ));
    }
    let version = run.tool_version.as_deref().unwrap_or("of unknown version");
    let name = if several { format!("{file}: ") } else { String::new() };
    out(&format!(
        "{name}{} {} against {}: {} passed, {} failed, {} not judged, in {} attempts",
        run.tool,
        printable(version),
        printable(&run.target),
        run.passed,
        run.failed,
        run.errors,
        run.attempts
    ))?;
    if let Some(reason) = &run.partial {
        out(&format!("partial run: {}", printable(reason)))?;
    }
    for told in &done.findings {
        out(&format!("  {}: {}", told.what, told.finding))?;
    }
    Ok(())
}
