//! The scorecard, which is home: one row a metric, then what needs a look first.

use askama::Template;
use tally_app::list::{self, ListState};
use tally_app::scope::Scope;
use tally_app::score::{Ask, Which};
use tally_judge::{Outcome, Status};
use tally_model::Instant;
use tally_report::chart::{Spark, spark};
use tally_report::number::{count, day};
use tally_report::{MetricScore, Score};

use crate::failure::Failure;
use crate::pairs::{Pairs, encode};
use crate::reply::Reply;
use crate::route::{Need, Route};
use crate::shell::Shell;
use crate::visit::Visit;
use crate::words::{self, State};
use tally_app::access::Permission;

/// The routes of this module.
pub const ROUTES: &[Route] =
    &[Route::get("/", Need::May(Permission::Read), page), Route::get("/scorecard.csv", Need::May(Permission::Read), csv)];

/// Data older than this at the as-of instant is called stale.
const STALE_DAYS: i64 = 35;

#[derive(Template)]
#[template(path = "scorecard.html")]
struct Page {
    shell: Shell,
    card: Card,
    cards: Vec<(String, String)>,
    band: Vec<Block>,
    rows: Vec<Row>,
    risks: Vec<super::risks::Risk>,
}

struct Card {
    id: String,
    title: String,
    purpose: String,
    day: String,
}

struct Block {
    figure: String,
    words: String,
    path: Option<String>,
}

