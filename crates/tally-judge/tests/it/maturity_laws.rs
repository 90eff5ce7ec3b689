//! What must hold for every model and every answer: more never lowers, absence never raises, basics never hide.

use std::collections::BTreeMap;

use proptest::prelude::*;
use tally_judge::maturity::{
    Aims, Answer, Answers, Item, Rules, Scores, Standing, Way, compare, over, roadmap, score, what_if,
};

use crate::maturity_naive::sheets;

fn rate(items: &[Item], answers: &Answers) -> Scores {
    score(items, answers, Rules::default())
}

/// The numbers of all domains by id, and of the whole under no name.
fn standings(scores: &Scores) -> BTreeMap<&str, Standing> {
    let domains = scores.domains.iter().map(|domain| (domain.id.as_str(), domain.standing));
    domains.chain(scores.whole.iter().map(|whole| ("", whole.standing))).collect()
}

/// Some of the questions, chosen at random.
fn some() -> impl Strategy<Value = Vec<bool>> {
    prop::collection::vec(any::<bool>(), 14)
}

/// Changes the answers to some of the questions.
fn changed(items: &[Item], answers: &Answers, chosen: &[bool], change: impl Fn(&mut Answer)) -> Answers {
    let mut answers = answers.clone();
    for (item, _) in items.iter().zip(chosen).filter(|(_, chosen)| **chosen) {
        change(answers.entry(item.id.clone()).or_default());
    }
    answers
}

