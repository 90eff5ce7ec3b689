//! One subject of a round: its domains, questions and answers with all that belongs to them, read from its records.

use std::collections::BTreeMap;
use std::sync::Arc;

use tally_catalog::MaturityModel;
use tally_catalog::maturity::{Domain, Question};
use tally_judge::maturity::{Answer, Answers, DomainScores, QuestionScore, Scores};
use tally_measure::{Filter, ListAsk, Test};
use tally_model::{Instant, Record, Value};

use super::cards::{Given, LinkLine, Numbers, Sheet, SheetDomain, SheetQuestion};
use super::computed::{Measures, Part, gravest};
use super::desk::{Desk, Hand, subject_of, texts};
use super::lay::{Laid, effort, head, levels};
use super::plan::{Improvement, improvements, newest};
use super::proof::Proofs;
use super::round::{IMPORTED, Round, RoundScope, Subject, round};
use super::rounds::before;
use super::{ANSWER, CARRIED, kind, model};
use crate::Error;

/// What of a subject is wanted.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct SheetAsk {
    /// The subject; of a round over one it need not be named.
    pub subject: Option<String>,
    /// This domain alone.
    pub domain: Option<String>,
    /// With the rows behind computed answers: a query each, the first time.
    pub rows: bool,
}

/// One subject of a round.
///
/// # Errors
/// Where the round, the subject or the domain is unknown to the viewer, or the facts cannot be read.
pub fn sheet(desk: &Desk<'_>, id: &str, ask: &SheetAsk) -> Result<Sheet, Error> {
    let round = round(desk, id)?;
    let of = model(desk.programme.catalog(), &round.model)?;
    let subject = desk.subject(&round, ask.subject.as_deref())?;
    if let Some(domain) = &ask.domain {
        super::domain(of, domain)?;
    }
    let given = given(desk, &round, of, &subject.id)?;
    let laid = Laid::of(of);
    let scores = laid.score(&answers(&given));
    let earlier = earlier(desk, &round, of, &subject)?;
    // A server has them with the round; else only this subject is wanted, and the round is not read for it.
    let measures = match desk.bench {
        Some(_) => Arc::clone(&desk.state(&round)?.measures),
        None => Arc::new(Measures::of(desk.seen, desk.programme.catalog(), of, round.scope, desk.at(&round))),
    };
    let page = Page {
        desk,
        of,
        laid: &laid,
        round: &round,
        subject: &subject,
        scores: &scores,
        before: earlier.as_ref().map(|(_, answers)| answers),
        measures,
        improvements: newest(improvements(desk, &round, Some(&subject.id))?),
        rows: ask.rows,
    };
    let wanted = of.domains.iter().filter(|domain| ask.domain.as_ref().is_none_or(|id| domain.id == *id));
    let domains: Vec<SheetDomain> = wanted.filter_map(|domain| page.domain(domain, &given)).collect();
    Ok(Sheet {
        model: head(of),
        whole: Numbers::whole(&scores),
        held_by: scores.whole.as_ref().map(|whole| whole.held_by.clone()).unwrap_or_default(),
        domains,
        previous: earlier.map(|(id, _)| id),
        subjects: desk.subjects(&round)?,
        subject,
        round,
    })
}

/// Everything that a sheet is made from.
struct Page<'p> {
    desk: &'p Desk<'p>,
    of: &'p MaturityModel,
    laid: &'p Laid,
    round: &'p Round,
    subject: &'p Subject,
    scores: &'p Scores,
    before: Option<&'p Answers>,
    measures: Arc<Measures>,
    improvements: BTreeMap<String, Improvement>,
    rows: bool,
}

impl Page<'_> {
    fn domain(&self, domain: &Domain, given: &BTreeMap<String, Given>) -> Option<SheetDomain> {
        let scored = self.scores.domains.iter().find(|scored| scored.id == domain.id)?;
        let questions = self.of.questions_of(&domain.id);
        let line = |question| {
            let scored_question = self.scores.questions.iter().find(|scored| scored.id == id_of(question))?;
            Some(self.question(question, scored, scored_question, given.get(id_of(question)).cloned()))
        };
        Some(SheetDomain {
            id: domain.id.clone(),
            title: domain.title.clone(),
            means: domain.means.clone(),
            looks: domain.levels.clone(),
            numbers: Numbers::of(&scored.standing),
            next: scored.next.clone(),
            levels: levels(scored),
            assigned: self.round.assigned(&domain.id),
            questions: questions.filter_map(line).collect(),
        })
    }

    fn question(
        &self,
        question: &Question,
        domain: &DomainScores,
        scored: &QuestionScore,
        answer: Option<Given>,
    ) -> SheetQuestion {
        let part = Part { scope: self.round.scope, subject: &self.subject.id };
        let rows = self.rows.then(|| (self.desk.seen, self.desk.at(self.round)));
        let computed = self.measures.answers(&question.id, part, scored.score, self.laid.rules, rows);
        SheetQuestion {
            id: question.id.clone(),
            domain: question.domain.clone(),
            level: question.level,
            ask: question.ask.clone(),
            why: question.why.clone(),
            effort: effort(question.effort),
            needs: question.needs.clone(),
            shows: question.evidence.clone(),
            links: question.links.iter().filter_map(|text| self.link(text)).collect(),
            before: self.before.and_then(|before| before.get(&question.id)).and_then(|answer| answer.score),
            earned: scored.earned,
            gap: scored.gap,
            blocks: domain.next.as_ref().is_some_and(|next| next.blocked_by.contains(&question.id)),
            agreement: gravest(&computed),
            improvement: self.improvements.get(&question.id).cloned(),
            computed,
            answer,
        }
    }

    fn link(&self, text: &str) -> Option<LinkLine> {
        let link = self.desk.programme.catalog().link(text)?;
        Some(LinkLine {
            text: text.to_owned(),
            framework: link.framework.to_owned(),
            id: link.id.to_owned(),
            name: link.name.to_owned(),
            url: link.url,
        })
    }
}

