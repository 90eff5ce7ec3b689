//! Whether two rates differ by more than chance. Never a one-sided test: a metric may move either way.

use statrs::function::erf::erfc;

/// The two-sided p of the z-test for two proportions, the variance pooled; no continuity correction.
///
/// With the pooled share s = (h1 + h2) / (n1 + n2): `z = (h2/n2 - h1/n1) / √(s (1 - s) (1/n1 + 1/n2))`,
/// `p = erfc(|z| / √2)` (K. Pearson's 2 x 2 chi-square of 1900 without correction is z²). Where both shares are 0 or
/// both are 100 percent the variance is 0 and so is the difference: p = 1.
///
/// Each side is `(hits, n)`. `None` where a side is empty or has more hits than members.
pub fn two_proportions(before: (u64, u64), after: (u64, u64)) -> Option<f64> {
    let sound = |(hits, n): (u64, u64)| n > 0 && hits <= n;
    if !sound(before) || !sound(after) {
        return None;
    }
    let [h1, n1, h2, n2] = [before.0, before.1, after.0, after.1].map(|count| count as f64);
    let pooled = (h1 + h2) / (n1 + n2);
    let variance = pooled * (1.0 - pooled) * (1.0 / n1 + 1.0 / n2);
    if variance == 0.0 {
        return Some(1.0);
    }
    Some(normal_two_sided((h2 / n2 - h1 / n1) / variance.sqrt()))
}

/// The probability that a standard normal variable is at least as far from 0 as `z`.
pub(crate) fn normal_two_sided(z: f64) -> f64 {
    erfc(z.abs() / std::f64::consts::SQRT_2).min(1.0)
}
