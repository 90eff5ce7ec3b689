//! Which records an actor with a team scope can reach: those of systems that one of the teams owns. Never tells of others.

use tally_model::{Kind, Record, Type};
use tally_store::Store;

use crate::Error;
use crate::scope::Scope;

/// Whether a record is of a system that the scope covers. A record of no system is out of reach of a team scope.
pub(crate) fn reaches(store: &dyn Store, scope: &Scope, record: &Record) -> Result<bool, Error> {
    let Scope::Teams(teams) = scope else { return Ok(true) };
    Ok(team_of(store, record)?.is_some_and(|team| teams.contains(&team)))
}

/// The team that owns the system of a record.
pub(super) fn team_of(store: &dyn Store, record: &Record) -> Result<Option<String>, Error> {
    if record.kind().name == "system" {
        return Ok(record.text("owner").map(str::to_owned));
    }
    let Some(system) = system_of(store, record)? else { return Ok(None) };
    Ok(find(store, "system", &system)?.and_then(|system| system.text("owner").map(str::to_owned)))
}

fn system_of(store: &dyn Store, record: &Record) -> Result<Option<String>, Error> {
    if record.kind().position("system").is_some() {
        return Ok(record.text("system").map(str::to_owned));
    }
    // A record without a system of its own belongs to that of what it refers to.
    for field in record.kind().fields {
        let Type::Ref(kind) = field.ty else { continue };
        if let (true, Some(id)) = (Kind::named(kind).is_some_and(Kind::bears_system), record.text(field.name)) {
            return Ok(find(store, kind, id)?.and_then(|other| other.text("system").map(str::to_owned)));
        }
    }
    // An activity is for a team, a system or a release.
    if let Some(id) = record.kind().position("subject").and_then(|_| record.text("subject")) {
        if find(store, "system", id)?.is_some() {
            return Ok(Some(id.to_owned()));
        }
        return Ok(find(store, "release", id)?.and_then(|release| release.text("system").map(str::to_owned)));
    }
    Ok(None)
}

/// A record by the name of its kind.
pub(crate) fn find(store: &dyn Store, kind: &str, id: &str) -> Result<Option<Record>, Error> {
    match Kind::named(kind) {
        Some(kind) => Ok(store.record(kind, id)?),
        None => Ok(None),
    }
}
