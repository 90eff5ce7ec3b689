//! Clopper-Pearson: exact thresholds from whole-number arithmetic, SciPy's bounds, nonsense, size.

use proptest::prelude::*;
use tally_judge::{fix_assured, upper_bound};

use crate::{naive, near, within};

/// The least trials that assure a fix with 0, 1, 2, ... hits: 20 Σ C(n,k) 19^(n-k) <= 20^n in Python's whole numbers.
const TRIALS: [u64; 61] = [
    59, 93, 124, 153, 181, 208, 234, 260, 286, 311, 336, 361, 386, 410, 434, 458, 482, 506, 530, 554, 577, 601, 624, 647, 671,
    694, 717, 740, 763, 786, 809, 832, 855, 877, 900, 923, 945, 968, 991, 1013, 1036, 1058, 1081, 1103, 1126, 1148, 1170, 1193,
    1215, 1237, 1260, 1282, 1304, 1326, 1348, 1371, 1393, 1415, 1437, 1459, 1481,
];

#[test]
fn thresholds_are_exact() {
    for (hits, trials) in (0..).zip(TRIALS) {
        assert!(fix_assured(hits, trials), "{hits} in {trials}");
        assert!(!fix_assured(hits, trials - 1), "{hits} in {}", trials - 1);
        assert!(upper_bound(hits, trials).unwrap() <= 0.05, "{hits} in {trials}");
        assert!(upper_bound(hits, trials - 1).unwrap() > 0.05, "{hits} in {}", trials - 1);
    }
}

#[test]
fn bounds_by_scipy() {
    let check = |hits, trials, bound| near(upper_bound(hits, trials).unwrap(), bound);
    check(0, 59, 0.049_507_609_888_226_93);
    check(1, 2, 0.974_679_434_480_896_3);
    check(1, 10, 0.394_163_302_436_504_66);
    check(3, 153, 0.049_895_030_378_963_416);
    check(5, 100, 0.102_253_377_643_274_5);
    check(50, 100, 0.586_378_285_369_088_2);
    check(99, 100, 0.999_487_198_583_737_7);
    check(999, 1000, 0.999_948_708_021_091);
    check(7, 1000, 0.013_107_715_416_593_313);
    check(400, 100_000, 0.004_344_218_003_761_409);
    check(123_456, 3_000_000, 0.041_341_135_395_578_564);
    check(1, 1_000_000_000, 4.743_864_490_591_013e-9);
}

#[test]
fn nothing_proves_nothing() {
    assert_eq!((upper_bound(0, 0), fix_assured(0, 0)), (None, false));
    assert_eq!((upper_bound(1, 0), fix_assured(1, 0)), (None, false));
    assert_eq!((upper_bound(3, 2), fix_assured(3, 2)), (None, false));
    assert_eq!((upper_bound(u64::MAX, 1), fix_assured(u64::MAX, 1)), (None, false));
    assert_eq!((upper_bound(2, 2), fix_assured(2, 2)), (Some(1.0), false));
    assert_eq!((upper_bound(1, 1), fix_assured(1, 1)), (Some(1.0), false));
}

#[test]
fn huge_numbers_of_trials_answer() {
    assert!(fix_assured(0, u64::MAX));
    assert!(fix_assured(1, u64::MAX));
    assert!(fix_assured(u64::MAX / 21, u64::MAX));
    assert!(!fix_assured(u64::MAX / 20, u64::MAX));
    assert!(!fix_assured(u64::MAX / 2, u64::MAX));
    assert!(!fix_assured(u64::MAX, u64::MAX));
    // SciPy: P(X <= 4,992,830 | 10^8) = 0.00050; P(X <= 99,983,965 | 2 10^9) = 0.04997 and five hits more 0.05002.
    assert!(fix_assured(4_992_830, 100_000_000));
    assert!(!fix_assured(99_983_970, 2_000_000_000));
    assert!(fix_assured(99_983_965, 2_000_000_000));
    for hits in [1, 1_000, u64::MAX / 3, u64::MAX - 1] {
        let bound = upper_bound(hits, u64::MAX).unwrap();
        assert!((hits as f64 / u64::MAX as f64..=1.0).contains(&bound), "{hits}: {bound}");
    }
}

#[test]
fn a_million_calls_are_a_matter_of_a_moment() {
    let assured = (0..1_000_000_u64).filter(|i| fix_assured(i % 7, 50 + i % 300)).count();
    assert!(assured > 0);
}

proptest! {
    #[test]
    fn bound_agrees_with_bisection(trials in 1_u64..400, part in 0.0..1.0_f64) {
        let hits = (part * trials as f64) as u64;
        within(upper_bound(hits, trials).unwrap(), naive::upper_bound(hits, trials), 1e-9);
    }

    #[test]
    fn assured_is_the_bound_compared(trials in 1_u64..5_000, part in 0.0..0.1_f64) {
        let hits = (part * trials as f64) as u64;
        prop_assert_eq!(fix_assured(hits, trials), upper_bound(hits, trials).unwrap() <= 0.05);
        prop_assert_eq!(fix_assured(hits, trials), naive::binomial(hits, trials, 0.05) <= 0.05);
    }

    #[test]
    fn hits_never_help_and_clean_trials_never_hurt(hits in 0_u64..200, trials in 1_u64..6_000) {
        prop_assert!(!fix_assured(hits + 1, trials) || fix_assured(hits, trials));
        prop_assert!(!fix_assured(hits, trials) || fix_assured(hits, trials + 1));
    }
}
