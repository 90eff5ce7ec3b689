//! Duties, as they cross the border.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use tally_app::duties;
use utoipa::ToSchema;

use super::Edited;

/// The board of duties.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct DutyBoard {
    /// The instant T.
    #[schema(format = "date-time")]
    pub as_of: String,
    /// Times that are overdue.
    pub overdue: u64,
    /// Times that are due within seven days.
    pub due_soon: u64,
    /// Times that are open.
    pub open: u64,
    /// Times that were done.
    pub done: u64,
    /// The duties, by id.
    pub duties: Vec<KeptDuty>,
    /// Times, the most pressing first, as many as were asked for.
    pub times: Vec<DutyTime>,
}

/// A duty of the programme.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct KeptDuty {
    /// Id of its record.
    pub id: String,
    /// What is done.
    pub title: String,
    /// Its id in the catalog; null: the programme's own.
    pub catalog: Option<String>,
    /// quarterly, monthly, per_release or ongoing.
    pub cadence: String,
    /// The team that does it.
    pub owner: String,
    /// Its first day.
    #[schema(format = "date")]
    pub starts_on: String,
    /// Its last day; null: it goes on.
    pub ends_on: Option<String>,
    /// The only system it is about; null: all.
    pub system: Option<String>,
    /// Days after the end of the period (after the deployment) until it is due.
    pub due_days: i32,
}

/// One time that a duty is owed.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct DutyTime {
    /// The duty.
    pub duty: String,
    /// Which time: 2026-Q3, 2026-03, or the id of a release.
    pub occurrence: String,
    /// The team that does it.
    pub owner: String,
    /// The last day on which it is in time; null: the day of the release is not known yet.
    pub due: Option<String>,
    /// overdue, due soon, open, done or done late.
    pub state: String,
    /// Days since it was due; null where it is not overdue.
    pub overdue_days: Option<i64>,
    /// When it was done.
    pub done_at: Option<String>,
    /// By whom.
    pub done_by: Option<String>,
    /// Ids of evidence, or where the proof is.
    pub evidence: Vec<String>,
    /// What came out.
    pub note: Option<String>,
}

/// A duty and all its times.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct DutyHistory {
    /// The duty.
    pub duty: KeptDuty,
    /// Its times, the newest first.
    pub times: Vec<DutyTime>,
}

/// What is to be taken over from the catalog.
#[derive(Clone, Debug, Default, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct AdoptDuties {
    /// Ids of the catalog's duties; none: all.
    #[serde(default)]
    pub duties: Vec<String>,
    /// The team of each duty, by the catalog's id.
    #[serde(default)]
    pub owners: BTreeMap<String, String>,
    /// The team of all others; else the one whose function the catalog suggests.
    pub owner: Option<String>,
    /// Since when they are owed: a date, or an instant with an offset; else from today.
    #[schema(format = "date")]
    pub starts_at: Option<String>,
}

/// What was taken over.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct AdoptedDuties {
    /// The catalog's ids of those that were taken over.
    pub adopted: Vec<String>,
    /// The catalog's ids of those that were there already.
    pub known: Vec<String>,
    /// What was written.
    pub edited: Edited,
}

/// What is said of a duty that was done: evidence, or at least a note.
#[derive(Clone, Debug, Default, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct DutyDone {
    /// Which time; else the one due first of those not done.
    pub occurrence: Option<String>,
    /// Ids of evidence, or where the proof is.
    #[serde(default)]
    pub evidence: Vec<String>,
    /// What came out.
    pub note: Option<String>,
    /// When: a date, or an instant with an offset; else now.
    #[schema(format = "date-time")]
    pub done_at: Option<String>,
}

/// Which time was done.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct DutyWasDone {
    /// Which time.
    pub occurrence: String,
    /// What was written.
    pub edited: Edited,
}

impl From<&duties::Duty> for KeptDuty {
    fn from(duty: &duties::Duty) -> Self {
        Self {
            id: duty.id.clone(),
            title: duty.title.clone(),
            catalog: duty.catalog.clone(),
            cadence: duty.cadence.word().to_owned(),
            owner: duty.owner.clone(),
            starts_on: duty.from.to_string(),
            ends_on: duty.until.map(|day| day.to_string()),
            system: duty.system.clone(),
            due_days: duty.due_days,
        }
    }
}

impl DutyTime {
    /// A time, seen on a day.
    pub fn of(one: &duties::Occurring, today: duties::Day) -> Self {
        let done = one.done.as_ref();
        Self {
            duty: one.duty.id.clone(),
            occurrence: one.name.clone(),
            owner: one.duty.owner.clone(),
            due: one.due.map(|day| day.to_string()),
            state: one.state.words().to_owned(),
            overdue_days: one.late_by(today),
            done_at: done.map(|done| done.at.to_string()),
            done_by: done.map(|done| done.by.clone()),
            evidence: done.map(|done| done.evidence.clone()).unwrap_or_default(),
            note: done.and_then(|done| done.note.clone()),
        }
    }
}

impl DutyBoard {
    /// A board with so many times of one group, or of all.
    pub fn of(board: &duties::Board, group: Option<duties::Group>, most: usize) -> Self {
        let count = |group| board.count(group) as u64;
        let times = board.rows.iter().filter(|one| group.is_none_or(|group| duties::Group::of(one.state) == group));
        Self {
            as_of: board.at.to_string(),
            overdue: count(duties::Group::Overdue),
            due_soon: count(duties::Group::DueSoon),
            open: count(duties::Group::Open),
            done: count(duties::Group::Done),
            duties: board.duties.iter().map(|duty| KeptDuty::from(duty.as_ref())).collect(),
            times: times.take(most).map(|one| DutyTime::of(one, board.today)).collect(),
        }
    }
}

impl From<&duties::Adopted> for AdoptedDuties {
    fn from(adopted: &duties::Adopted) -> Self {
        Self {
            adopted: adopted.adopted.iter().map(|(id, _)| id.clone()).collect(),
            known: adopted.known.clone(),
            edited: Edited::from(&adopted.edited),
        }
    }
}
