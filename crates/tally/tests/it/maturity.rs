//! `tally maturity`: a round from the first answer to its approval, as a user meets it.

use crate::support::Place;

fn place() -> Place {
    let place = Place::base();
    let start = ["maturity", "start", "--title", "First half", "--id", "r1", "--approver", "bob", "--due", "2031-01-01"];
    place.tally(&start).ok().says(&["round r1 has begun"]);
    place
}

#[test]
fn a_round_is_answered_handed_in_and_approved() {
    let place = place();
    let word = |words: &[&str]| place.tally(&[&["maturity"], words].concat());
    word(&["models"]).ok().says(&["ai-security", "78"]);
    word(&["show", "r1"]).ok().says(&[
        "First half (r1), answering, organisation of model ai-security",
        "nothing is answered",
        "no answer",
    ]);
    word(&["answer", "r1", "GRC-01=3", "--evidence", "wiki/charter", "--note", "signed"]).ok().says(&["1 answer of round r1"]);
    word(&["answer", "r1", "GRC-02=4", "GRC-03=2"]).ok();
    word(&["answer", "r1", "GRC-1=3"]).ended(2).says(&["no question `GRC-1`; did you mean `GRC-01`?"]);
    word(&["answer", "r1", "GRC-01=5"]).ended(2).says(&["score 5 for GRC-01, expected one of 0 (Not there)"]);
    word(&["answer", "r1", "GRC-01"]).ended(2).says(&["such as GRC-01=3"]);
    word(&["show", "r1", "--domain", "GRC"]).ok().says(&["GRC-01", "evidence", "claimed", "GRC reaches level 3 with"]);
    word(&["clear", "r1", "GRC-03"]).ok();
    word(&["clear", "r1", "GRC-03"]).ended(2).says(&["there is nothing to take back"]);
    let json = word(&["show", "r1", "--format", "json"]).ok().json();
    assert_eq!((json["numbers"]["answered"].as_u64(), json["numbers"]["questions"].as_u64()), (Some(2), Some(78)));
    word(&["gaps", "r1"]).ok().says(&["GRC-03"]);
    word(&["evidence", "r1"]).ok().says(&["wiki/charter", "fresh"]);
    word(&["submit", "r1"]).ok();
    word(&["approve", "r1"]).ended(2).says(&["ada is its assessor, and who leads a round does not approve it"]);
    place.tally(&["--actor", "bob", "maturity", "approve", "r1"]).ok().says(&["is approved and stays as it is"]);
    word(&["answer", "r1", "GRC-01=1"]).ended(2).says(&["it was approved by bob on", "start a new round"]);
    word(&["clone", "r1", "--answers", "--id", "r2"]).ok().says(&["round r2 has begun, with 2 answers dated as they were"]);
    word(&["answer", "r2", "GRC-01=4"]).ok();
    word(&["compare", "r2", "r1"]).ok().says(&["organisation GRC-01: 3 to 4, up", "77 questions did not move"]);
    word(&["rounds", "--format", "csv"])
        .ok()
        .says(&["round,title,state,started,subjects,earned,score,evidence,answered,plain mean", "r2,First half,answering"]);
    place.tally(&["journal", "verify"]).ok();
}

#[test]
fn a_plan_goes_from_gaps_to_done() {
    let place = place();
    let word = |words: &[&str]| place.tally(&[&["maturity"], words].concat());
    word(&["answer", "r1", "GRC-01=1"]).ok();
    let road = word(&["roadmap", "r1", "--goal", "GRC=3", "--level", "2", "--format", "json"]).ok().json();
    assert_eq!(road["steps"][0]["phase"], "foundation");
    assert!(road["steps"].as_array().unwrap().iter().all(|step| step["level"].as_u64() <= Some(3)));
    word(&["roadmap", "r1", "--goal", "GRC=9"]).ended(2).says(&["level 9, expected one of model `ai-security`: 1 to 5"]);
    word(&["what-if", "r1", "GRC-01"]).ok().says(&["with GRC-01 at 3:", "GRC"]);
    word(&["plan", "r1", "GRC-01", "--owner", "grc", "--due", "2020-01-01", "--ticket", "SEC-7"]).ok();
    word(&["roadmap", "r1"]).ok().says(&["overdue, grc by 2020-01-01"]);
    word(&["done", "ai-security/organisation/GRC-01"]).ok().says(&["answer its question anew"]);
    word(&["done", "ai-security/organisation/GRC-01"]).ended(2).says(&["it was done at"]);
    word(&["plan", "r1", "GRC-99", "--owner", "grc"]).ended(2).says(&["no question `GRC-99`"]);
}

#[test]
fn answers_go_out_and_come_back() {
    let place = place();
    let word = |words: &[&str]| place.tally(&[&["maturity"], words].concat());
    word(&["answer", "r1", "GRC-01=3", "--note", "=cmd"]).ok();
    let csv = word(&["export", "r1"]).ok().out;
    assert!(csv.contains("'=cmd"), "{csv}");
    place.file("answers.csv", csv.as_bytes());
    let size = place.size();
    word(&["import", "r1", "answers.csv"]).ok().says(&["78 rows: 0 answers written, 1 known already, 77 without a score"]);
    assert_eq!(place.size(), size);
    place.file("bad.csv", "Question id,Score\nGRC-01,8\nGRC-02,x\n");
    word(&["import", "r1", "bad.csv"]).ended(1).says(&["bad.csv:2", "bad.csv:3", "nothing was written"]);
    assert_eq!(place.size(), size);
    place.tally_with(&["maturity", "import", "r1", "-"], b"{\"answers\":[{\"question_id\":\"GRC-02\",\"score\":2}]}").ok();
    assert_eq!(word(&["export", "r1", "--format", "json"]).ok().json()["answers"][1]["score"], 2);
}

#[test]
fn it_works_on_a_data_directory_only() {
    let place = place();
    place.tally(&["--server", "http://127.0.0.1:1", "maturity", "rounds"]).ended(2).says(&["works on a data directory only"]);
    place.tally(&["maturity", "start", "--title", "x", "--approver", "ada"]).ended(2).says(&["does not approve it"]);
    place.tally(&["maturity", "show", "r9"]).ended(2).says(&["no maturity round `r9`"]);
}
