//! Two rounds side by side: what went up, what went down. Never takes a question that is no longer answered for a change
//! of its score.

use std::cmp::Ordering;
use std::collections::BTreeMap;

use super::score::{DomainScores, QuestionScore, Scores, Standing};

/// What moved between two rounds.
#[derive(Clone, Debug, PartialEq)]
pub struct Comparison {
    /// The whole.
    pub whole: Shift,
    /// Domains in the order of the later round, then those that only the earlier one has.
    pub domains: Vec<DomainShift>,
    /// Questions in the order of the later round, then those that only the earlier one has.
    pub questions: Vec<QuestionShift>,
}

/// How the whole or a domain moved.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Shift {
    /// By the earned level: never newly or no longer answered, since a level is there without answers too.
    pub level: Way,
    /// By the continuous score with unanswered questions at 0.
    pub score: Way,
    /// The earlier numbers; `None` where it was not there.
    pub before: Option<Standing>,
    /// The later numbers; `None` where it is gone.
    pub after: Option<Standing>,
}

/// How one domain moved.
#[derive(Clone, Debug, PartialEq)]
pub struct DomainShift {
    /// The domain's id.
    pub id: String,
    /// How it moved.
    pub shift: Shift,
}

/// How one question moved.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct QuestionShift {
    /// The question's id.
    pub id: String,
    /// The id of its domain, in the later round where it is there.
    pub domain: String,
    /// By its score.
    pub way: Way,
    /// The earlier score.
    pub before: Option<u8>,
    /// The later score.
    pub after: Option<u8>,
}

/// Which way something went.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Way {
    /// Higher than before.
    Up,
    /// Lower than before.
    Down,
    /// As before; not answered before and after is the same too.
    Same,
    /// Answered now and not before. A domain: it has its first answers.
    NewlyAnswered,
    /// Answered before and not now. A domain: it has no answer left.
    NoLongerAnswered,
    /// Only in the later round: the model has grown.
    New,
    /// Only in the earlier round: the model has shrunk.
    Gone,
}

impl Way {
    /// In words, such as "up" or "newly answered".
    pub const fn words(self) -> &'static str {
        match self {
            Self::Up => "up",
            Self::Down => "down",
            Self::Same => "same",
            Self::NewlyAnswered => "newly answered",
            Self::NoLongerAnswered => "no longer answered",
            Self::New => "new",
            Self::Gone => "gone",
        }
    }
}

/// Holds two rounds against each other; questions and domains are the same where their ids are.
pub fn compare(before: &Scores, after: &Scores) -> Comparison {
    let standing = |scores: &Scores| scores.whole.as_ref().map(|whole| whole.standing);
    let domains = pairs(&before.domains, &after.domains, |domain| &domain.id);
    let questions = pairs(&before.questions, &after.questions, |question| &question.id);
    Comparison {
        whole: shift(standing(before), standing(after)),
        domains: domains.into_iter().map(|(id, earlier, later)| domain(id, earlier, later)).collect(),
        questions: questions.into_iter().map(|(id, earlier, later)| question(id, earlier, later)).collect(),
    }
}

fn domain(id: &str, before: Option<&DomainScores>, after: Option<&DomainScores>) -> DomainShift {
    let standing = |domain: &DomainScores| domain.standing;
    DomainShift { id: id.to_owned(), shift: shift(before.map(standing), after.map(standing)) }
}

fn question(id: &str, before: Option<&QuestionScore>, after: Option<&QuestionScore>) -> QuestionShift {
    let score = |question: Option<&QuestionScore>| question.and_then(|question| question.score);
    let way = match (before, after) {
        (None, _) => Way::New,
        (_, None) => Way::Gone,
        (Some(before), Some(after)) => match (before.score, after.score) {
            (None, None) => Way::Same,
            (None, Some(_)) => Way::NewlyAnswered,
            (Some(_), None) => Way::NoLongerAnswered,
            (Some(before), Some(after)) => way(after.cmp(&before)),
        },
    };
    let domain = after.or(before).map(|question| question.domain.clone()).unwrap_or_default();
    QuestionShift { id: id.to_owned(), domain, way, before: score(before), after: score(after) }
}

fn shift(before: Option<Standing>, after: Option<Standing>) -> Shift {
    let (level, score) = match (&before, &after) {
        (None, None) => (Way::Same, Way::Same),
        (None, _) => (Way::New, Way::New),
        (_, None) => (Way::Gone, Way::Gone),
        (Some(before), Some(after)) => (way(after.earned.cmp(&before.earned)), score(before, after)),
    };
    Shift { level, score, before, after }
}

fn score(before: &Standing, after: &Standing) -> Way {
    match (before.answered, after.answered) {
        (0, 1..) => Way::NewlyAnswered,
        (1.., 0) => Way::NoLongerAnswered,
        _ => way(after.range.low.total_cmp(&before.range.low)),
    }
}

const fn way(order: Ordering) -> Way {
    match order {
        Ordering::Less => Way::Down,
        Ordering::Equal => Way::Same,
        Ordering::Greater => Way::Up,
    }
}

/// One id with what each round has of it.
type Pair<'a, T> = (&'a str, Option<&'a T>, Option<&'a T>);

/// Matches by id: the later ones in their order, then what only the earlier round has.
fn pairs<'a, T>(before: &'a [T], after: &'a [T], id: fn(&T) -> &str) -> Vec<Pair<'a, T>> {
    let mut earlier: BTreeMap<&str, &T> = before.iter().map(|one| (id(one), one)).collect();
    let mut found: Vec<Pair<'a, T>> = after.iter().map(|one| (id(one), earlier.remove(id(one)), Some(one))).collect();
    let gone = before.iter().filter(|one| earlier.contains_key(id(one)));
    found.extend(gone.map(|one| (id(one), Some(one), None)));
    found
}
