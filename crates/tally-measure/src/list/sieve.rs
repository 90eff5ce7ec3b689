//! Which rows of each chunk a list shows, and what the other choices of each filter would bring. Sorts nothing.

use tally_model::instant::DAY;

use super::column::{ABSENT, UNKNOWN, texts};
use super::desk::Desk;
use super::horizon::Horizon;
use super::lane::{Cells, Lane};
use super::nature;
use super::relation::links;
use super::{Filter, ListAsk, Test, text};
use crate::MeasureError;

/// The row fails more than one filter, or is not seen at T, or does not hold the text, or belongs to another's systems.
pub(crate) const OUT: u8 = u8::MAX;

/// For each row of a chunk 0 where all filters hold, k + 1 where only those on column k do not, else `OUT`; and until when.
pub(crate) type Sieved = (Vec<u8>, Horizon);

/// One test on its way through all chunks.
struct Gate<'a> {
    place: u8,
    test: &'a Test,
    on: On,
}

/// What a test looks at.
enum On {
    /// A column, with the answer for each code or flag where it has such.
    Lane(std::sync::Arc<Lane>, Vec<bool>),
    /// The texts themselves, where nearly every row has another.
    Texts(String),
    /// Rows of each chunk that have an item that is asked for.
    Nested(Vec<Vec<bool>>),
}

/// Holds all rows against what is asked; the second answer are the columns that are filtered.
pub(crate) fn sieve(desk: &Desk<'_>, ask: &ListAsk) -> Result<(Vec<Sieved>, Vec<String>), MeasureError> {
    let born = nature::of(&ask.table).and_then(|nature| nature.born).map(|born| desk.lane(&ask.table, born)).transpose()?;
    let scope = desk.seen(&ask.table)?;
    let words = ask.text.as_deref().map(text::words).unwrap_or_default();
    let searched: Vec<&str> = ask.searched.iter().map(String::as_str).collect();
    let mut filtered: Vec<String> = Vec::new();
    let gates =
        ask.filters.iter().map(|filter| gate(desk, &ask.table, filter, &mut filtered)).collect::<Result<Vec<_>, _>>()?;
    let chunks = desk.chunks(&ask.table)?;
    let sieved = desk.each(chunks.len(), |at| {
        let mut horizon = Horizon::new(desk.at());
        let mut miss = vec![0u8; chunks[at].num_rows()];
        if let Some(born) = &born {
            horizon.meet(born.horizon);
            unborn(born.cells(at), &mut miss, &mut horizon);
        }
        if let Some((systems, seen)) = &scope
            && let Cells::Words(codes) = systems.cells(at)
        {
            let outside = |code: &u32| if seen[*code as usize] { 0 } else { OUT };
            miss.iter_mut().zip(codes).for_each(|(miss, code)| *miss |= outside(code));
        }
        if !words.is_empty() {
            let found = text::matching(desk, &chunks[at], &searched, &words)?;
            miss.iter_mut().zip(found).filter(|(_, found)| !found).for_each(|(miss, _)| *miss = OUT);
        }
        for gate in &gates {
            gate.pass(&chunks[at], at, &mut miss, &mut horizon);
        }
        Ok((miss, horizon))
    })?;
    Ok((sieved, filtered))
}

fn unborn(cells: Cells<'_>, miss: &mut [u8], horizon: &mut Horizon) {
    if let Cells::Time(times) = cells {
        for (miss, at) in miss.iter_mut().zip(times) {
            if *at == ABSENT || !horizon.passed(*at) {
                *miss = OUT;
            }
        }
    }
}

fn gate<'a>(desk: &Desk<'_>, table: &str, filter: &'a Filter, filtered: &mut Vec<String>) -> Result<Gate<'a>, MeasureError> {
    let at = filtered.iter().position(|known| *known == filter.column).unwrap_or_else(|| {
        filtered.push(filter.column.clone());
        filtered.len() - 1
    });
    let on = match super::order::nested(&filter.column) {
        Some(nested) => On::Nested(holding(desk, table, nested, &filter.test)?),
        None if matches!(filter.column.as_str(), "id" | "title") && own_text(desk, table, &filter.column) => {
            On::Texts(filter.column.clone())
        }
        None => {
            let lane = desk.lane(table, &filter.column)?;
            let names = lane.names();
            let by_code = lane.by_code(|code| names.get(code).is_some_and(|name| word_holds(&filter.test, code, name)));
            On::Lane(lane, by_code)
        }
    };
    Ok(Gate { place: u8::try_from(at + 1).unwrap_or(OUT), test: &filter.test, on })
}

fn own_text(desk: &Desk<'_>, table: &str, column: &str) -> bool {
    super::derived::tables_of(table, column).is_none()
        && desk.chunks(table).is_ok_and(|chunks| chunks.first().is_some_and(|chunk| texts(chunk, column).is_some()))
}

