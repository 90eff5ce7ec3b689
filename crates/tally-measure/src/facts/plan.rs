//! The plan of the fact tables, made from the table of kinds: one table a kind, one a nested list, and three that are
//! worked out (`labels`, `finding_states`, `finding_cycles`). Holds no data.

use std::sync::LazyLock;

use tally_model::kind::{Field, Kind, Type, article};
use tally_model::kinds::KINDS;

use super::derive;

/// What a column holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Holds {
    Text,
    Bool,
    Whole,
    Number,
    Money,
    Time,
}

impl Holds {
    /// The SQL type, for the reference.
    pub(crate) fn sql(self) -> &'static str {
        match self {
            Self::Text => "VARCHAR",
            Self::Bool => "BOOLEAN",
            Self::Whole => "BIGINT",
            Self::Number => "DOUBLE",
            Self::Money => "DECIMAL(38, 9)",
            Self::Time => "TIMESTAMP",
        }
    }
}

/// One column of a fact table.
#[derive(Clone, Debug)]
pub struct ColumnDoc {
    /// Its name.
    pub name: String,
    /// Its SQL type.
    pub sql_type: &'static str,
    /// What it holds, one line.
    pub doc: String,
    pub(crate) holds: Holds,
}

impl ColumnDoc {
    pub(crate) fn new(name: impl Into<String>, holds: Holds, doc: impl Into<String>) -> Self {
        Self { name: name.into(), sql_type: holds.sql(), doc: doc.into(), holds }
    }
}

/// One fact table.
#[derive(Clone, Debug)]
pub struct TableDoc {
    /// Its name.
    pub name: String,
    /// What a row is, one line.
    pub doc: String,
    /// Its columns; the first is the id of the record that a row comes from.
    pub columns: Vec<ColumnDoc>,
    pub(crate) source: Source,
}

/// How the rows of a table come about.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Source {
    /// A row a record.
    Record(&'static Kind),
    /// A row an item of this list field.
    Nested(&'static Kind, &'static Field),
    /// A row a label of a record of any kind.
    Labels,
    /// A row a period in which a finding's state stayed the same.
    FindingStates,
    /// A row a claimed fix.
    FindingCycles,
    /// Not made from records.
    Elsewhere,
}

/// Every table that a query sees, for the reference and for `tally schema`.
pub fn table_docs() -> &'static [TableDoc] {
    &TABLES
}

/// Tables that are not made from records.
fn other_tables() -> [TableDoc; 2] {
    let table = |name: &str, doc: &str, columns: &[(&str, Holds, &str)]| TableDoc {
        name: name.to_owned(),
        doc: doc.to_owned(),
        columns: columns.iter().map(|(name, holds, doc)| ColumnDoc::new(*name, *holds, *doc)).collect(),
        source: Source::Elsewhere,
    };
    let attempts = [
        ("tool", Holds::Text, "the tool"),
        ("report", Holds::Text, "name of the imported report"),
        ("target", Holds::Text, "what was tested, where a run had several targets"),
        ("system", Holds::Text, "the system under test"),
        ("probe", Holds::Text, "probe or plugin"),
        ("detector", Holds::Text, "detector or strategy"),
        ("test", Holds::Text, "names the same test in every run of it"),
        ("generation", Holds::Whole, "which answer to the same prompt, from 0"),
        ("outcome", Holds::Text, "pass, fail or error"),
        ("score", Holds::Number, "the detector's score, where it gave one"),
    ];
    let sla =
        [("severity", Holds::Text, "the severity"), ("days", Holds::Whole, "days within which a finding has to be remediated")];
    [
        table("attempts", "One verdict on one answer in a tool's run, from the lake.", &attempts),
        table("sla", "Service levels, from the settings.", &sla),
    ]
}

