//! What crosses the border of `/api/v1`: types of its own, read by the command line too. A member may come; none goes, and none
//! changes its meaning. Made from what verbs answer; never holds a rule.

mod act;
mod checklist;
mod claims;
mod duties;
mod exact;
mod import;
mod journal;
mod maturity;
mod maturity_file;
mod maturity_made;
mod maturity_said;
mod measure;
mod operating;
mod record;
mod review;
mod threats;

pub use act::*;
pub use checklist::*;
pub use claims::*;
pub use duties::*;
pub use import::*;
pub use journal::*;
pub use maturity::*;
pub use maturity_file::*;
pub use maturity_said::*;
pub use measure::*;
pub use operating::*;
pub use record::*;
pub use review::*;
pub use threats::*;

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// Problem details (RFC 9457).
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct ProblemDetails {
    /// Names the sort of problem.
    #[serde(rename = "type")]
    #[schema(format = "uri")]
    pub kind: String,
    /// The sort in a word or two.
    pub title: String,
    /// The HTTP status.
    pub status: u16,
    /// What was found, what was expected.
    pub detail: String,
    /// What to do next.
    pub advice: String,
    /// Names the request in the server's log.
    pub instance: String,
    /// What is wrong with records that were sent, one by one.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub problems: Vec<Problem>,
    /// What a refused import would have done.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub import: Option<Imported>,
}

/// One thing that is wrong with input, or worth knowing about it.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct Problem {
    /// `error`: nothing is written while it stands; `note`: nothing is refused for it.
    pub weight: Weight,
    /// The file, where there is one.
    pub file: String,
    /// Its line, from 1.
    pub line: Option<u64>,
    /// Kind and id of the record.
    pub record: Option<String>,
    /// The field, such as `remediations[1].result`.
    pub field: Option<String>,
    /// What was found.
    pub found: String,
    /// What was expected.
    pub expected: String,
    /// What to do.
    pub help: Option<String>,
}

/// How much a problem weighs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum Weight {
    /// Nothing is written while it stands.
    Error,
    /// Worth knowing.
    Note,
}

impl From<&tally_model::Problem> for Problem {
    fn from(problem: &tally_model::Problem) -> Self {
        Self {
            weight: if problem.weight == tally_model::Weight::Error { Weight::Error } else { Weight::Note },
            file: problem.place.file.clone(),
            line: problem.place.line,
            record: problem.place.record.clone(),
            field: problem.place.field.clone(),
            found: problem.found.clone(),
            expected: problem.expected.clone(),
            help: problem.help.clone(),
        }
    }
}

impl Problem {
    /// The problem as the rooms below know it.
    pub fn to_model(&self) -> tally_model::Problem {
        let mut problem = tally_model::Problem::error(self.found.clone(), self.expected.clone());
        if self.weight == Weight::Note {
            problem.weight = tally_model::Weight::Note;
        }
        problem.place.file.clone_from(&self.file);
        problem.place.line = self.line;
        problem.place.record.clone_from(&self.record);
        problem.place.field.clone_from(&self.field);
        problem.help.clone_from(&self.help);
        problem
    }
}

/// Who asks.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct Me {
    /// Account name; what the journal knows.
    pub account: String,
    /// The name that is shown.
    pub name: String,
    /// viewer, contributor, reviewer or administrator.
    pub role: String,
    /// The teams whose systems are all that is seen; null: all systems.
    pub teams: Option<Vec<String>>,
    /// `session`, or `token` with what it is for.
    pub means: String,
    /// What may be done.
    pub may: Vec<String>,
    /// Version of the server's program.
    pub version: String,
}
