//! Words that definitions share with records: functions, severities, categories, segment names.
//! They are read from the table of kinds in `tally-model`, never written down a second time.

use tally_model::{Kind, Type};

/// Segments that populations can have (METRICS.md), each with the record kind and field that list its values.
const SEGMENTS: [(&str, Option<(&str, &str)>); 12] = [
    ("severity", Some(("finding", "severity"))),
    ("risk_tier", Some(("system", "risk_tier"))),
    ("team", None),
    ("system", None),
    ("origin", Some(("system", "origin"))),
    ("type", Some(("system", "type"))),
    ("tier", Some(("assessment", "tier"))),
    ("class", None),
    ("category", Some(("eval_run", "category"))),
    ("tool", None),
    ("change", Some(("release", "change"))),
    ("activity", Some(("activity", "activity"))),
];

/// What a segment on a label of the programme's own begins with.
pub const LABEL: &str = "label.";

/// The functions a team can have.
pub fn functions() -> &'static [&'static str] {
    listed("team", "function")
}

/// The categories of an eval run.
pub fn categories() -> &'static [&'static str] {
    listed("eval_run", "category")
}

/// The types that a system can have.
pub fn system_types() -> &'static [&'static str] {
    listed("system", "type")
}

/// The risk tiers that a system can have.
pub fn risk_tiers() -> &'static [&'static str] {
    listed("system", "risk_tier")
}

/// The topics that a process usually has; a programme may have others.
pub fn process_topics() -> &'static [&'static str] {
    listed("process", "topic")
}

/// The names of segments, labels left out.
pub fn segments() -> impl Iterator<Item = &'static str> {
    SEGMENTS.iter().map(|(name, _)| *name)
}

/// The values that a segment can have, where they are a closed list.
pub fn segment_values(name: &str) -> Option<&'static [&'static str]> {
    let (_, field) = SEGMENTS.iter().find(|(known, _)| *known == name)?;
    field.map(|(kind, field)| listed(kind, field))
}

/// Names in a row for a message: `a`, `b` or `c`.
pub fn row<'a>(names: impl IntoIterator<Item = &'a str>) -> String {
    let quoted: Vec<String> = names.into_iter().map(|name| format!("`{name}`")).collect();
    match quoted.split_last() {
        Some((last, rest)) if !rest.is_empty() => format!("{} or {last}", rest.join(", ")),
        Some((last, _)) => last.clone(),
        None => "nothing".to_owned(),
    }
}

fn listed(kind: &str, field: &str) -> &'static [&'static str] {
    let field = Kind::named(kind).and_then(|kind| kind.fields.iter().find(|known| known.name == field));
    match field.map(|field| field.ty) {
        Some(Type::OneOf(words) | Type::Known(words)) => words,
        _ => &[],
    }
}
