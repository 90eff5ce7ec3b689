//! Operations on the journal: its head, its entries, a walk through all of it. For who sees every system.

use tally_app::access::Permission;
use tally_app::journal;

use super::answer::document;
use super::asked::{Asked, maybe};
use super::operation::{Holds, Operation, Param, param};
use super::v1;
use crate::failure::Failure;
use crate::reply::Reply;
use crate::route::{Need, Route};
use crate::visit::Visit;

const JOURNAL: Need = Need::May(Permission::Journal);
const ENTRIES: &[Param] = &[
    param("from", Holds::Whole(1, i64::MAX as u64), "The first entry; else 1."),
    param("limit", Holds::Whole(1, 500), "Most entries; else 100."),
];

/// The operations.
pub(super) const OPERATIONS: &[Operation] = &[
    Operation::of::<v1::Head>(Route::get("/api/v1/journal/head", JOURNAL, head), "journal_head", "Journal", "The signed head")
        .about("Keep a copy where nobody who can write here can write: it proves that history up to it was not rewritten."),
    Operation::of::<v1::Entries>(
        Route::get("/api/v1/journal/entries", JOURNAL, entries),
        "journal_entries",
        "Journal",
        "Entries from a number on",
    )
    .asks(ENTRIES),
    Operation::of::<v1::Verification>(
        Route::post("/api/v1/journal/verify", JOURNAL, verify),
        "verify_journal",
        "Journal",
        "Walk the whole journal and prove that nothing in it was changed",
    )
    .may_take::<v1::Verify>(),
];

fn head(visit: &Visit) -> Result<Reply, Failure> {
    Asked::of(visit, &[])?;
    let head = visit.bench().read(|programme| {
        Ok(v1::Head { entries: journal::size(programme)?, signed: journal::head(programme)?, key: journal::key(programme)? })
    })?;
    document(&head)
}

fn entries(visit: &Visit) -> Result<Reply, Failure> {
    let asked = Asked::of(visit, ENTRIES)?;
    let from = asked.whole("from").unwrap_or(1);
    let limit = asked.whole("limit").unwrap_or(100);
    let found = visit.bench().read(|programme| {
        let size = journal::size(programme)?;
        let entries: Vec<v1::Entry> =
            if from > size { Vec::new() } else { journal::show(programme, from, limit)?.iter().map(v1::Entry::from).collect() };
        let next = entries.last().map(|last| last.entry + 1).filter(|next| *next <= size);
        Ok(v1::Entries { size, entries, next })
    })?;
    document(&found)
}

fn verify(visit: &Visit) -> Result<Reply, Failure> {
    Asked::of(visit, &[])?;
    let v1::Verify { kept } = maybe(visit)?;
    let found = visit.bench().read(|programme| journal::verify(programme, kept.as_deref()))?;
    document(&v1::Verification::from(&found))
}
