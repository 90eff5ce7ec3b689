//! Maturity scoring by hand: each table says how its numbers came about. Counts read evidence / answered / questions.

use tally_judge::maturity::{Agreement, Answer, Effort, Rules, Way, compare, contradiction, lifts, over, score, what_if};

use crate::near;
use crate::sheet::{read, same, scores, show, standing};

/// Seven questions with the levels of the seed's first domain: 2 3 3 3 4 5 4.
fn governance(answers: [&str; 7]) -> String {
    let levels = [2, 3, 3, 3, 4, 5, 4];
    let line = |(nth, (level, answer)): (usize, (u8, &str))| format!("GRC-0{} {level} {answer}\n", nth + 1);
    levels.into_iter().zip(answers).enumerate().map(line).collect()
}

#[track_caller]
fn check(lines: &str, expected: &str) {
    same(&show(&scores(lines)), expected);
}

#[test]
fn nothing_answered() {
    // 0 of 28 points for sure, 28 of 28 possible. The plain level of nothing is 1, as the known app has it.
    check(
        &governance(["-"; 7]),
        "GRC L1 0.000..4.000 known none conf none | 0/0/7 | plain 0.00 L1 | 2: GRC-01
         whole L1 0.000..4.000 known none conf none | 0/0/7 | GRC",
    );
}

#[test]
fn one_answer_is_not_a_level() {
    // One 4 among seven: 4/7 = 0.571; the other six at 4 would make 28/7. The plain mean is 4/1, so level 5.
    check(
        &governance(["-", "-", "-", "-", "-", "4", "-"]),
        "GRC L1 0.571..4.000 known 4.000 conf 0.000 claimed | 0/1/7 | plain 4.00 L5 | 2: GRC-01
         whole L1 0.571..4.000 known 4.000 conf 0.000 claimed | 0/1/7 | GRC",
    );
}

#[test]
fn strong_practice_hides_no_missing_basics() {
    // 2 + 6 x 4 = 26; 26/7 = 3.714, which rounds to 4: plain level 5. Level 2 has one question, and it is at 2.
    check(
        &governance(["2", "4", "4", "4", "4", "4", "4"]),
        "GRC L1 3.714..3.714 known 3.714 conf 0.000 claimed | 0/7/7 | plain 3.71 L5 | 2: GRC-01
         whole L1 3.714..3.714 known 3.714 conf 0.000 claimed | 0/7/7 | GRC",
    );
}

#[test]
fn target_levels_gate() {
    // Levels 2 and 3 are earned. Of level 4 the question 05 is at 2 and 07 is open; level 5 is full and does not count.
    // Points: 3+3+3+4+2+4 = 19; low 19/7 = 2.714, high 23/7 = 3.286, known 19/6 = 3.167; plain rounds to 3, so level 4.
    // Evidence: 3 (01) + 4 (04) + 4 (06) = 11 of 19 = 0.579.
    check(
        &governance(["3e", "3", "3", "4e", "2", "4e", "-"]),
        "GRC L3 2.714..3.286 known 3.167 conf 0.579 | 3/6/7 | plain 3.17 L4 | 4: GRC-05 GRC-07
         whole L3 2.714..3.286 known 3.167 conf 0.579 | 3/6/7 | GRC",
    );
}

#[test]
fn all_earned() {
    // 7 x 3 = 21; 21/7 = 3: the plain level is 4 although every level is earned.
    check(
        &governance(["3e", "3e", "3e", "3e", "3e", "3e", "3e"]),
        "GRC L5 3.000..3.000 known 3.000 conf 1.000 | 7/7/7 | plain 3.00 L4 | top
         whole L5 3.000..3.000 known 3.000 conf 1.000 | 7/7/7 | GRC",
    );
}

#[test]
fn plain_halves_go_up() {
    // Means 0.5, 1.5, 2.5, 3.5 give 2, 3, 4, 5; just below, 1/3 and 4/3, they give 1 and 2.
    let plain = |lines: &str| scores(lines).domains[0].plain.level;
    assert_eq!(plain("A-1 2 0\nA-2 2 1"), 2);
    assert_eq!(plain("A-1 2 1\nA-2 2 2"), 3);
    assert_eq!(plain("A-1 2 2\nA-2 2 3"), 4);
    assert_eq!(plain("A-1 2 3\nA-2 2 4"), 5);
    assert_eq!(plain("A-1 2 0\nA-2 2 0\nA-3 2 1"), 1);
    assert_eq!(plain("A-1 2 1\nA-2 2 1\nA-3 2 2"), 2);
}

