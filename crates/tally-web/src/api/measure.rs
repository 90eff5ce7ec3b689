//! Operations on what is measured: scorecards, metrics, the rows behind them. Computes nothing.

use tally_app::score::{Ask, Which, find_metric, members, narrowed};
use tally_model::Instant;
use tally_report::score::Standing;
use tally_report::{Score, human, json, sheet};

use super::answer::document;
use super::asked::Asked;
use super::cursor::Step;
use super::operation::{Holds, Operation, Param, param};
use super::{READ, v1};
use crate::failure::Failure;
use crate::reply::Reply;
use crate::route::Route;
use crate::visit::Visit;

pub(super) const AS_OF: Param =
    param("as_of", Holds::Instant, "The instant T: what happened at or after it is not seen; else the end of this hour.");
pub(super) const LIMIT: Param = param("limit", Holds::Whole(1, 500), "Most rows of a page; else 100.");
pub(super) const CURSOR: Param =
    param("cursor", Holds::Text, "Where the walk goes on: `next` of the last answer, with the same filters.");
const MONTHS: Param = param("months", Holds::Whole(0, 120), "Monthly points; else 12.");
const SEGMENTS: Param = param("segments", Holds::YesNo, "Whether to cut segments; else no.");
const SEGMENT: Param = param("segment", Holds::Text, "Give this segment alone.");
const FORMAT: Param = param("format", Holds::OneOf(&["json", "csv", "text"]), "How it is written; else json.");
const WIDTH: Param = param("width", Holds::Whole(40, 1_000), "Columns of `text`; else as wide as it is.");
const SQL: Param = param("sql", Holds::YesNo, "Whether `text` ends with the population's SQL.");
const SCORE: &[Param] = &[AS_OF, MONTHS, SEGMENTS, SEGMENT, FORMAT, WIDTH];
const SHOW: &[Param] = &[AS_OF, MONTHS, SEGMENTS, SEGMENT, FORMAT, WIDTH, SQL];
const ROWS: &[Param] = &[
    AS_OF,
    param("hit", Holds::YesNo, "Hits or misses alone."),
    param("where", Holds::Text, "A condition such as `severity=high`; several must all hold.").repeating(),
    LIMIT,
    CURSOR,
];

/// The operations.
pub(super) const OPERATIONS: &[Operation] = &[
    Operation::of::<v1::Scorecards>(Route::get("/api/v1/scorecards", READ, scorecards), "scorecards", "Measure", "Every scorecard"),
    Operation::of::<v1::Score>(Route::get("/api/v1/scorecards/{id}", READ, scorecard), "scorecard", "Measure", "A scorecard at an instant")
        .about("Each metric with value, interval, n, target, change and companion, and what it was computed from: with instant, journal and definition it can be computed again.")
        .asks(SCORE)
        .also_as(&["text/csv", "text/plain"]),
    Operation::of::<v1::Score>(Route::get("/api/v1/metrics", READ, metrics), "metrics", "Measure", "Every metric at an instant")
        .asks(SCORE)
        .also_as(&["text/csv", "text/plain"]),
    Operation::of::<v1::Score>(Route::get("/api/v1/metrics/{id}", READ, metric), "metric", "Measure", "A metric at an instant")
        .asks(SHOW)
        .also_as(&["text/csv", "text/plain"]),
    Operation::of::<v1::Rows>(Route::get("/api/v1/metrics/{id}/rows", READ, rows), "metric_rows", "Measure", "The rows behind a metric")
        .about("Exactly as many as its n. A walk from cursor to cursor meets each row once, whatever is written meanwhile.")
        .asks(ROWS),
];

fn scorecards(visit: &Visit) -> Result<Reply, Failure> {
    Asked::of(visit, &[])?;
    let scorecards = visit.bench().read(|programme| {
        let cards = programme.catalog().scorecards().map(|card| v1::ScorecardLine {
            id: card.id.clone(),
            title: card.title.clone(),
            purpose: card.purpose.clone(),
            metrics: card.metrics.iter().map(|entry| entry.metric.clone()).collect(),
        });
        Ok(cards.collect())
    })?;
    document(&v1::Scorecards { scorecards })
}

