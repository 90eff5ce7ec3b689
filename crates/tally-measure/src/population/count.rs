//! Adding up rows: one sum for each set of rows, turned into a tally by the metric's mode, and moved when rows change.

use tally_catalog::Mode;
use tally_model::{Amount, Tally};

/// What is added up over rows; each mode uses its part.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Sum {
    pub n: u64,
    pub hits: u64,
    pub weight_hits: f64,
    pub weight_all: f64,
    pub numerator: f64,
    pub denominator: f64,
    pub errors: u64,
    /// Durations; for counts with an age: the ages in days.
    pub values: Vec<f64>,
    /// Whether a number was added that is not whole: then sums cannot be taken back without a trace.
    pub uneven: bool,
}

/// Which optional columns a population has.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Has {
    pub weight: bool,
    pub errors: bool,
    pub age: bool,
}

/// The two sides of a quotient that do not come from the rows.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(crate) struct Sides {
    pub numerator: Option<Amount>,
    pub denominator: Option<Amount>,
}

/// How sums become tallies.
#[derive(Clone, Copy, Debug)]
pub(crate) struct How {
    pub mode: Mode,
    pub has: Has,
    /// Which sides of a quotient a metric takes from elsewhere: numerator, denominator. The other is the number of rows.
    pub elsewhere: (bool, bool),
    pub sides: Sides,
}

/// A tally, and what else is needed to move it when rows come and go.
#[derive(Clone, Debug, PartialEq)]
pub struct Held {
    /// What was counted.
    pub tally: Tally,
    rows: u64,
    /// Ages behind the oldest, ascending.
    ages: Vec<f64>,
}

impl std::ops::Deref for Held {
    type Target = Tally;

    fn deref(&self) -> &Tally {
        &self.tally
    }
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
        self.uneven |= other.uneven;
    }

    /// Puts values in order, once all are there.
    pub(crate) fn sort(&mut self) {
        self.values.sort_unstable_by(f64::total_cmp);
    }

    pub(crate) fn held(mut self, how: How) -> Held {
        let rows = self.n;
        let ages = if how.mode == Mode::Count { std::mem::take(&mut self.values) } else { Vec::new() };
        let oldest_days = ages.last().copied().filter(|_| how.has.age);
        let tally = if how.mode == Mode::Count { Tally::Count { n: rows, oldest_days } } else { self.tally(how) };
        Held { tally, rows, ages }
    }

    fn tally(self, how: How) -> Tally {
        match how.mode {
            Mode::Rate => {
                let weighted = how.has.weight.then_some((self.weight_hits, self.weight_all));
                Tally::Rate { hits: self.hits, n: self.n, weighted }
            }
            Mode::Ratio => Tally::Ratio {
                numerator: self.numerator,
                denominator: self.denominator,
                n: self.n,
                errors: how.has.errors.then_some(self.errors),
            },
            Mode::Duration => Tally::Duration { values: self.values, survival: None },
            Mode::Count => Tally::Count { n: self.n, oldest_days: None },
            Mode::Quotient => quotient(self.n, how),
        }
    }
}

#[expect(clippy::cast_precision_loss, reason = "a count of rows is far below 2^53")]
fn quotient(n: u64, how: How) -> Tally {
    let (above, below) = how.elsewhere;
    let numerator = if above { how.sides.numerator } else { Some(Amount::Number(n as f64)) };
    let denominator = if below { how.sides.denominator.map(Amount::to_f64) } else { Some(n as f64) };
    Tally::Quotient { numerator, denominator, n }
}

impl Held {
    /// A tally that no row moves.
    pub(crate) fn of(tally: Tally) -> Self {
        Self { tally, rows: 0, ages: Vec::new() }
    }

    /// Rows counted.
    pub(crate) fn rows(&self) -> u64 {
        self.rows
    }

    /// The same without the rows of `minus` and with those of `plus`; `None` where `minus` was never part of it.
    pub(crate) fn moved(&self, minus: &Sum, plus: &Sum, how: How) -> Option<Self> {
        let count = |held: u64, minus: u64, plus: u64| (held + plus).checked_sub(minus);
        let rows = count(self.rows, minus.n, plus.n)?;
        let mut ages = Vec::new();
        let tally = match &self.tally {
            Tally::Rate { hits, n, weighted } => Tally::Rate {
                hits: count(*hits, minus.hits, plus.hits)?,
                n: count(*n, minus.n, plus.n)?,
                weighted: weighted.map(|(part, whole)| {
                    (part - minus.weight_hits + plus.weight_hits, whole - minus.weight_all + plus.weight_all)
                }),
            },
            Tally::Ratio { numerator, denominator, n, errors } => Tally::Ratio {
                numerator: numerator - minus.numerator + plus.numerator,
                denominator: denominator - minus.denominator + plus.denominator,
                n: count(*n, minus.n, plus.n)?,
                errors: match errors {
                    Some(errors) => Some(count(*errors, minus.errors, plus.errors)?),
                    None => None,
                },
            },
            Tally::Duration { values, survival } => Tally::Duration {
                values: exchanged(values, &minus.values, &plus.values, f64::total_cmp)?,
                survival: survival.clone(),
            },
            Tally::Count { .. } => {
                ages = exchanged(&self.ages, &minus.values, &plus.values, f64::total_cmp)?;
                Tally::Count { n: rows, oldest_days: ages.last().copied().filter(|_| how.has.age) }
            }
            Tally::Quotient { .. } => quotient(rows, how),
        };
        Some(Self { tally, rows, ages })
    }

    /// The same with other sides of the quotient.
    pub(crate) fn beside(&self, how: How) -> Self {
        Self { tally: quotient(self.rows, how), rows: self.rows, ages: Vec::new() }
    }
}

/// An ascending list without some of its values and with others, in one pass; `None` where one to take away is not there.
pub(crate) fn exchanged<T: Clone>(
    values: &[T],
    minus: &[T],
    plus: &[T],
    order: impl Fn(&T, &T) -> std::cmp::Ordering,
) -> Option<Vec<T>> {
    let mut found = Vec::with_capacity((values.len() + plus.len()).saturating_sub(minus.len()));
    let (mut minus, mut plus) = (minus.iter().peekable(), plus.iter().peekable());
    for value in values {
        if minus.next_if(|gone| order(gone, value).is_eq()).is_some() {
            continue;
        }
        while let Some(come) = plus.next_if(|come| order(come, value).is_lt()) {
            found.push(come.clone());
        }
        found.push(value.clone());
    }
    found.extend(plus.cloned());
    minus.next().is_none().then_some(found)
}
