//! Whatever changes, a list that was moved by the change is the one that a fresh engine works out; and what a viewer of some
//! systems sees is what an engine shows that knows no others.

use std::collections::BTreeMap;

use tally_measure::{Engine, Filter, ListAsk, Sort, Test};

use crate::support::{engine, instant, record};

const SYSTEMS: u64 = 40;
const FACETS: [&str; 12] = [
    "state",
    "severity",
    "open",
    "overdue",
    "owner",
    "system",
    "risk_tier",
    "class",
    "has_regression_test",
    "disposition",
    "remediations_count",
    "finding_techniques.technique",
];
const SHOWN: [&str; 11] =
    ["id", "title", "severity", "state", "owner", "risk_tier", "reported_at", "age_days", "due", "overdue", "disposition"];

/// Numbers that are the same in every run.
struct Dice(u64);

impl Dice {
    fn below(&mut self, most: u64) -> u64 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % most
    }

    fn one<'a>(&mut self, words: &[&'a str]) -> &'a str {
        words[usize::try_from(self.below(words.len() as u64)).unwrap()]
    }

    fn day(&mut self, year: u64) -> String {
        format!("{year}-{:02}-{:02}T{:02}:00:00Z", 1 + self.below(12), 1 + self.below(28), self.below(24))
    }
}

