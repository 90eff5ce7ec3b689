//! Duties, operating model, processes and activities as pages and operations: what is shown, what may be done by whom, and
//! that a calendar's address opens the calendar alone.

use serde_json::json;

use super::support::{Server, TEAM, Who};

/// Two teams of which one is `TEAM`, a system each, a duty each.
fn records() -> String {
    format!(
        r#"{{"kind":"team","id":"{TEAM}","name":"Care","function":"engineering"}}
{{"kind":"team","id":"red","name":"Red <b>team</b>","function":"red_team"}}
{{"kind":"system","id":"own","name":"Own","owner":"{TEAM}","origin":"internal","type":"assistant","risk_tier":"high"}}
{{"kind":"system","id":"other","name":"Other","owner":"red","origin":"internal","type":"assistant","risk_tier":"high"}}
{{"kind":"duty","id":"logs","title":"Look at the logs","cadence":"monthly","owner":"{TEAM}","starts_at":"2026-01-01"}}
{{"kind":"duty","id":"secret-drill","title":"Secret drill","cadence":"quarterly","owner":"red","starts_at":"2026-01-01"}}
{{"kind":"activity","id":"a1","activity":"training","topic":"prompts","subject":"red","assigned_at":"2026-01-05","due":"2026-02-05"}}
"#
    )
}

/// The text between two others.
fn between<'t>(text: &'t str, start: &str, end: &str) -> &'t str {
    let from = text.find(start).unwrap_or_else(|| panic!("no {start} in {text}")) + start.len();
    &text[from..from + text[from..].find(end).unwrap()]
}

#[test]
fn the_scorecard_counts_what_the_board_shows() {
    let server = Server::shared();
    for who in [Who::Viewer, Who::Scoped] {
        let home = server.get(who, "/").is(200).text();
        let section = between(&home, "Overdue duties <span class=\"soft\">", "</section>");
        let count: usize = section[..section.find('<').unwrap()].replace(',', "").parse().unwrap();
        let board = server.get(who, "/duties?state=overdue").is(200).text();
        let rows = board.matches("<td><span class=\"state bad\">").count();
        assert_eq!(rows, count, "{who:?}");
        let api = server.get(who, "/api/v1/duties?state=overdue").is(200).json();
        assert_eq!((api["overdue"].as_u64(), api["times"].as_array().unwrap().len()), (Some(count as u64), count));
        if who == Who::Viewer {
            assert!(count > 0, "the made-up programme has some");
        }
    }
    let one = server.get(Who::Viewer, "/duties/Q-5").is(200).text();
    assert!(one.contains("Exercise an AI incident playbook") && one.contains("overdue by"));
    assert!(!one.contains("Say that it was done"), "a viewer cannot");
    server.get(Who::Viewer, "/duties/x-none").is(404);
    server.get(Who::Viewer, "/duties?state=sometimes").is(422);
    server.get(Who::Viewer, "/duties?as_of=2026-01-01&team=soc").is(200);
}

#[test]
fn a_viewer_of_one_team_sees_its_duties_alone() {
    let server = Server::with(&records());
    let board = server.get(Who::Scoped, "/duties").is(200).text();
    assert!(board.contains("Look at the logs") && !board.contains("Secret drill"), "{board}");
    server.get(Who::Scoped, "/duties/secret-drill").is(404);
    server.get(Who::Scoped, "/api/v1/duties/secret-drill").is(404);
    let feed = server.get(Who::Scoped, "/duties.ics").is(200).text();
    assert!(feed.contains("Look at the logs") && !feed.contains("Secret drill"));
    let rates = server.get(Who::Scoped, "/api/v1/activities").is(200).json();
    assert_eq!((rates["overdue_total"].as_u64(), rates["by_team"].as_array().unwrap().len()), (Some(0), 0));
    assert!(!server.get(Who::Scoped, "/operating").is(200).text().contains("Secret drill"));
    assert!(!server.get(Who::Scoped, "/api/v1/operating").is(200).text().contains("secret-drill"));
    let whole = server.get(Who::Viewer, "/duties").is(200).text();
    assert!(whole.contains("Red &#60;b&#62;team") && !whole.contains("<b>team</b>"), "names are text");
}

