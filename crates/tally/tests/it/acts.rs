//! `tally finding` and `tally review`: the acts as a user meets them.

use crate::support::{END, Place};

const FINDING: &str = r#"{"kind":"finding","id":"f1","system":"bot","title":"One","severity":"high","class":"LLM01:2025","reported_at":"2026-02-01"}
{"kind":"finding","id":"f2","system":"bot","title":"Two","severity":"low","class":"LLM01:2025","reported_at":"2026-02-01"}
"#;

fn place() -> Place {
    let place = Place::base();
    place.import(FINDING).ok();
    place
}

#[test]
fn a_finding_is_worked_on() {
    let place = place();
    place.tally(&["finding", "accept", "f1"]).ok().says(&["finding f1 is now: In progress", "takes it back"]);
    place.tally(&["finding", "claim-fix", "f1"]).ok().says(&["Fixed – awaiting verification"]);
    let retest = ["finding", "retest", "f1", "--result", "fixed", "--trials", "59", "--hits", "0"];
    place.tally(&retest).ended(2).says(&["ada claimed the fix", "somebody else has to"]);
    place.tally(&[&["--actor", "bob"], &retest[..]].concat()).ok().says(&["finding f1 is now: Verified"]);
    place.tally(&["finding", "show", "f1"]).ok().says(&[
        "Verified, severity high",
        "retested: fixed (0 hits in 59 trials) by bob",
        "claim-fix           not now: its fix was verified",
    ]);
    let page = place.tally(&["finding", "show", "f1", "--format", "json"]).ok().json();
    assert_eq!((page["state"].as_str(), page["life"].as_array().unwrap().len()), (Some("Verified"), 4));
    place.tally(&["finding", "show", "f9"]).ended(2).says(&["no finding `f9`"]);
    place.tally(&["finding", "accept-risk", "f2", "--until", "2020-01-01", "--reason", "r"]).ended(2).says(&["which is past"]);
}

#[test]
fn many_at_once_and_taken_back() {
    let place = place();
    let done =
        place.tally(&["finding", "dispute", "f1", "f2", "f9", "--reason", "by design", "--format", "json"]).ended(1).json();
    assert_eq!((done["changed"].as_u64(), done["refused"][0]["count"].as_u64()), (Some(2), Some(1)));
    let first = done["edited"]["first"].to_string();
    place.tally(&["finding", "undo", &first]).ok().says(&["2 records are as they were"]);
    let page = place.tally(&["finding", "show", "f2", "--format", "json"]).ok().json();
    assert_eq!((page["state"].as_str(), &page["record"]["disposition"]), (Some("Open"), &serde_json::Value::Null));
    place.tally(&["finding", "undo", "1"]).ended(2).says(&["it was not an act"]);
    place.tally(&["finding", "undo", &first]).ended(1).says(&["left finding f1"]);
    place.tally(&["journal", "verify"]).ok();
}

#[test]
fn a_month_is_reviewed_published_and_computed_again() {
    let place = Place::demo();
    let review = |words: &[&str]| place.tally(&[&["review"], words].concat());
    let period = ["--period", "2026-10"];
    review(&[&["show"], &period[..]].concat()).ok().says(&["not published yet", "! target missed"]);
    let minutes = ["record", "scan-cadence", "--next-action", "Scan nightly.", "--decision", "retire"];
    review(&[&minutes, &period[..]].concat()).ended(2).says(&["`retire` without a reason"]);
    review(&[&minutes, &period[..], &["--reason", "nobody acts on it"]].concat()).ok();
    review(&[&["done", "scan-cadence"], &period[..]].concat()).ok();
    review(&[&["publish"], &period[..]].concat()).ok().says(&["these values never change"]);
    review(&[&["publish"], &period[..]].concat()).ended(2).says(&["was published on"]);
    let query = "select value, entry, as_of from published_values where metric = 'system-test-coverage'";
    let published = place.tally(&["sql", query, "--format", "json"]).ok().json();
    place.import("{\"kind\":\"system\",\"id\":\"bot-guard\",\"name\":\"Late\",\"owner\":\"late\",\"origin\":\"internal\",\"type\":\"rag\",\"risk_tier\":\"high\",\"production_from\":\"2026-09-01\"}\n{\"kind\":\"team\",\"id\":\"late\",\"name\":\"L\",\"function\":\"mlops\"}\n").ok();
    let entry = published[0]["entry"].to_string();
    let value = |more: &[&str]| place.score(END, more)["metrics"]["system-test-coverage"]["value"].as_f64().unwrap();
    assert!((value(&["--at-entry", &entry]) - published[0]["value"].as_f64().unwrap()).abs() < 1e-9);
    assert!((value(&[]) - published[0]["value"].as_f64().unwrap()).abs() > 0.1);
    review(&["history", "system-test-coverage"]).ok().says(&["1 entry since"]);
    let ticket = [&["show", "--ticket", "system-test-coverage"], &period[..]].concat();
    review(&ticket).ok().says(&["Computed as of 2026-11-01T00:00:00Z"]);
}