fn team(dice: &mut Dice, at: u64) -> String {
    format!(r#"{{"kind":"team","id":"t{at}","name":"Team {}","function":"soc"}}"#, dice.below(100))
}

fn system(dice: &mut Dice, at: u64) -> String {
    format!(
        r#"{{"kind":"system","id":"s{at}","name":"System {}","owner":"t{}","origin":"internal","type":"rag","risk_tier":"{}"}}"#,
        dice.below(100),
        dice.below(5),
        dice.one(&["low", "medium", "high"])
    )
}

fn finding(dice: &mut Dice, at: u64) -> String {
    let mut more = String::new();
    match dice.below(8) {
        0 => more += r#","disposition":"false_positive","disposition_at":"2026-01-01""#,
        1 | 2 => more += &format!(r#","disposition":"accepted","disposition_at":"{}""#, dice.day(2026)),
        3 => more += &format!(r#","disposition":"disputed","disposition_at":"{}""#, dice.day(2026)),
        4 => more += r#","risk_accepted":{"by":"x","at":"2026-02-01","until":"2026-09-01","reason":"y"}"#,
        _ => {}
    }
    match dice.below(4) {
        0 => more += r#","remediations":[{"claimed_at":"2026-03-05"}]"#,
        1 => {
            let result = dice.one(&["fixed", "not_fixed"]);
            more +=
                &format!(r#","remediations":[{{"claimed_at":"2026-03-01","retested_at":"2026-04-01","result":"{result}"}}]"#);
        }
        _ => {}
    }
    if dice.below(5) == 0 {
        more += &format!(r#","regression_tests":[{{"ref":"t","added_at":"{}"}}]"#, dice.day(2026));
    }
    if dice.below(3) > 0 {
        more += &format!(r#","techniques":["AML.T00{:02}","AML.T01{:02}"]"#, dice.below(6), dice.below(30));
    }
    // Ids in no order, titles that are mostly alike at first and often alike altogether.
    let id = format!("f{:016x}", at.wrapping_mul(0x9e37_79b9_7f4a_7c15));
    format!(
        r#"{{"kind":"finding","id":"{id}","system":"s{}","title":"Prompt injection, number {}","severity":"{}","class":"{}","reported_at":"{}"{more}}}"#,
        dice.below(SYSTEMS),
        dice.below(900),
        dice.one(&["info", "low", "medium", "high", "critical"]),
        dice.one(&["LLM01:2025", "LLM02:2025", "low", "ASI02", "llm01:2025"]),
        dice.day(2025 - dice.0 % 2),
    )
}

/// The lines of a programme by kind and id, as they stand now.
type Programme = BTreeMap<String, String>;

fn put(programme: &mut Programme, line: String) -> String {
    let id: Vec<&str> = line.split('"').filter(|part| !matches!(*part, ":" | ",")).skip(1).take(4).collect();
    programme.insert(format!("{}/{}", id[1], id[3]), line.clone());
    line
}

fn fresh<'a>(lines: impl Iterator<Item = &'a String>) -> Engine {
    let mut engine = engine();
    lines.for_each(|line| engine.add(&record(line)).unwrap());
    engine.settle().unwrap();
    engine
}

fn is(column: &str, values: &[&str]) -> Filter {
    Filter { column: column.to_owned(), test: Test::Is(values.iter().map(|value| (*value).to_owned()).collect()) }
}

fn asks(at: &str) -> Vec<ListAsk> {
    let usual = || ListAsk {
        table: "findings".to_owned(),
        filters: Vec::new(),
        text: None,
        searched: vec!["id".to_owned(), "title".to_owned()],
        sort: vec![sort("severity", true), sort("reported_at", true)],
        at: instant(at),
    };
    let sorted = |sorts: &[(&str, bool)]| ListAsk { sort: sorts.iter().map(|(by, down)| sort(by, *down)).collect(), ..usual() };
    let filtered = |filters: Vec<Filter>| ListAsk { filters, ..usual() };
    let technique = Test::HasAny(vec!["AML.T0003".to_owned(), "AML.T0117".to_owned()]);
    vec![
        usual(),
        sorted(&[("title", false)]),
        sorted(&[("state", false), ("title", true)]),
        sorted(&[("owner", true), ("class", false), ("age_days", true)]),
        sorted(&[("system", false), ("due", false), ("id", true)]),
        filtered(vec![is("open", &["yes"]), is("severity", &["critical", "high"])]),
        filtered(vec![is("owner", &["t1"]), is("state", &["verified", "open"]), is("class", &["low", ""])]),
        filtered(vec![is("overdue", &["yes"]), Filter { column: "age_days".to_owned(), test: Test::AtMost(500.0) }]),
        filtered(vec![
            Filter { column: "finding_techniques.technique".to_owned(), test: technique },
            is("system", &["s3", "s4"]),
        ]),
        filtered(vec![Filter { column: "finding_techniques.technique".to_owned(), test: Test::Empty }]),
        filtered(vec![Filter { column: "id".to_owned(), test: Test::Not(vec!["f0000000000000000".to_owned()]) }]),
        ListAsk { text: Some("number 77".to_owned()), ..sorted(&[("title", true)]) },
        ListAsk { table: "systems".to_owned(), ..sorted(&[("open_high", true), ("open", true), ("owner", false)]) },
    ]
}

fn sort(column: &str, down: bool) -> Sort {
    Sort { column: column.to_owned(), down }
}

/// All that a list answers, in words.
fn answers(engine: &Engine, at: &str) -> Vec<String> {
    let answer = |ask: ListAsk| {
        let (systems, what) = (ask.table == "systems", format!("{:?} {:?} {:?}", ask.filters, ask.sort, ask.text));
        let list = engine.list(ask).unwrap();
        let all = list.ids(0, usize::MAX).unwrap();
        assert_eq!(all.len(), list.total());
        for offset in [1, all.len() / 3, all.len().saturating_sub(5)] {
            assert_eq!(
                list.ids(offset, 7).unwrap(),
                all.get(offset..).unwrap_or_default().iter().take(7).cloned().collect::<Vec<_>>()
            );
        }
        let (columns, facets) = if systems {
            (&["id", "open", "open_critical", "owner", "name"][..], &["owner", "risk_tier"][..])
        } else {
            (&SHOWN[..], &FACETS[..])
        };
        let rows: Vec<_> = [0, all.len() / 2].iter().map(|offset| list.rows(columns, *offset, 20).unwrap()).collect();
        format!("{what}\n{all:?}\n{rows:?}\n{:?}", list.facets(facets).unwrap())
    };
    asks(at).into_iter().map(answer).collect()
}

fn compare(what: &str, found: &[String], expected: &[String]) {
    for (found, expected) in found.iter().zip(expected) {
        for (found, expected) in found.lines().zip(expected.lines()) {
            assert!(
                found == expected,
                "{what}: {}\nfound    {found:.600}\nexpected {expected:.600}",
                expected.lines().next().unwrap()
            );
        }
    }
}

#[test]
fn a_list_that_follows_changes_is_that_of_a_fresh_engine() {
    let mut dice = Dice(11);
    let (mut programme, mut engine) = (Programme::new(), engine());
    for at in 0..5 {
        engine.add(&record(&put(&mut programme, team(&mut dice, at)))).unwrap();
    }
    for at in 0..SYSTEMS {
        engine.add(&record(&put(&mut programme, system(&mut dice, at)))).unwrap();
    }
    // More than one chunk of findings, and of states that do not begin where those do.
    let mut count = 0;
    for more in [9_500, 2_100, 2_200] {
        for at in count..count + more {
            engine.add(&record(&put(&mut programme, finding(&mut dice, at)))).unwrap();
        }
        engine.settle().unwrap();
        count += more;
    }
    let scope = ["s1", "s3", "s5", "s7", "s11"];
    let times = ["2026-03-03", "2026-11-11"];
    times.iter().for_each(|at| drop(answers(&engine, at)));
    for round in 0..4 {
        for _ in 0..=round * 2 {
            let lines: Vec<String> = (0..1 + dice.below(3))
                .map(|_| match dice.below(6) {
                    0 => team(&mut dice, round),
                    1 => {
                        let at = dice.below(SYSTEMS);
                        system(&mut dice, at)
                    }
                    2 => {
                        count += 1;
                        finding(&mut dice, count)
                    }
                    _ => {
                        let at = dice.below(count);
                        finding(&mut dice, at)
                    }
                })
                .map(|line| put(&mut programme, line))
                .collect();
            let records: BTreeMap<_, _> =
                lines.iter().map(|line| record(line)).map(|one| ((one.kind().name, one.id().to_owned()), one)).collect();
            engine.change(&records.into_values().collect::<Vec<_>>()).unwrap();
            // Somebody looks after each change, at another instant.
            engine.list(asks(times[0])[5].clone()).unwrap().facets(&FACETS).unwrap();
        }
        let plain = fresh(programme.values());
        let theirs = fresh(programme.values().filter(|line| {
            let own = |system: &&str| {
                line.contains(&format!("\"system\":\"{system}\"")) || line.contains(&format!("\"id\":\"{system}\""))
            };
            line.contains("\"kind\":\"team\"") || scope.iter().any(own)
        }));
        let cut = engine.only(scope);
        for at in times {
            compare("after changes", &answers(&engine, at), &answers(&plain, at));
            compare("cut to systems", &answers(&cut, at), &answers(&theirs, at));
            let found = |engine: &Engine| engine.find_text("findings", &["id", "title"], "number 7", 10_000, 10_000).unwrap();
            let ids =
                |engine: &Engine| found(engine).0.into_iter().map(|hit| hit.id).collect::<std::collections::BTreeSet<_>>();
            assert_eq!(ids(&cut), ids(&theirs));
            assert_eq!(found(&cut).1, found(&theirs).1);
        }
    }
}
