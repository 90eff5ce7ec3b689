//! Targets of the whole and of segments, and the comparison of doubles.

use std::collections::BTreeMap;

use proptest::prelude::*;
use tally_catalog::metric::{Mode, Target};
use tally_judge::{Caution, Outcome, TargetError, TargetVerdict, Wanted, judge_targets, read};
use tally_model::reading::{Reading, Tally};

pub fn target(segment: &[(&str, &str)], wanted: Wanted) -> Target {
    let segment = segment.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
    let mut target = Target { segment, at_least: None, at_most: None, band: None };
    match wanted {
        Wanted::AtLeast(low) => target.at_least = Some(low),
        Wanted::AtMost(high) => target.at_most = Some(high),
        Wanted::Band(low, high) => target.band = Some([low, high]),
    }
    target
}

pub fn rate(hits: u64, n: u64) -> Reading {
    read(&Tally::Rate { hits, n, weighted: None })
}

fn severity(critical: u64, high: u64) -> Vec<Target> {
    let at_least = |value, low: u64| target(&[("severity", value)], Wanted::AtLeast(low as f64));
    vec![at_least("critical", critical), at_least("high", high)]
}

fn judged(targets: &[Target], whole: &Reading, segments: &[(&str, Reading)]) -> TargetVerdict {
    let segments: BTreeMap<&str, &Reading> = segments.iter().map(|(value, reading)| (*value, reading)).collect();
    judge_targets(
        Mode::Rate,
        targets,
        whole,
        |name, value| {
            if name == "severity" { segments.get(value).copied() } else { None }
        },
    )
    .unwrap()
}

#[test]
fn the_whole_against_its_own_target() {
    let found = judged(&[target(&[], Wanted::AtLeast(80.0))], &rate(12, 19), &[]);
    assert_eq!(found.outcome, Outcome::Missed);
    let check = &found.checks[0];
    assert_eq!((check.segment.clone(), check.wanted, check.n), (None, Wanted::AtLeast(80.0), 19));
    crate::near(check.gap.unwrap(), 80.0 - 63.157_894_736_842_1);
    assert_eq!(check.wanted.to_string(), "at least 80");
    assert_eq!(check.cautions.len(), 2);
    assert_eq!(check.cautions[0].to_string(), "small sample (n = 19)");
    assert_eq!(check.cautions[1].to_string(), "target lies inside the interval (80 in 41.0 to 80.9)");
}

#[test]
fn every_segment_with_members_has_to_meet() {
    let whole = rate(150, 200);
    let met = [("critical", rate(100, 100)), ("high", rate(95, 100))];
    assert_eq!(judged(&severity(100, 90), &whole, &met).outcome, Outcome::Met);
    let missed = [("critical", rate(99, 100)), ("high", rate(95, 100))];
    assert_eq!(judged(&severity(100, 90), &whole, &missed).outcome, Outcome::Missed);
    // A segment without members, or one that nobody has, does not count.
    let absent = [("critical", rate(0, 0)), ("high", rate(95, 100))];
    let found = judged(&severity(100, 90), &whole, &absent);
    assert_eq!((found.outcome, found.checks[0].outcome), (Outcome::Met, Outcome::NoData));
    assert_eq!((found.checks[0].found, found.checks[0].gap), (None, None));
    assert_eq!(judged(&severity(100, 90), &whole, &absent[1..]).outcome, Outcome::Met);
}

#[test]
fn no_data_is_neither_met_nor_missed() {
    let found = judged(&severity(100, 90), &rate(150, 200), &[]);
    assert_eq!(found.outcome, Outcome::NoData);
    assert_eq!(judged(&[target(&[], Wanted::AtMost(5.0))], &rate(0, 0), &[]).outcome, Outcome::NoData);
    assert_eq!(judged(&[], &rate(1, 2), &[]).outcome, Outcome::NoTarget);
}

#[test]
fn a_count_of_zero_is_data() {
    let none = read(&Tally::Count { n: 0, oldest_days: None });
    let judged = |wanted| judge_targets(Mode::Count, &[target(&[], wanted)], &none, |_, _| None).unwrap();
    assert_eq!(judged(Wanted::AtMost(0.0)).outcome, Outcome::Met);
    assert_eq!(judged(Wanted::AtLeast(4.0)).outcome, Outcome::Missed);
    assert!(judged(Wanted::AtLeast(4.0)).checks[0].cautions.is_empty());
}

