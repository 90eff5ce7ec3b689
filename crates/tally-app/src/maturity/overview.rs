//! All subjects of a round together: domain by level, beside the round before. Every number is one of subjects that the viewer
//! sees.

use tally_catalog::MaturityModel;
use tally_judge::maturity::{Over, Range, Scores, over};
use tally_model::Instant;

use super::cards::{ModelHead, Numbers};
use super::desk::Desk;
use super::found::{Contradiction, against};
use super::lay::{head, standings};
use super::model;
use super::round::{Assignment, Round, Subject, round};
use super::rounds::{before, together};
use super::state::Scored;
use crate::Error;

/// A round as a whole.
#[derive(Clone, Debug)]
pub struct Overview {
    /// The round.
    pub round: Round,
    /// The model.
    pub model: ModelHead,
    /// All subjects and domains together.
    pub whole: Numbers,
    /// Ids of the domains that stand lowest.
    pub held_by: Vec<String>,
    /// How many subjects stand at each level that one of them stands at, lowest first.
    pub levels: Vec<(u8, usize)>,
    /// The domains, in the model's order.
    pub domains: Vec<OverviewDomain>,
    /// The subjects, in the round's order.
    pub subjects: Vec<SubjectLine>,
    /// The round before, where there is one; its domains by the same ids.
    pub previous: Option<Before>,
    /// Answers that do not fit what facts say; over-claimed ones first.
    pub contradictions: Vec<Contradiction>,
    /// Scores that no fresh evidence backs.
    pub claimed: usize,
    /// When the newest answer was given.
    pub newest_answer: Option<Instant>,
    /// T.
    pub at: Instant,
}

/// A domain over all subjects.
#[derive(Clone, Debug)]
pub struct OverviewDomain {
    /// Its id.
    pub id: String,
    /// What people call it.
    pub title: String,
    /// What it is about.
    pub means: String,
    /// Its numbers; the lowest level of all subjects.
    pub numbers: Numbers,
    /// A cell for each level of the model, lowest first.
    pub cells: Vec<HeatCell>,
    /// Who answers it.
    pub assigned: Vec<Assignment>,
}

/// A domain at a level, over all subjects.
#[derive(Clone, Debug, PartialEq)]
pub struct HeatCell {
    /// The level.
    pub level: u8,
    /// Subjects that stand at this level.
    pub standing: usize,
    /// Questions of this level, of all subjects; 0: the domain has none at this level, so nothing is earned here.
    pub questions: usize,
    /// Those with an answer.
    pub answered: usize,
    /// Those that are earned.
    pub earned: usize,
    /// The mean of them; `None` without questions.
    pub range: Option<Range>,
}

/// A subject of a round.
#[derive(Clone, Debug)]
pub struct SubjectLine {
    /// The subject.
    pub subject: Subject,
    /// Its numbers.
    pub whole: Numbers,
    /// Ids of the domains that stand lowest.
    pub held_by: Vec<String>,
    /// The earned level of each domain and whether it has an answer, in the model's order.
    pub domains: Vec<(u8, bool)>,
    /// Answers that do not fit what facts say.
    pub contradictions: usize,
}

/// The round before.
#[derive(Clone, Debug)]
pub struct Before {
    /// Its id.
    pub id: String,
    /// What people call it.
    pub title: String,
    /// When it was approved, else when it began.
    pub at: Option<Instant>,
    /// The subjects that both rounds have, and all domains.
    pub whole: Numbers,
    /// Its domains by id.
    pub domains: Vec<(String, Numbers)>,
}

/// A round as a whole.
///
/// # Errors
/// Where the viewer sees no round of this id, or the facts cannot be read.
pub fn overview(desk: &Desk<'_>, id: &str) -> Result<Overview, Error> {
    let round = round(desk, id)?;
    let of = model(desk.programme.catalog(), &round.model)?;
    let state = desk.state(&round)?;
    let scores = &state.scored;
    let over = over(scores.iter().map(|(subject, scores)| (subject.id.as_str(), &**scores)));
    let contradictions = against(&round, &state, scores);
    let whole = together(scores);
    let count = |subject: &Subject| contradictions.iter().filter(|found| found.subject.id == subject.id).count();
    Ok(Overview {
        model: head(of),
        held_by: held_by(of, over.as_ref()),
        levels: over.iter().flat_map(|over| over.whole.levels.iter().map(|share| (share.level, share.subjects))).collect(),
        domains: of.domains.iter().filter_map(|domain| line(domain, &round, of, over.as_ref()?, scores)).collect(),
        subjects: scores.iter().map(|(subject, scores)| subject_line(of, subject, scores, count(subject))).collect(),
        previous: previous(desk, &round)?,
        claimed: whole.answered - whole.with_evidence,
        whole,
        contradictions,
        newest_answer: state.newest(),
        at: desk.at(&round),
        round,
    })
}

