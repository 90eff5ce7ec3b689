//! Importing: the body is a file, or a form with files. All of it or nothing; a dry run says what would change.

use std::path::PathBuf;

use axum::http::StatusCode;
use serde_json::json;
use tally_app::access::Permission;
use tally_app::import::{self, Ask, Options};
use tally_app::scope::Scope;
use tally_model::problem::{printable, shorten};

use super::answer::{document, problem};
use super::asked::Asked;
use super::once::once;
use super::operation::{Holds, Operation, Param, param};
use super::v1;
use crate::failure::Failure;
use crate::reply::Reply;
use crate::route::{Need, Route};
use crate::visit::Visit;

const IMPORT: &[Param] = &[
    param(
        "format",
        Holds::OneOf(&["records", "garak", "promptfoo"]),
        "What the file is; else records, or where a system is named the tool that its first bytes show.",
    ),
    param("system", Holds::Text, "For a tool's report: the system that was tested."),
    param("suite", Holds::Text, "For a tool's report: the name of the suite, where the report's own does not serve."),
    param(
        "also",
        Holds::YesNo,
        "For a tool's report: import it for this system although the same run was imported for another.",
    ),
    param("dry_run", Holds::YesNo, "Say what would change, write nothing."),
    param("skip_bad", Holds::YesNo, "Leave bad rows out instead of refusing the whole import."),
    param("name", Holds::Text, "The file's name, for the journal; its ending says whether it is a table (.csv)."),
];

/// The operations.
pub(super) const OPERATIONS: &[Operation] = &[Operation::of::<v1::Imported>(
    Route::post("/api/v1/import", Need::May(Permission::Import), take).with_files(),
    "import",
    "Import",
    "Take in what a tool or people wrote",
)
.about("The body is the file, plain or gzip; or a form (multipart/form-data) with several. All of it is one commit, or nothing is written: then the answer is 422 and its `import.problems` say what is wrong, row by row. The same file twice writes nothing the second time.")
.asks(IMPORT)
.takes_file()
.once()];

fn take(visit: &Visit) -> Result<Reply, Failure> {
    let asked = Asked::of(visit, IMPORT)?;
    if visit.scope() != Scope::All {
        return Err(Failure::Forbidden(
            "an import may say anything of every system, and this account sees some teams' systems; import with one that sees all".to_owned(),
        ));
    }
    if visit.files.is_empty() {
        return Err(Failure::Wrong(
            "no file was sent; expected one as the body, or a form (multipart/form-data) with files".to_owned(),
        ));
    }
    let options = Options {
        actor: visit.viewer()?.person.clone(),
        at: visit.now,
        dry_run: asked.yes("dry_run"),
        skip_bad: asked.yes("skip_bad"),
        ..Options::default()
    };
    let staged = Staged::of(visit, asked.text("format"))?;
    let digests = staged.files.iter().map(|file| import::digest(file)).collect::<Result<Vec<_>, _>>()?;
    let done = once(visit, digests.join(" ").as_bytes(), || {
        let done = run(visit, &asked, &staged.files, &options)?;
        if done.errors == 0 || options.dry_run || (options.skip_bad && done.reports.is_empty()) {
            return document(&done);
        }
        let errors = done.errors;
        let failure = Failure::Wrong(format!(
            "{errors} {} in {} records; nothing was written",
            if errors == 1 { "problem" } else { "problems" },
            done.read
        ));
        Ok(problem(visit, &failure, StatusCode::UNPROCESSABLE_ENTITY, &[("import", json!(done))]))
    });
    drop(staged);
    done
}

fn run(visit: &Visit, asked: &Asked<'_>, files: &[PathBuf], options: &Options) -> Result<v1::Imported, Failure> {
    let format = asked.text("format");
    let system = asked.text("system");
    let tool = format.filter(|format| *format != "records");
    if tool.is_none() && (format.is_some() || system.is_none()) {
        let done = visit.bench().write(|programme| import::records(programme, files, options))?;
        return Ok(v1::Imported::from(&done));
    }
    let system = system.ok_or_else(|| {
        Failure::Wrong("a tool's report does not say which system it tested; name it with `system`".to_owned())
    })?;
    let ask = Ask { tool, system, suite: asked.text("suite"), also: asked.yes("also") };
    let done = visit.bench().write(|programme| import::tool_runs(programme, files, &ask, options))?;
    Ok(v1::Imported::from(&done))
}

/// Files under the names that they were sent with, in a folder of their own, which goes when this is dropped.
struct Staged {
    folder: PathBuf,
    files: Vec<PathBuf>,
}

impl Staged {
    fn of(visit: &Visit, format: Option<&str>) -> Result<Self, Failure> {
        let failed = |error: std::io::Error| {
            tracing::error!(%error, "an upload could not be kept");
            Failure::Broken
        };
        let folder = visit.house.uploads().join(&visit.request);
        std::fs::create_dir_all(&folder).map_err(failed)?;
        let mut staged = Self { folder, files: Vec::new() };
        for (nth, sent) in visit.files.iter().enumerate() {
            // Names may come twice; each file has a folder of its own.
            let own = staged.folder.join(nth.to_string());
            std::fs::create_dir_all(&own).map_err(failed)?;
            let file = own.join(plain(&sent.name, visit, format)?);
            std::fs::rename(&sent.path, &file).map_err(failed)?;
            staged.files.push(file);
        }
        Ok(staged)
    }
}

impl Drop for Staged {
    fn drop(&mut self) {
        // What is left over lies in a folder that is emptied at the next start.
        let _ = std::fs::remove_dir_all(&self.folder);
    }
}

/// A name without a path, or one by what was sent.
fn plain(name: &str, visit: &Visit, format: Option<&str>) -> Result<String, Failure> {
    if name == "body" && visit.query.get("name").is_none() {
        let media = visit.headers.get("content-type").and_then(|value| value.to_str().ok()).unwrap_or_default();
        return Ok(match format {
            Some("promptfoo") => "report.json",
            Some("garak") => "report.jsonl",
            _ if media.starts_with("text/csv") => "records.csv",
            _ => "records.jsonl",
        }
        .to_owned());
    }
    let last = name.rsplit(['/', '\\']).next().unwrap_or_default();
    let bad =
        last.is_empty() || last == "." || last == ".." || last == "-" || last.len() > 200 || last.contains(char::is_control);
    if bad {
        return Err(Failure::Wrong(format!(
            "found `{}` as a file's name, expected one such as findings.csv",
            printable(&shorten(name))
        )));
    }
    Ok(last.to_owned())
}
