//! A question of a maturity model as its pages show it: the answer, what would show each score, evidence, what facts say.

use tally_app::maturity::{Agreement, ComputedAnswer, LinkLine, ModelHead, Origin, Proof, SheetQuestion};
use tally_app::score::Row;
use tally_report::number::{count, day};

use super::links;
use super::maturity_words as say;
use crate::words::{State, minute, value};

/// A question.
pub struct Question {
    /// Its id.
    pub id: String,
    /// The level that it belongs to.
    pub level: u8,
    /// The question.
    pub ask: String,
    /// What goes wrong without it.
    pub why: String,
    /// Whether it is not answered.
    pub open: bool,
    /// When it was answered, as an answer to it names that; `none` where it is not.
    pub seen: String,
    /// Where it stands, in words with signs.
    pub chips: Vec<State>,
    /// Who answered and when.
    pub told: String,
    /// What facts say.
    pub computed: Vec<Fact>,
    /// Rows behind that.
    pub rows: Vec<FactRow>,
    /// What is left out of them.
    pub rows_more: Option<String>,
    /// The answers to choose from.
    pub choices: Vec<Choice>,
    /// What else was said.
    pub note: String,
    /// What shows the answer.
    pub evidence: Vec<Piece>,
    /// Items of frameworks: title, id and name, address.
    pub links: Vec<(String, String, Option<String>)>,
    /// Questions that come first: id and path.
    pub needs: Vec<(String, String)>,
}

/// An answer to choose.
pub struct Choice {
    /// The score; empty: not answered.
    pub value: String,
    /// Number and name.
    pub title: String,
    /// What shows it.
    pub shows: String,
    /// Whether it is the answer.
    pub on: bool,
}

/// What a fact says.
pub struct Fact {
    /// What the number means.
    pub says: String,
    /// The metric.
    pub path: Option<String>,
    /// The number.
    pub value: String,
    /// Members of its population.
    pub n: String,
    /// What it answers.
    pub score: String,
    /// How the answer fits it.
    pub agreement: State,
}

/// A member that was counted.
pub struct FactRow {
    /// Its id.
    pub key: String,
    /// Its page.
    pub path: Option<String>,
    /// Hit or miss.
    pub state: State,
    /// Why.
    pub because: String,
}

/// A piece of evidence.
pub struct Piece {
    /// As it is named.
    pub id: String,
    /// What it is.
    pub name: String,
    /// Its page.
    pub path: Option<String>,
    /// How it stands.
    pub state: State,
}

/// A question of a subject, with the questions that come first.
pub(super) fn question(model: &ModelHead, found: &SheetQuestion, needs: Vec<(String, String)>) -> Question {
    let given = found.answer.as_ref();
    let rows = found.computed.iter().flat_map(fact_rows).collect();
    let left: u64 = found.computed.iter().map(|one| one.n.saturating_sub((one.misses.len() + one.hit_rows.len()) as u64)).sum();
    Question {
        id: found.id.clone(),
        level: found.level,
        ask: found.ask.clone(),
        why: found.why.clone(),
        open: given.is_none(),
        seen: given.map_or_else(|| "none".to_owned(), |given| given.answered_at.to_string()),
        chips: chips(model, found),
        told: told(model, found),
        computed: found.computed.iter().map(|one| fact(model, one)).collect(),
        rows,
        rows_more: (left > 0).then(|| format!("{} more are counted and not shown.", count(left))),
        choices: choices(model, found),
        note: given.and_then(|given| given.note.clone()).unwrap_or_default(),
        evidence: given.iter().flat_map(|given| &given.evidence).map(piece).collect(),
        links: found.links.iter().map(link).collect(),
        needs,
    }
}