proptest! {
    #[test]
    fn more_evidence_never_lowers_confidence((items, answers) in sheets(true), chosen in some()) {
        let more = changed(&items, &answers, &chosen, |answer| answer.evidence = true);
        let (before, after) = (rate(&items, &answers), rate(&items, &more));
        for (id, was) in standings(&before) {
            let is = standings(&after)[id];
            prop_assert!(is.confidence >= was.confidence && is.with_evidence >= was.with_evidence);
            prop_assert!(is.confidence.is_none_or(|share| (0.0..=1.0).contains(&share)));
            // Evidence says how sure a score is, not how high.
            prop_assert_eq!((is.earned, is.range, is.known_mean), (was.earned, was.range, was.known_mean));
        }
    }

    #[test]
    fn a_higher_answer_never_lowers((items, answers) in sheets(true), chosen in some(), by in 0_u8..5) {
        let higher = changed(&items, &answers, &chosen, |answer| answer.score = answer.score.map(|score| (score + by).min(4)));
        let (before, after) = (rate(&items, &answers), rate(&items, &higher));
        for (id, was) in standings(&before) {
            let is = standings(&after)[id];
            prop_assert!(is.earned >= was.earned && is.known_mean >= was.known_mean);
            prop_assert!(is.range.low >= was.range.low && is.range.high >= was.range.high);
        }
        for (was, is) in before.domains.iter().zip(&after.domains) {
            prop_assert!(is.plain.level >= was.plain.level);
        }
        let moves = compare(&before, &after);
        prop_assert!(moves.domains.iter().all(|one| one.shift.level != Way::Down && one.shift.score != Way::Down));
        prop_assert!(moves.questions.iter().all(|one| matches!(one.way, Way::Up | Way::Same)));
    }

    /// What is certain never rises by an answer that goes; what is possible never falls.
    #[test]
    fn an_answer_left_out_never_raises((items, answers) in sheets(true), chosen in some()) {
        let fewer = changed(&items, &answers, &chosen, |answer| answer.score = None);
        let (before, after) = (rate(&items, &answers), rate(&items, &fewer));
        for (id, was) in standings(&before) {
            let is = standings(&after)[id];
            prop_assert!(is.earned <= was.earned && is.range.low <= was.range.low && is.range.high >= was.range.high);
            prop_assert!(is.points <= was.points && is.backed <= was.backed && is.with_evidence <= was.with_evidence);
        }
    }

    /// The same where the model has a question more that nobody answered, in a domain that is there or in a new one.
    #[test]
    fn a_question_nobody_answered_never_raises((mut items, answers) in sheets(true), domain in 0_usize..5, level in 0_u8..=9) {
        let before = rate(&items, &answers);
        let domain = ["AA", "BB", "CC", "DD", "EE"][domain];
        items.push(Item { id: "XX-99".to_owned(), domain: domain.to_owned(), level, ..items[0].clone() });
        let after = rate(&items, &answers);
        for (id, was) in standings(&before) {
            let is = standings(&after)[id];
            prop_assert!(is.earned <= was.earned && is.range.low <= was.range.low);
            prop_assert_eq!((is.confidence, is.known_mean), (was.confidence, was.known_mean));
        }
    }

    #[test]
    fn strong_levels_never_hide_a_missing_basic((items, _) in sheets(true), weak in prop::option::of(0_u8..3), at in any::<prop::sample::Index>()) {
        let lowest = |domain: &str| items.iter().filter(|item| item.domain == domain).map(|item| item.level).min().unwrap();
        let basics: Vec<&Item> = items.iter().filter(|item| item.level == lowest(&item.domain)).collect();
        let missing = basics[at.index(basics.len())];
        let full = Answer { score: Some(4), evidence: true };
        let mut answers: Answers = items.iter().map(|item| (item.id.clone(), full)).collect();
        answers.insert(missing.id.clone(), Answer { score: weak, evidence: true });
        let found = rate(&items, &answers);
        let domain = found.domains.iter().find(|domain| domain.id == missing.domain).unwrap();
        prop_assert_eq!(domain.standing.earned, missing.level.saturating_sub(1));
        prop_assert!(found.whole.unwrap().standing.earned <= domain.standing.earned);
        prop_assert_eq!(&domain.next.as_ref().unwrap().blocked_by, &vec![missing.id.clone()]);
    }

    #[test]
    fn the_order_of_the_questions_shows_in_no_number((items, answers) in sheets(true), turn in any::<prop::sample::Index>()) {
        let mut turned = items.clone();
        turned.reverse();
        turned.rotate_left(turn.index(items.len()));
        let (one, other) = (rate(&items, &answers), rate(&turned, &answers));
        prop_assert_eq!(standings(&one), standings(&other));
        let plans = [&items, &turned].map(|items| roadmap(items, &answers, Rules::default(), &Aims::default()));
        prop_assert_eq!(&plans[0], &plans[1]);
    }

    #[test]
    fn all_answered_is_no_range((items, answers) in sheets(true)) {
        let full: Answers = answers.iter().map(|(id, answer)| (id.clone(), Answer { score: answer.score.or(Some(1)), ..*answer })).collect();
        let found = rate(&items, &full);
        for standing in standings(&found).values() {
            prop_assert_eq!(standing.range.low, standing.range.high);
            prop_assert_eq!(standing.known_mean, Some(standing.range.low));
        }
    }

    #[test]
    fn a_plan_respects_needs_and_cuts_only_circles((items, answers) in sheets(true)) {
        let plan = roadmap(&items, &answers, Rules::default(), &Aims::default());
        let at: BTreeMap<&str, usize> = plan.steps.iter().enumerate().map(|(nth, step)| (step.question.as_str(), nth)).collect();
        prop_assert_eq!(at.len(), plan.steps.len());
        for (nth, step) in plan.steps.iter().enumerate() {
            for need in &step.needs {
                let cut = plan.cut.iter().any(|cut| cut.question == step.question && cut.need == *need);
                prop_assert_eq!(at[need.as_str()] < nth, !cut, "{} needs {}", step.question, need);
            }
        }
        let needs = |id: &str| plan.steps.iter().find(|step| step.question == id).unwrap().needs.clone();
        for cut in &plan.cut {
            // From the need that was cut, needs lead back to the question.
            let (mut seen, mut ahead) = (Vec::new(), vec![cut.need.clone()]);
            while let Some(id) = ahead.pop() {
                if !seen.contains(&id) {
                    ahead.extend(needs(&id));
                    seen.push(id);
                }
            }
            prop_assert!(seen.contains(&cut.question));
        }
    }

    #[test]
    fn doing_the_whole_plan_earns_the_aim((items, answers) in sheets(true), level in 0_u8..7) {
        let aims = Aims { level, ..Aims::default() };
        let plan = roadmap(&items, &answers, Rules::default(), &aims);
        let ids: Vec<String> = plan.steps.iter().map(|step| step.question.clone()).collect();
        let found = what_if(&items, &answers, Rules::default(), &ids, 3);
        prop_assert!(found.unknown.is_empty());
        for (now, then) in found.now.domains.iter().zip(&found.then.domains) {
            let highest = items.iter().filter(|item| item.domain == now.id && item.level <= level).map(|item| item.level).max();
            prop_assert!(highest.is_none_or(|highest| then.standing.earned >= highest));
            let lifted = plan.steps.iter().filter(|step| step.domain == now.id).filter_map(|step| step.lifts).next_back();
            prop_assert_eq!(then.standing.earned, lifted.unwrap_or(now.standing.earned));
        }
        prop_assert!(roadmap(&items, &answered(&answers, &ids), Rules::default(), &aims).steps.is_empty());
    }

    #[test]
    fn rounds_mirror_each_other((items, answers) in sheets(true), chosen in some(), to in prop::option::of(0_u8..=4)) {
        let other = changed(&items, &answers, &chosen, |answer| answer.score = to);
        let (one, other) = (rate(&items, &answers), rate(&items, &other));
        let (there, back) = (compare(&one, &other), compare(&other, &one));
        for (there, back) in there.questions.iter().zip(&back.questions) {
            prop_assert_eq!((there.way, there.before, there.after), (mirror(back.way), back.after, back.before));
        }
        for there in &there.domains {
            let (before, after) = (there.shift.before.unwrap(), there.shift.after.unwrap());
            let level = if after.earned > before.earned { Way::Up } else if after.earned < before.earned { Way::Down } else { Way::Same };
            prop_assert_eq!(there.shift.level, level);
        }
        for (there, back) in there.domains.iter().zip(&back.domains) {
            prop_assert_eq!((there.shift.level, there.shift.score), (mirror(back.shift.level), mirror(back.shift.score)));
        }
        prop_assert!(compare(&one, &one).questions.iter().all(|one| one.way == Way::Same));
    }

    #[test]
    fn many_subjects_are_each_counted_once(sheets in prop::collection::vec(sheets(true), 1..6)) {
        let all: Vec<(String, Scores)> =
            sheets.iter().enumerate().map(|(nth, (items, answers))| (format!("s{nth}"), rate(items, answers))).collect();
        let found = over(all.iter().map(|(name, scores)| (name.as_str(), scores))).unwrap();
        let wholes: Vec<Standing> = all.iter().map(|(_, scores)| scores.whole.as_ref().unwrap().standing).collect();
        prop_assert_eq!(found.whole.subjects, all.len());
        prop_assert_eq!(found.whole.levels.iter().map(|share| share.subjects).sum::<usize>(), all.len());
        prop_assert_eq!(Some(found.whole.lowest), wholes.iter().map(|standing| standing.earned).min());
        for share in &found.whole.levels {
            prop_assert_eq!(share.subjects, wholes.iter().filter(|standing| standing.earned == share.level).count());
        }
        for domain in &found.domains {
            let with = all.iter().filter(|(_, scores)| scores.domains.iter().any(|one| one.id == domain.id)).count();
            prop_assert_eq!(domain.spread.subjects, with);
        }
    }
}

fn answered(answers: &Answers, ids: &[String]) -> Answers {
    let mut answers = answers.clone();
    answers.extend(ids.iter().map(|id| (id.clone(), Answer { score: Some(3), evidence: false })));
    answers
}

fn mirror(way: Way) -> Way {
    match way {
        Way::Up => Way::Down,
        Way::Down => Way::Up,
        Way::NewlyAnswered => Way::NoLongerAnswered,
        Way::NoLongerAnswered => Way::NewlyAnswered,
        Way::Same => Way::Same,
        Way::New => Way::Gone,
        Way::Gone => Way::New,
    }
}
