//! `tally checklist`, `tally threats` and `tally claim` as a user meets them.

use crate::support::Place;

const MORE: &str = r#"{"kind":"release","id":"bot/2","system":"bot","version":"2","change":"major_update","author":"dora"}
{"kind":"threat_model","id":"tm","system":"bot","title":"Chat","made_at":"2026-01-10","by":"tina"}
{"kind":"threat","id":"tm/t1","threat_model":"tm","title":"Hidden orders","severity":"high","controls":["Filter"]}
{"kind":"evidence","id":"old","name":"Old report","sha256":"0000000000000000000000000000000000000000000000000000000000000000","media_type":"text/plain","collected_at":"2025-01-01","expires_at":"2026-01-01"}
{"kind":"evidence","id":"new","name":"New report","sha256":"0000000000000000000000000000000000000000000000000000000000000000","media_type":"text/plain","collected_at":"2025-01-01"}
{"kind":"claim","id":"tested","text":"We test.","where":"Web","scope":"All","owner":"olga","review_due":"2199-01-01","evidence":["new"]}
{"kind":"claim","id":"stale","text":"Keys are safe.","where":"Web","scope":"All","owner":"olga","review_due":"2199-01-01","evidence":["old"],"readiness":"public_claim_ready","approved_by":"ann"}
"#;

fn place() -> Place {
    let place = Place::base();
    place.import(MORE).ok();
    place
}

#[test]
fn a_release_is_reviewed() {
    let place = place();
    let check = |words: &[&str]| place.tally(&[&["checklist"], words].concat());
    check(&["list"]).ok().says(&["no review has begun"]);
    let start = ["start", "production-review", "--system", "bot", "--release", "bot/2"];
    check(&[&start[..], &["--reviewer", "Dora"]].concat())
        .ended(2)
        .says(&["Dora made what is reviewed", "somebody else has to"]);
    check(&["start", "production-revue", "--system", "bot"]).ended(2).says(&["did you mean `production-review`?"]);
    assert_eq!(check(&start).ok().out.trim(), "bot/2/production-review");
    let review = "bot/2/production-review";
    check(&["answer", review, "GOV-01", "yes", "--evidence", "new"]).ok().says(&["GOV-01 of bot/2/production-review: yes"]);
    check(&["answer", review, "gov-02", "partly"]).ended(2).says(&["`partly` without a note"]);
    check(&["answer", review, "gov-02", "partly", "--note", "half"]).ok();
    check(&["answer", review, "GOV-03", "maybe"]).ended(2).says(&["expected yes, partly, no or not_applicable"]);
    check(&["answer", review, "RAG-01", "yes"]).ended(2).says(&["is not asked of a system of type assistant"]);
    place.tally(&["--actor", "dora", "checklist", "answer", review, "GOV-04", "yes"]).ended(2).says(&["made what is reviewed"]);
    check(&["show", review, "--unanswered"]).ok().says(&["GOV-03", "2 of 80 answered", "1 yes, 0 yes claimed, 1 partly"]);
    check(&["complete", review]).ended(2).says(&["78 of its questions are unanswered (GOV-03"]);
    // The rest comes as a file.
    let sheet = check(&["export", review]).ok().out;
    assert!(sheet.starts_with("Group,Question id,Question,Blocking,Answer,Note,Evidence,By,Answered at\n"), "{sheet}");
    let shown = check(&["show", review, "--format", "json"]).ok().json();
    let questions = shown["questions"].as_array().unwrap();
    let rows: Vec<String> = questions
        .iter()
        .filter(|question| question["answer"].is_null())
        .map(|question| {
            let id = question["id"].as_str().unwrap();
            format!("{id},{},\"doc; {id}\"", if id == "EVL-01" { "no" } else { "yes" })
        })
        .collect();
    place.file("answers.csv", format!("Question id,Answer,Evidence\n{}\n", rows.join("\n")));
    check(&["import", review, "answers.csv"]).ok().says(&["78 answers taken over, 0 stood so already"]);
    check(&["import", review, "answers.csv"]).ok().says(&["0 answers taken over, 78 stood so already"]);
    check(&["complete", review]).ended(1).says(&["stopped", "80 of 80 answered", "1 no (1 stop the release)"]);
    check(&["answer", review, "GOV-01", "no"]).ended(2).says(&["stays as it is; start a new review"]);
    check(&["list", "--format", "csv"]).ok().says(&["bot/2/production-review,bot,stopped,80/80,2,ada"]);
    check(&["gaps"]).ok().says(&["stops", "EVL-01", "partly", "GOV-02"]);
    let next = check(&[&start[..], &["--copy"]].concat()).ok().says(&["80 answers taken over from bot/2/production-review"]);
    assert_eq!(next.out.trim(), "bot/2/production-review.2");
    check(&["clear", "bot/2/production-review.2", "GOV-01"]).ok();
    check(&["clear", "bot/2/production-review.2", "GOV-01"]).ended(2).says(&["no answer that could be cleared"]);
    check(&["show", "nothing"]).ended(2).says(&["no checklist_review `nothing`"]);
    place.file("wrong.csv", "Question id,Answer\nGOV-1,yes\nGOV-02,perhaps\n");
    check(&["import", "bot/2/production-review.2", "wrong.csv"]).ended(2).says(&[
        "did you mean `GOV-01`?",
        "answers:3",
        "`perhaps`",
    ]);
    check(&["import", "bot/2/production-review.2", "none.csv"]).ended(2).says(&["none.csv"]);
    place.tally(&["journal", "verify"]).ok();
}

