//! The columns that are worked out, by table and name, and the tables that each is read from. Adds no column to a table.

use super::column::{ABSENT, Column, UNKNOWN};
use super::desk::Desk;
use super::horizon::Horizon;
use super::nature::{self, Must};
use super::relation::{parents, rows_of};
use super::{finding, system};
use crate::MeasureError;

/// The tables that a worked-out column is read from; `None` where the table has no such column.
pub(crate) fn tables_of<'a>(table: &'a str, name: &str) -> Option<Vec<&'a str>> {
    if let Some((through, _)) = via(table).filter(|_| name == "system") {
        return Some(vec![table, through]);
    }
    Some(match (table, name) {
        ("findings", "state" | "disposition" | "open" | "overdue" | "age_days" | "has_regression_test") => {
            finding::TABLES.to_vec()
        }
        ("findings", "due") => vec!["findings"],
        ("systems", "in_production") => vec!["systems"],
        ("systems", name) if name.strip_prefix("open").is_some_and(|rest| rest.is_empty() || rest.starts_with('_')) => {
            vec!["systems", "findings", "finding_states"]
        }
        (
            "systems",
            "last_assessed"
            | "assessed"
            | "current_version_assessed"
            | "current_release"
            | "techniques_applicable"
            | "techniques_tested"
            | "vectors_tested",
        ) => system::CARE.to_vec(),
        ("teams", "systems") => vec!["teams", "systems"],
        ("assessments", "days")
        | ("incidents", "hours_to_detect" | "hours_to_recover")
        | ("key_compromises", "minutes_to_revoke") => {
            vec![table]
        }
        ("eval_runs", "pass_rate") | ("index_audits", "authorized_rate") => vec![table],
        ("credentials", "next_rotation" | "rotation_overdue") => vec!["credentials", "credential_rotations"],
        ("tabletops", "actions_open") => vec!["tabletops", "tabletop_actions"],
        ("systems" | "processes" | "claims", "owner") | ("systems", "risk_tier") => return None,
        (_, "owner" | "risk_tier") if has_system(table) => {
            [Some(table), via(table).map(|(through, _)| through), Some("systems")].into_iter().flatten().collect()
        }
        (_, "state") if nature::of(table).is_some_and(|nature| !nature.states.is_empty()) => vec![table],
        _ => return None,
    })
}

/// Kinds that name their system through another record: its table, and the column that names it.
fn via(table: &str) -> Option<(&'static str, &'static str)> {
    match table {
        "gate_checks" => Some(("releases", "release")),
        "key_compromises" => Some(("credentials", "credential")),
        "index_audits" => Some(("retrieval_indexes", "index")),
        _ => None,
    }
}

fn has_system(table: &str) -> bool {
    via(table).is_some()
        || matches!(
            table,
            "findings"
                | "assessments"
                | "scans"
                | "eval_runs"
                | "releases"
                | "incidents"
                | "credentials"
                | "retrieval_indexes"
                | "monitors"
        )
}

/// Where a column only repeats what another record says: the column that names that record, its table and its column.
pub(crate) fn follows<'a>(table: &str, name: &'a str) -> Option<(&'static str, (&'static str, &'a str))> {
    match name {
        "system" => via(table).map(|(target, column)| (column, (target, "system"))),
        "owner" | "risk_tier" if has_system(table) => Some(("system", ("systems", name))),
        _ => None,
    }
}

/// Makes a column that `tables_of` knows, all rows at once; not one that follows another record's.
pub(crate) fn make(desk: &Desk<'_>, table: &str, name: &str, horizon: &mut Horizon) -> Result<Column, MeasureError> {
    let made = match (table, name) {
        ("systems", "open") => Some(system::open(desk, None, horizon)?),
        ("systems", name) if name.starts_with("open_") => Some(system::open(desk, name.strip_prefix("open_"), horizon)?),
        ("systems", _) => system::column(desk, name, horizon)?,
        ("teams", _) => Some(system::owned(desk, horizon)?),
        ("assessments", "days") => Some(between(desk, table, ("requested_at", "delivered_at"), 86_400e6, horizon)?),
        ("incidents", "hours_to_detect") => Some(between(desk, table, ("started_at", "detected_at"), 3_600e6, horizon)?),
        ("incidents", "hours_to_recover") => Some(between(desk, table, ("detected_at", "resolved_at"), 3_600e6, horizon)?),
        ("key_compromises", "minutes_to_revoke") => Some(between(desk, table, ("detected_at", "revoked_at"), 60e6, horizon)?),
        ("eval_runs", "pass_rate") => Some(share(desk, table, "passed", |passed, failed| passed + failed, "failed", horizon)?),
        ("index_audits", "authorized_rate") => {
            Some(share(desk, table, "authorized", |_, documents| documents, "documents", horizon)?)
        }
        ("credentials", "next_rotation") => Some(Column::Time(rotations(desk, horizon)?)),
        ("credentials", "rotation_overdue") => Some(rotation_overdue(desk, horizon)?),
        ("tabletops", "actions_open") => Some(actions_open(desk, horizon)?),
        (_, "state") => Some(state(desk, table, horizon)?),
        _ => None,
    };
    made.ok_or_else(|| MeasureError::facts(format!("column `{name}` of `{table}` cannot be worked out")))
}

