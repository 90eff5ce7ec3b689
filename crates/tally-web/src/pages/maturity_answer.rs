//! The questions of a domain, to be answered: a whole form at once, or one question at a time from the keyboard.

use std::sync::Arc;

use askama::Template;
use serde_json::json;
use tally_app::access::Permission;
use tally_app::maturity::{
    self, ORGANISATION, Reply as Said, Round, Seen, Sheet, SheetAsk, SheetDomain, SheetQuestion, Subject, kept,
};
use tally_app::scope::Scope;
use tally_model::Instant;
use tally_report::number::day;

use super::maturity_frame::{self as frames, Frame, Pick, domain_path, hand, may, path, placed, query, question_path, read};
use super::maturity_question::{Question, question};
use super::maturity_words as say;
use crate::failure::Failure;
use crate::reply::Reply;
use crate::shell::Shell;
use crate::visit::Visit;
use crate::words::{State, many};

/// Pieces of evidence that are offered.
const OFFERED: usize = 200;

#[derive(Template)]
#[template(path = "maturity_answer.html")]
struct Page {
    shell: Shell,
    frame: Frame,
    pick: Option<Pick>,
    subject: String,
    domain: String,
    title: String,
    means: String,
    earned: State,
    progress: String,
    levels: Vec<(String, String)>,
    domains: Vec<Link>,
    top: u8,
    /// Why nothing can be answered here.
    closed: Option<String>,
    proofs: Vec<(String, String)>,
    groups: Vec<Group>,
    onward: (String, String),
}

struct Link {
    id: String,
    path: String,
    here: bool,
    answered: String,
}

/// The questions of a level.
struct Group {
    level: u8,
    title: String,
    earned: String,
    questions: Vec<Question>,
}

pub(super) fn page(visit: &Visit) -> Result<Reply, Failure> {
    let (round, subject, subjects) = placed(visit)?;
    let all = sheet(visit, &round, &subject, None)?;
    let wanted = visit.query.get("domain").map(str::to_owned).or_else(|| domain_of(&all, visit.query.get("question")?));
    let wanted = wanted.or_else(|| first_open(&all)).unwrap_or_default();
    let shown = sheet(visit, &round, &subject, Some(&wanted))?;
    let page = draw(visit, &all, &shown, &subjects)?;
    Ok(Reply::html(page.render()?))
}

fn sheet(visit: &Visit, round: &Round, subject: &Subject, domain: Option<&str>) -> Result<Arc<Sheet>, Failure> {
    let ask = SheetAsk { subject: Some(subject.id.clone()), domain: domain.map(str::to_owned), rows: domain.is_some() };
    Ok(kept::sheet(visit.bench(), &visit.scope(), &round.id, &ask, visit.now)?)
}

/// The domain of a question.
fn domain_of(sheet: &Sheet, id: &str) -> Option<String> {
    let found = sheet.domains.iter().find(|domain| domain.questions.iter().any(|found| found.id == id));
    found.map(|domain| domain.id.clone())
}

/// The first domain with an open question, else the first.
fn first_open(sheet: &Sheet) -> Option<String> {
    let open = sheet.domains.iter().find(|domain| domain.numbers.unanswered() > 0);
    open.or_else(|| sheet.domains.first()).map(|domain| domain.id.clone())
}

