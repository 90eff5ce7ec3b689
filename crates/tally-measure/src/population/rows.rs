//! The rows behind a number: every member with hit or miss, its segments, and why.

use std::collections::BTreeMap;

use datafusion::arrow::array::Array;
use datafusion::arrow::datatypes::DataType;
use tally_catalog::Metric;
use tally_model::Instant;

use super::batch::Batch;
use super::dimensions::{Dimensions, NONE, OwnLabels};
use super::span::at_instant;
use crate::{Engine, MeasureError, table};

/// One member of a population.
#[derive(Clone, Debug, PartialEq)]
pub struct Row {
    /// Id of the record behind it.
    pub key: String,
    /// What else tells members of the same record apart, such as a technique.
    pub item: Option<String>,
    /// For rates: whether it counts as a hit.
    pub hit: Option<bool>,
    /// For durations: its value; for counts with an age: the age in days.
    pub value: Option<f64>,
    /// For ratios.
    pub numerator: Option<f64>,
    /// For ratios.
    pub denominator: Option<f64>,
    /// Its segments, the system's included.
    pub segments: BTreeMap<String, String>,
    /// Why it counts as it does.
    pub because: Option<String>,
}

/// The members of a population at one instant, ordered by key and item.
#[derive(Clone, Debug, PartialEq)]
pub struct Rows {
    /// The members.
    pub rows: Vec<Row>,
}

impl Engine {
    /// All members of a metric's population at `as_of`: exactly as many as its `n`.
    ///
    /// # Errors
    /// Where the population's query does not run.
    pub fn rows(&self, metric: &Metric, as_of: Instant) -> Result<Rows, MeasureError> {
        let session = self.session(self.threads(), vec![("points", table::points(metric, &[as_of])?)])?;
        let failed =
            |error: &dyn std::fmt::Display| MeasureError::Population { metric: metric.id.clone(), message: error.to_string() };
        let batches = self.runtime().block_on(async {
            let frame = session.sql(&at_instant(metric, as_of)?).await.map_err(|error| failed(&error))?;
            frame.collect().await.map_err(|error| failed(&error))
        })?;
        let dimensions = Dimensions::of(self.facts());
        let own = metric.population.of.as_deref().map(|kind| OwnLabels::of(self.facts(), kind)).unwrap_or_default();
        let mut rows = Vec::new();
        for batch in &batches {
            read_rows(&metric.id, batch, &dimensions, &mut rows)?;
        }
        rows.iter_mut().for_each(|row| label(row, &own));
        rows.sort_by(|one, other| (&one.key, &one.item).cmp(&(&other.key, &other.item)));
        Ok(Rows { rows })
    }
}

/// What a record says of itself wins over its system.
fn label(row: &mut Row, own: &OwnLabels) {
    for name in own.names() {
        if let Some(value) = own.value(&row.key, name) {
            row.segments.insert(name.clone(), value.to_owned());
        } else {
            row.segments.entry(name.clone()).or_insert_with(|| NONE.to_owned());
        }
    }
}

fn read_rows(
    metric: &str,
    batch: &datafusion::arrow::array::RecordBatch,
    dimensions: &Dimensions,
    rows: &mut Vec<Row>,
) -> Result<(), MeasureError> {
    let schema = batch.schema();
    let named = |name: &str| schema.field_with_name(name).is_ok();
    let typed = Batch::new(metric, batch);
    let keys = typed.texts("key")?;
    let texts = |name: &str| named(name).then(|| typed.texts(name)).transpose();
    let numbers = |name: &str| named(name).then(|| typed.numbers(name)).transpose();
    let (items, because, systems) = (texts("item")?, texts("because")?, texts("system")?);
    let hits = named("hit").then(|| typed.bools("hit")).transpose()?;
    let (numerators, denominators) = (numbers("numerator")?, numbers("denominator")?);
    let values = numbers(if named("age_days") { "age_days" } else { "value" })?;
    let is_text = |ty: &DataType| matches!(ty, DataType::Utf8 | DataType::Utf8View | DataType::LargeUtf8);
    let own: Vec<&String> = schema
        .fields()
        .iter()
        .filter(|field| is_text(field.data_type()) && !["key", "item", "because"].contains(&field.name().as_str()))
        .map(|field| field.name())
        .collect();
    let own = own.into_iter().map(|name| Ok((name, typed.texts(name)?))).collect::<Result<Vec<_>, MeasureError>>()?;
    for at in 0..typed.rows() {
        let mut segments = BTreeMap::new();
        if let Some(systems) = systems.as_ref().filter(|systems| !systems.is_null(at)) {
            for name in dimensions.names() {
                segments.insert(name.clone(), dimensions.value(systems.value(at), name).to_owned());
            }
        }
        for (name, texts) in &own {
            let value = if texts.is_null(at) { NONE } else { texts.value(at) };
            segments.insert((*name).clone(), value.to_owned());
        }
        let number = |column: &Option<datafusion::arrow::array::Float64Array>| {
            column.as_ref().filter(|c| !c.is_null(at)).map(|c| c.value(at))
        };
        let text = |column: &Option<datafusion::arrow::array::StringViewArray>| {
            column.as_ref().filter(|c| !c.is_null(at)).map(|c| c.value(at).to_owned())
        };
        rows.push(Row {
            key: keys.value(at).to_owned(),
            item: text(&items),
            hit: hits.as_ref().map(|hits| !hits.is_null(at) && hits.value(at)),
            value: number(&values),
            numerator: number(&numerators),
            denominator: number(&denominators),
            segments,
            because: text(&because),
        });
    }
    Ok(())
}
