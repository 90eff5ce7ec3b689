//! CSV: one row a metric, and any table. A cell that a spreadsheet would take for a formula is quoted with `'`.

use tally_model::Reading;
use tally_model::problem::printable;

use crate::json::mode_word;
use crate::number::amount;
use crate::score::Score;

/// The score as CSV: the whole of each metric, then its segments, then its monthly points.
pub fn score(score: &Score) -> String {
    let head = [
        "metric",
        "as_of",
        "segment",
        "segment_value",
        "month",
        "mode",
        "unit",
        "value",
        "n",
        "numerator",
        "denominator",
        "interval_low",
        "interval_high",
        "median",
        "p90",
        "status",
    ];
    let mut rows = vec![head.map(str::to_owned).to_vec()];
    for metric in &score.metrics {
        let start = |segment: &str, value: &str, month: String| {
            let mode = mode_word(metric.metric.mode).to_owned();
            vec![
                metric.metric.id.clone(),
                score.as_of.to_string(),
                segment.to_owned(),
                value.to_owned(),
                month,
                mode,
                metric.metric.unit.clone(),
            ]
        };
        let status = metric.verdict.status.words();
        rows.push([start("", "", String::new()), figures(&metric.verdict.reading), vec![status.to_owned()]].concat());
        for (segment, values) in &metric.segments {
            for (value, reading) in values.iter() {
                rows.push([start(segment, value, String::new()), figures(reading), vec![String::new()]].concat());
            }
        }
        for (month, reading) in &metric.trend {
            rows.push([start("", "", month.to_string()), figures(reading), vec![String::new()]].concat());
        }
    }
    write(&rows)
}

fn figures(reading: &Reading) -> Vec<String> {
    let number = |value: Option<f64>| value.map(|value| value.to_string()).unwrap_or_default();
    vec![
        number(reading.value),
        reading.n.to_string(),
        reading.numerator.map(amount).unwrap_or_default(),
        number(reading.denominator),
        number(reading.interval.map(|interval| interval[0])),
        number(reading.interval.map(|interval| interval[1])),
        number(reading.median),
        number(reading.p90),
    ]
}

/// Rows as CSV text; every cell is defused.
pub fn write(rows: &[Vec<String>]) -> String {
    let mut writer = csv::WriterBuilder::new().flexible(true).from_writer(Vec::new());
    for row in rows {
        // Writing to memory cannot fail.
        let _ = writer.write_record(row.iter().map(|cell| defused(cell)));
    }
    let bytes = writer.into_inner().unwrap_or_default();
    String::from_utf8_lossy(&bytes).into_owned()
}

/// A cell that begins like a formula and is no number gets a `'` in front; what could steer a terminal becomes visible.
fn defused(cell: &str) -> String {
    let risky = cell.starts_with(['=', '+', '-', '@', '\t', '\r']) && cell.parse::<f64>().is_err();
    let mark = if risky { "'" } else { "" };
    let lines: Vec<String> = cell.split('\n').map(printable).collect();
    format!("{mark}{}", lines.join("\n"))
}
