//! Adding up rows: one sum for each set of rows, turned into a tally by the metric's mode.

use tally_catalog::Mode;
use tally_model::{Amount, Tally};

/// What is added up over rows; each mode uses its part.
#[derive(Clone, Debug, Default)]
pub(crate) struct Sum {
    pub n: u64,
    pub hits: u64,
    pub weight_hits: f64,
    pub weight_all: f64,
    pub numerator: f64,
    pub denominator: f64,
    pub errors: u64,
    pub values: Vec<f64>,
    pub oldest: Option<f64>,
}

/// Which optional columns a population has.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Has {
    pub weight: bool,
    pub errors: bool,
    pub age: bool,
}

/// The two sides of a quotient that do not come from the rows.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Sides {
    pub numerator: Option<Amount>,
    pub denominator: Option<Amount>,
}

/// Which sides of a quotient a metric takes from elsewhere; the other one is the number of rows.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Elsewhere {
    pub numerator: bool,
    pub denominator: bool,
}

impl Sum {
    pub(crate) fn add(&mut self, other: &Self) {
        self.n += other.n;
        self.hits += other.hits;
        self.weight_hits += other.weight_hits;
        self.weight_all += other.weight_all;
        self.numerator += other.numerator;
        self.denominator += other.denominator;
        self.errors += other.errors;
        self.values.extend_from_slice(&other.values);
        self.oldest = older(self.oldest, other.oldest);
    }

    pub(crate) fn tally(self, mode: Mode, has: Has, elsewhere: Elsewhere, sides: Sides) -> Tally {
        match mode {
            Mode::Rate => {
                let weighted = has.weight.then_some((self.weight_hits, self.weight_all));
                Tally::Rate { hits: self.hits, n: self.n, weighted }
            }
            Mode::Ratio => Tally::Ratio {
                numerator: self.numerator,
                denominator: self.denominator,
                n: self.n,
                errors: has.errors.then_some(self.errors),
            },
            Mode::Duration => Tally::Duration { values: self.values, survival: None },
            Mode::Count => Tally::Count { n: self.n, oldest_days: self.oldest.filter(|_| has.age) },
            Mode::Quotient => self.quotient(elsewhere, sides),
        }
    }

    #[expect(clippy::cast_precision_loss, reason = "a count of rows is far below 2^53")]
    fn quotient(self, elsewhere: Elsewhere, sides: Sides) -> Tally {
        let rows = self.n as f64;
        let numerator = if elsewhere.numerator { sides.numerator } else { Some(Amount::Number(rows)) };
        let denominator = if elsewhere.denominator { sides.denominator.map(Amount::to_f64) } else { Some(rows) };
        Tally::Quotient { numerator, denominator, n: self.n }
    }
}

pub(crate) fn older(one: Option<f64>, other: Option<f64>) -> Option<f64> {
    match (one, other) {
        (Some(one), Some(other)) => Some(one.max(other)),
        (one, other) => one.or(other),
    }
}
