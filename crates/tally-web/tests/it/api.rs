//! The API over a real socket: what is sent twice is done once, walks meet each row once, conflicts are told, a team's token sees
//! its systems alone, problems have their shape, and the document says what is answered.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Value, json};
use tally_app::access::{NewToken, Role, TokenScope, Viewer};
use tally_app::now;

use super::support::{Answer, Server, TEAM, Who, encode};

fn get(server: &Server, who: Who, path: &str) -> Value {
    server.get(who, &format!("/api/v1{path}")).is(200).json()
}

/// An open finding that nobody has accepted yet.
fn open_finding(server: &Server, nth: usize) -> String {
    let list = get(server, Who::WriteToken, "/records/finding?state=open&cols=disposition&limit=200");
    let rows = list["rows"].as_array().unwrap().iter().filter(|row| row["disposition"] != "accepted");
    rows.map(|row| row["id"].as_str().unwrap().to_owned()).nth(nth).unwrap()
}

fn with_key(server: &Server, path: &str, key: &str, body: &Value) -> Answer {
    let headers = [("content-type", "application/json"), ("idempotency-key", key)];
    server.send(Who::WriteToken, "POST", &format!("/api/v1{path}"), &headers, body.to_string().as_bytes())
}

fn size(server: &Server) -> u64 {
    get(server, Who::ReadToken, "/journal/head")["entries"].as_u64().unwrap()
}

#[test]
fn sent_twice_with_a_key_it_is_done_once() {
    let server = Server::demo();
    let path = format!("/findings/{}/accept", encode(&open_finding(&server, 0)));
    let body = json!({"reason": "seen"});
    let first = with_key(&server, &path, "one", &body).is(200);
    let after = size(&server);
    let again = with_key(&server, &path, "one", &body).is(200);
    assert_eq!(first.body, again.body);
    assert_eq!(again.header("idempotency-replayed"), Some("true"));
    assert_eq!(size(&server), after, "the second one wrote");
    let other = with_key(&server, &path, "one", &json!({"reason": "another"})).is(422);
    assert!(other.text().contains("another request"), "{}", other.text());
    with_key(&server, &path, "with a blank", &body).is(422);
    // Without a key it is asked anew, and makes no sense any more.
    let path = format!("/api/v1{path}");
    server.json(Who::WriteToken, "POST", &path, &body).is(422);
}

#[test]
fn a_refused_request_gives_its_key_back() {
    let server = Server::demo();
    let path = format!("/findings/{}/claim-fix", encode(&open_finding(&server, 1)));
    with_key(&server, "/findings/no-such-one/claim-fix", "two", &json!({})).is(404);
    with_key(&server, &path, "two", &json!({})).is(200);
}

fn walk(server: &Server, path: &str, key: fn(&Value) -> String) -> (Vec<String>, u64) {
    let mut seen = Vec::new();
    let join = if path.contains('?') { '&' } else { '?' };
    let mut page = get(server, Who::ReadToken, &format!("{path}{join}limit=7"));
    let total = page["total"].as_u64().unwrap();
    loop {
        seen.extend(page["rows"].as_array().unwrap().iter().map(key));
        let Some(next) = page["next"].as_str().map(str::to_owned) else { break };
        page = get(server, Who::ReadToken, &format!("{path}{join}limit=11&cursor={next}"));
    }
    (seen, total)
}

#[test]
fn cursors_meet_each_row_once() {
    let server = Server::shared();
    let id = |row: &Value| row["id"].as_str().unwrap().to_owned();
    let member = |row: &Value| format!("{} {}", row["key"], row["item"]);
    for path in ["/records/finding?severity=high,medium&sort=-reported_at", "/records/system", "/records/release?sort=system"] {
        let (seen, total) = walk(server, path, id);
        assert_eq!(seen.len() as u64, total, "{path}");
        assert_eq!(seen.iter().collect::<BTreeSet<_>>().len(), seen.len(), "{path}");
        assert!(total > 7, "{path} is no walk");
    }
    for path in ["/metrics/time-to-remediate/rows", "/metrics/technique-coverage/rows?hit=no"] {
        let (seen, total) = walk(server, path, member);
        assert_eq!(seen.len() as u64, total, "{path}");
        assert_eq!(seen.iter().collect::<BTreeSet<_>>().len(), seen.len(), "{path}");
    }
}

