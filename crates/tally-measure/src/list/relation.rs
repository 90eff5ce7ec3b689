//! Which row of one table belongs to which row of another. Follows ids; knows no kind's meaning.

use std::collections::HashMap;
use std::sync::Arc;

use datafusion::arrow::array::{Array, ArrayRef, StringViewArray};

use super::column::{Column, all_texts, named, texts};
use super::desk::Desk;
use super::horizon::Horizon;
use super::lane::Lane;
use super::shelf::{Key, Made};
use crate::MeasureError;
use crate::facts::Table;

/// No row.
pub(crate) const NOWHERE: u32 = u32::MAX;

/// Rows of a table by id. For tables that fit a map with ease, not for findings.
pub(crate) fn index(desk: &Desk<'_>, table: &str) -> Result<Arc<HashMap<String, u32>>, MeasureError> {
    let (index, _) = desk.keep(Key::new("index").text(table), &[table], |_| {
        let mut index = HashMap::new();
        let mut row = 0;
        for ids in desk.chunks(table)?.iter().filter_map(|chunk| texts(chunk, "id")) {
            for id in &ids {
                index.insert(id.unwrap_or_default().to_owned(), row);
                row += 1;
            }
        }
        let bytes = index.len() * 64;
        Ok((index, bytes))
    })?;
    Ok(index)
}

/// For each row of `table` the row of `target` that its column names, or `NOWHERE`.
pub(crate) fn rows_of(
    desk: &Desk<'_>,
    table: &str,
    column: &str,
    target: &str,
    horizon: &mut Horizon,
) -> Result<Vec<u32>, MeasureError> {
    let index = index(desk, target)?;
    let known = desk.look(table, column, horizon)?;
    let Column::Words { names, codes } = &*known.column else { return Ok(vec![NOWHERE; desk.rows(table)?]) };
    let places: Vec<u32> = names.iter().map(|name| index.get(&**name).copied().unwrap_or(NOWHERE)).collect();
    Ok(codes.iter().map(|code| places[*code as usize]).collect())
}

/// A column of words of another table, seen from the rows of `from` that name its rows.
pub(crate) fn through(desk: &Desk<'_>, from: (&str, &str), to: (&str, &str), tables: &[&str]) -> Result<Lane, MeasureError> {
    let mut horizon = Horizon::new(desk.at());
    let base = desk.lane(from.0, from.1)?;
    horizon.meet(base.horizon);
    let index = index(desk, to.0)?;
    let known = desk.look(to.0, to.1, &mut horizon)?;
    let others: Vec<&str> = tables.iter().copied().filter(|table| *table != from.0).collect();
    let key = desk.stamp(Key::new("through").text(to.0).text(to.1), &others)?;
    let stamp = |part| key.number(part).value();
    let Column::Words { names, codes } = &*known.column else {
        return Ok(base.mapped(base.by_code(|_| 0), named(&[]), stamp, horizon));
    };
    let meant = |name: &str| index.get(name).and_then(|row| codes.get(*row as usize)).copied().unwrap_or(0);
    let map = base.by_code(|code| base.names().get(code).map_or(0, |name| meant(name)));
    Ok(base.mapped(map, Arc::clone(names), stamp, horizon))
}

/// For each row of a chunk of a nested table the row of the table that it is nested in.
pub(crate) struct Links {
    /// Where the chunks lie in memory that hold those rows.
    pub(crate) chunks: Vec<u64>,
    /// A place in `chunks` and a row there; `NOWHERE` twice where there is none.
    pub(crate) rows: Vec<(u32, u32)>,
    /// What the other table held where some row has no place, since one could be there later.
    exact: Option<u64>,
}

/// The links of a chunk, and the number of each chunk that they lead to.
pub(crate) type Linked = (Arc<Links>, Vec<usize>);

