//! An example sheet of each kind: every column and one made-up row, made from the table of kinds. The rows of all sheets
//! name each other, so that all of them together can be imported. Never holds a real name.

use tally_model::{Field, Kind, Type};

/// Columns that hold labels of the programme's own; one shows how they are named.
const LABEL: &str = "labels.cost-centre";

/// An example sheet (CSV) of a kind: a head of all columns that a sheet of it can have, and one row. Lists of objects have
/// sheets of their own, named `KIND.FIELD.csv`, and are not in it.
pub fn example(kind: &Kind) -> String {
    let mut head = vec!["id".to_owned()];
    let mut row = vec![id_of(kind.name)];
    for field in kind.fields {
        match field.ty {
            Type::Objects(_) => {}
            Type::Object(inner) => {
                for part in inner {
                    head.push(format!("{}.{}", field.name, part.name));
                    row.push(value(part, part.ty));
                }
            }
            Type::Labels => {
                head.push(LABEL.to_owned());
                row.push("example".to_owned());
            }
            ty => {
                head.push(field.name.to_owned());
                row.push(value(field, ty));
            }
        }
    }
    format!("{}\r\n{}\r\n", head.join(","), row.iter().map(|cell| quoted(cell)).collect::<Vec<_>>().join(","))
}

fn id_of(kind: &str) -> String {
    format!("example-{}", kind.replace('_', "-"))
}

fn value(field: &Field, ty: Type) -> String {
    match ty {
        Type::Text | Type::Key => format!("made-up {}", field.name.replace('_', " ")),
        Type::Ref(kind) => id_of(kind),
        Type::RefAny(kinds) => kinds.first().map(|kind| id_of(kind)).unwrap_or_default(),
        Type::OneOf(words) | Type::Known(words) => words.first().copied().unwrap_or_default().to_owned(),
        Type::Bool => "true".to_owned(),
        Type::Count | Type::Number => "1".to_owned(),
        Type::Score => "2".to_owned(),
        Type::Money => "100.00".to_owned(),
        Type::Instant => "2026-01-05T09:00:00Z".to_owned(),
        Type::Month => "2026-01".to_owned(),
        Type::Sha256 => "0".repeat(64),
        Type::List(inner) => value(field, *inner),
        Type::RefByKind | Type::Objects(_) | Type::Object(_) | Type::Labels => String::new(),
    }
}

fn quoted(cell: &str) -> String {
    if cell.contains([',', '"', '\n']) { format!("\"{}\"", cell.replace('"', "\"\"")) } else { cell.to_owned() }
}
