//! The OpenAPI 3.1 document, made from the table of operations, the types of `v1` and the table of kinds. Never written by hand.

use serde_json::{Map, Value, json};

use super::operation::{Body, Holds, Operation, Param, Schemas, shape};
use super::{operations, v1};
use crate::route::{Method, Need};

const ABOUT: &str = "\
Every verb of Tallystick as JSON. Sign in with an API token: `Authorization: Bearer tally_...` (Account, API tokens). Every count is \
made under the systems that the token's owner sees. Errors are problem details (RFC 9457). Writes take an `Idempotency-Key`: the \
same request sent again with the same key is done once and answered alike, for a day.";

/// What is known of a parameter of a path.
const PATH: [(&str, &str, &str); 5] = [
    ("id", "The id.", ""),
    ("kind", "The kind of record, such as `finding`.", "^[a-z_]{1,40}$"),
    ("metric", "The metric's id.", ""),
    ("period", "The month, such as 2026-03.", "^[0-9]{4}-(0[1-9]|1[0-2])$"),
    ("entry", "An entry of the journal.", "^[0-9]{1,18}$"),
];

/// The document.
pub fn document() -> Value {
    let mut schemas = Schemas::new();
    let problem = shape::<v1::ProblemDetails>(&mut schemas);
    let mut paths: Map<String, Value> = Map::new();
    let mut tags: Vec<&str> = Vec::new();
    for operation in operations() {
        if !tags.contains(&operation.tag) {
            tags.push(operation.tag);
        }
        let path = paths.entry(operation.route.path.to_owned()).or_insert_with(|| json!({}));
        path[operation.route.method.word().to_lowercase()] = written(&operation, &problem, &mut schemas);
    }
    let mut components: Map<String, Value> = schemas.into_iter().map(|(name, schema)| (name, json!(schema))).collect();
    if let Some(Value::Object(kinds)) = tally_app::query::record_schema().get_mut("$defs").map(Value::take) {
        components.extend(kinds.into_iter().map(|(kind, schema)| (format!("record.{kind}"), schema)));
    }
    json!({
        "openapi": "3.1.0",
        "info": {"title": "Tallystick", "version": "1", "summary": "Measures an AI security programme.", "description": ABOUT,
            "license": {"name": "Apache-2.0", "identifier": "Apache-2.0"}},
        "servers": [{"url": "/"}],
        "security": [{"token": []}],
        "tags": tags.iter().map(|tag| json!({"name": tag})).collect::<Vec<_>>(),
        "paths": paths,
        "components": {
            "schemas": components,
            "securitySchemes": {"token": {"type": "http", "scheme": "bearer", "description": "An API token."}}
        }
    })
}

fn written(operation: &Operation, problem: &Value, schemas: &mut Schemas) -> Value {
    let mut parameters: Vec<Value> = operation.path_params().map(path_param).collect();
    parameters.extend(operation.params.iter().map(query_param));
    parameters.extend(headers(operation));
    if operation.id == "records" {
        // Filters bear the names of the kind's columns.
        parameters.push(json!({
            "name": "filters", "in": "query", "style": "form", "explode": true, "required": false,
            "description": "Filters, each a parameter of its own: see `GET /api/v1/records`.",
            "schema": {"type": "object", "additionalProperties": {"type": "string"}}
        }));
    }
    let mut out = json!({
        "operationId": operation.id,
        "tags": [operation.tag],
        "summary": operation.summary,
        "description": described(operation),
        "parameters": parameters,
        "responses": responses(operation, problem, schemas)
    });
    match operation.body {
        Body::Nothing => {}
        Body::Json(shape) => {
            out["requestBody"] = json!({"required": true, "content": {"application/json": {"schema": shape(schemas)}}})
        }
        Body::Maybe(shape) => {
            out["requestBody"] = json!({"required": false, "content": {"application/json": {"schema": shape(schemas)}}})
        }
        Body::File => {
            out["requestBody"] = json!({"required": true, "content": {
                "application/octet-stream": {"schema": {"type": "string", "format": "binary", "minLength": 1}}
            }});
        }
    }
    out
}

fn described(operation: &Operation) -> String {
    let needs = match operation.route.need {
        Need::Nothing => String::new(),
        Need::May(permission) => {
            let token = permission.token().map_or("no token", |scope| scope.word());
            let all = if permission.is_for_all_systems() { ", and sight of all systems" } else { "" };
            format!("Needs the role {}, a token to {token}{all}.", permission.role().word())
        }
    };
    if operation.about.is_empty() { needs } else { format!("{} {needs}", operation.about) }
}

fn path_param(name: &'static str) -> Value {
    let (_, about, pattern) = PATH.into_iter().find(|(known, ..)| *known == name).unwrap_or((name, "", ""));
    let mut schema = json!({"type": "string", "minLength": 1, "maxLength": 200});
    if !pattern.is_empty() {
        schema["pattern"] = pattern.into();
    }
    json!({"name": name, "in": "path", "required": true, "description": about, "schema": schema})
}

fn query_param(param: &Param) -> Value {
    let mut schema = match param.holds {
        Holds::Text if param.required => json!({"type": "string", "minLength": 1}),
        Holds::Text => json!({"type": "string"}),
        Holds::Instant => json!({"type": "string", "anyOf": [{"format": "date-time"}, {"format": "date"}]}),
        Holds::Whole(least, u64::MAX) => json!({"type": "integer", "minimum": least}),
        Holds::Whole(least, most) => json!({"type": "integer", "minimum": least, "maximum": most}),
        Holds::YesNo => json!({"enum": ["yes", "no"]}),
        Holds::OneOf(words) => json!({"enum": words}),
    };
    if param.repeats {
        schema = json!({"type": "array", "items": schema});
    }
    json!({"name": param.name, "in": "query", "required": param.required, "description": param.about, "schema": schema})
}

fn headers(operation: &Operation) -> Vec<Value> {
    let header = |name: &str, about: &str, pattern: &str| {
        json!({"name": name, "in": "header", "required": false, "description": about,
            "schema": {"type": "string", "pattern": pattern, "minLength": 1, "maxLength": 200}})
    };
    let mut found = Vec::new();
    if operation.once {
        found.push(header(
            "Idempotency-Key",
            "Names this request: sent again with it, it is done once and answered alike.",
            "^[!-~]+$",
        ));
    }
    if operation.matches {
        found.push(header(
            "If-Match",
            "The ETag of the record as it was seen: 412 where it was changed since.",
            "^\"[0-9]{1,18}\"$",
        ));
    }
    found
}

fn responses(operation: &Operation, problem: &Value, schemas: &mut Schemas) -> Value {
    let mut content = json!({"application/json": {"schema": (operation.answer)(schemas)}});
    for media in operation.besides {
        content[*media] = json!({"schema": {"type": "string"}});
    }
    let told = |about: &str| json!({"description": about, "content": {"application/problem+json": {"schema": problem}}});
    let mut out = json!({
        "200": {"description": operation.summary, "content": content},
        "401": told("No token, or one that opens nothing."),
        "403": told("The role, the token or the scope does not allow it; or somebody else has to do it."),
        "422": told("What was sent cannot be used; nothing was changed."),
        "default": told("Another problem.")
    });
    if operation.path_params().next().is_some() {
        out["404"] = told("There is no such thing within the scope.");
    }
    let walks = operation.params.iter().any(|param| param.name == "cursor");
    if walks || operation.route.method != Method::Get {
        out["409"] = told("It was changed meanwhile; look again and decide anew.");
    }
    if operation.matches {
        out["412"] = told("The record is not as the If-Match says.");
    }
    out
}
