//! Duties: work of the security team that comes again, with a suggestion of who does it. One file in `catalog/duties/` is a
//! list of them. It says how often and never when one is due: that is arithmetic, in `tally-judge`.

use serde::{Deserialize, Serialize};

/// A list of duties, as its file says it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DutyList {
    /// Kebab-case, the file's name without `.toml`.
    pub id: String,
    /// What people call it.
    pub title: String,
    /// Its version.
    pub version: String,
    /// What it is for, one or two sentences.
    pub summary: String,
    /// Under which licence the file may be used.
    pub licence: String,
    /// Where its structure comes from.
    #[serde(default)]
    pub sources: Vec<String>,
    /// The duties, in the order in which they are shown.
    pub duties: Vec<Duty>,
}

/// How often a duty comes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Cadence {
    /// Once a calendar quarter.
    Quarterly,
    /// Once a month.
    Monthly,
    /// Once for each release.
    PerRelease,
    /// All the time; looked at once a month.
    Ongoing,
}

impl Cadence {
    /// The word of the file and of records: `quarterly`, `monthly`, `per_release` or `ongoing`.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Quarterly => "quarterly",
            Self::Monthly => "monthly",
            Self::PerRelease => "per_release",
            Self::Ongoing => "ongoing",
        }
    }
}

/// Who does something, who answers for it, who is asked and who is told: functions of RECORDS.md (`team.function`).
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Raci {
    /// Functions that do it.
    #[serde(default)]
    pub responsible: Vec<String>,
    /// The function that answers for it: exactly one.
    #[serde(default)]
    pub accountable: Vec<String>,
    /// Functions that are asked before.
    #[serde(default)]
    pub consulted: Vec<String>,
    /// Functions that are told afterwards.
    #[serde(default)]
    pub informed: Vec<String>,
}

/// A duty.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Duty {
    /// Stable, never reused, unique among all lists, such as `Q-1`.
    pub id: String,
    /// How often it comes.
    pub cadence: Cadence,
    /// What people call it: an act.
    pub title: String,
    /// What is done, and what is left as evidence.
    pub does: String,
    /// The domain of a maturity model that it serves.
    pub domain: Option<String>,
    /// Ids of the questions of that model that it keeps alive.
    #[serde(default)]
    pub questions: Vec<String>,
    /// Days after the end of the period until it is due; per release: days after deployment.
    #[serde(default)]
    pub due_days: u32,
    /// The item of the seed that it was made from, such as `quarterly 1`.
    pub seed: Option<String>,
    /// What proves that it was done.
    #[serde(default)]
    pub evidence: String,
    /// Who does it: a suggestion.
    #[serde(default)]
    pub raci: Raci,
}
