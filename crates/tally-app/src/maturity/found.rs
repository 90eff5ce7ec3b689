//! What a round shows when it is gone through: gaps, answers that do not fit the facts, evidence and what it holds up.

use std::collections::{BTreeMap, BTreeSet};

use tally_judge::maturity::{Agreement, Effort};

use super::cards::Proof;
use super::computed::Part;
use super::desk::{Desk, subject_of, texts};
use super::lay::effort;
use super::model;
use super::plan::{Improvement, improvements};
use super::proof::Proofs;
use super::round::{Round, Subject, round};
use super::sheet::records;
use super::state::{Scored, State};
use crate::Error;

/// A question that is not earned.
#[derive(Clone, Debug)]
pub struct Gap {
    /// The subject.
    pub subject: Subject,
    /// The question's id.
    pub question: String,
    /// The id of its domain.
    pub domain: String,
    /// The level that it belongs to.
    pub level: u8,
    /// The question.
    pub ask: String,
    /// The answer; `None`: unanswered.
    pub score: Option<u8>,
    /// What is missing to the score that earns it.
    pub gap: u8,
    /// Whether it stands in the way of its domain's next level.
    pub blocks: bool,
    /// How much work it is.
    pub effort: Effort,
    /// The newest improvement that is to lift it.
    pub improvement: Option<Improvement>,
}

/// An answer that does not fit what facts say.
#[derive(Clone, Debug, PartialEq)]
pub struct Contradiction {
    /// The subject.
    pub subject: Subject,
    /// The question's id.
    pub question: String,
    /// The id of its domain.
    pub domain: String,
    /// The answer that people gave.
    pub claimed: u8,
    /// The answer that facts give.
    pub computed: u8,
    /// What the number means.
    pub says: String,
    /// The number, in percent.
    pub value: f64,
    /// Members of its population.
    pub n: u64,
    /// Over- or under-claimed.
    pub agreement: Agreement,
}

/// A piece of evidence, and the answers that it holds up.
#[derive(Clone, Debug)]
pub struct ProofLine {
    /// The evidence.
    pub proof: Proof,
    /// The answers: subject and question.
    pub answers: Vec<(Subject, String)>,
}

/// The questions that are not earned: those that block a next level first, then by level, domain, subject. Of one subject,
/// where one is named.
///
/// # Errors
/// Where the viewer sees no such round or subject, or the facts cannot be read.
pub fn gaps(desk: &Desk<'_>, id: &str, subject: Option<&str>) -> Result<Vec<Gap>, Error> {
    let round = round(desk, id)?;
    let of = model(desk.programme.catalog(), &round.model)?;
    let subjects = chosen(desk, &round, subject)?;
    let scores = desk.state(&round)?.only(&subjects);
    let mut planned: BTreeMap<(String, String), Improvement> = BTreeMap::new();
    for improvement in improvements(desk, &round, subject)? {
        planned.entry((improvement.subject.clone(), improvement.question.clone())).or_insert(improvement);
    }
    let mut found = Vec::new();
    for (subject, scores) in &scores {
        let blocking: BTreeSet<&str> = scores
            .domains
            .iter()
            .filter_map(|domain| domain.next.as_ref())
            .flat_map(|next| next.blocked_by.iter().map(String::as_str))
            .collect();
        for (question, scored) in of.questions.iter().zip(&scores.questions).filter(|(_, scored)| !scored.earned) {
            found.push(Gap {
                subject: subject.clone(),
                question: question.id.clone(),
                domain: question.domain.clone(),
                level: question.level,
                ask: question.ask.clone(),
                score: scored.score,
                gap: scored.gap,
                blocks: blocking.contains(question.id.as_str()),
                effort: effort(question.effort),
                improvement: planned.get(&(subject.id.clone(), question.id.clone())).cloned(),
            });
        }
    }
    // Stable: within a level the model's order of domains and questions stays.
    found.sort_by_key(|gap| (!gap.blocks, gap.level));
    Ok(found)
}

/// The answers that do not fit what facts say: over-claimed first. Of one subject, where one is named.
///
/// # Errors
/// Where the viewer sees no such round or subject, or the facts cannot be read.
pub fn contradictions(desk: &Desk<'_>, id: &str, subject: Option<&str>) -> Result<Vec<Contradiction>, Error> {
    let round = round(desk, id)?;
    let state = desk.state(&round)?;
    Ok(against(&round, &state, &state.only(&chosen(desk, &round, subject)?)))
}

/// Scores held against what facts say: one finding a question, the gravest of its computed answers.
pub(super) fn against(round: &Round, state: &State, scores: &Scored) -> Vec<Contradiction> {
    let rules = state.laid().rules;
    let mut found = Vec::new();
    for (subject, scores) in scores {
        let part = Part { scope: round.scope, subject: &subject.id };
        for question in &scores.questions {
            let Some(claimed) = question.score else { continue };
            let Some(gravest) = state.measures.against(&question.id, part, claimed, rules) else { continue };
            found.push(Contradiction {
                subject: subject.clone(),
                question: question.id.clone(),
                domain: question.domain.clone(),
                claimed,
                computed: gravest.answer,
                says: gravest.says.to_owned(),
                value: gravest.value,
                n: gravest.n,
                agreement: gravest.agreement,
            });
        }
    }
    found.sort_by_key(|found| found.agreement != Agreement::OverClaimed);
    found
}

/// The evidence that the answers of a round name: expired first, then by what is named. Of one subject, where one is named.
///
/// # Errors
/// Where the viewer sees no such round or subject, or the facts cannot be read.
pub fn proofs(desk: &Desk<'_>, id: &str, subject: Option<&str>) -> Result<Vec<ProofLine>, Error> {
    let round = round(desk, id)?;
    let of = model(desk.programme.catalog(), &round.model)?;
    let subjects = chosen(desk, &round, subject)?;
    let at = desk.at(&round);
    let mut proofs = Proofs::new(*desk, of, at);
    let mut found: BTreeMap<String, ProofLine> = BTreeMap::new();
    for record in records(desk, &round, subject, at)? {
        let of = subject_of(&record);
        let Some(subject) = subjects.iter().find(|subject| subject.id == of) else { continue };
        let (Some(question), Some(answered)) = (record.text("question"), record.instant("answered_at")) else { continue };
        if answered >= at || record.instant("withdrawn_at").is_some_and(|withdrawn| withdrawn < at) {
            continue;
        }
        for named in texts(&record, "evidence") {
            let proof = proofs.of(&named, answered)?;
            let line = found.entry(named).or_insert_with(|| ProofLine { proof: proof.clone(), answers: Vec::new() });
            // A place in words is as old as its newest answer.
            if proof.until > line.proof.until {
                line.proof = proof;
            }
            line.answers.push((subject.clone(), question.to_owned()));
        }
    }
    let mut lines: Vec<ProofLine> = found.into_values().collect();
    lines.sort_by_key(|line| std::cmp::Reverse(line.proof.state));
    Ok(lines)
}

/// The subjects that are wanted: all that the viewer sees, or one.
fn chosen(desk: &Desk<'_>, round: &Round, subject: Option<&str>) -> Result<Vec<Subject>, Error> {
    match subject {
        Some(_) => desk.subject(round, subject).map(|subject| vec![subject]),
        None => desk.subjects(round),
    }
}
