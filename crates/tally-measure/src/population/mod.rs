//! A metric's population: its SQL over the fact tables, counted at each point, cut into segments, listed row by row.

mod batch;
mod count;
mod cut;
mod dimensions;
mod inquiry;
mod keep;
mod measured;
mod members;
mod rows;
mod run;
mod span;

use tally_catalog::{Metric, Window};
use tally_model::Instant;

pub use count::Held;
pub(crate) use keep::Kept;
pub use measured::{Measured, Values};
pub use members::{MemberFilter, Members};
pub use rows::{Row, Rows};
pub use run::{Segments, Wanted};

use crate::MeasureError;

/// Where the window of a metric begins that ends at `t`; the beginning of time where it has none.
pub(crate) fn since(metric: &Metric, t: Instant) -> Result<Instant, MeasureError> {
    /// 1677-09-22: the fact tables know nothing earlier.
    const EVER: Instant = Instant::from_micros(-9_223_286_400_000_000);
    let window =
        metric.window().map_err(|error| MeasureError::Population { metric: metric.id.clone(), message: error.to_string() })?;
    Ok(match window {
        None => EVER,
        Some(Window::Months(count)) => t.months_before(count),
        Some(Window::Days(count)) => t.days_before(i64::from(count)),
    })
}
