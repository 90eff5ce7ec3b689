//! Running a population: totals at every point in one query, segments at the as-of instant in another.

use std::collections::BTreeMap;
use std::sync::Arc;

use datafusion::arrow::array::{Array, RecordBatch};
use datafusion::arrow::datatypes::DataType;
use datafusion::prelude::SessionContext;
use futures::TryStreamExt;
use tally_catalog::metric::Beside;
use tally_catalog::{Metric, Mode};
use tally_model::instant::Point;
use tally_model::{Amount, Instant, Money, Month, Tally};
use tokio::sync::Semaphore;
use tokio::task::JoinHandle;

use super::batch::Batch;
use super::count::{Elsewhere, Has, Sides, Sum};
use super::cut::{Cuts, Cutter, mode_columns};
use super::dimensions::{Dimensions, OwnLabels};
use super::keep::Question;
use super::since;
use super::span::{Spans, at_instant};
use crate::{Engine, MeasureError, table};

/// Which segments to cut.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Segments {
    /// None: the whole only.
    None,
    /// Every one the population has.
    All,
}

/// What to measure a metric for.
#[derive(Clone, Debug)]
pub struct Wanted {
    /// The instant T.
    pub as_of: Instant,
    /// Monthly points, oldest first.
    pub points: Vec<Point>,
    /// Which segments to cut at T.
    pub segments: Segments,
}

/// What was counted for a metric.
#[derive(Clone, Debug)]
pub struct Measured {
    /// At the as-of instant, all rows.
    pub whole: Tally,
    /// At the as-of instant, by segment and value.
    pub segments: BTreeMap<String, BTreeMap<String, Tally>>,
    /// At each monthly point.
    pub trend: Vec<(Month, Tally)>,
    /// Members left out because nothing says whether they apply.
    pub applicability_unknown: Option<u64>,
    /// Durations with their ends still open, by the segment that the metric names.
    pub survival_by: Option<(String, BTreeMap<String, Tally>)>,
}

impl Engine {
    /// Measures several metrics side by side; one result each, in their order. What was measured before, over tables
    /// that have not changed since, is not measured again.
    pub fn measure(&self, metrics: &[&Metric], wanted: &Wanted) -> Vec<Result<Arc<Measured>, MeasureError>> {
        let cutting = wanted.segments == Segments::All;
        let dimensions = Arc::new(if cutting { Dimensions::of(self.facts()) } else { Dimensions::default() });
        let limit = Arc::new(Semaphore::new(self.threads()));
        let runs: Vec<Run> = metrics.iter().map(|metric| self.begin(metric, wanted, &dimensions, &limit)).collect();
        metrics.iter().zip(runs).map(|(metric, run)| self.end(metric, run)).collect()
    }

    fn begin(&self, metric: &Metric, wanted: &Wanted, dimensions: &Arc<Dimensions>, limit: &Arc<Semaphore>) -> Run {
        let question = Question::of(metric, wanted);
        if let Some(measured) = self.recall(metric, &question) {
            return Run::Known(measured);
        }
        let prepared = self.prepare(metric, wanted, dimensions);
        let limit = Arc::clone(limit);
        let task = self.runtime().spawn(async move {
            let _turn = limit.acquire_owned().await;
            prepared?.run().await
        });
        Run::Begun(question, task)
    }

    fn end(&self, metric: &Metric, run: Run) -> Result<Arc<Measured>, MeasureError> {
        match run {
            Run::Known(measured) => Ok(measured),
            Run::Begun(question, task) => {
                let measured = self.runtime().block_on(task).unwrap_or_else(|error| Err(MeasureError::facts(error)));
                let measured = Arc::new(measured?);
                self.keep(metric, question, &measured);
                Ok(measured)
            }
        }
    }

    fn prepare(&self, metric: &Metric, wanted: &Wanted, dimensions: &Arc<Dimensions>) -> Result<Prepared, MeasureError> {
        let monthly: Vec<Instant> = wanted.points.iter().map(|point| point.at).collect();
        let trend = self.session(1, vec![("points", table::points(metric, &monthly)?)])?;
        let now = self.session(1, vec![("points", table::points(metric, &[wanted.as_of])?)])?;
        let labels = metric.population.of.as_deref().map(|kind| OwnLabels::of(self.facts(), kind)).unwrap_or_default();
        Ok(Prepared {
            metric: metric.clone(),
            trend,
            now,
            dimensions: Arc::clone(dimensions),
            labels,
            months: wanted.points.iter().map(|point| point.month).collect(),
            points: monthly.iter().map(|t| Ok((since(metric, *t)?, *t))).collect::<Result<_, MeasureError>>()?,
            as_of: wanted.as_of,
            segments: wanted.segments,
        })
    }
}

/// A metric on its way.
enum Run {
    /// It was measured before.
    Known(Arc<Measured>),
    /// It is being measured.
    Begun(Question, JoinHandle<Result<Measured, MeasureError>>),
}

