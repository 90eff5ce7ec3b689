//! Taking duties over from the catalog: which, by which team, since when.

use std::collections::BTreeMap;

use askama::Template;
use tally_app::access::Permission;
use tally_app::duties::{self, Adopt, Cadence, Offer};
use tally_app::records;
use tally_model::{Instant, Kind};

use super::duties::often;
use super::links;
use crate::failure::Failure;
use crate::reply::Reply;
use crate::route::{Need, Route};
use crate::shell::Shell;
use crate::visit::Visit;
use crate::words::{many, plain};

/// The routes of this module.
pub const ROUTES: &[Route] = &[
    Route::get("/duties/adopt", Need::May(Permission::Edit), page),
    Route::post("/duties/adopt", Need::May(Permission::Edit), adopt),
];

/// Most teams that are offered.
const TEAMS: usize = 2_000;

#[derive(Template)]
#[template(path = "duties_adopt.html")]
struct Page {
    shell: Shell,
    rows: Vec<Row>,
    teams: Vec<(String, String)>,
    today: String,
    left: usize,
}

struct Row {
    id: String,
    title: String,
    does: String,
    proof: String,
    often: &'static str,
    who: String,
    known: Option<String>,
    owner: String,
}

fn page(visit: &Visit) -> Result<Reply, Failure> {
    let (offers, teams) = visit.bench().read(|programme| Ok((duties::offers(programme)?, teams(programme)?)))?;
    let rows: Vec<Row> = offers.iter().map(row).collect();
    let page = Page {
        shell: visit.shell("Adopt duties").below(&[("Duties", "/duties")]),
        left: rows.iter().filter(|row| row.known.is_none()).count(),
        rows,
        teams,
        today: duties::Day::of(visit.now).to_string(),
    };
    Ok(Reply::html(page.render()?))
}

/// Id and name of every team, by name.
pub(super) fn teams(programme: &tally_app::Programme) -> Result<Vec<(String, String)>, tally_app::Error> {
    let Some(kind) = Kind::named("team") else { return Ok(Vec::new()) };
    let found = records::all(programme, kind, TEAMS, |_| true)?;
    let name = |team: &tally_model::Record| team.text("name").unwrap_or(team.id()).to_owned();
    let mut teams: Vec<(String, String)> = found.iter().map(|team| (team.id().to_owned(), name(team))).collect();
    teams.sort_by(|left, right| left.1.cmp(&right.1));
    Ok(teams)
}

fn row(offer: &Offer) -> Row {
    let duty = &offer.duty;
    Row {
        id: duty.id.clone(),
        title: duty.title.clone(),
        does: duty.does.trim().to_owned(),
        proof: duty.evidence.trim().to_owned(),
        often: Cadence::parse(duty.cadence.as_str()).map_or("", often),
        who: plain(&duty.raci.responsible.join(", ")),
        known: offer.known.as_ref().and_then(|id| links::record("duty", id)),
        owner: offer.owner.clone().unwrap_or_default(),
    }
}

fn adopt(visit: &Visit) -> Result<Reply, Failure> {
    let chosen: Vec<String> = visit.form.all("duty").filter(|id| !id.is_empty()).map(str::to_owned).collect();
    if chosen.is_empty() {
        return Err(Failure::Wrong("no duty is chosen; tick those that the programme takes over".to_owned()));
    }
    let starts_at = match visit.form.get("starts_at") {
        Some(text) => Some(
            Instant::parse(text)
                .ok_or_else(|| Failure::Wrong(format!("since `{text}`, expected a date such as 2026-03-31")))?,
        ),
        None => None,
    };
    let owner = |id: &String| Some((id.clone(), visit.form.get(&format!("owner.{id}"))?.to_owned()));
    let owners: BTreeMap<String, String> = chosen.iter().filter_map(owner).collect();
    let wanted = Adopt { duties: chosen, owners, owner: None, starts_at };
    let actor = visit.actor()?;
    let adopted = visit.bench().write(|programme| duties::adopt(programme, &wanted, &actor, visit.now))?;
    let mut word = format!("{} adopted.", many(adopted.adopted.len() as u64, "duty"));
    if !adopted.known.is_empty() {
        word.push_str(&format!(" {} there already.", adopted.known.join(", ")));
    }
    Ok(visit.told("/duties", &word))
}
