//! Views of what the programme consists of: systems, teams, processes, money, proof. Data only.

use super::view::Holds::{Flag, Id, Instant, Link, List, Money, Number, State, Text, Word};
use super::view::View;
use super::views::{column, from};

/// Systems.
pub(super) static SYSTEM: View = View {
    kind: "system",
    table: "systems",
    title: "Systems",
    columns: &[
        column("id", "Id", Id),
        column("name", "Name", Text),
        column("owner", "Team", Link("team")),
        column("risk_tier", "Risk tier", Word),
        column("type", "Type", Word),
        column("origin", "Origin", Word),
        column("eu_ai_act", "EU AI Act", Word),
        column("in_production", "In production", Flag),
        column("production_from", "Production from", Instant),
        column("retired_at", "Retired", Instant),
        column("last_assessed", "Last assessed", Instant),
        column("assessed", "Assessed in 12 months", Flag),
        column("current_release", "Current release", Link("release")),
        column("current_version_assessed", "Current version assessed", Flag),
        column("open", "Open findings", Number),
        column("open_critical", "Open critical", Number),
        column("open_high", "Open high", Number),
        column("open_medium", "Open medium", Number),
        column("open_low", "Open low", Number),
        column("open_info", "Open info", Number),
        column("techniques_applicable", "Techniques that apply, by assessment", Number),
        column("techniques_tested", "Of these tried", Number),
        column("input_vectors_count", "Input vectors", Number),
        column("vectors_tested", "Of these tried in 12 months", Number),
        from("data_class", "Data class", List, "system_data_classes.data_class"),
        from("technique", "Technique", List, "system_techniques.technique"),
    ],
    shown: &[
        "id",
        "name",
        "owner",
        "risk_tier",
        "type",
        "in_production",
        "last_assessed",
        "current_version_assessed",
        "open_critical",
        "open_high",
    ],
    sort: &["-risk_tier", "name"],
    facets: &[
        "owner",
        "risk_tier",
        "type",
        "origin",
        "in_production",
        "assessed",
        "current_version_assessed",
        "eu_ai_act",
        "data_class",
    ],
    searched: &["id", "name"],
};

/// Teams.
pub(super) static TEAM: View = View {
    kind: "team",
    table: "teams",
    title: "Teams",
    columns: &[
        column("id", "Id", Id),
        column("name", "Name", Text),
        column("function", "Function", Word),
        column("systems", "Systems", Number),
    ],
    shown: &["id", "name", "function", "systems"],
    sort: &["name"],
    facets: &["function"],
    searched: &["id", "name"],
};

/// Processes.
pub(super) static PROCESS: View = View {
    kind: "process",
    table: "processes",
    title: "Processes",
    columns: &[
        column("id", "Id", Id),
        column("topic", "Topic", Word),
        column("owner", "Team", Link("team")),
        column("state", "State", State),
        column("approved_by", "Approved by", Text),
        column("approved_at", "Approved", Instant),
        column("review_due", "Review due", Instant),
        column("evidence", "Document", Text),
    ],
    shown: &["id", "topic", "owner", "state", "approved_at", "review_due"],
    sort: &["topic"],
    facets: &["state", "topic", "owner"],
    searched: &["id", "topic"],
};

/// Activities.
pub(super) static ACTIVITY: View = View {
    kind: "activity",
    table: "activities",
    title: "Activities",
    columns: &[
        column("id", "Id", Id),
        column("activity", "Activity", Word),
        column("topic", "Topic", Word),
        column("subject", "For", Text),
        column("state", "State", State),
        column("assigned_at", "Asked for", Instant),
        column("due", "Due", Instant),
        column("completed_at", "Done", Instant),
    ],
    shown: &["id", "activity", "topic", "subject", "state", "assigned_at", "due", "completed_at"],
    sort: &["-assigned_at"],
    facets: &["state", "activity", "topic"],
    searched: &["id", "subject"],
};

/// Capacity.
pub(super) static CAPACITY: View = View {
    kind: "capacity",
    table: "capacity",
    title: "Capacity",
    columns: &[column("id", "Id", Id), column("month", "Month", Text), column("fte", "Testers", Number)],
    shown: &["id", "month", "fte"],
    sort: &["-month"],
    facets: &[],
    searched: &["id"],
};

