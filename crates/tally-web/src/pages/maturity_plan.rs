//! What is missing and the way there: the gaps of a round, its roadmap with what-if, and planning what was chosen.

use std::collections::BTreeMap;

use askama::Template;
use tally_app::access::Permission;
use tally_app::maturity::{
    self, Effort, Gap, Goals, Improvement, ModelHead, Plan, Progress, RoadStep, Roadmap, Round, Subject, WhatIf, kept,
};
use tally_model::Instant;
use tally_report::number::{count, day};

use super::links;
use super::maturity_frame::{self as frames, Frame, Pick, day_of, hand, may, path, placed, query, question_path, text_of};
use super::maturity_words as say;
use crate::failure::Failure;
use crate::reply::Reply;
use crate::shell::Shell;
use crate::visit::Visit;
use crate::words::{State, many};

/// Gaps a page.
const PER: usize = 200;

#[derive(Template)]
#[template(path = "maturity_gaps.html")]
struct GapsPage {
    shell: Shell,
    frame: Frame,
    pick: Option<Pick>,
    total: String,
    earned_from: String,
    /// Id, title, whether it is chosen.
    domains: Vec<(String, String, bool)>,
    levels: Vec<(String, String, bool)>,
    filtered: bool,
    clear: String,
    many: bool,
    rows: Vec<GapRow>,
    range: String,
    prev: Option<String>,
    next: Option<String>,
}

struct GapRow {
    question: String,
    path: String,
    subject: String,
    ask: String,
    level: u8,
    answer: State,
    gap: u8,
    effort: &'static str,
    blocks: &'static str,
    plan: Option<(String, String)>,
}

pub(super) fn gaps(visit: &Visit) -> Result<Reply, Failure> {
    let id = visit.param("round");
    let overview = kept::overview(visit.bench(), &visit.scope(), id, visit.now)?;
    let (round, model) = (&overview.round, &overview.model);
    let subjects: Vec<Subject> = overview.subjects.iter().map(|line| line.subject.clone()).collect();
    let asked = visit.query.get("subject");
    let subject = subjects.iter().find(|subject| Some(subject.id.as_str()) == asked);
    let found = kept::gaps(visit.bench(), &visit.scope(), id, asked, visit.now)?;
    let (domain, level) = (visit.query.get("domain"), visit.query.get("level"));
    let wanted =
        |gap: &&Gap| domain.is_none_or(|id| gap.domain == id) && level.is_none_or(|level| gap.level.to_string() == level);
    let rows: Vec<&Gap> = found.iter().filter(wanted).collect();
    let pages = rows.len().div_ceil(PER).max(1);
    let page = visit.query.get("page").and_then(|text| text.parse().ok()).unwrap_or(1_usize).clamp(1, pages);
    let from = (page - 1) * PER;
    let own = path(id);
    let address = |page: usize| format!("{own}/gaps?{}", visit.query.with("page", &page.to_string()).to_query());
    let shown: Vec<GapRow> = rows.iter().skip(from).take(PER).map(|gap| gap_row(round, model, gap)).collect();
    let filled = GapsPage {
        shell: frames::shell(visit, round, "Gaps").made_of(&*visit.facts()?, overview.at, &visit.scope()),
        frame: frames::frame(round, model, subjects.len(), subject, "Gaps"),
        pick: frames::pick(round, &subjects, asked),
        total: count(rows.len() as u64),
        earned_from: say::score_words(model, model.earned_from),
        domains: overview
            .domains
            .iter()
            .map(|one| (one.id.clone(), format!("{} {}", one.id, one.title), domain == Some(one.id.as_str())))
            .collect(),
        levels: levels(model, level),
        filtered: domain.is_some() || level.is_some(),
        clear: format!("{own}/gaps{}", query(round, asked, &[])),
        many: subjects.len() > 1 && subject.is_none(),
        range: format!("{} to {} of {}", from + usize::from(!rows.is_empty()), from + shown.len(), count(rows.len() as u64)),
        rows: shown,
        prev: (page > 1).then(|| address(page - 1)),
        next: (page < pages).then(|| address(page + 1)),
    };
    Ok(Reply::html(filled.render()?))
}

