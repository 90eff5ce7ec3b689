//! The life of a finding as a line of steps: what happened, when, who the record says did it, and which entry of the journal says
//! so. Made from the journal's changes; never holds what was redacted.

use std::collections::BTreeMap;

use tally_model::record::{Object, shown};
use tally_model::{Instant, Value};
use tally_store::{Entry, FieldChange, changes};

use crate::Error;

/// One step of a finding's life.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Step {
    /// When it happened.
    pub at: Instant,
    /// What, in words; untrusted text within.
    pub what: String,
    /// Who did it, where the record says so.
    pub by: Option<String>,
    /// The entry that says so.
    pub entry: u64,
    /// Who wrote that entry.
    pub actor: String,
    /// Through what: a face, or the file it was read from.
    pub source: String,
    /// When it was written.
    pub recorded_at: Instant,
}

/// The life line, oldest step first.
pub(super) fn line(log: &[Entry]) -> Result<Vec<Step>, Error> {
    let changes = changes(log)?;
    let mut steps = Vec::new();
    // How the record stands after each entry: who decided is not said again where it is the same person.
    let mut known: Known<'_> = BTreeMap::new();
    for entry in log {
        let own: Vec<&FieldChange> = changes.iter().filter(|change| change.entry == entry.no).collect();
        for change in &own {
            known.insert(&change.field, change.to.as_ref());
        }
        if entry.payload.is_none() {
            steps.push(step(entry, entry.at, "what this entry said was redacted".to_owned(), None));
        }
        of_entry(entry, &own, &known, &mut steps);
    }
    steps.sort_by_key(|step| (step.at, step.entry));
    Ok(steps)
}

/// Fields that belong to a step of another field, or say nothing by themselves.
const ASIDE: [&str; 6] =
    ["reported_at", "disposition_at", "disposition_by", "disposition_reason", "duplicate_of", "impact_claimed"];

/// Fields and their values.
type Known<'c> = BTreeMap<&'c str, Option<&'c Value>>;

fn of_entry(entry: &Entry, own: &[&FieldChange], known: &Known<'_>, steps: &mut Vec<Step>) {
    let stands = |name: &str| known.get(name).copied().flatten().and_then(Value::text).map(str::to_owned);
    let to = |name: &str| own.iter().find(|change| change.field == name).and_then(|change| change.to.as_ref());
    let text = |name: &str| to(name).and_then(Value::text).map(str::to_owned);
    let instant = |name: &str| to(name).and_then(Value::instant).unwrap_or(entry.at);
    let first = to("reported_at").is_some() && to("title").is_some();
    if first {
        let severity = text("severity").unwrap_or_default();
        steps.push(step(entry, instant("reported_at"), format!("reported, severity {severity}"), None));
    }
    let mut edited: Vec<&str> = Vec::new();
    for change in own {
        match change.field.as_str() {
            "disposition" => {
                let what = decision(change, stands("duplicate_of"), stands("disposition_reason"));
                steps.push(step(entry, instant("disposition_at"), what, stands("disposition_by")));
            }
            "impact_demonstrated_at" if change.to.is_some() => {
                steps.push(step(entry, instant("impact_demonstrated_at"), "impact demonstrated".to_owned(), None));
            }
            "remediations" => cycles(entry, change, steps),
            "regression_tests" => tests(entry, change, steps),
            "risk_accepted" => steps.push(risk(entry, change)),
            "severity" if !first => {
                let word = |value: &Option<Value>| value.as_ref().map(shown).unwrap_or_default();
                let what = format!("severity {}, was {}", word(&change.to), word(&change.from));
                steps.push(step(entry, entry.at, what, None));
            }
            _ if first => {}
            name if ASIDE.contains(&name) => {}
            "severity_rationale" if to("severity").is_some() => {}
            name => edited.push(name),
        }
    }
    if !edited.is_empty() {
        steps.push(step(entry, entry.at, format!("edited: {}", edited.join(", ")), None));
    }
}

