//! Populations whose rows say during which T they are members: `seen_after < T <= seen_until`, and where they have a
//! `window_at` that it lies in the window that ends at T.
//!
//! The points of such a row are neighbours, so two look-ups and a difference array count it at all of them at once. A
//! join with the points would visit every pair.

use datafusion::arrow::array::Array;
use tally_catalog::{Metric, Mode};
use tally_model::Instant;

use super::batch::Batch;
use super::count::Sum;
use super::since;
use crate::MeasureError;

/// Adds rows up at each point.
pub(crate) struct Spans {
    starts: Vec<i64>,
    instants: Vec<i64>,
    members: Vec<i64>,
    hits: Vec<i64>,
    values: Vec<Vec<f64>>,
}

impl Spans {
    /// For points given as (window start, T), ascending.
    pub(crate) fn new(points: &[(Instant, Instant)]) -> Self {
        let count = points.len();
        Self {
            starts: points.iter().map(|(start, _)| start.micros()).collect(),
            instants: points.iter().map(|(_, t)| t.micros()).collect(),
            members: vec![0; count + 1],
            hits: vec![0; count + 1],
            values: vec![Vec::new(); count],
        }
    }

    pub(crate) fn add(&mut self, batch: &Batch<'_>, mode: Mode, hit_after: bool) -> Result<(), MeasureError> {
        let (after, until, window) = (batch.times("seen_after")?, batch.times("seen_until")?, batch.times("window_at")?);
        let hits = if mode == Mode::Rate { Some(batch.bools("hit")?) } else { None };
        let hit_times = if hit_after { Some(batch.times("hit_after")?) } else { None };
        let values = if mode == Mode::Duration { Some(batch.numbers("value")?) } else { None };
        for row in 0..batch.rows() {
            let at = if window.is_null(row) { None } else { Some(window.value(row)) };
            let until = if until.is_null(row) { i64::MAX } else { until.value(row) };
            let (first, end) = self.range(after.value(row), until, at);
            if after.is_null(row) || first >= end {
                continue;
            }
            self.members[first] += 1;
            self.members[end] -= 1;
            if let Some(values) = &values {
                let value = values.value(row);
                self.values[first..end].iter_mut().for_each(|point| point.push(value));
            }
            if hits.as_ref().is_none_or(|hits| hits.is_null(row) || !hits.value(row)) {
                continue;
            }
            let first = match &hit_times {
                Some(times) if times.is_null(row) => end,
                Some(times) => first.max(self.instants.partition_point(|t| *t <= times.value(row))),
                None => first,
            };
            if first < end {
                self.hits[first] += 1;
                self.hits[end] -= 1;
            }
        }
        Ok(())
    }

    /// The points at which a row is a member: from, and up to but without.
    fn range(&self, after: i64, until: i64, at: Option<i64>) -> (usize, usize) {
        let after = at.map_or(after, |at| at.max(after));
        let first = self.instants.partition_point(|t| *t <= after);
        let end = self.instants.partition_point(|t| *t <= until);
        let end = at.map_or(end, |at| end.min(self.starts.partition_point(|start| *start <= at)));
        (first, end)
    }

    pub(crate) fn finish(self) -> Vec<Sum> {
        let (mut n, mut hits) = (0, 0);
        let counts = self.members.iter().zip(&self.hits).map(|(member, hit)| {
            n += member;
            hits += hit;
            (u64::try_from(n).unwrap_or(0), u64::try_from(hits).unwrap_or(0))
        });
        counts.zip(self.values).map(|((n, hits), values)| Sum { n, hits, values, ..Sum::default() }).collect()
    }
}

/// The population's SQL cut to one instant. A population that joins `points` is cut by these already.
pub(crate) fn at_instant(metric: &Metric, t: Instant) -> Result<String, MeasureError> {
    let sql = &metric.population.sql;
    if !sql.contains("seen_after") {
        return Ok(sql.clone());
    }
    let stamp = |at: Instant| format!("arrow_cast({}, 'Timestamp(Microsecond, None)')", at.micros());
    let (now, start) = (stamp(t), stamp(since(metric, t)?));
    let hit =
        if sql.contains("hit_after") { format!(", coalesce(hit AND hit_after < {now}, false) AS hit") } else { String::new() };
    let age = if sql.contains("aged_from") { format!(", days_between(aged_from, {now}) AS age_days") } else { String::new() };
    let but = ["seen_after", "seen_until", "window_at"]
        .into_iter()
        .chain(sql.contains("hit_after").then_some("hit_after"))
        .chain(sql.contains("hit_after").then_some("hit"))
        .chain(sql.contains("aged_from").then_some("aged_from"));
    let but: Vec<&str> = but.collect();
    Ok(format!(
        "SELECT * EXCEPT ({}){hit}{age} FROM ({sql}) WHERE seen_after < {now} AND (seen_until IS NULL OR seen_until >= {now}) \
         AND (window_at IS NULL OR (window_at >= {start} AND window_at < {now}))",
        but.join(", ")
    ))
}
