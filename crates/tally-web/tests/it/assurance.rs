//! Checklist reviews, threat models and claims as pages: what each person may do, what is said where something is wrong, and what a
//! viewer of some teams' systems never sees.

use super::support::{Answer, Server, TEAM, Who, account, encode};

const BASE: &str = r#"{"kind":"team","id":"customer-care","name":"Care","function":"engineering"}
{"kind":"team","id":"red","name":"Red","function":"red_team"}
{"kind":"system","id":"bot","name":"Bot","owner":"customer-care","origin":"internal","type":"assistant","risk_tier":"low","production_from":"2026-01-01","techniques":["AML.T0051.000","AML.T0054"]}
{"kind":"system","id":"vault","name":"Vault Reader","owner":"red","origin":"internal","type":"rag","risk_tier":"high","production_from":"2026-01-01"}
{"kind":"release","id":"bot/2","system":"bot","version":"2","change":"major_update","author":"carl"}
{"kind":"finding","id":"f1","system":"bot","title":"One","severity":"high","class":"LLM01:2025","reported_at":"2026-02-01"}
{"kind":"monitor","id":"m1","system":"bot","family":"inputs","enabled_from":"2026-01-01","disabled_at":"2026-02-01"}
{"kind":"threat_model","id":"tm","system":"bot","title":"Chat <b>first</b>","made_at":"2026-02-01","by":"tina"}
{"kind":"threat_model","id":"tm-vault","system":"vault","title":"Vault search","made_at":"2026-02-01","by":"tina"}
{"kind":"threat","id":"tm-vault/t1","threat_model":"tm-vault","title":"Vault Reader is led astray","severity":"critical"}
{"kind":"evidence","id":"report","name":"Yearly report","sha256":"0000000000000000000000000000000000000000000000000000000000000000","media_type":"text/plain","collected_at":"2026-01-01"}
{"kind":"evidence","id":"old","name":"Old report","sha256":"0000000000000000000000000000000000000000000000000000000000000000","media_type":"text/plain","collected_at":"2025-01-01","expires_at":"2026-01-01"}
{"kind":"claim","id":"tested","text":"We test <i>all</i>.","where":"Web","scope":"All","owner":"Olga","review_due":"2199-01-01","evidence":["report"]}
{"kind":"claim","id":"mine","text":"Rita says so.","where":"Web","scope":"All","owner":"rita","review_due":"2199-01-01","evidence":["report"]}
{"kind":"claim","id":"stale","text":"Keys are safe.","where":"Web","scope":"All","owner":"Olga","review_due":"2199-01-01","evidence":["old"],"readiness":"public_claim_ready","approved_by":"Ann"}
"#;

fn server() -> Server {
    Server::with(BASE)
}

/// Where a post led, and what the next page says was done.
fn led(answer: &Answer) -> String {
    answer.header("location").unwrap_or_default().to_owned()
}

fn begin(server: &Server, who: Who, more: &[(&str, &str)]) -> Answer {
    let form = [&[("checklist", "production-review"), ("system", "bot")], more].concat();
    server.post(who, "/checklists/start", &form)
}

/// The questions of a review that are asked, from its file.
fn asked(server: &Server, path: &str) -> Vec<String> {
    let csv = server.get(Who::Viewer, &format!("{path}/answers.csv")).is(200).text();
    super::support::sheet(&csv)[1..].iter().map(|row| row[1].clone()).collect()
}

