//! Rules about a maturity model's parts: scale, levels, domains, questions, phases. What questions need of each other is in
//! `needs`, what facts answer is in `computed`; no answer is ever looked at.

use std::collections::BTreeSet;

use tally_model::problem::shorten;

use super::known::{help, links, once};
use crate::catalog::Entry;
use crate::maturity::{Domain, MaturityModel, Phase, Question, SCORE_MAX};
use crate::{Catalog, Finding, Source};

pub fn check(catalog: &Catalog, entry: &Entry<MaturityModel>, findings: &mut Vec<Finding>) {
    let Entry { definition: model, source } = entry;
    findings.extend(super::scorecard::id(&model.id, source));
    scale(model, source, findings);
    levels(model, source, findings);
    once(source, "domain", &["domains"], model.domains.iter().map(|domain| domain.id.as_str()), findings);
    once(source, "question", &["questions"], model.questions.iter().map(|question| question.id.as_str()), findings);
    once(source, "phase", &["phases"], model.phases.iter().map(|phase| phase.id.as_str()), findings);
    for (at, each) in model.domains.iter().enumerate() {
        domain(model, each, &at.to_string(), source, findings);
    }
    for (at, each) in model.questions.iter().enumerate() {
        let at = at.to_string();
        question(model, each, &at, source, findings);
        links(catalog, source, &["questions", &at], &each.links, findings);
    }
    let mut objectives = BTreeSet::new();
    for (at, each) in model.phases.iter().enumerate() {
        phase(model, each, &at.to_string(), &mut objectives, source, findings);
    }
}

/// Scores go from 0 up by one, and the score that earns is one of them.
fn scale(model: &MaturityModel, source: &Source, findings: &mut Vec<Finding>) {
    let wrong = (0..=SCORE_MAX).zip(&model.scale).position(|(expected, step)| step.score != expected);
    let many = model.scale.len() > usize::from(SCORE_MAX) + 1;
    if let Some(at) = wrong.or_else(|| many.then_some(usize::from(SCORE_MAX) + 1)) {
        let message = format!(
            "found score {} as number {} of the scale, expected scores from 0 up by one, {SCORE_MAX} at most; correct the scale",
            model.scale[at].score,
            at + 1
        );
        findings.push(source.error("bad-scale", &["scale", &at.to_string(), "score"], message));
    }
    if model.scale.len() < 2 {
        let message = format!("found a scale of {} scores, expected two at least; add a `[[scale]]`", model.scale.len());
        findings.push(source.error("bad-scale", &["scale"], message));
    } else if !(1..=model.top_score()).contains(&model.earned_from) {
        let top = model.top_score();
        let message = format!("found `earned_from` {}, expected a score from 1 to {top}; correct it", model.earned_from);
        findings.push(source.error("bad-earned-from", &["earned_from"], message));
    }
    if model.fresh_days == 0 {
        let message = "found `fresh_days` 0, expected one day at least; no evidence would ever be fresh";
        findings.push(source.error("bad-fresh-days", &["fresh_days"], message));
    }
}

/// Levels go from 0 or 1 up by one.
fn levels(model: &MaturityModel, source: &Source, findings: &mut Vec<Finding>) {
    let mut expected = model.levels.first().map_or(1, |rung| rung.level.min(1));
    for (at, rung) in model.levels.iter().enumerate() {
        if rung.level != expected {
            let message =
                format!("found level {}, expected {expected}: levels go from 0 or 1 up by one; correct it", rung.level);
            findings.push(source.error("bad-levels", &["levels", &at.to_string(), "level"], message));
            return;
        }
        expected = expected.saturating_add(1);
    }
    if model.levels.is_empty() {
        let message = "found no levels, expected one at least; add a `[[levels]]`";
        findings.push(source.error("bad-levels", &["levels"], message));
    }
}

