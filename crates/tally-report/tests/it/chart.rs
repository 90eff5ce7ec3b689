//! Charts by hand: where points, gaps, targets and ticks have to lie.

use proptest::prelude::*;
use tally_model::{Month, Reading};
use tally_report::chart::{Published, bar, spark, trend};

fn months(values: &[Option<f64>]) -> Vec<(Month, Reading)> {
    let first = Month::parse("2026-01").unwrap();
    let reading = |value: &Option<f64>| Reading { value: *value, n: 10, ..Reading::default() };
    values.iter().enumerate().map(|(at, value)| (first.plus(at as i32), reading(value))).collect()
}

#[test]
fn a_sparkline_rises_from_the_lower_left_to_the_upper_right() {
    let drawn = spark(&months(&[Some(0.0), Some(50.0), Some(100.0)]), None, "percent");
    assert_eq!(drawn.paths, ["M3 23L52 13L101 3"]);
    assert_eq!(drawn.last, Some(("101".to_owned(), "3".to_owned())));
    assert_eq!(drawn.words, "from 0.0% in 2026-01 to 100.0% in 2026-03");
}

#[test]
fn a_gap_stays_a_gap_and_a_lone_point_is_a_point() {
    let drawn = spark(&months(&[Some(1.0), None, Some(2.0), Some(3.0), None]), None, "days");
    assert_eq!(drawn.paths.len(), 1);
    assert_eq!(drawn.lone.len(), 1);
    assert_eq!(drawn.last, None, "the newest month has no value");
}

#[test]
fn nothing_measured_draws_nothing_and_says_so() {
    let drawn = spark(&months(&[None, None]), Some(80.0), "percent");
    assert_eq!((drawn.paths.len(), drawn.lone.len(), drawn.target), (0, 0, None));
    assert_eq!(drawn.words, "2 months, no data");
    let drawn = trend(&months(&[None, None]), &[], None, "percent");
    assert_eq!(drawn.words, "no data at any of these months");
}

#[test]
fn the_target_is_part_of_the_scale() {
    let drawn = spark(&months(&[Some(10.0), Some(10.0)]), Some(90.0), "percent");
    assert_eq!(drawn.target.as_deref(), Some("3"));
    assert_eq!(drawn.paths, ["M3 23L101 23"]);
}

#[test]
fn a_percentage_is_never_drawn_beyond_its_ends() {
    let drawn = trend(&months(&[Some(97.0), Some(100.0)]), &[], Some(95.0), "percent");
    assert_eq!(drawn.rows.last().map(|row| row.text.as_str()), Some("100%"));
    assert_eq!(drawn.marks[1].y, "12", "100% lies at the top");
}

#[test]
fn a_published_value_lies_over_its_month() {
    let points = months(&[Some(40.0), Some(60.0)]);
    let published = [Published { month: points[0].0, value: 50.0, differs: true }];
    let drawn = trend(&points, &published, None, "percent");
    assert_eq!(drawn.published[0].x, drawn.marks[0].x);
    assert!(drawn.published[0].differs);
    assert_eq!(drawn.published[0].words, "2026-01 published: 50.0%; computed again it is another");
}

#[test]
fn a_bar_is_a_share_of_the_whole() {
    let drawn = bar(Some(25.0), Some([10.0, 50.0]), Some(80.0), 100.0);
    assert_eq!(drawn.width.as_deref(), Some("35"));
    assert_eq!(drawn.whisker, Some(("14".to_owned(), "70".to_owned())));
    assert_eq!(drawn.target.as_deref(), Some("112"));
    assert_eq!(bar(None, None, None, 100.0).words, "no data");
}

proptest! {
    #[test]
    fn whatever_is_measured_stays_inside_the_chart(values in prop::collection::vec(prop::option::of(-1e12_f64..1e12), 1..40), target in prop::option::of(-1e6_f64..1e6)) {
        let points = months(&values);
        let drawn = trend(&points, &[], target, "days");
        for mark in &drawn.marks {
            let (x, y): (f64, f64) = (mark.x.parse().unwrap(), mark.y.parse().unwrap());
            prop_assert!((56.0..=732.0).contains(&x) && (12.0..=212.0).contains(&y), "{x} {y}");
        }
        prop_assert_eq!(drawn.marks.len(), values.iter().flatten().count());
        prop_assert!(drawn.rows.len() <= 12);
        let drawn = spark(&points, target, "days");
        for (x, y) in drawn.last.iter().chain(&drawn.lone) {
            let (x, y): (f64, f64) = (x.parse().unwrap(), y.parse().unwrap());
            prop_assert!((0.0..=104.0).contains(&x) && (0.0..=26.0).contains(&y));
        }
    }
}
