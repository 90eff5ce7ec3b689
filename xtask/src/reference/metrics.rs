//! Every built-in metric with its page, from `catalog/metrics`.

use tally_catalog::metric::{Better, Dimension, Indicator};
use tally_catalog::{Catalog, Metric, Mode, Target};

use super::page::Markdown;
use crate::Complaint;

const ABOUT: &str = "\
A metric is a population: its SQL yields one row for every member, and the value, n, the interval, every segment, the rows
behind the number and the shortest way to the target all follow from those rows. How to read the SQL and how to add a metric
of your own: [metrics](../guide/metrics.md). `tally metric show <id>` prints one with your own numbers.";

const DIMENSIONS: [(Dimension, &str); 6] = [
    (Dimension::Coverage, "coverage"),
    (Dimension::Effectiveness, "effectiveness"),
    (Dimension::Efficiency, "efficiency"),
    (Dimension::Impact, "impact"),
    (Dimension::Scorecard, "scorecard"),
    (Dimension::Process, "process"),
];

/// `metrics.md`.
pub(super) fn page() -> Result<String, Vec<Complaint>> {
    let catalog = Catalog::built_in().map_err(|error| vec![error.to_string()])?;
    let mut page = Markdown::new("Metrics", "`catalog/metrics`");
    page.add(ABOUT);
    for (dimension, name) in DIMENSIONS {
        let metrics = catalog.metrics().filter(|metric| metric.dimension == dimension);
        let list: Vec<String> = metrics.map(|metric| format!("- [`{0}`](#{0}): {1}", metric.id, metric.question)).collect();
        page.add(&format!("**{name}**")).add(&list.join("\n"));
    }
    for metric in catalog.metrics() {
        add(&mut page, metric);
    }
    Ok(page.finish())
}

fn add(page: &mut Markdown, metric: &Metric) {
    page.add(&format!("## {}", metric.id)).add(&format!("**{}.** {}", metric.title, metric.question)).add(&metric.formula);
    let companion = format!("[`{0}`](#{0})", metric.companion);
    let rows = [
        ("dimension", format!("{}, {}", dimension(metric), indicator(metric))),
        ("unit", format!("{} ({})", metric.unit, mode(metric.mode))),
        ("window", metric.window.clone().unwrap_or_else(|| "none: the state at the as-of instant, or all time".to_owned())),
        ("better", better(metric.better).to_owned()),
        ("targets", targets(metric)),
        ("owner", metric.owner.clone()),
        ("data source", metric.data_source.clone()),
        ("decision it informs", metric.decision.clone()),
        ("how it could be gamed", metric.gaming.clone()),
        ("companion that would show it", companion),
        ("since", metric.since.clone()),
        ("definition hash", format!("`{}`", metric.hash())),
    ];
    page.table(&["", ""], &rows.map(|(name, text)| vec![name.to_owned(), text]));
    if !metric.caveats.is_empty() {
        let caveats: Vec<String> = metric.caveats.iter().map(|caveat| format!("- {caveat}")).collect();
        page.add("Keep in mind:").add(&caveats.join("\n"));
    }
    page.add("Population:").fence("sql", &metric.population.sql);
    for (name, sql) in beside(metric) {
        page.add(&format!("{name}:")).fence("sql", sql);
    }
}

/// Queries beside the population.
fn beside(metric: &Metric) -> Vec<(String, &str)> {
    let (quotient, extras) = (&metric.quotient, &metric.extras);
    let plain = [
        ("Numerator", &quotient.numerator),
        ("Denominator", &quotient.denominator),
        ("Members left out because nothing says whether they apply", &extras.applicability_unknown),
    ];
    let plain = plain.into_iter().filter_map(|(name, beside)| Some((name.to_owned(), beside.as_ref()?.sql.as_str())));
    let survival = extras.survival.as_ref();
    let survival = survival.map(|survival| (format!("Kaplan-Meier median, by {}", survival.by), survival.sql.as_str()));
    plain.chain(survival).collect()
}

fn targets(metric: &Metric) -> String {
    if metric.targets.is_empty() {
        return "none: the trend is what counts".to_owned();
    }
    metric.targets.iter().map(target).collect::<Vec<_>>().join("; ")
}

fn target(target: &Target) -> String {
    let wanted = match (target.at_least, target.at_most, target.band) {
        (Some(least), _, _) => format!("at least {least}"),
        (_, Some(most), _) => format!("at most {most}"),
        (_, _, Some([low, high])) => format!("{low} to {high}"),
        _ => "nothing".to_owned(),
    };
    let segment: Vec<String> = target.segment.iter().map(|(name, value)| format!("{name} {value}: ")).collect();
    format!("{}{wanted}", segment.concat())
}

fn dimension(metric: &Metric) -> &'static str {
    DIMENSIONS.iter().find(|(dimension, _)| *dimension == metric.dimension).map_or("", |(_, name)| name)
}

fn indicator(metric: &Metric) -> &'static str {
    match metric.indicator {
        Indicator::Leading => "leading",
        Indicator::Lagging => "lagging",
    }
}

fn mode(mode: Mode) -> &'static str {
    match mode {
        Mode::Rate => "rate: hits / members x 100, with a Wilson interval",
        Mode::Ratio => "ratio: sum of numerators / sum of denominators x 100",
        Mode::Duration => "duration: mean, with median and p90",
        Mode::Count => "count of the rows",
        Mode::Quotient => "quotient of the rows and another sum",
    }
}

fn better(better: Better) -> &'static str {
    match better {
        Better::Higher => "higher",
        Better::Lower => "lower",
        Better::Neither => "neither: read it with its companion",
    }
}
