//! Maturity a second time, written differently and without care for speed: fractions, loops over all levels, one search
//! after the other. Compared with the real one on random models and answers.

use std::collections::{BTreeMap, BTreeSet};

use proptest::prelude::*;
use tally_judge::maturity::{Aims, Answer, Answers, Effort, Item, Rules, lifts, roadmap, score};

use crate::within;

/// A random model with its answers. Ids are dealt out at random, so that no order of places is an order of ids. Where
/// `circles` is false a question needs only questions that stand before it.
pub fn sheets(circles: bool) -> impl Strategy<Value = (Vec<Item>, Answers)> {
    let effort = prop::sample::select(vec![Effort::Small, Effort::Medium, Effort::Large]);
    let answer = (prop::option::weighted(0.8, 0_u8..=4), any::<bool>());
    let row = (0_usize..4, 0_u8..=6, effort, answer, prop::collection::vec(any::<prop::sample::Index>(), 0..3));
    (1_usize..14).prop_flat_map(move |count| {
        let rows = prop::collection::vec(row.clone(), count);
        let numbers = Just((0..count).collect::<Vec<_>>()).prop_shuffle();
        (rows, numbers).prop_map(move |(rows, numbers)| {
            let domains = ["CC", "AA", "DD", "BB"];
            let ids: Vec<String> = rows.iter().zip(&numbers).map(|(row, n)| format!("{}-{n:02}", domains[row.0])).collect();
            let mut answers = Answers::new();
            let mut items = Vec::new();
            for (nth, (domain, level, effort, (score, evidence), needs)) in rows.into_iter().enumerate() {
                let reach = if circles { ids.len() } else { nth };
                let needs = needs.iter().filter(|_| reach > 0).map(|need| ids[need.index(reach.max(1))].clone());
                items.push(Item {
                    id: ids[nth].clone(),
                    domain: domains[domain].to_owned(),
                    level,
                    needs: needs.collect(),
                    effort,
                });
                answers.insert(ids[nth].clone(), Answer { score, evidence });
            }
            (items, answers)
        })
    })
}

fn value(items: &[Item], answers: &Answers, id: &str) -> Option<u8> {
    assert!(items.iter().any(|item| item.id == id));
    answers.get(id).and_then(|answer| answer.score)
}

fn earned(answers: &Answers, id: &str) -> bool {
    matches!(answers.get(id), Some(Answer { score: Some(3..), .. }))
}

/// Counts down from the highest level there can be to one that has questions and no open one at it or below.
fn level(items: &[Item], answers: &Answers, domain: &str) -> u8 {
    for level in (0..=u8::MAX).rev() {
        let mut has = false;
        let mut open = false;
        for item in items {
            has |= item.domain == domain && item.level == level;
            open |= item.domain == domain && item.level <= level && !earned(answers, &item.id);
        }
        if has && !open {
            return level;
        }
    }
    let lowest = items.iter().filter(|item| item.domain == domain).map(|item| item.level).min().unwrap();
    if lowest == 0 { 0 } else { lowest - 1 }
}

/// A fraction in lowest terms is not needed: sums stay small.
#[derive(Clone, Copy)]
struct Fraction(i128, i128);

impl Fraction {
    fn plus(self, other: Self) -> Self {
        Self(self.0 * other.1 + other.0 * self.1, self.1 * other.1)
    }

    fn over(self, count: usize) -> Self {
        Self(self.0, self.1 * count as i128)
    }

    fn value(self) -> f64 {
        self.0 as f64 / self.1 as f64
    }
}

/// The mean of what a domain's questions count, unanswered ones as `open`; `None` leaves them out.
fn mean(items: &[Item], answers: &Answers, domain: &str, open: Option<i128>) -> Option<Fraction> {
    let own = items.iter().filter(|item| item.domain == domain);
    let counted: Vec<i128> = own.filter_map(|item| value(items, answers, &item.id).map(i128::from).or(open)).collect();
    (!counted.is_empty()).then(|| Fraction(counted.iter().sum(), counted.len() as i128))
}

