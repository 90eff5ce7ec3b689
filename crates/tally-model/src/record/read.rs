//! From JSON to a record: every value against its field's type, all problems at once. Never stops at the first.

use std::borrow::Cow;
use std::collections::BTreeMap;

use super::{Object, Record, Value};
use crate::json::Json;
use crate::kind::{Field, Kind, Type, article, position};
use crate::kinds::KINDS;
use crate::problem::nearest;
use crate::{Instant, Money, Month, Problem};

/// Most characters of an id (RECORDS.md).
const ID_MAX: usize = 200;
/// Problems of one record for which near names are looked up.
const NAMED_MAX: usize = 100;

impl Record {
    /// Reads one record, or a patch of one, from JSON.
    ///
    /// # Errors
    /// All that is wrong with it, each with its field; the caller adds file and line.
    pub fn read(json: &Json<'_>) -> Result<Self, Vec<Problem>> {
        let Json::Object(members) = json else {
            return Err(vec![Problem::error(json.describe(), "a JSON object with `kind` and `id`")]);
        };
        let kind = read_kind(json).map_err(|problem| vec![problem])?;
        let id = read_id(json).map_err(|problem| vec![problem.at_record(kind.name, "?")])?;
        let mut problems = Vec::new();
        let members = read_members(kind.fields, kind.name, members, "", &mut problems);
        for name in ["kind", "id"] {
            if members_named(json, name) > 1 {
                problems.push(twice(name));
            }
        }
        if problems.is_empty() {
            Ok(Self { kind, id: id.into(), members })
        } else {
            Err(problems.into_iter().map(|problem| problem.at_record(kind.name, id)).collect())
        }
    }
}

fn members_named(json: &Json<'_>, name: &str) -> usize {
    match json {
        Json::Object(members) => members.iter().filter(|(key, _)| key == name).count(),
        _ => 0,
    }
}

fn read_kind(json: &Json<'_>) -> Result<&'static Kind, Problem> {
    let expected = "the name of a kind of record, such as `system` or `finding`";
    let Some(found) = json.get("kind") else {
        return Err(Problem::error("no `kind`", expected).at_field("kind"));
    };
    let Some(name) = found.text() else {
        return Err(Problem::error(found.describe(), expected).at_field("kind"));
    };
    Kind::named(name).ok_or_else(|| {
        let problem = Problem::error(format!("unknown kind {}", found.describe()), expected).at_field("kind");
        match nearest(name, KINDS.iter().map(|kind| kind.name)) {
            Some(near) => problem.with_help(format!("did you mean `{near}`?")),
            None => problem.with_help("`tally schema` lists all kinds"),
        }
    })
}

fn read_id<'a>(json: &'a Json<'_>) -> Result<&'a str, Problem> {
    let expected = "1 to 200 characters of `A-Z a-z 0-9 . _ : / @ -`";
    match json.get("id") {
        Some(Json::Text(id)) if is_id(id) => Ok(id),
        Some(other) => Err(Problem::error(other.describe(), expected).at_field("id")),
        None => Err(Problem::error("no `id`", expected).at_field("id")),
    }
}

fn is_id(text: &str) -> bool {
    !text.is_empty()
        && text.len() <= ID_MAX
        && text.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'.' | b'_' | b':' | b'/' | b'@' | b'-'))
}

/// The members of an object, as they came.
type Members<'j> = [(Cow<'j, str>, Json<'j>)];

fn read_members(
    fields: &'static [Field],
    owner: &str,
    json: &Members<'_>,
    path: &str,
    problems: &mut Vec<Problem>,
) -> Vec<(u8, Value)> {
    let mut members: Vec<(u8, Value)> = Vec::with_capacity(json.len());
    // `kind` and `id` of the record itself are no fields; those of an object inside are.
    let inside = !path.is_empty();
    for (name, value) in json.iter().filter(|(name, _)| inside || (name != "kind" && name != "id")) {
        let Some(at) = position(fields, name) else {
            // After a hundred the file is something else, and looking for near names only takes time.
            let near = if problems.len() < NAMED_MAX { nearest(name, fields.iter().map(|field| field.name)) } else { None };
            problems.push(unknown_field(near, owner, name).at_field(join(path, name)));
            continue;
        };
        if members.iter().any(|(known, _)| *known == at) {
            problems.push(twice(&join(path, name)));
            continue;
        }
        let field = &fields[usize::from(at)];
        if let Some(value) = read_value(field.ty, value, || join(path, name), problems) {
            members.push((at, value));
        }
    }
    members.sort_unstable_by_key(|(at, _)| *at);
    members
}

