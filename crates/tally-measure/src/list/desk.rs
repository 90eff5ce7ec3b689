//! One look at the facts at one instant: columns by name, plain or worked out, from the shelf or made now.
//!
//! Findings are never cut to a viewer's systems: all viewers share what was worked out of them, and a list leaves out the
//! rows of other systems. All other tables come as the engine has them.

use std::collections::HashSet;
use std::sync::Arc;

use datafusion::arrow::array::{Array, ArrayRef, RecordBatch};

use super::column::{self, Column};
use super::each::each;
use super::horizon::Horizon;
use super::lane::{self, Lane};
use super::lexicon::Lexicon;
use super::shelf::{Key, Made};
use super::{derived, finding};
use crate::facts::{Facts, Table};
use crate::{Engine, MeasureError};

/// Fewer chunks than this are not worth a thread.
const FEW: usize = 6;

/// The codes of a table's systems, and which of these the viewer may see.
pub(crate) type Seen = (Arc<Lane>, Vec<bool>);

/// A column and how long it stays true.
#[derive(Clone)]
pub(crate) struct Known {
    pub(crate) column: Arc<Column>,
    pub(crate) horizon: Horizon,
}

/// The facts at T.
#[derive(Clone, Copy)]
pub(crate) struct Desk<'a> {
    engine: &'a Engine,
    /// The facts before they were cut to systems.
    uncut: &'a Facts,
    /// The same for the same cuts; 0 where nothing is cut.
    scope: u64,
    at: i64,
}

impl<'a> Desk<'a> {
    pub(crate) fn new(engine: &'a Engine, at: i64) -> Self {
        let (mut uncut, mut scope) = (engine.facts(), Key::new("scope"));
        while let Some((base, _)) = uncut.before_systems() {
            scope = scope.number(uncut.cut_name());
            uncut = base;
        }
        if uncut.cut_name() == 0 {
            let cut = engine.facts().cut_name() != 0;
            return Self { engine, uncut, scope: if cut { scope.value() } else { 0 }, at };
        }
        Self { engine, uncut: engine.facts(), scope: 0, at }
    }

    /// T, microseconds.
    pub(crate) fn at(&self) -> i64 {
        self.at
    }

    /// Days within which a finding of a severity has to be remediated.
    pub(crate) fn sla_days(&self, severity: &str) -> Option<u32> {
        self.engine.sla_days().iter().find(|(known, _)| known == severity).map(|(_, days)| *days)
    }

