//! The story tells what it should: each turn of the plot is looked for with the simplest arithmetic that shows it.

use std::collections::BTreeSet;

use jiff::Timestamp;
use serde_json::Value;

use crate::programme::{Programme, at, items, story, word};

fn percent(hits: usize, all: usize) -> f64 {
    100.0 * hits as f64 / all as f64
}

fn within(when: Option<Timestamp>, from: Timestamp, to: Timestamp) -> bool {
    when.is_some_and(|when| from <= when && when < to)
}

fn mean(values: &[f64]) -> f64 {
    values.iter().sum::<f64>() / values.len() as f64
}

/// Production systems and the assessments of the year before a day.
fn year(story: &Programme, ago: i64) -> (Vec<&Value>, Vec<&Value>) {
    let end = story.ago(ago);
    let live = |system: &&Value| {
        at(system, "production_from").is_some_and(|from| from < end) && at(system, "retired_at").is_none_or(|gone| gone >= end)
    };
    let done = |assessment: &&Value| within(at(assessment, "delivered_at"), story.ago(ago + 365), end);
    (story.all("system").filter(live).collect(), story.all("assessment").filter(done).collect())
}

fn coverage(story: &Programme, ago: i64) -> f64 {
    let (systems, assessments) = year(story, ago);
    let tested: BTreeSet<&str> = assessments.iter().map(|assessment| word(assessment, "system")).collect();
    percent(systems.iter().filter(|system| tested.contains(word(system, "id"))).count(), systems.len())
}

fn depth(story: &Programme, ago: i64) -> f64 {
    let (mut tested, mut applicable) = (0, 0);
    for assessment in year(story, ago).1 {
        tested += items(assessment, "techniques_tested").len();
        applicable += items(story.get("system", word(assessment, "system")).unwrap(), "techniques").len();
    }
    percent(tested, applicable)
}

/// Cycles retested from one day before the end to another, and how many of them held.
fn fixes(story: &Programme, from: i64, to: i64) -> f64 {
    let cycles = story.all("finding").flat_map(|finding| items(finding, "remediations"));
    let seen: Vec<&Value> = cycles.filter(|cycle| within(at(cycle, "retested_at"), story.ago(from), story.ago(to))).collect();
    percent(seen.iter().filter(|cycle| cycle["result"] == "fixed").count(), seen.len())
}

/// Mean days to a confirmed fix of findings of a severity, confirmed between two days before the end.
fn days_to_fix(story: &Programme, severity: &str, from: i64, to: i64) -> f64 {
    let mut days = Vec::new();
    for finding in story.all("finding").filter(|finding| finding["severity"] == severity) {
        let Some(last) = items(finding, "remediations").last().filter(|last| last["result"] == "fixed") else { continue };
        let confirmed = at(last, "retested_at").unwrap();
        if within(Some(confirmed), story.ago(from), story.ago(to)) {
            days.push((confirmed.as_second() - at(finding, "reported_at").unwrap().as_second()) as f64 / 86_400.0);
        }
    }
    mean(&days)
}

#[test]
fn coverage_climbs_while_depth_dips_and_recovers() {
    let story = story();
    let (start, end) = (coverage(&story, 730), coverage(&story, 0));
    assert!((30.0..42.0).contains(&start), "coverage starts at {start}");
    assert!((80.0..90.0).contains(&end), "coverage ends at {end}");
    let middle = coverage(&story, 365);
    assert!((50.0..75.0).contains(&middle), "coverage is {middle} in the middle");
    let (before, dip, after) = (depth(&story, 700), depth(&story, 240), depth(&story, 0));
    assert!(before > 68.0 && dip < 56.0 && after > 68.0, "depth: {before}, {dip}, {after}");
}

#[test]
fn findings_rise_after_the_agents_go_live() {
    let story = story();
    let reported = |from: i64, to: i64| {
        let all = story.all("finding");
        all.filter(|finding| within(at(finding, "reported_at"), story.ago(from), story.ago(to))).count()
    };
    assert!(reported(245, 0) as f64 / 245.0 > 1.6 * reported(490, 245) as f64 / 245.0);
    let live = at(story.get("system", "agent-platform").unwrap(), "production_from");
    assert!(within(live, story.ago(250), story.ago(240)));
    let agentic: Vec<&Value> = story.all("finding").filter(|finding| word(finding, "class").starts_with("ASI")).collect();
    assert!(agentic.len() > 60, "{} agentic findings", agentic.len());
    assert!(agentic.iter().all(|finding| at(finding, "reported_at").unwrap() > story.ago(300)));
    assert!(agentic.iter().any(|finding| items(finding, "techniques").contains(&"AML.T0053".into())));
}

#[test]
fn an_incident_comes_in_a_class_that_nobody_had_tested() {
    let story = story();
    let incident = story.all("incident").find(|incident| incident["severity"] == "critical").unwrap();
    let started = at(incident, "started_at").unwrap();
    assert!(within(Some(started), story.ago(156), story.ago(149)));
    let of_class: Vec<&Value> = story.all("finding").filter(|finding| finding["class"] == incident["class"]).collect();
    assert!(of_class.len() >= 12 && of_class.iter().all(|finding| at(finding, "reported_at").unwrap() > started));
    let technique = Value::from("AML.T0080.000");
    let rehearsed = story.all("tabletop").filter(|tabletop| items(tabletop, "techniques").contains(&technique));
    assert!(rehearsed.filter(|tabletop| at(tabletop, "held_at").unwrap() > started).count() == 1);
    let tried: Vec<&Value> =
        story.all("assessment").filter(|assessment| items(assessment, "techniques_tested").contains(&technique)).collect();
    assert!(tried.len() >= 5 && tried.iter().all(|assessment| at(assessment, "delivered_at").unwrap() > started));
}

