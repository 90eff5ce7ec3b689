//! Writing: entries, the records they change, and the signed head, in one transaction under the journal's lock. Never
//! changes a journal row. A statement that failed leaves a transaction that can only be taken back, reads included.

use std::collections::HashMap;
use std::time::Duration;

use tally_model::kinds::KINDS;
use tally_model::{Kind, Record};

use super::line::{Hold, Line, lost_or};
use super::read::{head, signed, signed_head};
use super::row::Reader;
use super::shelf::{Shelf, Slot, State};
use super::wait::Waits;
use crate::ledger::{KEY_NOTE, Ledger, RECORDS, TOPICS, fits, is_plain, stale};
use crate::replay::read as parse;
use crate::{Batch, Commit, EntryNo, Head, Known, Op, Prepared, Signer, StoreError, Unresolved, Verifier, Waiting};

const BEGIN: &str = "begin to write";

/// One batch.
pub(super) struct Writing<'l> {
    line: &'l Line,
    hold: Hold<'l>,
    ledger: Ledger,
    shelf: Shelf,
    waits: Waits,
    /// The database's number of each kind, by the kind's ordinal; 0 where it has none yet.
    kinds: [i64; KINDS.len()],
    topics: HashMap<String, i64>,
    /// The last numbers that were given to a kind and to a record.
    last_kind: i64,
    last_record: i64,
}

impl<'l> Writing<'l> {
    pub(super) fn begin(line: &'l Line, journal: &str, commit: Commit, wait: Duration) -> Result<Self, StoreError> {
        let hold = line.write(wait)?;
        let before = head(line, journal)?;
        let sql = "SELECT (SELECT coalesce(max(no), 0) FROM commits), (SELECT coalesce(max(no), 0) FROM kinds),
            (SELECT coalesce(max(no), 0) FROM records)";
        let last = line.row(BEGIN, sql, &[])?.ok_or_else(|| StoreError::malformed("the journal", "no last numbers"))?;
        let read = Reader::new(&last, "the last numbers");
        let ledger = Ledger::new(journal, commit, read.number(0)? + 1, before);
        let (last_kind, last_record) = (read.signed(1)?, read.signed(2)?);
        let mut kinds = [0; KINDS.len()];
        let mut topics = HashMap::new();
        for row in line.rows(BEGIN, "SELECT family, name, no FROM kinds", &[])? {
            let read = Reader::new(&row, "a kind");
            let (family, name, no) = (read.signed(0)?, read.text(1)?, read.signed(2)?);
            match Kind::named(name) {
                Some(kind) if family == RECORDS => kinds[kind.ordinal()] = no,
                _ if family == TOPICS => drop(topics.insert(name.to_owned(), no)),
                _ => {}
            }
        }
        let (shelf, waits) = (Shelf::default(), Waits::default());
        Ok(Self { line, hold, ledger, shelf, waits, kinds, topics, last_kind, last_record })
    }

    /// The number of entries so far.
    pub(super) const fn size(&self) -> u64 {
        self.ledger.size()
    }

    /// Runs a step; where it fails, the batch can only be given up.
    fn guard<T>(&mut self, step: impl FnOnce(&mut Self) -> Result<T, StoreError>) -> Result<T, StoreError> {
        self.ledger.whole()?;
        let done = step(self);
        self.ledger.broken = done.is_err();
        done
    }

    fn kind_no(&mut self, kind: &'static Kind) -> Result<i64, StoreError> {
        let at = kind.ordinal();
        if self.kinds[at] == 0 {
            self.kinds[at] = self.name_no(RECORDS, kind.name)?;
        }
        Ok(self.kinds[at])
    }

    fn topic_no(&mut self, topic: &str) -> Result<i64, StoreError> {
        if let Some(no) = self.topics.get(topic) {
            return Ok(*no);
        }
        let no = self.name_no(TOPICS, topic)?;
        self.topics.insert(topic.to_owned(), no);
        Ok(no)
    }

    /// Gives a number to a kind or topic that has none.
    fn name_no(&mut self, family: i64, name: &str) -> Result<i64, StoreError> {
        let no = self.last_kind + 1;
        let sql = "INSERT INTO kinds (no, family, name) VALUES ($1, $2, $3)";
        self.line.execute("append to the journal", sql, &[&no, &family, &name])?;
        self.last_kind = no;
        Ok(no)
    }

    fn append_patch(&mut self, patch: &Record, merged: &Record, known: Option<&Known>) -> Result<EntryNo, StoreError> {
        fits(patch, merged)?;
        let (kind, id) = (patch.kind(), patch.id());
        let kind_no = self.kind_no(kind)?;
        let payload = patch.canonical();
        let stamp = self.ledger.stamp(Op::Patch, kind.name, id, &payload);
        let plain = is_plain(patch, merged, known);
        let body = if plain { payload.clone() } else { merged.canonical() };
        let bytes = body.len();
        let slot = self.shelf.look(self.line, kind_no, id, self.last_record)?;
        let (no, previous) = match (known, slot) {
            (None, None) => {
                self.last_record += 1;
                let (no, first) = (self.last_record, stamp.no);
                let slot = Slot { no, first, last: first, line: Some(body), plain, state: State::New };
                self.shelf.put(kind_no, id, slot);
                (no, None)
            }
            (Some(known), Some(slot)) if slot.no == known.slot && slot.last == known.last.0 => {
                slot.change(stamp.no, Some(body));
                (slot.no, Some(known.last.0))
            }
            _ => return Err(stale(patch)),
        };
        let written = self.ledger.advance(&stamp);
        self.shelf.grew(bytes);
        self.shelf.entry(stamp, Op::Patch, no, previous, &payload);
        self.relieve()?;
        Ok(written)
    }

