//! By what rows stand before each other: keys of columns, then texts, then ids. Sorts a chunk once and compares rows of
//! different chunks; filters nothing.

use std::cmp::Ordering;
use std::sync::Arc;

use datafusion::arrow::array::{Array, RecordBatch, StringViewArray};

use super::column::{ABSENT, UNKNOWN, all_texts};
use super::desk::Desk;
use super::horizon::Horizon;
use super::lane::{Cells, Lane};
use super::order::Place;
use super::shelf::{Key, Made};
use super::sieve::money;
use super::{Sort, radix};
use crate::MeasureError;

/// Texts are looked at a word of eight bytes at a time, up to here.
const DEEP: usize = 512;

/// An order of the rows of a table.
pub(crate) struct Ranking {
    keys: Vec<Keys>,
    /// What a sort by a text is by.
    texts: Option<Vec<StringViewArray>>,
    ids: Vec<StringViewArray>,
    down: bool,
    key: Key,
    horizon: Horizon,
}

/// One column to sort by.
struct Keys {
    lane: Arc<Lane>,
    by_code: Vec<u64>,
    down: bool,
}

impl Ranking {
    /// The order that is asked for. A sort by `id` or `title` makes those after it needless.
    pub(crate) fn of(desk: &Desk<'_>, table: &str, sort: &[Sort]) -> Result<Self, MeasureError> {
        let by_text = sort.iter().position(|sort| matches!(sort.column.as_str(), "id" | "title"));
        let mut horizon = Horizon::new(desk.at());
        let (mut keys, mut key) = (Vec::new(), Key::new("sorted").text(table));
        for sort in sort.get(..by_text.unwrap_or(sort.len())).unwrap_or_default() {
            let lane = desk.lane(table, &sort.column)?;
            horizon.meet(lane.horizon);
            key = key.text(&sort.column).number(u64::from(sort.down));
            let ranks = lane.ranks();
            let by_code = lane.by_code(|code| match (code, ranks.get(code)) {
                (0, _) | (_, None) => u64::MAX,
                (_, Some(rank)) => turn((*rank).into(), sort.down),
            });
            // Words may get an order of their own once no other word is left.
            key = key.number(lane.sense().map_or(0, |sense| sense as u64 + 1));
            keys.push(Keys { lane, by_code, down: sort.down });
        }
        let chunks = desk.chunks(table)?;
        let (column, down) = by_text.and_then(|at| sort.get(at)).map_or(("id", false), |sort| (&*sort.column, sort.down));
        let texts = (column != "id").then(|| all_texts(chunks, column)).filter(|texts| texts.len() == chunks.len());
        key = key.text(column).number(u64::from(down));
        let ids = all_texts(chunks, "id");
        if ids.len() != chunks.len() {
            return Err(MeasureError::facts(format!("fact table `{table}` has no ids")));
        }
        Ok(Self { keys, texts, ids, down, key, horizon })
    }

    /// How long it stays true.
    pub(crate) fn horizon(&self) -> Horizon {
        self.horizon
    }

    /// Which of two rows stands first.
    pub(crate) fn compare(&self, one: Place, other: Place) -> Ordering {
        let mut orders = self.keys.iter().map(|keys| keys.key(one).cmp(&keys.key(other)));
        orders.find(|order| order.is_ne()).unwrap_or_else(|| self.compare_texts(one, other))
    }

    /// The keys of a row that many are held against.
    pub(crate) fn keys(&self, place: Place) -> Vec<u64> {
        self.keys.iter().map(|keys| keys.key(place)).collect()
    }

    /// Whether a row stands before another whose keys these are.
    pub(crate) fn is_before(&self, one: Place, other: Place, known: &[u64]) -> bool {
        for (keys, known) in self.keys.iter().zip(known) {
            let order = keys.key(one).cmp(known);
            if order.is_ne() {
                return order.is_lt();
            }
        }
        self.compare_texts(one, other).is_lt()
    }

    fn compare_texts(&self, one: Place, other: Place) -> Ordering {
        let by = |texts: &[StringViewArray], down: bool| {
            let text = |(chunk, row): Place| texts[chunk].value(row as usize);
            if down { text(other).cmp(text(one)) } else { text(one).cmp(text(other)) }
        };
        let texts = self.texts.as_ref().map_or(Ordering::Equal, |texts| by(texts, self.down));
        texts.then_with(|| by(&self.ids, self.down && self.texts.is_none())).then_with(|| one.cmp(&other))
    }

    /// All rows of a chunk in this order, from the shelf or sorted now.
    pub(crate) fn sorted(&self, desk: &Desk<'_>, chunk: &RecordBatch, at: usize) -> Result<Arc<Vec<u32>>, MeasureError> {
        let parts = self.keys.iter().filter_map(|keys| keys.lane.parts().get(at));
        let key = parts.fold(self.key.number(Desk::address(chunk)), |key, part| key.number(part.stamp));
        let (rows, _) = desk.part(
            key.value(),
            |_| true,
            |_| chunk.columns().first().cloned().into_iter().collect(),
            || {
                let value = self.sort(at);
                let bytes = value.len() * 4;
                Ok(Made { value, horizon: self.horizon, bytes })
            },
        )?;
        Ok(rows)
    }

