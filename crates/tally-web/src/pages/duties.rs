//! Duties: the board of what is owed, one duty with all its times, and saying that it was done. Never ranks persons.

use std::sync::Arc;

use askama::Template;
use tally_app::access::Permission;
use tally_app::duties::{self, Board, Cadence, Done, Duty, Group, Occurring};
use tally_app::{Facts, records};
use tally_model::{Instant, Kind};
use tally_report::number::count;

use super::links;
use super::risks::{Line, Risk};
use crate::failure::Failure;
use crate::pairs::encode;
use crate::reply::Reply;
use crate::route::{Need, Route};
use crate::shell::Shell;
use crate::visit::Visit;
use crate::words::{State, many, plain};

/// The routes of this module.
pub const ROUTES: &[Route] = &[
    Route::get("/duties", Need::May(Permission::Read), page),
    Route::get("/duties/{id}", Need::May(Permission::Read), one),
    Route::post("/duties/{id}/done", Need::May(Permission::Edit), done),
];

/// Rows of a group on the board; what is asked for alone is shown in pages of so many.
const SHOWN: usize = 100;

#[derive(Template)]
#[template(path = "duties.html")]
struct Page {
    shell: Shell,
    none: bool,
    can_edit: bool,
    band: Vec<Block>,
    teams: Vec<(String, String)>,
    team: String,
    state: String,
    groups: Vec<Shown>,
    as_of: String,
}

struct Block {
    figure: String,
    words: &'static str,
    path: String,
}

struct Shown {
    title: &'static str,
    total: String,
    done: bool,
    rows: Vec<Row>,
    more: Option<String>,
    prev: Option<String>,
    next: Option<String>,
}

/// One time of a duty as a row.
pub(super) struct Row {
    pub(super) state: State,
    pub(super) title: String,
    pub(super) path: String,
    pub(super) name: String,
    pub(super) release: Option<String>,
    pub(super) team: String,
    pub(super) due: String,
    pub(super) done: Option<String>,
    pub(super) proofs: Vec<(String, Option<String>)>,
    pub(super) note: String,
    pub(super) open: bool,
    pub(super) value: String,
}

/// The board under the viewer's scope, made once for each state of the journal and hour.
pub(crate) fn board(visit: &Visit, at: Instant) -> Result<Arc<Board>, Failure> {
    let scope = visit.scope();
    let name = format!("duties/{}", at.micros());
    let make = |facts: &Facts| visit.bench().read(|programme| duties::board(programme, facts, &scope, at));
    Ok(visit.bench().kept(&scope, &name, make)?)
}

fn page(visit: &Visit) -> Result<Reply, Failure> {
    let at = visit.as_of()?;
    let whole = board(visit, at)?;
    let facts = visit.facts()?;
    let group = match visit.query.get("state") {
        Some(word) => Some(
            Group::named(word)
                .ok_or_else(|| Failure::Wrong(format!("state `{word}`, expected overdue, due_soon, open or done")))?,
        ),
        None => None,
    };
    let team = visit.query.get("team").unwrap_or_default();
    let narrowed = (!team.is_empty()).then(|| whole.of_team(team));
    let board = narrowed.as_ref().unwrap_or(&whole);
    let groups = Group::ALL.into_iter().filter(|one| group.is_none_or(|wanted| wanted == *one));
    let mut teams: Vec<(String, String)> = whole.duties.iter().map(|duty| (duty.owner.clone(), duty.team.clone())).collect();
    teams.sort_by(|left, right| (&left.1, &left.0).cmp(&(&right.1, &right.0)));
    teams.dedup();
    let page = Page {
        shell: visit.shell("Duties").made_of(&facts, at, &visit.scope()),
        none: whole.duties.is_empty(),
        can_edit: visit.viewer()?.may(Permission::Edit),
        band: Group::ALL.into_iter().map(|group| block(visit, board, group)).collect(),
        groups: groups.map(|one| shown(visit, board, one, group.is_some())).collect(),
        teams,
        team: team.to_owned(),
        state: group.map(|group| group.word().to_owned()).unwrap_or_default(),
        as_of: visit.query.get("as_of").unwrap_or_default().to_owned(),
    };
    Ok(Reply::html(page.render()?))
}

