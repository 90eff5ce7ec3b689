//! Checklist reviews: who may answer, what an answer needs, what comes out, what stays as it is.

mod file;

use tally_app::act::{Actor, Edit, Via, edit, undo};
use tally_app::checklist::{
    Answer, Outcome, Said, Sheet, Standing, Start, Which, answer, clear, complete, gaps, reviews, sheet, start, take,
};
use tally_app::import::{Options, record_bytes};
use tally_app::scope::Scope;
use tally_app::{Error, Facts, Kind, Programme, journal};
use tally_model::Instant;
use tempfile::TempDir;

const LIST: &str = r#"
id = "short"
title = "Short"
version = "1"
summary = "Three questions."
licence = "own"
[[groups]]
id = "A"
title = "First"
[[groups]]
id = "B"
title = "Second"
[[questions]]
id = "A-01"
group = "A"
ask = "Is it listed?"
blocking = true
[[questions]]
id = "A-02"
group = "A"
ask = "Is it tested?"
[[questions]]
id = "B-01"
group = "B"
ask = "Does it keep rights when it retrieves?"
applies = ["rag"]
[[questions]]
id = "B-02"
group = "B"
ask = "Is it watched?"
tiers = ["high"]
"#;

const BASE: &str = r#"{"kind":"team","id":"red","name":"Red team","function":"red_team"}
{"kind":"team","id":"blue","name":"Blue team","function":"engineering"}
{"kind":"system","id":"bot","name":"Bot","owner":"red","origin":"internal","type":"assistant","risk_tier":"high","production_from":"2026-01-01"}
{"kind":"system","id":"rag","name":"Rag","owner":"blue","origin":"internal","type":"rag","risk_tier":"low","production_from":"2026-01-01"}
{"kind":"release","id":"bot/2","system":"bot","version":"2","change":"major_update","author":"Dev Dora"}
{"kind":"release","id":"rag/1","system":"rag","version":"1","change":"new_system","author":"Someone"}
{"kind":"evidence","id":"scan-report","name":"Scan","sha256":"0000000000000000000000000000000000000000000000000000000000000000","media_type":"text/plain","collected_at":"2026-01-01","expires_at":"2026-03-03"}
"#;

struct Place {
    programme: Programme,
    _folder: TempDir,
}

/// Noon of a day of March 2026.
fn day(day: u32) -> Instant {
    Instant::parse(&format!("2026-03-{day:02}T12:00:00Z")).unwrap()
}

fn actor(name: &str) -> Actor {
    Actor::new(name, Via::Page)
}

fn of_team(name: &str, team: &str) -> Actor {
    Actor { scope: Scope::Teams([team.to_owned()].into()), ..actor(name) }
}

impl Place {
    fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let root = folder.path().join("data");
        drop(Programme::init(&root).unwrap());
        std::fs::create_dir_all(root.join("catalog/checklists")).unwrap();
        std::fs::write(root.join("catalog/checklists/short.toml"), LIST).unwrap();
        let mut programme = Programme::open(&root).unwrap();
        assert!(programme.catalog_findings().is_empty(), "{:?}", programme.catalog_findings());
        let options = Options { actor: "importer".to_owned(), at: day(1), ..Options::default() };
        let import = record_bytes(&mut programme, "base.jsonl", BASE.as_bytes(), &options).unwrap();
        assert_eq!(import.errors, 0, "{:?}", import.problems);
        Self { programme, _folder: folder }
    }

    fn facts(&self) -> Facts {
        Facts::open(&self.programme, None).unwrap()
    }

    fn start(&mut self, system: &str, release: Option<&str>, who: &str, on: u32, copy: bool) -> Result<String, Error> {
        let asked = Start {
            checklist: "short".to_owned(),
            system: system.to_owned(),
            release: release.map(str::to_owned),
            copy,
            ..Start::default()
        };
        let facts = self.facts();
        start(&mut self.programme, &facts, &asked, &actor(who), day(on)).map(|started| started.id)
    }

    fn say(&mut self, review: &str, question: &str, word: Answer, evidence: &[&str], who: &str, on: u32) -> Result<(), Error> {
        let note = word.needs_note().then(|| "since it is so".to_owned());
        let said = Said {
            question: question.to_owned(),
            answer: word,
            note,
            evidence: evidence.iter().map(|text| (*text).to_owned()).collect(),
        };
        answer(&mut self.programme, review, &said, None, &actor(who), day(on)).map(|edited| assert!(edited.written()))
    }

    fn complete(&mut self, review: &str, who: &str, on: u32) -> Result<(), Error> {
        let facts = self.facts();
        complete(&mut self.programme, &facts, review, &actor(who), day(on)).map(drop)
    }

    fn sheet(&self, review: &str, on: u32) -> Sheet {
        sheet(&self.programme, &self.facts(), review, &Scope::All, day(on)).unwrap()
    }

    fn size(&self) -> u64 {
        journal::size(&self.programme).unwrap()
    }
}

