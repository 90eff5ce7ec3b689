//! A maturity model's definition: its scale, levels, domains, questions and phases. One file in `catalog/maturity/` each.
//!
//! It looks things up and never scores: that is `tally-judge`. Models of a company's own, or ones that others publish, are
//! files of the same form, with as many levels (counted from 0 or from 1) and as large a scale as they like, up to a score of 4.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::window::{Window, WindowError};

/// The highest score that a scale may have: answers are kept as 0 to 4.
pub const SCORE_MAX: u8 = 4;

/// A maturity model, as its file says it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct MaturityModel {
    /// Kebab-case, the file's name without `.toml`.
    pub id: String,
    /// What people call it.
    pub title: String,
    /// Its version; the digest ([`MaturityModel::hash`]) says more exactly which text was answered.
    pub version: String,
    /// What it is for, one or two sentences.
    pub summary: String,
    /// Under which licence the file may be used.
    pub licence: String,
    /// Where its structure comes from.
    #[serde(default)]
    pub sources: Vec<String>,
    /// An answer earns its level from this score on.
    pub earned_from: u8,
    /// For how many days evidence without an expiry date is fresh.
    pub fresh_days: u32,
    /// The scores that an answer can have, from 0 up by one.
    pub scale: Vec<Step>,
    /// The levels, from 0 or 1 up by one.
    pub levels: Vec<Rung>,
    /// The domains, in the order in which they are shown.
    pub domains: Vec<Domain>,
    /// The questions, in the order in which they are asked.
    pub questions: Vec<Question>,
    /// The phases of a roadmap, in their order.
    #[serde(default)]
    pub phases: Vec<Phase>,
}

/// A score of the scale.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Step {
    /// 0 to [`SCORE_MAX`].
    pub score: u8,
    /// What people call it.
    pub name: String,
    /// When an answer has it.
    pub means: String,
}

/// A level of the model.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Rung {
    /// Its number.
    pub level: u8,
    /// What people call it.
    pub name: String,
    /// What an organisation at this level does.
    pub means: String,
}

/// A domain: a part of the programme with a level of its own.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Domain {
    /// Short and unique, such as `GRC`.
    pub id: String,
    /// What people call it.
    pub title: String,
    /// What it is about, one sentence.
    pub means: String,
    /// What it looks like at each level.
    #[serde(default, with = "crate::numbered")]
    pub levels: BTreeMap<u8, String>,
}

/// How much work it is to get a question from nothing to the score that earns.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Effort {
    /// Days.
    Small,
    /// Weeks; what holds where a file does not say.
    #[default]
    Medium,
    /// Months.
    Large,
}

impl Effort {
    /// The word of the file and of records: `small`, `medium` or `large`.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Small => "small",
            Self::Medium => "medium",
            Self::Large => "large",
        }
    }
}

/// A question, with what shows each score.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Question {
    /// Stable, never reused, such as `GRC-01`.
    pub id: String,
    /// The id of its domain.
    pub domain: String,
    /// The level that it belongs to: the level is earned when all its questions are, and all below.
    pub level: u8,
    /// The number of the question of the seed that it was made from.
    pub seed: Option<u32>,
    /// The question.
    pub ask: String,
    /// What goes wrong without it, one sentence.
    #[serde(default)]
    pub why: String,
    /// How much work it is.
    #[serde(default)]
    pub effort: Effort,
    /// Ids of questions that have to be earned first; never of a higher level.
    #[serde(default)]
    pub needs: Vec<String>,
    /// Items of frameworks that it serves, as `framework:id` (see `Catalog::link`).
    #[serde(default)]
    pub links: Vec<String>,
    /// What shows each score from 1 up: things that can be shown.
    #[serde(default, with = "crate::numbered")]
    pub evidence: BTreeMap<u8, String>,
    /// Facts of the programme that answer it beside people.
    #[serde(default)]
    pub computed: Vec<Computed>,
}

