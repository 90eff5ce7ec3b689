//! Cutting a population into segments: every row adds to the whole, to the population's own segments, and to its
//! system, which then rolls up into what is known of systems. Knows nothing of queries.

use std::collections::{BTreeMap, HashMap};
use std::hash::{BuildHasherDefault, Hasher};

use datafusion::arrow::array::{Array, StringViewArray};
use tally_catalog::Mode;

use super::batch::Batch;
use super::count::{Has, Sum, older};
use super::dimensions::{Dimensions, NONE, OF_SYSTEM, OwnLabels};
use crate::MeasureError;

/// Sums by segment and value.
pub(crate) type Cuts = BTreeMap<String, BTreeMap<String, Sum>>;

/// The columns that a mode adds up.
pub(crate) fn mode_columns(mode: Mode, has: Has) -> Vec<&'static str> {
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

/// Adds rows up.
pub(crate) struct Cutter<'d> {
    whole: Sum,
    own: Vec<(String, Sums)>,
    systems: Option<Sums>,
    labels: Option<(&'d OwnLabels, &'d Dimensions, Cuts)>,
}

impl<'d> Cutter<'d> {
    /// A cutter for these segments of the population's own, and for systems where rows have one.
    pub(crate) fn new(segments: Vec<String>, by_system: bool) -> Self {
        let own = segments.into_iter().map(|name| (name, Sums::default())).collect();
        Self { whole: Sum::default(), own, systems: by_system.then(Sums::default), labels: None }
    }

    /// Rows carry the id of a record that may have labels of its own; these win over the system's.
    pub(crate) fn with_labels(mut self, own: &'d OwnLabels, dimensions: &'d Dimensions) -> Self {
        if !own.is_empty() {
            self.labels = Some((own, dimensions, Cuts::new()));
        }
        self
    }

    pub(crate) fn add(&mut self, batch: &Batch<'_>, mode: Mode, has: Has) -> Result<(), MeasureError> {
        let rows = row_sums(batch, mode, has)?;
        for (name, sums) in &mut self.own {
            sums.add(&batch.texts(name)?, &rows);
        }
        let systems = if self.systems.is_some() { Some(batch.texts("system")?) } else { None };
        if let (Some(sums), Some(systems)) = (&mut self.systems, &systems) {
            sums.add(systems, &rows);
        }
        if let Some((own, dimensions, cuts)) = &mut self.labels {
            add_labels(&batch.texts("key")?, systems.as_ref(), &rows, own, dimensions, cuts);
        }
        for row in &rows {
            row.add_to(&mut self.whole);
        }
        Ok(())
    }

    /// Systems roll up into what is known of them: tier, team, origin, type, labels.
    pub(crate) fn finish(self, dimensions: &Dimensions) -> (Sum, Cuts) {
        let mut cuts: Cuts = self.own.into_iter().map(|(name, sums)| (name, sums.into_map())).collect();
        let labelled = self.labels.map(|(_, _, cuts)| cuts).unwrap_or_default();
        if let Some(systems) = self.systems.map(Sums::into_map) {
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
            cuts.insert("system".to_owned(), systems);
        }
        cuts.extend(labelled);
        (self.whole, cuts)
    }
}

/// Labels go row by row where the rows' own records have any: what a record says of itself wins over its system.
fn add_labels(
    keys: &StringViewArray,
    systems: Option<&StringViewArray>,
    rows: &[RowSum],
    own: &OwnLabels,
    dimensions: &Dimensions,
    cuts: &mut Cuts,
) {
    let names: Vec<&String> = own.names().chain(dimensions.labels()).collect();
    for (at, row) in rows.iter().enumerate() {
        let key = if keys.is_null(at) { "" } else { keys.value(at) };
        for name in &names {
            let of_system =
                || systems.filter(|systems| !systems.is_null(at)).map(|systems| dimensions.value(systems.value(at), name));
            let value = own.value(key, name).or_else(of_system).unwrap_or(NONE);
            row.add_to(cuts.entry((*name).clone()).or_default().entry(value.to_owned()).or_default());
        }
    }
}

/// Sums by text. Texts come as views of 16 bytes: equal views are equal texts, so most rows need no look at the text.
#[derive(Default)]
struct Sums {
    sums: Vec<Sum>,
    slots: HashMap<String, usize>,
}

impl Sums {
    fn add(&mut self, texts: &StringViewArray, rows: &[RowSum]) {
        let mut seen: HashMap<u128, usize, BuildHasherDefault<Fold>> = HashMap::default();
        let mut last: Option<(u128, usize)> = None;
        for (at, (row, view)) in rows.iter().zip(texts.views()).enumerate() {
            let slot = match last {
                Some((known, slot)) if known == *view && !texts.is_null(at) => slot,
                _ if texts.is_null(at) => self.slot(NONE),
                _ => match seen.get(view) {
                    Some(slot) => *slot,
                    None => {
                        let slot = self.slot(texts.value(at));
                        seen.insert(*view, slot);
                        slot
                    }
                },
            };
            if !texts.is_null(at) {
                last = Some((*view, slot));
            }
            row.add_to(&mut self.sums[slot]);
        }
    }

    fn slot(&mut self, text: &str) -> usize {
        if let Some(slot) = self.slots.get(text) {
            return *slot;
        }
        self.sums.push(Sum::default());
        self.slots.insert(text.to_owned(), self.sums.len() - 1);
        self.sums.len() - 1
    }

    fn into_map(mut self) -> BTreeMap<String, Sum> {
        self.slots.into_iter().map(|(text, slot)| (text, std::mem::take(&mut self.sums[slot]))).collect()
    }
}

/// A quick hash of views: they never come from outside as keys of anything that outlives a batch.
#[derive(Default)]
struct Fold(u64);

impl Hasher for Fold {
    fn finish(&self) -> u64 {
        self.0
    }
    fn write(&mut self, bytes: &[u8]) {
        for chunk in bytes.chunks(8) {
            let mut word = [0; 8];
            word[..chunk.len()].copy_from_slice(chunk);
            self.0 = (self.0.rotate_left(5) ^ u64::from_le_bytes(word)).wrapping_mul(0x517c_c1b7_2722_0a95);
        }
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
