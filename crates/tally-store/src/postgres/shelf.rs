//! What a batch knows of the records it meets, and what it has not written yet. A question to the server costs a round
//! trip, so answers are kept, records that follow each other in the journal are fetched together, and writes go out
//! many at a time. Bounded: the shelf is emptied when it grows large, and asks again.

use std::collections::{HashMap, HashSet};
use std::hash::{BuildHasher, RandomState};

use super::line::Line;
use super::read::signed;
use super::row::{BODY, Reader};
use crate::ledger::Stamp;
use crate::{Op, StoreError};

const FIND: &str = "look up a record";
const APPEND: &str = "append to the journal";

/// Entries and bytes that wait before they are written.
const PENDING: (usize, usize) = (4096, 4 << 20);
/// Rows and bytes that are kept before the shelf is emptied.
const KEPT: (usize, usize) = (100_000, 32 << 20);
/// Records fetched together at most.
const AHEAD: i64 = 512;
/// Questions for records that are not there before the ids of a kind are fetched, as a number to compare by.
const MISSES: i64 = 64;

/// A record or note: number of its kind or topic, id.
type Key = (i64, String);

/// A record or note as it stands, what this batch wrote included.
pub(super) struct Slot {
    pub(super) no: i64,
    pub(super) first: u64,
    pub(super) last: u64,
    /// The record line; `None` for a note.
    pub(super) line: Option<Vec<u8>>,
    /// Whether its one patch says it all.
    pub(super) plain: bool,
    pub(super) state: State,
}

/// What is to be written of a slot.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum State {
    Clean,
    New,
    Changed,
}

struct Pending {
    stamp: Stamp,
    op: Op,
    slot: i64,
    previous: Option<u64>,
    payload: Vec<u8>,
}

#[derive(Default)]
pub(super) struct Shelf {
    known: HashMap<Key, Option<Slot>>,
    /// Bytes of what is known.
    bytes: usize,
    pending: Vec<Pending>,
    pending_bytes: usize,
    /// Of some kinds all ids, as numbers: what is not among them is not there.
    ids: HashMap<i64, HashSet<u64>>,
    misses: HashMap<i64, i64>,
    hasher: RandomState,
    /// The last record that was fetched, and how many with it.
    ahead: (i64, i64),
}

impl Shelf {
    /// The slot of a record or note; `records` is about how many there are.
    pub(super) fn look(&mut self, line: &Line, kind: i64, id: &str, records: i64) -> Result<Option<&mut Slot>, StoreError> {
        if kind == 0 {
            return Ok(None);
        }
        let key = (kind, id.to_owned());
        if !self.known.contains_key(&key) {
            if self.is_absent(&key) {
                return Ok(None);
            }
            self.fetch(line, &key, records)?;
        }
        Ok(self.known.get_mut(&key).and_then(Option::as_mut))
    }

    /// Puts a new slot in.
    pub(super) fn put(&mut self, kind: i64, id: &str, slot: Slot) {
        let key = (kind, id.to_owned());
        let hash = self.hasher.hash_one(&key.1);
        if let Some(ids) = self.ids.get_mut(&kind) {
            ids.insert(hash);
        }
        self.keep(key, Some(slot));
    }

    /// Puts an entry in the queue.
    pub(super) fn entry(&mut self, stamp: Stamp, op: Op, slot: i64, previous: Option<u64>, payload: &[u8]) {
        self.pending_bytes += payload.len() + 128;
        self.pending.push(Pending { stamp, op, slot, previous, payload: payload.to_vec() });
    }

    /// Counts the bytes of a slot that was changed in place.
    pub(super) fn grew(&mut self, bytes: usize) {
        self.bytes += bytes;
        self.pending_bytes += bytes;
    }

    /// Writes what waits, where it is much.
    pub(super) fn relieve(&mut self, line: &Line, commit: i64) -> Result<(), StoreError> {
        let full = self.pending.len() >= PENDING.0 || self.pending_bytes >= PENDING.1;
        let large = self.known.len() >= KEPT.0 || self.bytes >= KEPT.1;
        if full || large {
            self.flush(line, commit)?;
        }
        if large {
            self.known.clear();
            self.bytes = 0;
        }
        Ok(())
    }

    /// Writes all that waits.
    pub(super) fn flush(&mut self, line: &Line, commit: i64) -> Result<(), StoreError> {
        self.write_slots(line, State::New)?;
        self.write_slots(line, State::Changed)?;
        let pending = std::mem::take(&mut self.pending);
        self.pending_bytes = 0;
        if pending.is_empty() {
            return Ok(());
        }
        let each = || pending.iter();
        let sql = "INSERT INTO journal (no, commit_no, op, record_no, prev_no, payload_sha256, hash, payload)
            SELECT a.no, $1, a.op, a.record_no, a.prev_no, a.payload_sha256, a.hash, a.payload
            FROM unnest($2::bigint[], $3::bigint[], $4::bigint[], $5::bigint[], $6::bytea[], $7::bytea[], $8::bytea[])
                AS a (no, op, record_no, prev_no, payload_sha256, hash, payload)";
        line.execute(
            APPEND,
            sql,
            &[
                &commit,
                &each().map(|entry| signed(entry.stamp.no)).collect::<Vec<_>>(),
                &each().map(|entry| i64::from(entry.op.code())).collect::<Vec<_>>(),
                &each().map(|entry| entry.slot).collect::<Vec<_>>(),
                &each().map(|entry| entry.previous.map(signed)).collect::<Vec<_>>(),
                &each().map(|entry| entry.stamp.payload_sha256.as_slice()).collect::<Vec<_>>(),
                &each().map(|entry| entry.stamp.hash.as_slice()).collect::<Vec<_>>(),
                &each().map(|entry| entry.payload.as_slice()).collect::<Vec<_>>(),
            ],
        )
        .map(drop)
    }

