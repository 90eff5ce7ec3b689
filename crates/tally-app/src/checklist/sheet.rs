//! One review as it is read and answered: its questions by group, what was answered, by whom and with what evidence.

use std::collections::BTreeMap;

use tally_catalog::checklist::Question;
use tally_catalog::{Catalog, Checklist};
use tally_measure::{Filter, ListAsk, Test};
use tally_model::{Instant, Kind, Record, Value};

use super::outcome::{Answer, Outcome, Progress, Standing};
use super::{COPIED, authors, find, is_seen, kind, nature};
use crate::scope::Scope;
use crate::{Error, Facts, Programme, records};

/// Answers of one review that are read.
const ANSWERS: usize = 10_000;

/// A review.
#[derive(Clone, Debug)]
pub struct Sheet {
    /// Its id.
    pub id: String,
    /// Id of the checklist.
    pub checklist: String,
    /// Title of the checklist.
    pub title: String,
    /// Id of the system.
    pub system: String,
    /// Name of the system.
    pub system_name: String,
    /// Id of the release.
    pub release: Option<String>,
    /// Who made what is reviewed.
    pub authors: Vec<String>,
    /// Who reviews it.
    pub reviewer: String,
    /// When it began.
    pub started_at: Instant,
    /// When it was completed.
    pub completed_at: Option<Instant>,
    /// Whether the checklist's text changed since the review began.
    pub changed: bool,
    /// What came out.
    pub outcome: Outcome,
    /// How far it is.
    pub progress: Progress,
    /// Groups with questions that apply.
    pub groups: Vec<SheetGroup>,
    /// Questions of the checklist that do not apply by the system's type and risk tier.
    pub not_asked: usize,
}

/// A group of questions.
#[derive(Clone, Debug)]
pub struct SheetGroup {
    /// Its id.
    pub id: String,
    /// Its title.
    pub title: String,
    /// How far it is.
    pub progress: Progress,
    /// The questions that apply.
    pub lines: Vec<Line>,
}

/// A question and its answer.
#[derive(Clone, Debug)]
pub struct Line {
    /// The question.
    pub question: Question,
    /// Items of frameworks that it serves: id as `framework:id`, name, and where it can be read.
    pub links: Vec<(String, String, Option<String>)>,
    /// Where it stands.
    pub standing: Standing,
    /// What was answered.
    pub given: Option<Given>,
}

/// An answer as it was given.
#[derive(Clone, Debug)]
pub struct Given {
    /// The answer.
    pub answer: Answer,
    /// Who gave it.
    pub by: String,
    /// When.
    pub answered_at: Instant,
    /// What else was said.
    pub note: Option<String>,
    /// What shows it.
    pub evidence: Vec<Proof>,
    /// The review that it was taken over from.
    pub copied_from: Option<String>,
}

/// A piece of evidence as an answer names it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Proof {
    /// Its id, or where it is.
    pub text: String,
    /// Its name, where it is a record of ours that is seen.
    pub name: Option<String>,
    /// Whether it proves nothing any more.
    pub expired: bool,
}

/// A review at T.
///
/// # Errors
/// Where there is none within the scope, or its checklist is not in the catalog.
pub fn sheet(programme: &Programme, facts: &Facts, id: &str, scope: &Scope, at: Instant) -> Result<Sheet, Error> {
    let review = super::review(programme, id, scope)?;
    let text = |name: &str| review.text(name).unwrap_or_default().to_owned();
    let catalog = programme.catalog();
    let checklist = find(catalog, &text("checklist"))?;
    let completed_at = review.instant("completed_at").filter(|completed| *completed < at);
    let ids = listed(facts, id, at)?;
    let given = newest(programme, ids, checklist, at)?;
    let (form, tier) = nature(programme, &review)?;
    let mut sheet = Sheet {
        id: id.to_owned(),
        checklist: checklist.id.clone(),
        title: checklist.title.clone(),
        system_name: programme
            .store
            .record(kind("system")?, &text("system"))?
            .and_then(|system| system.text("name").map(str::to_owned))
            .unwrap_or_else(|| text("system")),
        system: text("system"),
        release: review.text("release").map(str::to_owned),
        authors: authors(programme, review.text("author"), review.text("release"))?,
        reviewer: text("reviewer"),
        started_at: review.instant("started_at").unwrap_or(at),
        completed_at,
        changed: review.text("definition").is_some_and(|known| known != checklist.hash()),
        outcome: Outcome::Open,
        progress: Progress::default(),
        groups: Vec::new(),
        not_asked: 0,
    };
    for group in &checklist.groups {
        let mut shown =
            SheetGroup { id: group.id.clone(), title: group.title.clone(), progress: Progress::default(), lines: Vec::new() };
        for question in checklist.questions_of(&group.id) {
            let answer = given.get(&question.id);
            if !asked(question, (form.as_str(), tier.as_str()), completed_at.is_some(), answer.is_some()) {
                sheet.not_asked += 1;
                continue;
            }
            let line = line(programme, catalog, question, answer, scope, at)?;
            shown.progress.add(line.standing);
            sheet.progress.add(line.standing);
            shown.lines.push(line);
        }
        if !shown.lines.is_empty() {
            sheet.groups.push(shown);
        }
    }
    sheet.outcome = sheet.progress.outcome(completed_at.is_some());
    Ok(sheet)
}

