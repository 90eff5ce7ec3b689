//! Separated duties. Who claimed a fix does not record its retest, and does not accept the risk of the same finding: in both
//! cases one person would declare the own work good enough. Never judges a person by anything but the acts on one finding.
//!
//! A fix is claimed by whom the record names, and by whom entered the claim through a page, the API or the command line: else
//! a claim in somebody else's name would leave the way free. Who imports a file is no claimant where the file names one.

use tally_model::json::Json;
use tally_model::{Instant, Record, Value};
use tally_store::Entry;

use super::actor::same;
use super::state::last_cycle;
use super::{Actor, Deed, Via};

/// Who may not do a deed with a finding, since they claimed a fix of it.
pub(super) fn barred(deed: Deed, finding: &Record, log: &[Entry], at: Instant) -> Vec<String> {
    let cycles = finding.get("remediations").map(Value::objects).unwrap_or_default();
    let mut names: Vec<String> = Vec::new();
    for (nth, cycle) in cycles.iter().enumerate() {
        let concerned = match deed {
            Deed::Retest => last_cycle(finding, at).is_some_and(|(last, _)| last == nth),
            Deed::AcceptRisk => true,
            _ => false,
        };
        let Some(claimed) = cycle.instant("claimed_at").filter(|_| concerned) else { continue };
        let named = cycle.text("by").map(str::to_owned);
        let entered = entry_of(log, claimed).filter(|entry| named.is_none() || is_act(entry)).map(|entry| entry.actor.clone());
        for name in named.into_iter().chain(entered) {
            if !names.iter().any(|known| same(known, &name)) {
                names.push(name);
            }
        }
    }
    names
}

/// Why a person cannot do it; `None` where nothing stands in the way.
pub(super) fn objection(deed: Deed, barred: &[String], name: &str) -> Option<String> {
    barred.iter().any(|other| same(other, name)).then(|| match deed {
        Deed::AcceptRisk => {
            format!("{name} claimed a fix of it, and who claims a fix does not accept the risk; somebody else has to")
        }
        _ => format!("{name} claimed the fix, and who claims a fix does not record its retest; somebody else has to"),
    })
}

/// The names that a deed is done in: who acts, and who is said to.
pub(super) fn doers<'a>(by: &'a Actor, named: Option<&'a str>) -> Vec<&'a str> {
    let mut names = vec![by.name.as_str()];
    names.extend(named.filter(|name| !by.is(name)));
    names
}

/// The first entry that claims a fix at this instant.
fn entry_of(log: &[Entry], claimed: Instant) -> Option<&Entry> {
    log.iter().find(|entry| {
        patch(entry).is_some_and(|patch| {
            let cycles = patch.get("remediations").map(Value::objects).unwrap_or_default();
            cycles.iter().any(|cycle| cycle.instant("claimed_at") == Some(claimed))
        })
    })
}

/// Whether an entry came through a face and not from a file.
pub(super) fn is_act(entry: &Entry) -> bool {
    Via::ALL.iter().any(|via| via.word() == entry.source)
}

/// What an entry says of its record; `None` where it was redacted or is no patch.
pub(super) fn patch(entry: &Entry) -> Option<Record> {
    let payload = entry.payload.as_deref().filter(|_| entry.op == tally_store::Op::Patch)?;
    Record::read(&Json::parse(payload).ok()?).ok()
}
