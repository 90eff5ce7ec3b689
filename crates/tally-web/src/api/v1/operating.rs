//! The operating model, processes and activities, as they cross the border.

use serde::{Deserialize, Serialize};
use tally_app::{operating, practice};
use utoipa::ToSchema;

use super::Edited;

/// The operating model as it stands.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct OperatingModel {
    /// How many gaps there are.
    pub gaps: u64,
    /// The subjects: domains, processes, duties, metrics.
    pub subjects: Vec<OperatingSubject>,
}

/// Something that somebody has to answer for.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct OperatingSubject {
    /// domain, process, duty or metric.
    pub about: String,
    /// Its id.
    pub subject: String,
    /// What people call it.
    pub title: String,
    /// Ids of the records that say who answers for it; more than one is a gap.
    pub records: Vec<String>,
    /// What is recorded.
    pub recorded: Option<FunctionLists>,
    /// What the catalog suggests.
    pub suggested: Option<FunctionLists>,
    /// What is wrong.
    pub gaps: Vec<OperatingGap>,
}

/// Functions of the company by what they have to do with a subject.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct FunctionLists {
    /// They do it.
    pub responsible: Vec<String>,
    /// It answers for it; one.
    pub accountable: Vec<String>,
    /// They are asked.
    pub consulted: Vec<String>,
    /// They are told.
    pub informed: Vec<String>,
}

/// What is wrong with who answers for a subject.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct OperatingGap {
    /// no_accountable, several_accountable, nobody_responsible, two_roles, named_twice, several_rows or no_row.
    pub what: String,
    /// In words.
    pub text: String,
}

/// Which suggestions to take over: all, those of one sort, or that for one subject.
#[derive(Clone, Debug, Default, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct AdoptOperating {
    /// domain, process, duty or metric.
    pub about: Option<String>,
    /// The subject's id; what is recorded of it is replaced.
    pub subject: Option<String>,
}

/// What was taken over.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct AdoptedOperating {
    /// Sort and id of the subjects that were written, such as `metric/time-to-remediate`.
    pub adopted: Vec<String>,
    /// Subjects without a record for which the catalog suggests nobody.
    pub left: Vec<String>,
    /// What was written.
    pub edited: Edited,
}

/// The processes, topic by topic.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct ProcessBoard {
    /// The instant T.
    #[schema(format = "date-time")]
    pub as_of: String,
    /// How many of the four that every programme needs are in force.
    pub in_force: u64,
    /// The topics.
    pub topics: Vec<ProcessTopic>,
}

/// A topic and the process that stands for it.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct ProcessTopic {
    /// The topic.
    pub topic: String,
    /// Whether every programme needs it.
    pub required: bool,
    /// in force, review overdue, no review date, not approved or missing.
    pub state: String,
    /// Id of the process; null where it is missing.
    pub process: Option<String>,
    /// The team that answers for it.
    pub owner: Option<String>,
    /// Who approved it.
    pub approved_by: Option<String>,
    /// When.
    pub approved_at: Option<String>,
    /// When it has to be looked at again.
    pub review_due: Option<String>,
    /// Where the document is.
    pub evidence: Option<String>,
}

/// How many activities are done.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct ActivityRates {
    /// The instant T.
    #[schema(format = "date-time")]
    pub as_of: String,
    /// The window, such as `12 months`.
    pub window: String,
    /// All: the number of the metric `activity-completion`.
    pub whole: ActivityRate,
    /// By activity and topic.
    pub by_topic: Vec<TopicRate>,
    /// By the team that they fall to.
    pub by_team: Vec<TeamRate>,
    /// Overdue ones, the oldest first; at most a thousand.
    pub overdue: Vec<OverdueActivity>,
    /// How many are overdue.
    pub overdue_total: u64,
}

/// How many of how many are done.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct ActivityRate {
    /// Done.
    pub done: u64,
    /// Asked for.
    pub n: u64,
    /// In percent; null where nothing was asked for.
    #[serde(deserialize_with = "super::exact::number")]
    pub percent: Option<f64>,
}

/// The rate of an activity and topic.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct TopicRate {
    /// training, threat_model or code_review.
    pub activity: String,
    /// The topic.
    pub topic: String,
    /// How many.
    pub rate: ActivityRate,
}

/// The rate of a team.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct TeamRate {
    /// The team.
    pub team: String,
    /// How many.
    pub rate: ActivityRate,
}

