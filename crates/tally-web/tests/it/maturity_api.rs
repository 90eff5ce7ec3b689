//! Maturity rounds through the API: from the start to the approval, who is refused and how, files in and out.

use serde_json::{Value, json};

use super::support::{Server, Who};

const FIRST: &str = "ai-security-first";
const SECOND: &str = "ai-security-second";
const SYSTEMS: &str = "ai-security-systems";

fn path(rest: &str) -> String {
    format!("/api/v1/maturity{rest}")
}

fn get(server: &Server, who: Who, rest: &str) -> Value {
    server.get(who, &path(rest)).is(200).json()
}

fn count(list: &Value) -> usize {
    list.as_array().unwrap().len()
}

#[test]
fn the_demo_has_rounds_whose_numbers_stand_side_by_side() {
    let server = Server::shared();
    let models = get(server, Who::ReadToken, "/models");
    assert_eq!((&models["models"][0]["id"], &models["models"][0]["questions"]), (&json!("ai-security"), &json!(78)));
    let model = get(server, Who::ReadToken, "/models/ai-security");
    assert_eq!(count(&model["questions"]), 78);
    server.get(Who::ReadToken, &path("/models/ai-securty")).is(404).text().contains("did you mean");
    let rounds = get(server, Who::ReadToken, "/rounds");
    let ids: Vec<&str> =
        rounds["rounds"].as_array().unwrap().iter().map(|line| line["round"]["id"].as_str().unwrap()).collect();
    assert_eq!(ids, [SYSTEMS, SECOND, FIRST]);
    // Every answer of the made-up programme is one to a question of the model: what is left open is open on purpose.
    let answered = |id: &str| {
        let round = get(server, Who::ReadToken, &format!("/rounds/{id}"));
        (round["numbers"]["answered"].as_u64().unwrap(), round["numbers"]["questions"].as_u64().unwrap())
    };
    assert_eq!(answered(FIRST), (72, 78));
    assert_eq!(answered(SECOND), (76, 78));
    assert_eq!(answered(SYSTEMS).1, 4 * 78);
    let second = get(server, Who::ReadToken, &format!("/rounds/{SECOND}"));
    assert_eq!(second["previous"]["id"], FIRST);
    assert!(second["numbers"]["earned"].as_u64() < second["numbers"]["plain_level"].as_u64(), "{}", second["numbers"]);
    assert!(second["numbers"]["low"].as_f64() < second["numbers"]["high"].as_f64());
    assert!(count(&second["contradictions"]) > 0);
    let moved = get(server, Who::ReadToken, &format!("/rounds/{SECOND}/compare?with={FIRST}"));
    assert_eq!((&moved["before"]["id"], &moved["after"]["id"]), (&json!(FIRST), &json!(SECOND)));
    assert!(count(&moved["questions"]) > 10);
}

#[test]
fn one_subject_shows_answers_facts_and_the_way() {
    let server = Server::shared();
    let of = format!("/rounds/{SYSTEMS}");
    let sheet = get(server, Who::ReadToken, &format!("{of}/sheet?subject=support-bot&domain=GRC&rows=yes"));
    let questions = &sheet["domains"][0]["questions"];
    assert_eq!((count(&sheet["domains"]), count(questions)), (1, 7));
    let first = &questions[0];
    assert_eq!((&first["id"], &first["computed"][0]["n"]), (&json!("GRC-01"), &json!(1)));
    let rows = count(&first["computed"][0]["misses"]) + count(&first["computed"][0]["hit_rows"]);
    assert_eq!(rows, 1, "its own row alone: {first}");
    let wrong = server.get(Who::ReadToken, &path(&format!("{of}/sheet"))).is(422);
    assert!(wrong.text().contains("name one of them as its subject"), "{}", wrong.text());
    server.get(Who::ReadToken, &path(&format!("{of}/sheet?subject=nobody"))).is(404);
    server.get(Who::ReadToken, &path(&format!("{of}/sheet?subject=support-bot&domain=XX"))).is(404);
    let gaps = get(server, Who::ReadToken, &format!("/rounds/{SECOND}/gaps"));
    assert!(gaps["gaps"][0]["blocks"] == true, "{}", gaps["gaps"][0]);
    let road = get(server, Who::ReadToken, &format!("/rounds/{SECOND}/roadmap?goal=GRC%3D3&level=2"));
    assert!(count(&road["steps"]) > 0);
    server.get(Who::ReadToken, &path(&format!("/rounds/{SECOND}/roadmap?goal=GRC"))).is(422);
    let what = get(server, Who::ReadToken, &format!("/rounds/{SECOND}/what-if?question=GRC-02&question=GRC-03"));
    let low = |side: &str| what["whole"][side]["low"].as_f64().unwrap();
    assert!(low("before") <= low("after"));
    server.get(Who::ReadToken, &path(&format!("/rounds/{SECOND}/what-if"))).is(422);
    let planned = get(server, Who::ReadToken, &format!("/rounds/{SECOND}/improvements"));
    let states: Vec<&str> =
        planned["improvements"].as_array().unwrap().iter().map(|one| one["state"].as_str().unwrap()).collect();
    assert_eq!(states.len(), 6);
    for state in ["open", "overdue", "done"] {
        assert!(states.contains(&state), "{states:?}");
    }
    assert!(count(&get(server, Who::ReadToken, &format!("/rounds/{SECOND}/evidence"))["evidence"]) > 5);
}

