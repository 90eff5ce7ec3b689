//! Improved, worsened, moved, no clear change, not comparable.

use proptest::prelude::*;
use tally_catalog::metric::Better;
use tally_judge::{Unfit, Way, compare};
use tally_model::reading::Tally;

use crate::near;

fn rate(hits: u64, n: u64) -> Tally {
    Tally::Rate { hits, n, weighted: None }
}

fn durations(values: &[f64]) -> Tally {
    Tally::Duration { values: values.to_vec(), survival: None }
}

fn ratio(numerator: f64, denominator: f64, n: u64, errors: Option<u64>) -> Tally {
    Tally::Ratio { numerator, denominator, n, errors }
}

#[track_caller]
fn check(before: &Tally, after: &Tally, better: Better, expected: Way) {
    assert_eq!(compare(before, after, better).way, expected);
}

#[test]
fn rates_follow_the_better_direction() {
    let (low, high) = (rate(10, 20), rate(18, 20));
    check(&low, &high, Better::Higher, Way::Improved);
    check(&high, &low, Better::Higher, Way::Worsened);
    check(&low, &high, Better::Lower, Way::Worsened);
    check(&low, &high, Better::Neither, Way::Moved);
    let found = compare(&low, &high, Better::Higher);
    near(found.p.unwrap(), 0.005_775_498_089_305_216);
    assert_eq!((found.from, found.to, found.words()), (Some(50.0), Some(90.0), "improved"));
}

#[test]
fn a_difference_is_not_a_change() {
    check(&rate(300, 1000), &rate(340, 1000), Better::Higher, Way::NoClearChange);
    check(&rate(0, 30), &rate(0, 60), Better::Higher, Way::NoClearChange);
    assert_eq!(compare(&rate(30, 30), &rate(60, 60), Better::Higher).p, Some(1.0));
}

#[test]
fn five_members_on_both_sides_or_no_test() {
    check(&rate(0, 4), &rate(100, 100), Better::Higher, Way::NotComparable(Unfit::TooFew));
    check(&rate(0, 100), &rate(4, 4), Better::Higher, Way::NotComparable(Unfit::TooFew));
    check(&rate(0, 5), &rate(5, 5), Better::Higher, Way::Improved);
    check(&rate(0, 0), &rate(5, 5), Better::Higher, Way::NotComparable(Unfit::NoValue));
    check(&durations(&[]), &durations(&[1.0; 9]), Better::Lower, Way::NotComparable(Unfit::NoValue));
    check(&rate(7, 5), &rate(5, 5), Better::Higher, Way::NotComparable(Unfit::NoValue));
    assert_eq!(compare(&rate(0, 4), &rate(9, 9), Better::Higher).p, None);
}

#[test]
fn durations_go_by_ranks() {
    let slow = durations(&[6.0, 7.0, 8.0, 9.0, 10.0]);
    let fast = durations(&[1.0, 2.0, 3.0, 4.0, 5.0]);
    check(&slow, &fast, Better::Lower, Way::Improved);
    check(&fast, &slow, Better::Lower, Way::Worsened);
    check(&fast, &fast, Better::Lower, Way::NoClearChange);
    let spoiled = durations(&[1.0, 2.0, 3.0, 4.0, f64::NAN]);
    check(&slow, &spoiled, Better::Lower, Way::NotComparable(Unfit::NoValue));
}

#[test]
fn most_faster_and_the_mean_slower_is_no_improvement() {
    let before = durations(&[10.0, 11.0, 12.0, 13.0, 14.0, 15.0, 16.0, 17.0]);
    let after = durations(&[1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0, 900.0]);
    let found = compare(&before, &after, Better::Lower);
    assert!(found.p.unwrap() < 0.05 && found.to > found.from);
    assert_eq!(found.way, Way::Moved);
}

#[test]
fn ratios_only_where_they_count_cases() {
    let cases = |passed| ratio(passed, 1000.0, 12, Some(0));
    check(&cases(900.0), &cases(950.0), Better::Higher, Way::Improved);
    check(&cases(900.0), &cases(905.0), Better::Higher, Way::NoClearChange);
    let hours = |automated| ratio(automated, 1000.0, 12, None);
    check(&hours(900.0), &hours(950.0), Better::Higher, Way::NotComparable(Unfit::NoTest));
    check(&cases(900.5), &cases(950.0), Better::Higher, Way::NotComparable(Unfit::NoTest));
    check(&cases(900.0), &cases(1001.0), Better::Higher, Way::NotComparable(Unfit::NoTest));
    let few = ratio(900.0, 1000.0, 4, Some(0));
    check(&few, &cases(950.0), Better::Higher, Way::NotComparable(Unfit::TooFew));
}

#[test]
fn counts_and_quotients_have_no_test() {
    let count = |n| Tally::Count { n, oldest_days: None };
    let found = compare(&count(40), &count(3), Better::Lower);
    assert_eq!((found.way, found.from, found.to), (Way::NotComparable(Unfit::NoTest), Some(40.0), Some(3.0)));
    check(&count(40), &rate(3, 9), Better::Lower, Way::NotComparable(Unfit::Unlike));
}

proptest! {
    #[test]
    fn there_and_back(n1 in 0_u64..60, n2 in 0_u64..60, part1 in 0.0..=1.0_f64, part2 in 0.0..=1.0_f64) {
        let side = |n: u64, part: f64| rate((part * n as f64).round() as u64, n);
        let (before, after) = (side(n1, part1), side(n2, part2));
        let way = compare(&before, &after, Better::Higher).way;
        let back = match way {
            Way::Improved => Way::Worsened,
            Way::Worsened => Way::Improved,
            other => other,
        };
        prop_assert_eq!(compare(&after, &before, Better::Higher).way, back);
        prop_assert_eq!(compare(&before, &after, Better::Lower).way, back);
    }
}
