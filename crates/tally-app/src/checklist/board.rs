//! Reviews side by side, and what they found missing. Counted over the facts, so that a viewer's scope holds.

use std::collections::{BTreeMap, HashMap};

use tally_catalog::{Catalog, Checklist};
use tally_measure::{Cell, Limits};
use tally_model::Instant;

use super::outcome::{Answer, Outcome, Progress, Standing};
use super::sheet::asked;
use crate::query::sql;
use crate::{Error, Facts, Programme};

/// Rows that one look takes in.
const LIMITS: Limits = Limits { seconds: 30, rows_max: 5_000_000 };

/// Which reviews.
#[derive(Clone, Debug, Default)]
pub struct Which {
    /// Of this system alone.
    pub system: Option<String>,
    /// By this checklist alone.
    pub checklist: Option<String>,
}

/// A review in a list.
#[derive(Clone, Debug)]
pub struct ReviewLine {
    /// Its id.
    pub id: String,
    /// Id of the checklist.
    pub checklist: String,
    /// Id of the system.
    pub system: String,
    /// Name of the system.
    pub system_name: String,
    /// Id of the release.
    pub release: Option<String>,
    /// Who reviews.
    pub reviewer: String,
    /// When it began.
    pub started_at: Instant,
    /// When it was completed.
    pub completed_at: Option<Instant>,
    /// What came out.
    pub outcome: Outcome,
    /// How far it is.
    pub progress: Progress,
}

/// Something that the last review of a system found missing.
#[derive(Clone, Debug)]
pub struct Gap {
    /// Where the question stands.
    pub standing: Standing,
    /// The system.
    pub system: String,
    /// Its name.
    pub system_name: String,
    /// The review.
    pub review: String,
    /// Whether the review is completed.
    pub completed: bool,
    /// Title of the question's group.
    pub group: String,
    /// The question's id.
    pub question: String,
    /// The question.
    pub ask: String,
    /// When it was answered.
    pub answered_at: Instant,
}

/// The reviews that were begun before T, the newest first.
///
/// # Errors
/// Where the facts cannot be read.
pub fn reviews(programme: &Programme, facts: &Facts, which: &Which, at: Instant) -> Result<Vec<ReviewLine>, Error> {
    let pool = Pool::read(facts, at)?;
    let wanted = |wanted: &Option<String>, found: &str| wanted.as_deref().is_none_or(|wanted| wanted == found);
    let rows = pool.reviews.iter().filter(|row| wanted(&which.system, &row.system) && wanted(&which.checklist, &row.checklist));
    Ok(rows.map(|row| pool.line(programme.catalog(), row)).collect())
}

/// What the newest review of each system and checklist found missing, the gravest first.
///
/// # Errors
/// Where the facts cannot be read.
pub fn gaps(programme: &Programme, facts: &Facts, at: Instant) -> Result<Vec<Gap>, Error> {
    let pool = Pool::read(facts, at)?;
    let mut seen: Vec<(&str, &str)> = Vec::new();
    let mut found = Vec::new();
    for row in &pool.reviews {
        if seen.contains(&(row.system.as_str(), row.checklist.as_str())) {
            continue;
        }
        seen.push((&row.system, &row.checklist));
        let Some(checklist) = programme.catalog().checklist(&row.checklist) else { continue };
        let gaps = pool.standings(checklist, row).filter(|(_, standing, _)| standing.is_gap());
        found.extend(gaps.filter_map(|(question, standing, answered_at)| {
            Some(Gap {
                standing,
                system: row.system.clone(),
                system_name: pool.name(&row.system),
                review: row.id.clone(),
                completed: row.completed_at.is_some(),
                group: checklist.group(&question.group).map(|group| group.title.clone()).unwrap_or_default(),
                question: question.id.clone(),
                ask: question.ask.clone(),
                answered_at: answered_at?,
            })
        }));
    }
    found.sort_by(|one, other| {
        (one.standing, &one.system_name, &one.question).cmp(&(other.standing, &other.system_name, &other.question))
    });
    Ok(found)
}

/// A review as the facts have it.
struct Row {
    id: String,
    checklist: String,
    system: String,
    release: Option<String>,
    reviewer: String,
    started_at: Instant,
    completed_at: Option<Instant>,
}

/// An answer as the facts have it: the answer, whether there is evidence, when.
type Said = (Answer, bool, Instant);

