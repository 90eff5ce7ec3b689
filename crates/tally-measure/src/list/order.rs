//! A list in its order: a sorted run of rows a chunk. A page is taken from all runs at once, so a changed chunk is all that
//! has to be sorted again, and nothing is ever merged but the rows that somebody looks at.

use std::collections::BTreeSet;
use std::sync::{Arc, Mutex, PoisonError};

use super::desk::Desk;
use super::horizon::Horizon;
use super::rank::Ranking;
use super::shelf::Key;
use super::sieve::{OUT, sieve};
use super::{ListAsk, derived};
use crate::MeasureError;

/// A row: the number of its chunk, and its place there.
pub(crate) type Place = (usize, u32);

/// The rows of a list in order.
pub(crate) struct Order {
    runs: Vec<Run>,
    ranking: Ranking,
    total: usize,
    /// The columns that are filtered.
    filtered: Vec<String>,
    /// Where the last reader stopped: an offset, and how many rows of each run are before it.
    last: Mutex<Option<(usize, Vec<usize>)>>,
}

/// The rows of a chunk.
pub(crate) struct Run {
    /// Those that are listed, in order.
    pub(crate) rows: Arc<Vec<u32>>,
    /// For each row of the chunk 0 where it is listed, k + 1 where only filters on column k keep it out, else `OUT`.
    pub(crate) miss: Vec<u8>,
    /// Rows that are not `OUT`, where they are few.
    pub(crate) near: Option<Vec<u32>>,
}

impl Order {
    /// How many rows there are.
    pub(crate) fn total(&self) -> usize {
        self.total
    }

    /// The rows by chunk.
    pub(crate) fn runs(&self) -> &[Run] {
        &self.runs
    }

    /// The `miss` of rows that would be in the list if nothing were asked of this column, beside 0.
    pub(crate) fn own(&self, column: &str) -> u8 {
        let own = self.filtered.iter().position(|known| known == column);
        own.and_then(|at| u8::try_from(at + 1).ok()).unwrap_or(0)
    }

    /// Up to `limit` rows from `offset`.
    pub(crate) fn slice(&self, offset: usize, limit: usize) -> Vec<Place> {
        let mut from = self.reached(offset.min(self.total));
        let head = |run: usize, from: &[usize]| self.runs[run].rows.get(from[run]).map(|row| (run, *row));
        // The next row is the last one here.
        let mut heads: Vec<Place> = (0..self.runs.len()).filter_map(|run| head(run, &from)).collect();
        heads.sort_unstable_by(|one, other| self.ranking.compare(*other, *one));
        let mut rows = Vec::with_capacity(limit.min(self.total));
        while let Some(next) = heads.pop().filter(|_| rows.len() < limit) {
            rows.push(next);
            from[next.0] += 1;
            if let Some(head) = head(next.0, &from) {
                let place = heads.partition_point(|known| self.ranking.compare(*known, head).is_gt());
                heads.insert(place, head);
            }
        }
        let mut last = self.last.lock().unwrap_or_else(PoisonError::into_inner);
        *last = Some((offset.min(self.total) + rows.len(), from));
        rows
    }

    /// The same as `cut`; who reads on where the last reader stopped finds it there.
    fn reached(&self, offset: usize) -> Vec<usize> {
        let last = self.last.lock().unwrap_or_else(PoisonError::into_inner).clone();
        last.filter(|(reached, _)| *reached == offset).map_or_else(|| self.cut(offset), |(_, from)| from)
    }

    /// How many rows of each run stand among the first `offset` rows of all.
    fn cut(&self, offset: usize) -> Vec<usize> {
        let mut low = vec![0; self.runs.len()];
        let mut high: Vec<usize> = self.runs.iter().map(|run| run.rows.len()).collect();
        let mut left = offset;
        loop {
            let open: usize = low.iter().zip(&high).map(|(low, high)| high - low).sum();
            if left == 0 {
                return low;
            }
            if left >= open {
                return high;
            }
            let pivot = self.pivot(&low, &high, open);
            let keys = self.ranking.keys(pivot);
            let before = |(run, (low, high)): (usize, (&usize, &usize))| {
                let rows = &self.runs[run].rows[*low..*high];
                low + rows.partition_point(|row| self.ranking.is_before((run, *row), pivot, &keys))
            };
            let places: Vec<usize> = low.iter().zip(&high).enumerate().map(before).collect();
            let passed: usize = places.iter().zip(&low).map(|(place, low)| place - low).sum();
            if passed < left {
                low = places;
                low[pivot.0] += 1;
                left -= passed + 1;
            } else {
                high = places;
            }
        }
    }