/// What is refused, and that nothing was written.
fn refused<T>(place: &mut Place, kind: Kind, words: &str, act: impl FnOnce(&mut Place) -> Result<T, Error>) {
    let before = place.size();
    let error = act(place).err().expect("it is refused");
    assert!(error.to_string().contains(words), "{error}");
    assert_eq!(error.kind(), kind, "{error}");
    assert_eq!(place.size(), before);
}

#[test]
fn a_review_from_start_to_end() {
    let mut place = Place::new();
    let id = place.start("bot", Some("bot/2"), "rita", 2, false).unwrap();
    assert_eq!(id, "bot/2/short");
    let open = place.sheet(&id, 3);
    // B-01 is for rag systems, B-02 for a high risk.
    let asked: Vec<&str> = open.groups.iter().flat_map(|group| &group.lines).map(|line| line.question.id.as_str()).collect();
    assert_eq!(asked, ["A-01", "A-02", "B-02"]);
    assert_eq!((open.outcome, open.progress.asked, open.progress.answered, open.not_asked), (Outcome::Open, 3, 0, 1));
    assert_eq!((open.authors, open.reviewer.as_str(), open.changed), (vec!["Dev Dora".to_owned()], "rita", false));
    place.say(&id, "a-01", Answer::Yes, &["scan-report"], "rita", 3).unwrap();
    place.say(&id, "A-02", Answer::Yes, &[], "carl", 3).unwrap();
    refused(&mut place, Kind::Conflict, "1 of its questions are unanswered (B-02)", |place| place.complete(&id, "rita", 4));
    place.say(&id, "B-02", Answer::No, &[], "rita", 4).unwrap();
    place.complete(&id, "rita", 5).unwrap();
    // What happened at T is not seen at T.
    assert_eq!(place.sheet(&id, 5).outcome, Outcome::Open);
    let done = place.sheet(&id, 6);
    assert_eq!(done.outcome, Outcome::ReadyWithGaps, "a claimed yes and a no that does not stop");
    assert_eq!((done.progress.shown, done.progress.claimed, done.progress.no, done.progress.stops), (1, 1, 1, 0));
    let proof = &done.groups[0].lines[0].given.as_ref().unwrap().evidence[0];
    assert_eq!((proof.name.as_deref(), proof.expired), (Some("Scan"), true), "it expired on the third");
    assert!(journal::verify(&place.programme, None).unwrap().holds());
}

