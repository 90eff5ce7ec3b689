//! Operations on threat models: how they stand, adding threats, linking them to what they led to.

use tally_app::access::Permission;
use tally_app::threats::{self, Link, NewThreat};

use super::answer::document;
use super::asked::{Asked, body};
use super::measure::AS_OF;
use super::once::once;
use super::operation::{Holds, Operation, Param, param};
use super::{READ, v1};
use crate::failure::Failure;
use crate::reply::Reply;
use crate::route::{Need, Route};
use crate::visit::Visit;

const EDIT: Need = Need::May(Permission::Edit);
const LIST: &[Param] = &[param("system", Holds::Text, "Of this system alone."), AS_OF];
const SHOW: &[Param] = &[AS_OF];

/// The operations.
pub(super) const OPERATIONS: &[Operation] = &[
    Operation::of::<v1::ThreatModels>(
        Route::get("/api/v1/threat-models", READ, list),
        "threat_models",
        "Threat models",
        "Threat models and how many of their threats lead to nothing",
    )
    .asks(LIST),
    Operation::of::<v1::ThreatModel>(
        Route::get("/api/v1/threat-models/{id}", READ, show),
        "threat_model",
        "Threat models",
        "A threat model, its threats and what each led to",
    )
    .asks(SHOW),
    Operation::of::<v1::ThreatGaps>(
        Route::get("/api/v1/threat-gaps", READ, gaps),
        "threat_gaps",
        "Threat models",
        "Threats with something missing",
    )
    .asks(LIST),
    Operation::of::<v1::AddedThreat>(
        Route::post("/api/v1/threat-models/{id}/threats", EDIT, add),
        "add_threat",
        "Threat models",
        "Add a threat",
    )
    .takes::<v1::AddThreat>()
    .once(),
    Operation::of::<v1::Edited>(
        Route::post("/api/v1/threats/{id}/link", EDIT, link),
        "link_threat",
        "Threat models",
        "Link a threat to what tries it or would see it",
    )
    .takes::<v1::LinkThreat>()
    .once(),
    Operation::of::<v1::Edited>(
        Route::post("/api/v1/threats/{id}/unlink", EDIT, unlink),
        "unlink_threat",
        "Threat models",
        "Take a link of a threat away",
    )
    .takes::<v1::LinkThreat>()
    .once(),
    Operation::of::<v1::Edited>(
        Route::post("/api/v1/threats/{id}/accept", Need::May(Permission::Review), accept),
        "accept_threat",
        "Threat models",
        "Say why nothing more is done about a threat",
    )
    .takes::<v1::AcceptThreat>()
    .once(),
];

fn list(visit: &Visit) -> Result<Reply, Failure> {
    let asked = Asked::of(visit, LIST)?;
    let found = threats::models(&*visit.facts()?, asked.text("system"), visit.as_of()?)?;
    document(&v1::ThreatModels { threat_models: found.iter().map(v1::ThreatModelLine::from).collect() })
}

fn show(visit: &Visit) -> Result<Reply, Failure> {
    Asked::of(visit, SHOW)?;
    let (facts, at) = (visit.facts()?, visit.as_of()?);
    let id = visit.param("id");
    let page = visit.bench().read(|programme| threats::page(programme, &facts, id, &visit.scope(), at))?;
    document(&v1::ThreatModel::from(&page))
}

fn gaps(visit: &Visit) -> Result<Reply, Failure> {
    let asked = Asked::of(visit, LIST)?;
    let found = threats::gaps(&*visit.facts()?, asked.text("system"), visit.as_of()?)?;
    document(&v1::ThreatGaps { gaps: found.iter().map(v1::ThreatGap::from).collect() })
}

fn add(visit: &Visit) -> Result<Reply, Failure> {
    Asked::of(visit, &[])?;
    let v1::AddThreat { title, severity, techniques, vector, controls, incident_assumptions } = body(visit)?;
    let new = NewThreat { title, severity, techniques, vector, controls, assumptions: incident_assumptions };
    let actor = visit.actor()?;
    once(visit, &visit.body, || {
        let id = visit.param("id");
        let added = visit.bench().write(|programme| threats::add(programme, id, &new, &actor, visit.now))?;
        document(&v1::AddedThreat::from(added))
    })
}

fn target(visit: &Visit) -> Result<Link, Failure> {
    Asked::of(visit, &[])?;
    let v1::LinkThreat { kind, id } = body(visit)?;
    Ok(Link { kind, id })
}

fn link(visit: &Visit) -> Result<Reply, Failure> {
    let (to, actor) = (target(visit)?, visit.actor()?);
    once(visit, &visit.body, || {
        let id = visit.param("id");
        let edited = visit.bench().write(|programme| threats::link(programme, id, &to, &actor, visit.now))?;
        document(&v1::Edited::from(&edited))
    })
}

fn unlink(visit: &Visit) -> Result<Reply, Failure> {
    let (to, actor) = (target(visit)?, visit.actor()?);
    once(visit, &visit.body, || {
        let id = visit.param("id");
        let edited = visit.bench().write(|programme| threats::unlink(programme, id, &to, &actor, visit.now))?;
        document(&v1::Edited::from(&edited))
    })
}

fn accept(visit: &Visit) -> Result<Reply, Failure> {
    Asked::of(visit, &[])?;
    let said: v1::AcceptThreat = body(visit)?;
    let actor = visit.actor()?;
    once(visit, &visit.body, || {
        let (id, reason) = (visit.param("id"), said.reason.as_deref());
        let edited = visit.bench().write(|programme| threats::accept(programme, id, reason, &actor, visit.now))?;
        document(&v1::Edited::from(&edited))
    })
}
