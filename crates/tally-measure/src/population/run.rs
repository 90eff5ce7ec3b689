//! Running a population: totals at every point in one query, segments at the as-of instant in another.

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

use datafusion::arrow::array::{Array, RecordBatch};
use datafusion::arrow::datatypes::DataType;
use datafusion::prelude::SessionContext;
use futures::StreamExt;
use futures::stream::{FuturesOrdered, TryStreamExt};
use tally_catalog::metric::Beside;
use tally_catalog::{Metric, Mode};
use tally_model::instant::Point;
use tally_model::{Amount, Instant, Money, Month, Tally};

use super::batch::Batch;
use super::count::{Elsewhere, Has, Sides, Sum, older};
use super::dimensions::{Dimensions, NONE, OF_SYSTEM};
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
    /// Measures several metrics side by side; one result each, in their order.
    pub fn measure(&self, metrics: &[&Metric], wanted: &Wanted) -> Vec<Result<Measured, MeasureError>> {
        self.runtime().block_on(async {
            let limit = Arc::new(tokio::sync::Semaphore::new(self.threads()));
            let runs: FuturesOrdered<_> = metrics
                .iter()
                .map(|metric| {
                    let limit = Arc::clone(&limit);
                    let prepared = self.prepare(metric, wanted);
                    tokio::spawn(async move {
                        let _turn = limit.acquire_owned().await;
                        prepared?.run().await
                    })
                })
                .collect();
            runs.map(|joined| joined.unwrap_or_else(|error| Err(MeasureError::facts(error)))).collect().await
        })
    }

    fn prepare(&self, metric: &Metric, wanted: &Wanted) -> Result<Prepared, MeasureError> {
        let monthly: Vec<Instant> = wanted.points.iter().map(|point| point.at).collect();
        let trend = self.session(1, vec![("points", table::points(metric, &monthly)?)])?;
        let now = self.session(1, vec![("points", table::points(metric, &[wanted.as_of])?)])?;
        let dimensions = Dimensions::of(self.facts(), &[]);
        Ok(Prepared {
            metric: metric.clone(),
            trend,
            now,
            dimensions,
            months: wanted.points.iter().map(|point| point.month).collect(),
            segments: wanted.segments,
        })
    }
}

/// Everything one run needs; owns it, so that it can move to another thread.
struct Prepared {
    metric: Metric,
    trend: SessionContext,
    now: SessionContext,
    dimensions: Dimensions,
    months: Vec<Month>,
    segments: Segments,
}

/// The columns that a population yields.
struct Shape {
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
        let trend = self.totals(elsewhere).await?;
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
        let has = Has { weight: named("weight"), errors: named("errors"), age: named("age_days") };
        Ok(Shape { has, system: named("system"), segments })
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
        }
        if columns.is_empty() {
            columns.push("point");
        }
        let quoted: Vec<String> = columns.iter().map(|column| format!("\"{column}\"")).collect();
        let sql = format!("SELECT {} FROM ({})", quoted.join(", "), self.metric.population.sql);
        let frame = self.now.sql(&sql).await.map_err(|error| self.failed(error))?;
        let mut stream = frame.execute_stream().await.map_err(|error| self.failed(error))?;
        let mut cutter = Cutter::new(if cutting { shape.segments.clone() } else { Vec::new() }, cutting && shape.system);
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

fn mode_columns(mode: Mode, has: Has) -> Vec<&'static str> {
    let mut columns = match mode {
        Mode::Rate => vec!["hit"],
        Mode::Ratio => vec!["numerator", "denominator"],
        Mode::Duration => vec!["value"],
        Mode::Count | Mode::Quotient => vec![],
    };
    columns.extend(has.weight.then_some("weight"));
    columns.extend(has.errors.then_some("errors"));
    columns.extend(has.age.then_some("age_days"));
    columns
}

type Cuts = BTreeMap<String, BTreeMap<String, Sum>>;

/// Adds rows to the whole, to each segment of the population's own, and to their system.
struct Cutter {
    whole: Sum,
    own: Vec<(String, HashMap<String, Sum>)>,
    systems: Option<HashMap<String, Sum>>,
}

impl Cutter {
    fn new(segments: Vec<String>, by_system: bool) -> Self {
        let own = segments.into_iter().map(|name| (name, HashMap::new())).collect();
        Self { whole: Sum::default(), own, systems: by_system.then(HashMap::new) }
    }