#[test]
fn outcomes_by_hand() {
    // answers to A-01 (blocking), A-02, B-02 -> outcome, gaps
    type Case = ([(Answer, bool); 3], Outcome, usize);
    let cases: [Case; 6] = [
        ([(Answer::Yes, true); 3], Outcome::Ready, 0),
        ([(Answer::Yes, true), (Answer::NotApplicable, false), (Answer::Yes, true)], Outcome::Ready, 0),
        ([(Answer::Yes, true), (Answer::Yes, false), (Answer::Yes, true)], Outcome::ReadyWithGaps, 1),
        ([(Answer::Partly, true), (Answer::No, true), (Answer::Yes, false)], Outcome::ReadyWithGaps, 3),
        ([(Answer::No, true), (Answer::Yes, true), (Answer::Yes, true)], Outcome::Stopped, 1),
        ([(Answer::No, false), (Answer::No, false), (Answer::No, false)], Outcome::Stopped, 3),
    ];
    for (answers, outcome, missing) in cases {
        let mut place = Place::new();
        let id = place.start("bot", None, "rita", 2, false).unwrap();
        assert_eq!(id, "bot/short/2026-03-02");
        for (question, (word, shown)) in ["A-01", "A-02", "B-02"].into_iter().zip(answers) {
            let evidence: &[&str] = if shown { &["ci/run/7"] } else { &[] };
            place.say(&id, question, word, evidence, "rita", 3).unwrap();
        }
        place.complete(&id, "rita", 4).unwrap();
        let done = place.sheet(&id, 5);
        assert_eq!((done.outcome, done.progress.gaps()), (outcome, missing), "{answers:?}");
        let facts = place.facts();
        let listed = reviews(&place.programme, &facts, &Which::default(), day(5)).unwrap();
        assert_eq!(
            (listed.len(), listed[0].outcome, listed[0].progress),
            (1, outcome, done.progress),
            "the list says the same"
        );
        assert_eq!(gaps(&place.programme, &facts, day(5)).unwrap().len(), missing);
    }
}

#[test]
fn who_made_it_does_not_review_it() {
    let mut place = Place::new();
    refused(&mut place, Kind::Denied, "dev dora made what is reviewed", |place| {
        place.start("bot", Some("bot/2"), "dev dora", 2, false)
    });
    let named = Start {
        checklist: "short".to_owned(),
        system: "bot".to_owned(),
        author: Some("Ann".to_owned()),
        reviewer: Some(" ann".to_owned()),
        ..Start::default()
    };
    let facts = place.facts();
    refused(&mut place, Kind::Denied, "ann made what is reviewed", |place| {
        start(&mut place.programme, &facts, &named, &actor("rita"), day(2))
    });
    let id = place.start("bot", Some("bot/2"), "rita", 2, false).unwrap();
    refused(&mut place, Kind::Denied, "somebody else has to", |place| place.say(&id, "A-01", Answer::Yes, &[], "Dev Dora", 3));
    for question in ["A-01", "A-02", "B-02"] {
        place.say(&id, question, Answer::Yes, &["x"], "rita", 3).unwrap();
    }
    refused(&mut place, Kind::Denied, "made what is reviewed", |place| place.complete(&id, "DEV DORA ", 4));
    let sheet = "Question id,Answer,By\nA-01,no,Dev Dora\n";
    refused(&mut place, Kind::Invalid, "Dev Dora, who made what is reviewed", |place| {
        take(&mut place.programme, &id, sheet, &actor("rita"), day(4))
    });
}

#[test]
fn wrong_answers_are_refused_with_what_to_do() {
    let mut place = Place::new();
    refused(&mut place, Kind::NotFound, "no system `nobody`", |place| place.start("nobody", None, "rita", 2, false));
    refused(&mut place, Kind::Invalid, "expected a release of bot", |place| {
        place.start("bot", Some("rag/1"), "rita", 2, false)
    });
    let unknown = Start { checklist: "shirt".to_owned(), system: "bot".to_owned(), ..Start::default() };
    let facts = place.facts();
    refused(&mut place, Kind::NotFound, "did you mean `short`?", |place| {
        start(&mut place.programme, &facts, &unknown, &actor("rita"), day(2))
    });
    let id = place.start("bot", None, "rita", 2, false).unwrap();
    refused(&mut place, Kind::NotFound, "did you mean `A-02`?", |place| place.say(&id, "A-2", Answer::Yes, &[], "rita", 3));
    refused(&mut place, Kind::Conflict, "B-01 is not asked of a system of type assistant", |place| {
        place.say(&id, "B-01", Answer::Yes, &[], "rita", 3)
    });
    for word in [Answer::Partly, Answer::NotApplicable] {
        let said = Said { question: "A-01".to_owned(), answer: word, note: Some("  ".to_owned()), evidence: Vec::new() };
        refused(&mut place, Kind::Invalid, "without a note", |place| {
            answer(&mut place.programme, &id, &said, None, &actor("rita"), day(3))
        });
    }
    refused(&mut place, Kind::Invalid, "no answer that could be cleared", |place| {
        clear(&mut place.programme, &id, "A-01", &actor("rita"), day(3))
    });
    // Whoever sees the other team's systems alone does not learn that there is such a review.
    let said = Said { question: "A-01".to_owned(), answer: Answer::Yes, note: None, evidence: Vec::new() };
    refused(&mut place, Kind::NotFound, "no checklist_review", |place| {
        answer(&mut place.programme, &id, &said, None, &of_team("sven", "blue"), day(3))
    });
    place.say(&id, "A-01", Answer::No, &["x"], "rita", 3).unwrap();
    refused(&mut place, Kind::Conflict, "was changed meanwhile", |place| {
        answer(&mut place.programme, &id, &said, Some(0), &actor("carl"), day(3))
    });
}