#[test]
fn a_review_is_begun_answered_and_completed() {
    let server = server();
    let empty = server.get(Who::Viewer, "/checklists").is(200).text();
    assert!(empty.contains("No review has begun") && !empty.contains("/checklists/start"), "a viewer is offered no start");
    let form = server.get(Who::Contributor, "/checklists/start?system=bot&release=bot%2F2").is(200).text();
    assert!(form.contains("value=\"bot/2\" selected") && form.contains("value=\"carl\""), "{form}");
    // carl made the release: he is not its reviewer, and answers nothing of it.
    begin(&server, Who::Contributor, &[("release", "bot/2"), ("reviewer", "Carl")]).is(403);
    let path = led(&begin(&server, Who::Reviewer, &[("release", "bot/2")]).is(303));
    assert_eq!(path, "/checklist-reviews/bot%2F2%2Fproduction-review");
    let page = server.get(Who::Contributor, &path).is(200).text();
    assert!(page.contains("You made what is reviewed here") && !page.contains("/answer\""), "{page}");
    let page = server.get(Who::Reviewer, &path).is(200).text();
    assert!(page.contains("id=\"q-GOV-01\"") && page.contains("checklist.js") && page.contains("A no stops the release"));
    assert!(!page.contains("id=\"q-RAG-01\""), "what does not apply is not asked");
    let post = |who: Who, act: &str, form: &[(&str, &str)]| server.post(who, &format!("{path}/{act}"), form);
    let yes = [("question", "GOV-01"), ("answer", "yes"), ("evidence", "report\r\n"), ("group", "GOV")];
    post(Who::Contributor, "answer", &yes).is(403);
    let answer = post(Who::Reviewer, "answer", &yes).is(303);
    assert_eq!(led(&answer), format!("{path}?group=GOV#q-GOV-01"));
    for (form, words) in [
        ([("question", "GOV-02"), ("answer", "partly")], "`partly` without a note"),
        ([("question", "GOV-02"), ("answer", "perhaps")], "expected yes, partly, no or not_applicable"),
        ([("question", "GOV-99"), ("answer", "yes")], "no question `GOV-99`"),
    ] {
        let answer = post(Who::Reviewer, "answer", &form);
        assert!((400..500).contains(&answer.status) && answer.text().contains(words), "{words}: {}", answer.text());
    }
    let rag = post(Who::Reviewer, "answer", &[("question", "RAG-01"), ("answer", "yes")]).is(409).text();
    assert!(rag.contains("RAG-01 is not asked of a system of type assistant"), "{rag}");
    let shown = server.get(Who::Viewer, &format!("{path}?group=GOV")).is(200).text();
    assert!(shown.contains("Yearly report") && shown.contains("href=\"/evidence/report\"") && shown.contains("rita on"));
    // A reviewer's word is needed, and all answers.
    post(Who::Contributor, "complete", &[]).is(403);
    let early = post(Who::Reviewer, "complete", &[]).is(409).text();
    assert!(early.contains("of its questions are unanswered"), "{early}");
    let questions = asked(&server, &path);
    assert!(questions.len() > 40 && !questions.iter().any(|id| id.starts_with("RAG")), "{questions:?}");
    for question in &questions {
        post(Who::Reviewer, "answer", &[("question", question), ("answer", if question == "GOV-03" { "no" } else { "yes" })])
            .is(303);
    }
    let whole = server.get(Who::Reviewer, &format!("{path}?group=all")).is(200).text();
    assert!(whole.contains("answers stop the release: the outcome is") && whole.contains("Complete the review"));
    post(Who::Reviewer, "complete", &[]).is(303);
    let done = server.get(Who::Reviewer, &path).is(200).text();
    assert!(done.contains("Stopped") && !done.contains(&format!("{path}/answer\"")), "{done}");
    let late = post(Who::Reviewer, "answer", &[("question", "GOV-03"), ("answer", "yes")]).is(409).text();
    assert!(late.contains("stays as it is; start a new review"), "{late}");
    let board = server.get(Who::Viewer, "/checklists?outcome=stopped").is(200).text();
    assert!(board.contains(&path) && board.contains("Stopped"));
    let gaps = server.get(Who::Viewer, "/checklists/gaps").is(200).text();
    assert!(gaps.find("No, stops the release").unwrap() < gaps.find("Yes, claimed").unwrap(), "what stops comes first");
    // The next one begins with these answers, marked.
    let next = led(&begin(&server, Who::Reviewer, &[("release", "bot/2"), ("copy", "yes")]).is(303));
    let next = server.get(Who::Reviewer, &next).is(200).text();
    assert!(next.contains("taken over from") && next.contains(&path));
}

#[test]
fn answers_go_out_as_a_file_and_come_in_again() {
    let server = server();
    let path = led(&begin(&server, Who::Reviewer, &[]).is(303));
    server
        .post(Who::Reviewer, &format!("{path}/answer"), &[("question", "GOV-01"), ("answer", "yes"), ("note", "=1+1")])
        .is(303);
    let csv = server.get(Who::Viewer, &format!("{path}/answers.csv")).is(200);
    assert!(csv.header("content-disposition").is_some_and(|name| name.contains("checklist-bot-production-review")));
    assert!(csv.text().contains("'=1+1"), "{}", csv.text());
    let json = server.get(Who::Viewer, &format!("{path}/answers.json")).is(200).json();
    assert_eq!((json["answers"][0]["question"].as_str(), json["outcome"].as_str()), (Some("GOV-01"), Some("open")));
    let take = |text: &str| server.post(Who::Reviewer, &format!("{path}/import"), &[("answers", text)]);
    take(&csv.text()).is(303);
    let again = server.get(Who::Viewer, &format!("{path}/answers.csv")).is(200).text();
    assert_eq!(again, csv.text(), "the same in, the same out");
    let wrong = take("Question id,Answer\nGOV-01,maybe\nXXX-01,yes\n").is(422).text();
    assert!(wrong.contains("answers:2") && wrong.contains("XXX-01"), "{wrong}");
    take("").is(422);
}

