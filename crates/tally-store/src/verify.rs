//! Walking the chain: every entry, commit and signature against what it should be. Knows no database: a driver feeds it
//! rows, in order, and adds what only it can see. Keeps a bounded number of suspects in memory.

use std::collections::BTreeSet;

use tally_model::Instant;
use tally_model::json::Json;

use crate::chain::{Header, genesis, payload_hash};
use crate::checkpoint::origin;
use crate::{Checkpoint, Committed, Hash, Head, Op, StoreError, Verification, Verifier, Wrong};

/// The most entries with a wrong header that are looked at again to find out whether they were only moved.
const SUSPECTS: usize = 32;

/// An entry as the driver reads it.
pub(crate) struct Row<'a> {
    pub(crate) no: u64,
    pub(crate) commit: u64,
    pub(crate) op: Op,
    pub(crate) at: Instant,
    pub(crate) actor: &'a str,
    pub(crate) source: &'a str,
    pub(crate) kind: &'a str,
    pub(crate) id: &'a str,
    pub(crate) payload: Option<&'a [u8]>,
    pub(crate) payload_sha256: Hash,
    pub(crate) hash: Hash,
}

impl Row<'_> {
    fn hash_as(&self, no: u64, previous: &Hash) -> Hash {
        let Self { op, at, actor, source, kind, id, .. } = *self;
        Header { no, previous, op, at, actor, source, kind, id, payload: &self.payload_sha256 }.hash()
    }
}

/// An entry whose hash is not what its header says.
struct Suspect {
    no: u64,
    before: Hash,
    hash: Hash,
    op: Op,
    at: Instant,
    texts: [String; 4],
    payload_sha256: Hash,
}

impl Suspect {
    fn new(row: &Row<'_>, before: Hash) -> Self {
        let texts = [row.actor, row.source, row.kind, row.id].map(str::to_owned);
        let Row { no, hash, op, at, payload_sha256, .. } = *row;
        Self { no, before, hash, op, at, texts, payload_sha256 }
    }

    /// Whether it would be right under this number after this hash.
    fn fits(&self, no: u64, previous: &Hash) -> bool {
        let [actor, source, kind, id] = &self.texts;
        let Self { op, at, .. } = *self;
        Header { no, previous, op, at, actor, source, kind, id, payload: &self.payload_sha256 }.hash() == self.hash
    }
}

/// What the walk asks of the driver. Neither fails: the driver keeps its errors and reports them itself.
pub(crate) trait Source {
    /// The next commit, in order; `None` after the last.
    fn next_commit(&mut self) -> Option<Committed>;
    /// Whether an entry still has its payload.
    fn has_payload(&mut self, no: u64) -> bool;
}

/// The walk. Feed it entries in order of their number, then `finish`.
pub(crate) struct Walk<'k> {
    pub(crate) found: Verification,
    source: &'k mut dyn Source,
    keys: &'k [Verifier],
    origin: String,
    kept: Option<Head>,
    /// The last entry's number, its stored hash, and the hash that it should have.
    size: u64,
    stored: Hash,
    computed: Hash,
    /// Whether `stored` is not the hash of entry `size`, since that one is missing or cannot be read.
    gap: bool,
    suspects: Vec<Suspect>,
    /// Entries without a payload that no redaction has named yet.
    unexplained: BTreeSet<u64>,
    /// The commit that should hold the next entry.
    commit: Option<Committed>,
    /// The last entry that commits so far say they hold.
    commits_end: u64,
}

impl<'k> Walk<'k> {
    pub(crate) fn new(journal: &str, source: &'k mut dyn Source, keys: &'k [Verifier], kept: Option<&str>) -> Self {
        let start = genesis(journal);
        let found = Verification {
            journal: journal.to_owned(),
            entries: 0,
            commits: 0,
            redacted: 0,
            head: Head { size: 0, hash: start },
            faults: Vec::new(),
            more: 0,
        };
        let mut walk = Self {
            found,
            source,
            keys,
            origin: origin(journal),
            kept: None,
            size: 0,
            stored: start,
            computed: start,
            gap: false,
            suspects: Vec::new(),
            unexplained: BTreeSet::new(),
            commit: None,
            commits_end: 0,
        };
        walk.kept = kept.and_then(|kept| walk.open_kept(kept));
        walk.compare_kept();
        walk
    }

