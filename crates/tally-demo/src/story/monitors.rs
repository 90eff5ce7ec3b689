//! Monitors of inputs, outputs and access; some watch without a baseline, a few were switched off.

use std::io;

use super::SEED;
use super::systems::{SYSTEMS, morning};
use crate::calendar::{Calendar, DAY, Moment};
use crate::dice::Dice;
use crate::page::Page;

pub(crate) struct Monitor {
    pub(crate) id: String,
    /// The place of its system.
    pub(crate) system: usize,
    pub(crate) family: &'static str,
    from: Moment,
    off: Option<Moment>,
    baseline: Option<Moment>,
}

pub(crate) fn plan(calendar: &Calendar) -> Vec<Monitor> {
    let mut dice = Dice::of(SEED, 11);
    let mut monitors = Vec::new();
    for (place, system) in SYSTEMS.iter().enumerate() {
        let Some(live) = system.live.filter(|live| *live < 0) else { continue };
        let kept = match system.tier {
            "high" => 0.96,
            "medium" => 0.88,
            _ => 0.66,
        };
        for family in ["inputs", "outputs", "access"] {
            if !dice.chance(kept) {
                continue;
            }
            // Monitors came to the older systems during the first year.
            let day = live.max(dice.between(-720, -380)) + dice.between(0, 12);
            let from = calendar.past(morning(calendar, day)).unwrap_or(morning(calendar, -1));
            let baseline = from + dice.between(14, 45) * DAY;
            let off = if dice.chance(0.04) { calendar.past(baseline + dice.between(60, 200) * DAY) } else { None };
            let ended = system.retired.map(|day| morning(calendar, day)).filter(|ended| *ended > from);
            let learned = dice.chance(0.93) && ended.is_none_or(|ended| ended > baseline);
            monitors.push(Monitor {
                id: format!("{}/{family}", system.id),
                system: place,
                family,
                from,
                off: ended.or(off),
                baseline: calendar.past(baseline).filter(|_| learned),
            });
        }
    }
    monitors
}

pub(crate) fn write(monitors: &[Monitor], page: &mut Page<'_>) -> io::Result<()> {
    for monitor in monitors {
        page.record("monitor", &monitor.id, |fields| {
            fields.word("system", SYSTEMS[monitor.system].id).word("family", monitor.family).at("enabled_from", monitor.from);
            fields.at("disabled_at", monitor.off).at("baseline_at", monitor.baseline);
        })?;
    }
    Ok(())
}