#[test]
fn levels_without_questions_are_passed_through() {
    // Levels 2 and 5 have questions. With 2 earned the domain stands at 2, not at 3 or 4; next is 5.
    check(
        "A-1 2 3\nA-2 5 2",
        "A L2 2.500..2.500 known 2.500 conf 0.000 claimed | 0/2/2 | plain 2.50 L4 | 5: A-2
         whole L2 2.500..2.500 known 2.500 conf 0.000 claimed | 0/2/2 | A",
    );
    // Where the lowest level with questions is 4 and not earned, the domain stands at 3; where it is 0, at 0.
    assert_eq!(scores("A-1 4 2").domains[0].standing.earned, 3);
    assert_eq!(scores("A-1 1 2").domains[0].standing.earned, 0);
    assert_eq!(scores("A-1 0 2").domains[0].standing.earned, 0);
    assert_eq!(scores("A-1 0 3").domains[0].standing.earned, 0);
    assert!(scores("A-1 0 3").domains[0].next.is_none());
    assert_eq!(scores("A-1 0 2").domains[0].next.as_ref().unwrap().blocked_by, ["A-1"]);
}

#[test]
fn whole_is_the_lowest_level_and_the_mean_of_domains() {
    // A: 3, 3 -> L3, 3.000. B: 4, -, 1 -> L1: 5/3 = 1.667 to 9/3 = 3, known 2.5. C: nothing of one -> 0 to 4.
    // Whole: low (3 + 5/3 + 0)/3 = 1.556, high (3 + 3 + 4)/3 = 3.333, known (3 + 2.5)/2 = 2.75.
    // Points 6 + 5 = 11, backed 3 + 1 = 4: 0.364. A mean over all questions would be 11/6 = 1.833: domains count the same.
    check(
        "A-1 2 3e\nA-2 3 3\nB-1 2 4\nB-2 2 -\nB-3 3 1e\nC-1 2 -",
        "A L3 3.000..3.000 known 3.000 conf 0.500 | 1/2/2 | plain 3.00 L4 | top
         B L1 1.667..3.000 known 2.500 conf 0.200 | 1/2/3 | plain 2.50 L4 | 2: B-2
         C L1 0.000..4.000 known none conf none | 0/0/1 | plain 0.00 L1 | 2: C-1
         whole L1 1.556..3.333 known 2.750 conf 0.364 | 2/4/6 | B C",
    );
}

#[test]
fn levels_of_a_domain_for_the_heatmap() {
    let scores = scores(&governance(["3e", "3", "3", "4e", "2", "4e", "-"]));
    let levels = scores.domains[0].levels.iter();
    let found: Vec<String> = levels
        .map(|at| {
            format!("{}: {}/{}/{} {:.3}..{:.3}", at.level, at.earned, at.answered, at.questions, at.range.low, at.range.high)
        })
        .collect();
    // Level 4: 2 and open, 2/2 to 6/2. Level 3: (3 + 3 + 4)/3.
    assert_eq!(found, ["2: 1/1/1 3.000..3.000", "3: 3/3/3 3.333..3.333", "4: 0/1/2 1.000..3.000", "5: 1/1/1 4.000..4.000"]);
}

#[test]
fn questions_say_what_is_missing() {
    let scores = scores("A-1 2 4e\nA-2 2 3\nA-3 2 1e\nA-4 2 0\nA-5 2 -");
    let found: Vec<(Option<u8>, bool, bool, u8)> =
        scores.questions.iter().map(|one| (one.score, one.evidence, one.earned, one.gap)).collect();
    assert_eq!(
        found,
        [
            (Some(4), true, true, 0),
            (Some(3), false, true, 0),
            (Some(1), true, false, 2),
            (Some(0), false, false, 3),
            (None, false, false, 3)
        ]
    );
}

#[test]
fn evidence_backs_scores_only() {
    let (items, mut answers) = read("A-1 2 0e\nA-2 2 -");
    // Evidence for an unanswered question backs nothing, and a 0 has no points to back: no confidence, not "claimed".
    answers.insert("A-2".to_owned(), Answer { score: None, evidence: true });
    let scores = score(&items, &answers, Rules::default());
    assert_eq!(standing(&scores.domains[0].standing), "L1 0.000..2.000 known 0.000 conf none | 1/1/2");
    assert!(!scores.questions[1].evidence);
}

