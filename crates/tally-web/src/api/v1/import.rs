//! What an import did, or would do.

use serde::{Deserialize, Serialize};
use tally_app::import::{self, Import, ToolImport, ToolImports};
use utoipa::ToSchema;

use super::{Problem, RecordChange};

/// The outcome of an import.
#[derive(Clone, Debug, Default, Serialize, Deserialize, ToSchema)]
pub struct Imported {
    /// Records read.
    pub read: u64,
    /// Records that were new.
    pub created: u64,
    /// Records that changed.
    pub changed: u64,
    /// Records that said nothing new.
    pub unchanged: u64,
    /// Rows left out because they are bad and that was asked for.
    pub skipped: u64,
    /// Errors found, also those not listed.
    pub errors: u64,
    /// Entries appended to the journal.
    pub entries: u64,
    /// Size of the journal afterwards.
    pub journal_size: u64,
    /// Whether anything was written.
    pub written: bool,
    /// The first changes.
    pub changes: Vec<RecordChange>,
    /// Problems and notes, up to a thousand.
    pub problems: Vec<Problem>,
    /// The reports of tools, in the order in which the runs ended; none for records.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub reports: Vec<Report>,
}

/// A tool's report.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct Report {
    /// Name of its file.
    pub file: String,
    /// The run.
    pub run: ToolRun,
    /// SHA-256 of its bytes.
    pub sha256: String,
    /// When the same bytes had been imported before for the same system: by whom and when.
    pub imported_before: Option<String>,
    /// What became of each finding.
    pub findings: Vec<Told>,
}

/// What became of a finding.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct Told {
    /// The finding or group.
    pub finding: String,
    /// What became of it.
    pub what: String,
}

/// One run of one tool.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct ToolRun {
    /// The tool.
    pub tool: String,
    /// Its version, where the report says.
    pub tool_version: Option<String>,
    /// The run's id.
    pub id: String,
    /// What was tested, in the tool's words.
    pub target: String,
    /// The suite.
    pub suite: String,
    /// Verdicts: the system withstood.
    pub passed: u64,
    /// Verdicts: the attack worked.
    pub failed: u64,
    /// No verdict.
    pub errors: u64,
    /// Prompts sent.
    pub attempts: u64,
    /// Prompts without any verdict.
    pub unevaluated: u64,
    /// Whether the run got to its end.
    pub complete: bool,
    /// Why not.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub partial: Option<String>,
    /// What was tried, by target, probe and detector.
    pub groups: Vec<Group>,
}

/// What was tried in one way and judged in one way.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct Group {
    /// What was tested, where the run had several targets.
    pub target: String,
    /// The probe, or the plugin.
    pub probe: String,
    /// The detector, or the strategy.
    pub detector: String,
    /// Category of the eval run.
    pub category: String,
    /// Taxonomy id.
    pub class: String,
    /// Severity by the mapping's rule.
    pub severity: String,
    /// Verdicts: the system withstood.
    pub passed: u64,
    /// Verdicts: the attack worked.
    pub failed: u64,
    /// No verdict.
    pub errors: u64,
}

impl From<&Import> for Imported {
    fn from(import: &Import) -> Self {
        Self {
            read: import.read,
            created: import.created,
            changed: import.changed,
            unchanged: import.unchanged,
            skipped: import.skipped,
            errors: import.errors,
            entries: import.entries,
            journal_size: import.size,
            written: import.written,
            changes: import.changes.iter().map(RecordChange::from).collect(),
            problems: import.problems.iter().map(Problem::from).collect(),
            reports: Vec::new(),
        }
    }
}

impl From<&ToolImports> for Imported {
    fn from(done: &ToolImports) -> Self {
        Self { reports: done.reports.iter().map(Report::from).collect(), ..Self::from(&done.import) }
    }
}

impl From<&ToolImport> for Report {
    fn from(done: &ToolImport) -> Self {
        let run = &done.run;
        let groups = run.groups.iter().map(|group| Group {
            target: group.target.clone(),
            probe: group.probe.clone(),
            detector: group.detector.clone(),
            category: group.category.clone(),
            class: group.class.clone(),
            severity: group.severity.clone(),
            passed: group.passed,
            failed: group.failed,
            errors: group.errors,
        });
        let partial = import::partial(run).map(str::to_owned);
        Self {
            file: done.file.clone(),
            sha256: done.sha256.clone(),
            imported_before: done.before.clone(),
            findings: done.told.iter().map(|told| Told { finding: told.about.clone(), what: told.what.to_owned() }).collect(),
            run: ToolRun {
                tool: run.tool.to_owned(),
                tool_version: run.tool_version.clone(),
                id: run.run_id.clone(),
                target: run.target.clone(),
                suite: run.suite.clone(),
                passed: run.totals.passed,
                failed: run.totals.failed,
                errors: run.totals.errors,
                attempts: run.attempts,
                unevaluated: run.unevaluated,
                complete: partial.is_none(),
                partial,
                groups: groups.collect(),
            },
        }
    }
}
