//! Scans, eval runs, credentials, monitors, indexes, activities, incidents, and the months of the programme.
//!
//! Each loop is one kind; none looks at what another has written.

use std::io;

use super::{Estate, FORMS, Part};
use crate::calendar::{DAY, HOUR, Moment, month_name};
use crate::dice::Dice;
use crate::page::Page;

const CATEGORIES: [&str; 6] =
    ["prompt_injection", "indirect_injection", "data_leakage", "jailbreak", "tool_safety", "groundedness"];

pub(crate) fn write(estate: &Estate, page: &mut Page<'_>) -> io::Result<()> {
    for system in 0..estate.size.systems {
        let mut dice = estate.dice(Part::Sequence, 3 << 40 | u64::from(system));
        write_scans(estate, system, &mut dice, page)?;
        write_evals(estate, system, &mut dice, page)?;
        write_credentials(estate, system, &mut dice, page)?;
        write_monitors(estate, system, &mut dice, page)?;
        write_activity(estate, system, &mut dice, page)?;
        if FORMS[estate.facts(system).form] == "rag" {
            write_index(estate, system, &mut dice, page)?;
        }
        if dice.chance(0.02) {
            write_incident(estate, system, &mut dice, page)?;
        }
    }
    write_calendar(estate, page)
}

fn write_scans(estate: &Estate, system: u32, dice: &mut Dice, page: &mut Page<'_>) -> io::Result<()> {
    // The newest is of the last day for many, so that a scan cadence can hold.
    for (turn, days) in [300, 8, 1].into_iter().enumerate() {
        let at = estate.lately(days, dice);
        page.record("scan", format_args!("s-{system:05}/scan{turn}"), |fields| {
            fields.key("system", format_args!("s-{system:05}")).word("tool", dice.pick(&["garak", "trivy", "modelscan"]));
            fields.plain("automated", dice.chance(0.9)).at("at", at);
        })?;
    }
    Ok(())
}

fn write_evals(estate: &Estate, system: u32, dice: &mut Dice, page: &mut Page<'_>) -> io::Result<()> {
    for (turn, days) in [500, 200, 60, 20].into_iter().enumerate() {
        let at = estate.lately(days, dice);
        let cases = dice.between(50, 400);
        let failed = dice.between(0, cases / 9);
        page.record("eval_run", format_args!("s-{system:05}/e{turn}"), |fields| {
            fields.key("system", format_args!("s-{system:05}")).word("suite", "core").word("category", dice.pick(&CATEGORIES));
            fields.word("tool", dice.pick(&["garak", "promptfoo"])).at("finished_at", at);
            fields.plain("passed", cases - failed).plain("failed", failed).plain("errors", dice.below(3));
        })?;
    }
    Ok(())
}

fn write_credentials(estate: &Estate, system: u32, dice: &mut Dice, page: &mut Page<'_>) -> io::Result<()> {
    for turn in 0..2 {
        let issued = estate.calendar.end() - dice.between(100 * DAY, 700 * DAY);
        let every = dice.pick(&[30, 60, 90]);
        let rotations: Vec<Moment> =
            (1..4).rev().map(|back| estate.calendar.end() - back * (every - 2) * DAY).filter(|at| *at > issued).collect();
        let kept = dice.chance(0.85);
        let known = if kept { &rotations[..] } else { &rotations[..rotations.len() / 3] };
        page.record("credential", format_args!("s-{system:05}/c{turn}"), |fields| {
            fields.key("system", format_args!("s-{system:05}")).key("workflow", format_args!("flow-{turn}"));
            fields.plain("scoped", dice.chance(0.9)).plain("rotation_days", every).at("issued_at", issued);
            fields.moments("rotations", known);
        })?;
        if dice.chance(0.01) {
            let detected = issued + dice.between(DAY, 95 * DAY);
            let revoked = dice.chance(0.95).then(|| detected + dice.between(5, 90) * 60);
            page.record("key_compromise", format_args!("s-{system:05}/c{turn}/leak"), |fields| {
                fields.key("credential", format_args!("s-{system:05}/c{turn}")).at("detected_at", detected);
                fields.at("revoked_at", revoked);
            })?;
        }
    }
    Ok(())
}

