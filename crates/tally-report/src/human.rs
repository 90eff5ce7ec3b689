//! A score and a metric as text for a terminal: calm, aligned, nothing by colour alone.

use tally_catalog::Mode;
use tally_judge::{Check, Noun, Outcome, Status};
use tally_model::Reading;
use tally_model::problem::printable;

use crate::cell::table;
use crate::number::{count, day, value};
use crate::score::{MetricScore, Score};

/// The sign that stands beside a status word.
pub fn sign(status: Status) -> &'static str {
    match status {
        Status::Holds => "✓",
        Status::Misses => "✗",
        Status::NoData => "·",
        Status::TooFew => "?",
        Status::TrendOnly => "–",
    }
}

/// The scorecard.
pub fn score(score: &Score, width: Option<u16>) -> String {
    let head = ["", "metric", "value", "95% interval", "n", "target", "change, 12 months", "trend", "owner"];
    let rows = score.metrics.iter().map(row);
    let mut out = format!("{}   as of {}\n\n", score.title, score.as_of);
    out.push_str(&table(&head, &[2, 3, 4], rows, width));
    out.push_str("\n\n");
    for metric in &score.metrics {
        notes(metric, &mut out);
    }
    let hash: String = score.head.chars().take(16).collect();
    out.push_str(&format!("journal: {} entries, head {hash}…\n", count(score.entries)));
    out
}

fn row(score: &MetricScore) -> Vec<String> {
    let verdict = &score.verdict;
    let reading = &verdict.reading;
    let change = verdict.twelve_back.as_ref().or(verdict.three_back.as_ref()).or(verdict.previous.as_ref());
    vec![
        format!("{} {}", sign(verdict.status), verdict.status.words()),
        score.metric.title.clone(),
        value(reading.value, &score.metric.unit),
        interval(reading),
        count(reading.n),
        target(score),
        change.map(|change| change.words().split(':').next().unwrap_or_default().to_owned()).unwrap_or_default(),
        sparkline(score),
        score.owner.clone(),
    ]
}

fn interval(reading: &Reading) -> String {
    reading.interval.map(|[low, high]| format!("{low:.1} to {high:.1}")).unwrap_or_default()
}

/// Its own target, or how many of its segments' targets are met.
pub fn target(score: &MetricScore) -> String {
    let checks = &score.verdict.targets.checks;
    match checks.iter().find(|check| check.segment.is_none()) {
        Some(check) => check.wanted.to_string(),
        None if checks.is_empty() => "trend".to_owned(),
        None => {
            let met = checks.iter().filter(|check| check.outcome == Outcome::Met).count();
            let judged = checks.iter().filter(|check| check.outcome != Outcome::NoData).count();
            let segment = checks.first().and_then(|check| check.segment.as_ref()).map_or("segment", |(name, _)| name.as_str());
            format!("{met} of {judged} by {segment}")
        }
    }
}

/// Twelve monthly points as blocks; a gap where there is no data.
fn sparkline(score: &MetricScore) -> String {
    const BLOCKS: [char; 8] = ['▁', '▂', '▃', '▄', '▅', '▆', '▇', '█'];
    let values: Vec<Option<f64>> = score.trend.iter().map(|(_, reading)| reading.value).collect();
    let known = || values.iter().copied().flatten();
    let (low, high) = (known().fold(f64::INFINITY, f64::min), known().fold(f64::NEG_INFINITY, f64::max));
    let block = |value: f64| {
        let share = if high > low { (value - low) / (high - low) } else { 0.5 };
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "share lies within 0 and 1")]
        let at = (share * 7.0).round() as usize;
        BLOCKS[at.min(7)]
    };
    values.iter().map(|value| value.map_or(' ', block)).collect()
}

