//! `tally review`: the sheet of a month, minutes, publishing, and what was published beside what it would be today.

use clap::{Args, Subcommand};
use serde_json::{Value as Json, json as object};
use tally_app::act::review::{self, Decision, LastReview, Minutes, Published, Restated, ReviewRow, ReviewSheet};
use tally_app::{Error, Facts};
use tally_model::problem::printable;
use tally_model::{Instant, Month};

use crate::act::{actor, edited_json, told};
use crate::cli::{Common, Format, instant};
use crate::exit;
use crate::metric::write_table;
use crate::output::{err, json, out};

#[derive(Subcommand)]
pub enum ReviewCommand {
    /// The sheet of a month: every metric, those with something unusual first.
    Show {
        #[command(flatten)]
        of: Of,
        /// The ticket of one metric's next action, as plain text.
        #[arg(long, value_name = "METRIC")]
        ticket: Option<String>,
    },
    /// Write the minutes of one metric.
    Record {
        /// The metric.
        metric: String,
        #[command(flatten)]
        said: Said,
    },
    /// Say that the next action of a metric's review is done.
    Done {
        /// The metric.
        metric: String,
        /// The month that was reviewed.
        #[arg(long, value_name = "YYYY-MM", value_parser = month)]
        period: Month,
        /// How output is written.
        #[arg(long, value_enum, default_value_t = Format::Human)]
        format: Format,
    },
    /// Publish the values of a month, once and for all.
    Publish {
        #[command(flatten)]
        of: Of,
    },
    /// What was published of a metric, beside what it would be today.
    History {
        /// The metric.
        metric: String,
        /// How output is written.
        #[arg(long, value_enum, default_value_t = Format::Human)]
        format: Format,
    },
}

/// Which month of which scorecard.
#[derive(Args)]
pub struct Of {
    /// The month.
    #[arg(long, value_name = "YYYY-MM", value_parser = month)]
    period: Month,
    /// The scorecard.
    #[arg(long, value_name = "ID", default_value = "default")]
    scorecard: String,
    /// How output is written.
    #[arg(long, value_enum, default_value_t = Format::Human)]
    format: Format,
}

/// What a review says.
#[derive(Args)]
pub struct Said {
    /// The month.
    #[arg(long, value_name = "YYYY-MM", value_parser = month)]
    period: Month,
    /// Who was there; else who records it. Can be given several times.
    #[arg(long, value_name = "NAME")]
    by: Vec<String>,
    /// What stands in the way.
    #[arg(long, value_name = "TEXT")]
    blockers: Option<String>,
    /// What happens next.
    #[arg(long, value_name = "TEXT")]
    next_action: Option<String>,
    /// Until when.
    #[arg(long, value_name = "INSTANT", value_parser = instant)]
    due: Option<Instant>,
    /// Where it is tracked.
    #[arg(long, value_name = "REF")]
    ticket: Option<String>,
    /// keep, retarget or retire; the last two with a reason.
    #[arg(long, value_name = "DECISION", value_parser = decision)]
    decision: Option<Decision>,
    /// Why.
    #[arg(long, value_name = "TEXT")]
    reason: Option<String>,
    /// How output is written.
    #[arg(long, value_enum, default_value_t = Format::Human)]
    format: Format,
}

fn month(text: &str) -> Result<Month, String> {
    Month::parse(text).ok_or_else(|| "expected a month such as 2026-03".to_owned())
}

fn decision(text: &str) -> Result<Decision, String> {
    Decision::named(text).ok_or_else(|| "expected keep, retarget or retire".to_owned())
}

pub fn run(common: &Common, command: ReviewCommand) -> Result<u8, Error> {
    match command {
        ReviewCommand::Show { of, ticket } => show(common, &of, ticket.as_deref()),
        ReviewCommand::Record { metric, said } => record(common, metric, said),
        ReviewCommand::Done { metric, period, format } => {
            let mut programme = common.programme()?;
            let edited = review::done(&mut programme, &metric, period, &actor(common), tally_app::now())?;
            wrote(&edited, format, &format!("the next action of {metric} {period} is done"))
        }
        ReviewCommand::Publish { of } => publish(common, &of),
        ReviewCommand::History { metric, format } => history(common, &metric, format),
    }
}

