//! How sure a retest makes us that a fix holds, where answers are drawn by chance. Numbers in, a bound out: callable a
//! million times from a query, and never a claim that a fix is perfect.

use crate::binomial::lower_tail;

/// A fix is assured where the attack succeeds in at most this share of all tries, ...
pub const CHANCE_MAX: f64 = 0.05;
/// ... with no more than this risk of being wrong about it.
pub const RISK: f64 = 0.05;
/// Trials without a hit that assure a fix: the least n with 0.95^n <= 0.05.
pub const CLEAN_TRIALS: u64 = 59;

/// The one-sided 95% Clopper-Pearson upper bound of the chance behind `hits` among `trials`, as a share in `[0, 1]`.
///
/// C. J. Clopper, E. S. Pearson, "The use of confidence or fiducial limits illustrated in the case of the binomial",
/// Biometrika 26 (1934) 404-413: the chance p at which `P(X <= hits | trials, p)` = 0.05, that is the 95% quantile of
/// Beta(hits + 1, trials - hits). Without a hit it is `1 - 0.05^(1/trials)`; where every trial is a hit it is 1.
///
/// `None` without trials and for more hits than trials. To compare the bound with 0.05 use [`fix_assured`], which does
/// not need to find it.
pub fn upper_bound(hits: u64, trials: u64) -> Option<f64> {
    if trials == 0 || hits > trials {
        return None;
    }
    if hits == trials {
        return Some(1.0);
    }
    if hits == 0 {
        return Some(-(RISK.ln() / trials as f64).exp_m1());
    }
    Some(solve(hits, trials))
}

/// Whether a retest proves a fix: the bound of [`upper_bound`] is at most 0.05.
///
/// The tail falls as the chance rises, so the bound is at most 0.05 exactly where `P(X <= hits | trials, 0.05)` is; one
/// sum instead of a search. The two are never equal (times 20^trials, one side is a multiple of 19 and the other is
/// not), so rounding decides nothing. Trials needed: 59 without a hit, 93 with one, 124 with two, 153 with three.
///
/// `false` without trials and for more hits than trials: what proves nothing proves no fix.
pub fn fix_assured(hits: u64, trials: u64) -> bool {
    if hits == 0 {
        return trials >= CLEAN_TRIALS;
    }
    // From the mean upwards the tail holds about half of all cases or more. This also sends away all nonsense.
    if u128::from(hits) * 20 >= u128::from(trials) {
        return false;
    }
    lower_tail(hits, trials, CHANCE_MAX).0 <= RISK
}

/// Newton's method on the logarithm of the tail, kept inside a bracket that halves where a step would leave it.
fn solve(hits: u64, trials: u64) -> f64 {
    let [k, rest, n] = [hits, trials - hits, trials].map(|count| count as f64);
    let (mut low, mut high) = (k / n, 1.0);
    // One-sided Wilson bound: close enough to need few steps.
    let z = 1.645;
    let mut chance = (k + z * z / 2.0 + z * (k * rest / n + z * z / 4.0).sqrt()) / (n + z * z);
    for _ in 0..200 {
        if !(low < chance && chance < high) {
            chance = low + (high - low) / 2.0;
        }
        // Past 2^53 trials with next to no miss, the bound is 1 to the last bit.
        if chance >= 1.0 {
            return 1.0;
        }
        let (tail, at) = lower_tail(hits, trials, chance);
        if tail > RISK {
            low = chance;
        } else {
            high = chance;
        }
        // d/dp P(X <= k) = -(trials - k) P(X = k) / (1 - p)
        let slope = rest * at / (1.0 - chance);
        let next = chance + (tail / RISK).ln() * tail / slope;
        if (next - chance).abs() <= chance * 4.0 * f64::EPSILON || high - low <= low * f64::EPSILON {
            return next.clamp(low, high);
        }
        chance = next;
    }
    chance.clamp(low, high)
}
