//! A cell of a sheet as JSON, by the type of its field, so that cells and JSON meet the same checks.

use std::borrow::Cow;

use tally_model::Type;
use tally_model::json::Json;

/// What separates the items of a list in one cell.
const SEPARATOR: char = ';';

/// The value in a cell; `None` where the cell is empty. `null` clears the field.
pub(super) fn read(ty: Type, cell: &str) -> Option<Json<'static>> {
    let trimmed = cell.trim();
    if trimmed.is_empty() {
        return None;
    }
    if trimmed == "null" {
        return Some(Json::Null);
    }
    Some(match ty {
        Type::List(inner) => {
            let items = trimmed.split(SEPARATOR).map(str::trim).filter(|item| !item.is_empty());
            Json::List(items.map(|item| plain(*inner, item)).collect())
        }
        Type::Text | Type::Key => text(cell),
        ty => plain(ty, trimmed),
    })
}

/// Text that is not what the type expects stays text: the reader of records then says what was expected.
fn plain(ty: Type, cell: &str) -> Json<'static> {
    match ty {
        Type::Bool if cell.eq_ignore_ascii_case("true") => Json::Bool(true),
        Type::Bool if cell.eq_ignore_ascii_case("false") => Json::Bool(false),
        Type::Count | Type::Score | Type::Number => number(cell).unwrap_or_else(|| text(cell)),
        _ => text(cell),
    }
}

fn number(cell: &str) -> Option<Json<'static>> {
    if let Ok(whole) = cell.parse() {
        return Some(Json::Int(whole));
    }
    let plain = cell.bytes().all(|b| b.is_ascii_digit() || matches!(b, b'.' | b'-' | b'+' | b'e' | b'E'));
    cell.parse().ok().filter(|_| plain).map(Json::Float)
}

fn text(cell: &str) -> Json<'static> {
    Json::Text(Cow::Owned(cell.to_owned()))
}
