//! Writing: entries, the records they change, and the signed head, in one transaction. Never changes a journal row.

use rusqlite::{CachedStatement, Connection, Statement, Transaction, TransactionBehavior};
use tally_model::kinds::KINDS;
use tally_model::{Kind, Record};

use super::fail::failed;
use super::read::{head, signed, signed_head};
use super::row::{BODY, Reader};
use super::{RECORDS, TOPICS, wait};
use crate::ledger::{KEY_NOTE, Ledger, Stamp, fits, is_plain, stale};
use crate::replay::read as parse;
use crate::{Batch, Commit, EntryNo, Head, Known, Op, Prepared, Signer, StoreError, Unresolved, Verifier, Waiting};

const APPEND: &str = "append to the journal";
const FIND: &str = "look up a record";

/// One batch. Statements come before `hold`, so that none is open when the transaction ends.
pub(super) struct Writing<'c> {
    find: CachedStatement<'c>,
    exists: CachedStatement<'c>,
    create: CachedStatement<'c>,
    create_new: CachedStatement<'c>,
    change: CachedStatement<'c>,
    write: CachedStatement<'c>,
    hold: Transaction<'c>,
    conn: &'c Connection,
    ledger: Ledger,
    /// The database's number of each kind, by the kind's ordinal; 0 where it has none yet.
    kinds: [i64; KINDS.len()],
    patch: Vec<u8>,
    body: Vec<u8>,
    waits: bool,
}

impl<'c> Writing<'c> {
    pub(super) fn begin(conn: &'c Connection, journal: &str, commit: Commit) -> Result<Self, StoreError> {
        let doing = "begin to write";
        let hold = Transaction::new_unchecked(conn, TransactionBehavior::Immediate).map_err(failed(doing))?;
        let prepare = |sql: &str| conn.prepare_cached(sql).map_err(failed(doing));
        let before = head(conn, journal)?;
        let commit_no: i64 =
            conn.query_row("SELECT coalesce(max(no), 0) + 1 FROM commits", [], |row| row.get(0)).map_err(failed(doing))?;
        Ok(Self {
            find: prepare(&format!(
                "SELECT no, first_entry, last_entry, {BODY} FROM records r WHERE kind_no = ?1 AND id = ?2"
            ))?,
            exists: prepare("SELECT 1 FROM records WHERE kind_no = ?1 AND id = ?2")?,
            create: prepare("INSERT INTO records (kind_no, id, first_entry, last_entry, body) VALUES (?1, ?2, ?3, ?3, ?4)")?,
            create_new: prepare(
                "INSERT INTO records (kind_no, id, first_entry, last_entry, body) VALUES (?1, ?2, ?3, ?3, x'')
                 ON CONFLICT (kind_no, id) DO NOTHING",
            )?,
            change: prepare("UPDATE records SET last_entry = ?1, body = ?2 WHERE no = ?3 AND last_entry = ?4")?,
            write: prepare("INSERT INTO journal VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)")?,
            hold,
            conn,
            ledger: Ledger::new(journal, commit, u64::try_from(commit_no).unwrap_or(1), before),
            kinds: known_kinds(conn)?,
            patch: Vec::with_capacity(1024),
            body: Vec::with_capacity(1024),
            waits: false,
        })
    }

    /// The number of entries so far.
    pub(super) const fn size(&self) -> u64 {
        self.ledger.size()
    }

    /// Runs a write; where it fails, the batch can only be given up, since half of it may be there.
    fn guard<T>(&mut self, write: impl FnOnce(&mut Self) -> Result<T, StoreError>) -> Result<T, StoreError> {
        self.ledger.whole()?;
        let done = write(self);
        self.ledger.broken = done.is_err();
        done
    }

    fn kind_no(&mut self, kind: &'static Kind) -> Result<i64, StoreError> {
        let at = kind.ordinal();
        if self.kinds[at] == 0 {
            self.kinds[at] = name_no(self.conn, RECORDS, kind.name)?;
        }
        Ok(self.kinds[at])
    }

    fn append_patch(&mut self, patch: &Record, merged: &Record, known: Option<&Known>) -> Result<EntryNo, StoreError> {
        let (kind, id) = (patch.kind(), patch.id());
        fits(patch, merged)?;
        self.patch.clear();
        patch.write(&mut self.patch);
        // The first patch of a record is nearly always the whole record: an empty body says so.
        self.body.clear();
        if !is_plain(patch, merged, known) {
            merged.write(&mut self.body);
        }
        let kind_no = self.kind_no(kind)?;
        let body = &self.body;
        let no = signed(self.ledger.size() + 1);
        let (slot, previous) = match known {
            None => {
                let mut unique = |error: rusqlite::Error| {
                    if is_unique(&error) { stale(patch) } else { failed(APPEND)(error) }
                };
                self.create.execute((kind_no, id, no, body)).map_err(&mut unique)?;
                (self.conn.last_insert_rowid(), None)
            }
            Some(known) => {
                let changed = self.change.execute((no, body, known.slot, signed(known.last.0))).map_err(failed(APPEND))?;
                if changed != 1 {
                    return Err(stale(patch));
                }
                (known.slot, Some(known.last.0))
            }
        };
        let payload = std::mem::take(&mut self.patch);
        let written = self.entry(Op::Patch, (slot, kind.name, id), previous, &payload);
        self.patch = payload;
        written
    }