    /// The first entry of a record, its bytes and hash made ahead.
    fn append_new(&mut self, new: &Prepared) -> Result<Option<EntryNo>, StoreError> {
        fits(new.record(), new.record())?;
        let (kind, id) = (new.record().kind(), new.record().id());
        let kind_no = self.kind_no(kind)?;
        if self.shelf.look(self.line, kind_no, id, self.last_record)?.is_some() {
            return Ok(None);
        }
        let stamp = self.ledger.stamp_hashed(Op::Patch, kind.name, id, *new.payload_sha256());
        self.last_record += 1;
        let (no, first) = (self.last_record, stamp.no);
        let line = Some(new.payload().to_vec());
        self.shelf.put(kind_no, id, Slot { no, first, last: first, line, plain: true, state: State::New });
        let written = self.ledger.advance(&stamp);
        self.shelf.entry(stamp, Op::Patch, no, None, new.payload());
        self.relieve()?;
        Ok(Some(written))
    }

    fn append_note(&mut self, topic: &str, id: &str, payload: &[u8]) -> Result<EntryNo, StoreError> {
        let topic_no = self.topic_no(topic)?;
        let stamp = self.ledger.stamp(Op::Note, topic, id, payload);
        let (no, previous) = match self.shelf.look(self.line, topic_no, id, self.last_record)? {
            Some(slot) => {
                let previous = slot.last;
                slot.change(stamp.no, None);
                (slot.no, Some(previous))
            }
            None => {
                self.last_record += 1;
                let (no, first) = (self.last_record, stamp.no);
                self.shelf.put(topic_no, id, Slot { no, first, last: first, line: None, plain: false, state: State::New });
                (no, None)
            }
        };
        let written = self.ledger.advance(&stamp);
        self.shelf.entry(stamp, Op::Note, no, previous, payload);
        self.relieve()?;
        Ok(written)
    }

    /// Appends an entry about a record that an earlier entry is about, and writes it; the record's body stays as it is.
    pub(super) fn append_redaction(&mut self, of: (i64, &str, &str), last: u64, payload: &[u8]) -> Result<EntryNo, StoreError> {
        self.guard(|this| {
            let stamp = this.ledger.stamp(Op::Redaction, of.1, of.2, payload);
            let sql = "UPDATE records SET last_entry = $1 WHERE no = $2";
            this.line.execute("redact an entry", sql, &[&signed(stamp.no), &of.0])?;
            let written = this.ledger.advance(&stamp);
            this.shelf.entry(stamp, Op::Redaction, of.0, Some(last), payload);
            this.flush()?;
            Ok(written)
        })
    }

    fn relieve(&mut self) -> Result<(), StoreError> {
        self.shelf.relieve(self.line, signed(self.ledger.commit_no))
    }

    fn flush(&mut self) -> Result<(), StoreError> {
        self.shelf.flush(self.line, signed(self.ledger.commit_no))
    }

    /// Signs and stores the head and ends the transaction.
    pub(super) fn seal(mut self, signer: &Signer) -> Result<Head, StoreError> {
        let doing = "commit to the journal";
        self.ledger.whole()?;
        if self.ledger.appended() == 0 {
            return Ok(self.ledger.head);
        }
        let checkpoint = self.ledger.sign(signer, signed_head(self.line)?.as_deref())?;
        self.flush()?;
        let Ledger { commit: Commit { actor, source, at }, commit_no, before, head, .. } = &self.ledger;
        let sql = "INSERT INTO commits VALUES ($1, $2, $3, $4, $5, $6, $7)";
        let (first, last) = (signed(before.size + 1), signed(head.size));
        let row: super::line::Params<'_> = &[&signed(*commit_no), &at.micros(), actor, source, &first, &last, &checkpoint];
        self.line.execute(doing, sql, row)?;
        let head = *head;
        self.hold.end("COMMIT").map_err(|error| lost_or(doing, error))?;
        Ok(head)
    }
}

impl Slot {
    /// Another entry is its last, and this its record line.
    fn change(&mut self, last: u64, line: Option<Vec<u8>>) {
        self.last = last;
        self.line = line;
        self.plain = false;
        if self.state == State::Clean {
            self.state = State::Changed;
        }
    }
}

impl Batch for Writing<'_> {
    fn find(&mut self, kind: &'static Kind, id: &str) -> Result<Option<Known>, StoreError> {
        let kind_no = self.kinds[kind.ordinal()];
        self.guard(|this| {
            this.relieve()?;
            let Some(slot) = this.shelf.look(this.line, kind_no, id, this.last_record)? else { return Ok(None) };
            let record = parse("a record", slot.line.as_deref().unwrap_or_default())?;
            Ok(Some(this.ledger.known(record, slot.first, slot.last, slot.no)))
        })
    }

    fn exists(&mut self, kind: &'static Kind, id: &str) -> Result<bool, StoreError> {
        let kind_no = self.kinds[kind.ordinal()];
        self.guard(|this| {
            this.relieve()?;
            Ok(this.shelf.look(this.line, kind_no, id, this.last_record)?.is_some())
        })
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
        self.guard(|this| this.waits.keep(this.line, reference))
    }

    fn unresolved(&mut self, each: &mut dyn FnMut(Unresolved) -> Result<(), StoreError>) -> Result<(), StoreError> {
        self.guard(|this| {
            this.flush()?;
            this.waits.unresolved(this.line, each)
        })
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
