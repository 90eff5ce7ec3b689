//! Finding rows of a chunk by the text of a column, without a look at all of them. Holds positions, never rows.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, OnceLock, PoisonError, Weak};

use datafusion::arrow::array::{Array, RecordBatch, StringViewArray};

use super::piece::Piece;

/// What is known of one chunk beside its rows; made when it is first asked for, gone with the chunk.
#[derive(Default)]
pub(crate) struct Notes {
    zone: OnceLock<Option<(String, String)>>,
    indexes: Mutex<BTreeMap<usize, Arc<Index>>>,
    cuts: Mutex<Vec<(u64, Weak<Piece>)>>,
}

/// Positions of rows in the order of a hash of their text: six bytes a row.
struct Index {
    hashes: Vec<u32>,
    rows: Vec<u16>,
}

impl Notes {
    /// Positions of the rows whose `column` says `text`, ascending.
    pub(crate) fn rows(&self, chunk: &RecordBatch, column: usize, text: &str, found: &mut Vec<u32>) {
        if column == 0 && !self.may_hold(chunk, text) {
            return;
        }
        let Some(texts) = texts(chunk, column) else { return };
        let same = |row: usize| !texts.is_null(row) && texts.value(row) == text;
        if texts.len() > usize::from(u16::MAX) {
            found.extend((0..texts.len()).filter(|row| same(*row)).filter_map(|row| u32::try_from(row).ok()));
            return;
        }
        let index = self.index(column, texts);
        let wanted = hash(text);
        let from = index.hashes.partition_point(|known| *known < wanted);
        let known = index.hashes[from..].iter().zip(&index.rows[from..]).take_while(|(known, _)| **known == wanted);
        found.extend(known.filter(|(_, row)| same(usize::from(**row))).map(|(_, row)| u32::from(*row)));
    }

    /// Whether the first column may hold a text, by its least and greatest.
    pub(crate) fn may_hold(&self, chunk: &RecordBatch, text: &str) -> bool {
        let zone = self.zone.get_or_init(|| {
            let ids = texts(chunk, 0)?;
            let (least, most) = (ids.iter().flatten().min()?, ids.iter().flatten().max()?);
            Some((least.to_owned(), most.to_owned()))
        });
        zone.as_ref().is_some_and(|(least, most)| least.as_str() <= text && text <= most.as_str())
    }

    /// Makes the index of a column ahead of the first question.
    pub(crate) fn prepare(&self, chunk: &RecordBatch, column: usize) {
        self.may_hold(chunk, "");
        if let Some(texts) = texts(chunk, column).filter(|texts| texts.len() <= usize::from(u16::MAX)) {
            self.index(column, texts);
        }
    }

    fn index(&self, column: usize, texts: &StringViewArray) -> Arc<Index> {
        let mut indexes = self.indexes.lock().unwrap_or_else(PoisonError::into_inner);
        Arc::clone(indexes.entry(column).or_insert_with(|| Arc::new(Index::of(texts))))
    }

    /// What is left of the chunk under a cut: what was made before and is still in use, or what `make` makes.
    pub(crate) fn cut(&self, cut: u64, make: impl FnOnce() -> Arc<Piece>) -> Arc<Piece> {
        let mut cuts = self.cuts.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(left) = cuts.iter().find(|(known, _)| *known == cut).and_then(|(_, left)| left.upgrade()) {
            return left;
        }
        // Who asks for the same at the same time waits rather than makes it twice.
        let left = make();
        cuts.retain(|(known, left)| *known != cut && left.strong_count() > 0);
        cuts.push((cut, Arc::downgrade(&left)));
        left
    }
}

impl Index {
    fn of(texts: &StringViewArray) -> Self {
        let hashed =
            (0..=u16::MAX).zip(texts.iter()).filter_map(|(row, text)| Some((u64::from(hash(text?)) << 16) | u64::from(row)));
        let mut packed: Vec<u64> = hashed.collect();
        packed.sort_unstable();
        #[expect(clippy::cast_possible_truncation, reason = "the two parts that were packed")]
        let (hashes, rows) = packed.into_iter().map(|both| ((both >> 16) as u32, both as u16)).unzip();
        Self { hashes, rows }
    }
}

/// A quick hash; every match is compared in full.
pub(crate) fn hash(text: &str) -> u32 {
    let folded = text.as_bytes().chunks(8).fold(0u64, |state, chunk| {
        let mut word = [0; 8];
        word[..chunk.len()].copy_from_slice(chunk);
        (state.rotate_left(5) ^ u64::from_le_bytes(word)).wrapping_mul(0x517c_c1b7_2722_0a95)
    });
    // The upper half is what is wanted.
    (folded >> 32) as u32
}

/// A text column of a chunk.
pub(crate) fn texts(chunk: &RecordBatch, column: usize) -> Option<&StringViewArray> {
    chunk.columns().get(column)?.as_any().downcast_ref()
}