/// What a reader must be told beside the row.
fn notes(score: &MetricScore, out: &mut String) {
    let mut lines = Vec::new();
    for check in score.verdict.targets.checks.iter().filter(|check| check.outcome == Outcome::Missed) {
        lines.push(missed(score, check));
    }
    lines.extend(score.verdict.cautions.iter().map(ToString::to_string));
    lines.extend(score.warning.as_ref().map(|warning| format!("companion: {warning}")));
    if let Some(review) = &score.review {
        lines.extend(review.blockers.as_ref().map(|text| format!("blocker: {}", printable(text))));
        if let Some(action) = &review.next_action {
            let due = review.next_action_due.map(|at| format!(" (due {})", day(at))).unwrap_or_default();
            lines.push(format!("next: {}{due}", printable(action)));
        }
    }
    if lines.is_empty() {
        return;
    }
    out.push_str(&format!("{}\n", score.metric.title));
    for line in lines {
        out.push_str(&format!("  {line}\n"));
    }
    out.push('\n');
}

/// The shortest way to each missed target, a line each.
pub fn ways(score: &MetricScore) -> Vec<String> {
    let checks = score.verdict.targets.checks.iter();
    checks.filter(|check| check.outcome == Outcome::Missed).map(|check| missed(score, check)).collect()
}

fn missed(score: &MetricScore, check: &Check) -> String {
    let of = check.segment.as_ref().map(|(name, value)| format!("{name} {value}: ")).unwrap_or_default();
    let found = value(check.found, &score.metric.unit);
    let members = noun(score);
    let step = check.to_go.as_ref().map(|step| format!("; {} to the target", step.words(members))).unwrap_or_default();
    format!("missed: {of}{found}, wanted {}{step}", check.wanted)
}

/// What the members of a population are called.
pub fn noun(score: &MetricScore) -> Noun<'static> {
    let sql = &score.metric.population.sql;
    let known = [
        ("system-test-coverage", "system", "systems"),
        ("current-version-coverage", "system", "systems"),
        ("scan-cadence", "system", "systems"),
        ("technique-coverage", "technique", "techniques"),
        ("input-vector-coverage", "vector", "vectors"),
        ("pre-deployment-test-rate", "release", "releases"),
        ("release-gate-completion", "release", "releases"),
        ("scoped-credential-coverage", "workflow", "workflows"),
        ("retrieval-authorization-coverage", "document", "documents"),
        ("security-eval-pass-rate", "case", "cases"),
    ];
    if let Some((_, one, many)) = known.iter().find(|(id, _, _)| *id == score.metric.id) {
        return Noun { one, many };
    }
    if sql.contains("finding_states") {
        Noun { one: "finding", many: "findings" }
    } else {
        Noun { one: "member", many: "members" }
    }
}

/// One metric in full: definition, value, targets, segments, trend.
pub fn metric(score: &MetricScore, segment: Option<&str>, width: Option<u16>) -> String {
    let metric = &score.metric;
    let verdict = &score.verdict;
    let mut out = format!("{} ({})\n{}\n\n", metric.title, metric.id, metric.question);
    for (name, text) in [
        ("formula", &metric.formula),
        ("data source", &metric.data_source),
        ("decision", &metric.decision),
        ("gaming", &metric.gaming),
        ("companion", &metric.companion),
        ("owner", &score.owner),
    ] {
        out.push_str(&format!("{name:<12} {text}\n"));
    }
    out.push_str(&format!("{:<12} {}\n\n", "definition", score.definition));
    out.push_str(&format!(
        "{} {}   {}   n {}",
        sign(verdict.status),
        verdict.status.words(),
        value(verdict.reading.value, &metric.unit),
        count(verdict.reading.n)
    ));
    out.push_str(&details(&verdict.reading, score));
    out.push('\n');
    for (name, change) in
        [("one month", &verdict.previous), ("three months", &verdict.three_back), ("twelve months", &verdict.twelve_back)]
    {
        if let Some(change) = change {
            let p = change.p.map(|p| format!(" (p {p:.3})")).unwrap_or_default();
            out.push_str(&format!("against {name} before: {}{p}\n", change.words()));
        }
    }
    out.push_str(&score.data_through.map(|at| format!("data through {}\n", day(at))).unwrap_or_default());
    out.push('\n');
    notes(score, &mut out);
    for (name, values) in score.segments.iter().filter(|(name, _)| segment.is_none_or(|wanted| wanted == *name)) {
        if segment.is_none() && values.len() > 12 {
            out.push_str(&format!("by {name}: {} values, see --segment {name}\n\n", values.len()));
            continue;
        }
        out.push_str(&segment_table(score, name, values, width));
    }
    out.push_str(&trend_table(score, width));
    out
}