fn twice(field: &str) -> Problem {
    Problem::error("the same key twice", "each key once").at_field(field).with_help("keep one of them")
}

fn unknown_field(near: Option<&str>, owner: &str, name: &str) -> Problem {
    let problem = Problem::error(format!("unknown field `{}`", crate::problem::shorten(name)), format!("a field of {owner}"));
    match near {
        Some(near) => problem.with_help(format!("did you mean `{near}`?")),
        None => problem.with_help("fields of your own go under `labels`"),
    }
}

fn join(path: &str, name: &str) -> String {
    if path.is_empty() { name.to_owned() } else { format!("{path}.{name}") }
}

fn read_value(ty: Type, json: &Json<'_>, path: impl Fn() -> String, problems: &mut Vec<Problem>) -> Option<Value> {
    if matches!(json, Json::Null) {
        return Some(Value::Null);
    }
    match (ty, json) {
        (Type::List(inner), Json::List(items)) => read_list(*inner, items, &path, problems),
        (Type::Objects(fields), Json::List(items)) => Some(read_objects(fields, items, &path(), problems)),
        (Type::Object(fields), Json::Object(members)) => Some(Value::Object(read_object(fields, members, &path(), problems))),
        (Type::Labels, Json::Object(members)) => Some(read_labels(members, &path(), problems)),
        (ty, json) => match read_plain(ty, json) {
            Ok(value) => Some(value),
            Err(problem) => {
                problems.push(problem.at_field(path()));
                None
            }
        },
    }
}

fn read_list(inner: Type, items: &[Json<'_>], path: &impl Fn() -> String, problems: &mut Vec<Problem>) -> Option<Value> {
    let mut list = Vec::with_capacity(items.len());
    for (at, item) in items.iter().enumerate() {
        match read_plain(inner, item) {
            Ok(value) => list.push(value),
            Err(problem) => problems.push(problem.at_field(format!("{}[{at}]", path()))),
        }
    }
    Some(Value::List(list))
}

fn read_objects(fields: &'static [Field], items: &[Json<'_>], path: &str, problems: &mut Vec<Problem>) -> Value {
    let mut objects = Vec::with_capacity(items.len());
    for (at, item) in items.iter().enumerate() {
        let path = format!("{path}[{at}]");
        match item {
            Json::Object(members) => objects.push(read_object(fields, members, &path, problems)),
            other => problems.push(Problem::error(other.describe(), "an object").at_field(path)),
        }
    }
    if fields.first().is_some_and(|field| matches!(field.ty, Type::Key)) {
        repeated_keys(&objects, path, problems);
    }
    Value::Objects(objects)
}

/// Inside a record there is no patching: an object is whole, so `null` is absence and required fields must be there.
fn read_object(fields: &'static [Field], json: &Members<'_>, path: &str, problems: &mut Vec<Problem>) -> Object {
    let before = problems.len();
    let mut members = read_members(fields, path, json, path, problems);
    members.retain(|(_, value)| *value != Value::Null);
    let object = Object { fields, members };
    if problems.len() == before {
        for field in fields.iter().filter(|field| field.required && object.get(field.name).is_none()) {
            problems.push(Problem::error("nothing", field.doc).at_field(join(path, field.name)));
        }
    }
    object
}

fn repeated_keys(objects: &[Object], path: &str, problems: &mut Vec<Problem>) {
    let mut seen = std::collections::HashSet::new();
    for (at, key) in objects.iter().enumerate().filter_map(|(at, object)| Some((at, object.text("id")?))) {
        if !seen.insert(key) {
            let found = format!("the id `{}` a second time", crate::problem::shorten(key));
            problems.push(Problem::error(found, "each id once in the list").at_field(format!("{path}[{at}].id")));
        }
    }
}

fn read_labels(members: &Members<'_>, path: &str, problems: &mut Vec<Problem>) -> Value {
    let mut labels = BTreeMap::new();
    for (name, value) in members {
        let text = match value {
            Json::Text(text) => Some(Box::from(&**text)),
            Json::Null => None,
            other => {
                problems.push(Problem::error(other.describe(), "text, or null to clear it").at_field(join(path, name)));
                continue;
            }
        };
        if name.is_empty() {
            problems.push(Problem::error("a label without a name", "a name").at_field(path));
        } else if labels.insert(Box::from(&**name), text).is_some() {
            problems.push(twice(&join(path, name)));
        }
    }
    Value::Labels(labels)
}

