//! The API's document, and a page to read it on: no script, nothing from elsewhere.

use askama::Template;
use serde_json::Value;

use super::{READ, document};
use crate::failure::Failure;
use crate::reply::Reply;
use crate::route::Route;
use crate::shell::Shell;
use crate::visit::Visit;

/// The routes of this module.
pub(super) const ROUTES: &[Route] = &[Route::get("/api/v1/openapi.json", READ, openapi), Route::get("/api", READ, page)];

#[derive(Template)]
#[template(path = "api.html")]
struct Page {
    shell: Shell,
    address: String,
    about: String,
    groups: Vec<Group>,
    schemas: Vec<Schema>,
}

struct Group {
    tag: String,
    operations: Vec<Shown>,
}

struct Shown {
    id: String,
    method: &'static str,
    path: &'static str,
    summary: String,
    about: String,
    parameters: Vec<Parameter>,
    body: Option<String>,
    body_anchor: Option<String>,
    answer: String,
    curl: String,
}

struct Parameter {
    name: String,
    place: String,
    required: bool,
    about: String,
    holds: String,
}

struct Schema {
    name: String,
    about: String,
    text: String,
}

fn openapi(_: &Visit) -> Result<Reply, Failure> {
    super::answer::document(&document())
}

fn page(visit: &Visit) -> Result<Reply, Failure> {
    let whole = document();
    let mut groups: Vec<Group> = Vec::new();
    for operation in super::operations() {
        let shown = shown(&operation, &whole, visit.house.address());
        match groups.iter_mut().find(|group| group.tag == operation.tag) {
            Some(group) => group.operations.push(shown),
            None => groups.push(Group { tag: operation.tag.to_owned(), operations: vec![shown] }),
        }
    }
    let schemas = whole["components"]["schemas"].as_object().into_iter().flatten().map(|(name, schema)| Schema {
        name: name.clone(),
        about: text(&schema["description"]),
        text: serde_json::to_string_pretty(schema).unwrap_or_default(),
    });
    let page = Page {
        shell: visit.shell("API"),
        address: visit.house.address().to_owned(),
        about: text(&whole["info"]["description"]),
        groups,
        schemas: schemas.collect(),
    };
    Ok(Reply::html(page.render()?))
}

fn shown(operation: &super::Operation, whole: &Value, address: &str) -> Shown {
    let method = operation.route.method.word();
    let said = &whole["paths"][operation.route.path][method.to_lowercase()];
    let parameters = said["parameters"].as_array().into_iter().flatten().map(|parameter| Parameter {
        name: text(&parameter["name"]),
        place: text(&parameter["in"]),
        required: parameter["required"] == true,
        about: text(&parameter["description"]),
        holds: holds(&parameter["schema"]),
    });
    let content = &said["requestBody"]["content"];
    let named = &content["application/json"]["schema"]["$ref"];
    let is_file = !content["application/octet-stream"].is_null();
    let body = if is_file { Some("a file".to_owned()) } else { named.as_str().map(last) };
    Shown {
        id: text(&said["operationId"]),
        method,
        path: operation.route.path,
        summary: text(&said["summary"]),
        about: text(&said["description"]),
        parameters: parameters.collect(),
        curl: curl(method, operation.route.path, address, body.is_some(), is_file),
        body_anchor: named.as_str().map(last),
        body,
        answer: last(said["responses"]["200"]["content"]["application/json"]["schema"]["$ref"].as_str().unwrap_or_default()),
    }
}

fn curl(method: &str, path: &str, address: &str, has_body: bool, is_file: bool) -> String {
    let verb = if method == "GET" { String::new() } else { format!(" -X {method}") };
    let body = match (has_body, is_file) {
        (_, true) => " --data-binary @findings.jsonl",
        (true, false) => " -H 'Content-Type: application/json' -d '{}'",
        (false, false) => "",
    };
    format!("curl{verb} -H \"Authorization: Bearer $TALLY_TOKEN\"{body} {address}{path}")
}

/// What a parameter holds, in a few words.
fn holds(schema: &Value) -> String {
    if let Some(words) = schema["enum"].as_array() {
        return words.iter().map(text).collect::<Vec<_>>().join(", ");
    }
    match (schema["minimum"].as_u64(), schema["maximum"].as_u64()) {
        (Some(least), Some(most)) => format!("{least} to {most}"),
        (Some(least), None) => format!("{least} or more"),
        _ if schema["anyOf"].is_array() => "a date or an instant".to_owned(),
        _ => text(&schema["type"]),
    }
}

fn last(reference: &str) -> String {
    reference.rsplit('/').next().unwrap_or_default().to_owned()
}

fn text(value: &Value) -> String {
    value.as_str().unwrap_or_default().to_owned()
}