    fn append_new(&mut self, new: &Prepared) -> Result<Option<EntryNo>, StoreError> {
        let (kind, id) = (new.record().kind(), new.record().id());
        fits(new.record(), new.record())?;
        let kind_no = self.kind_no(kind)?;
        let no = signed(self.ledger.size() + 1);
        if self.create_new.execute((kind_no, id, no)).map_err(failed(APPEND))? == 0 {
            return Ok(None);
        }
        let slot = self.conn.last_insert_rowid();
        let stamp = self.ledger.stamp_hashed(Op::Patch, kind.name, id, *new.payload_sha256());
        self.insert(Op::Patch, slot, None, new.payload(), &stamp).map(Some)
    }

    fn append_note(&mut self, topic: &str, id: &str, payload: &[u8]) -> Result<EntryNo, StoreError> {
        let topic_no = name_no(self.conn, TOPICS, topic)?;
        let no = signed(self.ledger.size() + 1);
        let (slot, previous) = match self.slot(topic_no, id)? {
            Some((slot, _, last)) => {
                self.change.execute((no, None::<&[u8]>, slot, signed(last))).map_err(failed(APPEND))?;
                (slot, Some(last))
            }
            None => {
                self.create.execute((topic_no, id, no, None::<&[u8]>)).map_err(failed(APPEND))?;
                (self.conn.last_insert_rowid(), None)
            }
        };
        self.entry(Op::Note, (slot, topic, id), previous, payload)
    }

    /// Appends an entry about a record that an earlier entry is about; the record's body stays as it is.
    pub(super) fn append_redaction(&mut self, of: (i64, &str, &str), last: u64, payload: &[u8]) -> Result<EntryNo, StoreError> {
        self.guard(|this| {
            let no = signed(this.ledger.size() + 1);
            this.conn
                .execute("UPDATE records SET last_entry = ?1 WHERE no = ?2", (no, of.0))
                .map_err(failed("redact an entry"))?;
            this.entry(Op::Redaction, of, Some(last), payload)
        })
    }

    /// Appends the journal row and moves the head.
    fn entry(
        &mut self,
        op: Op,
        (slot, kind, id): (i64, &str, &str),
        previous: Option<u64>,
        payload: &[u8],
    ) -> Result<EntryNo, StoreError> {
        let stamp = self.ledger.stamp(op, kind, id, payload);
        self.insert(op, slot, previous, payload, &stamp)
    }

    fn insert(
        &mut self,
        op: Op,
        slot: i64,
        previous: Option<u64>,
        payload: &[u8],
        stamp: &Stamp,
    ) -> Result<EntryNo, StoreError> {
        let row = (
            signed(stamp.no),
            signed(self.ledger.commit_no),
            op.code(),
            slot,
            previous.map(signed),
            stamp.payload_sha256.as_slice(),
            stamp.hash.as_slice(),
            payload,
        );
        insert(&mut self.write, row).map_err(failed(APPEND))?;
        Ok(self.ledger.advance(stamp))
    }

    /// Row, first and last entry of a record or note.
    fn slot(&mut self, kind_no: i64, id: &str) -> Result<Option<(i64, u64, u64)>, StoreError> {
        let mut rows = self.find.query((kind_no, id)).map_err(failed(FIND))?;
        let Some(row) = rows.next().map_err(failed(FIND))? else { return Ok(None) };
        let read = Reader::new(row, id);
        Ok(Some((read.signed(0)?, read.number(1)?, read.number(2)?)))
    }

    /// Signs and stores the head and ends the transaction.
    pub(super) fn seal(self, signer: &Signer) -> Result<Head, StoreError> {
        self.ledger.whole()?;
        if self.ledger.appended() == 0 {
            return Ok(self.ledger.head);
        }
        let checkpoint = self.ledger.sign(signer, signed_head(self.conn)?.as_deref())?;
        if self.waits {
            wait::prepare(self.conn)?;
        }
        let doing = "commit to the journal";
        let Ledger { commit: Commit { actor, source, at }, commit_no, before, head, .. } = &self.ledger;
        let row = (signed(*commit_no), at.micros(), actor, source, signed(before.size + 1), signed(head.size), checkpoint);
        self.conn.execute("INSERT INTO commits VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)", row).map_err(failed(doing))?;
        let head = *head;
        self.hold.commit().map_err(failed(doing))?;
        Ok(head)
    }
}