fn whole(items: &[Item], answers: &Answers, open: Option<i128>) -> Option<Fraction> {
    let domains: BTreeSet<&str> = items.iter().map(|item| item.domain.as_str()).collect();
    let means: Vec<Fraction> = domains.into_iter().filter_map(|domain| mean(items, answers, domain, open)).collect();
    (!means.is_empty()).then(|| means.iter().fold(Fraction(0, 1), |sum, mean| sum.plus(*mean)).over(means.len()))
}

/// Goes through the answers point by point.
fn confidence(items: &[Item], answers: &Answers, domain: Option<&str>) -> Option<f64> {
    let (mut all, mut backed) = (0_i128, 0_i128);
    for item in items.iter().filter(|item| domain.is_none_or(|domain| item.domain == domain)) {
        for _ in 0..value(items, answers, &item.id).unwrap_or(0) {
            all += 1;
            backed += i128::from(answers[&item.id].evidence);
        }
    }
    (all > 0).then(|| Fraction(backed, all).value())
}

/// As JavaScript does it: `Math.round(mean) + 1`, where `Math.round(x)` is `floor(x + 0.5)`.
fn plain(items: &[Item], answers: &Answers, domain: &str) -> (f64, u8) {
    let mean = mean(items, answers, domain, None).map_or(0.0, Fraction::value);
    (mean, (mean + 0.5).floor() as u8 + 1)
}

#[track_caller]
fn alike(found: Option<f64>, expected: Option<f64>) {
    assert_eq!(found.is_some(), expected.is_some(), "{found:?} {expected:?}");
    if let (Some(found), Some(expected)) = (found, expected) {
        within(found, expected, 1e-14);
    }
}

/// What a plan must hold: open questions within the aims, and again and again what one of them needs.
fn wanted(items: &[Item], answers: &Answers, aims: &Aims) -> BTreeSet<String> {
    let open = |item: &&Item| !earned(answers, &item.id);
    let within = |item: &&Item| item.level <= *aims.of_domain.get(&item.domain).unwrap_or(&aims.level);
    let mut wanted: BTreeSet<String> = items.iter().filter(open).filter(within).map(|item| item.id.clone()).collect();
    loop {
        let needed = items.iter().filter(|item| wanted.contains(&item.id)).flat_map(|item| &item.needs);
        let more: Vec<String> = needed.filter(|id| !earned(answers, id) && !wanted.contains(*id)).cloned().collect();
        if more.is_empty() {
            return wanted;
        }
        wanted.extend(more);
    }
}

/// Looks through all that is left for each step: the least of those that wait for none of it. No circles.
fn ordered(items: &[Item], wanted: &BTreeSet<String>) -> Vec<String> {
    let mut left: Vec<&Item> = items.iter().filter(|item| wanted.contains(&item.id)).collect();
    let mut order = Vec::new();
    while !left.is_empty() {
        let free = |item: &&&Item| !item.needs.iter().any(|need| left.iter().any(|other| other.id == *need));
        let next = left.iter().filter(free).min_by_key(|item| (item.level, item.effort, &item.id)).unwrap().id.clone();
        left.retain(|item| item.id != next);
        order.push(next);
    }
    order
}

fn aims() -> impl Strategy<Value = (u8, Option<u8>, Vec<bool>)> {
    (0_u8..7, prop::option::of(0_u8..7), prop::collection::vec(prop::bool::weighted(0.2), 14))
}