fn draw(visit: &Visit, all: &Sheet, shown: &Sheet, subjects: &[Subject]) -> Result<Page, Failure> {
    let (round, subject, model) = (&all.round, &all.subject, &all.model);
    let domain = shown.domains.first().ok_or_else(|| Failure::Missing("this domain has no questions".to_owned()))?;
    let level_name = |level: u8| format!("{level} {}", model.level_name(level));
    let group = |level: &maturity::LevelNumbers| Group {
        level: level.level,
        title: format!("Level {}", level_name(level.level)),
        earned: format!("{} of {} earned", level.earned, level.questions),
        questions: domain
            .questions
            .iter()
            .filter(|found| found.level == level.level)
            .map(|found| question(model, found, needs(all, found)))
            .collect(),
    };
    let link = |other: &SheetDomain| Link {
        id: other.id.clone(),
        path: domain_path(round, &subject.id, &other.id),
        here: other.id == domain.id,
        answered: format!("{}/{}", other.numbers.answered, other.numbers.questions),
    };
    let facts = visit.facts()?;
    Ok(Page {
        shell: frames::shell(visit, round, "Questions").made_of(&facts, tally_app::Workbench::as_of(visit.now), &visit.scope()),
        frame: frames::frame(round, model, subjects.len(), Some(subject), "Questions"),
        pick: frames::pick(round, subjects, Some(&subject.id)),
        subject: if subject.id == ORGANISATION { String::new() } else { subject.id.clone() },
        domain: domain.id.clone(),
        title: domain.title.clone(),
        means: domain.means.clone(),
        earned: say::earned(model, &domain.numbers, say::lowest(&domain.levels)),
        progress: progress(domain),
        levels: domain.looks.iter().map(|(level, text)| (level_name(*level), text.clone())).collect(),
        domains: all.domains.iter().map(link).collect(),
        top: model.top(),
        closed: closed(visit, shown, domain)?,
        proofs: offered(visit, round)?,
        groups: domain.levels.iter().map(group).collect(),
        onward: onward(all, &domain.id),
    })
}

/// The questions that come first, of whatever domain: id and where they are.
fn needs(all: &Sheet, found: &SheetQuestion) -> Vec<(String, String)> {
    let places = all.domains.iter().flat_map(|domain| &domain.questions).filter(|other| found.needs.contains(&other.id));
    places.map(|other| (other.id.clone(), question_path(&all.round, &all.subject.id, &other.domain, &other.id))).collect()
}

/// How far the domain is.
fn progress(domain: &SheetDomain) -> String {
    let numbers = &domain.numbers;
    let next = domain.next.as_ref().map_or_else(
        || "nothing is missing to its highest level".to_owned(),
        |next| format!("{} missing to level {}", many(next.blocked_by.len() as u64, "question"), next.level),
    );
    let share = say::range(numbers.range, numbers.answered);
    format!("{} answered, score {share}, evidence confidence {}; {next}", say::answered(numbers), say::confidence(numbers))
}

/// Why the visitor answers nothing here; `None` where they may.
fn closed(visit: &Visit, sheet: &Sheet, domain: &SheetDomain) -> Result<Option<String>, Failure> {
    let round = &sheet.round;
    if !round.state.is_open() {
        let why = match round.approved_at {
            Some(at) => format!("This round was approved on {} and stays as it is. Clone it to answer anew.", day(at)),
            None => "These answers were imported without a round and are read-only. Clone them to answer anew.".to_owned(),
        };
        return Ok(Some(why));
    }
    if !may(visit, Permission::Edit) {
        return Ok(Some("Your role reads; contributors answer.".to_owned()));
    }
    if !sheet.may_answer(&domain.id, hand(visit, &visit.actor()?)) {
        let owners: Vec<&str> = domain.assigned.iter().map(|known| known.owner.as_str()).collect();
        return Ok(Some(format!("{} answers this domain; so may the assessor {}.", owners.join(" or "), round.assessor)));
    }
    Ok(None)
}

/// Evidence to choose from: id, and what it is and whether it is fresh.
fn offered(visit: &Visit, round: &Round) -> Result<Vec<(String, String)>, Failure> {
    let found = read(visit, |desk| maturity::shelf(desk, round, OFFERED))?;
    Ok(found
        .iter()
        .map(|proof| {
            let until = proof.until.map(|until| format!(" until {}", day(until))).unwrap_or_default();
            let until = if proof.state.is_fresh() { until } else { String::new() };
            let name = proof.name.as_deref().unwrap_or_default();
            (proof.named.clone(), format!("{name} ({}{until})", proof.state.word()))
        })
        .collect())
}

