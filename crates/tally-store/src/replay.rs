//! Records from their patches: as they stood after an entry, or to hold the current ones against. Knows no database: a
//! driver looks entries up for it. One record at a time.

use tally_model::json::Json;
use tally_model::{Kind, Record};

use crate::ledger::RECORDS;
use crate::{Op, StoreError};

/// An entry as a link in its record's life.
pub(crate) struct Link {
    pub(crate) op: Op,
    /// The driver's key of the record that it is about.
    pub(crate) slot: i64,
    /// The entry of the same record before it.
    pub(crate) previous: Option<u64>,
    pub(crate) payload: Option<Vec<u8>>,
}

/// Looks entries up by number.
pub(crate) trait Links {
    /// One entry; `None` where there is none.
    fn link(&mut self, no: u64) -> Result<Option<Link>, StoreError>;
}

/// The life of one record, gathered from its last entry backwards along the links.
#[derive(Default)]
pub(crate) struct Life {
    /// What its patches say, newest first, up to the limit.
    pub(crate) patches: Vec<Vec<u8>>,
    /// The number of its entries, beyond the limit or not.
    pub(crate) entries: u64,
    /// Its first entry.
    pub(crate) first: u64,
}

impl Life {
    /// Gathers the life of the record in `slot`; patches up to entry `most`.
    ///
    /// # Errors
    /// Where a link leads nowhere, forward, or to another record.
    pub(crate) fn gather(&mut self, links: &mut dyn Links, slot: i64, last: u64, most: u64) -> Result<(), StoreError> {
        self.patches.clear();
        self.entries = 0;
        let mut next = Some(last);
        while let Some(no) = next {
            let Some(link) = links.link(no)? else {
                return Err(StoreError::malformed(format!("entry {no}"), "it is not there"));
            };
            if link.slot != slot {
                return Err(StoreError::malformed(format!("entry {no}"), "a link from another record"));
            }
            if no <= most && link.op == Op::Patch {
                self.patches.extend(link.payload);
            }
            next = link.previous;
            if next.is_some_and(|next| next >= no) {
                return Err(StoreError::malformed(format!("entry {no}"), "a link to an entry that is not before it"));
            }
            self.entries += 1;
            self.first = no;
        }
        Ok(())
    }
}

/// The record that patches add up to, newest first as `gather` gives them.
pub(crate) fn add_up(kind: &'static Kind, id: &str, patches: &[Vec<u8>]) -> Result<Record, StoreError> {
    let mut record = Record::new(kind, id);
    for patch in patches.iter().rev() {
        let patch = read("a patch", patch)?;
        if patch.kind() != kind || patch.id() != id {
            let found = format!("a patch of {} {}", patch.kind().name, patch.id());
            return Err(StoreError::malformed(format!("{} {id}", kind.name), found));
        }
        record.merge(&patch);
    }
    Ok(record.settled())
}

/// A row of current records as a database holds it.
pub(crate) struct Standing<'a> {
    pub(crate) slot: i64,
    pub(crate) id: &'a str,
    pub(crate) family: i64,
    pub(crate) kind: &'a str,
    pub(crate) first: u64,
    pub(crate) last: u64,
    /// `None` for a note; empty where the record is what its one patch says.
    pub(crate) body: Option<&'a [u8]>,
}

/// Holds one record against its patches, and gathers its life on the way.
///
/// # Errors
/// Where it is something else than they add up to, or its links are not right.
pub(crate) fn check(stands: &Standing<'_>, life: &mut Life, links: &mut dyn Links) -> Result<(), StoreError> {
    life.entries = 0;
    let Standing { slot, id, family, kind: name, first, last, body } = *stands;
    life.gather(links, slot, last, u64::MAX)?;
    let differs = match body {
        None => family == RECORDS,
        Some(_) if family != RECORDS => true,
        // An empty body stands for the one patch, which must clear nothing then.
        Some([]) => match life.patches.as_slice() {
            [only] if first == last => holds_null(only) && add_up(kind(name)?, id, &life.patches)?.canonical() != *only,
            _ => true,
        },
        Some(body) => add_up(kind(name)?, id, &life.patches)?.canonical() != body,
    };
    let what = || format!("{name} {id}");
    if differs {
        return Err(StoreError::malformed(what(), "something else than its patches add up to"));
    }
    if first != life.first {
        return Err(StoreError::malformed(what(), format!("a first entry other than {}", life.first)));
    }
    Ok(())
}

fn holds_null(body: &[u8]) -> bool {
    body.windows(4).any(|four| four == b"null")
}

/// A record line, from a body or a payload.
pub(crate) fn read(what: &str, bytes: &[u8]) -> Result<Record, StoreError> {
    let json = Json::parse(bytes).map_err(|error| StoreError::malformed(what, error.to_string()))?;
    Record::read(&json).map_err(|problems| {
        let found = problems.first().map_or_else(String::new, ToString::to_string);
        StoreError::malformed(what, found)
    })
}

/// The kind of this name.
pub(crate) fn kind(name: &str) -> Result<&'static Kind, StoreError> {
    Kind::named(name).ok_or_else(|| StoreError::UnknownKind { name: name.to_owned() })
}

/// The operation that a number in the database stands for.
pub(crate) fn op(what: &str, code: i64) -> Result<Op, StoreError> {
    let op = u8::try_from(code).ok().and_then(Op::from_code);
    op.ok_or_else(|| StoreError::malformed(what, format!("the operation {code}")))
}