/// An activity that is not done though it was due.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct OverdueActivity {
    /// Its id.
    pub id: String,
    /// What it is.
    pub activity: String,
    /// Its topic.
    pub topic: String,
    /// The team, system or release that it was asked of.
    pub subject: String,
    /// When it was due.
    #[schema(format = "date-time")]
    pub due: String,
}

/// What is asked for, and of whom.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct AssignActivity {
    /// training, threat_model or code_review.
    pub activity: String,
    /// Its topic.
    pub topic: String,
    /// Ids of teams, systems and releases.
    pub subjects: Vec<String>,
    /// Until when: a date, or an instant with an offset.
    #[schema(format = "date")]
    pub due: Option<String>,
}

/// What was asked for.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct AssignedActivity {
    /// Ids of the new activities.
    pub activities: Vec<String>,
    /// Subjects that have the same open already.
    pub open: Vec<String>,
    /// What was written.
    pub edited: Edited,
}

impl From<&operating::Lists> for FunctionLists {
    fn from(lists: &operating::Lists) -> Self {
        Self {
            responsible: lists.responsible.clone(),
            accountable: lists.accountable.clone(),
            consulted: lists.consulted.clone(),
            informed: lists.informed.clone(),
        }
    }
}

impl From<&operating::Subject> for OperatingSubject {
    fn from(subject: &operating::Subject) -> Self {
        let gap = |gap: &operating::Fault| OperatingGap { what: operating::gap_word(gap).to_owned(), text: gap.to_string() };
        Self {
            about: subject.about.as_str().to_owned(),
            subject: subject.id.clone(),
            title: subject.title.clone(),
            records: subject.recorded.iter().map(|(id, _)| id.clone()).collect(),
            recorded: subject.holds().map(FunctionLists::from),
            suggested: subject.suggested.as_ref().map(FunctionLists::from),
            gaps: subject.gaps.iter().map(gap).collect(),
        }
    }
}

impl From<&operating::Model> for OperatingModel {
    fn from(model: &operating::Model) -> Self {
        Self { gaps: model.gaps() as u64, subjects: model.subjects.iter().map(OperatingSubject::from).collect() }
    }
}

impl From<&operating::Adopted> for AdoptedOperating {
    fn from(adopted: &operating::Adopted) -> Self {
        let named = |subjects: &[(operating::About, String)]| {
            subjects.iter().map(|(about, id)| format!("{}/{id}", about.as_str())).collect()
        };
        Self { adopted: named(&adopted.adopted), left: named(&adopted.left), edited: Edited::from(&adopted.edited) }
    }
}

impl From<&practice::Processes> for ProcessBoard {
    fn from(found: &practice::Processes) -> Self {
        let topic = |topic: &practice::Topic| ProcessTopic {
            topic: topic.topic.clone(),
            required: topic.required,
            state: topic.standing.words().to_owned(),
            process: topic.process.clone(),
            owner: topic.owner.clone(),
            approved_by: topic.approved_by.clone(),
            approved_at: topic.approved_at.map(|at| at.to_string()),
            review_due: topic.review_due.map(|at| at.to_string()),
            evidence: topic.evidence.clone(),
        };
        let topics = found.topics.iter().map(topic).collect();
        Self { as_of: found.at.to_string(), in_force: found.in_force() as u64, topics }
    }
}

impl From<practice::Rate> for ActivityRate {
    fn from(rate: practice::Rate) -> Self {
        Self { done: rate.done, n: rate.n, percent: rate.percent() }
    }
}

impl From<&practice::Activities> for ActivityRates {
    fn from(found: &practice::Activities) -> Self {
        let overdue = found.overdue.iter().take(1_000).map(|one| OverdueActivity {
            id: one.id.clone(),
            activity: one.activity.clone(),
            topic: one.topic.clone(),
            subject: one.subject.clone(),
            due: one.due.to_string(),
        });
        let by_topic = found.by_topic.iter().map(|(activity, topic, rate)| TopicRate {
            activity: activity.clone(),
            topic: topic.clone(),
            rate: (*rate).into(),
        });
        let by_team = found.by_team.iter().map(|(team, _, rate)| TeamRate { team: team.clone(), rate: (*rate).into() });
        Self {
            as_of: found.at.to_string(),
            window: found.window.clone(),
            whole: found.whole.into(),
            by_topic: by_topic.collect(),
            by_team: by_team.collect(),
            overdue: overdue.collect(),
            overdue_total: found.overdue.len() as u64,
        }
    }
}

impl From<&practice::Assigned> for AssignedActivity {
    fn from(assigned: &practice::Assigned) -> Self {
        Self { activities: assigned.activities.clone(), open: assigned.open.clone(), edited: Edited::from(&assigned.edited) }
    }
}
