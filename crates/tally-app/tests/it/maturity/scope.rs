//! Who sees some teams sees their subjects alone, and every count is made of these. What a server keeps follows the journal.

use std::collections::BTreeSet;

use tally_app::maturity::{Desk, Hand, Reply, RoundScope, SheetAsk, Start, answer, kept, overview, rounds, sheet};
use tally_app::scope::Scope;
use tally_app::{Kind, Workbench};

use super::{Place, actor, ask, day_of, reply};

fn red() -> Scope {
    Scope::Teams(BTreeSet::from(["red".to_owned()]))
}

#[test]
fn a_team_sees_its_own_subjects_and_no_round_of_the_organisation() {
    let mut place = Place::with_round();
    place.start(&Start { id: Some("s".to_owned()), ..ask(RoundScope::System) }, "anna", 1).unwrap();
    let of = |system: &str, score| Reply { subject: Some(system.to_owned()), ..reply("A-01", score) };
    place.answer("s", &[of("bot", 3), of("rag", 1)], "anna", 2).unwrap();
    let facts = place.facts();
    let seen = facts.of_teams(&BTreeSet::from(["red".to_owned()])).unwrap();
    let scope = red();
    let desk = Desk { programme: &place.programme, facts: &facts, seen: &seen, scope: &scope, at: day_of(5), bench: None };
    let list = rounds(&desk).unwrap();
    assert_eq!(
        list.iter().map(|line| (line.round.id.as_str(), line.subjects, line.whole.answered)).collect::<Vec<_>>(),
        [("s", 1, 1)]
    );
    assert_eq!(overview(&desk, "s").unwrap().whole.points, 3);
    assert_eq!(overview(&desk, "r1").err().unwrap().kind(), Kind::NotFound);
    let other = SheetAsk { subject: Some("rag".to_owned()), ..SheetAsk::default() };
    assert_eq!(sheet(&desk, "s", &other).err().unwrap().kind(), Kind::NotFound);
    assert_eq!(sheet(&desk, "s", &SheetAsk::default()).unwrap().subject.id, "bot", "the only one that is seen");

    let mut who = actor("rita");
    who.scope = red();
    let (kind, why) = place.refused(|place| answer(&mut place.programme, "s", &[of("rag", 4)], Hand::of(&who), day_of(3)));
    assert_eq!(kind, Kind::NotFound);
    assert!(why.contains("rag"), "{why}");
    let (kind, _) = place.refused(|place| answer(&mut place.programme, "r1", &[reply("A-01", 4)], Hand::of(&who), day_of(3)));
    assert_eq!(kind, Kind::NotFound);
    answer(&mut place.programme, "s", &[of("bot", 4)], Hand::of(&who), day_of(3)).unwrap();
    let (kind, _) = place.refused(|place| tally_app::maturity::submit(&mut place.programme, "s", Hand::of(&who), day_of(4)));
    assert_eq!(kind, Kind::NotFound);
    let said = Start { subjects: vec!["rag".to_owned()], ..ask(RoundScope::System) };
    let (kind, _) = place.refused(|place| tally_app::maturity::start(&mut place.programme, &said, Hand::of(&who), day_of(4)));
    assert_eq!(kind, Kind::NotFound);
}

#[test]
fn what_is_kept_follows_the_journal() {
    let Place { programme, _folder } = Place::with_round();
    let bench = Workbench::open(programme).unwrap();
    let who = actor("anna");
    let now = day_of(5);
    let points = |bench: &Workbench| kept::overview(bench, &Scope::All, "r1", now).unwrap().whole.points;
    assert_eq!(points(&bench), 0);
    let first = kept::sheet(&bench, &Scope::All, "r1", &SheetAsk::default(), now).unwrap();
    let again = kept::sheet(&bench, &Scope::All, "r1", &SheetAsk::default(), now).unwrap();
    assert!(std::sync::Arc::ptr_eq(&first, &again));
    bench.write(|programme| answer(programme, "r1", &[reply("A-01", 3)], Hand::of(&who), day_of(4))).unwrap();
    assert_eq!(points(&bench), 3);
    assert_eq!(kept::rounds(&bench, &Scope::All, now).unwrap()[0].whole.answered, 1);
    assert_eq!(kept::overview(&bench, &red(), "r1", now).err().unwrap().kind(), Kind::NotFound);
}