fn read_plain(ty: Type, json: &Json<'_>) -> Result<Value, Problem> {
    let wrong = || Problem::error(json.describe(), expectation(ty));
    match (ty, json) {
        (Type::Text | Type::Key | Type::Known(_), Json::Text(text)) if !text.is_empty() => Ok(Value::Text((**text).into())),
        (Type::Ref(_) | Type::RefAny(_) | Type::RefByKind, Json::Text(text)) if is_id(text) => Ok(Value::Text((**text).into())),
        (Type::OneOf(words), Json::Text(text)) => {
            read_word(words, text).ok_or_else(|| match nearest(text, words.iter().copied()) {
                Some(near) => wrong().with_help(format!("did you mean `{near}`?")),
                None => wrong(),
            })
        }
        (Type::Bool, Json::Bool(value)) => Ok(Value::Bool(*value)),
        (Type::Count, json) => read_count(json).map(Value::Count).ok_or_else(wrong),
        (Type::Score, json) => read_count(json).filter(|score| *score <= 4).map(Value::Count).ok_or_else(wrong),
        (Type::Number, json) => read_number(json).map(Value::Number).ok_or_else(wrong),
        (Type::Money, Json::Text(text)) => Money::parse(text).map(Value::Money).ok_or_else(wrong),
        (Type::Money, Json::Int(_) | Json::Float(_)) => {
            Err(wrong().with_help("write it as a string, so that no digit is lost"))
        }
        (Type::Instant, Json::Text(text)) => {
            Instant::parse(text).map(Value::Instant).ok_or_else(|| instant_problem(text, wrong()))
        }
        (Type::Month, Json::Text(text)) => Month::parse(text).map(Value::Month).ok_or_else(wrong),
        (Type::Sha256, Json::Text(text)) if text.len() == 64 && text.bytes().all(|b| b.is_ascii_hexdigit()) => {
            Ok(Value::Text(text.to_ascii_lowercase().into()))
        }
        _ => Err(wrong()),
    }
}

fn read_word(words: &'static [&'static str], text: &str) -> Option<Value> {
    words.iter().find(|word| **word == text).map(|word| Value::Text((*word).into()))
}

#[expect(clippy::cast_possible_truncation, reason = "the range is checked first")]
fn read_count(json: &Json<'_>) -> Option<i64> {
    match json {
        Json::Int(count) if *count >= 0 => Some(*count),
        // Some writers have only one type of number: 12.0 is 12.
        Json::Float(number) if number.fract() == 0.0 && (0.0..9e15).contains(number) => Some(*number as i64),
        _ => None,
    }
}

#[expect(clippy::cast_precision_loss, reason = "hours and people are far below 2^53")]
fn read_number(json: &Json<'_>) -> Option<f64> {
    match json {
        Json::Int(number) if *number >= 0 => Some(*number as f64),
        Json::Float(number) if *number >= 0.0 && number.is_finite() => Some(number + 0.0),
        _ => None,
    }
}

fn instant_problem(text: &str, wrong: Problem) -> Problem {
    let clock_without_offset = text.len() >= 16 && text.as_bytes().get(10).is_some_and(|b| matches!(b, b'T' | b' '));
    if clock_without_offset && Instant::parse(&format!("{text}Z")).is_some() {
        wrong.with_help("add an offset, such as `Z` or `+01:00`")
    } else {
        wrong
    }
}

/// What a field of this type expects, for messages and docs.
pub fn expectation(ty: Type) -> String {
    match ty {
        Type::Text | Type::Key => "text that is not empty".to_owned(),
        Type::Ref(kind) => format!("the id of {} {kind}", article(kind)),
        Type::RefAny(kinds) => {
            format!("the id of {} {}", kinds.first().map_or("a", |kind| article(kind)), kinds.join(" or "))
        }
        Type::RefByKind => "the id of a record of that kind".to_owned(),
        Type::OneOf(words) => format!("one of {}", words.join(", ")),
        Type::Known(words) => format!("one of {}, or a word of your own", words.join(", ")),
        Type::Bool => "true or false".to_owned(),
        Type::Count => "a whole number, not negative".to_owned(),
        Type::Score => "a whole number from 0 to 4".to_owned(),
        Type::Number => "a number, not negative".to_owned(),
        Type::Money => "a decimal string such as \"1250.00\"".to_owned(),
        Type::Instant => "an instant such as `2026-03-31T17:20:00Z`, or a date".to_owned(),
        Type::Month => "a month such as `2026-03`".to_owned(),
        Type::Sha256 => "64 hexadecimal digits".to_owned(),
        Type::List(inner) => format!("a list, each item {}", expectation(*inner)),
        Type::Objects(_) => "a list of objects".to_owned(),
        Type::Object(_) => "an object".to_owned(),
        Type::Labels => "an object of text to text".to_owned(),
    }
}
