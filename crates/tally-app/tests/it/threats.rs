//! Threat models: what is a gap, what is not, and how what a threat led to stands.

use tally_app::act::{Actor, Via};
use tally_app::import::{Options, record_bytes};
use tally_app::scope::Scope;
use tally_app::threats::{Link, Missing, NewThreat, accept, add, gaps, link, models, page, unlink};
use tally_app::{Facts, Kind, Programme};
use tally_model::Instant;
use tempfile::TempDir;

const BASE: &str = r#"{"kind":"team","id":"red","name":"Red team","function":"red_team"}
{"kind":"team","id":"blue","name":"Blue team","function":"engineering"}
{"kind":"system","id":"bot","name":"Bot","owner":"red","origin":"internal","type":"assistant","risk_tier":"high","production_from":"2026-01-01","techniques":["AML.T0051.000","AML.T0054","AML.T0056"]}
{"kind":"system","id":"rag","name":"Rag","owner":"blue","origin":"internal","type":"rag","risk_tier":"low","production_from":"2026-01-01"}
{"kind":"finding","id":"f1","system":"bot","title":"One","severity":"high","class":"LLM01:2025","reported_at":"2026-02-01"}
{"kind":"eval_run","id":"e1","system":"bot","suite":"s","tool":"garak","category":"prompt_injection","finished_at":"2026-02-01","passed":57,"failed":3}
{"kind":"monitor","id":"m1","system":"bot","family":"inputs","enabled_from":"2026-01-01","baseline_at":"2026-01-20","disabled_at":"2026-03-10"}
{"kind":"threat_model","id":"tm-bot","system":"bot","title":"Chat","made_at":"2026-02-01","by":"tina","review_due":"2026-03-15"}
{"kind":"threat_model","id":"tm-rag","system":"rag","title":"Search","made_at":"2026-02-01","by":"tina"}
{"kind":"threat","id":"tm-bot/old","threat_model":"tm-bot","title":"Spelling","severity":"low","accepted_reason":"no harm"}
{"kind":"threat","id":"tm-rag/one","threat_model":"tm-rag","title":"Poisoned pages","severity":"medium","controls":["review of sources"]}
"#;

fn day(day: u32) -> Instant {
    Instant::parse(&format!("2026-03-{day:02}T12:00:00Z")).unwrap()
}

fn actor() -> Actor {
    Actor::new("tina", Via::Page)
}

fn place() -> (Programme, TempDir) {
    let folder = tempfile::tempdir().unwrap();
    let mut programme = Programme::init(&folder.path().join("data")).unwrap();
    let options = Options { actor: "importer".to_owned(), at: day(1), ..Options::default() };
    let import = record_bytes(&mut programme, "base", BASE.as_bytes(), &options).unwrap();
    assert_eq!(import.errors, 0, "{:?}", import.problems);
    (programme, folder)
}

fn facts(programme: &Programme) -> Facts {
    Facts::open(programme, None).unwrap()
}

fn injection(programme: &mut Programme) -> String {
    let new = NewThreat {
        title: " Hidden orders in a file ".to_owned(),
        severity: Some("high".to_owned()),
        techniques: vec!["AML.T0051".to_owned()],
        ..NewThreat::default()
    };
    add(programme, "tm-bot", &new, &actor(), day(2)).unwrap().id
}

fn to(kind: &str, id: &str) -> Link {
    Link { kind: kind.to_owned(), id: id.to_owned() }
}

fn missing(programme: &Programme, threat: &str, on: u32) -> Vec<Missing> {
    let found = gaps(&facts(programme), None, day(on)).unwrap();
    found.into_iter().find(|gap| gap.threat == threat).map(|gap| gap.missing).unwrap_or_default()
}

#[test]
fn a_threat_that_leads_to_nothing_is_a_gap_until_it_does() {
    let (mut programme, _folder) = place();
    let id = injection(&mut programme);
    assert_eq!(id, "tm-bot/t1");
    assert_eq!(missing(&programme, &id, 3), Missing::ALL);
    for (kind, target) in [("finding", "f1"), ("eval_run", "e1"), ("monitor", "m1")] {
        link(&mut programme, &id, &to(kind, target), &actor(), day(3)).unwrap();
    }
    assert_eq!(missing(&programme, &id, 4), [Missing::Control, Missing::Assumption]);
    let shown = page(&programme, &facts(&programme), "tm-bot", &Scope::All, day(4)).unwrap();
    let threat = &shown.threats[0];
    assert_eq!((threat.record.text("title"), threat.missing.len()), (Some("Hidden orders in a file"), 2));
    let states: Vec<(&str, &str, Option<bool>)> =
        threat.tests.iter().chain(&threat.telemetry).map(|led| (led.id.as_str(), led.state.as_str(), led.sound)).collect();
    assert_eq!(
        states,
        [("f1", "Open", Some(false)), ("e1", "failing: 3 of 60 cases", Some(false)), ("m1", "watching", Some(true))]
    );
    // The monitor is switched off on the tenth: it sees nothing from then on, here and in the list.
    assert_eq!(missing(&programme, &id, 11), [Missing::Control, Missing::Telemetry, Missing::Assumption]);
    let shown = page(&programme, &facts(&programme), "tm-bot", &Scope::All, day(11)).unwrap();
    assert_eq!(shown.threats[0].telemetry[0].state, "disabled");
    assert_eq!(shown.threats[0].missing, missing(&programme, &id, 11));
    // A technique speaks of its sub-techniques; what no threat speaks of is told.
    let covered: Vec<(&str, usize)> = shown.coverage.iter().map(|one| (one.id.as_str(), one.threats.len())).collect();
    assert_eq!(covered, [("AML.T0051.000", 1), ("AML.T0054", 0), ("AML.T0056", 0)]);
    unlink(&mut programme, &id, &to("finding", "f1"), &actor(), day(12)).unwrap();
    unlink(&mut programme, &id, &to("eval_run", "e1"), &actor(), day(12)).unwrap();
    assert!(missing(&programme, &id, 13).contains(&Missing::Test));
    accept(&mut programme, &id, Some("one user, no data"), &actor(), day(13)).unwrap();
    assert_eq!(missing(&programme, &id, 14), [], "accepted with a reason is no gap");
    accept(&mut programme, &id, None, &actor(), day(14)).unwrap();
    assert_eq!(missing(&programme, &id, 15).len(), 4);
}

