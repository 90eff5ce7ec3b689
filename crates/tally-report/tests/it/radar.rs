//! Radars and shades by hand: where values lie, and that nothing known never looks like nothing achieved.

use proptest::prelude::*;
use tally_report::chart::{Axis, Shade, radar, shade};

fn axes(values: &[(Option<f64>, Option<f64>)]) -> Vec<Axis> {
    let axis =
        |(at, (now, before)): (usize, &(Option<f64>, Option<f64>))| Axis { name: format!("D{at}"), now: *now, before: *before };
    values.iter().enumerate().map(axis).collect()
}

fn now(values: &[Option<f64>]) -> Vec<Axis> {
    axes(&values.iter().map(|value| (*value, None)).collect::<Vec<_>>())
}

#[test]
fn four_spokes_point_up_right_down_left() {
    let drawn = radar(&now(&[Some(5.0), Some(5.0), Some(0.0), Some(2.5)]), 5);
    // Centre 220, 170, radius 132: half of it is 66.
    assert_eq!(drawn.now.paths, ["M220 38L352 170L220 170L154 170Z"]);
    assert!(drawn.now.closed);
    assert_eq!(drawn.before, None, "nothing before is not a polygon at the centre");
    assert_eq!(drawn.rings.len(), 5);
    assert_eq!((drawn.rings[4].text.as_str(), drawn.rings[4].at.as_str()), ("5", "38"));
    let anchors: Vec<_> = drawn.spokes.iter().map(|spoke| spoke.anchor).collect();
    assert_eq!(anchors, ["middle", "start", "middle", "end"]);
    assert_eq!(drawn.words, "4 of 4 domains have a value; the table has the same figures");
}

#[test]
fn a_spoke_without_a_value_is_a_gap_and_no_point_at_the_centre() {
    let drawn = radar(&now(&[Some(5.0), None, Some(5.0), Some(5.0)]), 5);
    // The run begins behind the gap and goes over the top.
    assert_eq!(drawn.now.paths, ["M220 302L88 170L220 38"]);
    assert!(!drawn.now.closed);
    assert_eq!(drawn.now.marks.len(), 3);
    assert!(!drawn.spokes[1].known);
    assert!(drawn.now.paths.iter().all(|path| !path.contains("220 170")));
    let drawn = radar(&now(&[Some(5.0), None, Some(5.0), None]), 5);
    assert_eq!((drawn.now.paths.len(), drawn.now.marks.len()), (0, 2), "lone points have no line");
    let drawn = radar(&now(&[None, None, None]), 5);
    assert_eq!((drawn.now.paths.len(), drawn.now.marks.len(), drawn.rings.len()), (0, 0, 5));
    assert_eq!(drawn.words, "0 of 3 domains have a value; the table has the same figures");
}

#[test]
fn the_round_before_is_a_shape_of_its_own() {
    let drawn = radar(&axes(&[(Some(3.0), Some(5.0)), (None, Some(5.0)), (Some(1.0), Some(5.0)), (Some(1.0), Some(5.0))]), 5);
    let before = drawn.before.unwrap();
    assert_eq!(before.paths, ["M220 38L352 170L220 302L88 170Z"]);
    assert!(before.closed && !drawn.now.closed);
}

#[test]
fn too_few_domains_are_told() {
    for few in [&[][..], &[Some(1.0), Some(2.0)]] {
        let drawn = radar(&now(few), 5);
        assert!(drawn.rings.is_empty() && drawn.words.starts_with("too few domains"));
    }
    assert!(radar(&now(&[Some(1.0); 5]), 0).rings.is_empty());
}

#[test]
fn shades_of_a_cell() {
    assert_eq!(shade(0, 0, 0), Shade::Blank);
    assert_eq!(shade(0, 0, 6), Shade::Unknown, "nobody answered");
    assert_eq!(shade(0, 1, 6), Shade::Nothing);
    assert_eq!(shade(1, 6, 6), Shade::Little);
    assert_eq!(shade(2, 6, 6), Shade::Half);
    assert_eq!(shade(4, 6, 6), Shade::Most);
    assert_eq!(shade(6, 6, 6), Shade::All);
    assert_eq!(shade(1, 1, 1), Shade::All);
    let all = [Shade::Blank, Shade::Unknown, Shade::Nothing, Shade::Little, Shade::Half, Shade::Most, Shade::All];
    let classes: std::collections::BTreeSet<_> = all.iter().map(|shade| shade.class()).collect();
    assert_eq!(classes.len(), all.len());
}

proptest! {
    #[test]
    fn every_value_has_a_point_within_the_outer_ring(values in prop::collection::vec(prop::option::of(-1.0..9.0_f64), 3..30), top in 1_u8..6) {
        let drawn = radar(&now(&values), top);
        prop_assert_eq!(drawn.now.marks.len(), values.iter().flatten().count());
        for (x, y) in &drawn.now.marks {
            let (x, y): (f64, f64) = (x.parse().unwrap(), y.parse().unwrap());
            prop_assert!((x - 220.0).hypot(y - 170.0) <= 132.02);
        }
        prop_assert_eq!(drawn.now.closed, values.iter().all(Option::is_some));
    }

    #[test]
    fn more_achieved_is_never_a_lighter_shade(whole in 1_usize..40, part in 0_usize..40) {
        prop_assume!(part < whole);
        let order = |shade: Shade| shade as u8;
        prop_assert!(order(shade(part, whole, whole)) <= order(shade(part + 1, whole, whole)));
    }
}
