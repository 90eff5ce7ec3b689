//! Lists over the facts: states, filters, order, counts, search, and what a change or a later T does to them.

use tally_measure::{Engine, Filter, ListAsk, ListCell, Sort, Test};

use crate::support::{engine_with, instant, metrics, record};

const PROGRAMME: &str = r#"
{"kind":"team","id":"red","name":"Red","function":"red_team"}
{"kind":"team","id":"blue","name":"Blue","function":"engineering"}
{"kind":"system","id":"bot","name":"Café Bot","owner":"red","origin":"internal","type":"rag","risk_tier":"high","production_from":"2025-01-01","techniques":["AML.T0051","AML.T0054"],"input_vectors":[{"id":"v1","type":"user_prompt"},{"id":"v2","type":"memory"}]}
{"kind":"system","id":"agent","name":"Agent","owner":"blue","origin":"internal","type":"agent","risk_tier":"low"}
{"kind":"release","id":"r1","system":"bot","version":"1","change":"new_system","author":"x","deployed_at":"2025-01-01"}
{"kind":"release","id":"r2","system":"bot","version":"2","change":"major_update","author":"x","deployed_at":"2026-03-01"}
{"kind":"assessment","id":"as1","system":"bot","tier":"standard","requested_at":"2026-01-01","delivered_at":"2026-02-01","techniques_tested":["AML.T0051"],"vectors_tested":["v1"]}
{"kind":"finding","id":"f1","system":"bot","title":"Prompt leaks","severity":"critical","class":"LLM07:2025","reported_at":"2026-01-01","techniques":["AML.T0051"]}
{"kind":"finding","id":"f2","system":"bot","title":"Déjà vu","severity":"high","class":"LLM01:2025","reported_at":"2026-01-02","disposition":"accepted","disposition_at":"2026-01-03"}
{"kind":"finding","id":"f3","system":"agent","title":"Runs rm -rf","severity":"high","class":"LLM06:2025","reported_at":"2026-01-02","remediations":[{"claimed_at":"2026-02-01"}],"regression_tests":[{"ref":"t","added_at":"2026-02-02"}]}
{"kind":"finding","id":"f4","system":"agent","title":"Prompt again","severity":"low","class":"LLM01:2025","reported_at":"2026-01-04","remediations":[{"claimed_at":"2026-02-01","retested_at":"2026-02-05","result":"fixed"}]}
{"kind":"finding","id":"f5","system":"bot","title":"No bug","severity":"info","class":"LLM01:2025","reported_at":"2026-01-05","disposition":"false_positive","disposition_at":"2026-01-06"}
{"kind":"finding","id":"f6","system":"bot","title":"Accepted","severity":"medium","class":"LLM01:2025","reported_at":"2026-01-06","risk_accepted":{"by":"x","at":"2026-01-10","until":"2026-06-01","reason":"y"}}
{"kind":"finding","id":"f7","system":"bot","title":"Came back","severity":"medium","class":"LLM01:2025","reported_at":"2026-01-07","remediations":[{"claimed_at":"2026-02-01","retested_at":"2026-02-05","result":"not_fixed"}]}
{"kind":"finding","id":"f8","system":"bot","title":"Not yet","severity":"low","class":"LLM01:2025","reported_at":"2026-09-01"}
"#;

fn ask(at: &str) -> ListAsk {
    ListAsk {
        table: "findings".to_owned(),
        filters: Vec::new(),
        text: None,
        searched: vec!["id".to_owned(), "title".to_owned()],
        sort: vec![Sort { column: "severity".to_owned(), down: true }, Sort { column: "reported_at".to_owned(), down: true }],
        at: instant(at),
    }
}

fn is(column: &str, values: &[&str]) -> Filter {
    Filter { column: column.to_owned(), test: Test::Is(values.iter().map(|value| (*value).to_owned()).collect()) }
}

fn ids(engine: &Engine, ask: ListAsk) -> String {
    engine.list(ask).unwrap().ids(0, 100).unwrap().join(" ")
}

fn shown(engine: &Engine, table: &str, at: &str, columns: &[&str]) -> String {
    let ask = ListAsk { table: table.to_owned(), sort: Vec::new(), ..ask(at) };
    let rows = engine.list(ask).unwrap().rows(columns, 0, 100).unwrap();
    let cell = |cell: &ListCell| match cell {
        ListCell::Nothing => "-".to_owned(),
        ListCell::Flag(flag) => flag.to_string(),
        ListCell::Whole(number) => number.to_string(),
        ListCell::Number(number) => number.to_string(),
        ListCell::Money { nanos, .. } => nanos.to_string(),
        ListCell::At(at) => at.to_string(),
        ListCell::Text(text) => text.clone(),
    };
    rows.iter().map(|row| row.iter().map(cell).collect::<Vec<_>>().join(" ")).collect::<Vec<_>>().join("\n")
}

