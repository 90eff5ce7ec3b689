//! The processes, topic by topic: written down, approved by whom and when, due for review. A topic of the four that has no
//! process is told as missing.

use std::collections::BTreeMap;

use tally_model::{Instant, Record};

use crate::act::find;
use crate::records::{all, kind};
use crate::{Error, Programme};

/// The topics that every programme needs, in the order of the metric `process-documentation`.
pub const REQUIRED: [&str; 4] = ["design_review", "production_approval", "adversarial_testing", "production_monitoring"];

/// Most processes that are read.
const MOST: usize = 100_000;

/// How a topic stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Standing {
    /// Approved, and not due for review yet.
    InForce,
    /// Approved, and its review is overdue.
    Overdue,
    /// Approved, and nobody said when it is to be looked at again.
    NoReviewDate,
    /// Written down, and nobody approved it.
    NotApproved,
    /// No process of this topic is recorded.
    Missing,
}

impl Standing {
    /// In words, such as "not approved".
    pub const fn words(self) -> &'static str {
        match self {
            Self::InForce => "in force",
            Self::Overdue => "review overdue",
            Self::NoReviewDate => "no review date",
            Self::NotApproved => "not approved",
            Self::Missing => "missing",
        }
    }
}

/// A topic and the process that stands for it: of several the one that stands best, the newest approved first.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Topic {
    /// The topic.
    pub topic: String,
    /// Whether every programme needs it.
    pub required: bool,
    /// How it stands.
    pub standing: Standing,
    /// Id of the process; `None` where it is missing.
    pub process: Option<String>,
    /// Id of the team that answers for it.
    pub owner: Option<String>,
    /// That team's name, else its id.
    pub team: Option<String>,
    /// Who approved it.
    pub approved_by: Option<String>,
    /// When.
    pub approved_at: Option<Instant>,
    /// When it has to be looked at again.
    pub review_due: Option<Instant>,
    /// Where the document is.
    pub evidence: Option<String>,
    /// Further processes of the same topic.
    pub others: usize,
}

/// The processes at an instant.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Processes {
    /// The instant T.
    pub at: Instant,
    /// The four topics that every programme needs, then the others by name.
    pub topics: Vec<Topic>,
}

impl Processes {
    /// How many of the four stand: the numerator of `process-documentation`.
    pub fn in_force(&self) -> usize {
        self.topics.iter().filter(|topic| topic.required && topic.standing == Standing::InForce).count()
    }
}

/// The processes at T. They belong to no system, so everybody sees them.
///
/// # Errors
/// Where the journal cannot be read.
pub fn processes(programme: &Programme, at: Instant) -> Result<Processes, Error> {
    let mut by_topic: BTreeMap<String, Vec<Record>> = BTreeMap::new();
    for record in all(programme, kind("process")?, MOST, |_| true)? {
        by_topic.entry(record.text("topic").unwrap_or_default().to_owned()).or_default().push(record);
    }
    let mut topics = Vec::new();
    for topic in REQUIRED {
        let known = by_topic.remove(topic).unwrap_or_default();
        topics.push(stands(programme, topic, true, known, at)?);
    }
    for (topic, known) in by_topic {
        topics.push(stands(programme, &topic, false, known, at)?);
    }
    Ok(Processes { at, topics })
}

fn stands(programme: &Programme, topic: &str, required: bool, known: Vec<Record>, at: Instant) -> Result<Topic, Error> {
    let others = known.len().saturating_sub(1);
    let best = known.iter().min_by_key(|one| (standing(one, at), one.instant("approved_at").map(std::cmp::Reverse), one.id()));
    let text = |name: &str| best.and_then(|one| one.text(name)).map(str::to_owned);
    let instant = |name: &str| best.and_then(|one| one.instant(name));
    let team = match text("owner") {
        Some(owner) => {
            let team = find(&*programme.store, "team", &owner)?;
            Some(team.and_then(|team| team.text("name").map(str::to_owned)).unwrap_or(owner))
        }
        None => None,
    };
    Ok(Topic {
        topic: topic.to_owned(),
        required,
        standing: best.map_or(Standing::Missing, |one| standing(one, at)),
        process: best.map(|one| one.id().to_owned()),
        owner: text("owner"),
        team,
        approved_by: text("approved_by").filter(|_| instant("approved_at").is_some_and(|then| then < at)),
        approved_at: instant("approved_at").filter(|then| *then < at),
        review_due: instant("review_due"),
        evidence: text("evidence"),
        others,
    })
}

/// As the metric counts: approved before T, its review not before T.
fn standing(process: &Record, at: Instant) -> Standing {
    match (process.instant("approved_at").filter(|then| *then < at), process.instant("review_due")) {
        (None, _) => Standing::NotApproved,
        (Some(_), None) => Standing::NoReviewDate,
        (Some(_), Some(due)) if due < at => Standing::Overdue,
        (Some(_), Some(_)) => Standing::InForce,
    }
}
