//! References that wait for the end of a batch, in a temporary table so that memory does not grow with their number.

use super::line::Line;
use super::read::signed;
use super::row::Reader;
use crate::ledger::RECORDS;
use crate::{StoreError, Unresolved, Waiting};

const DOING: &str = "keep a reference for later";
/// References sent together.
const STEP: usize = 2048;

/// References on their way to the table: what they want, the id, from where, field, file, line.
#[derive(Default)]
pub(super) struct Waits {
    made: bool,
    texts: [Vec<String>; 6],
    lines: Vec<i64>,
}

impl Waits {
    pub(super) fn keep(&mut self, line: &Line, reference: &Waiting<'_>) -> Result<(), StoreError> {
        let Waiting { from, field, kinds, id, file, line: at } = *reference;
        let texts =
            [kinds.join(" "), id.to_owned(), from.0.name.to_owned(), from.1.to_owned(), field.to_owned(), file.to_owned()];
        for (column, text) in self.texts.iter_mut().zip(texts) {
            column.push(text);
        }
        self.lines.push(signed(at));
        if self.lines.len() >= STEP { self.send(line) } else { Ok(()) }
    }

    fn send(&mut self, line: &Line) -> Result<(), StoreError> {
        if !self.made {
            let sql = "CREATE TEMP TABLE waiting (no bigint GENERATED ALWAYS AS IDENTITY, wanted text, id text, from_kind text,
                from_id text, field text, file text, line bigint) ON COMMIT DROP";
            line.run(DOING, sql)?;
            self.made = true;
        }
        let sql = "INSERT INTO pg_temp.waiting (wanted, id, from_kind, from_id, field, file, line)
            SELECT * FROM unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::text[], $6::text[], $7::bigint[])";
        let [wanted, id, from_kind, from_id, field, file] = &self.texts;
        line.execute(DOING, sql, &[wanted, id, from_kind, from_id, field, file, &self.lines])?;
        self.texts.iter_mut().for_each(Vec::clear);
        self.lines.clear();
        Ok(())
    }

    /// Walks those that no record answers to. What the batch appended must have been written.
    pub(super) fn unresolved(
        &mut self,
        line: &Line,
        each: &mut dyn FnMut(Unresolved) -> Result<(), StoreError>,
    ) -> Result<(), StoreError> {
        if !self.lines.is_empty() {
            self.send(line)?;
        }
        if !self.made {
            return Ok(());
        }
        let sql = "SELECT from_kind, from_id, field, wanted, id, file, line FROM pg_temp.waiting w
            WHERE NOT EXISTS (
                SELECT 1 FROM kinds k JOIN records r ON r.kind_no = k.no AND r.id = w.id
                WHERE k.family = $1 AND k.name = ANY (string_to_array(w.wanted, ' '))
            ) ORDER BY w.no";
        line.walk("resolve references", sql, &[&RECORDS], &mut |row| {
            let read = Reader::new(row, "a reference");
            each(Unresolved {
                from_kind: read.text(0)?.to_owned(),
                from_id: read.text(1)?.to_owned(),
                field: read.text(2)?.to_owned(),
                kinds: read.text(3)?.split(' ').map(str::to_owned).collect(),
                id: read.text(4)?.to_owned(),
                file: read.text(5)?.to_owned(),
                line: read.number(6)?,
            })
        })
        .map(drop)
    }
}
