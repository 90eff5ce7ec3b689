//! Two rounds side by side: what went up, what went down. Of one subject, or of all that both have.

use tally_catalog::MaturityModel;
use tally_judge::maturity::{Way, compare as held};

use super::cards::{ModelHead, Numbers};
use super::desk::Desk;
use super::lay::{head, standings, titles};
use super::model;
use super::round::{Round, Subject, round};
use super::rounds::together;
use super::state::Scored;
use crate::Error;

/// Two rounds side by side.
#[derive(Clone, Debug)]
pub struct Compared {
    /// The earlier round.
    pub before: Round,
    /// The later round.
    pub after: Round,
    /// The model of both.
    pub model: ModelHead,
    /// The subjects that both have and that are compared.
    pub subjects: Vec<Subject>,
    /// All domains of these subjects, earlier and later.
    pub whole: (Numbers, Numbers),
    /// The domains, in the model's order.
    pub domains: Vec<ComparedDomain>,
    /// The questions that moved, in the model's order, subject by subject.
    pub questions: Vec<ComparedQuestion>,
    /// Questions that did not move.
    pub same: usize,
}

/// A domain in two rounds.
#[derive(Clone, Debug)]
pub struct ComparedDomain {
    /// Its id.
    pub id: String,
    /// What people call it.
    pub title: String,
    /// Earlier and later.
    pub numbers: (Numbers, Numbers),
    /// Which way the earned level went.
    pub level: Way,
    /// Which way the continuous score went, with unanswered questions at 0.
    pub score: Way,
}

/// A question in two rounds.
#[derive(Clone, Debug, PartialEq)]
pub struct ComparedQuestion {
    /// The subject.
    pub subject: Subject,
    /// Its id.
    pub id: String,
    /// The id of its domain.
    pub domain: String,
    /// The question.
    pub ask: String,
    /// The earlier answer.
    pub before: Option<u8>,
    /// The later answer.
    pub after: Option<u8>,
    /// Which way it went.
    pub way: Way,
}

/// Holds a round against another one of the same model; the one that began first is the earlier one. Of one subject, where
/// one is named, else of the subjects that both have.
///
/// # Errors
/// Where the viewer does not see both, their models differ, or they have no subject in common.
pub fn compare(desk: &Desk<'_>, id: &str, other: &str, subject: Option<&str>) -> Result<Compared, Error> {
    let (one, other) = (round(desk, id)?, round(desk, other)?);
    if one.model != other.model {
        let text = format!(
            "round `{}` is of model `{}` and round `{}` of `{}`; compare rounds of one model",
            one.id, one.model, other.id, other.model
        );
        return Err(Error::Invalid(text));
    }
    let (before, after) = if one.started_at <= other.started_at { (one, other) } else { (other, one) };
    let of = model(desk.programme.catalog(), &after.model)?;
    let known = desk.subjects(&before)?;
    let mut subjects: Vec<Subject> = desk.subjects(&after)?.into_iter().filter(|subject| known.contains(subject)).collect();
    if subject.is_some() {
        let wanted = desk.subject(&after, subject)?;
        subjects.retain(|subject| *subject == wanted);
    }
    if subjects.is_empty() {
        let text = format!(
            "rounds `{}` and `{}` have no subject in common; compare rounds over the same teams or systems",
            before.id, after.id
        );
        return Err(Error::Invalid(text));
    }
    let earlier = desk.state(&before)?.only(&subjects);
    let later = desk.state(&after)?.only(&subjects);
    let (questions, same) = moved(of, &earlier, &later);
    let titles = titles(of);
    let domains = of.domains.iter().filter_map(|domain| {
        let numbers = (domain_numbers(&earlier, &domain.id)?, domain_numbers(&later, &domain.id)?);
        let (level, score) = (way(numbers.0.earned.into(), numbers.1.earned.into()), shifted(&numbers));
        let title = titles.get(domain.id.as_str()).copied().unwrap_or_default().to_owned();
        Some(ComparedDomain { id: domain.id.clone(), title, numbers, level, score })
    });
    Ok(Compared {
        model: head(of),
        whole: (together(&earlier), together(&later)),
        domains: domains.collect(),
        questions,
        same,
        subjects,
        before,
        after,
    })
}

/// The questions that moved, subject by subject, and how many did not.
fn moved(of: &MaturityModel, earlier: &Scored, later: &Scored) -> (Vec<ComparedQuestion>, usize) {
    let mut questions = Vec::new();
    let mut same = 0;
    for ((subject, before), (_, after)) in earlier.iter().zip(later) {
        for (asked, moved) in of.questions.iter().zip(&held(before, after).questions) {
            if moved.way == Way::Same {
                same += 1;
                continue;
            }
            questions.push(ComparedQuestion {
                subject: subject.clone(),
                id: asked.id.clone(),
                domain: asked.domain.clone(),
                ask: asked.ask.clone(),
                before: moved.before,
                after: moved.after,
                way: moved.way,
            });
        }
    }
    (questions, same)
}

fn domain_numbers(scores: &Scored, id: &str) -> Option<Numbers> {
    let spread = tally_judge::maturity::over(scores.iter().map(|(subject, scores)| (subject.id.as_str(), &**scores)))?;
    let domain = spread.domains.into_iter().find(|domain| domain.id == id)?;
    Some(Numbers::over(&domain.spread, &standings(scores, id)))
}

fn way(before: f64, after: f64) -> Way {
    match before.total_cmp(&after) {
        std::cmp::Ordering::Less => Way::Up,
        std::cmp::Ordering::Greater => Way::Down,
        std::cmp::Ordering::Equal => Way::Same,
    }
}

/// A domain without answers on either side has no score that could rise or fall.
fn shifted((before, after): &(Numbers, Numbers)) -> Way {
    match (before.answered, after.answered) {
        (0, 0) => Way::Same,
        (0, _) => Way::NewlyAnswered,
        (_, 0) => Way::NoLongerAnswered,
        _ => way(before.range.low, after.range.low),
    }
}
