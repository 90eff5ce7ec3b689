//! What is worked out of a finding at T: its state in the words that people know, and what follows from it.
//!
//! The state is that of METRICS.md, read from `finding_states`; the words only name combinations of it:
//! `open(f)` there is one of `open`, `in_progress`, `disputed`, `risk_accepted` here.

use std::sync::Arc;

use datafusion::arrow::array::{Array, ArrayRef, AsArray, BooleanArray, RecordBatch, TimestampMicrosecondArray};
use datafusion::arrow::datatypes::TimestampMicrosecondType;
use tally_model::instant::DAY;

use super::column::{ABSENT, Column, UNKNOWN, named, texts};
use super::desk::Desk;
use super::horizon::Horizon;
use super::lane::{Cells, Lane, Part};
use super::lexicon::{Names, encode};
use super::relation::{Linked, links};
use super::shelf::{Key, Made};
use crate::MeasureError;

/// The states; a code is the place from 1, and 0 is a finding that is not reported yet.
pub(crate) const STATES: &[&str] =
    &["open", "in_progress", "disputed", "risk_accepted", "awaiting_verification", "verified", "false_positive", "duplicate"];
/// States up to this place are `open(f)`.
const OPEN_MAX: u8 = 4;
/// What its owner can say of a finding; a code is the place from 1.
const DISPOSITIONS: &[&str] = &["reported", "accepted", "disputed", "false_positive", "duplicate"];
/// The tables that the life of a finding is read from.
pub(crate) const TABLES: [&str; 2] = ["findings", "finding_states"];

/// What is known of the findings of a chunk at T.
struct Lives {
    /// Place in `STATES`, from 1.
    state: Vec<u8>,
    /// Place in `DISPOSITIONS`, from 1.
    disposition: Vec<u8>,
    tested: Vec<u8>,
}

/// The lives of a chunk, how long they stay true, and a number for what they were made from.
struct Lived {
    lives: Arc<Lives>,
    horizon: Horizon,
    stamp: u64,
    pins: Vec<ArrayRef>,
}

/// Whether a column of findings is worked out here.
pub(crate) fn has(name: &str) -> bool {
    matches!(name, "state" | "disposition" | "open" | "has_regression_test" | "age_days" | "due" | "overdue")
}

/// A column that is worked out.
pub(crate) fn lane(desk: &Desk<'_>, name: &str) -> Result<Lane, MeasureError> {
    let names = match name {
        "state" => named(STATES),
        "disposition" => named(DISPOSITIONS),
        _ => Names::default(),
    };
    let mut horizon = Horizon::new(desk.at());
    if name == "due" {
        return due(desk, horizon);
    }
    let lived = lived(desk)?;
    let times = match name {
        "age_days" => Some(desk.lane("findings", "reported_at")?),
        "overdue" => Some(desk.lane("findings", "due")?),
        _ => None,
    };
    horizon.meet(times.as_ref().map_or(horizon, |times| times.horizon));
    let parts = desk.each(lived.len(), |at| {
        let Lived { lives, horizon: until, stamp, pins } = &lived[at];
        let key = Key::new("life").text(name).number(*stamp);
        let (column, until) = desk.part(
            key.value(),
            |_| true,
            |_| pins.clone(),
            || {
                let mut horizon = Horizon::new(desk.at());
                horizon.meet(*until);
                let times = match times.as_ref().map(|times| times.cells(at)) {
                    Some(Cells::Time(times)) => times,
                    _ => &[],
                };
                let value = column(lives, name, times, &mut horizon);
                let bytes = value.bytes();
                Ok(Made { value, horizon, bytes })
            },
        )?;
        Ok((Part { column, start: 0, rows: lives.state.len(), stamp: key.value() }, until))
    })?;
    parts.iter().for_each(|(_, until)| horizon.meet(*until));
    Ok(Lane::new(parts.into_iter().map(|(part, _)| part).collect(), names, horizon))
}

