//! Whatever changes, a result that was moved by the change is the one that counting everything anew yields; and facts cut
//! to some systems are those of a programme that has no others.

use std::collections::BTreeMap;
use std::sync::Arc;

use tally_catalog::Metric;
use tally_measure::{Engine, Held, Measured, Segments, Wanted};
use tally_model::instant::monthly_points;
use tally_model::{Record, Tally};

use crate::support::{engine, instant, metrics, record};

const SYSTEMS: u64 = 7;
const CLASSES: [&str; 4] = ["LLM01:2025", "LLM02:2025", "ASI02", "LLM08:2025"];

/// Numbers that are the same in every run.
struct Dice(u64);

impl Dice {
    fn below(&mut self, most: u64) -> u64 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % most
    }

    fn one<'a>(&mut self, words: &[&'a str]) -> &'a str {
        words[self.below(words.len() as u64) as usize]
    }

    fn chance(&mut self, percent: u64) -> bool {
        self.below(100) < percent
    }

    /// A day of 2025 or 2026, from a number of days on.
    fn day(&mut self, from: u64) -> (u64, String) {
        let day = from + self.below(240);
        (day, date(day))
    }

    fn system(&mut self) -> String {
        format!("s{}", self.below(SYSTEMS))
    }
}

/// Days since 2025-01-01; months of 28 days will do.
fn date(day: u64) -> String {
    let (year, rest) = (2025 + day / 336, day % 336);
    format!("{year}-{:02}-{:02}T0{}:30:00Z", rest / 28 + 1, rest % 28 + 1, day % 10)
}

fn labels(dice: &mut Dice) -> String {
    match dice.below(6) {
        0 => r#","labels":{"region":"eu"}"#.to_owned(),
        1 => r#","labels":{"region":"us","wave":"2"}"#.to_owned(),
        _ => String::new(),
    }
}

