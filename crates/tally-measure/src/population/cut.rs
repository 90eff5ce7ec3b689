//! Cutting a population into segments: every row adds to the whole, to the population's own segments, and to its
//! system, which then rolls up into what is known of systems. Knows nothing of queries.

use std::collections::{BTreeMap, HashMap};
use std::hash::{BuildHasherDefault, Hasher};

use datafusion::arrow::array::{Array, StringViewArray};
use tally_catalog::Mode;

use super::batch::Batch;
use super::count::{Has, Sum};
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

/// What is known of the systems and records behind rows, and which labels to cut by.
pub(crate) struct Known<'d> {
    pub(crate) own: &'d OwnLabels,
    pub(crate) dimensions: &'d Dimensions,
    /// Labels to cut by.
    pub(crate) labels: &'d [String],
    /// Whether to look at the labels of each row's own record: these win over the system's.
    pub(crate) by_row: bool,
}

/// Adds rows up.
pub(crate) struct Cutter<'d> {
    whole: Sum,
    own: Vec<(String, Sums)>,
    systems: Option<Sums>,
    known: Option<&'d Known<'d>>,
    labelled: Cuts,
}

impl<'d> Cutter<'d> {
    /// A cutter for these segments of the population's own, and for systems where rows have one.
    pub(crate) fn new(segments: Vec<String>, by_system: bool, known: Option<&'d Known<'d>>) -> Self {
        let own = segments.into_iter().map(|name| (name, Sums::default())).collect();
        Self { whole: Sum::default(), own, systems: by_system.then(Sums::default), known, labelled: Cuts::new() }
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
        if let Some(known) = self.known.filter(|known| known.by_row) {
            add_labels(&batch.texts("key")?, systems.as_ref(), &rows, known, &mut self.labelled);
        }
        for row in &rows {
            row.add_to(&mut self.whole);
        }
        Ok(())
    }

    /// Systems roll up into what is known of them: tier, team, origin, type, labels.
    pub(crate) fn finish(self) -> (Sum, Cuts) {
        let mut cuts: Cuts = self.own.into_iter().map(|(name, sums)| (name, sums.into_map())).collect();
        if let (Some(systems), Some(known)) = (self.systems.map(Sums::into_map), self.known) {
            let own = |name: &&str| !cuts.contains_key(*name);
            let of_system: Vec<&str> = OF_SYSTEM.iter().map(|(name, _)| *name).filter(own).collect();
            for name in of_system.into_iter().chain(known.labels.iter().map(String::as_str)) {
                let mut values: BTreeMap<String, Sum> = BTreeMap::new();
                for (system, sum) in &systems {
                    let value = known.dimensions.value(system, name);
                    match values.get_mut(value) {
                        Some(known) => known.add(sum),
                        None => drop(values.insert(value.to_owned(), sum.clone())),
                    }
                }
                cuts.insert(name.to_owned(), values);
            }
            cuts.insert("system".to_owned(), systems);
        }
        cuts.extend(self.labelled);
        cuts.values_mut().flat_map(BTreeMap::values_mut).for_each(Sum::sort);
        let mut whole = self.whole;
        whole.sort();
        (whole, cuts)
    }
}

/// Labels go row by row where the rows' own records have any: what a record says of itself wins over its system.
fn add_labels(keys: &StringViewArray, systems: Option<&StringViewArray>, rows: &[RowSum], known: &Known<'_>, cuts: &mut Cuts) {
    for name in known.labels {
        let values = cuts.entry(name.clone()).or_default();
        for (at, row) in rows.iter().enumerate() {
            let key = if keys.is_null(at) { "" } else { keys.value(at) };
            let of_system = || {
                systems.filter(|systems| !systems.is_null(at)).map(|systems| known.dimensions.value(systems.value(at), name))
            };
            let value = known.own.value(key, name).or_else(of_system).unwrap_or(NONE);
            match values.get_mut(value) {
                Some(sum) => row.add_to(sum),
                None => row.add_to(values.entry(value.to_owned()).or_default()),
            }
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
        let whole = |number: f64| number.fract() == 0.0 && number.abs() < 9e15;
        sum.uneven |= !(whole(self.numerator) && whole(self.denominator) && whole(self.weight));
        sum.values.extend(self.value);
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
        rows.iter_mut().zip(ages.iter()).for_each(|(row, age)| row.value = age);
    }
    Ok(rows)
}
