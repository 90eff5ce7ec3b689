//! The calendar of duties: as a file for who is signed in or has a token, and at an address of one's own for programs that
//! can send neither. Such an address holds a token that opens this calendar and nothing else; it is told once.

use askama::Template;
use tally_app::access::{NewToken, Permission, Role, Token, TokenScope, Viewer};
use tally_app::duties;

use super::duties_adopt::teams;
use super::once;
use super::prove::led;
use crate::failure::Failure;
use crate::pairs::encode;
use crate::reply::Reply;
use crate::route::{Need, Route};
use crate::shell::Shell;
use crate::visit::Visit;
use crate::words::minute;

/// The routes of this module.
pub const ROUTES: &[Route] = &[
    Route::get("/duties.ics", Need::May(Permission::Read), file),
    Route::get("/duties/calendar", Need::May(Permission::Read), page),
    Route::post("/duties/calendar", Need::May(Permission::Account), make),
    // The address is the proof: its secret is a token that opens nothing else.
    Route::get("/calendar/{secret}/duties.ics", Need::Nothing, feed),
];

const HERE: &str = "/duties/calendar";
const MEDIA: &str = "text/calendar; charset=utf-8";
/// Days that an address lives.
const DAYS: u32 = 366;

#[derive(Template)]
#[template(path = "duties_calendar.html")]
struct Page {
    shell: Shell,
    address: String,
    teams: Vec<(String, String)>,
    addresses: Vec<(String, String, String)>,
    can_make: bool,
}

/// A path as the log names it: a calendar's address is a secret.
pub(crate) fn logged(path: &str) -> &str {
    if path.starts_with("/calendar/") { "/calendar/(secret)/duties.ics" } else { path }
}

/// A path at the instant that the page was asked for.
pub(super) fn at_instant(visit: &Visit, path: &str) -> String {
    match visit.query.get("as_of") {
        Some(text) => format!("{path}&as_of={}", encode(text)),
        None => path.to_owned(),
    }
}

fn page(visit: &Visit) -> Result<Reply, Failure> {
    let viewer = visit.viewer()?;
    let tokens =
        if viewer.may(Permission::Account) { visit.house.desk.tokens(viewer, Some(&viewer.person))? } else { Vec::new() };
    let open = |token: &&Token| {
        let over = token.revoked.is_some() || token.expires.is_some_and(|end| visit.now >= end);
        token.scope == TokenScope::Calendar && !over
    };
    let page = Page {
        shell: visit.shell("Calendar").below(&[("Duties", "/duties")]),
        address: visit.house.address().to_owned(),
        teams: visit.bench().read(teams)?,
        addresses: tokens
            .iter()
            .filter(open)
            .map(|token| {
                let until = token.expires.map_or_else(|| "for good".to_owned(), minute);
                (token.id.clone(), token.name.clone(), until)
            })
            .collect(),
        can_make: viewer.may(Permission::Account),
    };
    Ok(Reply::html(page.render()?))
}

fn make(visit: &Visit) -> Result<Reply, Failure> {
    let viewer = visit.viewer()?;
    let new = NewToken {
        owner: viewer.person.clone(),
        name: visit.form.get("name").unwrap_or("Calendar of duties").to_owned(),
        role: Role::Viewer,
        scope: TokenScope::Calendar,
        teams: None,
        days: DAYS,
    };
    let made = visit.bench().write(|programme| visit.house.desk.make_token(programme, viewer, &new, visit.now));
    let team = visit.form.get("team").map(|team| format!("?team={}", encode(team))).unwrap_or_default();
    led(
        HERE,
        made.map_err(Failure::from).and_then(|made| {
            let words = format!(
                "Subscribe to this address in a calendar program. Whoever has it reads the calendar of duties that you see, and nothing \
                 else, until {}. To end it earlier, revoke the token on your account page.",
                minute(made.expires)
            );
            let address = format!("{}/calendar/{}/duties.ics{team}", visit.house.address(), made.text);
            once::shown(visit, "A calendar's address", words, vec![address], None, ("Calendar", HERE))
        }),
    )
}

fn file(visit: &Visit) -> Result<Reply, Failure> {
    calendar(visit, visit.viewer()?)
}

fn feed(visit: &Visit) -> Result<Reply, Failure> {
    let gone = || Failure::Missing("there is no calendar at this address, or it was revoked or has expired".to_owned());
    let viewer = visit.house.desk.calendar(visit.param("secret"), visit.now)?.ok_or_else(gone)?;
    calendar(visit, &viewer)
}

fn calendar(visit: &Visit, viewer: &Viewer) -> Result<Reply, Failure> {
    let facts = visit.bench().facts(&viewer.scope)?;
    let (team, address) = (visit.query.get("team"), Some(visit.house.address()));
    let text = visit.bench().read(|programme| duties::calendar(programme, &facts, &viewer.scope, team, address, visit.now))?;
    Ok(Reply::whole(MEDIA, text.into_bytes()).with("content-disposition", "inline; filename=\"duties.ics\""))
}