    /// A table, cut as the engine's facts are; findings and what is nested in them or made from them are not.
    pub(crate) fn table(&self, table: &str) -> Result<&'a Table, MeasureError> {
        let facts = if table.starts_with("finding") { self.uncut } else { self.engine.facts() };
        facts.table(table).ok_or_else(|| MeasureError::facts(format!("no fact table `{table}`")))
    }

    /// The chunks of a table.
    pub(crate) fn chunks(&self, table: &str) -> Result<&'a [RecordBatch], MeasureError> {
        self.table(table).map(Table::chunks)
    }

    /// How many rows a table has.
    pub(crate) fn rows(&self, table: &str) -> Result<usize, MeasureError> {
        self.table(table).map(Table::rows)
    }

    /// The sets of systems that rows must belong to, all of them; none where all are seen or the table is cut already.
    fn scopes(&self, table: &str) -> Vec<&'a HashSet<String>> {
        let mut sets = Vec::new();
        if self.scope != 0 && table == "findings" {
            let mut facts = self.engine.facts();
            while let Some((base, set)) = facts.before_systems() {
                sets.push(set);
                facts = base;
            }
        }
        sets
    }

    /// The key with the viewer's systems.
    pub(crate) fn scoped(&self, key: Key) -> Key {
        key.number(self.scope)
    }

    /// Where a chunk lies in memory: its own as long as somebody holds it.
    pub(crate) fn address(chunk: &RecordBatch) -> u64 {
        chunk.columns().first().map_or(0, |column| Arc::as_ptr(column).cast::<()>() as usize as u64)
    }

    /// The key with what the tables hold now.
    pub(crate) fn stamp(&self, key: Key, tables: &[&str]) -> Result<Key, MeasureError> {
        tables.iter().try_fold(key, |key, table| {
            Ok(self.chunks(table)?.iter().fold(key.text(table), |key, chunk| key.number(Self::address(chunk))))
        })
    }

    /// What holds the chunks of the tables in memory.
    pub(crate) fn pins(&self, tables: &[&str]) -> Vec<ArrayRef> {
        let chunks = tables.iter().filter_map(|table| self.chunks(table).ok()).flatten();
        chunks.filter_map(|chunk| chunk.columns().first().cloned()).collect()
    }

    /// The words of a column of a table that has so many rows.
    pub(crate) fn lexicon(&self, table: &str, name: &str, rows: usize) -> Arc<Lexicon> {
        self.engine.pantry().lexicons.of(table, name, rows)
    }

    /// What `work` makes of each number below `count`, on all threads that queries may use.
    pub(crate) fn each<T: Send>(
        &self,
        count: usize,
        work: impl Fn(usize) -> Result<T, MeasureError> + Sync,
    ) -> Result<Vec<T>, MeasureError> {
        each(if count < FEW { 1 } else { self.engine.threads() }, count, work)
    }

    /// The same for few pieces of work, each of them long where the table is.
    pub(crate) fn side_by_side<T: Send>(
        &self,
        table: &str,
        count: usize,
        work: impl Fn(usize) -> Result<T, MeasureError> + Sync,
    ) -> Result<Vec<T>, MeasureError> {
        each(if self.chunks(table)?.len() < FEW { 1 } else { self.engine.threads() }, count, work)
    }

    /// Something worked out from these tables, from the shelf or made now.
    pub(crate) fn keep<T: Send + Sync + 'static>(
        &self,
        key: Key,
        tables: &[&str],
        make: impl FnOnce(&mut Horizon) -> Result<(T, usize), MeasureError>,
    ) -> Result<(Arc<T>, Horizon), MeasureError> {
        let key = self.stamp(key, tables)?.value();
        self.engine.pantry().answers.keep(
            key,
            self.at,
            || self.pins(tables),
            || {
                let mut horizon = Horizon::new(self.at);
                let (value, bytes) = make(&mut horizon)?;
                Ok(Made { value, horizon, bytes })
            },
        )
    }

    /// Whether something is at hand that `keep` would be asked for.
    pub(crate) fn has(&self, key: Key, tables: &[&str]) -> Result<bool, MeasureError> {
        Ok(self.engine.pantry().answers.has(self.stamp(key, tables)?.value(), self.at))
    }

    /// Something worked out from a chunk, from the shelf or made now: `Shelf::keep_fit`.
    pub(crate) fn part<T: Send + Sync + 'static>(
        &self,
        key: u64,
        fits: impl Fn(&T) -> bool,
        pins: impl FnOnce(&T) -> Vec<ArrayRef>,
        make: impl FnOnce() -> Result<Made<T>, MeasureError>,
    ) -> Result<(Arc<T>, Horizon), MeasureError> {
        self.engine.pantry().parts.keep_fit(key, self.at, fits, pins, make)
    }

    /// A folded text of a chunk, from the shelf or made now.
    pub(crate) fn folded<T: Send + Sync + 'static>(
        &self,
        key: Key,
        chunk: &RecordBatch,
        make: impl FnOnce() -> (T, usize),
    ) -> Result<Arc<T>, MeasureError> {
        let pins = || chunk.columns().first().cloned().into_iter().collect();
        let made = || {
            let (value, bytes) = make();
            Ok(Made { value, horizon: Horizon::new(self.at), bytes })
        };
        let key = key.number(Self::address(chunk)).value();
        self.engine.pantry().texts.keep(key, self.at, pins, made).map(|(folded, _)| folded)
    }

    /// The codes of a table's systems and which of them the viewer may see; `None` where that is all.
    pub(crate) fn seen(&self, table: &str) -> Result<Option<Seen>, MeasureError> {
        let scopes = self.scopes(table);
        if scopes.is_empty() {
            return Ok(None);
        }
        let lane = self.lane(table, "system")?;
        let names = lane.names();
        let seen = lane.by_code(|code| names.get(code).is_some_and(|name| scopes.iter().all(|set| set.contains(&**name))));
        Ok(Some((lane, seen)))
    }

    /// A column of a table by chunks: one that is worked out, else the table's own.
    pub(crate) fn lane(&self, table: &str, name: &str) -> Result<Arc<Lane>, MeasureError> {
        lane::lane(self, table, name)
    }

    /// The same as one column over all rows.
    pub(crate) fn column(&self, table: &str, name: &str) -> Result<Known, MeasureError> {
        let tables = derived::tables_of(table, name);
        let by_chunk = table == "findings" && finding::has(name) || derived::follows(table, name).is_some();
        let key = Key::new("whole").text(table).text(name);
        let (column, horizon) = self.keep(key, tables.as_deref().unwrap_or(&[table]), |horizon| {
            let column = if tables.is_none() || by_chunk {
                let lane = self.lane(table, name)?;
                horizon.meet(lane.horizon);
                lane.whole()
            } else {
                derived::make(self, table, name, horizon)?
            };
            let bytes = column.bytes();
            Ok((column, bytes))
        })?;
        Ok(Known { column, horizon })
    }

    /// A column over all rows, and the horizon cut to how long it stays true.
    pub(crate) fn look(&self, table: &str, name: &str, horizon: &mut Horizon) -> Result<Known, MeasureError> {
        let known = self.column(table, name)?;
        horizon.meet(known.horizon);
        Ok(known)
    }

    /// The text of a cell of a table's own text column.
    pub(crate) fn text(&self, table: &str, name: &str, row: usize) -> Result<Option<String>, MeasureError> {
        let mut start = 0;
        for chunk in self.chunks(table)? {
            if row < start + chunk.num_rows() {
                return Ok(text_at(chunk, name, row - start));
            }
            start += chunk.num_rows();
        }
        Ok(None)
    }
}

/// The text of a cell of a chunk.
pub(crate) fn text_at(chunk: &RecordBatch, name: &str, row: usize) -> Option<String> {
    let texts = column::texts(&chunk.slice(row, 1), name)?;
    (!texts.is_null(0)).then(|| texts.value(0).to_owned())
}
