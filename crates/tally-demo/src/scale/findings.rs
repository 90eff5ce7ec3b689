//! The findings of the large programme, each drawn and written in one go.
//!
//! This is the loop that a bench waits for: no text is made that can be copied, and nothing is sorted.

use std::io;

use super::{ASSESSMENTS, Estate, Part, VECTORS};
use crate::calendar::{Calendar, DAY, HOUR, Moment};
use crate::dice::Dice;
use crate::page::{Fields, Page};
use crate::remedy::{self, Habits, SEVERITIES, confirmed, cycles, remediated};

/// Id and what a finding of the class is called.
const CLASSES: [(&str, &str); 30] = [
    ("LLM01:2025", "Instructions in text are followed"),
    ("LLM02:2025", "Personal data is repeated"),
    ("LLM03:2025", "An artifact is not pinned"),
    ("LLM04:2025", "Training data comes from anyone"),
    ("LLM05:2025", "Output is executed"),
    ("LLM06:2025", "A tool can do too much"),
    ("LLM07:2025", "The system prompt is printed"),
    ("LLM08:2025", "Retrieval skips the rights check"),
    ("LLM09:2025", "A source is invented"),
    ("LLM10:2025", "No limit on cost"),
    ("ASI01", "The goal can be changed"),
    ("ASI02", "Tool arguments are not checked"),
    ("ASI03", "Rights of another user are used"),
    ("ASI04", "A tool server is not reviewed"),
    ("ASI05", "Generated code leaves the sandbox"),
    ("ASI06", "Memory can be poisoned"),
    ("ASI07", "Messages between agents are not signed"),
    ("ASI08", "One failure spreads to other agents"),
    ("ASI09", "Approval hides the action"),
    ("ASI10", "An agent runs without an owner"),
    ("AML.T0015", "Crafted input evades the model"),
    ("AML.T0020", "Training data can be poisoned"),
    ("AML.T0024.000", "Membership can be inferred"),
    ("AML.T0024.001", "The model can be inverted"),
    ("AML.T0024.002", "The model can be copied"),
    ("AML.T0029", "The service can be denied"),
    ("AML.T0043", "Adversarial data is accepted"),
    ("AML.T0056", "The system prompt can be extracted"),
    ("AML.T0070", "The index can be poisoned"),
    ("AML.T0083", "Credentials lie in the agent's configuration"),
];

const HABITS: Habits = Habits {
    slowness: &[(-730, 1.6), (0, 0.8)],
    hold: &[(-730, 0.84), (0, 0.92)],
    check: &[(-730, 0.75), (0, 0.95)],
    trials: &[(-730, 0.2), (0, 0.85)],
};

/// The id of one of the 30 classes.
pub(crate) fn class_of(number: u64) -> &'static str {
    CLASSES[(number % CLASSES.len() as u64) as usize].0
}

pub(crate) fn write(estate: &Estate, page: &mut Page<'_>) -> io::Result<()> {
    let mut dice = estate.dice(Part::Sequence, 4 << 40);
    for number in 0..estate.size.findings {
        let dice = &mut dice;
        page.record("finding", format_args!("f-{number:07}"), |fields| fill(estate, fields, dice))?;
    }
    Ok(())
}

fn fill(estate: &Estate, fields: &mut Fields<'_>, dice: &mut Dice) {
    let system = dice.below(u64::from(estate.size.systems)) as u32;
    let turn = dice.below(u64::from(ASSESSMENTS)) as u32;
    // The common classes come first: the lower of two throws.
    let class = dice.below(30).min(dice.below(30)) as usize;
    let severity = dice.weigh(&[6, 22, 42, 24, 6]);
    // Found in an assessment, or by the way.
    let assessed = estate.delivered(system, turn).filter(|_| dice.chance(0.85));
    let reported = match assessed {
        Some(delivered) => delivered - dice.between(0, 12 * DAY),
        None => estate.lately(720, dice),
    };
    fields.key("system", format_args!("s-{system:05}")).word("title", CLASSES[class].1);
    fields.word("severity", SEVERITIES[severity]).word("class", CLASSES[class].0).at("reported_at", reported);
    if assessed.is_some() {
        fields.key("assessment", format_args!("s-{system:05}/a{turn}"));
    }
    fields.word("vector", dice.pick(&VECTORS).0);
    let accepted = dispose(&estate.calendar, reported, fields, dice);
    if severity < 3 {
        let demonstrated = estate.calendar.past(reported + dice.between(1, 90) * HOUR);
        fields.plain("impact_claimed", true).at("impact_demonstrated_at", demonstrated.filter(|_| dice.chance(0.95)));
    }
    if !accepted || dice.chance(0.12) {
        return;
    }
    let cycles = cycles(&estate.calendar, &HABITS, severity, reported, dice);
    remedy::write(fields, &cycles, ("builder", "tester"));
    let guarded = confirmed(&cycles).map(|at| at + 3 * DAY).and_then(|at| estate.calendar.past(at));
    if let Some(added) = guarded.filter(|_| dice.chance(0.6)) {
        fields.list("regression_tests", &[()], |fields, ()| {
            fields.key("ref", format_args!("case-{}", dice.below(100_000))).at("added_at", added);
        });
    }
    let waited = reported + 40 * DAY;
    if !remediated(&cycles) && waited < estate.calendar.end() && dice.chance(0.2) {
        fields.object("risk_accepted", |fields| {
            fields.word("by", "board").at("at", waited).at("until", waited + 180 * DAY).word("reason", "to be replaced");
        });
    }
}

/// Writes what triage said; returns whether the finding was accepted.
fn dispose(calendar: &Calendar, reported: Moment, fields: &mut Fields<'_>, dice: &mut Dice) -> bool {
    let said = dice.weigh(&[84, 6, 4, 4]);
    let at = reported + dice.between(2 * HOUR, 8 * DAY);
    if at >= calendar.end() || dice.chance(0.02) {
        return false;
    }
    fields.word("disposition", ["accepted", "disputed", "false_positive", "duplicate"][said]).at("disposition_at", at);
    said == 0
}
