//! Maturity rounds, as they cross the border: what is sent, and what is read of gaps, plans and comparisons.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::{Edited, MaturityAssignment, MaturityNumbers, MaturityProof, MaturityRound};

/// A round that is to begin.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct MaturityStart {
    /// The model.
    pub model: String,
    /// What people call it.
    pub title: String,
    /// organisation, team or system; else organisation.
    #[serde(default)]
    pub scope: Option<String>,
    /// Teams or systems; none for systems: all in production.
    #[serde(default)]
    pub subjects: Vec<String>,
    /// Who leads it; else who asks.
    #[serde(default)]
    pub assessor: Option<String>,
    /// Who is to approve it; never the assessor.
    #[serde(default)]
    pub approver: Option<String>,
    /// Until when: a date, or an instant with an offset.
    #[serde(default)]
    pub due: Option<String>,
    /// Who answers what.
    #[serde(default)]
    pub assignments: Vec<MaturityAssignment>,
    /// Its id; else the model's and the day.
    #[serde(default)]
    pub id: Option<String>,
}

/// A clone of a round. What is not given is taken over, but for due dates.
#[derive(Clone, Debug, Default, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct MaturityClone {
    /// What people call it.
    #[serde(default)]
    pub title: Option<String>,
    /// Who leads it.
    #[serde(default)]
    pub assessor: Option<String>,
    /// Who is to approve it.
    #[serde(default)]
    pub approver: Option<String>,
    /// Until when.
    #[serde(default)]
    pub due: Option<String>,
    /// Whether answers are taken over, dated as they were.
    #[serde(default)]
    pub with_answers: bool,
    /// Its id.
    #[serde(default)]
    pub id: Option<String>,
}

/// Who answers what; replaces what was said before.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct MaturityAssign {
    /// Domain by domain; a domain may have several.
    pub assignments: Vec<MaturityAssignment>,
    /// Who is to approve it; as it is where not given.
    #[serde(default)]
    pub approver: Option<String>,
}

/// Answers, all in one commit.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct MaturityAnswers {
    /// The answers.
    pub answers: Vec<MaturityAnswer>,
}

/// An answer. What is not given stays as it is; a score dates the answer anew.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct MaturityAnswer {
    /// The subject; of a round over one it need not be named.
    #[serde(default)]
    pub subject: Option<String>,
    /// The question's id.
    pub question: String,
    /// 0 to the top of the scale.
    #[serde(default)]
    pub score: Option<u8>,
    /// What else is to be said; empty: nothing.
    #[serde(default)]
    pub note: Option<String>,
    /// Ids of evidence, or where the proof is; empty: none.
    #[serde(default)]
    pub evidence: Option<Vec<String>>,
    /// The `answered_at` that was seen, or `none`: 409 where somebody answered meanwhile.
    #[serde(default)]
    pub seen: Option<String>,
}

/// Questions whose answers are taken back.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct MaturityClear {
    /// The questions.
    pub answers: Vec<MaturityQuestionOf>,
}

/// A question of a subject.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct MaturityQuestionOf {
    /// The subject; of a round over one it need not be named.
    #[serde(default)]
    pub subject: Option<String>,
    /// The question's id.
    pub question: String,
}

/// Improvements that are planned: the same for each question.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct MaturityPlan {
    /// The subject; of a round over one it need not be named.
    #[serde(default)]
    pub subject: Option<String>,
    /// The questions.
    pub questions: Vec<String>,
    /// Who does it.
    pub owner: String,
    /// Until when: a date, or an instant with an offset.
    #[serde(default)]
    pub due: Option<String>,
    /// small, medium or large; else what the model says.
    #[serde(default)]
    pub effort: Option<String>,
    /// Where it is tracked.
    #[serde(default)]
    pub ticket: Option<String>,
    /// The score that is to be reached; else the one that earns.
    #[serde(default)]
    pub target: Option<u8>,
    /// What else is to be said.
    #[serde(default)]
    pub note: Option<String>,
}

/// Questions that are not earned.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct MaturityGaps {
    /// Those that block a next level first.
    pub gaps: Vec<MaturityGap>,
}

