//! Rules about use: core metrics that nobody reviews, and facts that have gone stale. The only rules that look at the
//! programme besides its definitions; they are handed what they need and read no clock.

use tally_model::Instant;
use tally_model::instant::DAY;

use super::{LintInput, sql};
use crate::catalog::Entry;
use crate::{Catalog, Finding, Scorecard};

/// Facts older than this at the as-of are stale.
const STALE_DAYS: i64 = 45;
/// A core metric is reviewed once a period; after this many periods without, somebody is told.
const PERIODS: i32 = 2;

pub fn check(catalog: &Catalog, input: &LintInput, findings: &mut Vec<Finding>) {
    let Some(as_of) = input.as_of else { return };
    for card in catalog.scorecards.values() {
        reviews(card, input, as_of, findings);
    }
    for (table, through) in &input.data_through {
        let days = (as_of.micros() - through.micros()).div_euclid(DAY);
        if days > STALE_DAYS {
            findings.extend(stale(catalog, table, *through, days));
        }
    }
}

fn reviews(card: &Entry<Scorecard>, input: &LintInput, as_of: Instant, findings: &mut Vec<Finding>) {
    let months = if card.definition.cadence == "quarterly" { 3 } else { 1 };
    for (at, line) in card.definition.metrics.iter().enumerate().filter(|(_, line)| line.core) {
        let Some(last) = input.reviews.get(&line.metric) else { continue };
        // The running period is still open, so it does not count as missed.
        if last.is_some_and(|last| last.plus(PERIODS * months) >= as_of.month()) {
            continue;
        }
        let since = last.map_or_else(|| "never reviewed".to_owned(), |last| format!("last reviewed for {last}"));
        let cadence = &card.definition.cadence;
        let message = format!(
            "found core metric `{}` {since}, expected a {cadence} review; review it or set `core = false`",
            line.metric
        );
        findings.push(card.source.warning("not-reviewed", &["metrics", &at.to_string(), "metric"], message));
    }
}

/// One finding a table, at the first metric that reads it; none where no metric does.
fn stale(catalog: &Catalog, table: &str, through: Instant, days: i64) -> Option<Finding> {
    let mut readers =
        catalog.metrics.values().filter_map(|entry| sql::reads(&entry.definition, table).map(|place| (entry, place)));
    let (first, place) = readers.next()?;
    let more = match readers.count() {
        0 => String::new(),
        others => format!(" and {others} more"),
    };
    let date = through.to_string();
    let date = date.get(..10).unwrap_or(&date);
    let message = format!(
        "found `{table}` with data through {date}, {days} days before the as-of, expected at most {STALE_DAYS}; import newer facts (read by `{}`{more})",
        first.definition.id
    );
    Some(first.source.warning("stale-data", place, message))
}