#[test]
fn bands_include_both_edges() {
    let band = Wanted::Band(10.0, 50.0);
    for (value, met, gap) in [(10.0, true, 0.0), (50.0, true, 0.0), (9.5, false, 0.5), (50.5, false, 0.5)] {
        assert_eq!((band.met_by(value), band.gap(value)), (met, gap), "{value}");
    }
    assert_eq!(band.to_string(), "10 to 50");
    assert_eq!(Wanted::AtMost(0.5).to_string(), "at most 0.5");
}

#[test]
fn noise_of_arithmetic_meets() {
    assert!(Wanted::AtMost(80.0).met_by(80.000_000_000_000_01));
    assert!(Wanted::AtLeast(80.0).met_by(79.999_999_999_999_99));
    assert!(Wanted::AtLeast(0.3).met_by(0.1 + 0.2 - f64::EPSILON));
    assert_eq!(Wanted::AtMost(80.0).gap(80.000_000_000_000_01), 0.0);
}

#[test]
fn a_real_miss_does_not() {
    // One in a thousand million.
    assert!(!Wanted::AtLeast(100.0).met_by(rate(999_999_999, 1_000_000_000).value.unwrap()));
    assert!(!Wanted::AtMost(5.0).met_by(rate(50_000_001, 1_000_000_000).value.unwrap()));
    assert!(!Wanted::AtMost(0.0).met_by(rate(1, u64::MAX).value.unwrap()));
    assert!(!Wanted::AtMost(30.0).met_by(30.000_001));
    assert!(!Wanted::AtLeast(80.0).met_by(f64::NAN));
}

#[test]
fn malformed_targets_say_what_they_lack() {
    let none = Target { segment: BTreeMap::new(), at_least: None, at_most: None, band: None };
    let both = Target { at_least: Some(1.0), at_most: Some(2.0), ..none.clone() };
    let reversed = target(&[], Wanted::Band(50.0, 10.0));
    let two = target(&[("severity", "high"), ("team", "red")], Wanted::AtLeast(1.0));
    let judged =
        |target: &Target| judge_targets(Mode::Rate, std::slice::from_ref(target), &rate(1, 2), |_, _| None).unwrap_err();
    assert_eq!(judged(&none), TargetError::Direction { found: 0 });
    assert_eq!(judged(&both), TargetError::Direction { found: 2 });
    assert_eq!(judged(&two), TargetError::Segments { found: 2 });
    assert_eq!(judged(&reversed).to_string(), "a target needs finite numbers, and a band its lower one first; found 50 to 10");
}

#[test]
fn an_end_of_the_interval_is_not_inside() {
    let found = judged(&[target(&[], Wanted::AtLeast(100.0))], &rate(40, 40), &[]);
    assert!(found.checks[0].cautions.is_empty());
    let found = judged(&[target(&[], Wanted::Band(10.0, 50.0))], &rate(18, 40), &[]);
    assert!(matches!(found.checks[0].cautions[..], [Caution::TargetInside { target: 50.0, .. }]));
}

proptest! {
    #[test]
    fn more_hits_never_lower_the_verdict(n in 1_u64..300, part in 0.0..1.0_f64, edge in 0_u8..=100) {
        let hits = (part * n as f64) as u64;
        let met = |hits, wanted: Wanted| wanted.met_by(rate(hits, n).value.unwrap());
        let (least, most) = (Wanted::AtLeast(f64::from(edge)), Wanted::AtMost(f64::from(edge)));
        prop_assert!(!met(hits, least) || met(hits + 1, least));
        prop_assert!(!met(hits + 1, most) || met(hits, most));
    }

    #[test]
    fn the_comparison_is_that_of_whole_numbers(n in 1_u64..100_000, part in 0.0..=1.0_f64, edge in 0_u64..=100) {
        let hits = (part * n as f64).round() as u64;
        let value = rate(hits, n).value.unwrap();
        prop_assert_eq!(Wanted::AtLeast(edge as f64).met_by(value), 100 * hits >= edge * n);
        prop_assert_eq!(Wanted::AtMost(edge as f64).met_by(value), 100 * hits <= edge * n);
        prop_assert_eq!(Wanted::AtLeast(edge as f64).gap(value) == 0.0, 100 * hits >= edge * n);
    }
}
