//! Monitors of inputs, outputs and access; some watch without a baseline, a few were switched off.

use std::io;

use super::SEED;
use super::systems::{SYSTEMS, morning};
use crate::calendar::{Calendar, DAY};
use crate::dice::Dice;
use crate::page::Page;

pub(crate) fn write(calendar: &Calendar, page: &mut Page<'_>) -> io::Result<()> {
    let mut dice = Dice::of(SEED, 11);
    for system in SYSTEMS {
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
            page.record("monitor", format_args!("{}/{family}", system.id), |fields| {
                fields.word("system", system.id).word("family", family).at("enabled_from", from);
                fields.at("disabled_at", ended.or(off));
                fields.at("baseline_at", calendar.past(baseline).filter(|_| learned));
            })?;
        }
    }
    Ok(())
}
