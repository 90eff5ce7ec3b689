//! Plans by hand: order, lifts, phases, what is done, circles of needs, size.

use std::collections::{BTreeMap, BTreeSet};

use tally_judge::maturity::{Aims, Answers, Effort, Item, Phase, Roadmap, Rules, roadmap};

use crate::sheet::{read, same};

#[track_caller]
fn check(lines: &str, aims: &Aims, expected: &str) {
    let (items, answers) = read(lines);
    same(&show(&roadmap(&items, &answers, Rules::default(), aims)), expected);
}

/// One line a step: question, answer, gap, phase, needs, lift, done; then the needs that were cut.
fn show(found: &Roadmap) -> String {
    let mut lines = Vec::new();
    for step in &found.steps {
        let mut line = format!("{} L{} gap {}", step.question, step.level, step.gap);
        let phase = step.phase.iter().map(|phase| format!(" in {phase}"));
        let needs = (!step.needs.is_empty()).then(|| format!(" after {}", step.needs.join(" ")));
        let lifts = step.lifts.map(|level| format!(" lifts {} to {level}", step.domain));
        line.extend(phase.chain(needs).chain(lifts).chain(step.done.then(|| " done".to_owned())));
        lines.push(line);
    }
    lines.extend(found.cut.iter().map(|cut| format!("{} does not wait for {}", cut.question, cut.need)));
    lines.join("\n")
}

fn to_level(level: u8) -> Aims {
    Aims { level, ..Aims::default() }
}

#[test]
fn level_then_effort_then_id() {
    check(
        "B-1 3 - small\nB-2 2 1 large\nA-1 2 2 large\nA-2 2 0 small\nA-3 2 3\nA-4 3 4\nA-5 4 -",
        &Aims::default(),
        // are earned. A reaches 3 with level 2, since level 3 is earned already.
        "A-2 L2 gap 3
         A-1 L2 gap 1 lifts A to 3
         B-2 L2 gap 2 lifts B to 2
         B-1 L3 gap 3 lifts B to 3
         A-5 L4 gap 3 lifts A to 4",
    );
}

#[test]
fn needs_come_first_whatever_their_level() {
    check(
        "A-1 2 - small needs B-1\nA-2 2 - large\nB-1 2 - large needs B-2\nB-2 4 - large needs C-1\nC-1 2 3",
        &to_level(2),
        // B-2 is above the aim and needed; C-1 is earned and not waited for. What waits for nothing: A-2 (L2), B-2 (L4).
        "A-2 L2 gap 3
         B-2 L4 gap 3
         B-1 L2 gap 3 after B-2 lifts B to 4
         A-1 L2 gap 3 after B-1 lifts A to 2",
    );
}

#[test]
fn aims_and_phases() {
    let phase = |id: &str, levels: &[u8]| Phase { id: id.to_owned(), levels: levels.to_vec() };
    let aims = Aims {
        level: 3,
        of_domain: BTreeMap::from([("B".to_owned(), 2)]),
        phases: vec![phase("foundation", &[1, 2]), phase("standard", &[2, 3])],
        done: BTreeSet::new(),
    };
    check(
        "A-1 2 -\nA-2 3 -\nA-3 4 -\nB-1 2 -\nB-2 3 -",
        &aims,
        "A-1 L2 gap 3 in foundation lifts A to 2
         B-1 L2 gap 3 in foundation lifts B to 2
         A-2 L3 gap 3 in standard lifts A to 3",
    );
    // A level that no phase names has none.
    check("A-3 4 2", &Aims { level: 4, ..aims }, "A-3 L4 gap 1 lifts A to 4");
}

