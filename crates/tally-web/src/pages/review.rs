//! The monthly review: the scorecard metric by metric, minutes, and the publishing of a period.

use askama::Template;
use tally_app::access::Permission;
use tally_app::act::review::{self, Decision, LastReview, Minutes, ReviewRow, ReviewSheet};
use tally_app::scope::Scope;
use tally_model::{Instant, Month};
use tally_report::chart::{Spark, spark};
use tally_report::number::{count, day};

use super::scorecard::change;
use crate::failure::Failure;
use crate::pairs::encode;
use crate::reply::Reply;
use crate::route::{Need, Route};
use crate::shell::Shell;
use crate::visit::Visit;
use crate::words::{self, State, minute};

/// The routes of this module.
pub const ROUTES: &[Route] = &[
    Route::get("/review", Need::May(Permission::Read), page),
    Route::get("/review/ticket", Need::May(Permission::Read), ticket),
    Route::post("/review/minutes", Need::May(Permission::Review), minutes),
    Route::post("/review/done", Need::May(Permission::Review), done),
    Route::post("/review/publish", Need::May(Permission::Publish), publish),
];

#[derive(Template)]
#[template(path = "review.html")]
struct Page {
    shell: Shell,
    period: String,
    card: String,
    title: String,
    as_of: String,
    as_of_query: String,
    before: (String, String),
    next: Option<(String, String)>,
    published: Option<String>,
    over: bool,
    open: bool,
    publish_from: String,
    can_publish: bool,
    reviewed: usize,
    rows: Vec<Row>,
}

struct Row {
    id: String,
    title: String,
    status: State,
    change: State,
    owner: String,
    value: String,
    n: String,
    interval: String,
    spark: Spark,
    target: String,
    frozen: Option<String>,
    before: Option<String>,
    anomalies: Vec<String>,
    last: Option<Last>,
    said: bool,
    blockers: String,
    next_action: String,
    due: String,
    ticket: String,
    decision: String,
    reason: String,
    by: String,
}

struct Last {
    period: String,
    words: String,
    due: Option<String>,
    done: bool,
    can_close: bool,
}

/// The month asked for, else the last one that is over.
fn period(visit: &Visit, text: Option<&str>) -> Result<Month, Failure> {
    match text {
        Some(text) => {
            Month::parse(text).ok_or_else(|| Failure::Wrong(format!("`{text}` is no month; expected one such as 2026-03")))
        }
        None => Ok(visit.now.month().plus(-1)),
    }
}

fn sheet(visit: &Visit) -> Result<ReviewSheet, Failure> {
    whole_only(visit)?;
    let month = period(visit, visit.query.get("period"))?;
    let card = visit.query.get("card").unwrap_or("default");
    let facts = visit.bench().facts(&Scope::All)?;
    Ok(visit.bench().read(|programme| review::open(&facts, programme, month, card, visit.now))?)
}

/// The review is of the whole programme: who sees some teams' systems neither reads nor writes it.
fn whole_only(visit: &Visit) -> Result<(), Failure> {
    match visit.scope() {
        Scope::All => Ok(()),
        Scope::Teams(_) => {
            Err(Failure::Forbidden("the review is held over the whole programme, and you see some teams' systems".to_owned()))
        }
    }
}

fn page(visit: &Visit) -> Result<Reply, Failure> {
    let sheet = sheet(visit)?;
    let may = |permission| visit.viewer().map(|viewer| viewer.may(permission));
    let facts = visit.bench().facts(&Scope::All)?;
    let address = |month: Month| (month.to_string(), format!("/review?period={month}&card={}", encode(&sheet.scorecard)));
    let next = sheet.period.next();
    let page = Page {
        shell: visit.shell("Review").made_of(&facts, sheet.as_of, &Scope::All),
        period: sheet.period.to_string(),
        card: sheet.scorecard.clone(),
        title: sheet.title.clone(),
        as_of: minute(sheet.as_of),
        as_of_query: encode(&sheet.as_of.to_string()),
        before: address(sheet.period.plus(-1)),
        next: (next.start() < visit.now).then(|| address(next)),
        published: sheet.published.as_ref().map(|(by, at)| format!("by {by} on {}", minute(*at))),
        over: sheet.over,
        open: sheet.published.is_none() && may(Permission::Review)?,
        publish_from: day(next.start()),
        can_publish: may(Permission::Publish)?,
        reviewed: sheet.rows.iter().filter(|row| row.this.is_some()).count(),
        rows: sheet.rows.iter().map(|row| line(row, sheet.published.is_none())).collect(),
    };
    Ok(Reply::html(page.render()?))
}

