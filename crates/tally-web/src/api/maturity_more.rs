//! Operations that write maturity rounds: start, clone, assign, answer, hand in, approve, plan, import.

use tally_app::access::{Permission, Role};
use tally_app::act::Actor;
use tally_app::maturity::{self, Again, Assignment, Effort, Hand, Layout, Plan, Reply as Answered, RoundScope, Seen, Start};
use tally_app::scope::Scope;
use tally_model::Instant;
use tally_model::problem::{printable, shorten};

use super::answer::{document, problem};
use super::asked::{Asked, body, maybe};
use super::finding::instant;
use super::maturity::{id, round};
use super::once::once;
use super::operation::{Holds, Operation, Param, param};
use super::v1;
use crate::failure::Failure;
use crate::reply::Reply;
use crate::route::{Need, Route};
use crate::visit::Visit;

const EDIT: Need = Need::May(Permission::Edit);
const REVIEW: Need = Need::May(Permission::Review);
const IMPORT: &[Param] = &[
    param("format", Holds::OneOf(&["json", "csv"]), "How the file is written; else what its name or its first byte says."),
    param("name", Holds::Text, "The file's name."),
];

/// The operations.
pub(super) const OPERATIONS: &[Operation] = &[
    Operation::of::<v1::MaturityStarted>(
        Route::post("/api/v1/maturity/rounds", EDIT, start),
        "maturity_start",
        "Maturity",
        "Begin a round",
    )
    .takes::<v1::MaturityStart>()
    .once(),
    Operation::of::<v1::MaturityStarted>(
        Route::post("/api/v1/maturity/rounds/{id}/clone", EDIT, clone),
        "maturity_clone",
        "Maturity",
        "Begin a round where another one stands",
    )
    .about("Answers that are taken over keep their dates and who gave them, and name the round they came from.")
    .may_take::<v1::MaturityClone>()
    .once(),
    Operation::of::<v1::Edited>(
        Route::put("/api/v1/maturity/rounds/{id}/assignments", EDIT, assign),
        "maturity_assign",
        "Maturity",
        "Say who answers what",
    )
    .takes::<v1::MaturityAssign>()
    .once(),
    Operation::of::<v1::Edited>(
        Route::post("/api/v1/maturity/rounds/{id}/submit", EDIT, submit),
        "maturity_submit",
        "Maturity",
        "Hand a round in",
    )
    .about("Its assessor does, or an administrator. An answer that is changed afterwards takes the hand-in back.")
    .once(),
    Operation::of::<v1::Edited>(
        Route::post("/api/v1/maturity/rounds/{id}/approve", REVIEW, approve),
        "maturity_approve",
        "Maturity",
        "Approve a round, which stays as it is from then on",
    )
    .about("Never its assessor, nor who handed it in.")
    .once(),
    Operation::of::<v1::Edited>(
        Route::put("/api/v1/maturity/rounds/{id}/answers", EDIT, answer),
        "maturity_answer",
        "Maturity",
        "Answer questions, all in one commit",
    )
    .takes::<v1::MaturityAnswers>()
    .once(),
    Operation::of::<v1::Edited>(
        Route::post("/api/v1/maturity/rounds/{id}/answers/clear", EDIT, clear),
        "maturity_clear",
        "Maturity",
        "Take answers back",
    )
    .takes::<v1::MaturityClear>()
    .once(),
    Operation::of::<v1::Edited>(
        Route::post("/api/v1/maturity/rounds/{id}/improvements", EDIT, plan),
        "maturity_plan",
        "Maturity",
        "Plan improvements",
    )
    .takes::<v1::MaturityPlan>()
    .once(),
    Operation::of::<v1::Edited>(
        Route::post("/api/v1/maturity/improvements/{id}/done", EDIT, done),
        "maturity_done",
        "Maturity",
        "Say that an improvement is done",
    )
    .once(),
    Operation::of::<v1::MaturityImported>(
        Route::post("/api/v1/maturity/rounds/{id}/import", EDIT, import).with_files(),
        "maturity_import",
        "Maturity",
        "Take answers in from a file",
    )
    .about(
        "The body is a file as the export writes it. All of it is one commit, or nothing is written: then the answer is 422 and \
         its `problems` say what is wrong, line by line.",
    )
    .asks(IMPORT)
    .takes_file(),
];

