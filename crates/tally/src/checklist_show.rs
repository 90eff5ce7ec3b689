//! What `tally checklist` shows: the reviews, one of them, what is missing, the file of answers.

use serde_json::json as object;
use tally_app::checklist::{self, Which};
use tally_app::scope::Scope;
use tally_app::{Error, Facts};
use tally_model::Instant;
use tally_model::problem::printable;
use tally_web::api::v1;

use crate::checklist::{Look, Of, path};
use crate::cli::{Common, Format};
use crate::exit;
use crate::metric::write_table;
use crate::output::{err, json, out};

/// The reviews and what came out.
pub fn list(common: &Common, of: &Of, checklist: Option<String>) -> Result<u8, Error> {
    let found: v1::ChecklistReviews = match common.server()? {
        Some(server) => {
            let mut query = vec![("as_of", of.look.at().to_string())];
            query.extend(of.system.clone().map(|id| ("system", id)));
            query.extend(checklist.map(|id| ("checklist", id)));
            server.get("/checklist-reviews", &query)?.json()?
        }
        None => {
            let programme = common.programme()?;
            let which = Which { system: of.system.clone(), checklist };
            let found = checklist::reviews(&programme, &Facts::open(&programme, None)?, &which, of.look.at())?;
            v1::ChecklistReviews { reviews: found.iter().map(v1::ChecklistReviewLine::from).collect() }
        }
    };
    if of.look.format == Format::Json {
        return json(&object!(found)).map(|()| exit::HOLDS);
    }
    let rows = found.reviews.iter().map(|line| {
        let progress = &line.progress;
        vec![
            line.id.clone(),
            line.system.clone(),
            line.outcome.clone(),
            format!("{}/{}", progress.answered, progress.asked),
            (progress.no + progress.partly + progress.claimed).to_string(),
            line.reviewer.clone(),
            day(&line.started_at),
            line.completed_at.as_deref().map(day).unwrap_or_default(),
        ]
    });
    let head = ["review", "system", "outcome", "answered", "gaps", "reviewer", "started", "completed"];
    write_table(of.look.format, &head, &[3, 4], rows.collect())?;
    if found.reviews.is_empty() && of.look.format == Format::Human {
        err("no review has begun; `tally checklist start production-review --system ID` begins one");
    }
    Ok(exit::HOLDS)
}

fn day(at: &str) -> String {
    at.get(..10).unwrap_or(at).to_owned()
}

/// A review at an instant.
pub fn sheet(common: &Common, review: &str, at: Instant) -> Result<v1::ChecklistReview, Error> {
    Ok(match common.server()? {
        Some(server) => server.get(&path(review), &vec![("as_of", at.to_string())])?.json()?,
        None => {
            let programme = common.programme()?;
            let facts = Facts::open(&programme, None)?;
            v1::ChecklistReview::from(&checklist::sheet(&programme, &facts, review, &Scope::All, at)?)
        }
    })
}

/// A review: its questions, how each was answered.
pub fn show(common: &Common, review: &str, unanswered: bool, look: &Look) -> Result<u8, Error> {
    let mut found = sheet(common, review, look.at())?;
    if unanswered {
        found.questions.retain(|question| question.answer.is_none());
    }
    if look.format == Format::Json {
        return json(&object!(found)).map(|()| exit::HOLDS);
    }
    let rows = found.questions.iter().map(|question| {
        let given = question.answer.as_ref();
        vec![
            question.id.clone(),
            question.standing.clone(),
            if question.blocking { "yes" } else { "" }.to_owned(),
            question.ask.clone(),
            given.map(|given| format!("{} {}", given.by, day(&given.answered_at))).unwrap_or_default(),
            given.and_then(|given| given.note.clone()).unwrap_or_default(),
        ]
    });
    write_table(look.format, &["question", "answer", "blocking", "asked", "by", "note"], &[], rows.collect())?;
    if look.format == Format::Human {
        err(&printable(&sentence(&found)));
    }
    Ok(exit::HOLDS)
}

/// A review in a sentence.
pub fn sentence(found: &v1::ChecklistReview) -> String {
    let progress = &found.progress;
    let about = found.release.as_deref().unwrap_or(&found.system_name);
    let counts = format!(
        "{} of {} answered: {} yes, {} yes claimed, {} partly, {} no ({} stop the release), {} not applicable",
        progress.answered,
        progress.asked,
        progress.shown,
        progress.claimed,
        progress.partly,
        progress.no,
        progress.stops,
        progress.not_applicable
    );
    let changed = if found.changed { "; the checklist's text changed since it began" } else { "" };
    format!("{} of {about} by {}: {}; {counts}{changed}", found.title, found.reviewer, found.outcome.replace('_', " "))
}

/// What the newest reviews found missing.
pub fn gaps(common: &Common, of: &Of) -> Result<u8, Error> {
    let mut found: v1::ChecklistGaps = match common.server()? {
        Some(server) => server.get("/checklist-gaps", &vec![("as_of", of.look.at().to_string())])?.json()?,
        None => {
            let programme = common.programme()?;
            let found = checklist::gaps(&programme, &Facts::open(&programme, None)?, of.look.at())?;
            v1::ChecklistGaps { gaps: found.iter().map(v1::ChecklistGap::from).collect() }
        }
    };
    found.gaps.retain(|gap| of.system.as_ref().is_none_or(|system| *system == gap.system));
    if of.look.format == Format::Json {
        return json(&object!(found)).map(|()| exit::HOLDS);
    }
    let row = |gap: &v1::ChecklistGap| {
        vec![
            gap.standing.clone(),
            gap.system.clone(),
            gap.question.clone(),
            gap.ask.clone(),
            gap.review.clone(),
            day(&gap.answered_at),
        ]
    };
    let head = ["answer", "system", "question", "asked", "review", "answered"];
    write_table(of.look.format, &head, &[], found.gaps.iter().map(row).collect())?;
    Ok(exit::HOLDS)
}

/// A review as a file.
pub fn export(common: &Common, review: &str, format: Format) -> Result<u8, Error> {
    if common.server()?.is_some() {
        let text = "`tally checklist export` works on a data directory only; leave --server out, or save the file on the review's page";
        return Err(Error::Invalid(text.to_owned()));
    }
    let programme = common.programme()?;
    let facts = Facts::open(&programme, None)?;
    let found = checklist::sheet(&programme, &facts, review, &Scope::All, tally_app::now())?;
    match format {
        Format::Json => json(&checklist::export_json(&found))?,
        _ => out(&checklist::export_csv(&found))?,
    }
    Ok(exit::HOLDS)
}
