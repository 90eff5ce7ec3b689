//! Checklist reviews, their questions and answers.

use serde::{Deserialize, Serialize};
use tally_app::checklist;
use utoipa::ToSchema;

use super::Edited;

/// Reviews, the newest first.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct ChecklistReviews {
    /// The reviews.
    pub reviews: Vec<ChecklistReviewLine>,
}

/// A review in a list.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct ChecklistReviewLine {
    /// Its id.
    pub id: String,
    /// Id of the checklist.
    pub checklist: String,
    /// Id of the system.
    pub system: String,
    /// Name of the system.
    pub system_name: String,
    /// Id of the release; null: the system as a whole.
    pub release: Option<String>,
    /// Who reviews.
    pub reviewer: String,
    /// When it began.
    #[schema(format = "date-time")]
    pub started_at: String,
    /// When it was completed; null: it is open.
    pub completed_at: Option<String>,
    /// open, ready, ready_with_gaps or stopped.
    pub outcome: String,
    /// How far it is.
    pub progress: ChecklistProgress,
}

/// How many questions stand where.
#[derive(Clone, Copy, Debug, Serialize, Deserialize, ToSchema)]
pub struct ChecklistProgress {
    /// Questions that apply.
    pub asked: usize,
    /// Of these, answered.
    pub answered: usize,
    /// Yes, with evidence.
    pub shown: usize,
    /// Yes, and nothing shows it.
    pub claimed: usize,
    /// Partly.
    pub partly: usize,
    /// No, those that stop included.
    pub no: usize,
    /// No, where a no stops the release.
    pub stops: usize,
    /// Said not to apply.
    pub not_applicable: usize,
}

/// A review with its questions.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct ChecklistReview {
    /// Its id.
    pub id: String,
    /// Id of the checklist.
    pub checklist: String,
    /// Title of the checklist.
    pub title: String,
    /// Id of the system.
    pub system: String,
    /// Name of the system.
    pub system_name: String,
    /// Id of the release; null: the system as a whole.
    pub release: Option<String>,
    /// Who made what is reviewed; none of them reviews it.
    pub authors: Vec<String>,
    /// Who reviews.
    pub reviewer: String,
    /// When it began.
    #[schema(format = "date-time")]
    pub started_at: String,
    /// When it was completed; null: it is open.
    pub completed_at: Option<String>,
    /// Whether the checklist's text changed since it began.
    pub changed: bool,
    /// open, ready, ready_with_gaps or stopped.
    pub outcome: String,
    /// How far it is.
    pub progress: ChecklistProgress,
    /// The questions that apply, in the checklist's order.
    pub questions: Vec<ChecklistQuestion>,
}

/// A question and its answer.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct ChecklistQuestion {
    /// Its id.
    pub id: String,
    /// Title of its group.
    pub group: String,
    /// The question.
    pub ask: String,
    /// What to show for a yes.
    pub evidence: String,
    /// Whether a no stops the release.
    pub blocking: bool,
    /// stops, no, partly, claimed, unanswered, yes or not_applicable.
    pub standing: String,
    /// What was answered; null: nothing.
    pub answer: Option<ChecklistGiven>,
}

/// An answer as it was given.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct ChecklistGiven {
    /// yes, partly, no or not_applicable.
    pub answer: String,
    /// Who gave it.
    pub by: String,
    /// When.
    #[schema(format = "date-time")]
    pub answered_at: String,
    /// What else was said.
    pub note: Option<String>,
    /// What shows it: ids of evidence, or where it is.
    pub evidence: Vec<String>,
    /// Pieces of that evidence that have expired.
    pub expired: usize,
    /// The review that it was taken over from.
    pub copied_from: Option<String>,
}

/// What review to start.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct StartReview {
    /// Id of the checklist.
    pub checklist: String,
    /// Id of the system.
    pub system: String,
    /// Id of the release.
    pub release: Option<String>,
    /// Who made what is reviewed, where that is not the release's author.
    pub author: Option<String>,
    /// Who reviews; else who asks.
    pub reviewer: Option<String>,
    /// Whether to begin with the answers of the system's last review.
    #[serde(default)]
    pub copy: bool,
}

/// A review that was started.
#[derive(Clone, Debug, Default, Serialize, Deserialize, ToSchema)]
pub struct StartedReview {
    /// Its id.
    pub id: String,
    /// Answers that were taken over.
    pub copied: usize,
    /// The review they come from.
    pub copied_from: Option<String>,
    /// What was written.
    pub edited: Edited,
}

/// An answer to a question.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct AnswerQuestion {
    /// Id of the question.
    pub question: String,
    /// yes, partly, no or not_applicable.
    pub answer: String,
    /// What else is to be said; partly and not_applicable need it.
    pub note: Option<String>,
    /// What shows it; a yes without any is claimed.
    #[serde(default)]
    pub evidence: Vec<String>,
}

/// Which answer to clear.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ClearAnswer {
    /// Id of the question.
    pub question: String,
}

/// Answers as a review exports them.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct ChecklistAnswers {
    /// The answers.
    pub answers: Vec<ChecklistAnswer>,
}

