//! A good metric and a good scorecard to spoil, and the screen that the lint would show. Never a test itself.

use tally_catalog::{Catalog, LintInput, lint};

/// A metric without any finding; its lines are numbered by the tests.
pub const METRIC: &str = r#"id = "sample"
title = "Sample"
question = "How many?"
formula = "Hits by members."
dimension = "coverage"
indicator = "leading"
mode = "rate"
unit = "percent"
window = "12 months"
better = "higher"
owner = "red_team"
data_source = "system records."
decision = "What to do next."
gaming = "Count twice."
companion = "technique-coverage"
since = "0.1.0"

[population]
local_to = "system"
sql = '''
SELECT p.point, s.id AS key, true AS hit
FROM points p JOIN systems s ON s.production_from < p.t
'''

[[targets]]
where = { severity = "critical" }
at_least = 80

[[cases]]
name = "empty"
as_of = "2026-07-01"
records = ""
expect = { value = "none", n = 0 }

[[cases]]
name = "one"
as_of = "2026-07-01"
records = '''
{"kind":"team","id":"t","name":"T","function":"engineering"}
'''
expect = { value = 100, n = 1 }
"#;

/// A scorecard without any finding.
pub const SCORECARD: &str = r#"id = "card"
title = "Card"
purpose = "To test."
cadence = "monthly"

[[metrics]]
metric = "system-test-coverage"
"#;

/// What `tally catalog check` would say of one file of the programme's own.
pub fn screen(path: &str, text: &str) -> String {
    screen_with(&[(path, text)], &LintInput::default())
}

/// What `tally catalog check` would say of several files of the programme's own.
pub fn screen_with(files: &[(&str, &str)], input: &LintInput) -> String {
    let own = files.iter().map(|(path, text)| ((*path).to_owned(), (*text).to_owned()));
    let (catalog, mut findings) = Catalog::with(own);
    findings.extend(lint(&catalog, input));
    findings.iter().map(|finding| format!("{finding}\n")).collect()
}

/// The good metric with one piece of text replaced.
pub fn spoil(from: &str, to: &str) -> String {
    assert!(METRIC.contains(from), "the sample has no `{from}`");
    METRIC.replacen(from, to, 1)
}

/// The screen for the good metric with one piece of text replaced.
pub fn spoiled(from: &str, to: &str) -> String {
    screen("metrics/sample.toml", &spoil(from, to))
}