static TABLES: LazyLock<Vec<TableDoc>> = LazyLock::new(|| {
    let mut tables: Vec<TableDoc> = KINDS.iter().flat_map(|kind| kind_tables(kind)).collect();
    tables.push(TableDoc {
        name: "labels".to_owned(),
        doc: "A label of a record.".to_owned(),
        columns: vec![
            ColumnDoc::new("id", Holds::Text, "id of the record"),
            ColumnDoc::new("kind", Holds::Text, "kind of the record"),
            ColumnDoc::new("label", Holds::Text, "the label"),
            ColumnDoc::new("value", Holds::Text, "its text"),
        ],
        source: Source::Labels,
    });
    tables.push(derive::states_doc());
    tables.push(derive::cycles_doc());
    tables.extend(other_tables());
    tables
});

/// Narrative text stays in the record: a detail page reads it there, and no query counts it.
const NARRATIVE: &[&str] = &[
    "scope",
    "preconditions",
    "reproduction",
    "affected_assets",
    "control_failure",
    "severity_rationale",
    "disposition_reason",
    "business_impact",
    "remediation_advice",
    "note",
    "text",
    "caveats",
];

fn kind_tables(kind: &'static Kind) -> Vec<TableDoc> {
    let mut columns = vec![ColumnDoc::new("id", Holds::Text, format!("the {}'s id", kind.name))];
    let mut nested = Vec::new();
    for field in kind.fields {
        match field.ty {
            Type::Labels => {}
            Type::List(_) | Type::Objects(_) => {
                columns.push(ColumnDoc::new(format!("{}_count", field.name), Holds::Whole, format!("how many: {}", field.doc)));
                nested.push(nested_table(kind, field));
            }
            Type::Object(inner) => {
                columns.extend(inner.iter().flat_map(|part| field_columns(part, &format!("{}_", field.name))))
            }
            Type::Text if NARRATIVE.contains(&field.name) => {}
            _ => columns.extend(field_columns(field, "")),
        }
    }
    let main = TableDoc { name: kind.table.to_owned(), doc: kind.doc.to_owned(), columns, source: Source::Record(kind) };
    std::iter::once(main).chain(nested).collect()
}

fn nested_table(kind: &'static Kind, field: &'static Field) -> TableDoc {
    let mut columns = vec![
        ColumnDoc::new(kind.name, Holds::Text, format!("id of the {}", kind.name)),
        ColumnDoc::new("nth", Holds::Whole, "place in the list, from 1"),
    ];
    match field.ty {
        Type::Objects(inner) => columns.extend(inner.iter().flat_map(|part| field_columns(part, ""))),
        Type::List(item) => columns.push(ColumnDoc::new(item_name(field.name), holds(*item), field.doc)),
        _ => {}
    }
    TableDoc {
        name: format!("{}_{}", kind.name, field.name),
        doc: format!("One of {} {}'s {}.", article(kind.name), kind.name, field.name),
        columns,
        source: Source::Nested(kind, field),
    }
}

/// The column that holds the items of a plain list: the list's name in the singular.
pub(crate) fn item_name(list: &str) -> &str {
    match list {
        "techniques" | "techniques_applicable" | "techniques_tested" => "technique",
        "vectors_tested" => "vector",
        "rotations" => "at",
        "data_classes" => "data_class",
        "testers" => "tester",
        other => other,
    }
}

pub(crate) fn field_columns(field: &Field, prefix: &str) -> Vec<ColumnDoc> {
    let name = format!("{prefix}{}", field.name);
    let mut columns = vec![ColumnDoc::new(&name, holds(field.ty), field.doc)];
    match field.ty {
        Type::Month => columns.push(ColumnDoc::new(format!("{name}_start"), Holds::Time, "the month's first instant")),
        Type::Money => columns.push(ColumnDoc::new(format!("{name}_decimals"), Holds::Whole, "decimal places as written")),
        _ => {}
    }
    columns
}

fn holds(ty: Type) -> Holds {
    match ty {
        Type::Bool => Holds::Bool,
        Type::Count | Type::Score => Holds::Whole,
        Type::Number => Holds::Number,
        Type::Money => Holds::Money,
        Type::Instant => Holds::Time,
        _ => Holds::Text,
    }
}
