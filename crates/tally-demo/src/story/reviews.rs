//! The monthly review of eight metrics over the last six full months: what stands in the way and what is done next.
//!
//! A review names its people by what they decided, never by how they did.

use std::io;

use super::SEED;
use crate::calendar::{Calendar, DAY, HOUR, month_name};
use crate::dice::Dice;
use crate::page::Page;

/// What stands in the way, and what is done next; each holds for two months.
type Notes = [(&'static str, &'static str); 3];

/// Metric, prefix of its tickets, who reviews it, notes from the oldest to the newest, the months back of a new target.
type Review = (&'static str, &'static str, [&'static str; 2], Notes, Option<i64>);

const REVIEWS: [Review; 8] = [
    (
        "system-test-coverage",
        "COV",
        ["Carys Bowen", "Amara Nwosu"],
        [
            (
                "Six vendor systems have no contact for a test permission.",
                "Ask procurement for a named contact in every renewal.",
            ),
            ("The agents took the weeks meant for older models.", "Book two outside testers for the models."),
            ("Three low-risk systems are still waiting.", "Plan quick scans for meeting-notes and translation-desk."),
        ],
        None,
    ),
    (
        "pre-deployment-test-rate",
        "REL",
        ["Owen Brandt", "Carys Bowen"],
        [
            ("Release dates reach the red team a week too late.", "Open the assessment from the release ticket."),
            ("Two updates went out on a Friday without a test.", "Block the pipeline where no assessment is linked."),
            ("The pipeline check is off for two old repositories.", "Move both repositories to the shared pipeline."),
        ],
        None,
    ),
    (
        "technique-coverage",
        "DEP",
        ["Nadia Kessler", "Ruben Achterberg"],
        [
            (
                "Breadth was paid for with depth: half the techniques are left out.",
                "Give each standard assessment two more days.",
            ),
            ("No test cases exist for the memory of agents.", "Write test cases for memory and tool poisoning."),
            ("Extraction tests of large models take a week each.", "Run extraction tests at night on reserved machines."),
        ],
        Some(4),
    ),
    (
        "critical-high-rate",
        "SEV",
        ["Helen Strand", "Nadia Kessler"],
        [
            ("Two teams rate the same weakness differently.", "Rate twenty findings together and write down the rule."),
            (
                "Agents raise the rate; nobody knows whether it is the rating.",
                "Have a second person rate each critical finding.",
            ),
            ("None.", "Keep the second rating for agents."),
        ],
        None,
    ),
    (
        "time-to-remediate",
        "FIX",
        ["Arjun Mehta", "Sofia Petrov"],
        [
            ("Fixes are quick, and too many come back.", "Ask for a retest plan with each claimed fix."),
            ("Prompt changes wait for the monthly release.", "Allow a release of prompts alone, with its own gate."),
            ("Vendor fixes take two months.", "Put days to fix into the next vendor contracts."),
        ],
        None,
    ),
    (
        "remediation-within-sla",
        "SLA",
        ["Arjun Mehta", "Victor Langley"],
        [
            ("Medium findings have no owner after the first month.", "Give every medium finding a named team lead."),
            ("Owners learn of a due date when it has passed.", "Send a notice ten days before a finding is due."),
            ("Nine old findings wait for a system that is to be replaced.", "Decide for each: fix, or accept with an end."),
        ],
        None,
    ),
    (
        "security-eval-pass-rate",
        "EVL",
        ["Priya Anand", "Hana Sato"],
        [
            ("New agents fail one case in six.", "Review the tool policy of each agent with its team."),
            ("Indirect injection stays below the rest.", "Mark retrieved text as data in all five assistants."),
            ("A judge model grades some refusals as failures.", "Grade a hundred cases by hand and compare."),
        ],
        None,
    ),
    (
        "scoped-credential-coverage",
        "KEY",
        ["Callum Voss", "Beatriz Lobo"],
        [
            ("Old keys of the models were made before scopes existed.", "Issue scoped keys for the feature store."),
            ("Rotation fails silently for four keys.", "Raise an alarm when a rotation is a day late."),
            ("Two vendors offer no scoped keys.", "Put a proxy with its own rights before both vendors."),
        ],
        None,
    ),
];

pub(crate) fn write(calendar: &Calendar, page: &mut Page<'_>) -> io::Result<()> {
    let mut dice = Dice::of(SEED, 17);
    for (metric, prefix, by, notes, retargeted) in REVIEWS {
        for back in (0..6).rev() {
            let first = calendar.month(back + calendar.newest_full_month());
            let period = month_name(first);
            let turn = 5 - back;
            let (blockers, action) = notes[(turn / 2) as usize];
            // The review closes its month; an action that was not done moves on with a new date.
            let reviewed = first + 27 * DAY + dice.between(8, 16) * HOUR;
            let moved = turn % 2 == 1 && blockers != "None.";
            let blockers = if moved { format!("Still open: {blockers}") } else { blockers.to_owned() };
            page.record("metric_review", format_args!("{metric}/{period}"), |fields| {
                fields.word("metric", metric).word("period", &period).at("reviewed_at", reviewed).texts("by", &by);
                fields.text("blockers", &blockers).text("next_action", action);
                fields.at("next_action_due", first + dice.between(50, 62) * DAY);
                fields.key("ticket", format_args!("{prefix}-{}", 140 + turn / 2 * 17));
                fields.word("decision", if retargeted == Some(back) { "retarget" } else { "keep" });
            })?;
        }
    }
    Ok(())
}
