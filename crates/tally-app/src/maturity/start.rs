//! Rounds begin: new, or from the last one with its answers.
//!
//! Answers that are taken over keep their dates, who gave them, and their evidence, and bear the label `carried_from` with the
//! earlier round: an old answer never looks fresh, its evidence ages as it would have, and answering it anew takes the label
//! off.

use tally_model::problem::{printable, shorten};
use tally_model::{Instant, Kind, Record, Value};

use super::answer::answer_id;
use super::desk::{Desk, Hand, subject_of, subject_value};
use super::round::{Assignment, IMPORTED, ORGANISATION, Round, RoundScope, round};
use super::sheet::records;
use super::{ANSWER, CARRIED, ROUND, domain, kind, model};
use crate::act::{ActError, Deeds, Edited, Patch, same, write};
use crate::scope::Scope;
use crate::{Error, Facts, Programme};

/// A round that is to begin.
#[derive(Clone, Debug)]
pub struct Start {
    /// The model.
    pub model: String,
    /// What people call it.
    pub title: String,
    /// What it assesses.
    pub scope: RoundScope,
    /// Teams or systems; none for the organisation. None for systems: all that are in production and not retired.
    pub subjects: Vec<String>,
    /// Who leads it; nobody named: who starts it.
    pub assessor: Option<String>,
    /// Who is to approve it.
    pub approver: Option<String>,
    /// Until when it is to be answered.
    pub due: Option<Instant>,
    /// Who answers what.
    pub assignments: Vec<Assignment>,
    /// Its id; not given: the model's and the day.
    pub id: Option<String>,
}

/// A round that is to begin where another one stands. What is not given is taken over, but for due dates.
#[derive(Clone, Debug, Default)]
pub struct Again {
    /// The earlier round.
    pub of: String,
    /// What people call the new one.
    pub title: Option<String>,
    /// Who leads it.
    pub assessor: Option<String>,
    /// Who is to approve it.
    pub approver: Option<String>,
    /// Until when it is to be answered.
    pub due: Option<Instant>,
    /// Whether its answers are taken over, dated as they were.
    pub with_answers: bool,
    /// Its id.
    pub id: Option<String>,
}

/// A round that has begun.
#[derive(Clone, Debug)]
pub struct Started {
    /// Its id.
    pub id: String,
    /// Answers that were taken over.
    pub carried: usize,
    /// What was written.
    pub edited: Edited,
}

/// Begins a round.
///
/// # Errors
/// Where the model, a subject or a domain is unknown, the approver is the assessor, or the id is taken.
pub fn start(programme: &mut Programme, said: &Start, hand: Hand<'_>, at: Instant) -> Result<Started, Error> {
    let (id, record) = begun(programme, said, hand, at)?;
    let patches = vec![Patch { record, expected: Some(0) }];
    begin(programme, id, patches, hand, at)
}

/// Begins a round where another one stands.
///
/// # Errors
/// As `start`; and where the viewer sees no such round.
pub fn again(programme: &mut Programme, facts: &Facts, said: &Again, hand: Hand<'_>, at: Instant) -> Result<Started, Error> {
    let desk = Desk { programme, facts, seen: facts, scope: &hand.by.scope, at: after(at), bench: None };
    let earlier = round(&desk, &said.of)?;
    let subjects: Vec<String> = match earlier.scope {
        RoundScope::Organisation => Vec::new(),
        _ => desk.subjects(&earlier)?.into_iter().map(|subject| subject.id).collect(),
    };
    let assessor = said.assessor.clone().or_else(|| Some(earlier.assessor.clone()).filter(|name| !name.is_empty()));
    let start = Start {
        model: earlier.model.clone(),
        title: said.title.clone().unwrap_or_else(|| earlier.title.clone()),
        scope: earlier.scope,
        subjects,
        assessor,
        approver: said.approver.clone().or_else(|| earlier.approver.clone()),
        due: said.due,
        assignments: earlier.assignments.iter().map(|known| Assignment { due: None, ..known.clone() }).collect(),
        id: said.id.clone(),
    };
    let (id, mut record) = begun(programme, &start, hand, at)?;
    if !earlier.id.starts_with(IMPORTED) {
        record.set("previous", earlier.id.as_str());
    }
    let mut patches = vec![Patch { record, expected: Some(0) }];
    if said.with_answers {
        let desk = Desk { programme, facts, seen: facts, scope: &hand.by.scope, at: after(at), bench: None };
        patches.extend(carried(&desk, &earlier, &id, &start)?.into_iter().map(|record| Patch { record, expected: None }));
    }
    begin(programme, id, patches, hand, at)
}

