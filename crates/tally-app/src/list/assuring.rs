//! Views of how a programme works and is assessed: maturity, duties, checklists, threat models. Data only.

use super::view::Holds::{Id, Instant, Link, Number, State, Text, Word};
use super::view::View;
use super::views::column;

/// Rounds of a maturity model.
pub(super) static MATURITY_ROUND: View = View {
    kind: "maturity_round",
    table: "maturity_rounds",
    title: "Maturity rounds",
    columns: &[
        column("id", "Id", Id),
        column("title", "Title", Text),
        column("model", "Model", Word),
        column("scope", "Scope", Word),
        column("state", "State", State),
        column("started_at", "Started", Instant),
        column("due", "Due", Instant),
        column("assessor", "Assessor", Text),
        column("approver", "Approver", Text),
        column("approved_at", "Approved", Instant),
    ],
    shown: &["id", "title", "model", "scope", "state", "started_at", "due", "assessor"],
    sort: &["-started_at"],
    facets: &["model", "scope", "state"],
    searched: &["id", "title"],
};

/// Steps of the roadmap.
pub(super) static IMPROVEMENT: View = View {
    kind: "improvement",
    table: "improvements",
    title: "Improvements",
    columns: &[
        column("id", "Id", Id),
        column("question", "Question", Text),
        column("subject", "Subject", Text),
        column("owner", "Owner", Word),
        column("state", "State", State),
        column("due", "Due", Instant),
        column("effort", "Effort", Word),
        column("ticket", "Ticket", Text),
        column("model", "Model", Word),
        column("done_at", "Done", Instant),
    ],
    shown: &["id", "question", "subject", "owner", "state", "due", "effort", "ticket"],
    sort: &["due"],
    facets: &["state", "owner", "effort", "model"],
    searched: &["id", "question"],
};

/// Duties.
pub(super) static DUTY: View = View {
    kind: "duty",
    table: "duties",
    title: "Duties",
    columns: &[
        column("id", "Id", Id),
        column("title", "Title", Text),
        column("cadence", "How often", Word),
        column("owner", "Team", Link("team")),
        column("state", "State", State),
        column("starts_at", "Since", Instant),
        column("ends_at", "Until", Instant),
        column("system", "System", Link("system")),
    ],
    shown: &["id", "title", "cadence", "owner", "state", "starts_at", "ends_at", "system"],
    sort: &["title"],
    facets: &["cadence", "owner", "state"],
    searched: &["id", "title"],
};

/// Duties that were done.
pub(super) static DUTY_DONE: View = View {
    kind: "duty_done",
    table: "duties_done",
    title: "Duties done",
    columns: &[
        column("id", "Id", Id),
        column("duty", "Duty", Link("duty")),
        column("occurrence", "Which time", Text),
        column("done_at", "Done", Instant),
        column("evidence_count", "Evidence", Number),
    ],
    shown: &["id", "duty", "occurrence", "done_at", "evidence_count"],
    sort: &["-done_at"],
    facets: &["duty"],
    searched: &["id", "occurrence"],
};

/// Who answers for what.
pub(super) static RESPONSIBILITY: View = View {
    kind: "responsibility",
    table: "responsibilities",
    title: "Responsibilities",
    columns: &[
        column("id", "Id", Id),
        column("about", "About", Word),
        column("subject", "Subject", Text),
        column("responsible_count", "Responsible", Number),
        column("accountable_count", "Accountable", Number),
        column("consulted_count", "Consulted", Number),
        column("informed_count", "Informed", Number),
    ],
    shown: &["id", "about", "subject", "responsible_count", "accountable_count", "consulted_count", "informed_count"],
    sort: &["about"],
    facets: &["about"],
    searched: &["id", "subject"],
};

/// Checklist reviews.
pub(super) static CHECKLIST_REVIEW: View = View {
    kind: "checklist_review",
    table: "checklist_reviews",
    title: "Checklist reviews",
    columns: &[
        column("id", "Id", Id),
        column("checklist", "Checklist", Word),
        column("system", "System", Link("system")),
        column("release", "Release", Link("release")),
        column("state", "State", State),
        column("reviewer", "Reviewer", Text),
        column("started_at", "Started", Instant),
        column("completed_at", "Completed", Instant),
    ],
    shown: &["id", "checklist", "system", "release", "state", "reviewer", "started_at", "completed_at"],
    sort: &["-started_at"],
    facets: &["checklist", "system", "state"],
    searched: &["id"],
};

/// Answers of checklist reviews.
pub(super) static CHECKLIST_ANSWER: View = View {
    kind: "checklist_answer",
    table: "checklist_answers",
    title: "Checklist answers",
    columns: &[
        column("id", "Id", Id),
        column("review", "Review", Link("checklist_review")),
        column("question", "Question", Text),
        column("answer", "Answer", Word),
        column("answered_at", "Answered", Instant),
        column("evidence_count", "Evidence", Number),
    ],
    shown: &["id", "review", "question", "answer", "answered_at", "evidence_count"],
    sort: &["review"],
    facets: &["answer", "review"],
    searched: &["id", "question"],
};

/// Threat models.
pub(super) static THREAT_MODEL: View = View {
    kind: "threat_model",
    table: "threat_models",
    title: "Threat models",
    columns: &[
        column("id", "Id", Id),
        column("title", "Title", Text),
        column("system", "System", Link("system")),
        column("method", "Method", Word),
        column("state", "State", State),
        column("made_at", "Made", Instant),
        column("review_due", "Review due", Instant),
        column("release", "Release", Link("release")),
    ],
    shown: &["id", "title", "system", "method", "state", "made_at", "review_due", "release"],
    sort: &["-made_at"],
    facets: &["system", "state", "method"],
    searched: &["id", "title"],
};

/// Threats.
pub(super) static THREAT: View = View {
    kind: "threat",
    table: "threats",
    title: "Threats",
    columns: &[
        column("id", "Id", Id),
        column("title", "Title", Text),
        column("threat_model", "Threat model", Link("threat_model")),
        column("severity", "Severity", Word),
        column("controls_count", "Controls", Number),
        column("tests_count", "Tests", Number),
        column("telemetry_count", "Telemetry", Number),
        column("incident_assumptions_count", "Assumptions", Number),
    ],
    shown: &[
        "id",
        "title",
        "threat_model",
        "severity",
        "controls_count",
        "tests_count",
        "telemetry_count",
        "incident_assumptions_count",
    ],
    sort: &["-severity"],
    facets: &["severity", "threat_model"],
    searched: &["id", "title"],
};
