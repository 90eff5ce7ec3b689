//! How one system was tested in the last twelve months: each technique and input vector that applies, whether it was tried,
//! when and by which assessment. The meaning is that of `technique-coverage` and `input-vector-coverage`; judges nothing.

use std::collections::BTreeMap;

use tally_measure::{Filter, ListAsk, Sort, Test};
use tally_model::{Instant, Kind, Record, Value};

use crate::{Error, Facts, Programme};

/// Months that the figures of coverage look back.
const WINDOW: u32 = 12;
/// Most assessments of one system and year that are read.
const READ: usize = 2_000;

/// Something that applies to a system, and the last assessment of the window that tried it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Tried {
    /// Id of the technique or the vector.
    pub id: String,
    /// Channel of a vector; empty for a technique.
    pub channel: String,
    /// When, and by which assessment; `None`: not tried.
    pub last: Option<(Instant, String)>,
}

/// How a system was tested.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Care {
    /// Since when: twelve months before T.
    pub since: Instant,
    /// Assessments delivered since then.
    pub assessments: usize,
    /// Techniques that apply by the system's own list or that of an assessment of the window.
    pub techniques: Vec<Tried>,
    /// The system's input vectors, in its own order.
    pub vectors: Vec<Tried>,
}

/// How a system was tested in the twelve months before T. A technique counts as tried only by an assessment to which it
/// applies, as in the metric.
///
/// # Errors
/// Where the facts or the journal cannot be read.
pub fn care(programme: &Programme, facts: &Facts, system: &Record, at: Instant) -> Result<Care, Error> {
    let since = at.months_before(WINDOW);
    let assessments = delivered(programme, facts, system.id(), since, at)?;
    let own = texts(system, "techniques");
    let mut techniques: BTreeMap<String, Option<(Instant, String)>> = own.iter().map(|id| (id.clone(), None)).collect();
    let mut vectors: BTreeMap<String, (Instant, String)> = BTreeMap::new();
    // The newest assessment comes last and is the one that is named.
    for assessment in &assessments {
        let Some(delivered) = assessment.instant("delivered_at") else { continue };
        let by = (delivered, assessment.id().to_owned());
        let listed = texts(assessment, "techniques_applicable");
        let tested = texts(assessment, "techniques_tested");
        for id in if listed.is_empty() { &own } else { &listed } {
            let known = techniques.entry(id.clone()).or_default();
            if tested.contains(id) {
                *known = Some(by.clone());
            }
        }
        vectors.extend(texts(assessment, "vectors_tested").into_iter().map(|id| (id, by.clone())));
    }
    let channels = system.get("input_vectors").map(Value::objects).unwrap_or_default();
    let vectors = channels.iter().map(|vector| {
        let text = |name: &str| vector.text(name).unwrap_or_default().to_owned();
        Tried { last: vectors.get(&text("id")).cloned(), id: text("id"), channel: text("type") }
    });
    Ok(Care {
        since,
        assessments: assessments.len(),
        techniques: techniques.into_iter().map(|(id, last)| Tried { id, channel: String::new(), last }).collect(),
        vectors: vectors.collect(),
    })
}

/// Assessments of a system that were delivered at or after `since` and before T, the oldest first.
fn delivered(programme: &Programme, facts: &Facts, system: &str, since: Instant, at: Instant) -> Result<Vec<Record>, Error> {
    let Some(kind) = Kind::named("assessment") else { return Ok(Vec::new()) };
    let filter = |column: &str, test| Filter { column: column.to_owned(), test };
    let ask = ListAsk {
        table: kind.table.to_owned(),
        filters: vec![
            filter("system", Test::Is(vec![system.to_owned()])),
            filter("delivered_at", Test::Since(since)),
            filter("delivered_at", Test::Until(at)),
        ],
        text: None,
        searched: Vec::new(),
        sort: vec![Sort { column: "delivered_at".to_owned(), down: false }],
        at,
    };
    let mut found = Vec::new();
    for id in facts.engine().list(ask)?.ids(0, READ)? {
        found.extend(programme.store.record(kind, &id)?);
    }
    Ok(found)
}

fn texts(record: &Record, field: &str) -> Vec<String> {
    let items = record.get(field).map(Value::list).unwrap_or_default();
    items.iter().filter_map(Value::text).map(str::to_owned).collect()
}