/// The model's levels to choose from.
fn levels(model: &ModelHead, chosen: Option<&str>) -> Vec<(String, String, bool)> {
    let level = |number: u8| {
        let text = number.to_string();
        let here = chosen == Some(text.as_str());
        (text, format!("{number} {}", model.level_name(number)), here)
    };
    model.levels.iter().map(|rung| level(rung.level)).collect()
}

fn gap_row(round: &Round, model: &ModelHead, gap: &Gap) -> GapRow {
    GapRow {
        question: gap.question.clone(),
        path: question_path(round, &gap.subject.id, &gap.domain, &gap.question),
        subject: gap.subject.name.clone(),
        ask: gap.ask.clone(),
        level: gap.level,
        answer: say::score(model, gap.score),
        gap: gap.gap,
        effort: gap.effort.word(),
        blocks: if gap.blocks { "▲ its next level" } else { "" },
        plan: gap.improvement.as_ref().map(planned),
    }
}

/// Who lifts it until when, and where that stands.
fn planned(found: &Improvement) -> (String, String) {
    let word = match (found.done_at, found.due) {
        (Some(done), _) => format!("{}, done {}", found.owner, day(done)),
        (None, Some(due)) => format!("{}, due {}", found.owner, day(due)),
        (None, None) => found.owner.clone(),
    };
    (word, links::record("improvement", &found.id).unwrap_or_default())
}

#[derive(Template)]
#[template(path = "maturity_roadmap.html")]
struct RoadPage {
    shell: Shell,
    frame: Frame,
    pick: Option<Pick>,
    subject: String,
    goal: String,
    goals: Vec<(String, String, bool)>,
    total: String,
    words: String,
    progress: Option<String>,
    what_if: Option<Then>,
    phases: Vec<Part>,
    can_plan: bool,
    me: String,
    cut: String,
}

/// What would be reached.
struct Then {
    chosen: String,
    moves: bool,
    before: State,
    after: State,
    range_before: String,
    range_after: String,
    rows: Vec<ThenRow>,
    clear: String,
}

struct ThenRow {
    id: String,
    title: String,
    before: State,
    after: State,
    range_before: String,
    range_after: String,
}

/// A phase with its steps.
struct Part {
    title: String,
    count: String,
    objectives: Vec<String>,
    steps: Vec<StepRow>,
}

struct StepRow {
    nth: usize,
    question: String,
    path: String,
    chosen: bool,
    ask: String,
    level: u8,
    answer: State,
    effort: &'static str,
    needs: String,
    lifts: Option<State>,
    plan: Option<(String, String)>,
    /// Until when, whether it is done, and where it is tracked.
    told: String,
    late: bool,
    /// Its improvement, where that is yet to be done and the visitor may say that it is.
    open: Option<String>,
}

