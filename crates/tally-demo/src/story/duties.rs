//! Duties that the programme took over, with every time they were done, late or not at all; and who answers for them.
//!
//! Two times are overdue at the end, one release went out without its check, some of what was done left no evidence.

use std::io;

use super::SEED;
use super::people::{RISK_OWNERS, TESTERS, TRIAGE};
use super::releases::Release;
use crate::calendar::{Calendar, DAY, HOUR, Moment, civil, month_name};
use crate::dice::Dice;
use crate::page::Page;

/// Id in the catalog, title, how often, team, days until it is due.
type Duty = (&'static str, &'static str, &'static str, &'static str, i64);

const DUTIES: [Duty; 12] = [
    ("Q-1", "Renew threat models and test coverage", "quarterly", "appsec", 10),
    ("Q-2", "Audit signatures, origin records and model bills of materials", "quarterly", "appsec", 10),
    ("Q-3", "Run a red team campaign and close what it finds", "quarterly", "red-team", 15),
    ("Q-4", "Review safety objectives and drift, and adjust guardrails", "quarterly", "product-security", 10),
    ("Q-5", "Exercise an AI incident playbook", "quarterly", "soc", 10),
    ("M-1", "Review and tune detectors", "monthly", "soc", 5),
    ("M-2", "Check that vector data stays with its tenant", "monthly", "appsec", 5),
    ("M-3", "Patch accelerator drivers and attest confidential workloads", "monthly", "ai-platform", 5),
    ("R-1", "Hold the release to its gates", "per_release", "mlops", 0),
    ("R-2", "Decide on risky tools and try the circuit breakers", "per_release", "appsec", 0),
    ("O-1", "Keep evidence, model cards and data sheets current", "ongoing", "grc", 5),
    ("O-2", "Watch the operating figures of AI security", "ongoing", "product-security", 5),
];

/// Months that the programme has kept them for.
const MONTHS: i64 = 15;
/// The day since which they are kept with every release.
const RELEASES: i64 = -150;

pub(crate) fn write(calendar: &Calendar, releases: &[Release], page: &mut Page<'_>) -> io::Result<()> {
    let mut dice = Dice::of(SEED, 31);
    let first = calendar.month(MONTHS);
    for (id, title, cadence, owner, days) in DUTIES {
        let since = if cadence == "per_release" { calendar.day(RELEASES) } else { first };
        page.record("duty", id, |fields| {
            fields.word("title", title).word("duty", id).word("cadence", cadence).word("owner", owner).at("starts_at", since);
        })?;
        match cadence {
            "per_release" => with_releases(calendar, id, releases, page, &mut dice)?,
            "quarterly" => periods(calendar, (id, days), 3, page, &mut dice)?,
            _ => periods(calendar, (id, days), 1, page, &mut dice)?,
        }
    }
    Ok(())
}

/// Every period that is over, and the running one where it was done early.
fn periods(calendar: &Calendar, (id, days): (&str, i64), months: i64, page: &mut Page<'_>, dice: &mut Dice) -> io::Result<()> {
    for back in (0..=MONTHS).rev() {
        let first = calendar.month(back);
        let (year, month, _) = civil(first);
        if (month - 1) % months != 0 {
            continue;
        }
        let name = if months == 3 { format!("{year:04}-Q{}", (month - 1) / 3 + 1) } else { month_name(first) };
        let due = calendar.month(back - months) + (days - 1) * DAY;
        // Forgotten, once each, not long ago.
        let forgotten = (id == "M-2" && back == 3) || (id == "Q-5" && (4..7).contains(&back));
        let late = dice.chance(0.12);
        let done =
            if late { due + dice.between(2, 9) * DAY } else { due - dice.between(0, 8) * DAY } + dice.between(8, 16) * HOUR;
        if !forgotten {
            did(calendar, id, &name, done, page, dice)?;
        }
    }
    Ok(())
}

/// Every release since then: before it went out, but for one in eight.
fn with_releases(calendar: &Calendar, id: &str, releases: &[Release], page: &mut Page<'_>, dice: &mut Dice) -> io::Result<()> {
    let since = calendar.day(RELEASES);
    let deployed = |release: &Release| release.deployed.filter(|at| *at >= since);
    for (release, at) in releases.iter().filter_map(|release| Some((release, deployed(release)?))) {
        if dice.chance(0.88) {
            did(calendar, id, &release.id, at - dice.between(2, 60) * HOUR, page, dice)?;
        }
    }
    Ok(())
}

fn did(calendar: &Calendar, id: &str, time: &str, at: Moment, page: &mut Page<'_>, dice: &mut Dice) -> io::Result<()> {
    let by = match dice.between(0, 2) {
        0 => dice.pick(&TESTERS),
        1 => dice.pick(&TRIAGE),
        _ => dice.pick(&RISK_OWNERS),
    };
    let proof = dice.chance(0.9);
    let Some(at) = calendar.past(at) else { return Ok(()) };
    page.record("duty_done", format_args!("{id}/{time}"), |fields| {
        fields.word("duty", id).word("occurrence", time).at("done_at", at).text("by", by);
        if proof {
            fields.texts("evidence", &[format!("records/{}/{time}", id.to_lowercase())]);
        } else {
            fields.text("note", "Done in the weekly meeting; nobody wrote a record.");
        }
    })
}
