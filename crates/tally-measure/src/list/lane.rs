//! A column over all chunks of a table, a part a chunk. Parts are made once and shared by all states of the facts that
//! share the chunk, so a change makes the parts of a chunk or two.

use std::sync::{Arc, OnceLock};

use datafusion::arrow::array::RecordBatch;
use tally_model::Instant;
use tally_model::instant::DAY;

use super::ListCell;
use super::column::{self, ABSENT, Column, UNKNOWN};
use super::desk::Desk;
use super::horizon::Horizon;
use super::lexicon::Names;
use super::nature::{is_plan, orders_with, place_in};
use super::relation;
use super::shelf::{Key, Made};
use super::{derived, finding};
use crate::MeasureError;

/// A column over a table.
pub(crate) struct Lane {
    parts: Vec<Part>,
    names: Names,
    /// From the codes that the parts have to those of `names`; the same where there is none.
    map: Option<Vec<u32>>,
    sense: OnceLock<Option<usize>>,
    /// How long it stays true.
    pub(crate) horizon: Horizon,
}

/// What a lane has for one chunk.
#[derive(Clone)]
pub(crate) struct Part {
    pub(crate) column: Arc<Column>,
    /// The chunk's first row in `column`.
    pub(crate) start: usize,
    /// Rows of the chunk.
    pub(crate) rows: usize,
    /// Another one for other content; the same content at another T has the same.
    pub(crate) stamp: u64,
}

