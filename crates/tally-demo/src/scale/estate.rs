//! Teams, systems, their releases and assessments.
//!
//! Ids are numbers, so that any record can name another without a look-up.

use std::io;

use super::{ASSESSMENTS, Estate, FORMS, Part, RELEASES, TEAMS, TECHNIQUES, TIERS, VECTORS};
use crate::calendar::{DAY, HOUR};
use crate::page::Page;

const FUNCTIONS: [&str; 6] = ["engineering", "business", "ai_platform", "mlops", "product_security", "data_governance"];
const ORIGINS: [&str; 3] = ["internal", "third_party", "open_source"];
const ACTS: [&str; 4] = ["high_risk", "limited_risk", "minimal_risk", "gpai"];
const REGIONS: [&str; 4] = ["emea", "amer", "apac", "global"];
const UNITS: [&str; 6] = ["retail", "commercial", "claims", "payments", "corporate", "research"];
const CHECKS: [&str; 3] = ["prompt_review", "output_validation", "behavioral_test"];

pub(crate) fn write(estate: &Estate, page: &mut Page<'_>) -> io::Result<()> {
    for team in 0..TEAMS {
        page.record("team", format_args!("t-{team:02}"), |fields| {
            fields.key("name", format_args!("Team {team}")).word("function", FUNCTIONS[(team % 6) as usize]);
        })?;
    }
    for system in 0..estate.size.systems {
        write_system(estate, system, page)?;
        for turn in 0..RELEASES {
            write_release(estate, system, turn, page)?;
        }
        for turn in 0..ASSESSMENTS {
            write_assessment(estate, system, turn, page)?;
        }
    }
    Ok(())
}

fn write_system(estate: &Estate, system: u32, page: &mut Page<'_>) -> io::Result<()> {
    let facts = estate.facts(system);
    let mut dice = estate.dice(Part::Sequence, u64::from(system));
    page.record("system", format_args!("s-{system:05}"), |fields| {
        fields.key("name", format_args!("System {system}")).key("owner", format_args!("t-{:02}", facts.team));
        fields.word("origin", ORIGINS[dice.weigh(&[6, 3, 1])]).word("type", FORMS[facts.form]);
        fields.word("risk_tier", TIERS[facts.tier]).word("eu_ai_act", ACTS[dice.weigh(&[2, 4, 5, 1])]);
        fields.at("production_from", facts.live.map(|day| estate.calendar.day(day) + 9 * HOUR));
        fields.at("retired_at", facts.retired.map(|day| estate.calendar.day(day) + 9 * HOUR));
        fields.list("input_vectors", &VECTORS, |fields, (id, form)| {
            fields.word("id", id).word("type", form);
        });
        fields.texts("techniques", &TECHNIQUES);
        fields.object("labels", |fields| {
            fields.word("region", dice.pick(&REGIONS)).word("business_unit", dice.pick(&UNITS));
        });
    })
}

/// The number of a thing of which each system has `each`.
fn number(system: u32, each: u32, turn: u32) -> u64 {
    u64::from(system) * u64::from(each) + u64::from(turn)
}

/// A release and, for one in four, the checks at its gate.
fn write_release(estate: &Estate, system: u32, turn: u32, page: &mut Page<'_>) -> io::Result<()> {
    let deployed = estate.deployed(system, turn);
    let mut dice = estate.dice(Part::Sequence, 1 << 40 | number(system, RELEASES, turn));
    let change = match turn {
        0 => "new_system",
        _ if dice.chance(0.4) => "major_update",
        _ => "minor_update",
    };
    let author = dice.below(400);
    page.record("release", format_args!("s-{system:05}/r{turn}"), |fields| {
        fields.key("system", format_args!("s-{system:05}")).key("version", format_args!("{}.0.0", turn + 1));
        fields.word("change", change).key("author", format_args!("builder-{author}")).at("deployed_at", deployed);
        fields.list("artifacts", &[("model", "weights"), ("prompt", "system-prompt")], |fields, (kind, name)| {
            fields.word("kind", kind).word("name", name);
            fields.key("digest", format_args!("sha256:{:032x}{:032x}", dice.roll(), dice.roll()));
        });
    })?;
    let Some(deployed) = deployed.filter(|_| dice.chance(0.25)) else { return Ok(()) };
    for check in CHECKS {
        if dice.chance(0.1) {
            continue;
        }
        let alone = dice.chance(0.05);
        let by = if alone { author } else { author + 1 };
        page.record("gate_check", format_args!("s-{system:05}/r{turn}/{check}"), |fields| {
            fields.key("release", format_args!("s-{system:05}/r{turn}")).word("check", check);
            fields.key("performed_by", format_args!("builder-{by}")).at("performed_at", deployed - 30 * HOUR);
            fields.word("outcome", "pass");
        })?;
    }
    Ok(())
}

fn write_assessment(estate: &Estate, system: u32, turn: u32, page: &mut Page<'_>) -> io::Result<()> {
    let delivered = estate.delivered(system, turn);
    let mut dice = estate.dice(Part::Sequence, 2 << 40 | number(system, ASSESSMENTS, turn));
    let (tier, days) = [("quick_scan", 6), ("standard", 35), ("comprehensive", 75)][dice.weigh(&[3, 5, 2])];
    let requested = delivered.unwrap_or(estate.calendar.day(-3)) - dice.between(days / 2, days) * DAY;
    let depth = dice.between(3, 6) as usize;
    page.record("assessment", format_args!("s-{system:05}/a{turn}"), |fields| {
        fields.key("system", format_args!("s-{system:05}")).word("tier", tier).at("requested_at", requested);
        fields.at("started_at", delivered.map(|delivered| requested + (delivered - requested) / 2));
        fields.at("delivered_at", delivered);
        if delivered.is_some() {
            fields.texts("techniques_tested", &dice.some_of(&TECHNIQUES, depth));
            fields.texts("vectors_tested", &dice.some_of(&["chat", "passage", "tool"], 2));
            fields.plain("manual_hours", dice.between(4, 90)).plain("automated_hours", dice.between(2, 40));
        }
    })
}
