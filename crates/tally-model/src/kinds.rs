//! The table of kinds: RECORDS.md as data. A new field or kind is a line here and nothing else.

mod assurance;
mod delivery;
mod measure;
mod operation;
mod programme;
mod words;

use crate::kind::Kind;

/// Every kind, in the order of RECORDS.md; those that the program alone writes come last.
pub static KINDS: [&Kind; 33] = [
    &programme::TEAM,
    &programme::SYSTEM,
    &delivery::RELEASE,
    &delivery::ASSESSMENT,
    &delivery::SCAN,
    &delivery::FINDING,
    &delivery::EVAL_RUN,
    &operation::CREDENTIAL,
    &operation::KEY_COMPROMISE,
    &operation::RETRIEVAL_INDEX,
    &operation::INDEX_AUDIT,
    &operation::INCIDENT,
    &operation::TABLETOP,
    &programme::PROCESS,
    &programme::ACTIVITY,
    &delivery::GATE_CHECK,
    &operation::MONITOR,
    &programme::CAPACITY,
    &programme::COST,
    &measure::EVIDENCE,
    &measure::MATURITY_ANSWER,
    &measure::METRIC_REVIEW,
    &measure::CLAIM,
    &assurance::MATURITY_ROUND,
    &assurance::IMPROVEMENT,
    &assurance::DUTY,
    &assurance::DUTY_DONE,
    &assurance::RESPONSIBILITY,
    &assurance::CHECKLIST_REVIEW,
    &assurance::CHECKLIST_ANSWER,
    &assurance::THREAT_MODEL,
    &assurance::THREAT,
    &measure::PUBLISHED_VALUE,
];