const fn title(group: Group) -> &'static str {
    match group {
        Group::Overdue => "Overdue",
        Group::DueSoon => "Due within seven days",
        Group::Open => "Open",
        Group::Done => "Done",
    }
}

fn block(visit: &Visit, board: &Board, group: Group) -> Block {
    let path = format!("/duties?{}", visit.query.with("state", group.word()).with("page", "1").to_query());
    Block { figure: count(board.count(group) as u64), words: title(group), path }
}

fn shown(visit: &Visit, board: &Board, group: Group, alone: bool) -> Shown {
    let total = board.count(group);
    let pages = total.div_ceil(SHOWN).max(1);
    let asked = visit.query.get("page").and_then(|text| text.parse().ok()).unwrap_or(1usize);
    let page = if alone { asked.clamp(1, pages) } else { 1 };
    let rows = board.of(group).skip((page - 1) * SHOWN).take(SHOWN);
    let at =
        |page: usize| format!("/duties?{}", visit.query.with("state", group.word()).with("page", &page.to_string()).to_query());
    Shown {
        title: title(group),
        total: count(total as u64),
        done: group == Group::Done,
        rows: rows.map(|one| row(one, board)).collect(),
        more: (!alone && total > SHOWN).then(|| at(1)),
        prev: (page > 1).then(|| at(page - 1)),
        next: (alone && page < pages).then(|| at(page + 1)),
    }
}

fn state(one: &Occurring, board: &Board) -> State {
    use tally_app::duties::State as Stands;
    let word = duties::standing(one, board.today);
    match one.state {
        Stands::Overdue => State::new("✗", word, "bad"),
        Stands::DueSoon => State::new("!", word, "warn"),
        Stands::Open => State::new("○", word, ""),
        Stands::Done => State::new("✓", word, "good"),
        Stands::DoneLate => State::new("✓", word, "warn"),
    }
}

/// A row, with where the duty's page is. Evidence stands as it was written.
fn row(one: &Occurring, board: &Board) -> Row {
    let is_release = one.duty.cadence == Cadence::PerRelease;
    Row {
        state: state(one, board),
        title: one.duty.title.clone(),
        path: format!("/duties/{}", encode(&one.duty.id)),
        release: is_release.then(|| links::record("release", &one.name)).flatten(),
        name: one.name.clone(),
        team: one.duty.team.clone(),
        due: one.due.map_or_else(|| "when it is deployed".to_owned(), |due| due.to_string()),
        done: one.done.as_ref().map(|done| format!("{} by {}", duties::Day::of(done.at), done.by)),
        proofs: one.done.iter().flat_map(|done| &done.evidence).map(|proof| (proof.clone(), None)).collect(),
        note: one.done.as_ref().and_then(|done| done.note.clone()).unwrap_or_default(),
        open: one.done.is_none(),
        value: encode(&one.name),
    }
}

#[derive(Template)]
#[template(path = "duty.html")]
struct OnePage {
    shell: Shell,
    duty: Arc<Duty>,
    cadence: &'static str,
    since: String,
    until: Option<String>,
    due: String,
    owner_path: String,
    system_path: Option<String>,
    record_path: String,
    rows: Vec<Row>,
    more: usize,
    open: Vec<(String, String)>,
    chosen: String,
    can_edit: bool,
    today: String,
    action: String,
}

/// How often, in words.
pub(super) const fn often(cadence: Cadence) -> &'static str {
    match cadence {
        Cadence::Quarterly => "every quarter",
        Cadence::Monthly => "every month",
        Cadence::Ongoing => "all the time, looked at every month",
        Cadence::PerRelease => "with every release",
    }
}

