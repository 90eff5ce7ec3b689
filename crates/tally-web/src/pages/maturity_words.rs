//! Levels, scores and shares of a maturity model in words and signs, the same on all its pages. What is not answered is said
//! to be so, and never looks like a 0 or like a lowest level that was earned.

use tally_app::maturity::{
    Agreement, LevelNumbers, ModelHead, Numbers, Overview, OverviewDomain, Plain, ProofState, Range, Sheet, Way,
};

use crate::words::{State, many};

/// Signs that grow with a level.
const LEVELS: [&str; 6] = ["·", "▁", "▃", "▅", "▆", "█"];
/// Classes that colour levels.
const CLASSES: [&str; 6] = ["l0", "l1", "l2", "l3", "l4", "l5"];
/// Signs that fill up with a score.
const SCORES: [&str; 5] = ["○", "◔", "◑", "◕", "●"];

/// The numbers of a subject or a round, side by side, as a page shows them.
pub struct Figures {
    /// The earned level.
    pub earned: State,
    /// Domains that hold it there, in words.
    pub held_by: String,
    /// The continuous score.
    pub range: String,
    /// The top of the scale.
    pub top: u8,
    /// What is not answered, in words; empty where all is.
    pub unanswered: String,
    /// Evidence confidence.
    pub confidence: String,
    /// Questions answered.
    pub answered: String,
    /// The plain mean.
    pub plain: String,
    /// Why it misleads, where it does.
    pub misleads: Option<String>,
}

impl Figures {
    /// Of these numbers.
    pub(super) fn of(model: &ModelHead, numbers: &Numbers, held_by: &[String], lowest: Option<u8>) -> Self {
        let open = numbers.unanswered() as u64;
        Self {
            earned: earned(model, numbers, lowest),
            held_by: if numbers.answered == 0 { String::new() } else { held_by.join(", ") },
            range: range(numbers.range, numbers.answered),
            top: model.top(),
            unanswered: if open == 0 { String::new() } else { format!("{} unanswered", many(open, "question")) },
            confidence: confidence(numbers),
            answered: answered(numbers),
            plain: plain(numbers.plain.as_ref()),
            misleads: numbers.misleads().map(|why| format!("{}.", crate::words::capital(&why))),
        }
    }
}

/// A level of the model, earned.
pub(super) fn level(model: &ModelHead, number: u8) -> State {
    let nth = usize::from(number).min(LEVELS.len() - 1);
    State::new(LEVELS[nth], format!("{number} {}", model.level_name(number)).trim_end(), CLASSES[nth])
}

/// Where a domain or the whole stands. Below `lowest`, its lowest level with questions, no answer earned anything yet, and
/// that is said.
pub(super) fn earned(model: &ModelHead, numbers: &Numbers, lowest: Option<u8>) -> State {
    if numbers.answered == 0 {
        return unanswered();
    }
    let mut state = level(model, numbers.earned);
    if lowest.is_some_and(|lowest| numbers.earned < lowest) {
        state.word.push_str(", none earned");
    }
    state
}

/// The lowest level with questions of a domain.
pub(super) fn lowest(levels: &[LevelNumbers]) -> Option<u8> {
    levels.iter().find(|level| level.questions > 0).map(|level| level.level)
}

/// The same of a whole sheet.
pub(super) fn lowest_of(sheet: &Sheet) -> Option<u8> {
    sheet.domains.iter().filter_map(|domain| lowest(&domain.levels)).min()
}

/// The same of all subjects of a round.
pub(super) fn lowest_of_all(overview: &Overview) -> Option<u8> {
    overview.domains.iter().filter_map(lowest_of_domain).min()
}

/// The same of one domain of all subjects.
pub(super) fn lowest_of_domain(domain: &OverviewDomain) -> Option<u8> {
    domain.cells.iter().find(|cell| cell.questions > 0).map(|cell| cell.level)
}

/// What nobody answered.
pub(super) fn unanswered() -> State {
    State::new("?", "not answered", "none")
}

/// An answer.
pub(super) fn score(model: &ModelHead, score: Option<u8>) -> State {
    let Some(score) = score else { return unanswered() };
    let class = match score {
        0 => "bad",
        score if score >= model.earned_from => "good",
        _ => "warn",
    };
    State::new(SCORES[usize::from(score).min(SCORES.len() - 1)], score_words(model, score), class)
}

/// An answer by number and name, such as `3 In force`.
pub(super) fn score_words(model: &ModelHead, score: u8) -> String {
    format!("{score} {}", model.score_name(score)).trim_end().to_owned()
}

/// The lowest and highest possible score; without an answer nothing is known.
pub(super) fn range(range: Range, answered: usize) -> String {
    if answered == 0 {
        return "not known".to_owned();
    }
    let (low, high) = (format!("{:.2}", range.low), format!("{:.2}", range.high));
    if low == high { low } else { format!("{low} to {high}") }
}

/// The share of the score that fresh evidence backs. Rounded down: all of it is said of all of it alone.
pub(super) fn confidence(numbers: &Numbers) -> String {
    share(numbers.confidence, numbers.answered)
}

/// The same of a share and a number of answers.
pub(super) fn share(confidence: Option<f64>, answered: usize) -> String {
    match confidence {
        None if answered == 0 => "not known".to_owned(),
        None => "nothing to back".to_owned(),
        Some(0.0) => "0%, claimed".to_owned(),
        Some(share) => format!("{:.0}%", (share * 100.0).floor()),
    }
}

/// How many questions are answered.
pub(super) fn answered(numbers: &Numbers) -> String {
    format!(
        "{} of {}",
        tally_report::number::count(numbers.answered as u64),
        tally_report::number::count(numbers.questions as u64)
    )
}

/// What the plain mean says.
pub(super) fn plain(plain: Option<&Plain>) -> String {
    plain.map_or_else(|| "not known".to_owned(), |plain| format!("level {}, mean {:.2}", plain.level, plain.mean))
}

/// How a claimed answer fits a computed one.
pub(super) fn agreement(agreement: Agreement) -> State {
    let (sign, class) = match agreement {
        Agreement::Agrees => ("✓", "good"),
        Agreement::OverClaimed => ("≠", "bad"),
        Agreement::UnderClaimed => ("≠", "warn"),
        Agreement::CannotSay => ("·", "none"),
    };
    State::new(sign, agreement.words(), class)
}

/// How evidence stands.
pub(super) fn proof(state: ProofState) -> State {
    let (sign, class) = match state {
        ProofState::Fresh => ("✓", "good"),
        ProofState::Expired => ("✗", "bad"),
        ProofState::Ahead => ("◐", "warn"),
    };
    State::new(sign, state.word(), class)
}

/// Which way something went.
pub(super) fn way(way: Way) -> State {
    let (sign, class) = match way {
        Way::Up => ("↗", "good"),
        Way::Down => ("↘", "bad"),
        Way::Same => ("→", ""),
        Way::NewlyAnswered | Way::New => ("+", ""),
        Way::NoLongerAnswered | Way::Gone => ("–", "warn"),
    };
    State::new(sign, way.words(), class)
}
