//! What a run says of findings: failing again is failing still; passing is evidence for a fix that was claimed; what
//! passes with no fix claimed, and what was not tried, stays as it is. Never closes a finding by itself.

use tally_import::{Group, ToolRun};
use tally_model::{Instant, Kind, Record, Value};
use tally_store::Batch;

use crate::Error;

/// What this run says of the finding of a group: a record to take, and what it means.
pub(crate) fn update(
    batch: &mut dyn Batch,
    run: &ToolRun,
    group: &Group,
    id: &str,
    candidate: Option<&Record>,
    at: Instant,
) -> Result<Option<(Record, &'static str)>, Error> {
    let Some(finding) = Kind::named("finding") else { return Ok(None) };
    let Some((newest, known)) = newest(batch, finding, id)? else {
        return Ok(candidate.map(|record| (record.clone(), "new finding")));
    };
    let cycles = known.get("remediations").map(Value::objects).unwrap_or_default();
    let last = cycles.iter().enumerate().max_by_key(|(at, cycle)| (cycle.instant("claimed_at"), *at));
    let failing = group.failed > 0;
    let Some((nth, cycle)) = last else {
        return Ok(candidate.filter(|_| failing).map(|candidate| (still_failing(&newest, candidate), "still failing")));
    };
    let claimed = cycle.instant("claimed_at").is_some_and(|claimed| claimed <= at);
    match (cycle.instant("retested_at"), cycle.text("result")) {
        (None, _) if claimed && (failing || run.completeness == tally_import::Completeness::Complete) => {
            let mut cycles = cycles.to_vec();
            let cycle = &mut cycles[nth];
            cycle.set("retested_at", at);
            cycle.set("result", if failing { "not_fixed" } else { "fixed" });
            cycle.set("retested_by", run.tool);
            cycle.set("retest_trials", Value::Count(i64::try_from(group.passed + group.failed).unwrap_or(i64::MAX)));
            cycle.set("retest_hits", Value::Count(i64::try_from(group.failed).unwrap_or(i64::MAX)));
            let record = Record::new(finding, newest.as_str()).with("remediations", Value::Objects(cycles));
            Ok(Some((record, if failing { "claimed fix does not hold" } else { "claimed fix holds" })))
        }
        (Some(retested), Some("fixed")) if failing && at > retested => {
            let next = next_id(id, &newest);
            Ok(candidate.map(|candidate| (renamed(candidate, &next), "fixed before, fails again: a new finding")))
        }
        (Some(_), Some("not_fixed")) if failing => {
            Ok(candidate.map(|candidate| (still_failing(&newest, candidate), "still failing")))
        }
        _ => Ok(None),
    }
}

/// What is worth telling although nothing changes.
pub(crate) fn quiet(batch: &mut dyn Batch, group: &Group, id: &str) -> Result<Option<&'static str>, Error> {
    let Some(finding) = Kind::named("finding") else { return Ok(None) };
    let Some((_, known)) = newest(batch, finding, id)? else { return Ok(None) };
    let claimed = known.get("remediations").is_some_and(|value| !value.objects().is_empty());
    Ok((group.failed == 0 && !claimed).then_some("passes now, no fix was claimed: stays open"))
}

/// The finding of a fingerprint, or the last of those that came back after a fix: `id`, `id.r2`, `id.r3` ...
fn newest(batch: &mut dyn Batch, kind: &'static Kind, id: &str) -> Result<Option<(String, Record)>, Error> {
    let mut found = None;
    let mut name = id.to_owned();
    while let Some(known) = batch.find(kind, &name)? {
        let next = next_id(id, &name);
        found = Some((name, known.record));
        name = next;
    }
    Ok(found)
}

fn next_id(id: &str, newest: &str) -> String {
    let nth: u32 =
        newest.strip_prefix(id).and_then(|rest| rest.strip_prefix(".r")).and_then(|nth| nth.parse().ok()).unwrap_or(1);
    format!("{id}.r{}", nth + 1)
}

fn renamed(candidate: &Record, id: &str) -> Record {
    let mut record = Record::new(candidate.kind(), id);
    for (at, value) in candidate.members() {
        record.set(candidate.kind().fields[usize::from(*at)].name, value.clone());
    }
    record
}

/// The latest numbers; who reported it when, and how bad it was judged to be, stay as they are.
fn still_failing(id: &str, candidate: &Record) -> Record {
    let mut record = Record::new(candidate.kind(), id);
    if let Some(text) = candidate.text("reproduction") {
        record.set("reproduction", text);
    }
    record
}