/// Whether a question counts: of an open review by the system as it is today, of a completed one where it was answered.
pub(super) fn asked(question: &Question, (form, tier): (&str, &str), completed: bool, answered: bool) -> bool {
    if completed { answered } else { question.asked_of(form, tier) }
}

/// Ids of a review's answers, as the facts have them.
pub(super) fn listed(facts: &Facts, review: &str, at: Instant) -> Result<Vec<String>, Error> {
    let ask = ListAsk {
        table: kind("checklist_answer")?.table.to_owned(),
        filters: vec![Filter { column: "review".to_owned(), test: Test::Is(vec![review.to_owned()]) }],
        text: None,
        searched: Vec::new(),
        sort: Vec::new(),
        at,
    };
    Ok(facts.engine().list(ask)?.ids(0, ANSWERS)?)
}

/// The answers that stand at T, by question: the newest where there are several.
pub(super) fn newest(
    programme: &Programme,
    ids: impl IntoIterator<Item = String>,
    checklist: &Checklist,
    at: Instant,
) -> Result<BTreeMap<String, Record>, Error> {
    let kind = kind("checklist_answer")?;
    let mut found: BTreeMap<String, Record> = BTreeMap::new();
    for id in ids {
        let Some(record) = programme.store.record(kind, &id)? else { continue };
        let question = record.text("question").and_then(|id| checklist.question(id));
        let stands = is_seen(record.instant("answered_at"), at) && !is_seen(record.instant("withdrawn_at"), at);
        let (Some(question), true) = (question, stands) else { continue };
        let newer = found.get(&question.id).is_none_or(|known| known.instant("answered_at") <= record.instant("answered_at"));
        if newer {
            found.insert(question.id.clone(), record);
        }
    }
    Ok(found)
}

fn line(
    programme: &Programme,
    catalog: &Catalog,
    question: &Question,
    record: Option<&Record>,
    scope: &Scope,
    at: Instant,
) -> Result<Line, Error> {
    let given = match record {
        Some(record) => given(programme, record, scope, at)?,
        None => None,
    };
    let links = question.links.iter().filter_map(|text| {
        let link = catalog.link(text)?;
        Some((text.clone(), link.name.to_owned(), link.url))
    });
    let said = given.as_ref().map(|given| (given.answer, !given.evidence.is_empty()));
    Ok(Line { standing: Standing::of(question, said), links: links.collect(), question: question.clone(), given })
}

fn given(programme: &Programme, record: &Record, scope: &Scope, at: Instant) -> Result<Option<Given>, Error> {
    let (Some(answer), Some(answered_at)) = (record.text("answer").and_then(Answer::named), record.instant("answered_at"))
    else {
        return Ok(None);
    };
    let evidence = record.get("evidence").map(Value::list).unwrap_or_default();
    let evidence = evidence.iter().filter_map(Value::text).map(|text| proof(programme, text, scope, at));
    Ok(Some(Given {
        answer,
        by: record.text("by").unwrap_or_default().to_owned(),
        answered_at,
        note: record.text("note").map(str::to_owned),
        evidence: evidence.collect::<Result<_, _>>()?,
        copied_from: record.label(COPIED).map(str::to_owned),
    }))
}

/// Evidence tells of all systems: who sees some of them is told what the answer says, and no more.
pub(crate) fn proof(programme: &Programme, text: &str, scope: &Scope, at: Instant) -> Result<Proof, Error> {
    let known = match (scope, Kind::named("evidence")) {
        (Scope::All, Some(kind)) => records::one(programme, kind, text, scope).map(|found| Some(found.record)),
        _ => Ok(None),
    };
    let known = match known {
        Ok(known) => known,
        Err(Error::Unknown { .. }) => None,
        Err(error) => return Err(error),
    };
    Ok(Proof {
        text: text.to_owned(),
        expired: known.as_ref().and_then(|known| known.instant("expires_at")).is_some_and(|expires| expires < at),
        name: known.map(|known| known.text("name").unwrap_or(text).to_owned()),
    })
}
