//! What the filters of a list could choose, and how many rows each choice would bring. Counts codes; reads no cell.

use std::collections::HashMap;
use std::sync::Arc;

use super::ListAsk;
use super::column::ABSENT;
use super::derived;
use super::desk::Desk;
use super::horizon::Horizon;
use super::lane::{Cells, Lane};
use super::order::{self, Order, Run, nested};
use super::relation::links;
use super::shelf::Key;
use crate::MeasureError;

/// The values of a column, each with how many rows of the list have it.
pub type Facet = Vec<(Arc<str>, u64)>;

/// The facets of some columns: those that are not at hand are counted side by side.
pub(crate) fn facets(desk: &Desk<'_>, ask: &ListAsk, columns: &[&str]) -> Result<Vec<Arc<Facet>>, MeasureError> {
    let missing: Vec<bool> = columns
        .iter()
        .map(|column| Ok(!desk.has(key(desk, ask, column)?, &tables(ask, column))?))
        .collect::<Result<_, MeasureError>>()?;
    if missing.iter().filter(|missing| **missing).count() > 1 {
        let missing: Vec<&str> =
            columns.iter().zip(missing).filter(|(_, missing)| *missing).map(|(column, _)| *column).collect();
        desk.side_by_side(&ask.table, missing.len(), |at| facet(desk, ask, missing[at]))?;
    }
    columns.iter().map(|column| facet(desk, ask, column)).collect()
}

fn tables<'a>(ask: &'a ListAsk, column: &'a str) -> Vec<&'a str> {
    let mut tables = order::tables(ask);
    match nested(column) {
        Some((nested, _)) => tables.push(nested),
        None => tables.extend(derived::tables_of(&ask.table, column).unwrap_or_default()),
    }
    tables
}

fn key(desk: &Desk<'_>, ask: &ListAsk, column: &str) -> Result<Key, MeasureError> {
    Ok(order::key(desk, ask)?.text("facet").text(column))
}

fn facet(desk: &Desk<'_>, ask: &ListAsk, column: &str) -> Result<Arc<Facet>, MeasureError> {
    let (facet, _) = desk.keep(key(desk, ask, column)?, &tables(ask, column), |horizon| {
        let (order, until) = order::order(desk, ask)?;
        horizon.meet(until);
        let facet = match nested(column) {
            Some((table, item)) => of_list(desk, &ask.table, (table, item), &order, order.own(column))?,
            None => of_column(&*desk.lane(&ask.table, column)?, &order, order.own(column), horizon),
        };
        let bytes = facet.len() * 24;
        Ok((facet, bytes))
    })?;
    Ok(facet)
}

fn of_column(lane: &Lane, order: &Order, own: u8, horizon: &mut Horizon) -> Facet {
    horizon.meet(lane.horizon);
    let mut words = vec![0u64; if lane.parts().is_empty() { 0 } else { lane.by_code(|_| ()).len() }];
    let mut flags = [0u64; 3];
    let mut wholes: HashMap<i64, u64> = HashMap::new();
    let (mut is_flags, mut is_wholes) = (false, false);
    for (at, run) in order.runs().iter().enumerate() {
        match lane.cells(at) {
            Cells::Words(codes) => each_row(run, own, |row| words[codes[row] as usize] += 1),
            Cells::Flag(cells) => {
                is_flags = true;
                each_row(run, own, |row| flags[usize::from(cells[row]).min(2)] += 1);
            }
            Cells::Whole(values) => {
                is_wholes = true;
                each_row(run, own, |row| {
                    if values[row] != ABSENT {
                        *wholes.entry(values[row]).or_default() += 1;
                    }
                });
            }
            // Instants, ages and amounts are asked for by bounds, not by value.
            _ => {}
        }
    }
    if is_flags {
        let named = [("yes", flags[1]), ("no", flags[0]), ("", flags[2])];
        return named.into_iter().filter(|(_, count)| *count > 0).map(|(name, count)| (name.into(), count)).collect();
    }
    if is_wholes {
        let mut values: Vec<(i64, u64)> = wholes.into_iter().collect();
        values.sort_unstable();
        return values.into_iter().map(|(value, count)| (value.to_string().into(), count)).collect();
    }
    named(lane, &words)
}

/// Calls `count` with each row of a chunk that is listed, or only kept out by filters on the column that `own` stands for.
fn each_row(run: &Run, own: u8, mut count: impl FnMut(usize)) {
    match &run.near {
        Some(near) => {
            for row in near.iter().map(|row| *row as usize) {
                if run.miss[row] == 0 || run.miss[row] == own {
                    count(row);
                }
            }
        }
        None if run.rows.len() == run.miss.len() => (0..run.miss.len()).for_each(count),
        None => {
            for (row, _) in run.miss.iter().enumerate().filter(|(_, miss)| **miss == 0 || **miss == own) {
                count(row);
            }
        }
    }
}

fn of_list(desk: &Desk<'_>, table: &str, (nested, item): (&str, &str), order: &Order, own: u8) -> Result<Facet, MeasureError> {
    let linked = links(desk, table, nested)?;
    let lane = desk.lane(nested, item)?;
    let mut sums = vec![0u64; lane.by_code(|_| ()).len()];
    for (at, (links, places)) in linked.iter().enumerate() {
        let Cells::Words(codes) = lane.cells(at) else { continue };
        let runs: Vec<&[u8]> = places.iter().map(|place| order.runs()[*place].miss.as_slice()).collect();
        for ((slot, row), code) in links.rows.iter().zip(codes) {
            let miss = runs.get(*slot as usize).and_then(|miss| miss.get(*row as usize));
            sums[*code as usize] += u64::from(miss.is_some_and(|miss| *miss == 0 || *miss == own));
        }
    }
    Ok(named(&lane, &sums))
}

/// Sums by code with names: words with an order of their own in it, the most pressing first, others by count.
fn named(lane: &Lane, sums: &[u64]) -> Facet {
    let mut by_name = vec![0u64; lane.names().len()];
    for (name, sum) in lane.by_code(|code| code).into_iter().zip(sums) {
        by_name[name] += sum;
    }
    let (ranks, ordered) = (lane.ranks(), lane.sense().is_some());
    let mut facet: Vec<(usize, u64)> = by_name.into_iter().enumerate().filter(|(_, count)| *count > 0).collect();
    facet.sort_unstable_by_key(|(code, count)| {
        let rank = ranks[*code];
        (*code == 0, if ordered { 0 } else { u64::MAX - count }, if ordered { u32::MAX - rank } else { rank })
    });
    facet.into_iter().map(|(code, count)| (Arc::clone(&lane.names()[code]), count)).collect()
}
