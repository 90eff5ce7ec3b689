//! Completing a review: all that applies is answered, and from then on it stays as it is. A no that stops a release does not keep
//! a review from being completed; it is what came out.

use tally_model::{Instant, Record};

use super::answer::id_of;
use super::sheet::{listed, newest};
use super::{answerable, find, kind, nature, shut};
use crate::act::{Actor, Deeds, Edited, Patch, write};
use crate::{Error, Facts, Programme};

/// Questions that are named where some are unanswered.
const NAMED: usize = 5;

/// Completes a review.
///
/// # Errors
/// Where there is none, it is completed already, a question that applies is unanswered, or the actor made what is reviewed.
pub fn complete(programme: &mut Programme, facts: &Facts, review: &str, by: &Actor, at: Instant) -> Result<Edited, Error> {
    let record = answerable(programme, review, by)?;
    let checklist = find(programme.catalog(), record.text("checklist").unwrap_or_default())?;
    let (form, tier) = nature(programme, &record)?;
    // What was answered since the facts were read is looked up by its id.
    let after = Instant::from_micros(at.micros().saturating_add(1));
    let mut ids = listed(facts, review, after)?;
    ids.extend(checklist.questions.iter().map(|question| id_of(review, &question.id)));
    ids.sort_unstable();
    ids.dedup();
    let given = newest(programme, ids, checklist, after)?;
    let open: Vec<&str> = checklist
        .questions_for(&form, &tier)
        .filter(|question| !given.contains_key(&question.id))
        .map(|question| question.id.as_str())
        .collect();
    if !open.is_empty() {
        let more = if open.len() > NAMED { ", …" } else { "" };
        let named = open.iter().take(NAMED).copied().collect::<Vec<_>>().join(", ");
        let many = open.len();
        return Err(shut(
            review,
            format!("{many} of its questions are unanswered ({named}{more}); answer them, then complete it"),
        ));
    }
    let patch = Record::new(kind("checklist_review")?, review).with("completed_at", at);
    let patches = [Patch { record: patch, expected: None }];
    write(programme, &patches, &Deeds { word: "checklist-complete", more: Vec::new() }, by, at)?.sound()
}
