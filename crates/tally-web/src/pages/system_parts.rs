//! The larger parts of a system's page: its releases with their checks, its evals, its coverage figures, its last events.

use std::collections::BTreeMap;

use tally_app::evals::Counts;
use tally_app::list::{self, Filter, Holds, ListState, Shown, Test, label};
use tally_app::score::{Ask, Which};
use tally_app::{Facts, checklist, records};
use tally_catalog::metric::Dimension;
use tally_judge::interval::wilson;
use tally_model::{Instant, Value};
use tally_report::number::count;

use super::links;
use super::metric::MONTHS;
use super::part::{Ask as PartAsk, Part, part};
use crate::failure::Failure;
use crate::pairs::encode;
use crate::visit::Visit;
use crate::words::{self, State, minute};

/// Eval runs of a system that are looked at for the newest of each category.
const RUNS: usize = 400;
/// Events shown.
const EVENTS: usize = 12;

/// A release with what it is made of and how it was checked.
pub(super) struct Change {
    /// Its id.
    pub id: String,
    /// Its page.
    pub path: String,
    /// Models, prompts and what else it is made of.
    pub artifacts: Vec<String>,
    /// Its checks, each with what came out.
    pub checks: Vec<(State, String)>,
}

/// The newest eval of one category of one suite.
pub(super) struct Measured {
    /// The category.
    pub category: String,
    /// The suite.
    pub suite: String,
    /// The run.
    pub path: String,
    /// When it ended.
    pub at: String,
    /// Share of the judged cases that the system withstood.
    pub rate: String,
    /// Its 95% interval.
    pub interval: String,
    /// Failed of judged.
    pub failed: String,
    /// The list of this category's runs.
    pub all: String,
}

/// A coverage metric for this system alone.
pub(super) struct Figure {
    /// The metric.
    pub title: String,
    /// Its page.
    pub path: String,
    /// Its value here.
    pub value: String,
    /// Members here.
    pub n: String,
    /// The rows behind it.
    pub rows: String,
}

/// Something that happened.
pub(super) struct Event {
    /// When; for the order.
    pub at: Instant,
    /// When, in words.
    pub when: String,
    /// What.
    pub what: &'static str,
    /// The record.
    pub id: String,
    /// Its page.
    pub path: String,
}

/// What the releases of a short list are made of, and their gate checks.
pub(super) fn releases(visit: &Visit, facts: &Facts, shown: &Part, at: Instant) -> Result<Vec<Change>, Failure> {
    let kind = records::kind("release")?;
    let mut found = Vec::new();
    for (id, _) in &shown.rows {
        let record = visit.bench().read(|programme| records::one(programme, kind, id, &visit.scope()))?.record;
        let artifacts = record.get("artifacts").map(Value::objects).unwrap_or_default();
        let ask = PartAsk {
            kind: "gate_check",
            of: ("release", id),
            columns: &["id", "check", "outcome"],
            newest: "performed_at",
            rows: 12,
        };
        let checks = part(facts, &ask, at)?;
        found.push(Change {
            path: links::record("release", id).unwrap_or_default(),
            id: id.clone(),
            artifacts: artifacts
                .iter()
                .map(|artifact| {
                    format!(
                        "{} {}",
                        words::plain(artifact.text("kind").unwrap_or_default()),
                        artifact.text("name").unwrap_or_default()
                    )
                })
                .collect(),
            checks: checks
                .rows
                .iter()
                .filter_map(|(id, cells)| {
                    Some((outcome(&cells.get(1)?.text, &cells.get(2)?.text), links::record("gate_check", id)?))
                })
                .collect(),
        });
    }
    Ok(found)
}

fn outcome(check: &str, outcome: &str) -> State {
    match outcome {
        "Pass" => State::new("✓", format!("{check}: pass"), "good"),
        other => State::new("✗", format!("{check}: {}", other.to_lowercase()), "bad"),
    }
}

/// The newest run of each category and suite.
pub(super) fn evals(facts: &Facts, id: &str, at: Instant) -> Result<Vec<Measured>, Failure> {
    let view = list::view("eval_run").ok_or(Failure::Broken)?;
    let cols = ["category", "suite", "finished_at", "passed", "failed"];
    let state = ListState {
        filters: vec![Filter { column: "system".to_owned(), test: Test::Is(vec![id.to_owned()]) }],
        sort: vec![list::Sort { column: "finished_at".to_owned(), down: true }],
        cols: cols.iter().map(|name| (*name).to_owned()).collect(),
        per: RUNS,
        as_of: Some(at),
        ..ListState::default()
    };
    let (_, rows) = list::first(facts, view, &state)?;
    let mut newest: BTreeMap<(String, String), Measured> = BTreeMap::new();
    for row in &rows {
        let [category, suite, finished, passed, failed] = row.cells.as_slice() else { continue };
        let text =
            |shown: &Shown| if let Shown::Word { word, .. } | Shown::Text(word) = shown { word.clone() } else { String::new() };
        let whole = |shown: &Shown| if let Shown::Whole(number) = shown { u64::try_from(*number).unwrap_or(0) } else { 0 };
        let (category, suite) = (text(category), text(suite));
        newest.entry((category.clone(), suite.clone())).or_insert_with(|| {
            let (passed, failed) = (whole(passed), whole(failed));
            Measured {
                path: links::record("eval_run", &row.id).unwrap_or_default(),
                at: if let Shown::At(at) = finished { minute(*at) } else { String::new() },
                rate: Counts { passed, failed, errors: 0 }
                    .rate()
                    .map_or_else(|| "no data".to_owned(), |rate| format!("{rate:.1}%")),
                interval: wilson(passed, passed + failed)
                    .map(|[low, high]| format!("{low:.1} to {high:.1}"))
                    .unwrap_or_default(),
                failed: format!("{} of {}", count(failed), count(passed + failed)),
                all: format!("/evals?system={}&category={category}", encode(id)),
                category: label(Holds::Word, &category),
                suite,
            }
        });
    }
    Ok(newest.into_values().collect())
}

