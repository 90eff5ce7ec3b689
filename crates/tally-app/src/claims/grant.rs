//! Granting what a claim may be used for, and taking that back. Who answers for a claim does not grant it.

use serde_json::json;
use tally_judge::claim::{Facts as Known, Readiness};
use tally_model::problem::{printable, shorten};
use tally_model::{Instant, Problem, Record, Value};

use super::board::{evidence, known};
use crate::act::{ActError, Actor, Deeds, Edited, Patch, write};
use crate::scope::Scope;
use crate::{Error, Programme, records};

/// What is granted.
#[derive(Clone, Debug)]
pub struct Grant {
    /// What the claim may be used for.
    pub readiness: Readiness,
    /// What it does not cover; absent: as it was.
    pub caveats: Option<String>,
    /// When it has to be looked at again; absent: as it was.
    pub review_due: Option<Instant>,
}

/// The readiness of a word of records.
///
/// # Errors
/// Where there is none; names those that are.
pub fn readiness(word: &str) -> Result<Readiness, Error> {
    Readiness::parse(word).ok_or_else(|| {
        let all = Readiness::ALL.map(Readiness::word).join(", ");
        Error::Invalid(format!("found `{}` for readiness, expected one of {all}", printable(&shorten(word))))
    })
}

/// Grants what a claim may be used for, in the actor's name.
///
/// # Errors
/// Where there is no such claim, the actor answers for it, a caveat is missing or too many, or what stands behind the claim would
/// pull it down at once.
pub fn grant(programme: &mut Programme, id: &str, grant: &Grant, by: &Actor, at: Instant) -> Result<Edited, Error> {
    let record = claim(programme, id, by)?;
    let owner = record.text("owner").unwrap_or_default();
    if by.is(owner) {
        return Err(ActError::SeparateDuties {
            record: format!("claim {}", shorten(id)),
            why: format!("{owner} answers for it, and who answers for a claim does not grant it; somebody else has to"),
        }
        .into());
    }
    let mut patch = Record::new(record.kind(), record.id())
        .with("readiness", grant.readiness.word())
        .with("approved_by", by.name.as_str())
        .with("approved_at", at);
    if let Some(caveats) = &grant.caveats {
        let caveats = caveats.trim();
        patch.set("caveats", if caveats.is_empty() { Value::Null } else { Value::from(caveats) });
    }
    if let Some(due) = grant.review_due {
        patch.set("review_due", due);
    }
    let mut after = record.clone();
    after.merge(&patch);
    let problems = objections(programme, grant.readiness, &after, at)?;
    if !problems.is_empty() {
        return Err(ActError::Problems(problems.into_iter().map(|problem| problem.at_record("claim", id)).collect()).into());
    }
    let patches = [Patch { record: patch, expected: None }];
    let more = vec![("readiness", json!(grant.readiness.word()))];
    write(programme, &patches, &Deeds { word: "claim-grant", more }, by, at)?.sound()
}

/// Why a claim cannot be granted that: it would be pulled down in the same moment.
fn objections(programme: &Programme, wanted: Readiness, after: &Record, at: Instant) -> Result<Vec<Problem>, Error> {
    let evidence = evidence(programme, after, &Scope::All, at)?;
    let known = known(after, evidence.iter().map(|(proof, _)| proof), at);
    if wanted == Readiness::PublicClaimWithCaveat && !known.caveats {
        return Ok(vec![Problem::error("no caveat", "what the claim does not cover").at_field("caveats")]);
    }
    // What this approval itself brings is there.
    let verdict = tally_judge::claim::readiness(Known { granted: Some(wanted), approved: true, ..known });
    let reasons = verdict.reasons.iter().filter(|reason| reason.at_best() < wanted);
    Ok(reasons
        .map(|reason| {
            Problem::error(
                format!("`{}` although {}", wanted.words(), reason.words()),
                format!("`{}` at best", reason.at_best().words()),
            )
            .at_field("readiness")
        })
        .collect())
}

/// Takes a grant back: the claim is not to be used until somebody grants it anew.
///
/// # Errors
/// Where there is no such claim, no reason is given, or there is nothing to take back.
pub fn revoke(programme: &mut Programme, id: &str, reason: &str, by: &Actor, at: Instant) -> Result<Edited, Error> {
    let record = claim(programme, id, by)?;
    let reason = reason.trim();
    if reason.is_empty() {
        return Err(
            ActError::Problems(vec![Problem::error("nothing", "why the claim is not to be used").at_field("reason")]).into()
        );
    }
    let none = Readiness::DoNotClaim.word();
    if record.text("readiness") == Some(none) && record.text("approved_by").is_none() {
        let why = "nothing is granted that could be taken back".to_owned();
        return Err(ActError::Shut { record: format!("claim {}", shorten(id)), why }.into());
    }
    let patch = Record::new(record.kind(), record.id())
        .with("readiness", none)
        .with("approved_by", Value::Null)
        .with("approved_at", Value::Null);
    let patches = [Patch { record: patch, expected: None }];
    write(programme, &patches, &Deeds { word: "claim-revoke", more: vec![("reason", json!(reason))] }, by, at)?.sound()
}

/// A claim that the actor may decide on: claims are of all systems, so whoever sees some of them decides on none.
fn claim(programme: &Programme, id: &str, by: &Actor) -> Result<Record, Error> {
    let record = records::one(programme, records::kind("claim")?, id, &by.scope)?.record;
    if by.scope == Scope::All {
        return Ok(record);
    }
    Err(ActError::SeparateDuties {
        record: format!("claim {}", shorten(id)),
        why: "a claim speaks of the whole programme, and you see some teams' systems; somebody who sees all has to decide"
            .to_owned(),
    }
    .into())
}
