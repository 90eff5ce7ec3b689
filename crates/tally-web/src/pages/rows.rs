//! The rows behind a number: exactly as many as its n, each with hit or miss and why. As a page and as CSV.
//!
//! Works nothing out: which rows there are is the population's query, asked through `tally-app`.

use askama::Template;
use tally_app::Facts;
use tally_app::access::Permission;
use tally_app::list::PER;
use tally_app::score::{Ask, MemberFilter, Members, Row, Which, find_metric, members, narrowed};
use tally_catalog::Metric;
use tally_catalog::metric::Mode;
use tally_model::Instant;
use tally_report::number::{count, day, grouped};
use tally_report::sheet;

use std::sync::Arc;

use super::links;
use super::metric::MONTHS;
use crate::failure::Failure;
use crate::pairs::{Pairs, encode};
use crate::reply::Reply;
use crate::route::{Need, Route};
use crate::shell::Shell;
use crate::visit::Visit;
use crate::words::{self, State};

/// The routes of this module.
pub const ROUTES: &[Route] = &[
    Route::get("/metrics/{id}/rows", Need::May(Permission::Read), page),
    Route::get("/metrics/{id}/rows.csv", Need::May(Permission::Read), csv),
];

/// Segments that get a column, where rows have them; the CSV has all.
const SHOWN: [&str; 9] = ["system", "severity", "tier", "risk_tier", "category", "change", "technique", "function", "team"];
/// Columns of segments.
const SHOWN_MAX: usize = 5;
/// Conditions that one may ask for at once.
const WHERE_MAX: usize = 8;
/// Rows of the CSV that are read at once.
const STEP: usize = 1_000;

#[derive(Template)]
#[template(path = "rows.html")]
struct Page {
    shell: Shell,
    id: String,
    question: String,
    day: String,
    as_of: Option<String>,
    keep: String,
    shown: String,
    total: String,
    hits: Option<(String, String)>,
    choice: &'static str,
    value: String,
    ways: Vec<String>,
    csv: String,
    clear: String,
    conditions: Vec<Condition>,
    known: Vec<String>,
    per: usize,
    value_title: &'static str,
    has_items: bool,
    has_because: bool,
    segments: Vec<String>,
    rows: Vec<Line>,
    range: String,
    prev: Option<String>,
    next: Option<String>,
    sizes: Vec<(usize, String, bool)>,
}

/// A condition that holds of all rows, and the address without it.
struct Condition {
    text: String,
    without: String,
}

struct Line {
    key: String,
    link: Option<String>,
    item: String,
    hit: Option<State>,
    value: String,
    because: String,
    segments: Vec<(String, Option<String>)>,
}

/// What was asked for.
struct Asked {
    facts: Arc<Facts>,
    metric: Metric,
    as_of: Instant,
    all: Arc<Members>,
    filter: MemberFilter,
}

fn asked(visit: &Visit) -> Result<Asked, Failure> {
    let as_of = visit.as_of()?;
    let facts = visit.facts()?;
    let metric = visit.bench().read(|programme| find_metric(programme.catalog(), visit.param("id")).cloned())?;
    let all = members(&facts, &metric, as_of)?;
    let hit = match visit.query.get("hit") {
        None => None,
        Some("yes") => Some(true),
        Some("no") => Some(false),
        Some(_) => return Err(Failure::Wrong("`hit` is neither yes nor no".to_owned())),
    };
    let filter = narrowed(&all, hit, conditions(&visit.query).take(WHERE_MAX))?;
    Ok(Asked { facts, metric, as_of, all, filter })
}

fn conditions(query: &Pairs) -> impl Iterator<Item = &str> {
    query.all("where").filter(|text| !text.is_empty())
}

