//! Taking a whole journal over from another database, into an empty schema, in one transaction; many rows at a time.

use std::time::Duration;

use super::line::{Line, lost_or};
use super::read::{head, signed};
use super::verify::verify;
use crate::copy::{Intake, copy, same};
use crate::{Committed, Entry, Store, StoreError, Verification, Verifier};

const DOING: &str = "copy the journal";
/// Rows and bytes that go out together.
const STEP: (usize, usize) = (4096, 4 << 20);

pub(super) fn receive(
    (line, journal, wait): (&Line, &str, Duration),
    from: &dyn Store,
    keys: &[Verifier],
) -> Result<Verification, StoreError> {
    let hold = line.write(wait)?;
    let size = head(line, journal)?.size;
    if size > 0 || from.journal() != journal {
        return Err(StoreError::NotEmpty { size });
    }
    let mut rows = Rows::new(line);
    let head = copy(from, &mut rows)?;
    rows.flush()?;
    // The planner knows nothing of tables that were just filled.
    line.run(DOING, "ANALYZE journal; ANALYZE records; ANALYZE commits; ANALYZE kinds")?;
    let found = same(verify(line, journal, keys, None)?, &head)?;
    hold.end("COMMIT").map_err(|error| lost_or(DOING, error))?;
    Ok(found)
}

struct Rows<'l> {
    line: &'l Line,
    records: Vec<(i64, i64, String, i64)>,
    entries: Vec<(Entry, i64)>,
    standing: Vec<(i64, i64, Option<Vec<u8>>)>,
    bytes: usize,
}

impl<'l> Rows<'l> {
    const fn new(line: &'l Line) -> Self {
        Self { line, records: Vec::new(), entries: Vec::new(), standing: Vec::new(), bytes: 0 }
    }

    fn relieve(&mut self, bytes: usize) -> Result<(), StoreError> {
        self.bytes += bytes;
        if self.bytes < STEP.1 && self.entries.len() < STEP.0 && self.standing.len() < STEP.0 {
            return Ok(());
        }
        self.flush()
    }

    fn flush(&mut self) -> Result<(), StoreError> {
        self.bytes = 0;
        self.send_records()?;
        self.send_entries()?;
        self.send_standing()
    }

    fn send_records(&mut self) -> Result<(), StoreError> {
        let rows = std::mem::take(&mut self.records);
        let each = || rows.iter();
        let sql = "INSERT INTO records (no, kind_no, id, first_entry, last_entry)
            SELECT a.no, a.kind_no, a.id, a.first, a.first
            FROM unnest($1::bigint[], $2::bigint[], $3::text[], $4::bigint[]) AS a (no, kind_no, id, first)";
        self.line
            .execute(
                DOING,
                sql,
                &[
                    &each().map(|row| row.0).collect::<Vec<_>>(),
                    &each().map(|row| row.1).collect::<Vec<_>>(),
                    &each().map(|row| row.2.as_str()).collect::<Vec<_>>(),
                    &each().map(|row| row.3).collect::<Vec<_>>(),
                ],
            )
            .map(drop)
    }

    fn send_entries(&mut self) -> Result<(), StoreError> {
        let rows = std::mem::take(&mut self.entries);
        let each = || rows.iter().map(|(entry, _)| entry);
        let sql = "INSERT INTO journal (no, commit_no, op, record_no, prev_no, payload_sha256, hash, payload)
            SELECT * FROM unnest($1::bigint[], $2::bigint[], $3::bigint[], $4::bigint[], $5::bigint[], $6::bytea[], $7::bytea[],
                $8::bytea[])";
        self.line
            .execute(
                DOING,
                sql,
                &[
                    &each().map(|entry| signed(entry.no.0)).collect::<Vec<_>>(),
                    &each().map(|entry| signed(entry.commit)).collect::<Vec<_>>(),
                    &each().map(|entry| i64::from(entry.op.code())).collect::<Vec<_>>(),
                    &rows.iter().map(|(_, no)| *no).collect::<Vec<_>>(),
                    &each().map(|entry| entry.previous.map(|no| signed(no.0))).collect::<Vec<_>>(),
                    &each().map(|entry| entry.payload_sha256.as_slice()).collect::<Vec<_>>(),
                    &each().map(|entry| entry.hash.as_slice()).collect::<Vec<_>>(),
                    &each().map(|entry| entry.payload.as_deref()).collect::<Vec<_>>(),
                ],
            )
            .map(drop)
    }

    /// A record that is what its one patch says has an empty body.
    fn send_standing(&mut self) -> Result<(), StoreError> {
        let rows = std::mem::take(&mut self.standing);
        let sql = "UPDATE records r SET last_entry = a.last, body = CASE WHEN r.first_entry = a.last
                AND a.body = (SELECT payload FROM journal j WHERE j.no = a.last) THEN ''::bytea ELSE a.body END
            FROM unnest($1::bigint[], $2::bigint[], $3::bytea[]) AS a (no, last, body) WHERE r.no = a.no";
        let no: Vec<i64> = rows.iter().map(|row| row.0).collect();
        let last: Vec<i64> = rows.iter().map(|row| row.1).collect();
        let body: Vec<Option<&[u8]>> = rows.iter().map(|row| row.2.as_deref()).collect();
        self.line.execute(DOING, sql, &[&no, &last, &body]).map(drop)
    }
}

impl Intake for Rows<'_> {
    fn kind(&mut self, no: i64, family: i64, name: &str) -> Result<(), StoreError> {
        let sql = "INSERT INTO kinds (no, family, name) VALUES ($1, $2, $3)";
        self.line.execute(DOING, sql, &[&no, &family, &name]).map(drop)
    }

    fn record(&mut self, no: i64, kind_no: i64, id: &str, first: u64) -> Result<(), StoreError> {
        self.records.push((no, kind_no, id.to_owned(), signed(first)));
        self.relieve(id.len())
    }

    fn entry(&mut self, entry: &Entry, no: i64) -> Result<(), StoreError> {
        let bytes = entry.payload.as_ref().map_or(0, Vec::len);
        self.entries.push((entry.clone(), no));
        self.relieve(bytes)
    }

    fn stands(&mut self, no: i64, last: u64, body: Option<&[u8]>) -> Result<(), StoreError> {
        self.standing.push((no, signed(last), body.map(<[u8]>::to_vec)));
        self.relieve(body.map_or(0, <[u8]>::len))
    }

    fn commit(&mut self, commit: &Committed) -> Result<(), StoreError> {
        let Committed { no, commit, first, last, checkpoint } = commit;
        let sql = "INSERT INTO commits VALUES ($1, $2, $3, $4, $5, $6, $7)";
        let row: super::line::Params<'_> =
            &[&signed(*no), &commit.at.micros(), &commit.actor, &commit.source, &signed(first.0), &signed(last.0), checkpoint];
        self.line.execute(DOING, sql, row).map(drop)
    }
}