    /// A row from the middle of what lies between: the median of the middles of all runs, weighed by their lengths.
    fn pivot(&self, low: &[usize], high: &[usize], open: usize) -> Place {
        let spans = low.iter().zip(high).enumerate().filter(|(_, (low, high))| low < high);
        let mut middles: Vec<(Place, usize)> =
            spans.map(|(run, (low, high))| ((run, self.runs[run].rows[low + (high - low) / 2]), high - low)).collect();
        middles.sort_unstable_by(|one, other| self.ranking.compare(one.0, other.0));
        let mut passed = 0;
        let half = middles.iter().position(|(_, length)| {
            passed += length;
            passed * 2 >= open
        });
        half.and_then(|at| middles.get(at)).map_or((0, 0), |(place, _)| *place)
    }
}

/// What makes two questions the same.
pub(crate) fn key(desk: &Desk<'_>, ask: &ListAsk) -> Result<Key, MeasureError> {
    let mut key = desk.scoped(Key::new("order")).text(&ask.table).text(ask.text.as_deref().unwrap_or_default());
    for part in ask.searched.iter().map(String::as_str) {
        key = key.text(part);
    }
    for filter in &ask.filters {
        key = key.text(&format!("{filter:?}"));
    }
    for sort in &ask.sort {
        key = key.text(&sort.column).number(u64::from(sort.down));
    }
    desk.stamp(key, &tables(ask))
}

/// Every table that the answer is read from.
pub(crate) fn tables(ask: &ListAsk) -> Vec<&str> {
    let mut tables: BTreeSet<&str> = BTreeSet::from([ask.table.as_str()]);
    let filtered = ask.filters.iter().map(|filter| filter.column.as_str());
    for column in filtered.chain(ask.sort.iter().map(|sort| sort.column.as_str())) {
        match nested(column) {
            Some((nested, _)) => tables.extend([nested]),
            None => tables.extend(derived::tables_of(&ask.table, column).unwrap_or_default()),
        }
    }
    tables.into_iter().collect()
}

/// The table and column of a filter on a list: `finding_techniques.technique`.
pub(crate) fn nested(column: &str) -> Option<(&str, &str)> {
    column.split_once('.')
}

/// The rows of a list in order, from the shelf or worked out now.
pub(crate) fn order(desk: &Desk<'_>, ask: &ListAsk) -> Result<(Arc<Order>, Horizon), MeasureError> {
    desk.keep(key(desk, ask)?, &tables(ask), |horizon| {
        let ranking = Ranking::of(desk, &ask.table, &ask.sort)?;
        horizon.meet(ranking.horizon());
        let (sieved, filtered) = sieve(desk, ask)?;
        let chunks = desk.chunks(&ask.table)?;
        let runs = desk.each(sieved.len(), |at| {
            let (miss, until) = &sieved[at];
            Ok((run(ranking.sorted(desk, &chunks[at], at)?, miss.clone()), *until))
        })?;
        runs.iter().for_each(|(_, until)| horizon.meet(*until));
        let runs: Vec<Run> = runs.into_iter().map(|(run, _)| run).collect();
        let total = runs.iter().map(|run| run.rows.len()).sum();
        let bytes = runs.iter().map(Run::bytes).sum();
        Ok((Order { runs, ranking, total, filtered, last: Mutex::default() }, bytes))
    })
}

fn run(sorted: Arc<Vec<u32>>, miss: Vec<u8>) -> Run {
    if miss.iter().all(|miss| *miss == 0) {
        return Run { rows: sorted, miss, near: None };
    }
    let count = |wanted: fn(u8) -> bool| miss.iter().filter(|miss| wanted(**miss)).count();
    let mut rows = Vec::with_capacity(count(|miss| miss == 0));
    rows.extend(sorted.iter().filter(|row| miss[**row as usize] == 0));
    let few = count(|miss| miss != OUT) < miss.len() / 4;
    let near = few.then(|| (0u32..).zip(&miss).filter(|(_, miss)| **miss != OUT).map(|(row, _)| row).collect());
    Run { rows: Arc::new(rows), miss, near }
}

impl Run {
    fn bytes(&self) -> usize {
        (self.rows.len() + self.near.as_ref().map_or(0, Vec::len)) * 4 + self.miss.len()
    }
}
