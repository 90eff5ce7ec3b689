//! Acts on findings, edits, taking back.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::Value;
use tally_app::act;
use utoipa::ToSchema;

/// What was written.
#[derive(Clone, Debug, Default, Serialize, Deserialize, ToSchema)]
pub struct Edited {
    /// Its first entry in the journal, by which it can be undone; null where nothing was written.
    pub first: Option<u64>,
    /// Entries appended, the note of the act included.
    pub entries: u64,
    /// Size of the journal afterwards.
    pub journal_size: u64,
    /// Records that said nothing new.
    pub unchanged: u64,
    /// The changes, record by record, up to a thousand.
    pub changes: Vec<RecordChange>,
    /// Whether anything was written.
    pub written: bool,
}

/// A change to one record.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct RecordChange {
    /// Kind and id.
    pub record: String,
    /// Whether the record is new.
    pub new: bool,
    /// The fields that it changes; empty for a new record.
    pub fields: Vec<String>,
}

impl From<&tally_app::import::Change> for RecordChange {
    fn from(change: &tally_app::import::Change) -> Self {
        Self { record: change.record.clone(), new: change.new, fields: change.fields.clone() }
    }
}

impl From<&act::Edited> for Edited {
    fn from(edited: &act::Edited) -> Self {
        Self {
            first: edited.first,
            entries: edited.entries,
            journal_size: edited.size,
            unchanged: edited.unchanged,
            changes: edited.changes.iter().map(RecordChange::from).collect(),
            written: edited.written(),
        }
    }
}

/// Its owner agrees that it is one; also takes back what was disputed, false positive or duplicate.
#[derive(Clone, Debug, Default, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Accept {
    /// Why.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
}

/// Why its owner, or who looked at it, says that it is none.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Reason {
    /// Why.
    #[schema(min_length = 1)]
    pub reason: String,
}

/// The finding that it repeats.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Duplicate {
    /// Id of the other one.
    #[schema(min_length = 1)]
    pub of: String,
}

/// An act that needs no more words.
#[derive(Clone, Debug, Default, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Plain {}

/// It is said to be fixed.
#[derive(Clone, Debug, Default, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ClaimFix {
    /// Who fixed it, where that is somebody else than who asks.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub by: Option<String>,
}

/// The attack was tried again; not by who claimed the fix.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Retest {
    /// What came out.
    pub result: RetestResult,
    /// How often it was tried.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub trials: Option<u64>,
    /// How often it still worked.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub hits: Option<u64>,
}

/// What a retest showed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum RetestResult {
    /// The attack does not work any more.
    Fixed,
    /// It still does.
    NotFixed,
}

/// A test keeps it fixed.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct RegressionTest {
    /// Where the test is: a path, a suite, a link.
    #[serde(rename = "ref")]
    #[schema(min_length = 1)]
    pub test: String,
}

/// Somebody lives with the risk for a time; not who claimed a fix.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct AcceptRisk {
    /// Until when: a date, or an instant with an offset.
    #[schema(format = "date")]
    pub until: String,
    /// Why.
    #[schema(min_length = 1)]
    pub reason: String,
    /// Who accepts it, where that is somebody else than who asks.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub by: Option<String>,
}

/// It is worse, or less bad, than was reported.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Severity {
    /// The new one.
    pub severity: SeverityWord,
    /// Why.
    #[schema(min_length = 1)]
    pub rationale: String,
}

/// How bad a finding is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum SeverityWord {
    /// The worst.
    Critical,
    /// Next to it.
    High,
    /// In the middle.
    Medium,
    /// Less.
    Low,
    /// Worth knowing.
    Info,
}

/// What is told of a finding: title, scope, preconditions, reproduction, affected_assets, control_failure, severity_rationale,
/// business_impact, remediation_advice; null clears one.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Describe {
    /// Field and text.
    pub fields: BTreeMap<String, Option<String>>,
}

