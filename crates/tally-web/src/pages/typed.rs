//! Values of a record as text in a form, and back: what was typed becomes a patch of exactly the fields that were changed.
//!
//! A value that would not come back the same through a form (a label with `=` in its name, say) has no field in it.

use tally_model::json::{Json, write_text};
use tally_model::record::shown;
use tally_model::{Field, Record, Type, Value};

use crate::pairs::Pairs;

/// What a form says of a record.
#[derive(Debug, Default)]
pub(super) struct Said {
    /// The patch as JSON, `kind` and `id` included.
    pub patch: Vec<u8>,
    /// The fields that were changed, with what was typed.
    pub changed: Vec<(&'static str, String)>,
    /// Fields whose text cannot be read at all, and why.
    pub problems: Vec<(&'static str, String)>,
}

/// What a form changes of a record as it was when the form was made; fields that the form does not have say nothing.
pub(super) fn said(base: &Record, id: &str, form: &Pairs) -> Said {
    let kind = base.kind();
    let mut said = Said::default();
    let mut out = b"{\"kind\":".to_vec();
    write_text(&mut out, kind.name);
    out.extend_from_slice(b",\"id\":");
    write_text(&mut out, id);
    for field in fields(base) {
        let Some(typed) = form.all(field.name).last() else { continue };
        let typed = even(typed);
        let before = base.get(field.name);
        if typed == even(&text(before)) {
            continue;
        }
        match json(field.ty, &typed, before) {
            Ok(value) => {
                out.push(b',');
                write_text(&mut out, field.name);
                out.push(b':');
                out.extend_from_slice(&value);
            }
            Err(problem) => said.problems.push((field.name, problem)),
        }
        said.changed.push((field.name, typed));
    }
    out.push(b'}');
    said.patch = out;
    said
}

/// The fields that a form of a record has.
pub(super) fn fields(base: &Record) -> impl Iterator<Item = &'static Field> {
    let kind = base.kind();
    kind.fields.iter().filter(move |field| !is_elsewhere(kind.name, field.name) && comes_back(base, field))
}

/// A finding's life goes by its acts.
fn is_elsewhere(kind: &str, field: &str) -> bool {
    const LIFE: [&str; 9] = [
        "disposition",
        "disposition_at",
        "disposition_by",
        "disposition_reason",
        "duplicate_of",
        "impact_demonstrated_at",
        "remediations",
        "regression_tests",
        "risk_accepted",
    ];
    kind == "finding" && LIFE.contains(&field)
}

/// Whether a value survives being text in a form.
fn comes_back(base: &Record, field: &Field) -> bool {
    let Some(value) = base.get(field.name) else { return true };
    let Ok(json) = json(field.ty, &even(&text(Some(value))), None) else { return false };
    let mut line = b"{\"kind\":".to_vec();
    write_text(&mut line, base.kind().name);
    line.extend_from_slice(b",\"id\":\"x\",");
    write_text(&mut line, field.name);
    line.push(b':');
    line.extend_from_slice(&json);
    line.push(b'}');
    let read = Json::parse(&line).ok().and_then(|json| Record::read(&json).ok());
    read.is_some_and(|read| read.get(field.name) == Some(value))
}

/// Line ends as one sign, whatever the browser made of them; no blanks around.
fn even(text: &str) -> String {
    text.replace("\r\n", "\n").replace('\r', "\n").trim().to_owned()
}

/// A value as text in a form.
pub(super) fn text(value: Option<&Value>) -> String {
    match value {
        None | Some(Value::Null) => String::new(),
        Some(Value::Bool(flag)) => if *flag { "yes" } else { "no" }.to_owned(),
        Some(Value::Instant(at)) => {
            let text = at.to_string();
            text.strip_suffix("T00:00:00Z").map_or_else(|| text.clone(), str::to_owned)
        }
        Some(Value::List(items)) => items.iter().map(shown).collect::<Vec<_>>().join("\n"),
        Some(Value::Labels(labels)) => {
            let lines = labels.iter().filter_map(|(name, text)| Some(format!("{name}={}", text.as_deref()?)));
            lines.collect::<Vec<_>>().join("\n")
        }
        Some(value @ (Value::Objects(_) | Value::Object(_))) => {
            let json = serde_json::from_str::<serde_json::Value>(&shown(value)).ok();
            json.and_then(|json| serde_json::to_string_pretty(&json).ok()).unwrap_or_default()
        }
        Some(value) => shown(value),
    }
}

/// What was typed, as JSON of the field's type; a word that does not fit stays text, for the reader to name it.
fn json(ty: Type, typed: &str, before: Option<&Value>) -> Result<Vec<u8>, String> {
    if let Type::Labels = ty {
        return labels(typed, before);
    }
    if typed.is_empty() {
        return Ok(b"null".to_vec());
    }
    let number = || typed.parse::<serde_json::Number>().ok().map(|number| number.to_string().into_bytes());
    Ok(match (ty, typed) {
        (Type::Bool, "yes") => b"true".to_vec(),
        (Type::Bool, "no") => b"false".to_vec(),
        (Type::Count | Type::Score | Type::Number, _) => number().unwrap_or_else(|| quoted(typed)),
        (Type::List(_), _) => {
            let lines: Vec<Vec<u8>> = typed.lines().map(str::trim).filter(|line| !line.is_empty()).map(quoted).collect();
            [b"[".as_slice(), &lines.join(&b','), b"]"].concat()
        }
        (Type::Objects(_) | Type::Object(_), _) => {
            // Whole JSON by itself is whole JSON as a member.
            Json::parse(typed.as_bytes()).map_err(|error| format!("this is no JSON: {error}"))?;
            typed.as_bytes().to_vec()
        }
        _ => quoted(typed),
    })
}

fn quoted(text: &str) -> Vec<u8> {
    let mut out = Vec::with_capacity(text.len() + 2);
    write_text(&mut out, text);
    out
}

/// `name=value` a line; a label that was there and is not any more is cleared.
fn labels(typed: &str, before: Option<&Value>) -> Result<Vec<u8>, String> {
    let mut members: Vec<(String, Option<String>)> = Vec::new();
    for line in typed.lines().map(str::trim).filter(|line| !line.is_empty()) {
        let Some((name, value)) = line.split_once('=') else {
            return Err(format!("found `{}`, expected a line such as region=emea", tally_model::problem::shorten(line)));
        };
        members.push((name.trim().to_owned(), Some(value.trim().to_owned())));
    }
    if let Some(Value::Labels(known)) = before {
        let gone =
            known.keys().filter(|name| members.iter().all(|(said, _)| *said != ***name)).map(|name| (name.to_string(), None));
        members.extend(gone.collect::<Vec<_>>());
    }
    let members = members.iter().map(|(name, value)| {
        let value = value.as_deref().map_or_else(|| b"null".to_vec(), quoted);
        [quoted(name), value].join(&b':')
    });
    Ok([b"{".as_slice(), &members.collect::<Vec<_>>().join(&b','), b"}"].concat())
}