#[test]
fn each_finding_is_in_one_state_at_t() {
    let engine = engine_with(PROGRAMME);
    let states = |at| shown(&engine, "findings", at, &["id", "state", "open", "overdue", "age_days", "owner"]);
    assert_eq!(
        states("2026-03-01"),
        "f1 open true true 59 red\n\
         f2 in_progress true true 58 red\n\
         f3 awaiting_verification false false - blue\n\
         f4 verified false false - blue\n\
         f5 false_positive false false - red\n\
         f6 risk_accepted true false 54 red\n\
         f7 open true false 53 red"
    );
    assert_eq!(states("2026-01-03"), "f1 open true false 2 red\nf2 open true false 1 red\nf3 open true false 1 blue");
    assert!(states("2026-06-02").contains("f6 open true true"), "an acceptance that has ended counts no more");
}

#[test]
fn open_findings_are_those_of_the_metric() {
    let engine = engine_with(PROGRAMME);
    let metric = metrics().into_iter().find(|metric| metric.id == "open-critical-high").unwrap();
    for at in ["2026-01-03", "2026-02-03", "2026-03-01", "2026-10-01"] {
        let mut ask = ask(at);
        ask.filters = vec![is("open", &["yes"]), is("severity", &["critical", "high"])];
        let rows = engine.rows(&metric, instant(at)).unwrap();
        assert_eq!(engine.list(ask).unwrap().total(), rows.rows.len(), "{at}");
    }
}

#[test]
fn order_is_by_severity_then_time_then_id() {
    let engine = engine_with(PROGRAMME);
    assert_eq!(ids(&engine, ask("2026-03-01")), "f1 f2 f3 f7 f6 f4 f5");
    let by_title = ListAsk { sort: vec![Sort { column: "title".to_owned(), down: false }], ..ask("2026-03-01") };
    assert_eq!(ids(&engine, by_title), "f6 f7 f2 f5 f4 f1 f3");
    let by_age = ListAsk { sort: vec![Sort { column: "age_days".to_owned(), down: true }], ..ask("2026-03-01") };
    assert_eq!(ids(&engine, by_age), "f1 f2 f6 f7 f3 f4 f5", "rows without an age come last");
}

#[test]
fn filters_and_what_else_they_could_choose() {
    let engine = engine_with(PROGRAMME);
    let check = |filters: Vec<Filter>, expect: &str| {
        assert_eq!(ids(&engine, ListAsk { filters: filters.clone(), ..ask("2026-03-01") }), expect, "{filters:?}");
    };
    let test = |column: &str, test| Filter { column: column.to_owned(), test };
    check(vec![is("severity", &["high"])], "f2 f3");
    check(vec![is("severity", &["high"]), is("owner", &["blue"])], "f3");
    check(vec![test("severity", Test::Not(vec!["high".into(), "info".into()]))], "f1 f7 f6 f4");
    check(
        vec![test("reported_at", Test::Since(instant("2026-01-05"))), test("reported_at", Test::Until(instant("2026-01-07")))],
        "f6 f5",
    );
    check(vec![test("risk_accepted_until", Test::Present)], "f6");
    check(vec![test("age_days", Test::AtLeast(58.0))], "f1 f2");
    check(vec![test("age_days", Test::AtMost(54.0))], "f7 f6");
    check(vec![test("finding_techniques.technique", Test::HasAny(vec!["AML.T0051".into()]))], "f1");
    check(vec![is("has_regression_test", &["yes"])], "f3");
    check(vec![is("severity", &["nothing"])], "");

    let narrowed = ListAsk { filters: vec![is("severity", &["high"]), is("owner", &["blue"])], ..ask("2026-03-01") };
    let list = engine.list(narrowed).unwrap();
    let facet =
        |column| list.facets(&[column]).unwrap()[0].iter().map(|(value, count)| format!("{value} {count}")).collect::<Vec<_>>();
    assert_eq!(facet("severity"), ["high 1", "low 1"]);
    assert_eq!(facet("owner"), ["blue 1", "red 1"]);
    assert_eq!(facet("state"), ["awaiting_verification 1"]);
}

#[test]
fn text_is_found_whatever_its_case_and_accents() {
    let engine = engine_with(PROGRAMME);
    let found = |text: &str| ids(&engine, ListAsk { text: Some(text.to_owned()), ..ask("2026-03-01") });
    assert_eq!(found("PROMPT"), "f1 f4");
    assert_eq!(found("deja VU"), "f2");
    assert_eq!(found("again prompt"), "f4");
    assert_eq!(found("f3"), "f3");
    assert_eq!(found("f3\nf4"), "");
    assert_eq!(found("not yet"), "", "it is reported after T");
    let (hits, count) = engine.find_text("systems", &["id", "name"], "cafe", 5, 100).unwrap();
    assert_eq!((hits[0].id.as_str(), hits[0].title.as_str(), count), ("bot", "Café Bot", 1));
    let (hits, count) = engine.find_text("findings", &["id", "title"], "f", 2, 4).unwrap();
    assert_eq!((hits.len(), count), (2, 4), "counting ends at the bound");
}