#[test]
fn models_are_counted_under_the_scope() {
    let (mut programme, _folder) = place();
    injection(&mut programme);
    let all = models(&facts(&programme), None, day(20)).unwrap();
    let counts: Vec<_> =
        all.iter().map(|line| (line.id.as_str(), line.threats, line.accepted, line.gaps, line.nothing, line.overdue)).collect();
    assert_eq!(counts, [("tm-bot", 2, 1, 1, 1, true), ("tm-rag", 1, 0, 1, 0, false)]);
    let blue = facts(&programme).of_teams(&["blue".to_owned()].into()).unwrap();
    assert_eq!(models(&blue, None, day(20)).unwrap().iter().map(|line| line.id.as_str()).collect::<Vec<_>>(), ["tm-rag"]);
    assert_eq!(gaps(&blue, None, day(20)).unwrap().iter().map(|gap| gap.threat.as_str()).collect::<Vec<_>>(), ["tm-rag/one"]);
    let scope = Scope::Teams(["blue".to_owned()].into());
    assert!(page(&programme, &blue, "tm-bot", &scope, day(20)).is_err());
    let all = gaps(&facts(&programme), None, day(20)).unwrap();
    assert_eq!(all.iter().map(|gap| gap.threat.as_str()).collect::<Vec<_>>(), ["tm-bot/t1", "tm-rag/one"], "the gravest first");
    assert_eq!(gaps(&facts(&programme), Some("rag"), day(20)).unwrap().len(), 1);
}

#[test]
fn wrong_threats_and_links_are_refused() {
    let (mut programme, _folder) = place();
    let new = NewThreat { techniques: vec!["AML.T0O51".to_owned()], ..NewThreat::default() };
    let error = add(&mut programme, "tm-bot", &new, &actor(), day(2)).unwrap_err();
    assert!(error.to_string().contains("what could happen") && error.to_string().contains("AML.T0O51"), "{error}");
    let bad = NewThreat { title: "x".to_owned(), severity: Some("awful".to_owned()), ..NewThreat::default() };
    assert_eq!(add(&mut programme, "tm-bot", &bad, &actor(), day(2)).unwrap_err().kind(), Kind::Invalid);
    assert_eq!(add(&mut programme, "none", &bad, &actor(), day(2)).unwrap_err().kind(), Kind::NotFound);
    let id = injection(&mut programme);
    for (to, kind, words) in [
        (to("finding", "f9"), Kind::NotFound, "no finding `f9`"),
        (to("team", "red"), Kind::Invalid, "one of assessment, eval_run"),
        (to("", ""), Kind::Invalid, "one of assessment"),
    ] {
        let error = link(&mut programme, &id, &to, &actor(), day(3)).unwrap_err();
        assert!(error.to_string().contains(words), "{error}");
        assert_eq!(error.kind(), kind);
    }
    link(&mut programme, &id, &to("finding", "f1"), &actor(), day(3)).unwrap();
    let twice = link(&mut programme, &id, &to("finding", "f1"), &actor(), day(3)).unwrap_err();
    assert_eq!(twice.kind(), Kind::Conflict, "{twice}");
    assert_eq!(unlink(&mut programme, &id, &to("monitor", "m1"), &actor(), day(3)).unwrap_err().kind(), Kind::Conflict);
    assert_eq!(accept(&mut programme, &id, Some(" "), &actor(), day(3)).unwrap_err().kind(), Kind::Conflict);
    let blue = Actor { scope: Scope::Teams(["blue".to_owned()].into()), ..actor() };
    assert_eq!(link(&mut programme, &id, &to("finding", "f1"), &blue, day(3)).unwrap_err().kind(), Kind::NotFound);
    // A link to what the actor does not reach.
    assert_eq!(link(&mut programme, "tm-rag/one", &to("finding", "f1"), &blue, day(3)).unwrap_err().kind(), Kind::NotFound);
}

#[test]
fn every_list_works_under_a_team_scope() {
    let (programme, _folder) = place();
    let cut = facts(&programme).of_teams(&["blue".to_owned()].into()).unwrap();
    for view in tally_app::list::VIEWS {
        let state = tally_app::list::ListState { as_of: Some(day(9)), ..Default::default() };
        tally_app::list::page(&cut, view, &state).unwrap_or_else(|error| panic!("{}: {error}", view.kind));
    }
}
