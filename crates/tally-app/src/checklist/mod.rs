//! Checklist reviews: a system, or one release of it, gone through question by question, by somebody other than its author.
//!
//! An answer's id is `<review>/<question>`. A completed review stays as it is; the next one may begin with its answers. Nothing
//! here prints, asks the time or knows HTTP.

mod answer;
mod board;
mod close;
mod exchange;
mod outcome;
mod sheet;
mod start;
mod table;

pub use answer::{Said, answer, clear};
pub use board::{Gap, ReviewLine, Which, gaps, reviews};
pub use close::complete;
pub use exchange::{Taken, export_csv, export_json, take};
pub use outcome::{Answer, Outcome, Progress, Standing};
pub use sheet::{Given, Line, Proof, Sheet, SheetGroup, sheet};
pub use start::{Start, Started, start};

use tally_catalog::{Catalog, Checklist};
use tally_model::problem::{nearest, printable, shorten};
use tally_model::{Instant, Kind, Record};

use crate::act::{ActError, Actor, same};
use crate::scope::Scope;
use crate::{Error, Programme, records};

/// The label of an answer that was taken over from an earlier review, which it names.
pub const COPIED: &str = "copied_from";

/// The checklist of this id.
///
/// # Errors
/// Where there is none; names the nearest.
pub fn find<'c>(catalog: &'c Catalog, id: &str) -> Result<&'c Checklist, Error> {
    catalog.checklist(id).ok_or_else(|| Error::Unknown {
        what: "checklist",
        name: printable(&shorten(id)),
        help: nearest(id, catalog.checklists().map(|checklist| checklist.id.as_str()))
            .map(|near| format!("did you mean `{near}`?")),
    })
}

/// A kind of ours by its name.
fn kind(name: &str) -> Result<&'static Kind, Error> {
    records::kind(name)
}

/// A review, within what the actor reaches.
fn review(programme: &Programme, id: &str, scope: &Scope) -> Result<Record, Error> {
    Ok(records::one(programme, kind("checklist_review")?, id, scope)?.record)
}

/// A review that can still be answered.
fn open_review(programme: &Programme, id: &str, scope: &Scope) -> Result<Record, Error> {
    let found = review(programme, id, scope)?;
    match found.instant("completed_at") {
        Some(at) => {
            Err(shut(id, format!("was completed on {at} and stays as it is; start a new review, with its answers if you like")))
        }
        None => Ok(found),
    }
}

fn shut(id: &str, why: String) -> Error {
    ActError::Shut { record: format!("checklist review {}", shorten(id)), why }.into()
}

/// Who made what is reviewed: as the review says, and as its release says.
fn authors(programme: &Programme, named: Option<&str>, release: Option<&str>) -> Result<Vec<String>, Error> {
    let mut names: Vec<String> = named.map(str::to_owned).into_iter().collect();
    if let Some(release) = release
        && let Some(record) = programme.store.record(kind("release")?, release)?
        && let Some(author) = record.text("author")
        && !names.iter().any(|known| same(known, author))
    {
        names.push(author.to_owned());
    }
    Ok(names)
}

/// Authors do not review their own work, under any name that they act by.
fn refuse_author(id: &str, authors: &[String], names: &[&str]) -> Result<(), Error> {
    match names.iter().find(|name| authors.iter().any(|author| same(author, name))) {
        None => Ok(()),
        Some(name) => Err(ActError::SeparateDuties {
            record: format!("checklist review {}", shorten(id)),
            why: format!("{name} made what is reviewed, and who made it does not review it; somebody else has to"),
        }
        .into()),
    }
}

/// An open review whose answers this actor may give.
fn answerable(programme: &Programme, id: &str, by: &Actor) -> Result<Record, Error> {
    let found = open_review(programme, id, &by.scope)?;
    let authors = authors(programme, found.text("author"), found.text("release"))?;
    refuse_author(id, &authors, &[&by.name])?;
    Ok(found)
}

/// Type and risk tier of the system of a review: what decides which questions apply.
fn nature(programme: &Programme, review: &Record) -> Result<(String, String), Error> {
    let system = match review.text("system") {
        Some(id) => programme.store.record(kind("system")?, id)?,
        None => None,
    };
    let text = |name: &str| system.as_ref().and_then(|system| system.text(name)).unwrap_or_default().to_owned();
    Ok((text("type"), text("risk_tier")))
}

/// Whether something is seen at T: it lies before.
fn is_seen(at: Option<Instant>, now: Instant) -> bool {
    at.is_some_and(|at| at < now)
}
