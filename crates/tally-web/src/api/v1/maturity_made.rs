//! Maturity rounds: what crosses the border is made from what the verbs answer.

use tally_app::maturity as verb;
use tally_model::Instant;

use super::{
    Edited, MaturityAssignment, MaturityBefore, MaturityCell, MaturityCompared, MaturityComputed, MaturityContradiction,
    MaturityDomain, MaturityGap, MaturityGiven, MaturityImported, MaturityImprovement, MaturityModel, MaturityModelLine,
    MaturityModelQuestion, MaturityMove, MaturityNumbers, MaturityOverview, MaturityProof, MaturityProofLine,
    MaturityQuestionOf, MaturityRoadmap, MaturityRound, MaturityRoundLine, MaturityRow, MaturitySheet, MaturitySheetDomain,
    MaturitySheetQuestion, MaturityStarted, MaturityStep, MaturitySubject, MaturityTwo, MaturityWhatIf, Problem,
};

fn written(at: Option<Instant>) -> Option<String> {
    at.map(|at| at.to_string())
}

impl From<&tally_catalog::MaturityModel> for MaturityModelLine {
    fn from(model: &tally_catalog::MaturityModel) -> Self {
        Self {
            id: model.id.clone(),
            title: model.title.clone(),
            version: model.version.clone(),
            summary: model.summary.clone(),
            definition: model.hash(),
            domains: model.domains.len() as u64,
            questions: model.questions.len() as u64,
            top: model.top_score(),
            earned_from: model.earned_from,
        }
    }
}

impl From<&tally_catalog::MaturityModel> for MaturityModel {
    fn from(model: &tally_catalog::MaturityModel) -> Self {
        let question = |question: &tally_catalog::maturity::Question| MaturityModelQuestion {
            id: question.id.clone(),
            domain: question.domain.clone(),
            level: question.level,
            ask: question.ask.clone(),
            why: question.why.clone(),
            effort: question.effort.as_str().to_owned(),
            needs: question.needs.clone(),
            links: question.links.clone(),
            evidence: question.evidence.iter().map(|(score, text)| (score.to_string(), text.clone())).collect(),
        };
        Self {
            model: MaturityModelLine::from(model),
            scale: model.scale.iter().map(|step| (step.score.to_string(), step.name.clone())).collect(),
            levels: model.levels.iter().map(|rung| (rung.level.to_string(), rung.name.clone())).collect(),
            domains: model.domains.iter().map(|domain| (domain.id.clone(), domain.title.clone())).collect(),
            questions: model.questions.iter().map(question).collect(),
        }
    }
}

impl From<&verb::Numbers> for MaturityNumbers {
    fn from(numbers: &verb::Numbers) -> Self {
        Self {
            earned: numbers.earned,
            low: numbers.range.low,
            high: numbers.range.high,
            known_mean: numbers.known_mean,
            confidence: numbers.confidence,
            plain_level: numbers.plain.map(|plain| plain.level),
            questions: numbers.questions as u64,
            answered: numbers.answered as u64,
            with_evidence: numbers.with_evidence as u64,
            claimed: numbers.claimed(),
        }
    }
}

impl From<&verb::Round> for MaturityRound {
    fn from(round: &verb::Round) -> Self {
        let assignment = |known: &verb::Assignment| MaturityAssignment {
            domain: known.domain.clone(),
            owner: known.owner.clone(),
            due: written(known.due),
        };
        Self {
            id: round.id.clone(),
            title: round.title.clone(),
            model: round.model.clone(),
            scope: round.scope.word().to_owned(),
            state: round.state.word().to_owned(),
            started_at: written(round.started_at),
            due: written(round.due),
            assessor: round.assessor.clone(),
            approver: round.approver.clone(),
            submitted_at: written(round.submitted_at),
            approved_at: written(round.approved_at),
            approved_by: round.approved_by.clone(),
            previous: round.previous.clone(),
            redefined: round.redefined,
            assignments: round.assignments.iter().map(assignment).collect(),
        }
    }
}

impl From<&verb::RoundLine> for MaturityRoundLine {
    fn from(line: &verb::RoundLine) -> Self {
        let (round, numbers) = (MaturityRound::from(&line.round), MaturityNumbers::from(&line.whole));
        Self { round, subjects: line.subjects as u64, numbers }
    }
}

