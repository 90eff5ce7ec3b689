//! Rules about a metric's cases: two at least, one of them without members, instants and figures that can be read.
//! The cases are run elsewhere.

use tally_model::Instant;
use tally_model::problem::{nearest, shorten};

use crate::catalog::Entry;
use crate::metric::{Case, Metric};
use crate::words::row;
use crate::{Finding, Source};

/// The figures that a case can expect.
pub const FIGURES: [&str; 11] = [
    "value",
    "n",
    "numerator",
    "denominator",
    "median",
    "p90",
    "weighted",
    "km_median",
    "errors",
    "oldest_days",
    "applicability_unknown",
];

pub fn check(entry: &Entry<Metric>, findings: &mut Vec<Finding>) {
    let Entry { definition: metric, source } = entry;
    if metric.cases.len() < 2 {
        let message = format!("found {} worked cases, expected two at least; add a `[[cases]]`", metric.cases.len());
        findings.push(source.error("few-cases", &["cases"], message));
    }
    if !metric.cases.iter().any(is_empty) {
        let message =
            "found no case of an empty population, expected one; add a case with `records = \"\"` and what must come out";
        findings.push(source.error("no-empty-case", &["cases"], message));
    }
    for (at, case) in metric.cases.iter().enumerate() {
        look(case, &at.to_string(), source, findings);
    }
}

/// Without records, or with records of which none is a member.
fn is_empty(case: &Case) -> bool {
    let members = case.expect.get("n").and_then(toml::Value::as_integer);
    case.records.trim().is_empty() || members == Some(0)
}

fn look(case: &Case, at: &str, source: &Source, findings: &mut Vec<Finding>) {
    if Instant::parse(&case.as_of).is_none() {
        let message = format!(
            "found `{}`, expected an instant with an offset or a date; write `2026-07-01T00:00:00Z`",
            shorten(&case.as_of)
        );
        findings.push(source.error("bad-case", &["cases", at, "as_of"], message));
    }
    if case.expect.is_empty() {
        let message = "found a case that expects nothing, expected figures; add `expect = { value = ..., n = ... }`";
        findings.push(source.error("bad-case", &["cases", at, "expect"], message));
    }
    for figure in case.expect.keys().filter(|figure| !FIGURES.contains(&figure.as_str())) {
        let help = nearest(figure, FIGURES)
            .map_or_else(|| format!("choose {}", row(FIGURES)), |near| format!("did you mean `{near}`?"));
        let message = format!("found figure `{}`, expected a known one; {help}", shorten(figure));
        findings.push(source.error("bad-case", &["cases", at, "expect", figure], message));
    }
}
