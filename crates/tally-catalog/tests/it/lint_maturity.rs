//! Every lint rule about maturity models once, as the screen shows it: file, line, column, rule, what to do.

use crate::model::{MODEL, model, screen_last, with};

#[test]
fn the_sample_has_no_findings() {
    assert_eq!(screen_last(&[("maturity/own.toml", MODEL)]), "");
}

#[test]
fn ids_stand_once() {
    insta::assert_snapshot!(model("id = \"B\"\ntitle", "id = \"A\"\ntitle"), @r"
    maturity/own.toml:26:1: error[duplicate-id]: found domain `A` a second time, expected each id once; rename one of them
    maturity/own.toml:68:1: error[unknown-domain]: found domain `B`, expected a domain of this model; did you mean `A`?
    ");
    insta::assert_snapshot!(model("id = \"B-01\"", "id = \"A-01\""), @r"
    maturity/own.toml:48:18: error[unknown-need]: found question `B-01`, expected a question of this model; did you mean `A-01`?
    maturity/own.toml:67:1: error[duplicate-id]: found question `A-01` a second time, expected each id once; rename one of them
    maturity/own.toml:72:1: error[circular-needs]: found needs that go in a circle, `A-01` needs `A-01`, expected an order; remove one of them
    maturity/own.toml:82:22: error[unknown-question]: found question `B-01`, expected a question of this model; did you mean `A-01`?
    ");
    insta::assert_snapshot!(model("id = \"go\"", "id = \"start\""), @"maturity/own.toml:85:1: error[duplicate-id]: found phase `start` a second time, expected each id once; rename one of them");
    insta::assert_snapshot!(model("id = \"P2-G1\"", "id = \"P1-1\""), @"maturity/own.toml:93:1: error[duplicate-id]: found objective `P1-1` a second time, expected each id once; rename one of them");
    insta::assert_snapshot!(model("id = \"own\"", "id = \"other\""), @"maturity/own.toml:1:1: error[id-mismatch]: found id `other` in a file named `own`, expected the same; rename one of them");
}

#[test]
fn scale_and_levels() {
    insta::assert_snapshot!(model("score = 1, name", "score = 2, name"), @"maturity/own.toml:10:5: error[bad-scale]: found score 2 as number 2 of the scale, expected scores from 0 up by one, 4 at most; correct the scale");
    insta::assert_snapshot!(model("  { score = 1, name = \"Some\", means = \"For half of it.\" },\n  { score = 2, name = \"All\", means = \"For all of it.\" },\n", ""), @"maturity/own.toml:8:1: error[bad-scale]: found a scale of 1 scores, expected two at least; add a `[[scale]]`");
    insta::assert_snapshot!(model("earned_from = 1", "earned_from = 3"), @"maturity/own.toml:6:1: error[bad-earned-from]: found `earned_from` 3, expected a score from 1 to 2; correct it");
    insta::assert_snapshot!(model("earned_from = 1", "earned_from = 0"), @"maturity/own.toml:6:1: error[bad-earned-from]: found `earned_from` 0, expected a score from 1 to 2; correct it");
    insta::assert_snapshot!(model("fresh_days = 90", "fresh_days = 0"), @"maturity/own.toml:7:1: error[bad-fresh-days]: found `fresh_days` 0, expected one day at least; no evidence would ever be fresh");
    insta::assert_snapshot!(model("level = 1, name", "level = 3, name"), @r"
    maturity/own.toml:15:5: error[bad-levels]: found level 3, expected 1: levels go from 0 or 1 up by one; correct it
    maturity/own.toml:23:1: warning[missing-level]: found nothing said of domain `A` at level 3, expected what it looks like at each; add it to `levels`
    maturity/own.toml:23:24: error[unknown-level]: found level 1, expected 0 to 3; correct it
    maturity/own.toml:29:10: warning[missing-level]: found nothing said of domain `B` at level 3, expected what it looks like at each; add it to `levels`
    maturity/own.toml:31:1: error[unknown-level]: found level 1, expected 0 to 3; correct it
    maturity/own.toml:37:1: error[unknown-level]: found level 1, expected 0 to 3; correct it
    maturity/own.toml:69:1: error[unknown-level]: found level 1, expected 0 to 3; correct it
    maturity/own.toml:78:14: error[unknown-level]: found level 1, expected 0 to 3; correct it
    ");
    insta::assert_snapshot!(model("level = 0, name = \"Bare\"", "level = 5, name = \"Bare\""), @r"
    maturity/own.toml:14:5: error[bad-levels]: found level 5, expected 1: levels go from 0 or 1 up by one; correct it
    maturity/own.toml:23:1: warning[missing-level]: found nothing said of domain `A` at level 5, expected what it looks like at each; add it to `levels`
    maturity/own.toml:23:12: error[unknown-level]: found level 0, expected 1 to 5; correct it
    maturity/own.toml:29:10: warning[missing-level]: found nothing said of domain `B` at level 5, expected what it looks like at each; add it to `levels`
    maturity/own.toml:30:1: error[unknown-level]: found level 0, expected 1 to 5; correct it
    maturity/own.toml:78:11: error[unknown-level]: found level 0, expected 1 to 5; correct it
    ");
}

#[test]
fn domains() {
    insta::assert_snapshot!(model("id = \"B-01\"\ndomain = \"B\"", "id = \"B-01\"\ndomain = \"A\""), @"maturity/own.toml:26:1: error[empty-domain]: found domain `B` without questions, expected one at least; add one or remove the domain");
    insta::assert_snapshot!(model("domain = \"B\"", "domain = \"BB\""), @r"
    maturity/own.toml:26:1: error[empty-domain]: found domain `B` without questions, expected one at least; add one or remove the domain
    maturity/own.toml:68:1: error[unknown-domain]: found domain `BB`, expected a domain of this model; did you mean `B`?
    ");
    insta::assert_snapshot!(model("0 = \"bare\", 1 = \"basic\", 2 = \"good\"", "0 = \"bare\", 2 = \" \""), @"maturity/own.toml:23:1: warning[missing-level]: found nothing said of domain `A` at level 1, 2, expected what it looks like at each; add it to `levels`");
    insta::assert_snapshot!(model("0 = \"bare\"\n", "0 = \"bare\"\n7 = \"beyond\"\n"), @"maturity/own.toml:31:1: error[unknown-level]: found level 7, expected 0 to 2; correct it");
    insta::assert_snapshot!(model("0 = \"bare\"\n", "one = \"bare\"\n"), @"maturity/own.toml:30:1: error[bad-value]: found a value that does not fit: key `one`, expected a whole number from 0 to 255; correct it");
    insta::assert_snapshot!(model("0 = \"bare\"\n", "01 = \"bare\"\n"), @"maturity/own.toml:30:1: error[bad-value]: found a value that does not fit: key `01`, expected a whole number from 0 to 255; correct it");
}

#[test]
fn levels_and_evidence() {
    insta::assert_snapshot!(model("level = 1\nseed", "level = 9\nseed"), @r"
    maturity/own.toml:26:1: warning[level-gap]: found domain `B` with no question below level 9, expected one at level 1 or below; who does nothing would stand at level 8
    maturity/own.toml:48:18: error[need-of-higher-level]: found need `B-01` of level 9 at a question of level 2, expected none of a higher level; remove it
    maturity/own.toml:69:1: error[unknown-level]: found level 9, expected 0 to 2; correct it
    ");
    insta::assert_snapshot!(model("evidence = { 1 = \"one\", 2 = \"two\" }", "evidence = { 1 = \"one\" }"), @"maturity/own.toml:40:1: warning[missing-evidence]: found no evidence of question `A-01` for score 2, expected what shows each score; add it to `evidence`");
    insta::assert_snapshot!(model("1 = \"one\"\n2", "1 = \"one\"\n3 = \"x\"\n2"), @"maturity/own.toml:51:1: error[unknown-score]: found evidence for score 3, expected a score from 1 to 2; correct or remove it");
    insta::assert_snapshot!(model("level = 1\nseed", "level = 2\nseed"), @"maturity/own.toml:26:1: warning[level-gap]: found domain `B` with no question below level 2, expected one at level 1 or below; who does nothing would stand at level 1");
    insta::assert_snapshot!(model("levels = [2]", "levels = [2, 3]"), @"maturity/own.toml:87:14: error[unknown-level]: found level 3, expected 0 to 2; correct it");
}

#[test]
fn a_level_between_without_a_question() {
    insta::assert_snapshot!(model("level = 1\nask = \"Is there a first", "level = 0\nask = \"Is there a first"), @"maturity/own.toml:20:1: warning[level-gap]: found domain `A` without a question at level 1, expected one at each level from 0 to 2; it can never stand there");
}

#[test]
fn needs() {
    insta::assert_snapshot!(model("needs = [\"A-01\"]", "needs = [\"A-00\"]"), @"maturity/own.toml:72:10: error[unknown-need]: found question `A-00`, expected a question of this model; did you mean `A-01`?");
    insta::assert_snapshot!(model("needs = [\"A-01\"]", "needs = [\"A-02\"]"), @r"
    maturity/own.toml:48:1: error[circular-needs]: found needs that go in a circle, `A-02` needs `B-01` needs `A-02`, expected an order; remove one of them
    maturity/own.toml:72:10: error[need-of-higher-level]: found need `A-02` of level 2 at a question of level 1, expected none of a higher level; remove it
    ");
    insta::assert_snapshot!(model("needs = [\"A-01\"]", "needs = [\"B-01\"]"), @"maturity/own.toml:72:1: error[circular-needs]: found needs that go in a circle, `B-01` needs `B-01`, expected an order; remove one of them");
}

#[test]
fn links_and_phases() {
    insta::assert_snapshot!(model("Art. 9", "Art. 999"), @"maturity/own.toml:39:10: error[unknown-link]: found link `eu-ai-act:Art. 999`, expected an id of EU AI Act; did you mean `eu-ai-act:Art. 99`?");
    insta::assert_snapshot!(model("Art. 9\"", "Art 9\""), @"maturity/own.toml:39:10: error[unknown-link]: found link `eu-ai-act:Art 9`, expected an id of EU AI Act; did you mean `eu-ai-act:Art. 9`?");
    insta::assert_snapshot!(model("eu-ai-act:Art. 9", "eu-ai-akt:Art. 9"), @"maturity/own.toml:39:10: error[unknown-link]: found link `eu-ai-akt:Art. 9`, expected a link that begins with a framework; did you mean `eu-ai-act`?");
    insta::assert_snapshot!(model("eu-ai-act:Art. 9", "Art. 9"), @"maturity/own.toml:39:10: error[unknown-link]: found link `Art. 9`, expected a framework and an id; write it as `atlas:AML.T0051`");
    insta::assert_snapshot!(model("AML.M0015", "AML.X"), @"maturity/own.toml:39:30: error[unknown-link]: found link `atlas:AML.X`, expected an id of MITRE ATLAS; take one from `frameworks/atlas.toml`");
    insta::assert_snapshot!(model("questions = [\"A-02\"]", "questions = [\"A-02\", \"A-03\"]"), @"maturity/own.toml:91:22: error[unknown-question]: found question `A-03`, expected a question of this model; did you mean `A-01`?");
}

#[test]
fn computed_answers() {
    insta::assert_snapshot!(model("metric = \"regression-test-coverage\"\n", ""), @"maturity/own.toml:52:1: error[computed-source]: found a computed answer without a source, expected `metric` or `sql`; add one");
    insta::assert_snapshot!(model("metric = \"regression-test-coverage\"", "metric = \"regression-test-coverage\"\nsql = \"SELECT 1\""), @"maturity/own.toml:55:1: error[computed-source]: found a computed answer with both `metric` and `sql`, expected one of them; remove one");
    insta::assert_snapshot!(model("regression-test-coverage\"\n", "regresion-test-coverage\"\n"), @"maturity/own.toml:54:1: error[unknown-metric]: found metric `regresion-test-coverage`, expected the id of a metric; did you mean `regression-test-coverage`?");
    insta::assert_snapshot!(model("\"regression-test-coverage\"", "\"open-critical-high\""), @"maturity/own.toml:54:1: error[not-a-percentage]: found a metric in findings, expected one in percent; name another or write `sql`");
    insta::assert_snapshot!(model("\"regression-test-coverage\"", "\"false-positive-rate\""), @"maturity/own.toml:54:1: error[not-a-percentage]: found a metric that is better the lower it is, expected one that rises; name another or write `sql`");
    insta::assert_snapshot!(model("\"regression-test-coverage\"\n", "\"regression-test-coverage\"\nwindow = \"3 months\"\n"), @"maturity/own.toml:55:1: error[computed-source]: found `window` without `sql`, expected it beside a query; remove it");
    insta::assert_snapshot!(model("1 = 25, 2 = 90.5", "1 = 90, 2 = 90"), @"maturity/own.toml:55:20: error[scores-not-rising]: found threshold 90 after 90, expected a higher one for a higher score; correct it");
    insta::assert_snapshot!(model("1 = 25, 2 = 90.5", "1 = 90, 2 = 25"), @"maturity/own.toml:55:20: error[scores-not-rising]: found threshold 25 after 90, expected a higher one for a higher score; correct it");
    insta::assert_snapshot!(model("1 = 25, 2 = 90.5", "0 = 0, 2 = 900"), @r"
    maturity/own.toml:55:12: error[unknown-score]: found a threshold for score 0, expected a score from 1 to 2; remove it
    maturity/own.toml:55:19: error[bad-scores]: found threshold 900, expected a percentage from 0 to 100; correct it
    ");
    insta::assert_snapshot!(model("{ 1 = 25, 2 = 90.5 }", "{}"), @"maturity/own.toml:55:1: error[bad-scores]: found no thresholds, expected the lowest value of each score; add `scores = { 1 = 1, 2 = 25, 3 = 80, 4 = 95 }`");
    insta::assert_snapshot!(model("of = \"system\"", "of = \"sytem\""), @"maturity/own.toml:58:1: error[unknown-kind]: found `sytem`, expected a kind of record; did you mean `system`?");
    insta::assert_snapshot!(model("12 months", "a year"), @"maturity/own.toml:59:1: error[bad-window]: found window `a year`, expected a number from 1 and a unit; write it as `12 months` or `7 days`");
    insta::assert_snapshot!(model("< p.t", "< now()"), @"maturity/own.toml:62:53: error[unrepeatable-sql]: found `now()` in SQL, expected a function of the point alone; use the columns of `points`");
}

/// The good model with so many more questions, each of which needs what `needs` says; 0 is the first of them.
fn chain(count: usize, needs: impl Fn(usize) -> Vec<usize>) -> String {
    let questions: String = (0..count)
        .map(|at| {
            let needs: Vec<String> = needs(at).iter().map(|need| format!("\"C-{need:04}\"")).collect();
            let needs = needs.join(", ");
            format!("[[questions]]\nid = \"C-{at:04}\"\ndomain = \"A\"\nlevel = 1\nask = \"?\"\nneeds = [{needs}]\nevidence = {{ 1 = \"x\", 2 = \"y\" }}\n")
        })
        .collect();
    screen_last(&[("maturity/own.toml", &with(MODEL, "[[phases]]", &format!("{questions}[[phases]]")))])
}

#[test]
fn every_circle_is_told_once() {
    assert_eq!(chain(1000, |at| if at < 999 { vec![at + 1] } else { vec![] }), "", "a long way is no circle");
    assert_eq!(chain(30, |at| (0..at).collect()), "", "many needs are no circle");
    insta::assert_snapshot!(chain(9, |at| vec![(at + 1) % 9]), @"maturity/own.toml:80:1: error[circular-needs]: found needs that go in a circle, `C-0000` needs `C-0001` needs `C-0002` needs `C-0003` needs `C-0004` needs `C-0005` and 3 more, expected an order; remove one of them");
    // Two circles, and two questions that only lead to them.
    insta::assert_snapshot!(chain(7, |at| [vec![2], vec![4, 0], vec![3], vec![2], vec![5], vec![4], vec![]][at].clone()), @r"
    maturity/own.toml:94:1: error[circular-needs]: found needs that go in a circle, `C-0002` needs `C-0003` needs `C-0002`, expected an order; remove one of them
    maturity/own.toml:108:1: error[circular-needs]: found needs that go in a circle, `C-0004` needs `C-0005` needs `C-0004`, expected an order; remove one of them
    ");
}
