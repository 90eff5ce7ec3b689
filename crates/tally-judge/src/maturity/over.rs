//! Many subjects at once: how many systems or teams stand where. Never averages levels: a level is earned or it is not.

use std::collections::BTreeMap;

use super::score::{Range, Scores, Standing};
use crate::order::mean;

/// Many subjects together.
#[derive(Clone, Debug, PartialEq)]
pub struct Over {
    /// Their whole scores.
    pub whole: Spread,
    /// One for each domain, in the order in which the subjects name them first.
    pub domains: Vec<DomainSpread>,
}

/// Many subjects in one domain.
#[derive(Clone, Debug, PartialEq)]
pub struct DomainSpread {
    /// The domain's id.
    pub id: String,
    /// How they are spread.
    pub spread: Spread,
}

/// How subjects are spread over levels and scores.
#[derive(Clone, Debug, PartialEq)]
pub struct Spread {
    /// Subjects counted; at least one.
    pub subjects: usize,
    /// The lowest earned level: what holds for all of them.
    pub lowest: u8,
    /// The subjects that stand there, in the order given.
    pub lowest_of: Vec<String>,
    /// How many subjects stand at each level that one of them stands at, lowest first.
    pub levels: Vec<LevelShare>,
    /// The mean of the subjects' score ranges, each counting the same.
    pub range: Range,
    /// The share of all their points backed by fresh evidence, 0 to 1; `None` without points.
    pub confidence: Option<f64>,
    /// Questions of all of them.
    pub questions: usize,
    /// Those with an answer.
    pub answered: usize,
    /// Those with an answer and fresh evidence for it.
    pub with_evidence: usize,
}

/// Subjects at one level.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct LevelShare {
    /// The earned level.
    pub level: u8,
    /// How many stand there.
    pub subjects: usize,
}

/// Puts the scores of named subjects together; `None` where no subject has a score. A subject without questions stands
/// nowhere and is not counted.
pub fn over<'a>(subjects: impl IntoIterator<Item = (&'a str, &'a Scores)>) -> Option<Over> {
    let mut whole: Vec<(&str, Standing)> = Vec::new();
    let mut places: BTreeMap<&str, usize> = BTreeMap::new();
    let mut domains: Vec<(&str, Vec<(&str, Standing)>)> = Vec::new();
    for (subject, scores) in subjects {
        whole.extend(scores.whole.as_ref().map(|whole| (subject, whole.standing)));
        for domain in &scores.domains {
            let place = *places.entry(&domain.id).or_insert(domains.len());
            if place == domains.len() {
                domains.push((&domain.id, Vec::new()));
            }
            domains[place].1.push((subject, domain.standing));
        }
    }
    let domains =
        domains.into_iter().filter_map(|(id, members)| Some(DomainSpread { id: id.to_owned(), spread: spread(&members)? }));
    Some(Over { whole: spread(&whole)?, domains: domains.collect() })
}

fn spread(members: &[(&str, Standing)]) -> Option<Spread> {
    let mut counts: BTreeMap<u8, usize> = BTreeMap::new();
    for (_, standing) in members {
        *counts.entry(standing.earned).or_default() += 1;
    }
    let lowest = *counts.keys().next()?;
    let at_lowest = members.iter().filter(|(_, standing)| standing.earned == lowest);
    let values = |pick: fn(&Standing) -> f64| mean(&members.iter().map(|(_, standing)| pick(standing)).collect::<Vec<_>>());
    let count = |pick: fn(&Standing) -> usize| members.iter().map(|(_, standing)| pick(standing)).sum();
    let sum = |pick: fn(&Standing) -> u64| members.iter().map(|(_, standing)| pick(standing)).sum::<u64>();
    let (points, backed) = (sum(|standing| standing.points), sum(|standing| standing.backed));
    Some(Spread {
        subjects: members.len(),
        lowest,
        lowest_of: at_lowest.map(|(subject, _)| (*subject).to_owned()).collect(),
        levels: counts.into_iter().map(|(level, subjects)| LevelShare { level, subjects }).collect(),
        range: Range { low: values(|standing| standing.range.low)?, high: values(|standing| standing.range.high)? },
        confidence: (points > 0).then(|| backed as f64 / points as f64),
        questions: count(|standing| standing.questions),
        answered: count(|standing| standing.answered),
        with_evidence: count(|standing| standing.with_evidence),
    })
}
