//! A tally becomes a reading. Absence stays absence here: nothing is ever read as 0 or 100 for want of data.

use tally_model::reading::{Amount, Reading, Tally};

use crate::{interval, order, survival};

/// Reads one tally: value, n and what belongs to them (METRICS.md, "Ideas that hold for all").
///
/// | tally | value | beside it |
/// | --- | --- | --- |
/// | rate | hits / n x 100 | numerator, denominator, Wilson 95% interval, weighted rate |
/// | ratio | numerator / denominator x 100 | numerator, denominator, errors |
/// | duration | mean, in the metric's unit | median, p90, Kaplan-Meier median |
/// | count | n, also when 0 | age of the oldest |
/// | quotient | numerator / denominator | both |
///
/// There is no value where there is no data: an empty population of a rate or of durations, a denominator of 0, a side
/// of a quotient that was not recorded. Nor is there one where the tally contradicts itself (more hits than members)
/// or holds a number that is not finite: no number is better than a wrong one, and `n` still says that rows exist.
pub fn read(tally: &Tally) -> Reading {
    match tally {
        Tally::Rate { hits, n, weighted } => read_rate(*hits, *n, *weighted),
        Tally::Ratio { numerator, denominator, n, errors } => Reading {
            value: percent(*numerator, *denominator),
            n: *n,
            numerator: Some(Amount::Number(*numerator)),
            denominator: Some(*denominator),
            errors: *errors,
            ..Reading::default()
        },
        Tally::Duration { values, survival } => read_duration(values, survival.as_deref()),
        Tally::Count { n, oldest_days } => {
            Reading { value: Some(*n as f64), n: *n, oldest_days: *oldest_days, ..Reading::default() }
        }
        Tally::Quotient { numerator, denominator, n } => Reading {
            value: quotient(*numerator, *denominator),
            n: *n,
            numerator: *numerator,
            denominator: *denominator,
            ..Reading::default()
        },
    }
}

/// The value alone, without the order statistics that only a shown reading needs.
pub(crate) fn value(tally: &Tally) -> Option<f64> {
    match tally {
        Tally::Rate { hits, n, .. } if hits > n => None,
        Tally::Rate { hits, n, .. } => percent(*hits as f64, *n as f64),
        Tally::Ratio { numerator, denominator, .. } => percent(*numerator, *denominator),
        Tally::Duration { values, .. } => order::mean(values),
        Tally::Count { n, .. } => Some(*n as f64),
        Tally::Quotient { numerator, denominator, .. } => quotient(*numerator, *denominator),
    }
}

/// A share in percent; none where the whole is 0 or the share is not a finite number.
pub(crate) fn percent(part: f64, whole: f64) -> Option<f64> {
    divide(part, whole).map(|share| share * 100.0)
}

fn read_rate(hits: u64, n: u64, weighted: Option<(f64, f64)>) -> Reading {
    let sound = hits <= n;
    Reading {
        value: if sound { percent(hits as f64, n as f64) } else { None },
        n,
        numerator: Some(Amount::Number(hits as f64)),
        denominator: Some(n as f64),
        interval: interval::wilson(hits, n),
        weighted: weighted.filter(|_| sound).and_then(|(part, whole)| percent(part, whole)),
        ..Reading::default()
    }
}

fn read_duration(values: &[f64], survival: Option<&[(f64, bool)]>) -> Reading {
    let mut rest = values.to_vec();
    Reading {
        value: order::mean(values),
        n: values.len() as u64,
        median: order::quantile(&mut rest, 0.5),
        p90: order::quantile(&mut rest, 0.9),
        km_median: survival.map(survival::median),
        ..Reading::default()
    }
}

fn quotient(numerator: Option<Amount>, denominator: Option<f64>) -> Option<f64> {
    divide(numerator?.to_f64(), denominator?)
}

fn divide(part: f64, whole: f64) -> Option<f64> {
    if whole == 0.0 {
        return None;
    }
    Some(part / whole).filter(|share| share.is_finite())
}
