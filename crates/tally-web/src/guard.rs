//! Who is let in: the host that was asked for, where a change comes from, who asks, and whether that is enough.
//!
//! Runs before every handler, on every route, by the route's own need; never looks at a body.

use tally_app::access::Viewer;

use crate::failure::Failure;
use crate::house::Serving;
use crate::route::Need;
use crate::visit::Visit;

/// Lets a visit in, and says who it is.
pub(crate) fn admit(visit: &mut Visit, need: Need) -> Result<(), Failure> {
    known_host(visit)?;
    let token = bearer(visit);
    if changes(visit) && token.is_none() {
        from_here(visit)?;
    }
    visit.viewer = viewer(visit, token.as_deref())?;
    match (need, &visit.viewer) {
        (Need::Nothing, _) => Ok(()),
        (Need::May(_), None) => Err(Failure::SignedOut),
        (Need::May(permission), Some(viewer)) if viewer.may(permission) => Ok(()),
        (Need::May(permission), Some(_)) => Err(Failure::Forbidden(format!(
            "this account may not {}; it needs the role {}{}",
            permission.words(),
            permission.role().word(),
            if permission.is_for_all_systems() { ", and to see all systems" } else { "" }
        ))),
    }
}

fn viewer(visit: &Visit, token: Option<&str>) -> Result<Option<Viewer>, Failure> {
    let desk = &visit.house.desk;
    if let Some(token) = token {
        // A token that opens nothing is told so, whatever cookies come with it.
        return Ok(Some(desk.token(token, visit.now)?.ok_or(Failure::SignedOut)?));
    }
    match visit.cookie(session_cookie(&visit.house.serving)) {
        Some(secret) => Ok(desk.session(secret, visit.now)?),
        None => Ok(None),
    }
}

/// The name of the session's cookie; over TLS a browser keeps it to this host and path.
pub(crate) fn session_cookie(serving: &Serving) -> &'static str {
    if serving.is_secure() { "__Host-tally_session" } else { "tally_session" }
}

fn bearer(visit: &Visit) -> Option<String> {
    let text = visit.headers.get("authorization")?.to_str().ok()?;
    let (scheme, token) = text.split_once(' ')?;
    scheme.eq_ignore_ascii_case("bearer").then(|| token.trim().to_owned())
}

fn changes(visit: &Visit) -> bool {
    !matches!(visit.method, axum::http::Method::GET | axum::http::Method::HEAD)
}

/// A change by cookie has to come from a page of ours: browsers say where a request comes from, and a page elsewhere cannot
/// make them say otherwise.
fn from_here(visit: &Visit) -> Result<(), Failure> {
    let header = |name: &str| visit.headers.get(name).and_then(|value| value.to_str().ok());
    let same = match (header("sec-fetch-site"), header("origin")) {
        (Some(site), _) => matches!(site, "same-origin" | "none"),
        (None, Some(origin)) => origin.split("://").nth(1).is_some_and(|host| Some(host) == header("host")),
        // A program that keeps cookies and says nothing of where it comes from is no browser.
        (None, None) => true,
    };
    if same { Ok(()) } else { Err(Failure::Forbidden("the request came from a page of another site".to_owned())) }
}

/// A name that somebody else's DNS points at this machine is not ours: such a page could read what is served here.
fn known_host(visit: &Visit) -> Result<(), Failure> {
    let host = visit.headers.get("host").and_then(|value| value.to_str().ok()).unwrap_or_default();
    let serving = &visit.house.serving;
    let bare = |host: &str| {
        host.rsplit_once(':')
            .map_or(host, |(name, port)| if port.bytes().all(|b| b.is_ascii_digit()) { name } else { host })
            .to_owned()
    };
    let name = bare(host);
    let own = [bare(serving.host()), "127.0.0.1".to_owned(), "localhost".to_owned(), "[::1]".to_owned()];
    if own.contains(&name) {
        return Ok(());
    }
    Err(Failure::Wrong("this server is not known by the host name that was asked for; start it with --public-url".to_owned()))
}
