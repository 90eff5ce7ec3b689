//! An operating model's definition: who answers for what, across the functions of an organisation. One file in
//! `catalog/operating/` each. It suggests; what holds in a programme are its records.

use serde::{Deserialize, Serialize};

/// An operating model, as its file says it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct OperatingModel {
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
    /// The rows; duties carry their own and need none here.
    pub responsibilities: Vec<Responsibility>,
}

/// What a row is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum About {
    /// A domain of a maturity model.
    Domain,
    /// A metric.
    Metric,
    /// A duty, in place of what its list suggests.
    Duty,
    /// A process, by its topic (RECORDS.md, `process.topic`).
    Process,
}

impl About {
    /// The word of the file and of records: `domain`, `metric`, `duty` or `process`.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Domain => "domain",
            Self::Metric => "metric",
            Self::Duty => "duty",
            Self::Process => "process",
        }
    }
}

/// A row: one subject, and the functions around it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Responsibility {
    /// What sort of thing the subject is.
    pub about: About,
    /// Its id.
    pub subject: String,
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

impl OperatingModel {
    /// The row of a subject.
    pub fn responsibility(&self, about: About, subject: &str) -> Option<&Responsibility> {
        self.responsibilities.iter().find(|row| row.about == about && row.subject == subject)
    }
}
