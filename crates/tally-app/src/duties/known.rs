//! The duties of a programme: its records, each with what the catalog says of it, under what somebody may see.

use tally_judge::recurrence::{Cadence, Day};
use tally_model::{Record, Value};

use crate::act::find;
use crate::records::{all, kind};
use crate::scope::Scope;
use crate::{Error, Programme};

/// Most duties that are read, and most times that they were done.
pub(super) const MOST: usize = 200_000;

/// A duty of the programme.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Duty {
    /// Id of its record.
    pub id: String,
    /// What is done.
    pub title: String,
    /// Its id in the catalog; `None`: the programme's own.
    pub catalog: Option<String>,
    /// How often it comes.
    pub cadence: Cadence,
    /// Id of the team that does it.
    pub owner: String,
    /// That team's name, else its id.
    pub team: String,
    /// Its first day.
    pub from: Day,
    /// Its last day; `None`: it goes on.
    pub until: Option<Day>,
    /// The only system that it is about; `None`: all.
    pub system: Option<String>,
    /// Days after the end of the period (after the day of a release) until it is due.
    pub due_days: i32,
    /// What is done and what is left as evidence, as the catalog says; empty for the programme's own.
    pub does: String,
    /// What proves that it was done, as the catalog says; empty for the programme's own.
    pub proof: String,
    /// What its record says besides.
    pub note: Option<String>,
}

impl Duty {
    /// Its dates, as arithmetic needs them.
    pub(super) fn dates(&self) -> tally_judge::recurrence::Duty {
        tally_judge::recurrence::Duty { cadence: self.cadence, from: self.from, until: self.until, due_days: self.due_days }
    }

    /// Whether it is still owed on a day.
    pub(super) fn goes_on(&self, day: Day) -> bool {
        self.from <= day && self.until.is_none_or(|until| day <= until)
    }
}

/// The duties that somebody sees, by id: those that one of the scope's teams does, and those about a system of theirs.
///
/// # Errors
/// Where the journal cannot be read.
pub fn duties(programme: &Programme, scope: &Scope) -> Result<Vec<Duty>, Error> {
    let records = all(programme, kind("duty")?, MOST, |_| true)?;
    let mut found = Vec::with_capacity(records.len());
    for record in &records {
        if sees(programme, scope, record)? {
            found.extend(duty(programme, record)?);
        }
    }
    found.sort_by(|left: &Duty, right| left.id.cmp(&right.id));
    Ok(found)
}

/// Whether a duty is within a scope.
pub(crate) fn sees(programme: &Programme, scope: &Scope, record: &Record) -> Result<bool, Error> {
    let Scope::Teams(teams) = scope else { return Ok(true) };
    if record.text("owner").is_some_and(|owner| teams.contains(owner)) {
        return Ok(true);
    }
    crate::act::reaches(&*programme.store, scope, record)
}

fn duty(programme: &Programme, record: &Record) -> Result<Option<Duty>, Error> {
    let (Some(cadence), Some(from), Some(owner)) =
        (record.text("cadence").and_then(Cadence::parse), record.instant("starts_at"), record.text("owner"))
    else {
        return Ok(None);
    };
    let catalog = record.text("duty").and_then(|id| programme.catalog().duty(id));
    let own_days = record.get("due_days").and_then(Value::count).map(|days| i32::try_from(days).unwrap_or(i32::MAX));
    let days = own_days.or_else(|| catalog.map(|duty| i32::try_from(duty.due_days).unwrap_or(i32::MAX)));
    let team = find(&*programme.store, "team", owner)?;
    Ok(Some(Duty {
        id: record.id().to_owned(),
        title: record.text("title").unwrap_or_default().to_owned(),
        catalog: record.text("duty").map(str::to_owned),
        cadence,
        owner: owner.to_owned(),
        team: team.and_then(|team| team.text("name").map(str::to_owned)).unwrap_or_else(|| owner.to_owned()),
        from: Day::of(from),
        until: record.instant("ends_at").map(Day::of),
        system: record.text("system").map(str::to_owned),
        due_days: days.unwrap_or(0),
        does: catalog.map(|duty| duty.does.trim().to_owned()).unwrap_or_default(),
        proof: catalog.map(|duty| duty.evidence.trim().to_owned()).unwrap_or_default(),
        note: record.text("note").map(str::to_owned),
    }))
}
