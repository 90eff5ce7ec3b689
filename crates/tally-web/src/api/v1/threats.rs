//! Threat models, their threats and what these led to.

use serde::{Deserialize, Serialize};
use tally_app::threats;
use utoipa::ToSchema;

use super::Edited;

/// Threat models, those with most gaps first.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct ThreatModels {
    /// The threat models.
    pub threat_models: Vec<ThreatModelLine>,
}

/// A threat model in a list.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct ThreatModelLine {
    /// Its id.
    pub id: String,
    /// What it covers.
    pub title: String,
    /// The system.
    pub system: String,
    /// Its name.
    pub system_name: String,
    /// When it was made.
    #[schema(format = "date-time")]
    pub made_at: String,
    /// When it has to be looked at again.
    pub review_due: Option<String>,
    /// Whether that is past.
    pub overdue: bool,
    /// Threats in it.
    pub threats: usize,
    /// Of these, accepted with a reason.
    pub accepted: usize,
    /// Of these, with something missing.
    pub gaps: usize,
    /// Of these, with everything missing.
    pub lead_to_nothing: usize,
}

/// A threat model with its threats.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct ThreatModel {
    /// Its id.
    pub id: String,
    /// What it covers.
    pub title: String,
    /// The system.
    pub system: String,
    /// Its name.
    pub system_name: String,
    /// Its threats, the gravest first.
    pub threats: Vec<Threat>,
    /// The techniques that apply to the system.
    pub coverage: Vec<ThreatCoverage>,
}

/// A threat and what it led to.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct Threat {
    /// Its id.
    pub id: String,
    /// What could happen.
    pub title: String,
    /// How bad it would be.
    pub severity: Option<String>,
    /// ATLAS technique ids.
    pub techniques: Vec<String>,
    /// What stands against it.
    pub controls: Vec<String>,
    /// What tries it.
    pub tests: Vec<ThreatLink>,
    /// What would see it.
    pub telemetry: Vec<ThreatLink>,
    /// What the response takes for granted.
    pub incident_assumptions: Vec<String>,
    /// Why nothing more is done about it.
    pub accepted_reason: Option<String>,
    /// control, test, telemetry, assumption: what is missing; nothing where it is accepted.
    pub missing: Vec<String>,
}

/// A record that a threat led to.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct ThreatLink {
    /// Its kind.
    pub kind: String,
    /// Its id; empty where it is not seen.
    pub id: String,
    /// How it stands, in words.
    pub state: String,
    /// Whether that is well; null: neither.
    pub sound: Option<bool>,
}

/// A technique that applies to the system of a threat model.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct ThreatCoverage {
    /// The technique.
    pub technique: String,
    /// Its name.
    pub name: String,
    /// Ids of the threats that speak of it.
    pub threats: Vec<String>,
}

/// A threat that somebody thought of.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct AddThreat {
    /// What could happen.
    pub title: String,
    /// critical, high, medium, low or info.
    pub severity: Option<String>,
    /// ATLAS technique ids.
    #[serde(default)]
    pub techniques: Vec<String>,
    /// The input vector it would come through.
    pub vector: Option<String>,
    /// What stands against it.
    #[serde(default)]
    pub controls: Vec<String>,
    /// What the response takes for granted.
    #[serde(default)]
    pub incident_assumptions: Vec<String>,
}

/// A threat that was added.
#[derive(Clone, Debug, Default, Serialize, Deserialize, ToSchema)]
pub struct AddedThreat {
    /// Its id.
    pub id: String,
    /// What was written.
    pub edited: Edited,
}

/// A record to link a threat to, or to take a link away of.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct LinkThreat {
    /// assessment, eval_run, finding, gate_check, scan (tests) or monitor (telemetry).
    pub kind: String,
    /// Its id.
    pub id: String,
}

/// Why nothing more is done about a threat.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct AcceptThreat {
    /// The reason; null takes the acceptance back.
    pub reason: Option<String>,
}

/// Threats with something missing, the gravest first.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct ThreatGaps {
    /// The gaps.
    pub gaps: Vec<ThreatGap>,
}

/// A threat with something missing.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct ThreatGap {
    /// The threat.
    pub threat: String,
    /// What could happen.
    pub title: String,
    /// How bad it would be.
    pub severity: Option<String>,
    /// The threat model.
    pub threat_model: String,
    /// The system.
    pub system: String,
    /// Its name.
    pub system_name: String,
    /// control, test, telemetry, assumption.
    pub missing: Vec<String>,
}

impl From<&threats::ModelLine> for ThreatModelLine {
    fn from(line: &threats::ModelLine) -> Self {
        Self {
            id: line.id.clone(),
            title: line.title.clone(),
            system: line.system.clone(),
            system_name: line.system_name.clone(),
            made_at: line.made_at.to_string(),
            review_due: line.review_due.map(|at| at.to_string()),
            overdue: line.overdue,
            threats: line.threats,
            accepted: line.accepted,
            gaps: line.gaps,
            lead_to_nothing: line.nothing,
        }
    }
}

fn words(missing: &[threats::Missing]) -> Vec<String> {
    missing.iter().map(|one| one.word().to_owned()).collect()
}

impl From<&threats::Led> for ThreatLink {
    fn from(led: &threats::Led) -> Self {
        Self { kind: led.kind.clone(), id: led.id.clone(), state: led.state.clone(), sound: led.sound }
    }
}

impl From<&threats::ThreatView> for Threat {
    fn from(view: &threats::ThreatView) -> Self {
        let text = |name: &str| view.record.text(name).map(str::to_owned);
        Self {
            id: view.record.id().to_owned(),
            title: text("title").unwrap_or_default(),
            severity: text("severity"),
            techniques: view.techniques.iter().map(|(id, _)| id.clone()).collect(),
            controls: view.controls.clone(),
            tests: view.tests.iter().map(ThreatLink::from).collect(),
            telemetry: view.telemetry.iter().map(ThreatLink::from).collect(),
            incident_assumptions: view.assumptions.clone(),
            accepted_reason: view.accepted.clone(),
            missing: words(&view.missing),
        }
    }
}

impl From<&threats::ModelPage> for ThreatModel {
    fn from(page: &threats::ModelPage) -> Self {
        let text = |name: &str| page.record.text(name).unwrap_or_default().to_owned();
        let covered = |one: &threats::Covered| ThreatCoverage {
            technique: one.id.clone(),
            name: one.name.clone(),
            threats: one.threats.clone(),
        };
        Self {
            id: page.record.id().to_owned(),
            title: text("title"),
            system: text("system"),
            system_name: page.system_name.clone(),
            threats: page.threats.iter().map(Threat::from).collect(),
            coverage: page.coverage.iter().map(covered).collect(),
        }
    }
}

impl From<threats::Added> for AddedThreat {
    fn from(added: threats::Added) -> Self {
        Self { id: added.id, edited: Edited::from(&added.edited) }
    }
}

impl From<&threats::ThreatGap> for ThreatGap {
    fn from(gap: &threats::ThreatGap) -> Self {
        Self {
            threat: gap.threat.clone(),
            title: gap.title.clone(),
            severity: gap.severity.clone(),
            threat_model: gap.model.clone(),
            system: gap.system.clone(),
            system_name: gap.system_name.clone(),
            missing: words(&gap.missing),
        }
    }
}
