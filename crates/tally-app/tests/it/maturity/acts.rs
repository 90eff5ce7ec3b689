//! Answers, and the way of a round to its approval: who may do what, and what is refused with a word what to do.

use tally_app::Kind;
use tally_app::act::{Edit, edit, undo};
use tally_app::import::{Options, record_bytes};
use tally_app::maturity::{
    Again, Hand, Reply, RoundScope, RoundState, Seen, SheetAsk, Start, again, assign, clear, round, sheet,
};

use tally_model::{Record, Value};

use super::{Place, actor, ask, assigned, day_of, import, reply, shown};

#[test]
fn a_round_goes_from_answers_to_approval_and_stays_as_it_is() {
    let mut place = Place::with_round();
    let state = |place: &Place| place.read(20, |desk| round(desk, "r1")).state;
    place.give("r1", "A-01", 3, 2);
    assert_eq!(state(&place), RoundState::Answering);
    let (kind, why) = place.refused(|place| place.approve("r1", "carl", 3));
    assert_eq!((kind, why.as_str()), (Kind::Conflict, "round r1: it is not handed in; anna does that first"));
    let (kind, why) = place.refused(|place| place.submit("r1", "mallory", 3));
    assert_eq!((kind, why.as_str()), (Kind::Denied, "round r1: its assessor anna or an administrator hands it in"));
    place.submit("r1", "anna", 3).unwrap();
    assert_eq!(state(&place), RoundState::Submitted);
    let (_, why) = place.refused(|place| place.submit("r1", "anna", 3));
    assert!(why.contains("waits for its approval"), "{why}");
    // A change takes the hand-in back.
    place.give("r1", "A-02", 3, 4);
    assert_eq!(state(&place), RoundState::Answering);
    place.submit("r1", "Anna ", 5).unwrap();
    let (kind, why) = place.refused(|place| place.approve("r1", "anna", 6));
    assert_eq!(kind, Kind::Denied);
    assert!(why.contains("who leads a round does not approve it"), "{why}");
    let (_, why) = place.refused(|place| place.approve("r1", "dora", 6));
    assert!(why.contains("carl is to approve it"), "{why}");
    place.approve("r1", "carl", 6).unwrap();
    assert_eq!(state(&place), RoundState::Approved);
    let (kind, why) = place.refused(|place| place.answer("r1", &[reply("A-01", 0)], "anna", 7));
    assert_eq!(kind, Kind::Conflict);
    assert!(why.contains("it was approved by carl on 2026-03-06T12:00:00Z and stays as it is; start a new round"), "{why}");
}

#[test]
fn who_handed_it_in_for_the_assessor_does_not_approve_it() {
    let mut place = Place::new();
    place.start(&Start { id: Some("r".to_owned()), ..ask(RoundScope::Organisation) }, "anna", 1).unwrap();
    let admin = actor("root");
    let hand = Hand { by: &admin, administers: true };
    tally_app::maturity::submit(&mut place.programme, "r", hand, day_of(2)).unwrap();
    let (kind, why) = place.refused(|place| place.approve("r", "root", 3));
    assert_eq!(kind, Kind::Denied);
    assert!(why.contains("root handed it in"), "{why}");
    place.approve("r", "carl", 3).unwrap();
}

#[test]
fn wrong_answers_say_what_was_expected() {
    let mut place = Place::with_round();
    let (kind, why) = place.refused(|place| place.answer("r1", &[reply("A-03", 1)], "anna", 2));
    assert_eq!(kind, Kind::NotFound);
    assert!(why.starts_with("no question `A-03`; did you mean `A-0"), "{why}");
    let (kind, why) = place.refused(|place| place.answer("r1", &[reply("A-01", 7)], "anna", 2));
    assert_eq!(
        (kind, why.as_str()),
        (Kind::Invalid, "score 7 for A-01, expected one of 0 (None), 1 (Some), 2 (Part), 3 (Most), 4 (All)")
    );
    let (kind, _) = place.refused(|place| place.answer("r9", &[reply("A-01", 1)], "anna", 2));
    assert_eq!(kind, Kind::NotFound);
    let of = Reply { subject: Some("bot".to_owned()), ..reply("A-01", 1) };
    let (kind, _) = place.refused(|place| place.answer("r1", &[of], "anna", 2));
    assert_eq!(kind, Kind::NotFound);
    // Many at once: all or nothing.
    let (_, _) = place.refused(|place| place.answer("r1", &[reply("A-01", 3), reply("A-02", 9)], "anna", 2));
    assert_eq!(place.sheet("r1", 5).whole.answered, 0);
    let note = Reply { score: None, note: Some("x".to_owned()), ..reply("A-01", 0) };
    let (_, why) = place.refused(|place| place.answer("r1", &[note], "anna", 2));
    assert!(why.contains("is not answered; give its score"), "{why}");
}

