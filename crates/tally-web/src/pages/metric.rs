//! A metric in full: its definition, how it could be gamed, its trend with what was published, its segments, the way to
//! the target. And the list of all metrics.

use askama::Template;
use tally_app::access::Permission;
use tally_app::score::{Ask, Which};
use tally_catalog::Metric;
use tally_catalog::metric::{Dimension, Mode};
use tally_judge::{Check, Outcome};
use tally_model::{Instant, Reading};
use tally_report::MetricScore;
use tally_report::chart::{Bar, Published, Spark, Trend, bar, spark, trend};
use tally_report::number::{count, day, grouped};

use super::metric_past::{Past, Reviewed, past, reviewed};
use super::scorecard::{change, notes};
use crate::failure::Failure;
use crate::pairs::{Pairs, encode};
use crate::reply::Reply;
use crate::route::{Need, Route};
use crate::shell::Shell;
use crate::visit::Visit;
use crate::words::{self, State};

/// The routes of this module.
pub const ROUTES: &[Route] = &[
    Route::get("/metrics", Need::May(Permission::Read), list),
    Route::get("/metrics.csv", Need::May(Permission::Read), list_csv),
    Route::get("/metrics/{id}", Need::May(Permission::Read), page),
];

/// Values of a segment that the page shows; the CSV has all.
const SEGMENT_ROWS: usize = 60;
/// Months of the trend.
pub(super) const MONTHS: u32 = 24;

