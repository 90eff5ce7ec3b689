//! What `tally maturity` shows: tables for people, the API's documents for programs. Never computes a number.

use serde_json::json as object;
use tally_app::maturity::{
    Compared, Gap, Numbers, Overview, ProofLine, ProofState, Roadmap, RoundLine, Sheet, SheetDomain, WhatIf,
};
use tally_app::{Error, Programme};
use tally_model::problem::printable;
use tally_report::number::day;
use tally_web::api::v1;

use crate::cli::Format;
use crate::exit;
use crate::metric::write_table;
use crate::output::{json, out};

/// A table, or the API's document.
fn table(
    format: Format,
    head: &[&str],
    right: &[usize],
    rows: Vec<Vec<String>>,
    document: impl FnOnce() -> serde_json::Value,
) -> Result<u8, Error> {
    match format {
        Format::Json => json(&document())?,
        other => write_table(other, head, right, rows)?,
    }
    Ok(exit::HOLDS)
}

/// The continuous score: one number where all is answered, else the lowest and the highest possible.
fn range(numbers: &Numbers) -> String {
    let (low, high) = (format!("{:.2}", numbers.range.low), format!("{:.2}", numbers.range.high));
    if low == high { low } else { format!("{low} to {high}") }
}

/// An earned level; where nothing is answered it says so, and is no level that answers earned.
fn earned(numbers: &Numbers) -> String {
    if numbers.answered == 0 { "no answer".to_owned() } else { numbers.earned.to_string() }
}

fn confidence(numbers: &Numbers) -> String {
    match numbers.confidence {
        None => "no score".to_owned(),
        Some(_) if numbers.claimed() => "claimed".to_owned(),
        Some(share) => format!("{:.0}%", share * 100.0),
    }
}

fn plain(numbers: &Numbers) -> String {
    numbers.plain.map_or_else(|| "no answer".to_owned(), |plain| plain.level.to_string())
}

fn answered(numbers: &Numbers) -> String {
    format!("{} of {}", numbers.answered, numbers.questions)
}

/// The numbers side by side, by name.
fn figures(numbers: &Numbers) -> Vec<String> {
    vec![earned(numbers), range(numbers), confidence(numbers), answered(numbers), plain(numbers)]
}

const FIGURES: [&str; 5] = ["earned", "score", "evidence", "answered", "plain mean"];

fn score(score: Option<u8>) -> String {
    score.map_or_else(|| "-".to_owned(), |score| score.to_string())
}

pub fn models(programme: &Programme, format: Format) -> Result<u8, Error> {
    let models: Vec<v1::MaturityModelLine> = programme.catalog().maturity_models().map(v1::MaturityModelLine::from).collect();
    let rows = models.iter().map(|model| {
        vec![
            model.id.clone(),
            model.title.clone(),
            model.version.clone(),
            model.domains.to_string(),
            model.questions.to_string(),
        ]
    });
    let rows = rows.collect();
    table(format, &["model", "title", "version", "domains", "questions"], &[3, 4], rows, || object!(models))
}

pub fn rounds(lines: &[RoundLine], format: Format) -> Result<u8, Error> {
    let rows = lines.iter().map(|line| {
        let round = &line.round;
        let started = round.started_at.map(day).unwrap_or_default();
        let head = [round.id.clone(), round.title.clone(), round.state.word().to_owned(), started, line.subjects.to_string()];
        [head.to_vec(), figures(&line.whole)].concat()
    });
    let head = [&["round", "title", "state", "started", "subjects"][..], &FIGURES].concat();
    let document = || object!(lines.iter().map(v1::MaturityRoundLine::from).collect::<Vec<_>>());
    table(format, &head, &[4], rows.collect(), document)
}

