//! Where one subject stands: earned levels, score ranges, evidence confidence. Counts an unanswered question as missing
//! wherever a single number has to be given.

use std::collections::BTreeMap;

use super::{Answers, Item, Rules};

/// How one subject stands in a model.
#[derive(Clone, Debug, PartialEq)]
pub struct Scores {
    /// One for each domain, in the order in which the items name them first.
    pub domains: Vec<DomainScores>,
    /// One for each item, in its order.
    pub questions: Vec<QuestionScore>,
    /// All domains together; `None` without items.
    pub whole: Option<Whole>,
}

/// The numbers that a domain and the whole have in common.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Standing {
    /// The earned level, staged. Domain: the highest level with questions such that every question of it and below is
    /// earned; where not even its lowest level is, the level below that (at least 0). Whole: the lowest of its domains.
    pub earned: u8,
    /// The continuous score, 0 to the top of the scale. Domain: the mean of its questions. Whole: the mean of its
    /// domains, each counting the same.
    pub range: Range,
    /// The mean of the answered questions alone; `None` where none is. Whole: the mean over the domains that have one.
    /// It can rise when a question is left out, so it is never shown without its range.
    pub known_mean: Option<f64>,
    /// The share of `points` backed by fresh evidence, 0 to 1; `None` where there are no points to back. The whole adds
    /// up the points of all questions.
    pub confidence: Option<f64>,
    /// Questions.
    pub questions: usize,
    /// Those with an answer.
    pub answered: usize,
    /// Those with an answer and fresh evidence for it.
    pub with_evidence: usize,
    /// The sum of all scores.
    pub points: u64,
    /// The part of `points` that fresh evidence backs.
    pub backed: u64,
}

impl Standing {
    /// Whether the score is only claimed: there are points, and no fresh evidence backs any.
    pub fn claimed(&self) -> bool {
        self.points > 0 && self.backed == 0
    }
}

/// The lowest and the highest score that the unanswered questions leave possible; equal where all are answered.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Range {
    /// With every unanswered question at 0.
    pub low: f64,
    /// With every unanswered question at the top of the scale.
    pub high: f64,
}

/// All domains together.
#[derive(Clone, Debug, PartialEq)]
pub struct Whole {
    /// Its numbers.
    pub standing: Standing,
    /// The domains that stand lowest and so hold the whole where it is, in the order of the domains.
    pub held_by: Vec<String>,
}

/// One domain.
#[derive(Clone, Debug, PartialEq)]
pub struct DomainScores {
    /// The domain's id.
    pub id: String,
    /// Its numbers.
    pub standing: Standing,
    /// What the mean alone would say.
    pub plain: Plain,
    /// The next level and what is missing; `None` where the highest level with questions is earned.
    pub next: Option<Next>,
    /// Its levels that have questions, lowest first.
    pub levels: Vec<LevelScores>,
}

/// The level that a plain mean gives, for comparison only: it leaves out what is not answered and gates nothing.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Plain {
    /// The mean of the answered questions, 0 where none is.
    pub mean: f64,
    /// The mean rounded to a whole number (halves go up), plus 1.
    pub level: u8,
}

/// The next level of a domain.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Next {
    /// The lowest level with questions that is not earned.
    pub level: u8,
    /// The questions that block it, in the order of the items; never empty.
    pub blocked_by: Vec<String>,
}

/// One level of one domain.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct LevelScores {
    /// The level.
    pub level: u8,
    /// Questions that belong to it; at least one.
    pub questions: usize,
    /// Those with an answer.
    pub answered: usize,
    /// Those that are earned.
    pub earned: usize,
    /// The mean of its questions.
    pub range: Range,
}

/// One question.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct QuestionScore {
    /// The question's id.
    pub id: String,
    /// The id of its domain.
    pub domain: String,
    /// The level that it belongs to.
    pub level: u8,
    /// The answer; `None`: not answered.
    pub score: Option<u8>,
    /// Whether it is answered and fresh evidence backs the answer.
    pub evidence: bool,
    /// Whether the answer is at least what earns a question.
    pub earned: bool,
    /// What is missing to that score; 0 where it is earned, all of it where it is not answered.
    pub gap: u8,
}

/// Scores one subject. The order of the items decides the order of what comes back and no number, and a domain is what
/// the items name: one without questions is not there.
pub fn score(items: &[Item], answers: &Answers, rules: Rules) -> Scores {
    let questions: Vec<QuestionScore> = items.iter().map(|item| question(item, answers, rules)).collect();
    let domains: Vec<DomainScores> =
        by_domain(&questions).into_iter().map(|(id, members)| domain(id, &members, rules)).collect();
    let whole = whole(&domains);
    Scores { domains, questions, whole }
}

/// One question held against the rules.
pub(super) fn question(item: &Item, answers: &Answers, rules: Rules) -> QuestionScore {
    let answer = answers.get(&item.id).copied().unwrap_or_default();
    let score = answer.score.filter(|score| *score <= rules.top);
    QuestionScore {
        id: item.id.clone(),
        domain: item.domain.clone(),
        level: item.level,
        score,
        evidence: answer.evidence && score.is_some(),
        earned: score.is_some_and(|score| score >= rules.earned_from),
        gap: rules.earned_from.saturating_sub(score.unwrap_or(0)),
    }
}