#[test]
fn note_and_evidence_stay_unless_said_and_do_not_date_the_answer_anew() {
    let mut place = Place::with_round();
    let full = Reply { note: Some(" seen ".to_owned()), ..shown("A-01", 3, "ev-fresh") };
    place.answer("r1", &[full], "anna", 2).unwrap();
    place.answer("r1", &[reply("A-01", 4)], "bert", 3).unwrap();
    let given = |place: &Place| place.sheet("r1", 9).domains[0].questions[0].answer.clone().unwrap();
    let now = given(&place);
    assert_eq!((now.score, now.by.as_str(), now.note.as_deref(), now.evidence.len()), (4, "bert", Some("seen"), 1));
    let cleared = Reply { score: None, note: Some(String::new()), evidence: Some(Vec::new()), ..reply("A-01", 0) };
    place.answer("r1", &[cleared], "anna", 4).unwrap();
    let now = given(&place);
    assert_eq!((now.note, now.evidence.len(), now.answered_at, now.by.as_str()), (None, 0, day_of(3), "bert"));
}

#[test]
fn an_answer_that_changed_meanwhile_is_not_overwritten() {
    let mut place = Place::with_round();
    let nothing = Reply { seen: Some(Seen::Nothing), ..reply("A-01", 3) };
    place.answer("r1", std::slice::from_ref(&nothing), "anna", 2).unwrap();
    let (kind, why) = place.refused(|place| place.answer("r1", &[nothing], "bert", 3));
    assert_eq!(kind, Kind::Conflict);
    assert!(why.contains("anna answered it meanwhile with 3"), "{why}");
    let at = Reply { seen: Some(Seen::At(day_of(2))), ..reply("A-01", 4) };
    place.answer("r1", &[at], "bert", 3).unwrap();
}

#[test]
fn an_answer_is_taken_back_and_given_again_without_what_was_said_before() {
    let mut place = Place::with_round();
    place.answer("r1", &[shown("A-01", 3, "ev-fresh")], "anna", 2).unwrap();
    let who = actor("anna");
    let one = [(None, "A-01".to_owned())];
    let facts = place.facts();
    clear(&mut place.programme, &facts, "r1", &one, Hand::of(&who), day_of(3)).unwrap();
    assert_eq!(place.sheet("r1", 5).whole.answered, 0);
    assert_eq!(place.read(3, |desk| sheet(desk, "r1", &SheetAsk::default())).whole.answered, 1, "until then it was answered");
    let facts = place.facts();
    let (_, why) = place.refused(|place| clear(&mut place.programme, &facts, "r1", &one, Hand::of(&who), day_of(4)));
    assert!(why.contains("there is nothing to take back"), "{why}");
    place.give("r1", "A-01", 2, 6);
    let given = place.sheet("r1", 9).domains[0].questions[0].answer.clone().unwrap();
    assert_eq!((given.score, given.evidence.len()), (2, 0));
}

#[test]
fn an_assigned_domain_is_answered_by_its_owner_the_assessor_or_an_administrator() {
    let mut place = Place::with_round();
    let who = actor("anna");
    assign(&mut place.programme, "r1", &[assigned("A", "bert")], None, Hand::of(&who), day_of(1)).unwrap();
    let (kind, why) = place.refused(|place| place.answer("r1", &[reply("A-01", 3)], "dora", 2));
    assert_eq!(kind, Kind::Denied);
    assert!(why.contains("domain A is assigned to bert; they, the assessor anna or an administrator answer it"), "{why}");
    place.answer("r1", &[reply("A-01", 3)], "Bert", 2).unwrap();
    place.answer("r1", &[reply("A-02", 3)], "anna", 2).unwrap();
    place.answer("r1", &[reply("B-01", 3)], "dora", 2).unwrap();
    let root = actor("root");
    let hand = Hand { by: &root, administers: true };
    tally_app::maturity::answer(&mut place.programme, "r1", &[reply("A-01", 2)], hand, day_of(3)).unwrap();
    let (_, why) =
        place.refused(|place| assign(&mut place.programme, "r1", &[assigned("C", "x")], None, Hand::of(&who), day_of(4)));
    assert!(why.starts_with("no domain `C`"), "{why}");
    let (kind, _) = place.refused(|place| assign(&mut place.programme, "r1", &[], Some("Anna"), Hand::of(&who), day_of(4)));
    assert_eq!(kind, Kind::Denied);
}

#[test]
fn a_clone_carries_answers_with_their_dates() {
    let mut place = Place::with_round();
    place.answer("r1", &[shown("A-01", 3, "wiki"), reply("A-02", 2)], "anna", 2).unwrap();
    let who = actor("anna");
    let facts = place.facts();
    let said = Again { of: "r1".to_owned(), id: Some("r2".to_owned()), with_answers: true, ..Again::default() };
    let started = again(&mut place.programme, &facts, &said, Hand::of(&who), day_of(50)).unwrap();
    assert_eq!((started.id.as_str(), started.carried), ("r2", 2));
    let sheet = place.sheet("r2", 60);
    assert_eq!(sheet.round.previous.as_deref(), Some("r1"));
    assert_eq!(sheet.round.approver.as_deref(), Some("carl"));
    let given = sheet.domains[0].questions[0].answer.clone().unwrap();
    assert_eq!((given.answered_at, given.carried.as_deref(), given.backed()), (day_of(2), Some("r1"), true));
    // Its evidence is as old as the answer, wherever it was carried to.
    assert_eq!(place.sheet("r2", 110).whole.backed, 0);
    place.give("r2", "A-01", 3, 55);
    let given = place.sheet("r2", 60).domains[0].questions[0].answer.clone().unwrap();
    assert_eq!((given.answered_at, given.carried), (day_of(55), None));
    assert_eq!(place.sheet("r1", 60).domains[0].questions[0].answer.as_ref().unwrap().answered_at, day_of(2));
}