pub fn overview(all: &Overview, format: Format) -> Result<u8, Error> {
    if format == Format::Json {
        return json(&object!(v1::MaturityOverview::from(all))).map(|()| exit::HOLDS);
    }
    let rows =
        all.domains.iter().map(|domain| [vec![domain.id.clone(), domain.title.clone()], figures(&domain.numbers)].concat());
    let head = [&["domain", "title"][..], &FIGURES].concat();
    if format == Format::Human {
        let round = &all.round;
        out(&printable(&format!(
            "{} ({}), {}, {} of model {}",
            round.title,
            round.id,
            round.state.word(),
            round.scope.word(),
            round.model
        )))?;
        out(&whole(&all.whole))?;
    }
    write_table(format, &head, &[], rows.collect())?;
    if format == Format::Human {
        if all.subjects.len() > 1 {
            let level = |(level, count): &(u8, usize)| format!("{count} at level {level}");
            out(&format!(
                "\n{} subjects: {}",
                all.subjects.len(),
                all.levels.iter().map(level).collect::<Vec<_>>().join(", ")
            ))?;
        }
        if let Some(before) = &all.previous {
            out(&printable(&format!("before, {} ({}): {}", before.title, before.id, whole(&before.whole))))?;
        }
        for found in &all.contradictions {
            let text = format!(
                "! {} {}: answered {}, facts say {} ({:.0}% of {}): {}",
                found.subject.id, found.question, found.claimed, found.computed, found.value, found.n, found.says
            );
            out(&printable(&text))?;
        }
    }
    Ok(exit::HOLDS)
}

/// The whole in a line.
fn whole(numbers: &Numbers) -> String {
    let level =
        if numbers.answered == 0 { "nothing is answered".to_owned() } else { format!("level {} earned", numbers.earned) };
    let misleads = numbers.misleads().map(|why| format!("; {why}")).unwrap_or_default();
    format!("{level}, score {}, evidence {}, {} answered{misleads}", range(numbers), confidence(numbers), answered(numbers))
}

pub fn sheet(sheet: &Sheet, format: Format) -> Result<u8, Error> {
    if format == Format::Json {
        return json(&object!(v1::MaturitySheet::from(sheet))).map(|()| exit::HOLDS);
    }
    let questions = sheet.domains.iter().flat_map(|domain| &domain.questions);
    let rows = questions.map(|question| {
        let answer = question.answer.as_ref();
        let backing = match answer {
            None => String::new(),
            Some(given) if given.backed() => "evidence".to_owned(),
            Some(_) => "claimed".to_owned(),
        };
        let facts: Vec<String> =
            question.computed.iter().filter_map(|computed| computed.answer).map(|answer| answer.to_string()).collect();
        vec![
            question.id.clone(),
            question.level.to_string(),
            score(answer.map(|given| given.score)),
            backing,
            facts.join(", "),
            question.agreement.words().to_owned(),
            if question.blocks { "yes" } else { "" }.to_owned(),
            question.ask.clone(),
        ]
    });
    let rows = rows.collect();
    if format == Format::Human {
        out(&printable(&format!("{}, {}: {}", sheet.round.title, sheet.subject.name, whole(&sheet.whole))))?;
    }
    write_table(format, &["question", "level", "answer", "shown by", "facts", "fit", "blocks", "asks"], &[1, 2], rows)?;
    if format == Format::Human {
        sheet.domains.iter().filter_map(next).try_for_each(|line| out(&line))?;
    }
    Ok(exit::HOLDS)
}

fn next(domain: &SheetDomain) -> Option<String> {
    let next = domain.next.as_ref()?;
    Some(printable(&format!("{} reaches level {} with {}", domain.id, next.level, next.blocked_by.join(", "))))
}

pub fn gaps(gaps: &[Gap], format: Format) -> Result<u8, Error> {
    let rows = gaps.iter().map(|gap| {
        vec![
            gap.subject.id.clone(),
            gap.question.clone(),
            gap.level.to_string(),
            score(gap.score),
            if gap.blocks { "yes" } else { "" }.to_owned(),
            gap.effort.word().to_owned(),
            gap.improvement.as_ref().map(|improvement| improvement.owner.clone()).unwrap_or_default(),
            gap.ask.clone(),
        ]
    });
    let head = ["subject", "question", "level", "answer", "blocks", "effort", "planned by", "asks"];
    let document = || object!(gaps.iter().map(v1::MaturityGap::from).collect::<Vec<_>>());
    table(format, &head, &[2, 3], rows.collect(), document)
}

