//! What can be done with a finding, and in which states. A table of refusals, each with what can be done instead; never
//! knows who acts.

use tally_model::{Instant, Record, Value};

use super::State;

/// A sort of act on a finding.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Deed {
    /// Its owner agrees that it is one.
    Accept,
    /// Its owner says it is none.
    Dispute,
    /// It was looked at and is none.
    FalsePositive,
    /// It repeats another one.
    Duplicate,
    /// Its impact was shown.
    DemonstrateImpact,
    /// Somebody says it is fixed.
    ClaimFix,
    /// Somebody else tried again.
    Retest,
    /// A test keeps it fixed.
    RegressionTest,
    /// Somebody lives with the risk for a time.
    AcceptRisk,
    /// Nobody does any more.
    WithdrawRisk,
    /// It is worse, or less bad, than was reported.
    Severity,
    /// What is said of it.
    Describe,
}

impl Deed {
    /// All of them, in the order of a finding's life.
    pub const ALL: [Self; 12] = [
        Self::Accept,
        Self::Dispute,
        Self::FalsePositive,
        Self::Duplicate,
        Self::DemonstrateImpact,
        Self::ClaimFix,
        Self::Retest,
        Self::RegressionTest,
        Self::AcceptRisk,
        Self::WithdrawRisk,
        Self::Severity,
        Self::Describe,
    ];

    /// Its word in addresses, on the command line and in the journal.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Accept => "accept",
            Self::Dispute => "dispute",
            Self::FalsePositive => "false-positive",
            Self::Duplicate => "duplicate",
            Self::DemonstrateImpact => "demonstrate-impact",
            Self::ClaimFix => "claim-fix",
            Self::Retest => "retest",
            Self::RegressionTest => "regression-test",
            Self::AcceptRisk => "accept-risk",
            Self::WithdrawRisk => "withdraw-risk",
            Self::Severity => "severity",
            Self::Describe => "describe",
        }
    }

    /// The deed of a word.
    pub fn named(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|deed| deed.word() == word)
    }

    /// What a button says.
    pub const fn label(self) -> &'static str {
        match self {
            Self::Accept => "Accept",
            Self::Dispute => "Dispute",
            Self::FalsePositive => "Mark as false positive",
            Self::Duplicate => "Mark as duplicate",
            Self::DemonstrateImpact => "Impact demonstrated",
            Self::ClaimFix => "Claim a fix",
            Self::Retest => "Record a retest",
            Self::RegressionTest => "Add a regression test",
            Self::AcceptRisk => "Accept the risk",
            Self::WithdrawRisk => "Withdraw the risk acceptance",
            Self::Severity => "Change the severity",
            Self::Describe => "Edit the text",
        }
    }

    /// Why it makes no sense in this state, and what can be done instead; `None` where it does.
    pub fn refusal(self, finding: &Record, state: &State) -> Option<&'static str> {
        use State::{Claimed, Disputed, Duplicate, FalsePositive, InProgress, RiskAccepted, Verified};
        let gone = matches!(state, FalsePositive | Duplicate(_));
        match self {
            Self::Describe => None,
            Self::Accept => already_accepted(finding, state),
            Self::WithdrawRisk => {
                finding.get("risk_accepted").is_none().then_some("nobody accepted its risk; there is nothing to withdraw")
            }
            _ if gone => Some("it counts as none; accept it first, where that was wrong"),
            Self::Dispute if *state == Disputed || disposition(finding) == "disputed" => Some("it is disputed already"),
            Self::Dispute | Self::FalsePositive | Self::Duplicate if *state == Verified => {
                Some("a retest showed its fix; what was fixed was there")
            }
            Self::DemonstrateImpact => finding.instant("impact_demonstrated_at").map(|_| "its impact was demonstrated already"),
            Self::ClaimFix if *state == Claimed => Some("a fix is claimed already; record its retest first"),
            Self::ClaimFix if *state == Verified => {
                Some("its fix was verified; where the attack works again, report a new finding")
            }
            Self::Retest if *state == Verified => {
                Some("its fix was verified; where the attack works again, report a new finding")
            }
            Self::Retest if *state != Claimed => Some("no fix is claimed that waits for a retest; claim one first"),
            Self::AcceptRisk => match state {
                Verified => Some("its fix was verified; there is no risk to accept"),
                Claimed => Some("a fix is claimed; record its retest first, and accept what remains after it"),
                RiskAccepted(_) => Some("its risk is accepted already; withdraw that first, to accept it anew"),
                State::Open | InProgress | Disputed | FalsePositive | Duplicate(_) => None,
            },
            _ => None,
        }
    }
}

fn disposition(finding: &Record) -> &str {
    finding.get("disposition").and_then(Value::text).unwrap_or("reported")
}

fn already_accepted(finding: &Record, state: &State) -> Option<&'static str> {
    if disposition(finding) == "accepted" {
        return Some("it is accepted already; claim a fix, or accept its risk");
    }
    (*state == State::Verified).then_some("its fix was verified; there is nothing left to accept")
}

/// The instant from which on what happens at `at` is seen.
pub(super) const fn after(at: Instant) -> Instant {
    Instant::from_micros(at.micros().saturating_add(1))
}
