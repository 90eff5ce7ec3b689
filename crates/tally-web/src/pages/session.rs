//! Coming in and going out: sign-in, one-time links, sign-out, the theme.

use askama::Template;
use tally_app::Error;
use tally_app::access::{Opened, Permission, Purpose, Refusal, SignIn, SignedIn};

use crate::failure::Failure;
use crate::guard::session_cookie;
use crate::pairs::encode;
use crate::reply::Reply;
use crate::route::{Need, Route};
use crate::shell::Shell;
use crate::visit::Visit;

/// The routes of this module.
pub const ROUTES: &[Route] = &[
    Route::get("/sign-in", Need::Nothing, form),
    Route::post("/sign-in", Need::Nothing, sign_in),
    Route::post("/sign-out", Need::May(Permission::Read), sign_out),
    Route::get("/link/{secret}", Need::Nothing, link),
    Route::post("/link/{secret}", Need::Nothing, accept),
    Route::post("/theme", Need::Nothing, theme),
    Route::get("/health", Need::Nothing, health),
];

#[derive(Template)]
#[template(path = "sign_in.html")]
struct Form {
    shell: Shell,
    problem: Option<String>,
    name: String,
    next: String,
    oidc: Option<String>,
}

#[derive(Template)]
#[template(path = "link.html")]
struct Link {
    shell: Shell,
    secret: String,
    purpose: String,
    name: String,
    fixed: bool,
    problem: Option<String>,
}

fn form(visit: &Visit) -> Result<Reply, Failure> {
    if visit.viewer.is_some() {
        return Ok(Reply::see(visit.query.get("next").unwrap_or("/")));
    }
    draw(visit, visit.query.get("next").unwrap_or("/"), "", None)
}

fn draw(visit: &Visit, next: &str, name: &str, problem: Option<String>) -> Result<Reply, Failure> {
    let page = Form {
        shell: visit.shell("Sign in"),
        problem,
        name: name.to_owned(),
        next: next.to_owned(),
        oidc: visit.house.serving.oidc.as_ref().map(|settings| settings.label.clone()),
    };
    Ok(Reply::html(page.render()?))
}

fn sign_in(visit: &Visit) -> Result<Reply, Failure> {
    let text = |name: &str| visit.form.get(name).unwrap_or_default();
    let (account, next) = (text("name"), visit.form.get("next").unwrap_or("/"));
    let asked =
        SignIn { account, password: text("password"), code: text("code"), address: &visit.address, agent: visit.agent() };
    match visit.house.desk.sign_in(&asked, visit.now) {
        Ok(SignedIn::Open(opened)) => Ok(let_in(visit, &opened, next)),
        Ok(SignedIn::CodeWanted) => {
            let problem = "This account asks for a one-time code. Give the password and the code.".to_owned();
            Ok(draw(visit, next, account, Some(problem))?.with_status(axum::http::StatusCode::UNAUTHORIZED))
        }
        Err(Error::Access(Refusal::TooSoon { until })) => {
            let seconds = (until.micros() - visit.now.micros()).div_euclid(1_000_000).max(0).unsigned_abs() + 1;
            let problem = format!("Too many attempts. Try again in {seconds} seconds.");
            let reply = draw(visit, next, account, Some(problem))?.with_status(axum::http::StatusCode::TOO_MANY_REQUESTS);
            Ok(reply.with("retry-after", &seconds.to_string()))
        }
        Err(Error::Access(refusal)) => {
            let problem = crate::words::capital(&refusal.to_string());
            Ok(draw(visit, next, account, Some(problem))?.with_status(axum::http::StatusCode::UNAUTHORIZED))
        }
        Err(other) => Err(other.into()),
    }
}

/// Sets the cookie and goes on.
pub(crate) fn let_in(visit: &Visit, opened: &Opened, next: &str) -> Reply {
    let serving = &visit.house.serving;
    let secure = if serving.is_secure() { "; Secure" } else { "" };
    let cookie =
        format!("{}={}; Path=/; HttpOnly; SameSite=Lax; Max-Age=43200{secure}", session_cookie(serving), opened.secret);
    Reply::see(next).with("set-cookie", &cookie)
}

fn sign_out(visit: &Visit) -> Result<Reply, Failure> {
    visit.house.desk.sign_out(visit.viewer()?, &visit.address, visit.now)?;
    let gone = format!("{}=; Path=/; HttpOnly; SameSite=Lax; Max-Age=0", session_cookie(&visit.house.serving));
    let secure = if visit.house.serving.is_secure() { "; Secure" } else { "" };
    Ok(Reply::see("/sign-in").with("set-cookie", &format!("{gone}{secure}")))
}

fn link(visit: &Visit) -> Result<Reply, Failure> {
    draw_link(visit, None)
}

fn draw_link(visit: &Visit, problem: Option<String>) -> Result<Reply, Failure> {
    let secret = visit.param("secret");
    let offer = visit.house.desk.offer(secret, visit.now)?;
    let (title, purpose) = match offer.purpose {
        Purpose::First => ("The first administrator", "Choose an account name and a password. This account lets others in."),
        Purpose::Invitation => ("You are invited", "Choose a password for your account."),
        Purpose::Reset => ("A new password", "Choose a new password. It ends all your sessions."),
    };
    let page = Link {
        shell: visit.shell(title),
        secret: encode(secret),
        purpose: purpose.to_owned(),
        fixed: offer.purpose != Purpose::First,
        name: if offer.account.is_empty() { visit.form.get("name").unwrap_or_default().to_owned() } else { offer.account },
        problem,
    };
    Ok(Reply::html(page.render()?))
}

fn accept(visit: &Visit) -> Result<Reply, Failure> {
    let (password, again) = (visit.form.get("password").unwrap_or_default(), visit.form.get("again").unwrap_or_default());
    if password != again {
        let page = draw_link(visit, Some("The two passwords differ. Type the same twice.".to_owned()))?;
        return Ok(page.with_status(axum::http::StatusCode::UNPROCESSABLE_ENTITY));
    }
    let chosen = visit.form.get("name").unwrap_or_default();
    let desk = &visit.house.desk;
    let secret = visit.param("secret");
    let accepted = visit.bench().write(|programme| desk.accept_link(programme, secret, chosen, password, visit.now));
    let account = match accepted {
        Ok(account) => account,
        Err(Error::Invalid(text)) => {
            let page = draw_link(visit, Some(crate::words::capital(&text)))?;
            return Ok(page.with_status(axum::http::StatusCode::UNPROCESSABLE_ENTITY));
        }
        Err(other) => return Err(other.into()),
    };
    let asked = SignIn { account: &account, password, code: "", address: &visit.address, agent: visit.agent() };
    match desk.sign_in(&asked, visit.now)? {
        SignedIn::Open(opened) => Ok(let_in(visit, &opened, "/")),
        // One-time codes stay on when a password is set anew.
        SignedIn::CodeWanted => Ok(Reply::see("/sign-in")),
    }
}

fn theme(visit: &Visit) -> Result<Reply, Failure> {
    let chosen = crate::shell::theme(visit.form.get("theme")).unwrap_or("auto");
    let back = visit.form.get("back").unwrap_or("/");
    let secure = if visit.house.serving.is_secure() { "; Secure" } else { "" };
    Ok(Reply::see(back).with("set-cookie", &format!("tally_theme={chosen}; Path=/; SameSite=Lax; Max-Age=31536000{secure}")))
}

fn health(visit: &Visit) -> Result<Reply, Failure> {
    visit.bench().read(|programme| tally_app::journal::size(programme).map(drop))?;
    Ok(Reply::text("ok\n"))
}
