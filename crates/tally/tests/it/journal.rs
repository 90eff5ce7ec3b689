//! The journal's commands: verify, show, log, head, key, redact.

use crate::support::{BASE, Place, copy};

#[test]
fn who_changed_what_from_what_to_what() {
    let place = Place::base();
    place.file("patch.jsonl", r#"{"kind":"system","id":"bot","risk_tier":"low"}"#);
    place.tally(&["import", "patch.jsonl", "--actor", "eve"]).ok();
    let log = place.tally(&["journal", "log", "system", "bot", "--format", "csv"]).ok().out;
    let last = log.lines().last().unwrap();
    assert!(last.starts_with("3,") && last.ends_with(",eve,patch.jsonl,risk_tier,high,low"), "{last}");
    assert!(log.lines().nth(1).unwrap().contains(",ada,in.jsonl,"), "{log}");
    place.tally(&["journal", "log", "sytem", "bot"]).ended(2).says(&["no kind `sytem`; did you mean `system`?"]);
    place.tally(&["journal", "log", "system", "nobody"]).ended(2).says(&["no record `system nobody`"]);
}

#[test]
fn entries_are_shown() {
    let place = Place::base();
    let shown = place.tally(&["journal", "show", "--format", "json"]).ok().json();
    assert_eq!(shown[1]["kind"], "system");
    assert_eq!(shown[1]["payload"]["name"], "Bot");
    assert_eq!(shown[1]["actor"], "ada");
    let one = place.tally(&["journal", "show", "--from", "2", "--limit", "1", "--format", "csv"]).ok().out;
    assert_eq!(one.lines().count(), 2, "{one}");
    place.tally(&["journal", "show"]).ok().says(&["team red", "system bot"]);
}

#[test]
fn a_kept_head_proves_history() {
    let place = Place::base();
    let head = place.tally(&["journal", "head"]).ok().out;
    assert!(head.starts_with("tallystick/") && head.lines().nth(1) == Some("2"), "{head}");
    let key = place.tally(&["journal", "key"]).ok().out;
    assert!(key.starts_with(head.lines().next().unwrap()), "{key}");
    place.file("kept", &head);
    copy(&place.path(".tally"), &place.path("older"));
    place.import(r#"{"kind":"team","id":"blue","name":"Blue","function":"soc"}"#).ok();
    let said = place.tally(&["journal", "verify", "--head", "kept"]).ok();
    said.says(&["the journal holds: 3 entries", "history up to the kept head is the same"]);
    place.file("kept", place.tally(&["journal", "head"]).ok().out);
    // Somebody puts the older copy back and writes another third entry.
    std::fs::remove_dir_all(place.path(".tally")).unwrap();
    copy(&place.path("older"), &place.path(".tally"));
    place.tally(&["journal", "verify", "--head", "kept"]).ended(1).says(&["does NOT hold"]);
    place.import(r#"{"kind":"team","id":"green","name":"Green","function":"soc"}"#).ok();
    place.tally(&["journal", "verify"]).ok();
    place.tally(&["journal", "verify", "--head", "kept"]).ended(1).says(&["does NOT hold: 3 entries"]);
    let other = Place::base();
    place.file("other", other.tally(&["journal", "head"]).ok().out);
    place.tally(&["journal", "verify", "--head", "other"]).ended(1);
    place.file("kept", "something else");
    place.tally(&["journal", "verify", "--head", "kept"]).ended(2).says(&["not a signed head"]);
    place.tally(&["journal", "verify", "--head", "nowhere"]).ended(2).says(&["nowhere"]);
}

#[test]
fn a_redaction_takes_the_words_and_leaves_the_chain() {
    let place = Place::base();
    let secret = "Call Grace Hopper at home";
    let record = format!(r#"{{"kind":"team","id":"soc","name":"{secret}","function":"soc"}}"#);
    place.import(record).ok();
    assert!(holds(&place, secret));
    place.tally(&["journal", "redact", "3"]).ended(2).says(&["--reason"]);
    place.tally(&["journal", "redact", "99", "--reason", "x"]).ended(2).says(&["no entry 99; its entries are 1 to 3"]);
    place.tally(&["journal", "redact", "3", "--reason", "personal data"]).ok().says(&["entry 3 is redacted by entry 4"]);
    place.tally(&["journal", "verify"]).ok().says(&["4 entries", "1 redacted"]);
    place.tally(&["journal", "redact", "3", "--reason", "again"]).ended(2).says(&["cannot be redacted"]);
    let shown = place.tally(&["journal", "show", "--from", "3", "--format", "json"]).ok().json();
    assert_eq!(shown[0]["redacted"], true);
    place.tally(&["score", "--as-of", "2026-06-01"]).ok();
    place.import(BASE).ok();
    assert!(!holds(&place, secret), "the words are still in a file");
}

/// Whether any file of the data directory holds these words.
fn holds(place: &Place, words: &str) -> bool {
    crate::support::files(&place.path(".tally"))
        .iter()
        .any(|path| std::fs::read(path).unwrap().windows(words.len()).any(|part| part == words.as_bytes()))
}

#[test]
fn a_long_value_stays_on_its_line() {
    let place = Place::base();
    let cycles: Vec<String> =
        (1..9).map(|day| format!(r#"{{"claimed_at":"2026-02-0{day}T00:00:00Z","by":"team-{day}"}}"#)).collect();
    place
        .import(format!(
            r#"{{"kind":"finding","id":"f1","system":"bot","title":"t","severity":"low","class":"LLM01:2025","reported_at":"2026-02-01","remediations":[{}]}}"#,
            cycles.join(",")
        ))
        .ok();
    let log = place.tally(&["journal", "log", "finding", "f1"]).ok().out;
    let csv = place.tally(&["journal", "log", "finding", "f1", "--format", "csv"]).ok().out;
    assert_eq!(log.lines().count(), csv.lines().count(), "{log}");
    let line = log.lines().find(|line| line.contains("remediations")).unwrap();
    assert!(line.contains("team-1") && line.contains("team-8"), "{line}");
}