fn decision(change: &FieldChange, original: Option<String>, reason: Option<String>) -> String {
    let word = match change.to.as_ref().and_then(Value::text) {
        Some("false_positive") => "marked as false positive".to_owned(),
        Some("duplicate") => {
            original.map_or_else(|| "marked as duplicate".to_owned(), |of| format!("marked as duplicate of {of}"))
        }
        Some("reported") | None => "back to reported".to_owned(),
        Some(word) => word.to_owned(),
    };
    match reason {
        Some(reason) => format!("{word}: {reason}"),
        None => word,
    }
}

fn cycles(entry: &Entry, change: &FieldChange, steps: &mut Vec<Step>) {
    let before = change.from.as_ref().map(Value::objects).unwrap_or_default();
    let now = change.to.as_ref().map(Value::objects).unwrap_or_default();
    let known = |cycle: &Object| before.iter().find(|old| old.instant("claimed_at") == cycle.instant("claimed_at"));
    let told = steps.len();
    for cycle in now {
        let old = known(cycle);
        if let (None, Some(claimed)) = (old, cycle.instant("claimed_at")) {
            steps.push(step(entry, claimed, "fix claimed".to_owned(), cycle.text("by").map(str::to_owned)));
        }
        let retested = cycle.instant("retested_at");
        let news = old.is_none_or(|old| old.instant("retested_at") != retested || old.get("result") != cycle.get("result"));
        if let (true, Some(at)) = (news, retested) {
            steps.push(step(entry, at, retest(cycle), cycle.text("retested_by").map(str::to_owned)));
        }
    }
    let gone = before.iter().filter(|old| !now.iter().any(|cycle| cycle.instant("claimed_at") == old.instant("claimed_at")));
    for cycle in gone {
        let claimed = cycle.instant("claimed_at").map(|at| at.to_string()).unwrap_or_default();
        steps.push(step(entry, entry.at, format!("the fix claimed at {claimed} was taken back"), None));
    }
    if steps.len() == told {
        steps.push(step(entry, entry.at, "what is known of the claimed fixes was corrected".to_owned(), None));
    }
}

fn retest(cycle: &Object) -> String {
    let result = if cycle.text("result") == Some("fixed") { "fixed" } else { "not fixed" };
    let count = |name| cycle.get(name).and_then(Value::count);
    match (count("retest_trials"), count("retest_hits")) {
        (Some(trials), hits) => format!("retested: {result} ({} hits in {trials} trials)", hits.unwrap_or(0)),
        _ => format!("retested: {result}"),
    }
}

fn tests(entry: &Entry, change: &FieldChange, steps: &mut Vec<Step>) {
    let refs = |value: &Option<Value>| -> Vec<(String, Option<Instant>)> {
        let items = value.as_ref().map(Value::objects).unwrap_or_default();
        items.iter().map(|item| (item.text("ref").unwrap_or_default().to_owned(), item.instant("added_at"))).collect()
    };
    let (before, now) = (refs(&change.from), refs(&change.to));
    for (test, at) in now.iter().filter(|test| !before.contains(test)) {
        steps.push(step(entry, at.unwrap_or(entry.at), format!("regression test {test} added"), None));
    }
    for (test, _) in before.iter().filter(|test| !now.contains(test)) {
        steps.push(step(entry, entry.at, format!("regression test {test} removed"), None));
    }
}

fn risk(entry: &Entry, change: &FieldChange) -> Step {
    match &change.to {
        Some(Value::Object(risk)) => {
            let until = risk.instant("until").map(|until| until.to_string()).unwrap_or_default();
            let what = format!("risk accepted until {until}: {}", risk.text("reason").unwrap_or_default());
            step(entry, risk.instant("at").unwrap_or(entry.at), what, risk.text("by").map(str::to_owned))
        }
        _ => step(entry, entry.at, "risk acceptance withdrawn".to_owned(), None),
    }
}

fn step(entry: &Entry, at: Instant, what: String, by: Option<String>) -> Step {
    Step { at, what, by, entry: entry.no.0, actor: entry.actor.clone(), source: entry.source.clone(), recorded_at: entry.at }
}