#[test]
fn done_steps_come_first_and_count() {
    let aims = Aims { done: ["A-2", "A-3", "Z-1"].map(str::to_owned).into(), ..to_level(3) };
    check(
        "A-1 2 -\nA-2 2 1 needs A-1\nA-3 3 2\nA-4 2 3",
        &aims,
        // With answered anew, A-1 alone is missing: it lifts the domain over both levels.
        "A-2 L2 gap 2 after A-1 done
         A-3 L3 gap 1 done
         A-1 L2 gap 3 lifts A to 3",
    );
    let all = Aims { done: ["A-1", "A-2"].map(str::to_owned).into(), ..to_level(3) };
    check("A-1 2 -\nA-2 2 1 needs A-1", &all, "A-1 L2 gap 3 done\nA-2 L2 gap 2 after A-1 lifts A to 2 done");
}

#[test]
fn nothing_to_do() {
    check("A-1 2 3\nA-2 5 4", &Aims::default(), "");
    check("", &Aims::default(), "");
    check("A-1 3 -", &to_level(2), "");
}

#[test]
fn circles_are_cut_and_told() {
    check(
        "A-1 2 - needs A-2\nA-2 2 - needs A-1",
        &Aims::default(),
        "A-1 L2 gap 3 after A-2
         A-2 L2 gap 3 after A-1 lifts A to 2
         A-1 does not wait for A-2",
    );
    // Only the need that closes the circle is cut: A-3 still waits for for A-3. A-4 stands beside it.
    check(
        "A-1 2 - small needs A-2\nA-2 2 - small needs A-3\nA-3 2 - large needs A-1\nA-4 2 - needs A-2",
        &Aims::default(),
        "A-1 L2 gap 3 after A-2
         A-3 L2 gap 3 after A-1
         A-2 L2 gap 3 after A-3
         A-4 L2 gap 3 after A-2 lifts A to 2
         A-1 does not wait for A-2",
    );
    check("A-1 2 - needs A-1", &Aims::default(), "A-1 L2 gap 3 after A-1 lifts A to 2\nA-1 does not wait for A-1");
    // Two that are done and need each other; what is open does not wait for them.
    let done = Aims { done: ["A-1", "A-2"].map(str::to_owned).into(), ..Aims::default() };
    check(
        "A-1 2 - needs A-2\nA-2 2 - needs A-1\nA-3 2 - needs A-1",
        &done,
        "A-1 L2 gap 3 after A-2 done
         A-2 L2 gap 3 after A-1 done
         A-3 L2 gap 3 after A-1 lifts A to 2
         A-1 does not wait for A-2",
    );
    // An earned question closes no circle.
    check("A-1 2 3 needs A-2\nA-2 2 - needs A-1", &Aims::default(), "A-2 L2 gap 3 lifts A to 2");
}

/// A chain, or a circle, of many questions: no recursion runs out of stack, nothing is looked at again and again.
#[test]
fn long_chains_and_long_circles() {
    let count = 50_000;
    let id = |nth: usize| format!("A-{nth:06}");
    let item =
        |nth: usize, needs: Vec<String>| Item { id: id(nth), domain: "A".to_owned(), level: 2, needs, effort: Effort::Small };
    let plan = |items: &[Item]| roadmap(items, &Answers::new(), Rules::default(), &Aims::default());

    // Each needs the one after: the last comes first.
    let chain: Vec<Item> = (0..count).map(|nth| item(nth, if nth + 1 < count { vec![id(nth + 1)] } else { vec![] })).collect();
    let found = plan(&chain);
    assert_eq!((found.steps.len(), found.cut.len()), (count, 0));
    assert!(found.steps.iter().rev().enumerate().all(|(nth, step)| step.question == id(nth)));
    assert_eq!(found.steps.last().unwrap().lifts, Some(2));

    let circle: Vec<Item> = (0..count).map(|nth| item(nth, vec![id((nth + 1) % count)])).collect();
    let found = plan(&circle);
    assert_eq!((found.steps.len(), found.cut.len()), (count, 1));
    assert_eq!((found.cut[0].question.clone(), found.cut[0].need.clone()), (id(0), id(1)));
    assert_eq!((found.steps[0].question.clone(), found.steps[1].question.clone()), (id(0), id(count - 1)));
}
