//! Importing: files are sent, looked at, and written when somebody confirms what they would change.
//!
//! The same verbs as the command line's; a look is their dry run.

use askama::Template;
use tally_app::access::Permission;
use tally_app::list::{self, ListState, Shown};
use tally_app::scope::Scope;
use tally_app::{Workbench, import, query};
use tally_model::Kind;
use tally_model::kinds::KINDS;
use tally_report::number::count;

use super::import_outcome;
use crate::failure::Failure;
use crate::pairs::encode;
use crate::reply::Reply;
use crate::route::{Need, Route};
use crate::shell::Shell;
use crate::staging::{Asked, Lot};
use crate::visit::Visit;
use crate::words::{minute, size};

/// The routes of this module.
pub const ROUTES: &[Route] = &[
    Route::get("/import", Need::May(Permission::Read), page),
    Route::post("/import/look", Need::May(Permission::Import), look).with_files(),
    Route::get("/import/staged/{token}", Need::May(Permission::Import), import_outcome::page),
    Route::post("/import/again", Need::May(Permission::Import), again),
    Route::post("/import/confirm", Need::May(Permission::Import), confirm),
    Route::post("/import/leave", Need::May(Permission::Import), leave),
    Route::get("/import/example/{file}", Need::May(Permission::Read), example),
    Route::get("/import/schema.json", Need::May(Permission::Read), schema),
];

/// Systems that are offered by name; any other id can be typed.
const OFFERED: usize = 500;
/// Imports that are listed.
const LATELY: usize = 20;
/// The form's word for program records.
const RECORDS: &str = "records";
/// Tools whose reports are read.
const TOOLS: [&str; 2] = ["garak", "promptfoo"];
/// Kinds that the program alone writes: nobody imports them by hand.
const OWN: &str = "published_value";