#[test]
fn a_walk_sees_the_rows_as_they_stood_when_it_began() {
    let server = Server::demo();
    let path = "/records/finding?state=open&sort=-reported_at";
    let first = get(&server, Who::WriteToken, &format!("{path}&limit=5"));
    let total = first["total"].as_u64().unwrap();
    let ids: Vec<String> = first["rows"].as_array().unwrap().iter().map(|row| row["id"].as_str().unwrap().to_owned()).collect();
    // Those of the first page leave the list: an offset alone would now skip five.
    let body = json!({"act": {"name": "false-positive", "fields": {"reason": "tried again"}}, "ids": ids});
    server.json(Who::WriteToken, "POST", "/api/v1/findings/bulk", &body).is(200);
    let mut seen: BTreeSet<String> = ids.into_iter().collect();
    let mut next = first["next"].as_str().map(str::to_owned);
    while let Some(cursor) = next {
        let page = get(&server, Who::WriteToken, &format!("{path}&limit=50&cursor={cursor}"));
        for row in page["rows"].as_array().unwrap() {
            assert!(seen.insert(row["id"].as_str().unwrap().to_owned()), "twice: {row}");
        }
        next = page["next"].as_str().map(str::to_owned);
    }
    assert_eq!(seen.len() as u64, total);
    assert!(get(&server, Who::WriteToken, path)["total"].as_u64().unwrap() < total);
}

#[test]
fn a_cursor_is_of_its_list() {
    let server = Server::shared();
    let first = get(server, Who::ReadToken, "/records/finding?limit=5");
    let cursor = first["next"].as_str().unwrap();
    for path in [
        format!("/records/finding?severity=low&cursor={cursor}"),
        format!("/records/system?cursor={cursor}"),
        "/records/finding?cursor=zz".to_owned(),
    ] {
        server.get(Who::ReadToken, &format!("/api/v1{path}")).is(422);
    }
}

#[test]
fn an_edit_of_what_was_changed_meanwhile_is_a_conflict() {
    let server = Server::demo();
    let system = get(&server, Who::WriteToken, "/records/system?limit=1")["rows"][0]["id"].as_str().unwrap().to_owned();
    let path = format!("/api/v1/records/system/{}", encode(&system));
    let seen = server.get(Who::WriteToken, &path).is(200);
    let etag = seen.header("etag").unwrap().to_owned();
    let entry = seen.json()["last_entry"].as_u64().unwrap();
    assert_eq!(etag, format!("\"{entry}\""));
    let put = |headers: &[(&str, &str)], query: &str, body: &Value| {
        let headers = [&[("content-type", "application/json")], headers].concat();
        server.send(Who::WriteToken, "PUT", &format!("{path}{query}"), &headers, body.to_string().as_bytes())
    };
    let done = put(&[("if-match", &etag)], "", &json!({"name": "Renamed once"})).is(200).json();
    assert_eq!(done["written"], true);
    put(&[("if-match", &etag)], "", &json!({"name": "Renamed twice"})).is(412);
    let told = put(&[], &format!("?expected={entry}"), &json!({"name": "Renamed twice"})).is(409).json();
    assert!(told["detail"].as_str().unwrap().contains("name"), "{told}");
    assert_eq!(server.get(Who::WriteToken, &path).json()["record"]["name"], "Renamed once");
    put(&[("if-none-match", "*")], "", &json!({"name": "Renamed thrice"})).is(412);
}

