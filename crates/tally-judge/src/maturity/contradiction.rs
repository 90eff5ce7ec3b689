//! A claimed answer beside the one that facts give. Never changes either: it says whether somebody should look.

use super::Rules;

/// How a claimed answer fits the computed one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Agreement {
    /// Close enough that both may be right.
    Agrees,
    /// More is claimed than facts show.
    OverClaimed,
    /// Facts show more than is claimed.
    UnderClaimed,
    /// One of the two is missing.
    CannotSay,
}

impl Agreement {
    /// In words, such as "over-claimed".
    pub const fn words(self) -> &'static str {
        match self {
            Self::Agrees => "agrees",
            Self::OverClaimed => "over-claimed",
            Self::UnderClaimed => "under-claimed",
            Self::CannotSay => "cannot say",
        }
    }
}

/// Holds a claimed answer against the computed one.
///
/// They agree where they are at most 1 apart and on the same side of what earns a question: facts see part of the
/// practice, so one step is a matter of judgement, but no judgement earns a level that facts deny. Else the claim is over
/// or under what facts show. With questions earned from 3:
///
/// | claimed, computed | |
/// | --- | --- |
/// | 4, 3 | agrees |
/// | 3, 2 | over-claimed: only one of them earns it |
/// | 2, 0 | over-claimed: 2 apart |
/// | 2, 3 | under-claimed |
/// | none, 3 and 3, none | cannot say |
pub fn contradiction(claimed: Option<u8>, computed: Option<u8>, rules: Rules) -> Agreement {
    let (Some(claimed), Some(computed)) = (claimed, computed) else {
        return Agreement::CannotSay;
    };
    let earns = |score: u8| score >= rules.earned_from;
    if claimed.abs_diff(computed) <= 1 && earns(claimed) == earns(computed) {
        Agreement::Agrees
    } else if claimed > computed {
        Agreement::OverClaimed
    } else {
        Agreement::UnderClaimed
    }
}
