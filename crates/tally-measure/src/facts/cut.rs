//! The same tables cut to the rows of some systems, or of some classes. A table is cut when it is first read, and only the
//! columns that are read are taken.
//!
//! What belongs to a system: rows that name it, rows nested in such, and rows that refer to its releases, credentials and
//! indexes. Rows that belong to no system because their kind has none stay; nothing else does.

use std::collections::HashSet;
use std::sync::{Arc, OnceLock};

use datafusion::arrow::array::{Array, RecordBatch, StringViewArray};
use datafusion::arrow::datatypes::SchemaRef;
use tally_model::kind::{Kind, Type};
use tally_model::kinds::KINDS;

use super::index::{Notes, texts};
use super::piece::Piece;
use super::plan::Source;
use super::store::Facts;
use super::table::Table;
use crate::MeasureError;

/// Sets up to this size are looked up row by row of an index; larger ones are held against every row.
const FEW: usize = 1_024;

/// What to cut by.
#[derive(Clone, Debug)]
pub(crate) enum By {
    /// Rows of these systems and of no other.
    Systems(Arc<HashSet<String>>),
    /// The same, and rows of other systems that refer to releases of these: all that a row of these may depend on.
    Near(Arc<HashSet<String>>),
    /// Rows of these classes, in the tables that have one.
    Classes(Arc<HashSet<String>>),
}

/// Cut tables.
pub(crate) struct Cut {
    base: Facts,
    by: By,
    /// The same for the same set.
    name: u64,
    /// Which rows are left.
    pieces: Vec<OnceLock<Vec<Arc<Piece>>>>,
    /// All columns of these, for those who want a table.
    made: Vec<OnceLock<Arc<Table>>>,
    ids: Vec<OnceLock<Arc<HashSet<String>>>>,
}

