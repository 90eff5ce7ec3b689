//! Maturity rounds, as they cross the border: what is read. What is sent stands in `maturity_said`.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// The maturity models of the catalog.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct MaturityModels {
    /// By id.
    pub models: Vec<MaturityModelLine>,
}

/// A maturity model in a list.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct MaturityModelLine {
    /// Its id.
    pub id: String,
    /// What people call it.
    pub title: String,
    /// Its version.
    pub version: String,
    /// What it is for.
    pub summary: String,
    /// SHA-256 of its definition.
    pub definition: String,
    /// Domains.
    pub domains: u64,
    /// Questions.
    pub questions: u64,
    /// The highest score.
    pub top: u8,
    /// A question is earned from this score on.
    pub earned_from: u8,
}

/// A maturity model with its questions.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct MaturityModel {
    /// Its head.
    pub model: MaturityModelLine,
    /// The scores by number: their names.
    pub scale: BTreeMap<String, String>,
    /// The levels by number: their names.
    pub levels: BTreeMap<String, String>,
    /// The domains by id: their titles.
    pub domains: BTreeMap<String, String>,
    /// The questions, in the model's order.
    pub questions: Vec<MaturityModelQuestion>,
}

/// A question of a model.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct MaturityModelQuestion {
    /// Its id.
    pub id: String,
    /// The id of its domain.
    pub domain: String,
    /// The level that it belongs to.
    pub level: u8,
    /// The question.
    pub ask: String,
    /// What goes wrong without it.
    pub why: String,
    /// small, medium or large.
    pub effort: String,
    /// Questions that come first.
    pub needs: Vec<String>,
    /// Items of frameworks, as `framework:id`.
    pub links: Vec<String>,
    /// What shows each score.
    pub evidence: BTreeMap<String, String>,
}

/// The numbers of a subject, a domain, or several subjects together.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct MaturityNumbers {
    /// The earned level (staged); of several subjects the lowest. Not earned by answers where none is answered.
    pub earned: u8,
    /// The continuous score with unanswered questions at 0.
    pub low: f64,
    /// The continuous score with unanswered questions at the top.
    pub high: f64,
    /// The mean of the answered questions alone; null: none is.
    pub known_mean: Option<f64>,
    /// The share of the score that fresh evidence backs, 0 to 1; null: there is no score.
    pub confidence: Option<f64>,
    /// For comparison: the level of a plain mean, which leaves out what is not answered and gates nothing; null: no answers.
    pub plain_level: Option<u8>,
    /// Questions, of all subjects together.
    pub questions: u64,
    /// Those with an answer.
    pub answered: u64,
    /// Those with an answer and fresh evidence for it.
    pub with_evidence: u64,
    /// Whether there is a score and no fresh evidence for any of it.
    pub claimed: bool,
}

/// Who answers a domain.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct MaturityAssignment {
    /// The domain's id.
    pub domain: String,
    /// Who.
    pub owner: String,
    /// Until when: a date, or an instant with an offset.
    #[serde(default)]
    pub due: Option<String>,
}

/// A round.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct MaturityRound {
    /// Its id; `-` holds answers that were imported without a round.
    pub id: String,
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
    /// Until when it is to be answered.
    pub due: Option<String>,
    /// Who leads it.
    pub assessor: String,
    /// Who is to approve it.
    pub approver: Option<String>,
    /// When it was handed in.
    pub submitted_at: Option<String>,
    /// When it was approved.
    pub approved_at: Option<String>,
    /// By whom.
    pub approved_by: Option<String>,
    /// The round that it was cloned from.
    pub previous: Option<String>,
    /// Whether the model has changed since it began.
    pub redefined: bool,
    /// Who answers what.
    pub assignments: Vec<MaturityAssignment>,
}

/// Rounds.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct MaturityRounds {
    /// The newest first.
    pub rounds: Vec<MaturityRoundLine>,
}

/// A round in a list.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct MaturityRoundLine {
    /// The round.
    pub round: MaturityRound,
    /// Its subjects.
    pub subjects: u64,
    /// Their numbers together.
    pub numbers: MaturityNumbers,
}

/// A round as a whole.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct MaturityOverview {
    /// The round.
    pub round: MaturityRound,
    /// The instant T: its approval, else the end of this hour.
    #[schema(format = "date-time")]
    pub as_of: String,
    /// All subjects and domains.
    pub numbers: MaturityNumbers,
    /// Ids of the domains that stand lowest.
    pub held_by: Vec<String>,
    /// The domains.
    pub domains: Vec<MaturityDomain>,
    /// The subjects.
    pub subjects: Vec<MaturitySubject>,
    /// The round before; null: there is none.
    pub previous: Option<MaturityBefore>,
    /// Answers that do not fit what facts say.
    pub contradictions: Vec<MaturityContradiction>,
}

