//! Where a record's page is.

use crate::pairs::encode;

/// The path of a record's page; `None` for notes and other things that have none.
pub fn record(kind: &str, id: &str) -> Option<String> {
    let folder = folder(kind)?;
    Some(format!("{folder}/{}", encode(id)))
}

/// The path of a kind's list.
pub fn folder(kind: &str) -> Option<&'static str> {
    FOLDERS.iter().find(|(known, ..)| *known == kind).map(|(_, path, _)| *path)
}

/// Kinds, the paths of their lists, and of these as CSV.
pub const FOLDERS: &[(&str, &str, &str)] = &[
    ("team", "/teams", "/teams.csv"),
    ("system", "/systems", "/systems.csv"),
    ("release", "/releases", "/releases.csv"),
    ("assessment", "/assessments", "/assessments.csv"),
    ("scan", "/scans", "/scans.csv"),
    ("finding", "/findings", "/findings.csv"),
    ("eval_run", "/evals", "/evals.csv"),
    ("credential", "/keys", "/keys.csv"),
    ("key_compromise", "/key-compromises", "/key-compromises.csv"),
    ("retrieval_index", "/indexes", "/indexes.csv"),
    ("index_audit", "/index-audits", "/index-audits.csv"),
    ("incident", "/incidents", "/incidents.csv"),
    ("tabletop", "/tabletops", "/tabletops.csv"),
    ("process", "/processes", "/processes.csv"),
    ("activity", "/activities", "/activities.csv"),
    ("gate_check", "/gate-checks", "/gate-checks.csv"),
    ("monitor", "/monitors", "/monitors.csv"),
    ("capacity", "/capacity", "/capacity.csv"),
    ("cost", "/costs", "/costs.csv"),
    ("evidence", "/evidence", "/evidence.csv"),
    ("maturity_answer", "/maturity-answers", "/maturity-answers.csv"),
    ("metric_review", "/metric-reviews", "/metric-reviews.csv"),
    ("published_value", "/published", "/published.csv"),
    ("claim", "/claims", "/claims.csv"),
];

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
        "process" => vec![("Add a process", "/processes/new")],
        "activity" => vec![("Ask for an activity", "/activities/new")],
        "gate_check" => vec![("Record a check", "/gate-checks/new")],
        "monitor" => vec![("Add a monitor", "/monitors/new")],
        "capacity" => vec![("Record capacity", "/capacity/new")],
        "cost" => vec![("Record a cost", "/costs/new")],
        "claim" => vec![("Add a claim", "/claims/new")],
        _ => Vec::new(),
    }
}
