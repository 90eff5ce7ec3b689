//! The fact tables in memory. A copy costs a list of pointers: tables, and chunks within them, are shared until they
//! change, so a reader keeps what it has while a writer changes a copy.

use std::collections::{BTreeMap, BTreeSet, HashSet};
use std::sync::Arc;

use tally_model::Record;
use tally_model::kind::Kind;

use datafusion::arrow::array::{Array, RecordBatch};
use datafusion::arrow::datatypes::SchemaRef;

use super::columns::Columns;
use super::cut::{By, Cut};
use super::difference::Difference;
use super::index::texts;
use super::plan::{Source, table_docs};
use super::table::{CHUNK, Table, fresh};
use super::touch::{Differences, Step, Touch, parents};
use super::{rows, snapshot};
use crate::MeasureError;

/// Steps that are remembered; a result that is older is made anew.
const STEPS_MAX: usize = 256;
/// A step of more records than this is no small change.
const STEP_MAX: usize = 1_024;

/// All fact tables.
pub struct Facts {
    tables: Vec<Arc<Table>>,
    filling: Vec<Option<Columns>>,
    /// Versions of the labels, by kind of record.
    labels: BTreeMap<&'static str, u64>,
    /// Another one after every change.
    state: u64,
    steps: Vec<Arc<Step>>,
    cut: Option<Arc<Cut>>,
}

impl Clone for Facts {
    /// A copy holds what is settled; rows that are being added belong to the one they are added to.
    fn clone(&self) -> Self {
        Self {
            tables: self.tables.clone(),
            filling: self.tables.iter().map(|_| None).collect(),
            labels: self.labels.clone(),
            state: self.state,
            steps: self.steps.clone(),
            cut: self.cut.clone(),
        }
    }
}

impl Facts {
    /// Empty tables.
    pub fn new() -> Self {
        let made = table_docs().iter().filter(|doc| !matches!(doc.source, Source::Elsewhere));
        let tables: Vec<Arc<Table>> = made.map(|doc| Arc::new(Table::new(doc))).collect();
        let filling = tables.iter().map(|_| None).collect();
        Self { tables, filling, labels: BTreeMap::new(), state: fresh(), steps: Vec::new(), cut: None }
    }

    /// The same tables cut; nothing is cut before it is read.
    pub(crate) fn only(&self, by: By) -> Self {
        let mut cut = self.clone();
        cut.cut = Some(Arc::new(Cut::new(self.clone(), by)));
        cut
    }

    /// The same for the same cut; 0 where nothing is cut.
    pub(crate) fn cut_name(&self) -> u64 {
        self.cut.as_ref().map_or(0, |cut| cut.name())
    }

    /// The facts before they were cut to systems, and those systems; `None` where nothing is, or by something else.
    pub(crate) fn before_systems(&self) -> Option<(&Self, &HashSet<String>)> {
        self.cut.as_ref()?.systems()
    }

    /// Another number after every change.
    pub(crate) fn state(&self) -> u64 {
        self.state
    }

    /// Adds a record that the tables do not hold yet.
    ///
    /// # Errors
    /// Where Arrow refuses the rows.
    pub fn add(&mut self, record: &Record) -> Result<(), MeasureError> {
        self.whole()?;
        for at in 0..self.tables.len() {
            if !self.tables[at].takes(record.kind()) {
                continue;
            }
            let table = &self.tables[at];
            let filling = self.filling[at].get_or_insert_with(|| Columns::new(Arc::clone(&table.schema), &table.doc.columns));
            let before = filling.rows();
            rows::append(table.doc, record, filling);
            if matches!(table.doc.source, Source::Labels) && filling.rows() > before {
                self.labels.insert(record.kind().name, fresh());
            }
            if filling.rows() >= CHUNK {
                Arc::make_mut(&mut self.tables[at]).close(filling)?;
            }
        }
        Ok(())
    }

    /// Closes what `add` filled. Queries see only closed chunks.
    ///
    /// # Errors
    /// Where Arrow refuses the rows.
    pub fn settle(&mut self) -> Result<(), MeasureError> {
        self.steps.clear();
        self.close()
    }

