//! What a run says of findings: failing again is failing still; passing is evidence for a fix that was claimed; what
//! passes with no fix claimed, and what was not tried or not judged, stays as it is. Never closes a finding by itself.

use tally_import::{Completeness, Group, ToolRun};
use tally_model::record::Object;
use tally_model::{Instant, Kind, Record, Value};
use tally_store::Batch;

use crate::Error;

/// What a run says of one finding.
pub(crate) struct News {
    /// The finding.
    pub about: String,
    /// In words.
    pub what: &'static str,
    /// What is to be recorded, where anything is.
    pub record: Option<Record>,
}

/// What this run says of the finding of a group; `None` where that is no news.
pub(crate) fn news(
    batch: &mut dyn Batch,
    run: &ToolRun,
    group: &Group,
    id: &str,
    candidate: Option<&Record>,
    at: Instant,
) -> Result<Option<News>, Error> {
    let Some(kind) = Kind::named("finding") else { return Ok(None) };
    let Some((name, known)) = newest(batch, kind, id)? else {
        return Ok(candidate.map(|record| News { about: id.to_owned(), what: "new finding", record: Some(record.clone()) }));
    };
    let say = |what| Some(News { about: name.clone(), what, record: None });
    if known.instant("reported_at").is_some_and(|reported| at < reported) {
        return Ok(say("run is older than the finding: nothing changed"));
    }
    let cycles = known.get("remediations").map(Value::objects).unwrap_or_default();
    let last = cycles.iter().enumerate().max_by_key(|(at, cycle)| (cycle.instant("claimed_at"), *at));
    let Some((nth, cycle)) = last else {
        return Ok(match candidate {
            Some(candidate) => Some(still_failing(&name, candidate)),
            None if group.errors > 0 => say("no hit now, but not all attempts were judged: stays open"),
            None => say("passes now, no fix was claimed: stays open"),
        });
    };
    Ok(match (cycle.instant("retested_at"), cycle.text("result")) {
        (None, _) if cycle.instant("claimed_at").is_some_and(|claimed| claimed <= at) => {
            let retested = retest(&known, run, group, cycles, nth, at);
            retested.or_else(|| say("no hit, but not all attempts were made and judged: no proof of the claimed fix"))
        }
        (Some(retested), Some("fixed")) if at > retested => candidate.map(|candidate| returned(candidate, id, &name)),
        (Some(_), Some("not_fixed")) => match candidate {
            Some(candidate) => Some(still_failing(&name, candidate)),
            None if group.errors > 0 => say("no hit now, but not all attempts were judged: stays open"),
            None => say("passes now, but its fix did not hold and no new one was claimed: stays open"),
        },
        _ => None,
    })
}

/// The retest of a claimed fix; `None` where the run proves neither that it holds nor that it does not.
fn retest(known: &Record, run: &ToolRun, group: &Group, cycles: &[Object], nth: usize, at: Instant) -> Option<News> {
    let failing = group.failed > 0;
    let whole = run.completeness == Completeness::Complete && group.errors == 0;
    if !failing && !whole {
        return None;
    }
    let count = |number: u64| Value::Count(i64::try_from(number).unwrap_or(i64::MAX));
    let mut cycles = cycles.to_vec();
    let cycle = cycles.get_mut(nth)?;
    cycle.set("retested_at", at);
    cycle.set("result", if failing { "not_fixed" } else { "fixed" });
    cycle.set("retested_by", run.tool);
    cycle.set("retest_trials", count(group.passed + group.failed));
    cycle.set("retest_hits", count(group.failed));
    let record = Record::new(known.kind(), known.id()).with("remediations", Value::Objects(cycles));
    let what = if failing { "claimed fix does not hold" } else { "claimed fix holds" };
    Some(News { about: known.id().to_owned(), what, record: Some(record) })
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
    let nth: Option<u32> = newest.strip_prefix(id).and_then(|rest| rest.strip_prefix(".r")).and_then(|nth| nth.parse().ok());
    format!("{id}.r{}", nth.unwrap_or(1) + 1)
}

/// A confirmed fix that fails again is a finding of its own: the old one's life was told as it was.
fn returned(candidate: &Record, id: &str, newest: &str) -> News {
    let next = next_id(id, newest);
    let mut record = Record::new(candidate.kind(), next.as_str());
    for (at, value) in candidate.members() {
        record.set(candidate.kind().fields[usize::from(*at)].name, value.clone());
    }
    News { about: next, what: "fixed before, fails again: a new finding", record: Some(record) }
}

/// The latest numbers; who reported it when, and how bad it was judged to be, stay as they are.
fn still_failing(name: &str, candidate: &Record) -> News {
    let mut record = Record::new(candidate.kind(), name);
    if let Some(text) = candidate.text("reproduction") {
        record.set("reproduction", text);
    }
    News { about: name.to_owned(), what: "still failing", record: Some(record) }
}
