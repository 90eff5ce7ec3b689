//! The subjects of a round over many teams or systems: found by id or name, a page at a time.

use tally_app::maturity::{Overview, SubjectLine};
use tally_report::number::count;

use super::maturity_frame::{path, query, scope_title};
use super::maturity_words as say;
use crate::visit::Visit;
use crate::words::{State, many};

/// Subjects a page.
const PER: usize = 50;

/// A page of subjects.
pub struct Subjects {
    /// What they are.
    pub title: String,
    /// How many match.
    pub total: String,
    /// What was searched for.
    pub q: String,
    /// Those of this page.
    pub rows: Vec<Line>,
    /// Which of them.
    pub range: String,
    /// The page before.
    pub prev: Option<String>,
    /// The page after.
    pub next: Option<String>,
}

/// A subject.
pub struct Line {
    /// What people call it.
    pub name: String,
    /// Its overview.
    pub path: String,
    /// Its questions.
    pub answer: String,
    /// Where it stands.
    pub earned: State,
    /// The continuous score.
    pub range: String,
    /// Questions answered.
    pub answered: String,
    /// Evidence confidence.
    pub confidence: String,
    /// Answers that facts contradict.
    pub contradicted: String,
}

/// The page that is asked for.
pub(super) fn subjects(visit: &Visit, overview: &Overview) -> Subjects {
    let q = visit.query.get("q").unwrap_or_default();
    let wanted = q.to_lowercase();
    let matches = |line: &&SubjectLine| {
        line.subject.id.to_lowercase().contains(&wanted) || line.subject.name.to_lowercase().contains(&wanted)
    };
    let found: Vec<&SubjectLine> = overview.subjects.iter().filter(matches).collect();
    let pages = found.len().div_ceil(PER).max(1);
    let page = visit.query.get("page").and_then(|text| text.parse().ok()).unwrap_or(1_usize).clamp(1, pages);
    let from = (page - 1) * PER;
    let own = path(&overview.round.id);
    let address = |page: usize| format!("{own}?{}#subjects", visit.query.with("page", &page.to_string()).to_query());
    let shown: Vec<Line> = found.iter().skip(from).take(PER).map(|line| one(overview, line)).collect();
    let first = from + usize::from(!found.is_empty());
    Subjects {
        title: format!("{}s", scope_title(overview.round.scope)),
        total: count(found.len() as u64),
        q: q.to_owned(),
        range: format!("{first} to {} of {}", from + shown.len(), many(found.len() as u64, overview.round.scope.word())),
        rows: shown,
        prev: (page > 1).then(|| address(page - 1)),
        next: (page < pages).then(|| address(page + 1)),
    }
}

fn one(overview: &Overview, line: &SubjectLine) -> Line {
    let (round, whole) = (&overview.round, &line.whole);
    let own = path(&round.id);
    let of = query(round, Some(&line.subject.id), &[]);
    Line {
        name: line.subject.name.clone(),
        path: format!("{own}{of}"),
        answer: format!("{own}/answer{of}"),
        earned: say::earned(&overview.model, whole, say::lowest_of_all(overview)),
        range: say::range(whole.range, whole.answered),
        answered: say::answered(whole),
        confidence: say::confidence(whole),
        contradicted: count(line.contradictions as u64),
    }
}
