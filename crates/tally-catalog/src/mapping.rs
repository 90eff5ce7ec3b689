//! Mappings: from a test tool's words to ours (category, class, ATLAS techniques, severity), as data with lookup.
//!
//! Never reads a tool's report; who reads one asks here what a probe or plugin means.

use std::collections::BTreeMap;
use std::fmt;

use serde::Deserialize;

/// How bad a finding is, from the least to the worst.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Severity {
    /// Worth knowing.
    Info,
    /// Little harm.
    Low,
    /// Some harm.
    Medium,
    /// Much harm.
    High,
    /// Harm that cannot wait.
    Critical,
}

/// What a probe or plugin is about.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Rule {
    /// The category of an eval run (RECORDS.md).
    pub category: String,
    /// The class of a finding, such as `LLM01:2025`.
    pub class: String,
    /// ATLAS technique ids.
    pub techniques: Vec<String>,
    /// The severity before the failure rate is looked at.
    pub severity: Severity,
}

/// How the failure rate moves a base severity, by one step at most.
#[derive(Clone, Copy, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SeverityRule {
    /// At or above this rate it goes one step up.
    pub raise_at: f64,
    /// Below this rate it goes one step down.
    pub lower_below: f64,
    /// It never goes up past this.
    pub ceiling: Severity,
    /// It never goes down past this.
    pub floor: Severity,
}

/// What a mapping file says. A programme's own file may leave out what the built-in one says already.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct MappingFile {
    /// Kebab-case, the file's name without `.toml`.
    pub id: String,
    /// What people call it.
    pub title: Option<String>,
    /// The tool whose words it maps.
    pub tool: Option<String>,
    /// What it maps to what.
    pub about: Option<String>,
    /// Where its facts come from, with versions and licences.
    #[serde(default)]
    pub sources: Vec<String>,
    /// How the failure rate moves the severity.
    pub severity: Option<SeverityRule>,
    /// What holds where no rule does.
    pub default: Option<Rule>,
    /// Rules by exact name, or by prefix where the key ends in `*`.
    #[serde(default)]
    pub rules: BTreeMap<String, Rule>,
}

/// A mapping, complete.
#[derive(Clone, Debug, PartialEq)]
pub struct Mapping {
    /// Its id.
    pub id: String,
    /// What people call it.
    pub title: String,
    /// The tool whose words it maps.
    pub tool: String,
    /// What it maps to what.
    pub about: String,
    /// Where its facts come from.
    pub sources: Vec<String>,
    /// How the failure rate moves the severity.
    pub severity: SeverityRule,
    /// What holds where no rule does.
    pub default: Rule,
    /// Rules by exact name, or by prefix where the key ends in `*`.
    pub rules: BTreeMap<String, Rule>,
}

/// Why a rule was chosen.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Match<'a> {
    /// The name itself is listed.
    Exact,
    /// The longest listed prefix; the key with its `*`.
    Prefix(&'a str),
    /// Nothing is listed.
    Default,
}

impl Mapping {
    /// What a probe or plugin is about: its exact name, else its longest prefix, else the default.
    pub fn lookup(&self, name: &str) -> (&Rule, Match<'_>) {
        if let Some(rule) = self.rules.get(name).filter(|_| !name.ends_with('*')) {
            return (rule, Match::Exact);
        }
        let prefixed =
            self.rules.iter().filter(|(key, _)| key.strip_suffix('*').is_some_and(|prefix| name.starts_with(prefix)));
        match prefixed.max_by_key(|(key, _)| key.len()) {
            Some((key, rule)) => (rule, Match::Prefix(key)),
            None => (&self.default, Match::Default),
        }
    }

    /// What a probe or plugin is about.
    pub fn rule(&self, name: &str) -> &Rule {
        self.lookup(name).0
    }

    /// Makes a file complete; the names of the keys that nobody gave otherwise.
    pub(crate) fn complete(file: MappingFile) -> Result<Self, Vec<&'static str>> {
        let MappingFile { id, title, tool, about, sources, severity, default, rules } = file;
        match (severity, default) {
            (Some(severity), Some(default)) => {
                let title = title.unwrap_or_else(|| id.clone());
                let tool = tool.unwrap_or_else(|| id.clone());
                Ok(Self { id, title, tool, about: about.unwrap_or_default(), sources, severity, default, rules })
            }
            (severity, default) => {
                let absent = [("severity", severity.is_none()), ("default", default.is_none())];
                Err(absent.into_iter().filter_map(|(key, absent)| absent.then_some(key)).collect())
            }
        }
    }

    /// Lays a programme's own file over this mapping: what it says holds, what it leaves out stays.
    pub(crate) fn overlay(&mut self, file: MappingFile) {
        let MappingFile { id: _, title, tool, about, sources, severity, default, rules } = file;
        self.title = title.unwrap_or_else(|| std::mem::take(&mut self.title));
        self.tool = tool.unwrap_or_else(|| std::mem::take(&mut self.tool));
        self.about = about.unwrap_or_else(|| std::mem::take(&mut self.about));
        self.sources.extend(sources);
        self.severity = severity.unwrap_or(self.severity);
        if let Some(default) = default {
            self.default = default;
        }
        self.rules.extend(rules);
    }
}

impl SeverityRule {
    /// The severity after `failed` of `tried` attempts worked; the base where so few were tried that a rate says nothing.
    pub fn severity(&self, base: Severity, failed: u64, tried: u64) -> Severity {
        /// As METRICS.md asks of a change: fewer than five are an anecdote.
        const TRIED_MIN: u64 = 5;
        if tried < TRIED_MIN {
            return base;
        }
        #[expect(clippy::cast_precision_loss, reason = "counts of attempts are far below 2^52")]
        let rate = failed as f64 / tried as f64;
        if rate >= self.raise_at && base < self.ceiling {
            base.up()
        } else if rate < self.lower_below && base > self.floor {
            base.down()
        } else {
            base
        }
    }
}

impl Severity {
    /// The word of RECORDS.md.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Info => "info",
            Self::Low => "low",
            Self::Medium => "medium",
            Self::High => "high",
            Self::Critical => "critical",
        }
    }

    const fn up(self) -> Self {
        match self {
            Self::Info => Self::Low,
            Self::Low => Self::Medium,
            Self::Medium => Self::High,
            Self::High | Self::Critical => Self::Critical,
        }
    }

    const fn down(self) -> Self {
        match self {
            Self::Info | Self::Low => Self::Info,
            Self::Medium => Self::Low,
            Self::High => Self::Medium,
            Self::Critical => Self::High,
        }
    }
}

impl fmt::Display for Severity {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(self.as_str())
    }
}