fn domain(model: &MaturityModel, domain: &Domain, at: &str, source: &Source, findings: &mut Vec<Finding>) {
    let id = shorten(&domain.id);
    for level in domain.levels.keys().filter(|level| model.level(**level).is_none()) {
        let path = ["domains", at, "levels", &level.to_string()];
        findings.push(source.error("unknown-level", &path, outside(model, *level)));
    }
    let silent: Vec<String> = model
        .levels
        .iter()
        .filter(|rung| domain.levels.get(&rung.level).is_none_or(|text| text.trim().is_empty()))
        .map(|rung| rung.level.to_string())
        .collect();
    if !silent.is_empty() {
        let message = format!(
            "found nothing said of domain `{id}` at level {}, expected what it looks like at each; add it to `levels`",
            silent.join(", ")
        );
        findings.push(source.warning("missing-level", &["domains", at, "levels"], message));
    }
    let asked: BTreeSet<u8> = model.questions_of(&domain.id).map(|question| question.level).collect();
    let (Some(first), Some(last)) = (asked.first(), asked.last()) else {
        let message = format!("found domain `{id}` without questions, expected one at least; add one or remove the domain");
        findings.push(source.error("empty-domain", &["domains", at, "id"], message));
        return;
    };
    let lowest = model.lowest_level();
    if *first > lowest.saturating_add(1) {
        let message = format!(
            "found domain `{id}` with no question below level {first}, expected one at level {} or below; who does nothing would stand at level {}",
            lowest.saturating_add(1),
            first - 1
        );
        findings.push(source.warning("level-gap", &["domains", at, "id"], message));
    }
    let unasked: Vec<String> = (*first..*last).filter(|level| !asked.contains(level)).map(|level| level.to_string()).collect();
    if !unasked.is_empty() {
        let message = format!(
            "found domain `{id}` without a question at level {}, expected one at each level from {first} to {last}; it can never stand there",
            unasked.join(", ")
        );
        findings.push(source.warning("level-gap", &["domains", at, "id"], message));
    }
}

fn question(model: &MaturityModel, question: &Question, at: &str, source: &Source, findings: &mut Vec<Finding>) {
    if model.domain(&question.domain).is_none() {
        let help = help(&question.domain, model.domains.iter().map(|domain| domain.id.as_str()));
        let message = format!("found domain `{}`, expected a domain of this model; {help}", shorten(&question.domain));
        findings.push(source.error("unknown-domain", &["questions", at, "domain"], message));
    }
    if model.level(question.level).is_none() {
        findings.push(source.error("unknown-level", &["questions", at, "level"], outside(model, question.level)));
    }
    let top = model.top_score();
    if top == 0 {
        // There is no scale to hold the scores against, which is told already.
        return;
    }
    for score in question.evidence.keys().filter(|score| !(1..=top).contains(*score)) {
        let message = format!("found evidence for score {score}, expected a score from 1 to {top}; correct or remove it");
        let path = ["questions", at, "evidence", &score.to_string()];
        findings.push(source.error("unknown-score", &path, message));
    }
    let silent: Vec<String> = (1..=top)
        .filter(|score| question.evidence.get(score).is_none_or(|text| text.trim().is_empty()))
        .map(|score| score.to_string())
        .collect();
    if !silent.is_empty() {
        let message = format!(
            "found no evidence of question `{}` for score {}, expected what shows each score; add it to `evidence`",
            shorten(&question.id),
            silent.join(", ")
        );
        findings.push(source.warning("missing-evidence", &["questions", at, "evidence"], message));
    }
}

fn phase<'m>(
    model: &MaturityModel,
    phase: &'m Phase,
    at: &str,
    seen: &mut BTreeSet<&'m str>,
    source: &Source,
    findings: &mut Vec<Finding>,
) {
    for (nth, level) in phase.levels.iter().enumerate().filter(|(_, level)| model.level(**level).is_none()) {
        let path = ["phases", at, "levels", &nth.to_string()];
        findings.push(source.error("unknown-level", &path, outside(model, *level)));
    }
    for (list, objectives) in [("objectives", &phase.objectives), ("guardrails", &phase.guardrails)] {
        for (nth, objective) in objectives.iter().enumerate() {
            let nth = nth.to_string();
            let path = ["phases", at, list, &nth];
            if !seen.insert(&objective.id) {
                let message = super::known::twice("objective", &objective.id);
                findings.push(source.error("duplicate-id", &[&path[..], &["id"]].concat(), message));
            }
            for (nth, id) in objective.questions.iter().enumerate().filter(|(_, id)| model.question(id).is_none()) {
                let nth = nth.to_string();
                findings.push(source.error(
                    "unknown-question",
                    &[&path[..], &["questions", nth.as_str()]].concat(),
                    unknown_question(model, id),
                ));
            }
        }
    }
}

/// The message for a question that the model does not have.
pub fn unknown_question(model: &MaturityModel, id: &str) -> String {
    let help = help(id, model.questions.iter().map(|question| question.id.as_str()));
    format!("found question `{}`, expected a question of this model; {help}", shorten(id))
}

fn outside(model: &MaturityModel, level: u8) -> String {
    format!("found level {level}, expected {} to {}; correct it", model.lowest_level(), model.highest_level())
}
