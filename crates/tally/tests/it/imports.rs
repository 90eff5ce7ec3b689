//! Many files at once, one after the other in time; reading ahead changes nothing of what is written or told.

use serde_json::json;

use crate::regression::report;
use crate::support::{Place, fixture};

/// Two runs of the same suite, the later one first by name.
fn two(place: &Place) {
    report(place, "runs/b-first", "2026-02-01T00:00:00Z", &[("dan.A", 5, 5), ("dan.B", 5, 5)]);
    report(place, "runs/a-second", "2026-03-01T00:00:00Z", &[("dan.A", 10, 0), ("dan.B", 7, 3)]);
}

fn commits(place: &Place) -> usize {
    let entries = place.tally(&["journal", "show", "--limit", "10000", "--format", "json"]).ok().json();
    let numbers = entries.as_array().unwrap().iter().map(|entry| entry["commit"].as_u64().unwrap());
    numbers.collect::<std::collections::BTreeSet<_>>().len()
}

#[test]
fn several_reports_are_one_commit() {
    let place = Place::base();
    two(&place);
    let before = commits(&place);
    let (later, earlier) = ("runs/a-second.report.jsonl", "runs/b-first.report.jsonl");
    let said = place.tally(&["import", "garak", later, earlier, "--system", "bot", "--format", "json"]).ok().json();
    assert_eq!(commits(&place), before + 1);
    assert_eq!(said["written"], true);
    assert_eq!(said["journal_size"], place.size());
    let reports = said["reports"].as_array().unwrap();
    // By the time the runs ended, whatever the order of the words.
    let files: Vec<_> = reports.iter().map(|report| report["file"].as_str().unwrap()).collect();
    assert_eq!(files, ["b-first.report.jsonl", "a-second.report.jsonl"]);
    let told: Vec<_> =
        reports.iter().flat_map(|report| report["findings"].as_array().unwrap()).map(|told| &told["what"]).collect();
    let stays = "passes now, no fix was claimed: stays open";
    assert_eq!(json!(told), json!(["new finding", "new finding", stays, "still failing"]));
    assert_eq!(place.count("select count(*) from eval_runs"), 2);
    // Again, with one that is new: the known ones are told, the new one is written.
    report(&place, "runs/c-third", "2026-04-01T00:00:00Z", &[("dan.B", 9, 1)]);
    let said = place.tally(&["import", "garak", "runs", "--system", "bot"]).ok();
    assert_eq!(said.out.matches("these very bytes were imported before").count(), 2, "{}", said.out);
    assert!(said.out.contains("c-third.report.jsonl: garak 0.17.1"), "{}", said.out);
    assert_eq!(place.count("select count(*) from eval_runs"), 3);
    place.tally(&["journal", "verify"]).ok();
}

#[test]
fn a_folder_of_reports() {
    let place = Place::base();
    two(&place);
    place.file("runs/records.jsonl", crate::support::BASE);
    place.file("runs/README.txt", "nothing of interest");
    std::fs::copy(fixture("promptfoo_v3.json"), place.path("runs/promptfoo.json")).unwrap();
    let said = place.tally(&["import", "runs", "--system", "bot"]).ok();
    said.says(&[
        "records.jsonl: found program records (JSON Lines)",
        "the file was left out",
        "b-first",
        "a-second",
        "promptfoo",
    ]);
    assert_eq!(place.count("select count(distinct tool) from eval_runs"), 2);
    place.tally(&["import", "promptfoo", "runs", "--system", "bot"]).ok().says(&["imported before", "garak report"]);
    std::fs::create_dir(place.path("empty")).unwrap();
    place.file("empty/records.jsonl", crate::support::BASE);
    place.tally(&["import", "empty", "--system", "bot"]).ended(2).says(&["no report of garak or promptfoo in this folder"]);
}

#[test]
fn one_bad_report_and_nothing_is_written() {
    let place = Place::base();
    two(&place);
    place.file("runs/x.report.jsonl", "{\"not\":\"a report\"}");
    let words = ["runs/a-second.report.jsonl", "runs/x.report.jsonl"];
    place.tally(&[&["import", "garak"], &words[..], &["--system", "bot"]].concat()).ended(2).says(&["x.report.jsonl"]);
    assert_eq!(place.size(), 2);
    let left = crate::support::files(&place.path(".tally/lake"));
    assert!(left.is_empty(), "{left:?}");
    // The same bytes twice in one command are one report.
    std::fs::copy(place.path("runs/a-second.report.jsonl"), place.path("copy.report.jsonl")).unwrap();
    let words = ["import", "runs/a-second.report.jsonl", "copy.report.jsonl", "--system", "bot"];
    place.tally(&words).ok().says(&["copy.report.jsonl: these very bytes were imported before", "of the same command"]);
    assert_eq!(place.count("select count(*) from eval_runs"), 1);
}

/// Far more rows than wait between the threads, with bad ones among them: order, lines and counts are those of the file.
#[test]
fn many_rows_keep_their_order() {
    let place = Place::base();
    let line = |no: usize| match no {
        700 | 2_900 => format!("{{\"kind\":\"team\",\"id\":\"t{no}\",\"name\":\"x\",\"function\":7}}\n"),
        1_500 => "{\"kind\":\"team\",\n".to_owned(),
        2_000 => format!("{{\"kind\":\"team\",\"id\":\"t{no}\",\"function\":\"soc\"}}\n"),
        _ => format!("{{\"kind\":\"team\",\"id\":\"t{no}\",\"name\":\"x\",\"function\":\"soc\"}}\n"),
    };
    place.file("many.jsonl", (1..=3_000).map(line).collect::<String>());
    let words = ["import", "records", "many.jsonl", "--format", "json"];
    let said = place.tally(&words).ended(2).json();
    let lines: Vec<_> = said["problems"].as_array().unwrap().iter().map(|problem| problem["line"].as_u64().unwrap()).collect();
    assert_eq!(lines, [700, 1_500, 2_000, 2_900]);
    assert_eq!((said["read"].as_u64(), said["written"].as_bool()), (Some(3_000), Some(false)));
    assert_eq!(place.size(), 2);
    let said = place.tally(&[&words[..], &["--skip-bad"]].concat()).ok();
    assert_eq!((said.json()["created"].as_u64(), said.err.matches("many.jsonl").count()), (Some(2_996), 4));
    // Records stand in the journal in the order of the file.
    let entries = place.tally(&["journal", "show", "--from", "3", "--limit", "3000", "--format", "csv"]).ok().out;
    let numbers: Vec<usize> = entries
        .lines()
        .filter_map(|line| line.split("team t").nth(1))
        .map(|rest| rest.split(',').next().unwrap().parse().unwrap())
        .collect();
    assert_eq!(numbers, (1..=3_000).filter(|no| ![700, 1_500, 2_000, 2_900].contains(no)).collect::<Vec<_>>());
}

#[test]
fn no_bar_where_there_is_no_terminal() {
    let place = Place::new();
    place.file("demo.jsonl", crate::support::demo());
    assert_eq!(place.tally(&["import", "demo.jsonl"]).ok().err, "");
    assert_eq!(place.tally(&["import", "demo.jsonl", "--quiet"]).ok().err, "");
}
