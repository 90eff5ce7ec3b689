//! Taking duties over from the catalog: each becomes a record with a team of its own. What is there already stays as it is.

use std::collections::{BTreeMap, BTreeSet};

use tally_catalog::duty::{Duty, Raci};
use tally_judge::recurrence::Day;
use tally_model::problem::{nearest, printable, shorten};
use tally_model::{Instant, Problem, Record};

use super::known::MOST;
use crate::act::{ActError, Actor, Deeds, Edited, Patch, write};
use crate::records::{all, kind};
use crate::scope::Scope;
use crate::{Error, Programme};

/// What is to be taken over.
#[derive(Clone, Debug, Default)]
pub struct Adopt {
    /// Ids of the catalog's duties; none: all.
    pub duties: Vec<String>,
    /// The team of each duty, by the catalog's id.
    pub owners: BTreeMap<String, String>,
    /// The team of all others; `None`: the team whose function the catalog suggests.
    pub owner: Option<String>,
    /// Since when they are owed; `None`: from the day on which they are taken over.
    pub starts_at: Option<Instant>,
}

/// What was taken over.
#[derive(Clone, Debug, Default)]
pub struct Adopted {
    /// What was written.
    pub edited: Edited,
    /// The catalog's ids of those that were taken over, with their teams.
    pub adopted: Vec<(String, String)>,
    /// The catalog's ids of those that were there already.
    pub known: Vec<String>,
}

/// A duty of the catalog that can be taken over.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Offer {
    /// The duty, as the catalog says.
    pub duty: Duty,
    /// The record that took it over already.
    pub known: Option<String>,
    /// The team that is suggested for it.
    pub owner: Option<String>,
}

/// The duties of the catalog, in its order.
///
/// # Errors
/// Where the journal cannot be read.
pub fn offers(programme: &Programme) -> Result<Vec<Offer>, Error> {
    let known = known(programme)?;
    let teams = teams(programme)?;
    let offer = |duty: &Duty| Offer {
        known: known.get(&duty.id).cloned(),
        owner: suggested(&duty.raci, &teams).map(str::to_owned),
        duty: duty.clone(),
    };
    Ok(programme.catalog().duties().map(offer).collect())
}

/// Takes duties over: all in one commit, or nothing.
///
/// # Errors
/// Where a duty or a team is unknown, no team is named and none has the function, or a team is out of the actor's scope.
pub fn adopt(programme: &mut Programme, wanted: &Adopt, by: &Actor, at: Instant) -> Result<Adopted, Error> {
    let offers = offers(programme)?;
    let teams = teams(programme)?;
    let starts = wanted.starts_at.unwrap_or_else(|| Day::of(at).start());
    let mut problems = strangers(wanted, &offers);
    let mut taken: BTreeSet<String> =
        all(programme, kind("duty")?, MOST, |_| true)?.iter().map(|one| one.id().to_owned()).collect();
    let (mut patches, mut adopted, mut known) = (Vec::new(), Vec::new(), Vec::new());
    for offer in offers.iter().filter(|offer| wanted.duties.is_empty() || wanted.duties.contains(&offer.duty.id)) {
        let id = &offer.duty.id;
        if offer.known.is_some() {
            known.push(id.clone());
            continue;
        }
        let named = wanted.owners.get(id).or(wanted.owner.as_ref()).or(offer.owner.as_ref());
        match team(named, &teams, &by.scope, &offer.duty) {
            Ok(owner) => {
                let record = Record::new(kind("duty")?, free(id, &mut taken))
                    .with("title", offer.duty.title.as_str())
                    .with("duty", id.as_str())
                    .with("cadence", offer.duty.cadence.as_str())
                    .with("owner", owner)
                    .with("starts_at", starts);
                patches.push(Patch { record, expected: Some(0) });
                adopted.push((id.clone(), owner.to_owned()));
            }
            Err(problem) => problems.push(problem),
        }
    }
    if !problems.is_empty() {
        return Err(ActError::Problems(problems).into());
    }
    let edited = write(programme, &patches, &Deeds { word: "duty-adopt", more: Vec::new() }, by, at)?.sound()?;
    Ok(Adopted { edited, adopted, known })
}

/// Ids that the catalog does not have.
fn strangers(wanted: &Adopt, offers: &[Offer]) -> Vec<Problem> {
    let known = |id: &str| offers.iter().any(|offer| offer.duty.id == id);
    let named = wanted.duties.iter().chain(wanted.owners.keys());
    let strange: BTreeSet<&String> = named.filter(|id| !known(id)).collect();
    let problem = |id: &&String| {
        let near = nearest(id, offers.iter().map(|offer| offer.duty.id.as_str()));
        let help =
            near.map_or_else(|| "`tally duty adopt --list` names all".to_owned(), |near| format!("did you mean `{near}`?"));
        Problem::error(format!("`{}`", printable(&shorten(id))), "the id of a duty in the catalog").with_help(help)
    };
    strange.iter().map(problem).collect()
}

/// The team that is to do a duty.
fn team<'t>(named: Option<&'t String>, teams: &[(String, String)], scope: &Scope, duty: &Duty) -> Result<&'t str, Problem> {
    let functions = [&duty.raci.responsible[..], &duty.raci.accountable[..]].concat().join(", ");
    let Some(name) = named else {
        let found = format!("no team for {}", duty.id);
        let help = format!("no team has one of the functions {functions}");
        return Err(Problem::error(found, "the team that does it").with_help(help));
    };
    if !teams.iter().any(|(id, _)| id == name) {
        let near = nearest(name, teams.iter().map(|(id, _)| id.as_str()));
        let problem = Problem::error(format!("team `{}` for {}", printable(&shorten(name)), duty.id), "the id of a team");
        return Err(match near {
            Some(near) => problem.with_help(format!("did you mean `{near}`?")),
            None => problem,
        });
    }
    match scope {
        Scope::Teams(own) if !own.contains(name) => {
            Err(Problem::error(format!("team `{name}` for {}, which is none of yours", duty.id), "one of your teams"))
        }
        _ => Ok(name),
    }
}

/// The record of each duty of the catalog that was taken over.
fn known(programme: &Programme) -> Result<BTreeMap<String, String>, Error> {
    let records = all(programme, kind("duty")?, MOST, |record| record.text("duty").is_some())?;
    Ok(records.iter().filter_map(|one| Some((one.text("duty")?.to_owned(), one.id().to_owned()))).collect())
}

/// Id and function of every team, by id.
fn teams(programme: &Programme) -> Result<Vec<(String, String)>, Error> {
    let records = all(programme, kind("team")?, MOST, |_| true)?;
    let mut teams: Vec<(String, String)> =
        records.iter().map(|one| (one.id().to_owned(), one.text("function").unwrap_or_default().to_owned())).collect();
    teams.sort();
    Ok(teams)
}

/// The first team of the first function that does it, else of the one that answers for it.
fn suggested<'t>(raci: &Raci, teams: &'t [(String, String)]) -> Option<&'t str> {
    let mut functions = raci.responsible.iter().chain(&raci.accountable);
    functions.find_map(|function| teams.iter().find(|(_, own)| own == function)).map(|(id, _)| id.as_str())
}

/// The catalog's id, or that with a number where a record of something else has it.
fn free(id: &str, taken: &mut BTreeSet<String>) -> String {
    let names = std::iter::once(id.to_owned()).chain((2..).map(|number| format!("{id}.{number}")));
    let name = names.into_iter().find(|name| !taken.contains(name)).unwrap_or_else(|| id.to_owned());
    taken.insert(name.clone());
    name
}
