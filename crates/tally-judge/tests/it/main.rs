//! The judge's tests: numbers worked by hand or by SciPy 1.17, properties, and a naive second implementation.
//! They read no file and no clock, like the room itself.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test that fails should say where")]

mod assurance;
mod change;
mod claim;
mod companion;
mod distance;
mod maturity;
mod maturity_laws;
mod maturity_naive;
mod naive;
mod read;
mod recurrence;
mod responsibility;
mod roadmap;
mod samples;
mod sheet;
mod survival;
mod target;
mod verdict;

/// Equal to 1e-9 of the expected number, or to 1e-12 where that is 0.
#[track_caller]
pub fn near(found: f64, expected: f64) {
    within(found, expected, 1e-9);
}

/// Equal to a share of the expected number.
#[track_caller]
pub fn within(found: f64, expected: f64, share: f64) {
    let reach = (expected.abs() * share).max(1e-12);
    assert!((found - expected).abs() <= reach, "found {found}, expected {expected}");
}
