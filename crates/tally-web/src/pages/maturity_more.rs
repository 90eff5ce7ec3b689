//! A maturity round beside another one, the evidence that it rests on, and the whole of it on paper.

use askama::Template;
use tally_app::Error;
use tally_app::maturity::{
    self, Compared, Gap, ModelHead, ProofLine, Round, Sheet, SheetAsk, SheetDomain, SheetQuestion, Subject, Way, kept,
};
use tally_report::chart::Radar;
use tally_report::number::{count, day};

use super::maturity_frame::{self as frames, Frame, Pick, placed, question_path};
use super::maturity_question::{Piece, Question, piece, question};
use super::maturity_words::{self as say, Figures};
use crate::failure::Failure;
use crate::pairs::encode;
use crate::reply::Reply;
use crate::shell::Shell;
use crate::visit::Visit;
use crate::words::{State, minute};

/// Rows of a table that are shown.
const SHOWN: usize = 500;

#[derive(Template)]
#[template(path = "maturity_compare.html")]
struct ComparePage {
    shell: Shell,
    frame: Frame,
    pick: Option<Pick>,
    others: Vec<(String, String, bool)>,
    both: Option<Both>,
}

/// Two rounds.
struct Both {
    before: String,
    after: String,
    caution: Option<String>,
    radar: Radar,
    domains: Vec<BothRow>,
    moved: String,
    many: bool,
    questions: Vec<MovedRow>,
    more: Option<String>,
}

struct BothRow {
    id: String,
    before: State,
    after: State,
    level: State,
    range_before: String,
    range_after: String,
    score: State,
}

struct MovedRow {
    question: String,
    subject: String,
    path: String,
    ask: String,
    before: State,
    after: State,
    way: State,
}

pub(super) fn compare(visit: &Visit) -> Result<Reply, Failure> {
    let id = visit.param("round");
    let (bench, scope) = (visit.bench(), visit.scope());
    let overview = kept::overview(bench, &scope, id, visit.now)?;
    let round = &overview.round;
    let asked = visit.query.get("subject");
    let subjects: Vec<Subject> = overview.subjects.iter().map(|line| line.subject.clone()).collect();
    let subject = subjects.iter().find(|subject| Some(subject.id.as_str()) == asked);
    let rounds = kept::rounds(bench, &scope, visit.now)?;
    let same = |line: &&maturity::RoundLine| {
        line.round.id != round.id && line.round.model == round.model && line.round.scope == round.scope
    };
    let held = |with: &str| kept::compare(bench, &scope, (id, with), asked, visit.now);
    let before = overview.previous.as_ref().map(|before| before.id.as_str());
    let (with, both) = match (visit.query.get("with"), before) {
        (Some(with), _) => (Some(with), Some(held(with)?)),
        // Nobody asked for the round before: where it had nothing of this, there is just nothing beside it.
        (None, Some(before)) => match held(before) {
            Err(Error::Invalid(_)) => (Some(before), None),
            both => (Some(before), Some(both?)),
        },
        (None, None) => (None, None),
    };
    let name = |round: &Round| match round.started_at {
        Some(at) => format!("{} ({})", round.title, day(at)),
        None => round.title.clone(),
    };
    let page = ComparePage {
        shell: frames::shell(visit, round, "Compare").made_of(&*visit.facts()?, overview.at, &visit.scope()),
        frame: frames::frame(round, &overview.model, subjects.len(), subject, "Compare"),
        pick: frames::pick(round, &subjects, asked),
        others: rounds
            .iter()
            .filter(same)
            .map(|line| (line.round.id.clone(), name(&line.round), Some(line.round.id.as_str()) == with))
            .collect(),
        both: both.map(|both| side_by_side(round, &both)),
    };
    Ok(Reply::html(page.render()?))
}

