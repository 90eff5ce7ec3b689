//! Every garak and promptfoo file of the sample corpus against independently computed counts. Where the corpus is not
//! beside the repository, these tests have nothing to do; `runs` holds small ones.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;
use tally_import::{Completeness, Format, ToolRun, detect};
use tally_model::Instant;

use crate::support::{Small, Tried, notes, outcomes, run, sample, samples};

fn expected(file: &str) -> Option<BTreeMap<String, Value>> {
    let text = std::fs::read(samples()?.join(file)).expect(file);
    Some(serde_json::from_slice(&text).expect(file))
}

#[test]
fn garak_reports_count_as_expected() {
    let Some(expected) = expected("EXPECTED.json") else { return };
    let mut seen = 0;
    for (name, expect) in &expected {
        if !name.starts_with("garak/") || !name.contains(".report.jsonl") || name.contains("public") {
            continue;
        }
        let bytes = sample(name);
        assert_eq!(detect(&bytes, name), Some(Format::GarakReport), "{name}");
        let (run, tried) = run(&bytes, name);
        check_garak(name, expect, &run, &tried);
        seen += 1;
    }
    assert!(seen >= 18, "{seen}");
}

fn check_garak(name: &str, expect: &Value, run: &ToolRun, tried: &[Tried]) {
    let number = |key: &str| expect[key].as_u64().unwrap_or_else(|| panic!("{name}: {key}"));
    assert_eq!(run.attempts, number("unique_attempts"), "{name}");
    assert_eq!(run.unevaluated, number("unevaluated_attempts"), "{name}");
    let mut groups = BTreeMap::new();
    for group in run.groups.iter().filter(|group| group.detector != "unknown") {
        groups
            .insert(format!("{}|{}", group.probe, group.detector), (group.attempts, group.passed, group.failed, group.errors));
    }
    let per = expect["per_probe_detector_from_attempts"].as_object().expect(name);
    let of = |value: &Value, key: &str| value[key].as_u64().unwrap_or_default();
    let wanted: BTreeMap<String, (u64, u64, u64, u64)> = per
        .iter()
        .map(|(key, value)| {
            let errors = of(value, "nones") + of(value, "nan");
            (key.clone(), (of(value, "attempts"), of(value, "passed"), of(value, "fails"), errors))
        })
        .collect();
    assert_eq!(groups, wanted, "{name}");
    let hits: BTreeSet<_> =
        tried.iter().filter(|tried| tried.outcome == "fail").map(|tried| (&tried.probe, &tried.key)).collect();
    assert_eq!(hits.len() as u64, number("attempts_with_hit"), "{name}");
    let complete = run.completeness == Completeness::Complete;
    assert_eq!(complete, expect["completed"].as_bool().expect(name), "{name}: {:?}", run.completeness);
    let mismatches = expect["eval_vs_attempt_mismatches"].as_array().expect(name).len();
    let noted = run.problems.iter().filter(|problem| problem.expected.contains("eval line")).count();
    assert_eq!(noted, mismatches, "{name}: {}", notes(run));
    let verdicts = outcomes(tried);
    let total = |word: &str| verdicts.get(word).copied().unwrap_or_default();
    assert_eq!(
        (run.totals.passed, run.totals.failed, run.totals.errors),
        (total("pass"), total("fail"), total("error")),
        "{name}"
    );
    let init = &expect["init"];
    if let Some(id) = init["run"].as_str() {
        assert_eq!(run.run_id, id, "{name}");
    }
    assert_eq!(run.tool_version.as_deref(), init["garak_version"].as_str(), "{name}");
    check_records(name, run);
}

