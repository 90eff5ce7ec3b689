//! What is worked out of a system at T: whether it serves users, how it was tested in the last 12 months, what is open.
//!
//! Each figure is the one of METRICS.md cut down to one system: `system-test-coverage`, `current-version-coverage`,
//! `technique-coverage`, `input-vector-coverage`.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use tally_model::Instant;

use super::column::{ABSENT, Column, UNKNOWN};
use super::desk::Desk;
use super::horizon::Horizon;
use super::lane::Cells;
use super::lexicon::Lexicon;
use super::relation::{self, NOWHERE, rows_of};
use super::shelf::Key;
use crate::MeasureError;

/// Months that the figures of coverage look back.
const WINDOW: u32 = 12;

/// The tables that the care for systems is read from.
pub(crate) const CARE: [&str; 8] = [
    "systems",
    "assessments",
    "releases",
    "assessment_techniques_applicable",
    "assessment_techniques_tested",
    "assessment_vectors_tested",
    "system_techniques",
    "system_input_vectors",
];

/// How a system was tested.
#[derive(Clone, Default)]
pub(crate) struct Care {
    last_assessed: Option<i64>,
    in_window: bool,
    release: Option<(i64, String)>,
    current: bool,
    pairs: (i64, i64),
    vectors: (i64, i64),
    /// Techniques that apply, and whether some assessment in the window tried each.
    pub(crate) techniques: Vec<(String, bool)>,
}

/// A column that is worked out, or `None` where there is none of this name.
pub(crate) fn column(desk: &Desk<'_>, name: &str, horizon: &mut Horizon) -> Result<Option<Column>, MeasureError> {
    if name == "in_production" {
        return in_production(desk, horizon).map(Some);
    }
    let (care, until) = care(desk)?;
    horizon.meet(until);
    let whole = |value: &dyn Fn(&Care) -> i64| Column::Whole(care.iter().map(value).collect());
    let flag = |value: &dyn Fn(&Care) -> bool| Column::Flag(care.iter().map(|care| u8::from(value(care))).collect());
    Ok(Some(match name {
        "last_assessed" => Column::Time(care.iter().map(|care| care.last_assessed.unwrap_or(ABSENT)).collect()),
        "assessed" => flag(&|care| care.in_window),
        "current_version_assessed" => flag(&|care| care.current),
        "current_release" => {
            let lexicon = Lexicon::default();
            let codes = care.iter().map(|care| care.release.as_ref().map_or(0, |(_, id)| lexicon.code(id))).collect();
            Column::Words { names: lexicon.names(), codes }
        }
        "techniques_applicable" => whole(&|care| care.pairs.1),
        "techniques_tested" => whole(&|care| care.pairs.0),
        "vectors_tested" => whole(&|care| care.vectors.0),
        _ => return Ok(None),
    }))
}

fn in_production(desk: &Desk<'_>, horizon: &mut Horizon) -> Result<Column, MeasureError> {
    let from = desk.look("systems", "production_from", horizon)?;
    let retired = desk.look("systems", "retired_at", horizon)?;
    let (Column::Time(from), Column::Time(retired)) = (&*from.column, &*retired.column) else {
        return Ok(Column::Flag(vec![UNKNOWN; desk.rows("systems")?]));
    };
    let serves = |(from, retired): (&i64, &i64)| u8::from(*from != ABSENT && horizon.passed(*from) && *retired == ABSENT);
    Ok(Column::Flag(from.iter().zip(retired).map(serves).collect()))
}

/// Open findings by row of `systems`, a list for each severity.
struct Opened {
    severities: Vec<String>,
    counts: Vec<Vec<i64>>,
}

/// Open findings by system; all severities, or one.
pub(crate) fn open(desk: &Desk<'_>, severity: Option<&str>, horizon: &mut Horizon) -> Result<Column, MeasureError> {
    let (opened, until) = desk.keep(Key::new("opened"), &["systems", "findings", "finding_states"], |horizon| {
        let opened = opened(desk, horizon)?;
        let bytes = opened.counts.iter().map(|counts| counts.len() * 8).sum();
        Ok((opened, bytes))
    })?;
    horizon.meet(until);
    let mut sums = vec![0i64; desk.rows("systems")?];
    for (known, counts) in opened.severities.iter().zip(&opened.counts) {
        if severity.is_none_or(|severity| severity == known) {
            sums.iter_mut().zip(counts).for_each(|(sum, count)| *sum += count);
        }
    }
    Ok(Column::Whole(sums))
}