fn line(row: &ReviewRow, open: bool) -> Row {
    let metric = &row.score;
    let reading = &metric.verdict.reading;
    let unit = &metric.metric.unit;
    let own = metric.verdict.targets.checks.iter().find(|check| check.segment.is_none());
    let this = row.this.as_ref();
    let said = |part: fn(&LastReview) -> Option<&String>| this.and_then(part).cloned().unwrap_or_default();
    Row {
        id: metric.metric.id.clone(),
        title: metric.metric.title.clone(),
        status: words::status(metric.verdict.status),
        change: change(metric),
        owner: words::plain(&metric.owner),
        value: words::value(reading.value, unit),
        n: count(reading.n),
        interval: reading.interval.map(|[low, high]| format!("{low:.1} to {high:.1}")).unwrap_or_default(),
        spark: spark(&metric.trend, own.and_then(|check| words::wanted_line(check.wanted)), unit),
        target: tally_report::human::target(metric),
        frozen: row.published.as_ref().map(|published| words::value(published.value, unit)),
        before: row.before.as_ref().map(|published| words::value(published.value, unit)),
        anomalies: row.anomalies.iter().map(review::Anomaly::sentence).collect(),
        last: row.last.as_ref().map(|last| before(last, open)),
        said: this.is_some(),
        blockers: said(|review| review.blockers.as_ref()),
        next_action: said(|review| review.next_action.as_ref()),
        due: this.and_then(|review| review.due).map(day).unwrap_or_default(),
        ticket: said(|review| review.ticket.as_ref()),
        decision: said(|review| review.decision.as_ref()),
        reason: said(|review| review.reason.as_ref()),
        by: this.map(|review| review.by.join(", ")).unwrap_or_default(),
    }
}

fn before(last: &LastReview, open: bool) -> Last {
    let parts = [last.blockers.as_deref(), last.next_action.as_deref(), last.decision.as_deref()];
    Last {
        period: last.period.to_string(),
        words: parts.into_iter().flatten().collect::<Vec<_>>().join("; "),
        due: last.due.map(day),
        done: last.done_at.is_some(),
        can_close: open && last.next_action.is_some() && last.done_at.is_none(),
    }
}

fn minutes(visit: &Visit) -> Result<Reply, Failure> {
    whole_only(visit)?;
    let text = |name: &str| visit.form.get(name).map(str::to_owned);
    let month = period(visit, Some(visit.field("period")?))?;
    let due = match visit.form.get("due") {
        Some(text) => Some(Instant::parse(text).ok_or_else(|| Failure::Wrong(format!("due `{text}`, expected a date")))?),
        None => None,
    };
    let decision = match visit.form.get("decision") {
        Some(word) => Some(
            Decision::named(word)
                .ok_or_else(|| Failure::Wrong(format!("decision `{word}`, expected keep, retarget or retire")))?,
        ),
        None => None,
    };
    let by = visit.form.get("by").map(|names| names.split(',').map(|name| name.trim().to_owned()).collect());
    let said = Minutes {
        metric: visit.field("metric")?.to_owned(),
        period: month,
        by: by.unwrap_or_default(),
        blockers: text("blockers"),
        next_action: text("next_action"),
        due,
        ticket: text("ticket"),
        decision,
        reason: text("reason"),
    };
    let actor = visit.actor()?;
    visit.bench().write(|programme| review::record(programme, &said, &actor, visit.now))?;
    back(visit, month, &format!("Minutes of {} saved.", said.metric))
}

fn done(visit: &Visit) -> Result<Reply, Failure> {
    whole_only(visit)?;
    let month = period(visit, Some(visit.field("period")?))?;
    let metric = visit.field("metric")?.to_owned();
    let actor = visit.actor()?;
    visit.bench().write(|programme| review::done(programme, &metric, month, &actor, visit.now))?;
    let shown = period(visit, visit.form.get("back"))?;
    back(visit, shown, "The next action is done.")
}

fn publish(visit: &Visit) -> Result<Reply, Failure> {
    whole_only(visit)?;
    let month = period(visit, Some(visit.field("period")?))?;
    let card = visit.field("card")?.to_owned();
    let actor = visit.actor()?;
    let facts = visit.bench().facts(&Scope::All)?;
    visit.bench().write(|programme| review::publish(programme, &facts, month, &card, &actor, visit.now))?;
    back(visit, month, &format!("{month} is published."))
}

fn back(visit: &Visit, month: Month, word: &str) -> Result<Reply, Failure> {
    let card = visit.form.get("card").unwrap_or("default");
    Ok(visit.told(&format!("/review?period={month}&card={}", encode(card)), word))
}

fn ticket(visit: &Visit) -> Result<Reply, Failure> {
    let sheet = sheet(visit)?;
    let id = visit.query.get("metric").unwrap_or_default();
    let row = sheet.rows.iter().find(|row| row.score.metric.id == id);
    let row = row.ok_or_else(|| Failure::Missing(format!("the metric `{id}` is not on this scorecard")))?;
    let ticket = review::ticket_text(&sheet, row);
    Ok(Reply::text(format!("{}\n\n{}\n", ticket.title, ticket.body)))
}