fn one(visit: &Visit) -> Result<Reply, Failure> {
    let at = visit.as_of()?;
    let board = board(visit, at)?;
    let (duty, all) = board.history(visit.param("id"))?;
    let facts = visit.facts()?;
    let mut rows: Vec<Row> = all.iter().take(SHOWN).map(|one| row(one, &board)).collect();
    for proof in rows.iter_mut().flat_map(|row| &mut row.proofs) {
        proof.1 = evidence_path(visit, &proof.0)?;
    }
    let mut open: Vec<&Occurring> = all.iter().filter(|one| one.done.is_none()).collect();
    // The one due first stands first.
    open.reverse();
    let after = match duty.cadence {
        Cadence::PerRelease => "the deployment",
        _ => "the end of the period",
    };
    let page = OnePage {
        shell: visit.shell(&duty.title).below(&[("Duties", "/duties")]).made_of(&facts, at, &visit.scope()),
        cadence: often(duty.cadence),
        since: duty.from.to_string(),
        until: duty.until.map(|day| day.to_string()),
        due: if duty.due_days == 0 {
            format!("by {after}")
        } else {
            format!("{} after {after}", many(duty.due_days.unsigned_abs().into(), "day"))
        },
        owner_path: links::record("team", &duty.owner).unwrap_or_default(),
        system_path: duty.system.as_ref().and_then(|id| links::record("system", id)),
        record_path: links::record("duty", &duty.id).unwrap_or_default(),
        more: all.len().saturating_sub(SHOWN),
        open: open.iter().map(|one| (one.name.clone(), duties::standing(one, board.today))).collect(),
        chosen: visit.query.get("occurrence").unwrap_or_default().to_owned(),
        can_edit: visit.viewer()?.may(Permission::Edit),
        today: board.today.to_string(),
        action: format!("/duties/{}/done", encode(&duty.id)),
        rows,
        duty,
    };
    Ok(Reply::html(page.render()?))
}

/// Where a piece of evidence is, where the text is the id of one.
fn evidence_path(visit: &Visit, id: &str) -> Result<Option<String>, Failure> {
    let Some(kind) = Kind::named("evidence") else { return Ok(None) };
    match visit.bench().read(|programme| records::one(programme, kind, id, &visit.scope())) {
        Ok(_) => Ok(links::record("evidence", id)),
        Err(tally_app::Error::Unknown { .. }) => Ok(None),
        Err(error) => Err(error.into()),
    }
}

fn done(visit: &Visit) -> Result<Reply, Failure> {
    let id = visit.param("id");
    let text = |name: &str| visit.form.get(name).map(str::trim).filter(|text| !text.is_empty());
    let said = Done {
        duty: id.to_owned(),
        occurrence: text("occurrence").map(str::to_owned),
        evidence: text("evidence").map(|lines| lines.lines().map(str::to_owned).collect()).unwrap_or_default(),
        note: text("note").map(str::to_owned),
        done_at: text("done_at").map(|day| done_on(visit, day)).transpose()?,
    };
    let actor = visit.actor()?;
    let facts = visit.facts()?;
    let (name, _) = visit.bench().write(|programme| duties::done(programme, &facts, &said, &actor, visit.now))?;
    Ok(visit.told(&format!("/duties/{}", encode(id)), &format!("{} is done for {name}.", plain(id))))
}

/// The day of a form: today is now, another day its first instant.
fn done_on(visit: &Visit, day: &str) -> Result<Instant, Failure> {
    let at =
        Instant::parse(day).ok_or_else(|| Failure::Wrong(format!("done on `{day}`, expected a date such as 2026-03-31")))?;
    Ok(if duties::Day::of(at) == duties::Day::of(visit.now) { visit.now } else { at })
}

/// What is overdue, for the scorecard: how many times, the oldest first.
pub(super) fn risk(visit: &Visit, at: Instant) -> Result<Risk, Failure> {
    const LINES: usize = 6;
    let board = board(visit, at)?;
    let rows = board.of(Group::Overdue).take(LINES).map(|one| Line {
        title: format!("{}, {}", one.duty.title, one.name),
        path: format!("/duties/{}", encode(&one.duty.id)),
        state: Some(State::new("✗", "overdue", "bad")),
        figure: many(one.late_by(board.today).unwrap_or(0).unsigned_abs(), "day"),
    });
    Ok(Risk {
        title: "Overdue duties",
        count: count(board.count(Group::Overdue) as u64),
        path: Some(super::duties_feed::at_instant(visit, "/duties?state=overdue")),
        none: if board.duties.is_empty() { "No duty is adopted yet." } else { "Nothing is overdue." },
        rows: rows.collect(),
    })
}
