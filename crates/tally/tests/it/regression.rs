//! A later run of the same suite: a claimed fix is held against it, absence is never a fix, what comes back is new.

use std::path::Path;

use serde_json::{Value as Json, json};

use crate::support::{Place, shared};
use crate::tools::import;

/// A garak report: probes, each with passes and hits, finished at an instant.
pub fn report(place: &Place, name: &str, at: &str, probes: &[(&str, u32, u32)]) -> std::path::PathBuf {
    let mut lines = vec![
        json!({"entry_type": "start_run setup", "transient.starttime_iso": at, "run.generations": 1}),
        json!({"entry_type": "init", "garak_version": "0.17.1", "start_time": at, "run": format!("run-{name}")}),
    ];
    for (probe, passed, failed) in probes {
        for no in 0..passed + failed {
            let score = if no < *passed { 0.0 } else { 1.0 };
            lines.push(json!({
                "entry_type": "attempt", "uuid": format!("{probe}-{no}"), "seq": no, "status": 2, "probe_classname": probe,
                "prompt": {"turns": [{"role": "user", "content": {"text": format!("try {no}")}}]},
                "outputs": [{"text": "answer"}], "detector_results": {"always.Check": [score]}, "goal": "g"
            }));
        }
        lines.push(json!({
            "entry_type": "eval", "probe": probe, "detector": "always.Check", "passed": passed, "fails": failed, "nones": 0,
            "total_evaluated": passed + failed, "total_processed": passed + failed
        }));
    }
    lines.push(json!({"entry_type": "completion", "end_time": at, "run": format!("run-{name}")}));
    let text: Vec<String> = lines.iter().map(Json::to_string).collect();
    place.file(&format!("{name}.report.jsonl"), text.join("\n") + "\n")
}

fn claim(place: &Place, id: &str, at: &str) {
    let patch = json!({"kind": "finding", "id": id, "remediations": [{"claimed_at": at, "by": "payments"}]});
    place.import(patch.to_string()).ok().says(&["1 changed"]);
}

fn told(said: &Json) -> Vec<String> {
    let list = said["findings"].as_array().unwrap().iter();
    list.map(|told| format!("{}: {}", told["finding"].as_str().unwrap(), told["what"].as_str().unwrap())).collect()
}

fn cycles(place: &Place) -> String {
    let query = "select finding, result, retest_trials, retest_hits from finding_remediations order by finding";
    place.tally(&["sql", query, "--format", "csv"]).ok().out
}

#[test]
fn a_claimed_fix_is_held_against_the_next_run() {
    let place = Place::base();
    let run = |name: &str, at: &str, probes: &[(&str, u32, u32)]| {
        let path = report(&place, name, at, probes);
        told(&import(&place, &path)).join("\n")
    };
    let first = run("one", "2026-02-01T00:00:00Z", &[("dan.A", 5, 5), ("dan.B", 5, 5), ("dan.C", 5, 5), ("dan.D", 5, 5)]);
    insta::assert_snapshot!(first, @"
    garak:bot:dan.A:always.Check: new finding
    garak:bot:dan.B:always.Check: new finding
    garak:bot:dan.C:always.Check: new finding
    garak:bot:dan.D:always.Check: new finding
    ");
    for id in ["A", "B", "C"] {
        claim(&place, &format!("garak:bot:dan.{id}:always.Check"), "2026-02-10T00:00:00Z");
    }
    // A holds, B does not, C is not tried, D fails without a claim.
    let second = run("two", "2026-03-01T00:00:00Z", &[("dan.A", 10, 0), ("dan.B", 7, 3), ("dan.D", 4, 6)]);
    insta::assert_snapshot!(second, @"
    garak:bot:dan.A:always.Check: claimed fix holds
    garak:bot:dan.B:always.Check: claimed fix does not hold
    garak:bot:dan.D:always.Check: still failing
    ");
    insta::assert_snapshot!(cycles(&place), @"
    finding,result,retest_trials,retest_hits
    garak:bot:dan.A:always.Check,fixed,10,0
    garak:bot:dan.B:always.Check,not_fixed,10,3
    garak:bot:dan.C:always.Check,,,
    ");
    // What was fixed fails again: a new finding. What passes with no claim stays open.
    let third = run("three", "2026-04-01T00:00:00Z", &[("dan.A", 9, 1), ("dan.B", 10, 0), ("dan.D", 10, 0)]);
    insta::assert_snapshot!(third, @"
    garak:bot:dan.A:always.Check.r2: fixed before, fails again: a new finding
    garak:bot:dan.B:always.Check: passes now, but its fix did not hold and no new one was claimed: stays open
    garak:bot:dan.D:always.Check: passes now, no fix was claimed: stays open
    ");
    let ids = place.tally(&["sql", "select id from findings order by id", "--format", "csv"]).ok().out;
    insta::assert_snapshot!(ids, @"
    id
    garak:bot:dan.A:always.Check
    garak:bot:dan.A:always.Check.r2
    garak:bot:dan.B:always.Check
    garak:bot:dan.C:always.Check
    garak:bot:dan.D:always.Check
    ");
    let fourth = run("four", "2026-05-01T00:00:00Z", &[("dan.A", 8, 2)]);
    insta::assert_snapshot!(fourth, @"garak:bot:dan.A:always.Check.r2: still failing");
    place.tally(&["journal", "verify"]).ok();
}

#[test]
fn the_sample_pair() {
    let Some(folder) = shared("formats/samples/garak") else { return };
    let place = Place::base();
    let path = |name: &str| folder.join(format!("v0.17.1_regress_{name}.report.jsonl"));
    let ids: Vec<String> = told(&import(&place, Path::new(&path("before"))))
        .iter()
        .map(|told| told.strip_suffix(": new finding").expect("a new finding").to_owned())
        .collect();
    let end = place.tally(&["sql", "select max(finished_at) as at from eval_runs", "--format", "json"]).ok().json();
    for id in &ids {
        claim(&place, id, end[0]["at"].as_str().unwrap());
    }
    let said = import(&place, &path("after"));
    let groups = said["run"]["groups"].as_array().unwrap();
    let rows = place.tally(&["sql", "select * from finding_remediations", "--format", "json"]).ok().json();
    for id in &ids {
        let group = groups.iter().find(|group| {
            *id == format!("garak:bot:{}:{}", group["probe"].as_str().unwrap(), group["detector"].as_str().unwrap())
        });
        let group = group.unwrap();
        let cycle = rows.as_array().unwrap().iter().find(|row| row["finding"] == id.as_str()).unwrap();
        let failed = group["failed"].as_u64().unwrap();
        assert_eq!(cycle["result"], if failed > 0 { "not_fixed" } else { "fixed" }, "{id}");
        assert_eq!(cycle["retest_hits"], failed, "{id}");
        assert_eq!(cycle["retest_trials"], failed + group["passed"].as_u64().unwrap(), "{id}");
    }
}
