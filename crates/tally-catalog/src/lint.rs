//! The lint of definitions: rules that a file can obey and still mislead. Each rule is a function from a definition
//! to findings; nothing here runs SQL or a case, that is `tally-measure`.

mod cases;
mod checklist;
mod computed;
mod duty;
mod framework;
mod known;
mod mapping;
mod maturity;
mod metric;
mod needs;
mod operating;
mod scorecard;
mod sql;
mod targets;
mod upkeep;

use std::collections::BTreeMap;

use tally_model::{Instant, Month};

use crate::{Catalog, Finding};

/// What the lint knows about the programme besides its definitions. Empty: the definitions alone are looked at.
#[derive(Clone, Debug, Default)]
pub struct LintInput {
    /// The instant the programme is looked at from; without it neither reviews nor data are looked at.
    pub as_of: Option<Instant>,
    /// The last month for which each metric was reviewed (`None`: never). Metrics that are not named are not looked at.
    pub reviews: BTreeMap<String, Option<Month>>,
    /// Up to when each fact table, by its name in SQL, has data.
    pub data_through: BTreeMap<String, Instant>,
}

/// Everything that is wrong with definitions that could be read, in order of file, line and column.
///
/// What could not be read is not in the catalog: `Catalog::with` gives those findings.
pub fn lint(catalog: &Catalog, input: &LintInput) -> Vec<Finding> {
    let mut findings = Vec::new();
    for entry in catalog.metrics.values() {
        metric::check(catalog, entry, &mut findings);
        targets::check(entry, &mut findings);
        cases::check(entry, &mut findings);
        sql::check(entry, &mut findings);
    }
    for entry in catalog.scorecards.values() {
        scorecard::check(catalog, entry, &mut findings);
    }
    mapping::check(catalog, &mut findings);
    for entry in catalog.maturity.values() {
        maturity::check(catalog, entry, &mut findings);
        needs::check(entry, &mut findings);
        computed::check(catalog, entry, &mut findings);
    }
    for entry in catalog.checklists.values() {
        checklist::check(catalog, entry, &mut findings);
    }
    duty::check(catalog, &mut findings);
    for entry in catalog.operating.values() {
        operating::check(catalog, entry, &mut findings);
    }
    for entry in catalog.frameworks.values() {
        framework::check(entry, &mut findings);
    }
    upkeep::check(catalog, input, &mut findings);
    findings.sort_by(|a, b| (&a.file, a.line, a.column, a.rule).cmp(&(&b.file, b.line, b.column, b.rule)));
    findings
}