    fn sort(&self, chunk: usize) -> Vec<u32> {
        let count = self.ids[chunk].len();
        let mut rows: Vec<u32> = (0u32..).take(count).collect();
        let keys: Vec<Vec<u64>> = self.keys.iter().map(|keys| keys.all(chunk)).collect();
        for keys in keys.iter().rev() {
            let mut pairs: Vec<(u64, u32)> = rows.iter().map(|row| (keys[*row as usize], *row)).collect();
            radix::sort(&mut pairs);
            rows.clear();
            rows.extend(pairs.into_iter().map(|(_, row)| row));
        }
        // The last column tells most rows apart: it is looked at first.
        let alike = |one: u32, other: u32| keys.iter().rev().all(|keys| keys[one as usize] == keys[other as usize]);
        for run in rows.chunk_by_mut(|one, other| alike(*one, *other)).filter(|run| run.len() > 1) {
            match &self.texts {
                Some(texts) => by_text(&texts[chunk], &self.ids[chunk], run, self.down),
                None => by_id(&self.ids[chunk], run, self.down),
            }
        }
        rows
    }
}

impl Keys {
    fn key(&self, (chunk, row): Place) -> u64 {
        let row = row as usize;
        match self.lane.cells(chunk) {
            Cells::Words(codes) => self.by_code[codes[row] as usize],
            cells => number(cells, row, self.down),
        }
    }

    fn all(&self, chunk: usize) -> Vec<u64> {
        match self.lane.cells(chunk) {
            Cells::Words(codes) => codes.iter().map(|code| self.by_code[*code as usize]).collect(),
            cells => (0..self.lane.parts()[chunk].rows).map(|row| number(cells, row, self.down)).collect(),
        }
    }
}

fn turn(key: u64, down: bool) -> u64 {
    if down { (u64::MAX - 1).saturating_sub(key) } else { key.min(u64::MAX - 1) }
}

/// A key that sorts as the cells do; cells without a value come last either way.
fn number(cells: Cells<'_>, row: usize, down: bool) -> u64 {
    let signed = |value: i64| value.cast_unsigned() ^ (1 << 63);
    let some = |known: bool, key: u64| if known { turn(key, down) } else { u64::MAX };
    match cells {
        Cells::Flag(flags) => some(flags[row] != UNKNOWN, flags[row].into()),
        Cells::Whole(values) | Cells::Time(values) => some(values[row] != ABSENT, signed(values[row])),
        // The older the earlier it was opened.
        Cells::Age(values) => some(values[row] != ABSENT, !signed(values[row])),
        Cells::Real(values) => some(!values[row].is_nan(), ordered(values[row])),
        Cells::Money(values) => some(values[row] != i128::MIN, ordered(money(values[row]))),
        Cells::Words(_) => u64::MAX,
    }
}

/// Bits that order as the numbers do.
fn ordered(value: f64) -> u64 {
    let bits = value.to_bits();
    if bits >> 63 == 1 { !bits } else { bits | (1 << 63) }
}

fn by_id(ids: &StringViewArray, rows: &mut [u32], down: bool) {
    // Rows come mostly in order of their ids: this sort is quick then.
    rows.sort_by(|one, other| {
        let (one, other) = (ids.value(*one as usize), ids.value(*other as usize));
        if down { other.cmp(one) } else { one.cmp(other) }
    });
}

/// By text one way or the other, the same text by ids.
fn by_text(texts: &StringViewArray, ids: &StringViewArray, rows: &mut [u32], down: bool) {
    let mut words: Vec<(u64, u32)> = rows.iter().map(|row| (0, *row)).collect();
    by_words(texts, &mut words, 0);
    if down {
        words.reverse();
    }
    for (place, (_, row)) in rows.iter_mut().zip(words) {
        *place = row;
    }
    let same = |one: &u32, other: &u32| texts.value(*one as usize) == texts.value(*other as usize);
    rows.chunk_by_mut(same).filter(|run| run.len() > 1).for_each(|run| by_id(ids, run, false));
}

/// Ascending by what the texts say from a byte on, eight bytes at a time.
fn by_words(texts: &StringViewArray, rows: &mut [(u64, u32)], from: usize) {
    for (word, row) in rows.iter_mut() {
        *word = word_at(texts.value(*row as usize), from);
    }
    rows.sort_unstable();
    for run in rows.chunk_by_mut(|one, other| one.0 == other.0).filter(|run| run.len() > 1) {
        // Where a text may have ended, zero bytes are no letters: those few are compared as a whole.
        if run[0].0 & 0xff == 0 || from >= DEEP {
            run.sort_by(|one, other| texts.value(one.1 as usize).cmp(texts.value(other.1 as usize)));
        } else {
            by_words(texts, run, from + 8);
        }
    }
}

fn word_at(text: &str, from: usize) -> u64 {
    let rest = text.as_bytes().get(from..).unwrap_or_default();
    let mut word = [0u8; 8];
    let length = rest.len().min(8);
    word[..length].copy_from_slice(&rest[..length]);
    u64::from_be_bytes(word)
}
