//! Lists as a page sees them: addresses, views, pages, files, the search and the heat map.

use proptest::prelude::*;
use tally_app::import::{Options, record_bytes};
use tally_app::list::{self, ListState, Shown, VIEWS, View};
use tally_app::{Facts, Programme};
use tally_catalog::{Catalog, framework};
use tally_model::Instant;

const BASE: &str = r#"{"kind":"team","id":"red","name":"Red team","function":"red_team"}
{"kind":"system","id":"bot","name":"Support Bot","owner":"red","origin":"internal","type":"rag","risk_tier":"high","production_from":"2025-01-01","techniques":["AML.T0051.000","AML.T0057","X1"]}
{"kind":"assessment","id":"as1","system":"bot","tier":"standard","requested_at":"2026-01-01","delivered_at":"2026-02-01","techniques_tested":["AML.T0057"]}
{"kind":"finding","id":"f1","system":"bot","title":"=cmd|' /C calc'!A0","severity":"high","class":"LLM01:2025","reported_at":"2026-02-01"}
{"kind":"finding","id":"f2","system":"bot","title":"Says \"no\", twice","severity":"critical","class":"LLM02:2025","reported_at":"2026-02-02"}
{"kind":"finding","id":"f3","system":"bot","title":"Étrange","severity":"low","class":"a,b","reported_at":"2026-02-03","disposition":"accepted","disposition_at":"2026-02-04"}
{"kind":"cost","id":"c1","month":"2026-02","category":"tools","amount":"1200.50"}
"#;

fn facts() -> Facts {
    let folder = tempfile::tempdir().unwrap();
    let mut programme = Programme::init(&folder.path().join("data")).unwrap();
    let report = record_bytes(&mut programme, "base.jsonl", BASE.as_bytes(), &Options::default()).unwrap();
    assert_eq!(report.errors, 0, "{:?}", report.problems);
    Facts::open(&programme, None).unwrap()
}

fn view(kind: &str) -> &'static View {
    list::view(kind).unwrap()
}

fn state(kind: &str, pairs: &[(&str, &str)]) -> ListState {
    let (state, problems) = ListState::parse(view(kind), pairs.iter().copied());
    assert!(problems.is_empty(), "{problems:?}");
    state
}

const AT: (&str, &str) = ("as_of", "2026-03-01T00:00:00Z");

#[test]
fn every_view_shows_filters_and_sorts_by_what_the_facts_have() {
    let facts = facts();
    assert_eq!(VIEWS.len(), tally_model::kinds::KINDS.len());
    for view in VIEWS {
        for column in view.columns {
            assert!(facts.engine().lists_column(view.table, column.source), "{}.{}", view.kind, column.source);
        }
        for name in view.shown.iter().chain(view.facets).chain(view.searched) {
            assert!(view.column(name).is_some(), "{}.{name}", view.kind);
        }
        let names: std::collections::BTreeSet<_> = view.columns.iter().map(|column| column.name).collect();
        assert_eq!(names.len(), view.columns.len(), "{}: a name stands twice", view.kind);
        let cells: Vec<&str> = view.columns.iter().filter(|column| column.is_cell()).map(|column| column.name).collect();
        for name in &cells {
            let state = state(view.kind, &[("sort", name), ("cols", &cells.join(",")), AT]);
            let page = list::page(&facts, view, &state).unwrap();
            assert_eq!(page.columns.len(), cells.len());
            assert!(page.rows.iter().all(|row| row.cells.len() == cells.len()), "{}.{name}", view.kind);
        }
    }
}

