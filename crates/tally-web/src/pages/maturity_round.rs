//! A maturity round as a whole: where it stands, domain by level, beside the round before; its subjects; answers that facts
//! contradict; who answers what; submitting and approving.

use std::sync::Arc;

use askama::Template;
use tally_app::access::Permission;
use tally_app::maturity::{
    self, Compared, Contradiction, ModelHead, Overview, Round, RoundState, Sheet, SheetAsk, Subject, kept,
};
use tally_report::chart::Radar;
use tally_report::number::{count, day};

use super::maturity_frame::{self as frames, Frame, chosen, day_of, hand, may, path, question_path, read, text_of};
use super::maturity_heat::{DomainRow, HeatRow, domain_rows, heat_of_many, heat_of_one};
use super::maturity_subjects::{Subjects, subjects};
use super::maturity_words::{self as say, Figures};
use crate::failure::Failure;
use crate::reply::Reply;
use crate::shell::Shell;
use crate::visit::Visit;
use crate::words::{State, minute, value};

/// Contradictions that are shown.
const SHOWN: usize = 100;

#[derive(Template)]
#[template(path = "maturity_round.html")]
struct Page {
    shell: Shell,
    frame: Frame,
    figures: Figures,
    caption: &'static str,
    levels: Vec<(u8, String)>,
    heat: Vec<HeatRow>,
    /// Whether several subjects are looked at together.
    spread: bool,
    before: Option<(String, String)>,
    radar: Radar,
    domains: Vec<DomainRow>,
    subjects: Option<Subjects>,
    many: bool,
    contradicted: String,
    contradictions: Vec<Contra>,
    contradictions_more: Option<String>,
    life: Vec<Step>,
    deeds: Vec<Deed>,
    record_path: String,
    assignments: Vec<Assigned>,
    assigned: bool,
    can_assign: bool,
    approver: String,
}

/// An answer that facts contradict.
pub struct Contra {
    question: String,
    path: String,
    subject: String,
    claimed: String,
    computed: String,
    says: String,
    value: String,
    agreement: State,
}

struct Step {
    class: &'static str,
    what: &'static str,
    told: String,
}

struct Deed {
    label: &'static str,
    action: String,
    /// Why it cannot be done.
    why: Option<String>,
    /// What to know before.
    warning: Option<String>,
}

struct Assigned {
    id: String,
    path: String,
    owner: String,
    due: String,
    late: bool,
}

/// One subject in full: its sheet, and the same in the round before.
type One = (Arc<Sheet>, Option<Arc<Compared>>);

pub(super) fn page(visit: &Visit) -> Result<Reply, Failure> {
    let id = visit.param("round");
    let overview = kept::overview(visit.bench(), &visit.scope(), id, visit.now)?;
    // One subject has more to say: what its next levels need.
    let single = overview.subjects.len() == 1 || visit.query.get("subject").is_some();
    let one = if single { Some(one(visit, &overview)?) } else { None };
    let page = draw(visit, &overview, one.as_ref())?;
    Ok(Reply::html(page.render()?))
}

fn one(visit: &Visit, overview: &Overview) -> Result<One, Failure> {
    let (bench, scope, id) = (visit.bench(), visit.scope(), overview.round.id.as_str());
    let subject = read(visit, |desk| chosen(visit, desk, &overview.round))?;
    let ask = SheetAsk { subject: Some(subject.id.clone()), ..SheetAsk::default() };
    let sheet = kept::sheet(bench, &scope, id, &ask, visit.now)?;
    let before = sheet.previous.as_deref();
    let before = before.map(|before| kept::compare(bench, &scope, (id, before), Some(&subject.id), visit.now));
    Ok((sheet, before.transpose()?))
}

