//! The members behind a number, held as columns: a page of a million is a slice of an order that was worked out once.
//!
//! Counts nothing that a metric counts; it shows the very rows of the population's query. Never decides what is good.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::{Arc, Mutex, PoisonError};

use datafusion::arrow::array::{Array, BooleanArray, Float64Array, RecordBatch, StringViewArray};
use datafusion::arrow::compute::{SortColumn, concat_batches, lexsort_to_indices, take_record_batch};
use datafusion::arrow::datatypes::DataType;
use tally_catalog::Metric;
use tally_model::Instant;

use super::batch::Batch;
use super::dimensions::{Dimensions, NONE, OwnLabels};
use super::rows::Row;
use super::span::at_instant;
use crate::list::{Horizon, Key, Made};
use crate::{Engine, MeasureError, table};

/// Choices of members that are kept beside them.
const CHOICES_MAX: usize = 64;
/// How often all choices together may name each member; the oldest go.
const NAMED_MAX: usize = 4;

/// Which members.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct MemberFilter {
    /// Hits or misses alone. Where the population knows neither, all count as hits.
    pub hit: Option<bool>,
    /// Segment values that all must hold, by the segment's name.
    pub segments: Vec<(String, String)>,
}

impl MemberFilter {
    fn is_all(&self) -> bool {
        self.hit.is_none() && self.segments.is_empty()
    }
}

/// The members of a population at one instant, in the order of key and item.
pub struct Members {
    keys: StringViewArray,
    items: Option<StringViewArray>,
    hits: Option<BooleanArray>,
    values: Option<Float64Array>,
    numerators: Option<Float64Array>,
    denominators: Option<Float64Array>,
    because: Option<StringViewArray>,
    systems: Option<StringViewArray>,
    /// The population's own segments, the system among them.
    own: Vec<(String, StringViewArray)>,
    dimensions: Arc<Dimensions>,
    labels: Arc<OwnLabels>,
    /// Names of all segments, in order.
    names: Vec<String>,
    choices: Mutex<Vec<(MemberFilter, Arc<Vec<u32>>)>>,
}

impl Engine {
    /// The members of a metric's population at `as_of`: exactly as many as its `n`. Kept, within a bound of bytes, until
    /// one of the tables they are made of changes.
    ///
    /// # Errors
    /// Where the population's query does not run.
    pub fn members(&self, metric: &Metric, as_of: Instant) -> Result<Arc<Members>, MeasureError> {
        let definition = metric.hash();
        let versions = self.member_versions(metric, &definition);
        let mut key = Key::new("members").text(&definition).number(self.scope());
        for version in versions {
            key = key.number(version);
        }
        for file in self.attempts() {
            key = key.text(&file.to_string_lossy());
        }
        let at = as_of.micros();
        let make = || {
            let members = Members::of(self, metric, as_of)?;
            // Of another instant it says nothing.
            let mut horizon = Horizon::new(at);
            horizon.passed(at.saturating_sub(1));
            horizon.passed(at);
            Ok(Made { bytes: members.bytes(), value: members, horizon })
        };
        Ok(self.kept_members().keep(key.value(), at, Vec::new, make)?.0)
    }
}

impl Members {
    fn of(engine: &Engine, metric: &Metric, as_of: Instant) -> Result<Self, MeasureError> {
        let batch = sorted(metric, queried(engine, metric, as_of)?)?;
        let schema = batch.schema();
        let named = |name: &str| schema.field_with_name(name).is_ok();
        let typed = Batch::new(&metric.id, &batch);
        let texts = |name: &str| named(name).then(|| typed.texts(name)).transpose();
        let numbers = |name: &str| named(name).then(|| typed.numbers(name)).transpose();
        let is_text = |ty: &DataType| matches!(ty, DataType::Utf8 | DataType::Utf8View | DataType::LargeUtf8);
        let segments = schema.fields().iter().filter(|field| is_text(field.data_type())).map(|field| field.name());
        let segments = segments.filter(|name| !["key", "item", "because"].contains(&name.as_str()));
        let members = Self {
            keys: typed.texts("key")?,
            items: texts("item")?,
            hits: named("hit").then(|| typed.bools("hit")).transpose()?,
            values: numbers(if named("age_days") { "age_days" } else { "value" })?,
            numerators: numbers("numerator")?,
            denominators: numbers("denominator")?,
            because: texts("because")?,
            systems: texts("system")?,
            own: segments.map(|name| Ok((name.clone(), typed.texts(name)?))).collect::<Result<_, MeasureError>>()?,
            dimensions: engine.dimensions(true),
            labels: engine.own_labels(metric, true),
            names: Vec::new(),
            choices: Mutex::default(),
        };
        Ok(Self { names: members.named(), ..members })
    }

