//! The audit of accessibility by axe-core, in a world beside the page's own, so that the page's policy stays as it is. The
//! library is not part of this repository: `TALLY_AXE` names it, else it is `target/tools/axe.min.js` (.ci/run brings it).

use std::path::{Path, PathBuf};

use crate::browser::{Page, aloud};

/// All that axe knows to be wrong, best practices included; nothing is left out.
const ALL: &str = "{}";
/// What a change of colours alone can make wrong.
const COLOURS: &str = "{ runOnly: ['color-contrast', 'link-in-text-block'] }";

pub struct Axe(String);

impl Axe {
    /// Reads the library. `None` where it is missing: that is said aloud, and fails where `TALLY_TEST_BROWSER=required`.
    pub fn find() -> Option<Self> {
        let file = std::env::var_os("TALLY_AXE")
            .map_or_else(|| Path::new(env!("CARGO_TARGET_TMPDIR")).join("../tools/axe.min.js"), PathBuf::from);
        if let Ok(source) = std::fs::read_to_string(&file) {
            return Some(Self(source));
        }
        let required = std::env::var("TALLY_TEST_BROWSER").is_ok_and(|word| word == "required");
        assert!(!required, "TALLY_TEST_BROWSER=required and there is no {}", file.display());
        aloud(&format!("no {}: the audit of accessibility was SKIPPED; see .ci/run", file.display()));
        None
    }

    /// What is wrong with the page as it is shown now, or with its colours alone; one line each.
    #[track_caller]
    pub fn faults(&self, page: &Page, colours: bool) -> Vec<String> {
        let rules = if colours { COLOURS } else { ALL };
        let run = format!(
            "axe.run(document, {{ preload: false, resultTypes: ['violations'], ...{rules} }}).then(found => found.violations.flatMap(rule =>
               rule.nodes.slice(0, 5).map(node => `${{rule.id}} (${{rule.impact}}, ${{rule.nodes.length}} times): ${{node.html.slice(0, 160)}}: ${{node.failureSummary.replace(/\\s+/g, ' ')}}`)))"
        );
        let found = page.eval_apart(&[&self.0, &run]);
        found.as_array().unwrap().iter().map(|it| it.as_str().unwrap_or_default().to_owned()).collect()
    }

    /// Nothing is wrong with it.
    #[track_caller]
    pub fn passes(&self, page: &Page) {
        let faults = self.faults(page, false);
        assert!(faults.is_empty(), "{} faults at {}:\n{}", faults.len(), page.address(), faults.join("\n"));
    }
}