#[test]
fn other_scales_and_strange_answers() {
    let (items, mut answers) = read("A-1 1 1\nA-2 2 2\nA-3 3 -");
    let rules = Rules { earned_from: 1, top: 2 };
    // Scale 0 to 2: (1 + 2)/3 = 1 to (3 + 2)/3 = 1.667.
    let found = score(&items, &answers, rules);
    assert_eq!(standing(&found.domains[0].standing), "L2 1.000..1.667 known 1.500 conf 0.000 claimed | 0/2/3");
    // A 4 says nothing on a scale to 2; an answer to no question says nothing either.
    answers.insert("A-3".to_owned(), Answer { score: Some(4), evidence: true });
    answers.insert("Z-9".to_owned(), Answer { score: Some(2), evidence: true });
    assert_eq!(score(&items, &answers, rules), found);
    assert!(score(&[], &answers, rules).whole.is_none());
}

#[test]
fn many_subjects() {
    // one: A L2 (3), B L1 (0..4). two: A L2 (3), B L2 (4). three: A L1 (1), B L1 (0).
    let named = [("one", "A-1 2 3e\nB-1 2 -"), ("two", "A-1 2 3\nB-1 2 4e"), ("three", "A-1 2 1\nB-1 2 0"), ("none", "")];
    let all: Vec<(&str, _)> = named.into_iter().map(|(name, lines)| (name, scores(lines))).collect();
    let found = over(all.iter().map(|(name, scores)| (*name, scores))).unwrap();
    assert_eq!((found.whole.subjects, found.whole.lowest), (3, 1));
    assert_eq!(found.whole.lowest_of, ["one", "three"]);
    let levels = |at: usize| found.domains[at].spread.levels.iter().map(|one| (one.level, one.subjects)).collect::<Vec<_>>();
    assert_eq!((levels(0), levels(1)), (vec![(1, 1), (2, 2)], vec![(1, 2), (2, 1)]));
    // Whole lows: 1.5, 3.5, 0.5: mean 5.5/3; highs: 3.5, 3.5, 0.5: 7.5/3. Points 3 + 7 + 1 = 11, backed 3 + 4 = 7.
    near(found.whole.range.low, 5.5 / 3.0);
    near(found.whole.range.high, 2.5);
    near(found.whole.confidence.unwrap(), 7.0 / 11.0);
    assert_eq!((found.whole.questions, found.whole.answered, found.whole.with_evidence), (6, 5, 2));
    assert_eq!(found.domains[1].spread.lowest_of, ["one", "three"]);
    near(found.domains[0].spread.range.low, 7.0 / 3.0);
    assert!(over([("none", &all[3].1)]).is_none());
}

#[test]
fn rounds_side_by_side() {
    let before = scores("A-1 2 3\nA-2 2 2\nA-3 3 1\nB-1 2 -\nC-1 2 4\nD-1 2 2");
    let after = scores("A-1 2 2\nA-2 2 3\nA-3 3 1\nB-1 2 3\nC-1 2 -\nE-1 2 2");
    let found = compare(&before, &after);
    let ways: Vec<(&str, &str)> = found.questions.iter().map(|one| (one.id.as_str(), one.way.words())).collect();
    assert_eq!(
        ways,
        [
            ("A-1", "down"),
            ("A-2", "up"),
            ("A-3", "same"),
            ("B-1", "newly answered"),
            ("C-1", "no longer answered"),
            ("E-1", "new"),
            ("D-1", "gone")
        ]
    );
    let ways: Vec<(&str, Way, Way)> =
        found.domains.iter().map(|one| (one.id.as_str(), one.shift.level, one.shift.score)).collect();
    // A: 6 points before and after. B: L1 to L2 with its first answer. C: L2 to L1 with its last answer gone.
    assert_eq!(
        ways,
        [
            ("A", Way::Same, Way::Same),
            ("B", Way::Up, Way::NewlyAnswered),
            ("C", Way::Down, Way::NoLongerAnswered),
            ("E", Way::New, Way::New),
            ("D", Way::Gone, Way::Gone)
        ]
    );
    // Whole lows: (2 + 0 + 4 + 2)/4 = 2 before, (2 + 3 + 0 + 2)/4 = 1.75 after; both stand at 1.
    assert_eq!((found.whole.level, found.whole.score), (Way::Same, Way::Down));
    assert_eq!((found.questions[0].before, found.questions[0].after), (Some(3), Some(2)));
    assert_eq!(compare(&scores(""), &scores("")).whole.level, Way::Same);
    assert_eq!(compare(&scores(""), &after).whole.level, Way::New);
    // A question that moved to another domain stands in the later one.
    let mut moved = scores("A-1 2 3");
    moved.questions[0].domain = "M".to_owned();
    assert_eq!(compare(&before, &moved).questions[0].domain, "M");
}

