//! What the pages of a maturity round share: how they read, their head with its tabs, the choice of a subject, the radar.

use tally_app::Error;
use tally_app::access::Permission;
use tally_app::act::Actor;
use tally_app::maturity::{self, Desk, Hand, ModelHead, Numbers, Round, RoundScope, RoundState, Subject, kept};
use tally_report::chart::{Axis, Radar, radar};

use crate::failure::Failure;
use crate::pairs::encode;
use crate::shell::Shell;
use crate::visit::Visit;
use crate::words::{State, many};

/// The head of a round's pages.
pub struct Frame {
    /// The round's path.
    pub path: String,
    /// The round's title.
    pub title: String,
    /// The subject that is looked at, of a round over several.
    pub subject: Option<String>,
    /// How far the round is.
    pub state: State,
    /// The model, in words.
    pub model: String,
    /// What is assessed, in words.
    pub scope: String,
    /// What can be done from everywhere: label and path.
    pub acts: Vec<(String, String)>,
    /// The round's pages.
    pub tabs: Vec<Tab>,
    /// What must be known about all of it.
    pub problems: Vec<String>,
}

/// A page of the round.
pub struct Tab {
    /// Title.
    pub title: &'static str,
    /// Path.
    pub path: String,
    /// Whether it is this one.
    pub here: bool,
}

/// A choice among subjects, where there are several.
pub struct Pick {
    /// `Team` or `System`.
    pub title: &'static str,
    /// Id, name, whether it is chosen.
    pub choices: Vec<(String, String, bool)>,
}

const TABS: [(&str, &str); 7] = [
    ("Overview", ""),
    ("Questions", "/answer"),
    ("Gaps", "/gaps"),
    ("Roadmap", "/roadmap"),
    ("Compare", "/compare"),
    ("Evidence", "/evidence"),
    ("Print", "/print"),
];

/// Reads from what the visitor may see.
pub(super) fn read<T>(visit: &Visit, read: impl FnOnce(&Desk<'_>) -> Result<T, Error>) -> Result<T, Failure> {
    Ok(kept::with(visit.bench(), &visit.scope(), visit.now, read)?)
}

/// Whether the visitor may.
pub(super) fn may(visit: &Visit, permission: Permission) -> bool {
    visit.viewer.as_ref().is_some_and(|viewer| viewer.may(permission))
}

/// The visitor as somebody who writes.
pub(super) fn hand<'a>(visit: &Visit, actor: &'a Actor) -> Hand<'a> {
    Hand { by: actor, administers: may(visit, Permission::Administer) }
}

/// Where a round's pages are.
pub(super) fn path(round: &str) -> String {
    format!("/maturity/{}", encode(round))
}

/// Where a question is answered.
pub(super) fn question_path(round: &Round, subject: &str, domain: &str, question: &str) -> String {
    format!("{}#{}", domain_path(round, subject, domain), encode(question))
}

/// Where the questions of a domain are.
pub(super) fn domain_path(round: &Round, subject: &str, domain: &str) -> String {
    format!("{}/answer{}", path(&round.id), query(round, Some(subject), &[("domain", domain)]))
}

/// A query with the subject, where the round is over several, and other pairs that are not empty.
pub(super) fn query(round: &Round, subject: Option<&str>, pairs: &[(&str, &str)]) -> String {
    let subject = subject.filter(|_| round.scope != RoundScope::Organisation).map(|subject| ("subject", subject));
    let pairs = subject.into_iter().chain(pairs.iter().copied()).filter(|(_, value)| !value.is_empty());
    let pairs: Vec<String> = pairs.map(|(name, value)| format!("{name}={}", encode(value))).collect();
    if pairs.is_empty() { String::new() } else { format!("?{}", pairs.join("&")) }
}

/// The subject that is asked for, else the first one that the visitor sees.
pub(super) fn chosen(visit: &Visit, desk: &Desk<'_>, round: &Round) -> Result<Subject, Error> {
    let asked = visit.query.get("subject").or_else(|| visit.form.get("subject"));
    let first = if asked.is_none() { desk.subjects(round)?.into_iter().next() } else { None };
    first.map_or_else(|| desk.subject(round, asked), Ok)
}

/// The same of a round by its id, with the subjects there are.
pub(super) fn placed(visit: &Visit) -> Result<(Round, Subject, Vec<Subject>), Failure> {
    read(visit, |desk| {
        let round = maturity::round(desk, visit.param("round"))?;
        let subjects = desk.subjects(&round)?;
        Ok((chosen(visit, desk, &round)?, subjects, round))
    })
    .map(|(subject, subjects, round)| (round, subject, subjects))
}