/// Which rows of a table stay.
enum Rule<'a> {
    All,
    None,
    In(Vec<(usize, &'a HashSet<String>)>),
    Subjects(usize),
    Labels,
}

impl Cut {
    pub(crate) fn new(base: Facts, by: By) -> Self {
        let (By::Systems(set) | By::Near(set) | By::Classes(set)) = &by;
        let mut sorted: Vec<&String> = set.iter().collect();
        sorted.sort_unstable();
        use std::hash::{DefaultHasher, Hash, Hasher};
        let mut hasher = DefaultHasher::new();
        (std::mem::discriminant(&by), sorted).hash(&mut hasher);
        let (pieces, made) = base.slots().iter().map(|_| (OnceLock::new(), OnceLock::new())).collect();
        let ids = KINDS.iter().map(|_| OnceLock::new()).collect();
        Self { name: hasher.finish(), base, by, pieces, made, ids }
    }

    pub(crate) fn name(&self) -> u64 {
        self.name
    }

    /// What was cut, and to which systems.
    pub(crate) fn systems(&self) -> Option<(&Facts, &HashSet<String>)> {
        if let By::Systems(set) = &self.by { Some((&self.base, &**set)) } else { None }
    }

    /// What is left of the table at this place. A table that cannot be cut is left empty rather than shown whole.
    pub(crate) fn table(&self, at: usize) -> &Table {
        self.made[at].get_or_init(|| {
            let table = self.base.at(at);
            Arc::new(table.with_chunks(self.read(at, None, &table.schema).unwrap_or_default()))
        })
    }

    /// Some columns of what is left of the table at this place, or all.
    ///
    /// # Errors
    /// Where the rows cannot be taken.
    pub(crate) fn read(
        &self,
        at: usize,
        columns: Option<&[usize]>,
        schema: &SchemaRef,
    ) -> Result<Vec<RecordBatch>, MeasureError> {
        let left = self.pieces(at).iter().filter(|piece| piece.rows() > 0);
        left.map(|piece| piece.batch(columns, schema)).collect()
    }

    fn pieces(&self, at: usize) -> &[Arc<Piece>] {
        self.pieces[at].get_or_init(|| self.cut(self.base.at(at)))
    }

    fn cut(&self, table: &Table) -> Vec<Arc<Piece>> {
        match self.rule(table) {
            Rule::None => Vec::new(),
            Rule::All => table.chunks().iter().map(|chunk| Arc::new(Piece::whole(chunk))).collect(),
            // Rows of a class lie in every chunk; what the states before and after a change share is cut once.
            Rule::In(sets) if is_few(&sets) && !matches!(self.by, By::Classes(_)) => few(table, &sets),
            Rule::In(sets) => self.many(table, &sets),
            Rule::Subjects(column) => self.subjects(table, column),
            Rule::Labels => self.labels(table),
        }
    }

    fn rule(&self, table: &Table) -> Rule<'_> {
        let column = |name: &str| table.schema.index_of(name).ok();
        let (kind, parent) = match table.doc.source {
            Source::Record(kind) => (kind, false),
            Source::Nested(kind, _) => (kind, true),
            Source::Labels => return if matches!(self.by, By::Classes(_)) { Rule::All } else { Rule::Labels },
            Source::FindingStates | Source::FindingCycles => {
                let (name, set) = match &self.by {
                    By::Systems(set) | By::Near(set) => ("system", set),
                    By::Classes(set) => ("class", set),
                };
                return column(name).map_or(Rule::All, |at| Rule::In(vec![(at, set)]));
            }
            Source::Elsewhere => return Rule::All,
        };
        if !self.holds(kind) {
            return Rule::All;
        }
        if matches!(self.by, By::Systems(_)) && kind.tells_of_all() {
            return Rule::None;
        }
        if parent {
            return Rule::In(vec![(0, self.ids(kind))]);
        }
        match &self.by {
            By::Classes(set) => column("class").map_or(Rule::All, |at| Rule::In(vec![(at, set)])),
            By::Systems(set) => self.record_rule(kind, set, false, column),
            By::Near(set) => self.record_rule(kind, set, true, column),
        }
    }

    fn record_rule<'a>(
        &'a self,
        kind: &Kind,
        set: &'a HashSet<String>,
        near: bool,
        column: impl Fn(&str) -> Option<usize>,
    ) -> Rule<'a> {
        if kind.name == "system" {
            return Rule::In(vec![(0, set)]);
        }
        let mut sets = Vec::new();
        for field in kind.fields {
            match (field.ty, column(field.name)) {
                (Type::RefAny(_), Some(at)) => return Rule::Subjects(at),
                (Type::Ref("system"), Some(at)) => sets.insert(0, (at, set)),
                (Type::Ref(other), Some(at)) if near || sets.is_empty() => {
                    let other = Kind::named(other).filter(|other| other.bears_system());
                    sets.extend(other.map(|other| (at, self.ids(other))));
                }
                _ => {}
            }
        }
        if !near {
            sets.truncate(1);
        }
        Rule::In(sets)
    }

    /// Whether records of a kind are cut at all.
    fn holds(&self, kind: &Kind) -> bool {
        let refers = |field: &tally_model::kind::Field| match field.ty {
            Type::Ref(other) => Kind::named(other).is_some_and(Kind::bears_system),
            Type::RefAny(others) => others.iter().any(|other| Kind::named(other).is_some_and(Kind::bears_system)),
            _ => false,
        };
        match self.by {
            By::Classes(_) => kind.fields.iter().any(|field| field.name == "class"),
            By::Systems(_) if kind.tells_of_all() => true,
            By::Systems(_) | By::Near(_) => kind.name == "system" || kind.fields.iter().any(refers),
        }
    }

    /// Ids of the records of a kind that are left.
    fn ids(&self, kind: &Kind) -> &HashSet<String> {
        self.ids[kind.ordinal()].get_or_init(|| {
            let at = self.base.slots().iter().position(|table| table.doc.name == kind.table);
            Arc::new(at.map(|at| ids_of(self.pieces(at))).unwrap_or_default())
        })
    }

    /// Chunk by chunk, for a wide set; what an earlier state of the tables shares with this one is not cut again.
    fn many(&self, table: &Table, sets: &[(usize, &HashSet<String>)]) -> Vec<Arc<Piece>> {
        let own = match &self.by {
            By::Systems(set) | By::Classes(set) => sets.len() == 1 && std::ptr::eq(&raw const **set, sets[0].1),
            By::Near(_) => false,
        };
        let cut = |(chunk, notes): (&RecordBatch, &Notes)| {
            let made = || Arc::new(Piece::of(chunk, part(chunk, notes, sets)));
            if own { notes.cut(self.name, made) } else { made() }
        };
        table.noted().map(cut).collect()
    }

    /// Rows whose subject is a system or a release that is left, or neither a system nor a release at all.
    fn subjects(&self, table: &Table, column: usize) -> Vec<Arc<Piece>> {
        let kinds: Vec<&Kind> = KINDS.iter().copied().filter(|kind| matches!(kind.name, "system" | "release")).collect();
        let left: Vec<&HashSet<String>> = kinds.iter().map(|kind| self.ids(kind)).collect();
        let stays =
            |text: &str| left.iter().any(|ids| ids.contains(text)) || !kinds.iter().any(|kind| self.base.knows(kind, text));
        filtered(table, |chunk, row| text_at(chunk, column, row).is_none_or(stays))
    }

    fn labels(&self, table: &Table) -> Vec<Arc<Piece>> {
        filtered(table, |chunk, row| {
            let (Some(id), Some(kind)) = (text_at(chunk, 0, row), text_at(chunk, 1, row)) else { return false };
            Kind::named(kind).is_none_or(|kind| !self.holds(kind) || self.ids(kind).contains(id))
        })
    }
}

