//! Wrong input: every problem at once, each with its place, what was found, what was expected; nothing is written.

use crate::support::Place;

/// Imports over `BASE` and expects problems and an untouched journal.
fn refused(records: impl AsRef<[u8]>) -> String {
    let place = Place::base();
    let said = place.import(records).ended(2);
    assert_eq!(said.out, "");
    assert_eq!(place.size(), 2, "something was written");
    said.err
}

#[test]
fn all_problems_at_once() {
    let said = refused(
        r#"{"kind":"sytem","id":"a"}
{"kind":"system","id":"b","nmae":"x","owner":"red","origin":"internal","type":"assistant","risk_tier":"high"}
{"kind":"system","id":"c","name":"x","owner":"red","origin":"internl","type":"assistant","risk_tier":"high"}
{"kind":"team","id":"bad id!","name":"x","function":"soc"}
{"kind":"scan","id":"s","system":"bot","tool":"t","automated":true,"at":"2026-01-01T00:00:00"}
{"kind":"cost","id":"c1","month":"2026-01","category":"people","amount":12.5}
{"kind":"cost","id":"c2","month":"2026-01","category":"people"}
{"kind":"scan","id":"s2","system":"bto","tool":"t","automated":true,"at":"2026-01-01"}
{"kind":"assessment","id":"as","system":"bot","tier":"quick_scan","requested_at":"2026-03-01","delivered_at":"2026-02-01"}
{"kind":"team","id":"t1","name":"x","name":"y","function":"soc"}
{"kind":"team","id":"t2","name":"x","function":"soc"}
{"kind":"team","id":"t2","name":"y","function":"soc"}
{"kind":"cost","id":"c3","month":"2026-01","category":"people","amount":NaN}
not json
[1,2]
{"id":"zz"}
{"kind":"team","name":"x","function":"soc"}
{"kind":"eval_run","id":"e","system":"bot","suite":"s","category":"bias","tool":"t","finished_at":"2026-01-01","passed":-1,"failed":1.5}
{"kind":"team","id":"half","na"#,
    );
    insta::assert_snapshot!(said, @r#"
    error: in.jsonl:1: `kind`: found unknown kind `sytem`, expected the name of a kind of record, such as `system` or `finding`; did you mean `system`?
    error: in.jsonl:2: system b: `nmae`: found unknown field `nmae`, expected a field of system; did you mean `name`?
    error: in.jsonl:3: system c: `origin`: found `internl`, expected one of internal, third_party, open_source; did you mean `internal`?
    error: in.jsonl:4: team ?: `id`: found `bad id!`, expected 1 to 200 characters of `A-Z a-z 0-9 . _ : / @ -`
    error: in.jsonl:5: scan s: `at`: found `2026-01-01T00:00:00`, expected an instant such as `2026-03-31T17:20:00Z`, or a date; add an offset, such as `Z` or `+01:00`
    error: in.jsonl:6: cost c1: `amount`: found number `12.5`, expected a decimal string such as "1250.00"; write it as a string, so that no digit is lost
    error: in.jsonl:7: cost c2: `amount`: found nothing, expected how much, in the programme's one currency (required)
    error: in.jsonl:9: assessment as: `delivered_at`: found 2026-02-01T00:00:00Z, before `requested_at` 2026-03-01T00:00:00Z, expected a time at or after it
    error: in.jsonl:10: team t1: `name`: found the same key twice, expected each key once; keep one of them
    error: in.jsonl:12: team t2: `name`: found another value than earlier in the same import, expected one value for each field of a record; keep one of the two
    error: in.jsonl:13: found `NaN}` at column 73, expected JSON (expected value); JSON has no NaN and no infinity; leave the field out
    error: in.jsonl:14: found `not json` at column 1, expected JSON (expected `true`, `false`, `null` or a value in quotes)
    error: in.jsonl:15: found a list of 2, expected a JSON object with `kind` and `id`
    error: in.jsonl:16: `kind`: found no `kind`, expected the name of a kind of record, such as `system` or `finding`
    error: in.jsonl:17: team ?: `id`: found no `id`, expected 1 to 200 characters of `A-Z a-z 0-9 . _ : / @ -`
    error: in.jsonl:18: eval_run e: `passed`: found number `-1`, expected a whole number, not negative
    error: in.jsonl:18: eval_run e: `failed`: found number `1.5`, expected a whole number, not negative
    error: in.jsonl:19: found the file ends in the middle of a record, expected the whole of it; was the file still being written, or cut while it was copied?
    error: in.jsonl:8: scan s2: `system`: found `bto`, and there is no such system, expected the id of a system, known or in the same import; did you mean `bot`?
    19 problems in 19 records; nothing was written. Mend them, or leave bad rows out with --skip-bad
    "#);
}

#[test]
fn time_orders_that_cannot_be() {
    let said = refused(
        r#"{"kind":"system","id":"bot","retired_at":"2025-01-01"}
{"kind":"finding","id":"f","system":"bot","title":"t","severity":"high","class":"LLM01:2025","reported_at":"2026-01-01","remediations":[{"claimed_at":"2026-02-01"},{"claimed_at":"2026-03-01","retested_at":"2026-02-15","result":"fixed"}]}
{"kind":"finding","id":"g","system":"bot","title":"t","severity":"high","class":"LLM01:2025","reported_at":"2026-01-01","remediations":[{"claimed_at":"2026-02-01","retested_at":"2026-03-01"}]}
{"kind":"finding","id":"h","system":"bot","title":"t","severity":"high","class":"LLM01:2025","reported_at":"2026-01-01","disposition":"disputed"}
{"kind":"credential","id":"k","system":"bot","workflow":"w","scoped":true,"issued_at":"2026-01-01"}
{"kind":"key_compromise","id":"kc","credential":"k","detected_at":"2026-02-01","revoked_at":"2026-01-01"}
"#,
    );
    insta::assert_snapshot!(said, @"
    error: in.jsonl:1: system bot: `retired_at`: found 2025-01-01T00:00:00Z, before `production_from` 2026-01-01T00:00:00Z, expected a time at or after it
    error: in.jsonl:2: finding f: `remediations[1].retested_at`: found 2026-02-15T00:00:00Z, before `remediations[1].claimed_at` 2026-03-01T00:00:00Z, expected a time at or after it
    error: in.jsonl:3: finding g: `remediations[0].result`: found `retested_at` without `result`, expected both or neither
    error: in.jsonl:4: finding h: `disposition_at`: found disposition `disputed` without a time, expected when it was so decided
    error: in.jsonl:6: key_compromise kc: `revoked_at`: found 2026-01-01T00:00:00Z, before `detected_at` 2026-02-01T00:00:00Z, expected a time at or after it
    5 problems in 6 records; nothing was written. Mend them, or leave bad rows out with --skip-bad
    ");
}

#[test]
fn bytes_that_are_no_text() {
    let said = refused(b"{\"kind\":\"team\",\"id\":\"u\",\"name\":\"\xff\",\"function\":\"soc\"}\n");
    insta::assert_snapshot!(said, @"
    error: in.jsonl:1: found byte 0xff at column 33, expected UTF-8 text; save the file as UTF-8
    1 problem in 1 record; nothing was written. Mend them, or leave bad rows out with --skip-bad
    ");
    let binary: Vec<u8> = (0..3_000u32).map(|at| (at.wrapping_mul(2_654_435_761) >> 13) as u8).collect();
    assert!(refused(&binary).starts_with("error: in.jsonl"));
    let wide: Vec<u8> = "{\"kind\":\"team\"}".encode_utf16().flat_map(u16::to_le_bytes).collect();
    assert!(refused([&[0xff, 0xfe], &wide[..]].concat()).contains("save it as UTF-8"));
    assert!(refused(b"PK\x03\x04rest").contains("zip archive"));
    assert!(refused(b"\x1f\x8bnot really").contains("in.jsonl"));
    let half = &crate::support::gzip(crate::support::BASE.as_bytes())[..60];
    assert!(refused(half).contains("in.jsonl"));
}

#[test]
fn a_line_of_ten_megabytes() {
    let place = Place::base();
    let name = "x".repeat(10_000_000);
    let record = |field: &str| format!(r#"{{"kind":"team","id":"long","{field}":"{name}","function":"soc"}}"#);
    let said = place.import(record("nme")).ended(2);
    assert!(said.err.len() < 1_000 && said.err.contains("did you mean `name`?"), "{}", said.err.len());
    place.import(record("name")).ok().says(&["1 new"]);
    let shown = place.tally(&["sql", "select name from teams where id = 'long'"]).ok().out;
    assert!(shown.len() < 10_000, "{}", shown.len());
    place.tally(&["journal", "log", "team", "long"]).ok();
    place.tally(&["journal", "verify"]).ok();
}

#[test]
fn nothing_in_it() {
    let place = Place::base();
    place.import("").ok().says(&["no records in it; nothing was written"]);
    place.import("\n \n").ok().says(&["no records in it"]);
    place.file("a.csv", "");
    place.tally(&["import", "records", "a.csv"]);
    place.file("a.json", "[]");
    place.tally(&["import", "a.json"]).ok().says(&["no records in it"]);
    assert_eq!(place.size(), 2);
}

#[test]
fn files_that_are_not_there() {
    let place = Place::base();
    place.tally(&["import", "records", "gone.jsonl"]).ended(2).says(&["gone.jsonl", "No such file"]);
    place.tally(&["import", "gone.jsonl"]).ended(2).says(&["gone.jsonl"]);
    place.tally(&["import", "garack", "in.jsonl"]).ended(2).says(&["did you mean the format `garak`?"]);
    place.tally(&["import", "records"]).ended(2).says(&["`records` names a format; name a file after it"]);
    place.tally(&["import"]).ended(2).says(&["FILE"]);
    // One file that is not there keeps all the others out.
    place.file("good.jsonl", r#"{"kind":"team","id":"t","name":"x","function":"soc"}"#);
    place.tally(&["import", "records", "good.jsonl", "gone.jsonl"]).ended(2);
    assert_eq!(place.size(), 2);
}

#[test]
fn problems_as_json() {
    let place = Place::base();
    place.file("in.jsonl", r#"{"kind":"system","id":"c","origin":"internl"}"#);
    let said = place.tally(&["import", "records", "in.jsonl", "--format", "json"]).ended(2).json();
    assert_eq!((&said["written"], &said["read"], &said["journal_size"]), (&false.into(), &1.into(), &2.into()));
    let first = &said["problems"][0];
    for (key, wanted) in [
        ("file", "in.jsonl"),
        ("record", "system c"),
        ("field", "origin"),
        ("found", "`internl`"),
        ("help", "did you mean `internal`?"),
    ] {
        assert_eq!(first[key], wanted, "{key}");
    }
    assert_eq!(first["line"], 1);
}
