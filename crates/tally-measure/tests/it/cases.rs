//! Every case in every metric file holds.

use tally_judge::read;
use tally_measure::{Segments, Wanted};
use tally_model::Tally;

use crate::support::{engine_with, instant, metrics};

#[test]
fn every_case_of_every_metric_holds() {
    let mut wrong = Vec::new();
    for metric in metrics() {
        assert!(metric.cases.len() >= 2, "{} needs two cases", metric.id);
        for case in &metric.cases {
            let engine = engine_with(&case.records);
            let wanted = Wanted { as_of: instant(&case.as_of), points: vec![], segments: Segments::All };
            let measured = match engine.measure(&[&metric], &wanted).pop().unwrap() {
                Ok(measured) => measured,
                Err(error) => {
                    wrong.push(format!("{}: {}: {error}", metric.id, case.name));
                    continue;
                }
            };
            let reading = read(&measured.whole);
            for (key, expected) in &case.expect {
                let found = match key.as_str() {
                    "value" => reading.value,
                    "n" => Some(reading.n as f64),
                    "numerator" => reading.numerator.map(|amount| amount.to_f64()),
                    "denominator" => reading.denominator,
                    "median" => reading.median,
                    "p90" => reading.p90,
                    "weighted" => reading.weighted,
                    "km_median" => reading.km_median.flatten(),
                    "errors" => reading.errors.map(|errors| errors as f64),
                    "oldest_days" => reading.oldest_days,
                    "applicability_unknown" => measured.applicability_unknown.map(|count| count as f64),
                    other => panic!("{}: unknown key {other}", metric.id),
                };
                let expected = match expected {
                    toml::Value::Integer(number) => Some(*number as f64),
                    toml::Value::Float(number) => Some(*number),
                    toml::Value::String(text) if text == "none" => None,
                    toml::Value::String(text) => Some(text.parse().unwrap()),
                    other => panic!("{}: {other}", metric.id),
                };
                let same = match (found, expected) {
                    (Some(found), Some(expected)) => (found - expected).abs() <= 1e-9 * expected.abs().max(1.0),
                    (None, None) => true,
                    _ => false,
                };
                if !same {
                    wrong.push(format!("{}: {}: {key} is {found:?}, expected {expected:?}", metric.id, case.name));
                }
            }
            let rows = engine.rows(&metric, wanted.as_of).unwrap().rows;
            assert_eq!(rows.len() as u64, reading.n, "{}: {}: as many rows as n", metric.id, case.name);
            if let Tally::Rate { hits, .. } = measured.whole.tally {
                let listed = rows.iter().filter(|row| row.hit == Some(true)).count() as u64;
                assert_eq!(listed, hits, "{}: {}: as many hits listed", metric.id, case.name);
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