#[derive(Template)]
#[template(path = "import.html")]
struct Page {
    shell: Shell,
    refused: Option<String>,
    most: String,
    formats: [&'static str; 2],
    systems: Vec<(String, String)>,
    kinds: Vec<&'static str>,
    address: String,
    lately: Vec<Row>,
}

struct Row {
    at: String,
    actor: String,
    source: String,
    first: u64,
    count: String,
}

fn page(visit: &Visit) -> Result<Reply, Failure> {
    let refused = match may(visit) {
        Ok(()) => None,
        Err(Failure::Forbidden(why)) => Some(why),
        Err(other) => return Err(other),
    };
    let page = Page {
        shell: visit.shell("Import"),
        most: size(visit.house.serving.upload_max),
        formats: TOOLS,
        systems: if refused.is_none() { systems(visit)? } else { Vec::new() },
        kinds: KINDS.iter().map(|kind| kind.name).filter(|name| *name != OWN).collect(),
        address: visit.house.address().to_owned(),
        lately: lately(visit)?,
        refused,
    };
    Ok(Reply::html(page.render()?))
}

/// An import may touch any record, so it is for who sees all of them.
fn may(visit: &Visit) -> Result<(), Failure> {
    if !visit.viewer()?.may(Permission::Import) {
        return Err(Failure::Forbidden(format!("importing needs the role {}", Permission::Import.role().word())));
    }
    match visit.scope() {
        Scope::All => Ok(()),
        Scope::Teams(_) => Err(Failure::Forbidden(
            "an import may change records of any system, and you see those of some teams alone; a colleague who sees all systems can import it".to_owned(),
        )),
    }
}

fn systems(visit: &Visit) -> Result<Vec<(String, String)>, Failure> {
    let Some(view) = list::view("system") else { return Ok(Vec::new()) };
    let state = ListState { per: OFFERED, as_of: Some(Workbench::as_of(visit.now)), ..ListState::default() };
    let facts = visit.facts()?;
    let found = list::page(&facts, view, &state)?;
    // The name stands beside the id.
    let named = |row: list::ListRow| match row.cells.into_iter().nth(1) {
        Some(Shown::Text(name)) => (row.id, name),
        _ => (row.id, String::new()),
    };
    Ok(found.rows.into_iter().map(named).collect())
}

/// The journal tells of all systems; who sees some of them sees no list of imports.
fn lately(visit: &Visit) -> Result<Vec<Row>, Failure> {
    if visit.scope() != Scope::All {
        return Ok(Vec::new());
    }
    let found = visit
        .bench()
        .kept(&Scope::All, "imported lately", |_| visit.bench().read(|programme| import::lately(programme, LATELY)))?;
    let row = |one: &import::Lately| Row {
        at: minute(one.at),
        actor: one.actor.clone(),
        source: one.source.clone(),
        first: one.first,
        count: count(one.count),
    };
    Ok(found.iter().map(row).collect())
}

fn look(visit: &Visit) -> Result<Reply, Failure> {
    may(visit)?;
    if visit.files.is_empty() {
        return Err(Failure::Wrong("no file was sent; choose one or more".to_owned()));
    }
    let asked = asked(visit)?;
    let owner = &visit.viewer()?.person;
    let lot = visit.house.staging.take(&visit.house.uploads().join("waiting"), owner, &visit.files, asked, visit.now)?;
    lot.begin(&visit.house, false, visit.form.get("skip") == Some("yes"))?;
    Ok(at(&lot))
}

/// What the form says of the files; where it says no format, their content does.
fn asked(visit: &Visit) -> Result<Asked, Failure> {
    let tool = match visit.form.get("format") {
        None => None,
        Some(RECORDS) => return Ok(Asked::default()),
        Some(tool) if TOOLS.contains(&tool) => Some(tool.to_owned()),
        Some(other) => {
            let known = TOOLS.join(", ");
            return Err(Failure::Wrong(format!("`{other}` is no format that is read; expected {RECORDS}, {known}, or none")));
        }
    };
    let reports =
        visit.files.iter().map(|file| import::tool_of(&file.path).map(|tool| tool.is_some())).collect::<Result<Vec<_>, _>>()?;
    if tool.is_none() && !reports.contains(&true) {
        return Ok(Asked::default());
    }
    if tool.is_none() && reports.contains(&false) {
        return Err(Failure::Wrong("these are program records and tools' reports; send them in two goes".to_owned()));
    }
    let system = visit.form.get("system").map(str::trim).unwrap_or_default();
    if system.is_empty() {
        return Err(Failure::Wrong(
            "a tool's report does not say which system it tested; name the system beside the file".to_owned(),
        ));
    }
    Ok(Asked {
        reports: true,
        tool,
        system: system.to_owned(),
        suite: visit.form.get("suite").map(|suite| suite.trim().to_owned()).filter(|suite| !suite.is_empty()),
        also: visit.form.get("also") == Some("yes"),
    })
}

fn at(lot: &Lot) -> Reply {
    Reply::see(&format!("/import/staged/{}", encode(&lot.token)))
}

fn named(visit: &Visit) -> Result<std::sync::Arc<Lot>, Failure> {
    may(visit)?;
    visit.house.staging.find(visit.field("upload")?, &visit.viewer()?.person, visit.now)
}

/// Looks again, where asked with the bad rows left out: what else falls with them is told before anything is written.
fn again(visit: &Visit) -> Result<Reply, Failure> {
    let lot = named(visit)?;
    lot.begin(&visit.house, false, visit.form.get("skip") == Some("yes"))?;
    Ok(at(&lot))
}

fn confirm(visit: &Visit) -> Result<Reply, Failure> {
    let lot = named(visit)?;
    let (_, skips) = lot.state();
    lot.begin(&visit.house, true, skips)?;
    Ok(at(&lot))
}

fn leave(visit: &Visit) -> Result<Reply, Failure> {
    let lot = named(visit)?;
    visit.house.staging.drop(&lot);
    Ok(visit.told("/import", "Left as it was. Nothing was written."))
}

fn example(visit: &Visit) -> Result<Reply, Failure> {
    let file = visit.param("file");
    let kind = file.strip_suffix(".csv").filter(|name| *name != OWN).and_then(Kind::named);
    let kind =
        kind.ok_or_else(|| Failure::Missing("there is no example of this name; the import page lists them".to_owned()))?;
    let text = import::example(kind);
    let name = format!("{}.csv", kind.name);
    Ok(Reply::file("text/csv; charset=utf-8", &name, Box::new(move |out| out.write_all(text.as_bytes()))))
}

fn schema(_: &Visit) -> Result<Reply, Failure> {
    Ok(Reply::json(&query::record_schema()))
}