    /// How many there are that a filter lets through.
    pub fn count(&self, filter: &MemberFilter) -> usize {
        if filter.is_all() { self.keys.len() } else { self.chosen(filter).len() }
    }

    /// Some of them, from `offset` on.
    pub fn page(&self, filter: &MemberFilter, offset: usize, limit: usize) -> Vec<Row> {
        if filter.is_all() {
            let end = offset.saturating_add(limit).min(self.keys.len());
            return (offset.min(end)..end).map(|row| self.row(row)).collect();
        }
        let chosen = self.chosen(filter);
        chosen.iter().skip(offset).take(limit).map(|row| self.row(*row as usize)).collect()
    }

    /// Names of the segments that members have, in order.
    pub fn segments(&self) -> &[String] {
        &self.names
    }

    /// The segments that are counted: the population's own, those of systems where rows have one, and labels, of
    /// systems too where any record has one.
    fn named(&self) -> Vec<String> {
        let of_systems = match &self.systems {
            Some(_) => self.dimensions.names(),
            None if self.labels.is_empty() => &[],
            None => self.dimensions.labels(),
        };
        let own = self.own.iter().map(|(name, _)| name);
        let names: BTreeSet<&String> = own.chain(of_systems).chain(self.labels.names()).collect();
        names.into_iter().cloned().collect()
    }

    /// The value of a segment of a member; `None` where its population has no such segment. What a record says of
    /// itself wins over what its population says, and that over its system: as segments are counted.
    fn segment(&self, row: usize, name: &str) -> Option<&str> {
        if self.labels.has(name)
            && let Some(value) = self.labels.value(self.keys.value(row), name)
        {
            return Some(value);
        }
        if let Some((_, column)) = self.own.iter().find(|(known, _)| known == name) {
            return Some(if column.is_null(row) { NONE } else { column.value(row) });
        }
        if !self.names.iter().any(|known| known == name) {
            return None;
        }
        let system = self.systems.as_ref().filter(|systems| !systems.is_null(row)).map(|systems| systems.value(row));
        Some(system.map_or(NONE, |system| self.dimensions.value(system, name)))
    }

