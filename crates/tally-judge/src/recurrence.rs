//! Recurring duties: which periods are owed, until when, and how each of them stands. Never asks what day it is: a caller
//! says.

mod day;

pub use day::Day;

use day::month_start;

/// A duty that is not done is due soon in the last days up to the day it is due: that day and seven before it.
pub const SOON: i64 = 7;

/// How often a duty comes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Cadence {
    /// Once a calendar quarter.
    Quarterly,
    /// Once a calendar month.
    Monthly,
    /// Always; looked at once a calendar month.
    Ongoing,
    /// Once a release.
    PerRelease,
}

impl Cadence {
    /// All of them.
    pub const ALL: [Self; 4] = [Self::Quarterly, Self::Monthly, Self::Ongoing, Self::PerRelease];

    /// Reads the word of records and definitions, such as `per_release`; `None` for any other.
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|cadence| cadence.word() == word)
    }

    /// The word of records and definitions.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Quarterly => "quarterly",
            Self::Monthly => "monthly",
            Self::Ongoing => "ongoing",
            Self::PerRelease => "per_release",
        }
    }
}

/// A duty as far as its dates go.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Duty {
    /// How often it comes.
    pub cadence: Cadence,
    /// Its first day.
    pub from: Day,
    /// Its last day; `None`: it goes on.
    pub until: Option<Day>,
    /// Days that are left after the end of a period (after the day of a release) to do it; negative: before.
    pub due_days: i32,
}

/// A release that a duty may be owed for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Release {
    /// The release's id.
    pub id: String,
    /// The day of its deployment: done, else planned.
    pub day: Day,
}

/// One time that a duty is owed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Occurrence {
    /// `2026-Q3`, `2026-03`, or the id of a release.
    pub name: String,
    /// First day of its period. A release: the day of its deployment.
    pub starts: Day,
    /// Last day of its period. A release: the day of its deployment.
    pub ends: Day,
    /// Last day on which it is done in time.
    pub due: Day,
}

/// How an occurrence stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum State {
    /// Done on the day it was due or before.
    Done,
    /// Done after that day.
    DoneLate,
    /// Not done, and more than seven days are left.
    Open,
    /// Not done, and due today or within seven days.
    DueSoon,
    /// Not done, and the day it was due has passed.
    Overdue,
}

impl State {
    /// In words, such as "due soon".
    pub const fn words(self) -> &'static str {
        match self {
            Self::Done => "done",
            Self::DoneLate => "done late",
            Self::Open => "open",
            Self::DueSoon => "due soon",
            Self::Overdue => "overdue",
        }
    }
}

/// All occurrences of a duty up to `today`, oldest first. For a calendar of what comes, give a later day.
///
/// By period: those that have begun by `today`. The one in which the duty begins is owed; the one in which it ends is owed
/// only where its last day is still a day of the duty. Per release: those of `releases` whose day is one of the duty's,
/// deployed or planned, also after `today`: the check comes before the deployment. By day, then by id.
pub fn occurrences(duty: &Duty, releases: &[Release], today: Day) -> Vec<Occurrence> {
    match duty.cadence {
        Cadence::Quarterly => periods(duty, 3, today),
        Cadence::Monthly | Cadence::Ongoing => periods(duty, 1, today),
        Cadence::PerRelease => per_release(duty, releases),
    }
}

/// How an occurrence stands on the day `today`. What is done only after `today` is not done yet.
pub fn state(occurrence: &Occurrence, done: Option<Day>, today: Day) -> State {
    match done.filter(|day| *day <= today) {
        Some(day) if day <= occurrence.due => State::Done,
        Some(_) => State::DoneLate,
        None if today > occurrence.due => State::Overdue,
        None if today.plus(SOON) >= occurrence.due => State::DueSoon,
        None => State::Open,
    }
}

fn periods(duty: &Duty, months: i64, today: Day) -> Vec<Occurrence> {
    let first = duty.from.month().div_euclid(months) * months;
    let starts = (0..).map(|nth| first + nth * months);
    let begun = starts.take_while(|month| month_start(*month) <= today);
    let owed = begun.map(|month| period(month, months, duty.due_days));
    owed.take_while(|occurrence| duty.until.is_none_or(|until| occurrence.ends <= until)).collect()
}

fn period(month: i64, months: i64, due_days: i32) -> Occurrence {
    let (year, of_year) = (month.div_euclid(12), month.rem_euclid(12));
    let name = if months == 3 { format!("{year:04}-Q{}", of_year / 3 + 1) } else { format!("{year:04}-{:02}", of_year + 1) };
    let ends = month_start(month + months).plus(-1);
    Occurrence { name, starts: month_start(month), ends, due: ends.plus(due_days.into()) }
}

fn per_release(duty: &Duty, releases: &[Release]) -> Vec<Occurrence> {
    let within = |day: Day| duty.from <= day && duty.until.is_none_or(|until| day <= until);
    let mut owed: Vec<&Release> = releases.iter().filter(|release| within(release.day)).collect();
    owed.sort_by(|left, right| (left.day, &left.id).cmp(&(right.day, &right.id)));
    let occurrence = |release: &Release| {
        let due = release.day.plus(duty.due_days.into());
        Occurrence { name: release.id.clone(), starts: release.day, ends: release.day, due }
    };
    owed.into_iter().map(occurrence).collect()
}
