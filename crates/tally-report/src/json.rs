//! A score as JSON: the shape of the conformance files, with more keys beside.

use serde_json::{Map, Number, Value as Json, json};
use tally_catalog::Mode;
use tally_judge::{Change, Check, Outcome};
use tally_model::{Amount, Reading};

use crate::score::{MetricScore, Review, Score};

/// The whole score. `trend` is by month and metric, as in the conformance files.
pub fn score(score: &Score) -> Json {
    let metrics: Map<String, Json> =
        score.metrics.iter().map(|metric| (metric.metric.id.clone(), metric_score(metric))).collect();
    let mut trend: Map<String, Json> = Map::new();
    for metric in &score.metrics {
        for (month, reading) in &metric.trend {
            let point = trend.entry(month.to_string()).or_insert_with(|| json!({}));
            if let Json::Object(point) = point {
                point.insert(metric.metric.id.clone(), Json::Object(figures(reading, metric.metric.mode, false)));
            }
        }
    }
    json!({
        "title": score.title,
        "as_of": score.as_of.to_string(),
        "months": score.months,
        "journal": {"entries": score.entries, "head": score.head},
        "metrics": metrics,
        "trend": trend
    })
}

fn metric_score(score: &MetricScore) -> Json {
    let mode = score.metric.mode;
    let mut out = figures(&score.verdict.reading, mode, true);
    for (figure, column) in [("weighted", "weight"), ("oldest_days", "aged_from"), ("oldest_days", "age_days")] {
        if has_column(score, column) {
            out.entry(figure).or_insert(Json::Null);
        }
    }
    out.insert("mode".to_owned(), json!(mode_word(mode)));
    out.insert("unit".to_owned(), json!(score.metric.unit));
    out.insert("title".to_owned(), json!(score.metric.title));
    out.insert("definition".to_owned(), json!(score.definition));
    out.insert("owner".to_owned(), json!(score.owner));
    out.insert("status".to_owned(), json!(score.verdict.status.words()));
    out.insert("targets".to_owned(), score.verdict.targets.checks.iter().map(check).collect());
    out.insert("change".to_owned(), changes(score));
    out.insert("cautions".to_owned(), score.verdict.cautions.iter().map(ToString::to_string).collect());
    out.insert("companion".to_owned(), json!(score.metric.companion));
    out.insert("warning".to_owned(), json!(score.warning.as_ref().map(ToString::to_string)));
    out.insert("data_through".to_owned(), json!(score.data_through.map(|at| at.to_string())));
    out.insert("review".to_owned(), score.review.as_ref().map_or(Json::Null, review));
    if let Some(count) = score.applicability_unknown {
        out.insert("applicability_unknown".to_owned(), json!(count));
    }
    if let Some((segment, medians)) = &score.km_median_by {
        let medians: Map<String, Json> = medians.iter().map(|(value, median)| (value.clone(), number(*median))).collect();
        out.insert(format!("km_median_by_{segment}"), Json::Object(medians));
    }
    let segments: Map<String, Json> = score
        .segments
        .iter()
        .map(|(name, values)| {
            let values =
                values.iter().map(|(value, reading)| (value.clone(), Json::Object(figures(reading, mode, true)))).collect();
            (name.clone(), Json::Object(values))
        })
        .collect();
    out.insert("segments".to_owned(), Json::Object(segments));
    Json::Object(out)
}

/// Whether the population yields a column: what stands beside the value is null then, not absent, where there is no data.
fn has_column(score: &MetricScore, column: &str) -> bool {
    score.metric.population.sql.split(|c: char| !c.is_ascii_alphanumeric() && c != '_').any(|word| word == column)
}

/// The figures of a reading; `full` adds what stands beside value and n.
fn figures(reading: &Reading, mode: Mode, full: bool) -> Map<String, Json> {
    let mut out = Map::new();
    out.insert("value".to_owned(), figure(reading.value, mode == Mode::Count));
    out.insert("n".to_owned(), json!(reading.n));
    if reading.interval.is_some() || (full && mode == Mode::Rate) {
        out.insert("interval".to_owned(), json!(reading.interval));
    }
    if !full {
        return out;
    }
    if matches!(mode, Mode::Rate | Mode::Ratio | Mode::Quotient) {
        out.insert("numerator".to_owned(), reading.numerator.map_or(Json::Null, amount));
        out.insert("denominator".to_owned(), figure(reading.denominator, true));
    }
    if mode == Mode::Duration {
        out.insert("median".to_owned(), number(reading.median));
        out.insert("p90".to_owned(), number(reading.p90));
    }
    if let Some(weighted) = reading.weighted {
        out.insert("weighted".to_owned(), number(Some(weighted)));
    }
    if let Some(median) = reading.km_median {
        out.insert("km_median".to_owned(), number(median));
    }
    if let Some(errors) = reading.errors {
        out.insert("errors".to_owned(), json!(errors));
    }
    if let Some(days) = reading.oldest_days {
        out.insert("oldest_days".to_owned(), number(Some(days)));
    }
    out
}

fn amount(amount: Amount) -> Json {
    match amount {
        Amount::Money(money) => Json::String(money.to_string()),
        Amount::Number(value) => figure(Some(value), true),
    }
}

fn number(value: Option<f64>) -> Json {
    figure(value, false)
}

/// A number; one that counts something is written without a decimal point.
#[expect(clippy::cast_possible_truncation, reason = "whole and below 2^53")]
fn figure(value: Option<f64>, counts: bool) -> Json {
    match value {
        Some(value) if counts && value.fract() == 0.0 && value.abs() < 9e15 => Json::from(value as i64),
        Some(value) => Number::from_f64(value).map_or(Json::Null, Json::Number),
        None => Json::Null,
    }
}

fn check(check: &Check) -> Json {
    let outcome = match check.outcome {
        Outcome::Met => "met",
        Outcome::Missed => "missed",
        Outcome::NoData => "no data",
        Outcome::NoTarget => "no target",
    };
    json!({
        "segment": check.segment.as_ref().map(|(name, value)| json!({"name": name, "value": value})),
        "wanted": check.wanted.to_string(),
        "outcome": outcome,
        "found": number(check.found),
        "n": check.n,
        "gap": number(check.gap)
    })
}

fn changes(score: &MetricScore) -> Json {
    let change = |change: &Option<Change>| match change {
        Some(change) => {
            json!({"words": change.words(), "p": number(change.p), "from": number(change.from), "to": number(change.to)})
        }
        None => Json::Null,
    };
    json!({
        "previous": change(&score.verdict.previous),
        "three_months": change(&score.verdict.three_back),
        "twelve_months": change(&score.verdict.twelve_back)
    })
}

fn review(review: &Review) -> Json {
    json!({
        "period": review.period.to_string(),
        "blockers": review.blockers,
        "next_action": review.next_action,
        "next_action_due": review.next_action_due.map(|at| at.to_string()),
        "ticket": review.ticket
    })
}

/// The word for a mode in the conformance files.
pub fn mode_word(mode: Mode) -> &'static str {
    match mode {
        Mode::Rate => "rate",
        Mode::Ratio => "ratio",
        Mode::Duration => "duration",
        Mode::Count => "count",
        Mode::Quotient => "quotient",
    }
}