#[test]
fn threats_lead_somewhere_or_are_gaps() {
    let server = server();
    let page = server.get(Who::Viewer, "/threat-models/tm").is(200).text();
    assert!(
        page.contains("Chat &#60;b&#62;first") && page.contains("No threat yet") && !page.contains("/threat-models/tm/add")
    );
    let add = |form: &[(&str, &str)]| server.post(Who::Contributor, "/threat-models/tm/add", form);
    let wrong = add(&[("title", "x"), ("techniques", "AML.T9999")]).is(422).text();
    assert!(wrong.contains("AML.T9999"), "{wrong}");
    add(&[("severity", "high")]).is(422);
    let there = add(&[
        ("title", "Hidden orders"),
        ("severity", "high"),
        ("techniques", "AML.T0051, AML.T0054"),
        ("controls", "Filter\r\nLimit"),
    ])
    .is(303);
    assert_eq!(led(&there), "/threat-models/tm#t-tm-t1");
    let post = |who: Who, act: &str, form: &[(&str, &str)]| server.post(who, &format!("/threat-models/tm/{act}"), form);
    let to = |kind: &'static str, record: &'static str| [("threat", "tm/t1"), ("kind", kind), ("record", record)];
    post(Who::Viewer, "link", &to("finding", "f1")).is(403);
    post(Who::Contributor, "link", &to("finding", "f1")).is(303);
    post(Who::Contributor, "link", &to("monitor", "m1")).is(303);
    post(Who::Contributor, "link", &to("finding", "f9")).is(404);
    post(Who::Contributor, "link", &to("team", "red")).is(422);
    post(Who::Contributor, "link", &[("threat", "tm-vault/t1"), ("kind", "finding"), ("record", "f1")]).is(404);
    let page = server.get(Who::Viewer, "/threat-models/tm").is(200).text();
    for words in [
        "Hidden orders",
        "Filter",
        "Limit",
        ">Open<",
        ">disabled<",
        "no monitor that is enabled",
        "no incident assumption",
        "2 of 2",
    ] {
        assert!(page.contains(words), "no `{words}` in {page}");
    }
    let gaps = server.get(Who::Viewer, "/threat-models/gaps").is(200).text();
    assert!(gaps.contains("Hidden orders") && gaps.contains("leads to nothing"), "{gaps}");
    post(Who::Contributor, "accept", &[("threat", "tm/t1"), ("reason", "small")]).is(403);
    post(Who::Reviewer, "accept", &[("threat", "tm/t1"), ("reason", "small")]).is(303);
    assert!(!server.get(Who::Viewer, "/threat-models/gaps").is(200).text().contains("Hidden orders"));
    post(Who::Contributor, "unlink", &to("finding", "f1")).is(303);
    post(Who::Contributor, "unlink", &to("finding", "f1")).is(409);
    let board = server.get(Who::Viewer, "/threat-models/board").is(200).text();
    assert!(board.contains("Vault search") && board.contains("Bot"));
}

