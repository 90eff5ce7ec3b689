//! One field of a form: the control that its type asks for, what stands in it, what can be chosen, what is wrong with it.

use tally_app::list::{self, Filter, Holds, ListState, Shown, Test, label};
use tally_model::record::expectation;
use tally_model::{Field, Record, Type};

use super::grid::{Grid, grid};
use super::typed::text;
use super::value::title;
use crate::failure::Failure;
use crate::visit::Visit;

/// Records that are offered for a reference.
const OFFERED: usize = 300;
/// Texts that are more than a line.
const LONG: [&str; 15] = [
    "text",
    "scope",
    "caveats",
    "note",
    "blockers",
    "next_action",
    "reason",
    "preconditions",
    "reproduction",
    "affected_assets",
    "control_failure",
    "severity_rationale",
    "business_impact",
    "remediation_advice",
    "scenario",
];

/// A field of a form.
pub(super) struct FormField {
    /// Its name.
    pub name: &'static str,
    /// What stands above it.
    pub label: String,
    /// What it says and how it is written.
    pub help: String,
    /// Whether every record has it.
    pub needed: bool,
    /// `line`, `area`, `code`, `choice` or `grid`.
    pub control: &'static str,
    /// `text`, `decimal` or `numeric`.
    pub mode: &'static str,
    /// The rows of a grid.
    pub grid: Option<Grid>,
    /// Lines of an area.
    pub lines: usize,
    /// What stands in it.
    pub value: String,
    /// Value and what it is called.
    pub choices: Vec<(String, String)>,
    /// What is wrong with it.
    pub problems: Vec<String>,
    /// What the record says now, where something else was typed.
    pub now: Option<String>,
}

/// A field of a record's form; `typed` is what somebody typed into it before.
pub(super) fn form_field(
    visit: &Visit,
    base: &Record,
    field: &'static Field,
    typed: Option<&str>,
    problems: Vec<String>,
) -> Result<FormField, Failure> {
    let kept = text(base.get(field.name));
    let value = typed.unwrap_or(&kept).to_owned();
    let (mut control, mut help) = control(field, &value);
    let grid = grid(field, &value);
    if grid.is_some() {
        let more = if matches!(field.ty, Type::Objects(_)) { "; an emptied line goes, saving makes room for more" } else { "" };
        (control, help) = ("grid", format!("{}{more}", field.doc));
    }
    let choices = choices(visit, base, field)?;
    Ok(FormField {
        name: field.name,
        label: title(field.name),
        help,
        needed: field.required,
        control,
        grid,
        mode: mode(field.ty),
        lines: value.lines().count().clamp(3, 20),
        choices,
        problems,
        now: typed.filter(|typed| *typed != kept && !kept.is_empty()).map(|_| kept.clone()),
        value,
    })
}

/// What a keyboard on a screen is to show.
pub(super) fn mode(ty: Type) -> &'static str {
    match ty {
        Type::Count | Type::Score => "numeric",
        Type::Number | Type::Money => "decimal",
        _ => "text",
    }
}

fn control(field: &Field, value: &str) -> (&'static str, String) {
    let doc = field.doc;
    match field.ty {
        Type::OneOf(_) | Type::Bool => ("choice", doc.to_owned()),
        Type::List(_) => ("area", format!("{doc}; one a line")),
        Type::Labels => ("area", format!("{doc}; one a line, such as region=emea")),
        Type::Objects(inner) | Type::Object(inner) => {
            let names = inner.iter().map(|field| field.name).collect::<Vec<_>>().join(", ");
            let what = if matches!(field.ty, Type::Object(_)) { "a JSON object" } else { "a JSON list of objects" };
            ("code", format!("{doc}; {what} with {names}"))
        }
        Type::Text if LONG.contains(&field.name) || value.contains('\n') => ("area", doc.to_owned()),
        Type::Text | Type::Key => ("line", doc.to_owned()),
        ty => ("line", format!("{doc}; {}", expectation(ty).replace('`', ""))),
    }
}

fn choices(visit: &Visit, base: &Record, field: &Field) -> Result<Vec<(String, String)>, Failure> {
    let named = |words: &[&str]| words.iter().map(|word| ((*word).to_owned(), label(Holds::Word, word))).collect::<Vec<_>>();
    Ok(match field.ty {
        Type::OneOf(words) | Type::Known(words) => named(words),
        Type::Bool => vec![("yes".to_owned(), "Yes".to_owned()), ("no".to_owned(), "No".to_owned())],
        Type::Ref(kind) => offered(visit, base, kind)?,
        _ => Vec::new(),
    })
}

/// Records that a reference may name: of the same system, where the record has one.
fn offered(visit: &Visit, base: &Record, kind: &str) -> Result<Vec<(String, String)>, Failure> {
    let Some(view) = list::view(kind) else { return Ok(Vec::new()) };
    let system = base.text("system").or_else(|| visit.query.get("system")).or_else(|| visit.form.get("system"));
    let system = system.filter(|_| view.column("system").is_some());
    let filters = system.map(|id| Filter { column: "system".to_owned(), test: Test::Is(vec![id.to_owned()]) });
    let facts = visit.facts()?;
    let name = if view.column("name").is_some() { "name" } else { "id" };
    let state = ListState {
        filters: filters.into_iter().collect(),
        cols: vec![name.to_owned()],
        per: OFFERED,
        as_of: Some(visit.as_of()?),
        ..ListState::default()
    };
    let (_, rows) = list::first(&facts, view, &state)?;
    let called = |row: &list::ListRow| match row.cells.first() {
        Some(Shown::Text(name)) => name.clone(),
        _ => String::new(),
    };
    Ok(rows.iter().map(|row| (row.id.clone(), called(row))).collect())
}
