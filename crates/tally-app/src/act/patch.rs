//! What an act says of a finding: the patch, built from the record as it stands. Never looks at who may do it, or when.

use std::collections::BTreeMap;

use tally_model::kind::Type;
use tally_model::problem::shorten;
use tally_model::record::Object;
use tally_model::{Instant, Problem, Record, Value};

use super::Actor;
use super::deed::after;
use super::finding::{Act, NARRATIVE};
use super::state::last_cycle;

impl Act {
    /// What it says of the finding.
    pub(super) fn patch(&self, finding: &Record, by: &Actor, at: Instant) -> Result<Record, Problem> {
        let mut patch = Record::new(finding.kind(), finding.id());
        match self {
            Self::Accept { reason } => decide(&mut patch, "accepted", reason.as_deref(), None, by, at)?,
            Self::Dispute { reason } => decide(&mut patch, "disputed", Some(reason), None, by, at)?,
            Self::FalsePositive { reason } => decide(&mut patch, "false_positive", Some(reason), None, by, at)?,
            Self::Duplicate { of } => decide(&mut patch, "duplicate", None, Some(of), by, at)?,
            Self::DemonstrateImpact => {
                patch.set("impact_claimed", Value::Bool(true));
                patch.set("impact_demonstrated_at", at);
            }
            Self::ClaimFix { by: fixer } => {
                let mut cycle = item(finding, "remediations");
                cycle.set("claimed_at", at);
                cycle.set("by", told(fixer.as_deref().unwrap_or(&by.name), "by")?);
                append(&mut patch, finding, "remediations", cycle);
            }
            Self::Retest { fixed, trials, hits } => retest(&mut patch, finding, (*fixed, *trials, *hits), by, at)?,
            Self::RegressionTest { test } => regression_test(&mut patch, finding, test, at)?,
            Self::AcceptRisk { until, reason, by: accepter } => {
                let mut risk = item(finding, "risk_accepted");
                risk.set("by", told(accepter.as_deref().unwrap_or(&by.name), "risk_accepted.by")?);
                risk.set("at", at);
                risk.set("until", future(*until, at)?);
                risk.set("reason", told(reason, "risk_accepted.reason")?);
                patch.set("risk_accepted", Value::Object(risk));
            }
            Self::WithdrawRisk { .. } => patch.set("risk_accepted", Value::Null),
            Self::Severity { severity, rationale } => {
                patch.set("severity", severity_word(severity)?);
                patch.set("severity_rationale", told(rationale, "severity_rationale")?);
                if finding.text("severity") == Some(severity) {
                    return Err(Problem::error(format!("`{severity}`, as it is"), "another severity").at_field("severity"));
                }
            }
            Self::Describe { fields } => describe(&mut patch, fields)?,
        }
        Ok(patch)
    }
}

/// What its owner says of it, since when, who and why; what was said before is gone from the record and stays in the journal.
fn decide(
    patch: &mut Record,
    word: &str,
    reason: Option<&str>,
    original: Option<&str>,
    by: &Actor,
    at: Instant,
) -> Result<(), Problem> {
    patch.set("disposition", word);
    patch.set("disposition_at", at);
    patch.set("disposition_by", by.name.as_str());
    patch.set("disposition_reason", reason.map_or(Ok(Value::Null), |reason| told(reason, "disposition_reason"))?);
    patch.set("duplicate_of", original.map_or(Value::Null, Value::from));
    Ok(())
}