/// Groups questions; domains in the order in which they come first.
fn by_domain(questions: &[QuestionScore]) -> Vec<(&str, Vec<&QuestionScore>)> {
    let mut places: BTreeMap<&str, usize> = BTreeMap::new();
    let mut groups: Vec<(&str, Vec<&QuestionScore>)> = Vec::new();
    for question in questions {
        let place = *places.entry(&question.domain).or_insert(groups.len());
        if place == groups.len() {
            groups.push((&question.domain, Vec::new()));
        }
        groups[place].1.push(question);
    }
    groups
}

fn domain(id: &str, members: &[&QuestionScore], rules: Rules) -> DomainScores {
    let mut steps: BTreeMap<u8, Vec<&QuestionScore>> = BTreeMap::new();
    for question in members {
        steps.entry(question.level).or_default().push(question);
    }
    let levels: Vec<LevelScores> = steps.iter().map(|(level, members)| level_scores(*level, members, rules)).collect();
    let complete = levels.iter().take_while(|level| level.earned == level.questions).count();
    let lowest = levels.first().map_or(0, |level| level.level);
    let earned = complete.checked_sub(1).map_or(lowest.saturating_sub(1), |last| levels[last].level);
    let next = levels.get(complete).map(|level| {
        let missing = members.iter().filter(|question| question.level == level.level && !question.earned);
        Next { level: level.level, blocked_by: missing.map(|question| question.id.clone()).collect() }
    });
    let sum = Sum::of(members);
    let standing = sum.standing(earned, sum.range(rules), sum.known_mean());
    DomainScores { id: id.to_owned(), standing, plain: sum.plain(), next, levels }
}

fn level_scores(level: u8, members: &[&QuestionScore], rules: Rules) -> LevelScores {
    let sum = Sum::of(members);
    let earned = members.iter().filter(|question| question.earned).count();
    LevelScores { level, questions: sum.questions, answered: sum.answered, earned, range: sum.range(rules) }
}

fn whole(domains: &[DomainScores]) -> Option<Whole> {
    let earned = domains.iter().map(|domain| domain.standing.earned).min()?;
    let lowest = domains.iter().filter(|domain| domain.standing.earned == earned);
    let held_by = lowest.map(|domain| domain.id.clone()).collect();
    // By id, so that the order of a model's file shows in no bit; and one after the other, because such a sum never
    // falls when a part of it rises.
    let by_id: BTreeMap<&str, &Standing> = domains.iter().map(|domain| (domain.id.as_str(), &domain.standing)).collect();
    let mean = |values: &mut dyn Iterator<Item = f64>| {
        let (sum, count) = values.fold((0.0, 0_u32), |(sum, count), value| (sum + value, count + 1));
        (count > 0).then(|| sum / f64::from(count))
    };
    let low = mean(&mut by_id.values().map(|standing| standing.range.low))?;
    let high = mean(&mut by_id.values().map(|standing| standing.range.high))?;
    let known_mean = mean(&mut by_id.values().filter_map(|standing| standing.known_mean));
    let sum = by_id.values().fold(Sum::default(), |sum, standing| sum.plus(standing));
    Some(Whole { standing: sum.standing(earned, Range { low, high }, known_mean), held_by })
}

/// Whole numbers, added up before anything is divided.
#[derive(Clone, Copy, Default)]
struct Sum {
    questions: usize,
    answered: usize,
    with_evidence: usize,
    points: u64,
    backed: u64,
}

impl Sum {
    fn of(members: &[&QuestionScore]) -> Self {
        let mut sum = Self { questions: members.len(), ..Self::default() };
        for question in members {
            let Some(score) = question.score else { continue };
            sum.answered += 1;
            sum.points += u64::from(score);
            if question.evidence {
                sum.with_evidence += 1;
                sum.backed += u64::from(score);
            }
        }
        sum
    }

    fn plus(self, standing: &Standing) -> Self {
        Self {
            questions: self.questions + standing.questions,
            answered: self.answered + standing.answered,
            with_evidence: self.with_evidence + standing.with_evidence,
            points: self.points + standing.points,
            backed: self.backed + standing.backed,
        }
    }

    /// Of at least one question.
    fn range(self, rules: Rules) -> Range {
        let open = (self.questions - self.answered) as u64 * u64::from(rules.top);
        let mean = |points: u64| points as f64 / self.questions.max(1) as f64;
        Range { low: mean(self.points), high: mean(self.points + open) }
    }

    fn known_mean(self) -> Option<f64> {
        (self.answered > 0).then(|| self.points as f64 / self.answered as f64)
    }

    /// Halves go up, as JavaScript's Math.round does: the whole part of mean + 1/2, without leaving whole numbers.
    fn plain(self) -> Plain {
        let rounded = match self.answered as u64 {
            0 => 0,
            answered => (2 * self.points + answered) / (2 * answered),
        };
        let level = u8::try_from(rounded + 1).unwrap_or(u8::MAX);
        Plain { mean: self.known_mean().unwrap_or(0.0), level }
    }

    fn standing(self, earned: u8, range: Range, known_mean: Option<f64>) -> Standing {
        Standing {
            earned,
            range,
            known_mean,
            confidence: (self.points > 0).then(|| self.backed as f64 / self.points as f64),
            questions: self.questions,
            answered: self.answered,
            with_evidence: self.with_evidence,
            points: self.points,
            backed: self.backed,
        }
    }
}