#[test]
fn a_page_has_typed_cells_and_counts() {
    let facts = facts();
    let page = list::page(&facts, view("finding"), &state("finding", &[AT, ("severity", "critical,low")])).unwrap();
    assert_eq!((page.total, page.page, page.pages), (2, 1, 1));
    let row = &page.rows[0];
    assert_eq!(row.id, "f2");
    assert_eq!(row.cells[2], Shown::Word { word: "critical".into(), label: "Critical".into() });
    assert_eq!(row.cells[4], Shown::Link { kind: "system", id: "bot".into(), label: "Support Bot".into() });
    assert_eq!(page.rows[1].cells[3], Shown::Word { word: "in_progress".into(), label: "In progress".into() });
    let severity = page.facets.iter().find(|facet| facet.column.name == "severity").unwrap();
    let values: Vec<_> = severity.values.iter().map(|value| (value.label.as_str(), value.count, value.chosen)).collect();
    assert_eq!(values, [("Critical", 1, true), ("High", 1, false), ("Low", 1, true)]);
    let owner = page.facets.iter().find(|facet| facet.column.name == "owner").unwrap();
    assert_eq!((owner.values[0].label.as_str(), owner.values[0].count), ("Red team", 2));
    let cost = list::page(&facts, view("cost"), &state("cost", &[AT])).unwrap();
    assert_eq!(cost.rows[0].cells[3], Shown::Money("1200.50".into()));
    let late = list::page(&facts, view("finding"), &state("finding", &[AT, ("page", "9")])).unwrap();
    assert_eq!((late.page, late.rows.len()), (1, 3), "past the end is the last page");
    assert_eq!(list::count(&facts, view("finding"), &state("finding", &[AT, ("class", "a\\,b")])).unwrap(), 1);
}

#[test]
fn a_file_is_what_is_shown_and_runs_nothing() {
    let facts = facts();
    let mut out = Vec::new();
    let asked = state("finding", &[AT, ("cols", "id,title,severity,system,reported_at,open")]);
    list::csv(&facts, view("finding"), &asked, &mut out).unwrap();
    assert_eq!(
        String::from_utf8(out).unwrap(),
        "Id,Title,Severity,System,Reported,Still open\r\n\
         f2,\"Says \"\"no\"\", twice\",Critical,bot,2026-02-02T00:00:00Z,yes\r\n\
         f1,'=cmd|' /C calc'!A0,High,bot,2026-02-01T00:00:00Z,yes\r\n\
         f3,Étrange,Low,bot,2026-02-03T00:00:00Z,yes\r\n"
    );
    assert_eq!(list::ids(&facts, view("finding"), &asked, 3).unwrap(), ["f2", "f1", "f3"]);
    let error = list::ids(&facts, view("finding"), &asked, 2).unwrap_err().to_string();
    assert_eq!(error, "found 3 rows, expected 2 at most for one act; narrow the filters");
}

#[test]
fn what_an_address_cannot_ask_for_is_named() {
    let check = |pair: (&str, &str), expect: &str| {
        let (state, problems) = ListState::parse(view("finding"), [pair]);
        assert_eq!(problems, [expect], "{pair:?}");
        assert_eq!(state, ListState::default(), "{pair:?}");
    };
    check(("sevrity", "high"), "no filter `sevrity` in this list; did you mean `severity`?");
    check(("zzzzzzzz", "1"), "no filter `zzzzzzzz` in this list; it is left out");
    check(("sort", "-reported"), "no column `reported` in this list; did you mean `reported_at`?");
    check(("cols", "technique"), "found `technique` where a column is expected; it filters and is not shown");
    check(("per", "1000"), "found `1000` rows a page, expected 25, 50 or 100");
    check(("page", "0"), "found page `0`, expected a number from 1");
    check(("as_of", "soon"), "found `soon` for `as_of`, expected a date such as 2026-03-31 or an instant with an offset");
    check(("reported_at", "2026"), "found filter `reported_at`, expected `reported_at.from` or `reported_at.to`");
    check(("age_days.min", "old"), "found `old` for `age_days.min`, expected a number");
    check(("severity", ","), "found no value for `severity`, expected one or more parted by commas");
}

#[test]
fn a_day_ends_a_span_with_its_last_instant() {
    let facts = facts();
    let count = |pairs: &[(&str, &str)]| list::count(&facts, view("finding"), &state("finding", pairs)).unwrap();
    assert_eq!(count(&[AT, ("reported_at.to", "2026-02-01")]), 1);
    assert_eq!(count(&[AT, ("reported_at.to", "2026-02-01T00:00:00Z")]), 0);
    assert_eq!(count(&[AT, ("reported_at.from", "2026-02-01"), ("reported_at.to", "2026-02-02")]), 2);
    assert_eq!(count(&[AT, ("severity", "high"), ("severity", "low")]), 2, "a name that comes again adds values");
}

