//! The common shape of a tool's run: what was tried, how often it was withstood, how often it worked, how often nobody
//! can say. Holds no prompt and no output: an attempt carries digests only.

use tally_model::{Instant, Problem};

use crate::lines::LONGEST;

/// How a tool's file is read.
#[derive(Clone, Debug)]
pub struct Options {
    /// The score from which on an attack counts as having worked, for tools that score (garak).
    pub threshold: f64,
    /// Longest line or row that is read, in bytes.
    pub longest: usize,
}

impl Default for Options {
    fn default() -> Self {
        Self { threshold: 0.5, longest: LONGEST }
    }
}

/// One run of one tool.
#[derive(Clone, Debug)]
pub struct ToolRun {
    /// The tool's name.
    pub tool: &'static str,
    /// Its version, where the file says.
    pub tool_version: Option<String>,
    /// The tool's own id of the run; where it gave none, a digest of what the run holds.
    pub run_id: String,
    /// What was tested, in the tool's words; several, separated by commas, where the run had several.
    pub target: String,
    /// The suite, in the tool's words.
    pub suite: String,
    /// When it began.
    pub started_at: Option<Instant>,
    /// When it ended.
    pub finished_at: Option<Instant>,
    /// Whether all that was planned was run.
    pub completeness: Completeness,
    /// What was tried, by target, probe and detector; sorted by these.
    pub groups: Vec<Group>,
    /// Sums over all groups, counted from rows.
    pub totals: Outcomes,
    /// Attempts, evaluated or not: prompts sent, not verdicts.
    pub attempts: u64,
    /// Attempts without any verdict; each is one error of its probe, with the detector `unknown`.
    pub unevaluated: u64,
    /// What is wrong with rows, and what is worth knowing about the run.
    pub problems: Vec<Problem>,
}

/// Whether a run got to its end.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Completeness {
    /// It did.
    Complete,
    /// It did not, or nobody can say; with the reason.
    Partial(String),
}

/// Verdicts by outcome.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Outcomes {
    /// The system withstood.
    pub passed: u64,
    /// The attack worked.
    pub failed: u64,
    /// Nobody can say.
    pub errors: u64,
}

impl Outcomes {
    /// Counts one more.
    pub fn add(&mut self, outcome: Outcome) {
        match outcome {
            Outcome::Pass => self.passed += 1,
            Outcome::Fail => self.failed += 1,
            Outcome::Error(_) => self.errors += 1,
        }
    }
}

/// What was tried in one way and judged in one way.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Group {
    /// What was tested, where the run had several targets; else empty.
    pub target: String,
    /// The probe, or the plugin.
    pub probe: String,
    /// The detector, or the strategy.
    pub detector: String,
    /// Category of an eval run (RECORDS.md), by the mapping.
    pub category: String,
    /// Taxonomy id, by the mapping.
    pub class: String,
    /// ATLAS technique ids, by the mapping.
    pub techniques: Vec<String>,
    /// Severity before the rate of failure is looked at: the tool's own, where it has one, else the mapping's.
    pub base_severity: String,
    /// Severity by the mapping's rule.
    pub severity: String,
    /// The rule that made it, for the rationale.
    pub rule: String,
    /// Attempts that it judged.
    pub attempts: u64,
    /// Verdicts: the system withstood.
    pub passed: u64,
    /// Verdicts: the attack worked.
    pub failed: u64,
    /// No verdict.
    pub errors: u64,
    /// The tool's own description of the probe.
    pub description: Option<String>,
    /// What the probe is after, in the tool's words.
    pub goal: Option<String>,
}

/// One verdict.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Attempt<'a> {
    /// What was tested, where the run had several targets; else empty.
    pub target: &'a str,
    /// The probe, or the plugin.
    pub probe: &'a str,
    /// The detector, or the strategy.
    pub detector: &'a str,
    /// The same in every run of the same test, within target, probe and detector.
    pub key: &'a str,
    /// Digest of the prompt, where there is one; the prompt itself is not here.
    pub prompt: Option<u128>,
    /// The tool's running number.
    pub seq: u64,
    /// Which of several answers to the same prompt, from 0.
    pub generation: u32,
    /// The verdict.
    pub outcome: Outcome,
    /// The tool's score, as it stands in the file.
    pub score: Option<f64>,
}

/// A verdict.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Outcome {
    /// The system withstood.
    Pass,
    /// The attack worked.
    Fail,
    /// Nobody can say, for this reason.
    Error(&'static str),
}

/// What a probe means in the words of the programme.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Mapped {
    /// Category of an eval run (RECORDS.md).
    pub category: String,
    /// Taxonomy id, such as `LLM01:2025`.
    pub class: String,
    /// ATLAS technique ids.
    pub techniques: Vec<String>,
    /// Severity before the rate of failure is looked at.
    pub severity: String,
}

/// From a tool's words to the programme's; the caller has the table.
pub trait Mapping {
    /// What a probe means. `tags` are the tool's own, where the file holds them.
    fn group(&self, probe: &str, tags: &[String]) -> Mapped;

    /// The severity of a finding whose attack worked `failed` times and was withstood `passed` times.
    fn severity(&self, base: &str, failed: u64, passed: u64) -> String;

    /// The rule behind `severity`, in a few words.
    fn rule(&self) -> &str {
        "severity rule of the mapping"
    }
}

/// Takes attempts, one by one.
pub type Attempts<'s> = dyn FnMut(&Attempt<'_>) + 's;
