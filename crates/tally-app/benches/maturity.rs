//! How long a round with 200 systems and 78 questions each takes to open, and an answer of it to save, in a server that is warm.
#![allow(missing_docs, clippy::unwrap_used, clippy::print_stdout, reason = "a benchmark")]

use std::fmt::Write as _;
use std::time::{Duration, Instant as Clock};

use tally_app::act::{Actor, Via};
use tally_app::import::{Options, record_bytes};
use tally_app::maturity::{Hand, Reply, SheetAsk, answer, kept};
use tally_app::scope::Scope;
use tally_app::{Programme, Workbench};
use tally_model::Instant;

const SYSTEMS: usize = 200;
const TIMES: usize = 15;

fn main() {
    let folder = tempfile::tempdir().unwrap();
    let mut programme = Programme::init(&folder.path().join("data")).unwrap();
    let now = Instant::parse("2026-03-31T12:00:00Z").unwrap();
    let options = Options { actor: "bench".to_owned(), at: now, ..Options::default() };
    let lines = records(&programme);
    let import = record_bytes(&mut programme, "bench.jsonl", lines.as_bytes(), &options).unwrap();
    assert_eq!(import.errors, 0, "{:?}", import.problems);
    let bench = Workbench::open(programme).unwrap();
    let ask = |nth: usize| SheetAsk { subject: Some(format!("s{nth}")), domain: Some("GRC".to_owned()), rows: true };
    let overview = || kept::overview(&bench, &Scope::All, "r", now).unwrap().whole.answered;
    println!("{} answers of {SYSTEMS} systems", overview());
    let by = Actor::new("bench", Via::Page);
    let (mut saved, mut opened, mut sheets, mut lists) = (Vec::new(), Vec::new(), Vec::new(), Vec::new());
    for nth in 0..TIMES {
        let reply = Reply {
            subject: Some(format!("s{nth}")),
            question: "GRC-01".to_owned(),
            score: Some(4),
            note: Some(format!("look {nth}")),
            ..Reply::default()
        };
        let save =
            || bench.write(|programme| answer(programme, "r", std::slice::from_ref(&reply), Hand::of(&by), now)).unwrap();
        saved.push(timed(save));
        opened.push(timed(overview));
        sheets.push(timed(|| kept::sheet(&bench, &Scope::All, "r", &ask(nth), now).unwrap()));
        lists.push(timed(|| kept::rounds(&bench, &Scope::All, now).unwrap()));
    }
    for (what, times) in [
        ("an answer saved, facts in step", &mut saved),
        ("the round opened after it", &mut opened),
        ("one domain of a system after it", &mut sheets),
        ("the list of rounds after it", &mut lists),
    ] {
        times.sort_unstable();
        println!("{what}: median {:?}, worst {:?}", times[times.len() / 2], times[times.len() - 1]);
    }
    println!("the round opened again: {:?}", timed(overview));
}

fn timed<T>(act: impl FnOnce() -> T) -> Duration {
    let start = Clock::now();
    std::hint::black_box(act());
    start.elapsed()
}

/// A team, systems, evidence for every tenth answer, a round, and all of its answers.
fn records(programme: &Programme) -> String {
    let model = programme.catalog().maturity_model("ai-security").unwrap();
    let mut out = String::from("{\"kind\":\"team\",\"id\":\"t\",\"name\":\"T\",\"function\":\"engineering\"}\n");
    let ids: Vec<String> = (0..SYSTEMS).map(|nth| format!("s{nth}")).collect();
    for id in &ids {
        let _ = writeln!(
            out,
            "{{\"kind\":\"system\",\"id\":\"{id}\",\"name\":\"System {id}\",\"owner\":\"t\",\"origin\":\"internal\",\"type\":\"rag\",\"risk_tier\":\"high\",\"eu_ai_act\":\"high_risk\",\"production_from\":\"2025-01-01\"}}"
        );
    }
    let _ = writeln!(
        out,
        "{{\"kind\":\"maturity_round\",\"id\":\"r\",\"model\":\"ai-security\",\"title\":\"R\",\"scope\":\"system\",\"subjects\":{},\"started_at\":\"2026-03-01\",\"assessor\":\"a\"}}",
        serde_json::json!(ids)
    );
    for (place, id) in ids.iter().enumerate() {
        for (nth, question) in model.questions.iter().enumerate() {
            let score = (place + nth) % 5;
            let evidence = match (place + nth) % 10 {
                0 => {
                    let _ = writeln!(
                        out,
                        "{{\"kind\":\"evidence\",\"id\":\"e/{id}/{nth}\",\"name\":\"E\",\"sha256\":\"{:064x}\",\"media_type\":\"text/plain\",\"collected_at\":\"2026-02-01\"}}",
                        place * 1_000 + nth
                    );
                    format!(",\"evidence\":[\"e/{id}/{nth}\"]")
                }
                1 => ",\"evidence\":[\"wiki\"]".to_owned(),
                _ => String::new(),
            };
            let _ = writeln!(
                out,
                "{{\"kind\":\"maturity_answer\",\"id\":\"r/{id}/{q}\",\"model\":\"ai-security\",\"question\":\"{q}\",\"score\":{score},\"answered_at\":\"2026-03-02\",\"by\":\"a\",\"round\":\"r\",\"subject\":\"{id}\"{evidence}}}",
                q = question.id
            );
        }
    }
    out
}
