//! Search in texts: a folded copy of each chunk's column, and one pass over it. Finds substrings, ranks nothing.

use std::sync::Arc;

use datafusion::arrow::array::{Array, RecordBatch};
use memchr::memmem::Finder;

use super::column::texts;
use super::desk::Desk;
use super::fold::{fold, fold_into};
use super::lane::Cells;
use super::shelf::Key;
use crate::MeasureError;

/// A column of a chunk, folded, a line a row.
struct Folded {
    text: Vec<u8>,
    ends: Vec<u32>,
}

impl Folded {
    fn of(chunk: &RecordBatch, column: &str) -> Self {
        let mut folded = Self { text: Vec::new(), ends: Vec::with_capacity(chunk.num_rows()) };
        let texts = texts(chunk, column);
        for row in 0..chunk.num_rows() {
            if let Some(texts) = texts.as_ref().filter(|texts| !texts.is_null(row)) {
                fold_into(texts.value(row), &mut folded.text);
            }
            folded.text.push(b'\n');
            folded.ends.push(u32::try_from(folded.text.len()).unwrap_or(u32::MAX));
        }
        folded.text.shrink_to_fit();
        folded
    }

    /// Calls `hit` with each row that holds the needle, ascending, until it says to stop.
    fn find(&self, finder: &Finder<'_>, hit: &mut dyn FnMut(usize) -> bool) -> bool {
        let (mut from, mut row) = (0, 0);
        while let Some(at) = self.text.get(from..).and_then(|rest| finder.find(rest)).map(|at| at + from) {
            while self.ends.get(row).is_some_and(|end| *end as usize <= at) {
                row += 1;
            }
            let Some(end) = self.ends.get(row) else { break };
            if !hit(row) {
                return false;
            }
            from = *end as usize;
        }
        true
    }
}

/// The words of a search, folded; none where nothing is asked for.
pub(crate) fn words(text: &str) -> Vec<String> {
    fold(text).split_whitespace().map(str::to_owned).collect()
}

/// Which rows of a chunk hold every word in at least one of the columns.
pub(crate) fn matching(
    desk: &Desk<'_>,
    chunk: &RecordBatch,
    columns: &[&str],
    words: &[String],
) -> Result<Vec<bool>, MeasureError> {
    let mut all = vec![true; chunk.num_rows()];
    for word in words {
        let mut found = vec![false; chunk.num_rows()];
        let finder = Finder::new(word.as_bytes());
        for column in columns {
            folded(desk, chunk, column)?.find(&finder, &mut |row| {
                found[row] = true;
                true
            });
        }
        all.iter_mut().zip(found).for_each(|(all, found)| *all &= found);
    }
    Ok(all)
}

/// The first rows that hold every word in at least one of the columns, no more than `most`, ascending, as (chunk, row).
pub(crate) fn first(
    desk: &Desk<'_>,
    table: &str,
    columns: &[&str],
    words: &[String],
    most: usize,
) -> Result<Vec<(usize, usize)>, MeasureError> {
    let mut rows = Vec::new();
    let Some(first) = words.first() else { return Ok(rows) };
    let finder = Finder::new(first.as_bytes());
    let seen = desk.seen(table)?;
    for (at, chunk) in desk.chunks(table)?.iter().enumerate() {
        let mut met = Vec::new();
        if words.len() > 1 {
            met.extend(matching(desk, chunk, columns, words)?.iter().enumerate().filter(|(_, met)| **met).map(|(row, _)| row));
        } else {
            for column in columns {
                let most = met.len() + (most - rows.len()).max(if seen.is_none() { 0 } else { chunk.num_rows() });
                folded(desk, chunk, column)?.find(&finder, &mut |row| {
                    met.push(row);
                    met.len() < most
                });
            }
            met.sort_unstable();
            met.dedup();
        }
        if let Some((lane, seen)) = &seen
            && let Cells::Words(systems) = lane.cells(at)
        {
            met.retain(|row| seen[systems[*row] as usize]);
        }
        rows.extend(met.into_iter().map(|row| (at, row)).take(most - rows.len()));
        if rows.len() >= most {
            break;
        }
    }
    Ok(rows)
}

fn folded(desk: &Desk<'_>, chunk: &RecordBatch, column: &str) -> Result<Arc<Folded>, MeasureError> {
    desk.folded(Key::new("folded").text(column), chunk, || {
        let folded = Folded::of(chunk, column);
        let bytes = folded.text.len() + folded.ends.len() * 4;
        (folded, bytes)
    })
}
