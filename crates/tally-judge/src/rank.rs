//! Whether two samples of durations differ by more than chance, by ranks: durations are skewed, means are not enough.

use std::cmp::Ordering;

use crate::proportion::normal_two_sided;

/// What the Mann-Whitney test found.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct RankTest {
    /// Pairs (one before, one after) in which the later value is greater; a tie counts one half.
    pub u: f64,
    /// Two-sided p.
    pub p: f64,
    /// Which way the later values lie: `Greater` where more than half of the pairs rise.
    pub tendency: Ordering,
}

/// The two-sided Mann-Whitney U test, by the normal approximation with tie and continuity correction.
///
/// H. B. Mann, D. R. Whitney, "On a test of whether one of two random variables is stochastically larger than the
/// other", Annals of Mathematical Statistics 18 (1947) 50-60. With m and n values, N = m + n and t the sizes of the
/// groups of tied values:
///
/// `z = max(0, |U - mn/2| - 1/2) / √(mn/12 (N + 1 - Σ(t³ - t) / (N (N - 1))))`, `p = erfc(z / √2)`
///
/// The same as SciPy's `mannwhitneyu(..., method="asymptotic")`. There is no second, exact method for small samples:
/// one metric must not change its test when its n does; below five values a side nobody should ask (see
/// [`crate::change`]). Where all values are tied, p = 1.
///
/// `None` where a side is empty or holds a value that is not finite. Takes O(N log N).
pub fn mann_whitney(before: &[f64], after: &[f64]) -> Option<RankTest> {
    let finite = |values: &[f64]| !values.is_empty() && values.iter().all(|value| value.is_finite());
    if !finite(before) || !finite(after) {
        return None;
    }
    let earlier = before.iter().map(|value| (*value, false));
    let mut pool: Vec<(f64, bool)> = earlier.chain(after.iter().map(|value| (*value, true))).collect();
    // Sides that are in order already are merged in one pass by a stable sort.
    pool.sort_by(|left, right| left.0.total_cmp(&right.0));
    let [m, n] = [before.len() as u128, after.len() as u128];
    let (twice_u, ties) = count(&pool);
    let [fm, fn_, all] = [m as f64, n as f64, (m + n) as f64];
    let spread = fm * fn_ / 12.0 * (all + 1.0 - ties as f64 / (all * (all - 1.0)));
    // Twice |U - mn/2|, in whole numbers.
    let distance = twice_u.abs_diff(m * n) as f64;
    let p = if spread > 0.0 { normal_two_sided((distance / 2.0 - 0.5).max(0.0) / spread.sqrt()) } else { 1.0 };
    Some(RankTest { u: twice_u as f64 / 2.0, p, tendency: twice_u.cmp(&(m * n)) })
}

/// Twice U of the later values and the tie sum Σ(t³ - t), both exact, from the sorted pool.
fn count(pool: &[(f64, bool)]) -> (u128, u128) {
    let (mut twice_u, mut ties, mut earlier_below) = (0, 0, 0);
    for tied in pool.chunk_by(|left, right| left.0 == right.0) {
        let size = tied.len() as u128;
        let later = tied.iter().filter(|(_, later)| *later).count() as u128;
        let earlier = size - later;
        twice_u += later * (2 * earlier_below + earlier);
        ties += size * size * size - size;
        earlier_below += earlier;
    }
    (twice_u, ties)
}
