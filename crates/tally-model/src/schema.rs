//! The JSON Schema (2020-12) of all kinds, made from the table of kinds. Never written by hand.

use serde_json::{Map, Value as Json, json};

use crate::kind::{Field, Kind, Type};
use crate::kinds::KINDS;

/// The schema of one record line of any kind.
pub fn schema() -> Json {
    let kinds: Map<String, Json> = KINDS.iter().map(|kind| (kind.name.to_owned(), kind_schema(kind))).collect();
    let names: Vec<&str> = KINDS.iter().map(|kind| kind.name).collect();
    let cases: Vec<Json> = names
        .iter()
        .map(|name| {
            json!({
                "if": {"properties": {"kind": {"const": name}}, "required": ["kind"]},
                "then": {"$ref": format!("#/$defs/{name}")}
            })
        })
        .collect();
    json!({
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": "urn:tallystick:records:1",
        "title": "Tallystick program records",
        "description": "One record a line (JSON Lines). A field that is absent keeps its value, null clears it.",
        "type": "object",
        "required": ["kind", "id"],
        "properties": {"kind": {"enum": names}},
        "allOf": cases,
        "$defs": kinds
    })
}

fn kind_schema(kind: &Kind) -> Json {
    let mut properties = Map::new();
    properties.insert("kind".to_owned(), json!({"const": kind.name}));
    properties.insert(
        "id".to_owned(),
        json!({"type": "string", "pattern": "^[A-Za-z0-9._:/@-]{1,200}$", "description": "the caller's own key, unique within its kind"}),
    );
    for field in kind.fields {
        properties.insert(field.name.to_owned(), field_schema(field, !field.required));
    }
    let required: Vec<&str> = ["kind", "id"].into_iter().chain(required_names(kind.fields)).collect();
    json!({
        "title": kind.name,
        "description": kind.doc,
        "type": "object",
        "additionalProperties": false,
        "required": required,
        "properties": properties
    })
}

fn required_names(fields: &'static [Field]) -> impl Iterator<Item = &'static str> {
    fields.iter().filter(|field| field.required).map(|field| field.name)
}

fn field_schema(field: &Field, nullable: bool) -> Json {
    let mut schema = type_schema(field.ty);
    if nullable {
        schema = json!({"anyOf": [schema, {"type": "null"}]});
    }
    if let Json::Object(members) = &mut schema {
        members.insert("description".to_owned(), json!(field.doc));
    }
    schema
}

fn type_schema(ty: Type) -> Json {
    match ty {
        Type::Text | Type::Key => json!({"type": "string", "minLength": 1}),
        Type::Ref(kind) => json!({"type": "string", "minLength": 1, "maxLength": 200, "x-references": [kind]}),
        Type::RefAny(kinds) => json!({"type": "string", "minLength": 1, "maxLength": 200, "x-references": kinds}),
        Type::RefByKind => json!({"type": "string", "minLength": 1, "maxLength": 200}),
        Type::OneOf(words) => json!({"enum": words}),
        Type::Known(words) => json!({"type": "string", "minLength": 1, "examples": words}),
        Type::Bool => json!({"type": "boolean"}),
        Type::Count => json!({"type": "integer", "minimum": 0}),
        Type::Score => json!({"type": "integer", "minimum": 0, "maximum": 4}),
        Type::Number => json!({"type": "number", "minimum": 0}),
        Type::Money => json!({"type": "string", "pattern": "^-?[0-9]{1,18}(\\.[0-9]{1,9})?$"}),
        Type::Instant => json!({"type": "string", "anyOf": [{"format": "date-time"}, {"format": "date"}]}),
        Type::Month => json!({"type": "string", "pattern": "^[0-9]{4}-(0[1-9]|1[0-2])$"}),
        Type::Sha256 => json!({"type": "string", "pattern": "^[0-9A-Fa-f]{64}$"}),
        Type::List(inner) => json!({"type": "array", "items": type_schema(*inner)}),
        Type::Objects(fields) => json!({"type": "array", "items": object_schema(fields)}),
        Type::Object(fields) => object_schema(fields),
        Type::Labels => json!({"type": "object", "additionalProperties": {"type": ["string", "null"]}}),
    }
}

fn object_schema(fields: &'static [Field]) -> Json {
    let properties: Map<String, Json> =
        fields.iter().map(|field| (field.name.to_owned(), field_schema(field, !field.required))).collect();
    json!({
        "type": "object",
        "additionalProperties": false,
        "required": required_names(fields).collect::<Vec<_>>(),
        "properties": properties
    })
}
