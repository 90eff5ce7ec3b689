//! Every lint rule once, as the screen shows it: file, line, column, rule, what to do.

use std::collections::BTreeMap;

use tally_catalog::LintInput;
use tally_model::{Instant, Month};

use crate::sample::{METRIC, SCORECARD, screen, screen_with, spoil, spoiled};

#[test]
fn the_samples_have_no_findings() {
    assert_eq!(screen("metrics/sample.toml", METRIC), "");
    assert_eq!(screen("scorecards/card.toml", SCORECARD), "");
}

#[test]
fn syntax() {
    insta::assert_snapshot!(spoiled("title = \"Sample\"", "title = \"Sample"), @r#"metrics/sample.toml:2:16: error[syntax]: found text that is not TOML: invalid basic string, expected `"`; correct the line"#);
    insta::assert_snapshot!(spoiled("unit =", "mode = \"rate\"\nunit ="), @"metrics/sample.toml:8:1: error[syntax]: found text that is not TOML: duplicate key; correct the line");
}

#[test]
fn unknown_keys_and_values() {
    insta::assert_snapshot!(spoiled("owner =", "ownr ="), @r#"
    metrics/sample.toml:11:1: error[unknown-key]: found unknown key `ownr`, expected a known one; did you mean `owner`?
    metrics/sample.toml:1:1: error[no-owner]: found no `owner`, expected the team function that answers for it; add `owner = "..."`
    "#);
    insta::assert_snapshot!(spoiled("at_least = 80", "atleast = 80\nxyzzy = 1"), @r"
    metrics/sample.toml:27:1: error[unknown-key]: found unknown key `atleast`, expected a known one; did you mean `at_least`?
    metrics/sample.toml:28:1: error[unknown-key]: found unknown key `xyzzy`, expected `where`, `at_least`, `at_most` or `band`; correct or remove it
    ");
    insta::assert_snapshot!(spoiled("mode = \"rate\"", "mode = \"rat\""), @"metrics/sample.toml:7:8: error[bad-value]: found `rat`, expected a known one; did you mean `rate`?");
    insta::assert_snapshot!(spoiled("at_least = 80", "at_least = \"80\""), @r#"metrics/sample.toml:27:12: error[bad-value]: found a value that does not fit: invalid type: string "80", expected f64; correct it"#);
    insta::assert_snapshot!(spoiled("gaming = \"Count twice.\"\n", ""), @"metrics/sample.toml:1:1: error[missing-key]: found no key `gaming`, expected one; add it");
}

#[test]
fn words_that_are_missing() {
    insta::assert_snapshot!(spoiled("owner = \"red_team\"\ndata_source = \"system records.\"\n", ""), @r#"
    metrics/sample.toml:1:1: error[no-owner]: found no `owner`, expected the team function that answers for it; add `owner = "..."`
    metrics/sample.toml:1:1: error[no-data-source]: found no `data_source`, expected which records and tools the facts come from; add `data_source = "..."`
    "#);
    insta::assert_snapshot!(spoiled("\"red_team\"", "\"\""), @r#"metrics/sample.toml:11:1: error[no-owner]: found no `owner`, expected the team function that answers for it; add `owner = "..."`"#);
    insta::assert_snapshot!(spoiled("\"system records.\"", "\" \""), @r#"metrics/sample.toml:12:1: error[no-data-source]: found no `data_source`, expected which records and tools the facts come from; add `data_source = "..."`"#);
    insta::assert_snapshot!(spoiled("\"What to do next.\"", "\"\""), @r#"metrics/sample.toml:13:1: error[no-decision]: found no `decision`, expected the decision that it informs; add `decision = "..."`"#);
    insta::assert_snapshot!(spoiled("\"technique-coverage\"", "\"\""), @r#"metrics/sample.toml:15:1: error[no-companion]: found no `companion`, expected the metric that would show that it is gamed; add `companion = "..."`"#);
    insta::assert_snapshot!(spoiled("\"red_team\"", "\"red_taem\""), @"metrics/sample.toml:11:1: error[unknown-owner]: found owner `red_taem`, expected a team function; did you mean `red_team`?");
}

#[test]
fn ids_and_companions() {
    insta::assert_snapshot!(screen("metrics/other.toml", METRIC), @"metrics/other.toml:1:1: error[id-mismatch]: found id `sample` in a file named `other`, expected the same; rename one of them");
    insta::assert_snapshot!(spoiled("\"technique-coverage\"", "\"technique-covrage\""), @"metrics/sample.toml:15:1: error[unknown-companion]: found companion `technique-covrage`, expected the id of a metric; did you mean `technique-coverage`?");
    insta::assert_snapshot!(spoiled("\"technique-coverage\"", "\"sample\""), @"metrics/sample.toml:15:1: error[unknown-companion]: found the metric itself as its companion, expected another metric; name one that would show the gaming");
}

#[test]
fn windows_and_modes() {
    insta::assert_snapshot!(spoiled("12 months", "a year"), @"metrics/sample.toml:9:1: error[bad-window]: found window `a year`, expected a number from 1 and a unit; write it as `12 months` or `7 days`");
    insta::assert_snapshot!(spoiled("mode = \"rate\"", "mode = \"quotient\""), @"metrics/sample.toml:7:1: error[mode-mismatch]: found mode `quotient` without a side of its own, expected `[quotient.numerator]` or `[quotient.denominator]`; add the one that does not count the rows");
    insta::assert_snapshot!(spoiled("[[targets]]", "[quotient.denominator]\nsql = \"SELECT 1\"\n[[targets]]"), @r#"metrics/sample.toml:25:2: error[mode-mismatch]: found a quotient's side in another mode, expected `mode = "quotient"`; remove the side or change the mode"#);
    insta::assert_snapshot!(spoiled("[[targets]]", "[extras.survival]\nby = \"severity\"\nsql = \"SELECT 1\"\n[[targets]]"), @r#"metrics/sample.toml:25:9: error[mode-mismatch]: found survival in a metric that measures no durations, expected `mode = "duration"`; remove it or change the mode"#);
}

#[test]
fn targets() {
    insta::assert_snapshot!(spoiled("at_least = 80\n", ""), @"metrics/sample.toml:25:1: error[target-direction]: found a target without a direction, expected one of `at_least`, `at_most` or `band`; add one");
    insta::assert_snapshot!(spoiled("at_least = 80", "at_least = 80\nat_most = 90"), @"metrics/sample.toml:25:1: error[target-direction]: found a target with several directions, expected one of `at_least`, `at_most` or `band`; keep one");
    insta::assert_snapshot!(spoiled("at_least = 80", "band = [50, 10]"), @"metrics/sample.toml:25:1: error[target-direction]: found a band whose first number is the larger, expected the smaller one first; turn it round");
    insta::assert_snapshot!(spoiled("severity = \"critical\"", "severity = \"critical\", team = \"t\""), @"metrics/sample.toml:26:1: error[target-segments]: found a target for 2 segments, expected one at most; write a target for each");
    insta::assert_snapshot!(spoiled("severity = \"critical\"", "severty = \"critical\""), @"metrics/sample.toml:26:11: error[unknown-segment]: found segment `severty`, expected a known one; did you mean `severity`?");
    insta::assert_snapshot!(spoiled("severity = \"critical\"", "severity = \"grave\""), @"metrics/sample.toml:26:11: error[unknown-segment-value]: found `grave` for segment `severity`, expected `critical`, `high`, `medium`, `low` or `info`; correct it");
    assert_eq!(spoiled("severity = \"critical\"", "\"label.region\" = \"eu\""), "");
}

#[test]
fn cases() {
    let (head, _) = METRIC.split_once("[[cases]]").expect("cases");
    insta::assert_snapshot!(screen("metrics/sample.toml", head), @r#"
    metrics/sample.toml:1:1: error[few-cases]: found 0 worked cases, expected two at least; add a `[[cases]]`
    metrics/sample.toml:1:1: error[no-empty-case]: found no case of an empty population, expected one; add a case with `records = ""` and what must come out
    "#);
    insta::assert_snapshot!(spoiled("records = \"\"\nexpect = { value = \"none\", n = 0 }", "records = \"{}\"\nexpect = { valu = 1 }"), @r#"
    metrics/sample.toml:29:3: error[no-empty-case]: found no case of an empty population, expected one; add a case with `records = ""` and what must come out
    metrics/sample.toml:33:12: error[bad-case]: found figure `valu`, expected a known one; did you mean `value`?
    "#);
    insta::assert_snapshot!(spoiled("as_of = \"2026-07-01\"", "as_of = \"2026-07\""), @"metrics/sample.toml:31:1: error[bad-case]: found `2026-07`, expected an instant with an offset or a date; write `2026-07-01T00:00:00Z`");
    insta::assert_snapshot!(spoiled("expect = { value = 100, n = 1 }", "expect = {}"), @"metrics/sample.toml:41:1: error[bad-case]: found a case that expects nothing, expected figures; add `expect = { value = ..., n = ... }`");
}

#[test]
fn sql_that_cannot_be_repeated() {
    insta::assert_snapshot!(spoiled("< p.t", "< NOW ( )\nAND random() < 1 AND current_date > x AND CURRENT_TIMESTAMP > y"), @r"
    metrics/sample.toml:22:53: error[unrepeatable-sql]: found `now()` in SQL, expected a function of the point alone; use the columns of `points`
    metrics/sample.toml:23:5: error[unrepeatable-sql]: found `random()` in SQL, expected a function of the point alone; use the columns of `points`
    metrics/sample.toml:23:22: error[unrepeatable-sql]: found `current_date` in SQL, expected a function of the point alone; use the columns of `points`
    metrics/sample.toml:23:43: error[unrepeatable-sql]: found `current_timestamp` in SQL, expected a function of the point alone; use the columns of `points`
    ");
    assert_eq!(
        spoiled("< p.t", "< p.t -- now()\nAND s.now < 'now()' /* random() */ AND \"current_date\" = 1 AND snow() > 1"),
        ""
    );
}

#[test]
fn scorecards() {
    let nine: String = ["a", "b", "c", "d", "e", "f", "g", "h", "i"]
        .iter()
        .map(|name| format!("[[metrics]]\nmetric = \"{name}\"\n"))
        .collect();
    let known = [
        "critical-high-rate",
        "scan-cadence",
        "tabletop-cadence",
        "tabletop-closure",
        "recurrence-rate",
        "automation-ratio",
        "cost-per-finding",
        "fix-assurance-rate",
    ];
    let more: String = known.iter().map(|name| format!("[[metrics]]\nmetric = \"{name}\"\n")).collect();
    insta::assert_snapshot!(screen("scorecards/card.toml", &format!("{SCORECARD}{more}")), @"scorecards/card.toml:23:1: error[too-many-core]: found 9 core metrics, expected 8 at most; set `core = false` on the others");
    let eight = format!("{SCORECARD}{more}").replace("metric = \"scan-cadence\"", "metric = \"scan-cadence\"\ncore = false");
    assert_eq!(screen("scorecards/card.toml", &eight), "");
    assert_eq!(screen("scorecards/card.toml", &format!("{SCORECARD}{nine}")).matches("unknown-metric").count(), 9);
    insta::assert_snapshot!(screen("scorecards/card.toml", &SCORECARD.replace("system-test", "sytem-test").replace("monthly", "yearly")), @r"
    scorecards/card.toml:4:1: error[bad-cadence]: found cadence `yearly`, expected `monthly` or `quarterly`; choose one
    scorecards/card.toml:7:1: error[unknown-metric]: found metric `sytem-test-coverage`, expected the id of a metric; did you mean `system-test-coverage`?
    ");
    insta::assert_snapshot!(screen("scorecards/card.toml", &format!("{SCORECARD}[[metrics]]\nmetric = \"system-test-coverage\"\n")), @"scorecards/card.toml:9:1: error[repeated-metric]: found metric `system-test-coverage` a second time, expected each once; remove one");
}

#[test]
fn metrics_that_nobody_reviews() {
    let reviewed = |last: Option<&str>, as_of: &str| {
        let last = last.map(|month| Month::parse(month).expect("a month"));
        let input = LintInput {
            as_of: Instant::parse(as_of),
            reviews: BTreeMap::from([("system-test-coverage".to_owned(), last)]),
            ..LintInput::default()
        };
        let all = screen_with(&[("scorecards/card.toml", SCORECARD)], &input);
        all.lines().filter(|line| line.starts_with("scorecards/")).collect::<String>()
    };
    // Seen from August, the periods of June and July are over.
    assert_eq!(reviewed(Some("2026-06"), "2026-08-17"), "");
    insta::assert_snapshot!(reviewed(Some("2026-05"), "2026-08-17"), @"scorecards/card.toml:7:1: warning[not-reviewed]: found core metric `system-test-coverage` last reviewed for 2026-05, expected a monthly review; review it or set `core = false`");
    insta::assert_snapshot!(reviewed(None, "2026-08-17"), @"scorecards/card.toml:7:1: warning[not-reviewed]: found core metric `system-test-coverage` never reviewed, expected a monthly review; review it or set `core = false`");
}

#[test]
fn facts_that_went_stale() {
    let stale = |through: &str, table: &str| {
        let input = LintInput {
            as_of: Instant::parse("2026-11-01"),
            data_through: BTreeMap::from([(table.to_owned(), Instant::parse(through).expect("an instant"))]),
            ..LintInput::default()
        };
        let one = spoil("JOIN systems s", "JOIN sample_facts s");
        let other = one.replace("id = \"sample\"", "id = \"sample-b\"");
        screen_with(&[("metrics/sample.toml", &one), ("metrics/sample-b.toml", &other)], &input)
    };
    insta::assert_snapshot!(stale("2026-08-02", "sample_facts"), @"metrics/sample.toml:20:1: warning[stale-data]: found `sample_facts` with data through 2026-08-02, 91 days before the as-of, expected at most 45; import newer facts (read by `sample` and 1 more)");
    assert_eq!(stale("2026-09-17", "sample_facts"), "");
    assert_eq!(stale("2026-08-02", "tables_nobody_reads"), "");
}
