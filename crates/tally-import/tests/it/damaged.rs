//! Damage: files cut anywhere, bytes of any sort, values of any type. Nothing panics, and good rows stay.

use proptest::prelude::*;
use serde_json::Value;
use tally_import::records::Sheets;
use tally_import::{IMPORTERS, Options, detect, records};
use tally_model::Instant;

use crate::support::{Small, fixture, lines, run_with, sheets};

const FIXTURES: [&str; 6] = [
    "garak_0.9.report.jsonl",
    "garak_0.17.report.jsonl",
    "promptfoo_v2.json",
    "promptfoo_v3.json",
    "promptfoo_rows.jsonl",
    "promptfoo_http.json",
];

/// Every parser on the same bytes.
fn everything(bytes: &[u8]) {
    let at = Instant::parse("2026-12-01").expect("a date");
    for importer in IMPORTERS {
        let (run, tried) = run_with(importer, bytes, "x");
        let counted = run.totals.passed + run.totals.failed + run.totals.errors;
        assert_eq!(counted, tried.len() as u64);
        records(&run, "s", at);
    }
    lines(bytes);
    for name in ["findings.csv", "finding.remediations.csv", "all.csv", "finding.x.csv"] {
        sheets(&[(name, bytes)]);
    }
    detect(bytes, "x.json");
}

#[test]
fn files_cut_at_every_byte() {
    let importer = |name: &str| IMPORTERS.iter().find(|importer| Some(importer.format) == detect(&fixture(name), name));
    for name in FIXTURES {
        let bytes = fixture(name);
        let importer = importer(name).expect("an importer");
        let whole = run_with(importer, &bytes, name).0;
        for end in 0..bytes.len() {
            let (run, tried) = run_with(importer, &bytes[..end], name);
            assert!(run.attempts <= whole.attempts, "{name} {end}");
            assert!(tried.len() as u64 >= run.totals.passed, "{name} {end}");
        }
    }
    let text = "{\"kind\":\"team\",\"id\":\"é\"}\n[{\"a\":\"\\u00e9\"},{\"kind\":\"team\",\"id\":\"t\"}]";
    for end in 0..text.len() {
        lines(&text.as_bytes()[..end]);
        lines(&text.as_bytes()[end..]);
    }
}

#[test]
fn a_reader_that_gives_one_byte_at_a_time() {
    for (name, importer) in FIXTURES.iter().map(|name| (name, detect(&fixture(name), name))) {
        let importer = importer.and_then(tally_import::importer).expect("an importer");
        let bytes = fixture(name);
        let mut slow = std::io::BufReader::with_capacity(1, &bytes[..]);
        let mut count = 0;
        let run = (importer.read)(&mut slow, name, &Options::default(), &Small, &mut |_| count += 1).expect("bytes");
        let (whole, tried) = run_with(importer, &bytes, name);
        assert_eq!((run.groups, run.problems, count), (whole.groups, whole.problems, tried.len()), "{name}");
    }
}

#[test]
fn a_reader_that_fails() {
    struct Broken;
    impl std::io::Read for Broken {
        fn read(&mut self, _: &mut [u8]) -> std::io::Result<usize> {
            Err(std::io::Error::other("disk on fire"))
        }
    }
    let mut broken = std::io::BufReader::new(Broken);
    for importer in IMPORTERS {
        let result = (importer.read)(&mut broken, "x", &Options::default(), &Small, &mut |_| {});
        assert_eq!(result.expect_err("an error").to_string(), "cannot read `x`");
    }
    records::read_json(&mut broken, "x", 10, &mut |_| {}).expect_err("an error");
    Sheets::new(10).read(&mut broken, "x", &mut |_| {}).expect_err("an error");
}

#[test]
fn deep_nesting_and_one_long_line() {
    for open in ["[", "{\"results\":{\"results\":[{\"response\":", "{\"entry_type\":\"attempt\",\"prompt\":["] {
        everything(open.repeat(50_000).as_bytes());
    }
    let long = "x".repeat(10 << 20);
    let line = format!("{{\"entry_type\":\"attempt\",\"status\":2,\"probe_classname\":\"a.B\",\"prompt\":\"{long}\"}}\n");
    let garak = &IMPORTERS[0];
    assert_eq!(run_with(garak, line.as_bytes(), "x").0.attempts, 1);
    let options = Options { longest: 1 << 20, ..Options::default() };
    let run = (garak.read)(&mut line.as_bytes(), "x", &options, &Small, &mut |_| {}).expect("bytes");
    assert_eq!((run.attempts, run.problems.len()), (0, 1));
}

/// Replaces the nth value of a document, counted depth first.
fn replace(value: &mut Value, nth: &mut usize, with: &Value) {
    if *nth == 0 {
        *value = with.clone();
        *nth = usize::MAX;
        return;
    }
    *nth -= 1;
    match value {
        Value::Array(items) => items.iter_mut().for_each(|item| replace(item, nth, with)),
        Value::Object(members) => members.values_mut().for_each(|member| replace(member, nth, with)),
        _ => {}
    }
}

fn other_value() -> impl Strategy<Value = Value> {
    prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<f64>().prop_map(Value::from),
        ".{0,20}".prop_map(Value::from),
        Just(serde_json::json!([])),
        Just(serde_json::json!([null, 1, "x", {}])),
        Just(serde_json::json!({})),
        Just(serde_json::json!({"text": {"text": {"id": null}}})),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(256) })]

    #[test]
    fn any_bytes(bytes in proptest::collection::vec(any::<u8>(), 0..400)) {
        everything(&bytes);
    }

    #[test]
    fn bytes_that_look_like_json(text in "[\\[\\]{}\",:\\\\a-zN0-9.\n \t-]{0,200}") {
        everything(text.as_bytes());
    }

    #[test]
    fn bytes_that_look_like_sheets(text in "(id|kind|finding|claimed_at|[\",;a-z0-9\r\n]){0,80}") {
        everything(text.as_bytes());
    }

    #[test]
    fn values_of_another_type(
        which in 0..6usize,
        changes in proptest::collection::vec((0..600usize, other_value()), 1..6),
    ) {
        let bytes = fixture(FIXTURES[which]);
        let importer = detect(&bytes, FIXTURES[which]).and_then(tally_import::importer).expect("an importer");
        let text = String::from_utf8(bytes).expect("UTF-8");
        let parts: Vec<&str> = if FIXTURES[which].ends_with(".jsonl") { text.lines().collect() } else { vec![&text] };
        let mut values: Vec<Value> = parts.iter().map(|part| serde_json::from_str(part).expect("JSON")).collect();
        let count = values.len();
        for (nth, (at, with)) in changes.into_iter().enumerate() {
            let mut at = at % 97 + 1;
            replace(&mut values[nth % count], &mut at, &with);
        }
        let text: String = values.iter().map(|value| format!("{value}\n")).collect();
        let (run, tried) = run_with(importer, text.as_bytes(), "x");
        prop_assert_eq!(run.totals.passed + run.totals.failed + run.totals.errors, tried.len() as u64);
        records(&run, "s", Instant::parse("2026-12-01").expect("a date"));
    }
}
