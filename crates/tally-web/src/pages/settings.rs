//! How things are set, and where that comes from: teams, targets, service levels, definitions, the server itself.
//!
//! Read only: definitions and settings are files beside the journal, so that changes to them can be reviewed as such.

use askama::Template;
use tally_app::access::Permission;
use tally_app::list::{self, ListState, Shown};
use tally_app::{Programme, Workbench, check, journal};
use tally_catalog::{Finding, Level, Target};
use tally_report::number::{self, count};

use super::links;
use crate::failure::Failure;
use crate::pairs::encode;
use crate::reply::Reply;
use crate::route::{Need, Route};
use crate::shell::Shell;
use crate::visit::Visit;
use crate::words::{State, capital, many, size};

const NEED: Need = Need::May(Permission::Read);

/// The routes of this module.
pub const ROUTES: &[Route] = &[
    Route::get("/settings", NEED, targets),
    Route::get("/settings/catalog", NEED, catalog),
    Route::post("/settings/catalog/check", NEED, check_all),
    Route::get("/settings/server", NEED, server),
];

/// Teams that are listed; the list of teams has all.
const TEAMS: usize = 50;

#[derive(Template)]
#[template(path = "settings.html")]
struct Targets {
    shell: Shell,
    teams: Vec<(String, String)>,
    all_teams: String,
    sla: Vec<(String, String, &'static str)>,
    targets: Vec<TargetRow>,
}

struct TargetRow {
    metric: String,
    path: String,
    target: String,
    file: String,
    own: bool,
}

#[derive(Template)]
#[template(path = "catalog.html")]
struct Catalog {
    shell: Shell,
    counts: String,
    checked: bool,
    findings: Vec<FindingRow>,
    own: Vec<String>,
}

struct FindingRow {
    state: State,
    place: String,
    rule: &'static str,
    message: String,
}

#[derive(Template)]
#[template(path = "server.html")]
struct Server {
    shell: Shell,
    facts: Vec<(&'static str, String)>,
}

fn targets(visit: &Visit) -> Result<Reply, Failure> {
    let (teams, total) = teams(visit)?;
    let (sla, targets) = visit.bench().read(|programme| Ok((sla(programme), target_rows(programme))))?;
    let page = Targets { shell: visit.shell("Settings"), teams, all_teams: many(total as u64, "team"), sla, targets };
    Ok(Reply::html(page.render()?))
}

/// The first teams, as id's path and name, and how many there are.
fn teams(visit: &Visit) -> Result<(Vec<(String, String)>, usize), Failure> {
    let Some(view) = list::view("team") else { return Ok((Vec::new(), 0)) };
    let state = ListState { per: TEAMS, as_of: Some(Workbench::as_of(visit.now)), ..ListState::default() };
    let facts = visit.facts()?;
    let found = list::page(&facts, view, &state)?;
    let named = |row: list::ListRow| {
        let path = links::record("team", &row.id).unwrap_or_default();
        match row.cells.into_iter().nth(1) {
            Some(Shown::Text(name)) => (path, format!("{name} ({})", row.id)),
            _ => (path, row.id),
        }
    };
    Ok((found.rows.into_iter().map(named).collect(), found.total))
}

fn sla(programme: &Programme) -> Vec<(String, String, &'static str)> {
    let settings = programme.settings();
    let from = |severity: &str| if settings.sla_days.contains_key(severity) { "settings.toml" } else { "built in" };
    let mut rows = settings.sla();
    rows.sort_by_key(|(_, days)| *days);
    rows.into_iter().map(|(severity, days)| (capital(&severity), many(u64::from(days), "day"), from(&severity))).collect()
}

fn target_rows(programme: &Programme) -> Vec<TargetRow> {
    let catalog = programme.catalog();
    let rows = catalog.metrics().flat_map(|metric| {
        let source = catalog.metric_source(&metric.id);
        metric.targets.iter().map(move |target| TargetRow {
            metric: metric.title.clone(),
            path: format!("/metrics/{}", encode(&metric.id)),
            target: words(target, &metric.unit),
            file: source.map(|source| source.path.clone()).unwrap_or_default(),
            own: source.is_some_and(|source| !source.built_in),
        })
    });
    rows.collect()
}

/// A target in words, such as `at least 80% (severity critical)`.
fn words(target: &Target, unit: &str) -> String {
    let value = |at: f64| number::value(Some(at), unit);
    let wanted = match (target.at_least, target.at_most, target.band) {
        (Some(at), _, _) => format!("at least {}", value(at)),
        (_, Some(at), _) => format!("at most {}", value(at)),
        (_, _, Some([low, high])) => format!("{} to {}", value(low), value(high)),
        (None, None, None) => "no number".to_owned(),
    };
    match target.segment.iter().next() {
        Some((name, segment)) => format!("{wanted} ({} {segment})", crate::words::plain(name)),
        None => wanted,
    }
}

fn catalog(visit: &Visit) -> Result<Reply, Failure> {
    let found = visit.bench().read(|programme| Ok(programme.catalog_findings().to_vec()))?;
    draw_catalog(visit, &found, false)
}

/// Runs every definition's worked cases: some seconds of work, so only when asked for, and kept until the journal grows.
fn check_all(visit: &Visit) -> Result<Reply, Failure> {
    let as_of = Workbench::as_of(visit.now);
    let run = |facts: &tally_app::Facts| {
        visit
            .bench()
            .read(|programme| check::check(programme.catalog(), programme.catalog_findings(), Some((programme, facts)), as_of))
    };
    let found = visit.bench().kept(&visit.scope(), &format!("catalog check {}", as_of.micros()), run)?;
    draw_catalog(visit, &found, true)
}

fn draw_catalog(visit: &Visit, found: &[Finding], checked: bool) -> Result<Reply, Failure> {
    let (counts, own) = visit.bench().read(|programme| {
        let catalog = programme.catalog();
        let own = catalog.metrics().filter_map(|metric| catalog.metric_source(&metric.id)).filter(|source| !source.built_in);
        let own: Vec<String> = own.map(|source| source.path.clone()).collect();
        let (metrics, cards, mappings) = (catalog.metrics().count(), catalog.scorecards().count(), catalog.mappings().count());
        let counts = [(metrics, "metric"), (cards, "scorecard"), (mappings, "mapping")];
        Ok((counts.map(|(number, word)| many(number as u64, word)).join(", "), own))
    })?;
    let row = |finding: &Finding| FindingRow {
        state: match finding.level {
            Level::Error => State::new("✗", "error", "bad"),
            Level::Warning => State::new("▲", "warning", "warn"),
        },
        place: format!("{}:{}:{}", finding.file, finding.line, finding.column),
        rule: finding.rule,
        message: finding.message.clone(),
    };
    let shell = visit.shell("Catalog").below(&[("Settings", "/settings")]);
    Ok(Reply::html(Catalog { shell, counts, checked, findings: found.iter().map(row).collect(), own }.render()?))
}

fn server(visit: &Visit) -> Result<Reply, Failure> {
    let viewer = visit.viewer()?;
    let administers = viewer.may(Permission::Administer);
    let serving = &visit.house.serving;
    let (id, entries, database) = visit.bench().read(|programme| {
        let database = match programme.database() {
            Some(address) if administers => format!("PostgreSQL, {}", address.name()),
            Some(_) => "PostgreSQL".to_owned(),
            None => "SQLite in the data directory".to_owned(),
        };
        Ok((journal::id(programme), journal::size(programme)?, database))
    })?;
    let mut facts: Vec<(&'static str, String)> = Vec::new();
    let mut put = |name: &'static str, value: String| facts.push((name, value));
    put("Version", env!("CARGO_PKG_VERSION").to_owned());
    put("Address", serving.address.clone());
    put("Journal", id);
    put("Entries", count(entries));
    put("Database", database);
    put("Largest upload", size(serving.upload_max));
    put("Single sign-on", serving.oidc.as_ref().map_or_else(|| "not set up".to_owned(), |oidc| oidc.issuer.clone()));
    if administers {
        put("Data directory", visit.bench().root().display().to_string());
    }
    let shell = visit.shell("Server").below(&[("Settings", "/settings")]);
    Ok(Reply::html(Server { shell, facts }.render()?))
}