/// The next domain, and after the last one the overview.
fn onward(all: &Sheet, domain: &str) -> (String, String) {
    let next = all.domains.iter().skip_while(|known| known.id != domain).nth(1);
    match next {
        Some(next) => (format!("Next: {} {}", next.id, next.title), domain_path(&all.round, &all.subject.id, &next.id)),
        None => {
            let own = format!("{}{}", path(&all.round.id), query(&all.round, Some(&all.subject.id), &[]));
            ("To the overview".to_owned(), own)
        }
    }
}

/// What a form says of one question; `tail` follows the names of its fields.
struct Asked {
    score: Option<u8>,
    note: String,
    evidence: Vec<String>,
    seen: Option<Seen>,
    anew: bool,
}

fn asked(visit: &Visit, id: &str, tail: &str) -> Result<Asked, Failure> {
    let form = &visit.form;
    let name = |part: &str| format!("{part}{tail}");
    let wrong =
        |text: &str| Failure::Wrong(format!("score `{text}` for {id}, expected a number, or nothing to leave it unanswered"));
    let score = form.get(&name("score")).map(|text| text.parse().map_err(|_| wrong(text))).transpose()?;
    let seen = match form.get(&name("seen")) {
        None => None,
        Some("none") => Some(Seen::Nothing),
        Some(text) => Some(Seen::At(Instant::parse(text).ok_or_else(|| Failure::Wrong(format!("`{text}` is no instant")))?)),
    };
    Ok(Asked {
        score,
        // Browsers send line ends as two letters.
        note: form.get(&name("note")).unwrap_or_default().trim().replace("\r\n", "\n"),
        evidence: form.all(&name("evidence")).map(|text| text.trim().to_owned()).filter(|text| !text.is_empty()).collect(),
        seen,
        anew: form.get(&name("anew")) == Some("yes"),
    })
}

/// What has to be written of what a form says; `Ok(None)`: nothing.
enum Change {
    Answer(Said),
    Clear,
}

fn change(found: &SheetQuestion, subject: &Subject, asked: Asked) -> Result<Option<Change>, Failure> {
    let given = found.answer.as_ref();
    let Some(score) = asked.score else {
        if given.is_none() && (!asked.note.is_empty() || !asked.evidence.is_empty()) {
            let text = format!("{} has a note or evidence and no answer; choose its score, or take them away", found.id);
            return Err(Failure::Wrong(text));
        }
        return Ok(given.is_some().then_some(Change::Clear));
    };
    let known = |given: &maturity::Given| given.evidence.iter().map(|proof| proof.named.clone()).collect::<Vec<_>>();
    let same_score = given.is_some_and(|given| given.score == score) && !asked.anew;
    let same_note = given.is_some_and(|given| given.note.clone().unwrap_or_default() == asked.note);
    let same_evidence = given.is_some_and(|given| known(given) == asked.evidence);
    if same_score && same_note && same_evidence {
        return Ok(None);
    }
    Ok(Some(Change::Answer(Said {
        subject: Some(subject.id.clone()),
        question: found.id.clone(),
        score: (!same_score).then_some(score),
        note: (!same_note).then_some(asked.note),
        evidence: (!same_evidence).then_some(asked.evidence),
        seen: asked.seen,
        said: None,
    })))
}

/// Writes what changed; gives how many were answered and cleared.
fn write(visit: &Visit, round: &Round, subject: &Subject, changes: Vec<(String, Change)>) -> Result<(u64, u64), Failure> {
    let (mut said, mut cleared) = (Vec::new(), Vec::new());
    for (id, change) in changes {
        match change {
            Change::Answer(one) => said.push(one),
            Change::Clear => cleared.push((Some(subject.id.clone()), id)),
        }
    }
    let actor = visit.actor()?;
    let facts = visit.bench().facts(&Scope::All)?;
    visit.bench().write(|programme| {
        let hand = hand(visit, &actor);
        if !said.is_empty() {
            maturity::answer(programme, &round.id, &said, hand, visit.now)?;
        }
        if !cleared.is_empty() {
            maturity::clear(programme, &facts, &round.id, &cleared, hand, visit.now)?;
        }
        Ok(())
    })?;
    Ok((said.len() as u64, cleared.len() as u64))
}