fn page(visit: &Visit) -> Result<Reply, Failure> {
    let asked = asked(visit)?;
    let ask = Ask { as_of: asked.as_of, months: MONTHS, which: Which::One(asked.metric.id.clone()), segments: true };
    let score = visit.bench().score(&visit.scope(), &ask)?;
    let (value, ways) = match score.metrics.first() {
        Some(metric) => (words::value(metric.verdict.reading.value, &metric.metric.unit), tally_report::human::ways(metric)),
        None => (String::new(), Vec::new()),
    };
    Ok(Reply::html(fill(visit, &asked, value, ways).render()?))
}

fn fill(visit: &Visit, asked: &Asked, value: String, ways: Vec<String>) -> Page {
    let Asked { metric, all, filter, .. } = asked;
    let path = format!("/metrics/{}/rows", encode(&metric.id));
    let per = visit.query.get("per").and_then(|text| text.parse().ok()).filter(|per| PER.contains(per)).unwrap_or(PER[1]);
    let shown = all.count(filter);
    let pages = shown.div_ceil(per).max(1);
    let number = visit.query.get("page").and_then(|text| text.parse::<usize>().ok()).unwrap_or(1).clamp(1, pages);
    let first = (number - 1) * per;
    let rows = all.page(filter, first, per);
    let address = |page: usize, per: usize| format!("{path}?{}", query(visit, None, &[("page", page), ("per", per)]));
    let segments = columns(all, filter);
    let title = format!("Rows behind {}", metric.title);
    let keep = kept(visit).map(|text| format!("?as_of={}", encode(text))).unwrap_or_default();
    let above = format!("/metrics/{}{keep}", metric.id);
    let shell = visit.shell(&title).below(&[("All metrics", "/metrics"), (&metric.title, &above)]);
    Page {
        shell: shell.made_of(&asked.facts, asked.as_of, &visit.scope()),
        id: metric.id.clone(),
        question: metric.question.clone(),
        day: day(asked.as_of),
        as_of: kept(visit).map(str::to_owned),
        total: count(all.count(&MemberFilter::default()) as u64),
        hits: (metric.mode == Mode::Rate).then(|| sides(all, filter)),
        choice: filter.hit.map_or("", |hit| if hit { "yes" } else { "no" }),
        csv: format!("{path}.csv?{}", query(visit, None, &[])),
        clear: format!("{path}{keep}"),
        conditions: conditions(&visit.query)
            .take(WHERE_MAX)
            .map(|text| Condition {
                text: text.to_owned(),
                without: format!("{path}?{}", query(visit, Some(text), &[("per", per)])),
            })
            .collect(),
        known: all.segments().to_vec(),
        value_title: value_title(metric),
        has_items: rows.iter().any(|row| row.item.is_some()),
        has_because: rows.iter().any(|row| row.because.is_some()),
        range: format!(
            "{} to {} of {}",
            count((first + 1).min(shown) as u64),
            count((first + rows.len()) as u64),
            count(shown as u64)
        ),
        prev: (number > 1).then(|| address(number - 1, per)),
        next: (number < pages).then(|| address(number + 1, per)),
        sizes: PER.iter().map(|size| (*size, address(1, *size), *size == per)).collect(),
        rows: rows.iter().map(|row| line(metric, row, &segments)).collect(),
        shown: count(shown as u64),
        segments: segments
            .iter()
            .map(|name| words::capital(&words::plain(name.strip_prefix("label.").unwrap_or(name))))
            .collect(),
        keep,
        per,
        value,
        ways,
    }
}

/// The instant as it was asked for, if it was.
fn kept(visit: &Visit) -> Option<&str> {
    visit.query.get("as_of")
}

/// The query that was asked with, but for one condition, with these numbers.
fn query(visit: &Visit, without: Option<&str>, numbers: &[(&str, usize)]) -> String {
    let mut pairs = Pairs::default();
    for (name, value) in visit.query.iter() {
        let wanted = matches!(name, "as_of" | "hit") || (name == "where" && Some(value) != without);
        if wanted && !value.is_empty() {
            pairs.push(name, value);
        }
    }
    for (name, number) in numbers {
        pairs.push(name, &number.to_string());
    }
    pairs.to_query()
}

