//! Incidents and tabletops: one incident comes in a class that nobody had tested, and the next tabletop rehearses it.
//!
//! Every other incident is of a class that is known by then, or of one the programme never takes up.

use std::io;

use super::SEED;
use super::plot::{BLIND_HOURS, CLASS_KNOWN, INCIDENT, UNTESTED_CLASS, UNTESTED_TECHNIQUES};
use crate::calendar::{Calendar, DAY, HOUR, along};
use crate::dice::Dice;
use crate::page::Page;

/// System (none where it was not one of ours), class, severity, day.
const INCIDENTS: [(Option<&str>, &str, &str, i64); 12] = [
    (Some("support-bot"), "LLM02:2025", "high", -688),
    (Some("legacy-faq-bot"), "LLM09:2025", "low", -590),
    (Some("fraud-scoring"), "AML.T0015", "medium", -512),
    (None, "deepfake-call", "medium", -455),
    (Some("support-bot"), "LLM03:2025", "high", -433),
    (Some("knowledge-base-chat"), "LLM08:2025", "medium", -322),
    (Some("code-helper"), "LLM03:2025", "medium", -268),
    (Some("it-helpdesk-agent"), "ASI03", "high", -188),
    (Some("refund-agent"), UNTESTED_CLASS, "critical", INCIDENT),
    (Some("dispute-chat"), "LLM01:2025", "medium", -97),
    (Some("agent-platform"), "ASI02", "high", -58),
    (Some("procurement-agent"), "LLM06:2025", "medium", -6),
];

/// The day, the scenario, the techniques rehearsed.
const TABLETOPS: [(i64, &str, &[&str]); 9] = [
    (-701, "A chat assistant discloses account data", &["AML.T0057"]),
    (-610, "A poisoned model arrives from a public registry", &["AML.T0010.003"]),
    (-519, "The model provider is down for a day", &["AML.T0029"]),
    (-427, "A provider key is found in a public repository", &["AML.T0083"]),
    (-336, "A planted document steers the claims desk", &["AML.T0051.001", "AML.T0070"]),
    (-245, "An agent sends data out by way of a tool", &["AML.T0053", "AML.T0086"]),
    (CLASS_KNOWN + 4, "The memory of an agent is poisoned and pays out", &UNTESTED_TECHNIQUES),
    (-71, "A tool server changes its description overnight", &["AML.T0110"]),
    (-12, "An agent deletes what it was asked to tidy", &["AML.T0101"]),
];

pub(crate) fn write(calendar: &Calendar, page: &mut Page<'_>) -> io::Result<()> {
    let mut dice = Dice::of(SEED, 12);
    for (number, (system, class, severity, day)) in INCIDENTS.into_iter().enumerate() {
        let started = calendar.work(day, &mut dice) - 6 * HOUR;
        let blind = along(BLIND_HOURS, day) * (0.6 + 0.8 * dice.share());
        let detected = started + (blind * HOUR as f64) as i64;
        let contained = detected + dice.between(1, 20) * HOUR;
        let resolved = contained + dice.between(1, 12) * DAY;
        page.record("incident", format_args!("incident-{:02}", number + 1), |fields| {
            if let Some(system) = system {
                fields.word("system", system);
            }
            fields.word("class", class).word("severity", severity).at("started_at", started).at("detected_at", detected);
            // The newest is contained; the repair is still going on.
            let settled = calendar.past(resolved).filter(|_| day < -20);
            fields.at("contained_at", calendar.past(contained)).at("resolved_at", settled);
        })?;
    }
    for (number, tabletop) in TABLETOPS.iter().enumerate() {
        write_tabletop(calendar, number + 1, tabletop, &mut dice, page)?;
    }
    Ok(())
}

fn write_tabletop(
    calendar: &Calendar,
    number: usize,
    (day, scenario, techniques): &(i64, &str, &[&str]),
    dice: &mut Dice,
    page: &mut Page<'_>,
) -> io::Result<()> {
    let held = calendar.work(*day, dice);
    let actions: Vec<i64> = (1..=dice.between(2, 4)).collect();
    page.record("tabletop", format_args!("tabletop-{number:02}"), |fields| {
        fields.at("held_at", held).text("scenario", scenario).texts("techniques", techniques);
        fields.list("actions", &actions, |fields, action| {
            let due = held + dice.between(30, 75) * DAY;
            // One in eight takes longer than it should.
            let late = dice.chance(0.12);
            let closed = if late { due + dice.between(5, 40) * DAY } else { due - dice.between(1, 20) * DAY };
            let closed = calendar.past(closed);
            let verified = closed.and_then(|closed| calendar.past(closed + dice.between(1, 9) * DAY));
            fields.key("id", format_args!("action-{action}")).at("due", due).at("closed_at", closed);
            fields.at("verified_at", verified);
        });
    })
}