#[test]
fn fixes_come_faster_and_hold_less_often_for_a_while() {
    let story = story();
    for severity in ["critical", "high", "medium"] {
        let (first, last) = (days_to_fix(&story, severity, 730, 365), days_to_fix(&story, severity, 180, 0));
        assert!(last < 0.75 * first, "{severity}: {first} days, then {last}");
    }
    let (before, sag, after) = (fixes(&story, 600, 290), fixes(&story, 260, 130), fixes(&story, 90, 0));
    assert!(before > 85.0 && sag < 75.0 && after > 85.0, "fixes that hold: {before}, {sag}, {after}");
    let tries = || {
        let cycles = story.all("finding").flat_map(|finding| items(finding, "remediations"));
        cycles.filter(|cycle| cycle["retest_trials"].as_u64() >= Some(59))
    };
    assert!(tries().filter(|cycle| cycle["retest_hits"] == 0).count() > 50);
    assert!(tries().filter(|cycle| cycle["retest_hits"] == 1).count() > 3);
}

#[test]
fn one_leaked_key_was_slow_to_revoke() {
    let story = story();
    let mut minutes: Vec<i64> = Vec::new();
    for leak in story.all("key_compromise") {
        minutes.push((at(leak, "revoked_at").unwrap().as_second() - at(leak, "detected_at").unwrap().as_second()) / 60);
    }
    assert_eq!(minutes.iter().filter(|minutes| **minutes > 24 * 60).count(), 1);
    assert!(minutes.iter().filter(|minutes| **minutes <= 30).count() >= 3);
}

#[test]
fn indexes_learn_to_check_rights_and_evals_to_pass() {
    let story = story();
    let share = |kind: &str, when: &str, hits: &str, rest: &dyn Fn(&Value) -> u64, from: i64, to: i64| {
        let seen: Vec<&Value> =
            story.all(kind).filter(|record| within(at(record, when), story.ago(from), story.ago(to))).collect();
        let hits: u64 = seen.iter().map(|record| record[hits].as_u64().unwrap()).sum();
        percent(hits as usize, seen.iter().map(|record| rest(record)).sum::<u64>() as usize)
    };
    let documents = |record: &Value| record["documents"].as_u64().unwrap();
    let cases = |record: &Value| record["passed"].as_u64().unwrap() + record["failed"].as_u64().unwrap();
    assert!(share("index_audit", "at", "authorized", &documents, 730, 500) < 78.0);
    let last = share("index_audit", "at", "authorized", &documents, 90, 0);
    assert!((95.5..98.5).contains(&last), "authorized at the end: {last}");
    assert!(share("eval_run", "finished_at", "passed", &cases, 730, 500) < 84.0);
    assert!(share("eval_run", "finished_at", "passed", &cases, 90, 0) > 93.0);
}

#[test]
fn the_rest_of_a_programme_is_there() {
    let story = story();
    let total: usize = story.kinds.values().map(|records| records.len()).sum();
    assert_eq!(story.kinds.len(), 32, "every kind of RECORDS.md");
    assert!((3_000..=6_000).contains(&total), "{total} records");
    assert_eq!(story.count("system"), 40);
    assert_eq!(story.count("metric_review"), 8 * 6);
    let required = ["design_review", "production_approval", "adversarial_testing", "production_monitoring"];
    let overdue = |topic: &&str| at(story.get("process", topic).unwrap(), "review_due").unwrap() < story.as_of;
    assert_eq!(required.iter().filter(|topic| overdue(topic)).count(), 1);
    let author = |check: &Value| story.get("release", word(check, "release")).unwrap()["author"].clone();
    let alone =
        story.all("gate_check").filter(|check| check["check"] == "prompt_review" && check["performed_by"] == author(check));
    assert!(alone.count() > 3);
    assert!(story.all("monitor").any(|monitor| monitor["baseline_at"].is_null()));
    for disposition in ["accepted", "disputed", "false_positive", "duplicate"] {
        assert!(story.all("finding").filter(|finding| finding["disposition"] == disposition).count() > 5, "{disposition}");
    }
    assert!(story.all("finding").filter(|finding| finding["risk_accepted"].is_object()).count() > 5);
    let critical = |finding: &&Value| finding["severity"] == "critical";
    for part in ["scope", "preconditions", "reproduction", "control_failure", "business_impact", "remediation_advice"] {
        assert!(story.all("finding").filter(critical).all(|finding| finding[part].is_string()), "{part}");
    }
    assert!(story.all("assessment").any(|assessment| at(assessment, "planned_for").unwrap() > story.as_of));
    assert!(story.all("system").any(|system| at(system, "production_from").is_some_and(|from| from > story.as_of)));
}
