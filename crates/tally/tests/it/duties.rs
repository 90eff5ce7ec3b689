//! `tally duty` and `tally operating`: what they show, what they refuse, and their exit codes.

use crate::support::Place;

const RECORDS: &str = r#"{"kind":"team","id":"red","name":"Red team","function":"red_team"}
{"kind":"team","id":"soc","name":"Operations","function":"soc"}
{"kind":"system","id":"bot","name":"Bot","owner":"red","origin":"internal","type":"assistant","risk_tier":"high","production_from":"2026-01-01"}
{"kind":"duty","id":"drill","title":"Try the pager","cadence":"quarterly","owner":"soc","starts_at":"2026-01-01","due_days":5}
{"kind":"duty_done","id":"drill/2026-Q1","duty":"drill","occurrence":"2026-Q1","done_at":"2026-04-07","by":"ada","evidence":["log 7"]}
"#;

fn place() -> Place {
    let place = Place::new();
    place.import(RECORDS).ok();
    place
}

#[test]
fn the_list_names_what_is_owed() {
    let place = place();
    let list =
        |more: &[&str]| place.tally(&[&["duty", "list", "--as-of", "2026-07-08", "--format", "csv"], more].concat()).ok().out;
    assert_eq!(
        list(&[]),
        "state,duty,time,title,team,due\noverdue by 2 days,drill,2026-Q2,Try the pager,soc,2026-07-05\nopen,drill,2026-Q3,Try the pager,soc,2026-10-05\n"
    );
    assert_eq!(list(&["--state", "done"]).lines().nth(1), Some("done late,drill,2026-Q1,Try the pager,soc,2026-04-05"));
    assert_eq!(list(&["--team", "red"]).lines().count(), 1);
    place.tally(&["duty", "list", "--as-of", "2026-07-08"]).ok().says(&["1 overdue, 0 due soon, 1 open, 1 done"]);
    let json = place.tally(&["duty", "history", "drill", "--as-of", "2026-07-08", "--format", "json"]).ok().json();
    assert_eq!((&json["times"][1]["overdue_days"], &json["times"][2]["evidence"][0]), (&2.into(), &"log 7".into()));
    place.tally(&["duty", "list", "--state", "never"]).ended(2);
    place.tally(&["duty", "history", "dril"]).ended(2).says(&["no duty `dril`; did you mean `drill`?"]);
    Place::new().tally(&["duty", "list"]).ok().says(&["no duty is adopted yet"]);
}

#[test]
fn adopt_then_done() {
    let place = place();
    place.tally(&["duty", "adopt", "--list"]).ok().says(&["Q-3", "quarterly", "red"]);
    place.tally(&["duty", "adopt"]).ended(2).says(&["no team for Q-1", "no team has one of the functions"]);
    place.tally(&["duty", "adopt", "Q-33"]).ended(2).says(&["`Q-33`, expected the id of a duty in the catalog"]);
    place.tally(&["duty", "adopt", "Q-3", "--owner-of", "Q-3"]).ended(2).says(&["Q-1=red-team"]);
    place
        .tally(&["duty", "adopt", "Q-3", "M-1", "--owner-of", "M-1=soc", "--since", "2026-01-01"])
        .ok()
        .says(&["adopted: Q-3, M-1"]);
    place.tally(&["duty", "adopt", "Q-3"]).ok().says(&["adopted: none", "there already: Q-3"]);
    place.tally(&["duty", "done", "Q-3"]).ended(2).says(&["nothing says how it was done"]);
    place.tally(&["duty", "done", "Q-3", "--evidence", "report"]).ok().says(&["Q-3 is done for 2026-Q1"]);
    let again = ["duty", "done", "Q-3", "--occurrence", "2026-Q1", "--note", "x"];
    place.tally(&again).ended(2).says(&["Q-3 for 2026-Q1 was done on", "by ada"]);
    place.tally(&["duty", "done", "Q-3", "--occurrence", "2026-13", "--note", "x"]).ended(2).says(&["no time of this duty"]);
    let calendar = place.tally(&["duty", "calendar", "--team", "soc"]).ok().out;
    assert!(
        calendar.starts_with("BEGIN:VCALENDAR\r\n") && calendar.contains("UID:M-1/2026-01@") && !calendar.contains("UID:Q-3/")
    );
    place.tally(&["duty", "calendar", "--team", "nobody"]).ended(2).says(&["no team `nobody`"]);
}

#[test]
fn the_check_of_the_operating_model_fails_while_there_are_gaps() {
    let place = place();
    place.tally(&["operating", "check"]).ended(1).says(&["no row says who answers for it", "gaps;"]);
    let shown = place.tally(&["operating", "show", "--about", "process", "--format", "csv"]).ok().out;
    assert!(shown.contains("process,design_review,suggested,product_security,"), "{shown}");
    place.tally(&["operating", "adopt", "metric", "nothing"]).ended(2).says(&["no metric `nothing`"]);
    place.tally(&["operating", "adopt", "metrics"]).ended(2).says(&["expected domain, process, duty or metric"]);
    place.tally(&["operating", "adopt"]).ok().says(&["domain/GRC", "nobody is suggested for duty/drill"]);
    place.tally(&["operating", "check"]).ended(1).says(&["drill", "1 gap;"]);
    let own =
        r#"{"kind":"responsibility","id":"r","about":"duty","subject":"drill","responsible":["soc"],"accountable":["soc"]}"#;
    place.import(own).ok();
    place.tally(&["operating", "check"]).ok().says(&["no gaps"]);
    let two = r#"{"kind":"responsibility","id":"r","accountable":["soc","grc"]}"#;
    place.import(two).ok();
    let json = place.tally(&["operating", "check", "--format", "json"]).ended(1).json();
    assert_eq!(json["subjects"][0]["gaps"][0]["what"], "several_accountable");
    let replaced = place.tally(&["operating", "adopt", "domain", "GRC", "--format", "json"]).ok().json();
    assert_eq!(replaced["edited"]["written"], false, "it says the same already");
}
