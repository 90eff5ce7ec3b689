//! The views of all kinds, in the order of the search's groups.

use super::view::{Holds, View, ViewColumn};
use super::{assuring, programme, running, testing};

/// Every view.
pub static VIEWS: [&View; 33] = [
    &programme::SYSTEM,
    &testing::FINDING,
    &testing::ASSESSMENT,
    &testing::EVAL_RUN,
    &testing::SCAN,
    &testing::RELEASE,
    &testing::GATE_CHECK,
    &running::INCIDENT,
    &running::CREDENTIAL,
    &running::KEY_COMPROMISE,
    &running::RETRIEVAL_INDEX,
    &running::INDEX_AUDIT,
    &running::TABLETOP,
    &running::MONITOR,
    &programme::PROCESS,
    &programme::ACTIVITY,
    &programme::TEAM,
    &programme::EVIDENCE,
    &programme::CLAIM,
    &programme::METRIC_REVIEW,
    &programme::PUBLISHED_VALUE,
    &assuring::MATURITY_ROUND,
    &programme::MATURITY_ANSWER,
    &assuring::IMPROVEMENT,
    &assuring::DUTY,
    &assuring::DUTY_DONE,
    &assuring::RESPONSIBILITY,
    &assuring::CHECKLIST_REVIEW,
    &assuring::CHECKLIST_ANSWER,
    &assuring::THREAT_MODEL,
    &assuring::THREAT,
    &programme::CAPACITY,
    &programme::COST,
];

/// The view of a kind.
pub fn view(kind: &str) -> Option<&'static View> {
    VIEWS.iter().find(|view| view.kind == kind).copied()
}

pub(super) const fn column(name: &'static str, label: &'static str, holds: Holds) -> ViewColumn {
    ViewColumn { name, label, holds, source: name }
}

pub(super) const fn from(name: &'static str, label: &'static str, holds: Holds, source: &'static str) -> ViewColumn {
    ViewColumn { name, label, holds, source }
}
