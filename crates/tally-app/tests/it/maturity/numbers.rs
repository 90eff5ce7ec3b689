//! What a round shows: levels, ranges, confidence, computed answers, gaps, plans. Worked by hand.

use tally_app::maturity::{
    Agreement, Goals, Hand, Plan, Progress, ProofState, RoundScope, SheetAsk, Start, Way, compare, contradictions, done, gaps,
    improvements, lifts, overview, plan, proofs, roadmap, round, rounds, sheet, what_if,
};

use super::{Place, actor, ask, day_of, reply, shown};

#[test]
fn nothing_answered_earns_nothing_and_is_no_zero() {
    let place = Place::with_round();
    let sheet = place.sheet("r1", 5);
    let whole = &sheet.whole;
    // Both domains begin at level 2, so they stand at 1; three questions, none answered.
    assert_eq!((whole.earned, whole.questions, whole.answered, whole.unanswered()), (1, 3, 0, 3));
    assert_eq!((whole.range.low, whole.range.high), (0.0, 4.0));
    assert_eq!((whole.known_mean, whole.confidence, whole.plain), (None, None, None));
    assert!(!whole.claimed());
    assert_eq!(sheet.held_by, ["A", "B"]);
    assert!(sheet.domains.iter().flat_map(|domain| &domain.questions).all(|question| question.answer.is_none()));
}

#[test]
fn a_strong_high_level_hides_no_missing_basic_one() {
    let mut place = Place::with_round();
    place.give("r1", "A-02", 4, 2);
    let sheet = place.sheet("r1", 5);
    let first = &sheet.domains[0];
    assert_eq!((first.numbers.earned, first.numbers.answered), (1, 1));
    // A: (0 + 4) / 2 to (4 + 4) / 2; B: 0 to 4; the whole is the mean of the two.
    assert_eq!((first.numbers.range.low, first.numbers.range.high), (2.0, 4.0));
    assert_eq!((sheet.whole.range.low, sheet.whole.range.high), (1.0, 4.0));
    // The plain mean is 4, so it says level 5.
    let plain = sheet.whole.plain.unwrap();
    assert_eq!((plain.mean, plain.level), (4.0, 5));
    assert_eq!(
        sheet.whole.misleads().unwrap(),
        "the plain mean says level 5 and level 1 is earned: it leaves out the 2 questions that are not answered, and gates no level"
    );
    assert_eq!(first.next.as_ref().unwrap().blocked_by, ["A-01"]);
    let flags: Vec<(bool, u8)> = first.questions.iter().map(|question| (question.blocks, question.gap)).collect();
    assert_eq!(flags, [(true, 3), (false, 0)]);
    assert_eq!(first.questions[0].links[0].framework, sheet.domains[0].questions[0].links[0].framework);
    assert!(first.questions[0].links[0].name.len() > 3);
}

#[test]
fn confidence_is_the_share_that_fresh_evidence_backs() {
    let mut place = Place::with_round();
    let replies = [shown("A-01", 4, "ev-fresh"), shown("A-02", 3, "ev-old"), shown("B-01", 1, "wiki page 7")];
    place.answer("r1", &replies, "anna", 2).unwrap();
    let whole = place.sheet("r1", 5).whole;
    // 4 by a fresh record, 3 by an expired one, 1 by a place that is as old as the answer.
    assert_eq!((whole.points, whole.backed, whole.with_evidence), (8, 5, 2));
    assert_eq!(whole.confidence, Some(5.0 / 8.0));
    // 100 days after 1 February is midnight between days 72 and 73; 100 days after the answer is noon of day 102.
    let backed = |day| place.sheet("r1", day).whole.backed;
    assert_eq!([backed(72), backed(73), backed(101), backed(102), backed(103)], [5, 1, 1, 1, 0]);
    let states = place.read(5, |desk| proofs(desk, "r1", None));
    let states: Vec<(&str, ProofState, usize)> =
        states.iter().map(|line| (line.proof.named.as_str(), line.proof.state, line.answers.len())).collect();
    let expect =
        [("ev-old", ProofState::Expired, 1), ("ev-fresh", ProofState::Fresh, 1), ("wiki page 7", ProofState::Fresh, 1)];
    assert_eq!(states, expect);
}

#[test]
fn the_query_over_all_subjects_says_what_the_records_of_one_say() {
    let mut place = Place::with_round();
    let replies = [shown("A-01", 4, "ev-fresh"), shown("A-02", 3, "ev-old"), shown("B-01", 1, "wiki page 7")];
    place.answer("r1", &replies, "anna", 2).unwrap();
    for day in [2, 3, 5, 72, 73, 74, 101, 102, 103] {
        let (one, all) = (place.sheet("r1", day), place.read(day, |desk| overview(desk, "r1")));
        assert_eq!(one.whole, all.whole, "day {day}");
        assert_eq!(one.held_by, all.held_by);
        let domains: Vec<_> = one.domains.iter().map(|domain| &domain.numbers).collect();
        assert_eq!(domains, all.domains.iter().map(|domain| &domain.numbers).collect::<Vec<_>>());
    }
}