impl From<&verb::Overview> for MaturityOverview {
    fn from(all: &verb::Overview) -> Self {
        let before = |before: &verb::Before| MaturityBefore {
            id: before.id.clone(),
            title: before.title.clone(),
            numbers: MaturityNumbers::from(&before.whole),
        };
        let subject = |line: &verb::SubjectLine| MaturitySubject {
            id: line.subject.id.clone(),
            name: line.subject.name.clone(),
            numbers: MaturityNumbers::from(&line.whole),
            held_by: line.held_by.clone(),
            contradictions: line.contradictions as u64,
        };
        Self {
            round: MaturityRound::from(&all.round),
            as_of: all.at.to_string(),
            numbers: MaturityNumbers::from(&all.whole),
            held_by: all.held_by.clone(),
            domains: all.domains.iter().map(MaturityDomain::from).collect(),
            subjects: all.subjects.iter().map(subject).collect(),
            previous: all.previous.as_ref().map(before),
            contradictions: all.contradictions.iter().map(MaturityContradiction::from).collect(),
        }
    }
}

impl From<&verb::OverviewDomain> for MaturityDomain {
    fn from(domain: &verb::OverviewDomain) -> Self {
        let cell = |cell: &verb::HeatCell| MaturityCell {
            level: cell.level,
            standing: cell.standing as u64,
            questions: cell.questions as u64,
            answered: cell.answered as u64,
            earned: cell.earned as u64,
        };
        Self {
            id: domain.id.clone(),
            title: domain.title.clone(),
            numbers: MaturityNumbers::from(&domain.numbers),
            levels: domain.cells.iter().map(cell).collect(),
        }
    }
}

impl From<&verb::Contradiction> for MaturityContradiction {
    fn from(found: &verb::Contradiction) -> Self {
        Self {
            subject: found.subject.id.clone(),
            question: found.question.clone(),
            claimed: found.claimed,
            computed: found.computed,
            says: found.says.clone(),
            value: found.value,
            n: found.n,
            agreement: found.agreement.words().to_owned(),
        }
    }
}

impl From<&verb::Sheet> for MaturitySheet {
    fn from(sheet: &verb::Sheet) -> Self {
        let domain = |domain: &verb::SheetDomain| MaturitySheetDomain {
            id: domain.id.clone(),
            title: domain.title.clone(),
            numbers: MaturityNumbers::from(&domain.numbers),
            next_level: domain.next.as_ref().map(|next| next.level),
            blocked_by: domain.next.as_ref().map(|next| next.blocked_by.clone()).unwrap_or_default(),
            questions: domain.questions.iter().map(MaturitySheetQuestion::from).collect(),
        };
        Self {
            round: MaturityRound::from(&sheet.round),
            subject: sheet.subject.id.clone(),
            numbers: MaturityNumbers::from(&sheet.whole),
            held_by: sheet.held_by.clone(),
            domains: sheet.domains.iter().map(domain).collect(),
        }
    }
}

impl From<&verb::SheetQuestion> for MaturitySheetQuestion {
    fn from(question: &verb::SheetQuestion) -> Self {
        let given = |given: &verb::Given| MaturityGiven {
            score: given.score,
            by: given.by.clone(),
            answered_at: given.answered_at.to_string(),
            note: given.note.clone(),
            evidence: given.evidence.iter().map(MaturityProof::from).collect(),
            claimed: !given.backed(),
            carried_from: given.carried.clone(),
        };
        Self {
            id: question.id.clone(),
            level: question.level,
            ask: question.ask.clone(),
            answer: question.answer.as_ref().map(given),
            before: question.before,
            earned: question.earned,
            gap: question.gap,
            blocks: question.blocks,
            computed: question.computed.iter().map(MaturityComputed::from).collect(),
            agreement: question.agreement.words().to_owned(),
        }
    }
}

impl From<&verb::Proof> for MaturityProof {
    fn from(proof: &verb::Proof) -> Self {
        let (named, name) = (proof.named.clone(), proof.name.clone());
        Self { named, name, state: proof.state.word().to_owned(), until: written(proof.until) }
    }
}

impl From<&verb::ComputedAnswer> for MaturityComputed {
    fn from(computed: &verb::ComputedAnswer) -> Self {
        let row = |row: &tally_app::score::Row| MaturityRow { key: row.key.clone(), because: row.because.clone() };
        Self {
            says: computed.says.clone(),
            metric: match &computed.origin {
                verb::Origin::Metric(id) => Some(id.clone()),
                verb::Origin::Query => None,
            },
            value: computed.value,
            n: computed.n,
            hits: computed.hits,
            answer: computed.answer,
            agreement: computed.agreement.words().to_owned(),
            misses: computed.misses.iter().map(row).collect(),
            hit_rows: computed.hit_rows.iter().map(row).collect(),
            failed: computed.failed.clone(),
        }
    }
}

