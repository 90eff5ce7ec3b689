//! The figures of a large programme, each beside what it has to reach. Run with `cargo bench -p tally --bench scale`.
//!
//! Sizes come from TALLY_BENCH_FINDINGS (1,000,000) and TALLY_BENCH_SYSTEMS (10,000); TALLY_BENCH_REPORT_MB (1,000) is
//! the size of the garak report, TALLY_BENCH_PARQUET a folder for the fact tables and our own times, for
//! `crates/tally/benches/duckdb.py`. Never asserts: what is not reached is printed as such.
#![expect(
    clippy::print_stdout,
    clippy::unwrap_used,
    clippy::cast_precision_loss,
    reason = "a bench prints, and stops where it cannot go on"
)]

use std::fs::File;
use std::io::{BufWriter, Write};
use std::path::{Path, PathBuf};
use std::time::Instant as Clock;

use tally_app::import::{Options, record_bytes, records, tool_run};
use tally_app::query::{Segments, Wanted};
use tally_app::score::{Ask, Which, score};
use tally_app::{Facts, Programme, scale_records};
use tally_model::Instant;
use tally_model::instant::monthly_points;

fn main() {
    let folder = std::env::temp_dir().join(format!("tally-bench-{}", std::process::id()));
    std::fs::create_dir_all(&folder).unwrap();
    if std::env::args().any(|word| word == "garak-only") {
        stream_report(&folder);
    } else {
        scale(&folder);
        // A process of its own, so that its peak memory is its own.
        let own = std::env::current_exe().unwrap();
        assert!(std::process::Command::new(own).arg("garak-only").status().unwrap().success());
    }
    std::fs::remove_dir_all(&folder).unwrap();
}

fn size(name: &str, usual: u32) -> u32 {
    std::env::var(name).ok().and_then(|text| text.parse().ok()).unwrap_or(usual)
}

/// Why a figure is not reached yet, as far as it is known.
const WHY: [(&str, &str); 4] = [
    ("import", "reading, checking and hashing go ahead on a second thread; the database's own work is on one"),
    ("score", "each population is planned, run over all rows and cut into every segment"),
    ("one ", "incident-foresight, a companion on this scorecard, counts all findings of the changed one's class anew"),
    ("peak memory", "texts of the fact tables are views of 16 bytes a cell; dictionaries would take 4"),
];

/// Prints one figure: `better` says whether more or less of it is wanted.
fn figure(what: &str, found: f64, unit: &str, goal: f64, more: bool) {
    let reached = if more { found >= goal } else { found <= goal };
    let word = if reached { "reached" } else { "NOT reached" };
    println!("{what:<58} {found:>12.1} {unit:<10} goal {goal:>10.1}   {word}, ratio {:.2}", found / goal);
    if let Some((_, why)) = WHY.iter().find(|(about, _)| !reached && what.starts_with(about)) {
        println!("    why: {why}");
    }
}

fn peak_mib() -> f64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find(|line| line.starts_with("VmHWM")).unwrap_or_default();
    line.split_whitespace().nth(1).and_then(|kib| kib.parse::<f64>().ok()).unwrap_or(f64::NAN) / 1024.0
}

fn as_of() -> Instant {
    Instant::parse("2026-11-01").unwrap()
}

fn options() -> Options {
    Options { actor: "bench".to_owned(), at: as_of(), ..Options::default() }
}

