//! What a row's system and labels say: the segments that every population with a `system` column has.

use std::collections::{BTreeMap, HashMap};

use datafusion::arrow::array::{Array, RecordBatch, StringViewArray};

use crate::facts::Facts;

/// Segments that come from the system of a row, with the column of `systems` they are read from.
pub(crate) const OF_SYSTEM: [(&str, &str); 4] =
    [("origin", "origin"), ("risk_tier", "risk_tier"), ("team", "owner"), ("type", "type")];

/// The segment value of rows that have none.
pub(crate) const NONE: &str = "(none)";

/// Attributes of systems and labels of records, by id.
pub(crate) struct Dimensions {
    systems: HashMap<String, BTreeMap<String, String>>,
    names: Vec<String>,
}

impl Dimensions {
    /// Reads systems and their labels from the facts. A label that bears a segment's name is called `label.<name>`.
    pub(crate) fn of(facts: &Facts, taken: &[String]) -> Self {
        let mut systems: HashMap<String, BTreeMap<String, String>> = HashMap::new();
        for chunk in facts.table("systems").map(|table| table.chunks()).unwrap_or_default() {
            let (Some(ids), columns) = (texts(chunk, "id"), OF_SYSTEM.map(|(name, column)| (name, texts(chunk, column))))
            else {
                continue;
            };
            for row in 0..ids.len() {
                let mut values = BTreeMap::new();
                for (name, column) in &columns {
                    if let Some(column) = column
                        && !column.is_null(row)
                    {
                        values.insert((*name).to_owned(), column.value(row).to_owned());
                    }
                }
                systems.insert(ids.value(row).to_owned(), values);
            }
        }
        let mut names: Vec<String> = OF_SYSTEM.iter().map(|(name, _)| (*name).to_owned()).collect();
        for (id, label, value) in labels(facts, "system") {
            let name = if names[..OF_SYSTEM.len()].contains(&label) || taken.contains(&label) || label == "system" {
                format!("label.{label}")
            } else {
                label
            };
            if let Some(values) = systems.get_mut(&id) {
                if !names.contains(&name) {
                    names.push(name.clone());
                }
                values.insert(name, value);
            }
        }
        Self { systems, names }
    }

    /// Names of the segments, labels included.
    pub(crate) fn names(&self) -> &[String] {
        &self.names
    }

    /// The value of a segment for a system.
    pub(crate) fn value(&self, system: &str, name: &str) -> &str {
        self.systems.get(system).and_then(|values| values.get(name)).map_or(NONE, String::as_str)
    }
}

fn labels(facts: &Facts, kind: &str) -> Vec<(String, String, String)> {
    let mut found = Vec::new();
    for chunk in facts.table("labels").map(|table| table.chunks()).unwrap_or_default() {
        let (Some(ids), Some(kinds), Some(names), Some(values)) =
            (texts(chunk, "id"), texts(chunk, "kind"), texts(chunk, "label"), texts(chunk, "value"))
        else {
            continue;
        };
        let of_kind = (0..ids.len()).filter(|row| kinds.value(*row) == kind);
        found.extend(of_kind.map(|row| (ids.value(row).to_owned(), names.value(row).to_owned(), values.value(row).to_owned())));
    }
    found
}

fn texts<'a>(chunk: &'a RecordBatch, name: &str) -> Option<&'a StringViewArray> {
    chunk.column_by_name(name)?.as_any().downcast_ref()
}