    fn open_kept(&mut self, kept: &str) -> Option<Head> {
        match self.open(kept) {
            Ok(checkpoint) if checkpoint.origin == self.origin => Some(checkpoint.head),
            Ok(checkpoint) => {
                let found = format!("the kept head is of `{}`, this journal is `{}`", checkpoint.origin, self.origin);
                self.found.fault(None, Wrong::Rewritten, found);
                None
            }
            Err(error) => {
                self.found.fault(None, Wrong::BadSignature, format!("the kept head: {error}"));
                None
            }
        }
    }

    fn open(&self, note: &str) -> Result<Checkpoint, StoreError> {
        if self.keys.is_empty() { Checkpoint::read_unchecked(note) } else { Checkpoint::open(note, self.keys) }
    }

    fn compare_kept(&mut self) {
        let Some(kept) = self.kept.filter(|kept| kept.size == self.size && !self.gap) else { return };
        self.kept = None;
        if kept.hash != self.stored {
            let found = format!("the kept head has another hash for entry {}: history before it was rewritten", kept.size);
            self.found.fault(Some(kept.size), Wrong::Rewritten, found);
        }
    }

    /// The number of the last entry that was looked at.
    pub(crate) const fn size(&self) -> u64 {
        self.size
    }

    /// Looks at one entry.
    pub(crate) fn entry(&mut self, row: &Row<'_>) {
        self.step_to(row.no);
        self.belongs(row);
        self.payload(row);
        self.header(row);
        self.redaction(row);
        self.computed = row.hash_as(row.no, &self.stored);
        self.stored = row.hash;
        self.size = row.no;
        self.found.entries += 1;
        self.compare_kept();
    }

    /// Takes note of an entry that is there and makes no sense.
    pub(crate) fn unreadable(&mut self, no: u64, error: &StoreError) {
        self.step_to(no);
        if self.commit.is_some() {
            self.found.fault(Some(no), Wrong::AlteredHeader, error.plain());
        } else {
            self.found.fault(Some(no), Wrong::AddedEntry, "no commit holds this entry");
        }
        self.gap = true;
        self.size = no;
        self.found.entries += 1;
    }

    /// Names what is missing before `no`, and turns to the commit that should hold `no`.
    fn step_to(&mut self, no: u64) {
        while self.commit.as_ref().is_none_or(|commit| commit.last.0 < no) {
            self.close_commit();
            match self.source.next_commit() {
                Some(commit) => self.open_commit(commit),
                None => break,
            }
        }
        if no > self.size + 1 {
            self.missing(self.size + 1, no - 1);
            self.gap = true;
        }
    }

    fn missing(&mut self, from: u64, to: u64) {
        let found =
            if from == to { format!("there is no entry {from}") } else { format!("entries {from} to {to} are not there") };
        self.found.fault(Some(from), Wrong::MissingEntry, found);
    }

    fn open_commit(&mut self, commit: Committed) {
        let Committed { no, first, last, .. } = &commit;
        self.found.commits += 1;
        if *no != self.found.commits || first.0 != self.commits_end + 1 || last < first {
            let found = format!(
                "commit {no} holds entries {first} to {last}; commit {} with entries from {} on was expected",
                self.found.commits,
                self.commits_end + 1
            );
            self.found.fault(Some(first.0), Wrong::AlteredCommit, found);
            self.found.commits = *no;
        }
        self.commits_end = last.0;
        self.commit = Some(commit);
    }

    /// The commit's entries have all gone by: its signed head must be the chain's head here.
    fn close_commit(&mut self) {
        let Some(commit) = self.commit.take() else { return };
        let (no, last) = (commit.no, commit.last.0);
        match self.open(&commit.checkpoint) {
            Err(error) => self.found.fault(Some(last), Wrong::BadSignature, format!("the head of commit {no}: {error}")),
            Ok(checkpoint) => {
                let right = Head { size: last, hash: self.stored };
                if checkpoint.origin != self.origin || checkpoint.head.size != last {
                    let found = format!("the signed head of commit {no} is of another place in the chain");
                    self.found.fault(Some(last), Wrong::BadSignature, found);
                } else if self.size == last && !self.gap && checkpoint.head != right {
                    let found = format!("the signed head of commit {no} has another hash: entries up to {last} were rewritten");
                    self.found.fault(Some(last), Wrong::Rewritten, found);
                }
            }
        }
        if self.size < last {
            self.missing(self.size + 1, last);
            self.gap = true;
            self.size = last;
        }
    }