/// A share of the programme's facts, and which score it answers: either a metric or a query of its own.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Computed {
    /// What the number means, one line.
    pub says: String,
    /// The id of a metric in percent.
    pub metric: Option<String>,
    /// A population as metrics have one: SELECT over `points` and the fact tables that yields `point`, `key`, `hit`, `because`.
    pub sql: Option<String>,
    /// With `sql`: the kind of record that `key` names.
    pub of: Option<String>,
    /// With `sql`: how far back it looks, such as `12 months`; absent: the state at T, or all time.
    pub window: Option<String>,
    /// The lowest value, in percent, that answers each score. Below all: 0. No data: no answer.
    #[serde(with = "crate::numbered")]
    pub scores: BTreeMap<u8, f64>,
}

impl Computed {
    /// The window of its query; `None` where it looks at the state at T or at all time.
    ///
    /// # Errors
    /// Where the text is no window.
    pub fn window(&self) -> Result<Option<Window>, WindowError> {
        self.window.as_deref().map(str::parse).transpose()
    }
}

/// A phase of a roadmap.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Phase {
    /// Kebab-case.
    pub id: String,
    /// What people call it.
    pub title: String,
    /// The levels that it works on.
    pub levels: Vec<u8>,
    /// What it is to reach.
    #[serde(default)]
    pub objectives: Vec<Objective>,
    /// What holds while it runs.
    #[serde(default)]
    pub guardrails: Vec<Objective>,
}

/// An objective of a phase, or a guardrail.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Objective {
    /// Unique in the model, such as `P1-1`.
    pub id: String,
    /// What it asks for, one sentence.
    pub text: String,
    /// Ids of the questions that it moves.
    #[serde(default)]
    pub questions: Vec<String>,
}

impl MaturityModel {
    /// The question of this id.
    pub fn question(&self, id: &str) -> Option<&Question> {
        self.questions.iter().find(|question| question.id == id)
    }

    /// The domain of this id.
    pub fn domain(&self, id: &str) -> Option<&Domain> {
        self.domains.iter().find(|domain| domain.id == id)
    }

    /// The level of this number.
    pub fn level(&self, number: u8) -> Option<&Rung> {
        self.levels.iter().find(|rung| rung.level == number)
    }

    /// The questions of a domain, in the order of the file.
    pub fn questions_of<'m>(&'m self, domain: &'m str) -> impl Iterator<Item = &'m Question> {
        self.questions.iter().filter(move |question| question.domain == domain)
    }

    /// The questions of a level, in the order of the file.
    pub fn questions_at(&self, level: u8) -> impl Iterator<Item = &Question> {
        self.questions.iter().filter(move |question| question.level == level)
    }

    /// The phases with an objective (or guardrail) that moves this question, in their order.
    pub fn phases_of<'m>(&'m self, question: &'m str) -> impl Iterator<Item = &'m Phase> {
        self.phases.iter().filter(move |phase| {
            phase
                .objectives
                .iter()
                .chain(&phase.guardrails)
                .any(|objective| objective.questions.iter().any(|id| id == question))
        })
    }

    /// The first phase that works on this level.
    pub fn phase_at(&self, level: u8) -> Option<&Phase> {
        self.phases.iter().find(|phase| phase.levels.contains(&level))
    }

    /// The lowest level of the model; 0 where it has none.
    pub fn lowest_level(&self) -> u8 {
        self.levels.iter().map(|rung| rung.level).min().unwrap_or(0)
    }

    /// The highest level of the model; 0 where it has none.
    pub fn highest_level(&self) -> u8 {
        self.levels.iter().map(|rung| rung.level).max().unwrap_or(0)
    }

    /// The highest score of the scale; 0 where it has none.
    pub fn top_score(&self) -> u8 {
        self.scale.iter().map(|step| step.score).max().unwrap_or(0)
    }
}