/// Everything one run needs; owns it, so that it can move to another thread.
struct Prepared {
    metric: Metric,
    trend: SessionContext,
    now: SessionContext,
    dimensions: Arc<Dimensions>,
    labels: OwnLabels,
    months: Vec<Month>,
    /// Window start and T of each monthly point, ascending.
    points: Vec<(Instant, Instant)>,
    as_of: Instant,
    segments: Segments,
}

/// The columns that a population yields.
struct Shape {
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

impl Prepared {
    async fn run(self) -> Result<Measured, MeasureError> {
        let shape = self.shape().await?;
        let elsewhere = Elsewhere {
            numerator: self.metric.quotient.numerator.is_some(),
            denominator: self.metric.quotient.denominator.is_some(),
        };
        let trend = if shape.spans { self.spanned(&shape, elsewhere).await? } else { self.totals(elsewhere).await? };
        let sides = self.sides(&self.now, 1).await?.pop().unwrap_or_default();
        let (whole, cuts) = self.cut(&shape).await?;
        let mode = self.metric.mode;
        let tally = |sum: Sum| sum.tally(mode, shape.has, elsewhere, sides);
        let segments = cuts
            .into_iter()
            .map(|(name, values)| (name, values.into_iter().map(|(value, sum)| (value, tally(sum))).collect()))
            .collect();
        let mut measured = Measured { whole: tally(whole), segments, trend, applicability_unknown: None, survival_by: None };
        self.extras(&mut measured).await?;
        Ok(measured)
    }

    fn failed(&self, error: impl std::fmt::Display) -> MeasureError {
        MeasureError::Population { metric: self.metric.id.clone(), message: error.to_string() }
    }

