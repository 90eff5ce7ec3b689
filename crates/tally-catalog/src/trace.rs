//! Traces: which of our ids each item of a seed became. Rows for the reference; nothing is judged.

use crate::DutyList;
use crate::duty::Duty;
use crate::maturity::{MaturityModel, Objective};

/// An item of the seed, and what it became.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Trace {
    /// The item: `question 0`, `phase 1, objective 1`, `phase 4, guardrail 1`, `quarterly 1`.
    pub seed: String,
    /// Our id.
    pub id: String,
    /// Where it stands: a domain and level, the title of a phase, a cadence.
    pub place: String,
    /// Our words.
    pub text: String,
}

/// The seed's questions in their order, then objectives and guardrails by phase. Questions that no seed gave are left out.
pub fn of_model(model: &MaturityModel) -> Vec<Trace> {
    let mut questions: Vec<_> = model.questions.iter().filter_map(|question| Some((question.seed?, question))).collect();
    questions.sort_by_key(|(seed, _)| *seed);
    let questions = questions.into_iter().map(|(seed, question)| Trace {
        seed: format!("question {seed}"),
        id: question.id.clone(),
        place: format!("{}, level {}", question.domain, question.level),
        text: question.ask.clone(),
    });
    let phases = (1..).zip(&model.phases).flat_map(|(nth, phase)| {
        let rows = |what: &str, list: &[Objective]| -> Vec<Trace> {
            let row = |(at, objective): (usize, &Objective)| Trace {
                seed: format!("phase {nth}, {what} {at}"),
                id: objective.id.clone(),
                place: phase.title.clone(),
                text: objective.text.clone(),
            };
            (1..).zip(list).map(row).collect()
        };
        [rows("objective", &phase.objectives), rows("guardrail", &phase.guardrails)].concat()
    });
    questions.chain(phases).collect()
}

/// The duties that name an item of the seed, in the order of the file.
pub fn of_duties(list: &DutyList) -> Vec<Trace> {
    let named = list.duties.iter().filter_map(|duty| Some((duty.seed.clone()?, duty)));
    let row = |(seed, duty): (String, &Duty)| Trace {
        seed,
        id: duty.id.clone(),
        place: duty.cadence.as_str().to_owned(),
        text: duty.title.clone(),
    };
    named.map(row).collect()
}
