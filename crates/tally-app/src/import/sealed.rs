//! What stays as it is, whoever says otherwise and through whichever door: published values, completed reviews, approved
//! rounds, and the answers of these. What was closed gets no new answers either, but those that come with it.

use tally_model::{Instant, Kind, Problem, Record};
use tally_store::{Batch, StoreError};

/// Kinds that a date closes.
const CLOSED_BY: [(&str, &str); 2] = [("checklist_review", "completed_at"), ("maturity_round", "approved_at")];
/// Kinds whose records are closed with the record that a field names.
const CLOSED_WITH: [(&str, &str, &str); 2] =
    [("checklist_answer", "review", "checklist_review"), ("maturity_answer", "round", "maturity_round")];

/// Why a record that is known cannot be changed; `None` where it can.
pub(super) fn sealed(batch: &mut dyn Batch, known: &Record) -> Result<Option<Problem>, StoreError> {
    let kind = known.kind().name;
    if kind == "published_value" {
        let problem = Problem::error("another value than was published", "the same: a published value never changes");
        let help = "`tally review history` shows what is computed now beside it";
        return Ok(Some(problem.at_record(kind, known.id()).with_help(help)));
    }
    let closed = match closed_at(known) {
        Some(at) => Some((format!("{kind} {}", known.id()), at)),
        None => closed_with(batch, known, false)?,
    };
    Ok(closed.map(|(record, at)| {
        Problem::error(format!("a change of what was closed at {at}"), format!("the same as before: {record} stays as it is"))
            .at_record(kind, known.id())
            .with_help("start a new one, which can begin with the answers of this one")
    }))
}

/// Why a new record comes too late; `None` where it does not. What is closed and comes in the same import brings its answers.
pub(super) fn late(batch: &mut dyn Batch, new: &Record) -> Result<Option<Problem>, StoreError> {
    let kind = new.kind().name;
    Ok(closed_with(batch, new, true)?.map(|(record, at)| {
        Problem::error(format!("a new answer to what was closed at {at}"), format!("none: {record} stays as it is"))
            .at_record(kind, new.id())
            .with_help("answers come in the same import as what they belong to, or before it is closed")
    }))
}

/// When a record was closed.
fn closed_at(record: &Record) -> Option<Instant> {
    let (_, field) = CLOSED_BY.iter().find(|(kind, _)| *kind == record.kind().name)?;
    record.instant(field)
}

/// The closed record that this one belongs to; `before`: only where it was there before this import.
fn closed_with(batch: &mut dyn Batch, known: &Record, before: bool) -> Result<Option<(String, Instant)>, StoreError> {
    let Some((_, field, other)) = CLOSED_WITH.iter().find(|(kind, ..)| *kind == known.kind().name) else { return Ok(None) };
    let (Some(id), Some(other)) = (known.text(field), Kind::named(other)) else { return Ok(None) };
    let found = batch.find(other, id)?.filter(|found| !(before && found.touched_here));
    Ok(found.and_then(|found| Some((format!("{} {id}", other.name), closed_at(&found.record)?))))
}
