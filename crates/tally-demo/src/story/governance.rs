//! Processes, with one of the four required topics overdue for review.

use std::io;

use super::SEED;
use super::people::RISK_OWNERS;
use crate::calendar::Calendar;
use crate::dice::Dice;
use crate::page::Page;

/// Topic, owner, the days of approval and of the next review; no approval where it is a draft.
type Process = (&'static str, &'static str, Option<(i64, i64)>);

const PROCESSES: [Process; 6] = [
    ("design_review", "product-security", Some((-210, 155))),
    ("production_approval", "grc", Some((-120, 245))),
    ("adversarial_testing", "red-team", Some((-95, 270))),
    // Written early and never looked at again.
    ("production_monitoring", "soc", Some((-400, -35))),
    ("vendor_intake", "grc", Some((-300, 65))),
    ("agent_tool_review", "ai-platform", None),
];

pub(crate) fn write(calendar: &Calendar, page: &mut Page<'_>) -> io::Result<()> {
    let mut dice = Dice::of(SEED, 13);
    for (topic, owner, approved) in PROCESSES {
        page.record("process", topic, |fields| {
            fields.word("topic", topic).word("owner", owner);
            if let Some((day, review)) = approved {
                fields.text("approved_by", dice.pick(&RISK_OWNERS)).at("approved_at", calendar.work(day, &mut dice));
                fields.at("review_due", calendar.day(review));
            }
        })?;
    }
    Ok(())
}

/// The topics that are written down, for the evidence of them.
pub(crate) fn written_topics() -> impl Iterator<Item = (&'static str, i64)> {
    PROCESSES.into_iter().filter_map(|(topic, _, approved)| approved.map(|(day, _)| (topic, day)))
}
