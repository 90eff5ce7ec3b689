//! `tally sql`: queries are answered within limits, anything else is refused.

use crate::support::Place;

#[test]
fn answers_in_every_format() {
    let place = Place::base();
    let query = "select id, risk_tier, eu_ai_act, 3 as n, 1.5 as x, true as yes, production_from as since from systems";
    let ask = |format| place.tally(&["sql", query, "--format", format]).ok().out;
    insta::assert_snapshot!(ask("csv"), @"
    id,risk_tier,eu_ai_act,n,x,yes,since
    bot,high,,3,1.5,true,2026-01-01T00:00:00Z
    ");
    insta::assert_snapshot!(ask("human"), @"
    ID   RISK_TIER  EU_AI_ACT  N    X  YES   SINCE
    bot  high                  3  1.5  true  2026-01-01T00:00:00Z
    ");
    let json: serde_json::Value = serde_json::from_str(&ask("json")).unwrap();
    assert_eq!(json[0]["eu_ai_act"], serde_json::Value::Null);
    assert_eq!(json[0]["n"], 3);
    let nothing = place.tally(&["sql", "select null as x, 1 as y", "--format", "json"]).ok().json();
    assert_eq!(nothing, serde_json::json!([{"x": null, "y": 1}]));
}

#[test]
fn what_would_write_is_refused() {
    let place = Place::base();
    let outside = place.path("out.csv");
    let copy = format!("copy (select 1) to '{}'", outside.display());
    for query in [
        "insert into teams values (1)",
        "insert into teams select * from teams",
        "update teams set name = 'x'",
        "delete from teams",
        "drop table teams",
        "truncate teams",
        "create table x as select 1",
        "create view x as select 1",
        "create external table x stored as csv location '/etc/passwd'",
        "set datafusion.execution.batch_size = 1",
        "prepare p as select 1",
        "begin",
        "select 1; select 2",
        "select * from '/etc/passwd'",
        "select * from read_csv('/etc/passwd')",
        "",
        &copy,
    ] {
        let said = place.tally(&["sql", query]).ended(2);
        assert!(said.out.is_empty() && said.err.starts_with("error: ") && !said.err.contains("root:"), "{query}: {said:?}");
    }
    assert!(!outside.exists());
    assert_eq!(place.count("select count(*) from teams"), 1);
    place.tally(&["sql", "drop table teams"]).ended(2).says(&["only queries are run here", "write a SELECT"]);
}

#[test]
fn what_is_misspelt() {
    let place = Place::base();
    place.tally(&["sql", "selec 1"]).ended(2).says(&["selec at Line: 1, Column: 1"]);
    place.tally(&["sql", "select sevrity from findings"]).ended(2).says(&["sevrity", "severity"]);
    let ask = |query: &str| place.tally(&["sql", query]).ended(2).err;
    assert_eq!(ask("select * from findngs"), "error: no table `findngs`; did you mean `findings`?\n");
    assert_eq!(ask("select * from zzzzzzzzzzzz"), "error: no table `zzzzzzzzzzzz`; `tally schema` lists the tables\n");
    for query in ["select * from findngs", "select sevrity from findings", "select nope(1)", "select 1 +"] {
        let said = ask(query);
        assert!(!said.contains("planning") && !said.contains("tally.public") && !said.contains("Error"), "{said}");
    }
}

#[test]
fn limits_of_rows_and_time() {
    let place = Place::base();
    let said = place.tally(&["sql", "select * from generate_series(1, 100)", "--limit", "3", "--format", "csv"]).ok();
    assert_eq!(said.out.lines().count(), 4);
    assert_eq!(said.err, "note: cut off after 3 rows; raise --limit to see more\n");
    let said = place.tally(&["sql", "select * from generate_series(1, 3)", "--limit", "3", "--format", "csv"]).ok();
    assert_eq!(said.err, "", "nothing is cut where all fits");
    let endless = "with recursive t as (select 1 as n union all select n + 1 from t) select count(*) from t";
    place.tally(&["sql", endless, "--timeout", "1"]).ended(2).says(&["stopped after 1 s", "--timeout"]);
    // A cell of any size ends in a table.
    let said = place.tally(&["sql", "select repeat('x', 3000000) as x"]).ok();
    assert!(said.out.len() < 10_000 && said.out.contains("(3000000 bytes)"), "{}", said.out.len());
}
