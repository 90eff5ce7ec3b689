//! One row of a scorecard: status, changes, cautions.

use tally_catalog::metric::{Better, Mode, Target};
use tally_judge::{Caution, Question, Status, Verdict, Wanted, Way, judge};
use tally_model::reading::{Reading, Tally};

use crate::target::{rate, target};

fn tally(hits: u64, n: u64) -> Tally {
    Tally::Rate { hits, n, weighted: None }
}

fn question<'a>(mode: Mode, targets: &'a [Target], now: &'a Tally) -> Question<'a> {
    Question { mode, better: Better::Higher, targets, now, previous: None, three_back: None, twelve_back: None }
}

fn status(hits: u64, n: u64, wanted: Wanted) -> &'static str {
    let targets = [target(&[], wanted)];
    judge(&question(Mode::Rate, &targets, &tally(hits, n)), |_, _| None).unwrap().status.words()
}

#[test]
fn status_of_a_rate() {
    let at_least = Wanted::AtLeast(80.0);
    assert_eq!(status(16, 19, at_least), "holds");
    assert_eq!(status(12, 19, at_least), "misses");
    assert_eq!(status(0, 0, at_least), "no data");
    assert_eq!(status(4, 4, at_least), "too few to judge");
    assert_eq!(status(0, 4, at_least), "too few to judge");
    assert_eq!(status(5, 5, at_least), "holds");
}

#[test]
fn all_or_nothing_needs_no_crowd() {
    assert_eq!(status(4, 4, Wanted::AtLeast(100.0)), "holds");
    assert_eq!(status(3, 4, Wanted::AtLeast(100.0)), "misses");
    assert_eq!(status(0, 3, Wanted::AtMost(0.0)), "holds");
    assert_eq!(status(1, 3, Wanted::AtMost(0.0)), "misses");
    assert_eq!(status(0, 0, Wanted::AtLeast(100.0)), "no data");
}

#[test]
fn without_targets_the_trend_counts() {
    let judged = |tally: &Tally| judge(&question(Mode::Rate, &[], tally), |_, _| None).unwrap().status;
    assert_eq!(judged(&tally(1, 3)), Status::TrendOnly);
    assert_eq!(judged(&tally(0, 0)), Status::NoData);
}

#[test]
fn counts_and_quotients_are_never_too_few() {
    let targets = [target(&[], Wanted::AtLeast(4.0))];
    let count = Tally::Count { n: 3, oldest_days: None };
    let found = judge(&question(Mode::Count, &targets, &count), |_, _| None).unwrap();
    assert_eq!((found.status, found.cautions), (Status::Misses, vec![]));
    let minutes = Tally::Duration { values: vec![25.0; 2], survival: None };
    let targets = [target(&[], Wanted::AtMost(30.0))];
    let found = judge(&question(Mode::Duration, &targets, &minutes), |_, _| None).unwrap();
    assert_eq!((found.status, found.cautions), (Status::TooFew, vec![Caution::TooFew { n: 2 }]));
}

fn by_severity(critical: &Reading, high: &Reading) -> Verdict {
    let targets =
        [target(&[("severity", "critical")], Wanted::AtLeast(95.0)), target(&[("severity", "high")], Wanted::AtLeast(90.0))];
    let whole = tally(90, 100);
    judge(&question(Mode::Rate, &targets, &whole), |_, value| Some(if value == "critical" { critical } else { high })).unwrap()
}

#[test]
fn a_firm_segment_outweighs_a_weak_one() {
    assert_eq!(by_severity(&rate(3, 3), &rate(95, 100)).status, Status::Holds);
    assert_eq!(by_severity(&rate(2, 3), &rate(95, 100)).status, Status::TooFew);
    assert_eq!(by_severity(&rate(3, 3), &rate(50, 100)).status, Status::Misses);
    assert_eq!(by_severity(&rate(3, 3), &rate(0, 0)).status, Status::TooFew);
    // The whole has no target of its own, so no target lies inside its interval.
    assert_eq!(by_severity(&rate(3, 3), &rate(95, 100)).cautions, vec![]);
}

#[test]
fn changes_against_three_points() {
    let [now, previous, twelve] = [tally(90, 100), tally(88, 100), tally(50, 100)];
    let question = Question { previous: Some(&previous), twelve_back: Some(&twelve), ..question(Mode::Rate, &[], &now) };
    let found = judge(&question, |_, _| None).unwrap();
    assert_eq!(found.previous.map(|change| change.way), Some(Way::NoClearChange));
    assert_eq!(found.three_back, None);
    assert_eq!(found.twelve_back.map(|change| change.way), Some(Way::Improved));
    assert_eq!(found.reading.value, Some(90.0));
}

#[test]
fn a_malformed_target_is_an_error() {
    let targets = [target(&[("a", "b"), ("c", "d")], Wanted::AtLeast(1.0))];
    let found = judge(&question(Mode::Rate, &targets, &tally(1, 2)), |_, _| None);
    assert_eq!(
        found.unwrap_err().to_string(),
        "a target holds for one segment value at most; found 2: write one target for each"
    );
}