#[test]
fn what_is_wrong_is_told_field_by_field() {
    let server = Server::demo();
    let path = "/api/v1/records/system/new-one";
    let told = server.json(Who::WriteToken, "PUT", path, &json!({"risk_tier": "colossal", "nmae": "x"})).is(422);
    assert_eq!(told.header("content-type"), Some("application/problem+json"));
    let told = told.json();
    let fields: BTreeSet<&str> =
        told["problems"].as_array().unwrap().iter().filter_map(|problem| problem["field"].as_str()).collect();
    assert!(fields.contains("risk_tier") && fields.contains("nmae"), "{told}");
    server.get(Who::WriteToken, path).is(404);
    // The kind and id of the path hold.
    server.json(Who::WriteToken, "PUT", path, &json!({"id": "another"})).is(422);
    let twice = br#"{"name": "a", "name": "b"}"#;
    server.send(Who::WriteToken, "PUT", path, &[("content-type", "application/json")], twice).is(422);
}

#[test]
fn problems_have_their_shape() {
    let server = Server::shared();
    let cases = [
        (Who::Nobody, "/api/v1/me", 401),
        (Who::ImportToken, "/api/v1/metrics/no-such", 404),
        (Who::ReadToken, "/api/v1/records/finding?colour=red", 422),
        (Who::ReadToken, "/api/v1/records/finding?limit=501", 422),
        (Who::ReadToken, "/api/v1/scorecards/default?as_of=yesterday", 422),
        (Who::ReadToken, "/api/v1/scorecards/default?as_of=2491-11-11", 422),
        (Who::ReadToken, "/api/v1/reviews/0000-01", 422),
        (Who::ReadToken, "/api/v1/me?more=1", 422),
        (Who::Scoped, "/api/v1/journal/head", 403),
        (Who::ReadToken, "/api/v1/no/such/place", 404),
    ];
    for (who, path, status) in cases {
        let answer = server.get(who, path).is(status);
        assert_eq!(answer.header("content-type"), Some("application/problem+json"), "{path}");
        let told = answer.json();
        for member in ["type", "title", "detail", "advice", "instance"] {
            assert!(told[member].as_str().is_some_and(|text| !text.is_empty()), "{path}: {member} in {told}");
        }
        assert_eq!(told["status"], status, "{path}");
    }
    let sent = server.send(Who::WriteToken, "POST", "/api/v1/sql", &[("content-type", "text/plain")], b"select 1").is(422);
    assert!(sent.text().contains("application/json"));
    server.json(Who::ReadToken, "POST", "/api/v1/findings/bulk", &json!({})).is(403);
    server.send(Who::ReadToken, "DELETE", "/api/v1/me", &[], b"").is(405);
}

