//! Answers as files: what goes out comes back the same, and what is wrong is told line by line.

use tally_app::maturity::{Hand, Imported, Layout, Reply, RoundScope, Start, export_csv, export_json, import};

use super::{Place, actor, ask, day_of, reply, shown};

fn take(place: &mut Place, round: &str, text: &str, layout: Layout, day: u32) -> Imported {
    let who = actor("anna");
    import(&mut place.programme, round, ("answers", text.as_bytes()), layout, Hand::of(&who), day_of(day)).unwrap()
}

#[test]
fn csv_and_json_come_back_as_they_went_out() {
    let mut place = Place::with_round();
    let tricky = Reply { note: Some("=1+1, \"quoted\"\nsecond line".to_owned()), ..shown("A-01", 3, "ev-fresh") };
    place.answer("r1", &[tricky, reply("B-01", 0)], "anna", 2).unwrap();
    let csv = place.read(5, |desk| export_csv(desk, "r1", None));
    assert!(csv.starts_with("Domain,Level,Question id,Question,Score,Answer,Note,Evidence,By,Answered at\n"), "{csv}");
    assert!(csv.contains("A,2,A-01,Is it written down?,3,Most,\"'=1+1"), "no cell is a formula: {csv}");
    let json = place.read(5, |desk| export_json(desk, "r1", None)).to_string();
    for (text, layout) in [(&csv, Layout::Csv), (&json, Layout::Json)] {
        let before = place.size();
        let done = take(&mut place, "r1", text, layout, 6);
        assert_eq!((done.problems.as_slice(), done.rows, done.blank, done.unchanged, done.answers), (&[][..], 3, 1, 2, 0));
        assert_eq!(place.size(), before);
    }
    // Into another round it says the same, with the same dates.
    place.start(&Start { id: Some("r2".to_owned()), ..ask(RoundScope::Organisation) }, "anna", 7).unwrap();
    let done = take(&mut place, "r2", &csv, Layout::Csv, 8);
    assert_eq!((done.problems.as_slice(), done.answers), (&[][..], 2));
    assert_eq!(place.read(9, |desk| export_csv(desk, "r2", None)), csv);
}

#[test]
fn all_problems_are_told_and_nothing_is_written() {
    let mut place = Place::with_round();
    let before = place.size();
    let text = "Question id,Score,Answered at\nA-01,3,\nA-99,2,\nA-02,five,\nB-01,9,\nA-01,2,\nB-01,1,2031-01-01\n";
    let done = take(&mut place, "r1", text, Layout::Csv, 5);
    let told: Vec<(Option<u64>, Option<&str>)> =
        done.problems.iter().map(|problem| (problem.place.line, problem.place.field.as_deref())).collect();
    let expect = [
        (Some(3), Some("Question id")),
        (Some(4), Some("Score")),
        (Some(5), Some("Score")),
        (Some(6), Some("Question id")),
        (Some(7), Some("Answered at")),
        (Some(7), Some("By")),
    ];
    assert_eq!(told[..5], expect[..5]);
    assert_eq!(place.size(), before);
    assert!(
        done.problems[0].found.contains("no question `A-99`; model `tiny` has questions such as A-01"),
        "{}",
        done.problems[0]
    );
}

#[test]
fn a_file_of_another_form_is_refused() {
    let mut place = Place::with_round();
    let done = take(&mut place, "r1", "Question id,Scores\nA-01,3\n", Layout::Csv, 5);
    assert!(done.problems.iter().any(|problem| problem.to_string().contains("Score")), "{:?}", done.problems);
    assert!(!done.edited.written());
    let who = actor("anna");
    for (text, layout) in [("", Layout::Csv), ("{\"a\":1}", Layout::Json), ("[", Layout::Json)] {
        let error = import(&mut place.programme, "r1", ("x", text.as_bytes()), layout, Hand::of(&who), day_of(5));
        assert_eq!(error.err().unwrap().kind(), tally_app::Kind::Invalid, "{text}");
    }
    let done = take(&mut place, "r1", r#"[{"question_id":"A-01","score":3,"evidence":"x"}, 5]"#, Layout::Json, 5);
    assert_eq!(done.problems.len(), 2);
}

#[test]
fn over_systems_a_file_names_its_subjects() {
    let mut place = Place::new();
    place.start(&Start { id: Some("s".to_owned()), ..ask(RoundScope::System) }, "anna", 1).unwrap();
    let text = "Subject,Question id,Score\nbot,A-01,3\nrag,A-01,2\nnone,A-01,2\n,A-02,1\n";
    let done = take(&mut place, "s", text, Layout::Csv, 2);
    assert_eq!(done.problems.iter().map(|problem| problem.place.line).collect::<Vec<_>>(), [Some(4), Some(5)]);
    let done = take(&mut place, "s", "Subject,Question id,Score\nbot,A-01,3\nrag,A-01,2\n", Layout::Csv, 2);
    assert_eq!((done.answers, done.problems.len()), (2, 0));
    let csv = place.read(5, |desk| export_csv(desk, "s", Some("rag")));
    assert!(csv.contains("rag,A,2,A-01,Is it written down?,2,Part"), "{csv}");
    assert!(!csv.contains("bot,"), "{csv}");
}