/// A question that is not earned.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct MaturityGap {
    /// The subject.
    pub subject: String,
    /// The question's id.
    pub question: String,
    /// The id of its domain.
    pub domain: String,
    /// The level that it belongs to.
    pub level: u8,
    /// The question.
    pub ask: String,
    /// The answer; null: unanswered.
    pub score: Option<u8>,
    /// What is missing.
    pub gap: u8,
    /// Whether it blocks its domain's next level.
    pub blocks: bool,
    /// small, medium or large.
    pub effort: String,
    /// Id of the newest improvement that is to lift it.
    pub improvement: Option<String>,
}

/// The evidence that answers name.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct MaturityProofs {
    /// Expired first.
    pub evidence: Vec<MaturityProofLine>,
}

/// A piece of evidence and the answers that it holds up.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct MaturityProofLine {
    /// The evidence.
    pub evidence: MaturityProof,
    /// The answers.
    pub answers: Vec<MaturityQuestionOf>,
}

/// Two rounds side by side.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct MaturityCompared {
    /// The earlier round.
    pub before: MaturityRound,
    /// The later round.
    pub after: MaturityRound,
    /// Subjects that both have.
    pub subjects: Vec<String>,
    /// All domains.
    pub whole: MaturityTwo,
    /// The domains by id.
    pub domains: BTreeMap<String, MaturityTwo>,
    /// Questions that moved.
    pub questions: Vec<MaturityMove>,
    /// Questions that did not.
    pub same: u64,
}

/// Numbers earlier and later, or now and then.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct MaturityTwo {
    /// Earlier, or now.
    pub before: MaturityNumbers,
    /// Later, or then.
    pub after: MaturityNumbers,
}

/// A question that moved.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct MaturityMove {
    /// The subject.
    pub subject: String,
    /// The question's id.
    pub question: String,
    /// The earlier answer.
    pub before: Option<u8>,
    /// The later answer.
    pub after: Option<u8>,
    /// up, down, newly answered, no longer answered, new or gone.
    pub way: String,
}

/// An ordered plan.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct MaturityRoadmap {
    /// The subject.
    pub subject: String,
    /// Where it stands.
    pub numbers: MaturityNumbers,
    /// What to do, first to last.
    pub steps: Vec<MaturityStep>,
}

/// One step of a plan.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct MaturityStep {
    /// The question's id.
    pub question: String,
    /// The id of its domain.
    pub domain: String,
    /// The level that it belongs to.
    pub level: u8,
    /// The question.
    pub ask: String,
    /// The answer; null: unanswered.
    pub score: Option<u8>,
    /// small, medium or large.
    pub effort: String,
    /// Questions of this plan that come first.
    pub needs: Vec<String>,
    /// The level that its domain reaches with this step.
    pub lifts: Option<u8>,
    /// The model's phase.
    pub phase: Option<String>,
    /// Its improvement.
    pub improvement: Option<MaturityImprovement>,
}

/// Improvements.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct MaturityImprovements {
    /// By question.
    pub improvements: Vec<MaturityImprovement>,
}

/// A question that somebody is to lift.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct MaturityImprovement {
    /// Id of its record.
    pub id: String,
    /// The subject.
    pub subject: String,
    /// The question's id.
    pub question: String,
    /// The score that it is to reach.
    pub target: u8,
    /// Who does it.
    pub owner: String,
    /// Until when.
    pub due: Option<String>,
    /// small, medium or large.
    pub effort: Option<String>,
    /// Where it is tracked.
    pub ticket: Option<String>,
    /// When it was done.
    pub done_at: Option<String>,
    /// open, overdue or done.
    pub state: String,
}

/// What would be reached.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct MaturityWhatIf {
    /// The subject.
    pub subject: String,
    /// The questions that are assumed.
    pub questions: Vec<String>,
    /// The score that they are assumed at.
    pub score: u8,
    /// All domains, now and then.
    pub whole: MaturityTwo,
    /// The domains by id.
    pub domains: BTreeMap<String, MaturityTwo>,
}

/// A round that has begun.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct MaturityStarted {
    /// Its id.
    pub id: String,
    /// Answers that were taken over.
    pub carried: u64,
    /// What was written.
    pub edited: Edited,
}