/// All reviews and their answers at T.
struct Pool {
    reviews: Vec<Row>,
    answers: HashMap<String, BTreeMap<String, Said>>,
    /// Name, type and risk tier by system.
    systems: HashMap<String, (String, String, String)>,
}

impl Pool {
    fn read(facts: &Facts, at: Instant) -> Result<Self, Error> {
        let now = format!("to_timestamp_micros({})", at.micros());
        let reviews = sql(
            facts,
            &format!(
                "select id, checklist, system, release, reviewer, started_at, completed_at from checklist_reviews \
                 where started_at < {now} order by started_at desc, id"
            ),
            LIMITS,
        )?;
        let reviews = reviews.rows.iter().filter_map(|row| {
            Some(Row {
                id: text(row, 0)?,
                checklist: text(row, 1)?,
                system: text(row, 2)?,
                release: text(row, 3),
                reviewer: text(row, 4).unwrap_or_default(),
                started_at: instant(row, 5)?,
                completed_at: instant(row, 6).filter(|completed| *completed < at),
            })
        });
        let reviews = reviews.collect();
        let said = sql(
            facts,
            &format!(
                "select review, question, answer, evidence_count, answered_at from checklist_answers \
                 where answered_at < {now} and (withdrawn_at is null or withdrawn_at >= {now}) order by answered_at"
            ),
            LIMITS,
        )?;
        let mut answers: HashMap<String, BTreeMap<String, Said>> = HashMap::new();
        for row in &said.rows {
            let (Some(review), Some(question), Some(answered_at)) = (text(row, 0), text(row, 1), instant(row, 4)) else {
                continue;
            };
            let Some(answer) = text(row, 2).as_deref().and_then(Answer::named) else { continue };
            let shown = matches!(row.get(3), Some(Cell::Whole(count)) if *count > 0);
            answers.entry(review).or_default().insert(question, (answer, shown, answered_at));
        }
        let known = sql(facts, "select id, name, type, risk_tier from systems", LIMITS)?;
        let systems = known.rows.iter().filter_map(|row| {
            let part = |at: usize| text(row, at).unwrap_or_default();
            Some((text(row, 0)?, (part(1), part(2), part(3))))
        });
        Ok(Self { reviews, answers, systems: systems.collect() })
    }

    fn name(&self, system: &str) -> String {
        self.systems
            .get(system)
            .map(|(name, ..)| name.clone())
            .filter(|name| !name.is_empty())
            .unwrap_or_else(|| system.to_owned())
    }

    /// The questions that count in a review, where each stands, and when it was answered.
    fn standings<'p>(
        &'p self,
        checklist: &'p Checklist,
        row: &'p Row,
    ) -> impl Iterator<Item = (&'p tally_catalog::checklist::Question, Standing, Option<Instant>)> {
        let said = self.answers.get(&row.id);
        let nature = self.systems.get(&row.system).map_or(("", ""), |(_, form, tier)| (form.as_str(), tier.as_str()));
        checklist.questions.iter().filter_map(move |question| {
            let said = said.and_then(|said| said.get(&question.id));
            let counts = asked(question, nature, row.completed_at.is_some(), said.is_some());
            let standing = Standing::of(question, said.map(|(answer, shown, _)| (*answer, *shown)));
            counts.then_some((question, standing, said.map(|(.., at)| *at)))
        })
    }

    fn line(&self, catalog: &Catalog, row: &Row) -> ReviewLine {
        let mut progress = Progress::default();
        if let Some(checklist) = catalog.checklist(&row.checklist) {
            self.standings(checklist, row).for_each(|(_, standing, _)| progress.add(standing));
        }
        ReviewLine {
            id: row.id.clone(),
            checklist: row.checklist.clone(),
            system_name: self.name(&row.system),
            system: row.system.clone(),
            release: row.release.clone(),
            reviewer: row.reviewer.clone(),
            started_at: row.started_at,
            completed_at: row.completed_at,
            outcome: progress.outcome(row.completed_at.is_some()),
            progress,
        }
    }
}

fn text(row: &[Cell], at: usize) -> Option<String> {
    if let Some(Cell::Text(text)) = row.get(at) { Some(text.clone()) } else { None }
}

fn instant(row: &[Cell], at: usize) -> Option<Instant> {
    text(row, at).as_deref().and_then(Instant::parse)
}
