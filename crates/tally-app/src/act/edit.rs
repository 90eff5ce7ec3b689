//! Edits of records by hand: the checks of an import, one commit, nothing half-written, and no way past the finding's own
//! acts or a published value. Never decides whether the actor may edit at all.

use tally_model::json::Json;
use tally_model::problem::shorten;
use tally_model::{Instant, Problem, Record};
use tally_store::Store;

use super::reach::reaches;
use super::write::{Deeds, Patch, write};
use super::{Actor, Edited};
use crate::scope::Scope;
use crate::{Error, Programme};

/// An edit of one record.
#[derive(Clone, Debug)]
pub struct Edit {
    /// What is to be said of it; fields that are not named keep their value.
    pub patch: Record,
    /// The last entry of the record that the editor saw, 0 for none; `None` where that does not matter.
    pub expected: Option<u64>,
}

impl Edit {
    /// Reads an edit from a JSON object with `kind` and `id`; `null` clears a field.
    ///
    /// # Errors
    /// All that is wrong with it.
    pub fn read(json: &[u8], expected: Option<u64>) -> Result<Self, Vec<Problem>> {
        let json = Json::parse(json).map_err(|error| vec![Problem::error(error.to_string(), "a JSON object")])?;
        Ok(Self { patch: Record::read(&json)?, expected })
    }
}

/// What a finding's acts change: an edit past them would be one past their checks.
const LIFE: [&str; 8] = [
    "disposition",
    "disposition_at",
    "disposition_by",
    "disposition_reason",
    "duplicate_of",
    "remediations",
    "risk_accepted",
    "impact_demonstrated_at",
];

/// What the granting of a claim changes, which asks who does it.
const GRANTED: [&str; 3] = ["readiness", "approved_by", "approved_at"];

/// Edits records: all in one commit, or nothing. What is wrong with the content is in `problems`.
///
/// # Errors
/// `Conflict` where a record changed since it was seen; where the journal cannot be written.
pub fn edit(programme: &mut Programme, edits: Vec<Edit>, by: &Actor, at: Instant) -> Result<Edited, Error> {
    let mut problems = Vec::new();
    for edit in &edits {
        let known = programme.store.record(edit.patch.kind(), edit.patch.id())?;
        problems.extend(barred(&edit.patch, known.as_ref()));
        problems.extend(out_of_reach(&*programme.store, &by.scope, &edit.patch, known)?);
    }
    if !problems.is_empty() {
        return Ok(Edited { size: programme.store.head()?.size, problems, ..Edited::default() });
    }
    let patches: Vec<Patch> = edits.into_iter().map(|edit| Patch { record: edit.patch, expected: edit.expected }).collect();
    write(programme, &patches, &Deeds { word: "edit", more: Vec::new() }, by, at)
}

/// What an edit must leave to other verbs.
fn barred(patch: &Record, known: Option<&Record>) -> Vec<Problem> {
    let kind = patch.kind().name;
    let say = |field: &str, found: String, help: &str| {
        Problem::error(found, "").at_field(field).at_record(kind, patch.id()).with_help(help)
    };
    if kind == "published_value" {
        return vec![say("value", "an edit of a published value".to_owned(), "publish the review of the period")];
    }
    let own_way = match kind {
        "checklist_review" | "checklist_answer" => {
            Some("use the review's own page, `tally checklist`, or /api/v1/checklist-reviews")
        }
        "maturity_round" | "maturity_answer" => Some("use the round's own pages, `tally maturity`, or /api/v1/maturity"),
        _ => None,
    };
    if let Some(help) = own_way {
        return vec![say("id", format!("an edit of a {}", kind.replace('_', " ")), help)];
    }
    let changed = |name: &&str| match (patch.get(name), known.and_then(|known| known.get(name))) {
        (None, _) | (Some(tally_model::Value::Null), None) => false,
        (value, known) => value != known,
    };
    // Severity is part of a report; changing it later takes a rationale.
    let (fields, what): (Vec<&str>, _) = match kind {
        "finding" => (LIFE.into_iter().chain(known.map(|_| "severity")).collect(), "an edit of the finding's life"),
        "claim" => (GRANTED.to_vec(), "an edit of what was granted"),
        _ => return Vec::new(),
    };
    let fields = fields.into_iter().filter(changed);
    fields.map(|field| say(field, what.to_owned(), "use the act that is made for it")).collect()
}

/// An actor with a team scope edits records of the teams' systems, and moves none out of them or in.
fn out_of_reach(store: &dyn Store, scope: &Scope, patch: &Record, known: Option<Record>) -> Result<Option<Problem>, Error> {
    if *scope == Scope::All {
        return Ok(None);
    }
    let before = match &known {
        Some(known) => reaches(store, scope, known)?,
        None => true,
    };
    let mut after = known.unwrap_or_else(|| Record::new(patch.kind(), patch.id()));
    after.merge(patch);
    if before && reaches(store, scope, &after)? {
        return Ok(None);
    }
    let found = format!("{} {}, which is none of your teams'", patch.kind().name, shorten(patch.id()));
    Ok(Some(Problem::error(found, "a record of a system that one of your teams owns")))
}
