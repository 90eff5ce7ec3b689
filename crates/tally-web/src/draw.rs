//! Failures as answers: a page with a way out for people, problem details (RFC 9457) for programs.

use askama::Template;
use axum::http::StatusCode;
use axum::http::request::Parts;
use serde_json::json;

use crate::failure::Failure;
use crate::house::House;
use crate::reply::Reply;
use crate::shell::Shell;
use crate::visit::Visit;

#[derive(Template)]
#[template(path = "error.html")]
struct Page {
    shell: Shell,
    detail: String,
    advice: &'static str,
    status: u16,
    request: String,
}

/// A failure as an answer to a request. Somebody who is not signed in is led to the sign-in page and back.
pub(crate) fn failure(house: &std::sync::Arc<House>, parts: &Parts, visit: Option<&Visit>, failure: &Failure) -> Reply {
    let status = failure.status();
    let request = visit.map(|visit| visit.request.clone()).unwrap_or_else(Visit::fresh_id);
    if status.is_server_error() {
        tracing::error!(%failure, request, path = %crate::pages::duties_feed::logged(parts.uri.path()).escape_debug(), "failed");
    }
    if is_program(parts) {
        return problem(status, failure.title(), &failure.detail(), failure.advice(), &request, wait(failure));
    }
    if matches!(failure, Failure::SignedOut) && parts.method == axum::http::Method::GET {
        let here = parts.uri.path_and_query().map_or("/", axum::http::uri::PathAndQuery::as_str);
        return Reply::see(&format!("/sign-in?next={}", crate::pairs::encode(here)));
    }
    let shell = match visit {
        Some(visit) => visit.shell(failure.title()),
        None => Visit::of(std::sync::Arc::clone(house), parts, Vec::new(), String::new()).shell(failure.title()),
    };
    let page = Page { shell, detail: failure.detail(), advice: failure.advice(), status: status.as_u16(), request };
    let text = page.render().unwrap_or_else(|_| failure.title().to_owned());
    let reply = Reply::html(text).with_status(status);
    match wait(failure) {
        Some(seconds) => reply.with("retry-after", &seconds.to_string()),
        None => reply,
    }
}

/// Problem details.
pub(crate) fn problem(status: StatusCode, title: &str, detail: &str, advice: &str, request: &str, wait: Option<u64>) -> Reply {
    let body = json!({
        "type": format!("https://tallystick.dev/problems/{}", title.to_lowercase().replace(' ', "-")),
        "title": title, "status": status.as_u16(), "detail": detail, "advice": advice, "instance": format!("urn:request:{request}"),
    });
    let reply = Reply::whole("application/problem+json", body.to_string().into_bytes()).with_status(status);
    let reply = if status == StatusCode::UNAUTHORIZED { reply.with("www-authenticate", "Bearer") } else { reply };
    match wait {
        Some(seconds) => reply.with("retry-after", &seconds.to_string()),
        None => reply,
    }
}

/// The method does not fit the path.
pub(crate) fn wrong_method(house: &std::sync::Arc<House>, parts: &Parts) -> Reply {
    let allowed: Vec<&str> =
        crate::routes::all().filter(|route| fits(route.path, parts.uri.path())).map(|route| route.method.word()).collect();
    let told = Failure::Missing(format!("{} is not possible here; {} is", parts.method, allowed.join(", ")));
    failure(house, parts, None, &told).with_status(StatusCode::METHOD_NOT_ALLOWED).with("allow", &allowed.join(", "))
}

/// Whether a path fits a route's pattern.
fn fits(pattern: &str, path: &str) -> bool {
    let (mut wanted, mut found) = (pattern.split('/'), path.split('/'));
    loop {
        match (wanted.next(), found.next()) {
            (None, None) => return true,
            (Some(part), Some(_)) if part.starts_with("{*") => return true,
            (Some(part), Some(text)) if part.starts_with('{') || part == text => {}
            _ => return false,
        }
    }
}

fn is_program(parts: &Parts) -> bool {
    let accept = parts.headers.get("accept").and_then(|value| value.to_str().ok()).unwrap_or_default();
    parts.uri.path().starts_with("/api/") || (accept.contains("json") && !accept.contains("html"))
}

fn wait(failure: &Failure) -> Option<u64> {
    match failure {
        Failure::TooOften(seconds) => Some(*seconds),
        _ => None,
    }
}