/// Costs.
pub(super) static COST: View = View {
    kind: "cost",
    table: "costs",
    title: "Costs",
    columns: &[
        column("id", "Id", Id),
        column("month", "Month", Text),
        column("category", "Category", Word),
        column("amount", "Amount", Money),
    ],
    shown: &["id", "month", "category", "amount"],
    sort: &["-month"],
    facets: &["category", "month"],
    searched: &["id"],
};

/// Evidence.
pub(super) static EVIDENCE: View = View {
    kind: "evidence",
    table: "evidence",
    title: "Evidence",
    columns: &[
        column("id", "Id", Id),
        column("name", "Name", Text),
        column("state", "State", State),
        column("media_type", "Media type", Word),
        column("collected_at", "Collected", Instant),
        column("expires_at", "Expires", Instant),
        column("supports_count", "Supports", Number),
        column("sha256", "SHA-256", Text),
    ],
    shown: &["id", "name", "state", "media_type", "collected_at", "expires_at", "supports_count"],
    sort: &["-collected_at"],
    facets: &["state", "media_type"],
    searched: &["id", "name"],
};

/// Claims.
pub(super) static CLAIM: View = View {
    kind: "claim",
    table: "claims",
    title: "Claims",
    columns: &[
        column("id", "Id", Id),
        column("where", "Where", Text),
        column("owner", "Answers for it", Word),
        column("state", "State", State),
        column("review_due", "Review due", Instant),
        column("approved_by", "Approved by", Text),
        column("evidence_count", "Evidence", Number),
    ],
    shown: &["id", "where", "owner", "state", "review_due", "approved_by", "evidence_count"],
    sort: &["review_due"],
    facets: &["state", "owner"],
    searched: &["id", "where"],
};

/// Metric reviews.
pub(super) static METRIC_REVIEW: View = View {
    kind: "metric_review",
    table: "metric_reviews",
    title: "Metric reviews",
    columns: &[
        column("id", "Id", Id),
        column("metric", "Metric", Word),
        column("period", "Month", Text),
        column("decision", "Decision", Word),
        column("reviewed_at", "Reviewed", Instant),
        column("next_action", "Next action", Text),
        column("next_action_due", "Next action due", Instant),
        column("blockers", "Blockers", Text),
        column("ticket", "Ticket", Text),
    ],
    shown: &["id", "metric", "period", "decision", "next_action", "next_action_due"],
    sort: &["-reviewed_at"],
    facets: &["metric", "decision"],
    searched: &["id", "metric"],
};

/// Published values.
pub(super) static PUBLISHED_VALUE: View = View {
    kind: "published_value",
    table: "published_values",
    title: "Published values",
    columns: &[
        column("id", "Id", Id),
        column("metric", "Metric", Word),
        column("period", "Month", Text),
        column("value", "Value", Number),
        column("n", "n", Number),
        column("interval_low", "95% from", Number),
        column("interval_high", "to", Number),
        column("status", "Status", Word),
        column("scorecard", "Scorecard", Word),
        column("as_of", "As of", Instant),
        column("published_at", "Published", Instant),
        column("entry", "Journal entries", Number),
    ],
    shown: &["id", "metric", "period", "value", "n", "status", "published_at", "entry"],
    sort: &["-published_at", "metric"],
    facets: &["metric", "status", "scorecard"],
    searched: &["id", "metric"],
};

/// Maturity answers.
pub(super) static MATURITY_ANSWER: View = View {
    kind: "maturity_answer",
    table: "maturity_answers",
    title: "Maturity answers",
    columns: &[
        column("id", "Id", Id),
        column("model", "Model", Word),
        column("question", "Question", Text),
        column("score", "Score", Number),
        column("round", "Round", Link("maturity_round")),
        column("subject", "Subject", Text),
        column("answered_at", "Answered", Instant),
        column("evidence_count", "Evidence", Number),
    ],
    shown: &["id", "model", "question", "score", "round", "subject", "answered_at", "evidence_count"],
    sort: &["model", "question"],
    facets: &["model", "score", "round"],
    searched: &["id", "question"],
};
