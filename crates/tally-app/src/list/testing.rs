//! Views of what testing brings forth: findings, assessments, runs, releases and their checks. Data only.

use super::view::Holds::{Flag, Id, Instant, Link, List, Number, Percent, Severity, State, Text, Word};
use super::view::View;
use super::views::{column, from};

/// Findings.
pub(super) static FINDING: View = View {
    kind: "finding",
    table: "findings",
    title: "Findings",
    columns: &[
        column("id", "Id", Id),
        column("title", "Title", Text),
        column("severity", "Severity", Severity),
        column("state", "State", State),
        column("system", "System", Link("system")),
        column("owner", "Team", Link("team")),
        column("risk_tier", "Risk tier", Word),
        column("class", "Class", Word),
        column("reported_at", "Reported", Instant),
        column("age_days", "Age, days", Number),
        column("due", "Due", Instant),
        column("overdue", "Overdue", Flag),
        column("open", "Still open", Flag),
        column("disposition", "Disposition", Word),
        column("disposition_at", "Disposition since", Instant),
        column("impact_claimed", "Impact claimed", Flag),
        column("impact_demonstrated_at", "Impact demonstrated", Instant),
        column("has_regression_test", "Regression test", Flag),
        column("regression_tests_count", "Regression tests", Number),
        column("remediations_count", "Fixes claimed", Number),
        column("risk_accepted_until", "Risk accepted until", Instant),
        column("vector", "Vector", Word),
        column("techniques_count", "Techniques", Number),
        from("technique", "Technique", List, "finding_techniques.technique"),
        column("assessment", "Assessment", Link("assessment")),
        column("scan", "Scan", Link("scan")),
        column("eval_run", "Eval run", Link("eval_run")),
    ],
    shown: &["id", "title", "severity", "state", "system", "owner", "reported_at", "age_days", "due"],
    sort: &["-severity", "-reported_at"],
    facets: &[
        "state",
        "severity",
        "open",
        "overdue",
        "owner",
        "system",
        "risk_tier",
        "class",
        "has_regression_test",
        "technique",
    ],
    searched: &["id", "title"],
};

/// Assessments.
pub(super) static ASSESSMENT: View = View {
    kind: "assessment",
    table: "assessments",
    title: "Assessments",
    columns: &[
        column("id", "Id", Id),
        column("system", "System", Link("system")),
        column("state", "State", State),
        column("tier", "Depth", Word),
        column("owner", "Team", Link("team")),
        column("risk_tier", "Risk tier", Word),
        column("requested_at", "Requested", Instant),
        column("planned_for", "Planned for", Instant),
        column("started_at", "Started", Instant),
        column("delivered_at", "Delivered", Instant),
        column("days", "Days to deliver", Number),
        column("release", "Release", Link("release")),
        column("techniques_applicable_count", "Techniques that apply", Number),
        column("techniques_tested_count", "Techniques tried", Number),
        column("vectors_tested_count", "Vectors tried", Number),
        column("manual_hours", "Hours by people", Number),
        column("automated_hours", "Hours by tools", Number),
        from("technique", "Technique tried", List, "assessment_techniques_tested.technique"),
    ],
    shown: &["id", "system", "state", "tier", "owner", "requested_at", "delivered_at", "days"],
    sort: &["-requested_at"],
    facets: &["state", "tier", "owner", "risk_tier", "system"],
    searched: &["id", "system"],
};

/// Eval runs.
pub(super) static EVAL_RUN: View = View {
    kind: "eval_run",
    table: "eval_runs",
    title: "Eval runs",
    columns: &[
        column("id", "Id", Id),
        column("system", "System", Link("system")),
        column("owner", "Team", Link("team")),
        column("risk_tier", "Risk tier", Word),
        column("suite", "Suite", Word),
        column("category", "Category", Word),
        column("tool", "Tool", Word),
        column("finished_at", "Finished", Instant),
        column("pass_rate", "Withstood", Percent),
        column("passed", "Passed", Number),
        column("failed", "Failed", Number),
        column("errors", "Not judged", Number),
        column("release", "Release", Link("release")),
    ],
    shown: &["id", "system", "suite", "category", "tool", "finished_at", "pass_rate", "failed", "errors"],
    sort: &["-finished_at"],
    facets: &["category", "tool", "suite", "owner", "system", "risk_tier"],
    searched: &["id", "suite"],
};

/// Scans.
pub(super) static SCAN: View = View {
    kind: "scan",
    table: "scans",
    title: "Scans",
    columns: &[
        column("id", "Id", Id),
        column("system", "System", Link("system")),
        column("owner", "Team", Link("team")),
        column("risk_tier", "Risk tier", Word),
        column("tool", "Tool", Word),
        column("automated", "By itself", Flag),
        column("at", "Ran", Instant),
        column("release", "Release", Link("release")),
    ],
    shown: &["id", "system", "tool", "automated", "at"],
    sort: &["-at"],
    facets: &["tool", "automated", "owner", "risk_tier", "system"],
    searched: &["id", "system"],
};

/// Releases.
pub(super) static RELEASE: View = View {
    kind: "release",
    table: "releases",
    title: "Releases",
    columns: &[
        column("id", "Id", Id),
        column("system", "System", Link("system")),
        column("owner", "Team", Link("team")),
        column("risk_tier", "Risk tier", Word),
        column("version", "Version", Text),
        column("change", "Change", Word),
        column("state", "State", State),
        column("author", "Author", Text),
        column("deployed_at", "Deployed", Instant),
        column("artifacts_count", "Artifacts", Number),
    ],
    shown: &["id", "system", "version", "change", "state", "deployed_at"],
    sort: &["-deployed_at"],
    facets: &["state", "change", "owner", "risk_tier", "system"],
    searched: &["id", "version"],
};

/// Gate checks.
pub(super) static GATE_CHECK: View = View {
    kind: "gate_check",
    table: "gate_checks",
    title: "Gate checks",
    columns: &[
        column("id", "Id", Id),
        column("release", "Release", Link("release")),
        column("system", "System", Link("system")),
        column("owner", "Team", Link("team")),
        column("check", "Check", Word),
        column("outcome", "Outcome", Word),
        column("performed_by", "Done by", Text),
        column("performed_at", "Done", Instant),
        column("evidence", "Evidence", Text),
    ],
    shown: &["id", "release", "system", "check", "outcome", "performed_by", "performed_at"],
    sort: &["-performed_at"],
    facets: &["check", "outcome", "owner", "system"],
    searched: &["id", "release"],
};