struct Row {
    status: State,
    title: String,
    path: String,
    rows_path: String,
    notes: Vec<(String, &'static str)>,
    value: String,
    interval: String,
    n: String,
    target: String,
    spark: Spark,
    change: State,
    owner: String,
    next: String,
    due: Option<String>,
    overdue: bool,
    through: String,
    stale: bool,
}

/// Whether there is nothing to measure yet. The journal may have entries: people came in.
fn is_empty(visit: &Visit, facts: &tally_app::Facts, as_of: Instant) -> Result<bool, Failure> {
    let view = super::list::view_at("/systems")?;
    let all = ListState { as_of: Some(as_of), ..super::list::state_of(view, &Pairs::default()).0 };
    Ok(visit.scope() == Scope::All && list::count(facts, view, &all)? == 0)
}

fn page(visit: &Visit) -> Result<Reply, Failure> {
    let as_of = visit.as_of()?;
    let id = visit.query.get("card").unwrap_or("default");
    let facts = visit.facts()?;
    if is_empty(visit, &facts, as_of)? {
        return super::first::page(visit);
    }
    let score = score(visit, id, as_of)?;
    let (card, cards) = visit.bench().read(|programme| {
        let catalog = programme.catalog();
        let found = catalog.scorecard(id);
        let purpose = found.map(|card| card.purpose.clone()).unwrap_or_default();
        let card = Card { id: id.to_owned(), title: score.title.clone(), purpose, day: day(as_of) };
        Ok((card, catalog.scorecards().map(|card| (card.id.clone(), card.title.clone())).collect()))
    })?;
    let page = Page {
        shell: visit.shell(&card.title).made_of(&facts, as_of, &visit.scope()),
        band: band(&score),
        rows: score.metrics.iter().map(|metric| row(metric, as_of, visit.query.get("as_of"))).collect(),
        risks: super::risks::of(visit, &facts, as_of)?,
        card,
        cards,
    };
    Ok(Reply::html(page.render()?))
}

fn score(visit: &Visit, id: &str, as_of: Instant) -> Result<std::sync::Arc<Score>, Failure> {
    let ask = Ask { as_of, months: 12, which: Which::Scorecard(id.to_owned()), segments: false };
    Ok(visit.bench().score(&visit.scope(), &ask)?)
}

fn csv(visit: &Visit) -> Result<Reply, Failure> {
    let as_of = visit.as_of()?;
    let id = visit.query.get("card").unwrap_or("default");
    let score = score(visit, id, as_of)?;
    let name = format!("scorecard-{id}-{}.csv", day(as_of));
    Ok(Reply::file(
        "text/csv; charset=utf-8",
        &name,
        Box::new(move |out| out.write_all(tally_report::sheet::score(&score).as_bytes())),
    ))
}

/// The headline band: how many hold, how many miss, what moved, how fresh it is.
fn band(score: &Score) -> Vec<Block> {
    let with = |status: Status| score.metrics.iter().filter(|metric| metric.verdict.status == status).count() as u64;
    let judged = score.metrics.iter().filter(|metric| !metric.verdict.targets.checks.is_empty()).count() as u64;
    let moved = |class: &str| score.metrics.iter().filter(|metric| change(metric).class == class).count() as u64;
    let block = |figure: String, words: &str| Block { figure, words: words.to_owned(), path: None };
    let mut band = vec![
        block(format!("{} of {}", count(with(Status::Holds)), count(judged)), "targets hold"),
        block(count(with(Status::Misses)), "miss their target"),
        block(count(moved("good")), "improved over twelve months"),
        block(count(moved("bad")), "worsened over twelve months"),
    ];
    let silent = with(Status::NoData) + with(Status::TooFew);
    band.push(block(count(silent), "without enough data to judge"));
    let through = score.metrics.iter().filter_map(|metric| metric.data_through).max();
    band.push(block(through.map_or_else(|| "no data".to_owned(), day), "newest data"));
    band
}

/// Against twelve months before, else three, else one.
pub(super) fn change(metric: &MetricScore) -> State {
    let verdict = &metric.verdict;
    let change = verdict.twelve_back.as_ref().or(verdict.three_back.as_ref()).or(verdict.previous.as_ref());
    change.map_or_else(|| State::new("·", "not compared", "none"), |change| words::way(&change.way))
}

fn row(metric: &MetricScore, as_of: Instant, asked: Option<&str>) -> Row {
    let verdict = &metric.verdict;
    let reading = &verdict.reading;
    let keep = asked.map(|text| format!("?as_of={}", encode(text))).unwrap_or_default();
    let path = format!("/metrics/{}", metric.metric.id);
    let own = verdict.targets.checks.iter().find(|check| check.segment.is_none());
    let review = metric.review.as_ref();
    let due = review.and_then(|review| review.next_action_due);
    let text = |part: Option<&String>| part.cloned().unwrap_or_default();
    let blockers = text(review.and_then(|review| review.blockers.as_ref()));
    let action = text(review.and_then(|review| review.next_action.as_ref()));
    Row {
        status: words::status(verdict.status),
        title: metric.metric.title.clone(),
        rows_path: format!("{path}/rows{keep}"),
        path: format!("{path}{keep}"),
        notes: notes(metric),
        value: words::value(reading.value, &metric.metric.unit),
        interval: reading.interval.map(|[low, high]| format!("{low:.1} to {high:.1}")).unwrap_or_default(),
        n: count(reading.n),
        target: words::plain(&tally_report::human::target(metric)),
        spark: spark(&metric.trend, own.and_then(|check| words::wanted_line(check.wanted)), &metric.metric.unit),
        change: change(metric),
        owner: words::plain(&metric.owner),
        next: [blockers, action].into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join(" → "),
        overdue: due.is_some_and(|due| due < as_of),
        due: due.map(day),
        through: metric.data_through.map_or_else(|| "no data".to_owned(), day),
        stale: metric.data_through.is_some_and(|at| at < as_of.days_before(STALE_DAYS)),
    }
}

/// What must be said beside the number: missed targets, cautions, the companion.
pub(super) fn notes(metric: &MetricScore) -> Vec<(String, &'static str)> {
    let missed =
        metric.verdict.targets.checks.iter().filter(|check| check.outcome == Outcome::Missed && check.segment.is_some());
    let mut notes: Vec<(String, &'static str)> = missed
        .filter_map(|check| {
            let (name, value) = check.segment.as_ref()?;
            let found = words::value(check.found, &metric.metric.unit);
            Some((format!("{} {value}: {found}, wanted {}", words::plain(name), check.wanted), "soft"))
        })
        .collect();
    notes.extend(metric.verdict.cautions.iter().map(|caution| (caution.to_string(), "soft")));
    notes.extend(metric.warning.as_ref().map(|warning| (format!("⚠ {warning}"), "warn-ink")));
    notes
}
