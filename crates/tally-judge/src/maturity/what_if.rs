//! What would be reached if, and what it takes at the least. Never mixes an assumption with an answer: both scores come
//! back side by side, and nothing backs an assumption.

use std::collections::BTreeSet;

use super::roadmap::missing;
use super::score::question;
use super::{Answers, Comparison, Item, QuestionScore, Rules, Scores, compare};

/// The present scores beside assumed ones.
#[derive(Clone, Debug, PartialEq)]
pub struct WhatIf {
    /// As answered.
    pub now: Scores,
    /// As assumed.
    pub then: Scores,
    /// What moves, by domain and question.
    pub moves: Comparison,
    /// Ids that no item has, in the order given.
    pub unknown: Vec<String>,
}

/// Scores a subject as if the questions `ids` had the answer `score` (at most the top of the scale).
///
/// A question that has this very score keeps its evidence. Any other is assumed, and no evidence backs an assumption: the
/// confidence says how much would have to be shown.
pub fn what_if(items: &[Item], answers: &Answers, rules: Rules, ids: &[String], score: u8) -> WhatIf {
    let known: BTreeSet<&str> = items.iter().map(|item| item.id.as_str()).collect();
    let assumed = Some(score.min(rules.top));
    let mut then = answers.clone();
    for id in ids {
        let answer = then.entry(id.clone()).or_default();
        if answer.score != assumed {
            (answer.score, answer.evidence) = (assumed, false);
        }
    }
    let (now, then) = (super::score(items, answers, rules), super::score(items, &then, rules));
    let moves = compare(&now, &then);
    let unknown = ids.iter().filter(|id| !known.contains(id.as_str())).cloned().collect();
    WhatIf { now, then, moves, unknown }
}

/// The least that lifts a domain to a level.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Lift {
    /// The level at which the domain then stands at least: the one asked for, or the next above it that has questions.
    pub level: u8,
    /// The questions of the domain that are missing, in the order of the items. None can be left out; empty where the
    /// domain stands there already.
    pub questions: Vec<String>,
    /// Questions of other domains or levels that these need and that are missing too, in the order of the items.
    pub needs: Vec<String>,
}

/// The smallest set of questions that has to be earned for a domain to stand at `level` or higher.
///
/// A level without questions is passed through and never landed on, so the next one that has questions is what it takes;
/// below the lowest of them nothing is missing. `None` where the domain has no questions at or above the level: it cannot
/// get there.
pub fn lifts(items: &[Item], answers: &Answers, rules: Rules, domain: &str, level: u8) -> Option<Lift> {
    let levels: BTreeSet<u8> = items.iter().filter(|item| item.domain == domain).map(|item| item.level).collect();
    let ground = levels.first()?.saturating_sub(1);
    if level <= ground {
        return Some(Lift { level: ground, questions: Vec::new(), needs: Vec::new() });
    }
    let level = *levels.range(level..).next()?;
    let questions: Vec<QuestionScore> = items.iter().map(|item| question(item, answers, rules)).collect();
    let own: BTreeSet<usize> = (0..items.len())
        .filter(|place| items[*place].domain == domain && items[*place].level <= level && !questions[*place].earned)
        .collect();
    let all = missing(items, &questions, own.iter().copied());
    let ids = |places: &mut dyn Iterator<Item = &usize>| places.map(|place| items[*place].id.clone()).collect();
    Some(Lift { level, needs: ids(&mut all.difference(&own)), questions: ids(&mut own.iter()) })
}
