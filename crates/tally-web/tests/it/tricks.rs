//! Tricks in text: what looks like markup, a formula, a path, a header or an address stays text wherever it is shown.

use std::collections::HashMap;

use serde_json::{Map, Value, json};

use super::support::{Answer, Server, Who, crawl, encode, links, sheet};
use tally_model::kind::{Field, Type};
use tally_model::{Kind, kinds::KINDS};

const TRICKS: [&str; 20] = [
    "<script>alert(1)</script>",
    "\"><img src=x onerror=alert(1)>",
    "' onmouseover='alert(1)",
    "</title></textarea></svg><svg onload=alert(1)>",
    "javascript:alert(1)",
    "data:text/html,<script>alert(1)</script>",
    "<!--<a href=\"//evil.example\">",
    "&lt;script&gt;alert(1)&lt;/script&gt;",
    "=cmd|' /C calc'!A0",
    "+1+cmd|' /C calc'!A0",
    "-2+3+cmd|' /C calc'!A0",
    "@SUM(1+1)*cmd|' /C calc'!A0",
    "\t=1+1",
    "\r\nset-cookie: tricked=1",
    "../../../../etc/passwd",
    "..\\..\\windows\\win.ini",
    "\u{202e}gnp.exe\u{2066}",
    "zero\u{200b}width\u{feff}\u{2060}",
    "\u{1b}[31mred\u{7}\u{8}",
    "{{7*7}} ${7*7} <%= 7*7 %> {% raw %}",
];
/// Records of each kind that get tricks.
const TRICKED: usize = 24;