fn id_of(question: &Question) -> &str {
    &question.id
}

impl Sheet {
    /// Whether somebody may answer the questions of a domain now: the round is open, and the domain is theirs, nobody's, or
    /// they lead the round.
    pub fn may_answer(&self, domain: &str, hand: Hand<'_>) -> bool {
        self.round.state.is_open() && super::answer::is_theirs(&self.round, domain, hand)
    }
}

/// The answers of a subject by question, with all that was said; the newest where there are several.
pub(super) fn given(
    desk: &Desk<'_>,
    round: &Round,
    of: &MaturityModel,
    subject: &str,
) -> Result<BTreeMap<String, Given>, Error> {
    let at = desk.at(round);
    let mut proofs = Proofs::new(*desk, of, at);
    let mut found: BTreeMap<String, Given> = BTreeMap::new();
    for record in records(desk, round, Some(subject), at)? {
        let Some(answered_at) = record.instant("answered_at").filter(|answered| *answered < at) else { continue };
        if record.instant("withdrawn_at").is_some_and(|withdrawn| withdrawn < at) {
            continue;
        }
        let (Some(question), Some(score), Some(by)) = (record.text("question"), score_of(&record), record.text("by")) else {
            continue;
        };
        if found.get(question).is_some_and(|known| known.answered_at > answered_at) {
            continue;
        }
        let evidence =
            texts(&record, "evidence").iter().map(|named| proofs.of(named, answered_at)).collect::<Result<_, _>>()?;
        let given = Given {
            id: record.id().to_owned(),
            score,
            by: by.to_owned(),
            answered_at,
            note: record.text("note").map(str::to_owned),
            evidence,
            carried: record.label(CARRIED).map(str::to_owned),
        };
        found.insert(question.to_owned(), given);
    }
    Ok(found)
}

/// The records of a round's answers; of one subject, where it is named.
pub(super) fn records(desk: &Desk<'_>, round: &Round, subject: Option<&str>, at: Instant) -> Result<Vec<Record>, Error> {
    let is = |column: &str, value: &str| Filter { column: column.to_owned(), test: Test::Is(vec![value.to_owned()]) };
    let mut filters = Vec::new();
    if round.id.starts_with(IMPORTED) {
        filters.extend([is("round", ""), is("subject", ""), is("model", &round.model)]);
    } else {
        filters.push(is("round", &round.id));
        filters
            .extend(subject.map(|subject| is("subject", if round.scope == RoundScope::Organisation { "" } else { subject })));
    }
    let ask = ListAsk {
        table: kind(ANSWER)?.table.to_owned(),
        filters,
        text: None,
        searched: Vec::new(),
        sort: vec![tally_measure::Sort { column: "id".to_owned(), down: false }],
        at,
    };
    let ids = desk.facts.engine().list(ask)?.ids(0, usize::MAX)?;
    let mut found = Vec::with_capacity(ids.len());
    for id in ids {
        let record = desk.programme.store.record(kind(ANSWER)?, &id)?;
        found.extend(record.filter(|record| subject.is_none_or(|subject| subject_of(record) == subject)));
    }
    Ok(found)
}

/// The score of an answer's record.
pub(super) fn score_of(record: &Record) -> Option<u8> {
    record.get("score").and_then(Value::count).and_then(|score| u8::try_from(score).ok())
}

/// The judge's view of a subject's answers.
pub(super) fn answers(given: &BTreeMap<String, Given>) -> Answers {
    let answer = |given: &Given| Answer { score: Some(given.score), evidence: given.backed() };
    given.iter().map(|(question, given)| (question.clone(), answer(given))).collect()
}

/// The answers of the round before to the same subject, where it had it.
fn earlier(desk: &Desk<'_>, round: &Round, of: &MaturityModel, subject: &Subject) -> Result<Option<(String, Answers)>, Error> {
    let Some(earlier) = before(desk, round)? else { return Ok(None) };
    if !desk.subjects(&earlier)?.contains(subject) {
        return Ok(None);
    }
    let answers = answers(&given(desk, &earlier, of, &subject.id)?);
    Ok(Some((earlier.id, answers)))
}
