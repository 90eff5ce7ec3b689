//! What the tables of kinds mean in time, as data: since when a record is seen, which instants are plans, which states
//! it can be in. Findings and systems have rooms of their own; nothing is computed here.

/// What must hold for a state.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Must {
    /// The event was seen: its instant lies before T.
    Seen(&'static str),
    /// The planned instant is given.
    Given(&'static str),
    /// The planned instant is given and lies before T.
    Past(&'static str),
}

/// A table, since when its rows are seen, and the states of its rows: the first whose conditions all hold.
pub(crate) struct Nature {
    pub(crate) table: &'static str,
    pub(crate) born: Option<&'static str>,
    pub(crate) states: &'static [(&'static str, &'static [Must])],
}

use Must::{Given, Past, Seen};

const fn nature(table: &'static str, born: Option<&'static str>, states: &'static [(&'static str, &'static [Must])]) -> Nature {
    Nature { table, born, states }
}

static NATURES: [Nature; 28] = [
    nature("findings", Some("reported_at"), &[]),
    nature(
        "assessments",
        Some("requested_at"),
        &[
            ("delivered", &[Seen("delivered_at")]),
            ("running", &[Seen("started_at")]),
            ("planned", &[Given("planned_for")]),
            ("requested", &[]),
        ],
    ),
    nature("eval_runs", Some("finished_at"), &[]),
    nature("scans", Some("at"), &[]),
    nature("releases", None, &[("deployed", &[Seen("deployed_at")]), ("planned", &[])]),
    nature(
        "incidents",
        Some("started_at"),
        &[
            ("resolved", &[Seen("resolved_at")]),
            ("contained", &[Seen("contained_at")]),
            ("detected", &[Seen("detected_at")]),
            ("unnoticed", &[]),
        ],
    ),
    nature("credentials", Some("issued_at"), &[("retired", &[Seen("retired_at")]), ("active", &[])]),
    nature("key_compromises", Some("detected_at"), &[("revoked", &[Seen("revoked_at")]), ("awaiting_revocation", &[])]),
    nature("retrieval_indexes", None, &[("retired", &[Seen("retired_at")]), ("in_use", &[])]),
    nature("index_audits", Some("at"), &[]),
    nature("tabletops", Some("held_at"), &[]),
    nature(
        "processes",
        None,
        &[
            ("review_overdue", &[Seen("approved_at"), Past("review_due")]),
            ("in_force", &[Seen("approved_at"), Given("review_due")]),
            ("no_review_date", &[Seen("approved_at")]),
            ("not_approved", &[]),
        ],
    ),
    nature("activities", Some("assigned_at"), &[("done", &[Seen("completed_at")]), ("overdue", &[Past("due")]), ("open", &[])]),
    nature("gate_checks", Some("performed_at"), &[]),
    nature(
        "monitors",
        Some("enabled_from"),
        &[("disabled", &[Seen("disabled_at")]), ("watching", &[Seen("baseline_at")]), ("no_baseline", &[])],
    ),
    nature("evidence", Some("collected_at"), &[("expired", &[Past("expires_at")]), ("current", &[])]),
    nature("claims", None, &[("review_overdue", &[Past("review_due")]), ("current", &[])]),
    nature("metric_reviews", Some("reviewed_at"), &[]),
    nature("published_values", Some("published_at"), &[]),
    nature("maturity_answers", Some("answered_at"), &[]),
    nature(
        "maturity_rounds",
        Some("started_at"),
        &[("approved", &[Seen("approved_at")]), ("submitted", &[Seen("submitted_at")]), ("answering", &[])],
    ),
    nature("improvements", Some("created_at"), &[("done", &[Seen("done_at")]), ("overdue", &[Past("due")]), ("open", &[])]),
    nature("duties", Some("starts_at"), &[("ended", &[Past("ends_at")]), ("in_force", &[])]),
    nature("duties_done", Some("done_at"), &[]),
    nature("checklist_reviews", Some("started_at"), &[("completed", &[Seen("completed_at")]), ("open", &[])]),
    nature("checklist_answers", Some("answered_at"), &[]),
    nature("threat_models", Some("made_at"), &[("review_overdue", &[Past("review_due")]), ("current", &[])]),
    nature("costs", Some("month_start"), &[]),
];

/// What is known of a table's time.
pub(crate) fn of(table: &str) -> Option<&'static Nature> {
    NATURES.iter().find(|nature| nature.table == table)
}

/// Instants that say what is meant to be: they are shown whether or not they lie ahead. All others tell of events.
pub(crate) fn is_plan(column: &str) -> bool {
    matches!(
        column,
        "production_from"
            | "planned_for"
            | "due"
            | "review_due"
            | "next_action_due"
            | "expires_at"
            | "risk_accepted_until"
            | "month_start"
            | "period_start"
            | "since"
            | "until"
            | "starts_at"
            | "ends_at"
            | "reported_at"
    )
}

/// Words that have an order of their own, from the least to the most pressing or from first to last.
const ORDERS: [&[&str]; 8] = [
    &["info", "low", "medium", "high", "critical"],
    &["quick_scan", "standard", "comprehensive"],
    &["minor_update", "major_update", "new_system"],
    super::finding::STATES,
    &["requested", "planned", "running", "delivered"],
    &["unnoticed", "detected", "contained", "resolved"],
    &["open", "overdue", "done"],
    &["not_approved", "no_review_date", "review_overdue", "in_force"],
];

/// The orders that have a word, a bit each.
pub(crate) fn orders_with(word: &str) -> u8 {
    ORDERS.iter().enumerate().filter(|(_, order)| order.contains(&word)).fold(0, |bits, (at, _)| bits | (1 << at))
}

/// The place of a word in an order, from 1.
pub(crate) fn place_in(order: usize, word: &str) -> u32 {
    let place = ORDERS.get(order).and_then(|order| order.iter().position(|known| *known == word));
    place.and_then(|place| u32::try_from(place + 1).ok()).unwrap_or(0)
}
