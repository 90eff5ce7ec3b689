//! Who may come in, and as what: people, invitations, roles, teams; all tokens. For administrators.

use std::collections::BTreeSet;

use askama::Template;
use tally_app::access::{Alter, Invite, LINK_PATH, Permission, Person, Role};
use tally_app::records;
use tally_app::scope::Scope;

use super::once;
use super::prove::led;
use super::tokens::{self, TokenRow};
use crate::failure::Failure;
use crate::pairs::encode;
use crate::reply::Reply;
use crate::route::{Need, Route};
use crate::shell::Shell;
use crate::visit::Visit;
use crate::words::{State, minute};

const NEED: Need = Need::May(Permission::Administer);
/// The list of people.
const HERE: &str = "/settings/people";
/// Where a page below it leads back to.
const BACK: (&str, &str) = ("People", HERE);
/// Sign-ins that are listed.
const EVENTS: u32 = 50;

/// The routes of this module.
pub const ROUTES: &[Route] = &[
    Route::get("/settings/people", NEED, page),
    Route::post("/settings/people", NEED, invite),
    Route::get("/settings/people/{account}", NEED, one),
    Route::post("/settings/people/{account}", NEED, alter),
    Route::post("/settings/people/{account}/reset", NEED, reset),
    Route::post("/settings/people/{account}/codes-off", NEED, codes_off),
    Route::post("/settings/people/{account}/end", NEED, end),
    Route::get("/settings/tokens", NEED, all_tokens),
    Route::post("/settings/tokens/revoke", NEED, revoke),
];