/// The first state whose conditions all hold.
fn state(desk: &Desk<'_>, table: &str, horizon: &mut Horizon) -> Result<Column, MeasureError> {
    let states = nature::of(table).map(|nature| nature.states).unwrap_or_default();
    let mut codes = vec![0u32; desk.rows(table)?];
    for (code, (_, musts)) in (1..).zip(states) {
        let mut holds = vec![true; codes.len()];
        for must in *musts {
            let (Must::Seen(name) | Must::Given(name) | Must::Past(name)) = must;
            let known = desk.look(table, name, horizon)?;
            let Column::Time(times) = &*known.column else { continue };
            for (holds, at) in holds.iter_mut().zip(times) {
                *holds &= *at != ABSENT && (!matches!(must, Must::Past(_)) || horizon.passed(*at));
            }
        }
        for (known, _) in codes.iter_mut().zip(holds).filter(|(known, holds)| **known == 0 && *holds) {
            *known = code;
        }
    }
    let words: Vec<&str> = states.iter().map(|(word, _)| *word).collect();
    Ok(Column::words(&words, codes))
}

#[expect(clippy::cast_precision_loss, reason = "spans of time are far below 2^53 microseconds")]
fn between(desk: &Desk<'_>, table: &str, ends: (&str, &str), unit: f64, horizon: &mut Horizon) -> Result<Column, MeasureError> {
    let (from, to) = (desk.look(table, ends.0, horizon)?, desk.look(table, ends.1, horizon)?);
    let (Column::Time(from), Column::Time(to)) = (&*from.column, &*to.column) else { return Ok(Column::Real(Vec::new())) };
    let span = |(from, to): (&i64, &i64)| match (*from, *to) {
        (ABSENT, _) | (_, ABSENT) => f64::NAN,
        (from, to) => (to - from) as f64 / unit,
    };
    Ok(Column::Real(from.iter().zip(to).map(span).collect()))
}

/// A share in percent; none of nothing.
#[expect(clippy::cast_precision_loss, reason = "counts of cases and documents are far below 2^53")]
fn share(
    desk: &Desk<'_>,
    table: &str,
    part: &str,
    whole: fn(i64, i64) -> i64,
    other: &str,
    horizon: &mut Horizon,
) -> Result<Column, MeasureError> {
    let (part, other) = (desk.look(table, part, horizon)?, desk.look(table, other, horizon)?);
    let (Column::Whole(part), Column::Whole(other)) = (&*part.column, &*other.column) else {
        return Ok(Column::Real(Vec::new()));
    };
    let share = |(part, other): (&i64, &i64)| match (*part, *other) {
        (ABSENT, _) | (_, ABSENT) => f64::NAN,
        (part, other) if whole(part, other) == 0 => f64::NAN,
        (part, other) => part as f64 / whole(part, other) as f64 * 100.0,
    };
    Ok(Column::Real(part.iter().zip(other).map(share).collect()))
}

/// When each credential has to be rotated next: its last rotation before T, else its issue, and the days it may stand.
fn rotations(desk: &Desk<'_>, horizon: &mut Horizon) -> Result<Vec<i64>, MeasureError> {
    let (issued, days) = (desk.look("credentials", "issued_at", horizon)?, desk.look("credentials", "rotation_days", horizon)?);
    let rotated = desk.look("credential_rotations", "at", horizon)?;
    let rows = parents(desk, "credentials", "credential_rotations")?;
    let (Column::Time(issued), Column::Whole(days), Column::Time(rotated)) = (&*issued.column, &*days.column, &*rotated.column)
    else {
        return Ok(vec![ABSENT; desk.rows("credentials")?]);
    };
    let mut last = issued.clone();
    for (row, at) in rows.iter().zip(rotated) {
        if let Some(last) = last.get_mut(*row as usize) {
            *last = (*last).max(*at);
        }
    }
    let next = |(last, days): (&i64, &i64)| match (*last, *days) {
        (ABSENT, _) | (_, ABSENT) => ABSENT,
        (last, days) => last.saturating_add(days.saturating_mul(tally_model::instant::DAY)),
    };
    Ok(last.iter().zip(days).map(next).collect())
}

fn rotation_overdue(desk: &Desk<'_>, horizon: &mut Horizon) -> Result<Column, MeasureError> {
    let (next, retired) =
        (desk.look("credentials", "next_rotation", horizon)?, desk.look("credentials", "retired_at", horizon)?);
    let (Column::Time(next), Column::Time(retired)) = (&*next.column, &*retired.column) else {
        return Ok(Column::Flag(vec![UNKNOWN; desk.rows("credentials")?]));
    };
    let late = |(next, retired): (&i64, &i64)| match (*next, *retired) {
        (_, retired) if retired != ABSENT => 0,
        (ABSENT, _) => UNKNOWN,
        (next, _) => u8::from(horizon.passed(next)),
    };
    Ok(Column::Flag(next.iter().zip(retired).map(late).collect()))
}

/// Actions of each exercise that are not done and seen to be done.
fn actions_open(desk: &Desk<'_>, horizon: &mut Horizon) -> Result<Column, MeasureError> {
    let mut counts = vec![0i64; desk.rows("tabletops")?];
    let rows = rows_of(desk, "tabletop_actions", "tabletop", "tabletops", horizon)?;
    let closed = desk.look("tabletop_actions", "closed_at", horizon)?;
    let verified = desk.look("tabletop_actions", "verified_at", horizon)?;
    if let (Column::Time(closed), Column::Time(verified)) = (&*closed.column, &*verified.column) {
        for ((row, closed), verified) in rows.iter().zip(closed).zip(verified) {
            if let Some(count) = counts.get_mut(*row as usize).filter(|_| *closed == ABSENT || *verified == ABSENT) {
                *count += 1;
            }
        }
    }
    Ok(Column::Whole(counts))
}