impl Batch for Writing<'_> {
    fn find(&mut self, kind: &'static Kind, id: &str) -> Result<Option<Known>, StoreError> {
        let kind_no = self.kinds[kind.ordinal()];
        let mut rows = self.find.query((kind_no, id)).map_err(failed(FIND))?;
        let Some(row) = rows.next().map_err(failed(FIND))? else { return Ok(None) };
        let read = Reader::new(row, "a record");
        let record = parse("a record", read.blob(3)?.unwrap_or_default())?;
        Ok(Some(self.ledger.known(record, read.number(1)?, read.number(2)?, read.signed(0)?)))
    }

    fn exists(&mut self, kind: &'static Kind, id: &str) -> Result<bool, StoreError> {
        let kind_no = self.kinds[kind.ordinal()];
        self.exists.exists((kind_no, id)).map_err(failed(FIND))
    }

    fn append(&mut self, patch: &Record, merged: &Record, known: Option<&Known>) -> Result<EntryNo, StoreError> {
        self.guard(|this| this.append_patch(patch, merged, known))
    }

    fn create(&mut self, new: &Prepared) -> Result<Option<EntryNo>, StoreError> {
        self.guard(|this| this.append_new(new))
    }

    fn note(&mut self, topic: &str, id: &str, payload: &[u8]) -> Result<EntryNo, StoreError> {
        self.guard(|this| this.append_note(topic, id, payload))
    }

    fn defer_reference(&mut self, reference: &Waiting<'_>) -> Result<(), StoreError> {
        self.guard(|this| {
            if !this.waits {
                wait::prepare(this.conn)?;
                this.waits = true;
            }
            wait::keep(this.conn, reference)
        })
    }

    fn unresolved(&mut self, each: &mut dyn FnMut(Unresolved) -> Result<(), StoreError>) -> Result<(), StoreError> {
        if self.waits { wait::unresolved(self.conn, each) } else { Ok(()) }
    }

    fn appended(&self) -> u64 {
        self.ledger.appended()
    }

    fn renew_key(&mut self, key: &Verifier) -> Result<EntryNo, StoreError> {
        let (topic, id) = KEY_NOTE;
        let noted = self.guard(|this| this.append_note(topic, id, &Ledger::key_note(key)))?;
        self.ledger.renew(key);
        Ok(noted)
    }

    fn commit(self: Box<Self>, signer: &Signer) -> Result<Head, StoreError> {
        self.seal(signer)
    }

    fn rollback(self: Box<Self>) {}
}

/// A journal row: number, commit, operation, record, previous, payload's hash, hash, payload.
type Row<'a> = (i64, i64, u8, i64, Option<i64>, &'a [u8], &'a [u8], &'a [u8]);

fn insert(write: &mut Statement<'_>, row: Row<'_>) -> rusqlite::Result<()> {
    write.execute(row).map(drop)
}

fn is_unique(error: &rusqlite::Error) -> bool {
    error.sqlite_extended_error_code() == Some(rusqlite::ffi::SQLITE_CONSTRAINT_UNIQUE)
}

fn known_kinds(conn: &Connection) -> Result<[i64; KINDS.len()], StoreError> {
    let mut numbers = [0; KINDS.len()];
    let mut select = conn.prepare_cached("SELECT no, name FROM kinds WHERE family = ?1").map_err(failed(FIND))?;
    let mut rows = select.query([RECORDS]).map_err(failed(FIND))?;
    while let Some(row) = rows.next().map_err(failed(FIND))? {
        let read = Reader::new(row, "a kind");
        if let Some(kind) = Kind::named(read.text(1)?) {
            numbers[kind.ordinal()] = read.signed(0)?;
        }
    }
    Ok(numbers)
}

/// The database's number of a kind or topic, which it gets here where it has none.
fn name_no(conn: &Connection, family: i64, name: &str) -> Result<i64, StoreError> {
    let mut select = conn.prepare_cached("SELECT no FROM kinds WHERE family = ?1 AND name = ?2").map_err(failed(FIND))?;
    if let Some(no) = select.query_map((family, name), |row| row.get(0)).map_err(failed(FIND))?.next() {
        return no.map_err(failed(FIND));
    }
    conn.execute("INSERT INTO kinds (family, name) VALUES (?1, ?2)", (family, name)).map_err(failed(APPEND))?;
    Ok(conn.last_insert_rowid())
}