fn opened(desk: &Desk<'_>, horizon: &mut Horizon) -> Result<Opened, MeasureError> {
    let index = relation::index(desk, "systems")?;
    let (systems, severities) = (desk.lane("findings", "system")?, desk.lane("findings", "severity")?);
    let flags = desk.lane("findings", "open")?;
    horizon.meet(flags.horizon);
    let names = systems.names();
    let rows = systems.by_code(|code| names.get(code).and_then(|name| index.get(&**name)).copied().unwrap_or(NOWHERE));
    let severities_known: Vec<String> = severities.names().iter().map(ToString::to_string).collect();
    let mut counts = vec![vec![0i64; desk.rows("systems")?]; severities_known.len()];
    for at in 0..flags.parts().len() {
        let (Cells::Words(systems), Cells::Words(severities), Cells::Flag(flags)) =
            (systems.cells(at), severities.cells(at), flags.cells(at))
        else {
            continue;
        };
        for ((system, severity), _) in systems.iter().zip(severities).zip(flags).filter(|(_, flag)| **flag == 1) {
            if let Some(count) = counts[*severity as usize].get_mut(rows[*system as usize] as usize) {
                *count += 1;
            }
        }
    }
    Ok(Opened { severities: severities_known, counts })
}

/// How each system was tested, by row of `systems`.
pub(crate) fn care(desk: &Desk<'_>) -> Result<(Arc<Vec<Care>>, Horizon), MeasureError> {
    desk.keep(Key::new("care"), &CARE, |horizon| {
        let mut care = vec![Care::default(); desk.rows("systems")?];
        releases(desk, &mut care, horizon)?;
        let tried = assessments(desk, &mut care, horizon)?;
        techniques(desk, &mut care, &tried, horizon)?;
        vectors(desk, &mut care, &tried, horizon)?;
        let bytes = care.iter().map(|care| 160 + care.techniques.len() * 48).sum();
        Ok((care, bytes))
    })
}

/// The latest new system or major update of each system.
fn releases(desk: &Desk<'_>, care: &mut [Care], horizon: &mut Horizon) -> Result<(), MeasureError> {
    let systems = rows_of(desk, "releases", "system", "systems", horizon)?;
    let (times, change) = (desk.look("releases", "deployed_at", horizon)?, desk.look("releases", "change", horizon)?);
    let (Column::Time(times), Column::Words { names, codes }) = (&*times.column, &*change.column) else { return Ok(()) };
    let large: Vec<bool> = names.iter().map(|name| matches!(&**name, "new_system" | "major_update")).collect();
    for (row, ((system, at), code)) in systems.iter().zip(times).zip(codes).enumerate() {
        let Some(care) = care.get_mut(*system as usize).filter(|_| *at != ABSENT && large[*code as usize]) else { continue };
        if care.release.as_ref().is_some_and(|(known, _)| known > at) {
            continue;
        }
        let id = desk.text("releases", "id", row)?.unwrap_or_default();
        if care.release.as_ref().is_none_or(|(known, other)| (*known, other.as_str()) < (*at, id.as_str())) {
            care.release = Some((*at, id));
        }
    }
    Ok(())
}

/// Assessments delivered in the window: for each row of `assessments` its system, or `NOWHERE`.
fn assessments(desk: &Desk<'_>, care: &mut [Care], horizon: &mut Horizon) -> Result<Vec<u32>, MeasureError> {
    let since = Instant::from_micros(desk.at()).months_before(WINDOW).micros();
    let systems = rows_of(desk, "assessments", "system", "systems", horizon)?;
    let (times, release) = (desk.look("assessments", "delivered_at", horizon)?, desk.look("assessments", "release", horizon)?);
    let (Column::Time(times), Column::Words { names, codes }) = (&*times.column, &*release.column) else {
        return Ok(vec![NOWHERE; systems.len()]);
    };
    let mut tried = vec![NOWHERE; systems.len()];
    for (row, ((system, at), code)) in systems.iter().zip(times).zip(codes).enumerate() {
        let Some(care) = care.get_mut(*system as usize).filter(|_| *at != ABSENT) else { continue };
        care.last_assessed = care.last_assessed.max(Some(*at));
        if !horizon.within(*at, since, WINDOW) {
            continue;
        }
        tried[row] = *system;
        care.in_window = true;
        care.current |= match &care.release {
            Some((deployed, id)) => **id == *names[*code as usize] || at >= deployed,
            None => true,
        };
    }
    Ok(tried)
}

