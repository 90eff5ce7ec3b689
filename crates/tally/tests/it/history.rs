//! `--at-entry`: what was true stays computable, whatever came after.

use crate::support::{END, Place};

#[test]
fn an_earlier_entry_gives_what_was_true_then() {
    let place = Place::demo();
    let ask = |more: &[&str]| {
        let words = [&["score", "--all", "--as-of", END, "--format", "json"], more].concat();
        place.tally(&words).ok().out
    };
    let (before, size) = (ask(&[]), place.size());
    let changes = r#"{"kind":"finding","id":"f-0001","severity":"low","title":"judged anew"}
{"kind":"finding","id":"f-0002","disposition":"false_positive","disposition_at":"2026-10-01"}
{"kind":"system","id":"agent-platform","risk_tier":"low"}
{"kind":"finding","id":"new-one","system":"agent-platform","title":"t","severity":"critical","class":"LLM01:2025","reported_at":"2026-10-02"}
"#;
    place.import(changes).ok().says(&["1 new, 3 changed"]);
    let after = ask(&[]);
    assert_ne!(after, before);
    let at = size.to_string();
    assert_eq!(ask(&["--at-entry", &at]), before);
    assert_eq!(ask(&["--at-entry", &place.size().to_string()]), after);
    // The other commands look back as well.
    let count = |more: &[&str]| {
        let query = "select count(*) from findings where id = 'new-one'";
        place.tally(&[&["sql", query, "--format", "csv"], more].concat()).ok().out
    };
    assert_eq!((count(&[]), count(&["--at-entry", &at])), ("count(*)\n1\n".to_owned(), "count(*)\n0\n".to_owned()));
    let rows = |more: &[&str]| {
        let words = ["metric", "rows", "critical-high-rate", "--as-of", END, "--format", "json"];
        place.tally(&[&words, more].concat()).ok().json()["population"].as_u64().unwrap()
    };
    assert_ne!(rows(&[]), rows(&["--at-entry", &at]));
}

#[test]
fn entries_that_are_not_there() {
    let place = Place::base();
    for entry in ["0", "3", "99999"] {
        let said = place.tally(&["score", "--at-entry", entry]).ended(2);
        said.says(&[&format!("the journal has no entry {entry}; its entries are 1 to 2")]);
    }
    place.tally(&["score", "--at-entry", "-1"]).ended(2);
    place.tally(&["score", "--at-entry", "many"]).ended(2).says(&["many"]);
}

/// Facts are kept on disk and followed: they never differ from facts made anew.
#[test]
fn kept_facts_are_the_same_as_new_ones() {
    let place = Place::demo();
    place.score(END, &[]);
    place.import(r#"{"kind":"finding","id":"f-0003","severity":"info"}"#).ok();
    let followed = place.tally(&["score", "--all", "--as-of", END, "--format", "json"]).ok().out;
    std::fs::remove_dir_all(place.path(".tally/facts")).unwrap();
    assert_eq!(place.tally(&["score", "--all", "--as-of", END, "--format", "json"]).ok().out, followed);
    // Damaged ones are made anew.
    for path in crate::support::files(&place.path(".tally/facts")) {
        let bytes = std::fs::read(&path).unwrap();
        std::fs::write(&path, &bytes[..bytes.len() / 2]).unwrap();
    }
    assert_eq!(place.tally(&["score", "--all", "--as-of", END, "--format", "json"]).ok().out, followed);
}
