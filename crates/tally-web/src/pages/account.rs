//! One's own account: password, one-time codes, sessions, API tokens.

use askama::Template;
use tally_app::Error;
use tally_app::access::{NewToken, Permission, Refusal, Role, TokenScope};

use super::once;
use super::prove::led;
use super::tokens::{self, TokenRow};
use crate::failure::Failure;
use crate::reply::Reply;
use crate::route::{Need, Route};
use crate::shell::Shell;
use crate::visit::Visit;
use crate::words::{capital, many, minute};

const NEED: Need = Need::May(Permission::Account);
/// This page.
const HERE: &str = "/account";
/// Where a page below this one leads back to.
const BACK: (&str, &str) = ("Account", HERE);

/// The routes of this module.
pub const ROUTES: &[Route] = &[
    Route::get("/account", NEED, page),
    Route::post("/account/password", NEED, password),
    Route::post("/account/codes", NEED, begin_codes),
    Route::post("/account/codes/confirm", NEED, confirm_codes),
    Route::post("/account/codes/off", NEED, codes_off),
    Route::post("/account/tokens", NEED, make_token),
    Route::post("/account/tokens/revoke", NEED, revoke),
    Route::post("/account/sessions/end", NEED, end),
    Route::post("/account/sessions/end-others", NEED, end_others),
];

#[derive(Template)]
#[template(path = "account.html")]
struct Page {
    shell: Shell,
    account: String,
    name: String,
    email: String,
    role: &'static str,
    teams: String,
    outside: Option<String>,
    has_password: bool,
    codes_left: Option<String>,
    tokens: Vec<TokenRow>,
    roles: Vec<&'static str>,
    scopes: [(&'static str, &'static str); 3],
    sessions: Vec<SessionRow>,
    others: usize,
}

struct SessionRow {
    handle: String,
    created: String,
    seen: String,
    means: String,
    address: String,
    agent: String,
    current: bool,
}

#[derive(Template)]
#[template(path = "codes.html")]
struct Codes {
    shell: Shell,
    problem: Option<String>,
    key: String,
    address: String,
}

fn page(visit: &Visit) -> Result<Reply, Failure> {
    let viewer = visit.viewer()?;
    let desk = &visit.house.desk;
    let person = desk.look_up(viewer, &viewer.person)?;
    let sessions = desk.sessions(viewer, &viewer.person, visit.now)?;
    let page = Page {
        shell: visit.shell("Account"),
        account: person.id,
        name: person.name,
        email: person.email.unwrap_or_default(),
        role: person.role.word(),
        teams: person.teams.map_or_else(|| "all".to_owned(), |teams| teams.into_iter().collect::<Vec<_>>().join(", ")),
        outside: person.outside.map(|outside| outside.issuer),
        has_password: person.password.is_some(),
        codes_left: desk.recovery_left(viewer)?.map(|left| many(u64::from(left), "recovery code")),
        tokens: tokens::rows(&desk.tokens(viewer, Some(&viewer.person))?, visit.now),
        roles: Role::ALL.into_iter().filter(|role| *role <= person.role).map(Role::word).collect(),
        scopes: [("read", "read"), ("import", "read and import"), ("write", "all that its role may")],
        others: sessions.iter().filter(|session| !session.current).count(),
        sessions: sessions
            .into_iter()
            .map(|session| SessionRow {
                handle: session.handle,
                created: minute(session.created),
                seen: minute(session.seen),
                means: session.means,
                address: session.address,
                agent: session.agent,
                current: session.current,
            })
            .collect(),
    };
    Ok(Reply::html(page.render()?))
}

fn password(visit: &Visit) -> Result<Reply, Failure> {
    let text = |name: &str| visit.form.get(name).unwrap_or_default();
    if text("new") != text("again") {
        return Err(Failure::Wrong("the two new passwords differ; type the same twice".to_owned()));
    }
    let viewer = visit.viewer()?;
    let set =
        visit.bench().write(|programme| visit.house.desk.set_password(programme, viewer, text("old"), text("new"), visit.now));
    match set {
        Err(Error::Access(Refusal::Wrong)) => Err(Failure::Wrong("the old password is wrong; nothing was changed".to_owned())),
        other => led(
            HERE,
            other.map(|()| visit.told(HERE, "Your password is changed. Your other sessions are ended.")).map_err(Failure::from),
        ),
    }
}

