//! The minutes of a review: what stands in the way, what happens next, what becomes of the metric. A period that is published is
//! closed: its minutes stay as they are, but for when the next action was done.

use tally_model::{Instant, Kind, Month, Problem, Record, Value};

use super::super::write::{Deeds, Patch, write};
use super::super::{ActError, Actor, Edited};
use super::{REVIEW, published};
use crate::score::find_metric;
use crate::{Error, Programme};

/// What becomes of a metric.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Decision {
    /// It stays as it is.
    Keep,
    /// It gets another target.
    Retarget,
    /// It goes.
    Retire,
}

impl Decision {
    /// Its word in the record.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Keep => "keep",
            Self::Retarget => "retarget",
            Self::Retire => "retire",
        }
    }

    /// The decision of a word.
    pub fn named(word: &str) -> Option<Self> {
        [Self::Keep, Self::Retarget, Self::Retire].into_iter().find(|decision| decision.word() == word)
    }
}

/// What a review says of one metric.
#[derive(Clone, Debug)]
pub struct Minutes {
    /// The metric's id.
    pub metric: String,
    /// The month.
    pub period: Month,
    /// Who was there; nobody named: who records it.
    pub by: Vec<String>,
    /// What stands in the way.
    pub blockers: Option<String>,
    /// What happens next.
    pub next_action: Option<String>,
    /// Until when.
    pub due: Option<Instant>,
    /// Where it is tracked.
    pub ticket: Option<String>,
    /// What becomes of the metric.
    pub decision: Option<Decision>,
    /// Why it is to have another target or to go.
    pub reason: Option<String>,
}

/// Writes the minutes of a metric and period; minutes of the same that were written before are changed, fields that are not
/// named are cleared.
///
/// # Errors
/// Where the metric is unknown, the period is yet to come or published, or a decision lacks its reason.
pub fn record(programme: &mut Programme, minutes: &Minutes, by: &Actor, at: Instant) -> Result<Edited, Error> {
    find_metric(programme.catalog(), &minutes.metric)?;
    if minutes.period.start() >= at {
        return Err(Error::Invalid(format!("{} is yet to come; review a month that has begun", minutes.period)));
    }
    refuse_closed(programme, minutes)?;
    let problems = minutes.problems();
    if !problems.is_empty() {
        return Err(ActError::Problems(problems).into());
    }
    let id = id(programme, &minutes.metric, minutes.period)?;
    let patch = minutes.patch(id, by, at)?;
    let patches = [Patch { record: patch, expected: None }];
    write(programme, &patches, &Deeds { word: "review", more: Vec::new() }, by, at)?.sound()
}

/// Says that the next action of a metric's review is done.
///
/// # Errors
/// Where there is no such review, or it decided on no action.
pub fn done(programme: &mut Programme, metric: &str, period: Month, by: &Actor, at: Instant) -> Result<Edited, Error> {
    let name = format!("{metric} {period}");
    let unknown = || Error::Unknown { what: "review", name: name.clone(), help: None };
    let (kind, known) = known(programme, metric, period)?.ok_or_else(unknown)?;
    if known.text("next_action").is_none() {
        return Err(Error::Invalid(format!("the review of {name} decided on no next action")));
    }
    if let Some(done) = known.instant("next_action_done_at") {
        return Err(Error::Invalid(format!("the next action of {name} was done at {done}")));
    }
    let record = Record::new(kind, known.id()).with("next_action_done_at", at);
    let patches = [Patch { record, expected: None }];
    write(programme, &patches, &Deeds { word: "review-done", more: Vec::new() }, by, at)?.sound()
}

fn refuse_closed(programme: &Programme, minutes: &Minutes) -> Result<(), Error> {
    let closed = published(programme, Some(&minutes.metric))?.into_iter().find(|value| value.period == minutes.period);
    match closed {
        Some(value) => Err(ActError::Closed {
            metric: value.metric,
            scorecard: value.scorecard,
            period: value.period,
            at: value.published_at,
            by: value.by,
        }
        .into()),
        None => Ok(()),
    }
}

/// The newest review of a metric and period.
fn known(programme: &Programme, metric: &str, period: Month) -> Result<Option<(&'static Kind, Record)>, Error> {
    let Some(kind) = Kind::named(REVIEW) else { return Ok(None) };
    let mut found: Option<Record> = None;
    programme.store.records(Some(kind), &mut |record| {
        let same = record.text("metric") == Some(metric) && record.get("period") == Some(&Value::Month(period));
        let newer = found.as_ref().is_none_or(|known| known.instant("reviewed_at") <= record.instant("reviewed_at"));
        if same && newer {
            found = Some(record);
        }
        Ok(())
    })?;
    Ok(found.map(|record| (kind, record)))
}

fn id(programme: &Programme, metric: &str, period: Month) -> Result<String, Error> {
    Ok(known(programme, metric, period)?.map_or_else(|| format!("{metric}/{period}"), |(_, record)| record.id().to_owned()))
}

impl Minutes {
    fn problems(&self) -> Vec<Problem> {
        let given = |text: &Option<String>| text.as_ref().is_some_and(|text| !text.trim().is_empty());
        let mut problems = Vec::new();
        if let Some(decision) = self.decision.filter(|decision| *decision != Decision::Keep)
            && !given(&self.reason)
        {
            let found = format!("the decision `{}` without a reason", decision.word());
            problems.push(Problem::error(found, "what is wrong with the metric as it is").at_field("reason"));
        }
        if self.due.is_some() && !given(&self.next_action) {
            problems.push(Problem::error("a due date without a next action", "what is to be done").at_field("next_action"));
        }
        if !given(&self.blockers) && !given(&self.next_action) && self.decision.is_none() {
            problems.push(Problem::error("nothing", "blockers, a next action, or a decision"));
        }
        problems
    }

    fn patch(&self, id: String, by: &Actor, at: Instant) -> Result<Record, Error> {
        let kind = Kind::named(REVIEW).ok_or_else(|| Error::Invalid(format!("no kind `{REVIEW}`")))?;
        let text = |text: &Option<String>| {
            text.as_deref().map(str::trim).filter(|text| !text.is_empty()).map_or(Value::Null, Value::from)
        };
        let named = self.by.iter().map(|name| name.trim()).filter(|name| !name.is_empty());
        let mut present: Vec<String> = named.map(str::to_owned).collect();
        if present.is_empty() {
            present.push(by.name.clone());
        }
        Ok(Record::new(kind, id)
            .with("metric", self.metric.as_str())
            .with("period", Value::Month(self.period))
            .with("reviewed_at", at)
            .with("by", Value::List(present.into_iter().map(Value::from).collect()))
            .with("blockers", text(&self.blockers))
            .with("next_action", text(&self.next_action))
            .with("next_action_due", self.due.map_or(Value::Null, Value::Instant))
            .with("ticket", text(&self.ticket))
            .with("decision", self.decision.map_or(Value::Null, |decision| Value::from(decision.word())))
            .with("reason", text(&self.reason)))
    }
}
