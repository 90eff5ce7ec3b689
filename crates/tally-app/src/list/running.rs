//! Views of running systems: incidents, keys, indexes, exercises, monitors. Data only.

use super::view::Holds::{Flag, Id, Instant, Link, List, Number, Percent, Severity, State, Text, Word};
use super::view::View;
use super::views::{column, from};

/// Incidents.
pub(super) static INCIDENT: View = View {
    kind: "incident",
    table: "incidents",
    title: "Incidents",
    columns: &[
        column("id", "Id", Id),
        column("system", "System", Link("system")),
        column("severity", "Severity", Severity),
        column("state", "State", State),
        column("class", "Class", Word),
        column("owner", "Team", Link("team")),
        column("risk_tier", "Risk tier", Word),
        column("started_at", "Began", Instant),
        column("detected_at", "Noticed", Instant),
        column("contained_at", "Contained", Instant),
        column("resolved_at", "Resolved", Instant),
        column("hours_to_detect", "Hours to notice", Number),
        column("hours_to_recover", "Hours to recover", Number),
    ],
    shown: &["id", "system", "severity", "state", "class", "started_at", "hours_to_detect", "hours_to_recover"],
    sort: &["-started_at"],
    facets: &["state", "severity", "class", "owner", "risk_tier", "system"],
    searched: &["id", "class"],
};

/// Credentials.
pub(super) static CREDENTIAL: View = View {
    kind: "credential",
    table: "credentials",
    title: "Credentials",
    columns: &[
        column("id", "Id", Id),
        column("system", "System", Link("system")),
        column("owner", "Team", Link("team")),
        column("risk_tier", "Risk tier", Word),
        column("workflow", "Workflow", Word),
        column("state", "State", State),
        column("scoped", "Scoped", Flag),
        column("rotation_days", "Rotation, days", Number),
        column("issued_at", "Issued", Instant),
        column("next_rotation", "Next rotation", Instant),
        column("rotation_overdue", "Rotation overdue", Flag),
        column("rotations_count", "Rotations", Number),
        column("retired_at", "Withdrawn", Instant),
    ],
    shown: &["id", "system", "workflow", "state", "scoped", "next_rotation", "rotation_overdue"],
    sort: &["-rotation_overdue", "next_rotation"],
    facets: &["state", "scoped", "rotation_overdue", "owner", "risk_tier", "system"],
    searched: &["id", "workflow"],
};

/// Key compromises.
pub(super) static KEY_COMPROMISE: View = View {
    kind: "key_compromise",
    table: "key_compromises",
    title: "Key compromises",
    columns: &[
        column("id", "Id", Id),
        column("credential", "Credential", Link("credential")),
        column("system", "System", Link("system")),
        column("owner", "Team", Link("team")),
        column("state", "State", State),
        column("detected_at", "Noticed", Instant),
        column("revoked_at", "Revoked", Instant),
        column("minutes_to_revoke", "Minutes to revoke", Number),
    ],
    shown: &["id", "credential", "system", "state", "detected_at", "minutes_to_revoke"],
    sort: &["-detected_at"],
    facets: &["state", "owner", "system"],
    searched: &["id", "credential"],
};

/// Retrieval indexes.
pub(super) static RETRIEVAL_INDEX: View = View {
    kind: "retrieval_index",
    table: "retrieval_indexes",
    title: "Retrieval indexes",
    columns: &[
        column("id", "Id", Id),
        column("system", "System", Link("system")),
        column("owner", "Team", Link("team")),
        column("risk_tier", "Risk tier", Word),
        column("state", "State", State),
        column("retired_at", "Taken out of use", Instant),
    ],
    shown: &["id", "system", "owner", "state"],
    sort: &["id"],
    facets: &["state", "owner", "risk_tier", "system"],
    searched: &["id", "system"],
};

/// Index audits.
pub(super) static INDEX_AUDIT: View = View {
    kind: "index_audit",
    table: "index_audits",
    title: "Index audits",
    columns: &[
        column("id", "Id", Id),
        column("index", "Index", Link("retrieval_index")),
        column("system", "System", Link("system")),
        column("owner", "Team", Link("team")),
        column("at", "Counted", Instant),
        column("documents", "Documents", Number),
        column("authorized", "With access check", Number),
        column("authorized_rate", "Share with access check", Percent),
    ],
    shown: &["id", "index", "system", "at", "documents", "authorized_rate"],
    sort: &["-at"],
    facets: &["owner", "system"],
    searched: &["id", "index"],
};

/// Tabletop exercises.
pub(super) static TABLETOP: View = View {
    kind: "tabletop",
    table: "tabletops",
    title: "Tabletop exercises",
    columns: &[
        column("id", "Id", Id),
        column("scenario", "Scenario", Text),
        column("held_at", "Held", Instant),
        column("actions_count", "Actions", Number),
        column("actions_open", "Actions open", Number),
        column("techniques_count", "Techniques", Number),
        from("technique", "Technique", List, "tabletop_techniques.technique"),
    ],
    shown: &["id", "scenario", "held_at", "actions_count", "actions_open"],
    sort: &["-held_at"],
    facets: &["technique"],
    searched: &["id", "scenario"],
};

/// Monitors.
pub(super) static MONITOR: View = View {
    kind: "monitor",
    table: "monitors",
    title: "Monitors",
    columns: &[
        column("id", "Id", Id),
        column("system", "System", Link("system")),
        column("owner", "Team", Link("team")),
        column("risk_tier", "Risk tier", Word),
        column("family", "Watches", Word),
        column("state", "State", State),
        column("enabled_from", "Since", Instant),
        column("baseline_at", "Baseline", Instant),
        column("disabled_at", "Switched off", Instant),
    ],
    shown: &["id", "system", "family", "state", "enabled_from", "baseline_at"],
    sort: &["-enabled_from"],
    facets: &["state", "family", "owner", "risk_tier", "system"],
    searched: &["id", "system"],
};
