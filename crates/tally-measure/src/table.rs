//! Small tables made by hand: points and service levels.

use std::sync::Arc;

use datafusion::arrow::array::{Int64Array, RecordBatch, StringViewArray, TimestampMicrosecondArray};
use datafusion::arrow::datatypes::{DataType, Field, Schema, TimeUnit};
use tally_catalog::Metric;
use tally_model::Instant;

use crate::MeasureError;
use crate::population::since;

/// The instants at which a metric is evaluated: `point` (from 0), `t`, and `since`, where its window begins.
pub(crate) fn points(metric: &Metric, instants: &[Instant]) -> Result<RecordBatch, MeasureError> {
    let stamp = DataType::Timestamp(TimeUnit::Microsecond, None);
    let schema = Arc::new(Schema::new(vec![
        Field::new("point", DataType::Int64, false),
        Field::new("t", stamp.clone(), false),
        Field::new("since", stamp, false),
    ]));
    let starts = instants.iter().map(|t| since(metric, *t)).collect::<Result<Vec<_>, _>>()?;
    RecordBatch::try_new(
        Arc::clone(&schema),
        vec![
            Arc::new((0i64..).take(instants.len()).collect::<Int64Array>()),
            Arc::new(TimestampMicrosecondArray::from_iter_values(instants.iter().map(|t| t.micros()))),
            Arc::new(TimestampMicrosecondArray::from_iter_values(starts.iter().map(|t| t.micros()))),
        ],
    )
    .map_err(MeasureError::facts)
}

/// Days within which a finding has to be remediated, by severity.
pub(crate) fn sla(days: &[(String, u32)]) -> Result<RecordBatch, MeasureError> {
    let schema = Arc::new(Schema::new(vec![
        Field::new("severity", DataType::Utf8View, false),
        Field::new("days", DataType::Int64, false),
    ]));
    RecordBatch::try_new(
        Arc::clone(&schema),
        vec![
            Arc::new(days.iter().map(|(severity, _)| Some(severity.as_str())).collect::<StringViewArray>()),
            Arc::new(days.iter().map(|(_, days)| i64::from(*days)).collect::<Int64Array>()),
        ],
    )
    .map_err(MeasureError::facts)
}
