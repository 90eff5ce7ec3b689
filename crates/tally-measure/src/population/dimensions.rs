//! What a row's system and labels say: the segments that every population with a `system` column has.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use datafusion::arrow::array::{Array, RecordBatch, StringViewArray};

use crate::facts::Facts;

/// Segments that come from the system of a row, with the column of `systems` they are read from.
pub(crate) const OF_SYSTEM: [(&str, &str); 4] =
    [("origin", "origin"), ("risk_tier", "risk_tier"), ("team", "owner"), ("type", "type")];

/// The segment value of rows that have none.
pub(crate) const NONE: &str = "(none)";

/// Attributes and labels of systems, by id; none where no segment is cut.
#[derive(Default)]
pub(crate) struct Dimensions {
    systems: HashMap<String, BTreeMap<String, String>>,
    names: Vec<String>,
}

impl Dimensions {
    /// Reads systems and their labels from the facts.
    pub(crate) fn of(facts: &Facts) -> Self {
        let mut systems: HashMap<String, BTreeMap<String, String>> = HashMap::new();
        for chunk in facts.table("systems").map(|table| table.chunks()).unwrap_or_default() {
            let columns = OF_SYSTEM.map(|(name, column)| (name, texts(chunk, column)));
            let Some(ids) = texts(chunk, "id") else { continue };
            for row in 0..ids.len() {
                let known = |column: &Option<&StringViewArray>| {
                    column.filter(|column| !column.is_null(row)).map(|column| column.value(row).to_owned())
                };
                let values = columns.iter().filter_map(|(name, column)| Some(((*name).to_owned(), known(column)?)));
                systems.insert(ids.value(row).to_owned(), values.collect());
            }
        }
        let mut names: BTreeSet<String> = BTreeSet::new();
        each_label(facts, "system", |id, name, value| {
            if let Some(values) = systems.get_mut(id) {
                values.insert(name.to_owned(), value.to_owned());
                names.insert(name.to_owned());
            }
        });
        let names = OF_SYSTEM.iter().map(|(name, _)| (*name).to_owned()).chain(names).collect();
        Self { systems, names }
    }

    /// Names of the segments, labels included.
    pub(crate) fn names(&self) -> &[String] {
        &self.names
    }

    /// Names of the labels alone.
    pub(crate) fn labels(&self) -> &[String] {
        self.names.get(OF_SYSTEM.len()..).unwrap_or_default()
    }

    /// The value of a segment for a system.
    pub(crate) fn value(&self, system: &str, name: &str) -> &str {
        self.systems.get(system).and_then(|values| values.get(name)).map_or(NONE, String::as_str)
    }
}

/// Labels of the records that the rows of a population stand for.
#[derive(Default)]
pub(crate) struct OwnLabels {
    records: HashMap<String, BTreeMap<String, String>>,
    names: BTreeSet<String>,
}

impl OwnLabels {
    /// The labels of all records of a kind; systems have theirs in `Dimensions`.
    pub(crate) fn of(facts: &Facts, kind: &str) -> Self {
        let mut own = Self::default();
        if kind == "system" {
            return own;
        }
        each_label(facts, kind, |id, name, value| {
            own.records.entry(id.to_owned()).or_default().insert(name.to_owned(), value.to_owned());
            own.names.insert(name.to_owned());
        });
        own
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.records.is_empty()
    }

    /// Names of the labels.
    pub(crate) fn names(&self) -> impl Iterator<Item = &String> {
        self.names.iter()
    }

    /// Whether any record has this label.
    pub(crate) fn has(&self, name: &str) -> bool {
        self.names.contains(name)
    }

    /// The value of a label of a record.
    pub(crate) fn value(&self, key: &str, name: &str) -> Option<&str> {
        self.records.get(key)?.get(name).map(String::as_str)
    }
}

/// Every label of the records of a kind, as (id, segment name, value). A label `x` is the segment `label.x`, so that no
/// label can take the place of another segment.
fn each_label(facts: &Facts, kind: &str, mut each: impl FnMut(&str, &str, &str)) {
    for chunk in facts.table("labels").map(|table| table.chunks()).unwrap_or_default() {
        let columns = ["id", "kind", "label", "value"].map(|name| texts(chunk, name));
        let [Some(ids), Some(kinds), Some(names), Some(values)] = columns else { continue };
        for row in (0..ids.len()).filter(|row| kinds.value(*row) == kind) {
            each(ids.value(row), &format!("label.{}", names.value(row)), values.value(row));
        }
    }
}

fn texts<'a>(chunk: &'a RecordBatch, name: &str) -> Option<&'a StringViewArray> {
    chunk.column_by_name(name)?.as_any().downcast_ref()
}
