//! One threat model: its threats with all that each led to, and which techniques of the system it covers.

use tally_catalog::Catalog;
use tally_measure::{Filter, ListAsk, Test};
use tally_model::{Instant, Record};

use super::gap::Missing;
use super::led::{Led, led};
use super::{kind, texts};
use crate::scope::Scope;
use crate::{Error, Facts, Programme, care, records};

/// Threats of one model that are read.
const THREATS: usize = 5_000;

/// A threat model with its threats.
#[derive(Clone, Debug)]
pub struct ModelPage {
    /// The threat model.
    pub record: Record,
    /// Name of its system.
    pub system_name: String,
    /// Its threats, the gravest first.
    pub threats: Vec<ThreatView>,
    /// The techniques that apply to the system, and the threats that speak of each.
    pub coverage: Vec<Covered>,
}

/// A threat and what it led to.
#[derive(Clone, Debug)]
pub struct ThreatView {
    /// The threat.
    pub record: Record,
    /// Its techniques: id and name.
    pub techniques: Vec<(String, String)>,
    /// What stands against it.
    pub controls: Vec<String>,
    /// What tries it.
    pub tests: Vec<Led>,
    /// What would see it.
    pub telemetry: Vec<Led>,
    /// What the response takes for granted.
    pub assumptions: Vec<String>,
    /// Why nothing is done about it.
    pub accepted: Option<String>,
    /// What is missing; nothing where it is accepted.
    pub missing: Vec<Missing>,
}

/// A technique that applies to the system.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Covered {
    /// Its id.
    pub id: String,
    /// Its name.
    pub name: String,
    /// Ids of the threats that speak of it; none: a gap of the model.
    pub threats: Vec<String>,
}

/// A threat model at T.
///
/// # Errors
/// Where there is none within the scope.
pub fn page(programme: &Programme, facts: &Facts, id: &str, scope: &Scope, at: Instant) -> Result<ModelPage, Error> {
    let record = records::one(programme, kind("threat_model")?, id, scope)?.record;
    let ask = ListAsk {
        table: kind("threat")?.table.to_owned(),
        filters: vec![Filter { column: "threat_model".to_owned(), test: Test::Is(vec![id.to_owned()]) }],
        text: None,
        searched: Vec::new(),
        sort: Vec::new(),
        at,
    };
    let mut threats = Vec::new();
    for threat in facts.engine().list(ask)?.ids(0, THREATS)? {
        if let Some(threat) = programme.store.record(kind("threat")?, &threat)? {
            threats.push(view(programme, threat, scope, at)?);
        }
    }
    threats.sort_by_key(|threat| (severity(&threat.record), threat.record.id().to_owned()));
    let system = programme.store.record(kind("system")?, record.text("system").unwrap_or_default())?;
    let coverage = match &system {
        Some(system) => coverage(programme, facts, system, &threats, at)?,
        None => Vec::new(),
    };
    let system_name =
        system.as_ref().and_then(|system| system.text("name")).or(record.text("system")).unwrap_or_default().to_owned();
    Ok(ModelPage { record, system_name, threats, coverage })
}

fn view(programme: &Programme, record: Record, scope: &Scope, at: Instant) -> Result<ThreatView, Error> {
    let named = |id: String| {
        let name = technique(programme.catalog(), &id).unwrap_or_default();
        (id, name)
    };
    let mut view = ThreatView {
        techniques: texts(&record, "techniques").into_iter().map(named).collect(),
        controls: texts(&record, "controls"),
        tests: led(programme, &record, "tests", scope, at)?,
        telemetry: led(programme, &record, "telemetry", scope, at)?,
        assumptions: texts(&record, "incident_assumptions"),
        accepted: record.text("accepted_reason").filter(|reason| !reason.trim().is_empty()).map(str::to_owned),
        missing: Vec::new(),
        record,
    };
    if view.accepted.is_none() {
        let off = |led: &Led| led.kind == "monitor" && matches!(led.state.as_str(), "disabled" | "not there");
        let has = [
            !view.controls.is_empty(),
            !view.tests.is_empty(),
            view.telemetry.iter().any(|led| !off(led)),
            !view.assumptions.is_empty(),
        ];
        view.missing = Missing::ALL.into_iter().zip(has).filter(|(_, has)| !has).map(|(missing, _)| missing).collect();
    }
    Ok(view)
}

/// The name of a technique.
fn technique(catalog: &Catalog, id: &str) -> Option<String> {
    catalog.link(&format!("atlas:{id}")).map(|link| link.name.to_owned())
}

/// A technique speaks of its sub-techniques too.
fn coverage(
    programme: &Programme,
    facts: &Facts,
    system: &Record,
    threats: &[ThreatView],
    at: Instant,
) -> Result<Vec<Covered>, Error> {
    let applies = care::care(programme, facts, system, at)?.techniques;
    let covered = |id: &str| {
        let speaks = |known: &str| known == id || id.strip_prefix(known).is_some_and(|rest| rest.starts_with('.'));
        let of = threats.iter().filter(|threat| threat.techniques.iter().any(|(known, _)| speaks(known)));
        of.map(|threat| threat.record.id().to_owned()).collect()
    };
    let name = |id: &str| technique(programme.catalog(), id).unwrap_or_default();
    Ok(applies.into_iter().map(|tried| Covered { threats: covered(&tried.id), name: name(&tried.id), id: tried.id }).collect())
}

fn severity(record: &Record) -> usize {
    const ORDER: [&str; 5] = ["critical", "high", "medium", "low", "info"];
    record.text("severity").and_then(|word| ORDER.iter().position(|known| *known == word)).unwrap_or(ORDER.len())
}
