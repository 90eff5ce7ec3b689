//! A good maturity model, checklist, duty list, operating model and framework to spoil. Never a test itself.

use tally_catalog::{Catalog, LintInput, lint};

/// A company's own model: three levels from 0, scores from 0 to 2. Its lines are numbered by the tests.
pub const MODEL: &str = r#"id = "own"
title = "Our own"
version = "3"
summary = "Three levels, two domains."
licence = "ours"
earned_from = 1
fresh_days = 90
scale = [
  { score = 0, name = "No", means = "Nothing." },
  { score = 1, name = "Some", means = "For half of it." },
  { score = 2, name = "All", means = "For all of it." },
]
levels = [
  { level = 0, name = "Bare", means = "Nothing." },
  { level = 1, name = "Basic", means = "The basics." },
  { level = 2, name = "Good", means = "More." },
]

[[domains]]
id = "A"
title = "First"
means = "The first."
levels = { 0 = "bare", 1 = "basic", 2 = "good" }

[[domains]]
id = "B"
title = "Second"
means = "The second."
[domains.levels]
0 = "bare"
1 = "basic"
2 = "good"

[[questions]]
id = "A-01"
domain = "A"
level = 1
ask = "Is there a first thing?"
links = ["eu-ai-act:Art. 9", "atlas:AML.M0015"]
evidence = { 1 = "one", 2 = "two" }

[[questions]]
id = "A-02"
domain = "A"
level = 2
ask = "Is there a second thing?"
effort = "large"
needs = ["A-01", "B-01"]
[questions.evidence]
1 = "one"
2 = "two"
[[questions.computed]]
says = "Share of holes that a test watches"
metric = "regression-test-coverage"
scores = { 1 = 25, 2 = 90.5 }
[[questions.computed]]
says = "Share of systems"
of = "system"
window = "12 months"
sql = '''
SELECT p.point, s.id AS key, true AS hit, '' AS because
FROM points p JOIN systems s ON s.production_from < p.t
'''
scores = { 2 = 80 }

[[questions]]
id = "B-01"
domain = "B"
level = 1
seed = 7
ask = "Is there a third thing?"
needs = ["A-01"]
evidence = { 1 = "one", 2 = "two" }

[[phases]]
id = "start"
title = "Start"
levels = [0, 1]
[[phases.objectives]]
id = "P1-1"
text = "Get the basics."
questions = ["A-01", "B-01"]

[[phases]]
id = "go"
title = "Go on"
levels = [2]
[[phases.objectives]]
id = "P2-1"
text = "Do more."
questions = ["A-02"]
[[phases.guardrails]]
id = "P2-G1"
text = "Step by step."
"#;

/// A checklist without any finding.
pub const CHECKLIST: &str = r#"id = "short"
title = "Short"
version = "1"
summary = "Two questions."
licence = "ours"

[[groups]]
id = "PRM"
title = "Prompts"

[[groups]]
id = "OUT"
title = "Outputs"

[[questions]]
id = "PRM-01"
group = "PRM"
ask = "Are prompts reviewed?"
blocking = true
links = ["owasp-llm:LLM01:2025"]

[[questions]]
id = "OUT-01"
group = "OUT"
ask = "Is output checked?"
applies = ["rag", "agent"]
tiers = ["high"]
"#;

/// A list of duties without any finding, beside [`MODEL`].
pub const DUTIES: &str = r#"id = "chores"
title = "Chores"
version = "1"
summary = "One duty."
licence = "ours"

[[duties]]
id = "X-1"
cadence = "per_release"
title = "Look at it"
does = "Somebody looks at it."
domain = "A"
questions = ["A-01"]
seed = "per release 1"
[duties.raci]
responsible = ["red_team"]
accountable = ["grc"]
consulted = ["legal", "soc"]
"#;

/// An operating model of one row, beside [`MODEL`]; all else has none, which is one warning for domains and one for metrics.
pub const OPERATING: &str = r#"id = "ours"
title = "Ours"
version = "1"
summary = "One row."
licence = "ours"

[[responsibilities]]
about = "domain"
subject = "A"
responsible = ["appsec"]
accountable = ["grc"]

[[responsibilities]]
about = "process"
subject = "design_review"
responsible = ["appsec"]
accountable = ["product_security"]
"#;

/// A framework without any finding.
pub const FRAMEWORK: &str = r#"id = "house"
title = "House rules"
version = "1"
licence = "ours"
sources = ["us"]
url = "https://example.org/rules#{id}"

[items]
"R 1" = "Lock the door"
"R 2" = "Close the window"
"#;

/// The catalog with files of the programme's own, which have to be readable.
pub fn catalog(files: &[(&str, &str)]) -> Catalog {
    let own = files.iter().map(|(path, text)| ((*path).to_owned(), (*text).to_owned()));
    let (catalog, findings) = Catalog::with(own);
    assert_eq!(findings, []);
    catalog
}

/// What `tally catalog check` would say about the last of these files.
pub fn screen_last(files: &[(&str, &str)]) -> String {
    let own = files.iter().map(|(path, text)| ((*path).to_owned(), (*text).to_owned()));
    let (catalog, mut findings) = Catalog::with(own);
    findings.extend(lint(&catalog, &LintInput::default()));
    let last = files.last().expect("a file").0;
    findings.iter().filter(|finding| finding.file == last).map(|finding| format!("{finding}\n")).collect()
}

/// A text with one piece replaced.
pub fn with(text: &str, from: &str, to: &str) -> String {
    assert!(text.contains(from), "the sample has no `{from}`");
    text.replacen(from, to, 1)
}

/// The screen for the good model with one piece of text replaced.
pub fn model(from: &str, to: &str) -> String {
    screen_last(&[("maturity/own.toml", &with(MODEL, from, to))])
}

/// The screen for the good checklist with one piece of text replaced.
pub fn checklist(from: &str, to: &str) -> String {
    screen_last(&[("checklists/short.toml", &with(CHECKLIST, from, to))])
}

/// The screen for the good list of duties with one piece of text replaced.
pub fn duties(from: &str, to: &str) -> String {
    screen_last(&[("maturity/own.toml", MODEL), ("duties/chores.toml", &with(DUTIES, from, to))])
}

/// The screen for the good operating model with one piece of text replaced; what it leaves out is not shown.
pub fn operating(from: &str, to: &str) -> String {
    let all = screen_last(&[("maturity/own.toml", MODEL), ("operating/ours.toml", &with(OPERATING, from, to))]);
    all.lines().filter(|line| !line.contains("[no-responsibility]")).map(|line| format!("{line}\n")).collect()
}
