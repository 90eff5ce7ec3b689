//! Edits by hand: the checks of an import, all or nothing, no way past the finding's acts, conflicts told.

use tally_app::Kind;
use tally_app::act::{Actor, Edit, edit};
use tally_app::scope::Scope;

use super::{Place, actor, day_of, text};

fn edits(lines: &[&str]) -> Vec<Edit> {
    lines.iter().map(|line| Edit::read(line.as_bytes(), None).unwrap()).collect()
}

#[test]
fn an_edit_is_one_commit() {
    let mut place = Place::new();
    let before = place.size();
    let both = edits(&[
        r#"{"kind":"system","id":"bot","name":"Bot 2","labels":{"tier":"gold"}}"#,
        r#"{"kind":"system","id":"new","name":"New","owner":"red","origin":"internal","type":"rag","risk_tier":"low"}"#,
        r#"{"kind":"finding","id":"f5","system":"new","title":"Five","severity":"low","class":"LLM01:2025","reported_at":"2026-03-01"}"#,
    ]);
    let edited = edit(&mut place.programme, both.clone(), &actor("ada"), day_of(1)).unwrap();
    assert_eq!((edited.first, edited.entries, edited.size), (Some(before + 1), 4, before + 4));
    assert_eq!(edited.changes.len(), 3);
    assert_eq!(edited.changes[0].fields, ["name", "labels"]);
    // The same again says nothing new and leaves no trace.
    let again = edit(&mut place.programme, both, &actor("ada"), day_of(2)).unwrap();
    assert_eq!((again.written(), again.unchanged, again.size), (false, 3, before + 4));
    place.holds();
}

#[test]
fn nothing_is_written_while_a_problem_stands() {
    let mut place = Place::new();
    let before = place.size();
    let bad = edits(&[
        r#"{"kind":"system","id":"bot","name":"Bot 2"}"#,
        r#"{"kind":"system","id":"rag","owner":"nobody"}"#,
        r#"{"kind":"system","id":"bare"}"#,
    ]);
    let edited = edit(&mut place.programme, bad, &actor("ada"), day_of(1)).unwrap();
    let problems: Vec<String> = edited.problems.iter().map(ToString::to_string).collect();
    assert!(!edited.written() && edited.changes.is_empty());
    assert!(problems.iter().any(|line| line.starts_with("system bare: `name`: found nothing")), "{problems:#?}");
    assert!(
        problems.iter().any(|line| line.contains("system rag: `owner`: found `nobody`, and there is no such team")),
        "{problems:#?}"
    );
    assert_eq!(place.size(), before);
    assert!(Edit::read(br#"{"kind":"system","id":"bot","colour":"red"}"#, None).is_err());
    assert!(Edit::read(b"{", None).is_err());
}

#[test]
fn a_stale_edit_is_told_who_was_quicker() {
    let mut place = Place::new();
    let line = |name: &str, expected| {
        Edit::read(format!(r#"{{"kind":"system","id":"bot","name":"{name}"}}"#).as_bytes(), Some(expected)).unwrap()
    };
    edit(&mut place.programme, vec![line("Ada's", 3)], &actor("ada"), day_of(1)).unwrap();
    let error = edit(&mut place.programme, vec![line("Bob's", 3)], &actor("bob"), day_of(2)).unwrap_err();
    assert_eq!(error.kind(), Kind::Conflict);
    assert!(error.to_string().contains("system bot was changed meanwhile: name by ada"), "{error}");
    let new = Edit::read(br#"{"kind":"team","id":"red","name":"Mine","function":"soc"}"#, Some(0)).unwrap();
    let error = edit(&mut place.programme, vec![new], &actor("bob"), day_of(2)).unwrap_err();
    assert_eq!(error.kind(), Kind::Conflict, "0 says that there is no such record yet");
    let gone = Edit::read(br#"{"kind":"team","id":"green","name":"Green","function":"soc"}"#, Some(7)).unwrap();
    assert_eq!(edit(&mut place.programme, vec![gone], &actor("bob"), day_of(2)).unwrap_err().kind(), Kind::Conflict);
}

#[test]
fn no_way_past_the_acts() {
    let mut place = Place::new();
    let before = place.size();
    for line in [
        r#"{"kind":"finding","id":"f1","disposition":"accepted","disposition_at":"2026-03-01"}"#,
        r#"{"kind":"finding","id":"f1","remediations":[{"claimed_at":"2026-03-01","retested_at":"2026-03-02","result":"fixed"}]}"#,
        r#"{"kind":"finding","id":"f1","risk_accepted":{"by":"me","at":"2026-03-01","until":"2027-01-01","reason":"r"}}"#,
        r#"{"kind":"finding","id":"f1","severity":"info"}"#,
        r#"{"kind":"published_value","id":"default/x/2026-02","n":1}"#,
    ] {
        let edited = edit(&mut place.programme, edits(&[line]), &actor("ada"), day_of(1)).unwrap();
        assert!(!edited.problems.is_empty(), "{line}");
    }
    assert_eq!(place.size(), before);
    let same = r#"{"kind":"finding","id":"f1","severity":"high","techniques":["AML.T0051"],"disposition":null}"#;
    let edited = edit(&mut place.programme, edits(&[same]), &actor("ada"), day_of(1)).unwrap();
    assert_eq!(edited.changes[0].fields, ["techniques"]);
}

#[test]
fn a_team_edits_what_is_its_own() {
    let mut place = Place::new();
    let blue = Actor { scope: Scope::Teams([text("blue")].into()), ..actor("eve") };
    for line in [
        r#"{"kind":"system","id":"bot","name":"Mine"}"#,
        r#"{"kind":"system","id":"rag","owner":"red"}"#,
        r#"{"kind":"finding","id":"f1","scope":"s"}"#,
        r#"{"kind":"finding","id":"f3","system":"bot"}"#,
        r#"{"kind":"team","id":"blue","name":"Best team"}"#,
    ] {
        let edited = edit(&mut place.programme, edits(&[line]), &blue, day_of(1)).unwrap();
        assert_eq!(edited.problems.len(), 1, "{line}");
    }
    let own = r#"{"kind":"finding","id":"f3","scope":"all tenants"}"#;
    assert!(edit(&mut place.programme, edits(&[own]), &blue, day_of(1)).unwrap().written());
}