    fn write_slots(&mut self, line: &Line, state: State) -> Result<(), StoreError> {
        let mut slots: Vec<(&Key, &Slot)> = self
            .known
            .iter()
            .filter_map(|(key, slot)| slot.as_ref().filter(|slot| slot.state == state).map(|slot| (key, slot)))
            .collect();
        if slots.is_empty() {
            return Ok(());
        }
        slots.sort_unstable_by_key(|(_, slot)| slot.no);
        let each = || slots.iter();
        let nos: Vec<i64> = each().map(|(_, slot)| slot.no).collect();
        let last: Vec<i64> = each().map(|(_, slot)| signed(slot.last)).collect();
        let body = |slot: &'_ Slot| -> Option<Vec<u8>> { if slot.plain { Some(Vec::new()) } else { slot.line.clone() } };
        let bodies: Vec<Option<Vec<u8>>> = each().map(|(_, slot)| body(slot)).collect();
        let touched = if state == State::New {
            let kinds: Vec<i64> = each().map(|(key, _)| key.0).collect();
            let ids: Vec<&str> = each().map(|(key, _)| key.1.as_str()).collect();
            let first: Vec<i64> = each().map(|(_, slot)| signed(slot.first)).collect();
            let sql = "INSERT INTO records (no, kind_no, id, first_entry, last_entry, body)
                SELECT * FROM unnest($1::bigint[], $2::bigint[], $3::text[], $4::bigint[], $5::bigint[], $6::bytea[])";
            line.execute(APPEND, sql, &[&nos, &kinds, &ids, &first, &last, &bodies])?
        } else {
            let sql = "UPDATE records r SET last_entry = a.last_entry, body = a.body
                FROM unnest($1::bigint[], $2::bigint[], $3::bytea[]) AS a (no, last_entry, body) WHERE r.no = a.no";
            line.execute(APPEND, sql, &[&nos, &last, &bodies])?
        };
        if touched != nos.len() as u64 {
            return Err(StoreError::malformed("a record", format!("{touched} rows where {} were", nos.len())));
        }
        for slot in self.known.values_mut().flatten().filter(|slot| slot.state == state) {
            slot.state = State::Clean;
        }
        Ok(())
    }

    fn keep(&mut self, key: Key, slot: Option<Slot>) {
        self.bytes += key.1.len() + 96 + slot.as_ref().and_then(|slot| slot.line.as_ref()).map_or(0, Vec::len);
        self.known.insert(key, slot);
    }

    fn is_absent(&self, (kind, id): &Key) -> bool {
        self.ids.get(kind).is_some_and(|ids| !ids.contains(&self.hasher.hash_one(id)))
    }

    /// Asks for a record and those after it, the more the longer questions come in the journal's own order.
    fn fetch(&mut self, line: &Line, key: &Key, records: i64) -> Result<(), StoreError> {
        let sql = format!(
            "SELECT r.no, r.kind_no, r.id, r.first_entry, r.last_entry, {BODY}, coalesce(length(r.body), 1) = 0
             FROM records r WHERE r.no >= (SELECT no FROM records WHERE kind_no = $1 AND id = $2) ORDER BY r.no LIMIT $3"
        );
        let (last, window) = self.ahead;
        let rows = line.rows(FIND, &sql, &[&key.0, &key.1, &window.max(1)])?;
        let Some(found) = rows.first() else { return self.miss(line, key, records) };
        let no = Reader::new(found, "a record").signed(0)?;
        let follows = no > last && no <= last + 2 * window.max(1) + 4;
        self.ahead = (no + window.max(1) - 1, if follows { (window * 2).clamp(2, AHEAD) } else { 1 });
        for row in &rows {
            let read = Reader::new(row, "a record");
            let at = (read.signed(1)?, read.text(2)?.to_owned());
            let slot = Slot {
                no: read.signed(0)?,
                first: read.number(3)?,
                last: read.number(4)?,
                line: read.blob(5)?.map(<[u8]>::to_vec),
                plain: read.flag(6)?,
                state: State::Clean,
            };
            // What this batch wrote, or met before, stands.
            if !self.known.contains_key(&at) {
                self.keep(at, Some(slot));
            }
        }
        Ok(())
    }

    /// Notes that there is no such record; after many, fetches what there is.
    fn miss(&mut self, line: &Line, key: &Key, records: i64) -> Result<(), StoreError> {
        self.keep(key.clone(), None);
        let misses = self.misses.entry(key.0).or_default();
        *misses += 1;
        if *misses < MISSES + records / 2_000 || self.ids.contains_key(&key.0) {
            return Ok(());
        }
        let mut ids = HashSet::new();
        let hasher = &self.hasher;
        line.walk(FIND, "SELECT id FROM records WHERE kind_no = $1", &[&key.0], &mut |row| {
            ids.insert(hasher.hash_one(Reader::new(row, "a record").text(0)?));
            Ok(())
        })?;
        // Those that wait to be written are not among them.
        ids.extend(
            self.known
                .iter()
                .filter(|((kind, _), slot)| *kind == key.0 && slot.is_some())
                .map(|((_, id), _)| hasher.hash_one(id)),
        );
        self.ids.insert(key.0, ids);
        Ok(())
    }
}
