//! The forms in which records come: lines, an array, sheets, compressed, a folder, standard input.

use crate::support::{BASE, Place, gzip};

const ARRAY: &str = r#"[{"kind":"team","id":"red","name":"Red team","function":"red_team"},
 {"kind":"system","id":"bot","name":"Bot","owner":"red","origin":"internal","type":"assistant","risk_tier":"high","production_from":"2026-01-01"}]"#;

/// The records as they are shown, whatever form they came in.
fn known(place: &Place) -> String {
    place.tally(&["sql", "select id, name, owner, risk_tier from systems", "--format", "csv"]).ok().out
}

#[test]
fn every_form_says_the_same() {
    let lines = Place::base();
    let wanted = known(&lines);
    for (name, bytes) in [
        ("a.json", ARRAY.as_bytes().to_vec()),
        ("a.jsonl.gz", gzip(BASE.as_bytes())),
        ("a.json.gz", gzip(ARRAY.as_bytes())),
        ("bom.jsonl", [b"\xef\xbb\xbf", BASE.as_bytes()].concat()),
        ("crlf.jsonl", BASE.replace('\n', "\r\n").into_bytes()),
        ("gaps.jsonl", BASE.replace('\n', "\n\n").into_bytes()),
        ("no end.jsonl", BASE.trim_end().as_bytes().to_vec()),
        ("compressed by another name", gzip(BASE.as_bytes())),
    ] {
        let place = Place::new();
        place.file(name, bytes);
        place.tally(&["import", "records", name]).ok().says(&["2 new"]);
        assert_eq!(known(&place), wanted, "{name}");
        place.import(BASE).ok().says(&["2 unchanged; nothing new, nothing was written"]);
    }
}

#[test]
fn standard_input() {
    let place = Place::new();
    place.tally_with(&["import", "records", "-"], BASE.as_bytes()).ok().says(&["2 new"]);
    place.tally_with(&["import", "-"], &gzip(BASE.as_bytes())).ok().says(&["2 unchanged"]);
    place.tally_with(&["import", "-", "--skip-bad"], b"").ended(2).says(&["save it to a file first"]);
    place.tally_with(&["import", "-"], b"{\"kind\":\"team\"}").ended(2).says(&["-:1: team ?: `id`: found no `id`"]);
}

#[test]
fn a_folder_and_several_files() {
    let (team, system) = BASE.split_once('\n').unwrap();
    let place = Place::new();
    // The reference goes backwards: it is resolved at the end of the import.
    place.file("all/1.jsonl", system);
    place.file("all/2.json", format!("[{team}]"));
    place.file("all/notes.txt", "not a record");
    place.file("all/.hidden.jsonl", "not a record");
    place.tally(&["import", "records", "all"]).ok().says(&["2 new"]);
    place.tally(&["import", "records", "all/1.jsonl", "all/2.json"]).ok().says(&["2 unchanged"]);
    place.tally(&["import", "all/2.json", "all/1.jsonl"]).ok().says(&["2 unchanged"]);
    let alone = Place::new();
    alone.file("1.jsonl", system);
    alone.tally(&["import", "records", "1.jsonl"]).ended(2).says(&["1.jsonl:1: system bot: `owner`: found `red`"]);
    std::fs::create_dir(place.path("empty")).unwrap();
    place.tally(&["import", "records", "empty"]).ended(2).says(&["no .jsonl, .json, .ndjson or .csv file in this folder"]);
}

#[test]
fn sheets_with_nested_lists() {
    let place = Place::new();
    place.file("s/team.csv", "id,name,function\nred,Red team,red_team\n");
    place.file(
        "s/system.csv",
        "id,name,owner,origin,type,risk_tier,techniques,labels.region\nbot,\"Bot, the first\",red,internal,assistant,high,AML.T0051;AML.T0054,emea\n",
    );
    place.file("s/system.input_vectors.csv", "parent,id,type\nbot,chat,user_prompt\nbot,docs,retrieved_document\n");
    let said = place.tally(&["import", "records", "s"]);
    assert_eq!(said.code, Some(0), "{}", said.err);
    place.tally(&["import", "records", "s"]).ok().says(&["2 unchanged; nothing new"]);
    let vectors = place.tally(&["sql", "select * from system_input_vectors", "--format", "csv"]).ok().out;
    assert!(vectors.contains("chat") && vectors.contains("retrieved_document"), "{vectors}");
    assert_eq!(place.count("select count(*) from system_techniques"), 2);
    place.file("s/team.csv", "id,nmae,function\nred,Red team,red_team\n");
    place.tally(&["import", "records", "s/team.csv"]).ended(2).says(&["team.csv:", "nmae", "did you mean `name`?"]);
}

#[test]
fn a_patch_changes_only_what_it_names() {
    let place = Place::base();
    place.import(r#"{"kind":"system","id":"bot","risk_tier":"low"}"#).ok().says(&["0 new, 1 changed"]);
    place.import(r#"{"kind":"system","id":"bot","production_from":null,"labels":{"region":"emea"}}"#).ok();
    let row = place.tally(&["sql", "select name, risk_tier, production_from from systems", "--format", "csv"]).ok().out;
    insta::assert_snapshot!(row, @"
    name,risk_tier,production_from
    Bot,low,
    ");
    place.import(r#"{"kind":"system","id":"bot","name":null}"#).ended(2).says(&["in.jsonl:1: system bot: `name`"]);
}