/// A column of a chunk from the lives there; `times` is when each was reported, or is due.
fn column(lives: &Lives, name: &str, times: &[i64], horizon: &mut Horizon) -> Column {
    let words = |codes: &[u8]| Column::words(&[], codes.iter().map(|code| u32::from(*code)).collect());
    let known = times.iter().zip(&lives.state);
    match name {
        "state" => words(&lives.state),
        "disposition" => words(&lives.disposition),
        "has_regression_test" => Column::Flag(lives.tested.clone()),
        "age_days" => Column::Age(known.map(|(at, state)| if is_open(*state) { *at } else { ABSENT }).collect()),
        "overdue" => {
            let late = |(due, state): (&i64, &u8)| u8::from(*due != ABSENT && is_open(*state) && horizon.passed(*due));
            Column::Flag(known.map(late).collect())
        }
        _ => {
            let open = |state: &u8| if *state == 0 { UNKNOWN } else { u8::from(is_open(*state)) };
            Column::Flag(lives.state.iter().map(open).collect())
        }
    }
}

fn is_open(state: u8) -> bool {
    (1..=OPEN_MAX).contains(&state)
}

/// Until when a finding has to be remediated; info has no such instant.
fn due(desk: &Desk<'_>, mut horizon: Horizon) -> Result<Lane, MeasureError> {
    let reported = desk.lane("findings", "reported_at")?;
    let severity = desk.lane("findings", "severity")?;
    horizon.meet(reported.horizon);
    let spans = severity.by_code(|code| {
        let days = severity.names().get(code).and_then(|name| desk.sla_days(name));
        days.map(|days| i64::from(days) * DAY)
    });
    let chunks = desk.chunks("findings")?;
    let parts = desk.each(chunks.len(), |at| {
        let key = Key::new("due").number(Desk::address(&chunks[at]));
        let pins = || chunks[at].columns().first().cloned().into_iter().collect();
        let make = || {
            let (Cells::Time(times), Cells::Words(codes)) = (reported.cells(at), severity.cells(at)) else {
                return Err(MeasureError::facts("findings have no instants or no severities"));
            };
            let due = |(at, code): (&i64, &u32)| match spans[*code as usize] {
                Some(span) if *at != ABSENT => at.saturating_add(span),
                _ => ABSENT,
            };
            let value = Column::Time(times.iter().zip(codes).map(due).collect());
            let bytes = value.bytes();
            Ok(Made { value, horizon: reported.horizon, bytes })
        };
        let (column, _) = desk.part(key.value(), |_| true, |_| pins(), make)?;
        Ok(Part { column, start: 0, rows: chunks[at].num_rows(), stamp: key.value() })
    })?;
    Ok(Lane::new(parts, Names::default(), horizon))
}

/// The lives of all findings, chunk by chunk. Those of a chunk are made from the chunks of states that lead to it.
fn lived(desk: &Desk<'_>) -> Result<Arc<Vec<Lived>>, MeasureError> {
    let (lived, _) = desk.keep(Key::new("lived"), &TABLES, |horizon| {
        let (chunks, states) = (desk.chunks("findings")?, desk.chunks("finding_states")?);
        let linked = links(desk, "findings", "finding_states")?;
        let mut leading: Vec<Vec<usize>> = vec![Vec::new(); chunks.len()];
        for (from, (_, places)) in linked.iter().enumerate() {
            places.iter().for_each(|place| leading[*place].push(from));
        }
        let lived = desk.each(chunks.len(), |at| {
            let from = &leading[at];
            let made_from = || std::iter::once(&chunks[at]).chain(from.iter().map(|from| &states[*from]));
            let key = made_from().fold(Key::new("lives"), |key, chunk| key.number(Desk::address(chunk)));
            let pins: Vec<ArrayRef> = made_from().filter_map(|chunk| chunk.columns().first().cloned()).collect();
            let (lives, horizon) = desk.part(
                key.value(),
                |_| true,
                |_| pins.clone(),
                || {
                    let mut horizon = Horizon::new(desk.at());
                    let rows = chunks[at].num_rows();
                    let mut lives = Lives { state: vec![0; rows], disposition: vec![0; rows], tested: vec![UNKNOWN; rows] };
                    from.iter().for_each(|from| walk(&states[*from], &linked[*from], at, &mut lives, &mut horizon));
                    accept(&chunks[at], &mut lives, &mut horizon);
                    Ok(Made { value: lives, horizon, bytes: rows * 3 })
                },
            )?;
            Ok(Lived { lives, horizon, stamp: key.value(), pins })
        })?;
        lived.iter().for_each(|lived| horizon.meet(lived.horizon));
        let bytes = lived.len() * 96;
        Ok((lived, bytes))
    })?;
    Ok(lived)
}