/// The items of a nested list by row of its table, as codes that all lists share.
fn lists(
    desk: &Desk<'_>,
    nested: (&str, &str),
    table: (&str, &str),
    codes: &Lexicon,
    horizon: &mut Horizon,
    wanted: &dyn Fn(u32) -> bool,
) -> Result<HashMap<u32, Vec<u32>>, MeasureError> {
    let rows = rows_of(desk, nested.0, table.1, table.0, horizon)?;
    let items = desk.look(nested.0, nested.1, horizon)?;
    let mut lists: HashMap<u32, Vec<u32>> = HashMap::new();
    let Column::Words { names, codes: own } = &*items.column else { return Ok(lists) };
    let shared: Vec<u32> = names.iter().map(|name| codes.code(name)).collect();
    for (row, code) in rows.iter().zip(own).filter(|(row, _)| **row != NOWHERE && wanted(**row)) {
        lists.entry(*row).or_default().push(shared[*code as usize]);
    }
    Ok(lists)
}

fn techniques(desk: &Desk<'_>, care: &mut [Care], tried: &[u32], horizon: &mut Horizon) -> Result<(), MeasureError> {
    let lexicon = Lexicon::default();
    let counts = |row: u32| tried[row as usize] != NOWHERE;
    let assessment = ("assessments", "assessment");
    let own = lists(desk, ("assessment_techniques_applicable", "technique"), assessment, &lexicon, horizon, &counts)?;
    let done = lists(desk, ("assessment_techniques_tested", "technique"), assessment, &lexicon, horizon, &counts)?;
    let general = lists(desk, ("system_techniques", "technique"), ("systems", "system"), &lexicon, horizon, &|_| true)?;
    let names = lexicon.names();
    let mut known: Vec<HashMap<u32, bool>> = vec![HashMap::new(); care.len()];
    for (system, codes) in &general {
        known[*system as usize].extend(codes.iter().map(|code| (*code, false)));
    }
    for (row, system) in (0u32..).zip(tried).filter(|(_, system)| **system != NOWHERE) {
        let tested: HashSet<u32> = done.get(&row).into_iter().flatten().copied().collect();
        for code in own.get(&row).or_else(|| general.get(system)).into_iter().flatten() {
            let hit = tested.contains(code);
            care[*system as usize].pairs.0 += i64::from(hit);
            care[*system as usize].pairs.1 += 1;
            *known[*system as usize].entry(*code).or_default() |= hit;
        }
    }
    for (care, known) in care.iter_mut().zip(known) {
        care.techniques = known.into_iter().map(|(code, hit)| (names[code as usize].to_string(), hit)).collect();
        care.techniques.sort_unstable();
    }
    Ok(())
}

fn vectors(desk: &Desk<'_>, care: &mut [Care], tried: &[u32], horizon: &mut Horizon) -> Result<(), MeasureError> {
    let lexicon = Lexicon::default();
    let counts = |row: u32| tried[row as usize] != NOWHERE;
    let done = lists(desk, ("assessment_vectors_tested", "vector"), ("assessments", "assessment"), &lexicon, horizon, &counts)?;
    let there = lists(desk, ("system_input_vectors", "id"), ("systems", "system"), &lexicon, horizon, &|_| true)?;
    let tested: HashSet<(u32, u32)> =
        done.iter().flat_map(|(row, codes)| codes.iter().map(|code| (tried[*row as usize], *code))).collect();
    for (system, codes) in &there {
        let hits = codes.iter().filter(|code| tested.contains(&(*system, **code))).count();
        let figures = (i64::try_from(hits).unwrap_or(i64::MAX), i64::try_from(codes.len()).unwrap_or(i64::MAX));
        care[*system as usize].vectors = figures;
    }
    Ok(())
}

/// For each team how many systems it answers for that are not retired.
pub(crate) fn owned(desk: &Desk<'_>, horizon: &mut Horizon) -> Result<Column, MeasureError> {
    let mut counts = vec![0i64; desk.rows("teams")?];
    let teams = rows_of(desk, "systems", "owner", "teams", horizon)?;
    let retired = desk.look("systems", "retired_at", horizon)?;
    if let Column::Time(retired) = &*retired.column {
        for (team, _) in teams.iter().zip(retired).filter(|(_, retired)| **retired == ABSENT) {
            if let Some(count) = counts.get_mut(*team as usize) {
                *count += 1;
            }
        }
    }
    Ok(Column::Whole(counts))
}

/// Names of a small table's records by id.
pub(crate) fn names(desk: &Desk<'_>, table: &str) -> Result<Arc<HashMap<String, String>>, MeasureError> {
    let index = relation::index(desk, table)?;
    let (names, _) = desk.keep(Key::new("names").text(table), &[table], |horizon| {
        let known = desk.look(table, "name", horizon)?;
        let mut names = HashMap::new();
        if let Column::Words { names: words, codes } = &*known.column {
            for (id, row) in &*index {
                names.insert(id.clone(), words[codes[*row as usize] as usize].to_string());
            }
        }
        let bytes = names.len() * 128;
        Ok((names, bytes))
    })?;
    Ok(names)
}