/// Who acts on a round.
fn hand<'a>(visit: &Visit, actor: &'a Actor) -> Hand<'a> {
    Hand { by: actor, administers: visit.viewer.as_ref().is_some_and(|viewer| viewer.role == Role::Administrator) }
}

fn wrong(found: &str, field: &str, expected: &str) -> Failure {
    Failure::Wrong(format!("found `{}` for `{field}`, expected {expected}", printable(&shorten(found))))
}

fn due(text: Option<String>) -> Result<Option<Instant>, Failure> {
    text.map(|text| instant("due", &text)).transpose()
}

fn assignments(said: Vec<v1::MaturityAssignment>) -> Result<Vec<Assignment>, Failure> {
    let one = |one: v1::MaturityAssignment| Ok(Assignment { domain: one.domain, owner: one.owner, due: due(one.due)? });
    said.into_iter().map(one).collect()
}

fn start(visit: &Visit) -> Result<Reply, Failure> {
    Asked::of(visit, &[])?;
    let said: v1::MaturityStart = body(visit)?;
    let scope = match said.scope.as_deref() {
        None => RoundScope::Organisation,
        Some(word) => RoundScope::named(word).ok_or_else(|| wrong(word, "scope", "one of organisation, team, system"))?,
    };
    let said = Start {
        model: said.model,
        title: said.title,
        scope,
        subjects: said.subjects,
        assessor: said.assessor,
        approver: said.approver,
        due: due(said.due)?,
        assignments: assignments(said.assignments)?,
        id: said.id,
    };
    let actor = visit.actor()?;
    once(visit, &visit.body, || {
        let started = visit.bench().write(|programme| maturity::start(programme, &said, hand(visit, &actor), visit.now))?;
        document(&v1::MaturityStarted::from(&started))
    })
}

fn clone(visit: &Visit) -> Result<Reply, Failure> {
    Asked::of(visit, &[])?;
    let said: v1::MaturityClone = maybe(visit)?;
    let said = Again {
        of: id(visit).to_owned(),
        title: said.title,
        assessor: said.assessor,
        approver: said.approver,
        due: due(said.due)?,
        with_answers: said.with_answers,
        id: said.id,
    };
    let actor = visit.actor()?;
    once(visit, &visit.body, || {
        let facts = visit.bench().facts(&Scope::All)?;
        let started =
            visit.bench().write(|programme| maturity::again(programme, &facts, &said, hand(visit, &actor), visit.now))?;
        document(&v1::MaturityStarted::from(&started))
    })
}

fn assign(visit: &Visit) -> Result<Reply, Failure> {
    Asked::of(visit, &[])?;
    let said: v1::MaturityAssign = body(visit)?;
    let assigned = assignments(said.assignments)?;
    let actor = visit.actor()?;
    once(visit, &visit.body, || {
        let edited = visit.bench().write(|programme| {
            maturity::assign(programme, id(visit), &assigned, said.approver.as_deref(), hand(visit, &actor), visit.now)
        })?;
        document(&v1::Edited::from(&edited))
    })
}

fn submit(visit: &Visit) -> Result<Reply, Failure> {
    Asked::of(visit, &[])?;
    let actor = visit.actor()?;
    once(visit, &visit.body, || {
        let edited = visit.bench().write(|programme| maturity::submit(programme, id(visit), hand(visit, &actor), visit.now))?;
        document(&v1::Edited::from(&edited))
    })
}

fn approve(visit: &Visit) -> Result<Reply, Failure> {
    Asked::of(visit, &[])?;
    let actor = visit.actor()?;
    once(visit, &visit.body, || {
        let edited =
            visit.bench().write(|programme| maturity::approve(programme, id(visit), hand(visit, &actor), visit.now))?;
        document(&v1::Edited::from(&edited))
    })
}