#[test]
fn a_teams_token_sees_its_systems_alone() {
    let server = Server::demo();
    let new = NewToken {
        owner: "ada".to_owned(),
        name: "team".to_owned(),
        role: Role::Reviewer,
        scope: TokenScope::Write,
        teams: Some([TEAM.to_owned()].into()),
        days: 1,
    };
    let machine = Viewer::at_machine("test");
    let made = server.house.bench.write(|programme| server.house.desk.make_token(programme, &machine, &new, now())).unwrap();
    let bearer = format!("Bearer {}", made.text);
    let ask = |method: &str, path: &str, body: &[u8]| {
        let headers = [("authorization", bearer.as_str()), ("content-type", "application/json")];
        server.send(Who::Nobody, method, &format!("/api/v1{path}"), &headers, body)
    };
    let owners: BTreeMap<String, String> = get(&server, Who::ReadToken, "/records/system?cols=owner&limit=500")["rows"]
        .as_array()
        .unwrap()
        .iter()
        .map(|row| (row["id"].as_str().unwrap().to_owned(), row["owner"].as_str().unwrap_or_default().to_owned()))
        .collect();
    let strange = |system: &str| owners.get(system).is_some_and(|owner| owner != TEAM);
    let systems = ask("GET", "/records/system?limit=500", b"").is(200).json();
    let own = owners.values().filter(|owner| *owner == TEAM).count();
    assert_eq!(systems["total"], own);
    assert!(own > 0 && own < owners.len());
    let other = owners.iter().find(|(_, owner)| *owner != TEAM).unwrap().0;
    ask("GET", &format!("/records/system/{other}"), b"").is(404);
    ask("GET", &format!("/records/system/{other}/log"), b"").is(404);
    ask("PUT", &format!("/records/system/{other}"), br#"{"name":"taken"}"#).is(422);
    let of_others = get(&server, Who::ReadToken, &format!("/records/finding?system={other}&limit=1"));
    if let Some(id) = of_others["rows"][0]["id"].as_str() {
        ask("GET", &format!("/findings/{}", encode(id)), b"").is(404);
        ask("POST", &format!("/findings/{}/accept", encode(id)), b"{}").is(404);
        let bulk =
            ask("POST", "/findings/bulk", json!({"act": {"name": "accept", "fields": {}}, "ids": [id]}).to_string().as_bytes())
                .is(200)
                .json();
        assert_eq!(bulk["changed"], 0);
    }
    let sql = json!({"query": "select distinct system from findings union select id from systems"});
    let rows = ask("POST", "/sql", sql.to_string().as_bytes()).is(200).json();
    assert!(rows["rows"].as_array().unwrap().iter().all(|row| !strange(row[0].as_str().unwrap_or_default())), "{rows}");
    for path in [
        "/scorecards/default?segments=yes",
        "/heatmap",
        "/metrics/time-to-remediate/rows?limit=500",
        "/records/release?limit=500",
    ] {
        let text = ask("GET", path, b"").is(200).text();
        for system in owners.keys().filter(|system| strange(system)) {
            assert!(!text.contains(&format!("\"{system}\"")), "{path} tells of {system}");
        }
    }
    for path in ["/journal/head", "/journal/entries", "/reviews/2026-01", "/published"] {
        ask("GET", path, b"").is(403);
    }
    ask("POST", "/import", b"{}").is(403);
}

#[test]
fn an_import_is_all_or_nothing_and_says_what_is_wrong() {
    let server = Server::demo();
    let send = |query: &str, body: &[u8]| {
        server.send(
            Who::ImportToken,
            "POST",
            &format!("/api/v1/import{query}"),
            &[("content-type", "application/octet-stream")],
            body,
        )
    };
    let line = br#"{"kind":"team","id":"night-watch","name":"Night watch","function":"red_team"}"#;
    server.credential(Who::ImportToken);
    let before = size(&server);
    let dry = send("?dry_run=yes", line).is(200).json();
    assert_eq!((dry["created"].as_u64(), dry["written"].as_bool()), (Some(1), Some(false)));
    assert_eq!(size(&server), before);
    let done = send("", line).is(200).json();
    assert_eq!((done["created"].as_u64(), done["written"].as_bool()), (Some(1), Some(true)));
    let again = send("", line).is(200).json();
    assert_eq!((again["unchanged"].as_u64(), again["written"].as_bool()), (Some(1), Some(false)));
    let bad = send("", br#"{"kind":"team","id":"x y"}"#).is(422).json();
    assert_eq!(bad["import"]["written"], false);
    assert!(bad["import"]["problems"][0]["found"].is_string(), "{bad}");
    let table = send("?name=team.csv", b"kind,id,name,function\nteam,dawn-watch,Dawn watch,red_team\n").is(200).json();
    assert_eq!(table["created"], 1, "{table}");
    send("?name=..", line).is(422);
    send("?format=garak", line).is(422);
    let entries = get(&server, Who::ReadToken, &format!("/journal/entries?from={}", before + 1));
    assert_eq!(entries["entries"][0]["source"], "records.jsonl");
    assert!(std::fs::read_dir(server.house.uploads()).map_or(0, Iterator::count) == 0, "uploads are left over");
}

#[test]
fn a_dry_run_of_many_says_what_the_act_then_does() {
    let server = Server::demo();
    let body = |dry_run: bool| json!({"act": {"name": "claim-fix", "fields": {}}, "filter": "severity=low&state=open", "dry_run": dry_run});
    // A token is a note in the journal: it is made first.
    server.credential(Who::WriteToken);
    let before = size(&server);
    let post = |dry_run| server.json(Who::WriteToken, "POST", "/api/v1/findings/bulk", &body(dry_run)).is(200).json();
    let dry = post(true);
    assert_eq!(size(&server), before);
    let done = post(false);
    assert_eq!((&dry["changed"], &dry["refused"]), (&done["changed"], &done["refused"]));
    assert!(done["changed"].as_u64().unwrap() > 0);
    let entry = done["edited"]["first"].as_u64().unwrap();
    let undone = server.json(Who::WriteToken, "POST", "/api/v1/undo", &json!({"entry": entry})).is(200).json();
    assert_eq!(undone["restored"], done["changed"]);
}

#[test]
fn minutes_that_name_nobody_can_be_read_again() {
    let server = Server::demo();
    let month = now().month().plus(-1);
    let path = format!("/api/v1/reviews/{month}/time-to-remediate");
    server.json(Who::WriteToken, "PUT", &path, &json!({"by": ["ada", " ", ""], "blockers": "none"})).is(200);
    let sheet = get(&server, Who::ReadToken, &format!("/reviews/{month}"));
    let row = sheet["metrics"].as_array().unwrap().iter().find(|row| row["metric"] == "time-to-remediate").unwrap();
    assert_eq!(row["this"]["by"], json!(["ada"]));
}

#[test]
fn the_rows_behind_a_metric_are_as_many_as_its_n() {
    let server = Server::shared();
    let score = get(server, Who::ReadToken, "/metrics?months=0");
    let as_of = score["as_of"].as_str().unwrap();
    for (id, metric) in score["metrics"].as_object().unwrap() {
        let rows = get(server, Who::ReadToken, &format!("/metrics/{id}/rows?as_of={as_of}&limit=1"));
        assert_eq!(rows["total"], metric["n"], "{id}");
    }
}

#[test]
fn a_score_is_read_by_its_type() {
    let server = Server::shared();
    let answer = server.get(Who::ReadToken, "/api/v1/metrics?segments=yes").is(200);
    let score: tally_web::api::v1::Score = serde_json::from_slice(&answer.body).unwrap();
    assert!(score.metrics.len() > 20);
    let text = server.get(Who::ReadToken, "/api/v1/scorecards/default?format=text&width=120").is(200);
    assert!(text.text().contains("journal:"));
    assert_eq!(text.header("content-type"), Some("text/plain; charset=utf-8"));
    assert!(text.header("tally-standing").is_some());
}

#[test]
fn the_document_names_every_operation_and_the_page_shows_it() {
    let server = Server::shared();
    let document = get(server, Who::ReadToken, "/openapi.json");
    assert_eq!(document, tally_web::api::document());
    let routes = tally_web::routes().filter(|route| route.path.starts_with("/api/v1/") && route.path != "/api/v1/openapi.json");
    let page = server.get(Who::Viewer, "/api").is(200).text();
    for route in routes {
        let said = &document["paths"][route.path][route.method.word().to_lowercase()];
        assert!(said["operationId"].is_string(), "{} {}", route.method.word(), route.path);
        assert!(page.contains(route.path), "{}", route.path);
    }
    let ids: Vec<&str> = tally_web::api::operations().map(|operation| operation.id).collect();
    assert_eq!(ids.iter().collect::<BTreeSet<_>>().len(), ids.len(), "two operations of one name");
    assert!(!page.contains("<script>") && !page.contains("style="));
}