#[test]
fn imported_answers_are_a_round_that_nobody_writes_to() {
    let mut place = Place::new();
    import(
        &mut place.programme,
        r#"{"kind":"maturity_answer","id":"old/1","model":"tiny","question":"A-01","score":2,"answered_at":"2026-01-05","by":"zoe"}
{"kind":"maturity_answer","id":"old/2","model":"tiny","question":"A-01","score":3,"answered_at":"2026-02-05","by":"zoe"}
{"kind":"maturity_answer","id":"old/3","model":"elsewhere","question":"X","score":3,"answered_at":"2026-02-05","by":"zoe"}
"#,
    );
    let sheet = place.sheet("-", 5);
    assert_eq!((sheet.round.state, sheet.whole.answered, sheet.whole.points), (RoundState::Imported, 1, 3));
    let (kind, why) = place.refused(|place| place.answer("-", &[reply("A-01", 1)], "anna", 2));
    assert_eq!(kind, Kind::Conflict);
    assert!(why.contains("read-only"), "{why}");
    let facts = place.facts();
    let said = Again { of: "-".to_owned(), title: Some("From before".to_owned()), with_answers: true, ..Again::default() };
    let started = again(&mut place.programme, &facts, &said, Hand::of(&actor("anna")), day_of(3)).unwrap();
    assert_eq!((started.id.as_str(), started.carried), ("tiny-2026-03-03", 1));
    assert_eq!(place.sheet("tiny-2026-03-03", 5).whole.points, 3);
}

#[test]
fn a_round_that_cannot_be_is_not_begun() {
    let mut place = Place::with_round();
    let mut refuse = |said: Start| place.refused(|place| place.start(&said, "anna", 2)).1;
    let base = || ask(RoundScope::Organisation);
    assert!(refuse(Start { model: "tinny".to_owned(), ..base() }).contains("did you mean `tiny`?"));
    assert!(refuse(Start { approver: Some("ANNA".to_owned()), ..base() }).contains("who leads a round does not approve it"));
    assert!(refuse(Start { subjects: vec!["bot".to_owned()], ..base() }).contains("has no other subjects"));
    assert!(refuse(Start { subjects: vec!["nobody".to_owned()], ..ask(RoundScope::Team) }).contains("no team `nobody`"));
    assert!(refuse(ask(RoundScope::Team)).contains("a round over teams without any"));
    assert!(refuse(Start { title: " ".to_owned(), ..base() }).contains("without a title"));
    assert!(refuse(Start { id: Some("r1".to_owned()), ..base() }).contains("is taken"));
    assert!(refuse(Start { id: Some("-x".to_owned()), ..base() }).contains("does not begin with `-`"));
    assert!(refuse(Start { assignments: vec![assigned("Z", "x")], ..base() }).contains("no domain `Z`"));
}

#[test]
fn no_other_way_in_leads_around_the_approval() {
    let mut place = Place::with_round();
    place.give("r1", "A-01", 3, 2);
    let who = actor("anna");
    let kind = |name: &str| tally_model::Kind::named(name).unwrap();
    let approved = Record::new(kind("maturity_round"), "r1").with("approved_at", day_of(3)).with("approved_by", "anna");
    let raised = Record::new(kind("maturity_answer"), "r1/organisation/A-01").with("score", Value::Count(4));
    for patch in [approved, raised] {
        let edited = edit(&mut place.programme, vec![Edit { patch, expected: None }], &who, day_of(3)).unwrap();
        assert!(!edited.written() && edited.problems[0].to_string().contains("tally maturity"), "{:?}", edited.problems);
    }
    place.submit("r1", "anna", 4).unwrap();
    place.approve("r1", "carl", 5).unwrap();
    // Neither taking the approval back nor an import opens it again.
    let last = place.size();
    let undone = undo(&mut place.programme, last - 1, &who, day_of(6));
    assert!(undone.is_err() || undone.unwrap().left.len() == 1);
    let line = r#"{"kind":"maturity_answer","id":"r1/organisation/A-01","score":0}"#;
    let options = Options { actor: "importer".to_owned(), at: day_of(6), ..Options::default() };
    let done = record_bytes(&mut place.programme, "x", line.as_bytes(), &options).unwrap();
    assert_eq!(done.errors, 1, "{:?}", done.problems);
    assert_eq!(place.read(20, |desk| round(desk, "r1")).state, RoundState::Approved);
    assert_eq!(place.sheet("r1", 20).whole.points, 3);
}