fn begin(programme: &mut Programme, id: String, patches: Vec<Patch>, hand: Hand<'_>, at: Instant) -> Result<Started, Error> {
    let carried = patches.len() - 1;
    let deeds = Deeds { word: "round-start", more: vec![("round", id.as_str().into())] };
    let edited = write(programme, &patches, &deeds, hand.by, at)?.sound()?;
    Ok(Started { id, carried, edited })
}

/// What happens at `at` is seen from the next instant on.
const fn after(at: Instant) -> Instant {
    Instant::from_micros(at.micros().saturating_add(1))
}

/// The record of a new round.
fn begun(programme: &Programme, said: &Start, hand: Hand<'_>, at: Instant) -> Result<(String, Record), Error> {
    let of = model(programme.catalog(), &said.model)?;
    let given = |text: &Option<String>| text.as_deref().map(str::trim).filter(|text| !text.is_empty()).map(str::to_owned);
    let assessor = given(&said.assessor).unwrap_or_else(|| hand.by.name.clone());
    let approver = given(&said.approver);
    refuse_same(&assessor, approver.as_deref(), &said.title)?;
    if said.title.trim().is_empty() {
        return Err(Error::Invalid("a round without a title; say what people call it".to_owned()));
    }
    let subjects = subjects(programme, said, hand, at)?;
    for assignment in &said.assignments {
        domain(of, &assignment.domain)?;
    }
    let id = vacant(programme, said, at)?;
    let text = |text: Option<String>| text.map_or(Value::Null, Value::from);
    let mut record = Record::new(kind(ROUND)?, id.as_str())
        .with("model", of.id.as_str())
        .with("title", said.title.trim())
        .with("scope", said.scope.word())
        .with("started_at", at)
        .with("due", said.due.map_or(Value::Null, Value::Instant))
        .with("assessor", assessor)
        .with("approver", text(approver))
        .with("definition", of.hash());
    if !subjects.is_empty() {
        record.set("subjects", Value::List(subjects.into_iter().map(Value::from).collect()));
    }
    if let Some(value) = super::manage::assignments(&said.assignments)? {
        record.set("assignments", value);
    }
    Ok((id, record.settled()))
}

/// Who leads a round does not approve it.
pub(super) fn refuse_same(assessor: &str, approver: Option<&str>, round: &str) -> Result<(), Error> {
    if !approver.is_some_and(|approver| same(approver, assessor)) {
        return Ok(());
    }
    let why = format!("{assessor} is its assessor, and who leads a round does not approve it; name somebody else");
    Err(ActError::SeparateDuties { record: format!("round {}", shorten(round)), why }.into())
}

/// The subjects of a new round: known, within reach, each once.
fn subjects(programme: &Programme, said: &Start, hand: Hand<'_>, at: Instant) -> Result<Vec<String>, Error> {
    let kind = match said.scope {
        RoundScope::Organisation if !said.subjects.is_empty() => {
            let text =
                "a round of the organisation has no other subjects; leave them out, or make it one over teams or systems";
            return Err(Error::Invalid(text.to_owned()));
        }
        RoundScope::Organisation if hand.by.scope != Scope::All => {
            let why = "a round of the organisation needs sight of all systems; somebody who has it starts it".to_owned();
            return Err(ActError::SeparateDuties { record: format!("round {}", shorten(&said.title)), why }.into());
        }
        RoundScope::Organisation => return Ok(Vec::new()),
        RoundScope::Team => kind("team")?,
        RoundScope::System => kind("system")?,
    };
    let mut named = said.subjects.clone();
    if named.is_empty() && said.scope == RoundScope::System {
        named = running(programme, kind, hand, at)?;
    }
    if named.is_empty() {
        return Err(Error::Invalid(format!("a round over {}s without any; name those that it assesses", said.scope.word())));
    }
    let mut kept: Vec<String> = Vec::with_capacity(named.len());
    for id in named {
        let is_known = programme.store.record(kind, &id)?.is_some();
        if !is_known || !hand.reaches(programme, said.scope, &id)? {
            return Err(Error::Unknown { what: kind.name, name: printable(&shorten(&id)), help: None });
        }
        if !kept.contains(&id) {
            kept.push(id);
        }
    }
    Ok(kept)
}

