//! The Kaplan-Meier median: censoring, ties, and one half exactly.

use proptest::prelude::*;
use tally_judge::survival::median;

use crate::naive;

#[test]
fn by_hand() {
    // S: 4/5 at 1, then one censored; 4/5 * 2/3 = 8/15 at 3; half of that at 4.
    let members = [(1.0, true), (2.0, false), (3.0, true), (4.0, true), (5.0, true)];
    assert_eq!(median(&members), Some(4.0));
}

#[test]
fn one_half_counts_as_reached() {
    assert_eq!(median(&[(1.0, true), (2.0, true)]), Some(1.0));
    assert_eq!(median(&[(1.0, true), (2.0, false)]), Some(1.0));
    // 23/24 * 22/23 * ... * 12/13, which a product of doubles makes 0.5000000000000001.
    let product: f64 = (13..=24).rev().map(|at_risk| f64::from(at_risk - 1) / f64::from(at_risk)).product();
    assert!(product > 0.5, "the trap is not one: {product}");
    let members: Vec<_> = (1..=24).map(|time| (f64::from(time), time <= 12)).collect();
    assert_eq!(median(&members), Some(12.0));
}

#[test]
fn one_half_is_found_at_every_size() {
    for half in 1..=2_000_u32 {
        let members: Vec<_> = (1..=2 * half).map(|time| (f64::from(time), time <= half)).collect();
        assert_eq!(median(&members), Some(f64::from(half)), "of {}", 2 * half);
        // One less than half never reaches it.
        let members: Vec<_> = (1..=2 * half).map(|time| (f64::from(time), time < half)).collect();
        assert_eq!(median(&members), None, "of {}", 2 * half);
    }
}

#[test]
fn not_reached() {
    assert_eq!(median(&[]), None);
    assert_eq!(median(&[(1.0, false), (2.0, false)]), None);
    assert_eq!(median(&[(1.0, true), (2.0, false), (3.0, false)]), None);
    assert_eq!(median(&[(f64::NAN, true)]), None);
}

#[test]
fn at_equal_times_the_ends_come_before_the_censorings() {
    // Four at risk at 2, two of them end: 1/2. Were the censored gone before, it would be 0/2; were they to end, 0/4.
    let members = [(2.0, false), (2.0, true), (2.0, false), (2.0, true)];
    assert_eq!(median(&members), Some(2.0));
    // Three at risk, one ends: 2/3. Were the censored gone before, it would be 0/1 and reached.
    assert_eq!(median(&[(2.0, true), (2.0, false), (2.0, false)]), None);
    // Positive and negative zero are one time.
    assert_eq!(median(&[(0.0, true), (-0.0, false), (0.0, false)]), None);
}

#[test]
fn a_million_members() {
    let size = 1_000_000_u32;
    let mut members: Vec<_> = (1..=size).rev().map(|time| (f64::from(time), time <= size / 2)).collect();
    assert_eq!(median(&members), Some(f64::from(size / 2)));
    members.retain(|(time, _)| *time != f64::from(size / 2));
    // 499,999 of 999,999 ended.
    assert_eq!(median(&members), None);
}

proptest! {
    #[test]
    fn agrees_with_whole_fractions(members in prop::collection::vec((0_u8..12, any::<bool>()), 0..24)) {
        let members: Vec<_> = members.into_iter().map(|(time, observed)| (f64::from(time), observed)).collect();
        prop_assert_eq!(median(&members), naive::km_median(&members));
    }

    #[test]
    fn without_censoring_it_is_the_first_time_when_half_have_ended(times in prop::collection::vec(0_u8..50, 1..80)) {
        let members: Vec<_> = times.iter().map(|time| (f64::from(*time), true)).collect();
        let ended = |by: u8| times.iter().filter(|time| **time <= by).count();
        let expected = (0..50).find(|by| 2 * ended(*by) >= times.len()).map(f64::from);
        prop_assert_eq!(median(&members), expected);
    }
}
