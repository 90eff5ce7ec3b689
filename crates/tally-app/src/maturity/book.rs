//! The answers of a round over all its subjects, as far as scoring needs them: one query, whatever the round's size.

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

use tally_catalog::MaturityModel;
use tally_judge::maturity::{Answer, Answers};
use tally_measure::{Cell, Limits};
use tally_model::Instant;

use super::desk::Desk;
use super::round::{IMPORTED, ORGANISATION, Round};
use crate::Error;

/// How much a query of this room may take; a round has far fewer answers.
pub(super) const LIMITS: Limits = Limits { seconds: 30, rows_max: 2_000_000 };

/// The answers of a round. A copy shares all subjects.
#[derive(Clone)]
pub(super) struct Book {
    /// By subject and question; the newest where there are several.
    answers: HashMap<String, Arc<Answers>>,
    /// When the newest of all was given.
    pub newest: Option<Instant>,
}

impl Book {
    /// Reads a round's answers at its T.
    pub(super) fn of(desk: &Desk<'_>, round: &Round, model: &MaturityModel) -> Result<Self, Error> {
        let at = desk.at(round);
        let found = desk.facts.engine().sql(&query(round, model, at), LIMITS)?;
        let mut dated: HashMap<String, BTreeMap<String, (i64, Answer)>> = HashMap::new();
        let mut newest = None;
        for row in found.rows {
            let [subject, question, score, answered, fresh] = row.as_slice() else { continue };
            let (Cell::Text(question), Cell::Whole(score), Cell::Whole(answered)) = (question, score, answered) else {
                continue;
            };
            let subject = if let Cell::Text(subject) = subject { subject.as_str() } else { ORGANISATION };
            let answer = Answer { score: u8::try_from(*score).ok(), evidence: *fresh == Cell::Whole(1) };
            newest = newest.max(Some(*answered));
            if !dated.contains_key(subject) {
                dated.insert(subject.to_owned(), BTreeMap::new());
            }
            let Some(answers) = dated.get_mut(subject) else { continue };
            match answers.get_mut(question) {
                Some((known, _)) if *known > *answered => {}
                Some(known) => *known = (*answered, answer),
                None => drop(answers.insert(question.clone(), (*answered, answer))),
            }
        }
        let plain =
            |answers: BTreeMap<String, (i64, Answer)>| answers.into_iter().map(|(id, (_, answer))| (id, answer)).collect();
        Ok(Self {
            answers: dated.into_iter().map(|(subject, answers)| (subject, Arc::new(plain(answers)))).collect(),
            newest: newest.map(Instant::from_micros),
        })
    }

    /// The answers of one subject.
    pub(super) fn answers(&self, subject: &str) -> Option<&Answers> {
        self.answers.get(subject).map(|answers| &**answers)
    }

    /// Puts the answers of one subject in the place of those that were there.
    pub(super) fn put(&mut self, subject: &str, answers: Answers, newest: Option<Instant>) {
        self.answers.insert(subject.to_owned(), Arc::new(answers));
        self.newest = self.newest.max(newest);
    }
}

/// A text as SQL writes it.
pub(super) fn quoted(text: &str) -> String {
    format!("'{}'", text.replace('\'', "''"))
}

/// An instant as SQL writes it.
pub(super) fn stamp(at: Instant) -> String {
    format!("arrow_cast({}, 'Timestamp(Microsecond, None)')", at.micros())
}

/// What must hold of an answer `a` of this round at T.
pub(super) fn belongs(round: &Round, at: Instant) -> String {
    let place = if round.id.starts_with(IMPORTED) {
        format!("a.round IS NULL AND a.subject IS NULL AND a.model = {}", quoted(&round.model))
    } else {
        format!("a.round = {}", quoted(&round.id))
    };
    let at = stamp(at);
    format!("{place} AND a.answered_at < {at} AND (a.withdrawn_at IS NULL OR a.withdrawn_at >= {at})")
}

/// Whether the evidence `v` (with its record `e`, where it is one) of an answer `a` is fresh at T. Evidence that is no record
/// says no date: it is as old as the answer.
pub(super) fn fresh(model: &MaturityModel, at: Instant) -> String {
    let (at, since) = (stamp(at), stamp(at.days_before(i64::from(model.fresh_days))));
    format!(
        "CASE WHEN e.id IS NULL THEN a.answered_at >= {since} \
         ELSE e.collected_at < {at} AND coalesce(e.expires_at >= {at}, e.collected_at >= {since}) END"
    )
}

fn query(round: &Round, model: &MaturityModel, at: Instant) -> String {
    let (belongs, fresh) = (belongs(round, at), fresh(model, at));
    format!(
        "SELECT a.subject, a.question, a.score, CAST(a.answered_at AS BIGINT) AS answered, x.fresh \
         FROM maturity_answers a LEFT JOIN (\
           SELECT a.id, max(CASE WHEN {fresh} THEN 1 ELSE 0 END) AS fresh \
           FROM maturity_answers a JOIN maturity_answer_evidence v ON v.maturity_answer = a.id \
           LEFT JOIN evidence e ON e.id = v.evidence WHERE {belongs} GROUP BY a.id\
         ) x ON x.id = a.id WHERE {belongs}"
    )
}