#[test]
fn facts_stand_beside_the_answer_and_contradict_it() {
    let mut place = Place::with_round();
    place.give("r1", "B-01", 4, 2);
    let sheet = place.sheet("r1", 5);
    let question = &sheet.domains[1].questions[0];
    let computed = &question.computed[0];
    // One of two systems is of high risk: 50%, which answers 2; 4 is claimed.
    assert_eq!((computed.value, computed.n, computed.hits, computed.answer), (Some(50.0), 2, Some(1), Some(2)));
    assert_eq!((question.agreement, computed.failed.as_deref()), (Agreement::OverClaimed, None));
    assert_eq!(computed.misses[0].key, "rag");
    assert_eq!(computed.hit_rows[0].key, "bot");
    let found = place.read(5, |desk| contradictions(desk, "r1", None));
    assert_eq!((found.len(), found[0].claimed, found[0].computed, found[0].value), (1, 4, 2, 50.0));
    place.give("r1", "B-01", 2, 3);
    assert_eq!(place.sheet("r1", 5).domains[1].questions[0].agreement, Agreement::Agrees);
    assert!(place.read(5, |desk| contradictions(desk, "r1", None)).is_empty());
}

#[test]
fn of_a_round_over_systems_each_is_held_against_its_own_rows() {
    let mut place = Place::new();
    let said = Start { id: Some("s".to_owned()), ..ask(RoundScope::System) };
    place.start(&said, "anna", 1).unwrap();
    let of = |system: &str| tally_app::maturity::Reply { subject: Some(system.to_owned()), ..reply("B-01", 3) };
    place.answer("s", &[of("bot"), of("rag")], "anna", 2).unwrap();
    let found = place.read(5, |desk| contradictions(desk, "s", None));
    assert_eq!((found.len(), found[0].subject.name.as_str(), found[0].value, found[0].n), (1, "Rag", 0.0, 1));
    let of = SheetAsk { subject: Some("bot".to_owned()), domain: Some("B".to_owned()), rows: true };
    let sheet = place.read(5, |desk| sheet(desk, "s", &of));
    assert_eq!(sheet.domains.len(), 1);
    let computed = &sheet.domains[0].questions[0].computed[0];
    assert_eq!((computed.value, computed.n, computed.answer, computed.misses.len()), (Some(100.0), 1, Some(3), 0));
    let all = place.read(5, |desk| overview(desk, "s"));
    assert_eq!((all.whole.questions, all.whole.answered, all.levels.as_slice()), (6, 2, &[(1, 2)][..]));
    let second = &all.domains[1];
    assert_eq!(
        second.cells.iter().map(|cell| (cell.level, cell.standing, cell.questions)).collect::<Vec<_>>(),
        [(1, 0, 0), (2, 2, 2), (3, 0, 0)]
    );
    assert_eq!(all.subjects.iter().map(|line| line.contradictions).collect::<Vec<_>>(), [0, 1]);
}

#[test]
fn an_approved_round_is_looked_at_as_of_its_approval() {
    let mut place = Place::with_round();
    place.answer("r1", &[shown("A-01", 4, "ev-fresh")], "anna", 2).unwrap();
    place.submit("r1", "anna", 3).unwrap();
    place.approve("r1", "carl", 4).unwrap();
    assert_eq!(place.sheet("r1", 400).whole.confidence, Some(1.0));
}

#[test]
fn rounds_are_listed_newest_first_and_compared() {
    let mut place = Place::with_round();
    place.give("r1", "A-01", 3, 2);
    place.give("r1", "B-01", 3, 2);
    place.start(&Start { id: Some("r2".to_owned()), ..ask(RoundScope::Organisation) }, "anna", 10).unwrap();
    place.give("r2", "A-01", 4, 11);
    place.give("r2", "A-02", 3, 11);
    let list = place.read(20, rounds);
    assert_eq!(list.iter().map(|line| (line.round.id.as_str(), line.whole.earned)).collect::<Vec<_>>(), [("r2", 1), ("r1", 2)]);
    let found = place.read(20, |desk| compare(desk, "r2", "r1", None));
    assert_eq!((found.before.id.as_str(), found.after.id.as_str(), found.same), ("r1", "r2", 0));
    let ways: Vec<(&str, Way)> = found.questions.iter().map(|line| (line.id.as_str(), line.way)).collect();
    assert_eq!(ways, [("A-01", Way::Up), ("A-02", Way::NewlyAnswered), ("B-01", Way::NoLongerAnswered)]);
    let levels: Vec<(u8, u8, Way)> =
        found.domains.iter().map(|domain| (domain.numbers.0.earned, domain.numbers.1.earned, domain.level)).collect();
    assert_eq!(levels, [(2, 3, Way::Up), (2, 1, Way::Down)]);
    let before = place.read(20, |desk| overview(desk, "r2")).previous.unwrap();
    assert_eq!((before.id.as_str(), before.whole.earned), ("r1", 2));
    assert_eq!(place.sheet("r2", 20).domains[0].questions[0].before, Some(3));
}