    fn close(&mut self) -> Result<(), MeasureError> {
        self.state = fresh();
        for (table, filling) in self.tables.iter_mut().zip(&mut self.filling) {
            if let Some(mut filling) = filling.take() {
                Arc::make_mut(table).close(&mut filling)?;
            }
        }
        Ok(())
    }

    /// Takes over changed records: their old rows go, their new rows come.
    ///
    /// # Errors
    /// Where Arrow refuses the rows.
    pub fn change(&mut self, records: &[Record]) -> Result<(), MeasureError> {
        self.whole()?;
        let mut by_kind: BTreeMap<&str, Vec<&Record>> = BTreeMap::new();
        for record in records {
            by_kind.entry(record.kind().name).or_default().push(record);
        }
        let groups: Vec<(&'static Kind, Vec<&Record>)> =
            by_kind.into_values().map(|records| (records[0].kind(), records)).collect();
        let small = records.len() <= STEP_MAX;
        let (from, mut touches) = (self.state, Vec::new());
        for (kind, records) in groups.iter().filter(|_| small) {
            let mut touch = Touch::new(kind.name);
            touch.add_known(self, kind, &records.iter().map(|record| record.id()).collect::<Vec<_>>());
            touches.push(touch);
        }
        for (at, (kind, records)) in groups.iter().enumerate() {
            let found = self.replace(kind, records, small)?;
            if let Some(touch) = touches.get_mut(at) {
                touch.differences = found;
            }
        }
        self.close()?;
        for (touch, (_, records)) in touches.iter_mut().zip(&groups) {
            touch.add_records(self, records);
        }
        if small {
            self.steps.push(Arc::new(Step { from, touches }));
            self.steps.drain(..self.steps.len().saturating_sub(STEPS_MAX));
        } else {
            self.steps.clear();
        }
        Ok(())
    }

    /// Puts records in the place of what was known of them; says what is different, by table, where that is wanted.
    fn replace(&mut self, kind: &'static Kind, records: &[&Record], compare: bool) -> Result<Differences, MeasureError> {
        let ids: HashSet<&str> = records.iter().map(|record| record.id()).collect();
        let mut found = Differences::new();
        for table in self.tables.iter_mut().filter(|table| table.takes(kind)) {
            // Only a table that holds rows of these records is copied.
            let mut next = Table::clone(table);
            let gone = next.remove(kind, &ids)?;
            if compare {
                let difference = Difference::of(table.doc, &table.schema, &gone, records)?;
                found.extend((!difference.is_none()).then_some((table.doc.name.as_str(), difference)));
            }
            if !gone.is_empty() {
                if matches!(table.doc.source, Source::Labels) {
                    self.labels.insert(kind.name, fresh());
                }
                *table = Arc::new(next);
            }
        }
        records.iter().try_for_each(|record| self.add(record))?;
        Ok(found)
    }

    fn whole(&self) -> Result<(), MeasureError> {
        match self.cut {
            None => Ok(()),
            Some(_) => {
                Err(MeasureError::facts("found facts that are cut, expected whole ones: change those and cut them again"))
            }
        }
    }

    /// What changed since another state of these facts; `None` where that is not known any more.
    pub(crate) fn touched_since(&self, earlier: &Self) -> Option<Vec<&Touch>> {
        if earlier.state == self.state {
            return Some(Vec::new());
        }
        let first = self.steps.iter().position(|step| step.from == earlier.state)?;
        Some(self.steps[first..].iter().flat_map(|step| &step.touches).collect())
    }

    /// Writes all tables to a folder, from which `load` is many times quicker than from records.
    ///
    /// # Errors
    /// Where the folder cannot be written, or the facts are cut.
    pub fn save(&self, folder: &std::path::Path) -> Result<(), MeasureError> {
        self.whole()?;
        self.tables.iter().try_for_each(|table| snapshot::save(folder, &table.doc.name, &table.schema, table.chunks()))
    }

    /// Writes all tables to a folder as Parquet.
    ///
    /// # Errors
    /// Where the folder cannot be written.
    pub fn export(&self, folder: &std::path::Path) -> Result<(), MeasureError> {
        (0..self.tables.len()).try_for_each(|at| {
            let table = self.at(at);
            snapshot::export(folder, &table.doc.name, &table.schema, table.chunks())
        })
    }

    /// Reads what `save` wrote; `None` where a table is missing or of another shape.
    pub fn load(folder: &std::path::Path) -> Option<Self> {
        let mut facts = Self::new();
        for table in &mut facts.tables {
            let chunks = snapshot::load(folder, &table.doc.name, &table.schema)?;
            let mut loaded = table.with_chunks(chunks);
            loaded.version = fresh();
            *table = Arc::new(loaded);
        }
        facts.find_labels();
        Some(facts)
    }

    /// Which kinds have labels.
    fn find_labels(&mut self) {
        let kinds: BTreeSet<&'static str> = {
            let chunks = self.table("labels").map(Table::chunks).unwrap_or_default();
            let named = chunks.iter().filter_map(|chunk| texts(chunk, 1)).flat_map(|kinds| kinds.iter().flatten());
            named.filter_map(Kind::named).map(|kind| kind.name).collect()
        };
        self.labels = kinds.into_iter().map(|kind| (kind, fresh())).collect();
    }

