//! The heat map: for each system and tactic how many techniques apply and how many of them were tried. Judges nothing.

use std::collections::BTreeMap;

use tally_catalog::Framework;
use tally_model::Instant;

use crate::{Error, Facts};

/// One cell: distinct techniques.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Heat {
    /// Of those that apply, tried by some assessment delivered in the last 12 months.
    pub tested: usize,
    /// Techniques that apply; 0: none is known to, which is not the same as all tested.
    pub applicable: usize,
}

/// Systems by tactics.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HeatMap {
    /// The tactics, as (id, name), in the framework's order.
    pub tactics: Vec<(String, String)>,
    /// A row a system that has techniques: id, name, a cell a tactic.
    pub rows: Vec<HeatRow>,
    /// Techniques that the framework does not know; they are in no cell.
    pub unknown: Vec<String>,
}

/// One system.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HeatRow {
    /// Its id.
    pub system: String,
    /// Its name.
    pub name: String,
    /// A cell a tactic.
    pub cells: Vec<Heat>,
}

/// The heat map at T. A technique that serves several tactics counts in each; one applies where the system lists it or
/// an assessment of the last 12 months does.
///
/// # Errors
/// Where the facts cannot be read.
pub fn heatmap(facts: &Facts, framework: &Framework, at: Instant) -> Result<HeatMap, Error> {
    let places: BTreeMap<&str, usize> =
        framework.tactics.iter().enumerate().map(|(at, tactic)| (tactic.id.as_str(), at)).collect();
    let names = facts.engine().names("systems")?;
    let mut rows: Vec<HeatRow> = Vec::new();
    let mut unknown = std::collections::BTreeSet::new();
    for applied in facts.engine().applied_techniques(at)? {
        if rows.last().is_none_or(|row| row.system != applied.system) {
            let name = names.get(&applied.system).cloned().unwrap_or_else(|| applied.system.clone());
            rows.push(HeatRow { system: applied.system.clone(), name, cells: vec![Heat::default(); places.len()] });
        }
        let Some(technique) = framework.technique(&applied.technique) else {
            unknown.insert(applied.technique);
            continue;
        };
        let cells = rows.last_mut().map(|row| &mut row.cells);
        for cell in cells.into_iter().flat_map(|cells| {
            let wanted: Vec<usize> =
                technique.tactics.iter().filter_map(|tactic| places.get(tactic.as_str()).copied()).collect();
            cells.iter_mut().enumerate().filter(move |(at, _)| wanted.contains(at)).map(|(_, cell)| cell)
        }) {
            cell.applicable += 1;
            cell.tested += usize::from(applied.tested);
        }
    }
    let tactics = framework.tactics.iter().map(|tactic| (tactic.id.clone(), tactic.name.clone())).collect();
    Ok(HeatMap { tactics, rows, unknown: unknown.into_iter().collect() })
}
