//! A checklist's definition: questions in groups that a system is gone through with before a release. One file in
//! `catalog/checklists/` each. It says which questions apply and never who answered them.

use serde::{Deserialize, Serialize};

/// A checklist, as its file says it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Checklist {
    /// Kebab-case, the file's name without `.toml`.
    pub id: String,
    /// What people call it.
    pub title: String,
    /// Its version; the digest ([`Checklist::hash`]) says more exactly which text was answered.
    pub version: String,
    /// What it is for, one or two sentences.
    pub summary: String,
    /// Under which licence the file may be used.
    pub licence: String,
    /// Where its structure comes from.
    #[serde(default)]
    pub sources: Vec<String>,
    /// The groups, in the order in which they are shown.
    pub groups: Vec<Group>,
    /// The questions, in the order in which they are asked.
    pub questions: Vec<Question>,
}

/// A group of questions.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Group {
    /// Short and unique, such as `PRM`.
    pub id: String,
    /// What people call it.
    pub title: String,
}

/// A question of a checklist.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Question {
    /// Stable, never reused, such as `PRM-01`.
    pub id: String,
    /// The id of its group.
    pub group: String,
    /// The question; a yes is the good answer.
    pub ask: String,
    /// What goes wrong without it, one sentence.
    #[serde(default)]
    pub why: String,
    /// What to show for a yes.
    #[serde(default)]
    pub evidence: String,
    /// Types of systems (RECORDS.md, `system.type`) that it is asked of; none: all.
    #[serde(default)]
    pub applies: Vec<String>,
    /// Risk tiers (`system.risk_tier`) that it is asked of; none: all.
    #[serde(default)]
    pub tiers: Vec<String>,
    /// Whether a no stops the release.
    #[serde(default)]
    pub blocking: bool,
    /// Items of frameworks that it serves, as `framework:id` (see `Catalog::link`).
    #[serde(default)]
    pub links: Vec<String>,
}

impl Question {
    /// Whether it is asked of a system of this type and risk tier.
    pub fn asked_of(&self, system_type: &str, risk_tier: &str) -> bool {
        let named = |list: &[String], word: &str| list.is_empty() || list.iter().any(|known| known == word);
        named(&self.applies, system_type) && named(&self.tiers, risk_tier)
    }
}

impl Checklist {
    /// The question of this id.
    pub fn question(&self, id: &str) -> Option<&Question> {
        self.questions.iter().find(|question| question.id == id)
    }

    /// The group of this id.
    pub fn group(&self, id: &str) -> Option<&Group> {
        self.groups.iter().find(|group| group.id == id)
    }

    /// The questions of a group, in the order of the file.
    pub fn questions_of<'c>(&'c self, group: &'c str) -> impl Iterator<Item = &'c Question> {
        self.questions.iter().filter(move |question| question.group == group)
    }

    /// The questions that are asked of a system of this type and risk tier, in the order of the file.
    pub fn questions_for<'c>(&'c self, system_type: &'c str, risk_tier: &'c str) -> impl Iterator<Item = &'c Question> {
        self.questions.iter().filter(move |question| question.asked_of(system_type, risk_tier))
    }
}
