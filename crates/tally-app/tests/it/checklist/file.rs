//! Answers as a file: out and in again, and all that can be wrong with one.

use tally_app::Kind;
use tally_app::checklist::{Answer, Sheet, export_csv, export_json, take};

use super::{Place, actor, day, refused};

#[test]
fn out_as_a_file_and_in_again() {
    let mut place = Place::new();
    let first = place.start("bot", None, "rita", 2, false).unwrap();
    place.say(&first, "A-01", Answer::Yes, &["x", "=HYPERLINK(1)"], "rita", 3).unwrap();
    place.say(&first, "B-02", Answer::Partly, &[], "rita", 4).unwrap();
    let shown = place.sheet(&first, 5);
    let (csv, json) = (export_csv(&shown), export_json(&shown).to_string());
    assert!(csv.contains("A-01,Is it listed?,yes,yes,,x; =HYPERLINK(1),rita,2026-03-03T12:00:00Z"), "{csv}");
    for (nth, text) in [csv, json].into_iter().enumerate() {
        let on = 10 + u32::try_from(nth).unwrap();
        let second = place.start("bot", None, "rita", on, false).unwrap();
        let taken = take(&mut place.programme, &second, &text, &actor("rita"), day(20)).unwrap();
        assert_eq!((taken.answers, taken.unchanged), (2, 0));
        let again = place.size();
        let taken = take(&mut place.programme, &second, &text, &actor("rita"), day(21)).unwrap();
        assert_eq!((taken.answers, taken.unchanged, place.size()), (0, 2, again), "the same again writes nothing");
        let same = |sheet: &Sheet| {
            let lines = sheet.groups.iter().flat_map(|group| &group.lines);
            lines
                .map(|line| {
                    line.given.as_ref().map(|given| (given.answer, given.answered_at, given.by.clone(), given.evidence.clone()))
                })
                .collect::<Vec<_>>()
        };
        assert_eq!(same(&place.sheet(&second, 25)), same(&shown));
    }
}

#[test]
fn all_that_is_wrong_with_a_file_is_said_at_once() {
    let mut place = Place::new();
    let id = place.start("bot", None, "rita", 2, false).unwrap();
    let sheet = "Question id,Answer,Note,By,Answered at\nA-01,maybe,,,\nZ-99,yes,,,\nA-02,partly,,,2027-01-01\nB-01,yes,,,\n,,,,\nB-02,no,,,\nB-02,yes,,,\n";
    let before = place.size();
    let error = take(&mut place.programme, &id, sheet, &actor("rita"), day(4)).unwrap_err().to_string();
    for words in
        ["`maybe`", "no question `Z-99`", "`2027-01-01`", "`partly` without a note", "B-01 is not asked", "B-02 a second time"]
    {
        assert!(error.contains(words), "no `{words}` in {error}");
    }
    for line in ["answers:2", "answers:3", "answers:4", "answers:5", "answers:8"] {
        assert!(error.contains(line), "no {line} in {error}");
    }
    assert_eq!(place.size(), before);
    for (text, words) in [
        ("", "an empty file"),
        ("a,b\n1,2\n", "a column `Question id`"),
        ("\"a", "a quoted cell without an end"),
        ("{\"answers\":1}", "cannot be used"),
        ("[{\"question\":\"A-01\",\"answer\":\"na\"}]", "answers[0].note"),
    ] {
        refused(&mut place, Kind::Invalid, words, |place| take(&mut place.programme, &id, text, &actor("rita"), day(4)));
    }
}
