//! `tally catalog check`: definitions, their worked cases, who reviewed what, and how fresh the data is.

use std::collections::BTreeMap;
use std::sync::Arc;

use tally_catalog::metric::Case;
use tally_catalog::{Catalog, Finding, Level, LintInput, Metric, lint};
use tally_judge::read;
use tally_measure::{Engine, Options, Segments, Wanted};
use tally_model::json::Json;
use tally_model::{Instant, Month, Record};

use crate::{Error, Facts, Programme, Settings};

/// Checks the catalog; with a programme also against its reviews and data.
///
/// # Errors
/// Where the programme cannot be read. What is wrong with definitions is returned.
pub fn check(
    catalog: &Catalog,
    loaded: &[Finding],
    programme: Option<(&Programme, &Facts)>,
    as_of: Instant,
) -> Result<Vec<Finding>, Error> {
    let mut input = LintInput::default();
    let mut settings = Settings::default();
    if let Some((programme, facts)) = programme {
        input.as_of = Some(as_of);
        input.reviews = reviews(programme, catalog)?;
        input.data_through = crate::score::data_through(facts, as_of);
        // An inventory that nobody had to change is not stale.
        input.data_through.remove("systems");
        settings = programme.settings().clone();
    }
    let mut findings = loaded.to_vec();
    findings.extend(lint(catalog, &input));
    let broken = findings.iter().any(|finding| finding.level == Level::Error);
    if !broken {
        for metric in catalog.metrics() {
            findings.extend(run_cases(catalog, metric, &settings)?);
        }
    }
    Ok(findings)
}

fn reviews(programme: &Programme, catalog: &Catalog) -> Result<BTreeMap<String, Option<Month>>, Error> {
    let mut last: BTreeMap<String, Option<Month>> = catalog.metrics().map(|metric| (metric.id.clone(), None)).collect();
    programme.store.records(tally_model::Kind::named("metric_review"), &mut |record| {
        if let (Some(metric), Some(tally_model::Value::Month(period))) = (record.text("metric"), record.get("period"))
            && let Some(known) = last.get_mut(metric)
        {
            *known = (*known).max(Some(*period));
        }
        Ok(())
    })?;
    Ok(last)
}

/// Runs the cases of one metric; each that does not hold is an error.
fn run_cases(catalog: &Catalog, metric: &Metric, settings: &Settings) -> Result<Vec<Finding>, Error> {
    let mut findings = Vec::new();
    for case in &metric.cases {
        if let Err(message) = run_case(metric, case, settings)? {
            let source = catalog.metric_source(&metric.id);
            let at = source.and_then(|source| source.text.find(&case.name).map(|offset| source.position(offset)));
            let (line, column) = at.unwrap_or((1, 1));
            findings.push(Finding {
                rule: "case-fails",
                level: Level::Error,
                file: source.map(|source| source.path.clone()).unwrap_or_default(),
                line,
                column,
                message: format!("case `{}`: {message}", case.name),
            });
        }
    }
    Ok(findings)
}

fn run_case(metric: &Metric, case: &Case, settings: &Settings) -> Result<Result<(), String>, Error> {
    let options = Options {
        threads: 1,
        memory_max: 256 << 20,
        sla_days: settings.sla(),
        assured: Arc::new(tally_judge::fix_assured),
        attempts: Vec::new(),
    };
    let mut engine = Engine::new(options)?;
    for (nth, line) in (1..).zip(case.records.lines()).filter(|(_, line)| !line.trim().is_empty()) {
        match parse(line) {
            Ok(record) => engine.add(&record)?,
            Err(problem) => return Ok(Err(format!("record {nth}: {problem}"))),
        }
    }
    engine.settle()?;
    let Some(as_of) = Instant::parse(&case.as_of) else {
        return Ok(Err(format!("as_of `{}`, expected an instant", case.as_of)));
    };
    let wanted = Wanted { as_of, points: Vec::new(), segments: Segments::None };
    let measured = match engine.measure(&[metric], &wanted).pop() {
        Some(Ok(measured)) => measured,
        Some(Err(error)) => return Ok(Err(error.to_string())),
        None => return Ok(Err("nothing was measured".to_owned())),
    };
    let reading = read(&measured.whole);
    for (key, expected) in &case.expect {
        let found = figure(key, &reading, measured.applicability_unknown);
        let expected = number(expected);
        if !same(found, expected) {
            let text = |value: Option<f64>| value.map_or_else(|| "none".to_owned(), |value| value.to_string());
            return Ok(Err(format!("{key} is {}, expected {}", text(found), text(expected))));
        }
    }
    Ok(Ok(()))
}

fn parse(line: &str) -> Result<Record, String> {
    let json = Json::parse(line.as_bytes()).map_err(|error| error.to_string())?;
    let record =
        Record::read(&json).map_err(|problems| problems.first().map(ToString::to_string).unwrap_or_default())?.settled();
    record.check().first().map_or(Ok(record), |problem| Err(problem.to_string()))
}

#[expect(clippy::cast_precision_loss, reason = "counts in worked cases are small")]
fn figure(key: &str, reading: &tally_model::Reading, unknown: Option<u64>) -> Option<f64> {
    match key {
        "value" => reading.value,
        "n" => Some(reading.n as f64),
        "numerator" => reading.numerator.map(tally_model::Amount::to_f64),
        "denominator" => reading.denominator,
        "median" => reading.median,
        "p90" => reading.p90,
        "weighted" => reading.weighted,
        "km_median" => reading.km_median.flatten(),
        "errors" => reading.errors.map(|errors| errors as f64),
        "oldest_days" => reading.oldest_days,
        "applicability_unknown" => unknown.map(|count| count as f64),
        _ => None,
    }
}

fn number(expected: &toml::Value) -> Option<f64> {
    match expected {
        #[expect(clippy::cast_precision_loss, reason = "numbers in worked cases are small")]
        toml::Value::Integer(number) => Some(*number as f64),
        toml::Value::Float(number) => Some(*number),
        toml::Value::String(text) => text.parse().ok(),
        _ => None,
    }
}

fn same(found: Option<f64>, expected: Option<f64>) -> bool {
    match (found, expected) {
        (Some(found), Some(expected)) => (found - expected).abs() <= 1e-9 * expected.abs().max(1.0),
        (None, None) => true,
        _ => false,
    }
}
