//! The processes, topic by topic; the activities, by what they are and by team, and asking several for one. Never counts by
//! person.

use std::sync::Arc;

use askama::Template;
use tally_app::Facts;
use tally_app::access::Permission;
use tally_app::practice::{self, Activities, Assign, Rate, Standing, Topic};
use tally_app::scope::Scope;
use tally_model::{Instant, Kind, Type};
use tally_report::number::{count, day};

use super::links;
use crate::failure::Failure;
use crate::pairs::encode;
use crate::reply::Reply;
use crate::route::{Need, Route};
use crate::shell::Shell;
use crate::visit::Visit;
use crate::words::{self, State, many, minute, plain};

/// The routes of this module.
pub const ROUTES: &[Route] = &[
    Route::get("/process-board", Need::May(Permission::Read), process_page),
    Route::get("/activity-board", Need::May(Permission::Read), activity_page),
    Route::post("/activity-board/assign", Need::May(Permission::Edit), assign),
];

/// Overdue activities that are shown.
const SHOWN: usize = 100;

#[derive(Template)]
#[template(path = "process_board.html")]
struct ProcessPage {
    shell: Shell,
    in_force: usize,
    rows: Vec<TopicRow>,
    can_edit: bool,
}

struct TopicRow {
    title: String,
    required: bool,
    state: State,
    path: Option<String>,
    team: String,
    approved: String,
    due: String,
    evidence: String,
    others: usize,
    list: String,
    act: (&'static str, String),
}

fn process_page(visit: &Visit) -> Result<Reply, Failure> {
    let at = visit.as_of()?;
    let found = visit.bench().read(|programme| practice::processes(programme, at))?;
    let facts = visit.facts()?;
    let page = ProcessPage {
        shell: visit.shell("Process board").below(&[("Processes", "/processes")]).made_of(&facts, at, &Scope::All),
        in_force: found.in_force(),
        rows: found.topics.iter().map(topic).collect(),
        can_edit: visit.viewer()?.may(Permission::Edit),
    };
    Ok(Reply::html(page.render()?))
}

fn topic(topic: &Topic) -> TopicRow {
    let (sign, class) = match topic.standing {
        Standing::InForce => ("✓", "good"),
        Standing::Overdue => ("!", "warn"),
        Standing::NoReviewDate | Standing::NotApproved => ("○", "warn"),
        Standing::Missing => ("✗", "bad"),
    };
    let path = topic.process.as_ref().and_then(|id| links::record("process", id));
    let edit = path.as_ref().map(|path| format!("{path}/edit"));
    let act = match (topic.standing, edit) {
        (Standing::Missing, _) | (_, None) => {
            ("Write it down", format!("/processes/new?id={}&topic={}", encode(&topic.topic), encode(&topic.topic)))
        }
        (Standing::NotApproved, Some(edit)) => ("Record the approval", edit),
        (Standing::Overdue | Standing::NoReviewDate, Some(edit)) => ("Review it", edit),
        (Standing::InForce, Some(edit)) => ("Edit", edit),
    };
    TopicRow {
        title: words::capital(&plain(&topic.topic)),
        required: topic.required,
        state: State::new(sign, topic.standing.words(), class),
        path,
        team: topic.team.clone().unwrap_or_default(),
        approved: match (topic.approved_at, &topic.approved_by) {
            (Some(at), Some(by)) => format!("{} by {by}", day(at)),
            (Some(at), None) => format!("{}, nobody named", day(at)),
            (None, _) => String::new(),
        },
        due: topic.review_due.map(minute).unwrap_or_default(),
        evidence: topic.evidence.clone().unwrap_or_default(),
        others: topic.others,
        list: format!("/processes?topic={}", encode(&topic.topic)),
        act,
    }
}

#[derive(Template)]
#[template(path = "activity_board.html")]
struct ActivityPage {
    shell: Shell,
    window: String,
    whole: RateRow,
    by_topic: Vec<(String, String, RateRow)>,
    by_team: Vec<(String, RateRow)>,
    overdue: Vec<OverdueRow>,
    total: String,
    all_overdue: String,
    rows_path: String,
    activities: Vec<(&'static str, String)>,
    topics: Vec<String>,
    subjects: Vec<(String, String)>,
    can_edit: bool,
}

struct RateRow {
    done: String,
    n: String,
    percent: String,
}

struct OverdueRow {
    path: String,
    what: String,
    topic: String,
    subject: String,
    due: String,
    age: String,
}

fn rate(rate: Rate) -> RateRow {
    RateRow { done: count(rate.done), n: count(rate.n), percent: words::value(rate.percent(), "percent") }
}

/// The activities under the viewer's scope, made once for each state of the journal and hour.
pub(crate) fn found(visit: &Visit, at: Instant) -> Result<Arc<Activities>, Failure> {
    let scope = visit.scope();
    let make = |facts: &Facts| visit.bench().read(|programme| practice::activities(programme, facts, &scope, at));
    Ok(visit.bench().kept(&scope, &format!("activities/{}", at.micros()), make)?)
}

fn activity_page(visit: &Visit) -> Result<Reply, Failure> {
    let at = visit.as_of()?;
    let found = found(visit, at)?;
    let facts = visit.facts()?;
    let subjects = visit.bench().read(|programme| subjects(programme, &facts, &visit.scope()))?;
    let keep = visit.query.get("as_of").map(|text| format!("as_of={}", encode(text)));
    let mut topics: Vec<String> = found.by_topic.iter().map(|(_, topic, _)| topic.clone()).collect();
    topics.extend(known_words("topic").iter().map(|word| (*word).to_owned()));
    topics.sort();
    topics.dedup();
    let page = ActivityPage {
        shell: visit.shell("Activity board").below(&[("Activities", "/activities")]).made_of(&facts, at, &visit.scope()),
        window: found.window.clone(),
        whole: rate(found.whole),
        by_topic: found
            .by_topic
            .iter()
            .map(|(what, topic, of)| (words::capital(&plain(what)), plain(topic), rate(*of)))
            .collect(),
        by_team: found.by_team.iter().map(|(_, name, of)| (name.clone(), rate(*of))).collect(),
        overdue: found
            .overdue
            .iter()
            .take(SHOWN)
            .map(|one| OverdueRow {
                path: links::record("activity", &one.id).unwrap_or_default(),
                what: words::capital(&plain(&one.activity)),
                topic: plain(&one.topic),
                subject: one.subject.clone(),
                due: day(one.due),
                age: words::age(one.due, at),
            })
            .collect(),
        total: count(found.overdue.len() as u64),
        all_overdue: format!("/activities?state=overdue{}", keep.as_ref().map(|keep| format!("&{keep}")).unwrap_or_default()),
        rows_path: format!("/metrics/activity-completion/rows{}", keep.map(|keep| format!("?{keep}")).unwrap_or_default()),
        activities: known_words("activity").iter().map(|word| (*word, words::capital(&plain(word)))).collect(),
        topics,
        subjects,
        can_edit: visit.viewer()?.may(Permission::Edit),
    };
    Ok(Reply::html(page.render()?))
}

/// The words that a field of activities knows.
fn known_words(field: &str) -> &'static [&'static str] {
    let kind = Kind::named("activity");
    let field = kind.and_then(|kind| kind.fields.iter().find(|known| known.name == field));
    match field.map(|field| field.ty) {
        Some(Type::OneOf(words) | Type::Known(words)) => words,
        _ => &[],
    }
}

/// Whom an activity can be asked of: the teams and systems that the viewer sees, for choosing. Releases are typed.
fn subjects(programme: &tally_app::Programme, facts: &Facts, scope: &Scope) -> Result<Vec<(String, String)>, tally_app::Error> {
    const MOST: usize = 2_000;
    let seen = |id: &str| match scope {
        Scope::All => true,
        Scope::Teams(teams) => teams.contains(id),
    };
    let teams = super::duties_adopt::teams(programme)?.into_iter().filter(|(id, _)| seen(id));
    let mut systems: Vec<(String, String)> =
        facts.engine().names("systems")?.iter().map(|(id, name)| (id.clone(), name.clone())).collect();
    systems.sort();
    Ok(teams.chain(systems).take(MOST).collect())
}

fn assign(visit: &Visit) -> Result<Reply, Failure> {
    let due = match visit.form.get("due") {
        Some(text) => Some(
            Instant::parse(text).ok_or_else(|| Failure::Wrong(format!("due `{text}`, expected a date such as 2026-03-31")))?,
        ),
        None => None,
    };
    let typed = visit.form.get("more").unwrap_or_default();
    let named = visit.form.all("subject").chain(typed.split([',', '\n', ' ']));
    let wanted = Assign {
        activity: visit.field("activity")?.to_owned(),
        topic: visit.field("topic")?.to_owned(),
        subjects: named.map(|id| id.trim().to_owned()).filter(|id| !id.is_empty()).collect(),
        due,
    };
    let actor = visit.actor()?;
    let assigned = visit.bench().write(|programme| practice::assign(programme, &wanted, &actor, visit.now))?;
    let mut word = format!("Asked for {}.", many(assigned.activities.len() as u64, "activity"));
    if !assigned.open.is_empty() {
        word.push_str(&format!(" Open already for {}.", assigned.open.join(", ")));
    }
    Ok(visit.told("/activity-board", &word))
}