#[test]
fn claims_are_granted_by_others_and_pulled_down_by_time() {
    let server = server();
    let board = server.get(Who::Viewer, "/claims/board").is(200).text();
    assert!(board.contains("We test &#60;i&#62;all") && !board.contains("/grant\""), "a viewer grants nothing");
    assert!(board.contains("pulled down") && board.contains("all of its evidence has expired"), "{board}");
    let home = server.get(Who::Viewer, "/").is(200).text();
    assert!(
        home.contains("Claims pulled down")
            && home.contains("/claims/board?pulled_down=yes")
            && home.contains("Keys are safe.")
    );
    let only = server.get(Who::Viewer, "/claims/board?pulled_down=yes").is(200).text();
    assert!(only.contains("Keys are safe.") && !only.contains("Rita says so."));
    let grant = |who: Who, id: &str, form: &[(&str, &str)]| server.post(who, &format!("/claims/{id}/grant"), form);
    let ready = [("readiness", "public_claim_ready")];
    grant(Who::Contributor, "tested", &ready).is(403);
    let own = grant(Who::Reviewer, "mine", &ready).is(403).text();
    assert!(own.contains("who answers for a claim does not grant it"), "{own}");
    assert!(server.get(Who::Reviewer, "/claims/board").is(200).text().contains("You answer for this claim"));
    for (id, form, words) in [
        ("stale", [("readiness", "public_claim_ready"), ("caveats", "")], "all of its evidence has expired"),
        ("tested", [("readiness", "public_claim_with_caveat"), ("caveats", "")], "no caveat"),
        ("tested", [("readiness", "yes"), ("caveats", "")], "expected one of do_not_claim"),
        ("tested", [("readiness", "public_claim_ready"), ("review_due", "soon")], "expected a date"),
    ] {
        let answer = grant(Who::Reviewer, id, &form).is(422).text();
        assert!(answer.contains(words), "no `{words}` in {answer}");
    }
    grant(Who::Reviewer, "none", &ready).is(404);
    let caveat = [("readiness", "public_claim_with_caveat"), ("caveats", "Chat only."), ("review_due", "2199-02-01")];
    assert_eq!(led(&grant(Who::Reviewer, "tested", &caveat).is(303)), "/claims/board#c-tested");
    let board = server.get(Who::Reviewer, "/claims/board").is(200).text();
    assert!(board.contains("Chat only.") && board.contains("rita on"));
    server.post(Who::Reviewer, "/claims/tested/revoke", &[("reason", "")]).is(422);
    server.post(Who::Reviewer, "/claims/tested/revoke", &[("reason", "The figure was wrong.")]).is(303);
    // The form of the record grants nothing.
    let form = server.get(Who::Contributor, "/claims/tested/edit").is(200).text();
    let seen = form.split("name=\"expected\" value=\"").nth(1).unwrap().split('"').next().unwrap().to_owned();
    let refused = server.post(Who::Contributor, "/claims/tested", &[("expected", &seen), ("readiness", "public_claim_ready")]);
    assert!(refused.is(422).text().contains("an edit of what was granted"));
}

#[test]
fn a_team_viewer_sees_the_own_reviews_and_threats_alone() {
    let server = server();
    let own = led(&begin(&server, Who::Reviewer, &[]).is(303));
    let form = [("checklist", "production-review"), ("system", "vault")];
    let other = led(&server.post(Who::Reviewer, "/checklists/start", &form).is(303));
    server.post(Who::Reviewer, &format!("{other}/answer"), &[("question", "GOV-01"), ("answer", "no")]).is(303);
    assert_eq!(account(Who::Scoped), "sven");
    for path in
        ["/checklists", "/checklists/gaps", "/threat-models/board", "/threat-models/gaps", "/checklist-answers", "/threats"]
    {
        let text = server.get(Who::Scoped, path).is(200).text();
        assert!(!text.to_lowercase().contains("vault"), "{path} tells a viewer of {TEAM}: {text}");
    }
    server.get(Who::Scoped, &own).is(200);
    for path in [other.as_str(), &format!("{other}/answers.csv"), &format!("{other}/answers.json"), "/threat-models/tm-vault"] {
        server.get(Who::Scoped, path).is(404);
    }
    server.get(Who::Scoped, &format!("/checklist-answers/{}", encode(&format!("{}/GOV-01", "vault")))).is(404);
    // Claims speak of the whole programme: they are read by all; what supports them is not named.
    let board = server.get(Who::Scoped, "/claims/board").is(200).text();
    assert!(board.contains("We test") && !board.contains("Yearly report"), "{board}");
}

