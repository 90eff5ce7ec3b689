//! Rules about operating models: known subjects, each in one row, one accountable function, and no metric or domain left out.

use std::collections::BTreeSet;

use tally_model::problem::shorten;

use super::known::{help, raci, strangers};
use crate::catalog::Entry;
use crate::duty::Raci;
use crate::operating::{About, OperatingModel, Responsibility};
use crate::words::process_topics;
use crate::{Catalog, Finding, Source};

/// More subjects without a row than this are counted and not named.
const NAMED: usize = 5;

pub fn check(catalog: &Catalog, entry: &Entry<OperatingModel>, findings: &mut Vec<Finding>) {
    let Entry { definition: model, source } = entry;
    findings.extend(super::scorecard::id(&model.id, source));
    let mut seen = BTreeSet::new();
    let mut unknown = Vec::new();
    for (nth, row) in model.responsibilities.iter().enumerate() {
        let nth = nth.to_string();
        let place = ["responsibilities", nth.as_str()];
        if !seen.insert((row.about, row.subject.as_str())) {
            let message = format!(
                "found {} `{}` in a second row, expected one row each; remove one",
                row.about.as_str(),
                shorten(&row.subject)
            );
            findings.push(source.error("repeated-subject", &["responsibilities", &nth, "subject"], message));
        }
        unknown.extend(subject(catalog, row, &nth, source));
        raci(source, &place, &functions_of(row), findings);
    }
    findings.extend(strangers(source, unknown));
    for about in [About::Domain, About::Metric] {
        findings.extend(left_out(catalog, about, &seen, source));
    }
}

fn functions_of(row: &Responsibility) -> Raci {
    let Responsibility { responsible, accountable, consulted, informed, .. } = row.clone();
    Raci { responsible, accountable, consulted, informed }
}

/// The subject of a row exists.
fn subject(catalog: &Catalog, row: &Responsibility, nth: &str, source: &Source) -> Option<Finding> {
    let (rule, what, known): (_, _, Vec<&str>) = match row.about {
        About::Domain => ("unknown-domain", "a domain of a maturity model", subjects(catalog, row.about, |_| true)),
        About::Metric => ("unknown-metric", "the id of a metric", subjects(catalog, row.about, |_| true)),
        About::Duty => ("unknown-duty", "the id of a duty", catalog.duties().map(|duty| duty.id.as_str()).collect()),
        About::Process => ("unknown-process", "the topic of a process", process_topics().to_vec()),
    };
    if known.contains(&row.subject.as_str()) {
        return None;
    }
    let help = help(&row.subject, known);
    let message = format!("found {} `{}`, expected {what}; {help}", row.about.as_str(), shorten(&row.subject));
    Some(source.error(rule, &["responsibilities", nth, "subject"], message))
}

/// One finding for all domains, or all metrics, that have no row. A built-in file cannot know a programme's own.
fn left_out(catalog: &Catalog, about: About, seen: &BTreeSet<(About, &str)>, source: &Source) -> Option<Finding> {
    let all = subjects(catalog, about, |of| of.built_in || !source.built_in);
    let absent: Vec<&str> = all.into_iter().filter(|id| !seen.contains(&(about, *id))).collect();
    let named: Vec<String> = absent.iter().take(NAMED).map(|id| format!("`{}`", shorten(id))).collect();
    let more = match absent.len().saturating_sub(NAMED) {
        0 => String::new(),
        more => format!(" and {more} more"),
    };
    let word = about.as_str();
    (!absent.is_empty()).then(|| {
        let message = format!(
            "found no row for {word} {}{more}, expected one for each; add a `[[responsibilities]]` with `about = \"{word}\"`",
            named.join(", ")
        );
        source.warning("no-responsibility", &["responsibilities"], message)
    })
}

/// The ids of all domains, or of all metrics, whose files pass.
fn subjects(catalog: &Catalog, about: About, pass: impl Fn(&Source) -> bool) -> Vec<&str> {
    if about == About::Metric {
        let metrics = catalog.metrics.iter().filter(|(_, entry)| pass(&entry.source));
        return metrics.map(|(id, _)| id.as_str()).collect();
    }
    let models = catalog.maturity.values().filter(|entry| pass(&entry.source));
    models.flat_map(|entry| &entry.definition.domains).map(|domain| domain.id.as_str()).collect()
}