#[test]
fn claims_against_facts() {
    use Agreement::{Agrees, CannotSay, OverClaimed, UnderClaimed};
    // Rows: claimed 0 to 4; columns: computed 0 to 4; earned from 3.
    let expected = [
        [Agrees, Agrees, UnderClaimed, UnderClaimed, UnderClaimed],
        [Agrees, Agrees, Agrees, UnderClaimed, UnderClaimed],
        [OverClaimed, Agrees, Agrees, UnderClaimed, UnderClaimed],
        [OverClaimed, OverClaimed, OverClaimed, Agrees, Agrees],
        [OverClaimed, OverClaimed, OverClaimed, Agrees, Agrees],
    ];
    for (claimed, row) in (0..).zip(expected) {
        for (computed, expected) in (0..).zip(row) {
            let found = contradiction(Some(claimed), Some(computed), Rules::default());
            assert_eq!(found, expected, "{claimed} claimed, {computed} computed");
        }
    }
    assert_eq!(contradiction(None, Some(4), Rules::default()), CannotSay);
    assert_eq!(contradiction(Some(4), None, Rules::default()), CannotSay);
    // Earned from 1: 0 against 1 crosses it.
    assert_eq!(contradiction(Some(1), Some(0), Rules { earned_from: 1, top: 2 }), OverClaimed);
}

#[test]
fn what_it_takes_to_lift_a_domain() {
    let lines = "GRC-1 2 1\nGRC-2 2 3\nGRC-3 3 - needs DEV-2\nGRC-4 3 4\nGRC-5 5 -\nDEV-1 2 2\nDEV-2 3 1 needs DEV-1";
    let (items, answers) = read(lines);
    let ask = |domain, level| lifts(&items, &answers, Rules::default(), domain, level);
    let found = |domain, level| ask(domain, level).map(|lift| (lift.level, lift.questions.join(" "), lift.needs.join(" ")));
    let text = |level, questions: &str, needs: &str| Some((level, questions.to_owned(), needs.to_owned()));
    assert_eq!(found("GRC", 1), text(1, "", ""));
    assert_eq!(found("GRC", 2), text(2, "GRC-1", ""));
    assert_eq!(found("GRC", 3), text(3, "GRC-1 GRC-3", "DEV-1 DEV-2"));
    // Nothing is asked at level 4: whoever is to stand there has to earn 5.
    assert_eq!(found("GRC", 4), text(5, "GRC-1 GRC-3 GRC-5", "DEV-1 DEV-2"));
    assert_eq!(found("GRC", 6), None);
    assert_eq!(found("XXX", 2), None);

    let lift = ask("GRC", 3).unwrap().questions;
    let then = what_if(&items, &answers, Rules::default(), &lift, 3);
    assert_eq!((then.now.domains[0].standing.earned, then.then.domains[0].standing.earned), (1, 3));
    assert_eq!(then.moves.domains[0].shift.level, Way::Up);
    assert_eq!(then.moves.domains[1].shift.level, Way::Same);
}

#[test]
fn nothing_backs_an_assumption() {
    let (items, answers) = read("A-1 2 4e\nA-2 2 3e\nA-3 2 -\nA-4 2 1");
    let ids = ["A-2", "A-3", "A-4", "A-9"].map(str::to_owned);
    let found = what_if(&items, &answers, Rules::default(), &ids, 3);
    assert_eq!(found.unknown, ["A-9"]);
    assert_eq!(standing(&found.now.domains[0].standing), "L1 2.000..3.000 known 2.667 conf 0.875 | 2/3/4");
    // 4e + 3e + 3 + 3 = 13 points, 7 of them backed: 0.538. A-2 has its 3 already and keeps its evidence.
    assert_eq!(standing(&found.then.domains[0].standing), "L2 3.250..3.250 known 3.250 conf 0.538 | 2/4/4");
    // Above the scale is its top; a lower score than the present one is assumed as asked.
    let low = what_if(&items, &answers, Rules::default(), &ids[..1], 1).then;
    assert_eq!((low.questions[1].score, low.questions[1].evidence), (Some(1), false));
    assert_eq!(what_if(&items, &answers, Rules::default(), &ids[..1], 9).then.questions[1].score, Some(4));
}

#[test]
fn words_come_back() {
    for word in ["small", "medium", "large"] {
        assert_eq!(Effort::parse(word).unwrap().word(), word);
    }
    assert!(Effort::parse("Small").is_none());
    assert!(Effort::Small < Effort::Medium && Effort::Medium < Effort::Large);
}
