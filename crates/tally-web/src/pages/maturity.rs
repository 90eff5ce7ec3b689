//! Maturity: the models there are, the rounds by each, where the latest one stands; rounds begin and are cloned here.

use askama::Template;
use tally_app::access::Permission;
use tally_app::maturity::{self, Again, RoundLine, RoundScope, RoundState, Start, kept};
use tally_app::scope::Scope;
use tally_catalog::MaturityModel;
use tally_report::number::day;

use super::maturity_frame::{day_of, hand, may, path, scope_words, state, text_of};
use super::maturity_words::{self as words, Figures};
use super::{maturity_answer, maturity_more, maturity_plan, maturity_round};
use crate::failure::Failure;
use crate::reply::Reply;
use crate::route::{Need, Route};
use crate::shell::Shell;
use crate::visit::Visit;
use crate::words::{State, many};

/// The routes of this module.
pub const ROUTES: &[Route] = &[
    Route::get("/maturity", Need::May(Permission::Read), page),
    Route::post("/maturity/start", Need::May(Permission::Edit), start),
    Route::post("/maturity/clone", Need::May(Permission::Edit), clone),
    Route::get("/maturity/{round}", Need::May(Permission::Read), maturity_round::page),
    Route::post("/maturity/{round}/assign", Need::May(Permission::Edit), maturity_round::assign),
    Route::post("/maturity/{round}/submit", Need::May(Permission::Edit), maturity_round::submit),
    Route::post("/maturity/{round}/approve", Need::May(Permission::Review), maturity_round::approve),
    Route::get("/maturity/{round}/answer", Need::May(Permission::Read), maturity_answer::page),
    Route::post("/maturity/{round}/answer", Need::May(Permission::Edit), maturity_answer::save),
    Route::post("/maturity/{round}/answer/one", Need::May(Permission::Edit), maturity_answer::save_one),
    Route::get("/maturity/{round}/gaps", Need::May(Permission::Read), maturity_plan::gaps),
    Route::get("/maturity/{round}/roadmap", Need::May(Permission::Read), maturity_plan::roadmap),
    Route::post("/maturity/{round}/roadmap", Need::May(Permission::Edit), maturity_plan::plan),
    Route::post("/maturity/{round}/roadmap/done", Need::May(Permission::Edit), maturity_plan::done),
    Route::get("/maturity/{round}/compare", Need::May(Permission::Read), maturity_more::compare),
    Route::get("/maturity/{round}/evidence", Need::May(Permission::Read), maturity_more::evidence),
    Route::get("/maturity/{round}/print", Need::May(Permission::Read), maturity_more::print),
];

#[derive(Template)]
#[template(path = "maturity.html")]
struct Page {
    shell: Shell,
    models: Vec<Model>,
    me: String,
    clone_words: &'static str,
}

struct Model {
    id: String,
    title: String,
    version: String,
    summary: String,
    size: String,
    top: u8,
    latest: Option<Latest>,
    rounds: Vec<Line>,
    can_start: bool,
    clone: Option<(String, String)>,
}

struct Latest {
    title: String,
    path: String,
    state: State,
    figures: Figures,
}

struct Line {
    title: String,
    path: String,
    state: State,
    scope: String,
    started: String,
    due: String,
    late: bool,
    assessor: String,
    approver: String,
    answered: String,
    earned: State,
    range: String,
    confidence: String,
    plain: String,
}

fn page(visit: &Visit) -> Result<Reply, Failure> {
    let rounds = kept::rounds(visit.bench(), &visit.scope(), visit.now)?;
    let can_start = may(visit, Permission::Edit);
    let models = visit.bench().read(|programme| {
        let models = programme.catalog().maturity_models();
        Ok(models.map(|of| model(of, &rounds, can_start, visit)).collect())
    })?;
    let facts = visit.facts()?;
    let page = Page {
        shell: visit.shell("Maturity").made_of(&facts, visit.as_of()?, &visit.scope()),
        models,
        me: visit.viewer()?.person.clone(),
        clone_words: "A clone begins with the answers of the round before, dated as they were: an old answer stays old until it is given anew.",
    };
    Ok(Reply::html(page.render()?))
}