fn draw(visit: &Visit, overview: &Overview, one: Option<&One>) -> Result<Page, Failure> {
    let (round, model) = (&overview.round, &overview.model);
    let subject = one.map(|(sheet, _)| &sheet.subject);
    let domains = domain_rows(overview, one.map(|(sheet, before)| (&**sheet, before.as_deref())));
    let found: Vec<&Contradiction> =
        overview.contradictions.iter().filter(|found| subject.is_none_or(|subject| found.subject.id == subject.id)).collect();
    let several = overview.subjects.len() > 1;
    let leads = leads(visit, round)?;
    let radar = match one {
        Some((sheet, before)) => frames::levels_radar(
            model,
            sheet.domains.iter().map(|domain| {
                let earlier = before.as_ref().and_then(|both| both.domains.iter().find(|known| known.id == domain.id));
                (domain.id.as_str(), &domain.numbers, earlier.map(|earlier| &earlier.numbers.0))
            }),
        ),
        None => frames::levels_radar(
            model,
            overview.domains.iter().map(|domain| {
                let earlier =
                    overview.previous.as_ref().and_then(|before| before.domains.iter().find(|(id, _)| *id == domain.id));
                (domain.id.as_str(), &domain.numbers, earlier.map(|(_, numbers)| numbers))
            }),
        ),
    };
    Ok(Page {
        shell: frames::shell(visit, round, "Overview").made_of(&*visit.facts()?, overview.at, &visit.scope()),
        frame: frames::frame(round, model, overview.subjects.len(), subject, "Overview"),
        figures: match one {
            Some((sheet, _)) => Figures::of(model, &sheet.whole, &sheet.held_by, say::lowest_of(sheet)),
            None => Figures::of(model, &overview.whole, &overview.held_by, say::lowest_of_all(overview)),
        },
        caption: if one.is_some() {
            "Each cell: questions earned / questions of that level. A dash: the domain has none there."
        } else {
            "Each cell: questions earned / questions of that level, of all subjects. A dash: the domain has none there."
        },
        levels: model.levels.iter().map(|rung| (rung.level, rung.name.clone())).collect(),
        heat: one.map_or_else(|| heat_of_many(overview), |(sheet, _)| heat_of_one(sheet)),
        spread: one.is_none(),
        before: before(overview, one),
        radar,
        domains,
        subjects: if several && subject.is_none() { Some(subjects(visit, overview)) } else { None },
        many: several && subject.is_none(),
        contradicted: count(found.len() as u64),
        contradictions: found.iter().take(SHOWN).map(|found| contra(round, model, found)).collect(),
        contradictions_more: (found.len() > SHOWN).then(|| format!("The first {SHOWN}; each subject’s page has its own.")),
        life: life(round, overview),
        deeds: deeds(visit, round)?,
        record_path: super::links::record("maturity_round", &round.id).unwrap_or_default(),
        assignments: assignments(visit, overview, subject.or_else(|| overview.subjects.first().map(|line| &line.subject))),
        assigned: !round.assignments.is_empty(),
        can_assign: leads && round.state.is_open(),
        approver: round.approver.clone().unwrap_or_default(),
    })
}

fn before(overview: &Overview, one: Option<&One>) -> Option<(String, String)> {
    let named = |id: &str, title: &str| (title.to_owned(), path(id));
    match one {
        Some((_, before)) => before.as_ref().map(|both| named(&both.before.id, &both.before.title)),
        None => overview.previous.as_ref().map(|before| named(&before.id, &before.title)),
    }
}

fn contra(round: &Round, model: &ModelHead, found: &Contradiction) -> Contra {
    Contra {
        path: question_path(round, &found.subject.id, &found.domain, &found.question),
        question: found.question.clone(),
        subject: found.subject.name.clone(),
        claimed: say::score_words(model, found.claimed),
        computed: say::score_words(model, found.computed),
        says: found.says.clone(),
        value: format!("{}, n {}", value(Some(found.value), "percent"), count(found.n)),
        agreement: say::agreement(found.agreement),
    }
}

fn life(round: &Round, overview: &Overview) -> Vec<Step> {
    let by =
        |name: &str, at: tally_model::Instant| if name.is_empty() { minute(at) } else { format!("{name}, {}", minute(at)) };
    let mut steps = Vec::new();
    if let Some(at) = round.started_at {
        let due = round.due.map(|due| format!("; due {}", day(due))).unwrap_or_default();
        steps.push(Step { class: "done", what: "Begun", told: format!("assessor {}{due}", by(&round.assessor, at)) });
    } else {
        steps.push(Step { class: "done", what: "Imported", told: "answers that came without a round; read-only".to_owned() });
    }
    let newest =
        overview.newest_answer.map_or_else(|| "no answer yet".to_owned(), |at| format!("newest answer {}", minute(at)));
    let class = if round.state == RoundState::Answering { "now" } else { "done" };
    steps.push(Step { class, what: "Answered", told: format!("{}; {newest}", say::answered(&overview.whole)) });
    if round.started_at.is_some() {
        let told = round.submitted_at.map_or_else(|| "not yet".to_owned(), minute);
        steps.push(Step { class: if round.submitted_at.is_some() { "done" } else { "" }, what: "Submitted", told });
        let who = round.approver.as_deref().unwrap_or("nobody is named");
        let told = match (round.approved_at, &round.approved_by) {
            (Some(at), name) => by(name.as_deref().unwrap_or_default(), at),
            (None, _) => format!("not yet; approver: {who}"),
        };
        steps.push(Step { class: if round.approved_at.is_some() { "done" } else { "" }, what: "Approved", told });
    }
    steps
}

