//! The lower tail of the binomial distribution, accurate for any number of trials. Nothing else of that distribution.

use std::f64::consts::TAU;

use statrs::function::erf::erfc;

/// Past this standard deviation the sum of the tail is long and the Edgeworth expansion exact to 1e-8.
const WIDE: f64 = 10_000.0;

/// `P(X <= hits)` and `P(X = hits)` for `trials` draws, each a hit with probability `chance`.
///
/// Needs `hits < trials` and `0 < chance < 1`; a caller holds to that. The terms are summed downwards from `hits` until
/// they no longer count: at most a few standard deviations of them, and no more than `hits`.
pub(crate) fn lower_tail(hits: u64, trials: u64, chance: f64) -> (f64, f64) {
    let n = trials as f64;
    let odds = (1.0 - chance) / chance;
    let at = point(hits, trials, chance);
    let deviation = (n * chance * (1.0 - chance)).sqrt();
    if deviation > WIDE && hits as f64 > WIDE {
        return (edgeworth(hits as f64, n, chance, deviation), at);
    }
    let mut term = 1.0;
    let mut sum = 1.0;
    let mut k = hits as f64;
    // Counted in whole numbers: past 2^53 a difference of doubles would lose the last trials.
    let mut rest = (trials - hits) as f64;
    while k > 0.0 {
        let ratio = k / (rest + 1.0) * odds;
        term *= ratio;
        sum += term;
        // Ratios shrink with k, so what is left is below a geometric series.
        if ratio < 1.0 && term < sum * f64::EPSILON * (1.0 - ratio) / 4.0 {
            break;
        }
        k -= 1.0;
        rest += 1.0;
    }
    ((at * sum).min(1.0), at)
}

/// `P(X = hits)` by C. Loader's saddle-point form ("Fast and accurate computation of binomial probabilities", 2000),
/// which subtracts no large numbers from each other, as the logarithms of factorials would.
fn point(hits: u64, trials: u64, chance: f64) -> f64 {
    let [k, n] = [hits as f64, trials as f64];
    if hits == 0 {
        return (n * (-chance).ln_1p()).exp();
    }
    let rest = (trials - hits) as f64;
    let log = stirling_error(n)
        - stirling_error(k)
        - stirling_error(rest)
        - deviance(k, n * chance)
        - deviance(rest, n * (1.0 - chance));
    log.exp() * (n / (TAU * k * rest)).sqrt()
}

/// `x ln(x / mean) + mean - x`, by a series where the two are close and the terms would cancel.
fn deviance(x: f64, mean: f64) -> f64 {
    let gap = x - mean;
    if gap.abs() >= 0.1 * (x + mean) {
        return x * (x / mean).ln() + mean - x;
    }
    let v = gap / (x + mean);
    let mut sum = gap * v;
    let mut power = 2.0 * x * v;
    let mut odd = 3.0;
    loop {
        power *= v * v;
        let next = sum + power / odd;
        if next == sum {
            return next;
        }
        sum = next;
        odd += 2.0;
    }
}

/// `ln n! - ln(√(2πn) (n/e)^n)` for whole n >= 1: a table to 15, Stirling's series beyond.
fn stirling_error(n: f64) -> f64 {
    const TABLE: [f64; 16] = [
        0.0,
        0.08106146679532726,
        0.0413406959554093,
        0.02767792568499834,
        0.020790672103765093,
        0.016644691189821193,
        0.013876128823070748,
        0.01189670994589177,
        0.010411265261972096,
        0.009255462182712733,
        0.00833056343336287,
        0.007573675487951841,
        0.00694284010720953,
        0.006408994188004207,
        0.0059513701127588475,
        0.005554733551962801,
    ];
    if n <= 15.0 {
        return TABLE[n as usize];
    }
    let n2 = n * n;
    (1.0 / 12.0 - (1.0 / 360.0 - (1.0 / 1260.0 - (1.0 / 1680.0 - 1.0 / (1188.0 * n2)) / n2) / n2) / n2) / n
}

/// The normal tail with the first correction for skewness and with continuity correction.
fn edgeworth(k: f64, n: f64, chance: f64, deviation: f64) -> f64 {
    let x = (k + 0.5 - n * chance) / deviation;
    let skewness = (1.0 - 2.0 * chance) / deviation;
    let density = (-x * x / 2.0).exp() / TAU.sqrt();
    let tail = erfc(-x / std::f64::consts::SQRT_2) / 2.0;
    (tail - skewness / 6.0 * (x * x - 1.0) * density).clamp(0.0, 1.0)
}
