//! Who may see what: every route as everybody, held against a table in the repository and against one written here by
//! hand; what every answer has; what a viewer of some teams' systems never sees.

use std::path::PathBuf;

use super::support::{Answer, Server, TEAM, Who, account, crawl};
use tally_app::access::Permission;
use tally_web::{Method, Need, Route};

/// What an answer says about being let in.
fn class(route: &Route, answer: &Answer) -> &'static str {
    if route.need == Need::Nothing && answer.status < 500 {
        // Whoever signs in wrongly is told 401 by the page itself.
        return "in";
    }
    said(answer)
}

fn said(answer: &Answer) -> &'static str {
    match (answer.status, answer.header("location")) {
        (303, Some(place)) if place.starts_with("/sign-in?next=") => "to sign-in",
        (401, _) => "401",
        (403, _) => "403",
        (status, _) if status < 500 => "in",
        _ => "failed",
    }
}

/// The walls as they are meant, by hand: nothing here is taken from the program.
fn expected(route: &Route, who: Who) -> &'static str {
    use Who::{Administrator, Contributor, ImportToken, Nobody, ReadToken, Reviewer, Scoped, Viewer, WriteToken};
    let Need::May(permission) = route.need else { return "in" };
    let lets_in: &[Who] = match permission {
        Permission::Read | Permission::Query => {
            &[Viewer, Scoped, Contributor, Reviewer, Administrator, ReadToken, ImportToken, WriteToken]
        }
        Permission::Journal => &[Viewer, Contributor, Reviewer, Administrator, ReadToken, ImportToken, WriteToken],
        Permission::Save => &[Viewer, Scoped, Contributor, Reviewer, Administrator, WriteToken],
        Permission::Account => &[Viewer, Scoped, Contributor, Reviewer, Administrator],
        Permission::Import => &[Contributor, Reviewer, Administrator, ImportToken, WriteToken],
        Permission::Edit | Permission::Triage => &[Contributor, Reviewer, Administrator, WriteToken],
        Permission::Review | Permission::Publish => &[Reviewer, Administrator, WriteToken],
        Permission::Administer => &[Administrator],
    };
    let is_api = route.path.starts_with("/api/");
    match who {
        // Reviews and published values are of all systems, though reading is enough to look at them.
        Scoped if ["/review", "/api/v1/reviews", "/api/v1/published"].iter().any(|start| route.path.starts_with(start)) => {
            "403"
        }
        who if lets_in.contains(&who) => "in",
        Nobody if route.method == Method::Get && !is_api => "to sign-in",
        Nobody => "401",
        _ => "403",
    }
}

/// A path of the route; its parts name nothing that is there.
fn path(route: &Route) -> String {
    let part = |part: &str| if part.starts_with('{') { "x-none".to_owned() } else { part.to_owned() };
    route.path.split('/').map(part).collect::<Vec<_>>().join("/")
}

fn ask(server: &Server, route: &Route, who: Who, headers: &[(&str, &str)]) -> Answer {
    // A form or a document, whichever it takes: an empty one.
    let is_api = route.path.starts_with("/api/");
    let kind =
        if is_api { ("content-type", "application/json") } else { ("content-type", "application/x-www-form-urlencoded") };
    let body: &[u8] = if is_api && route.method != Method::Get { b"{}" } else { b"" };
    let headers: Vec<(&str, &str)> = std::iter::once(kind).chain(headers.iter().copied()).collect();
    server.send(who, route.method.word(), &path(route), &headers, body)
}

fn routes() -> Vec<Route> {
    let mut routes: Vec<Route> = tally_web::routes().collect();
    routes.sort_by_key(|route| (route.path, route.method));
    routes
}

fn need(route: &Route) -> String {
    match route.need {
        Need::Nothing => "nothing".to_owned(),
        Need::May(permission) => permission.words().to_owned(),
    }
}