/// Systems in production within reach.
fn running(programme: &Programme, kind: &'static Kind, hand: Hand<'_>, at: Instant) -> Result<Vec<String>, Error> {
    let runs = |record: &Record| {
        record.instant("production_from").is_some_and(|from| from <= at)
            && record.instant("retired_at").is_none_or(|end| end > at)
    };
    let found = crate::records::all(programme, kind, 100_000, runs)?;
    let mut ids = Vec::with_capacity(found.len());
    for record in found {
        if hand.reaches(programme, RoundScope::System, record.id())? {
            ids.push(record.id().to_owned());
        }
    }
    ids.sort_unstable();
    Ok(ids)
}

/// An id that no round has.
fn vacant(programme: &Programme, said: &Start, at: Instant) -> Result<String, Error> {
    let taken = |id: &str| Ok::<_, Error>(programme.store.record(kind(ROUND)?, id)?.is_some());
    if let Some(id) = said.id.as_deref().map(str::trim).filter(|id| !id.is_empty()) {
        if id.starts_with(IMPORTED) || id.contains('/') || id.chars().any(char::is_whitespace) || id == ORGANISATION {
            let text = format!(
                "round id `{}`, expected one without blanks and `/` that does not begin with `-`",
                printable(&shorten(id))
            );
            return Err(Error::Invalid(text));
        }
        if taken(id)? {
            return Err(Error::Invalid(format!(
                "round id `{}` is taken; name another, or leave it out",
                printable(&shorten(id))
            )));
        }
        return Ok(id.to_owned());
    }
    let day = at.to_string();
    let base = format!("{}-{}", said.model, day.get(..10).unwrap_or(&day));
    let mut id = base.clone();
    let mut nth = 2;
    while taken(&id)? {
        id = format!("{base}-{nth}");
        nth += 1;
    }
    Ok(id)
}

/// The answers of a round as those of another one: dated as they were, and marked.
fn carried(desk: &Desk<'_>, earlier: &Round, id: &str, start: &Start) -> Result<Vec<Record>, Error> {
    let at = desk.at(earlier);
    let mut newest: std::collections::BTreeMap<String, Record> = std::collections::BTreeMap::new();
    for record in records(desk, earlier, None, at)? {
        let subject = subject_of(&record);
        let (Some(question), Some(answered)) = (record.text("question"), record.instant("answered_at")) else { continue };
        let withdrawn = record.instant("withdrawn_at").is_some_and(|withdrawn| withdrawn < at);
        let wanted = start.scope == RoundScope::Organisation || start.subjects.iter().any(|known| known == subject);
        if withdrawn || answered >= at || !wanted {
            continue;
        }
        let id = answer_id(id, subject, question);
        if newest.get(&id).is_none_or(|known| known.instant("answered_at") <= Some(answered)) {
            newest.insert(id, record);
        }
    }
    let copy = |(answer, record): (String, Record)| {
        let mut copy = Record::new(record.kind(), answer);
        for field in ["model", "question", "score", "answered_at", "by", "evidence", "note"] {
            if let Some(value) = record.get(field) {
                copy.set(field, value.clone());
            }
        }
        copy.set("round", id);
        copy.set("subject", subject_value(earlier, subject_of(&record)));
        copy.set_label(CARRIED, record.label(CARRIED).unwrap_or(&earlier.id));
        copy.settled()
    };
    debug_assert!(newest.values().all(|record| record.kind().name == ANSWER));
    Ok(newest.into_iter().map(copy).collect())
}
