//! Importing through pages: a look first, then the writing; whose upload it is; what a file's name may be.

use tally_app::access::{Invite, Role, Viewer};
use tally_app::now;

use super::support::{Answer, PASSWORD, Server, TEAM, Who, links};

const TEAMS: &str = "{\"kind\":\"team\",\"id\":\"red\",\"name\":\"Red\",\"function\":\"red_team\"}\n";
const SYSTEM: &str = "{\"kind\":\"system\",\"id\":\"bot\",\"name\":\"Bot\",\"owner\":\"red\",\"risk_tier\":\"high\",\"type\":\"agent\",\"origin\":\"internal\",\"input_vectors\":[],\"techniques\":[],\"data_classes\":[]}\n";

/// Sends files with fields, as a browser does.
fn send(server: &Server, who: Who, files: &[(&str, &[u8])], fields: &[(&str, &str)]) -> Answer {
    let mut body = Vec::new();
    for (name, value) in fields {
        body.extend(format!("--cut\r\ncontent-disposition: form-data; name=\"{name}\"\r\n\r\n{value}\r\n").bytes());
    }
    for (name, bytes) in files {
        body.extend(format!("--cut\r\ncontent-disposition: form-data; name=\"file\"; filename=\"{name}\"\r\n\r\n").bytes());
        body.extend_from_slice(bytes);
        body.extend(b"\r\n");
    }
    body.extend(b"--cut--\r\n");
    let headers = [("content-type", "multipart/form-data; boundary=cut"), ("sec-fetch-site", "same-origin")];
    server.send(who, "POST", "/import/look", &headers, &body)
}

/// The page of an upload when its work is done.
fn done(server: &Server, who: Who, path: &str) -> String {
    server.house.settle();
    let answer = server.get(who, path).is(200);
    assert_eq!(answer.header("refresh"), None, "{path} is still at work");
    answer.text()
}

fn looked(server: &Server, who: Who, answer: Answer) -> (String, String) {
    let path = answer.is(303).header("location").unwrap().to_owned();
    let token = path.strip_prefix("/import/staged/").unwrap_or_else(|| panic!("{path}")).to_owned();
    (done(server, who, &path), token)
}

fn confirm(server: &Server, who: Who, token: &str) -> String {
    let answer = server.post(who, "/import/confirm", &[("upload", token)]).is(303);
    done(server, who, answer.header("location").unwrap())
}

fn entries(server: &Server) -> u64 {
    server.house.bench.read(tally_app::journal::size).unwrap()
}

#[test]
fn all_examples_together_can_be_imported() {
    let server = Server::demo();
    let page = server.get(Who::Contributor, "/import").is(200).text();
    let examples: Vec<String> = links(&page).into_iter().filter(|path| path.starts_with("/import/example/")).collect();
    assert!(examples.len() > 20, "{examples:?}");
    let bodies: Vec<(String, Vec<u8>)> = examples
        .iter()
        .map(|path| (path.rsplit('/').next().unwrap().to_owned(), server.get(Who::Contributor, path).is(200).body))
        .collect();
    let files: Vec<(&str, &[u8])> = bodies.iter().map(|(name, bytes)| (name.as_str(), bytes.as_slice())).collect();
    let before = entries(&server);
    let (page, token) = looked(&server, Who::Contributor, send(&server, Who::Contributor, &files, &[]));
    assert!(page.contains(&format!("<b>{} would be new, 0 would change.</b>", files.len())), "{page}");
    assert_eq!(entries(&server), before, "a look writes nothing");
    let page = confirm(&server, Who::Contributor, &token);
    assert!(page.contains("<h1>Imported</h1>") && page.contains(&format!("/journal?from={}", before + 1)), "{page}");
    assert_eq!(entries(&server), before + files.len() as u64);
    // Once is enough: the same form sent twice writes nothing more.
    server.post(Who::Contributor, "/import/confirm", &[("upload", &token)]).is(409);
    assert_eq!(entries(&server), before + files.len() as u64);
    let page = server.get(Who::Contributor, "/import").is(200).text();
    assert!(
        page.contains("carl") && page.contains("team.csv") && page.contains(&format!("/journal?from={}", before + 1)),
        "{page}"
    );
    server.get(Who::Contributor, "/import/example/published_value.csv").is(404);
    assert!(server.get(Who::Viewer, "/import/schema.json").is(200).json()["$defs"]["system"].is_object());
}

#[test]
fn bad_rows_are_told_and_left_out_only_when_asked() {
    let server = Server::with(TEAMS);
    let text = format!("{SYSTEM}{{\"kind\":\"system\",\"id\":\"lost\"}}\nnonsense\n");
    let before = entries(&server);
    let (page, token) =
        looked(&server, Who::Contributor, send(&server, Who::Contributor, &[("s.jsonl", text.as_bytes())], &[]));
    assert!(page.contains("s.jsonl:2") && page.contains("s.jsonl:3") && page.contains("Nothing was written"), "{page}");
    assert!(!page.contains("/import/confirm"), "{page}");
    server.post(Who::Contributor, "/import/again", &[("upload", &token), ("skip", "yes")]).is(303);
    let page = done(&server, Who::Contributor, &format!("/import/staged/{token}"));
    assert!(page.contains("Import: 1 new, 0 changed, 2 bad rows left out"), "{page}");
    assert_eq!(entries(&server), before);
    let page = confirm(&server, Who::Contributor, &token);
    assert!(page.contains("Imported"), "{page}");
    assert_eq!(entries(&server), before + 1);
    let (page, _) = looked(&server, Who::Contributor, send(&server, Who::Contributor, &[("s.jsonl", SYSTEM.as_bytes())], &[]));
    assert!(page.contains("All of it is known already") && !page.contains("/import/confirm"), "{page}");
}

