//! What needs a look first, beside the scorecard: old findings, systems nobody tested, new classes, the team's load.

use std::sync::Arc;

use tally_app::list::{self, ListState, Shown};
use tally_app::query::{Cell, Limits, sql};
use tally_app::{Error, Facts};
use tally_model::Instant;
use tally_report::number::{count, grouped};

use super::links;
use crate::failure::Failure;
use crate::pairs::Pairs;
use crate::visit::Visit;
use crate::words::{self, State};

/// A block beside the scorecard.
#[derive(Clone)]
pub struct Risk {
    /// Title.
    pub title: &'static str,
    /// How many there are.
    pub count: String,
    /// Where all of them are.
    pub path: Option<String>,
    /// What is said where there is none.
    pub none: &'static str,
    /// The first of them.
    pub rows: Vec<Line>,
}

/// A line of a block.
#[derive(Clone)]
pub struct Line {
    /// What it is.
    pub title: String,
    /// Where it leads.
    pub path: String,
    /// How it stands.
    pub state: Option<State>,
    /// A figure at the right.
    pub figure: String,
}

/// Lines a block.
const LINES: usize = 6;
/// A class is new for this long.
const NEW_DAYS: i64 = 90;

/// The blocks, made once for each state of the journal.
pub fn of(visit: &Visit, _: &Facts, at: Instant) -> Result<Vec<Risk>, Failure> {
    let name = format!("risks/{}", at.micros());
    let made: Arc<Vec<Risk>> = visit.bench().kept(&visit.scope(), &name, |facts| {
        Ok::<_, Error>(vec![oldest(facts, at)?, untested(facts, at)?, classes(facts, at)?, load(facts, at)?])
    })?;
    let mut risks = made.as_ref().clone();
    risks.push(super::duties::risk(visit, at)?);
    risks.push(super::claims_board::risk(visit, at)?);
    Ok(risks)
}

fn listed(facts: &Facts, kind: &'static str, query: &str, at: Instant) -> Result<(list::ListPage, String), Error> {
    let view = list::view(kind).ok_or_else(|| Error::Invalid(format!("there is no list of {kind}")))?;
    let (state, _) = super::list::state_of(view, &Pairs::parse(query));
    let page = list::page(facts, view, &ListState { as_of: Some(at), ..state })?;
    Ok((page, format!("{}?{query}", links::folder(kind).unwrap_or("/"))))
}

fn word(shown: Option<&Shown>) -> (String, String) {
    match shown {
        Some(Shown::Word { word, label }) => (word.clone(), label.clone()),
        Some(Shown::Link { id, label, .. }) => (id.clone(), label.clone()),
        Some(Shown::Text(text)) => (text.clone(), text.clone()),
        Some(Shown::Number(number)) => (number.to_string(), grouped(*number, 0)),
        Some(Shown::Whole(number)) => (number.to_string(), number.to_string()),
        _ => (String::new(), String::new()),
    }
}

/// Open critical and high findings, the oldest first.
fn oldest(facts: &Facts, at: Instant) -> Result<Risk, Error> {
    let query = "severity=critical,high&open=yes&sort=reported_at&cols=title,severity,age_days";
    let (page, path) = listed(facts, "finding", query, at)?;
    let rows = page.rows.iter().take(LINES).map(|row| Line {
        title: word(row.cells.first()).1,
        path: links::record("finding", &row.id).unwrap_or_default(),
        state: Some(words::severity(&word(row.cells.get(1)).0)),
        figure: format!("{} days", word(row.cells.get(2)).1),
    });
    Ok(Risk {
        title: "Oldest open critical and high findings",
        count: count(page.total as u64),
        path: Some(path.replace("&cols=title,severity,age_days", "")),
        none: "None is open.",
        rows: rows.collect(),
    })
}

/// Systems in production that nobody assessed within twelve months.
fn untested(facts: &Facts, at: Instant) -> Result<Risk, Error> {
    let query = "in_production=yes&assessed=no&sort=-risk_tier&cols=name,risk_tier,owner";
    let (page, path) = listed(facts, "system", query, at)?;
    let rows = page.rows.iter().take(LINES).map(|row| {
        let (tier, label) = word(row.cells.get(1));
        let class = if tier == "high" { "bad" } else { "warn" };
        Line {
            title: word(row.cells.first()).1,
            path: links::record("system", &row.id).unwrap_or_default(),
            state: Some(State::new(if tier == "high" { "▲" } else { "●" }, format!("{label} risk"), class)),
            figure: word(row.cells.get(2)).1,
        }
    });
    Ok(Risk {
        title: "In production, not assessed in 12 months",
        count: count(page.total as u64),
        path: Some(path.replace("&cols=name,risk_tier,owner", "")),
        none: "Every production system was assessed.",
        rows: rows.collect(),
    })
}

/// Classes of findings that were first seen lately.
fn classes(facts: &Facts, at: Instant) -> Result<Risk, Error> {
    let since = at.days_before(NEW_DAYS).micros();
    let text = format!(
        "select class, count(*) as n, min(reported_at) as first from findings where reported_at < to_timestamp_micros({}) \
         group by class having min(reported_at) >= to_timestamp_micros({since}) order by n desc, class",
        at.micros()
    );
    let answer = sql(facts, &text, Limits { seconds: 20, rows_max: 1_000 })?;
    let rows = answer.rows.iter().take(LINES).map(|row| {
        let text = |at: usize| row.get(at).map(plain).unwrap_or_default();
        Line {
            path: format!("/findings?class={}", crate::pairs::encode(&text(0))),
            title: text(0),
            state: None,
            figure: words::many(text(1).parse().unwrap_or(0), "finding"),
        }
    });
    Ok(Risk {
        title: "Classes first seen in 90 days",
        count: count(answer.rows.len() as u64),
        path: None,
        none: "No new class of finding.",
        rows: rows.collect(),
    })
}

fn plain(cell: &Cell) -> String {
    match cell {
        Cell::Text(text) => text.clone(),
        Cell::Whole(number) => number.to_string(),
        _ => String::new(),
    }
}

/// What is asked of the testers, and how many they are.
fn load(facts: &Facts, at: Instant) -> Result<Risk, Error> {
    let states = [("requested", "Requested, not planned"), ("planned", "Planned"), ("running", "Running")];
    let mut rows = Vec::new();
    let mut waiting = 0;
    for (state, title) in states {
        let (page, path) = listed(facts, "assessment", &format!("state={state}"), at)?;
        waiting += page.total;
        rows.push(Line { title: title.to_owned(), path, state: None, figure: count(page.total as u64) });
    }
    let (page, path) = listed(facts, "capacity", "sort=-month&cols=month,fte", at)?;
    if let Some(newest) = page.rows.first() {
        rows.push(Line {
            title: format!("Testers in {}", word(newest.cells.first()).1),
            path,
            state: None,
            figure: match newest.cells.get(1) {
                Some(Shown::Number(fte)) => format!("{} full-time", grouped(*fte, 1)),
                other => word(other).1,
            },
        });
    }
    Ok(Risk {
        title: "Assessments waiting, and who is there",
        count: count(waiting as u64),
        path: Some("/assessments?state=requested,planned,running".to_owned()),
        none: "Nothing waits.",
        rows,
    })
}
