//! What the README tells: begin, import, score, look closer. And the data directory that is meant.

use crate::support::{BASE, END, Place};

#[test]
fn begin_import_score() {
    let place = Place::bare();
    let begun = place.tally(&["init"]).ok();
    assert_eq!(begun.out, "");
    begun.says(&["began a programme in ", "public key", "tally import records"]);
    place.tally(&["init"]).ended(2).says(&["is a data directory already; nothing was changed"]);
    place.file("program.jsonl", BASE);
    let first = place.tally(&["import", "records", "program.jsonl"]).ok();
    insta::assert_snapshot!(first.out, @"2 new, 0 changed, 0 unchanged; journal has 2 entries");
    let second = place.tally(&["import", "records", "program.jsonl"]).ok();
    insta::assert_snapshot!(second.out, @"0 new, 0 changed, 2 unchanged; nothing new, nothing was written");
    assert_eq!(place.size(), 2);
    let score = place.tally(&["score", "--as-of", "2026-06-01"]).ok();
    score.says(&[
        "AI security programme   as of 2026-06-01T00:00:00Z",
        "? too few to judge",
        "· no data",
        "journal: 2 entries",
    ]);
}

#[test]
fn nothing_is_known_yet() {
    let place = Place::new();
    let score = place.tally(&["score", "--as-of", END]).ok();
    assert_eq!(score.out.matches("· no data").count(), 8, "{}", score.out);
    assert!(!score.out.contains(" 0.0%") && !score.out.contains("100.0%"), "{}", score.out);
    place.tally(&["score", "--check", "--as-of", END]).ended(3);
    place.tally(&["journal", "head"]).ended(3).says(&["no entry yet"]);
    let nowhere = Place::bare();
    nowhere.tally(&["score"]).ended(2).says(&["no data directory here or above", "tally init", "--data", "TALLY_DATA"]);
}

#[test]
fn the_data_directory_is_found() {
    let place = Place::base();
    std::fs::create_dir_all(place.path("deep/er")).unwrap();
    let count = "select count(*) from systems";
    let run = |command: &mut std::process::Command| crate::support::ran(command.output().unwrap()).ok().out;
    let words = ["sql", count, "--format", "csv"];
    let found = run(place.command(&words).current_dir(place.path("deep/er")));
    insta::assert_snapshot!(found, @"
    count(*)
    1
    ");
    let away = Place::bare();
    let data = place.path(".tally");
    assert_eq!(run(away.command(&words).env("TALLY_DATA", &data)), found);
    assert_eq!(run(away.command(&words).arg("--data").arg(&data)), found);
    // The folder that holds it is understood too.
    assert_eq!(run(away.command(&words).arg("--data").arg(place.dir.path())), found);
    let other = Place::new();
    let said = run(other.command(&words).env("TALLY_DATA", other.path(".tally")).arg("--data").arg(&data));
    assert_eq!(said, found, "--data goes before TALLY_DATA");
}

#[test]
fn a_dry_run_writes_nothing() {
    let place = Place::new();
    let before = std::fs::read(place.path(".tally/journal.db")).unwrap();
    place.file("program.jsonl", BASE);
    let said = place.tally(&["import", "records", "program.jsonl", "--dry-run"]).ok();
    insta::assert_snapshot!(said.out, @"
    team red: new
    system bot: new
    would be 2 new, 0 changed, 0 unchanged; nothing was written
    ");
    assert!(std::fs::read(place.path(".tally/journal.db")).unwrap() == before);
    place.tally(&["import", "program.jsonl"]).ok();
    let change = r#"{"kind":"system","id":"bot","risk_tier":"low","production_from":null}"#;
    place.file("change.jsonl", change);
    let said = place.tally(&["import", "change.jsonl", "--dry-run"]).ok();
    insta::assert_snapshot!(said.out, @"
    system bot: risk_tier, production_from
    would be 0 new, 1 changed, 0 unchanged; nothing was written
    ");
    assert_eq!(place.size(), 2);
}

#[test]
fn a_tool_report_dry_run_writes_nothing() {
    let place = Place::base();
    let report = crate::support::fixture("garak_0.17.report.jsonl");
    let before = crate::support::files(&place.path(".tally"));
    let words = ["import", "garak", report.to_str().unwrap(), "--system", "bot", "--dry-run"];
    place.tally(&words).ok().says(&["would be", "nothing was written"]);
    assert_eq!(crate::support::files(&place.path(".tally")), before);
    assert_eq!(place.size(), 2);
}

#[test]
fn the_demo() {
    let place = Place::bare();
    let said = place.tally(&["demo", "--print", "--as-of", END, "--data", "here"]).ok();
    said.says(&["made up 4505 records in here", "AI security programme", "Time to remediate"]);
    place.tally(&["--data", "here", "journal", "verify"]).ok().says(&["the journal holds: "]);
    // Reports of real runs are in it, with what they are evidence of.
    let ask = |query: &str| place.tally(&["--data", "here", "sql", query, "--format", "csv"]).ok().out;
    insta::assert_snapshot!(
        ask("select tool, count(*) as tried, count(*) filter (where outcome = 'fail') as hits from attempts group by 1 order by 1"),
        @"
    tool,tried,hits
    garak,216,50
    promptfoo,48,16
    "
    );
    let runs = ask("select tool, suite, min(finished_at) as first, max(finished_at) as last from eval_runs
        where tool in ('garak', 'promptfoo') and id like '%support-bot%' group by 1, 2 order by 1, 2");
    assert!(runs.contains("2026-09-25T00:00:00Z,2026-10-23T00:00:00Z"), "{runs}");
    assert_eq!(ask("select count(*) as n from evidence where id like 'sha256:%' and sha256 is not null"), "n\n4\n");
    place.tally(&["demo", "--print", "--as-of", END, "--data", "there"]).ok();
    let again = place.tally(&["--data", "there", "sql", "select * from eval_runs order by id", "--format", "csv"]).ok().out;
    assert_eq!(ask("select * from eval_runs order by id"), again);
    place.tally(&["demo", "--print", "--as-of", END, "--data", "here"]).ended(2).says(&["nothing was changed"]);
    assert_eq!(crate::support::demo(), crate::support::demo());
}

#[test]
fn words_that_are_no_command() {
    let place = Place::bare();
    place.tally(&["scroe"]).ended(2).says(&["unrecognized subcommand", "score"]);
    place.tally(&["--help"]).ok().says(&["Usage", "import", "score", "journal"]);
    place.tally(&["--version"]).ok().says(&["tally 0."]);
    place.tally(&["completions", "bash"]).ok().says(&["_tally()", "complete -F"]);
    place.tally(&["completions", "fish"]).ok().says(&["complete -c tally"]);
    place.tally(&["score", "--as-of", "yesterday"]).ended(2).says(&["expected an instant such as 2026-03-31T17:20:00Z"]);
    place.tally(&["score", "--months", "500"]).ended(2).says(&["0..=120"]);
}

#[test]
fn whoever_reads_may_stop() {
    let place = Place::demo();
    for words in [
        &["score", "--all", "--as-of", END, "--format", "json"][..],
        &["demo", "--records"],
        &["sql", "select * from findings", "--format", "csv"],
        &["journal", "show", "--limit", "2000"],
    ] {
        let mut child = place.start(words);
        // One byte, then the pipe is closed.
        let mut pipe = child.stdout.take().unwrap();
        std::io::Read::read_exact(&mut pipe, &mut [0]).unwrap();
        drop(pipe);
        crate::support::ran(child.wait_with_output().unwrap()).ok();
    }
}