pub fn proofs(lines: &[ProofLine], format: Format) -> Result<u8, Error> {
    let rows = lines.iter().map(|line| {
        let answers: Vec<String> =
            line.answers.iter().map(|(subject, question)| format!("{} {question}", subject.id)).collect();
        let proof = &line.proof;
        vec![
            proof.named.clone(),
            proof.name.clone().unwrap_or_default(),
            proof.state.word().to_owned(),
            proof.until.map(day).unwrap_or_default(),
            answers.join(", "),
        ]
    });
    let document = || object!(lines.iter().map(v1::MaturityProofLine::from).collect::<Vec<_>>());
    table(format, &["evidence", "name", "state", "until", "answers"], &[], rows.collect(), document)?;
    let expired = lines.iter().any(|line| line.proof.state == ProofState::Expired);
    Ok(if expired { exit::FAILS } else { exit::HOLDS })
}

pub fn compared(found: &Compared, format: Format) -> Result<u8, Error> {
    if format == Format::Json {
        return json(&object!(v1::MaturityCompared::from(found))).map(|()| exit::HOLDS);
    }
    let rows = found.domains.iter().map(|domain| {
        let (before, after) = &domain.numbers;
        vec![domain.id.clone(), earned(before), earned(after), domain.level.words().to_owned(), range(before), range(after)]
    });
    let rows = rows.collect();
    write_table(format, &["domain", "before", "after", "level", "score before", "score after"], &[], rows)?;
    if format == Format::Human {
        for question in &found.questions {
            let text = format!(
                "{} {}: {} to {}, {}",
                question.subject.id,
                question.id,
                score(question.before),
                score(question.after),
                question.way.words()
            );
            out(&printable(&text))?;
        }
        out(&format!("{} questions did not move", found.same))?;
    }
    Ok(exit::HOLDS)
}

pub fn roadmap(road: &Roadmap, format: Format) -> Result<u8, Error> {
    let rows = road.steps.iter().enumerate().map(|(nth, step)| {
        let lifts = step.lifts.map(|level| format!("{} to level {level}", step.domain)).unwrap_or_default();
        let planned = step.improvement.as_ref().map(|planned| {
            let due = planned.due.map(|due| format!(" by {}", day(due))).unwrap_or_default();
            format!("{}, {}{due}", planned.progress(road.at).word(), planned.owner)
        });
        vec![
            (nth + 1).to_string(),
            step.phase.clone().unwrap_or_default(),
            step.question.clone(),
            step.level.to_string(),
            score(step.score),
            step.effort.word().to_owned(),
            lifts,
            planned.unwrap_or_default(),
            step.ask.clone(),
        ]
    });
    let head = ["", "phase", "question", "level", "answer", "effort", "lifts", "planned", "asks"];
    table(format, &head, &[0, 3, 4], rows.collect(), || object!(v1::MaturityRoadmap::from(road)))
}

pub fn what_if(what: &WhatIf, format: Format) -> Result<u8, Error> {
    if format == Format::Json {
        return json(&object!(v1::MaturityWhatIf::from(what))).map(|()| exit::HOLDS);
    }
    let rows = what.domains.iter().map(|domain| {
        let (now, then) = &domain.numbers;
        vec![domain.id.clone(), earned(now), earned(then), range(now), range(then), domain.blocked_by.join(", ")]
    });
    let rows = rows.collect();
    if format == Format::Human {
        out(&printable(&format!("with {} at {}:", what.questions.join(", "), what.score)))?;
    }
    write_table(format, &["domain", "now", "then", "score now", "score then", "still blocked by"], &[], rows)?;
    Ok(exit::HOLDS)
}
