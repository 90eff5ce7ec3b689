//! Automated scans: one a month in the last year, and those that the cadence asks for at the end.
//!
//! A few systems miss their cadence, as they do in life.

use std::io;

use super::SEED;
use super::releases::{Release, latest};
use super::systems::SYSTEMS;
use crate::calendar::{Calendar, HOUR, Moment};
use crate::dice::Dice;
use crate::page::Page;

pub(crate) struct Scan {
    pub(crate) id: String,
    /// The place of its system.
    pub(crate) system: usize,
    tool: &'static str,
    automated: bool,
    pub(crate) at: Moment,
    release: Option<String>,
}

pub(crate) fn plan(calendar: &Calendar, releases: &[Release]) -> Vec<Scan> {
    let mut dice = Dice::of(SEED, 5);
    let mut scans = Vec::new();
    for (place, system) in SYSTEMS.iter().enumerate() {
        let mut add = |at: Moment, automated, dice: &mut Dice| {
            let tools: &[&str] = if system.talks() { &["garak", "promptfoo"] } else { &["modelscan", "trivy"] };
            let release = latest(releases, place, at).map(|release| release.id.clone());
            let id = format!("{}/scan-{:03}", system.id, scans.len() + 1);
            scans.push(Scan { id, system: place, tool: dice.pick(tools), automated, at, release });
        };
        for back in (0..12).rev() {
            // The last night of a month, before its report is made.
            let at = calendar.month(back) - dice.between(1, 22) * HOUR - dice.between(0, 3_000);
            let kept = if system.tier == "low" { 0.25 } else { 0.9 - 0.04 * back as f64 };
            if system.in_production(calendar.day_of(at)) && dice.chance(kept) {
                let automated = dice.chance(0.93);
                add(at, automated, &mut dice);
            }
        }
        let (hours, kept) = match system.tier {
            "high" => (22, 0.9),
            "medium" => (150, 0.85),
            _ => (700, 0.3),
        };
        if system.in_production(0) && dice.chance(kept) {
            let at = calendar.end() - dice.between(1, hours) * HOUR - dice.between(0, 3_000);
            add(at, true, &mut dice);
        }
    }
    scans
}

pub(crate) fn write(scans: &[Scan], page: &mut Page<'_>) -> io::Result<()> {
    for scan in scans {
        page.record("scan", &scan.id, |fields| {
            fields.word("system", SYSTEMS[scan.system].id).word("tool", scan.tool);
            fields.plain("automated", scan.automated).at("at", scan.at);
            if let Some(release) = &scan.release {
                fields.word("release", release);
            }
        })?;
    }
    Ok(())
}