    fn belongs(&mut self, row: &Row<'_>) {
        match &self.commit {
            None => self.found.fault(Some(row.no), Wrong::AddedEntry, "no commit holds this entry"),
            Some(commit) if commit.no != row.commit => {
                let found = format!("it says that it is part of commit {}, and stands in commit {}", row.commit, commit.no);
                self.found.fault(Some(row.no), Wrong::AlteredHeader, found);
            }
            Some(_) => {}
        }
    }

    fn payload(&mut self, row: &Row<'_>) {
        match row.payload {
            None => {
                self.unexplained.insert(row.no);
            }
            Some(payload) if payload_hash(payload) != row.payload_sha256 => {
                self.found.fault(Some(row.no), Wrong::AlteredPayload, "its payload has another hash than was recorded");
            }
            Some(_) => {}
        }
    }

    fn header(&mut self, row: &Row<'_>) {
        // Where an earlier stored hash is wrong, this entry may be right all the same: it was made from the right one.
        let fits = |previous: &Hash| row.hash_as(row.no, previous) == row.hash;
        if std::mem::take(&mut self.gap) || fits(&self.stored) || (self.computed != self.stored && fits(&self.computed)) {
            return;
        }
        if self.suspects.len() < SUSPECTS {
            self.suspects.push(Suspect::new(row, self.stored));
        } else {
            self.altered(row.no);
        }
    }

    fn altered(&mut self, no: u64) {
        let found = "its hash is not that of its number, previous hash, time, actor, source, kind, id and payload";
        self.found.fault(Some(no), Wrong::AlteredHeader, found);
    }

    fn redaction(&mut self, row: &Row<'_>) {
        if row.op != Op::Redaction {
            return;
        }
        let named = row.payload.and_then(|payload| Json::parse(payload).ok()).and_then(|json| match json.get("entry") {
            Some(Json::Int(no)) => u64::try_from(*no).ok(),
            _ => None,
        });
        match named {
            None => self.found.fault(Some(row.no), Wrong::Redaction, "it does not say which entry it redacts"),
            Some(no) if self.unexplained.remove(&no) => self.found.redacted += 1,
            Some(no) if self.source.has_payload(no) => {
                let found = format!("entry {} redacts its payload, and it is there still", row.no);
                self.found.fault(Some(no), Wrong::Redaction, found);
            }
            Some(_) => {}
        }
    }

    /// Closes what is open and says what is left over. A walk that is not `complete` was stopped by damage: what it has
    /// not seen is not called missing.
    pub(crate) fn finish(mut self, complete: bool) -> Verification {
        if complete {
            self.finish_commits();
        }
        for no in std::mem::take(&mut self.unexplained) {
            self.found.fault(Some(no), Wrong::Redaction, "its payload is gone, and no redaction says so");
        }
        if complete && let Some(kept) = self.kept.take() {
            let found =
                format!("the kept head has {} entries, the journal ends at {}: its end was cut off", kept.size, self.size);
            self.found.fault(Some(self.size + 1), Wrong::Rewritten, found);
        }
        self.judge_suspects();
        self.found.head = Head { size: self.size, hash: self.stored };
        self.found.faults.sort_by_key(|fault| fault.entry.map_or(0, |no| no.0));
        self.found
    }

    fn finish_commits(&mut self) {
        self.close_commit();
        while let Some(commit) = self.source.next_commit() {
            self.open_commit(commit);
            self.close_commit();
        }
    }

    /// Tells entries that were moved from entries that were changed.
    fn judge_suspects(&mut self) {
        let suspects = std::mem::take(&mut self.suspects);
        let hashes: Vec<&Hash> = suspects.iter().flat_map(|suspect| [&suspect.hash, &suspect.before]).collect();
        for suspect in &suspects {
            let place = suspects
                .iter()
                .find(|other| other.no != suspect.no && hashes.iter().any(|previous| suspect.fits(other.no, previous)));
            match place {
                Some(place) => {
                    let found = format!("this is entry {}, out of its place", place.no);
                    self.found.fault(Some(suspect.no), Wrong::Reordered, found);
                }
                None => self.altered(suspect.no),
            }
        }
    }
}
