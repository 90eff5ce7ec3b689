//! What a server keeps of a round and moves along is what a fresh look at the whole round says.

use tally_app::import::{Options, record_bytes};
use tally_app::maturity::{
    Desk, Hand, Reply, RoundScope, SheetAsk, Start, answer, approve, clear, contradictions, gaps, kept, overview, rounds,
    sheet, submit,
};
use tally_app::scope::Scope;
use tally_app::{Facts, Workbench};

use super::{Place, actor, ask, day_of, reply, shown};

/// Holds all that is kept against what is read anew.
fn agree(bench: &Workbench, day: u32, step: &str) {
    let now = day_of(day);
    let again = bench
        .read(|programme| {
            let facts = Facts::open(programme, None)?;
            let desk = Desk::whole(programme, &facts, Workbench::as_of(now));
            let bot = SheetAsk { subject: Some("bot".to_owned()), domain: Some("B".to_owned()), rows: true };
            Ok([
                format!("{:?}", overview(&desk, "s")?),
                format!("{:?}", sheet(&desk, "s", &bot)?),
                format!("{:?}", gaps(&desk, "s", None)?),
                format!("{:?}", contradictions(&desk, "s", None)?),
                format!("{:?}", rounds(&desk)?),
            ])
        })
        .unwrap();
    let bot = SheetAsk { subject: Some("bot".to_owned()), domain: Some("B".to_owned()), rows: true };
    let all = &Scope::All;
    let moved = [
        format!("{:?}", kept::overview(bench, all, "s", now).unwrap()),
        format!("{:?}", kept::sheet(bench, all, "s", &bot, now).unwrap()),
        format!("{:?}", kept::gaps(bench, all, "s", None, now).unwrap()),
        format!("{:?}", kept::contradictions(bench, all, "s", None, now).unwrap()),
        format!("{:?}", kept::rounds(bench, all, now).unwrap()),
    ];
    assert_eq!(moved, again, "after {step}");
}

fn import(bench: &Workbench, day: u32, lines: &str) {
    let options = Options { actor: "importer".to_owned(), at: day_of(day), ..Options::default() };
    let import = bench.write(|programme| record_bytes(programme, "more", lines.as_bytes(), &options)).unwrap();
    assert_eq!(import.errors, 0, "{:?}", import.problems);
}

#[test]
fn a_round_that_follows_the_journal_is_a_round_read_anew() {
    let mut place = Place::new();
    place
        .start(&Start { id: Some("s".to_owned()), approver: Some("carl".to_owned()), ..ask(RoundScope::System) }, "anna", 1)
        .unwrap();
    let Place { programme, _folder } = place;
    let bench = Workbench::open(programme).unwrap();
    let who = actor("anna");
    let of = |system: &str, reply: Reply| Reply { subject: Some(system.to_owned()), ..reply };
    let say = |replies: &[Reply], day: u32| {
        bench.write(|programme| answer(programme, "s", replies, Hand::of(&who), day_of(day))).unwrap();
    };
    agree(&bench, 2, "nothing");
    say(&[of("bot", reply("B-01", 4)), of("rag", shown("A-01", 3, "ev-fresh"))], 2);
    agree(&bench, 3, "two answers");
    say(&[of("rag", reply("B-01", 3))], 3);
    agree(&bench, 3, "one more");
    let facts = bench.facts(&Scope::All).unwrap();
    let one = [(Some("bot".to_owned()), "B-01".to_owned())];
    bench.write(|programme| clear(programme, &facts, "s", &one, Hand::of(&who), day_of(4))).unwrap();
    agree(&bench, 5, "one taken back");
    say(&[of("bot", reply("B-01", 1))], 5);
    import(&bench, 5, r#"{"kind":"evidence","id":"ev-fresh","expires_at":"2026-03-02"}"#);
    agree(&bench, 6, "evidence that expires");
    import(&bench, 6, r#"{"kind":"system","id":"rag","risk_tier":"high"}"#);
    agree(&bench, 6, "a fact that a computed answer is made of");
    let stray = r#"{"kind":"maturity_answer","id":"odd","model":"tiny","question":"A-02","score":2,"answered_at":"2026-03-04","by":"z","round":"s","subject":"bot"}"#;
    import(&bench, 6, stray);
    agree(&bench, 7, "an imported answer");
    // The hour goes on: the place in words is as old as its answer.
    say(&[of("bot", shown("A-01", 3, "wiki"))], 7);
    agree(&bench, 7, "evidence in words");
    agree(&bench, 200, "more than a hundred days");
    bench.write(|programme| submit(programme, "s", Hand::of(&who), day_of(8))).unwrap();
    agree(&bench, 8, "a hand-in");
    bench.write(|programme| approve(programme, "s", Hand::of(&actor("carl")), day_of(9))).unwrap();
    agree(&bench, 10, "an approval");
    agree(&bench, 300, "an approval long ago");
}
