//! The search over everything.

use askama::Template;
use tally_app::access::Permission;
use tally_app::list;
use tally_report::number::count;

use super::links;
use crate::failure::Failure;
use crate::pairs::encode;
use crate::reply::Reply;
use crate::route::{Need, Route};
use crate::shell::Shell;
use crate::visit::Visit;

/// The routes of this module.
pub const ROUTES: &[Route] = &[Route::get("/search", Need::May(Permission::Read), page)];

/// Hits of a kind.
const HITS: usize = 10;

#[derive(Template)]
#[template(path = "search.html")]
struct Page {
    shell: Shell,
    q: String,
    groups: Vec<Group>,
}

struct Group {
    kind: &'static str,
    title: &'static str,
    count: String,
    all: Option<String>,
    hits: Vec<Hit>,
}

struct Hit {
    id: String,
    title: String,
    path: String,
    near: bool,
}

fn page(visit: &Visit) -> Result<Reply, Failure> {
    let q = visit.query.get("q").unwrap_or_default().to_owned();
    let found = visit.bench().kept(&visit.scope(), &format!("search/{q}"), |facts| {
        visit.bench().read(|programme| list::search(facts, programme.catalog(), &q, HITS))
    })?;
    let page = Page { shell: visit.shell("Search"), groups: found.iter().map(|group| of(group, &q)).collect(), q };
    Ok(Reply::html(page.render()?))
}

fn of(group: &list::Group, q: &str) -> Group {
    let path = |id: &str| match group.kind {
        "metric" => format!("/metrics/{}", encode(id)),
        kind => links::record(kind, id).unwrap_or_else(|| "/".to_owned()),
    };
    let more = group.more || group.count > group.hits.len();
    Group {
        kind: group.kind,
        title: group.title,
        count: format!("{}{}", count(group.count as u64), if group.more { " or more" } else { "" }),
        all: links::folder(group.kind).filter(|_| more).map(|folder| format!("{folder}?q={}", encode(q))),
        hits: group
            .hits
            .iter()
            .map(|hit| Hit { id: hit.id.clone(), title: hit.title.clone(), path: path(&hit.id), near: hit.near })
            .collect(),
    }
}