fn begin_codes(visit: &Visit) -> Result<Reply, Failure> {
    let begun = visit.house.desk.begin_codes(visit.viewer()?, visit.now);
    led(HERE, begun.map_err(Failure::from).and_then(|new| codes(visit, new.key, new.address, None)))
}

fn codes(visit: &Visit, key: String, address: String, problem: Option<String>) -> Result<Reply, Failure> {
    let shell = visit.shell("One-time codes").below(&[BACK]);
    Ok(Reply::html(Codes { shell, problem, key, address }.render()?))
}

fn confirm_codes(visit: &Visit) -> Result<Reply, Failure> {
    let viewer = visit.viewer()?;
    let code = visit.field("code")?;
    let confirmed = visit.bench().write(|programme| visit.house.desk.confirm_codes(programme, viewer, code, visit.now));
    match confirmed {
        Ok(recovery) => {
            let words = "One-time codes are on. Each of these recovery codes opens your account once, should the authenticator be lost.";
            once::shown(visit, "Recovery codes", words.to_owned(), recovery, None, BACK)
        }
        Err(Error::Access(Refusal::Wrong)) => {
            // The key comes back from the page that showed it; it is drawn there again and used for nothing else.
            let shown = |name: &str| visit.form.get(name).unwrap_or_default().to_owned();
            let problem = "This code is wrong, or older than half a minute. Type the one that the authenticator shows now.";
            let page = codes(visit, shown("key"), shown("address"), Some(problem.to_owned()))?;
            Ok(page.with_status(axum::http::StatusCode::UNPROCESSABLE_ENTITY))
        }
        Err(other) => led(HERE, Err(other.into())),
    }
}

fn codes_off(visit: &Visit) -> Result<Reply, Failure> {
    let viewer = visit.viewer()?;
    let off = visit.bench().write(|programme| visit.house.desk.codes_off(programme, viewer, &viewer.person, visit.now));
    led(
        HERE,
        off.map(|()| visit.told(HERE, "One-time codes are off. The recovery codes open nothing any more."))
            .map_err(Failure::from),
    )
}

fn make_token(visit: &Visit) -> Result<Reply, Failure> {
    let viewer = visit.viewer()?;
    let (role, scope, days) = (visit.field("role")?, visit.field("scope")?, visit.field("days")?);
    let wrong = |what: &str, text: &str| Failure::Wrong(format!("`{text}` is no {what}; choose one that is offered"));
    let new = NewToken {
        owner: viewer.person.clone(),
        name: visit.field("name")?.to_owned(),
        role: Role::from_word(role).ok_or_else(|| wrong("role", role))?,
        scope: TokenScope::from_word(scope).ok_or_else(|| wrong("scope", scope))?,
        teams: super::people::teams(visit)?,
        days: days.trim().parse().map_err(|_| wrong("number of days", days))?,
    };
    let made = visit.bench().write(|programme| visit.house.desk.make_token(programme, viewer, &new, visit.now));
    led(
        HERE,
        made.map_err(Failure::from).and_then(|made| {
            let words = format!("The token “{}” is good until {}.", new.name.trim(), minute(made.expires));
            let usage = format!(
                "export TALLY_TOKEN={}\ncurl -H \"Authorization: Bearer $TALLY_TOKEN\" {}/api/v1/score",
                made.text,
                visit.house.address()
            );
            once::shown(visit, "A new token", words, vec![made.text], Some(usage), BACK)
        }),
    )
}

fn revoke(visit: &Visit) -> Result<Reply, Failure> {
    tokens::revoke(visit, HERE)
}

fn end(visit: &Visit) -> Result<Reply, Failure> {
    let viewer = visit.viewer()?;
    visit.house.desk.end_session(viewer, &viewer.person, visit.field("session")?, visit.now)?;
    Ok(visit.told(HERE, "The session is ended."))
}

fn end_others(visit: &Visit) -> Result<Reply, Failure> {
    let ended = visit.house.desk.end_other_sessions(visit.viewer()?, visit.now)?;
    Ok(visit.told(HERE, &format!("{} ended.", capital(&many(ended, "session")))))
}
