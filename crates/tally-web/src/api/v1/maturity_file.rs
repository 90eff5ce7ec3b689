//! Answers of maturity rounds as files, as they cross the border.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::{Edited, Problem};

/// The answers of a round as a file.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct MaturityFile {
    /// The round.
    pub round: String,
    /// What people call it.
    pub title: String,
    /// The model.
    pub model: String,
    /// organisation, team or system.
    pub scope: String,
    /// answering, submitted, approved or imported.
    pub state: String,
    /// When it began.
    pub started_at: Option<String>,
    /// When it was approved.
    pub approved_at: Option<String>,
    /// The questions, subject by subject; those without an answer have a `score` of null.
    pub answers: Vec<MaturityFileAnswer>,
}

/// A question of a subject as a file has it.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct MaturityFileAnswer {
    /// The subject.
    pub subject: String,
    /// The domain's id.
    pub domain: String,
    /// The level.
    pub level: u8,
    /// The question's id.
    pub question_id: String,
    /// The question.
    pub question: String,
    /// null: unanswered.
    pub score: Option<u8>,
    /// What people call the score.
    pub answer: Option<String>,
    /// What else was said.
    pub note: Option<String>,
    /// Ids of evidence, or where the proof is.
    pub evidence: Vec<String>,
    /// Who answered.
    pub by: Option<String>,
    /// When.
    pub answered_at: Option<String>,
    /// The round that it was taken over from.
    pub carried_from: Option<String>,
}

/// What an import of answers did.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct MaturityImported {
    /// Rows that were read.
    pub rows: u64,
    /// Rows without a score.
    pub blank: u64,
    /// Answers that were known already.
    pub unchanged: u64,
    /// Answers that are new, or other than before.
    pub answers: u64,
    /// What is wrong; nothing was written where there is any.
    pub problems: Vec<Problem>,
    /// What was written.
    pub edited: Edited,
}