/// The made-up programme with tricks in the texts of some records of each kind, and what records those are.
struct Tricked {
    lines: String,
    records: Vec<(&'static Kind, String)>,
}

fn tricked() -> Tricked {
    let mut made = Vec::new();
    tally_app::demo_records(tally_app::now(), &mut made).unwrap();
    let mut by_kind: HashMap<String, usize> = HashMap::new();
    let mut next = 0;
    let mut tricked = Tricked { lines: String::new(), records: Vec::new() };
    for line in String::from_utf8(made).unwrap().lines() {
        let Value::Object(mut record) = serde_json::from_str(line).unwrap() else { panic!("{line}") };
        let kind = Kind::named(record["kind"].as_str().unwrap()).unwrap();
        let number = by_kind.entry(kind.name.to_owned()).or_default();
        *number += 1;
        if *number <= TRICKED {
            tricked.records.push((kind, record["id"].as_str().unwrap().to_owned()));
            fill(kind.fields, &mut record, &mut next);
            record.insert("labels".to_owned(), json!({"trick": trick(&mut next), "a<b>\"c": trick(&mut next)}));
        }
        tricked.lines += &format!("{}\n", Value::Object(record));
    }
    // One of each trick alone, so that each is surely somewhere, and one text that is very long.
    let finding = Kind::named("finding").unwrap();
    let longest = "W".repeat(200_000);
    for (at, text) in TRICKS.iter().copied().chain([longest.as_str()]).enumerate() {
        let id = ["../..", "//evil.example", "a/../../b", "-1", "@SUM", "x:y@z", "https://evil.example/"].get(at).copied();
        let id = id.map_or_else(|| format!("trick-{at}"), |id| format!("{id}{at}"));
        let finding_of = json!({"kind": "finding", "id": id, "system": "support-bot", "title": text, "class": text,
            "severity": "high", "reported_at": "2026-01-02T00:00:00Z",
            "scope": text, "reproduction": text, "business_impact": text});
        tricked.lines += &format!("{finding_of}\n");
        tricked.records.push((finding, id));
    }
    tricked
}

fn trick(next: &mut usize) -> String {
    *next += 1;
    // The number makes each text another one: the same person may not claim a fix and retest it.
    format!("{} {next}", TRICKS[*next % TRICKS.len()])
}

/// Puts tricks into all texts that stand in a record, and into the optional ones of its top.
fn fill(fields: &'static [Field], object: &mut Map<String, Value>, next: &mut usize) {
    const ALONE: [&str; 6] = ["disposition_by", "disposition_reason", "duplicate_of", "digest", "vector", "tool"];
    for field in fields {
        let stands = object.contains_key(field.name);
        match (field.ty, object.get_mut(field.name)) {
            (Type::Text, _) if stands || !ALONE.contains(&field.name) => {
                object.insert(field.name.to_owned(), json!(trick(next)));
            }
            (Type::List(Type::Text), Some(_)) => {
                object.insert(field.name.to_owned(), json!([trick(next), trick(next)]));
            }
            (Type::Objects(fields), Some(Value::Array(objects))) => {
                objects.iter_mut().filter_map(Value::as_object_mut).for_each(|object| inside(fields, object, next));
            }
            (Type::Object(fields), Some(Value::Object(object))) => inside(fields, object, next),
            _ => {}
        }
    }
}

/// As `fill`, for objects inside: only what stands there.
fn inside(fields: &'static [Field], object: &mut Map<String, Value>, next: &mut usize) {
    for field in fields.iter().filter(|field| matches!(field.ty, Type::Text)) {
        if object.contains_key(field.name) {
            object.insert(field.name.to_owned(), json!(trick(next)));
        }
    }
}

/// What is wrong with a page: a tag, an attribute or an address that no template of ours wrote.
fn page_wrong(text: &str) -> Option<String> {
    if text.contains("<script>") || text.contains("<img") || text.contains("alert(1)>") {
        return Some("markup of a record".to_owned());
    }
    if let Some(letter) = text.chars().find(|letter| is_hidden(*letter)) {
        return Some(format!("hidden character {letter:?}"));
    }
    let mut rest = text;
    while let Some(at) = rest.find('<') {
        rest = &rest[at + 1..];
        let end = tag_end(rest)?;
        let tag = &rest[..end];
        rest = &rest[end..];
        if tag.starts_with("!doctype") || tag.starts_with('/') {
            continue;
        }
        if !tag.starts_with(|letter: char| letter.is_ascii_lowercase()) {
            return Some(format!("a loose < before {:?}", tag.chars().take(40).collect::<String>()));
        }
        for (name, value) in attributes(tag) {
            let address = matches!(name, "href" | "src" | "action" | "formaction" | "data" | "poster");
            let own = value.is_empty() || value.starts_with(['?', '#']) || (value.starts_with('/') && !value.starts_with("//"));
            if name.starts_with("on") || name == "style" || name == "srcdoc" || (address && !own) {
                return Some(format!("{name}={value:?} in <{tag}>"));
            }
        }
    }
    None
}

/// A character that changes what is seen of others and is not seen itself.
fn is_hidden(letter: char) -> bool {
    (letter.is_control() && !matches!(letter, '\n' | '\r' | '\t'))
        || "\u{202a}\u{202b}\u{202c}\u{202d}\u{202e}\u{2066}\u{2067}\u{2068}\u{2069}".contains(letter)
}

/// Where a tag ends: at the first `>` outside quotes.
fn tag_end(text: &str) -> Option<usize> {
    let mut quoted = false;
    text.char_indices()
        .find(|(_, letter)| {
            quoted ^= *letter == '"';
            *letter == '>' && !quoted
        })
        .map(|(at, _)| at)
}

fn attributes(tag: &str) -> Vec<(&str, &str)> {
    let mut found = Vec::new();
    let mut rest = tag.split_once(|letter: char| letter.is_whitespace()).map_or("", |(_, rest)| rest).trim_start();
    while !rest.is_empty() {
        let end = rest.find(|letter: char| letter == '=' || letter.is_whitespace()).unwrap_or(rest.len());
        let name = &rest[..end];
        rest = &rest[end..];
        let mut value = "";
        if let Some(after) = rest.strip_prefix("=\"") {
            let end = after.find('"').unwrap_or(after.len());
            value = &after[..end];
            rest = after.get(end + 1..).unwrap_or_default();
        } else if let Some(after) = rest.strip_prefix('=') {
            let end = after.find(char::is_whitespace).unwrap_or(after.len());
            value = &after[..end];
            rest = &after[end..];
        }
        found.push((name, value));
        rest = rest.trim_start();
    }
    found
}

/// A cell that a spreadsheet would run.
fn runs(cell: &str) -> bool {
    cell.starts_with(['=', '+', '-', '@', '\t', '\r', '\n']) && cell.parse::<f64>().is_err()
}

fn answer_wrong(address: &str, answer: &Answer) -> Option<String> {
    if answer.status >= 500 {
        return Some(format!("status {}", answer.status));
    }
    if answer.headers.iter().any(|(name, value)| name == "set-cookie" || value.contains("tricked=1")) {
        return Some(format!("headers {:?}", answer.headers));
    }
    let media = answer.header("content-type").unwrap_or_default();
    if media.starts_with("text/html") {
        return page_wrong(&answer.text());
    }
    if media.starts_with("text/csv") {
        let rows = sheet(&answer.text());
        let bad = rows.iter().flatten().find(|cell| runs(cell));
        return bad.map(|cell| format!("the cell {cell:?}"));
    }
    if media.starts_with("text/calendar") {
        // What somebody wrote neither ends a line nor begins one.
        let text = answer.text();
        let bad = text.split("\r\n").find(|line| line.len() > 75 || line.contains(char::is_control));
        return bad.map(|line| format!("the line {line:?}"));
    }
    let known = ["text/css", "text/javascript", "image/svg+xml", "application/json", "text/plain"];
    (answer.status == 200 && !known.iter().any(|known| media.starts_with(known))).then(|| format!("{address} is {media}"))
}

#[test]
fn tricks_in_every_text_field_stay_text() {
    let tricked = tricked();
    let server = Server::with(&tricked.lines);
    let mut starts: Vec<String> = tally_web::job_paths().map(str::to_owned).collect();
    let folders = tally_web::record_path;
    starts.extend(tricked.records.iter().filter_map(|(kind, id)| folders(kind.name, id)));
    for kind in KINDS {
        let list = folders(kind.name, "").map(|path| path.trim_end_matches('/').to_owned());
        for list in list.into_iter() {
            starts.extend([format!("{list}?per=100"), format!("{list}.csv"), format!("{list}?q=alert")]);
        }
    }
    for trick in TRICKS {
        let trick = encode(trick);
        starts.push(format!("/search?q={trick}"));
        starts.push(format!(
            "/findings?q={trick}&sort={trick}&system={trick}&told={trick}&cols={trick}&page={trick}&per={trick}"
        ));
        starts.push(format!("/findings/{trick}"));
        starts.push(format!("/{trick}"));
        starts.push(format!("/metrics/{trick}?told={trick}"));
        starts.push(format!("/metrics/critical-high-rate/rows?where={trick}&as_of={trick}"));
        starts.push(format!("/metrics/critical-high-rate/rows?where=severity%3D{trick}"));
        starts.push(format!("/journal?q={trick}&kind={trick}"));
        starts.push(format!("/?card={trick}&as_of={trick}"));
    }
    let mut wrong = Vec::new();
    let mut shown = vec![false; TRICKS.len()];
    let seen = crawl(&server, Who::Administrator, &starts, 2, |address, answer| {
        wrong.extend(answer_wrong(address, answer).map(|what| format!("{address}: {what}")));
        let text = answer.text();
        for (shown, escaped) in shown.iter_mut().zip(TRICKS.iter().map(|trick| escaped(trick))) {
            *shown |= address.starts_with("/findings/") && answer.status == 200 && text.contains(&escaped);
        }
    });
    assert!(seen > 600, "{seen}");
    assert!(wrong.is_empty(), "{} of {seen} answers:\n{}", wrong.len(), wrong[..wrong.len().min(40)].join("\n"));
    let unseen: Vec<&str> = TRICKS.iter().zip(&shown).filter(|(_, shown)| !**shown).map(|(trick, _)| *trick).collect();
    assert!(unseen.is_empty(), "never shown, so nothing was tried: {unseen:?}");
}

/// A text as a page has to show it.
fn escaped(text: &str) -> String {
    text.replace(is_hidden, "\u{fffd}")
        .replace('&', "&#38;")
        .replace('<', "&#60;")
        .replace('>', "&#62;")
        .replace('"', "&#34;")
        .replace('\'', "&#39;")
}

#[test]
fn the_check_itself_sees_tricks() {
    for bad in [
        "<p><script>alert(1)</script>",
        "<p onclick=\"x\">",
        "<a href=\"javascript:alert(1)\">",
        "<a href=\"//evil.example\">",
        "<p style=\"x\">",
        "<p>a < b</p>",
        "<p>\u{1b}[31m",
        "<p>\u{202e}gnp.exe",
    ] {
        assert!(page_wrong(bad).is_some(), "{bad}");
    }
    assert_eq!(page_wrong("<!doctype html><p class=\"a\">1 &#60; 2 <a href=\"/x?y=1\">x</a> <input disabled></p>"), None);
    assert!(runs("=1") && runs("-2+3") && !runs("-2.5") && !runs("'=1"));
}

#[test]
fn nobody_is_led_elsewhere() {
    let server = Server::demo();
    let places = [
        "//evil.example",
        "https://evil.example/",
        "/\\evil.example",
        "/\t/evil.example",
        "\t//evil.example",
        "/\n/evil.example",
        "\\\\evil.example",
        "javascript:alert(1)",
        "/..//evil.example",
        "/x\r\nset-cookie: tricked=1",
        "/é",
    ];
    for place in places {
        let asked = [
            server.get(Who::Viewer, &format!("/sign-in?next={}", encode(place))),
            server.post(Who::Viewer, "/theme", &[("theme", "dark"), ("back", place)]),
            server.post(Who::Nobody, "/sign-in", &[("name", "vera"), ("password", super::support::PASSWORD), ("next", place)]),
        ];
        for answer in asked {
            assert_eq!(answer.status, 303, "{place:?}: {}", answer.text());
            let led = answer.header("location").unwrap_or_else(|| panic!("{place:?} leads nowhere"));
            let own = led.starts_with('/')
                && !led[1..].starts_with(['/', '\\'])
                && !led.contains(|c: char| c.is_control() || c == '\\');
            assert!(own, "{place:?} leads to {led:?}");
            assert!(answer.headers.iter().all(|(_, value)| !value.contains("tricked")), "{:?}", answer.headers);
        }
    }
    // Where it leads to a page of ours, it does.
    let answer = server.get(Who::Viewer, "/sign-in?next=%2Ffindings%3Fseverity%3Dhigh").is(303);
    assert_eq!(answer.header("location"), Some("/findings?severity=high"));
    let page = server.get(Who::Nobody, "/sign-in?next=%22%3E%3Cscript%3E").is(200).text();
    assert_eq!(page_wrong(&page), None);
    assert!(links(&page).iter().all(|link| link.starts_with('/')));
}
