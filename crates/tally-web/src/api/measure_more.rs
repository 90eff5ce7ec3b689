//! Operations that look at the whole: the heat map, the search, queries, and who asks. Computes nothing.

use tally_app::access::{Means, Permission};
use tally_app::list;
use tally_app::query::{Cell, Limits, sql};
use tally_app::scope::Scope;

use super::answer::document;
use super::asked::{Asked, body};
use super::measure::AS_OF;
use super::operation::{Holds, Operation, Param, param};
use super::{READ, v1};
use crate::failure::Failure;
use crate::reply::Reply;
use crate::route::{Need, Route};
use crate::visit::Visit;

const HEAT: &[Param] = &[AS_OF];
const SEARCH: &[Param] = &[
    param("q", Holds::Text, "Words that ids, names or titles hold.").required(),
    param("limit", Holds::Whole(1, 100), "Most hits of a kind; else 10."),
];
/// Rows of an answer that are not asked for otherwise.
const ROWS: u32 = 10_000;
/// Seconds that a query may take.
const SECONDS: u32 = 30;

/// The operations.
pub(super) const OPERATIONS: &[Operation] = &[
    Operation::of::<v1::HeatMap>(
        Route::get("/api/v1/heatmap", READ, heatmap),
        "heatmap",
        "Measure",
        "Systems by ATLAS tactics",
    )
    .about("For each system and tactic how many techniques apply and how many of them were tried within twelve months.")
    .asks(HEAT),
    Operation::of::<v1::Answer>(
        Route::post("/api/v1/sql", Need::May(Permission::Query), query),
        "sql",
        "Measure",
        "A query of your own over the fact tables",
    )
    .about("Read-only, under the systems that the asker sees. `tally schema` lists the tables.")
    .takes::<v1::Query>(),
    Operation::of::<v1::Found>(Route::get("/api/v1/search", READ, search), "search", "Records", "Search records and metrics")
        .asks(SEARCH),
    Operation::of::<v1::Me>(Route::get("/api/v1/me", READ, me), "me", "Access", "Who asks, and what they may do"),
];

fn heatmap(visit: &Visit) -> Result<Reply, Failure> {
    Asked::of(visit, HEAT)?;
    let as_of = visit.as_of()?;
    let atlas = tally_catalog::framework::atlas().ok_or(Failure::Broken)?;
    let name = format!("api/heatmap/{}", as_of.micros());
    let map = visit.bench().kept(&visit.scope(), &name, |facts| list::heatmap(facts, atlas, as_of))?;
    let heat = |cell: &list::Heat| v1::Heat { tested: cell.tested as u64, applicable: cell.applicable as u64 };
    let systems = map.rows.iter().map(|row| v1::HeatRow {
        system: row.system.clone(),
        name: row.name.clone(),
        cells: row.cells.iter().map(heat).collect(),
    });
    document(&v1::HeatMap {
        tactics: map.tactics.iter().map(|(id, name)| v1::Tactic { id: id.clone(), name: name.clone() }).collect(),
        systems: systems.collect(),
        unknown: map.unknown.clone(),
    })
}

fn query(visit: &Visit) -> Result<Reply, Failure> {
    Asked::of(visit, &[])?;
    let v1::Query { query, limit, seconds } = body(visit)?;
    let (limit, seconds) = (limit.unwrap_or(ROWS), seconds.unwrap_or(SECONDS));
    if !(1..=100_000).contains(&limit) || !(1..=SECONDS).contains(&seconds) {
        return Err(Failure::Wrong(format!(
            "found limit {limit} and seconds {seconds}, expected 1 to 100000 and 1 to {SECONDS}"
        )));
    }
    if query.is_empty() || query.len() > 100_000 {
        return Err(Failure::Wrong(format!("found a query of {} bytes, expected 1 to 100000", query.len())));
    }
    let limits = Limits { seconds: seconds.into(), rows_max: limit as usize };
    let facts = visit.facts()?;
    let answer = sql(&facts, &query, limits)?;
    document(&v1::Answer::from(&answer))
}

impl From<&tally_app::query::Answer> for v1::Answer {
    fn from(answer: &tally_app::query::Answer) -> Self {
        let rows = answer.rows.iter().map(|row| row.iter().map(cell).collect());
        Self { columns: answer.columns.clone(), rows: rows.collect(), cut: answer.cut }
    }
}

fn cell(cell: &Cell) -> serde_json::Value {
    match cell {
        Cell::Null => serde_json::Value::Null,
        Cell::Bool(value) => (*value).into(),
        Cell::Whole(value) => (*value).into(),
        Cell::Number(value) => (*value).into(),
        Cell::Text(text) => text.as_str().into(),
    }
}

fn search(visit: &Visit) -> Result<Reply, Failure> {
    let asked = Asked::of(visit, SEARCH)?;
    let text = asked.text("q").unwrap_or_default();
    let limit = asked.limit(10);
    let facts = visit.facts()?;
    let found = visit.bench().read(|programme| list::search(&facts, programme.catalog(), text, limit))?;
    let groups = found.into_iter().map(|group| v1::FoundGroup {
        kind: group.kind.to_owned(),
        count: group.count as u64,
        more: group.more,
        hits: group.hits.into_iter().map(|hit| v1::Hit { id: hit.id, title: hit.title, near: hit.near }).collect(),
    });
    document(&v1::Found { groups: groups.collect() })
}

fn me(visit: &Visit) -> Result<Reply, Failure> {
    Asked::of(visit, &[])?;
    let viewer = visit.viewer()?;
    let teams = match &viewer.scope {
        Scope::All => None,
        Scope::Teams(teams) => Some(teams.iter().cloned().collect()),
    };
    let means = match &viewer.means {
        Means::Token(_, scope) => format!("token to {}", scope.word()),
        Means::Session(_) => "session".to_owned(),
        Means::Machine => "machine".to_owned(),
    };
    let may = Permission::ALL.into_iter().filter(|permission| viewer.may(*permission));
    document(&v1::Me {
        account: viewer.person.clone(),
        name: viewer.name.clone(),
        role: viewer.role.word().to_owned(),
        teams,
        means,
        may: may.map(|permission| permission.words().to_owned()).collect(),
        version: env!("CARGO_PKG_VERSION").to_owned(),
    })
}
