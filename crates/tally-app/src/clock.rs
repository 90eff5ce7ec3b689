//! The clock: the one place of the program that asks what time it is.

use tally_model::Instant;

/// Now, to the microsecond.
pub fn now() -> Instant {
    Instant::from_micros(jiff::Timestamp::now().as_microsecond())
}
