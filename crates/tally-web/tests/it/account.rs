//! Accounts through pages: one's own, other people's, what is shown once, what needs a fresh proof.

use tally_app::access::{SignIn, SignedIn};
use tally_app::now;
use tally_model::Instant;

use super::support::{Answer, PASSWORD, Server, TEAM, Who, account};

/// What a page shows once.
fn shown(answer: Answer) -> String {
    let text = answer.is(200).text();
    assert!(text.contains("Shown once"), "{text}");
    let inner = text.split("<pre>").nth(1).and_then(|rest| rest.split("</pre>").next()).unwrap_or_else(|| panic!("{text}"));
    inner.trim().to_owned()
}

#[test]
fn a_token_is_shown_once_and_works_until_it_is_revoked() {
    let server = Server::demo();
    let form = [("name", "<i>ci</i>"), ("scope", "read"), ("role", "viewer"), ("days", "7")];
    let token = shown(server.post(Who::Contributor, "/account/tokens", &form));
    assert!(token.starts_with("tally_"), "{token}");
    let page = server.get(Who::Contributor, "/account").is(200).text();
    assert!(page.contains("&#60;i&#62;ci") && !page.contains(&token) && !page.contains("<i>ci"), "{page}");
    let bearer = format!("Bearer {token}");
    let with = |path: &str| server.send(Who::Nobody, "GET", path, &[("authorization", &bearer)], b"").status;
    assert_eq!((with("/findings"), with("/account")), (200, 403));
    let id = page.split("name=\"token\" value=\"").nth(1).unwrap().split('"').next().unwrap().to_owned();
    server.post(Who::Viewer, "/account/tokens/revoke", &[("token", &id)]).is(404);
    server.post(Who::Contributor, "/account/tokens/revoke", &[("token", &id)]).is(303);
    assert_ne!(with("/findings"), 200);
    let more = [("name", "x"), ("scope", "write"), ("role", "administrator"), ("days", "7")];
    server.post(Who::Contributor, "/account/tokens", &more).is(422);
    let strange = [("name", "x"), ("scope", "write"), ("role", "viewer"), ("days", "7"), ("teams", "no-such-team")];
    server.post(Who::Contributor, "/account/tokens", &strange).is(404);
}

#[test]
fn a_password_is_changed_with_the_old_one_and_ends_other_sessions() {
    let server = Server::demo();
    let (name, other) = server.session(account(Who::Viewer));
    let status = |cookie: &str| server.send(Who::Nobody, "GET", "/account", &[(name, cookie)], b"").status;
    assert_eq!(status(&other), 200);
    let change = |old: &str, new: &str, again: &str| {
        server.post(Who::Viewer, "/account/password", &[("old", old), ("new", new), ("again", again)])
    };
    let new = "a tally stick was split in two";
    change("not the old one", new, new).is(422);
    change(PASSWORD, new, "another").is(422);
    change(PASSWORD, "short", "short").is(422);
    assert_eq!(status(&other), 200);
    change(PASSWORD, new, new).is(303);
    assert_eq!(status(&other), 303, "its session is over");
    server.get(Who::Viewer, "/account").is(200);
}

#[test]
fn sessions_are_listed_and_ended() {
    let server = Server::demo();
    let (name, other) = server.session(account(Who::Viewer));
    server.session(account(Who::Viewer));
    let page = server.get(Who::Viewer, "/account").is(200).text();
    assert!(page.contains("this one") && page.contains("End all others (2)"), "{page}");
    server.post(Who::Contributor, "/account/sessions/end-others", &[]).is(303);
    assert_eq!(server.send(Who::Nobody, "GET", "/account", &[(name, &other)], b"").status, 200, "another's sessions stay");
    let handle = page.split("name=\"session\" value=\"").nth(1).unwrap().split('"').next().unwrap();
    server.post(Who::Contributor, "/account/sessions/end", &[("session", handle)]).is(404);
    server.post(Who::Viewer, "/account/sessions/end", &[("session", handle)]).is(303);
    let told = server.post(Who::Viewer, "/account/sessions/end-others", &[]).is(303);
    assert!(told.header("set-cookie").unwrap().contains("1%20session"), "{:?}", told.headers);
    assert_eq!(server.send(Who::Nobody, "GET", "/account", &[(name, &other)], b"").status, 303);
    server.get(Who::Viewer, "/account").is(200);
}

#[test]
fn codes_go_on_with_a_code_alone() {
    let server = Server::demo();
    let page = server.post(Who::Viewer, "/account/codes", &[]).is(200).text();
    let key = page.split("<pre>").nth(1).unwrap().split("</pre>").next().unwrap();
    assert!(key.len() == 32 && page.contains("otpauth://totp/Tallystick:vera"), "{page}");
    let wrong = server.post(Who::Viewer, "/account/codes/confirm", &[("code", "nonsense"), ("key", key), ("address", "x")]);
    assert!(wrong.is(422).text().contains(key), "the key is still there to be typed");
    assert!(server.get(Who::Viewer, "/account").is(200).text().contains("Turn them on"));
}