/// An act on findings, with the words that it takes.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[serde(tag = "name", content = "fields", rename_all = "kebab-case", deny_unknown_fields)]
pub enum Act {
    /// Its owner agrees.
    Accept(Accept),
    /// Its owner says it is none.
    Dispute(Reason),
    /// It was looked at and is none.
    FalsePositive(Reason),
    /// It repeats another one.
    Duplicate(Duplicate),
    /// Its impact was shown.
    DemonstrateImpact(Plain),
    /// It is said to be fixed.
    ClaimFix(ClaimFix),
    /// The attack was tried again.
    Retest(Retest),
    /// A test keeps it fixed.
    RegressionTest(RegressionTest),
    /// Somebody lives with the risk.
    AcceptRisk(AcceptRisk),
    /// Nobody does any more.
    WithdrawRisk(Accept),
    /// It is worse, or less bad.
    Severity(Severity),
    /// Its text.
    Describe(Describe),
}

/// An act on many findings: those of `ids`, or all that `filter` lets through.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Bulk {
    /// What to do.
    pub act: Act,
    /// The findings.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(max_items = 50_000)]
    pub ids: Option<Vec<String>>,
    /// A query as the list of findings takes it, such as `severity=low&system=support-bot`; `""` means all.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub filter: Option<String>,
    /// Say what would be done, do nothing.
    #[serde(default)]
    pub dry_run: bool,
}

/// What an act on many findings did, or would do.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct BulkDone {
    /// Findings that were meant.
    pub findings: u64,
    /// Findings that were changed, or would be.
    pub changed: u64,
    /// Findings that were not, by why.
    pub refused: Vec<Refused>,
    /// What was written; nothing in a dry run.
    pub edited: Edited,
}

/// Findings that an act was refused for, for one reason.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct Refused {
    /// Why.
    pub why: String,
    /// How many.
    pub count: u64,
    /// The first of them.
    pub ids: Vec<String>,
}

impl From<&act::Bulk> for BulkDone {
    fn from(bulk: &act::Bulk) -> Self {
        let refused = bulk.refused.iter();
        Self {
            findings: bulk.changed + bulk.refused.iter().map(|refused| refused.count).sum::<u64>(),
            changed: bulk.changed,
            refused: refused.map(|one| Refused { why: one.why.clone(), count: one.count, ids: one.ids.clone() }).collect(),
            edited: Edited::from(&bulk.edited),
        }
    }
}

/// An act to take back.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Undo {
    /// Any entry of the act.
    #[schema(minimum = 1)]
    pub entry: u64,
}

/// What was taken back.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct Undone {
    /// Records that are as they were before.
    pub restored: u64,
    /// Records that were left as they are.
    pub left: Vec<Left>,
    /// What was written.
    pub edited: Edited,
}

/// A record that was not taken back.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct Left {
    /// Kind and id.
    pub record: String,
    /// Why.
    pub why: String,
}

impl From<&act::Undone> for Undone {
    fn from(undone: &act::Undone) -> Self {
        let left = undone.left.iter().map(|left| Left { record: left.record.clone(), why: left.why.clone() });
        Self { restored: undone.restored, left: left.collect(), edited: Edited::from(&undone.edited) }
    }
}

/// A finding: its state, its life, what can be done now.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct Finding {
    /// The record.
    #[schema(value_type = super::RecordObject)]
    pub record: Value,
    /// The last entry that touched it: `expected` of an act.
    pub last_entry: u64,
    /// Its state in a word or two.
    pub state: String,
    /// With what belongs to it: until when, of which.
    pub state_in_full: String,
    /// The system's name.
    pub system_name: Option<String>,
    /// The team that owns the system.
    pub team: Option<String>,
    /// Its life, oldest step first.
    pub life: Vec<Step>,
    /// Every act, possible or not.
    pub acts: Vec<Possible>,
}

/// A step of a finding's life.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct Step {
    /// When it happened.
    #[schema(format = "date-time")]
    pub at: String,
    /// What, in words.
    pub what: String,
    /// Who did it, where the record says so.
    pub by: Option<String>,
    /// The entry that says so.
    pub entry: u64,
    /// Who wrote it.
    pub actor: String,
    /// Through what.
    pub source: String,
    /// When it was written.
    #[schema(format = "date-time")]
    pub recorded_at: String,
}

/// Whether an act is possible now.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct Possible {
    /// The act.
    pub act: String,
    /// Whether who asks can do it now.
    pub possible: bool,
    /// Why not.
    pub why_not: Option<String>,
    /// Who cannot do it, since they claimed a fix.
    pub barred: Vec<String>,
}
