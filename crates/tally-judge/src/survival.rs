//! The median time to an end that some members have not reached yet. Never a survival curve: one number is asked for.

use std::cmp::Ordering;

/// Full survival as a fixed-point number.
const ALL: u128 = 1 << 126;
const HALF: u128 = ALL / 2;

/// The Kaplan-Meier median of `(time, observed)`: the smallest time t with S(t) <= 0.5, in the unit of the times.
///
/// E. L. Kaplan, P. Meier, "Nonparametric estimation from incomplete observations", JASA 53 (1958) 457-481: S is the
/// product of (r - d) / r over the distinct times with d ends among r members still under observation. A member that
/// is not observed to end is censored at its time; at equal times the ends come before the censorings, so a member
/// censored at t still counts among the r at t.
///
/// `None` where S never falls to one half, for no members, and where a time is not finite.
///
/// S(t) <= 0.5 is not decided on doubles, where a product that is one half may come out as 0.5000000000000001. S is
/// kept as an integer of 2^126ths and each step is rounded down: where S is one half, the integer is at most one half,
/// and the step is never missed. Where S is above one half, it is so by at least 1/2D, D being its denominator in lowest
/// terms (at most the number of members, while nothing is censored), and k steps have rounded it down by less than
/// k 2^-126. So the answer is exact while k D < 2^125. Past that, only an S within k 2^-126 of one half and yet above it
/// could pass for one half: for a million steps, a coincidence in the thirty-second decimal place.
pub fn median(members: &[(f64, bool)]) -> Option<f64> {
    if !members.iter().all(|(time, _)| time.is_finite()) {
        return None;
    }
    let mut sorted = members.to_vec();
    sorted.sort_unstable_by(|left, right| compare(left.0, right.0));
    let mut at_risk = sorted.len() as u128;
    let mut surviving = ALL;
    for tied in sorted.chunk_by(|left, right| compare(left.0, right.0).is_eq()) {
        let ends = tied.iter().filter(|(_, observed)| *observed).count() as u128;
        surviving = share(surviving, at_risk - ends, at_risk);
        if ends > 0 && surviving <= HALF {
            return tied.first().map(|(time, _)| *time);
        }
        at_risk -= tied.len() as u128;
    }
    None
}

/// `whole * part / of`, rounded down, without leaving 128 bits: `part <= of < 2^64`.
fn share(whole: u128, part: u128, of: u128) -> u128 {
    whole / of * part + whole % of * part / of
}

/// Finite times only, so every two compare; 0 and -0 are one time, unlike in `total_cmp`.
fn compare(left: f64, right: f64) -> Ordering {
    left.partial_cmp(&right).unwrap_or(Ordering::Equal)
}
