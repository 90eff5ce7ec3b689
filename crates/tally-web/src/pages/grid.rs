//! Parts of a record in a form: a row a part, a cell a field. Where a part holds lists or parts of its own it is written as
//! JSON instead.

use serde_json::{Map, Number, Value as Json};
use tally_app::list::{Holds, label};
use tally_model::{Field, Record, Type};

use super::typed::{fields, text};
use super::value::title;
use crate::pairs::Pairs;

/// Empty rows for more parts; saving makes room for more.
const SPARE: usize = 3;
/// Rows that are read.
const MOST: usize = 500;

/// The rows of a field.
pub(super) struct Grid {
    /// What stands above a column, and whether every part has it.
    pub heads: Vec<(String, bool)>,
    /// Its rows.
    pub rows: Vec<Vec<GridCell>>,
}

/// One cell.
pub(super) struct GridCell {
    /// Its name in the form.
    pub name: String,
    /// What it is called, with its row.
    pub label: String,
    /// What stands in it.
    pub value: String,
    /// `text`, `decimal` or `numeric`.
    pub mode: &'static str,
    /// The only words that fit; none: any.
    pub choices: Vec<(String, String)>,
}

/// The fields of a part, where each is one plain value.
fn plain(ty: Type) -> Option<&'static [Field]> {
    let (Type::Objects(inner) | Type::Object(inner)) = ty else { return None };
    let is_plain = |field: &Field| !matches!(field.ty, Type::List(_) | Type::Objects(_) | Type::Object(_) | Type::Labels);
    inner.iter().all(is_plain).then_some(inner)
}

/// The rows that show what stands in a field as JSON; `None` where it has to be JSON.
pub(super) fn grid(field: &Field, json: &str) -> Option<Grid> {
    let inner = plain(field.ty)?;
    let mut rows = rows_of(inner, json)?;
    let spare = if matches!(field.ty, Type::Object(_)) { usize::from(rows.is_empty()) } else { SPARE };
    rows.extend(std::iter::repeat_n(vec![String::new(); inner.len()], spare));
    let cell = |nth: usize, part: &Field, value: String| GridCell {
        name: name(field, nth, part),
        label: format!("{} {}: {}", title(field.name), nth + 1, title(part.name)),
        value,
        mode: super::form_field::mode(part.ty),
        choices: match part.ty {
            Type::OneOf(words) => words.iter().map(|word| ((*word).to_owned(), label(Holds::Word, word))).collect(),
            Type::Bool => vec![("yes".to_owned(), "Yes".to_owned()), ("no".to_owned(), "No".to_owned())],
            _ => Vec::new(),
        },
    };
    let row =
        |(nth, values): (usize, Vec<String>)| inner.iter().zip(values).map(|(part, value)| cell(nth, part, value)).collect();
    Some(Grid {
        heads: inner.iter().map(|part| (title(part.name), part.required)).collect(),
        rows: rows.into_iter().enumerate().map(row).collect(),
    })
}

/// A form in which the cells of each grid are one JSON text under the field's name, as if somebody had written that.
pub(super) fn gathered(base: &Record, form: &Pairs) -> Pairs {
    let mut out = form.clone();
    for field in fields(base) {
        let Some(inner) = plain(field.ty) else { continue };
        let rows = typed_rows(field, inner, form);
        if rows.is_empty() {
            continue;
        }
        let before = text(base.get(field.name));
        let kept: Vec<Vec<String>> = rows.into_iter().filter(|row| row.iter().any(|cell| !cell.is_empty())).collect();
        let unchanged = rows_of(inner, &before).is_some_and(|known| known == kept);
        out.push(field.name, &if unchanged { before } else { written(field.ty, inner, &kept) });
    }
    out
}

fn name(field: &Field, nth: usize, part: &Field) -> String {
    format!("{}.{nth}.{}", field.name, part.name)
}

/// What was typed, as many rows as the form had.
fn typed_rows(field: &Field, inner: &[Field], form: &Pairs) -> Vec<Vec<String>> {
    let cell = |nth: usize, part: &Field| form.all(&name(field, nth, part)).last().map(|typed| typed.trim().to_owned());
    let row = |nth: usize| {
        let cells: Vec<Option<String>> = inner.iter().map(|part| cell(nth, part)).collect();
        cells.iter().any(Option::is_some).then(|| cells.into_iter().map(Option::unwrap_or_default).collect())
    };
    (0..MOST).map_while(row).collect()
}

/// Parts as texts; `None` where the JSON is something else.
fn rows_of(inner: &[Field], json: &str) -> Option<Vec<Vec<String>>> {
    let parts = match json.trim() {
        "" => Vec::new(),
        json => match serde_json::from_str(json).ok()? {
            Json::Array(parts) => parts,
            part @ Json::Object(_) => vec![part],
            _ => return None,
        },
    };
    let cell = |value: Option<&Json>| match value {
        None | Some(Json::Null) => Some(String::new()),
        Some(Json::String(text)) => Some(text.clone()),
        Some(Json::Bool(flag)) => Some(if *flag { "yes" } else { "no" }.to_owned()),
        Some(Json::Number(number)) => Some(number.to_string()),
        Some(Json::Array(_) | Json::Object(_)) => None,
    };
    let row = |part: &Json| inner.iter().map(|field| cell(part.as_object()?.get(field.name))).collect();
    parts.iter().map(row).collect()
}

/// Rows as JSON; a word that does not fit its field stays text, for the reader to name it.
fn written(ty: Type, inner: &[Field], rows: &[Vec<String>]) -> String {
    let value = |field: &Field, typed: &str| match (field.ty, typed) {
        (Type::Bool, "yes") => Json::Bool(true),
        (Type::Bool, "no") => Json::Bool(false),
        (Type::Count | Type::Score | Type::Number, _) => {
            typed.parse::<Number>().map_or_else(|_| Json::String(typed.to_owned()), Json::Number)
        }
        _ => Json::String(typed.to_owned()),
    };
    let part = |row: &Vec<String>| {
        let said = inner.iter().zip(row).filter(|(_, typed)| !typed.is_empty());
        Json::Object(said.map(|(field, typed)| (field.name.to_owned(), value(field, typed))).collect::<Map<_, _>>())
    };
    let parts: Vec<Json> = rows.iter().map(part).collect();
    let all = match ty {
        _ if parts.is_empty() => return String::new(),
        Type::Object(_) => parts.into_iter().next().unwrap_or_default(),
        _ => Json::Array(parts),
    };
    serde_json::to_string_pretty(&all).unwrap_or_default()
}