fn write_monitors(estate: &Estate, system: u32, dice: &mut Dice, page: &mut Page<'_>) -> io::Result<()> {
    for family in ["inputs", "outputs", "access"] {
        let from = estate.calendar.end() - dice.between(30 * DAY, 700 * DAY);
        let off = dice.chance(0.05).then(|| from + 25 * DAY);
        page.record("monitor", format_args!("s-{system:05}/{family}"), |fields| {
            fields.key("system", format_args!("s-{system:05}")).word("family", family).at("enabled_from", from);
            fields.at("disabled_at", off).at("baseline_at", dice.chance(0.85).then_some(from + 20 * DAY));
        })?;
    }
    Ok(())
}

fn write_activity(estate: &Estate, system: u32, dice: &mut Dice, page: &mut Page<'_>) -> io::Result<()> {
    let assigned = estate.calendar.end() - dice.between(10 * DAY, 700 * DAY);
    let completed = estate.calendar.past(assigned + dice.between(DAY, 40 * DAY)).filter(|_| dice.chance(0.93));
    page.record("activity", format_args!("s-{system:05}/model"), |fields| {
        fields.word("activity", "threat_model").word("topic", "inference_endpoint");
        fields.key("subject", format_args!("s-{system:05}")).at("assigned_at", assigned).at("due", assigned + 30 * DAY);
        fields.at("completed_at", completed);
    })
}

fn write_index(estate: &Estate, system: u32, dice: &mut Dice, page: &mut Page<'_>) -> io::Result<()> {
    page.record("retrieval_index", format_args!("s-{system:05}/ix"), |fields| {
        fields.key("system", format_args!("s-{system:05}"));
    })?;
    for turn in 0..3 {
        let at = estate.calendar.end() - (3 - turn) * 120 * DAY + dice.between(0, 100 * DAY);
        let documents = dice.between(500, 40_000);
        let authorized = documents - documents / 100 * dice.between(0, 8);
        page.record("index_audit", format_args!("s-{system:05}/ix/{turn}"), |fields| {
            fields.key("index", format_args!("s-{system:05}/ix")).at("at", at);
            fields.plain("documents", documents).plain("authorized", authorized);
        })?;
    }
    Ok(())
}

fn write_incident(estate: &Estate, system: u32, dice: &mut Dice, page: &mut Page<'_>) -> io::Result<()> {
    let started = estate.calendar.end() - dice.between(20 * DAY, 700 * DAY);
    let detected = started + dice.between(HOUR, 60 * HOUR);
    let resolved = detected + dice.between(5 * HOUR, 12 * DAY);
    page.record("incident", format_args!("s-{system:05}/incident"), |fields| {
        fields.key("system", format_args!("s-{system:05}")).word("class", super::findings::class_of(dice.below(30)));
        fields.word("severity", dice.pick(&["critical", "high", "medium", "low"])).at("started_at", started);
        fields.at("detected_at", detected).at("contained_at", detected + 4 * HOUR).at("resolved_at", resolved);
    })
}

/// What belongs to the programme as a whole: tabletops, processes, capacity and cost.
fn write_calendar(estate: &Estate, page: &mut Page<'_>) -> io::Result<()> {
    for number in 0..8 {
        let held = estate.calendar.day(-10 - 91 * number) + 13 * HOUR;
        page.record("tabletop", format_args!("tabletop-{number}"), |fields| {
            fields.at("held_at", held).word("scenario", "an agent is led astray");
            fields.list("actions", &["a", "b"], |fields, id| {
                let closed = estate.calendar.past(held + 40 * DAY);
                fields.word("id", id).at("due", held + 45 * DAY).at("closed_at", closed);
                fields.at("verified_at", closed.and_then(|closed| estate.calendar.past(closed + DAY)));
            });
        })?;
    }
    for topic in ["design_review", "production_approval", "adversarial_testing", "production_monitoring"] {
        page.record("process", topic, |fields| {
            fields.word("topic", topic).word("owner", "t-04").word("approved_by", "board");
            fields.at("approved_at", estate.calendar.day(-200)).at("review_due", estate.calendar.day(165));
        })?;
    }
    for back in (0..24).rev() {
        let month = month_name(estate.calendar.month(back));
        page.record("capacity", &month, |fields| {
            fields.word("month", &month).plain("fte", 60 + (24 - back));
        })?;
        page.record("cost", format_args!("{month}/people"), |fields| {
            fields
                .word("month", &month)
                .word("category", "people")
                .key("amount", format_args!("{}.50", 600_000 - back * 9_000));
        })?;
    }
    Ok(())
}