pub(super) fn roadmap(visit: &Visit) -> Result<Reply, Failure> {
    let (round, subject, subjects) = placed(visit)?;
    let level = visit
        .query
        .get("level")
        .map(|text| text.parse::<u8>().map_err(|_| Failure::Wrong(format!("level `{text}`, expected a number such as 3"))));
    let goals = Goals { level: level.transpose()?, domains: BTreeMap::new() };
    let (bench, scope, of) = (visit.bench(), visit.scope(), Some(subject.id.as_str()));
    let found = kept::roadmap(bench, &scope, &round.id, of, &goals, visit.now)?;
    let chosen: Vec<String> = visit.query.all("if").filter(|id| !id.is_empty()).map(str::to_owned).collect();
    let what_if =
        if chosen.is_empty() { None } else { Some(kept::what_if(bench, &scope, &round.id, of, (&chosen, None), visit.now)?) };
    let top = found.model.levels.last().map_or(0, |rung| rung.level);
    let goal = goals.level.unwrap_or(top).to_string();
    let clear = format!("{}/roadmap{}", path(&round.id), query(&round, of, &[("level", &goal)]));
    let filled = RoadPage {
        shell: frames::shell(visit, &round, "Roadmap").made_of(&*visit.facts()?, found.at, &visit.scope()),
        frame: frames::frame(&round, &found.model, subjects.len(), Some(&subject), "Roadmap"),
        pick: frames::pick(&round, &subjects, of),
        goals: levels(&found.model, Some(&goal)),
        goal,
        total: many(found.steps.len() as u64, "step"),
        words: "Questions to be earned, in an order in which what others need comes first, then the lowest level, then the smallest effort. Choose some to see what each domain would reach, or to plan them.".to_owned(),
        progress: progress(&found),
        what_if: what_if.map(|what| then(&found.model, &what, clear)),
        phases: phases(visit, &found, &chosen)?,
        can_plan: may(visit, Permission::Edit),
        me: visit.viewer()?.person.clone(),
        cut: found.cut.iter().map(|(question, need)| format!("{question} needs {need}")).collect::<Vec<_>>().join(", "),
        subject: subject.id.clone(),
    };
    Ok(Reply::html(filled.render()?))
}

/// How the improvements come along.
fn progress(found: &Roadmap) -> Option<String> {
    let of = |progress: Progress| found.improvements.iter().filter(|one| one.progress(found.at) == progress).count() as u64;
    let (open, late, done) = (of(Progress::Open), of(Progress::Overdue), of(Progress::Done));
    let anew = found.steps.iter().filter(|step| step.answer_anew).count() as u64;
    let planned = many(open + late + done, "improvement");
    let anew = if anew == 0 { String::new() } else { format!(" {} of them wait for a new answer.", count(anew)) };
    (open + late + done > 0)
        .then(|| format!("{planned} planned: {} done, {} open, {} overdue.{anew}", count(done), count(open), count(late)))
}

fn then(model: &ModelHead, what: &WhatIf, clear: String) -> Then {
    let (now, after) = &what.whole;
    let moved = what.domains.iter().filter(|domain| domain.numbers.0.range != domain.numbers.1.range);
    let row = |domain: &maturity::WhatIfDomain| {
        let (before, after) = &domain.numbers;
        ThenRow {
            id: domain.id.clone(),
            title: domain.title.clone(),
            before: say::earned(model, before, None),
            after: say::earned(model, after, None),
            range_before: say::range(before.range, before.answered),
            range_after: say::range(after.range, after.answered),
        }
    };
    Then {
        chosen: what.questions.join(", "),
        moves: now.earned != after.earned,
        before: say::earned(model, now, None),
        after: say::earned(model, after, None),
        range_before: say::range(now.range, now.answered),
        range_after: say::range(after.range, after.answered),
        rows: moved.map(row).collect(),
        clear,
    }
}

/// The steps by phase, in the order in which they are to be taken; those of no phase come last.
fn phases(visit: &Visit, found: &Roadmap, chosen: &[String]) -> Result<Vec<Part>, Failure> {
    let objectives: BTreeMap<String, Vec<String>> = visit.bench().read(|programme| {
        let model = programme.catalog().maturity_model(&found.round.model);
        let texts = |phase: &tally_catalog::maturity::Phase| {
            let guarded = phase.guardrails.iter().map(|one| format!("Guardrail: {}", one.text));
            phase.objectives.iter().map(|one| one.text.clone()).chain(guarded).collect()
        };
        Ok(model.iter().flat_map(|model| &model.phases).map(|phase| (phase.id.clone(), texts(phase))).collect())
    })?;
    let may_plan = may(visit, Permission::Edit);
    let part = |id: Option<&str>, title: &str| {
        let steps = found.steps.iter().enumerate().filter(|(_, step)| step.phase.as_deref() == id);
        let steps: Vec<StepRow> = steps.map(|(nth, step)| step_row(found, nth + 1, step, chosen, may_plan)).collect();
        Part {
            title: title.to_owned(),
            count: many(steps.len() as u64, "step"),
            objectives: id.and_then(|id| objectives.get(id)).cloned().unwrap_or_default(),
            steps,
        }
    };
    let named = found.phases.iter().map(|(id, title)| part(Some(id), title));
    Ok(named.chain([part(None, "Further")]).filter(|part| !part.steps.is_empty()).collect())
}

