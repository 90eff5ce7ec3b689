//! Rules about answers that facts give: one source each, a percentage that is better the higher it is, and thresholds that
//! rise with the score. Whether the SQL runs is for `tally-measure` to say.

use tally_model::Kind;
use tally_model::problem::shorten;

use super::known::help;
use super::sql;
use crate::catalog::Entry;
use crate::maturity::{Computed, MaturityModel};
use crate::metric::Better;
use crate::{Catalog, Finding, Source};

pub fn check(catalog: &Catalog, entry: &Entry<MaturityModel>, findings: &mut Vec<Finding>) {
    let Entry { definition: model, source } = entry;
    for (at, question) in model.questions.iter().enumerate() {
        for (nth, computed) in question.computed.iter().enumerate() {
            let path = ["questions", &at.to_string(), "computed", &nth.to_string()];
            origin(catalog, computed, &path, source, findings);
            scores(computed, model.top_score(), &path, source, findings);
        }
    }
}

fn origin(catalog: &Catalog, computed: &Computed, path: &[&str; 4], source: &Source, findings: &mut Vec<Finding>) {
    let [list, at, key, nth] = *path;
    let error = |key: Option<&str>, rule, message: String| {
        source.error(rule, &path.iter().copied().chain(key).collect::<Vec<_>>(), message)
    };
    match (&computed.metric, &computed.sql) {
        (None, None) => {
            let message = "found a computed answer without a source, expected `metric` or `sql`; add one";
            findings.push(error(None, "computed-source", message.to_owned()));
        }
        (Some(_), Some(_)) => {
            let message = "found a computed answer with both `metric` and `sql`, expected one of them; remove one";
            findings.push(error(Some("sql"), "computed-source", message.to_owned()));
        }
        (Some(metric), None) => {
            findings.extend(percentage(catalog, metric).map(|(rule, message)| error(Some("metric"), rule, message)));
        }
        (None, Some(text)) if sql::asks_more(text) => sql::repeatable(source, &[list, at, key, nth, "sql"], findings),
        (None, Some(_)) => {}
    }
    if computed.sql.is_none() {
        for (key, given) in [("of", computed.of.is_some()), ("window", computed.window.is_some())] {
            if given {
                let message = format!("found `{key}` without `sql`, expected it beside a query; remove it");
                findings.push(error(Some(key), "computed-source", message));
            }
        }
    }
    if let Some(of) = computed.of.as_deref().filter(|of| Kind::named(of).is_none()) {
        let help = help(of, tally_model::kinds::KINDS.iter().map(|kind| kind.name));
        let message = format!("found `{}`, expected a kind of record; {help}", shorten(of));
        findings.push(error(Some("of"), "unknown-kind", message));
    }
    if let Err(problem) = computed.window() {
        findings.push(error(Some("window"), "bad-window", problem.to_string()));
    }
}

/// Why a metric cannot answer, if it cannot.
fn percentage(catalog: &Catalog, id: &str) -> Option<(&'static str, String)> {
    let Some(metric) = catalog.metric(id) else {
        let help = help(id, catalog.metrics.keys().map(String::as_str));
        return Some(("unknown-metric", format!("found metric `{}`, expected the id of a metric; {help}", shorten(id))));
    };
    if metric.unit != "percent" {
        let found = shorten(&metric.unit);
        let message = format!("found a metric in {found}, expected one in percent; name another or write `sql`");
        return Some(("not-a-percentage", message));
    }
    (metric.better == Better::Lower).then(|| {
        let message = "found a metric that is better the lower it is, expected one that rises; name another or write `sql`";
        ("not-a-percentage", message.to_owned())
    })
}

/// The thresholds: known scores, percentages, each higher than the one before.
fn scores(computed: &Computed, top: u8, path: &[&str; 4], source: &Source, findings: &mut Vec<Finding>) {
    let list = [&path[..], &["scores"]].concat();
    if computed.scores.is_empty() {
        let message =
            "found no thresholds, expected the lowest value of each score; add `scores = { 1 = 1, 2 = 25, 3 = 80, 4 = 95 }`";
        findings.push(source.error("bad-scores", &list, message));
    }
    let mut before: Option<f64> = None;
    for (score, value) in &computed.scores {
        let name = score.to_string();
        if top > 0 && !(1..=top).contains(score) {
            let message = format!("found a threshold for score {score}, expected a score from 1 to {top}; remove it");
            findings.push(source.error("unknown-score", &[&list[..], &[name.as_str()]].concat(), message));
        }
        if !(0.0..=100.0).contains(value) {
            let message = format!("found threshold {value}, expected a percentage from 0 to 100; correct it");
            findings.push(source.error("bad-scores", &[&list[..], &[name.as_str()]].concat(), message));
        }
        if let Some(before) = before.filter(|before| before >= value) {
            let message =
                format!("found threshold {value} after {before}, expected a higher one for a higher score; correct it");
            findings.push(source.error("scores-not-rising", &[&list[..], &[name.as_str()]].concat(), message));
        }
        before = Some(*value);
    }
}
