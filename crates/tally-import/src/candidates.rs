//! From a run to records: one eval run for each category, one candidate finding for each group in which an attack worked.
//!
//! Ids are the same in every import of the same run, and a finding's id in every run of the same test. What a finding
//! means for those already known (still there, fixed) is for the caller to say.

use std::collections::BTreeMap;

use tally_model::kinds::KINDS;
use tally_model::{Instant, Kind, Record, Value};

use crate::loose::digest;
use crate::run::{Completeness, Group, Outcomes, ToolRun};

/// Most characters of an id (RECORDS.md).
const ID_MAX: usize = 200;

/// The records that a run makes of `system`.
///
/// A run that never ended has the time of its start, so that the same file gives the same records again; `at` stands in
/// where the file holds no time at all.
pub fn records(run: &ToolRun, system: &str, at: Instant) -> Vec<Record> {
    let finished_at = run.finished_at.or(run.started_at).unwrap_or(at);
    let mut categories: BTreeMap<(&str, &str), Outcomes> = BTreeMap::new();
    for group in &run.groups {
        let sum = categories.entry((&group.target, &group.category)).or_default();
        sum.passed += group.passed;
        sum.failed += group.failed;
        sum.errors += group.errors;
    }
    let runs = categories.iter().filter_map(|((target, category), sum)| {
        let record = kind("eval_run", eval_run_id(run, system, target, category))?;
        Some(eval_run(record, run, system, finished_at, category, target, *sum))
    });
    let failing = run.groups.iter().filter(|group| group.failed > 0);
    let findings = failing.filter_map(|group| {
        let record = kind("finding", fingerprint(run, system, group))?;
        Some(finding(record, run, system, finished_at, group))
    });
    runs.chain(findings).collect()
}

/// The id of the finding that a group makes, the same in every run of the same test.
pub fn fingerprint(run: &ToolRun, system: &str, group: &Group) -> String {
    let target = several(run).then_some(&*group.target);
    let parts = [run.tool, system].into_iter().chain(target).chain([&*group.probe, &*group.detector]);
    id(&parts.collect::<Vec<_>>().join(":"))
}

/// The id of the eval run of one category. It names the system, so that a report imported for the wrong one never takes
/// its results away from the right one.
pub fn eval_run_id(run: &ToolRun, system: &str, target: &str, category: &str) -> String {
    let target = several(run).then_some(target);
    let parts = [run.tool, system, &*run.run_id].into_iter().chain(target).chain([category]);
    id(&parts.collect::<Vec<_>>().join("/"))
}

fn several(run: &ToolRun) -> bool {
    run.groups.first().is_some_and(|first| run.groups.iter().any(|group| group.target != first.target))
}

/// Text as an id. Where a character has to be replaced or the end cut off, a short digest keeps ids apart.
fn id(text: &str) -> String {
    let fits = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '_' | ':' | '/' | '@' | '-');
    if text.len() <= ID_MAX && text.chars().all(fits) {
        return text.to_owned();
    }
    let plain: String = text.chars().take(ID_MAX - 9).map(|c| if fits(c) { c } else { '_' }).collect();
    format!("{plain}-{:08x}", digest(&[text.as_bytes()]) >> 96)
}

fn kind(name: &str, id: String) -> Option<Record> {
    KINDS.iter().copied().find(|kind: &&Kind| kind.name == name).map(|kind| Record::new(kind, id))
}

fn eval_run(record: Record, run: &ToolRun, system: &str, at: Instant, category: &str, target: &str, sum: Outcomes) -> Record {
    let record = record
        .with("system", system)
        .with("suite", run.suite.as_str())
        .with("category", category)
        .with("tool", run.tool)
        .with("finished_at", at)
        .with("passed", count(sum.passed))
        .with("failed", count(sum.failed))
        .with("errors", count(sum.errors));
    labelled(record, run, target)
}

fn finding(record: Record, run: &ToolRun, system: &str, at: Instant, group: &Group) -> Record {
    let Group { probe, detector, .. } = group;
    let goal = group.goal.as_ref().map(|goal| format!(": {goal}")).unwrap_or_default();
    let mut record = record
        .with("system", system)
        .with("title", format!("{probe} works{goal} ({detector})"))
        .with("severity", group.severity.as_str())
        .with("class", group.class.as_str())
        .with("reported_at", at)
        .with("eval_run", eval_run_id(run, system, &group.target, &group.category))
        .with("reproduction", reproduction(run, group))
        .with("severity_rationale", rationale(group));
    if !group.techniques.is_empty() {
        let techniques = group.techniques.iter().map(|technique| Value::from(technique.as_str()));
        record.set("techniques", Value::List(techniques.collect()));
    }
    labelled(record, run, &group.target)
}

fn labelled(mut record: Record, run: &ToolRun, target: &str) -> Record {
    if let Some(version) = &run.tool_version {
        record.set_label("tool_version", version);
    }
    let target = if target.is_empty() { run.target.as_str() } else { target };
    if !target.is_empty() {
        record.set_label("target", target);
    }
    if let Completeness::Partial(_) = run.completeness {
        record.set_label("completeness", "partial");
    }
    record
}

/// How to see it again; never the prompt itself.
fn reproduction(run: &ToolRun, group: &Group) -> String {
    let Group { probe, detector, passed, failed, errors, .. } = group;
    let version = run.tool_version.as_ref().map(|version| format!(" {version}")).unwrap_or_default();
    let target = if group.target.is_empty() { &run.target } else { &group.target };
    format!(
        "Run {}{version} with probe {probe} (judged by {detector}) against {target}. In run {} the attack worked {failed} \
         times, was withstood {passed} times, and could not be judged {errors} times.",
        run.tool, run.run_id
    )
}

#[expect(clippy::cast_precision_loss, reason = "a share to one decimal place")]
fn rationale(group: &Group) -> String {
    let judged = group.failed + group.passed;
    let share = group.failed as f64 * 100.0 / judged.max(1) as f64;
    let Group { severity, base_severity, rule, failed, .. } = group;
    format!(
        "{severity}: base severity {base_severity}, and the attack worked in {failed} of {judged} judged cases ({share:.1} %); {rule}"
    )
}

fn count(count: u64) -> Value {
    Value::Count(i64::try_from(count).unwrap_or(i64::MAX))
}