    async fn shape(&self) -> Result<Shape, MeasureError> {
        let frame = self.now.sql(&self.metric.population.sql).await.map_err(|error| self.failed(error))?;
        let fields = frame.schema().fields();
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

    async fn query(&self, session: &SessionContext, sql: &str) -> Result<Vec<RecordBatch>, MeasureError> {
        let frame = session.sql(sql).await.map_err(|error| self.failed(error))?;
        frame.collect().await.map_err(|error| self.failed(error))
    }

    /// The whole at each monthly point.
    async fn totals(&self, elsewhere: Elsewhere) -> Result<Vec<(Month, Tally)>, MeasureError> {
        if self.months.is_empty() {
            return Ok(Vec::new());
        }
        let population = &self.metric.population.sql;
        let sql = match self.metric.mode {
            Mode::Rate => {
                format!("SELECT point, count(*) AS n, count(*) FILTER (WHERE hit) AS hits FROM ({population}) GROUP BY point")
            }
            Mode::Ratio => format!(
                "SELECT point, count(*) AS n, sum(numerator) AS numerator, sum(denominator) AS denominator FROM ({population}) GROUP BY point"
            ),
            Mode::Duration => format!("SELECT point, value FROM ({population})"),
            Mode::Count | Mode::Quotient => format!("SELECT point, count(*) AS n FROM ({population}) GROUP BY point"),
        };
        let mut sums = vec![Sum::default(); self.months.len()];
        for batch in self.query(&self.trend, &sql).await? {
            add_totals(&Batch::new(&self.metric.id, &batch), self.metric.mode, &mut sums)?;
        }
        let sides = self.sides(&self.trend, self.months.len()).await?;
        let tallies =
            sums.into_iter().zip(sides).map(|(sum, sides)| sum.tally(self.metric.mode, Has::default(), elsewhere, sides));
        Ok(self.months.iter().copied().zip(tallies).collect())
    }

    /// The whole at each monthly point, for rows that say during which T they are members: one pass, no join.
    async fn spanned(&self, shape: &Shape, elsewhere: Elsewhere) -> Result<Vec<(Month, Tally)>, MeasureError> {
        if self.months.is_empty() {
            return Ok(Vec::new());
        }
        let mode = self.metric.mode;
        let mut columns = vec!["seen_after", "seen_until", "window_at"];
        columns.extend((mode == Mode::Rate).then_some("hit"));
        columns.extend(shape.hit_after.then_some("hit_after"));
        columns.extend((mode == Mode::Duration).then_some("value"));
        let sql = format!("SELECT {} FROM ({})", columns.join(", "), self.metric.population.sql);
        let frame = self.trend.sql(&sql).await.map_err(|error| self.failed(error))?;
        let mut stream = frame.execute_stream().await.map_err(|error| self.failed(error))?;
        let mut spans = Spans::new(&self.points);
        while let Some(batch) = stream.try_next().await.map_err(|error| self.failed(error))? {
            spans.add(&Batch::new(&self.metric.id, &batch), mode, shape.hit_after)?;
        }
        let sides = self.sides(&self.trend, self.months.len()).await?;
        let tallies =
            spans.finish().into_iter().zip(sides).map(|(sum, sides)| sum.tally(mode, Has::default(), elsewhere, sides));
        Ok(self.months.iter().copied().zip(tallies).collect())
    }

    /// The sides of a quotient that come from elsewhere, at each point.
    async fn sides(&self, session: &SessionContext, points: usize) -> Result<Vec<Sides>, MeasureError> {
        let mut sides = vec![Sides::default(); points];
        if let Some(beside) = &self.metric.quotient.numerator {
            for (point, amount) in self.amounts(session, beside).await? {
                if let Some(side) = sides.get_mut(point) {
                    side.numerator = Some(amount);
                }
            }
        }
        if let Some(beside) = &self.metric.quotient.denominator {
            for (point, amount) in self.amounts(session, beside).await? {
                if let Some(side) = sides.get_mut(point) {
                    side.denominator = Some(amount);
                }
            }
        }
        Ok(sides)
    }

    /// One amount a point; money stays exact.
    async fn amounts(&self, session: &SessionContext, beside: &Beside) -> Result<Vec<(usize, Amount)>, MeasureError> {
        let mut amounts = Vec::new();
        for batch in self.query(session, &beside.sql).await? {
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
    async fn cut(&self, shape: &Shape) -> Result<(Sum, Cuts), MeasureError> {
        let cutting = self.segments == Segments::All;
        let mut columns = mode_columns(self.metric.mode, shape.has);
        if cutting {
            columns.extend(shape.segments.iter().map(String::as_str));
            columns.extend(shape.system.then_some("system"));
            columns.extend((!self.labels.is_empty()).then_some("key"));
        }
        if columns.is_empty() {
            columns.push("key");
        }
        let quoted: Vec<String> = columns.iter().map(|column| format!("\"{column}\"")).collect();
        let sql = format!("SELECT {} FROM ({})", quoted.join(", "), at_instant(&self.metric, self.as_of)?);
        let frame = self.now.sql(&sql).await.map_err(|error| self.failed(error))?;
        let mut stream = frame.execute_stream().await.map_err(|error| self.failed(error))?;
        let mut cutter = Cutter::new(if cutting { shape.segments.clone() } else { Vec::new() }, cutting && shape.system);
        if cutting {
            cutter = cutter.with_labels(&self.labels, &self.dimensions);
        }
        while let Some(batch) = stream.try_next().await.map_err(|error| self.failed(error))? {
            cutter.add(&Batch::new(&self.metric.id, &batch), self.metric.mode, shape.has)?;
        }
        Ok(cutter.finish(&self.dimensions))
    }

    async fn extras(&self, measured: &mut Measured) -> Result<(), MeasureError> {
        if let Some(beside) = &self.metric.extras.applicability_unknown {
            let amount = self.amounts(&self.now, beside).await?.first().map_or(0.0, |(_, amount)| amount.to_f64());
            #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a count")]
            let count = amount.max(0.0) as u64;
            measured.applicability_unknown = Some(count);
        }
        let Some(survival) = &self.metric.extras.survival else { return Ok(()) };
        let mut all = Vec::new();
        let mut by: BTreeMap<String, Vec<(f64, bool)>> = BTreeMap::new();
        for batch in self.query(&self.now, &survival.sql).await? {
            let batch = Batch::new(&self.metric.id, &batch);
            let (values, observed, segment) = (batch.numbers("value")?, batch.bools("observed")?, batch.texts(&survival.by)?);
            for row in 0..batch.rows() {
                let ended = (values.value(row), observed.value(row));
                all.push(ended);
                by.entry(segment.value(row).to_owned()).or_default().push(ended);
            }
        }
        if let Tally::Duration { survival, .. } = &mut measured.whole {
            *survival = Some(all);
        }
        let alone = |ends| Tally::Duration { values: Vec::new(), survival: Some(ends) };
        measured.survival_by = Some((survival.by.clone(), by.into_iter().map(|(value, ends)| (value, alone(ends))).collect()));
        Ok(())
    }
}

fn add_totals(batch: &Batch<'_>, mode: Mode, sums: &mut [Sum]) -> Result<(), MeasureError> {
    let points = batch.wholes("point")?;
    let n = if mode == Mode::Duration { None } else { Some(batch.wholes("n")?) };
    let hits = if mode == Mode::Rate { Some(batch.wholes("hits")?) } else { None };
    let ratio = if mode == Mode::Ratio { Some((batch.numbers("numerator")?, batch.numbers("denominator")?)) } else { None };
    let values = if mode == Mode::Duration { Some(batch.numbers("value")?) } else { None };
    let count = |value: i64| u64::try_from(value).unwrap_or(0);
    for row in 0..batch.rows() {
        let Some(sum) = usize::try_from(points.value(row)).ok().and_then(|point| sums.get_mut(point)) else { continue };
        sum.n += n.as_ref().map_or(1, |n| count(n.value(row)));
        sum.hits += hits.as_ref().map_or(0, |hits| count(hits.value(row)));
        if let Some((numerator, denominator)) = &ratio {
            sum.numerator += numerator.value(row);
            sum.denominator += denominator.value(row);
        }
        if let Some(values) = &values
            && !values.is_null(row)
        {
            sum.values.push(values.value(row));
        }
    }
    Ok(())
}