    /// The version of the labels of a kind; 0 where there never were any.
    pub(crate) fn labels_version(&self, kind: &str) -> u64 {
        self.labels.get(kind).copied().unwrap_or(0)
    }

    /// What every table is made of and which version it has; never its rows, which a cut would have to find first.
    pub(crate) fn slots(&self) -> &[Arc<Table>] {
        &self.tables
    }

    /// The tables that decide what is in a table: under a cut also those that its rows refer to.
    pub(crate) fn behind(&self, at: usize) -> Vec<usize> {
        let mut places = vec![at];
        let (true, Some(table)) = (self.cut.is_some(), self.tables.get(at)) else { return places };
        let kind = match table.doc.source {
            Source::Record(kind) => kind,
            Source::Nested(kind, _) => kind,
            Source::Labels => return (0..self.tables.len()).collect(),
            _ => return places,
        };
        let mut kinds = vec![kind];
        kinds.extend(parents(kind));
        let main = |kind: &Kind| self.tables.iter().position(|table| table.doc.name == kind.table);
        places.extend(kinds.into_iter().filter_map(main));
        places
    }

    pub(crate) fn at(&self, at: usize) -> &Table {
        match &self.cut {
            Some(cut) => cut.table(at),
            None => &self.tables[at],
        }
    }

    pub(crate) fn table(&self, name: &str) -> Option<&Table> {
        self.tables.iter().position(|table| table.doc.name == name).map(|at| self.at(at))
    }

    /// Some columns of a table's rows, or all; `None` where there is no such table.
    pub(crate) fn read(
        &self,
        name: &str,
        columns: Option<&[usize]>,
        schema: &SchemaRef,
    ) -> Option<Result<Vec<RecordBatch>, MeasureError>> {
        let at = self.tables.iter().position(|table| table.doc.name == name)?;
        Some(match (&self.cut, columns) {
            (Some(cut), _) => cut.read(at, columns, schema),
            (None, None) => Ok(self.tables[at].chunks().to_vec()),
            (None, Some(columns)) => {
                self.tables[at].chunks().iter().map(|chunk| chunk.project(columns).map_err(MeasureError::facts)).collect()
            }
        })
    }

    /// Whether there is such a record.
    pub(crate) fn knows(&self, kind: &Kind, id: &str) -> bool {
        self.table(kind.table).is_some_and(|table| table.find(id).is_some())
    }

    /// What a record says in a text field.
    pub(crate) fn text(&self, kind: &Kind, id: &str, field: &str) -> Option<String> {
        let table = self.table(kind.table)?;
        let (chunk, row) = table.find(id)?;
        let column = texts(chunk, table.schema.index_of(field).ok()?)?;
        (!column.is_null(row)).then(|| column.value(row).to_owned())
    }

    /// Makes the indexes that the first change would make.
    pub(crate) fn prepare(&self) {
        for at in 0..self.tables.len() {
            let table = self.at(at);
            let columns: Vec<usize> = ["system", "class"].iter().filter_map(|name| table.schema.index_of(name).ok()).collect();
            for (chunk, notes) in table.noted() {
                columns.iter().for_each(|column| notes.prepare(chunk, *column));
            }
        }
    }
}

impl Default for Facts {
    fn default() -> Self {
        Self::new()
    }
}
