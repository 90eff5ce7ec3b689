//! A metric's population: its SQL over the fact tables, counted at each point, cut into segments, listed row by row.

mod batch;
mod count;
mod dimensions;
mod rows;
mod run;

use tally_catalog::Metric;
use tally_model::Instant;

pub use rows::{Row, Rows};
pub use run::{Measured, Segments, Wanted};

use crate::MeasureError;

/// Where the window of a metric begins that ends at `t`; the beginning of time where it has none.
pub(crate) fn since(metric: &Metric, t: Instant) -> Result<Instant, MeasureError> {
    /// 0001-01-01, before any fact.
    const EVER: Instant = Instant::from_micros(-62_135_596_800_000_000);
    let Some(window) = &metric.window else { return Ok(EVER) };
    let bad = || MeasureError::Population {
        metric: metric.id.clone(),
        message: format!("window `{window}`, expected a number and `months` or `days`"),
    };
    let (count, unit) = window.split_once(' ').ok_or_else(bad)?;
    let count: u32 = count.parse().map_err(|_| bad())?;
    match unit {
        "month" | "months" => Ok(t.months_before(count)),
        "day" | "days" => Ok(t.days_before(i64::from(count))),
        _ => Err(bad()),
    }
}