#[test]
fn the_search_finds_ids_names_and_near_names() {
    let facts = facts();
    let catalog = Catalog::built_in().unwrap();
    let find = |text: &str| {
        let groups = list::search(&facts, &catalog, text, 5).unwrap();
        let hits = |group: &list::Group| group.hits.iter().map(|hit| hit.id.clone()).collect::<Vec<_>>().join(" ");
        groups.iter().map(|group| format!("{} {}: {}", group.kind, group.count, hits(group))).collect::<Vec<_>>()
    };
    assert_eq!(find("f2"), ["finding 1: f2"]);
    assert_eq!(find("etrange"), ["finding 1: f3"]);
    assert_eq!(find("SUPPORT bot"), ["system 1: bot"]);
    assert_eq!(find("suport bot"), ["system 1: bot"], "a letter is missing");
    assert_eq!(find("open-critical-high"), ["metric 1: open-critical-high"]);
    assert!(find("  ").is_empty() && find("qqqqqqqq").is_empty());
    assert_eq!(find("bot")[0], "system 1: bot");
}

#[test]
fn the_heat_map_counts_what_applies_and_what_was_tried() {
    let facts = facts();
    let atlas = framework::atlas().unwrap();
    let map = list::heatmap(&facts, atlas, Instant::parse("2026-03-01").unwrap()).unwrap();
    assert_eq!(map.tactics.len(), 16);
    assert_eq!(map.unknown, ["X1"]);
    let row = &map.rows[0];
    assert_eq!((row.system.as_str(), row.name.as_str()), ("bot", "Support Bot"));
    let tactics = |id: &str| atlas.technique(id).unwrap().tactics.clone();
    for ((tactic, _), cell) in map.tactics.iter().zip(&row.cells) {
        let applicable =
            usize::from(tactics("AML.T0051.000").contains(tactic)) + usize::from(tactics("AML.T0057").contains(tactic));
        let tested = usize::from(tactics("AML.T0057").contains(tactic));
        assert_eq!((cell.applicable, cell.tested), (applicable, tested), "{tactic}");
    }
    assert!(row.cells.iter().any(|cell| cell.tested > 0));
    let later = list::heatmap(&facts, atlas, Instant::parse("2027-03-01").unwrap()).unwrap();
    assert!(later.rows[0].cells.iter().all(|cell| cell.tested == 0), "the assessment has left the window");
}

fn pairs() -> impl Strategy<Value = Vec<(String, String)>> {
    let names: Vec<&'static str> = view("finding").columns.iter().map(|column| column.name).collect();
    let name = prop::sample::select(names);
    let ending = prop::sample::select(vec!["", ".not", ".from", ".to", ".min", ".max", ".is", ".odd"]);
    let value = prop_oneof![
        Just("empty".to_owned()),
        Just("(none),high".to_owned()),
        "[a-z,\\\\= ]{0,12}",
        "20[0-9]{2}-0[1-9]-[0-2][0-9]",
        Just("2026-01-01T00:00:00.000001Z".to_owned()),
        "-?[0-9]{1,4}(\\.[0-9])?",
    ];
    let filter = (name.clone(), ending, value.clone()).prop_map(|(name, ending, value)| (format!("{name}{ending}"), value));
    let other = prop_oneof![
        (Just("q".to_owned()), value),
        (Just("sort".to_owned()), name.clone().prop_map(|name| format!("-{name},id"))),
        (Just("cols".to_owned()), (name.clone(), name).prop_map(|(one, two)| format!("{one},{two}"))),
        (Just("page".to_owned()), "[0-9]{1,3}"),
        (Just("per".to_owned()), prop::sample::select(vec!["25", "50", "100", "7"]).prop_map(str::to_owned)),
        (Just("as_of".to_owned()), Just("2026-01-01".to_owned())),
    ];
    prop::collection::vec(prop_oneof![filter, other], 0..12)
}

proptest! {
    #[test]
    fn an_address_that_was_written_is_read_as_the_same_state(pairs in pairs()) {
        let view = view("finding");
        let (state, _) = ListState::parse(view, pairs.iter().map(|(name, value)| (name.as_str(), value.as_str())));
        let written = state.to_query(view);
        let (again, problems) = ListState::parse(view, written.iter().map(|(name, value)| (name.as_str(), value.as_str())));
        prop_assert_eq!(problems, Vec::<String>::new());
        // What is as usual need not be written, so the two are compared by what they show.
        prop_assert_eq!(again.to_query(view), written);
        prop_assert_eq!((&again.q, &again.filters, again.page, again.per, again.as_of), (&state.q, &state.filters, state.page, state.per, state.as_of));
        prop_assert_eq!(again.order(view), state.order(view));
        prop_assert_eq!(again.columns(view), state.columns(view));
    }
}