/// Hits and misses under the conditions, whichever of them are shown.
fn sides(all: &Members, filter: &MemberFilter) -> (String, String) {
    let side = |hit| count(all.count(&MemberFilter { hit: Some(hit), segments: filter.segments.clone() }) as u64);
    (side(true), side(false))
}

/// Segments that get a column: those asked for first.
fn columns(all: &Members, filter: &MemberFilter) -> Vec<String> {
    let known = all.segments();
    let asked = filter.segments.iter().map(|(name, _)| name.clone());
    let mut names: Vec<String> = Vec::new();
    for name in asked.chain(SHOWN.iter().map(|name| (*name).to_owned())) {
        if known.contains(&name) && !names.contains(&name) && names.len() < SHOWN_MAX {
            names.push(name);
        }
    }
    names
}

fn value_title(metric: &Metric) -> &'static str {
    match metric.mode {
        Mode::Rate => "",
        Mode::Ratio => "Part of whole",
        Mode::Duration => "Value",
        Mode::Count | Mode::Quotient => "Age in days",
    }
}

fn line(metric: &Metric, row: &Row, segments: &[String]) -> Line {
    let side = |hit: bool| if hit { State::new("✓", "hit", "") } else { State::new("✗", "miss", "warn") };
    let segment = |name: &String| {
        let value = row.segments.get(name).cloned().unwrap_or_default();
        let link = if name == "system" && value != "(none)" { links::record("system", &value) } else { None };
        (value, link)
    };
    Line {
        link: metric.population.of.as_deref().and_then(|kind| links::record(kind, &row.key)),
        key: row.key.clone(),
        item: row.item.clone().unwrap_or_default(),
        hit: row.hit.map(side),
        value: value(row),
        because: row.because.clone().unwrap_or_default(),
        segments: segments.iter().map(segment).collect(),
    }
}

fn value(row: &Row) -> String {
    let number = |value: f64| grouped(value, if value.fract() == 0.0 { 0 } else { 2 });
    let ratio = row.numerator.zip(row.denominator).map(|(part, whole)| format!("{} of {}", number(part), number(whole)));
    row.value.map(number).or(ratio).unwrap_or_default()
}

/// The same rows as CSV, all pages of them.
fn csv(visit: &Visit) -> Result<Reply, Failure> {
    let Asked { metric, as_of, all, filter, .. } = asked(visit)?;
    let name = format!("{}-rows-{}.csv", metric.id, day(as_of));
    let names = all.segments().to_vec();
    let head = ["key", "item", "hit", "value", "numerator", "denominator", "because"];
    let head: Vec<String> = head.iter().map(|name| (*name).to_owned()).chain(names.iter().cloned()).collect();
    let write = move |out: &mut dyn std::io::Write| {
        out.write_all(sheet::write(&[head]).as_bytes())?;
        for offset in (0..all.count(&filter)).step_by(STEP) {
            let rows: Vec<Vec<String>> = all.page(&filter, offset, STEP).iter().map(|row| cells(row, &names)).collect();
            out.write_all(sheet::write(&rows).as_bytes())?;
        }
        Ok(())
    };
    Ok(Reply::file("text/csv; charset=utf-8", &name, Box::new(write)))
}

fn cells(row: &Row, names: &[String]) -> Vec<String> {
    let number = |value: Option<f64>| value.map(|value| value.to_string()).unwrap_or_default();
    let text = |value: &Option<String>| value.clone().unwrap_or_default();
    let hit = row.hit.map(|hit| if hit { "yes" } else { "no" }).unwrap_or_default();
    let figures = [number(row.value), number(row.numerator), number(row.denominator), text(&row.because)];
    let start = [row.key.clone(), text(&row.item), hit.to_owned()];
    let segments = names.iter().map(|name| row.segments.get(name).cloned().unwrap_or_default());
    start.into_iter().chain(figures).chain(segments).collect()
}
