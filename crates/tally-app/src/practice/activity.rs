//! Activities: how many of those asked for are done, by what they are and by team, and which are overdue. The members are
//! those of the metric `activity-completion`, so that its number and these are the same.

use std::collections::{BTreeMap, HashMap};

use tally_measure::MemberFilter;
use tally_model::Instant;

use crate::query::{Cell, Limits};
use crate::scope::Scope;
use crate::score::{find_metric, members};
use crate::{Error, Facts, Programme};

/// The metric that counts them.
const METRIC: &str = "activity-completion";
/// Most activities that are read.
const MOST: usize = 500_000;

/// How many of how many are done.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Rate {
    /// Done.
    pub done: u64,
    /// Asked for.
    pub n: u64,
}

impl Rate {
    /// In percent; `None` where nothing was asked for.
    pub fn percent(self) -> Option<f64> {
        (self.n > 0).then(|| self.done as f64 * 100.0 / self.n as f64)
    }

    fn count(&mut self, done: bool) {
        self.n += 1;
        self.done += u64::from(done);
    }
}

/// An activity that is not done though it was due.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Overdue {
    /// Its id.
    pub id: String,
    /// What it is.
    pub activity: String,
    /// Its topic.
    pub topic: String,
    /// The team, system or release that it was asked of.
    pub subject: String,
    /// Id of the team that it falls to.
    pub team: Option<String>,
    /// When it was due.
    pub due: Instant,
}

/// The activities at an instant.
#[derive(Clone, Debug, PartialEq)]
pub struct Activities {
    /// The instant T.
    pub at: Instant,
    /// The metric's window, such as `12 months`.
    pub window: String,
    /// All: the metric's number.
    pub whole: Rate,
    /// By activity and topic.
    pub by_topic: Vec<(String, String, Rate)>,
    /// By the team that they fall to (id, name), by name: that of the subject, or of the system's owner.
    pub by_team: Vec<(String, String, Rate)>,
    /// Not done at T though due, the oldest first; whenever they were asked for.
    pub overdue: Vec<Overdue>,
}

/// One activity, as the facts have it.
struct Known {
    id: String,
    activity: String,
    topic: String,
    subject: String,
    due: Option<Instant>,
    open: bool,
    team: Option<String>,
}

/// The activities at T, within a scope; `facts` are cut to it. Teams are told apart only within the scope.
///
/// # Errors
/// Where the facts cannot be read.
pub fn activities(programme: &Programme, facts: &Facts, scope: &Scope, at: Instant) -> Result<Activities, Error> {
    let metric = find_metric(programme.catalog(), METRIC)?;
    let known = known(facts, at)?;
    let place: HashMap<&str, &Known> = known.iter().map(|one| (one.id.as_str(), one)).collect();
    let names = facts.engine().names("teams")?;
    let mut found = Activities {
        at,
        window: metric.window.clone().unwrap_or_default(),
        whole: Rate::default(),
        by_topic: Vec::new(),
        by_team: Vec::new(),
        overdue: Vec::new(),
    };
    let mut by_topic: BTreeMap<(&str, &str), Rate> = BTreeMap::new();
    let mut by_team: BTreeMap<&str, Rate> = BTreeMap::new();
    let members = members(facts, metric, at)?;
    for row in members.page(&MemberFilter::default(), 0, usize::MAX) {
        let done = row.hit == Some(true);
        found.whole.count(done);
        let Some(one) = place.get(row.key.as_str()) else { continue };
        by_topic.entry((&one.activity, &one.topic)).or_default().count(done);
        if let Some(team) = one.team.as_deref().filter(|team| is_seen(scope, team)) {
            by_team.entry(team).or_default().count(done);
        }
    }
    found.by_topic =
        by_topic.into_iter().map(|((activity, topic), rate)| (activity.to_owned(), topic.to_owned(), rate)).collect();
    let name = |id: &str| names.get(id).cloned().unwrap_or_else(|| id.to_owned());
    found.by_team = by_team.into_iter().map(|(id, rate)| (id.to_owned(), name(id), rate)).collect();
    found.by_team.sort_by(|left, right| left.1.cmp(&right.1));
    found.overdue = known
        .into_iter()
        .filter(|one| one.team.as_deref().is_none_or(|team| is_seen(scope, team)))
        .filter_map(|one| late(one, at))
        .collect();
    found.overdue.sort_by(|left, right| (left.due, &left.id).cmp(&(right.due, &right.id)));
    Ok(found)
}

fn is_seen(scope: &Scope, team: &str) -> bool {
    match scope {
        Scope::All => true,
        Scope::Teams(teams) => teams.contains(team),
    }
}

fn late(one: Known, at: Instant) -> Option<Overdue> {
    let due = one.due.filter(|due| one.open && *due < at)?;
    let Known { id, activity, topic, subject, team, .. } = one;
    Some(Overdue { id, activity, topic, subject, team, due })
}

/// Every activity that was asked for before T, and the team that it falls to.
fn known(facts: &Facts, at: Instant) -> Result<Vec<Known>, Error> {
    let t = at.micros();
    let text = format!(
        "select a.id, a.activity, a.topic, a.subject, cast(a.due as varchar), \
         coalesce(a.completed_at < to_timestamp_micros({t}), false), coalesce(t.id, s.owner, o.owner) \
         from activities a left join teams t on t.id = a.subject left join systems s on s.id = a.subject \
         left join releases r on r.id = a.subject left join systems o on o.id = r.system \
         where a.assigned_at < to_timestamp_micros({t}) order by a.id"
    );
    let answer = facts.engine().sql(&text, Limits { seconds: 20, rows_max: MOST })?;
    let cell = |row: &[Cell], at: usize| match row.get(at) {
        Some(Cell::Text(text)) => Some(text.clone()),
        _ => None,
    };
    let rows = answer.rows.iter().map(|row| Known {
        id: cell(row, 0).unwrap_or_default(),
        activity: cell(row, 1).unwrap_or_default(),
        topic: cell(row, 2).unwrap_or_default(),
        subject: cell(row, 3).unwrap_or_default(),
        due: cell(row, 4).as_deref().and_then(instant),
        open: row.get(5) != Some(&Cell::Bool(true)),
        team: cell(row, 6),
    });
    Ok(rows.collect())
}

/// An instant as the query engine writes it, which leaves out the zone.
fn instant(text: &str) -> Option<Instant> {
    Instant::parse(text).or_else(|| Instant::parse(&format!("{}Z", text.trim_end_matches('Z').replace(' ', "T"))))
}