#[test]
fn the_api_does_the_same() {
    let server = server();
    use serde_json::json;
    let post = |who: Who, path: &str, body: &serde_json::Value| server.json(who, "POST", &format!("/api/v1{path}"), body);
    let start = json!({"checklist": "production-review", "system": "bot", "release": "bot/2"});
    let by_author = json!({"checklist": "production-review", "system": "bot", "release": "bot/2", "reviewer": "carl"});
    assert!(post(Who::WriteToken, "/checklist-reviews", &by_author).is(403).text().contains("who made it does not review it"));
    post(Who::ReadToken, "/checklist-reviews", &start).is(403);
    let id = post(Who::WriteToken, "/checklist-reviews", &start).is(200).json()["id"].as_str().unwrap().to_owned();
    let path = format!("/checklist-reviews/{}", encode(&id));
    let yes = json!({"question": "GOV-01", "answer": "yes", "evidence": ["report"]});
    assert_eq!(post(Who::WriteToken, &format!("{path}/answer"), &yes).is(200).json()["written"], true);
    let stale = server.json(Who::WriteToken, "POST", &format!("/api/v1{path}/answer?expected=1"), &yes).is(409).text();
    assert!(stale.contains("was changed meanwhile"), "{stale}");
    post(Who::WriteToken, &format!("{path}/answer"), &json!({"question": "GOV-01", "answer": "maybe"})).is(422);
    post(Who::WriteToken, &format!("{path}/answer"), &json!({"question": "GOV-01"})).is(422);
    let many = json!({"answers": [{"question": "GOV-02", "answer": "no"}, {"question": "GOV-03", "answer": "yes"}]});
    let taken = post(Who::WriteToken, &format!("{path}/answers"), &many).is(200).json();
    assert_eq!((taken["answers"].as_u64(), taken["unchanged"].as_u64()), (Some(2), Some(0)));
    post(Who::WriteToken, &format!("{path}/clear"), &json!({"question": "GOV-03"})).is(200);
    assert!(post(Who::WriteToken, &format!("{path}/complete"), &json!({})).is(409).text().contains("are unanswered"));
    let shown = server.get(Who::ReadToken, &format!("/api/v1{path}")).is(200).json();
    assert_eq!((shown["progress"]["answered"].as_u64(), shown["outcome"].as_str()), (Some(2), Some("open")));
    assert_eq!(shown["questions"][0]["answer"]["evidence"][0].as_str(), Some("report"));
    let listed = server.get(Who::ReadToken, "/api/v1/checklist-reviews?system=bot").is(200).json();
    assert_eq!(listed["reviews"][0]["id"].as_str(), Some(id.as_str()));
    let gaps = server.get(Who::ReadToken, "/api/v1/checklist-gaps").is(200).json();
    assert_eq!(gaps["gaps"][0]["question"].as_str(), Some("GOV-02"));
    // A record of a review is not written past these.
    let past = json!({"answer": "yes"});
    server
        .json(Who::WriteToken, "PUT", &format!("/api/v1/records/checklist_answer/{}", encode(&format!("{id}/GOV-02"))), &past)
        .is(422);

    let threat = json!({"title": "Hidden orders", "severity": "high", "controls": ["Filter"]});
    let added = post(Who::WriteToken, "/threat-models/tm/threats", &threat).is(200).json();
    assert_eq!(added["id"].as_str(), Some("tm/t1"));
    post(Who::WriteToken, "/threats/tm%2Ft1/link", &json!({"kind": "finding", "id": "f1"})).is(200);
    post(Who::WriteToken, "/threats/tm%2Ft1/unlink", &json!({"kind": "monitor", "id": "m1"})).is(409);
    let model = server.get(Who::ReadToken, "/api/v1/threat-models/tm").is(200).json();
    assert_eq!(model["threats"][0]["tests"][0]["state"].as_str(), Some("Open"));
    let gaps = server.get(Who::ReadToken, "/api/v1/threat-gaps?system=bot").is(200).json();
    assert_eq!(gaps["gaps"][0]["missing"], json!(["telemetry", "assumption"]));
    post(Who::WriteToken, "/threats/tm%2Ft1/accept", &json!({"reason": "small"})).is(200);
    assert_eq!(
        server.get(Who::ReadToken, "/api/v1/threat-models").is(200).json()["threat_models"].as_array().unwrap().len(),
        2
    );

    let claims = server.get(Who::ReadToken, "/api/v1/claims").is(200).json();
    assert_eq!((claims["claims"][0]["id"].as_str(), claims["claims"][0]["pulled_down"].as_bool()), (Some("stale"), Some(true)));
    post(Who::WriteToken, "/claims/tested/grant", &json!({"readiness": "public_claim_ready"})).is(200);
    post(Who::WriteToken, "/claims/tested/grant", &json!({"readiness": "soon"})).is(422);
    post(Who::WriteToken, "/claims/tested/revoke", &json!({"reason": "wrong"})).is(200);
    post(Who::WriteToken, "/claims/none/revoke", &json!({"reason": "wrong"})).is(404);
}