/// Whether the visitor leads the round: its assessor, or an administrator.
fn leads(visit: &Visit, round: &Round) -> Result<bool, Failure> {
    let own = visit.viewer()?.person.eq_ignore_ascii_case(&round.assessor);
    Ok(may(visit, Permission::Edit) && (own || may(visit, Permission::Administer)))
}

fn deeds(visit: &Visit, round: &Round) -> Result<Vec<Deed>, Failure> {
    let own = path(&round.id);
    let person = &visit.viewer()?.person;
    let deed = |label, part: &str, why: Option<&str>, warning: Option<&str>| Deed {
        label,
        action: format!("{own}/{part}"),
        why: why.map(str::to_owned),
        warning: warning.map(str::to_owned),
    };
    Ok(match round.state {
        RoundState::Answering => {
            let why = format!("its assessor {} or an administrator does this.", round.assessor);
            let why = if leads(visit, round)? { None } else { Some(why.as_str()) };
            vec![deed("Submit for approval", "submit", why, Some("Unanswered questions stay unanswered and earn nothing."))]
        }
        RoundState::Submitted => {
            let why = if !may(visit, Permission::Review) {
                Some("a reviewer does this.")
            } else if person.eq_ignore_ascii_case(&round.assessor) {
                Some("the assessor does not approve their own round; somebody else does.")
            } else if round.approver.as_ref().is_some_and(|named| !person.eq_ignore_ascii_case(named)) {
                Some("another approver is named.")
            } else {
                None
            };
            vec![deed("Approve", "approve", why, Some("From then on the round stays as it is. It cannot be taken back."))]
        }
        _ => Vec::new(),
    })
}

/// Every domain, with who answers it.
fn assignments(visit: &Visit, overview: &Overview, subject: Option<&Subject>) -> Vec<Assigned> {
    let round = &overview.round;
    let subject = subject.map(|subject| subject.id.as_str()).unwrap_or_default();
    let one = |domain: &maturity::OverviewDomain| {
        let owners: Vec<&str> = domain.assigned.iter().map(|known| known.owner.as_str()).collect();
        let due = domain.assigned.iter().filter_map(|known| known.due).min();
        Assigned {
            path: frames::domain_path(round, subject, &domain.id),
            id: domain.id.clone(),
            owner: owners.join(", "),
            due: due.map(day).unwrap_or_default(),
            late: round.state == RoundState::Answering && due.is_some_and(|due| due <= visit.now),
        }
    };
    overview.domains.iter().map(one).collect()
}

pub(super) fn assign(visit: &Visit) -> Result<Reply, Failure> {
    let id = visit.param("round").to_owned();
    let mut assigned = Vec::new();
    for (name, owner) in visit.form.iter() {
        let Some(domain) = name.strip_prefix("owner.").filter(|_| !owner.trim().is_empty()) else { continue };
        for owner in owner.split(',').map(str::trim).filter(|owner| !owner.is_empty()) {
            let due = day_of(visit, &format!("due.{domain}"))?;
            assigned.push(maturity::Assignment { domain: domain.to_owned(), owner: owner.to_owned(), due });
        }
    }
    let approver = text_of(visit, "approver");
    let actor = visit.actor()?;
    visit
        .bench()
        .write(|programme| maturity::assign(programme, &id, &assigned, approver.as_deref(), hand(visit, &actor), visit.now))?;
    Ok(visit.told(&path(&id), "Who answers what is saved."))
}

pub(super) fn submit(visit: &Visit) -> Result<Reply, Failure> {
    let id = visit.param("round").to_owned();
    let actor = visit.actor()?;
    visit.bench().write(|programme| maturity::submit(programme, &id, hand(visit, &actor), visit.now))?;
    Ok(visit.told(&path(&id), "The round is submitted; somebody other than its assessor approves it."))
}

pub(super) fn approve(visit: &Visit) -> Result<Reply, Failure> {
    let id = visit.param("round").to_owned();
    let actor = visit.actor()?;
    visit.bench().write(|programme| maturity::approve(programme, &id, hand(visit, &actor), visit.now))?;
    Ok(visit.told(&path(&id), "The round is approved and stays as it is."))
}
