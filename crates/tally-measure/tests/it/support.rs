//! What the tests share: an engine filled from record lines, the built-in metrics, readings.

use std::path::PathBuf;
use std::sync::Arc;

use tally_catalog::Metric;
use tally_measure::{Engine, Options};
use tally_model::json::Json;
use tally_model::{Instant, Record};

pub fn engine() -> Engine {
    let sla_days = [("critical", 7), ("high", 30), ("medium", 90), ("low", 180)];
    let options = Options {
        threads: 2,
        memory_max: 1 << 30,
        sla_days: sla_days.map(|(severity, days)| (severity.to_owned(), days)).to_vec(),
        assured: Arc::new(tally_judge::fix_assured),
        attempts: Vec::new(),
    };
    Engine::new(options).unwrap()
}

pub fn record(line: &str) -> Record {
    let json = Json::parse(line.as_bytes()).unwrap();
    let record = Record::read(&json).unwrap_or_else(|problems| panic!("{}: {line}", problems[0]));
    let problems = record.check();
    assert!(problems.is_empty(), "{}: {line}", problems[0]);
    record.settled()
}

pub fn engine_with(lines: &str) -> Engine {
    let mut engine = engine();
    for line in lines.lines().filter(|line| !line.trim().is_empty()) {
        engine.add(&record(line)).unwrap();
    }
    engine.settle().unwrap();
    engine
}

pub fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../..")
}

pub fn metrics() -> Vec<Metric> {
    let mut files: Vec<_> =
        std::fs::read_dir(root().join("catalog/metrics")).unwrap().map(|entry| entry.unwrap().path()).collect();
    files.sort();
    files
        .iter()
        .map(|path| {
            let text = std::fs::read_to_string(path).unwrap();
            toml::from_str(&text).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
        })
        .collect()
}

pub fn instant(text: &str) -> Instant {
    Instant::parse(text).unwrap()
}
