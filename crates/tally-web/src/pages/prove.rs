//! Proving again who one is, before what would outlast a borrowed browser: asks for the password, and leads back.

use askama::Template;
use tally_app::Error;
use tally_app::access::{Permission, Refusal};

use crate::failure::Failure;
use crate::pairs::encode;
use crate::reply::Reply;
use crate::route::{Need, Route};
use crate::shell::Shell;
use crate::visit::Visit;

/// The routes of this module.
pub const ROUTES: &[Route] =
    &[Route::get("/prove", Need::May(Permission::Account), form), Route::post("/prove", Need::May(Permission::Account), prove)];

#[derive(Template)]
#[template(path = "prove.html")]
struct Page {
    shell: Shell,
    problem: Option<String>,
    back: String,
    password: bool,
    code: bool,
    oidc: Option<String>,
}

/// An answer as it is; where it needs a fresh proof, the way to that page, and from there back to `back`.
pub(super) fn led(back: &str, answer: Result<Reply, Failure>) -> Result<Reply, Failure> {
    match answer {
        Err(Failure::Verb(Error::Access(Refusal::ProveAgain))) => Ok(Reply::see(&format!("/prove?back={}", encode(back)))),
        other => other,
    }
}

fn form(visit: &Visit) -> Result<Reply, Failure> {
    draw(visit, visit.query.get("back").unwrap_or("/account"), None)
}

fn draw(visit: &Visit, back: &str, problem: Option<String>) -> Result<Reply, Failure> {
    let viewer = visit.viewer()?;
    let person = visit.house.desk.look_up(viewer, &viewer.person)?;
    let page = Page {
        shell: visit.shell("Is it you?"),
        problem,
        back: back.to_owned(),
        password: person.password.is_some(),
        code: person.totp.is_some_and(|totp| totp.confirmed),
        oidc: visit.house.serving.oidc.as_ref().filter(|_| person.outside.is_some()).map(|settings| settings.label.clone()),
    };
    Ok(Reply::html(page.render()?))
}

fn prove(visit: &Visit) -> Result<Reply, Failure> {
    let text = |name: &str| visit.form.get(name).unwrap_or_default();
    let back = visit.form.get("back").unwrap_or("/account");
    let proved = visit.house.desk.prove(visit.viewer()?, text("password"), text("code"), &visit.address, visit.now);
    match proved {
        Ok(()) => Ok(visit.told(back, "Thank you. Now do what you came for; it is good for half an hour.")),
        Err(Error::Access(Refusal::TooSoon { until })) => Err(Failure::not_before(until, visit.now)),
        Err(Error::Access(Refusal::Wrong)) => {
            let page = draw(visit, back, Some("The password or the code is wrong.".to_owned()))?;
            Ok(page.with_status(axum::http::StatusCode::UNPROCESSABLE_ENTITY))
        }
        Err(other) => Err(other.into()),
    }
}