proptest! {
    #[test]
    fn scores_agree((items, answers) in sheets(true)) {
        let found = score(&items, &answers, Rules::default());
        let mut names = Vec::new();
        for domain in &found.domains {
            let (id, standing) = (domain.id.as_str(), &domain.standing);
            names.push(id);
            prop_assert_eq!(standing.earned, level(&items, &answers, id));
            alike(Some(standing.range.low), mean(&items, &answers, id, Some(0)).map(Fraction::value));
            alike(Some(standing.range.high), mean(&items, &answers, id, Some(4)).map(Fraction::value));
            alike(standing.known_mean, mean(&items, &answers, id, None).map(Fraction::value));
            alike(standing.confidence, confidence(&items, &answers, Some(id)));
            let (mean, rounded) = plain(&items, &answers, id);
            within(domain.plain.mean, mean, 1e-14);
            prop_assert_eq!(domain.plain.level, rounded);
            // What blocks: the open questions of the lowest level that has one.
            let open = |item: &&Item| item.domain == id && !earned(&answers, &item.id);
            let at = items.iter().filter(open).map(|item| item.level).min();
            let blocked = items.iter().filter(open).filter(|item| Some(item.level) == at).map(|item| item.id.clone());
            let next = domain.next.clone().map(|next| (next.level, next.blocked_by));
            prop_assert_eq!(next, at.map(|level| (level, blocked.collect())));
        }
        let mut expected: Vec<&str> = items.iter().map(|item| item.domain.as_str()).collect();
        expected.sort_unstable();
        expected.dedup();
        names.sort_unstable();
        prop_assert_eq!(&names, &expected);
        let all = found.whole.unwrap();
        prop_assert_eq!(all.standing.earned, expected.iter().map(|id| level(&items, &answers, id)).min().unwrap());
        let lowest = |id: &&&str| level(&items, &answers, id) == all.standing.earned;
        let held: BTreeSet<String> = expected.iter().filter(lowest).map(|id| (*id).to_owned()).collect();
        prop_assert_eq!(all.held_by.into_iter().collect::<BTreeSet<_>>(), held);
        alike(Some(all.standing.range.low), whole(&items, &answers, Some(0)).map(Fraction::value));
        alike(Some(all.standing.range.high), whole(&items, &answers, Some(4)).map(Fraction::value));
        alike(all.standing.known_mean, whole(&items, &answers, None).map(Fraction::value));
        alike(all.standing.confidence, confidence(&items, &answers, None));
    }

    #[test]
    fn plans_agree((items, mut answers) in sheets(false), (level_aimed, own, done) in aims()) {
        let done: BTreeSet<String> = items.iter().zip(done).filter(|(_, done)| *done).map(|(item, _)| item.id.clone()).collect();
        let of_domain: BTreeMap<String, u8> = own.into_iter().map(|level| ("AA".to_owned(), level)).collect();
        let aims = Aims { level: level_aimed, of_domain, phases: Vec::new(), done: done.clone() };
        let found = roadmap(&items, &answers, Rules::default(), &aims);
        prop_assert!(found.cut.is_empty());
        let (first, then): (BTreeSet<String>, BTreeSet<String>) =
            wanted(&items, &answers, &aims).into_iter().partition(|id| done.contains(id));
        let mut expected = ordered(&items, &first);
        expected.extend(ordered(&items, &then));
        let steps: Vec<String> = found.steps.iter().map(|step| step.question.clone()).collect();
        prop_assert_eq!(steps, expected);
        // Each lift is the one that answering step by step shows.
        for step in &found.steps {
            let before = level(&items, &answers, &step.domain);
            answers.insert(step.question.clone(), Answer { score: Some(3), evidence: false });
            let after = level(&items, &answers, &step.domain);
            // Level 0 earned is no other number than level 0 not earned: the plan tells it, the number does not.
            let told = step.lifts.filter(|to| *to != 0);
            prop_assert_eq!(told, (after > before).then_some(after));
        }
    }

    /// Tries every set of a domain's open questions: none smaller than the one found does it, and that one does.
    #[test]
    fn no_smaller_set_lifts((items, answers) in sheets(true), aimed in 1_u8..7) {
        let domain = items[0].domain.clone();
        let own: Vec<&str> = items.iter().filter(|item| item.domain == domain).map(|item| item.id.as_str()).collect();
        let mut least: Option<BTreeSet<&str>> = None;
        for set in 0..1_u32 << own.len() {
            let chosen: BTreeSet<&str> = own.iter().enumerate().filter(|(nth, _)| set >> nth & 1 == 1).map(|(_, id)| *id).collect();
            let mut then = answers.clone();
            for id in &chosen {
                then.insert((*id).to_owned(), Answer { score: Some(3), evidence: false });
            }
            let reaches = level(&items, &then, &domain) >= aimed;
            if reaches && least.as_ref().is_none_or(|least| chosen.len() < least.len()) {
                least = Some(chosen);
            }
        }
        let found = lifts(&items, &answers, Rules::default(), &domain, aimed);
        let questions = found.map(|lift| lift.questions);
        let found: Option<BTreeSet<&str>> = questions.as_ref().map(|ids| ids.iter().map(String::as_str).collect());
        prop_assert_eq!(found, least);
    }
}
