//! Tallies to readings: every mode, its empty population, and what contradicts itself.

use proptest::prelude::*;
use tally_judge::interval::{difference, wilson};
use tally_judge::order::{mean, quantile};
use tally_judge::read;
use tally_model::Money;
use tally_model::reading::{Amount, Reading, Tally};

use crate::{naive, near, within};

fn rate(hits: u64, n: u64) -> Reading {
    read(&Tally::Rate { hits, n, weighted: None })
}

fn durations(values: &[f64]) -> Reading {
    read(&Tally::Duration { values: values.to_vec(), survival: None })
}

#[test]
fn rate_by_hand() {
    let found = read(&Tally::Rate { hits: 12, n: 19, weighted: Some((24.0, 37.0)) });
    near(found.value.unwrap(), 63.157_894_736_842_1);
    near(found.weighted.unwrap(), 64.864_864_864_864_87);
    let [low, high] = found.interval.unwrap();
    near(low, 41.039_533_164_803_07);
    near(high, 80.850_487_254_864_92);
    assert_eq!((found.n, found.numerator, found.denominator), (19, Some(Amount::Number(12.0)), Some(19.0)));
}

#[test]
fn rate_at_the_ends() {
    assert!(rate(0, 10).interval.unwrap()[0] < 1e-12);
    near(rate(0, 10).interval.unwrap()[1], 27.753_279_986_288_927);
    near(rate(10, 10).interval.unwrap()[1], 100.0);
    near(rate(10, 10).interval.unwrap()[0], 72.246_720_013_711_08);
    assert_eq!((rate(10, 10).value, rate(0, 10).value), (Some(100.0), Some(0.0)));
}

#[test]
fn rate_of_nobody_has_no_value() {
    let found = read(&Tally::Rate { hits: 0, n: 0, weighted: Some((0.0, 0.0)) });
    let expected = Reading { numerator: Some(Amount::Number(0.0)), denominator: Some(0.0), ..Reading::default() };
    assert_eq!(found, expected);
}

#[test]
fn more_hits_than_members_have_no_value() {
    let found = read(&Tally::Rate { hits: 3, n: 2, weighted: Some((3.0, 2.0)) });
    assert_eq!((found.value, found.interval, found.weighted, found.n), (None, None, None, 2));
}

#[test]
fn ratio_with_and_without_a_denominator() {
    let read = |numerator, denominator, n| read(&Tally::Ratio { numerator, denominator, n, errors: Some(36) });
    near(read(8144.0, 9057.0, 42).value.unwrap(), 89.919_399_359_611_35);
    assert_eq!(read(8144.0, 9057.0, 42).errors, Some(36));
    assert_eq!(read(8144.0, 9057.0, 42).interval, None);
    let hollow = read(0.0, 0.0, 2);
    assert_eq!((hollow.value, hollow.n, hollow.denominator), (None, 2, Some(0.0)));
    assert_eq!(read(0.0, 5.0, 2).value, Some(0.0));
    assert_eq!(read(f64::NAN, 5.0, 2).value, None);
}

#[test]
fn durations_by_hand() {
    let found = durations(&[3.5, 1.25, 9.0, 4.0, 7.75, 2.0, 11.0, 6.0]);
    near(found.value.unwrap(), 5.5625);
    near(found.median.unwrap(), 5.0);
    near(found.p90.unwrap(), 9.6);
    assert_eq!((found.n, found.numerator, found.km_median), (8, None, None));
    near(durations(&[1.0, 2.0]).p90.unwrap(), 1.9);
    let single = durations(&[7.0]);
    assert_eq!((single.value, single.median, single.p90), (Some(7.0), Some(7.0), Some(7.0)));
}

#[test]
fn no_durations_have_no_value() {
    assert_eq!(durations(&[]), Reading::default());
    let censored = read(&Tally::Duration { values: vec![], survival: Some(vec![(4.0, false)]) });
    assert_eq!((censored.value, censored.km_median), (None, Some(None)));
}

#[test]
fn a_duration_that_is_no_number_spoils_the_value_and_not_the_count() {
    let found = durations(&[1.0, f64::NAN, 3.0]);
    assert_eq!((found.n, found.value, found.median, found.p90), (3, None, None, None));
    assert_eq!(durations(&[f64::MAX, f64::MAX]).value, None);
}

#[test]
fn count_of_nothing_is_zero() {
    let found = read(&Tally::Count { n: 0, oldest_days: None });
    assert_eq!((found.value, found.n, found.oldest_days), (Some(0.0), 0, None));
    let found = read(&Tally::Count { n: 21, oldest_days: Some(706.5) });
    assert_eq!((found.value, found.oldest_days), (Some(21.0), Some(706.5)));
}

#[test]
fn quotient_needs_both_sides() {
    let read = |numerator, denominator| read(&Tally::Quotient { numerator, denominator, n: 58 });
    let cost = Money::parse("592715.83").map(Amount::Money);
    let found = read(cost, Some(58.0));
    near(found.value.unwrap(), 10_219.238_448_275_86);
    assert_eq!((found.numerator, found.denominator, found.n), (cost, Some(58.0), 58));
    assert_eq!(read(None, Some(58.0)).value, None);
    assert_eq!(read(cost, None).value, None);
    assert_eq!(read(cost, Some(0.0)).value, None);
    assert_eq!(read(Some(Amount::Number(0.0)), Some(2.5)).value, Some(0.0));
}

