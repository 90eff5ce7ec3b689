//! The two tests for change, against SciPy's numbers and against the naive forms.

use std::cmp::Ordering;

use proptest::prelude::*;
use tally_judge::proportion::two_proportions;
use tally_judge::rank::mann_whitney;

use crate::{naive, near, within};

#[test]
fn two_proportions_by_scipy() {
    near(two_proportions((10, 20), (18, 20)).unwrap(), 0.005_775_498_089_305_216);
    near(two_proportions((45, 100), (60, 100)).unwrap(), 0.033_672_068_856_345_855);
    near(two_proportions((0, 10), (5, 10)).unwrap(), 0.009_823_274_507_519_249);
    near(two_proportions((300, 1000), (340, 1000)).unwrap(), 0.055_185_550_991_133_65);
}

#[test]
fn two_proportions_without_variance() {
    assert_eq!(two_proportions((0, 10), (0, 50)), Some(1.0));
    assert_eq!(two_proportions((10, 10), (50, 50)), Some(1.0));
    assert_eq!(two_proportions((0, 0), (5, 10)), None);
    assert_eq!(two_proportions((11, 10), (5, 10)), None);
}

#[test]
fn mann_whitney_by_scipy() {
    let apart = mann_whitney(&[1.0, 2.0, 3.0, 4.0, 5.0], &[6.0, 7.0, 8.0, 9.0, 10.0]).unwrap();
    assert_eq!((apart.u, apart.tendency), (25.0, Ordering::Greater));
    near(apart.p, 0.012_185_780_355_344_813);

    let low = [2.0, 2.0, 3.0, 3.0, 3.0, 8.0, 9.0];
    let high = [3.0, 5.0, 8.0, 8.0, 10.0, 12.0, 13.0, 14.0];
    let tied = mann_whitney(&low, &high).unwrap();
    assert_eq!((tied.u, tied.tendency), (47.5, Ordering::Greater));
    near(tied.p, 0.025_822_131_236_089_493);
    let back = mann_whitney(&high, &low).unwrap();
    assert_eq!((back.u, back.tendency), (8.5, Ordering::Less));

    near(mann_whitney(&[1.0, 2.0, 3.0, 4.0, 5.0], &low).unwrap().p, 0.677_178_508_544_758_5);
}

#[test]
fn mann_whitney_at_its_edges() {
    assert_eq!(mann_whitney(&[], &[1.0]), None);
    assert_eq!(mann_whitney(&[1.0], &[f64::INFINITY]), None);
    let same = mann_whitney(&[4.0; 6], &[4.0; 9]).unwrap();
    assert_eq!((same.u, same.p, same.tendency), (27.0, 1.0, Ordering::Equal));
    assert_eq!(mann_whitney(&[0.0], &[-0.0]).unwrap().tendency, Ordering::Equal);
}

#[test]
fn mann_whitney_takes_a_million() {
    let early: Vec<f64> = (0..500_000).map(|i| f64::from(i % 1000)).collect();
    let late: Vec<f64> = (0..500_000).map(|i| f64::from(i % 1000) + 20.0).collect();
    let found = mann_whitney(&early, &late).unwrap();
    assert_eq!(found.tendency, Ordering::Greater);
    assert!(found.p < 1e-9);
}

fn sample() -> impl Strategy<Value = Vec<f64>> {
    prop::collection::vec((0_u8..30).prop_map(f64::from), 1..40)
}

proptest! {
    #[test]
    fn two_proportions_agree(n1 in 1_u64..500, n2 in 1_u64..500, part1 in 0.0..=1.0_f64, part2 in 0.0..=1.0_f64) {
        let hits = |n: u64, part: f64| (part * n as f64).round() as u64;
        let (before, after) = ((hits(n1, part1), n1), (hits(n2, part2), n2));
        let p = two_proportions(before, after).unwrap();
        prop_assert!((0.0..=1.0).contains(&p));
        within(p, naive::two_proportions(before, after), 1e-8);
        within(p, two_proportions(after, before).unwrap(), 1e-12);
    }

    #[test]
    fn mann_whitney_agrees_and_is_symmetric(before in sample(), after in sample()) {
        let found = mann_whitney(&before, &after).unwrap();
        within(found.p, naive::mann_whitney(&before, &after), 1e-8);
        let back = mann_whitney(&after, &before).unwrap();
        prop_assert_eq!(found.p, back.p);
        prop_assert_eq!(found.tendency, back.tendency.reverse());
        prop_assert_eq!(found.u + back.u, (before.len() * after.len()) as f64);
    }
}
