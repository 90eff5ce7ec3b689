//! Values of a record as a page shows them: references as links, words as people call them, nested lists as tables.

use tally_app::list::{Holds, label};
use tally_app::records;
use tally_model::record::shown;
use tally_model::{Field, Object, Record, Type, Value};
use tally_report::number::{count, grouped};

use super::links;
use crate::failure::Failure;
use crate::pairs::encode;
use crate::visit::Visit;
use crate::words::{self, State, minute};

/// A piece of a value.
pub(super) struct Part {
    /// Its text.
    pub text: String,
    /// Where it leads.
    pub link: Option<String>,
    /// A state instead of plain text.
    pub state: Option<State>,
}

/// A field with its value.
pub(super) struct Shown {
    /// What the field is called.
    pub label: String,
    /// Its pieces, one a line.
    pub parts: Vec<Part>,
}

/// A list of objects.
pub(super) struct Table {
    /// What the field is called.
    pub title: String,
    /// What the columns are called.
    pub heads: Vec<String>,
    /// A row an object.
    pub rows: Vec<Vec<Part>>,
}

impl Part {
    /// Text and nothing else.
    pub fn text(text: impl Into<String>) -> Self {
        Self { text: text.into(), link: None, state: None }
    }

    fn linked(text: impl Into<String>, link: Option<String>) -> Self {
        Self { text: text.into(), link, state: None }
    }
}

/// What a field is called.
pub(super) fn title(name: &str) -> String {
    match name {
        "eu_ai_act" => "EU AI Act".to_owned(),
        "fte" => "Testers (FTE)".to_owned(),
        "sha256" => "SHA-256".to_owned(),
        "id" => "Id".to_owned(),
        name => words::capital(&words::plain(name)),
    }
}

/// All plain fields of a record, in the order of its kind; labels come last, one by one.
pub(super) fn fields(visit: &Visit, record: &Record) -> Result<Vec<Shown>, Failure> {
    let mut found = Vec::new();
    for (at, value) in record.members() {
        let field = &record.kind().fields[usize::from(*at)];
        match value {
            Value::Objects(_) | Value::Object(_) | Value::Null => {}
            Value::Labels(labels) => found.extend(labels.iter().filter_map(|(name, text)| {
                let text = text.as_deref()?;
                Some(Shown { label: format!("Label {name}"), parts: vec![Part::text(text)] })
            })),
            Value::List(items) => {
                let inner = if let Type::List(inner) = field.ty { *inner } else { field.ty };
                let parts = items.iter().map(|item| part(visit, field.name, inner, item, None)).collect::<Result<_, _>>()?;
                found.push(Shown { label: title(field.name), parts });
            }
            Value::Text(text) if text.contains('\n') => {
                found.push(Shown { label: title(field.name), parts: text.lines().map(Part::text).collect() });
            }
            value => {
                let parts = vec![part(visit, field.name, field.ty, value, None)?];
                found.push(Shown { label: title(field.name), parts });
            }
        }
    }
    Ok(found)
}

/// The lists of objects of a record.
pub(super) fn tables(visit: &Visit, record: &Record) -> Result<Vec<Table>, Failure> {
    let mut found = Vec::new();
    for (at, value) in record.members() {
        let field = &record.kind().fields[usize::from(*at)];
        let objects = match value {
            Value::Objects(objects) => objects.as_slice(),
            Value::Object(object) => std::slice::from_ref(object),
            _ => continue,
        };
        found.extend(table(visit, field, objects)?);
    }
    Ok(found)
}

fn table(visit: &Visit, field: &Field, objects: &[Object]) -> Result<Option<Table>, Failure> {
    let Some(first) = objects.first() else { return Ok(None) };
    let columns = first.fields();
    let row = |object: &Object| {
        let cell = |column: &Field| match object.get(column.name) {
            Some(value) => part(visit, column.name, column.ty, value, object.text("kind")),
            None => Ok(Part::text("")),
        };
        columns.iter().map(cell).collect::<Result<Vec<_>, Failure>>()
    };
    let rows = objects.iter().map(row).collect::<Result<_, _>>()?;
    Ok(Some(Table { title: title(field.name), heads: columns.iter().map(|column| title(column.name)).collect(), rows }))
}