fn model(of: &MaturityModel, rounds: &[RoundLine], can_start: bool, visit: &Visit) -> Model {
    let own: Vec<&RoundLine> = rounds.iter().filter(|line| line.round.model == of.id).collect();
    let approved = own.iter().find(|line| line.round.state == RoundState::Approved);
    let lowest = of.questions.iter().map(|question| question.level).min();
    Model {
        id: of.id.clone(),
        title: of.title.clone(),
        version: of.version.clone(),
        summary: of.summary.clone(),
        size: format!("{}, {}.", many(of.domains.len() as u64, "domain"), many(of.questions.len() as u64, "question")),
        top: of.top_score(),
        latest: approved.or(own.first()).map(|line| latest(line, lowest)),
        clone: own.first().map(|line| (line.round.id.clone(), format!("{} {}", of.title, day(visit.now)))),
        rounds: own.iter().map(|line| self::line(line, lowest, visit)).collect(),
        can_start,
    }
}

fn latest(line: &RoundLine, lowest: Option<u8>) -> Latest {
    Latest {
        title: line.round.title.clone(),
        path: path(&line.round.id),
        state: state(&line.round),
        figures: Figures::of(&line.model, &line.whole, &[], lowest),
    }
}

fn line(line: &RoundLine, lowest: Option<u8>, visit: &Visit) -> Line {
    let (round, whole) = (&line.round, &line.whole);
    Line {
        title: round.title.clone(),
        path: path(&round.id),
        state: state(round),
        scope: scope_words(round, line.subjects),
        started: round.started_at.map(day).unwrap_or_default(),
        due: round.due.map(day).unwrap_or_default(),
        late: round.is_overdue(visit.now),
        assessor: round.assessor.clone(),
        approver: round.approved_by.clone().or_else(|| round.approver.clone()).unwrap_or_default(),
        answered: words::answered(whole),
        earned: words::earned(&line.model, whole, lowest),
        range: words::range(whole.range, whole.answered),
        confidence: words::confidence(whole),
        plain: words::plain(whole.plain.as_ref()),
    }
}

fn start(visit: &Visit) -> Result<Reply, Failure> {
    let word = visit.form.get("scope").unwrap_or("organisation");
    let scope = RoundScope::named(word)
        .ok_or_else(|| Failure::Wrong(format!("scope `{word}`, expected organisation, team or system")))?;
    let named = visit.form.get("subjects").unwrap_or_default().split([',', '\n', '\r', ' ']);
    let said = Start {
        model: visit.field("model")?.to_owned(),
        title: visit.field("title")?.trim().to_owned(),
        scope,
        subjects: named.filter(|id| !id.is_empty()).map(str::to_owned).collect(),
        assessor: text_of(visit, "assessor"),
        approver: text_of(visit, "approver"),
        due: day_of(visit, "due")?,
        assignments: Vec::new(),
        id: None,
    };
    let actor = visit.actor()?;
    let made = visit.bench().write(|programme| maturity::start(programme, &said, hand(visit, &actor), visit.now))?;
    Ok(visit.told(&path(&made.id), "The round has begun. Answer its questions, or say who answers which domain."))
}

fn clone(visit: &Visit) -> Result<Reply, Failure> {
    let said = Again {
        of: visit.field("round")?.to_owned(),
        title: text_of(visit, "title"),
        assessor: text_of(visit, "assessor"),
        approver: text_of(visit, "approver"),
        due: day_of(visit, "due")?,
        with_answers: visit.form.get("answers") == Some("yes"),
        id: None,
    };
    let actor = visit.actor()?;
    let facts = visit.bench().facts(&Scope::All)?;
    let made = visit.bench().write(|programme| maturity::again(programme, &facts, &said, hand(visit, &actor), visit.now))?;
    let word = format!("The round has begun with {} of the round before.", many(made.carried as u64, "answer"));
    Ok(visit.told(&path(&made.id), &word))
}
