//! Mean and quantiles of values in any order. The order of the rows never shows in the result, not even in its last bit.

/// The arithmetic mean; `None` for no values and where a value (or the mean) is not finite.
///
/// The sum is exact within each power of two and rounded once for each, so that it is the same for every order of the
/// rows and off by a few units in the last place at most while the values share a sign, as durations do.
pub fn mean(values: &[f64]) -> Option<f64> {
    if values.is_empty() || !values.iter().all(|value| value.is_finite()) {
        return None;
    }
    Some(sum(values) / values.len() as f64).filter(|mean| mean.is_finite())
}

/// The `q` quantile (`0 <= q <= 1`) by linear interpolation between closest ranks; reorders `values`.
///
/// NumPy's default and type 7 of R. J. Hyndman, Y. Fan, "Sample quantiles in statistical packages", The American
/// Statistician 50 (1996) 361-365: the value at rank `(n - 1) q`, counted from 0. Found by selection, in linear time.
/// `None` for no values, for a value (or a result) that is not finite, and for a `q` outside its range.
pub fn quantile(values: &mut [f64], q: f64) -> Option<f64> {
    if values.is_empty() || !(0.0..=1.0).contains(&q) || !values.iter().all(|value| value.is_finite()) {
        return None;
    }
    let rank = (values.len() - 1) as f64 * q;
    let below = rank.floor();
    let share = rank - below;
    let (_, at, after) = values.select_nth_unstable_by(below as usize, f64::total_cmp);
    let low = *at;
    if share == 0.0 {
        return Some(low);
    }
    // Everything after the selected place is no smaller, so the next rank is the least of it.
    let high = after.iter().copied().min_by(f64::total_cmp).unwrap_or(low);
    Some(low + (high - low) * share).filter(|value| value.is_finite())
}

const FRACTION_BITS: u32 = 52;
const FRACTION: u64 = (1 << FRACTION_BITS) - 1;
const EXPONENT: u64 = 0x7ff;
/// Weight of a mantissa's last bit at exponent 0 of the IEEE 754 format: 2^-1075, subnormals count as exponent 1.
const BIAS: i32 = 1075;

/// Sums finite values through one exact integer for each exponent; integers do not mind the order.
fn sum(values: &[f64]) -> f64 {
    let parts = || values.iter().filter(|value| **value != 0.0).map(|value| split(*value));
    let exponents = || parts().map(|(exponent, _)| exponent);
    let (Some(least), Some(most)) = (exponents().min(), exponents().max()) else {
        return 0.0;
    };
    // 53 bits a mantissa leave 74 bits of room: more values than any memory holds.
    let mut sums = vec![0_i128; most - least + 1];
    for (exponent, mantissa) in parts() {
        sums[exponent - least] += mantissa;
    }
    let shift = least as i32 - BIAS;
    // Smallest first, in a fixed order. The power is applied in two halves: 2^-1074 alone would lose its precision.
    let weighed = sums.iter().zip(shift..).map(|(sum, power)| {
        let half = power / 2;
        *sum as f64 * 2.0_f64.powi(half) * 2.0_f64.powi(power - half)
    });
    weighed.sum()
}

/// Exponent (at least 1) and signed mantissa of a finite number: `mantissa * 2^(exponent - BIAS)`.
fn split(value: f64) -> (usize, i128) {
    let bits = value.to_bits();
    let exponent = (bits >> FRACTION_BITS) & EXPONENT;
    let lead = if exponent == 0 { 0 } else { 1 << FRACTION_BITS };
    let mantissa = i128::from(bits & FRACTION | lead);
    let signed = if value.is_sign_negative() { -mantissa } else { mantissa };
    (exponent.max(1) as usize, signed)
}