#[test]
fn the_mean_keeps_small_values_beside_large_ones() {
    assert_eq!(mean(&[1e100, 1.0, -1e100, 1.0]), Some(0.5));
    assert_eq!(mean(&[0.1; 10]), Some(0.1));
    assert_eq!(mean(&[5e-324, 5e-324]), Some(5e-324));
    assert_eq!(mean(&[0.0, -0.0]), Some(0.0));
    assert_eq!(mean(&[-3.0, 1.0]), Some(-1.0));
    assert_eq!(mean(&[f64::MAX / 2.0, f64::MAX / 4.0]), Some(f64::MAX / 8.0 * 3.0));
}

#[test]
fn quantile_refuses_what_is_no_share() {
    assert_eq!(quantile(&mut [1.0], 1.5), None);
    assert_eq!(quantile(&mut [1.0], f64::NAN), None);
    assert_eq!(quantile(&mut [], 0.5), None);
    assert_eq!(quantile(&mut [f64::MAX, f64::MIN], 0.0), Some(f64::MIN));
    assert_eq!(quantile(&mut [f64::MAX, f64::MIN], 0.5), None);
    assert_eq!(quantile(&mut [2.0, 1.0], 0.0), Some(1.0));
    assert_eq!(quantile(&mut [2.0, 1.0], 1.0), Some(2.0));
}

#[test]
fn a_million_durations_read_at_once() {
    let values: Vec<f64> = (0..1_000_000_u64).map(|i| (i * 7919 % 1_000_003) as f64 / 86.4).collect();
    let found = durations(&values);
    near(found.median.unwrap(), naive::quantile(&values, 0.5));
    near(found.p90.unwrap(), naive::quantile(&values, 0.9));
    near(found.value.unwrap(), values.iter().sum::<f64>() / 1e6);
}

/// Newcombe 1998, table II, method 10: 56/70 against 48/80, 9/10 against 3/10, 10/10 against 0/20.
#[test]
fn a_difference_has_the_interval_of_the_paper() {
    let within = |before, after, low: f64, high: f64| {
        let [found_low, found_high] = difference(before, after).unwrap();
        assert!((found_low - low).abs() < 0.006 && (found_high - high).abs() < 0.006, "{found_low} {found_high}");
    };
    within((48, 80), (56, 70), 5.24, 33.39);
    within((3, 10), (9, 10), 17.05, 80.90);
    within((0, 20), (10, 10), 67.91, 100.0);
    assert_eq!(difference((0, 0), (1, 2)), None);
    assert_eq!(difference((3, 2), (1, 2)), None);
}

proptest! {
    #[test]
    fn a_difference_contains_what_was_seen_and_turns_round(n in 1_u64..500, m in 1_u64..500, a in 0.0..=1.0_f64, b in 0.0..=1.0_f64) {
        let (before, after) = (((a * n as f64) as u64, n), ((b * m as f64) as u64, m));
        let [low, high] = difference(before, after).unwrap();
        let seen = (after.0 as f64 / m as f64 - before.0 as f64 / n as f64) * 100.0;
        prop_assert!(low <= seen + 1e-9 && seen <= high + 1e-9);
        let [back_low, back_high] = difference(after, before).unwrap();
        prop_assert!((low + back_high).abs() < 1e-9 && (high + back_low).abs() < 1e-9);
    }

    #[test]
    fn wilson_agrees_and_contains(n in 1_u64..5_000, part in 0.0..=1.0_f64) {
        let hits = (part * n as f64).round() as u64;
        let [low, high] = wilson(hits, n).unwrap();
        let share = hits as f64 / n as f64 * 100.0;
        // At the extremes an end is off by a rounding: see `interval`.
        prop_assert!(0.0 <= low && low <= share + 1e-9 && share <= high + 1e-9 && high <= 100.0);
        let [naive_low, naive_high] = naive::wilson(hits, n);
        prop_assert!((low - naive_low).abs() < 1e-9 && (high - naive_high).abs() < 1e-9);
    }

    #[test]
    fn wilson_narrows_with_n(n in 1_u64..5_000, part in 0.0..=1.0_f64, times in 2_u64..20) {
        let hits = (part * n as f64).round() as u64;
        let width = |[low, high]: [f64; 2]| high - low;
        prop_assert!(width(wilson(hits * times, n * times).unwrap()) < width(wilson(hits, n).unwrap()));
    }

    #[test]
    fn wilson_is_symmetric(n in 1_u64..5_000, part in 0.0..=1.0_f64) {
        let hits = (part * n as f64).round() as u64;
        let [low, high] = wilson(hits, n).unwrap();
        let [mirror_low, mirror_high] = wilson(n - hits, n).unwrap();
        prop_assert!((low + mirror_high - 100.0).abs() < 1e-9 && (high + mirror_low - 100.0).abs() < 1e-9);
    }

    #[test]
    fn quantiles_agree_with_a_full_sort(values in prop::collection::vec(0.0..1e4_f64, 1..200), q in 0.0..=1.0_f64) {
        let found = durations(&values);
        within(found.median.unwrap(), naive::quantile(&values, 0.5), 1e-12);
        within(found.p90.unwrap(), naive::quantile(&values, 0.9), 1e-12);
        within(quantile(&mut values.clone(), q).unwrap(), naive::quantile(&values, q), 1e-12);
        within(found.value.unwrap(), values.iter().sum::<f64>() / values.len() as f64, 1e-12);
    }

    #[test]
    fn order_never_shows(
        values in prop::collection::vec(any::<f64>().prop_filter("finite", |value| value.is_finite()), 1..60),
        turn in 0_usize..60,
    ) {
        let mut turned = values.clone();
        turned.reverse();
        turned.rotate_left(turn % values.len());
        prop_assert_eq!(durations(&values), durations(&turned));
    }
}
