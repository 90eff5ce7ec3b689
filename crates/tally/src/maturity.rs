//! `tally maturity`: rounds of a maturity model, from the first answer to an approved round, and the way to the next level.

use serde_json::json as object;
use tally_app::maturity::{self, Again, Assignment, Desk, Goals, Hand, Plan, Reply, SheetAsk, Start};
use tally_app::{Error, Facts, Programme};
use tally_model::Instant;
use tally_model::problem::printable;
use tally_web::api::v1;

use crate::act::{actor, edited_json, told};
use crate::cli::{Common, Format};
use crate::exit;
use crate::maturity_show as shown;
pub use crate::maturity_words::MaturityCommand;
use crate::maturity_words::{CloneArgs, Of, PlanArgs, StartArgs, Written};
use crate::output::{err, json, out};

/// A reading verb over the programme as it stands now.
fn read<T>(common: &Common, verb: impl FnOnce(&Desk<'_>) -> Result<T, Error>) -> Result<T, Error> {
    let programme = common.programme()?;
    let facts = Facts::open(&programme, None)?;
    verb(&Desk::whole(&programme, &facts, tally_app::now()))
}

/// A writing verb. Whoever can open the data directory is an administrator; who leads a round still does not approve it.
fn write<T>(common: &Common, verb: impl FnOnce(&mut Programme, Hand<'_>, Instant) -> Result<T, Error>) -> Result<T, Error> {
    let by = actor(common);
    verb(&mut common.programme()?, Hand { by: &by, administers: true }, tally_app::now())
}

fn wrote(edited: &tally_app::act::Edited, written: &Written, text: &str) -> Result<u8, Error> {
    if written.format != Format::Human {
        return json(&edited_json(edited)).map(|()| exit::HOLDS);
    }
    told(edited);
    out(&printable(text)).map(|()| exit::HOLDS)
}

pub fn run(common: &Common, command: MaturityCommand) -> Result<u8, Error> {
    use MaturityCommand as Word;
    match command {
        Word::Models(written) => shown::models(&common.programme()?, written.format),
        Word::Rounds(written) => shown::rounds(&read(common, maturity::rounds)?, written.format),
        Word::Start(args) => start(common, *args),
        Word::Clone(args) => clone(common, *args),
        Word::Assign { round, domains, approver, written } => assign(common, &round, &domains, approver.as_deref(), &written),
        Word::Show { of, domain, written } if of.subject.is_none() && domain.is_none() => {
            shown::overview(&read(common, |desk| maturity::overview(desk, &of.round))?, written.format)
        }
        Word::Show { of, domain, written } => {
            let ask = SheetAsk { subject: of.subject, rows: domain.is_some(), domain };
            shown::sheet(&read(common, |desk| maturity::sheet(desk, &of.round, &ask))?, written.format)
        }
        Word::Answer { of, answers, note, evidence, written } => answer(common, &of, answers, note, evidence, &written),
        Word::Clear { of, questions, written } => clear(common, &of, questions, &written),
        Word::Submit { round, written } => {
            let edited = write(common, |programme, hand, at| maturity::submit(programme, &round, hand, at))?;
            wrote(&edited, &written, &format!("round {round} is handed in; somebody else approves it"))
        }
        Word::Approve { round, written } => {
            let edited = write(common, |programme, hand, at| maturity::approve(programme, &round, hand, at))?;
            wrote(&edited, &written, &format!("round {round} is approved and stays as it is"))
        }
        Word::Compare { of, with, written } => {
            let subject = of.subject.as_deref();
            shown::compared(&read(common, |desk| maturity::compare(desk, &of.round, &with, subject))?, written.format)
        }
        Word::Gaps { of, written } => {
            shown::gaps(&read(common, |desk| maturity::gaps(desk, &of.round, of.subject.as_deref()))?, written.format)
        }
        Word::Evidence { of, written } => {
            shown::proofs(&read(common, |desk| maturity::proofs(desk, &of.round, of.subject.as_deref()))?, written.format)
        }
        Word::Roadmap { of, level, goal, written } => {
            let goals = Goals { level, domains: goal.into_iter().collect() };
            let subject = of.subject.as_deref();
            shown::roadmap(&read(common, |desk| maturity::roadmap(desk, &of.round, subject, &goals))?, written.format)
        }
        Word::WhatIf { of, questions, score, written } => {
            let subject = of.subject.as_deref();
            shown::what_if(
                &read(common, |desk| maturity::what_if(desk, &of.round, subject, &questions, score))?,
                written.format,
            )
        }
        Word::Plan(args) => plan(common, *args),
        Word::Done { id, written } => {
            let edited = write(common, |programme, hand, at| maturity::done(programme, &id, hand, at))?;
            wrote(&edited, &written, &format!("improvement {id} is done; answer its question anew"))
        }
        Word::Export { of, format } => export(common, &of, format),
        Word::Import { round, file, written } => import(common, &round, &file, &written),
    }
}

fn assign(
    common: &Common,
    round: &str,
    domains: &[Assignment],
    approver: Option<&str>,
    written: &Written,
) -> Result<u8, Error> {
    let edited = write(common, |programme, hand, at| maturity::assign(programme, round, domains, approver, hand, at))?;
    wrote(&edited, written, &format!("round {round} is assigned"))
}

fn started(started: &maturity::Started, written: &Written) -> Result<u8, Error> {
    if written.format != Format::Human {
        return json(&object!(v1::MaturityStarted::from(started))).map(|()| exit::HOLDS);
    }
    told(&started.edited);
    let carried =
        if started.carried > 0 { format!(", with {} answers dated as they were", started.carried) } else { String::new() };
    out(&printable(&format!("round {} has begun{carried}", started.id))).map(|()| exit::HOLDS)
}

fn start(common: &Common, args: StartArgs) -> Result<u8, Error> {
    let StartArgs { model, title, scope, subject, assessor, approver, due, assign, id, written } = args;
    let said = Start { model, title, scope, subjects: subject, assessor, approver, due, assignments: assign, id };
    started(&write(common, |programme, hand, at| maturity::start(programme, &said, hand, at))?, &written)
}

fn clone(common: &Common, args: CloneArgs) -> Result<u8, Error> {
    let CloneArgs { round, answers, title, assessor, approver, due, id, written } = args;
    let said = Again { of: round, title, assessor, approver, due, with_answers: answers, id };
    let done = write(common, |programme, hand, at| {
        let facts = Facts::open(programme, None)?;
        maturity::again(programme, &facts, &said, hand, at)
    })?;
    started(&done, &written)
}

fn answer(
    common: &Common,
    of: &Of,
    answers: Vec<(String, u8)>,
    note: Option<String>,
    evidence: Vec<String>,
    written: &Written,
) -> Result<u8, Error> {
    let count = answers.len();
    let replies = answers.into_iter().map(|(question, score)| Reply {
        subject: of.subject.clone(),
        question,
        score: Some(score),
        note: note.clone(),
        evidence: (!evidence.is_empty()).then(|| evidence.clone()),
        ..Reply::default()
    });
    let replies: Vec<Reply> = replies.collect();
    let edited = write(common, |programme, hand, at| maturity::answer(programme, &of.round, &replies, hand, at))?;
    wrote(&edited, written, &format!("{count} {} of round {}", if count == 1 { "answer" } else { "answers" }, of.round))
}

fn clear(common: &Common, of: &Of, questions: Vec<String>, written: &Written) -> Result<u8, Error> {
    let asked: Vec<(Option<String>, String)> = questions.into_iter().map(|question| (of.subject.clone(), question)).collect();
    let edited = write(common, |programme, hand, at| {
        let facts = Facts::open(programme, None)?;
        maturity::clear(programme, &facts, &of.round, &asked, hand, at)
    })?;
    wrote(&edited, written, &format!("{} taken back in round {}", asked.len(), of.round))
}

fn plan(common: &Common, args: PlanArgs) -> Result<u8, Error> {
    let PlanArgs { of, questions, owner, due, effort, ticket, target, note, written } = args;
    let count = questions.len();
    let edited = write(common, |programme, hand, at| {
        let (round, subject) = {
            let facts = Facts::open(programme, None)?;
            let desk = Desk::whole(programme, &facts, at);
            let round = maturity::round(&desk, &of.round)?;
            let subject = desk.subject(&round, of.subject.as_deref())?;
            (round, subject)
        };
        let (model, scope) = (round.model, round.scope);
        let said = Plan { model, scope, subject: subject.id, questions, owner, due, effort, ticket, target, note };
        maturity::plan(programme, &said, hand, at)
    })?;
    wrote(&edited, &written, &format!("{count} {} planned", if count == 1 { "improvement" } else { "improvements" }))
}

fn export(common: &Common, of: &Of, format: Format) -> Result<u8, Error> {
    let subject = of.subject.as_deref();
    if format == Format::Json {
        return json(&read(common, |desk| maturity::export_json(desk, &of.round, subject))?).map(|()| exit::HOLDS);
    }
    out(&read(common, |desk| maturity::export_csv(desk, &of.round, subject))?).map(|()| exit::HOLDS)
}

fn import(common: &Common, round: &str, file: &std::path::Path, written: &Written) -> Result<u8, Error> {
    let done = write(common, |programme, hand, at| maturity::import_file(programme, round, (file, None), None, hand, at))?;
    if written.format != Format::Human {
        json(&object!(v1::MaturityImported::from(&done)))?;
    } else {
        done.problems.iter().for_each(|problem| err(&printable(&problem.to_string())));
        let answers = if done.problems.is_empty() { done.answers } else { 0 };
        let text = format!(
            "{} rows: {answers} answers written, {} known already, {} without a score",
            done.rows, done.unchanged, done.blank
        );
        out(&text)?;
    }
    if done.problems.is_empty() {
        return Ok(exit::HOLDS);
    }
    err("nothing was written");
    Ok(exit::FAILS)
}
