//! One act on many findings: a look at how many first, then the act, then the way back.

use askama::Template;
use tally_app::access::Permission;
use tally_app::act::{self, BULK_MAX, Deed};
use tally_app::list;
use tally_model::{Kind, Record};
use tally_report::number::count;

use super::finding_act::{Field, fields, read};
use super::list::{state_of, view_at};
use crate::failure::Failure;
use crate::pairs::Pairs;
use crate::reply::Reply;
use crate::route::{Need, Route};
use crate::shell::Shell;
use crate::visit::Visit;
use crate::words::many;

/// The routes of this module.
pub const ROUTES: &[Route] = &[
    Route::post("/findings/bulk", Need::May(Permission::Triage), look),
    Route::post("/findings/bulk/do", Need::May(Permission::Triage), carry_out),
    Route::post("/undo", Need::May(Permission::Triage), undo),
];

#[derive(Template)]
#[template(path = "bulk.html")]
struct Page {
    shell: Shell,
    done: Option<Done>,
    chosen: String,
    word: &'static str,
    label: &'static str,
    query: String,
    all: &'static str,
    ids: Vec<String>,
    fields: Vec<Field>,
    back: String,
}

struct Done {
    class: &'static str,
    changed: String,
    unchanged: u64,
    refused: Vec<(String, String)>,
    entry: Option<u64>,
}

/// Acts that make sense on many at once.
pub(super) fn acts() -> Vec<(&'static str, &'static str)> {
    let many = [
        Deed::Accept,
        Deed::Dispute,
        Deed::FalsePositive,
        Deed::ClaimFix,
        Deed::AcceptRisk,
        Deed::WithdrawRisk,
        Deed::Severity,
    ];
    many.iter().map(|deed| (deed.word(), deed.label())).collect()
}

/// The findings that are meant: the ticked ones, or all that match.
fn meant(visit: &Visit) -> Result<(Vec<String>, bool), Failure> {
    if visit.form.get("all") == Some("yes") {
        let view = view_at("/findings")?;
        let query = Pairs::parse(visit.form.get("query").unwrap_or_default());
        let (state, problems) = state_of(view, &query);
        if let Some(problem) = problems.first() {
            return Err(Failure::Wrong(format!("the filters changed: {problem}")));
        }
        let facts = visit.facts()?;
        let at = tally_app::Workbench::as_of(visit.now);
        let state = list::ListState { as_of: Some(at), ..state };
        return Ok((list::ids(&facts, view, &state, BULK_MAX)?, true));
    }
    let ids: Vec<String> = visit.form.all("id").map(str::to_owned).collect();
    if ids.is_empty() {
        return Err(Failure::Wrong("nothing is chosen; tick findings, or choose all that match".to_owned()));
    }
    Ok((ids, false))
}

fn back(visit: &Visit) -> String {
    let query = Pairs::parse(visit.form.get("query").unwrap_or_default()).to_query();
    if query.is_empty() { "/findings".to_owned() } else { format!("/findings?{query}") }
}

fn look(visit: &Visit) -> Result<Reply, Failure> {
    let deed = Deed::named(visit.field("act")?).ok_or_else(|| Failure::Wrong("there is no such act".to_owned()))?;
    let (ids, all) = meant(visit)?;
    let kind = Kind::named("finding").ok_or(Failure::Broken)?;
    let page = Page {
        shell: visit.shell(deed.label()).below(&[("Findings", "/findings")]),
        done: None,
        chosen: many(ids.len() as u64, "finding"),
        word: deed.word(),
        label: deed.label(),
        query: visit.form.get("query").unwrap_or_default().to_owned(),
        all: if all { "yes" } else { "" },
        ids: if all { Vec::new() } else { ids },
        fields: fields(deed, &Record::new(kind, "")),
        back: back(visit),
    };
    Ok(Reply::html(page.render()?))
}

fn carry_out(visit: &Visit) -> Result<Reply, Failure> {
    let asked = read(visit.field("act")?, &visit.form)?;
    let deed = asked.deed();
    let (ids, _) = meant(visit)?;
    let actor = visit.actor()?;
    let found = visit.bench().write(|programme| act::bulk(programme, &ids, &asked, &actor, visit.now))?;
    let refused = found.refused.iter().map(|refused| (many(refused.count, "finding"), refused.why.clone()));
    let page = Page {
        shell: visit.shell(deed.label()).below(&[("Findings", "/findings")]),
        done: Some(Done {
            class: if found.changed > 0 { "good" } else { "warn" },
            changed: many(found.changed, "finding"),
            unchanged: found.edited.unchanged,
            refused: refused.collect(),
            entry: found.edited.first,
        }),
        chosen: count(ids.len() as u64),
        word: deed.word(),
        label: deed.label(),
        query: String::new(),
        all: "",
        ids: Vec::new(),
        fields: Vec::new(),
        back: back(visit),
    };
    Ok(Reply::html(page.render()?))
}

fn undo(visit: &Visit) -> Result<Reply, Failure> {
    let text = visit.field("entry")?;
    let entry = text.parse().map_err(|_| Failure::Wrong(format!("entry `{text}`, expected a number")))?;
    let actor = visit.actor()?;
    let undone = visit.bench().write(|programme| act::undo(programme, entry, &actor, visit.now))?;
    let left = if undone.left.is_empty() {
        String::new()
    } else {
        format!(" {} changed since and stay as they are.", many(undone.left.len() as u64, "record"))
    };
    let word = format!("{} as before.{left}", many(undone.restored, "record"));
    Ok(visit.told(visit.form.get("back").unwrap_or("/findings"), &word))
}