#[test]
fn every_computed_answer_of_the_built_in_model_can_be_worked_out() {
    let server = Server::shared();
    for (rest, least) in
        [(format!("/rounds/{SECOND}/sheet?rows=yes"), 30), (format!("/rounds/{SYSTEMS}/sheet?subject=support-bot"), 8)]
    {
        let sheet = get(server, Who::ReadToken, &rest);
        let domains = sheet["domains"].as_array().unwrap().iter();
        let questions = domains.flat_map(|domain| domain["questions"].as_array().unwrap());
        let computed: Vec<&Value> = questions.flat_map(|question| question["computed"].as_array().unwrap()).collect();
        for one in &computed {
            assert_eq!(one["failed"], Value::Null, "{one}");
        }
        let known = computed.iter().filter(|one| !one["answer"].is_null()).count();
        assert!(known >= least, "{known} of {} have data in {rest}", computed.len());
    }
}

#[test]
fn a_round_is_answered_and_handed_in() {
    let server = Server::demo();
    let put = |who, method: &str, rest: &str, body: &Value| server.json(who, method, &path(rest), body);
    let begin = json!({"model": "ai-security", "title": "Spring", "id": "spring", "approver": "nobody-else",
        "assignments": [{"domain": "MON", "owner": "somebody", "due": "2031-01-01"}]});
    put(Who::ReadToken, "POST", "/rounds", &begin).is(403);
    put(Who::WriteToken, "POST", "/rounds", &json!({"model": "ai-security", "title": "x", "colour": 1})).is(422);
    let begun = put(Who::WriteToken, "POST", "/rounds", &begin).is(200).json();
    assert_eq!(begun["id"], "spring");
    put(Who::WriteToken, "POST", "/rounds", &begin).is(422);
    let answers = json!({"answers": [
        {"question": "GRC-01", "score": 3, "note": "signed", "evidence": ["process/production_approval"], "seen": "none"},
        {"question": "GRC-02", "score": 2}
    ]});
    put(Who::WriteToken, "PUT", "/rounds/spring/answers", &answers).is(200);
    // Somebody who saw nothing there is told of the answer that is.
    let stale = put(Who::WriteToken, "PUT", "/rounds/spring/answers", &answers).is(409);
    assert!(stale.text().contains("answered it meanwhile with 3"), "{}", stale.text());
    for (body, status) in [
        (json!({"answers": [{"question": "GRC-01", "score": 5}]}), 422),
        (json!({"answers": [{"question": "GRC-1", "score": 1}]}), 404),
        (json!({"answers": [{"question": "GRC-03", "score": 1, "seen": "yesterday"}]}), 422),
        (json!({"answers": [{"question": "GRC-03", "score": -1}]}), 422),
        (json!({"answers": [{"question": "GRC-03", "score": 1, "subject": "support-bot"}]}), 404),
    ] {
        put(Who::WriteToken, "PUT", "/rounds/spring/answers", &body).is(status);
    }
    let sheet = get(&server, Who::ReadToken, "/rounds/spring/sheet?domain=GRC");
    assert_eq!(sheet["numbers"]["answered"], 2);
    assert_eq!(sheet["domains"][0]["questions"][0]["answer"]["claimed"], false);
    put(Who::WriteToken, "POST", "/rounds/spring/answers/clear", &json!({"answers": [{"question": "GRC-02"}]})).is(200);
    put(Who::WriteToken, "POST", "/rounds/spring/answers/clear", &json!({"answers": [{"question": "GRC-02"}]})).is(409);
    let plan = json!({"questions": ["GRC-02"], "owner": "grc", "due": "2031-01-01", "effort": "small"});
    put(Who::WriteToken, "POST", "/rounds/spring/improvements", &plan).is(200);
    put(
        Who::WriteToken,
        "POST",
        "/rounds/spring/improvements",
        &json!({"questions": ["GRC-02"], "owner": "g", "effort": "huge"}),
    )
    .is(422);
    let send = |rest: &str| server.send(Who::WriteToken, "POST", &path(rest), &[], b"");
    send("/rounds/spring/approve").is(409);
    send("/rounds/spring/submit").is(200);
    send("/rounds/spring/submit").is(409);
    let own = send("/rounds/spring/approve").is(403);
    assert!(own.text().contains("who leads a round does not approve it"), "{}", own.text());
    let clone = json!({"with_answers": true, "id": "summer"});
    let cloned = put(Who::WriteToken, "POST", "/rounds/spring/clone", &clone).is(200).json();
    assert_eq!((&cloned["id"], &cloned["carried"]), (&json!("summer"), &json!(1)));
    let frozen = json!({"answers": [{"question": "GRC-01", "score": 1}]});
    put(Who::WriteToken, "PUT", &format!("/rounds/{FIRST}/answers"), &frozen).is(409);
}

