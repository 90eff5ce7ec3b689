//! The heat map: systems by ATLAS tactics, how many techniques apply and how many were tried in the last twelve months.

use std::sync::Arc;

use askama::Template;
use tally_app::access::Permission;
use tally_app::list::{self, Heat, HeatMap, HeatRow};
use tally_catalog::Framework;
use tally_catalog::framework::atlas;
use tally_model::Instant;
use tally_report::number::{count, day};

use crate::failure::Failure;
use crate::pairs::encode;
use crate::reply::Reply;
use crate::route::{Need, Route};
use crate::shell::Shell;
use crate::visit::Visit;

/// The routes of this module.
pub const ROUTES: &[Route] =
    &[Route::get("/heatmap", Need::May(Permission::Read), page), Route::get("/heatmap.csv", Need::May(Permission::Read), csv)];

/// Systems a page.
const PER: usize = 50;

#[derive(Template)]
#[template(path = "heatmap.html")]
struct Page {
    shell: Shell,
    total: String,
    source: String,
    csv: String,
    q: String,
    tactics: Vec<(String, String)>,
    rows: Vec<Row>,
    unknown: Vec<String>,
    range: String,
    prev: Option<String>,
    next: Option<String>,
}

struct Row {
    name: String,
    path: String,
    cells: Vec<Cell>,
}

struct Cell {
    class: &'static str,
    text: String,
    words: String,
    path: Option<String>,
}

fn page(visit: &Visit) -> Result<Reply, Failure> {
    let at = visit.as_of()?;
    let map = map(visit, at)?;
    let q = visit.query.get("q").unwrap_or_default();
    let rows: Vec<&HeatRow> = map.rows.iter().filter(|row| matches(row, q)).collect();
    let pages = rows.len().div_ceil(PER).max(1);
    let asked = visit.query.get("page").and_then(|text| text.parse().ok()).unwrap_or(1usize);
    let page = asked.clamp(1, pages);
    let from = (page - 1) * PER;
    let shown: Vec<&&HeatRow> = rows.iter().skip(from).take(PER).collect();
    let address = |page: usize| format!("/heatmap?{}", visit.query.with("page", &page.to_string()).to_query());
    let keep = visit.query.get("as_of").map(|text| format!("as_of={}", encode(text)));
    let facts = visit.facts()?;
    let framework = framework()?;
    let page = Page {
        shell: visit.shell("Heat map").below(&[("Systems", "/systems")]).made_of(&facts, at, &visit.scope()),
        total: count(rows.len() as u64),
        source: format!("{} {}", framework.title, framework.version),
        csv: format!("/heatmap.csv{}", keep.as_ref().map(|keep| format!("?{keep}")).unwrap_or_default()),
        q: q.to_owned(),
        tactics: map.tactics.clone(),
        range: format!(
            "{} to {} of {}",
            from.min(rows.len()) + usize::from(!rows.is_empty()),
            from + shown.len(),
            count(rows.len() as u64)
        ),
        rows: shown.iter().map(|found| row(found, &map, keep.as_deref())).collect(),
        unknown: map.unknown.clone(),
        prev: (page > 1).then(|| address(page - 1)),
        next: (page < pages).then(|| address(page + 1)),
    };
    Ok(Reply::html(page.render()?))
}

fn framework() -> Result<&'static Framework, Failure> {
    atlas().ok_or(Failure::Broken)
}

/// The map under the viewer's scope, worked out once for each state of the journal.
fn map(visit: &Visit, at: Instant) -> Result<Arc<HeatMap>, Failure> {
    let framework = framework()?;
    Ok(visit.bench().kept(&visit.scope(), &format!("heatmap/{at}"), |facts| list::heatmap(facts, framework, at))?)
}

fn matches(row: &HeatRow, q: &str) -> bool {
    let q = q.to_lowercase();
    row.name.to_lowercase().contains(&q) || row.system.to_lowercase().contains(&q)
}

fn row(row: &HeatRow, map: &HeatMap, keep: Option<&str>) -> Row {
    let path = format!("/systems/{}", encode(&row.system));
    let cells = row.cells.iter().zip(&map.tactics).map(|(heat, (tactic, name))| Cell {
        class: class(*heat),
        text: if heat.applicable == 0 { "–".to_owned() } else { format!("{}/{}", heat.tested, heat.applicable) },
        words: match heat.applicable {
            0 => format!("{name}: no technique is known to apply"),
            applicable => format!("{name}: {} of {applicable} techniques tried", heat.tested),
        },
        path: (heat.applicable > 0).then(|| {
            let keep = keep.map(|keep| format!("&{keep}")).unwrap_or_default();
            format!("{path}?tactic={}{keep}#techniques", encode(tactic))
        }),
    });
    Row { name: row.name.clone(), cells: cells.collect(), path }
}

/// How much of what applies was tried: nothing, under a third, under two thirds, more, all.
fn class(heat: Heat) -> &'static str {
    match (heat.tested * 3, heat.applicable) {
        (_, 0) => "hx",
        (0, _) => "h0",
        _ if heat.tested == heat.applicable => "h4",
        (three, all) if three < all => "h1",
        (three, all) if three < 2 * all => "h2",
        _ => "h3",
    }
}

fn csv(visit: &Visit) -> Result<Reply, Failure> {
    let at = visit.as_of()?;
    let map = map(visit, at)?;
    let words = ["system", "name", "tactic", "tactic_name", "techniques_tested", "techniques_applicable"];
    let mut rows: Vec<Vec<String>> = vec![words.iter().map(|word| (*word).to_owned()).collect()];
    for row in &map.rows {
        rows.extend(row.cells.iter().zip(&map.tactics).map(|(heat, (tactic, name))| {
            let counts = [heat.tested.to_string(), heat.applicable.to_string()];
            [row.system.clone(), row.name.clone(), tactic.clone(), name.clone()].into_iter().chain(counts).collect()
        }));
    }
    let name = format!("heatmap-{}.csv", day(at));
    Ok(Reply::file(
        "text/csv; charset=utf-8",
        &name,
        Box::new(move |out| out.write_all(tally_report::sheet::write(&rows).as_bytes())),
    ))
}
