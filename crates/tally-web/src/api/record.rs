//! Operations on records: their lists, one of them, its life, an edit.

use std::collections::BTreeMap;

use axum::http::StatusCode;
use serde_json::value::RawValue;
use serde_json::{Map, Value};
use tally_app::access::Permission;
use tally_app::act::{self, ActError, Edit};
use tally_app::list::{self, Choice, ListState, Shown, View};
use tally_app::{journal, records};
use tally_model::Kind;
use tally_model::json::Json;
use tally_model::kind::Field;
use tally_model::problem::{nearest, printable, shorten};

use super::answer::{document, problem, refused};
use super::asked::Asked;
use super::cursor::Step;
use super::measure::{AS_OF, CURSOR, LIMIT};
use super::once::once;
use super::operation::{Holds, Operation, Param, param};
use super::{READ, v1};
use crate::failure::Failure;
use crate::pages::list::state_of;
use crate::pairs::Pairs;
use crate::reply::Reply;
use crate::route::{Need, Route};
use crate::visit::Visit;

pub(super) const EXPECTED: Param = param(
    "expected",
    Holds::Whole(0, u64::MAX),
    "The last entry of the record that was seen, 0 for none: 409 where it was changed since.",
);
const LIST: &[Param] = &[
    param("q", Holds::Text, "Words that the record's texts hold."),
    param("sort", Holds::Text, "Columns, `-` before one: the greatest first; parted by commas."),
    param("cols", Holds::Text, "Columns to give, parted by commas."),
    AS_OF,
    LIMIT,
    CURSOR,
];
const PUT: &[Param] = &[EXPECTED];

/// The operations.
pub(super) const OPERATIONS: &[Operation] = &[
    Operation::of::<v1::Kinds>(Route::get("/api/v1/records", READ, kinds), "kinds", "Records", "The kinds of record, their columns and filters"),
    Operation::of::<v1::List>(Route::get("/api/v1/records/{kind}", READ, page), "records", "Records", "A list of records")
        .about("Filters are those of the pages, named by the columns of `GET /api/v1/records`: `severity=high,critical`, `system.not=a`, `reported_at.from=2026-01-01`, `owner.is=empty`. A walk from cursor to cursor meets each row once, whatever is written meanwhile.")
        .asks(LIST),
    Operation::of::<v1::Standing>(Route::get("/api/v1/records/{kind}/{id}", READ, one), "record", "Records", "A record as it stands"),
    Operation::of::<v1::Edited>(
        Route::put("/api/v1/records/{kind}/{id}", Need::May(Permission::Edit), put),
        "edit_record",
        "Records",
        "Say something of a record, or make it",
    )
    .about("A patch: fields that are not named keep their value, null clears one. What a finding's life holds is changed by its acts.")
    .asks(PUT)
    .takes::<v1::RecordPatch>()
    .once()
    .matches(),
    Operation::of::<v1::Log>(Route::get("/api/v1/records/{kind}/{id}/log", READ, log), "record_log", "Records", "The life of a record"),
];

fn kinds(visit: &Visit) -> Result<Reply, Failure> {
    Asked::of(visit, &[])?;
    let texts = |names: &[&str]| names.iter().map(|name| (*name).to_owned()).collect();
    let lines = list::VIEWS.iter().map(|view| v1::KindLine {
        kind: view.kind.to_owned(),
        title: view.title.to_owned(),
        columns: view.columns.iter().map(column).collect(),
        shown: texts(view.shown),
        sort: texts(view.sort),
    });
    document(&v1::Kinds { kinds: lines.collect() })
}

fn column(column: &list::ViewColumn) -> v1::ColumnLine {
    let endings: &[&str] = match column.choice() {
        Choice::Values => &["", ".not", ".is"],
        Choice::Span => &[".from", ".to", ".is"],
        Choice::Range => &[".min", ".max", ".is"],
    };
    v1::ColumnLine {
        name: column.name.to_owned(),
        label: column.label.to_owned(),
        filters: endings.iter().map(|ending| format!("{}{ending}", column.name)).collect(),
        is_cell: column.is_cell(),
    }
}

/// The view of a kind.
fn view(name: &str) -> Result<&'static View, Failure> {
    list::view(name).ok_or_else(|| {
        let near = nearest(name, list::VIEWS.iter().map(|view| view.kind));
        let help = near.map_or_else(|| "`GET /api/v1/records` lists them".to_owned(), |near| format!("did you mean `{near}`?"));
        Failure::Missing(format!("no list of the kind `{}`; {help}", printable(&shorten(name))))
    })
}