impl Gate<'_> {
    /// Marks the rows of a chunk for which the test does not hold.
    fn pass(&self, chunk: &datafusion::arrow::array::RecordBatch, at: usize, miss: &mut [u8], horizon: &mut Horizon) {
        let place = self.place;
        let mut mark = |holds: &mut dyn Iterator<Item = bool>| {
            for (miss, holds) in miss.iter_mut().zip(holds) {
                if !holds {
                    *miss = if *miss == 0 || *miss == place { place } else { OUT };
                }
            }
        };
        let test = self.test;
        let (lane, by_code) = match &self.on {
            On::Nested(holds) => return mark(&mut holds[at].iter().copied()),
            On::Texts(column) => {
                let Some(texts) = texts(chunk, column) else { return };
                let holds = |text: Option<&str>| word_holds(test, usize::from(text.is_some()), text.unwrap_or_default());
                return mark(&mut texts.iter().map(holds));
            }
            On::Lane(lane, by_code) => (lane, by_code),
        };
        horizon.meet(lane.horizon);
        match lane.cells(at) {
            Cells::Words(codes) => {
                // The quickest of them all has no call a row.
                for (miss, code) in miss.iter_mut().zip(codes) {
                    let failed = if *miss == 0 || *miss == place { place } else { OUT };
                    *miss = if by_code[*code as usize] { *miss } else { failed };
                }
            }
            Cells::Flag(flags) => {
                let holds = [0u8, 1, UNKNOWN].map(|flag| flag_holds(test, flag));
                mark(&mut flags.iter().map(|flag| holds[usize::from(*flag).min(2)]));
            }
            Cells::Time(times) => mark(&mut times.iter().map(|at| time_holds(test, *at))),
            Cells::Age(opened) => mark(&mut opened.iter().map(|at| age_holds(test, *at, horizon))),
            Cells::Whole(values) => {
                mark(&mut values.iter().map(|value| number_holds(test, (*value != ABSENT).then(|| real(*value)))));
            }
            Cells::Real(values) => {
                mark(&mut values.iter().map(|value| number_holds(test, (!value.is_nan()).then_some(*value))));
            }
            Cells::Money(values) => {
                mark(&mut values.iter().map(|value| number_holds(test, (*value != i128::MIN).then(|| money(*value)))));
            }
        }
    }
}

fn word_holds(test: &Test, code: usize, name: &str) -> bool {
    let given = code != 0;
    match test {
        Test::Is(words) => words.iter().any(|word| if word.is_empty() { !given } else { given && word == name }),
        Test::Not(words) => !words.iter().any(|word| if word.is_empty() { !given } else { given && word == name }),
        Test::Empty => !given,
        Test::Present => given,
        _ => false,
    }
}

fn flag_holds(test: &Test, flag: u8) -> bool {
    let word = match flag {
        0 => "no",
        1 => "yes",
        _ => "",
    };
    word_holds(test, usize::from(!word.is_empty()), word)
}

fn time_holds(test: &Test, at: i64) -> bool {
    match test {
        Test::Since(since) => at != ABSENT && at >= since.micros(),
        Test::Until(until) => at != ABSENT && at < until.micros(),
        Test::Empty => at == ABSENT,
        Test::Present => at != ABSENT,
        _ => false,
    }
}

/// Whole days up to T; the answer holds until some finding is a day older.
fn age_holds(test: &Test, opened: i64, horizon: &mut Horizon) -> bool {
    let mut aged = |days: f64| {
        #[expect(clippy::cast_possible_truncation, reason = "an age in days; the cast saturates")]
        let days = days.ceil().clamp(0.0, 1e6) as i64;
        // Of age from this instant on: every T after the one before it.
        horizon.passed(opened.saturating_add(days * DAY) - 1)
    };
    match test {
        Test::Empty => opened == ABSENT,
        Test::Present => opened != ABSENT,
        Test::AtLeast(days) => opened != ABSENT && aged(*days),
        Test::AtMost(days) => opened != ABSENT && !aged(days.floor() + 1.0),
        _ => false,
    }
}

fn number_holds(test: &Test, value: Option<f64>) -> bool {
    match (test, value) {
        (Test::AtLeast(least), Some(value)) => value >= *least,
        (Test::AtMost(most), Some(value)) => value <= *most,
        (Test::Is(words), Some(value)) => words.iter().any(|word| word.parse() == Ok(value)),
        (Test::Not(words), Some(value)) => !words.iter().any(|word| word.parse() == Ok(value)),
        (Test::Present, value) => value.is_some(),
        (Test::Empty, value) => value.is_none(),
        (Test::Not(_), None) => true,
        _ => false,
    }
}

/// Rows of each chunk of which a nested list holds what is asked for.
fn holding(desk: &Desk<'_>, table: &str, (nested, item): (&str, &str), test: &Test) -> Result<Vec<Vec<bool>>, MeasureError> {
    let turned = matches!(test, Test::Not(_) | Test::Empty);
    let mut holds: Vec<Vec<bool>> = desk.chunks(table)?.iter().map(|chunk| vec![turned; chunk.num_rows()]).collect();
    let linked = links(desk, table, nested)?;
    let items = desk.lane(nested, item)?;
    let names = items.names();
    let wanted = items.by_code(|code| match test {
        Test::HasAny(words) | Test::Is(words) | Test::Not(words) => {
            names.get(code).is_some_and(|name| words.iter().any(|word| **word == **name))
        }
        _ => true,
    });
    for (at, (links, places)) in linked.iter().enumerate() {
        let Cells::Words(codes) = items.cells(at) else { continue };
        for ((slot, row), _) in links.rows.iter().zip(codes).filter(|(_, code)| wanted[**code as usize]) {
            if let Some(held) = places.get(*slot as usize).and_then(|place| holds[*place].get_mut(*row as usize)) {
                *held = !turned;
            }
        }
    }
    Ok(holds)
}

#[expect(clippy::cast_precision_loss, reason = "a filter's bound and a shown count are far below 2^53")]
fn real(value: i64) -> f64 {
    value as f64
}

#[expect(clippy::cast_precision_loss, reason = "a bound on an amount needs no billionth")]
pub(crate) fn money(nanos: i128) -> f64 {
    nanos as f64 / 1e9
}
