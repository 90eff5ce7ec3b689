//! Domains by level as a heat map, and domains with their numbers: of one subject, or of all of a round together.

use tally_app::maturity::{
    Compared, HeatCell, LevelNumbers, ModelHead, Numbers, Overview, OverviewDomain, Round, Sheet, SheetDomain,
};
use tally_report::chart::shade;

use super::maturity_frame::{domain_path, path, query, question_path};
use super::maturity_words as say;
use crate::words::State;

/// A domain in the heat map.
pub struct HeatRow {
    /// Its id.
    pub id: String,
    /// What people call it.
    pub title: String,
    /// Where its questions are.
    pub path: String,
    /// A cell for each level of the model.
    pub cells: Vec<HeatBox>,
    /// Where it stands.
    pub earned: State,
    /// What the next level needs, or how many stand where.
    pub next: String,
    /// Questions that block the next level: id and path.
    pub blocks: Vec<(String, String)>,
}

/// A cell.
pub struct HeatBox {
    /// The class that colours it.
    pub class: &'static str,
    /// What stands in it.
    pub text: String,
    /// The same in words.
    pub words: String,
    /// Where it leads.
    pub path: Option<String>,
}

/// A domain with its numbers.
pub struct DomainRow {
    /// Its id.
    pub id: String,
    /// Where its questions are.
    pub path: String,
    /// Where it stood in the round before.
    pub before: State,
    /// Where it stands.
    pub now: State,
    /// Which way it went, where it did.
    pub way: Option<&'static str>,
    /// The continuous score.
    pub range: String,
    /// Questions answered.
    pub answered: String,
    /// Evidence confidence.
    pub confidence: String,
    /// The plain mean.
    pub plain: String,
}

/// What a cell says: earned of questions, or that nobody answered.
fn cell(earned: usize, answered: usize, questions: usize, level: u8, path: Option<String>) -> HeatBox {
    let (text, words) = match (questions, answered) {
        (0, _) => ("–".to_owned(), format!("no question at level {level}")),
        (_, 0) => (format!("? /{questions}"), format!("level {level}: none of {questions} answered")),
        _ if answered < questions => {
            let words = format!("level {level}: {earned} of {questions} earned, {} not answered", questions - answered);
            (format!("{earned}/{questions} ?"), words)
        }
        _ => (format!("{earned}/{questions}"), format!("level {level}: {earned} of {questions} earned")),
    };
    HeatBox { class: shade(earned, answered, questions).class(), text, words, path: path.filter(|_| questions > 0) }
}

/// Of one subject.
pub(super) fn heat_of_one(sheet: &Sheet) -> Vec<HeatRow> {
    sheet.domains.iter().map(|domain| row_of_one(sheet, domain)).collect()
}

fn row_of_one(sheet: &Sheet, domain: &SheetDomain) -> HeatRow {
    let own = domain_path(&sheet.round, &sheet.subject.id, &domain.id);
    let none = |level| LevelNumbers { level, questions: 0, answered: 0, earned: 0, range: domain.numbers.range };
    let cells = sheet.model.levels.iter().map(|rung| {
        let level = domain.levels.iter().find(|known| known.level == rung.level).cloned().unwrap_or_else(|| none(rung.level));
        cell(level.earned, level.answered, level.questions, level.level, Some(format!("{own}#l{}", level.level)))
    });
    let blocks = domain.next.iter().flat_map(|next| &next.blocked_by);
    HeatRow {
        id: domain.id.clone(),
        title: domain.title.clone(),
        cells: cells.collect(),
        earned: say::earned(&sheet.model, &domain.numbers, say::lowest(&domain.levels)),
        next: domain
            .next
            .as_ref()
            .map_or_else(|| "nothing: the highest is earned".to_owned(), |next| format!("{}:", next.level)),
        blocks: blocks.map(|id| (id.clone(), question_path(&sheet.round, &sheet.subject.id, &domain.id, id))).collect(),
        path: own,
    }
}

/// Of all subjects of a round together.
pub(super) fn heat_of_many(overview: &Overview) -> Vec<HeatRow> {
    overview.domains.iter().map(|domain| row_of_many(&overview.round, &overview.model, domain)).collect()
}

fn row_of_many(round: &Round, model: &ModelHead, domain: &OverviewDomain) -> HeatRow {
    let gaps = |level: u8| {
        format!("{}/gaps{}", path(&round.id), query(round, None, &[("domain", &domain.id), ("level", &level.to_string())]))
    };
    let one = |found: &HeatCell| cell(found.earned, found.answered, found.questions, found.level, Some(gaps(found.level)));
    let standing = domain.cells.iter().filter(|found| found.standing > 0);
    let standing: Vec<String> = standing.map(|found| format!("{} at {}", found.standing, found.level)).collect();
    HeatRow {
        id: domain.id.clone(),
        title: domain.title.clone(),
        path: format!("{}/gaps{}", path(&round.id), query(round, None, &[("domain", &domain.id)])),
        cells: domain.cells.iter().map(one).collect(),
        earned: say::earned(model, &domain.numbers, say::lowest_of_domain(domain)),
        next: standing.join(", "),
        blocks: Vec::new(),
    }
}

/// The domains with their numbers, beside the round before.
pub(super) fn domain_rows(overview: &Overview, one: Option<(&Sheet, Option<&Compared>)>) -> Vec<DomainRow> {
    let (round, model) = (&overview.round, &overview.model);
    match one {
        Some((sheet, before)) => {
            let row = |domain: &SheetDomain| {
                let earlier = before.and_then(|both| both.domains.iter().find(|known| known.id == domain.id));
                let lowest = say::lowest(&domain.levels);
                let path = domain_path(round, &sheet.subject.id, &domain.id);
                row(model, &domain.id, path, lowest, &domain.numbers, earlier.map(|both| &both.numbers.0))
            };
            sheet.domains.iter().map(row).collect()
        }
        None => {
            let row = |domain: &OverviewDomain| {
                let earlier =
                    overview.previous.as_ref().and_then(|before| before.domains.iter().find(|(id, _)| *id == domain.id));
                let path = format!("{}/gaps{}", path(&round.id), query(round, None, &[("domain", &domain.id)]));
                let lowest = say::lowest_of_domain(domain);
                row(model, &domain.id, path, lowest, &domain.numbers, earlier.map(|(_, numbers)| numbers))
            };
            overview.domains.iter().map(row).collect()
        }
    }
}

fn row(
    model: &ModelHead,
    id: &str,
    path: String,
    lowest: Option<u8>,
    numbers: &Numbers,
    before: Option<&Numbers>,
) -> DomainRow {
    let known = before.filter(|before| before.answered > 0 && numbers.answered > 0);
    DomainRow {
        id: id.to_owned(),
        path,
        before: before.map_or_else(say::unanswered, |before| say::earned(model, before, lowest)),
        now: say::earned(model, numbers, lowest),
        way: known.and_then(|before| match numbers.earned.cmp(&before.earned) {
            std::cmp::Ordering::Greater => Some("↗ up"),
            std::cmp::Ordering::Less => Some("↘ down"),
            std::cmp::Ordering::Equal => None,
        }),
        range: say::range(numbers.range, numbers.answered),
        answered: say::answered(numbers),
        confidence: say::confidence(numbers),
        plain: say::plain(numbers.plain.as_ref()),
    }
}