#[test]
fn the_plan_goes_from_gaps_to_improvements_and_back_to_answers() {
    let mut place = Place::with_round();
    place.give("r1", "B-01", 1, 2);
    let road = place.read(5, |desk| roadmap(desk, "r1", None, &Goals::default()));
    let steps: Vec<(&str, Option<u8>, Option<&str>)> =
        road.steps.iter().map(|step| (step.question.as_str(), step.lifts, step.phase.as_deref())).collect();
    assert_eq!(steps, [("A-01", Some(2), Some("first")), ("B-01", Some(2), Some("first")), ("A-02", Some(3), Some("second"))]);
    let ids = ["A-01".to_owned(), "A-02".to_owned()];
    let what = place.read(5, |desk| what_if(desk, "r1", None, &ids, None));
    assert_eq!(
        what.domains.iter().map(|domain| (domain.numbers.0.earned, domain.numbers.1.earned)).collect::<Vec<_>>(),
        [(1, 3), (1, 1)]
    );
    let lift = place.read(5, |desk| lifts(desk, "r1", None, ("A", 3))).unwrap();
    assert_eq!(lift.questions, ["A-01", "A-02"]);

    let who = actor("anna");
    let said = Plan {
        model: "tiny".to_owned(),
        scope: RoundScope::Organisation,
        subject: "organisation".to_owned(),
        questions: vec!["B-01".to_owned()],
        owner: "red".to_owned(),
        due: Some(day_of(8)),
        effort: None,
        ticket: Some("SEC-1".to_owned()),
        target: None,
        note: None,
    };
    plan(&mut place.programme, &said, Hand::of(&who), day_of(6)).unwrap();
    let of_round = |place: &Place| place.read(9, |desk| improvements(desk, &round(desk, "r1")?, None));
    let planned = of_round(&place);
    assert_eq!((planned.len(), planned[0].id.as_str(), planned[0].target), (1, "tiny/organisation/B-01", 3));
    assert_eq!((planned[0].progress(day_of(7)), planned[0].progress(day_of(9))), (Progress::Open, Progress::Overdue));
    // Planned again while it is open: the same one, changed.
    plan(&mut place.programme, &Plan { owner: "blue".to_owned(), ..said.clone() }, Hand::of(&who), day_of(7)).unwrap();
    let planned = of_round(&place);
    assert_eq!((planned.len(), planned[0].owner.as_str(), planned[0].created_at), (1, "blue", Some(day_of(6))));
    done(&mut place.programme, "tiny/organisation/B-01", Hand::of(&who), day_of(8)).unwrap();
    let road = place.read(9, |desk| roadmap(desk, "r1", None, &Goals::default()));
    assert_eq!((road.steps[0].question.as_str(), road.steps[0].answer_anew), ("B-01", true));
    place.give("r1", "B-01", 2, 9);
    let road = place.read(10, |desk| roadmap(desk, "r1", None, &Goals::default()));
    assert!(!road.steps.iter().any(|step| step.answer_anew), "who answers after it was done has said how far it got");
    let (kind, why) = place.refused(|place| done(&mut place.programme, "tiny/organisation/B-01", Hand::of(&who), day_of(9)));
    assert_eq!(kind, tally_app::Kind::Conflict);
    assert!(why.contains("it was done at"), "{why}");
    let open = place.read(10, |desk| gaps(desk, "r1", None));
    assert_eq!(
        open.iter().map(|gap| (gap.question.as_str(), gap.blocks)).collect::<Vec<_>>(),
        [("A-01", true), ("B-01", true), ("A-02", false)]
    );
    assert!(open[1].improvement.is_some());
}

#[test]
fn the_round_before_counts_for_the_subjects_that_both_have() {
    let mut place = Place::new();
    let of = |system: &str, score| tally_app::maturity::Reply { subject: Some(system.to_owned()), ..reply("A-01", score) };
    let over = |id: &str, systems: &[&str]| Start {
        id: Some(id.to_owned()),
        subjects: systems.iter().map(|system| (*system).to_owned()).collect(),
        ..ask(RoundScope::System)
    };
    place.start(&over("one", &["bot", "rag"]), "anna", 1).unwrap();
    place.answer("one", &[of("bot", 3), of("rag", 1)], "anna", 2).unwrap();
    place.start(&over("two", &["bot"]), "anna", 10).unwrap();
    let before = place.read(20, |desk| overview(desk, "two")).previous.unwrap();
    assert_eq!((before.id.as_str(), before.whole.questions, before.whole.points), ("one", 3, 3));
    place.start(&over("three", &["rag"]), "anna", 15).unwrap();
    // The one before it has no subject in common with it.
    assert_eq!(place.read(20, |desk| overview(desk, "three")).previous.unwrap().id, "one");
    let error = place.refused(|place| {
        let facts = place.facts();
        let desk = tally_app::maturity::Desk::whole(&place.programme, &facts, day_of(20));
        compare(&desk, "two", "three", None)
    });
    assert!(error.1.contains("have no subject in common"), "{}", error.1);
}