fn answer(visit: &Visit) -> Result<Reply, Failure> {
    Asked::of(visit, &[])?;
    let said: v1::MaturityAnswers = body(visit)?;
    let replies = said.answers.into_iter().map(|one| {
        let seen = match one.seen.as_deref() {
            None => None,
            Some("none") => Some(Seen::Nothing),
            Some(text) => Some(Seen::At(instant("seen", text)?)),
        };
        let v1::MaturityAnswer { subject, question, score, note, evidence, .. } = one;
        Ok(Answered { subject, question, score, note, evidence, seen, said: None })
    });
    let replies = replies.collect::<Result<Vec<_>, Failure>>()?;
    let actor = visit.actor()?;
    once(visit, &visit.body, || {
        let edited = visit
            .bench()
            .write(|programme| maturity::answer(programme, id(visit), &replies, hand(visit, &actor), visit.now))?;
        document(&v1::Edited::from(&edited))
    })
}

fn clear(visit: &Visit) -> Result<Reply, Failure> {
    Asked::of(visit, &[])?;
    let said: v1::MaturityClear = body(visit)?;
    let questions: Vec<(Option<String>, String)> = said.answers.into_iter().map(|one| (one.subject, one.question)).collect();
    let actor = visit.actor()?;
    once(visit, &visit.body, || {
        let facts = visit.bench().facts(&Scope::All)?;
        let edited = visit
            .bench()
            .write(|programme| maturity::clear(programme, &facts, id(visit), &questions, hand(visit, &actor), visit.now))?;
        document(&v1::Edited::from(&edited))
    })
}

fn plan(visit: &Visit) -> Result<Reply, Failure> {
    Asked::of(visit, &[])?;
    let said: v1::MaturityPlan = body(visit)?;
    let round = round(visit)?;
    let subject =
        maturity::kept::with(visit.bench(), &visit.scope(), visit.now, |desk| desk.subject(&round, said.subject.as_deref()))?;
    let effort = said.effort.map(|word| Effort::parse(&word).ok_or_else(|| wrong(&word, "effort", "small, medium or large")));
    let said = Plan {
        model: round.model,
        scope: round.scope,
        subject: subject.id,
        questions: said.questions,
        owner: said.owner,
        due: due(said.due)?,
        effort: effort.transpose()?,
        ticket: said.ticket,
        target: said.target,
        note: said.note,
    };
    let actor = visit.actor()?;
    once(visit, &visit.body, || {
        let edited = visit.bench().write(|programme| maturity::plan(programme, &said, hand(visit, &actor), visit.now))?;
        document(&v1::Edited::from(&edited))
    })
}

fn done(visit: &Visit) -> Result<Reply, Failure> {
    Asked::of(visit, &[])?;
    let actor = visit.actor()?;
    once(visit, &visit.body, || {
        let edited = visit.bench().write(|programme| maturity::done(programme, id(visit), hand(visit, &actor), visit.now))?;
        document(&v1::Edited::from(&edited))
    })
}

fn import(visit: &Visit) -> Result<Reply, Failure> {
    let asked = Asked::of(visit, IMPORT)?;
    let [sent] = visit.files.as_slice() else {
        return Err(Failure::Wrong(format!("{} files were sent, expected one as the body", visit.files.len())));
    };
    let layout = match asked.text("format") {
        Some("csv") => Some(Layout::Csv),
        Some(_) => Some(Layout::Json),
        None => None,
    };
    let file = (sent.path.as_path(), Some(asked.text("name").unwrap_or(&sent.name)));
    let actor = visit.actor()?;
    let done = visit
        .bench()
        .write(|programme| maturity::import_file(programme, id(visit), file, layout, hand(visit, &actor), visit.now))?;
    let said = v1::MaturityImported::from(&done);
    if done.problems.is_empty() {
        return document(&said);
    }
    let count = done.problems.len();
    let failure = Failure::Wrong(format!(
        "{count} {} in {} rows; nothing was written",
        if count == 1 { "problem" } else { "problems" },
        done.rows
    ));
    let status = axum::http::StatusCode::UNPROCESSABLE_ENTITY;
    Ok(problem(visit, &failure, status, &[("problems", serde_json::json!(said.problems))]))
}