#[derive(Template)]
#[template(path = "people.html")]
struct Page {
    shell: Shell,
    people: Vec<Row>,
    roles: [&'static str; 4],
}

struct Row {
    account: String,
    path: String,
    name: String,
    email: String,
    role: &'static str,
    teams: String,
    by: &'static str,
    state: State,
    created: String,
}

#[derive(Template)]
#[template(path = "person.html")]
struct One {
    shell: Shell,
    row: Row,
    version: u64,
    /// Team ids with commas between; empty for all.
    teams: String,
    disabled: bool,
    codes: bool,
    roles: [&'static str; 4],
    sessions: Vec<(String, String, String, String)>,
    tokens: Vec<TokenRow>,
    events: Vec<(String, String, String)>,
}

#[derive(Template)]
#[template(path = "tokens.html")]
struct Tokens {
    shell: Shell,
    tokens: Vec<TokenRow>,
}

fn row(person: &Person) -> Row {
    let by = match (&person.outside, &person.password) {
        (Some(_), Some(_)) => "sign-in service or password",
        (Some(_), None) => "sign-in service",
        (None, Some(_)) if person.totp.as_ref().is_some_and(|totp| totp.confirmed) => "password and code",
        (None, Some(_)) => "password",
        (None, None) => "nothing yet",
    };
    let state = match (person.disabled, by) {
        (true, _) => State::new("✗", "disabled", "bad"),
        (false, "nothing yet") => State::new("·", "invited", "warn"),
        _ => State::new("✓", "may come in", "good"),
    };
    Row {
        account: person.id.clone(),
        path: format!("{HERE}/{}", encode(&person.id)),
        name: person.name.clone(),
        email: person.email.clone().unwrap_or_default(),
        role: person.role.word(),
        teams: person.teams.as_ref().map_or_else(|| "all".to_owned(), joined),
        by,
        state,
        created: minute(person.created),
    }
}

fn joined(teams: &BTreeSet<String>) -> String {
    if teams.is_empty() { "none".to_owned() } else { teams.iter().cloned().collect::<Vec<_>>().join(", ") }
}

fn page(visit: &Visit) -> Result<Reply, Failure> {
    let people = visit.house.desk.people(visit.viewer()?)?;
    let shell = visit.shell("People").below(&[("Settings", "/settings")]);
    Ok(Reply::html(Page { shell, people: people.iter().map(row).collect(), roles: Role::ALL.map(Role::word) }.render()?))
}

/// The teams that a form names with commas between; `None` for all.
///
/// # Errors
/// Where one of them is no team here.
pub(super) fn teams(visit: &Visit) -> Result<Option<BTreeSet<String>>, Failure> {
    let named =
        visit.form.get("teams").unwrap_or_default().split([',', ' ', '\n']).map(str::trim).filter(|team| !team.is_empty());
    let teams: BTreeSet<String> = named.map(str::to_owned).collect();
    if teams.is_empty() {
        return Ok(None);
    }
    let kind = records::kind("team")?;
    visit
        .bench()
        .read(|programme| teams.iter().try_for_each(|team| records::one(programme, kind, team, &Scope::All).map(drop)))?;
    Ok(Some(teams))
}

fn role(visit: &Visit) -> Result<Role, Failure> {
    let word = visit.field("role")?;
    Role::from_word(word).ok_or_else(|| Failure::Wrong(format!("`{word}` is no role; choose one that is offered")))
}

fn address(visit: &Visit, secret: &str) -> String {
    format!("{}{LINK_PATH}{secret}", visit.house.address())
}

fn invite(visit: &Visit) -> Result<Reply, Failure> {
    let invite = Invite {
        account: visit.field("account")?.to_owned(),
        name: visit.form.get("name").unwrap_or_default().to_owned(),
        email: visit.form.get("email").map(str::to_owned),
        role: role(visit)?,
        teams: teams(visit)?,
    };
    let viewer = visit.viewer()?;
    let made = visit.bench().write(|programme| visit.house.desk.invite(programme, viewer, &invite, visit.now));
    let shown = |secret: String| {
        let words = format!("Send this link to {}. It sets a password, once, within 72 hours.", invite.account.trim());
        once::shown(visit, "An invitation", words, vec![address(visit, &secret)], None, BACK)
    };
    led(HERE, made.map_err(Failure::from).and_then(shown))
}

fn one(visit: &Visit) -> Result<Reply, Failure> {
    let (viewer, desk) = (visit.viewer()?, &visit.house.desk);
    let person = desk.look_up(viewer, visit.param("account"))?;
    let sessions = desk.sessions(viewer, &person.id, visit.now)?;
    let events = desk.events(viewer, Some(&person.id), None, EVENTS)?;
    let page = One {
        shell: visit.shell(&person.name).below(&[("Settings", "/settings"), BACK]),
        row: row(&person),
        version: person.version,
        teams: person.teams.as_ref().map(|teams| teams.iter().cloned().collect::<Vec<_>>().join(", ")).unwrap_or_default(),
        disabled: person.disabled,
        codes: person.totp.is_some(),
        roles: Role::ALL.map(Role::word),
        sessions: sessions.into_iter().map(|one| (minute(one.seen), one.means, one.address, one.handle)).collect(),
        tokens: tokens::rows(&desk.tokens(viewer, Some(&person.id))?, visit.now),
        events: events.into_iter().map(|event| (minute(event.at), event.what, event.address)).collect(),
    };
    Ok(Reply::html(page.render()?))
}

/// The person's page.
fn at(visit: &Visit) -> String {
    format!("{HERE}/{}", encode(visit.param("account")))
}

fn alter(visit: &Visit) -> Result<Reply, Failure> {
    let version = visit.field("version")?;
    let alter = Alter {
        name: visit.form.get("name").map(str::to_owned),
        email: Some(visit.form.get("email").map(str::to_owned)),
        role: Some(role(visit)?),
        teams: Some(teams(visit)?),
        disabled: Some(visit.form.get("disabled") == Some("yes")),
        version: Some(
            version.parse().map_err(|_| Failure::Wrong("the form is not one of ours: it names no version".to_owned()))?,
        ),
    };
    let viewer = visit.viewer()?;
    let account = visit.param("account");
    let changed = visit.bench().write(|programme| visit.house.desk.alter(programme, viewer, account, &alter, visit.now));
    let back = at(visit);
    led(&back, changed.map(|_| visit.told(&back, "Changed. It holds from now on.")).map_err(Failure::from))
}

fn reset(visit: &Visit) -> Result<Reply, Failure> {
    let (viewer, account) = (visit.viewer()?, visit.param("account"));
    let made = visit.bench().write(|programme| visit.house.desk.reset(programme, viewer, account, visit.now));
    let shown = |secret: String| {
        let words =
            format!("Send this link to {account}. It sets a new password, once, within an hour. The old one holds until then.");
        once::shown(visit, "A link for a new password", words, vec![address(visit, &secret)], None, BACK)
    };
    led(&at(visit), made.map_err(Failure::from).and_then(shown))
}

fn codes_off(visit: &Visit) -> Result<Reply, Failure> {
    let (viewer, account) = (visit.viewer()?, visit.param("account"));
    let off = visit.bench().write(|programme| visit.house.desk.codes_off(programme, viewer, account, visit.now));
    let back = at(visit);
    led(&back, off.map(|()| visit.told(&back, "One-time codes are off.")).map_err(Failure::from))
}

fn end(visit: &Visit) -> Result<Reply, Failure> {
    visit.house.desk.end_session(visit.viewer()?, visit.param("account"), visit.field("session")?, visit.now)?;
    Ok(visit.told(&at(visit), "The session is ended."))
}

fn all_tokens(visit: &Visit) -> Result<Reply, Failure> {
    let tokens = visit.house.desk.tokens(visit.viewer()?, None)?;
    let shell = visit.shell("Tokens").below(&[("Settings", "/settings")]);
    Ok(Reply::html(Tokens { shell, tokens: tokens::rows(&tokens, visit.now) }.render()?))
}

fn revoke(visit: &Visit) -> Result<Reply, Failure> {
    tokens::revoke(visit, "/settings/tokens")
}
