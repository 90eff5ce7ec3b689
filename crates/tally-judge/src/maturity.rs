//! Maturity: answers become an earned level, a continuous score, and how much of it is shown by evidence. Never lets an
//! unanswered question raise a level or a score, and never lets a strong high level hide a missing basic one.
//!
//! | module | what it answers |
//! | --- | --- |
//! | [`score()`] | where each domain and the whole stand; what holds the next level back |
//! | [`over()`] | how many subjects (systems, teams) stand where |
//! | [`compare()`] | what moved between two rounds |
//! | [`contradiction()`] | whether a claimed answer fits the one that facts give |
//! | [`roadmap()`] | in which order the gaps are closed, and which step lifts a domain |
//! | [`what_if()`], [`lifts()`] | what would be reached, and what it takes at the least |
//!
//! The types of this room are its own: a caller maps a model of the catalog and the records of a round onto them. An
//! answer to a question that is not among the items is not looked at.

mod compare;
mod contradiction;
mod order;
mod over;
mod roadmap;
mod score;
mod what_if;

use std::collections::BTreeMap;

pub use compare::{Comparison, DomainShift, QuestionShift, Shift, Way, compare};
pub use contradiction::{Agreement, contradiction};
pub use over::{DomainSpread, LevelShare, Over, Spread, over};
pub use roadmap::{Aims, CutNeed, Phase, Roadmap, Step, roadmap};
pub use score::{DomainScores, LevelScores, Next, Plain, QuestionScore, Range, Scores, Standing, Whole, score};
pub use what_if::{Lift, WhatIf, lifts, what_if};

/// A question of a maturity model, as far as scoring needs to know it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Item {
    /// The question's id, unique in its model.
    pub id: String,
    /// The id of its domain.
    pub domain: String,
    /// The level that it belongs to.
    pub level: u8,
    /// Ids of the questions that come first. Ids that no item has are not looked at.
    pub needs: Vec<String>,
    /// What it costs to get there.
    pub effort: Effort,
}

/// What it costs to get a question from nothing to earned. Small comes first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Effort {
    /// Days.
    Small,
    /// Weeks.
    Medium,
    /// Months.
    Large,
}

impl Effort {
    /// Reads the word of records and models: `small`, `medium`, `large`; `None` for any other.
    pub fn parse(word: &str) -> Option<Self> {
        [Self::Small, Self::Medium, Self::Large].into_iter().find(|effort| effort.word() == word)
    }

    /// The word of records and models.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Small => "small",
            Self::Medium => "medium",
            Self::Large => "large",
        }
    }
}

/// What was answered to one question.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Answer {
    /// 0 to the top of the scale; `None`: not answered. A score above the scale says nothing and counts as `None`.
    pub score: Option<u8>,
    /// Whether evidence that is still fresh backs the score. Without a score it backs nothing.
    pub evidence: bool,
}

/// The answers of one subject, by question id. A question without an entry is not answered.
pub type Answers = BTreeMap<String, Answer>;

/// The rules of a model.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Rules {
    /// A question is earned from this score on.
    pub earned_from: u8,
    /// The highest score of the scale.
    pub top: u8,
}

impl Default for Rules {
    /// Earned from 3 (substantial) of 4 (complete).
    fn default() -> Self {
        Self { earned_from: 3, top: 4 }
    }
}