/// The answer, whether it is only claimed, whether facts contradict it.
fn chips(model: &ModelHead, found: &SheetQuestion) -> Vec<State> {
    let mut chips = vec![say::score(model, found.answer.as_ref().map(|given| given.score))];
    if let Some(given) = &found.answer {
        if given.score > 0 && !given.backed() {
            chips.push(State::new("!", "claimed", "warn"));
        }
        if given.carried.is_some() {
            chips.push(State::new("↷", "from the round before", "none"));
        }
    }
    if matches!(found.agreement, Agreement::OverClaimed | Agreement::UnderClaimed) {
        chips.push(State::new("≠", format!("{}: facts say otherwise", found.agreement.words()), "bad"));
    }
    if found.blocks {
        chips.push(State::new("▲", "holds the next level back", "warn"));
    }
    chips
}

fn told(model: &ModelHead, found: &SheetQuestion) -> String {
    let mut parts = Vec::new();
    parts.extend(found.answer.as_ref().map(|given| format!("{}, {}", given.by, minute(given.answered_at))));
    parts.extend(found.before.map(|before| format!("the round before: {}", say::score_words(model, before))));
    parts.extend(found.improvement.as_ref().map(|planned| {
        let due = planned.due.map(|due| format!(", due {}", day(due))).unwrap_or_default();
        if planned.done_at.is_some() {
            format!("improvement done by {}", planned.owner)
        } else {
            format!("planned: {}{due}", planned.owner)
        }
    }));
    parts.join("; ")
}

fn choices(model: &ModelHead, found: &SheetQuestion) -> Vec<Choice> {
    let now = found.answer.as_ref().map(|given| given.score);
    let none = Choice {
        value: String::new(),
        title: "Not answered".to_owned(),
        shows: "nobody can say yet".to_owned(),
        on: now.is_none(),
    };
    let steps = model.scale.iter().map(|step| Choice {
        value: step.score.to_string(),
        title: format!("{} {}", step.score, step.name),
        shows: found.shows.get(&step.score).unwrap_or(&step.means).clone(),
        on: now == Some(step.score),
    });
    std::iter::once(none).chain(steps).collect()
}

/// What a fact says.
pub(super) fn fact(model: &ModelHead, one: &ComputedAnswer) -> Fact {
    let says = match &one.failed {
        Some(_) => format!("{} (the query could not be run)", one.says),
        None => one.says.clone(),
    };
    Fact {
        says,
        path: match &one.origin {
            Origin::Metric(id) => Some(format!("/metrics/{id}")),
            Origin::Query => None,
        },
        value: value(one.value, "percent"),
        n: count(one.n),
        score: one.answer.map_or_else(|| "no answer".to_owned(), |score| say::score_words(model, score)),
        agreement: say::agreement(one.agreement),
    }
}

fn fact_rows(one: &ComputedAnswer) -> Vec<FactRow> {
    let row = |row: &Row, state: State| FactRow {
        path: one.of.as_deref().and_then(|kind| links::record(kind, &row.key)),
        key: row.item.as_ref().map_or_else(|| row.key.clone(), |item| format!("{} {item}", row.key)),
        because: row.because.clone().unwrap_or_default(),
        state,
    };
    let misses = one.misses.iter().map(|found| row(found, State::new("✗", "does not count", "bad")));
    misses.chain(one.hit_rows.iter().map(|found| row(found, State::new("✓", "counts", "good")))).collect()
}

/// A piece of evidence.
pub(super) fn piece(proof: &Proof) -> Piece {
    let words = if proof.is_record { "evidence" } else { "no record here; as old as the answer" };
    Piece {
        id: proof.named.clone(),
        name: proof.name.clone().unwrap_or_else(|| words.to_owned()),
        path: if proof.is_record { links::record("evidence", &proof.named) } else { None },
        state: say::proof(proof.state),
    }
}

/// Only addresses of the web are followed: a model is a file that anybody may have written.
fn link(link: &LinkLine) -> (String, String, Option<String>) {
    let url = link.url.clone().filter(|url| url.starts_with("https://") || url.starts_with("http://"));
    (link.framework.clone(), format!("{} {}", link.id, link.name), url)
}
