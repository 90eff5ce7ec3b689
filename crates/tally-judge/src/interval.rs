//! The interval around a rate. Never the Wald interval: that one is empty at 0 and at 100 percent.

/// The 97.5% point of the standard normal distribution: two-sided 95%.
pub const Z_95: f64 = 1.959_963_984_540_054;

/// The Wilson 95% score interval of `hits` among `n`, in percent, within `[0, 100]`.
///
/// E. B. Wilson, "Probable inference, the law of succession, and statistical inference", JASA 22 (1927) 209-212; the
/// choice over other intervals follows L. D. Brown, T. T. Cai, A. DasGupta, "Interval estimation for a binomial
/// proportion", Statistical Science 16 (2001) 101-133. No continuity correction. With p = hits / n and z = [`Z_95`]:
///
/// `(p + z²/2n ± z √(p(1-p)/n + z²/4n²)) / (1 + z²/n)`
///
/// `None` for an empty population and where `hits > n`.
pub fn wilson(hits: u64, n: u64) -> Option<[f64; 2]> {
    if n == 0 || hits > n {
        return None;
    }
    let size = n as f64;
    let share = hits as f64 / size;
    let z2 = Z_95 * Z_95;
    let middle = share + z2 / (2.0 * size);
    let reach = Z_95 * (share * (1.0 - share) / size + z2 / (4.0 * size * size)).sqrt();
    let scale = 1.0 + z2 / size;
    // At the extremes an end may come out as 5e-15 for 0. It stays: the published conformance values hold it too, and
    // a comparison that is purely relative would tell the two apart.
    let low = (middle - reach) / scale;
    let high = (middle + reach) / scale;
    Some([low, high].map(|end| (end * 100.0).clamp(0.0, 100.0)))
}

/// The 95% interval around the difference of two rates, after minus before, in percentage points within `[-100, 100]`.
///
/// R. G. Newcombe, "Interval estimation for the difference between independent proportions", Statistics in Medicine 17
/// (1998) 873-890, method 10: with the Wilson intervals `[l, u]` of each side and d = p2 - p1,
///
/// `d - √((p2 - l2)² + (u1 - p1)²)` to `d + √((u2 - p2)² + (p1 - l1)²)`
///
/// Each side is `(hits, n)`. `None` where a side is empty or has more hits than members.
pub fn difference(before: (u64, u64), after: (u64, u64)) -> Option<[f64; 2]> {
    let ([low1, high1], [low2, high2]) = (wilson(before.0, before.1)?, wilson(after.0, after.1)?);
    let rate = |(hits, n): (u64, u64)| hits as f64 * 100.0 / n as f64;
    let (p1, p2) = (rate(before), rate(after));
    let down = (p2 - low2).hypot(high1 - p1);
    let up = (high2 - p2).hypot(p1 - low1);
    Some([p2 - p1 - down, p2 - p1 + up].map(|end| end.clamp(-100.0, 100.0)))
}
