//! From gaps to a plan in order, with the improvements that are under way; what would be reached, and what it takes at the
//! least. The order and the levels are the judge's.

use std::collections::{BTreeMap, BTreeSet};

use tally_catalog::MaturityModel;
use tally_judge::maturity::{Aims, Answers, Effort, Lift, Phase, Step};
use tally_model::Instant;

use super::cards::{Given, ModelHead, Numbers};
use super::desk::Desk;
use super::lay::{Laid, head, titles};
use super::plan::{Improvement, Progress, improvements, newest};
use super::round::{Round, Subject, round};
use super::sheet::{answers, given};
use super::{domain, model, question};
use crate::Error;

/// What a roadmap is to reach.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct Goals {
    /// The level that all domains are to reach; not given: the highest.
    pub level: Option<u8>,
    /// Domains with a level of their own.
    pub domains: BTreeMap<String, u8>,
}

/// An ordered plan.
#[derive(Clone, Debug)]
pub struct Roadmap {
    /// The round.
    pub round: Round,
    /// The subject.
    pub subject: Subject,
    /// The model.
    pub model: ModelHead,
    /// Where it stands now.
    pub now: Numbers,
    /// What to do, first to last.
    pub steps: Vec<RoadStep>,
    /// The model's phases that steps belong to: id and title, in their order.
    pub phases: Vec<(String, String)>,
    /// Needs that go in a circle and were not kept: the question, and the one that it would have waited for.
    pub cut: Vec<(String, String)>,
    /// Improvements of the subject: all of them, steps of this plan or not.
    pub improvements: Vec<Improvement>,
    /// T, against which improvements are overdue.
    pub at: Instant,
}

/// One question to be earned.
#[derive(Clone, Debug)]
pub struct RoadStep {
    /// The question's id.
    pub question: String,
    /// The id of its domain.
    pub domain: String,
    /// The domain's title.
    pub domain_title: String,
    /// The level that it belongs to.
    pub level: u8,
    /// The question.
    pub ask: String,
    /// What shows the score that earns it.
    pub shows: String,
    /// The answer; `None`: unanswered.
    pub score: Option<u8>,
    /// What is missing.
    pub gap: u8,
    /// How much work it is.
    pub effort: Effort,
    /// Questions of this plan that come first.
    pub needs: Vec<String>,
    /// The level that its domain reaches with this step, where it is the last one missing.
    pub lifts: Option<u8>,
    /// Id of the model's phase.
    pub phase: Option<String>,
    /// The newest improvement that is to lift it.
    pub improvement: Option<Improvement>,
    /// Its improvement is done and the question is yet to be answered anew.
    pub answer_anew: bool,
}

/// What would be reached.
#[derive(Clone, Debug)]
pub struct WhatIf {
    /// The subject.
    pub subject: Subject,
    /// The questions that are assumed.
    pub questions: Vec<String>,
    /// The score that they are assumed at.
    pub score: u8,
    /// All domains, now and then.
    pub whole: (Numbers, Numbers),
    /// The domains, in the model's order.
    pub domains: Vec<WhatIfDomain>,
}

/// A domain, now and then.
#[derive(Clone, Debug)]
pub struct WhatIfDomain {
    /// Its id.
    pub id: String,
    /// What people call it.
    pub title: String,
    /// Now and then.
    pub numbers: (Numbers, Numbers),
    /// Questions that would still block the next level.
    pub blocked_by: Vec<String>,
}

/// The way from where a subject stands to the goals.
///
/// # Errors
/// Where the viewer sees no such round or subject, or a goal names an unknown domain or level.
pub fn roadmap(desk: &Desk<'_>, id: &str, subject: Option<&str>, goals: &Goals) -> Result<Roadmap, Error> {
    let at = Place::of(desk, id, subject)?;
    let of = at.of;
    let planned = improvements(desk, &at.round, Some(&at.subject.id))?;
    let latest = newest(planned.clone());
    // Who answered after the improvement was done has said how far it got.
    let is_done = |found: &&Improvement| {
        let answered = at.given.get(&found.question).map(|given| given.answered_at);
        found.progress(desk.at) == Progress::Done && answered.is_none_or(|answered| Some(answered) < found.done_at)
    };
    let done: BTreeSet<String> = latest.values().filter(is_done).map(|found| found.question.clone()).collect();
    let found = tally_judge::maturity::roadmap(&at.laid.items, &at.answers, at.laid.rules, &aims(of, goals, done)?);
    let titles = titles(of);
    let steps = found.steps.into_iter().filter_map(|step| {
        let asked = of.question(&step.question)?;
        let title = titles.get(step.domain.as_str()).copied().unwrap_or_default();
        let improvement = latest.get(&step.question).cloned();
        Some(road_step(step, asked, of.earned_from, title, improvement))
    });
    let steps: Vec<RoadStep> = steps.collect();
    let used = |phase: &&tally_catalog::maturity::Phase| steps.iter().any(|step| step.phase.as_ref() == Some(&phase.id));
    Ok(Roadmap {
        model: head(of),
        now: Numbers::whole(&at.laid.score(&at.answers)),
        phases: of.phases.iter().filter(used).map(|phase| (phase.id.clone(), phase.title.clone())).collect(),
        cut: found.cut.into_iter().map(|cut| (cut.question, cut.need)).collect(),
        improvements: planned,
        at: desk.at,
        steps,
        round: at.round,
        subject: at.subject,
    })
}