#[test]
fn a_report_needs_its_system_and_is_told_run_by_run() {
    let server = Server::with(&format!("{TEAMS}{SYSTEM}"));
    let report: &[u8] = include_bytes!("../../../tally-demo/reports/promptfoo-before.json");
    let files = [("promptfoo.json", report)];
    let page = send(&server, Who::Contributor, &files, &[]).is(422).text();
    assert!(page.contains("which system it tested"), "{page}");
    let (page, _) = looked(&server, Who::Contributor, send(&server, Who::Contributor, &files, &[("system", "bott")]));
    assert!(page.contains("did you mean `bot`") && page.contains("Nothing was written"), "{page}");
    let (page, token) = looked(&server, Who::Contributor, send(&server, Who::Contributor, &files, &[("system", "bot")]));
    assert!(page.contains("new finding") && page.contains("promptfoo"), "{page}");
    let page = confirm(&server, Who::Contributor, &token);
    assert!(page.contains("<h1>Imported</h1>"), "{page}");
    let (page, _) = looked(&server, Who::Contributor, send(&server, Who::Contributor, &files, &[("system", "bot")]));
    assert!(page.contains("imported before") && !page.contains("/import/confirm"), "{page}");
    let both = [("promptfoo.json", report), ("s.jsonl", SYSTEM.as_bytes())];
    assert!(send(&server, Who::Contributor, &both, &[("system", "bot")]).is(422).text().contains("two goes"));
}

#[test]
fn an_upload_is_its_senders_alone() {
    let server = Server::with(TEAMS);
    let (_, token) = looked(&server, Who::Contributor, send(&server, Who::Contributor, &[("s.jsonl", SYSTEM.as_bytes())], &[]));
    let before = entries(&server);
    for who in [Who::Reviewer, Who::Administrator] {
        server.get(who, &format!("/import/staged/{token}")).is(404);
        server.post(who, "/import/confirm", &[("upload", &token)]).is(404);
    }
    server.post(Who::Viewer, "/import/confirm", &[("upload", &token)]).is(403);
    assert_eq!(entries(&server), before);
    // Only the last few of one person are kept.
    for _ in 0..3 {
        looked(&server, Who::Contributor, send(&server, Who::Contributor, &[("t.jsonl", TEAMS.as_bytes())], &[]));
    }
    server.get(Who::Contributor, &format!("/import/staged/{token}")).is(404);
    let (_, token) = looked(&server, Who::Contributor, send(&server, Who::Contributor, &[("t.jsonl", TEAMS.as_bytes())], &[]));
    server.post(Who::Contributor, "/import/leave", &[("upload", &token)]).is(303);
    server.get(Who::Contributor, &format!("/import/staged/{token}")).is(404);
}

#[test]
fn who_sees_some_teams_imports_nothing() {
    let server = Server::demo();
    let teams = Some([TEAM.to_owned()].into_iter().collect());
    let invite = Invite { account: "sara".to_owned(), name: String::new(), email: None, role: Role::Contributor, teams };
    let (bench, desk) = (&server.house.bench, &server.house.desk);
    let link = bench.write(|programme| desk.invite(programme, &Viewer::at_machine("test"), &invite, now())).unwrap();
    bench.write(|programme| desk.accept_link(programme, &link, "", PASSWORD, now())).unwrap();
    let (name, cookie) = server.session("sara");
    let page = server.send(Who::Nobody, "GET", "/import", &[(name, &cookie)], b"").is(200).text();
    assert!(
        page.contains("You cannot import") && !page.contains("/import/look") && page.contains("No imports to show"),
        "{page}"
    );
    let headers = [(name, cookie.as_str()), ("content-type", "application/x-www-form-urlencoded")];
    server.send(Who::Nobody, "POST", "/import/look", &headers, b"format=records").is(403);
    assert!(server.get(Who::Viewer, "/import").is(200).text().contains("You cannot import"));
}

#[test]
fn a_sent_name_is_one_part_of_a_path() {
    let server = Server::with(TEAMS);
    for (given, expect) in [
        ("../../../etc/cron.d/s.jsonl", "s.jsonl ("),
        ("C:\\\\s.jsonl", "s.jsonl ("),
        ("..", "upload ("),
        (".hidden.jsonl", "hidden.jsonl ("),
        ("<b>s.jsonl", "_b_s.jsonl ("),
        ("a\u{202e}b.jsonl", "a_b.jsonl ("),
    ] {
        let (page, token) =
            looked(&server, Who::Contributor, send(&server, Who::Contributor, &[(given, SYSTEM.as_bytes())], &[]));
        assert!(page.contains(expect), "{given:?}: {page}");
        server.post(Who::Contributor, "/import/leave", &[("upload", &token)]).is(303);
    }
    let long = format!("{}.jsonl", "é".repeat(100));
    let (page, _) = looked(&server, Who::Contributor, send(&server, Who::Contributor, &[(&long, SYSTEM.as_bytes())], &[]));
    assert!(page.contains("é.jsonl (") && page.contains("1 would be new"), "{page}");
}
