//! The journal: who changed what, from what to what; the signed head; verification on demand.

use std::sync::Arc;

use askama::Template;
use tally_app::access::Permission;
use tally_app::journal::{self, Entry, FieldChange, hex};
use tally_app::scope::Scope;
use tally_report::number::count;

use super::links;
use crate::failure::Failure;
use crate::pairs::encode;
use crate::reply::Reply;
use crate::route::{Need, Route};
use crate::shell::Shell;
use crate::visit::Visit;
use crate::words::{State, minute};

/// The routes of this module.
pub const ROUTES: &[Route] = &[
    Route::get("/journal", Need::May(Permission::Journal), page),
    Route::get("/journal/head", Need::May(Permission::Journal), head),
    Route::post("/journal/verify", Need::May(Permission::Journal), verify),
];

/// Entries a page.
const PER: u64 = 100;
/// Longest text of a value in the table; the record's page has all of it.
const LONGEST: usize = 160;

#[derive(Template)]
#[template(path = "journal.html")]
struct Page {
    shell: Shell,
    size: String,
    verified: Option<Verified>,
    from: String,
    kind: String,
    id: String,
    kinds: Vec<&'static str>,
    filtered: bool,
    rows: Arc<Vec<Row>>,
    range: String,
    newer: Option<String>,
    older: Option<String>,
}

struct Verified {
    class: &'static str,
    title: &'static str,
    words: String,
    faults: Vec<String>,
}

struct Row {
    no: u64,
    at: String,
    actor: String,
    record: String,
    path: Option<String>,
    word: Option<State>,
    changes: Vec<(String, String, String)>,
    source: String,
    hash: String,
}

fn page(visit: &Visit) -> Result<Reply, Failure> {
    draw(visit, None)
}

fn verify(visit: &Visit) -> Result<Reply, Failure> {
    whole_only(visit)?;
    let found = visit.bench().read(|programme| journal::verify(programme, None))?;
    let holds = found.faults.is_empty();
    draw(
        visit,
        Some(Verified {
            class: if holds { "good" } else { "bad" },
            title: if holds { "The journal is whole." } else { "The journal was changed." },
            words: format!("{} entries walked, each hash, each signature, each record.", count(found.entries)),
            faults: found.faults.iter().take(50).map(ToString::to_string).collect(),
        }),
    )
}

fn head(visit: &Visit) -> Result<Reply, Failure> {
    let head = visit.bench().read(journal::head)?;
    let text = head.ok_or_else(|| Failure::Missing("the journal is empty: nothing was signed yet".to_owned()))?;
    Ok(Reply::text(text))
}

/// The journal as a whole tells of every system; who sees only some of them reads it record by record.
fn whole_only(visit: &Visit) -> Result<(), Failure> {
    match visit.scope() {
        Scope::All => Ok(()),
        Scope::Teams(_) => Err(Failure::Forbidden(
            "the journal tells of every team's systems, and you see some; the page of a record shows its history".to_owned(),
        )),
    }
}

fn draw(visit: &Visit, verified: Option<Verified>) -> Result<Reply, Failure> {
    whole_only(visit)?;
    let size = visit.bench().read(journal::size)?;
    let (kind, id) = (visit.query.get("kind").unwrap_or_default(), visit.query.get("id").unwrap_or_default());
    let last = match visit.query.get("from") {
        Some(text) => {
            let first: u64 = text.parse().map_err(|_| Failure::Wrong("from is no entry number".to_owned()))?;
            first.saturating_add(PER - 1)
        }
        None => size,
    };
    let last = last.min(size);
    let first = last.saturating_sub(PER - 1).max(1);
    let rows = visit
        .bench()
        .kept(&Scope::All, &format!("journal/{first}/{last}/{kind}/{id}"), |_| rows(visit, (first, last), kind, id))?;
    let page = Page {
        shell: visit.shell("Journal"),
        size: count(size),
        verified,
        from: visit.query.get("from").unwrap_or_default().to_owned(),
        kinds: tally_model::kinds::KINDS.iter().map(|kind| kind.name).collect(),
        filtered: visit.query.iter().next().is_some(),
        rows,
        range: format!("entries {} to {} of {}", count(first), count(last), count(size)),
        newer: (last < size).then(|| address(last + 1, kind)),
        older: (first > 1).then(|| address(first.saturating_sub(PER).max(1), kind)),
        kind: kind.to_owned(),
        id: id.to_owned(),
    };
    Ok(Reply::html(page.render()?))
}

fn rows(visit: &Visit, (first, last): (u64, u64), kind: &str, id: &str) -> Result<Vec<Row>, Failure> {
    if !kind.is_empty() && !id.is_empty() {
        let (entries, changes) = visit.bench().read(|programme| journal::log(programme, kind, id))?;
        return Ok(entries.iter().rev().map(|entry| row(entry, &changes)).collect());
    }
    let entries = visit.bench().read(|programme| journal::show(programme, first, last + 1 - first))?;
    Ok(entries.iter().rev().filter(|entry| kind.is_empty() || entry.kind == kind).map(|entry| row(entry, &[])).collect())
}

fn address(from: u64, kind: &str) -> String {
    let kind = if kind.is_empty() { String::new() } else { format!("&kind={}", encode(kind)) };
    format!("/journal?from={from}{kind}")
}

fn row(entry: &Entry, changes: &[FieldChange]) -> Row {
    let own: Vec<_> = changes.iter().filter(|change| change.entry == entry.no).collect();
    let text =
        |value: &Option<tally_model::Value>| value.as_ref().map(|value| short(&super::value::line(value))).unwrap_or_default();
    let changes = if own.is_empty() {
        fields(entry)
    } else {
        own.iter().map(|change| (change.field.clone(), text(&change.from), text(&change.to))).collect()
    };
    let word = match entry.op.word() {
        "patch" if entry.previous.is_none() => Some(State::new("+", "new", "good")),
        "patch" => None,
        other => Some(State::new("·", other, "")),
    };
    let word = if entry.payload.is_none() { Some(State::new("▬", "redacted", "warn")) } else { word };
    Row {
        no: entry.no.0,
        at: minute(entry.at),
        actor: entry.actor.clone(),
        record: format!("{} {}", entry.kind, entry.id),
        path: links::record(&entry.kind, &entry.id),
        word,
        changes,
        source: entry.source.clone(),
        hash: hex(&entry.hash).chars().take(12).collect(),
    }
}

/// What a patch says, field by field, where what stood before was not looked up.
fn fields(entry: &Entry) -> Vec<(String, String, String)> {
    let payload = entry.payload.as_deref().and_then(|bytes| serde_json::from_slice::<serde_json::Value>(bytes).ok());
    let Some(serde_json::Value::Object(fields)) = payload else { return Vec::new() };
    let said = fields.iter().filter(|(name, _)| !matches!(name.as_str(), "kind" | "id"));
    said.take(12).map(|(name, value)| (name.clone(), String::new(), short(&super::value::flat(value)))).collect()
}

fn short(text: &str) -> String {
    match text.char_indices().nth(LONGEST) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text.to_owned(),
    }
}