/// The coverage metrics of this system alone.
pub(super) fn figures(visit: &Visit, id: &str, at: Instant) -> Result<Vec<Figure>, Failure> {
    let coverage = visit.bench().read(|programme| {
        let metrics = programme.catalog().metrics().filter(|metric| metric.dimension == Dimension::Coverage);
        Ok(metrics.map(|metric| metric.id.clone()).collect::<Vec<_>>())
    })?;
    let mut found = Vec::new();
    for metric in coverage {
        // The same question as the metric's page asks, so that one answer serves both.
        let ask = Ask { as_of: at, months: MONTHS, which: Which::One(metric.clone()), segments: true };
        let score = visit.bench().score(&visit.scope(), &ask)?;
        let Some(scored) = score.metrics.first() else { continue };
        let Some(reading) = scored.segments.get("system").and_then(|systems| systems.get(id)) else { continue };
        let keep = visit.query.get("as_of").map(|text| format!("as_of={}&", encode(text))).unwrap_or_default();
        found.push(Figure {
            title: scored.metric.title.clone(),
            path: format!("/metrics/{metric}"),
            value: words::value(reading.value, &scored.metric.unit),
            n: count(reading.n),
            rows: format!("/metrics/{metric}/rows?{keep}where={}", encode(&format!("system={id}"))),
        });
    }
    Ok(found)
}

/// What happened last, of every sort.
pub(super) fn events(facts: &Facts, id: &str, at: Instant) -> Result<Vec<Event>, Failure> {
    const SORTS: [(&str, &str, &str); 7] = [
        ("release", "deployed_at", "release deployed"),
        ("assessment", "requested_at", "assessment requested"),
        ("assessment", "delivered_at", "assessment delivered"),
        ("scan", "at", "scanned"),
        ("finding", "reported_at", "finding reported"),
        ("incident", "detected_at", "incident noticed"),
        ("eval_run", "finished_at", "eval finished"),
    ];
    let mut found = Vec::new();
    for (kind, column, what) in SORTS {
        let view = list::view(kind).ok_or(Failure::Broken)?;
        let state = ListState {
            filters: vec![
                Filter { column: "system".to_owned(), test: Test::Is(vec![id.to_owned()]) },
                Filter { column: column.to_owned(), test: Test::Until(at) },
            ],
            sort: vec![list::Sort { column: column.to_owned(), down: true }],
            cols: vec![column.to_owned()],
            per: EVENTS,
            as_of: Some(at),
            ..ListState::default()
        };
        let (_, rows) = list::first(facts, view, &state)?;
        for row in rows {
            if let Some(Shown::At(at)) = row.cells.first() {
                let path = links::record(kind, &row.id).unwrap_or_default();
                found.push(Event { at: *at, when: minute(*at), what, id: row.id, path });
            }
        }
    }
    found.sort_by(|one, other| (other.at, one.what, &one.id).cmp(&(one.at, other.what, &other.id)));
    // A run has an eval run a category, all of one instant: one of them stands for it.
    found.dedup_by(|later, kept| later.what == "eval finished" && kept.what == later.what && kept.at == later.at);
    found.truncate(EVENTS);
    Ok(found)
}

/// The newest checklist review.
pub(super) struct Reviewed {
    /// The release, or when it began.
    pub title: String,
    /// Its page.
    pub path: String,
    /// What came out.
    pub outcome: State,
    /// How far it is, and what it found missing.
    pub words: String,
}

/// The newest checklist review of a system. One whose checklist is gone says nothing.
pub(super) fn reviewed(visit: &Visit, facts: &Facts, id: &str, at: Instant) -> Result<Option<Reviewed>, Failure> {
    let of = ("system", id);
    let newest = part(facts, &PartAsk { kind: "checklist_review", of, columns: &["id"], newest: "started_at", rows: 1 }, at)?;
    let Some((review, _)) = newest.rows.first() else { return Ok(None) };
    let sheet = match visit.bench().read(|programme| checklist::sheet(programme, facts, review, &visit.scope(), at)) {
        Ok(sheet) => sheet,
        Err(tally_app::Error::Unknown { .. }) => return Ok(None),
        Err(error) => return Err(error.into()),
    };
    let missing = words::many(sheet.progress.gaps() as u64, "gap");
    Ok(Some(Reviewed {
        title: sheet.release.unwrap_or_else(|| minute(sheet.started_at)),
        path: links::record("checklist_review", review).unwrap_or_default(),
        outcome: super::checklist::outcome(sheet.outcome),
        words: format!("{} answered, {missing}", super::checklist::progress(&sheet.progress)),
    }))
}
