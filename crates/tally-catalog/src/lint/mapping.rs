//! Rules about mappings: known categories, sensible thresholds, prefixes that end in a star.
//! Whether a probe of that name exists is not known here.

use tally_model::problem::{nearest, shorten};

use crate::catalog::Entry;
use crate::mapping::{Rule, SeverityRule};
use crate::words::{categories, row};
use crate::{Catalog, Finding, Source};

pub fn check(catalog: &Catalog, findings: &mut Vec<Finding>) {
    for Entry { definition: mapping, source } in catalog.mappings.values() {
        // What a file of the programme's own lays over it is looked at in that file.
        let over = catalog.overlays.iter().map(|entry| &entry.definition).find(|file| file.id == mapping.id);
        let default = over.is_none_or(|file| file.default.is_none()).then_some(&mapping.default);
        let severity = over.is_none_or(|file| file.severity.is_none()).then_some(mapping.severity);
        let rules = mapping.rules.iter().filter(|(name, _)| over.is_none_or(|file| !file.rules.contains_key(*name)));
        look(&mapping.id, default, severity, rules, source, findings);
    }
    for entry in &catalog.overlays {
        let file = &entry.definition;
        look(&file.id, file.default.as_ref(), file.severity, file.rules.iter(), &entry.source, findings);
    }
}

fn look<'a>(
    id: &str,
    default: Option<&Rule>,
    severity: Option<SeverityRule>,
    rules: impl Iterator<Item = (&'a String, &'a Rule)>,
    source: &Source,
    findings: &mut Vec<Finding>,
) {
    findings.extend(super::scorecard::id(id, source));
    if let Some(severity) = severity {
        findings.extend(thresholds(severity, source));
    }
    if let Some(default) = default {
        findings.extend(category(default, &["default", "category"], source));
    }
    for (name, rule) in rules {
        findings.extend(category(rule, &["rules", name, "category"], source));
        if name.trim_end_matches('*').contains('*') || name.ends_with("**") {
            let message =
                format!("found pattern `{}`, expected a name or a prefix with one `*` at its end; correct it", shorten(name));
            findings.push(source.error("bad-pattern", &["rules", name], message));
        }
    }
}

fn thresholds(rule: SeverityRule, source: &Source) -> Option<Finding> {
    let sensible =
        (0.0..=1.0).contains(&rule.lower_below) && (0.0..=1.0).contains(&rule.raise_at) && rule.lower_below <= rule.raise_at;
    if sensible && rule.floor <= rule.ceiling {
        return None;
    }
    let message = "found thresholds out of order, expected 0 <= lower_below <= raise_at <= 1 and a floor not above the ceiling; correct them";
    Some(source.error("bad-severity-rule", &["severity"], message))
}

fn category(rule: &Rule, path: &[&str], source: &Source) -> Option<Finding> {
    if categories().contains(&rule.category.as_str()) {
        return None;
    }
    let help = match nearest(&rule.category, categories().iter().copied()) {
        Some(near) => format!("did you mean `{near}`?"),
        None => format!("choose {}", row(categories().iter().copied())),
    };
    let message = format!("found category `{}`, expected a category of eval runs; {help}", shorten(&rule.category));
    Some(source.error("unknown-category", path, message))
}