/// The links of all chunks of a nested table, or of one made from the table, whose first column names the rows.
pub(crate) fn links(desk: &Desk<'_>, table: &str, nested: &str) -> Result<Arc<Vec<Linked>>, MeasureError> {
    let (linked, _) = desk.keep(Key::new("links").text(nested), &[table, nested], |_| {
        let parent = desk.table(table)?;
        let place: HashMap<u64, usize> =
            parent.chunks().iter().enumerate().map(|(at, chunk)| (Desk::address(chunk), at)).collect();
        let all = desk.stamp(Key::new("all"), &[table])?.value();
        let ids = all_texts(parent.chunks(), "id");
        let chunks = desk.chunks(nested)?;
        let linked = desk.each(chunks.len(), |at| {
            let chunk = &chunks[at];
            let first = || chunk.columns().first().cloned().into_iter();
            let pin = |at: &usize| parent.chunks().get(*at)?.columns().first().cloned();
            let holds = |links: &Links| {
                links.exact.is_none_or(|exact| exact == all) && links.chunks.iter().all(|known| place.contains_key(known))
            };
            let places = |links: &Links| links.chunks.iter().filter_map(|known| place.get(known).copied()).collect::<Vec<_>>();
            let key = Key::new("linked").text(nested).number(Desk::address(chunk));
            let pins = |links: &Links| -> Vec<ArrayRef> { first().chain(places(links).iter().filter_map(pin)).collect() };
            let (links, _) = desk.part(key.value(), holds, pins, || {
                let name = chunk.schema().fields().first().map(|field| field.name().clone()).unwrap_or_default();
                let value = texts(chunk, &name).map_or_else(
                    || Links { chunks: Vec::new(), rows: Vec::new(), exact: None },
                    |names| follow(parent, &ids, &names, all),
                );
                let bytes = value.rows.len() * 8;
                Ok(Made { value, horizon: Horizon::new(desk.at()), bytes })
            })?;
            let places = places(&links);
            Ok((links, places))
        })?;
        let bytes = linked.len() * 64;
        Ok((linked, bytes))
    })?;
    Ok(linked)
}

/// Rows that are looked at one after the other before an index is asked.
const NEAR: usize = 256;

/// Finds rows by id. A nested table names the same ids in the same order as the table, so the next row is mostly near.
fn follow(parent: &Table, ids: &[StringViewArray], names: &StringViewArray, all: u64) -> Links {
    let mut links = Links { chunks: Vec::new(), rows: Vec::with_capacity(names.len()), exact: None };
    let addresses: Vec<u64> = parent.chunks().iter().map(Desk::address).collect();
    let mut slots: Vec<u32> = vec![NOWHERE; ids.len()];
    let mut place: Option<(usize, usize)> = None;
    for name in names {
        let name = name.unwrap_or_default();
        place = place.and_then(|place| near(ids, place, name)).or_else(|| find(parent, name));
        let Some((chunk, row)) = place else {
            links.exact = Some(all);
            links.rows.push((NOWHERE, NOWHERE));
            continue;
        };
        if slots[chunk] == NOWHERE {
            slots[chunk] = u32::try_from(links.chunks.len()).unwrap_or(NOWHERE);
            links.chunks.push(addresses[chunk]);
        }
        links.rows.push((slots[chunk], u32::try_from(row).unwrap_or(NOWHERE)));
    }
    links
}

fn near(ids: &[StringViewArray], (chunk, row): (usize, usize), name: &str) -> Option<(usize, usize)> {
    let own = ids.get(chunk)?;
    let until = own.len().min(row + NEAR);
    if let Some(row) = (row..until).find(|row| own.value(*row) == name) {
        return Some((chunk, row));
    }
    (until == own.len() && ids.get(chunk + 1)?.iter().next()? == Some(name)).then_some((chunk + 1, 0))
}

fn find(parent: &Table, name: &str) -> Option<(usize, usize)> {
    let mut rows = Vec::new();
    parent.noted().enumerate().find_map(|(at, (chunk, notes))| {
        notes.rows(chunk, 0, name, &mut rows);
        Some((at, usize::try_from(*rows.first()?).ok()?))
    })
}

/// For each row of a nested table the row of the table that it is nested in.
pub(crate) fn parents(desk: &Desk<'_>, table: &str, nested: &str) -> Result<Vec<u32>, MeasureError> {
    let mut starts = Vec::new();
    let mut start = 0;
    for chunk in desk.chunks(table)? {
        starts.push(start);
        start += u32::try_from(chunk.num_rows()).unwrap_or(0);
    }
    let linked = links(desk, table, nested)?;
    let row = |places: &[usize], (slot, row): (u32, u32)| {
        let start = places.get(slot as usize).and_then(|place| starts.get(*place));
        start.map_or(NOWHERE, |start| start + row)
    };
    Ok(linked.iter().flat_map(|(links, places)| links.rows.iter().map(|link| row(places, *link))).collect())
}