fn step_row(found: &Roadmap, nth: usize, step: &RoadStep, chosen: &[String], may_plan: bool) -> StepRow {
    let plan = step.improvement.as_ref();
    let lifts = step.lifts.map(|level| {
        let mut state = say::level(&found.model, level);
        state.word = format!("{} reaches {}", step.domain, state.word);
        state
    });
    StepRow {
        nth,
        question: step.question.clone(),
        path: question_path(&found.round, &found.subject.id, &step.domain, &step.question),
        chosen: chosen.contains(&step.question),
        ask: step.ask.clone(),
        level: step.level,
        answer: say::score(&found.model, step.score),
        effort: plan.and_then(|plan| plan.effort).unwrap_or(step.effort).word(),
        needs: step.needs.join(", "),
        lifts,
        plan: plan.map(|plan| (plan.owner.clone(), links::record("improvement", &plan.id).unwrap_or_default())),
        told: plan.map(come_along).unwrap_or_default(),
        open: plan.filter(|plan| may_plan && plan.done_at.is_none()).map(|plan| plan.id.clone()),
        late: plan.is_some_and(|plan| plan.progress(found.at) == Progress::Overdue),
    }
}

/// How an improvement comes along, without its owner.
fn come_along(found: &Improvement) -> String {
    let when = match (found.done_at, found.due) {
        (Some(done), _) => Some(format!("done {}: answer anew", day(done))),
        (None, Some(due)) => Some(format!("due {}", day(due))),
        (None, None) => None,
    };
    when.into_iter().chain(found.ticket.clone()).collect::<Vec<_>>().join(", ")
}

pub(super) fn plan(visit: &Visit) -> Result<Reply, Failure> {
    let (round, subject, _) = placed(visit)?;
    let effort = visit.form.get("effort").map(|word| {
        Effort::parse(word).ok_or_else(|| Failure::Wrong(format!("effort `{word}`, expected small, medium or large")))
    });
    let due: Option<Instant> = day_of(visit, "due")?;
    let said = Plan {
        model: round.model.clone(),
        scope: round.scope,
        subject: subject.id.clone(),
        questions: visit.form.all("if").filter(|id| !id.is_empty()).map(str::to_owned).collect(),
        owner: visit.field("owner")?.to_owned(),
        due,
        effort: effort.transpose()?,
        ticket: text_of(visit, "ticket"),
        target: None,
        note: None,
    };
    let actor = visit.actor()?;
    visit.bench().write(|programme| maturity::plan(programme, &said, hand(visit, &actor), visit.now))?;
    let level = visit.form.get("level").unwrap_or_default();
    let back = format!("{}/roadmap{}", path(&round.id), query(&round, Some(&subject.id), &[("level", level)]));
    Ok(visit.told(&back, &format!("{} planned for {}.", many(said.questions.len() as u64, "improvement"), said.owner)))
}

pub(super) fn done(visit: &Visit) -> Result<Reply, Failure> {
    let (round, subject, _) = placed(visit)?;
    let id = visit.field("done")?.to_owned();
    let actor = visit.actor()?;
    visit.bench().write(|programme| maturity::done(programme, &id, hand(visit, &actor), visit.now))?;
    let level = visit.form.get("level").unwrap_or_default();
    let back = format!("{}/roadmap{}", path(&round.id), query(&round, Some(&subject.id), &[("level", level)]));
    Ok(visit.told(&back, "The improvement is done. Its question counts as before until it is answered anew."))
}
