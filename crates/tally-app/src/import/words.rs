//! The words of the catalog's mapping, in the form that the importers ask for. Never decides what a mapping leaves open.

use tally_catalog::{Catalog, Severity};
use tally_import::{Mapped, Mapping};

/// The words of the catalog's mapping, in the form that the importers ask for.
pub(super) struct Words<'c> {
    mapping: Option<&'c tally_catalog::Mapping>,
    rule: String,
}

impl<'c> Words<'c> {
    pub(super) fn of(catalog: &'c Catalog, tool: &str) -> Self {
        let mapping = catalog.mapping(tool);
        let rule = mapping.map_or_else(String::new, |mapping| {
            let rule = &mapping.severity;
            format!(
                "mapping `{}`: one step up from a failure rate of {}, one step down below {}",
                mapping.id, rule.raise_at, rule.lower_below
            )
        });
        Self { mapping, rule }
    }
}

impl Mapping for Words<'_> {
    fn group(&self, probe: &str, _tags: &[String]) -> Mapped {
        let Some(mapping) = self.mapping else {
            return Mapped {
                category: "other".to_owned(),
                class: "unclassified".to_owned(),
                techniques: Vec::new(),
                severity: "medium".to_owned(),
            };
        };
        let rule = mapping.rule(probe);
        Mapped {
            category: rule.category.clone(),
            class: rule.class.clone(),
            techniques: rule.techniques.clone(),
            severity: rule.severity.as_str().to_owned(),
        }
    }

    fn severity(&self, base: &str, failed: u64, passed: u64) -> String {
        let all = [Severity::Info, Severity::Low, Severity::Medium, Severity::High, Severity::Critical];
        let base = all.into_iter().find(|severity| severity.as_str() == base);
        match (self.mapping, base) {
            (Some(mapping), Some(base)) => mapping.severity.severity(base, failed, failed + passed).as_str().to_owned(),
            (_, base) => base.unwrap_or(Severity::Medium).as_str().to_owned(),
        }
    }

    fn rule(&self) -> &str {
        &self.rule
    }
}