fn details(reading: &Reading, score: &MetricScore) -> String {
    let unit = &score.metric.unit;
    let mut out = String::new();
    if let Some([low, high]) = reading.interval {
        out.push_str(&format!("   95% interval {low:.1} to {high:.1}"));
    }
    if let Some(weighted) = reading.weighted {
        out.push_str(&format!("   weighted {}", value(Some(weighted), unit)));
    }
    if score.metric.mode == Mode::Duration {
        out.push_str(&format!("   median {}   p90 {}", value(reading.median, unit), value(reading.p90, unit)));
    }
    if let Some(median) = reading.km_median {
        let median = median.map_or_else(|| "not reached".to_owned(), |median| value(Some(median), unit));
        out.push_str(&format!("   Kaplan-Meier median {median}"));
    }
    if let Some(errors) = reading.errors {
        out.push_str(&format!("   not judged {}", count(errors)));
    }
    if let Some(days) = reading.oldest_days {
        out.push_str(&format!("   oldest {days:.0} days"));
    }
    if let Some(unknown) = score.applicability_unknown {
        out.push_str(&format!("   applicability unknown {}", count(unknown)));
    }
    out
}

/// The scorecard, and below it the segment that was asked for, metric by metric.
pub fn scorecard(score: &Score, segment: Option<&str>, width: Option<u16>) -> String {
    let mut text = self::score(score, width);
    if segment.is_some() {
        for metric in &score.metrics {
            text.push('\n');
            text.push_str(&segments(metric, width));
        }
    }
    text
}

/// A metric as it is shown by itself: a segment that nothing belongs to says nothing; asked for by name it is shown.
pub fn metric_shown(score: &MetricScore, segment: Option<&str>, width: Option<u16>) -> String {
    let mut shown = score.clone();
    shown.segments.retain(|name, values| segment == Some(name.as_str()) || values.keys().any(|value| value != "(none)"));
    metric(&shown, segment, width)
}

/// The segments of a metric, each as a table.
pub fn segments(score: &MetricScore, width: Option<u16>) -> String {
    let tables = score.segments.iter().map(|(name, values)| segment_table(score, name, values, width));
    let text: String = tables.collect();
    if text.is_empty() { String::new() } else { format!("{}\n{text}", score.metric.title) }
}

fn segment_table(
    score: &MetricScore,
    name: &str,
    values: &std::collections::BTreeMap<String, Reading>,
    width: Option<u16>,
) -> String {
    let rows = values.iter().map(|(text, reading)| {
        let of_target =
            |check: &&Check| check.segment.as_ref().is_some_and(|(segment, value)| segment == name && value == text);
        let check = score.verdict.targets.checks.iter().find(of_target);
        let target = check
            .map(|check| format!("{} {}", if check.outcome == Outcome::Met { "✓" } else { "✗" }, check.wanted))
            .unwrap_or_default();
        vec![text.clone(), value(reading.value, &score.metric.unit), interval(reading), count(reading.n), target]
    });
    format!("{}\n\n", table(&[name, "value", "95% interval", "n", "target"], &[1, 2, 3], rows, width))
}

fn trend_table(score: &MetricScore, width: Option<u16>) -> String {
    if score.trend.is_empty() {
        return String::new();
    }
    let rows = score.trend.iter().map(|(month, reading)| {
        vec![month.to_string(), value(reading.value, &score.metric.unit), interval(reading), count(reading.n)]
    });
    format!("{}\n", table(&["month", "value", "95% interval", "n"], &[1, 2, 3], rows, width))
}
