//! The monthly review and what was published.

use serde::{Deserialize, Serialize};
use tally_app::act::review;
use utoipa::ToSchema;

/// The sheet of a review: metric by metric what would be published.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct Review {
    /// The scorecard.
    pub scorecard: String,
    /// Its title.
    pub title: String,
    /// The month.
    pub period: String,
    /// The instant T.
    #[schema(format = "date-time")]
    pub as_of: String,
    /// Whether the month is over, so that it can be published.
    pub over: bool,
    /// Entries of the journal that were read.
    pub entries: u64,
    /// SHA-256 of the last of them.
    pub head: String,
    /// Who published it; null: nobody yet.
    pub published_by: Option<String>,
    /// When.
    pub published_at: Option<String>,
    /// The metrics: those with anomalies first.
    pub metrics: Vec<ReviewedMetric>,
}

/// One metric of a review.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct ReviewedMetric {
    /// Its id.
    pub metric: String,
    /// Its title.
    pub title: String,
    /// In the metric's unit; null: no data.
    pub value: Option<f64>,
    /// The unit.
    pub unit: String,
    /// Members of the population.
    pub n: u64,
    /// 95% interval of a rate.
    pub interval: Option<[f64; 2]>,
    /// Where it stands.
    pub status: String,
    /// What is unusual, the gravest first.
    pub anomalies: Vec<String>,
    /// What was published for the month before.
    pub before: Option<f64>,
    /// What was published for this month.
    pub published: Option<f64>,
    /// The last review of an earlier month.
    pub last: Option<Minuted>,
    /// The review of this month.
    pub this: Option<Minuted>,
}

/// What a review said.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct Minuted {
    /// Id of its record.
    pub id: String,
    /// The month.
    pub period: String,
    /// When.
    #[schema(format = "date-time")]
    pub reviewed_at: String,
    /// Who was there.
    pub by: Vec<String>,
    /// What stands in the way.
    pub blockers: Option<String>,
    /// What happens next.
    pub next_action: Option<String>,
    /// Until when.
    pub due: Option<String>,
    /// When it was done.
    pub done_at: Option<String>,
    /// Where it is tracked.
    pub ticket: Option<String>,
    /// keep, retarget or retire.
    pub decision: Option<String>,
    /// Why.
    pub reason: Option<String>,
}

/// What is said of a metric in a review. Fields that are not named are cleared.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Minutes {
    /// Who was there; nobody named: who asks.
    #[serde(default)]
    pub by: Vec<String>,
    /// What stands in the way.
    pub blockers: Option<String>,
    /// What happens next.
    pub next_action: Option<String>,
    /// Until when: a date, or an instant with an offset.
    #[schema(format = "date")]
    pub due: Option<String>,
    /// Where it is tracked.
    pub ticket: Option<String>,
    /// What becomes of the metric.
    pub decision: Option<Decision>,
    /// Why it is to have another target or to go.
    pub reason: Option<String>,
}

/// What becomes of a metric.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum Decision {
    /// It stays as it is.
    Keep,
    /// It gets another target.
    Retarget,
    /// It goes.
    Retire,
}

/// Which scorecard to publish.
#[derive(Clone, Debug, Default, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Publish {
    /// Its id; else `default`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub scorecard: Option<String>,
}

/// Published values.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct PublishedValues {
    /// By period, scorecard and metric.
    pub published: Vec<PublishedValue>,
}

/// A value as it was published.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct PublishedValue {
    /// Id of its record.
    pub id: String,
    /// The scorecard.
    pub scorecard: String,
    /// The metric.
    pub metric: String,
    /// The month.
    pub period: String,
    /// The instant T.
    #[schema(format = "date-time")]
    pub as_of: String,
    /// In the metric's unit; null: no data.
    pub value: Option<f64>,
    /// Its numerator.
    pub numerator: Option<f64>,
    /// Its denominator.
    pub denominator: Option<f64>,
    /// Members of the population.
    pub n: u64,
    /// 95% interval of a rate.
    pub interval: Option<[f64; 2]>,
    /// holds, misses, too_few, no_data or trend_only.
    pub status: String,
    /// Digest of the metric's definition.
    pub definition: String,
    /// Journal entries that it was computed from.
    pub entry: u64,
    /// SHA-256 of the last of these.
    pub head: String,
    /// When it was published.
    #[schema(format = "date-time")]
    pub published_at: String,
    /// By whom.
    pub by: String,
}

impl From<&review::LastReview> for Minuted {
    fn from(said: &review::LastReview) -> Self {
        Self {
            id: said.id.clone(),
            period: said.period.to_string(),
            reviewed_at: said.reviewed_at.to_string(),
            by: said.by.clone(),
            blockers: said.blockers.clone(),
            next_action: said.next_action.clone(),
            due: said.due.map(|at| at.to_string()),
            done_at: said.done_at.map(|at| at.to_string()),
            ticket: said.ticket.clone(),
            decision: said.decision.clone(),
            reason: said.reason.clone(),
        }
    }
}

impl From<&review::ReviewRow> for ReviewedMetric {
    fn from(row: &review::ReviewRow) -> Self {
        let reading = &row.score.verdict.reading;
        Self {
            metric: row.score.metric.id.clone(),
            title: row.score.metric.title.clone(),
            value: reading.value,
            unit: row.score.metric.unit.clone(),
            n: reading.n,
            interval: reading.interval,
            status: row.score.verdict.status.words().to_owned(),
            anomalies: row.anomalies.iter().map(review::Anomaly::sentence).collect(),
            before: row.before.as_ref().and_then(|published| published.value),
            published: row.published.as_ref().and_then(|published| published.value),
            last: row.last.as_ref().map(Minuted::from),
            this: row.this.as_ref().map(Minuted::from),
        }
    }
}

impl From<&review::ReviewSheet> for Review {
    fn from(sheet: &review::ReviewSheet) -> Self {
        let (published_by, published_at) = sheet.published.clone().unzip();
        Self {
            scorecard: sheet.scorecard.clone(),
            title: sheet.title.clone(),
            period: sheet.period.to_string(),
            as_of: sheet.as_of.to_string(),
            over: sheet.over,
            entries: sheet.entries,
            head: sheet.head.clone(),
            published_by,
            published_at: published_at.map(|at| at.to_string()),
            metrics: sheet.rows.iter().map(ReviewedMetric::from).collect(),
        }
    }
}

impl From<review::Published> for PublishedValue {
    fn from(value: review::Published) -> Self {
        Self {
            id: value.id,
            scorecard: value.scorecard,
            metric: value.metric,
            period: value.period.to_string(),
            as_of: value.as_of.to_string(),
            value: value.value,
            numerator: value.numerator,
            denominator: value.denominator,
            n: value.n,
            interval: value.interval,
            status: value.status,
            definition: value.definition,
            entry: value.entry,
            head: value.head,
            published_at: value.published_at.to_string(),
            by: value.by,
        }
    }
}