/// Whatever a run gives, its records must be whole.
fn check_records(name: &str, run: &ToolRun) {
    let records = tally_import::records(run, "bank-bot", Instant::parse("2026-12-01").expect("a date"));
    for record in &records {
        assert_eq!(record.check(), [], "{name}");
        let json = record.canonical();
        let json = tally_model::json::Json::parse(&json).expect("JSON");
        let again = tally_model::Record::read(&json).unwrap_or_else(|problems| panic!("{name}: {problems:?}"));
        assert_eq!(&again, record, "{name}");
    }
    let sum = |field: &str| -> u64 {
        let runs = records.iter().filter(|record| record.kind().name == "eval_run");
        runs.map(|record| record.get(field).and_then(tally_model::Value::count).unwrap_or(-1) as u64).sum()
    };
    assert_eq!((sum("passed"), sum("failed"), sum("errors")), (run.totals.passed, run.totals.failed, run.totals.errors));
    let ids: BTreeSet<_> = records.iter().map(|record| (record.kind().name, record.id().to_owned())).collect();
    assert_eq!(ids.len(), records.len(), "{name}");
}

#[test]
fn a_null_output_that_was_scored_is_noted() {
    if samples().is_none() {
        return;
    }
    let (run, _) = run(&sample("garak/v0.17.1_nones.report.jsonl"), "nones");
    insta::assert_snapshot!(notes(&run), @r"
        nones: found 24 scores that `always.Pass` gave to null outputs, expected no score without an output; they count as the score says
        nones: found times without an offset (garak writes local time), expected an offset; they were taken as UTC
        ");
}

#[test]
fn runs_that_stopped_say_so() {
    if samples().is_none() {
        return;
    }
    let mut out = String::new();
    for name in [
        "garak/v0.17.1_interrupted_sigint.report.jsonl",
        "garak/v0.17.1_crashed_exception.report.jsonl.gz",
        "garak/v0.17.1_truncated_lastline.report.jsonl",
        "garak/repo-fixtures/agg.report.jsonl",
        "garak/repo-fixtures/qual_review_mixed.report.jsonl",
        "promptfoo/v0.121.20_interrupted_kill_export.json",
        "promptfoo/v0.121.20_interrupted_sigint_export.json",
        "promptfoo/v0.121.20_redteam_before.jsonl",
    ] {
        let (run, _) = run(&sample(name), name);
        out.push_str(&format!("{name}: {:?}\n{}", run.completeness, notes(&run)));
    }
    insta::assert_snapshot!(out, @r#"
        garak/v0.17.1_interrupted_sigint.report.jsonl: Partial("no completion line; 68 attempts were not evaluated; 2 of 4 planned probes have no attempt")
        garak/v0.17.1_interrupted_sigint.report.jsonl: found times without an offset (garak writes local time), expected an offset; they were taken as UTC
        garak/v0.17.1_crashed_exception.report.jsonl.gz: Partial("no completion line; 2 of 14 planned probes have no attempt")
        garak/v0.17.1_crashed_exception.report.jsonl.gz: found times without an offset (garak writes local time), expected an offset; they were taken as UTC
        garak/v0.17.1_truncated_lastline.report.jsonl: Partial("the file ends in the middle of a line; no completion line; 51 attempts were not evaluated; 2 of 4 planned probes have no attempt")
        garak/v0.17.1_truncated_lastline.report.jsonl:160: found the file ends in the middle of a line, expected whole lines; the half line was left out
        garak/v0.17.1_truncated_lastline.report.jsonl: found times without an offset (garak writes local time), expected an offset; they were taken as UTC
        garak/repo-fixtures/agg.report.jsonl: Partial("an aggregated report does not say whether its runs were completed")
        garak/repo-fixtures/agg.report.jsonl: found times without an offset (garak writes local time), expected an offset; they were taken as UTC
        garak/repo-fixtures/qual_review_mixed.report.jsonl: Partial("no completion line; 3 attempts were not evaluated")
        promptfoo/v0.121.20_interrupted_kill_export.json: Partial("45 rows of 600 that were configured")
        promptfoo/v0.121.20_interrupted_kill_export.json: found no time of the end of the run, expected one; the time of the export was taken
        promptfoo/v0.121.20_interrupted_kill_export.json: found 14 passed, 31 failed and 0 errors in the rows, expected 0, 22 and 0, as promptfoo's own `stats` say; the rows count
        promptfoo/v0.121.20_interrupted_kill_export.json: found 7 HTTP error pages graded as a pass and 0 graded as a failure, expected answers of the system; they count as errors; set `validateStatus` for the HTTP provider
        promptfoo/v0.121.20_interrupted_sigint_export.json: Partial("40 rows of 600 that were configured")
        promptfoo/v0.121.20_interrupted_sigint_export.json: found no time of the end of the run, expected one; the time of the export was taken
        promptfoo/v0.121.20_interrupted_sigint_export.json: found 5 passed, 31 failed and 4 errors in the rows, expected 5, 31 and 3, as promptfoo's own `stats` say; the rows count
        promptfoo/v0.121.20_interrupted_sigint_export.json: found 2 HTTP error pages graded as a pass and 0 graded as a failure, expected answers of the system; they count as errors; set `validateStatus` for the HTTP provider
        promptfoo/v0.121.20_redteam_before.jsonl: Partial("rows alone do not say how many there should be")
        promptfoo/v0.121.20_redteam_before.jsonl: found rows without the document around them, expected the JSON export, which names run, time and suite; use one of the two for a run, not both: nothing in the rows says that they are the same
        "#);
}

#[test]
fn promptfoo_results_count_as_expected() {
    let Some(expected) = expected("EXPECTED.json") else { return };
    let mut seen = 0;
    for (name, expect) in &expected {
        if !name.starts_with("promptfoo/") || expect.get("outcome").is_none() {
            continue;
        }
        let bytes = sample(name);
        let (run, tried) = run(&bytes, name);
        let number = |value: &Value| value.as_u64().unwrap_or_default();
        let pages = number(&expect["http_status_ge400_graded_pass"]);
        let outcome = &expect["outcome"];
        let wanted = (number(&outcome["pass"]) - pages, number(&outcome["fail"]), number(&outcome["error"]) + pages);
        assert_eq!((run.totals.passed, run.totals.failed, run.totals.errors), wanted, "{name}");
        assert_eq!(run.attempts, number(&expect["rows"]), "{name}");
        assert_eq!(tried.len() as u64, run.attempts, "{name}");
        if pages > 0 {
            assert!(notes(&run).contains(&format!("{pages} HTTP error pages graded as a pass")), "{name}");
        }
        check_groups(name, expect, &run);
        check_records(name, &run);
        if let Some(providers) = expect["providers_seen"].as_array() {
            let targets: BTreeSet<_> = run.groups.iter().map(|group| group.target.as_str()).collect();
            assert_eq!(targets, providers.iter().filter_map(Value::as_str).collect(), "{name}");
        }
        for problem in &run.problems {
            assert!(!problem.to_string().contains("sk-mock"), "{name}");
        }
        seen += 1;
    }
    assert!(seen >= 11, "{seen}");
}

fn check_groups(name: &str, expect: &Value, run: &ToolRun) {
    for (key, by) in [("per_plugin", false), ("per_strategy", true)] {
        let Some(wanted) = expect[key].as_object().filter(|wanted| !wanted.is_empty()) else { continue };
        let mut counts: BTreeMap<&str, [u64; 3]> = BTreeMap::new();
        for group in &run.groups {
            let count = counts.entry(if by { &group.detector } else { &group.probe }).or_default();
            *count = [count[0] + group.passed, count[1] + group.failed, count[2] + group.errors];
        }
        let of = |value: &Value| ["pass", "fail", "error"].map(|word| value[word].as_u64().unwrap_or_default());
        assert_eq!(counts, wanted.iter().map(|(name, value)| (name.as_str(), of(value))).collect(), "{name}");
    }
    let mut severities: BTreeMap<&str, u64> = BTreeMap::new();
    for group in run.groups.iter().filter(|group| group.failed > 0 && !["eval"].contains(&&*group.detector)) {
        *severities.entry(&group.base_severity).or_default() += group.failed;
    }
    if let Some(wanted) = expect["failed_by_severity"].as_object() {
        let wanted = wanted.iter().map(|(word, count)| (word.as_str(), count.as_u64().unwrap_or_default())).collect();
        assert_eq!(severities, wanted, "{name}");
    }
}

#[test]
fn garak_attempts_match_across_runs() {
    let Some(expected) = expected("EXPECTED_REGRESSION.json") else { return };
    let verdicts = |name: &str| {
        let (_, tried) = run(&sample(name), name);
        let mut verdicts: BTreeMap<_, &'static str> = BTreeMap::new();
        for tried in tried {
            let verdict = verdicts.entry((tried.probe, tried.detector, tried.key)).or_insert("none");
            *verdict = match (tried.outcome, *verdict) {
                ("fail", _) | (_, "hit") => "hit",
                ("pass", _) | (_, "pass") => "pass",
                _ => "none",
            };
        }
        verdicts
    };
    let before = verdicts("garak/v0.17.1_regress_before.report.jsonl");
    let after = verdicts("garak/v0.17.1_regress_after.report.jsonl");
    check_transitions(&expected["garak"], &before, &after);
}

#[test]
fn promptfoo_attempts_match_across_runs() {
    let Some(expected) = expected("EXPECTED_REGRESSION.json") else { return };
    let verdicts = |name: &str| -> BTreeMap<_, _> {
        let (_, tried) = run(&sample(name), name);
        let word = |outcome| match outcome {
            "fail" => "hit",
            "pass" => "pass",
            _ => "none",
        };
        tried.into_iter().map(|tried| ((tried.probe, tried.detector, tried.key), word(tried.outcome))).collect()
    };
    let before = verdicts("promptfoo/v0.121.20_redteam_before.json");
    let after = verdicts("promptfoo/v0.121.20_redteam_after.json");
    check_transitions(&expected["promptfoo"], &before, &after);
}

type Verdicts = BTreeMap<(String, String, String), &'static str>;

fn check_transitions(expect: &Value, before: &Verdicts, after: &Verdicts) {
    let mut transitions: BTreeMap<String, u64> = BTreeMap::new();
    let mut groups: BTreeMap<String, BTreeMap<String, u64>> = BTreeMap::new();
    for (key, was) in before {
        let is = after.get(key).unwrap_or(&"missing");
        let step = format!("{was}->{is}");
        *transitions.entry(step.clone()).or_default() += 1;
        if was != is {
            *groups.entry(format!("{}|{}", key.0, key.1)).or_default().entry(step).or_default() += 1;
        }
    }
    let of = |value: &Value| -> BTreeMap<String, u64> { serde_json::from_value(value.clone()).expect("counts") };
    assert_eq!(transitions, of(&expect["transitions"]));
    let wanted = expect["changed_by_group"].as_object().expect("groups");
    assert_eq!(groups, wanted.iter().map(|(name, value)| (name.clone(), of(value))).collect());
    assert_eq!(before.len() as u64, expect["keys_before"].as_u64().expect("a number"));
}

#[test]
fn no_prompt_no_output_and_no_key_leaves() {
    if samples().is_none() {
        return;
    }
    let _ = Small;
    let name = "promptfoo/v0.80.3_redteam_v2.json";
    let (run, tried) = run(&sample(name), name);
    let at = Instant::parse("2026-12-01").expect("a date");
    let records: Vec<String> = tally_import::records(&run, "bank-bot", at)
        .iter()
        .map(|record| String::from_utf8(record.canonical()).expect("UTF-8"))
        .collect();
    let all = format!("{run:?}{tried:?}{records:?}");
    for secret in ["sk-mock", "attack 9", "account data", "help with that", "mock failure"] {
        assert!(!all.contains(secret), "{secret}");
    }
    insta::assert_snapshot!(notes(&run), @r"
        promptfoo/v0.80.3_redteam_v2.json: found no time of the end of the run, expected one; the time of the start was taken
        promptfoo/v0.80.3_redteam_v2.json: found results of version 2, with 17 failures that nothing graded, expected errors apart from failures, which version 2 does not write; they count as failures
        promptfoo/v0.80.3_redteam_v2.json: found 2 keys or tokens in clear in `config`, expected none; they were not read into anything; revoke them, and keep this file away from others
        ");
}