#[test]
fn adopt_and_done_in_forms() {
    let server = Server::with(&records());
    server.get(Who::Viewer, "/duties/adopt").is(403);
    let page = server.get(Who::Contributor, "/duties/adopt").is(200).text();
    assert!(page.contains("Run a red team campaign") && page.contains("<option value=\"red\" selected>"));
    server.post(Who::Contributor, "/duties/adopt", &[]).is(422);
    server.post(Who::Contributor, "/duties/adopt", &[("duty", "Q-3"), ("owner.Q-3", "nobody")]).is(422);
    let form = [("duty", "Q-3"), ("owner.Q-3", "red"), ("starts_at", "2026-01-01")];
    server.post(Who::Viewer, "/duties/adopt", &form).is(403);
    let told = server.post(Who::Contributor, "/duties/adopt", &form).is(303);
    assert_eq!(told.header("location"), Some("/duties"));
    let one = server.get(Who::Contributor, "/duties/Q-3").is(200).text();
    assert!(one.contains("2026-Q1: overdue by"), "{one}");
    // Nothing said, a time that is not there, then done, then done again.
    let act = "/duties/Q-3/done";
    server.post(Who::Contributor, act, &[("occurrence", "2026-Q1")]).is(422);
    server.post(Who::Contributor, act, &[("occurrence", "1999-Q1"), ("note", "x")]).is(404);
    server.post(Who::Contributor, act, &[("occurrence", "2026-Q1"), ("note", "x"), ("done_at", "soon")]).is(422);
    let proof = "report-7\n<script>alert(1)</script>";
    let form = [("occurrence", "2026-Q1"), ("evidence", proof), ("done_at", "2026-04-02")];
    server.post(Who::Viewer, act, &form).is(403);
    server.post(Who::Contributor, act, &form).is(303);
    let one = server.get(Who::Viewer, "/duties/Q-3").is(200).text();
    assert!(one.contains("report-7<br>&#60;script&#62;alert(1)") && one.contains("2026-04-02 by carl"), "{one}");
    let again = server.post(Who::Contributor, act, &form).is(422).text();
    assert!(again.contains("was done on 2026-04-02 by carl"));
    let empty = Server::with("");
    assert!(empty.get(Who::Viewer, "/duties").is(200).text().contains("No duty is adopted yet."));
}

#[test]
fn a_calendars_address_opens_the_calendar_alone() {
    let server = Server::with(&records());
    server.get(Who::Nobody, "/duties.ics").is(303);
    let file = server.get(Who::ReadToken, "/duties.ics").is(200);
    assert_eq!(file.header("content-type"), Some("text/calendar; charset=utf-8"));
    assert!(file.text().starts_with("BEGIN:VCALENDAR\r\nVERSION:2.0\r\n"));
    server.get(Who::ReadToken, "/duties.ics?team=nobody").is(404);
    // A token makes no address; a person does, and is told once.
    server.post(Who::WriteToken, "/duties/calendar", &[]).is(403);
    let page = server.post(Who::Scoped, "/duties/calendar", &[("name", "Phone")]).is(200).text();
    let address = between(&page, "<pre>", "</pre>").trim().to_owned();
    let path = address.strip_prefix(&format!("http://{}", server.address)).unwrap().to_owned();
    assert!(path.starts_with("/calendar/tally_") && path.ends_with("/duties.ics"));
    let feed = server.get(Who::Nobody, &path).is(200).text();
    assert!(feed.contains("Look at the logs") && !feed.contains("Secret drill"), "what its owner sees");
    // The same secret as a token opens nothing else.
    let secret = path.split('/').nth(2).unwrap();
    let header = format!("Bearer {secret}");
    for other in ["/duties.ics", "/api/v1/duties", "/", "/systems"] {
        server.send(Who::Nobody, "GET", other, &[("authorization", &header)], b"").is(403);
    }
    // And another token is no address.
    let (_, read) = server.credential(Who::ReadToken).unwrap();
    server.get(Who::Nobody, &format!("/calendar/{}/duties.ics", read.strip_prefix("Bearer ").unwrap())).is(404);
    server.get(Who::Nobody, "/calendar/tally_x/duties.ics").is(404);
    // It stands on the page and is revoked like any token.
    let page = server.get(Who::Scoped, "/duties/calendar").is(200).text();
    assert!(page.contains("Phone") && !page.contains(secret));
    let id = between(&page, "name=\"token\" value=\"", "\"").to_owned();
    server.post(Who::Scoped, "/account/tokens/revoke", &[("token", &id)]).is(303);
    server.get(Who::Nobody, &path).is(404);
}

#[test]
fn the_operating_model_is_filled_and_checked() {
    let server = Server::with(&records());
    let before = server.get(Who::Viewer, "/api/v1/operating?gaps=yes").is(200).json();
    let gaps = before["gaps"].as_u64().unwrap();
    assert_eq!(gaps, before["subjects"].as_array().unwrap().len() as u64, "nothing is recorded: one gap each");
    let page = server.get(Who::Contributor, "/operating").is(200).text();
    assert!(page.contains("Take over all") && page.contains("no row says who answers for it"));
    server.post(Who::Viewer, "/operating/adopt", &[]).is(403);
    server.post(Who::Contributor, "/operating/adopt", &[("about", "nothing")]).is(422);
    server.post(Who::Contributor, "/operating/adopt", &[("subject", "GRC")]).is(422);
    server.post(Who::Contributor, "/operating/adopt", &[("about", "domain"), ("subject", "GRCC")]).is(404);
    server.post(Who::Contributor, "/operating/adopt", &[]).is(303);
    // Two duties of the programme's own have no suggestion.
    let after = server.get(Who::Viewer, "/api/v1/operating?gaps=yes").is(200).json();
    assert_eq!(after["gaps"].as_u64(), Some(2));
    assert_eq!(after["subjects"][0]["gaps"][0]["what"], "no_row");
    let page = server.get(Who::Viewer, "/operating?gaps=yes&about=duty").is(200).text();
    assert!(page.contains("Secret drill") && !page.contains("Take over all"));
    server.get(Who::Viewer, "/operating?about=nothing").is(422);
}

