//! How a finding is remediated: claims, retests by chance, and claims again where a fix did not hold.
//!
//! Both programmes share it; they differ in their habits. It never writes what has not happened by the end.

use crate::calendar::{Calendar, Curve, DAY, HOUR, Moment, along};
use crate::dice::Dice;
use crate::page::Fields;

/// From the worst to the mildest.
pub(crate) const SEVERITIES: [&str; 5] = ["critical", "high", "medium", "low", "info"];

/// Days from a report to a claimed fix at speed 1, by severity; the mean comes to about five sixths of it.
const USUAL_DAYS: [i64; 5] = [6, 24, 70, 130, 150];

/// How a programme remediates, each along the days of the programme.
pub(crate) struct Habits {
    /// What the usual days are multiplied by; smaller is faster.
    pub(crate) slowness: &'static Curve,
    /// Share of retests that find the fix holding.
    pub(crate) hold: &'static Curve,
    /// Share of claims that are retested.
    pub(crate) check: &'static Curve,
    /// Share of retests that say how often they tried.
    pub(crate) trials: &'static Curve,
}

/// A claim that a finding is fixed, and what its retest found.
pub(crate) struct Cycle {
    pub(crate) claimed: Moment,
    pub(crate) retest: Option<Retest>,
}

pub(crate) struct Retest {
    pub(crate) at: Moment,
    pub(crate) fixed: bool,
    /// How often the attack was tried again and how often it still worked.
    pub(crate) tries: Option<(u64, u64)>,
}

/// The cycles of a finding of a severity (its place in [`SEVERITIES`]) that have happened by the end; at most three.
pub(crate) fn cycles(calendar: &Calendar, habits: &Habits, severity: usize, reported: Moment, dice: &mut Dice) -> Vec<Cycle> {
    let mut cycles = Vec::new();
    let slowness = along(habits.slowness, calendar.day_of(reported));
    let usual = (USUAL_DAYS[severity] * DAY) as f64 * slowness;
    let luck = dice.share();
    let mut claimed = reported + HOUR + (usual * (0.3 + 1.6 * luck * luck)) as i64;
    while cycles.len() < 3 && claimed < calendar.end() {
        let day = calendar.day_of(claimed);
        let retest = dice.chance(along(habits.check, day)).then(|| retest(habits, severity, claimed, day, dice));
        let retest = retest.filter(|retest| retest.at < calendar.end());
        let again = retest.as_ref().filter(|retest| !retest.fixed).map(|retest| retest.at);
        cycles.push(Cycle { claimed, retest });
        match again {
            Some(failed) => claimed = failed + DAY + (usual * 0.5 * dice.share()) as i64,
            None => break,
        }
    }
    cycles
}

/// When a finding was shown to be fixed.
pub(crate) fn confirmed(cycles: &[Cycle]) -> Option<Moment> {
    let retest = cycles.last()?.retest.as_ref()?;
    retest.fixed.then_some(retest.at)
}

/// Whether the last word on a finding is a claim, and no retest has denied it.
pub(crate) fn remediated(cycles: &[Cycle]) -> bool {
    cycles.last().is_some_and(|cycle| cycle.retest.as_ref().is_none_or(|retest| retest.fixed))
}

/// Adds the cycles to a finding; `by` has who fixes and who retests.
pub(crate) fn write(fields: &mut Fields<'_>, cycles: &[Cycle], by: (&str, &str)) {
    fields.list("remediations", cycles, |fields, cycle| {
        fields.at("claimed_at", cycle.claimed).text("by", by.0);
        let Some(retest) = &cycle.retest else { return };
        fields.at("retested_at", retest.at);
        fields.word("result", if retest.fixed { "fixed" } else { "not_fixed" });
        fields.text("retested_by", by.1);
        if let Some((trials, hits)) = retest.tries {
            fields.plain("retest_trials", trials).plain("retest_hits", hits);
        }
    });
}

fn retest(habits: &Habits, severity: usize, claimed: Moment, day: i64, dice: &mut Dice) -> Retest {
    let patience = if severity == 0 { 36 } else { 150 };
    let at = claimed + dice.between(6, patience) * HOUR + dice.between(0, HOUR - 1);
    let fixed = dice.chance(along(habits.hold, day));
    let tries = dice.chance(along(habits.trials, day)).then(|| tries(fixed, dice));
    Retest { at, fixed, tries }
}

/// Some try often enough that a clean sheet proves something (59 and more), some do not; a few call a fix good that let
/// one attempt through.
fn tries(fixed: bool, dice: &mut Dice) -> (u64, u64) {
    let trials = match dice.weigh(&[7, 2, 1]) {
        0 => dice.pick(&[60, 80, 100, 120]),
        1 => dice.pick(&[20, 25, 30, 40]),
        _ => 3 + dice.below(8),
    };
    let hits = if fixed { u64::from(trials >= 20 && dice.chance(0.12)) } else { 1 + dice.below(trials / 3 + 1) };
    (trials, hits)
}
