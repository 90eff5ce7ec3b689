//! The queries of one metric: totals at every point in one, segments at the as-of instant in another. Runs them over
//! whatever facts it is given and adds up what they yield; knows no results of before.

use std::collections::{BTreeMap, BTreeSet};

use datafusion::arrow::array::Array;
use datafusion::arrow::datatypes::DataType;
use futures::TryStreamExt;
use tally_catalog::metric::Beside as Side;
use tally_catalog::{Metric, Mode};
use tally_model::{Amount, Instant, Money, Month};

use super::batch::Batch;
use super::count::{Has, How, Sides, Sum};
use super::cut::{Cutter, Known, mode_columns};
use super::dimensions::{Dimensions, OF_SYSTEM, OwnLabels};
use super::measured::{Beside, Counts, Ends, by_end};
use super::span::{Spans, at_instant};
use crate::MeasureError;
use crate::plans::Runner;

/// What to ask of a metric.
pub(crate) struct Inquiry {
    pub metric: Metric,
    pub months: Vec<Month>,
    /// Window start and T of each monthly point, ascending.
    pub points: Vec<(Instant, Instant)>,
    pub as_of: Instant,
    /// Whether to cut segments.
    pub cutting: bool,
}

/// Runs queries at the monthly points and at the as-of instant.
pub(crate) struct Runners {
    pub trend: Runner,
    pub now: Runner,
}

/// The columns that a population yields.
pub(crate) struct Shape {
    /// Whether rows say during which T they are members, rather than at which point.
    spans: bool,
    /// Whether a hit counts only for T after an instant.
    hit_after: bool,
    has: Has,
    system: bool,
    segments: Vec<String>,
}

/// Columns of a population that are not segments.
const OWN_COLUMNS: [&str; 10] =
    ["point", "key", "item", "hit", "value", "weight", "numerator", "denominator", "because", "system"];

impl Shape {
    pub(crate) fn how(&self, metric: &Metric) -> How {
        let elsewhere = (metric.quotient.numerator.is_some(), metric.quotient.denominator.is_some());
        How { mode: metric.mode, has: self.has, elsewhere, sides: Sides::default() }
    }

    /// The labels that rows are cut by.
    pub(crate) fn labels(&self, own: &OwnLabels, dimensions: &Dimensions) -> BTreeSet<String> {
        let of_records = own.names().cloned();
        if !own.is_empty() {
            of_records.chain(dimensions.labels().iter().cloned()).collect()
        } else if self.system {
            dimensions.labels().iter().cloned().collect()
        } else {
            BTreeSet::new()
        }
    }

    /// Segments that stand even where no row has a value.
    pub(crate) fn stand(&self, dimensions: &Dimensions) -> BTreeSet<String> {
        let mut stand: BTreeSet<String> = self.segments.iter().cloned().collect();
        if self.system {
            stand.insert("system".to_owned());
            stand.extend(OF_SYSTEM.iter().map(|(name, _)| (*name).to_owned()));
            stand.extend(dimensions.labels().iter().cloned());
        }
        stand
    }
}

impl Inquiry {
    fn failed(&self, error: impl std::fmt::Display) -> MeasureError {
        MeasureError::Population { metric: self.metric.id.clone(), message: error.to_string() }
    }

    pub(crate) async fn shape(&self, runner: &Runner) -> Result<Shape, MeasureError> {
        let schema = runner.schema(&self.metric.population.sql).await.map_err(|error| self.failed(error))?;
        let fields = schema.fields();
        let named = |name: &str| fields.iter().any(|field| field.name() == name);
        let is_text = |ty: &DataType| matches!(ty, DataType::Utf8 | DataType::Utf8View | DataType::LargeUtf8);
        let segments = fields
            .iter()
            .filter(|field| is_text(field.data_type()) && !OWN_COLUMNS.contains(&field.name().as_str()))
            .map(|field| field.name().clone())
            .collect();
        let has = Has { weight: named("weight"), errors: named("errors"), age: named("age_days") || named("aged_from") };
        Ok(Shape { spans: named("seen_after"), hit_after: named("hit_after"), has, system: named("system"), segments })
    }