#[test]
fn processes_and_activities() {
    let server = Server::with(&records());
    let page = server.get(Who::Contributor, "/process-board").is(200).text();
    assert!(page.contains("0 of 4") && page.contains("/processes/new?id=design_review&#38;topic=design_review"), "{page}");
    let form = server.get(Who::Contributor, "/processes/new?id=design_review&topic=design_review").is(200).text();
    assert!(form.contains("design_review"));
    let page = server.get(Who::Contributor, "/activity-board").is(200).text();
    assert!(page.contains("0 of 1 asked for") && page.contains("Ask several at once"));
    assert!(!server.get(Who::Viewer, "/activity-board").is(200).text().contains("Ask several at once"));
    let form = [("activity", "training"), ("topic", "guardrails"), ("subject", "red"), ("subject", "own"), ("more", "other\n")];
    server.post(Who::Viewer, "/activity-board/assign", &form).is(403);
    server.post(Who::Contributor, "/activity-board/assign", &form).is(303);
    let rates = server.get(Who::Viewer, "/api/v1/activities").is(200).json();
    assert_eq!((rates["whole"]["n"].as_u64(), rates["whole"]["done"].as_u64()), (Some(4), Some(0)));
    server.post(Who::Contributor, "/activity-board/assign", &[("activity", "training"), ("topic", "x")]).is(422);
    server
        .post(Who::Contributor, "/activity-board/assign", &[("activity", "training"), ("topic", "x"), ("more", "nemo")])
        .is(422);
    // The made-up programme's rate is the metric's.
    let shared = Server::shared();
    let rates = shared.get(Who::Viewer, "/api/v1/activities?as_of=2026-10-01").is(200).json();
    let metric = shared.get(Who::Viewer, "/api/v1/metrics/activity-completion?as_of=2026-10-01").is(200).json();
    let reading = &metric["metrics"]["activity-completion"];
    let figures = |of: &serde_json::Value, names: [&str; 3]| names.map(|name| of[name].as_f64().unwrap());
    assert_eq!(figures(&rates["whole"], ["n", "done", "percent"]), figures(reading, ["n", "numerator", "value"]));
    let board = shared.get(Who::Viewer, "/process-board").is(200).text();
    assert!(board.contains("of 4</a>"));
}

#[test]
fn the_same_through_the_api() {
    let server = Server::with(&records());
    let who = Who::WriteToken;
    let adopt = json!({"duties": ["Q-3"], "owner": "red", "starts_at": "2026-01-01"});
    server.json(Who::ReadToken, "POST", "/api/v1/duties/adopt", &adopt).is(403);
    let adopted = server.json(who, "POST", "/api/v1/duties/adopt", &adopt).is(200).json();
    assert_eq!(adopted["adopted"], json!(["Q-3"]));
    let again = server.json(who, "POST", "/api/v1/duties/adopt", &adopt).is(200).json();
    assert_eq!((&again["known"], &again["edited"]["written"]), (&json!(["Q-3"]), &json!(false)));
    server.json(who, "POST", "/api/v1/duties/adopt", &json!({"duties": ["Q-33"]})).is(422);
    server.json(who, "POST", "/api/v1/duties/adopt", &json!({"duty": "Q-3"})).is(422);
    let done = json!({"evidence": ["report"], "note": "fine"});
    let was = server.json(who, "POST", "/api/v1/duties/Q-3/done", &done).is(200).json();
    assert_eq!(was["occurrence"], "2026-Q1");
    let history = server.get(who, "/api/v1/duties/Q-3").is(200).json();
    let times = history["times"].as_array().unwrap();
    let first = times.last().unwrap();
    assert_eq!(
        (&first["occurrence"], &first["state"], &first["evidence"]),
        (&json!("2026-Q1"), &json!("done late"), &json!(["report"]))
    );
    server.json(who, "POST", "/api/v1/duties/Q-4/done", &done).is(404);
    server.json(who, "POST", "/api/v1/duties/Q-3/done", &json!({})).is(422);
    server.get(who, "/api/v1/duties?limit=0").is(422);
    let one = json!({"about": "domain", "subject": "GRC"});
    assert_eq!(server.json(who, "POST", "/api/v1/operating/adopt", &one).is(200).json()["adopted"], json!(["domain/GRC"]));
    server.json(who, "POST", "/api/v1/operating/adopt", &json!({"subject": "GRC"})).is(422);
    let asked = json!({"activity": "training", "topic": "prompts", "subjects": ["own"], "due": "2999-01-01"});
    let assigned = server.json(who, "POST", "/api/v1/activities", &asked).is(200).json();
    assert_eq!(assigned["activities"].as_array().unwrap().len(), 1);
    assert_eq!(server.get(who, "/api/v1/processes").is(200).json()["in_force"], 0);
}
