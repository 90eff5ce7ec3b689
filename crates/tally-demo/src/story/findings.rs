//! The findings: what assessments, scans and eval runs brought to light, and what became of each.
//!
//! Sources first, in the order of time, so that ids count up as reports came in. A class is never reported before the day
//! on which somebody began to look for it.

use std::io;

use super::SEED;
use super::agents::known;
use super::assessments::Assessment;
use super::classes::{Class, class, likely, of_category};
use super::evals::EvalRun;
use super::narrative;
use super::people::{BUILDERS, RISK_OWNERS, TESTERS, TRIAGE};
use super::plot::{GUARDED, REMEDY, UNTESTED_CLASS};
use super::scans::Scan;
use super::systems::SYSTEMS;
use crate::calendar::{Calendar, DAY, HOUR, Moment, along};
use crate::dice::Dice;
use crate::page::{Fields, Page};
use crate::remedy::{self, Cycle, SEVERITIES, confirmed, cycles, remediated};

/// A report: what it says, when, and where it came from.
pub(crate) struct Report {
    at: Moment,
    system: usize,
    class: &'static Class,
    /// The kind of its source and that record's id.
    source: (&'static str, String),
}

/// All reports in the order of time.
pub(crate) fn sources(assessments: &[Assessment], scans: &[Scan], evals: &[EvalRun]) -> Vec<Report> {
    let mut dice = Dice::of(SEED, 7);
    let mut reports = Vec::new();
    for assessment in assessments {
        of_assessment(assessment, &mut dice, &mut reports);
    }
    for scan in scans {
        if !dice.chance(0.16) {
            continue;
        }
        let id = dice.pick(&["LLM03:2025", "LLM05:2025", "LLM10:2025", "LLM02:2025"]);
        reports.push(Report { at: scan.at, system: scan.system, class: class(id), source: ("scan", scan.id.clone()) });
    }
    for run in evals.iter().filter(|_| dice.chance(0.13)) {
        let class = class(of_category(run.category));
        let at = run.at + 5 * HOUR;
        reports.push(Report { at, system: run.system, class, source: ("eval_run", run.id.clone()) });
    }
    reports.sort_by(|one, other| (one.at, &one.source).cmp(&(other.at, &other.source)));
    reports
}

fn of_assessment(assessment: &Assessment, dice: &mut Dice, reports: &mut Vec<Report>) {
    let (Some(started), Some(delivered)) = (assessment.started, assessment.delivered) else { return };
    let system = &SYSTEMS[assessment.system];
    let agent = system.form == "agent";
    let count = match assessment.tier {
        "quick_scan" => dice.between(0, 2),
        "standard" => dice.between(1, 5),
        _ => dice.between(3, 7),
    } + if agent { dice.between(1, 4) } else { 0 };
    for turn in 0..count {
        let at = started + (delivered - started) / 100 * dice.between(10, 100);
        let mut id = dice.pick(likely(system.form));
        if assessment.after_incident && turn < 2 {
            id = UNTESTED_CLASS;
        } else if agent && !assessment.after_incident && id == UNTESTED_CLASS {
            // Only those who look for it find it.
            id = "ASI01";
        }
        reports.push(Report { at, system: assessment.system, class: class(id), source: ("assessment", assessment.id.clone()) });
    }
}

pub(crate) fn write(calendar: &Calendar, reports: &[Report], page: &mut Page<'_>) -> io::Result<()> {
    let mut dice = Dice::of(SEED, 8);
    let past = reports.iter().filter(|report| report.at < calendar.end());
    for (number, report) in past.enumerate() {
        let dice = &mut dice;
        page.record("finding", format_args!("f-{:04}", number + 1), |fields| fill(calendar, report, fields, dice))?;
    }
    Ok(())
}

fn fill(calendar: &Calendar, report: &Report, fields: &mut Fields<'_>, dice: &mut Dice) {
    let system = &SYSTEMS[report.system];
    let class = report.class;
    let worse = if system.tier == "high" { &[12, 30, 36, 17, 5] } else { &[4, 22, 43, 24, 7] };
    let severity = dice.weigh(worse);
    let vector = dice.pick(system.vectors());
    let title = dice.pick(&class.titles).replace("{}", system.name);
    fields.word("system", system.id).text("title", &title).word("severity", SEVERITIES[severity]);
    fields.word("class", class.id).at("reported_at", report.at).word(report.source.0, &report.source.1);
    let techniques: Vec<&str> = class.techniques.iter().copied().filter(|id| known(id, calendar.day_of(report.at))).collect();
    fields.texts("techniques", &techniques).word("vector", vector.0);
    let disposition = disposition(calendar, report.at, fields, dice);
    if severity < 3 && dice.chance(0.7) {
        let demonstrated = dice.chance(0.96).then(|| report.at + dice.between(1, 60) * HOUR);
        fields.plain("impact_claimed", true);
        fields.at("impact_demonstrated_at", demonstrated.and_then(|at| calendar.past(at)));
    }
    let work = disposition == "accepted" && !dice.chance(0.07);
    let cycles = if work { cycles(calendar, &REMEDY, severity, report.at + DAY, dice) } else { Vec::new() };
    remedy::write(fields, &cycles, (dice.pick(&BUILDERS), dice.pick(&TESTERS)));
    guard(calendar, system.id, &cycles, fields, dice);
    if disposition == "accepted" && severity > 0 && !remediated(&cycles) {
        accept_risk(calendar, report.at, fields, dice);
    }
    narrative::write(fields, severity, class, system, &vector);
}

/// What triage said: nothing yet about some of the newest.
fn disposition(calendar: &Calendar, reported: Moment, fields: &mut Fields<'_>, dice: &mut Dice) -> &'static str {
    let said = ["accepted", "disputed", "false_positive", "duplicate"][dice.weigh(&[88, 5, 3, 4])];
    let at = reported + dice.between(3, 9 * 24) * HOUR;
    if at >= calendar.end() || dice.chance(0.015) {
        return "reported";
    }
    fields.word("disposition", said).at("disposition_at", at).text("disposition_by", dice.pick(&TRIAGE));
    said
}

/// A regression test, some days after the fix was confirmed.
fn guard(calendar: &Calendar, system: &str, cycles: &[Cycle], fields: &mut Fields<'_>, dice: &mut Dice) {
    let Some(confirmed) = confirmed(cycles) else { return };
    let added = confirmed + dice.between(4, 400) * HOUR;
    if !dice.chance(along(GUARDED, calendar.day_of(confirmed))) || added >= calendar.end() {
        return;
    }
    let number = dice.between(100, 999);
    fields.list("regression_tests", &[()], |fields, ()| {
        fields.key("ref", format_args!("tests/security/{system}/case-{number}")).at("added_at", added);
    });
}

/// Some of what stays open is accepted for a time; for some of it the time has run out.
fn accept_risk(calendar: &Calendar, reported: Moment, fields: &mut Fields<'_>, dice: &mut Dice) {
    let at = reported + dice.between(15, 60) * DAY;
    if at >= calendar.end() || !dice.chance(0.4) {
        return;
    }
    let reasons = [
        "The vendor ships a fix with its next major version.",
        "The way in is closed to outsiders until the new gateway is live.",
        "The system is replaced this year; a compensating monitor is on.",
        "The fix costs more than the loss it prevents; reviewed each half year.",
    ];
    fields.object("risk_accepted", |fields| {
        fields.text("by", dice.pick(&RISK_OWNERS)).at("at", at);
        fields.at("until", at + dice.between(90, 300) * DAY).text("reason", dice.pick(&reasons));
    });
}