#[test]
fn systems_show_how_they_were_tested() {
    let engine = engine_with(PROGRAMME);
    let columns = [
        "id",
        "in_production",
        "assessed",
        "current_release",
        "current_version_assessed",
        "open",
        "open_high",
        "techniques_tested",
        "techniques_applicable",
        "vectors_tested",
        "input_vectors_count",
        "last_assessed",
    ];
    let at = |at| shown(&engine, "systems", at, &columns);
    assert_eq!(
        at("2026-02-15"),
        "agent false false - false 0 0 0 0 0 0 -\nbot true true r1 true 4 1 1 2 1 2 2026-02-01T00:00:00Z"
    );
    assert!(at("2026-03-02").contains("bot true true r2 false"), "a major update after the assessment");
    assert!(at("2027-02-02").contains("bot true false r2 false 5 1 0 0 0 2"), "the assessment has left the window");
    assert_eq!(shown(&engine, "teams", "2026-03-01", &["id", "systems"]), "blue 1\nred 1");
    assert_eq!(
        shown(&engine, "assessments", "2026-01-15", &["state", "days", "delivered_at", "risk_tier"]),
        "requested - - high"
    );
    assert_eq!(shown(&engine, "assessments", "2026-02-15", &["state", "days"]), "delivered 31");
}

#[test]
fn a_list_follows_changes_and_never_remembers_too_much() {
    let mut engine = engine_with(PROGRAMME);
    let mut states = Vec::new();
    for at in ["2026-01-10", "2026-03-01", "2026-06-01", "2026-06-01T00:00:00.000001Z", "2026-03-01"] {
        states.push(ids(&engine, ListAsk { filters: vec![is("state", &["risk_accepted"])], ..ask(at) }));
    }
    assert_eq!(states, ["", "f6", "f6", "", "f6"], "T moves on and back");
    let changed = r#"{"kind":"finding","id":"f1","system":"agent","title":"Prompt leaks","severity":"low","class":"LLM07:2025","reported_at":"2026-01-01"}"#;
    let before = engine.clone();
    engine.change(&[record(changed)]).unwrap();
    assert_eq!(ids(&engine, ask("2026-03-01")), "f2 f3 f7 f6 f4 f1 f5");
    assert_eq!(ids(&before, ask("2026-03-01")), "f1 f2 f3 f7 f6 f4 f5", "a copy keeps what it has");
    let agent = engine.only(["agent"]);
    assert_eq!(ids(&agent, ask("2026-03-01")), "f3 f4 f1", "cut to one system");
    assert_eq!(shown(&agent, "findings", "2026-03-01", &["id", "state"]).lines().count(), 3);
}

#[test]
fn an_unknown_column_is_an_error() {
    let engine = engine_with(PROGRAMME);
    let list = engine.list(ask("2026-03-01")).unwrap();
    assert!(list.rows(&["nonsense"], 0, 1).is_err());
    assert!(list.facets(&["nonsense"]).is_err());
    assert!(engine.list(ListAsk { filters: vec![is("nonsense", &["x"])], ..ask("2026-03-01") }).is_err());
    assert!(!engine.lists_column("findings", "nonsense") && engine.lists_column("findings", "state"));
}

/// A plain second way to the same order, over many rows.
#[test]
fn many_rows_come_in_the_order_that_a_plain_sort_gives() {
    let severities = ["info", "low", "medium", "high", "critical"];
    let mut lines = String::from(
        "{\"kind\":\"team\",\"id\":\"t\",\"name\":\"T\",\"function\":\"soc\"}\n{\"kind\":\"system\",\"id\":\"s\",\"name\":\"S\",\"owner\":\"t\",\"origin\":\"internal\",\"type\":\"rag\",\"risk_tier\":\"low\"}\n",
    );
    let mut plain = Vec::new();
    let mut seed = 7u64;
    for number in 0..9_000u64 {
        seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
        let (severity, day) = ((seed >> 33) % 5, 1 + (seed >> 40) % 28);
        let id = format!("f{:05}", (number * 7_919) % 9_000);
        let word = severities[usize::try_from(severity).unwrap()];
        lines.push_str(&format!("{{\"kind\":\"finding\",\"id\":\"{id}\",\"system\":\"s\",\"title\":\"x\",\"severity\":\"{word}\",\"class\":\"c\",\"reported_at\":\"2026-01-{day:02}\"}}\n"));
        plain.push((std::cmp::Reverse(severity), std::cmp::Reverse(day), id));
    }
    plain.sort();
    let engine = engine_with(&lines);
    let list = engine.list(ask("2026-03-01")).unwrap();
    assert_eq!(list.total(), 9_000);
    assert_eq!(list.ids(0, 9_000).unwrap(), plain.into_iter().map(|(_, _, id)| id).collect::<Vec<_>>());
    assert_eq!(list.ids(8_999, 50).unwrap().len(), 1);
    assert!(list.ids(9_000, 50).unwrap().is_empty());
}