/// What a subject would reach, were these questions at a score; not given: the one that earns.
///
/// # Errors
/// Where the viewer sees no such round or subject, a question is unknown, or the score is not of the scale.
pub fn what_if(
    desk: &Desk<'_>,
    id: &str,
    subject: Option<&str>,
    questions: &[String],
    score: Option<u8>,
) -> Result<WhatIf, Error> {
    let at = Place::of(desk, id, subject)?;
    let of = at.of;
    for id in questions {
        question(of, id)?;
    }
    let score = score.unwrap_or(of.earned_from);
    super::answer::on_scale(of, score, "the questions")?;
    let found = tally_judge::maturity::what_if(&at.laid.items, &at.answers, at.laid.rules, questions, score);
    let titles = titles(of);
    let domains = found.now.domains.iter().zip(&found.then.domains).map(|(now, then)| WhatIfDomain {
        id: now.id.clone(),
        title: titles.get(now.id.as_str()).copied().unwrap_or_default().to_owned(),
        numbers: (Numbers::of(&now.standing), Numbers::of(&then.standing)),
        blocked_by: then.next.as_ref().map(|next| next.blocked_by.clone()).unwrap_or_default(),
    });
    Ok(WhatIf {
        questions: questions.to_vec(),
        score,
        whole: (Numbers::whole(&found.now), Numbers::whole(&found.then)),
        domains: domains.collect(),
        subject: at.subject,
    })
}

/// The smallest set of questions that has to be earned for a domain to reach a level; `None` where it cannot get there.
///
/// # Errors
/// Where the viewer sees no such round or subject, or the domain is unknown.
pub fn lifts(desk: &Desk<'_>, id: &str, subject: Option<&str>, to: (&str, u8)) -> Result<Option<Lift>, Error> {
    let at = Place::of(desk, id, subject)?;
    domain(at.of, to.0)?;
    Ok(tally_judge::maturity::lifts(&at.laid.items, &at.answers, at.laid.rules, to.0, to.1))
}

/// A subject with its answers.
struct Place<'d> {
    round: Round,
    subject: Subject,
    of: &'d MaturityModel,
    laid: Laid,
    given: BTreeMap<String, Given>,
    answers: Answers,
}

impl<'d> Place<'d> {
    fn of(desk: &Desk<'d>, id: &str, subject: Option<&str>) -> Result<Self, Error> {
        let round = round(desk, id)?;
        let of = model(desk.programme.catalog(), &round.model)?;
        let subject = desk.subject(&round, subject)?;
        let given = given(desk, &round, of, &subject.id)?;
        Ok(Self { round, subject, laid: Laid::of(of), of, answers: answers(&given), given })
    }
}

fn aims(of: &MaturityModel, goals: &Goals, done: BTreeSet<String>) -> Result<Aims, Error> {
    let known = |level: u8| {
        let (low, high) = (of.lowest_level(), of.highest_level());
        if (low..=high).contains(&level) {
            return Ok(level);
        }
        Err(Error::Invalid(format!("level {level}, expected one of model `{}`: {low} to {high}", of.id)))
    };
    for (id, level) in &goals.domains {
        domain(of, id)?;
        known(*level)?;
    }
    let level = goals.level.map_or(Ok(of.highest_level()), known)?;
    let phases = of.phases.iter().map(|phase| Phase { id: phase.id.clone(), levels: phase.levels.clone() });
    Ok(Aims { level, of_domain: goals.domains.clone(), phases: phases.collect(), done })
}

fn road_step(
    step: Step,
    asked: &tally_catalog::maturity::Question,
    earned_from: u8,
    title: &str,
    improvement: Option<Improvement>,
) -> RoadStep {
    RoadStep {
        question: step.question,
        domain: step.domain,
        domain_title: title.to_owned(),
        level: step.level,
        ask: asked.ask.clone(),
        shows: asked.evidence.get(&earned_from).cloned().unwrap_or_default(),
        score: step.score,
        gap: step.gap,
        effort: step.effort,
        needs: step.needs,
        lifts: step.lifts,
        phase: step.phase,
        improvement,
        answer_anew: step.done,
    }
}