fn scale(folder: &Path) {
    let (systems, findings) = (size("TALLY_BENCH_SYSTEMS", 10_000), size("TALLY_BENCH_FINDINGS", 1_000_000));
    let file = folder.join("programme.jsonl");
    let mut out = BufWriter::with_capacity(1 << 20, File::create(&file).unwrap());
    let count = scale_records(as_of(), systems, findings, 1, &mut out).unwrap();
    out.flush().unwrap();
    println!("{count} records, {findings} findings, {systems} systems\n");

    let mut programme = Programme::init(&folder.join(".tally")).unwrap();
    let clock = Clock::now();
    let import = records(&mut programme, &[file], &options()).unwrap();
    assert_eq!(import.created, count);
    figure("import", count as f64 / clock.elapsed().as_secs_f64(), "records/s", 100_000.0, true);
    println!("{:<58} {:>12.1} MiB", "peak memory after the import", peak_mib());

    let clock = Clock::now();
    drop(Facts::open(&programme, None).unwrap());
    println!("{:<58} {:>12.1} s", "facts made from the records and saved, once", clock.elapsed().as_secs_f64());
    let clock = Clock::now();
    let mut facts = Facts::open(&programme, None).unwrap();
    figure("start", clock.elapsed().as_secs_f64(), "s", 3.0, false);
    // As a server does once it stands.
    let clock = Clock::now();
    facts.prepare();
    println!("{:<58} {:>12.1} s", "indexes that a server makes at its start", clock.elapsed().as_secs_f64());

    lists(&facts, "first", 1_000.0);

    let all = Ask { as_of: as_of(), months: 12, which: Which::All, segments: true };
    let clock = Clock::now();
    let scored = score(&programme, &facts, &all).unwrap();
    figure("score, all metrics, twelve months, every segment", clock.elapsed().as_secs_f64(), "s", 2.0, false);
    println!("{:<58} {:>12}", "metrics", scored.metrics.len());
    drop(scored);

    let board = Ask { which: Which::Scorecard("default".to_owned()), ..all.clone() };
    score(&programme, &facts, &board).unwrap();
    for (what, line) in [
        ("one changed finding", r#"{"kind":"finding","id":"f-0000001","labels":{"bench":"1"}}"#.to_owned()),
        (
            "one finding found false",
            r#"{"kind":"finding","id":"f-0000001","disposition":"false_positive","disposition_at":"2026-10-30"}"#.to_owned(),
        ),
        (
            "one new scan",
            r#"{"kind":"scan","id":"bench","system":"sys-00001","tool":"garak","automated":true,"at":"2026-10-31"}"#.to_owned(),
        ),
    ] {
        let line = if what.contains("finding") { existing_finding(&facts, &line) } else { existing_system(&facts, &line) };
        record_bytes(&mut programme, "bench", line.as_bytes(), &options()).unwrap();
        let clock = Clock::now();
        facts.follow(&programme).unwrap();
        let followed = clock.elapsed().as_secs_f64() * 1e3;
        score(&programme, &facts, &board).unwrap();
        println!("{:<58} {followed:>12.1} ms", format!("{what}, of this the facts that follow"));
        figure(&format!("{what} and the next score"), clock.elapsed().as_secs_f64() * 1e3, "ms", 100.0, false);
    }
    lists(&facts, "after changes", 50.0);
    lists(&facts, "warm", 5.0);
    figure("peak memory", peak_mib(), "MiB", 2_048.0, false);
    scoped(&programme, &facts, &board);
    println!("{:<58} {:>12.1} MiB", "peak memory with these", peak_mib());
    if let Ok(parquet) = std::env::var("TALLY_BENCH_PARQUET") {
        compare(&programme, &facts, &PathBuf::from(parquet));
    }
}

/// Pages of the list of findings, each with the counts of all its filters.
fn lists(facts: &Facts, when: &str, goal: f64) {
    let view = tally_app::list::view("finding").unwrap();
    for query in [("sort", "-severity"), ("severity", "critical,high"), ("sort", "title")] {
        let (state, _) = tally_app::list::ListState::parse(view, [("as_of", "2026-11-01"), query]);
        let clock = Clock::now();
        let page = tally_app::list::page(facts, view, &state).unwrap();
        let took = clock.elapsed().as_secs_f64() * 1e3;
        figure(&format!("list, {}={}, {when}: {} rows", query.0, query.1, page.total), took, "ms", goal, false);
    }
}

/// What somebody sees who may see some teams only.
fn scoped(programme: &Programme, facts: &Facts, board: &Ask) {
    for teams in [1usize, 25] {
        let clock = Clock::now();
        let seen = facts.of_teams(&first_ids(facts, "teams", teams).into_iter().collect()).unwrap();
        let limits = tally_app::query::Limits { seconds: 60, rows_max: 1 };
        let counted = seen.engine().sql("SELECT count(*) FROM findings", limits).unwrap();
        let found = clock.elapsed().as_secs_f64() * 1e3;
        figure(&format!("findings of {teams} teams: {:?}", counted.rows[0][0]), found, "ms", 300.0, false);
        let clock = Clock::now();
        score(programme, &seen, board).unwrap();
        println!("{:<58} {:>12.1} ms", "the score that these see, the first time", clock.elapsed().as_secs_f64() * 1e3);
    }
}

fn existing_finding(facts: &Facts, line: &str) -> String {
    line.replace("f-0000001", &first_id(facts, "findings"))
}

fn existing_system(facts: &Facts, line: &str) -> String {
    line.replace("sys-00001", &first_id(facts, "systems"))
}

fn first_id(facts: &Facts, table: &str) -> String {
    first_ids(facts, table, 1).remove(0)
}

fn first_ids(facts: &Facts, table: &str, rows_max: usize) -> Vec<String> {
    let limits = tally_app::query::Limits { seconds: 60, rows_max };
    let answer = facts.engine().sql(&format!("SELECT id FROM {table} ORDER BY id LIMIT {rows_max}"), limits).unwrap();
    let text = |row: &Vec<tally_app::query::Cell>| match &row[0] {
        tally_app::query::Cell::Text(id) => id.clone(),
        other => unreachable!("an id is text, found {other:?}"),
    };
    answer.rows.iter().map(text).collect()
}

/// Writes the fact tables as Parquet, and our own time and counts of each population, for another engine to repeat.
fn compare(programme: &Programme, facts: &Facts, folder: &Path) {
    std::fs::create_dir_all(folder).unwrap();
    facts.engine().export(folder).unwrap();
    let mut lines = Vec::new();
    for metric in programme.catalog().metrics() {
        // Another instant than before, so that nothing kept answers.
        let at = Instant::from_micros(as_of().micros() - 1_000_000);
        let wanted = Wanted { as_of: at, points: monthly_points(at, 12), segments: Segments::None };
        let clock = Clock::now();
        let measured = facts.engine().measure(&[metric], &wanted).pop().unwrap().unwrap();
        let ms = clock.elapsed().as_secs_f64() * 1e3;
        let counts: Vec<u64> = measured.trend.iter().map(|(_, tally)| tally_judge_n(tally)).collect();
        lines.push(serde_json::json!({"metric": metric.id, "ms": ms, "n": counts, "window": metric.window, "sql": metric.population.sql}));
    }
    let points: Vec<String> = monthly_points(Instant::from_micros(as_of().micros() - 1_000_000), 12)
        .iter()
        .map(|point| point.at.to_string())
        .collect();
    let text = serde_json::json!({"points": points, "metrics": lines}).to_string();
    std::fs::write(folder.join("ours.json"), text).unwrap();
}

fn tally_judge_n(tally: &tally_model::Tally) -> u64 {
    use tally_model::Tally;
    match tally {
        Tally::Rate { n, .. } | Tally::Ratio { n, .. } | Tally::Count { n, .. } | Tally::Quotient { n, .. } => *n,
        Tally::Duration { values, .. } => values.len() as u64,
    }
}

/// One garak report as large as asked, streamed into evidence, lake and journal.
fn stream_report(folder: &Path) {
    let fixture = Path::new(env!("CARGO_MANIFEST_DIR")).join("../tally-demo/reports/garak-before.report.jsonl");
    let text = std::fs::read_to_string(fixture).unwrap();
    let (attempts, rest): (Vec<&str>, Vec<&str>) = text.lines().partition(|line| line.contains(r#""entry_type": "attempt""#));
    let path = folder.join("large.report.jsonl");
    let mut out = BufWriter::with_capacity(1 << 20, File::create(&path).unwrap());
    let (mut written, mut round) = (0u64, 0u64);
    let wanted = u64::from(size("TALLY_BENCH_REPORT_MB", 1_000)) * 1_000_000;
    writeln!(out, "{}", rest[..rest.len().min(2)].join("\n")).unwrap();
    while written < wanted {
        round += 1;
        for line in &attempts {
            // New ids each round: the first digits of the uuid are the round's number.
            let line = line.replacen(r#""uuid": ""#, &format!(r#""uuid": "{round:08x}"#), 1);
            writeln!(out, "{line}").unwrap();
            written += line.len() as u64 + 1;
        }
    }
    out.flush().unwrap();
    drop(out);
    let mut programme = Programme::init(&folder.join(".tally-garak")).unwrap();
    let lines = concat!(
        r#"{"kind":"team","id":"t","name":"T","function":"engineering"}"#,
        "\n",
        r#"{"kind":"system","id":"bot","name":"Bot","owner":"t","origin":"internal","type":"assistant","risk_tier":"high"}"#
    );
    record_bytes(&mut programme, "bench", lines.as_bytes(), &options()).unwrap();
    let clock = Clock::now();
    let done = tool_run(&mut programme, &path, Some("garak"), "bot", None, &options()).unwrap();
    let seconds = clock.elapsed().as_secs_f64();
    println!("\ngarak report of {} MB, {} attempts", written / 1_000_000, done.run.attempts);
    figure("garak import: evidence, lake and journal", written as f64 / 1e6 / seconds, "MB/s", 200.0, true);
    figure("peak memory of that", peak_mib(), "MiB", 200.0, false);
}