#[test]
fn threats_and_their_gaps() {
    let place = place();
    place.tally(&["threats", "show"]).ok().says(&["tm", "Chat", "bot"]);
    place.tally(&["threats", "show", "tm"]).ok().says(&[
        "Hidden orders, high",
        "controls    Filter",
        "missing     test, telemetry, assumption",
    ]);
    place.tally(&["threats", "gaps"]).ended(1).says(&["tm/t1", "test, telemetry, assumption"]);
    place.tally(&["threats", "gaps", "--system", "other"]).ok().says(&["every threat leads to"]);
    place.import(r#"{"kind":"threat","id":"tm/t1","accepted_reason":"no harm"}"#).ok();
    place.tally(&["threats", "gaps"]).ok();
    place.tally(&["threats", "show", "none"]).ended(2).says(&["no threat_model `none`"]);
    let json = place.tally(&["threats", "show", "tm", "--format", "json"]).ok().json();
    assert_eq!(json["threats"][0]["accepted_reason"].as_str(), Some("no harm"));
}

#[test]
fn claims_are_checked() {
    let place = place();
    place.tally(&["claim", "check"]).ended(1).says(&[
        "stale",
        "all of its evidence has expired",
        "public claims pulled down: 1",
    ]);
    let grant = |who: &str, id: &str, word: &str| place.tally(&["--actor", who, "claim", "grant", id, word]);
    grant("olga", "tested", "public_claim_ready").ended(2).says(&["who answers for a claim does not grant it"]);
    grant("ann", "tested", "ready").ended(2).says(&["expected one of do_not_claim"]);
    grant("ann", "stale", "public_claim_ready").ended(2).says(&["all of its evidence has expired"]);
    grant("ann", "tested", "public_claim_ready").ok().says(&["claim tested: public claim ready"]);
    place.tally(&["claim", "list"]).ok().says(&["tested", "public_claim_ready"]);
    place.tally(&["--actor", "ann", "claim", "revoke", "stale", "--reason", "expired"]).ok();
    place.tally(&["claim", "check"]).ok().says(&["public claims pulled down: 0"]);
    let found = place.tally(&["claim", "list", "--format", "json"]).ok().json();
    let of =
        |id: &str| found["claims"].as_array().unwrap().iter().find(|claim| claim["id"] == id).unwrap()["readiness"].clone();
    assert_eq!((of("tested").as_str(), of("stale").as_str()), (Some("public_claim_ready"), Some("do_not_claim")));
}