#[test]
fn an_answer_is_replaced_whole_and_cleared() {
    let mut place = Place::new();
    let id = place.start("bot", None, "rita", 2, false).unwrap();
    place.say(&id, "A-01", Answer::Partly, &["x"], "rita", 3).unwrap();
    place.say(&id, "A-01", Answer::Yes, &[], "carl", 4).unwrap();
    let given = |place: &Place, on| place.sheet(&id, on).groups[0].lines[0].given.clone();
    let now = given(&place, 5).unwrap();
    assert_eq!((now.answer, now.by.as_str(), now.note, now.evidence.len()), (Answer::Yes, "carl", None, 0));
    clear(&mut place.programme, &id, "A-01", &actor("rita"), day(6)).unwrap();
    assert!(given(&place, 7).is_none());
    assert_eq!(place.sheet(&id, 7).progress.answered, 0);
    place.say(&id, "A-01", Answer::Yes, &["y"], "rita", 8).unwrap();
    assert_eq!(place.sheet(&id, 9).groups[0].lines[0].standing, Standing::Shown);
}

#[test]
fn a_completed_review_stays_as_it_is() {
    let mut place = Place::new();
    let id = place.start("bot", None, "rita", 2, false).unwrap();
    for question in ["A-01", "A-02", "B-02"] {
        place.say(&id, question, Answer::Yes, &["x"], "rita", 3).unwrap();
    }
    let last = place.size();
    place.say(&id, "B-02", Answer::Yes, &["y"], "rita", 3).unwrap();
    place.complete(&id, "rita", 4).unwrap();
    refused(&mut place, Kind::Conflict, "stays as it is", |place| place.say(&id, "A-01", Answer::No, &[], "rita", 5));
    refused(&mut place, Kind::Conflict, "stays as it is", |place| {
        clear(&mut place.programme, &id, "A-01", &actor("rita"), day(5))
    });
    refused(&mut place, Kind::Conflict, "was completed on", |place| place.complete(&id, "rita", 5));
    // Neither is it taken back, nor edited, nor imported over.
    refused(&mut place, Kind::Invalid, "a change of what was closed", |place| {
        undo(&mut place.programme, last + 1, &actor("rita"), day(5))
    });
    let line = format!(r#"{{"kind":"checklist_answer","id":"{id}/A-01","answer":"no"}}"#);
    let seen = edit(&mut place.programme, vec![Edit::read(line.as_bytes(), None).unwrap()], &actor("rita"), day(5)).unwrap();
    assert!(!seen.written() && seen.problems[0].to_string().contains("an edit of a checklist answer"), "{seen:?}");
    let options = Options { actor: "importer".to_owned(), at: day(5), ..Options::default() };
    let import = record_bytes(&mut place.programme, "in", line.as_bytes(), &options).unwrap();
    assert!(import.problems[0].to_string().contains("a change of what was closed"), "{:?}", import.problems);
    // Nor does it get an answer more; one that is closed comes whole, in whichever order its lines stand.
    let more = format!(
        r#"{{"kind":"checklist_answer","id":"late","review":"{id}","question":"A-01","answer":"no","by":"x","answered_at":"2026-01-05"}}"#
    );
    let import = record_bytes(&mut place.programme, "in", more.as_bytes(), &options).unwrap();
    assert!(import.problems[0].to_string().contains("a new answer to what was closed"), "{:?}", import.problems);
    let review = r#"{"kind":"checklist_review","id":"old","checklist":"short","system":"bot","reviewer":"r","started_at":"2025-01-01","completed_at":"2025-01-02"}"#;
    let said = |id: &str| {
        format!(
            r#"{{"kind":"checklist_answer","id":"old/{id}","review":"old","question":"{id}","answer":"yes","by":"r","answered_at":"2025-01-01"}}"#
        )
    };
    let whole = format!("{}\n{review}\n{}\n", said("A-01"), said("A-02"));
    let import = record_bytes(&mut place.programme, "in", whole.as_bytes(), &options).unwrap();
    assert!(import.problems.is_empty() && import.created == 3, "{:?}", import.problems);
    let outcome = place.sheet(&id, 6).outcome;
    // The system becomes another sort: what was asked and answered then still counts, and nothing new.
    let other = r#"{"kind":"system","id":"bot","type":"rag","risk_tier":"low"}"#;
    record_bytes(&mut place.programme, "in", other.as_bytes(), &options).unwrap();
    let after = place.sheet(&id, 7);
    assert_eq!((after.outcome, after.progress.asked), (outcome, 3));
}

#[test]
fn the_next_review_begins_with_marked_and_dated_answers() {
    let mut place = Place::new();
    let first = place.start("bot", None, "rita", 2, false).unwrap();
    place.say(&first, "A-01", Answer::Yes, &["x"], "rita", 3).unwrap();
    place.say(&first, "A-02", Answer::Yes, &["x"], "Dev Dora", 3).unwrap();
    place.say(&first, "B-02", Answer::Partly, &[], "rita", 4).unwrap();
    let second = place.start("bot", Some("bot/2"), "rita", 9, true).unwrap();
    let begun = place.sheet(&second, 10);
    let given = |id: &str| {
        let mut lines = begun.groups.iter().flat_map(|group| &group.lines);
        lines.find(|line| line.question.id == id).and_then(|line| line.given.clone())
    };
    let one = given("A-01").unwrap();
    assert_eq!((one.answered_at, one.by.as_str(), one.copied_from.as_deref()), (day(3), "rita", Some(first.as_str())));
    assert!(given("A-02").is_none(), "the author of this release answered it: no review of her own work");
    assert_eq!(given("B-02").unwrap().note.as_deref(), Some("since it is so"));
    place.say(&second, "A-01", Answer::Yes, &["x"], "rita", 11).unwrap();
    let again = place.sheet(&second, 12).groups[0].lines[0].given.clone().unwrap();
    assert_eq!((again.answered_at, again.copied_from), (day(11), None), "answered anew it is an answer of its own");
    assert_eq!(place.start("bot", Some("bot/2"), "rita", 13, false).unwrap(), "bot/2/short.2");
}

#[test]
fn a_scope_is_kept() {
    let mut place = Place::new();
    let bot = place.start("bot", None, "rita", 2, false).unwrap();
    let rag = place.start("rag", None, "rita", 2, false).unwrap();
    place.say(&bot, "A-01", Answer::No, &[], "rita", 3).unwrap();
    place.say(&rag, "A-02", Answer::No, &[], "rita", 3).unwrap();
    let blue = Scope::Teams(["blue".to_owned()].into());
    let facts = place.facts().of_teams(&["blue".to_owned()].into()).unwrap();
    let seen = reviews(&place.programme, &facts, &Which::default(), day(4)).unwrap();
    assert_eq!(seen.iter().map(|line| line.id.as_str()).collect::<Vec<_>>(), [rag.as_str()]);
    let missing = gaps(&place.programme, &facts, day(4)).unwrap();
    assert_eq!(missing.iter().map(|gap| (gap.system.as_str(), gap.standing)).collect::<Vec<_>>(), [("rag", Standing::No)]);
    assert!(sheet(&place.programme, &facts, &bot, &blue, day(4)).is_err());
    assert_eq!(sheet(&place.programme, &facts, &rag, &blue, day(4)).unwrap().progress.no, 1);
    let all = gaps(&place.programme, &place.facts(), day(4)).unwrap();
    assert_eq!(
        all.iter().map(|gap| gap.standing).collect::<Vec<_>>(),
        [Standing::Stops, Standing::No],
        "what stops comes first"
    );
}
