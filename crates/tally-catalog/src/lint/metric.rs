//! Rules about a metric's words: id, owner, data source, decision, companion, window, and what its mode calls for.
//! They look at one definition and never at data.

use tally_model::problem::{nearest, shorten};

use crate::catalog::Entry;
use crate::metric::{Metric, Mode};
use crate::read::{NEEDED, missing};
use crate::words::{functions, row};
use crate::{Catalog, Finding};

pub fn check(catalog: &Catalog, entry: &Entry<Metric>, findings: &mut Vec<Finding>) {
    let Entry { definition: metric, source } = entry;
    findings.extend(super::scorecard::id(&metric.id, source));
    for (key, rule, what) in NEEDED {
        let text = match key {
            "owner" => &metric.owner,
            "data_source" => &metric.data_source,
            "decision" => &metric.decision,
            _ => &metric.companion,
        };
        if text.trim().is_empty() {
            findings.push(source.error(rule, &[key], missing(key, what)));
        }
    }
    findings.extend(owner(entry));
    findings.extend(companion(catalog, entry));
    if let Err(error) = metric.window() {
        findings.push(source.error("bad-window", &["window"], error.to_string()));
    }
    findings.extend(mode(entry));
}

fn owner(entry: &Entry<Metric>) -> Option<Finding> {
    let Entry { definition: Metric { owner, .. }, source } = entry;
    if owner.trim().is_empty() || functions().contains(&owner.as_str()) {
        return None;
    }
    let expected = match nearest(owner, functions().iter().copied()) {
        Some(near) => format!("a team function; did you mean `{near}`?"),
        None => format!("a team function; choose {}", row(functions().iter().copied())),
    };
    Some(source.error("unknown-owner", &["owner"], format!("found owner `{}`, expected {expected}", shorten(owner))))
}

fn companion(catalog: &Catalog, entry: &Entry<Metric>) -> Option<Finding> {
    let Entry { definition: Metric { id, companion, .. }, source } = entry;
    let at = |message| Some(source.error("unknown-companion", &["companion"], message));
    if companion == id {
        return at(
            "found the metric itself as its companion, expected another metric; name one that would show the gaming".to_owned()
        );
    }
    if companion.trim().is_empty() || catalog.metric(companion).is_some() {
        return None;
    }
    let help = nearest(companion, catalog.metrics.keys().map(String::as_str))
        .map_or_else(|| "add it or name another".to_owned(), |near| format!("did you mean `{near}`?"));
    at(format!("found companion `{}`, expected the id of a metric; {help}", shorten(companion)))
}

fn mode(entry: &Entry<Metric>) -> Option<Finding> {
    let Entry { definition: metric, source } = entry;
    let at = |path: &[&str], message| Some(source.error("mode-mismatch", path, message));
    let sided = metric.quotient.numerator.is_some() || metric.quotient.denominator.is_some();
    match metric.mode {
        Mode::Quotient if !sided => at(
            &["mode"],
            "found mode `quotient` without a side of its own, expected `[quotient.numerator]` or `[quotient.denominator]`; add the one that does not count the rows",
        ),
        Mode::Quotient => None,
        _ if sided => at(
            &["quotient"],
            "found a quotient's side in another mode, expected `mode = \"quotient\"`; remove the side or change the mode",
        ),
        Mode::Duration => None,
        _ if metric.extras.survival.is_some() => at(
            &["extras", "survival"],
            "found survival in a metric that measures no durations, expected `mode = \"duration\"`; remove it or change the mode",
        ),
        _ => None,
    }
}