#[test]
fn a_teams_viewer_sees_its_own_systems_and_no_round_of_all() {
    let server = Server::shared();
    let rounds = get(server, Who::Scoped, "/rounds");
    assert_eq!(count(&rounds["rounds"]), 1);
    let all = get(server, Who::Scoped, &format!("/rounds/{SYSTEMS}"));
    let subjects: Vec<&str> = all["subjects"].as_array().unwrap().iter().map(|line| line["id"].as_str().unwrap()).collect();
    assert_eq!(subjects, ["support-bot"]);
    assert_eq!(all["numbers"]["questions"], 78);
    for rest in [
        format!("/rounds/{SECOND}"),
        format!("/rounds/{SECOND}/export"),
        format!("/rounds/{SYSTEMS}/sheet?subject=fraud-scoring"),
        format!("/rounds/{SYSTEMS}/gaps?subject=fraud-scoring"),
        format!("/rounds/{SYSTEMS}/compare?with={SECOND}"),
    ] {
        server.get(Who::Scoped, &path(&rest)).is(404);
    }
}

#[test]
fn answers_go_out_as_a_file_and_come_in_again() {
    let server = Server::demo();
    let begin = json!({"model": "ai-security", "title": "From a file", "id": "filed"});
    server.json(Who::WriteToken, "POST", &path("/rounds"), &begin).is(200);
    let csv = server.get(Who::ReadToken, &path(&format!("/rounds/{SECOND}/export?format=csv"))).is(200);
    assert!(csv.header("content-type").unwrap().starts_with("text/csv"));
    let send = |name: &str, body: &[u8]| {
        let target = path(&format!("/rounds/filed/import?name={name}"));
        server.send(Who::WriteToken, "POST", &target, &[("content-type", "application/octet-stream")], body)
    };
    let taken = send("answers.csv", &csv.body).is(200).json();
    assert_eq!((&taken["rows"], &taken["answers"], &taken["blank"]), (&json!(78), &json!(76), &json!(2)));
    let again = send("answers.csv", &csv.body).is(200).json();
    assert_eq!((&again["answers"], &again["unchanged"]), (&json!(0), &json!(76)));
    let json = server.get(Who::ReadToken, &path("/rounds/filed/export")).is(200);
    let again = send("answers.json", &json.body).is(200).json();
    assert_eq!(again["unchanged"], 76);
    let bad = send("answers.csv", b"Question id,Score\nGRC-01,9\nXX-01,1\n").is(422).json();
    let lines: Vec<u64> = bad["problems"].as_array().unwrap().iter().map(|problem| problem["line"].as_u64().unwrap()).collect();
    assert_eq!(lines, [2, 3]);
    assert!(bad["detail"].as_str().unwrap().contains("nothing was written"), "{bad}");
}
