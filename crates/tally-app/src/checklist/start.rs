//! Starting a review, with the answers of the system's last one where that is wanted: marked, and dated as they were, so that an
//! old answer never looks fresh.

use serde_json::json;
use tally_catalog::Checklist;
use tally_measure::{Filter, ListAsk, Sort, Test};
use tally_model::problem::{printable, shorten};
use tally_model::{Instant, Problem, Record};

use super::answer::id_of;
use super::sheet::{listed, newest};
use super::{COPIED, authors, find, kind, nature, refuse_author};
use crate::act::{ActError, Actor, Deeds, Edited, Patch, same, write};
use crate::{Error, Facts, Programme, records};

/// Reviews of one checklist, system and release, or day, that can be told apart.
const SAME: usize = 99;

/// What review to start.
#[derive(Clone, Debug, Default)]
pub struct Start {
    /// The checklist's id.
    pub checklist: String,
    /// The system's id.
    pub system: String,
    /// The release's id.
    pub release: Option<String>,
    /// Who made what is reviewed, where that is not the release's author.
    pub author: Option<String>,
    /// Who reviews; else who starts it.
    pub reviewer: Option<String>,
    /// Whether to begin with the answers of the system's last review by the same checklist.
    pub copy: bool,
}

/// A review that was started.
#[derive(Clone, Debug)]
pub struct Started {
    /// Its id.
    pub id: String,
    /// What was written.
    pub edited: Edited,
    /// Answers that were taken over, and the review they come from.
    pub copied: Option<(usize, String)>,
}

/// Starts a review.
///
/// # Errors
/// Where the checklist, the system or the release is unknown or out of reach, the release is another system's, or the reviewer
/// made what is reviewed.
pub fn start(programme: &mut Programme, facts: &Facts, start: &Start, by: &Actor, at: Instant) -> Result<Started, Error> {
    let checklist = find(programme.catalog(), &start.checklist)?;
    let system = records::one(programme, kind("system")?, &start.system, &by.scope)?.record;
    check_release(programme, start, by)?;
    let reviewer = given(start.reviewer.as_deref()).unwrap_or(&by.name);
    let author = given(start.author.as_deref());
    let authors = authors(programme, author, start.release.as_deref())?;
    let id = free_id(programme, start, at)?;
    refuse_author(&id, &authors, &[reviewer])?;
    let mut review = Record::new(kind("checklist_review")?, id.as_str())
        .with("checklist", checklist.id.as_str())
        .with("system", system.id())
        .with("reviewer", reviewer)
        .with("started_at", at)
        .with("definition", checklist.hash());
    if let Some(release) = given(start.release.as_deref()) {
        review.set("release", release);
    }
    if let Some(author) = author {
        review.set("author", author);
    }
    let (copied, answers) =
        if start.copy { copies(programme, facts, checklist, &review, &authors, at)? } else { (None, Vec::new()) };
    let mut patches = vec![Patch { record: review, expected: Some(0) }];
    patches.extend(answers.into_iter().map(|record| Patch { record, expected: Some(0) }));
    let copied = copied.map(|from| (patches.len() - 1, from));
    let more = copied.iter().map(|(_, from)| ("copied_from", json!(from))).collect();
    let edited = write(programme, &patches, &Deeds { word: "checklist-start", more }, by, at)?.sound()?;
    Ok(Started { id, edited, copied })
}

fn given(text: Option<&str>) -> Option<&str> {
    text.map(str::trim).filter(|text| !text.is_empty())
}

fn check_release(programme: &Programme, start: &Start, by: &Actor) -> Result<(), Error> {
    let Some(id) = given(start.release.as_deref()) else { return Ok(()) };
    let release = records::one(programme, kind("release")?, id, &by.scope)?.record;
    if release.text("system") == Some(start.system.as_str()) {
        return Ok(());
    }
    let of = release.text("system").unwrap_or("none");
    let found = format!("release {}, which is of the system {}", shorten(id), shorten(of));
    let expected = format!("a release of {}", shorten(&start.system));
    Err(ActError::Problems(vec![Problem::error(found, expected).at_field("release")]).into())
}

/// `<release or system>/<checklist>`, with the day where there is no release, and a number where that is taken.
fn free_id(programme: &Programme, start: &Start, at: Instant) -> Result<String, Error> {
    let day = at.to_string().get(..10).unwrap_or_default().to_owned();
    let first = match given(start.release.as_deref()) {
        Some(release) => format!("{release}/{}", start.checklist),
        None => format!("{}/{}/{day}", start.system, start.checklist),
    };
    let kind = kind("checklist_review")?;
    for nth in 1..=SAME {
        let id = if nth == 1 { first.clone() } else { format!("{first}.{nth}") };
        if programme.store.record(kind, &id)?.is_none() {
            return Ok(id);
        }
    }
    Err(Error::Invalid(format!(
        "there are {SAME} reviews named {} already; go on with the last of them",
        printable(&shorten(&first))
    )))
}

/// The answers of the last review that still count, as answers of the new one, and the review they come from.
fn copies(
    programme: &Programme,
    facts: &Facts,
    checklist: &Checklist,
    review: &Record,
    authors: &[String],
    at: Instant,
) -> Result<(Option<String>, Vec<Record>), Error> {
    let Some(last) = last(facts, checklist, review.text("system").unwrap_or_default(), at)? else {
        return Ok((None, Vec::new()));
    };
    let (form, tier) = nature(programme, review)?;
    let found = newest(programme, listed(facts, &last, at)?, checklist, at)?;
    let mut copied = Vec::new();
    for (question, answer) in found {
        let applies = checklist.question(&question).is_some_and(|question| question.asked_of(&form, &tier));
        // What somebody said of a colleague's release is no review of their own.
        let own = answer.text("by").is_some_and(|by| authors.iter().any(|author| same(author, by)));
        if !applies || own {
            continue;
        }
        let mut copy = Record::new(answer.kind(), id_of(review.id(), &question)).with("review", review.id());
        for name in ["question", "answer", "by", "answered_at", "evidence", "note"] {
            if let Some(value) = answer.get(name) {
                copy.set(name, value.clone());
            }
        }
        copy.set_label(COPIED, &last);
        copied.push(copy);
    }
    Ok((Some(last), copied))
}

/// The system's newest review by a checklist.
fn last(facts: &Facts, checklist: &Checklist, system: &str, at: Instant) -> Result<Option<String>, Error> {
    let is = |column: &str, value: &str| Filter { column: column.to_owned(), test: Test::Is(vec![value.to_owned()]) };
    let ask = ListAsk {
        table: kind("checklist_review")?.table.to_owned(),
        filters: vec![is("system", system), is("checklist", &checklist.id)],
        text: None,
        searched: Vec::new(),
        sort: vec![Sort { column: "started_at".to_owned(), down: true }],
        at,
    };
    Ok(facts.engine().list(ask)?.ids(0, 1)?.into_iter().next())
}