/// A domain over all subjects.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct MaturityDomain {
    /// Its id.
    pub id: String,
    /// What people call it.
    pub title: String,
    /// Its numbers.
    pub numbers: MaturityNumbers,
    /// Level by level.
    pub levels: Vec<MaturityCell>,
}

/// A domain at a level.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct MaturityCell {
    /// The level.
    pub level: u8,
    /// Subjects that stand at it.
    pub standing: u64,
    /// Questions of this level.
    pub questions: u64,
    /// Those with an answer.
    pub answered: u64,
    /// Those that are earned.
    pub earned: u64,
}

/// A subject of a round.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct MaturitySubject {
    /// Its id; `organisation` for the organisation.
    pub id: String,
    /// What people call it.
    pub name: String,
    /// Its numbers.
    pub numbers: MaturityNumbers,
    /// Ids of the domains that stand lowest.
    pub held_by: Vec<String>,
    /// Answers that do not fit what facts say.
    pub contradictions: u64,
}

/// The round before.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct MaturityBefore {
    /// Its id.
    pub id: String,
    /// What people call it.
    pub title: String,
    /// Its numbers.
    pub numbers: MaturityNumbers,
}

/// An answer that does not fit what facts say.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct MaturityContradiction {
    /// The subject.
    pub subject: String,
    /// The question's id.
    pub question: String,
    /// What people answered.
    pub claimed: u8,
    /// What facts answer.
    pub computed: u8,
    /// What the number means.
    pub says: String,
    /// The number, in percent.
    pub value: f64,
    /// Members of its population.
    pub n: u64,
    /// over-claimed or under-claimed.
    pub agreement: String,
}

/// One subject of a round with its questions.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct MaturitySheet {
    /// The round.
    pub round: MaturityRound,
    /// The subject.
    pub subject: String,
    /// All domains.
    pub numbers: MaturityNumbers,
    /// Ids of the domains that stand lowest.
    pub held_by: Vec<String>,
    /// The domains.
    pub domains: Vec<MaturitySheetDomain>,
}

/// One domain of a subject.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct MaturitySheetDomain {
    /// Its id.
    pub id: String,
    /// What people call it.
    pub title: String,
    /// Its numbers.
    pub numbers: MaturityNumbers,
    /// The next level; null: the highest is earned.
    pub next_level: Option<u8>,
    /// Questions that block it.
    pub blocked_by: Vec<String>,
    /// Its questions.
    pub questions: Vec<MaturitySheetQuestion>,
}

/// One question of a subject.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct MaturitySheetQuestion {
    /// Its id.
    pub id: String,
    /// The level that it belongs to.
    pub level: u8,
    /// The question.
    pub ask: String,
    /// The answer; null: unanswered.
    pub answer: Option<MaturityGiven>,
    /// The score in the round before.
    pub before: Option<u8>,
    /// Whether it is earned.
    pub earned: bool,
    /// What is missing to the score that earns it.
    pub gap: u8,
    /// Whether it stands in the way of the next level.
    pub blocks: bool,
    /// What facts say.
    pub computed: Vec<MaturityComputed>,
    /// agrees, over-claimed, under-claimed or cannot say.
    pub agreement: String,
}

/// An answer.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct MaturityGiven {
    /// 0 to the top of the scale.
    pub score: u8,
    /// Who answered.
    pub by: String,
    /// When.
    #[schema(format = "date-time")]
    pub answered_at: String,
    /// What else was said.
    pub note: Option<String>,
    /// What shows it.
    pub evidence: Vec<MaturityProof>,
    /// Whether no fresh evidence backs it.
    pub claimed: bool,
    /// The round that it was taken over from.
    pub carried_from: Option<String>,
}

/// A piece of evidence that an answer names.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct MaturityProof {
    /// The id of an evidence record, or where the proof is.
    pub named: String,
    /// The record's name.
    pub name: Option<String>,
    /// fresh, expired or not collected yet.
    pub state: String,
    /// Until when it proves something.
    pub until: Option<String>,
}

/// What facts say to a question.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct MaturityComputed {
    /// What the number means.
    pub says: String,
    /// The metric that it is; null: a query of the model.
    pub metric: Option<String>,
    /// In percent; null: no data.
    pub value: Option<f64>,
    /// Members of the population.
    pub n: u64,
    /// Those that count.
    pub hits: Option<u64>,
    /// The score that it answers; null: no data.
    pub answer: Option<u8>,
    /// agrees, over-claimed, under-claimed or cannot say.
    pub agreement: String,
    /// Up to twenty members that do not count.
    pub misses: Vec<MaturityRow>,
    /// Up to twenty that do.
    pub hit_rows: Vec<MaturityRow>,
    /// Why there is no number, where its query could not be run.
    pub failed: Option<String>,
}

/// A member of a population.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct MaturityRow {
    /// Id of the record.
    pub key: String,
    /// Why it counts as it does.
    pub because: Option<String>,
}
