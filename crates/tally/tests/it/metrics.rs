//! Scores, metrics, the rows behind them, the catalog and the schema, over the made-up programme.

use crate::support::{END, Place};

#[test]
fn a_scorecard_in_every_format() {
    let place = Place::demo();
    let people = place.tally(&["score", "--as-of", END]).ok().out;
    assert_eq!(people.lines().filter(|line| line.contains("✓ holds") || line.contains("✗ misses")).count(), 8);
    let json = place.tally(&["score", "--as-of", END, "--format", "json"]).ok().json();
    assert_eq!(json["metrics"].as_object().unwrap().len(), 8);
    assert_eq!(json["as_of"], END);
    assert_eq!(json["trend"].as_object().unwrap().len(), 12);
    assert_eq!(json["journal"]["entries"], 4505);
    assert_eq!(json["journal"]["head"].as_str().unwrap().len(), 64);
    let csv = place.tally(&["score", "--as-of", END, "--format", "csv"]).ok().out;
    let widths: std::collections::BTreeSet<usize> = csv.lines().map(|line| line.matches(',').count()).collect();
    assert_eq!(widths.len(), 1, "every row has as many cells");
    let all = place.score(END, &["--months", "0"]);
    assert_eq!(all["metrics"].as_object().unwrap().len(), 40);
    assert_eq!(all["trend"].as_object().unwrap().len(), 0);
    for (id, metric) in json["metrics"].as_object().unwrap() {
        assert_eq!(metric["value"], all["metrics"][id]["value"], "{id}");
    }
}

#[test]
fn checks_and_choices_of_a_score() {
    let place = Place::demo();
    place.tally(&["score", "--as-of", END, "--check", "--format", "csv"]).ended(1);
    place.tally(&["score", "--as-of", END, "--scorecard", "engineering"]).ok();
    place.tally(&["score", "--scorecard", "enginering"]).ended(2).says(&["no scorecard `enginering`", "engineering"]);
    place.tally(&["score", "--all", "--scorecard", "engineering"]).ended(2).says(&["cannot be used with"]);
    let said = place.tally(&["score", "--as-of", END, "--segment", "severity", "--months", "3"]).ok().out;
    assert!(said.contains("SEVERITY") && said.contains("critical"), "{said}");
    place.tally(&["score", "--as-of", END, "--segment", "label.region"]).ok().says(&["emea", "apac"]);
    let said = place.tally(&["score", "--as-of", END, "--segment", "person"]).ended(2);
    said.says(&["no segment `person`; these metrics have ", "severity"]);
    // The same question has the same answer, byte for byte.
    let ask = || place.tally(&["score", "--all", "--as-of", END, "--format", "json"]).ok().out;
    assert_eq!(ask(), ask());
    let early = place.tally(&["score", "--as-of", "2001-01-01", "--check"]);
    assert_eq!(early.ended(3).out.matches("· no data").count(), 8);
}

/// USERS-ASK 2: the list behind a number has as many rows as the number says.
#[test]
fn the_rows_behind_a_number_are_as_many_as_it_says() {
    let place = Place::demo();
    let score = place.score(END, &["--months", "0"]);
    let mut some = 0;
    for (id, metric) in score["metrics"].as_object().unwrap() {
        let rows = place.tally(&["metric", "rows", id, "--as-of", END, "--format", "json"]).ok().json();
        let rows = rows["rows"].as_array().unwrap();
        assert_eq!(rows.len() as u64, metric["n"].as_u64().unwrap(), "{id}");
        let keys: std::collections::BTreeSet<String> =
            rows.iter().map(|row| format!("{} {}", row["key"], row["item"])).collect();
        assert_eq!(keys.len(), rows.len(), "{id}: a row stands there twice");
        if metric["mode"] == "rate" {
            let hits = rows.iter().filter(|row| row["hit"] == true).count();
            assert_eq!(hits as u64, metric["numerator"].as_u64().unwrap(), "{id}");
            assert_eq!(rows.len() as u64, metric["denominator"].as_u64().unwrap(), "{id}");
        }
        some += usize::from(!rows.is_empty());
    }
    assert!(some >= 38, "only {some} metrics have rows in the made-up programme");
}