/// One value; `named` is the kind that a sibling names.
fn part(visit: &Visit, name: &str, ty: Type, value: &Value, named: Option<&str>) -> Result<Part, Failure> {
    Ok(match (ty, value) {
        (Type::Ref(kind @ ("system" | "team")), Value::Text(id)) => {
            Part::linked(called(visit, kind, id)?, links::record(kind, id))
        }
        (Type::Ref(kind), Value::Text(id)) => Part::linked(&**id, links::record(kind, id)),
        (Type::RefAny(kinds), Value::Text(id)) => {
            let kind = visit.bench().read(|programme| records::which(programme, kinds, id, &visit.scope()))?;
            Part::linked(&**id, kind.and_then(|kind| links::record(kind.name, id)))
        }
        (Type::RefByKind, Value::Text(id)) => Part::linked(&**id, named.and_then(|kind| links::record(kind, id))),
        (Type::OneOf(_), Value::Text(word)) if name == "severity" => {
            Part { state: Some(words::severity(word)), ..Part::text("") }
        }
        (Type::OneOf(_) | Type::Known(_), Value::Text(word)) => Part::text(label(Holds::Word, word)),
        (Type::Text, Value::Text(id)) if name == "metric" => Part::linked(&**id, Some(format!("/metrics/{}", encode(id)))),
        (_, Value::Bool(flag)) => Part::text(if *flag { "yes" } else { "no" }),
        (_, Value::Instant(at)) => Part::text(minute(*at)),
        (_, Value::Count(number)) => Part::text(u64::try_from(*number).map_or_else(|_| number.to_string(), count)),
        (_, Value::Number(number)) => Part::text(grouped(*number, usize::from(number.fract() != 0.0) * 2)),
        (_, value) => Part::text(shown(value)),
    })
}

/// The name of a record that has one; its id where it is out of reach.
pub(super) fn called(visit: &Visit, kind: &str, id: &str) -> Result<String, Failure> {
    let kind = records::kind(kind)?;
    match visit.bench().read(|programme| records::one(programme, kind, id, &visit.scope())) {
        Ok(found) => Ok(found.record.text("name").unwrap_or(id).to_owned()),
        Err(tally_app::Error::Unknown { .. }) => Ok(id.to_owned()),
        Err(error) => Err(error.into()),
    }
}

/// What a record is called on top of its page.
pub(super) fn heading(record: &Record) -> String {
    let named = ["name", "title", "scenario", "version", "text", "month"].iter().find_map(|name| record.get(name));
    let text = named.map(shown).unwrap_or_default();
    let first = text.lines().next().unwrap_or_default();
    match first.char_indices().nth(120) {
        Some((end, _)) => format!("{}…", &first[..end]),
        None if first.is_empty() => record.id().to_owned(),
        None => first.to_owned(),
    }
}

/// A value in one line: items with commas, parts with semicolons, their fields as `name value`.
pub(super) fn line(value: &Value) -> String {
    match value {
        Value::Instant(at) => minute(*at),
        Value::List(_) | Value::Objects(_) | Value::Object(_) | Value::Labels(_) => {
            serde_json::from_str(&shown(value)).map_or_else(|_| shown(value), |json| flat(&json))
        }
        value => shown(value),
    }
}

/// The same of JSON.
pub(super) fn flat(json: &serde_json::Value) -> String {
    use serde_json::Value as Json;
    match json {
        Json::Null => "cleared".to_owned(),
        Json::String(text) => text.clone(),
        Json::Array(items) => {
            let sign = if items.iter().any(Json::is_object) { "; " } else { ", " };
            items.iter().map(flat).collect::<Vec<_>>().join(sign)
        }
        Json::Object(fields) => {
            fields.iter().map(|(name, value)| format!("{name} {}", flat(value))).collect::<Vec<_>>().join(", ")
        }
        other => other.to_string(),
    }
}
