//! The page of a programme that has no records yet.

use askama::Template;

use crate::failure::Failure;
use crate::reply::Reply;
use crate::route::{Need, Route};
use crate::shell::Shell;
use crate::visit::Visit;
use tally_app::access::Permission;

/// The routes of this module.
pub const ROUTES: &[Route] = &[Route::get("/help", Need::May(Permission::Read), help)];

#[derive(Template)]
#[template(path = "first.html")]
struct Page {
    shell: Shell,
}

#[derive(Template)]
#[template(path = "help.html")]
struct Help {
    shell: Shell,
}

/// From nothing to the first scorecard.
pub(super) fn page(visit: &Visit) -> Result<Reply, Failure> {
    Ok(Reply::html(Page { shell: visit.shell("First steps") }.render()?))
}

fn help(visit: &Visit) -> Result<Reply, Failure> {
    Ok(Reply::html(Help { shell: visit.shell("Help") }.render()?))
}
