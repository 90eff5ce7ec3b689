//! Every record of both programmes obeys RECORDS.md, whatever the instant at which the programme ends.

use crate::programme::{END, read, scale_bytes, story_bytes};
use crate::rules::problems;

fn check(text: &str, count: u64, as_of: &str) {
    assert_eq!(text.lines().count() as u64, count);
    assert!(text.ends_with('\n'));
    let found = problems(&read(text, as_of));
    assert!(
        found.is_empty(),
        "as of {as_of}: {} problems, the first are\n{}",
        found.len(),
        found[..found.len().min(12)].join("\n")
    );
}

#[test]
fn the_story_obeys_at_any_end() {
    for as_of in [END, "2026-08-17T13:37:11Z", "2028-02-29T23:59:59Z", "2027-01-03T00:00:01Z", "2001-05-06T06:00:00Z"] {
        let (text, count) = story_bytes(as_of);
        check(&text, count, as_of);
    }
}

#[test]
fn the_large_programme_obeys_at_any_size() {
    for (as_of, systems, findings, seed) in [
        (END, 400, 6_000, 1),
        ("2026-08-17T13:37:11Z", 300, 3_000, 2),
        ("2028-02-29T23:59:59Z", 1, 50, u64::MAX),
        (END, 3, 0, 0),
        (END, 0, 0, 0),
    ] {
        let (text, count) = scale_bytes(as_of, systems, findings, seed);
        check(&text, count, as_of);
    }
}

#[test]
fn the_checker_sees_what_is_wrong() {
    let (text, _) = story_bytes(END);
    for (right, wrong) in [
        ("\"owner\":\"underwriting\"", "\"owner\":\"nobody\""),
        ("\"severity\":\"critical\"", "\"severity\":\"awful\""),
        ("\"result\":\"fixed\",", ""),
        ("\"reported_at\":", "\"reported\":"),
        ("\"amount\":\"", "\"amount\":\"-"),
        ("\"detected_at\":\"2025", "\"detected_at\":\"2035"),
        ("\"AML.T0053\"", "\"AML.T9999\""),
    ] {
        assert!(text.contains(right), "{right} is not in the story");
        let broken = text.replacen(right, wrong, 1);
        assert!(!problems(&read(&broken, END)).is_empty(), "{wrong} was not seen");
    }
}