#[derive(Template)]
#[template(path = "metric.html")]
struct Page {
    shell: Shell,
    m: Metric,
    rows_path: String,
    keep: String,
    join: char,
    day: String,
    by: Option<String>,
    value: String,
    interval: String,
    n: String,
    status: State,
    target: String,
    change: State,
    change_words: String,
    besides: Vec<(&'static str, String)>,
    notes: Vec<(String, &'static str)>,
    trend: Trend,
    points: Vec<Point>,
    tabs: Vec<Tab>,
    by_title: String,
    segments: Vec<Segment>,
    has_intervals: bool,
    more: usize,
    history: Vec<Past>,
    reviews: Vec<Reviewed>,
    owner: String,
    dimension: String,
    window: String,
    companion: String,
    through: String,
    definition: String,
    ways: Vec<String>,
}

struct Point {
    month: String,
    path: String,
    value: String,
    interval: String,
    n: String,
}

struct Tab {
    title: String,
    path: String,
    here: bool,
}

struct Segment {
    title: String,
    path: String,
    value: String,
    bar: Bar,
    interval: String,
    n: String,
    target: Option<State>,
}

fn page(visit: &Visit) -> Result<Reply, Failure> {
    let id = visit.param("id");
    if let Some(id) = id.strip_suffix(".csv") {
        return csv(visit, id);
    }
    let as_of = visit.as_of()?;
    let facts = visit.facts()?;
    let ask = Ask { as_of, months: MONTHS, which: Which::One(id.to_owned()), segments: true };
    let score = visit.bench().score(&visit.scope(), &ask)?;
    let Some(metric) = score.metrics.first() else {
        return Err(Failure::Missing(format!("there is no metric `{id}`")));
    };
    let companion = visit.bench().read(|programme| {
        let found = programme.catalog().metric(&metric.metric.companion);
        Ok(found.map_or_else(|| metric.metric.companion.clone(), |companion| companion.title.clone()))
    })?;
    let history = past(visit, id)?;
    let shell = visit.shell(&metric.metric.title).below(&[("All metrics", "/metrics")]).made_of(&facts, as_of, &visit.scope());
    let page = fill(visit, metric, shell, companion, history, as_of)?;
    Ok(Reply::html(page.render()?))
}

fn fill(
    visit: &Visit,
    metric: &MetricScore,
    shell: Shell,
    companion: String,
    history: Vec<Past>,
    as_of: Instant,
) -> Result<Page, Failure> {
    let id = &metric.metric.id;
    let keep = visit.query.get("as_of").map(|text| format!("?as_of={}", encode(text))).unwrap_or_default();
    let unit = &metric.metric.unit;
    let reading = &metric.verdict.reading;
    let by = segment_shown(metric, visit.query.get("by"));
    let published: Vec<Published> = history.iter().filter_map(Past::point).collect();
    let own = metric.verdict.targets.checks.iter().find(|check| check.segment.is_none());
    let line = own.and_then(|check| words::wanted_line(check.wanted));
    let change = change(metric);
    let (segments, more) = by.as_deref().map(|by| segments(metric, by, &keep)).unwrap_or_default();
    Ok(Page {
        rows_path: format!("/metrics/{id}/rows{keep}"),
        join: if keep.is_empty() { '?' } else { '&' },
        day: day(as_of),
        value: words::value(reading.value, unit),
        interval: interval(reading),
        n: count(reading.n),
        status: words::status(metric.verdict.status),
        target: tally_report::human::target(metric),
        change_words: change_words(metric),
        besides: besides(metric),
        notes: notes(metric).into_iter().map(|(text, class)| (text, if class == "warn-ink" { "warn" } else { "" })).collect(),
        trend: trend(&metric.trend, &published, line, unit),
        points: points(metric, as_of),
        tabs: tabs(metric, by.as_deref(), &visit.query),
        by_title: by.as_deref().map(title).unwrap_or_default(),
        has_intervals: segments.iter().any(|row| !row.interval.is_empty()),
        segments,
        more,
        history,
        reviews: reviewed(visit, id)?,
        owner: words::plain(&metric.owner),
        dimension: format!("{:?}, {:?}", metric.metric.dimension, metric.metric.indicator).to_lowercase(),
        window: metric.metric.window.clone().unwrap_or_else(|| "the state at the instant".to_owned()),
        companion,
        through: metric.data_through.map_or_else(|| "no data".to_owned(), day),
        definition: metric.definition.chars().take(16).collect(),
        ways: tally_report::human::ways(metric),
        m: metric.metric.clone(),
        shell,
        keep,
        by,
        change,
    })
}

fn interval(reading: &Reading) -> String {
    reading.interval.map(|[low, high]| format!("{low:.1} to {high:.1}")).unwrap_or_default()
}

fn change_words(metric: &MetricScore) -> String {
    let verdict = &metric.verdict;
    let found =
        [("twelve months", &verdict.twelve_back), ("three months", &verdict.three_back), ("one month", &verdict.previous)];
    let Some((name, Some(change))) = found.into_iter().find(|(_, change)| change.is_some()) else {
        return "no earlier point".to_owned();
    };
    let p = change.p.map(|p| format!(", p {p:.3}")).unwrap_or_default();
    format!("from {} {name} before{p}", words::value(change.from, &metric.metric.unit))
}

/// Figures beside the value.
fn besides(metric: &MetricScore) -> Vec<(&'static str, String)> {
    let reading = &metric.verdict.reading;
    let unit = &metric.metric.unit;
    let mut found = Vec::new();
    if metric.metric.mode == Mode::Duration {
        found.push(("median", words::value(reading.median, unit)));
        found.push(("90th percentile", words::value(reading.p90, unit)));
    }
    if let Some(weighted) = reading.weighted {
        found.push(("weighted by risk", words::value(Some(weighted), unit)));
    }
    if let Some(median) = reading.km_median {
        let text = median.map_or_else(|| "not reached".to_owned(), |median| words::value(Some(median), unit));
        found.push(("median with those still open (Kaplan-Meier)", text));
    }
    if let Some(errors) = reading.errors {
        found.push(("cases that could not be judged", count(errors)));
    }
    if let Some(days) = reading.oldest_days {
        found.push(("days, the oldest", grouped(days, 0)));
    }
    if let Some(unknown) = metric.applicability_unknown {
        found.push(("left out: nothing says whether it applies", count(unknown)));
    }
    found
}

fn points(metric: &MetricScore, as_of: Instant) -> Vec<Point> {
    let newest = metric.trend.len().saturating_sub(1);
    let point = |(at, (month, reading)): (usize, &(tally_model::Month, Reading))| {
        let instant = if at == newest { as_of } else { month.next().start() };
        Point {
            month: month.to_string(),
            path: format!("/metrics/{}/rows?as_of={}", metric.metric.id, encode(&instant.to_string())),
            value: words::value(reading.value, &metric.metric.unit),
            interval: interval(reading),
            n: count(reading.n),
        }
    };
    metric.trend.iter().enumerate().rev().map(point).collect()
}

/// The segment asked for, else the one that has targets, else the first of few values.
fn segment_shown(metric: &MetricScore, asked: Option<&str>) -> Option<String> {
    let known = |name: &str| metric.segments.contains_key(name);
    let targeted = metric.verdict.targets.checks.iter().find_map(|check| check.segment.as_ref().map(|(name, _)| name.clone()));
    let few = || metric.segments.iter().find(|(_, values)| (2..=12).contains(&values.len())).map(|(name, _)| name.clone());
    asked
        .filter(|name| known(name))
        .map(str::to_owned)
        .or(targeted)
        .or_else(few)
        .or_else(|| metric.segments.keys().next().cloned())
}

fn tabs(metric: &MetricScore, by: Option<&str>, query: &Pairs) -> Vec<Tab> {
    let shown = metric.segments.iter().filter(|(_, values)| values.keys().any(|value| value != "(none)"));
    shown
        .map(|(name, values)| Tab {
            title: format!("{} ({})", title(name), values.len()),
            path: format!("?{}", query.with("by", name).to_query()),
            here: by == Some(name.as_str()),
        })
        .collect()
}

fn title(name: &str) -> String {
    words::capital(&words::plain(name.strip_prefix("label.").unwrap_or(name)))
}

fn segments(metric: &MetricScore, by: &str, keep: &str) -> (Vec<Segment>, usize) {
    let Some(values) = metric.segments.get(by) else { return (Vec::new(), 0) };
    let unit = &metric.metric.unit;
    let highest = values.values().filter_map(|reading| reading.value).fold(0.0, f64::max);
    let full = if unit == "percent" { 100.0 } else { highest };
    let join = if keep.is_empty() { "?" } else { "&" };
    let row = |(value, reading): (&String, &Reading)| {
        let of_target = |check: &&Check| check.segment.as_ref().is_some_and(|(name, of)| name == by && of == value);
        let check = metric.verdict.targets.checks.iter().find(of_target);
        Segment {
            title: value.clone(),
            path: format!("/metrics/{}/rows{keep}{join}where={}", metric.metric.id, encode(&format!("{by}={value}"))),
            value: words::value(reading.value, unit),
            bar: bar(reading.value, reading.interval, check.and_then(|check| words::wanted_line(check.wanted)), full),
            interval: interval(reading),
            n: count(reading.n),
            target: check.map(held),
        }
    };
    let mut rows: Vec<(&String, &Reading)> = values.iter().collect();
    rows.sort_by_key(|(value, _)| words::rank(value));
    if rows.len() > SEGMENT_ROWS {
        // The largest say most; of thousands of systems nobody reads all here.
        rows.sort_by_key(|(_, reading)| std::cmp::Reverse(reading.n));
    }
    let more = rows.len().saturating_sub(SEGMENT_ROWS);
    (rows.into_iter().take(SEGMENT_ROWS).map(row).collect(), more)
}

fn held(check: &Check) -> State {
    match check.outcome {
        Outcome::Met => State::new("✓", check.wanted.to_string(), "good"),
        Outcome::Missed => State::new("✗", check.wanted.to_string(), "bad"),
        _ => State::new("·", check.wanted.to_string(), "none"),
    }
}

fn csv(visit: &Visit, id: &str) -> Result<Reply, Failure> {
    let as_of = visit.as_of()?;
    let ask = Ask { as_of, months: MONTHS, which: Which::One(id.to_owned()), segments: true };
    let score = visit.bench().score(&visit.scope(), &ask)?;
    let name = format!("{id}-{}.csv", day(as_of));
    Ok(Reply::file(
        "text/csv; charset=utf-8",
        &name,
        Box::new(move |out| out.write_all(tally_report::sheet::score(&score).as_bytes())),
    ))
}

#[derive(Template)]
#[template(path = "metrics.html")]
struct List {
    shell: Shell,
    total: usize,
    groups: Vec<Group>,
}

struct Group {
    id: String,
    title: String,
    rows: Vec<Line>,
}

struct Line {
    status: State,
    title: String,
    path: String,
    rows_path: String,
    value: String,
    n: String,
    target: String,
    spark: Spark,
    change: State,
    owner: String,
}

const DIMENSIONS: [(Dimension, &str); 6] = [
    (Dimension::Coverage, "Coverage: how much of the attack surface is tested"),
    (Dimension::Effectiveness, "Effectiveness: how good testing is at finding what matters"),
    (Dimension::Efficiency, "Efficiency: what testing costs in time and money"),
    (Dimension::Impact, "Impact: whether the organisation gets more secure"),
    (Dimension::Scorecard, "Engineering scorecard: controls that engineering owns"),
    (Dimension::Process, "Process: whether the documented processes are lived"),
];

fn list(visit: &Visit) -> Result<Reply, Failure> {
    let as_of = visit.as_of()?;
    let facts = visit.facts()?;
    let score = visit.bench().score(&visit.scope(), &Ask { as_of, months: 12, which: Which::All, segments: false })?;
    let groups = DIMENSIONS.iter().map(|(dimension, title)| Group {
        id: format!("{dimension:?}").to_lowercase(),
        title: (*title).to_owned(),
        rows: score.metrics.iter().filter(|metric| metric.metric.dimension == *dimension).map(line).collect(),
    });
    let page = List {
        shell: visit.shell("All metrics").made_of(&facts, as_of, &visit.scope()),
        total: score.metrics.len(),
        groups: groups.filter(|group| !group.rows.is_empty()).collect(),
    };
    Ok(Reply::html(page.render()?))
}

fn line(metric: &MetricScore) -> Line {
    let reading = &metric.verdict.reading;
    let own = metric.verdict.targets.checks.iter().find(|check| check.segment.is_none());
    let path = format!("/metrics/{}", metric.metric.id);
    Line {
        status: words::status(metric.verdict.status),
        title: metric.metric.title.clone(),
        rows_path: format!("{path}/rows"),
        path,
        value: words::value(reading.value, &metric.metric.unit),
        n: count(reading.n),
        target: tally_report::human::target(metric),
        spark: spark(&metric.trend, own.and_then(|check| words::wanted_line(check.wanted)), &metric.metric.unit),
        change: change(metric),
        owner: words::plain(&metric.owner),
    }
}

fn list_csv(visit: &Visit) -> Result<Reply, Failure> {
    let as_of = visit.as_of()?;
    let score = visit.bench().score(&visit.scope(), &Ask { as_of, months: 12, which: Which::All, segments: false })?;
    let name = format!("metrics-{}.csv", day(as_of));
    Ok(Reply::file(
        "text/csv; charset=utf-8",
        &name,
        Box::new(move |out| out.write_all(tally_report::sheet::score(&score).as_bytes())),
    ))
}
