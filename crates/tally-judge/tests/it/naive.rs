//! The same statistics a second time, from other formulas and without any care for speed: the judge of the judge.

/// Wilson's interval as it is defined: the shares p with |hits/n - p| = z √(p (1 - p) / n), by bisection; in percent.
pub fn wilson(hits: u64, n: u64) -> [f64; 2] {
    let share = hits as f64 / n as f64;
    let z = 1.959_963_984_540_054;
    let outside = |p: f64| (share - p).abs() > z * (p * (1.0 - p) / n as f64).sqrt();
    // From the share (inside) to the end of the scale (outside, or the bound itself).
    let search = |end: f64| {
        let (mut inside, mut far) = (share, end);
        for _ in 0..200 {
            let middle = f64::midpoint(inside, far);
            if outside(middle) { far = middle } else { inside = middle }
        }
        inside * 100.0
    };
    [search(0.0), search(1.0)]
}

/// Quantile of a full sort.
pub fn quantile(values: &[f64], q: f64) -> f64 {
    let mut sorted = values.to_vec();
    sorted.sort_by(f64::total_cmp);
    let rank = (sorted.len() - 1) as f64 * q;
    let low = sorted[rank.floor() as usize];
    let high = sorted[rank.ceil() as usize];
    low * (1.0 - rank.fract()) + high * rank.fract()
}

/// Kaplan-Meier median with whole fractions, one full scan a time; for small samples.
pub fn km_median(members: &[(f64, bool)]) -> Option<f64> {
    let mut times: Vec<f64> = members.iter().map(|member| member.0).collect();
    times.sort_by(f64::total_cmp);
    times.dedup();
    let (mut top, mut bottom) = (1_u128, 1_u128);
    for time in times {
        let at_risk = members.iter().filter(|member| member.0 >= time).count() as u128;
        let ends = members.iter().filter(|member| member.0 == time && member.1).count() as u128;
        top *= at_risk - ends;
        bottom *= at_risk;
        let shared = gcd(top, bottom);
        (top, bottom) = (top / shared, bottom / shared);
        if ends > 0 && 2 * top <= bottom {
            return Some(time);
        }
    }
    None
}

fn gcd(left: u128, right: u128) -> u128 {
    if right == 0 { left } else { gcd(right, left % right) }
}

/// Two-sided p of the z-test as the chi-square of the 2 x 2 table.
pub fn two_proportions(before: (u64, u64), after: (u64, u64)) -> f64 {
    let [a, b] = [before.0 as f64, (before.1 - before.0) as f64];
    let [c, d] = [after.0 as f64, (after.1 - after.0) as f64];
    let margins = (a + b) * (c + d) * (a + c) * (b + d);
    if margins == 0.0 {
        return 1.0;
    }
    normal_two_sided(((a + b + c + d) * (a * d - b * c).powi(2) / margins).sqrt())
}

/// Two-sided p of the U test: pairs one by one, the spread from the sample variance of the midranks.
pub fn mann_whitney(before: &[f64], after: &[f64]) -> f64 {
    let (m, n) = (before.len() as f64, after.len() as f64);
    let pair = |x: f64, y: f64| {
        if y > x {
            1.0
        } else if y == x {
            0.5
        } else {
            0.0
        }
    };
    let u: f64 = before.iter().flat_map(|x| after.iter().map(move |y| pair(*x, *y))).sum();
    let all: Vec<f64> = before.iter().chain(after).copied().collect();
    let middle = (m + n + 1.0) / 2.0;
    let midrank = |x: f64| 0.5 + all.iter().map(|y| pair(*y, x)).sum::<f64>();
    let spread: f64 = all.iter().map(|x| (midrank(*x) - middle).powi(2)).sum();
    let variance = m * n * spread / ((m + n) * (m + n - 1.0));
    if variance == 0.0 {
        return 1.0;
    }
    normal_two_sided(((u - m * n / 2.0).abs() - 0.5).max(0.0) / variance.sqrt())
}

/// The two tails of the normal density by Simpson's rule.
fn normal_two_sided(z: f64) -> f64 {
    let steps = 20_000;
    let width = 12.0 / f64::from(steps);
    let density = |x: f64| (-x * x / 2.0).exp() / std::f64::consts::TAU.sqrt();
    let weigh = |i: i32| match i {
        i if i == 0 || i == steps => 1.0,
        i if i % 2 == 1 => 4.0,
        _ => 2.0,
    };
    let area: f64 = (0..=steps).map(|i| weigh(i) * density(z + f64::from(i) * width)).sum();
    2.0 * area * width / 3.0
}

/// Clopper-Pearson by bisection on the binomial distribution, whose terms are built up from none.
pub fn upper_bound(hits: u64, trials: u64) -> f64 {
    let (mut low, mut high) = (0.0, 1.0);
    for _ in 0..200 {
        let middle = f64::midpoint(low, high);
        if binomial(hits, trials, middle) > 0.05 { low = middle } else { high = middle }
    }
    high
}

/// P(X <= hits): each term from the one before, from the end where the first term is not too small for a double.
pub fn binomial(hits: u64, trials: u64, chance: f64) -> f64 {
    if chance > 0.5 {
        return 1.0 - binomial(trials - hits - 1, trials, 1.0 - chance);
    }
    let mut term = (1.0 - chance).powf(trials as f64);
    let mut sum = term;
    for k in 0..hits {
        term *= (trials - k) as f64 / (k + 1) as f64 * chance / (1.0 - chance);
        sum += term;
    }
    sum
}
