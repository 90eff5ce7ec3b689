//! From a record to the rows of the fact tables. Knows how values become cells and nothing about storage.

use tally_model::kind::{Field, Type};
use tally_model::record::Object;
use tally_model::{Record, Value};

use super::columns::{Cell, Columns};
use super::derive;
use super::plan::{Source, TableDoc, field_columns};

/// Appends the rows that `record` has in this table.
pub(crate) fn append(table: &TableDoc, record: &Record, columns: &mut Columns) {
    match table.source {
        Source::Record(kind) if kind == record.kind() => append_record(table, record, columns),
        Source::Nested(kind, field) if kind == record.kind() => append_nested(record, field, columns),
        Source::Labels => append_labels(record, columns),
        Source::FindingStates if record.kind().name == "finding" => derive::append_states(record, columns),
        Source::FindingCycles if record.kind().name == "finding" => derive::append_cycles(record, columns),
        _ => {}
    }
}

fn append_record(table: &TableDoc, record: &Record, columns: &mut Columns) {
    columns.push(Cell::Text(record.id()));
    let mut width = 1;
    let mut members = record.members().iter().peekable();
    for (at, field) in record.kind().fields.iter().enumerate() {
        let value = members.next_if(|(known, _)| usize::from(*known) == at).map(|(_, value)| value);
        width += append_field(table, width, field, value, columns);
    }
}

/// Appends the cells of one field and says how many columns it has in the table.
fn append_field(table: &TableDoc, at: usize, field: &Field, value: Option<&Value>, columns: &mut Columns) -> usize {
    let Some(column) = table.columns.get(at) else { return 0 };
    match field.ty {
        Type::Labels => 0,
        Type::List(_) | Type::Objects(_) => {
            columns.push(Cell::Whole(count(value)));
            1
        }
        Type::Object(inner) => {
            let object = match value {
                Some(Value::Object(object)) => Some(object),
                _ => None,
            };
            inner.iter().map(|part| append_value(part, object.and_then(|object| object.get(part.name)), columns)).sum()
        }
        _ if column.name != field.name => 0, // narrative: not in the table
        _ => append_value(field, value, columns),
    }
}

fn count(value: Option<&Value>) -> i64 {
    let items = value.map_or(0, |value| value.list().len() + value.objects().len());
    i64::try_from(items).unwrap_or(i64::MAX)
}

fn append_nested(record: &Record, field: &Field, columns: &mut Columns) {
    let Some(value) = record.get(field.name) else { return };
    match field.ty {
        Type::Objects(inner) => {
            for (nth, object) in (1..).zip(value.objects()) {
                columns.push(Cell::Text(record.id()));
                columns.push(Cell::Whole(nth));
                append_object(inner, object, columns);
            }
        }
        _ => {
            for (nth, item) in (1..).zip(distinct(value.list())) {
                columns.push(Cell::Text(record.id()));
                columns.push(Cell::Whole(nth));
                columns.push(cell(item));
            }
        }
    }
}

/// A list of plain values is a set: a technique named twice is one technique.
fn distinct(items: &[Value]) -> impl Iterator<Item = &Value> {
    items.iter().enumerate().filter(|(at, item)| !items[..*at].contains(item)).map(|(_, item)| item)
}

fn append_object(fields: &[Field], object: &Object, columns: &mut Columns) {
    for field in fields {
        append_value(field, object.get(field.name), columns);
    }
}

fn append_value(field: &Field, value: Option<&Value>, columns: &mut Columns) -> usize {
    columns.push(value.map_or(Cell::Null, cell));
    match (field.ty, value) {
        (Type::Month, Some(Value::Month(month))) => columns.push(Cell::Time(month.start().micros())),
        (Type::Money, Some(Value::Money(money))) => columns.push(Cell::Whole(i64::from(money.decimals()))),
        (Type::Month | Type::Money, _) => columns.push(Cell::Null),
        _ => {}
    }
    field_columns(field, "").len()
}

/// A plain value as a cell.
fn cell(value: &Value) -> Cell<'_> {
    match value {
        Value::Text(text) => Cell::Text(text),
        Value::Bool(value) => Cell::Bool(*value),
        Value::Count(count) => Cell::Whole(*count),
        Value::Number(number) => Cell::Number(*number),
        Value::Money(money) => Cell::Money(money.nanos()),
        Value::Instant(instant) => Cell::Time(instant.micros()),
        Value::Month(month) => Cell::Month(*month),
        _ => Cell::Null,
    }
}

fn append_labels(record: &Record, columns: &mut Columns) {
    let Some(Value::Labels(labels)) = record.get("labels") else { return };
    for (name, text) in labels {
        if let Some(text) = text {
            for part in [record.id(), record.kind().name, name, text] {
                columns.push(Cell::Text(part));
            }
        }
    }
}