#[test]
fn an_invitation_opens_the_door_once() {
    let server = Server::demo();
    let form = [("account", "Nora"), ("name", "Nora"), ("email", "nora@example.org"), ("role", "viewer"), ("teams", TEAM)];
    server.post(Who::Reviewer, "/settings/people", &form).is(403);
    let link = shown(server.post(Who::Administrator, "/settings/people", &form));
    let path = link.strip_prefix(server.house.address()).unwrap_or_else(|| panic!("{link}")).to_owned();
    server.post(Who::Administrator, "/settings/people", &form).is(409);
    let accept = [("name", "nora"), ("password", PASSWORD), ("again", PASSWORD)];
    server.post(Who::Nobody, &path, &accept).is(303);
    server.post(Who::Nobody, &path, &accept).is(404);
    let page = server.get(Who::Administrator, "/settings/people/nora").is(200).text();
    assert!(page.contains("nora@example.org") && page.contains(TEAM) && page.contains("signed in by password"), "{page}");
    server.get(Who::Reviewer, "/settings/people/nora").is(403);
}

#[test]
fn people_are_changed_from_what_was_seen() {
    let server = Server::demo();
    let path = "/settings/people/vera";
    let page = server.get(Who::Administrator, path).is(200).text();
    let version = page.split("name=\"version\" value=\"").nth(1).unwrap().split('"').next().unwrap().to_owned();
    let form = [("name", "Vera"), ("role", "contributor"), ("version", version.as_str())];
    server.post(Who::Administrator, path, &form).is(303);
    assert!(server.get(Who::Viewer, "/import").is(200).text().contains("/import/look"), "the new role holds at once");
    server.post(Who::Administrator, path, &form).is(409);
    let reset = shown(server.post(Who::Administrator, &format!("{path}/reset"), &[]));
    assert!(reset.contains("/link/"), "{reset}");
    let own = "/settings/people/ada";
    let page = server.get(Who::Administrator, own).is(200).text();
    let version = page.split("name=\"version\" value=\"").nth(1).unwrap().split('"').next().unwrap().to_owned();
    let form = [("name", "Ada"), ("role", "viewer"), ("version", version.as_str())];
    assert!(server.post(Who::Administrator, own, &form).is(409).text().contains("no administrator"));
}

#[test]
fn what_outlasts_a_session_needs_a_fresh_proof() {
    let server = Server::demo();
    let long_ago = Instant::from_micros(now().micros() - 40 * 60_000_000);
    let asked = SignIn { account: "ada", password: PASSWORD, code: "", address: "127.0.0.1", agent: "test" };
    let SignedIn::Open(opened) = server.house.desk.sign_in(&asked, long_ago).unwrap() else { panic!("a code is asked for") };
    let cookie = format!("tally_session={}", opened.secret);
    let post = |path: &str, body: &str| {
        let headers = [("cookie", cookie.as_str()), ("content-type", "application/x-www-form-urlencoded")];
        server.send(Who::Nobody, "POST", path, &headers, body.as_bytes())
    };
    let invite = "account=nora&role=viewer";
    let led = post("/settings/people", invite).is(303);
    assert_eq!(led.header("location"), Some("/prove?back=%2Fsettings%2Fpeople"));
    let page = server.send(Who::Nobody, "GET", "/prove?back=%2Fsettings%2Fpeople", &[("cookie", &cookie)], b"").is(200).text();
    assert!(page.contains("type=\"password\"") && page.contains("value=\"/settings/people\""), "{page}");
    post("/prove", "password=wrong&back=/settings/people").is(422);
    assert_eq!(post("/settings/people", invite).status, 303);
    let back = post("/prove", &format!("password={}&back=/settings/people", PASSWORD.replace(' ', "+"))).is(303);
    assert_eq!(back.header("location"), Some("/settings/people"));
    assert!(shown(post("/settings/people", invite)).contains("/link/"));
    let elsewhere = post("/prove", &format!("password={}&back=//evil.example/", PASSWORD.replace(' ', "+"))).is(303);
    assert_eq!(elsewhere.header("location"), Some("/"));
}

#[test]
fn settings_say_where_things_come_from() {
    let server = Server::shared();
    let page = server.get(Who::Viewer, "/settings").is(200).text();
    assert!(page.contains("Critical") && page.contains("7 days") && page.contains("catalog/metrics/"), "{page}");
    assert!(!page.contains("/settings/people"), "what is for administrators is not offered to others");
    server.get(Who::Viewer, "/settings/catalog").is(200);
    let root = server.house.bench.root().display().to_string();
    let seen = server.get(Who::Viewer, "/settings/server").is(200).text();
    assert!(seen.contains("SQLite") && !seen.contains(&root), "{seen}");
    let seen = server.get(Who::Administrator, "/settings/server").is(200).text();
    assert!(seen.contains(&root), "{seen}");
    server.get(Who::Administrator, "/settings/tokens").is(200);
    server.get(Who::Reviewer, "/settings/tokens").is(403);
}