#[test]
fn every_route_as_everybody() {
    let server = Server::demo();
    let mut table = String::from(
        "# Routes and who is let in\n\nMade by a test of `tally-web` that asks each route as everybody (`TALLY_UPDATE=1` writes it anew). \
         `in`: let in, whatever the answer then is; `to sign-in`: led to the sign-in page. The tokens are an administrator's. The team \
         viewer sees the systems of one team.\n\n",
    );
    let names: Vec<&str> = Who::ALL.iter().map(|who| who.word()).collect();
    table +=
        &format!("| method | path | needs | {} |\n| --- | --- | --- |{}\n", names.join(" | "), " --- |".repeat(names.len()));
    let mut wrong = Vec::new();
    for route in routes() {
        let mut cells = Vec::new();
        for who in Who::ALL {
            // Some routes end sessions: each asks with one of its own.
            let answer = if who == Who::Nobody || who.word().ends_with("token") {
                ask(&server, &route, who, &[])
            } else {
                let (name, value) = server.session(account(who));
                ask(&server, &route, Who::Nobody, &[(name, &value)])
            };
            let said = class(&route, &answer);
            let name = format!("{} {} as {}", route.method.word(), route.path, who.word());
            if said != expected(&route, who) {
                wrong.push(format!("{name}: {said} ({}), expected {}", answer.status, expected(&route, who)));
            }
            wrong.extend(headers_wrong(&route, &answer).map(|what| format!("{name}: {what}")));
            cells.push(said);
        }
        table += &format!("| {} | `{}` | {} | {} |\n", route.method.word(), route.path, need(&route), cells.join(" | "));
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    let file = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../docs/reference/routes.md");
    if std::env::var_os("TALLY_UPDATE").is_some() {
        std::fs::write(&file, &table).unwrap();
    }
    let kept = std::fs::read_to_string(&file).unwrap_or_default();
    assert!(kept == table, "{} differs from what was seen; TALLY_UPDATE=1 writes it anew", file.display());
}

/// What is wrong with the headers of an answer, if anything.
fn headers_wrong(route: &Route, answer: &Answer) -> Option<String> {
    let policy = answer.header("content-security-policy").unwrap_or_default();
    let parts: Vec<&str> = policy.split(';').map(str::trim).collect();
    let holds = [
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "form-action 'self'",
        "base-uri 'none'",
        "frame-ancestors 'none'",
    ]
    .iter()
    .all(|part| parts.contains(part));
    if !holds || policy.contains("unsafe") {
        return Some(format!("policy {policy:?}"));
    }
    if answer.header("x-content-type-options") != Some("nosniff") {
        return Some("no nosniff".to_owned());
    }
    if answer.status == 200 && !route.path.starts_with("/assets/") && answer.header("cache-control") != Some("no-store") {
        return Some(format!("cache-control {:?}", answer.header("cache-control")));
    }
    let cookies = answer.headers.iter().filter(|(name, _)| name == "set-cookie").map(|(_, value)| value);
    let mut loose = cookies.filter(|value| {
        let opens = !value.starts_with("tally_theme=");
        !value.contains("SameSite=") || (opens && !value.contains("HttpOnly"))
    });
    loose.next().map(|value| format!("cookie {value}"))
}

#[test]
fn pages_elsewhere_change_nothing() {
    let server = Server::demo();
    let before = server.house.bench.read(tally_app::journal::size).unwrap();
    let changing = routes().into_iter().filter(|route| route.method != Method::Get);
    let mut asked = 0;
    for route in changing {
        for headers in [
            [("sec-fetch-site", "cross-site")].as_slice(),
            &[("sec-fetch-site", "same-site")],
            &[("origin", "https://evil.example")],
            &[("origin", "null")],
        ] {
            let answer = ask(&server, &route, Who::Administrator, headers);
            assert_eq!(answer.status, 403, "{} {} {headers:?}\n{}", route.method.word(), route.path, answer.text());
            assert!(answer.header("set-cookie").is_none());
            asked += 1;
        }
    }
    assert!(asked > 40);
    assert_eq!(server.house.bench.read(tally_app::journal::size).unwrap(), before);
    // A token is no cookie: no browser sends it by itself.
    let answer = server.send(Who::ReadToken, "POST", "/sign-out", &[("sec-fetch-site", "cross-site")], b"");
    assert_ne!(answer.status, 403);
}

#[test]
fn another_host_name_is_refused() {
    let server = Server::shared();
    for route in routes().into_iter().filter(|route| route.method == Method::Get) {
        for host in ["evil.example", "127.0.0.1.evil.example", "evil.example:80", "localhost.evil.example", ""] {
            let answer = ask(server, &route, Who::Administrator, &[("host", host)]);
            assert!((400..500).contains(&answer.status), "{} for host {host:?}: {}", route.path, answer.status);
            assert!(answer.header("set-cookie").is_none());
        }
    }
    let port = server.address.port();
    for host in [format!("localhost:{port}"), format!("127.0.0.1:{port}")] {
        server.send(Who::Administrator, "GET", "/metrics", &[("host", &host)], b"").is(200);
    }
}

#[test]
fn a_method_that_does_not_fit_is_told_which_do() {
    let server = Server::shared();
    for path in ["/", "/metrics", "/findings", "/theme", "/sign-out"] {
        for method in ["PATCH", "DELETE", "TRACE"] {
            let answer = server.send(Who::Administrator, method, path, &[], b"").is(405);
            assert!(answer.header("allow").is_some_and(|allowed| !allowed.is_empty()), "{method} {path}");
        }
    }
    assert_eq!(server.send(Who::Administrator, "POST", "/metrics", &[], b"").is(405).header("allow"), Some("GET"));
    server.send(Who::Nobody, "GET", "/no-such-page", &[], b"").is(404);
}

#[test]
fn a_stolen_or_broken_secret_opens_nothing() {
    let server = Server::shared();
    for (name, value) in [
        ("cookie", "tally_session=x".to_owned()),
        ("cookie", format!("tally_session={}", "A".repeat(4_000))),
        ("authorization", "Bearer tally_0".to_owned()),
        ("authorization", "Bearer ".to_owned()),
        ("authorization", "Basic YWRhOmNvcnJlY3Q=".to_owned()),
    ] {
        let answer = server.send(Who::Nobody, "GET", "/findings", &[(name, &value)], b"");
        assert!(matches!(said(&answer), "to sign-in" | "401"), "{name} {value}: {}", answer.status);
    }
}

/// Systems of other teams than `TEAM`: id and name.
fn hidden(server: &Server) -> Vec<(String, String)> {
    let systems = server.get(Who::Viewer, "/systems.csv?cols=id&cols=name&cols=owner").is(200).text();
    let rows = super::support::sheet(&systems);
    let systems: Vec<_> = rows[1..].iter().filter(|row| row[2] != TEAM).map(|row| (row[0].clone(), row[1].clone())).collect();
    assert!(systems.len() > 20, "{systems:?}");
    assert!(rows.iter().any(|row| row[2] == TEAM));
    systems
}

#[test]
fn a_team_viewer_never_sees_another_teams_system() {
    let server = Server::shared();
    let hidden = hidden(server);
    let starts: Vec<String> = tally_web::job_paths().map(str::to_owned).chain(["/search?q=a".to_owned()]).collect();
    let mut leaks = Vec::new();
    let seen = crawl(server, Who::Scoped, &starts, 3, |address, answer| {
        assert!(answer.status < 500, "{address}: {}", answer.text());
        let text = answer.text();
        let found = hidden.iter().find(|(id, name)| names(&text, id) || text.contains(name.as_str()));
        leaks.extend(found.map(|(id, _)| format!("{address} names {id}")));
    });
    assert!(seen > 150, "only {seen} pages were found");
    assert!(leaks.is_empty(), "of {seen} pages:\n{}", leaks.join("\n"));
    // What they ask for by name is not there, rather than forbidden: that would say that it is.
    for (id, name) in hidden.iter().take(5) {
        server.get(Who::Scoped, &format!("/systems/{id}")).is(404);
        let found = server.get(Who::Scoped, &format!("/search?q={id}")).is(200).text();
        assert!(!found.contains(name.as_str()), "{found}");
        let rows = format!("/metrics/technique-coverage/rows?where=system%3D{id}");
        assert!(server.get(Who::Scoped, &rows).is(200).text().contains("No rows"));
        assert!(server.get(Who::Scoped, &format!("/findings?system={id}")).is(200).text().contains("Nothing matches"));
    }
}

/// Whether a text names an id as a word of its own.
fn names(text: &str, id: &str) -> bool {
    let part = |letter: char| letter.is_ascii_alphanumeric() || letter == '-' || letter == '_';
    text.match_indices(id).any(|(at, _)| {
        let before = text[..at].chars().next_back();
        let after = text[at + id.len()..].chars().next();
        !before.is_some_and(part) && !after.is_some_and(part)
    })
}
