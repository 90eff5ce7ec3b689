//! Text from input never steers a terminal or a spreadsheet.

use crate::support::{END, Place};

/// Everything that is shown of a programme whose names hold escapes.
#[test]
fn escapes_never_come_out_raw() {
    let place = Place::base();
    let evil = "\\u001b[31mred\\u001b]0;title\\u0007\\u202e\\u009b";
    place
        .import(format!(
            r#"{{"kind":"team","id":"evil","name":"{evil}","function":"soc","labels":{{"{evil}":"{evil}"}}}}
{{"kind":"system","id":"sys","name":"{evil}","owner":"evil","origin":"internal","type":"assistant","risk_tier":"high","production_from":"2026-01-01","labels":{{"team":"{evil}"}}}}
{{"kind":"metric_review","id":"r","metric":"system-test-coverage","period":"2026-09","reviewed_at":"2026-09-30","by":["x"],"blockers":"{evil}","next_action":"{evil}"}}
{{"kind":"finding","id":"f","system":"sys","title":"{evil}","severity":"high","class":"{evil}","reported_at":"2026-03-01"}}"#
        ))
        .ok();
    let commands: &[&[&str]] = &[
        &["score", "--as-of", END],
        &["score", "--as-of", END, "--format", "csv"],
        &["score", "--as-of", END, "--format", "json"],
        &["metric", "show", "critical-high-rate", "--as-of", END],
        &["metric", "show", "critical-high-rate", "--as-of", END, "--segment", "class"],
        &["score", "--as-of", END, "--segment", "class"],
        &["metric", "rows", "system-test-coverage", "--as-of", END],
        &["metric", "rows", "system-test-coverage", "--as-of", END, "--format", "csv"],
        &["sql", "select name, name as \"\u{1b}[1mx\" from teams"],
        &["sql", "select name, name as \"\u{1b}[1mx\" from teams", "--format", "csv"],
        &["sql", "select name from teams", "--format", "json"],
        &["sql", "select \u{1b}[31m from teams"],
        &["journal", "show"],
        &["journal", "show", "--format", "csv"],
        &["journal", "log", "team", "evil"],
        &["journal", "log", "team", "evil", "--format", "csv"],
        &["journal", "log", "\u{1b}[31m", "evil"],
        &["metric", "show", "\u{1b}[31m"],
        &["score", "--segment", "\u{1b}[31m"],
        &["score", "--data", "/nowhere/\u{1b}[31m"],
        &["import", "records", "\u{1b}[31m.jsonl"],
    ];
    for words in commands {
        // As on a terminal: nothing is stripped on the way.
        let output = place.command(words).env("CLICOLOR_FORCE", "1").output().unwrap();
        let said = crate::support::ran(output).said();
        let steering = |c: char| c.is_control() && c != '\n' || ('\u{202a}'..='\u{202e}').contains(&c);
        if let Some(at) = said.find(steering) {
            panic!("{words:?}: {:?}", said[at.saturating_sub(40)..].chars().take(120).collect::<String>());
        }
    }
}

#[test]
fn escapes_in_problems_and_file_names() {
    let place = Place::base();
    let name = "bad\u{1b}[31m.jsonl";
    place.file(
        name,
        "{\"kind\":\"t\\u001b[31mm\",\"id\":\"x\\u001b\"}\n{\"kind\":\"team\",\"id\":\"x\",\"na\\u001bme\":\"y\"}\n\u{1b}[2J",
    );
    let output = place.command(&["import", "records", name]).env("CLICOLOR_FORCE", "1").output().unwrap();
    let said = crate::support::ran(output).ended(2);
    assert!(!said.err.contains('\u{1b}'), "{:?}", said.err);
    said.says(&["bad\\u{1b}[31m.jsonl:1", "bad\\u{1b}[31m.jsonl:2", "bad\\u{1b}[31m.jsonl:3"]);
}

#[test]
fn a_cell_is_no_formula() {
    let place = Place::base();
    let names = ["=1+1", "+1+1", "-1+1", "@SUM(A1)", "\\t=1", "<script>alert(1)</script>", "-5"];
    let lines: String = (0..)
        .zip(names)
        .map(|(no, name)| format!("{{\"kind\":\"team\",\"id\":\"t{no}\",\"name\":\"{name}\",\"function\":\"soc\"}}\n"))
        .collect();
    place.import(lines).ok();
    let csv = place.tally(&["sql", "select name from teams where id <> 'red' order by id", "--format", "csv"]).ok().out;
    insta::assert_snapshot!(csv, @r"
    name
    '=1+1
    '+1+1
    '-1+1
    '@SUM(A1)
    '\u{9}=1
    <script>alert(1)</script>
    -5
    ");
    let log = place.tally(&["journal", "log", "team", "t0", "--format", "csv"]).ok().out;
    assert!(log.contains("'=1+1") && !log.contains(",=1+1"), "{log}");
}