    fn add(&mut self, batch: &Batch<'_>, mode: Mode, has: Has) -> Result<(), MeasureError> {
        let rows = row_sums(batch, mode, has)?;
        for (name, sums) in &mut self.own {
            add_by(&batch.texts(name)?, &rows, sums);
        }
        if let Some(sums) = &mut self.systems {
            add_by(&batch.texts("system")?, &rows, sums);
        }
        for row in &rows {
            row.add_to(&mut self.whole);
        }
        Ok(())
    }

    /// Systems roll up into what is known of them: tier, team, origin, type, labels.
    fn finish(self, dimensions: &Dimensions) -> (Sum, Cuts) {
        let mut cuts: Cuts = self.own.into_iter().map(|(name, sums)| (name, sums.into_iter().collect())).collect();
        if let Some(systems) = self.systems {
            for name in dimensions.names() {
                let of_system = OF_SYSTEM.iter().any(|(known, _)| known == name);
                if cuts.contains_key(name) && of_system {
                    continue;
                }
                let mut values: BTreeMap<String, Sum> = BTreeMap::new();
                for (system, sum) in &systems {
                    values.entry(dimensions.value(system, name).to_owned()).or_default().add(sum);
                }
                cuts.insert(name.clone(), values);
            }
            cuts.insert("system".to_owned(), systems.into_iter().collect());
        }
        (self.whole, cuts)
    }
}

/// What one row adds.
#[derive(Clone, Copy, Default)]
struct RowSum {
    hit: bool,
    weight: f64,
    numerator: f64,
    denominator: f64,
    errors: u64,
    value: Option<f64>,
    age: Option<f64>,
}

impl RowSum {
    fn add_to(&self, sum: &mut Sum) {
        sum.n += 1;
        sum.hits += u64::from(self.hit);
        sum.weight_all += self.weight;
        sum.weight_hits += if self.hit { self.weight } else { 0.0 };
        sum.numerator += self.numerator;
        sum.denominator += self.denominator;
        sum.errors += self.errors;
        sum.values.extend(self.value);
        sum.oldest = older(sum.oldest, self.age);
    }
}

fn row_sums(batch: &Batch<'_>, mode: Mode, has: Has) -> Result<Vec<RowSum>, MeasureError> {
    let mut rows = vec![RowSum::default(); batch.rows()];
    match mode {
        Mode::Rate => {
            let hits = batch.bools("hit")?;
            rows.iter_mut().zip(hits.iter()).for_each(|(row, hit)| row.hit = hit == Some(true));
        }
        Mode::Ratio => {
            let (numerators, denominators) = (batch.numbers("numerator")?, batch.numbers("denominator")?);
            rows.iter_mut().zip(numerators.iter()).for_each(|(row, value)| row.numerator = value.unwrap_or(0.0));
            rows.iter_mut().zip(denominators.iter()).for_each(|(row, value)| row.denominator = value.unwrap_or(0.0));
        }
        Mode::Duration => {
            let values = batch.numbers("value")?;
            rows.iter_mut().zip(values.iter()).for_each(|(row, value)| row.value = value);
        }
        Mode::Count | Mode::Quotient => {}
    }
    if has.weight {
        let weights = batch.numbers("weight")?;
        rows.iter_mut().zip(weights.iter()).for_each(|(row, weight)| row.weight = weight.unwrap_or(0.0));
    }
    if has.errors {
        let errors = batch.wholes("errors")?;
        rows.iter_mut().zip(errors.iter()).for_each(|(row, count)| row.errors = u64::try_from(count.unwrap_or(0)).unwrap_or(0));
    }
    if has.age {
        let ages = batch.numbers("age_days")?;
        rows.iter_mut().zip(ages.iter()).for_each(|(row, age)| row.age = age);
    }
    Ok(rows)
}

fn add_by(texts: &datafusion::arrow::array::StringViewArray, rows: &[RowSum], sums: &mut HashMap<String, Sum>) {
    for (at, row) in rows.iter().enumerate() {
        let value = if texts.is_null(at) { NONE } else { texts.value(at) };
        // Looking up before inserting spares a copy of the text for every row but the first.
        match sums.get_mut(value) {
            Some(sum) => row.add_to(sum),
            None => row.add_to(sums.entry(value.to_owned()).or_default()),
        }
    }
}
