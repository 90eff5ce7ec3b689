//! A model of the catalog and numbers of the judge, laid out for each other. Computes nothing but sums.

use std::collections::BTreeMap;
use std::sync::Arc;

use tally_catalog::MaturityModel;
use tally_catalog::maturity::Effort as Words;
use tally_judge::maturity::{Answers, DomainScores, Effort, Item, Plain, Range, Rules, Scores, Spread, Standing, score};

use super::cards::{LevelNumbers, ModelHead, Numbers};
use super::round::Subject;

/// The judge's view of a model.
pub(super) struct Laid {
    pub items: Vec<Item>,
    pub rules: Rules,
}

impl Laid {
    pub(super) fn of(model: &MaturityModel) -> Self {
        let items = model.questions.iter().map(|question| Item {
            id: question.id.clone(),
            domain: question.domain.clone(),
            level: question.level,
            needs: question.needs.clone(),
            effort: effort(question.effort),
        });
        Self { items: items.collect(), rules: Rules { earned_from: model.earned_from, top: model.top_score() } }
    }

    pub(super) fn score(&self, answers: &Answers) -> Scores {
        score(&self.items, answers, self.rules)
    }
}

/// How much work a question is, in the judge's word.
pub(super) fn effort(words: Words) -> Effort {
    match words {
        Words::Small => Effort::Small,
        Words::Medium => Effort::Medium,
        Words::Large => Effort::Large,
    }
}

/// A model without its questions.
pub(super) fn head(model: &MaturityModel) -> ModelHead {
    ModelHead {
        id: model.id.clone(),
        title: model.title.clone(),
        version: model.version.clone(),
        summary: model.summary.clone(),
        earned_from: model.earned_from,
        scale: model.scale.clone(),
        levels: model.levels.clone(),
    }
}

impl Numbers {
    /// Of one subject, or one domain of it.
    pub(super) fn of(standing: &Standing) -> Self {
        Self {
            earned: standing.earned,
            range: standing.range,
            known_mean: standing.known_mean,
            confidence: standing.confidence,
            plain: plain(standing.points, standing.answered),
            questions: standing.questions,
            answered: standing.answered,
            with_evidence: standing.with_evidence,
            points: standing.points,
            backed: standing.backed,
        }
    }

    /// Of several subjects: the lowest level, and what their standings add up to.
    pub(super) fn over(spread: &Spread, standings: &[&Standing]) -> Self {
        let sum = |pick: fn(&Standing) -> u64| standings.iter().map(|standing| pick(standing)).sum::<u64>();
        let (points, backed) = (sum(|standing| standing.points), sum(|standing| standing.backed));
        Self {
            earned: spread.lowest,
            range: spread.range,
            known_mean: mean(standings.iter().filter_map(|standing| standing.known_mean)),
            confidence: spread.confidence,
            plain: plain(points, spread.answered),
            questions: spread.questions,
            answered: spread.answered,
            with_evidence: spread.with_evidence,
            points,
            backed,
        }
    }

    /// Of nothing: a model without questions.
    pub(super) fn none() -> Self {
        let range = Range { low: 0.0, high: 0.0 };
        let (known_mean, confidence, plain) = (None, None, None);
        Self {
            earned: 0,
            range,
            known_mean,
            confidence,
            plain,
            questions: 0,
            answered: 0,
            with_evidence: 0,
            points: 0,
            backed: 0,
        }
    }

    /// The whole of one subject.
    pub(super) fn whole(scores: &Scores) -> Self {
        scores.whole.as_ref().map_or_else(Self::none, |whole| Self::of(&whole.standing))
    }
}

/// The mean of those that have one, each counting the same.
fn mean(values: impl Iterator<Item = f64>) -> Option<f64> {
    let (sum, count) = values.fold((0.0, 0_u32), |(sum, count), value| (sum + value, count + 1));
    (count > 0).then(|| sum / f64::from(count))
}

/// What the known app computes: the mean of the answers, rounded to a whole number (halves go up), plus 1. It says level 1
/// where nothing is answered; here that is no number.
fn plain(points: u64, answered: usize) -> Option<Plain> {
    let count = answered as u64;
    let rounded = (2 * points + count).checked_div(2 * count)?;
    Some(Plain { mean: points as f64 / count as f64, level: u8::try_from(rounded + 1).unwrap_or(u8::MAX) })
}

/// The levels of a domain.
pub(super) fn levels(domain: &DomainScores) -> Vec<LevelNumbers> {
    let line = |level: &tally_judge::maturity::LevelScores| LevelNumbers {
        level: level.level,
        questions: level.questions,
        answered: level.answered,
        earned: level.earned,
        range: level.range,
    };
    domain.levels.iter().map(line).collect()
}

/// The standings of a domain over subjects.
pub(super) fn standings<'s>(scores: &'s [(Subject, Arc<Scores>)], domain: &str) -> Vec<&'s Standing> {
    let of = |scores: &'s Arc<Scores>| scores.domains.iter().find(|known| known.id == domain);
    scores.iter().filter_map(|(_, scores)| of(scores).map(|domain| &domain.standing)).collect()
}

/// Titles of a model's domains by id.
pub(super) fn titles(model: &MaturityModel) -> BTreeMap<&str, &str> {
    model.domains.iter().map(|domain| (domain.id.as_str(), domain.title.as_str())).collect()
}
