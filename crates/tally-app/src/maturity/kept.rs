//! The reading verbs for a server: what one of them made is kept until the journal grows. Names what is kept by all that it
//! depends on, the viewer's scope included.

use std::sync::Arc;

use tally_model::Instant;

use super::{Compared, Contradiction, Desk, Gap, Goals, Overview, ProofLine, Roadmap, RoundLine, Sheet, SheetAsk, WhatIf};
use crate::scope::Scope;
use crate::{Error, Facts, Workbench};

/// Runs a reading verb at the end of the hour that `now` lies in, without keeping what it makes.
///
/// # Errors
/// What the verb returns, or where the journal cannot be read.
pub fn with<T>(
    bench: &Workbench,
    scope: &Scope,
    now: Instant,
    verb: impl FnOnce(&Desk<'_>) -> Result<T, Error>,
) -> Result<T, Error> {
    let (facts, seen) = (bench.facts(&Scope::All)?, bench.facts(scope)?);
    at(bench, scope, &facts, &seen, Workbench::as_of(now), verb)
}

fn at<T>(
    bench: &Workbench,
    scope: &Scope,
    facts: &Facts,
    seen: &Facts,
    at: Instant,
    verb: impl FnOnce(&Desk<'_>) -> Result<T, Error>,
) -> Result<T, Error> {
    bench.read(|programme| verb(&Desk { programme, facts, seen, scope, at, bench: Some(bench) }))
}

/// What a verb made, and the T that it was made at.
struct Made<T> {
    at: Instant,
    made: Arc<T>,
}

fn keep<T: Send + Sync + 'static>(
    bench: &Workbench,
    scope: &Scope,
    now: Instant,
    name: &str,
    verb: impl FnOnce(&Desk<'_>) -> Result<T, Error>,
) -> Result<Arc<T>, Error> {
    let as_of = Workbench::as_of(now);
    let facts = bench.facts(&Scope::All)?;
    let make = |seen: &Facts, _| {
        let made = at(bench, scope, &facts, seen, as_of, verb)?;
        Ok::<_, Error>(Made { at: as_of, made: Arc::new(made) })
    };
    let kept = bench.moved(scope, &format!("maturity/{name}"), |known: &Made<T>| known.at == as_of, make)?;
    Ok(Arc::clone(&kept.made))
}

/// [`super::rounds`], kept.
///
/// # Errors
/// As the verb.
pub fn rounds(bench: &Workbench, scope: &Scope, now: Instant) -> Result<Arc<Vec<RoundLine>>, Error> {
    keep(bench, scope, now, "rounds", super::rounds)
}

/// [`super::overview`], kept.
///
/// # Errors
/// As the verb.
pub fn overview(bench: &Workbench, scope: &Scope, id: &str, now: Instant) -> Result<Arc<Overview>, Error> {
    keep(bench, scope, now, &format!("overview/{id}"), |desk| super::overview(desk, id))
}

/// [`super::sheet`], kept.
///
/// # Errors
/// As the verb.
pub fn sheet(bench: &Workbench, scope: &Scope, id: &str, ask: &SheetAsk, now: Instant) -> Result<Arc<Sheet>, Error> {
    keep(bench, scope, now, &format!("sheet/{id}/{ask:?}"), |desk| super::sheet(desk, id, ask))
}

/// [`super::gaps`], kept.
///
/// # Errors
/// As the verb.
pub fn gaps(bench: &Workbench, scope: &Scope, id: &str, subject: Option<&str>, now: Instant) -> Result<Arc<Vec<Gap>>, Error> {
    keep(bench, scope, now, &format!("gaps/{id}/{subject:?}"), |desk| super::gaps(desk, id, subject))
}

/// [`super::proofs`], kept.
///
/// # Errors
/// As the verb.
pub fn proofs(
    bench: &Workbench,
    scope: &Scope,
    id: &str,
    subject: Option<&str>,
    now: Instant,
) -> Result<Arc<Vec<ProofLine>>, Error> {
    keep(bench, scope, now, &format!("proofs/{id}/{subject:?}"), |desk| super::proofs(desk, id, subject))
}

/// [`super::contradictions`], kept.
///
/// # Errors
/// As the verb.
pub fn contradictions(
    bench: &Workbench,
    scope: &Scope,
    id: &str,
    subject: Option<&str>,
    now: Instant,
) -> Result<Arc<Vec<Contradiction>>, Error> {
    keep(bench, scope, now, &format!("contradictions/{id}/{subject:?}"), |desk| super::contradictions(desk, id, subject))
}

/// [`super::compare`], kept.
///
/// # Errors
/// As the verb.
pub fn compare(
    bench: &Workbench,
    scope: &Scope,
    (id, other): (&str, &str),
    subject: Option<&str>,
    now: Instant,
) -> Result<Arc<Compared>, Error> {
    keep(bench, scope, now, &format!("compare/{id}\n{other}\n{subject:?}"), |desk| super::compare(desk, id, other, subject))
}

/// [`super::roadmap`], kept.
///
/// # Errors
/// As the verb.
pub fn roadmap(
    bench: &Workbench,
    scope: &Scope,
    id: &str,
    subject: Option<&str>,
    goals: &Goals,
    now: Instant,
) -> Result<Arc<Roadmap>, Error> {
    keep(bench, scope, now, &format!("roadmap/{id}/{subject:?}/{goals:?}"), |desk| super::roadmap(desk, id, subject, goals))
}

/// [`super::what_if`]; not kept, since every question is another one.
///
/// # Errors
/// As the verb.
pub fn what_if(
    bench: &Workbench,
    scope: &Scope,
    id: &str,
    subject: Option<&str>,
    (questions, score): (&[String], Option<u8>),
    now: Instant,
) -> Result<WhatIf, Error> {
    with(bench, scope, now, |desk| super::what_if(desk, id, subject, questions, score))
}