/// What a query asks of a list; what cannot be used is refused.
pub(super) fn state(view: &'static View, query: &Pairs) -> Result<ListState, Failure> {
    let mut own = Pairs::default();
    for (name, value) in query.iter().filter(|(name, _)| !matches!(*name, "limit" | "cursor" | "as_of")) {
        if matches!(name, "page" | "per" | "told") {
            return Err(Failure::Wrong(format!("no parameter `{name}`; pages go by limit and cursor")));
        }
        own.push(name, value);
    }
    match state_of(view, &own) {
        (state, problems) if problems.is_empty() => Ok(state),
        (_, problems) => Err(Failure::Wrong(problems.join("; "))),
    }
}

fn page(visit: &Visit) -> Result<Reply, Failure> {
    let view = view(visit.param("kind"))?;
    let asked = Asked::open(visit, LIST)?;
    let step = Step::of(visit)?;
    let state = ListState { as_of: Some(step.as_of), ..state(view, &visit.query)? };
    let slice = list::slice(&step.facts, view, &state, step.offset, asked.limit(100))?;
    let names: Vec<String> = slice.columns.iter().map(|column| column.name.to_owned()).collect();
    let rows = slice.rows.iter().map(|row| {
        let cells = names.iter().cloned().zip(row.cells.iter().map(cell));
        cells.chain([("id".to_owned(), Value::from(row.id.as_str()))]).collect::<BTreeMap<_, _>>()
    });
    let rows: Vec<_> = rows.collect();
    document(&v1::List {
        kind: view.kind.to_owned(),
        as_of: step.as_of.to_string(),
        entries: step.facts.entries,
        total: slice.total as u64,
        next: step.next(visit, rows.len(), slice.total),
        columns: names,
        rows,
    })
}

fn cell(cell: &Shown) -> Value {
    match cell {
        Shown::Nothing => Value::Null,
        Shown::Text(text) | Shown::Word { word: text, .. } | Shown::Link { id: text, .. } | Shown::Money(text) => {
            text.as_str().into()
        }
        Shown::Flag(flag) => (*flag).into(),
        Shown::Whole(number) => (*number).into(),
        Shown::Number(number) | Shown::Percent(number) => (*number).into(),
        Shown::At(at) => at.to_string().into(),
    }
}

fn standing(visit: &Visit) -> Result<(&'static Kind, records::Standing), Failure> {
    let kind = records::kind(visit.param("kind"))?;
    let found = visit.bench().read(|programme| records::one(programme, kind, visit.param("id"), &visit.scope()))?;
    Ok((kind, found))
}

fn one(visit: &Visit) -> Result<Reply, Failure> {
    Asked::of(visit, &[])?;
    let (_, found) = standing(visit)?;
    let reply = document(&v1::Standing { record: record(&found.record), last_entry: found.last })?;
    Ok(reply.with("etag", &format!("\"{}\"", found.last)))
}

/// A record as JSON, number for number.
pub(super) fn record(record: &tally_model::Record) -> Value {
    let mut members = members(record.kind().fields, record.members());
    members.insert("kind".to_owned(), record.kind().name.into());
    members.insert("id".to_owned(), record.id().into());
    Value::Object(members)
}

fn members(fields: &[Field], members: &[(u8, tally_model::Value)]) -> Map<String, Value> {
    let named = |at: u8| fields.get(usize::from(at)).map(|field| field.name.to_owned());
    members.iter().filter_map(|(at, value)| Some((named(*at)?, json(value)))).collect()
}

fn json(value: &tally_model::Value) -> Value {
    use tally_model::Value as Known;
    match value {
        Known::Null => Value::Null,
        Known::Text(text) => text.to_string().into(),
        Known::Bool(flag) => (*flag).into(),
        Known::Count(count) => (*count).into(),
        Known::Number(number) if number.fract() == 0.0 && number.abs() < 9e15 => whole(*number).into(),
        Known::Number(number) => (*number).into(),
        Known::Money(money) => money.to_string().into(),
        Known::Instant(at) => at.to_string().into(),
        Known::Month(month) => month.to_string().into(),
        Known::List(items) => items.iter().map(json).collect(),
        Known::Objects(objects) => {
            objects.iter().map(|object| Value::Object(members(object.fields(), object.members()))).collect()
        }
        Known::Object(object) => Value::Object(members(object.fields(), object.members())),
        Known::Labels(labels) => {
            let label =
                |(name, text): (_, &Option<_>)| -> (String, Value) { (written(name), text.as_ref().map(written).into()) };
            Value::Object(labels.iter().map(label).collect())
        }
    }
}

