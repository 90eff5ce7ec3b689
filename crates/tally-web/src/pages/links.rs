//! Where a record's page is.

use super::place;
use crate::pairs::encode;

/// The path of a record's page; `None` for notes and other things that have none.
pub fn record(kind: &str, id: &str) -> Option<String> {
    let folder = folder(kind)?;
    Some(format!("{folder}/{}", encode(id)))
}

/// The path of a kind's list.
pub fn folder(kind: &str) -> Option<&'static str> {
    place::named(kind).map(|place| place.folder)
}

/// What can be made by hand beside a list: what a button says, and where it leads.
pub fn makes(kind: &str) -> Vec<(&'static str, &'static str)> {
    match kind {
        "assessment" => vec![("Request an assessment", "/assessments/new")],
        "incident" => vec![("Record an incident", "/incidents/new")],
        "system" => vec![("Add a system", "/systems/new"), ("Heat map", "/heatmap")],
        "finding" => vec![("Report a finding", "/findings/new")],
        "team" => vec![("Add a team", "/teams/new")],
        "release" => vec![("Plan a release", "/releases/new")],
        "eval_run" => vec![("Compare two runs", "/evals/compare"), ("Record an eval run", "/evals/new")],
        "scan" => vec![("Record a scan", "/scans/new")],
        "credential" => vec![("Add a key", "/keys/new")],
        "key_compromise" => vec![("Record a compromise", "/key-compromises/new")],
        "retrieval_index" => vec![("Add an index", "/indexes/new")],
        "index_audit" => vec![("Record an audit", "/index-audits/new")],
        "tabletop" => vec![("Record an exercise", "/tabletops/new")],
        "process" => vec![("Add a process", "/processes/new"), ("Process board", "/process-board")],
        "activity" => vec![("Ask for an activity", "/activities/new"), ("Activity board", "/activity-board")],
        "gate_check" => vec![("Record a check", "/gate-checks/new")],
        "monitor" => vec![("Add a monitor", "/monitors/new")],
        "capacity" => vec![("Record capacity", "/capacity/new")],
        "cost" => vec![("Record a cost", "/costs/new")],
        "improvement" => vec![("Plan an improvement", "/improvements/new")],
        "duty" => vec![("Add a duty", "/duty-list/new"), ("Board", "/duties")],
        "responsibility" => vec![("Say who answers", "/responsibilities/new"), ("Operating model", "/operating")],
        "threat_model" => vec![("Add a threat model", "/threat-models/new")],
        "threat" => vec![("Add a threat", "/threats/new")],
        "claim" => vec![("Add a claim", "/claims/new")],
        _ => Vec::new(),
    }
}