fn system(dice: &mut Dice, at: u64) -> String {
    let (live, from) = dice.day(0);
    let retired = if dice.chance(15) { format!(r#","retired_at":"{}""#, dice.day(live).1) } else { String::new() };
    let (tier, team) = (dice.one(&["high", "medium", "low"]), dice.one(&["t0", "t1"]));
    format!(
        r#"{{"kind":"system","id":"s{at}","name":"S","owner":"{team}","origin":"internal","type":"rag","risk_tier":"{tier}","production_from":"{from}","techniques":["AML.T0051.000","AML.T0054"],"input_vectors":[{{"id":"v","type":"user_prompt"}}]{retired}{}}}"#,
        labels(dice)
    )
}

fn finding(dice: &mut Dice, at: u64) -> String {
    let (day, reported) = dice.day(60);
    let mut more = String::new();
    if dice.chance(60) {
        let (decided, at) = dice.day(day);
        let word = dice.one(&["accepted", "accepted", "false_positive", "disputed"]);
        more = format!(r#","disposition":"{word}","disposition_at":"{at}""#);
        let _ = decided;
    }
    if dice.chance(50) {
        let (claimed, claimed_at) = dice.day(day);
        let retest = if dice.chance(70) {
            let word = dice.one(&["fixed", "fixed", "not_fixed"]);
            let hits = if word == "fixed" { 0 } else { 3 };
            format!(r#","retested_at":"{}","result":"{word}","retest_trials":200,"retest_hits":{hits}"#, dice.day(claimed).1)
        } else {
            String::new()
        };
        more += &format!(r#","remediations":[{{"claimed_at":"{claimed_at}"{retest}}}]"#);
    }
    if dice.chance(30) {
        more += &format!(r#","impact_claimed":true,"impact_demonstrated_at":"{}""#, dice.day(day).1);
    }
    let (severity, class) = (dice.one(&["critical", "high", "medium", "low"]), dice.one(&CLASSES));
    format!(
        r#"{{"kind":"finding","id":"f{at}","system":"{}","title":"F","severity":"{severity}","class":"{class}","reported_at":"{reported}"{more}{}}}"#,
        dice.system(),
        labels(dice)
    )
}

/// A finding that stays as it is but for one thing: what few queries read, or none.
fn retouched(dice: &mut Dice) -> String {
    let at = 1 + dice.below(4);
    let line = finding(&mut Dice(at), 60 + at);
    let put = |field: &str, value: &str| {
        let (before, rest) = line.split_once(&format!(r#""{field}":""#)).unwrap();
        format!(r#"{before}"{field}":"{value}"{}"#, rest.split_once('"').unwrap().1)
    };
    match dice.below(5) {
        0 => put("title", "another"),
        1 => put("severity", dice.one(&["critical", "low"])),
        2 => put("class", dice.one(&CLASSES)),
        3 if !line.contains("labels") => format!(r#"{},"labels":{{"wave":"3"}}}}"#, &line[..line.len() - 1]),
        _ => line,
    }
}

fn assessment(dice: &mut Dice, at: u64) -> String {
    let (day, requested) = dice.day(0);
    let delivered = dice.day(day).1;
    let release = if dice.chance(50) { format!(r#","release":"r{}""#, dice.below(8)) } else { String::new() };
    let hours = dice.one(&["10", "7.3", "0.1"]);
    let tested = dice.one(&[r#""AML.T0054""#, r#""AML.T0051.000""#, ""]);
    format!(
        r#"{{"kind":"assessment","id":"a{at}","system":"{}","tier":"standard","requested_at":"{requested}","delivered_at":"{delivered}","manual_hours":{hours},"automated_hours":4,"techniques_tested":[{tested}],"vectors_tested":["v"]{release}}}"#,
        dice.system()
    )
}

/// A record of some kind, drawn anew each time.
fn draw(dice: &mut Dice) -> String {
    let at = dice.below(8);
    let (day, first) = dice.day(0);
    let second = dice.day(day).1;
    let s = dice.system();
    match dice.below(15) {
        0 => system(dice, at % SYSTEMS),
        1 => assessment(dice, at),
        2 => format!(
            r#"{{"kind":"release","id":"r{at}","system":"{s}","change":"{}","version":"1","author":"ann","deployed_at":"{second}"}}"#,
            dice.one(&["new_system", "major_update", "minor_update"])
        ),
        3 => format!(r#"{{"kind":"scan","id":"c{at}","system":"{s}","tool":"garak","automated":true,"at":"2026-06-2{at}"}}"#),
        4 => format!(
            r#"{{"kind":"eval_run","id":"e{at}","system":"{s}","suite":"x","category":"{}","tool":"garak","finished_at":"2026-0{}-01","passed":{},"failed":3,"errors":1}}"#,
            dice.one(&["prompt_injection", "jailbreak"]),
            1 + dice.below(6),
            dice.below(50)
        ),
        5 => format!(
            r#"{{"kind":"credential","id":"k{at}","system":"{s}","workflow":"w{}","scoped":{},"issued_at":"{first}","rotation_days":90}}"#,
            dice.below(2),
            dice.chance(70)
        ),
        6 => format!(
            r#"{{"kind":"key_compromise","id":"l{at}","credential":"k{}","detected_at":"{first}","revoked_at":"{second}"}}"#,
            dice.below(8)
        ),
        7 => format!(r#"{{"kind":"retrieval_index","id":"x{at}","system":"{s}"}}"#),
        8 => format!(
            r#"{{"kind":"index_audit","id":"u{at}","index":"x{}","at":"{first}","documents":{},"authorized":40}}"#,
            dice.below(8),
            50 + dice.below(50)
        ),
        9 => format!(
            r#"{{"kind":"incident","id":"i{at}","system":"{s}","severity":"high","class":"{}","started_at":"{first}","detected_at":"{first}","resolved_at":"{second}"}}"#,
            dice.one(&CLASSES)
        ),
        10 => format!(
            r#"{{"kind":"gate_check","id":"g{at}","release":"r{}","check":"{}","outcome":"pass","performed_by":"bob","performed_at":"{first}"}}"#,
            dice.below(8),
            dice.one(&["prompt_review", "output_validation", "behavioral_test"])
        ),
        11 => format!(
            r#"{{"kind":"monitor","id":"m{at}","system":"{s}","family":"{}","enabled_from":"{first}","baseline_at":"{second}"}}"#,
            dice.one(&["inputs", "outputs", "access"])
        ),
        12 => {
            let subject = dice.one(&["t0", "s1", "s2", "r3"]);
            format!(
                r#"{{"kind":"activity","id":"y{at}","activity":"training","topic":"prompt_injection","subject":"{subject}","assigned_at":"{first}","completed_at":"{second}"}}"#
            )
        }
        _ => {
            let at = dice.below(60);
            finding(dice, at)
        }
    }
}

type Records = BTreeMap<(usize, String), Record>;

fn keep(records: &mut Records, record: &Record) {
    records.insert((record.kind().ordinal(), record.id().to_owned()), record.clone());
}

/// A programme in which everything that is referred to exists.
fn programme(dice: &mut Dice) -> Records {
    let mut records = Records::new();
    let mut lines: Vec<String> =
        ["t0", "t1"].map(|team| format!(r#"{{"kind":"team","id":"{team}","name":"T","function":"engineering"}}"#)).to_vec();
    lines.extend((0..SYSTEMS).map(|at| system(dice, at)));
    for at in 0..8 {
        let s = dice.system();
        let (day, first) = dice.day(0);
        lines.push(format!(r#"{{"kind":"release","id":"r{at}","system":"{s}","change":"new_system","version":"1","author":"ann","deployed_at":"{first}"}}"#));
        lines.push(format!(
            r#"{{"kind":"credential","id":"k{at}","system":"{s}","workflow":"w","scoped":true,"issued_at":"{first}"}}"#
        ));
        lines.push(format!(r#"{{"kind":"retrieval_index","id":"x{at}","system":"{s}"}}"#));
        lines.push(format!(
            r#"{{"kind":"capacity","id":"2026-0{}","month":"2026-0{}","fte":{day}.5}}"#,
            at % 6 + 1,
            at % 6 + 1
        ));
        lines.push(format!(
            r#"{{"kind":"cost","id":"p{at}","month":"2026-0{}","category":"people","amount":"{day}.10"}}"#,
            at % 6 + 1
        ));
    }
    lines.extend((0..60).map(|at| finding(dice, at)));
    lines.extend((0..120).map(|_| draw(dice)));
    lines.iter().for_each(|line| keep(&mut records, &record(line)));
    records
}

/// The same records in an engine that counted nothing before; `empty` only lends its plans.
fn anew<'r>(empty: &Engine, records: impl Iterator<Item = &'r Record>) -> Engine {
    let mut engine = empty.clone();
    records.for_each(|record| engine.add(record).unwrap());
    engine.settle().unwrap();
    engine
}

fn wanted() -> Wanted {
    let as_of = instant("2026-06-28");
    Wanted { as_of, points: monthly_points(as_of, 13), segments: Segments::All }
}

fn measure(engine: &Engine, metrics: &[Metric]) -> Vec<Arc<Measured>> {
    let refs: Vec<&Metric> = metrics.iter().collect();
    engine.measure(&refs, &wanted()).into_iter().map(|measured| measured.unwrap_or_else(|error| panic!("{error}"))).collect()
}

/// Equal, sums of numbers that are not whole to 1e-12 of themselves.
fn same(one: &Held, other: &Held) -> bool {
    let near = |one: f64, other: f64| (one - other).abs() <= 1e-12 * one.abs().max(other.abs());
    match (&one.tally, &other.tally) {
        (
            Tally::Ratio { numerator: a, denominator: b, n: c, errors: d },
            Tally::Ratio { numerator: e, denominator: f, n: g, errors: h },
        ) => near(*a, *e) && near(*b, *f) && c == g && d == h,
        _ => one == other,
    }
}

fn compare(metrics: &[Metric], found: &[Arc<Measured>], expected: &[Arc<Measured>], step: &str) {
    for (metric, (found, expected)) in metrics.iter().zip(found.iter().zip(expected)) {
        let place = format!("{step}, {}", metric.id);
        assert!(same(&found.whole, &expected.whole), "{place}\n{:?}\n{:?}", found.whole, expected.whole);
        assert_eq!(found.applicability_unknown, expected.applicability_unknown, "{place}");
        assert_eq!(found.survival_by, expected.survival_by, "{place}");
        assert_eq!(found.trend.len(), expected.trend.len(), "{place}");
        for ((month, found), (_, expected)) in found.trend.iter().zip(&expected.trend) {
            assert!(same(found, expected), "{place} {month}\n{found:?}\n{expected:?}");
        }
        let names = |measured: &Measured| measured.segments.keys().cloned().collect::<Vec<_>>();
        assert_eq!(names(found), names(expected), "{place}");
        for (name, values) in &expected.segments {
            let known = &found.segments[name];
            assert_eq!(
                known.iter().map(|(value, _)| value).collect::<Vec<_>>(),
                values.iter().map(|(value, _)| value).collect::<Vec<_>>(),
                "{place} {name}"
            );
            for (value, expected) in values.iter() {
                let found = known.get(value).unwrap();
                assert!(same(found, expected), "{place} {name}={value}\n{found:?}\n{expected:?}");
            }
        }
    }
}

#[test]
fn a_moved_result_is_the_one_counted_anew() {
    // Engines that share no results: else what one counted would be the other's answer.
    let (metrics, empty, own) = (metrics(), engine(), engine());
    let mut shared = 0;
    for seed in 1..4 {
        let mut dice = Dice(seed);
        let mut records = programme(&mut dice);
        let mut engine = anew(&own, records.values());
        let mut before = measure(&engine, &metrics);
        for step in 0..16 {
            let one = |dice: &mut Dice| if dice.chance(40) { retouched(dice) } else { draw(dice) };
            let drawn = (0..1 + dice.below(3)).map(|_| record(&one(&mut dice)));
            // Each record once: of two states of one the later is what is known.
            let changed: BTreeMap<(usize, String), Record> =
                drawn.map(|record| ((record.kind().ordinal(), record.id().to_owned()), record)).collect();
            changed.values().for_each(|record| keep(&mut records, record));
            // A copy changes; the engine that it was copied from does not.
            let mut next = engine.clone();
            next.change(&changed.into_values().collect::<Vec<_>>()).unwrap();
            let after = measure(&next, &metrics);
            compare(
                &metrics,
                &after,
                &measure(&anew(&empty, records.values()), &metrics),
                &format!("seed {seed}, step {step}"),
            );
            shared += before.iter().zip(&after).filter(|(before, after)| moved(before, after)).count();
            if step % 8 == 7 {
                compare(&metrics, &measure(&engine, &metrics), &before, &format!("seed {seed}, the old one at step {step}"));
            }
            (engine, before) = (next, after);
        }
    }
    assert!(shared > 300, "only {shared} results were moved; the others were counted anew");
}

/// Whether one result was made from another: parts that did not change are the same in memory.
fn moved(before: &Arc<Measured>, after: &Arc<Measured>) -> bool {
    let parts = before.trend.iter().zip(&after.trend).any(|((_, one), (_, other))| Arc::ptr_eq(one, other));
    parts && !Arc::ptr_eq(before, after)
}

/// The systems that a record belongs to, by what it says; none: it belongs to the programme.
fn owners(records: &Records, record: &Record) -> Vec<String> {
    let of = |kind: &str, id: &str| {
        let found = records.values().find(|known| known.kind().name == kind && known.id() == id);
        found.and_then(|found| found.text("system")).map(str::to_owned)
    };
    match record.kind().name {
        "system" => vec![record.id().to_owned()],
        "gate_check" => of("release", record.text("release").unwrap()).into_iter().collect(),
        "key_compromise" => of("credential", record.text("credential").unwrap()).into_iter().collect(),
        "index_audit" => of("retrieval_index", record.text("index").unwrap()).into_iter().collect(),
        "activity" => match record.text("subject").unwrap() {
            system if system.starts_with('s') => vec![system.to_owned()],
            release if release.starts_with('r') => of("release", release).into_iter().collect(),
            _ => Vec::new(),
        },
        _ => record.text("system").map(str::to_owned).into_iter().collect(),
    }
}

#[test]
fn cut_facts_are_those_of_a_programme_without_the_others() {
    let (metrics, empty, whole) = (metrics(), engine(), engine());
    let mut dice = Dice(11);
    let mut records = programme(&mut dice);
    let mut engine = anew(&whole, records.values());
    for seen in [vec!["s1"], vec!["s0", "s2", "s5"], vec![], vec!["s0", "s1", "s2", "s3", "s4", "s5", "s6"]] {
        for step in 0..4 {
            let own = records.values().filter(|record| {
                let owners = owners(&records, record);
                owners.is_empty() || owners.iter().any(|owner| seen.contains(&owner.as_str()))
            });
            let expected = measure(&anew(&empty, own), &metrics);
            let found = measure(&engine.only(seen.iter().copied()), &metrics);
            compare(&metrics, &found, &expected, &format!("{seen:?}, step {step}"));
            let changed = record(&draw(&mut dice));
            keep(&mut records, &changed);
            engine.change(&[changed]).unwrap();
        }
    }
}

#[test]
fn what_a_query_does_not_read_does_not_move_its_result() {
    let (metrics, mut engine) = (metrics(), engine());
    let line = |more: &str| {
        record(&format!(
            r#"{{"kind":"finding","id":"f","system":"s","title":"F","severity":"high","class":"X","reported_at":"2026-01-01"{more}}}"#
        ))
    };
    engine.add(&record(r#"{"kind":"system","id":"s","name":"S","owner":"t","origin":"internal","type":"rag","risk_tier":"high","production_from":"2025-01-01"}"#)).unwrap();
    engine.add(&record(r#"{"kind":"incident","id":"i","system":"s","class":"X","severity":"high","started_at":"2026-03-01","detected_at":"2026-03-02"}"#)).unwrap();
    engine.add(&line("")).unwrap();
    engine.settle().unwrap();
    let at = metrics.iter().position(|metric| metric.id == "incident-foresight").unwrap();
    let hits = |measured: &Measured| if let Tally::Rate { hits, .. } = measured.whole.tally { hits } else { 9 };
    let before = Arc::clone(&measure(&engine, &metrics)[at]);
    assert_eq!(hits(&before), 1);
    // Neither a label nor a severity of a finding is asked for: every part is the same in memory.
    engine.change(&[line(r#","labels":{"region":"eu"}"#)]).unwrap();
    let after = Arc::clone(&measure(&engine, &metrics)[at]);
    assert!(Arc::ptr_eq(&before.whole, &after.whole));
    assert!(before.segments.iter().all(|(name, values)| Arc::ptr_eq(values, &after.segments[name])));
    // That it is no finding any more is.
    engine.change(&[line(r#","disposition":"false_positive","disposition_at":"2026-01-02""#)]).unwrap();
    assert_eq!(hits(&measure(&engine, &metrics)[at]), 0);
}

#[test]
fn cut_facts_do_not_change() {
    let mut cut = engine().only(["s1"]);
    let error = cut.change(&[record(r#"{"kind":"team","id":"t","name":"T","function":"engineering"}"#)]).unwrap_err();
    assert!(error.to_string().contains("expected whole ones"), "{error}");
}