impl From<&verb::Gap> for MaturityGap {
    fn from(gap: &verb::Gap) -> Self {
        Self {
            subject: gap.subject.id.clone(),
            question: gap.question.clone(),
            domain: gap.domain.clone(),
            level: gap.level,
            ask: gap.ask.clone(),
            score: gap.score,
            gap: gap.gap,
            blocks: gap.blocks,
            effort: gap.effort.word().to_owned(),
            improvement: gap.improvement.as_ref().map(|improvement| improvement.id.clone()),
        }
    }
}

impl From<&verb::ProofLine> for MaturityProofLine {
    fn from(line: &verb::ProofLine) -> Self {
        let answer = |(subject, question): &(verb::Subject, String)| MaturityQuestionOf {
            subject: Some(subject.id.clone()),
            question: question.clone(),
        };
        Self { evidence: MaturityProof::from(&line.proof), answers: line.answers.iter().map(answer).collect() }
    }
}

impl From<&(verb::Numbers, verb::Numbers)> for MaturityTwo {
    fn from((before, after): &(verb::Numbers, verb::Numbers)) -> Self {
        Self { before: MaturityNumbers::from(before), after: MaturityNumbers::from(after) }
    }
}

impl From<&verb::Compared> for MaturityCompared {
    fn from(compared: &verb::Compared) -> Self {
        let moved = |question: &verb::ComparedQuestion| MaturityMove {
            subject: question.subject.id.clone(),
            question: question.id.clone(),
            before: question.before,
            after: question.after,
            way: question.way.words().to_owned(),
        };
        Self {
            before: MaturityRound::from(&compared.before),
            after: MaturityRound::from(&compared.after),
            subjects: compared.subjects.iter().map(|subject| subject.id.clone()).collect(),
            whole: MaturityTwo::from(&compared.whole),
            domains: compared.domains.iter().map(|domain| (domain.id.clone(), MaturityTwo::from(&domain.numbers))).collect(),
            questions: compared.questions.iter().map(moved).collect(),
            same: compared.same as u64,
        }
    }
}

impl MaturityImprovement {
    /// How an improvement stands at T.
    pub fn of(improvement: &verb::Improvement, at: Instant) -> Self {
        Self {
            id: improvement.id.clone(),
            subject: improvement.subject.clone(),
            question: improvement.question.clone(),
            target: improvement.target,
            owner: improvement.owner.clone(),
            due: written(improvement.due),
            effort: improvement.effort.map(|effort| effort.word().to_owned()),
            ticket: improvement.ticket.clone(),
            done_at: written(improvement.done_at),
            state: improvement.progress(at).word().to_owned(),
        }
    }
}

impl From<&verb::Roadmap> for MaturityRoadmap {
    fn from(road: &verb::Roadmap) -> Self {
        let step = |step: &verb::RoadStep| MaturityStep {
            question: step.question.clone(),
            domain: step.domain.clone(),
            level: step.level,
            ask: step.ask.clone(),
            score: step.score,
            effort: step.effort.word().to_owned(),
            needs: step.needs.clone(),
            lifts: step.lifts,
            phase: step.phase.clone(),
            improvement: step.improvement.as_ref().map(|improvement| MaturityImprovement::of(improvement, road.at)),
        };
        let steps = road.steps.iter().map(step).collect();
        Self { subject: road.subject.id.clone(), numbers: MaturityNumbers::from(&road.now), steps }
    }
}

impl From<&verb::WhatIf> for MaturityWhatIf {
    fn from(what: &verb::WhatIf) -> Self {
        Self {
            subject: what.subject.id.clone(),
            questions: what.questions.clone(),
            score: what.score,
            whole: MaturityTwo::from(&what.whole),
            domains: what.domains.iter().map(|domain| (domain.id.clone(), MaturityTwo::from(&domain.numbers))).collect(),
        }
    }
}

impl From<&verb::Started> for MaturityStarted {
    fn from(started: &verb::Started) -> Self {
        Self { id: started.id.clone(), carried: started.carried as u64, edited: Edited::from(&started.edited) }
    }
}

impl From<&verb::Imported> for MaturityImported {
    fn from(done: &verb::Imported) -> Self {
        Self {
            rows: done.rows as u64,
            blank: done.blank as u64,
            unchanged: done.unchanged as u64,
            answers: done.answers as u64,
            problems: done.problems.iter().map(Problem::from).collect(),
            edited: Edited::from(&done.edited),
        }
    }
}
