//! The board: every time that every duty is owed, and how it stands. Reads and judges; writes nothing.

use std::collections::HashMap;
use std::sync::Arc;

use tally_judge::recurrence::{Cadence, Day, Occurrence, Release, State, occurrences, state};
use tally_model::instant::DAY;
use tally_model::problem::{nearest, printable, shorten};
use tally_model::{Instant, Record};

use super::done::Did;
use super::known::{Duty, MOST, duties};
use crate::query::{Cell, Limits};
use crate::records::{all, kind};
use crate::scope::Scope;
use crate::{Error, Facts, Programme};

/// How times of duties are put together on the board, the most pressing first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Group {
    /// Not done, and the day it was due has passed.
    Overdue,
    /// Not done, and due within seven days.
    DueSoon,
    /// Not done, and there is time.
    Open,
    /// Done, in time or late.
    Done,
}

impl Group {
    /// All, the most pressing first.
    pub const ALL: [Self; 4] = [Self::Overdue, Self::DueSoon, Self::Open, Self::Done];

    /// Its word in addresses and on the command line.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Overdue => "overdue",
            Self::DueSoon => "due_soon",
            Self::Open => "open",
            Self::Done => "done",
        }
    }

    /// The group of this word.
    pub fn named(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|group| group.word() == word)
    }

    /// The group of a state.
    pub const fn of(state: State) -> Self {
        match state {
            State::Done | State::DoneLate => Self::Done,
            State::Open => Self::Open,
            State::DueSoon => Self::DueSoon,
            State::Overdue => Self::Overdue,
        }
    }
}

/// One time that a duty is owed.
#[derive(Clone, Debug, PartialEq)]
pub struct Occurring {
    /// The duty.
    pub duty: Arc<Duty>,
    /// Which time: `2026-Q3`, `2026-03`, or the id of a release.
    pub name: String,
    /// First day of its period; `None` for a release whose day is not known yet.
    pub starts: Option<Day>,
    /// The last day on which it is in time; `None`: due when the release is deployed.
    pub due: Option<Day>,
    /// How it stands.
    pub state: State,
    /// When it was done, by whom, with which evidence.
    pub done: Option<Did>,
}

impl Occurring {
    /// Days since it was due; `None` where it is not overdue.
    pub fn late_by(&self, today: Day) -> Option<i64> {
        let due = self.due.filter(|_| self.state == State::Overdue)?;
        Some(today.epoch_days() - due.epoch_days())
    }
}

/// The board at an instant.
#[derive(Clone, Debug, PartialEq)]
pub struct Board {
    /// The instant T.
    pub at: Instant,
    /// The last day that lies before T, wholly or in part.
    pub today: Day,
    /// The duties, by id.
    pub duties: Vec<Arc<Duty>>,
    /// All times: the most pressing group first; in it the one due first, the ones done newest first.
    pub rows: Vec<Occurring>,
}

impl Board {
    /// The times of one group.
    pub fn of(&self, group: Group) -> impl Iterator<Item = &Occurring> {
        self.rows.iter().filter(move |row| Group::of(row.state) == group)
    }

    /// How many times are in a group.
    pub fn count(&self, group: Group) -> usize {
        self.of(group).count()
    }

    /// The same for the duties of one team.
    #[must_use]
    pub fn of_team(&self, team: &str) -> Self {
        let duties = self.duties.iter().filter(|duty| duty.owner == team).cloned().collect();
        let rows = self.rows.iter().filter(|row| row.duty.owner == team).cloned().collect();
        Self { at: self.at, today: self.today, duties, rows }
    }

    /// One duty and all its times, the newest first.
    ///
    /// # Errors
    /// Where there is none of this id; names the nearest.
    pub fn history(&self, id: &str) -> Result<(Arc<Duty>, Vec<Occurring>), Error> {
        let duty = self.duties.iter().find(|duty| duty.id == id).ok_or_else(|| self.unknown(id))?;
        let mut rows: Vec<Occurring> = self.rows.iter().filter(|row| row.duty.id == id).cloned().collect();
        rows.sort_by(|left, right| (right.starts, &right.name).cmp(&(left.starts, &left.name)));
        // What has no day yet comes before all that has one.
        rows.sort_by_key(|row| row.starts.is_some());
        Ok((Arc::clone(duty), rows))
    }

    fn unknown(&self, id: &str) -> Error {
        let near = nearest(id, self.duties.iter().map(|duty| duty.id.as_str()));
        let help = match near {
            Some(near) => format!("did you mean `{near}`?"),
            None if self.duties.is_empty() => "none is adopted yet: `tally duty adopt`".to_owned(),
            None => "`tally duty list` names all".to_owned(),
        };
        Error::Unknown { what: "duty", name: printable(&shorten(id)), help: Some(help) }
    }
}

/// The board at T, within a scope. `facts` are cut to the same scope: per release only theirs are owed.
///
/// # Errors
/// Where the journal or the facts cannot be read.
pub fn board(programme: &Programme, facts: &Facts, scope: &Scope, at: Instant) -> Result<Board, Error> {
    until(programme, facts, scope, at, 0)
}

