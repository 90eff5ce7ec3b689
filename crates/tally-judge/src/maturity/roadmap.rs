//! From gaps to an ordered plan. Never plans what is earned already, and says which needs it could not keep.

use std::collections::{BTreeMap, BTreeSet};

use super::order::order;
use super::score::question;
use super::{Answers, Effort, Item, QuestionScore, Rules};

/// What a plan is for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Aims {
    /// The level that domains are to reach.
    pub level: u8,
    /// Domains with an aim of their own.
    pub of_domain: BTreeMap<String, u8>,
    /// The phases of the model, in their order.
    pub phases: Vec<Phase>,
    /// Questions whose improvement is done and whose answer is still the old one.
    pub done: BTreeSet<String>,
}

impl Default for Aims {
    /// All domains to level 5, no phases, nothing done.
    fn default() -> Self {
        Self { level: 5, of_domain: BTreeMap::new(), phases: Vec::new(), done: BTreeSet::new() }
    }
}

/// A phase of a model's roadmap.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Phase {
    /// The phase's id.
    pub id: String,
    /// The levels that it works on. A level that several phases name belongs to the first of them.
    pub levels: Vec<u8>,
}

/// An ordered plan.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Roadmap {
    /// What to do, first to last.
    pub steps: Vec<Step>,
    /// Needs that go in a circle and were not kept.
    pub cut: Vec<CutNeed>,
}

/// One question to be earned.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Step {
    /// The question's id.
    pub question: String,
    /// The id of its domain.
    pub domain: String,
    /// The level that it belongs to.
    pub level: u8,
    /// The present answer; `None`: not answered.
    pub score: Option<u8>,
    /// What is missing to the score that earns it.
    pub gap: u8,
    /// What it costs.
    pub effort: Effort,
    /// The questions of this plan that it needs, in the order of its needs.
    pub needs: Vec<String>,
    /// The level that its domain reaches with this step, where it is the last one missing.
    pub lifts: Option<u8>,
    /// The id of the phase that works on its level; `None` where no phase does.
    pub phase: Option<String>,
    /// Its improvement is done: what is left is to answer anew.
    pub done: bool,
}

/// A need that was not kept, because it goes in a circle.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CutNeed {
    /// The question that has the need.
    pub question: String,
    /// The question that it would have waited for.
    pub need: String,
}

/// Plans the way from the present answers to the aims.
///
/// In the plan are the questions that are not earned and whose level is within the aim of their domain, and what these
/// need, of whatever level. Those that are done come first: all it takes is an answer. Of the others each comes after
/// what it needs; of those that wait for nothing, the lowest level comes first, then the smallest effort, then the id.
/// Steps in this order lift domains; each says where it does. O(n log n) for n questions and needs together.
pub fn roadmap(items: &[Item], answers: &Answers, rules: Rules, aims: &Aims) -> Roadmap {
    let questions: Vec<QuestionScore> = items.iter().map(|item| question(item, answers, rules)).collect();
    let wanted = wanted(items, &questions, aims);
    let (done, open): (Vec<usize>, Vec<usize>) =
        wanted.iter().copied().partition(|place| aims.done.contains(&items[*place].id));
    let (done, open) = (order(items, &done), order(items, &open));
    let planned: BTreeSet<&str> = wanted.iter().map(|place| items[*place].id.as_str()).collect();
    let mut ladders = ladders(&questions);
    let steps = done.places.iter().chain(&open.places).map(|&place| {
        let (item, question) = (&items[place], &questions[place]);
        let lifts = ladders.get_mut(item.domain.as_str()).and_then(|ladder| ladder.earn(item.level));
        let phase = aims.phases.iter().find(|phase| phase.levels.contains(&item.level));
        Step {
            question: item.id.clone(),
            domain: item.domain.clone(),
            level: item.level,
            score: question.score,
            gap: question.gap,
            effort: item.effort,
            needs: item.needs.iter().filter(|need| planned.contains(need.as_str())).cloned().collect(),
            lifts,
            phase: phase.map(|phase| phase.id.clone()),
            done: aims.done.contains(&item.id),
        }
    });
    let id = |place: usize| items[place].id.clone();
    let cut = done.cut.iter().chain(&open.cut).map(|(item, need)| CutNeed { question: id(*item), need: id(*need) });
    Roadmap { steps: steps.collect(), cut: cut.collect() }
}

/// Places of the questions to be earned: those within the aims, and what they need.
fn wanted(items: &[Item], questions: &[QuestionScore], aims: &Aims) -> BTreeSet<usize> {
    let within = |item: &Item| item.level <= aims.of_domain.get(&item.domain).copied().unwrap_or(aims.level);
    missing(items, questions, (0..items.len()).filter(|place| within(&items[*place])))
}

/// The places that are not earned, of those given and of all that they need.
pub(super) fn missing(items: &[Item], questions: &[QuestionScore], places: impl IntoIterator<Item = usize>) -> BTreeSet<usize> {
    let by_id: BTreeMap<&str, usize> = items.iter().enumerate().rev().map(|(place, item)| (item.id.as_str(), place)).collect();
    let mut found = BTreeSet::new();
    let mut ahead: Vec<usize> = places.into_iter().collect();
    while let Some(place) = ahead.pop() {
        if !questions[place].earned && found.insert(place) {
            ahead.extend(items[place].needs.iter().filter_map(|need| by_id.get(need.as_str())));
        }
    }
    found
}

/// The levels of one domain that have questions, with what is missing in each.
#[derive(Default)]
struct Ladder {
    rungs: BTreeMap<u8, usize>,
}

fn ladders(questions: &[QuestionScore]) -> BTreeMap<&str, Ladder> {
    let mut ladders: BTreeMap<&str, Ladder> = BTreeMap::new();
    for question in questions {
        let rungs = &mut ladders.entry(&question.domain).or_default().rungs;
        *rungs.entry(question.level).or_default() += usize::from(!question.earned);
    }
    for ladder in ladders.values_mut() {
        ladder.climb();
    }
    ladders
}

impl Ladder {
    /// Earns one question of a level; the level that the domain reaches by it, where it reaches one.
    fn earn(&mut self, level: u8) -> Option<u8> {
        let missing = self.rungs.get_mut(&level)?;
        *missing = missing.saturating_sub(1);
        self.climb()
    }

    /// Leaves the rungs behind that are complete and have none below; the highest of them, if any.
    fn climb(&mut self) -> Option<u8> {
        let mut reached = None;
        while let Some(rung) = self.rungs.first_entry().filter(|rung| *rung.get() == 0) {
            reached = Some(*rung.key());
            rung.remove();
        }
        reached
    }
}
