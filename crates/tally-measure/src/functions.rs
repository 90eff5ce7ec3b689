//! SQL functions of our own: spans of time as plain numbers, and the test of a fix's assurance.

use std::sync::Arc;

use datafusion::arrow::array::{Array, ArrayRef, BooleanArray, Float64Array, Int64Array, TimestampMicrosecondArray};
use datafusion::arrow::compute::cast;
use datafusion::arrow::datatypes::{DataType, TimeUnit};
use datafusion::common::{Result, exec_err};
use datafusion::logical_expr::expr_fn::SimpleScalarUDF;
use datafusion::logical_expr::{ColumnarValue, ScalarUDF, Signature, Volatility, create_udf};

use tally_model::instant::DAY;

/// Decides from hits and trials of a retest whether the fix is assured (METRICS.md, `fix-assurance-rate`).
pub type Assured = Arc<dyn Fn(u64, u64) -> bool + Send + Sync>;

const STAMP: DataType = DataType::Timestamp(TimeUnit::Microsecond, None);

/// `days_between(a, b)`, `hours_between(a, b)`, `minutes_between(a, b)`, `days_later(a, days)`, `fix_assured(hits, trials)`.
pub(crate) fn functions(assured: Assured) -> Vec<ScalarUDF> {
    vec![
        span("days_between", 86_400e6),
        span("hours_between", 3_600e6),
        span("minutes_between", 60e6),
        create_udf("days_later", vec![STAMP, DataType::Int64], STAMP, Volatility::Immutable, Arc::new(days_later)),
        create_udf(
            "fix_assured",
            vec![DataType::Int64, DataType::Int64],
            DataType::Boolean,
            Volatility::Immutable,
            Arc::new(move |args: &[ColumnarValue]| fix_assured(args, &assured)),
        ),
    ]
}

/// The time from a to b in units of `micros` microseconds; exact differences, one division.
fn span(name: &str, micros: f64) -> ScalarUDF {
    let eval = move |args: &[ColumnarValue]| -> Result<ColumnarValue> {
        let arrays = ColumnarValue::values_to_arrays(args)?;
        let (from, to) = (stamps(&arrays[0])?, stamps(&arrays[1])?);
        #[expect(clippy::cast_precision_loss, reason = "spans are far below 2^53 microseconds")]
        let spans: Float64Array = from.iter().zip(to.iter()).map(|(from, to)| Some((to? - from?) as f64 / micros)).collect();
        Ok(ColumnarValue::Array(Arc::new(spans)))
    };
    // Any two instants will do, whatever their unit or zone: they are cast to microseconds in UTC.
    let signature = Signature::any(2, Volatility::Immutable);
    ScalarUDF::from(SimpleScalarUDF::new_with_signature(name, signature, DataType::Float64, Arc::new(eval)))
}

/// The instant so many days of 86,400 s later (earlier where negative); stops at the ends of time.
fn days_later(args: &[ColumnarValue]) -> Result<ColumnarValue> {
    let arrays = ColumnarValue::values_to_arrays(args)?;
    let from = stamps(&arrays[0])?;
    let Some(days) = arrays[1].as_any().downcast_ref::<Int64Array>() else {
        return exec_err!("days_later takes a whole number of days");
    };
    let later: TimestampMicrosecondArray =
        from.iter().zip(days.iter()).map(|(from, days)| Some(from?.saturating_add(days?.saturating_mul(DAY)))).collect();
    Ok(ColumnarValue::Array(Arc::new(later)))
}

fn stamps(array: &ArrayRef) -> Result<TimestampMicrosecondArray> {
    let Ok(array) = cast(array, &STAMP) else {
        return exec_err!("expected an instant, found {}; write it as TIMESTAMP '2026-03-31 17:20:00'", array.data_type());
    };
    match array.as_any().downcast_ref::<TimestampMicrosecondArray>() {
        Some(stamps) => Ok(stamps.clone()),
        None => exec_err!("expected timestamps"),
    }
}

fn fix_assured(args: &[ColumnarValue], assured: &Assured) -> Result<ColumnarValue> {
    let arrays = ColumnarValue::values_to_arrays(args)?;
    let (Some(hits), Some(trials)) =
        (arrays[0].as_any().downcast_ref::<Int64Array>(), arrays[1].as_any().downcast_ref::<Int64Array>())
    else {
        return exec_err!("fix_assured takes whole numbers");
    };
    let answers: BooleanArray = (0..hits.len())
        .map(|row| {
            let trials = if trials.is_null(row) { 0 } else { u64::try_from(trials.value(row)).unwrap_or(0) };
            let hits = if hits.is_null(row) { 0 } else { u64::try_from(hits.value(row)).unwrap_or(0) };
            Some(trials > 0 && assured(hits, trials))
        })
        .collect();
    Ok(ColumnarValue::Array(Arc::new(answers)))
}