/// The same with the periods that begin within so many days after T.
pub(super) fn until(programme: &Programme, facts: &Facts, scope: &Scope, at: Instant, ahead: i64) -> Result<Board, Error> {
    let today = Day::of(Instant::from_micros(at.micros().saturating_sub(1)));
    let duties: Vec<Arc<Duty>> = duties(programme, scope)?.into_iter().map(Arc::new).collect();
    if duties.is_empty() {
        return Ok(Board { at, today, duties, rows: Vec::new() });
    }
    let mut dones = dones(programme, at)?;
    let first = duties.iter().filter(|duty| duty.cadence == Cadence::PerRelease).map(|duty| duty.from).min();
    let deployed = first.map(|first| releases(facts, first)).transpose()?.unwrap_or_default();
    let mut rows = Vec::new();
    for duty in duties.iter().filter(|duty| duty.from <= today.plus(ahead)) {
        for (occurrence, known) in owed(duty, &deployed, today, today.plus(ahead)) {
            let done = dones.remove(&(duty.id.clone(), occurrence.name.clone()));
            let day = done.as_ref().map(|done| Day::of(done.at));
            // A release without a day can be neither late nor due soon.
            let state = match (known, day) {
                (true, day) => state(&occurrence, day, today),
                (false, Some(_)) => State::Done,
                (false, None) => State::Open,
            };
            rows.push(Occurring {
                duty: Arc::clone(duty),
                name: occurrence.name,
                starts: known.then_some(occurrence.starts),
                due: known.then_some(occurrence.due),
                state,
                done,
            });
        }
    }
    rows.sort_by_cached_key(order);
    Ok(Board { at, today, duties, rows })
}

/// By group; in it the one due first, what has no day last; what is done the newest first.
fn order(row: &Occurring) -> (Group, i64, String, String) {
    let group = Group::of(row.state);
    let rank = match (&row.done, row.due) {
        (Some(done), _) => done.at.micros().saturating_neg() / DAY,
        (None, Some(due)) => due.epoch_days(),
        (None, None) => i64::MAX,
    };
    (group, rank, row.duty.id.clone(), row.name.clone())
}

/// The times that a duty is owed, and whether their days are known.
fn owed(duty: &Duty, releases: &[Deployed], today: Day, horizon: Day) -> Vec<(Occurrence, bool)> {
    let concerned: Vec<&Deployed> = match duty.cadence {
        Cadence::PerRelease => {
            releases.iter().filter(|one| duty.system.as_ref().is_none_or(|system| *system == one.system)).collect()
        }
        _ => Vec::new(),
    };
    let dated = concerned.iter().filter_map(|one| Some(Release { id: one.id.clone(), day: one.day? }));
    let mut found: Vec<(Occurrence, bool)> =
        occurrences(&duty.dates(), &dated.collect::<Vec<_>>(), horizon).into_iter().map(|one| (one, true)).collect();
    // Planned, with no day: it will be owed if the duty still stands.
    if duty.goes_on(today) {
        let undated = concerned.iter().filter(|one| one.day.is_none());
        found.extend(undated.map(|one| {
            let name = one.id.clone();
            (Occurrence { name, starts: today, ends: today, due: today }, false)
        }));
    }
    found
}

/// A release and the day it is deployed, where that is known.
struct Deployed {
    id: String,
    system: String,
    day: Option<Day>,
}

/// The releases since a day, and those that are planned.
fn releases(facts: &Facts, since: Day) -> Result<Vec<Deployed>, Error> {
    let limits = Limits { seconds: 20, rows_max: MOST };
    let text = format!(
        "select id, system, cast(deployed_at as varchar) from releases \
         where deployed_at is null or deployed_at >= to_timestamp_micros({}) order by id",
        since.start().micros()
    );
    let answer = facts.engine().sql(&text, limits)?;
    let cell = |row: &[Cell], at: usize| match row.get(at) {
        Some(Cell::Text(text)) => text.clone(),
        _ => String::new(),
    };
    let day = |text: &str| text.get(..10).and_then(Instant::parse).map(Day::of);
    let rows = answer.rows.iter();
    Ok(rows.map(|row| Deployed { id: cell(row, 0), system: cell(row, 1), day: day(&cell(row, 2)) }).collect())
}

/// What was done before T, by duty and occurrence; of several the first.
fn dones(programme: &Programme, at: Instant) -> Result<HashMap<(String, String), Did>, Error> {
    let mut found: HashMap<(String, String), Did> = HashMap::new();
    for record in all(programme, kind("duty_done")?, MOST, |_| true)? {
        let Some((key, did)) = read(&record).filter(|(_, did)| did.at < at) else { continue };
        if found.get(&key).is_none_or(|known| did.at < known.at) {
            found.insert(key, did);
        }
    }
    Ok(found)
}

fn read(record: &Record) -> Option<((String, String), Did)> {
    let key = (record.text("duty")?.to_owned(), record.text("occurrence")?.to_owned());
    let evidence = record.get("evidence").map(tally_model::Value::list).unwrap_or_default();
    let did = Did {
        id: record.id().to_owned(),
        at: record.instant("done_at")?,
        by: record.text("by").unwrap_or_default().to_owned(),
        evidence: evidence.iter().filter_map(|one| one.text().map(str::to_owned)).collect(),
        note: record.text("note").map(str::to_owned),
    };
    Some((key, did))
}