    /// Adds up all rows.
    pub(crate) async fn count(&self, runners: &Runners, shape: &Shape, known: &Known<'_>) -> Result<Counts, MeasureError> {
        let mut trend = match (self.points.is_empty(), shape.spans) {
            (true, _) => Vec::new(),
            (false, true) => self.spanned(&runners.trend, shape).await?,
            (false, false) => self.totals(&runners.trend).await?,
        };
        trend.iter_mut().for_each(Sum::sort);
        let mut counts = self.cut(&runners.now, shape, known).await?;
        counts.trend = trend;
        if let Some(unknown) = &self.metric.extras.applicability_unknown {
            let amount = self.amounts(&runners.now, unknown).await?.first().map_or(0.0, |(_, amount)| amount.to_f64());
            #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a count")]
            let count = amount.max(0.0) as u64;
            counts.unknown = Some(count);
        }
        counts.ends = self.ends(&runners.now).await?;
        Ok(counts)
    }

    /// The whole at each monthly point.
    async fn totals(&self, runner: &Runner) -> Result<Vec<Sum>, MeasureError> {
        let population = &self.metric.population.sql;
        let sql = match self.metric.mode {
            Mode::Rate => {
                format!("SELECT point, count(*) AS n, count(*) FILTER (WHERE hit) AS hits FROM ({population}) GROUP BY point")
            }
            Mode::Ratio => format!(
                "SELECT point, count(*) AS n, sum(numerator) AS numerator, sum(denominator) AS denominator, \
                 count(*) FILTER (WHERE {} OR {}) AS uneven FROM ({population}) GROUP BY point",
                uneven("numerator"),
                uneven("denominator")
            ),
            Mode::Duration => format!("SELECT point, value FROM ({population})"),
            Mode::Count | Mode::Quotient => format!("SELECT point, count(*) AS n FROM ({population}) GROUP BY point"),
        };
        let mut sums = vec![Sum::default(); self.points.len()];
        for batch in runner.query(&sql).await.map_err(|error| self.failed(error))? {
            add_totals(&Batch::new(&self.metric.id, &batch), self.metric.mode, &mut sums)?;
        }
        Ok(sums)
    }

    /// The whole at each monthly point, for rows that say during which T they are members: one pass, no join.
    async fn spanned(&self, runner: &Runner, shape: &Shape) -> Result<Vec<Sum>, MeasureError> {
        let mode = self.metric.mode;
        let mut columns = vec!["seen_after", "seen_until", "window_at"];
        columns.extend((mode == Mode::Rate).then_some("hit"));
        columns.extend(shape.hit_after.then_some("hit_after"));
        columns.extend((mode == Mode::Duration).then_some("value"));
        let sql = format!("SELECT {} FROM ({})", columns.join(", "), self.metric.population.sql);
        let mut stream = runner.stream(&sql).await.map_err(|error| self.failed(error))?;
        let mut spans = Spans::new(&self.points);
        while let Some(batch) = stream.try_next().await.map_err(|error| self.failed(error))? {
            spans.add(&Batch::new(&self.metric.id, &batch), mode, shape.hit_after)?;
        }
        Ok(spans.finish())
    }

    /// The sides of a quotient that come from elsewhere.
    pub(crate) async fn beside(&self, runners: &Runners) -> Result<Beside, MeasureError> {
        let trend = self.sides(&runners.trend, self.points.len()).await?;
        let now = self.sides(&runners.now, 1).await?.pop().unwrap_or_default();
        Ok(Beside { trend, now })
    }

    async fn sides(&self, runner: &Runner, points: usize) -> Result<Vec<Sides>, MeasureError> {
        let mut sides = vec![Sides::default(); points];
        if points == 0 {
            return Ok(sides);
        }
        if let Some(beside) = &self.metric.quotient.numerator {
            for (point, amount) in self.amounts(runner, beside).await? {
                if let Some(side) = sides.get_mut(point) {
                    side.numerator = Some(amount);
                }
            }
        }
        if let Some(beside) = &self.metric.quotient.denominator {
            for (point, amount) in self.amounts(runner, beside).await? {
                if let Some(side) = sides.get_mut(point) {
                    side.denominator = Some(amount);
                }
            }
        }
        Ok(sides)
    }

    /// One amount a point; money stays exact.
    async fn amounts(&self, runner: &Runner, side: &Side) -> Result<Vec<(usize, Amount)>, MeasureError> {
        let mut amounts = Vec::new();
        for batch in runner.query(&side.sql).await.map_err(|error| self.failed(error))? {
            let batch = Batch::new(&self.metric.id, &batch);
            let points = batch.wholes("point")?;
            let money = batch.money("amount")?;
            let numbers = if money.is_some() { None } else { Some(batch.numbers("amount")?) };
            let decimals = if money.is_some() { Some(batch.wholes("decimals")?) } else { None };
            for row in 0..batch.rows() {
                let amount = match (&money, &numbers) {
                    (Some(money), _) if !money.is_null(row) => {
                        let decimals = decimals.as_ref().map_or(2, |decimals| decimals.value(row));
                        Some(Amount::Money(Money::from_nanos(money.value(row), u8::try_from(decimals).unwrap_or(9))))
                    }
                    (None, Some(numbers)) if !numbers.is_null(row) => Some(Amount::Number(numbers.value(row))),
                    _ => None,
                };
                amounts.extend(amount.map(|amount| (usize::try_from(points.value(row)).unwrap_or(usize::MAX), amount)));
            }
        }
        Ok(amounts)
    }

