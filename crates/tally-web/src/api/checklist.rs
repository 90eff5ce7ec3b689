//! Operations on checklist reviews: starting, answering, completing, the file of answers, what is missing.

use tally_app::access::Permission;
use tally_app::checklist::{self, Answer, Said, Start, Which};
use tally_model::problem::{printable, shorten};

use super::answer::document;
use super::asked::{Asked, body};
use super::measure::AS_OF;
use super::once::once;
use super::operation::{Holds, Operation, Param, param};
use super::record::EXPECTED;
use super::{READ, v1};
use crate::failure::Failure;
use crate::reply::Reply;
use crate::route::{Need, Route};
use crate::visit::Visit;

const EDIT: Need = Need::May(Permission::Edit);
const LIST: &[Param] = &[
    param("system", Holds::Text, "Of this system alone."),
    param("checklist", Holds::Text, "By this checklist alone."),
    AS_OF,
];
const SHOW: &[Param] = &[AS_OF];
const ANSWER: &[Param] = &[EXPECTED];

/// The operations.
pub(super) const OPERATIONS: &[Operation] = &[
    Operation::of::<v1::ChecklistReviews>(
        Route::get("/api/v1/checklist-reviews", READ, list),
        "checklist_reviews",
        "Checklists",
        "Reviews and what came out",
    )
    .asks(LIST),
    Operation::of::<v1::StartedReview>(
        Route::post("/api/v1/checklist-reviews", EDIT, start),
        "start_checklist_review",
        "Checklists",
        "Start a review",
    )
    .about("The reviewer is never who made what is reviewed.")
    .takes::<v1::StartReview>()
    .once(),
    Operation::of::<v1::ChecklistGaps>(
        Route::get("/api/v1/checklist-gaps", READ, gaps),
        "checklist_gaps",
        "Checklists",
        "What the newest review of each system found missing",
    )
    .asks(SHOW),
    Operation::of::<v1::ChecklistReview>(
        Route::get("/api/v1/checklist-reviews/{id}", READ, show),
        "checklist_review",
        "Checklists",
        "A review with its questions and answers",
    )
    .asks(SHOW),
    Operation::of::<v1::Edited>(
        Route::post("/api/v1/checklist-reviews/{id}/answer", EDIT, answer),
        "answer_checklist",
        "Checklists",
        "Answer a question",
    )
    .asks(ANSWER)
    .takes::<v1::AnswerQuestion>()
    .once(),
    Operation::of::<v1::Edited>(
        Route::post("/api/v1/checklist-reviews/{id}/clear", EDIT, clear),
        "clear_checklist_answer",
        "Checklists",
        "Take the answer to a question away",
    )
    .takes::<v1::ClearAnswer>()
    .once(),
    Operation::of::<v1::TakenAnswers>(
        Route::post("/api/v1/checklist-reviews/{id}/answers", EDIT, take),
        "import_checklist_answers",
        "Checklists",
        "Take many answers over, in the form of the export",
    )
    .takes::<v1::ChecklistAnswers>()
    .once(),
    Operation::of::<v1::Edited>(
        Route::post("/api/v1/checklist-reviews/{id}/complete", Need::May(Permission::Review), complete),
        "complete_checklist_review",
        "Checklists",
        "Complete a review, which stays as it is from then on",
    )
    .once(),
];

fn list(visit: &Visit) -> Result<Reply, Failure> {
    let asked = Asked::of(visit, LIST)?;
    let (facts, at) = (visit.facts()?, visit.as_of()?);
    let which =
        Which { system: asked.text("system").map(str::to_owned), checklist: asked.text("checklist").map(str::to_owned) };
    let found = visit.bench().read(|programme| checklist::reviews(programme, &facts, &which, at))?;
    document(&v1::ChecklistReviews { reviews: found.iter().map(v1::ChecklistReviewLine::from).collect() })
}

fn gaps(visit: &Visit) -> Result<Reply, Failure> {
    Asked::of(visit, SHOW)?;
    let (facts, at) = (visit.facts()?, visit.as_of()?);
    let found = visit.bench().read(|programme| checklist::gaps(programme, &facts, at))?;
    document(&v1::ChecklistGaps { gaps: found.iter().map(v1::ChecklistGap::from).collect() })
}

fn show(visit: &Visit) -> Result<Reply, Failure> {
    Asked::of(visit, SHOW)?;
    let (facts, at) = (visit.facts()?, visit.as_of()?);
    let id = visit.param("id");
    let sheet = visit.bench().read(|programme| checklist::sheet(programme, &facts, id, &visit.scope(), at))?;
    document(&v1::ChecklistReview::from(&sheet))
}

fn start(visit: &Visit) -> Result<Reply, Failure> {
    Asked::of(visit, &[])?;
    let v1::StartReview { checklist, system, release, author, reviewer, copy } = body(visit)?;
    let asked = Start { checklist, system, release, author, reviewer, copy };
    let actor = visit.actor()?;
    once(visit, &visit.body, || {
        let facts = visit.facts()?;
        let started = visit.bench().write(|programme| checklist::start(programme, &facts, &asked, &actor, visit.now))?;
        document(&v1::StartedReview::from(started))
    })
}

fn answer(visit: &Visit) -> Result<Reply, Failure> {
    let asked = Asked::of(visit, ANSWER)?;
    let v1::AnswerQuestion { question, answer, note, evidence } = body(visit)?;
    let wrong = || {
        let found = printable(&shorten(&answer));
        Failure::Wrong(format!("found `{found}` for `answer`, expected yes, partly, no or not_applicable"))
    };
    let said = Said { question, answer: Answer::named(&answer).ok_or_else(wrong)?, note, evidence };
    let actor = visit.actor()?;
    let (id, expected) = (visit.param("id"), asked.whole("expected"));
    once(visit, &visit.body, || {
        let edited = visit.bench().write(|programme| checklist::answer(programme, id, &said, expected, &actor, visit.now))?;
        document(&v1::Edited::from(&edited))
    })
}

fn clear(visit: &Visit) -> Result<Reply, Failure> {
    Asked::of(visit, &[])?;
    let said: v1::ClearAnswer = body(visit)?;
    let actor = visit.actor()?;
    once(visit, &visit.body, || {
        let id = visit.param("id");
        let edited = visit.bench().write(|programme| checklist::clear(programme, id, &said.question, &actor, visit.now))?;
        document(&v1::Edited::from(&edited))
    })
}

fn take(visit: &Visit) -> Result<Reply, Failure> {
    Asked::of(visit, &[])?;
    let said: v1::ChecklistAnswers = body(visit)?;
    let text = serde_json::to_string(&said).map_err(|_| Failure::Broken)?;
    let actor = visit.actor()?;
    once(visit, &visit.body, || {
        let taken = visit.bench().write(|programme| checklist::take(programme, visit.param("id"), &text, &actor, visit.now))?;
        document(&v1::TakenAnswers::from(taken))
    })
}

fn complete(visit: &Visit) -> Result<Reply, Failure> {
    Asked::of(visit, &[])?;
    let actor = visit.actor()?;
    once(visit, &visit.body, || {
        let facts = visit.facts()?;
        let id = visit.param("id");
        let edited = visit.bench().write(|programme| checklist::complete(programme, &facts, id, &actor, visit.now))?;
        document(&v1::Edited::from(&edited))
    })
}
