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