/// One of them.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct ChecklistAnswer {
    /// Id of the question.
    pub question: String,
    /// yes, partly, no or not_applicable; empty: passed over.
    pub answer: String,
    /// What else is to be said.
    pub note: Option<String>,
    /// What shows it.
    #[serde(default)]
    pub evidence: Vec<String>,
    /// Who answered; else who asks.
    pub by: Option<String>,
    /// When; else now.
    pub answered_at: Option<String>,
}

/// What was taken over.
#[derive(Clone, Debug, Default, Serialize, Deserialize, ToSchema)]
pub struct TakenAnswers {
    /// Answers that are new or changed.
    pub answers: usize,
    /// Answers that stood so already.
    pub unchanged: usize,
    /// What was written.
    pub edited: Edited,
}

/// What the newest reviews found missing, the gravest first.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct ChecklistGaps {
    /// The gaps.
    pub gaps: Vec<ChecklistGap>,
}

/// Something missing.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct ChecklistGap {
    /// stops, no, partly or claimed.
    pub standing: String,
    /// The system.
    pub system: String,
    /// Its name.
    pub system_name: String,
    /// The review.
    pub review: String,
    /// Whether the review is completed.
    pub completed: bool,
    /// Id of the question.
    pub question: String,
    /// The question.
    pub ask: String,
    /// When it was answered.
    #[schema(format = "date-time")]
    pub answered_at: String,
}

impl From<checklist::Progress> for ChecklistProgress {
    fn from(found: checklist::Progress) -> Self {
        let checklist::Progress { asked, answered, shown, claimed, partly, no, stops, not_applicable } = found;
        Self { asked, answered, shown, claimed, partly, no, stops, not_applicable }
    }
}

impl From<&checklist::ReviewLine> for ChecklistReviewLine {
    fn from(line: &checklist::ReviewLine) -> Self {
        Self {
            id: line.id.clone(),
            checklist: line.checklist.clone(),
            system: line.system.clone(),
            system_name: line.system_name.clone(),
            release: line.release.clone(),
            reviewer: line.reviewer.clone(),
            started_at: line.started_at.to_string(),
            completed_at: line.completed_at.map(|at| at.to_string()),
            outcome: line.outcome.word().to_owned(),
            progress: line.progress.into(),
        }
    }
}

impl From<&checklist::Given> for ChecklistGiven {
    fn from(given: &checklist::Given) -> Self {
        Self {
            answer: given.answer.word().to_owned(),
            by: given.by.clone(),
            answered_at: given.answered_at.to_string(),
            note: given.note.clone(),
            evidence: given.evidence.iter().map(|proof| proof.text.clone()).collect(),
            expired: given.evidence.iter().filter(|proof| proof.expired).count(),
            copied_from: given.copied_from.clone(),
        }
    }
}

impl From<&checklist::Sheet> for ChecklistReview {
    fn from(sheet: &checklist::Sheet) -> Self {
        let question = |group: &checklist::SheetGroup, line: &checklist::Line| ChecklistQuestion {
            id: line.question.id.clone(),
            group: group.title.clone(),
            ask: line.question.ask.clone(),
            evidence: line.question.evidence.clone(),
            blocking: line.question.blocking,
            standing: line.standing.word().to_owned(),
            answer: line.given.as_ref().map(ChecklistGiven::from),
        };
        Self {
            id: sheet.id.clone(),
            checklist: sheet.checklist.clone(),
            title: sheet.title.clone(),
            system: sheet.system.clone(),
            system_name: sheet.system_name.clone(),
            release: sheet.release.clone(),
            authors: sheet.authors.clone(),
            reviewer: sheet.reviewer.clone(),
            started_at: sheet.started_at.to_string(),
            completed_at: sheet.completed_at.map(|at| at.to_string()),
            changed: sheet.changed,
            outcome: sheet.outcome.word().to_owned(),
            progress: sheet.progress.into(),
            questions: sheet
                .groups
                .iter()
                .flat_map(|group| group.lines.iter().map(move |line| question(group, line)))
                .collect(),
        }
    }
}

impl From<checklist::Started> for StartedReview {
    fn from(started: checklist::Started) -> Self {
        let (copied, copied_from) = started.copied.map_or((0, None), |(many, from)| (many, Some(from)));
        Self { id: started.id, copied, copied_from, edited: Edited::from(&started.edited) }
    }
}

impl From<checklist::Taken> for TakenAnswers {
    fn from(taken: checklist::Taken) -> Self {
        Self { answers: taken.answers, unchanged: taken.unchanged, edited: Edited::from(&taken.edited) }
    }
}

impl From<&checklist::Gap> for ChecklistGap {
    fn from(gap: &checklist::Gap) -> Self {
        Self {
            standing: gap.standing.word().to_owned(),
            system: gap.system.clone(),
            system_name: gap.system_name.clone(),
            review: gap.review.clone(),
            completed: gap.completed,
            question: gap.question.clone(),
            ask: gap.ask.clone(),
            answered_at: gap.answered_at.to_string(),
        }
    }
}
