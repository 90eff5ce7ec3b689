//! The rounds there are, newest first, each with where it stands.

use tally_judge::maturity::over;
use tally_model::Instant;

use super::cards::{ModelHead, Numbers};
use super::desk::Desk;
use super::lay::head;
use super::round::{Round, RoundScope, imported};
use super::state::Scored;
use super::{ROUND, kind, model};
use crate::Error;

/// Most rounds that are read.
const MOST: usize = 1_000;

/// A round in a list.
#[derive(Clone, Debug)]
pub struct RoundLine {
    /// The round.
    pub round: Round,
    /// Its model.
    pub model: ModelHead,
    /// Its subjects that the viewer sees.
    pub subjects: usize,
    /// Their numbers together; the lowest level of all.
    pub whole: Numbers,
    /// When the newest answer was given.
    pub newest_answer: Option<Instant>,
}

/// The rounds that the viewer may see: the newest first, imported answers last.
///
/// # Errors
/// Where the facts or the journal cannot be read.
pub fn rounds(desk: &Desk<'_>) -> Result<Vec<RoundLine>, Error> {
    let mut lines = Vec::new();
    let mut rounds = all(desk, true)?;
    rounds.extend(imported(desk)?);
    for round in rounds {
        let subjects = desk.subjects(&round)?;
        if subjects.is_empty() {
            continue;
        }
        let model = model(desk.programme.catalog(), &round.model)?;
        let state = desk.state(&round)?;
        let (whole, newest_answer) = (together(&state.scored), state.newest());
        lines.push(RoundLine { model: head(model), subjects: subjects.len(), whole, newest_answer, round });
    }
    Ok(lines)
}

/// The whole of several subjects.
pub(super) fn together(scores: &Scored) -> Numbers {
    let standings: Vec<_> = scores.iter().filter_map(|(_, scores)| Some(&scores.whole.as_ref()?.standing)).collect();
    match over(scores.iter().map(|(subject, scores)| (subject.id.as_str(), &**scores))) {
        Some(over) => Numbers::over(&over.whole, &standings),
        None => Numbers::none(),
    }
}

/// All rounds with a record and a model that the catalog has, whoever asks: the newest first. `hashed`: whether it is to be
/// known if their model changed.
pub(super) fn all(desk: &Desk<'_>, hashed: bool) -> Result<Vec<Round>, Error> {
    let models = desk.programme.catalog().maturity_models();
    let hashes: Vec<(&str, Option<String>)> = models.map(|model| (model.id.as_str(), hashed.then(|| model.hash()))).collect();
    let mut found = Vec::new();
    for record in crate::records::all(desk.programme, kind(ROUND)?, MOST, |_| true)? {
        let hash = hashes.iter().find(|(id, _)| Some(*id) == record.text("model"));
        found.extend(hash.and_then(|(_, hash)| Round::of(&record, hash.as_deref())));
    }
    found.sort_by(|one, other| other.started_at.cmp(&one.started_at).then_with(|| one.id.cmp(&other.id)));
    Ok(found)
}

/// The round before this one: the one it was cloned from, else the last of the same model and scope that began earlier and has
/// a subject in common with it.
pub(super) fn before(desk: &Desk<'_>, round: &Round) -> Result<Option<Round>, Error> {
    if round.started_at.is_none() {
        return Ok(None);
    }
    let all = all(desk, false)?;
    let in_common = |known: &Round| {
        round.scope == RoundScope::Organisation || known.subjects.iter().any(|subject| round.subjects.contains(subject))
    };
    let same = |known: &Round| known.model == round.model && known.scope == round.scope && in_common(known);
    let named = round.previous.as_ref().and_then(|id| all.iter().find(|known| known.id == *id));
    let earlier = |known: &&Round| known.id != round.id && known.started_at < round.started_at && same(known);
    let found = named.filter(|named| same(named)).or_else(|| all.iter().find(earlier)).cloned();
    match found {
        Some(found) if !desk.subjects(&found)?.is_empty() => Ok(Some(found)),
        _ => Ok(None),
    }
}