/// Takes over the stretches of one chunk that hold at T for findings of the chunk at `place`.
fn walk(chunk: &RecordBatch, (links, places): &Linked, place: usize, lives: &mut Lives, horizon: &mut Horizon) {
    let Some(slot) = places.iter().position(|known| *known == place).and_then(|slot| u32::try_from(slot).ok()) else { return };
    let (Some(since), Some(until), Some(test)) =
        (time(chunk, "since"), time(chunk, "until"), time(chunk, "regression_test_at"))
    else {
        return;
    };
    let (Some(remediated), Some(confirmed)) = (flag(chunk, "remediated"), flag(chunk, "confirmed")) else { return };
    let Some(said) = texts(chunk, "disposition") else { return };
    let (words, codes) = encode(&said);
    let known: Vec<u8> = std::iter::once(0).chain(words.iter().map(|word| self::place(DISPOSITIONS, word))).collect();
    for (row, (_, finding)) in links.rows.iter().enumerate().filter(|(_, (known, _))| *known == slot) {
        let begun = horizon.passed(since.value(row));
        if !begun || horizon.passed(until.value(row)) {
            continue;
        }
        let (finding, said) = (*finding as usize, known[codes[row] as usize]);
        lives.disposition[finding] = said;
        lives.state[finding] = state(said, remediated.value(row), confirmed.value(row));
        lives.tested[finding] = u8::from(!test.is_null(row) && horizon.passed(test.value(row)));
    }
}

fn state(said: u8, remediated: bool, confirmed: bool) -> u8 {
    let word = match said {
        4 => "false_positive",
        5 => "duplicate",
        _ if confirmed => "verified",
        _ if remediated => "awaiting_verification",
        2 => "in_progress",
        3 => "disputed",
        _ => "open",
    };
    place(STATES, word)
}

/// An open finding whose risk somebody accepted is in that state until the acceptance ends.
fn accept(chunk: &RecordBatch, lives: &mut Lives, horizon: &mut Horizon) {
    let accepted = place(STATES, "risk_accepted");
    let (Some(at), Some(until)) = (time(chunk, "risk_accepted_at"), time(chunk, "risk_accepted_until")) else { return };
    for row in (0..chunk.num_rows()).filter(|row| !at.is_null(*row) && !until.is_null(*row)) {
        let begun = horizon.passed(at.value(row));
        let state = &mut lives.state[row];
        if begun && !horizon.passed(until.value(row)) && is_open(*state) {
            *state = accepted;
        }
    }
}

fn place(words: &[&str], word: &str) -> u8 {
    words.iter().position(|known| *known == word).and_then(|at| u8::try_from(at + 1).ok()).unwrap_or(0)
}

fn time<'a>(chunk: &'a RecordBatch, column: &str) -> Option<&'a TimestampMicrosecondArray> {
    chunk.column_by_name(column)?.as_primitive_opt::<TimestampMicrosecondType>()
}

fn flag<'a>(chunk: &'a RecordBatch, column: &str) -> Option<&'a BooleanArray> {
    chunk.column_by_name(column)?.as_boolean_opt()
}
