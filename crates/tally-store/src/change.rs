//! What a record's entries changed, field by field: from what to what. Pure; reads nothing but the entries it is given.

use std::collections::BTreeMap;

use tally_model::json::Json;
use tally_model::{Record, Value};

use crate::{Entry, EntryNo, Op, StoreError};

/// One field that one entry changed; who and when are the entry's.
#[derive(Clone, Debug, PartialEq)]
pub struct FieldChange {
    /// The field, or `labels.<name>`.
    pub field: String,
    /// Its value before; `None` where it had none.
    pub from: Option<Value>,
    /// Its value after; `None` where it was cleared.
    pub to: Option<Value>,
    /// The entry that changed it.
    pub entry: EntryNo,
}

/// The changes that the entries of one record made, in the order of the entries (as `Store::log` gives them).
///
/// What a redacted entry changed is not known any more: later changes show the value before it.
///
/// # Errors
/// Where a payload is no record line.
pub fn changes(entries: &[Entry]) -> Result<Vec<FieldChange>, StoreError> {
    let mut known: BTreeMap<String, Value> = BTreeMap::new();
    let mut changes = Vec::new();
    for entry in entries.iter().filter(|entry| entry.op == Op::Patch) {
        let Some(payload) = &entry.payload else { continue };
        for (field, to) in fields(entry.no, payload)? {
            let from = known.get(&field).cloned();
            if from == to {
                continue;
            }
            match &to {
                Some(value) => known.insert(field.clone(), value.clone()),
                None => known.remove(&field),
            };
            changes.push(FieldChange { field, from, to, entry: entry.no });
        }
        if clears_labels(payload) {
            clear_labels(&mut known, entry.no, &mut changes);
        }
    }
    Ok(changes)
}

/// The fields that a patch names, labels one by one.
fn fields(no: EntryNo, payload: &[u8]) -> Result<Vec<(String, Option<Value>)>, StoreError> {
    let patch = read(payload).map_err(|found| StoreError::malformed(format!("entry {no}"), found))?;
    let mut fields = Vec::new();
    for (at, value) in patch.members() {
        let name = patch.kind().fields[usize::from(*at)].name;
        match value {
            Value::Labels(labels) => {
                fields.extend(labels.iter().map(|(label, text)| (format!("{name}.{label}"), text.clone().map(Value::Text))))
            }
            Value::Null => fields.push((name.to_owned(), None)),
            value => fields.push((name.to_owned(), Some(value.clone()))),
        }
    }
    Ok(fields)
}

fn read(payload: &[u8]) -> Result<Record, String> {
    let json = Json::parse(payload).map_err(|error| error.to_string())?;
    Record::read(&json).map_err(|problems| problems.first().map_or_else(String::new, ToString::to_string))
}

/// `"labels":null` clears every label at once.
fn clears_labels(payload: &[u8]) -> bool {
    read(payload).is_ok_and(|patch| patch.get("labels") == Some(&Value::Null))
}

fn clear_labels(known: &mut BTreeMap<String, Value>, entry: EntryNo, changes: &mut Vec<FieldChange>) {
    let labels: Vec<String> = known.keys().filter(|field| field.starts_with("labels.")).cloned().collect();
    for field in labels {
        let from = known.remove(&field);
        changes.push(FieldChange { field, from, to: None, entry });
    }
}