/// The domains that stand lowest over all subjects.
fn held_by(of: &MaturityModel, over: Option<&Over>) -> Vec<String> {
    let Some(over) = over else { return Vec::new() };
    let lowest = |id: &str| over.domains.iter().find(|domain| domain.id == id).map(|domain| domain.spread.lowest);
    let ids = of.domains.iter().map(|domain| &domain.id);
    ids.filter(|id| lowest(id) == Some(over.whole.lowest)).cloned().collect()
}

fn line(
    domain: &tally_catalog::maturity::Domain,
    round: &Round,
    of: &MaturityModel,
    over: &Over,
    scores: &Scored,
) -> Option<OverviewDomain> {
    let spread = &over.domains.iter().find(|known| known.id == domain.id)?.spread;
    let cells = of.levels.iter().map(|rung| {
        let standing = spread.levels.iter().find(|share| share.level == rung.level).map_or(0, |share| share.subjects);
        cell(&domain.id, rung.level, standing, scores)
    });
    Some(OverviewDomain {
        id: domain.id.clone(),
        title: domain.title.clone(),
        means: domain.means.clone(),
        numbers: Numbers::over(spread, &standings(scores, &domain.id)),
        cells: cells.collect(),
        assigned: round.assigned(&domain.id),
    })
}

fn cell(domain: &str, level: u8, standing: usize, scores: &Scored) -> HeatCell {
    let mut cell = HeatCell { level, standing, questions: 0, answered: 0, earned: 0, range: None };
    let (mut low, mut high) = (0.0, 0.0);
    let domains = scores.iter().flat_map(|(_, scores)| scores.domains.iter().filter(|known| known.id == domain));
    for found in domains.flat_map(|domain| domain.levels.iter().filter(|known| known.level == level)) {
        cell.questions += found.questions;
        cell.answered += found.answered;
        cell.earned += found.earned;
        low += found.range.low * found.questions as f64;
        high += found.range.high * found.questions as f64;
    }
    let all = cell.questions as f64;
    cell.range = (cell.questions > 0).then(|| Range { low: low / all, high: high / all });
    cell
}

fn subject_line(of: &MaturityModel, subject: &Subject, scores: &Scores, contradictions: usize) -> SubjectLine {
    let domain = |id: &str| scores.domains.iter().find(|domain| domain.id == id);
    let standing = |id: &str| domain(id).map_or((0, false), |found| (found.standing.earned, found.standing.answered > 0));
    SubjectLine {
        subject: subject.clone(),
        whole: Numbers::whole(scores),
        held_by: scores.whole.as_ref().map(|whole| whole.held_by.clone()).unwrap_or_default(),
        domains: of.domains.iter().map(|domain| standing(&domain.id)).collect(),
        contradictions,
    }
}

/// The round before, of the subjects that this one has too: of others it says nothing about this one.
fn previous(desk: &Desk<'_>, round: &Round) -> Result<Option<Before>, Error> {
    let Some(earlier) = before(desk, round)? else { return Ok(None) };
    let scores = &desk.state(&earlier)?.only(&desk.subjects(round)?);
    if scores.is_empty() {
        return Ok(None);
    }
    let over = over(scores.iter().map(|(subject, scores)| (subject.id.as_str(), &**scores)));
    let domains = over.iter().flat_map(|over| &over.domains);
    let domains = domains.map(|domain| (domain.id.clone(), Numbers::over(&domain.spread, &standings(scores, &domain.id))));
    Ok(Some(Before {
        whole: together(scores),
        domains: domains.collect(),
        at: earlier.approved_at.or(earlier.started_at),
        id: earlier.id,
        title: earlier.title,
    }))
}