fn wrote(edited: &tally_app::act::Edited, format: Format, text: &str) -> Result<u8, Error> {
    if format != Format::Human {
        return json(&edited_json(edited)).map(|()| exit::HOLDS);
    }
    told(edited);
    out(&printable(text)).map(|()| exit::HOLDS)
}

fn record(common: &Common, metric: String, said: Said) -> Result<u8, Error> {
    let Said { period, by, blockers, next_action, due, ticket, decision, reason, format } = said;
    let minutes = Minutes { metric, period, by, blockers, next_action, due, ticket, decision, reason };
    let mut programme = common.programme()?;
    let edited = review::record(&mut programme, &minutes, &actor(common), tally_app::now())?;
    wrote(&edited, format, &format!("the review of {} for {period} is recorded", minutes.metric))
}

fn publish(common: &Common, of: &Of) -> Result<u8, Error> {
    let mut programme = common.programme()?;
    let facts = Facts::open(&programme, None)?;
    let edited = review::publish(&mut programme, &facts, of.period, &of.scorecard, &actor(common), tally_app::now())?;
    if of.format != Format::Human {
        return json(&edited_json(&edited)).map(|()| exit::HOLDS);
    }
    let published = review::published(&programme, None)?;
    let rows = published.iter().filter(|value| value.period == of.period && value.scorecard == of.scorecard);
    write_table(Format::Human, &["metric", "value", "n", "status", "from entry"], &[1, 2, 4], rows.map(row).collect())?;
    err(&format!("published as entries {} to {}; these values never change", edited.first.unwrap_or(0), edited.size));
    Ok(exit::HOLDS)
}

fn row(value: &Published) -> Vec<String> {
    vec![value.metric.clone(), figure(value.value), value.n.to_string(), value.status.clone(), value.entry.to_string()]
}

fn figure(value: Option<f64>) -> String {
    value.map_or_else(|| "no data".to_owned(), |value| format!("{value:.2}"))
}

fn show(common: &Common, of: &Of, ticket: Option<&str>) -> Result<u8, Error> {
    let programme = common.programme()?;
    let facts = Facts::open(&programme, None)?;
    let sheet = review::open(&facts, &programme, of.period, &of.scorecard, tally_app::now())?;
    if let Some(metric) = ticket {
        let row = sheet.rows.iter().find(|row| row.score.metric.id == metric).ok_or_else(|| Error::Unknown {
            what: "metric on this scorecard",
            name: printable(metric),
            help: None,
        })?;
        let ticket = review::ticket_text(&sheet, row);
        if of.format != Format::Human {
            return json(&object!({"title": ticket.title, "body": ticket.body})).map(|()| exit::HOLDS);
        }
        return out(&format!("{}\n\n{}", ticket.title, ticket.body)).map(|()| exit::HOLDS);
    }
    if of.format != Format::Human {
        return json(&sheet_json(&sheet)).map(|()| exit::HOLDS);
    }
    out(&people(&sheet)).map(|()| exit::HOLDS)
}

fn people(sheet: &ReviewSheet) -> String {
    let standing = match &sheet.published {
        Some((by, at)) => format!("published by {by} on {at}"),
        None if sheet.over => "not published yet".to_owned(),
        None => format!("runs still, seen at {}", sheet.as_of),
    };
    let mut lines = vec![format!("{}, review of {}: {standing}", sheet.title, sheet.period)];
    for row in &sheet.rows {
        let reading = &row.score.verdict.reading;
        lines.push(String::new());
        let value = format!("{} {}, n = {}", figure(reading.value), row.score.metric.unit, reading.n);
        lines.push(format!("{}: {value}, {}", row.score.metric.title, row.score.verdict.status.words()));
        lines.extend(row.anomalies.iter().map(|found| format!("  ! {}", found.sentence())));
        lines.extend(row.before.as_ref().map(|before| format!("  published for {}: {}", before.period, figure(before.value))));
        lines.extend(row.last.as_ref().and_then(action));
        lines.extend(row.this.as_ref().map(|this| format!("  reviewed by {} on {}", this.by.join(", "), this.reviewed_at)));
    }
    let lines: Vec<String> = lines.iter().map(|line| printable(line)).collect();
    lines.join("\n")
}