fn side_by_side(round: &Round, both: &Compared) -> Both {
    let model = &both.model;
    let domain = |domain: &maturity::ComparedDomain| {
        let (before, after) = &domain.numbers;
        // A level that nobody's answers stand for neither rose nor fell.
        let known = before.answered > 0 && after.answered > 0;
        BothRow {
            id: domain.id.clone(),
            before: say::earned(model, before, None),
            after: say::earned(model, after, None),
            level: if known { say::way(domain.level) } else { say::way(domain.score) },
            range_before: say::range(before.range, before.answered),
            range_after: say::range(after.range, after.answered),
            score: say::way(domain.score),
        }
    };
    let moved = |found: &maturity::ComparedQuestion| MovedRow {
        question: found.id.clone(),
        subject: found.subject.name.clone(),
        path: question_path(round, &found.subject.id, &found.domain, &found.id),
        ask: found.ask.clone(),
        before: if found.way == Way::New { State::new("·", "not asked", "none") } else { say::score(model, found.before) },
        after: if found.way == Way::Gone { State::new("·", "not asked", "none") } else { say::score(model, found.after) },
        way: say::way(found.way),
    };
    let changed = both.before.redefined != both.after.redefined;
    Both {
        before: both.before.title.clone(),
        after: both.after.title.clone(),
        caution: changed
            .then(|| "The model has changed between these rounds; both are scored by the model of today.".to_owned()),
        radar: frames::levels_radar(
            model,
            both.domains.iter().map(|domain| (domain.id.as_str(), &domain.numbers.1, Some(&domain.numbers.0))),
        ),
        domains: both.domains.iter().map(domain).collect(),
        moved: count(both.questions.len() as u64),
        many: both.subjects.len() > 1,
        questions: both.questions.iter().take(SHOWN).map(moved).collect(),
        more: (both.questions.len() > SHOWN).then(|| format!("The first {SHOWN}; choose one subject for all of its own.")),
    }
}

#[derive(Template)]
#[template(path = "maturity_evidence.html")]
struct EvidencePage {
    shell: Shell,
    frame: Frame,
    pick: Option<Pick>,
    total: String,
    rows: Vec<ProofRow>,
    rows_more: Option<String>,
    claimed_total: String,
    claimed: Vec<ClaimedRow>,
    claimed_more: Option<String>,
}

struct ProofRow {
    piece: Piece,
    since: String,
    until: String,
    /// Question (with its subject, where there are several) and path.
    answers: Vec<(String, String)>,
}

struct ClaimedRow {
    question: String,
    path: String,
    ask: String,
    answer: State,
    shows: String,
}

pub(super) fn evidence(visit: &Visit) -> Result<Reply, Failure> {
    let id = visit.param("round");
    let (bench, scope) = (visit.bench(), visit.scope());
    let overview = kept::overview(bench, &scope, id, visit.now)?;
    let round = &overview.round;
    let subjects: Vec<Subject> = overview.subjects.iter().map(|line| line.subject.clone()).collect();
    let only = if subjects.len() == 1 { subjects.first().map(|subject| subject.id.as_str()) } else { None };
    let asked = visit.query.get("subject").or(only);
    let subject = subjects.iter().find(|subject| Some(subject.id.as_str()) == asked);
    let found = kept::proofs(bench, &scope, id, asked, visit.now)?;
    let sheet = asked.map(|asked| {
        let ask = SheetAsk { subject: Some(asked.to_owned()), ..SheetAsk::default() };
        kept::sheet(bench, &scope, id, &ask, visit.now)
    });
    let sheet = sheet.transpose()?;
    let claimed: Vec<ClaimedRow> = sheet.iter().flat_map(|sheet| claimed_rows(sheet)).collect();
    let page = EvidencePage {
        shell: frames::shell(visit, round, "Evidence").made_of(&*visit.facts()?, overview.at, &visit.scope()),
        frame: frames::frame(round, &overview.model, subjects.len(), subject, "Evidence"),
        pick: frames::pick(round, &subjects, asked),
        total: count(found.len() as u64),
        rows: found.iter().take(SHOWN).map(|line| proof_row(round, line, asked.is_none())).collect(),
        rows_more: (found.len() > SHOWN).then(|| format!("The first {SHOWN}; choose one subject for all of its own.")),
        claimed_total: count(if sheet.is_some() { claimed.len() as u64 } else { overview.claimed as u64 }),
        claimed_more: sheet.is_none().then(|| "Choose one subject above to see its own.".to_owned()),
        claimed,
    };
    Ok(Reply::html(page.render()?))
}

fn proof_row(round: &Round, line: &ProofLine, several: bool) -> ProofRow {
    let answer = |(subject, question): &(Subject, String)| {
        let word = if several { format!("{question} of {}", subject.name) } else { question.clone() };
        let own = frames::path(&round.id);
        let path = frames::query(round, Some(&subject.id), &[("question", question)]);
        (word, format!("{own}/answer{path}#{}", encode(question)))
    };
    ProofRow {
        piece: piece(&line.proof),
        since: line.proof.since.map(day).unwrap_or_default(),
        until: line.proof.until.map(day).unwrap_or_default(),
        answers: line.answers.iter().map(answer).collect(),
    }
}