fn ids_of(pieces: &[Arc<Piece>]) -> HashSet<String> {
    let mut found = HashSet::new();
    for ids in pieces.iter().filter_map(|piece| piece.column(0).ok()) {
        if let Some(ids) = ids.as_any().downcast_ref::<StringViewArray>() {
            found.extend(ids.iter().flatten().map(str::to_owned));
        }
    }
    found
}

fn is_few(sets: &[(usize, &HashSet<String>)]) -> bool {
    sets.iter().map(|(_, set)| set.len()).sum::<usize>() <= FEW
}

/// The rows of a chunk that stay.
fn part(chunk: &RecordBatch, notes: &Notes, sets: &[(usize, &HashSet<String>)]) -> Vec<u32> {
    if is_few(sets) {
        return rows_of(chunk, notes, sets);
    }
    rows_where(chunk, |row| sets.iter().any(|(column, set)| names(chunk, *column, row, set)))
}

/// Rows of a few names, found by index, in few chunks.
fn few(table: &Table, sets: &[(usize, &HashSet<String>)]) -> Vec<Arc<Piece>> {
    let parts = table.noted().map(|(chunk, notes)| (chunk, rows_of(chunk, notes, sets)));
    let parts = parts.filter(|(_, rows)| !rows.is_empty()).map(|(chunk, rows)| (chunk.clone(), rows)).collect();
    Piece::woven(parts).map(Arc::new).into_iter().collect()
}

fn rows_of(chunk: &RecordBatch, notes: &Notes, sets: &[(usize, &HashSet<String>)]) -> Vec<u32> {
    let mut rows = Vec::new();
    for (column, set) in sets {
        set.iter().for_each(|text| notes.rows(chunk, *column, text, &mut rows));
    }
    rows.sort_unstable();
    rows.dedup();
    rows
}

fn filtered(table: &Table, stays: impl Fn(&RecordBatch, usize) -> bool) -> Vec<Arc<Piece>> {
    let cut = |chunk: &RecordBatch| Arc::new(Piece::of(chunk, rows_where(chunk, |row| stays(chunk, row))));
    table.chunks().iter().map(cut).collect()
}

fn rows_where(chunk: &RecordBatch, stays: impl Fn(usize) -> bool) -> Vec<u32> {
    (0u32..).zip(0..chunk.num_rows()).filter(|(_, row)| stays(*row)).map(|(row, _)| row).collect()
}

fn names(chunk: &RecordBatch, column: usize, row: usize, set: &HashSet<String>) -> bool {
    text_at(chunk, column, row).is_some_and(|text| set.contains(text))
}

fn text_at(chunk: &RecordBatch, column: usize, row: usize) -> Option<&str> {
    texts(chunk, column).filter(|texts| !texts.is_null(row)).map(|texts| texts.value(row))
}
