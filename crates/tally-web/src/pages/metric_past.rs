//! What was published of a metric and what its reviews said.

use tally_app::act::review::{self, Restated};
use tally_app::records;
use tally_app::scope::Scope;
use tally_model::Value;
use tally_report::chart::Published;
use tally_report::number::day;

use crate::failure::Failure;
use crate::visit::Visit;
use crate::words::{self, State};

/// Reviews that are shown.
const REVIEWS: usize = 200;

/// A published value beside what it would be today.
pub struct Past {
    /// The month.
    pub period: String,
    /// The value that was published.
    pub published: String,
    /// The value computed today.
    pub again: String,
    /// Whether they are the same.
    pub same: State,
    /// Why not.
    pub why: String,
    /// Who published it.
    pub by: String,
    /// Journal entries it was computed from.
    pub entry: u64,
    /// First digits of the definition's digest.
    pub definition: String,
    point: Option<Published>,
}

impl Past {
    /// The point of the trend chart.
    pub fn point(&self) -> Option<Published> {
        self.point
    }
}

/// A review of the metric.
pub struct Reviewed {
    /// The month.
    pub period: String,
    /// What was decided.
    pub decision: String,
    /// What stands in the way.
    pub blockers: String,
    /// What happens next.
    pub next: String,
    /// Until when.
    pub due: String,
}

/// What was published of a metric, newest first. Published values tell of the whole programme, so that who sees some teams'
/// systems sees none.
pub(super) fn past(visit: &Visit, id: &str) -> Result<Vec<Past>, Failure> {
    if visit.scope() != Scope::All {
        return Ok(Vec::new());
    }
    let facts = visit.bench().facts(&Scope::All)?;
    let (unit, found) = visit.bench().read(|programme| {
        let unit = programme.catalog().metric(id).map(|metric| metric.unit.clone()).unwrap_or_default();
        Ok((unit, review::history(programme, &facts, id)?))
    })?;
    Ok(found.iter().rev().map(|restated| one(restated, &unit)).collect())
}

fn one(restated: &Restated, unit: &str) -> Past {
    let published = &restated.published;
    let since = restated.since.as_ref().filter(|_| restated.differs);
    let mut why: Vec<String> = since.map(|cause| words::many(cause.entries, "entry") + " since").into_iter().collect();
    why.extend(restated.redefined.then(|| "the definition changed".to_owned()));
    Past {
        period: published.period.to_string(),
        published: words::value(published.value, unit),
        again: words::value(restated.now.value, unit),
        same: if restated.differs { State::new("≠", "restated", "warn") } else { State::new("=", "same", "good") },
        why: why.join(", "),
        by: format!("{}, {}", published.by, day(published.published_at)),
        entry: published.entry,
        definition: published.definition.chars().take(12).collect(),
        point: published.value.map(|value| Published { month: published.period, value, differs: restated.differs }),
    }
}

/// The reviews of a metric, newest first.
pub(super) fn reviewed(visit: &Visit, id: &str) -> Result<Vec<Reviewed>, Failure> {
    if visit.scope() != Scope::All {
        return Ok(Vec::new());
    }
    let records = visit.bench().read(|programme| {
        let kind = records::kind("metric_review")?;
        records::all(programme, kind, REVIEWS, |record| record.text("metric") == Some(id))
    })?;
    let mut found: Vec<Reviewed> = records
        .iter()
        .map(|record| {
            let text = |name: &str| record.text(name).unwrap_or_default().to_owned();
            let period = match record.get("period") {
                Some(Value::Month(month)) => month.to_string(),
                _ => String::new(),
            };
            Reviewed {
                period,
                decision: text("decision"),
                blockers: text("blockers"),
                next: text("next_action"),
                due: record.instant("next_action_due").map(day).unwrap_or_default(),
            }
        })
        .collect();
    found.sort_by(|one, other| other.period.cmp(&one.period));
    Ok(found)
}
