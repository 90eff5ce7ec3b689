//! The search over everything: records by id, name or title, and metrics. Groups by kind; finds near names too.

use tally_catalog::Catalog;
use tally_measure::fold;

use super::view::View;
use super::views::VIEWS;
use crate::{Error, Facts};

/// Matches of a kind are counted up to here.
pub const COUNT_MAX: usize = 10_000;
/// The longest text that is searched for, in letters.
const TEXT_MAX: usize = 200;
/// Shorter texts are near to everything.
const NEAR_MIN: usize = 4;

/// What a search found in one kind.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Group {
    /// The kind, or `metric`.
    pub kind: &'static str,
    /// What its list is called.
    pub title: &'static str,
    /// The first hits, the best first.
    pub hits: Vec<Found>,
    /// How many there are, counted up to `COUNT_MAX`.
    pub count: usize,
    /// Whether there may be more than `count`.
    pub more: bool,
}

/// One hit.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Found {
    /// The id.
    pub id: String,
    /// Its name or title.
    pub title: String,
    /// Whether it is only near to what was written.
    pub near: bool,
}

/// Searches ids, names and titles for all words of `text`; case and accents do not matter. Groups without a hit are
/// left out; a group that holds the very id comes first.
///
/// # Errors
/// Where the facts cannot be read.
pub fn search(facts: &Facts, catalog: &Catalog, text: &str, limit: usize) -> Result<Vec<Group>, Error> {
    let text: String = text.trim().chars().take(TEXT_MAX).collect();
    let asked = fold(&text);
    if asked.trim().is_empty() {
        return Ok(Vec::new());
    }
    let mut groups = vec![metrics(catalog, &asked, limit)];
    for view in VIEWS {
        groups.push(records(facts, view, &text, &asked, limit)?);
    }
    groups.retain(|group| !group.hits.is_empty());
    groups.sort_by_key(|group| group.hits.first().map_or(9, |hit| if hit.near { 8 } else { rank(hit, &asked).min(1) }));
    Ok(groups)
}

fn records(facts: &Facts, view: &'static View, text: &str, asked: &str, limit: usize) -> Result<Group, Error> {
    // More than are shown are looked at, so that the best come first.
    let looked_at = limit.saturating_mul(10).clamp(limit, 200);
    let (hits, count) = facts.engine().find_text(view.table, view.searched, text, looked_at, COUNT_MAX)?;
    let mut hits: Vec<Found> = hits.into_iter().map(|hit| Found { id: hit.id, title: hit.title, near: false }).collect();
    let mut count = count;
    if hits.is_empty() && matches!(view.kind, "system" | "team") {
        let names = facts.engine().names(view.table)?;
        hits = near(names.iter().map(|(id, name)| (id.as_str(), name.as_str())), asked, limit);
        count = hits.len();
    }
    hits.sort_by_cached_key(|hit| (rank(hit, asked), hit.id.clone()));
    hits.truncate(limit);
    Ok(Group { kind: view.kind, title: view.title, hits, count, more: count >= COUNT_MAX })
}

fn metrics(catalog: &Catalog, asked: &str, limit: usize) -> Group {
    let words: Vec<&str> = asked.split_whitespace().collect();
    let holds = |id: &str, title: &str| {
        let (id, title) = (fold(id), fold(title));
        words.iter().all(|word| id.contains(word) || title.contains(word))
    };
    let known = || catalog.metrics().map(|metric| (metric.id.as_str(), metric.title.as_str()));
    let found = known().filter(|(id, title)| holds(id, title));
    let mut hits: Vec<Found> =
        found.map(|(id, title)| Found { id: id.to_owned(), title: title.to_owned(), near: false }).collect();
    if hits.is_empty() {
        hits = near(known(), asked, limit);
    }
    let count = hits.len();
    hits.sort_by_cached_key(|hit| (rank(hit, asked), hit.id.clone()));
    hits.truncate(limit);
    Group { kind: "metric", title: "Metrics", hits, count, more: false }
}

/// Names, or words of them, that differ by a letter or two from what was written.
fn near<'a>(names: impl Iterator<Item = (&'a str, &'a str)>, asked: &str, limit: usize) -> Vec<Found> {
    let length = asked.chars().count();
    if length < NEAR_MIN {
        return Vec::new();
    }
    let allowed = if length < 8 { 1 } else { 2 };
    let mut found: Vec<(usize, Found)> = names
        .filter_map(|(id, name)| {
            let folded = fold(name);
            let parts = std::iter::once(folded.as_str()).chain(folded.split([' ', '-', '_']));
            let close = parts.filter(|part| part.chars().count().abs_diff(length) <= allowed);
            let distance = close.map(|part| strsim::osa_distance(part, asked)).min()?;
            let hit = || Found { id: id.to_owned(), title: name.to_owned(), near: true };
            (distance <= allowed).then(|| (distance, hit()))
        })
        .collect();
    found.sort_by(|one, other| (one.0, &one.1.id).cmp(&(other.0, &other.1.id)));
    found.into_iter().take(limit).map(|(_, hit)| hit).collect()
}

/// 0 the very id, then ids that begin so, titles that begin so, words that do, and the rest.
fn rank(hit: &Found, asked: &str) -> u8 {
    let (id, title) = (fold(&hit.id), fold(&hit.title));
    match () {
        () if id == asked => 0,
        () if title == asked => 1,
        () if id.starts_with(asked) => 2,
        () if title.starts_with(asked) => 3,
        () if title.split([' ', '-', '_']).any(|word| word.starts_with(asked)) => 4,
        () => 5,
    }
}