fn written(text: &impl ToString) -> String {
    text.to_string()
}

#[expect(clippy::cast_possible_truncation, reason = "whole and below 2^53")]
const fn whole(number: f64) -> i64 {
    number as i64
}

fn log(visit: &Visit) -> Result<Reply, Failure> {
    Asked::of(visit, &[])?;
    let (kind, found) = standing(visit)?;
    let (entries, changes) = visit.bench().read(|programme| journal::log(programme, kind.name, found.record.id()))?;
    let text = |value: &Option<tally_model::Value>| value.as_ref().map(tally_model::record::shown);
    let changes = changes.iter().map(|change| v1::FieldChange {
        entry: change.entry.0,
        field: change.field.clone(),
        from: text(&change.from),
        to: text(&change.to),
    });
    document(&v1::Log { changes: changes.collect(), entries: entries.iter().map(v1::Entry::from).collect() })
}

fn put(visit: &Visit) -> Result<Reply, Failure> {
    let asked = Asked::of(visit, PUT)?;
    let kind = records::kind(visit.param("kind"))?;
    let matched = matched(visit)?;
    let expected = matched.or_else(|| asked.whole("expected"));
    let patch = patch(visit, kind)?;
    let edit = match Edit::read(patch.as_bytes(), expected) {
        Ok(edit) => edit,
        Err(problems) => return Ok(refused(visit, &problems)),
    };
    let actor = visit.actor()?;
    let written = once(visit, &visit.body, || {
        let edited = visit.bench().write(|programme| act::edit(programme, vec![edit], &actor, visit.now))?;
        if edited.problems.is_empty() { document(&v1::Edited::from(&edited)) } else { Ok(refused(visit, &edited.problems)) }
    });
    match written {
        Err(failure @ Failure::Verb(tally_app::Error::Act(ActError::Conflict { .. }))) if matched.is_some() => {
            Ok(problem(visit, &failure, StatusCode::PRECONDITION_FAILED, &[]))
        }
        written => written,
    }
}

/// The entry that an `If-Match` names; 0 for `If-None-Match: *`, which asks that there be no such record.
fn matched(visit: &Visit) -> Result<Option<u64>, Failure> {
    let header = |name: &str| visit.headers.get(name).and_then(|value| value.to_str().ok());
    if header("if-none-match").is_some_and(|text| text.trim() == "*") {
        return Ok(Some(0));
    }
    let Some(text) = header("if-match") else { return Ok(None) };
    let quoted = text.trim().strip_prefix('"').and_then(|text| text.strip_suffix('"'));
    let entry = quoted.filter(|digits| digits.bytes().all(|byte| byte.is_ascii_digit())).and_then(|digits| digits.parse().ok());
    entry.map(Some).ok_or_else(|| Failure::Wrong("this If-Match cannot be used; take the ETag of the record".to_owned()))
}

/// The patch with the kind and id of the path.
fn patch(visit: &Visit, kind: &'static Kind) -> Result<String, Failure> {
    let unusable =
        |error: &dyn std::fmt::Display| Failure::Wrong(format!("the body cannot be used: {}", printable(&error.to_string())));
    // The stricter reader first: it refuses a member that stands twice. Then values stay as they were written.
    Json::parse(&visit.body).map_err(|error| unusable(&error))?;
    let mut members: BTreeMap<String, Box<RawValue>> = super::asked::body(visit)?;
    for (name, own) in [("kind", kind.name), ("id", visit.param("id"))] {
        let text = serde_json::to_string(own).and_then(RawValue::from_string).map_err(|error| unusable(&error))?;
        let other = members.insert(name.to_owned(), text).map(|raw| serde_json::from_str::<String>(raw.get()));
        if other.is_some_and(|other| !other.is_ok_and(|other| other == own)) {
            return Err(Failure::Wrong(format!("the body's `{name}` is another one than that of the path")));
        }
    }
    serde_json::to_string(&members).map_err(|error| unusable(&error))
}