/// The cells of a part.
#[derive(Clone, Copy)]
pub(crate) enum Cells<'a> {
    Words(&'a [u32]),
    Whole(&'a [i64]),
    Time(&'a [i64]),
    Age(&'a [i64]),
    Real(&'a [f64]),
    Money(&'a [i128]),
    Flag(&'a [u8]),
}

impl Lane {
    pub(crate) fn new(parts: Vec<Part>, names: Names, horizon: Horizon) -> Self {
        Self { parts, names, map: None, sense: OnceLock::new(), horizon }
    }

    /// The same parts, read as other words.
    pub(crate) fn mapped(&self, map: Vec<u32>, names: Names, stamp: impl Fn(u64) -> u64, horizon: Horizon) -> Self {
        let parts = self.parts.iter().map(|part| Part { stamp: stamp(part.stamp), ..part.clone() }).collect();
        Self { parts, names, map: Some(map), sense: OnceLock::new(), horizon }
    }

    pub(crate) fn names(&self) -> &Names {
        &self.names
    }

    pub(crate) fn parts(&self) -> &[Part] {
        &self.parts
    }

    pub(crate) fn cells(&self, chunk: usize) -> Cells<'_> {
        self.parts.get(chunk).map_or(Cells::Words(&[]), Part::cells)
    }

    /// For each code that the cells have what `of` says of the code that it stands for among the names.
    pub(crate) fn by_code<T>(&self, of: impl FnMut(usize) -> T) -> Vec<T> {
        match &self.map {
            Some(map) => map.iter().map(|code| *code as usize).map(of).collect(),
            None => (0..self.names.len()).map(of).collect(),
        }
    }

    /// The name that a cell's code stands for.
    pub(crate) fn name(&self, code: u32) -> Option<&str> {
        let code = self.map.as_ref().map_or(Some(code), |map| map.get(code as usize).copied())?;
        self.names.get(code as usize).filter(|_| code != 0).map(|name| &**name)
    }

    /// The order that the words of the cells have of their own: one that knows all of them.
    pub(crate) fn sense(&self) -> Option<usize> {
        *self.sense.get_or_init(|| {
            let known = self.by_code(|code| match self.names.get(code) {
                Some(name) if code != 0 => orders_with(name),
                _ => u8::MAX,
            });
            let (mut common, mut any) = (u8::MAX, false);
            for cells in self.parts.iter().map(Part::cells) {
                let Cells::Words(codes) = cells else { return None };
                any |= codes.iter().any(|code| self.name(*code).is_some());
                common = codes.iter().fold(common, |common, code| common & known[*code as usize]);
                if common == 0 {
                    return None;
                }
            }
            any.then(|| common.trailing_zeros() as usize)
        })
    }

    /// The place of each name in the order that a reader expects: their own, else that of the alphabet.
    pub(crate) fn ranks(&self) -> Vec<u32> {
        match self.sense() {
            Some(order) => self.names.iter().map(|name| place_in(order, name)).collect(),
            None => self.names.ranks().to_vec(),
        }
    }

    /// A cell as it is shown at T.
    pub(crate) fn cell(&self, chunk: usize, row: usize, at: i64) -> ListCell {
        let known = |value: &&i64| **value != ABSENT;
        let cell = match self.cells(chunk) {
            Cells::Words(codes) => codes.get(row).and_then(|code| self.name(*code)).map(|name| ListCell::Text(name.to_owned())),
            Cells::Whole(values) => values.get(row).filter(known).map(|value| ListCell::Whole(*value)),
            Cells::Time(values) => values.get(row).filter(known).map(|value| ListCell::At(Instant::from_micros(*value))),
            Cells::Age(values) => values.get(row).filter(known).map(|value| ListCell::Whole((at - value).div_euclid(DAY))),
            Cells::Real(values) => values.get(row).filter(|value| !value.is_nan()).map(|value| ListCell::Number(*value)),
            Cells::Money(values) => {
                values.get(row).filter(|value| **value != i128::MIN).map(|value| ListCell::Money { nanos: *value, decimals: 9 })
            }
            Cells::Flag(values) => values.get(row).filter(|value| **value != UNKNOWN).map(|value| ListCell::Flag(*value == 1)),
        };
        cell.unwrap_or(ListCell::Nothing)
    }

    /// All of it as one column.
    pub(crate) fn whole(&self) -> Column {
        let mut codes = Vec::new();
        let mut rest: Option<Column> = None;
        for cells in self.parts.iter().map(Part::cells) {
            match (cells, &mut rest) {
                (Cells::Words(part), _) => codes.extend_from_slice(part),
                (Cells::Whole(part), Some(Column::Whole(all)))
                | (Cells::Time(part), Some(Column::Time(all)))
                | (Cells::Age(part), Some(Column::Age(all))) => all.extend_from_slice(part),
                (Cells::Real(part), Some(Column::Real(all))) => all.extend_from_slice(part),
                (Cells::Money(part), Some(Column::Money(all))) => all.extend_from_slice(part),
                (Cells::Flag(part), Some(Column::Flag(all))) => all.extend_from_slice(part),
                (part, rest) => *rest = Some(part.owned()),
            }
        }
        if let Some(map) = &self.map {
            codes.iter_mut().for_each(|code| *code = map.get(*code as usize).copied().unwrap_or(0));
        }
        rest.unwrap_or_else(|| Column::Words { names: Arc::clone(&self.names), codes })
    }

    fn bytes(&self) -> usize {
        self.parts.len() * size_of::<Part>() + self.map.as_ref().map_or(0, |map| map.len() * 4)
    }
}

impl Part {
    pub(crate) fn cells(&self) -> Cells<'_> {
        let span = self.start..self.start + self.rows;
        match &*self.column {
            Column::Words { codes, .. } => Cells::Words(codes.get(span).unwrap_or_default()),
            Column::Whole(values) => Cells::Whole(values.get(span).unwrap_or_default()),
            Column::Time(values) => Cells::Time(values.get(span).unwrap_or_default()),
            Column::Age(values) => Cells::Age(values.get(span).unwrap_or_default()),
            Column::Real(values) => Cells::Real(values.get(span).unwrap_or_default()),
            Column::Money(values) => Cells::Money(values.get(span).unwrap_or_default()),
            Column::Flag(values) => Cells::Flag(values.get(span).unwrap_or_default()),
        }
    }
}

impl Cells<'_> {
    fn owned(self) -> Column {
        match self {
            Self::Words(codes) => Column::Words { names: Names::default(), codes: codes.to_vec() },
            Self::Whole(values) => Column::Whole(values.to_vec()),
            Self::Time(values) => Column::Time(values.to_vec()),
            Self::Age(values) => Column::Age(values.to_vec()),
            Self::Real(values) => Column::Real(values.to_vec()),
            Self::Money(values) => Column::Money(values.to_vec()),
            Self::Flag(values) => Column::Flag(values.to_vec()),
        }
    }
}

/// A column of a table: one that is worked out, else the table's own.
pub(crate) fn lane(desk: &Desk<'_>, table: &str, name: &str) -> Result<Arc<Lane>, MeasureError> {
    let tables = derived::tables_of(table, name);
    let key = Key::new("lane").text(table).text(name);
    let (lane, _) = desk.keep(key, tables.as_deref().unwrap_or(&[table]), |horizon| {
        let lane = match tables.as_deref() {
            None => plain(desk, table, name)?,
            Some(_) if table == "findings" && finding::has(name) => finding::lane(desk, name)?,
            Some(tables) => match derived::follows(table, name) {
                Some((from, to)) => relation::through(desk, (table, from), to, tables)?,
                None => sliced(desk, table, name, tables)?,
            },
        };
        horizon.meet(lane.horizon);
        let bytes = lane.bytes();
        Ok((lane, bytes))
    })?;
    Ok(lane)
}

/// The table's own column, whatever is worked out under its name.
pub(crate) fn plain(desk: &Desk<'_>, table: &str, name: &str) -> Result<Lane, MeasureError> {
    let known = desk.table(table)?;
    if known.schema.field_with_name(name).is_err() {
        return Err(MeasureError::facts(format!("fact table `{table}` has no column `{name}`")));
    }
    // A table without rows has columns of the same kinds.
    let none = RecordBatch::new_empty(Arc::clone(&known.schema));
    let chunks = if known.chunks().is_empty() { std::slice::from_ref(&none) } else { known.chunks() };
    let lexicon = desk.lexicon(table, name, known.rows());
    let base = Key::new("part").text(table).text(name).number(lexicon.id);
    let parts = desk.each(chunks.len(), |at| {
        let chunk = &chunks[at];
        let key = base.number(Desk::address(chunk));
        let (column, horizon) = desk.part(
            key.value(),
            |_| true,
            |_| chunk.columns().first().cloned().into_iter().collect(),
            || {
                let mut horizon = Horizon::new(desk.at());
                let value = column::read(chunk, name, !is_plan(name), &lexicon, &mut horizon);
                let bytes = value.bytes();
                Ok(Made { value, horizon, bytes })
            },
        )?;
        Ok((Part { column, start: 0, rows: chunk.num_rows(), stamp: key.value() }, horizon))
    })?;
    let mut horizon = Horizon::new(desk.at());
    parts.iter().for_each(|(_, until)| horizon.meet(*until));
    Ok(Lane::new(parts.into_iter().map(|(part, _)| part).collect(), lexicon.names(), horizon))
}

/// A column that is worked out for the whole table at once, cut up by chunk.
fn sliced(desk: &Desk<'_>, table: &str, name: &str, tables: &[&str]) -> Result<Lane, MeasureError> {
    let known = desk.column(table, name)?;
    let stamp = desk.stamp(Key::new("sliced").text(table).text(name), tables)?;
    let mut start = 0;
    let parts = desk.chunks(table)?.iter().map(|chunk| {
        let part = Part {
            column: Arc::clone(&known.column),
            start,
            rows: chunk.num_rows(),
            stamp: stamp.number(start as u64).value(),
        };
        start += chunk.num_rows();
        part
    });
    let names = if let Column::Words { names, .. } = &*known.column { Arc::clone(names) } else { Names::default() };
    Ok(Lane::new(parts.collect(), names, known.horizon))
}
