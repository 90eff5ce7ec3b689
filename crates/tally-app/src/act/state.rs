//! The state of a finding at an instant, in the words of the pages and the sense of METRICS.md: what happened at or after T
//! is not seen. One state at a time; never a set of flags.

use tally_model::record::Object;
use tally_model::{Instant, Record, Value};

/// Where a finding stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum State {
    /// Reported; nobody said anything of it yet, or its last fix did not hold.
    Open,
    /// Accepted by its owner, no fix claimed that stands.
    InProgress,
    /// Its owner says it is none.
    Disputed,
    /// A fix is claimed and not retested.
    Claimed,
    /// A retest showed that the last claimed fix holds.
    Verified,
    /// Somebody lives with the risk until then. It still counts as open.
    RiskAccepted(Instant),
    /// It was none.
    FalsePositive,
    /// It repeats another one.
    Duplicate(Option<String>),
}

impl State {
    /// In words, as pages and lists show it.
    pub const fn words(&self) -> &'static str {
        match self {
            Self::Open => "Open",
            Self::InProgress => "In progress",
            Self::Disputed => "Disputed",
            Self::Claimed => "Fixed – awaiting verification",
            Self::Verified => "Verified",
            Self::RiskAccepted(_) => "Risk accepted",
            Self::FalsePositive => "False positive",
            Self::Duplicate(_) => "Duplicate",
        }
    }

    /// With what belongs to it: until when, of which.
    pub fn sentence(&self) -> String {
        match self {
            Self::RiskAccepted(until) => format!("{} until {until}", self.words()),
            Self::Duplicate(Some(of)) => format!("{} of {of}", self.words()),
            other => other.words().to_owned(),
        }
    }
}

/// The state of a finding at T.
pub fn state(finding: &Record, at: Instant) -> State {
    let seen = finding.instant("disposition_at").is_some_and(|since| since < at);
    let disposition = finding.text("disposition").filter(|_| seen).unwrap_or("reported");
    match disposition {
        "false_positive" => return State::FalsePositive,
        "duplicate" => return State::Duplicate(finding.text("duplicate_of").map(str::to_owned)),
        _ => {}
    }
    match last_cycle(finding, at) {
        Some((_, cycle)) if cycle.instant("retested_at").is_none_or(|retested| retested >= at) => return State::Claimed,
        Some((_, cycle)) if cycle.text("result") == Some("fixed") => return State::Verified,
        _ => {}
    }
    if let Some(Value::Object(risk)) = finding.get("risk_accepted")
        && let (Some(since), Some(until)) = (risk.instant("at"), risk.instant("until"))
        && since < at
        && at <= until
    {
        return State::RiskAccepted(until);
    }
    match disposition {
        "disputed" => State::Disputed,
        "accepted" => State::InProgress,
        _ => State::Open,
    }
}

/// The last cycle that is seen at T, and its place in the list: the one with the greatest `claimed_at`.
pub(super) fn last_cycle(finding: &Record, at: Instant) -> Option<(usize, &Object)> {
    let cycles = finding.get("remediations").map(Value::objects).unwrap_or_default();
    cycles
        .iter()
        .enumerate()
        .filter(|(_, cycle)| cycle.instant("claimed_at").is_some_and(|claimed| claimed < at))
        .max_by_key(|(nth, cycle)| (cycle.instant("claimed_at"), *nth))
}
