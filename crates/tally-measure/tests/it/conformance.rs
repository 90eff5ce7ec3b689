//! The conformance programmes agree to 1e-9, where `../shared/conformance` is at hand.

use std::collections::BTreeMap;

use serde_json::Value as Json;
use tally_judge::read;
use tally_measure::{Measured, Segments, Wanted};
use tally_model::instant::monthly_points;
use tally_model::{Amount, Reading};

use crate::support::{engine_with, instant, metrics, root};

#[test]
fn programme_1() {
    check("program-1", "program-1");
}

#[test]
fn programme_1_in_the_middle_of_a_month() {
    check("program-1", "program-1.mid-month");
}

#[test]
fn programme_2() {
    check("program-2", "program-2");
}

fn check(programme: &str, expected: &str) {
    let folder = root().join("../shared/conformance");
    let Ok(lines) = std::fs::read_to_string(folder.join(format!("{programme}.jsonl"))) else { return };
    let expected: Json =
        serde_json::from_str(&std::fs::read_to_string(folder.join(format!("{expected}.expected.json"))).unwrap()).unwrap();
    let engine = engine_with(&lines);
    let months = expected["trend"].as_object().unwrap().len() as u32;
    let as_of = instant(expected["as_of"].as_str().unwrap());
    let wanted = Wanted { as_of, points: monthly_points(as_of, months), segments: Segments::All };
    let metrics = metrics();
    let refs: Vec<_> = metrics.iter().collect();
    let measured: BTreeMap<String, std::sync::Arc<Measured>> = refs
        .iter()
        .zip(engine.measure(&refs, &wanted))
        .map(|(metric, measured)| (metric.id.clone(), measured.unwrap_or_else(|error| panic!("{}: {error}", metric.id))))
        .collect();
    let mut wrong = Vec::new();
    for (id, expected) in expected["metrics"].as_object().unwrap() {
        let Some(found) = measured.get(id) else {
            wrong.push(format!("{id}: missing"));
            continue;
        };
        compare_metric(id, found, expected, &mut wrong);
    }
    for (month, metrics) in expected["trend"].as_object().unwrap() {
        for (id, point) in metrics.as_object().unwrap() {
            let Some((_, tally)) = measured[id].trend.iter().find(|(found, _)| found.to_string() == *month) else {
                wrong.push(format!("{id} {month}: no point"));
                continue;
            };
            compare(&format!("{id} {month}"), &read(tally), point, &mut wrong);
        }
    }
    assert!(wrong.is_empty(), "{} differences\n{}", wrong.len(), wrong[..wrong.len().min(60)].join("\n"));
}

fn compare_metric(id: &str, found: &Measured, expected: &Json, wrong: &mut Vec<String>) {
    compare(id, &read(&found.whole), expected, wrong);
    if let Some(count) = expected.get("applicability_unknown") {
        number(&format!("{id} applicability_unknown"), found.applicability_unknown.map(|n| n as f64), count, wrong);
    }
    if let Some(by) = expected.get("km_median_by_severity") {
        let (_, tallies) = found.survival_by.as_ref().unwrap();
        assert_eq!(tallies.len(), by.as_object().unwrap().len());
        for (severity, median) in by.as_object().unwrap() {
            number(&format!("{id} km {severity}"), read(&tallies[severity]).km_median.flatten(), median, wrong);
        }
    }
    let Some(segments) = expected.get("segments") else { return };
    for (segment, values) in segments.as_object().unwrap() {
        let Some(cut) = found.segments.get(segment) else {
            wrong.push(format!("{id}: no segment {segment}"));
            continue;
        };
        if cut.len() != values.as_object().unwrap().len() {
            wrong.push(format!("{id} {segment}: {} values, expected {}", cut.len(), values.as_object().unwrap().len()));
        }
        for (value, expected) in values.as_object().unwrap() {
            match cut.get(value) {
                Some(tally) => compare(&format!("{id} {segment}={value}"), &read(tally), expected, wrong),
                None => wrong.push(format!("{id} {segment}={value}: missing")),
            }
        }
    }
}

fn compare(place: &str, found: &Reading, expected: &Json, wrong: &mut Vec<String>) {
    for (key, expected) in expected.as_object().unwrap() {
        let place = format!("{place} {key}");
        match key.as_str() {
            "mode" | "segments" | "applicability_unknown" | "km_median_by_severity" => {}
            "value" => number(&place, found.value, expected, wrong),
            "n" => number(&place, Some(found.n as f64), expected, wrong),
            "numerator" => match (found.numerator, expected) {
                (Some(Amount::Money(money)), Json::String(text)) if money.to_string() == *text => {}
                (Some(amount), Json::Number(_)) => number(&place, Some(amount.to_f64()), expected, wrong),
                (found, expected) if found.is_none() && expected.is_null() => {}
                (found, expected) => wrong.push(format!("{place}: {found:?}, expected {expected}")),
            },
            "denominator" => number(&place, found.denominator, expected, wrong),
            "median" => number(&place, found.median, expected, wrong),
            "p90" => number(&place, found.p90, expected, wrong),
            "weighted" => number(&place, found.weighted, expected, wrong),
            "km_median" => number(&place, found.km_median.flatten(), expected, wrong),
            "errors" => number(&place, found.errors.map(|n| n as f64), expected, wrong),
            "oldest_days" => number(&place, found.oldest_days, expected, wrong),
            "interval" => {
                for side in 0..2 {
                    number(&place, found.interval.map(|interval| interval[side]), &expected[side], wrong);
                }
            }
            other => wrong.push(format!("{place}: unknown key {other}")),
        }
    }
}

fn number(place: &str, found: Option<f64>, expected: &Json, wrong: &mut Vec<String>) {
    let expected = expected.as_f64();
    let same = match (found, expected) {
        (Some(found), Some(expected)) => (found - expected).abs() <= 1e-9 * expected.abs().max(1e-300),
        (None, None) => true,
        _ => false,
    };
    if !same {
        wrong.push(format!("{place}: {found:?}, expected {expected:?}"));
    }
}