/// The choice among the subjects that the visitor sees; `None` where there is one.
pub(super) fn pick(round: &Round, subjects: &[Subject], chosen: Option<&str>) -> Option<Pick> {
    let choice = |subject: &Subject| (subject.id.clone(), subject.name.clone(), chosen == Some(subject.id.as_str()));
    (subjects.len() > 1).then(|| Pick { title: scope_title(round.scope), choices: subjects.iter().map(choice).collect() })
}

/// What a scope's subjects are, with a capital.
pub(super) const fn scope_title(scope: RoundScope) -> &'static str {
    match scope {
        RoundScope::Organisation => "Organisation",
        RoundScope::Team => "Team",
        RoundScope::System => "System",
    }
}

/// What is assessed, in words.
pub(super) fn scope_words(round: &Round, subjects: usize) -> String {
    match round.scope {
        RoundScope::Organisation => "the organisation".to_owned(),
        other => many(subjects as u64, other.word()),
    }
}

/// How far a round is.
pub(super) fn state(round: &Round) -> State {
    let (sign, class) = match round.state {
        RoundState::Answering => ("◐", "warn"),
        RoundState::Submitted => ("◑", "warn"),
        RoundState::Approved => ("✓", "good"),
        RoundState::Imported => ("–", "none"),
    };
    State::new(sign, round.state.word(), class)
}

/// The frame of one of a round's pages, whose title is `here`; with a subject, all pages stay with it.
pub(super) fn frame(round: &Round, model: &ModelHead, subjects: usize, subject: Option<&Subject>, here: &str) -> Frame {
    let own = path(&round.id);
    let of = subject.filter(|_| subjects > 1);
    let tabs = TABS.iter().map(|(title, part)| Tab {
        title,
        path: format!("{own}{part}{}", query(round, of.map(|subject| subject.id.as_str()), &[])),
        here: *title == here,
    });
    let mut problems = Vec::new();
    if round.redefined {
        problems
            .push(format!("The model {} has changed since this round began; scores are by the model of today.", model.title));
    }
    Frame {
        title: round.title.clone(),
        subject: of.map(|subject| subject.name.clone()),
        state: state(round),
        model: format!("{} {}", model.title, model.version),
        scope: scope_words(round, subjects),
        acts: acts(round, subjects, of),
        tabs: tabs.collect(),
        problems,
        path: own,
    }
}

/// The way back to all subjects, and the answers as a file.
fn acts(round: &Round, subjects: usize, of: Option<&Subject>) -> Vec<(String, String)> {
    let all = of.map(|_| (format!("All {}", scope_words(round, subjects)), path(&round.id)));
    let subject = of.map(|subject| subject.id.as_str());
    let file = format!("/api/v1/maturity/rounds/{}/export{}", encode(&round.id), query(round, subject, &[("format", "csv")]));
    all.into_iter().chain([("CSV".to_owned(), file)]).collect()
}

/// The shell of one of a round's pages.
pub(super) fn shell(visit: &Visit, round: &Round, here: &str) -> Shell {
    let (own, title) = (path(&round.id), round.title.as_str());
    let above: &[(&str, &str)] =
        if here == "Overview" { &[("Maturity", "/maturity")] } else { &[("Maturity", "/maturity"), (title, &own)] };
    visit.shell(if here == "Overview" { title } else { here }).below(above)
}

/// The radar of earned levels: domain, now, before. A domain without an answer has no level.
pub(super) fn levels_radar<'n>(
    model: &ModelHead,
    domains: impl Iterator<Item = (&'n str, &'n Numbers, Option<&'n Numbers>)>,
) -> Radar {
    let value = |numbers: &Numbers| (numbers.answered > 0).then(|| f64::from(numbers.earned));
    let axes: Vec<Axis> = domains
        .map(|(id, now, before)| Axis { name: id.to_owned(), now: value(now), before: before.and_then(value) })
        .collect();
    radar(&axes, model.levels.last().map_or(0, |rung| rung.level))
}

/// A day in a form, as an instant; `None` where it is empty.
pub(super) fn day_of(visit: &Visit, name: &str) -> Result<Option<tally_model::Instant>, Failure> {
    let wrong = |text: &str| Failure::Wrong(format!("{name} `{text}`, expected a date such as 2026-12-31"));
    visit.form.get(name).map(|text| tally_model::Instant::parse(text).ok_or_else(|| wrong(text))).transpose()
}

/// A text of a form without blanks around it; `None` where it is empty.
pub(super) fn text_of(visit: &Visit, name: &str) -> Option<String> {
    visit.form.get(name).map(str::trim).filter(|text| !text.is_empty()).map(str::to_owned)
}
