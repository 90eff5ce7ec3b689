//! `--skip-bad`: the good rows come in, the bad ones and those that stand on them stay out, and all of it is told.

use crate::support::Place;

const CASCADE: &str = r#"{"kind":"team","id":"q","name":"Q","function":"nope"}
{"kind":"system","id":"sq","name":"x","owner":"q","origin":"internal","type":"assistant","risk_tier":"high"}
{"kind":"scan","id":"scq","system":"sq","tool":"t","automated":true,"at":"2026-01-01"}
{"kind":"scan","id":"fine","system":"bot","tool":"t","automated":true,"at":"2026-01-01"}
half a line
"#;

#[test]
fn what_stands_on_a_bad_row_stays_out_too() {
    let place = Place::base();
    place.file("in.jsonl", CASCADE);
    let said = place.tally(&["import", "records", "in.jsonl", "--skip-bad"]).ok();
    insta::assert_snapshot!(said.out, @"1 new, 0 changed, 0 unchanged, 4 left out; journal has 3 entries");
    assert_eq!(said.err.lines().count(), 4, "{}", said.err);
    said.says(&["in.jsonl:1: team q", "in.jsonl:2: system sq", "in.jsonl:3: scan scq", "in.jsonl:5"]);
    assert_eq!(place.count("select count(*) from scans"), 1);
    let again = place.tally(&["import", "records", "in.jsonl", "--skip-bad"]).ok();
    insta::assert_snapshot!(again.out, @"0 new, 0 changed, 1 unchanged, 4 left out; nothing new, nothing was written");
    assert_eq!(place.size(), 3);
}

#[test]
fn a_dry_run_of_it() {
    let place = Place::base();
    place.file("in.jsonl", CASCADE);
    let said = place.tally(&["import", "records", "in.jsonl", "--skip-bad", "--dry-run"]).ok();
    insta::assert_snapshot!(said.out, @"
    scan fine: new
    would be 1 new, 0 changed, 0 unchanged, 4 left out; nothing was written
    ");
    assert_eq!(place.size(), 2);
}

#[test]
fn many_problems_are_counted() {
    let place = Place::base();
    let lines: String = (0..1_500).map(|no| format!("{{\"kind\":\"team\",\"id\":\"t{no}\"}}\n")).collect();
    let said = place.import(&lines).ended(2);
    said.says(&["and 2000 more problems", "3000 problems in 1500 records; nothing was written"]);
    let said = place.tally(&["import", "records", "in.jsonl", "--skip-bad", "--format", "json"]).ok().json();
    assert_eq!((&said["skipped"], &said["errors"], &said["read"]), (&1_500.into(), &3_000.into(), &1_500.into()));
}