pub(super) fn save(visit: &Visit) -> Result<Reply, Failure> {
    let (round, subject, _) = placed(visit)?;
    let wanted = visit.field("domain")?.to_owned();
    let shown = sheet(visit, &round, &subject, Some(&wanted))?;
    let mut changes = Vec::new();
    for found in shown.domains.iter().flat_map(|domain| &domain.questions) {
        let tail = format!(".{}", found.id);
        // A question that the form does not have stays as it is.
        if visit.form.all(&format!("score{tail}")).next().is_none() {
            continue;
        }
        changes.extend(change(found, &subject, asked(visit, &found.id, &tail)?)?.map(|change| (found.id.clone(), change)));
    }
    let (said, cleared) = write(visit, &round, &subject, changes)?;
    let words = [(said, "saved"), (cleared, "cleared")];
    let words: Vec<String> = words
        .iter()
        .filter(|(count, _)| *count > 0)
        .map(|(count, word)| format!("{} {word}", many(*count, "answer")))
        .collect();
    let word = if words.is_empty() { "Nothing was changed.".to_owned() } else { format!("{}.", words.join(", ")) };
    let after = sheet(visit, &round, &subject, None)?;
    let is_full = after.domains.iter().any(|domain| domain.id == wanted && domain.numbers.unanswered() == 0);
    let next = if is_full { onward(&after, &wanted).1 } else { domain_path(&round, &subject.id, &wanted) };
    Ok(visit.told(&next, &word))
}

/// One question, for the script: what became of it comes back as a document.
pub(super) fn save_one(visit: &Visit) -> Result<Reply, Failure> {
    let (round, subject, _) = placed(visit)?;
    let id = visit.field("question")?.to_owned();
    let ask = SheetAsk { subject: Some(subject.id.clone()), domain: Some(visit.field("domain")?.to_owned()), rows: false };
    let now = || kept::sheet(visit.bench(), &visit.scope(), &round.id, &ask, visit.now);
    let before = now()?;
    let changed = change(named(&before, &id)?.1, &subject, asked(visit, &id, "")?)?;
    let (_, cleared) = write(visit, &round, &subject, changed.into_iter().map(|change| (id.clone(), change)).collect())?;
    let after = now()?;
    let (domain, found) = named(&after, &id)?;
    let shown = question(&after.model, found, Vec::new());
    let state = |state: &State| json!({ "sign": state.sign, "word": state.word, "class": state.class });
    let evidence = shown.evidence.iter().map(|one| {
        let (sign, word, class) = (one.state.sign, &one.state.word, one.state.class);
        json!({ "id": one.id, "name": one.name, "path": one.path, "sign": sign, "state": word, "class": class })
    });
    let word = if cleared > 0 {
        "cleared"
    } else if shown.open {
        "not answered"
    } else {
        "saved"
    };
    let time = visit.now.to_string();
    Ok(Reply::json(&json!({
        "saved": format!("{word} {} UTC", time.get(11..19).unwrap_or_default()),
        "open": shown.open,
        "seen": shown.seen,
        "chips": shown.chips.iter().map(state).collect::<Vec<_>>(),
        "progress": progress(domain),
        "evidence": evidence.collect::<Vec<_>>(),
    })))
}

/// A question of a sheet, with its domain.
fn named<'s>(sheet: &'s Sheet, id: &str) -> Result<(&'s SheetDomain, &'s SheetQuestion), Failure> {
    let all = sheet.domains.iter().flat_map(|domain| domain.questions.iter().map(move |found| (domain, found)));
    let found = all.into_iter().find(|(_, found)| found.id == id);
    found.ok_or_else(|| Failure::Missing(format!("this domain has no question `{id}`")))
}