fn retest(
    patch: &mut Record,
    finding: &Record,
    (fixed, trials, hits): (bool, Option<u64>, Option<u64>),
    by: &Actor,
    at: Instant,
) -> Result<(), Problem> {
    let Some((nth, _)) = last_cycle(finding, after(at)) else { return Ok(()) };
    let say = |found: String, expected: &str| Err(Problem::error(found, expected).at_field("retest_hits"));
    match (fixed, trials, hits) {
        (_, Some(0), _) => return say("a retest of no trials".to_owned(), "at least one trial"),
        (_, None, Some(hits)) => return say(format!("{hits} hits"), "also how many trials there were"),
        (true, _, Some(hits)) if hits > 0 => {
            return say(format!("fixed, with {hits} hits"), "no hit; where the attack still works the result is not fixed");
        }
        (false, Some(trials), Some(0)) => {
            return say(format!("not fixed, with no hit in {trials} trials"), "a hit, or the result fixed");
        }
        _ => {}
    }
    let mut cycles = finding.get("remediations").map(Value::objects).unwrap_or_default().to_vec();
    if let Some(cycle) = cycles.get_mut(nth) {
        cycle.set("retested_at", at);
        cycle.set("result", if fixed { "fixed" } else { "not_fixed" });
        cycle.set("retested_by", by.name.as_str());
        for (field, count) in [("retest_trials", trials), ("retest_hits", hits)] {
            if let Some(count) = count {
                cycle.set(field, Value::Count(i64::try_from(count).unwrap_or(i64::MAX)));
            }
        }
    }
    patch.set("remediations", Value::Objects(cycles));
    Ok(())
}

fn regression_test(patch: &mut Record, finding: &Record, test: &str, at: Instant) -> Result<(), Problem> {
    let tests = finding.get("regression_tests").map(Value::objects).unwrap_or_default();
    if tests.iter().any(|known| known.text("ref") == Some(test)) {
        let found = format!("`{}` a second time", shorten(test));
        return Err(Problem::error(found, "each test once").at_field("regression_tests"));
    }
    let mut item = item(finding, "regression_tests");
    item.set("ref", told(test, "regression_tests.ref")?);
    item.set("added_at", at);
    append(patch, finding, "regression_tests", item);
    Ok(())
}

fn describe(patch: &mut Record, fields: &BTreeMap<String, Option<String>>) -> Result<(), Problem> {
    for (name, text) in fields {
        if !NARRATIVE.contains(&name.as_str()) {
            let found = format!("the field `{}`", shorten(name));
            return Err(Problem::error(found, format!("one of {}", NARRATIVE.join(", "))));
        }
        let value = text.as_deref().map(str::trim).filter(|text| !text.is_empty()).map_or(Value::Null, Value::from);
        patch.set(name, value);
    }
    Ok(())
}

/// An empty item of a list of the finding's kind.
fn item(finding: &Record, list: &str) -> Object {
    let ty = finding.kind().fields.iter().find(|field| field.name == list).map(|field| field.ty);
    match ty {
        Some(Type::Objects(fields) | Type::Object(fields)) => Object::new(fields),
        _ => Object::new(&[]),
    }
}

fn append(patch: &mut Record, finding: &Record, list: &str, item: Object) {
    let mut items = finding.get(list).map(Value::objects).unwrap_or_default().to_vec();
    items.push(item);
    patch.set(list, Value::Objects(items));
}

/// Text that somebody has to give.
fn told(text: &str, field: &str) -> Result<Value, Problem> {
    let text = text.trim();
    if text.is_empty() {
        return Err(Problem::error("nothing", "text that is not empty").at_field(field));
    }
    Ok(Value::from(text))
}

fn future(until: Instant, at: Instant) -> Result<Value, Problem> {
    if until <= at {
        return Err(Problem::error(format!("{until}, which is past"), "an end that is to come").at_field("risk_accepted.until"));
    }
    Ok(Value::Instant(until))
}

fn severity_word(text: &str) -> Result<Value, Problem> {
    const WORDS: [&str; 5] = ["critical", "high", "medium", "low", "info"];
    if WORDS.contains(&text) {
        return Ok(Value::from(text));
    }
    let found = format!("`{}`", shorten(text));
    Err(Problem::error(found, format!("one of {}", WORDS.join(", "))).at_field("severity"))
}
