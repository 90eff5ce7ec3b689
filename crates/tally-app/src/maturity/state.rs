//! A round with all its answers, scored: what every view of many subjects is made from. On a server it follows the journal, so
//! that an answer costs what it touches.

use std::collections::BTreeSet;
use std::sync::Arc;

use tally_judge::maturity::{Answers, Scores};
use tally_model::{Instant, Record};
use tally_store::{EntryNo, StoreError};

use super::book::Book;
use super::computed::Measures;
use super::desk::{Desk, subject_of};
use super::lay::Laid;
use super::round::{Round, Subject};
use super::sheet::{answers, given};
use super::{ANSWER, model};
use crate::Error;

/// Most subjects that are read anew one by one; beyond this all are.
const FEW: usize = 20;
/// Most changed records that are looked at; beyond this everything is read anew.
const CHANGED: usize = 5_000;

/// A round's subjects with their scores. A subject that did not change shares them with the state before.
pub(super) type Scored = Vec<(Subject, Arc<Scores>)>;

/// A round with its answers at T.
pub(super) struct State {
    /// Journal entries that it contains.
    entries: u64,
    at: Instant,
    book: Book,
    laid: Laid,
    /// The subjects that the viewer sees.
    pub scored: Scored,
    /// What facts say.
    pub measures: Arc<Measures>,
}

/// What changed since an older state.
struct Changes {
    /// Subjects of this round whose answers changed.
    subjects: BTreeSet<String>,
    /// Whether facts changed that computed answers may be made of.
    facts: bool,
}

impl State {
    /// Whether it is one of this T.
    pub(super) fn is_at(&self, at: Instant) -> bool {
        self.at == at
    }

    /// Reads a round.
    pub(super) fn of(desk: &Desk<'_>, round: &Round) -> Result<Self, Error> {
        let of = model(desk.programme.catalog(), &round.model)?;
        let (laid, book) = (Laid::of(of), Book::of(desk, round, of)?);
        let measures = Measures::of(desk.seen, desk.programme.catalog(), of, round.scope, desk.at(round));
        Ok(Self::scored(desk, round, laid, book, Arc::new(measures), None)?.with(desk))
    }

    /// The same after what the journal says since; read anew where that is less work, or the only way.
    pub(super) fn follow(desk: &Desk<'_>, round: &Round, older: &Self) -> Result<Self, Error> {
        if older.at != desk.at(round) {
            return Self::of(desk, round);
        }
        let of = model(desk.programme.catalog(), &round.model)?;
        let Some(changes) = changes(desk, round, older.entries)? else { return Self::of(desk, round) };
        if changes.subjects.len() > FEW {
            return Self::of(desk, round);
        }
        let mut book = older.book.clone();
        for subject in &changes.subjects {
            let given = given(desk, round, of, subject)?;
            book.put(subject, answers(&given), given.values().map(|given| given.answered_at).max());
        }
        let measures = if changes.facts || older.measures.reads_answers() {
            Arc::new(Measures::of(desk.seen, desk.programme.catalog(), of, round.scope, older.at))
        } else {
            Arc::clone(&older.measures)
        };
        Ok(Self::scored(desk, round, Laid::of(of), book, measures, Some((older, &changes.subjects)))?.with(desk))
    }

    fn scored(
        desk: &Desk<'_>,
        round: &Round,
        laid: Laid,
        book: Book,
        measures: Arc<Measures>,
        older: Option<(&Self, &BTreeSet<String>)>,
    ) -> Result<Self, Error> {
        let none = Answers::new();
        let one = |subject: Subject| {
            let same = older.filter(|(_, changed)| !changed.contains(&subject.id));
            let known = same.and_then(|(older, _)| older.scores(&subject.id));
            let scores = known.unwrap_or_else(|| Arc::new(laid.score(book.answers(&subject.id).unwrap_or(&none))));
            (subject, scores)
        };
        let scored = desk.subjects(round)?.into_iter().map(one).collect();
        Ok(Self { entries: 0, at: desk.at(round), scored, book, laid, measures })
    }

    fn with(self, desk: &Desk<'_>) -> Self {
        Self { entries: desk.facts.entries, ..self }
    }

    fn scores(&self, subject: &str) -> Option<Arc<Scores>> {
        self.scored.iter().find(|(known, _)| known.id == subject).map(|(_, scores)| Arc::clone(scores))
    }

    /// The judge's view of the model.
    pub(super) fn laid(&self) -> &Laid {
        &self.laid
    }

    /// When the newest answer was given.
    pub(super) fn newest(&self) -> Option<Instant> {
        self.book.newest
    }

    /// The subjects that are wanted, in their order.
    pub(super) fn only(&self, wanted: &[Subject]) -> Scored {
        let of = |subject: &Subject| self.scored.iter().find(|(known, _)| known == subject).cloned();
        wanted.iter().filter_map(of).collect()
    }
}

/// What the journal says since `entries`; `None` where everything has to be read anew.
fn changes(desk: &Desk<'_>, round: &Round, entries: u64) -> Result<Option<Changes>, Error> {
    let mut changes = Changes { subjects: BTreeSet::new(), facts: false };
    let (mut left, mut anew) = (CHANGED, false);
    let mut look = |record: &Record| match record.kind().name {
        ANSWER if record.text("round") == Some(&round.id) => drop(changes.subjects.insert(subject_of(record).to_owned())),
        ANSWER => anew |= record.text("round").is_none() && round.started_at.is_none(),
        "maturity_round" | "improvement" => {}
        // Evidence backs answers of any subject; teams and systems are the subjects.
        "evidence" | "team" | "system" => anew = true,
        _ => changes.facts = true,
    };
    let walked = desk.programme.store.changed_after(EntryNo(entries), &mut |record| {
        look(&record);
        left -= 1;
        if left > 0 { Ok(()) } else { Err(StoreError::stopped("many")) }
    });
    match walked {
        Ok(seen) => Ok((!seen.redacted && !anew).then_some(changes)),
        Err(StoreError::Stopped(_)) => Ok(None),
        Err(error) => Err(error.into()),
    }
}
