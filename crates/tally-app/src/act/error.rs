//! Why an act is not done: it makes no sense now, somebody else has to do it, or the record changed meanwhile. Each says
//! how things stand and what can be done instead. Never says anything about records that the actor may not see.

use tally_model::problem::printable;
use tally_model::{Instant, Month, Problem};

use crate::Kind;

/// An act that is not done; nothing was written.
#[derive(Debug, thiserror::Error)]
pub enum ActError {
    /// The record changed since the actor looked at it.
    #[error(
        "{} was changed meanwhile: {} by {} at {at} (entry {entry}, {} seen); look at it again and decide anew",
        printable(record), fields.join(", "), printable(actor), seen_word(*seen)
    )]
    Conflict {
        /// Kind and id.
        record: String,
        /// The entry that the actor saw last.
        seen: u64,
        /// The last entry now.
        entry: u64,
        /// Who wrote that one.
        actor: String,
        /// When.
        at: Instant,
        /// The fields that changed since.
        fields: Vec<String>,
    },
    /// The act makes no sense in the state that the record is in.
    #[error("finding {} is {state}: {why}", printable(id))]
    NotNow {
        /// The finding.
        id: String,
        /// Its state in words.
        state: String,
        /// Why not, and what can be done instead.
        why: String,
    },
    /// Two duties that one person must not have.
    #[error("finding {}: {why}", printable(id))]
    Duty {
        /// The finding.
        id: String,
        /// Which two duties, and who else can do it.
        why: String,
    },
    /// The records would not hold what they must.
    #[error("{}", joined(.0))]
    Problems(Vec<Problem>),
    /// There is nothing in that commit that can be taken back.
    #[error("entry {entry} cannot be undone: {why}")]
    NoUndo {
        /// The entry that was named.
        entry: u64,
        /// Why not.
        why: String,
    },
    /// The period has been published on this scorecard.
    #[error(
        "{period} of scorecard `{scorecard}` was published on {at} by {}; a published value never changes, what is computed now is shown beside it",
        printable(by)
    )]
    Published {
        /// The scorecard.
        scorecard: String,
        /// The month.
        period: Month,
        /// When.
        at: Instant,
        /// By whom.
        by: String,
    },
    /// The metric's review of that period is closed.
    #[error(
        "the review of {metric} for {period} is closed: scorecard `{scorecard}` published it on {at} by {}; say it in the review of a later month",
        printable(by)
    )]
    Closed {
        /// The metric.
        metric: String,
        /// The scorecard.
        scorecard: String,
        /// The month.
        period: Month,
        /// When it was published.
        at: Instant,
        /// By whom.
        by: String,
    },
    /// Two duties that one person must not have, on a record of any kind.
    #[error("{}: {why}", printable(record))]
    SeparateDuties {
        /// Kind and id.
        record: String,
        /// Which two duties, and who else can do it.
        why: String,
    },
    /// The record is closed, or in a state in which this makes no sense.
    #[error("{}: {why}", printable(record))]
    Shut {
        /// Kind and id.
        record: String,
        /// How it stands, and what can be done instead.
        why: String,
    },
    /// The period is not over.
    #[error("{period} is not over: it can be published from {from} on")]
    NotOver {
        /// The month.
        period: Month,
        /// The first instant after it.
        from: Instant,
    },
}

impl ActError {
    /// What sort of error it is.
    pub fn kind(&self) -> Kind {
        match self {
            Self::Conflict { .. } | Self::Published { .. } | Self::Closed { .. } | Self::Shut { .. } => Kind::Conflict,
            Self::Duty { .. } | Self::SeparateDuties { .. } => Kind::Denied,
            Self::NotNow { .. } | Self::Problems(_) | Self::NoUndo { .. } | Self::NotOver { .. } => Kind::Invalid,
        }
    }
}

fn seen_word(seen: u64) -> String {
    if seen == 0 { "none".to_owned() } else { format!("entry {seen}") }
}

fn joined(problems: &[Problem]) -> String {
    problems.iter().map(ToString::to_string).collect::<Vec<_>>().join("; ")
}