/// Answers above 0 that no fresh evidence backs.
fn claimed_rows(sheet: &Sheet) -> Vec<ClaimedRow> {
    let all = sheet.domains.iter().flat_map(|domain| &domain.questions);
    let claimed = all.filter_map(|found| {
        let given = found.answer.as_ref().filter(|given| given.score > 0 && !given.backed())?;
        Some(ClaimedRow {
            question: found.id.clone(),
            path: question_path(&sheet.round, &sheet.subject.id, &found.domain, &found.id),
            ask: found.ask.clone(),
            answer: say::score(&sheet.model, Some(given.score)),
            shows: found.shows.get(&given.score).cloned().unwrap_or_default(),
        })
    });
    claimed.collect()
}

#[derive(Template)]
#[template(path = "maturity_print.html")]
struct PrintPage {
    shell: Shell,
    frame: Frame,
    pick: Option<Pick>,
    facts: Vec<(&'static str, String)>,
    figures: Figures,
    radar: Radar,
    domains: Vec<PrintDomain>,
    gaps: Vec<String>,
}

struct PrintDomain {
    id: String,
    title: String,
    means: String,
    earned: State,
    range: String,
    answered: String,
    confidence: String,
    plain: String,
    next: String,
    questions: Vec<Question>,
}

pub(super) fn print(visit: &Visit) -> Result<Reply, Failure> {
    let (round, subject, subjects) = placed(visit)?;
    let (bench, scope) = (visit.bench(), visit.scope());
    let ask = SheetAsk { subject: Some(subject.id.clone()), ..SheetAsk::default() };
    let sheet = kept::sheet(bench, &scope, &round.id, &ask, visit.now)?;
    let before =
        sheet.previous.as_deref().map(|id| kept::compare(bench, &scope, (&round.id, id), Some(&subject.id), visit.now));
    let before = before.transpose()?;
    let gaps = kept::gaps(bench, &scope, &round.id, Some(&subject.id), visit.now)?;
    let at = round.approved_at.unwrap_or_else(|| tally_app::Workbench::as_of(visit.now));
    let radar = frames::levels_radar(
        &sheet.model,
        sheet.domains.iter().map(|domain| {
            let earlier = before.as_ref().and_then(|both| both.domains.iter().find(|known| known.id == domain.id));
            (domain.id.as_str(), &domain.numbers, earlier.map(|earlier| &earlier.numbers.0))
        }),
    );
    let page = PrintPage {
        shell: frames::shell(visit, &round, "Print").made_of(&*visit.facts()?, at, &visit.scope()),
        frame: frames::frame(&round, &sheet.model, subjects.len(), Some(&subject), "Print"),
        pick: frames::pick(&round, &subjects, Some(&subject.id)),
        facts: head(visit, &sheet),
        figures: Figures::of(&sheet.model, &sheet.whole, &sheet.held_by, say::lowest_of(&sheet)),
        radar,
        domains: sheet.domains.iter().map(|domain| paper(&sheet.model, domain)).collect(),
        gaps: gaps.iter().filter(|gap| gap.blocks).map(blocking).collect(),
    };
    Ok(Reply::html(page.render()?))
}

/// What a reader of paper has to know: who, when, by what, and where the living page is.
fn head(visit: &Visit, sheet: &Sheet) -> Vec<(&'static str, String)> {
    let round = &sheet.round;
    let by = |name: Option<&String>, at: Option<tally_model::Instant>| match (name, at) {
        (Some(name), Some(at)) => format!("{name}, {}", minute(at)),
        (None, Some(at)) => minute(at),
        _ => "not yet".to_owned(),
    };
    vec![
        ("Assessed", sheet.subject.name.clone()),
        ("Assessor", round.assessor.clone()),
        ("Begun", round.started_at.map(minute).unwrap_or_default()),
        ("Submitted", by(None, round.submitted_at)),
        ("Approved", by(round.approved_by.as_ref(), round.approved_at)),
        ("Printed", minute(visit.now)),
        ("Living page", format!("{}{}", visit.house.address(), frames::path(&round.id))),
    ]
}

fn paper(model: &ModelHead, domain: &SheetDomain) -> PrintDomain {
    let one = |found: &SheetQuestion| question(model, found, Vec::new());
    PrintDomain {
        id: domain.id.clone(),
        title: domain.title.clone(),
        means: domain.means.clone(),
        earned: say::earned(model, &domain.numbers, say::lowest(&domain.levels)),
        range: say::range(domain.numbers.range, domain.numbers.answered),
        answered: say::answered(&domain.numbers),
        confidence: say::confidence(&domain.numbers),
        plain: say::plain(domain.numbers.plain.as_ref()),
        next: domain.next.as_ref().map_or_else(
            || "the highest is earned".to_owned(),
            |next| format!("{}: {}", next.level, next.blocked_by.join(", ")),
        ),
        questions: domain.questions.iter().map(one).collect(),
    }
}

fn blocking(gap: &Gap) -> String {
    format!("{} {}", gap.question, gap.ask)
}
