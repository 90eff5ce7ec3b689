//! Program records as JSON: what comes out, and what is said of what cannot.

use crate::support::{lines, lines_up_to};

const TEAM: &str = r#"{"kind":"team","id":"t1","name":"Red","function":"red_team"}"#;

#[test]
fn good_lines() {
    let text = format!("\u{feff}{TEAM}\r\n\n   \n{{\"kind\":\"team\",\"id\":\"t2\",\"name\":null}}");
    insta::assert_snapshot!(lines(text.as_bytes()), @r#"
        in.json:1: {"function":"red_team","id":"t1","kind":"team","name":"Red"}
        in.json:4: {"id":"t2","kind":"team","name":null}
        "#);
}

#[test]
fn bad_lines_stand_beside_good_ones() {
    let mut text = Vec::new();
    for line in [
        r#"{"kind":"team","id":"t1","nme":"Red","function":"red_teem"}"#,
        TEAM,
        r#"{"kind":"team" "id":"t3"}"#,
        r#"{"kind":"capacity","id":"2026-03","month":"2026-03","fte":NaN}"#,
        r#"{"kind":"capacity","id":"2026-03","month":"2026-03","fte":-Infinity}"#,
        r#"{"kind":"team","id":"t1","id":"t2"}"#,
        r#"{"kind":"team","id":"t4","name":"x"} and more"#,
        "null",
        r#"{"kind":"team","#,
        "{",
    ] {
        text.extend_from_slice(line.as_bytes());
        text.push(b'\n');
    }
    text.extend_from_slice(b"{\"kind\":\"team\",\"id\":\"a\xffb\"}\n");
    text.extend_from_slice(b"{\"kind\":\"team\",\"id\":\"a\0b\"}\n");
    text.extend_from_slice(b"{\"kind\":\"team\",\"id\":\"caf\xc3");
    insta::assert_snapshot!(lines(&text), @r#"
        in.json:1: team t1: `nme`: found unknown field `nme`, expected a field of team; did you mean `name`?
        in.json:1: team t1: `function`: found `red_teem`, expected one of appsec, product_security, ai_platform, mlops, data_governance, privacy, legal, grc, soc, red_team, procurement, engineering, business, executive; did you mean `red_team`?
        in.json:2: {"function":"red_team","id":"t1","kind":"team","name":"Red"}
        in.json:3: found `"id":"t3"}` at column 16, expected JSON (expected `,` or `}`)
        in.json:4: found `NaN}` at column 59, expected JSON (expected value); JSON has no NaN and no infinity; leave the field out
        in.json:5: found `-Infinity}` at column 59, expected JSON (invalid number); JSON has no NaN and no infinity; leave the field out
        in.json:6: team t1: `id`: found the same key twice, expected each key once; keep one of them
        in.json:7: found `and more` at column 38, expected JSON (trailing characters)
        in.json:8: found null, expected a JSON object with `kind` and `id`
        in.json:9: found a line that ends in the middle of a record, expected one record a line; put each record on a line of its own, or all of them in one array
        in.json:10: found a line that ends in the middle of a record, expected one record a line; put each record on a line of its own, or all of them in one array
        in.json:11: found byte 0xff at column 23, expected UTF-8 text; save the file as UTF-8
        in.json:12: found a NUL byte at column 23, expected UTF-8 text; save the file as UTF-8 (not UTF-16)
        in.json:13: found the file ends in the middle of a record, expected the whole of it; was the file still being written, or cut while it was copied?
        "#);
}

#[test]
fn the_end_in_the_middle_of_a_record() {
    insta::assert_snapshot!(lines(format!("{TEAM}\n{}", &TEAM[..30]).as_bytes()), @r#"
        in.json:1: {"function":"red_team","id":"t1","kind":"team","name":"Red"}
        in.json:2: found the file ends in the middle of a record, expected the whole of it; was the file still being written, or cut while it was copied?
        "#);
    insta::assert_snapshot!(lines(format!("[{TEAM},\n{}", &TEAM[..30]).as_bytes()), @r#"
        in.json:1: {"function":"red_team","id":"t1","kind":"team","name":"Red"}
        in.json:2: found the file ends in the middle of a record, expected the whole of it; was the file still being written, or cut while it was copied?
        "#);
    insta::assert_snapshot!(lines(format!("[{TEAM}\n").as_bytes()), @r#"
        in.json:1: {"function":"red_team","id":"t1","kind":"team","name":"Red"}
        in.json:2: found the file ends in the middle of a record, expected the whole of it; was the file still being written, or cut while it was copied?
        "#);
}

#[test]
fn an_array() {
    let text = format!(
        " \n[\n  {TEAM},\n  {{\"kind\":\"team\",\n   \"id\":\"t2\",\n   \"name\":\"a ] }} \\\" [ b\"}}, 7, \"x\", {{\"kind\": nope}},\n  \
         [1]}},\n{{\"kind\":\"team\",\"id\":\"t5\"}}\n] tail"
    );
    insta::assert_snapshot!(lines(text.as_bytes()), @r#"
        in.json:3: {"function":"red_team","id":"t1","kind":"team","name":"Red"}
        in.json:4: {"id":"t2","kind":"team","name":"a ] } \" [ b"}
        in.json:6: found number `7`, expected a JSON object with `kind` and `id`
        in.json:6: found `x`, expected a JSON object with `kind` and `id`
        in.json:6: found `nope}` at column 45, expected JSON (expected `true`, `false`, `null` or a value in quotes)
        in.json:7: found a list of 1, expected a JSON object with `kind` and `id`
        in.json:7: found `}` at column 6, expected `,` or `]`; nothing after this place was read
        "#);
    insta::assert_snapshot!(lines(b"[]"), @"");
    insta::assert_snapshot!(lines(format!("[{TEAM},]").as_bytes()), @r#"
        in.json:1: {"function":"red_team","id":"t1","kind":"team","name":"Red"}
        in.json:1: found `]` at column 63, expected a value after the comma; nothing after this place was read
        "#);
    insta::assert_snapshot!(lines(format!("[{TEAM} {TEAM}]").as_bytes()), @r#"
        in.json:1: {"function":"red_team","id":"t1","kind":"team","name":"Red"}
        in.json:1: found `{` at column 63, expected `,` or `]`; nothing after this place was read
        "#);
}

#[test]
fn long_lines_are_skipped() {
    let long = format!("{{\"kind\":\"team\",\"id\":\"t2\",\"name\":\"{}\"}}", "x".repeat(10 << 20));
    insta::assert_snapshot!(lines_up_to(format!("{TEAM}\n{long}\n{TEAM}\n").as_bytes(), 1000), @r#"
        in.json:1: {"function":"red_team","id":"t1","kind":"team","name":"Red"}
        in.json:2: found a line of 10485795 bytes, expected at most 1000 bytes; it was skipped
        in.json:3: {"function":"red_team","id":"t1","kind":"team","name":"Red"}
        "#);
    insta::assert_snapshot!(lines_up_to(format!("[{TEAM},{long},{TEAM}]").as_bytes(), 1000), @r#"
        in.json:1: {"function":"red_team","id":"t1","kind":"team","name":"Red"}
        in.json:1: found an element of 10485795 bytes, expected at most 1000 bytes; it was skipped
        in.json:1: {"function":"red_team","id":"t1","kind":"team","name":"Red"}
        "#);
}

#[test]
fn deep_nesting_is_refused() {
    let deep = format!("{{\"kind\":\"team\",\"id\":\"t\",\"labels\":{}", "[".repeat(100_000));
    insta::assert_snapshot!(lines(format!("{deep}\n{TEAM}\n").as_bytes()), @r#"
        in.json:1: found `[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[` at column 160, expected JSON (recursion limit exceeded)
        in.json:2: {"function":"red_team","id":"t1","kind":"team","name":"Red"}
        "#);
}