#[test]
fn rows_that_miss_and_the_way_to_the_target() {
    let place = Place::demo();
    let id = "remediation-within-sla";
    let json = |more: &[&str]| {
        let words = [&["metric", "rows", id, "--as-of", END, "--format", "json"], more].concat();
        place.tally(&words).ok().json()["rows"].as_array().unwrap().clone()
    };
    let all = json(&[]);
    let (hit, miss) = (json(&["--hit"]), json(&["--miss"]));
    assert_eq!(hit.len() + miss.len(), all.len());
    assert!(miss.iter().all(|row| row["hit"] == false && row["because"].as_str().is_some_and(|why| !why.is_empty())));
    let high = json(&["--where", "severity=high"]);
    assert!(!high.is_empty() && high.iter().all(|row| row["segments"]["severity"] == "high"));
    let both = json(&["--where", "severity=high", "--where", "risk_tier=low", "--miss"]);
    assert!(both.len() < high.len());
    let people = place.tally(&["metric", "rows", id, "--as-of", END, "--miss", "--limit", "2"]).ok();
    people.says(&["✗ miss", "rows, 2 shown (--limit)", "to the target"]);
    place.tally(&["metric", "rows", id, "--where", "sevrity=high"]).ended(2).says(&["no segment `sevrity`", "severity"]);
    place.tally(&["metric", "rows", id, "--where", "severity"]).ended(2).says(&["severity=high"]);
    place.tally(&["metric", "rows", id, "--hit", "--miss"]).ended(2);
}

#[test]
fn one_metric_in_full() {
    let place = Place::demo();
    let shown = place.tally(&["metric", "show", "time-to-remediate", "--as-of", END, "--sql"]).ok();
    shown.says(&["data source", "decision", "companion", "owner", "definition", "Kaplan-Meier median", "data through"]);
    let said = place.tally(&["metric", "show", "time-to-remedate"]).ended(2);
    insta::assert_snapshot!(said.err, @"error: no metric `time-to-remedate`; did you mean `time-to-remediate`?");
    let list = place.tally(&["metric", "list", "--format", "json"]).ok().json();
    assert_eq!(list.as_array().unwrap().len(), 40);
    // Definitions are there without a programme.
    Place::bare().tally(&["metric", "list"]).ok().says(&["time-to-remediate"]);
}

#[test]
fn the_catalog_is_checked() {
    let place = Place::demo();
    let said = place.tally(&["catalog", "check", "--as-of", END]).ok();
    assert!(said.err.contains("0 errors"), "{}", said.err);
    place.tally(&["catalog", "list", "--format", "csv"]).ok().says(&["scorecard,default", "mapping,garak"]);
    place.file(".tally/catalog/metrics/mine.toml", "id = \"mine\"\ntitle = 3\n");
    let said = place.tally(&["catalog", "check", "--format", "json"]).ended(1).json();
    let mine = said.as_array().unwrap().iter().find(|finding| finding["level"] == "error").unwrap();
    assert!(mine["file"].as_str().unwrap().contains("metrics/mine.toml") && mine["line"].as_u64() > Some(0), "{mine}");
}

#[test]
fn tables_kinds_and_the_schema() {
    let place = Place::bare();
    place.tally(&["schema"]).ok().says(&["findings", "eval_runs", "attempts"]);
    let shown = place.tally(&["schema", "finding"]).ok();
    shown.says(&["remediations[].claimed_at", "risk_accepted.until", "1 to 200 characters"]);
    place.tally(&["schema", "findings", "--format", "csv"]).ok().says(&["column,type,holds", "severity,"]);
    place.tally(&["schema", "findigs"]).ended(2).says(&["did you mean `findings`?"]);
    let schema = place.tally(&["schema", "--records"]).ok().json();
    assert_eq!(schema["$schema"], "https://json-schema.org/draft/2020-12/schema");
}

#[test]
fn a_segment_that_nothing_belongs_to_is_not_shown() {
    let place = Place::bare();
    place.tally(&["demo", "--print", "--as-of", END, "--data", "here"]).ok();
    let show = |more: &[&str]| {
        let words = [&["--data", "here", "metric", "show", "time-to-remediate", "--as-of", END], more].concat();
        place.tally(&words).ok().out
    };
    let all: serde_json::Value = serde_json::from_str(&show(&["--format", "json"])).unwrap();
    let segments = all["metrics"]["time-to-remediate"]["segments"].as_object().unwrap();
    let empty = |values: &serde_json::Value| values.as_object().unwrap().keys().all(|value| value == "(none)");
    let (hidden, shown): (Vec<_>, Vec<_>) = segments.iter().partition(|(_, values)| empty(values));
    assert!(!hidden.is_empty() && !shown.is_empty(), "{segments:?}");
    let text = show(&[]).to_lowercase();
    for (name, _) in hidden {
        assert!(!text.contains(name), "{name}");
        assert!(show(&["--segment", name]).to_lowercase().contains(name), "{name}");
    }
    for (name, _) in shown {
        assert!(text.contains(name), "{name}");
    }
}
