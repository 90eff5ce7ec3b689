//! What was published beside what the same period would be today. A difference is shown with what may explain it: another
//! definition, and the entries written since. Never changes what was published.

use tally_judge::read;
use tally_measure::{Segments, Wanted};
use tally_model::instant::Point;
use tally_model::{Instant, Kind, Reading};
use tally_store::{EntryNo, Op, StoreError};

use super::{Published, published};
use crate::score::find_metric;
use crate::{Error, Facts, Programme};

/// A published value and what it would be today.
#[derive(Clone, Debug, PartialEq)]
pub struct Restated {
    /// What was published.
    pub published: Published,
    /// The same metric for the same T, from what is known today.
    pub now: Reading,
    /// Whether the two differ.
    pub differs: bool,
    /// Whether the metric's definition is another one now.
    pub redefined: bool,
    /// Entries of the journal since; filled where the two differ.
    pub since: Option<Cause>,
}

/// What was written since a value was published, of the kinds that the metric reads.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Cause {
    /// How many entries.
    pub entries: u64,
    /// The first and the last of them.
    pub range: Option<(u64, u64)>,
    /// The first of them: entry, when, who, through what, kind and id.
    pub named: Vec<(u64, Instant, String, String, String)>,
    /// There are more entries than were looked at.
    pub more: bool,
}

/// Entries that are looked at for a cause.
const LOOKED: u64 = 100_000;
/// Entries that are named.
const NAMED: usize = 10;
/// Two doubles that are summed in another order differ by less than this part of them.
const SAME: f64 = 1e-9;

/// What was published of a metric, oldest period first, each beside what it would be today. `facts` are those of the whole
/// programme as it stands.
///
/// # Errors
/// Where the metric is unknown or its query does not run.
pub fn history(programme: &Programme, facts: &Facts, metric: &str) -> Result<Vec<Restated>, Error> {
    let metric = find_metric(programme.catalog(), metric)?;
    let values = published(programme, Some(&metric.id))?;
    let Some(newest) = values.iter().map(|value| value.as_of).max() else { return Ok(Vec::new()) };
    let mut points: Vec<Point> = values.iter().map(|value| Point { month: value.period, at: value.as_of }).collect();
    points.sort_by_key(|point| point.at);
    points.dedup();
    let wanted = Wanted { as_of: newest, points, segments: Segments::None };
    let mut measured = facts.engine().measure(&[metric], &wanted);
    let Some(measured) = measured.pop() else { return Ok(Vec::new()) };
    let measured = measured?;
    let definition = metric.hash();
    let tables = tables(&metric.population.sql);
    let mut history = Vec::new();
    for value in values {
        let tally = measured.trend.iter().find(|(month, _)| *month == value.period).map(|(_, tally)| tally);
        let now = tally.map(|tally| read(tally)).unwrap_or_default();
        let differs = differs(&value, &now);
        let since = if differs { Some(cause(programme, value.entry, &tables)?) } else { None };
        history.push(Restated { redefined: value.definition != definition, now, differs, since, published: value });
    }
    Ok(history)
}

fn differs(published: &Published, now: &Reading) -> bool {
    let unlike = |one: Option<f64>, other: Option<f64>| match (one, other) {
        (None, None) => false,
        (Some(one), Some(other)) => (one - other).abs() > SAME * one.abs().max(other.abs()).max(1.0),
        _ => true,
    };
    published.n != now.n
        || unlike(published.value, now.value)
        || unlike(published.numerator, now.numerator.map(tally_model::Amount::to_f64))
        || unlike(published.denominator, now.denominator)
}

/// The kinds whose tables a query names; what is worked out from findings counts as findings.
fn tables(sql: &str) -> Vec<&'static str> {
    let words: Vec<&str> = sql.split(|c: char| !c.is_ascii_alphanumeric() && c != '_').collect();
    let reads = |kind: &Kind| {
        let nested = format!("{}_", kind.name);
        words.iter().any(|word| *word == kind.table || word.starts_with(&nested))
    };
    tally_model::kinds::KINDS.iter().filter(|kind| reads(kind)).map(|kind| kind.name).collect()
}

/// The entries after this one that touched records of these kinds.
fn cause(programme: &Programme, entry: u64, kinds: &[&str]) -> Result<Cause, Error> {
    let mut cause = Cause::default();
    let last = EntryNo(entry.saturating_add(LOOKED));
    programme.store.entries(EntryNo(entry + 1)..=last, &mut |found| -> Result<(), StoreError> {
        cause.more = found.no == last;
        if found.op == Op::Note || !kinds.contains(&found.kind.as_str()) {
            return Ok(());
        }
        cause.entries += 1;
        cause.range = Some((cause.range.map_or(found.no.0, |(first, _)| first), found.no.0));
        if cause.named.len() < NAMED {
            let about = format!("{} {}", found.kind, found.id);
            cause.named.push((found.no.0, found.at, found.actor, found.source, about));
        }
        Ok(())
    })?;
    Ok(cause)
}