    /// Whether a member's segment has a value.
    fn test<'s>(&'s self, name: &'s str, value: &'s str) -> Box<dyn FnMut(usize) -> bool + 's> {
        let by_row = self.labels.has(name) || self.own.iter().any(|(known, _)| known == name);
        let Some(systems) = self.systems.as_ref().filter(|_| !by_row) else {
            return Box::new(move |row| self.segment(row, name) == Some(value));
        };
        // Few systems have many members: each system is looked up once. Equal views are equal texts.
        let mut known: HashMap<u128, bool> = HashMap::new();
        Box::new(move |row| {
            if systems.is_null(row) {
                return self.segment(row, name) == Some(value);
            }
            let view = systems.views()[row];
            *known.entry(view).or_insert_with(|| self.segment(row, name) == Some(value))
        })
    }

    /// Places of the members that a filter lets through.
    fn chosen(&self, filter: &MemberFilter) -> Arc<Vec<u32>> {
        let mut choices = self.choices.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some((_, known)) = choices.iter().find(|(known, _)| known == filter) {
            return Arc::clone(known);
        }
        let count = u32::try_from(self.keys.len()).unwrap_or(u32::MAX);
        let mut rows: Vec<u32> =
            (0..count).filter(|row| filter.hit.is_none_or(|hit| self.is_hit(*row as usize) == hit)).collect();
        for (name, value) in &filter.segments {
            let mut test = self.test(name, value);
            rows.retain(|row| test(*row as usize));
        }
        let rows = Arc::new(rows);
        choices.push((filter.clone(), Arc::clone(&rows)));
        let named = |choices: &[(MemberFilter, Arc<Vec<u32>>)]| choices.iter().map(|(_, rows)| rows.len()).sum::<usize>();
        while choices.len() > CHOICES_MAX || (choices.len() > 1 && named(&choices) > NAMED_MAX * self.keys.len()) {
            choices.remove(0);
        }
        rows
    }

    fn is_hit(&self, row: usize) -> bool {
        self.hits.as_ref().is_none_or(|hits| !hits.is_null(row) && hits.value(row))
    }

    fn row(&self, row: usize) -> Row {
        let text = |column: &Option<StringViewArray>| {
            column.as_ref().filter(|column| !column.is_null(row)).map(|column| column.value(row).to_owned())
        };
        let number = |column: &Option<Float64Array>| {
            column.as_ref().filter(|column| !column.is_null(row)).map(|column| column.value(row))
        };
        let segment = |name: &String| Some((name.clone(), self.segment(row, name)?.to_owned()));
        let segments: BTreeMap<String, String> = self.names.iter().filter_map(segment).collect();
        Row {
            key: self.keys.value(row).to_owned(),
            item: text(&self.items),
            hit: self.hits.as_ref().map(|_| self.is_hit(row)),
            value: number(&self.values),
            numerator: number(&self.numerators),
            denominator: number(&self.denominators),
            segments,
            because: text(&self.because),
        }
    }

    /// About how many bytes it holds, choices included; texts of the fact tables are not counted twice.
    fn bytes(&self) -> usize {
        let texts = 1 + self.own.len() + [&self.items, &self.because].iter().filter(|column| column.is_some()).count();
        let numbers = [&self.values, &self.numerators, &self.denominators].iter().filter(|column| column.is_some()).count();
        let made: usize = self.because.iter().flat_map(|column| column.data_buffers()).map(|buffer| buffer.len()).sum();
        self.keys.len() * (texts * 16 + numbers * 8 + 4 * NAMED_MAX + 1) + made
    }
}

/// All rows of a population's query at an instant.
fn queried(engine: &Engine, metric: &Metric, as_of: Instant) -> Result<RecordBatch, MeasureError> {
    let reads = engine.reads(engine.facts(), Some(table::points(metric, &[as_of])?));
    let session = engine.session(engine.threads(), reads)?;
    let failed =
        |error: &dyn std::fmt::Display| MeasureError::Population { metric: metric.id.clone(), message: error.to_string() };
    let sql = at_instant(metric, as_of)?;
    let (schema, batches) = engine.runtime().block_on(async {
        let frame = session.sql(&sql).await.map_err(|error| failed(&error))?;
        let schema = Arc::new(frame.schema().as_arrow().clone());
        Ok::<_, MeasureError>((schema, frame.collect().await.map_err(|error| failed(&error))?))
    })?;
    let schema = batches.first().map_or(schema, RecordBatch::schema);
    concat_batches(&schema, &batches).map_err(|error| failed(&error))
}

/// The rows by key, then by item.
fn sorted(metric: &Metric, batch: RecordBatch) -> Result<RecordBatch, MeasureError> {
    let failed =
        |error: &dyn std::fmt::Display| MeasureError::Population { metric: metric.id.clone(), message: error.to_string() };
    let by = ["key", "item"].into_iter().filter_map(|name| batch.column_by_name(name));
    let by: Vec<SortColumn> = by.map(|column| SortColumn { values: Arc::clone(column), options: None }).collect();
    if by.is_empty() || batch.num_rows() < 2 {
        return Ok(batch);
    }
    let order = lexsort_to_indices(&by, None).map_err(|error| failed(&error))?;
    if order.values().windows(2).all(|two| two[0] < two[1]) {
        return Ok(batch);
    }
    take_record_batch(&batch, &order).map_err(|error| failed(&error))
}