/// What the last review decided to do, and whether it is done.
fn action(last: &LastReview) -> Option<String> {
    let action = last.next_action.as_ref()?;
    let done = match (last.done_at, last.due) {
        (Some(done), _) => format!("done {done}"),
        (None, Some(due)) => format!("not done, due {due}"),
        (None, None) => "not done".to_owned(),
    };
    Some(format!("  decided in {}: {action} ({done})", last.period))
}

fn sheet_json(sheet: &ReviewSheet) -> Json {
    let rows: Vec<Json> = sheet.rows.iter().map(row_json).collect();
    object!({
        "scorecard": sheet.scorecard, "period": sheet.period.to_string(), "as_of": sheet.as_of.to_string(), "over": sheet.over,
        "journal": {"entries": sheet.entries, "head": sheet.head},
        "published": sheet.published.as_ref().map(|(by, at)| object!({"by": by, "at": at.to_string()})),
        "metrics": rows
    })
}

fn row_json(row: &ReviewRow) -> Json {
    let reading = &row.score.verdict.reading;
    let anomalies: Vec<String> = row.anomalies.iter().map(review::Anomaly::sentence).collect();
    object!({
        "metric": row.score.metric.id, "value": reading.value, "n": reading.n, "interval": reading.interval,
        "status": row.score.verdict.status.words(), "definition": row.score.definition, "owner": row.score.owner,
        "anomalies": anomalies, "published": row.published.as_ref().map(published_json),
        "published_before": row.before.as_ref().map(published_json),
        "last_review": row.last.as_ref().map(review_json), "this_review": row.this.as_ref().map(review_json)
    })
}

fn review_json(review: &LastReview) -> Json {
    let instant = |at: Option<Instant>| at.map(|at| at.to_string());
    object!({
        "id": review.id, "period": review.period.to_string(), "reviewed_at": review.reviewed_at.to_string(), "by": review.by,
        "blockers": review.blockers, "next_action": review.next_action, "next_action_due": instant(review.due),
        "next_action_done_at": instant(review.done_at), "ticket": review.ticket, "decision": review.decision,
        "reason": review.reason
    })
}

fn published_json(value: &Published) -> Json {
    object!({
        "id": value.id, "period": value.period.to_string(), "as_of": value.as_of.to_string(), "value": value.value, "n": value.n,
        "numerator": value.numerator, "denominator": value.denominator, "interval": value.interval, "status": value.status,
        "definition": value.definition, "entry": value.entry, "head": value.head,
        "published_at": value.published_at.to_string(), "by": value.by
    })
}

fn history(common: &Common, metric: &str, format: Format) -> Result<u8, Error> {
    let programme = common.programme()?;
    let history = review::history(&programme, &Facts::open(&programme, None)?, metric)?;
    if format == Format::Json {
        let values = history.iter().map(|value| {
            let since = value.since.as_ref().map(|since| {
                object!({"entries": since.entries, "first": since.range.map(|range| range.0), "last": since.range.map(|range| range.1)})
            });
            object!({
                "published": published_json(&value.published), "now": {"value": value.now.value, "n": value.now.n},
                "differs": value.differs, "redefined": value.redefined, "since": since
            })
        });
        return json(&values.collect()).map(|()| exit::HOLDS);
    }
    let rows = history.iter().map(|value| {
        let Restated { published, now, .. } = value;
        vec![published.period.to_string(), published.scorecard.clone(), figure(published.value), figure(now.value), why(value)]
    });
    write_table(format, &["period", "scorecard", "published", "today", "difference"], &[2, 3], rows.collect())?;
    Ok(exit::HOLDS)
}

/// Why a published value would be another one today.
fn why(value: &Restated) -> String {
    if !value.differs {
        return if value.redefined { "none, though the definition changed" } else { "none" }.to_owned();
    }
    let mut reasons: Vec<String> = Vec::new();
    if value.redefined {
        reasons.push("the definition changed".to_owned());
    }
    if let Some(since) = &value.since
        && let Some((first, last)) = since.range
    {
        let more = if since.more { " at least" } else { "" };
        let plural = if since.entries == 1 { "entry" } else { "entries" };
        reasons.push(format!("{}{more} {plural} since, {first} to {last}", since.entries));
    }
    if reasons.is_empty() { "no entry explains it".to_owned() } else { reasons.join("; ") }
}