fn scorecard(visit: &Visit) -> Result<Reply, Failure> {
    scored(visit, SCORE, Which::Scorecard(visit.param("id").to_owned()))
}

fn metrics(visit: &Visit) -> Result<Reply, Failure> {
    scored(visit, SCORE, Which::All)
}

fn metric(visit: &Visit) -> Result<Reply, Failure> {
    scored(visit, SHOW, Which::One(visit.param("id").to_owned()))
}

fn scored(visit: &Visit, params: &'static [Param], which: Which) -> Result<Reply, Failure> {
    let asked = Asked::of(visit, params)?;
    let months = u32::try_from(asked.whole("months").unwrap_or(12)).unwrap_or(12);
    let segment = asked.text("segment");
    let one = matches!(which, Which::One(_));
    let ask = Ask { as_of: visit.as_of()?, months, which, segments: asked.yes("segments") || segment.is_some() };
    let found = visit.bench().score(&visit.scope(), &ask)?;
    let mut kept;
    let score = match segment {
        Some(name) => {
            kept = Score::clone(&found);
            tally_app::score::keep_segment(&mut kept, name)?;
            &kept
        }
        None => &*found,
    };
    let width = asked.whole("width").and_then(|width| u16::try_from(width).ok());
    let reply = match asked.text("format") {
        Some("csv") => Reply::whole("text/csv; charset=utf-8", sheet::score(score).into_bytes()),
        Some("text") if one => Reply::text(one_in_words(score, segment, asked.yes("sql"), width)),
        Some("text") => Reply::text(human::scorecard(score, segment, width)),
        _ => document(&json::score(score))?,
    };
    let standing = match Standing::of(score) {
        Standing::Holds => "holds",
        Standing::Misses => "misses",
        Standing::NoData => "no-data",
    };
    Ok(reply.with("tally-standing", standing))
}

fn one_in_words(score: &Score, segment: Option<&str>, sql: bool, width: Option<u16>) -> String {
    let mut text = String::new();
    for metric in &score.metrics {
        text.push_str(&human::metric_shown(metric, segment, width));
        if sql {
            text.push_str(&metric.metric.population.sql);
        }
    }
    text
}

fn rows(visit: &Visit) -> Result<Reply, Failure> {
    let asked = Asked::of(visit, ROWS)?;
    let step = Step::of(visit)?;
    let limit = asked.limit(100);
    let hit = asked.text("hit").map(|word| word == "yes");
    let conditions: Vec<&str> = asked.all("where").collect();
    let id = visit.param("id");
    let (kind, population, total, rows) = visit.bench().read(|programme| {
        let metric = find_metric(programme.catalog(), id)?;
        let all = members(&step.facts, metric, step.as_of)?;
        let filter = narrowed(&all, hit, conditions.iter().copied())?;
        let population = all.count(&tally_app::score::MemberFilter::default());
        Ok((metric.population.of.clone(), population, all.count(&filter), all.page(&filter, step.offset, limit)))
    })?;
    let next = step.next(visit, rows.len(), total);
    document(&v1::Rows {
        metric: id.to_owned(),
        as_of: step.as_of.to_string(),
        entries: step.facts.entries,
        kind,
        population: population as u64,
        total: total as u64,
        ways: if step.offset == 0 { ways(visit, id, step.as_of)? } else { Vec::new() },
        rows: rows.into_iter().map(v1::Row::from).collect(),
        next,
    })
}

/// The shortest way to each missed target.
fn ways(visit: &Visit, id: &str, as_of: Instant) -> Result<Vec<String>, Failure> {
    let ask = Ask { as_of, months: 0, which: Which::One(id.to_owned()), segments: true };
    let score = visit.bench().score(&visit.scope(), &ask)?;
    Ok(score.metrics.iter().flat_map(human::ways).collect())
}