    /// The whole at the as-of instant, and its segments where they are wanted.
    async fn cut(&self, runner: &Runner, shape: &Shape, known: &Known<'_>) -> Result<Counts, MeasureError> {
        let mut columns = mode_columns(self.metric.mode, shape.has);
        if self.cutting {
            columns.extend(shape.segments.iter().map(String::as_str));
            columns.extend(shape.system.then_some("system"));
            columns.extend(known.by_row.then_some("key"));
        }
        if columns.is_empty() {
            columns.push("key");
        }
        let quoted: Vec<String> = columns.iter().map(|column| format!("\"{column}\"")).collect();
        let sql = format!("SELECT {} FROM ({})", quoted.join(", "), at_instant(&self.metric, self.as_of)?);
        let mut stream = runner.stream(&sql).await.map_err(|error| self.failed(error))?;
        let segments = if self.cutting { shape.segments.clone() } else { Vec::new() };
        let mut cutter = Cutter::new(segments, self.cutting && shape.system, self.cutting.then_some(known));
        while let Some(batch) = stream.try_next().await.map_err(|error| self.failed(error))? {
            cutter.add(&Batch::new(&self.metric.id, &batch), self.metric.mode, shape.has)?;
        }
        let (whole, cuts) = cutter.finish();
        Ok(Counts { whole, cuts, ..Counts::default() })
    }

    async fn ends(&self, runner: &Runner) -> Result<Option<Ends>, MeasureError> {
        let Some(survival) = &self.metric.extras.survival else { return Ok(None) };
        let mut ends = Ends::default();
        let mut by: BTreeMap<String, Vec<(f64, bool)>> = BTreeMap::new();
        for batch in runner.query(&survival.sql).await.map_err(|error| self.failed(error))? {
            let batch = Batch::new(&self.metric.id, &batch);
            let (values, observed, segment) = (batch.numbers("value")?, batch.bools("observed")?, batch.texts(&survival.by)?);
            for row in 0..batch.rows() {
                let ended = (values.value(row), observed.value(row));
                ends.all.push(ended);
                match by.get_mut(segment.value(row)) {
                    Some(known) => known.push(ended),
                    None => drop(by.insert(segment.value(row).to_owned(), vec![ended])),
                }
            }
        }
        ends.by = by;
        ends.all.sort_unstable_by(by_end);
        ends.by.values_mut().for_each(|ends| ends.sort_unstable_by(by_end));
        Ok(Some(ends))
    }
}

/// Whether a column holds a number that is not whole.
fn uneven(column: &str) -> String {
    format!("(CAST({column} AS DOUBLE) IS DISTINCT FROM CAST(TRY_CAST({column} AS BIGINT) AS DOUBLE))")
}

fn add_totals(batch: &Batch<'_>, mode: Mode, sums: &mut [Sum]) -> Result<(), MeasureError> {
    let points = batch.wholes("point")?;
    let n = if mode == Mode::Duration { None } else { Some(batch.wholes("n")?) };
    let hits = if mode == Mode::Rate { Some(batch.wholes("hits")?) } else { None };
    let ratio = if mode == Mode::Ratio {
        Some((batch.numbers("numerator")?, batch.numbers("denominator")?, batch.wholes("uneven")?))
    } else {
        None
    };
    let values = if mode == Mode::Duration { Some(batch.numbers("value")?) } else { None };
    let count = |value: i64| u64::try_from(value).unwrap_or(0);
    for row in 0..batch.rows() {
        let Some(sum) = usize::try_from(points.value(row)).ok().and_then(|point| sums.get_mut(point)) else { continue };
        sum.n += n.as_ref().map_or(1, |n| count(n.value(row)));
        sum.hits += hits.as_ref().map_or(0, |hits| count(hits.value(row)));
        if let Some((numerator, denominator, uneven)) = &ratio {
            sum.numerator += numerator.value(row);
            sum.denominator += denominator.value(row);
            sum.uneven |= uneven.value(row) > 0;
        }
        if let Some(values) = &values
            && !values.is_null(row)
        {
            sum.values.push(values.value(row));
        }
    }
    Ok(())
}
